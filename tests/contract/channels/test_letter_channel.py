"""Letters keep the contract: one object per letter, named by its own hash."""

import hashlib
from typing import ClassVar

from channel_contract import CORRELATION, ChannelContract, FakeSecrets, sent
from provider import Answer, Asked, Provider

from regua.domain.contact.channel_event import Action, Outcome
from regua.domain.contact.message import Attachment, Message
from regua.domain.model import Channel, ContactPoint

PDF = b"%PDF-1.4 a letter that was made elsewhere"


def refusal(code: str, status: int = 400, text: str = "no") -> Answer:
    """An error of the REST-XML protocol."""
    body = f"<Error><Code>{code}</Code><Message>{text}</Message></Error>"
    return Answer(status, body.encode(), {"Content-Type": "application/xml"})


class TestLetter(ChannelContract):
    channel = Channel.LETTER
    options: ClassVar[dict[str, str]] = {"bucket": "reports"}
    to = ContactPoint("address", "Maria da Silva\nRua das Acácias, 7\n01310-100 São Paulo SP", (Channel.LETTER,))
    private = ("Maria", "Acácias")
    message = Message(
        Channel.LETTER,
        "Prezada senhora,",
        subject="Fatura 123",
        attachments=(Attachment("carta.pdf", "application/pdf", PDF),),
        correlation=CORRELATION,
    )
    accepted = Answer(body=b"", headers={"ETag": '"x"'})
    message_id = hashlib.sha256(PDF).hexdigest()
    throttled = refusal("SlowDown", 503)
    refusals: ClassVar = [
        (refusal("NoSuchBucket", 404), Outcome.REFUSED, Action.OPERATOR),
        (refusal("AccessDenied", 403), Outcome.REFUSED, Action.OPERATOR),
        (refusal("InternalError", 500), Outcome.UNKNOWN, Action.OPERATOR),
    ]
    unknown_refusal = refusal("Teapot", 418)
    unknown_fault = refusal("Teapot", 502)

    def correlation(self, asked: Asked) -> bool:
        """As metadata of the object."""
        return asked.headers.get("x-amz-meta-correlation") == CORRELATION

    def test_an_answer_nobody_can_read_is_unknown(self, provider: Provider) -> None:
        """Does not apply: S3 answers a stored object without a body, and its status is the whole answer."""
        provider.answer = Answer(200, b"<html>surprise</html>", {"Content-Type": "text/html"})
        assert self.send().outcome is Outcome.SENT

    def test_the_object_is_named_by_its_hash_and_by_nobody(self, provider: Provider) -> None:
        provider.answer = self.accepted
        self.send()
        assert provider.asked[0].path.endswith(f"/letters/alfa/{self.message_id}.pdf")

    def test_a_message_without_a_pdf_is_set_and_printed(self, provider: Provider) -> None:
        provider.answer = self.accepted
        bare = Message(Channel.LETTER, "Prezada senhora,\n\nconsta em aberto.", subject="Fatura 123")
        saved, TestLetter.message = TestLetter.message, bare
        try:
            first, second = self.send(), self.send()
        finally:
            TestLetter.message = saved
        assert first.outcome is Outcome.SENT
        assert first.message_id == second.message_id
        assert b"%PDF-1" in provider.asked[0].body

    def test_an_address_of_one_line_calls_nobody(self, provider: Provider) -> None:
        from regua.channels.letter import LetterSender

        bare = Message(Channel.LETTER, "Prezada senhora,", subject="Fatura 123")
        result = sent(LetterSender(FakeSecrets()), self.tenant(), ContactPoint("address", "Maria"), bare, timeout=1)
        assert (result.outcome, result.action) == (Outcome.REFUSED, Action.OPERATOR)
        assert provider.asked == []
