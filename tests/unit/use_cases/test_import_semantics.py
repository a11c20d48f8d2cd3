"""What a line means beside what is already known: totals paid, names, marks, and files that come late."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.office import JOAO, KEY, MARIA, TENANT, Office, bad_line, creditor, days_ago, debtor, line_of, row

from regua.domain.intake.merge import Upload
from regua.domain.intake.row import Record, Row
from regua.domain.model import File, ReceivableStatus
from regua.domain.work import WorkKind, WorkStatus
from regua.ports import ConflictError
from regua.use_cases.importing import debtor_lines, lines
from regua.use_cases.importing.file_index import Listed, Whole
from regua.use_cases.importing.lines import Importing, ImportSummary


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


def emptied(**more: Any) -> Row:
    """Of a file that has the column, and nothing in it."""
    return row("T1", has=("paid_cents",), **more)


@pytest.mark.parametrize("cents", [40_00, 100_00])
@pytest.mark.parametrize("nothing", [None, 0])
def test_a_total_that_is_emptied_was_typed_by_mistake(office: Office, cents: int, nothing: int | None) -> None:
    office.imports([row("T1")])
    office.imports([row("T1", paid_cents=cents)])
    office.imports([emptied(paid_cents=nothing)])
    assert (office.status("T1"), open_cents(office)) == (ReceivableStatus.OPEN, 100_00)
    assert office.imports([emptied(paid_cents=nothing)]).unchanged == 1
    assert office.metrics.total("AmountRecovered") == 0


def test_a_file_without_the_column_says_nothing_of_what_was_paid(office: Office) -> None:
    office.imports([row("T1", paid_cents=40_00)])
    office.imports([row("T1")])
    assert open_cents(office) == 60_00


def test_an_emptied_total_takes_back_no_money_that_others_told_of(office: Office) -> None:
    office.imports([row("T1", paid_cents=70_00)])
    office.pays("T1", 40_00, paid_at=office.clock.now() - timedelta(days=1))
    office.imports([emptied()])
    assert open_cents(office) == 60_00


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
    assert summary.problems == {lines.SUPERSEDED: 2}
    assert office.store.load(TENANT, debtor(JOAO)) is None, "the newer file says this is no longer owed"


def test_a_picture_with_an_unread_line_does_not_make_older_files_late() -> None:
    office = Office(creditor(full_picture=True))
    office.imports([line_of(row("T1")), bad_line(3)], sequencer="2")
    office.imports([row("T2", JOAO)], sequencer="1")
    assert office.status("T2", JOAO) is ReceivableStatus.OPEN


def test_an_empty_export_does_not_make_older_files_late() -> None:
    office = Office(creditor(full_picture=True))
    office.imports([Record(2, None)], sequencer="2")
    assert counts(office.imports([row("T1")], sequencer="1")) == (1, 0, 0, 0)


def test_a_full_picture_that_is_told_again_is_not_late() -> None:
    office = Office(creditor(full_picture=True))
    told = [office.imports([row("T1")], sequencer="5") for _ in range(2)]
    assert [(counts(summary), summary.problems) for summary in told] == [((1, 0, 0, 0), {}), ((0, 1, 0, 0), {})]


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
    return [row(f"T{n}", f"{n:011d}", name=f"Pessoa {n}", phones=(), emails=()) for n in range(first, first + count)]


def test_a_new_debtor_costs_one_call(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(office, monkeypatch)
    assert counts(office.imports(people(50))) == (50, 0, 0, 0)
    assert counted.calls == ["commit"] * 50


def test_a_name_that_many_have_is_nobodys(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    named_alike = [replace(one, name="Consumidor Final") for one in people(60)]
    counted = Counted(office, monkeypatch)
    assert counts(office.imports(named_alike)) == (60, 0, 0, 0)
    assert counted.calls.count("load") < 60 * 20
    counted.calls.clear()
    more = [replace(one, name="Consumidor Final") for one in people(20, 60)]
    assert counts(office.imports(more)) == (20, 0, 0, 0)
    assert counted.calls.count("load") <= 20, "nobody looks at all the others of that name"


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


def test_titles_of_one_debtor_at_the_end_of_a_batch_wait_for_those_in_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "BATCH", 5)
    counted = Counted(office, monkeypatch)
    assert counts(office.imports([row(f"T{n}") for n in range(8)])) == (8, 0, 0, 0)
    assert counted.calls == ["commit"]


def test_many_titles_of_one_debtor_that_changed_nothing_are_read_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.imports([row(f"T{n}") for n in range(60)])
    counted = Counted(office, monkeypatch)
    assert counts(office.imports([row(f"T{n}") for n in range(60)])) == (0, 60, 0, 0)
    assert counted.calls == ["commit", "load"]


def test_whose_title_was_somebody_elses_is_read_before_it_is_decided_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.imports([row("T1", MARIA)])
    counted = Counted(office, monkeypatch)
    assert counts(office.imports([row("T1", JOAO)])) == (1, 0, 0, 0)
    what_was_said_meanwhile = "load"
    assert counted.calls == ["commit", "load", "load", "commit", "load", "commit", what_was_said_meanwhile]


def test_what_somebody_else_wrote_between_two_transactions_of_one_debtor_stays(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = office.store.commit, 0

    def commit(before: File | None, after: File, **rest: Any) -> File:
        nonlocal calls
        calls += 1
        if calls == 2:
            stored = office.file(MARIA)
            real(stored, replace(stored, debtor=replace(stored.debtor, segment="vip")), owner="somebody else")
        return real(before, after, **rest)

    monkeypatch.setattr(office.store, "commit", commit)
    assert counts(office.imports([row(f"T{n}") for n in range(20)])) == (20, 0, 0, 0)
    assert office.file(MARIA).debtor.segment == "vip"


def importing_of(office: Office, **more: Any) -> Importing:
    return Importing(
        office.store, office.rulebook, office.executions, office.clock, office.metrics, KEY,
        lambda state, phone, city: (state, ""), office.token, **more,
    )  # fmt: skip


def test_who_waits_hears_after_each_batch_how_many_lines_were_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "BATCH", 2)
    heard: list[int] = []
    upload = Upload("titulos.csv", "1", office.clock.now())
    records = [line_of(row(f"T{n}")) for n in range(5)]
    importing_of(office).import_lines(TENANT, upload, records, lambda line: None, heard.append)
    assert heard == [2, 4, 5]


def test_a_file_that_is_refused_whole_gives_every_line_back_but_the_blank_ones(office: Office) -> None:
    back: list[Record] = []
    records = [line_of(row()), Record(3, None), bad_line(4)]
    summary = importing_of(office).refuse_all(records, back.append, "recusado por inteiro", "corrija as demais")
    assert (summary.lines, summary.unread, *counts(summary)) == (3, 2, 0, 0, 2, 1)
    assert summary.problems == {"recusado por inteiro": 1, "data inválida": 1}
    assert [line.line for line in back] == [2, 4]
    assert office.metrics.total("RowsRejected") == 2


def test_a_debtor_much_in_demand_is_waited_for_a_little_longer_each_time(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(debtor_lines.random, "random", lambda: 0.5)
    importing = importing_of(office, tries=8, pause=waited.append)
    office.store.commits_fail = [ConflictError()] * 8
    upload = Upload("titulos.csv", "1", office.clock.now())
    summary, _ = importing.import_lines(TENANT, upload, [line_of(row())], lambda line: None)
    assert counts(summary) == (0, 0, 1, 0)
    assert waited == pytest.approx([0.04, 0.08, 0.16, 0.32, 0.5, 0.5])


# --- what does not fit ----------------------------------------------------------------------------------


class Narrow:
    """A store whose transactions hold so many new titles and no more."""

    def __init__(self, office: Office, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self._most, self._real = most, office.store.commit
        monkeypatch.setattr(office.store, "commit", self._commit)

    def _commit(self, before: File | None, after: File, **rest: Any) -> File:
        if len(after.receivables) - len(before.receivables if before else ()) > self._most:
            raise ValueError("too many items")
        return self._real(before, after, **rest)


@pytest.mark.parametrize("many", [1, 2, 3])
def test_a_line_that_cannot_be_stored_by_itself_comes_back(
    office: Office, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    Narrow(office, 0, monkeypatch)
    summary = office.imports([row(f"T{n}") for n in range(many)])
    assert counts(summary) == (0, 0, many, 0)
    assert [line.line for line in office.rejected] == [*range(2, 2 + many)]
    [fault] = office.rejected[0].faults
    assert (fault.problem, fault.fix) == ("O registro não pôde ser gravado", "Confira o tamanho dos campos")


def test_what_is_too_much_for_a_transaction_is_stored_in_halves_and_read_no_more_often(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    Narrow(office, 5, monkeypatch)
    counted = Counted(office, monkeypatch)
    assert counts(office.imports([row(f"T{n}") for n in range(24)])) == (24, 0, 0, 0)
    assert len(office.file(MARIA).receivables) == 24
    assert counted.calls.count("load") == 5, "once for each half of a half"


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


def test_only_a_title_of_a_debtor_can_be_listed() -> None:
    listed = Listed()
    listed.add("a", "1")
    whole = Whole(lambda: [listed.document()])
    for one in (listed, whole):
        assert ("a", "1") in one
        assert "a1" not in one


# --- an amount that is corrected is settled again --------------------------------------------------------------------


def test_paid_60_and_corrected_to_60_is_paid(office: Office) -> None:
    office.imports([row("T1")])
    office.pays("T1", 60_00)
    office.imports([row("T1", cents=60_00)])
    assert (office.status("T1"), office.receivable("T1").overpaid_cents) == (ReceivableStatus.PAID, 0)
    assert office.scans().opened == 0, "nobody is asked for nothing"


def test_paid_60_and_corrected_to_50_is_paid_and_10_are_over_and_work(office: Office) -> None:
    office.opens_and_contacts([row("T1")])
    office.pays("T1", 60_00)
    office.imports([row("T1", cents=50_00)])
    assert (office.status("T1"), office.receivable("T1").overpaid_cents) == (ReceivableStatus.PAID, 10_00)
    assert [(w.kind, w.amount_cents) for w in office.store.work("escola", WorkStatus.OPEN)] == [
        (WorkKind.OVERPAID, 10_00)
    ]
    assert office.wakes(MARIA).next == "stop", "the correction has closed the case"


def test_a_paid_title_corrected_downwards_is_paid_too_much(office: Office) -> None:
    office.imports([row("T1")])
    office.pays("T1", 100_00)
    office.imports([row("T1", cents=70_00)])
    assert (office.status("T1"), office.receivable("T1").overpaid_cents) == (ReceivableStatus.PAID, 30_00)


@pytest.mark.parametrize("days", [-20, 20])
def test_what_is_corrected_while_a_title_is_paid_holds_once_the_money_goes_back(office: Office, days: int) -> None:
    office.imports([row("T1", due=days_ago(2))])
    office.pays("T1", 200_00, code="P1")
    paid = office.receivable("T1")
    due = days_ago(2) + timedelta(days=days)
    office.imports([row("T1", due=due, policy="outra", tags=("vip",), has=("policy", "tags"))])
    stands = office.receivable("T1")
    assert (stands.status, stands.due_on) == (ReceivableStatus.PAID, due)
    assert stands.paid_additions_cents == (paid.paid_additions_cents if days < 0 else 0), "put off gives back"
    office.refunds("P1", 200_00)
    back = office.receivable("T1")
    assert (back.status, back.due_on, back.policy, back.tags) == (ReceivableStatus.OPEN, due, "outra", ("vip",))


def test_a_due_date_brought_forward_reopens_nothing_that_is_paid(office: Office) -> None:
    office.imports([row("T1", due=days_ago(0))])
    office.pays("T1", 100_00)
    office.imports([row("T1", due=days_ago(30))])
    assert (office.status("T1"), open_cents(office)) == (ReceivableStatus.PAID, 0)


def test_an_amount_with_the_fine_paid_in_it_is_taken_by_the_file_after_the_refund(office: Office) -> None:
    with_fine = row("T1", fine_percent=Decimal(2))
    office.imports([with_fine])
    office.pays("T1", 102_00, code="P1")
    office.imports([replace(with_fine, principal_cents=102_00)])
    assert (office.status("T1"), open_cents(office)) == (ReceivableStatus.PAID, 0)
    office.refunds("P1", 102_00)
    assert open_cents(office) == 100_00
    office.imports([replace(with_fine, principal_cents=102_00)])
    assert open_cents(office) == 102_00


def test_a_part_paid_title_corrected_upwards_owes_the_rest(office: Office) -> None:
    office.imports([row("T1")])
    office.pays("T1", 60_00)
    office.imports([row("T1", cents=120_00)])
    assert office.receivable("T1").open_principal_cents == 60_00
