"""Prepares an answer for the rules: one spelling, clauses parted."""

import re

from regua.domain.reply.meanings import between_spaces
from regua.domain.reply.notation import plain, spelled
from regua.domain.reply.phrases.spelling import BUT, BUT_SPANISH, GREETING, SPANISH, WRITTEN_OUT


def normalise(text: str, spanish: bool = False) -> str:
    """Lower case without accents, abbreviations written out, greetings gone, a bar around each clause.

    Empty when there is nothing to read.
    """
    words = plain(text)
    words = re.sub(r"https?://\S+|www\.\S+|\S+@\S+", " ", words)
    words = re.sub(r"([a-z])\1{2,}", r"\1", words)
    words = re.sub(r"\be[- ]mail", "email", words)
    words = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", words)
    words = re.sub(r"(\d)\s*[aº°ª]?\s*x\b", r"\1x", words)
    words = re.sub(r"(?<!\d)[./-]|[./-](?!\d)|[,;:!?()\n\r…—–]", " | ", words)
    words = re.sub(r"[^a-z0-9|/.\-]+", " ", words)
    words = " ".join(WRITTEN_OUT.get(word, word) for word in words.split())
    words = between_spaces(GREETING).sub(" | ", f" {words} ")
    words = between_spaces(BUT_SPANISH if spanish or is_spanish(words) else BUT).sub(" | ", words)
    words = re.sub(r"(?:\s*\|\s*)+", " | ", words).strip(" |")
    return f"| {words} |" if words else ""


def is_spanish(words: str) -> bool:
    """True when a word of the answer is none in Portuguese."""
    return not spelled(SPANISH).isdisjoint(words.split())
