"""What channels tell: SES events by queue, WhatsApp by webhook, and the unsubscribe link."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs

from channel_events import pages
from regua import channels, wiring
from regua.domain.ids import read_link
from regua.domain.model import Channel
from regua.observability import logger
from regua.platform.metrics import EmfMetrics


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An SQS batch of SNS envelopes, or an HTTP API event (v2)."""
    with EmfMetrics() as metrics:
        listening = wiring.listening(metrics)
        listening.rulebook.forget()
        if "Records" in event:
            return _from_queue(event["Records"], listening)
        method = event["requestContext"]["http"]["method"]
        path = event.get("pathParameters") or {}
        if "token" in path:
            return _unsubscribe(method, path["token"], _body(event), listening)
        from channel_events import whatsapp  # noqa: PLC0415 - mail events and links do without it

        return whatsapp.handle(method, path["tenant"], event, _body(event), listening)


def _body(event: dict[str, Any]) -> bytes:
    body = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def _from_queue(records: list[dict[str, Any]], listening: Any) -> dict[str, Any]:
    """Each record by itself: a bad one comes back alone."""
    failures = []
    for record in records:
        try:
            message = json.loads(record["body"])
            attributes = message.get("MessageAttributes", {}) if isinstance(message, dict) else {}
            channel = Channel(attributes.get("channel", {}).get("Value", Channel.EMAIL))
            listening.apply(channels.events(channel).parse_event(record["body"].encode(), {}))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one record, the others are heard
            logger().error("event not applied", fault=type(error).__name__, exc_info=error)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _unsubscribe(method: str, token: str, body: bytes, listening: Any) -> dict[str, Any]:
    """RFC 8058: GET only shows a page (link scanners follow it), POST acts."""
    link = read_link(wiring.key(), token, int(listening.clock.now().timestamp()))
    if link is None or not link.purpose.startswith("optout:"):
        return pages.page(404, pages.UNKNOWN)
    if method == "GET":
        return pages.page(200, pages.ASK)
    form = parse_qs(body.decode("latin-1"))
    every = form.get("todos") == ["sim"]
    channel = "*" if every else link.purpose.partition(":")[2]
    listening.opt_out(link.tenant, link.debtor, channel, "link")
    return pages.page(200, pages.DONE)
