"""The fast decode of a page gives what the stock parser gives, and keeps out of everybody else's way."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import msgspec
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contract.store.values import file, receivable

from regua.store import pages
from regua.store.calls import Calls
from regua.store.dynamo import DynamoStore

TEXT = st.fixed_dictionaries({"S": st.text(max_size=40)})
NUMBER = st.integers(-(10**9), 10**9).map(lambda n: {"N": str(n)})
PACKED = st.binary(max_size=40).map(lambda packed: {"B": b64encode(packed).decode()}) | TEXT
ITEM = st.fixed_dictionaries(
    {"PK": TEXT, "SK": TEXT},
    optional={
        "data": TEXT,
        "file": PACKED,
        "more": PACKED,
        "version": NUMBER,
        "wrote": NUMBER,
        "removed": TEXT,
        "open_key": TEXT,
        "open_shard": NUMBER,
        "owner": TEXT,
        "anything": st.sampled_from([{"BOOL": True}, {"NULL": True}, {"L": [{"S": "x"}]}, {"M": {"a": {"N": "1"}}}]),
    },
)
ANSWER = st.fixed_dictionaries(
    {"Items": st.lists(ITEM, max_size=5), "Count": st.integers(0, 5), "ScannedCount": st.integers(0, 5)},
    optional={"LastEvaluatedKey": st.fixed_dictionaries({"PK": TEXT, "SK": TEXT, "open_shard": NUMBER})},
)


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._body


@contextmanager
def answering(client: Any, body: bytes, status: int = 200) -> Iterator[None]:
    def handler(request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, status, {}, _Raw(body))

    client.meta.events.register_first("before-send.dynamodb.Query", handler)
    try:
        yield
    finally:
        client.meta.events.unregister("before-send.dynamodb.Query", handler)


@pytest.fixture(scope="module")
def client() -> Any:
    made = boto3.client(
        "dynamodb", region_name="sa-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    pages.install(made)
    pages.install(made)
    return made


REQUEST = {"TableName": "t", "KeyConditionExpression": "PK = :p", "ExpressionAttributeValues": {":p": {"S": "x"}}}


@given(ANSWER, st.booleans())
@settings(max_examples=60)
def test_a_page_is_what_the_stock_parser_reads(client: Any, answer: dict[str, Any], ascii_only: bool) -> None:
    body = json.dumps(answer, ensure_ascii=ascii_only).encode()
    with answering(client, body):
        stock = client.query(**REQUEST)
        fast = pages.query(Calls(client), REQUEST)
    assert msgspec.to_builtins(stock["Items"]) == answer["Items"]
    assert fast == msgspec.convert(stock, pages.Page)
    assert [_said(msgspec.to_builtins(row)) for row in fast.Items] == [
        {name: item[name] for name in pages.StoredItem.__struct_fields__ if name in item} for item in answer["Items"]
    ]
    assert fast.LastEvaluatedKey == stock.get("LastEvaluatedKey")


def _said(value: Any) -> Any:
    return {name: _said(part) for name, part in value.items() if part is not None} if isinstance(value, dict) else value


def test_a_client_without_the_hook_gives_the_same_page(client: Any) -> None:
    plain = boto3.client(
        "dynamodb", region_name="sa-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    body = b'{"Items":[{"PK":{"S":"a"},"SK":{"S":"b"},"data":{"S":"{}"}}],"Count":1}'
    with answering(client, body), answering(plain, body):
        assert pages.query(Calls(plain), REQUEST) == pages.query(Calls(client), REQUEST)


def test_errors_stay_the_sdks(client: Any) -> None:
    body = b'{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException","message":"no"}'
    with answering(client, body, 400), pytest.raises(ClientError, match="ValidationException"):
        pages.query(Calls(client), REQUEST)


def test_a_debtor_across_a_page_border_is_one_file(dynamo: DynamoStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        dynamo.commit(None, file(*[receivable(f"T{i}") for i in range(4)], name=f"d{n}"), owner="a")
    whole = [f for shard in range(2) for f in dynamo.open_files(shard, 2)]
    loaded = [dynamo.load("escola", f"d{n}") for n in range(5)]
    stock = pages.query
    monkeypatch.setattr(pages, "query", lambda calls, request: stock(calls, {**request, "Limit": 3}))
    assert [f for shard in range(2) for f in dynamo.open_files(shard, 2)] == whole
    assert [dynamo.load("escola", f"d{n}") for n in range(5)] == loaded
    assert all(len(f.receivables) == 4 for f in whole)
