"""The planner: what is the right next contact, when, on which channel, about what, or why none.

One pure function, used alike by the scan, the sender, the preview and the simulation, so that a preview is the run.
Order of authority: law > hold, promise, dispute > opt-out > frequency cap > policy > preference (design, section 6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from regua.domain.calendar import Calendar, Place
from regua.domain.decision import ContactDecision, Decision, DoneDecision, Fired, HoldDecision, Line
from regua.domain.model import (
    Channel,
    Debtor,
    File,
    Hold,
    HoldKind,
    PastContact,
    Phase,
    PromiseStatus,
    Receivable,
)
from regua.domain.money import charges
from regua.domain.policy import Policy, Step
from regua.domain.reach import Health, channels_for
from regua.domain.reasons import Reason
from regua.domain.steps import Ahead, ahead, is_prescribed, needed_before, pass_over, policy_name
from regua.domain.tenant import Tenant

STOP_TAGS = {"falecido": Reason.DECEASED, "insolvente": Reason.INSOLVENT}
DISPUTE_TAG = "contestado"
VULNERABLE_TAG = "vulneravel"

_HOLD_REASONS = {
    HoldKind.DISPUTE: Reason.HOLD_DISPUTE,
    HoldKind.CLEARING: Reason.HOLD_CLEARING,
    HoldKind.PROMISE: Reason.HOLD_PROMISE,
    HoldKind.NEGOTIATION: Reason.HOLD_NEGOTIATION,
    HoldKind.MANUAL: Reason.HOLD_MANUAL,
    HoldKind.APPROVAL: Reason.HOLD_APPROVAL,
}
_HOLD_ORDER = list(_HOLD_REASONS.values())
"""The gravest first: what is said when several holds are there."""
_LOOK_AHEAD = timedelta(days=400)
_ROUNDS = 64
_NO_HEALTH = Health()


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything the planner needs besides the debtor's file: pure values, the same for a whole tenant."""

    tenant: Tenant
    policies: Mapping[str, Policy]
    calendar: Calendar
    health: Health = _NO_HEALTH
    margin: timedelta = timedelta(0)
    """No contact begins later than this before the window's end: a call may take up to the client's timeout."""

    def fingerprint(self, file: File) -> str:
        """Names everything but time that a decision on this file rests on: an equal one decides alike.

        Short, since every root carries it; a chance equality (1 in 4 billion) would only delay a decision by a day.
        """
        debtor = file.debtor
        names = {policy_name(r, debtor, self.tenant) for r in file.receivables if r.is_open}
        labels = ",".join(sorted(self.policies[name].label for name in names))
        health = f"{self.health.reconciliation_stale:d}{'+'.join(sorted(f'{c}:{t}' for c, t in self.health.off))}"
        return (
            f"{debtor.version}|{crc32(f'{self.tenant.version}|{self.calendar.version}|{labels}|{health}'.encode()):08x}"
        )

    def policy(self, receivable: Receivable, debtor: Debtor) -> Policy:
        """The receivable's policy by precedence. Raises KeyError when no policy has that name."""
        return self.policies[policy_name(receivable, debtor, self.tenant)]

    def debtor_policy(self, debtor: Debtor) -> Policy:
        """The policy whose caps and hours hold for the debtor as a whole."""
        return self.policies[debtor.policy or self.tenant.segments.get(debtor.segment, "") or self.tenant.policy]


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


def place_of(debtor: Debtor, tenant: Tenant) -> Place:
    """Where the debtor is; an unknown time zone is the creditor's."""
    return Place(debtor.state, debtor.time_zone or tenant.time_zone, debtor.city)


def plan(file: File, rules: Rules, now: datetime) -> Decision:
    """The right next thing to do for this debtor, as of `now` (aware).

    Returns a contact at `now` or at the next lawful moment, a hold with its end, or done. Reads nothing but its
    arguments: the same file, rules and moment always give the same answer.
    """
    debtor, tenant = file.debtor, rules.tenant
    place = place_of(debtor, tenant)
    today = now.astimezone(ZoneInfo(tenant.time_zone)).date()
    policy = rules.debtor_policy(debtor)

    stop = _stopped(file, rules, policy, today)
    if stop is not None:
        return stop
    collectable = [
        r
        for r in file.receivables
        if r.is_open and not r.do_not_collect and not is_prescribed(r.due_on, today) and rules.policy(r, debtor).collect
    ]
    if len(collectable) > 1:
        collectable.sort(key=lambda r: (r.due_on, r.receivable))  # the order of reading decides nothing
    free, held = _held(debtor, collectable, tenant, now)
    if not free:
        why = sorted({reason for _, reason in held}, key=_HOLD_ORDER.index)
        return HoldDecision(_earliest_end(held), tuple(why), policy.label)
    if rules.tenant.stopped:
        return HoldDecision(None, (Reason.TENANT_STOPPED,), policy.label)
    if rules.health.reconciliation_stale:
        return HoldDecision(None, (Reason.RECONCILIATION_STALE,), policy.label)
    if any(o.channel == "*" for o in debtor.opt_outs):
        return DoneDecision((Reason.OPTED_OUT,), policy.label)
    return _search(debtor, free, rules, policy, place, now)


def _stopped(file: File, rules: Rules, policy: Policy, today: date) -> DoneDecision | None:
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


def _held(
    debtor: Debtor, receivables: list[Receivable], tenant: Tenant, now: datetime
) -> tuple[list[Receivable], list[tuple[datetime | None, Reason]]]:
    """Splits what may be collected now from what is on hold, with each hold's end and reason."""
    if not debtor.holds and not debtor.promises and DISPUTE_TAG not in debtor.tags:
        disputed = [r for r in receivables if DISPUTE_TAG in r.tags]
        if not disputed:
            return receivables, []
    active = [h for h in holds_of(debtor, tenant) if h.until_at is None or h.until_at > now]
    free: list[Receivable] = []
    held: list[tuple[datetime | None, Reason]] = []
    for receivable in receivables:
        mine = [h for h in active if not h.receivables or receivable.receivable in h.receivables]
        if DISPUTE_TAG in debtor.tags or DISPUTE_TAG in receivable.tags:
            held.append((None, Reason.HOLD_DISPUTE))
        elif mine:
            longest = max(mine, key=lambda h: (h.until_at is None, h.until_at or now))
            held.append((longest.until_at, _HOLD_REASONS[longest.kind]))
        else:
            free.append(receivable)
    return free, held


def _earliest_end(held: list[tuple[datetime | None, Reason]]) -> datetime | None:
    return min((until for until, _ in held if until is not None), default=None)


def _search(
    debtor: Debtor, free: list[Receivable], rules: Rules, policy: Policy, place: Place, now: datetime
) -> Decision:
    """Moves forward from `now` to the first lawful moment at which a step is due, deciding anew at each stop."""
    earliest, cap_reason = _cap_until(debtor, policy, place, rules.calendar, now)
    paths = {r.receivable: ahead(r, debtor, rules.policy(r, debtor), rules.calendar, place) for r in free}
    at = max(now, earliest)
    waited = [cap_reason] if earliest > now and cap_reason else []
    limit = now + _LOOK_AHEAD
    refusals: dict[Reason, None] = {}
    floor = _floor(free, paths)
    for _ in range(_ROUNDS):
        candidates = _candidates(debtor, free, paths, rules, place, at, refusals)
        drivers = [c for c in candidates if (c.chosen.step.phase.rank, c.chosen.rank) > floor]
        if not drivers:
            ahead_at, why = _next_change(debtor, free, paths, rules, place, at)
            if ahead_at is None or ahead_at > limit:
                break
            waited = [*(r for r in waited if r is not Reason.OUTSIDE_WINDOW), why]
            at = ahead_at
            continue
        driver = max(drivers, key=lambda c: (c.chosen.step.phase.rank, c.chosen.step.offset_days, _age(c)))
        lawful = _lawful(at, driver.channels[0], rules, policy, place)
        if lawful == at:
            return _contact(debtor, free, candidates, driver, rules, place, at, waited)
        if local_day(lawful, rules, place) != local_day(at, rules, place) or Reason.FUTURE_STEP not in waited:
            waited.append(Reason.OUTSIDE_WINDOW)
        at = lawful
    return _nothing_left(paths, refusals, debtor, policy)


def _floor(free: list[Receivable], paths: Mapping[str, list[Ahead]]) -> tuple[int, int]:
    """How far the debtor has been taken: phase and rank of the most advanced step, while its receivable has more.

    Only a step beyond it starts a contact, so a step reaches a debtor once however many receivables there are, and the
    tone never softens. A receivable further behind is listed in the others' messages, which carry out its due step.
    """
    reached = ((r.last_step.phase.rank, r.last_step.rank) for r in free if r.last_step and paths[r.receivable])
    return max(reached, default=(-1, -1))


def local_day(at: datetime, rules: Rules, place: Place) -> date:
    """The debtor's day at that moment."""
    return rules.calendar.local(at, place).date()


def _age(candidate: _Candidate) -> int:
    return -candidate.receivable.due_on.toordinal()


def _lawful(at: datetime, channel: Channel, rules: Rules, policy: Policy, place: Place) -> datetime:
    """The next lawful moment that still leaves the margin before the window's end."""
    lawful = rules.calendar.next_allowed(at, place, channel, policy.hours)
    if rules.margin and lawful + rules.margin > rules.calendar.window_end(lawful, place, channel, policy.hours):
        end = rules.calendar.window_end(lawful, place, channel, policy.hours)
        return rules.calendar.next_allowed(end + timedelta(seconds=1), place, channel, policy.hours)
    return lawful


def _cap_until(
    debtor: Debtor, policy: Policy, place: Place, calendar: Calendar, now: datetime
) -> tuple[datetime, Reason | None]:
    """The first moment at which every frequency cap allows another contact, and the cap that decides."""
    recent: tuple[PastContact, ...] = debtor.recent
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


def _candidates(
    debtor: Debtor,
    free: list[Receivable],
    paths: Mapping[str, list[Ahead]],
    rules: Rules,
    place: Place,
    at: datetime,
    refusals: dict[Reason, None],
) -> list[_Candidate]:
    """For each receivable the step it may be contacted with at `at`, if any."""
    day = local_day(at, rules, place)
    found: list[_Candidate] = []
    for receivable in free:
        steps = paths[receivable.receivable]
        on_day = [s for s in steps if s.on <= day <= s.last_on]
        if not on_day:
            continue
        policy = rules.policy(receivable, debtor)
        entry_rank = policy.entry_phase.rank
        late_entry = receivable.last_step is None
        hardest = entry_rank if late_entry else Phase.LEGAL.rank
        if VULNERABLE_TAG in debtor.tags or VULNERABLE_TAG in receivable.tags:
            hardest = min(hardest, policy.vulnerable_max_phase.rank)
        due: list[Ahead] = []
        reach: dict[int, tuple[tuple[Channel, ...], tuple[Reason, ...]]] = {}
        for step in on_day:
            if step.step.phase.rank > hardest or not _old_enough(step.step, debtor, policy, at):
                continue
            channels, notes = reach[step.rank] = channels_for(step.step, debtor, policy, rules.tenant, rules.health)
            if channels:
                due.append(step)
            else:
                refusals.update(dict.fromkeys(notes))
        if not due:
            continue
        chosen = pass_over(due, [s for s in steps if s.last_on >= day], debtor.case.contacts, policy)
        channels, notes = reach[chosen.rank]
        entered_on = day if receivable.entered_at is None else local_day(receivable.entered_at, rules, place)
        passed = [s for s in steps if s.rank < chosen.rank and s.on <= day]
        old = late_entry and (
            entered_on > rules.calendar.due_moves_to(receivable.due_on, place)
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


def _old_enough(step: Step, debtor: Debtor, policy: Policy, at: datetime) -> bool:
    """Formal and legal steps need earlier contacts and time since the first one, in this case."""
    contacts, days = needed_before(step.phase, policy, step)
    case = debtor.case
    if case.contacts < contacts:
        return False
    if not days:
        return True
    return case.first_contact_at is not None and at >= case.first_contact_at + timedelta(days=days)


def _next_change(
    debtor: Debtor,
    free: list[Receivable],
    paths: Mapping[str, list[Ahead]],
    rules: Rules,
    place: Place,
    at: datetime,
) -> tuple[datetime | None, Reason]:
    """The next moment at which a step falls due or becomes old enough, and which of the two; None when none does."""
    zone = ZoneInfo(place.time_zone)
    moments: list[tuple[datetime, Reason]] = []
    for receivable in free:
        policy = rules.policy(receivable, debtor)
        for step in paths[receivable.receivable]:
            start = datetime.combine(step.on, time(0), zone).astimezone(UTC)
            if start > at:
                moments.append((start, Reason.FUTURE_STEP))
                break  # steps are in order: the later ones start later
            contacts, days = needed_before(step.step.phase, policy, step.step)
            first = debtor.case.first_contact_at
            if days and first is not None and debtor.case.contacts >= contacts:
                ripe = first + timedelta(days=days)
                if ripe > at:
                    moments.append((ripe, Reason.WAITS_FOR_AGE))
    return min(moments, default=(None, Reason.FUTURE_STEP))


def _contact(
    debtor: Debtor,
    free: list[Receivable],
    candidates: list[_Candidate],
    driver: _Candidate,
    rules: Rules,
    place: Place,
    at: datetime,
    waited: list[Reason],
) -> ContactDecision:
    """The decision, with every open receivable listed as it stands on that day."""
    day = local_day(at, rules, place)
    horizon = day + timedelta(days=driver.policy.upcoming_days)
    lines = [line_of(r, debtor, rules, place, day) for r in free]
    firing = {c.receivable.receivable for c in candidates}
    lines = [x for x in lines if x.receivable.due_on <= horizon or x.receivable.receivable in firing]
    lines.sort(key=lambda x: (not x.overdue, x.receivable.due_on, x.receivable.receivable))
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
    return ContactDecision(
        at=at,
        step=driver.chosen.step,
        channels=driver.channels,
        driver=driver.receivable.receivable,
        lines=tuple(lines),
        fired=tuple(Fired(c.receivable.receivable, c.chosen.step, c.chosen.rank, c.superseded) for c in candidates),
        reasons=tuple(dict.fromkeys([*notes, *driver.notes])),
        policy=driver.policy.label,
        calendar=rules.calendar.version,
    )


def line_of(receivable: Receivable, debtor: Debtor, rules: Rules, place: Place, day: date) -> Line:
    """One receivable with what is due on `day` for the principal still open."""
    contract = receivable.contract or rules.tenant.contract
    due = charges(
        receivable.open_principal_cents,
        receivable.due_on,
        day,
        contract,
        debtor.profile,
        place=place,
        calendar=rules.calendar,
        explain=False,
    )
    moved = rules.calendar.due_moves_to(receivable.due_on, place)
    late = (day - receivable.due_on).days if day > moved or day <= receivable.due_on else 0
    return Line(receivable, due, late)


def _nothing_left(
    paths: Mapping[str, list[Ahead]], refusals: Mapping[Reason, None], debtor: Debtor, policy: Policy
) -> Decision:
    """Why no moment was found: no steps, no channel, or a requirement nothing can meet any more."""
    left = [s for steps in paths.values() for s in steps]
    if not left:
        return DoneDecision((Reason.STEPS_EXHAUSTED,), policy.label)
    if Reason.CHANNELS_STOPPED in refusals:
        return HoldDecision(None, (Reason.CHANNELS_STOPPED, *refusals), policy.label)
    if (
        refusals
        and set(refusals) <= {Reason.CHANNEL_OPTED_OUT, Reason.CHANNEL_NO_POINT, Reason.CHANNEL_OFF}
        and (Reason.CHANNEL_OPTED_OUT in refusals)
    ):
        return DoneDecision((Reason.OPTED_OUT, *refusals), policy.label)
    if Reason.WRONG_PERSON in refusals and Reason.CHANNEL_NO_CONSENT not in refusals:
        return DoneDecision(tuple(dict.fromkeys((Reason.WRONG_PERSON, *refusals))), policy.label)
    if refusals:
        return DoneDecision((Reason.NO_CHANNEL, *refusals), policy.label)
    if VULNERABLE_TAG in debtor.tags:
        return DoneDecision((Reason.VULNERABLE_PHASE,), policy.label)
    if any(s.step.phase in (Phase.FORMAL, Phase.LEGAL) for s in left):
        return DoneDecision((Reason.TOO_FEW_CONTACTS,), policy.label)
    return DoneDecision((Reason.STEPS_EXHAUSTED,), policy.label)
