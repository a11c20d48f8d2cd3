from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import holidays
import pytest

from localcloud.lawful import NATIONAL, STATE, easter, holiday, lawful
from localcloud.people import Person


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-03-02T11:59:59+00:00", False),  # Monday 08:59:59 in São Paulo
        ("2026-03-02T12:00:00+00:00", True),
        ("2026-03-02T20:59:59+00:00", True),
        ("2026-03-02T21:00:00+00:00", False),
        ("2026-03-07T15:00:00+00:00", False),  # Saturday
        ("2026-03-08T15:00:00+00:00", False),  # Sunday
        ("2026-04-03T15:00:00+00:00", False),  # Good Friday
        ("2026-11-20T15:00:00+00:00", False),  # Consciência Negra
        ("2026-07-09T15:00:00+00:00", False),  # state holiday of São Paulo
    ],
)
def test_a_debtor_is_reached_on_business_days_from_nine_to_six(person: Person, moment: str, allowed: bool):
    assert lawful(person, datetime.fromisoformat(moment)) is allowed


def test_the_hour_is_the_debtors_own(person: Person):
    in_acre = replace(person, state="AC", time_zone="America/Rio_Branco")
    at = datetime(2026, 3, 2, 13, 30, tzinfo=UTC)
    assert lawful(person, at)
    assert not lawful(in_acre, at)  # 08:30 there
    assert lawful(in_acre, at + timedelta(hours=1))


@pytest.mark.parametrize("year", range(2024, 2051))
def test_no_day_is_called_a_holiday_that_an_independent_source_does_not_know(year: int):
    known = holidays.country_holidays("BR", years=year)
    assert all(date(year, month, day) in known for month, day in NATIONAL)
    assert easter(year) - timedelta(days=2) in known


def test_state_holidays_agree_with_an_independent_source():
    for state, days in STATE.items():
        known = holidays.country_holidays("BR", subdiv=state, years=2026)
        assert all(date(2026, month, day) in known for month, day in days), state
        assert all(holiday(state, date(2026, month, day)) for month, day in days)
