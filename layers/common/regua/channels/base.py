"""What all channels share: what a channel can do, what an answer proves, how an error is told without a person in it.

The rule behind every error map: only an answer that *proves* the provider accepted nothing is REFUSED, THROTTLED or
UNREACHED. A lost response, a read timeout and a fault inside the provider are UNKNOWN, and UNKNOWN is never sent again.
"""

import re
from dataclasses import dataclass

from regua.domain.contact.channel_event import Action, Outcome, SendResult
from regua.domain.model import Channel


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can carry and tell; `options` and `secrets` are the settings of its `ChannelConfig.options`."""

    channel: Channel
    provider: str
    api: str
    max_text: int
    """Longest text in characters; 0 when the provider sets none."""
    subject: bool = False
    html: bool = False
    attachments: bool = False
    templates: bool = False
    buttons: bool = False
    correlation: str = ""
    """Field of the request that carries our correlation id; empty when events are matched by message id alone."""
    delivery_events: bool = False
    read_events: bool = False
    replies: bool = False
    expires: bool = False
    """The provider drops a message that it could not hand over in time."""
    options: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    """Options whose value is the *name* of a secret."""
    emulated: bool = False
    """The local cloud plays it."""


EVERY_CHANNEL = ("monthly_spend_limit", "canary")
"""Options of every channel; what they do is `use_cases.collecting.pacing`'s."""


@dataclass(frozen=True, slots=True)
class ErrorMeaning:
    """One row of an error map."""

    outcome: Outcome
    action: Action

    def result(self, error: str) -> SendResult:
        """The result for an error told in `error`, masked."""
        return SendResult(self.outcome, error=mask(error), action=self.action)


RETRY = ErrorMeaning(Outcome.THROTTLED, Action.RETRY_LATER)
FALL_BACK = ErrorMeaning(Outcome.REFUSED, Action.FALL_BACK)
STOP = ErrorMeaning(Outcome.REFUSED, Action.STOP_NUMBER)
OPT_OUT = ErrorMeaning(Outcome.REFUSED, Action.OPT_OUT)
OPERATOR = ErrorMeaning(Outcome.REFUSED, Action.OPERATOR)
TEMPLATE_OFF = ErrorMeaning(Outcome.REFUSED, Action.TEMPLATE_OFF)
KILL_SWITCH = ErrorMeaning(Outcome.REFUSED, Action.KILL_SWITCH)
UNREACHED = ErrorMeaning(Outcome.UNREACHED, Action.RETRY_LATER)
LOST = ErrorMeaning(Outcome.UNKNOWN, Action.NONE)
UNSURE = ErrorMeaning(Outcome.UNKNOWN, Action.OPERATOR)


def accepted(message_id: str, cost_micros: int, segments: int = 1) -> SendResult:
    """What an answer without an error proves: without the provider's name for the message, nothing."""
    if not message_id:
        return UNSURE.result("accepted without a message id")
    return SendResult(Outcome.SENT, message_id, cost_micros=cost_micros, segments=segments)


_BAD_REQUEST, _TIMEOUT, _TOO_MANY, _SERVER_FAULT = 400, 408, 429, 500


def by_status(status: int) -> ErrorMeaning:
    """What an HTTP status proves of an error code that no map knows (RFC 9110 §15.5, RFC 6585 §4).

    4xx: the request was not acted on, a person must look; 429: too fast; 408 and everything else prove nothing.
    """
    if status == _TOO_MANY:
        return RETRY
    if _BAD_REQUEST <= status < _SERVER_FAULT and status != _TIMEOUT:
        return OPERATOR
    return UNSURE


_EMAIL = re.compile(r"[^\s<>\"'(),;:=\[\]]+@[^\s<>\"'(),;\[\]]+")
_NUMBER = re.compile(r"\+?\(?\d[\d .()/-]{6,}\d")
_MIN_DIGITS = 8
"""Fewer are no phone number or tax id (`550 5.1.1` of a mail server is worth reading)."""
_MAX_ERROR = 200
_MAX_READ = 2_000


def mask(text: str) -> str:
    """The text without e-mail addresses, phone numbers and tax ids, on one line of at most 200 characters."""
    return _NUMBER.sub(_hidden, _EMAIL.sub("<email>", " ".join(text[:_MAX_READ].split())))[:_MAX_ERROR]


def _hidden(match: re.Match[str]) -> str:
    return "<numero>" if sum(char.isdigit() for char in match.group()) >= _MIN_DIGITS else match.group()


def told(code: object, text: str) -> str:
    """Code and short text of an error, masked; the code is the provider's own and stays whole."""
    detail = mask(text)
    return f"{code}: {detail}" if detail else str(code)
