"""What a debtor's answer means: rules, in Portuguese and Spanish, that prefer a person to a guess.

An opt-out is never missed for the sake of another meaning, a number that is somebody else's goes first of all (it must
never be written to again, by any channel), and whatever no rule is sure of is work for a person. Pure: `today` is the
day on which the answer was written, in the debtor's time zone.
"""

import re
from dataclasses import dataclass
from datetime import date

from regua.domain.contact.channel_event import Action
from regua.domain.reply import claims, dates, refusals
from regua.domain.reply.words import SPANISH, asserted, normalise

MAX_QUOTE = 500
MAX_TEXT = 4_000
"""Characters that are read: nobody answers a message with more, and the rules' time grows with it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What an answer asks for. `confidence` is 0 (a person must read it) to 1; `quote` the words it rests on."""

    action: Action
    promised_on: date | None = None
    confidence: float = 0.0
    quote: str = ""


def classify(text: str, locale_hint: str = "pt", *, today: date) -> Reply:
    """The one action an answer asks for: `OPERATOR` whenever the rules are not sure, `NONE` for an empty text."""
    text = text[:MAX_TEXT]
    quote = " ".join(text.split())[:MAX_QUOTE]
    spanish = locale_hint.startswith("es")
    words = normalise(text, spanish)
    if not words:
        return Reply(Action.OPERATOR if quote else Action.NONE, quote=quote)
    spanish = spanish or bool(SPANISH & set(words.split()))
    if refusals.WRONG_PERSON.search(words) or refusals.NAMED.search(text):
        return Reply(Action.WRONG_PERSON, None, 0.9, quote)
    if refusals.is_stop_word(words):
        return Reply(Action.OPT_OUT, None, 1.0, quote)
    if asserted(refusals.OPT_OUT, words, spanish):
        return Reply(Action.OPT_OUT, None, 0.9, quote)
    if refusals.PERSON_FIRST.search(words):
        return Reply(Action.OPERATOR, quote=quote)
    if asserted(claims.DISPUTE, words, spanish):
        return Reply(Action.DISPUTE, None, 0.9, quote)
    if asserted(claims.PAID, words, spanish) or (spanish and asserted(claims.PAID_SPANISH, words, True)):
        if claims.PARTLY.search(words):
            return Reply(Action.OPERATOR, quote=quote)
        return Reply(Action.CLEARING_HOLD, None, 0.9, quote)
    if asserted(claims.NEGOTIATE, words, spanish):
        return Reply(Action.NEGOTIATION, None, 0.9, quote)
    day = _promise(words, today, spanish)
    if day:
        return Reply(Action.PROMISE, day, 0.8, quote)
    return Reply(Action.OPERATOR, quote=quote)


def _promise(words: str, today: date, spanish: bool) -> date | None:
    """The one day the answer promises to pay on, or None when it promises nothing that is certain."""
    sure = re.sub(r"\bse deus quiser\b", "", words)
    if claims.DOUBT.search(sure) or claims.ASKS.search(sure) or claims.PARTLY.search(sure):
        return None
    days: set[date] = set()
    rests: list[str] = []
    for clause in sure.split("|"):
        # "hoje não dá, pago amanhã": a day in a refused clause is not a promise
        if (claims.REFUSES_SPANISH if spanish else claims.REFUSES).search(clause):
            continue
        found, rest = dates.find(clause.strip(), today, spanish)
        days.update(found)
        rests.append(rest)
    if len(days) != 1 or date.max in days:
        return None
    bare = set(" ".join(rests).split()) <= claims.BARE
    return days.pop() if bare or claims.PAYS.search(sure) else None
