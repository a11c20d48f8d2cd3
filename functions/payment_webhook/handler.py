"""Payments: gateways call it over HTTP; what must be settled later comes back by queue."""

import json
from functools import partial

from regua import wiring
from regua.observability import logger
from regua.platform.events import (
    BatchAnswer,
    HttpAnswer,
    HttpEvent,
    LambdaContext,
    SqsEvent,
    each_record,
    headers_of,
    raw_body,
)
from regua.platform.metrics import EmfMetrics
from regua.ports import RetryableError
from regua.use_cases.paying.settle_job import SettleJob
from regua.use_cases.paying.settling import Settling

A_JOB_SECONDS = 25.0
"""What the longest job takes: a token and a look-up that both wait out their limit. Ten of them would outlive this."""


def lambda_handler(event: HttpEvent | SqsEvent, context: LambdaContext) -> HttpAnswer | BatchAnswer:
    """An HTTP API event (v2) or an SQS batch of `{tenant, gateway, event_id}` and `{tenant, work}`."""
    with EmfMetrics() as metrics:
        receiving = wiring.receiving(metrics, lambda: context.get_remaining_time_in_millis() / 1000)
        receiving.settling.rulebook.renew()
        if "Records" in event:
            return each_record(event, partial(_settle, receiving.settling), _not_settled)
        path, request = event["pathParameters"], event["requestContext"]
        query = dict(event.get("queryStringParameters") or {})
        query["source_ip"] = request["http"].get("sourceIp", "")
        # present only on the API with mutual TLS, whose default endpoint is switched off
        certificate = (request.get("authentication") or {}).get("clientCert")
        answer = receiving.receive(
            path["tenant"], path["gateway"], raw_body(event), headers_of(event), query, mutual_tls=bool(certificate)
        )
    logger().info("webhook", gateway=path["gateway"], tenant=path["tenant"], status=answer.status)
    return {
        "statusCode": answer.status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"status": answer.why}),
    }


def _settle(settling: Settling, body: str) -> None:
    if settling.time_left() < A_JOB_SECONDS:
        raise RetryableError("the time is over before this one's turn: it comes again, and takes no other with it")
    settling.do(SettleJob.read(json.loads(body)))


def _not_settled(error: Exception) -> None:
    logger().error("not settled", fault=type(error).__name__, exc_info=error)
