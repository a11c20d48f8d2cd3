"""A bank's return file (`retorno`), whatever its layout: what happened to each boleto."""

from datetime import date
from enum import StrEnum

from regua.domain.intake.row import Fault
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import Slip
from regua.domain.values import Value


class BoletoNews(StrEnum):
    """What a bank tells of a boleto besides money."""

    REGISTERED = "registered"
    WRITTEN_OFF = "written_off"
    """It cannot be paid any more."""
    REBATE = "rebate"
    REBATE_CANCELLED = "rebate_cancelled"
    DUE = "due"
    """Another due date."""


class BankOccurrence(Value):
    """What the bank says happened to one title (`ocorrência`). Amounts are cents.

    `kind` is one of `settled settled_after_write_off elsewhere reversed doubtful pending written_off confirmed rejected
    protest changed fee other`; `occurrence` is the bank's own code. `paid_cents` is what the debtor paid, before the
    bank's fee, and 0 for every kind that is no payment. It may be less or more than the face value.
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
    printed_cents: int = 0
    """The amount of the record, whatever its kind: what a reversal takes back, what a cheque will bring."""
    line: int = 0
    """Where it stands in the file, the first line being 1."""
    meaning: str = ""
    """What the bank's manual calls an occurrence that is `other`; empty for a code no manual has."""
    online: bool = False
    """Told at once as well as at night (Caixa's on-line settlement): both files tell of one and the same event."""
    parts: Parts | None = None
    """What was paid is made of, where the record says so."""
    news: BoletoNews | None = None
    """What it tells of the boleto itself."""
    rebate_cents: int = 0
    """Of news of a rebate: how much."""
    partial: bool = False
    """A part of a title, by agreement: what the face value says and a payment leaves was not granted by it."""

    @property
    def reverses(self) -> bool:
        """Whether the bank takes a payment back by it."""
        return self.kind == REVERSED


class BankReturn(Value):
    """One return file. `bank` is the bank's code (`341`), `layout` `240` or `400`; `faults` are lines left out, and
    what else is wrong with the file; `refused` are the lines left out, each of which may be a payment.
    """

    bank: str
    bank_name: str
    layout: str
    titles: tuple[BankOccurrence, ...]
    faults: tuple[Fault, ...] = ()
    written_on: date | None = None
    """The day the bank wrote the file, as its header says."""
    refused: tuple[int, ...] = ()


SETTLED = frozenset({"settled", "settled_after_write_off"})
"""Kinds of occurrences by which money came in."""
ELSEWHERE = "elsewhere"
"""Settled before, or discounted at the bank: it brings no money, and may not be ours to collect any more."""
REVERSED = "reversed"
"""The kind by which a payment is taken back: cancelled by the bank, or made with a cheque that bounced."""
DOUBTFUL = "doubtful"
"""It may be money: a cheque that cleared, a write-off as paid elsewhere. Other news may tell of it too: a person looks.
"""
