"""What messages cost and what came back: two sums a month per tenant, and one figure made of them.

Counted after the fact they follow from, so a crash may lose one; the contact's own `cost_micros` is the record.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from regua.domain.contact.portfolio import Portfolio
from regua.domain.tenant import Tenant
from regua.ports import Metrics, Store

COST, RECOVERED, PLANNED = "cost", "recovered", "planned"
KEPT = timedelta(days=400)
_DAY_KEPT = timedelta(days=3)
_MICROS_PER_CENT = 10_000


@dataclass(frozen=True, slots=True)
class Months:
    """Sums of this month and the one before it: one month alone says little on its first days."""

    cost_micros: int
    recovered_cents: int

    @property
    def per_real(self) -> float | None:
        """Reais spent on messages for each real that came back; None while nothing did."""
        if self.recovered_cents <= 0:
            return None
        return self.cost_micros / (self.recovered_cents * _MICROS_PER_CENT)


@dataclass(frozen=True, slots=True)
class Costing:
    """The ports of the sums. A month is a month in UTC, so that both sums mean the same one."""

    store: Store
    metrics: Metrics

    def spent(self, tenant: str, micros: int, now: datetime) -> None:
        """A message was accepted: `micros` millionths of a real."""
        if micros:
            self.store.count(tenant, f"{COST}|{_month(now)}", micros, 0, now + KEPT)

    def recovered(self, tenant: str, cents: int, now: datetime) -> None:
        """Money came, or (below 0) went back."""
        if cents:
            self.store.count(tenant, f"{RECOVERED}|{_month(now)}", cents, 0, now + KEPT)

    def planned(self, tenant: Tenant, part: str, portfolio: Portfolio, now: datetime) -> None:
        """Adds the contacts of today of a part of the book to the day's plan; a second scan of the day adds nothing."""
        day = now.astimezone(ZoneInfo(tenant.time_zone)).date().isoformat()
        name, until = f"{PLANNED}|{day}", now + _DAY_KEPT
        if portfolio.due_today and self.store.count(tenant.id, f"{name}|{part}", 1, 1, until):
            self.store.count(tenant.id, name, portfolio.due_today, 0, until)

    def months(self, tenant: str, now: datetime) -> Months:
        """What the last two months came to."""
        months = (_month(now), _month(_month_before(now)))
        kinds = [[f"{kind}|{month}" for month in months] for kind in (COST, RECOVERED)]
        counted = self.store.get_states(tenant, [name for names in kinds for name in names])
        return Months(*(sum(int(counted[name].get("count", "0")) for name in names) for names in kinds))

    def report(self, tenant: Tenant, now: datetime) -> None:
        """Writes `CostPerRecoveredReal`, once a scan."""
        ratio = self.months(tenant.id, now).per_real
        if ratio is not None:
            self.metrics.add("CostPerRecoveredReal", ratio, "None")


def _month(day: date) -> str:
    return f"{day.astimezone(UTC) if isinstance(day, datetime) else day:%Y-%m}"


def _month_before(now: datetime) -> date:
    return now.astimezone(UTC).date().replace(day=1) - timedelta(days=1)
