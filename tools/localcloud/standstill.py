"""How long the machine has stood still: at our speed half a second without a processor is hours of simulated time.

The world looks at its mailboxes many times a second. When a look comes late, nothing else on the machine had its moment
either, and what was sent before may arrive after. The referee grants a message that time, and the report states it.
"""

from collections import deque

TOLERATED_SECONDS = 0.25
"""Looks this far apart are ordinary."""
REMEMBERED_SECONDS = 180.0
NEAR_SECONDS = 1.0
"""A standstill that ended so shortly before an arrival may still have delayed it."""


class Standstill:
    """Learns from looks. Times are Unix seconds."""

    def __init__(self) -> None:
        self._gaps: deque[tuple[float, float]] = deque()
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
        while self._gaps and self._gaps[0][0] < real - REMEMBERED_SECONDS:
            self._gaps.popleft()

    def before(self, real: float) -> float:
        """Seconds the machine stood still around `real`, 0 when it did not."""
        return sum(gap for end, gap in self._gaps if end - gap - NEAR_SECONDS <= real <= end + NEAR_SECONDS)
