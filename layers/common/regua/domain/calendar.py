"""Days and hours: what is a business day somewhere, and when a debtor may be contacted.

Three different questions have three different answers, and the law mixes them up at its own cost:

* may the debtor be contacted today, and from when to when (`window`): the state's hours, no holiday, no optional day;
* is it a business day (`is_business_day`): Monday to Friday without holiday or optional day;
* could the debt be paid today (`due_moves_to`, `bank_business_day`): also not when banks are closed.

A `Calendar` is plain data and pure rules; `regua.calendars.load` builds one from the shipped tables.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from regua.domain.channels import TRAITS
from regua.domain.model import Channel
from regua.domain.policy import Hours
from regua.domain.rates import EMPTY, LegalRates, MonthlyRates
from regua.domain.values import Value

EARLIEST_MINUTE, LATEST_MINUTE = 8 * 60, 20 * 60
SATURDAY_LATEST_MINUTE = 14 * 60
SEARCH_DAYS = 60
_MEMO_LIMIT = 8192
_SATURDAY, _SUNDAY = 5, 6
_DAY = timedelta(days=1)
_ANY_TIME = Hours()


class Place(NamedTuple):
    """Where a debtor is. `state` is the UF, `time_zone` an IANA name; empty state means the strictest rules.

    A tuple, because every question to a calendar looks its place up.
    """

    state: str
    time_zone: str
    city: str = ""


class ContactHours(Value):
    """Hours in which one group of channels may be used, in minutes of the debtor's day; the end is not included.

    No law known allows more than Monday to Friday 8-20 and Saturday 8-14, so nothing wider can be built: a mistyped
    table raises ValueError instead of calling people at night.
    """

    start_minute: int = 9 * 60
    end_minute: int = 18 * 60
    saturday: tuple[int, int] | None = None
    since: date = date.min
    """First day on which these hours hold."""

    def __post_init__(self) -> None:
        if not EARLIEST_MINUTE <= self.start_minute < self.end_minute <= LATEST_MINUTE:
            raise ValueError("contact hours must lie within 08:00-20:00")
        if self.saturday and not EARLIEST_MINUTE <= self.saturday[0] < self.saturday[1] <= SATURDAY_LATEST_MINUTE:
            raise ValueError("contact hours on Saturday must lie within 08:00-14:00")

    def on(self, weekday: int) -> tuple[int, int] | None:
        """First minute and the one after the last on `weekday` (Monday is 0), or None."""
        if weekday == _SUNDAY:
            return None
        return self.saturday if weekday == _SATURDAY else (self.start_minute, self.end_minute)


STRICTEST = ContactHours()
"""Monday to Friday 9-18: where no confirmed table allows more."""


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    if not name:
        raise ValueError("a place needs a time zone: use the creditor's when the debtor's is unknown")
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:
        raise ValueError(f"unknown time zone: {name}") from error


@dataclass(frozen=True, slots=True, eq=False)
class _Rules:
    """What holds at a place, looked up once."""

    zone: ZoneInfo
    silent: tuple[frozenset[date], ...]
    """Days without contact."""
    closed: frozenset[date]
    """Weekdays on which nobody has to pay."""
    calls: tuple[ContactHours, ...]
    texts: tuple[ContactHours, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Holidays, contact hours and official rates as values, and the questions asked of them.

    Two calendars are the same when their `version` is; contacts and ledger entries keep that version. Days before
    `first_on` or after `last_on` are not covered: there nobody may be contacted, and due dates only move off weekends.
    """

    version: str
    first_on: date
    last_on: date
    national: frozenset[date] = frozenset()
    states: Mapping[str, frozenset[date]] = field(default_factory=dict)
    """UF -> state holidays."""
    municipal: Mapping[tuple[str, str], frozenset[date]] = field(default_factory=dict)
    """(UF, city as `city_key` writes it) -> municipal holidays."""
    optional: frozenset[date] = frozenset()
    """Optional days (pontos facultativos) on which nobody is contacted."""
    bank: frozenset[date] = frozenset()
    """Weekdays without bank service besides national holidays: Carnaval, Corpus Christi, the last business day."""
    tenant: frozenset[date] = frozenset()
    """The creditor's own days."""
    calls: Mapping[str, tuple[ContactHours, ...]] = field(default_factory=dict)
    """UF -> hours for calls, oldest first; a state that is not there has the strictest."""
    texts: Mapping[str, tuple[ContactHours, ...]] = field(default_factory=dict)
    """UF -> hours for messages, oldest first."""
    legal_rates: LegalRates = EMPTY
    """What is owed when nothing was agreed; here because its months change answers as a holiday does."""
    indexes: Mapping[str, MonthlyRates] = field(default_factory=dict)
    """Name -> table of a monthly index."""
    _places: dict[Place, _Rules] = field(default_factory=dict, init=False, repr=False)
    _windows: dict[tuple[date, _Rules, bool, Hours], tuple[datetime, datetime] | None] = field(
        default_factory=dict, init=False, repr=False
    )

    def is_business_day(self, day: date, place: Place) -> bool:
        """True from Monday to Friday without national, state, municipal, optional or tenant day.

        An unknown state has the holidays of every state (strictest). Raises ValueError for a place without time zone.
        """
        return day.weekday() < _SATURDAY and not self._is_silent(day, self._rules(place))

    def bank_business_day(self, day: date) -> bool:
        """True when a boleto can be settled: Res. CMN 4.880/2020, so Ash Wednesday is one and Corpus Christi is not."""
        return day.weekday() < _SATURDAY and day not in self.national and day not in self.bank

    def due_moves_to(self, due: date, place: Place) -> date:
        """The last day to pay without charges: `due`, or the next day with bank service that is no holiday there.

        Source: CC art. 132 §1, Lei 7.089/1983. Holidays are the nation's, the state's when known, the city's and the
        tenant's; an optional day counts only when banks are closed on it.
        """
        closed = self._rules(place).closed
        day = due
        while day.weekday() >= _SATURDAY or day in closed:
            day += _DAY
        return day

    def add_business_days(self, day: date, n: int, place: Place) -> date:
        """The `n`-th business day after `day` (before it when negative); 0 is `day` itself, business day or not."""
        step = _DAY if n > 0 else -_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_business_day(day, place)
        return day

    def window(
        self, day: date, place: Place, channel: Channel, hours: Hours = _ANY_TIME
    ) -> tuple[datetime, datetime] | None:
        """Start and end (not included) of the lawful contact window on the debtor's `day`, aware in UTC, or None.

        `hours` narrows it and never widens it. What rings has the hours for calls, every other channel those for texts.
        """
        return self._window(day, self._rules(place), TRAITS[channel].call, hours)

    def next_allowed(self, at: datetime, place: Place, channel: Channel, hours: Hours = _ANY_TIME) -> datetime:
        """The earliest lawful instant at or after the aware instant `at`, in UTC.

        Raises ValueError when there is none within 60 days (hours that exclude every day, or beyond the tables).
        """
        return max(at.astimezone(UTC), self._next_window(at, place, channel, hours)[0])

    def window_end(self, at: datetime, place: Place, channel: Channel, hours: Hours = _ANY_TIME) -> datetime:
        """End (UTC, not included) of the window that `at` lies in, or of the next one. Raises as `next_allowed`."""
        return self._next_window(at, place, channel, hours)[1]

    def covers(self, day: date) -> bool:
        """Whether the tables go so far that the next lawful moment from `day` on can be told."""
        return self.first_on <= day and day + timedelta(days=SEARCH_DAYS) <= self.last_on

    def local(self, at: datetime, place: Place) -> datetime:
        """The aware instant `at` on the debtor's clock. Raises ValueError for a naive one."""
        _require_aware(at)
        return at.astimezone(self._rules(place).zone)

    def _next_window(self, at: datetime, place: Place, channel: Channel, hours: Hours) -> tuple[datetime, datetime]:
        rules = self._rules(place)
        day = _local_day(at, rules)
        for _ in range(SEARCH_DAYS + 1):
            span = self._window(day, rules, TRAITS[channel].call, hours)
            if span is not None and at < span[1]:
                return span
            day += _DAY
        raise ValueError(f"no lawful contact window within {SEARCH_DAYS} days of {at.isoformat()}")

    def _window(self, day: date, rules: _Rules, call: bool, hours: Hours) -> tuple[datetime, datetime] | None:
        key = (day, rules, call, hours)
        try:
            return self._windows[key]
        except KeyError:
            if len(self._windows) >= _MEMO_LIMIT:
                self._windows.clear()
            span = self._windows[key] = self._work_out_window(day, rules, call, hours)
            return span

    def _work_out_window(self, day: date, rules: _Rules, call: bool, hours: Hours) -> tuple[datetime, datetime] | None:
        weekday = day.weekday()
        if weekday not in hours.weekdays or not self.first_on <= day <= self.last_on or self._is_silent(day, rules):
            return None
        lawful = _in_force(rules.calls if call else rules.texts, day).on(weekday)
        if lawful is None:
            return None
        start, end = max(lawful[0], hours.start_minute), min(lawful[1], hours.end_minute)
        return (_instant(day, start, rules.zone), _instant(day, end, rules.zone)) if start < end else None

    @staticmethod
    def _is_silent(day: date, rules: _Rules) -> bool:
        return any(day in days for days in rules.silent)

    def _rules(self, place: Place) -> _Rules:
        try:
            return self._places[place]
        except KeyError:
            if len(self._places) >= _MEMO_LIMIT:
                self._places.clear()
            rules = self._places[place] = self._work_out_rules(place)
            return rules

    def _work_out_rules(self, place: Place) -> _Rules:
        zone = _zone(place.time_zone)
        municipal = self.municipal.get((place.state, city_key(place.city)), frozenset()) if place.city else frozenset()
        known = self.states.get(place.state)
        of_state = (known,) if known is not None else tuple(self.states.values())
        return _Rules(
            zone=zone,
            silent=(self.national, *of_state, municipal, self.optional, self.tenant),
            closed=self.national | self.bank | (known or frozenset()) | municipal | self.tenant,
            calls=self.calls.get(place.state, (STRICTEST,)),
            texts=self.texts.get(place.state, (STRICTEST,)),
        )


def city_key(name: str) -> str:
    """A city's name as tables are keyed: lower case, without accents, single spaces."""
    plain = unicodedata.normalize("NFKD", name)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().replace("-", " ").split())


def _in_force(rows: tuple[ContactHours, ...], day: date) -> ContactHours:
    return next((row for row in reversed(rows) if row.since <= day), STRICTEST)


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    # wall clock first, then the zone: adding minutes to an instant would be an hour off on a day the clock changes
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def _local_day(at: datetime, rules: _Rules) -> date:
    _require_aware(at)
    return at.astimezone(rules.zone).date()


def _require_aware(at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
