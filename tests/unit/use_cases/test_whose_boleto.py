"""Whose boleto a bank's record pays: a number that is compared part by part, and a second proof."""

import random
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.bank_files import Entry, cnab_240, cnab_400, itau_400
from tests.office import JOAO, MARIA, TENANT, TODAY, Office, days_ago, debtor, row
from tests.unit.domain.test_our_number import a_number, barcode, spellings

from regua.domain.codes.boleto import line_from_barcode
from regua.domain.codes.our_number import ANATOMIES, OurNumber, anatomy, check_digits
from regua.domain.intake.row import Row
from regua.domain.model import ReceivableStatus
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind
from regua.files.retorno import read_retorno
from regua.ports import InboxStatus
from regua.use_cases.importing.bank_return import paid_titles
from regua.use_cases.paying.bank_file import BankFileResult, Does, settle_titles
from regua.use_cases.paying.owner import names_of, owner

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "files"
COMPANY = "11222333000181"


def settles(office: Office, file: bytes) -> BankFileResult:
    return settle_titles(office.settling(), TENANT, "retorno.ret", paid_titles(read_retorno([file])))


def case(name: str) -> bytes:
    path = CASES / name
    if not path.exists():
        pytest.skip("the cases from the field are not beside this checkout")
    return path.read_bytes()


def book(*titles: Row) -> Office:
    office = Office()
    office.imports(list(titles))
    return office


def paid(office: Office) -> list[str]:
    """Ids of everything that any money has come for."""
    people = [office.store.load(TENANT, debtor(person)) for person in (MARIA, JOAO, COMPANY)]
    return sorted(f.receivable for file in people if file for f in file.facts)


# -- cases from the field -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cents", "settled"), [(250_00, ["T26"]), (300_00, [])])
def test_btg_number_26_with_digit_8_is_never_number_268(cents: int, settled: list[str]) -> None:
    office = book(row("T26", MARIA, our_number="26", cents=cents), row("T268", JOAO, our_number="268", cents=250_00))
    done = settles(office, case("btg240_nosso_26-8.ret"))
    assert paid(office) == settled
    assert len(done.doubtful) == 1 - len(settled)


@pytest.mark.parametrize("first", [True, False])
def test_btg_number_26_with_its_digit_stands_beside_268_of_the_same_amount_and_day(first: bool) -> None:
    lines = [row("T26", MARIA, our_number="26-8", cents=250_00), row("T268", JOAO, our_number="268", cents=250_00)]
    office = book(*(lines if first else lines[::-1]))
    assert office.status("T26") is office.status("T268", JOAO) is ReceivableStatus.OPEN
    settles(office, case("btg240_nosso_26-8.ret"))
    assert "T268" not in paid(office)


def test_btg_number_26_alone_in_the_book_is_not_268s_money() -> None:
    office = book(row("T268", JOAO, our_number="268", cents=250_00))
    done = settles(office, case("btg240_nosso_26-8.ret"))
    assert paid(office) == []
    assert "pode ser este ou outro com dígito" in done.doubtful[0]["motivo"]
    same = Entry("000000000268", 250_00, TODAY, face=250_00, due=days_ago(4))
    assert settles(office, cnab_240("208", same)).applied == 0
    assert settles(office, cnab_240("208", Entry("000000000268", 250_00, days_ago(1), payer=JOAO))).applied == 1
    assert done.doubtful[0]["documento"] == "196/1-1"


def test_santander_137_with_digit_6_pays_the_title_the_document_names() -> None:
    office = book(row("T1", MARIA, our_number="137"), row("T2", JOAO, our_number="1376"))
    settles(office, case("santander240_137-6.ret"))
    assert paid(office) == ["T1"]
    assert office.status("T1") is ReceivableStatus.PAID


@pytest.mark.parametrize("written", ["83", "8-3", "0000000083"])
def test_sicoobs_number_parcel_modality_and_form_are_told_apart(written: str) -> None:
    office = book(row("T1", MARIA, our_number=written), row("T2", JOAO, our_number="83010"))
    settles(office, case("sicoob240_nosso_composto.ret"))
    assert paid(office) == ["T1"]


def test_caixas_printed_form_is_known_without_the_digit() -> None:
    office = book(row("T1", MARIA, our_number="14/000000000001234-5"), row("T2", JOAO, our_number="1400000000000123"))
    settles(office, case("caixa240_sem_dv.ret"))
    assert paid(office) == ["T1"]


# -- other banks --------------------------------------------------------------------------------------------------

FIELDS = [
    ("237", "009" + "00000" + "00000000123" + "P", "09/00000000123-P"),
    ("237", "009" + "00000" + "00000000123" + "P", "123"),
    ("237", "009" + "00000" + "00000000123" + "P", "123-P"),
    ("341", "109" + "12345678" + "9", "109/12345678-9"),
    ("341", "109" + "12345678" + "9", "12345678"),
    ("341", "109" + "00000678" + "9", "678-9"),
    ("001", "14499570000020673", "14499570000020673"),
    ("001", "14499570000020673", "20673"),
    ("001", "12341234567-1", "12341234567-1"),
    ("001", "12341234567-1", "1234567"),
    ("001", "12345612345-X", "12345612345X"),
    ("001", "12345612345-X", "123456/12345-X"),
    ("001", "14499570000020673", "17/14499570000020673"),
    ("041", "0000927422", "00009274-22"),
    ("041", "00000000000000927422", "9274"),
    ("041", "0000927422", "9274.22"),
    ("748", "172000595", "17/200059-5"),
    ("748", "172000595", "172000595"),
    ("756", "000000008301014", "8-3"),
    ("104", "140000000000012345", "14/000000000001234-5"),
    ("104", "240000000111369979", "24000000011136997"),
    ("104", "14000000000001234 ", "1234"),
    ("033", "0000000001376", "137-6"),
    ("033", "0000000001376", "0000000001376"),
    ("033", "0000031475787", "3147578"),
    ("208", "00000000000000000268", "26-8"),
    ("208", "00000000000000063804", "001/6380-4"),
    ("208", "00000000000000000268", "000000000268"),
    ("085", "02206658000000254", "254"),
    ("085", "02206658000000254", "02206658000000254"),
    ("136", "0" * 9 + "00000001234", "123-4"),
    ("077", "00123456789", "00019/112/0012345678-9"),
    ("133", "000000001234", "123-4"),
    ("133", "000000001234", "09/00000000123-4"),
    ("655", "123456789", "123456789"),
]


GLUED = {"172000595", "0000000001376", "000000000268", "12345612345X"}
"""As wide as number and digit together."""


@pytest.mark.parametrize(("bank", "field", "written"), FIELDS)
def test_every_banks_field_finds_the_sheets_number_and_not_its_neighbours(bank: str, field: str, written: str) -> None:
    number = max(re.findall("[0-9]+", written), key=len)
    near = {written.replace(number, one) for one in (f"{number}1", f"1{number}", f"{number}0")}
    if written not in GLUED:  # without its last letter that is the same number, without its digit
        near.add(written.replace(number, number[:-1]))
    others = [row(f"N{n}", JOAO, our_number=one) for n, one in enumerate(sorted(near))]
    office = book(row("T1", MARIA, our_number=written), *others)
    settles(office, cnab_240(bank, Entry(field, 100_00, TODAY)))
    assert paid(office) == ["T1"]


FIELDS_400 = [
    ("341", {83: "109", 86: "12345678", 94: "9"}, "109/12345678-9"),
    ("237", {22: "009", 71: "00000000123", 82: "P"}, "09/00000000123-P"),
    ("237", {71: "00000000123", 82: "P"}, "123-P"),
    ("033", {63: "0000137", 70: "6"}, "137"),
    ("033", {63: "0000137", 70: "6"}, "137-6"),
    ("104", {57: "14", 59: "000000000001234"}, "14/000000000001234-5"),
    ("104", {57: "14000000000001234"}, "1234"),
    ("041", {63: "0000927422"}, "00009274-22"),
    ("748", {48: "172000595"}, "17/200059-5"),
    ("748", {48: "000000172000595"}, "172000595"),
    ("077", {71: "00123456789"}, "00019/112/0012345678-9"),
    ("133", {22: "009", 71: "00000000123", 82: "4"}, "09000000001234"),
    ("336", {63: "000000012345", 107: "10"}, "1234-5"),
    ("336", {63: "000000012345", 107: "10"}, "10/0000001234-5"),
    ("336", {63: "000000012345", 107: "10"}, "0000001234"),
    ("001", {64: "14499570000020673"}, "20673"),
    ("001", {1: "1", 63: "12341234567", 74: "1"}, "12341234567-1"),
    ("001", {1: "1", 32: "001234", 63: "12341234567", 74: "8"}, "1234567"),
    ("001", {1: "1", 32: "123456", 63: "12345612345", 74: "X"}, "123456/12345-X"),
    ("001", {1: "1", 32: "123456", 63: "12345612345", 74: "X"}, "12345"),
]


@pytest.mark.parametrize(("bank", "columns", "written"), FIELDS_400)
def test_the_400_layouts_columns_find_it_too(bank: str, columns: dict[int, str], written: str) -> None:
    number = max(re.findall("[0-9]+", written), key=len)
    near = sorted({written.replace(number, one) for one in (f"{number}1", f"1{number}")})
    office = book(
        row("T1", MARIA, our_number=written), *(row(f"N{n}", JOAO, our_number=one) for n, one in enumerate(near))
    )
    settles(office, cnab_400(bank, columns, 100_00, TODAY))
    assert paid(office) == ["T1"]


def test_a_title_known_only_by_its_linha_digitavel_is_found() -> None:
    line = line_from_barcode(barcode("341", "109" + "12345678" + "9" + "0" * 13))
    office = book(row("T1", MARIA, digitable_line=line), row("T2", JOAO, our_number="123456"))
    assert settles(office, itau_400(Entry("12345678-9", 100_00, TODAY))).applied == 1
    assert paid(office) == ["T1"]


def test_a_line_of_another_bank_is_another_boleto() -> None:
    line = line_from_barcode(barcode("237", "0000" + "09" + "00012345678" + "0" * 8))
    office = book(row("T1", MARIA, our_number="12345678", digitable_line=line))
    settles(office, itau_400(Entry("12345678-9", 100_00, TODAY)))
    assert paid(office) == []


# -- the second proof ---------------------------------------------------------------------------------------------


def one_number(**said: object) -> BankFileResult:
    office = book(row("T1", MARIA, our_number="12345678", cents=100_00, due=days_ago(5)))
    entry: dict[str, object] = {"document": "", "face": 0, "due": None, "payer": "", **said}
    return settles(office, cnab_240("341", Entry("10912345678-9", int(str(entry.pop("cents", 60_00))), TODAY, **entry)))  # type: ignore[arg-type]  # one entry's fields by name


@pytest.mark.parametrize(
    "said",
    [
        {"document": "T1"},
        {"face": 100_00},
        {"due": days_ago(5)},
        {"payer": MARIA},
        {"cents": 100_00},
        {"cents": 100_00, "document": "NF555"},
        {"document": "00000000000"},
        {"document": "T1", "due": days_ago(9)},
        {"face": 100_00, "due": days_ago(9)},
        {"document": "T1", "payer": JOAO},
        {},
    ],
)
def test_a_number_and_what_agrees_with_it_is_money(said: dict[str, object]) -> None:
    assert one_number(**said).applied == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"face": 250_00}, "o valor do boleto é outro"),
        ({"due": days_ago(9)}, "o vencimento é outro"),
        ({"payer": JOAO}, "pagador é outro"),
        ({"payer": JOAO, "cents": 100_00}, "pagador é outro"),
        ({"document": "NF555"}, "não confirmam"),
        ({"face": 250_00, "due": days_ago(5)}, "o valor do boleto é outro"),
    ],
)
def test_a_number_that_something_else_disagrees_with_is_work(said: dict[str, object], why: str) -> None:
    done = one_number(**said)
    assert (done.applied, len(done.unmatched)) == (0, 1)
    assert why in done.doubtful[0]["motivo"]
    assert "T1" in done.doubtful[0]["motivo"]


@pytest.mark.parametrize("same_person", [True, False])
def test_a_number_of_one_title_and_the_document_of_another_is_work_and_no_money(same_person: bool) -> None:
    other = MARIA if same_person else JOAO
    office = book(row("T1", MARIA, our_number="12345678"), row("T2", other, our_number="87654321"))
    done = settles(office, itau_400(Entry("12345678-9", 100_00, TODAY, document="T2")))
    assert paid(office) == []
    assert [w.note for w in office.store.inbox(TENANT, InboxStatus.UNMATCHED)] == [done.doubtful[0]["motivo"]]


def test_a_document_alone_is_believed_with_the_amount_and_not_with_another() -> None:
    office = book(row("T1", MARIA, cents=100_00), row("T2", JOAO, cents=100_00))
    settles(office, itau_400(Entry("12345678-9", 100_00, TODAY, document="T1")))
    settles(office, itau_400(Entry("12345679-9", 300_00, TODAY, document="T2", face=300_00)))
    assert paid(office) == ["T1"]


def test_a_reissued_boleto_has_another_number_and_is_shown_to_a_person() -> None:
    office = book(row("T1", MARIA, our_number="12345678"))
    done = settles(office, itau_400(Entry("55555555-9", 100_00, TODAY, document="T1")))
    assert paid(office) == []
    assert "o nosso número é outro" in done.doubtful[0]["motivo"]


def test_invoice_and_instalment_are_a_document_number() -> None:
    first = row("D1", MARIA, our_number="12345678", invoice_number="196", installment=1, cents=80_00)
    second = row("D2", MARIA, our_number="12345678", invoice_number="196", installment=2, cents=80_00)
    office = book(first, second)
    settles(office, itau_400(Entry("12345678-9", 80_00, TODAY, document="196/2")))
    assert paid(office) == ["D2"]


def test_money_of_another_year_was_for_another_boleto_of_that_number() -> None:
    office = book(row("T1", MARIA, our_number="12345678", due=days_ago(-25)))
    old = Entry("12345678-9", 100_00, days_ago(340), face=100_00, due=days_ago(340))
    assert "muito anterior ao título" in settles(office, itau_400(old)).doubtful[0]["motivo"]
    assert paid(office) == []
    settles(office, itau_400(replace(old, document="T1", on=days_ago(341))))
    assert paid(office) == ["T1"]


@pytest.mark.parametrize("document", ["1001/3", "1001-03", "001001/03", "1001 3", "1001.003"])
def test_a_number_and_its_parcel_are_a_document_number_however_the_bank_was_told(document: str) -> None:
    office = book(*(row(f"1001/{n}", MARIA, due=days_ago(4 - 30 * n)) for n in (1, 2, 3)))
    settles(office, itau_400(Entry("55555555-1", 100_00, TODAY, document=document, face=100_00, due=days_ago(-86))))
    assert paid(office) == ["1001/3"]


def test_two_titles_of_one_number_and_nothing_else_to_tell_them_apart_are_work() -> None:
    office = book(row("D1", MARIA, our_number="12345678"), row("D2", MARIA, our_number="12345678"))
    done = settles(office, itau_400(Entry("12345678-9", 100_00, TODAY)))
    assert paid(office) == []
    assert done.doubtful[0]["motivo"] == "serve ao título D1 e ao título D2: confira de quem é"


def test_a_parcel_of_the_number_is_the_instalment_of_the_title() -> None:
    first = row("83/1", MARIA, our_number="83", installment=1, installments=2)
    office = book(first, row("83/2", MARIA, our_number="83", installment=2, installments=2))
    settles(office, cnab_240("756", Entry("000000008302014", 100_00, TODAY, document="NF9")))
    assert paid(office) == ["83/2"]


def test_a_nosso_numero_that_is_all_a_title_is_called_is_no_document_of_it() -> None:
    office = book(row("268", JOAO, our_number="268"))
    settles(office, cnab_240("208", Entry("000000000268", 100_00, TODAY, document="268")))
    assert paid(office) == []
    office = book(row("26", MARIA, our_number="26"), row("196", JOAO, our_number="196"))
    settles(office, cnab_240("208", Entry("000000000268", 100_00, TODAY, document="196")))
    assert paid(office) == ["26"]


@pytest.mark.parametrize("one_file", [True, False])
def test_two_banks_may_give_the_same_number_and_neither_title_takes_the_others_place(one_file: bool) -> None:
    itau = row("T1", MARIA, our_number="12345678", cents=100_00)
    bradesco = row("T2", JOAO, our_number="12345678", cents=250_00, due=days_ago(9))
    office = book(itau, bradesco) if one_file else book(itau)
    if not one_file:
        office.imports([bradesco])
    assert office.status("T1", MARIA) is office.status("T2", JOAO) is ReceivableStatus.OPEN
    settles(office, cnab_240("237", Entry("00900000000123456785", 250_00, TODAY, face=250_00, due=days_ago(9))))
    assert paid(office) == ["T2"]
    settles(office, itau_400(Entry("12345678-9", 100_00, TODAY)))
    assert paid(office) == ["T1", "T2"]


def test_the_sheets_wallet_tells_two_titles_of_one_number_apart() -> None:
    office = book(row("T1", MARIA, our_number="14/000000000001234-9"), row("T2", JOAO, our_number="1234-9"))
    settles(office, cnab_240("104", Entry("14000000000001234", 100_00, TODAY)))
    assert paid(office) == ["T1"]


def test_a_number_that_could_be_another_one_with_its_digit_needs_amount_and_due_date() -> None:
    number = f"26{check_digits(OurNumber('033', '26'))}"
    office = book(row("T1", MARIA, our_number=number))
    field = f"{number:0>12}{check_digits(OurNumber('033', number))}"
    assert settles(office, cnab_240("033", Entry(field, 100_00, TODAY))).applied == 0
    proven = Entry(field, 100_00, days_ago(1), face=100_00, due=days_ago(4))
    assert settles(office, cnab_240("033", proven)).applied == 1
    glued = book(row("T1", MARIA, our_number=number), row("T2", JOAO, our_number=field.lstrip("0")))
    both = Entry(field, 100_00, TODAY, face=100_00, due=days_ago(4))
    assert settles(glued, cnab_240("033", both)).applied == 0


@pytest.mark.parametrize(("bank", "field"), [("756", "0000000023"), ("077", "00000000023")])
def test_number_2_with_its_digit_3_is_not_23s_money_where_a_title_has_just_that_number(bank: str, field: str) -> None:
    """Sicoob's and Inter's digit belongs to the number, and some sheets have it without: then 23 is another boleto."""
    office = book(row("T2", MARIA, our_number="2"), row("T23", JOAO, our_number="23"))
    entry = Entry(field, 100_00, days_ago(1), face=100_00, due=days_ago(4))
    assert settles(office, cnab_240(bank, entry)).applied == 0
    assert settles(office, cnab_240(bank, replace(entry, document="T2", on=TODAY))).applied == 1
    assert paid(office) == ["T2"]


def test_a_document_number_that_its_field_may_have_cut_is_no_proof_of_its_own() -> None:
    office = book(row("2026-02/11", MARIA), row("2026-02/114", JOAO))
    done = settles(office, itau_400(Entry("12345678-9", 100_00, TODAY, document="2026-02/11", face=100_00)))
    assert paid(office) == []
    assert done.doubtful[0]["documento"] == "2026-02/11"
    office = book(row("2026-02/11", MARIA), row("2026-02/114", JOAO, our_number="12345678"))
    settles(office, itau_400(Entry("12345678-9", 60_00, TODAY, document="2026-02/11")))
    assert paid(office) == ["2026-02/114"]


def test_a_branch_of_the_same_company_is_the_same_payer() -> None:
    office = book(row("T1", COMPANY, our_number="12345678"))
    entry = Entry("10912345678-9", 60_00, TODAY, payer="11222333000262", document="X9")
    assert settles(office, cnab_240("341", entry)).applied == 1


def test_doubtful_money_is_settled_once_the_title_the_document_names_is_there() -> None:
    office = book(row("T268", JOAO, our_number="268", cents=250_00))
    settles(office, cnab_240("208", Entry("000000000268", 250_00, days_ago(1), document="T26")))
    assert paid(office) == []
    office.imports([row("T26", MARIA, our_number="26", cents=250_00)])
    office.clock.advance(timedelta(days=1))
    office.scans()
    assert paid(office) == ["T26"]


def test_a_gateways_number_and_its_reference_that_name_two_titles_are_work() -> None:
    office = book(row("T1", MARIA, our_number="12345678"), row("T2", JOAO))
    event = PaymentEvent(
        "asaas",
        "evt1",
        PaymentEventKind.CREDIT,
        Reference(ReferenceKind.OUR_NUMBER, "1234567-8"),
        100_00,
        alternatives=(Reference(ReferenceKind.EXTERNAL, "T2"),),
    )
    rules = office.rulebook.rules(TENANT, office.clock.now())
    found = owner(office.store, TENANT, event, rules)
    assert (found.ref, found.note) == (None, "o nosso número é do título T1, a referência do título T2: confira")
    assert [name.value for name in names_of(event)] == ["1234567-8", "T2"]


# -- a record for one never settles the other ---------------------------------------------------------------------


def as_bank(our: OurNumber) -> str:
    """The number as its bank fills it in segment T."""
    form = anatomy(our.bank)
    number = our.number.zfill(form.number)
    if our.bank == "001":
        return our.agreement + our.number.zfill({4: 7, 6: 5}.get(len(our.agreement), 10)) + our.check
    if our.bank == "237":
        return our.wallet.zfill(3) + "00000" + number + our.check
    if our.bank == "341":
        return our.wallet.zfill(3) + number + our.check
    if our.bank == "756":
        return number.zfill(9) + our.check + (our.parcel or "1").zfill(2) + "014"
    if our.bank == "085":
        return our.agreement.zfill(8) + number
    if our.bank in ("104", "748"):
        return our.wallet + number + our.check
    return (number + our.check).zfill(20 if our.bank in ("208", "136") else 0)


@pytest.mark.parametrize("bank", [*(b for b in ANATOMIES if b not in ("004", "336", "422")), "999"])
def test_of_random_pairs_a_record_for_one_never_settles_the_other(bank: str) -> None:
    """Same amount, same day, no document: as in a school. Whatever way the sheet writes its numbers."""
    r = random.Random(f"pairs {bank}")
    settled = 0
    for _ in range(40):
        one = a_number(bank, r)
        other = a_number(bank, r, one.number)
        if one.number == other.number or (one.agreement, one.wallet) != (other.agreement, other.wallet):
            continue
        style = r.randrange(8)
        mine, theirs = (spellings(each)[style % len(spellings(each))] for each in (one, other))
        if mine == theirs:
            continue
        both = [row("T1", MARIA, our_number=mine), row("T2", JOAO, our_number=theirs)]
        office = book(*(both if r.random() < 0.6 else both[1:]))
        said = r.choice(({}, {"face": 100_00}, {"face": 100_00, "due": days_ago(4)}))
        settles(office, cnab_240(bank, Entry(as_bank(one), 100_00, TODAY, **said)))  # type: ignore[arg-type]  # by name
        assert "T2" not in paid(office), (one, other, mine, theirs)
        settled += paid(office) == ["T1"]
    assert settled > 2, "the right one is found"


# -- titles that share one boleto --------------------------------------------------------------------------------------


def shared(*titles: tuple[str, int]) -> Office:
    return book(*(row(name, MARIA, our_number="7001", cents=cents, due=TODAY) for name, cents in titles))


THREE = (("F1", 500_00), ("A1", 100_00), ("R1", 50_00))


def sum_of_three(**more: Any) -> Entry:
    return replace(Entry("7001", 650_00, TODAY, face=650_00, due=TODAY), **more)


@pytest.mark.parametrize("more", [{}, {"document": "F1"}, {"document": "ANY"}, {"payer": MARIA}])
def test_a_boleto_that_several_titles_share_pays_all_of_them_with_their_sum(more: dict[str, str]) -> None:
    office = shared(*THREE)
    file = cnab_240("208", sum_of_three(**more))
    assert settles(office, file).applied == 1
    titles = {r.id: r for r in office.file(MARIA).receivables}
    assert [(titles[name].status, titles[name].paid_principal_cents) for name, _ in THREE] == [
        (ReceivableStatus.PAID, cents) for _, cents in THREE
    ]
    assert not any(r.overpaid_cents for r in titles.values())
    assert settles(office, file).known == 1
    assert len(office.file(MARIA).facts) == 1


@pytest.mark.parametrize(
    "entry",
    [
        sum_of_three(cents=600_00),
        sum_of_three(cents=651_00),
        sum_of_three(payer=JOAO),
        sum_of_three(cents=640_00, discount=10_00),
    ],
)
def test_another_amount_than_their_sum_is_work_that_names_them(entry: Entry) -> None:
    office = shared(*THREE)
    done = settles(office, cnab_240("208", entry))
    assert (done.applied, office.file(MARIA).facts) == (0, ())
    if not entry.payer:
        assert "dos títulos" in done.doubtful[0]["motivo"]


def test_the_amount_of_one_of_them_is_that_ones() -> None:
    office = shared(*THREE)
    assert settles(office, cnab_240("208", Entry("7001", 100_00, TODAY, face=100_00, due=TODAY))).applied == 1
    assert paid(office) == ["A1"]
    again = cnab_240("208", sum_of_three(cents=550_00, face=550_00))
    assert settles(office, again).applied == 1
    assert all(r.status is ReceivableStatus.PAID for r in office.file(MARIA).receivables)


def test_the_sum_paid_once_more_is_work() -> None:
    office = shared(*THREE)
    settles(office, cnab_240("208", sum_of_three()))
    done = settles(office, cnab_240("208", sum_of_three(on=TODAY + timedelta(days=1))))
    assert done.applied == 0
    assert len(office.file(MARIA).facts) == 1


def test_titles_that_share_a_boleto_and_come_after_its_money_are_paid() -> None:
    office = Office()
    assert settles(office, cnab_240("208", sum_of_three())).applied == 0
    office.imports([row(name, MARIA, our_number="7001", cents=cents, due=TODAY) for name, cents in THREE])
    office.settling().match(TENANT)
    assert all(r.status is ReceivableStatus.PAID for r in office.file(MARIA).receivables)


def test_two_people_never_share_a_boleto() -> None:
    office = book(
        row("T1", MARIA, our_number="7001", cents=500_00, due=TODAY),
        row("T2", JOAO, our_number="7001", cents=150_00, due=TODAY),
    )
    assert settles(office, cnab_240("208", sum_of_three())).applied == 0
    assert paid(office) == []


def test_a_shared_boletos_payment_that_is_taken_back_reopens_all_of_them() -> None:
    office = book(*(row(name, MARIA, our_number="7001", cents=cents, due=TODAY) for name, cents in THREE))
    file = cnab_240("237", sum_of_three())
    assert settles(office, file).applied == 1
    back = [replace(t, does=Does.TAKES_BACK) for t in paid_titles(read_retorno([file]))]
    assert settle_titles(office.settling(), TENANT, "outro.ret", back).reversed == 1
    assert all(r.is_open and not r.paid_principal_cents for r in office.file(MARIA).receivables)


@pytest.mark.parametrize("document", ["5000", "5000/2"])
def test_a_bill_that_its_sheet_tells_apart_by_the_day_is_found_by_document_and_day(document: str) -> None:
    days = [TODAY, TODAY + timedelta(days=31)]
    office = book(*(row(f"5000 ({day:%d-%m-%Y})", MARIA, due=day) for day in days))
    paid_one = Entry("999", 100_00, TODAY, document=document, face=100_00)
    done = settles(office, cnab_240("208", paid_one))
    assert (done.applied, paid(office)) == (0, [])
    assert "serve ao título 5000" in done.doubtful[0]["motivo"]
    assert settles(office, cnab_240("208", replace(paid_one, due=days[1], on=days[1]))).applied == 1
    assert paid(office) == [f"5000 ({days[1]:%d-%m-%Y})"]
