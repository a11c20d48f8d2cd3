"""XLSX worksheets as raw records."""

import csv
import io
import math
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import IO, TYPE_CHECKING

from regua.domain.intake.row import WrongFileError
from regua.files.encoding import size_label, unreadable
from regua.files.records import HUGE_CELL, MAX_CELL, RawRecord

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MAX_UNPACKED = 1_500_000_000
"""Bytes an XLSX may unpack to."""
MAX_RATIO = 200
"""An entry above `_RATIO_FROM` bytes that packs tighter than this is a bomb: real sheets reach about 30."""
_RATIO_FROM = 20_000_000
MAX_STRINGS = 300_000_000
"""Bytes of the shared strings, the only part that must be held in memory."""
_BROKEN = "planilha XLSX danificada ou incompleta: abra no Excel e salve de novo"


def is_zip(head: bytes) -> bool:
    """Whether the file is a ZIP archive, as XLSX is."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def open_sheet(pieces: Iterable[bytes], sheet: str) -> tuple[str, Iterator[RawRecord]]:
    """Name and records of a worksheet: the one named, or the first visible one.

    Dates come as ISO text, numbers with a point, so that nothing depends on how a cell is formatted. Raises
    WrongFileError for other archives, damaged or bomb-like files, and a sheet that is not there.
    """
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - read for as long as records are
    for piece in pieces:
        spool.write(piece)
    spool.seek(0)
    _inspect(spool)
    workbook = _load(spool)
    names = [each.title for each in workbook.worksheets if each.sheet_state == "visible"]
    wanted = sheet or (names[0] if names else "")
    match = next((name for name in workbook.sheetnames if name.strip().lower() == wanted.strip().lower()), None)
    if match is None or match not in {each.title for each in workbook.worksheets}:
        raise WrongFileError(f"a planilha não tem a aba “{wanted}”; as abas são: {', '.join(names) or 'nenhuma'}")
    return match, _records(workbook, match)


def as_csv(pieces: Iterable[bytes], sheet: str) -> Iterator[bytes]:
    """The worksheet as CSV (UTF-8 with byte-order mark, `;`), row for line, so that a large one can be cut in parts.

    Line breaks within cells become spaces: line numbers stay those of the sheet. Raises WrongFileError as `open_sheet`.
    """
    _, rows = open_sheet(pieces, sheet)
    yield b"\xef\xbb\xbf"
    while lines := list(islice(rows, 1_000)):
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";", lineterminator="\n").writerows(
            [cell.replace("\n", " ") for cell in cells] for _, cells, _ in lines
        )
        yield text.getvalue().encode("utf-8", "replace")


def _inspect(file: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise WrongFileError(_BROKEN) from None
    names = {entry.filename for entry in entries}
    if "mimetype" in names:
        raise WrongFileError("planilha ODS (LibreOffice): salve como .xlsx ou CSV")
    if "xl/workbook.bin" in names:
        raise WrongFileError("planilha .xlsb: abra no Excel e salve como .xlsx ou CSV")
    if "xl/workbook.xml" not in names:
        raise WrongFileError("arquivo ZIP sem planilha: envie a planilha sem compactar, um arquivo por vez")
    unpacked = sum(entry.file_size for entry in entries)
    bomb = any(e.file_size > _RATIO_FROM and e.file_size > MAX_RATIO * max(1, e.compress_size) for e in entries)
    strings = max((e.file_size for e in entries if e.filename.endswith("sharedStrings.xml")), default=0)
    if bomb or unpacked > MAX_UNPACKED or strings > MAX_STRINGS:
        raise WrongFileError(f"planilha que ocupa {size_label(unpacked)} descompactada: salve como CSV e envie o CSV")


def _load(file: IO[bytes]) -> "Workbook":
    import openpyxl  # noqa: PLC0415 - 100 ms that only XLSX files should pay

    file.seek(0)
    try:
        return openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        # openpyxl raises whatever its XML and ZIP layers do on a damaged file
        raise WrongFileError(_BROKEN) from error


def _records(workbook: "Workbook", name: str) -> Iterator[RawRecord]:
    worksheet = workbook[name]
    worksheet.reset_dimensions()
    rows = worksheet.iter_rows(values_only=True)
    number = last = 0
    while True:
        try:
            values = next(rows, None)
        except Exception as error:
            raise WrongFileError(_BROKEN) from error
        if values is None:
            return
        number += 1
        cells = [_text(value) for value in values]
        if not any(cells):
            continue
        # formatted but empty rows at the end of a sheet are no lines: they count when something follows
        for blank in range(last + 1, number):
            yield blank, [], ""
        last = number
        yield _checked(number, cells)


def _checked(number: int, cells: list[str]) -> RawRecord:
    whole = "\x1f".join(cells) if len(cells) == 1 else " ".join(cells)
    if len(whole) > MAX_CELL and len(max(cells, key=len)) > MAX_CELL:
        return number, cells, HUGE_CELL
    return number, cells, unreadable(whole)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, bool):
        return "sim" if value else "não"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta | time):
        return str(value)
    return str(value)


def _number(value: float) -> str:
    """A number without exponent or binary noise. Never exactly three decimals, which could be read as thousands."""
    if not math.isfinite(value) or abs(value) >= 1e15:
        return str(value)
    if value.is_integer():
        return str(int(value))
    text = f"{value:.6f}".rstrip("0")
    return text + "0" if len(text) - text.index(".") == 4 else text
