"""What an import answers: documents and sheets in the bucket of reports, and one mail to the operator."""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Self, TypeAlias

from regua.domain.intake.merge import Upload
from regua.domain.intake.questions import Questions
from regua.domain.tenant import Tenant
from regua.ports import Notices, Objects, PermanentError, Store
from regua.use_cases.importing.lines import ImportSummary
from regua.use_cases.importing.operator_mail import operator_mail
from regua.use_cases.importing.uploaded_file import UploadedFile

Document: TypeAlias = dict[str, object]
"""What is written as JSON."""
JSON = "application/json"
CSV = "text/csv; charset=utf-8"
TOLD_FOR = timedelta(days=30)
"""How long it is remembered that the operator was written to about a file."""
SPOOL = 8_000_000
"""Bytes of a sheet kept in memory; a longer one goes to the function's disk."""
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Answers:
    """The ports of answering; `bucket` is that of reports, `untold` hears why an operator was not written to."""

    objects: Objects
    bucket: str
    store: Store
    notices: Notices
    untold: Callable[[str, Exception], None]

    def put(self, key: str, document: Document) -> None:
        """Writes JSON."""
        self.objects.write(self.bucket, key, json.dumps(document, ensure_ascii=False, indent=2).encode(), JSON)

    def get(self, key: str) -> dict[str, Any] | None:
        """JSON that was written, or None when it is not there."""
        try:
            body = b"".join(self.objects.read(self.bucket, key))
        except PermanentError:
            return None
        document: dict[str, Any] = json.loads(body)
        return document

    def put_sheet(self, key: str, pieces: Iterable[bytes]) -> None:
        """Writes CSV of any size."""
        self.objects.write_stream(self.bucket, key, pieces, CSV)

    def pieces(self, key: str) -> Iterator[bytes]:
        """An object that was written; nothing when it is not there."""
        try:
            yield from self.objects.read(self.bucket, key)
        except PermanentError:
            return

    def summarise(self, file: UploadedFile, document: Document) -> None:
        """Writes the `*.resumo.json`."""
        self.put(f"{file.answers}.resumo.json", document)

    def no_creditor(self, file: UploadedFile) -> Document:
        """Answers an upload for a creditor that does not exist: there is nobody to write to."""
        problem = (
            f"não existe a empresa “{file.tenant}”: confira a pasta em que o arquivo foi posto"
            f" ({file.folder}/EMPRESA/ARQUIVO) ou publique a configuração dela; nada foi importado"
        )
        document = file_document(file.upload, "recusado") | {"erro": problem}
        self.summarise(file, document)
        return document

    def close(self, tenant: Tenant, file: UploadedFile, document: Document) -> None:
        """Writes the summary, and one mail to the operator for each upload, with counts and places."""
        self.summarise(file, document)
        try:
            ends = file.upload.at + TOLD_FOR
            if self.store.count(tenant.id, f"told/{file.upload.sequencer}", 1, 1, ends):
                place = f"s3://{self.bucket}/{file.answers}"
                self.notices.email(tenant, *operator_mail(tenant, file.upload.at, document, place))
        except Exception as error:  # noqa: BLE001 - the file is imported, whether the operator hears of it or not
            self.untold(tenant.id, error)


class AnswerSheet:
    """Lines of a sheet while they come: `rows` counts all of them; after `most` (0: never) no more are kept."""

    def __init__(self, most: int = 0) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=SPOOL)  # noqa: SIM115 - closed when the sheet is left
        self._most = most
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, line: bytes) -> None:
        """Adds a row, which may be several lines."""
        self.rows += 1
        if not self._most or self.rows <= self._most:
            self._file.write(line)

    def pieces(self) -> Iterator[bytes]:
        """Everything kept, from the beginning."""
        self._file.seek(0)
        while piece := self._file.read(BLOCK):
            yield piece


def received_document(upload: Upload) -> Document:
    """What every summary begins with."""
    return {"arquivo": upload.name, "recebido_em": upload.at.isoformat()}


def file_document(upload: Upload, status: str) -> Document:
    """What the summary of a spreadsheet begins with."""
    return received_document(upload) | {"situacao": status}


_APART = ("problems", "warnings", "unread", "asks", "waits")


def summary_document(summary: ImportSummary, upload: Upload) -> Document:
    """The summary of a spreadsheet: counts and problems, nobody's data."""
    counts = {name: value for name, value in asdict(summary).items() if name not in _APART}
    told: Document = {"problemas": summary.problems}
    if summary.asks:
        asked = Questions(summary.asks).all()
        told["perguntas"] = [{"pergunta": one.text, "linhas": one.lines, "resposta": one.answer} for one in asked]
    if summary.warnings:
        told["avisos"] = summary.warnings
    return file_document(upload, "importado") | counts | told
