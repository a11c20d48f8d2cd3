"""When will it be paid: the days that a debtor's words name, in Portuguese and Spanish.

Works on text prepared by `replies` (lower case, no accents, clauses parted by `|`). A week's or month's promise is its
last working day, since a promise must not be broken before the time it named is over.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

HORIZON_DAYS = 62
"""A day further away than this is not a promise a machine may accept."""

_MONTHS = (
    ("janeiro", "enero", "jan"),
    ("fevereiro", "febrero", "fev"),
    ("marco", "marzo", "mar"),
    ("abril", "abr"),
    ("maio", "mayo", "mai"),
    ("junho", "junio", "jun"),
    ("julho", "julio", "jul"),
    ("agosto", "ago"),
    ("setembro", "septiembre", "setiembre", "set"),
    ("outubro", "octubre", "out"),
    ("novembro", "noviembre", "nov"),
    ("dezembro", "diciembre", "dez"),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WEEKDAYS = (
    ("segunda", "lunes", "2a"),
    ("terca", "martes", "3a"),
    ("quarta", "miercoles", "4a"),
    ("quinta", "jueves", "5a"),
    ("sexta", "viernes", "6a"),
    ("sabado",),
    ("domingo",),
)
_WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
_NUMBER = {
    "um": 1,
    "uma": 1,
    "un": 1,
    "una": 1,
    "dois": 2,
    "duas": 2,
    "dos": 2,
    "tres": 3,
    "quatro": 4,
    "cuatro": 4,
    "cinco": 5,
    "seis": 6,
    "sete": 7,
    "siete": 7,
    "oito": 8,
    "ocho": 8,
    "dez": 10,
    "diez": 10,
    "quinze": 15,
    "quince": 15,
    "vinte": 20,
    "veinte": 20,
    "trinta": 30,
    "treinta": 30,
}

_NEXT_MONTH = r"(?:do|no|del|de) (?:mes que vem|proximo mes|outro mes|mes que viene|mes proximo|mes seguinte)"
_NEXT_WEEK = r"(?:semana que vem|proxima semana|semana proxima|outra semana|semana que viene|semana seguinte)"
_DAY = r"(?:no |el |ate |para |pro |pra )?(?:dia )?(?P<day>\d{1,2}|primeiro|primero)o?"
_MONTH_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_WEEKDAY_NAMES = "|".join(sorted(_WEEKDAY, key=len, reverse=True))
_COUNTS = "|".join(_NUMBER)


def find(text: str, today: date, spanish: bool = False) -> tuple[list[date], str]:
    """The days named in `text`, in order, and the text with `#` in their place.

    A day that cannot be (31/02), is past or lies beyond `HORIZON_DAYS` appears as `date.max`: named, but not usable.
    """
    found: list[tuple[int, date]] = []
    rest = f" {text} "
    for pattern, resolve in _RULES + (_SPANISH_RULES if spanish else ()):
        while match := pattern.search(rest):
            day = resolve(match, today)
            usable = day is not None and today <= day <= today + timedelta(days=HORIZON_DAYS)
            found.append((match.start(), day if day is not None and usable else date.max))
            # as long as what it replaces: positions of later matches stay comparable
            rest = rest[: match.start()] + " #".ljust(len(match.group()), " ") + rest[match.end() :]
    return [day for _, day in sorted(found)], " ".join(rest.split())


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _full(match: re.Match[str], today: date) -> date | None:
    year = int(match["year"])
    return _real(year + 2000 if year < 100 else year, int(match["month"]), int(match["day"]))


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


def _nth_business_day(match: re.Match[str], today: date) -> date | None:
    words = {"primeiro": 1, "segundo": 2, "terceiro": 3, "quarto": 4, "quinto": 5, "decimo": 10}
    count = words.get(match["nth"]) or int(match["nth"])
    for year, month in ((today.year, today.month), _month_after(today)):
        day = _business(date(year, month, 1) - timedelta(days=1), count)
        if day >= today:
            return day
    return None


def _this_week(match: re.Match[str], today: date) -> date:
    friday = _monday(today) + timedelta(days=4)
    return friday if friday >= today else _monday(today) + timedelta(days=6)


def _month_end(match: re.Match[str], today: date) -> date:
    year, month = _month_after(today) if match["next"] else (today.year, today.month)
    return date(year, month, calendar.monthrange(year, month)[1])


def _month_start(match: re.Match[str], today: date) -> date:
    if not match["next"] and today.day <= 5:
        return today.replace(day=5)
    year, month = _month_after(today)
    return date(year, month, 5)


def _month_middle(match: re.Match[str], today: date) -> date:
    if today.day <= 15:
        return today.replace(day=15)
    year, month = _month_after(today)
    return date(year, month, 15)


def _plus(days: int) -> Callable[[re.Match[str], date], date]:
    return lambda match, today: today + timedelta(days=days)


def _never(match: re.Match[str], today: date) -> None:
    return None


def _number(word: str) -> int:
    if word in ("primeiro", "primero"):
        return 1
    return _NUMBER.get(word) or int(word)


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


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]]


def _rule(pattern: str, resolve: Callable[[re.Match[str], date], date | None]) -> _Rule:
    return re.compile(rf"(?<= )(?:{pattern})(?= )"), resolve


# longest and most exact first: what one rule has read, the next ones no longer see
_RULES: tuple[_Rule, ...] = (
    _rule(r"(?:dia )?(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{2}|\d{4})", _full),
    _rule(r"(?:dia )?(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})", _day_month),
    _rule(rf"{_DAY} {_NEXT_MONTH}", _day_next_month),
    _rule(rf"{_DAY} (?:de |do )?(?P<month>{_MONTH_NAMES})", _day_month),
    _rule(
        r"(?:no |ate o |o )?(?P<nth>primeiro|segundo|terceiro|quarto|quinto|decimo|\d{1,2})o? dia util"
        rf"(?: {_NEXT_MONTH}| do mes| deste mes)?",
        _nth_business_day,
    ),
    _rule(
        r"(?:daqui a|daqui|em|dentro de|en|dentro de unos|daqui uns) "
        rf"(?P<count>\d{{1,2}}|{_COUNTS}) (?P<unit>dias?|semanas?|mes|meses)(?P<business> uteis| util| habiles)?",
        _in_units,
    ),
    _rule(rf"(?:na |el )?(?P<weekday>{_WEEKDAY_NAMES})(?: feira)? (?:da|na|de la) {_NEXT_WEEK}", _weekday_next_week),
    _rule(rf"(?:na |la |ate a |ate |a )?{_NEXT_WEEK}", lambda match, today: _monday(today) + timedelta(days=11)),
    _rule(
        r"(?:no |ate o |ate |el |este |nesse |neste |o )?(?:fim|final|fin) de semana",
        lambda match, today: _monday(today) + timedelta(days=6),
    ),
    _rule(
        r"(?:ate |ainda |no |o )*(?:nessa|nesta|essa|esta|dessa|fim da|final da|fim dessa|esta misma) semana",
        _this_week,
    ),
    _rule(
        r"(?:no |ate o |ate |a )?(?:fim|final|finalzinho|ultimo dia|fin|finales) (?:do|de|del|desse|deste|este) "
        r"(?:(?P<next>mes que vem|proximo mes|mes que viene)|mes)",
        _month_end,
    ),
    _rule(
        r"(?:no |ate o |a )?(?:comeco|comecinho|inicio|principios?) (?:do|de|del) "
        r"(?:(?P<next>mes que vem|proximo mes|mes que viene)|mes)",
        _month_start,
    ),
    _rule(r"(?:no |em )?(?:meio|meados) (?:do|de) mes|na quinzena", _month_middle),
    _rule(r"(?:no |o |el )?(?:mes que vem|proximo mes|mes que viene)", _never),
    _rule(r"(?:no |ate o |ate |para o |pro |ate dia |el |para |por volta do )?dias? (?P<day>\d{1,2}|primeiro)o?", _day),
    _rule(r"(?:depois de|dps de|apos) amanha|pasado manana", _plus(2)),
    _rule(r"(?:ate |para |pra |ja )?amanha|(?<!la )(?<!de )manana", _plus(1)),
    _rule(
        r"(?:ainda |ate )?(?:hoje|hoy)(?: mesmo| mismo)?|(?:pago|pagar|pagando|pix) agora(?: mesmo)?|agora mesmo|"
        r"ahora mismo|daqui a? ?pouco|mais tarde|esta noche|agorinha",
        _plus(0),
    ),
    _rule(
        r"(?:na |no |ate |a |nesta |nessa |essa |esta |el |este |proxima |proximo |para |pra |ja )*"
        rf"(?P<weekday>{_WEEKDAY_NAMES})(?: feira)?(?: que vem| que viene| proxima| proximo| agora| mesmo)?"
        r"(?! (?:via|parcela|parte|vez|opcao|passad[oa]|pasado|tentativa|mensagem|cuota))",
        _weekday,
    ),
)
_SPANISH_RULES: tuple[_Rule, ...] = (_rule(r"(?:el|para el|hasta el) (?P<day>\d{1,2})", _day),)
