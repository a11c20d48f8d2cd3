"""Whether an answer says something: the tables of phrases, compiled when they are first asked for.

Answers come prepared by `domain.reply.words`: one spelling, clauses parted by bars, a bar at either end.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache

from regua.domain.reply.notation import expression, expressions, plain, sentence, sentences
from regua.domain.reply.phrases import spelling
from regua.domain.reply.phrases.dispute import DISPUTE
from regua.domain.reply.phrases.erasure import ERASURE
from regua.domain.reply.phrases.every_channel import EVERY_CHANNEL
from regua.domain.reply.phrases.groups import GROUPS
from regua.domain.reply.phrases.negotiation import NEGOTIATION
from regua.domain.reply.phrases.opt_out import OPT_OUT
from regua.domain.reply.phrases.paid import PAID, PARTLY
from regua.domain.reply.phrases.person_first import PERSON_FIRST
from regua.domain.reply.phrases.phrase import Phrase
from regua.domain.reply.phrases.promise import ASKS, DOUBT, PAYS
from regua.domain.reply.phrases.wrong_person import NO_NAMES, NOT_THE_NAME, WRONG_PERSON


class Meaning(StrEnum):
    """What a phrase says."""

    WRONG_PERSON = "wrong_person"
    OPT_OUT = "opt_out"
    EVERY_CHANNEL = "every_channel"
    ERASURE = "erasure"
    PERSON_FIRST = "person_first"
    DISPUTE = "dispute"
    PAID = "paid"
    PARTLY = "partly"
    NEGOTIATION = "negotiation"
    PAYS = "pays"
    DOUBT = "doubt"
    ASKS = "asks"


PHRASES: Mapping[Meaning, tuple[Phrase, ...]] = {
    Meaning.WRONG_PERSON: WRONG_PERSON,
    Meaning.OPT_OUT: OPT_OUT,
    Meaning.EVERY_CHANNEL: EVERY_CHANNEL,
    Meaning.ERASURE: ERASURE,
    Meaning.PERSON_FIRST: PERSON_FIRST,
    Meaning.DISPUTE: DISPUTE,
    Meaning.PAID: PAID,
    Meaning.PARTLY: PARTLY,
    Meaning.NEGOTIATION: NEGOTIATION,
    Meaning.PAYS: PAYS,
    Meaning.DOUBT: DOUBT,
    Meaning.ASKS: ASKS,
}
TURNED_ROUND = frozenset({Meaning.OPT_OUT, Meaning.ERASURE, Meaning.DISPUTE, Meaning.PAID, Meaning.NEGOTIATION})
"""A negation before these says the contrary ("não quero parar"); in the phrases of the others it is part of them."""


def says(meaning: Meaning, words: str, spanish: bool) -> bool:
    """True when a phrase of that meaning occurs and, where that matters, no negation of its clause turns it round."""
    return any(
        _asserted(pattern, words, spanish) if meaning in TURNED_ROUND else pattern.search(words)
        for only_spanish in ((False, True) if spanish else (False,))
        if (pattern := _pattern(meaning, only_spanish))
    )


def names_another(text: str) -> bool:
    """True when the answer, as it was written, says that its writer is not who a name with a capital letter is."""
    return bool(_not_the_name().search(text))


def compiled(meaning: str, rows: Iterable[Phrase]) -> re.Pattern[str]:
    """One expression for all rows, tried in their order. Raises PhraseError."""
    return re.compile(rf"\b(?:{sentences(meaning, rows, groups())})")


@cache
def whole(phrase: str) -> re.Pattern[str]:
    """A phrase from where a word begins to where one ends."""
    return re.compile(rf"\b{sentence(phrase, '', groups())}")


@cache
def between_spaces(phrase: str) -> re.Pattern[str]:
    """A phrase between two spaces, which are no part of what is found."""
    return re.compile(rf"(?<= )(?:{expression(phrase, groups())})(?= )")


@cache
def groups() -> Mapping[str, str]:
    """The expressions of the named groups of words."""
    return expressions(GROUPS)


@cache
def _pattern(meaning: Meaning, only_spanish: bool) -> re.Pattern[str] | None:
    rows = [row for row in PHRASES[meaning] if row.spanish_only is only_spanish]
    return compiled(meaning, rows) if rows else None


def _asserted(pattern: re.Pattern[str], words: str, spanish: bool) -> bool:
    negation = _negation(spanish)
    return any(not negation.search(words[: match.start()].rpartition("|")[2]) for match in pattern.finditer(words))


@cache
def _negation(spanish: bool) -> re.Pattern[str]:
    """A negation at the end of what stands before a phrase."""
    words = spelling.NEGATION_SPANISH if spanish else spelling.NEGATION
    return re.compile(rf"(?:^| ){expression(' '.join((words, *[spelling.BETWEEN] * 4)), groups())} $")


@cache
def _not_the_name() -> re.Pattern[str]:
    before, no_names = ("|".join(map(_as_written, phrases)) for phrases in (NOT_THE_NAME, NO_NAMES))
    name = rf"(?!(?:{no_names})\b)[A-ZÀ-Ý][a-zà-ÿ]+(?!\s+(?:que|quem))"
    return re.compile(rf"(?i:{before})\s+(?:[oa]\s+)?{name}")


def _as_written(phrase: str) -> str:
    """With or without the accents, and any space between the words."""
    return "".join(r"\s+" if c == " " else c if c.isascii() else f"[{c}{plain(c)}]" for c in phrase)
