"""What formats of an ODS say of the currency of its cells, and those of an XLS or XLSB without our knowing of which."""

import html
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

_MOST = 20_000_000
"""Bytes of an XLS that are looked at."""
_ODS_FOREIGN = re.compile(rb'office:currency="(?!BRL"|")([A-Z]{3})"')
_ODS_TOKEN = re.compile(
    rb'<table:table\b[^>]*?table:name="([^"]*)"|<table:table-row\b([^>]*)>|<table:(?:covered-)?table-cell\b([^>]*)>'
)
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="([0-9]+)"')


def foreign_in_ods(file: IO[bytes], sheet: str) -> dict[int, dict[int, str]]:
    """Line -> column -> currency of the cells of a worksheet of an ODS that are of another, both counted from 0 (ODF
    1.2 part 1, 19.369 `office:currency`).
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            if archive.getinfo("content.xml").file_size > _MOST_CONTENT:
                return {}
            text = archive.read("content.xml")
    except (KeyError, zipfile.BadZipFile, OSError, EOFError, RuntimeError):
        return {}
    if _ODS_FOREIGN.search(text) is None:
        return {}
    found: dict[int, dict[int, str]] = {}
    for line, column, tag in _ods_cells(text, sheet):
        if said := _ODS_FOREIGN.search(tag):
            found.setdefault(line, {})[column] = said[1].decode()
    return found


def _ods_cells(text: bytes, sheet: str) -> Iterator[tuple[int, int, bytes]]:
    within, line, column, after = False, 0, 0, 0
    for token in _ODS_TOKEN.finditer(text):
        name, row, cell = token.groups()
        if name is not None:
            within, line, after = html.unescape(name.decode("utf-8", "replace")) == sheet, 0, 0
        elif row is not None:
            line, column, after = after, 0, after + _times(row)
        elif within:
            for at in range(column, column + min(_times(cell), _MOST_CELLS)):
                yield line, at, cell
            column += _times(cell)


def _times(tag: bytes) -> int:
    found = _REPEATED.search(tag)
    return int(found[1]) if found else 1


_MOST_CONTENT = 200_000_000
_MOST_CELLS = 100
_SHOWN_ELSEWHERE = tuple(
    (mark.encode(code), mark)
    for mark in ("US$", "U$S", "[$USD", "[$EUR", "[$€", "€", "£")
    for code in ("utf-16-le", *(("latin-1",) if mark.isascii() else ()))
)


def foreign_elsewhere(file: IO[bytes], kind: str) -> str:
    """A currency that formats of an XLS or an XLSB show: which cells have them is not read there. Nothing in others."""
    text = b""
    with suppress(KeyError, zipfile.BadZipFile, OSError, EOFError, RuntimeError):
        if kind == "xls":
            file.seek(0)
            text = b"".join(_OLD_FORMAT.findall(file.read(_MOST)))
        elif kind == "xlsb":
            file.seek(0)
            with zipfile.ZipFile(file) as archive:
                text = archive.read("xl/styles.bin")
    return next(
        (mark.strip("[$") if mark.startswith("[") else mark for code, mark in _SHOWN_ELSEWHERE if code in text), ""
    )


_OLD_FORMAT = re.compile(
    rb"\x1e\x04(?:[\x05-\xff]\x00|[\x00-\xff]\x01).{4,300}?(?=\x1e\x04|\xe0\x00\x14\x00)", re.DOTALL
)
"""FORMAT records of BIFF8 ([MS-XLS] 2.4.126), which come before the first XF."""
