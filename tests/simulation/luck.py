"""What is left to chance: every draw has a place of its own, so that a change of the code moves few of them.

A draw depends on the history's seed, on the event in whose course it falls, on what it is for, and on how often that
was asked before in the same event. One more call to the store in a use case leaves every other event's fortune alone.
"""

import random
from functools import lru_cache
from hashlib import blake2b

_MASK = (1 << 64) - 1


@lru_cache(4096)
def _number(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest())


class Luck:
    """The draws of one event."""

    __slots__ = ("_asked", "_key", "_name", "_stream")

    def __init__(self, name: str) -> None:
        self._name = name
        self._key = int.from_bytes(blake2b(name.encode(), digest_size=8).digest())
        self._asked: dict[str, int] = {}
        self._stream: random.Random | None = None

    def draw(self, purpose: str) -> float:
        """A number from 0 to 1: the next of this purpose."""
        asked = self._asked[purpose] = self._asked.get(purpose, 0) + 1
        mixed = ((self._key ^ _number(purpose)) + asked * 0x9E3779B97F4A7C15) & _MASK  # splitmix64
        mixed = ((mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & _MASK
        return ((mixed ^ mixed >> 31) >> 11) * 2.0**-53

    @property
    def stream(self) -> random.Random:
        """Everything else that is drawn in this event, one after the other."""
        if self._stream is None:
            self._stream = random.Random(self._name)
        return self._stream
