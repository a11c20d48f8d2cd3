"""How long the machine has stood still: at our speed half a second without a processor is hours of simulated time.

The world looks at its mailboxes many times a second. When a look comes late, nothing else on the machine had its moment
either, and what was sent before may arrive after. The referee grants a message that time, and the report states it.
"""

TOLERATED_SECONDS = 0.25
"""Looks this far apart are ordinary."""
NEAR_SECONDS = 1.0
"""A standstill that ended so shortly before an arrival may still have delayed it."""


class Standstill:
    """Learns from looks. Times are Unix seconds."""

    def __init__(self) -> None:
        self._gaps: list[tuple[float, float]] = []
        self._last: float | None = None
        self.total = 0.0
        """Seconds in which the machine stood still, over all."""
        self.longest = 0.0

    def looked(self, real: float) -> None:
        """A look is over at `real`."""
        if self._last is not None and real - self._last > TOLERATED_SECONDS:
            gap = real - self._last
            self._gaps.append((real, gap))
            self.total += gap
            self.longest = max(self.longest, gap)
        self._last = real

    def before(self, real: float) -> float:
        """Seconds the machine stood still around `real`, 0 when it did not."""
        return self.between(real, real)

    def between(self, start: float, end: float) -> float:
        """Seconds of the standstills that touch the time from `start` to `end`, or ended shortly before it."""
        return sum(gap for over, gap in self._gaps if over - gap - NEAR_SECONDS <= end and start <= over + NEAR_SECONDS)
