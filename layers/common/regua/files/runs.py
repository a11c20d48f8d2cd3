"""Records that follow one another, together: what is done with all of them at once is done once."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import Self, TypeAlias

RawRecord: TypeAlias = tuple[int, list[str], str]
"""Physical line of the record's first character, its cells, and what is wrong with its form (empty: nothing)."""

RUN = 256
"""Records read together: with fewer the steps done once for all of them weigh, more leave the processor's cache."""


class Run:
    """Records as they follow one another. `columns` are the cells of each column where all records are of one width
    and nothing is wrong with their form; None where nobody has looked, or it is not so.
    """

    __slots__ = ("cells", "columns", "lines", "problems")

    def __init__(
        self,
        lines: Sequence[int],
        cells: Sequence[list[str]],
        problems: Sequence[str] | None = None,
        columns: Sequence[Sequence[str]] | None = None,
    ) -> None:
        """`problems`: None where there is none."""
        self.lines = lines
        self.cells = cells
        self.problems = problems
        self.columns = columns

    @classmethod
    def looked_at(cls, lines: Sequence[int], cells: Sequence[list[str]], problems: Sequence[str] | None = None) -> Self:
        """At least one record, looked at for its columns."""
        if problems is not None and not any(problems):
            problems = None
        alike = problems is None and len({*map(len, cells)}) == 1
        return cls(lines, cells, problems, list(zip(*cells, strict=True)) if alike else None)

    def __iter__(self) -> Iterator[RawRecord]:
        return zip(self.lines, self.cells, self.problems or repeat(""))  # noqa: B905 - no problem: as often as needed


def flat(runs: Iterable[Run]) -> Iterator[RawRecord]:
    """The records one by one."""
    return chain.from_iterable(runs)


def together(records: Iterable[RawRecord]) -> Iterator[Run]:
    """Records that come one by one."""
    records = iter(records)
    while some := list(islice(records, RUN)):
        yield Run.looked_at(*zip(*some, strict=True))


def taken(runs: Iterator[Run], count: int) -> tuple[list[RawRecord], Iterator[Run]]:
    """The first records, so many where there are, and the runs that follow."""
    first: list[RawRecord] = []
    while len(first) < count and (run := next(runs, None)):
        first += run
    return first[:count], chain(together(first[count:]), runs)


def below(runs: Iterable[Run], line: int) -> Iterator[Run]:
    """What follows a line."""
    runs = iter(runs)
    for run in runs:
        if rest := [record for record in run if record[0] > line]:
            yield from together(rest)
            break
    yield from runs
