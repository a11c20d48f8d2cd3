"""Calendar days as spreadsheets write them."""

import re
from datetime import date, datetime, timedelta

from regua.files.faults import CellError
from regua.files.text import plain

FIRST_YEAR, LAST_YEAR = 1994, 2099
"""The real exists since 1994: an earlier day is a misread cell."""

_SLASHED = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4}|[0-9]{2})")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_EIGHT = re.compile(r"[0-9]{8}")
_SERIAL = re.compile(r"([0-9]{5})(?:[.,][0-9]+)?")
_NAMED = re.compile(r"([0-9]{1,2})[ /.\-](?:de )?([a-z]{3,9})\.?[ /.\-](?:de )?([0-9]{4}|[0-9]{2})")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?[ /.\-]([0-9]{1,2})(?:st|nd|rd|th)?(?:,| de|[/.\-])? ?([0-9]{4}|[0-9]{2})")
_TOGETHER = re.compile(r"([0-9]{1,2})([a-z]{3,9})([0-9]{4})")
_TIME = re.compile(
    r"[ T]+([0-9]{1,2}):([0-9]{2})(?::[0-9]{2}(?:[.,][0-9]+)?)?\s*(?:[AP]M)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"^(?:(?:seg|ter|qua|qui|sex|sab|dom)[a-z\-]*|(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]{0,3}day|rs|s)?)\.?,? +"
)
_MONTHS = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")
_ENGLISH = {"feb": "fev", "apr": "abr", "may": "mai", "aug": "ago", "sep": "set", "oct": "out", "dec": "dez"}
_FULL_MONTHS = (
    *("janeiro", "fevereiro", "marco", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro"),
    *("dezembro", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_COMPETENCE = re.compile(r"([0-9]{1,2})[/\-.]([0-9]{4}|[0-9]{2})|([0-9]{4})[/\-.]([0-9]{1,2})")
_NAMED_MONTH = re.compile(r"([a-z]{3,9})\.?[ /.\-]*(?:de )?([0-9]{4}|[0-9]{2})")

# Serial 60 is a 29 February 1900 that never was; every later one counts from this day.
_EPOCH = date(1899, 12, 30)
WRITE_IT = "escreva a data como DD/MM/AAAA"
_CACHE = 20_000


class DateColumn:
    """Reads the days of one column. Days come before months, unless the file shows months first (`date_order`)."""

    def __init__(self) -> None:
        self.day_first = False
        self.month_first = False
        self._known: dict[str, date] = {}

    def state(self) -> dict[str, bool]:
        """What the column's rows have shown, to be kept beside the parts of a split file."""
        return {"day_first": self.day_first, "month_first": self.month_first}

    def decide(self, day_first: bool, month_first: bool) -> None:
        """Takes over what a survey of the file has shown."""
        self.day_first, self.month_first = day_first, month_first

    def see(self, text: str) -> None:
        """Notes whether a date shows that days (or months) come first."""
        found = _SLASHED.match(text.strip())
        if found:
            first, second = int(found[1]), int(found[2])
            self.day_first = self.day_first or 12 < first <= 31
            self.month_first = self.month_first or (first <= 12 < second <= 31)

    def day(self, text: str) -> date:
        """The day. Raises CellError."""
        known = self._known.get(text)
        if known is None:
            known = self._read(text)
            if len(self._known) >= _CACHE:
                self._known.clear()
            self._known[text] = known
        return known

    def _read(self, text: str) -> date:
        text, moved = _without_time(text)
        if found := _SLASHED.fullmatch(text):
            day = self._slashed(int(found[1]), int(found[2]), _year(found[3]))
        else:
            day = _other(text)
        if moved:
            day = _in_brasilia(day, moved)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise CellError(f"ano {day.year} não é plausível", WRITE_IT)
        return day

    def _slashed(self, first: int, second: int, year: int) -> date:
        if self.month_first and not self.day_first:
            return _date(year, first, second, "dia/mês/ano")
        return _date(year, second, first)


def slashed(text: str) -> tuple[int, int, int] | None:
    """(first number, second number, year) of a date that could be read either way; None for any other."""
    found = _SLASHED.match(text.strip())
    if not found:
        return None
    first, second, year = int(found[1]), int(found[2]), _year(found[3])
    return (first, second, year) if first and second and max(first, second) <= 31 and year else None


def looks_like_day(text: str) -> bool:
    """Whether it is a day, whichever of day and month comes first."""
    for month_first in (False, True):
        column = DateColumn()
        column.month_first = month_first
        try:
            column.day(text)
        except CellError:
            continue
        return True
    return False


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year >= FIRST_YEAR - 1900 else 2000)


def _date(year: int, month: int, day: int, other: str = "mês/dia/ano") -> date:
    try:
        return date(year, month, day)
    except ValueError:
        if not 1 <= month <= 12:
            hint = f"; parece {other}" if 1 <= day <= 12 and 1 <= month <= 31 else ""
            raise CellError(f"mês {month} não existe{hint}", WRITE_IT) from None
        raise CellError(f"dia {day:02d}/{month:02d}/{year} não existe", WRITE_IT) from None


def _other(text: str) -> date:
    if found := _ISO.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if _EIGHT.fullmatch(text):
        iso = FIRST_YEAR <= int(text[:4]) <= LAST_YEAR and 1 <= int(text[4:6]) <= 12
        parts = (text[:4], text[4:6], text[6:]) if iso else (text[4:], text[2:4], text[:2])
        return _date(int(parts[0]), int(parts[1]), int(parts[2]))
    if found := _SERIAL.fullmatch(text):
        return _EPOCH + timedelta(days=int(found[1]))
    words = _WEEKDAY.sub("", plain(text))
    if (found := _NAMED.fullmatch(words)) and (month := _month(found[2])):
        return _date(_year(found[3]), month, int(found[1]))
    if (found := _MONTH_FIRST.fullmatch(words)) and (month := _whole_month(found[1])):
        return _date(_year(found[3]), month, int(found[2]))
    if (found := _TOGETHER.fullmatch(words)) and (month := _whole_month(found[2])):
        return _date(_year(found[3]), month, int(found[1]))
    if found := _SLASHED.fullmatch(words):
        return _date(_year(found[3]), int(found[2]), int(found[1]))
    if text.startswith(("=", "@")):
        raise CellError("a célula tem uma fórmula", "copie e cole como valor")
    raise CellError("não é uma data", WRITE_IT)


def _month(word: str) -> int:
    """The month a word means, in Portuguese or English; 0 for any other word."""
    short = _ENGLISH.get(word[:3], word[:3])
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _whole_month(word: str) -> int:
    """The same, of a month or the beginning of one alone: `Setor 12/2026` is a place."""
    return _month(word) if any(name.startswith(word.replace("sept", "sep")) for name in _FULL_MONTHS) else 0


def _without_time(text: str) -> tuple[str, str]:
    """The date part, and the time when it comes with a time zone that may move the day."""
    found = _TIME.search(text)
    if not found or found.end() != len(text.rstrip()):
        return text.strip(), ""
    if int(found[1]) > 23 or int(found[2]) > 59:
        raise CellError("hora que não existe", WRITE_IT)
    moved = f"{int(found[1]):02d}:{found[2]}{found[3]}" if found[3] and (found[1], found[2]) != ("00", "00") else ""
    return text[: found.start()].strip(), moved


def _in_brasilia(day: date, time: str) -> date:
    """The day in Brasília (UTC-3, without daylight saving since 2019) of a moment given with its zone.

    Midnight never comes here: programs write a bare day as midnight UTC and mean that day.
    """
    moment = datetime.fromisoformat(f"{day.isoformat()}T{time.upper().replace('Z', '+00:00')}")
    offset = moment.utcoffset() or timedelta()
    return (moment.replace(tzinfo=None) - offset - timedelta(hours=3)).date()


def competence(text: str) -> str:
    """The month a receivable belongs to, as `AAAA-MM`. Raises CellError."""
    found = _COMPETENCE.fullmatch(text)
    if found:
        year, month = (_year(found[2]), int(found[1])) if found[1] else (int(found[3]), int(found[4]))
        if 1 <= month <= 12:
            return f"{year}-{month:02d}"
    named = _NAMED_MONTH.fullmatch(plain(text))
    if named and (month := _month(named[1])):
        return f"{_year(named[2])}-{month:02d}"
    try:
        return DateColumn().day(text).isoformat()[:7]
    except CellError:
        raise CellError("não é um mês", "escreva a competência como MM/AAAA") from None
