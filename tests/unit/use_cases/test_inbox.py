"""What the inbox keeps is understood again, years later, as it was the first time."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.office import MONDAY, TENANT, Bank

from regua.domain.codes.our_number import OurNumber
from regua.domain.model import Rail
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind, Slip
from regua.platform.bodies import KeptBodies
from regua.platform.fakes import MemoryObjects
from regua.ports import Gateway, InboxEvent, RawBodies
from regua.use_cases.paying import inbox

BANK = Bank()
NO_BODIES = KeptBodies(MemoryObjects(), "bodies")
TOLD = {"id": "E1", "kind": "credit", "by": "external", "name": "T1", "cents": 100_00, "at": MONDAY.isoformat()}
FOUND = PaymentEvent(
    "fake",
    "E1",
    PaymentEventKind.REFUND,
    Reference(ReferenceKind.OUR_NUMBER, "12"),
    100_00,
    MONDAY,
    Rail.BOLETO,
    "06",
    (Reference(ReferenceKind.EXTERNAL, "T1"),),
    "E0",
    True,
    "retorno.ret",
    parts=Parts(100_00, discount_cents=10_00, fine_cents=0),
)


def gateway(name: str) -> Gateway:
    return {"fake": BANK}[name]


def nobody(name: str) -> Gateway:
    raise KeyError(name)


def event_of(
    stored: InboxEvent, gateway: Callable[[str], Gateway], bodies: RawBodies = NO_BODIES
) -> tuple[PaymentEvent | None, str]:
    return inbox.StoredNews(gateway, bodies).event_of(stored)


def test_each_event_of_a_notification_is_found_again_in_the_whole_of_it() -> None:
    body = json.dumps({"events": [TOLD, {**TOLD, "id": "E2"}]}).encode()
    events, note = inbox.read_notification(BANK, body, {}, {})
    assert (len(events), note) == (2, "")
    for event in events:
        stored = inbox.notified(TENANT, BANK, event.event_id, body, {}, MONDAY)
        assert event_of(stored, gateway) == (event, "")
    assert event_of(replace(stored, event_id="E3"), gateway) == (None, "")


def test_of_the_headers_only_those_the_parser_needs_are_kept() -> None:
    headers = {"x-kept": "k", "authorization": "never stored"}
    assert inbox.notified(TENANT, BANK, "E1", b"{}", headers, MONDAY).headers == (("x-kept", "k"),)


@given(st.binary())
def test_any_bytes_are_kept_as_they_came(body: bytes) -> None:
    seen: list[bytes] = []

    class Listens(Bank):
        def parse(self, body: bytes, headers: Any, query: Any) -> list[PaymentEvent]:
            seen.append(body)
            raise ValueError("no matter")

    stored = inbox.notified(TENANT, Listens(), "E1", body, {}, MONDAY)
    assert event_of(stored, lambda name: Listens()) == (None, "ilegível: no matter")
    if not body.startswith(b"base64:"):
        assert seen == [body]


@pytest.mark.parametrize("evidence", [inbox.PULL, inbox.FILE])
def test_what_we_have_found_comes_back_without_its_gateway_and_without_its_words(evidence: str) -> None:
    found = replace(FOUND, raw={"payer": "Maria"})
    stored = inbox.found(TENANT, found, evidence, MONDAY)
    assert event_of(stored, nobody) == (FOUND, "")
    assert (stored.evidence, stored.amount_cents, stored.event_id) == (evidence, 100_00, "E1")
    assert "Maria" not in stored.body
    assert "Ação" in inbox.found(TENANT, replace(found, note="Ação"), evidence, MONDAY).body, "as a person reads it"
    undated = replace(FOUND, occurred_at=None)
    assert event_of(inbox.found(TENANT, undated, evidence, MONDAY), nobody) == (undated, "")


def test_nothing_an_event_may_say_is_lost_by_keeping_it() -> None:
    """A field that is added and not read back would be believed until the event is read again."""
    flags = ("cumulative", "recurs", "holds", "standing", "terse", "billed")
    words = ("note", "end_to_end", "payer", "payer_document", "restores", "denies", "news", "raw_type", "refers_to")
    slip = Slip(OurNumber("237", "1", written=("1", "2")), "T1", 100_00, MONDAY.date(), "1", document_cut=True)
    said = replace(FOUND, **dict.fromkeys(flags, True), **dict.fromkeys(words, "x"))
    said = replace(said, line=("ofx", "a"), slip=slip, fee_cents=1, due_on=MONDAY.date(), told_at=MONDAY)
    empty = PaymentEvent("", "", PaymentEventKind.CREDIT, Reference(ReferenceKind.NONE, ""))
    assert [name for name in asdict(said) if getattr(said, name) == getattr(empty, name)] == ["raw"]
    assert event_of(inbox.found(TENANT, said, inbox.PULL, MONDAY), nobody) == (said, "")


@pytest.mark.parametrize("body", ["", "[]", "null", "{}", '{"gateway": "fake"}'])
def test_what_we_cannot_read_of_our_own_says_so(body: str) -> None:
    stored = replace(inbox.found(TENANT, FOUND, inbox.PULL, datetime(2026, 1, 1, tzinfo=UTC)), body=body)
    event, note = event_of(stored, nobody)
    assert event is None
    assert note.startswith("ilegível")


def test_why_news_cannot_be_read_is_said_in_two_hundred_characters() -> None:
    class Talks(Bank):
        def parse(self, body: bytes, headers: Any, query: Any) -> list[PaymentEvent]:
            raise ValueError("x" * 300)

    _, note = inbox.read_notification(Talks(), b"", {}, {})
    assert (note[:12], len(note)) == ("ilegível: xx", 200)


def test_of_two_news_under_one_id_the_first_is_what_the_item_says() -> None:
    body = json.dumps({"events": [TOLD, {**TOLD, "cents": 1}]}).encode()
    event, _ = event_of(inbox.notified(TENANT, BANK, "E1", body, {}, MONDAY), gateway)
    assert event is not None
    assert event.amount_cents == 100_00
