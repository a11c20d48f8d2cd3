"""The door for spreadsheets: any CSV, TSV or workbook a business exports, as a stream of records."""

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import chain, islice

from regua.domain.intake.layout import ReadOptions
from regua.domain.intake.row import Fault, Record, WrongFileError
from regua.domain.values import replace
from regua.files import groups
from regua.files.batch import BatchReader
from regua.files.columns import Columns, passed_over
from regua.files.dialect import HEADER_LINES, Dialect, find_in_rows, find_in_text
from regua.files.encoding import Codec, blocks, mojibake, pieces, sniff
from regua.files.faults import EMPTY, NO_TEXT, SurveyNeededError
from regua.files.hints import resembling
from regua.files.kinds import no_sheet, not_due
from regua.files.looks import SAMPLE
from regua.files.merge import merged
from regua.files.naming import Naming
from regua.files.records import Records
from regua.files.rows import RowReader
from regua.files.runs import RawRecord, Run, below, flat, taken, together
from regua.files.sections import whole_list
from regua.files.understood import ReadColumn, UnreadColumn, understood, unused
from regua.files.workbooks import Workbook, is_workbook, open_workbook

LOOK_AHEAD = 512
"""Records looked at before the first is read, to see whether days or months come first in dates."""

DATES_AHEAD = 4_000
"""Records more of which the dates alone are looked at where the first show nothing: all bills are due on the tenth."""


class Table:
    """A file whose header has been understood.

    `columns` is column -> canonical field, `header` all column names; `notes` is what was left unread although it
    seems to say what is owed.
    """

    def __init__(
        self,
        columns: Columns,
        dialect: Dialect,
        reader: RowReader,
        runs: Iterator[Run],
        codec: Codec | None = None,
        passed: Sequence[str] = (),
        notes: Iterable[Sequence[str]] = (),
        others: Sequence[str] = (),
        currency: str = "",
    ) -> None:
        """`currency`: one that formats of unknown cells show; `passed`: worksheets before this one that are no lists of
        receivables, `others`: further ones that are not read; `notes`: (column, problem, fix) of columns left unread
        that the beginning of the whole file has shown.
        """
        self.columns: Mapping[str, str] = columns.names
        self.header = list(columns.header)
        self._dialect = dialect
        self._codec = codec
        self.layout = columns
        self.reader = reader
        told = (Fault(dialect.header_line, column, "", problem, fix) for column, problem, fix in notes)
        line = dialect.header_line
        self.notes = (
            *_passed_over(passed, dialect),
            *_also(others, dialect),
            *_unseen(currency, columns, line),
            *told,
            *_unread(columns, line),
            *_of_dates(reader, line),
        )
        self._runs = runs
        self._raw = flat(runs)
        self._batches = BatchReader(reader)

    @property
    def dialect(self) -> Dialect:
        """How the file is written, as far as it has been read: plain ASCII passes for UTF-8 until the first accent."""
        return replace(self._dialect, encoding=self._codec.encoding) if self._codec else self._dialect

    @cached_property
    def warnings(self) -> tuple[Fault, ...]:
        """What the operator should know of the file as a whole, the notes first."""
        line = self._dialect.header_line
        near = (Fault(line, column, "", problem, fix) for column, problem, fix in resembling(self.layout))
        return (*self.notes, *_about(self.layout, line), *near)

    @property
    def unread_columns(self) -> list[str]:
        """Columns of which nothing is read, but for those the mapping leaves out."""
        return list(self.layout.unread)

    @property
    def understood(self) -> list[ReadColumn]:
        """What each column that is read was taken for."""
        return list(understood(self.layout))

    @property
    def unused(self) -> list[UnreadColumn]:
        """Columns with money or days that nothing is read of."""
        return list(unused(self.layout))

    @property
    def excerpt(self) -> bool:
        """Whether it is an error sheet of ours, corrected: it lists a few lines of another file."""
        return bool(self.layout.report)

    def records(self) -> Iterator[Record]:
        """Every record below the header, once, in file order; may be called once.

        Memory stays flat, but for workbooks, of which one sheet is held whole.

        A file with an amount like `1.234`, which only the rest of its column can explain, is copied
        to a temporary file while the column is looked at. Raises WrongFileError when the file turns out to be larger
        than allowed or damaged.
        """
        return chain.from_iterable(self._read())

    def titles(self) -> Iterator[str]:
        """Instead of the records: the id of the title each of them names, where it names one. Raises as they do.

        A number that names its title is all that is read of such a line, which costs a third of reading it.
        """
        return (title for _, title, _ in self._named() if title)

    def records_of(self, wanted: Callable[[str], bool]) -> Iterator[Record]:
        """Instead of all: the records that name a wanted title. Raises as `records` does."""
        for raw, title, record in self._named():
            if not title or not wanted(title):
                continue
            try:
                yield record or self.reader.read(*raw)
            except SurveyNeededError:
                yield from (
                    r
                    for records in self._surveyed(chain([raw], self._raw))
                    for r in records
                    if r.title and wanted(r.title)
                )
                return

    def _named(self) -> Iterator[tuple[RawRecord, str, Record | None]]:
        """Each raw record with the id it names, and what it was read as, where it had to be."""
        naming, reader = Naming(self.reader), self.reader
        if not naming.usable:
            yield from (((record.line, [], ""), record.title, record) for record in self.records())
            return
        for raw in self._raw:
            if naming.learns:
                naming.learn(raw)
            if title := naming.title(raw):
                yield raw, title, None
                continue
            try:
                record = reader.read(*raw)
            except SurveyNeededError:
                yield from ((raw, r.title, r) for records in self._surveyed(chain([raw], self._raw)) for r in records)
                return
            yield raw, record.title, record

    def _read(self) -> Iterator[list[Record]]:
        for run in self._runs:
            try:
                records = self._batches.read(run)
            except SurveyNeededError:
                yield from self._surveyed(chain(run, self._raw))
                return
            yield records

    def _surveyed(self, records: Iterable[RawRecord]) -> Iterator[list[Record]]:
        with tempfile.TemporaryFile("w+", encoding="ascii") as spool:
            for raw in records:
                self.reader.see(raw)
                spool.write(json.dumps(raw) + "\n")
            self.reader.conclude()
            spool.seek(0)
            yield from map(self._batches.read, together(map(tuple, map(json.loads, spool))))


def open_table(chunks: Iterable[bytes], options: ReadOptions) -> Table:
    """Understands the beginning of a file: its encoding, dialect, header and columns.

    `chunks` are the file's bytes in any pieces; what a file is shows in the first of them, never in its name. Raises
    WrongFileError, whose text is for the operator.
    """
    source = pieces(chunks, options.max_bytes)
    head = next(source, b"")
    if is_workbook(head):
        return _open_workbook(chain([head], source), options)
    codec, mark = understand(head)
    text = decode_head(codec, head[mark:])
    if options.sheet:
        raise WrongFileError("um arquivo de texto (CSV) não tem abas: leia de novo sem --sheet")
    if garbled := mojibake(text):
        raise WrongFileError(
            f"acentuação corrompida no arquivo (“{garbled}”): exporte de novo do sistema de origem, como CSV UTF-8"
        )
    try:
        delimiter, line, columns = find_in_text(text, options.mapping)
    except WrongFileError as error:
        raise WrongFileError(f"{error}{not_due(head)}") from None
    reader = RowReader(columns, options.today)
    raw = Records(
        blocks(chain([head[mark:]], source), codec, mark),
        delimiter,
        columns=len(columns.header),
        looks_whole=reader.looks_whole,
    )
    return Table(columns, Dialect(codec.encoding, delimiter, line), reader, prepare(raw.runs(), line, reader), codec)


def understand(head: bytes) -> tuple[Codec, int]:
    """The encoding of a file that begins so, and the length of its byte-order mark. Raises WrongFileError."""
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0\x1a"):
        raise WrongFileError(EMPTY)
    wrong = no_sheet(head)
    if wrong:
        raise WrongFileError(wrong)
    return sniff(head)


def decode_head(codec: Codec, head: bytes) -> str:
    """The beginning as text, without settling the codec. Raises WrongFileError for what is not text."""
    whole = codec.whole_lines(head)
    text = codec.decode(head[:whole]).replace("\r\n", "\n").replace("\r", "\n")
    if len(_STRANGE.findall(text)) > 0.02 * len(text) + 8:
        raise WrongFileError(NO_TEXT)
    return text


_STRANGE = re.compile(r"[^\x20-\U0010ffff\t\n\r\x1a]")


def prepare(runs: Iterable[Run], header_line: int, reader: RowReader) -> Iterator[Run]:
    """The records below the header; the first few have been looked at for their formats."""
    rest = whole_lines(below(reader.sections.watch(runs, header_line), header_line), reader.columns)
    ahead, rest = taken(rest, LOOK_AHEAD)
    for record in ahead:
        reader.see(record)
    if len(ahead) == LOOK_AHEAD and not reader.order.shown:
        more, rest = taken(rest, DATES_AHEAD)
        reader.order.see_all([cells for _, cells, problem in more if not problem])
        ahead += more
    reader.order.decide()
    stream = chain(together(ahead), rest)
    return together(merged(flat(stream), reader.columns)) if reader.columns.report else stream


def whole_lines(runs: Iterator[Run], columns: Columns) -> Iterator[Run]:
    """The records as they are, or of a grouped report each with its person."""
    if not columns.grouped:
        return runs
    added = bool(set(groups.ADDED) & set(columns.header))
    items = columns.grouped == groups.ITEMS
    carrier = groups.Carrier(columns.fields, columns.header, columns.above, added=added, items=items)
    return together(carrier.records(flat(runs)))


def _open_workbook(source: Iterable[bytes], options: ReadOptions) -> Table:
    book = open_workbook(source)
    sheet, passed = _choose(book, options)
    raw = book.records(sheet)
    first = list(islice(raw, HEADER_LINES + SAMPLE))
    if not first:
        raise WrongFileError(EMPTY)
    line, columns = find_in_rows([(number, cells) for number, cells, _ in first], options.mapping)
    reader = RowReader(columns, options.today)
    if kind := whole_list(sheet):
        reader.sections.begin(line, kind, f"na aba “{sheet}”")
    listed = prepare(together(chain(first, raw)), line, reader)
    others = _not_read(book, sheet, passed, options)
    return Table(
        columns,
        Dialect(book.kind, "", line, sheet),
        reader,
        listed,
        passed=passed,
        others=others,
        currency=book.unseen_currency,
    )


def _choose(book: Workbook, options: ReadOptions) -> tuple[str, list[str]]:
    """The worksheet to read, and those passed over: the one asked for, or the first visible one that lists receivables
    and is not called after what was paid, or what the creditor owes.

    Where none does it is the first, and reading it says why not.
    """
    if options.sheet:
        return book.named(options.sheet), []
    if len(book.sheets) < 2:
        return book.named(book.sheets[0] if book.sheets else ""), []
    lists = (name for name in book.sheets if _lists(book, name, options))
    first = next(lists, "")
    found = first if not whole_list(first) else next((name for name in lists if not whole_list(name)), first)
    return (found, list(book.sheets[: book.sheets.index(found)])) if found else (book.sheets[0], [])


def _lists(book: Workbook, name: str, options: ReadOptions) -> bool:
    """Whether a worksheet lists receivables."""
    first = islice(book.records(name), HEADER_LINES + SAMPLE)
    with suppress(WrongFileError):
        find_in_rows([(number, cells) for number, cells, _ in first], options.mapping)
        return True
    return False


def _not_read(book: Workbook, sheet: str, passed: Sequence[str], options: ReadOptions) -> list[str]:
    """Further worksheets that list receivables: one a month, perhaps. Each is held whole to be looked at, so that of a
    large workbook all are named.
    """
    others = [name for name in book.sheets if name != sheet and name not in passed]
    return others if book.size > _LOOKED_THROUGH else [name for name in others if _lists(book, name, options)]


_LOOKED_THROUGH = 5_000_000
"""Bytes of a workbook of which every worksheet is looked at."""


def as_csv(pieces: Iterable[bytes], options: ReadOptions) -> Iterator[bytes]:
    """The worksheet that `open_table` reads, as CSV (UTF-8 with byte-order mark, `;`), row for line: it can be cut.

    Line breaks within cells become spaces: line numbers stay those of the sheet. Raises WrongFileError as `open_table`.
    """
    book = open_workbook(pieces)
    rows = book.records(_choose(book, options)[0])
    yield b"\xef\xbb\xbf"
    while lines := list(islice(rows, 1_000)):
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";", lineterminator="\n").writerows(
            [cell.replace("\n", " ") for cell in cells] for _, cells, _ in lines
        )
        yield text.getvalue().encode("utf-8", "replace")


def _passed_over(sheets: Sequence[str], dialect: Dialect) -> Iterator[Fault]:
    names = ", ".join(f"“{name}”" for name in sheets)
    if names:
        problem = f"foi lida a aba “{dialect.sheet}”: antes dela há aba sem lista de contas a receber ({names})"
        yield Fault(dialect.header_line, "aba", "", problem, "se a lista for outra, diga a aba (--sheet)")


def _unseen(currency: str, columns: Columns, line: int) -> Iterator[Fault]:
    if currency and "moeda" not in columns.fields:
        problem = (
            f"há formatos de célula em outra moeda ({currency}), e neste tipo de arquivo não se vê de quais células"
        )
        yield Fault(line, "valor", "", problem, "confira os valores, ou salve como XLSX e envie de novo")


def _also(sheets: Sequence[str], dialect: Dialect) -> Iterator[Fault]:
    names = ", ".join(f"“{name}”" for name in sheets)
    if names:
        problem = f"só foi lida a aba “{dialect.sheet}”; não foram lidas as outras: {names}"
        yield Fault(dialect.header_line, "aba", "", problem, "se nelas há contas, envie cada aba em um arquivo só dela")


def _unread(columns: Columns, line: int) -> Iterator[Fault]:
    for column, problem, fix in (*passed_over(columns), *columns.makeup.remarks):
        yield Fault(line, column, "", problem, fix)


def _of_dates(reader: RowReader, line: int) -> Iterator[Fault]:
    for column, problem, fix in reader.order.notes():
        yield Fault(line, column, "", problem, fix)


_HOW_GROUPED = {
    groups.LINE: "a pessoa está na linha acima dos títulos, e vale para os que seguem",
    groups.FIRST: "a pessoa está só na primeira linha dos títulos, e vale para os que seguem",
    groups.ITEMS: "a pessoa e o vencimento estão só na primeira linha, e as que seguem são itens do mesmo boleto",
}


def _about(columns: Columns, line: int) -> tuple[Fault, ...]:
    """What the operator should know of the file as a whole."""
    found = []
    tax_id = {"documento", "responsavel_doc"} & columns.fields.keys()
    if not tax_id:
        found.append(
            ("documento", "planilha sem coluna de CPF/CNPJ: o devedor será reconhecido pelo nome e contato",
             "acrescente a coluna documento se puder")
        )  # fmt: skip
    if not tax_id and not {"email", "celular"} & columns.fields.keys():
        found.append(
            ("nome", "devedores conhecidos só pelo nome: duas pessoas de mesmo nome são uma só",
             "acrescente CPF/CNPJ, e-mail ou celular")
        )  # fmt: skip
    if not {"email", "celular"} & columns.fields.keys():
        found.append(("contato", "planilha sem e-mail nem celular", "acrescente as colunas email ou celular"))
    if not columns.number:
        found.append(
            ("id_titulo", "planilha sem o número do título: cada linha recebe um código derivado do conteúdo",
             "acrescente a coluna id_titulo para que um valor ou vencimento alterado atualize o mesmo título")
        )  # fmt: skip
    if "dias_atraso" in columns.fields:
        title = columns.header[columns.fields["dias_atraso"][0]]
        base = f"de {columns.base_on:%d/%m/%Y}" if columns.base_on else "do dia do envio"
        base = "da data-base de cada linha" if "data_base" in columns.fields else base
        fix = "confira alguns; se o sistema souber o vencimento, exporte-o"
        found.append((title, f"vencimentos contados para trás, a partir {base}", fix))
    if columns.grouped:
        fix = "confira alguns títulos; na dúvida, exporte sem agrupamento"
        found.append(("nome", f"relatório agrupado: {_HOW_GROUPED[columns.grouped]}, até o total ou outra pessoa", fix))
    found += [(name, "a coluna do mapeamento não existe no arquivo", "confira o mapeamento") for name in columns.unused]
    return tuple(Fault(line, column, "", problem, fix) for column, problem, fix in found)
