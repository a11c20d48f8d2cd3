"""A line whose id the debtor does not have: the same title, another one, or a question."""

from datetime import date, timedelta

import pytest

from regua.domain.intake.matching import match
from regua.domain.intake.row import Row, about
from regua.domain.model import Receivable, ReceivableStatus
from regua.domain.values import replace

DAY = date(2026, 3, 20)
CONTENT = ("d" + "a" * 20, "d" + "b" * 20)


def line(title: str, cents: int = 500_00, due_on: date = DAY, **more: object) -> Row:
    return Row(2, "Maria", title, cents, due_on, **more)  # type: ignore[arg-type]  # any attribute of a row


def known(title: str, cents: int = 500_00, due_on: date = DAY, **more: object) -> Receivable:
    return Receivable(title, cents, due_on, **more)  # type: ignore[arg-type]  # any attribute of a title


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("000123/01", "123/1"), ("1001/1", "1001-1"), ("1001/01", "1001 1"), ("A-17", "a17"), ("0001", "1"),
        ("NF 881", "NF881"), ("2026.001", "2026/1"), ("12.345", "12/345"), ("T 1", "T-01"), ("x/y", "X Y"),
        ("1001/A", "1001A"), ("1001/A", "001001-a"), ("NF 123-B", "NF 123/B"), ("1001", "1001/UNICA"),
        ("1001-Única", "1001"),
    ],
)  # fmt: skip
def test_a_number_is_known_however_it_is_written_whatever_changed(before: str, after: str) -> None:
    found = match(line(after, 510_00, DAY + timedelta(days=90)), [known(before)], {after})
    assert found is not None
    assert (found.title.id, found.sure) == (before, True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1", "11"),
        ("1001", "10011"),
        ("1-001", "1001"),
        ("T1", "T2"),
        ("10/1", "1/01"),
        ("1001/A", "1001/B"),
        ("1001/A", "1001"),
    ],
)
def test_another_number_is_another_title(before: str, after: str) -> None:
    assert match(line(after), [known(before)], {after}) is None


def test_what_the_file_lists_itself_is_not_meant_by_another_line() -> None:
    assert match(line("1-1"), [known("1/1")], {"1-1", "1/1"}) is None
    assert match(line(CONTENT[0], id_of="content"), [known(CONTENT[1])], set(CONTENT)) is None


def test_a_parcel_column_that_was_not_there_names_the_title_of_its_amount_and_day() -> None:
    before = [known("1001")]
    found = match(line("1001/1", installment=1), before, {"1001/1"})
    assert found is not None
    assert found.sure
    assert match(line("1001/2", due_on=DAY + timedelta(days=31), installment=2), before, {"1001/2"}) is None


def test_one_of_two_titles_of_a_number_is_known_alone() -> None:
    both = [known("77 (Loja 1)"), known("77 (Loja 2)", 90_00)]
    found = match(line("77", 90_00), both, {"77"})
    assert found is not None
    assert (found.title.id, found.sure) == ("77 (Loja 2)", True)
    doubtful = match(line("77", 91_00), both[1:], {"77"})
    assert doubtful is not None
    assert not doubtful.sure


@pytest.mark.parametrize(
    ("cents", "days", "sure"),
    [
        (500_00, 0, True),
        (510_00, 0, False),
        (500_00, 5, False),
        (500_00, -9, False),
        (500_00, 31, None),
        (510_00, 5, None),
    ],
)
def test_without_a_number_the_day_and_the_amount_tell(cents: int, days: int, sure: bool | None) -> None:
    row = line(CONTENT[0], cents, DAY + timedelta(days=days), id_of="content")
    found = match(row, [known(CONTENT[1])], {CONTENT[0]})
    assert (found.sure if found else None) is sure


def test_a_paid_title_swallows_no_new_debt() -> None:
    paid = known(CONTENT[1], status=ReceivableStatus.PAID)
    found = match(line(CONTENT[0], id_of="content"), [paid], {CONTENT[0]})
    assert found is not None
    assert not found.sure
    gone = known(CONTENT[1], status=ReceivableStatus.CANCELLED)
    assert match(line(CONTENT[0], id_of="content"), [gone], {CONTENT[0]}) is None


def test_a_boleto_issued_anew_for_one_invoice_is_its_title() -> None:
    row = line("7002", 510_00, id_of="our_number", our_number="7002", invoice_number="881")
    found = match(row, [known("7001", invoice_number="881")], {"7002"})
    assert found is not None
    assert not found.sure
    assert match(row, [known("7001", invoice_number="882")], {"7002"}) is None


def test_a_boleto_of_the_day_the_last_bill_was_put_off_to_is_asked_about() -> None:
    """The bank has put October's bill off to November's day, and November's comes with a boleto of its own."""
    october = known(
        "14499570000020673", contract_number="5001", our_number="14499570000020673", original_due_on=DAY - timedelta(30)
    )
    november = line("14499570000020681", id_of="our_number", contract_number="5001", our_number="14499570000020681")
    found = match(november, [october], {november.receivable})
    assert found is not None
    assert (found.title, found.sure) == (october, False)
    issued_anew = replace(november, original_due_on=DAY - timedelta(30))
    assert (found := match(issued_anew, [october], {november.receivable})) is not None
    assert found.sure, "the file says that it is the one put off"


def test_a_bill_told_apart_by_its_day_is_asked_about_when_that_day_is_put_off() -> None:
    both = [known("124 (12-10-2026)"), known("124 (12-11-2026)", due_on=DAY + timedelta(days=31))]
    row = line("124 (12-12-2026)", due_on=DAY + timedelta(days=61), id_of="invoice", invoice_number="124")
    found = match(row, both, {"124 (12-12-2026)", "124 (12-11-2026)"})
    assert found is not None
    assert (found.title.id, found.sure) == ("124 (12-10-2026)", False)
    assert match(row, both, {"124 (12-12-2026)", "124 (12-10-2026)", "124 (12-11-2026)"}) is None
    alone = match(line("124", 510_00, DAY + timedelta(days=33), id_of="invoice", invoice_number="124"), both, {"124"})
    assert alone is not None
    assert (alone.title.id, alone.sure) == ("124 (12-11-2026)", False)


MONTH = timedelta(days=31)


def told_of(row: Row, before: list[Receivable], *named: str) -> tuple[str, bool] | None:
    found = match(row, before, {row.receivable, *named})
    return (found.title.id, found.sure) if found else None


def test_the_only_one_left_of_a_booklet_is_found_by_its_day() -> None:
    booklet = [known("5000 (20-03-2026)"), known("5000 (20-04-2026)", due_on=DAY + MONTH)]
    assert told_of(line("5000", due_on=DAY + MONTH), booklet) == ("5000 (20-04-2026)", True)
    assert told_of(line("5000", 510_00, DAY + MONTH), booklet) == ("5000 (20-04-2026)", True)
    parcels = [known("5000/1", installment=1), known("5000/2", due_on=DAY + MONTH, installment=2)]
    assert told_of(line("5000", due_on=DAY + MONTH), parcels) == ("5000/2", True)
    assert told_of(line("5000", 510_00, DAY + MONTH), parcels) == ("5000/2", True)
    bare = [known("5000"), known("5000 (20-04-2026)", due_on=DAY + MONTH)]
    assert told_of(line("5000", due_on=DAY + MONTH), bare) == ("5000 (20-04-2026)", True)
    assert told_of(line("5000", 510_00), bare) is None  # the one that has the bare number


def test_a_booklet_is_known_when_the_column_of_the_parcel_comes_or_goes() -> None:
    parcels = [known("5000/1", installment=1), known("5000/2", due_on=DAY + MONTH, installment=2)]
    days = [known("5000 (20-03-2026)"), known("5000 (20-04-2026)", due_on=DAY + MONTH)]
    later = DAY + timedelta(days=40)
    assert told_of(line("5000 (20-04-2026)", 510_00, DAY + MONTH), parcels, "5000 (20-03-2026)") == ("5000/2", True)
    assert told_of(line(f"5000 ({later:%d-%m-%Y})", due_on=later), parcels[1:]) == ("5000/2", False)
    assert told_of(line("5000/2", due_on=DAY + MONTH, installment=2), days) == ("5000 (20-04-2026)", True)
    assert told_of(line("5000/2", due_on=later, installment=2), days[1:]) == ("5000 (20-04-2026)", False)


def test_a_title_listed_alone_is_one_of_the_booklet_that_comes_after_it() -> None:
    alone = [known("5000")]
    assert told_of(line("5000 (20-03-2026)"), alone, "5000 (20-04-2026)") == ("5000", True)
    later = DAY + timedelta(days=9)
    assert told_of(line(f"5000 ({later:%d-%m-%Y})", due_on=later), alone) == ("5000", False)
    assert told_of(line("5000/1", due_on=later, installment=1), alone) == ("5000", False)
    assert told_of(line("5000 (Loja 1)", 90_00), alone) == ("5000", False)
    paid = [known("5000", status=ReceivableStatus.PAID)]
    assert told_of(line(f"5000 ({later:%d-%m-%Y})", due_on=later), paid) is None


def test_another_shop_of_one_number_is_another_title() -> None:
    assert match(line("77 (Loja 3)"), [known("77 (Loja 1)", 90_00)], {"77 (Loja 3)"}) is None


def test_another_shop_of_the_same_amount_and_day_is_asked_about() -> None:
    assert told_of(line("77 (Loja 3)"), [known("77 (Loja 1)")]) == ("77 (Loja 1)", False)
    assert told_of(line("77 (LOJA 01)", 90_00), [known("77 (Loja 1)")]) == ("77 (Loja 1)", True)


def test_another_column_that_tells_titles_apart_makes_no_new_ones() -> None:
    later = DAY + timedelta(days=9)
    by_day, by_boleto = [known("5000 (20-03-2026)")], [known("5000 (71-1)")]
    assert told_of(line("5000 (71-1)"), by_day) == ("5000 (20-03-2026)", True)
    assert told_of(line("5000 (71-1)", due_on=later), by_day) == ("5000 (20-03-2026)", False)
    assert told_of(line(f"5000 ({later:%d-%m-%Y})", due_on=later), by_boleto) == ("5000 (71-1)", False)
    units = [known("5000 (101 20-03-2026)", due_on=DAY + MONTH), known("5000 (102 20-03-2026)")]
    assert told_of(line(f"5000 (101 {later:%d-%m-%Y})", due_on=later), units) == ("5000 (101 20-03-2026)", False)


@pytest.mark.parametrize(("cents", "days", "sure"), [(500_00, 0, True), (510_00, 0, True), (500_00, 9, True),
                                                      (510_00, 9, False)])  # fmt: skip
def test_a_boleto_is_one_title_when_its_own_number_comes_or_goes(cents: int, days: int, *, sure: bool) -> None:
    due = DAY + timedelta(days=days)
    own = [known("T1", our_number="7001")]
    assert told_of(line("7001", cents, due, our_number="7001", id_of="our_number"), own) == ("T1", sure)
    numbered = [known("7001", our_number="7001")]
    assert told_of(line("T1", cents, due, our_number="7001"), numbered) == ("7001", sure)
    assert told_of(line("T1", cents, due, our_number="7002"), numbered) is None
    assert told_of(line("T2", cents, due, our_number="7001"), own) is None  # each has a number of its own


def test_a_boleto_of_several_titles_is_none_of_them() -> None:
    parts = [known("T1", our_number="7001"), known("T2", 100_00, our_number="7001")]
    whole = line("7001", 600_00, our_number="7001", id_of="our_number")
    found = match(whole, parts, {"7001"})
    assert found is not None
    assert (found.sure, {found.title.id, *found.beside}) == (False, {"T1", "T2"})
    found = match(whole, [known("7001", our_number="7001"), *parts[1:]], {"7001"})
    assert found is not None
    assert (found.sure, found.title.id, found.beside) == (False, "7001", ("T2",))
    one = match(line("7001", our_number="7001", id_of="our_number"), parts, {"7001"})
    assert one is not None
    assert (one.title.id, one.sure) == ("T1", True)


def of(subject: str = "", **more: object) -> tuple[str, ...]:
    return about(line("x", subject=subject, **more))


def test_the_only_unit_that_is_left_of_a_number_is_told_by_the_unit() -> None:
    units = [known(f"5000 ({unit})", about=of(unit)) for unit in ("101", "102")]
    assert told_of(line("5000", subject="102"), units) == ("5000 (102)", True)
    assert told_of(line("5000", 510_00, subject="102"), units) == ("5000 (102)", False)
    assert told_of(line("5000"), units) == ("5000 (101)", False)


@pytest.mark.parametrize(
    ("before", "after", "sure"),
    [
        ("101", "102", False),
        ("101", "Apto. 0101", True),
        ("Lia Souza", "LIA  DE SOUZA", True),
        ("Lia Souza", "Téo Souza", False),
        ("", "Lia Souza", True),
        ("Lia Souza", "", True),
        ("Lia Souza", "Lia Souza | 5A", True),
        ("Lia Souza | 5A", "Lia Souza | 6A", False),
    ],
)
def test_a_debt_for_another_pupil_or_unit_is_not_taken_for_the_one_we_have(before: str, after: str, sure: bool) -> None:
    row = line(CONTENT[0], id_of="content", subject=after)
    found = match(row, [known(CONTENT[1], about=of(before))], {CONTENT[0]})
    assert found is not None
    assert found.sure is sure


def test_another_amount_of_another_pupil_is_another_debt() -> None:
    row = line(CONTENT[0], 510_00, id_of="content", subject="Téo")
    assert match(row, [known(CONTENT[1], about=of("Lia"))], {CONTENT[0]}) is None


def test_the_pupil_beside_a_payer_and_the_branch_tell_as_well() -> None:
    assert of(responsible_name="Ana") == about(line("x", responsible_document="1")) != of()
    assert of(creditor="01") == of(creditor="1") != of(creditor="2")


@pytest.mark.parametrize("news", [{"status": "paid"}, {"status": "cancelled"}, {"paid_cents": 100_00}])
def test_news_of_a_debt_without_a_number_is_about_the_one_title_it_can_be(news: dict[str, object]) -> None:
    row = line(CONTENT[0], id_of="content", **news)
    found = match(row, [known(CONTENT[1])], {CONTENT[0]})
    assert found is not None
    assert found.sure
    two = [known(CONTENT[1]), known("d" + "c" * 20)]
    for others in (two, [known(CONTENT[1], 510_00)]):  # a person says whether it is one of them
        asked = match(row, others, {CONTENT[0]})
        assert asked is not None
        assert not asked.sure
    assert match(row, [known(CONTENT[1], about=of("Lia"))], {CONTENT[0]}) is not None
    assert (
        match(
            line(CONTENT[0], id_of="content", subject="Téo", **news), [known(CONTENT[1], about=of("Lia"))], {CONTENT[0]}
        )
        is None
    )


@pytest.mark.parametrize(("title", "before"), [("T1", CONTENT[1]), (CONTENT[1], "T1")])
def test_a_number_column_that_comes_or_goes_doubles_no_debt(title: str, before: str) -> None:
    sort = "title" if title == "T1" else "content"
    found = match(line(title, id_of=sort), [known(before)], {title})
    assert found is not None
    assert (found.title.id, found.sure) == (before, True)
    asked = match(line(title, 510_00, id_of=sort), [known(before)], {title})
    assert asked is not None
    assert not asked.sure
    paid = known(before, status=ReceivableStatus.PAID)
    assert match(line(title, id_of=sort), [paid], {title}) is None
    other = line(title, id_of=sort, description="Livros")
    assert match(other, [known(before, description="Aula")], {title}) is None
