"""Worksheets of XLSX, XLS, XLSB and ODS as raw records.

Read by python-calamine: for 8,001 rows it takes a fifteenth of the time of a reader in Python. It holds a sheet whole
and as a rectangle, so two cells far apart would take all the memory there is: `_inspect` and `_fits` look first.
"""

import math
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, TYPE_CHECKING, TypeAlias

from regua.domain.intake.row import WrongFileError
from regua.files.cell_formats import PERCENT, cells_of, foreign_styles
from regua.files.encoding import size_label, unreadable
from regua.files.other_formats import foreign_elsewhere, foreign_in_ods
from regua.files.records import HUGE_CELL, MAX_CELL
from regua.files.runs import RawRecord

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MAX_UNPACKED = 800_000_000
"""Bytes a workbook may unpack to: a million lines of a dozen columns, which take about 1.4 GB of memory."""
MAX_RATIO = 200
"""An entry above `_RATIO_FROM` bytes that packs tighter than this is a bomb: real sheets reach about 30."""
_RATIO_FROM = 20_000_000
MAX_STRINGS = 300_000_000
"""Bytes of the shared strings of an XLSX."""
MAX_MEMORY = 1_600_000_000
"""Bytes of address space in which an unusual workbook must be readable (`_fits`); the function has 2,048 MB."""
_PROBE_SECONDS = 300
_PIECE = 1 << 18
_BROKEN = "planilha danificada ou incompleta: abra no Excel e salve de novo como .xlsx"
_PASSWORD = "planilha protegida por senha: salve sem senha, ou como CSV"  # noqa: S105 - what the operator reads
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"

_UNUSUAL = re.compile(
    # a cell beyond column CZ or line 99,999; a cell that does not begin with its place
    rb"""\sr\s*=\s*["'](?:(?:[D-Z][A-Z]|[A-Z]{3})[0-9]|[A-Z]{0,3}[0-9]{6})|<c(?:[/>]|\s+(?!r=))"""
)
_ERROR_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*\st="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]{1,20})<'
)
_PROBE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
import python_calamine
file = open(0, "rb")
file.seek(0)
book = python_calamine.load_workbook(file)
for name in sys.argv[2:] or book.sheet_names:
    book.get_sheet_by_name(name)
"""

Errors: TypeAlias = dict[int, dict[int, str]]
"""Line -> column -> what Excel shows in a cell whose formula failed, or the currency before its number, or the percent
sign behind its hundredths; both count from 0.
"""


def is_workbook(head: bytes) -> bool:
    """Whether a file that begins so may be a workbook: a ZIP archive (XLSX, XLSB, ODS) or an old Office file."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", _OLD_OFFICE))


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook that has been looked at; `kind` is `xlsx`, `xls`, `xlsb` or `ods`."""

    kind: str
    sheets: tuple[str, ...]
    """Names of the worksheets that are not hidden, in their order."""
    _file: IO[bytes]
    _book: "CalamineWorkbook"
    _hidden: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._file.seek(0, os.SEEK_END)

    def named(self, wanted: str) -> str:
        """The worksheet of that name, hidden or not, however its letters are written. Raises WrongFileError."""
        plain = wanted.strip().lower()
        for name in (*self.sheets, *self._hidden):
            if name.strip().lower() == plain:
                return name
        raise WrongFileError(f"a planilha não tem a aba “{wanted}”; as abas são: {', '.join(self.sheets) or 'nenhuma'}")

    def records(self, name: str) -> Iterator[RawRecord]:
        """The lines of a worksheet. Dates come as ISO text, numbers with a point, however a cell is shown.

        Raises WrongFileError for a damaged sheet and for one that would not fit into memory.
        """
        errors: Errors = {}
        plain = self.kind == "xlsx" and _is_plain(self._file, self._place(name), errors)
        if self.kind == "ods":
            errors = foreign_in_ods(self._file, name)
        if not plain and not _fits(self._file, name):
            raise WrongFileError("planilha grande demais para ser lida: salve como CSV e envie o CSV")
        try:
            sheet = self._book.get_sheet_by_name(name)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of calamine's is no Exception
            raise WrongFileError(_BROKEN) from error
        return _records(sheet, errors)

    @property
    def unseen_currency(self) -> str:
        """A currency that formats of its cells show, without our knowing of which cells."""
        return foreign_elsewhere(self._file, self.kind)

    def _place(self, name: str) -> str:
        """The archive's entry that holds a worksheet of an XLSX."""
        return _xlsx_places(self._file).get(name, "")


def open_workbook(pieces: Iterable[bytes]) -> Workbook:
    """What is in a workbook. Raises WrongFileError for other archives, damaged or bomb-like files, and passwords."""
    # without a buffer: a process that `_fits` starts moves the place in the file
    file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - read for as long as records are
    for piece in pieces:
        file.write(piece)
    file.seek(0)
    kind = "xls" if file.read(4) == _OLD_OFFICE else _inspect(file)
    if kind != "xlsx" and not _fits(file):
        raise WrongFileError(_BROKEN if kind != "xls" else _old_office(file))
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook  # noqa: PLC0415 - only workbooks pay

    file.seek(0)
    try:
        book = load_workbook(file)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # as above
        raise WrongFileError(_BROKEN) from error
    sheets = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    visible = tuple(each.name for each in sheets if each.visible == SheetVisibleEnum.Visible)
    return Workbook(kind, visible, file, book, tuple(each.name for each in sheets if each.name not in visible))


def _old_office(file: IO[bytes]) -> str:
    """Why an old Office file cannot be read: a password makes one of an XLSX."""
    file.seek(0)
    names = file.read(1 << 20)
    return _PASSWORD if "EncryptedPackage".encode("utf-16-le") in names else _BROKEN


def _inspect(file: IO[bytes]) -> str:
    """The kind of a ZIP archive."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            kind = next((kind for mark, kind in _MARKS.items() if mark in names), "")
            if kind == "ods" and not archive.read("mimetype").startswith(
                b"application/vnd.oasis.opendocument.spreadsheet"
            ):
                kind = ""
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        raise WrongFileError(_BROKEN) from None
    if not kind:
        raise WrongFileError("arquivo ZIP sem planilha: envie a planilha sem compactar, um arquivo por vez")
    unpacked = sum(entry.file_size for entry in entries)
    bomb = any(e.file_size > _RATIO_FROM and e.file_size > MAX_RATIO * max(1, e.compress_size) for e in entries)
    strings = max((e.file_size for e in entries if e.filename.lower().endswith("sharedstrings.xml")), default=0)
    if bomb or unpacked > MAX_UNPACKED or strings > MAX_STRINGS:
        raise WrongFileError(f"planilha que ocupa {size_label(unpacked)} descompactada: salve como CSV e envie o CSV")
    return kind


_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MARKS = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "mimetype": "ods"}
"""Entry of the archive that only this kind has -> kind."""


def _fits(file: IO[bytes], *sheets: str) -> bool:
    """Whether these worksheets (none named: all) can be read in `MAX_MEMORY`: another process tries, and may die."""
    path = os.pathsep.join(filter(None, sys.path))
    try:
        tried = subprocess.run(  # noqa: S603 - this interpreter, our own text
            [sys.executable, "-c", _PROBE, str(MAX_MEMORY), *sheets],
            stdin=file,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return tried.returncode == 0


_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rb"""\s%s\s*=\s*(?:"([^"]*)"|'([^']*)')""" % name.encode(), tag)
    if not found:
        return ""
    text = (found[1] or found[2] or b"").decode("utf-8", "replace")
    for mark, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(mark, letter)
    return text


def _xlsx_places(file: IO[bytes]) -> dict[str, str]:
    """Worksheet -> entry of an XLSX, as far as it is written in the usual way."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            book, relations = archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels")
    except (KeyError, zipfile.BadZipFile, OSError, EOFError, RuntimeError):
        return {}
    targets = {_attribute(tag, "Id"): _attribute(tag, "Target").lstrip("/") for tag in _RELATION.findall(relations)}
    found = {}
    for tag in _SHEET.findall(book):
        target = targets.get(_attribute(tag, r"\w+:id"), "")
        found[_attribute(tag, "name")] = target if target.startswith("xl/") else f"xl/{target}"
    return found


def _is_plain(file: IO[bytes], entry: str, errors: Errors) -> bool:
    """Whether a worksheet's rectangle is surely small. Cells that show an error, empty to calamine, or a currency,
    of which it does not tell, are noted.
    """
    file.seek(0)
    held, plain = b"", True
    try:
        with zipfile.ZipFile(file) as archive, archive.open(entry) as sheet:
            foreign = foreign_styles(archive)
            shows = cells_of(foreign) if foreign else None
            while piece := sheet.read(_PIECE):
                text = held + piece
                plain = plain and b":sheetData" not in text and _UNUSUAL.search(text) is None
                if b't="e"' in text:
                    for column, line, shown in _ERROR_CELL.findall(text):
                        errors.setdefault(int(line) - 1, {})[_place(column)] = shown.decode("ascii", "replace")
                for column, line, style in shows.findall(text) if shows else ():
                    errors.setdefault(int(line) - 1, {})[_place(column)] = foreign[int(style)]
                last = text.rfind(b"<c ")
                held = text[last:] if last >= 0 and len(text) - last < _PIECE else b""
    except (KeyError, zipfile.BadZipFile, zipfile.error, OSError, EOFError, RuntimeError):
        return False
    return plain


def _place(letters: bytes) -> int:
    """`A` is 0, `AA` is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1


def _records(sheet: "CalamineSheet", errors: Errors) -> Iterator[RawRecord]:
    first = sheet.start[1] if sheet.start else 0
    last = 0
    for number, values in enumerate(_lines(sheet), 1):
        cells = [value if type(value) is str and "\r" not in value else _text(value) for value in values]
        if number - 1 in errors:
            for at, shown in errors[number - 1].items():
                if 0 <= at - first < len(cells):
                    value = values[at - first]
                    if shown == PERCENT and type(value) is float:
                        cells[at - first] = f"{_number(value * 100)}%"
                    elif type(value) in (float, int):
                        cells[at - first] = f"{shown} {cells[at - first]}"
                    elif shown.startswith("#"):
                        cells[at - first] = cells[at - first] or shown
        if not any(cells):
            continue
        # formatted but empty rows at the end of a sheet are no lines: they count when something follows
        for blank in range(last + 1, number):
            yield blank, [], ""
        last = number
        yield _checked(number, cells)


def _lines(sheet: "CalamineSheet") -> Iterator[Sequence[object]]:
    rows = sheet.iter_rows()
    while True:
        try:
            values = next(rows, None)
        except Exception as error:
            # a duration of millions of years
            raise WrongFileError(_BROKEN) from error
        if values is None:
            return
        yield values


def _checked(number: int, cells: list[str]) -> RawRecord:
    whole = "\x1f".join(cells) if len(cells) == 1 else " ".join(cells)
    if len(whole) > MAX_CELL and len(max(cells, key=len)) > MAX_CELL:
        return number, cells, HUGE_CELL
    return number, cells, unreadable(whole)


def _text(value: object) -> str:
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
    """A number without binary noise. Never exactly three decimals, which could be read as thousands.

    One of which the file cannot have kept all digits keeps its exponent, so that nobody takes it for a number of
    something.
    """
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= 2**53:
        return f"{value:.15E}"
    if value.is_integer():
        return str(int(value))
    text = f"{value:.6f}".rstrip("0")
    return text + "0" if len(text) - text.index(".") == 4 else text
