"""After a payment: thanks once, money over and measures to undo as work, each with its deadline."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.builders import a_receivable
from tests.office import JOAO, MARIA, MONDAY, PHONES, TENANT, days_ago, row
from tests.treasury import Exchequer, treasury

from regua.config import shipped_policy
from regua.domain.contact.channel_event import Action, Outcome, SendResult
from regua.domain.contact.thank_you import AFTER_OPENING, THANKS
from regua.domain.model import Channel, ContactStatus, Phase, ReceivableStatus, StepFired, Undo
from regua.domain.money.payment_event import PaymentEvent, Reference, ReferenceKind
from regua.domain.money.payment_event import PaymentEventKind as Money
from regua.domain.reasons import Reason
from regua.domain.work import WorkKind, WorkStatus
from regua.ports import InboxStatus
from regua.use_cases.desk.worklist import close, id_of
from regua.use_cases.paying.closure import Effect
from regua.use_cases.paying.follow_up import disagreement, follow_up


@pytest.fixture
def office() -> Exchequer:
    """Maria, four days late with R$ 100,00, was written to on Monday at 10:00."""
    office = treasury(gateways={"fake": replace(treasury().tenant.gateways["fake"], create_charges=False)})
    office.opens_and_contacts([row()])
    return office


def thank_yous(office: Exchequer) -> list[str]:
    return [m.message.text for m in office.sent() if "Obrigado" in m.message.text]


def wakes_for_thanks(office: Exchequer) -> None:
    """Whatever execution the payment started runs to its end."""
    debtor = office.file(MARIA).debtor
    moment = office.executions.waits.get((debtor.id, debtor.case.cycle))
    if moment is None:
        return
    office.clock.set(max(moment, office.clock.now()))
    for _ in range(10):
        wake = office.wakes(MARIA)
        if wake.next == "stop":
            return
        office.clock.advance(timedelta(seconds=wake.seconds))
    pytest.fail("the execution does not end")


# --- thank you -------------------------------------------------------------------------------------------------------


def test_who_was_contacted_and_has_paid_everything_is_thanked_once(office: Exchequer) -> None:
    office.pays("T1", 100_00)
    wakes_for_thanks(office)
    assert len(thank_yous(office)) == 1
    thanked = office.contact()
    assert (thanked.step, thanked.status, thanked.amount_cents) == (THANKS, ContactStatus.SENT, 100_00)
    for _ in range(3):
        office.wakes(MARIA)
    assert len(thank_yous(office)) == 1


def test_the_thank_you_names_amount_and_day_by_mail(office: Exchequer) -> None:
    office.pays("T1", 100_00)
    wakes_for_thanks(office)
    message = office.sent()[-1].message
    assert "R$ 100,00" in message.text
    assert "02/03/2026" in message.text
    assert message.correlation
    assert office.sent()[-1].channel == office.sent()[0].channel, "where the request came"


def test_a_payment_at_night_is_thanked_in_the_morning(office: Exchequer) -> None:
    night = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # Tuesday, 23:00 in São Paulo
    office.clock.set(night)
    office.pays("T1", 100_00)
    wakes_for_thanks(office)
    (sent,) = [m for m in office.sent() if m.at > night]
    assert sent.at >= datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
    assert sent.at.date() == date(2026, 3, 4)


def test_a_thank_you_that_finds_no_slot_today_waits_for_the_next_hours_and_not_for_the_end_of_these() -> None:
    gateways = {"fake": replace(treasury().tenant.gateways["fake"], create_charges=False)}
    office = treasury(gateways=gateways)
    office.opens_and_contacts([row("T1", MARIA), row("T2", JOAO)])
    channels = {channel: replace(kept, max_per_second=1e-5) for channel, kept in office.tenant.channels.items()}
    office.sets(channels=channels)
    office.pays("T1", 100_00)
    office.pays("T2", 100_00)
    office.rulebook.forget()
    assert office.wakes(MARIA).reason == "THANKED"
    wake = office.wakes(JOAO)
    assert (wake.next, wake.reason, wake.slot) == ("wait", Reason.PACED, "")
    opens = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
    assert opens <= office.clock.now() + timedelta(seconds=wake.seconds) < opens + AFTER_OPENING


def test_a_thank_you_is_no_contact_of_the_regua(office: Exchequer) -> None:
    before = office.file(MARIA).debtor
    office.pays("T1", 100_00)
    wakes_for_thanks(office)
    after = office.file(MARIA).debtor
    assert after.recent == before.recent
    assert after.case.contacts == before.case.contacts
    assert after.case.in_flight == ""


def test_nobody_is_thanked_who_was_never_contacted() -> None:
    office = treasury()
    office.imports([row()])
    office.scans()
    office.pays("T1", 100_00)
    wakes_for_thanks(office)
    assert office.sent() == []


def test_nobody_is_thanked_while_something_is_open(office: Exchequer) -> None:
    office.pays("T1", 60_00)
    assert thank_yous(office) == []
    assert office.thanked == []


def test_nobody_is_thanked_whose_payment_was_taken_back_meanwhile(office: Exchequer) -> None:
    office.pays("T1", 100_00, code="E1")
    cycle = office.file(MARIA).debtor.case.cycle
    office.refunds("E1", 100_00)
    office.wakes(MARIA, cycle)
    assert thank_yous(office) == []


def test_nobody_is_thanked_after_opting_out(office: Exchequer) -> None:
    office.replies(MARIA, Action.OPT_OUT)
    file = office.file(MARIA)
    everything = replace(file.debtor.opt_outs[0], channel="*")
    office.store.commit(file, replace(file, debtor=replace(file.debtor, opt_outs=(everything,))), owner="t")
    office.pays("T1", 100_00)
    wakes_for_thanks(office)
    assert thank_yous(office) == []


def test_a_policy_may_thank_nobody() -> None:
    policy = replace(shipped_policy("padrao"), thank_you=False)
    office = Exchequer(treasury().tenant, policy)
    office.opens_and_contacts([row()])
    office.pays("T1", 100_00)
    wakes_for_thanks(office)
    assert thank_yous(office) == []


def test_nobody_is_thanked_in_a_dry_run(office: Exchequer) -> None:
    office.pays("T1", 100_00)
    office.dry_run = True
    wakes_for_thanks(office)
    assert thank_yous(office) == []


def test_what_only_a_spreadsheet_calls_paid_is_not_thanked_for(office: Exchequer) -> None:
    office.imports([row(status="paid")])
    wakes_for_thanks(office)
    assert office.status("T1") is ReceivableStatus.PAID
    assert thank_yous(office) == []


def test_a_thank_you_that_is_refused_or_unknown_is_not_tried_again(office: Exchequer) -> None:
    for outcome in (Outcome.REFUSED, Outcome.THROTTLED, Outcome.UNKNOWN):
        one = treasury(gateways={"fake": replace(office.tenant.gateways["fake"], create_charges=False)})
        one.opens_and_contacts([row()])
        one.pays("T1", 100_00)
        one.answers = [SendResult(outcome)]
        wakes_for_thanks(one)
        wakes_for_thanks(one)
        assert len(one.mail) == 2, outcome
        assert one.contact().status is not ContactStatus.SENDING
        assert one.file(MARIA).debtor.case.in_flight == ""


def test_a_fact_between_reading_and_claiming_is_decided_on_anew(office: Exchequer) -> None:
    office.pays("T1", 100_00, code="E1")
    file = office.file(MARIA)
    rules = office.rulebook.rules(TENANT, office.clock.now())
    office.refunds("E1", 100_00)
    assert office._thank(file, rules, office.clock.now()).next == "again"
    assert thank_yous(office) == []


def test_an_execution_that_cannot_be_started_does_not_fail_the_payment(office: Exchequer) -> None:
    office.executions.failing = [RuntimeError("throttled")]
    assert office.pays("T1", 100_00, code="E1").status == 200
    assert office.inbox("E1") is InboxStatus.APPLIED
    assert office.queued == []
    assert office.metrics.total("FollowUpsLost") == 1


# --- too much money --------------------------------------------------------------------------------------------------


def test_money_over_is_work_until_it_is_given_back(office: Exchequer) -> None:
    office.pays("T1", 130_00, code="E1")
    (work,) = office.work()
    assert (work.kind, work.receivable, work.amount_cents) == (WorkKind.OVERPAID, "T1", 30_00)
    assert office.metrics.total("WorkOpened") == 1
    office.refunds("E1", 30_00)
    assert office.work() == []


def test_paid_by_boleto_and_by_pix_is_one_work_that_says_so(office: Exchequer) -> None:
    office.pays("T1", 100_00, rail="boleto")
    office.pays("T1", 100_00, rail="pix")
    (work,) = office.work()
    assert (work.kind, work.amount_cents) == (WorkKind.BOTH_RAILS, 100_00)
    assert "devolva um dos dois" in work.note


# --- measures to undo ------------------------------------------------------------------------------------------------


def with_measures(office: Exchequer, *steps: str) -> None:
    """The receivable stands where a person has done these steps about it."""
    file = office.file(MARIA)
    contact = replace(office.contact(), channel=Channel.TASK, phase=Phase.LEGAL, status=ContactStatus.DONE)
    made = tuple(replace(contact, step=step, cycle=n) for n, step in enumerate(steps, 10))
    office.store.commit(file, replace(file, contacts=(*file.contacts, *made)), owner="test")


def test_a_paid_debt_is_taken_out_of_the_bureau_within_five_business_days(office: Exchequer) -> None:
    with_measures(office, "negativacao", "protesto")
    office.pays("T1", 100_00)
    bureau, notary = sorted(office.work(), key=lambda w: w.step)
    assert (bureau.kind, bureau.step, bureau.due_on) == (WorkKind.UNDO, "negativacao", date(2026, 3, 9))
    assert "baixa no birô" in bureau.note
    assert notary.step == "protesto"
    assert "carta de anuência" in notary.note


def test_the_days_count_from_the_payment_not_from_its_news(office: Exchequer) -> None:
    with_measures(office, "negativacao")
    office.clock.set(MONDAY + timedelta(days=3))
    office.pays("T1", 100_00, paid_at=MONDAY)
    (work,) = office.work()
    assert work.due_on == date(2026, 3, 9)


def test_a_receivable_that_stands_at_a_legal_step_is_undone_though_its_contact_is_gone(office: Exchequer) -> None:
    file = office.file(MARIA)
    stepped = replace(office.receivable("T1"), last_step=StepFired("negativacao", MONDAY, 9, Phase.LEGAL))
    office.store.commit(file, replace(file, receivables=(stepped,)), owner="test")
    office.pays("T1", 100_00)
    assert [w.step for w in office.work()] == ["negativacao"]


def test_a_chargeback_closes_the_undoing_before_it_is_done(office: Exchequer) -> None:
    with_measures(office, "negativacao")
    office.pays("T1", 100_00, code="E1")
    office.refunds("E1", 100_00)
    assert office.status("T1") is ReceivableStatus.OPEN
    assert office.work() == []
    stored = office.store.get_work(TENANT, "undo:T1:negativacao")
    assert stored is not None
    assert (stored.status, stored.outcome) == (WorkStatus.DONE, "reaberta")


def test_a_measure_a_person_has_taken_back_is_not_to_be_taken_back_again(office: Exchequer) -> None:
    with_measures(office, "negativacao", "protesto")
    office.pays("T1", 100_00, code="E1")
    done = next(w for w in office.work() if w.step == "negativacao")
    close(office.store, TENANT, id_of(done), "baixa pedida")
    office.refunds("E1", 100_00)
    office.pays("T1", 100_00, code="E2")
    assert [w.step for w in office.work()] == ["protesto"]
    stored = office.store.get_work(TENANT, done.key)
    assert stored is not None
    assert stored.outcome == "baixa pedida"


def test_a_debt_a_spreadsheet_calls_paid_is_undone_as_well(office: Exchequer) -> None:
    with_measures(office, "negativacao")
    office.imports([row(status="paid")])
    assert [w.step for w in office.work()] == ["negativacao"]


def test_a_part_payment_leaves_measures_as_they_are(office: Exchequer) -> None:
    with_measures(office, "negativacao")
    office.pays("T1", 40_00)
    assert office.store.get_work(TENANT, "undo:T1:negativacao") is None


def test_more_money_for_a_paid_debt_neither_ends_the_undoing_nor_asks_for_it_again(office: Exchequer) -> None:
    with_measures(office, "negativacao", "protesto")
    office.pays("T1", 100_00)
    close(office.store, TENANT, "regua-tarefas/undo:T1:protesto", "feito")
    office.pays("T1", 10_00)
    assert {work.kind: work.step for work in office.work()} == {WorkKind.UNDO: "negativacao", WorkKind.OVERPAID: ""}


def test_a_title_that_did_not_change_hides_no_other(office: Exchequer) -> None:
    office.imports([row(), row("T2")])
    office.pays("T2", 130_00)
    assert [work.receivable for work in office.work()] == ["T2"]


@pytest.mark.parametrize("over", [0, 1])
def test_a_new_title_that_comes_paid_is_overpaid_by_what_it_was_overpaid(office: Exchequer, over: int) -> None:
    before = office.file(MARIA)
    new = replace(a_receivable(key="T2"), status=ReceivableStatus.PAID, overpaid_cents=over)
    effect = Effect(replace(before, receivables=(*before.receivables, new)), ())
    rules = office.rulebook.rules(TENANT, MONDAY)
    assert [work.amount_cents for work in follow_up(before, effect, rules, MONDAY, "E1")] == [1] * over


def test_only_measures_that_were_taken_are_undone_and_one_may_be_about_several_titles(office: Exchequer) -> None:
    file = office.file(MARIA)
    about = (Undo("another"), Undo("T1"))
    measure = replace(office.contact(), channel=Channel.TASK, phase=Phase.LEGAL, undo=about, cycle=9)
    states = {
        "taken": ContactStatus.DONE,
        "refused": ContactStatus.NOT_DONE,
        "elsewhere": ContactStatus.DONE,
        "waiting": ContactStatus.WAITING,
        "sent": ContactStatus.SENT,
    }
    made = [replace(measure, step=step, status=status) for step, status in states.items()]
    made[2] = replace(made[2], undo=about[:1])
    office.store.commit(file, replace(file, contacts=(*file.contacts, *made)), owner="test")
    office.pays("T1", 100_00)
    assert [work.step for work in office.work()] == ["taken"]


# --- when two say different things ------------------------------------------------------------------------------------


def test_two_sources_disagree_about_the_payment_they_both_name_and_no_other(office: Exchequer) -> None:
    office.pays("T1", 10_00, code="E1")
    office.pays("T1", 20_00, code="E2")
    file = office.file(MARIA)
    told = PaymentEvent("fake", "E2", Money.CREDIT, Reference(ReferenceKind.NONE, ""), 20_00)
    assert disagreement(file, told, "pull", MONDAY) is None
    assert disagreement(file, replace(told, event_id="E3"), "pull", MONDAY) is None
    assert disagreement(file, replace(told, gateway="another"), "pull", MONDAY) is None
    work = disagreement(file, replace(told, amount_cents=25_00), "pull", MONDAY)
    assert work is not None
    assert (work.amount_cents, work.reference) == (5_00, "E2")


@pytest.mark.parametrize(
    ("first", "now", "better"),
    [
        ("operator", "webhook", "webhook"),
        ("webhook", "pull", "pull"),
        ("pull", "file", "file"),
        ("file", "pull", "file"),
        ("pull", "webhook", "pull"),
    ],
)
def test_the_better_source_is_named_whoever_told_first(office: Exchequer, first: str, now: str, better: str) -> None:
    office.pays("T1", 10_00, code="E1")
    file = office.file(MARIA)
    known = replace(file, facts=(replace(file.facts[0], evidence=first),))
    told = PaymentEvent("fake", "E1", Money.CREDIT, Reference(ReferenceKind.NONE, ""), 11_00)
    work = disagreement(known, told, now, MONDAY)
    assert work is not None
    assert work.note.endswith(f"Vale mais a fonte {better}")


def test_friendly_reminders_leave_nothing_to_undo(office: Exchequer) -> None:
    office.pays("T1", 100_00)
    assert office.work() == []


# --- the worklist ----------------------------------------------------------------------------------------------------


def test_work_names_nobody(office: Exchequer) -> None:
    office.imports([row("T2", JOAO, due=days_ago(9))])
    with_measures(office, "negativacao")
    office.pays("T1", 150_00)
    stored = repr(office.work())
    for private in (MARIA, PHONES[MARIA], "Pessoa", "@example.com"):
        assert private not in stored


def test_the_sweep_leaves_to_people_what_is_theirs(office: Exchequer) -> None:
    office.pays("T1", 130_00)
    office.clock.advance(timedelta(hours=1))
    assert office.sweeps() == 0
    assert Reason.PAYMENT_OVERPAID in office.reasons()
