"""Due dates that moved: of several columns of due dates the current one counts, and the original is kept as such."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from regua.files.columns import Columns
from regua.files.dates import DateColumn
from regua.files.due_columns import rank
from regua.files.faults import CellError, Notes
from regua.files.words import BLANKS

FIELDS = frozenset({"vencimento_original", "data_posterior"})
"""The fields of days beside the due date."""


def moved(columns: Columns, dates: Mapping[str, DateColumn]) -> Callable[[list[str], dict[str, Any], Notes], None]:
    """A handler that takes the original due date where the current one is empty, and does not let a line be dunned
    before a later day that its file names.
    """
    current = columns.fields["vencimento"][0]
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


def _places(columns: Columns, field: str) -> list[tuple[str, int]]:
    """(key of its reader, position) of each of the field's columns."""
    return [(f"{field}#{n}" if n else field, at) for n, at in enumerate(columns.fields.get(field, ()))]
