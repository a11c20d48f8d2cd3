"""What an amount is made of: the principal, what is off it, what came on top, what was paid and what is left.

Sources of the headings: the reports of condominium, school and ERP programs named beside each shape, as looked at in
November 2026 (docs/planilhas.md, "De que é feito um valor").
"""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from files_support import open_bytes, records

from regua.domain.intake.layout import Layout, ReadOptions
from regua.domain.intake.questions import Questions
from regua.domain.intake.row import Record, amounts
from regua.files.split import open_part, split_points

CASES = Path(__file__).parents[3].parent / "shared/cases/files"
TODAY = date(2026, 11, 30)
HEAD = "Título;Cliente;CPF;Celular;Vencimento"
PEOPLE = (
    "1;Ana Souza;52998224725;11987654321;10/10/2026",
    "2;Joao Reis;11144477735;11987654322;12/10/2026",
    "3;Bia Lima;93541134780;11987654323;13/10/2026",
)


class Made(NamedTuple):
    """Cents: the whole, what is off it, what came on top, what was paid, what is left."""

    principal: int
    discount: int = 0
    charges: int = 0
    paid: int = 0
    balance: int = 0


def sheet(head: str, *lines: str) -> bytes:
    return "\n".join(
        (f"{HEAD};{head}", *(f"{who};{line}" for who, line in zip(PEOPLE, lines, strict=False)), "")
    ).encode()


def made(record: Record) -> Made:
    assert record.row, record.faults
    return Made(*amounts(record.row).values())


def read(data: bytes, **options: Any) -> list[Made]:
    return [made(record) for record in records(data, today=TODAY, **options)]


def warned(data: bytes) -> list[str]:
    table = open_bytes(data, today=TODAY)
    return [w.problem for w in (*table.warnings, *(w for r in table.records() for w in r.warnings))]


CASES_RIGHT = {
    "total_e_principal": [Made(50000, charges=1833, balance=50000)],
    "agrupado_unidade": [Made(65000, charges=10004, balance=65000), Made(65000, charges=1690, balance=65000)],
    "escola_bolsa_contato": [Made(120000, 30000, balance=90000), Made(120000, 12000, balance=108000)],
    "protheus_posicao_venc": [
        Made(100000, charges=1250, paid=40000, balance=60000),
        Made(50000, charges=725, balance=50000),
    ],
    "contaazul_receber": [
        Made(100000, balance=100000),
        Made(90000, paid=30000, balance=60000),
        Made(90000, paid=90000),
        Made(70000, charges=2400, balance=70000),
    ],
    "netforce": [Made(100000, balance=100000), Made(90000, paid=30000, balance=60000), Made(50000, paid=50000)],
    "sienge": [*[Made(100000, balance=100000)] * 2, *[Made(50000, paid=50000)] * 2],
}  # fmt: skip


@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not beside this checkout")
@pytest.mark.parametrize("case", CASES_RIGHT)
def test_a_case_from_the_field_is_taken_apart_right(case: str) -> None:
    assert read((CASES / f"{case}.csv").read_bytes()) == CASES_RIGHT[case]


SHAPES: dict[str, tuple[str, tuple[str, ...], list[Made]]] = {
    "an overdue report, with what it has come to": (
        "Valor;Multa;Juros;Valor Atualizado",
        ("650,00;13,00;14,30;677,30", "500,00;0,00;0,00;500,00"),
        [Made(65000, charges=2730, balance=65000), Made(50000, balance=50000)],
    ),
    "a condominium's, with correction and lawyers' fees": (
        "Valor Original;Juros;Multa;Correção Monetária;Honorários Advocatícios;Valor Atualizado",
        ("650,00;14,30;13,00;4,55;68,19;750,04", "650,00;3,90;13,00;0,00;0,00;666,90"),
        [Made(65000, charges=10004, balance=65000), Made(65000, charges=1690, balance=65000)],
    ),
    "no column of the principal: the fine is a round part of it": (
        "Total;Multa;Juros",
        ("518,33;10,00;8,33",),
        [Made(50000, charges=1833, balance=50000)],
    ),
    "a value that holds its charges, whatever it is called": (
        "Valor;Multa;Juros",
        ("518,33;10,00;8,33",),
        [Made(50000, charges=1833, balance=50000)],
    ),
    "charges beside the value they are counted from": (
        "Valor;Multa;Juros",
        ("500,00;10,00;8,33",),
        [Made(50000, charges=1833, balance=50000)],
    ),
    "items of a bill in columns, and the total with charges": (
        "Taxa Condomínio;Água;Fundo Reserva;Multa;Juros;Total",
        ("500,00;100,00;50,00;13,00;14,30;677,30", "500,00;80,00;50,00;0,00;0,00;630,00"),
        [Made(65000, charges=2730, balance=65000), Made(63000, balance=63000)],
    ),
    "a total that does not add up beside its principal": (
        "Principal;Multa;Juros;Total",
        ("500,00;10,00;8,33;530,00", "300,00;6,00;5,00;330,00"),
        [Made(50000, charges=1833, balance=50000), Made(30000, charges=1100, balance=30000)],
    ),
    "taxes withheld by the customer (Protheus, services)": (
        "Valor Bruto;ISS Retido;IRRF;Valor Líquido",
        ("1.000,00;20,00;15,00;965,00", "2.000,00;0,00;30,00;1.970,00"),
        [Made(100000, 3500, balance=96500), Made(200000, 3000, balance=197000)],
    ),
    "taxes said to be withheld, without a net value": (
        "Valor;PIS/COFINS/CSLL retido",
        ("1.000,00;46,50", "500,00;0,00"),
        [Made(100000, 4650, balance=95350), Made(50000, balance=50000)],
    ),
    "a grant off a tuition fee": (
        "Mensalidade;Bolsa",
        ("1.200,00;300,00", "1.200,00;0,00"),
        [Made(120000, 30000, balance=90000), Made(120000, balance=120000)],
    ),
    "a value without the grant beside the fee": (
        "Mensalidade;Bolsa;Valor",
        ("1.200,00;300,00;900,00", "1.000,00;0,00;1.000,00"),
        [Made(120000, 30000, balance=90000), Made(100000, balance=100000)],
    ),
    "a rebate, a payment and the balance": (
        "Valor;Abatimento;Valor Pago;Saldo",
        ("1.000,00;100,00;400,00;500,00", "500,00;0,00;0,00;500,00"),
        [Made(100000, 10000, paid=40000, balance=50000), Made(50000, balance=50000)],
    ),
    "a discount that does not end": (
        "Valor;Desconto;Valor a Pagar",
        ("1.000,00;100,00;900,00", "500,00;0,00;500,00"),
        [Made(100000, 10000, balance=90000), Made(50000, balance=50000)],
    ),
    "a discount written with its minus": (
        "Valor;Desconto;Valor a Pagar",
        ("1.000,00;-100,00;900,00", "500,00;0,00;500,00"),
        [Made(100000, 10000, balance=90000), Made(50000, balance=50000)],
    ),
    "a discount that ends on a day": (
        "Valor;Desconto;Data Limite Desconto;Valor Final",
        ("1.000,00;100,00;05/10/2026;900,00", "500,00;0,00;;500,00"),
        [Made(100000, 10000, balance=100000), Made(50000, balance=50000)],
    ),
    "a balance with the charges in it": (
        "Valor;Multa;Juros;Valor Pago;Saldo",
        ("1.000,00;20,00;10,00;400,00;630,00", "500,00;10,00;5,00;0,00;515,00"),
        [Made(100000, charges=3000, paid=40000, balance=60000), Made(50000, charges=1500, balance=50000)],
    ),
    "the balance counts, not the difference": (
        "Valor;Valor Pago;Saldo;Data Pagamento",
        ("900,00;300,00;650,00;20/10/2026", "500,00;0,00;500,00;20/10/2026", "100,00;100,00;0,00;21/10/2026"),
        [Made(90000, paid=30000, balance=65000), Made(50000, balance=50000), Made(10000, paid=10000)],
    ),
    "a payment date beside an open balance": (
        "Valor;Saldo;Data Pagamento",
        ("900,00;600,00;20/10/2026", "500,00;500,00;20/10/2026", "100,00;0,00;21/10/2026"),
        [Made(90000, paid=30000, balance=60000), Made(50000, balance=50000), Made(10000, paid=10000)],
    ),
    "additions and discounts (GestãoClick)": (
        "Valor;Acréscimos;Descontos;Valor Total",
        ("500,00;10,00;0,00;510,00", "300,00;0,00;30,00;270,00"),
        [Made(50000, charges=1000, balance=50000), Made(30000, 3000, balance=27000)],
    ),
    "what a boleto lists": (
        "Valor do Documento;(-) Desconto / Abatimento;(+) Mora / Multa;(=) Valor Cobrado",
        ("500,00;0,00;15,00;515,00", "300,00;30,00;0,00;270,00"),
        [Made(50000, charges=1500, balance=50000), Made(30000, 3000, balance=27000)],
    ),
    "a final value that nothing explains": (
        "Valor;Valor Final",
        ("1.200,00;900,00", "1.200,00;1.080,00"),
        [Made(120000, 30000, balance=90000), Made(120000, 12000, balance=108000)],
    ),
    "rates and reais side by side": (
        "Valor;Multa %;Juros %;Multa;Juros;Total",
        ("650,00;2,00;1,00;13,00;14,30;677,30", "1500,00;2,00;1,00;30,00;10,00;1540,00"),
        [Made(65000, charges=2730, balance=65000), Made(150000, charges=4000, balance=150000)],
    ),
    "a program that writes no cents where there are none": (
        "Valor;Multa;Juros;Total",
        ("650;13;14.3;677.3", "1500;30;10;1540"),
        [Made(65000, charges=2730, balance=65000), Made(150000, charges=4000, balance=150000)],
    ),
    "a rent's items in columns, and the total of the boleto": (
        "Valor Aluguel;Condomínio;IPTU;Multa;Juros;Total do Boleto",
        ("1.500,00;400,00;100,00;0,00;0,00;2.000,00", "1.500,00;400,00;100,00;200,00;20,00;2.220,00"),
        [Made(200000, balance=200000), Made(200000, charges=22000, balance=200000)],
    ),
    "a principal under another name": (
        "Débito;Encargos;Total",
        ("500,00;18,33;518,33", "300,00;0,00;300,00"),
        [Made(50000, charges=1833, balance=50000), Made(30000, balance=30000)],
    ),
    "an overdue position (Protheus FINR130)": (
        "Valor Original;Valor Nominal;Juros ou Permanência;Valor Corrigido",
        ("1.000,00;1.000,00;12,50;1.012,50", "500,00;500,00;0,00;500,00"),
        [Made(100000, charges=1250, balance=100000), Made(50000, balance=50000)],
    ),
    "what came with a payment is no charge that is open": (
        "Valor;Valor Recebido;Juros Recebidos;Multa Recebida;Desconto Concedido;Saldo",
        (
            "1.000,00;412,50;10,00;2,50;0,00;600,00",
            "200,00;190,00;0,00;0,00;10,00;0,00",
            "5,00;0,00;0,00;0,00;0,00;5,00",
        ),
        [Made(100000, paid=41250, balance=60000), Made(20000, paid=19000), Made(500, balance=500)],
    ),
    "a net value, whatever made it so": (
        "Mensalidade;Bolsa %;Valor Líquido",
        ("1.000,00;0;1.000,00", "500,00;50;250,00"),
        [Made(100000, balance=100000), Made(50000, 25000, balance=25000)],
    ),
    "a total from which the payment is off, with charges that are open": (
        "Valor;Pago;Juros;Multa;Total",
        ("500,00;100,00;8,33;10,00;418,33", "300,00;0,00;0,00;0,00;300,00"),
        [Made(50000, charges=1833, paid=10000, balance=40000), Made(30000, balance=30000)],
    ),
    "interest that came with the payment": (
        "Valor;Juros;Valor Pago;Saldo",
        ("1.000,00;12,50;412,50;600,00", "500,00;0,00;0,00;500,00", "100,00;5,00;105,00;0,00"),
        [Made(100000, paid=41250, balance=60000), Made(50000, balance=50000), Made(10000, paid=10500)],
    ),
    "a fee that is paid late or not": (
        "Valor;Taxa do Boleto;Total",
        ("100,00;3,50;103,50", "200,00;3,50;203,50"),
        [Made(10350, balance=10350), Made(20350, balance=20350)],
    ),
    "original, paid and net (TOTVS RM)": (
        "Valor Original;Valor Juros;Valor Multa;Valor Desconto;Valor Baixado;Valor Líquido",
        ("500,00;5,00;10,00;0,00;0,00;515,00", "300,00;0,00;0,00;0,00;100,00;200,00"),
        [Made(50000, charges=1500, balance=50000), Made(30000, paid=10000, balance=20000)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_the_sums_of_a_file_tell_what_its_amounts_are(shape: str) -> None:
    head, lines, right = SHAPES[shape]
    assert read(sheet(head, *lines)) == right


def test_what_only_later_lines_show_is_read_as_its_heading_says() -> None:
    """A hundred lines without charges, and then one with them: the total is no principal there either."""
    line = "{0};Ana;52998224725;11987654321;10/10/2026;{1}\n"
    quiet = "".join(line.format(at, "500,00;500,00;0,00;0,00") for at in range(150))
    data = f"{HEAD};Total;Principal;Multa;Juros\n{quiet}{line.format(150, '518,33;500,00;10,00;8,33')}".encode()
    found = records(data)
    assert made(found[-1]) == Made(50000, charges=1833, balance=50000)
    assert [r.row.fine_percent for r in found if r.row and r.row.fine_percent] == []
    quiet = "".join(line.format(at, "500,00;0,00") for at in range(150))
    last = records(f"{HEAD};Valor;Multa\n{quiet}{line.format(150, '650,00;13,00')}".encode())[-1]
    assert last.row
    assert last.row.fine_percent is None
    assert "parece valor em reais" in last.warnings[0].problem


def test_a_fine_in_reais_is_no_rate() -> None:
    rows = [r.row for r in records(sheet("Principal;Multa;Juros;Total", "500,00;10,00;8,33;518,33"))]
    assert [(row.fine_percent, row.interest_percent) for row in rows if row] == [(None, None)]


def test_a_rate_beside_a_value_stays_one() -> None:
    rows = [r.row for r in records(sheet("Valor;Multa", "500,00;2,00", "300,00;2,00"))]
    assert [row.fine_percent for row in rows if row] == [2, 2]


def test_a_fine_that_may_be_either_is_asked_for_and_not_used() -> None:
    data = sheet("Valor;Multa", "500,00;10,00")
    (row,) = [r.row for r in records(data)]
    assert row
    assert row.fine_percent is None
    assert any("percentual ou valor em reais" in problem for problem in warned(data))


def test_a_grant_that_may_be_off_already_is_asked_for() -> None:
    data = sheet("Valor;Bolsa", "1.200,00;300,00", "1.200,00;0,00")
    asked, plain = records(data)
    assert [fault.column for fault in asked.faults] == ["Bolsa"]
    questions = Questions()
    questions.add(asked.asks)
    (question,) = questions.all()
    assert (question.kind, question.column, question.values, question.lines) == ("grant", "Bolsa", ("Valor",), 1)
    assert question.text == "O valor em “Valor” já está sem o que diz “Bolsa”?"
    assert "columns: {Bolsa: bolsa}" in question.answer
    assert made(plain) == Made(120000, balance=120000)
    assert read(data, mapping={"Bolsa": "bolsa"})[0] == Made(120000, 30000, balance=90000)
    assert read(data, mapping={"Bolsa": "ignorar"})[0] == Made(120000, balance=120000)


def test_a_tax_nobody_says_is_withheld_is_not_taken_off_and_named() -> None:
    data = sheet("Valor;ISS", "1.000,00;20,00", "500,00;0,00")
    assert read(data)[0] == Made(100000, balance=100000)
    assert any("retido por quem paga" in problem for problem in warned(data))
    assert read(data, mapping={"ISS": "retencao"})[0] == Made(100000, 2000, balance=98000)


def test_a_grant_that_covers_everything_leaves_nothing_to_collect() -> None:
    (record,) = records(sheet("Mensalidade;Bolsa;Valor Final", "1.200,00;1.200,00;0,00"))
    assert "nada a cobrar" in record.faults[0].problem


def test_a_line_that_does_not_add_up_as_the_others_do_is_warned_of() -> None:
    head = "Valor;Valor Pago;Saldo"
    lines = ["500,00;100,00;400,00"] * 2
    data = (
        sheet(head, *lines, "900,00;300,00;650,00") + b"4;Ana;52998224725;11987654321;10/10/2026;9,00;4,00;5,00\n" * 12
    )
    table = open_bytes(data, today=TODAY)
    (warned_line,) = [r for r in table.records() if any("não fecha" in w.problem for w in r.warnings)]
    assert made(warned_line) == Made(90000, paid=30000, balance=65000)


def test_a_paid_title_with_a_balance_is_refused() -> None:
    (record,) = records(sheet("Valor;Saldo;Situação", "900,00;600,00;Pago"))
    assert "ainda há saldo" in record.faults[0].problem


def test_headings_that_disagree_with_the_sums_are_told() -> None:
    told = warned(sheet("Principal;Multa;Juros;Total", "500,00;10,00;8,33;530,00", "300,00;6,00;5,00;330,00"))
    assert any("vale “Principal”" in problem for problem in told)
    told = warned(sheet("Valor;Multa;Juros", "518,33;10,00;8,33"))
    assert any("já traz “Multa”, “Juros”" in problem for problem in told)


def test_the_mapping_wins_over_the_sums() -> None:
    data = sheet("Principal;Multa;Juros;Total", "500,00;10,00;8,33;518,33")
    assert read(data, mapping={"Total": "valor"})[0].principal in (51833, 50000)
    assert open_bytes(data, mapping={"Total": "valor"}).columns["Total"] == "valor"


def test_the_parts_of_a_large_file_take_amounts_apart_as_the_whole_does() -> None:
    """Only the first part shows what `Multa` is; what the whole has shown holds for all."""
    options, line = ReadOptions(), "{0};Ana;52998224725;11987654321;10/10/2026;650,00;{1};{2}\n"
    text = f"{HEAD};Principal;Multa;Total\n" + "".join(
        line.format(at, *(("13,00", "663,00") if at < 50 else ("0,00", "650,00"))) for at in range(9_000)
    )
    data = text.encode()
    layout, parts = split_points([data], options, 80)
    assert len(parts) > 1
    layout = Layout.of(json.loads(json.dumps(asdict(layout))))
    found = [
        record.row
        for part in parts
        for record in open_part([data[part.start : part.end]], layout, part, options).records()
        if record.row
    ]
    assert found == [record.row for record in records(data) if record.row]


def told(data: bytes, **options: Any) -> dict[str, str]:
    return {column: meaning for column, _, meaning in open_bytes(data, today=TODAY, **options).understood}


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_last_line_tells_as_much_without_a_line_end(end: str, encoding: str) -> None:
    header = "Título;Cliente;Emissão;Vencimento;Principal;Multa;Juros;Total"
    data = f"{header}\n1;João;;10/10/2026;500,00;10,00;8,33;518,33{end}"
    assert read(data.encode(encoding)) == [Made(50000, charges=1833, balance=50000)]


@pytest.mark.parametrize("heading", ["Receb.Prc.", "Receb.", "Entrou", "Amortização Parcial", "Entregue"])
def test_what_the_balance_lacks_of_the_value_was_paid_whatever_its_heading(heading: str) -> None:
    data = sheet(f"Valor;{heading};Saldo", "1000,00;300,00;700,00", "200,00;0,00;200,00")
    assert told(data)[heading] == "o que já foi pago"
    assert read(data) == [Made(100000, paid=30000, balance=70000), Made(20000, balance=20000)]


def test_a_table_says_what_each_column_was_taken_for() -> None:
    meanings = told(sheet("Principal;Multa;Juros;Total", "650,00;13,00;14,30;677,30", "500,00;0,00;0,00;500,00"))
    assert meanings["Total"].endswith("conferido: 650,00 + 13,00 + 14,30 = 677,30")
    assert meanings["Principal"] == "o principal"
    assert "não é cobrada de novo" in meanings["Multa"]
    meanings = told(sheet("Mensalidade;Desconto;Valor Final", "650,00;50,00;600,00", "500,00;0,00;500,00"))
    assert meanings["Desconto"] == "abatido do valor"
    assert meanings["Valor Final"].endswith("conferido: 650,00 - 50,00 = 600,00")
    assert told(sheet("Valor;Desconto", "650,00;50,00"))["Desconto"] == "desconto até o vencimento"
    assert "tirados “Multa”" in told(sheet("Total;Multa", "510,00;10,00", "306,00;6,00"))["Total"]


def test_the_table_says_what_codes_are_taken_for() -> None:
    data = sheet("Valor;Situação;Tipo", "650,00;1;NF", "500,00;2;NCC")
    meanings = told(data, mapping={"status=1": "aberto"})
    assert meanings["Situação"] == "a situação; 1 = em aberto, 2 = a linha espera"
    assert meanings["Tipo"].endswith("ncc = crédito do cliente")


def test_money_and_days_that_are_not_used_are_named() -> None:
    data = sheet("Valor;Comissão;Data Protesto;Vendedor", "650,00;13,00;01/12/2026;Zé", "500,00;10,00;;Zé")
    assert open_bytes(data).unused == [("Comissão", "money"), ("Data Protesto", "date")]
    assert open_bytes(data, mapping={"Comissão": "ignorar", "Data Protesto": "ignorar"}).unused == []


@pytest.mark.parametrize(
    "head",
    ["Pago;Saldo", "Valor Pago;Valor em aberto", "Recebido;Falta receber", "Total pago;Saldo devedor"],
)
def test_a_balance_beside_what_was_paid_is_what_is_left_and_not_paid_twice(head: str) -> None:
    """Without the whole: 1.500,00 are open and 500,00 were paid of 2.000,00, never 1.000,00."""
    data = sheet(head, "500,00;1.500,00", "0,00;2.000,00", "300,00;0,00")
    assert read(data) == [
        Made(2000_00, paid=500_00, balance=1500_00),
        Made(2000_00, balance=2000_00),
        Made(300_00, paid=300_00),
    ]


def test_the_whole_is_the_column_that_is_paid_and_left_whatever_it_is_called() -> None:
    data = sheet("Honorários;Recebido;Saldo", "2.000,00;500,00;1.500,00", "2.000,00;0,00;2.000,00")
    assert read(data) == [Made(2000_00, paid=500_00, balance=1500_00), Made(2000_00, balance=2000_00)]


def test_nothing_to_receive_of_what_was_received_is_a_balance() -> None:
    data = sheet("Valor a receber;Valor recebido", "1.500,00;500,00", "0,00;200,00")
    assert read(data) == [Made(2000_00, paid=500_00, balance=1500_00), Made(200_00, paid=200_00)]
    data = sheet("Valor a receber;Valor recebido", "1.500,00;500,00", "200,00;200,00")
    assert read(data) == [Made(1500_00, paid=500_00, balance=1000_00), Made(200_00, paid=200_00)]


def test_a_discount_beside_what_is_left_is_off_already() -> None:
    assert read(sheet("Desconto;Restante", "100,00;1.400,00", "0,00;2.000,00")) == [
        Made(1400_00, balance=1400_00),
        Made(2000_00, balance=2000_00),
    ]


def test_parts_of_a_large_file_know_that_the_amount_is_what_is_left() -> None:
    data = sheet("Pago;Saldo", "500,00;1.500,00", "0,00;2.000,00")
    layout, (part,) = split_points([data], ReadOptions(today=TODAY), 80)
    kept = Layout.of(json.loads(json.dumps(asdict(layout))))
    assert [made(r) for r in open_part([data], kept, part, ReadOptions(today=TODAY)).records()] == read(data)


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("Valor c/ desconto", "Desconto até"),
        ("Valor com desconto", "Data limite desconto"),
        ("Valor com Descontos", "Prazo desconto"),
        ("Vlr. c/ desc.", "Desconto até o dia"),
    ],
)
def test_a_value_with_a_discount_until_a_day_is_a_discount_that_the_day_ends(title: str, day: str) -> None:
    data = sheet(f"Valor;{title};{day}", "100,00;90,00;05/10/2026", "200,00;;", "300,00;270,00;08/10/2026")
    found = records(data, today=TODAY)
    assert [made(record).principal for record in found] == [10000, 20000, 30000]
    given = [(r.row.discount_cents, r.row.discount_until) for r in found if r.row]
    assert given == [(1000, date(2026, 10, 5)), (None, None), (3000, date(2026, 10, 8))]
    assert "desconto se perde depois" in told(data)[title]


@pytest.mark.parametrize("title", ["Valor até o vencimento", "Valor pontualidade", "Valor antecipado"])
def test_a_value_for_who_pays_in_time_is_less_a_discount_until_the_due_date(title: str) -> None:
    found = records(sheet(f"Valor;{title}", "100,00;90,00", "200,00;180,00", "300,00;270,00"), today=TODAY)
    assert [made(record).principal for record in found] == [10000, 20000, 30000]
    assert [(r.row.discount_cents, r.row.discount_until) for r in found if r.row] == [
        (1000, None), (2000, None), (3000, None)
    ]  # fmt: skip


def test_a_value_with_discount_without_a_day_is_what_is_owed() -> None:
    found = read(sheet("Valor;Valor com desconto", "100,00;90,00", "200,00;180,00", "300,00;270,00"))
    assert [amount.balance for amount in found] == [9000, 18000, 27000]


@pytest.mark.parametrize("title", ["Total", "Valor a pagar", "Total geral"])
def test_a_total_above_the_value_that_nothing_explains_is_said_at_the_import(title: str) -> None:
    data = sheet(f"Valor;{title}", "100,00;110,00", "120,00;127,00", "150,00;168,00")
    assert [amount.principal for amount in read(data)] == [10000, 12000, 15000]
    assert any("nenhuma coluna diz por quê: vale “Valor”" in note.problem for note in open_bytes(data).notes)


@pytest.mark.parametrize(
    ("heads", "lines"),
    [
        ("Valor;Total", ("100,00;300,00", "50,00;150,00", "70,00;210,00")),  # of all parcels
        ("Valor;Valor com juros", ("100,00;110,00", "120,00;127,00", "150,00;168,00")),
        ("Valor;Multa;Total", ("100,00;2,00;102,00", "120,00;2,40;122,40", "150,00;3,00;153,00")),
    ],
)
def test_a_total_that_is_explained_or_of_all_parcels_is_not_warned_of(heads: str, lines: tuple[str, ...]) -> None:
    assert not [said for said in warned(sheet(heads, *lines)) if "diz por quê" in said]


def test_the_value_after_the_due_date_beside_that_until_it_explains_no_total() -> None:
    heads = "Valor;Valor até o vencimento;Valor após vencimento"
    found = records(sheet(heads, "100,00;90,00;100,00", "200,00;180,00;200,00", "300,00;270,00;300,00"), today=TODAY)
    assert [made(record).principal for record in found] == [10000, 20000, 30000]
    assert [r.row.discount_cents for r in found if r.row] == [1000, 2000, 3000]
