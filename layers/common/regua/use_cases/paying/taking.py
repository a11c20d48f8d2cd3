"""The events of a notification come to stand by themselves: each stored once, then settled.

A message of a few events is taken apart while its sender waits. A large one is stored whole, acknowledged, and taken
apart from the queue: senders give up after seconds, and send everything again. However often that is interrupted or
repeated, every event stands once; what is left is known by the message that is not done.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from regua.domain.money.debits import STATES
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind
from regua.domain.values import replace
from regua.ports import InboxEvent, InboxStatus, Metrics, Store
from regua.use_cases.paying import inbox
from regua.use_cases.paying.look_ups import LookUp, LookUps
from regua.use_cases.paying.settle_job import SettleJob

RESERVE_SECONDS = 15.0
"""So long before a function's end nothing more is begun: the slowest event that was seen takes a third of it."""
_MESSAGE, _UNREAD = "message-", "unread-"
_MOVES_NOTHING = (PaymentEventKind.LIFECYCLE, PaymentEventKind.UNKNOWN, PaymentEventKind.LINK, *STATES)


@dataclass(frozen=True, slots=True)
class Taking:
    """The ports of this, at a moment."""

    store: Store
    news: inbox.StoredNews
    metrics: Metrics
    settle: Callable[[InboxEvent, PaymentEvent | None], InboxStatus]
    enqueue: Callable[[SettleJob], None]
    time_left: Callable[[], float]
    """Seconds until whoever does this is ended."""
    now: datetime

    def whole(self, told: InboxEvent, digest: str) -> None:
        """Stores a message whole (`told` without an id), to be taken apart later. The same message again is taken apart
        again: its events are known then.
        """
        message = self.store.put_inbox(replace(told, event_id=f"{_MESSAGE}{digest}", taken=0))
        if message.status is not InboxStatus.PENDING:
            begun = replace(message, received_at=told.received_at, status=InboxStatus.PENDING, note="", taken=0)
            self.store.mark_inbox(begun)
        self._later(message)

    def unread(self, told: InboxEvent, digest: str) -> str:
        """Stores a message nobody can read: it is work, and taken apart once a repaired release reads it. Its id."""
        new = replace(told, event_id=f"{_UNREAD}{digest}", taken=0)
        stored = self.store.put_inbox(new)
        self._count(None, fresh=True)
        if stored.status is InboxStatus.PENDING:
            self._cannot_read(stored, told.note)
        return new.event_id

    def message(self, stored: InboxEvent) -> None:
        """Takes a stored message apart, from where that was left; what does not fit into the time is asked for again.
        A message whose body is gone, or cannot be read, is work. Raises RetryableError when it cannot be read now.
        """
        if stored.status in (InboxStatus.APPLIED, InboxStatus.IGNORED):
            return
        events, why = self.news.events_of(stored)
        if not events:
            self._cannot_read(stored, why)
            return
        looked_up = looks(events)
        told = replace(stored, status=InboxStatus.PENDING, attempts=0, note="", taken=None)
        for n in range(stored.taken or 0, len(events)):
            if self.time_left() < RESERVE_SECONDS:
                self.store.mark_inbox(replace(stored, taken=n))
                self._later(stored)
                return
            self.event(replace(told, event_id=events[n].event_id), events[n], looked_up)
        note = f"{len(events)} avisos numa mensagem só; cada um está guardado por si"
        self.store.mark_inbox(replace(stored, status=InboxStatus.IGNORED, note=note, taken=len(events)))

    def event(self, new: InboxEvent, event: PaymentEvent, looked_up: Container[str] = ()) -> bool:
        """Stores one event and settles it; False for one that is to be told again later.
        `looked_up` are the ids of the message's events that ask for a look-up.
        """
        if event.kind is PaymentEventKind.LOOKUP:
            return self._look_up(new, event)
        first = stored = self.store.put_inbox(new)
        if not inbox.same_words(stored, new) and _may_be_news(event, stored):
            stored = self.store.put_inbox(inbox.told_again(first, new))
        self._count(event, fresh=stored.received_at == new.received_at)
        if stored.status is InboxStatus.PENDING and new.event_id not in looked_up:  # one item: what asks more counts
            # what was stored before under this id is what counts: it is read again if it was another body
            self._settle(stored, event if inbox.same_words(stored, new) else None)
        if stored is not first and first.status is InboxStatus.UNMATCHED:
            self._settle(first, event)  # it is the same money, which another notification has given a name
        return True

    def _look_up(self, new: InboxEvent, event: PaymentEvent) -> bool:
        """Stores a notice that asks for a look-up, where none that waits will find what it tells."""
        look_ups = LookUps(self.store, self.metrics, self.now)
        new = replace(new, unproven=look_ups.strange(new, event))
        look = look_ups.of(new, event)
        if look is LookUp.STORE:
            stored = self.store.put_inbox(new)
            self._count(event, fresh=stored.received_at == new.received_at)
            look = look_ups.begin(stored, event)
            if look is not LookUp.MERGED:
                self._later(stored, look_ups.next_minute if look is LookUp.AFTER else None)
        return look is not LookUp.REFUSED

    def _cannot_read(self, stored: InboxEvent, why: str) -> None:
        note = why or "o aviso não pôde ser lido"
        marked = replace(stored, status=InboxStatus.UNMATCHED, note=note, attempts=stored.attempts + 1)
        self.store.mark_inbox(marked)

    def _count(self, event: PaymentEvent | None, *, fresh: bool) -> None:
        if event is None or event.kind in _MOVES_NOTHING:
            self.metrics.add("WebhooksOther", 1)
            return
        self.metrics.add("PaymentsReceived", 1)
        if not fresh:
            self.metrics.add("PaymentsDuplicate", 1)

    def _settle(self, stored: InboxEvent, event: PaymentEvent | None) -> None:
        """Settles at once; whatever fails is stored already and goes to the queue, never to the gateway."""
        try:
            self.settle(stored, event)
        except Exception:  # noqa: BLE001 - the event is stored: the queue tries again, and its DLQ raises an alarm
            self.metrics.add("SettleFailed", 1, gateway=stored.gateway)
            self._later(stored)

    def _later(self, stored: InboxEvent, not_before: datetime | None = None) -> None:
        self.enqueue(SettleJob(stored.tenant, stored.gateway, stored.event_id, not_before=not_before))


def is_message(stored: InboxEvent) -> bool:
    """Whether it is a message, and not one event of it; earlier releases told one that nobody could read by its id."""
    return stored.taken is not None or stored.event_id.startswith(_UNREAD)


def looks(events: Sequence[PaymentEvent]) -> frozenset[str]:
    """The ids of those that ask for a look-up."""
    return frozenset(event.event_id for event in events if event.kind is PaymentEventKind.LOOKUP)


def _may_be_news(event: PaymentEvent, stored: InboxEvent) -> bool:
    """Whether other words under an id that is stored may say more: money that came again, whose it is, or what it is
    made of.
    """
    if event.kind is PaymentEventKind.LINK:  # a bill may have several payments
        return True
    if event.kind not in (PaymentEventKind.CREDIT, PaymentEventKind.REFUND, PaymentEventKind.CHARGEBACK):
        return False
    named = {(str(name.kind), name.value) for name in (event.reference, *event.alternatives)}
    made_of = event.parts is not None and bool(event.parts.granted_cents or event.parts.charged_cents)
    return event.recurs or made_of or (stored.status is InboxStatus.UNMATCHED and not named <= set(stored.names))
