import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fake_api import FakeApi, config
from gateway_contract import NOW, SECRET, BodySignatureContract, Notification, Signed, TimestampContract, charge

from regua.domain.model import Rail
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEventKind

CREATED = int(datetime(2026, 11, 23, 15, tzinfo=UTC).timestamp())


def event(word: str, thing: dict[str, Any]) -> Notification:
    document = {"id": f"evt_{word}", "object": "event", "created": CREATED, "type": word, "data": {"object": thing}}
    return Notification(json.dumps(document, indent=2).encode())


def intent(**changes: Any) -> dict[str, Any]:
    return {
        "id": "pi_17",
        "object": "payment_intent",
        "amount": 14000,
        "amount_received": 15050,
        "currency": "brl",
        "latest_charge": "ch_17",
        "metadata": {"external_reference": "TIT-17"},
        "payment_method_types": ["boleto"],
        **changes,
    }


def refund(**changes: Any) -> dict[str, Any]:
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 15050,
        "charge": "ch_17",
        "payment_intent": "pi_17",
        "currency": "brl",
        "status": "succeeded",
        **changes,
    }


def direct_charge(**changes: Any) -> dict[str, Any]:
    return {
        "id": "ch_17",
        "object": "charge",
        "amount": 15050,
        "amount_captured": 15050,
        "captured": True,
        "paid": True,
        "currency": "brl",
        "payment_intent": None,
        "metadata": {"external_reference": "TIT-17"},
        **changes,
    }


def dispute(**changes: Any) -> dict[str, Any]:
    base = {"id": "dp_1", "object": "dispute", "amount": 15050, "currency": "brl"}
    return {**base, "charge": "ch_17", "payment_intent": "pi_17", **changes}


class TestStripe(TimestampContract, BodySignatureContract):
    name = "stripe"
    rail = Rail.BOLETO
    paid_reference = charge("pi_17")
    paid_at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    malformed = (
        {"stripe-signature": "t=1,v0=abc"},
        {"stripe-signature": "v1=abc"},
        {"stripe-signature": "t=,v1="},
        {"stripe-signature": "t=-1,v1=abc"},
        {"stripe-signature": "t=1e9,v1=abc"},
        {"stripe-signature": "t=²,v1=abc"},
        {"stripe-signature": "t=1700000000,v1=ção"},
        {"stripe-signature": "lixo"},
    )

    def sign(self, notification: Notification, secret: str, at: datetime) -> Signed:
        stamp = str(int(at.timestamp()))
        tag = hmac.new(secret.encode(), f"{stamp}.".encode() + notification.body, hashlib.sha256).hexdigest()
        return Signed(notification.body, {"stripe-signature": f"t={stamp},v1={tag}"})

    def paid(self) -> Notification:
        return event("payment_intent.succeeded", intent())

    def refunded(self) -> Notification:
        return event("refund.updated", refund())

    def expired(self) -> Notification:
        return event("payment_intent.payment_failed", intent(amount_received=0))

    def unknown(self) -> Notification:
        return event("teleport.done", intent())

    def test_one_of_several_signatures_is_enough(self) -> None:
        signed = self.sign(self.paid(), SECRET, NOW)
        stamp, tag = signed.headers["stripe-signature"].split(",")
        headers = {"stripe-signature": f"{stamp},v0=x,v1={'0' * 64},{tag}"}
        assert self.gateway.verify(signed.body, headers, {}, (SECRET,), NOW).authentic

    def test_a_charge_is_not_paid_a_second_time_beside_its_intent(self) -> None:
        for word in ("charge.succeeded", "charge.captured"):
            told = self.parse(event(word, direct_charge(payment_intent="pi_17")))
            assert [found.kind for found in told] == [PaymentEventKind.LIFECYCLE]

    def test_a_charge_without_an_intent_is_the_payment(self) -> None:
        [paid] = self.parse(event("charge.succeeded", direct_charge()))
        assert (paid.kind, paid.event_id, paid.amount_cents) == (PaymentEventKind.CREDIT, "ch_17", 15050)
        assert paid.reference.value == "TIT-17"
        [back] = self.parse(event("refund.created", refund(payment_intent=None)))
        [lost] = self.parse(event("charge.dispute.created", dispute(payment_intent=None, status="needs_response")))
        assert {back.refers_to, lost.refers_to} == {"ch_17"}

    def test_what_a_platform_passes_on_to_an_account_is_no_payment_of_a_debtor(self) -> None:
        passed = direct_charge(id="py_1", source_transfer="tr_1", metadata={})
        assert [found.kind for found in self.parse(event("charge.succeeded", passed))] == [PaymentEventKind.LIFECYCLE]

    def test_a_charge_that_is_only_authorised_is_paid_when_it_is_captured(self) -> None:
        held = direct_charge(captured=False, amount_captured=0)
        assert [found.kind for found in self.parse(event("charge.succeeded", held))] == [PaymentEventKind.LIFECYCLE]
        [paid] = self.parse(event("charge.captured", direct_charge(amount_captured=9000)))
        assert (paid.kind, paid.event_id, paid.amount_cents) == (PaymentEventKind.CREDIT, "ch_17", 9000)

    @pytest.mark.parametrize("status", ["pending", "failed", "canceled", "requires_action"])
    def test_only_a_refund_that_succeeded_takes_money_back(self, status: str) -> None:
        assert [found.kind for found in self.parse(event("refund.created", refund(status=status)))] == [
            PaymentEventKind.LIFECYCLE
        ]

    def test_a_refund_told_three_ways_is_one_fact(self, api: FakeApi) -> None:
        told = [self.parse(event(word, refund()))[0] for word in ("refund.created", "refund.updated")]
        total = self.parse(event("charge.refunded", {"id": "ch_17", "object": "charge", "payment_intent": "pi_17"}))[0]
        assert total.kind is PaymentEventKind.LOOKUP
        api.on("GET", "/v1/refunds", {"data": [refund()], "has_more": False})
        told += self.gateway.fetch(total, config("stripe", api.url), self.secrets())
        assert {(found.event_id, found.kind, found.amount_cents) for found in told} == {
            ("re_1", PaymentEventKind.REFUND, 15050)
        }
        assert api.calls[0].query["charge"] == "ch_17"

    def test_a_dispute_takes_the_money_once_and_gives_it_back_when_won(self) -> None:
        words = ("created", "funds_withdrawn", "funds_reinstated", "closed")
        events = [found for word in words for found in self.parse(event(f"charge.dispute.{word}", dispute()))]
        assert [(found.event_id, found.kind) for found in events[:4]] == [
            ("dp_1", PaymentEventKind.CHARGEBACK),
            ("dp_1", PaymentEventKind.CHARGEBACK),
            ("dp_1", PaymentEventKind.CHARGEBACK),
            ("dp_1-reversed", PaymentEventKind.REINSTATED),
        ]
        assert events[4].kind is PaymentEventKind.LIFECYCLE

    @pytest.mark.parametrize(
        ("status", "kinds"),
        [
            ("won", [PaymentEventKind.CHARGEBACK, PaymentEventKind.REINSTATED]),
            ("lost", [PaymentEventKind.CHARGEBACK]),
            ("warning_closed", [PaymentEventKind.LIFECYCLE]),
            ("novelty", [PaymentEventKind.UNKNOWN]),
        ],
    )
    def test_how_a_dispute_ended_is_in_its_status(self, status: str, kinds: list[PaymentEventKind]) -> None:
        found = self.parse(event("charge.dispute.closed", dispute(status=status)))
        assert [one.kind for one in found] == kinds

    def test_an_inquiry_takes_no_money_and_a_person_is_told_once(self) -> None:
        asked = dispute(status="warning_needs_response")
        [told] = self.parse(event("charge.dispute.created", asked))
        assert (told.kind, told.amount_cents) == (PaymentEventKind.UNKNOWN, 0)
        assert "inquiry" in told.note
        [more] = self.parse(event("charge.dispute.updated", asked))
        assert more.kind is PaymentEventKind.LIFECYCLE

    def test_a_session_tells_whose_the_intents_money_is(self) -> None:
        session = {
            "id": "cs_1",
            "object": "checkout.session",
            "payment_intent": "pi_1",
            "payment_status": "paid",
            "amount_total": 15050,
            "currency": "brl",
            "client_reference_id": "T-17",
        }
        [paid] = self.parse(event("checkout.session.completed", session))
        assert (paid.kind, paid.event_id, paid.amount_cents) == (PaymentEventKind.CREDIT, "pi_1", 15050)
        assert "T-17" in {name.value for name in paid.alternatives}
        [later] = self.parse(event("checkout.session.completed", session | {"payment_status": "unpaid"}))
        assert (later.kind, later.refers_to) == (PaymentEventKind.LINK, "pi_1")

    def test_an_invoice_that_names_no_intent_says_whose_its_payment_is(self) -> None:
        invoice = {"id": "in_1", "object": "invoice", "amount_paid": 15050, "currency": "brl"}
        subscription = {"parent": {"subscription_details": {"metadata": {"receivable": "T-17"}}}}
        for told in ({"metadata": {"receivable": "T-17"}}, subscription):
            [whose] = self.parse(event("invoice.paid", invoice | told))
            assert (whose.kind, whose.refers_to) == (PaymentEventKind.LINK, "in_1")
            assert whose.reference.value == "T-17"
        [nobodys] = self.parse(event("invoice.paid", invoice))
        assert nobodys.kind is PaymentEventKind.LIFECYCLE
        payment = {"id": "inpay_1", "object": "invoice_payment", "invoice": "in_1", "amount_paid": 15050}
        payment |= {"payment": {"type": "payment_intent", "payment_intent": "pi_1"}}
        joined, of_bill = self.parse(event("invoice_payment.paid", payment))
        assert (joined.kind, joined.event_id, joined.refers_to) == (PaymentEventKind.LINK, "in_1", "pi_1")
        assert joined.reference == charge("in_1")
        assert (of_bill.kind, of_bill.event_id, of_bill.refers_to) == (PaymentEventKind.LINK, "pi_1~bill", "in_1")

    def test_an_invoice_that_names_no_intent_says_what_was_granted(self) -> None:
        invoice = {"id": "in_1", "object": "invoice", "amount_paid": 9000, "total": 9000, "currency": "brl"}
        [made] = self.parse(event("invoice.paid", invoice | {"total_discount_amounts": [{"amount": 1000}]}))
        assert (made.kind, made.event_id, made.refers_to) == (PaymentEventKind.LINK, "in_1~parts", "in_1")
        assert made.parts == Parts(10000, discount_cents=1000)
        [part] = self.parse(
            event("invoice.paid", invoice | {"total": 9500, "total_discount_amounts": [{"amount": 1000}]})
        )
        assert part.kind is PaymentEventKind.LIFECYCLE, "paid in part otherwise: nothing is told of this payment"

    @pytest.mark.parametrize(
        "told", [{"amount_paid_off_stripe": 15050}, {"paid_out_of_band": True, "amount_paid": 15050}]
    )
    def test_an_invoice_marked_as_paid_outside_stripe_is_paid(self, told: dict[str, Any]) -> None:
        invoice = {"id": "in_1", "object": "invoice", "currency": "brl", "metadata": {"receivable": "T-17"}}
        [paid] = self.parse(event("invoice.paid", invoice | told))
        assert (paid.kind, paid.event_id, paid.amount_cents) == (PaymentEventKind.CREDIT, "in_1:outside", 15050)

    def test_thin_news_of_the_account_is_counted(self) -> None:
        body = {"id": "evt_1", "object": "v2.core.event", "type": "v2.core.account.updated", "created": "2026-11-23"}
        [news] = self.parse(Notification(json.dumps(body).encode()))
        assert news.kind is PaymentEventKind.LIFECYCLE

    @pytest.mark.parametrize("changes", [{"currency": "usd"}, {"amount": 0, "amount_received": 0}, {"id": None}])
    def test_what_is_not_reais_is_never_paid(self, changes: dict[str, Any]) -> None:
        found = self.parse(event("payment_intent.succeeded", intent(**changes)))
        assert [event.kind for event in found] == [PaymentEventKind.UNKNOWN]
