"""What a file lists: titles and debtors as eight bytes each, so that memory hardly grows with the file.

The hash is the same in every process: what the parts of a large file list is put together by another invocation.
Two titles that share a hash would hide the disappearance of one of them: a matter of 1 in 10^7 for a million titles.
"""

from array import array
from collections.abc import Callable, Iterable
from hashlib import blake2b

_SIZE = 8
FEW = 2_000
"""Debtors, at most, of whom a file is told by their ids."""


class Listed:
    """Titles by debtor. Ask with `(debtor, receivable) in listed`; `debtors` counts how many there are."""

    def __init__(self) -> None:
        self._titles = array("q")
        self._people = array("q")
        self._known: set[int] = set()
        self._gone: set[int] = set()
        self._ids: dict[str, None] = {}
        self._read = 0

    def add(self, debtor: str, receivable: str) -> None:
        """Remembers a line."""
        number = _number(debtor, receivable)
        self._titles.append(number)
        self._gone.discard(number)

    def forget(self, debtor: str, receivable: str) -> None:
        """Unsays a line: what it is about is listed under another id, or with the lines that are decided later."""
        self._gone.add(_number(debtor, receivable))

    def meet(self, debtor: str) -> None:
        """Remembers a debtor."""
        self._people.append(_number(debtor))
        if len(self._ids) <= FEW:
            self._ids[debtor] = None

    @property
    def few(self) -> tuple[str, ...] | None:
        """The ids of the debtors met; None of many."""
        return tuple(self._ids) if len(self._ids) <= FEW else None

    @property
    def debtors(self) -> int:
        """Different debtors met."""
        return len(set(self._people))

    def document(self) -> bytes:
        """For another process: `Whole` puts several together."""
        titles, people = (array("q", sorted(set(numbers) - self._gone)) for numbers in (self._titles, self._people))
        return len(titles).to_bytes(_SIZE, "little") + titles.tobytes() + people.tobytes()

    def __contains__(self, line: object) -> bool:
        if self._read < len(self._titles):
            self._known.update(self._titles[self._read :])
            self._read = len(self._titles)
        if not isinstance(line, tuple):
            return False
        number = _number(*line)
        return number in self._known and number not in self._gone

    def __len__(self) -> int:
        return len(self._titles)


class Whole:
    """What all parts of a file list, from their documents; asked like `Listed`."""

    def __init__(self, documents: Callable[[], Iterable[bytes]]) -> None:
        """`documents` is asked several times, so that only one table is in memory at once, and no document for long."""
        titles = people = 0
        for document in documents():
            count = int.from_bytes(document[:_SIZE], "little")
            titles += count
            people += len(document) // _SIZE - 1 - count
        met = _Numbers(people)
        self.debtors = sum(met.add(number) for document in documents() for number in _parted(document)[1])
        self._people = met
        self._titles = _Numbers(titles)
        self._count = sum(self._titles.add(number) for document in documents() for number in _parted(document)[0])

    def __contains__(self, line: object) -> bool:
        return isinstance(line, tuple) and _number(*line) in self._titles

    def meets(self, debtor: str) -> bool:
        """Whether a line of it is the debtor's."""
        return _number(debtor) in self._people

    def __len__(self) -> int:
        return self._count


def _parted(document: bytes) -> tuple[memoryview, memoryview]:
    """The titles and the people of a part."""
    middle = _SIZE * (1 + int.from_bytes(document[:_SIZE], "little"))
    return memoryview(document)[_SIZE:middle].cast("q"), memoryview(document)[middle:].cast("q")


class _Numbers:
    """A set of 64-bit numbers in one flat table: ten bytes each, where Python's takes more than sixty."""

    def __init__(self, most: int) -> None:
        self._table = array("q", [0]) * (most * 5 // 4 + 1)

    def add(self, number: int) -> bool:
        """Whether it was new."""
        at = self._place(number or 1)
        new = not self._table[at]
        self._table[at] = number or 1
        return new

    def __contains__(self, number: int) -> bool:
        return self._table[self._place(number or 1)] != 0

    def _place(self, number: int) -> int:
        """Where it is, or would be: a fifth of the places is free, so the search ends soon."""
        table, size = self._table, len(self._table)
        at = number % size
        while table[at] not in (0, number):
            at = (at + 1) % size
        return at


def _number(*names: str) -> int:
    return int.from_bytes(blake2b("\0".join(names).encode(), digest_size=_SIZE).digest(), "little", signed=True)
