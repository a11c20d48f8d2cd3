"""Tasks are work for people until people say so; messages that need approval go once they have it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.builders import a_policy, a_step
from tests.office import ANA, JOAO, MARIA, MONDAY, TENANT, Office, creditor, days_ago, debtor, row

from regua.domain.contact.channel_event import Action
from regua.domain.model import Channel, ContactStatus, Phase
from regua.domain.policy import Policy, WhileWaiting
from regua.domain.reasons import Reason
from regua.domain.work import NotForAPersonError, WorkKind, WorkStatus
from regua.use_cases.desk.person import Actor

TASK = (Channel.TASK,)
CALL = a_step("ligacao", 8, Phase.FIRM, TASK)
LEGAL = (a_step("negativacao", 10, Phase.LEGAL, TASK), a_step("protesto", 14, Phase.LEGAL, TASK))


def an_office(*steps: object, **changes: object) -> Office:
    """An office whose régua is an e-mail on the fifth day, and these steps."""
    policy: Policy = a_policy(a_step("aviso", 5), *steps, **changes)  # type: ignore[arg-type]  # steps are steps
    return Office(tenant=creditor(policy=policy.name), policy=policy)


def asked_for(office: Office) -> dict[str, list[str]]:
    return {work.step: sorted(work.receivables) for work in office.asked()}


def steps_sent(office: Office) -> list[str]:
    return [c.step for c in sorted(office.file(MARIA).contacts, key=lambda c: c.at) if c.channel is not Channel.TASK]


# --- a task is asked for ---------------------------------------------------------------------------------------------


def test_a_task_names_who_what_why_script_and_deadline_and_waits_for_a_person() -> None:
    office = an_office(CALL)
    office.imports([row(cents=300_00)])
    office.lives(8)
    (work,) = office.asked()
    assert (work.kind, work.debtor, work.receivable, work.receivables) == (WorkKind.TASK, debtor(MARIA), "T1", ("T1",))
    assert (work.step, work.template, work.amount_cents) == ("ligacao", "ligacao", 300_00)
    assert work.due_on == date(2026, 3, 13)  # asked on Friday the 6th: five business days
    assert "Ligar: Pessoa 529" in work.note
    assert "8 dias de atraso" in work.note
    assert "ROTEIRO DA LIGAÇÃO" in work.text
    assert "R$ 300,00" in work.text.replace("\xa0", " ")
    contact = office.contact()
    assert (contact.channel, contact.status, contact.key) == (Channel.TASK, ContactStatus.WAITING, work.reference)
    assert office.reasons().count(Reason.TASK_CREATED) == 1
    assert office.metrics.total("TasksCreated") == 1


def test_a_task_nobody_has_done_moves_no_count_no_age_and_no_step() -> None:
    office = an_office(CALL)
    office.imports([row()])
    office.lives(3)
    before = office.file(MARIA)
    office.lives(5)
    after = office.file(MARIA)
    assert len(office.asked()) == 1
    assert after.receivable("T1").last_step == before.receivable("T1").last_step  # type: ignore[union-attr]  # it is there
    assert office.receivable("T1").contacts == 1
    assert after.debtor.recent == before.debtor.recent
    for name in ("contacts", "first_contact_at", "last_contact_at", "phase"):
        assert getattr(after.debtor.case, name) == getattr(before.debtor.case, name)


def test_a_task_is_asked_for_once_however_often_one_looks() -> None:
    office = an_office(CALL)
    office.imports([row()])
    office.lives(30)
    assert len(office.asked()) == 1
    assert office.reasons().count(Reason.TASK_CREATED) == 1


def test_a_rehearsal_asks_nobody() -> None:
    office = an_office(CALL, a_step("formal", 9, Phase.FORMAL, approval=True))
    office.dry_run = True
    office.imports([row()])
    office.lives(20)
    assert office.asked() == []


def test_each_bill_has_its_own_task_and_none_lists_another_bill() -> None:
    office = an_office(*LEGAL)
    office.imports([row("T1", due=days_ago(7)), row("T2", due=days_ago(4))])
    office.lives(30)
    assert sorted((work.key, work.receivables) for work in office.asked()) == [
        ("task:T1:negativacao", ("T1",)),
        ("task:T2:negativacao", ("T2",)),
    ]
    tasks = [c for c in office.file(MARIA).contacts if c.channel is Channel.TASK]
    assert sorted(c.receivables for c in tasks) == [("T1",), ("T2",)]
    assert len({c.key for c in tasks}) == 2


def test_a_task_about_any_number_of_bills_is_one_and_so_is_its_answer() -> None:
    office = an_office(CALL)
    office.imports([row(f"T{n:03d}", cents=10_00, due=days_ago(5)) for n in range(130)])
    office.lives(8)
    (work,) = office.asked()
    assert len(work.receivables) == 130
    office.task_desk().done(TENANT, work.key, "feita")
    assert {r.last_step.step for r in office.file(MARIA).receivables if r.last_step} == {"ligacao"}
    assert {r.contacts for r in office.file(MARIA).receivables} == {2}
    office.lives(5)
    assert office.asked(WorkKind.TASK) == []


# --- while it waits --------------------------------------------------------------------------------------------------


def test_the_ladder_goes_on_while_a_call_waits() -> None:
    office = an_office(CALL, a_step("formal", 12, Phase.FORMAL))
    office.imports([row()])
    office.lives(15)
    assert steps_sent(office) == ["aviso", "formal"]
    assert asked_for(office) == {"ligacao": ["T1"]}


def test_the_ladder_waits_where_the_policy_says_so() -> None:
    office = an_office(replace(CALL, while_waiting=WhileWaiting.WAIT), a_step("formal", 12, Phase.FORMAL))
    office.imports([row()])
    office.lives(30)
    assert steps_sent(office) == ["aviso"]
    assert office.reasons()[-2:] == [Reason.HOLD_TASK, Reason.TASK_LATE]
    office.task_desk().done(TENANT, "task:T1:ligacao", "prometeu pagar")
    office.lives(3)
    assert steps_sent(office) == ["aviso", "formal"]


def test_a_harder_measure_waits_until_the_one_before_is_done_or_refused() -> None:
    office = an_office(*LEGAL)
    office.imports([row()])
    office.lives(60)
    assert asked_for(office) == {"negativacao": ["T1"]}
    office.task_desk().refuse(TENANT, "task:T1:negativacao", "cliente antigo")
    office.lives(10)
    assert asked_for(office) == {"protesto": ["T1"]}
    assert office.receivable("T1").last_step.step == "aviso"  # type: ignore[union-attr]  # it is there


def test_a_done_measure_is_followed_at_the_policys_distance() -> None:
    office = an_office(*LEGAL)
    office.imports([row()])
    office.lives(20)
    office.task_desk().done(TENANT, "task:T1:negativacao", "enviada ao birô")
    done_on = office.clock.now().date()
    office.lives(3)
    assert office.asked() == []
    office.lives(7)
    (work,) = office.asked()
    assert work.step == "protesto"
    assert work.at.date() - done_on >= timedelta(days=4)


def test_what_nobody_answers_by_its_deadline_is_said_once_and_stays_on_the_list() -> None:
    office = an_office(CALL)
    office.imports([row()])
    office.lives(40)
    assert office.reasons().count(Reason.TASK_LATE) == 1
    assert office.metrics.total("TasksLate") == 1
    (work,) = office.asked()
    assert work.due_on is not None
    assert work.due_on < office.clock.now().date()


# --- what a person says ----------------------------------------------------------------------------------------------


def test_a_done_task_moves_the_bill_the_count_and_the_caps() -> None:
    office = an_office(CALL)
    office.imports([row()])
    office.lives(10)
    work = office.task_desk().done(TENANT, "task:T1:ligacao", "falou com o cliente")
    assert (work.status, work.outcome) == (WorkStatus.DONE, "falou com o cliente")
    assert "ROTEIRO" in work.text
    file = office.file(MARIA)
    assert office.receivable("T1").last_step.step == "ligacao"  # type: ignore[union-attr]  # it is there
    assert office.receivable("T1").contacts == 2
    assert file.debtor.recent[-1].channel is Channel.TASK
    assert file.debtor.case.last_contact_at == office.clock.now()
    assert file.debtor.asked == ()
    assert office.contact().status is ContactStatus.DONE
    assert office.reasons()[-1] in (Reason.TASK_DONE, Reason.STEPS_EXHAUSTED)
    assert [w.kind for w in office.asked()] == [WorkKind.ENDED]  # that was the last step: a person decides


def test_a_call_asked_for_before_the_due_date_was_put_off_is_no_step_of_the_new_term() -> None:
    office = an_office(CALL)
    office.imports([row()])
    office.lives(10)
    office.imports([row(due=office.clock.now().date() + timedelta(days=20))])
    office.task_desk().done(TENANT, "task:T1:ligacao", "feita")
    assert office.receivable("T1").fired == ()
    office.lives(40)
    assert steps_sent(office) == ["aviso", "aviso"], "the new term has its own first message"


def test_a_call_made_before_its_bill_moved_is_not_asked_for_again_where_the_bill_is() -> None:
    office = an_office(CALL)
    office.imports([row()])
    office.lives(10)
    office.imports([row(who=JOAO, name="Pessoa 529")])  # the tax id is corrected: the task is to be asked anew there
    office.task_desk().done(TENANT, "task:T1:ligacao", "feita")
    office.lives(5)
    there = office.receivable("T1", JOAO)
    assert there.fired.count("ligacao") == 1
    assert there.last_step is not None
    assert there.last_step.step == "ligacao"
    assert [w.kind for w in office.asked()] == [WorkKind.ENDED]


def test_a_bill_that_messages_have_taken_further_does_not_go_back_when_the_call_is_done() -> None:
    office = an_office(CALL, a_step("formal", 12, Phase.FORMAL))
    office.imports([row()])
    office.lives(15)
    office.task_desk().done(TENANT, "task:T1:ligacao", "feita")
    assert office.receivable("T1").last_step.step == "formal"  # type: ignore[union-attr]  # it is there


def test_a_task_put_off_to_a_day_is_late_only_after_that_day() -> None:
    office = an_office(CALL)
    office.imports([row()])
    office.lives(10)
    work = office.task_desk().postpone(TENANT, "task:T1:ligacao", date(2026, 4, 10), "viajando")
    assert (work.status, work.due_on, work.outcome) == (WorkStatus.OPEN, date(2026, 4, 10), "adiada: viajando")
    office.lives(25)
    assert Reason.TASK_LATE not in office.reasons()
    office.lives(10)
    assert Reason.TASK_LATE in office.reasons()


def test_a_task_cannot_be_put_off_to_a_day_that_is_over() -> None:
    office = an_office(CALL)
    office.imports([row()])
    office.lives(10)
    with pytest.raises(NotForAPersonError, match="depois de hoje"):
        office.task_desk().postpone(TENANT, "task:T1:ligacao", office.clock.now().date())


@pytest.mark.parametrize("answer", ["done", "refuse", "postpone"])
def test_what_has_been_answered_is_not_answered_again(answer: str) -> None:
    office = an_office(CALL)
    office.imports([row()])
    office.lives(10)
    office.task_desk().refuse(TENANT, "task:T1:ligacao")
    with pytest.raises(NotForAPersonError, match="recusada"):
        getattr(office.task_desk(), answer)(TENANT, "task:T1:ligacao", *(["x"] if answer == "done" else []))


def test_nobody_answers_what_is_not_there_or_is_no_task() -> None:
    office = an_office(CALL)
    office.imports([row()])
    office.pays("T1", 130_00)
    with pytest.raises(KeyError):
        office.task_desk().refuse(TENANT, "task:T9:ligacao")
    with pytest.raises(NotForAPersonError, match="use done"):
        office.task_desk().refuse(TENANT, "overpaid:T1")


# --- what happens meanwhile ------------------------------------------------------------------------------------------


def pays(office: Office) -> None:
    office.pays("T1", 100_00)


def is_withdrawn(office: Office) -> None:
    office.imports([row(status="cancelled")])


def is_disputed(office: Office) -> None:
    office.replies(MARIA, Action.DISPUTE, text="não reconheço")


def is_told_not_to(office: Office) -> None:
    office.imports([row(do_not_collect=True)])
    office.scans()


@pytest.mark.parametrize(
    ("happens", "why"),
    [(pays, "pago"), (is_withdrawn, "retirado"), (is_disputed, "contestado"), (is_told_not_to, "não se cobra")],
)
@pytest.mark.parametrize("step", [CALL, a_step("formal", 8, Phase.FORMAL, approval=True)])
def test_what_need_not_be_done_any_more_is_withdrawn_with_the_reason(
    step: object, happens: Callable[[Office], None], why: str
) -> None:
    office = an_office(step)
    office.imports([row()])
    office.lives(8)
    (work,) = office.asked()
    happens(office)
    stored = office.store.get_work(TENANT, work.key)
    assert stored is not None
    assert stored.status is WorkStatus.DONE
    assert stored.outcome.startswith("retirada: ")
    assert why in stored.outcome
    assert office.file(MARIA).debtor.asked == ()
    assert Reason.TASK_WITHDRAWN in office.reasons()
    if work.kind is WorkKind.TASK:
        assert office.contact().status is ContactStatus.NOT_DONE


def test_when_one_of_two_bills_is_paid_the_task_is_asked_anew_for_the_other() -> None:
    office = an_office(CALL)
    office.imports([row("T1", due=days_ago(5)), row("T2", cents=250_00, due=days_ago(5))])
    office.lives(8)
    (work,) = office.asked()
    assert work.amount_cents == 350_00
    office.pays("T1", 100_00)
    office.lives(2)
    (again,) = office.asked()
    assert (again.receivables, again.amount_cents) == (("T2",), 250_00)


def test_a_bill_that_comes_back_is_asked_for_again() -> None:
    office = an_office(CALL)
    office.imports([row()])
    office.lives(8)
    office.pays("T1", 100_00, code="E1")
    office.refunds("E1", 100_00)
    office.lives(3)
    assert asked_for(office) == {"ligacao": ["T1"]}


def test_a_measure_nobody_took_leaves_nothing_to_undo() -> None:
    office = an_office(*LEGAL)
    office.imports([row()])
    office.lives(20)
    office.pays("T1", 100_00)
    assert office.asked() == []


def test_a_measure_a_person_took_is_undone_when_the_bill_is_paid() -> None:
    office = an_office(*LEGAL)
    office.imports([row()])
    office.lives(20)
    office.task_desk().done(TENANT, "task:T1:negativacao", "enviada")
    office.pays("T1", 100_00)
    assert [(w.kind, w.step) for w in office.asked()] == [(WorkKind.UNDO, "negativacao")]


def test_a_measure_taken_before_anybody_knew_of_the_payment_is_undone_as_well() -> None:
    office = an_office(*LEGAL)
    office.imports([row()])
    office.lives(20)
    office.pays("T1", 100_00)
    work = office.task_desk().done(TENANT, "task:T1:negativacao", "já tinha ido ao birô")
    assert work.outcome == "já tinha ido ao birô"
    assert [(w.kind, w.step) for w in office.asked()] == [(WorkKind.UNDO, "negativacao")]


def test_an_answer_that_others_were_faster_than_is_decided_again_on_what_is_true_then() -> None:
    office = an_office(*LEGAL)
    office.imports([row()])
    office.lives(20)
    load, paid = office.store.load, []

    def pays_meanwhile(tenant: str, who: str) -> object:
        file = load(tenant, who)
        if not paid:
            paid.append(True)
            office.pays("T1", 100_00)
        return file

    office.store.load = pays_meanwhile  # type: ignore[method-assign,assignment]  # somebody else, in between
    office.task_desk().done(TENANT, "task:T1:negativacao", "enviada")
    assert [(w.kind, w.step) for w in office.asked()] == [(WorkKind.UNDO, "negativacao")]
    assert office.contact().status is ContactStatus.DONE


def test_a_payment_between_reading_and_asking_is_seen() -> None:
    office = an_office(CALL)
    office.imports([row()])
    office.lives(3)
    office.clock.set(MONDAY + timedelta(days=5))
    office.scans()
    office.meanwhile.append(lambda: office.pays("T1", 100_00))
    office.wakes(MARIA)
    assert office.asked() == []
    assert [c for c in office.file(MARIA).contacts if c.channel is Channel.TASK] == []


# --- approvals -------------------------------------------------------------------------------------------------------

FORMAL = a_step("formal", 8, Phase.FORMAL, approval=True)


def to_approve(*more: object, **changes: object) -> Office:
    office = an_office(FORMAL, *more, **changes)
    office.imports([row()])
    office.lives(8)
    return office


def test_a_message_that_needs_approval_is_shown_word_for_word_and_does_not_go() -> None:
    office = to_approve()
    (work,) = office.asked()
    assert (work.kind, work.key, work.receivables) == (WorkKind.APPROVAL, "approval:T1:formal", ("T1",))
    assert "por e-mail" in work.note
    assert "Pessoa" in work.text
    assert "R$" in work.text
    assert steps_sent(office) == ["aviso"]
    assert office.reasons()[-1] == Reason.HOLD_APPROVAL
    office.lives(60)
    assert steps_sent(office) == ["aviso"]
    assert office.reasons().count(Reason.APPROVAL_ASKED) == 1


def test_an_approval_of_a_message_no_channel_could_bring_is_withdrawn_and_the_bill_is_listed() -> None:
    office = to_approve()
    (work,) = office.asked()
    for point in office.file(MARIA).debtor.points:
        office.desk().stop_point(TENANT, debtor(MARIA), Actor("carla", "devolve"), point.value)
    stored = office.store.get_work(TENANT, work.key)
    assert stored is not None
    assert stored.outcome == "retirada: nenhum canal da etapa 'formal' alcança mais o cliente"
    office.scans()
    assert [(w.kind, w.receivables) for w in office.asked()] == [(WorkKind.ENDED, ("T1",))]


def test_an_approval_waits_while_its_channel_is_only_off() -> None:
    office = to_approve()
    office.store.put_state(TENANT, "channels", {"email": "", "sms": "", "whatsapp": ""})
    office.scans()
    assert [w.kind for w in office.asked()] == [WorkKind.APPROVAL]


def test_an_approved_message_goes_at_the_next_lawful_moment_as_it_was_shown() -> None:
    office = to_approve()
    (work,) = office.asked()
    office.task_desk().approve(TENANT, work.key)
    office.lives(3)  # Monday evening to Thursday
    assert steps_sent(office) == ["aviso", "formal"]
    said = office.sent()[-1].message
    said_then = f"{said.subject}\n\n{said.text}".partition("https://")[0]
    # the day (and the day the links end) is that of the message, not of the asking
    shown = work.text.replace("06/03/2026", "10/03/2026").replace("8 dias", "12 dias")
    assert shown.startswith(said_then)
    assert office.sent()[-1].at - office.clock.now() < timedelta(days=3)
    assert [w.kind for w in office.asked()] == [WorkKind.ENDED]  # that was the last step: a person decides


def test_an_approval_is_for_that_step_alone() -> None:
    office = to_approve(a_step("segunda", 12, Phase.FORMAL, approval=True))
    office.task_desk().approve(TENANT, "approval:T1:formal")
    office.lives(30)
    assert steps_sent(office) == ["aviso", "formal"]
    assert [w.key for w in office.asked()] == ["approval:T1:segunda"]


def test_a_refused_message_is_passed_over() -> None:
    office = to_approve(a_step("segunda", 12, Phase.FORMAL))
    office.task_desk().refuse(TENANT, "approval:T1:formal", "tom duro demais")
    office.lives(10)
    assert steps_sent(office) == ["aviso", "segunda"]
    stored = office.store.get_work(TENANT, "approval:T1:formal")
    assert stored is not None
    assert stored.outcome == "recusada: tom duro demais"


def test_an_approval_put_off_still_holds_the_message() -> None:
    office = to_approve()
    office.task_desk().postpone(TENANT, "approval:T1:formal", date(2026, 3, 20))
    office.lives(20)
    assert steps_sent(office) == ["aviso"]
    assert len(office.asked()) == 1


def test_nothing_harder_is_said_while_a_message_waits_for_approval_unless_the_policy_says_so() -> None:
    later = a_step("segunda", 12, Phase.FORMAL)
    office = to_approve(later)
    office.lives(20)
    assert steps_sent(office) == ["aviso"]
    office = an_office(replace(FORMAL, while_waiting=WhileWaiting.GO_ON), later)
    office.imports([row()])
    office.lives(20)
    assert steps_sent(office) == ["aviso", "segunda"]


def test_a_smaller_or_hardly_larger_amount_keeps_the_approval() -> None:
    office = to_approve()
    office.task_desk().approve(TENANT, "approval:T1:formal")
    office.pays("T1", 40_00)
    office.lives(3)
    assert steps_sent(office) == ["aviso", "formal"]


def test_a_much_larger_amount_is_shown_again() -> None:
    office = to_approve()
    office.task_desk().approve(TENANT, "approval:T1:formal")
    office.imports([row(cents=150_00)])
    office.lives(5)
    assert steps_sent(office) == ["aviso"]
    (work,) = office.asked()
    assert work.amount_cents == 150_00


def test_another_list_of_bills_is_shown_again() -> None:
    office = to_approve()
    office.task_desk().approve(TENANT, "approval:T1:formal")
    office.imports([row(), row("T2", due=days_ago(3))])
    office.lives(5)
    assert "formal" not in steps_sent(office)
    assert [w.key for w in office.asked()] == ["approval:T1:formal"]


def test_an_approved_message_that_was_refused_by_one_channel_goes_by_the_next() -> None:
    from regua.domain.contact.channel_event import Outcome, SendResult

    office = an_office(a_step("formal", 8, Phase.FORMAL, (Channel.EMAIL, Channel.SMS), approval=True))
    office.imports([row()])
    office.lives(8)
    office.task_desk().approve(TENANT, "approval:T1:formal")
    office.answers = [SendResult(Outcome.REFUSED, error="550", action=Action.FALL_BACK)]
    office.lives(3)
    assert [m.channel for m in office.sent()][-1] is Channel.SMS
    assert [w.kind for w in office.asked()] == [WorkKind.ENDED]


def test_a_payment_before_the_approved_message_stops_it() -> None:
    office = to_approve()
    office.task_desk().approve(TENANT, "approval:T1:formal")
    office.pays("T1", 100_00)
    office.lives(5)
    assert "formal" not in steps_sent(office)
    assert office.file(MARIA).debtor.asked == ()


def test_the_bills_of_others_do_not_wait() -> None:
    office = an_office(FORMAL)
    office.imports([row(), row("T2", JOAO, due=days_ago(4)), row("T3", ANA, due=days_ago(4))])
    office.lives(8)
    assert len(office.asked()) == 3
    office.task_desk().approve(TENANT, "approval:T2:formal")
    office.lives(3)
    assert [c.step for c in office.file(JOAO).contacts] == ["aviso", "formal"]
    assert [c.step for c in office.file(ANA).contacts] == ["aviso"]


def test_what_is_approved_is_not_asked_of_a_person_who_does_tasks() -> None:
    office = to_approve()
    with pytest.raises(NotForAPersonError, match="aprovação"):
        office.task_desk().done(TENANT, "approval:T1:formal", "feito")
    office = an_office(CALL)
    office.imports([row()])
    office.lives(8)
    with pytest.raises(NotForAPersonError, match="tarefa"):
        office.task_desk().approve(TENANT, "task:T1:ligacao")
