"""The day a report is of, where a line above its heading says one: `Data-base: 28/11/2026`, `Posição em 28/11/2026`."""

import re
from collections.abc import Iterable, Sequence

from regua.files.dates import DateColumn
from regua.files.faults import CellError
from regua.files.text import plain

_SAID = re.compile(
    r"(?:data[- ]?base|database|base de calculo|data (?:da |de )?(?:posicao|referencia)|posicao(?: financeira)?)"
    r"(?: (?:do relatorio|de calculo))?\s*[:=;|-]?\s*(?:d?em |de |do dia |no dia |ate )?"
    r"([0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{2,4})(?![0-9]| *(?:a|ate|-) *[0-9])"
)


def base_day(lines: Iterable[Sequence[str]]) -> str:
    """The day (ISO) those lines name as the one the report is of; empty where they name none, or several."""
    found: set[str] = set()
    for cells in lines:
        for text in _SAID.findall(plain(" ".join(cell.strip() for cell in cells if cell.strip()))):
            try:
                found.add(DateColumn().day(text).isoformat())
            except CellError:
                continue
    return found.pop() if len(found) == 1 else ""
