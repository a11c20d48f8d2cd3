"""Which titles a file names: eight bytes each, so that memory hardly grows with the file."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator
from hashlib import blake2b
from itertools import pairwise

_SIZE = 8
_BUCKETS = 256


def number(title: str) -> int:
    """64 bits of an id, the same in every process. Two of a million titles share them once in 10^7 files."""
    return int.from_bytes(blake2b(title.encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest(), "big")


class Titles(Container[object]):
    """Ids that have been added. Ask with `title in titles`."""

    def __init__(self, document: Callable[[], Iterable[bytes]] = lambda: ()) -> None:
        """`document` is what another process has left of them; it is asked for once somebody asks for a title."""
        self._buckets = [array("Q") for _ in range(_BUCKETS)]
        self._gone: set[int] = set()
        self._sorted = True
        self._left: Callable[[], Iterable[bytes]] | None = document

    def add(self, title: str) -> None:
        """Remembers an id."""
        value = number(title)
        self._buckets[value >> 56].append(value)
        self._gone.discard(value)
        self._sorted = False

    def discard(self, title: str) -> None:
        """Forgets an id."""
        self._gone.add(number(title))
        self._sorted = False

    def twice(self) -> dict[int, int]:
        """Numbers of the ids that have been added several times since this was asked, with how many times more."""
        found: dict[int, int] = {}
        for at, bucket in enumerate(self._buckets):
            # a bucket at a time: Python's own numbers take four times the room
            ordered = sorted(bucket)
            for one, next_one in pairwise(ordered):
                if one == next_one:
                    found[one] = found.get(one, 0) + 1
            self._buckets[at] = array("Q", (one for one in dict.fromkeys(ordered) if one not in self._gone))
        self._gone.clear()
        self._sorted = True
        return found

    def __contains__(self, title: object) -> bool:
        if not isinstance(title, str):
            return False
        if self._left is not None:
            self._load(b"".join(self._left()))
        if not self._sorted:
            self.twice()
        value = number(title)
        bucket = self._buckets[value >> 56]
        at = bisect_left(bucket, value)
        return at < len(bucket) and bucket[at] == value

    def document(self) -> Iterator[bytes]:
        """For another process, in pieces."""
        if not self._sorted:
            self.twice()
        for bucket in self._buckets:
            yield bucket.tobytes()

    def _load(self, document: bytes) -> None:
        self._left = None
        left = array("Q")
        left.frombytes(document)
        for value in left:
            self._buckets[value >> 56].append(value)
