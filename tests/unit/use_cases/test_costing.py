"""What messages cost is known per message, per month, and per real that came back."""

from datetime import timedelta

import pytest
from tests.office import MONDAY, TENANT, Office, row

from regua.use_cases.collecting.costing import Costing, Months


def test_every_contact_records_what_it_cost_and_the_month_adds_it_up() -> None:
    office = Office()
    office.opens_and_contacts([row()])
    assert office.contact().cost_micros == 1_000
    assert office.metrics.total("MessageCostMicros", channel="email") == 1_000
    assert Costing(office.store, office.metrics).months(TENANT, office.clock.now()).cost_micros == 1_000


def test_the_scan_tells_the_cost_of_each_real_that_came_back() -> None:
    office = Office()
    office.opens_and_contacts([row(cents=50_00), row("T2", cents=30_00)])
    office.scans()
    assert office.metrics.total("CostPerRecoveredReal") == 0
    office.pays("T1", 50_00)
    office.queue_is_worked_off()
    office.scans()
    # R$ 0,001 for R$ 50,00
    assert office.metrics.total("CostPerRecoveredReal") == pytest.approx(0.001 / 50)


def test_money_that_went_back_was_not_recovered() -> None:
    office = Office()
    office.opens_and_contacts([row(cents=50_00), row("T2", cents=30_00)])
    office.pays("T1", 50_00, code="E1")
    office.queue_is_worked_off()
    office.refunds("E1", 50_00)
    office.queue_is_worked_off()
    assert Costing(office.store, office.metrics).months(TENANT, office.clock.now()).per_real is None


def test_the_month_before_counts_and_the_one_before_that_does_not() -> None:
    office = Office()
    costs = Costing(office.store, office.metrics)
    costs.spent(TENANT, 7, MONDAY - timedelta(days=40))
    costs.spent(TENANT, 5, MONDAY - timedelta(days=3))
    costs.recovered(TENANT, 100, MONDAY)
    assert costs.months(TENANT, MONDAY) == Months(5, 100)


def test_a_second_scan_of_the_day_plans_nobody_twice() -> None:
    office = Office()
    office.clock.set(MONDAY - timedelta(hours=4))
    office.imports([row(), row("T2", "11144477735")])
    office.scans()
    office.scans()
    assert office.store.get_state(TENANT, f"planned|{MONDAY.date()}") == {"count": "2"}
