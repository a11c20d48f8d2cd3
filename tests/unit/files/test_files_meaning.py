"""What words, codes, people and dates of a sheet mean: decided by the whole file, or asked of a person once."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import yaml
from files_support import CNPJ, CPF, open_bytes, records, rows

from regua.domain.intake.layout import ReadOptions, flat_mapping
from regua.domain.intake.questions import Questions
from regua.domain.intake.row import WrongFileError
from regua.files import encoding
from regua.files.split import open_part, split_points

CASES = Path(__file__).parents[3].parent / "shared/cases/files"
OTHER_CPF = "11144477735"
needs_cases = pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not beside this checkout")


def case(name: str) -> bytes:
    return (CASES / f"{name}.csv").read_bytes()


def sheet(head: str, *lines: str) -> bytes:
    return ("\n".join([head, *lines]) + "\n").encode()


def asked(data: bytes, **options: object) -> list[tuple[str, str, tuple[str, ...], int]]:
    """What the file asks: kind, column, values, lines that wait."""
    questions = Questions()
    for record in records(data, **options):
        questions.add(record.asks)
    return [(one.kind, one.column, one.values, one.lines) for one in questions.all()]


def told(data: bytes) -> str:
    """Everything the operator hears of the file as a whole."""
    return " ".join(fault.problem for fault in open_bytes(data).warnings)


# codes and words of the status ---------------------------------------------------------------------------------------

STATUS = "Título;Cliente;CPF;Valor;Vencimento;Situação"


def status_of(word: str, head: str = STATUS, more: str = "", **options: object) -> tuple[str, int | None]:
    """How a line with that word stands, and what is paid of it; `asked` where the line waits for a person."""
    (record,) = records(sheet(head, f"T1;Ana;{CPF};500,00;10/10/2026;{word}{more}"), **options)
    if record.row is None:
        return ("asked" if record.asks else record.kind), None
    return record.row.status, record.row.paid_cents


@pytest.mark.parametrize("code", ["1", "01", "6", "9", "99", "A", "PG", "AB", "BX", "A1", "1A", "0", "C", "L", "7.0"])
def test_a_code_of_another_system_has_no_meaning_of_its_own(code: str) -> None:
    assert status_of(code) == ("asked", None)


@pytest.mark.parametrize(
    ("code", "told"),
    [("1", 1), ("01", "1"), ("1", "01"), ("1.0", 1), ("A", "a"), ("a", "A"), ("Em análise", "em análise")],
)
def test_what_a_person_said_of_a_code_is_what_it_means(code: str, told: object) -> None:
    assert status_of(code, mapping=flat_mapping({"status": {told: "pago"}})) == ("paid", None)


@pytest.mark.parametrize("word", ["1 - Em aberto", "01-Aberto", "A - Aberto", "2: Pendente", "AB - Aberto Normal"])
def test_a_code_with_its_word_needs_no_answer(word: str) -> None:
    assert status_of(word) == ("open", None)


@pytest.mark.parametrize("word", ["Tramitando", "Sustado", "Em análise", "Aguardando retorno do setor"])
def test_a_word_nobody_knows_is_asked_too(word: str) -> None:
    assert status_of(word) == ("asked", None)


@needs_cases
def test_an_erps_codes_are_asked_once_and_its_lines_wait() -> None:
    assert asked(case("bling_situacao")) == [("status", "Situação", ("1", "2", "4"), 3)]
    mapping = flat_mapping({"status": {1: "aberto", 2: "pago", 4: "cancelado"}})
    found = rows(case("bling_situacao"), mapping=mapping)
    assert [(row.name, row.status) for row in found] == [
        ("Ana Souza", "open"),
        ("Joao Reis", "paid"),
        ("Bia Lima", "cancelled"),
    ]
    assert asked(case("bling_situacao"), mapping=mapping) == []


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        *((word, "open") for word in ("Cheque", "CH", "CHQ", "Cheque pré-datado", "cheque a prazo")),
        *((word, "cancelled") for word in ("NF", "NFe", "Nota Fiscal", "DM", "Duplicata", "Venda", "Pedido", "Fatura")),
        *((word, "asked") for word in ("Boleto", "", "Contrato", "Pix")),
    ],
)
@pytest.mark.parametrize("word", ["Devolvido", "devolvida", "Devolvido 2x", "Devolução"])
def test_what_came_back_is_owed_of_a_cheque_and_not_of_goods(word: str, kind: str, right: str) -> None:
    assert status_of(word, f"{STATUS};Espécie", f";{kind}")[0] == right


def test_a_list_of_cheques_needs_no_column_of_types() -> None:
    found = rows(sheet("Nº Cheque;Emitente;Cliente;CPF;Valor;Vencimento;Situação",
                       f"321;Ana;Ana;{CPF};500,00;10/10/2026;Devolvido"))  # fmt: skip
    assert [row.status for row in found] == ["open"]


def test_who_says_what_came_back_means_is_heard() -> None:
    assert status_of("Devolvido", mapping=flat_mapping({"status": {"devolvido": "aberto"}})) == ("open", None)


@needs_cases
def test_a_returned_cheque_is_owed() -> None:
    assert [(row.status, row.principal_cents) for row in rows(case("cheques_venc"))] == [
        ("open", 50000),
        ("paid", 30000),
    ]


@pytest.mark.parametrize(
    "word",
    [
        *("Recebido parcialmente", "baixado parcialmente", "pago parcial", "liquidado parc.", "Parcial", "Partial"),
        *("Parcialmente recebido", "Quitado em parte", "Pgto parcial", "Receb. parcial", "Baixa parcial", "PAGO PARC"),
        *("Liquidação parcial", "Pago (parcial)", "Amortizado", "partially paid", "recebida parcialmente"),
    ],
)
def test_what_is_paid_in_part_is_open_with_its_balance(word: str) -> None:
    assert status_of(word, f"{STATUS};Saldo", ";200,00") == ("open", 30000)
    assert status_of(word, f"{STATUS};Valor recebido", ";300,00") == ("open", 30000)


def test_a_part_of_which_nobody_knows_how_much_is_not_asked_for_whole() -> None:
    assert status_of("Recebido parcialmente") == ("rejected", None)
    assert status_of("Recebido parcialmente", STATUS.replace("Valor", "Valor em aberto"))[0] == "open"


# who owes ------------------------------------------------------------------------------------------------------------


def who(data: bytes, **options: object) -> list[tuple[str, str]]:
    return [(row.name, row.document) for row in rows(data, **options)]


@needs_cases
def test_of_a_condominium_the_owner_owes() -> None:
    found = rows(case("condominio_dois_contato"))
    assert [(row.name, row.document, row.emails) for row in found] == [("Ana Souza", CPF, ("ana@example.com",))] * 2


RIVALS: dict[str, tuple[str, str, str]] = {
    "rent": ("Imóvel;Proprietário;CPF Proprietário;Inquilino;CPF Inquilino;Aluguel", "Proprietário", "Inquilino"),
    "rent, other words": ("Imóvel;Locatário;CPF Locatário;Locador;CPF Locador;Aluguel", "Locatário", "Locador"),
    "clinic": ("Guia;Paciente;CPF Paciente;Convênio;CNPJ Convênio;Sala", "Paciente", "Convênio"),
    "clinic, insurer first": ("Guia;Seguradora;CNPJ Seguradora;Segurado;CPF Segurado;Sala", "Seguradora", "Segurado"),
    "agency": ("PI;Agência;CNPJ Agência;Anunciante;CPF Anunciante;Veículo", "Agência", "Anunciante"),
    "client": ("PI;Cliente;CPF do Cliente;Agência;CNPJ da Agência;Veículo", "Cliente", "Agência"),
}


def rival_sheet(name: str) -> bytes:
    head, _, _ = RIVALS[name]
    first = CPF if "CPF" in head.split(";")[2] else CNPJ
    second = CNPJ if "CNPJ" in head.split(";")[4] else OTHER_CPF
    return sheet(f"Título;{head};Valor;Vencimento",
                 f"T1;a;Primeira Pessoa;{first};Segunda Pessoa;{second};x;10,00;10/12/2026",
                 f"T2;b;Primeira Pessoa;{first};;;y;20,00;10/12/2026")  # fmt: skip


@pytest.mark.parametrize("name", RIVALS)
def test_who_of_two_owes_is_asked_once_and_never_guessed_by_the_order_of_headings(name: str) -> None:
    _, one, other = RIVALS[name]
    assert asked(rival_sheet(name)) == [("payer", one, (one, other), 1)]
    assert [row.receivable for row in rows(rival_sheet(name))] == ["T2"]


@pytest.mark.parametrize("name", RIVALS)
def test_payer_names_the_heading_of_who_owes(name: str) -> None:
    _, one, other = RIVALS[name]
    first = who(rival_sheet(name), mapping={"payer=": one})
    assert [person for person, _ in first] == ["Primeira Pessoa"] * 2
    assert all(document for _, document in first)
    second = who(rival_sheet(name), mapping={"payer=": other.upper()})
    assert second[0][0] == "Segunda Pessoa"
    assert second[0][1] not in ("", first[0][1])


@pytest.mark.parametrize(
    "payer", ["Sacado", "Pagador", "Devedor", "Tomador", "Responsável financeiro", "Fonte pagadora"]
)
def test_a_heading_that_says_who_owes_is_believed(payer: str) -> None:
    data = sheet(f"Título;Cliente;Agência;{payer};Valor;Vencimento",
                 "T1;Loja do Centro;Agência Alfa;Ana Souza;10,00;10/12/2026")  # fmt: skip
    (row,) = rows(data)
    assert (row.responsible_name or row.name) == "Ana Souza"
    assert asked(data) == []


def test_an_agency_that_is_a_number_is_the_banks() -> None:
    data = sheet("Título;Cliente;CPF;Banco;Agência;Valor;Vencimento", f"T1;Ana;{CPF};341;1234;10,00;10/12/2026")
    assert (who(data), asked(data)) == ([("Ana", CPF)], [])


def test_who_has_no_insurance_pays_himself() -> None:
    data = sheet("Título;Paciente;Convênio;Valor;Vencimento", "T1;Ana;Particular;10,00;10/12/2026")
    assert [row.name for row in rows(data)] == ["Ana"]


def test_nobody_elses_mailbox_is_written_to() -> None:
    head = "Título;Proprietário;Email Proprietário;Inquilino;Email Inquilino;Celular Inquilino;Valor;Vencimento"
    data = sheet(head, "T1;Ana;ana@example.com;Joao;joao@example.com;11987654321;10,00;10/12/2026")
    (row,) = rows(data, mapping={"payer=": "Proprietário"})
    assert (row.name, row.emails, row.phones) == ("Ana", ("ana@example.com",), ())


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("Rua;Número;Complemento;Bairro", "Rua A, 100, Centro"),
        ("Logradouro;Nº;Bairro;Complemento", "Rua A, 100, Centro"),
        ("Endereço;Num;Compl.;Bairro", "Rua A, 100, Centro"),
        ("Rua;Bairro;Número;Cidade", "Rua A, 100, Centro"),
    ],
)
def test_the_number_within_an_address_is_the_houses(address: str, street: str) -> None:
    order = {"Rua": "Rua A", "Logradouro": "Rua A", "Endereço": "Rua A", "Bairro": "Centro", "Cidade": "Santos"}
    cells = ";".join(
        order.get(title, "100" if title in ("Número", "Nº", "Num") else "") for title in address.split(";")
    )
    (row,) = rows(sheet(f"Nome;CPF;{address};Valor;Vencimento", f"Ana;{CPF};{cells};10,00;10/12/2026"))
    assert row.derived_id
    assert sorted(row.address.split(", ")) == sorted(street.split(", "))


# dates by the whole file ---------------------------------------------------------------------------------------------


def due(data: bytes) -> list[date]:
    return [row.due_on for row in rows(data)]


@needs_cases
def test_another_column_shows_that_months_come_first() -> None:
    assert due(case("superlogica_mes_dia")) == [date(2026, 11, 5), date(2026, 10, 5), date(2026, 11, 5)]
    assert "mês/dia/ano" in told(case("superlogica_mes_dia"))


DATES = "Título;Cliente;CPF;Valor;Emissão;Vencimento"


def dated(*pairs: tuple[str, str]) -> bytes:
    return sheet(DATES, *(f"T{at};Ana;{CPF};10,00;{issued};{day}" for at, (issued, day) in enumerate(pairs)))


@pytest.mark.parametrize(
    ("pairs", "right"),
    [
        ([("", "10/11/2026")], [date(2026, 11, 10)]),
        ([("25/09/2026", "10/11/2026")], [date(2026, 11, 10)]),
        ([("09/25/2026", "10/11/2026")], [date(2026, 10, 11)]),
        ([("09/25/26", "10/11/26")], [date(2026, 10, 11)]),
        ([("09/25/2026 12:00:00 AM", "10/11/2026 12:00:00 AM")], [date(2026, 10, 11)]),
        ([("2026-09-25", "10/11/2026")], [date(2026, 11, 10)]),
        ([("46290", "10/11/2026")], [date(2026, 11, 10)]),
        ([("11/09/2026", "10/11/2026")], [date(2026, 11, 10)]),
        ([("09/12/2026", "10/11/2026")], [date(2026, 10, 11)]),
        ([("10/01/2026", "11/01/2026"), ("11/02/2026", "12/01/2026")], [date(2026, 1, 11), date(2026, 1, 12)]),
        ([("", "10/11/2026"), ("", "11/25/2026")], [date(2026, 10, 11), date(2026, 11, 25)]),
        ([("", "25/11/2026"), ("", "10/11/2026")], [date(2026, 11, 25), date(2026, 11, 10)]),
    ],
)
def test_day_or_month_first_is_decided_by_all_dates(pairs: Sequence[tuple[str, str]], right: list[date]) -> None:
    if pairs[0] == ("10/01/2026", "11/01/2026"):
        # days first: due 12/01 before it was issued on 11/02; months first both are possible
        right = [date(2026, 11, 1), date(2026, 12, 1)]
    assert due(dated(*pairs)) == right


def test_monthly_bills_that_would_all_fall_into_one_month_are_told() -> None:
    assert "um só mês" in told(dated(("", "01/05/2026"), ("", "02/05/2026"), ("", "03/05/2026")))
    assert "um só mês" not in told(dated(("", "05/01/2026"), ("", "05/02/2026"), ("", "05/03/2026")))


def test_a_long_file_that_shows_the_order_at_its_end_is_read_by_it() -> None:
    pairs = [("", "10/11/2026")] * 700 + [("", "11/25/2026")]
    found = due(dated(*pairs))
    assert (found[0], found[-1], len(found)) == (date(2026, 10, 11), date(2026, 11, 25), 701)


def test_parts_of_a_large_file_follow_the_whole() -> None:
    data = dated(*[("", "10/11/2026")] * 9_000, ("", "11/25/2026"))
    layout, parts = split_points([data], ReadOptions(), part_rows=80)
    found = []
    for part in parts:
        table = open_part([data[part.start : part.end]], layout, part, ReadOptions())
        found += [record.row.due_on for record in table.records() if record.row]
    assert len(parts) > 1
    assert set(found) == {date(2026, 10, 11), date(2026, 11, 25)}


# what is no debt, or not ours ----------------------------------------------------------------------------------------


def left_out(data: bytes) -> list[str]:
    """Why lines were left out that are no fault of anybody."""
    return [fault.problem for record in records(data) if record.kind == "blank" for fault in record.warnings]


@needs_cases
def test_a_forecast_is_left_out_with_a_reason() -> None:
    assert [row.principal_cents for row in rows(case("provisao"))] == [50000]
    assert left_out(case("provisao")) == ["previsão, ainda não é dívida: a linha ficou de fora"]


@pytest.mark.parametrize(
    ("heading", "value", "debt"),
    [
        ("Provisão", "Sim", "Não"),
        ("Previsão", "S", "N"),
        ("Provisório", "x", ""),
        ("Previsto", "Previsto", "Realizado"),
        ("Situação", "Previsto", "Em aberto"),
        ("Situação", "Provisionado", "Pendente"),
        ("Status", "Simulação", "Aberto"),
        ("Tipo do documento", "Provisão", "NF"),
        ("Espécie", "PREV", "DM"),
        ("Tipo", "PROVISAO", "NF"),
        ("Tipo", "PREVISAO", "NF"),
        ("Tipo", "PR", "NF"),
        ("Tp", "PR", "NF"),
        ("Classificação", "Previsão", "Real"),
        ("Natureza do Lançamento", "Provisão", "Efetivo"),
        ("Tipo", "A faturar", "Duplicata"),
        ("Situação", "PROV", "Em aberto"),
        ("Tipo de título", "Orçamento", "Boleto"),
    ],
)
def test_a_forecast_in_other_words(heading: str, value: str, debt: str) -> None:
    data = sheet(f"Título;Cliente;CPF;Valor;Vencimento;{heading}",
                 f"T1;Ana;{CPF};10,00;10/12/2026;{debt}", f"T2;Ana;{CPF};20,00;10/12/2026;{value}")  # fmt: skip
    assert ([row.receivable for row in rows(data)], len(left_out(data))) == (["T1"], 1)


def test_a_returned_cheque_is_owed_by_who_drew_it_on_the_day_it_is_good_for() -> None:
    data = sheet("Nº Cheque;Banco;Emitente;CPF;Bom para;Valor;Situação",
                 f"123;341;Ana Souza;{CPF};10/10/2026;500,00;Devolvido alínea 11")  # fmt: skip
    assert [(r.name, f"{r.due_on:%d/%m}", r.status, r.principal_cents) for r in rows(data)] == [
        ("Ana Souza", "10/10", "open", 50000)
    ]


def test_a_day_of_expected_payment_is_no_forecast() -> None:
    data = sheet("Título;Cliente;CPF;Valor;Vencimento;Previsão", f"T1;Ana;{CPF};10,00;10/12/2026;12/12/2026")
    assert len(rows(data)) == 1


def test_pr_is_provisional_in_protheus_and_in_a_column_called_type_alone() -> None:
    protheus = sheet("E1_PREFIXO;E1_NUM;E1_TIPO;E1_NOMCLI;E1_VALOR;E1_VENCTO", "1;77;PR;Ana;10,00;10/12/2026")
    assert (rows(protheus), len(left_out(protheus))) == ([], 1)
    other = sheet("Título;Espécie;Cliente;CPF;Valor;Vencimento", f"77;PR;Ana;{CPF};10,00;10/12/2026")
    assert len(rows(other)) == 1


@needs_cases
def test_a_sold_title_names_who_holds_it() -> None:
    assert [row.holder for row in rows(case("descontada"))] == ["FIDC ALFA, Descontada", ""]


@pytest.mark.parametrize(
    ("heading", "sold", "ours"),
    [
        ("Portador", "FIDC ALFA", "BANCO X"),
        ("Operação", "Antecipação FIDC", "Venda"),
        ("Credor atual", "Alfa Securitizadora", "Nós"),
        ("Portador", "Alfa Securitizadora S.A.", "341"),
        ("Portador", "Beta Fomento Mercantil", "CARTEIRA"),
        ("Carteira", "Descontada", "Simples"),
        ("Carteira", "Cobrança Caucionada", "Cobrança Simples"),
        ("Cobrança", "Descontada", "Simples"),
        ("Tipo de carteira", "Desconto", "Sem desconto"),
        ("Cessionário", "Fundo Alfa", ""),
        ("Cedido", "Sim", "Não"),
        ("Antecipado", "S", "N"),
        ("Situação", "Descontado", "Em aberto"),
        ("Situação", "Cedido", "Vencido"),
        ("Agente cobrador", "XYZ Factoring", "Próprio"),
    ],
)
def test_a_title_that_was_sold_or_given_as_security_in_other_words(heading: str, sold: str, ours: str) -> None:
    data = sheet(f"Título;Cliente;CPF;Valor;Vencimento;{heading}",
                 f"T1;Ana;{CPF};10,00;10/12/2026;{ours}", f"T2;Ana;{CPF};20,00;10/12/2026;{sold}")  # fmt: skip
    assert [(row.receivable, bool(row.holder)) for row in rows(data)] == [("T1", False), ("T2", True)]


# grouped reports -----------------------------------------------------------------------------------------------------


@needs_cases
def test_a_person_on_a_line_of_its_own_is_carried_to_its_titles() -> None:
    found = rows(case("finr1253"))
    assert [(row.name, row.document, row.principal_cents - (row.paid_cents or 0)) for row in found] == [
        ("Ana Souza ME", CPF, 70000),
        ("Joao Reis ME", OTHER_CPF, 20000),
    ]
    assert told(case("finr1253")).count("relatório agrupado") == 1


@pytest.mark.parametrize(
    "above",
    [
        f"Cliente: 000123 - Ana Souza - CPF/CNPJ: {CPF};;;",
        f"Cliente:;000123;Ana Souza;{CPF}",
        f"Sacado: Ana Souza - CPF {CPF} - Tel.: (11) 98765-4321;;;",
        f"Ana Souza ({CPF});;;",
        f"Devedor: Ana Souza, CPF: {CPF};;;",
        f"Nome do cliente: 12/01 Ana Souza - CPF/CNPJ: {CPF};;;",
    ],
)
def test_a_persons_line_is_read_however_a_report_writes_it(above: str) -> None:
    data = sheet("Título;Vencimento;Valor;Obs", above, "T1;10/12/2026;10,00;", "T2;11/12/2026;20,00;",
                 "Total do cliente;;30,00;", f"Cliente: 9 - João Reis - CPF {OTHER_CPF};;;", "T3;12/12/2026;5,00;",
                 "Total Cliente;;5,00;", "Total geral;;35,00;")  # fmt: skip
    assert [(row.receivable, row.name, row.document) for row in rows(data)] == [
        ("T1", "Ana Souza", CPF),
        ("T2", "Ana Souza", CPF),
        ("T3", "João Reis", OTHER_CPF),
    ]


def test_a_person_only_in_the_first_line_of_a_group_is_carried() -> None:
    data = sheet("Cliente;CPF;Email;Título;Vencimento;Valor",
                 f"Ana;{CPF};ana@example.com;T1;10/12/2026;10,00", ";;;T2;11/12/2026;20,00", ";;;T3;12/12/2026;30,00",
                 f"João;{OTHER_CPF};;T4;12/12/2026;5,00", "Subtotal;;;;;65,00")  # fmt: skip
    assert [(row.receivable, row.name, row.emails) for row in rows(data)] == [
        ("T1", "Ana", ("ana@example.com",)),
        ("T2", "Ana", ("ana@example.com",)),
        ("T3", "Ana", ("ana@example.com",)),
        ("T4", "João", ()),
    ]
    assert told(data).count("relatório agrupado") == 1


def test_a_person_alone_on_a_line_of_the_column_of_names_is_carried() -> None:
    data = sheet("Cliente;CPF;Título;Vencimento;Valor", f"Ana;{CPF};;;", ";;T1;10/12/2026;10,00",
                 ";;T2;11/12/2026;20,00", "Total;;;;30,00", ";;T9;11/12/2026;20,00")  # fmt: skip
    assert [(row.receivable, row.name) for row in rows(data)] == [("T1", "Ana"), ("T2", "Ana")]
    assert [record.kind for record in records(data)][-1] == "rejected"


def test_a_name_somebody_forgot_is_not_the_one_above() -> None:
    lines = [f"Ana;{CPF};T{at};10/12/2026;10,00" for at in range(5)]
    data = sheet("Cliente;CPF;Título;Vencimento;Valor", *lines, ";;T9;11/12/2026;20,00", ";;T8;11/12/2026;20,00")
    assert [record.kind for record in records(data)] == ["row"] * 5 + ["rejected"] * 2


def test_a_report_whose_groups_nobody_understands_says_that_it_is_grouped() -> None:
    data = sheet("Título;Vencimento;Valor", "Ana Souza;;", "T1;10/12/2026;10,00", "João Reis;;", "T2;10/12/2026;20,00")
    with pytest.raises(WrongFileError, match="agrupado"):
        open_bytes(data)


# hints look at values ------------------------------------------------------------------------------------------------


@needs_cases
def test_days_of_delay_ask_for_the_base_day_and_a_birth_date_is_never_proposed() -> None:
    with pytest.raises(WrongFileError) as refused:
        open_bytes(case("atraso_dias"))
    assert "data-base" in str(refused.value)
    assert "“Risco” parece “valor”" in str(refused.value)
    assert "“Nascimento” parece" not in str(refused.value)


REVERSED = f"{STATUS};Tipo do documento"


@pytest.mark.parametrize(
    ("word", "kind", "told"),
    [
        ("Estornado", "", "asked"),
        ("Estornada", "Boleto", "asked"),
        ("Estorno", "Cheque", "asked"),
        ("Estornado", "NF", "cancelled"),
        ("Estornado", "Duplicata", "cancelled"),
        ("Estornado", "Recebimento", "open"),
        ("Título estornado", "", "cancelled"),
        ("Nota fiscal estornada", "Boleto", "cancelled"),
        ("Pagamento estornado", "", "open"),
        ("Baixa estornada", "NF", "open"),
        ("Estorno de recebimento", "", "open"),
    ],
)
def test_a_reversed_payment_is_owed_again_and_a_reversed_title_is_not(word: str, kind: str, told: str) -> None:
    assert status_of(word, REVERSED, f";{kind}") == (told, None)
    beside = status_of(word, f"{REVERSED};Pago em;Valor pago", f";{kind};01/11/2026;500,00")
    assert beside == (told, 500_00 if told == "cancelled" else None)


@pytest.mark.parametrize("word", ["Devolvida", "Devolvido (al. 11)", "DEVOLVIDO"])
def test_the_answer_to_what_was_returned_is_for_every_way_it_is_written(word: str) -> None:
    assert status_of(word) == ("asked", None)
    assert status_of(word, mapping=flat_mapping({"status": {"devolvido": "aberto"}})) == ("open", None)
    assert status_of(word, mapping=flat_mapping({"status": {"devolvido": "devolvido"}})) == ("asked", None)
    assert status_of("Estornada", mapping=flat_mapping({"status": {"estornado": "pago"}})) == ("paid", None)


@pytest.mark.parametrize("word", ["Em análise (jurídico)", "Aguard. docs.", "Retido: sócio"])
def test_what_a_line_that_waits_says_to_write_is_what_answers_it(word: str) -> None:
    (record,) = records(sheet(STATUS, f"T1;Ana;{CPF};500,00;10/10/2026;{word}"))
    written = record.faults[0].fix.split("status: ")[1].split(" (ou ")[0]
    assert status_of(word, mapping=flat_mapping({"status": yaml.safe_load(written)})) == ("open", None)


def test_an_answer_that_names_no_column_of_the_file_is_said_where_the_file_still_asks() -> None:
    data = sheet("Paciente;Convênio;Título;Valor;Vencimento", "Ana Souza;Saúde SA;T1;50,00;10/12/2026")
    found = [fault.column for fault in open_bytes(data, mapping={"payer=": "Tomador"}).warnings]
    assert "Tomador" in found
    assert "Convênio" not in [f.column for f in open_bytes(data, mapping={"payer=": "Convênio"}).warnings]


# days of delay -------------------------------------------------------------------------------------------------------

LATE = "CPF;Cliente;Título;Dias em atraso;Valor"


def dues(data: bytes, **options: object) -> list[str]:
    return [f"{row.due_on:%d/%m/%Y}" for row in rows(data, **options)]


@needs_cases
def test_days_of_delay_and_the_day_they_are_of_make_the_due_date() -> None:
    mapping = flat_mapping({"Risco": "valor", "Atraso": "dias_atraso", "base_date": "2026-11-28"})
    assert dues(case("atraso_dias"), mapping=mapping) == ["14/10/2026", "31/07/2026"]


@pytest.mark.parametrize(
    ("above", "line"),
    [
        ("Data-base: 28/11/2026;;;;", "45"),
        ("Data base;28/11/2026;;;", "45"),
        ("Loja X;Contas a receber - Posição em 28/11/2026;;;", "45"),
        ("Emitido em 30/11/2026;Data da posição: 28/11/2026;;;", "45 dias"),
        ("Posição financeira em 28/11/26;;;;", "45"),
    ],
)
def test_the_day_a_report_is_of_may_stand_above_its_heading(above: str, line: str) -> None:
    data = sheet(f"{above}\n{LATE}", f"{CPF};Ana;T1;{line};500,00")
    assert dues(data) == ["14/10/2026"]


@pytest.mark.parametrize(
    "above",
    [
        "Emitido em 28/11/2026;;;;",
        "Posição de 01/11/2026 a 28/11/2026;;;;",
        "Data-base: 28/11/2026;Posição em 27/11/2026;;;",
        "Data-base: a definir;;;;",
    ],
)
def test_a_day_that_is_not_plainly_the_reports_own_is_asked_for(above: str) -> None:
    with pytest.raises(WrongFileError, match="--base-date AAAA-MM-DD"):
        open_bytes(sheet(f"{above}\n{LATE}", f"{CPF};Ana;T1;45;500,00"))


def test_each_line_may_say_of_which_day_its_delay_is() -> None:
    data = sheet(f"{LATE};Data-base", f"{CPF};Ana;T1;45;500,00;28/11/2026", f"{OTHER_CPF};Rui;T2;0;5,00;30/11/2026")
    assert dues(data) == ["14/10/2026", "30/11/2026"]


def test_what_is_not_due_yet_is_less_than_no_day_late() -> None:
    data = sheet(LATE, f"{CPF};Ana;T1;-10;500,00", f"{OTHER_CPF};Rui;T2;1.000;5,00")
    assert dues(data, mapping={"base_date=": "2026-11-28"}) == ["08/12/2026", "03/03/2024"]


def test_the_day_of_the_upload_counts_only_where_the_creditor_says_so_and_the_file_says_nothing() -> None:
    data, told = sheet(LATE, f"{CPF};Ana;T1;45;500,00"), {"base_date=": "upload"}
    with pytest.raises(WrongFileError, match=r"base_date: upload em tenant\.yaml"):
        open_bytes(data, today=date(2026, 11, 28))
    assert dues(data, mapping=told, today=date(2026, 11, 28)) == ["14/10/2026"]
    assert dues(b"Data-base: 20/11/2026;;;;\n" + data, mapping=told, today=date(2026, 11, 28)) == ["06/10/2026"]


def test_a_due_date_wins_over_days_of_delay() -> None:
    data = sheet(f"{LATE};Vencimento", f"{CPF};Ana;T1;45;500,00;01/09/2026")
    assert dues(data, mapping={"base_date=": "2026-11-28", "Dias em atraso": "dias_atraso"}) == ["01/09/2026"]
    assert "Dias em atraso" in open_bytes(data).unread_columns


@pytest.mark.parametrize(
    ("days", "problem"), [("", "dias de atraso vazio"), ("muitos", "não é um número"), ("99999", "não é plausível")]
)
def test_a_delay_that_cannot_be_is_a_fault_of_its_line(days: str, problem: str) -> None:
    data = sheet(LATE, f"{CPF};Ana;T1;{days};500,00", f"{OTHER_CPF};Rui;T2;3;5,00", f"{CNPJ};Eva;T3;3;5,00")
    first = records(data, mapping={"base_date=": "2026-11-28", "Dias em atraso": "dias_atraso"})[0]
    assert [problem in fault.problem for fault in first.faults] == [True]


def test_a_base_day_that_is_none_or_has_not_come_is_refused() -> None:
    data = sheet(LATE, f"{CPF};Ana;T1;45;500,00")
    for day, why in (("ontem", "não é um dia"), ("2062-11-28", "ainda não chegou")):
        with pytest.raises(WrongFileError, match=why):
            open_bytes(data, mapping={"base_date=": day}, today=date(2026, 11, 28))


def test_how_many_parcels_are_late_is_no_delay() -> None:
    with pytest.raises(WrongFileError):
        open_bytes(
            sheet("CPF;Cliente;Parcelas em atraso;Valor", f"{CPF};Ana;3;500,00"), mapping={"base_date=": "upload"}
        )


def test_the_total_of_a_report_by_days_is_no_debtor() -> None:
    data = sheet(LATE, f"{CPF};Ana;T1;45;500,00", "Total;;;45;500,00")
    kinds = [record.kind for record in records(data, mapping={"base_date=": "2026-11-28"})]
    assert kinds == ["row", "blank"]


def test_a_grouped_report_by_days_gives_each_title_its_person() -> None:
    lines = ["Cliente: Ana Souza - CPF: 529.982.247-25;;", "T1;45;500,00", "T2;15;300,00", "Total;;800,00"]
    lines += ["Cliente: Rui Reis - CPF: 111.444.777-35;;", "T3;5;100,00"]
    found = rows(sheet("Posição em 28/11/2026;;\nTítulo;Dias de atraso;Valor", *lines))
    assert [(row.document, f"{row.due_on:%d/%m}") for row in found] == [
        (CPF, "14/10"),
        (CPF, "13/11"),
        (OTHER_CPF, "23/11"),
    ]


def test_the_parts_of_a_large_file_know_the_day_it_is_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "PIECE", 512)
    data = sheet(f"Posição em 28/11/2026;;;;\n{LATE}", *(f"{CPF};Ana;T{n};{n};5,00" for n in range(1, 400)))
    layout, parts = split_points([data], ReadOptions(), 40)
    found = [
        record.row.due_on
        for part in parts
        for record in open_part([data[part.start : part.end]], layout, part, ReadOptions()).records()
        if record.row
    ]
    assert len(parts) > 1
    assert found == [row.due_on for row in rows(data)]
    assert len(found) == 399


# hints look at values ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("Nascimento", "10/05/1980"),
        ("Nascimento", "10/05/2001"),
        ("Dt. Nasc.", "10/05/1999"),
        ("Data de emissão", "10/05/2026"),
        ("Data da venda", "10/05/2026"),
        ("Data do pedido", "10/05/2026"),
        ("Vencedor", "Loja do Centro"),
        ("Vencimentos", "três parcelas"),
        ("Documento vencido", "sim"),
        ("Data de cadastro", "01/02/2026"),
    ],
)
def test_what_is_no_due_date_is_never_proposed_as_one(heading: str, value: str) -> None:
    with pytest.raises(WrongFileError) as refused:
        open_bytes(sheet(f"Título;Cliente;CPF;Valor;{heading}", f"T1;Ana;{CPF};10,00;{value}"))
    assert f"“{heading}” parece “vencimento”" not in str(refused.value)


def test_a_mistyped_heading_is_still_proposed() -> None:
    with pytest.raises(WrongFileError, match="“Vencimeto” parece “vencimento”"):
        open_bytes(sheet("Título;Cliente;CPF;Valor;Vencimeto", f"T1;Ana;{CPF};10,00;10/12/2026"))


def test_a_line_that_names_somebody_else_is_not_of_the_person_above() -> None:
    head = "Título;Proprietário;CPF Proprietário;Inquilino;CPF Inquilino;Valor;Vencimento"
    data = sheet(head, f"T1;Ana;{CPF};João;{OTHER_CPF};10,00;10/12/2026", f"T2;Ana;{CPF};;;20,00;10/12/2026")
    found = records(data, mapping={"payer=": "Inquilino"})
    assert [(record.row.name if record.row else record.kind) for record in found] == ["João", "rejected"]
