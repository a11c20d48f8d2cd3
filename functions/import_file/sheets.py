"""The sheets an import answers with: what could not be taken, and what the file no longer lists."""

from collections.abc import Iterable
from typing import IO

from regua.domain.intake.row import Fault
from regua.domain.model import Receivable
from regua.files.ids import fingerprint
from regua.files.reports import BOM, error_sheet, guarded
from regua.files.rows import Record
from regua.use_cases.importing.debtor_lines import FileLine
from regua.use_cases.importing.withdrawals import Absent

SPOOL = 8_000_000
"""Bytes of a sheet kept in memory; a longer one goes to the function's disk."""
ABSENT_HEADER = BOM + b"id_titulo;vencimento;valor_em_aberto;acao\r\n"
MAX_ABSENT = 50_000
"""Lines of the sheet of absent titles; the summary counts all of them."""


class ErrorSheet:
    """Lines that were not taken, written as they are refused. A part of a file leaves the header to the whole."""

    def __init__(self, header: Iterable[str], out: IO[bytes], *, titles: bool = True) -> None:
        self._header, self._out, self._titles = list(header), out, titles
        self.rows = 0

    def reject(self, line: FileLine) -> None:
        """Adds a line, once per fault."""
        record = Record(line.line, "rejected", None, line.faults, (), list(line.cells))
        for i, piece in enumerate(error_sheet(self._header, [record])):
            if i or (self._titles and not self.rows):
                self._out.write(piece)
        self.rows += 1


def titles_of(header: Iterable[str]) -> bytes:
    """The first line of an error sheet."""
    return next(error_sheet(list(header), []))


class AbsentSheet:
    """Titles that are open and that the file does not list."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.rows = 0

    def add(self, gone: Absent, withdrawn: bool) -> None:
        """Adds those of one debtor."""
        for title in gone.receivables:
            self.rows += 1
            if self.rows <= MAX_ABSENT:
                self._out.write(_absent_line(title, withdrawn=withdrawn))


def _absent_line(title: Receivable, *, withdrawn: bool) -> bytes:
    action = "retirado da cobrança" if withdrawn else "continua em cobrança"
    cents, cell = title.open_principal_cents, guarded(title.id)
    if any(mark in cell for mark in ';"\r\n'):
        cell = '"' + cell.replace('"', '""') + '"'
    line = f"{cell};{title.due_on:%d/%m/%Y};{cents // 100},{cents % 100:02d};{action}\r\n"
    return line.encode("utf-8", "replace")


def line_of(record: Record) -> FileLine:
    """A record of the reader as the use case takes it."""
    row = record.row
    return FileLine(record.line, row, record.faults, tuple(record.cells), fingerprint(row) if row else "")


def refused(line: FileLine, problem: str, fix: str) -> FileLine:
    """The line as one that is not taken: with its own faults, or because of something beyond it."""
    return FileLine(line.line, None, line.faults or (Fault(line.line, "", "", problem, fix),), line.cells)
