"""What a record tells that only a person can judge: it goes onto the list, and what it may be about waits meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from regua.domain.contact.rules import Rules
from regua.domain.model import Receivable, ReceivableStatus
from regua.domain.money.payment_event import PaymentEvent
from regua.domain.values import replace
from regua.ports import InboxEvent, InboxStatus, Ref, Store
from regua.use_cases.conflicts import until_committed
from regua.use_cases.moved_titles import heir_of
from regua.use_cases.paying.on_hold import PAID, on_hold, without_money
from regua.use_cases.paying.owner import names_of, owner


@dataclass(frozen=True, slots=True)
class Asking:
    """The ports of this, at a moment."""

    store: Store
    token: Callable[[], str]
    rules: Rules
    now: datetime

    def ask(self, stored: InboxEvent, about: PaymentEvent) -> InboxEvent:
        """The stored event as it is to be marked, with the title it is about, as far as that is known. Where `about`
        holds, the title is not collected until a person has looked. Of a title that is paid nobody is asked about what
        brings no money.
        """
        why, holding = about.note, about if about.holds else None
        if holding is not None and not (stored.debtor or stored.held):
            stored = self._held(stored, holding)
        elif holding is None and not stored.debtor and (ref := owner(self.store, stored.tenant, about, self.rules).ref):
            stored = replace(stored, debtor=ref.debtor, receivable=ref.item)
        if stored.status is InboxStatus.IGNORED:
            return replace(stored, note=f"{PAID} ({why})")
        may_be = " ou ".join(f"do título {title}" for _, title in stored.held)
        unnamed = may_be and holding is not None and not holding.news
        return replace(stored, status=InboxStatus.UNMATCHED, note=f"{why}; pode ser {may_be}" if unnamed else why)

    def _held(self, stored: InboxEvent, event: PaymentEvent) -> InboxEvent:
        """The stored event with the title that waits until a person has looked at it, or with all that it may be about;
        with the title's names, where the title is not here yet.
        """
        known = replace(stored, names=tuple((str(name.kind), name.value) for name in names_of(event)))
        found = owner(self.store, stored.tenant, event, self.rules)
        if found.ref is None and found.may_be:
            held = [until_committed(partial(self._hold, stored, event, ref)) for ref in found.may_be]
            return replace(known, held=tuple((ref.debtor, title.id) for ref, title in filter(None, held)))
        if found.ref is None or not found.ref.item:
            return known
        there = until_committed(partial(self._hold, stored, event, found.ref))
        if there is None:
            return known
        ref, title = there
        paid = title.status is ReceivableStatus.PAID and without_money(stored)
        status = InboxStatus.IGNORED if paid else stored.status
        return replace(known, debtor=ref.debtor, receivable=ref.item, status=status)

    def _hold(self, stored: InboxEvent, event: PaymentEvent, ref: Ref) -> tuple[Ref, Receivable] | None:
        """Where the title is by now, which waits where what is told would lessen what it owes today. Raises
        ConflictError.
        """
        file = self.store.load(stored.tenant, ref.debtor)
        heir = heir_of(self.store, file, ref.item, self.now) if file is not None else None
        if heir is not None:
            return self._hold(stored, event, heir)
        title = file.receivable(ref.item) if file is not None else None
        if file is None or title is None:
            return None
        if event.due_on is None or event.due_on > title.due_on:
            held, told = on_hold(file, title.id, f"{stored.gateway}/{stored.event_id}", self.now)
            if told:
                self.store.commit(file, held, owner=self.token(), ledger=told)
        return ref, title
