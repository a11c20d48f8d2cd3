"""The planner: what is the right next contact, when, on which channel, about what, or why none.

One pure function, used alike by the scan, the sender, the preview and the simulation, so that a preview is the run.
Order of authority: law > hold, promise, dispute > opt-out > frequency cap > policy > preference (design, section 6).
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from regua.domain.calendar import Place
from regua.domain.contact import tasks
from regua.domain.contact.decision import ContactDecision, Decision, DoneDecision, Fired, HoldDecision
from regua.domain.contact.limits import VULNERABLE_TAG, cap_until, held, lawful, on_hold, stopped
from regua.domain.contact.reach import channels_for
from regua.domain.contact.rules import Rules, local_day, place_of
from regua.domain.contact.steps import Ahead, ahead, is_prescribed, needed_before, pass_over, policy_name
from regua.domain.model import Channel, Debtor, File, Phase, Receivable
from regua.domain.money.account import Accounts
from regua.domain.money.statement import StatementLine
from regua.domain.policy import Policy, Step
from regua.domain.reasons import Reason

_LOOK_AHEAD = timedelta(days=400)
_ROUNDS = 64


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A receivable and the step it could be contacted with at some moment."""

    receivable: Receivable
    policy: Policy
    chosen: Ahead
    channels: tuple[Channel, ...]
    notes: tuple[Reason, ...]
    superseded: tuple[str, ...]
    entry: bool
    caught_up: bool

    @property
    def age(self) -> int:
        """Grows with the receivable's age."""
        return -self.receivable.due_on.toordinal()


def idle(file: File, rules: Rules, until: datetime) -> bool:
    """True when no step of any open receivable can be due by `until`, told by due dates alone.

    Answers in a few microseconds what `plan` would only confirm; False means nothing: ask `plan`. A day of slack
    covers every time zone.
    """
    limit = until.toordinal() + 1
    debtor = file.debtor
    for receivable in file.receivables:
        if not receivable.is_open:
            continue
        steps = rules.policies[policy_name(receivable, debtor, rules.tenant)].steps
        rank, last = 0, receivable.last_step
        if last is not None:
            if last.rank >= len(steps) or steps[last.rank].key != last.step:
                return False
            rank = last.rank + 1
        # steps are in order of their day, and a due date only ever moves forward
        if rank < len(steps) and (
            steps[rank].after or receivable.due_on.toordinal() + steps[rank].offset_days <= limit
        ):
            return False
    return True


def plan(file: File, rules: Rules, now: datetime) -> Decision:
    """The right next thing to do for this debtor, as of `now` (aware).

    Returns a contact at `now` or at the next lawful moment, a hold with its end, or done. Reads nothing but its
    arguments: the same file, rules and moment always give the same answer.
    """
    debtor, tenant = file.debtor, rules.tenant
    place = place_of(debtor, tenant)
    today = now.astimezone(ZoneInfo(tenant.time_zone)).date()
    policy = rules.debtor_policy(debtor)

    stop = stopped(file, rules, policy, today)
    if stop is not None:
        return stop
    collectable = [
        r
        for r in file.receivables
        if r.is_open and not r.do_not_collect and not is_prescribed(r.due_on, today) and rules.policy(r, debtor).collect
    ]
    if len(collectable) > 1:
        collectable.sort(key=lambda r: (r.due_on, r.id))  # the order of reading decides nothing
    free, waiting = held(debtor, collectable, tenant, now)
    if not free:
        return on_hold(waiting, policy)
    if rules.tenant.stopped:
        return HoldDecision(None, (Reason.TENANT_STOPPED,), policy.label)
    if rules.health.reconciliation_stale:
        return HoldDecision(None, (Reason.RECONCILIATION_STALE,), policy.label)
    if any(o.channel == "*" for o in debtor.opt_outs):
        return DoneDecision((Reason.OPTED_OUT,), policy.label)
    return _Search(debtor, free, rules, policy, place).run(now)


@dataclass
class _Search:
    """Looks for the first lawful moment at which a step of the free receivables is due."""

    debtor: Debtor
    free: list[Receivable]
    rules: Rules
    policy: Policy
    """The one whose caps and hours hold for the debtor as a whole."""
    place: Place
    paths: dict[str, list[Ahead]] = field(init=False)
    """The steps still to come of each receivable."""
    refusals: dict[Reason, None] = field(default_factory=dict)
    """Why channels could not serve steps that were due, in the order met."""

    def __post_init__(self) -> None:
        self.paths = {}
        for receivable in self.free:
            policy = self.rules.policy(receivable, self.debtor)
            steps = ahead(receivable, self.debtor, policy, self.rules.calendar, self.place)
            self.paths[receivable.id] = tasks.left(steps, receivable, self.debtor, policy)

    def run(self, now: datetime) -> Decision:
        """Moves forward from `now`, deciding anew at each stop: what is true at the contact's own moment counts."""
        earliest, cap_reason = cap_until(self.debtor, self.policy, self.place, self.rules.calendar, now)
        at = max(now, earliest)
        waited = [cap_reason] if earliest > now and cap_reason else []
        floor = self._floor()
        for _ in range(_ROUNDS):
            candidates = self._candidates(at)
            drivers = [c for c in candidates if (c.chosen.step.phase.rank, c.chosen.rank) > floor]
            if not drivers:
                change, why = self._next_change(at)
                if change is None or change > now + _LOOK_AHEAD:
                    break
                waited = [*(r for r in waited if r is not Reason.OUTSIDE_WINDOW), why]
                at = change
                continue
            driver = max(drivers, key=lambda c: (c.chosen.step.phase.rank, c.chosen.step.offset_days, c.age))
            moment = lawful(at, driver.channels[0], self.rules, self.policy, self.place)
            if moment == at:
                return self._contact(candidates, driver, at, waited)
            if Reason.FUTURE_STEP not in waited or self._day(moment) != self._day(at):
                waited.append(Reason.OUTSIDE_WINDOW)
            at = moment
        return tasks.waiting(self.debtor, self.free, self.rules, now, self.policy.label) or self._nothing_left()

    def _day(self, at: datetime) -> date:
        return local_day(at, self.rules, self.place)

    def _floor(self) -> tuple[int, int]:
        """How far the debtor has been taken: phase and rank of the most advanced step, while its receivable has more.

        Only a step beyond it starts a contact, so a step reaches a debtor once however many receivables there are, and
        the tone never softens. A receivable further behind is listed in the others' messages, which carry out its step.
        """
        going_on = (r.last_step for r in self.free if r.last_step and self.paths[r.id])
        return max(((last.phase.rank, last.rank) for last in going_on), default=(-1, -1))

    def _candidates(self, at: datetime) -> list[_Candidate]:
        """For each receivable the step it may be contacted with at `at`, if any."""
        day = self._day(at)
        found: list[_Candidate] = []
        for receivable in self.free:
            steps = self.paths[receivable.id]
            on_day = [s for s in steps if s.on <= day <= s.last_on]
            if not on_day:
                continue
            policy = self.rules.policy(receivable, self.debtor)
            entry_rank = policy.entry_phase.rank
            late_entry = receivable.last_step is None
            hardest = entry_rank if late_entry else Phase.LEGAL.rank
            if VULNERABLE_TAG in self.debtor.tags or VULNERABLE_TAG in receivable.tags:
                hardest = min(hardest, policy.vulnerable_max_phase.rank)
            due: list[Ahead] = []
            reach: dict[int, tuple[tuple[Channel, ...], tuple[Reason, ...]]] = {}
            for step in on_day:
                if step.step.phase.rank > hardest or not self._old_enough(step.step, policy, at):
                    continue
                answer = channels_for(step.step, self.debtor, policy, self.rules.tenant, self.rules.health)
                channels, notes = reach[step.rank] = answer
                if channels:
                    due.append(step)
                else:
                    self.refusals.update(dict.fromkeys(notes))
            if not due:
                continue
            chosen = pass_over(due, [s for s in steps if s.last_on >= day], self.debtor.case.contacts, policy)
            channels, notes = reach[chosen.rank]
            entered_on = day if receivable.entered_at is None else self._day(receivable.entered_at)
            passed = [s for s in steps if s.rank < chosen.rank and s.on <= day]
            old = late_entry and (
                entered_on > self.rules.calendar.due_moves_to(receivable.due_on, self.place)
                or any(s.on <= day and s.step.phase.rank > entry_rank for s in steps)
            )
            found.append(
                _Candidate(
                    receivable,
                    policy,
                    chosen,
                    channels,
                    notes,
                    tuple(s.step.key for s in passed),
                    entry=old,
                    caught_up=any(s.on >= entered_on for s in passed),
                )
            )
        return found

    def _old_enough(self, step: Step, policy: Policy, at: datetime) -> bool:
        """Formal and legal steps need earlier contacts and time since the first one, in this case."""
        contacts, days = needed_before(step.phase, policy, step)
        case = self.debtor.case
        if case.contacts < contacts:
            return False
        if not days:
            return True
        return case.first_contact_at is not None and at >= case.first_contact_at + timedelta(days=days)

    def _next_change(self, at: datetime) -> tuple[datetime | None, Reason]:
        """The next moment at which a step falls due or becomes old enough, and which of the two; or None."""
        zone = ZoneInfo(self.place.time_zone)
        moments: list[tuple[datetime, Reason]] = []
        for receivable in self.free:
            policy = self.rules.policy(receivable, self.debtor)
            for step in self.paths[receivable.id]:
                start = datetime.combine(step.on, time(0), zone).astimezone(UTC)
                if start > at:
                    moments.append((start, Reason.FUTURE_STEP))
                    break  # steps are in order: the later ones start later
                contacts, days = needed_before(step.step.phase, policy, step.step)
                first = self.debtor.case.first_contact_at
                if days and first is not None and self.debtor.case.contacts >= contacts:
                    ripe = first + timedelta(days=days)
                    if ripe > at:
                        moments.append((ripe, Reason.WAITS_FOR_AGE))
        return min(moments, default=(None, Reason.FUTURE_STEP))

    def _contact(
        self, candidates: list[_Candidate], driver: _Candidate, at: datetime, waited: list[Reason]
    ) -> ContactDecision:
        """The decision, with every open receivable listed as it stands on that day."""
        day = self._day(at)
        horizon = day + timedelta(days=driver.policy.upcoming_days)
        creditors_day = at.astimezone(ZoneInfo(self.rules.tenant.time_zone)).date()
        lines = [line_of(r, self.debtor, self.rules, self.place, creditors_day) for r in self.free]
        firing = {c.receivable.id for c in candidates}
        lines = [x for x in lines if x.receivable.due_on <= horizon or x.receivable.id in firing]
        lines.sort(key=lambda x: (not x.overdue, x.receivable.due_on, x.receivable.id))
        deciding = (
            Reason.TASK_FOR_PERSON
            if driver.chosen.step.is_task
            else Reason.ENTRY
            if driver.entry
            else Reason.CATCH_UP
            if driver.caught_up
            else Reason.DUE_STEP
        )
        notes = [deciding, *waited]
        if len(lines) > 1:
            notes.append(Reason.CONSOLIDATED)
        decision = ContactDecision(
            at=at,
            step=driver.chosen.step,
            channels=driver.channels,
            driver=driver.receivable.id,
            lines=tuple(lines),
            fired=tuple(Fired(c.receivable.id, c.chosen.step, c.chosen.rank, c.superseded) for c in candidates),
            reasons=tuple(dict.fromkeys([*notes, *driver.notes])),
            policy=driver.policy.label,
            calendar=self.rules.calendar.version,
        )
        return tasks.narrowed(decision, self.debtor, driver.policy)

    def _nothing_left(self) -> Decision:
        """Why no moment was found: no steps, no channel, or a requirement nothing can meet any more."""
        left = [s for steps in self.paths.values() for s in steps]
        if not left:
            return DoneDecision((Reason.STEPS_EXHAUSTED,), self.policy.label)
        if Reason.CHANNELS_STOPPED in self.refusals:
            return HoldDecision(None, (Reason.CHANNELS_STOPPED, *self.refusals), self.policy.label)
        if (
            self.refusals
            and set(self.refusals) <= {Reason.CHANNEL_OPTED_OUT, Reason.CHANNEL_NO_POINT, Reason.CHANNEL_OFF}
            and (Reason.CHANNEL_OPTED_OUT in self.refusals)
        ):
            return DoneDecision((Reason.OPTED_OUT, *self.refusals), self.policy.label)
        if Reason.WRONG_PERSON in self.refusals and Reason.CHANNEL_NO_CONSENT not in self.refusals:
            return DoneDecision(tuple(dict.fromkeys((Reason.WRONG_PERSON, *self.refusals))), self.policy.label)
        if self.refusals:
            return DoneDecision((Reason.NO_CHANNEL, *self.refusals), self.policy.label)
        if VULNERABLE_TAG in self.debtor.tags:
            return DoneDecision((Reason.VULNERABLE_PHASE,), self.policy.label)
        if any(s.step.phase in (Phase.FORMAL, Phase.LEGAL) for s in left):
            return DoneDecision((Reason.TOO_FEW_CONTACTS,), self.policy.label)
        return DoneDecision((Reason.STEPS_EXHAUSTED,), self.policy.label)


def line_of(receivable: Receivable, debtor: Debtor, rules: Rules, place: Place, day: date) -> StatementLine:
    """One receivable with what is due on `day`, the creditor's: the day a payment would be counted on."""
    accounts = Accounts.of(debtor, rules.tenant, rules.calendar)
    due = accounts.owed(receivable, day)
    moved = rules.calendar.due_moves_to(receivable.due_on, place)
    late = (day - receivable.due_on).days if day > moved or day <= receivable.due_on else 0
    return StatementLine(receivable, due, late, accounts.good_until(receivable, day))
