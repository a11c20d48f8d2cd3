"""Executions are started after the commit that says so: what fails is tried again in the same run, and said.

The name is the same each time, so a start whose answer was lost is the same start. What still could not be started is
found by the next look at what is late (`scan.Scanning.late`), some hours after its moment.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from regua.ports import Clock, Executions, RetryableError

PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each further round; a round ends with the first start that fails."""


@dataclass(frozen=True, slots=True)
class Start:
    """An execution that a commit has promised."""

    tenant: str
    debtor: str
    cycle: int
    at: datetime
    """When it is to look."""


@dataclass
class Starting:
    """The ports of this, and what could not be started yet."""

    executions: Executions
    clock: Clock
    pause: Callable[[float], object]
    """Waits so many seconds."""
    left: list[Start] = field(default_factory=list)

    def start(self, wanted: Start) -> bool:
        """Starts it, or keeps it for later: once one has failed, the next ones are not tried before `again`, as each
        would wait out its time limit.
        """
        if self.left or not self._started(wanted):
            self.left.append(wanted)
            return False
        return True

    def again(self, go_on: Callable[[], bool]) -> int:
        """Tries what is left, round by round, while `go_on`; returns how many were started."""
        before = len(self.left)
        for seconds in PAUSES:
            if not self.left or not go_on():
                break
            self.pause(seconds)
            while self.left and go_on() and self._started(self.left[-1]):
                self.left.pop()
        return before - len(self.left)

    def _started(self, wanted: Start) -> bool:
        seconds = self.clock.wait_seconds(wanted.at)
        try:
            self.executions.start(wanted.tenant, wanted.debtor, wanted.cycle, seconds)
        except RetryableError:
            return False
        return True
