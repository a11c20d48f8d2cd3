import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fake_api import FakeApi, config
from gateway_contract import NOW, SECRET, Notification, Signed, ThinContract, TimestampContract, charge

from regua.domain.money.payment_event import PaymentEventKind

PAYMENT_ID = "999999999"


def payment(status: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": int(PAYMENT_ID),
        "date_approved": "2026-11-23T12:00:00.000-03:00",
        "date_last_updated": "2026-11-23T12:00:01.000-03:00",
        "payment_method_id": "pix",
        "payment_type_id": "bank_transfer",
        "status": status,
        "currency_id": "BRL",
        "transaction_amount": 150.5,
        "transaction_amount_refunded": 0,
        "external_reference": "TIT-17",
        "refunds": [],
        **changes,
    }


def notice(**changes: Any) -> Notification:
    document = {
        "id": 12345,
        "live_mode": True,
        "type": "payment",
        "date_created": "2026-11-23T12:00:00.000-03:00",
        "action": "payment.updated",
        "data": {"id": PAYMENT_ID},
        **changes,
    }
    return Notification(json.dumps(document).encode(), query={"data.id": PAYMENT_ID, "type": document["type"]})


class TestMercadoPago(TimestampContract, ThinContract):
    name = "mercadopago"
    paid_reference = charge(PAYMENT_ID)
    paid_at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    malformed = (
        {"x-signature": "v1=abc"},
        {"x-signature": "ts=1"},
        {"x-signature": "ts=,v1="},
        {"x-signature": "ts=agora,v1=abc"},
        {"x-signature": "ts=١٢٣,v1=abc"},
        {"x-signature": "ts=99999999999999999999,v1=abc"},
        {"x-signature": ",,,==="},
    )

    def sign(self, notification: Notification, secret: str, at: datetime, milliseconds: bool = False) -> Signed:
        stamp = str(int(at.timestamp()) * (1000 if milliseconds else 1))
        manifest = f"id:{notification.query['data.id']};request-id:req-1;ts:{stamp};"
        tag = hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()
        return Signed(
            notification.body, {"x-signature": f"ts={stamp},v1={tag}", "x-request-id": "req-1"}, notification.query
        )

    def paid(self) -> Notification:
        return notice()

    refunded = expired = paid

    def unknown(self) -> Notification:
        return notice(type="merchant_order_new")

    def serve(self, api: FakeApi, state: str) -> None:
        done = {"id": 7, "amount": 150.5, "status": "approved", "date_created": "2026-11-24T12:00:00.000-03:00"}
        answer = {
            "paid": payment("approved"),
            "refunded": payment("refunded", refunds=[done], transaction_amount_refunded=150.5),
            "expired": payment("cancelled"),
        }[state]
        api.on("GET", f"/v1/payments/{PAYMENT_ID}", answer)

    def look_up(self, api: FakeApi, answer: dict[str, Any]) -> Any:
        api.on("GET", f"/v1/payments/{PAYMENT_ID}", answer)
        return self.gateway.fetch(self.parse(self.paid())[0], config("mercadopago", api.url), self.secrets())

    def test_milliseconds_are_a_time_too(self) -> None:
        signed = self.sign(self.paid(), SECRET, NOW, milliseconds=True)
        assert self.gateway.verify(signed.body, signed.headers, signed.query, (SECRET,), NOW).authentic

    def test_an_id_signed_in_lower_case_is_accepted(self) -> None:
        notification = Notification(b"{}", query={"data.id": "ord01jq"})
        signed = self.sign(notification, SECRET, NOW)
        query = {"data.id": "ORD01JQ"}
        assert self.gateway.verify(signed.body, signed.headers, query, (SECRET,), NOW).authentic

    def test_another_id_in_the_address_is_refused(self) -> None:
        signed = self.sign(self.paid(), SECRET, NOW)
        assert not self.gateway.verify(signed.body, signed.headers, {"data.id": "1"}, (SECRET,), NOW).authentic

    def test_an_address_without_the_id_leaves_that_of_the_body(self) -> None:
        signed = self.sign(self.paid(), SECRET, NOW)
        other = notice(data={"id": "666"}).body
        assert self.gateway.verify(signed.body, signed.headers, {}, (SECRET,), NOW).authentic
        assert not self.gateway.verify(other, signed.headers, {}, (SECRET,), NOW).authentic

    def test_the_signed_id_is_looked_up_not_that_of_the_body(self) -> None:
        assert self.parse(notice(data={"id": "666"}))[0].reference.value == PAYMENT_ID

    def test_a_chargeback_is_looked_up_by_its_payment(self) -> None:
        notification = notice(type="topic_chargebacks_wh", data={"id": 5, "payment_id": int(PAYMENT_ID)})
        assert self.parse(notification)[0].reference.value == PAYMENT_ID

    def test_a_charged_back_payment_is_credit_and_chargeback(self, api: FakeApi) -> None:
        kinds = [event.kind for event in self.look_up(api, payment("charged_back"))]
        assert kinds == [PaymentEventKind.CREDIT, PaymentEventKind.CHARGEBACK]

    def test_a_refund_without_a_list_is_a_total(self, api: FakeApi) -> None:
        found = self.look_up(api, payment("approved", transaction_amount_refunded=50.25))
        assert (found[1].kind, found[1].amount_cents, found[1].cumulative) == (PaymentEventKind.REFUND, 5025, True)

    @pytest.mark.parametrize("changes", [{"currency_id": "USD"}, {"transaction_amount": None}, {"status": "novo"}])
    def test_what_cannot_be_read_is_never_paid(self, api: FakeApi, changes: dict[str, Any]) -> None:
        found = self.look_up(api, {**payment("approved"), **changes})
        assert [event.kind for event in found] == [PaymentEventKind.UNKNOWN]
