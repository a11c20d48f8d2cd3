"""WhatsApp's server takes what Meta would take and refuses the rest as Meta does."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from localcloud.graph_schema import GraphError, check_message
from localcloud.whatsapp_api import GraphServer, wa_id
from localcloud.whatsapp_templates import Approvals

PAYLOADS = Path(__file__).resolve().parents[4] / "shared" / "payloads"
TEMPLATE = {
    "messaging_product": "whatsapp",
    "to": "5511987654321",
    "type": "template",
    "template": {
        "name": "aviso_teste",
        "language": {"code": "pt_BR"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}],
    },
}


@pytest.fixture
def approvals(tmp_path: Path) -> Approvals:
    item = {
        "name": "aviso_teste",
        "locale": "pt_BR",
        "body": "Olá, {{1}}!",
        "buttons": [{"type": "quick_reply", "text": "Parar avisos"}],
        "for": ["aviso"],
    }
    path = tmp_path / "catalog.yaml"
    path.write_text(yaml.safe_dump({"templates": [item]}), encoding="utf-8")
    return Approvals(path)


@pytest.fixture
def server(approvals: Approvals) -> Iterator[GraphServer]:
    server = GraphServer("token", "123", approvals)
    server.start()
    yield server
    server.stop()


def post(server: GraphServer, body: Any, path: str = "/v23.0/123/messages", token: str = "token") -> tuple[int, Any]:  # noqa: S107 (made up)
    request = urllib.request.Request(  # noqa: S310 (http to ourselves)
        server.url + path,
        data=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 (http to ourselves)
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def with_(**changes: Any) -> dict[str, Any]:
    return TEMPLATE | {"template": TEMPLATE["template"] | changes}  # type: ignore[operator] # a dict in a dict


def test_an_approved_template_is_accepted_answered_and_remembered(server: GraphServer):
    status, answer = post(server, TEMPLATE)
    assert status == 200
    assert answer["contacts"] == [{"input": "5511987654321", "wa_id": "5511987654321"}]
    assert answer["messages"][0]["id"].startswith("wamid.")
    assert [message.parameters for message in server.since(0)] == [["Ana"]]
    assert server.approvals.get("aviso_teste", "pt_BR").text(["Ana"]) == "Olá, Ana!\n[Parar avisos]"  # type: ignore[union-attr] # it is there


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"not json", 400, 100),
        (TEMPLATE | {"messaging_product": "sms"}, 400, 100),
        ({key: value for key, value in TEMPLATE.items() if key != "to"}, 400, 131008),
        (TEMPLATE | {"to": "11987"}, 400, 131009),
        (TEMPLATE | {"type": "sticker"}, 400, 131009),
        (TEMPLATE | {"biz_opaque_callback_data": "x" * 513}, 400, 131009),
        (with_(name="Aviso Teste"), 400, 131009),
        (with_(name="nao_aprovado"), 404, 132001),
        (with_(language={"code": "en_US"}), 404, 132001),
        (with_(components=[]), 400, 132000),
        (with_(components=[{"type": "body", "parameters": [{"type": "text", "text": "a\nb"}]}]), 400, 132018),
        (with_(components=[{"type": "body", "parameters": [{"type": "text", "text": "a" * 1025}]}]), 400, 132005),
        (with_(components=[{"type": "button", "index": "0", "parameters": [{"type": "text"}]}]), 400, 131009),
    ],
)
def test_what_meta_would_refuse_is_refused_with_metas_code(server: GraphServer, body: Any, status: int, code: int):
    answered, document = post(server, body)
    assert (answered, document["error"]["code"]) == (status, code)
    assert document["error"].keys() == {"message", "type", "code", "error_data", "fbtrace_id"}
    assert not server.since(0)


def test_a_wrong_token_or_number_is_refused(server: GraphServer):
    assert post(server, TEMPLATE, token="other")[0] == 401
    assert post(server, TEMPLATE, path="/v23.0/999/messages")[0] == 400


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the published sample payloads are not on this machine")
@pytest.mark.parametrize(
    "name", ["whatsapp_send_template_request.json", "whatsapp_send_template_url_button_request.json"]
)
def test_the_documented_requests_pass_the_schema(name: str):
    check_message(json.loads((PAYLOADS / name).read_text()))


def test_the_schema_speaks_of_missing_parts_by_name():
    with pytest.raises(GraphError, match=r"template\.language"):
        check_message(TEMPLATE | {"template": {"name": "aviso"}})


@pytest.mark.parametrize(
    ("phone", "known_as"), [("5511987654321", "5511987654321"), ("5581987654321", "558187654321"), ("5581", "5581")]
)
def test_older_area_codes_are_known_without_the_ninth_digit(phone: str, known_as: str):
    assert wa_id(phone) == known_as
