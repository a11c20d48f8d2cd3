"""A bank's statement of the creditor's account (`extrato`), whatever its format: what moved, and who paid."""

from datetime import date
from enum import StrEnum

from regua.domain.intake.row import Fault
from regua.domain.model import Rail
from regua.domain.values import Value


class EntryKind(StrEnum):
    """What a movement is to us."""

    CREDIT = "credit"
    """Money that came in, of somebody's."""
    BOLETOS = "boletos"
    """Boletos the bank credits in one sum, naming nobody."""
    RETURNED = "returned"
    """Money that had come in went back to who paid it."""
    OWN = "own"
    """The creditor's own: yields, redemptions, fees given back."""
    DEBIT = "debit"


class BankEntry(Value):
    """One movement (`lançamento`). Amounts are cents, negative for what went out."""

    line: int
    """Where it begins in the file, the first line being 1."""
    posted_on: date
    """The bank's day, as the bank writes it."""
    amount_cents: int
    kind: EntryKind
    description: str
    """The bank's words, which may name the payer."""
    id: str = ""
    """The bank's own id of it (OFX: FITID). Banks give one twice, and another in the next file."""
    payer: str = ""
    """As the bank writes it, which may be cut; empty when it names nobody."""
    payer_document: str = ""
    """CPF digits or CNPJ characters, check digits verified; a masked CPF as `***982247**`; or empty."""
    txid: str = ""
    end_to_end: str = ""
    rail: Rail = Rail.UNKNOWN
    account: str = ""
    """`bank/account` as the file names it; empty when it names none."""


class BankStatement(Value):
    """One file. `layout` is `ofx` or `csv`; `faults` are movements left out."""

    layout: str
    bank: str
    account: str
    first_on: date | None
    last_on: date | None
    entries: tuple[BankEntry, ...]
    faults: tuple[Fault, ...] = ()
