import base64
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from fake_api import FakeApi, config
from gateway_contract import NOW, SECRET, Notification, Signed, ThinContract, charge

from regua.domain.money.payment_event import PaymentEventKind

INVOICE = "1757E1D7FD5E410A9C563024250015BF"


def trigger(status: str, event: str = "invoice.status_changed") -> Notification:
    form = {"event": event, "data[id]": INVOICE, "data[status]": status, "data[payment_method]": "iugu_pix"}
    return Notification(urlencode(form).encode())


def invoice(status: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": INVOICE,
        "status": status,
        "total_cents": 14000,
        "total_paid_cents": 15050,
        "currency": "BRL",
        "paid_at": "2026-11-23T12:00:00-03:00",
        "payment_method": "iugu_pix",
        "order_id": "TIT-17",
        **changes,
    }


class TestIugu(ThinContract):
    name = "iugu"
    paid_reference = charge(INVOICE)
    paid_at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    malformed = (
        {"authorization": "Basic"},
        {"authorization": "Basic %%%"},
        {"authorization": "Basic Og=="},
        {"authorization": "Bearer"},
        {"authorization": "ção"},
    )

    def sign(self, notification: Notification, secret: str, at: datetime) -> Signed:
        return Signed(notification.body, {"authorization": secret})

    def paid(self) -> Notification:
        return trigger("paid")

    def refunded(self) -> Notification:
        return trigger("refunded")

    def expired(self) -> Notification:
        return trigger("expired")

    def unknown(self) -> Notification:
        return trigger("paid", event="subscription.teleported")

    def serve(self, api: FakeApi, state: str) -> None:
        api.on("GET", f"/v1/invoices/{INVOICE}", invoice(state))

    @pytest.mark.parametrize(
        "form", ["{secret}", "Bearer {secret}", "Basic {plain}", "Basic {as_user}", "Basic {as_password}"]
    )
    def test_the_header_may_be_raw_or_basic(self, form: str) -> None:
        def encode(text: str) -> str:
            return base64.b64encode(text.encode()).decode()

        header = form.format(
            secret=SECRET, plain=encode(SECRET), as_user=encode(f"{SECRET}:"), as_password=encode(f"x:{SECRET}")
        )
        assert self.gateway.verify(self.paid().body, {"authorization": header}, {}, (SECRET,), NOW).authentic

    def test_a_field_that_is_nothing_may_be_written_without_its_sign(self) -> None:
        form = f"event=invoice.status_changed&data[id]={INVOICE}&data[status]=paid&data[order_id]&data[paid_at]="
        [found] = self.parse(Notification(form.encode()))
        assert (found.kind, found.reference.value) == (PaymentEventKind.LOOKUP, INVOICE)

    @pytest.mark.parametrize(
        ("status", "kinds"),
        [
            ("externally_paid", [PaymentEventKind.CREDIT]),
            ("in_protest", [PaymentEventKind.CREDIT]),
            ("chargeback", [PaymentEventKind.CREDIT, PaymentEventKind.CHARGEBACK]),
            ("partially_refunded", [PaymentEventKind.CREDIT, PaymentEventKind.UNKNOWN]),
            ("partially_paid", [PaymentEventKind.CREDIT]),
            ("novidade", [PaymentEventKind.UNKNOWN]),
            ("canceled", [PaymentEventKind.LIFECYCLE]),
        ],
    )
    def test_each_status_means_what_the_table_says(
        self, api: FakeApi, status: str, kinds: list[PaymentEventKind]
    ) -> None:
        api.on("GET", f"/v1/invoices/{INVOICE}", invoice(status))
        found = self.gateway.fetch(self.parse(self.paid())[0], config("iugu", api.url), self.secrets())
        assert [event.kind for event in found] == kinds
