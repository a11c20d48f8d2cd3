"""A large file: split once, its parts imported side by side, and put together again (infra/import_large.asl.json).

The state machine carries a tenant, a job and part numbers, nothing else. What belongs to the job lies in the bucket of
reports under `work/{tenant}/{job}/` for a few days: `job.json` (what was uploaded), `plan.json` (how it is cut), and of
each part its counts, its error lines and what it lists. Every step may run again: it writes the same things once more.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import chain
from typing import Any

from import_file.desk import CSV, Desk, base_of, file_document, summary_document
from import_file.job import ALL_OR_NOTHING, REFUSED_WHOLE, nothing, progress
from import_file.sheets import ABSENT_HEADER, SPOOL, AbsentSheet, ErrorSheet, line_of, titles_of
from regua.domain.intake.merge import Upload
from regua.files.faults import WrongFileError
from regua.files.reader import ReadOptions, Table
from regua.files.split import FilePart, Layout, open_part, split_points
from regua.files.xlsx import as_csv, is_zip
from regua.platform.metrics import EmfMetrics
from regua.ports import PermanentError
from regua.use_cases.importing.file_index import Whole
from regua.use_cases.importing.spreadsheet import NOT_WHOLE, ImportSummary
from regua.use_cases.importing.withdrawals import Absent

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
class Job:
    """What was uploaded; `version` is that of the object, so that a later upload of the same name is not mixed in."""

    tenant: str
    bucket: str
    key: str
    version: str
    upload: Upload

    @property
    def id(self) -> str:
        """The same for the same upload; names nobody."""
        text = "\0".join((self.tenant, self.key, self.upload.sequencer))
        return blake2b(text.encode(), digest_size=12).hexdigest()

    def document(self) -> dict[str, Any]:
        """For `job.json`."""
        return asdict(self) | {"upload": asdict(self.upload) | {"at": self.upload.at.isoformat()}}

    @classmethod
    def of(cls, said: dict[str, Any]) -> "Job":
        """Back from `job.json`."""
        at = datetime.fromisoformat(said["upload"]["at"])
        return cls(**{**said, "upload": Upload(**{**said["upload"], "at": at})})


def is_large(desk: Desk, key: str, size: int) -> bool:
    """Whether a file of so many bytes is imported in parts."""
    return size * (XLSX_TIMES if key.lower().endswith((".xlsx", ".xlsm")) else 1) > 2 * desk.part_bytes


def begin(desk: Desk, job: Job) -> dict[str, Any]:
    """Hands an upload to the state machine; the same event again starts nothing new."""
    key = f"{_work(job.tenant, job.id)}/job.json"
    if desk.get(key) is None:
        desk.put(key, job.document())
    desk.imports.start(job.tenant, job.id)
    return {"arquivo": job.upload.name, "job": job.id}


def split(desk: Desk, tenant: str, job_id: str) -> dict[str, Any]:
    """First step: where the file may be cut. Answers `next`: `parts` with their numbers, or `done`."""
    job, work = _job(desk, tenant, job_id), _work(tenant, job_id)
    config, base = desk.config.tenant(tenant), base_of(tenant, job.key)
    options = desk.options(config, job.upload)
    plan = desk.get(f"{work}/plan.json")
    if plan is None:
        try:
            plan = _plan(desk, job, work, options)
        except WrongFileError as error:
            with EmfMetrics() as metrics:
                metrics.add("FilesRefused", 1)
            document = file_document(job.upload, "recusado") | {"erro": str(error)}
            desk.put(f"{base}.resumo.json", document)
            desk.tell(config, job.upload, document, base)
            return _answer(tenant, job_id, "done")
        desk.put(f"{work}/plan.json", plan)
    parts = len(plan["parts"])
    desk.store.put_state(tenant, f"import/{job_id}", {"parts": str(parts)}, job.upload.at + STATE_KEPT)
    _show(desk, job, 0, parts)
    return _answer(tenant, job_id, "parts") | {"parts": list(range(parts))}


def _plan(desk: Desk, job: Job, work: str, options: ReadOptions) -> dict[str, Any]:
    bucket, key, version = source = _source(desk, job, work)
    chunks = desk.objects.read(bucket, key, version=version)
    layout, parts = split_points(chunks, job.upload.name, options, desk.part_bytes)
    made = [asdict(part) for part in _fewer(parts)]
    plan = {"source": source, "layout": layout.document(), "parts": made, "refused": False}
    if desk.config.tenant(job.tenant).import_mode == ALL_OR_NOTHING:
        # all of it is read once through before anything is stored
        tables = (_table(desk, job, plan, n) for n in range(len(made)))
        plan["refused"] = any(record.kind == "rejected" for table in tables for record in table.records())
    return plan


def part(desk: Desk, tenant: str, job_id: str, n: int, *, failed: bool = False) -> dict[str, Any]:
    """Second step, side by side: imports part `n`; one that `failed` too often comes back whole in the error sheet."""
    job, work = _job(desk, tenant, job_id), _work(tenant, job_id)
    plan = _found(desk, f"{work}/plan.json")
    done = desk.get(f"{work}/{n}.json")
    if done is not None and not done["failed"]:
        return _done(n, done)
    table = _table(desk, job, plan, n)
    with EmfMetrics() as metrics, tempfile.SpooledTemporaryFile(max_size=SPOOL) as sheet:
        errors = ErrorSheet(table.header, sheet, titles=False)
        lines = map(line_of, table.records())
        if failed or plan["refused"]:
            summary, lists = nothing(lines, errors.reject, *(PART_FAILED if failed else REFUSED_WHOLE)), b""
            metrics.add("RowsRejected", summary.rejected)
        else:
            summary, listed = desk.importing(metrics).take(tenant, job.upload, lines, errors.reject, progress(tenant))
            lists = listed.document()
        sheet.seek(0)
        desk.objects.write_stream(desk.reports, f"{work}/{n}.erros.csv", sheet, CSV)
    desk.objects.write(desk.reports, f"{work}/{n}.ids", lists, "application/octet-stream")
    counts = asdict(summary) | {"failed": failed}
    desk.put(f"{work}/{n}.json", counts)  # last: it says that the rest is there
    if done is None:
        _advance(desk, job, len(plan["parts"]))
    return _done(n, counts)


def _done(n: int, counts: dict[str, Any]) -> dict[str, Any]:
    return {"v": 1, "part": n, "lines": counts["lines"], "rejected": counts["rejected"]}


def merge(desk: Desk, tenant: str, job_id: str) -> dict[str, Any]:
    """Last step: what is no longer listed, the sheets, the summary. `next` is `failed` when a part came back."""
    job, work = _job(desk, tenant, job_id), _work(tenant, job_id)
    config, base = desk.config.tenant(tenant), base_of(tenant, job.key)
    plan = _found(desk, f"{work}/plan.json")
    numbers = range(len(plan["parts"]))
    summary, lost, bad = _counts(desk, work, numbers)
    whole = Whole(lambda: filter(None, (b"".join(desk.pieces(f"{work}/{n}.ids")) for n in numbers)))
    summary.debtors = whole.debtors
    gone: Iterable[bytes] = ()
    if not _table(desk, job, plan, 0).layout.report:  # an error sheet, corrected, says nothing of what it does not list
        with EmfMetrics() as metrics:
            gone = _leave(desk, metrics, job, work, summary, whole, lost)
    document = summary_document(summary, job.upload) | {"partes": len(numbers)}
    if summary.rejected:
        sheets = chain.from_iterable(desk.pieces(f"{work}/{n}.erros.csv") for n in numbers)
        pieces = chain([titles_of(plan["layout"]["header"])], sheets)
        desk.objects.write_stream(desk.reports, f"{base}.erros.csv", pieces, CSV)
        document["planilha_de_erros"] = f"{base}.erros.csv"
    if summary.absent:
        desk.objects.write_stream(desk.reports, f"{base}.ausentes.csv", gone, CSV)
        document["planilha_de_ausentes"] = f"{base}.ausentes.csv"
    if bad or lost:
        document["partes_recusadas"] = bad
        # nobody can say how many lines these have: where they begin, and that the file should be sent again
        document["partes_perdidas"] = [{"parte": n, "a_partir_da_linha": plan["parts"][n]["line"]} for n in lost]
    desk.put(f"{base}.resumo.json", document)
    desk.tell(config, job.upload, document, base)
    return _answer(tenant, job_id, "failed" if bad or lost else "done")


def _leave(
    desk: Desk, metrics: EmfMetrics, job: Job, work: str, summary: ImportSummary, whole: Whole, lost: list[int]
) -> Iterator[bytes]:
    """Decides what is absent and writes it down before anything is withdrawn: a repeated merge withdraws the same."""
    importing, tenant = desk.importing(metrics), job.tenant
    key, sheet_key = f"{work}/absent.json", f"{work}/absent.csv"
    known = desk.get(key)
    if known is None:
        closes = not lost and importing.closes(tenant, job.upload, summary, bool(whole))
        with tempfile.TemporaryFile() as names, tempfile.TemporaryFile() as out:
            sheet = AbsentSheet(out)
            for gone in importing.absent(tenant, job.upload, whole):
                sheet.add(gone, closes)
                names.write(_names(gone))
            for file, name in ((names, f"{work}/absent.txt"), (out, sheet_key)):
                file.seek(0)
                desk.objects.write_stream(desk.reports, name, file, CSV)
        known = {"rows": sheet.rows, "closes": closes}
        desk.put(key, known)
    summary.absent = known["rows"]
    if known["closes"]:
        for debtor, titles in _groups(desk.pieces(f"{work}/absent.txt")):
            importing.withdraw(tenant, job.upload, debtor, titles)
        summary.disappeared = summary.absent
        importing.picture(tenant, job.upload)
    elif desk.config.tenant(tenant).full_picture and summary.unread:
        summary.tell(NOT_WHOLE, summary.unread)
    return chain([ABSENT_HEADER], desk.pieces(sheet_key))


def _names(gone: Absent) -> bytes:
    return json.dumps([gone.debtor, *(r.id for r in gone.receivables)]).encode() + b"\n"


def _groups(pieces: Iterable[bytes]) -> Iterator[tuple[str, list[str]]]:
    """Debtors and their titles, as `_names` wrote them."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            debtor, *titles = json.loads(line)
            yield debtor, titles


def _counts(desk: Desk, work: str, numbers: Iterable[int]) -> tuple[ImportSummary, list[int], list[int]]:
    """The counts of all parts; the parts nobody could read, and those that came back."""
    summary, lost, bad = ImportSummary(), [], []
    for n in numbers:
        said = desk.get(f"{work}/{n}.json")
        if said is None:
            lost.append(n)
            continue
        if said.pop("failed"):
            bad.append(n)
        summary.add(ImportSummary(**said))
    return summary, lost, bad


def _source(desk: Desk, job: Job, work: str) -> tuple[str, str, str]:
    """Bucket, key and version of the text to be cut: the upload, or what its worksheet says."""
    first = b"".join(desk.objects.read(job.bucket, job.key, 0, 4, job.version))
    if not is_zip(first):
        return job.bucket, job.key, job.version
    text = as_csv(desk.objects.read(job.bucket, job.key, version=job.version), "")
    desk.objects.write_stream(desk.reports, f"{work}/sheet.csv", text, CSV)
    return desk.reports, f"{work}/sheet.csv", ""


def _table(desk: Desk, job: Job, plan: dict[str, Any], n: int) -> Table:
    bucket, key, version = plan["source"]
    place = FilePart(**plan["parts"][n])
    chunks = desk.objects.read(bucket, key, place.start, place.end, version)
    options = desk.options(desk.config.tenant(job.tenant), job.upload)
    return open_part(chunks, Layout.of(plan["layout"]), place, options)


def _fewer(parts: list[FilePart]) -> list[FilePart]:
    size = -(-len(parts) // MAX_PARTS)
    groups = (parts[at : at + size] for at in range(0, len(parts), size or 1))
    return [FilePart(group[0].start, group[-1].end, group[0].line) for group in groups]


def _show(desk: Desk, job: Job, done: int, parts: int) -> None:
    """How far it is, where the operator looks for the summary."""
    document = file_document(job.upload, "importando") | {"partes": parts, "partes_prontas": done}
    desk.put(f"{base_of(job.tenant, job.key)}.resumo.json", document)


def _advance(desk: Desk, job: Job, parts: int) -> None:
    name = f"import/{job.id}"
    desk.store.count(job.tenant, name, 1, parts, job.upload.at + STATE_KEPT)
    _show(desk, job, int(desk.store.get_state(job.tenant, name).get("count", "0")), parts)


def _job(desk: Desk, tenant: str, job_id: str) -> Job:
    return Job.of(_found(desk, f"{_work(tenant, job_id)}/job.json"))


def _found(desk: Desk, key: str) -> dict[str, Any]:
    document = desk.get(key)
    if document is None:
        raise PermanentError("what this step continues is not there")
    return document


def _work(tenant: str, job_id: str) -> str:
    return f"work/{tenant}/{job_id}"


def _answer(tenant: str, job_id: str, what: str) -> dict[str, Any]:
    return {"v": 1, "tenant": tenant, "job": job_id, "next": what}
