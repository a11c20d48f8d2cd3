"""Scaled time: the local cloud's fast days must be exact, or a simulated debtor is contacted at the wrong hour."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.platform.clock import LONGEST_WAIT_SECONDS, RealClock, ScaledClock, clock_from
from regua.platform.fakes import FakeClock

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 4, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis adds the zone)
speeds = st.fractions(Fraction(1, 10), 200_000, max_denominator=50)


def micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND


def clock(
    simulated: datetime, speed: Fraction = Fraction(60), night: Fraction = Fraction(600), now: datetime = START
) -> ScaledClock:
    return ScaledClock(START, simulated, speed, night, real_now=lambda: now)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=120)), speeds, speeds)
def test_every_simulated_moment_has_its_real_one_and_back(
    first: datetime, later: timedelta, speed: Fraction, night: Fraction
) -> None:
    made = clock(first, speed, night)
    assert made.simulated_at(made.real_at(first + later)) == first + later


@given(moments, st.lists(st.timedeltas(timedelta(0), timedelta(days=60)), min_size=2, max_size=5), speeds, speeds)
def test_time_never_runs_backwards(first: datetime, steps: list[timedelta], speed: Fraction, night: Fraction) -> None:
    made = clock(first, speed, night)
    real = [made.real_at(first + step) for step in sorted(steps)]
    assert real == sorted(real)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=40)), speeds, speeds)
def test_a_wait_divided_by_the_speed_ends_at_the_wanted_moment_and_not_before(
    first: datetime, ahead: timedelta, speed: Fraction, night: Fraction
) -> None:
    made = clock(first, speed, night)
    until = first + ahead
    seconds = made.wait_seconds(until)
    if seconds == LONGEST_WAIT_SECONDS:
        return
    woken = micros(START) + Fraction(seconds * 1_000_000) / speed
    one_second_less = woken - Fraction(1_000_000) / speed
    assert made.simulated_at(woken) >= until
    assert seconds == 0 or made.simulated_at(one_second_less) < until


@given(moments, st.integers(0, 30), speeds, speeds)
def test_days_take_as_long_as_their_business_and_night_hours(
    first: datetime, days: int, speed: Fraction, night: Fraction
) -> None:
    made = clock(first, speed, night)
    start = first.replace(minute=0, second=0, microsecond=0)
    begin = start + timedelta(hours=1)
    end = begin + timedelta(days=days)
    business = sum(
        1
        for hour in range(days * 24)
        if (local := (begin + timedelta(hours=hour)).astimezone(SAO_PAULO)).weekday() < 5 and 8 <= local.hour < 19
    )
    expected = (Fraction(business) / speed + Fraction(days * 24 - business) / night) * 3_600_000_000
    assert made.real_at(end) - made.real_at(begin) == expected


def test_the_clock_stands_still_until_it_starts() -> None:
    first = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert clock(first, now=START - timedelta(hours=5)).now() == first
    assert clock(first, now=START).now() == first
    assert clock(first, now=START + timedelta(seconds=1)).now() == first + timedelta(minutes=1)


def test_a_wait_asked_for_before_the_start_includes_the_time_to_it() -> None:
    first = datetime(2026, 3, 2, 12, tzinfo=UTC)
    early = clock(first, now=START - timedelta(seconds=10))
    assert early.wait_seconds(first) == 10 * 60


def test_weekends_and_nights_run_faster() -> None:
    saturday = datetime(2026, 3, 7, 10, tzinfo=SAO_PAULO)
    monday = datetime(2026, 3, 9, 10, tzinfo=SAO_PAULO)
    hour = timedelta(hours=1)
    for at, rate in ((saturday, 600), (monday, 60), (monday.replace(hour=20), 600), (monday.replace(hour=7), 600)):
        made = clock(at)
        assert made.real_at(at + hour) - made.real_at(at) == Fraction(3600_000_000, rate)


def test_business_hours_can_be_chosen() -> None:
    short = clock_from("scaled;real=2026-01-05T09:00:00+00:00;simulated=2026-01-05T12:00:00+00:00;speed=60;hours=9-17")
    assert isinstance(short, ScaledClock)
    monday_nine, five = (datetime(2026, 1, 5, hour, tzinfo=SAO_PAULO) for hour in (9, 17))
    assert (short.real_at(five) - short.real_at(monday_nine)) / 1_000_000 == 8 * 3600 / Fraction(60)
    with pytest.raises(ValueError, match="CLOCK"):
        clock_from("scaled;real=2026-01-05T09:00:00+00:00;simulated=2026-01-05T12:00:00+00:00;speed=60;hours=17-9")


def test_the_first_day_can_be_slower() -> None:
    made = clock_from("scaled;real=2026-01-05T09:00:00+00:00;simulated=2026-01-05T09:00:00+00:00;speed=60;first=6")
    assert isinstance(made, ScaledClock)
    monday, tuesday = (
        made.real_at(datetime(2026, 1, day, 12, tzinfo=SAO_PAULO))
        - made.real_at(datetime(2026, 1, day, 11, tzinfo=SAO_PAULO))
        for day in (5, 6)
    )
    assert monday == 10 * tuesday


def test_time_can_end_its_hurry() -> None:
    made = clock_from(
        "scaled;real=2026-01-05T09:00:00+00:00;simulated=2026-01-05T09:00:00+00:00;speed=60;night=600;"
        "end=2026-01-07T10:00:00+00:00"
    )
    assert isinstance(made, ScaledClock)
    end = datetime(2026, 1, 7, 10, tzinfo=UTC)
    assert made.real_at(end + timedelta(days=3)) - made.real_at(end) == 3 * 86_400 * 1_000_000
    assert made.simulated_at(made.real_at(end) + 1_000_000) == end + timedelta(seconds=1)
    assert made.real_at(end) < made.real_at(end + MICROSECOND)


def test_a_moment_that_has_passed_needs_no_wait() -> None:
    first = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert clock(first, now=START + timedelta(minutes=1)).wait_seconds(first) == 0
    assert RealClock().wait_seconds(datetime(2000, 1, 1, tzinfo=UTC)) == 0


def test_no_wait_is_longer_than_the_state_machine_allows() -> None:
    assert RealClock().wait_seconds(datetime(9000, 1, 1, tzinfo=UTC)) == LONGEST_WAIT_SECONDS


def test_the_real_clock_is_aware_and_utc() -> None:
    assert RealClock().now().utcoffset() == timedelta(0)


class TestSetting:
    def test_real(self) -> None:
        assert isinstance(clock_from("real"), RealClock)

    def test_scaled_with_a_faster_night(self) -> None:
        an_hour_ago = RealClock().now() - timedelta(hours=1)
        made = clock_from(
            f"scaled;real={an_hour_ago.isoformat()};simulated=2026-03-02T12:00:00-03:00;speed=60;night=600"
        )
        assert isinstance(made, ScaledClock)
        noon = datetime(2026, 3, 2, 12, tzinfo=SAO_PAULO)
        assert made.real_at(noon) == micros(an_hour_ago)
        assert made.now() > noon + timedelta(hours=60)

    def test_without_night_all_hours_run_alike(self) -> None:
        made = clock_from("scaled;real=2020-01-01T00:00:00Z;simulated=2026-03-07T00:00:00Z;speed=2.5")
        assert isinstance(made, ScaledClock)
        day = datetime(2026, 3, 8, tzinfo=UTC)
        assert made.real_at(day) - made.real_at(day - timedelta(days=1)) == Fraction(86_400_000_000) / Fraction(5, 2)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "fast",
            "real;speed=2",
            "scaled",
            "scaled;real=2020-01-01T00:00:00Z;simulated=2026-01-01T00:00:00Z",
            "scaled;real=2020-01-01T00:00:00Z;simulated=2026-01-01T00:00:00Z;speed=0",
            "scaled;real=2020-01-01T00:00:00Z;simulated=2026-01-01T00:00:00Z;speed=1/0",
            "scaled;real=2020-01-01T00:00:00Z;simulated=2026-01-01T00:00:00Z;speed=-1",
            "scaled;real=2020-01-01T00:00:00;simulated=2026-01-01T00:00:00Z;speed=1",
            "scaled;real=2020-01-01T00:00:00Z;simulated=tomorrow;speed=1",
            "scaled;real=2020-01-01T00:00:00Z;simulated=2026-01-01T00:00:00Z;speed=1;zone=x",
        ],
    )
    def test_what_cannot_be_read_names_the_setting(self, text: str) -> None:
        with pytest.raises(ValueError, match="CLOCK"):
            clock_from(text)


class TestFakeClock:
    def test_it_shows_what_it_was_told(self) -> None:
        made = FakeClock(START)
        assert made.advance(timedelta(seconds=90)) == made.now() == START + timedelta(seconds=90)
        made.set(START)
        assert made.now() == START

    @given(st.timedeltas(timedelta(days=-1), timedelta(days=400)))
    def test_it_waits_as_the_real_one_does(self, ahead: timedelta) -> None:
        assert FakeClock(START).wait_seconds(START + ahead) == max(0, ceil(ahead / timedelta(seconds=1)))

    def test_a_time_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            FakeClock(datetime(2026, 1, 1))  # noqa: DTZ001 (what is refused)


def test_after_a_weekend_it_is_the_first_weekday_that_goes_slowly() -> None:
    setting = "scaled;real=2026-01-01T00:00:00+00:00;simulated=2026-11-21T09:00:00+00:00;speed=100;night=1000;first=10"
    monday, tuesday = datetime(2026, 11, 23, 15, tzinfo=UTC), datetime(2026, 11, 24, 15, tzinfo=UTC)
    made = clock_from(setting)
    named = clock_from(f"{setting}@2026-11-24")
    for told, slow, quick in ((made, monday, tuesday), (named, tuesday, monday)):
        assert isinstance(told, ScaledClock)
        hour = timedelta(hours=1)
        assert told.real_at(slow + hour) - told.real_at(slow) == 10 * (told.real_at(quick + hour) - told.real_at(quick))
