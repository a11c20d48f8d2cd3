"""Every minute of 2024-2032, for 27 states, calls and texts, against an oracle that shares nothing with our tables.

The oracle knows fixed UTC offsets (no zoneinfo), works movable days out from Easter, asks the `holidays` library for
the states' days and writes the hours down again. It says for every single minute whether contact is lawful: 2 groups of
channels x 27 states x 4,734,720 minutes, all compared. `next_allowed` can only change its answer at an edge of a window
or of a local day, so it is asked on both sides of every such edge: that is all of its behaviour.
"""

from datetime import UTC, date, datetime, timedelta

import holidays
import numpy as np
import pytest
from dateutil.easter import easter

from regua import calendars
from regua.domain.model import Channel

FIRST, LAST = date(2024, 1, 1), date(2032, 12, 31)
DAYS = (LAST - FIRST).days + 1
MINUTES_A_DAY = 24 * 60
MARGIN = 30
"""Days worked out beyond the last one, so that the next lawful minute of the last edge is known too."""

OFFSET_HOURS = {
    -5: ("AC",),
    -4: ("AM", "MS", "MT", "RO", "RR"),
    -3: (
        *("AL", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "PA", "PB"),
        *("PE", "PI", "PR", "RJ", "RN", "RS", "SC", "SE", "SP", "TO"),
    ),
}
STATES = [(state, offset) for offset, states in OFFSET_HOURS.items() for state in states]


def oracle_national(year: int) -> set[date]:
    """Lei 662/1949, Lei 6.802/1980, Lei 14.759/2023 and Good Friday."""
    fixed = [(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20), (12, 25)]
    return {date(year, *day) for day in fixed} | {easter(year) - timedelta(days=2)}


def oracle_optional(year: int) -> set[date]:
    """Carnaval Monday and Tuesday, Ash Wednesday, Corpus Christi, the eves."""
    movable = {easter(year) + timedelta(days=n) for n in (-48, -47, -46, 60)}
    return movable | {date(year, 12, 24), date(year, 12, 31)}


def oracle_closed_days(state: str) -> set[date]:
    years = range(FIRST.year, LAST.year + 2)
    closed = set(holidays.country_holidays("BR", subdiv=state, years=years))
    for year in years:
        closed |= oracle_national(year) | oracle_optional(year)
    return closed


def oracle_minutes(state: str, offset: int, channel: Channel) -> "np.ndarray":
    """Lawfulness of every UTC minute from the first day's midnight in UTC on."""
    closed = oracle_closed_days(state)
    widest = channel is Channel.VOICE and state == "SP"
    local = np.zeros((DAYS + MARGIN + 1, MINUTES_A_DAY), dtype=bool)
    for number in range(local.shape[0]):
        day = FIRST + timedelta(days=number - 1)
        if day in closed:
            continue
        if day.isoweekday() <= 5:
            local[number, (8 if widest else 9) * 60 : (20 if widest else 18) * 60] = True
        elif day.isoweekday() == 6 and widest:
            local[number, 8 * 60 : 14 * 60] = True
    shift = MINUTES_A_DAY + offset * 60
    return local.ravel()[shift : shift + (DAYS + MARGIN - 1) * MINUTES_A_DAY]


def minute_of(at: datetime) -> int:
    return int((at - datetime(FIRST.year, 1, 1, tzinfo=UTC)).total_seconds()) // 60


@pytest.mark.parametrize("channel", [Channel.VOICE, Channel.SMS])
@pytest.mark.parametrize(("state", "offset"), STATES)
def test_no_minute_of_nine_years_differs_from_the_oracle(state: str, offset: int, channel: Channel) -> None:
    expected = oracle_minutes(state, offset, channel)
    calendar, place = calendars.load(), calendars.place_for(state, "", "", "America/Sao_Paulo")
    actual = np.zeros_like(expected)
    edges = set()
    for number in range(-1, DAYS + MARGIN):
        day = FIRST + timedelta(days=number)
        midnight = number * MINUTES_A_DAY - offset * 60
        edges.add(midnight)
        if span := calendar.window(day, place, channel):
            start, end = map(minute_of, span)
            actual[max(start, 0) : max(end, 0)] = True
            edges |= {start, end}
    compared = DAYS * MINUTES_A_DAY
    assert np.array_equal(actual[:compared], expected[:compared])

    lawful = np.flatnonzero(expected)
    origin = datetime(FIRST.year, 1, 1, tzinfo=UTC)
    for edge in sorted(edges):
        for minute in (edge - 1, edge):
            if 0 <= minute < compared:
                at = origin + timedelta(minutes=minute)
                following = int(lawful[np.searchsorted(lawful, minute)])
                assert calendar.next_allowed(at, place, channel) == origin + timedelta(minutes=following), at


def test_the_oracle_covers_every_state_once() -> None:
    assert sorted(state for state, _ in STATES) == sorted(calendars.load().states)
    assert len(STATES) == 27


@pytest.mark.parametrize("year", range(2024, 2033))
def test_national_and_optional_days_follow_from_the_statutes_and_easter(year: int) -> None:
    calendar = calendars.load()
    assert {day for day in calendar.national if day.year == year} == oracle_national(year)
    assert {day for day in calendar.optional if day.year == year} == oracle_optional(year)
