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
    """`(button index, parameter)` pairs; a quick reply's parameter is its payload."""
    attachments: tuple[Attachment, ...] = ()
    unsubscribe_url: str = ""
    correlation: str = ""
    """Opaque id of the contact: travels with the message (SES tag, biz_opaque_callback_data), comes back in events."""


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
    raw: dict[str, object] = field(default_factory=dict)
