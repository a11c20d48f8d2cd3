"""What is no debt yet, and whose right the money is where the file says that it was sold or given as security.

Until the debtor is told of the assignment he pays his creditor; afterwards only who bought the title may collect it
(Código Civil, art. 290 to 292).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from regua.files.columns import Columns
from regua.files.faults import CellError, Notes
from regua.files.text import heading, plain
from regua.files.words import BLANKS, FORECAST_TYPES, status, yes

_SOLD = re.compile(
    r"\bfidcs?\b|fundo de investimento|direitos creditorios|\bfactoring\b|faturizadora|\bfomento\b|securitiz"
    r"|\bdescontad[oa]s?\b|\bdesconto\b|\bced(?:id[oa]s?|ente)\b|\bcessao\b|\bcessionari[oa]\b|\bantecipad[oa]s?\b"
    r"|\bantecipacao\b|\bcaucionad[oa]s?\b|\bcaucao\b|\bvendid[oa]s? a\b"
)
_NOT_SOLD = re.compile(r"(?:nao|sem|nunca)\b.*")
_BUYERS = frozenset({"cessionario", "cessionaria", "fundo", "fidc", "factoring", "securitizadora", "comprador"})
"""Headings whose every name has bought the title."""

FORECAST = "previsão, ainda não é dívida: a linha ficou de fora"
FORECAST_FIX = "nada a fazer: quando for um título de verdade, envie-o de novo"


SOLD = "título cedido, descontado ou dado em garantia: entra parado"
SOLD_FIX = "uma pessoa diz quem cobra: regua person resume --state assigned, ou retire o título"


def holder(title: str, text: str) -> str:
    """Who may have the right to the money, as the cell says it; nothing where it tells of no sale."""
    word = plain(text)
    if not word or word in BLANKS or _NOT_SOLD.fullmatch(word):
        return ""
    said = _answer(text)
    if said is not None:
        return title if said and (_SOLD.search(plain(title)) or not _BUYERS.isdisjoint(heading(title).split())) else ""
    bought = not _BUYERS.isdisjoint(heading(title).split()) and any(map(str.isalpha, word))
    return " ".join(text.split())[:100] if bought or _SOLD.search(word) else ""


def _answer(text: str) -> bool | None:
    """Sim or não; None for anything else."""
    try:
        return yes(text)
    except CellError:
        return None


def holders(columns: Columns) -> Callable[[list[str], dict[str, Any], Notes], None]:
    """Reads who holds the title, of all columns that may say so."""
    places = [at for name in ("portador", "segmento", "tipo_documento") for at in columns.fields.get(name, ())]
    places = [at for at in places if at in columns.fields.get("portador", ()) or _may_say(columns.header[at])]
    memo: dict[tuple[int, str], str] = {}

    def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        found = []
        for at in places:
            known = memo.get((at, cells[at]))
            if known is None:
                known = holder(columns.header[at], cells[at])
                if len(memo) < _MEMO:
                    memo[at, cells[at]] = known
            if known:
                found.append(known)
        if found:
            values["holder"] = ", ".join(dict.fromkeys(found))
            if values.get("status", "") in ("", "open"):
                notes.warnings.append((columns.header[places[0]], values["holder"], SOLD, SOLD_FIX))

    return read


_MEMO = 4_096


def _may_say(title: str) -> bool:
    return not {"carteira", "cobranca"}.isdisjoint(heading(title).split())


def says_who_holds(columns: Columns) -> bool:
    """Whether any column may tell of a sale."""
    if "portador" in columns.fields:
        return True
    others = (at for name in ("segmento", "tipo_documento") for at in columns.fields.get(name, ()))
    return any(_may_say(columns.header[at]) for at in others)


def forecasts(columns: Columns, _: Mapping[str, Any]) -> Callable[[list[str], dict[str, Any], Notes], None]:
    """Reads the columns that say whether it is a debt or only expected."""
    places = columns.fields["previsao"]

    def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        del values
        for at in places:
            if is_forecast(cells[at]):
                notes.left_out.append((columns.header[at], cells[at].strip(), FORECAST, FORECAST_FIX))

    return read


def is_forecast(text: str) -> bool:
    """Whether a cell of such a column says that it is no debt yet."""
    said = _answer(text)
    if said is not None:
        return said
    try:
        return status(text) == "forecast"
    except CellError:
        return False


def forecast_type(text: str, *, provisional: bool) -> bool:
    """Whether a type of document is no debt yet. `provisional`: `PR` is provisório there, as in Protheus (table SX5 05)
    and what is exported from it.
    """
    word = plain(text).strip(". ")
    return word in FORECAST_TYPES or (provisional and word in ("pr", "pr-"))
