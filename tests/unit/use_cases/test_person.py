"""What a person does about a debtor: every state that only a person may end has its door, and each act is on record."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.office import JOAO, MARIA, TENANT, TODAY, Office, creditor, days_ago, debtor, row

from regua.domain.contact.by_person import NothingToEndError, State
from regua.domain.contact.channel_event import Action, ChannelEventKind
from regua.domain.model import Channel, FactKind, HoldKind, PointStatus, PromiseStatus, ReceivableStatus
from regua.domain.reasons import Reason
from regua.domain.work import WorkKind, WorkStatus
from regua.ports import ConflictError
from regua.use_cases.desk.person import Actor, KnownError, UnknownError
from regua.use_cases.desk.worklist import close, id_of, open_work

CARLA = Actor("carla", "o cliente ligou")
EMAIL = f"p{MARIA[:3]}@example.com"


@pytest.fixture
def office() -> Office:
    """Maria owes T1 and T2 and has been written to."""
    office = Office()
    office.opens_and_contacts([row("T1"), row("T2")])
    return office


def act(office: Office, name: str, *more: Any, actor: Actor = CARLA, **said: Any) -> Any:
    """Somebody at the desk does it to Maria."""
    return getattr(office.desk(), name)(TENANT, debtor(MARIA), actor, *more, **said)


def in_a_month(office: Office) -> int:
    """Messages that went out in the thirty days that follow."""
    before = len(office.sent())
    office.lives(30)
    return len(office.sent()) - before


# --- holds -----------------------------------------------------------------------------------------------------------


def test_who_is_on_hold_hears_nothing_until_somebody_says_to_go_on(office: Office) -> None:
    act(office, "hold")
    assert in_a_month(office) == 0
    act(office, "resume", actor=Actor("carla", "acertado"))
    assert in_a_month(office) > 0


def test_a_hold_until_a_day_lasts_to_its_end_and_is_over_by_itself(office: Office) -> None:
    act(office, "hold", TODAY + timedelta(days=10))
    before = len(office.sent())
    office.lives(10)
    assert len(office.sent()) == before
    assert in_a_month(office) > 0


def test_a_hold_of_one_title_leaves_the_other_to_be_asked_for(office: Office) -> None:
    act(office, "hold", titles=("T1",))
    office.lives(30)
    listed = {
        title for contact in office.file(MARIA).contacts for title in contact.receivables if contact.at > office.at
    }
    assert listed == {"T2"}


def test_a_hold_of_everything_that_ends_for_one_title_goes_on_for_the_other(office: Office) -> None:
    act(office, "hold")
    act(office, "resume", titles=("T1",))
    [hold] = office.file(MARIA).debtor.holds
    assert hold.receivables == ("T2",)


def test_who_holds_again_moves_the_end(office: Office) -> None:
    act(office, "hold", TODAY + timedelta(days=2))
    act(office, "hold", TODAY + timedelta(days=5))
    [hold] = office.file(MARIA).debtor.holds
    assert hold.until_at is not None
    assert hold.until_at.date() == TODAY + timedelta(days=6)  # midnight in São Paulo, in UTC


def test_a_hold_until_a_day_that_has_passed_is_refused(office: Office) -> None:
    with pytest.raises(ValueError, match="já passou"):
        act(office, "hold", TODAY - timedelta(days=1))


def test_to_go_on_ends_promises_and_clearing_and_not_a_dispute(office: Office) -> None:
    office.replies(MARIA, Action.PROMISE, promised_on=(TODAY + timedelta(days=20)).isoformat())
    office.replies(MARIA, Action.CLEARING_HOLD)
    office.replies(MARIA, Action.DISPUTE)
    act(office, "resume")
    after = office.file(MARIA).debtor
    assert [p.status for p in after.promises] == [PromiseStatus.CANCELLED]
    assert [h.kind for h in after.holds] == [HoldKind.DISPUTE]


def test_there_must_be_something_to_end(office: Office) -> None:
    with pytest.raises(NothingToEndError):
        act(office, "resume")
    assert Reason.RESUMED_BY_PERSON not in office.reasons()


@pytest.mark.parametrize("state", [State.DECEASED, State.INSOLVENT])
def test_a_mark_made_by_mistake_is_taken_back(state: State) -> None:
    office = Office()
    office.opens_and_contacts([row(tags=(state.value,))])
    assert not office.sent()
    act(office, "resume", (state,))
    assert in_a_month(office) > 0


def test_do_not_collect_is_ended_for_everything_or_for_one_title() -> None:
    office = Office()
    office.opens_and_contacts([row("T1", do_not_collect=True), row("T2", do_not_collect=True)])
    act(office, "resume", (State.DO_NOT_COLLECT,), ("T1",))
    assert [r.do_not_collect for r in office.file(MARIA).receivables] == [False, True]
    assert in_a_month(office) > 0


# --- wishes and addresses --------------------------------------------------------------------------------------------


def test_an_opt_out_by_mistake_is_ended_on_the_channel_that_was_asked_for(office: Office) -> None:
    office.listening().opt_out(TENANT, debtor(MARIA), "*", "link")
    act(office, "opt_in", "email")
    outs = {o.channel for o in office.file(MARIA).debtor.opt_outs}
    assert "*" not in outs
    assert "email" not in outs
    assert {"sms", "whatsapp", "voice", "letter"} <= outs
    assert Reason.OPT_IN_RECORDED in office.reasons()
    act(office, "opt_in", "*")
    assert office.file(MARIA).debtor.opt_outs == ()


def test_who_opts_in_to_whatsapp_has_consented_to_it() -> None:
    office = Office(tenant=replace(creditor(), channels={Channel.WHATSAPP: creditor().channels[Channel.WHATSAPP]}))
    office.sets(channels={Channel.WHATSAPP: replace(office.tenant.channels[Channel.WHATSAPP], options={})})
    office.opens_and_contacts([row()])
    assert not office.sent()
    act(office, "opt_in", "whatsapp")
    [phone] = [p for p in office.file(MARIA).debtor.points if p.kind == "phone"]
    assert phone.whatsapp_optin_on == TODAY
    assert in_a_month(office) > 0


def test_who_never_left_cannot_come_back(office: Office) -> None:
    with pytest.raises(NothingToEndError):
        act(office, "opt_in", "sms")


def test_an_address_that_bounced_by_mistake_serves_again(office: Office) -> None:
    office.provider_tells(ChannelEventKind.BOUNCED, permanent=True, action=Action.STOP_NUMBER)
    assert any(p.blocked or p.status is not PointStatus.OK for p in office.file(MARIA).debtor.points)
    act(office, "restore_point", office.mail[-1].to.value)
    file = office.file(MARIA)
    assert all(p.status is PointStatus.OK and not p.blocked and not p.failures for p in file.debtor.points)
    assert file.debtor.case.tried == ()


def test_an_address_is_taken_out_of_use_and_put_back(office: Office) -> None:
    act(office, "stop_point", EMAIL)
    [email] = [p for p in office.file(MARIA).debtor.points if p.kind == "email"]
    assert email.status is PointStatus.WRONG_PERSON
    act(office, "restore_point", EMAIL)
    with pytest.raises(NothingToEndError):
        act(office, "restore_point", EMAIL)
    with pytest.raises(UnknownError):
        act(office, "restore_point", "ninguem@example.com")


# --- disputes --------------------------------------------------------------------------------------------------------


def test_a_dispute_that_is_upheld_withdraws_the_title_and_no_file_brings_it_back(office: Office) -> None:
    office.replies(MARIA, Action.DISPUTE)
    act(office, "dispute_upheld", ("T1",))
    assert office.status("T1") is ReceivableStatus.CANCELLED
    assert office.status("T2") is ReceivableStatus.OPEN
    office.clock.advance(timedelta(hours=1))
    office.imports([row("T1"), row("T2")])
    assert office.status("T1") is ReceivableStatus.CANCELLED
    [hold] = office.file(MARIA).debtor.holds
    assert (hold.kind, hold.receivables) == (HoldKind.DISPUTE, ("T2",))


def test_a_dispute_of_everything_that_is_upheld_closes_the_case(office: Office) -> None:
    office.replies(MARIA, Action.DISPUTE)
    act(office, "dispute_upheld")
    assert {r.status for r in office.file(MARIA).receivables} == {ReceivableStatus.CANCELLED}
    assert Reason.CASE_CLOSED in office.reasons()
    assert Reason.IMPORT_DISAPPEARED not in office.reasons()
    assert in_a_month(office) == 0


def test_what_was_contested_and_paid_is_not_asked_for_when_that_money_goes_back(office: Office) -> None:
    office.replies(MARIA, Action.DISPUTE)
    office.pays("T1", 100_00, code="E1")
    act(office, "dispute_upheld")
    assert office.status("T1") is ReceivableStatus.PAID
    office.refunds("E1", 100_00)
    assert office.status("T1") is ReceivableStatus.CANCELLED
    assert in_a_month(office) == 0


def test_a_dispute_can_be_answered_when_all_it_was_about_is_paid(office: Office) -> None:
    office.replies(MARIA, Action.DISPUTE, text="não devo isso")
    office.pays("T1", 100_00, code="E1")
    office.pays("T2", 100_00, code="E2")
    act(office, "dispute_rejected")
    assert list(open_work(office.store, TENANT)) == []
    office.refunds("E1", 100_00)
    assert HoldKind.DISPUTE not in {h.kind for h in office.file(MARIA).debtor.holds}
    assert in_a_month(office) > 0


def test_a_dispute_that_is_rejected_goes_on_after_a_pause_of_business_days(office: Office) -> None:
    office.replies(MARIA, Action.DISPUTE)
    act(office, "dispute_rejected")
    [hold] = office.file(MARIA).debtor.holds
    assert hold.kind is HoldKind.MANUAL
    assert hold.until_at is not None
    assert hold.until_at.date() == date(2026, 3, 6)  # Monday, and three business days: the end of Thursday
    before = len(office.sent())
    office.lives(3)
    assert len(office.sent()) == before
    assert in_a_month(office) > 0


def test_the_work_a_dispute_made_is_done_with_its_answer(office: Office) -> None:
    office.replies(MARIA, Action.DISPUTE, text="não devo isso")
    [work] = open_work(office.store, TENANT)
    act(office, "dispute_rejected")
    assert list(open_work(office.store, TENANT)) == []
    done = office.store.get_work(TENANT, work.key)
    assert done is not None
    assert done.status is WorkStatus.DONE
    assert "carla" in done.outcome


def told_of_a_death(office: Office) -> None:
    also = (Action.PERSON_FIRST,)
    office.replies(MARIA, Action.OPERATOR, text="A Maria faleceu", also=also)


def test_after_a_death_nothing_goes_out_before_a_person_has_answered(office: Office) -> None:
    told_of_a_death(office)
    [work] = open_work(office.store, TENANT)
    assert work.note == 'Responder antes de tudo (a régua espera; quando concluído, segue): "A Maria faleceu"'
    before = len(office.sent())
    office.lives(60)
    assert len(office.sent()) == before
    assert [w.kind for w in open_work(office.store, TENANT)] == [WorkKind.REPLY]  # the same matter is listed once


def test_who_says_to_go_on_after_a_death_has_answered(office: Office) -> None:
    told_of_a_death(office)
    act(office, "resume")
    assert list(open_work(office.store, TENANT)) == []
    assert in_a_month(office) > 0


def test_the_answered_message_is_closed_and_another_one_still_waits(office: Office) -> None:
    told_of_a_death(office)
    office.clock.advance(timedelta(hours=1))
    told_of_a_death(office)
    first, second = open_work(office.store, TENANT)
    close(office.store, TENANT, id_of(first), "falei com a família")
    assert [h.since_at for h in office.file(MARIA).debtor.holds] == [second.at]
    close(office.store, TENANT, id_of(second), "é outra Maria")
    assert office.file(MARIA).debtor.holds == ()
    assert in_a_month(office) > 0


def test_who_asks_for_silence_and_tells_of_a_death_is_read_by_a_person(office: Office) -> None:
    office.replies(MARIA, Action.OPT_OUT, text="minha mãe faleceu, parem", also=(Action.PERSON_FIRST,))
    [work] = open_work(office.store, TENANT)
    assert work.step == Action.PERSON_FIRST
    before = len(office.sent())
    office.lives(30)
    assert len(office.sent()) == before


def test_a_title_a_file_marked_as_contested_is_answered_too() -> None:
    office = Office()
    office.opens_and_contacts([row("T1", tags=("contestado",))])
    assert not office.sent()
    act(office, "dispute_rejected", ("T1",))
    assert in_a_month(office) > 0


def test_a_person_opens_a_dispute_that_was_heard_by_telephone(office: Office) -> None:
    act(office, "dispute", ("T1",))
    assert office.file(MARIA).debtor.holds[-1].kind is HoldKind.DISPUTE
    act(office, "dispute_upheld", ("T1",))
    assert office.status("T1") is ReceivableStatus.CANCELLED


def test_what_is_not_contested_cannot_be_answered(office: Office) -> None:
    for name in ("dispute_upheld", "dispute_rejected"):
        with pytest.raises(NothingToEndError):
            act(office, name)


# --- money -----------------------------------------------------------------------------------------------------------


def test_a_payment_a_person_states_is_a_fact_and_closes_what_it_covers(office: Office) -> None:
    act(office, "paid", "T1", 100_00, TODAY)
    assert office.status("T1") is ReceivableStatus.PAID
    [fact] = office.file(MARIA).facts
    assert (fact.kind, fact.evidence, fact.amount_cents) == (FactKind.CREDIT, "operator", 100_00)
    told = [e for e in office.ledger() if e.reason == Reason.PAID_BY_PERSON]
    assert [(e.amount_cents, e.reference) for e in told] == [(100_00, "pessoa:carla")]
    assert office.metrics.total("PaymentsApplied") == 1


def test_a_part_that_settles_closes_the_title(office: Office) -> None:
    act(office, "paid", "T1", 60_00, TODAY)
    assert office.status("T1") is ReceivableStatus.OPEN
    act(office, "paid", "T1", 10_00, TODAY, settles=True)
    assert office.status("T1") is ReceivableStatus.PAID


def test_the_same_payment_told_twice_is_one_and_a_second_one_has_a_reference(office: Office) -> None:
    act(office, "paid", "T1", 40_00, TODAY)
    with pytest.raises(KnownError):
        act(office, "paid", "T1", 40_00, TODAY)
    act(office, "paid", "T1", 40_00, TODAY, reference="recibo 2")
    assert sum(f.amount_cents for f in office.file(MARIA).facts) == 80_00


def test_money_of_a_day_to_come_or_no_money_is_refused(office: Office) -> None:
    with pytest.raises(ValueError, match="ainda não chegou"):
        act(office, "paid", "T1", 1_00, TODAY + timedelta(days=1))
    with pytest.raises(ValueError, match="quanto"):
        act(office, "paid", "T1", 0, TODAY)


def test_the_last_payment_closes_the_case_and_thanks_are_due(office: Office) -> None:
    act(office, "paid", "T1", 100_00, days_ago(1))
    act(office, "paid", "T2", 100_00, days_ago(1))
    assert Reason.CASE_CLOSED in office.reasons()
    assert in_a_month(office) <= 1  # a thank-you at most


# --- on the record ---------------------------------------------------------------------------------------------------


def test_who_stands_in_the_ledger_and_why_stays_with_the_debtor(office: Office) -> None:
    act(office, "note", actor=Actor("carla", "Maria avisou que muda de endereço"))
    assert office.ledger()[-1].reference == "pessoa:carla"
    assert all("Maria" not in f"{e}" for e in office.ledger())
    [note] = office.file(MARIA).debtor.notes
    assert (note.by, note.text) == ("carla", "Maria avisou que muda de endereço")


def test_notes_are_kept_and_the_oldest_leave(office: Office) -> None:
    for number in range(45):
        act(office, "note", actor=Actor("carla", f"nota {number}"))
    notes = office.file(MARIA).debtor.notes
    assert (len(notes), notes[-1].text, notes[0].text) == (40, "nota 44", "nota 5")


def test_who_is_not_there_is_named(office: Office) -> None:
    with pytest.raises(UnknownError, match="não existe"):
        office.desk().note(TENANT, "nobody", CARLA)
    with pytest.raises(UnknownError, match="T9"):
        act(office, "hold", titles=("T9",))
    office.imports([row("T3", JOAO)])
    with pytest.raises(UnknownError):
        act(office, "paid", "T3", 1_00, TODAY)


def test_a_fact_that_comes_in_between_is_seen(office: Office) -> None:
    office.store.commits_fail.append(ConflictError("somebody was faster"))
    act(office, "hold")
    assert len(office.file(MARIA).debtor.holds) == 1


def test_money_over_pays_another_title_once_a_person_says_so(office: Office) -> None:
    office.pays("T1", 130_00)
    assert [h.kind for h in office.file(MARIA).debtor.holds] == [HoldKind.CREDIT]
    act(office, "credit", "T2")
    one, two = office.receivable("T1"), office.receivable("T2")
    assert (one.status, one.overpaid_cents, two.open_principal_cents) == (ReceivableStatus.PAID, 0, 70_00)
    assert (office.file(MARIA).debtor.holds, list(office.store.work(TENANT, WorkStatus.OPEN))) == ((), [])
    with pytest.raises(KnownError):
        act(office, "credit", "T2")


def test_money_over_is_used_only_as_far_as_the_other_title_needs_it(office: Office) -> None:
    office.pays("T1", 250_00)
    act(office, "credit", "T2")
    assert (office.status("T2"), office.receivable("T1").overpaid_cents) == (ReceivableStatus.PAID, 50_00)
    assert office.receivable("T2").overpaid_cents == 0


def test_a_credit_note_pays_a_title_as_well(office: Office) -> None:
    office.imports([row("C1", cents=0, credit="type", paid_cents=130_00)])
    act(office, "credit", "T2")
    assert (office.receivable("C1").overpaid_cents, office.status("T2")) == (30_00, ReceivableStatus.PAID)
    for said in (130_00, 30_00):  # the file does not know yet, and then it does
        office.imports([row("C1", cents=0, credit="type", paid_cents=said)])
        assert office.receivable("C1").overpaid_cents == 30_00
