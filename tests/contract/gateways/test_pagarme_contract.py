import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fake_api import FakeApi, config
from gateway_contract import NOW, SECRET, Notification, ThinContract, UrlSecretContract, charge

from regua.domain.money.payment_event import PaymentEventKind

ORDER = "or_17"


def hook(word: str, resource: str = ORDER) -> Notification:
    document = {
        "id": f"hook_{word}",
        "type": word,
        "created_at": "2026-11-23T15:00:00Z",
        "data": {"id": resource, "code": "TIT-17", "status": "paid", "amount": 14000},
    }
    return Notification(json.dumps(document).encode())


def paid_charge(status: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": "ch_17",
        "code": "TIT-17",
        "status": status,
        "currency": "BRL",
        "amount": 14000,
        "paid_amount": 15050,
        "paid_at": "2026-11-23T15:00:00Z",
        "payment_method": "pix",
        **changes,
    }


class TestPagarMe(ThinContract, UrlSecretContract):
    name = "pagarme"
    paid_reference = charge("ch_17")
    paid_at = datetime(2026, 11, 23, 15, tzinfo=UTC)

    def paid(self) -> Notification:
        return hook("order.paid")

    def refunded(self) -> Notification:
        return hook("charge.refunded", "or_17")

    def expired(self) -> Notification:
        return hook("order.payment_failed")

    def unknown(self) -> Notification:
        return hook("recipient.teleported", "rp_1")

    def serve(self, api: FakeApi, state: str) -> None:
        answer = {
            "paid": paid_charge("paid"),
            "refunded": paid_charge("canceled", canceled_amount=15050),
            "expired": paid_charge("failed", paid_amount=None),
        }[state]
        api.on("GET", f"/core/v5/orders/{ORDER}", {"id": ORDER, "code": "PEDIDO-1", "charges": [answer]})

    @pytest.mark.parametrize("pair", [f"regua:{SECRET}", f"{SECRET}:"])
    def test_basic_credentials_set_on_the_webhook_are_accepted(self, pair: str) -> None:
        header = "Basic " + base64.b64encode(pair.encode()).decode()
        verdict = self.gateway.verify(self.paid().body, {"authorization": header}, {}, (SECRET,), NOW)
        assert verdict.authentic
        assert not verdict.transport

    def test_a_charge_is_read_where_charges_are(self, api: FakeApi) -> None:
        api.on("GET", "/core/v5/charges/ch_17", paid_charge("paid"))
        event = self.parse(hook("charge.paid", "ch_17"))[0]
        found = self.gateway.fetch(event, config("pagarme", api.url), self.secrets())
        assert [(item.event_id, item.amount_cents) for item in found] == [("ch_17:paid", 15050)]

    @pytest.mark.parametrize(
        ("status", "changes", "kinds"),
        [
            ("underpaid", {"paid_amount": 100}, [PaymentEventKind.CREDIT]),
            ("overpaid", {"paid_amount": 99999}, [PaymentEventKind.CREDIT]),
            ("partial_canceled", {"canceled_amount": 50}, [PaymentEventKind.CREDIT, PaymentEventKind.REFUND]),
            ("chargedback", {}, [PaymentEventKind.CREDIT, PaymentEventKind.CHARGEBACK]),
            ("canceled", {"paid_amount": None}, [PaymentEventKind.LIFECYCLE]),
            ("novo", {}, [PaymentEventKind.UNKNOWN]),
            ("paid", {"currency": "USD"}, [PaymentEventKind.UNKNOWN]),
        ],
    )
    def test_each_status_means_what_the_table_says(
        self, api: FakeApi, status: str, changes: dict[str, Any], kinds: list[PaymentEventKind]
    ) -> None:
        api.on("GET", f"/core/v5/orders/{ORDER}", {"id": ORDER, "charges": [paid_charge(status, **changes)]})
        found = self.gateway.fetch(self.parse(self.paid())[0], config("pagarme", api.url), self.secrets())
        assert [event.kind for event in found] == kinds
