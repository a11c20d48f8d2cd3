"""Reconciliation: asks gateways what was paid and settles what webhooks lost.

What a pull finds goes the way of every payment, under the ids its webhook has, so nothing is credited twice. The other
way round, a credit a webhook told of that the gateway does not list becomes work for a person.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind
from regua.domain.money.tellings import stands
from regua.domain.tenant import GatewayConfig, Tenant
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind
from regua.ports import InboxEvent, InboxStatus, PaymentLister
from regua.use_cases import opened_work
from regua.use_cases.collecting.rulebook import STATE_RECONCILED
from regua.use_cases.paying import inbox
from regua.use_cases.paying.follow_up import disagreement
from regua.use_cases.paying.settling import Settling

LOOK_BACK = timedelta(days=7)
"""How far a pull reaches behind the last one: banks list some payments days after they happened."""
LONGEST = timedelta(days=60)
"""After a longer silence the bank's return file is the way."""
SLICE = timedelta(days=7)
"""One question to the gateway: some refuse longer periods."""
ANOTHER = timedelta(hours=12)
"""Money dated so long after it was told of is other money: days are told as their noon."""
RESERVE_SECONDS = 300.0
"""So long before a function's end no further slice is begun."""
GRACE = timedelta(days=3)
"""A credit younger than this may simply not be listed yet."""
_MONEY = (
    PaymentEventKind.CREDIT,
    PaymentEventKind.REFUND,
    PaymentEventKind.CHARGEBACK,
    PaymentEventKind.REINSTATED,
)


@dataclass
class Pulled:
    """What one pull did."""

    listed: int = 0
    lost: int = 0
    """Settled by the pull before any webhook told of it."""
    unmatched: int = 0
    disagreements: int = 0
    unknown: int = 0
    """Credits of webhooks the gateway does not list."""
    longest_lag: timedelta = timedelta(0)
    cut_short: bool = False
    """The time was over before all of it was asked for: the next pull goes on where this one ended."""
    ids: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Reconciling:
    """Settling has every port this needs."""

    settling: Settling

    def wanted(self) -> Iterator[tuple[str, str]]:
        """Every (tenant, gateway) that can be asked. A tenant whose configuration is wrong is counted and left out."""
        config = self.settling.rulebook.config
        for name in config.tenants():
            try:
                tenant = config.tenant(name)
            except (KeyError, ValueError):
                self.settling.metrics.add("ReconcileFailed", 1)
                continue
            yield from ((name, gateway) for gateway in self._lists(tenant))

    def run(self, tenant: str, gateway: str) -> Pulled:
        """Pulls one gateway of one tenant and, when all of it was settled, remembers until when; where the time is over
        before (`Pulled.cut_short`), how far it came.

        Raises RetryableError, PermanentError as the gateway does, KeyError for a tenant or gateway unknown, ValueError
        for one that lists nothing.
        """
        settling = self.settling
        try:
            found = self._pull(tenant, gateway, settling.clock.now())
        except Exception:
            settling.metrics.add("ReconcileFailed", 1)
            raise
        settling.metrics.add("ReconcileCutShort" if found.cut_short else "ReconcileCompleted", 1)
        settling.metrics.add("PaymentsFoundByPull", found.lost)
        return found

    def _pull(self, tenant: str, gateway: str, now: datetime) -> Pulled:
        config = self.settling.rulebook.config.tenant(tenant)
        if gateway not in self._lists(config):
            raise ValueError("this gateway is not asked what was paid")
        store, found = self.settling.store, Pulled()
        adapter = cast(PaymentLister, self.settling.gateway(gateway))
        state = store.get_state(tenant, _state(gateway))
        last, reached = state.get("until", ""), state.get("reached", "")
        start = datetime.fromisoformat(last) if last else now
        begun = max(datetime.fromisoformat(reached) if reached else start - LOOK_BACK, now - LONGEST)
        since = begun
        while since < now and not found.cut_short:
            end = min(since + SLICE, now)
            for event in adapter.list_payments(since, end, config.gateways[gateway], self.settling.secrets):
                if event.kind in _MONEY:
                    self._settle(tenant, gateway, event, now, found)
            since = end
            found.cut_short = since < now and self.settling.time_left() < RESERVE_SECONDS
        self._unlisted(tenant, gateway, begun, since, found)
        if found.cut_short:
            store.put_state(tenant, _state(gateway), {"until": last, "reached": since.isoformat()})
        else:
            self._remember(config, gateway, now)
        return found

    def _settle(self, tenant: str, gateway: str, event: PaymentEvent, now: datetime, found: Pulled) -> None:
        settling = self.settling
        if event.event_id in found.ids:
            return  # two slices of a day's listing
        found.ids.add(event.event_id)
        found.listed += 1
        if event.standing:
            event = replace(event, told_at=now)
        stored = settling.store.get_inbox(tenant, gateway, event.event_id)
        if stored is not None and stored.status is InboxStatus.APPLIED:
            if self._came_again(stored, event):
                settling.apply(stored, [event], evidence=inbox.PULL)
                return
            found.disagreements += stored.amount_cents != event.amount_cents and self._compare(stored, event, now)
            return
        if stored is None:
            stored = settling.store.put_inbox(inbox.found(tenant, event, inbox.PULL, now))
        fresh = stored.evidence == inbox.PULL and stored.received_at == now
        if settling.apply(stored, [event], evidence=inbox.PULL) is not InboxStatus.APPLIED:
            found.unmatched += 1
            return
        after = settling.store.get_inbox(tenant, gateway, event.event_id)
        if fresh and after is not None and not after.note:
            found.lost += 1
            lag = now - (event.occurred_at or now)
            found.longest_lag = max(found.longest_lag, lag)
            settling.metrics.add("PullLagSeconds", lag.total_seconds(), "Seconds")

    def _came_again(self, stored: InboxEvent, event: PaymentEvent) -> bool:
        """Whether it may be other money than what its notification told of: of a later day, or standing at the gateway
        though it was taken back here.
        """
        if not event.recurs or event.occurred_at is None:
            return False
        if event.occurred_at - stored.received_at > ANOTHER:
            return True
        file = self.settling.store.load(stored.tenant, stored.debtor) if event.standing else None
        return file is not None and stands(file.facts, event.gateway, event.event_id) <= 0

    def _compare(self, stored: InboxEvent, event: PaymentEvent, now: datetime) -> bool:
        file = self.settling.store.load(stored.tenant, stored.debtor)
        work = disagreement(file, event, inbox.PULL, now) if file else None
        if work is None:
            return False
        opened_work.put(self.settling.store, self.settling.metrics, work)
        return True

    def _unlisted(self, tenant: str, gateway: str, since: datetime, now: datetime, found: Pulled) -> None:
        """Credits webhooks told of, old enough to be listed, that are not: one may have been made up."""
        settling = self.settling
        first, last = since + timedelta(days=1), now - GRACE
        for stored in settling.store.inbox(tenant, InboxStatus.APPLIED, limit=1_000_000, since=first):
            if stored.gateway != gateway or stored.evidence != inbox.WEBHOOK or stored.received_at > last:
                continue
            event, _ = settling.news.event_of(stored)
            # what is looked up was read at the gateway already; it has the notification's id, not the payment's
            if event is None or event.kind is not PaymentEventKind.CREDIT or event.event_id in found.ids:
                continue
            if not first <= (event.occurred_at or stored.received_at) <= last:
                continue
            found.unknown += 1
            work = Work(
                tenant,
                WorkKind.DISAGREEMENT,
                f"{gateway}#{event.event_id}:unlisted",
                now,
                debtor=stored.debtor,
                receivable=stored.receivable,
                amount_cents=-event.amount_cents,
                gateway=gateway,
                reference=event.event_id,
                note="Baixado por aviso do gateway, mas a consulta ao gateway não mostra este pagamento",
            )
            opened_work.put(settling.store, settling.metrics, work)

    def _remember(self, tenant: Tenant, gateway: str, now: datetime) -> None:
        """The tenant was reconciled when the gateway that waits longest was."""
        store, name = self.settling.store, tenant.id
        store.put_state(name, _state(gateway), {"until": now.isoformat()})
        states = store.get_states(name, [_state(g) for g in self._lists(tenant)])
        untils = [state.get("until", "") for state in states.values()]
        if all(untils):
            store.put_state(name, STATE_RECONCILED, {"at": min(untils, key=datetime.fromisoformat)})

    def _lists(self, tenant: Tenant) -> list[str]:
        """The tenant's gateways that can be asked: they list payments, and we have a credential of their API."""
        return [name for name, config in tenant.gateways.items() if _can_list(self.settling.gateway, name, config)]


def _can_list(gateway: Callable[[str], Any], name: str, config: GatewayConfig) -> bool:
    try:
        return bool(config.options.get("api_secret")) and hasattr(gateway(name), "list_payments")
    except KeyError:
        return False


def _state(gateway: str) -> str:
    return f"{STATE_RECONCILED}:{gateway}"
