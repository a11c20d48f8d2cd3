"""Bringing a table of rates up to date: what a newly read series changes, and what speaks against believing it."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from regua.domain.rates import MonthlyRates, months_of, plausible
from regua.domain.values import Value


class Changed(Value):
    """A month we have with another rate."""

    month: str
    before: Decimal
    after: Decimal


class Update(Value):
    """What a series says that the table does not."""

    table: str
    added: dict[str, Decimal]
    changed: tuple[Changed, ...] = ()
    faults: tuple[str, ...] = ()
    """Portuguese: why none of it can be believed."""

    @property
    def months(self) -> dict[str, Decimal]:
        """All of it, by month."""
        return {**self.added, **{one.month: one.after for one in self.changed}}


FIRST = "1995-01"
"""Months before it are left out: no debt of today is so old, and rates were of another size (`plausible`)."""


def update(table: MonthlyRates, read: Mapping[str, Decimal], today: date) -> Update:
    """What `read` brings to the table, also before its first month: an old debt asks for the months since it was due.
    Left out is what is before `FIRST`, or before the table applies.
    """
    wanted = {month: rate for month, rate in read.items() if month >= max(FIRST, table.since.isoformat()[:7])}
    added = {month: rate for month, rate in wanted.items() if month not in table.months}
    changed = tuple(
        Changed(month, table.months[month], rate)
        for month, rate in sorted(wanted.items())
        if month in table.months and table.months[month] != rate
    )
    return Update(table.name, dict(sorted(added.items())), changed, tuple(_faults(table, wanted, added, today)))


def _faults(
    table: MonthlyRates, wanted: Mapping[str, Decimal], added: Mapping[str, Decimal], today: date
) -> Iterator[str]:
    if not wanted:
        yield "a série não traz nenhum mês que a tabela use"
    for month, rate in sorted(wanted.items()):
        if not plausible(table.name, rate):
            yield f"{_shown(month)}: {str(rate).replace('.', ',')} não pode ser uma taxa mensal, em %"
        elif table.out_from(month) > today:
            yield f"{_shown(month)} ainda não pode ter saído"
    known = {*table.months, *added}
    gaps = [month for month in months_of(min(known), max(known)) if month not in known] if known else []
    if gaps:
        yield f"faltariam meses no meio da tabela: {', '.join(map(_shown, gaps))}"


def _shown(month: str) -> str:
    return f"{month[5:]}/{month[:4]}"
