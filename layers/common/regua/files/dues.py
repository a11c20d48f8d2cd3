"""Due dates that moved: of several columns of due dates the current one counts, and the original is kept as such."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from regua.files.columns import Columns
from regua.files.dates import FIRST_YEAR, LAST_YEAR, DateColumn
from regua.files.due_columns import rank
from regua.files.faults import CellError, Notes
from regua.files.text import plain
from regua.files.words import BLANKS

FIELDS = frozenset({"vencimento_original", "data_posterior"})
"""The fields of days beside the due date."""


def moved(columns: Columns, dates: Mapping[str, DateColumn]) -> Callable[[list[str], dict[str, Any], Notes], None]:
    """A handler that takes the original due date where the current one is empty, and does not let a line be dunned
    before a later day that its file names.
    """
    current = (columns.fields.get("vencimento") or columns.fields["dias_atraso"])[0]
    earlier = sorted(_places(columns, "vencimento_original"), key=lambda place: rank(columns.header[place[1]]))
    beside = [place for place in earlier if rank(columns.header[place[1]]) == rank(columns.header[current])]
    later = _places(columns, "data_posterior")

    def day(cells: Sequence[str], key: str, at: int) -> date | None:
        text = cells[at].strip()
        if not text or text.lower() in BLANKS:
            return None
        try:
            return dates[key].day(text)
        except CellError:
            return None

    def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        due = values.get("due_on")
        known = [found for key, at in earlier if (found := day(cells, key, at))]
        if due is None and not cells[current].strip():
            due = next(iter(known), None)
        if due is None:
            return
        due = max([due, *(found for key, at in beside if (found := day(cells, key, at)))])
        original = known[-1] if known else due
        for key, at in later:
            found = day(cells, key, at)
            if found and found > due:
                problem = f"data posterior ao vencimento ({due:%d/%m/%Y}): não é cobrado antes dela"
                fix = "se for o novo vencimento, renomeie a coluna; se não, diga no mapeamento: ignorar"
                notes.warnings.append((columns.header[at], cells[at].strip(), problem, fix))
                due = found
        values["due_on"] = due
        if original != due:
            values["original_due_on"] = original

    return read


_DAYS = re.compile(r"([-+]?(?:[0-9]{1,5}|[0-9]{1,2}\.[0-9]{3}))(?:[.,]0{1,2})?(?: ?(?:d|dias?|days?))?\.?")


def late(
    columns: Columns, dates: Mapping[str, DateColumn], base: date | None
) -> Callable[[list[str], dict[str, Any], Notes], None]:
    """A handler that counts the due date back from the day the file is of: what is 45 days late on 28 November was due
    on 14 October, and the next day's file, which says 46, says the same. `base` is that day where the line names none.
    """
    at, base_at = columns.fields["dias_atraso"][0], columns.fields.get("data_base", (-1,))[0]
    title = columns.header[at]

    def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        text = cells[at].strip()
        if not text or text.lower() in BLANKS:
            notes.faults.append((title, "", "dias de atraso vazio", "preencha a célula (0: vence na data-base)"))
            return
        found = _DAYS.fullmatch(plain(text).replace("−", "-"))
        if not found:
            fix = "escreva quantos dias, em número inteiro"
            notes.faults.append((title, text, "não é um número de dias de atraso", fix))
            return
        day, said = base, cells[base_at].strip() if base_at >= 0 else ""
        if said and said.lower() not in BLANKS:
            try:
                day = dates["data_base"].day(said)
            except CellError as error:
                notes.faults.append((columns.header[base_at], said, error.problem, error.fix))
                return
        if day is None:
            fix = "preencha a data-base da linha, ou diga a do arquivo"
            notes.faults.append((title, text, "sem data-base, não se sabe desde quando", fix))
            return
        due = day - timedelta(days=int(found[1].replace(".", "")))
        if not FIRST_YEAR <= due.year <= LAST_YEAR:
            notes.faults.append((title, text, f"venceria em {due.year}, que não é plausível", "confira os dias"))
            return
        values["due_on"] = due

    return read


def _places(columns: Columns, field: str) -> list[tuple[str, int]]:
    """(key of its reader, position) of each of the field's columns."""
    return [(f"{field}#{n}" if n else field, at) for n, at in enumerate(columns.fields.get(field, ()))]
