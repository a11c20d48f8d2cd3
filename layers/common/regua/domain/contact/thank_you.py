"""The thank-you after a payment: whether one is due, and when.

A courtesy inside the lawful hours, never after an opt-out; it counts as no contact of the régua, and it may be lost.
"""

from datetime import date, datetime, timedelta

from regua.domain.channels import TRAITS
from regua.domain.contact.limits import STOP_TAGS
from regua.domain.contact.reach import Health, channels_for
from regua.domain.contact.rules import Rules, place_of
from regua.domain.ids import spread
from regua.domain.model import CaseStatus, Channel, FactKind, File, PaymentFact, Phase, ReceivableStatus
from regua.domain.money.settlement import local_date
from regua.domain.policy import Step
from regua.domain.values import Value, replace

THANKS = "obrigado"
"""Step key of the thank-you's contact, and name of its notice."""
THANKS_WITHIN = timedelta(days=3)
"""A thank-you later than this after the case closed would only puzzle."""
NEWS = timedelta(days=10)
"""Money older than this when we hear of it (a back file) is not thanked for."""
AFTER_OPENING = timedelta(hours=2)
"""Who has to wait for the contact hours is thanked within so long of their beginning: a night's bank file thanks
thousands, and not at one second.
"""
_PREFERRED = tuple(channel for channel, traits in TRAITS.items() if traits.thanks)


class ThankYou(Value):
    """A thank-you that is due: when, on which channel, for which money."""

    at: datetime
    channel: Channel
    amount_cents: int
    paid_on: date
    policy: str


def thanks_due(file: File, rules: Rules, now: datetime) -> ThankYou | None:
    """The thank-you this file calls for at `now` or at its place in the next lawful hours, or None. Whether it may be
    said then is the gate's to say, as of all that is said: where every channel is off, it is due on the first.

    Only who was contacted is thanked, when nothing is open any more and the money is news; never twice in a case, never
    after an opt-out, and never when the policy says no.
    """
    debtor, case = file.debtor, file.debtor.case
    policy = rules.debtor_policy(debtor)
    closed_at = case.closed_at
    if not policy.thank_you or case.status is not CaseStatus.CLOSED or closed_at is None or not case.contacts:
        return None
    if file.open_receivables or now - closed_at > THANKS_WITHIN or set(debtor.tags) & STOP_TAGS.keys():
        return None
    if any(c.step == THANKS and c.at >= (case.opened_at or closed_at) for c in file.contacts):
        return None
    paid = _newest_credit(file)
    if paid is None or closed_at - paid.occurred_at > NEWS:
        return None
    step = Step(THANKS, Phase.FRIENDLY, 0, _channels(file))
    usable, _ = channels_for(step, debtor, policy, rules.tenant, rules.health)
    if not usable:
        usable, _ = channels_for(step, debtor, policy, replace(rules.tenant, stopped_channels=()), Health())
    if not usable:
        return None
    channel, place = usable[0], place_of(debtor, rules.tenant)
    at = rules.calendar.next_allowed(now, place, channel, policy.hours)
    if rules.margin and at + rules.margin > rules.calendar.window_end(at, place, channel, policy.hours):
        end = rules.calendar.window_end(at, place, channel, policy.hours)
        at = rules.calendar.next_allowed(end, place, channel, policy.hours)
    if at - closed_at > THANKS_WITHIN:
        return None
    if at > now:
        ends = rules.calendar.window_end(at, place, channel, policy.hours) - rules.margin
        room = min(AFTER_OPENING, ends - at, closed_at + THANKS_WITHIN - at)
        at += timedelta(seconds=spread(debtor.id, f"{THANKS}{at.isoformat()}", int(room.total_seconds())))
    return ThankYou(at, channel, paid.amount_cents, local_date(paid.occurred_at, rules.tenant), policy.label)


def _newest_credit(file: File) -> PaymentFact | None:
    """The money that settled the last of it; none when it was taken back or nothing but a file said so."""
    taken_back = {f.refers_to for f in file.facts if f.kind in (FactKind.REFUND, FactKind.CHARGEBACK)}
    paid = {r.id for r in file.receivables if r.status is ReceivableStatus.PAID} | {""}
    money = [
        f
        for f in file.facts
        if f.kind is FactKind.CREDIT and f.fact_id not in taken_back and f.receivable in paid and f.amount_cents
    ]
    return max(money, key=lambda f: (f.occurred_at, f.key), default=None)


def _channels(file: File) -> tuple[Channel, ...]:
    """The channel the debtor was last reached on first: the thank-you comes where the request came."""
    last = max(file.debtor.recent, key=lambda p: p.at, default=None)
    first = [last.channel] if last is not None and last.channel in _PREFERRED else []
    return tuple(dict.fromkeys((*first, *_PREFERRED)))
