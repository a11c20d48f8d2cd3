"""The newest word of the creditor: which addresses are used, and what an empty cell takes back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tests.office import KEY, creditor

from regua.calendars import load
from regua.domain.contact.reach import best_point
from regua.domain.intake.merge import MergedRow, Upload, merge_row
from regua.domain.intake.row import Row
from regua.domain.model import Channel, FactKind, File, PaymentFact, PointStatus, ReceivableStatus
from regua.domain.money.settlement import settle

DUE = date(2026, 3, 10)
OLD, NEW, THIRD, LATER = (Upload(f"{n}.csv", f"00{n}", datetime(2026, 3, n, 12, tzinfo=UTC)) for n in (1, 2, 3, 4))
ALL = ("do_not_collect", "policy", "status", "tags")


def a_row(receivable: str = "T1", **more: object) -> Row:
    return Row(2, "Ana", receivable, 100_00, DUE, **{"document": "52998224725", **more})  # type: ignore[arg-type]  # the caller's


def merged(*rows: Row, file: File | None = None, upload: Upload = OLD) -> File:
    """The debtor's file after these rows of one upload."""
    for row in rows:
        file = taken(row, file, upload, rows).file
    assert file is not None
    return file


def taken(row: Row, file: File | None, upload: Upload, rows: tuple[Row, ...] = ()) -> MergedRow:
    return merge_row(file, row, creditor(), upload, KEY, lambda state, phone, city: (state, ""), rows)


def emails(file: File) -> list[str]:
    """Those in use, first choice first."""
    return [p.value for p in file.debtor.points if p.kind == "email" and not p.former]


A, B, C = "a@x.com", "b@x.com", "c@x.com"


def test_a_newer_files_addresses_replace_the_older_which_stay_known() -> None:
    file = merged(a_row(emails=(B,)), file=merged(a_row(emails=(A,))), upload=NEW)
    assert emails(file) == [B]
    assert [p.value for p in file.debtor.points] == [B, A]
    best = best_point(Channel.EMAIL, file.debtor.points)
    assert best is not None
    assert best.value == B


def test_the_old_one_is_not_used_even_when_the_new_one_fails() -> None:
    file = merged(a_row(emails=(B,)), file=merged(a_row(emails=(A,))), upload=NEW)
    points = tuple(replace(p, status=PointStatus.BOUNCED) if p.value == B else p for p in file.debtor.points)
    assert best_point(Channel.EMAIL, points) is None


def test_listed_again_it_is_used_again() -> None:
    file = merged(a_row(emails=(B,)), file=merged(a_row(emails=(A,))), upload=NEW)
    assert emails(merged(a_row(emails=(A,)), file=file, upload=THIRD)) == [A]


def test_the_order_of_a_newer_file_is_the_order_of_choice() -> None:
    file = merged(a_row(emails=(A, B)))
    assert emails(merged(a_row(emails=(B, A)), file=file, upload=NEW)) == [B, A]


def test_what_a_newer_list_leaves_out_is_not_used() -> None:
    assert emails(merged(a_row(emails=(A,)), file=merged(a_row(emails=(A, B))), upload=NEW)) == [A]


def test_lines_of_one_file_speak_with_one_voice() -> None:
    rows = (a_row("T1", emails=(A,)), a_row("T2", emails=(B,)))
    file = merged(*rows)
    assert emails(file) == [A, B]
    again = merged(*rows, file=file, upload=NEW)
    assert again == file, "the same lines change nothing"
    changed = merged(a_row("T1", emails=(C,)), a_row("T2", emails=(B,)), file=file, upload=NEW)
    assert set(emails(changed)) == {C, B}
    assert emails(changed)[0] == C


def test_a_late_file_adds_what_is_not_known_and_puts_nothing_first() -> None:
    file = merged(a_row("T2", emails=(A,)), upload=NEW)
    late = merged(a_row("T1", emails=(B,)), file=file, upload=OLD)
    assert emails(late) == [A]
    assert [p.value for p in late.debtor.points] == [A, B]


def test_a_file_that_names_no_address_takes_none_away() -> None:
    file = merged(a_row(emails=(A,)))
    assert emails(merged(a_row(), file=file, upload=NEW)) == [A]


def test_what_was_told_of_an_address_survives_every_file() -> None:
    file = merged(a_row(emails=(A,)))
    (point,) = file.debtor.points
    known = replace(point, refused=(Channel.EMAIL,), told=1, shared=True)
    file = replace(file, debtor=replace(file.debtor, points=(known,)))
    file = merged(a_row(emails=(B,)), file=file, upload=NEW)
    back = merged(a_row(emails=(A,)), file=file, upload=THIRD).debtor.points[0]
    assert (back.value, back.refused, back.told, back.shared) == (A, (Channel.EMAIL,), 1, True)


# --- what an empty cell takes back -----------------------------------------------------------------------------------

MARKED = {"tags": ("falecido", "vip"), "policy": "suave", "do_not_collect": True}


def test_an_empty_cell_takes_back_tag_policy_and_do_not_collect() -> None:
    file = merged(a_row(has=ALL, **MARKED))
    assert file.debtor.tags == ("falecido",)
    after = merged(a_row(has=ALL), file=file, upload=NEW)
    (title,) = after.receivables
    assert (title.tags, title.policy, title.do_not_collect, after.debtor.tags) == ((), "", False, ())


def test_a_file_that_lacks_the_columns_changes_nothing_of_them() -> None:
    file = merged(a_row(has=ALL, **MARKED))
    after = merged(a_row(note="x"), file=file, upload=NEW)
    (title,) = after.receivables
    assert (title.tags, title.policy, title.do_not_collect) == (("falecido", "vip"), "suave", True)
    assert after.debtor.tags == ("falecido",)
    back = merged(a_row(note="x", has=ALL), file=after, upload=THIRD)
    assert back.receivables[0].tags == (), "though the line says what it said before, its file has the column now"


def test_an_older_file_takes_nothing_back() -> None:
    file = merged(a_row(has=ALL, **MARKED), upload=NEW)
    assert merged(a_row(has=ALL), file=file, upload=OLD) == file


def test_a_persons_tag_that_another_title_still_has_stays_the_persons() -> None:
    file = merged(a_row("T1", has=ALL, tags=("falecido",)), a_row("T2", has=ALL, tags=("falecido",)))
    after = merged(a_row("T1", has=ALL), file=file, upload=NEW)
    assert after.debtor.tags == ("falecido",)


def test_what_a_person_ended_is_not_said_anew_by_the_same_line() -> None:
    row = a_row(has=ALL, tags=("contestado",))
    file = merged(row)
    ended = replace(file, receivables=tuple(replace(r, tags=()) for r in file.receivables))
    assert merged(row, file=ended, upload=NEW).receivables[0].tags == ()


def test_terms_stay_where_a_file_has_no_column_for_them() -> None:
    file = merged(a_row(fine_percent=Decimal(3), discount_cents=5_00, has=("fine_percent", "discount_percent")))
    lacks = merged(a_row(note="x"), file=file, upload=NEW).receivables[0].contract
    assert lacks == file.receivables[0].contract
    empty = merged(a_row(note="y", has=("discount_percent", "fine_percent")), file=file, upload=NEW)
    assert empty.receivables[0].contract is None


def test_paid_by_mistake_is_open_again_when_a_newer_file_says_so() -> None:
    file = merged(a_row(has=ALL))
    for said, upload in (("paid", NEW), ("open", THIRD), ("paid", LATER)):
        done = taken(a_row(has=ALL, status=said), file, upload)
        file, _ = settle(replace(done.file, facts=(*done.file.facts, *done.facts)), creditor(), load())
        assert file.receivables[0].status is ReceivableStatus(said)
    assert [f.kind for f in file.facts] == [FactKind.SETTLED, FactKind.REINSTATED, FactKind.SETTLED]


def test_a_file_without_the_column_reopens_nothing_and_money_stays() -> None:
    paid = taken(a_row(has=ALL, status="paid"), merged(a_row(has=ALL)), NEW)
    file, _ = settle(replace(paid.file, facts=paid.facts), creditor(), load())
    assert taken(a_row(note="x"), file, THIRD).facts == ()
    at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=1)
    money = PaymentFact("fake", "e1", FactKind.CREDIT, "T1", 100_00, at)
    unsaid = taken(a_row(has=ALL), file, THIRD).facts
    assert len(unsaid) == 1
    file, _ = settle(replace(file, facts=(*file.facts, *unsaid, money)), creditor(), load())
    assert file.receivables[0].status is ReceivableStatus.PAID
