"""An object arrived in the inbox bucket: a spreadsheet (`inbox/{tenant}/`) or a bank file (`retorno/{tenant}/`)."""

from typing import Any
from urllib.parse import unquote_plus

from regua import wiring
from regua.domain.intake import Upload, newest_first
from regua.observability import logger


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An S3 notification. Each object is its own import; one that fails does not stop the others."""
    done: list[dict[str, Any]] = []
    failed: Exception | None = None
    for record in event["Records"]:
        stored = record["s3"]["object"]
        key = unquote_plus(stored["key"])
        folder, _, rest = key.partition("/")
        tenant, _, name = rest.partition("/")
        if not name or folder not in ("inbox", "retorno"):
            continue
        now = wiring.clock().now()
        # S3's sequencer is hexadecimal of varying length: padded, it sorts as the order of the uploads
        sequencer = str(stored.get("sequencer", "")).rjust(32, "0") if stored.get("sequencer") else newest_first(now)
        upload = Upload(name, sequencer, now)
        try:
            from import_file import job  # noqa: PLC0415 - the readers load phone and address tables

            run = job.spreadsheet if folder == "inbox" else job.bank_file
            done.append(run(record["s3"]["bucket"]["name"], key, tenant, upload))
        except Exception as error:  # noqa: BLE001 - the other objects of the event are imported; then this one is retried
            logger().error("import failed", tenant=tenant, fault=type(error).__name__, exc_info=error)
            failed = error
    if failed is not None:
        raise failed
    return {"files": done}
