"""What a payment is made of, in each provider's own words; what is not told is None."""

import json
from datetime import date
from typing import Any

import pytest
from fake_api import FakeApi, config, oauth_secrets, token_secrets

from regua import gateways
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind

NOTHING = Parts()


def pix(valor: str, composition: Any, **more: Any) -> bytes:
    told = {"endToEndId": "E" + "1" * 31, "txid": "t" * 26, "valor": valor, "horario": "2026-03-02T15:00:00Z"}
    return json.dumps({"pix": [{**told, "componentesValor": composition, **more}]}).encode()


def composition(**parts: str) -> dict[str, Any]:
    return {name: {"valor": value} for name, value in parts.items()}


def read(gateway: str, body: bytes) -> list[PaymentEvent]:
    found: list[PaymentEvent] = gateways.get(gateway).parse(body, {}, {})
    return found


def money(gateway: str, body: bytes) -> tuple[str, int, Parts]:
    event = read(gateway, body)[0]
    return str(event.kind), event.amount_cents, event.parts or NOTHING


@pytest.mark.parametrize("gateway", ["pix", "efi"])
@pytest.mark.parametrize(
    ("valor", "told", "kind", "paid", "parts"),
    [
        ("90.00", composition(original="100.00", desconto="10.00"), "credit", 90_00, Parts(100_00, 10_00)),
        ("90.00", composition(original="100.00", abatimento="10.00"), "credit", 90_00, Parts(100_00, None, 10_00)),
        (
            "105.00",
            composition(original="100.00", multa="3.00", juros="2.00"),
            "credit",
            105_00,
            Parts(100_00, fine_cents=3_00, interest_cents=2_00),
        ),
        (
            "100.00",
            composition(original="100.00", multa="0.00", desconto="0"),
            "credit",
            100_00,
            Parts(100_00, 0, fine_cents=0),
        ),
        ("100.00", composition(saque="100.00"), "lifecycle", 0, Parts(cash_cents=100_00)),
        ("100.00", composition(original="0.00", saque="100.00"), "lifecycle", 0, Parts(0, cash_cents=100_00)),
        ("150.00", composition(original="100.00", troco="50.00"), "credit", 100_00, Parts(100_00, cash_cents=50_00)),
        ("150.00", composition(troco="50.00"), "credit", 100_00, Parts(cash_cents=50_00)),
        (
            "143.00",
            composition(original="100.00", desconto="7.00", troco="50.00"),
            "credit",
            93_00,
            Parts(100_00, 7_00, cash_cents=50_00),
        ),
        ("150.00", [composition(original="100.00"), composition(troco="50.00")], "credit", 100_00, None),
        ("100.00", composition(original="100.00"), "credit", 100_00, Parts(100_00)),
        ("100.00", {"original": "100.00"}, "credit", 100_00, Parts(100_00)),
        ("100.00", None, "credit", 100_00, NOTHING),
        ("100.00", {}, "credit", 100_00, NOTHING),
        ("100.00", "100.00", "credit", 100_00, NOTHING),
        ("90.00", composition(original="100,00", desconto="-10.00"), "credit", 90_00, NOTHING),
        ("90.00", {"original": {"valor": None}, "desconto": {}}, "credit", 90_00, NOTHING),
    ],
)
def test_a_pix_says_what_it_is_made_of(
    gateway: str, valor: str, told: Any, kind: str, paid: int, parts: Parts | None
) -> None:
    parts = parts or Parts(100_00, cash_cents=50_00)
    assert money(gateway, pix(valor, told)) == (kind, paid, parts)


@pytest.mark.parametrize(
    "told",
    [
        composition(original="100.00", troco="40.00"),
        composition(original="0.00", saque="200.00"),
        composition(original="100.00", saque="50,00"),
        {"original": {"valor": "100.00"}, "troco": {}},
        composition(original="80.00", saque="50.00", troco="50.00"),
    ],
)
def test_cash_that_does_not_add_up_is_no_credit_and_is_named_to_a_person(told: Any) -> None:
    [event] = read("pix", pix("150.00", told))
    assert event.kind is PaymentEventKind.UNKNOWN
    assert "R$ 150,00" in event.note
    assert all(name in event.note for name in told)


@pytest.mark.parametrize(
    ("told", "nature", "amount", "kind", "back"),
    [
        (composition(original="100.00", troco="50.00"), "RETIRADA", "50.00", "lifecycle", 50_00),
        (composition(original="100.00", troco="50.00"), "ORIGINAL", "100.00", "refund", 100_00),
        (composition(original="100.00", troco="50.00"), None, "30.00", "refund", 30_00),
        (composition(original="100.00", troco="50.00"), "MED_FRAUDE", "150.00", "chargeback", 100_00),
        (composition(original="100.00", troco="50.00"), "MED_OPERACIONAL", "20.00", "refund", 20_00),
        (composition(saque="150.00"), "RETIRADA", "150.00", "lifecycle", 150_00),
        (composition(saque="150.00"), "MED_FRAUDE", "150.00", "lifecycle", 150_00),
        (composition(saque="150.00"), None, "150.00", "lifecycle", 150_00),
        (None, "RETIRADA", "150.00", "lifecycle", 150_00),
        (None, "RETIRADA", "muito", "lifecycle", 0),
        (None, "ORIGINAL", "150.00", "refund", 150_00),
    ],
)
def test_cash_that_goes_back_takes_nothing_of_what_was_paid(
    told: Any, nature: str | None, amount: str, kind: str, back: int
) -> None:
    refund = {"id": "D1", "valor": amount, "status": "DEVOLVIDO"} | ({"natureza": nature} if nature else {})
    event = read("pix", pix("150.00", told, devolucoes=[refund]))[1]
    assert (str(event.kind), event.amount_cents) == (kind, back)


FIXED = {"value": 10, "limitDate": None, "dueDateLimitDays": 0, "type": "FIXED"}
PERCENT = {"value": 10, "dueDateLimitDays": 0, "type": "PERCENTAGE"}
FINE = {"value": 2, "type": "PERCENTAGE"}
INTEREST = {"value": 1, "type": "PERCENTAGE"}


def asaas(**payment: Any) -> bytes:
    told = {"id": "pay_1", "netValue": 1.0, "dueDate": "2026-03-02", "clientPaymentDate": "2026-03-02", **payment}
    return json.dumps({"id": "evt_1", "event": "PAYMENT_RECEIVED", "payment": told}).encode()


@pytest.mark.parametrize(
    ("payment", "parts"),
    [
        ({"value": 90.0, "originalValue": 100.0, "discount": FIXED}, Parts(100_00, 10_00)),
        ({"value": 90, "originalValue": 100, "interestValue": None, "discount": PERCENT}, Parts(100_00, 10_00)),
        ({"value": 30.03, "originalValue": 33.37, "discount": PERCENT}, Parts(33_37, 3_34)),
        ({"value": 103.1, "originalValue": 100, "interestValue": 3.1}, Parts(100_00, interest_cents=3_10)),
        (
            {"value": 93.1, "originalValue": 100, "interestValue": 3.1, "discount": FIXED},
            Parts(100_00, 10_00, None, None, 3_10),
        ),
        ({"value": 60, "originalValue": 100, "discount": FIXED}, Parts(100_00, 10_00)),
        ({"value": 60, "originalValue": 100, "discount": {**FIXED, "dueDateLimitDays": 5}}, Parts(100_00)),
        ({"value": 90, "originalValue": 100, "discount": {**FIXED, "dueDateLimitDays": 5}}, Parts(100_00, 10_00)),
        ({"value": 90, "discount": FIXED}, Parts(None, 10_00)),
        ({"value": 90, "discount": {**FIXED, "limitDate": "2026-03-02"}}, Parts(None, 10_00)),
        ({"value": 90, "discount": {**FIXED, "limitDate": "2026-03-01"}}, NOTHING),
        ({"value": 90, "discount": {**FIXED, "dueDateLimitDays": 1}}, NOTHING),
        ({"value": 90, "discount": {**FIXED, "dueDateLimitDays": 10**30}}, NOTHING),
        ({"value": 90, "discount": {**FIXED, "dueDateLimitDays": []}}, NOTHING),
        ({"value": 90, "discount": {**FIXED, "dueDateLimitDays": 0.0}}, Parts(None, 10_00)),
        ({"value": 90, "discount": PERCENT}, Parts(None, 10_00)),
        ({"value": 100, "discount": PERCENT}, NOTHING),
        ({"value": 90, "discount": PERCENT, "clientPaymentDate": "2026-03-03"}, NOTHING),
        ({"value": 90, "discount": {**PERCENT, "value": 100}}, NOTHING),
        ({"value": 90, "discount": FIXED, "clientPaymentDate": "2026-03-03"}, NOTHING),
        ({"value": 60, "originalValue": 100}, Parts(100_00)),
        ({"value": 100, "originalValue": None, "interestValue": None, "discount": FIXED}, Parts(None, 10_00)),
        ({"value": 100, "originalValue": None, "interestValue": 3.1}, NOTHING),
        (
            {
                "value": "90.00",
                "originalValue": "100.00",
                "interestValue": "0.00",
                "discount": {**FIXED, "value": "10.00"},
            },
            Parts(100_00, 10_00, None, None, 0),
        ),
        (
            {"value": 102, "originalValue": 100, "clientPaymentDate": "2026-03-12", "fine": FINE},
            Parts(100_00, fine_cents=2_00),
        ),
        (
            {
                "value": 102.33,
                "originalValue": 100,
                "clientPaymentDate": "2026-03-12",
                "fine": FINE,
                "interest": INTEREST,
            },
            Parts(100_00, fine_cents=2_00, interest_cents=33),
        ),
        (
            {"value": 150, "originalValue": 100, "clientPaymentDate": "2026-03-12", "fine": FINE, "interest": INTEREST},
            Parts(100_00),
        ),
        ({"value": 102, "originalValue": 100, "fine": FINE, "interest": INTEREST}, Parts(100_00)),
    ],
)
def test_asaas_tells_what_was_asked_and_what_was_charged_and_its_terms_what_was_granted(
    payment: dict[str, Any], parts: Parts
) -> None:
    kind, paid, told = money("asaas", asaas(**payment))
    assert (kind, told) == ("credit", parts)
    assert paid == round(float(payment["value"]) * 100)


def test_which_months_charge_was_paid_is_told_by_its_due_date() -> None:
    assert read("asaas", asaas(value=100))[0].due_on == date(2026, 3, 2)
    assert read("asaas", asaas(value=100, dueDate="2026-04-02", originalDueDate="2026-03-02"))[0].due_on == date(
        2026, 3, 2
    )
    assert read("asaas", asaas(value=100, dueDate=None))[0].due_on is None
    assert read("inter", inter(valorTotalRecebido="90.0"))[0].due_on == date(2026, 3, 2)


def test_asaas_net_value_never_lessens_what_was_paid() -> None:
    assert money("asaas", asaas(value=100, netValue=97.01))[1] == 100_00


def inter(**charge: Any) -> bytes:
    told = {"codigoSolicitacao": "c1", "situacao": "RECEBIDO", "dataHoraSituacao": "2026-03-12T15:00:00Z"}
    return json.dumps([{**told, "origemRecebimento": "BOLETO", "dataVencimento": "2026-03-02", **charge}]).encode()


@pytest.mark.parametrize(
    ("charge", "parts"),
    [
        ({"valorTotalRecebido": "90.0"}, NOTHING),
        ({"valorTotalRecebido": "100", "valorNominal": 100.0}, Parts(100_00)),
        (
            {
                "valorTotalRecebido": "97",
                "valorNominal": 100,
                "descontos": [{"codigo": "PERCENTUALDATAINFORMADA", "taxa": 3, "quantidadeDias": 7}],
            },
            Parts(100_00, 3_00),
        ),
        (
            {
                "valorTotalRecebido": "90",
                "valorNominal": 100,
                "desconto": {"codigo": "VALORFIXODATAINFORMADA", "valor": 10},
            },
            Parts(100_00, 10_00),
        ),
        (
            {
                "valorTotalRecebido": "102.33",
                "valorNominal": 100,
                "multa": {"codigo": "PERCENTUAL", "taxa": 2},
                "mora": {"codigo": "TAXAMENSAL", "taxa": 1},
            },
            Parts(100_00, fine_cents=2_00, interest_cents=33),
        ),
        (
            {
                "valorTotalRecebido": "107",
                "valorNominal": 100,
                "multa": {"codigo": "VALORFIXO", "valor": 5},
                "mora": {"codigo": "VALORDIA", "valor": 0.2},
            },
            Parts(100_00, fine_cents=5_00, interest_cents=2_00),
        ),
        ({"valorTotalRecebido": "107", "valorNominal": 100, "multa": {}, "mora": {}, "descontos": []}, Parts(100_00)),
    ],
)
def test_inter_tells_the_terms_and_they_explain_the_difference(charge: dict[str, Any], parts: Parts) -> None:
    assert money("inter", inter(**charge))[2] == parts


def looked_up(api: FakeApi, gateway: str, event: PaymentEvent, path: str, answer: Any) -> list[PaymentEvent]:
    api.on("GET", path, answer)
    secrets = oauth_secrets() if gateway == "cora" else token_secrets()
    found: list[PaymentEvent] = gateways.get(gateway).fetch(event, config(gateway, api.url), secrets)
    return found


RULES = {
    "discounts": [{"type": "fixed", "value": 10, "limit_date": "2026-03-02"}],
    "fine": {"type": "percentage", "value": 2},
    "interest": {"type": "percentage", "value": 1},
}


@pytest.mark.parametrize(
    ("payment", "paid", "parts"),
    [
        ({"transaction_amount": 100, "coupon_amount": 0}, 100_00, Parts(100_00, 0)),
        ({"transaction_amount": 100}, 100_00, Parts(100_00)),
        (
            {
                "transaction_amount": 100,
                "coupon_amount": 10,
                "fee_details": [
                    {"type": "coupon_fee", "fee_payer": "collector", "amount": 10},
                    {"type": "mercadopago_fee", "fee_payer": "collector", "amount": 4},
                ],
            },
            90_00,
            Parts(100_00, 10_00),
        ),
        (  # half of it is Mercado Pago's
            {
                "transaction_amount": 100,
                "coupon_amount": 10,
                "fee_details": [{"type": "coupon_fee", "fee_payer": "collector", "amount": 5}],
            },
            95_00,
            Parts(100_00, 5_00),
        ),
        (  # Mercado Pago's own: the creditor receives all, less the fee
            {
                "transaction_amount": 100,
                "coupon_amount": 10,
                "fee_details": [{"type": "mercadopago_fee", "fee_payer": "collector", "amount": 4}],
                "transaction_details": {"net_received_amount": 96, "total_paid_amount": 90},
            },
            100_00,
            Parts(100_00, 0),
        ),
        (  # nobody says whose it is
            {
                "transaction_amount": 100,
                "coupon_amount": 10,
                "fee_details": [{"type": "coupon_fee", "fee_payer": "payer", "amount": 10}],
                "transaction_details": {"net_received_amount": 86, "total_paid_amount": 90},
            },
            100_00,
            Parts(100_00),
        ),
        ({"transaction_amount": 100, "coupon_amount": 10}, 100_00, Parts(100_00)),
        ({"transaction_amount": 100, "coupon_amount": 100}, 100_00, Parts(100_00)),
        (
            {"transaction_amount": 100, "transaction_details": {"net_received_amount": 95, "total_paid_amount": 115.5}},
            100_00,
            Parts(100_00),
        ),
        (  # of a boleto more was paid than it asks
            {"transaction_amount": 100, "transaction_details": {"total_paid_amount": 110, "overpaid_amount": 10}},
            110_00,
            Parts(100_00),
        ),
        (
            {
                "transaction_amount": 100,
                "transaction_details": {"total_paid_amount": 90},
                "payment_method": {"data": {"rules": RULES}},
            },
            90_00,
            Parts(100_00, 10_00),
        ),
        (
            {
                "transaction_amount": 100,
                "transaction_details": {"total_paid_amount": 102.03},
                "payment_method": {"data": {"rules": RULES}},
            },
            102_03,
            Parts(100_00, fine_cents=2_00, interest_cents=3),
        ),
    ],
)
def test_a_payment_of_mercado_pago(api: FakeApi, payment: dict[str, Any], paid: int, parts: Parts) -> None:
    body = json.dumps({"id": 1, "type": "payment", "data": {"id": "17"}}).encode()
    told = {"id": 17, "status": "approved", "currency_id": "BRL", "taxes_amount": 7, **payment}
    [event] = looked_up(api, "mercadopago", read("mercadopago", body)[0], "/v1/payments/17", told)
    assert (event.amount_cents, event.parts) == (paid, parts)


@pytest.mark.parametrize(
    ("order", "payment", "paid", "parts"),
    [
        ({}, {"amount": "100.00", "paid_amount": "100.00"}, 100_00, Parts(100_00)),
        ({}, {"amount": "100.00", "paid_amount": "60.00"}, 60_00, Parts(100_00)),
        (
            {"discounts": {"payment_methods": [{"type": "pix", "new_total_amount": "90.00"}]}},
            {"amount": "90.00", "paid_amount": "90.00"},
            90_00,
            Parts(100_00, 10_00),
        ),
        (
            {"taxes": [{"type": "IVA", "value": "5.00"}]},
            {"amount": "100.00", "paid_amount": "112.40", "payment_method": {"id": "visa", "type": "credit_card"}},
            112_40,
            Parts(100_00, interest_cents=12_40),
        ),
        ({}, {"amount": "100.00", "paid_amount": "112.40"}, 112_40, Parts(100_00)),
        (
            {"discounts": {"payment_methods": [{"type": {}, "new_total_amount": "90.00"}, {"type": ["pix"]}]}},
            {"amount": "90.00", "paid_amount": "90.00"},
            90_00,
            Parts(90_00),
        ),
    ],
)
def test_a_payment_of_an_order_of_mercado_pago(
    api: FakeApi, order: dict[str, Any], payment: dict[str, Any], paid: int, parts: Parts
) -> None:
    body = json.dumps({"id": 1, "type": "order", "data": {"id": "ORD1"}}).encode()
    done = {"id": "PAY1", "status": "processed", "payment_method": {"id": "pix", "type": "pix"}, **payment}
    told = {
        "id": "ORD1",
        "status": "processed",
        "total_amount": "100.00",
        **order,
        "transactions": {"payments": [done]},
    }
    [event] = looked_up(api, "mercadopago", read("mercadopago", body)[0], "/v1/orders/ORD1", told)
    assert (event.amount_cents, event.parts) == (paid, parts)


@pytest.mark.parametrize(
    ("invoice", "parts"),
    [
        ({"total_cents": 100_00, "total_paid_cents": 100_00}, Parts(100_00)),
        (
            {
                "items_total_cents": 100_00,
                "discount_cents": 10_00,
                "tax_cents": None,
                "total_cents": 90_00,
                "total_paid_cents": 90_00,
                "taxes_paid_cents": 2_00,
            },
            Parts(100_00, 10_00),
        ),
        (
            {
                "total_cents": 100_00,
                "total_paid_cents": 95_00,
                "early_payment_discount": True,
                "early_payment_discounts": [{"days": 5, "percent": "5"}],
            },
            Parts(100_00, 5_00),
        ),
        (
            {
                "total_cents": 100_00,
                "total_paid_cents": 92_00,
                "early_payment_discounts": [{"days": 5, "value_cents": 800}],
            },
            Parts(100_00, 8_00),
        ),
        (
            {"total_cents": 100_00, "total_paid_cents": 102_00, "fines_on_occurrence_day_cents": 2_00},
            Parts(100_00, fine_cents=2_00),
        ),
        (
            {
                "total_cents": 100_00,
                "total_paid_cents": 103_00,
                "fines_on_occurrence_day_cents": 3_00,
                "per_day_interest": True,
            },
            Parts(100_00, interest_cents=3_00),
        ),
        ({"total_cents": 100_00, "total_paid_cents": 40_00, "status": "partially_paid"}, Parts(100_00)),
        ({"total_paid_cents": 100_00}, None),
    ],
)
def test_an_invoice_of_iugu(api: FakeApi, invoice: dict[str, Any], parts: Parts | None) -> None:
    event = read("iugu", b"event=invoice.status_changed&data%5Bid%5D=A1&data%5Bstatus%5D=paid")[0]
    [credit] = looked_up(api, "iugu", event, "/v1/invoices/A1", {"id": "A1", "status": "paid", **invoice})
    assert (credit.amount_cents, credit.parts) == (invoice["total_paid_cents"], parts)


@pytest.mark.parametrize(
    ("invoice", "parts"),
    [
        ({"total_amount": 100_00, "total_paid": 100_00}, Parts(100_00)),
        (
            {
                "total_amount": 100_00,
                "total_paid": 90_00,
                "payment_terms": {"due_date": "2026-03-02", "discount": {"type": "PERCENT", "value": 10}},
            },
            Parts(100_00, 10_00),
        ),
        (
            {
                "total_amount": 100_00,
                "total_paid": 85_00,
                "payment_terms": {"discount": {"type": "FIXED", "value": 15_00}},
            },
            Parts(100_00, 15_00),
        ),
        (
            {
                "total_amount": 100_00,
                "total_paid": 102_33,
                "payment_terms": {"due_date": "2026-03-02", "fine": {"rate": 2}, "interest": {"rate": 1}},
                "payments": [{"method": "PIX", "finalized_at": "2026-03-12T15:00:00Z"}],
            },
            Parts(100_00, fine_cents=2_00, interest_cents=33),
        ),
        (
            {"total_amount": 100_00, "total_paid": 103_00, "payments": [{"fine": 2_00, "interest": 1_00}]},
            Parts(100_00, fine_cents=2_00, interest_cents=1_00),
        ),
        (  # what does not add up is not told
            {"total_amount": 100_00, "total_paid": 110_00, "payments": [{"fine": 2_00, "interest": 1_00}]},
            Parts(100_00),
        ),
        ({"total_paid": 100_00}, None),
    ],
)
def test_an_invoice_of_cora(api: FakeApi, invoice: dict[str, Any], parts: Parts | None) -> None:
    headers = {"webhook-event-id": "e", "webhook-event-type": "invoice.paid", "webhook-resource-id": "inv_1"}
    event = gateways.get("cora").parse(b"", headers, {})[0]
    [credit] = looked_up(api, "cora", event, "/v2/invoices/inv_1", {"id": "inv_1", "status": "PAID", **invoice})
    assert (credit.amount_cents, credit.parts) == (invoice["total_paid"], parts)


@pytest.mark.parametrize(
    ("charge", "parts"),
    [
        ({"amount": 100_00, "paid_amount": 100_00}, Parts(100_00)),
        ({"amount": 100_00, "paid_amount": 60_00, "status": "underpaid"}, Parts(100_00)),
        (
            {
                "amount": 100_00,
                "paid_amount": 102_30,
                "status": "overpaid",
                "last_transaction": {
                    "due_at": "2026-03-02T00:00:00",
                    "fine": {"days": 1, "type": "percentage", "amount": "2.0"},
                    "interest": {"days": 1, "type": "flat", "amount": 3},
                },
            },
            Parts(100_00, fine_cents=2_00, interest_cents=30),
        ),
        (
            {"amount": 100_00, "paid_amount": 103_17, "status": "overpaid", "interest_and_fine_paid": 3_17},
            Parts(100_00, interest_cents=3_17),
        ),
        (
            {"amount": 100_00, "paid_amount": 120_00, "status": "overpaid", "interest_and_fine_paid": 3_17},
            Parts(100_00),
        ),
    ],
)
def test_a_charge_of_pagarme(api: FakeApi, charge: dict[str, Any], parts: Parts) -> None:
    event = read("pagarme", b'{"id":"h","type":"charge.paid","data":{"id":"ch_1"}}')[0]
    told = {"id": "ch_1", "status": "paid", "paid_at": "2026-03-12T15:00:00Z", **charge}
    [credit] = looked_up(api, "pagarme", event, "/core/v5/charges/ch_1", told)
    assert (credit.amount_cents, credit.parts) == (charge["paid_amount"], parts)


@pytest.mark.parametrize(
    ("amount", "parts"),
    [
        ({"value": 100_00}, Parts(100_00)),
        (
            {"value": 104_90, "fees": {"buyer": {"interest": {"total": 4_90, "installments": 3}}}},
            Parts(100_00, interest_cents=4_90),
        ),
        ({"value": 100_00, "fees": {"buyer": {"interest": {"total": 0}}}}, Parts(100_00, interest_cents=0)),
    ],
)
def test_a_charge_of_pagbank(amount: dict[str, Any], parts: Parts) -> None:
    told = {**amount, "currency": "BRL", "summary": {"total": amount["value"], "paid": amount["value"], "refunded": 0}}
    body = json.dumps({"id": "CHAR_1", "status": "PAID", "amount": told}).encode()
    assert money("pagbank", body) == ("credit", amount["value"], parts)


@pytest.mark.parametrize(
    ("kind", "thing", "parts"),
    [
        (
            "checkout.session.completed",
            {
                "payment_intent": "pi_1",
                "payment_status": "paid",
                "amount_total": 90_00,
                "amount_subtotal": 100_00,
                "total_details": {"amount_discount": 10_00},
            },
            Parts(100_00, 10_00),
        ),
        (
            "checkout.session.completed",
            {
                "payment_intent": "pi_1",
                "payment_status": "paid",
                "amount_total": 95_00,
                "amount_subtotal": 100_00,
                "total_details": {"amount_discount": 10_00, "amount_tax": 5_00},
            },
            Parts(105_00, 10_00),
        ),
        (
            "payment_intent.succeeded",
            {"id": "pi_1", "amount": 90_00, "amount_details": {"discount_amount": 10_00}},
            Parts(100_00, 10_00),
        ),
        ("payment_intent.succeeded", {"id": "pi_1", "amount": 90_00, "amount_details": {"tip": {}}}, NOTHING),
        (
            "invoice.paid",
            {
                "id": "in_1",
                "payment_intent": "pi_1",
                "total": 90_00,
                "amount_paid": 90_00,
                "total_discount_amounts": [{"amount": 6_00}, {"amount": 4_00}],
            },
            Parts(100_00, 10_00),
        ),
        (
            "invoice.paid",
            {"id": "in_1", "payment_intent": "pi_1", "total": 90_00, "total_discount_amounts": []},
            NOTHING,
        ),
    ],
)
def test_what_stripe_tells(kind: str, thing: dict[str, Any], parts: Parts) -> None:
    thing = {"object": kind.rpartition(".")[0], "currency": "brl", **thing}
    [event] = read("stripe", json.dumps({"id": "evt_1", "type": kind, "data": {"object": thing}}).encode())
    assert (event.parts or NOTHING) == parts


def test_efis_boleto_tells_no_parts(api: FakeApi) -> None:
    event = gateways.get("efi").parse(b"notification=abc", {}, {})[0]
    paid = {"id": 3, "status": {"current": "paid"}, "identifiers": {"charge_id": 1}, "value": 90_00}
    api.on("GET", "/v1/notification/abc", {"data": [paid]})
    [credit] = gateways.get("efi").fetch(event, config("efi", api.url), oauth_secrets())
    assert (credit.amount_cents, credit.parts) == (90_00, None)
