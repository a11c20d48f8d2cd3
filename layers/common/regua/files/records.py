"""Text to records: lines become lists of cells, and nothing is ever swallowed by a quote that was left open."""

import csv
from collections.abc import Callable, Iterator

from regua.files.encoding import Block, unreadable
from regua.files.runs import RUN, RawRecord, Run, flat, together

MAX_LINES = 256
"""A quoted cell that runs over more physical lines is taken for a quote somebody forgot to close."""
MAX_CELL = 32_767
"""The most characters a cell may have, which is also Excel's limit."""
_MARK = "\n"
"""Stands where a line ends among the cells of several: no cell holds it where nothing is quoted."""

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
        return flat(self.runs())

    def runs(self) -> Iterator[Run]:
        """The records, those that are plainly in order many at a time."""
        feed = self._feed
        while block := feed.next_block():
            end = block.end
            if block.oversized:
                yield Run((self.line,), ([block.text],), (TOO_LONG,))
                self.line += 1
            elif '"' in block.text:
                feed.load(block)
                yield from self._quoted()
                end = feed.end
            elif block.dirty:
                yield from together(self._dirty(block))
            else:
                yield from self._plain(block.text)
            self.boundary = (end, self.line)
            if self._marks:
                yield Run((0,), ([],))

    def _plain(self, text: str) -> Iterator[Run]:
        """Lines without quotes: cut into cells all at once where each has as many as the header."""
        if not text:
            return
        if not text.endswith("\n"):
            text += "\n"
        step = min(RUN * len(text) // text.count("\n"), MAX_CELL // 2)
        at, size = 0, len(text)
        while at < size:
            end = text.find("\n", min(at + step, size - 1)) + 1
            some, at = text[at:end], end
            run = self._wide(some) or self._apart(some)
            self.line += len(run.lines)
            yield run

    def _wide(self, text: str) -> Run | None:
        """The records of whole lines that are as wide as the header; None unless all are."""
        width, delimiter = self._columns, self._delimiter
        if not width or len(text) > MAX_CELL:
            return None
        count = text.count("\n")
        cells = text.replace("\n", f"{delimiter}{_MARK}{delimiter}").split(delimiter)
        # as many lines as marks, and a mark after each `width` cells: each line has so many
        if len(cells) != count * (width + 1) + 1 or cells[width :: width + 1] != [_MARK] * count:
            return None
        columns = [cells[at : -1 : width + 1] for at in range(width)]
        return Run(range(self.line, self.line + count), [*map(list, zip(*columns, strict=True))], columns=columns)

    def _apart(self, text: str) -> Run:
        """The records of whole lines, each cut by itself."""
        lines = _lines(text)
        numbers = range(self.line, self.line + len(lines))
        cells = [line.split(self._delimiter) for line in lines]
        if len(text) <= MAX_CELL:
            return Run(numbers, cells)
        return Run(numbers, cells, [_checked(*told)[2] for told in zip(numbers, cells, lines, strict=True)])

    def _dirty(self, block: Block) -> Iterator[RawRecord]:
        for text in _lines(block.text):
            yield _checked(self.line, text.split(self._delimiter), text)
            self.line += 1

    def _quoted(self) -> Iterator[Run]:
        """The loaded block: lines whose quotes close where they opened many at a time, the others one by one."""
        feed, delimiter = self._feed, self._delimiter
        while not feed.dirty and feed.at < len(feed.lines):
            lines = feed.lines[feed.at : feed.at + RUN]
            if len(max(lines, key=len)) > MAX_CELL:
                break
            try:
                cells = [*csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)]
            except csv.Error:
                break
            if len(cells) != len(lines):
                break  # some cell runs over several lines
            feed.at += len(lines)
            numbers = range(self.line, self.line + len(lines))
            self.line += len(lines)
            yield Run.looked_at(numbers, [found or [""] for found in cells])
        yield from together(self._one_by_one())

    def _one_by_one(self) -> Iterator[RawRecord]:
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
