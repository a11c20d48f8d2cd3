"""An item of the table that nobody can read costs itself alone: it is named, and every list goes on without it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.contract.store.values import NOW, TENANT, contact, entry, event, fact, file, receivable, work

from regua.domain.work import WorkStatus
from regua.ports import InboxStatus
from regua.store import keys
from regua.store.dynamo import DynamoStore
from regua.store.layout import MOST_INSIDE

ODD: dict[str, dict[str, Any]] = {
    "not json": {"S": "{"},
    "json of something else": {"S": '["x"]'},
    "a word of a newer release": {"S": '{"status":"tomorrow"}'},
    "another kind of attribute": {"N": "7"},
    "packed": {"B": b"\x00\xff"},
    "null": {"NULL": True},
}
MANY = 20
"""Entries a debtor's item does not keep."""
Spoil = Callable[[str, str], None]


@pytest.fixture(params=ODD.values(), ids=ODD)
def spoil(request: pytest.FixtureRequest, dynamo: DynamoStore) -> Spoil:
    """Writes something else where the data of an item was."""

    def write(partition: str, sort: str) -> None:
        dynamo._client.update_item(
            TableName=dynamo._table,
            Key={"PK": {"S": partition}, "SK": {"S": sort}},
            UpdateExpression="SET #data = :odd",
            ExpressionAttributeNames={"#data": _where(partition, sort)},
            ExpressionAttributeValues={":odd": request.param},
        )

    return write


def _where(partition: str, sort: str) -> str:
    """The attribute that holds what an item says."""
    return "file" if sort == keys.ROOT else "more" if partition.endswith("#LOG") else "data"


@pytest.fixture
def named(dynamo: DynamoStore) -> list[str]:
    found: list[str] = []
    dynamo._unreadable = found.append
    return found


def test_every_list_goes_on_without_what_nobody_can_read(dynamo: DynamoStore, named: list[str], spoil: Spoil) -> None:
    names = ("d1", "d2", "d3")
    for name in names:
        made = dynamo.commit(None, file(receivable(), name=name), owner="import", ledger=[entry("in")] * MANY)
        dynamo.commit(made, made, owner="b", ledger=[entry("out", 1)])
        dynamo.put_inbox(event(f"E-{name}"))
        dynamo.put_work(work(f"W-{name}"))
    spoiled = [
        (keys.partition(TENANT, "d1"), keys.ROOT),
        (keys.partition(TENANT, "d2"), keys.ROOT),
        (keys.log_partition(TENANT, "d2"), keys.ledger_key(1)),
        (keys.inbox_partition(TENANT, event().gateway, "E-d1"), "EVENT"),
        (keys.work_partition(TENANT, work("W-d1").key), "WORK"),
    ]
    for partition, sort in spoiled:
        spoil(partition, sort)

    shards = dynamo._shards
    scanned = [found.debtor.id for shard in range(shards) for found in dynamo.open_files(shard, shards)]
    assert (scanned, sorted(named)) == (["d3"], sorted(" ".join(one) for one in spoiled[:2]))
    named.clear()
    assert [found.debtor.id for found in dynamo.tenant_open(TENANT)] == ["d3"]
    assert [told.reason for told in dynamo.ledger(TENANT, "d2")] == ["out"]
    assert sorted(told.event_id for told in dynamo.inbox(TENANT, InboxStatus.PENDING, limit=2)) == ["E-d2", "E-d3"]
    assert sorted(told.name for told in dynamo.work(None, WorkStatus.OPEN, limit=2)) == ["W-d2", "W-d3"]
    assert sorted(named) == sorted(" ".join(one) for one in spoiled)


CHILDREN = (keys.receivable_key("T-2"), keys.contact_key(contact("p1").key), keys.fact_key(fact().key))


@pytest.mark.parametrize("sort", [keys.ROOT, *CHILDREN])
def test_who_asks_for_what_nobody_can_read_is_told_so_and_it_is_named(
    dynamo: DynamoStore, named: list[str], spoil: Spoil, sort: str
) -> None:
    """A file is whole or it is none: without one of its payments it would ask for what is paid."""
    large(dynamo)
    spoil(keys.partition(TENANT, "d1"), sort)
    refuses(dynamo, named, sort)


@pytest.mark.parametrize("more", [None, *ODD.values()], ids=["missing", *ODD])
def test_contacts_and_payments_nobody_can_read_are_not_taken_for_none(
    dynamo: DynamoStore, named: list[str], more: dict[str, Any] | None
) -> None:
    """The index does not hold them, so no list names their debtor."""
    large(dynamo)
    dynamo._client.update_item(
        TableName=dynamo._table,
        Key={"PK": {"S": keys.partition(TENANT, "d1")}, "SK": {"S": keys.ROOT}},
        UpdateExpression="SET more = :odd" if more else "REMOVE more",
        **({"ExpressionAttributeValues": {":odd": more}} if more else {}),
    )
    refuses(dynamo, named, keys.ROOT)
    assert list(dynamo.tenant_open(TENANT)) == []
    assert len(named) == 2, "once each time"


def large(dynamo: DynamoStore) -> None:
    """A debtor with something outside his item."""
    made = file(*(receivable(f"T-{n}") for n in range(MOST_INSIDE + 1)))
    said = tuple(replace(contact(f"p{n}"), at=NOW + timedelta(days=n)) for n in range(5))
    dynamo.commit(None, replace(made, contacts=said, facts=(fact(),)), owner="import")
    assert dynamo.load(TENANT, "d1") is not None


def refuses(dynamo: DynamoStore, named: list[str], sort: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)expected|invalid|malformed|truncated|missing"):
        dynamo.load(TENANT, "d1")
    assert named == [f"{keys.partition(TENANT, 'd1')} {sort}"]
