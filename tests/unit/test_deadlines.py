"""Terms the law sets to negativação and protesto."""

from datetime import date

import pytest

from regua import calendars
from regua.domain.calendar import Place
from regua.domain.contact.deadlines import bureau_record_until, bureau_removal_by, protest_payment_until

RIO = Place("RJ", "America/Sao_Paulo", "Rio de Janeiro")


@pytest.mark.parametrize(
    ("paid_on", "by"),
    [
        ("2026-03-02", "2026-03-09"),  # Monday to Monday
        ("2026-03-06", "2026-03-13"),  # Friday
        ("2026-03-07", "2026-03-13"),  # Saturday: Monday is the first day
        ("2026-11-18", "2026-11-26"),  # over the national holiday of 20 November
        ("2026-02-13", "2026-02-20"),  # Carnaval is no holiday by law: a creditor's duty is not put off by it
    ],
)
def test_a_paid_debt_leaves_the_bureau_within_five_business_days(paid_on: str, by: str) -> None:
    assert bureau_removal_by(date.fromisoformat(paid_on), calendars.load()) == date.fromisoformat(by)


@pytest.mark.parametrize(
    ("due_on", "until"), [("2021-11-21", "2026-11-21"), ("2024-02-29", "2029-03-01"), ("2024-02-28", "2029-02-28")]
)
def test_no_debt_stands_in_a_bureau_for_more_than_five_years(due_on: str, until: str) -> None:
    assert bureau_record_until(date.fromisoformat(due_on)) == date.fromisoformat(until)


@pytest.mark.parametrize(
    ("intimated_on", "until"),
    [
        ("2026-03-02", "2026-03-05"),
        ("2026-03-05", "2026-03-10"),  # over a weekend
        ("2026-02-13", "2026-02-23"),  # over Carnaval and Ash Wednesday, when banks open late
        ("2026-04-21", "2026-04-27"),  # São Jorge, 23 April, is a holiday of the state of Rio
        ("2026-12-22", "2026-12-29"),  # over Christmas Eve and Christmas
    ],
)
def test_a_debtor_has_three_business_days_to_pay_at_the_notarys(intimated_on: str, until: str) -> None:
    assert protest_payment_until(date.fromisoformat(intimated_on), calendars.load(), RIO) == date.fromisoformat(until)
