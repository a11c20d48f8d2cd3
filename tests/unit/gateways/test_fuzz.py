"""Samples with parts replaced by anything: `parse` may only raise ValueError, `verify` nothing at all."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regua import gateways
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind

EVENTS = Path(__file__).parents[3] / "events/payment_webhook"
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
MONEY = {PaymentEventKind.CREDIT, PaymentEventKind.REFUND, PaymentEventKind.CHARGEBACK}
WORDS = [
    "PAID",
    "RECEIVED",
    "PAYMENT_RECEIVED",
    "DEVOLVIDO",
    "brl",
    "2026-13-45",
    "1e9",
    "-1.00",
    "\ud800",
    "a b",
    "Ω\x1b[2J",
]

anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**40), 10**40), st.text(max_size=20), st.sampled_from(WORDS),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)  # fmt: skip


def samples(gateway: str) -> list[tuple[Any, dict[str, str]]]:
    loaded = [json.loads(path.read_text()) for path in sorted(EVENTS.glob(f"{gateway}_*.json"))]
    return [(event.get("body", ""), event["headers"]) for event in loaded]


NAMES = (
    "token",
    "hmac",
    "data.id",
    "source_ip",
    *sorted({h for g in gateways.GATEWAYS for _, sent in samples(g) for h in sent}),
)
"""Headers and parameters by which a message could prove itself."""
JSON = [name for name in gateways.GATEWAYS if any(body.startswith(("{", "[")) for body, _ in samples(name))]


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = list(document.items()) if isinstance(document, dict) else []
    pairs += list(enumerate(document)) if isinstance(document, list) else []
    return [path, *(found for key, value in pairs for found in places(value, (*path, key)))]


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = replaced(copy[path[0]], path[1:], value)
    return copy


def check(name: str, body: bytes, headers: Mapping[str, str]) -> None:
    gateway = gateways.get(name)
    assert not gateway.verify(body, headers, {}, ("um segredo que ninguém usou",), NOW).authentic
    try:
        events: list[PaymentEvent] = gateway.parse(body, headers, {})
    except ValueError:
        return
    for event in events:
        assert event.gateway == name
        assert event.event_id
        assert (event.event_id + event.raw_type + event.note + event.reference.value).encode()
        assert (event.raw_type + event.note).isprintable()
        assert len(event.event_id) <= 300
        assert event.occurred_at is None or event.occurred_at.utcoffset() is not None
        assert isinstance(event.amount_cents, int)
        assert event.amount_cents >= 0
        assert event.kind not in MONEY or event.amount_cents > 0
    assert gateway.parse(body, headers, {}) == events


@pytest.mark.parametrize("name", sorted(JSON))
@settings(max_examples=60)
@given(data=st.data())
def test_a_document_with_parts_replaced_is_read_or_refused(name: str, data: st.DataObject) -> None:
    bodies = [(body, headers) for body, headers in samples(name) if body.startswith(("{", "["))]
    body, headers = data.draw(st.sampled_from(bodies))
    document = json.loads(body)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(document)))
        document = replaced(document, path, data.draw(anything))
    check(name, json.dumps(document).encode(), headers)


@pytest.mark.parametrize("name", sorted(gateways.GATEWAYS))
@settings(max_examples=40)
@given(data=st.data())
def test_a_body_with_bytes_replaced_is_read_or_refused(name: str, data: st.DataObject) -> None:
    text, headers = data.draw(st.sampled_from(samples(name)))
    body = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 4)) if body else 0):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    check(name, bytes(body), headers)


@pytest.mark.parametrize("name", sorted(gateways.GATEWAYS))
@settings(max_examples=40)
@given(
    body=st.binary(max_size=60),
    header=st.one_of(st.text(max_size=60), st.sampled_from(["t=1,v1=", "ts=²,v1=x", "Basic ====", "Basic /w==", ","])),
)
def test_any_proof_is_judged_without_a_crash(name: str, body: bytes, header: str) -> None:
    everywhere = dict.fromkeys(NAMES, header)
    verdict = gateways.get(name).verify(body, everywhere, everywhere, ("um segredo que ninguém usou",), NOW)
    assert not verdict.authentic or header == "um segredo que ninguém usou"
