"""An object arrived in the inbox bucket: a spreadsheet (`inbox/{tenant}/`), a bank file (`retorno/{tenant}/`),
a statement (`extrato/{tenant}/`), or a list of calls that comes back (`ligacoes/{tenant}/`).

A large spreadsheet is handed to the state machine infra/import_large.asl.json, whose steps come back here.
"""

from datetime import datetime
from urllib.parse import unquote_plus

from regua import wiring
from regua.observability import logger
from regua.platform.events import ImportedFiles, ImportStep, PartAnswer, S3Event, S3Record, StepAnswer
from regua.platform.metrics import EmfMetrics
from regua.use_cases.importing.uploaded_file import UploadedFile


def lambda_handler(event: S3Event | ImportStep, context: object) -> ImportedFiles | StepAnswer | PartAnswer:
    """Imports each object by itself: one that fails does not stop the others, and then comes again."""
    if "step" in event:
        return _step(event)
    done: ImportedFiles = {"files": []}
    failed: Exception | None = None
    for record in event["Records"]:
        file: UploadedFile | None = None
        try:
            file = _uploaded(record)
            if file is not None:
                with EmfMetrics() as metrics:
                    done["files"].append(wiring.import_of(file, metrics)(file))
        except Exception as error:  # noqa: BLE001 - the other objects of the event are imported; then this one is retried
            logger().error("import failed", tenant=file and file.tenant, fault=type(error).__name__, exc_info=error)
            failed = error
    if failed is not None:
        raise failed
    return done


def _uploaded(record: S3Record) -> UploadedFile | None:
    bucket, stored = record["s3"]["bucket"]["name"], record["s3"]["object"]
    at = datetime.fromisoformat(record["eventTime"]) if record.get("eventTime") else None
    key, version, order = unquote_plus(stored["key"]), stored.get("versionId", ""), stored.get("sequencer", "")
    return UploadedFile.at(bucket, key, wiring.clock().now(), at, order, version, stored.get("size", 0))


def _step(event: ImportStep) -> StepAnswer | PartAnswer:
    step, tenant, job = event["step"], event["tenant"], event["job"]
    with EmfMetrics() as metrics:
        large = wiring.spreadsheet_import(metrics)
        if step == "split":
            parts = large.split(tenant, job)
            answer: StepAnswer = {"v": 1, "tenant": tenant, "job": job, "next": "done" if parts is None else "parts"}
            return answer if parts is None else {**answer, "parts": list(range(parts))}
        if step in ("withdraw", "reread"):
            (large.withdraw if step == "withdraw" else large.reread)(tenant, job)
            return {"v": 1, "tenant": tenant, "job": job, "next": "done"}
        if step == "merge":
            return {"v": 1, "tenant": tenant, "job": job, "next": "done" if large.merge(tenant, job) else "failed"}
        done = large.part(tenant, job, event["part"], failed=step == "refuse")
        return {"v": 1, "part": event["part"], "lines": done.lines, "rejected": done.rejected}
