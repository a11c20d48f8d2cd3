"""A call without the SDK's serialiser and endpoint rules is the SDK's own: on the wire, and in what comes of it."""

import base64
import gzip
import json
import re
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from botocore import xform_name
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.endpoint import Endpoint
from botocore.handlers import generate_idempotent_uuid

from regua.platform import clients
from regua.store.calls import OPERATIONS, Calls

TABLE = "regua"
KEY = {"PK": {"S": "T#escola#D#d1"}, "SK": {"S": "DEBTOR"}}
ODD = {
    "data": {"S": 'João "d\'Ávila" \\ \u2028 <&> 🙂 \x01\n'},
    "empty": {"S": ""},
    "version": {"N": "-12.50"},
    "debtors": {"SS": ["a", "ç"]},
    "packed": {"B": b"\x00\xff packed"},
    "more": {"M": {"list": {"L": [{"BOOL": True}, {"NULL": True}, {"N": "1"}]}}},
}
CONDITION = {
    "ConditionExpression": "attribute_not_exists(PK) OR #status <> :applied",
    "ExpressionAttributeNames": {"#status": "status"},
    "ExpressionAttributeValues": {":applied": {"S": "applied"}},
}
REQUESTS: dict[str, dict[str, Any]] = {
    "BatchGetItem": {"RequestItems": {TABLE: {"Keys": [KEY, ODD], "ConsistentRead": True}}},
    "GetItem": {"TableName": TABLE, "Key": KEY, "ConsistentRead": True},
    "PutItem": {"TableName": TABLE, "Item": KEY | ODD, **CONDITION, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"},
    "Query": {
        "TableName": TABLE,
        "IndexName": "open",
        "KeyConditionExpression": "open_shard = :shard",
        "ExpressionAttributeValues": {":shard": {"N": "3"}},
        "ExclusiveStartKey": KEY,
    },
    "TransactWriteItems": {
        "TransactItems": [
            {"Put": {"TableName": TABLE, "Item": KEY | ODD, **CONDITION}},
            {"Delete": {"TableName": TABLE, "Key": KEY}},
            {"Update": {"TableName": TABLE, "Key": KEY, "UpdateExpression": "ADD #status :applied", **CONDITION}},
        ]
    },
    "UpdateItem": {"TableName": TABLE, "Key": KEY, "UpdateExpression": "SET #status = :applied", **CONDITION},
}


@dataclass
class Answer:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    act: str = ""


def _error(code: str, status: int = 400, **more: Any) -> Answer:
    name = f"com.amazonaws.dynamodb.v20120810#{code}"
    return Answer(status, json.dumps({"__type": name, "message": "no", **more}).encode())


STORED = {**KEY, **ODD, "packed": {"B": base64.b64encode(b"\x00\xff").decode()}}
FOUND = Answer(body=json.dumps({"Item": STORED, "Items": [STORED], "Responses": {TABLE: [STORED]}}).encode())
CHECKED = Answer(body=FOUND.body, headers={"x-amz-crc32": str(zlib.crc32(FOUND.body))})
DAMAGED = Answer(body=FOUND.body, headers={"x-amz-crc32": "1"})
REASONS = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "no", "Item": STORED}, {"Code": "None"}]
FAULTS: dict[str, tuple[list[Answer], int]] = {
    # what the table answers, and how often it is asked
    "nothing is wrong": ([FOUND], 1),
    "the checksum is right": ([CHECKED], 1),
    "damaged on the way": ([DAMAGED, CHECKED], 2),
    "a condition does not hold": ([_error("ConditionalCheckFailedException", Item=STORED)], 1),
    "cancelled": ([_error("TransactionCanceledException", CancellationReasons=REASONS)], 1),
    "somebody else writes": ([_error("TransactionConflictException")], 1),
    "still in progress": ([_error("TransactionInProgressException"), FOUND], 2),
    "throttled": ([_error("ThrottlingException"), FOUND], 2),
    "throttled each time": ([_error("ThrottlingException")], 4),
    "too much for the table": ([_error("ProvisionedThroughputExceededException"), FOUND], 2),
    "too much for the account": ([_error("RequestLimitExceeded")], 4),
    "internal error": ([_error("InternalServerError", 500), FOUND], 2),
    "internal error each time": ([_error("InternalServerError", 500)], 4),
    "unavailable, by a proxy": ([Answer(503, b"<html>busy</html>"), FOUND], 2),
    "bad gateway each time": ([Answer(502, b"")], 4),
    "no such table": ([_error("ResourceNotFoundException")], 1),
    "refused": ([_error("ValidationException")], 1),
    "nobody may": ([_error("AccessDeniedException")], 1),
    "the token is over": ([_error("ExpiredTokenException")], 1),
    "the clock is wrong": ([_error("InvalidSignatureException", 403)], 1),
    "too late": ([_error("RequestExpired")], 1),
    "an error nobody knows": ([_error("NewException", Extra=1)], 1),
    "the connection breaks": ([Answer(act="reset"), FOUND], 2),
    "the connection breaks each time": ([Answer(act="reset")], 4),
    "the answer is lost": ([Answer(act="hang"), FOUND], 2),
}


_FOUND_CUT = FOUND.body.split(b"\\u00e3")[0] + b"\xc3"
NO_ANSWERS: dict[str, tuple[list[Answer], int]] = {
    # the SDK takes each for an answer that says nothing, or falls over in its parser
    "damaged each time": ([DAMAGED], 4),
    "cut off each time": ([Answer(body=CHECKED.body, headers=CHECKED.headers, act="cut")], 4),
    "an error, damaged each time": ([Answer(400, _error("ValidationException").body, DAMAGED.headers)], 4),
    "the connection ends early": ([Answer(body=FOUND.body, act="cut")], 1),
    "the body is empty": ([Answer(body=b"")], 1),
    "nothing is said": ([Answer(204, b"")], 1),
    "no JSON": ([Answer(body=b"<html>")], 1),
    "half a JSON": ([Answer(body=FOUND.body[:40])], 1),
    "half a JSON that ends like one": ([Answer(body=FOUND.body[: FOUND.body.index(b"}") + 1])], 1),
    "half a letter": ([Answer(body=_FOUND_CUT)], 1),
    "letters in another code": ([Answer(body='{"Item":{"data":{"S":"ç"}}}'.encode("latin-1"))], 1),
    "packed": ([Answer(body=gzip.compress(FOUND.body), headers={"Content-Encoding": "gzip"})], 1),
    "no object": ([Answer(body=b"[]")], 1),
}


class Table(ThreadingHTTPServer):
    """Answers in turn, the last answer again and again, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Answer] = [FOUND]
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.echoes = False
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def starts(self, answers: list[Answer]) -> None:
        self.answers, self.asked = list(answers), []

    def handle_error(self, *_: Any) -> None:
        """A connection that broke is what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: Table

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        table = self.server
        table.asked.append((self.command, self.path, dict(self.headers), body))
        answer = table.answers.pop(0) if len(table.answers) > 1 else table.answers[0]
        if answer.act == "hang":
            table.over.wait(1)
            self.close_connection = True
            return
        if answer.act == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        sent = json.dumps({"Item": json.loads(body)["Key"]}).encode() if table.echoes else answer.body
        self.send_response_only(answer.status)
        for name, value in {"x-amzn-RequestId": "R1", "Content-Length": str(len(sent)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent[:10] if answer.act == "cut" else sent)
        self.close_connection = answer.act == "cut"

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def server() -> Iterator[Table]:
    table = Table()
    serving = threading.Thread(target=table.serve_forever, args=(0.01,), daemon=True)
    serving.start()
    yield table
    table.over.set()
    table.shutdown()
    table.server_close()


@pytest.fixture
def table(server: Table, here: pytest.MonkeyPatch) -> Table:
    here.setenv("AWS_ENDPOINT_URL", server.url)
    server.echoes = False
    return server


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Nothing but what a test says is configured, and retries do not wait."""
    for name in ("AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_LAMBDA_FUNCTION_NAME", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDTEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))
    clients.forget()
    yield monkeypatch
    clients.forget()


EVENTS = ("before-call", "before-send", "after-call", "after-call-error")
Way = Callable[[str, dict[str, Any]], dict[str, Any]]


def client(read_timeout: float = 5) -> Any:
    """A client of its own as the house makes them, which gives transactions no tokens."""
    clients._client.cache_clear()
    made = clients._client("dynamodb", read_timeout=read_timeout, attempts=4, parameter_validation=False)
    made.meta.events.unregister("before-parameter-build", generate_idempotent_uuid)
    return made


def stock(made: Any) -> Way:
    return lambda operation, request: getattr(made, xform_name(operation))(**request)


def ours(made: Any) -> Way:
    return Calls(made).call


WAYS: tuple[Callable[[Any], Way], ...] = (stock, ours)


def outcome(way: Way, operation: str, request: dict[str, Any] | None = None) -> object:
    """All that a caller may see."""
    try:
        return way(operation, request or REQUESTS[operation])
    except Exception as error:  # noqa: BLE001 (whatever it is, both ways must end in it)
        return [type(error).__name__, str(error), getattr(error, "response", None), type(error).__mro__[1].__name__]


def wire(asked: tuple[str, str, dict[str, str], bytes]) -> tuple[Any, ...]:
    """A request without what no two have alike; its signature must be right."""
    method, path, headers, body = asked
    own = {"Authorization", "X-Amz-Date", "amz-sdk-invocation-id", "Content-Length"}
    assert own <= headers.keys()
    signed = re.search(r"SignedHeaders=([^,]+)", headers["Authorization"])
    assert signed is not None
    assert headers["Authorization"] == signature(method, path, headers, body, signed[1].split(";"))
    kept = {name: re.sub(r"ttl=\w+", "ttl", value) for name, value in headers.items() if name not in own}
    return method, path, kept, signed[1], json.loads(body)


def signature(method: str, path: str, headers: dict[str, str], body: bytes, signed: list[str]) -> str:
    sent = {name: value for name, value in headers.items() if name.lower() in signed}
    request = AWSRequest(method, f"http://{headers['Host']}{path}", data=body, headers=sent)
    request.context["timestamp"] = headers["X-Amz-Date"]
    auth = SigV4Auth(Credentials("AKIDTEST", "secret"), "dynamodb", "sa-east-1")
    text = auth.string_to_sign(request, auth.canonical_request(request))
    return (
        f"AWS4-HMAC-SHA256 Credential={auth.scope(request)}, "
        f"SignedHeaders={';'.join(signed)}, Signature={auth.signature(text, request)}"
    )


def heard(made: Any) -> list[str]:
    """Everything the client tells of its calls from now on."""
    names: list[str] = []
    for event in EVENTS:
        made.meta.events.register(event, lambda event_name, **_: names.append(event_name))
    return names


@pytest.mark.parametrize("fault", FAULTS)
def test_every_call_and_every_fault_is_the_sdks_own(table: Table, fault: str) -> None:
    answers, times = FAULTS[fault]
    operations = OPERATIONS if "lost" not in fault else OPERATIONS[-1:]
    seen = []
    for way in WAYS:
        made = client(read_timeout=0.2 if "lost" in fault else 5)
        told, call = heard(made), way(made)
        for operation in operations:
            table.starts(answers)
            seen.append((operation, outcome(call, operation), [wire(asked) for asked in table.asked], list(told)))
            told.clear()
    first, second = seen[: len(operations)], seen[len(operations) :]
    assert first == second
    assert [len(asked) for _, _, asked, _ in second] == [times] * len(operations)


def test_a_call_that_goes_well_does_without_the_sdks_endpoint(table: Table, here: pytest.MonkeyPatch) -> None:
    def asked(self: Endpoint, *_: Any) -> None:
        raise AssertionError("the SDK was asked")

    call = ours(client())
    here.setattr(Endpoint, "make_request", asked)
    for operation in OPERATIONS:
        table.starts([FOUND])
        assert isinstance(outcome(call, operation), dict)
        assert len(table.asked) == 1


@pytest.mark.parametrize("fault", NO_ANSWERS)
def test_what_is_not_what_the_table_said_is_no_answer(table: Table, fault: str) -> None:
    answers, times = NO_ANSWERS[fault]
    made = client()
    told, call = heard(made), ours(made)
    for operation in OPERATIONS:
        table.starts(answers)
        assert outcome(call, operation) == [
            "ResponseStreamingError",
            "An error occurred while reading from response stream: it is not what was sent",
            None,
            "HTTPClientError",
        ]
        assert len(table.asked) == times
        assert told[-1] == f"after-call-error.dynamodb.{operation}"


def test_what_was_cut_off_within_a_letter_is_asked_for_again(table: Table) -> None:
    call = ours(client())
    table.starts([Answer(body=_FOUND_CUT, headers=CHECKED.headers), CHECKED])
    assert call("GetItem", REQUESTS["GetItem"])["Item"]["data"] == ODD["data"]
    assert len(table.asked) == 2


def test_what_a_proxy_says_of_an_outage_is_asked_again_in_whatever_letters_it_says_it(table: Table) -> None:
    call = ours(client())
    table.starts([Answer(503, "indisponível".encode("latin-1")), Answer(502, b"[]"), FOUND])
    assert call("GetItem", REQUESTS["GetItem"])["Item"]["data"] == ODD["data"]
    assert len(table.asked) == 3


def test_others_who_use_the_client_are_answered_as_ever(table: Table) -> None:
    made = client()
    Calls(made)
    table.starts([Answer(body=b"<html>")])
    assert "Item" not in made.get_item(**REQUESTS["GetItem"])


def test_a_key_that_is_no_unicode_is_asked_for_as_the_sdk_does(table: Table) -> None:
    request = {"TableName": TABLE, "Key": {"PK": {"S": "T#\udce7"}, "SK": {"S": "DEBTOR"}}}
    asked = []
    for way in WAYS:
        call = way(client())
        table.starts([FOUND])
        for _ in range(2):
            call("GetItem", request)
        asked.append([wire(each) for each in table.asked])
    assert asked[0] == asked[1]
    assert asked[1][0][4]["Key"] == request["Key"]


def test_nobody_there_is_the_same_error(table: Table) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        made = [client() for _ in WAYS]
        for one in made:
            one.meta.events.register("before-send", lambda request, **_: setattr(request, "url", url))
        first, second = (outcome(way(one), "GetItem") for way, one in zip(WAYS, made, strict=True))
    assert first == second
    assert isinstance(second, list)
    assert second[0] == "EndpointConnectionError"


@pytest.mark.parametrize(
    "configured",
    [
        {},
        {"AWS_DEFAULT_REGION": "us-gov-west-1"},
        {"AWS_DEFAULT_REGION": "cn-north-1"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:8000/here"},
        {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_DEFAULT_REGION": "us-east-1"},
        {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_DEFAULT_REGION": "us-east-1"},
        {"AWS_ACCOUNT_ID": "123456789012"},
        {"AWS_ACCOUNT_ID": "123456789012", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"},
        {"AWS_ACCOUNT_ID": "123456789012", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "required"},
        {"AWS_SESSION_TOKEN": "token"},
        {"AWS_LAMBDA_FUNCTION_NAME": "import", "_X_AMZN_TRACE_ID": "Root=1-2;Parent=3"},
        {"AWS_ENABLE_ENDPOINT_DISCOVERY": "true", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
    ],
    ids=lambda configured: " ".join(f"{name}={value}" for name, value in configured.items()) or "nothing",
)
def test_where_and_how_it_is_sent_is_as_configured(here: pytest.MonkeyPatch, configured: dict[str, str]) -> None:
    for name, value in configured.items():
        here.setenv(name, value)
    seen: list[list[Any]] = []
    for way in WAYS:
        clients.forget()
        made, sent = client(), list[Any]()
        made.meta.events.register_first("before-send", lambda request, sent=sent, **_: _kept(request, sent))
        call = way(made)
        for operation in (*OPERATIONS, *OPERATIONS):
            call(operation, REQUESTS[operation])
        seen.append(sent)
    assert seen[0] == seen[1]
    assert len(seen[1]) == 2 * 2 * len(OPERATIONS)


def test_where_no_endpoint_can_be_worked_out_it_is_the_same_error(here: pytest.MonkeyPatch) -> None:
    here.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "required")
    first, second = (outcome(way(client()), "GetItem") for way in WAYS)
    assert first == second
    assert isinstance(second, list)
    assert second[0] == "EndpointResolutionError"


def test_without_credentials_it_is_the_same_error(table: Table, here: pytest.MonkeyPatch) -> None:
    here.delenv("AWS_ACCESS_KEY_ID")
    here.delenv("AWS_SECRET_ACCESS_KEY")
    here.setenv("AWS_EC2_METADATA_DISABLED", "true")
    here.setenv("AWS_CONFIG_FILE", "/nowhere")
    here.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    clients.forget()
    first, second = (outcome(way(client()), "GetItem") for way in WAYS)
    assert first == second
    assert isinstance(second, list)
    assert second[0] == "NoCredentialsError"


def _kept(request: Any, sent: list[Any]) -> AWSResponse:
    headers = {
        name: str(value, "ascii") if isinstance(value, bytes) else value for name, value in request.headers.items()
    }
    for name in ("Authorization", "X-Amz-Date", "amz-sdk-invocation-id", "Content-Length"):
        value = headers.pop(name)
        if name == "Authorization":
            sent.append(re.sub(r"/\d{8}/|Signature=\w+", "", value))
    sent.append((request.url, request.method, headers))
    return AWSResponse(request.url, 200, {}, SimpleNamespace(stream=lambda *_, **__: iter([b"{}"])))


def test_a_table_named_by_its_arn_is_found_where_the_rules_say(here: pytest.MonkeyPatch) -> None:
    here.setenv("AWS_ACCOUNT_ID", "111111111111")
    request = REQUESTS["GetItem"] | {"TableName": "arn:aws:dynamodb:sa-east-1:222222222222:table/regua"}
    urls = []
    for way in WAYS:
        made, sent = client(), list[Any]()
        made.meta.events.register_first("before-send", lambda request, sent=sent, **_: _kept(request, sent))
        way(made)("GetItem", request)
        urls.append(sent[-1][0])
    assert urls == ["https://222222222222.ddb.sa-east-1.amazonaws.com/"] * 2


def test_credentials_are_asked_for_each_time_and_so_refreshed(table: Table) -> None:
    tokens = []
    for way in WAYS:
        table.starts([FOUND])
        given = iter("abcdefgh")

        def soon_over(given: Iterator[str] = given) -> dict[str, str]:
            over = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
            return {"access_key": "AKIDTEST", "secret_key": "secret", "token": next(given), "expiry_time": over}

        clients.forget()
        clients._session()._credentials = RefreshableCredentials.create_from_metadata(soon_over(), soon_over, "test")
        call = way(client())
        for operation in ("PutItem", "GetItem", "PutItem"):
            call(operation, REQUESTS[operation])
        tokens.append([headers["X-Amz-Security-Token"] for _, _, headers, _ in table.asked])
    # the SDK's endpoint rules ask for them too, for the account's number: so the letters differ, not how fresh they are
    assert [len(set(each)) for each in tokens] == [3, 3]


def test_the_trace_of_an_invocation_is_that_of_this_call(table: Table, here: pytest.MonkeyPatch) -> None:
    here.setenv("AWS_LAMBDA_FUNCTION_NAME", "import")
    call = ours(client())
    table.starts([FOUND])
    for trace in ("Root=1", "Root=2", "Root=3"):
        here.setenv("_X_AMZN_TRACE_ID", trace)
        call("PutItem", REQUESTS["PutItem"])
    assert [headers["X-Amzn-Trace-Id"] for _, _, headers, _ in table.asked] == ["Root=1", "Root=2", "Root=3"]


def test_a_table_that_is_down_is_asked_less_and_less(table: Table) -> None:
    times = []
    for way in WAYS:
        table.starts([_error("InternalServerError", 500)])
        call, each = way(client()), list[int]()
        for _ in range(40):
            before = len(table.asked)
            outcome(call, "UpdateItem")
            each.append(len(table.asked) - before)
        table.starts([FOUND])
        for _ in range(7):  # what is given back lets one more call be repeated
            outcome(call, "UpdateItem")
        table.starts([_error("InternalServerError", 500)])
        outcome(call, "UpdateItem")
        times.append((each, len(table.asked)))
    assert times[0] == times[1]
    assert times[1][0][0] == 4
    assert times[1][0][-1] == 1
    assert times[1][1] == 2


def test_a_client_that_gives_transactions_tokens_still_does(table: Table) -> None:
    clients._client.cache_clear()
    call = ours(clients.dynamodb())
    table.starts([FOUND])
    for _ in range(2):
        call("TransactWriteItems", REQUESTS["TransactWriteItems"])
    tokens = {json.loads(body)["ClientRequestToken"] for _, _, _, body in table.asked}
    assert len(tokens) == 2


def test_who_changes_a_request_on_its_way_to_the_serialiser_is_heard(table: Table) -> None:
    made = client()
    made.meta.events.register(
        "before-parameter-build.dynamodb.PutItem", lambda params, **_: params.update(ReturnConsumedCapacity="TOTAL")
    )
    call = ours(made)
    table.starts([FOUND])
    for _ in range(2):
        call("PutItem", REQUESTS["PutItem"])
    assert [json.loads(body)["ReturnConsumedCapacity"] for _, _, _, body in table.asked] == ["TOTAL", "TOTAL"]


def test_where_the_sdk_speaks_another_protocol_the_call_is_the_sdks(table: Table, here: pytest.MonkeyPatch) -> None:
    made = client()
    real = made._serializer.serialize_to_request

    def otherwise(*arguments: Any) -> dict[str, Any]:
        request: dict[str, Any] = real(*arguments)
        request["headers"]["Content-Type"] = "application/cbor"
        return request

    here.setattr(made._serializer, "serialize_to_request", otherwise)
    call = ours(made)
    table.starts([FOUND])
    for _ in range(2):
        call("PutItem", REQUESTS["PutItem"])
    assert [headers["Content-Type"] for _, _, headers, _ in table.asked] == ["application/cbor"] * 2


def test_where_the_sdk_is_made_otherwise_the_call_is_the_sdks(table: Table, here: pytest.MonkeyPatch) -> None:
    made = [client() for _ in range(3)]
    real = [one._endpoint for one in made]

    def sends(_: Any, model: Any, request: dict[str, Any], context: dict[str, Any]) -> Any:
        assert context
        return real[0].make_request(model, request)

    here.setattr("botocore.client.BaseClient._make_request", sends)
    del made[0]._endpoint
    here.setattr(made[1]._endpoint, "make_request", lambda request, *, model, signer: None)
    here.delattr("botocore.model.OperationModel.request_compression")
    here.setattr("botocore.client.maybe_compress_request", lambda *_: None)
    for one in made:
        table.starts([FOUND])
        call = ours(one)
        for _ in range(2):
            assert call("PutItem", REQUESTS["PutItem"])["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert len(table.asked) == 2


def test_who_plays_the_table_before_it_is_called_answers_each_call_once(table: Table) -> None:
    made = client()
    call = ours(made)
    played = list[int]()

    def play(**_: Any) -> tuple[Any, dict[str, Any]]:
        played.append(len(played))
        return SimpleNamespace(status_code=200), {"Item": {"n": {"N": str(played[-1])}}}

    made.meta.events.register_first("before-call.dynamodb.GetItem", play)
    table.starts([FOUND])
    assert [call("GetItem", REQUESTS["GetItem"])["Item"]["n"]["N"] for _ in range(3)] == ["0", "1", "2"]
    assert not table.asked


def test_many_at_once_each_get_their_own_answer_from_the_first_call_on(table: Table) -> None:
    table.echoes = True
    table.starts([FOUND])
    call = ours(client())

    def ask(n: int) -> bool:
        key = {"PK": {"S": f"d{n}"}}
        return bool(call("GetItem", {"TableName": TABLE, "Key": key})["Item"] == key)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))
    assert len(table.asked) == 200
