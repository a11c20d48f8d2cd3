"""Builds the `Calendar` (and the table of legal rates) from the shipped files and a tenant's own days."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from regua.calendars.data import document, text
from regua.calendars.places import document_states, split_city
from regua.domain.calendar import Calendar, ContactHours
from regua.domain.rates import MONTH, LegalRates, MonthlyRates
from regua.domain.tenant import Tenant
from regua.domain.values import replace

HOLIDAYS, HOURS, PLACES = "holidays.json", "contact_hours.json", "places.json"
RATES, INDEXES = "legal_rates.json", "indexes.json"
TRUSTED_GRADES = frozenset({"S", "D"})
"""Rows of the table of hours that hold without a tenant's confirmation."""
_Days = tuple[date, ...]
_Months = tuple[tuple[str, Decimal], ...]
_City = tuple[tuple[str, str], _Days]


def load(
    tenant_days: Iterable[date] = (),
    municipal: Mapping[str, Iterable[date]] | None = None,
    optional_days: bool = True,
    confirmed_states: Iterable[str] = (),
    *,
    legal_months: Mapping[str, Decimal] | None = None,
    indexes: Mapping[str, Mapping[str, Decimal]] | None = None,
) -> Calendar:
    """The calendar of a tenant; the same arguments give the same object.

    `tenant_days`: the creditor's own days without contact. `municipal`: `UF/City` -> its holidays, added to the shipped
    ones. `optional_days`: whether Carnaval, Corpus Christi and the like are days without contact. `confirmed_states`:
    UFs whose hours, known from a secondary source only, the tenant's counsel has confirmed; elsewhere the strictest
    hold. `legal_months`: months (`YYYY-MM` -> %) of the legal rate, over the shipped ones. `indexes`: name -> months of
    an index (a deflation is negative).

    Raises ValueError for a city that is not `UF/City`, a state that is none, a month that is not `YYYY-MM` or a
    negative legal rate.
    """
    states = tuple(sorted({state.strip().upper() for state in confirmed_states}))
    for state in states:
        if state not in document_states():
            raise ValueError(f"not a state of Brazil: {state}")
    return _build(
        tuple(sorted(set(tenant_days))),
        tuple(sorted((split_city(city), tuple(sorted(set(days)))) for city, days in (municipal or {}).items())),
        optional_days,
        states,
        tuple(sorted(legal_rates(legal_months).months.items())),
        tuple(sorted((name, _months(table.months)) for name, table in index_rates(indexes).items())),
    )


def of(tenant: Tenant) -> Calendar:
    """The calendar of a tenant with everything its configuration says of days, hours and rates."""
    return load(
        tenant.holidays,
        tenant.municipal_holidays,
        tenant.optional_days,
        tenant.confirmed_states,
        legal_months=tenant.legal_months,
        indexes=tenant.indexes,
    )


@lru_cache(maxsize=64)
def _build(
    tenant: _Days,
    cities: tuple[_City, ...],
    optional_days: bool,
    confirmed: tuple[str, ...],
    legal: _Months,
    indexes: tuple[tuple[str, _Months], ...],
) -> Calendar:
    base = _shipped()
    municipal = dict(base["municipal"])
    for city, days in cities:
        municipal[city] = municipal.get(city, frozenset()) | frozenset(days)
    return Calendar(
        version=_version(tenant, cities, optional_days, confirmed, legal, indexes),
        first_on=base["first_on"],
        last_on=base["last_on"],
        national=base["national"],
        states=base["states"],
        municipal=municipal,
        optional=base["optional"] if optional_days else frozenset(),
        bank=base["bank"],
        tenant=frozenset(tenant),
        calls=_hours("calls", confirmed),
        texts=_hours("texts", confirmed),
        legal_rates=legal_rates(dict(legal)),
        indexes=index_rates({name: dict(months) for name, months in indexes}),
    )


@cache
def _shipped() -> dict[str, Any]:
    raw = document(HOLIDAYS)
    first, last = raw["years"]
    return {
        "first_on": date(first, 1, 1),
        "last_on": date(last, 12, 31),
        "national": frozenset(_days(raw["national"])),
        "states": {state: frozenset(_days(rows)) for state, rows in raw["states"].items()},
        "municipal": {split_city(city): frozenset(_days(rows)) for city, rows in raw["municipal"].items()},
        "optional": frozenset(_days(raw["optional"])),
        "bank": frozenset(_days(raw["bank"])),
    }


def _days(rows: Iterable[Mapping[str, Any]]) -> Iterator[date]:
    for row in rows:
        if "dates" in row:
            yield from map(date.fromisoformat, row["dates"])
        else:
            month, day = map(int, row["on"].split("-"))
            first, last = row["years"]
            yield from (date(year, month, day) for year in range(first, last + 1))


def _hours(channels: str, confirmed: tuple[str, ...]) -> dict[str, tuple[ContactHours, ...]]:
    hours: dict[str, tuple[ContactHours, ...]] = {}
    for row in document(HOURS)["rows"]:
        if channels in row["channels"] and (row["grade"] in TRUSTED_GRADES or row["state"] in confirmed):
            hours[row["state"]] = (*hours.get(row["state"], ()), _contact_hours(row))
    return {state: tuple(sorted(rows, key=lambda rule: rule.since)) for state, rows in hours.items()}


def _contact_hours(row: Mapping[str, Any]) -> ContactHours:
    start, end = map(_minute, row["weekday"])
    saturday = (_minute(row["saturday"][0]), _minute(row["saturday"][1])) if row["saturday"] else None
    return ContactHours(start, end, saturday, date.fromisoformat(row["since"]))


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _version(*overrides: object) -> str:
    """Day of the last revision of the hours and a hash of everything that could change an answer."""
    content = "\n".join((text(HOLIDAYS), text(HOURS), text(PLACES), json.dumps(overrides, default=str)))
    return f"{document(HOURS)['revised']}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def legal_rates(own: Mapping[str, Decimal] | None = None) -> LegalRates:
    """The legal rate of CC art. 406, % a month by `YYYY-MM`, a tenant's `own` months over the shipped ones.

    Raises ValueError for a month not written `YYYY-MM` or a negative rate (CC art. 406 §3: negative counts as zero).
    """
    raw = _rates()
    if own and min(own.values()) < 0:
        raise ValueError(f"a legal rate is never negative: {min(own.values())}")
    return replace(raw, months={**raw.months, **dict(_months(own or {}))})


def index_rates(own: Mapping[str, Mapping[str, Decimal]] | None = None) -> dict[str, MonthlyRates]:
    """The indexes by name, % by `YYYY-MM`, a tenant's `own` months over the shipped ones.

    Raises ValueError for a month not written `YYYY-MM`.
    """
    every = dict(_indexes())
    for given, months in (own or {}).items():
        name = given.upper()  # tenant.yaml writes its keys in small letters, and a contract names an index in capitals
        table = every.get(name, MonthlyRates(name))
        every[name] = replace(table, months={**table.months, **dict(_months(months))})
    return every


@cache
def _indexes() -> dict[str, MonthlyRates]:
    return {
        name: MonthlyRates(name, {month: Decimal(rate) for month, rate in raw["months"].items()}, **raw["published"])
        for name, raw in document(INDEXES).items()
    }


@cache
def _rates() -> LegalRates:
    raw = document(RATES)
    months = {month: Decimal(rate) for month, rate in raw["months"].items()}
    return LegalRates(raw["name"], months, date.fromisoformat(raw["since"]), **raw["published"])


def _months(months: Mapping[str, Decimal]) -> _Months:
    for month in months:
        if not MONTH.fullmatch(month):
            raise ValueError(f"not a month written YYYY-MM: {month}")
    return tuple(sorted(months.items()))
