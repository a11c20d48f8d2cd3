"""A large text file in parts that can be imported side by side, each with the header and formats of the whole."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from itertools import chain

from regua.domain.intake.layout import BASE_WORD, FilePart, Layout, ReadOptions
from regua.domain.intake.row import WrongFileError
from regua.files.columns import match, passed_over
from regua.files.dialect import Dialect, find_in_text
from regua.files.encoding import Codec, blocks, mojibake, pieces
from regua.files.makeup import Makeup
from regua.files.merge import merged
from regua.files.parties import Party
from regua.files.reader import Table, decode_head, understand, whole_lines
from regua.files.records import Records
from regua.files.rows import RowReader
from regua.files.runs import below, flat, together
from regua.files.workbooks import is_workbook


def split_points(chunks: Iterable[bytes], options: ReadOptions, part_rows: int) -> tuple[Layout, list[FilePart]]:
    """Reads the whole file once, without validating rows, and says where it may be cut: in parts of `part_rows` lines,
    and up to a piece of the file (`encoding.PIECE`) more.

    A cut is only made where the sequential reader stands between two records, so the records of all parts are those of
    the file, quotes and encodings notwithstanding. The pass also settles what only the whole file can tell: encoding,
    and the number and date formats of its columns. Raises WrongFileError as `open_table`, and for workbooks, which
    cannot be cut: import them whole, or turn them into CSV first (`reader.as_csv`).
    """
    source = pieces(chunks, options.max_bytes)
    head = next(source, b"")
    if is_workbook(head):
        raise WrongFileError("planilha do Excel não se divide: importe inteira ou salve como CSV")
    codec, mark = understand(head)
    text = decode_head(codec, head[mark:])
    if garbled := mojibake(text):
        raise WrongFileError(f"acentuação corrompida no arquivo (“{garbled}”): exporte de novo como CSV UTF-8")
    delimiter, header_line, columns = find_in_text(text, options.mapping)
    reader = RowReader(columns, options.today)
    records = Records(
        blocks(chain([head[mark:]], source), codec, mark),
        delimiter,
        columns=len(columns.header),
        looks_whole=reader.looks_whole,
        marks=True,
    )
    parts: list[FilePart] = []
    start, line = mark, 1
    if columns.report or columns.grouped:  # copies of one line, or a person's titles, stay together
        part_rows = options.max_bytes
    for raw in flat(reader.sections.watch(records.runs(), header_line)):
        if raw[0] > header_line:
            reader.see(raw)
        elif not raw[0] and records.boundary[1] - max(line, header_line + 1) >= part_rows:
            parts.append(FilePart(start, records.boundary[0], line))
            start, line = records.boundary
    if records.boundary[0] > start:
        parts.append(FilePart(start, records.boundary[0], line))
    reader.conclude()
    layout = Layout(
        codec.encoding,
        codec.carriage_returns_only,
        delimiter,
        header_line,
        columns.header,
        {field: column.state() for field, column in reader.amounts.items()},
        {field: column.state() for field, column in reader.dates.items()},
        {field: list(places) for field, places in columns.fields.items()},
        columns.mixed,
        columns.means,
        asdict(columns.makeup),
        [(party.name, party.documents) for party in columns.rivals],
        columns.grouped,
        columns.base_on.isoformat() if columns.base_on else "",
        [list(note) for note in (*passed_over(columns), *reader.order.notes())],
        goods=columns.goods,
        sections=reader.sections.state(),
        above=columns.above,
    )
    return layout, parts


def open_part(chunks: Iterable[bytes], layout: Layout, part: FilePart, options: ReadOptions) -> Table:
    """The table of one part; `chunks` are exactly its bytes. Same columns, formats and line numbers as the whole."""
    codec = Codec(layout.encoding)
    codec.settled, codec.carriage_returns_only = True, layout.carriage_returns_only
    told = {BASE_WORD: layout.base} if layout.base else {}
    columns = match(list(layout.header), {**options.mapping, **told})
    if layout.fields:
        places = {field: tuple(places) for field, places in layout.fields.items()}
        makeup = Makeup.of(layout.makeup) if layout.makeup else Makeup()
        rivals = tuple(Party(name, tuple(documents)) for name, documents in layout.rivals)
        columns = replace(
            columns,
            fields=places,
            mixed=layout.mixed,
            means=layout.means,
            goods=tuple(layout.goods),
            above=tuple(map(tuple, layout.above)),
            makeup=makeup,
            rivals=rivals,
            grouped=layout.grouped,
        )
    reader = RowReader(columns, options.today)
    for begun in layout.sections:
        reader.sections.begin(*begun)
    for field, state in layout.amounts.items():
        reader.amounts[field].decide(**state)
    for field, days in layout.dates.items():
        reader.dates[field].decide(**days)
    records = Records(
        blocks(pieces(chunks, options.max_bytes), codec, part.start),
        layout.delimiter,
        line=part.line,
        columns=len(columns.header),
        looks_whole=reader.looks_whole,
    )
    listed = below(records.runs(), layout.header_line)
    whole = together(merged(flat(listed), columns)) if columns.report else whole_lines(listed, columns)
    dialect = Dialect(codec.encoding, layout.delimiter, layout.header_line)
    return Table(columns, dialect, reader, whole, notes=layout.notes)
