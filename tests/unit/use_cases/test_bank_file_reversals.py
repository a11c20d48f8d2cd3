"""A bank's return file takes money back, tells of one payment in several files, or of two in one."""

from itertools import permutations
from pathlib import Path

import pytest
from tests.bank_files import Entry, banco_do_brasil_240, cnab_240, itau_400
from tests.office import JOAO, MARIA, TENANT, TODAY, Office, days_ago, row

from regua.domain.model import FactKind, ReceivableStatus
from regua.domain.work import WorkKind
from regua.files.retorno import read_retorno
from regua.ports import InboxStatus
from regua.use_cases.desk.worklist import open_work
from regua.use_cases.importing.bank_return import paid_titles
from regua.use_cases.paying.bank_file import BankFileResult, Does, Title, settle_titles

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "files"
PAID = Entry("12345678", 100_00, days_ago(2))
BOUNCED = Entry("12345678", 100_00, days_ago(1), occurrence="44")


def case(name: str) -> bytes:
    path = CASES / name
    if not path.exists():
        pytest.skip("the cases are not beside this checkout")
    return path.read_bytes()


@pytest.fixture
def office() -> Office:
    office = Office()
    office.opens_and_contacts([row("T1", our_number="12345678"), row("T2", JOAO, our_number="00087654-3")])
    return office


def settles(office: Office, file: bytes, name: str = "retorno.ret") -> BankFileResult:
    return settle_titles(office.settling(), TENANT, name, paid_titles(read_retorno([file])))


def a_title(cents: int, day: int = 1, does: Does = Does.PAYS, occurrence: str = "06", online: bool = False) -> Title:
    return Title("104", "12345678", "", occurrence, cents, days_ago(day), does=does, online=online)


def told(office: Office, *titles: Title) -> BankFileResult:
    return settle_titles(office.settling(), TENANT, "retorno.ret", titles)


def itau_240(code: str, net: int, fee: int, day: int) -> bytes:
    """Itaú prints what is left after its fee, and the fee beside it."""
    return cnab_240("341", Entry("10912345678-9", net + fee, days_ago(day), occurrence=code, face=100_00, fee=fee))


@pytest.mark.parametrize(("net", "fee"), [(98_00, 2_00), (98_00, 3_50), (98_00, 0), (100_00, 0), (100_00, 3_50)])
def test_what_itau_takes_back_is_the_payment_whatever_fee_stands_beside_it(net: int, fee: int) -> None:
    office = Office()
    office.opens_and_contacts([row("T1", our_number="109/12345678-9"), row("T2", JOAO, our_number="109/87654321-0")])
    settles(office, itau_240("06", 98_00, 2_00, 2))
    assert office.status("T1") is ReceivableStatus.PAID
    assert settles(office, itau_240("69", net, fee, 1)).reversed == 1
    assert (office.status("T1"), list(open_work(office.store, TENANT))) == (ReceivableStatus.OPEN, [])
    assert office.file(MARIA).facts[-1].amount_cents == 100_00


def test_another_amount_that_itau_takes_back_is_asked() -> None:
    office = Office()
    office.opens_and_contacts([row("T1", our_number="109/12345678-9")])
    settles(office, itau_240("06", 98_00, 2_00, 2))
    assert settles(office, itau_240("69", 60_00, 3_50, 1)).reversed == 0
    assert office.status("T1") is ReceivableStatus.PAID


def test_a_cheque_that_bounced_opens_the_title_again(office: Office) -> None:
    settles(office, banco_do_brasil_240(PAID))
    assert office.status("T1") is ReceivableStatus.PAID
    done = settles(office, banco_do_brasil_240(BOUNCED))
    assert (done.titles, done.reversals, done.reversed, done.doubtful) == (0, 1, 1, [])
    assert office.status("T1") is ReceivableStatus.OPEN
    back = office.file(MARIA).facts[-1]
    assert (back.kind, back.evidence, back.refers_to) == (
        FactKind.CHARGEBACK,
        "file",
        office.file(MARIA).facts[0].fact_id,
    )


@pytest.mark.parametrize(
    ("paid", "back", "number"),
    [
        ("bradesco400_06.ret", "bradesco400_22.ret", "00000001234-5"),
        ("bradesco400_06.ret", "bradesco400_40.ret", "00000001234-5"),
        ("bb240_06.ret", "bb240_44_cheque.ret", "14499570000020673"),
    ],
)
def test_the_cases_of_the_field(paid: str, back: str, number: str) -> None:
    office = Office()
    office.opens_and_contacts([row("T9", our_number=number)])
    settles(office, case(paid))
    assert office.status("T9") is ReceivableStatus.PAID
    assert settles(office, case(back)).reversed == 1
    assert office.status("T9") is ReceivableStatus.OPEN
    for again in (paid, back):
        assert settles(office, case(again)).known == 1
    assert office.status("T9") is ReceivableStatus.OPEN


def test_a_payment_without_a_day_is_credited_by_the_day_of_the_credit() -> None:
    office = Office()
    office.opens_and_contacts([row("T9", our_number="172000595")])
    assert settles(office, case("sem_data_ocorrencia.ret")).applied == 1
    assert str(office.receivable("T9").settled_on) == "2026-03-01"


def test_a_payment_without_any_day_is_credited_once(office: Office) -> None:
    title = Title("104", "12345678", "", "06", 40_00, None)
    assert told(office, title).applied == 1
    assert told(office, title).known == 1
    assert office.file(MARIA).facts[0].occurred_at.date() == TODAY
    assert office.receivable("T1").open_principal_cents == 60_00


def test_the_same_reversal_again_takes_nothing_back_twice(office: Office) -> None:
    settles(office, banco_do_brasil_240(PAID))
    settles(office, banco_do_brasil_240(BOUNCED))
    settles(office, banco_do_brasil_240(Entry("12345678", 100_00, TODAY)))
    assert settles(office, banco_do_brasil_240(BOUNCED), "outro.ret").known == 1
    assert office.status("T1") is ReceivableStatus.PAID


def test_a_reversal_that_comes_before_its_payment_waits_for_it(office: Office) -> None:
    done = settles(office, banco_do_brasil_240(BOUNCED))
    assert (done.reversed, len(done.doubtful)) == (0, 1)
    settles(office, banco_do_brasil_240(PAID))
    assert office.status("T1") is ReceivableStatus.OPEN
    assert len(office.file(MARIA).facts) == 2
    assert not list(office.store.inbox(TENANT, InboxStatus.UNMATCHED))


def test_the_lines_of_one_file_may_come_in_any_order(office: Office) -> None:
    done = settles(office, banco_do_brasil_240(BOUNCED, PAID))
    assert (done.applied, done.reversed, done.doubtful) == (1, 1, [])
    assert office.status("T1") is ReceivableStatus.OPEN


def test_what_is_paid_after_a_reversal_is_not_what_went_back(office: Office) -> None:
    """The first payment was before our time: the new one stays, and a person is told of the reversal."""
    settles(office, banco_do_brasil_240(BOUNCED, Entry("12345678", 100_00, TODAY)))
    assert office.status("T1") is ReceivableStatus.PAID
    [work] = open_work(office.store, TENANT)
    assert (work.kind, work.amount_cents) == (WorkKind.UNMATCHED, 100_00)
    assert "tomou de volta" in work.note
    assert "ocorrência 44" in work.note
    assert "12345678" in work.note


def test_a_reversal_of_another_amount_is_work_that_names_it(office: Office) -> None:
    settles(office, banco_do_brasil_240(PAID))
    done = settles(office, banco_do_brasil_240(Entry("12345678", 90_00, TODAY, occurrence="44")))
    assert (done.reversed, len(done.doubtful)) == (0, 1)
    assert office.status("T1") is ReceivableStatus.PAID
    assert [work.note for work in open_work(office.store, TENANT)] == [one["motivo"] for one in done.doubtful]
    assert done.doubtful[0]["motivo"].endswith("é do título T1, que não tem um só pagamento deste valor")


def test_a_reversal_of_a_title_nobody_has_is_work(office: Office) -> None:
    done = settles(office, banco_do_brasil_240(Entry("999", 90_00, TODAY, occurrence="44")))
    assert ("999" in done.doubtful[0]["motivo"], done.unmatched) == (True, [])


def test_a_reversal_without_an_amount_takes_back_the_only_payment(office: Office) -> None:
    settles(office, itau_400(PAID))
    assert settles(office, itau_400(Entry("12345678", 0, TODAY, occurrence="69"))).reversed == 1
    assert office.status("T1") is ReceivableStatus.OPEN
    assert office.file(MARIA).facts[-1].amount_cents == 100_00


def test_a_reversal_without_an_amount_after_two_payments_is_work(office: Office) -> None:
    told(office, a_title(40_00, 3), a_title(60_00, 2))
    assert told(office, a_title(0, 1, Does.TAKES_BACK, "44")).reversed == 0
    assert office.status("T1") is ReceivableStatus.PAID


def test_the_last_of_equal_payments_goes_back_and_then_the_one_before(office: Office) -> None:
    told(office, a_title(50_00, 3), a_title(50_00, 2))
    told(office, a_title(50_00, 1, Does.TAKES_BACK, "44"))
    facts = office.file(MARIA).facts
    assert facts[2].refers_to == facts[1].fact_id
    told(office, a_title(50_00, 0, Does.TAKES_BACK, "44"))
    assert office.receivable("T1").open_principal_cents == 100_00


def test_money_another_source_told_of_goes_back_too(office: Office) -> None:
    office.pays("T1", 100_00, rail="boleto")
    assert office.status("T1") is ReceivableStatus.PAID
    assert settles(office, banco_do_brasil_240(Entry("12345678", 100_00, TODAY, occurrence="44"))).reversed == 1
    assert office.status("T1") is ReceivableStatus.OPEN


def test_a_reversal_told_by_the_gateway_and_the_bank_is_one(office: Office) -> None:
    office.pays("T1", 100_00, id="p1", rail="boleto")
    office.refunds("p1", 100_00)
    done = settles(office, banco_do_brasil_240(Entry("12345678", 100_00, TODAY, occurrence="44")))
    assert (done.reversed, done.doubtful) == (1, [])
    assert office.receivable("T1").open_principal_cents == 100_00


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_boleto_that_bounced_takes_no_pix_beside_it_with_it_in_any_order(
    office: Office, order: tuple[int, ...]
) -> None:
    news = [
        lambda: settles(office, banco_do_brasil_240(PAID)),
        lambda: settles(office, banco_do_brasil_240(BOUNCED)),
        lambda: office.pays("T1", 100_00, rail="pix"),
    ]
    for n in order:
        news[n]()
    assert (office.status("T1"), office.receivable("T1").overpaid_cents) == (ReceivableStatus.PAID, 0)
    assert not list(open_work(office.store, TENANT))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_files_in_any_order_end_alike(office: Office, order: tuple[int, ...]) -> None:
    """Paid, bounced, and paid again on a later day."""
    files = [banco_do_brasil_240(one) for one in (PAID, BOUNCED, Entry("12345678", 100_00, TODAY))]
    for number in order:
        settles(office, files[number], f"{number}.ret")
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.receivable("T1").settled_on == TODAY
    assert (office.receivable("T1").overpaid_cents, len(office.file(MARIA).facts)) == (0, 3)
    assert not list(office.store.inbox(TENANT, InboxStatus.UNMATCHED))


def test_a_payment_two_sources_told_of_goes_back_once_and_whole(office: Office) -> None:
    office.pays("T1", 100_00, rail="boleto")
    settles(office, banco_do_brasil_240(Entry("12345678", 100_00, TODAY)))
    assert office.receivable("T1").overpaid_cents == 0
    settles(office, banco_do_brasil_240(Entry("12345678", 100_00, TODAY, occurrence="44")))
    assert office.receivable("T1").open_principal_cents == 100_00


def test_two_records_of_one_file_are_two_payments_and_the_file_again_is_none(office: Office) -> None:
    file = banco_do_brasil_240(Entry("12345678", 50_00, TODAY), Entry("12345678", 50_00, TODAY))
    assert settles(office, file).applied == 2
    assert office.status("T1") is ReceivableStatus.PAID
    done = settles(office, file, "retorno (1).ret")
    assert (done.applied, done.known) == (0, 2)
    assert len(office.file(MARIA).facts) == 2


@pytest.mark.parametrize("apart", [False, True])
def test_06_and_17_of_one_day_are_paid_twice(office: Office, apart: bool) -> None:
    both = [Entry("12345678", 100_00, TODAY), Entry("12345678", 100_00, TODAY, occurrence="17")]
    for entries in [[one] for one in both] if apart else [both]:
        settles(office, banco_do_brasil_240(*entries))
    assert office.receivable("T1").overpaid_cents == 100_00


def test_the_same_record_in_another_file_is_the_same_payment(office: Office) -> None:
    settles(office, itau_400(PAID))
    done = settles(office, itau_400(PAID, Entry("87654-3", 100_00, TODAY)))
    assert (done.applied, done.known) == (1, 1)


def test_what_is_told_at_once_and_at_night_is_one_payment(office: Office) -> None:
    told(office, a_title(100_00, occurrence="35", online=True))
    done = told(office, a_title(100_00, occurrence="21"))
    assert (done.applied, done.known) == (0, 1)
    done = told(office, a_title(100_00, occurrence="35", online=True), a_title(100_00, occurrence="21"))
    assert done.known == 2
    assert len(office.file(MARIA).facts) == 1


def test_paid_undone_and_paid_again_on_one_day_is_paid(office: Office) -> None:
    done = told(office, a_title(100_00), a_title(100_00, does=Does.TAKES_BACK, occurrence="33"), a_title(100_00))
    assert (done.applied, done.reversed) == (2, 1)
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.receivable("T1").overpaid_cents == 0


def test_what_may_be_a_payment_waits_for_a_person(office: Office) -> None:
    """A cheque that has cleared, and a settlement of no cents (Itaú 10: the boleto's Pix was paid)."""
    done = settles(
        office, banco_do_brasil_240(Entry("12345678", 100_00, TODAY, occurrence="45"), Entry("87654-3", 0, TODAY))
    )
    assert (done.titles, done.applied, len(done.doubtful)) == (0, 0, 2)
    assert office.status("T1") is ReceivableStatus.OPEN
    notes = [work.note for work in open_work(office.store, TENANT)]
    assert sorted(notes) == sorted(one["motivo"] for one in done.doubtful)
    assert "R$ 100,00" in notes[0] + notes[1]
    assert settles(office, banco_do_brasil_240(Entry("12345678", 100_00, TODAY, occurrence="45")), "b.ret").known == 0


@pytest.mark.parametrize(("cents", "asked"), [(100_00, 1), (0, 0)])
def test_a_code_no_manual_has_is_looked_at_where_it_comes_with_an_amount(
    office: Office, cents: int, asked: int
) -> None:
    done = settles(office, banco_do_brasil_240(Entry("12345678", cents, TODAY, occurrence="Z9")))
    assert (done.titles, len(done.doubtful), len(list(open_work(office.store, TENANT)))) == (0, asked, asked)
    named = banco_do_brasil_240(Entry("12345678", 100_00, TODAY, occurrence="11"))
    assert settles(office, named).doubtful == []


def test_a_cheque_that_is_still_out_is_no_payment(office: Office) -> None:
    done = settles(office, banco_do_brasil_240(Entry("12345678", 100_00, TODAY, occurrence="50")))
    assert (done.titles, done.doubtful) == (0, [])
    assert office.status("T1") is ReceivableStatus.OPEN


PAYS, BACK = a_title(100_00), a_title(100_00, does=Does.TAKES_BACK, occurrence="44")


def from_file(office: Office, name: str, *titles: Title) -> BankFileResult:
    return settle_titles(office.settling(), TENANT, name, titles)


def test_a_later_file_of_the_day_that_tells_of_a_reversal_and_then_of_a_payment_has_paid_it_anew(
    office: Office,
) -> None:
    from_file(office, "manha.ret", PAYS)
    for _ in range(2):
        from_file(office, "noite.ret", BACK, PAYS)
    assert (office.status("T1"), office.receivable("T1").overpaid_cents) == (ReceivableStatus.PAID, 0)


def test_a_later_file_of_the_day_that_tells_of_the_payment_and_then_of_its_reversal_has_told_it_again(
    office: Office,
) -> None:
    from_file(office, "manha.ret", PAYS)
    from_file(office, "noite.ret", PAYS, BACK)
    assert office.status("T1") is ReceivableStatus.OPEN


def test_what_is_told_again_alone_once_it_was_taken_back_that_day_waits_for_a_person(office: Office) -> None:
    from_file(office, "manha.ret", PAYS, BACK)
    done = from_file(office, "noite.ret", PAYS)
    assert office.status("T1") is ReceivableStatus.OPEN
    assert "se foi pago outra vez" in done.doubtful[0]["motivo"]
    office.sweeps()
    assert office.status("T1") is ReceivableStatus.OPEN
    assert from_file(office, "manha.ret", PAYS, BACK).doubtful == []


def test_the_file_of_the_whole_day_asks_nothing_anew(office: Office) -> None:
    for name in ("manha.ret", "noite.ret"):
        done = from_file(office, name, PAYS, BACK, PAYS)
    assert (done.known, done.doubtful, office.status("T1")) == (3, [], ReceivableStatus.PAID)
