"""What an import answers: the error sheet, the sheet of absent titles, and the summary of a mere check."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from regua.domain.intake.row import Fault, Record
from regua.domain.model import Receivable
from regua.files.columns import REPORT_COLUMNS
from regua.files.merge import is_dangerous

BOM = b"\xef\xbb\xbf"
_MAX_LISTED = 50


def guarded(text: str) -> str:
    """The cell so that no spreadsheet program runs it as a formula: an apostrophe goes in front.

    Source: OWASP, CSV Injection. Read back from a sheet with our own report columns, the apostrophe is taken off.
    """
    return f"'{text}" if is_dangerous(text) else text


def error_titles(header: Sequence[str]) -> bytes:
    """The first line of the `*.erros.csv`, which opens right in Excel pt-BR (UTF-8 with BOM, `;`, CRLF).

    The original columns, then `linha;coluna;valor;problema;como_corrigir`. Corrected in place the sheet can be uploaded
    as it is (see `files.merge`). `header` is the original file's; a file that was itself such a sheet keeps one set of
    report columns.
    """
    return BOM + _line([*map(guarded, _own(header)), *REPORT_COLUMNS])


def error_lines(header: Sequence[str], record: Record) -> bytes:
    """The sheet's lines about one record, one per fault: the cells as they were, and what is wrong with one of them."""
    size = len(_own(header))
    cells = [guarded(cell) for cell in record.cells[:size]]
    cells += [""] * (size - len(cells))
    reports = ((str(f.line), f.column, f.value, _capital(f.problem), _capital(f.fix)) for f in record.faults)
    return b"".join(_line([*cells, *map(guarded, report)]) for report in reports)


def absent_titles() -> bytes:
    """The first line of the `*.ausentes.csv`: titles that are open and that a file does not list."""
    return BOM + _line(["id_titulo", "vencimento", "valor_em_aberto", "acao"])


def absent_line(receivable: Receivable, *, withdrawn: bool) -> bytes:
    """Its line about one title."""
    action = "retirado da cobrança" if withdrawn else "continua em cobrança"
    cents = receivable.open_principal_cents
    amount = f"{cents // 100},{cents % 100:02d}"
    return _line([guarded(receivable.id), f"{receivable.due_on:%d/%m/%Y}", amount, action])


def _own(header: Sequence[str]) -> Sequence[str]:
    """The columns without those of a report."""
    size = len(REPORT_COLUMNS)
    reported = tuple(title.strip().lower() for title in header[-size:]) == REPORT_COLUMNS
    return header[:-size] if reported else header


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _line(cells: Sequence[str]) -> bytes:
    return (";".join(map(_quoted, cells)) + "\r\n").encode("utf-8", "replace")


def _quoted(cell: str) -> str:
    # NUL makes Excel drop the rest of the line
    cell = cell.replace("\0", "")
    if any(character in cell for character in ';"\n\r') or cell != cell.strip(" "):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@dataclass(slots=True)
class ReadSummary:
    """Counts of one import: `lines` = `accepted` + `unchanged` + `rejected` + `blank`, always.

    `unchanged` are lines of a title that another line of the file names; who stores the rows adds what is known.
    """

    lines: int = 0
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    blank: int = 0
    cents: int = 0
    """Sum of the accepted amounts."""
    held_cents: int = 0
    """Of them, of titles that come in on hold, until a person says who collects them."""
    warnings: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    """How often each problem occurred, errors and warnings."""
    ids: set[str] = field(default_factory=set)
    """What made the ids of the accepted lines (`Row.id_of`)."""

    def count(self, record: Record, *, unchanged: bool = False) -> None:
        """Adds one record."""
        self.lines += 1
        if record.kind == "blank":
            self.blank += 1
        elif record.kind == "same" or unchanged:
            self.unchanged += 1
        elif record.row is None:
            self.rejected += 1
        else:
            self.accepted += 1
            self.cents += record.row.principal_cents
            self.ids.add(record.row.id_of)
            if record.row.holder and record.row.status in ("", "open"):
                self.held_cents += record.row.principal_cents
        self.warnings += len(record.warnings)
        self._tally(record.faults)
        self._tally(record.warnings)

    def merge(self, other: "ReadSummary") -> None:
        """Adds the counts of another part of the same file."""
        for name in ("lines", "accepted", "unchanged", "rejected", "blank", "cents", "held_cents", "warnings"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.problems.update(other.problems)
        self.ids |= other.ids

    def document(self, **more: Any) -> dict[str, Any]:
        """The `*.resumo.json`, without personal data: counts, and the most frequent problems by name."""
        return {
            **more,
            "lines": self.lines,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "blank": self.blank,
            "accepted_cents": self.cents,
            "warnings": self.warnings,
            "problems": [{"problem": text, "count": count} for text, count in self.problems.most_common(_MAX_LISTED)],
        }

    def json(self, **more: Any) -> bytes:
        """`document` as UTF-8 JSON."""
        return json.dumps(self.document(**more), ensure_ascii=False, indent=2, default=str).encode()

    def _tally(self, faults: tuple[Fault, ...]) -> None:
        for fault in faults:
            self.problems[fault.kind] += 1
