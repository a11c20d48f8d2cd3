"""What a gateway sent, as the inbox keeps it: any bytes as text and back, and the events it holds."""

import base64
from collections.abc import Mapping

from regua.domain.money.payment_event import PaymentEvent
from regua.ports import Gateway, InboxEvent

_BINARY = "base64:"


def read_message(
    adapter: Gateway, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]
) -> tuple[list[PaymentEvent], str]:
    """The message's events, or none and the reason it cannot be read."""
    try:
        return adapter.parse(body, headers, query), ""
    except ValueError as error:
        return [], f"ilegível: {error}"[:200]


def stored_event(adapter: Gateway, stored: InboxEvent) -> tuple[PaymentEvent | None, str]:
    """The event a stored message holds, or None and the reason it cannot be read."""
    events, note = read_message(adapter, _bytes(stored.body), dict(stored.headers), {})
    return next((e for e in events if e.event_id == stored.event_id), None), note


def as_text(body: bytes) -> str:
    """The message as the inbox stores it."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _BINARY + base64.b64encode(body).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text[len(_BINARY) :]) if text.startswith(_BINARY) else text.encode()
