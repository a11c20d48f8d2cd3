"""Totals, titles of pages and counts are counted apart, wherever their label stands; wrong cells are told."""

from datetime import date

import pytest
from files_support import CPF, records

HEADER = "Título;Cliente;CPF;Valor;Vencimento;Situação"
GOOD = f"1;Ana;{CPF};10,00;10/12/2026;aberto"


@pytest.mark.parametrize(
    "line",
    [
        "Total;;;1,00;;", ";Total geral;;1.000,00;;", ";;Total:;1.000,00;;", ";;;1.000,00;Total;", ";;;1.000,00;;TOTAL",
        "Registros: 16;;;;;", ";;;;;Registros: 16", ";Quantidade de títulos: 16;;;;", ";;;16 registros;;",
        "Página 1 de 3;;;;;", ";;;;;Página: 2/3", "Emitido em 30/11/2026 10:00;;;;;", ";Total de registros;;16;;",
        "Período: 01/10/2026 a 31/10/2026;;;;;", "Subtotal;;;5,00;;", ";Soma:;;R$ 1,00;;", "Saldo anterior;;;1,00;;",
        "Usuário: maria;;;;;", "Nº de títulos: 16;;;;;", "Filtros: todos;;;;;", "*** TOTAL A RECEBER ***;;;1,00;;",
        "Relatório de títulos em aberto;;;;;", "Fim do relatório;;;;;", "Fim;;;;;", "Total Cliente: 3;;;;;",
        "Contas a Receber - Posição em 30/11/2026;;;;;", "Data/Hora: 30/11/2026 08:12;;;;;", "Continua...;;;;;",
        "Empresa: ACME CNPJ 11.222.333/0001-81;;;;;", ";;Somatório;1,00;;", ";;Saldo:;1,00;;", ";;Média;1,00;;",
        "Quantidade;10;;;;", "10 título(s) listado(s);;;;;", "Obs.: valores sem juros;;;;;", "-----;;;;;",
    ],
)  # fmt: skip
def test_what_sums_up_or_names_a_page_is_no_debt(line: str) -> None:
    found = records(f"{HEADER}\n{GOOD}\n{line}\n".encode())
    assert [record.kind for record in found] == ["row", "blank"]


@pytest.mark.parametrize(
    "line",
    [
        f"2;Total Ltda;{CPF};10,00;10/12/2026;", "2;Total Ltda;;10,00;;", f"Total;Ana;{CPF};10,00;;", "3;Maria;;;;",
        "4;Emitido Ltda;;10,00;;aberto", "T5;;;;;", "6;Saldo Ltda;;10,00;;", "8;Fim Ltda;;;;",
    ],
)  # fmt: skip
def test_a_debt_with_such_a_word_is_none_of_them(line: str) -> None:
    found = records(f"{HEADER}\n{GOOD}\n{line}\n".encode())
    assert found[1].kind != "blank"


@pytest.mark.parametrize("year", ["2062", "2099", "2006"])
def test_a_due_date_of_a_wrong_digit_is_told(year: str) -> None:
    (found,) = records(f"{HEADER}\n1;Ana;{CPF};10,00;10/12/{year};aberto\n".encode(), today=date(2026, 11, 30))
    assert found.row is not None
    assert any("ano" in fault.problem for fault in found.warnings)


def test_a_mortgage_of_twenty_years_is_no_wrong_digit() -> None:
    (found,) = records(f"{HEADER}\n1;Ana;{CPF};10,00;10/12/2046;aberto\n".encode(), today=date(2026, 11, 30))
    assert not any("ano" in fault.problem for fault in found.warnings)
