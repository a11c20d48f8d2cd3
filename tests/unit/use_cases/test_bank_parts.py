"""What a bank's file says a payment is made of settles with it, and waits for a person where it is no sum."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from tests.bank_files import Entry, banco_do_brasil_240, cnab_240, cnab_400, itau_400
from tests.office import JOAO, MARIA, TENANT, TODAY, Office, days_ago, row

from regua.domain.contact.by_person import State
from regua.domain.model import HoldKind, ReceivableStatus, WaiveRule
from regua.domain.reasons import Reason
from regua.domain.work import WorkKind
from regua.files.retorno import read_retorno
from regua.files.retorno_banks import CNAB_240, CNAB_400
from regua.use_cases.desk import worklist
from regua.use_cases.desk.person import Actor
from regua.use_cases.importing.bank_return import paid_titles
from regua.use_cases.paying import boleto_news
from regua.use_cases.paying.bank_file import BankFileResult, settle_titles

CASE = Path(__file__).resolve().parents[4] / "shared" / "cases" / "files" / "bb240_desconto.ret"
NUMBER = "12345678"
FILES = {"itau_400": itau_400, "banco_do_brasil_240": banco_do_brasil_240}


@pytest.fixture
def office() -> Office:
    office = Office()
    office.opens_and_contacts([row("T1", our_number=NUMBER), row("T2", JOAO, our_number="00087654-3")])
    return office


def settles(office: Office, file: bytes, name: str = "retorno.ret") -> BankFileResult:
    return settle_titles(office.settling(), TENANT, name, paid_titles(read_retorno([file])))


def entry(cents: int, face: int = 100_00, day: int = 1, **more: int) -> Entry:
    return Entry(NUMBER, cents, days_ago(day), face=face, **more)  # type: ignore[arg-type]  # cents of parts


@pytest.mark.parametrize("bank", FILES)
def test_who_paid_with_the_banks_discount_owes_nothing(office: Office, bank: str) -> None:
    settles(office, FILES[bank](entry(90_00, discount=10_00)))
    title = office.receivable("T1")
    assert title.status is ReceivableStatus.PAID
    assert next(w.cents for w in title.waived if w.rule is WaiveRule.RECORD) == 10_00
    assert Reason.PAYMENT_GRANTED in office.reasons()
    office.lives(20)
    assert not any("T1" in contact.receivables for contact in office.file(MARIA).contacts[1:])


DISCOUNT_TOLD = [bank for bank, layout in CNAB_400.items() if layout.discount]


@pytest.mark.parametrize("bank", DISCOUNT_TOLD)
def test_at_any_bank_of_400_positions_its_discount_is_waived_and_its_interest_is_no_money_over(bank: str) -> None:
    layout = CNAB_400[bank]
    assert layout.discount
    face = {"070": 157}.get(bank, 153)
    apart = 1_00 if layout.interest else 0  # principal and interest are printed apart there
    late = {layout.late[0]: f"{1_00:013d}"} if layout.late else {}
    columns = {layout.discount[0]: f"{10_00:013d}", face: f"{100_00:013d}", layout.document_number[0]: "T1", **late}
    code = {"097": "02", "136": "06"}.get(bank)
    columns |= {layout.occurrence[0]: code} if code else {}
    paid = 90_00 + (1_00 if layout.late else 0) - apart
    office = Office()
    office.imports([row("T1", due=days_ago(1))])
    settles(office, cnab_400(bank, columns, paid, days_ago(1)))
    title = office.receivable("T1")
    assert (title.status, title.overpaid_cents) == (ReceivableStatus.PAID, 0), office.asked(WorkKind.DISAGREEMENT)
    assert sum(waived.cents for waived in title.waived if waived.rule is WaiveRule.RECORD) == 10_00


@pytest.mark.parametrize("bank", CNAB_240)
def test_at_any_bank_of_240_positions_too(bank: str) -> None:
    told = Entry(
        "", 91_00, days_ago(1), document="T1", face=100_00, due=days_ago(1), discount=7_00, rebate=3_00, late=1_00
    )
    office = Office()
    office.imports([row("T1", due=days_ago(1))])
    settles(office, cnab_240(bank, told))
    title = office.receivable("T1")
    assert (title.status, title.overpaid_cents, title.waived_cents) == (ReceivableStatus.PAID, 0, 10_00)


def test_the_same_record_in_another_file_grants_nothing_more(office: Office) -> None:
    file = banco_do_brasil_240(entry(90_00, discount=10_00))
    settles(office, file)
    before = office.receivable("T1")
    settles(office, file, "again.ret")
    assert office.receivable("T1") == before
    assert office.reasons().count(Reason.PAYMENT_GRANTED) == 1


@pytest.mark.parametrize("bank", FILES)
def test_what_the_bank_charged_is_nothing_paid_too_much(office: Office, bank: str) -> None:
    settles(office, FILES[bank](entry(107_00, late=7_00)))
    title = office.receivable("T1")
    assert (title.status, title.overpaid_cents, title.paid_additions_cents) == (ReceivableStatus.PAID, 0, 7_00)
    assert office.asked(WorkKind.OVERPAID) == []


def test_a_bounced_cheque_takes_the_discount_back_as_well(office: Office) -> None:
    settles(office, banco_do_brasil_240(entry(90_00, day=3, discount=10_00)))
    settles(office, banco_do_brasil_240(Entry(NUMBER, 90_00, days_ago(1), occurrence="44", face=100_00)), "back.ret")
    title = office.receivable("T1")
    assert (title.status, title.open_principal_cents, title.waived_cents) == (ReceivableStatus.OPEN, 100_00, 0)


@pytest.mark.parametrize(("cents", "discount", "late"), [(97_00, 3_00, 0), (102_00, 0, 2_00), (95_00, 5_00, 0)])
def test_bradesco_shows_the_rebate_it_has_told_and_the_interest_as_one(cents: int, discount: int, late: int) -> None:
    """Of 100,00 with a rebate of 5,00, paid late: 2,00 of interest are 3,00 granted, 7,00 are 2,00 charged."""
    office = Office()
    office.imports([row("T1")])
    office.clock.advance(timedelta(days=1))
    rebate = Entry("", 0, TODAY, document="T1", occurrence="12", face=100_00, rebate=5_00)
    said = read_retorno([cnab_240("237", rebate)])
    boleto_news.tell(office.settling(), TENANT, "abatimento.ret", said.titles, said.written_on)
    paid = Entry("", cents, TODAY, document="T1", face=100_00, discount=discount, late=late)
    settles(office, cnab_240("237", paid))
    title = office.receivable("T1")
    assert (title.status, title.overpaid_cents) == (ReceivableStatus.PAID, 0)
    assert office.asked() == []


def test_parts_that_do_not_add_up_are_work_and_the_rest_is_not_dunned_meanwhile(office: Office) -> None:
    settles(office, banco_do_brasil_240(entry(60_00, discount=10_00)))
    title = office.receivable("T1")
    assert (title.status, title.waived_cents) == (ReceivableStatus.OPEN, 0)
    [work] = office.asked(WorkKind.DISAGREEMENT)
    assert (work.receivable, work.amount_cents) == ("T1", 60_00)
    assert "não fecha" in work.note
    contacts = len(office.file(MARIA).contacts)
    office.lives(15)
    assert len(office.file(MARIA).contacts) == contacts
    assert [hold.kind for hold in office.file(MARIA).debtor.holds] == [HoldKind.BANK]


def test_who_has_looked_ends_the_wait_by_closing_the_work(office: Office) -> None:
    settles(office, banco_do_brasil_240(entry(60_00, discount=10_00)))
    [work] = office.asked(WorkKind.DISAGREEMENT)
    worklist.close(office.store, TENANT, worklist.id_of(work), "o cliente deve o resto")
    assert office.file(MARIA).debtor.holds == ()
    contacts = len(office.file(MARIA).contacts)
    office.lives(15)
    assert len(office.file(MARIA).contacts) > contacts


def test_who_lets_the_debtor_go_on_ends_the_wait_too(office: Office) -> None:
    settles(office, banco_do_brasil_240(entry(60_00, discount=10_00)))
    done = office.desk().resume(TENANT, office.file(MARIA).debtor.id, Actor("ana"), (State.BANK,))
    assert done.debtor.holds == ()


def test_a_part_payment_of_which_the_bank_says_nothing_more_is_no_work(office: Office) -> None:
    settles(office, banco_do_brasil_240(entry(60_00)))
    assert office.asked(WorkKind.DISAGREEMENT) == []
    assert office.file(MARIA).debtor.holds == ()


@pytest.mark.parametrize(("granted", "asked"), [(30_00, 0), (60_00, 1)])
def test_without_terms_here_a_grant_of_more_than_half_is_shown(office: Office, granted: int, asked: int) -> None:
    settles(office, banco_do_brasil_240(entry(100_00 - granted, discount=granted)))
    assert office.status("T1") is ReceivableStatus.PAID
    assert len(office.asked(WorkKind.DISAGREEMENT)) == asked


@pytest.mark.parametrize(("granted", "asked"), [(5_00, 0), (8_00, 1)])
def test_more_than_the_creditors_own_terms_offer_is_shown_and_waived(granted: int, asked: int) -> None:
    office = Office()
    office.opens_and_contacts([row("T1", our_number=NUMBER, discount_percent=Decimal(5), discount_until=days_ago(1))])
    settles(office, banco_do_brasil_240(entry(100_00 - granted, discount=granted)))
    assert office.status("T1") is ReceivableStatus.PAID
    assert len(office.asked(WorkKind.DISAGREEMENT)) == asked


def test_what_a_part_by_agreement_leaves_is_no_discount(office: Office) -> None:
    settles(office, itau_400(Entry(NUMBER, 40_00, days_ago(1), occurrence="07", face=100_00, discount=60_00)))
    title = office.receivable("T1")
    assert (title.status, title.open_principal_cents, title.waived_cents) == (ReceivableStatus.OPEN, 60_00, 0)
    assert office.asked(WorkKind.DISAGREEMENT) == []


def test_the_case_from_the_field_is_closed_with_ten_reais_waived() -> None:
    if not CASE.exists():
        pytest.skip("the cases are not beside this checkout")
    office = Office()
    office.opens_and_contacts([row("T1", our_number="12345")])
    settles(office, CASE.read_bytes())
    title = office.receivable("T1")
    assert (title.status, title.open_principal_cents) == (ReceivableStatus.PAID, 0)
    assert next(w.cents for w in title.waived if w.rule is WaiveRule.RECORD) == 10_00


# -- a layout that cannot tell what was granted ----------------------------------------------------------------------


def inter(office: Office, cents: int, day: int = 1, due: int = 0) -> list[str]:
    """Inter's 400 has no columns of discount; returns the titles that wait for a person."""
    columns = {71: NUMBER.rjust(11, "0"), 119: days_ago(due).strftime("%d%m%y"), 125: f"{100_00:013d}"}
    settles(office, cnab_400("077", columns, cents, days_ago(day)))
    return [title for hold in office.file(MARIA).debtor.holds for title in hold.receivables]


def due_today(**more: object) -> Office:
    office = Office()
    office.imports([row("T1", due=TODAY, our_number=NUMBER, **more)])  # type: ignore[arg-type]  # any field
    return office


def test_a_rest_that_a_discount_may_explain_is_asked_and_not_dunned() -> None:
    office = due_today()
    assert inter(office, 90_00) == ["T1"]
    [work] = office.asked(WorkKind.DISAGREEMENT)
    assert (work.amount_cents, work.receivable) == (10_00, "T1")
    office.lives(10)
    assert office.sent() == []
    worklist.close(office.store, TENANT, worklist.id_of(work), "ficou por pagar")
    office.lives(5)
    assert office.sent() != []


@pytest.mark.parametrize(("cents", "day", "due"), [(90_00, 0, 3), (40_00, 1, 0), (100_00, 1, 0)])
def test_paid_late_or_less_than_half_or_whole_is_nobodys_question(cents: int, day: int, due: int) -> None:
    office = Office()
    office.imports([row("T1", due=days_ago(due), our_number=NUMBER)])
    assert (inter(office, cents, day, due), office.asked(WorkKind.DISAGREEMENT)) == ([], [])


def test_the_creditors_own_terms_of_discount_decide_first() -> None:
    office = due_today(discount_cents=10_00, discount_until=TODAY)
    assert (inter(office, 90_00), office.status("T1")) == ([], ReceivableStatus.PAID)
    office = due_today(discount_cents=5_00, discount_until=TODAY)
    assert (inter(office, 90_00), office.status("T1")) == ([], ReceivableStatus.OPEN)


def test_what_waits_ends_once_the_rest_is_paid_or_taken_off() -> None:
    office = due_today()
    inter(office, 90_00)
    office.imports([row("T1", cents=90_00, due=TODAY, our_number=NUMBER)])
    assert (office.status("T1"), office.asked(WorkKind.DISAGREEMENT)) == (ReceivableStatus.PAID, [])
