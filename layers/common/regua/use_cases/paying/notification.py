"""Notifications of gateways: authenticate, store, answer.

What a gateway sends is stored before it is understood. Everything authentic is acknowledged, also what is unknown,
repeated, unmatched or unreadable: an error would stop the money feed of some gateways (Asaas pauses a queue after 15
failures). Only our own failure to store is an error, so that the gateway sends again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind
from regua.domain.values import replace
from regua.ports import Gateway
from regua.use_cases.paying import inbox
from regua.use_cases.paying.settling import Settling
from regua.use_cases.paying.taking import looks

MOST_INSIDE = 32_000
"""Bytes of a body that an item of the table holds by itself; a larger one, or one of several events, is kept once,
outside. An item holds 400 kB in all, and is paid for by the kB with every write:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html (2026-11)."""
MOST_AT_ONCE = 50
"""Events that are settled while the sender waits, some two seconds; a message of more is stored whole."""


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
        except ValueError:
            return self._rejected(gateway, 503, "the tenant's configuration cannot be read")
        try:
            secrets = tuple(ports.secrets.get(name) for name in config.secrets)
        except KeyError:
            return self._rejected(gateway, 503, "a secret of this gateway is not configured")
        verdict = adapter.verify(body, headers, query, secrets, ports.clock.now())
        if not verdict.authentic:
            return self._rejected(gateway, 401, verdict.why)
        events, note = inbox.read_notification(adapter, body, headers, query)
        unproven = verdict.transport and not mutual_tls
        if unproven and not _only_asks(events, body):
            return self._dropped(gateway)
        ids = self._take(tenant, adapter, body, headers, events, note, unproven=unproven)
        if ids is None:
            return self._rejected(gateway, 503, "too many look-ups of unknown charges: tell it again in a minute")
        return WebhookAnswer(200, "ok", ids)

    def _rejected(self, gateway: str, status: int, why: str) -> WebhookAnswer:
        self.settling.metrics.add("WebhookRejected", 1, gateway=gateway)
        return WebhookAnswer(status, why)

    def _dropped(self, gateway: str) -> WebhookAnswer:
        """What proves nothing and asks nothing: anybody can send it without end, so it is counted and not stored."""
        self.settling.metrics.add("WebhookDropped", 1, gateway=gateway)
        return self._rejected(gateway, 401, "neither a secret nor a client certificate proves the sender")

    def _take(
        self,
        tenant: str,
        adapter: Gateway,
        body: bytes,
        headers: Mapping[str, str],
        events: list[PaymentEvent],
        note: str,
        *,
        unproven: bool = False,
    ) -> tuple[str, ...] | None:
        """Stores every event of the notification, or the whole of one nobody can read, and settles; returns the ids, or
        None where some of it must be told again.

        A body that is kept outside is kept first: whoever dies before its events are stored leaves a body that nobody
        points to, which is forgotten, and is sent it again.
        """
        settling = self.settling
        outside = len(events) > 1 or len(body) > MOST_INSIDE
        at = settling.bodies.keep(tenant, adapter.name, body) if outside else ""
        told = inbox.notified(tenant, adapter, "", body, headers, settling.clock.now(), note, body_at=at)
        told = replace(told, unproven=unproven)
        if outside:
            settling.news.remember(told, events)
        taking, digest = settling.taking(), inbox.digest_of(body)
        if not events:
            return (taking.unread(told, digest),)
        if len(events) > MOST_AT_ONCE:
            taking.whole(told, digest)
        else:
            looked_up = looks(events)
            done = [taking.event(replace(told, event_id=event.event_id), event, looked_up) for event in events]
            if not all(done):
                return None
        return tuple(event.event_id for event in events)


def _only_asks(events: list[PaymentEvent], body: bytes) -> bool:
    """Whether it only makes us look charges up: any other news would be believed, and what cannot be read says nothing.
    A notice of that sort is a few hundred bytes.
    """
    few = 0 < len(events) <= MOST_AT_ONCE and len(body) <= MOST_INSIDE
    return few and all(event.kind is PaymentEventKind.LOOKUP for event in events)
