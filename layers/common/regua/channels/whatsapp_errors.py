"""Every documented error code of the WhatsApp Cloud API, and what to do about it.

The same codes come synchronously (`error.code`) and later in a failed status (`errors[].code`).
Source: developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes (v23), pywa's errors.py for names.
"""

from collections.abc import Mapping
from typing import Any

from regua.channels.base import (
    FALL_BACK,
    KILL_SWITCH,
    OPERATOR,
    OPT_OUT,
    RETRY,
    STOP,
    TEMPLATE_OFF,
    UNSURE,
    ErrorMeaning,
    by_status,
    told,
)
from regua.domain.contact.channel_event import Action, Outcome, SendResult

ERRORS: Mapping[int, ErrorMeaning] = {
    # authorisation
    0: OPERATOR,  # the app user could not be authenticated
    3: OPERATOR,  # capability or permission missing
    10: OPERATOR,  # permission not granted
    190: OPERATOR,  # token expired
    # throttling
    4: RETRY,  # the app's call rate
    80007: RETRY,  # the business account's rate
    130429: RETRY,  # throughput of the number (80 messages/s)
    131048: RETRY,  # spam rate limit: people block this number
    131056: RETRY,  # pair rate: too many messages to this person
    133016: RETRY,  # registration attempts
    # integrity of the account
    368: KILL_SWITCH,  # blocked for policy violations
    130497: KILL_SWITCH,  # may not write to people in this country
    131031: KILL_SWITCH,  # account locked
    131064: KILL_SWITCH,  # account may not send
    # something else
    1: UNSURE,  # unknown error, or the API is down
    2: UNSURE,  # temporarily unavailable
    33: OPERATOR,  # the phone number was deleted
    100: OPERATOR,  # a parameter is wrong
    130472: FALL_BACK,  # the person is in an experiment: this message will never be delivered
    131000: UNSURE,  # something went wrong
    131005: OPERATOR,  # access denied
    131008: OPERATOR,  # parameter missing
    131009: OPERATOR,  # parameter value invalid
    131016: UNSURE,  # service unavailable
    131021: STOP,  # sender and recipient are the same number
    131026: FALL_BACK,  # undeliverable: not on WhatsApp, old version, terms not accepted
    131030: OPERATOR,  # a test number writes to its allow-list only
    131037: OPERATOR,  # display name not approved
    131042: OPERATOR,  # payment method
    131045: OPERATOR,  # number not registered
    131047: FALL_BACK,  # more than 24 h since the person wrote: a template is needed
    131049: RETRY,  # not delivered to keep the ecosystem healthy; not again within 24 h
    131050: OPT_OUT,  # the person stopped marketing messages
    131051: OPERATOR,  # message type not supported
    131052: OPERATOR,  # media download
    131053: OPERATOR,  # media upload
    131055: OPERATOR,  # method not allowed
    131057: RETRY,  # the account is in maintenance
    131062: FALL_BACK,  # known by user id only: this API call needs a phone number
    # templates
    132000: TEMPLATE_OFF,  # number of parameters
    132001: TEMPLATE_OFF,  # no such name in this language
    132005: TEMPLATE_OFF,  # the filled text is too long
    132007: TEMPLATE_OFF,  # content violates a policy
    132008: TEMPLATE_OFF,  # parameter of the wrong kind (older name of 132012)
    132012: TEMPLATE_OFF,  # parameter format
    132015: TEMPLATE_OFF,  # paused for low quality
    132016: TEMPLATE_OFF,  # disabled for low quality
    132018: TEMPLATE_OFF,  # parameters with line breaks, tabs or many spaces
    132068: OPERATOR,  # the flow is blocked
    132069: OPERATOR,  # the flow is throttled
    # registration and set-up
    133000: OPERATOR,
    133004: UNSURE,
    133005: OPERATOR,
    133006: OPERATOR,
    133008: OPERATOR,
    133009: OPERATOR,
    133010: OPERATOR,  # number not registered on the platform
    133015: OPERATOR,
    134011: OPERATOR,  # payments terms not accepted
    135000: UNSURE,  # generic user error: no reason is given
}
_PERMISSIONS = range(200, 300)
_NEVER_AGAIN = frozenset({131021, 131026, 131050})
"""Codes that are about this number for good, not about this message or this moment."""


def answer(code: int) -> ErrorMeaning | None:
    """The row of a documented code, or None."""
    return OPERATOR if code in _PERMISSIONS else ERRORS.get(code)


def unknown(status: int) -> ErrorMeaning:
    """What to make of an undocumented error: by the meaning of its HTTP status, and a person looks."""
    found = by_status(status)
    return found if found.outcome is not Outcome.UNKNOWN else UNSURE


def refused(status: int, error: Mapping[str, Any]) -> SendResult:
    """The result of a synchronous error. A documented code decides; a 5xx never proves that nothing was accepted."""
    code = error.get("code")
    row = answer(code) if isinstance(code, int) else None
    if row is None:
        row = unknown(status)
    elif status >= 500 and row.outcome is not Outcome.UNKNOWN:
        # a throttle or refusal told with a server fault's status: the code is Meta's own word, the status a proxy's
        row = row if row.outcome is Outcome.THROTTLED else ErrorMeaning(Outcome.UNKNOWN, row.action)
    return row.result(_told(code, error))


def failed(error: Mapping[str, Any]) -> tuple[Action, bool | None, str]:
    """Action, permanence and text of an error in a failed status: here nothing was delivered, that much is certain."""
    code = error.get("code")
    row = answer(code) if isinstance(code, int) else None
    if row is None:
        return Action.OPERATOR, None, _told(code, error)
    # an error of the moment: the platform gave up, the step may be tried again (the claim is the sender's business)
    action = Action.RETRY_LATER if row is UNSURE else row.action
    permanent = True if code in _NEVER_AGAIN else False if action is Action.RETRY_LATER else None
    return action, permanent, _told(code, error)


def _told(code: object, error: Mapping[str, Any]) -> str:
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else ""
    return told(code, str(details or error.get("title") or error.get("message") or ""))
