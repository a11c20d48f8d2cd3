"""Titles that wait for a person, as a bank's or a gateway's record does not say whether they are owed.

The hold names the work it waits for: who closes that ends it, and so does who lets the debtor go on (`regua person
resume`).
"""

from datetime import datetime

from regua.domain.model import File, Hold, HoldKind, LedgerEntry
from regua.domain.reasons import Reason
from regua.domain.values import replace


def on_hold(file: File, title: str, work_id: str, now: datetime) -> tuple[File, tuple[LedgerEntry, ...]]:
    """The file with an open title on hold until that work is done; as it is where it is not open, or waits already."""
    receivable = file.receivable(title)
    if receivable is None or not receivable.is_open or any(waits_for(h, work_id) for h in file.debtor.holds):
        return file, ()
    new = Hold(HoldKind.BANK, now, None, (title,), source=work_id)
    debtor = replace(file.debtor, holds=(*file.debtor.holds, new))
    told = LedgerEntry(
        at=now,
        reason=Reason.HOLD_BANK,
        receivables=(title,),
        cycle=debtor.case.cycle,
        policy=debtor.case.policy,
        reference=work_id,
    )
    return replace(file, debtor=debtor), (told,)


def waits_for(hold: Hold, work_id: str) -> bool:
    """Whether it waits for that work."""
    return hold.kind is HoldKind.BANK and hold.source == work_id
