"""What a line means beside what is already known: totals paid, names, marks, and files that come late."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.office import JOAO, MARIA, TENANT, Office, bad_line, creditor, days_ago, debtor, line_of, row

from regua.domain.intake.row import Row
from regua.domain.model import ReceivableStatus
from regua.ports import ConflictError
from regua.use_cases.importing.file_index import Listed, Whole
from regua.use_cases.importing.lines import ImportSummary


@pytest.fixture
def office() -> Office:
    return Office()


def counts(summary: ImportSummary) -> tuple[int, int, int, int]:
    return summary.accepted, summary.unchanged, summary.rejected, summary.blank


# --- paid so far ----------------------------------------------------------------------------------------


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


# --- what a file does not say ---------------------------------------------------------------------------


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


# --- what a file no longer lists ------------------------------------------------------------------------


def test_what_a_file_no_longer_lists_is_told_and_stays_open_without_the_full_picture(office: Office) -> None:
    office.imports([row("T1"), row("T2", JOAO)])
    summary = office.imports([row("T1")])
    assert (summary.absent, summary.disappeared) == (1, 0)
    assert office.status("T2", JOAO) is ReceivableStatus.OPEN


def test_an_older_full_picture_that_comes_late_adds_nothing_to_the_newer_one() -> None:
    office = Office(creditor(full_picture=True))
    office.imports([row("T1")], sequencer="2")
    summary = office.imports([row("T1"), row("T2", JOAO)], sequencer="1")
    assert counts(summary) == (0, 2, 0, 0)
    assert office.store.load(TENANT, debtor(JOAO)) is None, "the newer file says this is no longer owed"


def test_a_picture_with_an_unread_line_does_not_make_older_files_late() -> None:
    office = Office(creditor(full_picture=True))
    office.imports([line_of(row("T1")), bad_line(3)], sequencer="2")
    office.imports([row("T2", JOAO)], sequencer="1")
    assert office.status("T2", JOAO) is ReceivableStatus.OPEN


def test_an_index_that_lags_does_not_withdraw_what_a_newer_file_has_just_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = Office(creditor(full_picture=True))
    office.imports([row("T1"), row("T2", JOAO)], sequencer="1")
    stale = list(office.store.tenant_open(TENANT))
    office.imports([row("T1"), row("T2", JOAO, cents=90_00)], sequencer="3")
    office.store.put_state(TENANT, "full-picture", {})
    monkeypatch.setattr(office.store, "tenant_open", lambda tenant: iter(stale))
    office.imports([row("T1")], sequencer="2")
    assert office.status("T2", JOAO) is ReceivableStatus.OPEN


# --- calls --------------------------------------------------------------------------------------------


class Counted:
    """Counts the calls that read and write debtors."""

    def __init__(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        for name in ("load", "commit"):
            monkeypatch.setattr(office.store, name, self._counting(name, getattr(office.store, name)))

    def _counting(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            self.calls.append(name)
            return real(*args, **more)

        return call


def people(count: int, first: int = 0) -> list[Row]:
    return [row(f"T{n}", f"{n:011d}", phones=(), emails=()) for n in range(first, first + count)]


def test_a_new_debtor_costs_one_call(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(office, monkeypatch)
    assert counts(office.imports(people(50))) == (50, 0, 0, 0)
    assert counted.calls == ["commit"] * 50


def test_a_repeated_file_reads_each_debtor_and_guesses_wrong_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.imports(people(50))
    counted = Counted(office, monkeypatch)
    assert counts(office.imports(people(50))) == (0, 50, 0, 0)
    assert counted.calls == ["commit"] + ["load"] * 50


def test_new_debtors_behind_known_ones_are_soon_taken_for_new(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.imports(people(5))
    counted = Counted(office, monkeypatch)
    assert counts(office.imports(people(100))) == (95, 5, 0, 0)
    assert counted.calls.count("load") == 5 + 8


def test_many_titles_of_one_debtor_are_read_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(office, monkeypatch)
    assert counts(office.imports([row(f"T{n}") for n in range(60)])) == (60, 0, 0, 0)
    assert counted.calls == ["commit"] * 5


def test_somebody_else_between_two_transactions_of_one_debtor_is_noticed(office: Office) -> None:
    office.store.commits_fail = [None, ConflictError()]
    assert counts(office.imports([row(f"T{n}") for n in range(20)])) == (20, 0, 0, 0)
    assert len(office.file(MARIA).receivables) == 20


# --- what parts list ------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("1234")), max_size=8), max_size=4))
@settings(max_examples=50)
def test_what_the_parts_list_together_is_what_the_file_lists(parts: list[list[tuple[str, str]]]) -> None:
    together, documents = Listed(), []
    for part in parts:
        one = Listed()
        for debtor_, title in part:
            for listed in (one, together):
                listed.add(debtor_, title)
                listed.meet(debtor_)
        documents.append(one.document())
    whole = Whole(lambda: documents)
    assert len(whole) == len({line for part in parts for line in part})
    assert whole.debtors == together.debtors == len({who for part in parts for who, _ in part})
    for who in "abcde":
        for title in "1234":
            assert ((who, title) in whole) == ((who, title) in together)
