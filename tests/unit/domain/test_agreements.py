"""A contract's number is on every month's bill: next month's line is another bill, and never the old one moved."""

from datetime import date

import pytest

from regua.domain.intake.agreements import sort_of
from regua.domain.intake.matching import Match, match
from regua.domain.intake.row import Agreement, Row
from regua.domain.model import Receivable, ReceivableStatus
from regua.files.text import heading

OCTOBER = date(2026, 10, 10)


def line(
    due_on: date, title: str = "5001", cents: int = 200_00, agreement: Agreement = "agreement", **more: object
) -> Row:
    return Row(2, "Maria", title, cents, due_on, agreement=agreement, **more)  # type: ignore[arg-type]  # any attribute


def bill(due_on: date = OCTOBER, title: str = "5001", **more: object) -> Receivable:
    return Receivable(title, 200_00, due_on, **more)  # type: ignore[arg-type]  # any attribute of a title


def judged(row: Row, *known: Receivable, named: tuple[str, ...] = ("5001",)) -> Match | None:
    return match(row, known, set(named))


@pytest.mark.parametrize(
    "due_on",
    [
        date(2026, 11, 10),
        date(2026, 11, 9),
        date(2026, 12, 10),
        date(2026, 9, 10),
        date(2027, 10, 11),
        date(2026, 11, 13),
    ],
)
@pytest.mark.parametrize("status", [ReceivableStatus.OPEN, ReceivableStatus.PAID])
def test_the_same_day_of_another_month_is_another_bill_of_the_contract(due_on: date, status: ReceivableStatus) -> None:
    assert judged(line(due_on), bill(status=status)) == Match(None, sure=True, name=f"5001 ({due_on:%d-%m-%Y})")


@pytest.mark.parametrize(
    ("first", "next_one"),
    [
        (date(2026, 10, 31), date(2026, 11, 30)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2026, 11, 30), date(2026, 12, 31)),
        (date(2026, 12, 5), date(2027, 1, 5)),
    ],
)
def test_the_last_day_of_a_month_is_as_long_as_the_month(first: date, next_one: date) -> None:
    found = judged(line(next_one), bill(first))
    assert found is not None
    assert found.title is None


@pytest.mark.parametrize("day", [date(2026, 10, 17), date(2026, 10, 25), date(2026, 11, 20), date(2026, 10, 3)])
def test_any_other_day_is_a_question_and_not_a_bill_that_moved(day: date) -> None:
    assert judged(line(day), bill()) == Match(bill(), sure=False, name=f"5001 ({day:%d-%m-%Y})")


def test_a_few_days_later_it_is_the_same_bill() -> None:
    assert judged(line(date(2026, 10, 14), cents=210_00), bill()) == Match(bill(), sure=True, name="5001")


def test_a_bill_that_the_file_says_was_put_off_is_the_same_one() -> None:
    later = date(2026, 11, 10)
    same = Match(bill(), sure=True, name="5001")
    assert judged(line(later, original_due_on=OCTOBER), bill()) == same
    assert judged(line(later, note="prorrogado a pedido do cliente"), bill()) == same
    boleto = bill(our_number="0026-8")
    assert judged(line(later, our_number="26-8"), boleto) == Match(boleto, sure=True, name="5001")
    another = judged(line(later, our_number="27-6"), boleto)
    assert another is not None
    assert another.title is None


def test_an_order_a_month_later_is_a_question_and_an_invoice_the_same_title() -> None:
    later = date(2026, 11, 10)
    assert judged(line(later, agreement="order"), bill()) == Match(bill(), sure=False, name="5001 (10-11-2026)")
    assert judged(line(date(2026, 10, 25), agreement="order"), bill()) == Match(bill(), sure=True, name="5001")
    assert judged(line(later, agreement=""), bill()) is None


def test_a_bill_we_have_is_known_by_its_day() -> None:
    november = bill(date(2026, 11, 10), "5001 (10-11-2026)")
    found = judged(line(date(2026, 11, 10)), bill(), november)
    assert found is not None
    assert (found.title, found.sure) == (november, True)
    assert judged(line(OCTOBER), bill(), november) is None


def test_next_months_bills_of_two_pupils_of_one_contract_are_two_more_bills() -> None:
    ana, bia = bill(title="5001 (Ana)"), bill(title="5001 (Bia)")
    november = date(2026, 11, 10)
    named = ("5001 (Ana)", "5001 (Bia)")
    found = judged(line(november, "5001 (Ana)"), ana, bia, named=named)
    assert found == Match(None, sure=True, name="5001 (Ana 10-11-2026)")
    anas = bill(november, "5001 (Ana 10-11-2026)")
    assert judged(line(november, "5001 (Ana)", cents=210_00), ana, bia, anas, named=named) == Match(
        anas, sure=True, name=anas.id
    )
    assert judged(line(OCTOBER, "5001 (Ana)", cents=210_00), ana, bia, anas, named=named) is None
    listed_in_full = line(OCTOBER, "5001 (Ana 10-10-2026)", cents=210_00)
    both = ("5001 (Ana 10-10-2026)", anas.id)
    assert judged(listed_in_full, ana, bia, anas, named=both) == Match(ana, sure=True, name=ana.id)


def test_a_pupil_whose_name_is_too_long_beside_a_day_stays_the_same_one() -> None:
    maria = bill(title="5001 (Maria Eduarda Souza)")
    november = date(2026, 11, 10)
    found = judged(line(november, maria.id), maria, named=(maria.id,))
    assert found is not None
    assert (found.title, len(found.name)) == (None, len("5001 (12345678 10-11-2026)"))
    again = bill(november, found.name)
    known = judged(line(november, maria.id, cents=210_00), maria, again, named=(maria.id,))
    assert known == Match(again, sure=True, name=again.id)
    in_full = line(OCTOBER, found.name.replace("10-11-2026", "10-10-2026"))
    assert judged(in_full, maria, again, named=(in_full.receivable, again.id)) == Match(maria, sure=True, name=maria.id)


def test_the_parcel_of_two_pupils_comes_again_for_both_after_a_year() -> None:
    ana, bia = bill(title="5001/10 (Ana)"), bill(title="5001/10 (Bia)")
    later = date(2027, 10, 11)
    found = match(line(later, "5001/10 (Ana)", installment=10), [ana, bia], {"5001/10 (Ana)", "5001/10 (Bia)"})
    assert found == Match(None, sure=True, name="5001/10 (Ana 11-10-2027)")


def test_the_bill_that_follows_a_series_is_another_one_whatever_the_file_lists_beside_it() -> None:
    series = bill(), bill(date(2026, 11, 10), "5001 (10-11-2026)")
    row = line(date(2026, 12, 10), "5001 (10-12-2026)")
    found = judged(row, *series, named=("5001 (10-11-2026)", "5001 (10-12-2026)"))
    assert found == Match(None, sure=True, name="5001 (10-12-2026)")


def test_a_parcel_names_the_bill_whatever_its_day() -> None:
    row = line(date(2026, 11, 10), "5001/1", installment=1)
    assert match(row, [bill(title="5001/1")], {"5001/1"}) is None


def test_a_parcel_that_is_the_month_comes_again_after_a_year() -> None:
    row = line(date(2027, 10, 11), "5001/10", installment=10)
    october = bill(title="5001/10")
    assert match(row, [october], {"5001/10"}) == Match(None, sure=True, name="5001/10 (11-10-2027)")
    again = bill(date(2027, 10, 11), "5001/10 (11-10-2027)")
    found = match(row, [october, again], {"5001/10"})
    assert found is not None
    assert (found.title, found.sure) == (again, True)
    late = line(date(2027, 12, 1), "5001/10", installment=10)
    assert match(late, [october], {"5001/10"}) == Match(october, sure=False, name="5001/10 (01-12-2027)")
    put_off = line(date(2027, 10, 11), "5001/10", installment=10, original_due_on=OCTOBER)
    assert match(put_off, [october], {"5001/10"}) is None


@pytest.mark.parametrize(
    ("sort", "titles"),
    [
        (
            "agreement",
            "Contrato; Nº do Contrato; Matrícula; Código do aluno; Unidade; Assinatura; Proposta; Cód. Cliente",
        ),
        ("order", "Pedido; Nº Pedido; Venda; Referência"),
        ("", "Título; NF; Fatura; Nº Documento; Duplicata; Boleto; id_titulo; Docto; Código; Número"),
        ("", "Documento do cliente; Parcela do contrato; Fatura do contrato"),
    ],
)
def test_a_heading_says_whether_its_number_is_one_bill_or_many(sort: str, titles: str) -> None:
    assert {sort_of(heading(title).split()) for title in titles.split("; ")} == {sort}
