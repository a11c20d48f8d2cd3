"""Our own error sheet, corrected and uploaded again: the copies of one line become one record again."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from regua.files.columns import REPORT_COLUMNS, Columns
from regua.files.runs import RawRecord

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet program run a cell as a formula (OWASP, CSV Injection, with the full-width forms)."""


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet program might run the cell. Programs skip spaces in front."""
    return text.lstrip(" \xa0'").startswith(DANGEROUS) or text.startswith(DANGEROUS)


def unguarded(text: str) -> str:
    """A cell as it was before `reports.guarded` made it safe."""
    return text[1:] if text.startswith("'") and is_dangerous(text[1:]) else text


def merged(raw: Iterator[RawRecord], columns: Columns) -> Iterator[RawRecord]:
    """One record for the copies of a line that an error sheet holds, one per fault; each further copy becomes blank.

    Copies follow one another and carry the same `linha`. Where they differ, somebody has corrected one of them: the
    correction wins over the value the report complains of.
    """
    width = len(columns.header)
    first = width - len(REPORT_COLUMNS)

    def copy_of(record: RawRecord) -> object:
        line, cells, problem = record
        whole = len(cells) == width and not problem
        return (cells[first], len(cells)) if whole and cells[first].strip() else line

    for _, group in groupby(raw, key=copy_of):
        copies = list(group)
        line, cells, problem = copies[0]
        if len(cells) == width:
            cells = _joined([copy[1] for copy in copies], columns.header[:first]) + cells[first:]
        yield line, cells, problem
        for other in copies[1:]:
            yield other[0], [], ""


def _joined(copies: Sequence[list[str]], header: Sequence[str]) -> list[str]:
    size = len(header)
    cells = [unguarded(cell) for cell in copies[0][:size]]
    for at, title in enumerate(header):
        wrong = {copy[size + 2] for copy in copies if copy[size + 1] == title}
        found = [copy[at] for copy in copies]
        corrected = [text for text in found if text not in wrong] if wrong else _odd_one_out(found)
        if corrected:
            cells[at] = unguarded(corrected[0])
    return cells


def _odd_one_out(found: list[str]) -> list[str]:
    """The value that somebody changed in one of the copies."""
    rare = min(found, key=lambda text: (found.count(text), found.index(text)))
    return [rare]
