"""Worksheets as Excel and others save them."""

import io
import struct
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import xlwt
from files_support import CPF, HEADER, open_bytes, records, rows

from regua.domain.intake.layout import ReadOptions
from regua.domain.intake.row import WrongFileError
from regua.files.reader import as_csv
from regua.files.workbooks import _text, open_workbook

TITLES = HEADER.split(";")


def a_workbook(*lines: list[Any], sheets: dict[str, list[list[Any]]] | None = None, hidden: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, content in (sheets or {"Plan1": [TITLES, *lines]}).items():
        sheet = book.create_sheet(name)
        for line in content:
            sheet.append(line)
        if name == hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_typed_cells_are_read_without_a_text_between() -> None:
    data = a_workbook(
        [52998224725, "Maria", 17, 1234.5, datetime(2026, 12, 10)],  # noqa: DTZ001 - a cell has no time zone
        [CPF, "João", "T2", 1.234, date(2026, 12, 11)],
        [191, "Ana", "T3", 1000 / 3, 46381],
        [CPF, "Zé", "T4", 0.1 + 0.2, "10/12/2026"],
    )
    found = rows(data)
    assert [row.principal_cents for row in found] == [123450, 123, 33333, 30]
    assert [row.document for row in found] == [CPF, CPF, "00000000191", CPF]
    assert [row.due_on for row in found] == [
        date(2026, 12, 10), date(2026, 12, 11), date(2026, 12, 25), date(2026, 12, 10)
    ]  # fmt: skip
    assert found[0].receivable == "17"


def test_an_amount_with_fractions_of_a_cent_is_rounded_and_said_so() -> None:
    (record,) = records(a_workbook([CPF, "Ana", "T3", 1000 / 3, "10/12/2026"]))
    assert "arredondado" in record.warnings[0].problem


def test_titles_blanks_and_totals_are_no_receivables() -> None:
    content = [["Relatório"], [], TITLES, [CPF, "Maria", "T1", 10, "10/12/2026"], [None] * 5, ["Total", None, None, 10]]
    found = records(a_workbook(sheets={"x": [*content, [None], [""]]}))
    assert [(record.line, record.kind) for record in found] == [(4, "row"), (5, "blank"), (6, "blank")]


def test_the_first_visible_sheet_is_read_unless_another_is_named() -> None:
    line = [CPF, "Maria", "T1", 10, "10/12/2026"]
    sheets = {"Oculta": [["x"]], "Janeiro": [TITLES, line], "Fevereiro": [TITLES, line, line]}
    data = a_workbook(sheets=sheets, hidden="Oculta")
    assert open_bytes(data).dialect.sheet == "Janeiro"
    assert len(records(data, sheet="fevereiro")) == 2
    with pytest.raises(WrongFileError, match=r"Março.*Janeiro, Fevereiro"):
        open_bytes(data, sheet="Março")


def test_an_ambiguous_text_amount_is_decided_by_the_other_rows_here_too() -> None:
    line = [CPF, "Maria", "T", None, "10/12/2026"]
    data = a_workbook([*line[:3], "1.234", line[4]], [*line[:2], "U", "2,50", line[4]])
    assert [row.principal_cents for row in rows(data)] == [123400, 250]


def test_a_large_worksheet_can_be_turned_into_text_and_cut() -> None:
    line = [52998224725, "Maria\nda Silva", "T", 1234.5, date(2026, 12, 10)]
    data = a_workbook(line, [None] * 5, [*line[:2], "U", 1.234, line[4]])
    text = b"".join(as_csv([data], ReadOptions()))
    typed, cut = records(data), records(text)
    assert [(r.line, r.kind) for r in cut] == [(r.line, r.kind) for r in typed]
    assert [r.row.principal_cents for r in cut if r.row] == [123450, 123]


def test_an_empty_workbook_is_said_to_be_empty() -> None:
    with pytest.raises(WrongFileError, match="vazio"):
        open_bytes(a_workbook(sheets={"x": []}))


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


ODS = b"application/vnd.oasis.opendocument.spreadsheet"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (_zip(**{"a.csv": b"x"}), "ZIP sem planilha"),
        (_zip(**{"mimetype": b"application/vnd.oasis.opendocument.text"}), "ZIP sem planilha"),
        (_zip(**{"mimetype": ODS}), "danificada"),
        (_zip(**{"xl/workbook.bin": b"x"}), "danificada"),
        (_zip(**{"xl/workbook.xml": b"<x"}), "danificada"),
        (_zip(**{"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": bytes(60_000_000)}), "descompactada"),
        (b"PK\x03\x04" + bytes(100), "danificada"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "danificada"),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "senha"),
    ],
)
def test_other_archives_and_bombs_get_one_clear_message(data: bytes, message: str) -> None:
    with pytest.raises(WrongFileError, match=message):
        open_bytes(data)


def test_a_damaged_worksheet_stops_with_a_clear_message() -> None:
    data = a_workbook(*[[CPF, "Maria", f"T{at}", 10, "10/12/2026"] for at in range(2000)])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = members[sheet][: len(members[sheet]) // 2]
    with pytest.raises(WrongFileError, match="danificada"):
        records(_zip(**members))


def _with(data: bytes, entry: str, change: dict[bytes, bytes]) -> bytes:
    """An archive with some bytes of one entry replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for old, new in change.items():
        assert old in members[entry]
        members[entry] = members[entry].replace(old, new)
    return _zip(**members)


FAR = b'<c r="XFD1048576" t="n"><v>1</v></c></row>'
NAMELESS = b"<c><v>1</v></c></row>"


@pytest.mark.parametrize("last", [FAR, FAR.replace(b'r="', b"r = '").replace(b'" t', b"' t")])
def test_two_cells_far_apart_take_no_memory(last: bytes) -> None:
    """Held as a rectangle they would be 17 thousand million cells."""
    data = _with(
        a_workbook([CPF, "Maria", "T1", 10, "10/12/2026"]),
        "xl/worksheets/sheet1.xml",
        {b"</row></sheetData>": last + b"</sheetData>"},
    )
    with pytest.raises(WrongFileError, match="grande demais"):
        records(data)


def test_a_sheet_whose_cells_do_not_say_their_place_is_read_all_the_same() -> None:
    places = {f' r="{column}{line}"'.encode(): b"" for column in "ABCDE" for line in (1, 2)}
    data = _with(a_workbook([CPF, "Maria", "T1", 10, "10/12/2026"]), "xl/worksheets/sheet1.xml", places)
    assert rows(data)[0].principal_cents == 1000


def test_a_wide_sheet_is_read_all_the_same() -> None:
    titles, line = [*TITLES, *map(str, range(300))], [CPF, "Maria", "T1", 10, "10/12/2026", *range(300)]
    assert rows(a_workbook(sheets={"x": [titles, line]}))[0].principal_cents == 1000


def test_a_formula_that_failed_is_no_empty_cell() -> None:
    """A status that is #REF! says nothing: read as empty it would be a debt to collect."""
    sheet = "xl/worksheets/sheet1.xml"
    data = a_workbook(sheets={"x": [[*TITLES, "status"], [CPF, "Maria", "T1", 10, "10/12/2026", "#REF!"]]})
    (record,) = records(_with(data, sheet, {}))
    assert record.kind == "rejected"
    assert record.faults[0].value == "#REF!"


def test_a_first_tab_that_is_a_summary_is_passed_over_with_a_word() -> None:
    line = [CPF, "Maria", "T1", 10, "10/12/2026"]
    data = a_workbook(sheets={"Resumo": [["Total em aberto", 10], ["Clientes", 1]], "Títulos": [TITLES, line]})
    table = open_bytes(data)
    assert table.dialect.sheet == "Títulos"
    assert any("“Resumo”" in fault.problem and "“Títulos”" in fault.problem for fault in table.warnings)
    assert [row.principal_cents for row in rows(b"".join(as_csv([data], ReadOptions())))] == [1000]


def test_where_no_tab_is_a_list_the_first_one_is_complained_of() -> None:
    data = a_workbook(sheets={"Resumo": [["nome", "valor"], ["Maria", 1]], "Gráfico": [["x"]]})
    with pytest.raises(WrongFileError, match="vencimento"):
        open_bytes(data)


LINE = [CPF, "João Ávila", "T1", 1234.5, date(2026, 12, 10)]


def _xls(shown: str = "General") -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("Capa").write(0, 0, "Carteira")
    sheet = book.add_sheet("Títulos")
    for at, title in enumerate(TITLES):
        sheet.write(2, at, title)
    for at, value in enumerate(LINE):
        style = xlwt.easyxf(num_format_str="DD/MM/YYYY" if isinstance(value, date) else shown)
        sheet.write(3, at, value, style)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _ods(currency: str = "") -> bytes:
    def cell(value: object) -> str:
        if isinstance(value, float) and currency:
            said = f'office:value-type="currency" office:currency="{currency}"'
            return f'<table:table-cell {said} office:value="{value}"/>'
        if isinstance(value, date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
        if isinstance(value, float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    def sheet(name: str, *lines: list[Any]) -> str:
        inner = "".join(f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in lines)
        # as LibreOffice ends a sheet
        end = '<table:table-row table:number-rows-repeated="1048500"><table:table-cell/></table:table-row>'
        return f'<table:table table:name="{name}">{inner}{end}</table:table>'

    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    inner = sheet("Capa", ["Carteira"]) + sheet("Títulos", [], [""], TITLES, LINE)
    content = f"<office:document-content {spaces}><office:body><office:spreadsheet>{inner}"
    content += "</office:spreadsheet></office:body></office:document-content>"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return _zip(**{"mimetype": ODS, "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()})


def _xlsb(far: bool = False, shown: str = "") -> bytes:
    """As [MS-XLSB] lays it out: a record is its number, the length of what it holds, and that."""

    def record(number: int, held: bytes = b"") -> bytes:
        coded = bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])
        return coded + bytes([len(held) & 127 | 128, len(held) >> 7]) + held

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    def cell(at: int, value: object) -> bytes:
        place = struct.pack("<II", at, 0)
        return (
            record(5, place + struct.pack("<d", value))
            if isinstance(value, float)
            else record(6, place + text(str(value)))
        )

    lines = {2: TITLES, 3: [*LINE[:4], "10/12/2026"]}
    body = b"".join(
        record(0, struct.pack("<IIHHBI", at, 0, 300, 0, 0, 0))
        + b"".join(cell(n, value) for n, value in enumerate(line))
        for at, line in lines.items()
    )
    if far:
        body += record(0, struct.pack("<IIHHBI", 1_048_575, 0, 300, 0, 0, 0)) + cell(16_383, 1.0)
    size = record(148, struct.pack("<IIII", 2, 3, 0, 4))
    sheet = record(129) + size + record(145) + body + record(146) + record(130)
    names = record(156, struct.pack("<II", 0, 1) + text("rId1") + text("Títulos"))
    book = record(131) + record(143) + names + record(144) + record(132)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relation}" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    members = {"xl/workbook.bin": book, "xl/worksheets/sheet1.bin": sheet}
    if shown:
        form = record(44, struct.pack("<H", 164) + text(shown))
        members["xl/styles.bin"] = record(278) + record(615, struct.pack("<I", 1)) + form + record(616)
        members["xl/styles.bin"] += (
            record(617, struct.pack("<I", 1)) + record(47, bytes(16)) + record(618) + record(279)
        )
    return _zip(**members, **{"xl/_rels/workbook.bin.rels": relations.encode()})


@pytest.mark.parametrize(("kind", "make"), [("xls", _xls), ("ods", _ods), ("xlsb", _xlsb)])
def test_workbooks_of_other_programs_are_read_as_they_are(kind: str, make: Any) -> None:
    table = open_bytes(make())
    assert table.dialect.encoding == kind
    (row,) = [record.row for record in table.records() if record.row]
    assert (row.name, row.principal_cents, row.due_on) == ("João Ávila", 123450, date(2026, 12, 10))
    assert row.line == 4


@pytest.mark.parametrize(("currency", "taken"), [("USD", 0), ("EUR", 0), ("BRL", 1), ("", 1)])
def test_a_cell_of_an_ods_in_another_currency_is_refused(currency: str, taken: int) -> None:
    found = records(_ods(currency))
    assert len([record for record in found if record.row]) == taken
    assert any("outra moeda" in fault.problem for record in found for fault in record.faults) is not taken


@pytest.mark.parametrize("make", [_xls, lambda shown: _xlsb(shown=shown)])
@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ("[$US$-409] #,##0.00", "US$"),
        ('"US$" #,##0.00', "US$"),
        ("[$€-2] #,##0.00", "€"),
        ('"R$" #,##0.00', ""),
        ("#,##0.00", ""),
    ],
)
def test_a_currency_of_which_nobody_knows_the_cells_is_told(make: Any, shown: str, told: str) -> None:
    table = open_bytes(make(shown))
    found = [fault.problem for fault in table.warnings if "outra moeda" in fault.problem]
    assert [told in problem for problem in found] == ([True] if told else [])
    assert len([record for record in table.records() if record.row]) == 1


def test_two_cells_far_apart_take_no_memory_in_a_binary_workbook_either() -> None:
    with pytest.raises(WrongFileError, match=r"danificada|grande demais"):
        records(_xlsb(far=True))


VALUES: list[Any] = [
    *(0, 1, -1, 52998224725, 1234.5, 1234.56, 0.1 + 0.2, 1000 / 3, 1e15, 45000, 45000.5, True, False, "", " x "),
    *("R$ 1.234,56", "linha\nnova", "a_x000D_\nb", "=1+1", "João & <Ávila>", date(2026, 12, 10), "0012", "1.234"),
    *(datetime(2026, 2, 28, 13, 30), "#N/A", "#REF!", "#DIV/0!", None),  # noqa: DTZ001 - a cell has no time zone
]
FORMATS = ("General", "0", "0.00", "#,##0.00", "@", "[$R$-416] #,##0.00", "0.00E+00", "000", "(0)")
DATED = ("DD/MM/YYYY", "d/m/yy h:mm", "mmm-yy", "yyyy-mm-dd;@", "[$-416]d-mmm-yy")


def test_every_kind_of_cell_is_read_as_by_an_independent_reader() -> None:
    """Values under every format, as openpyxl sees them; a percentage alone is more than its value."""
    book = openpyxl.Workbook()
    sheet = book.active
    for line, shown in enumerate(FORMATS, 1):
        for column, value in enumerate(VALUES, 1):
            cell = sheet.cell(line, column, value)
            if not isinstance(value, date):
                cell.number_format = shown
        sheet.cell(line, len(VALUES) + 1, "fim")
    for line, shown in enumerate(DATED, len(FORMATS) + 1):
        for column, value in enumerate((1, 59, 60, 61, 45000, 45000.5, 46381.25), 1):
            sheet.cell(line, column, value).number_format = shown
        sheet.cell(line, len(VALUES) + 1, "fim")
    out = io.BytesIO()
    book.save(out)
    name = sheet.title
    ours = [cells for _, cells, _ in open_workbook([out.getvalue()]).records(name)]
    theirs = openpyxl.load_workbook(out, read_only=True, data_only=True)[name].iter_rows(values_only=True)
    assert ours == [["" if value is None else _text(value) for value in line] for line in theirs]
