"""Somebody is always next: every open bill has a step to come, a hold with an end, or stands on a person's list."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from tests.builders import MONDAY, a_debtor, a_file, a_policy, a_receivable, a_step, contacted, some_rules

from regua.config import shipped_policies, shipped_policy
from regua.domain.contact import ending
from regua.domain.contact.decision import ContactDecision, DoneDecision, HoldDecision
from regua.domain.contact.planner import ended, idle, plan
from regua.domain.contact.rehearsal import Played, carried_out, play, rehearse
from regua.domain.contact.rules import Rules
from regua.domain.model import AskedStep, File, Hold, HoldKind, OptOut, Phase, Receivable, ReceivableStatus, StepFired
from regua.domain.policy import Policy
from regua.domain.reasons import Reason
from regua.domain.work import WorkKind, WorkStatus

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def months(number: int, cents: int = 20_000) -> File:
    """So many monthly bills, all known from the start."""
    dues = [date(2026 + m // 12, m % 12 + 1, 10) for m in range(number)]
    bills = [a_receivable(due, key=f"B{m:02d}", cents=cents, entered_at=START) for m, due in enumerate(dues)]
    return a_file(*bills)


def after(played: list[Played], file: File, rules: Rules) -> File:
    """The file once all of it was carried out."""
    if not played:
        return file
    last = played[-1]
    return carried_out(last.file, last.decision, rules, last.decision.at)


@pytest.mark.parametrize("name", shipped_policies())
class TestTenMonthlyBillsNobodyPays:
    @staticmethod
    def contacts(name: str) -> list[Played]:
        return list(play(months(10), some_rules(shipped_policy(name)), START, START + 400 * DAY))

    def test_every_bill_is_told_in_a_message_before_any_task_or_formal_notice_names_it(self, name: str) -> None:
        told: set[str] = set()
        for contact in self.contacts(name):
            step, listed = contact.decision.step, {x.receivable.id for x in contact.decision.lines}
            if step.is_task or step.phase.rank >= Phase.FORMAL.rank:
                assert listed <= told
                assert all(x.overdue for x in contact.decision.lines)
            if not step.is_task:
                told |= listed

    def test_no_step_is_carried_out_twice_about_one_bill(self, name: str) -> None:
        done = Counter((f.receivable, f.step.key) for c in self.contacts(name) for f in c.decision.fired)
        assert set(done.values()) == {1}

    def test_messages_do_not_stop_while_bills_go_on_coming(self, name: str) -> None:
        times = [c.decision.at for c in self.contacts(name) if not c.decision.step.is_task]
        coming = [at for at in times if at.date() < date(2026, 10, 20)]
        assert max(b - a for a, b in pairwise(coming)) < 31 * DAY
        first = {f.receivable: c.decision.step.phase for c in reversed(self.contacts(name)) for f in c.decision.fired}
        assert set(first.values()) <= {Phase.PREVENTIVE, Phase.FRIENDLY}

    def test_each_bill_ends_on_a_persons_list_or_goes_on(self, name: str) -> None:
        rules = some_rules(shipped_policy(name))
        played, end = rehearse(months(10), rules, START, START + 500 * DAY)
        assert isinstance(end, DoneDecision)
        assert_somebody_is_next(after(played, months(10), rules), rules, START + 500 * DAY)


def assert_somebody_is_next(file: File, rules: Rules, now: datetime) -> None:
    """Progress, for each bill by itself."""
    listed = ended(file, rules, now)
    for receivable in file.open_receivables:
        if receivable.id in listed:
            continue
        decision = plan(replace(file, receivables=(receivable,)), rules, now)
        assert isinstance(decision, ContactDecision) or (
            isinstance(decision, HoldDecision) and decision.until is not None
        ), (receivable, decision)


@pytest.mark.parametrize("name", shipped_policies())
@pytest.mark.parametrize("weekday", range(7))
def test_a_debt_that_arrives_at_any_age_reaches_the_end_of_its_ladder_or_a_person(name: str, weekday: int) -> None:
    """Every age from a month ahead to over a year, a seventh of them on each weekday."""
    policy = shipped_policy(name)
    rules = some_rules(policy)
    arrival = START + weekday * DAY
    hardest = max(step.phase.rank for step in policy.steps)
    for age in range(-30 + weekday, 401, 7):
        due = arrival.date() - timedelta(days=age)
        file = a_file(a_receivable(due, cents=2_000_000, entered_at=arrival))
        played, _ = rehearse(file, rules, arrival, arrival + 600 * DAY)
        steps = [p.decision.step for p in played]
        assert steps, age
        assert steps[0].phase.rank <= Phase.FRIENDLY.rank, age
        assert steps[-1].phase.rank == hardest, (age, [s.key for s in steps])
        for before, after in pairwise(steps):
            assert before.phase.rank <= after.phase.rank <= before.phase.rank + 2, (age, before.key, after.key)
        gaps = [b.decision.at - a.decision.at for a, b in pairwise(played)]
        assert max(gaps, default=DAY) < 46 * DAY, (age, gaps)


# -- edits of the policy -----------------------------------------------------------------------------------------------


def edited(policy: Policy, edit: random.Random) -> Policy:
    """The policy with one step deleted, renamed, inserted, moved or exchanged, kept in order; or another régua."""
    steps = list(policy.steps)
    at = edit.randrange(len(steps))
    step = steps[at]
    match edit.choice(("delete", "rename", "insert", "move", "exchange", "switch")):
        case "delete" if len(steps) > 2:
            del steps[at]
        case "rename":
            steps[at] = replace(step, key=f"{step.key}-{edit.randrange(99)}")
        case "insert":
            extra = replace(step, key=f"novo-{edit.randrange(999)}", offset_days=step.offset_days + 1)
            steps.insert(at + 1, extra)
        case "move":
            steps[at] = replace(step, offset_days=max(step.offset_days, 1) + edit.randrange(1, 20))
        case "exchange" if at:
            other = steps[at - 1]
            steps[at - 1], steps[at] = (
                replace(step, offset_days=other.offset_days),
                replace(other, offset_days=step.offset_days),
            )
        case "switch":
            steps = list(shipped_policy(edit.choice(shipped_policies())).steps)
    ordered = sorted(steps, key=lambda s: (s.phase.rank, s.offset_days))
    return replace(policy, version=str(edit.random()), steps=tuple(ordered))


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_edited_each_bill_goes_on_from_its_phase_and_day(seed: int) -> None:
    edit = random.Random(seed)
    name = edit.choice(shipped_policies())
    policy = shipped_policy(name)
    file = months(edit.randint(1, 4), cents=edit.choice((5_000, 30_000, 900_000)))
    now, places, told = START, dict[str, tuple[int, int]](), Counter[tuple[str, str]]()
    for _ in range(6):
        rules = some_rules(policy)
        until = now + edit.randint(3, 60) * DAY
        played = list(play(file, rules, now, until))
        for contact in played:
            for fired in contact.decision.fired:
                told[fired.receivable, fired.step.key] += 1
                here = (fired.step.phase.rank, fired.day)
                assert here >= places.get(fired.receivable, (-1, -999)), (seed, fired)
                places[fired.receivable] = here
        file = after(played, file, rules)
        assert_somebody_is_next(file, rules, until)
        if idle(file, rules, until + 5 * DAY):
            decision = plan(file, rules, until)
            assert not isinstance(decision, ContactDecision) or decision.at > until + 5 * DAY
        now, policy = until, edited(policy, edit)
    assert set(told.values()) <= {1}, seed


# -- the person's list -------------------------------------------------------------------------------------------------

ONE = a_policy(a_step("aviso", 1))


def stuck(receivable: Receivable, policy: Policy = ONE, **debtor: Any) -> dict[str, Reason]:
    return ended(a_file(receivable, debtor=a_debtor(**debtor)), some_rules(policy), MONDAY)


APPROVED = AskedStep("aviso", "T1:aviso", MONDAY - DAY, ("T1",), ("T1",), task=False, approved_at=MONDAY)
"""A person has let the message go, and has nothing more to say to it."""
TOLD = {"last_step": StepFired("aviso", MONDAY - 9 * DAY, 0, Phase.FRIENDLY, 1), "fired": ("aviso",), "contacts": 1}


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (stuck(a_receivable(-20, **TOLD)), Reason.STEPS_EXHAUSTED),
        (stuck(a_receivable(-20), opt_outs=(OptOut("*", MONDAY),)), Reason.OPTED_OUT),
        (stuck(a_receivable(-20), points=()), Reason.NO_CHANNEL),
        (stuck(a_receivable(-20), replace(ONE, steps=(replace(ONE.steps[0], approval=True),)), points=(),
               asked=(APPROVED,)), Reason.NO_CHANNEL),
        (stuck(a_receivable(-20), tags=("falecido",)), Reason.DECEASED),
        (stuck(a_receivable(-2000)), Reason.PRESCRIBED),
        (stuck(a_receivable(-20, tags=("contestado",))), Reason.HOLD_DISPUTE),
        (stuck(a_receivable(-20), holds=(Hold(HoldKind.MANUAL, MONDAY),)), Reason.HOLD_MANUAL),
        (stuck(a_receivable(-20), replace(ONE, min_total_cents=20_000)), Reason.BELOW_MINIMUM),
        (stuck(a_receivable(-20, **TOLD), a_policy(a_step("formal", 5, Phase.FORMAL), formal_min_contacts=3)),
         Reason.TOO_FEW_CONTACTS),
        (stuck(a_receivable(-20, **TOLD), a_policy(a_step("firme", 5, Phase.FIRM)), tags=("vulneravel",)),
         Reason.VULNERABLE_PHASE),
    ],
    ids=lambda value: str(value) if isinstance(value, Reason) else "",
)  # fmt: skip
def test_a_bill_nothing_more_is_done_about_is_told_to_a_person(found: dict[str, Reason], reason: Reason) -> None:
    assert found == {"T1": reason}


@pytest.mark.parametrize(
    "found",
    [
        stuck(a_receivable(-20)),
        stuck(a_receivable(300)),
        stuck(a_receivable(-20, do_not_collect=True)),
        stuck(a_receivable(-20), replace(ONE, collect=False)),
        stuck(a_receivable(-20), holds=(Hold(HoldKind.CLEARING, MONDAY, MONDAY + DAY),)),
        stuck(a_receivable(-20), holds=(Hold(HoldKind.DISPUTE, MONDAY, None, ("T1",)),)),
    ],
)
def test_nobody_is_told_while_something_comes_or_the_creditor_has_said_no(found: dict[str, Reason]) -> None:
    assert found == {}


def test_one_piece_of_work_lists_what_has_ended_and_grows_and_ends_with_it() -> None:
    rules = some_rules(ONE)
    file, first = ending.noted(a_file(a_receivable(-20, key="A", **TOLD), a_receivable(-3, key="B")), rules, MONDAY)
    assert [(w.kind, w.key, w.receivables) for w in first] == [(WorkKind.ENDED, "ended:d1", ("A",))]
    assert "A régua terminou." in first[0].note
    assert ending.noted(file, rules, MONDAY) == (file, [])
    file, _ = contacted(file, rules, MONDAY)
    file, more = ending.noted(file, rules, MONDAY + DAY)
    assert [w.receivables for w in more] == [("A", "B")]
    gone = replace(file, receivables=(replace(file.receivables[0], status=ReceivableStatus.PAID), file.receivables[1]))
    fewer, none = ending.noted(gone, rules, MONDAY + DAY)
    assert (none, fewer.debtor.case.ended) == ([], ("B=STEPS_EXHAUSTED",))
    settled = replace(fewer, receivables=tuple(replace(r, status=ReceivableStatus.PAID) for r in fewer.receivables))
    after, over = ending.noted(settled, rules, MONDAY + DAY)
    assert ([w.status for w in over], after.debtor.case.ended) == ([WorkStatus.DONE], ())
