"""Which notices of thin gateways cause a call to the gateway: each under the creditor's credentials, some by strangers.

Of one charge at most two look-ups begin in a minute: the first notice's at once, the second's when the minute is over,
and what a third tells the second finds. So whatever is told last is read after it was told. Who proves nothing may
cause so many look-ups in a minute of charges nobody here knows, and is told to come back with the next.

A notice is stored before it counts, and it is left to another one only when that is stored: where storing fails, it is
told again and finds its place free, however often.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from regua.domain.money.payment_event import PaymentEvent
from regua.ports import InboxEvent, Metrics, Store
from regua.use_cases.paying.owner import named

STRANGE_A_MINUTE = 60
"""Look-ups of unknown charges that nobody has proven, for each creditor and gateway. 10,000 bills a month, each told of
three times, are not quite one a minute."""
_KEPT = timedelta(hours=1)


class LookUp(Enum):
    """What becomes of a notice."""

    STORE = auto()
    """It is to be stored, and `begin` says then when it is looked up."""
    NOW = auto()
    AFTER = auto()
    """Once the minute is over."""
    MERGED = auto()
    """A look-up that has not begun will find what it tells: it is not needed."""
    REFUSED = auto()
    """It must be told again later."""


@dataclass(frozen=True, slots=True)
class LookUps:
    """The ports of this, at a moment."""

    store: Store
    metrics: Metrics
    now: datetime

    def strange(self, told: InboxEvent, event: PaymentEvent) -> bool:
        """Whether nothing speaks for a notice: neither its sender, nor that we know the charge. Only the name that is
        looked up counts, since by that name look-ups are merged: a title's number beside it can be anybody's guess.
        """
        return told.unproven and named(self.store, told.tenant, [event.reference]) is None

    def of(self, told: InboxEvent, event: PaymentEvent) -> LookUp:
        """What becomes of a notice: STORE, MERGED or REFUSED; `told.unproven` says that it is `strange`."""
        if told.unproven and not self._may_ask(told):
            self.metrics.add("LookupsRefused", 1, gateway=told.gateway)
            return LookUp.REFUSED
        names = self._names(told, event)
        taken = self.store.get_states(told.tenant, names)
        return self._merged(told) if all(taken[name].get("count") for name in names) else LookUp.STORE

    def begin(self, stored: InboxEvent, event: PaymentEvent) -> LookUp:
        """When a notice that is stored by now is looked up: NOW or AFTER; MERGED where others were faster since. Such a
        one is found by the sweep.
        """
        first, second = self._names(stored, event)
        if self._first(stored.tenant, first):
            return LookUp.NOW
        return LookUp.AFTER if self._first(stored.tenant, second) else self._merged(stored)

    def _merged(self, told: InboxEvent) -> LookUp:
        self.metrics.add("LookupsMerged", 1, gateway=told.gateway)
        return LookUp.MERGED

    def _names(self, told: InboxEvent, event: PaymentEvent) -> tuple[str, str]:
        charge = f"look#{told.gateway}#{_about(event)}#{self._minute}"
        return charge, f"{charge}#again"

    @property
    def next_minute(self) -> datetime:
        """When a look-up that waits begins."""
        return datetime.fromtimestamp((self._minute + 1) * 60, UTC)

    @property
    def _minute(self) -> int:
        return int(self.now.timestamp()) // 60

    def _first(self, tenant: str, name: str) -> bool:
        return self.store.count(tenant, name, 1, 1, self.now + _KEPT)

    def _may_ask(self, told: InboxEvent) -> bool:
        name = f"looks#{told.gateway}#{self._minute}"
        return self.store.count(told.tenant, name, 1, STRANGE_A_MINUTE, self.now + _KEPT)


def _about(event: PaymentEvent) -> str:
    """Which charge is to be looked up; some gateways name it by a token of the notice."""
    token = json.dumps(event.raw, sort_keys=True, default=str) if event.raw else event.event_id
    said = event.reference.value or token
    return hashlib.sha256(f"{event.reference.kind}:{said}".encode("utf-8", "surrogatepass")).hexdigest()[:24]
