"""Notifications of gateways: authenticate, store, answer.

What a gateway sends is stored before it is understood. Everything authentic is acknowledged, also what is unknown,
repeated, unmatched or unreadable: an error would stop the money feed of some gateways (Asaas pauses a queue after 15
failures). Only our own failure to store is an error, so that the gateway sends again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from regua.domain.money.debits import STATES
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind
from regua.ports import Gateway, InboxEvent, InboxStatus
from regua.use_cases.paying import inbox
from regua.use_cases.paying.settle_job import SettleJob
from regua.use_cases.paying.settling import Settling

_MOVES_NOTHING = (PaymentEventKind.LIFECYCLE, PaymentEventKind.UNKNOWN, PaymentEventKind.LINK, *STATES)


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """The HTTP answer."""

    status: int
    why: str
    event_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receiving:
    """The ports are those of settling, which follows at once."""

    settling: Settling

    def receive(
        self,
        tenant: str,
        gateway: str,
        body: bytes,
        headers: Mapping[str, str],
        query: Mapping[str, str],
        *,
        mutual_tls: bool = False,
    ) -> WebhookAnswer:
        """Handles one webhook call. `headers` have lower-case names; `mutual_tls` says that the caller showed a
        client certificate of the truststore: where a notification proves nothing, only that proves who is calling.
        """
        ports = self.settling
        try:
            config = ports.rulebook.config.tenant(tenant).gateways[gateway]
            adapter = ports.gateway(gateway)
        except KeyError:
            return WebhookAnswer(404, "unknown tenant or gateway")
        try:
            secrets = tuple(ports.secrets.get(name) for name in config.secrets)
        except KeyError:
            return self._rejected(gateway, 503, "a secret of this gateway is not configured")
        verdict = adapter.verify(body, headers, query, secrets, ports.clock.now())
        if not verdict.authentic:
            return self._rejected(gateway, 401, verdict.why)
        events, note = inbox.read_notification(adapter, body, headers, query)
        if verdict.transport and not mutual_tls and any(e.kind is not PaymentEventKind.LOOKUP for e in events):
            # a thin notification only makes us look the charge up; any other would be believed
            return self._rejected(gateway, 401, "neither a secret nor a client certificate proves the sender")
        return WebhookAnswer(200, "ok", self._take(tenant, adapter, body, headers, events, note))

    def _rejected(self, gateway: str, status: int, why: str) -> WebhookAnswer:
        self.settling.metrics.add("WebhookRejected", 1, gateway=gateway)
        return WebhookAnswer(status, why)

    def _take(
        self,
        tenant: str,
        adapter: Gateway,
        body: bytes,
        headers: Mapping[str, str],
        events: list[PaymentEvent],
        note: str,
    ) -> tuple[str, ...]:
        """Stores every event of the notification, or the whole of one nobody can read, and settles; returns the ids."""
        ids: list[str] = []
        now = self.settling.clock.now()
        wanted: list[PaymentEvent | None] = [*events] or [None]
        looked_up = {event.event_id for event in events if event.kind is PaymentEventKind.LOOKUP}
        for event in wanted:
            event_id = event.event_id if event else f"unread-{hashlib.sha256(body).hexdigest()[:40]}"
            new = inbox.notified(tenant, adapter, event_id, body, headers, now, note)
            stored = self.settling.store.put_inbox(new)
            first = stored
            if event is not None and stored.body != new.body and _may_be_news(event, stored):
                stored = self.settling.store.put_inbox(inbox.told_again(first, new))
            ids.append(event_id)
            self._count(event, fresh=stored.received_at == now)
            if event is not None and event.kind is PaymentEventKind.LOOKUP:
                self._later(stored)
            elif stored.status is InboxStatus.PENDING and event_id not in looked_up:  # one item: what asks more counts
                # what was stored before under this id is what counts: it is read again if it was another body
                self._settle(stored, event if stored.body == new.body else None)
            if stored is not first and first.status is InboxStatus.UNMATCHED:
                self._settle(first, event)  # it is the same money, which another notification has given a name
        return tuple(ids)

    def _count(self, event: PaymentEvent | None, *, fresh: bool) -> None:
        metrics = self.settling.metrics
        if event is None or event.kind in _MOVES_NOTHING:
            metrics.add("WebhooksOther", 1)
            return
        metrics.add("PaymentsReceived", 1)
        if not fresh:
            metrics.add("PaymentsDuplicate", 1)

    def _settle(self, stored: InboxEvent, event: PaymentEvent | None) -> None:
        """Settles at once; whatever fails is stored already and goes to the queue, never to the gateway."""
        try:
            self.settling.settle(stored, event)
        except Exception:  # noqa: BLE001 - the event is stored: the queue tries again, and its DLQ raises an alarm
            self.settling.metrics.add("SettleFailed", 1, gateway=stored.gateway)
            self._later(stored)

    def _later(self, stored: InboxEvent) -> None:
        self.settling.enqueue(SettleJob(stored.tenant, stored.gateway, stored.event_id))


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
