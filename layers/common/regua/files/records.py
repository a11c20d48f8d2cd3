"""Text to records: lines become lists of cells, and nothing is ever swallowed by a quote that was left open."""

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TypeAlias

from regua.files.encoding import Block, unreadable

RawRecord: TypeAlias = tuple[int, list[str], str]
"""Physical line of the record's first character, its cells, and what is wrong with its form (empty: nothing)."""

MAX_LINES = 256
"""A quoted cell that runs over more physical lines is taken for a quote somebody forgot to close."""
MAX_CELL = 32_767
"""The most characters a cell may have, which is also Excel's limit."""
_BATCH = 128

TOO_LONG = "linha com mais de 1 milhão de caracteres"
OPEN_QUOTE = "aspas abertas e não fechadas, ou fora do lugar"
HUGE_CELL = f"célula com mais de {MAX_CELL} caracteres"


class _Feed:
    """Hands lines to `csv.reader`, pulling the next block when a quoted cell runs past the end of this one."""

    def __init__(self, source: Iterator[Block]) -> None:
        self._source = source
        self._held: Block | None = None
        self.lines: list[str] = []
        self.at = 0
        self.start = 0
        self.end = 0
        self.dirty = False

    def next_block(self) -> Block | None:
        """The next block that no record has begun to use."""
        held, self._held = self._held, None
        return held or next(self._source, None)

    def load(self, block: Block) -> None:
        """Starts reading the lines of a block."""
        self.lines, self.at, self.start = _lines(block.text), 0, 0
        self.end, self.dirty = block.end, block.dirty

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if self.at - self.start >= MAX_LINES or (self.at >= len(self.lines) and not self._pull()):
            raise StopIteration
        line = self.lines[self.at]
        self.at += 1
        return line + "\n"

    def _pull(self) -> bool:
        block = self.next_block()
        if block is None or block.oversized:
            self._held = block
            return False
        self.lines += _lines(block.text)
        self.end, self.dirty = block.end, self.dirty or block.dirty
        return True


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


class Records:
    """Splits blocks into records.

    A quoted cell may hold delimiters and line breaks. When quotes do not close as they should, only the physical line
    where they open is refused and reading goes on with the next line. With `marks`, a record of line 0 follows each
    block that ends where a record ends; `boundary` is then the (byte offset, line) of what comes next.
    """

    def __init__(
        self,
        source: Iterator[Block],
        delimiter: str,
        *,
        line: int = 1,
        columns: int = 0,
        looks_whole: Callable[[list[str]], bool] | None = None,
        marks: bool = False,
    ) -> None:
        self._feed = _Feed(source)
        self._delimiter = delimiter
        self._columns = columns
        self._looks_whole = looks_whole or (lambda cells: len(cells) >= 3)
        self.line = line
        self._marks = marks
        self.boundary = (0, line)

    def __iter__(self) -> Iterator[RawRecord]:
        return chain.from_iterable(self._batches())

    def _batches(self) -> Iterator[Iterable[RawRecord]]:
        feed = self._feed
        while block := feed.next_block():
            end = block.end
            if block.oversized:
                yield [(self.line, [block.text], TOO_LONG)]
                self.line += 1
            elif '"' in block.text:
                feed.load(block)
                yield self._quoted()
                end = feed.end
            else:
                yield from self._plain(block)
            self.boundary = (end, self.line)
            if self._marks:
                yield [(0, [], "")]

    def _plain(self, block: Block) -> Iterator[Iterable[RawRecord]]:
        delimiter, lines = self._delimiter, _lines(block.text)
        checked = block.dirty or len(max(lines, key=len, default="")) > MAX_CELL
        for start in range(0, len(lines), _BATCH):
            numbered = enumerate(lines[start : start + _BATCH], self.line + start)
            if checked:
                yield [_checked(number, text.split(delimiter), text) for number, text in numbered]
            else:
                yield [(number, text.split(delimiter), "") for number, text in numbered]
        self.line += len(lines)

    def _quoted(self) -> Iterator[RawRecord]:
        feed, delimiter = self._feed, self._delimiter
        reader = csv.reader(feed, delimiter=delimiter, strict=True, skipinitialspace=True)
        while feed.at < len(feed.lines):
            feed.start = start = feed.at
            first = feed.lines[start]
            try:
                cells = next(reader) or [""]
            except csv.Error:
                feed.at = start + 1
                yield self.line, first.split(delimiter), HUGE_CELL if len(first) > MAX_CELL else OPEN_QUOTE
            else:
                taken = feed.at - start
                if taken > 1 and self._swallowed(feed.lines[start : feed.at], cells):
                    feed.at = start + 1
                    yield self.line, first.split(delimiter), OPEN_QUOTE
                elif feed.dirty or taken > 1 or len(first) > MAX_CELL:
                    yield _checked(self.line, cells, "\n".join(feed.lines[start : feed.at]))
                else:
                    yield self.line, cells, ""
            self.line += feed.at - start

    def _swallowed(self, lines: list[str], cells: list[str]) -> bool:
        """Whether a quoted cell over several lines seems to have eaten records that stand on their own."""
        if self._columns and len(cells) > self._columns:
            return True
        whole = [self._looks_whole(line.split(self._delimiter)) for line in lines]
        return any(whole[1:-1]) or (whole[0] and whole[-1])


def _checked(line: int, cells: list[str], text: str) -> RawRecord:
    if len(text) > MAX_CELL and len(max(cells, key=len, default="")) > MAX_CELL:
        return line, cells, HUGE_CELL
    return line, cells, unreadable(text)
