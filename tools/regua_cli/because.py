"""When and why, in words: what the planner decided, as people at the keyboard read it."""

from datetime import date

from regua.domain.contact.decision import ContactDecision, Decision
from regua.domain.reasons import TEXTS, Reason
from regua_cli.words import capital, count

_SAID_BY_THE_DAY = {Reason.DUE_STEP, Reason.FUTURE_STEP, Reason.CONSOLIDATED}


def because(decision: Decision, on: date | None) -> str:
    """`5 dias antes do vencimento. Fora do horário legal do devedor: ...`, or the reason there is no contact.

    `on` is the debtor's day of a contact.
    """
    if not isinstance(decision, ContactDecision) or on is None:
        return text_of(decision.reason)
    driver = next(line.receivable for line in decision.lines if line.receivable.id == decision.driver)
    whose = f" de {driver.id}" if len(decision.lines) > 1 else ""
    notes = [Reason(reason) for reason in decision.reasons if reason in set(Reason)]
    waits = [n for n in notes if TEXTS[n].kind == "contact" or n is Reason.ADDRESS_TAKEN]
    told = [TEXTS[note].pt for note in waits if note not in _SAID_BY_THE_DAY]
    return " ".join([f"{capital(distance((on - driver.due_on).days))}{whose}.", *told])


def distance(days: int) -> str:
    """Days from a due date (negative: before it): `5 dias antes do vencimento`."""
    if not days:
        return "no dia do vencimento"
    return f"{count(abs(days), 'dia', 'dias')} {'antes' if days < 0 else 'depois'} do vencimento"


def text_of(reason: str) -> str:
    """The Portuguese text of a reason's code; a code of another release is itself."""
    return TEXTS[Reason(reason)].pt if reason in set(Reason) else reason
