"""Money nobody is sure whose it is: nobody is dunned who may have paid, and whatever ends the doubt ends the wait."""

from dataclasses import replace

import pytest
from tests.bank_files import Entry, cnab_240, itau_400, ofx
from tests.office import ANA, JOAO, KEY, MARIA, TENANT, TODAY, Office, days_ago, row

from regua.domain.intake.row import Row
from regua.domain.model import HoldKind, ReceivableStatus
from regua.files.extrato import read_statement
from regua.files.retorno import read_retorno
from regua.ports import InboxEvent, InboxStatus
from regua.use_cases.desk import worklist
from regua.use_cases.importing.bank_return import paid_titles
from regua.use_cases.paying.bank_file import settle_titles
from regua.use_cases.paying.statement import StatementResult, StatementSettling

PAID = ReceivableStatus.PAID
FIRST, SECOND = "1001/1", "1001/2"
BOTH = [FIRST, SECOND]


def book(*titles: Row) -> Office:
    office = Office()
    office.imports(list(titles))
    return office


def wait(office: Office, *people: str) -> list[str]:
    """Open titles that are not collected until a person has looked."""
    found = []
    for file in (office.file(who) for who in people or (MARIA,)):
        held = (title for hold in file.debtor.holds if hold.kind is HoldKind.BANK for title in hold.receivables)
        found += [name for name in held if (title := file.receivable(name)) is not None and title.is_open]
    return sorted(found)


def in_doubt(office: Office) -> InboxEvent:
    [stored] = office.store.inbox(TENANT, InboxStatus.UNMATCHED)
    return stored


def of_one_bill(**more: object) -> Office:
    """Two parcels of the bill 1001, and a payment that says only that."""
    office = book(row(FIRST), row(SECOND, due=days_ago(-26), **more))  # type: ignore[arg-type]  # any field
    office.pays("1001", 100_00, code="P1")
    return office


# -- a reference that fits two ----------------------------------------------------------------------------------------


def test_both_parcels_wait_while_nobody_knows_which_one_was_paid() -> None:
    office = of_one_bill()
    assert wait(office) == BOTH
    [work] = worklist.open_work(office.store, TENANT)
    assert work.note.endswith(f"Até você dizer, os títulos {FIRST} e {SECOND} não são cobrados")


def test_of_two_parcels_only_the_one_of_that_amount_waits() -> None:
    office = book(row(FIRST), row(SECOND, cents=250_00))
    office.pays("1001", 250_00)
    assert wait(office) == [SECOND]


def test_where_nothing_has_that_amount_all_of_them_wait() -> None:
    office = of_one_bill()
    office.pays("1001", 60_00)
    assert wait(office) == [FIRST, FIRST, SECOND, SECOND]


def test_a_title_written_otherwise_waits_where_its_amount_does_not_confirm() -> None:
    office = book(row("NF 1001", cents=120_00))
    office.pays("1001", 100_00)
    assert wait(office) == ["NF 1001"]


def test_two_payments_in_doubt_end_one_by_one() -> None:
    office = of_one_bill()
    office.pays("1001", 100_00, code="P2")
    worklist.close(office.store, TENANT, "fake/P1", "é de outra escola")
    assert wait(office) == BOTH, "the other payment may be theirs as well"
    worklist.close(office.store, TENANT, "fake/P2", "também")
    assert wait(office) == []


def test_the_title_a_person_names_is_paid_and_the_other_goes_on() -> None:
    office = of_one_bill()
    office.settling().assign(in_doubt(office), SECOND)
    assert (wait(office), office.status(SECOND)) == ([], PAID)


def test_money_that_is_nobodys_after_all_lets_both_go_on() -> None:
    office = of_one_bill()
    worklist.close(office.store, TENANT, "fake/P1", "é de outra escola")
    assert wait(office) == []


@pytest.mark.parametrize("how", ["import", "sweep"])
def test_an_import_that_tells_them_apart_ends_the_wait(how: str) -> None:
    office = of_one_bill()
    office.imports([row(FIRST), row(SECOND, due=days_ago(-26), status="cancelled")])
    if how == "import":
        office.settling().match(TENANT)
    else:
        office.lives(1)
    assert (wait(office), office.status(FIRST)) == ([], PAID)


def test_the_title_itself_that_a_sheet_brings_ends_the_wait() -> None:
    office = of_one_bill()
    office.imports([row("1001")])
    office.settling().match(TENANT)
    assert (wait(office), office.status("1001")) == ([], PAID)


def test_a_parcel_that_another_source_has_paid_waits_no_more_and_the_other_does() -> None:
    office = of_one_bill()
    office.pays(FIRST, 100_00, code="F1")
    assert wait(office) == [SECOND]
    office.refunds("F1", 100_00, FIRST)
    assert wait(office) == BOTH, "it may be that one again"
    office.pays(SECOND, 100_00)
    office.pays(FIRST, 100_00)
    assert wait(office) == []
    assert in_doubt(office).event_id == "P1", "it may be money paid twice"


def test_both_of_one_bill_paid_at_once_wait_no_more() -> None:
    office = of_one_bill()
    paid = [row(FIRST, status="paid"), row(SECOND, due=days_ago(-26), status="paid")]
    office.imports(paid)
    assert wait(office) == []


def test_who_was_let_go_on_by_a_person_is_not_held_again_by_every_sweep() -> None:
    office = of_one_bill()
    file = office.file(MARIA)
    office.store.commit(file, replace(file, debtor=replace(file.debtor, holds=())), owner=office.token())
    office.lives(2)
    assert wait(office) == []


def test_a_title_that_was_moved_to_a_corrected_tax_id_goes_on_there() -> None:
    office = book(row(FIRST, emails=("x@example.com",)), row(SECOND, JOAO))
    office.pays("1001", 100_00, code="P1")
    assert wait(office, MARIA, JOAO) == BOTH
    office.imports([row(FIRST, ANA, emails=("x@example.com",))])
    worklist.close(office.store, TENANT, "fake/P1", "é de outra escola")
    assert wait(office, MARIA, JOAO, ANA) == []


def test_nobody_is_written_to_meanwhile() -> None:
    office = book(row(FIRST), row(SECOND, due=days_ago(3)))
    office.pays("1001", 100_00, code="P1")
    office.lives(10)
    assert office.sent() == []
    worklist.close(office.store, TENANT, "fake/P1", "é de outra escola")
    office.lives(5)
    assert office.sent() != []


# -- a bank's record whose proofs disagree ----------------------------------------------------------------------------


def returns(office: Office, *entries: Entry) -> None:
    settle_titles(office.settling(), TENANT, "cobranca.ret", paid_titles(read_retorno([itau_400(*entries)])))


def test_a_number_of_one_and_a_document_of_another_hold_both() -> None:
    office = book(row("M-1", our_number="12345678"), row("J-1", JOAO, our_number="555"))
    returns(office, Entry("12345678", 100_00, TODAY, "J-1", face=100_00))
    assert wait(office, MARIA, JOAO) == ["J-1", "M-1"]
    office.settling().assign(in_doubt(office), "J-1")
    assert wait(office, MARIA, JOAO) == []


def test_a_number_whose_payer_is_another_holds_its_title() -> None:
    office = book(row("M-1", our_number="12345678"))
    paid = cnab_240("341", Entry("10912345678-9", 100_00, TODAY, face=100_00, payer=JOAO))
    settle_titles(office.settling(), TENANT, "cobranca.ret", paid_titles(read_retorno([paid])))
    assert wait(office) == ["M-1"]


def test_a_payment_long_before_the_title_holds_nothing() -> None:
    office = book(row("M-1", our_number="12345678"))
    returns(office, Entry("12345678", 100_00, days_ago(200), face=100_00))
    assert wait(office) == []


# -- a statement's credit ---------------------------------------------------------------------------------------------


def uploads(office: Office, *movements: str) -> StatementResult:
    said = read_statement([ofx(*movements)])
    return StatementSettling(office.settling(), KEY).take(TENANT, "extrato.ofx", said)


def test_two_titles_of_the_payer_with_that_amount_wait() -> None:
    office = book(row("T1", name="Maria Souza"), row("T2", name="Maria Souza"), row("T3", JOAO, name="João Ávila"))
    uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA")
    assert wait(office, MARIA, JOAO) == ["T1", "T2"]
    office.settling().assign(in_doubt(office), "T2")
    assert wait(office) == []


def test_what_the_payer_owes_waits_where_another_amount_came() -> None:
    office = book(row("T1", name="Maria Souza"), row("T3", JOAO, name="João Ávila"))
    uploads(office, "02/03 90,00 PIX RECEBIDO MARIA SOUZA")
    assert wait(office, MARIA, JOAO) == ["T1"]
    worklist.close(office.store, TENANT, worklist.id_of(next(iter(worklist.open_work(office.store, TENANT)))), "outro")
    assert wait(office) == []


def test_a_stranger_who_pays_exactly_what_one_owes_holds_that_title() -> None:
    office = book(row("T1", cents=102_37, name="Maria Souza"), row("T3", JOAO, name="João Ávila"))
    uploads(office, "02/03 102,37 PIX RECEBIDO JOSE DA SILVA")
    assert wait(office, MARIA, JOAO) == ["T1"]


def test_a_fee_that_many_owe_holds_nobody() -> None:
    people = ["52998224725", "11144477735", "93541134780", "39053344705", "12345678909", "98765432100"]
    office = book(*(row(f"T{n}", who, name=f"Aluno {n}") for n, who in enumerate(people)))
    uploads(office, "02/03 100,00 PIX RECEBIDO JOSE DA SILVA")
    assert wait(office, *people) == []


def test_the_same_money_told_by_its_gateway_ends_the_wait_of_the_statement() -> None:
    office = book(row("T1", name="Maria Souza"), row("T2", name="Maria Souza"))
    uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA")
    office.pays("T1", 100_00)
    assert wait(office) == ["T2"]
    StatementSettling(office.settling(), KEY).again(TENANT)
    assert (wait(office), list(office.store.inbox(TENANT, InboxStatus.UNMATCHED))) == ([], [])


def test_money_that_went_back_to_who_sent_it_holds_nobody() -> None:
    office = book(row("T1", name="Maria Souza"), row("T2", name="Maria Souza"))
    uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA")
    uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA", "02/03 -100,00 PIX DEVOLVIDO MARIA SOUZA")
    assert wait(office) == []
