"""What came back: a cheque is owed still, goods are not. The document's type tells, else the columns of the file."""

import re
from collections.abc import Sequence

from regua.files.looks import ColumnLook
from regua.files.text import heading, plain

_CHEQUES = frozenset({"cheque", "cheques", "chq", "chqs", "alinea", "cmc7"})
_OF_CHEQUES = frozenset({"n ch", "bom para", "data bom para", "compe"})
_BANK = frozenset({"banco", "agencia", "emitente"})
"""Together they are those of a cheque: of a nota the `Emitente` is the creditor, and has no branch of a bank."""
_DRAWERS = frozenset({"emitente", "emitente cheque", "nome emitente", "titular", "titular cheque", "correntista"})
_GOODS = frozenset({"nf", "nfe", "nfs", "nfse", "nfce", "nota", "danfe", "duplicata", "pedido", "cupom", "romaneio"})
_NO_NUMBER = frozenset(
    {"serie", "data", "valor", "tipo", "emissao", "status", "situacao", "link", "url", "itens", "modelo", "interna"}
    | {"especie", "observacao", "promissoria", "debito", "credito"}
)
_NUMBERS = 0.8


def cheque_columns(header: Sequence[str]) -> tuple[int, ...]:
    """Columns that only a list of cheques has."""
    names = [heading(title) for title in header]
    found = [at for at, name in enumerate(names) if name in _OF_CHEQUES or not _CHEQUES.isdisjoint(name.split())]
    if not found and set(names) >= _BANK:
        found = [names.index("agencia")]
    return tuple(found)


def goods_columns(
    header: Sequence[str], values: Sequence[ColumnLook], sample: Sequence[Sequence[str]], amount: int
) -> tuple[int, ...]:
    """Columns of the nota (duplicata, order) that every line is for: a file of goods sold. `amount` is the column of
    the value, which tells a line from a total.
    """
    lines = [cells for cells in sample if 0 <= amount < len(cells) and cells[amount].strip()]
    return tuple(
        at
        for at, title in enumerate(header)
        if not _GOODS.isdisjoint(words := heading(title).split())
        and _NO_NUMBER.isdisjoint(words)
        and values[at].share("code") + values[at].share("long digits") >= _NUMBERS
        and lines
        and all(at < len(cells) and cells[at].strip() for cells in lines)
    )


def drawer(header: Sequence[str], fields: dict[str, list[int]], taken: set[int]) -> None:
    """Who drew a cheque owes it; of an invoice, an `Emitente` is the creditor."""
    if "nome" in fields or not cheque_columns(header):
        return
    names = (at for at, title in enumerate(header) if at not in taken and heading(title) in _DRAWERS)
    if (at := next(names, -1)) >= 0:
        fields["nome"] = [at]
        taken.add(at)


_BANKS_WORDS = re.compile(r"\b(?:alinea|al|motivo|mot)\.? ?[0-9]|\b(?:[0-9]x|[0-9]a? ?vez|segunda vez)\b|\bbanco\b")


def of_cheque(text: str) -> bool:
    """Whether what came back is said as banks say it of a cheque: with its reason, or how often."""
    return _BANKS_WORDS.search(plain(text)) is not None


def told_by_columns(cells: Sequence[str], cheques: Sequence[int], goods: Sequence[int]) -> str:
    """`open` of a line about a cheque, `cancelled` of one about goods, nothing where its columns do not tell."""

    def filled(places: Sequence[int]) -> bool:
        return any(at < len(cells) and cells[at].strip() for at in places)

    if cheques and (filled(cheques) or not filled(goods)):
        return "open"
    return "cancelled" if filled(goods) else ""
