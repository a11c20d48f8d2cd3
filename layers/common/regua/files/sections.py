"""What a line of its own says of the lines below it: “PAGOS”, “Contas a pagar”, or the heading of a second table.

People keep several lists on one worksheet. What stands below a title that says it is paid, or that the creditor owes
it, is nobody's debt; the columns of a second table are others than those of the first.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from regua.files.aliases import lookup
from regua.files.faults import Notes
from regua.files.rights import FORECAST, FORECAST_FIX
from regua.files.runs import RawRecord, Run
from regua.files.text import heading, plain

OPEN, PAID, CANCELLED, FORECASTS, PAYABLE, TABLE = "", "paid", "cancelled", "forecast", "payable", "table"
"""What a section says of its lines."""

_WHAT = (
    r"(?:(?:relatorio|lista|relacao) d[eoa]s? )?(?:(?:contas?|titulos?|parcelas?|boletos?|faturas?|mensalidades?"
    r"|clientes?|alunos?|notas?|duplicatas?|valores|debitos|cobrancas?|lancamentos?|ja) )*"
)
_WHEN = (
    r"(?: (?:(?:em|de|do|da|no|na|ate|mes) )*(?:jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov|dez|mes\b|[0-9]).*"
    r"| [-–/(].*)?"
)
_SAID: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(f"{_WHAT}(?:{words}){_WHEN}"))
    for kind, words in (
        (PAYABLE, "a pagar|despesas|fornecedores|saidas|gastos"),
        (PAID, "pag[oa]s?|recebid[oa]s?|quitad[oa]s?|liquidad[oa]s?|baixad[oa]s?"),
        (CANCELLED, "cancelad[oa]s?|excluid[oa]s?|perdoad[oa]s?"),
        (FORECASTS, "previst[oa]s?|previsao|previsoes|provisao|provisoes|orcamentos?"),
        (
            OPEN,
            "em aberto|abert[oa]s?|pendentes?|pendencias|a receber|receber|atrasad[oa]s?|em atraso|vencid[oa]s?"
            "|a vencer|inadimplentes?|devedores|receitas?|entradas?|nao pag[oa]s?|nao recebid[oa]s?|faltam|falta pagar",
        ),
    )
)
_ABOVE = (PAYABLE, PAID)
"""What the title of a whole worksheet may say: a list of what is expected is one of debts too."""
_OF_A_LINE = frozenset({"status", "pago", "natureza", "tipo_documento", "previsao", "portador", "observacao", "tags"})
"""Fields whose words are of the line they stand in."""
_DEBT = ("valor", "vencimento")
_FEWEST = 3
"""Headings that make a table."""
_LONGEST = 80


def section_of(cells: Sequence[str]) -> str | None:
    """What a line says that is a title over others: it has one text and nothing beside it. None for any other line."""
    filled = [cell for cell in cells if cell and not cell.isspace()]
    if len(filled) != 1 or len(filled[0]) > _LONGEST:
        return None
    text = plain(filled[0]).strip(" .:;-–=*#>")
    return next((kind for kind, words in _SAID if words.fullmatch(text)), None)


def whole_list(name: str) -> str:
    """What the name of a worksheet says of all its lines; nothing where they are debts."""
    kind = section_of([name])
    return kind if kind in _ABOVE else OPEN


def is_heading(cells: Sequence[str]) -> bool:
    """Whether the cells are names of columns that make a list of debts."""
    filled = [cell for cell in cells if cell and not cell.isspace()]
    if len(filled) < _FEWEST or any(cell[0].isdigit() for cell in filled):
        return False
    names = list(map(heading, filled))
    known = lookup()
    fields = {known[name][0][1] for name in names if name in known}
    return fields.issuperset(_DEBT) and sum(name in known for name in names) * 3 >= len(names) * 2


def _is_day(cell: str) -> bool:
    """Whether it begins with a digit: where a due date belongs, nothing else need be looked at."""
    return "0" <= cell < ":"


def _are_days(cells: Sequence[str]) -> bool:
    return min(cells) >= "0" and max(cells) < ":"


class Sections:
    """Where the sections of one file begin. Runs of records pass through `watch`, and are read by what it has noted."""

    def __init__(self, header: Sequence[str], fields: Mapping[str, Sequence[int]]) -> None:
        self._due = (*fields.get("vencimento", ()), *fields.get("dias_atraso", ()), -1)[0]
        self._header = [heading(title) for title in header]
        own = {at for name in _OF_A_LINE for at in fields.get(name, ())}
        named = next((at for at, title in enumerate(header) if title.strip() and title != f"coluna {at + 1}"), 0)
        self._titles = {0, named, *fields.get("nome", ())} - own
        """Columns in which a title may stand."""
        self._lines: list[int] = []
        self._said: list[tuple[str, str]] = []
        """The kind of each, and where it stands."""

    def __bool__(self) -> bool:
        return bool(self._lines)

    def begin(self, line: int, kind: str, words: str) -> None:
        """What is said from that line on, and how the operator is told where."""
        self._lines.append(line)
        self._said.append((kind, words))

    def watch(self, runs: Iterable[Run], header_line: int) -> Iterator[Run]:
        """The records as they are, those above the header too."""
        due = self._due
        for run in runs:
            if not (run.columns and 0 <= due < len(run.columns) and _are_days(run.columns[due])):
                for record in run:
                    if not (0 <= due < len(record[1]) and _is_day(record[1][due])):
                        self._see(record, header_line)
            yield run

    def _see(self, record: RawRecord, header_line: int) -> None:
        line, cells, problem = record
        if problem or not cells or line == header_line:
            return
        beside = any(cell.strip() for at, cell in enumerate(cells) if at not in self._titles)
        kind = None if beside and line > header_line else section_of(cells)
        now = self._said[-1][0] if self._said else OPEN
        if kind is not None:
            if kind in _ABOVE or line > header_line:
                title = next(cell.strip() for cell in cells if cell.strip())
                self.begin(line, kind, f"abaixo de “{title}” (linha {line})")
        elif line > header_line and is_heading(cells):
            same = all(heading(cell) == title for cell, title in zip(cells, self._header, strict=False) if cell.strip())
            if not same:
                self.begin(line, TABLE, "")
            elif now == TABLE:
                self.begin(line, OPEN, "")

    def at(self, line: int) -> str:
        """What is said of a line."""
        place = bisect_right(self._lines, line) - 1
        return self._said[place][0] if place >= 0 else OPEN

    def is_title(self, line: int) -> bool:
        """Whether a section begins with that line: it is no debt."""
        place = bisect_right(self._lines, line) - 1
        return place >= 0 and self._lines[place] == line

    def refuses(self, line: int) -> tuple[str, str] | None:
        """Why a line is none of the list, and how to mend it."""
        kind, place = self.at(line), bisect_right(self._lines, line) - 1
        begun = self._lines[place] if place >= 0 else 0
        if kind == PAYABLE:
            return f"conta a pagar: está {self._said[place][1]}", "retire a linha: só entram contas a receber"
        if kind == TABLE:
            return (
                f"outra tabela na mesma aba, com outras colunas (cabeçalho na linha {begun}): não foi lida",
                "deixe uma tabela por aba, ou envie a outra em um arquivo só dela",
            )
        return None

    def judge(self, line: int, values: dict[str, Any], notes: Notes) -> None:
        """Puts what the section says of a line among its values, unless the line says it itself."""
        kind = self.at(line)
        if kind in (PAID, CANCELLED) and not values.get("status"):
            values["status"] = kind
        elif kind == FORECASTS:
            notes.left_out.append(("", "", FORECAST, FORECAST_FIX))

    def state(self) -> list[tuple[int, str, str]]:
        """Plain values, for the parts of a large file."""
        return [(line, *said) for line, said in zip(self._lines, self._said, strict=True)]
