"""A debtor of an earlier release, an item for each part of him, is read, and made one item that says the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tests.contract.store.conftest import SHARDS
from tests.contract.store.test_dynamo_faults import intercepted
from tests.contract.store.values import NOW, TENANT, contact, entry, fact, file, receivable

from regua.domain.model import File
from regua.ports import ConflictError
from regua.store import codec, keys
from regua.store.dynamo import DynamoStore
from regua.store.layout import MOST_INSIDE, NEWEST_CONTACTS

PARTITION = keys.partition(TENANT, "d1")


def stored_earlier(dynamo: DynamoStore, made: File, version: int = 7) -> File:
    """Writes him as releases before this one did."""
    made = replace(made, debtor=replace(made.debtor, version=version))
    shard = {"N": str(keys.open_shard(made.debtor.id, SHARDS))}

    def put(sort: str, value: Any, listed: str = "") -> None:
        item = {"PK": {"S": PARTITION}, "SK": {"S": sort}, "data": {"S": codec.encode(value)}}
        item["version"] = {"N": str(version)}
        if sort == keys.ROOT:
            item |= {"owner": {"S": "earlier"}, "wrote": {"N": str(children)}}
        if listed:
            item |= {"open_shard": shard, "open_key": {"S": f"{TENANT}#d1#{listed}"}}
        dynamo._client.put_item(TableName=dynamo._table, Item=item)

    children = len(made.receivables) + len(made.contacts) + len(made.facts)
    put(keys.ROOT, made.debtor, "0")
    for title in made.receivables:
        put(keys.receivable_key(title.id), title, "1" if title.is_open else "")
    for said in made.contacts:
        put(keys.contact_key(said.key), said)
    for told in made.facts:
        put(keys.fact_key(told.key), told)
    return made


def whole(titles: int = 3, contacts: int = 9) -> File:
    said = tuple(replace(contact(f"passo-{n}"), at=NOW + timedelta(days=n)) for n in range(contacts))
    return replace(file(*(receivable(f"T-{n:02}") for n in range(titles))), contacts=said, facts=(fact(),))


def later(made: File, by: int = 1) -> File:
    return replace(made, debtor=replace(made.debtor, version=made.debtor.version + by))


def sorts(dynamo: DynamoStore) -> set[str]:
    found = dynamo._client.scan(TableName=dynamo._table)["Items"]
    return {item["SK"]["S"] for item in found if item["PK"]["S"] == PARTITION}


@pytest.mark.parametrize("titles", [1, 3, MOST_INSIDE, MOST_INSIDE + 1, 60])
def test_who_is_loaded_is_one_item_from_then_on_and_says_the_same(dynamo: DynamoStore, titles: int) -> None:
    made = stored_earlier(dynamo, whole(titles))
    assert dynamo.load(TENANT, "d1") == later(made)
    assert dynamo.load(TENANT, "d1") == later(made), "once"
    large = titles + 1 > MOST_INSIDE
    beside = {sort for sort in sorts(dynamo) if sort != keys.ROOT}
    assert {sort[:2] for sort in beside} == {"C#"} | ({"P#"} if large else set()) | (
        {"R#"} if titles > MOST_INSIDE else set()
    )
    assert sum(sort.startswith("C#") for sort in beside) == 9 - NEWEST_CONTACTS


def test_who_decided_on_the_items_of_before_decides_again(dynamo: DynamoStore) -> None:
    made = stored_earlier(dynamo, whole())
    with pytest.raises(ConflictError):
        dynamo.commit(made, made, owner="decided before")
    now = dynamo.load(TENANT, "d1")
    assert now is not None
    assert dynamo.commit(now, now, owner="decided after") == later(made, 2)


def test_two_who_load_him_at_once_read_the_same(dynamo: DynamoStore) -> None:
    made = stored_earlier(dynamo, whole())
    other = DynamoStore(dynamo._client, dynamo._table, SHARDS, pause=lambda _: None)
    seen: list[File | None] = []

    def first(*_: object) -> None:
        if not seen:
            seen.append(None)
            seen[0] = other.load(TENANT, "d1")

    with intercepted(dynamo._client, "TransactWriteItems", first):
        assert dynamo.load(TENANT, "d1") == later(made)
    assert seen == [later(made)]


def test_who_may_only_read_reads_him_as_he_is(dynamo: DynamoStore) -> None:
    made = stored_earlier(dynamo, whole())
    with refusing(dynamo):
        assert dynamo.load(TENANT, "d1") == made
    assert keys.receivable_key("T-00") in sorts(dynamo)


@contextmanager
def refusing(dynamo: DynamoStore) -> Iterator[None]:
    def refuse(**_: Any) -> tuple[Any, dict[str, Any]]:
        return SimpleNamespace(status_code=400), {"Error": {"Code": "AccessDeniedException", "Message": "no"}}

    name = "before-call.dynamodb.TransactWriteItems"
    dynamo._client.meta.events.register_first(name, refuse)
    try:
        yield
    finally:
        dynamo._client.meta.events.unregister(name, refuse)


@pytest.mark.parametrize("titles", [3, MOST_INSIDE + 1])
def test_the_index_shows_him_before_and_after(dynamo: DynamoStore, titles: int) -> None:
    made = stored_earlier(dynamo, whole(titles))
    assert [f for shard in range(2) for f in dynamo.open_files(shard, 2)] == [File(made.debtor, made.receivables)]
    dynamo.load(TENANT, "d1")
    listed = [f for shard in range(2) for f in dynamo.open_files(shard, 2)]
    assert listed == [File(later(made).debtor, made.receivables)]


def test_titles_listed_before_their_root_are_completed_by_a_consistent_read(dynamo: DynamoStore) -> None:
    made = stored_earlier(dynamo, whole())
    root = {"PK": {"S": PARTITION}, "SK": {"S": keys.ROOT}}
    dynamo._client.update_item(TableName=dynamo._table, Key=root, UpdateExpression="REMOVE open_shard, open_key")
    listed = [f for shard in range(2) for f in dynamo.open_files(shard, 2)]
    assert listed == [File(later(made).debtor, made.receivables)]


def test_what_was_decided_then_stands_in_one_order_with_what_is_decided_now(dynamo: DynamoStore) -> None:
    for n, told in enumerate([entry("in", 0), entry("sent", 30)]):
        key = f"{told.at:%Y-%m-%dT%H:%M:%S.%f}Z#{n + 1:08}#000"
        item = {"PK": {"S": keys.log_partition(TENANT, "d1")}, "SK": {"S": key}, "data": {"S": codec.encode(told)}}
        dynamo._client.put_item(TableName=dynamo._table, Item=item)
    stored_earlier(dynamo, whole())
    now = dynamo.load(TENANT, "d1")
    assert now is not None
    dynamo.commit(now, now, owner="b", ledger=[entry("late news", 10), entry("paid", 60)])
    assert [told.reason for told in dynamo.ledger(TENANT, "d1")] == ["in", "late news", "sent", "paid"]
