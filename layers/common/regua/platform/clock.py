"""Real time, and the faster time of the local cloud.

The local cloud divides the state machine's waits by one number (`speed`). Simulated time runs at that speed in
business hours, when contacts happen, and faster (`night`) when nothing may happen anyway. `wait_seconds` hides the
difference: a wait it returns, divided by `speed`, ends when the simulated clock shows the wanted moment.
"""

import math
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

BUSINESS_ZONE = "America/Sao_Paulo"
OPENS = time(8)
CLOSES = time(19)
LONGEST_WAIT_SECONDS = 99_999_999
"""https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html"""

_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RealClock:
    """Time as it is."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)

    def wait_seconds(self, until: datetime) -> int:
        """Seconds to wait so that it is not before `until` (aware) afterwards: rounded up, 0 when it has passed."""
        return _whole_seconds(Fraction((until - self.now()) // _MICROSECOND))


class ScaledClock:
    """Simulated time: stands at `simulated` until the moment `real`, then runs `speed` or `night` times as fast.

    `speed` applies in the business hours (from, to) of weekdays in America/Sao_Paulo, `night` otherwise, and `first` in
    the business hours of `first_on` (without it: the first weekday): a portfolio that has just been imported has most
    to say then. All are above 0.
    From the moment `end` on it keeps real pace.
    The mapping is exact: `simulated_at(real_at(t)) == t` for every t from `simulated` on. Raises ValueError for a naive
    time, a speed that is not positive, or a day that ends before it begins.
    """

    def __init__(
        self,
        real: datetime,
        simulated: datetime,
        speed: Fraction,
        night: Fraction,
        real_now: Callable[[], datetime] | None = None,
        hours: tuple[time, time] = (OPENS, CLOSES),
        first: Fraction | None = None,
        end: datetime | None = None,
        first_on: date | None = None,
    ) -> None:
        if hours[0] >= hours[1]:
            raise ValueError("a day does not end before it begins")
        if real.tzinfo is None or simulated.tzinfo is None:
            raise ValueError("the moments of a clock need a time zone")
        self._first = first or speed
        self._end = _micros(end) if end else None
        if speed <= 0 or night <= 0 or self._first <= 0:
            raise ValueError("a clock does not stand still or run backwards")
        self._zone = ZoneInfo(BUSINESS_ZONE)
        self._speed, self._night, self._hours = speed, night, hours
        self._real_now = real_now or RealClock().now
        self._simulated = [_micros(simulated)]
        self._real = [Fraction(_micros(real))]
        began = simulated.astimezone(self._zone).date()
        self._first_on = first_on or began + timedelta(days=max(0, 7 - began.weekday()) if began.weekday() > 4 else 0)

    def now(self) -> datetime:
        """Simulated time; aware, UTC."""
        return self.simulated_at(Fraction(_micros(self._real_now())))

    @property
    def speed(self) -> float:
        """Simulated seconds per real second in contact hours."""
        return float(self._speed)

    def wait_seconds(self, until: datetime) -> int:
        """Seconds for a Wait state whose waits are divided by `speed`, to wake when this clock shows `until`."""
        left = self.real_at(until) - _micros(self._real_now())
        return _whole_seconds(left * self._speed)

    def real_at(self, simulated: datetime) -> Fraction:
        """The real moment, in microseconds since 1970 UTC, when this clock shows `simulated`; the start, if before."""
        wanted = _micros(simulated)
        while self._simulated[-1] <= wanted:
            self._extend()
        i = max(0, bisect_right(self._simulated, wanted) - 1)
        return self._real[i] + Fraction(max(0, wanted - self._simulated[i])) / self._rate(i)

    def simulated_at(self, real: Fraction) -> datetime:
        """What this clock shows at the real moment `real` (microseconds since 1970 UTC), to the microsecond below."""
        while self._real[-1] <= real:
            self._extend()
        i = max(0, bisect_right(self._real, real) - 1)
        passed = max(Fraction(0), real - self._real[i]) * self._rate(i)
        return _EPOCH + (self._simulated[i] + math.floor(passed)) * _MICROSECOND

    def _extend(self) -> None:
        start = self._simulated[-1]
        end = _micros(self._next_change(_EPOCH + start * _MICROSECOND))
        if self._end is not None and start < self._end:
            end = min(end, self._end)
        rate = self._rate(len(self._simulated) - 1)
        self._simulated.append(end)
        self._real.append(self._real[-1] + Fraction(end - start) / rate)

    def _rate(self, i: int) -> Fraction:
        if self._end is not None and self._simulated[i] >= self._end:
            return Fraction(1)
        at = _EPOCH + self._simulated[i] * _MICROSECOND
        if not self._in_business(at):
            return self._night
        return self._first if at.astimezone(self._zone).date() == self._first_on else self._speed

    def _in_business(self, at: datetime) -> bool:
        local = at.astimezone(self._zone)
        return local.weekday() < 5 and self._hours[0] <= local.time() < self._hours[1]

    def _next_change(self, at: datetime) -> datetime:
        local = at.astimezone(self._zone)
        for days in (0, 1):
            day = local.date() + timedelta(days=days)
            for hour in self._hours:
                change = datetime.combine(day, hour, self._zone).astimezone(UTC)
                if change > at:
                    return change
        raise AssertionError("a day has ended without reaching its opening hour")


def clock_from(text: str) -> RealClock | ScaledClock:
    """The clock of the setting CLOCK: `real`, or `scaled;real=<iso>;simulated=<iso>;speed=<n>` and what may follow.

    `night=<n>` (without it all hours run at `speed`), `hours=9-17` (without it business is from 8 to 19), `first=<n>`
    or `first=<n>@<day>` (without it the first weekday is like the others) and `end=<iso>` (without it time never slows
    down again). Raises ValueError, naming the setting, for anything else.
    """
    kind, *parts = text.split(";")
    if kind == "real" and not parts:
        return RealClock()
    try:
        values = dict(part.split("=", 1) for part in parts)
        speed = Fraction(values["speed"])
        night = Fraction(values.pop("night", values["speed"]))
        pace, _, first_on = values.pop("first", values["speed"]).partition("@")
        end = values.pop("end", "")
        opens, _, closes = values.pop("hours", f"{OPENS:%H}-{CLOSES:%H}").partition("-")
        if kind != "scaled" or values.keys() != {"real", "simulated", "speed"}:
            raise ValueError(kind)
        return ScaledClock(
            datetime.fromisoformat(values["real"]),
            datetime.fromisoformat(values["simulated"]),
            speed,
            night,
            hours=(time(int(opens)), time(int(closes))),
            first=Fraction(pace),
            end=datetime.fromisoformat(end) if end else None,
            first_on=date.fromisoformat(first_on) if first_on else None,
        )
    except (ValueError, KeyError, ZeroDivisionError) as error:
        raise ValueError(
            f"CLOCK is {text!r}; expected 'real' or "
            f"'scaled;real=<iso>;simulated=<iso>;speed=<n>;night=<n>;hours=<h>-<h>;first=<n>' ({error})"
        ) from error


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _whole_seconds(micros: Fraction) -> int:
    return min(LONGEST_WAIT_SECONDS, max(0, math.ceil(micros / 1_000_000)))
