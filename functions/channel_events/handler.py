"""What channels tell: by queue, a log's lines, WhatsApp's webhook, the unsubscribe link; the sweep of what waits."""

import json

from regua import wiring
from regua.messages import pages
from regua.platform import events
from regua.platform.events import ChannelAnswer, ChannelCall, HttpAnswer, HttpEvent, LambdaContext
from regua.platform.metrics import EmfMetrics
from regua.use_cases.listening import unsubscribe
from regua.use_cases.listening.hearing import TOPIC, Hearing
from regua.use_cases.listening.unsubscribe import Unsubscribed

RESERVE_MS = 10_000
"""Left at the end of the function's time; what was not reached is reached by the next sweep."""
_PAGES = {
    Unsubscribed.NO_LINK: (404, pages.UNKNOWN),
    Unsubscribed.ASKED: (200, pages.ASK),
    Unsubscribed.DONE: (200, pages.DONE),
}


def lambda_handler(event: ChannelCall, context: LambdaContext) -> ChannelAnswer:
    """A batch of the queue, a log's lines, an HTTP event, or `{"sweep": "heard"}` (`"due": false`: at once)."""
    with EmfMetrics() as metrics:
        hearing = wiring.hearing(wiring.listening(metrics))
        hearing.listening.rulebook.forget()
        if "sweep" in event:
            swept = hearing.sweep(event.get("tenant"), lambda: _has_time(context), due=event.get("due", True))
            return {"applied": swept.applied, "waiting": swept.waiting}
        if "Records" in event:
            return events.each_record(event, hearing.from_queue, hearing.failed, hearing.rescue)
        if "awslogs" in event:
            hearing.hear("", TOPIC, json.dumps(event).encode())
            return None
        if "token" in event["pathParameters"]:
            return _follow_link(event, hearing)
        return _hear(event, hearing)


def _has_time(context: LambdaContext) -> bool:
    return context.get_remaining_time_in_millis() > RESERVE_MS


def _follow_link(event: HttpEvent, hearing: Hearing) -> HttpAnswer:
    """RFC 8058: GET only shows a page (link scanners follow it), POST acts."""
    looks = event["requestContext"]["http"]["method"] == "GET"
    every = None if looks else pages.asks_for_every_channel(events.raw_body(event))
    status, page = _PAGES[unsubscribe.follow(hearing, event["pathParameters"]["token"], every_channel=every)]
    return {"statusCode": status, "headers": dict(pages.HEADERS), "body": pages.page(page)}


def _hear(event: HttpEvent, hearing: Hearing) -> HttpAnswer:
    tenant, hook = event["pathParameters"]["tenant"], wiring.webhook(hearing.listening)
    if event["requestContext"]["http"]["method"] == "GET":
        answer = hook.subscribe(tenant, event.get("queryStringParameters") or {})
    else:
        answer = hook.hear(hearing, tenant, events.raw_body(event), events.headers_of(event))
    return {"statusCode": answer.status, "headers": {"content-type": "text/plain"}, "body": answer.text}
