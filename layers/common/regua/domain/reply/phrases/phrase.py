"""A row of the tables."""

from typing import Literal, NamedTuple

Language = Literal["pt", "es"]


class Phrase(NamedTuple):
    """One way of saying something.

    `words` and `unless` (what takes their meaning from them) are in the notation of `domain.reply.notation`; `example`
    is an answer that means it because of this row. Every answer is searched for the phrases of both languages, save
    those that are `spanish_only`: as Portuguese their words would mean something else.
    """

    language: Language
    words: str
    example: str
    unless: str = ""
    spanish_only: bool = False


class DayPhrase(NamedTuple):
    """One way of naming a day. `day` says how it is counted (`domain.reply.dates`); `example` is an answer, `means` the
    day (ISO) it names when it was written on Wednesday 2026-03-11, empty when it names none that can be promised.
    """

    language: Language
    words: str
    day: str
    example: str
    means: str
    unless: str = ""
    spanish_only: bool = False
