"""Transactions of an import are in flight together, and what shares an item keeps its order."""

import threading
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from tests.contract.store.values import file, receivable

from regua.platform import clients
from regua.ports import Commit
from regua.store.dynamo import DynamoStore
from regua.store.side_by_side import AT_ONCE, apart, each


class Answer:
    def stream(self, *_: Any, **__: Any) -> Any:
        yield b"{}"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    clients.forget()
    yield clients.dynamodb()
    clients.forget()


def test_what_is_done_at_once_comes_back_in_its_order_and_a_failure_is_its_own() -> None:
    def do(number: int) -> int:
        if number == 2:
            raise ValueError("two")
        return number * 10

    came = each(do, range(5))
    assert [one if isinstance(one, int) else str(one) for one in came] == [0, 10, "two", 30, 40]
    assert each(do, []) == []


def test_what_touches_the_same_waits_for_what_was_before_it() -> None:
    groups = ["ab", "cd", "be", "f", "c"]
    assert list(apart(groups, set)) == [["ab", "cd"], ["be", "f", "c"]]
    assert [len(wave) for wave in apart([chr(n) for n in range(AT_ONCE + 1)], set)] == [AT_ONCE, 1]


def test_transactions_of_many_debtors_are_in_flight_together(client: Any) -> None:
    together = threading.Barrier(4)

    def answer(request: Any, **_: Any) -> AWSResponse:
        together.wait(10)  # nobody goes on before all four are here
        return AWSResponse(request.url, 200, {}, Answer())

    client.meta.events.register_first("before-send.dynamodb.TransactWriteItems", answer)
    store = DynamoStore(client, "regua", 8)
    titles = [receivable(f"T-{n}") for n in range(30)]
    commits = [Commit(None, file(*titles, name=f"d{n}"), owner="o") for n in range(12)]
    outcomes = store.commit_each(commits)
    assert [one.debtor.id for one in outcomes if not isinstance(one, Exception)] == [f"d{n}" for n in range(12)]
