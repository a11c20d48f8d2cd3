"""What a record tells that only a person can judge: it goes onto the list, and what it may be about waits meanwhile."""

from dataclasses import dataclass
from datetime import datetime

from regua.domain.contact.rules import Rules
from regua.domain.model import Receivable, ReceivableStatus
from regua.domain.money.payment_event import PaymentEvent
from regua.domain.values import replace
from regua.ports import InboxEvent, InboxStatus, Ref, Store
from regua.use_cases.paying.on_hold import PAID, hold_there, without_money
from regua.use_cases.paying.owner import names_of, owner


@dataclass(frozen=True, slots=True)
class Asking:
    """The ports of this, at a moment."""

    store: Store
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
            held = [self._hold(stored, event, ref) for ref in found.may_be]
            return replace(known, held=tuple((ref.debtor, title.id) for ref, title in filter(None, held)))
        if found.ref is None or not found.ref.item:
            return known
        there = self._hold(stored, event, found.ref)
        if there is None:
            return known
        ref, title = there
        paid = title.status is ReceivableStatus.PAID and without_money(stored)
        status = InboxStatus.IGNORED if paid else stored.status
        return replace(known, debtor=ref.debtor, receivable=ref.item, status=status)

    def _hold(self, stored: InboxEvent, event: PaymentEvent, ref: Ref) -> tuple[Ref, Receivable] | None:
        """Where the title is by now, which waits where what is told would lessen what it owes today."""
        return hold_there(
            self.store, stored, ref, self.now, lambda title: event.due_on is None or event.due_on > title.due_on
        )
