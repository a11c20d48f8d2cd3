"""No call leaves without a limit on connecting and on waiting: whoever does not answer must not stop whoever asks."""

import ast
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from regua.channels import aws
from regua.gateways import client as gateways
from regua.platform import clients

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    path
    for folder in ("layers/common/regua", "functions", "tools/regua_cli")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
BY_HTTP = {"request", "get", "post", "put", "patch", "delete", "head", "options"}
SPEAKS_HTTP = {"requests", "_requests", "_client", "_session", "session", "_open()", "Session()"}
"""What holds a module or a session of `requests`, or opens one."""
OPENS = {"_open", "_session", "Session"}
SPEAKERS = re.compile(
    r"^\s*(?:import|from) (?:requests|urllib3|httpx|aiohttp|http\.client|urllib\.request)\b", re.MULTILINE
)
"""What loads a library that speaks HTTP."""
MAKES_CLIENTS = {"create_client", "client"}


def name_of(make: Any) -> str:
    """What makes a client, by its name."""
    return str(make.func.__name__ if isinstance(make, partial) else make.__name__)


AWS_CLIENTS = (
    clients.dynamodb,
    clients.stepfunctions,
    clients.stepfunctions_once,
    clients.secretsmanager,
    clients.s3,
    clients.sqs,
    clients.lambda_,
    clients.sesv2,
    partial(clients.looking, "sts"),
)


def named(node: ast.expr) -> str:
    """The last name of what a method is called on: `_open` of `self._open().request`."""
    if isinstance(node, ast.Call):  # `_client(config)` of a gateway is ours, and has its limit within
        return f"{called}()" if (called := named(node.func)) in OPENS else ""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def unlimited(source: str) -> list[str]:
    """Calls of HTTP, and clients of AWS, that are made without a limit."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        given, on = {keyword.arg for keyword in node.keywords}, named(node.func.value)
        if (
            node.func.attr == "urlopen" or (node.func.attr in BY_HTTP and on in SPEAKS_HTTP)
        ) and "timeout" not in given:
            found.append(f"{on}.{node.func.attr}, line {node.lineno}")
        if node.func.attr in MAKES_CLIENTS and on in ("boto3", "session", "_session()") and "config" not in given:
            found.append(f"{on}.{node.func.attr}, line {node.lineno}")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_call_out_is_given_a_limit(path: Path) -> None:
    assert unlimited(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "requests.get(url)",
        "self._session.post(url, data=data)",
        "self._open().request('GET', url)",
        "urllib.request.urlopen(url)",
        "boto3.client('s3')",
        "_session().create_client('s3')",
    ],
)
def test_a_call_without_one_is_seen(source: str) -> None:
    assert len(unlimited(source)) == 1


def test_the_calls_there_are_were_found() -> None:
    calls = [p.name for p in SOURCES if any(f"{w}(" in p.read_text("utf-8") for w in ("Session", "create_client"))]
    assert sorted(calls) == ["clients.py", "outward.py"]


def test_nobody_speaks_http_but_the_one_place_where_a_call_ends() -> None:
    """What a library's own limit leaves open (each wait is bounded, and not all of them) is closed there alone."""
    speak = {path.name for path in SOURCES if SPEAKERS.search(path.read_text("utf-8"))}
    # whatsapp.py tells one failure from another, wiring.py loads the library ahead of a morning's first message
    assert speak == {"outward.py", "whatsapp.py", "wiring.py"}


@pytest.mark.parametrize("make", AWS_CLIENTS, ids=name_of)
def test_a_client_of_aws_connects_within_two_seconds_and_waits_for_twenty_at_most(
    make: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    config = make().meta.config  # type: ignore[operator]
    assert 0 < config.connect_timeout <= 2
    assert 0 < config.read_timeout <= 20
    assert config.retries["total_max_attempts"] <= 4


def test_every_client_there_is_is_asked() -> None:
    made = {name for name, one in vars(clients).items() if callable(one) and one.__module__ == clients.__name__}
    assert {name_of(one) for one in AWS_CLIENTS} == {name for name in made if not name.startswith("_")} - {"forget"}


@pytest.mark.parametrize("service", aws.SERVICES)
def test_a_senders_client_is_done_within_what_it_is_given(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    config = aws.make(service, 8.0).meta.config
    assert config.connect_timeout + config.read_timeout <= 8.0
    assert config.retries["total_max_attempts"] == 1


def test_a_gateway_is_waited_for_less_long_than_any_function_lives() -> None:
    assert 0 < gateways.CONNECT_SECONDS < gateways.CALL_SECONDS < 15
