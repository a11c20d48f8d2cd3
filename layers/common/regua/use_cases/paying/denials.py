"""A gateway says that a charge is not paid which we have as paid: work for a person, in whatever order it is told."""

from dataclasses import dataclass
from datetime import datetime

from regua.domain.model import File
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind
from regua.domain.money.tellings import denied_cents
from regua.domain.values import replace
from regua.domain.work import Work
from regua.ports import InboxEvent, InboxStatus, Metrics, Store
from regua.use_cases import opened_work
from regua.use_cases.paying import inbox
from regua.use_cases.paying.follow_up import denied
from regua.use_cases.paying.owner import named, names_of

_LAST = "denied"
"""What is put behind a charge's name, for the item that keeps when it was last said to be unpaid."""


@dataclass(frozen=True, slots=True)
class Denials:
    """The ports of this use case."""

    store: Store
    metrics: Metrics

    def tell(self, stored: InboxEvent, event: PaymentEvent, now: datetime) -> None:
        """The charge is not paid, as of a moment. What was told of it may come after this: the moment is kept where the
        gateway names one.
        """
        ref = named(self.store, stored.tenant, names_of(event))
        file = self.store.load(stored.tenant, ref.debtor) if ref is not None else None
        cents = denied_cents(file.facts, event, event.told_at or now) if file is not None else 0
        if file is not None and ref is not None and cents:
            told = (
                f.receivable for f in file.facts if f.gateway == event.gateway and f.fact_id.startswith(event.denies)
            )
            title = next(told, ref.item)  # a number may name another bill than the one that was paid
            opened_work.put(self.store, self.metrics, denied(file, title, event, cents, now))
        elif event.told_at is not None:
            self._keep(stored, event, event.told_at, now)

    def of_older(self, file: File, event: PaymentEvent, title: str, now: datetime) -> list[Work]:
        """The same work where the charge's receipt is told after it, and is older."""
        charge, named_, _ = event.event_id.partition(":")
        if event.kind is not PaymentEventKind.CREDIT or not event.recurs or not named_:
            return []
        kept = self.store.get_inbox(file.debtor.tenant, event.gateway, f"{charge}:{_LAST}")
        if kept is None:
            return []
        at, _, word = kept.note.partition(" ")
        denial = replace(event, denies=f"{charge}:", raw_type=word)
        cents = denied_cents(file.facts, denial, datetime.fromisoformat(at))
        return [denied(file, title, denial, cents, now)] if cents else []

    def _keep(self, stored: InboxEvent, event: PaymentEvent, at: datetime, now: datetime) -> None:
        note = f"{at.isoformat()} {event.raw_type}"
        last = inbox.found(stored.tenant, replace(event, event_id=f"{event.denies}{_LAST}"), inbox.PULL, now)
        kept = self.store.put_inbox(replace(last, status=InboxStatus.IGNORED, note=note))
        if datetime.fromisoformat(kept.note.partition(" ")[0]) < at:
            self.store.mark_inbox(replace(kept, note=note))
