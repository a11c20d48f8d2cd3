"""Payments: gateways call it over HTTP; what must be settled later comes back by queue."""

import base64
import json
from typing import Any

from regua import wiring
from regua.observability import logger
from regua.platform.metrics import EmfMetrics


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An HTTP API event (v2) or an SQS batch of `{tenant, gateway, event_id}`."""
    with EmfMetrics() as metrics:
        receiving = wiring.receiving(metrics)
        receiving.rulebook.renew()
        if "Records" in event:
            return _from_queue(event["Records"], receiving)
        path = event["pathParameters"]
        body = event.get("body") or ""
        raw = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        query = dict(event.get("queryStringParameters") or {})
        request = event.get("requestContext", {})
        query["source_ip"] = request.get("http", {}).get("sourceIp", "")
        # present only on the API with mutual TLS, whose default endpoint is switched off
        certificate = (request.get("authentication") or {}).get("clientCert")
        answer = receiving.receive(path["tenant"], path["gateway"], raw, headers, query, mutual_tls=bool(certificate))
    logger().info("webhook", gateway=path["gateway"], tenant=path["tenant"], status=answer.status)
    return {
        "statusCode": answer.status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"status": answer.why}),
    }


def _from_queue(records: list[dict[str, Any]], receiving: Any) -> dict[str, Any]:
    """Settles each record by itself: a bad one comes back alone."""
    failures = []
    for record in records:
        try:
            wanted = json.loads(record["body"])
            receiving.settle(wanted["tenant"], wanted["gateway"], wanted["event_id"])
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one record, the others are settled
            logger().error("not settled", fault=type(error).__name__, exc_info=error)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
