"""What a creditor's mapping says of a file: which column is which field, what codes mean, of which day it is."""

import difflib
from collections.abc import Mapping, Sequence
from datetime import date

from regua.domain.intake.layout import STATUS_WORD, UPLOAD_DAY
from regua.domain.intake.row import WrongFileError
from regua.files.aliases import FIELDS, MULTIPLE
from regua.files.dates import DateColumn
from regua.files.faults import CellError
from regua.files.text import heading
from regua.files.words import code, status

_IGNORE = frozenset({"", "ignorar", "ignore", "-"})


def meanings(mapping: Mapping[str, str]) -> dict[str, str]:
    """What the mapping says of codes of the status. Raises WrongFileError for a word that is no status."""
    told = {key.removeprefix(STATUS_WORD): word for key, word in mapping.items() if key.startswith(STATUS_WORD)}
    found = {code(key): word for key, word in told.items()}
    for key, word in found.items():
        try:
            status(word)
        except CellError:
            fix = "escreva aberto, pago, cancelado, previsto ou cedido"
            raise WrongFileError(f"mapeamento: status {key}: “{word}” não é uma situação: {fix}") from None
    return found


def base_day(text: str) -> date | None:
    """The base day a mapping says; None for the day of the upload. Raises WrongFileError for what is no day."""
    if text.lower() in ("", UPLOAD_DAY):
        return None
    try:
        return DateColumn().day(text)
    except CellError:
        fix = f"escreva AAAA-MM-DD, ou {UPLOAD_DAY} (o dia do envio)"
        raise WrongFileError(f"data-base (base_date) “{text[:40]}” não é um dia: {fix}") from None


def mapped_fields(
    header: Sequence[str], mapping: Mapping[str, str], fields: dict[str, list[int]]
) -> tuple[set[int], list[str]]:
    taken: set[int] = set()
    unused: list[str] = []
    places: dict[str, int] = {}
    for at, title in enumerate(header):
        places.setdefault(heading(title) or title, at)
    for column, wanted in mapping.items():
        name = wanted.strip().lower()
        if name not in _IGNORE and name not in FIELDS:
            raise WrongFileError(_unknown_field(column, wanted))
        place = places.get(heading(column) or column)
        if place is None:
            unused.append(column)
            continue
        taken.add(place)
        if name in _IGNORE:
            continue
        if name in fields and name not in MULTIPLE:
            raise WrongFileError(f"mapeamento: duas colunas apontam para “{name}”: deixe só uma")
        fields.setdefault(name, []).append(place)
    return taken, unused


def _unknown_field(column: str, wanted: str) -> str:
    close = difflib.get_close_matches(wanted.lower(), FIELDS, n=1)
    hint = f"; você quis dizer “{close[0]}”?" if close else f"; os campos são: {', '.join(FIELDS)}"
    return f"mapeamento: a coluna “{column}” aponta para “{wanted}”, que não é um campo{hint}"
