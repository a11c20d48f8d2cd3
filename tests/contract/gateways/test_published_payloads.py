"""What gateways publish as real: examples of their documentation, sandbox captures, signature vectors."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fake_api import FakeApi, config, oauth_secrets, token_secrets

from regua import gateways
from regua.domain.money.payment_event import PaymentEventKind

FOLDER = Path(__file__).parents[4] / "shared/payloads"
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the shared payloads are not beside this checkout")


def raw(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def document(name: str) -> Any:
    return json.loads(raw(name))


def kinds(gateway: str, body: bytes, headers: dict[str, str] | None = None) -> list[tuple[str, int]]:
    return [(str(event.kind), event.amount_cents) for event in gateways.get(gateway).parse(body, headers or {}, {})]


def test_bacens_own_callback_with_a_refund_as_an_object() -> None:
    assert kinds("pix", raw("bacen_pix_webhook.json")) == [("credit", 11000), ("lifecycle", 1000), ("credit", 11000)]


def test_bacens_recurrence_callback() -> None:
    assert kinds("pix", raw("bacen_webhookrec_notification.json")) == [("lifecycle", 0)]


def test_efis_pix_and_its_refund() -> None:
    assert kinds("efi", raw("efi_pix_received.json")) == [("credit", 1)]
    assert kinds("efi", raw("efi_pix_devolucao.json")) == [("credit", 11000), ("refund", 11000)]


def test_efis_boleto_history(api: FakeApi) -> None:
    form = document("efi_charges_notification_form.json")["form"]
    event = gateways.get("efi").parse(urlencode(form).encode(), {}, {})[0]
    api.on("GET", f"/v1/notification/{form['notification']}", document("efi_charges_notification_detail_response.json"))
    found = gateways.get("efi").fetch(event, config("efi", api.url), oauth_secrets())
    assert [(str(item.kind), item.amount_cents) for item in found] == [
        ("lifecycle", 0),
        ("lifecycle", 0),
        ("credit", 2000),
        ("refund", 2000),
    ]
    assert found[3].refers_to == found[2].event_id == "1002:3"


def test_asaas_boleto_and_card() -> None:
    assert kinds("asaas", raw("asaas_payment_received_boleto_sandbox.json")) == [("credit", 4223)]
    assert kinds("asaas", raw("asaas_payment_received_card_docs_example.json")) == [("credit", 10000)]


def test_inters_bolepix() -> None:
    event = gateways.get("inter").parse(raw("inter_cobranca_recebido_pix.json"), {}, {})[0]
    assert (event.kind, event.amount_cents) == (PaymentEventKind.CREDIT, 602)
    assert event.occurred_at == datetime(2024, 9, 12, 14, 37, 13, 47000, tzinfo=UTC)


def test_coras_headers() -> None:
    assert kinds("cora", b"", document("cora_invoice_paid_headers.json")["headers"]) == [("lookup", 0)]


def test_iugus_forms() -> None:
    sample = document("iugu_invoice_status_changed_form.json")
    assert kinds("iugu", sample["raw_body_min"].encode()) == [("lookup", 0)]
    assert kinds("iugu", urlencode(sample["form_paid"]).encode()) == [("lookup", 0)]


def test_pagarmes_order() -> None:
    assert kinds("pagarme", raw("pagarme_order_paid_partial.json")) == [("lookup", 0)]


def test_pagbanks_waiting_boleto() -> None:
    assert kinds("pagbank", raw("pagbank_charge_boleto_waiting_partial.json")) == [("lifecycle", 0)]


def test_stripes_fixtures_move_no_money() -> None:
    assert kinds("stripe", raw("stripe_fixture_event.json")) == [("lifecycle", 0)]
    for name in ("charge", "payment_intent", "refund"):
        thing = document(f"stripe_fixture_{name}.json")
        wrapped = {"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": thing}}
        # The fixtures are in dollars, and nothing but reais pays a debt in reais.
        assert kinds("stripe", json.dumps(wrapped).encode()) == [("unknown", 0)]


def test_mercadopagos_payment(api: FakeApi) -> None:
    event = gateways.get("mercadopago").parse(raw("mercadopago_payment_created.json"), {}, {})[0]
    assert event.kind is PaymentEventKind.LOOKUP
    api.on("GET", "/v1/payments/999999999", document("mercadopago_payment_get.json"))
    found = gateways.get("mercadopago").fetch(event, config("mercadopago", api.url), token_secrets())
    assert [(str(item.kind), item.amount_cents, str(item.rail)) for item in found] == [("credit", 5880, "card")]


def test_mercadopagos_signature_vectors() -> None:
    published = document("mercadopago_signature_vectors.json")
    gateway, secrets = gateways.get("mercadopago"), (published["secret"],)
    now = datetime.fromtimestamp(1742505638, UTC)
    for vector in published["vectors"]:
        headers = {"x-signature": vector["x_signature"]}
        headers |= {"x-request-id": vector["x_request_id"]} if vector["x_request_id"] else {}
        query = {"data.id": vector["data_id"]} if vector["data_id"] else {}
        assert gateway.verify(b"{}", headers, query, secrets, now).authentic, vector["case"]
        for wrong in ({**headers, "x-request-id": "outro"}, {"x-signature": vector["x_signature"][:-1] + "x"}):
            assert not gateway.verify(b"{}", wrong, query, secrets, now).authentic, vector["case"]
        assert not gateway.verify(b"{}", headers, {"data.id": "outro"}, secrets, now).authentic, vector["case"]


def test_stripes_signature_vector() -> None:
    vector = document("stripe_signature_vector.json")
    headers = {name.lower(): value for name, value in vector["header"].items()}
    now = datetime.fromtimestamp(vector["timestamp"], UTC)
    body = vector["raw_body"].encode()
    gateway = gateways.get("stripe")
    assert gateway.verify(body, headers, {}, (vector["secret"],), now).authentic
    assert not gateway.verify(body + b" ", headers, {}, (vector["secret"],), now).authentic
    assert kinds("stripe", body) == [("unknown", 0)]


def test_pagbanks_signature_vector() -> None:
    vector = document("pagbank_signature_vector.json")
    body, now = vector["raw_body"].encode(), datetime(2026, 11, 23, tzinfo=UTC)
    assert gateways.get("pagbank").verify(body, vector["header"], {}, (vector["token"],), now).authentic
    assert not gateways.get("pagbank").verify(body + b"\n", vector["header"], {}, (vector["token"],), now).authentic


CASES = FOLDER.parent / "cases/files"


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases from the field are not here")
def test_the_order_of_the_cases_is_looked_up_and_credited(api: FakeApi) -> None:
    told = json.loads((CASES / "mp_order.json").read_text())
    gateway = gateways.get("mercadopago")
    [event] = gateway.parse(json.dumps(told).encode(), {}, {})
    assert event.kind is PaymentEventKind.LOOKUP
    api.on("GET", f"/v1/orders/{told['data']['id']}", told["data"])
    [found] = gateway.fetch(event, config("mercadopago", api.url), token_secrets())
    assert (found.kind, found.event_id, found.amount_cents) == (PaymentEventKind.CREDIT, "PAY01:paid", 100000)
    assert "ext-ref-001" in {name.value for name in found.alternatives}


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases from the field are not here")
def test_the_inquiry_of_the_cases_takes_no_money_back_and_is_work() -> None:
    [told] = gateways.get("stripe").parse((CASES / "st_inquiry.json").read_bytes(), {}, {})
    assert (told.kind, told.amount_cents) == (PaymentEventKind.UNKNOWN, 0)
    assert "inquiry" in told.note
