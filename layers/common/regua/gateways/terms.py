"""What was granted or charged, of APIs that tell what was asked, what came and the terms, and not the parts.

Where the terms explain the difference to the cent it is what they say. What they do not explain stays untold.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from regua.domain.money.parts import Parts
from regua.gateways import reading

CENT = 1
"""Providers round a percentage up, down or half up: so much of a difference is rounding."""
HUNDRED = 100
MONTH = 30
"""Days over which a monthly rate is spread."""


@dataclass(frozen=True, slots=True)
class ChargeTerms:
    """What would be granted on a charge for early, and asked for late payment; all in cents."""

    discounts: tuple[int, ...] = ()
    """What each discount of it is worth."""
    fine: int = 0
    interest: int = 0
    """At most so much until the day it was paid."""

    def explain(self, asked: int, paid: int) -> Parts:
        """The parts of a payment of `paid` for what was asked; what the terms do not explain is not told."""
        less, over = asked - paid, paid - asked
        if less > 0:
            granted = any(abs(discount - less) <= CENT for discount in self.discounts)
            return Parts(asked, discount_cents=less if granted else None)
        charged = self.fine or self.interest
        if not (over and charged and self.fine - CENT <= over <= self.fine + self.interest + CENT):
            return Parts(asked)
        fine = min(self.fine, over) if self.interest else over
        return Parts(
            asked,
            fine_cents=fine if self.fine else None,
            interest_cents=over - fine if self.interest else None,
        )


def share(cents: int, percent: Any) -> int:
    """So many percent of it, to the cent; 0 for what is no percentage."""
    rate = _rate(percent)
    return int((Decimal(cents) * rate / 100).quantize(Decimal(1), ROUND_HALF_UP))


def taken_off(left: int, percent: Any) -> int:
    """Cents that a discount of so many percent has taken off, of which `left` is the rest; 0 where no whole number of
    cents leaves it.
    """
    rate = _rate(percent)
    if not 0 < rate < HUNDRED:
        return 0
    asked = Decimal(left) * HUNDRED / (HUNDRED - rate)
    return int(asked) - left if asked == asked.to_integral_value() else 0


def monthly(cents: int, percent: Any, days: int) -> int:
    """Interest of so many percent a month for so many days, rounded up."""
    return int((Decimal(cents) * _rate(percent) / 100 / MONTH * days).quantize(Decimal(1), ROUND_UP))


def worth(cents: int, value: Any, *, percentage: bool) -> int:
    """What a discount or a fine of that value (reais, or percent) is of those cents."""
    return share(cents, value) if percentage else reading.cents_of_reais(value)


def days_late(due: Any, paid_at: datetime | None) -> int:
    """Days from a due date to when it was paid, in São Paulo; 0 for paid in time, or where a day is not told."""
    last = reading.moment(due)
    if last is None or paid_at is None:
        return 0
    zone = ZoneInfo(reading.SAO_PAULO)
    return max(0, (paid_at.astimezone(zone).date() - last.astimezone(zone).date()).days)


def worths(cents: int, values: Iterable[tuple[Any, bool]]) -> tuple[int, ...]:
    """What each discount is worth, of (value, whether it is a percentage); those worth nothing are left out."""
    return tuple(found for value, percentage in values if (found := worth(cents, value, percentage=percentage)))


def _rate(value: Any) -> Decimal:
    text = reading.plain(value)
    return Decimal(text) if text else Decimal(0)
