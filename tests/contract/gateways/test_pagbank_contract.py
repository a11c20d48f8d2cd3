import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from fake_api import FakeApi, config
from gateway_contract import NOW, SECRET, BodySignatureContract, Notification, Signed, charge

from regua.domain.money.payment_event import PaymentEventKind, Reference, ReferenceKind


def document(status: str, paid: int = 0, refunded: int = 0, **changes: Any) -> dict[str, Any]:
    return {
        "id": "CHAR_17",
        "reference_id": "TIT-17",
        "status": status,
        "created_at": "2026-11-20T12:00:00.000-03:00",
        "paid_at": "2026-11-23T12:00:00.000-03:00" if paid else None,
        "amount": {
            "value": 14000,
            "currency": "BRL",
            "summary": {"total": 14000, "paid": paid, "refunded": refunded},
        },
        "payment_method": {"type": "PIX"},
        **changes,
    }


def notification(content: Any) -> Notification:
    return Notification(json.dumps(content).encode())


class TestPagBank(BodySignatureContract):
    name = "pagbank"
    paid_reference = charge("CHAR_17")
    paid_at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    malformed = (
        {"x-authenticity-token": "abc"},
        {"x-authenticity-token": "0" * 64},
        {"x-authenticity-token": "ção"},
        {"x-payload-signature": "MEUCIQ"},
    )

    def sign(self, notification: Notification, secret: str, at: datetime) -> Signed:
        tag = hashlib.sha256(f"{secret}-".encode() + notification.body).hexdigest()
        return Signed(notification.body, {"x-authenticity-token": tag})

    def paid(self) -> Notification:
        return notification(document("PAID", paid=15050))

    def refunded(self) -> Notification:
        return notification(document("CANCELED", paid=15050, refunded=15050))

    def expired(self) -> Notification:
        return notification(document("CANCELED"))

    def unknown(self) -> Notification:
        return notification(document("TELEPORTED", paid=15050) | {"amount": {}})

    def test_a_status_nobody_knows_is_never_paid_whatever_the_sum_says(self) -> None:
        assert [e.kind for e in self.parse(notification(document("TELEPORTED", paid=15050)))] == [
            PaymentEventKind.UNKNOWN
        ]

    def test_an_order_gives_the_events_of_its_charges_and_a_bad_one_spoils_none(self) -> None:
        order = {
            "id": "ORDE_1",
            "reference_id": "PEDIDO-1",
            "charges": [document("PAID", paid=15050), {"status": "PAID"}, 7, document("WAITING", id="CHAR_18")],
        }
        events = self.parse(notification(order))
        assert [event.kind for event in events] == [
            PaymentEventKind.CREDIT,
            PaymentEventKind.UNKNOWN,
            PaymentEventKind.LIFECYCLE,
        ]
        assert Reference(ReferenceKind.EXTERNAL, "PEDIDO-1") in events[0].alternatives

    def test_a_checkout_that_expires_is_news_and_of_another_status_nothing_is_guessed(self) -> None:
        checkout = {"id": "CHEC_1", "reference_id": "T-17", "status": "EXPIRED"}
        assert [event.kind for event in self.parse(notification(checkout))] == [PaymentEventKind.LIFECYCLE]
        odd = self.parse(notification({**checkout, "status": "PAID"}))
        assert [(event.kind, event.reference.value) for event in odd] == [(PaymentEventKind.UNKNOWN, "T-17")]

    def test_refunds_are_told_as_a_total(self) -> None:
        part = self.parse(notification(document("PAID", paid=15050, refunded=5000)))[1]
        assert (part.amount_cents, part.cumulative, part.refers_to) == (5000, True, "CHAR_17:paid")

    def test_another_currency_is_never_paid(self) -> None:
        foreign = document("PAID", paid=15050)
        foreign["amount"]["currency"] = "USD"
        assert [event.kind for event in self.parse(notification(foreign))] == [PaymentEventKind.UNKNOWN]

    def test_the_hash_may_be_written_in_capitals(self) -> None:
        signed = self.sign(self.paid(), SECRET, NOW)
        headers = {name: value.upper() for name, value in signed.headers.items()}
        assert self.gateway.verify(signed.body, headers, {}, (SECRET,), NOW).authentic

    def test_a_charge_is_read_again_by_its_id(self, api: FakeApi) -> None:
        api.on("GET", "/charges/CHAR_17", document("PAID", paid=15050))
        event = self.parse(self.expired())[0]
        assert self.gateway.fetch(event, config("pagbank", api.url), self.secrets()) == self.parse(self.paid())
