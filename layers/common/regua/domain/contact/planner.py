"""The planner: what is the right next contact, when, on which channel, about what, or why none.

One pure function, used alike by the scan, the sender, the preview and the simulation, so that a preview is the run.
Order of authority: law > hold, promise, dispute > opt-out > frequency cap > policy > preference (design, section 6).
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from regua.domain.calendar import Place
from regua.domain.contact import tasks
from regua.domain.contact.claim import whole
from regua.domain.contact.decision import ContactDecision, Decision, DoneDecision, Fired, HoldDecision
from regua.domain.contact.limits import (
    DISPUTE_TAG,
    STOP_TAGS,
    VULNERABLE_TAG,
    cap_until,
    held,
    lawful,
    on_hold,
    stopped,
)
from regua.domain.contact.reach import channels_for, comes_back
from regua.domain.contact.rules import Rules, local_day, place_of
from regua.domain.contact.steps import (
    ALWAYS,
    Ahead,
    ahead,
    first_beyond,
    is_prescribed,
    pass_over,
    ripe_at,
    told_together,
)
from regua.domain.model import Channel, Debtor, File, Phase, Receivable
from regua.domain.money.account import Accounts
from regua.domain.money.statement import StatementLine
from regua.domain.policy import Policy, Step
from regua.domain.reasons import Reason
from regua.domain.values import Value

_NO_WAY = {Reason.CHANNEL_OPTED_OUT, Reason.CHANNEL_NO_POINT, Reason.CHANNEL_OFF}
_WORK_ALREADY = (Reason.HOLD_DISPUTE, Reason.HOLD_REPLY, Reason.HOLD_CREDIT, Reason.HOLD_BANK)
"""Holds without an end that come with work of their own: what somebody wrote, the money that is over."""
_Reach = tuple[tuple[Channel, ...], tuple[Reason, ...]]
"""Usable channels, best first, and the notes that explain them."""
_ROUNDS = 1_000
"""Moments looked at for one decision: a bound, far above what any file has."""


class _Candidate(Value):
    """A receivable and the step it could be contacted with at some moment."""

    receivable: Receivable
    policy: Policy
    chosen: Ahead
    since: date
    """The day from which it waits for a contact."""
    channels: tuple[Channel, ...]
    notes: tuple[Reason, ...]
    superseded: tuple[str, ...]
    entry: bool
    caught_up: bool

    @property
    def step(self) -> Step:
        """The step."""
        return self.chosen.step

    @property
    def advance(self) -> tuple[int, int, int]:
        """How far it is on the ladder; of two alike the older receivable."""
        return (self.step.phase.rank, self.chosen.day, -self.receivable.due_on.toordinal())


def idle(file: File, rules: Rules, until: datetime) -> bool:
    """True when no step of any open receivable can be due by `until`, told by due dates alone.

    Answers in a few microseconds what `plan` would only confirm; False means nothing: ask `plan`, also about a
    receivable whose ladder has ended. A day of slack covers every time zone.
    """
    limit = until.toordinal() + 1
    for receivable in file.receivables:
        if not receivable.is_open:
            continue
        policy = rules.policy(receivable, file.debtor)
        day, step = first_beyond(receivable, policy)
        # steps are in order of their day, and a due date only ever moves forward
        if step is None or step.after or receivable.due_on.toordinal() + day <= limit:
            return False
    return True


def plan(file: File, rules: Rules, now: datetime) -> Decision:
    """The right next thing to do for this debtor, as of `now` (aware).

    Returns a contact at `now` or at the next lawful moment, a hold with its end, or done. Reads nothing but its
    arguments: the same file, rules and moment always give the same answer.
    """
    file = whole(file)
    debtor, tenant = file.debtor, rules.tenant
    place = place_of(debtor, tenant)
    today = now.astimezone(ZoneInfo(tenant.time_zone)).date()
    policy = rules.debtor_policy(debtor)

    stop = stopped(file, rules, policy, today)
    if stop is not None:
        return stop
    collectable = _collectable(file, rules, today)
    free, waiting = held(debtor, collectable, tenant, now)
    free, waiting = _without_small_rests(free, waiting, debtor, rules, today)
    free, waiting = _without_nothing_due(free, waiting, debtor, rules, today)
    if not free:
        return on_hold(waiting, policy)
    if rules.tenant.stopped:
        return HoldDecision(None, (Reason.TENANT_STOPPED,), policy.label)
    if rules.health.reconciliation_stale:
        return HoldDecision(None, (Reason.RECONCILIATION_STALE,), policy.label)
    if any(o.channel == "*" for o in debtor.opt_outs):
        return DoneDecision((Reason.OPTED_OUT,), policy.label)
    decision = _Search(debtor, free, rules, policy, place).run(now)
    ends = min((end for end, _ in waiting if end is not None), default=None)
    if isinstance(decision, DoneDecision) and waiting:
        return on_hold(waiting, policy)
    if isinstance(decision, ContactDecision) and ends is not None and ends < decision.at:
        return on_hold(waiting, policy)  # what is free has nothing to say until then, and then there is more
    return decision


def _without_small_rests(
    free: list[Receivable],
    waiting: list[tuple[datetime | None, Reason]],
    debtor: Debtor,
    rules: Rules,
    today: date,
) -> tuple[list[Receivable], list[tuple[datetime | None, Reason]]]:
    """What a payment left is not dunned while it is too small; it stands on a person's list."""
    if not any(r.paid_principal_cents or r.paid_additions_cents for r in free):
        return free, waiting
    accounts = Accounts.of(debtor, rules.tenant, rules.calendar)
    small = {r.id for r in free if accounts.is_small_rest(r, today)}
    rest = [r for r in free if r.id not in small]
    return rest, [*waiting, *((None, Reason.HOLD_SMALL_REST) for _ in small)]


def _without_nothing_due(
    free: list[Receivable],
    waiting: list[tuple[datetime | None, Reason]],
    debtor: Debtor,
    rules: Rules,
    today: date,
) -> tuple[list[Receivable], list[tuple[datetime | None, Reason]]]:
    """A title of which a discount covers all is not asked for until the day after: R$ 0,00 is no message.

    What is due only grows, so whatever is due now is due at the contact's own moment as well.
    """
    tenant = rules.tenant
    creditors = (tenant.contract, *(terms.contract for terms in tenant.terms))
    if not any(r.contract.discounts for r in free if r.contract) and not any(c.discounts for c in creditors):
        return free, waiting
    accounts = Accounts.of(debtor, tenant, rules.calendar)
    untils = {r.id: accounts.nothing_due_until(r, today) for r in free}
    zone = ZoneInfo(tenant.time_zone)
    ends = [datetime.combine(u + timedelta(days=1), time(0), zone).astimezone(UTC) for u in untils.values() if u]
    return [r for r in free if untils[r.id] is None], [*waiting, *((end, Reason.HOLD_NOTHING_DUE) for end in ends)]


def ended(file: File, rules: Rules, now: datetime) -> dict[str, Reason]:
    """The open bills of which nothing more comes by itself, each with its reason, as of `now`.

    What the creditor has said not to collect is not among them, nor what a person has been asked about, nor what waits
    for the whole creditor (a kill switch, a channel that is off).
    """
    file = whole(file)
    debtor, tenant = file.debtor, rules.tenant
    today = now.astimezone(ZoneInfo(tenant.time_zone)).date()
    policy = rules.debtor_policy(debtor)
    wanted = [r for r in file.open_receivables if not r.do_not_collect and rules.policy(r, debtor).collect]
    if debtor.do_not_collect or not wanted:
        return {}
    found = {r.id: Reason.PRESCRIBED for r in wanted if is_prescribed(r.due_on, today)}
    left = [r for r in wanted if r.id not in found]
    for tag, reason in STOP_TAGS.items():
        if tag in debtor.tags:
            return found | {r.id: reason for r in left}
    free: list[Receivable] = []
    for receivable in left:
        alone, waiting = held(debtor, [receivable], tenant, now)
        free += alone
        # a dispute the debtor told us of is work already; a mark in a file, or a pause without an end, is not
        for end, reason in waiting:
            if end is None and (reason not in _WORK_ALREADY or DISPUTE_TAG in (*debtor.tags, *receivable.tags)):
                found[receivable.id] = reason
    free, _ = _without_small_rests(free, [], debtor, rules, today)
    # what no other reason tells bill by bill: a debtor nobody may write to, and too little in all
    if policy.min_total_cents or debtor.opt_outs or any(p.refused for p in debtor.points):
        decision = plan(file, rules, now)
        if isinstance(decision, DoneDecision) and decision.reason in (Reason.OPTED_OUT, Reason.BELOW_MINIMUM):
            return found | {r.id: Reason(decision.reason) for r in free}
    return found | _Search(debtor, free, rules, policy, place_of(debtor, tenant)).ended(now)


def _collectable(file: File, rules: Rules, today: date) -> list[Receivable]:
    """The open receivables that may be collected, the oldest first: the order of reading decides nothing."""
    debtor = file.debtor
    found = [
        r
        for r in file.receivables
        if r.is_open and not r.do_not_collect and not is_prescribed(r.due_on, today) and rules.policy(r, debtor).collect
    ]
    return sorted(found, key=lambda r: (r.due_on, r.id)) if len(found) > 1 else found


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
    too_little: bool = False
    """Something could have been said, and what was due then was less than the policy asks for."""
    _reached: dict[tuple[str, str], _Reach] = field(default_factory=dict)
    """By policy and step: the answer of every moment, as long as no channel has refused a step."""
    _days: dict[datetime, date] = field(default_factory=dict)
    _last_days: dict[date, date] = field(default_factory=dict)
    _told: dict[str, datetime | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paths = {}
        for receivable in self.free:
            policy = self.rules.policy(receivable, self.debtor)
            steps = ahead(receivable, self.debtor, policy, self.rules.calendar, self.place)
            self.paths[receivable.id] = tasks.left(steps, receivable, self.debtor, policy, partial(self._can, policy))

    def _can(self, policy: Policy, step: Step) -> bool:
        return bool(self._reach(policy, step)[0])

    def _reach(self, policy: Policy, step: Step, at: datetime | None = None) -> _Reach:
        """Channels for the step at that moment (None: then or later), and the notes."""
        if self.debtor.case.tried:
            return channels_for(step, self.debtor, policy, self.rules.tenant, self.rules.health, at)
        key = (policy.name, step.key)
        found = self._reached.get(key)
        if found is None:
            found = channels_for(step, self.debtor, policy, self.rules.tenant, self.rules.health, at)
            self._reached[key] = found
        return found

    def run(self, now: datetime) -> Decision:
        """Moves forward from `now`, deciding anew at each stop: what is true at the contact's own moment counts."""
        free_at, cap_reason = cap_until(self.debtor, self.policy, self.place, self.rules.calendar, now)
        at = now
        waited: list[Reason] = []
        for _ in range(_ROUNDS):
            candidates = [c for c in self._candidates(at) if c.step.is_task or at >= free_at]
            driver, carried = self._driver(candidates, at)
            if driver is None:
                change, why = self._next_change(at, free_at, cap_reason)
                if change is None:
                    break
                waited = [*(r for r in waited if r is not Reason.OUTSIDE_WINDOW), why]
                at = change
                continue
            try:
                moment = lawful(at, driver.channels[0], self.rules, self.policy, self.place)
            except ValueError:
                if self.rules.calendar.covers(self._day(at)):
                    raise
                left_alone = HoldDecision(at, (Reason.FUTURE_STEP, Reason.OUTSIDE_WINDOW), self.policy.label)
                return tasks.waiting(self.debtor, self.free, self.rules, now, self.policy.label) or left_alone
            if moment == at:
                return self._contact(driver, carried, at, waited)
            if Reason.FUTURE_STEP not in waited or self._day(moment) != self._day(at):
                waited.append(Reason.OUTSIDE_WINDOW)
            at = moment
        return tasks.waiting(self.debtor, self.free, self.rules, now, self.policy.label) or self._nothing_left()

    def _ripe_at(self, step: Step, receivable: Receivable, policy: Policy) -> datetime | None:
        return ripe_at(step, receivable, policy, self._told_at)

    def _told_at(self, receivable: str) -> datetime | None:
        """When it was first told of, for what needs days since then."""
        if not self._told:
            self._told = told_together(self.free, self.rules.calendar, self.place)
        return self._told[receivable]

    def _day(self, at: datetime) -> date:
        day = self._days.get(at)
        if day is None:
            day = self._days[at] = local_day(at, self.rules, self.place)
        return day

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
            late_entry = receivable.last_step is None
            left = [s for s in steps if s.last_on >= day]
            hardest = self._hardest(receivable, policy, left)
            due: list[Ahead] = []
            since: list[date] = []
            reach: dict[int, _Reach] = {}
            for step in on_day:
                ripe = self._ripe_at(step.step, receivable, policy)
                if step.step.phase.rank > hardest or ripe is None or ripe > at:
                    continue
                answer = self._reach(policy, step.step, at)
                channels, notes = reach[step.rank] = answer
                if channels:
                    due.append(step)
                    since.append(step.on if ripe <= ALWAYS else max(step.on, self._day(ripe)))
                else:
                    self.refusals.update(dict.fromkeys(notes))
            if not due:
                continue
            chosen = pass_over(due, left, receivable, policy)
            channels, notes = reach[chosen.rank]
            entered_on = day if receivable.entered_at is None else self._day(receivable.entered_at)
            passed = [s for s in steps[: steps.index(chosen)] if s.on <= day]
            old = late_entry and (
                entered_on > self._due_on(receivable)
                or any(s.on <= day and s.step.phase.rank > policy.entry_phase.rank for s in steps)
            )
            found.append(
                _Candidate(
                    receivable,
                    policy,
                    chosen,
                    min(since),
                    channels,
                    notes,
                    tuple(s.step.key for s in passed),
                    entry=old,
                    caught_up=any(s.on >= entered_on for s in passed),
                )
            )
        return found

    def _hardest(self, receivable: Receivable, policy: Policy, left: list[Ahead]) -> int:
        """The hardest tone the receivable may hear next.

        The first contact about it is no harder than the policy's entry, or than the softest step there is: a régua
        without a friendly step begins firm, but none begins formal.
        """
        hardest = Phase.LEGAL.rank
        if receivable.last_step is None:
            softest = min((s.step.phase.rank for s in left), default=hardest)
            hardest = max(policy.entry_phase.rank, min(softest, Phase.FIRM.rank))
        if VULNERABLE_TAG in self.debtor.tags or VULNERABLE_TAG in receivable.tags:
            hardest = min(hardest, policy.vulnerable_max_phase.rank)
        return hardest

    def _driver(self, candidates: list[_Candidate], at: datetime) -> tuple[_Candidate | None, list[_Candidate]]:
        """Whose step is carried out now, and the candidates whose own steps it carries out; or None.

        Whoever has waited longest is served, by the most advanced step that can: so the caps delay, and nobody is left
        behind for ever by those who are further on.
        """
        by_step: dict[tuple[str, str], _Candidate] = {}
        for candidate in sorted(candidates, key=lambda c: c.advance, reverse=True):
            by_step.setdefault((candidate.policy.name, candidate.step.key), candidate)
        choices = [(driver, self._carried(driver, candidates, at)) for driver in by_step.values()]
        choices = [(driver, carried) for driver, carried in choices if self._enough(carried, at)]
        if not choices:
            self.too_little = self.too_little or bool(candidates)
            return None, []
        if len(choices) == 1:
            return choices[0]
        return min(choices, key=lambda c: (min(x.since for x in c[1]), *(-part for part in c[0].advance)))

    def _carried(self, driver: _Candidate, candidates: list[_Candidate], at: datetime) -> list[_Candidate]:
        """Those whose own steps the driver's contact carries out: what is no harder, and may stand beside it.

        A task is done about each receivable once: it carries out nothing but itself.
        """
        if driver.step.is_task:
            return [c for c in candidates if c.step == driver.step]
        return [
            c
            for c in candidates
            if not c.step.is_task
            and c.step.phase.rank <= driver.step.phase.rank
            and (c is driver or self._may_stand_in(c.receivable, driver, at))
        ]

    def _may_stand_in(self, receivable: Receivable, driver: _Candidate, at: datetime) -> bool:
        """Whether the receivable may be listed in the driver's contact.

        A firm one names only what was told before, kindly. A formal or legal one names besides only what is overdue
        and has by itself the contacts and the days such a step needs (CDC art. 43 §2): nobody first hears of a debt in
        a notice about another.
        """
        phase = driver.step.phase.rank
        if phase < Phase.FIRM.rank:
            return True
        if not receivable.contacts:
            return False
        if phase == Phase.FIRM.rank:
            return True
        if self._due_on(receivable) >= self._day(at):
            return False
        ripe = self._ripe_at(driver.step, receivable, self.rules.policy(receivable, self.debtor))
        return ripe is not None and ripe <= at

    def _enough(self, carried: list[_Candidate], at: datetime) -> bool:
        """Whether what is due on that day, with what the contact is about, is worth one by the policy."""
        least = self.policy.min_total_cents
        if not least:
            return True
        about, day = {c.receivable.id for c in carried}, self._day(at)
        due = (r.open_principal_cents for r in self.free if r.id in about or self._due_on(r) <= day)
        return sum(due) >= least

    def _due_on(self, receivable: Receivable) -> date:
        """The last day to pay without charge."""
        day = self._last_days.get(receivable.due_on)
        if day is None:
            day = self._last_days[receivable.due_on] = self.rules.calendar.due_moves_to(receivable.due_on, self.place)
        return day

    def _next_change(
        self, at: datetime, free_at: datetime, cap_reason: Reason | None
    ) -> tuple[datetime | None, Reason]:
        """The next moment at which a step falls due, becomes old enough, may be sent under the caps or by a channel
        that has refused it, and which of them; or None.
        """
        zone = ZoneInfo(self.place.time_zone)
        capped = cap_reason is not None and at < free_at
        moments: list[tuple[datetime, Reason]] = []
        for receivable in self.free:
            policy = self.rules.policy(receivable, self.debtor)
            for step in self.paths[receivable.id]:
                ripe = self._ripe_at(step.step, receivable, policy)
                start = datetime.combine(step.on, time(0), zone).astimezone(UTC)
                begins, why = start, Reason.FUTURE_STEP
                if ripe is not None and ripe > start:
                    begins, why = ripe, Reason.WAITS_FOR_AGE
                if capped and cap_reason is not None and not step.step.is_task and begins < free_at:
                    begins, why = free_at, cap_reason
                if begins > at:
                    moments.append((begins, why))
                elif ripe is not None and self.debtor.case.tried:
                    back = (comes_back(step.step, self.debtor, channel) for channel in step.step.channels)
                    moments += [(again, Reason.CHANNEL_TRIED) for again in back if again is not None and again > at]
                if start > at and not capped:
                    break  # steps are in order: the later ones start later
        return min(moments, default=(None, Reason.FUTURE_STEP))

    def _contact(
        self, driver: _Candidate, carried: list[_Candidate], at: datetime, waited: list[Reason]
    ) -> ContactDecision:
        """The decision, with every open receivable that may stand in it listed as it stands on that day."""
        day = self._day(at)
        firing = {c.receivable.id for c in carried}
        if driver.step.is_task:
            listed = [c.receivable for c in carried]
        else:
            horizon = day + timedelta(days=driver.policy.upcoming_days)
            listed = [
                r for r in self.free if r.id in firing or (r.due_on <= horizon and self._may_stand_in(r, driver, at))
            ]
        creditors_day = at.astimezone(ZoneInfo(self.rules.tenant.time_zone)).date()
        lines = [line_of(r, self.debtor, self.rules, self.place, creditors_day) for r in listed]
        lines.sort(key=lambda x: (not x.overdue, x.receivable.due_on, x.receivable.id))
        deciding = (
            Reason.TASK_FOR_PERSON
            if driver.step.is_task
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
            step=driver.step,
            channels=driver.channels,
            driver=driver.receivable.id,
            lines=tuple(lines),
            fired=tuple(Fired(c.receivable.id, c.step, c.chosen.rank, c.superseded, c.chosen.day) for c in carried),
            reasons=tuple(dict.fromkeys([*notes, *driver.notes])),
            policy=driver.policy.label,
            calendar=self.rules.calendar.version,
        )
        return tasks.narrowed(decision, self.debtor, driver.policy)

    def ended(self, now: datetime) -> dict[str, Reason]:
        """The receivables none of whose steps can come any more, and why."""
        day = self._day(now)
        asked = {key for a in self.debtor.asked if tasks.unanswered(a) for key in a.receivables}
        found: dict[str, Reason] = {}
        for receivable in self.free:
            steps = [s for s in self.paths[receivable.id] if s.last_on >= day]
            reason = self._end(receivable, steps)
            if reason is not None and receivable.id not in asked:
                found[receivable.id] = reason
        return found

    def _end(self, receivable: Receivable, steps: list[Ahead]) -> Reason | None:
        """Why none of these steps can come; None when one can."""
        policy = self.rules.policy(receivable, self.debtor)
        hardest = self._hardest(receivable, policy, steps)
        refusals: dict[Reason, None] = {}
        for step in steps:
            if step.step.phase.rank > hardest or self._ripe_at(step.step, receivable, policy) is None:
                continue
            channels, notes = self._reach(policy, step.step)
            if channels or Reason.CHANNELS_STOPPED in notes:
                return None
            refusals.update(dict.fromkeys(notes))
        if not steps:
            return Reason.STEPS_EXHAUSTED
        return self._why(refusals, steps, vulnerable=VULNERABLE_TAG in (*self.debtor.tags, *receivable.tags))

    def _nothing_left(self) -> Decision:
        """Why no moment was found: no steps, no channel, or a requirement nothing can meet any more."""
        if self.too_little:
            return DoneDecision((Reason.BELOW_MINIMUM,), self.policy.label)
        left = [s for steps in self.paths.values() for s in steps]
        if not left:
            return DoneDecision((Reason.STEPS_EXHAUSTED,), self.policy.label)
        if Reason.CHANNELS_STOPPED in self.refusals:
            return HoldDecision(None, (Reason.CHANNELS_STOPPED, *self.refusals), self.policy.label)
        why = self._why(self.refusals, left, vulnerable=VULNERABLE_TAG in self.debtor.tags)
        return DoneDecision(tuple(dict.fromkeys((why, *self.refusals))), self.policy.label)

    @staticmethod
    def _why(refusals: dict[Reason, None], left: list[Ahead], *, vulnerable: bool) -> Reason:
        """What the refusals of channels come to, or without any what the steps that are left lack."""
        if Reason.CHANNEL_OPTED_OUT in refusals and set(refusals) <= _NO_WAY:
            return Reason.OPTED_OUT
        if Reason.WRONG_PERSON in refusals and Reason.CHANNEL_NO_CONSENT not in refusals:
            return Reason.WRONG_PERSON
        if refusals:
            return Reason.NO_CHANNEL
        if vulnerable:
            return Reason.VULNERABLE_PHASE
        harder = any(s.step.phase in (Phase.FORMAL, Phase.LEGAL) or s.step.is_task for s in left)
        return Reason.TOO_FEW_CONTACTS if harder else Reason.STEPS_EXHAUSTED


def line_of(receivable: Receivable, debtor: Debtor, rules: Rules, place: Place, day: date) -> StatementLine:
    """One receivable with what is due on `day`, the creditor's: the day a payment would be counted on."""
    accounts = Accounts(rules.tenant, rules.calendar, debtor.profile, place)
    due = accounts.owed(receivable, day)
    moved = rules.calendar.due_moves_to(receivable.due_on, place)
    late = (day - receivable.due_on).days if day > moved or day <= receivable.due_on else 0
    return StatementLine(receivable, due, late, accounts.good_until(receivable, day))
