"""WhatsApp's webhook: the subscription's challenge, and signed events."""

from typing import Any

from regua import wiring
from regua.channels.whatsapp_events import WhatsAppEvents, challenge, verify_signature
from regua.domain.model import Channel
from regua.observability import logger


def handle(method: str, tenant: str, event: dict[str, Any], body: bytes, listening: Any) -> dict[str, Any]:
    """Answers Meta. Everything authentic gets 200: errors would disable the subscription."""
    try:
        config = wiring.config().tenant(tenant).channel(Channel.WHATSAPP)
        if config is None:
            return _answer(404, "not configured")
        if method == "GET":
            token = wiring.secrets().get(config.options.get("verify_token") or "whatsapp/verify_token")
            known = challenge(event.get("queryStringParameters") or {}, (token,))
            return _answer(403, "forbidden") if known is None else _answer(200, known)
        secret = wiring.secrets().get(config.options.get("app_secret") or "whatsapp/app_secret")
    except KeyError:
        return _answer(404, "not configured")
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if not verify_signature(body, headers.get("x-hub-signature-256", ""), (secret,)):
        listening.metrics.add("WebhookRejected", 1, gateway="whatsapp")
        return _answer(401, "signature")
    try:
        events = WhatsAppEvents().parse_event(body, headers)
    except ValueError:
        logger().warning("authentic but unreadable", channel="whatsapp", tenant=tenant)
        return _answer(200, "unreadable")
    listening.apply(events, tenant)
    return _answer(200, "ok")


def _answer(status: int, text: str) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"content-type": "text/plain"}, "body": text}
