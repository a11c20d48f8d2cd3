"""Simulated time as the world keeps it: the product's own clock, read from outside the product."""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from fractions import Fraction
from zoneinfo import ZoneInfo

from regua import calendars
from regua.domain.calendar import Place
from regua.platform.clock import ScaledClock

BRASILIA = ZoneInfo("America/Sao_Paulo")
SPEED = 14_000
"""Simulated seconds per real second in business hours: eight hours in a little more than two seconds."""
NIGHT = 300_000
FIRST_DAY = 4
"""The first business day is so many times slower: the whole file has just arrived, and most is said then."""
HOURS = (9, 17)
"""Business hours of the simulated clock, in Brasília: when messages leave, in all time zones of the sample."""
FIRST_HOUR = clock_time(6)
"""The first simulated moment, in Brasília."""
SCAN_HOUR = clock_time(7)


def _first_business_day(first: date) -> date:
    """The day on which the first messages leave: weekends and holidays say nothing."""
    calendar = calendars.load()
    place = Place("SP", "America/Sao_Paulo", "São Paulo")
    return next(day for n in range(15) if calendar.is_business_day(day := first + timedelta(days=n), place))


class Timeline:
    """A simulated calendar that begins at 06:00 of `first` in Brasília, `lead` real seconds from now."""

    def __init__(
        self, first: date, lead: float = 0.0, speed: int = SPEED, night: int = NIGHT, days: int | None = None
    ) -> None:
        """`days` later, at the hour of the scan, simulated time slows down to real time (None: never)."""
        self.first, self.speed, self.night = first, speed, night
        self._end = None if days is None else self.moment(days, SCAN_HOUR)
        self._real = datetime.now(UTC) + timedelta(seconds=lead)
        self._begins = datetime.combine(first, FIRST_HOUR, BRASILIA).astimezone(UTC)
        self._first_on = _first_business_day(first)
        hours = (clock_time(HOURS[0]), clock_time(HOURS[1]))
        self._clock = ScaledClock(
            self._real,
            self._begins,
            Fraction(speed),
            Fraction(night),
            hours=hours,
            first=Fraction(speed // FIRST_DAY),
            end=self._end,
            first_on=self._first_on,
        )
        self._lock = threading.Lock()

    @property
    def setting(self) -> str:
        """The product's CLOCK, saying the same."""
        real, begins = self._real.isoformat(), self._begins.isoformat()
        pace = f"speed={self.speed};night={self.night};hours={HOURS[0]}-{HOURS[1]};first={self.speed // FIRST_DAY}"
        pace += f"@{self._first_on.isoformat()}"
        end = f";end={self._end.isoformat()}" if self._end else ""
        return f"scaled;real={real};simulated={begins};{pace}{end}"

    @property
    def wait_scale(self) -> float:
        """Real seconds per second of a Wait state."""
        return 1 / self.speed

    def now(self) -> datetime:
        """Simulated time (UTC)."""
        return self.at(time.time())

    def at(self, real: float) -> datetime:
        """What the simulated clock showed at `real` (Unix seconds)."""
        with self._lock:
            return self._clock.simulated_at(Fraction(int(real * 1_000_000)))

    def real(self, simulated: datetime) -> float:
        """The real moment (Unix seconds) of a simulated one."""
        with self._lock:
            return float(self._clock.real_at(simulated) / 1_000_000)

    def moment(self, day: int, hour: clock_time) -> datetime:
        """`hour` (Brasília) of simulated day `day`, the first being 0."""
        return datetime.combine(self.first + timedelta(days=day), hour, BRASILIA).astimezone(UTC)

    def seconds_until(self, simulated: datetime) -> float:
        """Real seconds from now until `simulated`; 0 when it has passed."""
        return max(0.0, self.real(simulated) - time.time())

    def real_seconds(self, days: int) -> float:
        """How long `days` days take."""
        return self.real(self.moment(days, FIRST_HOUR)) - self._real.timestamp()
