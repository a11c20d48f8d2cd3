"""Whether days or months come first in the dates of a file: decided from all its date columns, and from what can be.

A date such as 25/10 shows it; a column that shows nothing follows the others. Where none does, days come first, unless
bills would then be due before they were issued, and would not the other way round.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from regua.files.columns import Columns
from regua.files.dates import DateColumn, competence, slashed
from regua.files.faults import CellError

_PERSON = ("documento", "nome")
MONTHLY = 3
"""So many bills of one person, each of another day of one month, may be of as many months."""
MOST_PEOPLE = 1_000


class DateOrder:
    """Looks at the dates of the first records, or of all of them, and tells the columns how to read them."""

    def __init__(self, dates: Mapping[str, DateColumn], places: Mapping[str, int], columns: Columns) -> None:
        """`places` are the positions of the columns that `dates` read, by the same names."""
        self._dates = dates
        self._header = columns.header
        self._places = places
        self._who = next((columns.fields[name][0] for name in _PERSON if name in columns.fields), -1)
        self._impossible = [0, 0]
        """Bills due before they were issued, or far from the month they are for, days first and months first."""
        self._american = False
        self._others = [
            (at, DateColumn())
            for at, look in enumerate(columns.looks)
            if at not in places.values() and look.share("day") >= _DAYS
        ]
        """Columns of days that nothing is read of: they may show it too."""
        self._month = columns.fields.get("competencia", (-1,))[0]
        self._months: dict[str, set[tuple[int, int, int]]] = {}
        self._told: list[tuple[str, str, str]] = []

    def see(self, cells: list[str]) -> None:
        """Takes in one record."""
        for name, column in self._dates.items():
            at = self._places[name]
            if at < len(cells):
                column.see(cells[at])
        if self.shown:
            return
        for at, column in self._others:
            if at < len(cells):
                column.see(cells[at])
        due = slashed(cells[self._places["vencimento"]]) if self._has("vencimento", cells) else None
        if due is None or max(due[:2]) > 12:
            return
        issued = slashed(cells[self._places["emissao"]]) if self._has("emissao", cells) else None
        if issued is not None and max(issued[:2]) <= 12:
            for months_first in (False, True):
                self._impossible[months_first] += _day(due, months_first) < _day(issued, months_first)
        if month := self._month_of(cells):
            for months_first in (False, True):
                day = _day(due, months_first)
                self._impossible[months_first] += abs(day.year * 12 + day.month - month) > _NEAR
        self._american = self._american or _CLOCK.search(cells[self._places["vencimento"]]) is not None
        if 0 <= self._who < len(cells) and len(self._months) < MOST_PEOPLE:
            self._months.setdefault(cells[self._who].strip().casefold(), set()).add(due)

    def _month_of(self, cells: list[str]) -> int:
        """The month that a bill is for, counted from the year 0; 0 where the line does not tell."""
        if not 0 <= self._month < len(cells) or not cells[self._month].strip():
            return 0
        try:
            year, month = competence(cells[self._month].strip()).split("-")
        except CellError:
            return 0
        return int(year) * 12 + int(month)

    def _has(self, name: str, cells: list[str]) -> bool:
        return name in self._places and self._places[name] < len(cells)

    @property
    def shown(self) -> bool:
        """Whether any date has shown the order."""
        return any(column.day_first or column.month_first for column in self._dates.values())

    def see_all(self, rows: Sequence[list[str]]) -> None:
        """Takes in many records by their distinct dates, as `see` would one by one, but for whose they are."""
        places = list(self._places.values())
        width = max(places, default=0) + 1
        spare = [""] * len(self._header)
        for dates in {tuple([cells[at] for at in places]) for cells in rows if len(cells) >= width}:
            for at, text in zip(places, dates, strict=True):
                spare[at] = text
            self.see(spare)

    def decide(self) -> None:
        """What has been seen decides; where nothing does, days come first."""
        shown = {(c.day_first, c.month_first) for c in self._dates.values() if c.day_first or c.month_first}
        shown = shown or {(c.day_first, c.month_first) for _, c in self._others if c.day_first or c.month_first}
        silent = [c for c in self._dates.values() if not c.day_first and not c.month_first]
        days, months = self._impossible
        month_first = shown == {(False, True)} or (not shown and not months and (days > 0 or self._american))
        why = "outras datas não deixam dúvida" if shown else "com o dia primeiro, haveria datas que não podem ser"
        for column in silent:
            column.month_first = month_first
        self._told = []
        if month_first:
            names = ", ".join(f"“{self._header[self._places[name]]}”" for name in self._dates)
            problem = f"datas lidas como mês/dia/ano ({names}): {why}"
            self._told.append((self._title, problem, "se não for assim, escreva as datas como DD/MM/AAAA"))
        elif not shown and self._crowded():
            problem = "as mensalidades de uma pessoa cairiam todas em um só mês: as datas podem estar em mês/dia/ano"
            self._told.append((self._title, problem, "confira os vencimentos, e escreva as datas como DD/MM/AAAA"))

    @property
    def _title(self) -> str:
        return self._header[self._places["vencimento"]] if "vencimento" in self._places else ""

    def _crowded(self) -> bool:
        """Whether days first puts several bills of one person, of a different day each, into one month, and months
        first the same day into as many months.
        """
        for days in self._months.values():
            firsts = {first for first, _, _ in days}
            if len(firsts) >= MONTHLY and len({(second, year) for _, second, year in days}) == 1:
                return True
        return False

    def notes(self) -> Iterator[tuple[str, str, str]]:
        """(column, problem, fix) of what the operator should know of the dates."""
        yield from self._told


_DAYS = 0.5
_NEAR = 2
"""Months between the month of a bill and its due date."""
_CLOCK = re.compile(r"[0-9]\s*[AaPp]\.?[Mm]\b")
"""A clock of twelve hours: who writes it writes months first."""


def _day(found: tuple[int, int, int], months_first: bool) -> date:
    first, second, year = found
    return date(year, first, second) if months_first else date(year, second, first)
