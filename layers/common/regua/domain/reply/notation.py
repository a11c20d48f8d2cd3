"""The notation in which phrases are written, and its compiler: a phrase goes in, a regular expression comes out.

A phrase is words, in the spelling a Portuguese or Spanish dictionary has; accents and capitals do not matter. In it

    (a/b c)      one of these
    [a/b]        one of these, or nothing: a word that may be missing, or an ending of one (`boleto[s]`)
    [a/b ...]    any number of these words, in any order
    {dívida}     a group of words with a name
    pag*         every word that begins so
    pag+         every longer word that begins so
    _            one word, whichever
    #            a number of one or two digits
    .            where a clause begins or ends; `..` where the whole answer does

What takes its meaning from a phrase is written `... after` (what follows), `... * later` (what comes anywhere after) or
`before/ending ...` (a word that is or ends so stands before it).

Matching takes time in proportion to the text, at worst to its square: a repetition stands between spaces and holds no
other repetition. That none can be read in two ways is held by a test on the tables.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from regua.domain.reply.phrases.phrase import DayPhrase, Phrase

_LETTERS = re.compile(r"[a-z0-9]+")
_SIGNS = {"*": r"\w*", "+": r"\w+", "_": r"\w+", "#": r"\d{1,2}", ".": r"\|"}
_STARTS = ((".. ", r"(?<=^\| )"), (". ", r"(?<=\| )"))
_REPEATED = ")*"
_WORD_ENDS = r"(?!\w)"


class PhraseError(ValueError):
    """A phrase that cannot be read: the message has the phrase, the place and what is wrong."""


def plain(text: str) -> str:
    """Lower case without accents: the one spelling in which answers and phrases are compared."""
    text = text.lower()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@cache
def spelled(words: frozenset[str]) -> frozenset[str]:
    """A list of words in that spelling."""
    return frozenset(map(plain, words))


def expressions(groups: Mapping[str, str]) -> dict[str, str]:
    """The expression of each group, by its plain name. A group may use those before it. Raises PhraseError."""
    found: dict[str, str] = {}
    for name, phrase in groups.items():
        found[plain(name)] = expression(phrase, found)
    return found


def expression(phrase: str, groups: Mapping[str, str]) -> str:
    """What a phrase matches, without boundaries. `groups` are expressions by plain name. Raises PhraseError."""
    return _grouped(_Reader(phrase, groups).alternatives(""))


def sentence(phrase: str, unless: str, groups: Mapping[str, str]) -> str:
    """What a whole phrase matches, from where a word begins to where one ends, and what must not stand around it.

    The text searched has its clauses parted by bars, with a bar before the first and one after the last. Raises
    PhraseError.
    """
    end = _WORD_ENDS
    mark, start = next((mark_and_start for mark_and_start in _STARTS if phrase.startswith(mark_and_start[0])), ("", ""))
    phrase = phrase.removeprefix(mark)
    if phrase.endswith(" .."):
        phrase, end = phrase.removesuffix("."), "$"
    before, after = _around(unless, groups)
    return f"{start}{before}{expression(phrase, groups)}{end}{after}"


def sentences(table: str, rows: Iterable[Phrase | DayPhrase], groups: Mapping[str, str]) -> str:
    """What one of the rows matches, tried in their order. Raises PhraseError, which names the table and the row."""
    found = []
    for row in rows:
        try:
            found.append(sentence(row.words, row.unless, groups))
        except PhraseError as error:
            raise PhraseError(f"{table}, the row of {row.example!r}: {error}") from None
    return "|".join(found)


def _around(unless: str, groups: Mapping[str, str]) -> tuple[str, str]:
    """What must not stand before, and what must not stand after."""
    if not unless:
        return "", ""
    if unless.startswith("... * "):
        return "", f"(?!.*{expression(unless.removeprefix('... * '), groups)})"
    if unless.startswith("... "):
        return "", f"(?! {expression(unless.removeprefix('... '), groups)}{_WORD_ENDS})"
    words = plain(unless.removesuffix(" ...")).split("/")
    if not unless.endswith(" ...") or not all(map(_LETTERS.fullmatch, words)):
        raise PhraseError(f"{unless!r}: write '... after', '... * later', or words parted by '/' and ' ...'")
    return "".join(f"(?<!{word} )" for word in words), ""


def _grouped(alternatives: str) -> str:
    return f"(?:{alternatives})" if "|" in alternatives else alternatives


class _Reader:
    """Reads one phrase from left to right."""

    def __init__(self, phrase: str, groups: Mapping[str, str]) -> None:
        self._text = plain(phrase)
        self._groups = groups
        self._at = 0

    def alternatives(self, closing: str) -> str:
        """Sequences of words parted by `/`, up to the closing sign, which is left; none closes a phrase."""
        found = [self._sequence()]
        while closing and self._next() == "/":
            self._at += 1
            found.append(self._sequence())
        if self._next() != closing and not (closing == "]" and self._next() == " "):
            raise self._error(f"{closing!r} is missing" if closing else f"{self._next()!r} is not expected")
        return "|".join(found)

    def _sequence(self) -> str:
        """Words parted by one space. The space beside a word that may be missing goes with it."""
        words = [self._word()]
        while self._next() == " " and not self._text.startswith(" ...", self._at):
            self._at += 1
            words.append(self._word())
        first = next((n for n, (_, often) in enumerate(words) if not often), None)
        if first is None:
            raise self._error("every word may be missing")
        before = "".join(f"(?:{word} ){often}" for word, often in words[:first])
        after = "".join(f"(?: {word}){often}" if often else f" {word}" for word, often in words[first + 1 :])
        return f"{before}{words[first][0]}{after}"

    def _word(self) -> tuple[str, str]:
        """The expression of what stands between two spaces, and how often it does: ``, `?` or `*` times."""
        parts: list[tuple[str, str]] = []
        while not self._word_is_over():
            parts.append(self._part(first=not parts))
        if not parts:
            raise self._error("a word is missing")
        if len(parts) == 1:
            return parts[0]
        if any(often == "*" for _, often in parts):
            raise self._error("a repetition stands between spaces")
        if all(often for _, often in parts):
            raise self._error("every part of a word may be missing")
        return "".join(f"(?:{part})?" if often else part for part, often in parts), ""

    def _part(self, *, first: bool) -> tuple[str, str]:
        """A piece of a word, and how often it stands there."""
        if letters := _LETTERS.match(self._text, self._at):
            self._at = letters.end()
            return letters.group(), ""
        sign = self._next()
        if sign in ("(", "["):
            return self._bracket(sign)
        if sign == "{":
            return self._group(), ""
        if sign not in _SIGNS:
            raise self._error(f"{sign!r} is no sign of the notation")
        if (sign in "*+" and first) or (sign in "_.#" and not first):
            raise self._error(f"{sign!r} stands in the wrong place of a word")
        self._at += 1
        if sign != "#" and not self._word_is_over():
            raise self._error(f"nothing may follow {sign!r} in a word")
        return _SIGNS[sign], ""

    def _bracket(self, opening: str) -> tuple[str, str]:
        self._at += 1
        inside = _grouped(self.alternatives("]" if opening == "[" else ")"))
        often = "" if opening == "(" else "?"
        if self._text.startswith(" ...]", self._at):
            if _REPEATED in inside:
                raise self._error("a repetition holds another one")
            self._at += len(" ...")
            often = "*"
        elif self._next() == " ":
            raise self._error("']' is missing")
        self._at += 1
        return inside, often

    def _group(self) -> str:
        name, closed, _ = self._text[self._at + 1 :].partition("}")
        if not closed or name not in self._groups:
            raise self._error(f"no group is called {name!r}")
        self._at += len(name) + 2
        return self._groups[name]

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _word_is_over(self) -> bool:
        return self._next() in ("", " ", "/", ")", "]")

    def _error(self, why: str) -> PhraseError:
        return PhraseError(f"{self._text!r}, after {self._text[: self._at]!r}: {why}")
