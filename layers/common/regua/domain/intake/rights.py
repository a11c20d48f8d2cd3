"""Titles that wait because of what a file says: sold ones, and those a line of which nobody understands yet."""

from collections.abc import Iterable
from datetime import datetime

from regua.domain.intake.row import Row
from regua.domain.model import Debtor, Hold, HoldKind, Receivable
from regua.domain.values import replace


def heeded(debtor: Debtor, row: Row, known: Receivable | None, at: datetime, source: str) -> Debtor:
    """The debtor with what the row says of holding its title: one that was sold, or given as security, waits until a
    person says who collects it (CC 290-292), once for each holder; one that a file gives back, or a line of which is
    understood now, waits no more for that.
    """
    before = known.holder if known is not None else ""
    if not (debtor.holds or row.holder or before):
        return debtor
    holds = _without(debtor.holds, HoldKind.FILE, row.receivable)
    if row.holder and row.holder != before and row.status in ("", "open"):
        new = Hold(HoldKind.ASSIGNED, at, None, (row.receivable,), note=row.holder[:200], source=source)
        holds = (*_without(holds, HoldKind.ASSIGNED, row.receivable), new)
    elif before and not row.holder and "holder" in row.has:
        holds = _without(holds, HoldKind.ASSIGNED, row.receivable)
    return debtor if holds == debtor.holds else replace(debtor, holds=holds)


def puzzled(debtor: Debtor, title: str, at: datetime, source: str) -> Debtor:
    """The debtor with the title on hold: a line about it waits for a person's answer."""
    if any(h.kind is HoldKind.FILE and title in h.receivables for h in debtor.holds):
        return debtor
    return replace(debtor, holds=(*debtor.holds, Hold(HoldKind.FILE, at, None, (title,), source=source)))


def _without(holds: Iterable[Hold], kind: HoldKind, title: str) -> tuple[Hold, ...]:
    return tuple(h for h in holds if h.kind is not kind or h.receivables != (title,))
