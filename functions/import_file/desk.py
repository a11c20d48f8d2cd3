"""What the steps of an import share: where they read and write, and how they tell the operator."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from regua import wiring
from regua.domain.intake.merge import Upload
from regua.domain.tenant import Tenant
from regua.files.reader import ReadOptions
from regua.observability import logger
from regua.ports import Config, Imports, Metrics, Notices, Objects, PermanentError, Store
from regua.settings import settings
from regua.use_cases.importing.spreadsheet import Importing, ImportSummary

JSON = "application/json"
CSV = "text/csv; charset=utf-8"
TOLD_FOR = timedelta(days=30)
"""How long it is remembered that the operator was written to about a file."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The ports of the function; `reports` is the bucket that answers go to, `part_bytes` the size of a part."""

    objects: Objects
    config: Config
    store: Store
    notices: Notices
    imports: Imports
    importing: Callable[[Metrics], Importing]
    reports: str
    part_bytes: int

    def options(self, tenant: Tenant, upload: Upload) -> ReadOptions:
        """How this tenant's files are read."""
        today = upload.at.astimezone(ZoneInfo(tenant.time_zone)).date()
        return ReadOptions(mapping=tenant.columns, max_bytes=tenant.max_file_bytes, today=today)

    def put(self, key: str, document: dict[str, Any]) -> None:
        """Writes JSON into the bucket of reports."""
        self.objects.write(self.reports, key, json.dumps(document, ensure_ascii=False, indent=2).encode(), JSON)

    def get(self, key: str) -> dict[str, Any] | None:
        """JSON from the bucket of reports, or None when it is not there."""
        try:
            body = b"".join(self.objects.read(self.reports, key))
        except PermanentError:
            return None
        document: dict[str, Any] = json.loads(body)
        return document

    def pieces(self, key: str) -> Iterator[bytes]:
        """An object of the bucket of reports; nothing when it is not there."""
        try:
            yield from self.objects.read(self.reports, key)
        except PermanentError:
            return

    def tell(self, tenant: Tenant, upload: Upload, document: dict[str, Any], base: str) -> None:
        """One mail to the operator for each upload, with counts and places. Nothing here may fail an import."""
        try:
            ends = upload.at + TOLD_FOR
            if self.store.count(tenant.id, f"told/{upload.sequencer}", 1, 1, ends):
                self.notices.email(tenant, *_mail(tenant, upload.at, document, f"s3://{self.reports}/{base}"))
        except Exception as error:  # noqa: BLE001 - the file is imported, whether the operator hears of it or not
            logger().warning("operator not notified", tenant=tenant.id, fault=type(error).__name__)


def wired() -> Desk:
    """The desk on AWS."""
    return Desk(
        wiring.objects(),
        wiring.config(),
        wiring.store(),
        wiring.notices(),
        wiring.imports(),
        wiring.importing,
        settings().reports_bucket,
        settings().part_bytes,
    )


def base_of(tenant: str, key: str) -> str:
    """Where the answers to the object `inbox/{tenant}/{name}` begin: `reports/{tenant}/{name without its ending}`."""
    return f"reports/{tenant}/{key.split('/', 2)[2].rsplit('.', 1)[0]}"


def file_document(upload: Upload, status: str) -> dict[str, Any]:
    """What every summary begins with."""
    return {"arquivo": upload.name, "recebido_em": upload.at.isoformat(), "situacao": status}


def summary_document(summary: ImportSummary, upload: Upload) -> dict[str, Any]:
    """The `*.resumo.json`: counts and problems, nobody's data."""
    counts = {name: value for name, value in asdict(summary).items() if name not in ("problems", "unread")}
    return file_document(upload, "importado") | counts | {"problemas": summary.problems}


def _mail(tenant: Tenant, at: datetime, document: dict[str, Any], base: str) -> tuple[str, str]:
    """Subject and text. No name of a debtor, no value: what was wrong stands in the sheet."""
    when = at.astimezone(ZoneInfo(tenant.time_zone)).strftime("%d/%m/%Y %H:%M")
    head = f"Arquivo: {document['arquivo']}\nRecebido em: {when}\n\n"
    summary = f"Resumo: {base}.resumo.json\n"
    if "erro" in document:
        return "Régua: arquivo recusado", f"{head}O arquivo não pôde ser lido e nada foi importado.\n{summary}"
    text = head + (
        f"Linhas: {document['lines']}\n"
        f"  Aceitas: {document['accepted']}\n"
        f"  Sem mudança: {document['unchanged']}\n"
        f"  Rejeitadas: {document['rejected']}\n"
        f"  Em branco ou totais: {document['blank']}\n"
        f"Devedores: {document['debtors']}\n"
        f"Títulos em aberto que não estão no arquivo: {document['absent']}"
        f" (retirados da cobrança: {document['disappeared']})\n\n"
    )
    if document["rejected"]:
        text += f"Corrija e envie de novo: {base}.erros.csv\n"
    if document["absent"]:
        text += f"Títulos ausentes: {base}.ausentes.csv\n"
    if document.get("partes_perdidas"):
        text += "Uma parte do arquivo não pôde ser lida: envie o arquivo de novo.\n"
    lines = "1 linha" if document["rejected"] == 1 else f"{document['rejected']} linhas"
    subject = "Régua: arquivo importado" + (f", {lines} a corrigir" if document["rejected"] else "")
    return subject, text + summary
