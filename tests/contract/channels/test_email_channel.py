"""E-mail keeps the contract, and SES is told everything a mail client and a mailbox provider need."""

import base64
import json
from typing import ClassVar

from channel_contract import CORRELATION, ChannelContract, FakeSecrets, sent
from provider import Answer, Provider

from regua.channels import email
from regua.domain.contact.channel_event import Action, Outcome
from regua.domain.contact.message import Attachment, Message
from regua.domain.model import Channel, ContactPoint


def refusal(code: str, status: int = 400, text: str = "no") -> Answer:
    """An error of the REST-JSON protocol."""
    return Answer(status, json.dumps({"message": text}).encode(), {"x-amzn-ErrorType": code})


class TestEmail(ChannelContract):
    channel = Channel.EMAIL
    options: ClassVar[dict[str, str]] = {"from": "cobranca@padaria-alfa.example", "configuration_set": "regua"}
    to = ContactPoint("email", "maria.silva@debtor.example")
    private = ("maria.silva", "debtor.example")
    message = Message(
        Channel.EMAIL,
        "Olá, Maria",
        subject="Fatura 123 - Padaria Alfa",
        html="<p>Olá, Maria</p>",
        template="aviso",
        unsubscribe_url="https://pagar.example/u/abc",
        attachments=(Attachment("boleto.pdf", "application/pdf", b"%PDF"),),
        correlation=CORRELATION,
    )
    accepted = Answer(body=json.dumps({"MessageId": "0103-abc"}).encode())
    message_id = "0103-abc"
    throttled = refusal("TooManyRequestsException", 429)
    refusals: ClassVar = [
        (refusal("LimitExceededException"), Outcome.THROTTLED, Action.RETRY_LATER),
        (refusal("AccountSuspendedException"), Outcome.REFUSED, Action.KILL_SWITCH),
        (refusal("SendingPausedException"), Outcome.REFUSED, Action.KILL_SWITCH),
        (refusal("MessageRejected", 400, "not verified: maria.silva@debtor.example"), Outcome.REFUSED, Action.OPERATOR),
        (refusal("MailFromDomainNotVerifiedException"), Outcome.REFUSED, Action.OPERATOR),
        (refusal("NotFoundException", 404), Outcome.REFUSED, Action.OPERATOR),
        (refusal("BadRequestException"), Outcome.REFUSED, Action.FALL_BACK),
        (refusal("AccessDeniedException", 403), Outcome.REFUSED, Action.OPERATOR),
        (refusal("InternalServiceErrorException", 500), Outcome.UNKNOWN, Action.OPERATOR),
    ]
    unknown_refusal = refusal("TeapotException", 418, "maria.silva@debtor.example is a teapot")
    unknown_fault = refusal("TeapotException", 502)

    def test_ses_gets_text_html_one_click_tags_and_attachment(self, provider: Provider) -> None:
        provider.answer = self.accepted
        self.send()
        asked = json.loads(provider.asked[0].body)
        simple = asked["Content"]["Simple"]
        assert simple["Body"]["Text"]["Data"] == "Olá, Maria"
        assert simple["Body"]["Html"]["Data"] == "<p>Olá, Maria</p>"
        assert {h["Name"]: h["Value"] for h in simple["Headers"]} == {
            "List-Unsubscribe": "<https://pagar.example/u/abc>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        (attachment,) = simple["Attachments"]
        assert base64.b64decode(attachment["RawContent"]) == b"%PDF"
        assert attachment["ContentDisposition"] == "ATTACHMENT"
        assert asked["ConfigurationSetName"] == "regua"
        assert asked["FromEmailAddress"] == "Padaria Alfa <cobranca@padaria-alfa.example>"
        assert {t["Name"]: t["Value"] for t in asked["EmailTags"]} == {
            "tenant": "alfa",
            "correlation": CORRELATION,
            "template": "aviso",
        }

    def test_a_name_with_accents_survives_the_from_header(self) -> None:
        asked = email.request(
            self.tenant(from_name="Pão Quente"), self.options | {"from_name": "Pão Quente"}, "a@b.example", self.message
        )
        assert asked["FromEmailAddress"].isascii()
        assert "cobranca@padaria-alfa.example" in asked["FromEmailAddress"]

    def test_a_correlation_of_any_characters_survives_the_tag(self) -> None:
        for value in ("alfa#d3ad#1#aviso#email", "b64-x", "é", "a" * 300, "plain-1_2"):
            assert email.decode_tag(email.encode_tag(value)) == value
        assert email._TAG.fullmatch(email.encode_tag("alfa#d3ad#1#aviso#email"))

    def test_an_identity_that_is_missing_is_the_operators_business(self) -> None:
        result = sent(email.EmailSender(FakeSecrets()), self.tenant(**{"from": ""}), self.to, self.message, timeout=1)
        assert (result.outcome, result.action) == (Outcome.REFUSED, Action.OPERATOR)
