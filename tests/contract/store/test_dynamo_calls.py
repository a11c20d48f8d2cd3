"""Calls are the cost, so they are counted (performance goal G7)."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.contract.store.conftest import SHARDS
from tests.contract.store.values import NOW, TENANT, contact, entry, event, fact, file, paid, receivable, ref, work

from regua.domain.work import WorkStatus
from regua.ports import AddressUse, Commit, InboxStatus
from regua.store.dynamo import DynamoStore


@pytest.fixture
def calls(dynamo: DynamoStore) -> Iterator[Callable[[], dict[str, int]]]:
    counted: Counter[str] = Counter()

    def note(model: Any, **_: Any) -> None:
        counted[model.name] += 1

    dynamo._client.meta.events.register("before-call.dynamodb", note)

    def taken() -> dict[str, int]:
        found = dict(counted)
        counted.clear()
        return found

    yield taken
    dynamo._client.meta.events.unregister("before-call.dynamodb", note)


def test_an_imported_debtor_is_one_call(dynamo: DynamoStore, calls: Callable[[], dict[str, int]]) -> None:
    titles = [receivable(f"T{n}") for n in range(20)]
    uses = [AddressUse("email", "h1"), AddressUse("phone", "h2")]
    dynamo.commit(None, file(*titles), owner="import", ledger=[entry("in")], refs=[ref("x")], addresses=uses)
    assert calls() == {"TransactWriteItems": 1}


def test_six_imported_debtors_are_one_call(dynamo: DynamoStore, calls: Callable[[], dict[str, int]]) -> None:
    def new(n: int) -> Commit:
        titles = [receivable(f"T{t}") for t in range(3)]
        uses = [AddressUse("email", f"h{n}"), AddressUse("phone", f"h{n}")]
        refs = [ref(f"{n}-{r}", f"d{n}") for r in range(7)]
        return Commit(None, file(*titles, name=f"d{n}"), "import", [entry("in")] * 3, refs, addresses=uses)

    dynamo.commit_each([new(n) for n in range(12)])
    assert calls() == {"TransactWriteItems": 2}
    dynamo.commit_each([replace(new(n), owner="somebody else") for n in range(11, 17)])
    assert calls() == {"TransactWriteItems": 2}, "one known debtor among them is one more"


def test_loading_and_deciding_is_two_calls(dynamo: DynamoStore, calls: Callable[[], dict[str, int]]) -> None:
    dynamo.commit(None, file(), owner="import")
    calls()
    found = dynamo.load(TENANT, "d1")
    assert found is not None
    dynamo.commit(found, replace(found, contacts=(contact(),)), owner="gate", ledger=[entry("sent")], refs=[ref("m")])
    assert calls() == {"Query": 1, "TransactWriteItems": 1}


def test_a_payment_is_four_calls(dynamo: DynamoStore, calls: Callable[[], dict[str, int]]) -> None:
    dynamo.commit(None, file(), owner="import", refs=[ref("RG1")])
    calls()
    dynamo.put_inbox(event())
    found = dynamo.find(TENANT, "txid", "RG1")
    assert found is not None
    before = dynamo.load(TENANT, found.debtor)
    assert before is not None
    dynamo.commit(
        before,
        replace(before, receivables=(paid(receivable()),), facts=(fact(),)),
        owner="settle",
        ledger=[entry("paid")],
        inbox=[replace(event(), status=InboxStatus.APPLIED)],
        work=[work()],
    )
    assert calls() == {"PutItem": 1, "GetItem": 1, "Query": 1, "TransactWriteItems": 1}


def test_work_is_stored_marked_and_read_in_one_call_each(
    dynamo: DynamoStore, calls: Callable[[], dict[str, int]]
) -> None:
    dynamo.put_work(work())
    assert calls() == {"PutItem": 1}
    dynamo.get_work(TENANT, work().key)
    assert calls() == {"GetItem": 1}
    dynamo.mark_work(work(), work().done("devolvido"))
    assert calls() == {"PutItem": 1}


def test_a_desk_reads_its_own_work_and_nobody_elses(dynamo: DynamoStore, calls: Callable[[], dict[str, int]]) -> None:
    for n in range(3):
        dynamo.put_work(work(f"T-{n}", tenant="clinica"))
    read: list[int] = []

    def note(parsed: Any, **_: Any) -> None:
        read.append(parsed["page"].Items)

    dynamo._client.meta.events.register("after-call.dynamodb.Query", note)
    assert list(dynamo.work(TENANT, WorkStatus.OPEN)) == []
    dynamo._client.meta.events.unregister("after-call.dynamodb.Query", note)
    assert read == [[]] * SHARDS


def test_a_repeated_event_costs_one_call_and_answers_with_what_is_stored(
    dynamo: DynamoStore, calls: Callable[[], dict[str, int]]
) -> None:
    dynamo.put_inbox(event())
    calls()
    assert dynamo.put_inbox(event()) == event()
    assert calls() == {"PutItem": 1}


def test_a_shard_with_nothing_to_do_is_one_call_per_partition(
    dynamo: DynamoStore, calls: Callable[[], dict[str, int]]
) -> None:
    for n in range(6):
        dynamo.commit(None, file(name=f"d{n}"), owner="import")
    calls()
    assert len([f for shard in range(4) for f in dynamo.open_files(shard, 4)]) == 6
    assert calls() == {"Query": 4}


def test_several_states_are_one_call_and_none_is_no_call(
    dynamo: DynamoStore, calls: Callable[[], dict[str, int]]
) -> None:
    dynamo.get_states(TENANT, [f"day|{n}" for n in range(100)])
    assert calls() == {"BatchGetItem": 1}
    dynamo.get_states(TENANT, [])
    assert calls() == {}


def test_a_slot_is_one_call_where_the_hint_is_right_and_two_where_it_is_stale(
    dynamo: DynamoStore, calls: Callable[[], dict[str, int]]
) -> None:
    assert [dynamo.take_slot(TENANT, "row", 100, 10, 0, seen, NOW) for seen in (0, 110, 120)] == [100, 110, 120]
    assert calls() == {"UpdateItem": 3}
    assert dynamo.take_slot(TENANT, "row", 100, 10, 0, 0, NOW) == 130
    assert calls() == {"UpdateItem": 2}


def test_a_counter_that_cannot_fit_is_no_call(dynamo: DynamoStore, calls: Callable[[], dict[str, int]]) -> None:
    assert not dynamo.count(TENANT, "sms", 10, 5, NOW)
    assert calls() == {}
