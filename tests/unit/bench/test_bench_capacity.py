"""Units are counted as DynamoDB charges them, or a layout looks cheaper than it is."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from bench.capacity import Meter, item_bytes
from bench.storage_desk import TABLE, definition

KEY = {"PK": {"S": "T#a#D#d"}, "SK": {"S": "DEBTOR"}}


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        made = boto3.client(
            "dynamodb", region_name="sa-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        made.create_table(**definition(("look",)))
        yield made


@pytest.fixture
def meter(client: Any) -> Meter:
    return Meter(client, TABLE, ("look",))


def item(size: int = 10, **more: Any) -> dict[str, Any]:
    return {**KEY, "data": {"S": "x" * size}, **more}


def indexed(look: str, key: str = "a#d", **more: Any) -> dict[str, Any]:
    return item(open_shard={"N": "1"}, open_key={"S": key}, look={"S": look}, **more)


def put(client: Any, meter: Meter, made: dict[str, Any]) -> tuple[float, float]:
    """Write units, and those of the index among them."""
    with meter.counting() as used:
        client.put_item(TableName=TABLE, Item=made)
    return used.written, used.indexed


def test_an_items_size_is_its_names_and_values_in_bytes() -> None:
    assert item_bytes({"name": {"S": "São"}, "n": {"N": "1234"}, "z": {"B": "AAAA"}}) == (4 + 4) + (1 + 4) + (1 + 3)


def test_a_write_is_charged_by_the_kilobyte_of_the_larger_of_before_and_after(client: Any, meter: Meter) -> None:
    assert put(client, meter, item(1500)) == (2, 0)
    assert put(client, meter, item(10)) == (2, 0)
    assert put(client, meter, item(10)) == (1, 0)


def test_a_transaction_costs_twice_and_a_batch_does_not(client: Any, meter: Meter) -> None:
    other = item(10) | {"SK": {"S": "R#1"}}
    with meter.counting() as once:
        client.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": i}} for i in (item(1500), other)]})
    with meter.counting() as twice:
        writes = [
            {"Put": {"TableName": TABLE, "Item": item(1500)}},
            {"Delete": {"TableName": TABLE, "Key": _key(other)}},
        ]
        client.transact_write_items(TransactItems=writes)
    assert (once.written, twice.written) == (3, 6)
    assert dict(twice.items) == {"DEBTOR": 4, "R": 2}


def test_the_index_is_written_when_what_it_shows_changes_and_twice_when_its_keys_do(client: Any, meter: Meter) -> None:
    assert put(client, meter, indexed("one")) == (2, 1)
    assert put(client, meter, indexed("one", version={"N": "2"})) == (1, 0)
    assert put(client, meter, indexed("two")) == (2, 1)
    assert put(client, meter, indexed("two", key="b#d")) == (3, 2)
    assert put(client, meter, item()) == (2, 1)


def test_a_refused_write_is_not_counted(client: Any, meter: Meter) -> None:
    put(client, meter, item())
    with meter.counting() as used, pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.put_item(TableName=TABLE, Item=item(), ConditionExpression="attribute_not_exists(PK)")
    assert (used.written, used.calls.total()) == (0, 0)


def test_a_query_is_charged_by_four_kilobytes_together_and_half_when_it_may_lag(client: Any, meter: Meter) -> None:
    for n in range(3):
        put(client, meter, item(2000) | {"SK": {"S": f"R#{n}"}})
    asked = {"KeyConditionExpression": "PK = :p", "ExpressionAttributeValues": {":p": KEY["PK"]}}
    for consistent, units in ((True, 2), (False, 1)):
        with meter.counting() as used:
            client.query(TableName=TABLE, ConsistentRead=consistent, **asked)
        assert (used.read, used.calls["Query"]) == (units, 1)


def _key(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in KEY}
