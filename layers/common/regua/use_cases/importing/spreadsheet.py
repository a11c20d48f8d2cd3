"""An uploaded spreadsheet, imported whole: read, committed line by line, answered with sheets and a summary."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from regua.domain.intake.collisions import Examined, examine
from regua.domain.intake.layout import ReadOptions, mapping_of
from regua.domain.intake.row import Record, WrongFileError
from regua.domain.tenant import Tenant
from regua.ports import Config, Objects, OpenSheet, Spreadsheets
from regua.use_cases.importing import file_questions
from regua.use_cases.importing.absences import Absence, ask, compare, groups_of, supersede
from regua.use_cases.importing.answers import Answers, AnswerSheet, Document, file_document, summary_document
from regua.use_cases.importing.file_index import Listed
from regua.use_cases.importing.lines import Importing, ImportSummary
from regua.use_cases.importing.operator_mail import WAITS
from regua.use_cases.importing.register import UploadRegister
from regua.use_cases.importing.uploaded_file import UploadedFile

ALL_OR_NOTHING = "all-or-nothing"
REFUSED_WHOLE = ("O arquivo tem linhas com erro e foi recusado por inteiro", "Corrija as demais linhas")


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
    match: Callable[[str, Collection[str] | None], object] = field(default=lambda tenant, debtors: None)
    """Settles what waited for the titles of these debtors of a tenant (None: of any)."""

    def run(self, file: UploadedFile) -> Document:
        """Imports the file; returns the summary it has written. Raises RetryableError when it should run again."""
        tenant, closed, few = self.config.tenant(file.tenant), False, None
        with AnswerSheet() as errors, self.absence() as absent:
            try:
                table = self._open(tenant, file)
                reject = self.rejecting(table, errors)
                examined = looked_through(table, partial(self._open, tenant, file))
                if tenant.import_mode == ALL_OR_NOTHING and faulty(examined):
                    summary = self.importing.refuse_all(examined.records(), reject, *REFUSED_WHOLE)
                else:
                    progress = partial(self.progress, tenant.id)
                    records, upload = examined.records(), file.upload
                    newer = self.register.newer(file)
                    summary, listed = self.importing.import_lines(
                        tenant.id, upload, records, reject, progress, names=examined, newer=newer
                    )
                    self.register.done(file, 1, listed.document())
                    few = listed.few
                    if not table.excerpt:
                        closed = self._leave(file, summary, listed, list(table.columns), absent)
            except WrongFileError as error:
                return self.refuse(tenant, file, error)
            if summary.accepted:
                self.match(tenant.id, few)
            self.ask(file, summary)
            tell_notes(table, summary)
            document = summary_document(summary, file.upload)
            if errors.rows:
                self.put_errors(file, table.header, errors.pieces(), document)
            if absent.titles:
                self.put_absent(file, absent.sheet(withdrawn=closed).pieces(), document)
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

    @property
    def register(self) -> UploadRegister:
        """The last uploads."""
        return UploadRegister(self.importing.store, self.answers)

    def absence(self) -> Absence:
        """What a file of ours does not list, to be found."""
        return Absence(lambda title, withdrawn: self.spreadsheets.absent_line(title, withdrawn=withdrawn))

    def _leave(
        self, file: UploadedFile, summary: ImportSummary, listed: Listed, columns: Sequence[str], absent: Absence
    ) -> bool:
        """After all lines: finds what the file no longer lists, and withdraws it where that is not much. Returns
        whether it was. Of a few lines that are no full picture nobody needs to hear that all others are absent.
        """
        tenant, upload, importing = file.tenant, file.upload, self.importing
        closes = importing.closes(tenant, upload, summary, bool(listed))
        few = compare(importing.store, file, summary, columns)
        if closes or not few:
            absent.find(importing.absent(tenant, upload, listed, absent.had))
        summary.absent = absent.titles
        if closes and absent.much:
            self.answers.put(f"work/{tenant}/{file.job}/job.json", file.document())
            self.answers.put_sheet(f"work/{tenant}/{file.job}/absent.txt", absent.groups.pieces())
            ask(importing.store, file, absent)
            summary.tell(WAITS, absent.titles)
            closes = False
        elif closes:
            supersede(importing.store, file)
            for debtor, titles in groups_of(absent.groups.pieces()):
                importing.withdraw(tenant, upload, debtor, titles)
        importing.sum_up(tenant, upload, summary, closes)
        return closes

    def ask(self, file: UploadedFile, summary: ImportSummary) -> None:
        """Makes what the file asks work for a person, and keeps where it lies until that is answered. Ends what older
        files ask, where this one and others since list all that waits for it.
        """
        if summary.asks:
            self.answers.put(f"work/{file.tenant}/{file.job}/job.json", file.document())
            self.answers.put(f"work/{file.tenant}/{file.job}/asked.json", {"titles": summary.waits})
            file_questions.ask(self.importing.store, file, summary.asks)
        if summary.accepted or summary.unchanged:
            waits = partial(self._still_waits, file.tenant)
            file_questions.answered_since(self.importing.store, file.tenant, file.upload.name, waits)

    def _still_waits(self, tenant: str, job: str) -> bool:
        """Whether newer files lack a title that a line of that upload's waits with."""
        work, store = f"work/{tenant}/{job}", self.importing.store
        said, asked = self.answers.get(f"{work}/job.json"), self.answers.get(f"{work}/asked.json")
        newer = self.register.newer(UploadedFile.of(said)) if said is not None else None
        if newer is None or asked is None:
            return True

        def listed(title: str) -> bool:
            ref = store.find(tenant, "external", title) if title else None
            return ref is not None and (ref.debtor, ref.item) in newer

        return not all(map(listed, asked["titles"]))

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
    return examine(table, again)


def faulty(sheet: Examined) -> bool:
    """Whether a line of it cannot be taken: all or nothing looks the file through before anything is stored."""
    return any(record.kind == "rejected" for record in sheet.records())


def tell_notes(table: OpenSheet, summary: ImportSummary) -> None:
    """Puts what was left unread of the sheet among the problems, by the names of its columns."""
    for note in table.notes:
        summary.tell(f"{note.column}: {note.problem}")


def read_options(tenant: Tenant, file: UploadedFile) -> ReadOptions:
    """How this creditor's files are read."""
    return ReadOptions(mapping=mapping_of(tenant), max_bytes=tenant.max_file_bytes, today=file.upload.day(tenant))
