"""Executions are started after the commit that says so: what fails is tried again in the same run, and said.

The name is the same each time, so a start whose answer was lost is the same start. What still could not be started is
found by the next look at what is late (`scan.Scanning.late`), some hours after its moment.

Starts keep the pace of the account's quota: a first import of a million debtors is a million starts, and all that are
refused for being too fast would be committed and not started.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from regua.ports import Clock, Executions, PermanentError, RetryableError, ThrottledError

PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each further round; a round ends with the first start that fails."""
THROTTLED = 5
"""Times one start is asked for at the pace before it counts as failed."""
SLOWER = 1.0
"""Seconds by which all starts of a run are put off when Step Functions says that they come too fast."""
CAUGHT_UP = 20
"""Starts that failed before and are made up for with each one that works again."""


@dataclass
class StartPace:
    """A run's share of the account's quota: `rate` starts a second, `burst` at once; a rate of 0 waits for nothing."""

    rate: float = 0.0
    burst: float = 1.0
    timer: Callable[[], float] = lambda: 0.0
    """Seconds, of a clock that runs as the account's quota does."""
    pause: Callable[[float], object] = lambda seconds: None
    """Waits so many seconds."""
    _next: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        """Comes back when one more may be started; of several threads one after the other."""
        if self.rate <= 0:
            return
        with self._lock:
            now = self.timer()
            mine = max(self._next, now - (self.burst - 1) / self.rate)
            self._next = mine + 1 / self.rate
        if mine > now:
            self.pause(mine - now)

    def too_fast(self) -> None:
        """Others use the quota too: all wait a moment."""
        with self._lock:
            self._next = max(self._next, self.timer() + SLOWER)


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
    pace: StartPace = field(default_factory=StartPace)
    failed: Callable[[Exception], None] = lambda error: None
    """Told of each start that failed. One that is refused for good (a permission that was taken away) is kept for later
    like any other: it is everybody's, and no debtor's fault.
    """
    left: list[Start] = field(default_factory=list)
    _failures: int = 0
    _rest_until: float = float("-inf")

    def start(self, wanted: Start) -> int:
        """Starts it, or keeps it for later; returns how many were started. Once one has failed the next ones are not
        tried for a while, as each would wait out its time limit; the one that works again makes up for some others.
        """
        if self.left and self.pace.timer() < self._rest_until:
            self.left.append(wanted)
            return 0
        self.left.append(wanted)
        started = 0
        while self.left and started <= CAUGHT_UP:
            if not self._started(self.left[-1]):
                self._rest_until = self.pace.timer() + PAUSES[min(self._failures, len(PAUSES) - 1)]
                self._failures += 1
                break
            self._failures = 0
            self.left.pop()
            started += 1
        return started

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
        failure: Exception | None = None
        for _ in range(THROTTLED):
            self.pace.wait()
            seconds = self.clock.wait_seconds(wanted.at)
            try:
                self.executions.start(wanted.tenant, wanted.debtor, wanted.cycle, seconds)
            except ThrottledError as error:
                failure = error
                self.pace.too_fast()
            except (RetryableError, PermanentError) as error:
                failure = error
                break
            else:
                return True
        if failure is not None:
            self.failed(failure)
        return False
