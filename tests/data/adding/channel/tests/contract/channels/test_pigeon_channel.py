"""A pigeon keeps the contract."""

from typing import ClassVar

from channel_contract import CORRELATION, ChannelContract
from provider import Answer

from regua.domain.contact.channel_event import Action, Outcome
from regua.domain.contact.message import Message
from regua.domain.model import Channel, ContactPoint


def refusal(code: str, status: int = 400, text: str = "no") -> Answer:
    """An error of the query protocol."""
    said = f"<ErrorResponse><Error><Code>{code}</Code><Message>{text}</Message></Error></ErrorResponse>"
    return Answer(status, said.encode(), {"Content-Type": "text/xml"})


class TestPigeon(ChannelContract):
    channel = Channel.PIGEON
    options: ClassVar[dict[str, str]] = {"loft": "arn:aws:sns:sa-east-1:111122223333:loft"}
    to = ContactPoint("phone", "+5511987654321", (Channel.PIGEON,))
    private = ("987654321",)
    message = Message(Channel.PIGEON, "Padaria Alfa: ligue para nós.", correlation=CORRELATION)
    accepted = Answer(
        body=b"<PublishResponse><PublishResult><MessageId>bird-1</MessageId></PublishResult></PublishResponse>",
        headers={"Content-Type": "text/xml"},
    )
    message_id = "bird-1"
    throttled = refusal("Throttling")
    refusals: ClassVar = [(refusal("InvalidParameter"), Outcome.REFUSED, Action.FALL_BACK)]
    unknown_refusal = refusal("Hawk", 418, "+5511987654321 is where the hawk lives")
    unknown_fault = refusal("Hawk", 503)
