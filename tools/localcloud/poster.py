"""Posts to the deployed API as outside parties do: without credentials of ours, and again when it is not answered."""

import http.client
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

RETRY_SECONDS = (0.3, 1.0, 3.0, 5.0, 10.0)
"""Gateways repeat what was not answered with 200; their minutes are our tenths of a second."""
TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Answered:
    """How a post ended. `real` is when the answer came (Unix seconds), `status` 0 when none did."""

    status: int
    real: float
    attempts: int
    body: bytes = b""

    @property
    def ok(self) -> bool:
        """True for 200, the only answer every gateway accepts."""
        return self.status == 200


class Poster:
    """Thread-safe. `statuses` counts final answers by what was posted and HTTP status."""

    def __init__(self, base_url: str) -> None:
        parts = urllib.parse.urlsplit(base_url)
        self._host, self._port, self._path = parts.hostname or "127.0.0.1", parts.port or 80, parts.path
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.slowest = 0.0
        self.repeated = 0
        """Posts beyond the first of each: whether the one before was taken nobody knows."""

    def post(self, what: str, path: str, body: bytes, headers: Mapping[str, str], retry: bool = True) -> Answered:
        """Posts until it is answered with 200 or the attempts are used up."""
        for attempt, pause in enumerate((*RETRY_SECONDS, 0.0), 1):
            started = time.monotonic()
            status, answer = self._once(path, body, headers)
            answered = Answered(status, time.time(), attempt, answer)
            with self._lock:
                self.slowest = max(self.slowest, time.monotonic() - started)
                self.repeated += attempt > 1
            if answered.ok or not retry or not pause or self._closing.wait(pause):
                break
        with self._lock:
            self.statuses[what, answered.status] += 1
        return answered

    def close(self) -> None:
        """From now on nothing is tried again."""
        self._closing.set()

    def _once(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", self._path + path, body=body, headers=dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()
