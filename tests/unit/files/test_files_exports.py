"""What programs really export: their column lists with made-up people and numbers, and what a careful person reads.

Sources of the lists, as looked at in November 2026: docs/planilhas.md, "Exportações conferidas".
"""

import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from files_support import CNPJ, CPF, open_bytes, records

from regua.domain.intake.layout import ReadOptions, flat_mapping
from regua.domain.intake.row import Row
from regua.files.split import open_part, split_points

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "planilhas.md"
CASES = Path(__file__).parents[3].parent / "shared/cases/files"
OTHER_CPF = "11144477735"
THIRD_CPF = "93541134780"
BLING = {"status": {1: "aberto", 2: "pago", 4: "cancelado"}}


class Title(NamedTuple):
    """What is read of one line: who owes how much of it, since when."""

    id: str
    name: str
    document: str
    left: int
    due: str


def left(row: Row) -> int:
    """Cents still owed of a title as the file states it."""
    return 0 if row.status in ("paid", "cancelled") or row.credit else row.principal_cents - (row.paid_cents or 0)


def titles(data: bytes, mapping: dict[str, object] | None = None) -> list[Title]:
    found = records(data, mapping=flat_mapping(mapping or {}), today=date(2026, 11, 30))
    assert [record.faults for record in found if record.faults] == []
    rows = [record.row for record in found if record.row]
    return [Title(row.receivable, row.name, row.document, left(row), f"{row.due_on:%d/%m/%Y}") for row in rows]


def the_mapping(program: str) -> dict[str, object]:
    """The one that the guide prints below the program's heading."""
    text = GUIDE.read_text(encoding="utf-8")
    section = re.search(rf"^### {re.escape(program)}\n(.*?)(?=^##|\Z)", text, re.DOTALL | re.MULTILINE)
    assert section, program
    block = re.search(r"```yaml\n(.*?)```", section[1], re.DOTALL)
    found: dict[str, object] = yaml.safe_load(block[1]) if block else {}
    return found


PROTHEUS = (
    "E1_FILIAL;E1_PREFIXO;E1_NUM;E1_PARCELA;E1_TIPO;E1_NATUREZ;E1_PORTADO;E1_AGEDEP;E1_CLIENTE;E1_LOJA;"
    "E1_NOMCLI;E1_EMISSAO;"
    "E1_VENCTO;E1_VENCREA;E1_VALOR;E1_IRRF;E1_NUMBCO;E1_BAIXA;E1_HIST;E1_SITUACA;E1_SALDO;E1_DESCONT;E1_MULTA;E1_JUROS;"
    "E1_VALLIQ;E1_PEDIDO;A1_CGC;A1_EMAIL;A1_DDD;A1_TEL;E1_STATUS\n"
    "01;1;000123;A;NF;10101;341;1234;000045;01;ANA SOUZA ME;20260901;20261010;20261013;1000.00;0;12345;;"
    "VENDA;1;1000.00;"
    f"0;0;0;0;P1;{CPF};ana@example.com;11;987654321;A\n"
    "01;1;000123;B;NF;10101;341;1234;000045;01;ANA SOUZA ME;20260901;20261110;20261110;1000.00;0;12346;"
    "20261115;VENDA;1;"
    f"600.00;0;0;0;400.00;P1;{CPF};ana@example.com;11;987654321;A\n"
    "01;1;000124;;DP;10101;341;1234;000046;01;BETA LTDA;20260901;20261010;20261010;500.00;0;12347;"
    "20261012;VENDA;1;0;0;0;"
    f"0;500.00;P2;{CNPJ};beta@example.com;11;987654322;B\n"
    "01;1;000125;;NCC;10101;;;000046;01;BETA LTDA;20260901;20261010;20261010;80.00;0;;;DEVOLUCAO;0;80.00;0;0;0;0;;"
    f"{CNPJ};beta@example.com;11;987654322;A\n"
    "01;1;000124;;AB-;10101;;;000046;01;BETA LTDA;20260901;20261010;20261010;20.00;0;;;ABATIMENTO;0;20.00;0;0;0;0;;"
    f"{CNPJ};beta@example.com;11;987654322;A\n"
)
PROTHEUS_TITLED = (
    "Filial;Prefixo;No. Titulo;Parcela;Tipo;Natureza;Portador;Depositaria;Cliente;Loja;Nome Cliente;"
    "DT Emissao;Vencimento;"
    "Vencto real;Vlr.Titulo;Base Imposto;IRRF;ISS;Nº no Banco;Reajuste;DT Baixa;Num. Bordero;DT Bordero;DT Contab.;"
    "Historico;Ident. Lanc.;Lote Contabl;Motivo;Ult.Moviment;Situacao;Saldo\n"
    "01;1;000123;1;NF;10101;341;1234;000045;01;ANA SOUZA ME;01/09/2026;10/10/2026;13/10/2026;1.000,00;"
    "0,00;0,00;0,00;12345;;"
    ";;;01/09/2026;VENDA;S;;;;0;1.000,00\n"
    "01;1;000124;1;DP;10101;341;1234;000046;01;BETA LTDA;01/09/2026;12/10/2026;12/10/2026;900,00;0,00;0,00;0,00;12346;;"
    "20/10/2026;;;01/09/2026;VENDA;S;;;;1;600,00\n"
    "01;1;000125;1;RA;10101;;;000046;01;BETA LTDA;01/09/2026;12/10/2026;12/10/2026;300,00;0,00;0,00;0,00;;;"
    ";;;01/09/2026;SINAL;S;;;;0;300,00\n"
)
SICREDI = (
    "Cart;Nº Doc;Nosso Nº;TXID;Pagador;Data Vencimento;Data Liquidação;Valor (R$);Liquidação (R$);"
    "Situação do Boleto;Motivo\n"
    "1;101;26/200001-5;;Ana Souza;10/10/2026;;150,00;;VENCIDO;\n"
    "1;102;26/200002-3;;Beta Ltda;12/10/2026;11/10/2026;200,00;200,00;LIQUIDADO;\n"
)
BOLETOS = (
    "Documento;N do boleto;Pagador;Data Vencimento;Data Liquidação; valor boleto ; valor recebido ;data do extrato\n"
    "COB000005;26/204549-0;PET SHOP E COMPANHIA LTDA;06/10/2026;;1.412,00;;\n"
    "COB000006;26/205250-0;ELETROSOL ENERGIA LTDA;02/10/2026;02/10/2026;300;300;03/10/2026\n"
)
OMIE = (
    "codigo_lancamento_omie;codigo_cliente_fornecedor;nome_cliente;cnpj_cpf;data_emissao;data_vencimento;data_previsao;"
    "valor_documento;codigo_categoria;id_conta_corrente;numero_documento;numero_parcela;numero_documento_fiscal;"
    "numero_pedido;status_titulo;codigo_tipo_documento\n"
    f"990001;77;Ana Souza;{CPF};01/10/2026;10/10/2026;10/10/2026;1000,00;1.01.01;55;123;001/002;881;15;ATRASADO;BOL\n"
    f"990002;77;Ana Souza;{CPF};01/10/2026;10/11/2026;10/11/2026;1000,00;1.01.01;55;123;002/002;881;15;A VENCER;BOL\n"
    f"990003;78;Beta Ltda;{CNPJ};01/10/2026;10/10/2026;10/10/2026;500,00;1.01.01;55;124;001/001;882;16;RECEBIDO;BOL\n"
)
BLING_API = (
    "id;situacao;dataEmissao;vencimentoOriginal;vencimento;competencia;nroDocumento;valor;saldo;historico;categoria;"
    "portador;cliente.nome;cliente.cnpj;cliente.email;cliente.celular\n"
    f"1;aberto;2026-10-01;2026-10-10;2026-10-10;2026-10-01;000123/01;1000.00;1000.00;Ref. NF 123;Vendas;"
    f"Caixa;Ana Souza;{CPF};"
    "ana@example.com;11987654321\n"
    f"2;parcial;2026-10-01;2026-10-12;2026-10-12;2026-10-01;000124/01;900.00;600.00;Ref. NF 124;Vendas;"
    f"Caixa;Beta Ltda;{CNPJ};"
    "beta@example.com;11987654322\n"
    f"3;pago;2026-10-01;2026-10-12;2026-10-12;2026-10-01;000125/01;900.00;0.00;Ref. NF 125;Vendas;Caixa;"
    f"Beta Ltda;{CNPJ};"
    "beta@example.com;11987654322\n"
)
GRANATUM = (
    "Data de vencimento;Data de pagamento;Data de competência;Descrição;Cliente/Fornecedor;CPF/CNPJ;Categoria;"
    "Centro de custo;Forma de pagamento;Tipo de documento;Número do documento;Valor;Tipo;Observações\n"
    f"10/10/2026;;01/10/2026;Mensalidade;Ana Souza;{CPF};Vendas;;Boleto;Nota Fiscal;881;1.000,00;Receita;\n"
    f"12/10/2026;12/10/2026;01/10/2026;Mensalidade;Beta Ltda;{CNPJ};Vendas;;Pix;Nota Fiscal;882;500,00;Receita;\n"
)
SUPERLOGICA = (
    "id_recebimento_recb;st_unidade_uni;st_nome_sac;st_cgc_sac;st_email_sac;st_telefone_sac;st_nossonumero_recb;"
    "dt_vencimento_recb;vl_emitido_recb;dt_liquidacao_recb\n"
    f"9001;101;Ana Souza;{CPF};ana@example.com;11987654321;7001;25/10/2026;650.00;\n"
    f"9002;102;Joao Reis;{OTHER_CPF};joao@example.com;11987654322;7002;25/10/2026;650.00;26/10/2026\n"
)

EXPORTS: dict[str, tuple[str, list[Title]]] = {
    "Protheus (SE1)": (
        PROTHEUS,
        [
            Title("000123/A", "ANA SOUZA ME", CPF, 100000, "13/10/2026"),
            Title("000123/B", "ANA SOUZA ME", CPF, 60000, "10/11/2026"),
            Title("000124", "BETA LTDA", CNPJ, 0, "10/10/2026"),
            Title("000125", "BETA LTDA", CNPJ, 0, "10/10/2026"),
            Title("000124", "BETA LTDA", CNPJ, 0, "10/10/2026"),
        ],
    ),
    "Protheus (SE1 com títulos)": (
        PROTHEUS_TITLED,
        [
            Title("000123/1", "ANA SOUZA ME", "", 100000, "13/10/2026"),
            Title("000124/1", "BETA LTDA", "", 60000, "12/10/2026"),
            Title("000125/1", "BETA LTDA", "", 0, "12/10/2026"),
        ],
    ),
    "Sicredi (boletos)": (
        SICREDI,
        [Title("101", "Ana Souza", "", 15000, "10/10/2026"), Title("102", "Beta Ltda", "", 0, "12/10/2026")],
    ),
    "Boletos com extrato": (
        BOLETOS,
        [
            Title("COB000005", "PET SHOP E COMPANHIA LTDA", "", 141200, "06/10/2026"),
            Title("COB000006", "ELETROSOL ENERGIA LTDA", "", 0, "02/10/2026"),
        ],
    ),
    "Omie": (
        OMIE,
        [
            Title("123/1", "Ana Souza", CPF, 100000, "10/10/2026"),
            Title("123/2", "Ana Souza", CPF, 100000, "10/11/2026"),
            Title("124", "Beta Ltda", CNPJ, 0, "10/10/2026"),
        ],
    ),
    "Bling": (
        BLING_API,
        [
            Title("000123/01", "Ana Souza", CPF, 100000, "10/10/2026"),
            Title("000124/01", "Beta Ltda", CNPJ, 60000, "12/10/2026"),
            Title("000125/01", "Beta Ltda", CNPJ, 0, "12/10/2026"),
        ],
    ),
    "Granatum": (
        GRANATUM,
        [Title("881", "Ana Souza", CPF, 100000, "10/10/2026"), Title("882", "Beta Ltda", CNPJ, 0, "12/10/2026")],
    ),
    "Superlógica": (
        SUPERLOGICA,
        [Title("9001", "Ana Souza", CPF, 65000, "25/10/2026"), Title("9002", "Joao Reis", OTHER_CPF, 0, "25/10/2026")],
    ),
}


@pytest.mark.parametrize("program", EXPORTS)
def test_what_a_program_exports_imports_as_the_guide_says(program: str) -> None:
    text, right = EXPORTS[program]
    assert titles(text.encode(), the_mapping(program)) == right


CASES_RIGHT: dict[str, tuple[dict[str, object], list[tuple[str, int]]]] = {
    "sienge": ({}, [("Ana Souza", 100000), ("Ana Souza", 100000), ("Beta Ltda", 0), ("Gama Ltda", 0)]),
    "contaazul_receber": ({}, [("Ana Souza", 100000), ("Beta Ltda", 60000), ("Beta Ltda", 0), ("Beta Ltda", 70000)]),
    "netforce": ({}, [("Ana Souza", 100000), ("Beta Ltda", 60000), ("Beta Ltda", 0)]),
    "tiny": ({}, [("Ana Souza", 100000), ("Beta Ltda", 60000), ("Beta Ltda", 0)]),
    "numero_da_casa": ({}, [("Ana Souza", 15000), ("Joao Reis", 9000), ("Ana Souza", 15000)]),
    "bling_situacao": (BLING, [("Ana Souza", 50000), ("Joao Reis", 0), ("Bia Lima", 0)]),
    "protheus_posicao_venc": ({}, [("Ana Souza ME", 60000), ("Joao Reis ME", 50000)]),
}


@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not beside this checkout")
@pytest.mark.parametrize("case", CASES_RIGHT)
def test_a_case_from_the_field_is_read_right(case: str) -> None:
    mapping, right = CASES_RIGHT[case]
    assert [(title.name, title.left) for title in titles((CASES / f"{case}.csv").read_bytes(), mapping)] == right


def columns(text: str, **options: object) -> dict[str, str]:
    return open_bytes(text.encode(), **options).columns


HEAD = "id_titulo;valor;vencimento"
LINES = ("T1;10,00;10/12/2026", "T2;20,00;11/12/2026")


def beside(title: str, *cells: str, head: str = f"nome;{HEAD}", lines: tuple[str, ...] = ()) -> str:
    """A plain sheet with one further column, in which these cells stand."""
    lines = lines or tuple(f"Maria;T{at};{at}0,00;10/12/2026" for at in range(1, len(cells) + 1))
    return f"{head};{title}\n" + "".join(f"{line};{cell}\n" for line, cell in zip(lines, cells, strict=True))


@pytest.mark.parametrize(
    ("title", "cells", "field"),
    [
        ("Documento", (CPF, OTHER_CPF), "documento"),
        ("Documento", ("529.982.247-24",), "documento"),
        ("Documento", ("CT", "FAT"), "tipo_documento"),
        ("Documento", ("NF", "NF"), "tipo_documento"),
        ("Documento", ("1001", "1002"), None),
        ("Documento", ("FT 2026/12", "FT 2026/13"), None),
        ("Data Recebido", ("", "20/10/2026"), "data_pagamento"),
        ("Identificador", (CPF, OTHER_CPF), "documento"),
        ("Identificador", ("A1", "A2"), None),
        ("Código do cliente", (CPF, CNPJ), "documento"),
        ("Código do cliente", ("45", "46"), None),
        ("Pago", ("sim", "não"), "pago"),
        ("Pago", ("0,00", "15,00"), "valor_pago"),
        ("Pago", ("", "300"), "valor_pago"),
        ("Pago", ("", "20/10/2026"), "data_pagamento"),
        ("Baixa", ("", "20/10/2026"), "data_pagamento"),
        ("Recebimento", ("", "20,00"), "valor_pago"),
        ("Pagamento", ("Boleto", "Pix"), None),
        ("Pagto", ("", "20/10/2026"), "data_pagamento"),
        ("Liquidação", ("", "20,00"), "valor_pago"),
        ("Natureza", ("receber", "receber"), "natureza"),
        ("Natureza", ("10101", "10102"), None),
        ("Tipo", ("NF", "NCC"), "tipo_documento"),
        ("Tipo", ("Receita", "Despesa"), "natureza"),
        ("Tipo de conta", ("Receber", "Pagar"), "natureza"),
        ("Tipo de conta", ("Receber", "Receber"), "natureza"),
        ("Receita/Despesa", ("Receita", "Despesa"), "natureza"),
        ("Grupo", ("Contas a receber", "Contas a pagar"), "natureza"),
        ("Grupo", ("Receita", "Receita"), "tags"),
        ("Tipo", ("devedor", "avalista"), "papel"),
        ("Tipo", ("PF", "PJ"), None),
        ("Estado", ("SP", "RJ"), "uf"),
        ("Estado", ("pago", "em aberto"), "status"),
        ("Contato", ("(11) 98765-4321", ""), "celular"),
        ("Contato", ("ana@example.com", ""), "email"),
        ("Contato", ("Dona Ana", "Seu João"), None),
        ("Parcela", ("1/2", "2/2"), "parcela"),
        ("Parcela", ("10,50", "20,50"), None),
        ("Referência", ("10/2026", "11/2026"), "competencia"),
        ("Contrato", ("2026.01", "2026.02"), "contrato"),
        ("Boleto", ("sim", "não"), None),
        ("Nosso número", ("109/12345678-9", "109/12345679-7"), "nosso_numero"),
        ("Multa", ("10,00", "33,50"), "multa_valor"),
        ("Multa", ("2,00", "2,00"), "multa_pct"),
        ("Juros", ("1,00", "0,033"), "juros_pct"),
    ],
)
def test_values_decide_what_a_column_is(title: str, cells: tuple[str, ...], field: str | None) -> None:
    assert columns(beside(title, *cells)).get(title) == field


@pytest.mark.parametrize("number", ["123.01", "2026.15", "000123/01", "NF 12", "A-1", "1001"])
def test_a_number_with_a_point_is_no_amount(number: str) -> None:
    lines = (f"Maria;{number};10,00;10/12/2026", f"Ana;{number}7;20,00;11/12/2026")
    for title in ("Título", "id_titulo", "Fatura", "Nº Documento"):
        assert columns("\n".join((f"nome;{title};valor;vencimento", *lines, "")))[title] == "id_titulo"


def test_a_customers_code_is_no_name_where_another_column_has_it() -> None:
    head, lines = f"Cliente;Nome Cliente;{HEAD}", tuple(f"00004{at};Maria {at};{line}" for at, line in enumerate(LINES))
    assert columns("\n".join((head, *lines, "")))["Nome Cliente"] == "nome"
    head = f"Sacado;Razão Social;{HEAD}"
    assert columns("\n".join((head, *lines, "")))["Razão Social"] == "nome"


@pytest.mark.parametrize("title", ["CNPJ", "CNPJ Cliente", "CPF"])
def test_a_column_of_one_kind_of_document_may_hold_the_other(title: str) -> None:
    lines = (f"Maria;{LINES[0]}", f"Beta;{LINES[1]}")
    found = titles(beside(title, CPF, CNPJ, head=f"nome;{HEAD}", lines=lines).encode())
    assert [title.document for title in found] == [CPF, CNPJ]


def test_zeros_that_a_column_of_cnpjs_lost_are_put_back_as_a_cnpj() -> None:
    assert titles(beside("CNPJ", "191").encode())[0].document == "00000000000191"


def test_the_balance_is_the_column_that_adds_up() -> None:
    head = "nome;id_titulo;valor;vencimento;Valor Pago;Saldo Anterior;Valor a Receber"
    text = f"{head}\nMaria;T1;1.000,00;10/12/2026;400,00;5.000,00;600,00\nAna;T2;50,00;10/12/2026;0,00;70,00;50,00\n"
    assert columns(text)["Valor a Receber"] == "saldo"
    assert [title.left for title in titles(text.encode())] == [60000, 5000]


def test_what_is_left_is_not_the_whole_where_another_column_is() -> None:
    head = "nome;id_titulo;Valor Total;Valor Pago;Valor Devido;vencimento"
    text = f"{head}\nMaria;T1;100,00;40,00;60,00;10/12/2026\nAna;T2;100,00;0,00;100,00;10/12/2026\n"
    assert [title.left for title in titles(text.encode())] == [6000, 10000]
    assert columns(text)["Valor Total"] == "valor"


def test_a_months_name_is_no_amount_and_an_amount_no_instalment() -> None:
    text = "Aluno;Mensalidade;Parcela;Vencimento\nAna;Outubro;150,00;10/10/2026\nBia;Outubro;90,50;10/10/2026\n"
    assert [title.left for title in titles(text.encode())] == [15000, 9050]


@pytest.mark.parametrize(
    ("title", "cells", "told"),
    [
        ("Situação Contábil", ("x", "y"), "a situação do título"),
        ("Saldo Corrigido", ("12,00", "22,00"), "quanto falta pagar"),
        ("Total Amortizado", ("1,00", "2,00"), "o que já foi pago"),
    ],
)
def test_a_column_of_money_or_status_that_is_not_read_is_named(title: str, cells: tuple[str, ...], told: str) -> None:
    table = open_bytes(beside(title, *cells).encode())
    assert title in table.unread_columns
    assert [fault.column for fault in table.warnings if told in fault.problem] == [title]
    ignored = open_bytes(beside(title, *cells).encode(), mapping={title: "ignorar"})
    assert ignored.unread_columns == []
    assert not any(told in fault.problem for fault in ignored.warnings)


@pytest.mark.parametrize("title", ["Forma de pagamento", "Condição de pagamento", "Conta de recebimento"])
def test_how_something_is_paid_is_no_money(title: str) -> None:
    table = open_bytes(beside(title, "x", "y").encode())
    assert not any("não lida" in fault.problem for fault in table.warnings)


@pytest.mark.parametrize(
    ("title", "cell", "field"),
    [
        ("Documeto", CPF, "documento"),
        ("Emial", "ana@example.com", "email"),
        ("Celullar", "11987654321", "celular"),
        ("Parcella", "1/2", "parcela"),
        ("Inscr.", CPF, "documento"),
        ("CFP", CPF, "documento"),
        ("E-mial", "ana@example.com", "email"),
    ],
)
def test_a_misspelt_optional_column_gets_a_suggestion(title: str, cell: str, field: str) -> None:
    table = open_bytes(beside(title, cell, cell).encode())
    assert any(fault.column == title and f"parece “{field}”" in fault.problem for fault in table.warnings)


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("Cliente ou Fornecedor (Nome Fantasia)", "Cliente ou Fornecedor (CNPJ/CPF)"),
        ("Cliente ou Fornecedor (Razão Social)", "Cliente ou Fornecedor (CPF/CNPJ)"),
        ("Nome do pagador", "Inscrição do Pagador"),
        ("Assinante", "CPF Assinante"),
        ("Cooperado", "CPF do cooperado"),
    ],
)
def test_who_owes_is_read_under_the_headings_of_several_programs(name: str, document: str) -> None:
    table = open_bytes(
        f"Número do Documento;{name};{document};Valor;Vencimento\n7;Ana;{CPF};1,00;10/10/2026\n".encode()
    )
    assert (table.columns[name], table.columns[document]) == ("nome", "documento")


@pytest.mark.parametrize("title", ["Estágio", "Fase", "Etapa", "Resultado", "Financeiro", "Coluna 7"])
def test_a_column_whose_words_say_how_titles_stand_is_named_whatever_it_is_called(title: str) -> None:
    table = open_bytes(beside(title, "Quitado", "Em aberto").encode())
    assert [f.column for f in table.warnings if "dizer a situação do título" in f.problem] == [title]


def test_it_is_not_named_where_another_column_says_how_they_stand_or_all_are_open() -> None:
    for data in (beside("Situação;Fase", "Aberto;Pago", "Pago;Aberto"), beside("Fase", "Aberto", "Pendente")):
        assert not any("dizer a situação" in fault.problem for fault in open_bytes(data.encode()).warnings)


@pytest.mark.parametrize("title", ["Recebimentos", "Pagamentos", "Creditado"])
def test_a_column_of_what_was_paid_that_is_not_read_is_named(title: str) -> None:
    table = open_bytes(beside(title, "40,00", "0,00").encode())
    assert [f.column for f in table.warnings if "já foi pago" in f.problem] == [title]


@pytest.mark.parametrize("title", ["Chave Pix", "Criado por", "Usuário"])
def test_an_address_under_a_heading_of_something_else_is_not_taken_for_the_debtors(title: str) -> None:
    table = open_bytes(beside(title, "financeiro@example.com").encode())
    assert not any("parece" in fault.problem for fault in table.warnings)


def test_how_many_payments_there_were_says_nothing_of_what_was_paid() -> None:
    table = open_bytes(beside("Qtd. pagamentos", "2", "3").encode())
    assert not any("já foi pago" in fault.problem for fault in table.warnings)


def test_a_column_that_only_sounds_alike_gets_none() -> None:
    table = open_bytes(beside("Vendedor", "João", "José").encode())
    assert not any("parece" in fault.problem for fault in table.warnings)


def test_people_known_by_name_alone_are_warned_of() -> None:
    alone = open_bytes(f"nome;{HEAD}\nJosé da Silva;{LINES[0]}\nJosé da Silva;{LINES[1]}\n".encode())
    assert any("só pelo nome" in fault.problem for fault in alone.warnings)
    (first, second) = records(beside("email", "", "jose@example.com").encode())
    assert any("só pelo nome" in fault.problem for fault in first.warnings)
    assert second.warnings == ()


def test_codes_of_a_status_are_asked_for() -> None:
    found = records(beside("Situação", "1", "4").encode())
    assert all("status: {" in record.faults[0].fix for record in found)
    mapping = flat_mapping({"Situação": {1: "aberto", "4": "cancelado"}})
    assert [
        record.row.status for record in records(beside("Situação", "1", "4").encode(), mapping=mapping) if record.row
    ] == [
        "open",
        "cancelled",
    ]


def test_the_parts_of_a_large_file_have_the_columns_of_the_whole() -> None:
    """The first part alone shows amounts in `Pago`; what the whole has shown holds for all."""
    head = f"nome;CNPJ;{HEAD};Documento;Pago"
    line = "Maria;{0};T{1};10,00;10/12/2026;CT;{2}\n"
    text = head + "\n" + "".join(line.format(CPF, at, "5,00" if at < 50 else "") for at in range(9_000))
    options = ReadOptions()
    layout, parts = split_points([text.encode()], options, 80)
    assert len(parts) > 1
    data, found = text.encode(), []
    for part in parts:
        table = open_part([data[part.start : part.end]], layout, part, options)
        found += [record.row for record in table.records() if record.row]
    assert found == [record.row for record in records(data) if record.row]


def test_the_branch_of_protheus_is_read() -> None:
    head = "E1_FILIAL;E1_NUM;E1_NOMCLI;E1_VENCREA;E1_VALOR\n"
    assert columns(f"{head}01;000123;ANA SOUZA;20261010;100.00\n")["E1_FILIAL"] == "credor_id"
