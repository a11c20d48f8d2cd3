"""What a channel tells: its answer to one call, and the events that come afterwards."""

from datetime import datetime
from enum import StrEnum

from regua.domain.model import Channel
from regua.domain.values import Value, field

BY_USER = "bsuid:"
"""Prefix of `ChannelEvent.sender` when the person's number is hidden and only the channel's own name for the person is
known (WhatsApp's business-scoped user id)."""


class Outcome(StrEnum):
    """What a provider's answer proves.

    Only REFUSED, THROTTLED and UNREACHED prove that nothing was accepted; UNKNOWN never may be sent again.
    """

    SENT = "sent"
    REFUSED = "refused"
    THROTTLED = "throttled"
    UNREACHED = "unreached"
    UNKNOWN = "unknown"

    @property
    def may_have_arrived(self) -> bool:
        """True unless it proves that nothing was accepted."""
        return self in (Outcome.SENT, Outcome.UNKNOWN)

    @property
    def passes(self) -> bool:
        """Nothing was accepted, and nothing is wrong with the message: the same channel may serve later."""
        return self in (Outcome.THROTTLED, Outcome.UNREACHED)


class Action(StrEnum):
    """What an answer or event asks for."""

    NONE = "none"
    RETRY_LATER = "retry_later"
    FALL_BACK = "fall_back"
    STOP_NUMBER = "stop_number"
    OPERATOR = "operator"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    ERASURE = "erasure"
    CLEARING_HOLD = "clearing_hold"
    PROMISE = "promise"
    WRONG_PERSON = "wrong_person"
    DISPUTE = "dispute"
    NEGOTIATION = "negotiation"
    PERSON_FIRST = "person_first"
    """Grief, ruin, an older deal: nothing more is said before a person has answered."""
    TEMPLATE_OFF = "template_off"
    TEMPLATE_ON = "template_on"
    KILL_SWITCH = "kill_switch"


class SendResult(Value):
    """A provider's answer to one call."""

    outcome: Outcome
    message_id: str = ""
    error: str = ""
    """Code and short text, without personal data."""
    action: Action = Action.NONE
    cost_micros: int = 0
    segments: int = 0


class ChannelEventKind(StrEnum):
    """What a channel tells about a message or an account."""

    SENT = "sent"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    READ = "read"
    FAILED = "failed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    REPLY = "reply"
    CLICKED = "clicked"
    OPENED = "opened"
    TEMPLATE = "template"
    ACCOUNT = "account"
    UNKNOWN = "unknown"


class ChannelEvent(Value):
    """One normalised event. `sender` (a phone or address) is personal data: it finds the debtor and is never logged."""

    channel: Channel
    kind: ChannelEventKind
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
    for_good: bool = False
    """The template is off until what we send has changed: no later news of the provider's switches it on."""
    every: bool = False
    """An opt-out of every channel, not only of this one."""
    channels: tuple[Channel, ...] = ()
    """Channels an opt-out names, besides the one it came by."""
    also: tuple[Action, ...] = ()
    """What the same words ask for besides `action`."""
    known_as: str = ""
    """The channel's own name for whoever `sender` is (WhatsApp's business-scoped user id), when both were told."""
    formerly: str = ""
    """The name `known_as` has replaced."""
    suspicion: str = ""
    """Why it may not be from whom it says (`virus`, `spam`, `dmarc`): nothing is done before a person has looked."""
    raw: dict[str, object] = field(default_factory=dict)


_RANKS = {
    ChannelEventKind.SENT: 10,
    ChannelEventKind.DELAYED: 20,
    ChannelEventKind.FAILED: 30,
    ChannelEventKind.DELIVERED: 40,
    ChannelEventKind.BOUNCED: 50,
    ChannelEventKind.OPENED: 60,
    ChannelEventKind.READ: 60,
    ChannelEventKind.CLICKED: 70,
    ChannelEventKind.REPLY: 75,
    ChannelEventKind.COMPLAINED: 80,
    ChannelEventKind.OPTED_OUT: 90,
    ChannelEventKind.OPTED_IN: 90,
}


def rank(kind: ChannelEventKind) -> int:
    """How much a kind of event says of one message: events come repeated and in any order, the highest rank wins.

    A delivery outranks a failure (it arrived after all), a bounce outranks a delivery (the next server sent it back).
    Kinds that say nothing of a message (TEMPLATE, ACCOUNT, UNKNOWN) rank 0.
    """
    return _RANKS.get(kind, 0)
