"""How a number may be written elsewhere: `000123/01`, `NF-123` and `123` may be one title's.

A bank or a gateway gives back what the creditor's system has registered, which is rarely what its sheet says. A form
alone proves nothing: whoever finds a title by it needs another proof.
"""

import re
from collections.abc import Iterator

from regua.domain.ids import digest
from regua.domain.model import Receivable
from regua.domain.values import Value

_TOKENS = re.compile(r"[0-9]+|[^\W\d_]+")
_CONTENT = re.compile(r"d[0-9a-f]{20}")
MARK = re.compile(r" \([^()]*\)$")
"""What is put to the number of several titles to tell them apart."""
_DAY_MARK = re.compile(r"[ (][0-9]{2}-[0-9]{2}-[0-9]{4}\)$")
_BOOKLET = 60
"""Bills of a booklet, at most, whose sheet tells them apart by the day: elsewhere they are counted."""
_SORTS = {
    word: sort
    for sort, words in {
        "invoice": "nf nfe nfs nfse nfce nota fiscal danfe",
        "bill": "fat fatura ft",
        "duplicate": "dup dupl duplicata dm dp",
        "contract": "contrato ctr ct",
        "order": "ped pedido",
        "receipt": "rec recibo rps",
        "transport": "cte",
        "": "n nº nr no num numero número doc docto documento tit titulo título bol boleto cob cobranca cobrança ref "
        "referencia referência parc parcela id",
    }.items()
    for word in words.split()
}
"""Words that say what sort of document the number is of; of two numbers they may differ only where one has none."""
_ELECTRONIC = re.compile(r"\b(nf|ct)[ .-]{0,2}(e|s|se|ce)\b")
_ONLY = frozenset({"única", "unica", "único", "unico", "un", "uni"})
"""A parcel that is the only one says nothing."""
_MOST_PARCELS = 999


def of_a_day(title: str) -> bool:
    """Whether its day tells the title from others of its number."""
    return _DAY_MARK.search(title) is not None


def unit_of(title: str) -> str:
    """What tells the title from others of its number, but for the day: shop, unit or pupil; empty: nothing."""
    found = MARK.search(title)
    return _DAY_MARK.sub(")", found[0]).strip(" ()") if found else ""


def other_mark(one: str, other: str) -> bool:
    """Whether what told two titles apart in their files, but for the day, differs: another shop, another unit."""
    mine, theirs = unit_of(one), unit_of(other)
    return bool(form(mine) and form(theirs)) and not same_unit(one, other)


def same_unit(one: str, other: str) -> bool:
    """Whether both say the same of it, or neither does; a long name beside a day is kept as its digest."""
    mine, theirs = unit_of(one), unit_of(other)
    return form(mine) == form(theirs) or mine == _digest(theirs) or theirs == _digest(mine)


def mark_within(mark: str, most: int) -> str:
    """The mark, or its digest where it is longer than that."""
    return mark if len(mark) <= most else _digest(mark)


def _digest(mark: str) -> str:
    return digest(mark.casefold(), 4)


class Spelling(Value):
    """A number without what writing adds to it: zeros, signs, and the word for the sort of document."""

    tokens: tuple[str, ...]
    sort: str = ""


def form(title: str) -> tuple[str, ...]:
    """What an id says, however it is written; nothing for one that is made of content."""
    if _CONTENT.fullmatch(title):
        return ()
    tokens = tuple(token.lstrip("0") or "0" for token in _TOKENS.findall(title.casefold()))
    return tokens[:-1] if len(tokens) > 1 and tokens[-1] in _ONLY else tokens


def written(text: str) -> Spelling:
    """What a number says; without tokens where it says none, or only zeros."""
    tokens = form(_ELECTRONIC.sub(r"\1\2", text.casefold()))
    sorts = [_SORTS[token] for token in tokens if token in _SORTS]
    left = tuple(token for token in tokens if token not in _SORTS)
    if not any(token.strip("0") for token in left) or not any(token.isdigit() for token in left):
        return Spelling(())
    return Spelling(left, next(filter(None, sorts), ""))


def names(title: Receivable) -> Iterator[Spelling]:
    """Every way the title may be called: its id, its invoice or its contract, with the parcel (glued to it as well) and
    without it; a parcel that is a letter as its number, too. Who has no parcel may have been registered as the first.
    """
    whole, parcel = written(MARK.sub("", title.id)), str(title.installment or "")
    base = whole
    last = whole.tokens[-1] if len(whole.tokens) > 1 else ""
    if last and (last == parcel or (not parcel and last.isdigit() and int(last) <= _MOST_PARCELS)):
        shorter = Spelling(whole.tokens[:-1], whole.sort)
        base, parcel = (shorter, last) if any(token.isdigit() for token in shorter.tokens) else (whole, parcel)
    if len(last) == 1 and last.isalpha() and whole.tokens[-2].isdigit():
        base, parcel = Spelling(whole.tokens[:-1], whole.sort), parcel or str(ord(last) - 96)
        yield from _with_parcel(base, last)
    others = map(written, (title.invoice_number, title.contract_number, *title.called))
    for one in dict.fromkeys((whole, base, *others)):
        if one.tokens:
            yield one
            yield from _with_parcel(one, parcel or "1")
            if not parcel and of_a_day(title.id):
                yield from (Spelling((*one.tokens, str(n)), one.sort) for n in range(2, _BOOKLET + 1))


def _with_parcel(one: Spelling, parcel: str) -> Iterator[Spelling]:
    yield Spelling((*one.tokens, parcel), one.sort)
    *before, number = one.tokens
    if number.isdigit():
        for width in range(len(parcel), 4):
            yield Spelling((*before, number + parcel.zfill(width)), one.sort)


def may_be_one(told: Spelling, known: Spelling) -> bool:
    """Whether both say the same number, and no other sort of document."""
    return (
        bool(told.tokens)
        and told.tokens == known.tokens
        and (not told.sort or not known.sort or told.sort == known.sort)
    )


_SHORTEST = 8
"""Letters of a number of which one end is missing, at least: less is anybody's."""


def cut(text: str) -> str:
    """What is left of a number that a system has cut to the positions of its field, for comparison with `whole`; empty
    where it is too short to tell.
    """
    bare = "".join(filter(str.isalnum, text)).upper()
    return bare if len(bare) >= _SHORTEST and sum(map(str.isdigit, bare)) > _SHORTEST // 2 else ""


def whole(title: Receivable) -> Iterator[str]:
    """The title's numbers that are long enough to be cut, letter for letter; with and without the word before them."""
    numbers = (MARK.sub("", title.id), title.invoice_number, title.contract_number, *title.called)
    for number in dict.fromkeys(number for number in numbers if len(number) > _SHORTEST):
        bare = "".join(filter(str.isalnum, number)).upper()
        if len(bare) > _SHORTEST and not _CONTENT.fullmatch(number):
            yield from dict.fromkeys((bare, bare.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))


def is_of(left: str, title: Receivable) -> bool:
    """Whether what is `left` (`cut`) is the beginning or the end of a longer number of the title."""
    return any(number != left and (number.startswith(left) or number.endswith(left)) for number in whole(title))


_PIECES = 5
"""Runs of letters and of digits by which a hash is known: numbers of documents have fewer."""


def says_nothing(text: str) -> bool:
    """Whether a document's number names nothing a person has written: none, zeros, or a hash (`A8F3C21B90`)."""
    bare = "".join(filter(str.isalnum, text))
    return not bare.strip("0") or (len(bare) >= _SHORTEST and bare == text and len(_TOKENS.findall(bare)) >= _PIECES)
