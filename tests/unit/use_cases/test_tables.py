"""A table that has run out charges nothing for what it lacks, and never in silence."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.office import MARIA, TENANT, Office, creditor, days_ago, row

from regua import calendars
from regua.domain.calendar import Calendar
from regua.domain.model import Contract
from regua.domain.rates import MonthlyRates
from regua.domain.tenant import Tenant
from regua.domain.work import Work, WorkKind, WorkStatus


def with_table(office: Office, **months: dict[str, Decimal]) -> None:
    """The office's calendar knows these months only."""

    def calendar_for(tenant: Tenant) -> Calendar:
        own = calendars.of(tenant)
        legal = replace(own.legal_rates, months=months.get("legal", {}), since=date.min)
        return replace(own, legal_rates=legal, indexes={"IPCA": MonthlyRates("IPCA", months.get("ipca", {}))})

    office.rulebook.calendar_for = calendar_for


def told(office: Office) -> list[Work]:
    return [work for work in office.store.work(TENANT, WorkStatus.OPEN) if work.kind is WorkKind.TABLE]


def owing(contract: Contract) -> Office:
    """One title, forty days late on 2 March."""
    office = Office(tenant=creditor(contract=contract))
    office.imports([row(due=days_ago(40))])
    return office


@pytest.mark.parametrize(
    ("contract", "table"),
    [(Contract(agreed=False), "taxa legal"), (Contract(interest_percent=Decimal(1), correction_index="IPCA"), "IPCA")],
)
def test_a_month_that_open_titles_want_is_work_and_a_metric(contract: Contract, table: str) -> None:
    office = owing(contract)
    with_table(office)
    office.scans()
    (work,) = told(office)
    assert work.reference == table
    assert "nada se cobra dos títulos em aberto" in work.note
    assert "regua rates update --url" in work.note
    assert office.metrics.total("RatesMissing") == 1
    office.scans()
    assert len(told(office)) == 1, "one matter is one piece of work"


def test_what_nobody_wants_is_nobodys_work() -> None:
    office = owing(Contract(interest_percent=Decimal(1)))
    with_table(office)
    office.scans()
    assert told(office) == []
    assert office.metrics.total("RatesMissing") == 0


def test_once_the_month_has_come_the_work_is_gone_and_the_interest_is_owed() -> None:
    office = owing(Contract(agreed=False))
    with_table(office)
    office.scans()
    (work,) = told(office)
    assert work.note.startswith("Falta a taxa legal de 01/2026 e 02/2026:")
    with_table(office, legal={"2026-01": Decimal(1), "2026-02": Decimal(1)})
    office.scans()
    assert told(office) == []
    gone = office.store.get_work(TENANT, work.key)
    assert gone is not None
    assert (gone.status, gone.outcome) == (WorkStatus.DONE, "01/2026 chegou")


def test_a_month_that_is_not_out_yet_is_not_asked_for() -> None:
    office = owing(Contract(agreed=False))
    with_table(office, legal={"2026-01": Decimal(1), "2026-02": Decimal(1)})
    office.scans()
    assert told(office) == [], "on 2 March that of March may still come"
    office.clock.advance(timedelta(days=7))
    office.scans()
    assert [work.name for work in told(office)] == ["taxa legal:2026-03"]


def test_the_end_of_the_table_of_holidays_is_told_a_year_ahead() -> None:
    office = owing(Contract())
    today = office.clock.now().date()

    def calendar_for(tenant: Tenant) -> Calendar:
        return replace(calendars.of(tenant), last_on=today + timedelta(days=300))

    office.rulebook.calendar_for = calendar_for
    office.scans()
    (work,) = told(office)
    assert "A tabela de feriados acaba em" in work.note


def test_who_is_asked_reads_what_the_amount_leaves_out() -> None:
    office = owing(Contract(agreed=False))
    with_table(office)
    office.scans()
    office.wakes(MARIA)
    (mail,) = office.sent()
    assert "juros ou correção de 01/2026 a 03/2026 ainda não contados" in mail.message.text


def test_who_is_asked_for_a_known_amount_reads_nothing_of_it() -> None:
    office = owing(Contract(agreed=False))
    with_table(office, legal={f"2026-0{month}": Decimal(1) for month in (1, 2, 3)})
    office.scans()
    office.wakes(MARIA)
    (mail,) = office.sent()
    assert "não contados" not in mail.message.text
    assert "juros: R$" in mail.message.text
