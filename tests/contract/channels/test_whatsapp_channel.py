"""WhatsApp keeps the contract with both providers; the template goes out exactly as the Cloud API documents it."""

import base64
import json
from typing import Any, ClassVar

import pytest
from channel_contract import CORRELATION, SECRET, ChannelContract, sent
from provider import Answer, Asked, Provider

from regua.channels import whatsapp, whatsapp_errors
from regua.domain.contact.channel_event import Action, Outcome
from regua.domain.contact.message import Message
from regua.domain.model import Channel, ContactPoint
from regua.domain.tenant import ChannelConfig, Creditor, Tenant
from regua.platform.fakes import FakeSecrets
from regua.ports import RetryableError

jsonschema = pytest.importorskip("jsonschema")

# developers.facebook.com/docs/whatsapp/cloud-api/reference/messages: template messages
PARAMETER = {
    "type": "object",
    "required": ["type"],
    "properties": {"type": {"enum": ["text", "payload", "image", "document", "video", "coupon_code"]}},
    "minProperties": 2,
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["messaging_product", "to", "type", "template"],
    "additionalProperties": False,
    "properties": {
        "messaging_product": {"const": "whatsapp"},
        "recipient_type": {"const": "individual"},
        "to": {"type": "string", "pattern": "^[1-9][0-9]{7,14}$"},
        "type": {"const": "template"},
        "biz_opaque_callback_data": {"type": "string", "maxLength": 512},
        "template": {
            "type": "object",
            "required": ["name", "language"],
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string", "pattern": "^[a-z0-9_]{1,512}$"},
                "language": {
                    "type": "object",
                    "required": ["code"],
                    "properties": {"code": {"type": "string", "pattern": "^[a-z]{2,3}(_[A-Z]{2,3})?$"}},
                },
                "components": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["type", "parameters"],
                        "properties": {
                            "type": {"enum": ["header", "body", "button"]},
                            "sub_type": {"enum": ["quick_reply", "url", "copy_code"]},
                            "index": {"type": "string", "pattern": "^[0-9]$"},
                            "parameters": {"type": "array", "minItems": 1, "items": PARAMETER},
                        },
                        "if": {"properties": {"type": {"const": "button"}}},
                        "then": {"required": ["sub_type", "index"]},
                    },
                },
            },
        },
    },
}

MESSAGE = Message(
    Channel.WHATSAPP,
    "Olá, Maria",
    template="regua_aviso",
    parameters=("Maria", "Padaria Alfa\n", "R$ 10,00\t    hoje"),
    buttons=(("0", "PAID"), ("url:1", "abc"), ("copy_code:2", "00020126")),
    header=("document", "https://pagar.example/boleto.pdf"),
    correlation=CORRELATION,
)
TO = ContactPoint("phone", "+5511987654321", (Channel.WHATSAPP,))


def graph(code: int, status: int = 400, details: str = "no") -> Answer:
    """An error of Graph."""
    error = {"message": f"(#{code}) title", "type": "OAuthException", "code": code, "error_data": {"details": details}}
    return Answer(status, json.dumps({"error": error}).encode())


class TestCloudApi(ChannelContract):
    channel = Channel.WHATSAPP
    options: ClassVar[dict[str, str]] = {"phone_number_id": "106540352242922", "token": "whatsapp/token"}
    to = TO
    private = ("987654321", "Maria")
    message = MESSAGE
    accepted = Answer(
        body=json.dumps(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": "5511987654321", "wa_id": "551187654321"}],
                "messages": [{"id": "wamid.1", "message_status": "accepted"}],
            }
        ).encode()
    )
    message_id = "wamid.1"
    throttled = graph(131056)
    refusals: ClassVar = [
        (graph(130429, 400), Outcome.THROTTLED, Action.RETRY_LATER),
        (graph(80007, 400), Outcome.THROTTLED, Action.RETRY_LATER),
        (graph(131026, 400, "not on WhatsApp: 5511987654321"), Outcome.REFUSED, Action.FALL_BACK),
        (graph(131047), Outcome.REFUSED, Action.FALL_BACK),
        (graph(131050), Outcome.REFUSED, Action.OPT_OUT),
        (graph(131021), Outcome.REFUSED, Action.STOP_NUMBER),
        (graph(132001, 404), Outcome.REFUSED, Action.TEMPLATE_OFF),
        (graph(132015), Outcome.REFUSED, Action.TEMPLATE_OFF),
        (graph(190, 401), Outcome.REFUSED, Action.OPERATOR),
        (graph(230, 403), Outcome.REFUSED, Action.OPERATOR),
        (graph(368, 403), Outcome.REFUSED, Action.KILL_SWITCH),
        (graph(131000, 500), Outcome.UNKNOWN, Action.OPERATOR),
        (graph(131016, 503), Outcome.UNKNOWN, Action.OPERATOR),
        # a refusal's code under a server fault's status: who knows what happened
        (graph(131026, 502), Outcome.UNKNOWN, Action.FALL_BACK),
        (Answer(404, b"<html>no such page</html>"), Outcome.REFUSED, Action.OPERATOR),
        (Answer(200, b'{"messages": []}'), Outcome.UNKNOWN, Action.OPERATOR),
    ]
    unknown_refusal = graph(999_999, 400, "5511987654321 is a teapot")
    unknown_fault = graph(999_999, 502)

    def test_the_request_is_what_the_cloud_api_documents(self, provider: Provider) -> None:
        provider.answer = self.accepted
        self.send()
        (asked,) = provider.asked
        body = json.loads(asked.body)
        jsonschema.validate(body, SCHEMA)
        assert (asked.method, asked.path) == ("POST", f"/{whatsapp.API_VERSION}/106540352242922/messages")
        assert asked.headers["authorization"] == f"Bearer {SECRET}"
        header, text, *buttons = body["template"]["components"]
        assert header["parameters"] == [{"type": "document", "document": {"link": "https://pagar.example/boleto.pdf"}}]
        assert [p["text"] for p in text["parameters"]] == ["Maria", "Padaria Alfa", "R$ 10,00 hoje"]
        assert [(b["sub_type"], b["index"], b["parameters"]) for b in buttons] == [
            ("quick_reply", "0", [{"type": "payload", "payload": "PAID"}]),
            ("url", "1", [{"type": "text", "text": "abc"}]),
            ("copy_code", "2", [{"type": "coupon_code", "coupon_code": "00020126"}]),
        ]

    def test_no_template_means_no_call(self, provider: Provider) -> None:
        bare = Message(Channel.WHATSAPP, "Olá")
        result = sent(whatsapp.WhatsAppSender(_NoSecrets(KeyError)), self.tenant(), TO, bare, timeout=1)
        assert (result.outcome, result.action) == (Outcome.REFUSED, Action.OPERATOR)
        assert provider.asked == []

    @pytest.mark.parametrize(
        ("fault", "outcome", "action"),
        [
            (KeyError, Outcome.REFUSED, Action.OPERATOR),
            (RetryableError, Outcome.UNREACHED, Action.RETRY_LATER),
        ],
    )
    def test_no_token_means_no_call(
        self, provider: Provider, fault: type[Exception], outcome: Outcome, action: Action
    ) -> None:
        result = sent(whatsapp.WhatsAppSender(_NoSecrets(fault)), self.tenant(), TO, MESSAGE, timeout=1)
        assert (result.outcome, result.action) == (outcome, action)
        assert provider.asked == []

    def test_every_documented_code_is_refused_without_a_guess(self, provider: Provider) -> None:
        for code, row in whatsapp_errors.ERRORS.items():
            provider.answer = graph(code)
            result = self.send()
            assert (result.outcome, result.action) == (row.outcome, row.action), code
            assert result.error.startswith(str(code))


class _NoSecrets:
    def __init__(self, fault: type[Exception]) -> None:
        self._fault = fault

    def get(self, name: str) -> str:
        raise self._fault(name)


def aws_error(code: str, status: int = 400, text: str = "no") -> Answer:
    """An error of the REST-JSON protocol."""
    return Answer(status, json.dumps({"message": text}).encode(), {"x-amzn-ErrorType": code})


class TestSocialMessaging(ChannelContract):
    channel = Channel.WHATSAPP
    options: ClassVar[dict[str, str]] = {"provider": "aws", "phone_number_id": "phone-number-id-" + "0" * 32}
    to = TO
    private = ("987654321", "Maria")
    message = MESSAGE
    accepted = Answer(body=b'{"messageId": "aws-1"}')
    message_id = "aws-1"
    throttled = aws_error("ThrottledRequestException", 429)
    refusals: ClassVar = [
        (aws_error("InvalidParametersException"), Outcome.REFUSED, Action.OPERATOR),
        (aws_error("ValidationException"), Outcome.REFUSED, Action.OPERATOR),
        (aws_error("ResourceNotFoundException", 404), Outcome.REFUSED, Action.OPERATOR),
        (aws_error("AccessDeniedException", 403), Outcome.REFUSED, Action.OPERATOR),
        (aws_error("DependencyException", 502), Outcome.UNKNOWN, Action.OPERATOR),
        (aws_error("InternalServiceException", 500), Outcome.UNKNOWN, Action.OPERATOR),
    ]
    unknown_refusal = aws_error("TeapotException", 418, "+5511987654321 is a teapot")
    unknown_fault = aws_error("TeapotException", 503)

    def correlation(self, asked: Asked) -> bool:
        """Inside the message, which travels as base64."""
        inner = json.loads(base64.b64decode(json.loads(asked.body)["message"]))
        jsonschema.validate(inner, SCHEMA)
        return bool(inner["biz_opaque_callback_data"] == CORRELATION)


class TestAnAnswer:
    """Free text within 24 hours of what the person wrote (Cloud API, text messages)."""

    def test_it_goes_as_text(self) -> None:
        body = whatsapp.request(
            "+5511987654321", Message(Channel.WHATSAPP, "Obrigado.", session=True, correlation=CORRELATION)
        )
        assert body == {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "5511987654321",
            "type": "text",
            "text": {"preview_url": False, "body": "Obrigado."},
            "biz_opaque_callback_data": CORRELATION,
        }

    @pytest.mark.parametrize("message", [Message(Channel.WHATSAPP, "Oi"), Message(Channel.WHATSAPP, "", session=True)])
    def test_nothing_else_goes_without_a_template(self, message: Message) -> None:
        tenant = Tenant(
            "acme",
            Creditor("Acme", "11222333000181", "Rua A, 1"),
            channels={Channel.WHATSAPP: ChannelConfig(options={"phone_number_id": "1"})},
        )
        result = sent(whatsapp.WhatsAppSender(FakeSecrets({})), tenant, TO, message, timeout=1)
        assert (result.outcome, result.action) == (Outcome.REFUSED, Action.OPERATOR)
