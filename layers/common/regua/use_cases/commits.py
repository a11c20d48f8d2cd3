"""Committing what one transaction cannot hold: a debtor with many receivables."""

from collections.abc import Callable, Iterable, Sequence

from regua.domain.model import File, LedgerEntry, Receivable
from regua.domain.values import replace
from regua.domain.work import Work
from regua.ports import InboxEvent, Ref, Store

MOST_ITEMS = 70
"""Items beside root and event that one transaction is given (the store takes 100 in all, and may have to move what
lies in a debtor's item out of it, or back).
"""
MOST_MOVED = 60
"""Receivables a claim's own transaction moves: with the contact, its ledger entries and its reference they fit."""


def in_parts(
    store: Store,
    owner: Callable[[], str],
    before: File,
    after: File,
    *,
    ledger: Sequence[LedgerEntry] = (),
    refs: Sequence[Ref] = (),
    inbox: Sequence[InboxEvent] = (),
    work: Sequence[Work] = (),
) -> File:
    """Makes `after` true, in parts where one transaction cannot hold it all; the file as it is then.

    The parts before the last write receivables and work as they will be; the last one all the rest, and with it what
    tells whoever comes again that it is done. Who dies in between is repeated and writes the same again, so `after`
    must follow from that rest. Raises ConflictError.
    """
    receivables = [r.id for r in _changed(before, after)]
    kept = {id(c) for c in before.contacts}
    contacts = sum(id(c) not in kept for c in after.contacts)
    facts = len(after.facts) - len(before.facts)
    room = MOST_ITEMS - facts - contacts - len(ledger) - len(refs)
    todo = list(work)
    while len(receivables) + len(todo) > room:
        part, receivables = receivables[:MOST_ITEMS], receivables[MOST_ITEMS:]
        more, todo = todo[: MOST_ITEMS - len(part)], todo[MOST_ITEMS - len(part) :]
        before = store.commit(before, _with(before, after, part), owner=owner(), work=more)
    return store.commit(before, after, owner=owner(), ledger=ledger, refs=refs, inbox=inbox, work=todo)


def claim_of(before: File, claimed: File) -> File:
    """The part of a claim that its gate commits: all of it but the receivables one transaction cannot hold.

    The contact names them, so that they are taken as moved at once (`domain.contact.claim.whole`), and they follow
    with its record, or with the sweep when there is none.
    """
    moved = [r.id for r in _changed(before, claimed)]
    if len(moved) <= MOST_MOVED:
        return claimed
    return replace(claimed, receivables=_with(before, claimed, moved[:MOST_MOVED]).receivables)


def _changed(before: File, after: File) -> list[Receivable]:
    known = {r.id: r for r in before.receivables}
    # what did not change is the same object: a comparison field by field is for the few others
    return [r for r in after.receivables if (old := known.get(r.id)) is not r and old != r]


def _with(before: File, after: File, ids: Iterable[str]) -> File:
    wanted = set(ids)
    changed = {r.id: r for r in after.receivables if r.id in wanted}
    return replace(before, receivables=tuple(changed.get(r.id, r) for r in before.receivables))
