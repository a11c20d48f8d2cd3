"""Things to do at simulated moments, done on worker threads when the moment has come."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from localcloud.timeline import Timeline

WORKERS = 2


class Alarm:
    """A queue of moments. `ring` runs what is due; `errors` keeps what went wrong while doing it."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="world")
        self._running: set[Future[None]] = set()
        self.errors: list[BaseException] = []

    def later(self, at: datetime, do: Callable[[], None]) -> None:
        """Does `do` at the simulated moment `at`, or at once when it has passed."""
        with self._lock:
            heapq.heappush(self._heap, (self._timeline.real(at), next(self._numbers), do))

    def ring(self) -> int:
        """Starts everything that is due; returns how many."""
        started = 0
        while True:
            with self._lock:
                if not self._heap or self._heap[0][0] > time.time():
                    return started
                do = heapq.heappop(self._heap)[2]
            future = self._pool.submit(do)
            with self._lock:
                self._running.add(future)
            future.add_done_callback(self._over)
            started += 1

    @property
    def busy(self) -> int:
        """How many things are being done right now."""
        with self._lock:
            return len(self._running)

    def stop(self) -> None:
        """Forgets what is not yet due and waits for what was."""
        with self._lock:
            self._heap.clear()
        self._pool.shutdown(wait=True)

    def _over(self, future: "Future[None]") -> None:
        with self._lock:
            self._running.discard(future)
        if not future.cancelled() and (error := future.exception()) is not None:
            self.errors.append(error)
