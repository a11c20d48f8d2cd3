"""When a debtor may be reached: the world's own table, so that the product is not judged by the product's.

Monday to Friday from 9:00 to 18:00 of the debtor's own clock: the strictest reading of the state laws on collection
calls (SP Lei 17.832/2023, RJ Lei 7.868/2018, AL Lei 7.782/2016, AM Lei 306/2016), kept by the product on all channels.
Never on a national holiday (Leis 662/1949, 6.802/1980, 9.093/1995, 14.759/2023) or one of the debtor's state.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from localcloud.people import Person

OPENS_HOUR = 9
CLOSES_HOUR = 18

NATIONAL = {(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20), (12, 25)}
STATE = {
    "AC": {(6, 15)},
    "AL": {(6, 24), (6, 29), (9, 16)},
    "AM": {(9, 5)},
    "BA": {(7, 2)},
    "CE": {(3, 25)},
    "MS": {(10, 11)},
    "PE": {(3, 6)},
    "RJ": {(4, 23)},
    "RS": {(9, 20)},
    "SP": {(7, 9)},
}
"""State holidays on which every source agrees; a state that is not here has none of them."""


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher's algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def holiday(state: str, day: date) -> bool:
    """Whether `day` is a national holiday or one of `state` (UF)."""
    month_day = (day.month, day.day)
    good_friday = easter(day.year) - timedelta(days=2)
    return month_day in NATIONAL or month_day in STATE.get(state, ()) or day == good_friday


def lawful_within(person: Person, first: datetime, last: datetime) -> bool:
    """Whether any moment from `first` to `last` is lawful (looked at every quarter of an hour, three days at most)."""
    at, end = first, min(last, first + timedelta(days=3))
    while at < end:
        if lawful(person, at):
            return True
        at += timedelta(minutes=15)
    return lawful(person, last)


def lawful(person: Person, at: datetime) -> bool:
    """Whether a message may reach `person` at `at` (aware)."""
    local = at.astimezone(ZoneInfo(person.time_zone))
    if local.weekday() > 4 or holiday(person.state, local.date()):
        return False
    return OPENS_HOUR <= local.hour < CLOSES_HOUR
