"""A bank's return file settles boletos exactly as a webhook would."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.bank_files import Entry, banco_do_brasil_240, itau_400
from tests.office import JOAO, MARIA, TENANT, TODAY, Office, days_ago, row

from regua.domain.model import CaseStatus, Rail, ReceivableStatus
from regua.domain.tenant import GatewayConfig
from regua.domain.work import WorkKind
from regua.files.retorno import read_retorno
from regua.ports import InboxStatus
from regua.use_cases.desk.worklist import open_work
from regua.use_cases.importing.bank_return import paid_titles
from regua.use_cases.paying import bank_file
from regua.use_cases.paying.bank_file import BankFileResult, Title, settle_titles

Layout = Callable[..., bytes]


@pytest.fixture(params=[itau_400, banco_do_brasil_240], ids=["400", "240"])
def layout(request: pytest.FixtureRequest) -> Layout:
    made: Layout = request.param
    return made


@pytest.fixture
def office() -> Office:
    office = Office()
    office.opens_and_contacts([row("T1", our_number="12345678"), row("T2", JOAO, our_number="00087654-3")])
    return office


def settles(office: Office, file: bytes, name: str = "retorno.ret") -> BankFileResult:
    """As the import does it: read, keep the payments, settle."""
    said = read_retorno([file])
    assert not said.faults
    return settle_titles(office.settling(), TENANT, name, paid_titles(said))


def test_a_paid_boleto_settles_its_receivable_and_closes_the_case(office: Office, layout: Layout) -> None:
    done = settles(office, layout(Entry("12345678", 100_00, days_ago(1))))
    assert (done.titles, done.applied, done.unmatched) == (1, 1, [])
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.receivable("T1").settled_on == days_ago(1)
    [fact] = office.file(MARIA).facts
    assert (fact.rail, fact.evidence, fact.amount_cents) == (Rail.BOLETO, "file", 100_00)
    assert office.file(MARIA).debtor.case.status is CaseStatus.CLOSED


def test_what_the_debtor_paid_counts_and_not_what_is_left_of_it_after_the_fee(office: Office, layout: Layout) -> None:
    settles(office, layout(Entry("12345678", 100_00, days_ago(1), fee=2_50)))
    assert office.file(MARIA).facts[0].amount_cents == 100_00
    assert office.status("T1") is ReceivableStatus.PAID


def test_the_same_file_again_settles_nothing_twice(office: Office, layout: Layout) -> None:
    file = layout(Entry("12345678", 40_00, days_ago(1)))
    settles(office, file)
    done = settles(office, file, "retorno (1).ret")
    assert (done.applied, done.known) == (0, 1)
    assert office.receivable("T1").open_principal_cents == 60_00


def test_punctuation_and_zeros_of_our_number_do_not_matter(office: Office) -> None:
    assert settles(office, itau_400(Entry("87654-3", 100_00, TODAY))).applied == 1
    assert office.status("T2", JOAO) is ReceivableStatus.PAID


def test_a_check_digit_the_bank_adds_does_not_matter(office: Office) -> None:
    assert settles(office, itau_400(Entry("12345678-9", 100_00, TODAY))).applied == 1
    assert office.status("T1") is ReceivableStatus.PAID


def test_a_title_without_our_number_is_found_by_its_document(office: Office, layout: Layout) -> None:
    done = settles(office, layout(Entry("", 100_00, TODAY, document="T1")))
    assert done.applied == 1
    assert office.status("T1") is ReceivableStatus.PAID


def test_only_payments_are_settled(office: Office, layout: Layout) -> None:
    done = settles(
        office,
        layout(
            Entry("12345678", 100_00, TODAY, occurrence="02"),
            Entry("12345678", 100_00, TODAY, occurrence="09"),
        ),
    )
    assert done.titles == 0
    assert office.status("T1") is ReceivableStatus.OPEN


def test_a_title_nobody_has_is_listed_and_the_others_are_settled_the_first_one_being_bad(
    office: Office, layout: Layout
) -> None:
    done = settles(office, layout(Entry("99999999", 5_00, TODAY), Entry("12345678", 100_00, TODAY)))
    [left] = done.unmatched
    assert (done.applied, left.startswith("99999999")) == (1, True)
    assert office.status("T1") is ReceivableStatus.PAID


def test_a_title_that_was_nobodys_is_found_by_a_later_sweep(office: Office, layout: Layout) -> None:
    settles(office, layout(Entry("5551", 70_00, days_ago(1))))
    office.imports([row("T9", our_number="5551", cents=70_00)])
    office.clock.advance(timedelta(days=1))
    office.scans()
    assert office.status("T9") is ReceivableStatus.PAID
    assert [f.evidence for f in office.file(MARIA).facts] == ["file"], "whoever settles it, the bank told"
    assert not list(office.store.inbox(TENANT, InboxStatus.UNMATCHED))


def test_a_title_without_any_name_is_listed_and_waits_for_a_person(office: Office) -> None:
    done = settle_titles(office.settling(), TENANT, "retorno.ret", [Title("341", "", "", "06", 5_00, TODAY)])
    assert (done.titles, done.unmatched) == (1, [""])
    [work] = open_work(office.store, TENANT)
    assert (work.kind, work.amount_cents, work.gateway) == (WorkKind.UNMATCHED, 5_00, bank_file.NAME)


def test_nobody_can_send_a_return_file_over_http(office: Office) -> None:
    office.sets(gateways={**office.tenant.gateways, bank_file.NAME: GatewayConfig(bank_file.NAME)})
    assert office.gateway_sends(b"{}", gateway=bank_file.NAME).status == 404


def test_two_payments_of_one_title_on_different_days_are_two(office: Office, layout: Layout) -> None:
    settles(office, layout(Entry("12345678", 60_00, days_ago(2)), Entry("12345678", 40_00, days_ago(1))))
    assert office.status("T1") is ReceivableStatus.PAID
    assert len(office.file(MARIA).facts) == 2


def test_a_bank_tells_only_the_day_of_a_payment_and_noon_at_the_creditors_is_taken(office: Office) -> None:
    settles(office, itau_400(Entry("12345678", 100_00, TODAY)))
    assert office.file(MARIA).facts[0].occurred_at == datetime(2026, 3, 2, 15, tzinfo=UTC)
