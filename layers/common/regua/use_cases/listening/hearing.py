"""What channels tell is stored before it is understood, and waits until it is applied.

Who calls a webhook of ours is answered as soon as the body is stored: Meta repeats what is refused for days, and may
take the subscription away meanwhile. What comes by our topic stands in its queue already, which repeats it; before the
queue would give it up it is stored here. Applied, it is forgotten; what fails (a tenant's file with a typo, a secret
that is missing, an adapter's fault) is tried again by the sweep, raises an alarm, and expires after 90 days.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from regua.domain.values import replace
from regua.ports import NO_LIMIT, GoneError, Heard, RawBodies
from regua.use_cases.listening.channel_events import Listening

TOPIC = "topic"
INLINE_BYTES = 32_000
"""Longer bodies do not stand in the table (an item holds 400 kB, and each read of a list pays for all of it)."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)
"""How long what failed is left alone: twice as long each time. Younger than the first, its own call may be at it. The
longest is how long who asked for silence may wait for it after a repair, while whoever sends is back at once."""
RESCUED_AT = 3
"""The queue gives up after five times (infra/data.yaml): what fails a third time, 12 minutes on, is stored here."""

Reader = Callable[[Heard, bytes], None]


class ForgedError(Exception):
    """It could be judged by now, and is not authentic."""


@dataclass
class HeardAgain:
    """What a sweep did."""

    applied: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Hearing:
    """The ports of this use case."""

    listening: Listening
    bodies: RawBodies
    readers: Mapping[str, Reader]
    """By source: judges what is not proven (ForgedError), reads and applies it. Raises whatever is wrong."""
    failed: Callable[[Exception], None] = lambda error: None

    def hear(
        self, tenant: str, source: str, body: bytes, headers: Mapping[str, str] | None = None, *, proven: bool = True
    ) -> bool:
        """Stores a body, then applies it; whether it is. Raises RetryableError when it could not even be stored."""
        return self.apply(self.keep(tenant, source, body, headers, proven=proven))

    def keep(
        self, tenant: str, source: str, body: bytes, headers: Mapping[str, str] | None = None, *, proven: bool = True
    ) -> Heard:
        """Stores a body, once however often it comes; returns what is stored."""
        text = _text(body)
        return self.listening.store.keep_heard(
            Heard(
                tenant,
                source,
                hashlib.sha256(body).hexdigest()[:40],
                self.listening.clock.now(),
                body=text,
                kept_at="" if text or not body else self.bodies.keep(tenant or TOPIC, source, body),
                headers=tuple((headers or {}).items()),
                proven=proven,
            )
        )

    def apply(self, heard: Heard) -> bool:
        """Applies what is stored and forgets it; what fails waits. Returns whether it is forgotten. Raises nothing of
        what is wrong with it.
        """
        listening = self.listening
        try:
            body = self.bodies.read(heard.kept_at) if heard.kept_at else heard.body.encode()
            self.readers[heard.source](heard, body)
        except (ForgedError, GoneError) as error:
            self.failed(error)
            listening.metrics.add("WebhookRejected", 1, gateway=heard.source)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is stored: it waits for a repair, and is alarmed
            self.failed(error)
            listening.metrics.add("ChannelEventsWaiting", 1)
            now, why = listening.clock.now(), type(error).__name__
            listening.store.mark_heard(replace(heard, attempts=heard.attempts + 1, tried_at=now, note=why))
            return False
        listening.store.forget_heard(heard)
        return True

    def from_queue(self, body: str) -> None:
        """Applies a message of our topic. Raises whatever is wrong: the queue brings it again."""
        self.readers[TOPIC](Heard("", TOPIC, "", self.listening.clock.now()), body.encode())

    def rescue(self, body: str, receives: int) -> bool:
        """Stores a message that fails before the queue would give it up; whether it is stored."""
        if receives < RESCUED_AT:
            return False
        self.keep("", TOPIC, body.encode())
        self.listening.metrics.add("ChannelEventsWaiting", 1)
        return True

    def sweep(
        self, tenant: str | None = None, go_on: Callable[[], bool] = lambda: True, *, due: bool = True
    ) -> HeardAgain:
        """Applies what waits and is due (all of it without `due`), oldest first, while `go_on`. What is a tenant's
        whose file cannot be read waits on, and keeps nobody else's waiting.
        """
        found, readable = HeardAgain(), dict[str, bool]()
        now = self.listening.clock.now()
        for heard in self.listening.store.heard(tenant, NO_LIMIT):
            if not go_on():
                break
            if heard.tenant not in readable:
                readable[heard.tenant] = not heard.tenant or self._is_readable(heard.tenant)
            if not readable[heard.tenant]:
                self.listening.metrics.add("ChannelEventsWaiting", 1)
                found.waiting += 1
            elif due and now < _due_at(heard):
                found.waiting += 1
            elif self.apply(heard):
                found.applied += 1
            else:
                found.waiting += 1
        return found

    def _is_readable(self, tenant: str) -> bool:
        try:
            self.listening.rulebook.config.tenant(tenant)
        except Exception as error:  # noqa: BLE001 - this tenant's alone: the others are served
            self.failed(error)
            return False
        return True


def _due_at(heard: Heard) -> datetime:
    pause = FIRST_PAUSE * (1 << min(heard.attempts, 10))
    return (heard.tried_at or heard.received_at) + min(pause, LONGEST_PAUSE)


def _text(body: bytes) -> str:
    """The body as the table keeps it; empty where it cannot be kept there."""
    try:
        return body.decode() if len(body) <= INLINE_BYTES else ""
    except UnicodeDecodeError:
        return ""
