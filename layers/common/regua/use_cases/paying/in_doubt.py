"""Money nobody is sure whose it is: the titles it may pay wait, as nobody is dunned who may have paid.

The holds name the money they wait for, and the money names them. Whatever ends the doubt ends them: a person says whose
it is, or that it is nobody's; an import or the sweep tells the titles apart; the money is no more.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime

from regua.domain.values import replace
from regua.ports import InboxEvent, Ref, Store
from regua.use_cases.paying.on_hold import hold_there, let_go, waiting_no_more


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The ports of this, at a moment."""

    store: Store
    now: datetime

    def waits(self, stored: InboxEvent, may_be: Iterable[Ref]) -> InboxEvent:
        """The money as it is to be marked, with the titles that wait for it. What it may be of no more goes on; a title
        that has waited already is not held again, as a person may have let it go on.
        """
        wanted = {ref.item: ref for ref in may_be if ref.item}
        if not wanted and not stored.held:
            return stored
        kept = tuple((debtor, title) for debtor, title in stored.held if title in wanted)
        known = {title for _, title in kept}
        self._go_on(stored, [one for one in stored.held if one not in kept], known)
        new = (self._hold(stored, ref) for name, ref in wanted.items() if name not in known)
        return replace(stored, held=(*kept, *filter(None, new)))

    def over(self, stored: InboxEvent) -> None:
        """Nothing waits for it any more."""
        self._go_on(stored, stored.held)

    def _go_on(self, stored: InboxEvent, titles: Iterable[tuple[str, str]], others: Container[str] = ()) -> None:
        """These titles go on, and of the same debtor not the `others`, which may still be paid by it."""
        let_go(self.store, stored.tenant, titles, waiting_no_more(f"{stored.gateway}/{stored.event_id}", others))

    def _hold(self, stored: InboxEvent, ref: Ref) -> tuple[str, str] | None:
        """Debtor and title, where it is open."""
        there = hold_there(self.store, stored, ref, self.now, lambda title: title.is_open)
        return (there[0].debtor, there[1].id) if there is not None and there[1].is_open else None
