"""What a line means beside what is already known: totals paid, names, marks, and files that come late."""

from datetime import timedelta

import pytest
from tests.office import MARIA, Office, days_ago, row

from regua.domain.model import ReceivableStatus
from regua.use_cases.import_file import Summary


@pytest.fixture
def office() -> Office:
    return Office()


def counts(summary: Summary) -> tuple[int, int, int, int]:
    return summary.accepted, summary.unchanged, summary.rejected, summary.blank


# --- paid so far ------------------------------------------------------------------------------------------------------


def open_cents(office: Office) -> int:
    return office.receivable("T1").open_principal_cents


def test_what_was_paid_so_far_is_a_total_and_not_one_more_payment(office: Office) -> None:
    office.imports([row("T1", paid_cents=40_00, paid_on=days_ago(3))])
    office.imports([row("T1", paid_cents=60_00, paid_on=days_ago(1))])
    assert open_cents(office) == 40_00
    assert office.metrics.total("AmountRecovered") == 60_00


def test_a_total_without_a_day_that_grows_is_still_a_total(office: Office) -> None:
    office.imports([row("T1", paid_cents=40_00)])
    office.imports([row("T1", paid_cents=60_00)])
    assert open_cents(office) == 40_00


def test_the_last_total_told_is_the_one_that_counts_also_when_it_is_smaller(office: Office) -> None:
    for cents in (40_00, 60_00, 40_00):
        office.imports([row("T1", paid_cents=cents, paid_on=days_ago(1))])
    assert open_cents(office) == 60_00


def test_the_same_total_again_is_no_news(office: Office) -> None:
    office.imports([row("T1", paid_cents=40_00)])
    office.imports([row("T1", paid_cents=40_00, note="ligou")])
    assert len(office.file(MARIA).facts) == 1


@pytest.mark.parametrize("webhook_first", [True, False])
def test_a_part_the_gateway_told_of_is_within_the_total_of_the_file(office: Office, webhook_first: bool) -> None:
    office.imports([row("T1")])
    paid_at = office.clock.now() - timedelta(days=1)
    if webhook_first:
        office.pays("T1", 40_00, paid_at=paid_at)
    office.imports([row("T1", paid_cents=40_00, paid_on=days_ago(1))])
    if not webhook_first:
        office.pays("T1", 40_00, paid_at=paid_at)
    assert open_cents(office) == 60_00
    assert office.metrics.total("AmountRecovered") == 40_00


def test_money_that_came_after_the_day_of_the_total_adds_to_it(office: Office) -> None:
    office.imports([row("T1", paid_cents=40_00, paid_on=days_ago(2))])
    office.pays("T1", 60_00)
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.receivable("T1").overpaid_cents == 0


def test_a_total_followed_by_paid_in_full_is_paid_once(office: Office) -> None:
    office.imports([row("T1", paid_cents=40_00, paid_on=days_ago(2))])
    office.imports([row("T1", paid_cents=100_00, paid_on=days_ago(1), status="paid")])
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.receivable("T1").overpaid_cents == 0
    assert office.metrics.total("AmountRecovered") == 100_00


def test_an_older_total_that_comes_late_changes_nothing(office: Office) -> None:
    office.imports([row("T1", paid_cents=60_00)], sequencer="2")
    office.imports([row("T1", paid_cents=40_00)], sequencer="1")
    assert open_cents(office) == 40_00


# --- what a file does not say ---------------------------------------------------------------------------------------


def test_an_empty_cell_takes_nothing_known_away(office: Office) -> None:
    office.imports([row("T1", city="Santos", address="Rua B, 2")])
    office.imports([row("T1", name="", city="", address="", state="", emails=(), phones=())])
    debtor = office.file(MARIA).debtor
    assert (debtor.name, debtor.city, debtor.address, debtor.state) == ("Pessoa 529", "Santos", "Rua B, 2", "SP")
    assert len(debtor.points) == 2


def test_an_older_file_that_comes_late_adds_titles_but_no_older_names(office: Office) -> None:
    office.imports([row("T1", name="Maria Souza", city="Santos")], sequencer="2")
    office.imports([row("T2", name="Maria Solteira", city="Itu", address="Rua C, 3")], sequencer="1")
    debtor = office.file(MARIA).debtor
    assert (debtor.name, debtor.city) == ("Maria Souza", "Santos")
    assert debtor.address == "Rua C, 3", "what nobody knew is welcome, however old"
    assert office.status("T2") is ReceivableStatus.OPEN
