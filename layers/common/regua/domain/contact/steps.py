"""Which step of the régua a receivable stands at, and which may come next.

Everything is recomputed from the due date on every call, never chained from the previous run (design, section 6).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from regua.domain.calendar import Calendar, Place
from regua.domain.model import Debtor, Phase, Receivable
from regua.domain.policy import Policy, Step
from regua.domain.tenant import Tenant

PRESCRIPTION_YEARS = 5
"""CC art. 206 §5 I: five years for liquid debts in instruments; STJ REsp 2.088.100 stops extrajudicial outreach too."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A step still to come for a receivable, and the creditor's day from which it may be carried out."""

    rank: int
    step: Step
    on: date
    last_on: date
    """The step says nothing true after this day (a reminder before the due date)."""


def policy_name(receivable: Receivable, debtor: Debtor, tenant: Tenant) -> str:
    """Precedence, strongest first: receivable, debtor, segment, tenant."""
    return receivable.policy or debtor.policy or tenant.segments.get(debtor.segment, "") or tenant.policy


def position(receivable: Receivable, policy: Policy) -> int:
    """Rank of the last step carried out, or -1; after a policy change, the place its phase and day give it.

    Moving by phase and day means that an edited policy never goes back, and `fired` that it never repeats.
    """
    last = receivable.last_step
    if last is None:
        return -1
    rank = policy.rank(last.step)
    if rank >= 0:
        return rank
    here = (last.phase.rank, last.offset_days)
    return max((i for i, s in enumerate(policy.steps) if (s.phase.rank, s.offset_days) <= here), default=-1)


def ahead(receivable: Receivable, debtor: Debtor, policy: Policy, calendar: Calendar, place: Place) -> list[Ahead]:
    """The steps still to come, by the day they are due, whose conditions (amount, segment, tags, profile) hold."""
    moved = calendar.due_moves_to(receivable.due_on, place)
    here = position(receivable, policy)
    last = receivable.last_step
    steps: list[Ahead] = []
    entered_on = calendar.local(receivable.entered_at, place).date() if last and receivable.entered_at else date.min
    for rank in range(here + 1, len(policy.steps)):
        step = policy.steps[rank]
        if step.key in receivable.fired or not _applies(step, receivable, debtor):
            continue
        on = moved + timedelta(days=step.offset_days)
        if last and (on < entered_on or last.phase.rank >= Phase.FORMAL.rank):
            # what fell due before we knew the debt was not missed, and a formal notice leaves time to answer it:
            # both keep the policy's own distance to the step before
            gap = max(1, step.offset_days - last.offset_days)
            on = max(on, calendar.local(last.at, place).date() + timedelta(days=gap))
        if step.after:
            on = _after(step, moved, last.step if last else "", last.at if last else None, policy, calendar, place)
        steps.append(Ahead(rank, step, on, moved if not step.after and step.offset_days <= 0 else date.max))
    if any(s.step.after for s in steps):
        steps.sort(key=lambda s: (s.on, s.rank))
    return steps


def _after(
    step: Step, moved: date, last_key: str, last_at: datetime | None, policy: Policy, calendar: Calendar, place: Place
) -> date:
    """Counts from the day the named step was carried out; while it was not, from the day it is due."""
    if last_at is not None and last_key == step.after:
        return calendar.local(last_at, place).date() + timedelta(days=step.offset_days)
    base = policy.step(step.after)
    seen: set[str] = {step.key}
    days = step.offset_days
    while base is not None and base.key not in seen:
        seen.add(base.key)
        days += base.offset_days
        base = policy.step(base.after) if base.after else None
    return moved + timedelta(days=days)


def _applies(step: Step, receivable: Receivable, debtor: Debtor) -> bool:
    open_cents = receivable.open_principal_cents
    if open_cents < step.min_amount_cents:
        return False
    if step.min_amount_percent and open_cents * 100 < step.min_amount_percent * receivable.principal_cents:
        return False
    if step.segments and debtor.segment not in step.segments:
        return False
    if step.profiles and debtor.profile not in step.profiles:
        return False
    if not step.tags and not step.without_tags:
        return True
    tags = {*debtor.tags, *receivable.tags}
    return (not step.tags or bool(tags & set(step.tags))) and not tags & set(step.without_tags)


def needed_before(phase: Phase, policy: Policy, step: Step) -> tuple[int, int]:
    """Earlier contacts and days since the first one that a step of this phase needs."""
    contacts, days = step.min_contacts, step.min_days_since_first
    if phase is Phase.FORMAL:
        contacts, days = max(contacts, policy.formal_min_contacts), max(days, policy.formal_min_days)
    elif phase is Phase.LEGAL:
        contacts, days = max(contacts, policy.legal_min_contacts), max(days, policy.legal_min_days)
    return contacts, days


def is_prescribed(due_on: date, on: date) -> bool:
    """True from the fifth anniversary of the due date on."""
    year = due_on.year + PRESCRIPTION_YEARS
    try:
        limit = due_on.replace(year=year)
    except ValueError:  # 29 February
        limit = date(year, 3, 1)
    return on >= limit


def pass_over(due: list[Ahead], steps: list[Ahead], contacts: int, policy: Policy) -> Ahead:
    """Of the due steps, the most advanced one that may pass over those before it.

    Catch-up sends only the most advanced due step. But a formal or legal step needs earlier contacts, and passing
    over too many messages would put it out of reach for good; and a task, which a person may never do, is no
    substitute for a message. Then the régua goes on step by step.
    """
    if len(due) == 1:
        return due[0]
    for i in range(len(due) - 1, 0, -1):
        candidate = due[i]
        if candidate.step.is_task and any(not s.step.is_task for s in due[:i]):
            continue
        made = contacts + (0 if candidate.step.is_task else 1)
        rest = [s for s in steps if s.rank > candidate.rank]
        if all(
            made + sum(1 for s in rest if s.rank < later.rank and not s.step.is_task)
            >= needed_before(later.step.phase, policy, later.step)[0]
            for later in rest
        ):
            return candidate
    return due[0]
