"""Many records at a time: column by column, by means that run in C.

Only what is plainly in order is read here. A record with the least doubt (wrong width, empty or unusual cell, anything
to warn about) goes through `RowReader.read`, which alone knows all the rules; a test holds both against each other.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

from regua.domain.codes import phones
from regua.domain.codes.tax_id import CPF, is_cpf
from regua.domain.intake.row import Record, Row
from regua.files import contacts
from regua.files.amount_words import MADE_OF
from regua.files.convert import MAX_ID
from regua.files.documents import kinds
from regua.files.faults import CellError, Notes
from regua.files.records import RawRecord
from regua.files.rows import MEMO, Memo, RowReader, numbered
from regua.files.special import Handler
from regua.files.standing import settle

ColumnReader: TypeAlias = Callable[[Sequence[str], set[int]], Sequence[Any]]
"""Cells of a column to values; positions that need a closer look are added to the set."""

_AMOUNTS = re.compile(r"(?:(?:[0-9]{1,3}(?:\.[0-9]{3}){1,2}|[0-9]{1,9}),[0-9]{2}\n)+")
_ZERO = re.compile(r"^[0.]+,00$", re.MULTILINE)
_EMAIL = re.compile(r"^([a-z0-9_](?:[a-z0-9_+-]|\.(?=[a-z0-9_])){0,60}@([a-z0-9][a-z0-9.-]{2,200}))$", re.MULTILINE)
_MOBILE = re.compile(rf"^((?:\+?55)? ?\(?({contacts.DDD})\)? ?(9[0-9]{{4}})[- .]?([0-9]{{4}}))$", re.MULTILINE)
_MONEY = frozenset({"status", "data_pagamento", "valor_pago", "pago", "saldo", *MADE_OF})

_CELLS, _PROBLEM = itemgetter(1), itemgetter(2)

_MEANT: dict[str, Any] = {"name": "", "receivable": ""} | dict(
    zip(reversed(Row.__struct_fields__), reversed(Row.__struct_defaults__), strict=False)
)
"""What an empty cell means, by attribute of the row."""


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
        given = ["line", *dict.fromkeys(self._attributes)]
        self._pack = _packer(given, reader.of_all, "{{{}}}", "{!r}: {}")
        self._row = _packer(given, reader.of_all, "Row({})", "{}={}")
        self._settles = bool(_MONEY & fields.keys())
        self._parcels = bool({"parcela", "total_parcelas"} & fields.keys())
        # two documents of one row, ids made of content, due dates counted back: row by row
        self._usable = (
            len(set(self._attributes)) == len(self._attributes)
            and {"name", "receivable", "due_on"} <= set(self._attributes)
            and not reader.payers_document
        )
        always = ["due_on", "principal_cents", "receivable", "name", *(["document"] if reader.has_document else [])]
        self._needed = [name for name in always if name in self._attributes]
        self._reach = [name for name in ("emails", "phones") if name in self._attributes]
        self._either = reader.has_contact and not self._handlers

    def read(self, batch: list[RawRecord]) -> list[Record]:
        """One record for each, in order. Raises SurveyNeededError as `RowReader.read` does."""
        read, width = self._reader.read, self._reader.width
        usable = self._usable and not self._reader.sections
        if usable and {*map(len, map(_CELLS, batch))} == {width} and not any(map(_PROBLEM, batch)):
            return self._plain(batch)
        plain = [raw for raw in batch if len(raw[1]) == width and not raw[2]] if usable else []
        if len(plain) < len(batch) // 2 or not plain:
            return [read(*raw) for raw in batch]
        ready = iter(self._plain(plain))
        return [next(ready) if len(raw[1]) == width and not raw[2] else read(*raw) for raw in batch]

    def _plain(self, batch: list[RawRecord]) -> list[Record]:
        lines, cells, _ = zip(*batch, strict=True)
        columns = list(zip(*cells, strict=True))
        doubtful: set[int] = set()
        values: list[Sequence[Any]] = [column(columns[at], doubtful) for at, _, column in self._columns]
        self._empty(values, doubtful)
        handlers = self._with_rights if self._reader.rights.concern(columns) else self._handlers
        rows: Iterable[Row]
        if handlers or self._settles:
            packed: list[dict[str, Any]] = list(map(self._pack, lines, *values))
            self._finish(packed, cells, doubtful, handlers)
            rows = (Row(**row) for row in packed)
        else:
            rows = map(self._row, lines, *values)
        records = [Record(line, row, (), (), cell) for line, row, cell in zip(lines, rows, cells, strict=True)]
        for at in doubtful:
            records[at] = self._reader.read(*batch[at])
        return records

    def _empty(self, values: list[Sequence[Any]], doubtful: set[int]) -> None:
        by_name = dict(zip(self._attributes, values, strict=True))
        for name in self._needed:
            column = by_name[name]
            missing = _MEANT.get(name)
            if missing in column:
                doubtful.update(at for at, value in enumerate(column) if value == missing)
        reach = [by_name[name] for name in self._reach]
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
        default = _MEANT.get(attribute)
        if field == "valor":
            return _amounts(self._reader, converter)
        if field == "id_titulo":
            return _identifiers(converter)
        if field == "documento" and (CPF in kinds(title) or self._reader.columns.mixed):
            return _learning(memo, converter, default, _learn_cpfs)
        return lambda cells, doubtful: _memoised(memo, converter, default, cells, doubtful)


def _packer(names: list[str], of_all: Mapping[str, object], whole: str, pair: str) -> Callable[..., Any]:
    """A function of these arguments that returns them by name, and what holds `of_all` lines of the file, as a dict or
    as a row: twice as fast as `dict(zip(names, values))`.
    """
    pairs = [*(pair.format(name, name) for name in names), *(pair.format(name, f"{of_all[name]!r}") for name in of_all)]
    source = f"lambda {', '.join(names)}: {whole.format(', '.join(pairs))}"
    made: Callable[..., Any] = eval(source, {"Row": Row})  # noqa: S307 - names of Row's attributes, nothing of the file
    return made


def _memoised(
    memo: Memo, converter: Callable[[str], object], default: object, cells: Sequence[str], doubtful: set[int]
) -> list[Any]:
    values: list[Any] = list(map(memo.get, cells))
    if None in values:
        for cell in {cell for cell, value in zip(cells, values, strict=True) if value is None}:
            _learn_one(memo, converter, cell)
        values = list(map(memo.get, cells))
        for at, value in enumerate(values):
            if value is None:
                values[at] = default
                if cells[at].strip():
                    doubtful.add(at)
    return values


def _learn_one(memo: Memo, converter: Callable[[str], object], cell: str) -> None:
    text = cell.strip()
    if text:
        try:
            value = converter(text)
        except CellError:
            return
        if value != "":
            memo.keep(cell, value)


def _amounts(reader: RowReader, converter: Callable[[str], object]) -> ColumnReader:
    memo = Memo(MEMO)

    def read(cells: Sequence[str], doubtful: set[int]) -> Sequence[Any]:
        text = "\n".join(cells)
        if _AMOUNTS.fullmatch(text + "\n") and not _ZERO.search(text):
            reader.amounts["valor"].comma = True
            return list(map(int, text.replace(".", "").replace(",", "").split("\n")))
        return _memoised(memo, converter, None, cells, doubtful)

    return read


def _identifiers(converter: Callable[[str], object]) -> ColumnReader:
    memo = Memo(MEMO)

    def read(cells: Sequence[str], doubtful: set[int]) -> Sequence[Any]:
        if (
            "" not in cells
            and "".join(cells).isalnum()
            and not any(map(str.isalpha, cells))
            and len(max(cells, key=len)) <= MAX_ID
        ):
            return cells
        return _memoised(memo, converter, "", cells, doubtful)

    return read


def _missing(memo: dict[str, Any], cells: Sequence[str]) -> list[str]:
    """The distinct cells that are not known yet."""
    return [cell for cell in dict.fromkeys(cells) if cell not in memo]


def _learning(
    memo: Memo,
    converter: Callable[[str], object],
    default: object,
    learn: Callable[[Memo, list[str]], None],
) -> ColumnReader:
    """Reads the cells not seen yet together where `learn` can, and one by one where it leaves them out."""

    def read(cells: Sequence[str], doubtful: set[int]) -> Sequence[Any]:
        missing = [cell for cell in dict.fromkeys(cells) if cell not in memo]
        if missing:
            if len(memo) + len(missing) > MEMO:
                memo.clear()
                missing = list(dict.fromkeys(cells))
            learn(memo, missing)
        return _memoised(memo, converter, default, cells, doubtful)

    return read


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
    return attribute, _learning(Memo(MEMO), converter, (), learn)
