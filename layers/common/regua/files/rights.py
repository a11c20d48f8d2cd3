"""What is no debt yet, and whose right the money is where the file says that it was sold or given as security.

Until the debtor is told of the assignment he pays his creditor; afterwards only who bought the title may collect it
(Código Civil, art. 290 to 292).
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from regua.files.columns import Columns
from regua.files.faults import CellError, Notes
from regua.files.phrases import DISCOUNTS, FORECAST_TYPES, expects, given_back, may_tell, remarks_forecast, sold
from regua.files.right_columns import EXPECTED, SETTLED
from regua.files.text import heading, plain
from regua.files.words import BLANKS, status, yes

_SOLD = re.compile(
    r"\bfidcs?\b|fundo de investimento|direitos creditorios|\bfactoring\b|faturizadora|\bfomento\b|securitiz"
    r"|\bdescontad[oa]s?\b|\bdescontos?\b|\bced(?:id[oa]s?|ente)\b|\bcessao\b|\bcessionari[oa]\b|\bantecipad[oa]s?\b"
    r"|\bantecipacao\b|\bcaucionad[oa]s?\b|\bcaucao\b|\bvendid[oa]s? a\b|\bvinculad[oa]s?\b|\bvendor\b|\bpenhor\b"
)
_NOT_SOLD = re.compile(r"(?:nao|sem|nunca)\b.*")
_BUYERS = frozenset({"cessionario", "cessionaria", "fundo", "fidc", "factoring", "securitizadora", "comprador"})
"""Headings whose every name has bought the title."""
_THEIR_TRADE = frozenset({"segmento", "segment", "ramo", "atividade", "perfil", "cliente"})
"""Headings of what the debtor is: a factoring may owe as anybody does."""

FORECAST = "previsão, ainda não é dívida: a linha ficou de fora"
FORECAST_FIX = "nada a fazer: quando for um título de verdade, envie-o de novo"


SOLD = "título cedido, descontado ou dado em garantia: entra parado"
SOLD_FIX = "uma pessoa diz quem cobra: regua person resume --state assigned, ou retire o título"


def holder(title: str, text: str) -> str:
    """Who may have the right to the money, as a cell of a column that is about it says; nothing where it tells of no
    sale.
    """
    word = plain(text)
    if not word or word in BLANKS or _NOT_SOLD.fullmatch(word) or given_back(text):
        return ""
    said = _answer(text)
    if said is not None:
        return title if said and (_SOLD.search(plain(title)) or not _BUYERS.isdisjoint(heading(title).split())) else ""
    bought = not _BUYERS.isdisjoint(heading(title).split()) and any(map(str.isalpha, word))
    return _shown(text) if bought or _SOLD.search(word) else ""


def _shown(text: str) -> str:
    return " ".join(text.split())[:100]


def _answer(text: str) -> bool | None:
    """Sim or não; None for anything else."""
    try:
        return yes(text)
    except CellError:
        return None


class Rights:
    """Leaves out what is no debt yet, and reads who holds the title, of all columns that may say so: those that are
    about it, and remarks.
    """

    def __init__(self, columns: Columns) -> None:
        self._header = columns.header
        self._about = [(at, *_about(columns, name, at)) for name in _ABOUT for at in columns.fields.get(name, ())]
        self._remarks = [at for name in _REMARKS for at in columns.fields.get(name, ())]
        self._dull: set[str] = set()
        """Remarks that say nothing of it, and their words: most lines repeat them."""
        self._memo: dict[tuple[int, str], tuple[str, bool]] = {}

    def concern(self, columns: Sequence[Sequence[str]]) -> bool:
        """Whether any of these lines, given column by column, may say something of it."""
        if self._about:
            return True
        for at in self._remarks:
            cells = set(columns[at]) - self._dull
            if not cells:
                continue
            whole = "\n".join(cells)
            words = set(whole.split())
            if "desconto" in words and may_tell(whole, DISCOUNTS):
                return True
            words -= self._dull
            if words and may_tell(" ".join(words)):
                return True
            if len(self._dull) > _DULL:
                self._dull.clear()
            self._dull |= words
            if len(cells) < len(columns[at]) // 2:
                self._dull |= cells
        return False

    def __call__(self, cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        """Puts who holds the title among the values, and why a line is left out among the notes."""
        found: dict[str, int] = {}
        for at, holds, forecast in self._about:
            if cell := cells[at]:
                known = self._memo.get((at, cell))
                if known is None:
                    known = holds(cell), forecast(cell)
                    if len(self._memo) < _MEMO:
                        self._memo[at, cell] = known
                self._take(at, cell, known, found, notes)
        for at in self._remarks:
            if (cell := cells[at]) and may_tell(cell):
                self._take(at, cell, (_shown(cell) if sold(cell) else "", remarks_forecast(cell)), found, notes)
        if found:
            values["holder"] = ", ".join(found)
            if values.get("status", "") in ("", "open"):
                title = self._header[next(iter(found.values()))]
                notes.warnings.append((title, values["holder"], SOLD, SOLD_FIX))

    def _take(self, at: int, cell: str, known: tuple[str, bool], found: dict[str, int], notes: Notes) -> None:
        name, forecast = known
        if forecast:
            notes.left_out.append((self._header[at], cell.strip(), FORECAST, FORECAST_FIX))
        if name:
            found.setdefault(name, at)


_MEMO = 4_096
_DULL = 20_000
_ABOUT = ("portador", "segmento", "tipo_documento", "tags", "previsao")
"""Fields of a few words: what sort of entry it is, and where."""
_REMARKS = ("observacao", "descricao", "anotacao")


def _about(columns: Columns, name: str, at: int) -> tuple[Callable[[str], str], Callable[[str], bool]]:
    """(who holds the title, whether it is no debt yet) by the words of a column."""
    title = columns.header[at]
    words = frozenset(heading(title).split())
    holds: Callable[[str], str] = lambda cell: holder(title, cell)  # noqa: E731 - one of three
    if name == "previsao":
        holds = _nobody
    elif name != "portador" and (name == "tags" or words.isdisjoint({"carteira", "cobranca"})):
        holds = _nobody if words & _THEIR_TRADE and name == "segmento" else _in_words
    if name == "previsao":
        return holds, lambda cell: is_forecast(cell, title)
    return holds, expects if name in ("segmento", "tags") else _never


def _nobody(_: str) -> str:
    return ""


def _never(_: str) -> bool:
    return False


def _in_words(cell: str) -> str:
    word = plain(cell)
    return _shown(cell) if word in _SAYS_SOLD or sold(cell) else ""


_SAYS_SOLD = frozenset(
    {"cedido", "cedida", "cedidos", "cedidas", "descontado", "descontada", "securitizado", "caucionado"}
)


def is_forecast(text: str, title: str = "") -> bool:
    """Whether a cell of such a column says that it is no debt yet. A letter stands for a word of its heading: `P` of
    `Previsto/Realizado`.
    """
    said = _answer(text)
    if said is not None:
        return said
    word = plain(text)
    if len(word) == 1:
        words = heading(title).split()
        expected = {name[0] for name in words if name in EXPECTED}
        return word in expected and word not in {name[0] for name in words if name in SETTLED}
    try:
        return status(text) == "forecast"
    except CellError:
        return False


def forecast_type(text: str, *, provisional: bool) -> bool:
    """Whether a type of document is no debt yet. `provisional`: `PR` is provisório there, as in Protheus (table SX5 05)
    and what is exported from it.
    """
    word = plain(text).strip(". ")
    return word in FORECAST_TYPES or (provisional and word in ("pr", "pr-")) or expects(text)
