"""An object arrived in the inbox bucket: a spreadsheet (`inbox/{tenant}/`), a bank file (`retorno/{tenant}/`), or a
list of calls that comes back (`ligacoes/{tenant}/`).

A large spreadsheet is handed to the state machine infra/import_large.asl.json, whose steps come back here.
"""

from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from regua import wiring
from regua.domain.intake.merge import Upload, newest_first
from regua.observability import logger


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An S3 notification, or a large import's step: `{"step": "split|part|refuse|merge", "tenant", "job", "part"}`."""
    if "step" in event:
        return _step(event)
    return _uploads(event)


def _uploads(event: dict[str, Any]) -> dict[str, Any]:
    """Each object is its own import; one that fails does not stop the others."""
    done: list[dict[str, Any]] = []
    failed: Exception | None = None
    for record in event["Records"]:
        stored = record["s3"]["object"]
        key = unquote_plus(stored["key"])
        folder, _, rest = key.partition("/")
        tenant, _, name = rest.partition("/")
        if not name or folder not in ("inbox", "retorno", "ligacoes"):
            continue
        now = wiring.clock().now()
        upload = Upload(name, _order(record, now), now)
        try:
            done.append(_import(folder, tenant, key, record["s3"], upload))
        except Exception as error:  # noqa: BLE001 - the other objects of the event are imported; then this one is retried
            logger().error("import failed", tenant=tenant, fault=type(error).__name__, exc_info=error)
            failed = error
    if failed is not None:
        raise failed
    return {"files": done}


def _import(folder: str, tenant: str, key: str, stored: dict[str, Any], upload: Upload) -> dict[str, Any]:
    from import_file import desk, job, large  # noqa: PLC0415 - the readers load phone and address tables

    here, bucket = desk.wired(), stored["bucket"]["name"]
    if folder == "ligacoes":
        return job.call_list(here, bucket, key, tenant, upload)
    if folder == "retorno":
        return job.bank_file(here, bucket, key, tenant, upload)
    if large.is_large(here, key, stored["object"].get("size", 0)):
        version = stored["object"].get("versionId", "")
        return large.begin(here, large.Job(tenant, bucket, key, version, upload))
    return job.spreadsheet(here, bucket, key, tenant, upload)


def _step(event: dict[str, Any]) -> dict[str, Any]:
    from import_file import desk, large  # noqa: PLC0415 - as above

    step, tenant, job, here = event["step"], event["tenant"], event["job"], desk.wired()
    if step == "split":
        return large.split(here, tenant, job)
    if step == "merge":
        return large.merge(here, tenant, job)
    return large.part(here, tenant, job, event["part"], failed=step == "refuse")


def _order(record: dict[str, Any], now: datetime) -> str:
    """Sorts as the uploads were made, and is the same when the event is delivered again.

    The moment S3 was done with the object decides; its sequencer orders uploads of one key only.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    stated = record.get("eventTime")
    at = datetime.fromisoformat(stated) if stated else now
    return f"{newest_first(at)}-{record['s3']['object'].get('sequencer', '')}"
