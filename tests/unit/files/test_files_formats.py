"""The same data mean the same in every format: a workbook tells 99,00 as 99, a CSV as it is written."""

import io
import zipfile
from collections.abc import Callable, Sequence
from html import escape

import openpyxl
import pytest
import xlwt
from files_support import open_bytes

PEOPLE = (("Ana Souza", "11144477735"), ("Bia Lima", "52998224725"), ("Cia Reis", "93541134780"))
Shape = tuple[str, Sequence[Sequence[float]], Sequence[int]]
"""Headings of the amounts, amounts of each line, and the cents each line is owed in principal."""

SHAPES: dict[str, Shape] = {
    "parts make a total with a fine": (
        "Água;Esgoto;Multa;Total",
        [(50, 49, 1.62, 100.62), (60, 30, 1.8, 91.8), (80, 40, 2.4, 122.4)],
        [9900, 9000, 12000],
    ),
    "parts make a total": (
        "Água;Esgoto;Total",
        [(50, 49.5, 99.5), (60, 30, 90), (80, 40.25, 120.25)],
        [9950, 9000, 12025],
    ),
    "parts nobody knows make a total": (
        "Síndico;Faxina;Portaria;Total",
        [(50, 49, 10.5, 109.5), (60, 30, 10.5, 100.5), (80, 40, 10.5, 130.5)],
        [10950, 10050, 13050],
    ),
    "value, fine, interest and total": (
        "Valor;Multa;Juros;Total",
        [(100, 2, 0.33, 102.33), (200, 4, 1, 205), (300, 6, 2.5, 308.5)],
        [10000, 20000, 30000],
    ),
    "plan and a share of costs": (
        "Mensalidade;Coparticipação;Total",
        [(100, 25, 125), (200, 30.5, 230.5), (300, 0, 300)],
        [12500, 23050, 30000],
    ),
    "fee, grant, discount and final value": (
        "Mensalidade;Bolsa;Valor final",
        [(1000, 500, 500), (1000, 250, 750), (999.9, 100, 899.9)],
        [50000, 75000, 89990],
    ),
    "rent, tax and fee of the boleto": (
        "Aluguel;IPTU;Taxa de boleto;Total",
        [(1500, 120, 4.5, 1624.5), (1800, 140, 4.5, 1944.5), (2000, 155, 4.5, 2159.5)],
        [162450, 194450, 215950],
    ),
    "value, paid and balance": (
        "Valor;Pago;Saldo",
        [(100, 40, 60), (200, 50, 150), (300, 99.5, 200.5)],
        [10000, 20000, 30000],
    ),
    "what nobody knows beside the value": (
        "Valor;Estacionamento;Total",
        [(100, 25, 125), (200.5, 30, 230.5), (300, 20, 320)],
        [12500, 23050, 32000],
    ),
    "taxes withheld make a net value": (
        "Valor bruto;ISS retido;IRRF retido;Valor líquido",
        [(1000, 50, 15, 935), (2000, 100, 30, 1870), (1500.5, 75.03, 22.51, 1402.96)],
        [93500, 187000, 140296],
    ),
    "numbers that are no money": (
        "Leitura;Valor;Multa;Total",
        [(120, 99, 1.98, 100.98), (98, 50.5, 1.01, 51.51), (111, 70, 1.4, 71.4)],
        [9900, 5050, 7000],
    ),
    "one line only": ("Água;Esgoto;Multa;Total", [(50, 49, 1.98, 100.98)], [9900]),
}


def _table(shape: Shape) -> list[list[object]]:
    headings, lines, _ = shape
    table: list[list[object]] = [["Nome", "CPF", "Título", "Vencimento", *headings.split(";")]]
    for at, amounts in enumerate(lines):
        name, document = PEOPLE[at]
        table.append([name, document, f"T-{at + 1}", "10/11/2026", *amounts])
    return table


def _csv(table: list[list[object]]) -> bytes:
    shown = [[f"{c:.2f}".replace(".", ",") if not isinstance(c, str) else c for c in line] for line in table]
    return "\n".join(";".join(line) for line in shown).encode()


def _bare_csv(table: list[list[object]]) -> bytes:
    """As an owner types it: 99 and 1,62."""
    shown = [[f"{c:g}".replace(".", ",") if not isinstance(c, str) else c for c in line] for line in table]
    return "\n".join(";".join(line) for line in shown).encode()


def _xlsx(table: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for line in table:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xls(table: list[list[object]]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Plan1")
    for at, line in enumerate(table):
        for to, cell in enumerate(line):
            sheet.write(at, to, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _ods(table: list[list[object]]) -> bytes:
    def cell(value: object) -> str:
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p/></table:table-cell>'

    names = "urn:oasis:names:tc:opendocument:xmlns"
    rows = "".join(f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in table)
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0"'
        f' xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet><table:table table:name="P">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0"/>')
    return out.getvalue()


FORMATS: dict[str, Callable[[list[list[object]]], bytes]] = {
    "CSV": _csv,
    "CSV as typed": _bare_csv,
    "XLSX": _xlsx,
    "XLS": _xls,
    "ODS": _ods,
}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_sum_means_the_same_in_every_format(shape: str, kind: str) -> None:
    table = open_bytes(FORMATS[kind](_table(SHAPES[shape])))
    found = [record.row.principal_cents if record.row else record.faults for record in table.records()]
    assert found == list(SHAPES[shape][2])


@pytest.mark.parametrize("shape", SHAPES)
def test_columns_are_taken_for_the_same_in_every_format(shape: str) -> None:
    first, *others = (open_bytes(make(_table(SHAPES[shape]))) for make in FORMATS.values())
    for other in others:
        assert other.columns == first.columns
