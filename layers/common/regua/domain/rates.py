"""Published monthly tables: the legal rate, and the indexes that correct a principal."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from regua.domain.values import Value, field


class MonthlyRates(Value):
    """A published table of monthly rates, in %, by month (`YYYY-MM`). A month that is not there counts as unknown."""

    name: str
    months: Mapping[str, Decimal] = field(default_factory=dict)
    since: date = date.min
    """First day on which the table applies, within its first month."""

    def of(self, year: int, month: int) -> Decimal | None:
        """The month's rate in %, or None when it was not published (or not entered)."""
        return self.months.get(f"{year:04d}-{month:02d}")


LegalRates = MonthlyRates
"""The legal rate of CC art. 406 (Selic less IPCA), published every month by Banco Central (SGS 29543)."""
EMPTY = MonthlyRates("")
"""A table without any month."""
