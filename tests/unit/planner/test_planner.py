"""The planner's promises, one sentence of the business at a time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.builders import (
    MONDAY,
    a_debtor,
    a_file,
    a_policy,
    a_receivable,
    a_step,
    a_tenant,
    an_open_case,
    contacted,
    some_rules,
)

from regua.domain.contact.decision import ContactDecision, DoneDecision, HoldDecision
from regua.domain.contact.planner import plan
from regua.domain.contact.rehearsal import play
from regua.domain.model import Channel, Hold, HoldKind, OptOut, Phase, Promise, PromiseStatus, StepFired
from regua.domain.reasons import Reason

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def contact(decision: object) -> ContactDecision:
    assert isinstance(decision, ContactDecision), decision
    return decision


def test_a_reminder_goes_out_before_the_due_date() -> None:
    decision = contact(plan(a_file(a_receivable(4)), some_rules(), MONDAY))
    assert (decision.step.key, decision.step.phase, decision.at) == ("lembrete", Phase.PREVENTIVE, MONDAY)


def test_a_reminder_before_the_due_date_is_never_sent_after_it() -> None:
    rules = some_rules(a_policy(a_step("lembrete", -2, Phase.PREVENTIVE), a_step("aviso", 5)))
    decision = contact(plan(a_file(a_receivable(-3)), rules, MONDAY))
    assert decision.step.key == "aviso"
    assert decision.at.date() == date(2026, 3, 4)


def test_a_debt_due_on_saturday_is_not_late_on_monday() -> None:
    saturday = date(2026, 2, 28)
    decision = contact(plan(a_file(a_receivable(saturday)), some_rules(), MONDAY))
    assert decision.step.key == "vencimento"
    assert decision.lines[0].days_late == 0


def test_at_night_the_contact_waits_for_the_next_lawful_moment() -> None:
    night = datetime(2026, 3, 2, 23, 30, tzinfo=SAO_PAULO)
    decision = contact(plan(a_file(a_receivable(-4)), some_rules(), night))
    assert decision.at == datetime(2026, 3, 3, 9, 0, tzinfo=SAO_PAULO)


def test_on_friday_evening_the_contact_waits_for_monday() -> None:
    friday = datetime(2026, 3, 6, 19, 0, tzinfo=SAO_PAULO)
    decision = contact(plan(a_file(a_receivable(-4)), some_rules(), friday))
    assert decision.at == datetime(2026, 3, 9, 9, 0, tzinfo=SAO_PAULO)


def test_the_window_is_the_debtors_and_not_the_creditors() -> None:
    in_acre = a_debtor(state="AC", time_zone="America/Rio_Branco")
    decision = contact(plan(a_file(a_receivable(-4), debtor=in_acre), some_rules(), MONDAY))
    assert decision.at == datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("America/Rio_Branco"))


def test_no_contact_begins_in_the_margin_before_the_window_ends() -> None:
    late = datetime(2026, 3, 2, 17, 59, 55, tzinfo=SAO_PAULO)
    rules = some_rules(margin=timedelta(seconds=10))
    decision = contact(plan(a_file(a_receivable(-4)), rules, late))
    assert decision.at == datetime(2026, 3, 3, 9, 0, tzinfo=SAO_PAULO)


def test_an_old_debt_enters_with_a_friendly_contact_and_not_with_a_threat() -> None:
    file = a_file(a_receivable(-200, entered_at=MONDAY))
    decision = contact(plan(file, some_rules(), MONDAY))
    assert decision.step.phase is Phase.FRIENDLY
    assert decision.reason == Reason.ENTRY


def test_an_old_debt_reaches_the_formal_steps_only_after_three_contacts_and_fifteen_days() -> None:
    file = a_file(a_receivable(-200, entered_at=MONDAY))
    played = list(play(file, some_rules(), MONDAY, MONDAY + timedelta(days=120)))
    formal = next(i for i, p in enumerate(played) if p.decision.step.phase is Phase.FORMAL)
    assert formal >= 3
    assert played[formal].decision.at - played[0].decision.at >= timedelta(days=15)
    legal = next(i for i, p in enumerate(played) if p.decision.step.phase is Phase.LEGAL)
    assert legal >= 5
    assert played[legal].decision.at - played[0].decision.at >= timedelta(days=30)


def test_after_missed_days_only_the_most_advanced_due_step_is_sent() -> None:
    policy = a_policy(a_step("um", 1), a_step("dois", 4), a_step("tres", 6))
    file, _ = contacted(a_file(a_receivable(-3)), some_rules(policy), MONDAY)
    decision = contact(plan(file, some_rules(policy), MONDAY + timedelta(days=4)))
    assert decision.step.key == "tres"
    assert decision.fired[0].superseded == ("dois",)
    assert Reason.CATCH_UP in decision.reasons


def test_catching_up_never_passes_over_contacts_that_a_formal_step_needs() -> None:
    policy = a_policy(
        a_step("um", 1), a_step("dois", 2), a_step("tres", 3), a_step("formal", 9, Phase.FORMAL), formal_min_contacts=3
    )
    decision = contact(plan(a_file(a_receivable(-6)), some_rules(policy), MONDAY))
    assert decision.step.key == "um"


def test_a_task_for_a_person_never_takes_the_place_of_a_message() -> None:
    policy = a_policy(
        a_step("formal", 1, Phase.FORMAL), a_step("ligacao", 2, Phase.FORMAL, (Channel.TASK,)), entry_phase=Phase.FORMAL
    )
    decision = contact(plan(a_file(a_receivable(-6)), some_rules(policy), MONDAY))
    assert decision.step.key == "formal"


def test_one_message_lists_everything_and_is_driven_by_the_most_advanced() -> None:
    file = a_file(
        a_receivable(-8, key="velho", cents=5_000),
        a_receivable(-4, key="novo", cents=7_000),
        a_receivable(4, key="vincendo", cents=9_000),
    )
    decision = contact(plan(file, some_rules(), MONDAY))
    assert decision.driver == "velho"
    assert [(x.receivable.id, x.overdue) for x in decision.lines] == [
        ("velho", True),
        ("novo", True),
        ("vincendo", False),
    ]
    assert decision.amount_due_cents == 21_000
    assert {f.receivable for f in decision.fired} == {"velho", "novo", "vincendo"}


def test_a_step_reaches_the_debtor_once_about_each_receivable() -> None:
    rules = some_rules(a_policy(a_step("aviso", 3), a_step("firme", 20, Phase.FIRM)))
    file = a_file(a_receivable(-3, key="A"), a_receivable(0, key="B"))
    file, first = contacted(file, rules, MONDAY)
    assert [f.receivable for f in first.fired] == ["A"]
    file, second = contacted(file, rules, MONDAY + timedelta(days=3))
    assert [(f.receivable, f.step.key) for f in second.fired] == [("B", "aviso")]
    assert contact(plan(file, rules, MONDAY + timedelta(days=4))).step.key == "firme"


def test_a_debtor_taken_to_a_formal_notice_still_gets_a_friendly_message_about_a_new_bill() -> None:
    rules = some_rules(a_policy(a_step("aviso", 1), a_step("formal", 5, Phase.FORMAL), a_step("fim", 30, Phase.FORMAL)))
    fired = StepFired("formal", MONDAY - timedelta(days=2), 1, Phase.FORMAL, 5)
    old = a_receivable(-7, key="A", last_step=fired, fired=("aviso", "formal"), contacts=2)
    decision = contact(plan(a_file(old, a_receivable(-1, key="B")), rules, MONDAY))
    assert (decision.step.key, decision.driver) == ("aviso", "B")
    assert [line.receivable.id for line in decision.lines] == ["A", "B"]  # the old one is not forgiven: it is listed


def test_a_formal_notice_names_only_what_was_told_before_by_itself() -> None:
    rules = some_rules(a_policy(a_step("aviso", 1), a_step("formal", 5, Phase.FORMAL), formal_min_contacts=1))
    told = StepFired("aviso", MONDAY - timedelta(days=4), 0, Phase.FRIENDLY, 1)
    old = a_receivable(-7, key="A", last_step=told, fired=("aviso",), contacts=1)
    new, coming = a_receivable(-4, key="B"), a_receivable(10, key="C")
    file, notice = contacted(a_file(old, new, coming), rules, MONDAY)
    assert ([x.receivable.id for x in notice.lines], notice.step.key) == (["A", "B", "C"], "aviso")
    file, notice = contacted(file, rules, MONDAY + timedelta(minutes=1))
    assert ([x.receivable.id for x in notice.lines], notice.step.key) == (["A", "B"], "formal")


def test_law_is_above_everything_else() -> None:
    debtor = a_debtor(tags=("falecido", "contestado"), opt_outs=(OptOut("*", MONDAY),))
    assert plan(a_file(debtor=debtor), some_rules(), MONDAY) == DoneDecision((Reason.DECEASED,), "padrao@1")


def test_a_hold_is_above_an_opt_out() -> None:
    hold = Hold(HoldKind.DISPUTE, MONDAY)
    debtor = a_debtor(holds=(hold,), opt_outs=(OptOut("*", MONDAY),))
    assert plan(a_file(debtor=debtor), some_rules(), MONDAY).reason == Reason.HOLD_DISPUTE


def test_a_hold_ends_at_its_moment() -> None:
    until = MONDAY + timedelta(days=2)
    file = a_file(debtor=a_debtor(holds=(Hold(HoldKind.CLEARING, MONDAY, until),)))
    assert plan(file, some_rules(), MONDAY) == HoldDecision(until, (Reason.HOLD_CLEARING,), "padrao@1")
    assert contact(plan(file, some_rules(), until)).at == until


def test_a_hold_on_one_receivable_leaves_the_others_collected() -> None:
    hold = Hold(HoldKind.DISPUTE, MONDAY, receivables=("A",))
    file = a_file(a_receivable(-8, key="A"), a_receivable(-4, key="B"), debtor=a_debtor(holds=(hold,)))
    decision = contact(plan(file, some_rules(), MONDAY))
    assert [x.receivable.id for x in decision.lines] == ["B"]


def test_a_promise_pauses_until_its_day_and_grace_are_over() -> None:
    promise = Promise(MONDAY, date(2026, 3, 5), grace_days=1)
    file = a_file(debtor=a_debtor(promises=(promise,)))
    decision = plan(file, some_rules(), MONDAY)
    assert decision == HoldDecision(
        datetime(2026, 3, 7, 0, 0, tzinfo=SAO_PAULO).astimezone(UTC), (Reason.HOLD_PROMISE,), "padrao@1"
    )
    kept = replace(promise, status=PromiseStatus.KEPT)
    assert contact(plan(a_file(debtor=a_debtor(promises=(kept,))), some_rules(), MONDAY)).at == MONDAY


def test_the_tag_contestado_on_a_receivable_is_a_dispute() -> None:
    file = a_file(a_receivable(-3, tags=("contestado",)))
    assert plan(file, some_rules(), MONDAY).reason == Reason.HOLD_DISPUTE


def test_a_prescribed_receivable_is_not_even_listed() -> None:
    file = a_file(a_receivable(date(2021, 3, 1), key="prescrito"), a_receivable(-3, key="novo"))
    decision = contact(plan(file, some_rules(), MONDAY))
    assert [x.receivable.id for x in decision.lines] == ["novo"]


@pytest.mark.parametrize(("due", "open_"), [(date(2021, 3, 2), False), (date(2021, 3, 3), True)])
def test_five_years_are_counted_to_the_day(due: date, open_: bool) -> None:
    decision = plan(a_file(a_receivable(due, entered_at=MONDAY)), some_rules(), MONDAY)
    assert isinstance(decision, ContactDecision) is open_


def test_an_edited_policy_neither_repeats_nor_goes_back() -> None:
    old = a_policy(a_step("um", 1), a_step("dois", 4, Phase.FIRM))
    file, _ = contacted(a_file(a_receivable(-3)), some_rules(old), MONDAY)
    edited = a_policy(
        a_step("zero", 1), a_step("um", 2), a_step("novo", 3, Phase.FRIENDLY), a_step("tres", 9, Phase.FIRM)
    )
    decision = contact(plan(file, some_rules(edited), MONDAY + timedelta(days=1)))
    assert decision.step.key == "novo"
    renamed = a_policy(a_step("primeiro", 1), a_step("segundo", 4, Phase.FIRM))
    decision = contact(plan(file, some_rules(renamed), MONDAY + timedelta(days=1)))
    assert decision.step.key == "segundo"


def test_precedence_of_policies_is_receivable_then_debtor_then_segment_then_tenant() -> None:
    policies = {n: replace(a_policy(a_step(n, 1)), name=n) for n in ("do_titulo", "do_devedor", "do_segmento")}
    tenant = a_tenant(policy="prova", segments={"vip": "do_segmento"})
    rules = some_rules(a_policy(a_step("do_credor", 1)), tenant=tenant, policies=policies)

    def chosen(receivable: str, debtor: str, segment: str) -> str:
        file = a_file(a_receivable(-1, policy=receivable), debtor=a_debtor(policy=debtor, segment=segment))
        return contact(plan(file, rules, MONDAY)).step.key

    assert chosen("do_titulo", "do_devedor", "vip") == "do_titulo"
    assert chosen("", "do_devedor", "vip") == "do_devedor"
    assert chosen("", "", "vip") == "do_segmento"
    assert chosen("", "", "") == "do_credor"


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        (a_step("aviso", 1, min_amount_cents=10_001), False),
        (a_step("aviso", 1, min_amount_cents=10_000), True),
        (a_step("aviso", 1, min_amount_percent=100), True),
        (a_step("aviso", 1, segments=("vip",)), False),
        (a_step("aviso", 1, tags=("especial",)), False),
        (a_step("aviso", 1, without_tags=("comum",)), False),
    ],
)
def test_a_step_is_only_for_whom_its_conditions_hold(step: object, wanted: bool) -> None:
    file = a_file(a_receivable(-1, tags=("comum",)))
    decision = plan(file, some_rules(a_policy(step)), MONDAY)  # type: ignore[arg-type]  # parametrized
    assert isinstance(decision, ContactDecision) is wanted


def test_a_step_after_another_counts_from_the_day_that_one_was_carried_out() -> None:
    policy = a_policy(a_step("um", 1), a_step("dois", 6, after="um"))
    rules = some_rules(policy)
    file, _ = contacted(a_file(a_receivable(-5)), rules, MONDAY)
    decision = contact(plan(file, rules, MONDAY))
    assert decision.at.astimezone(SAO_PAULO).date() == date(2026, 3, 9)  # Sunday the 8th moves to Monday


def test_a_formal_notice_leaves_time_before_the_next_one() -> None:
    rules = some_rules()
    played = list(play(a_file(a_receivable(-60, entered_at=MONDAY)), rules, MONDAY, MONDAY + timedelta(days=60)))
    days = {p.decision.step.key: p.decision.at for p in played}
    assert days["segunda-formal"] - days["formal"] >= timedelta(days=9)


def test_the_contact_shows_what_is_due_on_its_own_day() -> None:
    file = a_file(a_receivable(20))
    decision = contact(plan(file, some_rules(), MONDAY))
    assert decision.lines[0].days_late == (decision.at.astimezone(SAO_PAULO).date() - date(2026, 3, 22)).days


def test_a_debtor_with_contacts_needs_no_new_ones_when_nothing_is_left() -> None:
    fired = StepFired("judicial", MONDAY - timedelta(days=9), 12, Phase.LEGAL, 90)
    file = a_file(a_receivable(-120, last_step=fired), debtor=a_debtor(case=an_open_case(contacts=9)))
    assert plan(file, some_rules(), MONDAY).reason == Reason.STEPS_EXHAUSTED
