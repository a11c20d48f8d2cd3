"""What must hold of the planner for every debtor, every policy that ships and every moment."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, permutations
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import a_debtor, a_file, a_receivable, some_rules

from regua.config import shipped_policies, shipped_policy
from regua.domain.contact.decision import ContactDecision
from regua.domain.contact.planner import idle, plan
from regua.domain.contact.rehearsal import Played, play
from regua.domain.contact.rules import Rules
from regua.domain.model import File, Hold, HoldKind, OptOut, Promise

ZONES = [("SP", "America/Sao_Paulo"), ("AM", "America/Manaus"), ("AC", "America/Rio_Branco"), ("PE", "America/Recife")]
START = datetime(2026, 1, 1, tzinfo=UTC)


@st.composite
def portfolios(draw: st.DrawFn) -> tuple[File, Rules, datetime]:
    state, zone = draw(st.sampled_from(ZONES))
    now = START + timedelta(minutes=draw(st.integers(0, 400 * 1440)))
    receivables = []
    for number in range(draw(st.integers(1, 4))):
        due = now.date() + timedelta(days=draw(st.integers(-300, 90)))
        entered = draw(st.sampled_from([now, datetime.combine(due, time(12), UTC) - timedelta(days=30)]))
        cents = draw(st.integers(1_000, 900_000))
        receivables.append(a_receivable(due, key=f"T{number}", cents=cents, entered_at=min(entered, now)))
    policy = shipped_policy(draw(st.sampled_from(shipped_policies())))
    tags = draw(st.sampled_from([(), (), ("vulneravel",)]))
    debtor = a_debtor(state=state, time_zone=zone, tags=tags)
    return a_file(*receivables, debtor=debtor), some_rules(policy), now


def played(file: File, rules: Rules, now: datetime, days: int = 150) -> list[Played]:
    return list(play(file, rules, now, now + timedelta(days=days)))


@settings(max_examples=60)
@given(portfolios())
def test_no_step_is_repeated_and_the_tone_never_softens_for_a_receivable(case: tuple[File, Rules, datetime]) -> None:
    last: dict[str, int] = {}
    done: set[tuple[str, str]] = set()
    for contact in played(*case):
        for fired in contact.decision.fired:
            assert (fired.receivable, fired.step.key) not in done
            done.add((fired.receivable, fired.step.key))
            assert fired.rank > last.get(fired.receivable, -1)
            last[fired.receivable] = fired.rank
            assert fired.step.phase.rank <= contact.decision.step.phase.rank


@settings(max_examples=60)
@given(portfolios())
def test_every_contact_is_inside_the_debtors_hours_and_under_every_cap(case: tuple[File, Rules, datetime]) -> None:
    file, rules, now = case
    zone = ZoneInfo(file.debtor.time_zone)
    contacts = played(file, rules, now)
    times = [p.decision.at for p in contacts if not p.decision.step.is_task]
    caps = rules.debtor_policy(file.debtor).caps
    for at in (p.decision.at for p in contacts):
        local = at.astimezone(zone)
        assert local.weekday() < 5
        assert time(9) <= local.time() < time(18)
    for earlier, later in pairwise(times):
        assert later - earlier >= timedelta(hours=caps.min_hours)
    for i, at in enumerate(times):
        assert sum(1 for t in times[: i + 1] if t > at - timedelta(days=7)) <= caps.per_week
        assert sum(1 for t in times[: i + 1] if t > at - timedelta(days=30)) <= caps.per_month


@settings(max_examples=60)
@given(portfolios())
def test_formal_and_legal_steps_wait_for_contacts_and_days_about_each_bill_they_list(
    case: tuple[File, Rules, datetime],
) -> None:
    told: dict[str, list[datetime]] = {}
    for contact in played(*case):
        step = contact.decision.step
        needed, days = {"formal": (3, 15), "legal": (5, 30)}.get(step.phase, (1 if step.is_task else 0, 0))
        for line in contact.decision.lines:
            before = told.get(line.receivable.id, [])
            assert len(before) >= needed
            assert not days or contact.decision.at - before[0] >= timedelta(days=days)
            assert line.overdue or not needed
        for fired in contact.decision.fired:  # the rehearsal's tasks are done at once, and who was called was told
            told.setdefault(fired.receivable, []).append(contact.decision.at)


@settings(max_examples=60)
@given(portfolios(), st.floats(0, 1))
def test_looking_again_meanwhile_changes_nothing(case: tuple[File, Rules, datetime], share: float) -> None:
    file, rules, now = case
    first = plan(file, rules, now)
    if not isinstance(first, ContactDecision) or first.at == now:
        return
    between = now + (first.at - now) * share
    again = plan(file, rules, between)
    assert isinstance(again, ContactDecision)
    assert (again.at, again.step, again.channels, again.lines) == (first.at, first.step, first.channels, first.lines)


@settings(max_examples=40)
@given(portfolios())
def test_the_order_in_which_facts_arrived_changes_nothing(case: tuple[File, Rules, datetime]) -> None:
    file, rules, now = case
    holds = (
        Hold(HoldKind.CLEARING, now, now + timedelta(days=2), ("T0",)),
        Hold(HoldKind.MANUAL, now, now + timedelta(days=9)),
        Hold(HoldKind.DISPUTE, now, None, ("T1",)),
    )
    outs = (OptOut("email", now), OptOut("sms", now))
    promises = (Promise(now, now.date() + timedelta(days=4)),)
    seen = set()
    for order in permutations(holds):
        for opted in permutations(outs):
            debtor = replace(file.debtor, holds=order, opt_outs=opted, promises=promises)
            receivables = tuple(reversed(file.receivables)) if order[0] is holds[0] else file.receivables
            decision = plan(replace(file, debtor=debtor, receivables=receivables), rules, now)
            seen.add((decision.reason, getattr(decision, "until", None)))
    assert len(seen) == 1


@settings(max_examples=100)
@given(portfolios(), st.integers(0, 60))
def test_what_looks_idle_is_idle(case: tuple[File, Rules, datetime], days: int) -> None:
    file, rules, now = case
    until = now + timedelta(days=days)
    if idle(file, rules, until):
        decision = plan(file, rules, now)
        assert not isinstance(decision, ContactDecision) or decision.at > until


def test_idle_is_told_apart_from_due() -> None:
    far, near = a_receivable(date(2026, 9, 1)), a_receivable(date(2026, 1, 6))
    assert idle(a_file(far), some_rules(), START)
    assert not idle(a_file(near), some_rules(), START)
