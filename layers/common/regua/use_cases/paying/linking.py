"""Of which title a payment is, where its money is told elsewhere (Stripe): remembered, and so is what it is made of.

A bill names the title and what was granted, another piece of news its payment, a third the money: they come in any
order, and some before the title.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from regua.domain.money.payment_event import BILL, MADE_OF, PaymentEvent, PaymentEventKind, Reference, ReferenceKind
from regua.domain.values import replace
from regua.ports import InboxEvent, InboxStatus, Ref, Store
from regua.use_cases.conflicts import until_committed
from regua.use_cases.paying import inbox
from regua.use_cases.paying.owner import named, names_of


@dataclass(frozen=True, slots=True)
class Linking:
    """The ports of this, at a moment."""

    store: Store
    token: Callable[[], str]
    news: inbox.StoredNews
    settle: Callable[[InboxEvent], InboxStatus]
    apply: Callable[[InboxEvent, list[PaymentEvent], str], InboxStatus]
    now: datetime

    def tell(self, stored: InboxEvent, event: PaymentEvent) -> InboxStatus:
        """Remembers whose a payment is; its money may have come already, and waits. So does this for its title."""
        names = [name for name in names_of(event) if name.value != event.refers_to]
        ref = named(self.store, stored.tenant, names)
        done = replace(stored, status=InboxStatus.IGNORED, note=event.raw_type, attempts=stored.attempts + 1)
        if ref is None:
            done = inbox.waiting(stored, names, "de um título que não está aqui", self.now) or done
        linked = ref is not None and self._remember(stored.tenant, event, ref)
        self.store.mark_inbox(done)
        money = self.store.get_inbox(stored.tenant, stored.gateway, event.refers_to) if linked else None
        if money is not None and money.status in (InboxStatus.UNMATCHED, InboxStatus.PENDING):
            self.settle(money)
        self._join(stored.tenant, stored.gateway, event.refers_to if event.parts else event.event_id)
        return done.status

    def tell_of(self, tenant: str, money: PaymentEvent) -> None:
        """What the bill of money that is settled has told of it."""
        of_bill = self._event(tenant, money.gateway, f"{money.event_id}{BILL}")
        if of_bill is not None:
            self._join(tenant, money.gateway, of_bill.refers_to)

    def _remember(self, tenant: str, event: PaymentEvent, ref: Ref) -> bool:
        of = Ref(tenant, str(ReferenceKind.CHARGE), event.refers_to, ref.debtor, ref.item)

        def attempt() -> bool:
            file = self.store.load(tenant, of.debtor)
            if file is not None:
                self.store.commit(file, file, owner=self.token(), refs=[of])
            return file is not None

        return until_committed(attempt)

    def _join(self, tenant: str, gateway: str, bill: str) -> None:
        """What a bill that is paid has granted is what its payment is made of, once it is known whose both are."""
        payment, made = self._event(tenant, gateway, bill), self._event(tenant, gateway, f"{bill}{MADE_OF}")
        if payment is None or made is None or made.parts is None or payment.kind is not PaymentEventKind.LINK:
            return
        paid, granted = payment.amount_cents or made.amount_cents, made.parts.granted_cents
        names = dict.fromkeys((*names_of(payment), *names_of(made)))
        told = (
            Reference(ReferenceKind.CHARGE, payment.refers_to),
            Reference(ReferenceKind.PAYMENT, f"{gateway}#{payment.refers_to}"),
            *names,
        )
        if named(self.store, tenant, told) is None:
            return
        credit = replace(
            made,
            event_id=payment.refers_to,
            kind=PaymentEventKind.CREDIT,
            reference=told[0],
            alternatives=told[1:],
            amount_cents=paid,
            refers_to="",
            parts=replace(made.parts, original_cents=paid + granted),
        )
        new = replace(inbox.found(tenant, credit, inbox.PULL, self.now), event_id=f"{credit.event_id}{MADE_OF}")
        stored = self.store.put_inbox(new)
        if stored.status is not InboxStatus.APPLIED:
            self.apply(stored, [credit], inbox.WEBHOOK)

    def _event(self, tenant: str, gateway: str, name: str) -> PaymentEvent | None:
        stored = self.store.get_inbox(tenant, gateway, name) if name else None
        return self.news.event_of(stored)[0] if stored is not None else None
