"""A large spreadsheet: split once, its parts imported side by side, and put together again.

The state machine (infra/import_large.asl.json) carries a tenant, a job and part numbers, nothing else. What belongs to
the job lies in the bucket of reports under `work/{tenant}/{job}/` for a few days: `job.json` (what was uploaded),
`plan.json` (how it is cut), `titles` (what the file names), and of each part what becomes of its lines that name one
title with others, wherever these stand, its counts, its error lines and what it lists. Every step may run again: it
writes the same things once more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any, Self

from regua.domain.intake.collisions import Examined
from regua.domain.intake.layout import FilePart, Layout
from regua.domain.intake.row import Record, WrongFileError
from regua.domain.intake.titles import Titles
from regua.domain.tenant import Tenant
from regua.domain.work import NotForAPersonError, Work, WorkKind
from regua.ports import Imports, OpenSheet, PermanentError
from regua.use_cases.importing import file_questions
from regua.use_cases.importing.absences import answered, ask, compare, groups_of, supersede
from regua.use_cases.importing.answers import Answers, AnswerSheet, Document, file_document, summary_document
from regua.use_cases.importing.file_index import Whole
from regua.use_cases.importing.lines import Importing, ImportSummary
from regua.use_cases.importing.operator_mail import WAITS
from regua.use_cases.importing.register import LATER
from regua.use_cases.importing.spreadsheet import (
    ALL_OR_NOTHING,
    REFUSED_WHOLE,
    SpreadsheetImport,
    faulty,
    looked_through,
    read_options,
    tell_notes,
)
from regua.use_cases.importing.uploaded_file import UploadedFile

PART_ROWS = 20_000
"""Lines of a part. What a line costs is mostly its debtor's call to the table, however wide it is: were each a debtor
of its own, and the calls of 20 ms made one after another, a part would take 400 of the function's 900 seconds."""
MAX_PARTS = 1_000
"""The machine's input and history hold that many; a larger file gets larger parts."""
XLSX_TIMES = 4
"""A worksheet is packed: its text takes about so many times its bytes."""
STATE_KEPT = timedelta(days=30)
PART_FAILED = (
    "Falha ao importar esta parte do arquivo; algumas das linhas podem ter entrado",
    "Envie esta planilha de novo: o que já entrou não se repete",
)


@dataclass(frozen=True, slots=True)
class CutPlan:
    """How a file is cut: `source` is bucket, key and version of its text; `refused`: none of it is to be taken."""

    source: tuple[str, str, str]
    layout: Layout
    parts: list[FilePart]
    refused: bool

    def document(self) -> Document:
        """For `plan.json`."""
        return asdict(self)

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        """Back from `plan.json`."""
        bucket, key, version = said["source"]
        parts = [FilePart(**part) for part in said["parts"]]
        return cls((bucket, key, version), Layout.of(said["layout"]), parts, said["refused"])


@dataclass(frozen=True, slots=True)
class LargeImport:
    """The ports are those of a whole import, and the state machine. A file above twice `part_bytes` is large; its
    parts have about `part_rows` lines each.
    """

    whole: SpreadsheetImport
    imports: Imports
    part_bytes: int
    part_rows: int = PART_ROWS

    @property
    def _answers(self) -> Answers:
        return self.whole.answers

    @property
    def _importing(self) -> Importing:
        return self.whole.importing

    def receive(self, file: UploadedFile) -> Document:
        """A spreadsheet came: it is imported at once, or handed to the state machine when it is large."""
        return self.begin(file) if self.is_large(file) else self.whole.run(file)

    def is_large(self, file: UploadedFile) -> bool:
        """Whether the file is imported in parts."""
        packed = file.key.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".ods"))
        return file.size * (XLSX_TIMES if packed else 1) > 2 * self.part_bytes

    def begin(self, file: UploadedFile) -> Document:
        """Hands an upload to the state machine; the same event again starts nothing new."""
        key = f"{_work(file.tenant, file.job)}/job.json"
        if self._answers.get(key) is None:
            self._answers.put(key, file.document())
        self.imports.start(file.tenant, file.job)
        return {"arquivo": file.upload.name, "job": file.job}

    # first step ------------------------------------------------------------------------------------------------------

    def split(self, tenant: str, job: str) -> int | None:
        """Finds where the file may be cut: into how many parts, or None for what is no spreadsheet."""
        file, work = self._file(tenant, job), _work(tenant, job)
        config = self.whole.config.tenant(tenant)
        known = self._answers.get(f"{work}/plan.json")
        if known is None:
            try:
                plan = self._cut(config, file, work)
            except WrongFileError as error:
                self.whole.refuse(config, file, error)
                return None
            self._answers.put(f"{work}/plan.json", plan.document())
        else:
            plan = CutPlan.of(known)
        parts = len(plan.parts)
        state = {"parts": str(parts)}
        self._importing.store.put_state(tenant, f"import/{job}", state, file.upload.at + STATE_KEPT)
        self._show(file, 0, parts)
        return parts

    def _cut(self, config: Tenant, file: UploadedFile, work: str) -> CutPlan:
        bucket, key, version = source = self._source(config, file, work)
        chunks = self.whole.objects.read(bucket, key, version=version)
        options = read_options(config, file)
        layout, parts = self.whole.spreadsheets.split_points(chunks, options, self.part_rows)
        plan = CutPlan(source, layout, _fewer(parts), refused=False)
        self._judge(config, file, work, plan)
        if config.import_mode != ALL_OR_NOTHING:
            return plan
        refused = any(faulty(self._judged(config, file, work, plan, n)) for n in range(len(plan.parts)))
        return CutPlan(source, layout, plan.parts, refused)

    def _judge(self, config: Tenant, file: UploadedFile, work: str, plan: CutPlan) -> None:
        """Looks the whole file through, and leaves to each part what becomes of its lines."""
        if not plan.parts:
            return
        place = FilePart(plan.parts[0].start, plan.parts[-1].end, plan.parts[0].line)
        again = partial(self._open_place, config, file, plan, place)
        examined = looked_through(again(), again)
        self._answers.put_sheet(f"{work}/titles", examined.titles.document())
        firsts = [part.line for part in plan.parts]
        for n, verdicts in examined.documents(firsts).items():
            self._answers.put(f"{work}/{n}.judged.json", verdicts)

    def _source(self, config: Tenant, file: UploadedFile, work: str) -> tuple[str, str, str]:
        """Bucket, key and version of the text to be cut: the upload, or what its worksheet says."""
        objects, spreadsheets = self.whole.objects, self.whole.spreadsheets
        head = b"".join(objects.read(file.bucket, file.key, 0, 4, file.version))
        if not spreadsheets.is_workbook(head):
            return file.bucket, file.key, file.version
        options = read_options(config, file)
        text = spreadsheets.as_csv(objects.read(file.bucket, file.key, version=file.version), options)
        self._answers.put_sheet(f"{work}/sheet.csv", text)
        return self._answers.bucket, f"{work}/sheet.csv", ""

    # second step -----------------------------------------------------------------------------------------------------

    def part(self, tenant: str, job: str, n: int, *, failed: bool = False) -> ImportSummary:
        """Imports part `n`, side by side with others; one that `failed` too often comes back in the error sheet."""
        file, work = self._file(tenant, job), _work(tenant, job)
        plan = self._plan(work)
        done = self._counts(work, n)
        if done is not None and not done[1]:
            return done[0]
        config = self.whole.config.tenant(tenant)
        table = self._open(config, file, plan, n)
        examined = self._judged(config, file, work, plan, n)
        with AnswerSheet() as errors:
            reject, lists, later = self.whole.rejecting(table, errors), b"", list[int]()
            if failed or plan.refused:
                why = PART_FAILED if failed else REFUSED_WHOLE
                summary = self._importing.refuse_all(examined.records(), reject, *why)
            else:
                progress = partial(self.whole.progress, tenant)
                records, upload = examined.records(), file.upload
                summary, listed = self._importing.import_lines(
                    tenant, upload, records, reject, progress, names=examined, later=later, newer=self._newer(file)
                )
                lists = listed.document()
            self._answers.put_sheet(f"{work}/{n}.erros.csv", errors.pieces())
        self.whole.objects.write(self._answers.bucket, f"{work}/{n}.ids", lists, "application/octet-stream")
        # last: it says that the rest is there
        self._answers.put(f"{work}/{n}.json", asdict(summary) | {"failed": failed, "later": later})
        if done is None:
            self._advance(file, len(plan.parts))
        return summary

    def _newer(self, file: UploadedFile) -> Whole | None:
        return self.whole.register.newer(file)

    def _advance(self, file: UploadedFile, parts: int) -> None:
        name, store = f"import/{file.job}", self._importing.store
        store.count(file.tenant, name, 1, parts, file.upload.at + STATE_KEPT)
        self._show(file, int(store.get_state(file.tenant, name).get("count", "0")), parts)

    def _show(self, file: UploadedFile, done: int, parts: int) -> None:
        """How far it is, where the operator looks for the summary."""
        document = file_document(file.upload, "importando") | {"partes": parts, "partes_prontas": done}
        self._answers.summarise(file, document)

    # last step -------------------------------------------------------------------------------------------------------

    def merge(self, tenant: str, job: str) -> bool:
        """Decides what is no longer listed, puts the sheets together, sums up. False when a part came back."""
        file, work = self._file(tenant, job), _work(tenant, job)
        config, plan = self.whole.config.tenant(tenant), self._plan(work)
        numbers = range(len(plan.parts))
        summary, lost, bad = self._sum(work, numbers)
        late = self._later(config, file, work, plan)
        if late is not None:
            summary.add(late)
        lists = (*numbers, *((LATER,) if late else ()))
        whole = Whole(lambda: filter(None, (b"".join(self._answers.pieces(f"{work}/{n}.ids")) for n in lists)))
        summary.debtors = whole.debtors
        # an error sheet, corrected, says nothing of what it does not list
        if not (table := self._open(config, file, plan, 0)).excerpt:
            self._leave(file, work, summary, whole, [] if lost else list(table.columns))
        self.whole.register.done(file, len(plan.parts))
        if summary.accepted:
            self.whole.match(tenant, None)
        self.whole.ask(file, summary)
        tell_notes(table, summary)
        document = summary_document(summary, file.upload) | {"partes": len(numbers)}
        if summary.rejected:
            sheets = (*numbers, LATER)
            lines = chain.from_iterable(self._answers.pieces(f"{work}/{n}.erros.csv") for n in sheets)
            self.whole.put_errors(file, plan.layout.header, lines, document)
        if summary.absent:
            self.whole.put_absent(file, self._answers.pieces(f"{work}/absent.csv"), document)
        if bad or lost:
            document["partes_recusadas"] = bad
            # nobody can say how many lines these have: where they begin, and that the file should be sent again
            document["partes_perdidas"] = [{"parte": n, "a_partir_da_linha": plan.parts[n].line} for n in lost]
        self._answers.close(config, file, document)
        return not (bad or lost)

    def _later(self, config: Tenant, file: UploadedFile, work: str, plan: CutPlan) -> ImportSummary | None:
        """What hangs on lines of other parts, now that all are in; None when there is nothing."""
        known = self._answers.get(f"{work}/{LATER}.json")
        if known is not None:
            return ImportSummary(**known)
        waiting = {n: set(self._said(work, n).get("later", ())) for n in range(len(plan.parts))}
        if not any(waiting.values()):
            return None
        table = self._open(config, file, plan, 0)

        def records() -> Iterator[Record]:
            for n in (n for n, lines in waiting.items() if lines):
                yield from (r for r in self._judged(config, file, work, plan, n).records() if r.line in waiting[n])

        with AnswerSheet() as errors:
            reject = self.whole.rejecting(table, errors)
            summary, listed = self._importing.import_lines(
                file.tenant, file.upload, records(), reject, names=self._named(work), newer=self._newer(file)
            )
            self._answers.put_sheet(f"{work}/{LATER}.erros.csv", errors.pieces())
        ids = listed.document()
        self.whole.objects.write(self._answers.bucket, f"{work}/{LATER}.ids", ids, "application/octet-stream")
        self._answers.put(f"{work}/{LATER}.json", asdict(summary))
        return summary

    def _leave(self, file: UploadedFile, work: str, summary: ImportSummary, whole: Whole, columns: list[str]) -> None:
        """Writes down what is absent before anything is withdrawn: a repeated merge withdraws the same. Without
        `columns` a part is lost.
        """
        importing, answers = self._importing, self._answers
        known = answers.get(f"{work}/absent.json")
        if known is None:
            closes = bool(columns) and importing.closes(file.tenant, file.upload, summary, bool(whole))
            if columns:
                compare(importing.store, file, summary, columns)
            with self.whole.absence() as found:
                found.find(importing.absent(file.tenant, file.upload, whole, found.had))
                asks = closes and found.much
                answers.put_sheet(f"{work}/absent.txt", found.groups.pieces())
                answers.put_sheet(f"{work}/absent.csv", found.sheet(withdrawn=closes and not asks).pieces())
                if asks:
                    ask(importing.store, file, found)
                elif closes:
                    supersede(importing.store, file)
            known = {"rows": found.titles, "closes": closes and not asks, "asks": asks, "warnings": summary.warnings}
            answers.put(f"{work}/absent.json", known)
        summary.absent, summary.warnings = known["rows"], known.get("warnings", {})
        if known.get("asks"):
            summary.tell(WAITS, summary.absent)
        if known["closes"]:
            self._withdraw(file, work)
        importing.sum_up(file.tenant, file.upload, summary, known["closes"])

    def _withdraw(self, file: UploadedFile, work: str) -> None:
        for debtor, titles in groups_of(self._answers.pieces(f"{work}/absent.txt")):
            self._importing.withdraw(file.tenant, file.upload, debtor, titles)

    def withdraw(self, tenant: str, job: str) -> Work:
        """A person has said that what this file lacks is withdrawn. Raises KeyError for a file nobody asked about,
        NotForAPersonError for what is answered, or was uploaded so long ago that it is not here any more.
        """
        store, work = self._importing.store, _work(tenant, job)
        if self._answers.get(f"{work}/job.json") is None:
            raise NotForAPersonError("este arquivo já não está guardado: envie-o de novo")
        done = answered(store, tenant, f"{WorkKind.WITHDRAWAL}:{job}", "retirados da cobrança")
        self._withdraw(self._file(tenant, job), work)
        return done

    def reread(self, tenant: str, key: str) -> Work:
        """A person has said what a file asked: the files whose lines wait are read again, the oldest first. Raises
        KeyError for a question nobody has, NotForAPersonError for what is answered, or whose files are gone.
        """
        _, jobs = file_questions.waiting(self._importing.store, tenant, key)
        files = [self._answers.get(f"{_work(tenant, job)}/job.json") for job in jobs]
        if not any(files):
            raise NotForAPersonError("os arquivos já não estão guardados: envie-os de novo")
        done = file_questions.answer(self._importing.store, tenant, key)
        try:
            for said in filter(None, files):
                file = UploadedFile.of(said)
                self.receive(replace(file, again=file.again + 1))
        except Exception:
            file_questions.reopen(self._importing.store, done)
            raise
        return done

    def _sum(self, work: str, numbers: Iterable[int]) -> tuple[ImportSummary, list[int], list[int]]:
        """The counts of all parts; the parts nobody could read, and those that came back."""
        summary, lost, bad = ImportSummary(), [], []
        for n in numbers:
            counts = self._counts(work, n)
            if counts is None:
                lost.append(n)
                continue
            if counts[1]:
                bad.append(n)
            summary.add(counts[0])
        return summary, lost, bad

    # what the steps leave each other ---------------------------------------------------------------------------------

    def _file(self, tenant: str, job: str) -> UploadedFile:
        return UploadedFile.of(self._found(f"{_work(tenant, job)}/job.json"))

    def _plan(self, work: str) -> CutPlan:
        return CutPlan.of(self._found(f"{work}/plan.json"))

    def _counts(self, work: str, n: int) -> tuple[ImportSummary, bool] | None:
        """What came of part `n`, and whether it came back; None while nothing has."""
        said = self._said(work, n)
        if not said:
            return None
        failed = said.pop("failed")
        said.pop("later", None)
        return ImportSummary(**said), failed

    def _said(self, work: str, n: int) -> dict[str, Any]:
        return self._answers.get(f"{work}/{n}.json") or {}

    def _found(self, key: str) -> dict[str, Any]:
        document = self._answers.get(key)
        if document is None:
            raise PermanentError("what this step continues is not there")
        return document

    def _judged(self, config: Tenant, file: UploadedFile, work: str, plan: CutPlan, n: int) -> Examined:
        """Part `n`, its lines judged together with those of the other parts."""
        judged = self._answers.get(f"{work}/{n}.judged.json") or {}
        return Examined.of(judged, self._named(work), lambda: self._open(config, file, plan, n).records())

    def _named(self, work: str) -> Titles:
        return Titles(lambda: self._answers.pieces(f"{work}/titles"))

    def _open(self, config: Tenant, file: UploadedFile, plan: CutPlan, n: int) -> OpenSheet:
        return self._open_place(config, file, plan, plan.parts[n])

    def _open_place(self, config: Tenant, file: UploadedFile, plan: CutPlan, place: FilePart) -> OpenSheet:
        bucket, key, version = plan.source
        chunks = self.whole.objects.read(bucket, key, place.start, place.end, version)
        return self.whole.spreadsheets.open_part(chunks, plan.layout, place, read_options(config, file))


def _fewer(parts: list[FilePart]) -> list[FilePart]:
    size = -(-len(parts) // MAX_PARTS)
    groups = (parts[at : at + size] for at in range(0, len(parts), size or 1))
    return [FilePart(group[0].start, group[-1].end, group[0].line) for group in groups]


def _work(tenant: str, job: str) -> str:
    return f"work/{tenant}/{job}"
