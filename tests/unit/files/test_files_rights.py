"""What is no debt yet, what was sold, and what came back: in whatever column or remark a file says it."""

from collections.abc import Sequence

import pytest
from files_support import CPF, open_bytes, records

from regua.domain.intake.layout import ReadOptions
from regua.files import encoding
from regua.files.phrases import expects, remarks_forecast, sold
from regua.files.split import open_part, split_points

HEAD = "Título;Cliente;CPF;Valor;Vencimento"


def two(heading: str, first: str, second: str, head: str = HEAD) -> list[str]:
    """How two lines come in that differ in one column: held, left out, asked, or their status."""
    lines = (f"T{at};Ana;{CPF};10,00;10/12/2026;{said}" for at, said in enumerate((first, second), 1))
    found = []
    for record in records("\n".join((f"{head};{heading}", *lines, "")).encode()):
        if record.row:
            found.append("held" if record.row.holder else record.row.status or "open")
        else:
            found.append("asked" if record.asks else {"blank": "left out"}.get(record.kind, record.kind))
    return found


# forecasts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "forecast", "debt"),
    [
        ("Previsto/Realizado", "P", "R"),
        ("Realizado/Previsto", "P", "R"),
        ("Efetivo/Previsto", "P", "E"),
        ("Efetivo/Provisório", "P", "E"),
        ("Real/Previsto", "P", "R"),
        ("Orçado/Realizado", "O", "R"),
        ("Previsto / Realizado", "Previsto", "Realizado"),
        ("Situação", "Provisionado", "Aberto"),
        ("Situação", "Provisão contrato", "Aberto"),
        ("Status", "Previsão de faturamento", "Pendente"),
        ("Origem", "Provisão contrato", "Venda"),
        ("Natureza", "Provisão", "Receita"),
        ("Categoria", "Provisão de receita", "Vendas"),
        ("Histórico", "PROVISÃO CONTRATO 123", "Mensalidade 11"),
        ("Observação", "Provisão mensal ref. 12/2026", "ligar à tarde"),
        ("Descrição", "Lançamento previsto", "Serviço"),
    ],
)
def test_what_is_only_expected_is_left_out_wherever_the_file_says_so(heading: str, forecast: str, debt: str) -> None:
    assert two(heading, forecast, debt) == ["left out", "open"]


@pytest.mark.parametrize(
    ("heading", "remark"),
    [
        ("Observação", "Cliente tem previsão de pagar dia 10"),
        ("Observação", "previsão de pagamento 10/12"),
        ("Observação", "multa conforme previsto em contrato"),
        ("Descrição", "Provisão de fundos, processo 12"),
        ("Origem", "Provedor"),
        ("Histórico", "Sem previsão"),
        ("Previsão de pagamento", "10/12/2026"),
    ],
)
def test_what_only_sounds_like_a_forecast_is_a_debt(heading: str, remark: str) -> None:
    assert two(heading, remark, "") == ["open", "open"]


@pytest.mark.parametrize("word", ["Provisão de custas", "Previsto no edital", "Previdência", "previsão de entrega"])
def test_a_sort_of_entry_that_is_owed_all_the_same(word: str) -> None:
    assert not expects(word)
    assert not remarks_forecast(word)


# titles that were sold -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "sold_", "ours"),
    [
        ("Modalidade", "Desconto", "Simples"),
        ("Modalidade", "Desconto", ""),
        ("Modalidade", "Cobrança descontada", "Cobrança simples"),
        ("Operação", "Desconto", "Cobrança"),
        ("Tipo de operação", "Desconto de duplicata", "Cobrança simples"),
        ("Carteira", "Vinculada", "Simples"),
        ("Portador", "Descontos Itaú", "Carteira"),
        ("Conta", "Itaú Desconto", "Itaú Cobrança"),
        ("Banco", "Itaú - desconto", "Itaú"),
        ("Tipo", "Duplicata descontada", "Duplicata"),
        ("Etiquetas", "FIDC", "VIP"),
        ("Categoria", "Cedidos FIDC", "Vendas"),
        ("Situação", "Descontada no Itaú", "Aberto"),
        ("Situação", "Cedido ao FIDC", "Aberto"),
        ("Obs", "vendido ao FIDC X", "ok"),
        ("Observação", "duplicata descontada no Itaú", "desconto de 10% até o vencimento"),
        ("Observação", "cedido à securitizadora", "descontado em folha"),
        ("Histórico", "Título cedido à Alfa Securitizadora", "Venda"),
        ("Comentário interno", "antecipado com a XP", "pagamento antecipado pelo cliente"),
        ("Complemento do histórico", "Antecipação de recebíveis, Santander", "valor descontado na próxima fatura"),
    ],
)
def test_a_title_that_was_sold_waits_whatever_column_says_so(heading: str, sold_: str, ours: str) -> None:
    assert two(heading, sold_, ours) == ["held", "open"]


@pytest.mark.parametrize(
    "remark",
    [
        *("nota já negociada com factoring", "endossada ao Banco Safra", "operação 123 FIDC Gama", "NF cedida"),
        *("dado em garantia ao Sicoob", "Cessão de crédito", "CESSÃO FIDUCIÁRIA", "Borderô de desconto nº 12"),
        *("descontado junto ao Bradesco", "Dup. descontada banco do brasil", "Transferido para o FIDC"),
        *("Descontado (Banco Daycoval)", "vendida p/ Fidc", "Operação de desconto 9981", "título vendido"),
        *("boletos cedidos ao banco", "Cheque descontado na factoring", "caucionado empréstimo banco 55"),
    ],
)
def test_a_remark_tells_of_a_sale(remark: str) -> None:
    assert sold(remark)


@pytest.mark.parametrize(
    "remark",
    [
        *("desconto de 10% até o vencimento", "descontado em folha", "valor será descontado na próxima fatura"),
        *("Mercadoria vendida ao cliente João", "não foi cedido", "Recomprado do FIDC Alfa", "cliente é uma factoring"),
        *("Pagamento antecipado no Itaú", "parcela antecipada", "nota descontada do frete", "boleto descontado 10%"),
        *("produto em garantia", "Cessão de mão de obra", "cessão de uso do espaço", "Cheque descontado"),
        *("Vendido para Caixa Econômica", "Crédito cedido ao cliente", "acordo negociado com o banco", "Vendedor: Rui"),
        *("Devolvido pelo FIDC", "cessão cancelada", "Verificar cessão de crédito", "Será cedido ao FIDC"),
        *("Título não cedido", "título não foi descontado", "Caução de aluguel", "Desconto Itaú Uniclass"),
    ],
)
def test_a_discount_or_goods_that_were_sold_are_no_sale_of_the_title(remark: str) -> None:
    assert not sold(remark)
    assert two("Observação", remark, "") == ["open", "open"]


def test_a_factoring_that_owes_is_a_debtor_as_any_other() -> None:
    assert two("Segmento", "Factoring", "Varejo") == ["open", "open"]
    assert two("Modalidade", "Desconto", "Bolsa") == ["open", "open"]


def test_a_remark_of_a_sale_far_down_a_file_is_read_too() -> None:
    lines = (f"T{at};Ana;{CPF};10,00;10/12/2026;{'vendido ao FIDC X' if at == 700 else 'ok'}" for at in range(800))
    found = records("\n".join((f"{HEAD};Observação", *lines, "")).encode())
    assert [record.row.receivable for record in found if record.row and record.row.holder] == ["T700"]


def test_what_a_column_was_read_for_is_told() -> None:
    data = f"{HEAD};Modalidade;Parecer\nT1;Ana;{CPF};10,00;10/12/2026;Desconto;ok\n".encode()
    told = {one.column: one.meaning for one in open_bytes(data).understood}
    assert "vendido" in told["Modalidade"]
    assert "venda do título" in told["Parecer"]


# what came back ------------------------------------------------------------------------------------------------------


def returned(heading: str, cells: str, word: str = "Devolvido", more: Sequence[str] = ()) -> str:
    """How a line stands whose status is that word."""
    lines = (f"T1;Ana;{CPF};10,00;10/12/2026;{word};{cells}", *more)
    first = records("\n".join((f"{HEAD};Situação;{heading}", *lines, "")).encode())[0]
    return first.row.status if first.row else "asked" if first.asks else first.kind


@pytest.mark.parametrize("heading", ["NF", "Nota Fiscal", "Nº NF-e", "NFS-e", "Pedido", "Duplicata", "Chave NFe"])
def test_what_came_back_in_a_file_of_notas_is_goods(heading: str) -> None:
    assert returned(heading, "123") == "cancelled"
    assert returned(heading, "123", "DEVOLVIDA") == "cancelled"


@pytest.mark.parametrize(
    "heading",
    ["Banco;Agência;Nº cheque;Alínea", "Nº Cheque", "Alínea", "Nº Ch.", "CMC7", "Bom para", "Emitente;Banco;Agência"],
)
def test_what_came_back_in_a_file_of_cheques_is_owed(heading: str) -> None:
    assert returned(heading, ";".join("12" for _ in heading.split(";"))) == "open"


def test_a_cheque_given_for_a_nota_is_a_cheque_and_a_nota_without_one_goods() -> None:
    assert returned("NF;Nº Cheque", "123;77") == "open"
    assert returned("NF;Nº Cheque", "123;") == "cancelled"


@pytest.mark.parametrize(
    ("heading", "cells"),
    [("Banco;Agência;Conta", "341;1;2"), ("Série NF", "1"), ("Loja", "3"), ("Tipo de nota", "x"), ("NF", "")],
)
def test_where_no_column_tells_what_came_back_it_is_asked(heading: str, cells: str) -> None:
    assert returned(heading, cells) == "asked"


def test_a_file_with_other_lines_than_notas_does_not_tell() -> None:
    assert returned("NF", "123", more=[f"T2;Ana;{CPF};10,00;10/12/2026;Aberto;"]) == "asked"


@pytest.mark.parametrize("word", ["Devolvido alínea 11", "Devolvido 2ª vez", "Devolvido pelo banco"])
def test_what_a_bank_says_of_a_cheque_is_not_taken_for_goods(word: str) -> None:
    assert returned("NF", "123", word) == "asked"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Cheque devolvido", "open"),
        ("CH devolvido 2x", "open"),
        ("Mercadoria devolvida", "cancelled"),
        ("NF devolvida", "cancelled"),
        ("Devolução de venda", "cancelled"),
    ],
)
def test_the_word_may_say_itself_what_came_back(word: str, status: str) -> None:
    assert returned("Loja", "3", word) == status


def test_goods_that_came_back_in_part_are_owed_in_part() -> None:
    assert returned("NF;Saldo", "123;4,00", "Devolução parcial") == "open"
    assert returned("NF", "123", "Parcialmente devolvida") == "rejected"


def test_a_line_that_its_file_cancels_says_so() -> None:
    (record,) = records(f"{HEAD};Situação;NF\nT1;Ana;{CPF};10,00;10/12/2026;Devolvido;123\n".encode())
    assert any("mercadoria devolvida" in fault.problem for fault in record.warnings)


def test_the_parts_of_a_large_file_know_that_it_is_one_of_notas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "PIECE", 512)
    lines = (f"T{at};Ana;{CPF};10,00;10/12/2026;Devolvido;{at + 1}" for at in range(400))
    data = "\n".join((f"{HEAD};Situação;NF", *lines, "")).encode()
    layout, parts = split_points([data], ReadOptions(), part_rows=80)
    found = [
        record.row.status
        for part in parts
        for record in open_part([data[part.start : part.end]], layout, part, ReadOptions()).records()
        if record.row
    ]
    assert len(parts) > 1
    assert set(found) == {"cancelled"}
