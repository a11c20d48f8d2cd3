"""The ledger's newest entries lie in the debtor's item, and are written out by a later commit: each once, none lost."""

from dataclasses import replace
from typing import Any

import pytest
from tests.contract.store.conftest import SHARDS
from tests.contract.store.test_dynamo_faults import intercepted, losing
from tests.contract.store.values import TENANT, contact, entry, file

from regua.domain.model import File
from regua.ports import Commit, ConflictError, RetryableError
from regua.store import kept, keys
from regua.store.dynamo import DynamoStore


def told(store: DynamoStore) -> list[str]:
    return [one.reason for one in store.ledger(TENANT, "d1")]


def written_out(store: DynamoStore) -> list[str]:
    found = store._client.scan(TableName=store._table)["Items"]
    return sorted(item["SK"]["S"] for item in found if item["PK"]["S"] == keys.log_partition(TENANT, "d1"))


def again(store: DynamoStore) -> DynamoStore:
    """Another process, which has seen nothing."""
    return DynamoStore(store._client, store._table, SHARDS, pause=lambda _: None)


def committed(store: DynamoStore, count: int, first: File | None = None) -> File:
    """So many commits, each with an entry."""
    now = first or store.commit(None, file(), owner="import", ledger=[entry("e0")])
    for n in range(now.debtor.version, now.debtor.version + count):
        now = store.commit(now, now, owner=f"w{n}", ledger=[entry(f"e{n}", n)])
    return now


def test_a_few_entries_cost_no_item_and_many_are_one(dynamo: DynamoStore) -> None:
    now = committed(dynamo, 2)
    assert written_out(dynamo) == []
    assert told(dynamo) == ["e0", "e1", "e2"]
    committed(dynamo, 40, now)
    assert told(dynamo) == [f"e{n}" for n in range(43)]
    assert 2 < len(written_out(dynamo)) < 15


def test_a_commit_that_decides_much_writes_it_out_at_once_with_all_before_it(dynamo: DynamoStore) -> None:
    now = committed(dynamo, 1)
    dynamo.commit(now, now, owner="b", ledger=[entry(f"m{n}", 5 + n) for n in range(30)])
    assert written_out(dynamo) == [keys.ledger_key(3)]
    assert told(dynamo) == ["e0", "e1", *(f"m{n}" for n in range(30))]


def test_a_commit_that_decides_nothing_keeps_what_was_decided_before(dynamo: DynamoStore) -> None:
    now = committed(dynamo, 1)
    dynamo.commit(now, replace(now, contacts=(contact(),)), owner="b")
    assert told(again(dynamo)) == ["e0", "e1"]


@pytest.mark.parametrize("entries", [1, 30])
def test_another_process_goes_on_with_them(dynamo: DynamoStore, entries: int) -> None:
    committed(dynamo, 1)
    other = again(dynamo)
    now = other.load(TENANT, "d1")
    assert now is not None
    other.commit(now, now, owner="b", ledger=[entry("x", 9)] * entries)
    assert told(again(dynamo)) == ["e0", "e1", *["x"] * entries]


def test_who_commits_on_a_file_that_another_process_has_read_reads_what_it_keeps(dynamo: DynamoStore) -> None:
    now = committed(dynamo, 1)
    other = again(dynamo)
    done = other.commit(now, now, owner="b", ledger=[entry("x", 9)])
    assert told(other) == ["e0", "e1", "x"]
    with pytest.raises(ConflictError):
        again(dynamo).commit(now, now, owner="c", ledger=[entry("y", 9)])
    assert again(dynamo).commit_each([Commit(now, now, "d"), Commit(done, done, "e", ledger=[entry("z", 10)])])[1:] == [
        replace(done, debtor=replace(done.debtor, version=4))
    ]
    assert told(other) == ["e0", "e1", "x", "z"]


def test_what_was_seen_long_ago_is_read_again(dynamo: DynamoStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST_SEEN", 1)
    now = committed(dynamo, 1)
    dynamo.commit(None, file(name="d2"), owner="a", ledger=[entry("in")])
    committed(dynamo, 30, now)
    assert told(dynamo) == [f"e{n}" for n in range(32)]


@pytest.mark.parametrize("entries", [1, 30])
def test_an_answer_that_was_lost_writes_nothing_twice(dynamo: DynamoStore, entries: int) -> None:
    now = committed(dynamo, 1)
    operation = "PutItem" if entries == 1 else "TransactWriteItems"

    def commit() -> File:
        return dynamo.commit(now, now, owner="b", ledger=[entry("x", 9)] * entries)

    with intercepted(dynamo._client, operation, losing(99)), pytest.raises(RetryableError):
        commit()
    assert commit().debtor.version == 3
    assert told(again(dynamo)) == ["e0", "e1", *["x"] * entries]


def test_a_refused_commit_leaves_no_entry(dynamo: DynamoStore) -> None:
    now = committed(dynamo, 1)
    committed(dynamo, 1, now)
    for entries in (1, 30):
        with pytest.raises(ConflictError):
            dynamo.commit(now, now, owner="late", ledger=[entry("no", 9)] * entries)
    assert told(dynamo) == ["e0", "e1", "e2"]


def test_what_is_written_out_while_the_ledger_is_read_is_told_once(dynamo: DynamoStore) -> None:
    now, done = committed(dynamo, 1), list[bool]()

    def meanwhile(*_: Any) -> None:
        if not done:
            done.append(True)
            dynamo.commit(now, now, owner="b", ledger=[entry("x", 9)] * 30)

    def reading() -> list[str]:
        return told(again(dynamo))

    with intercepted(dynamo._client, "Query", meanwhile):
        assert reading() == ["e0", "e1", *["x"] * 30]
    assert reading() == ["e0", "e1", *["x"] * 30]
