"""A bank's file tells of a boleto besides money: registered, written off, a rebate, another due date."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.bank_files import Entry, banco_do_brasil_240, cnab_240, cnab_400
from tests.office import ANA, JOAO, MARIA, TENANT, Office, creditor, days_ago, row

from regua.domain.contact.by_person import State
from regua.domain.model import Contract, HoldKind, Receivable, ReceivableStatus, Waived, WaiveRule
from regua.domain.money.payable import face_is_owed, with_living_boleto
from regua.domain.reasons import Reason
from regua.files.retorno import read_retorno
from regua.ports import InboxStatus
from regua.use_cases.desk import worklist
from regua.use_cases.desk.person import Actor
from regua.use_cases.importing.bank_return import paid_titles
from regua.use_cases.paying import boleto_news
from regua.use_cases.paying.bank_file import settle_titles

NUMBER, LINE = "12345678", "00190500954014481606906809350314337370000000100"
DUE = days_ago(-5)
LATER = days_ago(-40)


@pytest.fixture
def office() -> Office:
    office = Office()
    office.imports([row("T1", due=DUE, our_number=NUMBER), row("T2", JOAO, our_number="87654-3")])
    return office


@pytest.fixture
def with_line(office: Office) -> Office:
    office.imports([row("T1", due=DUE, our_number=NUMBER, digitable_line=LINE)])
    return office


def news(code: str, day: int = 0, **more: object) -> Entry:
    told = Entry(NUMBER, 0, days_ago(day), occurrence=code, face=100_00, due=DUE)
    return replace(told, **more)  # type: ignore[arg-type]  # any field


def comes(office: Office, *entries: Entry, name: str = "retorno.ret") -> boleto_news.NewsResult:
    said = read_retorno([banco_do_brasil_240(*entries)])
    done = settle_titles(office.settling(), TENANT, name, paid_titles(said))
    assert len(done.doubtful) <= len(waiting(office)), "what is to be looked at is on the list"
    return boleto_news.tell(office.settling(), TENANT, name, said.titles, said.written_on)


def line(office: Office) -> str:
    return with_living_boleto(office.receivable("T1")).digitable_line


def waiting(office: Office) -> list[str]:
    return [work.note for work in worklist.open_work(office.store, TENANT)]


# --- written off -----------------------------------------------------------------------------------------------------


def test_a_boleto_that_is_written_off_leaves_the_messages_and_the_debt_stays(with_line: Office) -> None:
    done = comes(with_line, news("09"))
    assert (done.taken, done.asked, line(with_line)) == (1, 0, "")
    assert with_line.status("T1") is ReceivableStatus.OPEN
    assert with_line.reasons()[-1] == Reason.BOLETO_WRITTEN_OFF


def test_the_same_file_again_is_nothing_new(with_line: Office) -> None:
    comes(with_line, news("09"))
    before = with_line.file(MARIA)
    assert comes(with_line, news("09"), name="again.ret").taken == 0
    assert with_line.file(MARIA) == before


def test_a_boleto_that_is_registered_again_is_back(with_line: Office) -> None:
    comes(with_line, news("09", day=3))
    comes(with_line, news("02", day=1))
    assert line(with_line) == LINE
    comes(with_line, news("09", day=2, document="x"))
    assert line(with_line) == LINE, "older news is no news"


def undone(office: Office, day: int = 0) -> list[str]:
    """The bank undoes, without money, what it has told; returns what people are asked."""
    comes(office, news("44", day=day), name="desfeito.ret")
    return waiting(office)


def test_a_write_off_that_the_bank_undoes_is_no_payment_taken_back(with_line: Office) -> None:
    comes(with_line, news("09", day=2))
    assert line(with_line) == ""
    assert undone(with_line) == []
    assert (line(with_line), with_line.status("T1")) == (LINE, ReceivableStatus.OPEN)
    assert with_line.reasons()[-1] == Reason.BOLETO_REGISTERED
    comes(with_line, news("09", day=2), name="again.ret")
    comes(with_line, news("09", day=1, document="x"), name="late.ret")
    assert line(with_line) == LINE, "older news is no news"


def test_a_write_off_told_after_it_was_undone_leaves_the_boleto_alive(with_line: Office) -> None:
    assert len(undone(with_line)) == 1
    comes(with_line, news("09", day=1))
    assert (line(with_line), waiting(with_line)) == (LINE, [])


def test_a_write_off_and_its_end_wait_for_the_sheet_together() -> None:
    office = Office()
    comes(office, news("09", day=1))
    assert len(undone(office)) == 1
    office.imports([row("T1", due=DUE, our_number=NUMBER, digitable_line=LINE)])
    boleto_news.tell_again(office.settling(), TENANT)
    assert (line(office), waiting(office)) == (LINE, [])


def test_what_is_undone_after_a_payment_takes_back_the_payment(with_line: Office) -> None:
    comes(with_line, Entry(NUMBER, 100_00, days_ago(2), occurrence="06", face=100_00, due=DUE))
    comes(with_line, news("09", day=1))
    assert undone(with_line) == []
    assert (with_line.status("T1"), line(with_line)) == (ReceivableStatus.OPEN, "")


def test_a_later_write_off_is_not_undone_by_older_news(with_line: Office) -> None:
    comes(with_line, news("09", day=0))
    assert len(undone(with_line, day=3)) == 1
    assert line(with_line) == ""


def test_undone_without_write_off_or_payment_is_asked(with_line: Office) -> None:
    assert len(undone(with_line)) == 1


def test_another_boleto_of_the_same_title_lives(with_line: Office) -> None:
    comes(with_line, news("09"))
    title = with_line.receivable("T1")
    assert with_living_boleto(replace(title, digitable_line="1" * 47)).digitable_line == "1" * 47
    assert with_living_boleto(replace(title, our_number="9")).digitable_line == LINE


def test_written_off_of_a_title_nobody_has_is_no_work(with_line: Office) -> None:
    done = comes(with_line, replace(news("09"), our_number="99999999"))
    assert (done.taken, done.asked, waiting(with_line)) == (0, 0, [])


# --- told before the sheet brings the title ---------------------------------------------------------------------------


def then_the_sheet(office: Office, **more: object) -> Receivable:
    office.clock.advance(timedelta(hours=1))
    office.imports([row("T1", due=DUE, our_number=NUMBER, digitable_line=LINE, **more)])
    boleto_news.tell_again(office.settling(), TENANT)
    office.settling().match(TENANT)
    return office.receivable("T1")


def holds(office: Office) -> list[HoldKind]:
    return [hold.kind for hold in office.file(MARIA).debtor.holds]


def test_a_write_off_waits_for_its_title() -> None:
    office = Office()
    comes(office, news("09"))
    office.clock.advance(timedelta(days=1))
    office.sweeps()
    assert waiting(office) == []
    then_the_sheet(office)
    assert line(office) == ""


def test_what_is_registered_again_before_its_title_is_here_lives() -> None:
    office = Office()
    comes(office, news("09", day=3))
    comes(office, news("02", day=1), name="later.ret")
    then_the_sheet(office)
    assert line(office) == LINE


def test_registrations_of_titles_nobody_has_are_not_kept() -> None:
    office = Office()
    comes(office, news("02"))
    assert [*office.store.inbox(TENANT, InboxStatus.PENDING)] == []


def test_a_rebate_waits_for_its_title() -> None:
    office = Office()
    comes(office, news("12", rebate=15_00))
    assert then_the_sheet(office).open_principal_cents == 85_00
    assert waiting(office) == []
    boleto_news.tell_again(office.settling(), TENANT)
    comes(office, news("12", rebate=15_00), name="again.ret")
    assert office.receivable("T1").open_principal_cents == 85_00


def test_a_rebate_the_sheet_has_taken_off_already_counts_once() -> None:
    office = Office()
    comes(office, news("12", rebate=15_00, document="T1"))
    title = then_the_sheet(office, cents=85_00)
    assert (title.open_principal_cents, title.waived_cents, waiting(office)) == (85_00, 0, [])


def test_a_rebate_nobody_knows_the_sheet_has_taken_off_holds_the_title() -> None:
    office = Office()
    comes(office, news("12", rebate=15_00, face=0, document="T1"))
    assert then_the_sheet(office).open_principal_cents == 100_00
    assert (len(waiting(office)), holds(office)) == (1, [HoldKind.BANK])


def test_a_rebate_and_its_end_both_wait() -> None:
    office = Office()
    comes(office, news("12", day=2, rebate=15_00), news("13", day=1))
    assert then_the_sheet(office).open_principal_cents == 100_00


def test_a_later_due_date_told_before_the_title_was_here_holds_it_until_somebody_has_looked() -> None:
    office = Office()
    comes(office, news("14", due=LATER, document="T1"))
    assert then_the_sheet(office).due_on == DUE
    assert (len(waiting(office)), holds(office)) == (1, [HoldKind.BANK])
    assert "Não é cobrado até você concluir isto" in waiting(office)[0]
    office.settling().match(TENANT)
    assert (len(waiting(office)), holds(office)) == (1, [HoldKind.BANK])


def test_a_due_date_the_sheet_has_too_is_nothing_to_do() -> None:
    office = Office()
    comes(office, news("14", due=DUE, document="T1"))
    then_the_sheet(office)
    assert (waiting(office), holds(office)) == ([], [])


def test_what_has_waited_too_long_is_only_known() -> None:
    office = Office()
    comes(office, news("09"))
    office.clock.advance(boleto_news.WAITS_FOR + timedelta(days=1))
    boleto_news.tell_again(office.settling(), TENANT)
    assert [*office.store.inbox(TENANT, InboxStatus.PENDING)] == []


# --- rebates ---------------------------------------------------------------------------------------------------------


def test_a_rebate_the_bank_confirms_is_waived(office: Office) -> None:
    comes(office, news("12", rebate=15_00))
    title = office.receivable("T1")
    assert (title.open_principal_cents, title.waived_cents, title.overpaid_cents) == (85_00, 15_00, 0)
    assert Reason.PAYMENT_GRANTED in office.reasons()
    assert Reason.PAYMENT_PARTIAL not in office.reasons()


def sheet_of(office: Office, cents: int) -> None:
    office.clock.advance(timedelta(hours=1))
    office.imports([row("T1", due=DUE, our_number=NUMBER, cents=cents)])


def test_a_sheet_that_takes_the_rebate_off_too_says_nothing_new(office: Office) -> None:
    comes(office, news("12", rebate=15_00))
    sheet_of(office, 85_00)
    assert office.receivable("T1").open_principal_cents == 85_00
    assert office.imports([row("T1", due=DUE, our_number=NUMBER, cents=85_00)]).unchanged == 1
    sheet_of(office, 80_00)
    assert office.receivable("T1").open_principal_cents == 65_00, "another amount is another amount"


def test_nor_does_it_once_the_title_is_paid_less_the_rebate(office: Office) -> None:
    comes(office, news("12", rebate=15_00))
    comes(office, Entry(NUMBER, 85_00, days_ago(0), face=100_00), name="paid.ret")
    sheet_of(office, 85_00)
    title = office.receivable("T1")
    assert (title.status, title.overpaid_cents) == (ReceivableStatus.PAID, 0)


def test_once_the_rebate_is_cancelled_the_sheets_amount_counts(office: Office) -> None:
    comes(office, news("12", day=2, rebate=15_00))
    comes(office, news("13", day=1))
    sheet_of(office, 85_00)
    assert office.receivable("T1").open_principal_cents == 85_00


def test_a_rebate_the_sheet_had_taken_off_before_the_bank_told_of_it_counts_once(office: Office) -> None:
    sheet_of(office, 85_00)
    comes(office, news("12", rebate=15_00, document="T1"))
    assert office.receivable("T1").open_principal_cents == 85_00


def test_a_write_off_is_heard_whatever_was_told_of_a_rebate(with_line: Office) -> None:
    comes(with_line, news("12", day=1, rebate=15_00))
    comes(with_line, news("09", day=2), name="late.ret")
    assert line(with_line) == ""


def test_paid_less_the_rebate_the_title_is_closed_and_the_rebate_counts_once(office: Office) -> None:
    comes(office, news("12", rebate=15_00))
    comes(office, Entry(NUMBER, 85_00, days_ago(0), face=100_00, rebate=15_00), name="paid.ret")
    title = office.receivable("T1")
    assert (title.status, title.waived_cents, title.overpaid_cents) == (ReceivableStatus.PAID, 15_00, 0)


def test_a_rebate_that_is_cancelled_is_owed_again(office: Office) -> None:
    comes(office, news("12", day=2, rebate=15_00))
    comes(office, news("13", day=1))
    assert office.receivable("T1").open_principal_cents == 100_00
    assert office.reasons()[-1] == Reason.GRANT_CANCELLED


def test_another_rebate_takes_the_place_of_the_one_before(office: Office) -> None:
    comes(office, news("12", day=2, rebate=15_00))
    comes(office, news("12", day=1, rebate=20_00), name="later.ret")
    assert office.receivable("T1").open_principal_cents == 80_00


def test_a_rebate_told_after_its_cancellation_is_none(office: Office) -> None:
    comes(office, news("13", day=1), name="second.ret")
    comes(office, news("12", day=2, rebate=15_00), name="first.ret")
    assert office.receivable("T1").open_principal_cents == 100_00


def test_a_rebate_told_after_the_payment_it_made_less_closes_the_title(office: Office) -> None:
    comes(office, Entry(NUMBER, 85_00, days_ago(1), face=0))
    comes(office, news("12", day=2, rebate=15_00), name="late.ret")
    title = office.receivable("T1")
    assert (title.status, title.waived_cents, waiting(office)) == (ReceivableStatus.PAID, 15_00, [])


@pytest.mark.parametrize("cents", [0, 100_00, 150_00])
def test_a_rebate_of_nothing_said_or_of_everything_is_work(office: Office, cents: int) -> None:
    done = comes(office, news("12", rebate=cents))
    assert (done.asked, len(waiting(office))) == (1, 1)
    assert office.receivable("T1").open_principal_cents == 100_00


# --- nobody is sure whose it is --------------------------------------------------------------------------------------


@pytest.fixture
def two_of_a_number() -> Office:
    office = Office()
    office.imports([row("T1", due=DUE, our_number=NUMBER), row("T2", JOAO, due=DUE, our_number=NUMBER)])
    return office


def both_hold(office: Office) -> list[list[tuple[str, ...]]]:
    return [[h.receivables for h in office.file(who).debtor.holds if h.kind is HoldKind.BANK] for who in (MARIA, JOAO)]


HELD, FREE = [[("T1",)], [("T2",)]], [[], []]


@pytest.mark.parametrize(
    ("told", "held"),
    [
        (news("12", rebate=15_00), HELD),
        (news("14", due=LATER), HELD),
        (news("06"), HELD),
        (news("14", due=days_ago(60)), FREE),
        (news("13"), FREE),
        (news("09"), FREE),
    ],
    ids=["rebate", "later", "without money", "earlier", "no rebate", "written off"],
)
def test_what_lessens_one_of_two_titles_holds_both_until_somebody_says_whose_it_is(
    two_of_a_number: Office, told: Entry, held: list[list[tuple[str, ...]]]
) -> None:
    office = two_of_a_number
    comes(office, told)
    comes(office, told, name="again.ret")
    office.sweeps()
    assert both_hold(office) == held
    [work] = worklist.open_work(office.store, TENANT)
    assert "T1" in work.note
    assert "T2" in work.note
    worklist.close(office.store, TENANT, worklist.id_of(work), "é do T1, corrigido na planilha")
    assert both_hold(office) == FREE


def test_who_lets_one_of_them_go_on_leaves_the_other_waiting(two_of_a_number: Office) -> None:
    office = two_of_a_number
    comes(office, news("12", rebate=15_00))
    office.desk().resume(TENANT, office.file(MARIA).debtor.id, Actor("ana"), (State.BANK,))
    office.sweeps()
    comes(office, news("12", rebate=15_00), name="again.ret")
    assert both_hold(office) == [[], [("T2",)]]


def test_one_of_them_paid_is_no_answer_about_the_other(two_of_a_number: Office) -> None:
    office = two_of_a_number
    comes(office, news("12", rebate=15_00))
    office.pays("T1", 100_00)
    office.queue_is_worked_off()
    assert (len(waiting(office)), both_hold(office)[1]) == (1, [("T2",)])


def test_a_title_that_waits_and_moves_to_another_debtor_goes_on_once_somebody_has_looked(
    two_of_a_number: Office,
) -> None:
    office = two_of_a_number
    comes(office, news("12", rebate=15_00))
    office.clock.advance(timedelta(days=1))
    office.imports([row("T1", ANA, due=DUE, our_number=NUMBER)])
    held = [h.receivables for h in office.file(ANA).debtor.holds]
    assert held == [("T1",)]
    [work] = worklist.open_work(office.store, TENANT)
    worklist.close(office.store, TENANT, worklist.id_of(work), "não é dele")
    assert office.file(ANA).debtor.holds == ()


def moved_while_it_waits(told: Entry) -> Office:
    """Maria's title waits for a person, and is Ana's by the next file."""
    office = Office()
    office.imports([row("T1", due=DUE, our_number=NUMBER)])
    comes(office, told)
    office.clock.advance(timedelta(days=1))
    office.imports([row("T1", ANA, due=DUE, our_number=NUMBER)])
    assert [h.receivables for h in office.file(ANA).debtor.holds] == [("T1",)]
    return office


WITHOUT_A_SUM = Entry(NUMBER, 40_00, days_ago(0), face=100_00, discount=10_00)
NO_MONEY = Entry(NUMBER, 0, days_ago(0), face=100_00)


@pytest.mark.parametrize("told", [WITHOUT_A_SUM, NO_MONEY], ids=["parts", "no money"])
def test_the_work_of_a_title_that_has_moved_ends_the_hold_at_its_new_debtor(told: Entry) -> None:
    office = moved_while_it_waits(told)
    [work] = worklist.open_work(office.store, TENANT)
    worklist.close(office.store, TENANT, worklist.id_of(work), "conferido")
    assert office.file(ANA).debtor.holds == ()


@pytest.mark.parametrize(("told", "rest"), [(WITHOUT_A_SUM, 60_00), (NO_MONEY, 100_00)], ids=["parts", "no money"])
def test_money_that_comes_at_the_new_debtor_ends_the_work(told: Entry, rest: int) -> None:
    office = moved_while_it_waits(told)
    office.pays("T1", rest)
    office.queue_is_worked_off()
    assert (office.status("T1", ANA), waiting(office)) == (ReceivableStatus.PAID, [])


# --- due dates -------------------------------------------------------------------------------------------------------


def test_a_later_due_date_is_taken_as_a_new_term(office: Office) -> None:
    comes(office, news("14", due=LATER))
    title = office.receivable("T1")
    assert (title.due_on, title.last_step, title.contacts) == (LATER, None, 0)
    assert office.reasons()[-1] == Reason.DUE_MOVED_BY_BANK


def test_a_sheet_that_has_not_heard_of_it_puts_nothing_back(office: Office) -> None:
    comes(office, news("14", due=LATER))
    office.imports([row("T1", due=DUE, our_number=NUMBER, note="outra")])
    assert office.receivable("T1").due_on == LATER
    newer = DUE + timedelta(days=90)
    office.imports([row("T1", due=newer, our_number=NUMBER)])
    assert office.receivable("T1").due_on == newer


@pytest.mark.parametrize("due", [days_ago(30), None])
def test_an_earlier_due_date_or_none_is_work(office: Office, due: date | None) -> None:
    done = comes(office, news("14", due=due))
    assert (done.asked, office.receivable("T1").due_on) == (1, DUE)
    assert len(waiting(office)) == 1


def test_work_stays_work_when_the_sweep_comes_by(office: Office) -> None:
    comes(office, news("14", due=None))
    office.clock.advance(timedelta(days=1))
    office.sweeps()
    assert len(waiting(office)) == 1


def test_news_of_a_title_that_is_paid_moves_no_cent_and_asks_nobody(office: Office) -> None:
    comes(office, Entry(NUMBER, 100_00, days_ago(1), face=100_00))
    before = office.receivable("T1")
    done = comes(office, news("09"), news("12", rebate=5_00), news("14", due=LATER), name="later.ret")
    after = office.receivable("T1")
    kept = (after.status, after.paid_principal_cents, after.overpaid_cents, after.settled_on)
    assert kept == (before.status, before.paid_principal_cents, 0, before.settled_on)
    assert (done.asked, waiting(office)) == (0, [])


@pytest.mark.parametrize("first", ["payment", "news"])
def test_a_later_due_date_of_a_paid_title_counts_once_the_money_is_taken_back(office: Office, first: str) -> None:
    office.clock.advance(timedelta(days=5))
    put_off = news("14", day=-2, due=LATER)
    paid = Entry(NUMBER, 100_00, days_ago(-3), face=100_00)
    for entry in (paid, put_off) if first == "payment" else (put_off, paid):
        comes(office, entry, name=f"{entry.occurrence}.ret")
    comes(office, replace(paid, occurrence="44", on=days_ago(-5)), name="back.ret")
    title = office.receivable("T1")
    assert (title.status, title.due_on, title.due_before) == (ReceivableStatus.OPEN, LATER, DUE)
    assert waiting(office) == []


def test_a_due_date_put_off_after_the_payment_gives_no_fine_back() -> None:
    office = Office(creditor(contract=Contract(fine_percent=Decimal(2))))
    office.imports([row("T1", due=days_ago(10), our_number=NUMBER)])
    office.clock.advance(timedelta(days=5))
    comes(office, Entry(NUMBER, 102_00, days_ago(-2), face=100_00))
    comes(office, news("14", day=-3, due=LATER), name="later.ret")
    title = office.receivable("T1")
    assert (title.overpaid_cents, title.paid_additions_cents, title.due_on) == (0, 2_00, LATER)
    office.imports([row("T3")])
    office.pays("T3", 102_00)
    office.queue_is_worked_off()
    assert (office.status("T3"), office.receivable("T1").overpaid_cents) == (ReceivableStatus.PAID, 0)


def test_a_fine_asked_though_the_due_date_had_been_put_off_is_money_over() -> None:
    office = Office(creditor(contract=Contract(fine_percent=Decimal(2))))
    office.imports([row("T1", due=days_ago(10), our_number=NUMBER)])
    office.clock.advance(timedelta(days=5))
    comes(office, Entry(NUMBER, 102_00, days_ago(-2), face=100_00))
    comes(office, news("14", day=-1, due=LATER), name="later.ret")
    assert office.receivable("T1").overpaid_cents == 2_00


def test_a_due_date_told_of_a_withdrawn_title_counts_when_a_sheet_lists_it_again(office: Office) -> None:
    office.imports([row("T1", due=DUE, our_number=NUMBER, status="cancelled")])
    assert comes(office, news("14", due=LATER)).taken == 1
    office.imports([row("T1", due=DUE, our_number=NUMBER, status="open")])
    title = office.receivable("T1")
    assert (title.status, title.due_on, waiting(office)) == (ReceivableStatus.OPEN, LATER, [])


def test_a_doubt_about_a_paid_titles_due_date_is_asked_once_the_title_is_open_again(office: Office) -> None:
    paid = Entry(NUMBER, 100_00, days_ago(2), face=100_00)
    comes(office, paid)
    assert comes(office, news("14", due=days_ago(30)), name="earlier.ret").asked == 0
    assert waiting(office) == []
    comes(office, replace(paid, occurrence="44", on=days_ago(0)), name="back.ret")
    boleto_news.tell_again(office.settling(), TENANT)
    assert (len(waiting(office)), office.receivable("T1").due_on) == (1, DUE)


def test_a_boleto_written_off_while_its_title_was_paid_is_dead_when_the_money_is_taken_back(with_line: Office) -> None:
    with_line.pays("T1", 100_00, code="P1")
    with_line.queue_is_worked_off()
    comes(with_line, news("09"))
    with_line.refunds("P1", 100_00)
    with_line.queue_is_worked_off()
    assert with_line.status("T1") is ReceivableStatus.OPEN
    assert line(with_line) == ""


@pytest.mark.parametrize("first", ["payment", "rebate"])
def test_a_rebate_stands_when_the_payment_goes_back_whichever_was_told_first(office: Office, first: str) -> None:
    granted = news("12", day=3, rebate=15_00)
    paid = Entry(NUMBER, 85_00, days_ago(2), face=100_00, rebate=15_00)
    for entry in (paid, granted) if first == "payment" else (granted, paid):
        comes(office, entry, name=f"{entry.occurrence}.ret")
    assert office.receivable("T1").waived_cents == 15_00
    comes(office, replace(paid, occurrence="44", on=days_ago(0)), name="back.ret")
    assert office.receivable("T1").open_principal_cents == 85_00


# --- settled without money -------------------------------------------------------------------------------------------


def without_money(office: Office) -> None:
    comes(office, Entry(NUMBER, 0, days_ago(0), face=100_00))


def test_settled_without_money_is_work_that_holds_the_title_and_never_applied(office: Office) -> None:
    without_money(office)
    assert office.status("T1") is ReceivableStatus.OPEN
    [note] = waiting(office)
    assert "não traz dinheiro" in note
    assert [(h.kind, h.receivables) for h in office.file(MARIA).debtor.holds] == [(HoldKind.BANK, ("T1",))]
    office.lives(30)
    assert office.file(MARIA).contacts == ()


def test_who_closes_the_work_lets_collection_go_on(office: Office) -> None:
    without_money(office)
    [work] = worklist.open_work(office.store, TENANT)
    worklist.close(office.store, TENANT, worklist.id_of(work), "não foi descontado")
    assert office.file(MARIA).debtor.holds == ()


def test_who_lets_the_debtor_go_on_does_so_too(office: Office) -> None:
    without_money(office)
    done = office.desk().resume(TENANT, office.file(MARIA).debtor.id, Actor("ana"), (State.BANK,))
    assert done.debtor.holds == ()


def test_the_hold_is_made_once_however_often_the_file_comes(office: Office) -> None:
    without_money(office)
    without_money(office)
    assert len(office.file(MARIA).debtor.holds) == 1


@pytest.mark.parametrize(("bank", "code"), [("041", "AA"), ("136", "13"), ("341", "47")])
def test_settled_before_or_discounted_at_the_bank_holds_the_title_and_pays_nothing(bank: str, code: str) -> None:
    office = Office()
    office.imports([row("T1", due=DUE)])
    told = Entry("", 100_00, days_ago(0), occurrence=code, document="T1", face=100_00, due=DUE)
    said = read_retorno([cnab_240(bank, told)])
    settle_titles(office.settling(), TENANT, "retorno.ret", paid_titles(said))
    assert office.file(MARIA).facts == ()
    assert [h.receivables for h in office.file(MARIA).debtor.holds] == [("T1",)]
    assert "não traz dinheiro" in waiting(office)[0]


def test_a_title_that_a_sheet_brings_after_the_banks_file_waits_too() -> None:
    office = Office()
    without_money(office)
    assert len(waiting(office)) == 1
    office.imports([row("T1", due=DUE, our_number=NUMBER)])
    office.settling().match(TENANT)
    assert [h.kind for h in office.file(MARIA).debtor.holds] == [HoldKind.BANK]


def test_whoever_has_let_it_go_on_is_not_held_again_by_the_sweep(office: Office) -> None:
    without_money(office)
    office.desk().resume(TENANT, office.file(MARIA).debtor.id, Actor("ana"), (State.BANK,))
    office.clock.advance(timedelta(days=1))
    office.sweeps()
    assert office.file(MARIA).debtor.holds == ()


def ended(office: Office) -> tuple[list[str], list[HoldKind], list[str]]:
    """What is on the list, what holds, and how the bank's words without money ended."""
    closed = [e.note for e in office.store.inbox(TENANT, InboxStatus.IGNORED) if "não traz dinheiro" in e.note]
    return waiting(office), holds(office), closed


def test_money_in_the_banks_next_file_ends_the_work_with_the_reason(office: Office) -> None:
    without_money(office)
    comes(office, Entry(NUMBER, 100_00, days_ago(0), face=100_00), name="next.ret")
    listed, _, [closed] = ended(office)
    assert listed == []
    assert closed.startswith("o dinheiro veio: o título está pago")


def test_a_gateways_money_ends_it(office: Office) -> None:
    without_money(office)
    office.pays("T1", 100_00)
    office.queue_is_worked_off()
    assert ended(office)[0] == []


def test_a_sheet_that_says_paid_ends_it(office: Office) -> None:
    without_money(office)
    office.clock.advance(timedelta(days=1))
    office.imports([row("T1", due=DUE, our_number=NUMBER, status="paid", paid_on=days_ago(0))])
    assert ended(office)[0] == []


def test_a_person_who_registers_the_payment_ends_it(office: Office) -> None:
    without_money(office)
    office.desk().paid(TENANT, office.file(MARIA).debtor.id, Actor("ana"), "T1", 100_00, days_ago(0))
    assert ended(office)[0] == []


def test_money_that_goes_back_asks_again_and_the_title_waits_as_before(office: Office) -> None:
    without_money(office)
    [asked] = waiting(office)
    office.pays("T1", 100_00, code="P1")
    office.queue_is_worked_off()
    assert waiting(office) == []
    office.refunds("P1", 100_00)
    office.queue_is_worked_off()
    assert (waiting(office), holds(office)) == ([asked], [HoldKind.BANK])
    office.lives(20)
    assert office.file(MARIA).contacts == ()


def test_a_part_of_the_money_leaves_the_question(office: Office) -> None:
    without_money(office)
    comes(office, Entry(NUMBER, 60_00, days_ago(0), face=100_00), name="next.ret")
    listed, held, _ = ended(office)
    assert (len(listed), held) == (1, [HoldKind.BANK])


@pytest.mark.parametrize("one_file", [True, False])
def test_of_a_title_that_is_paid_already_nobody_is_asked(office: Office, one_file: bool) -> None:
    paid, nothing = Entry(NUMBER, 100_00, days_ago(1), face=100_00), Entry(NUMBER, 0, days_ago(0), face=100_00)
    if one_file:
        comes(office, nothing, paid)
    else:
        comes(office, paid)
        comes(office, nothing, name="next.ret")
    assert ended(office)[0] == []


def test_of_a_withdrawn_title_somebody_looks_all_the_same(office: Office) -> None:
    office.imports([row("T1", due=DUE, our_number=NUMBER, status="cancelled")])
    without_money(office)
    assert len(waiting(office)) == 1
    office.imports([row("T1", due=DUE, our_number=NUMBER, status="open")])
    assert (office.status("T1"), holds(office)) == (ReceivableStatus.OPEN, [HoldKind.BANK])


def test_what_the_sheet_may_have_of_a_rebate_is_no_question_once_the_title_is_paid() -> None:
    office = Office()
    comes(office, news("12", rebate=15_00, face=0, document="T1"))
    then_the_sheet(office)
    office.pays("T1", 100_00, code="P1")
    office.queue_is_worked_off()
    assert waiting(office) == []
    office.refunds("P1", 100_00)
    office.queue_is_worked_off()
    assert (len(waiting(office)), holds(office)) == (1, [HoldKind.BANK])


def test_a_boleto_of_less_by_a_rebate_still_shows_its_line() -> None:
    title = Receivable("T1", 10_00, DUE, digitable_line=LINE)
    line_of = replace(title, principal_cents=1_00)
    assert face_is_owed(replace(line_of, paid_principal_cents=20, waived=(Waived(WaiveRule.RECORD, 20),)))
    assert not face_is_owed(replace(line_of, paid_principal_cents=20))


@pytest.mark.parametrize("order", [("02", "33"), ("33", "02")])
def test_caixas_400_undoes_a_write_off_in_one_file_or_two(office: Office, order: tuple[str, str]) -> None:
    number = "14000000000012345"
    office.imports([row("T1", due=DUE, our_number=number)])
    for n, code in enumerate(order):
        columns = {57: number, 111: days_ago(3 if code == "02" else 1).strftime("%d%m%y")}
        file = cnab_400(
            "104", {109: code, **columns, 147: DUE.strftime("%d%m%y"), 153: f"{100_00:013d}"}, 0, days_ago(1)
        )
        said = read_retorno([file])
        settle_titles(office.settling(), TENANT, f"{n}.ret", paid_titles(said))
        boleto_news.tell(office.settling(), TENANT, f"{n}.ret", said.titles, said.written_on)
    life = office.receivable("T1").boleto
    assert (life is not None and life.written_off, waiting(office)) == (False, [])
