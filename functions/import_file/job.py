"""One uploaded file: read, import, answer with sheets and a summary beside it."""

import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from import_file.desk import CSV, Desk, base_of, file_document, summary_document
from import_file.sheets import ABSENT_HEADER, SPOOL, AbsentSheet, ErrorSheet, line_of, refused
from regua import wiring
from regua.domain.intake.merge import Upload
from regua.files.calls import WORDS, read_calls
from regua.files.faults import WrongFileError
from regua.files.reader import ReadOptions, open_table
from regua.files.retorno import SETTLED, our_number_forms, read_retorno
from regua.observability import logger
from regua.platform.metrics import EmfMetrics
from regua.use_cases.importing.debtor_lines import FileLine
from regua.use_cases.importing.spreadsheet import ImportSummary
from regua.use_cases.paying.bank_file import Title, settle_titles

ALL_OR_NOTHING = "all-or-nothing"
REFUSED_WHOLE = ("O arquivo tem linhas com erro e foi recusado por inteiro", "Corrija as demais linhas")


def spreadsheet(desk: Desk, bucket: str, key: str, tenant: str, upload: Upload) -> dict[str, Any]:
    """Imports a spreadsheet; returns the summary it has written. Raises RetryableError when it should run again."""
    config, base = desk.config.tenant(tenant), base_of(tenant, key)
    options = desk.options(config, upload)
    with EmfMetrics() as metrics, ExitStack() as files:
        sheet, gone = (files.enter_context(tempfile.SpooledTemporaryFile(max_size=SPOOL)) for _ in range(2))
        try:
            table = open_table(desk.objects.read(bucket, key), upload.name, options)
            errors, absent = ErrorSheet(table.header, sheet), AbsentSheet(gone)
            lines = map(line_of, table.records())
            if config.import_mode == ALL_OR_NOTHING and _faulty(desk, bucket, key, upload, options):
                summary = nothing(lines, errors.reject, *REFUSED_WHOLE)
                metrics.add("RowsRejected", summary.rejected)
            else:
                importing = desk.importing(metrics)
                summary = importing.run(
                    tenant,
                    upload,
                    lines,
                    errors.reject,
                    progress(tenant),
                    absent.add,
                    excerpt=bool(table.layout.report),
                )
        except WrongFileError as error:
            metrics.add("FilesRefused", 1)
            document = file_document(upload, "recusado") | {"erro": str(error)}
        else:
            document = summary_document(summary, upload)
            if errors.rows:
                sheet.seek(0)
                desk.objects.write_stream(desk.reports, f"{base}.erros.csv", sheet, CSV)
                document["planilha_de_erros"] = f"{base}.erros.csv"
            if absent.rows:
                gone.seek(0)
                desk.objects.write_stream(desk.reports, f"{base}.ausentes.csv", (ABSENT_HEADER, *gone), CSV)
                document["planilha_de_ausentes"] = f"{base}.ausentes.csv"
    desk.put(f"{base}.resumo.json", document)
    desk.tell(config, upload, document, base)
    return document


def call_list(desk: Desk, bucket: str, key: str, tenant: str, upload: Upload) -> dict[str, Any]:
    """Applies a list of calls; what nobody can read, or is of nobody we know, is listed in the summary by its line."""
    on = upload.at.astimezone(ZoneInfo(desk.config.tenant(tenant).time_zone)).date()
    document: dict[str, Any] = {"arquivo": upload.name, "recebido_em": upload.at.isoformat()}
    with EmfMetrics() as metrics:
        try:
            sheet = read_calls(desk.objects.read(bucket, key), on)
            done = wiring.calling(metrics).apply(tenant, sheet.facts)
            document |= {
                "ligacoes": len(sheet.facts) + len(sheet.rejected),
                "aplicadas": done.applied,
                "ja_conhecidas": done.known,
                "pendentes": sheet.pending,
                "resultados": {words: done.outcomes[outcome] for outcome, words in WORDS.items()},
                "devedor_desconhecido_nas_linhas": done.unknown_lines,
                "linhas_com_erro": [asdict(problem) for problem in sheet.rejected],
            }
        except WrongFileError as error:
            metrics.add("FilesRefused", 1)
            document["erro"] = str(error)
    desk.put(f"{base_of(tenant, key)}.resumo.json", document)
    return document


def bank_file(desk: Desk, bucket: str, key: str, tenant: str, upload: Upload) -> dict[str, Any]:
    """Settles a bank's return file; what matches nothing is listed in the summary."""
    document: dict[str, Any] = {"arquivo": upload.name, "recebido_em": upload.at.isoformat()}
    with EmfMetrics() as metrics:
        try:
            retorno = read_retorno(desk.objects.read(bucket, key))
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
    desk.put(f"{base_of(tenant, key)}.resumo.json", document)
    return document


def nothing(lines: Iterable[FileLine], reject: Callable[[FileLine], None], problem: str, fix: str) -> ImportSummary:
    """Rejects every line: those at fault with their faults, the others with this one."""
    summary = ImportSummary()
    for line in lines:
        summary.lines += 1
        if line.blank:
            summary.blank += 1
            continue
        summary.unread += 1
        back = refused(line, problem, fix)
        summary.reject(back)
        reject(back)
    return summary


def progress(tenant: str) -> Callable[[int], None]:
    """Tells the log how far an import is."""
    return lambda done: logger().info("importing", tenant=tenant, lines=done)


def _faulty(desk: Desk, bucket: str, key: str, upload: Upload, options: ReadOptions) -> bool:
    """All or nothing: the file is read once through before anything is stored."""
    table = open_table(desk.objects.read(bucket, key), upload.name, options)
    return any(record.kind == "rejected" for record in table.records())
