"""A list of calls comes back: each outcome becomes a fact once, and the figures of the desk add up."""

from datetime import date
from pathlib import Path

import pytest
from tests.builders import a_policy, a_step
from tests.office import ANA, JOAO, MARIA, MONDAY, PHONES, TENANT, Office, creditor, days_ago, debtor, row

from regua.domain.contact.call import CallFact, CallOutcome
from regua.domain.intake.row import WrongFileError
from regua.domain.model import Channel, HoldKind, Phase, PointStatus, PromiseStatus
from regua.domain.reasons import Reason
from regua.domain.work import WorkKind
from regua.files.calls import read_calls
from regua.use_cases.desk.worklist import open_work
from regua.use_cases.listening.calls import Calling, CallsDone

ON = MONDAY.date()


@pytest.fixture
def office() -> Office:
    office = Office()
    office.opens_and_contacts([row()])
    return office


def called(office: Office, *facts: CallFact) -> CallsDone:
    return Calling(office.listening()).apply(TENANT, facts)


def call(outcome: CallOutcome, who: str = MARIA, **more: object) -> CallFact:
    return CallFact(2, debtor(who), outcome, ON, **more)  # type: ignore[arg-type]  # fields by name


def test_a_promise_by_phone_holds_until_its_day_with_its_amount(office: Office) -> None:
    done = called(office, call(CallOutcome.PROMISE, promised_on=date(2026, 3, 10), amount_cents=50_00))
    assert done.applied == 1
    [promise] = office.file(MARIA).debtor.promises
    assert (promise.due_on, promise.amount_cents, promise.status) == (date(2026, 3, 10), 50_00, PromiseStatus.OPEN)
    office.wakes(MARIA)
    assert Reason.HOLD_PROMISE in office.reasons()


def test_a_promise_that_was_kept_or_broken_is_counted(office: Office) -> None:
    called(office, call(CallOutcome.PROMISE, promised_on=date(2026, 3, 4), amount_cents=100_00))
    assert office.metrics.total("PromisesMade", channel="voice") == 1
    office.pays("T1", 100_00)
    office.queue_is_worked_off()
    assert office.metrics.total("PromisesKept") == 1

    other = Office()
    other.opens_and_contacts([row()])
    called(other, call(CallOutcome.PROMISE, promised_on=date(2026, 3, 4)))
    other.lives(6)
    assert other.metrics.total("PromisesBroken") == 1
    assert other.metrics.total("PromisesKept") == 0


def test_a_dispute_holds_and_is_work_for_a_person(office: Office) -> None:
    called(office, call(CallOutcome.DISPUTE, note="já devolveu"))
    assert [h.kind for h in office.file(MARIA).debtor.holds] == [HoldKind.DISPUTE]
    [work] = open_work(office.store, TENANT)
    assert work.note == 'Contesta (por telefone): "já devolveu"'


@pytest.mark.parametrize("outcome", [CallOutcome.DISPUTE, CallOutcome.PROMISE])
def test_one_call_speaks_of_every_bill_that_calls_were_waiting_for(outcome: CallOutcome) -> None:
    policy = a_policy(a_step("aviso", 5), a_step("ligacao", 8, Phase.FIRM, (Channel.TASK,)))
    office = Office(tenant=creditor(policy=policy.name), policy=policy)
    office.imports([row("T1"), row("T2", due=days_ago(1))])
    office.lives(14)
    assert [w.receivables for w in office.asked(WorkKind.TASK)] == [("T1",), ("T2",)]
    called(office, call(outcome, promised_on=date(2026, 3, 20) if outcome is CallOutcome.PROMISE else None))
    said = (*office.file(MARIA).debtor.holds, *office.file(MARIA).debtor.promises)
    assert [sorted(s.receivables) for s in said] == [["T1", "T2"]]
    assert office.asked(WorkKind.TASK) == []


def test_a_call_that_was_made_before_its_task_was_withdrawn_is_not_asked_for_again() -> None:
    policy = a_policy(a_step("aviso", 5), a_step("ligacao", 8, Phase.FIRM, (Channel.TASK,)))
    office = Office(tenant=creditor(policy=policy.name), policy=policy)
    office.imports([row("T1"), row("T2")])
    office.lives(10)
    assert [w.receivables for w in office.asked(WorkKind.TASK)] == [("T1", "T2")]
    office.pays("T1", 100_00)
    called(office, call(CallOutcome.RIGHT_PARTY))
    office.lives(30)
    assert office.asked(WorkKind.TASK) == []
    assert "ligacao" in office.receivable("T2").fired


def test_somebody_else_at_the_number_is_never_called_there_again(office: Office) -> None:
    called(office, call(CallOutcome.WRONG_PERSON, phone=PHONES[MARIA]))
    points = {p.value: p.status for p in office.file(MARIA).debtor.points}
    assert points[PHONES[MARIA]] is PointStatus.WRONG_PERSON
    assert points["p529@example.com"] is PointStatus.OK


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [(CallOutcome.RIGHT_PARTY, Reason.CALL_REACHED), (CallOutcome.NO_ANSWER, Reason.CALL_UNANSWERED)],
)
def test_a_call_that_changes_nothing_still_leaves_its_entry(
    office: Office, outcome: CallOutcome, reason: Reason
) -> None:
    called(office, call(outcome))
    assert office.reasons()[-1] == reason
    assert office.file(MARIA).debtor.holds == ()


def test_the_figures_of_the_desk(office: Office) -> None:
    office.imports([row("T2", JOAO), row("T3", ANA)])
    called(
        office,
        call(CallOutcome.PROMISE, promised_on=date(2026, 3, 10)),
        call(CallOutcome.NO_ANSWER, JOAO),
        call(CallOutcome.RIGHT_PARTY, ANA),
    )
    assert office.metrics.total("CallAttempts") == 3
    assert office.metrics.total("CallAttempts", outcome="no_answer") == 1
    assert office.metrics.total("RightPartyContacts") == 2


def test_the_list_uploaded_again_adds_nothing_and_a_longer_one_only_what_is_new(office: Office) -> None:
    first = call(CallOutcome.PROMISE, promised_on=date(2026, 3, 10))
    called(office, first)
    done = called(office, first, call(CallOutcome.RIGHT_PARTY))
    assert (done.applied, done.known) == (1, 1)
    assert len(office.file(MARIA).debtor.promises) == 1
    assert office.metrics.total("CallAttempts") == 2


def test_a_debtor_nobody_knows_is_told_by_its_line(office: Office) -> None:
    done = called(office, CallFact(7, "nobody", CallOutcome.PROMISE, ON, promised_on=ON), call(CallOutcome.NO_ANSWER))
    assert (done.unknown_lines, done.applied) == ([7], 1)


def test_a_list_is_read_as_a_spreadsheet_program_saves_it(tmp_path: Path) -> None:
    text = (
        "devedor;telefone;resultado;data_promessa;valor_promessa\r\n"
        "d1;5511987654321;promessa;10/03/2026;1.234,56\r\n;;;;\r\nd2;;;;\r\nd3;;desligou;;\r\n"
    )
    sheet = read_calls([text.encode("cp1252")], ON)
    [fact] = sheet.facts
    assert (fact.debtor, fact.phone, fact.promised_on, fact.amount_cents) == (
        "d1",
        "+5511987654321",
        date(2026, 3, 10),
        123_456,
    )
    assert (sheet.pending, [(r.line, r.column) for r in sheet.rejected]) == (1, [(5, "resultado")])


def test_what_is_no_list_is_told_in_one_sentence() -> None:
    for body in (b"", b"\x00", b"a;b\n1;2\n"):
        with pytest.raises(WrongFileError):
            read_calls([body], ON)
