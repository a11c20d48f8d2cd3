"""Titles that wait because of what a file says: sold ones, and those a line of which nobody understands yet."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from regua.domain.intake.row import Ask, Row
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
    waits_on = (h for h in debtor.holds if h.kind is HoldKind.FILE and h.since_at > at)  # for what a newer file asks
    holds = (*_without(debtor.holds, HoldKind.FILE, row.receivable), *_of(waits_on, row.receivable))
    if row.holder and row.holder != before and row.status in ("", "open"):
        new = Hold(HoldKind.ASSIGNED, at, None, (row.receivable,), note=row.holder[:200], source=source)
        holds = (*_without(holds, HoldKind.ASSIGNED, row.receivable), new)
    elif before and not row.holder and "holder" in row.has:
        holds = _without(holds, HoldKind.ASSIGNED, row.receivable)
    return debtor if holds == debtor.holds else replace(debtor, holds=holds)


def puzzled(debtor: Debtor, title: str, at: datetime, source: str, asks: Iterable[Ask] = ()) -> Debtor:
    """The debtor with the title on hold: a line about it waits for the answer to what it `asks`, or is no debt yet.
    Each question holds it by itself: the answer to one says nothing of another.
    """
    note = _SEPARATOR.join(sorted({asked_of(one.kind, one.column) for one in asks}))
    if any(h.kind is HoldKind.FILE and h.note == note and title in h.receivables for h in debtor.holds):
        return debtor
    new = Hold(HoldKind.FILE, at, None, (title,), note=note, source=source)
    return replace(debtor, holds=(*debtor.holds, new))


def asked_of(kind: str, column: str) -> str:
    """What a question is of, whatever its values: in the note of the holds that wait for it, and in its work."""
    return f"{kind}={column}"


def held_for(debtor: Debtor, asked: Collection[str], others: Iterable[Collection[str]] = ()) -> tuple[Hold, ...]:
    """The holds that wait for the answer to these questions (`asked_of`), and for none that is asked elsewhere too
    (`others`).
    """
    waits = (h for h in debtor.holds if h.kind is HoldKind.FILE and h.note)
    return tuple(h for h in waits if _is_of(h, asked) and not any(_is_of(h, one) for one in others))


def _is_of(hold: Hold, asked: Collection[str]) -> bool:
    return all(one in asked for one in hold.note.split(_SEPARATOR))


_SEPARATOR = "; "


def _of(holds: Iterable[Hold], title: str) -> Iterator[Hold]:
    return (h for h in holds if h.receivables == (title,))


def _without(holds: Iterable[Hold], kind: HoldKind, title: str) -> tuple[Hold, ...]:
    return tuple(h for h in holds if h.kind is not kind or h.receivables != (title,))
