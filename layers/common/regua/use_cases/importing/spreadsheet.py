"""An uploaded spreadsheet, imported whole: read, committed line by line, answered with sheets and a summary."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from regua.domain.intake.collisions import Examined, examine
from regua.domain.intake.layout import ReadOptions
from regua.domain.intake.row import Record, WrongFileError
from regua.domain.tenant import Tenant
from regua.ports import Config, Objects, OpenSheet, Spreadsheets
from regua.use_cases.importing.answers import Answers, AnswerSheet, Document, file_document, summary_document
from regua.use_cases.importing.lines import Importing
from regua.use_cases.importing.uploaded_file import UploadedFile
from regua.use_cases.importing.withdrawals import Absent

ALL_OR_NOTHING = "all-or-nothing"
REFUSED_WHOLE = ("O arquivo tem linhas com erro e foi recusado por inteiro", "Corrija as demais linhas")
MAX_ABSENT = 50_000
"""Lines of the sheet of absent titles; the summary counts all of them."""


@dataclass(frozen=True, slots=True)
class SpreadsheetImport:
    """The ports of this use case. `progress` hears whose file it is and how many lines of it have been read; `match`
    settles the money of that tenant which came before its title did.
    """

    objects: Objects
    config: Config
    spreadsheets: Spreadsheets
    importing: Importing
    answers: Answers
    progress: Callable[[str, int], None]
    match: Callable[[str], object] = field(default=lambda tenant: None)

    def run(self, file: UploadedFile) -> Document:
        """Imports the file; returns the summary it has written. Raises RetryableError when it should run again."""
        tenant = self.config.tenant(file.tenant)
        with AnswerSheet() as errors, AnswerSheet(MAX_ABSENT) as absent:
            try:
                table = self._open(tenant, file)
                reject = self.rejecting(table, errors)
                examined = looked_through(table, partial(self._open, tenant, file))
                if tenant.import_mode == ALL_OR_NOTHING and faulty(examined):
                    summary = self.importing.refuse_all(examined.records(), reject, *REFUSED_WHOLE)
                else:
                    progress = partial(self.progress, tenant.id)
                    records, upload = examined.records(), file.upload
                    summary, listed = self.importing.import_lines(
                        tenant.id, upload, records, reject, progress, names=examined
                    )
                    if not table.excerpt:
                        self.importing.leave(tenant.id, upload, summary, listed, partial(self.list_absent, absent))
            except WrongFileError as error:
                return self.refuse(tenant, file, error)
            if summary.accepted:
                self.match(tenant.id)
            document = summary_document(summary, file.upload)
            if errors.rows:
                self.put_errors(file, table.header, errors.pieces(), document)
            if absent.rows:
                self.put_absent(file, absent.pieces(), document)
        self.answers.close(tenant, file, document)
        return document

    def _open(self, tenant: Tenant, file: UploadedFile) -> OpenSheet:
        chunks = self.objects.read(file.bucket, file.key)
        return self.spreadsheets.open_table(chunks, read_options(tenant, file))

    def refuse(self, tenant: Tenant, file: UploadedFile, error: WrongFileError) -> Document:
        """Answers for a file that is no spreadsheet."""
        self.importing.metrics.add("FilesRefused", 1)
        document = file_document(file.upload, "recusado") | {"erro": str(error)}
        self.answers.close(tenant, file, document)
        return document

    def rejecting(self, table: OpenSheet, errors: AnswerSheet) -> Callable[[Record], None]:
        """Writes what is not taken of the table into its error sheet."""
        return lambda record: errors.add(self.spreadsheets.error_lines(table.header, record))

    def list_absent(self, sheet: AnswerSheet, gone: Absent, withdrawn: bool) -> None:
        """Writes what one debtor has open and the file does not list."""
        for title in gone.receivables:
            sheet.add(self.spreadsheets.absent_line(title, withdrawn=withdrawn))

    def put_errors(self, file: UploadedFile, header: Iterable[str], lines: Iterable[bytes], document: Document) -> None:
        """Stores the error sheet, and says so in the summary."""
        document["planilha_de_erros"] = key = f"{file.answers}.erros.csv"
        self.answers.put_sheet(key, chain([self.spreadsheets.error_titles(list(header))], lines))

    def put_absent(self, file: UploadedFile, lines: Iterable[bytes], document: Document) -> None:
        """Stores the sheet of absent titles, and says so in the summary."""
        document["planilha_de_ausentes"] = key = f"{file.answers}.ausentes.csv"
        self.answers.put_sheet(key, chain([self.spreadsheets.absent_titles()], lines))


def looked_through(table: OpenSheet, again: Callable[[], OpenSheet]) -> Examined:
    """The sheet with what becomes of lines that name one title; `again` opens a long one once more."""
    return examine(table.records(), table.header, table.columns, lambda: again().records())


def faulty(sheet: Examined) -> bool:
    """Whether a line of it cannot be taken: all or nothing looks the file through before anything is stored."""
    return any(record.kind == "rejected" for record in sheet.records())


def read_options(tenant: Tenant, file: UploadedFile) -> ReadOptions:
    """How this creditor's files are read."""
    return ReadOptions(mapping=tenant.columns, max_bytes=tenant.max_file_bytes, today=file.upload.day(tenant))
