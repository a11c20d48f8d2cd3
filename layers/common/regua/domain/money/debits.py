"""Automatic debits (Pix Automático): while one is scheduled or tried again nobody is asked to pay; after the last
refusal the debtor is told of it.

The Banco Central lets a receiver ask for three more tries within seven days of the first (politicaRetentativa
PERMITE_3R_7D), so a debit nobody speaks of any more is given up on the day after those.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from regua.domain.model import Debit, DebitState, Receivable
from regua.domain.money.payment_event import PaymentEventKind
from regua.domain.values import replace

TRIED_DAYS = 7
STATES = {
    PaymentEventKind.DEBIT: DebitState.SCHEDULED,
    PaymentEventKind.DEBIT_REFUSED: DebitState.REFUSED,
    PaymentEventKind.DEBIT_ENDED: DebitState.ENDED,
}


def told(receivable: Receivable, kind: PaymentEventKind, due_on: date | None, at: datetime, zone: str) -> Receivable:
    """The receivable with what is told of its debit at that moment; unchanged by news older than what is known.

    `due_on`: the day of the first try, by default the due date. Raises KeyError for news of anything else.
    """
    known = receivable.debit
    if known is not None and known.told_at > at:
        return receivable
    state = STATES[kind]
    if known is not None and known.told_at == at and known.state is not DebitState.SCHEDULED:
        return receivable
    first = due_on or (known.first_try_on if known else None) or receivable.due_on
    until = datetime.combine(first + timedelta(days=TRIED_DAYS + 1), time(0), ZoneInfo(zone)).astimezone(UTC)
    return replace(receivable, debit=Debit(state, at, first, until if state is DebitState.SCHEDULED else None))


def waits_until(receivable: Receivable, now: datetime) -> datetime | None:
    """Until when a debit may still pay it; None when none may."""
    debit = receivable.debit
    if debit is None or debit.until_at is None or debit.until_at <= now:
        return None
    return debit.until_at
