"""One uploaded file: read, import, answer with the error sheet and the summary beside it."""

import json
import tempfile
from dataclasses import asdict
from typing import IO, Any
from zoneinfo import ZoneInfo

from regua import wiring
from regua.domain.intake import Upload
from regua.domain.row import Fault
from regua.files.faults import WrongFileError
from regua.files.reader import Options, fingerprint, open_table
from regua.files.reports import error_sheet
from regua.files.retorno import SETTLED, our_number_forms, read_retorno
from regua.files.rows import Record
from regua.observability import logger
from regua.platform.metrics import EmfMetrics
from regua.settings import settings
from regua.use_cases.bank_file import Title, settle_titles
from regua.use_cases.import_file import Line, Summary

SPOOL = 8_000_000
"""Bytes of an error sheet kept in memory; a longer one goes to the function's disk."""


def spreadsheet(bucket: str, key: str, tenant: str, upload: Upload) -> dict[str, Any]:
    """Imports a spreadsheet; returns the summary it has written. Raises RetryableError when it should run again."""
    objects = wiring.objects()
    config = wiring.config().tenant(tenant)
    base = f"reports/{tenant}/{key.split('/', 2)[2].rsplit('.', 1)[0]}"
    today = upload.at.astimezone(ZoneInfo(config.time_zone)).date()
    options = Options(mapping=config.columns, max_bytes=config.max_file_bytes, today=today)
    summary = Summary()
    with EmfMetrics() as metrics, tempfile.SpooledTemporaryFile(max_size=SPOOL) as sheet:
        try:
            table = open_table(objects.read(bucket, key), upload.name, options)
            errors = _Sheet(table.header, sheet)
            lines = (_line(record) for record in table.records())
            importing = wiring.importing(metrics)
            if config.import_mode == "all-or-nothing" and _faulty(bucket, key, upload, options):
                summary = _nothing(lines, errors)
            else:
                summary = importing.run(tenant, upload, lines, errors.reject, _progress(tenant))
            document = _document(summary, upload)
        except WrongFileError as error:
            metrics.add("FilesRefused", 1)
            document = {**_document(summary, upload), "erro": str(error)}
            errors = None
        if errors is not None and errors.rows:
            sheet.seek(0)
            objects.write(settings().reports_bucket, f"{base}.erros.csv", sheet.read(), "text/csv; charset=utf-8")
            document["planilha_de_erros"] = f"{base}.erros.csv"
    body = json.dumps(document, ensure_ascii=False, indent=2).encode()
    objects.write(settings().reports_bucket, f"{base}.resumo.json", body, "application/json")
    return document


def bank_file(bucket: str, key: str, tenant: str, upload: Upload) -> dict[str, Any]:
    """Settles a bank's return file; what matches nothing is listed in the summary."""
    objects = wiring.objects()
    base = f"reports/{tenant}/{key.split('/', 2)[2].rsplit('.', 1)[0]}"
    document: dict[str, Any] = {"arquivo": upload.name, "recebido_em": upload.at.isoformat()}
    with EmfMetrics() as metrics:
        try:
            retorno = read_retorno(objects.read(bucket, key))
            titles = [
                Title(retorno.bank, our_number_forms(t.our_number), t.document_number, t.occurrence, t.paid_cents, on)
                for t in retorno.titles
                if t.kind in SETTLED and (on := t.occurred_on) is not None
            ]
            done = settle_titles(wiring.receiving(metrics), tenant, upload.name, titles)
            document |= {
                "banco": retorno.bank,
                "layout": retorno.layout,
                "ocorrencias": len(retorno.titles),
                "liquidacoes": done.titles,
                "aplicadas": done.applied,
                "ja_conhecidas": done.known,
                "sem_correspondencia": done.unmatched,
                "linhas_com_erro": [asdict(fault) for fault in retorno.faults],
            }
        except WrongFileError as error:
            metrics.add("FilesRefused", 1)
            document["erro"] = str(error)
    body = json.dumps(document, ensure_ascii=False, indent=2).encode()
    objects.write(settings().reports_bucket, f"{base}.resumo.json", body, "application/json")
    return document


class _Sheet:
    """The error sheet, written as lines are rejected."""

    def __init__(self, header: list[str], out: IO[bytes]) -> None:
        self._header, self._out = header, out
        self.rows = 0

    def reject(self, line: Line) -> None:
        record = Record(line.line, "rejected", None, line.faults, (), list(line.cells))
        for i, piece in enumerate(error_sheet(self._header, [record])):
            if i or not self.rows:
                self._out.write(piece)
        self.rows += 1


def _line(record: Record) -> Line:
    row = record.row
    return Line(record.line, row, record.faults, tuple(record.cells), fingerprint(row) if row else "")


def _faulty(bucket: str, key: str, upload: Upload, options: Options) -> bool:
    """All or nothing: the file is read once through before anything is stored."""
    table = open_table(wiring.objects().read(bucket, key), upload.name, options)
    return any(record.kind == "rejected" for record in table.records())


def _nothing(lines: Any, errors: _Sheet) -> Summary:
    """Rejects every line: those at fault with their faults, the others because of them."""
    summary = Summary()
    because = Fault(0, "", "", "O arquivo tem linhas com erro e foi recusado por inteiro", "Corrija as demais linhas")
    for line in lines:
        summary.lines += 1
        if line.blank:
            summary.blank += 1
            continue
        faults = line.faults or (Fault(line.line, because.column, "", because.problem, because.fix),)
        summary.rejected += 1
        errors.reject(Line(line.line, None, faults, line.cells))
    return summary


def _progress(tenant: str) -> Any:
    def tell(done: int) -> None:
        logger().info("importing", tenant=tenant, lines=done)

    return tell


def _document(summary: Summary, upload: Upload) -> dict[str, Any]:
    counts = {k: v for k, v in asdict(summary).items() if k not in ("debtors", "problems")}
    return {
        "arquivo": upload.name,
        "recebido_em": upload.at.isoformat(),
        **counts,
        "debtors": summary.debtors,
        "problemas": summary.problems,
    }
