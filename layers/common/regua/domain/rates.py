"""Published monthly tables: the legal rate, and the indexes that correct a principal."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from regua.domain.values import Value, field, replace

LEGAL_RATE = "taxa legal"
"""Name of the table of CC art. 406; every other table is an index and has the index's name."""
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
"""How a month is written."""


class Missing(Value):
    """Months (`YYYY-MM`) that an amount needed of a table and did not find."""

    table: str
    months: tuple[str, ...]


class MonthlyRates(Value):
    """A published table of monthly rates, in %, by month (`YYYY-MM`). A month that is not there counts as unknown."""

    name: str
    months: Mapping[str, Decimal] = field(default_factory=dict)
    since: date = date.min
    """First day on which the table applies, within its first month."""
    months_after: int = 1
    by_day: int = 15
    """A month's rate is out by this day of so many months later. IBGE publishes the IPCA of a month by about the 12th
    of the next one, FGV's indexes come earlier.
    """

    def of(self, year: int, month: int) -> Decimal | None:
        """The month's rate in %, or None when it was not published (or not entered)."""
        return self.months.get(f"{year:04d}-{month:02d}")

    def without(self, months: Collection[str]) -> "MonthlyRates":
        """The table as it was before it had these months (`YYYY-MM`)."""
        if not months:
            return self
        return replace(self, months={month: rate for month, rate in self.months.items() if month not in months})

    def out_by(self, month: str) -> date:
        """The day by which the month's rate is published."""
        year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + self.months_after, 12)
        return date(year, number + 1, self.by_day)

    def out_from(self, month: str) -> date:
        """The day before which nobody can know the month's rate."""
        return self.out_by(month).replace(day=1)

    def late(self, month: str, today: date) -> bool:
        """Whether the month ought to be in the table on that day, and is not."""
        applies = month >= self.since.isoformat()[:7]
        return applies and month not in self.months and self.out_by(month) <= today

    def gaps(self, today: date) -> tuple[str, ...]:
        """The months after the first one that ought to be there and are not; without any month, none can be told."""
        if not self.months:
            return ()
        first, known = min(self.months), {*self.months}
        return tuple(m for m in months_of(first, f"{today:%Y-%m}") if m not in known and self.late(m, today))


LegalRates = MonthlyRates
"""The legal rate of CC art. 406 (Selic less IPCA), published every month by Banco Central (SGS 29543)."""
EMPTY = MonthlyRates("")
"""A table without any month."""


def months_of(first: str, last: str) -> Iterator[str]:
    """Every month from `first` to `last`, both included."""
    day = date.fromisoformat(f"{first}-01")
    while f"{day:%Y-%m}" <= last:
        yield f"{day:%Y-%m}"
        day = (day + timedelta(days=32)).replace(day=1)


def plausible(table: str, rate: Decimal) -> bool:
    """Whether a month can have had this rate, in %: the legal rate is never negative (CC art. 406 §3), and nothing has
    been beyond these since 1995 (the highest IPCA was 3,02). Elsewhere it is another unit, or another series.
    """
    lowest, highest = (Decimal(0), Decimal(5)) if table == LEGAL_RATE else (Decimal(-5), Decimal(10))
    return rate.is_finite() and lowest <= rate <= highest
