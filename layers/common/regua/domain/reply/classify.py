"""What a debtor's answer means: rules, in Portuguese and Spanish, that prefer a person to a guess.

An opt-out is never missed for the sake of another meaning, a number that is somebody else's goes first of all (it must
never be written to again, by any channel), and whatever no rule is sure of is work for a person. The phrases are data
(`domain.reply.phrases`). Pure: `today` is the day on which the answer was written, in the debtor's time zone.
"""

from datetime import date

from regua.domain.contact.channel_event import Action
from regua.domain.model import Channel
from regua.domain.reply import dates
from regua.domain.reply.meanings import Meaning, names_another, says, whole
from regua.domain.reply.notation import spelled
from regua.domain.reply.phrases.channels import CHANNELS, RATHER, REFUSING
from regua.domain.reply.phrases.promise import BARE, NO_DOUBT, REFUSES, REFUSES_SPANISH
from regua.domain.reply.phrases.stop_words import CLEAR_STOPS, PARA, POLITENESS, STOP_WORDS
from regua.domain.reply.words import is_spanish, normalise
from regua.domain.values import Value

MAX_QUOTE = 500
MAX_TEXT = 4_000
"""Characters that are read: nobody answers a message with more, and the rules' time grows with it."""


class Reply(Value):
    """What an answer asks for. `confidence` is 0 (a person must read it) to 1; `quote` the words it rests on."""

    action: Action
    promised_on: date | None = None
    confidence: float = 0.0
    quote: str = ""
    every: bool = False
    """An opt-out that names every channel, or no channel at all."""
    channels: tuple[Channel, ...] = ()
    """Channels an opt-out names, besides the one it was written on."""
    also: tuple[Action, ...] = ()
    """What the same words ask for besides: a wish for silence takes nothing from a dispute or a payment."""


def classify(text: str, locale_hint: str = "pt", *, today: date) -> Reply:
    """The first action an answer asks for, and what it asks for besides: `OPERATOR` whenever the rules are not sure,
    `NONE` for an empty text.
    """
    text = text[:MAX_TEXT]
    quote = " ".join(text.split())[:MAX_QUOTE]
    spanish = locale_hint.startswith("es")
    words = normalise(text, spanish)
    if not words:
        return Reply(Action.OPERATOR if quote else Action.NONE, quote=quote)
    spanish = spanish or is_spanish(words)
    if says(Meaning.WRONG_PERSON, words, spanish) or names_another(text):
        # what a stranger says of the debt is no news of it; a stranger's data are data
        return Reply(
            Action.WRONG_PERSON, None, 0.9, quote, also=_also((Meaning.ERASURE, Meaning.PERSON_FIRST), words, spanish)
        )
    stops = _is_stop_word(words)
    if stops or says(Meaning.OPT_OUT, words, spanish):
        every = says(Meaning.EVERY_CHANNEL, words, spanish)
        also = _also((Meaning.ERASURE, Meaning.DISPUTE, Meaning.PAID, Meaning.PERSON_FIRST), words, spanish)
        every = every or Action.ERASURE in also
        named = () if every else _refused(words)
        return Reply(Action.OPT_OUT, None, 1.0 if stops else 0.9, quote, every=every, channels=named, also=also)
    if says(Meaning.ERASURE, words, spanish):
        also = _also((Meaning.DISPUTE, Meaning.PAID, Meaning.PERSON_FIRST), words, spanish)
        return Reply(Action.ERASURE, None, 0.9, quote, every=True, also=also)
    if says(Meaning.PERSON_FIRST, words, spanish):
        return Reply(Action.OPERATOR, quote=quote, also=(Action.PERSON_FIRST,))
    if says(Meaning.DISPUTE, words, spanish):
        return Reply(Action.DISPUTE, None, 0.9, quote)
    if says(Meaning.PAID, words, spanish):
        if says(Meaning.PARTLY, words, spanish):
            return Reply(Action.OPERATOR, quote=quote)
        return Reply(Action.CLEARING_HOLD, None, 0.9, quote)
    if says(Meaning.NEGOTIATION, words, spanish):
        return Reply(Action.NEGOTIATION, None, 0.9, quote)
    day = _promise(words, today, spanish)
    if day:
        return Reply(Action.PROMISE, day, 0.8, quote)
    return Reply(Action.OPERATOR, quote=quote)


def _refused(words: str) -> tuple[Channel, ...]:
    """The channels that an opt-out says by name, but for those a clause may name as the one that is wanted."""
    refusing = (clause for clause in words.split("|") if whole(REFUSING).search(clause))
    clauses = [clause for clause in refusing if not whole(RATHER).search(clause)]
    return tuple(channel for channel, name in CHANNELS.items() if any(whole(name).search(c) for c in clauses))


_BESIDES = {
    Meaning.ERASURE: Action.ERASURE,
    Meaning.DISPUTE: Action.DISPUTE,
    Meaning.PAID: Action.CLEARING_HOLD,
    Meaning.PERSON_FIRST: Action.PERSON_FIRST,
}


def _also(meanings: tuple[Meaning, ...], words: str, spanish: bool) -> tuple[Action, ...]:
    """What the answer says of these as well. Paid in part is for a person, who reads it anyway when it is contested."""
    return tuple(
        Action.OPERATOR if m is Meaning.PAID and says(Meaning.PARTLY, words, spanish) else _BESIDES[m]
        for m in meanings
        if says(m, words, spanish)
    )


def _is_stop_word(words: str) -> bool:
    """The whole answer, or one clause of it, is a stop word with nothing but politeness around it."""
    stop_words, clear, politeness = spelled(STOP_WORDS), spelled(CLEAR_STOPS), spelled(POLITENESS)
    tokens = set(words.split())
    stops = tokens & stop_words
    if stops and not tokens - stop_words - politeness:
        return stops != {"para"} or bool(whole(PARA).search(words))
    clauses = (set(clause.split()) for clause in words.split("|"))
    return any(clause & clear and not clause - clear - politeness for clause in clauses)


def _promise(words: str, today: date, spanish: bool) -> date | None:
    """The one day the answer promises to pay on, or None when it promises nothing that is certain."""
    sure = whole(NO_DOUBT).sub("", words)
    if any(says(meaning, sure, spanish) for meaning in (Meaning.DOUBT, Meaning.ASKS, Meaning.PARTLY)):
        return None
    refuses = spelled(REFUSES_SPANISH if spanish else REFUSES)
    days: set[date] = set()
    rests: list[str] = []
    for clause in sure.split("|"):
        # "hoje não dá, pago amanhã": a day in a refused clause is not a promise
        if not refuses.isdisjoint(clause.split()):
            continue
        found, rest = dates.find(clause.strip(), today, spanish)
        days.update(found)
        rests.append(rest)
    if len(days) != 1 or date.max in days:
        return None
    bare = set(" ".join(rests).split()) <= spelled(BARE)
    return days.pop() if bare or says(Meaning.PAYS, sure, spanish) else None
