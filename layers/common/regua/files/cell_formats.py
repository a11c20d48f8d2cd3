"""What only the format of an XLSX's cells tells: that their numbers are of another currency, or hundredths.

A cell holds `100` and its style shows `US$ 100,00`, or `0.02` and `2%` (ECMA-376 part 1, 18.8.30 `numFmt`, 18.8.10
`cellXfs`). What reads the cells tells their values alone.
"""

import html
import re
import zipfile
from collections.abc import Mapping

from regua.files.currency import is_foreign

_FORMAT = re.compile(r"<(?:\w+:)?numFmt\b[^>]*>")
_STYLES = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(r"<(?:\w+:)?xf\b[^>]*>")
_SYMBOL = re.compile(r"\[\$([^\]-]*)-?([0-9A-Fa-f]*)\]|\"([^\"]*)\"|([€£¥])")
_ENGLISH = frozenset({"409", "0409", "1009", "540A", "0C09"})
"""Languages whose bare `$` is no real."""
PERCENT = "%"
_PERCENTS = {"9": PERCENT, "10": PERCENT}
"""Formats every XLSX has: `0%` and `0.00%`."""
_QUOTED = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]")
_MOST = 20_000_000
"""Bytes of styles that are looked at."""


def foreign_styles(archive: zipfile.ZipFile) -> dict[int, str]:
    """Style of a cell -> the currency its format shows, of those that show another than the real, or `PERCENT`."""
    try:
        if archive.getinfo("xl/styles.xml").file_size > _MOST:
            return {}
        text = archive.read("xl/styles.xml").decode("utf-8", "replace")
    except KeyError:
        return {}
    shown = _PERCENTS | {
        _of(tag, "numFmtId"): _shown(html.unescape(_of(tag, "formatCode"))) for tag in _FORMAT.findall(text)
    }
    styles = _STYLES.search(text)
    formats = [_of(tag, "numFmtId") for tag in _STYLE.findall(styles[0])] if styles else []
    return {at: currency for at, number in enumerate(formats) if (currency := shown.get(number, ""))}


def cells_of(styles: Mapping[int, str]) -> re.Pattern[bytes]:
    """Finds cells of these styles: letters of the column, line, style."""
    numbers = "|".join(map(str, styles))
    return re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*?\ss="(%s)"' % numbers.encode())


def _of(tag: str, name: str) -> str:
    found = re.search(rf"""\s{name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return (found[1] or found[2] or "") if found else ""


def _shown(code: str) -> str:
    return PERCENT if PERCENT in _QUOTED.sub("", code) else _currency(code)


def _currency(code: str) -> str:
    for found in _SYMBOL.finditer(code):
        symbol = (found[1] or found[3] or found[4] or "").strip()
        if symbol == "$" and (found[2] or "").upper() in _ENGLISH:
            return "US$"
        if symbol and is_foreign(symbol):
            return symbol
    return ""
