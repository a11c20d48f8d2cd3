"""Pace: how fast a channel may be used, when it must rest, and how a run starts small.

Pure values: the caller keeps them (`store.put_state`) and passes the time in Unix seconds. Nothing here waits.
"""

from collections.abc import Mapping
from enum import StrEnum

from regua.domain.values import Value, replace


def spread(seconds: int, waiting: int, rate: float) -> float:
    """Seconds between two messages so that `waiting` of them fill a window of `seconds` without passing `rate`."""
    floor = 1 / rate if rate > 0 else 0.0
    return max(floor, seconds / waiting) if waiting > 0 else floor


class Gate(StrEnum):
    """OPEN lets nothing through; HALF_OPEN lets one through to see."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker(Value):
    """A circuit breaker of one channel of one tenant.

    `limit` failures in a row open it for `rest` seconds; then one probe decides. Each failed probe doubles the rest,
    up to `longest`: an outage of hours costs a few probes, and its end is noticed within `longest` seconds.
    """

    limit: int = 5
    rest: int = 60
    longest: int = 1800
    failures: int = 0
    opened_at: float = 0.0
    trips: int = 0
    probe_at: float = 0.0
    """When the probe under way was let through; 0 when there is none."""

    @property
    def rests(self) -> float:
        """How long it stays open this time, in seconds."""
        return float(min(self.longest, self.rest * 2 ** min(max(0, self.trips - 1), 20)))

    def gate(self, now: float) -> Gate:
        """What it does at `now`."""
        if not self.trips:
            return Gate.CLOSED
        return Gate.HALF_OPEN if now >= self.opened_at + self.rests else Gate.OPEN

    def ask(self, now: float) -> tuple["Breaker", float]:
        """0.0 when a call may be made now, else the seconds to wait. A probe that never reported counts as lost."""
        gate = self.gate(now)
        if gate is Gate.CLOSED:
            return self, 0.0
        if gate is Gate.OPEN:
            return self, self.opened_at + self.rests - now
        if self.probe_at and now < self.probe_at + self.rest:
            return self, self.probe_at + self.rest - now
        return replace(self, probe_at=now), 0.0

    def succeeded(self) -> "Breaker":
        """The provider answered as it should (a refusal of one message is an answer too)."""
        return replace(self, failures=0, trips=0, opened_at=0.0, probe_at=0.0)

    def failed(self, now: float) -> "Breaker":
        """The provider was unreachable, faulty or gave no answer."""
        failures = self.failures + 1
        if self.trips and self.gate(now) is Gate.OPEN:
            # the answer of a call made before it opened: already counted
            return replace(self, failures=failures)
        if self.trips or failures >= self.limit:
            return replace(self, failures=failures, trips=self.trips + 1, opened_at=now, probe_at=0.0)
        return replace(self, failures=failures)

    def state(self) -> dict[str, str]:
        """What `store.put_state` keeps."""
        return {
            "failures": str(self.failures),
            "opened_at": repr(self.opened_at),
            "trips": str(self.trips),
            "probe_at": repr(self.probe_at),
        }

    def resumed(self, state: Mapping[str, str]) -> "Breaker":
        """This breaker's settings with the state that was kept; what cannot be read counts as closed."""
        try:
            return replace(
                self,
                failures=int(state.get("failures", "0")),
                opened_at=float(state.get("opened_at", "0")),
                trips=int(state.get("trips", "0")),
                probe_at=float(state.get("probe_at", "0")),
            )
        except ValueError:
            return self


CANARY_PERCENT = 1
CANARY_MIN = 20
"""Fewer messages than this say nothing about a share of bounces."""
MAX_BOUNCE_PERCENT = 5.0
MAX_COMPLAINT_PERCENT = 0.1


class Canary(StrEnum):
    """WAIT: the first ones have not told enough; GO: send the rest; STOP: a person must look."""

    WAIT = "wait"
    GO = "go"
    STOP = "stop"


def canary(sent: int, told: int, bounced: int, complained: int, *, waited: int, patience: int = 1800) -> Canary:
    """What the first messages of a run say about the rest.

    `told` of the `sent` ones had any event, `waited` and `patience` are seconds since the last of them was sent. The
    limits are those at which SES reviews an account (5 % bounces, 0.1 % complaints); one complaint among few is one.
    """
    if told and (bounced * 100 > MAX_BOUNCE_PERCENT * max(told, CANARY_MIN) or complained * 100 > told):
        return Canary.STOP
    if complained and complained * 100 > MAX_COMPLAINT_PERCENT * max(told, 1000):
        return Canary.STOP
    if not sent or told >= sent:
        return Canary.GO
    # no event at all after the patience is an outage of the events, not a good sign
    if waited >= patience:
        return Canary.GO if told * 2 >= sent else Canary.STOP
    return Canary.WAIT
