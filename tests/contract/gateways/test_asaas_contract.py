import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fake_api import API_TOKEN, FakeApi, config, token_secrets
from gateway_contract import GatewayContract, Notification, Signed, charge

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEventKind, Reference, ReferenceKind


def payment(**changes: Any) -> dict[str, Any]:
    return {
        "object": "payment",
        "id": "pay_17",
        "customer": "cus_1",
        "value": 150.5,
        "netValue": 149.51,
        "originalValue": 140,
        "billingType": "BOLETO",
        "status": "RECEIVED",
        "dueDate": "2026-11-10",
        "paymentDate": "2026-11-23",
        "clientPaymentDate": "2026-11-23",
        "externalReference": "TIT-17",
        "nossoNumero": "10326944",
        "deleted": False,
        "refunds": None,
        **changes,
    }


def refund(value: float, **changes: Any) -> dict[str, Any]:
    return {"dateCreated": "2026-11-24 10:00:00", "status": "DONE", "value": value, **changes}


def notification(event: str, **changes: Any) -> Notification:
    document = {"id": f"evt_{event}&1", "event": event, "dateCreated": "2026-11-23 12:00:00"}
    return Notification(json.dumps({**document, "payment": payment(**changes)}).encode())


class TestAsaas(GatewayContract):
    name = "asaas"
    rail = Rail.BOLETO
    paid_reference = charge("pay_17")
    paid_at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    malformed = (
        {"asaas-access-token": ""},
        {"asaas-access-token": " "},
        {"asaas-access-token": "ção"},
        {"authorization": "segredo-antigo-0001"},
    )

    def sign(self, notification: Notification, secret: str, at: datetime) -> Signed:
        return Signed(notification.body, {"asaas-access-token": secret})

    def paid(self) -> Notification:
        return notification("PAYMENT_RECEIVED")

    def refunded(self) -> Notification:
        return notification("PAYMENT_REFUNDED", refunds=[refund(150.5)])

    def expired(self) -> Notification:
        return notification("PAYMENT_OVERDUE", status="OVERDUE")

    def unknown(self) -> Notification:
        return notification("PAYMENT_TELEPORTED")

    def test_confirmed_and_received_are_one_credit(self) -> None:
        words = ("PAYMENT_CONFIRMED", "PAYMENT_RECEIVED", "PAYMENT_RECEIVED_IN_CASH")
        events = [self.parse(notification(word))[0] for word in words]
        assert {event.kind for event in events} == {PaymentEventKind.CREDIT}
        assert {event.event_id for event in events} == {"pay_17:paid"}

    def test_names_of_the_charge_are_tried_in_order(self) -> None:
        assert self.parse(self.paid())[0].alternatives == (
            Reference(ReferenceKind.EXTERNAL, "TIT-17"),
            Reference(ReferenceKind.OUR_NUMBER, "10326944"),
        )

    @pytest.mark.parametrize(
        ("value", "cents"),
        [(0.1, 10), (100, 10000), (1e3, 100000), (19.99, 1999), ("42.23", 4223), (1234567.89, 123456789)],
    )
    def test_money_is_read_to_the_cent(self, value: float, cents: int) -> None:
        assert self.parse(notification("PAYMENT_RECEIVED", value=value))[0].amount_cents == cents

    @pytest.mark.parametrize("value", [0, -1, None, True, "x", 0.001, [], 10**30])
    def test_an_amount_that_is_none_is_unknown(self, value: Any) -> None:
        assert self.parse(notification("PAYMENT_RECEIVED", value=value))[0].kind is PaymentEventKind.UNKNOWN

    def test_the_day_of_payment_counts_when_the_message_came_later(self) -> None:
        event = self.parse(notification("PAYMENT_RECEIVED", clientPaymentDate="2026-11-20"))[0]
        assert event.occurred_at == datetime(2026, 11, 20, 15, tzinfo=UTC)

    def test_each_partial_refund_is_a_fact_of_its_own(self) -> None:
        first = self.parse(notification("PAYMENT_PARTIALLY_REFUNDED", refunds=[refund(50)]))
        both = self.parse(
            notification(
                "PAYMENT_PARTIALLY_REFUNDED", refunds=[refund(50), refund(0.5, dateCreated="2026-11-25 09:00:00")]
            )
        )
        assert [event.amount_cents for event in both] == [5000, 50]
        assert first[0].event_id == both[0].event_id
        assert len({event.event_id for event in both}) == 2

    def test_cash_is_no_boleto_whichever_word_announces_it(self) -> None:
        for word in ("PAYMENT_RECEIVED_IN_CASH", "PAYMENT_RECEIVED"):
            [paid] = self.parse(notification(word, status="RECEIVED_IN_CASH", billingType="BOLETO"))
            assert (paid.kind, paid.rail) == (PaymentEventKind.CREDIT, Rail.UNKNOWN)

    def test_equal_refunds_of_one_list_are_several(self) -> None:
        alike = [refund(20.0), refund(20.0), refund(20.0, status="PENDING")]
        first = self.parse(notification("PAYMENT_PARTIALLY_REFUNDED", refunds=alike[:1]))
        both = self.parse(notification("PAYMENT_PARTIALLY_REFUNDED", refunds=alike))
        assert [event.amount_cents for event in both] == [20_00, 20_00]
        assert len({event.event_id for event in both}) == 2
        assert first[0].event_id == both[0].event_id

    def test_a_refund_still_pending_takes_nothing_back(self) -> None:
        events = self.parse(notification("PAYMENT_PARTIALLY_REFUNDED", refunds=[refund(50, status="PENDING")]))
        assert [event.kind for event in events] == [PaymentEventKind.LIFECYCLE]

    def test_a_chargeback_won_brings_the_money_back(self) -> None:
        lost = self.parse(notification("PAYMENT_CHARGEBACK_REQUESTED"))
        won = self.parse(notification("PAYMENT_RECEIVED", chargeback={"status": "REVERSED"}))
        facts = {event.event_id: event for event in (*self.parse(self.paid()), *lost, *won)}
        assert sum(e.amount_cents * (1 if e.kind is PaymentEventKind.CREDIT else -1) for e in facts.values()) == 15050

    @pytest.mark.parametrize(
        "word", ["TRANSFER_DONE", "INVOICE_ERROR", "ACCESS_TOKEN_EXPIRED", "TRANSFER_NEWLY_COINED"]
    )
    def test_news_of_the_account_is_counted_and_nobodys_work(self, word: str) -> None:
        body = json.dumps({"id": "evt_9", "event": word, "transfer": {"id": "t"}}).encode()
        assert [event.kind for event in self.parse(Notification(body))] == [PaymentEventKind.LIFECYCLE]

    @pytest.mark.parametrize("word", ["PAYMENT_NEWLY_COINED", "PIX_AUTOMATIC_NEWLY_COINED", "NEWLY_COINED"])
    def test_a_word_nobody_knows_is_kept_and_never_guessed(self, word: str) -> None:
        body = json.dumps({"id": "evt_9", "event": word, "payment": {"id": "pay_17", "value": 1}}).encode()
        assert [event.kind for event in self.parse(Notification(body))] == [PaymentEventKind.UNKNOWN]

    @pytest.mark.parametrize(
        ("word", "kind"),
        [
            ("CREATED", PaymentEventKind.DEBIT),
            ("SCHEDULED", PaymentEventKind.DEBIT),
            ("REFUSED", PaymentEventKind.DEBIT_REFUSED),
            ("CANCELLED", PaymentEventKind.DEBIT_ENDED),
        ],
    )
    @pytest.mark.parametrize(
        "told",
        [
            {"payment": {"id": "pay_17", "dueDate": "2026-03-10"}, "paymentInstruction": {"id": "i"}},
            {"paymentInstruction": {"id": "i", "paymentId": "pay_17", "dueDate": "2026-03-10"}},
        ],
    )
    def test_an_automatic_debit_is_told_of_its_charge(
        self, word: str, kind: PaymentEventKind, told: dict[str, Any]
    ) -> None:
        name = f"PIX_AUTOMATIC_RECURRING_PAYMENT_INSTRUCTION_{word}"
        [found] = self.parse(Notification(json.dumps({"id": "evt_9", "event": name, **told}).encode()))
        assert (found.kind, found.reference.value, found.amount_cents) == (kind, "pay_17", 0)
        assert found.due_on == date(2026, 3, 10)
        created = {"id": "evt_1", "event": "PAYMENT_CREATED", "payment": {"id": "pay_17", "externalReference": "T-17"}}
        [charge_] = self.parse(Notification(json.dumps(created).encode()))
        assert found.refers_to == charge_.event_id

    @pytest.mark.parametrize("word", ["PAYMENT_SPLIT_DONE", "PAYMENT_SPLIT_NEWLY_COINED"])
    def test_how_receivers_share_a_charge_is_counted(self, word: str) -> None:
        body = json.dumps({"id": "evt_9", "event": word, "payment": {"id": "pay_17", "value": 1}}).encode()
        assert [event.kind for event in self.parse(Notification(body))] == [PaymentEventKind.LIFECYCLE]

    def test_the_pull_says_what_the_webhooks_said(self, api: FakeApi) -> None:
        api.on("GET", "/v3/payments", {"data": [payment()], "hasMore": True})
        api.on("GET", "/v3/payments", {"data": [payment(id="pay_18", status="PENDING")], "hasMore": False})
        confirmed = payment(id="pay_19", status="CONFIRMED", billingType="CREDIT_CARD")
        api.on("GET", "/v3/payments", {"data": [confirmed], "hasMore": False})
        until = datetime(2026, 11, 24, 2, tzinfo=UTC)
        pulled = list(
            self.gateway.list_payments(until - timedelta(days=1), until, config("asaas", api.url), token_secrets())
        )
        assert [(event.event_id, event.kind) for event in pulled] == [
            ("pay_17:paid", PaymentEventKind.CREDIT),
            ("pay_18:PENDING", PaymentEventKind.LIFECYCLE),
            ("pay_19:paid", PaymentEventKind.CREDIT),
        ]
        assert api.calls[0].headers["access_token"] == API_TOKEN
        # 02:00 UTC is still the 23rd in São Paulo.
        assert api.calls[0].query["paymentDate[le]"] == "2026-11-23"
        assert api.calls[1].query["offset"] == "100"

    def test_a_pull_of_a_refunded_payment_says_credit_and_refund(self, api: FakeApi) -> None:
        api.on("GET", "/v3/payments/pay_17", payment(status="REFUNDED", refunds=[refund(150.5)]))
        found = self.gateway.fetch(self.parse(self.paid())[0], config("asaas", api.url), token_secrets())
        webhooks = [*self.parse(self.paid()), *self.parse(self.refunded())]
        assert [(e.event_id, e.kind, e.amount_cents) for e in found] == [
            (e.event_id, e.kind, e.amount_cents) for e in webhooks
        ]
