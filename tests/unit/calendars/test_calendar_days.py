"""Business days, due dates and contact windows as the rules of `domain.calendar` give them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regua import calendars
from regua.domain.calendar import Calendar, ContactHours, Place
from regua.domain.model import Channel
from regua.domain.policy import Hours

SAO_PAULO = Place("SP", "America/Sao_Paulo", "São Paulo")
RIO = Place("RJ", "America/Sao_Paulo", "Rio de Janeiro")
ACRE = Place("AC", "America/Rio_Branco")
NOWHERE = Place("", "America/Sao_Paulo")


def at(text: str, zone: str = "America/Sao_Paulo") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("day", "place", "business"),
    [
        ("2026-11-23", SAO_PAULO, True),
        ("2026-11-21", SAO_PAULO, False),  # Saturday
        ("2026-11-22", SAO_PAULO, False),  # Sunday
        ("2026-11-20", SAO_PAULO, False),  # national since 2024
        ("2023-11-20", Place("PR", "America/Sao_Paulo"), True),  # and not before
        ("2026-07-09", SAO_PAULO, False),  # state holiday of SP
        ("2026-07-09", RIO, True),
        ("2027-01-25", SAO_PAULO, False),  # of the city of São Paulo
        ("2027-01-25", Place("SP", "America/Sao_Paulo", "Campinas"), True),
        ("2026-02-16", RIO, False),  # Carnaval Monday, optional
        ("2026-02-18", RIO, False),  # Ash Wednesday
        ("2026-06-04", RIO, False),  # Corpus Christi
        ("2026-10-28", RIO, True),  # public servants' day is for public servants
    ],
)
def test_a_business_day_is_a_weekday_without_holiday(day: str, place: Place, business: bool) -> None:
    assert calendars.load().is_business_day(date.fromisoformat(day), place) is business


def test_optional_days_can_be_switched_off() -> None:
    calendar = calendars.load(optional_days=False)
    assert calendar.is_business_day(date(2026, 6, 4), RIO)
    assert not calendar.is_business_day(date(2026, 2, 17), RIO)  # a state holiday in RJ all the same


def test_a_tenants_own_day_is_nobodys_business_day() -> None:
    assert not calendars.load([date(2026, 11, 23)]).is_business_day(date(2026, 11, 23), RIO)


def test_a_municipal_holiday_holds_in_its_city_however_it_is_written() -> None:
    calendar = calendars.load(municipal={"RJ/Niterói": [date(2026, 11, 23)]})
    assert not calendar.is_business_day(date(2026, 11, 23), Place("RJ", "America/Sao_Paulo", "NITEROI"))
    assert calendar.is_business_day(date(2026, 11, 23), RIO)


def test_an_unknown_state_has_the_holidays_of_all_states() -> None:
    calendar = calendars.load()
    for day in (date(2026, 7, 9), date(2026, 3, 6), date(2026, 8, 5)):  # SP, PE, PB
        assert not calendar.is_business_day(day, NOWHERE)
        assert calendar.window(day, NOWHERE, Channel.SMS) is None


def test_an_unknown_state_has_the_strictest_hours() -> None:
    span = calendars.load().window(date(2026, 11, 23), NOWHERE, Channel.VOICE)
    assert span == (at("2026-11-23T09:00"), at("2026-11-23T18:00"))


@pytest.mark.parametrize(
    ("due", "place", "moved"),
    [
        ("2026-11-23", SAO_PAULO, "2026-11-23"),
        ("2026-11-21", SAO_PAULO, "2026-11-23"),  # Saturday
        ("2026-11-20", SAO_PAULO, "2026-11-23"),  # Friday holiday, then the weekend
        ("2026-04-03", RIO, "2026-04-06"),  # Good Friday
        ("2026-02-16", RIO, "2026-02-18"),  # Carnaval: banks open at noon on Ash Wednesday
        ("2026-02-18", RIO, "2026-02-18"),  # so Ash Wednesday itself does not move
        ("2026-06-04", RIO, "2026-06-05"),  # Corpus Christi: banks are closed
        ("2026-12-24", RIO, "2026-12-24"),  # banks serve the public in the morning
        ("2026-12-31", RIO, "2027-01-04"),  # last business day of the year, New Year, weekend
        ("2026-07-09", SAO_PAULO, "2026-07-10"),  # state holiday
        ("2026-07-09", Place("SP", "America/Sao_Paulo", "Campinas"), "2026-07-10"),  # in every city of the state
        ("2026-07-09", NOWHERE, "2026-07-09"),  # only holidays the debtor is known to have move a due date
        ("2027-01-25", SAO_PAULO, "2027-01-26"),  # municipal
    ],
)
def test_a_due_date_moves_to_the_next_day_on_which_it_can_be_paid(due: str, place: Place, moved: str) -> None:
    assert calendars.load().due_moves_to(date.fromisoformat(due), place) == date.fromisoformat(moved)


def test_bank_holidays_move_due_dates_even_when_optional_days_are_switched_off() -> None:
    assert calendars.load(optional_days=False).due_moves_to(date(2026, 6, 4), RIO) == date(2026, 6, 5)


def test_due_dates_beyond_the_tables_still_move_off_weekends() -> None:
    assert calendars.load().due_moves_to(date(2075, 6, 15), RIO) == date(2075, 6, 17)
    assert calendars.load().due_moves_to(date(1999, 1, 3), RIO) == date(1999, 1, 4)


def test_business_days_are_counted_from_the_day_after() -> None:
    calendar = calendars.load()
    assert calendar.add_business_days(date(2026, 11, 19), 1, SAO_PAULO) == date(2026, 11, 23)
    assert calendar.add_business_days(date(2026, 11, 23), -1, SAO_PAULO) == date(2026, 11, 19)
    assert calendar.add_business_days(date(2026, 11, 21), 0, SAO_PAULO) == date(2026, 11, 21)


def test_calls_in_sao_paulo_may_be_made_until_20_and_on_saturday_morning_and_texts_may_not() -> None:
    calendar = calendars.load()
    assert calendar.window(date(2026, 11, 23), SAO_PAULO, Channel.VOICE) == (
        at("2026-11-23T08:00"),
        at("2026-11-23T20:00"),
    )
    assert calendar.window(date(2026, 11, 21), SAO_PAULO, Channel.VOICE) == (
        at("2026-11-21T08:00"),
        at("2026-11-21T14:00"),
    )
    for channel in set(Channel) - {Channel.VOICE}:
        assert calendar.window(date(2026, 11, 21), SAO_PAULO, channel) is None
        assert calendar.window(date(2026, 11, 23), SAO_PAULO, channel) == (
            at("2026-11-23T09:00"),
            at("2026-11-23T18:00"),
        )


def test_a_window_is_aware_and_in_utc() -> None:
    span = calendars.load().window(date(2026, 11, 23), ACRE, Channel.EMAIL)
    assert span == (datetime(2026, 11, 23, 14, tzinfo=UTC), datetime(2026, 11, 23, 23, tzinfo=UTC))
    assert span is not None
    assert {moment.tzinfo for moment in span} == {UTC}


def test_the_first_minute_is_allowed_and_the_end_is_not() -> None:
    calendar = calendars.load()
    for moment, allowed in (("08:59:59", False), ("09:00", True), ("17:59:59", True), ("18:00", False)):
        now = at(f"2026-11-23T{moment}")
        assert (calendar.next_allowed(now, RIO, Channel.SMS) == now) is allowed


def test_the_next_lawful_moment_is_now_inside_a_window() -> None:
    now = at("2026-11-23T10:30:15")
    found = calendars.load().next_allowed(now, RIO, Channel.SMS)
    assert found == now
    assert found.tzinfo is UTC


def test_after_hours_on_the_eve_of_carnaval_the_next_moment_is_thursday_morning() -> None:
    found = calendars.load().next_allowed(at("2026-02-13T18:00"), RIO, Channel.SMS)
    assert found == at("2026-02-19T09:00")


def test_a_late_retry_past_the_window_waits_for_the_next_one() -> None:
    calendar = calendars.load()
    for minutes in range(0, 12 * 60, 7):
        moment = at("2026-11-23T17:00") + timedelta(minutes=minutes)
        expected = moment if moment < at("2026-11-23T18:00") else at("2026-11-24T09:00")
        assert calendar.next_allowed(moment, RIO, Channel.SMS) == expected


def test_a_holiday_that_became_known_after_scheduling_holds_at_the_gate() -> None:
    planned = calendars.load().next_allowed(at("2026-11-23T10:00"), RIO, Channel.SMS)
    assert calendars.load([date(2026, 11, 23)]).next_allowed(planned, RIO, Channel.SMS) == at("2026-11-24T09:00")


def test_the_end_of_the_window_is_the_end_of_the_one_the_moment_lies_in_or_of_the_next() -> None:
    calendar = calendars.load()
    assert calendar.window_end(at("2026-11-23T10:00"), RIO, Channel.SMS) == at("2026-11-23T18:00")
    assert calendar.window_end(at("2026-11-23T19:00"), RIO, Channel.SMS) == at("2026-11-24T18:00")


def test_a_policys_hours_narrow_the_window_and_never_widen_it() -> None:
    calendar = calendars.load()
    day = date(2026, 11, 23)
    assert calendar.window(day, RIO, Channel.SMS, Hours(10 * 60, 12 * 60)) == (
        at("2026-11-23T10:00"),
        at("2026-11-23T12:00"),
    )
    assert calendar.window(day, RIO, Channel.SMS, Hours(0, 24 * 60)) == (at("2026-11-23T09:00"), at("2026-11-23T18:00"))
    assert calendar.window(day, RIO, Channel.SMS, Hours(18 * 60, 20 * 60)) is None
    assert calendar.window(day, RIO, Channel.SMS, Hours(weekdays=(1, 2))) is None


def test_hours_without_any_lawful_day_are_an_error_and_not_an_endless_search() -> None:
    with pytest.raises(ValueError, match="no lawful contact window within 60 days"):
        calendars.load().next_allowed(at("2026-11-23T10:00"), RIO, Channel.SMS, Hours(weekdays=(6,)))


def test_nobody_is_contacted_on_a_day_the_tables_do_not_cover() -> None:
    with pytest.raises(ValueError, match="no lawful contact window"):
        calendars.load().next_allowed(at("2061-03-01T10:00"), RIO, Channel.SMS)


def test_a_moment_without_time_zone_and_a_place_without_one_are_errors() -> None:
    calendar = calendars.load()
    with pytest.raises(ValueError, match="needs a time zone"):
        calendar.next_allowed(datetime(2026, 11, 23, 10), RIO, Channel.SMS)  # noqa: DTZ001 - a naive instant is what is refused
    with pytest.raises(ValueError, match="needs a time zone"):
        calendar.is_business_day(date(2026, 11, 23), Place("RJ", ""))
    with pytest.raises(ValueError, match="unknown time zone"):
        calendar.is_business_day(date(2026, 11, 23), Place("RJ", "America/Nowhere"))


def test_hours_hold_from_the_day_their_law_does() -> None:
    wide = ContactHours(8 * 60, 20 * 60, since=date(2026, 6, 1))
    calendar = Calendar("t", date(2026, 1, 1), date(2026, 12, 31), states={"RJ": frozenset()}, calls={"RJ": (wide,)})
    assert calendar.window(date(2026, 5, 29), RIO, Channel.VOICE) == (at("2026-05-29T09:00"), at("2026-05-29T18:00"))
    assert calendar.window(date(2026, 6, 1), RIO, Channel.VOICE) == (at("2026-06-01T08:00"), at("2026-06-01T20:00"))


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "America/New_York", "America/Asuncion", "Europe/Lisbon"])
def test_the_window_opens_at_nine_on_the_wall_whatever_the_clocks_do(zone: str) -> None:
    """Daylight saving time ended in Brazil in 2019 and could come back: these zones (and years) have it."""
    calendar = Calendar("t", date(2015, 1, 1), date(2019, 12, 31), states={"SP": frozenset()})
    place = Place("SP", zone)
    offsets = set()
    day = date(2015, 1, 1)
    while day <= date(2019, 12, 31):
        if span := calendar.window(day, place, Channel.SMS):
            start, end = (calendar.local(moment, place) for moment in span)
            assert (start.date(), start.hour, end.date(), end.hour) == (day, 9, day, 18)
            offsets.add(start.utcoffset())
        day += timedelta(days=1)
    assert len(offsets) == 2


def test_noon_in_sao_paulo_is_ten_in_acre() -> None:
    assert calendars.load().local(at("2026-11-23T12:00"), ACRE).isoformat() == "2026-11-23T10:00:00-05:00"


def test_a_full_memory_of_places_and_windows_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regua.domain.calendar._MEMO_LIMIT", 2)
    small, large = calendars.load([date(2026, 11, 24)]), calendars.load([date(2026, 11, 24), date(1900, 1, 1)])
    for state in ("SP", "RJ", "AC", "AM", "PE"):
        place = calendars.place_for(state, "", "", "America/Sao_Paulo")
        for number in range(20):
            moment = at("2026-11-20T07:00") + timedelta(hours=7 * number)
            assert small.next_allowed(moment, place, Channel.SMS) == large.next_allowed(moment, place, Channel.SMS)
    assert len(small._windows) <= 2
    assert len(small._places) <= 2


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds of a strategy are naive by contract
PLACES = st.sampled_from([SAO_PAULO, RIO, ACRE, NOWHERE, Place("AM", "America/Manaus", "Manaus")])
HOURS = st.builds(
    Hours,
    start_minute=st.integers(0, 16 * 60),
    end_minute=st.integers(16 * 60 + 1, 24 * 60),
    weekdays=st.sets(st.integers(0, 4), min_size=1).map(lambda days: tuple(sorted(days))),
)


@settings(max_examples=60)
@given(MOMENTS, PLACES, st.sampled_from(list(Channel)), HOURS)
def test_the_next_moment_is_lawful_is_not_earlier_and_finding_it_again_changes_nothing(
    moment: datetime, place: Place, channel: Channel, hours: Hours
) -> None:
    calendar = calendars.load()
    found = calendar.next_allowed(moment, place, channel, hours)
    assert found >= moment
    assert calendar.next_allowed(found, place, channel, hours) == found
    assert found < calendar.window_end(moment, place, channel, hours)
    if found > moment:
        assert calendar.next_allowed(found - timedelta(seconds=1), place, channel, hours) == found


@pytest.mark.parametrize(
    "hours", [(8 * 60 - 1, 18 * 60), (9 * 60, 20 * 60 + 1), (12 * 60, 12 * 60), (18 * 60, 9 * 60)], ids=str
)
def test_a_mistyped_table_that_would_call_people_at_night_or_never_is_refused(hours: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="08:00-20:00"):
        ContactHours(*hours)


@pytest.mark.parametrize("saturday", [(8 * 60 - 1, 12 * 60), (9 * 60, 14 * 60 + 1), (10 * 60, 10 * 60)], ids=str)
def test_so_is_one_for_saturday_beyond_14_hours(saturday: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="08:00-14:00"):
        ContactHours(saturday=saturday)


def test_the_widest_hours_any_law_allows_can_be_written_down() -> None:
    widest = ContactHours(8 * 60, 20 * 60, saturday=(8 * 60, 14 * 60))
    assert [widest.on(day) for day in range(7)] == [(480, 1200)] * 5 + [(480, 840), None]


def test_where_nothing_is_said_people_are_contacted_on_weekdays_from_9_to_18() -> None:
    assert [ContactHours().on(day) for day in range(7)] == [(540, 1080)] * 5 + [None, None]


def test_the_first_and_the_last_day_of_the_tables_are_covered_and_their_neighbours_are_not() -> None:
    calendar = Calendar("t", date(2026, 11, 24), date(2026, 11, 26), states={"RJ": frozenset()})
    covered = [calendar.window(date(2026, 11, day), RIO, Channel.SMS) is not None for day in (23, 24, 25, 26, 27)]
    assert covered == [False, True, True, True, False]


def test_the_last_day_of_a_holiday_is_silent_and_the_day_after_is_not() -> None:
    fair = [date(2026, 11, day) for day in (23, 24, 25)]
    calendar = calendars.load(fair)
    assert calendar.next_allowed(at("2026-11-23T10:00"), RIO, Channel.SMS) == at("2026-11-26T09:00")


def test_the_next_window_is_looked_for_sixty_days_ahead_and_no_further() -> None:
    calendar = Calendar("t", date(2026, 9, 24), date(2026, 12, 31), states={"RJ": frozenset()})
    assert calendar.next_allowed(at("2026-07-26T12:00"), RIO, Channel.SMS) == at("2026-09-24T09:00")
    with pytest.raises(ValueError, match="within 60 days"):
        calendar.next_allowed(at("2026-07-25T12:00"), RIO, Channel.SMS)


def test_a_call_on_saturday_morning_in_sao_paulo_need_not_wait_and_a_text_waits_for_monday() -> None:
    calendar = calendars.load()
    saturday = at("2026-11-21T10:00")
    assert calendar.next_allowed(saturday, SAO_PAULO, Channel.VOICE) == saturday
    assert calendar.next_allowed(saturday, SAO_PAULO, Channel.SMS) == at("2026-11-23T09:00")


def test_hours_may_begin_and_end_between_the_hours() -> None:
    span = calendars.load().window(date(2026, 11, 23), RIO, Channel.SMS, Hours(10 * 60 + 50, 11 * 60 + 59))
    assert span == (at("2026-11-23T10:50"), at("2026-11-23T11:59"))


def test_a_moment_without_time_zone_is_on_nobodys_clock() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        calendars.load().local(datetime(2026, 11, 23, 10), RIO)  # noqa: DTZ001 - a naive instant is what is refused
