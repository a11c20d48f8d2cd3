"""A document number that bank, gateway and sheet write each in another way: one title, where another proof says so."""

import pytest
from tests.bank_files import Entry, cnab_240, cnab_400, itau_400
from tests.office import JOAO, MARIA, TENANT, TODAY, Office, days_ago, debtor, row
from tests.unit.use_cases.test_whose_boleto import book, paid, settles

from regua.domain.intake.written import may_be_one, names, written
from regua.domain.model import ReceivableStatus
from regua.domain.work import NotForAPersonError
from regua.ports import InboxStatus
from regua.use_cases.paying.bank_file import Does, Title, settle_titles
from regua.use_cases.paying.owner import NOBODY
from regua.use_cases.paying.settle_job import SettleJob
from regua.use_cases.paying.written_otherwise import OpenTitles

SHEET = ["123", "123/1", "NF 123", "000123/01", "123-1", "0123", "NF-e 123", "FAT 123", "nf123/1", "123 / 01"]
LONG = ["2026/000012345-01", "202600001234501", "FAT-2026-000123456/02", "NF 000.012.345/001"]
BANK = ["000123", "123/01", "NF-123", "123/1", "123 001", "NF123", "0000000123", "123-01", "NFe 123"]


def entry(document: str, cents: int = 100_00, **more: object) -> Entry:
    return Entry("00000777", cents, TODAY, document, **{"face": 100_00, "due": days_ago(4), **more})  # type: ignore[arg-type]  # its own fields


def waiting(office: Office) -> list[str]:
    return [stored.note for stored in office.store.inbox(TENANT, InboxStatus.UNMATCHED)]


@pytest.mark.parametrize("document", BANK)
@pytest.mark.parametrize("title", SHEET)
def test_a_document_written_otherwise_finds_the_title_with_its_amount_and_day(title: str, document: str) -> None:
    office = book(row(title, MARIA, due=days_ago(4)), row("777", JOAO))
    if title.startswith("FAT") and document.upper().startswith("NF"):  # an invoice is no bill
        assert settles(office, itau_400(entry(document))).applied == 0
        return
    done = settles(office, itau_400(entry(document)))
    assert (done.applied, done.unmatched, paid(office)) == (1, [], [title])


@pytest.mark.parametrize("document", ["1001A", "1001/A", "001001 A", "1001-1", "1001/01", "NF 1001-A", "1001"])
@pytest.mark.parametrize("title", ["1001/A", "1001-A", "1001A", "NF 1001 A"])
def test_a_parcel_that_is_a_letter_is_a_parcel(title: str, document: str) -> None:
    office = book(row(title, MARIA, due=days_ago(4)), row("777", JOAO))
    done = settles(office, itau_400(entry(document)))
    assert (done.applied, done.unmatched, paid(office)) == (1, [], [title])


def test_of_two_letters_the_bank_means_the_one_it_names() -> None:
    office = book(row("1001/A", MARIA, due=days_ago(4)), row("1001/B", MARIA, due=days_ago(4)))
    settles(office, itau_400(entry("1001B")))
    assert paid(office) == ["1001/B"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"face": 90_00, "cents": 90_00}, "o valor do boleto é outro"),
        ({"due": days_ago(40)}, "o vencimento é outro"),
        ({"payer": JOAO}, "o CPF ou CNPJ do pagador é outro"),
        ({"face": 0, "due": None, "cents": 50_00}, "não confirmam"),
    ],
)
def test_a_form_that_nothing_confirms_is_work_with_the_proposal(more: dict[str, object], why: str) -> None:
    office = book(row("NF 123", MARIA, due=days_ago(4)))
    done = settles(office, cnab_240("237", entry("000123", **more)))  # type: ignore[arg-type]  # the caller's
    assert paid(office) == []
    assert "pode ser do título NF 123" in done.doubtful[0]["motivo"]
    assert why in done.doubtful[0]["motivo"]


def test_two_titles_of_a_form_that_the_bank_cannot_tell_apart_are_work() -> None:
    office = book(row("123/1", MARIA, due=days_ago(4)), row("NF 123", JOAO, due=days_ago(4)))
    done = settles(office, itau_400(entry("000123")))
    assert paid(office) == []
    assert done.doubtful[0]["motivo"] == "serve ao título 123/1 e ao título NF 123: confira de quem é"


def test_the_due_date_tells_parcels_of_one_amount_apart() -> None:
    office = book(*(row(f"123/{n}", MARIA, due=days_ago(64 - 30 * n)) for n in (1, 2, 3)))
    settles(office, itau_400(entry("123", due=days_ago(4))))
    assert paid(office) == ["123/2"]


def test_a_parcel_that_is_paid_may_be_paid_twice() -> None:
    office = book(row("123/1", MARIA, due=days_ago(34)), row("123/2", MARIA, due=days_ago(4)))
    settles(office, itau_400(Entry("00000001", 100_00, days_ago(1), "123/1", face=100_00, due=days_ago(34))))
    settles(office, itau_400(entry("123", face=0, due=None)))
    assert paid(office) == ["123/1"]
    assert any("123/1" in note and "123/2" in note for note in waiting(office))


def test_what_the_bank_takes_back_is_of_the_title_that_was_found_by_its_form() -> None:
    office = book(row("NF 123", MARIA, due=days_ago(4)))

    def told(code: str, ago: int) -> bytes:
        return cnab_400("237", {71: "00000000777P", 109: code, 117: "000123".ljust(10)}, 100_00, days_ago(ago))

    assert settles(office, told("06", 2)).applied == 1
    assert settles(office, told("22", 1)).reversed == 1
    assert office.status("NF 123") is ReceivableStatus.OPEN


@pytest.mark.parametrize("by", ["import", "sweep"])
@pytest.mark.parametrize(("document", "title"), [("000123", "NF 123"), ("2026/00001", LONG[0]), ("A8F3C21B90", "T9")])
def test_money_that_waits_finds_the_title_an_import_brings(document: str, title: str, by: str) -> None:
    office = book(row("X1", JOAO))
    settles(office, cnab_240("237", entry(document, payer=MARIA)))
    assert waiting(office) == [NOBODY]
    office.imports([row(title, MARIA, due=days_ago(4))])
    if by == "sweep":
        office.sweeps()
    else:
        assert office.settling().match(TENANT, [debtor(MARIA)]) == 1
    assert paid(office) == [title]


def test_an_import_looks_at_its_own_debtors_before_it_reads_all_that_is_open() -> None:
    office = book(row("X1", JOAO), row("NF 77", "11222333000181", due=days_ago(4)))
    for n in range(500):
        office.pays(f"PED {n}/900", 70_00)
    settles(office, itau_400(entry("000123")))
    read: list[str] = []
    whole = office.store.tenant_open
    office.store.tenant_open = lambda tenant: (read.append(tenant), whole(tenant))[1]  # type: ignore[method-assign,func-returns-value] - counted
    office.imports([row("T5", JOAO)])
    read.clear()
    assert office.settling().match(TENANT, [debtor(JOAO)]) == 0
    assert read == [], "no stranger's money may be for a title of that debtor's"
    office.imports([row("NF 123", MARIA, due=days_ago(4))])
    read.clear()
    assert office.settling().match(TENANT, [debtor(MARIA)]) == 1
    assert read == [TENANT]
    assert paid(office) == ["NF 123"]


def test_a_book_too_large_for_a_notification_is_left_to_the_sweep() -> None:
    office = book(row("T1", MARIA), row("T2", JOAO))
    assert OpenTitles.of(office.store, TENANT, most=1) is None
    assert OpenTitles.of(office.store, TENANT, most=2) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NF 123", "PED 123"),
        ("123", "1234"),
        ("T1", "T2"),
        ("A-1", "B-1"),
        ("0", "00"),
        ("NF", "NF"),
        ("DUP 7", "NF 7"),
    ],
)
def test_forms_that_are_no_one_number(one: str, other: str) -> None:
    title = book(row(other, MARIA)).file(MARIA).receivables[0]
    assert not any(may_be_one(written(one), name) for name in names(title))


@pytest.mark.parametrize(
    ("title", "why"), [("T9", "não há título T9"), ("NF 123", "")], ids=["a title nobody has", "the title it is for"]
)
def test_a_person_says_whose_money_is(title: str, why: str) -> None:
    office = book(row("NF 123", MARIA, due=days_ago(4)))
    settles(office, itau_400(entry("nobodys", 70_00, face=0, due=None)))
    [stored] = office.store.inbox(TENANT, InboxStatus.UNMATCHED)
    if why:
        with pytest.raises(NotForAPersonError, match=why):
            office.settling().assign(stored, title)
        return
    office.settling().do(SettleJob.read(SettleJob(TENANT, stored.gateway, stored.event_id, title=title).payload()))
    assert paid(office) == ["NF 123"]
    with pytest.raises(NotForAPersonError, match="já foi baixado"):
        office.settling().assign(office.store.get_inbox(TENANT, stored.gateway, stored.event_id) or stored, title)


def test_what_is_no_payment_of_one_title_is_given_to_none() -> None:
    office = book(row("T1", MARIA))
    told = Title("104", "9", "", "99", 70_00, TODAY, does=Does.MAY_PAY)
    settle_titles(office.settling(), TENANT, "retorno.ret", [told])
    [stored] = office.store.inbox(TENANT, InboxStatus.UNMATCHED)
    with pytest.raises(NotForAPersonError, match="não é um pagamento de um título só"):
        office.settling().assign(stored, "T1")


def cuts(number: str) -> set[str]:
    """How systems cut a number to the ten positions of a bank's field."""
    bare = "".join(filter(str.isalnum, number))
    return {number[:10], number[-10:], bare[:10], bare[-10:]}


@pytest.mark.parametrize("number", LONG)
def test_a_number_cut_to_the_banks_field_finds_its_title_by_amount_and_day(number: str) -> None:
    other = row(number[:-1] + "9", JOAO, due=days_ago(4), cents=170_00)
    for document in cuts(number):
        office = book(row(number, MARIA, due=days_ago(4)), other)
        done = settles(office, itau_400(entry(document)))
        assert (document, done.applied, paid(office)) == (document, 1, [number])


@pytest.mark.parametrize(
    "more", [{"due": days_ago(40)}, {"face": 90_00, "cents": 90_00}, {"due": None}, {"face": 0, "cents": 50_00}]
)
def test_what_is_left_of_a_number_and_one_proof_is_work(more: dict[str, object]) -> None:
    office = book(row(LONG[0], MARIA, due=days_ago(4)))
    cents = more.pop("cents", 100_00)
    settles(office, itau_400(entry(LONG[0][:10], cents, **more)))  # type: ignore[arg-type]  # its own fields
    assert paid(office) == []
    assert "cujo número o banco cortou" in waiting(office)[0]


def test_of_two_titles_a_cut_number_may_be_the_paid_one_is_meant_as_well() -> None:
    office = book(row(LONG[0], MARIA, due=days_ago(4)), row(LONG[0][:-1] + "2", MARIA, due=days_ago(4)))
    office.pays(LONG[0], 100_00)
    settles(office, itau_400(entry(LONG[0][:10])))
    assert paid(office) == [LONG[0]]
    assert "serve ao título" in waiting(office)[0]


def test_a_hash_in_place_of_the_number_finds_the_payers_title_of_that_amount_and_day() -> None:
    sheet = [row(LONG[0], MARIA, due=days_ago(4)), row("T2", JOAO, due=days_ago(4))]
    office = book(*sheet)
    settles(office, cnab_240("237", entry("A8F3C21B90", payer=MARIA)))
    assert paid(office) == [LONG[0]]
    for more in ({"payer": ""}, {"payer": MARIA, "due": days_ago(40)}, {"payer": MARIA, "face": 90_00, "cents": 90_00}):
        office = book(*sheet)
        settles(office, cnab_240("237", entry("A8F3C21B90", **more)))  # type: ignore[arg-type]  # its own fields
        assert paid(office) == []
    office = book(*sheet)
    settles(office, cnab_240("237", entry("900", payer=MARIA)))
    assert paid(office) == []
    assert "mas o número do documento é outro" in waiting(office)[0]
    office = book(*sheet, row("T3", MARIA, due=days_ago(4)))
    settles(office, cnab_240("237", entry("A8F3C21B90", payer=MARIA)))
    assert paid(office) == []
    assert "serve ao título" in waiting(office)[0]


@pytest.mark.parametrize("document", ["5001", "CT 5001", "0005001", "5001-2"])
def test_of_two_bills_of_a_contract_the_bank_pays_the_one_of_its_day(document: str) -> None:
    october = row("5001", MARIA, due=days_ago(34))
    november = row("5001 (26-02-2026)", MARIA, due=days_ago(4))
    if document == "5001-2":
        october, november = (
            row("5001/1", MARIA, due=days_ago(34), installment=1), row("5001/2", MARIA, due=days_ago(4), installment=2)
        )  # fmt: skip
    office = book(october, november)
    settles(office, itau_400(entry(document)))
    assert paid(office) == [november.receivable]
    office = book(october, november)
    settles(office, itau_400(entry(document, due=None))) if document != "5001-2" else None
    assert paid(office) == []
