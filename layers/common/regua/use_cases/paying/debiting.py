"""What gateways tell of automatic debits (Pix Automático) is written down at the title: its ladder waits for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from regua.domain.model import DebitState, File, LedgerEntry, Receivable
from regua.domain.money import debits
from regua.domain.money.payment_event import PaymentEvent, Reference
from regua.domain.reasons import Reason
from regua.domain.tenant import Tenant
from regua.domain.values import replace
from regua.ports import InboxEvent, InboxStatus, Ref, Store
from regua.use_cases.conflicts import until_committed
from regua.use_cases.paying import inbox
from regua.use_cases.paying.bills import bill_of
from regua.use_cases.paying.owner import named, names_of

_REASONS = {
    DebitState.SCHEDULED: Reason.DEBIT_SCHEDULED,
    DebitState.REFUSED: Reason.DEBIT_REFUSED,
    DebitState.ENDED: Reason.DEBIT_ENDED,
}


@dataclass(frozen=True, slots=True)
class Debiting:
    """The ports of this use case."""

    store: Store
    owner: Callable[[], str]
    news: inbox.StoredNews

    def told(self, stored: InboxEvent, events: list[PaymentEvent], tenant: Tenant, now: datetime) -> InboxStatus:
        """Writes down what a stored event turned out to say of debits. They move no money yet: of a title nobody knows
        they are no work. They wait for it as long as they may matter, for whoever imports it must not ask for what is
        being debited. Raises OvertakenError.
        """
        status = InboxStatus.IGNORED
        names: list[Reference] = []
        for event in events:
            own = [*names_of(event), *self._names_of_charge(stored, event)]
            names += own
            ref = named(self.store, stored.tenant, own)
            ref = bill_of(self.store, stored.tenant, ref, event.due_on) if ref is not None else None
            if ref is not None and self._tell(stored, event, ref, tenant, now):
                status = InboxStatus.APPLIED
        if status is InboxStatus.APPLIED:
            return status
        done = replace(stored, status=status, note=events[-1].raw_type[:200], attempts=stored.attempts + 1)
        done = inbox.waiting(stored, names, "débito automático de um título que não está aqui", now) or done
        self.store.mark_inbox(done)
        return done.status

    def _names_of_charge(self, stored: InboxEvent, event: PaymentEvent) -> list[Reference]:
        """Whose it is, as the news of its charge (`refers_to`) told; a debit's own news may know the charge alone."""
        first = self.store.get_inbox(stored.tenant, stored.gateway, event.refers_to) if event.refers_to else None
        charge = self.news.event_of(first)[0] if first is not None else None
        return names_of(charge) if charge is not None else []

    def _tell(self, stored: InboxEvent, event: PaymentEvent, ref: Ref, tenant: Tenant, now: datetime) -> bool:
        """Writes down what a stored event tells of a title's debit, and marks the event with it; False when the title
        is not there. Raises OvertakenError.
        """

        def attempt() -> bool:
            file = self.store.load(stored.tenant, ref.debtor)
            title = file.receivable(ref.item) if file is not None else None
            if file is None or title is None:
                return False
            at = event.occurred_at or stored.received_at
            after = debits.told(title, event.kind, event.due_on, at, tenant.time_zone)
            done = replace(stored, status=InboxStatus.APPLIED, debtor=ref.debtor, receivable=title.id)
            if after == title:
                self.store.mark_inbox(done)
                return True
            marks = [] if stored.status is InboxStatus.APPLIED else [done]
            entry = _entry(file, after, event, now)
            changed = replace(file, receivables=tuple(after if r.id == after.id else r for r in file.receivables))
            self.store.commit(file, changed, owner=self.owner(), ledger=[entry], inbox=marks)
            return True

        return until_committed(attempt)


def _entry(file: File, title: Receivable, event: PaymentEvent, now: datetime) -> LedgerEntry:
    state = title.debit.state if title.debit is not None else DebitState.ENDED
    return LedgerEntry(
        at=now,
        reason=_REASONS[state],
        receivables=(title.id,),
        cycle=file.debtor.case.cycle,
        reference=event.event_id,
        policy=file.debtor.case.policy,
    )
