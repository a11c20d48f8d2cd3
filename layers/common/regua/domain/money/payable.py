"""What a receivable can be paid with today: whether an earlier charge still asks right.

Pure, so that a preview shows the code the run will send.
"""

import hashlib
from datetime import date

from regua.domain.codes import boleto
from regua.domain.model import Contract, Profile, Receivable, WaiveRule
from regua.domain.money.amount_due import FINE_CAP_PERCENT
from regua.domain.values import replace


def late_terms(contract: Contract, profile: Profile) -> Contract | None:
    """The contract as a gateway is told it: the fine within the law's cap; None for what no gateway works out
    (monetary correction, the legal rate where nothing was agreed).
    """
    if contract.correction_index or not contract.agreed:
        return None
    return replace(contract, fine_percent=min(contract.fine_percent, FINE_CAP_PERCENT[profile]))


def terms_name(contract: Contract) -> str:
    """A short hash by which a charge remembers the terms it was made with."""
    return hashlib.sha256(repr(contract).encode()).hexdigest()[:16]


def face_is_owed(receivable: Receivable) -> bool:
    """Whether the creditor's own boleto was made for the principal still open (its bank adds what is late and takes
    off what it has granted by itself). A line without an amount in it pays whatever is owed.
    """
    face = boleto.read(receivable.digitable_line, receivable.due_on).amount_cents
    granted = sum(waived.cents for waived in receivable.waived if waived.rule is WaiveRule.RECORD)
    return not face or face in (receivable.open_principal_cents, receivable.open_principal_cents + granted)


def with_living_boleto(receivable: Receivable) -> Receivable:
    """The receivable without the line of a boleto that its bank has written off; its Pix goes on."""
    told = receivable.boleto
    if told is None or not told.written_off or not receivable.digitable_line:
        return receivable
    same = told.number == receivable.our_number and told.line in ("", receivable.digitable_line)
    return replace(receivable, digitable_line="") if same else receivable


def covers(receivable: Receivable, contract: Contract, profile: Profile, total_cents: int, on: date) -> bool:
    """Whether what the receivable carries asks for exactly `total_cents` on the calendar day `on`.

    A charge that adds the contract's fine and interest by itself does so while principal and terms are as they were;
    any other asks for the amount it was made with. A code or boleto of the creditor's own is taken as it is.
    """
    receivable = with_living_boleto(receivable)
    charge = receivable.charge
    if charge is None:
        return bool(receivable.pix_code or receivable.digitable_line)
    if not charge.charge_id or on > charge.until_on:
        return False
    if charge.terms:
        terms = late_terms(contract, profile)
        same = terms is not None and terms_name(terms) == charge.terms
        return same and receivable.due_on == charge.due_on and receivable.open_principal_cents == charge.amount_cents
    return charge.amount_cents == total_cents
