"""Payments: authenticate, store, answer, settle, close.

What a gateway sent is stored before it is understood. Everything authentic is acknowledged, also what is unknown,
repeated, unmatched or unreadable: an error would stop the money feed of some gateways (Asaas pauses a queue after 15
failures). Only our own failure to store is an error, so that the gateway sends again.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import cast

from regua.domain.contact.rules import Rules
from regua.domain.contact.thank_you import thanks_due
from regua.domain.ids import bare_number
from regua.domain.model import FactKind, File, PaymentFact
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind
from regua.domain.reasons import Reason
from regua.ports import (
    ChargeMaker,
    Clock,
    ConflictError,
    Executions,
    Gateway,
    InboxEvent,
    InboxStatus,
    Metrics,
    PermanentError,
    Ref,
    RetryableError,
    Secrets,
    Store,
)
from regua.use_cases.collecting.costing import Costing
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.desk import worklist
from regua.use_cases.paying import pulled_event
from regua.use_cases.paying.closure import Effect, commit_settled, with_facts
from regua.use_cases.paying.follow_up import disagreement, follow_up
from regua.use_cases.paying.message_body import as_text, read_message, stored_event

CONFLICTS = 8
UNMATCHED_FOR = timedelta(days=30)
"""How long an unmatched payment is tried again by itself; it stays on the worklist for ever."""
SEEN_AT_MOST = 50_000
"""Waiting events one sweep looks through."""
_FACTS = {
    PaymentEventKind.CREDIT: FactKind.CREDIT,
    PaymentEventKind.REFUND: FactKind.REFUND,
    PaymentEventKind.CHARGEBACK: FactKind.CHARGEBACK,
}


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """The HTTP answer."""

    status: int
    why: str
    event_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receiving:
    """The ports of this use case."""

    store: Store
    rulebook: Rulebook
    gateway: Callable[[str], Gateway]
    secrets: Secrets
    executions: Executions
    clock: Clock
    metrics: Metrics
    owner: Callable[[], str]
    enqueue: Callable[[str, str, str], None]
    """Asks for an event (tenant, gateway, event id) to be settled later, off the request path."""

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
        client certificate of the truststore: where a message proves nothing, only that proves who is calling.
        """
        try:
            config = self.rulebook.config.tenant(tenant).gateways[gateway]
            adapter = self.gateway(gateway)
        except KeyError:
            return WebhookAnswer(404, "unknown tenant or gateway")
        try:
            secrets = tuple(self.secrets.get(name) for name in config.secrets)
        except KeyError:
            self.metrics.add("WebhookRejected", 1, gateway=gateway)
            return WebhookAnswer(503, "a secret of this gateway is not configured")
        now = self.clock.now()
        verdict = adapter.verify(body, headers, query, secrets, now)
        if not verdict.authentic:
            self.metrics.add("WebhookRejected", 1, gateway=gateway)
            return WebhookAnswer(401, verdict.why)
        events, note = read_message(adapter, body, headers, query)
        if verdict.transport and not mutual_tls and any(e.kind is not PaymentEventKind.LOOKUP for e in events):
            # a thin message only makes us look the charge up; any other would be believed
            self.metrics.add("WebhookRejected", 1, gateway=gateway)
            return WebhookAnswer(401, "neither a secret nor a client certificate proves the sender")
        text = as_text(body)
        kept = tuple((k, v) for k, v in headers.items() if k in getattr(adapter, "kept_headers", ()))
        ids: list[str] = []
        wanted: list[PaymentEvent | None] = [*events] or [None]
        for event in wanted:
            event_id = event.event_id if event else f"unread-{hashlib.sha256(body).hexdigest()[:40]}"
            stored = self.store.put_inbox(InboxEvent(tenant, gateway, event_id, now, text, kept, note=note))
            ids.append(event_id)
            self._count_received(event, fresh=stored.received_at == now)
            if stored.status is InboxStatus.PENDING or (event and event.kind is PaymentEventKind.LOOKUP):
                self._settle_or_enqueue(stored, event)
        return WebhookAnswer(200, "ok", tuple(ids))

    def _count_received(self, event: PaymentEvent | None, *, fresh: bool) -> None:
        if event is None or event.kind in (PaymentEventKind.LIFECYCLE, PaymentEventKind.UNKNOWN):
            self.metrics.add("WebhooksOther", 1)
            return
        self.metrics.add("PaymentsReceived", 1)
        if not fresh:
            self.metrics.add("PaymentsDuplicate", 1)

    def _settle_or_enqueue(self, stored: InboxEvent, event: PaymentEvent | None) -> None:
        """Settles at once; whatever fails is stored already and goes to the queue, never to the gateway."""
        if event is not None and event.kind is PaymentEventKind.LOOKUP:
            self.enqueue(stored.tenant, stored.gateway, stored.event_id)
            return
        try:
            self._settle(stored)
        except Exception:  # noqa: BLE001 - the event is stored: the queue tries again, and its DLQ raises an alarm
            self.metrics.add("SettleFailed", 1, gateway=stored.gateway)
            self.enqueue(stored.tenant, stored.gateway, stored.event_id)

    def settle(self, tenant: str, gateway: str, event_id: str) -> InboxStatus:
        """Applies one stored event. Raises RetryableError when it should be tried again, KeyError when unknown."""
        stored = self.store.get_inbox(tenant, gateway, event_id)
        if stored is None:
            raise KeyError("no such inbox event")
        return self._settle(stored)

    def _settle(self, stored: InboxEvent) -> InboxStatus:
        if stored.gateway == worklist.NAME:
            return self._cancel_charge(stored)
        adapter = self.gateway(stored.gateway)
        if stored.evidence == pulled_event.EVIDENCE:
            return self._settled_already(stored) or self.apply(
                stored, [pulled_event.read(stored.body)], stored.evidence
            )
        event, note = stored_event(adapter, stored)
        looked_up = event is not None and event.kind is PaymentEventKind.LOOKUP
        status = self._settled_already(stored)
        if status and not looked_up:
            return status  # a lookup is repeated: the charge may have moved on, and its facts are a set
        if event is None:
            return self._mark(stored, InboxStatus.UNMATCHED, note or "o aviso não pôde ser lido")
        if event.kind is PaymentEventKind.LOOKUP:
            return self._look_up(stored, event, adapter)
        return self.apply(stored, [event])

    @staticmethod
    def _settled_already(stored: InboxEvent) -> InboxStatus | None:
        return stored.status if stored.status in (InboxStatus.APPLIED, InboxStatus.IGNORED) else None

    def _cancel_charge(self, stored: InboxEvent) -> InboxStatus:
        """What a machine owes the outside: a charge that must not be paid any more. Other work waits for a person."""
        work = worklist.read(stored)
        if stored.status is not InboxStatus.PENDING or work.kind is not worklist.Kind.CANCEL_CHARGE:
            return stored.status
        try:
            config = self.rulebook.config.tenant(stored.tenant).gateways[work.gateway]
            cast(ChargeMaker, self.gateway(work.gateway)).cancel_charge(work.reference, config, self.secrets)
        except KeyError:
            return self._mark(stored, InboxStatus.UNMATCHED, "o gateway desta cobrança não está mais configurado")
        except PermanentError as error:
            return self._mark(stored, InboxStatus.UNMATCHED, f"o gateway não cancelou: {error}")
        self.metrics.add("ChargesCancelled", 1)
        return self._mark(stored, InboxStatus.IGNORED, "cancelada")

    def _look_up(self, stored: InboxEvent, event: PaymentEvent, adapter: Gateway) -> InboxStatus:
        config = self.rulebook.config.tenant(stored.tenant).gateways[stored.gateway]
        try:
            found = adapter.fetch(event, config, self.secrets)
        except PermanentError as error:
            return self._mark(stored, InboxStatus.UNMATCHED, f"a consulta ao gateway foi recusada: {error}")
        return self.apply(stored, found)

    def apply(self, stored: InboxEvent, events: Iterable[PaymentEvent], evidence: str = "webhook") -> InboxStatus:
        """Settles what an inbox event turned out to say; several events (a lookup's history) may be one debtor's."""
        wanted = list(events)
        money = [e for e in wanted if e.kind in _FACTS]
        if not money:
            unread = [e.note for e in wanted if e.kind is PaymentEventKind.UNKNOWN and e.note]
            if unread:
                return self._mark(stored, InboxStatus.UNMATCHED, unread[0])
            return self._mark(stored, InboxStatus.IGNORED, ",".join(e.raw_type for e in wanted)[:200])
        results: list[InboxStatus] = []
        for event in money:
            # an event of which a part is nobody's stays on the worklist, whatever became of the rest
            final = event is money[-1] and InboxStatus.UNMATCHED not in results
            results.append(self._apply_one(stored, event, evidence, final=final))
        if InboxStatus.UNMATCHED in results:
            stored = replace(stored, amount_cents=money[-1].amount_cents)
            return self._mark(stored, InboxStatus.UNMATCHED, "nenhum título tem esta referência")
        return InboxStatus.APPLIED

    def _apply_one(self, stored: InboxEvent, event: PaymentEvent, evidence: str, *, final: bool) -> InboxStatus:
        ref = self._find(stored.tenant, (event.reference, *event.alternatives))
        if ref is None:
            if not stored.attempts:
                self.metrics.add("PaymentsUnmatched", 1)
            return InboxStatus.UNMATCHED
        for _ in range(CONFLICTS):
            file = self.store.load(stored.tenant, ref.debtor)
            if file is None:
                return InboxStatus.UNMATCHED
            now = self.clock.now()
            rules = self.rulebook.rules(stored.tenant, now)
            effect = with_facts(file, [_fact(event, ref, evidence, now)], rules, now, stored.event_id)
            done = replace(
                stored,
                status=InboxStatus.APPLIED if final else stored.status,
                debtor=ref.debtor,
                receivable=ref.item,
                amount_cents=event.amount_cents,
                note="" if effect else "already known",
            )
            if effect is None:
                said_otherwise = disagreement(file, event, evidence, now)
                if said_otherwise is not None:
                    worklist.put(self.store, self.metrics, said_otherwise)
                self.store.mark_inbox(done)
                self.metrics.add("PaymentsDuplicate", 1)
                return InboxStatus.APPLIED
            names = [r.value for r in (event.reference, *event.alternatives)]
            work = follow_up(file, effect, rules, now, stored.event_id, names)
            try:
                commit_settled(self.store, self.owner, file, effect, done, work)
            except ConflictError:
                continue
            self._after(effect, file, now, rules.tenant.settling.attribution_days)
            if stored.status is InboxStatus.UNMATCHED:
                self.metrics.add(
                    "PaymentsUnmatched", -1
                )  # matched after all: received = applied + duplicate + unmatched
            self._follow_up(effect, work, rules, now)
            return InboxStatus.APPLIED
        raise RetryableError("too many writers at this debtor")

    def _find(self, tenant: str, references: Iterable[Reference]) -> Ref | None:
        for reference in references:
            if reference.kind is not ReferenceKind.NONE and reference.value.strip("0 "):
                ours = reference.kind is ReferenceKind.OUR_NUMBER
                found = self.store.find(
                    tenant, reference.kind, bare_number(reference.value) if ours else reference.value
                )
                if found is not None:
                    return found
        return None

    def _mark(self, stored: InboxEvent, status: InboxStatus, note: str) -> InboxStatus:
        self.store.mark_inbox(replace(stored, status=status, note=note[:500], attempts=stored.attempts + 1))
        return status

    def _after(self, effect: Effect, before: File, now: datetime, attribution_days: int) -> None:
        """Figures and the courtesy stop: both after the commit, both may be lost without harm."""
        self.metrics.add("PaymentsApplied", 1)
        last = max(before.debtor.recent, key=lambda p: p.at, default=None)
        if last is not None and last.at < now - timedelta(days=attribution_days):
            last = None
        self.metrics.add(
            "AmountRecovered",
            effect.recovered_cents,
            "None",
            channel=last.channel if last else "none",
            phase=last.phase if last else "none",
        )
        Costing(self.store, self.metrics).recovered(before.debtor.tenant, effect.recovered_cents, now)
        kept = sum(entry.reason == Reason.PROMISE_KEPT for entry in effect.ledger)
        if kept:
            self.metrics.add("PromisesKept", kept)
        for days in effect.days_to_pay:
            self.metrics.add("DaysToPay", days, "None")
        if effect.closed:
            self.metrics.add("CasesClosed", 1)
        if effect.stopped_execution:
            self.executions.stop(effect.stopped_execution)

    def _follow_up(self, effect: Effect, work: list[InboxEvent], rules: Rules, now: datetime) -> None:
        """Sets to work what was committed: the sweep repairs what is lost here, and a lost thank-you is no harm."""
        for event in work:
            if event.status is InboxStatus.UNMATCHED:
                self.metrics.add("WorkOpened", 1, kind=worklist.read(event).kind)
        debtor = effect.file.debtor
        thanks = thanks_due(effect.file, rules, now) if effect.closed else None
        try:
            for event in work:
                if event.status is InboxStatus.PENDING:
                    self.enqueue(event.tenant, event.gateway, event.event_id)
            if thanks is not None:
                seconds = self.clock.wait_seconds(thanks.at)
                self.executions.start(debtor.tenant, debtor.id, debtor.case.cycle, seconds)
        except Exception:  # noqa: BLE001 - the money is settled and committed: nothing beside it may fail it
            self.metrics.add("FollowUpsLost", 1)

    def sweep(self, older_than: timedelta = timedelta(minutes=5), limit: int = 500) -> int:
        """Settles what is still PENDING, and tries again what was UNMATCHED in the last month: its receivable may have
        been imported since. Returns how many were tried. The daily scan calls it.
        """
        now, tried = self.clock.now(), 0
        waiting = [
            event
            for status in (InboxStatus.PENDING, InboxStatus.UNMATCHED)
            for event in self._waiting(status, now - UNMATCHED_FOR, now - older_than, limit)
        ]
        for event in waiting:
            tried += 1
            try:
                self.settle(event.tenant, event.gateway, event.event_id)
            except Exception:  # noqa: BLE001 - one event's fault stops neither the others nor the scan; it is alarmed
                self.metrics.add("SettleFailed", 1, gateway=event.gateway)
        return tried

    def _waiting(self, status: InboxStatus, since: datetime, until: datetime, limit: int) -> Iterator[InboxEvent]:
        """The first `limit` events in that status of that time: older ones, left to people, hide none of them."""
        found = self.store.inbox(None, status, SEEN_AT_MOST, since)
        return islice((e for e in found if e.received_at <= until and not _for_a_person(e)), limit)

    def replay(self, tenant: str, gateway: str, event_id: str) -> InboxStatus:
        """Tries an UNMATCHED (or PENDING) event again, e.g. after its receivable was imported."""
        return self.settle(tenant, gateway, event_id)


def _for_a_person(event: InboxEvent) -> bool:
    return event.gateway == worklist.NAME and event.status is InboxStatus.UNMATCHED


def _fact(event: PaymentEvent, ref: Ref, evidence: str, now: datetime) -> PaymentFact:
    return PaymentFact(
        gateway=event.gateway,
        fact_id=event.event_id,
        kind=_FACTS[event.kind],
        receivable=ref.item,
        amount_cents=event.amount_cents,
        occurred_at=event.occurred_at or now,
        rail=event.rail,
        refers_to=event.refers_to,
        cumulative=event.cumulative,
        evidence=evidence,
    )
