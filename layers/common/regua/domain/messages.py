"""What is said to a debtor, and what the channels tell of it afterwards."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from regua.domain.model import Channel


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with an e-mail; `content_id` set makes it inline."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One rendered message, the same bytes in a preview and in the run.

    `subject` and `html` are for e-mail; `template` and `parameters` for WhatsApp (name of the approved template, the
    body variables in order and `{"button:0": "..."}` style button parameters in `buttons`).
    """

    channel: Channel
    text: str
    subject: str = ""
    html: str = ""
    template: str = ""
    locale: str = "pt_BR"
    parameters: tuple[str, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    """`(button index, parameter)` pairs; a quick reply's parameter is its payload.

    A bare index (`0`) is a quick reply; `url:1` is the changing end of a link button, `copy_code:2` a code to copy.
    """
    header: tuple[str, str] | None = None
    """WhatsApp template header: (`text`, words) or (`image` | `document` | `video`, https link)."""
    attachments: tuple[Attachment, ...] = ()
    unsubscribe_url: str = ""
    correlation: str = ""
    """Opaque id of the contact: travels with the message (SES tag, biz_opaque_callback_data), comes back in events."""
    ttl_seconds: int = 0
    """Seconds until the contact window ends: a carrier that holds the message longer must drop it (0: no limit)."""
    pix_code: str = ""
    digitable_line: str = ""
    """What a letter is paid with: the code its QR code shows, and the boleto its barcode stands for."""
    session: bool = False
    """An answer to somebody who has just written: WhatsApp takes it as free text, without a template."""


class Outcome(StrEnum):
    """What a provider's answer proves.

    Only REFUSED, THROTTLED and UNREACHED prove that nothing was accepted; UNKNOWN never may be sent again.
    """

    SENT = "sent"
    REFUSED = "refused"
    THROTTLED = "throttled"
    UNREACHED = "unreached"
    UNKNOWN = "unknown"


class Action(StrEnum):
    """What an answer or event asks for."""

    NONE = "none"
    RETRY_LATER = "retry_later"
    FALL_BACK = "fall_back"
    STOP_NUMBER = "stop_number"
    OPERATOR = "operator"
    OPT_OUT = "opt_out"
    CLEARING_HOLD = "clearing_hold"
    PROMISE = "promise"
    WRONG_PERSON = "wrong_person"
    DISPUTE = "dispute"
    NEGOTIATION = "negotiation"
    TEMPLATE_OFF = "template_off"
    KILL_SWITCH = "kill_switch"


@dataclass(frozen=True, slots=True)
class SendResult:
    """A provider's answer to one call."""

    outcome: Outcome
    message_id: str = ""
    error: str = ""
    """Code and short text, without personal data."""
    action: Action = Action.NONE
    cost_micros: int = 0
    segments: int = 0


class EventKind(StrEnum):
    """What a channel tells about a message or an account."""

    SENT = "sent"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    READ = "read"
    FAILED = "failed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    OPTED_OUT = "opted_out"
    REPLY = "reply"
    CLICKED = "clicked"
    OPENED = "opened"
    TEMPLATE = "template"
    ACCOUNT = "account"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ChannelEvent:
    """One normalised event. `sender` (a phone or address) is personal data: it finds the debtor and is never logged."""

    channel: Channel
    kind: EventKind
    message_id: str = ""
    in_reply_to: str = ""
    permanent: bool | None = None
    action: Action = Action.NONE
    at: datetime | None = None
    error: str = ""
    text: str = ""
    sender: str = ""
    correlation: str = ""
    promised_on: str = ""
    """ISO day, when a reply names one."""
    template: str = ""
    """Name of the template a TEMPLATE event is about."""
    account: str = ""
    """Which account or number of ours it came to (phone number id, WhatsApp Business account id, sending number)."""
    raw: dict[str, object] = field(default_factory=dict)


_RANKS = {
    EventKind.SENT: 10,
    EventKind.DELAYED: 20,
    EventKind.FAILED: 30,
    EventKind.DELIVERED: 40,
    EventKind.BOUNCED: 50,
    EventKind.OPENED: 60,
    EventKind.READ: 60,
    EventKind.CLICKED: 70,
    EventKind.REPLY: 75,
    EventKind.COMPLAINED: 80,
    EventKind.OPTED_OUT: 90,
}


def rank(kind: EventKind) -> int:
    """How much a kind of event says of one message: events come repeated and in any order, the highest rank wins.

    A delivery outranks a failure (it arrived after all), a bounce outranks a delivery (the next server sent it back).
    Kinds that say nothing of a message (TEMPLATE, ACCOUNT, UNKNOWN) rank 0.
    """
    return _RANKS.get(kind, 0)
