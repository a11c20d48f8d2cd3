"""A title is found by every number that a sheet has given it, whenever that number came."""

from datetime import timedelta

import pytest
from tests.bank_files import Entry, cnab_240, itau_400
from tests.office import MARIA, TENANT, TODAY, Office, days_ago, debtor, row
from tests.unit.use_cases.test_whose_boleto import paid, settles

from regua.domain.ids import digest
from regua.domain.intake.row import Row
from regua.domain.model import ReceivableStatus
from regua.domain.work import WorkKind
from regua.ports import InboxStatus
from regua.use_cases.desk.finding import DebtorSearch, title_id
from regua.use_cases.importing.doubts import Doubts

CONTENT = "d" + digest("a title without a number", 10)


def nameless(**more: object) -> Row:
    return row(CONTENT, id_of="content", derived_id=True, due=days_ago(4), **more)  # type: ignore[arg-type]  # any attribute


def office(*numbers: str, cents: int = 100_00) -> Office:
    """Maria's title came without a number, and got these one after the other."""
    here = Office()
    here.imports([nameless()], whole=True)
    for number in numbers:
        here.imports([row(number, due=days_ago(4), cents=cents)], whole=True)
    return here


def entry(document: str, cents: int = 100_00) -> Entry:
    return Entry("00000777", cents, TODAY, document, face=cents, due=days_ago(4))


def test_one_debt_has_the_id_it_came_with_and_the_number_that_came() -> None:
    here = office("5001")
    assert [(r.id, r.called) for r in here.file(MARIA).receivables] == [(CONTENT, ("5001",))]
    assert here.imports([row("5001", due=days_ago(4))], whole=True).unchanged == 1


@pytest.mark.parametrize("document", ["5001", "0005001", "NF 5001", "5001/1"])
def test_a_bank_finds_it_by_the_number_that_came(document: str) -> None:
    for file in (itau_400(entry(document)), cnab_240("237", entry(document))):
        here = office("5001")
        settles(here, file)
        assert paid(here) == [CONTENT]


def test_a_gateway_finds_it_by_any_number_it_has_had() -> None:
    for number in ("5001", "6001"):
        here = office("5001")
        here.imports([row("6001", due=days_ago(4))], whole=True)
        here.pays(number, 100_00)
        assert here.status(CONTENT) is ReceivableStatus.PAID


def test_a_number_that_came_names_the_title_whatever_its_amount_later() -> None:
    here = office("5001")
    here.imports([row("5001", due=days_ago(2), cents=120_00)], whole=True)
    assert [(r.id, r.principal_cents) for r in here.file(MARIA).receivables] == [(CONTENT, 120_00)]


def test_what_waited_for_the_number_is_settled_by_the_import_that_brings_it() -> None:
    here = office()
    here.pays("5001", 70_00)
    assert [stored.status for stored in here.store.inbox(TENANT, InboxStatus.UNMATCHED)] == [InboxStatus.UNMATCHED]
    here.imports([row("5001", due=days_ago(4))], whole=True)
    assert here.settling().match(TENANT) == 1
    assert paid(here) == [CONTENT]


def test_people_find_it_by_the_number_too() -> None:
    here = office("5001")
    (file,) = DebtorSearch(here.store, b"key").find(TENANT, "5001")
    assert file.debtor.id == debtor(MARIA)
    assert (title_id(file, "5001"), title_id(file, CONTENT), title_id(file, "9")) == (CONTENT, CONTENT, "9")


def test_who_cannot_be_read_keeps_nobody_else_from_being_found() -> None:
    here = office("5001")
    here.imports([row("6001", "11144477735")])
    here.store.unreadable = {debtor(MARIA)}
    assert [file.debtor.id for file in DebtorSearch(here.store, b"key").find(TENANT, "Pessoa")] == [
        debtor("11144477735")
    ]


def test_a_number_that_another_title_has_stays_that_ones() -> None:
    here = Office()
    here.imports([nameless(), row("5001", "11144477735", due=days_ago(4))], whole=True)
    here.imports([row("5001", due=days_ago(4))], whole=True)
    ref = here.store.find(TENANT, "external", "5001")
    assert ref is not None
    assert ref.item == "5001"


def test_another_spelling_finds_the_title_as_well() -> None:
    here = Office()
    here.imports([row("000123/01", due=days_ago(4), installment=1)], whole=True)
    here.imports([row("123-1", due=days_ago(4), installment=1)], whole=True)
    here.pays("123-1", 100_00)
    assert here.status("000123/01") is ReceivableStatus.PAID


def doubts_of(here: Office) -> Doubts:
    return Doubts(here.store, here.rulebook.rules, here.clock, here.token, here.settling().settle)


@pytest.mark.parametrize("status", ["", "paid", "cancelled"])
def test_an_old_line_answered_after_a_newer_file_has_spoken_of_the_title_changes_no_amount(status: str) -> None:
    here = office()
    here.imports([row("5001", due=days_ago(4), cents=110_00, status=status)], whole=True)
    (waiting,) = here.asked(WorkKind.SAME_TITLE)
    here.clock.advance(timedelta(days=1))
    here.imports([nameless(cents=120_00)], whole=True)
    answered = doubts_of(here).same(TENANT, waiting.key)
    (title,) = here.file(MARIA).receivables
    assert (title.principal_cents, title.status, title.called) == (120_00, ReceivableStatus.OPEN, ("5001",))
    assert "mais novo" in answered.outcome


def test_nor_does_it_where_it_is_another_debt_that_a_newer_file_has_brought() -> None:
    here = office()
    here.imports([row("5001", due=days_ago(4), cents=110_00)], whole=True)
    (waiting,) = here.asked(WorkKind.SAME_TITLE)
    here.clock.advance(timedelta(days=1))
    here.imports([nameless(), row("5001", due=days_ago(4), cents=130_00)], whole=True)
    assert here.receivable("5001").principal_cents == 130_00, "beside the title it may have been it is another one"
    doubts_of(here).other(TENANT, waiting.key)
    assert here.receivable("5001").principal_cents == 130_00


@pytest.mark.parametrize(("cents", "days"), [(110_00, 4), (100_00, 14)])
def test_a_number_that_comes_with_another_amount_or_day_is_asked_and_kept_with_the_answer(
    cents: int, days: int
) -> None:
    here = office()
    here.imports([row("5001", due=days_ago(days), cents=cents)], whole=True)
    (waiting,) = here.asked(WorkKind.SAME_TITLE)
    doubts_of(here).same(TENANT, waiting.key)
    (title,) = here.file(MARIA).receivables
    assert (title.id, title.called, title.principal_cents) == (CONTENT, ("5001",), cents)
    here.pays("5001", cents)
    assert here.status(CONTENT) is ReceivableStatus.PAID
