"""Parts of a file, read side by side, are the file."""

import json
import random
from dataclasses import asdict
from itertools import pairwise

import pytest
from files_support import CPF, HEADER, a_line, a_sheet, in_pieces, records

from regua.domain.intake.layout import Layout, ReadOptions
from regua.domain.intake.row import Record, WrongFileError
from regua.files import encoding
from regua.files.split import open_part, split_points


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cuts are made between blocks: small ones make many cuts in a small file."""
    monkeypatch.setattr(encoding, "PIECE", 512)


def in_parts(data: bytes, part_rows: int = 10) -> tuple[list[Record], int]:
    layout, parts = split_points(in_pieces(data, 100), ReadOptions(), part_rows)
    layout = Layout.of(json.loads(json.dumps(asdict(layout))))
    found: list[Record] = []
    for part in parts:
        table = open_part(in_pieces(data[part.start : part.end], 77), layout, part, ReadOptions())
        found += table.records()
    return found, len(parts)


def a_mixed_sheet(seed: int) -> str:
    chance = random.Random(seed)
    lines = []
    for at in range(300):
        lines.append(
            chance.choice(
                [
                    a_line(id_titulo=f"T{at}", nome="José"),
                    f'{CPF};"José\nda\n\nSilva";T{at};"1.234,56";10/12/2026',
                    f'{CPF};"José;T{at};1,00;10/12/2026',
                    f'{CPF};"José ""x""; y";T{at};1,00;10/12/2026',
                    a_line(valor="1.234", id_titulo=f"T{at}"),
                    "",
                    "Total;;;1,00;",
                    HEADER,
                ]
            )
        )
    return a_sheet(*lines).decode()


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_parts_hold_the_records_of_the_whole(name: str, newline: str) -> None:
    for seed in range(5):
        data = a_mixed_sheet(seed).replace("\n", newline).encode(name)
        found, parts = in_parts(data)
        assert parts > 5
        assert found == records(data)


def test_an_ambiguous_amount_is_decided_by_another_part() -> None:
    data = a_sheet(*[a_line(valor="1.234", id_titulo=f"T{at}") for at in range(200)], a_line(valor="9,90"))
    found, parts = in_parts(data)
    assert parts > 5
    assert {record.row.principal_cents for record in found[:-1] if record.row} == {123400}


def test_the_encoding_is_that_of_the_whole() -> None:
    data = a_sheet(*[a_line(id_titulo=f"T{at}") for at in range(100)]) + a_line(nome="José").encode("cp1252")
    found, _ = in_parts(data)
    assert found[-1].row is not None
    assert found[-1].row.name == "José"


def test_ranges_cover_the_file_without_gap_or_overlap() -> None:
    data = a_mixed_sheet(7).encode("utf-8-sig")
    _, parts = split_points([data], ReadOptions(), 10)
    assert (parts[0].start, parts[-1].end) == (3, len(data))
    assert all(before.end == after.start for before, after in pairwise(parts))


def test_a_small_file_is_one_part() -> None:
    _, parts = split_points([a_sheet(a_line())], ReadOptions(), 1)
    assert len(parts) == 1


def test_what_is_no_table_is_not_cut() -> None:
    with pytest.raises(WrongFileError, match="PDF"):
        split_points([b"%PDF-1.4"], ReadOptions(), 1)
    with pytest.raises(WrongFileError, match="Excel não se divide"):
        split_points([b"PK\x03\x04"], ReadOptions(), 1)


@pytest.mark.parametrize("width", [1, 60, 600])
def test_a_part_has_so_many_lines_however_wide_they_are(width: int) -> None:
    data = a_sheet(*[a_line(id_titulo=f"T{at}", nome="x" * width) for at in range(2_000)])
    _, parts = split_points(in_pieces(data, 100), ReadOptions(), 400)
    sizes = [after.line - before.line for before, after in pairwise(parts)]
    assert len(parts) in (4, 5)
    assert all(400 <= size <= 402 + 512 // width for size in sizes)


def test_a_wide_sheet_of_few_lines_is_not_cut() -> None:
    data = a_sheet(*[a_line(id_titulo=f"T{at}", nome="x" * 3_000) for at in range(300)])
    _, parts = split_points(in_pieces(data), ReadOptions(), 400)
    assert len(parts) == 1


def test_a_cut_never_falls_between_the_lines_of_a_quoted_cell() -> None:
    data = a_sheet(*[f'{CPF};"Ana\n{at};x;{at}";T{at};1,00;10/12/2026' for at in range(400)])
    found, parts = in_parts(data, 20)
    assert parts > 10
    assert found == records(data)
    assert len({record.row.receivable for record in found if record.row}) == 400
