"""A bank's statement: what nobody told is credited on two proofs, what others told is confirmed, the rest is work."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from tests.bank_files import Entry, itau_400, ofx
from tests.office import ANA, JOAO, KEY, MARIA, TENANT, Office, creditor, days_ago, debtor, row

from regua.domain.ids import txid
from regua.domain.model import Contract, Rail, ReceivableStatus
from regua.domain.reasons import Reason
from regua.domain.work import WorkKind
from regua.files.extrato import read_statement
from regua.files.retorno import read_retorno
from regua.ports import InboxStatus
from regua.use_cases.desk.person import Actor
from regua.use_cases.desk.worklist import open_work
from regua.use_cases.importing.bank_return import paid_titles
from regua.use_cases.paying.bank_file import settle_titles
from regua.use_cases.paying.statement import NAME, StatementResult, StatementSettling

RUI = "39053344705"
WITH_INTEREST = replace(creditor(), contract=Contract(fine_percent=Decimal(2), interest_percent=Decimal(1)))
PAID, OPEN = ReceivableStatus.PAID, ReceivableStatus.OPEN
E2E = "E00416968202603021300abcdefghij1"


@pytest.fixture
def office() -> Office:
    """Monday 2 March 2026: Maria Souza, João Ávila and Ana Lima each owe one title, four days late."""
    office = Office(creditor())
    office.opens_and_contacts(
        [
            row("T1", name="Maria Souza", our_number="12345678"),
            row("T2", JOAO, cents=200_00, name="João Ávila", our_number="555"),
            row("T3", ANA, cents=300_00, name="Ana Lima"),
        ]
    )
    return office


def statements(office: Office) -> StatementSettling:
    return StatementSettling(office.settling(), KEY)


def uploads(office: Office, *movements: str, name: str = "extrato.ofx", **more: str) -> StatementResult:
    """A statement comes, movement by movement as `tests.bank_files.ofx` writes them."""
    said = read_statement([ofx(*movements, **more)])
    assert not said.faults
    return statements(office).take(TENANT, name, said)


def lists(office: Office, *rows: str, name: str = "pix.csv") -> StatementResult:
    """A bank's list of Pix comes."""
    head = "Data;Nome do pagador;CPF/CNPJ do pagador;Valor;txid;endToEndId"
    return statements(office).take(TENANT, name, read_statement(["\n".join((head, *rows)).encode()]))


def returns(office: Office, *entries: Entry) -> None:
    settle_titles(office.settling(), TENANT, "cobranca.ret", paid_titles(read_retorno([itau_400(*entries)])))


def waiting(office: Office) -> list[str]:
    return [work.note for work in open_work(office.store, TENANT) if work.kind is WorkKind.UNMATCHED]


# --- on two proofs ---------------------------------------------------------------------------------------------------


def test_a_credit_of_who_owes_exactly_that_settles_the_title_with_the_banks_evidence(office: Office) -> None:
    done = uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA", "02/03 -5,00 TARIFA")
    assert (done.applied, done.other, done.unmatched) == (1, 1, [])
    assert office.status("T1") is PAID
    [fact] = office.file(MARIA).facts
    assert (fact.gateway, fact.evidence, fact.rail, fact.amount_cents) == (NAME, "file", Rail.PIX, 100_00)
    assert office.receivable("T1").settled_on == days_ago(0)


@pytest.mark.parametrize(
    "words",
    [
        "PIX RECEBIDO - MARIA SOUZA",
        "PIX REM: MARIA SOUZA 02/03",
        "Pix - Recebido - 02/03 14:22 00052998224725 MARIA SOUZA",
        "Transferencia recebida pelo Pix - MARIA SOUZA - ***.982.247-** - BCO X S.A. (0001) Agencia: 1 Conta: 2-3",
        "PIX RECEBIDO 52998224725",
        "TED RECEBIDA 529.982.247-25",
        "PIX RECEBIDO MARIA SOUZA A",
    ],
)
def test_however_a_bank_words_who_paid(office: Office, words: str) -> None:
    assert uploads(office, f"02/03 100,00 {words}").applied == 1
    assert office.status("T1") is PAID


def test_a_txid_names_the_title_whoever_paid_and_whatever_the_amount(office: Office) -> None:
    name = office.receivable("T1").txid or txid(TENANT, "T1")
    done = lists(office, f"02/03/2026;Um Tio;111.444.777-35;40,00;{name};{E2E}")
    assert done.applied == 1
    assert office.receivable("T1").open_principal_cents == 60_00


@pytest.mark.parametrize(
    ("movement", "proposed"),
    [
        ("02/03 99,00 PIX RECEBIDO MARIA SOUZA", ["T1"]),
        ("02/03 100,00 PIX RECEBIDO JOSE LIMA", ["T1"]),
        ("02/03 100,00 PIX RECEBIDO", ["T1"]),
        ("02/03 100,00 PIX RECEBIDO MARIA", ["T1"]),
        ("02/03 100,00 PIX RECEBIDO MARIA SOUZA 11144477735", ["T2", "T1"]),
        ("02/03 55,00 PIX RECEBIDO FULANO DE TAL", []),
    ],
    ids=["amount", "payer", "nobody", "one word", "another's CPF", "neither"],
)
def test_what_has_one_proof_or_none_is_work_with_proposals(office: Office, movement: str, proposed: list[str]) -> None:
    done = uploads(office, movement)
    assert done.applied == 0
    assert office.status("T1") is OPEN
    [left] = done.unmatched
    assert left["propostas"] == proposed
    [note] = waiting(office)
    assert all(title in note for title in proposed)


@pytest.mark.parametrize(
    ("due", "movement"),
    [
        (days_ago(-8), "09/02 850,00 PIX RECEBIDO RUI BRAGA"),
        (days_ago(-8), "27/02 850,00 PIX RECEBIDO RUI BRAGA"),
        (days_ago(50), "09/02 850,00 PIX RECEBIDO RUI BRAGA"),
    ],
)
def test_what_a_monthly_payer_paid_long_before_the_title_came_may_have_been_for_another_month(
    due: date, movement: str
) -> None:
    office = Office(creditor())
    office.opens_and_contacts([row("T9", RUI, cents=850_00, due=due, name="Rui Braga")])
    done = uploads(office, movement)
    assert (done.applied, done.unmatched[0]["propostas"]) == (0, ["T9"])
    assert office.status("T9", RUI) is OPEN


@pytest.mark.parametrize(
    ("due", "movement"),
    [
        (days_ago(3), "26/02 850,00 PIX RECEBIDO RUI BRAGA"),
        (days_ago(-3), "28/02 850,00 PIX RECEBIDO RUI BRAGA"),
        (days_ago(-8), "02/03 850,00 PIX RECEBIDO RUI BRAGA"),
        (days_ago(50), "09/02 875,22 PIX RECEBIDO RUI BRAGA"),
    ],
)
def test_what_came_with_the_title_or_with_the_interest_of_its_day_is_its_own(due: date, movement: str) -> None:
    office = Office(WITH_INTEREST)
    office.imports([row("T9", RUI, cents=850_00, due=due, name="Rui Braga")])
    assert uploads(office, movement).applied == 1
    assert office.status("T9", RUI) is PAID


def test_two_titles_of_the_same_amount_are_for_a_person_to_choose(office: Office) -> None:
    office.imports([row("T4", name="Maria Souza")])
    [left] = uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA").unmatched
    assert left["propostas"] == ["T1", "T4"]


def test_two_payers_of_one_name_are_told_apart_by_the_document_alone(office: Office) -> None:
    office.imports([row("T4", "15350946056", name="Maria Souza")])
    assert uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA").applied == 0
    done = uploads(
        office, "02/03 100,00 PIX RECEBIDO ***.509.460-** MARIA SOUZA", "02/03 100,00 PIX RECEBIDO MARIA SOUZA"
    )
    assert (done.applied, len(done.unmatched)) == (1, 1)
    assert office.status("T4", "15350946056") is PAID
    assert office.status("T1") is OPEN


@pytest.mark.parametrize(
    ("full", "written", "proves"),
    [
        ("Maria Aparecida dos Santos Silva", "MARIA APARECIDA DOS SAN", True),
        ("Maria Aparecida dos Santos Silva", "MARIA APARECIDA DOS SANTOS", True),
        ("Maria Souza Lima", "MARIA SOUZA", False),
        ("Maria Souza", "MARIA SOUZA LIMA", False),
        ("Maria Souza", "MARIA", False),
        ("José & Filhos Ltda", "JOSE & FILHOS LTDA ME", True),
        ("Ana-Luíza D'Ávila", "ANA LUIZA D AVILA", True),
    ],
)
def test_a_name_that_the_bank_has_cut_proves_and_a_shorter_one_does_not(
    office: Office, full: str, written: str, proves: bool
) -> None:
    office.imports([row("T5", "39053344705", cents=77_00, name=full)])
    assert uploads(office, f"02/03 77,00 PIX RECEBIDO {written}").applied == proves


def test_what_a_message_asked_with_its_interest_is_an_exact_amount() -> None:
    office = Office(WITH_INTEREST)
    office.opens_and_contacts([row("T1", name="Maria Souza")])
    assert uploads(office, "02/03 102,13 PIX RECEBIDO MARIA SOUZA").applied == 1
    assert office.status("T1") is PAID


# --- the same payment from another source ----------------------------------------------------------------------------


def told_by_webhook(office: Office) -> None:
    office.pays("T1", 100_00, code=E2E)


def told_by_statement(office: Office) -> None:
    uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA")


def told_by_pix_list(office: Office) -> None:
    lists(office, f"02/03/2026;MARIA SOUZA;***.982.247-**;100,00;;{E2E}")


def told_by_return(office: Office) -> None:
    returns(office, Entry("12345678", 100_00, days_ago(0)))


SOURCES = (told_by_webhook, told_by_statement, told_by_pix_list, told_by_return)


@pytest.mark.parametrize(
    "order", list(permutations(SOURCES, 3)), ids=lambda order: "-".join(s.__name__[8:] for s in order)
)
def test_in_whichever_order_three_sources_tell_of_it_it_is_paid_once(
    office: Office, order: tuple[Callable[[Office], None], ...]
) -> None:
    for tells in order:
        tells(office)
    assert office.status("T1") is PAID
    assert office.receivable("T1").overpaid_cents == 0
    assert not waiting(office)
    assert not [w for w in open_work(office.store, TENANT) if w.kind in (WorkKind.OVERPAID, WorkKind.BOTH_RAILS)]


def test_the_second_source_is_kept_as_a_confirmation(office: Office) -> None:
    told_by_webhook(office)
    assert uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA").confirmed == 1
    assert office.reasons()[-1] == Reason.PAYMENT_CONFIRMED
    assert {f.gateway for f in office.file(MARIA).facts} == {"fake", NAME}


def test_a_payment_the_webhook_told_is_confirmed_a_business_day_later_and_not_after_two(office: Office) -> None:
    told_by_webhook(office)
    done = uploads(office, "03/03 100,00 PIX RECEBIDO MARIA SOUZA", "04/03 100,00 PIX RECEBIDO MARIA SOUZA")
    assert (done.confirmed, len(done.unmatched)) == (1, 1)


def test_a_second_payment_of_a_paid_title_is_work_and_no_credit(office: Office) -> None:
    told_by_webhook(office)
    done = uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA", "02/03 100,00 PIX RECEBIDO MARIA SOUZA")
    assert (done.confirmed, len(done.unmatched)) == (1, 1)
    assert office.receivable("T1").overpaid_cents == 0


def test_what_another_paid_is_confirmed_where_amount_and_number_leave_no_doubt(office: Office) -> None:
    told_by_webhook(office)
    assert uploads(office, "02/03 100,00 PIX RECEBIDO JOSE LIMA").confirmed == 1
    assert not waiting(office)


def test_a_stranger_who_pays_a_title_is_no_doubt_because_others_owe_the_same(office: Office) -> None:
    office.imports([row("T9", "39053344705", name="Rui Braga")])
    told_by_webhook(office)
    assert uploads(office, "02/03 100,00 PIX RECEBIDO JOSE LIMA").confirmed == 1


def test_and_is_work_where_two_may_be_meant(office: Office) -> None:
    told_by_webhook(office)
    done = uploads(office, "02/03 100,00 PIX RECEBIDO JOSE LIMA", "02/03 100,00 PIX RECEBIDO RUI BRAGA")
    assert (done.confirmed, [left["ja_baixados"] for left in done.unmatched]) == (0, [["T1"], ["T1"]])


def test_a_statement_before_the_webhook_waits_as_work_and_leaves_the_list_when_it_comes(office: Office) -> None:
    uploads(office, "02/03 100,00 PIX RECEBIDO JOSE LIMA")
    assert len(waiting(office)) == 1
    told_by_webhook(office)
    assert statements(office).again(TENANT) == 1
    assert not waiting(office)
    assert (office.status("T1"), office.receivable("T1").overpaid_cents) == (PAID, 0)


def test_a_title_imported_later_is_found_by_the_movement_that_waited(office: Office) -> None:
    uploads(office, "02/03 77,00 PIX RECEBIDO RUI BRAGA")
    office.imports([row("T9", "39053344705", cents=77_00, name="Rui Braga")])
    assert statements(office).again(TENANT) == 1
    assert office.status("T9", "39053344705") is PAID
    assert [f.evidence for f in office.file("39053344705").facts] == ["file"]


def test_an_import_reads_all_that_is_open_only_for_movements_that_may_be_of_its_debtors(office: Office) -> None:
    uploads(
        office,
        *(f"02/03 {n},31 PIX RECEBIDO FULANO {n}" for n in range(640, 660)),
        "02/03 77,00 PIX RECEBIDO RUI BRAGA",
    )
    read, whole = list[str](), office.store.tenant_open
    office.store.tenant_open = lambda tenant: read.append(tenant) or whole(tenant)  # type: ignore[method-assign,func-returns-value] - counted
    office.imports([row("T8", ANA, cents=45_00, name="Ana Prado")])
    read.clear()
    assert statements(office).again(TENANT, [debtor(ANA)]) == 0
    assert read == []
    office.imports([row("T9", "39053344705", cents=77_00, name="Rui Braga")])
    read.clear()
    assert statements(office).again(TENANT, [debtor("39053344705")]) == 1
    assert read == [TENANT]
    assert office.status("T9", "39053344705") is PAID


def test_what_a_person_has_seen_to_stays_off_the_list(office: Office) -> None:
    uploads(office, "02/03 55,00 PIX RECEBIDO FULANO DE TAL")
    [stored] = office.store.inbox(TENANT, InboxStatus.UNMATCHED)
    from regua.use_cases.desk.worklist import close

    close(office.store, TENANT, f"{NAME}/{stored.event_id}", "devolvido")
    assert uploads(office, "02/03 55,00 PIX RECEBIDO FULANO DE TAL").known == 1
    assert not waiting(office)


def test_a_pix_credited_by_who_paid_and_told_elsewhere_for_another_debtor_is_work(office: Office) -> None:
    office.imports([row("T9", "39053344705", name="Rui Braga")])
    told_by_pix_list(office)
    office.pays("T9", 100_00, code=E2E)
    uploads(office, "03/03 1,00 PIX RECEBIDO FULANO DE TAL")
    [work] = [w for w in open_work(office.store, TENANT) if w.kind is WorkKind.DISAGREEMENT]
    assert (work.receivable, "T9" in work.note) == ("T1", True)


def test_what_a_person_has_told_is_confirmed_by_the_statement(office: Office) -> None:
    person = office.desk()
    person.paid(TENANT, office.file(MARIA).debtor.id, Actor("Bia", "recibo"), "T1", 100_00, days_ago(0))
    assert uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA").confirmed == 1
    assert office.receivable("T1").overpaid_cents == 0


def test_what_a_person_has_told_otherwise_than_the_bank_may_be_the_same_money_and_the_work_says_so(
    office: Office,
) -> None:
    person = office.desk()
    person.paid(TENANT, office.file(MARIA).debtor.id, Actor("Bia", "disse que pagou"), "T1", 100_00, days_ago(3))
    returns(office, Entry("12345678", 102_13, days_ago(0), document="T1"))
    [over] = [work.note for work in open_work(office.store, TENANT) if work.kind is WorkKind.OVERPAID]
    assert "R$ 100,00 em 27/02/2026" in over
    assert "retorno conta R$ 102,13 em 02/03/2026" in over


def test_what_the_sheet_calls_paid_is_confirmed_by_the_statement_and_the_other_way_round(office: Office) -> None:
    said = row("T1", name="Maria Souza", status="paid", paid_cents=100_00, paid_on=days_ago(0))
    office.imports([said])
    assert uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA").confirmed == 1
    assert (office.status("T1"), office.receivable("T1").overpaid_cents) == (PAID, 0)
    uploads(office, "02/03 200,00 PIX RECEBIDO JOAO AVILA", name="2.ofx")
    office.imports([row("T2", JOAO, 200_00, name="João Ávila", status="paid", paid_on=days_ago(0))])
    assert (office.status("T2", JOAO), office.receivable("T2", JOAO).overpaid_cents) == (PAID, 0)


# --- one statement after the other -----------------------------------------------------------------------------------


def test_the_same_statement_again_tells_nothing_new(office: Office) -> None:
    movements = ("02/03 40,00 PIX RECEBIDO MARIA SOUZA", "02/03 200,00 PIX RECEBIDO JOAO AVILA")
    uploads(office, *movements)
    first = len(waiting(office))
    done = uploads(office, *movements, name="extrato (1).ofx")
    assert (done.known, done.applied, len(waiting(office))) == (1, 0, first)
    assert office.receivable("T2", JOAO).overpaid_cents == 0


@pytest.mark.parametrize(
    "again", ["#other PIX RECEBIDO MARIA SOUZA", "#first PIX RECEBIDO - MARIA SOUZA 02/03", "#x PIX RECEBIDO"]
)
def test_an_overlapping_statement_whose_bank_has_changed_id_or_words_tells_the_same(office: Office, again: str) -> None:
    uploads(office, "02/03 100,00 #first PIX RECEBIDO MARIA SOUZA")
    done = uploads(office, f"02/03 100,00 {again}", "03/03 200,00 PIX RECEBIDO JOAO AVILA", name="marco.ofx")
    assert (done.known, done.applied) == (1, 1)
    assert office.receivable("T1").overpaid_cents == 0


def test_one_id_for_two_movements_is_two_movements(office: Office) -> None:
    done = uploads(office, "02/03 100,00 #0 PIX RECEBIDO MARIA SOUZA", "02/03 200,00 #0 PIX RECEBIDO JOAO AVILA")
    assert done.applied == 2


def test_a_second_payment_alike_in_the_next_statement_is_a_second_payment(office: Office) -> None:
    office.imports([row("T1", name="Maria Souza"), row("T6", name="Maria Souza", cents=60_00)])
    uploads(office, "02/03 60,00 PIX RECEBIDO MARIA SOUZA")
    done = uploads(office, "02/03 60,00 PIX RECEBIDO MARIA SOUZA", "02/03 60,00 PIX RECEBIDO MARIA SOUZA", name="2.ofx")
    assert (done.known, len(done.unmatched)) == (1, 1)


def test_the_banks_pix_list_of_saturday_is_the_statements_monday() -> None:
    office = Office(creditor())
    office.opens_and_contacts([row("T1", name="Maria Souza")])
    assert lists(office, f"28/02/2026;MARIA SOUZA;529.982.247-25;100,00;;{E2E}").applied == 1
    assert uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA").known == 1


def test_one_account_is_written_with_its_branch_and_without(office: Office) -> None:
    uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA", account="0001123456")
    assert uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA", name="2.ofx", account="12345-6").known == 1


def test_of_another_account_it_is_another_movement(office: Office) -> None:
    office.imports([row("T1", name="Maria Souza"), row("T6", name="Maria Souza", cents=60_00)])
    uploads(office, "02/03 60,00 PIX RECEBIDO MARIA SOUZA")
    done = uploads(office, "02/03 60,00 PIX RECEBIDO MARIA SOUZA", name="2.ofx", account="99999-9")
    assert (done.known, len(done.unmatched)) == (0, 1)


# --- money that goes back --------------------------------------------------------------------------------------------


def test_a_pix_given_back_opens_the_title_again(office: Office) -> None:
    done = uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA", "03/03 -100,00 DEVOLUCAO PIX MARIA SOUZA")
    assert (done.applied, done.returned) == (1, 1)
    assert office.status("T1") is OPEN
    assert uploads(office, "03/03 -100,00 DEVOLUCAO PIX MARIA SOUZA", name="2.ofx").known == 1


def test_a_part_that_was_given_back_is_work_that_names_the_title(office: Office) -> None:
    uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA")
    uploads(office, "03/03 -40,00 PIX DEVOLVIDO MARIA SOUZA", name="2.ofx")
    assert office.status("T1") is PAID
    assert waiting(office)[0].endswith("R$ 40,00 em 03/03/2026; pode ser T1")


def test_a_refund_told_by_the_gateway_too_is_one_refund(office: Office) -> None:
    told_by_webhook(office)
    uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA")
    office.refunds(E2E, 100_00)
    assert uploads(office, "02/03 -100,00 PIX DEVOLVIDO MARIA SOUZA", name="2.ofx").confirmed == 1
    assert office.status("T1") is OPEN
    office.pays("T1", 100_00, code="again", paid_at=office.clock.now() + timedelta(days=5))
    assert (office.status("T1"), office.receivable("T1").overpaid_cents) == (PAID, 0)


@pytest.mark.parametrize("words", ["DEVOLUCAO PIX", "DEVOLUCAO PIX JOSE LIMA", "ESTORNO PIX MARIA"])
def test_money_given_back_that_may_be_anybodys_is_work(office: Office, words: str) -> None:
    uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA")
    done = uploads(office, f"03/03 -100,00 {words}", name="2.ofx")
    assert (done.returned, len(done.unmatched)) == (0, 1)
    assert office.status("T1") is PAID


@pytest.mark.parametrize("back", ["PIX DEVOLVIDO CARLA DIAS", "ESTORNO PIX CARLA DIAS", "REVERSAO TED CARLA DIAS"])
def test_a_strangers_credit_that_went_back_leaves_nothing_to_do(office: Office, back: str) -> None:
    done = uploads(office, "02/03 70,00 PIX RECEBIDO CARLA DIAS", f"03/03 -70,00 {back}")
    assert (done.returned, done.unmatched, waiting(office)) == (2, [], [])
    assert len(uploads(office, "04/03 80,00 PIX RECEBIDO CARLA DIAS", name="2.ofx").unmatched) == 1
    done = uploads(office, f"05/03 -80,00 {back}", f"05/03 -80,00 {back}", name="3.ofx")
    assert (done.returned, len(done.unmatched)) == (1, 1)
    assert len(waiting(office)) == 1


def test_a_strangers_credit_is_not_taken_back_by_another_or_by_what_came_before(office: Office) -> None:
    done = uploads(office, "02/03 -70,00 PIX DEVOLVIDO CARLA DIAS", "03/03 70,00 PIX RECEBIDO CARLA DIAS")
    assert len(done.unmatched) == 2
    done = uploads(office, "04/03 90,00 PIX RECEBIDO CARLA DIAS", "04/03 -90,00 PIX DEVOLVIDO JOSE LIMA", name="2.ofx")
    assert len(done.unmatched) == 2


def test_what_the_creditor_pays_to_others_is_nobodys_refund(office: Office) -> None:
    uploads(office, "02/03 100,00 PIX RECEBIDO MARIA SOUZA", "03/03 -100,00 PIX ENVIADO MARIA SOUZA")
    assert office.status("T1") is PAID


# --- boletos in one sum ----------------------------------------------------------------------------------------------


def test_a_sum_that_equals_settled_boletos_is_recognised_in_either_order(office: Office) -> None:
    entries = (Entry("12345678", 100_00, days_ago(1)), Entry("555", 200_00, days_ago(1)))
    returns(office, *entries)
    assert uploads(office, "02/03 300,00 LIQUIDACAO COBRANCA").boletos == 1
    assert not waiting(office)


def test_a_sum_without_the_banks_fees_is_recognised(office: Office) -> None:
    returns(
        office,
        Entry("12345678", 100_00, days_ago(0), document="T1", fee=1_50),
        Entry("555", 200_00, days_ago(0), document="T2", fee=1_50),
    )
    assert uploads(office, "03/03 297,00 LIQUIDACAO COBRANCA").boletos == 1
    assert not waiting(office)
    uploads(office, "03/03 250,00 LIQUIDACAO COBRANCA", name="2.ofx")
    assert waiting(office)[0].endswith("R$ 250,00 em 03/03/2026")


def test_before_the_return_file_it_waits(office: Office) -> None:
    uploads(office, "02/03 300,00 CRED COBRANCA SIMPLES")
    assert len(waiting(office)) == 1
    returns(office, Entry("12345678", 100_00, days_ago(1)), Entry("555", 200_00, days_ago(0)))
    assert statements(office).again(TENANT) == 1
    assert not waiting(office)


def test_the_same_boletos_are_no_second_sum(office: Office) -> None:
    returns(office, Entry("12345678", 100_00, days_ago(1)), Entry("555", 200_00, days_ago(1)))
    assert uploads(office, "02/03 300,00 LIQUIDACAO COBRANCA").boletos == 1
    done = uploads(office, "03/03 300,00 LIQUIDACAO COBRANCA", name="2.ofx")
    assert (done.boletos, len(done.unmatched)) == (0, 1)


def test_a_sum_that_equals_none_is_work_and_credits_nobody(office: Office) -> None:
    returns(office, Entry("12345678", 100_00, days_ago(1)))
    done = uploads(office, "02/03 300,00 LIQUIDACAO COBRANCA")
    assert (done.boletos, len(done.unmatched)) == (0, 1)
    assert office.status("T3", ANA) is OPEN


def test_what_the_creditor_moves_between_its_own_accounts_is_no_payment(office: Office) -> None:
    done = uploads(office, "02/03 100,00 PIX RECEBIDO 11222333000181", "02/03 300,00 PIX RECEBIDO ESCOLA ALFA LTDA")
    assert (done.other, done.unmatched) == (2, [])


def test_the_creditors_own_movements_are_counted_and_no_work(office: Office) -> None:
    done = uploads(office, "02/03 100,00 RENDIMENTO APLICACAO", "02/03 50,00 RESGATE CDB", "02/03 9,90 ESTORNO TARIFA")
    assert (done.other, done.unmatched) == (3, [])
