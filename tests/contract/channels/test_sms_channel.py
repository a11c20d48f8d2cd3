"""SMS keeps the contract with both providers; the text that leaves is plain, short and never too dear."""

import json
from typing import ClassVar
from urllib.parse import parse_qs

from channel_contract import CORRELATION, ChannelContract, FakeSecrets, sent
from provider import Answer, Asked, Provider

from regua.channels.sms import SmsSender
from regua.domain.contact.channel_event import Action, Outcome
from regua.domain.contact.message import Message
from regua.domain.model import Channel, ContactPoint

TO = ContactPoint("phone", "+5511987654321", (Channel.SMS,))
TEXT = "Padaria Alfa: há uma mensagem para você em pagar.example/f/abc — dúvidas? Responda. " * 2
ATTRIBUTE = "MessageAttributes.entry"


def sns_error(code: str, status: int = 400, text: str = "no") -> Answer:
    """An error of the query protocol."""
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error></ErrorResponse>"
    )
    return Answer(status, body.encode(), {"Content-Type": "text/xml"})


class TestSns(ChannelContract):
    channel = Channel.SMS
    options: ClassVar[dict[str, str]] = {"max_price_usd": "0.10"}
    to = TO
    private = ("987654321", "5511987654321")
    message = Message(Channel.SMS, TEXT, correlation=CORRELATION)
    accepted = Answer(
        body=b"<PublishResponse><PublishResult><MessageId>sns-1</MessageId></PublishResult></PublishResponse>",
        headers={"Content-Type": "text/xml"},
    )
    message_id = "sns-1"
    segments = 2
    throttled = sns_error("Throttling", 400)
    refusals: ClassVar = [
        (sns_error("Throttled", 429), Outcome.THROTTLED, Action.RETRY_LATER),
        (sns_error("KMSThrottling"), Outcome.THROTTLED, Action.RETRY_LATER),
        (sns_error("InvalidParameter", 400, "PhoneNumber +5511987654321"), Outcome.REFUSED, Action.FALL_BACK),
        (sns_error("ParameterValueInvalid"), Outcome.REFUSED, Action.FALL_BACK),
        (sns_error("OptedOut"), Outcome.REFUSED, Action.OPT_OUT),
        (sns_error("AuthorizationError", 403), Outcome.REFUSED, Action.OPERATOR),
        (sns_error("EndpointDisabled"), Outcome.REFUSED, Action.STOP_NUMBER),
        (sns_error("InternalError", 500), Outcome.UNKNOWN, Action.OPERATOR),
    ]
    unknown_refusal = sns_error("Teapot", 418, "+55 11 98765-4321 is a teapot, 5511987654321")
    unknown_fault = sns_error("Teapot", 503)

    def correlation(self, asked: Asked) -> bool:
        """SNS carries none: its events are matched by message id."""
        return CORRELATION.encode() not in asked.body

    def test_the_text_leaves_plain_transactional_and_with_a_price_limit(self, provider: Provider) -> None:
        provider.answer = self.accepted
        self.send()
        asked = {name: values[0] for name, values in parse_qs(provider.asked[0].body.decode()).items()}
        assert asked["Message"].startswith("Padaria Alfa: ha uma mensagem para voce em pagar.example/f/abc - duvidas?")
        attributes = {asked[f"{ATTRIBUTE}.{i}.Name"]: asked[f"{ATTRIBUTE}.{i}.Value.StringValue"] for i in (1, 2)}
        assert attributes == {"AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.MaxPrice": "0.10"}

    def test_a_text_too_long_or_empty_calls_nobody(self, provider: Provider) -> None:
        sender = SmsSender(FakeSecrets())
        for text in ("", "a" * 1601):
            result = sent(sender, self.tenant(), TO, Message(Channel.SMS, text), timeout=1)
            assert (result.outcome, result.action) == (Outcome.REFUSED, Action.OPERATOR)
        assert provider.asked == []

    def test_an_unknown_provider_calls_nobody(self, provider: Provider) -> None:
        assert self.send(tenant=self.tenant(provider="pigeons")).action is Action.OPERATOR
        assert provider.asked == []


def sms_error(code: str, status: int = 400, **fields: str) -> Answer:
    """An error of the JSON protocol."""
    return Answer(status, json.dumps({"__type": code, "Message": "no"} | fields).encode())


class TestEndUserMessaging(ChannelContract):
    channel = Channel.SMS
    options: ClassVar[dict[str, str]] = {
        "provider": "end_user_messaging",
        "origination_identity": "phone-1",
        "configuration_set": "regua",
        "max_price_usd": "0.10",
    }
    to = TO
    private = ("987654321", "5511987654321")
    message = Message(Channel.SMS, TEXT, correlation=CORRELATION, ttl_seconds=7200)
    accepted = Answer(body=b'{"MessageId": "eum-1"}')
    message_id = "eum-1"
    segments = 2
    throttled = sms_error("ThrottlingException")
    refusals: ClassVar = [
        (
            sms_error("ServiceQuotaExceededException", Reason="MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"),
            Outcome.REFUSED,
            Action.KILL_SWITCH,
        ),
        (sms_error("ServiceQuotaExceededException", Reason="OTHER"), Outcome.THROTTLED, Action.RETRY_LATER),
        (
            sms_error("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"),
            Outcome.REFUSED,
            Action.OPT_OUT,
        ),
        (sms_error("ConflictException", Reason="RESOURCE_NOT_ACTIVE"), Outcome.REFUSED, Action.OPERATOR),
        (sms_error("ValidationException", Reason="PRICE_OVER_THRESHOLD"), Outcome.REFUSED, Action.FALL_BACK),
        (sms_error("ValidationException", Reason="INVALID_PARAMETER"), Outcome.REFUSED, Action.OPERATOR),
        (sms_error("AccessDeniedException", Reason="ACCOUNT_DISABLED"), Outcome.REFUSED, Action.KILL_SWITCH),
        (sms_error("AccessDeniedException"), Outcome.REFUSED, Action.OPERATOR),
        (sms_error("ResourceNotFoundException"), Outcome.REFUSED, Action.OPERATOR),
        (sms_error("InternalServerException", 500), Outcome.UNKNOWN, Action.OPERATOR),
    ]
    unknown_refusal = sms_error("TeapotException", 418, Message="+5511987654321 is a teapot")
    unknown_fault = sms_error("TeapotException", 503)

    def test_the_message_expires_with_the_contact_window(self, provider: Provider) -> None:
        provider.answer = self.accepted
        self.send()
        asked = json.loads(provider.asked[0].body)
        assert asked["TimeToLive"] == 7200
        assert asked["Context"] == {"correlation": CORRELATION}
        assert (asked["MessageType"], asked["MaxPrice"], asked["OriginationIdentity"]) == (
            "TRANSACTIONAL",
            "0.10",
            "phone-1",
        )
        assert "DryRun" not in asked

    def test_a_dry_run_is_told_to_the_provider(self, provider: Provider) -> None:
        provider.answer = self.accepted
        self.send(tenant=self.tenant(dry_run="true"))
        assert json.loads(provider.asked[0].body)["DryRun"] is True
