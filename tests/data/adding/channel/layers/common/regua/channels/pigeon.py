"""A toy: messages by carrier pigeon; the keeper of the loft is told by SNS where to fly."""

from collections.abc import Mapping
from typing import Any

from regua.channels import aws, envelopes
from regua.channels.base import FALL_BACK, OPERATOR, Capabilities, ErrorMeaning, accepted
from regua.domain.contact.channel_event import ChannelEvent, ChannelEventKind, SendResult
from regua.domain.contact.message import Message
from regua.domain.model import Channel, ContactPoint
from regua.domain.tenant import Tenant
from regua.ports import ChannelEvents, Secrets, Sender, Sending

CAPABILITIES = Capabilities(
    channel=Channel.PIGEON,
    provider="The loft",
    api="sns Publish (TopicArn)",
    max_text=300,
    correlation="Subject",
    delivery_events=True,
    options=("loft",),
    required=("loft",),
)


class PigeonSender:
    """One pigeon, one message. Option: `loft`, the topic its keeper reads."""

    channel = Channel.PIGEON

    def __init__(self, secrets: Secrets) -> None:
        """A pigeon needs no secret."""

    def prepare(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> Sending | SendResult:
        """One flight."""
        config = tenant.channel(Channel.PIGEON)
        if config is None or not config.options.get("loft"):
            return OPERATOR.result("the pigeon has no `loft`")
        loft = config.options["loft"]
        wanted = {"TopicArn": loft, "Subject": message.correlation, "Message": f"{to.value}\n{message.text}"}
        return aws.prepared(
            lambda: (aws.make("sns", timeout), wanted),
            "publish",
            ERRORS,
            lambda answer: accepted(answer.get("MessageId", ""), config.price_micros),
            timeout,
        )


def sender(secrets: Secrets) -> Sender:
    """What sends."""
    return PigeonSender(secrets)


ERRORS: Mapping[str, ErrorMeaning] = {"InvalidParameter": FALL_BACK}
KINDS = {"landed": ChannelEventKind.DELIVERED, "read": ChannelEventKind.READ}


class PigeonEvents:
    """What the keeper tells: `{"pigeon": "landed", "id": ...}`."""

    def parse_event(self, body: bytes, headers: Mapping[str, str]) -> list[ChannelEvent]:
        """One event per pigeon. Raises ValueError on a body that is not of pigeons."""
        return envelopes.each(envelopes.unwrap(body), lambda document: [_event(document)])


def events() -> ChannelEvents:
    """What reads what comes back."""
    return PigeonEvents()


def _event(document: dict[str, Any]) -> ChannelEvent:
    word, name = envelopes.text(document.get("pigeon")), envelopes.text(document.get("id"))
    if not word or not name:
        raise ValueError("not an event of a pigeon")
    kind = KINDS.get(word, ChannelEventKind.UNKNOWN)
    return ChannelEvent(Channel.PIGEON, kind, message_id=name, at=envelopes.moment(document.get("at")), raw=document)
