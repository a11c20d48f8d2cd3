"""The edges of the planner's rules: the last day on which something holds, and the first on which it no longer does."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.builders import (
    EMAIL,
    MONDAY,
    PHONE,
    a_debtor,
    a_file,
    a_policy,
    a_receivable,
    a_step,
    a_tenant,
    an_open_case,
    past,
    some_rules,
)

from regua.domain.contact import limits, steps
from regua.domain.contact.decision import ContactDecision, DoneDecision, HoldDecision
from regua.domain.contact.planner import idle, plan
from regua.domain.contact.portfolio import Portfolio, bucket
from regua.domain.contact.reach import FAILING_AFTER, Health, best_point, channels_for
from regua.domain.contact.rehearsal import play
from regua.domain.contact.rules import place_of
from regua.domain.model import (
    Case,
    Channel,
    ContactPoint,
    Contract,
    Debtor,
    Hold,
    HoldKind,
    OptOut,
    Phase,
    PointStatus,
    Profile,
    Promise,
    ReceivableStatus,
    StepFired,
)
from regua.domain.policy import Caps, Policy, Step
from regua.domain.reasons import Reason
from regua.domain.tenant import ChannelConfig

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
TODAY = MONDAY.date()
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def contact(decision: object) -> ContactDecision:
    assert isinstance(decision, ContactDecision), decision
    return decision


class TestWhatAMessageLists:
    @pytest.mark.parametrize(("days", "listed"), [(29, True), (30, True), (31, False)])
    def test_what_falls_due_within_thirty_days_is_listed_beside_the_overdue(self, days: int, listed: bool) -> None:
        rules = some_rules(a_policy(a_step("aviso", 1)))
        decision = contact(plan(a_file(a_receivable(-3), a_receivable(days, key="T2")), rules, MONDAY))
        assert ("T2" in [line.receivable.id for line in decision.lines]) is listed
        assert (Reason.CONSOLIDATED in decision.reasons) is listed

    @pytest.mark.parametrize(("upcoming", "listed"), [(4, False), (5, True)])
    def test_how_far_ahead_is_the_policys_to_say(self, upcoming: int, listed: bool) -> None:
        rules = some_rules(a_policy(a_step("aviso", 1), upcoming_days=upcoming))
        decision = contact(plan(a_file(a_receivable(-3), a_receivable(5, key="T2")), rules, MONDAY))
        assert len(decision.lines) == 1 + listed

    def test_a_receivable_is_late_from_the_day_after_it_could_be_paid(self) -> None:
        saturday, friday = date(2026, 2, 28), date(2026, 2, 27)
        rules = some_rules(a_policy(a_step("vencimento", 0), a_step("aviso", 1)))
        late = [
            contact(plan(a_file(a_receivable(due)), rules, MONDAY + n * DAY)).lines[0].days_late
            for due, n in ((saturday, 0), (saturday, 1), (friday, 0), (TODAY, 0))
        ]
        assert late == [0, 3, 3, 0]

    def test_each_line_asks_by_its_own_contract_and_leaves_the_working_to_the_message(self) -> None:
        own = a_receivable(-4, key="T0", contract=Contract(fine_percent=Decimal(2)))
        tenant = a_tenant(policy="prova", contract=Contract(fine_percent=Decimal(1)))
        rules = some_rules(a_policy(a_step("aviso", 1)), tenant=tenant)
        lines = contact(plan(a_file(own, a_receivable(-3)), rules, MONDAY)).lines
        assert [(line.due.fine_cents, line.due.calculation) for line in lines] == [(200, ()), (100, ())]

    def test_what_is_not_yet_due_has_its_days_below_zero(self) -> None:
        decision = contact(plan(a_file(a_receivable(-3), a_receivable(5, key="T2")), some_rules(), MONDAY))
        assert [line.days_late for line in decision.lines] == [3, -5]


class TestWhatAMessageAsksToPay:
    @staticmethod
    def asked(*days: int) -> list[str]:
        receivables = [a_receivable(day, key=f"{day}") for day in days]
        rules = some_rules(a_policy(a_step("lembrete", -5), a_step("no_dia", 0), a_step("aviso", 1)))
        return [line.receivable.id for line in contact(plan(a_file(*receivables), rules, MONDAY)).to_pay]

    def test_what_is_due_today_or_late_and_nothing_that_is_not_due_yet(self) -> None:
        assert self.asked(-1, 0, 1, 20) == ["-1", "0"]

    def test_while_nothing_is_due_all_it_lists_since_the_code_stands_beside_their_total(self) -> None:
        assert self.asked(5, 20) == ["5", "20"]


class TestWhoDrives:
    RULES = some_rules(a_policy(a_step("um", 1), a_step("dois", 5), a_step("tres", 30)))

    def test_of_two_at_the_same_step_the_older_one(self) -> None:
        assert contact(plan(a_file(a_receivable(-3), a_receivable(-4, key="T0")), self.RULES, MONDAY)).driver == "T0"

    def test_of_two_of_the_same_day_always_the_same_one_whatever_the_order_of_reading(self) -> None:
        one, two, three = (a_receivable(-3, key=key) for key in ("A", "B", "C"))
        first = contact(plan(a_file(one, two), self.RULES, MONDAY))
        assert first.driver == "A"
        assert contact(plan(a_file(two, one), self.RULES, MONDAY)) == first
        assert contact(plan(a_file(three, two, one), self.RULES, MONDAY)).driver == "A"

    def test_one_that_is_paid_neither_drives_nor_is_listed(self) -> None:
        paid = a_receivable(-20, key="T0", status=ReceivableStatus.PAID)
        decision = contact(plan(a_file(a_receivable(-3), paid), self.RULES, MONDAY))
        assert (decision.driver, len(decision.lines)) == ("T1", 1)

    def test_each_stands_at_its_own_place_and_the_younger_hears_its_own_next_step(self) -> None:
        old = a_receivable(
            -20, key="T0", last_step=StepFired("dois", MONDAY, 1, Phase.FRIENDLY, 5), fired=("um", "dois")
        )
        young = a_receivable(-6, last_step=StepFired("um", MONDAY, 0, Phase.FRIENDLY, 1), fired=("um",))
        decision = contact(plan(a_file(young, old), self.RULES, MONDAY))
        assert (decision.step.key, decision.driver, decision.at) == ("dois", "T1", MONDAY)
        assert [line.receivable.id for line in decision.lines] == ["T0", "T1"]
        assert [fired.receivable for fired in decision.fired] == ["T1"]


class TestTheFirstContact:
    @staticmethod
    def reason(policy: Policy, entered: datetime, at: datetime = MONDAY, due: int = -3, **changes: Any) -> str:
        receivable = a_receivable(due, entered_at=entered, **changes)
        return contact(plan(a_file(receivable), some_rules(policy), at)).reason

    @pytest.mark.parametrize(("days_before", "reason"), [(3, Reason.DUE_STEP), (2, Reason.ENTRY)])
    def test_a_debt_imported_on_the_due_day_is_not_an_old_one_and_a_day_later_it_is(
        self, days_before: int, reason: Reason
    ) -> None:
        assert self.reason(a_policy(a_step("aviso", 3)), MONDAY - days_before * DAY) == reason

    def test_imported_on_the_day_a_due_date_moved_to_it_is_not_old_either(self) -> None:
        saturday = -9  # 21 February: can be paid until Monday, the 23rd
        for days_before, reason in ((7, Reason.DUE_STEP), (6, Reason.ENTRY)):
            assert self.reason(a_policy(a_step("aviso", 7)), MONDAY - days_before * DAY, due=saturday) == reason

    @pytest.mark.parametrize(
        ("firm_on", "reason"), [(2, Reason.ENTRY), (3, Reason.ENTRY), (4, Reason.DUE_STEP)], ids=str
    )
    def test_so_is_one_that_is_known_for_long_when_a_harder_step_is_already_due(
        self, firm_on: int, reason: Reason
    ) -> None:
        policy = a_policy(a_step("aviso", 1), a_step("firme", firm_on, Phase.FIRM))
        assert self.reason(policy, MONDAY - 60 * DAY) == reason

    def test_the_second_contact_is_never_an_entry(self) -> None:
        fired = StepFired("um", MONDAY - 4 * DAY, 0, Phase.FRIENDLY, 1)
        policy = a_policy(a_step("um", 1), a_step("dois", 2), a_step("firme", 3, Phase.FIRM))
        entered = MONDAY - 5 * DAY
        assert self.reason(policy, entered, due=-9, last_step=fired, fired=("um",)) == Reason.CATCH_UP

    def test_a_step_of_the_day_the_debt_became_known_was_missed_and_an_earlier_one_was_not(self) -> None:
        entered = MONDAY - 3 * DAY
        assert self.reason(a_policy(a_step("no_dia", 0), a_step("aviso", 3)), entered) == Reason.CATCH_UP
        assert self.reason(a_policy(a_step("antes", -1), a_step("aviso", 3)), entered) == Reason.DUE_STEP

    def test_of_two_steps_of_one_day_the_later_is_sent_and_the_other_is_passed_over(self) -> None:
        decision = contact(plan(a_file(), some_rules(a_policy(a_step("um", 3), a_step("dois", 3))), MONDAY))
        assert (decision.step.key, decision.fired[0].superseded) == ("dois", ("um",))

    def test_on_the_due_date_the_days_own_reminder_counts_as_one_still_to_come(self) -> None:
        policy = a_policy(
            a_step("a", -2), a_step("b", -1), a_step("c", 0), a_step("formal", 10, Phase.FORMAL), formal_min_contacts=2
        )
        assert contact(plan(a_file(a_receivable(0)), some_rules(policy), MONDAY)).step.key == "b"

    def test_one_that_has_nothing_to_say_does_not_silence_the_others(self) -> None:
        rules = some_rules(a_policy(a_step("um", 1), a_step("formal", 5, Phase.FORMAL)))
        told = StepFired("formal", MONDAY - DAY, 1, Phase.FORMAL, 5)
        through = a_receivable(-20, key="T0", last_step=told, fired=("um", "formal"))
        assert contact(plan(a_file(through, a_receivable(-3)), rules, MONDAY)).driver == "T1"
        entry = some_rules(a_policy(a_step("formal", 1, Phase.FORMAL), a_step("um", 2)))
        assert contact(plan(a_file(a_receivable(-3)), entry, MONDAY)).step.key == "um"
        hard_only = replace(a_receivable(-20, key="T0"), fired=("um",))
        assert contact(plan(a_file(hard_only, a_receivable(-3)), entry, MONDAY)).driver == "T1"


class TestVulnerable:
    RULES = some_rules(a_policy(a_step("um", 1), a_step("dois", 2), a_step("firme", 3, Phase.FIRM)))
    TOLD = StepFired("um", MONDAY - 9 * DAY, 0, Phase.FRIENDLY, 1)

    def decided(self, person: tuple[str, ...] = (), title: tuple[str, ...] = ()) -> object:
        receivable = a_receivable(-20, last_step=self.TOLD, fired=("um",), tags=title)
        return plan(a_file(receivable, debtor=a_debtor(tags=person)), self.RULES, MONDAY)

    def test_a_vulnerable_person_hears_nothing_firmer_than_friendly(self) -> None:
        assert contact(self.decided()).step.key == "firme"
        assert contact(self.decided(person=("vulneravel",))).step.key == "dois"
        assert contact(self.decided(title=("vulneravel",))).step.key == "dois"

    def test_also_where_the_first_contact_could_be_firm(self) -> None:
        firm_entry = some_rules(
            a_policy(a_step("um", 1), a_step("firme", 2, Phase.FIRM), entry_phase=Phase.FIRM), health=Health()
        )
        debtor = a_debtor(tags=("vulneravel",))
        assert contact(plan(a_file(a_receivable(-3), debtor=debtor), firm_entry, MONDAY)).step.key == "um"
        assert contact(plan(a_file(a_receivable(-3)), firm_entry, MONDAY)).step.key == "firme"


class TestTheWindow:
    def test_it_is_that_of_the_channel_that_will_be_used(self) -> None:
        step = a_step("aviso", 1, channels=(Channel.VOICE, Channel.EMAIL))
        tenant = a_tenant(policy="prova", channels={c: ChannelConfig() for c in (Channel.VOICE, Channel.EMAIL)})
        saturday = datetime(2026, 3, 7, 10, 0, tzinfo=SAO_PAULO)
        rules = some_rules(a_policy(step), tenant=tenant)
        assert contact(plan(a_file(a_receivable(-3)), rules, saturday)).at == saturday

    @pytest.mark.parametrize(
        ("day", "said"),
        [(3, {Reason.FUTURE_STEP}), (5, {Reason.FUTURE_STEP, Reason.OUTSIDE_WINDOW})],
        ids=["on a Thursday", "on a Saturday"],
    )
    def test_waiting_for_the_morning_of_a_steps_own_day_is_no_news(self, day: int, said: set[Reason]) -> None:
        decision = plan(a_file(a_receivable(0)), some_rules(a_policy(a_step("aviso", day))), MONDAY)
        assert {Reason.FUTURE_STEP, Reason.OUTSIDE_WINDOW} & set(decision.reasons) == said

    def test_a_contact_due_before_the_window_opens_waits_for_nine_and_says_so(self) -> None:
        early = datetime(2026, 3, 2, 7, 0, tzinfo=SAO_PAULO)
        decision = contact(plan(a_file(a_receivable(-3)), some_rules(a_policy(a_step("aviso", 1))), early))
        assert decision.at == datetime(2026, 3, 2, 9, 0, tzinfo=SAO_PAULO)
        assert Reason.OUTSIDE_WINDOW in decision.reasons

    def test_a_reminder_missed_by_the_window_is_forgotten_and_so_is_the_wait_for_it(self) -> None:
        evening = datetime(2026, 3, 2, 19, 0, tzinfo=SAO_PAULO)
        rules = some_rules(a_policy(a_step("no_dia", 0), a_step("aviso", 3), caps=Caps(48, 9, 9, 9)))
        debtor = a_debtor(recent=(past(1),))
        decision = contact(plan(a_file(a_receivable(0)), rules, evening))
        assert (decision.step.key, decision.reasons[1]) == ("aviso", Reason.FUTURE_STEP)
        assert Reason.OUTSIDE_WINDOW not in decision.reasons
        capped = contact(plan(a_file(a_receivable(0), debtor=debtor), rules, evening))
        assert capped.reasons[1:3] == (Reason.CAP_HOURS, Reason.FUTURE_STEP)

    @pytest.mark.parametrize("days", [400, 401, 1_500])
    def test_a_step_is_looked_for_however_far_ahead_it_is(self, days: int) -> None:
        midnight = datetime(2026, 3, 2, 0, 0, tzinfo=SAO_PAULO)
        decision = contact(plan(a_file(a_receivable(0)), some_rules(a_policy(a_step("longe", days))), midnight))
        assert decision.at.date() >= TODAY + days * DAY

    @pytest.mark.parametrize(("clock", "now"), [("17:59:50", True), ("17:59:51", False)])
    def test_a_contact_may_begin_when_exactly_its_margin_is_left(self, clock: str, now: bool) -> None:
        at = datetime.combine(TODAY, time.fromisoformat(clock), SAO_PAULO).astimezone(UTC)
        decision = contact(plan(a_file(a_receivable(-4)), some_rules(margin=timedelta(seconds=10)), at))
        assert (decision.at == at) is now
        assert now or decision.at == datetime(2026, 3, 3, 9, 0, tzinfo=SAO_PAULO)

    def test_waiting_for_the_morning_is_said_and_the_mornings_own_contact_does_not_say_it(self) -> None:
        night = datetime(2026, 3, 2, 22, 0, tzinfo=SAO_PAULO)
        assert Reason.OUTSIDE_WINDOW in plan(a_file(a_receivable(-4)), some_rules(), night).reasons
        assert Reason.OUTSIDE_WINDOW not in plan(a_file(a_receivable(-4)), some_rules(), MONDAY).reasons


class TestCaps:
    @staticmethod
    def until(*recent: timedelta, caps: Caps, now: datetime = MONDAY, **changes: object) -> tuple[datetime, object]:
        debtor = a_debtor(recent=tuple(replace(past(0), at=MONDAY - before) for before in recent), **changes)
        rules = some_rules(a_policy(a_step("aviso", 1), caps=caps))
        policy = rules.policies["prova"]
        return limits.cap_until(debtor, policy, place_of(debtor, rules.tenant), rules.calendar, now)

    def test_a_debtor_never_contacted_need_not_wait(self) -> None:
        assert self.until(caps=Caps()) == (MONDAY, None)

    def test_the_next_contact_may_come_the_capped_hours_after_the_last(self) -> None:
        assert self.until(50 * DAY, 1 * DAY, caps=Caps(48, 9, 9, 9)) == (MONDAY + DAY, Reason.CAP_HOURS)

    def test_after_the_days_last_contact_the_next_may_come_at_the_debtors_midnight(self) -> None:
        found = self.until(timedelta(hours=2), timedelta(hours=1), caps=Caps(0, 2, 9, 9))
        assert found == (datetime(2026, 3, 3, 0, 0, tzinfo=SAO_PAULO), Reason.CAP_DAY)
        assert self.until(timedelta(hours=1), caps=Caps(0, 2, 9, 9))[1] is Reason.CAP_HOURS

    def test_a_contact_of_yesterday_evening_is_not_one_of_today(self) -> None:
        assert self.until(timedelta(hours=14), caps=Caps(0, 1, 9, 9))[1] is Reason.CAP_HOURS

    def test_of_two_a_week_the_third_may_come_a_week_after_the_first(self) -> None:
        found = self.until(5 * DAY, 3 * DAY, caps=Caps(0, 9, 2, 9))
        assert found == (MONDAY + 2 * DAY, Reason.CAP_WEEK)
        assert self.until(5 * DAY, caps=Caps(0, 9, 2, 9))[1] is Reason.CAP_HOURS

    def test_of_three_a_month_the_fourth_may_come_thirty_days_after_the_first(self) -> None:
        found = self.until(25 * DAY, 20 * DAY, 10 * DAY, caps=Caps(0, 9, 9, 3))
        assert found == (MONDAY + 5 * DAY, Reason.CAP_MONTH)

    def test_the_cap_that_holds_longest_decides(self) -> None:
        found = self.until(3 * DAY, 1 * DAY, caps=Caps(48, 1, 2, 2))
        assert found == (MONDAY + 27 * DAY, Reason.CAP_MONTH)

    def test_a_vulnerable_person_waits_a_week_or_longer_where_the_policy_is_gentler_still(self) -> None:
        assert self.until(DAY, caps=Caps(48, 9, 9, 9), tags=("vulneravel",)) == (
            MONDAY + 6 * DAY,
            Reason.VULNERABLE_CADENCE,
        )
        assert self.until(DAY, caps=Caps(200, 9, 9, 9), tags=("vulneravel",))[0] == MONDAY + timedelta(hours=176)

    def test_at_the_very_moment_the_cap_ends_the_contact_is_made_and_waited_for_nothing(self) -> None:
        debtor = a_debtor(recent=(past(2),))
        rules = some_rules(a_policy(a_step("aviso", 1), caps=Caps(48, 9, 9, 9)))
        decision = contact(plan(a_file(a_receivable(-3), debtor=debtor), rules, MONDAY))
        assert decision.at == MONDAY
        assert Reason.CAP_HOURS not in decision.reasons
        earlier = contact(plan(a_file(a_receivable(-3), debtor=debtor), rules, MONDAY - SECOND))
        assert (earlier.at, Reason.CAP_HOURS in earlier.reasons) == (MONDAY, True)


class TestWhatStopsEverything:
    def test_the_smallest_total_worth_a_message_is_worth_one(self) -> None:
        rules = some_rules(a_policy(a_step("aviso", 1), min_total_cents=10_000))
        assert isinstance(plan(a_file(a_receivable(-3, cents=10_000)), rules, MONDAY), ContactDecision)
        stop = plan(a_file(a_receivable(-3, cents=9_999)), rules, MONDAY)
        assert (type(stop), stop.reasons) == (DoneDecision, (Reason.BELOW_MINIMUM,))

    def test_what_is_open_and_not_yet_due_does_not_add_to_the_total_until_its_own_contact(self) -> None:
        rules = some_rules(a_policy(a_step("lembrete", -2), a_step("aviso", 1), min_total_cents=10_000))
        file = a_file(a_receivable(-3, cents=4_000), a_receivable(18, key="T2", cents=9_000))
        decision = contact(plan(file, rules, MONDAY))
        assert (decision.step.key, decision.driver, decision.at.date()) == ("aviso", "T1", TODAY + 16 * DAY)
        assert {f.receivable for f in decision.fired} == {"T1", "T2"}

    def test_what_nobody_collects_does_not_add_to_the_total(self) -> None:
        rules = some_rules(a_policy(a_step("aviso", 1), min_total_cents=10_000))
        file = a_file(a_receivable(-3, cents=9_000), a_receivable(-3, key="T2", cents=9_000, do_not_collect=True))
        assert plan(file, rules, MONDAY).reasons == (Reason.BELOW_MINIMUM,)

    def test_on_the_fifth_anniversary_the_debt_is_prescribed_and_on_the_eve_it_is_not(self) -> None:
        assert steps.is_prescribed(date(2021, 3, 2), date(2026, 3, 2))
        assert not steps.is_prescribed(date(2021, 3, 2), date(2026, 3, 1))
        assert steps.is_prescribed(date(2024, 2, 29), date(2029, 3, 1))
        assert not steps.is_prescribed(date(2024, 2, 29), date(2029, 2, 28))

    def test_one_that_may_be_collected_is_collected_although_others_may_not(self) -> None:
        file = a_file(a_receivable(-3), a_receivable(-4, key="T2", do_not_collect=True))
        decision = contact(plan(file, some_rules(), MONDAY))
        assert [line.receivable.id for line in decision.lines] == ["T1"]
        nobody = a_file(a_receivable(-3, do_not_collect=True), a_receivable(-4, key="T2", do_not_collect=True))
        assert plan(nobody, some_rules(), MONDAY).reasons == (Reason.DO_NOT_COLLECT,)

    def test_a_debtor_whom_the_creditor_leaves_alone_is_left_alone(self) -> None:
        stop = plan(a_file(a_receivable(-3), debtor=a_debtor(do_not_collect=True)), some_rules(), MONDAY)
        assert stop.reasons == (Reason.DO_NOT_COLLECT,)

    def test_a_prescribed_debt_is_not_asked_for_beside_a_living_one(self) -> None:
        file = a_file(a_receivable(-3), a_receivable(date(2021, 3, 1), key="T2"))
        decision = contact(plan(file, some_rules(), MONDAY))
        assert [line.receivable.id for line in decision.lines] == ["T1"]


class TestHolds:
    @pytest.mark.parametrize(("ends", "held"), [(MONDAY + SECOND, True), (MONDAY, False)])
    def test_a_hold_is_over_at_its_end(self, ends: datetime, held: bool) -> None:
        debtor = a_debtor(holds=(Hold(HoldKind.MANUAL, MONDAY - DAY, ends),))
        decision = plan(a_file(a_receivable(-3), debtor=debtor), some_rules(), MONDAY)
        assert isinstance(decision, HoldDecision) is held
        assert not held or decision == HoldDecision(ends, (Reason.HOLD_MANUAL,), decision.policy)

    @pytest.mark.parametrize("grace", [0, 2])
    def test_a_promise_holds_until_the_end_of_its_day_and_grace_in_the_creditors_time_zone(self, grace: int) -> None:
        promise = Promise(MONDAY, date(2026, 3, 6), grace_days=grace)
        (hold,) = limits.holds_of(a_debtor(promises=(promise,)), a_tenant())
        assert hold.until_at == datetime(2026, 3, 7 + grace, 0, 0, tzinfo=SAO_PAULO)
        assert (hold.kind, hold.since_at) == (HoldKind.PROMISE, MONDAY)

    def test_of_several_holds_the_longest_counts_for_a_receivable_and_the_first_end_for_the_debtor(self) -> None:
        day, week = MONDAY + DAY, MONDAY + 7 * DAY
        debtor = a_debtor(
            holds=(
                Hold(HoldKind.MANUAL, MONDAY, day, ("T1",)),
                Hold(HoldKind.CLEARING, MONDAY, week, ("T1",)),
                Hold(HoldKind.NEGOTIATION, MONDAY, week + DAY, ("T2",)),
            )
        )
        decision = plan(a_file(a_receivable(-3), a_receivable(-4, key="T2"), debtor=debtor), some_rules(), MONDAY)
        assert isinstance(decision, HoldDecision)
        assert (decision.until, decision.reasons) == (week, (Reason.HOLD_CLEARING, Reason.HOLD_NEGOTIATION))

    def test_a_hold_without_end_outlasts_every_other(self) -> None:
        debtor = a_debtor(holds=(Hold(HoldKind.MANUAL, MONDAY, None), Hold(HoldKind.CLEARING, MONDAY, MONDAY + DAY)))
        decision = plan(a_file(a_receivable(-3), debtor=debtor), some_rules(), MONDAY)
        assert decision == HoldDecision(None, (Reason.HOLD_MANUAL,), decision.policy)

    def test_a_hold_of_one_receivable_leaves_the_others_free(self) -> None:
        debtor = a_debtor(holds=(Hold(HoldKind.MANUAL, MONDAY, None, ("T1",)),))
        decision = contact(
            plan(a_file(a_receivable(-3), a_receivable(-4, key="T2"), debtor=debtor), some_rules(), MONDAY)
        )
        assert [line.receivable.id for line in decision.lines] == ["T2"]

    @pytest.mark.parametrize("whose", ["debtor", "receivable"])
    def test_a_dispute_tag_holds_without_end_before_any_other_hold(self, whose: str) -> None:
        tags = {whose: ("contestado",)}
        debtor = a_debtor(tags=tags.get("debtor", ()), holds=(Hold(HoldKind.CLEARING, MONDAY, MONDAY + DAY),))
        file = a_file(a_receivable(-3, tags=tags.get("receivable", ())), debtor=debtor)
        assert plan(file, some_rules(), MONDAY) == HoldDecision(
            None, (Reason.HOLD_DISPUTE,), some_rules().debtor_policy(debtor).label
        )

    def test_a_dispute_tag_needs_no_hold_beside_it(self) -> None:
        decision = plan(a_file(a_receivable(-3), debtor=a_debtor(tags=("contestado",))), some_rules(), MONDAY)
        assert (type(decision), decision.reasons) == (HoldDecision, (Reason.HOLD_DISPUTE,))

    def test_a_disputed_receivable_is_on_hold_and_its_neighbour_is_not(self) -> None:
        file = a_file(a_receivable(-3, tags=("contestado",)), a_receivable(-4, key="T2"))
        decision = contact(plan(file, some_rules(), MONDAY))
        assert [line.receivable.id for line in decision.lines] == ["T2"]


class TestSteps:
    @staticmethod
    def ahead(policy: Policy, receivable: object = None, **debtor: object) -> list[tuple[str, date]]:
        rules = some_rules(policy)
        who = a_debtor(**debtor)
        found = steps.ahead(receivable or a_receivable(0), who, policy, rules.calendar, place_of(who, rules.tenant))  # type: ignore[arg-type] # a receivable
        return [(s.step.key, s.on) for s in found]

    def test_a_step_is_due_its_days_after_the_due_date_as_moved(self) -> None:
        policy = a_policy(a_step("lembrete", -3), a_step("no_dia", 0), a_step("aviso", 5))
        assert self.ahead(policy, a_receivable(date(2026, 2, 28))) == [
            ("lembrete", date(2026, 2, 27)),
            ("no_dia", TODAY),
            ("aviso", date(2026, 3, 7)),
        ]

    @pytest.mark.parametrize(("cents", "there"), [(5_000, True), (4_999, False)])
    def test_a_step_for_amounts_begins_with_its_amount(self, cents: int, there: bool) -> None:
        assert bool(self.ahead(a_policy(a_step("x", 1, min_amount_cents=5_000)), a_receivable(cents=cents))) is there

    @pytest.mark.parametrize(("paid", "there"), [(5_000, True), (5_001, False)])
    def test_a_step_for_shares_begins_with_its_share_of_what_was_owed(self, paid: int, there: bool) -> None:
        receivable = a_receivable(cents=10_000, paid_principal_cents=paid)
        assert bool(self.ahead(a_policy(a_step("x", 1, min_amount_percent=50)), receivable)) is there

    @pytest.mark.parametrize(
        ("conditions", "there"),
        [
            ({"segments": ("escola",)}, True),
            ({"segments": ("clinica",)}, False),
            ({"profiles": (Profile.CONSUMER,)}, True),
            ({"profiles": (Profile.COMPANY,)}, False),
            ({"tags": ("vip", "novo")}, True),
            ({"tags": ("outro",)}, False),
            ({"without_tags": ("outro",)}, True),
            ({"without_tags": ("vip",)}, False),
            ({"tags": ("vip",), "without_tags": ("vip",)}, False),
            ({"tags": ("vip",), "without_tags": ("outro",)}, True),
        ],
        ids=str,
    )
    def test_a_step_is_for_those_it_names(self, conditions: dict[str, tuple[str, ...]], there: bool) -> None:
        policy = a_policy(a_step("x", 1, **conditions))
        assert bool(self.ahead(policy, segment="escola", profile=Profile.CONSUMER, tags=("vip",))) is there

    def test_after_a_formal_notice_the_next_step_keeps_the_policys_distance(self) -> None:
        policy = a_policy(a_step("formal", 10, Phase.FORMAL), a_step("legal", 25, Phase.LEGAL))
        fired = StepFired("formal", MONDAY, 0, Phase.FORMAL, 10)
        receivable = a_receivable(-40, last_step=fired, fired=("formal",))
        assert self.ahead(policy, receivable) == [("legal", TODAY + 15 * DAY)]

    def test_after_a_friendly_one_it_does_not_and_what_fell_due_is_caught_up(self) -> None:
        policy = a_policy(a_step("um", 10), a_step("dois", 25))
        fired = StepFired("um", MONDAY, 0, Phase.FRIENDLY, 10)
        receivable = a_receivable(-40, last_step=fired, fired=("um",))
        assert self.ahead(policy, receivable) == [("dois", TODAY - 15 * DAY)]

    def test_a_step_that_fell_due_before_the_debt_was_known_keeps_its_distance_to_the_one_before(self) -> None:
        policy = a_policy(a_step("um", 10), a_step("dois", 10), a_step("tres", 50))
        fired = StepFired("um", MONDAY, 0, Phase.FRIENDLY, 10)
        receivable = a_receivable(-40, last_step=fired, fired=("um",), entered_at=MONDAY)
        assert self.ahead(policy, receivable) == [("dois", TODAY + DAY), ("tres", TODAY + 10 * DAY)]

    def test_one_that_fell_due_on_the_day_the_debt_became_known_was_missed_like_any_other(self) -> None:
        policy = a_policy(a_step("um", 10), a_step("dois", 40))
        fired = StepFired("um", MONDAY, 0, Phase.FRIENDLY, 10)
        receivable = a_receivable(-40, last_step=fired, fired=("um",), entered_at=MONDAY)
        assert self.ahead(policy, receivable) == [("dois", TODAY)]

    def test_when_nobody_knows_since_when_the_debt_is_known_nothing_is_put_off_for_it(self) -> None:
        policy = a_policy(a_step("um", 10), a_step("dois", 25))
        receivable = a_receivable(
            -40, last_step=StepFired("um", MONDAY, 0, Phase.FRIENDLY, 10), fired=("um",), entered_at=None
        )
        assert self.ahead(policy, receivable) == [("dois", TODAY - 15 * DAY)]

    def test_a_step_once_carried_out_is_not_repeated_wherever_an_edited_policy_puts_it(self) -> None:
        policy = a_policy(a_step("um", 1), a_step("dois", 5), a_step("tres", 9))
        receivable = a_receivable(last_step=StepFired("um", MONDAY, 0, Phase.FRIENDLY, 1), fired=("dois", "um"))
        assert [key for key, _ in self.ahead(policy, receivable)] == ["tres"]

    def test_a_step_after_another_counts_from_the_day_that_one_was_carried_out(self) -> None:
        policy = a_policy(a_step("um", 10), a_step("dois", 7, after="um"), a_step("tres", 3, after="dois"))
        assert self.ahead(policy) == [("um", TODAY + 10 * DAY), ("dois", TODAY + 17 * DAY), ("tres", TODAY + 20 * DAY)]
        fired = StepFired("um", MONDAY + 2 * DAY, 0, Phase.FRIENDLY, 10)
        receivable = a_receivable(last_step=fired, fired=("um",))
        assert self.ahead(policy, receivable)[0] == ("dois", TODAY + 9 * DAY)

    def test_steps_that_name_each_other_end_nowhere_and_do_not_hang(self) -> None:
        policy = a_policy(a_step("um", 1, after="dois"), a_step("dois", 2, after="um"))
        assert self.ahead(policy) == [("um", TODAY + 3 * DAY), ("dois", TODAY + 3 * DAY)]

    def test_nor_those_of_which_others_are_named_in_a_circle(self) -> None:
        policy = a_policy(a_step("um", 1, after="dois"), a_step("dois", 2, after="um"), a_step("tres", 4, after="um"))
        assert dict(self.ahead(policy))["tres"] == TODAY + 7 * DAY

    def test_steps_come_by_their_day_when_one_of_them_counts_from_another(self) -> None:
        policy = a_policy(a_step("um", 1), a_step("dois", 3, after="um"), a_step("tres", 2))
        assert [key for key, _ in self.ahead(policy)] == ["um", "tres", "dois"]

    def test_a_reminder_says_nothing_true_after_the_due_date_and_a_step_after_another_may_come_late(self) -> None:
        policy = a_policy(
            a_step("antes", -2), a_step("no_dia", 0), a_step("aviso", 1), a_step("logo", 0, after="aviso")
        )
        rules = some_rules(policy)
        found = steps.ahead(a_receivable(0), a_debtor(), policy, rules.calendar, place_of(a_debtor(), rules.tenant))
        assert {s.step.key: s.last_on for s in found} == {
            "antes": TODAY,
            "no_dia": TODAY,
            "aviso": date.max,
            "logo": date.max,
        }

    @pytest.mark.parametrize(
        ("day", "left"),
        [(0, "abcd"), (4, "bcd"), (5, "cd"), (9, "d"), (99, "d")],
    )
    def test_a_step_the_policy_no_longer_has_leaves_its_place_which_is_its_phase_and_day(
        self, day: int, left: str
    ) -> None:
        policy = a_policy(a_step("a", 1), a_step("b", 5), a_step("c", 9), a_step("d", 9, Phase.FIRM))
        gone = StepFired("gone", MONDAY, 0, Phase.FRIENDLY, day)
        assert "".join(s.key for _, _, s in steps.beyond(a_receivable(last_step=gone), policy)) == left

    def test_of_two_steps_of_one_place_the_other_is_still_to_come(self) -> None:
        policy = a_policy(a_step("a", 1), a_step("b", 1), a_step("c", 1))
        told = a_receivable(last_step=StepFired("b", MONDAY, 1, Phase.FRIENDLY, 1), fired=("b",))
        assert [s.key for _, _, s in steps.beyond(told, policy)] == ["c"]

    @pytest.mark.parametrize(
        ("phase", "needs"), [(Phase.FIRM, (4, 9)), (Phase.FORMAL, (4, 15)), (Phase.LEGAL, (5, 30))]
    )
    def test_formal_and_legal_steps_need_what_the_policy_says_and_what_they_say_themselves(
        self, phase: Phase, needs: tuple[int, int]
    ) -> None:
        policy = a_policy(formal_min_contacts=3, formal_min_days=15, legal_min_contacts=5, legal_min_days=30)
        step = a_step("x", 1, phase, min_contacts=4, min_days_since_first=9)
        assert steps.needed_before(phase, policy, step) == needs


class TestCatchingUp:
    @staticmethod
    def chosen(
        policy_steps: tuple[Step, ...], due: int, contacts: int = 0, formal_needs: int = 0, legal_needs: int = 0
    ) -> str:
        policy = a_policy(*policy_steps, formal_min_contacts=formal_needs, legal_min_contacts=legal_needs)
        every = [steps.Ahead(rank, step, TODAY, date.max) for rank, step in enumerate(policy_steps)]
        return steps.pass_over(every[:due], every, a_receivable(contacts=contacts), policy).step.key

    MESSAGES = tuple(a_step(key, 1) for key in ("um", "dois", "tres", "quatro"))
    TASK = a_step("ligar", 1, channels=(Channel.TASK,))
    FORMAL = a_step("formal", 9, Phase.FORMAL)

    def test_the_most_advanced_message_is_sent(self) -> None:
        assert [self.chosen(self.MESSAGES, due) for due in (1, 2, 3, 4)] == ["um", "dois", "tres", "quatro"]

    @pytest.mark.parametrize(
        ("needs", "contacts", "key"),
        [
            (1, 0, "quatro"),
            (2, 0, "tres"),
            (3, 0, "dois"),
            (4, 0, "um"),
            (9, 0, "um"),
            (3, 1, "tres"),
            (4, 3, "quatro"),
        ],
    )
    def test_as_many_are_left_as_the_formal_step_still_needs(self, needs: int, contacts: int, key: str) -> None:
        assert self.chosen((*self.MESSAGES, self.FORMAL), 4, contacts, formal_needs=needs) == key

    def test_every_later_step_keeps_what_it_needs_and_the_formal_one_itself_is_a_contact_for_the_legal_one(
        self,
    ) -> None:
        legal = a_step("legal", 20, Phase.LEGAL)
        plan_ = (*self.MESSAGES, self.FORMAL, legal)
        assert self.chosen(plan_, 4, formal_needs=1, legal_needs=3) == "tres"
        assert self.chosen(plan_, 4, formal_needs=1, legal_needs=2) == "quatro"
        assert self.chosen(plan_, 4, formal_needs=3, legal_needs=2) == "dois"

    def test_a_task_never_takes_the_place_of_a_message_and_does_not_hide_the_later_ones(self) -> None:
        um, dois, _, _ = self.MESSAGES
        assert self.chosen((um, dois, self.TASK), 3) == "dois"
        other = replace(self.TASK, key="visitar")
        assert self.chosen((self.TASK, um, other), 3) == "um"
        assert self.chosen((self.TASK, other), 2) == "visitar"

    def test_a_task_is_no_contact_neither_made_nor_to_come(self) -> None:
        um, dois, _, _ = self.MESSAGES
        other = replace(self.TASK, key="visitar")
        assert self.chosen((self.TASK, other, um, self.FORMAL), 2, formal_needs=1) == "visitar"
        assert self.chosen((self.TASK, other, um, self.FORMAL), 2, formal_needs=2) == "ligar"
        assert self.chosen((um, dois, self.TASK, self.FORMAL), 2, formal_needs=2) == "um"


class TestWhosePolicy:
    RULES = some_rules(
        a_policy(),
        tenant=a_tenant(policy="prova", segments={"escola": "doce"}),
        policies={name: a_policy(name=name) for name in ("doce", "propria")},
    )

    @pytest.mark.parametrize(
        ("debtor", "name"),
        [
            ({}, "prova"),
            ({"segment": "escola"}, "doce"),
            ({"segment": "outro"}, "prova"),
            ({"policy": "propria"}, "propria"),
            ({"policy": "propria", "segment": "escola"}, "propria"),
        ],
        ids=str,
    )
    def test_the_debtors_own_comes_before_the_segments_and_that_before_the_creditors(
        self, debtor: dict[str, str], name: str
    ) -> None:
        assert self.RULES.debtor_policy(a_debtor(**debtor)).name == name
        assert self.RULES.policy(a_receivable(), a_debtor(**debtor)).name == name
        assert self.RULES.policy(a_receivable(policy="doce"), a_debtor(**debtor)).name == "doce"

    def test_the_policy_of_a_paid_title_decides_nothing_and_that_of_an_open_one_does(self) -> None:
        paid = a_receivable(key="T2", policy="doce", status=ReceivableStatus.PAID)
        alone = self.RULES.fingerprint(a_file(a_receivable()))
        assert self.RULES.fingerprint(a_file(a_receivable(), paid)) == alone
        assert self.RULES.fingerprint(a_file(a_receivable(), replace(paid, status=ReceivableStatus.OPEN))) != alone


class TestFormalStepsWait:
    POLICY = a_policy(
        a_step("formal", 1, Phase.FORMAL), entry_phase=Phase.FORMAL, formal_min_contacts=2, formal_min_days=10
    )

    def decided(self, contacts: int, first: datetime | None, at: datetime = MONDAY) -> object:
        told = a_receivable(-20, contacts=contacts, first_contact_at=first)
        return plan(a_file(told), some_rules(self.POLICY), at)

    def test_for_the_day_their_age_is_reached(self) -> None:
        assert contact(self.decided(2, MONDAY - 10 * DAY)).at == MONDAY
        later = contact(self.decided(2, MONDAY - 8 * DAY))
        assert (later.at, Reason.WAITS_FOR_AGE in later.reasons) == (MONDAY + 2 * DAY, True)

    def test_for_those_first_told_of_on_the_same_day_so_that_one_notice_names_them_all(self) -> None:
        early, late = (
            a_receivable(-20, key=key, contacts=2, first_contact_at=MONDAY - 10 * DAY + timedelta(minutes=minutes))
            for key, minutes in (("T1", 0), ("T2", 35))
        )
        decision = contact(plan(a_file(early, late), some_rules(self.POLICY), MONDAY))
        assert decision.at == MONDAY + timedelta(minutes=35)
        assert {f.receivable for f in decision.fired} == {"T1", "T2"}

    def test_each_for_its_own_day(self) -> None:
        old, new = (
            a_receivable(-20, key=key, contacts=2, first_contact_at=MONDAY - days * DAY)
            for key, days in (("T1", 11), ("T2", 9))
        )
        decision = contact(plan(a_file(old, new), some_rules(self.POLICY), MONDAY))
        assert (decision.at, [line.receivable.id for line in decision.lines]) == (MONDAY, ["T1"])

    def test_for_ever_when_nobody_knows_when_the_first_contact_was(self) -> None:
        assert self.decided(2, None).reasons == (Reason.TOO_FEW_CONTACTS,)  # type: ignore[attr-defined] # a decision

    def test_and_for_as_many_contacts_as_they_need(self) -> None:
        stop = self.decided(1, MONDAY - 10 * DAY)
        assert isinstance(stop, DoneDecision)
        assert stop.reasons == (Reason.TOO_FEW_CONTACTS,)


class TestIdle:
    @pytest.mark.parametrize(("due", "nothing"), [(2, True), (1, False)])
    def test_a_debtor_with_no_step_within_a_day_of_the_moment_is_passed_over(self, due: int, nothing: bool) -> None:
        rules = some_rules(a_policy(a_step("no_dia", 0)))
        assert idle(a_file(a_receivable(due)), rules, MONDAY) is nothing

    def test_paid_receivables_are_not_looked_at_and_one_due_is_enough(self) -> None:
        rules = some_rules(a_policy(a_step("no_dia", 0)))
        paid = a_receivable(-5, key="T0", paid_principal_cents=10_000, status=ReceivableStatus.PAID)
        assert idle(a_file(paid, a_receivable(20)), rules, MONDAY)
        assert not idle(a_file(paid, a_receivable(20), a_receivable(0, key="T2")), rules, MONDAY)

    def test_a_step_carried_out_is_behind_and_the_next_one_counts(self) -> None:
        rules = some_rules(a_policy(a_step("um", 0), a_step("dois", 10)))
        fired = StepFired("um", MONDAY, 0, Phase.FRIENDLY, 0)
        assert idle(a_file(a_receivable(-5, last_step=fired)), rules, MONDAY)
        assert not idle(a_file(a_receivable(-10, last_step=fired)), rules, MONDAY)

    def test_one_whose_ladder_has_ended_is_not_passed_over_because_a_person_is_next(self) -> None:
        rules = some_rules(a_policy(a_step("um", 0), a_step("dois", 10)))
        last = StepFired("dois", MONDAY, 1, Phase.FRIENDLY, 10)
        assert not idle(a_file(a_receivable(-50, last_step=last)), rules, MONDAY)

    def test_a_step_the_policy_no_longer_has_is_behind_like_any_other(self) -> None:
        rules = some_rules(a_policy(a_step("um", 0), a_step("dois", 400)))
        for rank in (0, 2):
            gone = StepFired("tres", MONDAY, rank, Phase.FRIENDLY, 0)
            assert idle(a_file(a_receivable(-5, last_step=gone)), rules, MONDAY)
            assert not idle(a_file(a_receivable(-399, last_step=gone)), rules, MONDAY)

    def test_nothing_is_said_of_a_step_that_counts_from_another(self) -> None:
        rules = some_rules(a_policy(a_step("um", 0), a_step("dois", 3, after="um")))
        fired = StepFired("um", MONDAY, 0, Phase.FRIENDLY, 0)
        assert not idle(a_file(a_receivable(50, last_step=fired)), rules, MONDAY)


class TestReach:
    def test_the_point_with_fewest_failures_is_used_and_the_first_known_among_equals(self) -> None:
        one, two, three = (
            ContactPoint("email", f"{n}@example.com", (Channel.EMAIL,), failures=f) for n, f in ((1, 1), (2, 0), (3, 0))
        )
        assert best_point(Channel.EMAIL, (one, two, three)) == two

    def test_a_point_serves_the_channels_it_names_or_all_of_its_kind(self) -> None:
        everything = ContactPoint("phone", "+5511987654321")
        assert best_point(Channel.SMS, (everything,)) == everything
        assert best_point(Channel.SMS, (replace(everything, channels=(Channel.VOICE,)),)) is None
        assert best_point(Channel.SMS, (replace(everything, blocked=(Channel.SMS,)),)) is None
        assert best_point(Channel.SMS, (replace(everything, status=PointStatus.WRONG_PERSON),)) is None
        assert best_point(Channel.EMAIL, (everything,)) is None

    @pytest.mark.parametrize(("failures", "first"), [(FAILING_AFTER - 1, Channel.EMAIL), (FAILING_AFTER, Channel.SMS)])
    def test_a_channel_that_failed_three_times_in_a_row_is_the_last_resort(self, failures: int, first: Channel) -> None:
        assert FAILING_AFTER == 3
        debtor = a_debtor(points=(replace(EMAIL, failures=failures), PHONE))
        step = a_step("x", 1, channels=(Channel.EMAIL, Channel.SMS))
        channels, notes = channels_for(step, debtor, a_policy(step), a_tenant(), Health())
        assert channels[0] is first
        assert notes == ((Reason.CHANNEL_PREFERRED,) if first is Channel.EMAIL else (Reason.CHANNEL_FAILING,))

    def test_the_channel_the_debtor_answered_on_comes_first(self) -> None:
        step = a_step("x", 1, channels=(Channel.EMAIL, Channel.SMS))
        debtor = a_debtor(answered_on=Channel.SMS)
        found = channels_for(step, debtor, a_policy(step), a_tenant(), Health())
        assert found == ((Channel.SMS, Channel.EMAIL), (Reason.CHANNEL_ANSWERED,))

    def test_points_of_which_one_may_still_be_right_are_unreachable_and_not_a_wrong_person(self) -> None:
        step = a_step("x", 1)
        wrong = replace(EMAIL, status=PointStatus.WRONG_PERSON)
        blocked = replace(EMAIL, value="b@example.com", blocked=(Channel.EMAIL,))
        for points, reason in (
            ((wrong,), Reason.WRONG_PERSON),
            ((wrong, blocked), Reason.CHANNEL_UNREACHABLE),
            ((PHONE,), Reason.CHANNEL_NO_POINT),
        ):
            assert channels_for(step, a_debtor(points=points), a_policy(step), a_tenant(), Health()) == ((), (reason,))

    def test_a_channel_or_one_template_of_it_can_be_off(self) -> None:
        step = a_step("x", 1)
        for off, served in (
            ((Channel.EMAIL, ""), False),
            ((Channel.EMAIL, "x"), False),
            ((Channel.EMAIL, "y"), True),
            ((Channel.SMS, ""), True),
        ):
            channels, _ = channels_for(step, a_debtor(), a_policy(step), a_tenant(), Health(off=frozenset([off])))
            assert bool(channels) is served
        stopped = a_tenant(stopped_channels=(Channel.EMAIL,))
        assert channels_for(step, a_debtor(), a_policy(step), stopped, Health()) == ((), (Reason.CHANNELS_STOPPED,))

    @staticmethod
    def served(step: Step, debtor: Debtor, **tenant: Any) -> tuple[tuple[Channel, ...], tuple[Reason, ...]]:
        return channels_for(step, debtor, a_policy(step), a_tenant(**tenant), Health())

    def test_a_task_needs_one_point_at_which_the_debtor_may_be_found(self) -> None:
        task = a_step("ligar", 1, channels=(Channel.TASK,))
        wrong = replace(EMAIL, status=PointStatus.WRONG_PERSON)
        assert self.served(task, a_debtor(points=(wrong, PHONE)))[0] == (Channel.TASK,)
        for points in ((), (wrong,)):
            assert self.served(task, a_debtor(points=points)) == ((), (Reason.CHANNEL_NO_POINT,))

    def test_who_wants_no_sms_may_still_be_written_to_by_mail(self) -> None:
        both = a_step("x", 1, channels=(Channel.SMS, Channel.EMAIL))
        for channel, left, notes in (
            ("sms", (Channel.EMAIL,), (Reason.CHANNEL_OPTED_OUT,)),
            ("email", (Channel.SMS,), (Reason.CHANNEL_PREFERRED, Reason.CHANNEL_OPTED_OUT)),
            ("*", (), (Reason.CHANNEL_OPTED_OUT,)),
        ):
            assert self.served(both, a_debtor(opt_outs=(OptOut(channel, MONDAY),))) == (left, notes)

    def test_the_first_channel_is_said_first_and_then_why_not_the_others(self) -> None:
        three = a_step("x", 1, channels=(Channel.SMS, Channel.EMAIL, Channel.VOICE))
        found = self.served(three, a_debtor(opt_outs=(OptOut("email", MONDAY),)))
        notes = (Reason.CHANNEL_PREFERRED, Reason.CHANNEL_OPTED_OUT, Reason.CHANNEL_OFF)
        assert found == ((Channel.SMS,), notes)

    def test_the_first_usable_channel_is_the_one_that_will_be_used(self) -> None:
        both = some_rules(a_policy(a_step("x", 1, channels=(Channel.SMS, Channel.EMAIL))))
        decision = contact(plan(a_file(), both, MONDAY))
        assert (decision.channel, decision.channels) == (Channel.SMS, (Channel.SMS, Channel.EMAIL))

    def test_a_task_stands_beside_channels_that_have_an_address(self) -> None:
        step = a_step("x", 1, channels=(Channel.TASK, Channel.EMAIL))
        assert self.served(step, a_debtor())[0] == (Channel.TASK, Channel.EMAIL)

    def test_whatsapp_needs_consent_unless_the_creditor_answers_for_it(self) -> None:
        step = a_step("x", 1, channels=(Channel.WHATSAPP,))
        never = a_debtor(points=(replace(PHONE, whatsapp_optin_on=None),))
        assert self.served(step, never) == ((), (Reason.CHANNEL_NO_CONSENT,))
        assert self.served(step, a_debtor())[0] == (Channel.WHATSAPP,)
        assumed = {Channel.WHATSAPP: ChannelConfig(options={"optin": "assumed"})}
        assert self.served(step, never, channels=assumed)[0] == (Channel.WHATSAPP,)


class TestWhyNothingIsLeft:
    WRONG = replace(EMAIL, status=PointStatus.WRONG_PERSON)
    NEVER = replace(PHONE, whatsapp_optin_on=None)
    MAIL, SMS, WHATSAPP, VOICE = Channel.EMAIL, Channel.SMS, Channel.WHATSAPP, Channel.VOICE

    @pytest.mark.parametrize(
        ("channels", "points", "out", "reason"),
        [
            ((MAIL,), (EMAIL,), "email", Reason.OPTED_OUT),
            ((MAIL, SMS), (EMAIL,), "email", Reason.OPTED_OUT),
            ((MAIL, SMS, VOICE), (EMAIL,), "email", Reason.OPTED_OUT),
            ((MAIL, WHATSAPP), (EMAIL, NEVER), "email", Reason.NO_CHANNEL),
            ((MAIL,), (PHONE,), "", Reason.NO_CHANNEL),
            ((MAIL, VOICE), (PHONE,), "", Reason.NO_CHANNEL),
            ((MAIL,), (WRONG,), "", Reason.WRONG_PERSON),
            ((MAIL, WHATSAPP), (WRONG, NEVER), "", Reason.NO_CHANNEL),
        ],
    )
    def test_a_wish_a_wrong_person_and_a_missing_address_are_told_apart(
        self, channels: tuple[Channel, ...], points: tuple[ContactPoint, ...], out: str, reason: Reason
    ) -> None:
        debtor = a_debtor(points=points, opt_outs=(OptOut(out, MONDAY),) if out else ())
        rules = some_rules(a_policy(a_step("aviso", 1, channels=channels)))
        decision = plan(a_file(a_receivable(-3), debtor=debtor), rules, MONDAY)
        assert (type(decision), decision.reason) == (DoneDecision, reason)

    def test_formal_steps_out_of_reach_are_said_and_expired_reminders_are_simply_over(self) -> None:
        reminder = a_step("no_dia", 0)
        with_formal = a_policy(reminder, a_step("formal", 1, Phase.FORMAL))
        for policy, reason in ((with_formal, Reason.TOO_FEW_CONTACTS), (a_policy(reminder), Reason.STEPS_EXHAUSTED)):
            assert plan(a_file(a_receivable(-3)), some_rules(policy), MONDAY) == DoneDecision((reason,), "prova@1")

    def test_a_formal_step_that_is_old_enough_but_too_hard_does_not_hide_the_next_friendly_one(self) -> None:
        policy = a_policy(a_step("formal", 1, Phase.FORMAL), a_step("aviso", 5), formal_min_days=10)
        told = a_receivable(-3, contacts=2, first_contact_at=MONDAY - 10 * DAY)
        decision = contact(plan(a_file(told), some_rules(policy), MONDAY))
        assert (decision.step.key, decision.at.date()) == ("aviso", TODAY + 2 * DAY)


class TestTheRehearsal:
    @staticmethod
    def moments(hold_until: datetime | None, end: datetime) -> list[datetime]:
        debtor = a_debtor(holds=(Hold(HoldKind.MANUAL, MONDAY, hold_until),))
        rules = some_rules(a_policy(a_step("um", 1), a_step("dois", 5)))
        return [p.decision.at for p in play(a_file(a_receivable(-3), debtor=debtor), rules, MONDAY, end)]

    def test_it_goes_on_when_a_hold_ends_and_the_end_itself_is_not_played(self) -> None:
        assert self.moments(MONDAY + DAY, MONDAY + DAY + SECOND) == [MONDAY + DAY]
        assert self.moments(MONDAY + DAY, MONDAY + DAY) == []
        assert self.moments(None, MONDAY + 9 * DAY) == []
        nine = datetime(2026, 3, 4, 9, 0, tzinfo=SAO_PAULO)
        assert self.moments(MONDAY + DAY, nine) == [MONDAY + DAY]
        assert self.moments(MONDAY + DAY, nine + SECOND) == [MONDAY + DAY, nine]


class TestThePortfolio:
    @pytest.mark.parametrize(
        ("late", "name"),
        [
            (-1, "current"),
            (0, "current"),
            (1, "1-15"),
            (15, "1-15"),
            (16, "16-30"),
            (30, "16-30"),
            (31, "31-60"),
            (60, "31-60"),
            (61, "61-90"),
            (90, "61-90"),
            (91, "91-180"),
            (180, "91-180"),
            (181, "181-360"),
            (360, "181-360"),
            (361, ">360"),
        ],
    )
    def test_a_receivable_is_in_the_bucket_of_its_days_late(self, late: int, name: str) -> None:
        assert bucket(TODAY - timedelta(days=late), TODAY) == name

    def test_every_debtor_counts_once_and_every_open_receivable_with_its_cents(self) -> None:
        held = HoldDecision(None, (Reason.HOLD_MANUAL,), "p@1")
        done = DoneDecision((Reason.NOTHING_OPEN,), "p@1")
        planned = contact(plan(a_file(a_receivable(-3)), some_rules(), MONDAY))
        sums = Portfolio()
        sums.add(a_file(a_receivable(-90, cents=100), a_receivable(-91, key="T2", cents=20)), held, TODAY)
        sums.add(a_file(a_receivable(-90, cents=3, paid_principal_cents=3, status=ReceivableStatus.PAID)), done, TODAY)
        sums.add(a_file(a_receivable(-90, cents=5)), planned, TODAY)
        sums.add(a_file(a_receivable(-90, cents=7)), replace(planned, at=MONDAY + DAY), TODAY)
        expected = Portfolio(
            debtors=3, receivables=4, open_cents=132, at_risk_cents=20, planned=2, due_today=1, on_hold=1, done=1,
            by_bucket={"61-90": 112, "91-180": 20},
        )  # fmt: skip
        assert sums == expected

    def test_what_a_person_is_to_do_or_approve_takes_no_place_in_the_days_messages(self) -> None:
        task = a_policy(a_step("ligar", 1, channels=(Channel.TASK,)))
        for policy in (task, a_policy(a_step("aviso", 1, approval=True))):
            sums = Portfolio()
            sums.add(a_file(), contact(plan(a_file(), some_rules(policy), MONDAY)), TODAY)
            assert (sums.planned, sums.due_today) == (1, 0)

    def test_a_debtor_planned_before_counts_on_the_day_of_its_contact(self) -> None:
        sums = Portfolio()
        for at in (MONDAY, MONDAY + DAY, None):
            sums.add(a_file(a_receivable(-3), debtor=a_debtor(case=an_open_case(next_contact_at=at))), None, TODAY)
        assert (sums.planned, sums.due_today) == (3, 1)

    def test_shards_add_up(self) -> None:
        one = Portfolio(1, 2, 3, 4, 5, 6, 7, 8, {"current": 9, "1-15": 1})
        one.merge(Portfolio(10, 20, 30, 40, 50, 60, 70, 80, {"current": 90, ">360": 2}))
        assert one == Portfolio(11, 22, 33, 44, 55, 66, 77, 88, {"current": 99, "1-15": 1, ">360": 2})


class TestRefusedChannels:
    STEP = a_step("x", 1, channels=(Channel.EMAIL,))

    @staticmethod
    def refused(times: int, failures: int = 1) -> Debtor:
        case = Case(tried=("x#email",) * times, refused_at=MONDAY)
        return a_debtor(points=(replace(EMAIL, failures=failures),), case=case)

    @pytest.mark.parametrize(("times", "wait"), [(1, timedelta(days=1)), (2, timedelta(days=3))])
    def test_a_channel_that_refused_comes_back_days_later(self, times: int, wait: timedelta) -> None:
        debtor = self.refused(times)
        for at, served in ((MONDAY, False), (MONDAY + wait - timedelta(seconds=1), False), (MONDAY + wait, True)):
            channels, notes = channels_for(self.STEP, debtor, a_policy(self.STEP), a_tenant(), Health(), at)
            assert bool(channels) is served
            assert (Reason.CHANNEL_TRIED in notes) is not served
        assert channels_for(self.STEP, debtor, a_policy(self.STEP), a_tenant(), Health())[0], "sooner or later"

    @pytest.mark.parametrize(("times", "failures"), [(3, 0), (1, FAILING_AFTER)])
    def test_what_goes_on_refusing_does_not_come_back(self, times: int, failures: int) -> None:
        debtor = self.refused(times, failures)
        for at in (None, MONDAY + timedelta(days=400)):
            found = channels_for(self.STEP, debtor, a_policy(self.STEP), a_tenant(), Health(), at)
            assert found == ((), (Reason.CHANNEL_TRIED,))

    def test_the_only_channel_that_refused_is_planned_again(self) -> None:
        rules = some_rules(a_policy(self.STEP))
        decision = contact(plan(a_file(debtor=self.refused(1)), rules, MONDAY))
        assert decision.at >= MONDAY + timedelta(days=1)
        assert Reason.CHANNEL_TRIED in decision.reasons

    def test_a_reminder_is_not_tried_again_once_it_is_no_longer_true(self) -> None:
        reminder = a_step("x", 0, Phase.PREVENTIVE, (Channel.EMAIL,))
        decision = plan(a_file(a_receivable(0), debtor=self.refused(1)), some_rules(a_policy(reminder)), MONDAY)
        assert not isinstance(decision, ContactDecision)


@pytest.mark.parametrize("due", [date(2062, 10, 10), date(2061, 1, 20)])
def test_a_due_date_beyond_the_tables_is_waited_for(due: date) -> None:
    """2062 for 2026: nobody can tell that day's lawful hours, and every look at the debtor must still end."""
    decision = plan(a_file(a_receivable(due)), some_rules(), MONDAY)
    assert isinstance(decision, HoldDecision)
    assert decision.reason is Reason.FUTURE_STEP
    assert decision.until is not None
    assert decision.until.year >= due.year - 1


def test_what_falls_due_before_is_spoken_of_as_ever() -> None:
    soon, far = a_receivable(TODAY, key="near"), a_receivable(date(2062, 10, 10), key="far")
    assert contact(plan(a_file(soon, far), some_rules(), MONDAY)).driver == "near"
