"""Recorded calls keep the contract; a repeated start is the same call."""

import json
from typing import ClassVar

from channel_contract import CORRELATION, ChannelContract
from provider import Answer, Provider

from regua.domain.contact.channel_event import Action, Outcome
from regua.domain.contact.message import Message
from regua.domain.model import Channel, ContactPoint


def refusal(code: str, status: int = 400, text: str = "no") -> Answer:
    """An error of the REST-JSON protocol."""
    return Answer(status, json.dumps({"Message": text}).encode(), {"x-amzn-ErrorType": code})


class TestVoice(ChannelContract):
    channel = Channel.VOICE
    options: ClassVar[dict[str, str]] = {
        "instance_id": "12345678-1234-1234-1234-123456789012",
        "contact_flow_id": "87654321-1234-1234-1234-123456789012",
        "source_phone_number": "+551140028922",
        "ring_timeout_seconds": "30",
    }
    to = ContactPoint("phone", "+5511987654321", (Channel.VOICE,))
    private = ("987654321",)
    message = Message(Channel.VOICE, "Aqui é a Padaria Alfa.", correlation=CORRELATION)
    accepted = Answer(body=b'{"ContactId": "call-1"}')
    message_id = "call-1"
    throttled = refusal("LimitExceededException", 429)
    refusals: ClassVar = [
        (refusal("DestinationNotAllowedException", 403), Outcome.REFUSED, Action.STOP_NUMBER),
        (refusal("OutboundContactNotPermittedException", 403), Outcome.REFUSED, Action.FALL_BACK),
        (refusal("InvalidParameterException"), Outcome.REFUSED, Action.FALL_BACK),
        (refusal("InvalidRequestException"), Outcome.REFUSED, Action.OPERATOR),
        (refusal("ResourceNotFoundException", 404), Outcome.REFUSED, Action.OPERATOR),
        (refusal("InternalServiceException", 500), Outcome.UNKNOWN, Action.OPERATOR),
    ]
    unknown_refusal = refusal("TeapotException", 418, "+5511987654321 is a teapot")
    unknown_fault = refusal("TeapotException", 503)

    def test_the_same_contact_asks_with_the_same_token(self, provider: Provider) -> None:
        provider.answer = self.accepted
        self.send()
        self.send()
        first, second = (json.loads(asked.body) for asked in provider.asked)
        assert first["ClientToken"] == second["ClientToken"]
        assert first["Attributes"]["text"] == "Aqui é a Padaria Alfa."
        assert first["RingTimeoutInSeconds"] == 30

    def test_a_setting_that_is_no_number_calls_nobody(self, provider: Provider) -> None:
        result = self.send(tenant=self.tenant(ring_timeout_seconds="meia hora"))
        assert (result.outcome, result.action) == (Outcome.REFUSED, Action.OPERATOR)
        assert provider.asked == []
