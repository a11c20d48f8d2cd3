"""What a file lists: titles and debtors as eight bytes each, so that memory hardly grows with the file.

The hash is the same in every process: what the parts of a large file list is put together by another invocation.
Two titles that share a hash would hide the disappearance of one of them: a matter of 1 in 10^7 for a million titles.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from heapq import merge

_SIZE = 8


class Listed:
    """Titles by debtor. Ask with `(debtor, receivable) in listed`; `debtors` counts how many there are."""

    def __init__(self) -> None:
        self._titles = array("q")
        self._people = array("q")
        self._known: set[int] = set()
        self._read = 0

    def add(self, debtor: str, receivable: str) -> None:
        """Remembers a line."""
        self._titles.append(_number(debtor, receivable))

    def meet(self, debtor: str) -> None:
        """Remembers a debtor."""
        self._people.append(_number(debtor))

    @property
    def debtors(self) -> int:
        """Different debtors met."""
        return len(set(self._people))

    def document(self) -> bytes:
        """For another process: `Whole` puts several together."""
        titles, people = (array("q", sorted(set(numbers))) for numbers in (self._titles, self._people))
        return len(titles).to_bytes(_SIZE, "little") + titles.tobytes() + people.tobytes()

    def __contains__(self, line: object) -> bool:
        if self._read < len(self._titles):
            self._known.update(self._titles[self._read :])
            self._read = len(self._titles)
        return isinstance(line, tuple) and _number(*line) in self._known

    def __len__(self) -> int:
        return len(self._titles)


class Whole:
    """What all parts of a file list, from their documents; asked like `Listed`."""

    def __init__(self, documents: Iterable[bytes]) -> None:
        titles: list[array[int]] = []
        people: list[array[int]] = []
        for document in documents:
            middle = _SIZE * (1 + int.from_bytes(document[:_SIZE], "little"))
            titles.append(array("q", document[_SIZE:middle]))
            people.append(array("q", document[middle:]))
        self.debtors = sum(1 for _ in _falling(people))
        # complements, so that what falls is stored rising
        self._titles = array("q", (~number for number in _falling(titles)))

    def __contains__(self, line: object) -> bool:
        if not isinstance(line, tuple):
            return False
        number = ~_number(*line)
        at = bisect_left(self._titles, number)
        return at < len(self._titles) and self._titles[at] == number

    def __len__(self) -> int:
        return len(self._titles)


def _falling(parts: list["array[int]"]) -> Iterator[int]:
    """The different numbers of rising parts, from the largest down; uses the parts up, and their memory with them."""
    last = None
    for number in merge(*map(_used_up, parts), reverse=True):
        if number != last:
            yield number
        last = number


def _used_up(numbers: "array[int]") -> Iterator[int]:
    while numbers:
        yield numbers.pop()


def _number(*names: str) -> int:
    return int.from_bytes(blake2b("\0".join(names).encode(), digest_size=_SIZE).digest(), "little", signed=True)
