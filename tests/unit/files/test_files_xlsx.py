"""Worksheets as Excel and others save them."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from files_support import CPF, HEADER, open_bytes, records, rows

from regua.domain.intake.row import WrongFileError
from regua.files.xlsx import as_csv

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
    text = b"".join(as_csv([data], ""))
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


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (_zip(**{"a.csv": b"x"}), "ZIP sem planilha"),
        (_zip(**{"mimetype": b"x"}), "ODS"),
        (_zip(**{"xl/workbook.bin": b"x"}), "xlsb"),
        (_zip(**{"xl/workbook.xml": b"<x"}), "danificada"),
        (_zip(**{"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": bytes(60_000_000)}), "descompactada"),
        (b"PK\x03\x04" + bytes(100), "danificada"),
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
