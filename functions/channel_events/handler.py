"""What channels tell: by queue, by a log's lines, WhatsApp by webhook; and the unsubscribe link."""

import json

from regua import channels, wiring
from regua.messages import pages
from regua.observability import logger
from regua.platform import events
from regua.platform.events import BatchAnswer, HttpAnswer, HttpEvent, LogsEvent, SqsEvent
from regua.platform.metrics import EmfMetrics
from regua.use_cases.listening.channel_events import Listening
from regua.use_cases.listening.unsubscribe import Unsubscribed, unsubscribe

_PAGES = {
    Unsubscribed.NO_LINK: (404, pages.UNKNOWN),
    Unsubscribed.ASKED: (200, pages.ASK),
    Unsubscribed.DONE: (200, pages.DONE),
}


def lambda_handler(event: HttpEvent | SqsEvent | LogsEvent, context: object) -> HttpAnswer | BatchAnswer | None:
    """An SQS batch of what the wires bring, a log subscription's lines, or an HTTP API event (v2)."""
    with EmfMetrics() as metrics:
        listening = wiring.listening(metrics)
        listening.rulebook.forget()
        if "Records" in event:
            return events.each_record(event, lambda body: _apply(body, listening), _not_applied)
        if "awslogs" in event:
            _apply(json.dumps(event), listening)
            return None
        if "token" in event["pathParameters"]:
            return _follow_link(event, listening)
        return _hear(event, listening)


def _apply(body: str, listening: Listening) -> None:
    listening.apply(channels.told(body, wiring.received_mail))


def _not_applied(error: Exception) -> None:
    logger().error("event not applied", fault=type(error).__name__, exc_info=error)


def _follow_link(event: HttpEvent, listening: Listening) -> HttpAnswer:
    """RFC 8058: GET only shows a page (link scanners follow it), POST acts."""
    looks = event["requestContext"]["http"]["method"] == "GET"
    every = None if looks else pages.asks_for_every_channel(events.raw_body(event))
    status, page = _PAGES[unsubscribe(listening, event["pathParameters"]["token"], every_channel=every)]
    return {"statusCode": status, "headers": dict(pages.HEADERS), "body": pages.page(page)}


def _hear(event: HttpEvent, listening: Listening) -> HttpAnswer:
    tenant, hook = event["pathParameters"]["tenant"], wiring.webhook(listening)
    if event["requestContext"]["http"]["method"] == "GET":
        answer = hook.subscribe(tenant, event.get("queryStringParameters") or {})
    else:
        answer = hook.hear(tenant, events.raw_body(event), events.headers_of(event))
    return {"statusCode": answer.status, "headers": {"content-type": "text/plain"}, "body": answer.text}
