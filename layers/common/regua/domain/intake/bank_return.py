"""A bank's return file (`retorno`), whatever its layout: what happened to each boleto."""

from dataclasses import dataclass
from datetime import date

from regua.domain.intake.row import Fault
from regua.domain.money.payment_event import Slip


@dataclass(frozen=True, slots=True)
class BankOccurrence:
    """What the bank says happened to one title (`ocorrência`). Amounts are cents.

    `kind` is one of `settled settled_after_write_off written_off confirmed rejected protest changed fee other`;
    `occurrence` is the bank's own code. `paid_cents` is what the debtor paid, before the bank's fee, and 0 for every
    kind that is no payment. It may be less or more than the face value.
    """

    our_number: str
    document_number: str
    occurrence: str
    kind: str
    paid_cents: int
    fee_cents: int
    occurred_on: date | None
    credited_on: date | None
    slip: Slip | None = None
    """The boleto by its parts; None where a layout has no table for them."""


@dataclass(frozen=True, slots=True)
class BankReturn:
    """One return file. `bank` is the bank's code (`341`), `layout` `240` or `400`; `faults` are lines left out."""

    bank: str
    bank_name: str
    layout: str
    titles: tuple[BankOccurrence, ...]
    faults: tuple[Fault, ...] = ()


SETTLED = frozenset({"settled", "settled_after_write_off"})
"""Kinds of occurrences by which money came in."""
