"""When a debtor's execution should look again: shared by the scan, which starts it, and the sender, which goes on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from regua.domain.contact.decision import ContactDecision, Decision, HoldDecision
from regua.domain.contact.rules import Rules, local_day, place_of
from regua.domain.ids import spread
from regua.domain.model import Debtor, File
from regua.domain.reasons import Reason
from regua.domain.values import replace

LONGEST_WAIT = timedelta(days=30)
HORIZON = timedelta(days=35)
"""A contact further away than this gets no execution yet; a later scan starts it."""
STARTED_EARLY = timedelta(days=7)
"""The scan starts everybody's execution so long before the contact at least."""
WINDOW_SHARE = 0.7
"""Waits are spread over this share of the contact window, so that a late wake-up still finds it open."""

AFTER_REST = timedelta(minutes=30)
"""Those who waited for a channel come back over so long."""


@dataclass(frozen=True, slots=True)
class Wake:
    """What the state machine does next: `wait` so many seconds, look `again` at once, or `stop`."""

    next: str
    seconds: int = 0
    reason: str = ""
    slot: str = ""
    """A turn under a channel's rate that is waited for, to be given back to the next look (`slots`)."""


def horizon_of(debtor: str) -> timedelta:
    """How far ahead the scan looks for this debtor: a book in which all bills are due on one day is not started on one
    day, but over four weeks.
    """
    room = int((HORIZON - STARTED_EARLY).total_seconds())
    return STARTED_EARLY + timedelta(seconds=spread(debtor, "horizon", room))


def wake_at(decision: Decision, debtor: Debtor, rules: Rules, now: datetime) -> datetime | None:
    """The moment to look again, or None when nothing is to be waited for.

    A contact later than now is spread over its window by the debtor's hash: nobody wakes at 09:00 sharp with
    everybody else, and the same debtor always has the same place.
    """
    if isinstance(decision, HoldDecision):
        if decision.until is None and decision.reason == Reason.CHANNELS_STOPPED and rules.health.until:
            return after_rest(rules.health.until, debtor, now)
        return min(decision.until, now + LONGEST_WAIT) if decision.until else None
    if not isinstance(decision, ContactDecision):
        return None
    if decision.at <= now:
        return now
    if decision.at - now > HORIZON:
        return None
    place = place_of(debtor, rules.tenant)
    hours = rules.debtor_policy(debtor).hours
    end = rules.calendar.window_end(decision.at, place, decision.channel, hours) - rules.margin
    room = int((end - decision.at).total_seconds() * WINDOW_SHARE)
    day = local_day(decision.at, rules, place)
    return decision.at + timedelta(seconds=spread(debtor.id, day.isoformat(), room))


def after_rest(until: datetime, debtor: Debtor, now: datetime) -> datetime:
    """When this debtor looks again once a channel is back: not everybody who waited for it at the same second."""
    at = until + timedelta(seconds=spread(debtor.id, until.isoformat(), int(AFTER_REST.total_seconds())))
    return min(at, now + LONGEST_WAIT)


def with_next(file: File, at: datetime | None, reason: str, rules: Rules) -> File:
    """The file with the next look written down; without one the execution is over."""
    case = replace(file.debtor.case, next_contact_at=at, last_decision=reason, decided=decided(file, rules))
    if at is None:
        case = replace(case, execution="")
    return replace(file, debtor=replace(file.debtor, case=case))


def decided(file: File, rules: Rules) -> str:
    """What a decision written with the next commit of this file rests on."""
    debtor = file.debtor
    return rules.fingerprint(replace(file, debtor=replace(debtor, version=debtor.version + 1)))
