"""The error sheet opens in Excel, says what is wrong, and comes back corrected."""

import csv
import io
import json

import pytest
from files_support import CPF, HEADER, a_line, a_sheet, open_bytes, records

from regua.files.columns import REPORT_COLUMNS
from regua.files.reports import ReadSummary, error_lines, error_titles, guarded

BAD = [
    a_line(id_titulo="T1", valor="x", vencimento="31/02/2026"),
    a_line(id_titulo="T2"),
    a_line(id_titulo="T3", documento="529.982.247-00", nome='"a; ""b"""'),
]


def the_sheet(data: bytes) -> bytes:
    table = open_bytes(data)
    lines = (error_lines(table.header, record) for record in table.records() if record.kind == "rejected")
    return error_titles(table.header) + b"".join(lines)


def parsed(sheet: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))


def written(lines: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def test_the_sheet_is_what_excel_in_portuguese_opens_right() -> None:
    sheet = the_sheet(a_sheet(*BAD))
    assert sheet.startswith(b"\xef\xbb\xbf")
    assert sheet.count(b"\r\n") == sheet.count(b"\n") == 4
    assert parsed(sheet)[0] == [*HEADER.split(";"), *REPORT_COLUMNS]


def test_each_fault_has_a_line_beside_the_original_cells() -> None:
    _, *lines = parsed(the_sheet(a_sheet(*BAD)))
    assert [(line[2], line[5], line[6], line[7]) for line in lines] == [
        ("T1", "2", "valor", "x"),
        ("T1", "2", "vencimento", "31/02/2026"),
        ("T3", "4", "documento", "529.982.247-00"),
    ]
    assert lines[2][1] == 'a; "b"'


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "=cmd|' /C calc'!A0",
        "'=1",
    ],
)
def test_no_cell_of_the_sheet_is_active(cell: str) -> None:
    data = a_sheet(a_line(valor="x") + ";" + '"' + cell.replace('"', '""') + '"', header=HEADER + ";livre")
    _, line = parsed(the_sheet(data))
    assert line[5].startswith("'")
    assert guarded(cell).startswith("'")


@pytest.mark.parametrize("cell", ["=1+1", "+55 11 98765-4321", "-10,00", "@x", "comum", "'=1", "'a"])
def test_what_was_made_safe_comes_back_as_it_was(cell: str) -> None:
    data = a_sheet(a_line(valor="x") + ";" + cell, header=HEADER + ";livre")
    once = the_sheet(data)
    assert parsed(the_sheet(once))[1][:6] == parsed(once)[1][:6]
    (record,) = records(once)
    assert record.cells[5] == cell


def test_uploaded_again_as_it_is_it_says_the_same() -> None:
    once = the_sheet(a_sheet(*BAD))
    found = records(once)
    assert [record.kind for record in found] == ["rejected", "blank", "rejected"]
    assert len(found[0].faults) == 2
    assert len(parsed(the_sheet(once))) == len(parsed(once))


def test_corrected_in_one_copy_each_the_line_is_whole_again() -> None:
    lines = parsed(the_sheet(a_sheet(*BAD)))
    lines[1][3] = "12,00"
    lines[2][4] = "28/02/2026"
    lines[3][0] = CPF
    found = records(written(lines))
    assert [record.kind for record in found] == ["row", "blank", "row"]
    assert found[0].row is not None
    assert (found[0].row.receivable, found[0].row.principal_cents, found[0].row.due_on.day) == ("T1", 1200, 28)


def test_corrected_wholly_in_one_copy_the_other_is_ignored() -> None:
    lines = parsed(the_sheet(a_sheet(*BAD)))
    lines[2][3:5] = ["12,00", "28/02/2026"]
    found = records(written(lines))
    assert [record.kind for record in found] == ["row", "blank", "rejected"]


def test_copies_cleaned_by_the_operator_do_no_harm() -> None:
    lines = parsed(the_sheet(a_sheet(*BAD)))
    del lines[2]
    lines[1][3:5] = ["12,00", "28/02/2026"]
    assert [record.kind for record in records(written(lines))] == ["row", "rejected"]


def test_the_summary_conserves_the_lines() -> None:
    summary = ReadSummary()
    for record in records(a_sheet(*BAD, "", "Total;;;1,00;")):
        summary.count(record)
    other = ReadSummary()
    for record in records(a_sheet(a_line())):
        other.count(record, unchanged=True)
    summary.merge(other)
    document = json.loads(summary.json(file="a.csv"))
    assert document["lines"] == 6
    assert document["lines"] == sum(document[name] for name in ("accepted", "unchanged", "rejected", "blank"))
    assert document["accepted_cents"] == 1000


def test_the_summary_names_problems_and_no_people() -> None:
    summary = ReadSummary()
    for record in records(a_sheet(*BAD)):
        summary.count(record)
    text = summary.json().decode()
    assert "dígito verificador" in text
    assert "529" not in text
    assert "31/02" not in text
