"""Where a file's header is and how its columns are separated."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from regua.domain.intake.layout import BASE_WORD
from regua.domain.intake.row import WrongFileError
from regua.domain.values import Value
from regua.files import groups
from regua.files.aliases import lookup
from regua.files.base_day import base_day
from regua.files.columns import Columns, match
from regua.files.encoding import Block
from regua.files.hints import complain, suggested
from regua.files.looks import SAMPLE
from regua.files.parties import places
from regua.files.records import Records
from regua.files.runs import RawRecord
from regua.files.text import heading

HEADER_LINES = 20
"""The header stands within the first so many records."""
DELIMITERS = (";", "\t", ",", "|")
_HEAD_CHARACTERS = 1 << 17


class Dialect(Value):
    """How the file is written. `delimiter` is empty for XLSX; `sheet` for text."""

    encoding: str
    delimiter: str
    header_line: int
    sheet: str = ""


def find_in_text(text: str, mapping: Mapping[str, str]) -> tuple[str, int, Columns]:
    """The delimiter, the header's line and its columns: the combination that makes most sense of the beginning.

    Raises WrongFileError when none names an amount, a due date and a debtor.
    """
    text = text[:_HEAD_CHARACTERS]
    found = []
    no_header = []
    for delimiter in _delimiters(text):
        records = Records(iter([Block(text, 0)]), delimiter, looks_whole=lambda _: False)
        heads = [(line, cells) for line, cells, _ in islice(records, HEADER_LINES) if line]
        best = _best(heads, mapping)
        if best:
            found.append((best[0], delimiter, best[1], best[2]))
        else:
            no_header.append(heads)
    if not found:
        if nearly := next(filter(None, (_nearly(heads, mapping) for heads in no_header)), None):
            raise WrongFileError(complain(nearly))
        raise WrongFileError(
            "não encontrei o cabeçalho nas primeiras 20 linhas: a planilha precisa de uma linha com os nomes das"
            " colunas (valor, vencimento e nome ou CPF/CNPJ). Veja um modelo com: regua file template"
        )
    _, delimiter, line, columns = max(found, key=lambda choice: choice[0])
    records = Records(iter([Block(text, 0)]), delimiter, columns=len(columns.header), looks_whole=lambda _: False)
    rows = ((number, cells) for number, cells, problem in records if not problem)
    return delimiter, line, _by_values(rows, line, columns, mapping)


def find_in_rows(rows: Sequence[tuple[int, list[str]]], mapping: Mapping[str, str]) -> tuple[int, Columns]:
    """The same for rows that are cells already. Raises WrongFileError."""
    best = _best(rows[:HEADER_LINES], mapping)
    if not best:
        if nearly := _nearly(rows[:HEADER_LINES], mapping):
            raise WrongFileError(complain(nearly))
        raise WrongFileError(
            "não encontrei o cabeçalho nas primeiras 20 linhas da aba: ela precisa de uma linha com os nomes das"
            " colunas (valor, vencimento e nome ou CPF/CNPJ)"
        )
    return best[1], _by_values(rows, best[1], best[2], mapping)


def _by_values(
    rows: Iterable[tuple[int, list[str]]], line: int, columns: Columns, mapping: Mapping[str, str]
) -> Columns:
    """The columns again, now that it is known which lines are below the header. Raises WrongFileError."""
    rows = iter(rows)
    above = [cells for _, cells in takewhile(lambda row: row[0] < line, rows)]
    sample = list(islice((cells for number, cells in rows if number > line and any(cells)), SAMPLE))
    found = match(columns.header, mapping, sample) if sample else columns
    counts_back = "dias_atraso" in found.fields and "data_base" not in found.fields and not found.base_on
    if counts_back and (day := base_day(above)):
        mapping = {**mapping, BASE_WORD: day}
        found = match(columns.header, mapping, sample)
    person = groups.person_above(above)
    if kind := groups.kind_of(found.fields, sample, places(found.header), above=person is not None):
        found = _grouped(found, kind, sample, mapping, above)
    if not found.complete:
        raise WrongFileError(complain(found, sample))
    return found


def _grouped(
    columns: Columns,
    kind: str,
    sample: Sequence[list[str]],
    mapping: Mapping[str, str],
    above: Sequence[Sequence[str]],
) -> Columns:
    """The columns of a report that names a person once for several titles, with what it says above them."""
    added = not {"nome", "documento"} & columns.fields.keys()
    header = (*columns.header, *groups.ADDED) if added else columns.header
    told = {**dict(zip(groups.ADDED, groups.ADDED_FIELDS, strict=True)), **mapping} if added else mapping
    raw: Iterator[RawRecord] = ((0, list(cells), "") for cells in sample)
    carrier = groups.Carrier(columns.fields, header, above, added=added, items=kind == groups.ITEMS)
    whole = [cells for _, cells, _ in carrier.records(raw) if any(cells)]
    found = match(header, told, whole)
    lines = tuple(tuple(cells) for cells in above)
    return replace(found, grouped=kind, above=lines) if found.complete else columns


def _delimiters(text: str) -> Sequence[str]:
    first = text.partition("\n")[0].strip().strip('"').lower()
    if first.startswith("sep=") and len(first) == 5:
        return (first[4],)
    return [delimiter for delimiter in DELIMITERS if delimiter in text]


def _nearly(heads: Sequence[tuple[int, list[str]]], mapping: Mapping[str, str]) -> Columns | None:
    """The first record that would be a header but for misspelt names: two nearly known, or one beside a known one."""
    for _, cells in heads:
        columns = match([cell.strip() for cell in cells], mapping)
        near = len(suggested(columns))
        if near and near + len(columns.fields) >= 2:
            return columns
    return None


def _best(
    heads: Sequence[tuple[int, list[str]]], mapping: Mapping[str, str]
) -> tuple[tuple[bool, int, int], int, Columns] | None:
    """(score, line, columns) of the record most like a header, or None when none has two known names."""
    known = lookup()
    mapped = {heading(column) for column in mapping}
    best: tuple[tuple[bool, int, int], int, Columns] | None = None
    for line, cells in heads:
        names = [heading(cell) for cell in cells if 0 < len(cell) < 100]
        hits = sum(name in known or name in mapped for name in names if name)
        if hits < 2:
            continue
        columns = match([cell.strip() for cell in cells], mapping)
        score = (columns.complete, len(columns.fields), -line)
        if best is None or score > best[0]:
            best = (score, line, columns)
    return best
