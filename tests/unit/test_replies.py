"""What debtors write: the corpus in tests/data/replies.txt, and what must hold for any phrasing."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.domain import replies, reply_answers, reply_dates
from regua.domain.messages import Action

WEDNESDAY = date(2026, 3, 11)
CORPUS = Path(__file__).parents[1] / "data" / "replies.txt"


class Phrase(NamedTuple):
    """One line of the corpus."""

    words: str
    locale: str
    action: Action
    day: date | None


def corpus() -> list[Phrase]:
    """The phrases, in the order of the file."""
    phrases = []
    for line in CORPUS.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        head, _, words = line.partition("|")
        locale, _, expected = head.strip().rpartition(":")
        action, _, day = expected.partition(" ")
        phrases.append(
            Phrase(words.strip(), locale or "pt", Action(action), date.fromisoformat(day.strip()) if day else None)
        )
    return phrases


PHRASES = corpus()
OPT_OUTS = [phrase for phrase in PHRASES if phrase.action is Action.OPT_OUT]


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.words)
def test_a_phrase_asks_for_its_action_and_names_its_day(phrase: Phrase) -> None:
    reply = replies.classify(phrase.words, phrase.locale, today=WEDNESDAY)
    assert (reply.action, reply.promised_on) == (phrase.action, phrase.day)
