"""What keeps a contact from being made now: law, holds, frequency caps and hours, in their order of authority."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from regua.domain.calendar import Calendar, Place
from regua.domain.contact.decision import DoneDecision, HoldDecision
from regua.domain.contact.rules import Rules
from regua.domain.contact.steps import is_prescribed
from regua.domain.model import Channel, Debtor, File, Hold, HoldKind, PastContact, Phase, PromiseStatus, Receivable
from regua.domain.money.debits import waits_until
from regua.domain.policy import Policy
from regua.domain.reasons import Reason
from regua.domain.tenant import Tenant

STOP_TAGS = {"falecido": Reason.DECEASED, "insolvente": Reason.INSOLVENT}
DISPUTE_TAG = "contestado"
VULNERABLE_TAG = "vulneravel"

_HOLD_REASONS = {
    HoldKind.REPLY: Reason.HOLD_REPLY,
    HoldKind.DISPUTE: Reason.HOLD_DISPUTE,
    HoldKind.ASSIGNED: Reason.HOLD_ASSIGNED,
    HoldKind.FILE: Reason.HOLD_FILE,
    HoldKind.CLEARING: Reason.HOLD_CLEARING,
    HoldKind.PROMISE: Reason.HOLD_PROMISE,
    HoldKind.NEGOTIATION: Reason.HOLD_NEGOTIATION,
    HoldKind.MANUAL: Reason.HOLD_MANUAL,
    HoldKind.APPROVAL: Reason.HOLD_APPROVAL,
    HoldKind.CREDIT: Reason.HOLD_CREDIT,
    HoldKind.BANK: Reason.HOLD_BANK,
}
_HOLD_ORDER = [*_HOLD_REASONS.values(), Reason.HOLD_DEBIT, Reason.HOLD_SMALL_REST, Reason.HOLD_NOTHING_DUE]
"""The gravest first: what is said when several holds are there."""


def stopped(file: File, rules: Rules, policy: Policy, today: date) -> DoneDecision | None:
    """Law and the creditor's own 'do not collect', which no date or cap can lift."""
    debtor = file.debtor
    opened = file.open_receivables
    if not opened:
        return DoneDecision((Reason.NOTHING_OPEN,), policy.label)
    for tag, reason in STOP_TAGS.items():
        if tag in debtor.tags:
            return DoneDecision((reason,), policy.label)
    alive = [r for r in opened if not is_prescribed(r.due_on, today)]
    if not alive:
        return DoneDecision((Reason.PRESCRIBED,), policy.label)
    if debtor.do_not_collect or all(r.do_not_collect for r in alive):
        return DoneDecision((Reason.DO_NOT_COLLECT,), policy.label)
    wanted = [r for r in alive if not r.do_not_collect and rules.policy(r, debtor).collect]
    if not wanted:
        return DoneDecision((Reason.POLICY_DOES_NOT_COLLECT,), policy.label)
    if sum(r.open_principal_cents for r in wanted) < policy.min_total_cents:
        return DoneDecision((Reason.BELOW_MINIMUM,), policy.label)
    return None


def holds_of(debtor: Debtor, tenant: Tenant) -> tuple[Hold, ...]:
    """Explicit holds plus open promises, each until the end of its day and grace in the creditor's time zone."""
    zone = ZoneInfo(tenant.time_zone)
    promised = tuple(
        Hold(
            HoldKind.PROMISE,
            p.made_at,
            datetime.combine(p.due_on + timedelta(days=p.grace_days + 1), time(0), zone).astimezone(UTC),
            p.receivables,
        )
        for p in debtor.promises
        if p.status is PromiseStatus.OPEN
    )
    return debtor.holds + promised


def held(
    debtor: Debtor, receivables: list[Receivable], tenant: Tenant, now: datetime
) -> tuple[list[Receivable], list[tuple[datetime | None, Reason]]]:
    """Splits what may be collected now from what is on hold, with each hold's end and reason."""
    said = debtor.holds or debtor.promises or DISPUTE_TAG in debtor.tags
    if not said and not any(r.debit is not None or DISPUTE_TAG in r.tags for r in receivables):
        return receivables, []
    active = [h for h in holds_of(debtor, tenant) if h.until_at is None or h.until_at > now]
    free: list[Receivable] = []
    held: list[tuple[datetime | None, Reason]] = []
    for receivable in receivables:
        mine = [h for h in active if not h.receivables or receivable.id in h.receivables]
        if DISPUTE_TAG in debtor.tags or DISPUTE_TAG in receivable.tags:
            held.append((None, Reason.HOLD_DISPUTE))
        elif mine:
            longest = max(mine, key=lambda h: (h.until_at is None, h.until_at or now))
            held.append((longest.until_at, _HOLD_REASONS[longest.kind]))
        elif (until := waits_until(receivable, now)) is not None:
            held.append((until, Reason.HOLD_DEBIT))
        else:
            free.append(receivable)
    return free, held


def on_hold(held_: list[tuple[datetime | None, Reason]], policy: Policy) -> HoldDecision:
    """The hold that leaves nothing to collect: until the first of its ends, for the gravest reason first."""
    why = sorted({reason for _, reason in held_}, key=_HOLD_ORDER.index)
    until = min((end for end, _ in held_ if end is not None), default=None)
    return HoldDecision(until, tuple(why), policy.label)


def lawful(at: datetime, channel: Channel, rules: Rules, policy: Policy, place: Place) -> datetime:
    """The next lawful moment that still leaves the margin before the window's end."""
    moment = rules.calendar.next_allowed(at, place, channel, policy.hours)
    if not rules.margin:
        return moment
    end = rules.calendar.window_end(moment, place, channel, policy.hours)
    if moment + rules.margin <= end:
        return moment
    return rules.calendar.next_allowed(end + timedelta(seconds=1), place, channel, policy.hours)


def cap_until(
    debtor: Debtor, policy: Policy, place: Place, calendar: Calendar, now: datetime
) -> tuple[datetime, Reason | None]:
    """The first moment at which every frequency cap allows another contact, and the cap that decides.

    A task waits for no cap, and counts in it once a person has done it; a legal measure is no contact at all.
    """
    recent: list[PastContact] = [
        p for p in debtor.recent if p.channel is not Channel.TASK or p.phase is not Phase.LEGAL
    ]
    if not recent:
        return now, None
    caps = policy.caps
    times = sorted(p.at for p in recent)
    vulnerable = VULNERABLE_TAG in debtor.tags
    gap = max(caps.min_hours, policy.vulnerable_min_hours) if vulnerable else caps.min_hours
    limits = [(times[-1] + timedelta(hours=gap), Reason.VULNERABLE_CADENCE if vulnerable else Reason.CAP_HOURS)]
    today = [t for t in times if calendar.local(t, place).date() == calendar.local(now, place).date()]
    if len(today) >= caps.per_day:
        tomorrow = datetime.combine(
            calendar.local(now, place).date() + timedelta(days=1), time(0), ZoneInfo(place.time_zone)
        )
        limits.append((tomorrow.astimezone(UTC), Reason.CAP_DAY))
    for most, span, reason in (
        (caps.per_week, timedelta(days=7), Reason.CAP_WEEK),
        (caps.per_month, timedelta(days=30), Reason.CAP_MONTH),
    ):
        if len(times) >= most:
            limits.append((times[-most] + span, reason))
    return max(limits, key=lambda limit: limit[0])
