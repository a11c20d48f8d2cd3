"""What gateways tell of automatic debits (Pix Automático) is written down at the title: its ladder waits for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from regua.domain.model import DebitState, File, LedgerEntry, Receivable
from regua.domain.money import debits
from regua.domain.money.payment_event import PaymentEvent
from regua.domain.reasons import Reason
from regua.domain.tenant import Tenant
from regua.domain.values import replace
from regua.ports import InboxEvent, InboxStatus, Ref, Store
from regua.use_cases.conflicts import until_committed

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

    def tell(self, stored: InboxEvent, event: PaymentEvent, ref: Ref, tenant: Tenant, now: datetime) -> bool:
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
