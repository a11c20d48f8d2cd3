"""When will it be paid: the days that a debtor's words name, in Portuguese and Spanish.

Works on clauses prepared by `domain.reply.words`. A week's or month's promise is its last working day, since a promise
must not be broken before the time it named is over. Phrases are data (`phrases.days`), counting is code.
"""

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache

from regua.domain.reply.notation import expressions, sentences
from regua.domain.reply.phrases.days import COUNTS, DAY_GROUPS, DAYS, MONTHS, ORDINALS, WEEKDAYS

HORIZON_DAYS = 62
"""A day further away than this is not a promise a machine may accept."""

_MONTH = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
_WEEKDAY = {name: number for number, names in enumerate(WEEKDAYS) for name in names}


def find(text: str, today: date, spanish: bool = False) -> tuple[list[date], str]:
    """The days named in `text`, in order, and the text with `#` in their place.

    A day that cannot be (31/02), is past or lies beyond `HORIZON_DAYS` appears as `date.max`: named, but not usable.
    """
    found: list[tuple[int, date]] = []
    rest = f" {text} "
    for pattern, resolve in _rules(False) + (_rules(True) if spanish else ()):
        while match := pattern.search(rest):
            day = resolve(match, today) or date.max
            usable = today <= day <= today + timedelta(days=HORIZON_DAYS)
            found.append((match.start(), day if usable else date.max))
            # as long as what it replaces: positions of later matches stay comparable
            rest = rest[: match.start()] + " #".ljust(len(match.group()), " ") + rest[match.end() :]
    return [day for _, day in sorted(found)], " ".join(rest.split())


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _full(match: re.Match[str], today: date) -> date | None:
    year = match["year"]
    return _real(int(f"20{year}" if len(year) == 2 else year), int(match["month"]), int(match["day"]))


def _day_month(match: re.Match[str], today: date) -> date | None:
    name = match["month"]
    month = _MONTH.get(name) or int(name)
    day = _number(match["day"])
    first = _real(today.year, month, day)
    return first if first and first >= today else _real(today.year + 1, month, day)


def _day_next_month(match: re.Match[str], today: date) -> date | None:
    year, month = _month_after(today)
    return _real(year, month, _number(match["day"]))


def _day(match: re.Match[str], today: date) -> date | None:
    day = _number(match["day"])
    this = _real(today.year, today.month, day)
    if this is None or this >= today:
        # "dia 31" said in April: the 30th or the end of May, a person asks
        return this
    year, month = _month_after(today)
    return _real(year, month, day)


def _weekday(match: re.Match[str], today: date) -> date:
    return today + timedelta(days=(_WEEKDAY[match["weekday"]] - today.weekday() - 1) % 7 + 1)


def _weekday_next_week(match: re.Match[str], today: date) -> date:
    return _monday(today) + timedelta(days=7 + _WEEKDAY[match["weekday"]])


def _in_units(match: re.Match[str], today: date) -> date | None:
    count = _number(match["count"])
    if count > HORIZON_DAYS:
        return None
    unit = match["unit"]
    if unit.startswith("dia"):
        return _business(today, count) if match["business"] else today + timedelta(days=count)
    return today + timedelta(days=count * (7 if unit.startswith("semana") else 30))


def _business_day(match: re.Match[str], today: date) -> date:
    day = _business_day_of(match, today.year, today.month)
    return day if day >= today else _business_day_next_month(match, today)


def _business_day_next_month(match: re.Match[str], today: date) -> date:
    return _business_day_of(match, *_month_after(today))


def _business_day_of(match: re.Match[str], year: int, month: int) -> date:
    count = ORDINALS.get(match["nth"]) or int(match["nth"])
    return _business(date(year, month, 1) - timedelta(days=1), count)


def _this_week(match: re.Match[str], today: date) -> date:
    friday = _monday(today) + timedelta(days=4)
    return friday if friday >= today else _monday(today) + timedelta(days=6)


def _month_end(match: re.Match[str], today: date) -> date:
    year, month = _month_after(today) if match["next"] else (today.year, today.month)
    return date(year, month, calendar.monthrange(year, month)[1])


def _by_the(last: int, match: re.Match[str], today: date) -> date:
    if not match["next"] and today.day <= last:
        return today.replace(day=last)
    year, month = _month_after(today)
    return date(year, month, last)


def _number(word: str) -> int:
    if word in ("primeiro", "primero"):
        return 1
    return COUNTS.get(word) or int(word)


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


def _business(start: date, count: int) -> date:
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _month_after(today: date) -> tuple[int, int]:
    return (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)


_Resolver = Callable[[re.Match[str], date], date | None]

_COUNTED: Mapping[str, _Resolver] = {
    "full date": _full,
    "day of a month": _day_month,
    "day of next month": _day_next_month,
    "business day of next month": _business_day_next_month,
    "business day of a month": _business_day,
    "days from now": _in_units,
    "weekday of next week": _weekday_next_week,
    "next week": lambda match, today: _monday(today) + timedelta(days=11),
    "weekend of next week": lambda match, today: _monday(today) + timedelta(days=13),
    "weekend": lambda match, today: _monday(today) + timedelta(days=6),
    "this week": _this_week,
    "end of a month": _month_end,
    "start of a month": lambda match, today: _by_the(5, match, today),
    "middle of a month": lambda match, today: _by_the(15, match, today),
    "no day": lambda match, today: None,
    "day of the month": _day,
    "day after tomorrow": lambda match, today: today + timedelta(days=2),
    "tomorrow": lambda match, today: today + timedelta(days=1),
    "today": lambda match, today: today,
    "weekday": _weekday,
}
"""How the days of `phrases.days` are counted."""


@cache
def _rules(only_spanish: bool) -> tuple[tuple[re.Pattern[str], _Resolver], ...]:
    """The rows of `phrases.days`, each with how its day is counted. Raises PhraseError."""
    groups = {**_slots(), **expressions(DAY_GROUPS)}
    return tuple(
        (re.compile(rf"(?<= )(?:{sentences('days', [row], groups)})(?= )"), _COUNTED[row.day])
        for row in DAYS
        if row.spanish_only is only_spanish
    )


def _slots() -> dict[str, str]:
    """What stands in braces in `phrases.days`, by its plain name, with what is read from it."""
    counts, months, weekdays = ("|".join(words) for words in (COUNTS, _MONTH, _WEEKDAY))
    return {
        "dd/mm/aaaa": r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{2}|\d{4})",
        "dd/mm": r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})",
        "dia, dia": r"(?P<day>\d{1,2}|primeiro|primero)o?",
        "dia": r"(?P<day>\d{1,2}|primeiro)o?",
        "numero": r"(?P<day>\d{1,2})",
        "mes": rf"(?P<month>{months})",
        "quinto": rf"(?P<nth>{'|'.join(ORDINALS)}|\d{{1,2}})o?",
        "quantos": rf"(?P<count>\d{{1,2}}|{counts})",
        "dias": r"(?P<unit>dias?|semanas?|mes|meses)",
        "uteis": r"(?P<business>uteis|util|habiles)",
        "dia da semana": rf"(?P<weekday>{weekdays})",
        "proximo mes": r"(?P<next>mes que vem|proximo mes|mes que viene)",
    }
