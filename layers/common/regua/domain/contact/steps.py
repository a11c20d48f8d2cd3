"""Which step of the régua a receivable stands at, and which may come next.

Everything is recomputed from the due date on every call, never chained from the previous run (design, section 6).
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from regua.domain.calendar import Calendar, Place
from regua.domain.model import Debtor, Phase, Receivable
from regua.domain.policy import Policy, Step
from regua.domain.tenant import Tenant

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Since when a step is ripe that needs no days."""
PRESCRIPTION_YEARS = 5
"""CC art. 206 §5 I: five years for liquid debts in instruments; STJ REsp 2.088.100 stops extrajudicial outreach too."""


class Ahead(NamedTuple):
    """A step still to come for a receivable, and the creditor's day from which it may be carried out.

    A tuple, because each decision makes one of every step to come.
    """

    rank: int
    step: Step
    on: date
    last_on: date
    """The step says nothing true after this day (a reminder before the due date)."""
    day: int = 0
    """Relative to the due date: with the phase, the step's place on the ladder."""


def policy_name(receivable: Receivable, debtor: Debtor, tenant: Tenant) -> str:
    """Precedence, strongest first: receivable, debtor, segment, tenant."""
    return receivable.policy or debtor.policy or tenant.segments.get(debtor.segment, "") or tenant.policy


def beyond(receivable: Receivable, policy: Policy) -> list[tuple[int, int, Step]]:
    """The steps beyond the receivable's place, each with its day and its position in the policy, by their day.

    The place is the phase and the day of the last step carried out, never its name or its position: deleting, renaming,
    inserting or moving steps, or another policy, lets every receivable go on from where it stands. What was carried out
    or passed over under its name comes no second time, wherever an edit puts it.
    """
    last, done, steps = receivable.last_step, receivable.fired, _ladder(policy)
    if last is None:
        return [found for found in steps if found[2].key not in done] if done else list(steps)
    here = (last.phase.rank, last.offset_days)
    same = next((i for i, (day, _, s) in enumerate(steps) if s.key == last.step and (s.phase.rank, day) == here), None)
    return [
        (day, rank, step)
        for i, (day, rank, step) in enumerate(steps)
        if step.key != last.step
        and step.key not in done
        and ((step.phase.rank, day) > here or ((step.phase.rank, day) == here and same is not None and i > same))
    ]


@lru_cache(maxsize=256)
def _ladder(policy: Policy) -> tuple[tuple[int, int, Step], ...]:
    """All steps of a policy, each with its day and its position in it, by their day."""
    steps = tuple((policy.day(step), rank, step) for rank, step in enumerate(policy.steps))
    return tuple(sorted(steps, key=itemgetter(0, 1))) if any(step.after for step in policy.steps) else steps


def first_beyond(receivable: Receivable, policy: Policy) -> tuple[int, Step | None]:
    """The day and the step of the first of them, whatever its conditions; None when the ladder has ended."""
    if receivable.last_step is None and not receivable.fired and policy.steps:
        return policy.steps[0].offset_days, policy.steps[0]
    day, _, step = next(iter(beyond(receivable, policy)), (0, 0, None))
    return day, step


def ahead(receivable: Receivable, debtor: Debtor, policy: Policy, calendar: Calendar, place: Place) -> list[Ahead]:
    """The steps still to come, by the day they are due, whose conditions (amount, segment, tags, profile) hold.

    A step is never due before the one that leads to it.
    """
    moved = calendar.due_moves_to(receivable.due_on, place)
    last = receivable.last_step
    entered_on = calendar.local(receivable.entered_at, place).date() if last and receivable.entered_at else date.min
    last_on = calendar.local(last.at, place).date() if last else date.min
    steps: list[Ahead] = []
    before, kept = (last_on, last.offset_days) if last else (date.min, 0), False
    open_cents = receivable.open_principal_cents
    for day, rank, step in beyond(receivable, policy):
        if not _applies(step, receivable, open_cents, debtor):
            continue
        on = moved + timedelta(days=day)
        if last and step.after and step.after == last.step:
            on = last_on + timedelta(days=step.offset_days)
        elif last and (on < entered_on or last.phase.rank >= Phase.FORMAL.rank):
            # what fell due before we knew the debt was not missed, and a formal notice leaves time to answer it:
            # both keep the policy's own distance to the step before
            on = max(on, before[0] + timedelta(days=max(0 if kept else 1, day - before[1])))
            before, kept = (on, day), True
        if steps:
            on = max(on, steps[-1].on)
        steps.append(Ahead(rank, step, on, moved if not step.after and step.offset_days <= 0 else date.max, day))
    return steps


def _applies(step: Step, receivable: Receivable, open_cents: int, debtor: Debtor) -> bool:
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


@lru_cache(maxsize=4_096)
def needed_before(phase: Phase, policy: Policy, step: Step) -> tuple[int, int]:
    """Earlier messages about the receivable, and days since the first one, that a step of this phase needs.

    A person sets to work on nothing the debtor has not been told of, as far as the policy has a message before.
    """
    contacts, days = step.min_contacts, step.min_days_since_first
    if phase is Phase.FORMAL:
        contacts, days = max(contacts, policy.formal_min_contacts), max(days, policy.formal_min_days)
    elif phase is Phase.LEGAL:
        contacts, days = max(contacts, policy.legal_min_contacts), max(days, policy.legal_min_days)
    if step.is_task and not contacts:
        first = next((s for s in policy.steps if s.key == step.key or not s.is_task), step)
        contacts = 0 if first.key == step.key else 1
    return contacts, days


def ripe_at(
    step: Step, receivable: Receivable, policy: Policy, told_at: Callable[[str], datetime | None]
) -> datetime | None:
    """From when on the receivable has the messages and the days the step needs, by when it was first told of; None:
    messages are missing.
    """
    contacts, days = needed_before(step.phase, policy, step)
    if receivable.contacts < contacts:
        return None
    if not days:
        return ALWAYS
    first = told_at(receivable.id)
    return None if first is None else first + timedelta(days=days)


def told_together(receivables: list[Receivable], calendar: Calendar, place: Place) -> dict[str, datetime | None]:
    """When each was first told of. Those first told of on one day are of one age, that of the last of them: they have
    come from two debtors who are one person, and one notice names them all.
    """
    told = {r.id: r.first_contact_at for r in receivables}
    if len(set(told.values())) <= 1:
        return told
    latest: dict[date, datetime] = {}
    for at in filter(None, told.values()):
        day = calendar.local(at, place).date()
        latest[day] = max(at, latest.get(day, at))
    return {key: at and latest[calendar.local(at, place).date()] for key, at in told.items()}


def is_prescribed(due_on: date, on: date) -> bool:
    """True from the fifth anniversary of the due date on."""
    year = due_on.year + PRESCRIPTION_YEARS
    if on.year < year:
        return False
    try:
        limit = due_on.replace(year=year)
    except ValueError:  # 29 February
        limit = date(year, 3, 1)
    return on >= limit


def pass_over(due: list[Ahead], steps: list[Ahead], receivable: Receivable, policy: Policy) -> Ahead:
    """Of the due steps, the most advanced one that may pass over those before it.

    Catch-up sends only the most advanced due step. But no tone is passed over; a formal or legal step needs earlier
    contacts, and passing over too many messages would put it out of reach for good; and a task, which a person may
    never do, is no substitute for a message. Then the régua goes on step by step.
    """
    if len(due) == 1:
        return due[0]
    here = (receivable.last_step.phase if receivable.last_step else policy.entry_phase).rank
    hardest = min((s.step.phase.rank for s in due if s.step.phase.rank > here), default=here)
    for i in range(len(due) - 1, 0, -1):
        candidate = due[i]
        if candidate.step.phase.rank > hardest:
            continue
        if candidate.step.is_task and any(not s.step.is_task for s in due[:i]):
            continue
        made = receivable.contacts + (0 if candidate.step.is_task else 1)
        rest = steps[steps.index(candidate) + 1 :]
        if all(
            made + sum(1 for s in rest[:n] if not s.step.is_task)
            >= needed_before(later.step.phase, policy, later.step)[0]
            for n, later in enumerate(rest)
        ):
            return candidate
    return due[0]
