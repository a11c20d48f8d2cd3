"""Sheets as owners keep them by hand: several lists on one worksheet, words of their own, Excel's way of zero."""

import io
import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from files_support import CNPJ, CPF, a_sheet, in_pieces, open_bytes, records, rows
from openpyxl import Workbook

from regua.domain.intake.layout import Layout, ReadOptions
from regua.domain.intake.row import amounts
from regua.files import encoding
from regua.files.faults import CellQuestion
from regua.files.hints import nearly
from regua.files.split import open_part, split_points
from regua.files.text import heading
from regua.files.words import status

HEAD = "Nome;CPF/CNPJ;Valor;Vencimento"
ANA, BIA, CAIO = (
    f"{name};{doc};350,00;10/10/2026" for name, doc in (("Ana", CPF), ("Bia", "11144477735"), ("Caio", CNPJ))
)


def stands(data: bytes, **options: Any) -> dict[str, str]:
    """Name -> status, of what is taken."""
    return {row.name: row.status for row in rows(data, **options)}


def refused(data: bytes) -> list[tuple[int, str]]:
    return [(r.line, r.faults[0].problem) for r in records(data) if r.kind == "rejected"]


@pytest.mark.parametrize(
    "title", ["PAGOS", "Pagos em outubro", "Contas recebidas", "QUITADOS:", "Clientes que já pagaram"]
)
def test_what_stands_below_a_title_that_says_paid_is_paid(title: str) -> None:
    data = a_sheet(ANA, ";;;", f"{title};;;", HEAD, BIA, "TOTAL;;350,00;", header=HEAD)
    if title.endswith("pagaram"):
        assert refused(data)  # not understood: it comes back, and nobody is told to have paid
        return
    assert stands(data) == {"Ana": "", "Bia": "paid"}
    assert refused(data) == []


def test_a_title_of_what_is_open_ends_what_was_paid() -> None:
    data = a_sheet("Em aberto;;;", ANA, "Pagos;;;", BIA, "Em aberto - novembro;;;", CAIO, header=HEAD)
    assert stands(data) == {"Ana": "", "Bia": "paid", "Caio": ""}


def test_what_the_creditor_owes_is_nobodys_debt_wherever_its_title_stands() -> None:
    below = a_sheet(ANA, "Contas a pagar;;;", CAIO, header=HEAD)
    assert (stands(below), refused(below)) == (
        {"Ana": ""},
        [(4, "conta a pagar: está abaixo de “Contas a pagar” (linha 3)")],
    )
    above = a_sheet(HEAD, CAIO, header="RELATÓRIO DE CONTAS A PAGAR - OUTUBRO/2026;;;")
    assert [line for line, _ in refused(above)] == [3]
    assert stands(a_sheet(HEAD, CAIO, header="Contas a receber;;;")) == {"Caio": ""}


def test_a_second_table_of_other_columns_is_not_read_by_the_first_ones() -> None:
    data = a_sheet(ANA, "", "Fornecedor;Valor;CNPJ;Vencimento", f"Luz SA;500,00;{CNPJ};10/10/2026", header=HEAD)
    (fault,) = refused(data)
    assert fault[0] == 5
    assert "outra tabela" in fault[1]
    assert stands(data) == {"Ana": ""}
    again = a_sheet(ANA, HEAD, BIA, header=HEAD)
    assert stands(again) == {"Ana": "", "Bia": ""}


def test_parts_of_a_large_file_know_the_sections_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "PIECE", 512)
    data = a_sheet(*[ANA] * 400, "PAGOS;;;", *[BIA] * 400, header=HEAD)
    layout, parts = split_points(in_pieces(data, 100), ReadOptions(), part_rows=80)
    kept = Layout.of(json.loads(json.dumps(asdict(layout))))
    assert len(parts) > 1
    found = [
        record.row
        for part in parts
        for record in open_part([data[part.start : part.end]], kept, part, ReadOptions()).records()
        if record.row
    ]
    assert {(row.name, row.status) for row in found} == {("Ana", ""), ("Bia", "paid")}


@pytest.mark.parametrize("zero", ["R$ -", " R$ -   ", "R$-", "-"])
def test_a_zero_as_excel_shows_it_in_accounts_is_nothing(zero: str) -> None:
    head = f"{HEAD};Valor Pago;Multa;Desconto"
    (row,) = rows(a_sheet(f"{ANA};{zero};{zero};{zero}", header=head))
    assert amounts(row)["balance_cents"] == 350_00
    left = rows(a_sheet(f"{ANA};{zero}", f"{BIA};R$ 10,00", header=f"{HEAD};Saldo"))
    assert [(row.status, amounts(row)["balance_cents"]) for row in left] == [("paid", 0), ("open", 10_00)]


@pytest.mark.parametrize(
    "months", [("09/2026", "10/2026"), ("Set/26", "Out/26"), ("Mensalidade 09/2026", "Mensalidade 10/2026")]
)
def test_the_month_of_several_people_is_no_number_of_a_title(months: tuple[str, str]) -> None:
    head = f"Referência;{HEAD}"
    found = rows(a_sheet(f"{months[0]};{ANA}", f"{months[0]};{BIA}", f"{months[1]};{CAIO}", header=head))
    assert len({row.receivable for row in found}) == 3
    assert all(row.id_of == "content" for row in found)


def test_a_number_and_year_stays_the_number_of_an_invoice() -> None:
    found = rows(a_sheet(f"09/2026;{ANA}", f"10/2026;{BIA}", header=f"Fatura;{HEAD}"))
    assert [row.receivable for row in found] == ["09/2026", "10/2026"]


@pytest.mark.parametrize("code", ["C00012", "000045", "CLI-12"])
def test_a_code_of_letters_is_no_name_beside_the_name(code: str) -> None:
    head = "Cliente/Fornecedor;Nome Cliente/Fornecedor;CPF;Valor;Vencimento"
    (row,) = rows(a_sheet(f"{code};Maria Souza;{CPF};10,00;10/10/2026", header=head))
    assert row.name == "Maria Souza"


def test_received_from_is_who_owes_and_no_payment() -> None:
    (row,) = rows(
        a_sheet(f"Clínica Bem;{CPF};Vencido;10,00;10/10/2026", header="Recebido de;CPF;Status;Valor;Vencimento")
    )
    assert (row.name, row.status) == ("Clínica Bem", "open")


def test_the_only_money_that_is_called_what_is_owed_is_the_amount() -> None:
    (row,) = rows(a_sheet(f"Ana;{CPF};1.500,00;10/10/2026", header="Inquilino;CPF;Valor do aluguel;Vencimento"))
    assert row.principal_cents == 1500_00
    columns = open_bytes(
        a_sheet(
            f"Ana;{CPF};1.500,00;300,00;80,00;1.880,00;10/10/2026",
            header="Nome;CPF;Aluguel;Condomínio;IPTU;Total;Vencimento",
        )
    ).columns
    assert columns["Total"] == "valor"


@pytest.mark.parametrize(("paid", "left"), [("Pagou", "Deve"), ("Já pago", "Falta pagar"), ("Já pagou", "Resta pagar")])
def test_what_people_call_paid_and_left_is_understood(paid: str, left: str) -> None:
    (row,) = rows(
        a_sheet(f"Ana;{CPF};2.000,00;500,00;1.500,00;10/10/2026", header=f"Nome;CPF;Valor;{paid};{left};Vencimento")
    )
    assert amounts(row)["balance_cents"] == 1500_00


def test_a_status_of_something_is_the_status_where_its_words_say_so() -> None:
    data = a_sheet(
        f"{ANA};Em Aberto", f"{BIA};Baixado Parcialmente;".rstrip(";"), header=f"{HEAD};Status do Lançamento"
    )
    assert open_bytes(data).columns["Status do Lançamento"] == "status"


@pytest.mark.parametrize(
    ("title", "known", "near"),
    [
        ("Documeto", "documento", True),
        ("Emial", "email", True),
        ("Stauts", "status", True),
        ("Saldo devdor", "saldo devedor", True),
        ("Telefone residencial cliente", "telefone residencial", True),
        ("Data de Registro", "data recebido", False),
        ("Valor presente", "valor pendente", False),
        ("Id Conta", "credor_id", False),
    ],
)
def test_a_suggestion_is_a_word_mistyped_and_no_word_of_the_like(title: str, known: str, near: bool) -> None:
    assert nearly(heading(title), heading(known)) is near


def test_nobody_is_told_to_write_to_the_guarantor() -> None:
    data = a_sheet(f"{ANA};11987651234;11987651299", header=f"{HEAD};Celular;Telefone Fiador")
    assert [w.column for w in open_bytes(data).warnings if "parece" in w.problem] == []


def test_months_in_english_are_days_too() -> None:
    (row,) = rows(a_sheet(f"Ana;{CPF};10,00;10-Oct-2026", header=HEAD))
    assert row.due_on == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("word", "means"),
    [
        ("Pago em 10/10/2026", "paid"),
        ("PAGO PIX", "paid"),
        ("Pago c/ atraso", "paid"),
        ("Recebido via boleto 10/10", "paid"),
        ("Em atraso (51 dias)", "open"),
        ("Vencido há 51 dias", "open"),
        ("Parcela em aberto", "open"),
        ("Boleto enviado", "open"),
        ("Pago em parte", "part"),
    ],
)
def test_a_status_with_its_day_or_means_is_that_status(word: str, means: str) -> None:
    assert status(word) == means


@pytest.mark.parametrize("word", ["Pago a menor", "Pago pelo fiador", "Vencido e negociado", "Recebido sem baixa"])
def test_a_status_that_says_more_is_asked(word: str) -> None:
    with pytest.raises(CellQuestion):
        status(word)


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for line in lines:
            sheet.append(line)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def a_list(name: str) -> list[list[Any]]:
    return [HEAD.split(";"), [name, CPF, 350.0, "10/10/2026"]]


def test_a_tab_a_month_is_said_not_to_be_read() -> None:
    data = workbook(Outubro=a_list("Ana"), Novembro=a_list("Bia"), Resumo=[["Mês", "Total"], ["Out", 1.0]])
    table = open_bytes(data)
    (told,) = [note.problem for note in table.notes if note.column == "aba"]
    assert told == "só foi lida a aba “Outubro”; não foram lidas as outras: “Novembro”"
    assert [note for note in open_bytes(workbook(Outubro=a_list("Ana"))).notes if note.column == "aba"] == []


def test_a_tab_of_bills_to_pay_or_paid_is_no_list_of_debts() -> None:
    data = workbook(A_pagar=a_list("Luz"), A_receber=a_list("Ana"), Pagos=a_list("Bia"))
    assert stands(data) == {"Ana": ""}
    assert refused(workbook(Contas_a_pagar=a_list("Luz"))) == [(2, "conta a pagar: está na aba “Contas a pagar”")]
    assert stands(workbook(Pagos=a_list("Bia"))) == {"Bia": "paid"}


def test_a_cell_shown_in_percent_is_a_percentage() -> None:
    book = Workbook()
    sheet = book.active
    for line in ([*HEAD.split(";"), "Multa", "Juros ao mês"], ["Ana", CPF, 350.0, "10/10/2026", 0.02, 0.015]):
        sheet.append(line)
    sheet["E2"].number_format, sheet["F2"].number_format = "0%", "0.00%"
    kept = io.BytesIO()
    book.save(kept)
    (row,) = rows(kept.getvalue())
    assert (row.fine_percent, row.interest_percent) == (Decimal(2), Decimal("1.5"))


def test_the_day_of_a_status_puts_nothing_off() -> None:
    """A bank's list tells when each boleto got its status: today, while it is open."""
    data = a_sheet(
        f"{ANA};Em aberto;30/11/2026", f"{BIA};Em aberto;29/11/2026", header=f"{HEAD};Situação;Data da situação"
    )
    assert [row.due_on for row in rows(data)] == [date(2026, 10, 10)] * 2
    assert [w.column for w in open_bytes(data).warnings if "Data da situação" in w.column] == []


def test_a_plan_is_no_number_of_a_contract() -> None:
    head = "Cliente;CPF;Contrato;Parcela;Valor;Vencimento"
    found = rows(
        a_sheet(
            f"Ana;{CPF};Plano Anual;1/12;99,90;10/10/2026",
            f"Ana;{CPF};Plano Anual;2/12;99,90;10/11/2026",
            "Bia;11144477735;Plano Anual;1/12;99,90;10/10/2026",
            header=head,
        )
    )
    assert {row.id_of for row in found} == {"content"}
    (row,) = rows(a_sheet(f"Ana;{CPF};C-778;3/12;99,90;10/10/2026", header=head))
    assert row.receivable == "C-778/3"


def test_two_units_of_two_blocks_are_told_apart_by_both() -> None:
    head = "Bloco;Unidade;Condômino;Vencimento;Valor"
    found = rows(a_sheet("A;101;Ana;10/10/2026;475,50", "B;101;Ana;10/10/2026;475,50", header=head))
    assert [row.subject for row in found] == ["A | 101", "B | 101"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("000045-01-PADARIA SOL", "PADARIA SOL"),
        ("12 - Ana Souza", "Ana Souza"),
        ("000123 – José Reis", "José Reis"),
        ("3M do Brasil", "3M do Brasil"),
        ("24-Horas", "24-Horas"),
    ],
)
def test_the_number_before_a_name_is_the_programs(written: str, name: str) -> None:
    (row,) = rows(a_sheet(f"{written};10,00;10/10/2026", header="Codigo-Lj-Nome do Cliente;Valor;Vencimento"))
    assert row.name == name


def test_a_line_of_a_supplier_is_no_debt() -> None:
    head = f"Entidade;{HEAD}"
    data = a_sheet(f"Cliente;{ANA}", f"Fornecedor;{CAIO}", header=head)
    assert stands(data) == {"Ana": ""}
    assert refused(data) == [(3, "conta a pagar, não a receber")]


def test_whole_reais_of_a_workbook_prove_an_amount_as_those_of_a_csv() -> None:
    data = workbook(
        Lista=[["Nome", "CPF", "Montante em moeda interna", "Vencimento"], ["Ana", CPF, 1000, "10/10/2026"]]
    )
    (row,) = rows(data)
    assert row.principal_cents == 1000_00


def test_the_number_of_a_bill_may_be_called_its_charge_and_that_of_the_bank_may_not() -> None:
    head = f"Cobrança;{HEAD}"
    assert [row.receivable for row in rows(a_sheet(f"10001;{ANA}", f"10002;{BIA}", header=head))] == ["10001", "10002"]
    assert {row.id_of for row in rows(a_sheet(f"341;{ANA}", f"341;{BIA}", header=head))} == {"content"}
