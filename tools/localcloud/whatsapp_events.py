"""What WhatsApp posts to a webhook: statuses and inbound messages, signed as Meta signs them."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from localcloud.whatsapp_api import WhatsAppMessage, wa_id

ACCOUNT = "102290129340398"


def signed(body: dict[str, Any], secret: str) -> tuple[bytes, dict[str, str]]:
    """The raw bytes to post, and their headers."""
    raw = json.dumps(body, separators=(",", ":")).encode()
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return raw, {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}


def envelope(phone_number_id: str, values: list[dict[str, Any]]) -> dict[str, Any]:
    """Several changes in one post, as Meta batches them."""
    metadata = {"display_phone_number": "551140000000", "phone_number_id": phone_number_id}
    changes = [
        {"value": {"messaging_product": "whatsapp", "metadata": metadata, **value}, "field": "messages"}
        for value in values
    ]
    return {"object": "whatsapp_business_account", "entry": [{"id": ACCOUNT, "changes": changes}]}


def status(message: WhatsAppMessage, word: str, at: datetime, error: tuple[int, str] | None = None) -> dict[str, Any]:
    """One status (`sent`, `delivered`, `read`, `failed`) of a message; `error` is Meta's code and title."""
    entry: dict[str, Any] = {
        "id": message.wamid,
        "status": word,
        "timestamp": str(int(at.timestamp())),
        "recipient_id": wa_id(message.to),
    }
    callback = message.body.get("biz_opaque_callback_data")
    if callback:
        entry["biz_opaque_callback_data"] = callback
    if error:
        code, title = error
        entry["errors"] = [{"code": code, "title": title, "message": title, "error_data": {"details": f"{title}."}}]
    else:
        entry["conversation"] = {"id": message.wamid[-32:].lower(), "origin": {"type": "utility"}}
        entry["pricing"] = {"billable": True, "pricing_model": "PMP", "category": "utility"}
    return {"statuses": [entry]}


def text(sender: str, name: str, words: str, message_id: str, at: datetime, reply_to: str = "") -> dict[str, Any]:
    """An inbound text, optionally quoting one of ours."""
    message = _inbound(sender, message_id, at, reply_to) | {"type": "text", "text": {"body": words}}
    return {"contacts": [{"profile": {"name": name}, "wa_id": wa_id(sender)}], "messages": [message]}


def button(
    sender: str, name: str, label: str, payload: str, message_id: str, at: datetime, reply_to: str
) -> dict[str, Any]:
    """A tap on a template's quick reply."""
    message = _inbound(sender, message_id, at, reply_to) | {
        "type": "button",
        "button": {"text": label, "payload": payload},
    }
    return {"contacts": [{"profile": {"name": name}, "wa_id": wa_id(sender)}], "messages": [message]}


def _inbound(sender: str, message_id: str, at: datetime, reply_to: str) -> dict[str, Any]:
    message: dict[str, Any] = {"from": wa_id(sender), "id": message_id, "timestamp": str(int(at.timestamp()))}
    if reply_to:
        message["context"] = {"from": "551140000000", "id": reply_to}
    return message
