"""Which payment a bank takes back. The bank names the title, the day and the amount, never the payment."""

from collections.abc import Callable
from datetime import date, timedelta

from regua.domain.model import TAKES_BACK, FactKind, File, LedgerEntry, PaymentFact, Rail
from regua.domain.reasons import Reason
from regua.domain.values import replace

_REST_OF_THE_DAY = timedelta(hours=12)
"""What a bank's file tells is dated at noon."""


def of_a_payment(file: File, fact: PaymentFact) -> PaymentFact | None:
    """The fact with the credit it takes back: the last of the same cents for that title, of that day or before it, of
    which nothing went back yet. A bank that prints no amount takes back the only one there is. None when there is none:
    what was paid later, or another amount, is not it.
    """
    known = next((f for f in file.facts if f.fact_id == fact.fact_id and f.kind in TAKES_BACK), None)
    if known is not None:
        return replace(fact, gateway=known.gateway, refers_to=known.refers_to, amount_cents=known.amount_cents)
    paid = [
        f
        for f in file.facts
        if f.kind is FactKind.CREDIT
        and f.receivable == fact.receivable
        and f.amount_cents == (fact.amount_cents or f.amount_cents)
        and f.occurred_at < fact.occurred_at + _REST_OF_THE_DAY
        and (f.rail is not Rail.PIX or f.of_boleto)  # a bank that undoes a boleto undoes no Pix beside it
    ]
    back = {(f.gateway, f.refers_to): f.evidence for f in file.facts if f.kind in TAKES_BACK}
    whole = [f for f in paid if (f.gateway, f.fact_id) not in back]
    # what another source has taken back already the bank tells of once more
    found = whole or [f for f in paid if back[f.gateway, f.fact_id] != fact.evidence]
    # what the bank itself has told of before what another source told
    found = [f for f in found if f.gateway == fact.gateway] or found
    if not found or (len(found) > 1 and not fact.amount_cents):
        return None
    credit = max(found, key=lambda f: f.occurred_at)
    return replace(fact, gateway=credit.gateway, refers_to=credit.fact_id, amount_cents=credit.amount_cents)


def of_a_net_payment(
    file: File, fact: PaymentFact, fee_cents: int, fee_of: Callable[[PaymentFact], int]
) -> PaymentFact | None:
    """The same at a bank that prints what is left of a payment after its fee, where the fee beside the reversal is not
    the payment's: `fee_cents` was added to what the reversal prints, `fee_of` says what was added to a payment.
    """
    printed = fact.amount_cents - fee_cents
    paid = (f for f in file.facts if f.kind is FactKind.CREDIT and f.receivable == fact.receivable)
    amounts = {f.amount_cents for f in paid if printed in (f.amount_cents, f.amount_cents - fee_of(f))}
    found = (of_a_payment(file, replace(fact, amount_cents=cents)) for cents in sorted(amounts, reverse=True))
    return next(filter(None, found), None) if fact.amount_cents else None


def write_off_undone(file: File, undo: PaymentFact, on: date) -> tuple[File, LedgerEntry] | None:
    """The file with a boleto that lives again: the bank undoes, without money, what it has told of the title, and that
    was no payment but a write-off of that day or before it. None where it was not so.
    """
    title = file.receivable(undo.receivable)
    life = title.boleto if title is not None else None
    if title is None or life is None or not life.written_off or undo.amount_cents or on < life.told_on:
        return None
    alive = replace(title, boleto=replace(life, told_on=on, written_off=False, number="", line=""))
    titles = tuple(alive if r is title else r for r in file.receivables)
    case = file.debtor.case
    told = LedgerEntry(
        at=undo.recorded_at or undo.occurred_at,
        reason=Reason.BOLETO_REGISTERED,
        receivables=(title.id,),
        cycle=case.cycle,
        policy=case.policy,
        reference=undo.fact_id,
    )
    return replace(file, receivables=titles), told
