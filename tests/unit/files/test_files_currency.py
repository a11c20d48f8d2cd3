"""Columns of currencies: what is no real on a line is refused, unless a column in reais stands beside it."""

import pytest
from files_support import CPF, records


def cents(heading: str, *cells: str) -> list[int]:
    """The principal of each line, 0 where it is refused."""
    lines = (f"T{at};Ana;{CPF};10/12/2026;{cell}" for at, cell in enumerate(cells))
    data = "\n".join((f"Título;Cliente;CPF;Vencimento;{heading}", *lines, "")).encode()
    return [record.row.principal_cents if record.row else 0 for record in records(data)]


@pytest.mark.parametrize(
    "heading", ["Moeda", "Símbolo", "Moeda de cobrança", "Moeda da fatura", "Cód. Moeda", "Currency"]
)
@pytest.mark.parametrize(
    ("real", "other"),
    [("BRL", "USD"), ("Real", "Dólar"), ("790", "220"), ("986", "840"), ("R$", "US$"), ("Nacional", "Estrangeira")],
)
def test_a_currency_is_told_by_whatever_its_column_is_called(heading: str, real: str, other: str) -> None:
    assert cents(f"Valor;{heading}", f"1,00;{real}", f"2,00;{other}") == [100, 0]


@pytest.mark.parametrize("unknown", ["UFIR", "IGP-M", "URV", "Sacas de soja"])
def test_what_a_column_of_currencies_does_not_say_to_be_real_is_refused(unknown: str) -> None:
    assert cents("Valor;Moeda", "1,00;REAL", f"2,00;{unknown}", "3,00;") == [100, 0, 300]


@pytest.mark.parametrize(
    "ours", ["Valor em reais", "Valor R$", "Valor BRL", "Valor moeda nacional", "Valor convertido"]
)
def test_the_value_in_reais_beside_a_currency_is_what_is_owed(ours: str) -> None:
    assert cents(f"Valor;Moeda;{ours}", "1,00;USD;5,00", "2,00;BRL;2,00") == [500, 200]
    assert cents(f"Valor moeda original;Moeda;{ours}", "1,00;USD;5,00") == [500]


def test_a_column_called_so_that_holds_something_else_says_nothing() -> None:
    assert cents("Valor;Moeda", "1,00;boleto", "2,00;pix") == [100, 200]
