"""Terms the law sets to negativação."""

from datetime import date

import pytest

from regua import calendars
from regua.domain.contact.deadlines import bureau_removal_by


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
