"""Many records at a time: column by column, by means that run in C.

Only what is plainly in order is read here. A record with the least doubt (wrong width, empty or unusual cell, anything
to warn about) goes through `RowReader.read`, which alone knows all the rules; a test holds both against each other.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, TypeAlias

import msgspec

from regua.domain.codes import phones
from regua.domain.codes.tax_id import CPF, are_cpfs, is_cpf
from regua.domain.intake.row import Record, Row
from regua.files import contacts
from regua.files.amount_words import MADE_OF
from regua.files.convert import MAX_ID, MAX_NAME
from regua.files.documents import kinds
from regua.files.faults import CellError, Notes
from regua.files.rows import MEMO, Memo, RowReader, numbered
from regua.files.runs import Run
from regua.files.special import Handler
from regua.files.standing import settle
from regua.files.words import BLANKS

ColumnReader: TypeAlias = Callable[[Sequence[str], set[int]], Sequence[Any]]
"""Cells of a column to values; positions that need a closer look are added to the set."""

_SHAPE = str.maketrans("123456789", "000000000")
_SHAPES = frozenset(
    [f"{'0' * size},00" for size in range(1, 10)]
    + [f"{'0' * size}{'.000' * times},00" for size in range(1, 4) for times in (1, 2)]
)
"""Amounts that are read as they stand, with 0 for any digit: `0.000,00`."""
_END = "\n"
_NOTHING: Iterable[tuple[()]] = repeat(())
_EMAIL = re.compile(r"^([a-z0-9_](?:[a-z0-9_+-]|\.(?=[a-z0-9_])){0,60}@([a-z0-9][a-z0-9.-]{2,200}))$", re.MULTILINE)
_MOBILE = re.compile(rf"^((?:\+?55)? ?\(?({contacts.DDD})\)? ?(9[0-9]{{4}})[- .]?([0-9]{{4}}))$", re.MULTILINE)
_MONEY = frozenset({"status", "data_pagamento", "valor_pago", "pago", "saldo", *MADE_OF})

_MEANT: dict[str, Any] = {"name": "", "receivable": ""} | dict(
    zip(reversed(Row.__struct_fields__), reversed(Row.__struct_defaults__), strict=False)
)
"""What an empty cell means, by attribute of the row."""


_NEEDED = frozenset({"due_on", "principal_cents", "receivable", "name", "document"})
_REACH = ("emails", "phones")


class BatchReader:
    """Reads records of one file in batches."""

    def __init__(self, reader: RowReader) -> None:
        self._reader = reader
        fields = reader.columns.fields
        self._columns: list[tuple[int, str, ColumnReader]] = [
            (at, attribute, self._column(column[2], attribute, column)) for at, attribute, _, column in reader.simple
        ]
        self._handlers: list[Handler] = []
        for names, handler in reader.special:
            contact = next(iter(names)) if names <= {"email", "celular"} else ""
            if contact and len(fields[contact]) == 1 and "celular_ddd" not in fields:
                self._columns.append((fields[contact][0], *_contact(contact)))
            else:
                self._handlers.append(handler)
        self._with_rights: list[Handler] = [*self._handlers, reader.rights]
        self._attributes = [attribute for _, attribute, _ in self._columns]
        self._pack = _packer(["line", *dict.fromkeys(self._attributes)], reader.of_all)
        self._fields = _fields({*self._attributes}, reader.of_all)
        self._settles = bool(_MONEY & fields.keys())
        self._parcels = bool({"parcela", "total_parcelas"} & fields.keys())
        # two documents of one row, ids made of content, due dates counted back: row by row
        self._usable = (
            len(set(self._attributes)) == len(self._attributes)
            and {"name", "receivable", "due_on"} <= set(self._attributes)
            and not reader.payers_document
        )
        self._either = reader.has_contact and not self._handlers

    def read(self, run: Run) -> list[Record]:
        """One record for each, in order. Raises SurveyNeededError as `RowReader.read` does."""
        read, width = self._reader.read, self._reader.width
        usable = self._usable and not self._reader.sections
        if usable and run.columns and len(run.columns) == width:
            return self._plain(run.lines, run.cells, run.columns)
        batch = list(run)
        plain = [raw for raw in batch if len(raw[1]) == width and not raw[2]] if usable else []
        if len(plain) < len(batch) // 2 or not plain:
            return [read(*raw) for raw in batch]
        lines, cells, _ = zip(*plain, strict=True)
        ready = iter(self._plain(lines, cells, list(zip(*cells, strict=True))))
        return [next(ready) if len(raw[1]) == width and not raw[2] else read(*raw) for raw in batch]

    def _plain(
        self, lines: Sequence[int], cells: Sequence[list[str]], columns: Sequence[Sequence[str]]
    ) -> list[Record]:
        doubtful: set[int] = set()
        values: list[Sequence[Any]] = [column(columns[at], doubtful) for at, _, column in self._columns]
        self._unreachable(values, doubtful)
        handlers = self._with_rights if self._reader.rights.concern(columns) else self._handlers
        rows: Iterable[Row]
        if handlers or self._settles:
            packed: list[dict[str, Any]] = list(map(self._pack, lines, *values))
            self._finish(packed, cells, doubtful, handlers)
            rows = (Row(**row) for row in packed)
        else:
            given: dict[str, Sequence[Any]] = dict(zip(self._attributes, values, strict=True))
            rows = map(Row, lines, *(given.get(name, always) for name, always in self._fields))
        records = list(map(Record, lines, rows, _NOTHING, _NOTHING, cells))
        for at in doubtful:
            records[at] = self._reader.read(lines[at], cells[at], "")
        return records

    def _unreachable(self, values: list[Sequence[Any]], doubtful: set[int]) -> None:
        reach = [column for name, column in zip(self._attributes, values, strict=True) if name in _REACH]
        if self._either and reach and () in reach[0]:
            doubtful.update(at for at, found in enumerate(zip(*reach, strict=True)) if not any(found))

    def _finish(
        self,
        rows: list[dict[str, Any]],
        cells: Sequence[list[str]],
        doubtful: set[int],
        handlers: Sequence[Handler],
    ) -> None:
        notes, latest, columns = Notes(), self._reader.latest_payment, self._reader.columns
        unreachable = self._reader.has_contact and not self._either
        for at, values in enumerate(rows):
            if at in doubtful:
                continue
            for handler in handlers:
                handler(cells[at], values, notes)
            if self._parcels:
                numbered(values)
            if self._settles:
                settle(values, notes, columns, latest, cells[at])
            if notes.faults or notes.warnings or notes.left_out:
                notes = Notes()
                doubtful.add(at)
            elif unreachable and not values.get("emails") and not values.get("phones"):
                doubtful.add(at)

    def _column(
        self, field: str, attribute: str, column: tuple[Memo, Callable[[str], object], str, str]
    ) -> ColumnReader:
        memo, converter, _, title = column
        # these are mostly unique to `RowReader`, which remembers none
        one_by_one = _Cells(memo if memo.size else Memo(MEMO), converter, attribute)
        if field == "valor":
            return _amounts(self._reader, one_by_one)
        if field == "id_titulo":
            return _identifiers(one_by_one)
        if field == "documento" and (CPF in kinds(title) or self._reader.columns.mixed):
            return _cpfs(one_by_one)
        return _names(one_by_one) if field == "nome" else one_by_one


def _packer(names: list[str], of_all: Mapping[str, object]) -> Callable[..., dict[str, Any]]:
    """A function of these arguments that returns them by name, and what holds `of_all` lines of the file: twice as fast
    as `dict(zip(names, values))`.
    """
    pairs = [*(f"{name!r}: {name}" for name in names), *(f"{name!r}: {of_all[name]!r}" for name in of_all)]
    source = f"lambda {', '.join(names)}: {{{', '.join(pairs)}}}"
    made: Callable[..., dict[str, Any]] = eval(source)  # noqa: S307 - names of Row's attributes, nothing of the file
    return made


def _fields(given: set[str], of_all: Mapping[str, object]) -> list[tuple[str, Iterable[Any]]]:
    """The fields of a row after its line, as far as they are given, in their order: each with what it is in every row
    where no column says it.
    """
    names = Row.__struct_fields__[1:]
    last = max((names.index(name) for name in (*given, *of_all)), default=0)
    return [(name, repeat(of_all.get(name, _MEANT.get(name)))) for name in names[: last + 1]]


class _Cells:
    """Reads the cells of a column one by one, of those that are alike one."""

    def __init__(self, memo: Memo, converter: Callable[[str], object], attribute: str) -> None:
        self.memo = memo
        self._converter = converter
        self._default = _MEANT.get(attribute)
        self._needed = attribute in _NEEDED

    def __call__(self, cells: Sequence[str], doubtful: set[int]) -> Sequence[Any]:
        known = self.memo.get
        values: list[Any] = list(map(known, cells))
        if None in values:
            for cell in {cell for cell, value in zip(cells, values, strict=True) if value is None}:
                self._learn(cell)
            values = list(map(known, cells))
            for at, value in enumerate(values):
                if value is None:
                    values[at] = self._default
                    if self._needed or cells[at].strip():
                        doubtful.add(at)
        return values

    def _learn(self, cell: str) -> None:
        text = cell.strip()
        if text:
            try:
                value = self._converter(text)
            except CellError:
                return
            if value != "":
                self.memo.keep(cell, value)


def _amounts(reader: RowReader, one_by_one: ColumnReader) -> ColumnReader:
    figures: Callable[[str], list[int]] = msgspec.json.Decoder(list[int]).decode

    def read(cells: Sequence[str], doubtful: set[int]) -> Sequence[Any]:
        text = "\n".join(cells)
        if not _SHAPES.issuperset(text.translate(_SHAPE).split("\n")):
            return one_by_one(cells, doubtful)
        text = text.replace(".", "").replace(",", "")
        try:
            cents = figures(f"[{text.replace(_END, ',')}]")
        except msgspec.DecodeError:  # a zero in front
            cents = list(map(int, text.split("\n")))
        if not all(cents) or len(cents) != len(cells):
            return one_by_one(cells, doubtful)
        reader.amounts["valor"].comma = True
        return cents

    return read


def _identifiers(one_by_one: ColumnReader) -> ColumnReader:
    def read(cells: Sequence[str], doubtful: set[int]) -> Sequence[Any]:
        plain = all(cells) and "".join(cells).isalnum() and not any(map(str.isalpha, cells))
        return cells if plain and max(map(len, cells)) <= MAX_ID else one_by_one(cells, doubtful)

    return read


def _names(one_by_one: ColumnReader) -> ColumnReader:
    return lambda cells, doubtful: cells if _are_plain(cells) else one_by_one(cells, doubtful)


def _are_plain(cells: Sequence[str]) -> bool:
    """Whether `convert.name` takes each of these cells as it is: words with one space between them, no code before."""
    text = " ".join(cells)
    # a space is the one that is printable; two of them: in a cell, at an end of it, or around an empty one
    if "  " in text or not text.isprintable() or text[:1] in ("", " ") or text[-1] == " ":
        return False
    firsts = {cell[:1] for cell in cells}
    if not firsts.isdisjoint(("", "=")) or any(map(str.isdigit, firsts)):
        return False
    sizes = [*map(len, cells)]
    if max(sizes) > MAX_NAME:
        return False
    return min(sizes) >= _BLANK or BLANKS.isdisjoint([cell.lower() for cell in cells if len(cell) < _BLANK])


_BLANK = 8
"""So many characters are more than `convert.text` takes for nothing."""


def _learning(one_by_one: _Cells, learn: Callable[[Memo, list[str]], None]) -> ColumnReader:
    """Reads the cells not seen yet together where `learn` can, and one by one where it leaves them out."""
    memo = one_by_one.memo

    def read(cells: Sequence[str], doubtful: set[int]) -> Sequence[Any]:
        missing = [cell for cell in dict.fromkeys(cells) if cell not in memo]
        if missing:
            if len(memo) + len(missing) > MEMO:
                memo.clear()
                missing = list(dict.fromkeys(cells))
            learn(memo, missing)
        return one_by_one(cells, doubtful)

    return read


def _cpfs(one_by_one: _Cells) -> ColumnReader:
    several = _learning(one_by_one, _learn_cpfs)
    return lambda cells, doubtful: _all_cpfs(cells) or several(cells, doubtful)


def _all_cpfs(cells: Sequence[str]) -> list[str]:
    """The digits of each where all are valid CPFs: 529.982.247-25, or without punctuation."""
    text, lines = "\n".join(cells), len(cells) - 1
    if not text.isascii():
        return []
    digits = text.encode().translate(None, b".-")
    if len(digits) != 12 * lines + 11 or digits[11::12] != b"\n" * lines or digits.count(b"\n") != lines:
        return []
    return digits.decode().split("\n") if are_cpfs(digits.replace(b"\n", b"")) else []


def _learn_cpfs(memo: Memo, cells: list[str]) -> None:
    bare = [(cell, cell.replace(".", "").replace("-", "")) for cell in cells]
    memo.update((cell, digits) for cell, digits in bare if is_cpf(digits))


def _learn_emails(memo: Memo, cells: list[str]) -> None:
    found = _EMAIL.findall("\n".join(cells))
    known = {domain: contacts.is_domain(domain) for domain in {domain for _, domain in found}}
    memo.update((address, (address,)) for address, domain in found if known[domain])


def _learn_mobiles(memo: Memo, cells: list[str]) -> None:
    found = _MOBILE.findall("\n".join(cells))
    memo.update((cell, (f"+55{area}{first}{last}",)) for cell, area, first, last in found)


def _emails(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(contacts.email(part) for part in contacts.split_emails(text)))


def _mobiles(text: str) -> tuple[str, ...]:
    """Raises CellError for a landline, a number abroad and what may be a radio too: all are something to warn about."""
    numbers: dict[str, None] = {}
    for part in contacts.split_phones(text):
        number = contacts.phone(part)
        if not phones.is_mobile(number) or contacts.radio_like(part, number):
            raise CellError("", "")
        numbers[number] = None
    return tuple(numbers)


_CONTACTS: dict[str, tuple[str, Callable[[str], tuple[str, ...]], Callable[[Memo, list[str]], None]]] = {
    "email": ("emails", _emails, _learn_emails),
    "celular": ("phones", _mobiles, _learn_mobiles),
}


def _contact(field: str) -> tuple[str, ColumnReader]:
    attribute, converter, learn = _CONTACTS[field]
    return attribute, _learning(_Cells(Memo(MEMO), converter, attribute), learn)
