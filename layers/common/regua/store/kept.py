"""What debtors' items still keep of their ledger: a commit carries it on, and a file does not speak of it.

A commit's entries lie in the debtor's item first, so that they cost no write of their own and are there with what was
decided or not at all. Once they are more than a few, the commit that adds to them writes all of them out, as one item
of the ledger in its own transaction.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence

from regua.domain.model import File

MOST_KEPT = 900
"""Bytes of text, three entries: an item of three titles and two contacts keeps below 1 kB with them, packed."""
_MOST_SEEN = 4096

_Version = tuple[str, str, int]


def shared_out(kept: Sequence[bytes], decided: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """What stays in the item and what is written out, of what it kept and what one commit `decided` (may be empty)."""
    if not decided:
        return tuple(kept), ()
    together = (*kept, decided)
    return (together, ()) if sum(map(len, together)) <= MOST_KEPT else ((), together)


class Seen:
    """The kept entries of the debtors' versions a store has read or written last; safe to use from several threads.

    A debtor's version is written once, so what is known of it never changes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[_Version, tuple[bytes, ...]] = OrderedDict()

    def put(self, file: File, kept: tuple[bytes, ...]) -> None:
        """`kept` lies in the item of that version of the file."""
        with self._lock:
            self._known[_version(file)] = kept
            if len(self._known) > _MOST_SEEN:
                self._known.popitem(last=False)

    def of(self, file: File) -> tuple[bytes, ...] | None:
        """None: it was not seen, or long ago."""
        with self._lock:
            return self._known.get(_version(file))


def _version(file: File) -> _Version:
    return file.debtor.tenant, file.debtor.id, file.debtor.version
