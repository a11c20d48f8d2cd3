"""Money that is not reais: refused, unless a column in reais stands beside it."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from regua.files.faults import Notes
from regua.files.looks import ColumnLook
from regua.files.text import heading, plain
from regua.files.words import BLANKS

_REAIS = re.compile(r"r\$|\b(?:brl|real|reais)\b|\bmoeda (?:nacional|interna|local|corrente)\b|\bm\.?n\b|^nacional$")
_FOREIGN = re.compile(
    r"(?:us|u|a|c|nz|hk|s)\$|[€£¥]|\b(?:usd|eur|gbp|jpy|chf|ars|uyu|pyg|clp|cop|pen|bob|mxn|cad|aud|cny|btc|usdt)\b"
    r"|\b(?:dolar|dolares|euros?|libras?|ienes?|francos?|pesos?|guaranis?|yuan|dollars?)\b|\bmoeda estrangeira\b"
    r"|^estrangeira$"
)
_IS_REAL = re.compile(r"0{0,2}1|0?9|986|790|r")
"""Codes of the real: Protheus (1), FEBRABAN (09), ISO 4217 (986; 790 is what older programs write)."""
_MONEY = ("valor", "saldo", "valor_pago", "desconto_valor", "valor_final", "valor_total")


def is_foreign(title: str) -> bool:
    """Whether a heading says that its column is in another currency."""
    text = plain(title)
    return _FOREIGN.search(text) is not None and "r$" not in text.replace("us$", "").replace("u$", "")


def says_reais(title: str) -> bool:
    """Whether a heading says that its column is in reais."""
    return not is_foreign(title) and _REAIS.search(plain(title)) is not None


def is_currency(text: str) -> bool:
    """Whether a cell names a currency."""
    return is_real(text) or _FOREIGN.search(text) is not None or re.fullmatch(r"[0-9]{1,3}", text) is not None


def is_real(text: str) -> bool:
    """Whether what a cell of a column of currencies says is the real."""
    word = plain(text)
    return _IS_REAL.fullmatch(word) is not None or (_REAIS.search(word) is not None and not _FOREIGN.search(word))


def in_reais(
    header: Sequence[str],
    values: Sequence[ColumnLook],
    fields: dict[str, list[int]],
    taken: set[int],
    fixed: Collection[int],
) -> None:
    """Where what was taken for the value is, even on some lines, another currency, the value is what stands in reais
    beside it.
    """
    value = fields.get("valor", [-1])[0]
    if value in fixed or (value >= 0 and says_reais(header[value])):
        return
    currencies = [cell for at in fields.get("moeda", ()) for cell in values[at].cells]
    foreign = value >= 0 and any(_FOREIGN.search(cell) for cell in values[value].cells)
    if value >= 0 and not foreign and all(map(is_real, currencies)):
        return
    for at, title in enumerate(header):
        words = {"valor", "montante", "principal", "total", "vlr"} & set(heading(title).split())
        if (
            at not in taken
            and at not in fixed
            and words
            and _in_ours(title, currencies)
            and values[at].share("numeric") >= 0.8
        ):
            fields["valor"] = [at]
            taken.discard(value)
            taken.add(at)
            return


def _in_ours(title: str, currencies: Sequence[str]) -> bool:
    """Whether a column is in reais, as its heading says or, beside a column of currencies, as what was converted."""
    converted = {"convertido", "convertida"} & set(heading(title).split())
    return says_reais(title) or bool(converted and currencies and not is_foreign(title))


def checked(
    header: Sequence[str], fields: Mapping[str, Sequence[int]]
) -> Callable[[list[str], dict[str, Any], Notes], None]:
    """A handler that refuses a line in another currency, where a column that is read does not say it is in reais."""
    at = fields["moeda"][0]
    unsaid = [place for name in _MONEY for place in fields.get(name, ()) if not _in_ours(header[place], ("moeda",))]

    def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        del values
        text = cells[at].strip()
        if not text or text.lower() in BLANKS or is_real(text) or not any(cells[place].strip() for place in unsaid):
            return
        fix = "informe o valor em reais, em uma coluna que o diga (Valor R$)"
        notes.faults.append((header[at], text[:200], "valor em outra moeda", fix))

    return read
