"""An uploaded spreadsheet: what becomes of its lines, whatever is in it and however often it comes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.office import ANA, JOAO, KEY, MARIA, PHONES, Office, bad_line, creditor, days_ago, debtor, line_of, row

from regua.domain.ids import contact_hash, txid
from regua.domain.intake.merge import Upload
from regua.domain.intake.row import Record
from regua.domain.model import CaseStatus, Channel, FactKind, File, ReceivableStatus
from regua.domain.reasons import Reason
from regua.ports import ConflictError, Ref
from regua.use_cases.importing import debtor_lines, lines
from regua.use_cases.importing.lines import ImportSummary
from regua.use_cases.importing.withdrawals import Leaving


@pytest.fixture
def office() -> Office:
    return Office()


def counts(summary: ImportSummary) -> tuple[int, int, int, int]:
    return summary.accepted, summary.unchanged, summary.rejected, summary.blank


def conserved(summary: ImportSummary) -> bool:
    return summary.lines == sum(counts(summary))


# --- new, again, changed ---------------------------------------------------------------------------------------------


def test_a_new_line_becomes_a_receivable_of_its_debtor(office: Office) -> None:
    summary = office.imports([row("T1", cents=123_45)])
    assert counts(summary) == (1, 0, 0, 0)
    receivable = office.receivable("T1")
    assert (receivable.principal_cents, receivable.status) == (123_45, ReceivableStatus.OPEN)
    assert receivable.txid.startswith("RG")
    [entry] = office.ledger()
    assert (entry.reason, entry.cycle, entry.amount_cents, entry.note) == (Reason.IMPORTED, 0, 123_45, "")
    assert (entry.at, entry.receivables, entry.reference) == (office.clock.now(), ("T1",), "titulos.csv")
    assert office.file(MARIA).debtor.case.status is CaseStatus.NONE


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    office.imports([row("T1"), row("T2"), row("T3", JOAO)])
    before = [office.file(who) for who in (MARIA, JOAO)]
    summary = office.imports([row("T1"), row("T2"), row("T3", JOAO)])
    assert counts(summary) == (0, 3, 0, 0)
    assert [office.file(who) for who in (MARIA, JOAO)] == before
    assert office.reasons() == [Reason.IMPORTED, Reason.IMPORTED]


def test_the_same_s3_event_twice_changes_nothing(office: Office) -> None:
    office.imports([row("T1"), row("T2", JOAO)], sequencer="7")
    version = office.file(MARIA).debtor.version
    assert counts(office.imports([row("T1"), row("T2", JOAO)], sequencer="7")) == (0, 2, 0, 0)
    assert office.file(MARIA).debtor.version == version


def test_a_changed_amount_or_due_date_is_taken_and_said_in_the_ledger(office: Office) -> None:
    office.imports([row("T1", cents=100_00), row("T2", cents=50_00, due=days_ago(3))])
    summary = office.imports([row("T1", cents=120_00), row("T2", cents=50_00, due=days_ago(1))])
    assert counts(summary) == (2, 0, 0, 0)
    assert office.receivable("T1").principal_cents == 120_00
    assert office.receivable("T2").due_on == days_ago(1)
    notes = {e.receivables: e.note for e in office.ledger() if e.reason == Reason.IMPORT_CHANGED}
    assert notes == {
        ("T1",): "principal 10000 -> 12000",
        ("T2",): f"due {days_ago(3)} -> {days_ago(1)}",
    }


def test_an_older_upload_that_arrives_after_a_newer_one_changes_nothing(office: Office) -> None:
    office.imports([row("T1", cents=120_00)], sequencer="2")
    assert counts(office.imports([row("T1", cents=100_00)], sequencer="1")) == (0, 1, 0, 0)
    assert office.receivable("T1").principal_cents == 120_00


def test_a_new_phone_number_is_used_first_and_none_is_forgotten(office: Office) -> None:
    office.imports([row("T1", phones=("+5511987654321",))])
    office.imports([row("T1", phones=("+5511912345678",))])
    phones = [p.value for p in office.file(MARIA).debtor.points if p.kind == "phone"]
    assert phones == ["+5511912345678", "+5511987654321"]


def test_a_number_listed_again_gets_the_channels_there_are_since(office: Office) -> None:
    office.imports([row()])
    file = office.file(MARIA)
    before = tuple(replace(p, channels=p.channels[:1]) for p in file.debtor.points)
    office.store.commit(file, replace(file, debtor=replace(file.debtor, points=before)), owner="an older release")
    office.imports([row()])
    mail, phone = office.file(MARIA).debtor.points
    assert (mail.channels, phone.channels) == ((Channel.EMAIL,), (Channel.WHATSAPP, Channel.SMS, Channel.VOICE))


def test_what_has_been_contacted_keeps_its_step_when_the_amount_is_corrected(office: Office) -> None:
    office.opens_and_contacts([row("T1", cents=100_00)])
    step = office.receivable("T1").last_step
    office.imports([row("T1", cents=90_00)])
    assert step is not None
    assert office.receivable("T1").last_step == step


def test_an_entry_about_a_debtor_with_a_case_bears_its_cycle(office: Office) -> None:
    office.imports([row("T1")])
    office.scans()
    office.imports([row("T1", cents=90_00), row("T2")])
    assert [e.cycle for e in office.ledger()[-2:]] == [1, 1]


# --- by what payments and replies find a debtor ----------------------------------------------------------------------


@pytest.fixture
def written(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The kinds of references each commit writes."""
    found: list[list[str]] = []
    real = office.store.commit

    def commit(before: File | None, after: File, *, refs: Iterable[Ref] = (), **rest: Any) -> File:
        refs = list(refs)
        stored = real(before, after, refs=refs, **rest)
        found.append(sorted(ref.kind for ref in refs))
        return stored

    monkeypatch.setattr(office.store, "commit", commit)
    return found


def test_a_new_debtor_is_found_by_every_name_of_title_and_person(office: Office, written: list[list[str]]) -> None:
    office.imports([row("T1", our_number="123", address="Rua B, 2", postal_code="01310100")])
    assert written == [["external", "our_number", "txid", "txid"]]
    code = txid("escola", debtor(MARIA))
    assert office.store.find("escola", "txid", code) == Ref("escola", "txid", code, debtor(MARIA))
    for kind, value in (("email", f"p{MARIA[:3]}@example.com"), ("phone", PHONES[MARIA])):
        address = office.store.address("escola", kind, contact_hash(KEY, "escola", value))
        assert address is not None
        assert address.debtors == (debtor(MARIA),)


def test_names_that_are_known_are_not_written_again(office: Office, written: list[list[str]]) -> None:
    office.imports([row("T1")])
    written.clear()
    office.imports([row("T1", cents=90_00)])
    office.imports([row("T1", our_number="123", phones=("+5511912345678",))])
    office.imports([row("T1", status="paid")])
    assert written == [[], ["our_number"], []]


def test_the_names_of_a_title_that_comes_back_are_written_again(written: list[list[str]], office: Office) -> None:
    office.sets(full_picture=True)
    office.imports([row("T1"), row("T2", JOAO)])
    office.imports([row("T1")])
    office.clock.advance(timedelta(days=1))
    written.clear()
    office.imports([row("T1"), row("T2", JOAO)])
    assert ["external", "txid"] in written


# --- paid, cancelled, not to be collected ---------------------------------------------------------------------------


def test_a_line_that_says_paid_settles_and_closes_the_case(office: Office) -> None:
    office.opens_and_contacts([row("T1")])
    summary = office.imports([row("T1", status="paid", paid_on=days_ago(1))])
    assert (summary.accepted, summary.settled) == (1, 1)
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.receivable("T1").settled_on == days_ago(1)
    assert office.file(MARIA).debtor.case.status is CaseStatus.CLOSED
    assert office.reasons()[-2:] == [Reason.PAYMENT_APPLIED, Reason.CASE_CLOSED]
    assert office.metrics.total("AmountRecovered") == 100_00


def test_the_paid_line_uploaded_again_settles_nothing_twice(office: Office) -> None:
    paid = row("T1", status="paid", paid_on=days_ago(1))
    office.imports([paid])
    summary = office.imports([paid])
    assert counts(summary) == (0, 1, 0, 0)
    assert len(office.file(MARIA).facts) == 1
    assert office.metrics.total("AmountRecovered") == 100_00


def test_a_part_payment_in_the_file_counts_once(office: Office) -> None:
    line = row("T1", cents=100_00, paid_cents=30_00, paid_on=days_ago(1))
    office.imports([line])
    office.imports([line])
    assert office.receivable("T1").open_principal_cents == 70_00


@pytest.mark.parametrize("webhook_first", [True, False])
def test_money_that_the_gateway_and_the_file_both_tell_of_is_the_same_money(
    office: Office, webhook_first: bool
) -> None:
    office.imports([row("T1")])
    if webhook_first:
        office.pays("T1", 100_00)
    office.imports([row("T1", status="paid", paid_on=days_ago(0))])
    if not webhook_first:
        office.pays("T1", 100_00)
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.receivable("T1").overpaid_cents == 0
    assert office.metrics.total("AmountRecovered") == 100_00


def test_a_cancelled_line_is_withdrawn_and_never_contacted(office: Office) -> None:
    office.opens_and_contacts([row("T1")])
    office.imports([row("T1", status="cancelled")])
    assert office.status("T1") is ReceivableStatus.CANCELLED
    assert office.wakes(MARIA).next == "stop"
    assert len(office.mail) == 1


def test_a_settled_receivable_is_not_reopened_by_a_file_that_is_behind(office: Office) -> None:
    office.imports([row("T1")])
    office.pays("T1", 100_00)
    office.imports([row("T1", status="open", note="em aberto")])
    assert office.status("T1") is ReceivableStatus.PAID


def test_do_not_collect_keeps_the_receivable_and_sends_nothing(office: Office) -> None:
    office.imports([row("T1", do_not_collect=True), row("T2", JOAO)])
    found = office.scans()
    assert found.opened == 1
    assert office.status("T1") is ReceivableStatus.OPEN
    assert Reason.DO_NOT_COLLECT in office.reasons()
    office.imports([row("T1", note="de outro sistema")])
    assert office.scans().opened == 0, "a file that lacks the column says nothing of it"
    office.imports([row("T1", has=("do_not_collect",))])
    assert office.scans().opened == 1, "the mark can be taken away again"


# --- rows that cannot be taken ----------------------------------------------------------------------------------------


def test_a_bad_first_line_does_not_stop_the_others(office: Office) -> None:
    summary = office.imports([bad_line(2), line_of(row("T1"), 3), line_of(row("T2", JOAO), 4)])
    assert counts(summary) == (2, 0, 1, 0)
    assert [line.line for line in office.rejected] == [2]
    assert summary.problems == {"data inválida": 1}


def test_lines_are_conserved_whatever_they_are(office: Office) -> None:
    office.imports([row("T1")])
    lines = [
        bad_line(2),
        line_of(row("T1"), 3),
        Record(4, None),
        line_of(row("T2", JOAO), 5),
        line_of(row("T2", ANA), 6),
        line_of(row("T2", JOAO), 7),
    ]
    summary = office.imports(lines)
    assert conserved(summary)
    assert counts(summary) == (1, 2, 2, 1)


def test_one_id_for_two_people_in_one_file_is_told_and_the_first_keeps_it(office: Office) -> None:
    summary = office.imports([row("T1", MARIA), row("T1", JOAO), row("T2", JOAO)])
    assert counts(summary) == (2, 0, 1, 0)
    [line] = office.rejected
    assert line.line == 3
    assert (line.faults[0].column, line.faults[0].value) == ("id_titulo", "T1")
    assert office.status("T1", MARIA) is ReceivableStatus.OPEN
    assert office.file(JOAO).receivable("T1") is None
    assert office.status("T2", JOAO) is ReceivableStatus.OPEN


def test_the_file_with_the_clash_uploaded_again_still_leaves_the_title_where_it_was(office: Office) -> None:
    wrong = [row("T1", MARIA), row("T1", JOAO)]
    office.imports(wrong)
    assert counts(office.imports(wrong)) == (0, 1, 1, 0)
    assert office.status("T1", MARIA) is ReceivableStatus.OPEN


def test_a_debtor_somebody_else_is_always_changing_is_rejected_with_the_advice_to_send_again(office: Office) -> None:
    office.store.commits_fail = [ConflictError()] * debtor_lines.CONFLICTS
    summary = office.imports([row("T1"), row("T2", JOAO)])
    assert counts(summary) == (1, 0, 1, 0)
    [fault] = office.rejected[0].faults
    assert (fault.fix, fault.column, fault.value) == ("Envie o arquivo de novo", "", "")


@pytest.mark.parametrize("cents", [100_00, -100_00])
def test_who_cannot_be_read_costs_his_own_lines_alone(office: Office, cents: int) -> None:
    office.imports([row("T1"), row("T2", JOAO)])
    office.store.unreadable = {debtor(MARIA)}
    again = [row("T1", cents=cents), row("T3"), row("T2", JOAO, 90_00), row("T4", JOAO)]
    assert counts(office.imports(again)) == (2, 0, 2, 0)
    assert ["não pode ser lido" in line.faults[0].problem for line in office.rejected] == [True, True]
    office.store.unreadable = set()
    assert counts(office.imports([row("T1", cents=90_00), row("T3")])) == (2, 0, 0, 0)


def test_a_conflict_is_decided_again(office: Office) -> None:
    office.store.commits_fail = [ConflictError()]
    assert counts(office.imports([row("T1")])) == (1, 0, 0, 0)


# --- many -----------------------------------------------------------------------------------------------------------


def test_a_debtor_with_forty_receivables_is_taken_whole(office: Office) -> None:
    summary = office.imports([row(f"T{n}", our_number=f"10{n:04d}") for n in range(40)])
    assert counts(summary) == (40, 0, 0, 0)
    assert len(office.file(MARIA).receivables) == 40


def test_many_paid_lines_with_many_phones_each_are_taken_whole(office: Office) -> None:
    """More items than one transaction holds, however they are counted."""
    rows = [
        row(
            f"T{n}",
            our_number=f"10{n:04d}",
            phones=tuple(f"+55119{n:02d}{k}00000" for k in range(4)),
            emails=tuple(f"m{n}-{k}@example.com" for k in range(4)),
            status="paid",
            paid_cents=500_00,
            paid_on=days_ago(1),
        )
        for n in range(24)
    ]
    assert counts(office.imports(rows)) == (24, 0, 0, 0)
    assert counts(office.imports(rows)) == (0, 24, 0, 0)


def test_more_rows_than_a_batch_are_all_taken(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BATCH", 5)
    summary = office.imports([row(f"T{n}", (MARIA, JOAO, ANA)[n % 3]) for n in range(23)])
    assert counts(summary) == (23, 0, 0, 0)
    assert summary.debtors == 3


# --- the same title twice in one file -------------------------------------------------------------------------------


def test_a_line_that_stands_there_twice_is_one_title(office: Office) -> None:
    for accepted in (1, 0):
        assert counts(office.imports([row("T1"), row("T1")])) == (accepted, 2 - accepted, 0, 0)
    assert [r.id for r in office.file(MARIA).receivables] == ["T1"]
    assert office.reasons() == [Reason.IMPORTED]
    office.pays("T1", 100_00)
    assert office.status("T1") is ReceivableStatus.PAID


@pytest.mark.parametrize("between", [0, lines.PER_COMMIT], ids=["at once", "in two transactions"])
def test_of_two_amounts_for_one_title_the_last_line_counts_and_both_are_entered(office: Office, between: int) -> None:
    others = [row(f"X{n}") for n in range(between)]
    summary = office.imports([row("T1", cents=100_00), *others, row("T1", cents=120_00)])
    assert counts(summary) == (2 + between, 0, 0, 0)
    assert conserved(summary)
    assert office.receivable("T1").principal_cents == 120_00
    told = [(e.reason, e.amount_cents) for e in office.ledger() if e.receivables == ("T1",)]
    assert told == [(Reason.IMPORTED, 100_00), (Reason.IMPORT_CHANGED, 120_00)]


def test_a_title_that_is_paid_on_two_lines_of_a_file_was_paid_once(office: Office) -> None:
    office.imports([row("T1", status="paid"), row("T1", status="paid")])
    assert [f.amount_cents for f in office.file(MARIA).facts] == [100_00]
    assert (office.status("T1"), office.receivable("T1").overpaid_cents) == (ReceivableStatus.PAID, 0)
    assert office.metrics.total("AmountRecovered") == 100_00


def test_a_title_open_on_one_line_and_paid_on_another_is_paid(office: Office) -> None:
    for lines_ in ([row("T1"), row("T1", status="paid")], [row("T2", JOAO, status="paid"), row("T2", JOAO)]):
        office.imports(lines_)
    assert office.status("T1") is office.status("T2", JOAO) is ReceivableStatus.PAID


# --- a corrected tax id ---------------------------------------------------------------------------------------------


def test_a_corrected_tax_id_moves_the_receivable_to_its_rightful_owner(office: Office) -> None:
    office.opens_and_contacts([row("T1", MARIA)])
    summary = office.imports([row("T1", JOAO)])
    assert counts(summary) == (1, 0, 0, 0)
    assert office.status("T1", MARIA) is ReceivableStatus.CANCELLED
    assert Reason.IMPORT_MOVED in office.reasons(MARIA)
    assert office.file(MARIA).debtor.case.status is CaseStatus.CLOSED
    assert office.status("T1", JOAO) is ReceivableStatus.OPEN
    office.pays("T1", 100_00)
    assert office.status("T1", JOAO) is ReceivableStatus.PAID


def test_the_code_in_the_message_sent_to_the_wrong_person_still_pays_the_receivable(office: Office) -> None:
    office.imports([row("T1", MARIA)])
    code = office.receivable("T1", MARIA).txid
    office.imports([row("T1", JOAO)])
    office.pays(code, 100_00, by="txid")
    assert office.status("T1", JOAO) is ReceivableStatus.PAID


def test_what_was_already_paid_moves_with_the_receivable(office: Office) -> None:
    office.imports([row("T1", MARIA), row("T2", MARIA)])
    office.pays("T1", 100_00)
    office.pays("T2", 30_00)
    office.imports([row("T1", JOAO), row("T2", JOAO)])
    assert office.status("T1", JOAO) is ReceivableStatus.PAID, "nobody is asked twice for what was paid"
    assert office.receivable("T2", JOAO).open_principal_cents == 70_00
    assert office.metrics.total("AmountRecovered") == 130_00


def code_of_the_last_message(office: Office) -> str:
    code = office.file(MARIA).contacts[-1].code
    assert code
    return code


@pytest.mark.parametrize("paid_first", [True, False])
def test_money_by_a_messages_code_is_the_titles_wherever_they_have_moved(office: Office, paid_first: bool) -> None:
    office.opens_and_contacts([row("T1", MARIA), row("T2", MARIA)])
    code = code_of_the_last_message(office)
    cents = office.file(MARIA).contacts[-1].amount_cents
    if paid_first:
        office.pays(code, cents, by="txid")
    office.imports([row("T1", JOAO), row("T2", JOAO)])
    if not paid_first:
        office.pays(code, cents, by="txid")
    assert [office.status(key, JOAO) for key in ("T1", "T2")] == [ReceivableStatus.PAID, ReceivableStatus.PAID]
    assert office.metrics.total("AmountRecovered") == cents


def test_what_a_file_called_paid_is_paid_at_its_rightful_owner_and_counted_once(office: Office) -> None:
    assert office.imports([row("T1", MARIA, status="paid")]).settled == 1
    assert office.imports([row("T1", JOAO)]).settled == 0
    assert office.status("T1", JOAO) is ReceivableStatus.PAID
    assert office.metrics.total("AmountRecovered") == 100_00


def test_a_name_that_leads_to_a_title_nobody_has_any_more_is_free(office: Office) -> None:
    office.imports([row("T1", MARIA)])
    file = office.file(MARIA)
    office.store.commit(file, file, owner="test", refs=[Ref("escola", "external", "T9", debtor(MARIA), "T9")])
    assert counts(office.imports([row("T9", JOAO)])) == (1, 0, 0, 0)
    office.pays("T9", 100_00)
    assert office.status("T9", JOAO) is ReceivableStatus.PAID


def test_a_title_is_withdrawn_from_a_debtor_whom_somebody_else_is_changing(office: Office) -> None:
    office.imports([row("T1", MARIA)])
    office.store.commits_fail = [None, ConflictError()]
    assert counts(office.imports([row("T1", JOAO)])) == (1, 0, 0, 0)
    assert office.status("T1", MARIA) is ReceivableStatus.CANCELLED


def test_a_title_is_known_by_its_bank_number_too_when_it_moves_under_another_name(office: Office) -> None:
    office.imports([row("T1", MARIA, our_number="123")])
    office.scans()
    assert counts(office.imports([row("T9", JOAO, our_number="123")])) == (1, 0, 0, 0)
    assert office.reasons(MARIA)[-2:] == [Reason.IMPORT_MOVED, Reason.CASE_CLOSED]
    office.pays("123", 100_00, by="our_number")
    assert office.status("T9", JOAO) is ReceivableStatus.PAID


def test_a_name_of_somebody_whose_file_is_gone_is_free(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.imports([row("T1", MARIA)])
    load = office.store.load
    monkeypatch.setattr(office.store, "load", lambda tenant, who: None if who == debtor(MARIA) else load(tenant, who))
    assert counts(office.imports([row("T1", JOAO)])) == (1, 0, 0, 0)


def test_an_older_file_that_comes_late_takes_no_title_from_its_newer_owner(office: Office) -> None:
    office.imports([row("T1", MARIA)], sequencer="2")
    assert counts(office.imports([row("T1", JOAO)], sequencer="1")) == (0, 0, 1, 0)
    assert office.status("T1", MARIA) is ReceivableStatus.OPEN


def test_of_two_parts_of_a_file_that_name_two_owners_the_first_to_be_stored_keeps_the_title(office: Office) -> None:
    office.imports([row("T1", MARIA)], sequencer="5")
    assert counts(office.imports([row("T1", JOAO)], sequencer="5")) == (0, 0, 1, 0)
    assert office.status("T1", MARIA) is ReceivableStatus.OPEN


def test_a_line_that_clashes_takes_nothing_from_anybody_by_its_bank_number(office: Office) -> None:
    office.imports([row("T7", ANA, our_number="123")])
    summary = office.imports([row("T1", MARIA), row("T1", JOAO, our_number="123")])
    assert counts(summary) == (1, 0, 1, 0)
    assert office.status("T7", ANA) is ReceivableStatus.OPEN


def test_a_move_that_died_is_ended_though_the_former_owner_had_paid_a_part(office: Office) -> None:
    office.imports([row("T1", MARIA, paid_cents=10_00)])
    office.store.commits_fail = [None, None, RuntimeError("the invocation died")]
    with pytest.raises(RuntimeError):
        office.imports([row("T1", JOAO)], sequencer="9")
    assert counts(office.imports([row("T1", JOAO)], sequencer="9")) == (1, 0, 0, 0)
    assert office.status("T1", JOAO) is ReceivableStatus.OPEN


def test_a_corrected_tax_id_can_be_corrected_back(office: Office) -> None:
    office.imports([row("T1", MARIA)])
    office.imports([row("T1", JOAO)])
    office.imports([row("T1", MARIA)])
    assert office.status("T1", MARIA) is ReceivableStatus.OPEN
    assert office.status("T1", JOAO) is ReceivableStatus.CANCELLED
    office.pays("T1", 100_00)
    assert office.status("T1", MARIA) is ReceivableStatus.PAID


def test_an_import_that_died_in_the_middle_of_a_move_ends_it_when_it_is_repeated(office: Office) -> None:
    office.imports([row("T1", MARIA)])
    # the first try finds the id taken, the second withdraws it at Maria's, the third should give it to João
    office.store.commits_fail = [None, None, RuntimeError("the invocation died")]
    with pytest.raises(RuntimeError):
        office.imports([row("T1", JOAO)], sequencer="9")
    assert counts(office.imports([row("T1", JOAO)], sequencer="9")) == (1, 0, 0, 0)
    assert office.status("T1", JOAO) is ReceivableStatus.OPEN
    assert office.status("T1", MARIA) is ReceivableStatus.CANCELLED


# --- the full picture -----------------------------------------------------------------------------------------------


@pytest.fixture
def whole() -> Office:
    return Office(creditor(full_picture=True))


def test_what_is_no_longer_in_the_full_picture_is_withdrawn(whole: Office) -> None:
    whole.opens_and_contacts([row("T1"), row("T2", JOAO)])
    summary = whole.imports([row("T1")])
    assert summary.disappeared == 1
    assert conserved(summary)
    assert whole.status("T2", JOAO) is ReceivableStatus.CANCELLED
    assert Reason.IMPORT_DISAPPEARED in whole.reasons(JOAO)
    assert whole.file(JOAO).debtor.case.status is CaseStatus.CLOSED
    assert whole.status("T1") is ReceivableStatus.OPEN


def test_without_the_full_picture_nothing_disappears(office: Office) -> None:
    office.imports([row("T1"), row("T2", JOAO)])
    assert office.imports([row("T1")]).disappeared == 0
    assert office.status("T2", JOAO) is ReceivableStatus.OPEN


def test_a_line_that_could_not_be_read_withdraws_nobody(whole: Office) -> None:
    """Which title it was nobody knows: as long as one is unread, the picture is not full."""
    whole.imports([row("T1"), row("T2", JOAO)])
    summary = whole.imports([line_of(row("T1")), bad_line(3)])
    assert summary.disappeared == 0
    assert summary.problems == {"data inválida": 1, lines.NOT_WHOLE: 1}
    assert whole.status("T2", JOAO) is ReceivableStatus.OPEN


def test_an_empty_export_withdraws_nobody(whole: Office) -> None:
    whole.imports([row("T1")])
    assert whole.imports([]).disappeared == 0
    assert whole.imports([Record(2, None)]).disappeared == 0
    assert whole.status("T1") is ReceivableStatus.OPEN


def test_what_comes_back_in_the_next_full_picture_is_open_again(whole: Office) -> None:
    whole.imports([row("T1"), row("T2", JOAO)])
    whole.imports([row("T1")])
    whole.clock.advance(timedelta(days=1))
    whole.imports([row("T1"), row("T2", JOAO)])
    assert whole.status("T2", JOAO) is ReceivableStatus.OPEN
    assert Reason.REOPENED in whole.reasons(JOAO)


def test_an_older_full_picture_withdraws_nothing_a_newer_one_brought(whole: Office) -> None:
    whole.imports([row("T1"), row("T2", JOAO)], sequencer="2")
    assert whole.imports([row("T1")], sequencer="1").disappeared == 0
    assert whole.status("T2", JOAO) is ReceivableStatus.OPEN


@pytest.mark.parametrize("sequencer", ["4", "5"], ids=["an older file", "another part of the same file"])
def test_only_what_earlier_files_brought_can_be_absent(office: Office, sequencer: str) -> None:
    office.imports([row("T1")], sequencer="5")
    assert office.imports([row("T2", JOAO)], sequencer=sequencer).absent == 0
    assert office.imports([row("T2", JOAO)], sequencer="6").absent == 1


def test_what_is_paid_is_not_withdrawn_and_what_is_open_is_by_the_upload_that_listed_it_last(office: Office) -> None:
    office.imports([row("T1", status="paid"), row("T2")], sequencer="5")
    upload = Upload("titulos.csv", "5", office.clock.now())
    leaving = Leaving(office.store, office.executions, office.clock, office.metrics, office.token)
    leaving.close(debtor(MARIA), ["T1", "T2"], office.rulebook.rules("escola", office.clock.now()), upload)
    facts = {f.receivable: f.kind for f in office.file(MARIA).facts}
    assert facts == {"T1": FactKind.SETTLED, "T2": FactKind.CANCELLED}
    assert office.status("T2") is ReceivableStatus.CANCELLED


def test_the_upload_that_withdrew_a_title_is_the_last_that_changed_it(office: Office) -> None:
    office.imports([row("T1"), row("T2")], sequencer="5")
    upload = Upload("menos.csv", "6", office.clock.now())
    leaving = Leaving(office.store, office.executions, office.clock, office.metrics, office.token)
    leaving.close(debtor(MARIA), ["T2"], office.rulebook.rules("escola", office.clock.now()), upload)
    assert [r.source for r in office.file(MARIA).receivables] == ["5|titulos.csv", "6|menos.csv"]
    assert counts(office.imports([row("T2", cents=90_00)], sequencer="5")) == (0, 1, 0, 0)


def test_the_last_title_that_leaves_closes_the_case_and_stops_its_execution(whole: Office) -> None:
    whole.imports([row("T1"), row("T2"), row("T9", JOAO)])
    whole.scans()
    execution = whole.file(MARIA).debtor.case.execution
    seen = []
    for left in ([row("T1"), row("T9", JOAO)], [row("T9", JOAO)]):
        whole.imports(left)
        seen.append((whole.metrics.total("CasesClosed"), whole.executions.stopped))
        whole.executions.stopped = []
    assert seen == [(0, []), (1, [execution])]
    assert execution


def test_what_the_operator_changed_of_the_configuration_counts_from_the_next_file_on(office: Office) -> None:
    office.imports([row("T1")])
    office.sets(full_picture=True)
    assert office.imports([row("T2", JOAO)]).disappeared == 1


def test_a_debtor_with_many_titles_can_leave_the_full_picture_at_once(whole: Office) -> None:
    whole.imports([row(f"T{n}") for n in range(60)] + [row("T99", JOAO)])
    summary = whole.imports([row("T99", JOAO)])
    assert summary.disappeared == 60
    assert not whole.file(MARIA).open_receivables


def test_a_payment_the_file_tells_of_is_settled_by_the_settling_rules(office: Office) -> None:
    office.imports([row("T1", status="paid", paid_cents=10_00, paid_on=days_ago(0))])
    assert office.status("T1") is ReceivableStatus.PAID, "the creditor says it is paid, whatever the amount"
    [fact] = office.file(MARIA).facts
    assert (fact.kind, fact.evidence) == (FactKind.SETTLED, "operator")


def test_the_debtor_of_a_line_with_a_payer_is_the_payer(office: Office) -> None:
    office.imports([replace(row("T1", ANA), responsible_name="Maria", responsible_document=MARIA)])
    assert office.file(MARIA).debtor.name == "Maria"
    assert office.store.load("escola", debtor(ANA)) is None


def test_figures_of_the_import_are_measured(office: Office) -> None:
    office.imports([line_of(row("T1")), bad_line(3)])
    office.imports([row("T1")])
    totals = [office.metrics.total(f"Rows{name}") for name in ("Imported", "Unchanged", "Rejected")]
    assert totals == [1, 1, 1]
