"""Tables of published figures that run out: who is told, while open debts need what they do not have.

A month nobody knows charges nothing (`docs/charges.md`). That is right for the debtor and costs the creditor money, so
it is never silent: work for a person, a metric with an alarm, and a line beside the amount.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from regua.domain.calendar import Calendar
from regua.domain.contact.rules import Rules
from regua.domain.model import File
from regua.domain.money.account import Accounts
from regua.domain.money.calculation import month_of
from regua.domain.rates import LEGAL_RATE, MonthlyRates
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.ports import Metrics, Store
from regua.use_cases import opened_work

HOLIDAYS = "feriados"
_A_YEAR = timedelta(days=365)


@dataclass
class Wanting:
    """What open titles wanted of the tables and did not find, though it is out."""

    months: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Tenant and table -> months."""
    titles: int = 0

    def add(self, file: File, rules: Rules, today: date) -> None:
        """Looks at a debtor's open titles; most contracts name no table, and cost nothing."""
        accounts = Accounts.of(file.debtor, rules.tenant, rules.calendar)
        for title in file.open_receivables:
            if not accounts.rests_on_tables(title):
                continue
            late = False
            for missing in accounts.owed(title, today).missing:
                table = table_of(rules.calendar, missing.table)
                if months := [month for month in missing.months if table.late(month, today)]:
                    self.months.setdefault((file.debtor.tenant, missing.table), set()).update(months)
                    late = True
            self.titles += late

    def tell(self, store: Store, metrics: Metrics, now: datetime) -> None:
        """Puts it onto the list, one piece of work for a table until its first month is there."""
        metrics.add("RatesMissing", self.titles)
        for (tenant, table), months in sorted(self.months.items()):
            opened_work.put(store, metrics, _work(tenant, table, sorted(months), now))


def look_over(tenant: str, calendar: Calendar, today: date, store: Store, metrics: Metrics, now: datetime) -> None:
    """Takes off the list what has come since, and tells a year ahead that the table of holidays ends."""
    for work in store.work(tenant, WorkStatus.OPEN):
        if work.kind is WorkKind.TABLE:
            table, _, month = work.name.rpartition(":")
            if month in table_of(calendar, table).months:
                store.mark_work(work, work.done(f"{month_of(month)} chegou"))
    if calendar.last_on - today < _A_YEAR:
        ends = f"{calendar.last_on:%d/%m/%Y}"
        note = f"A tabela de feriados acaba em {ends}: daí em diante ninguém é contatado. Atualize a Régua"
        opened_work.put(store, metrics, Work(tenant, WorkKind.TABLE, f"{HOLIDAYS}:{calendar.last_on}", now, note=note))


def table_of(calendar: Calendar, name: str) -> MonthlyRates:
    """The table of that name; one without any month where nobody has given it."""
    return calendar.legal_rates if name == LEGAL_RATE else calendar.indexes.get(name, MonthlyRates(name))


def _work(tenant: str, table: str, months: list[str], now: datetime) -> Work:
    what = f"a taxa legal de {_listed(months)}" if table == LEGAL_RATE else f"o {table} de {_listed(months)}"
    where = "--url" if table in (LEGAL_RATE, "IPCA") else f"ARQUIVO --series {table}"
    note = (
        f"Falta {what}: por esses meses nada se cobra dos títulos em aberto que dependem disso. "
        f"Traga o que saiu: regua rates update {where}"
    )
    return Work(tenant, WorkKind.TABLE, f"{table}:{months[0]}", now, reference=table, note=note)


def _listed(months: list[str]) -> str:
    *before, last = map(month_of, months)
    return f"{', '.join(before)} e {last}" if before else last
