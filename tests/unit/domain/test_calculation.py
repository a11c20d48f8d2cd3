"""The working a debtor is shown, to the letter: each addition, its base and its law."""

from datetime import date
from decimal import Decimal

import pytest

from regua.domain.codes.amount import figures, reais, with_point
from regua.domain.model import Discount, Profile, RateUnit
from regua.domain.money import calculation as c

TENTH, TWELFTH = date(2026, 1, 10), date(2026, 1, 12)


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, "R$ 0,00"),
        (5, "R$ 0,05"),
        (100, "R$ 1,00"),
        (99_999, "R$ 999,99"),
        (123_456, "R$ 1.234,56"),
        (123_456_789, "R$ 1.234.567,89"),
        (-123_456, "-R$ 1.234,56"),
        (-1, "-R$ 0,01"),
    ],
)
def test_an_amount_is_written_as_brazilians_write_it(cents: int, text: str) -> None:
    assert reais(cents) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [("2", "2%"), ("10", "10%"), ("100", "100%"), ("0.0330", "0,033%"), ("1.50", "1,5%"), ("2.00", "2%"), ("0", "0%")],
)
def test_a_rate_is_written_without_idle_zeros(rate: str, text: str) -> None:
    assert c.percent(Decimal(rate)) == text


def test_a_day_has_two_digits_two_digits_and_four() -> None:
    assert c.day_of(date(2026, 1, 2)) == "02/01/2026"


def test_days_have_their_singular() -> None:
    assert [c.running(n) for n in (0, 1, 2)] == ["0 dias corridos", "1 dia corrido", "2 dias corridos"]
    assert [c.business(n) for n in (0, 1, 2)] == ["0 dias úteis", "1 dia útil", "2 dias úteis"]


def test_each_line_says_what_it_adds_to_what() -> None:
    assert c.moved(TENTH, TWELFTH) == "Vencimento em 10/01/2026, dia não útil: sem multa nem juros até 12/01/2026."
    assert c.delay(TENTH, TWELFTH) == "Vencimento em 10/01/2026, cálculo em 12/01/2026: 2 dias de atraso."
    assert c.delay(TENTH, date(2026, 1, 11)).endswith("cálculo em 11/01/2026: 1 dia de atraso.")
    assert c.correction("IPCA", 150) == "Correção pelo índice IPCA, meses completos desde o vencimento = R$ 1,50."
    assert c.legal_interest(Decimal("0.589427"), (100_00, 59)) == (
        "Juros não combinados: taxa legal (Código Civil, art. 406), simples, "
        "0,589427% no período × R$ 100,00 = R$ 0,59."
    )


def test_a_discount_is_a_share_or_a_fixed_sum() -> None:
    assert c.discount(Discount(TENTH, percent=Decimal(5)), 200_00, 10_00) == (
        "Desconto até 10/01/2026: 5% de R$ 200,00 = R$ 10,00."
    )
    assert c.discount(Discount(TENTH, cents=150), 200_00, 150) == "Desconto até 10/01/2026: valor fixo = R$ 1,50."


def test_a_fine_names_the_law_only_when_the_law_cut_it() -> None:
    plain = "Multa: 2% de R$ 100,00 = R$ 2,00."
    assert c.fine(Decimal(2), Decimal(2), Profile.CONSUMER, 100_00, 2_00) == plain
    assert c.fine(Decimal(2), Decimal(10), Profile.CONSUMER, 100_00, 2_00) == (
        f"{plain} O contrato prevê 10%; o limite legal é 2% (CDC, art. 52, § 1º)."
    )


@pytest.mark.parametrize(
    ("unit", "parts", "shown"),
    [(RateUnit.DAY, 1, "1% a.d."), (RateUnit.MONTH, 30, "1% a.m. ÷ 30"), (RateUnit.YEAR, 2, "1% a.a. ÷ 2")],
)
def test_interest_shows_its_rate_its_days_and_its_principal(unit: RateUnit, parts: int, shown: str) -> None:
    line = c.interest(Decimal(1), unit, parts, c.running(5), (100_00, 17))
    assert line == f"Juros simples: {shown} × 5 dias corridos × R$ 100,00 = R$ 0,17."


@pytest.mark.parametrize(
    ("months", "span"),
    [
        (["2026-02"], "02/2026"),
        (["2026-02", "2026-03"], "02/2026 a 03/2026 (2 meses)"),
        (["2025-12", "2026-01", "2026-02"], "12/2025 a 02/2026 (3 meses)"),
        (["2026-02", "2026-04"], "02/2026, 04/2026"),
    ],
)
def test_months_without_a_rate_are_named(months: list[str], span: str) -> None:
    assert c.missing("taxa legal", months) == f"Sem taxa legal na tabela, nada cobrado em: {span}."


@pytest.mark.parametrize(
    ("cents", "column", "machine"),
    [
        (0, "0,00", "0.00"),
        (5, "0,05", "0.05"),
        (100_000, "1.000,00", "1000.00"),
        (99_999, "999,99", "999.99"),
        (123_456_789, "1.234.567,89", "1234567.89"),
    ],
)
def test_in_a_column_and_for_machines_it_is_written_without_its_currency(cents: int, column: str, machine: str) -> None:
    assert (figures(cents), with_point(cents)) == (column, machine)
