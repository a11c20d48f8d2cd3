"""Each sample of events/payment_webhook is what a gateway sends through API Gateway, and means what this table says."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from regua import gateways

FOLDER = Path(__file__).parents[3] / "events/payment_webhook"
SECRET = "segredo-de-exemplo"
PAID = "E1234567820261123145900a1b2c3d4e"
CHARGE = "CHAR_354828dd-786b-4cca-8ce4-6f7a1f3f2a1a"
INVOICE = "1757E1D7FD5E410A9C563024250015BF"
INTER = "092ea5e5-0f0f-4f8a-a1b9-6af53a06324d"
INTENT = "pi_1PgafyB7WZ01zgkWSjxsAJo3"

MEANING: dict[str, list[tuple[str, str, int, str]]] = {
    "asaas_payment_chargeback_requested": [("chargeback", "pay_6egmyz6lpfxazko3:chargeback", 35700, "card")],
    "asaas_payment_confirmed": [("credit", "pay_6egmyz6lpfxazko3:paid", 35700, "boleto")],
    "asaas_payment_created": [("lifecycle", "pay_6egmyz6lpfxazko3:created", 0, "boleto")],
    "asaas_payment_deleted": [("lifecycle", "evt_d26e303b238e509335ac9ba210e51b09&7686453", 0, "boleto")],
    "asaas_payment_overdue": [("lifecycle", "evt_d26e303b238e509335ac9ba210e51b02&7686446", 0, "boleto")],
    "asaas_payment_partially_refunded": [
        ("refund", "pay_6egmyz6lpfxazko3:refund:D1954055020261123150000a1b2c3d4e", 10050, "pix")
    ],
    "asaas_payment_received_late": [("credit", "pay_6egmyz6lpfxazko3:paid", 35700, "boleto")],
    "asaas_payment_received_pix": [("credit", "pay_6egmyz6lpfxazko3:paid", 35700, "pix")],
    "asaas_payment_refunded": [("refund", "pay_6egmyz6lpfxazko3:refund:2026-11-23T12:00:00:35700", 35700, "boleto")],
    "cora_invoice_paid": [("lookup", "evt_1a2b3c", 0, "unknown")],
    "efi_boleto_notification": [("lookup", "notification:daf59df16c9d6aaacf58d3aea64cb70b", 0, "boleto")],
    "efi_pix_received": [("credit", PAID, 35000, "pix")],
    "inter_cancelled_and_one_bad": [
        ("lifecycle", f"{INTER}:CANCELADO:2026-11-23T14:59:58.047Z", 0, "unknown"),
        ("unknown", "f01743d2dc6e0246748a4e3738d64512-1", 0, "unknown"),
    ],
    "inter_received_boleto": [("credit", f"{INTER}:RECEBIDO:BOLETO", 35750, "boleto")],
    "inter_received_pix": [("credit", f"{INTER}:RECEBIDO:PIX", 35700, "pix")],
    "iugu_invoice_paid": [("lookup", f"invoice.status_changed:{INVOICE}:paid", 0, "pix")],
    "iugu_invoice_refunded": [("lookup", f"invoice.refund:{INVOICE}:refunded", 0, "unknown")],
    "mercadopago_chargeback": [("lookup", "117842345612", 0, "unknown")],
    "mercadopago_payment_updated": [("lookup", "117842345611", 0, "unknown")],
    "pagarme_charge_refunded": [("lookup", "hook_ZyEKQO789TRpZjv6", 0, "pix")],
    "pagarme_order_paid": [("lookup", "hook_RyEKQO789TRpZjv5", 0, "unknown")],
    "pagbank_boleto_paid": [("credit", f"{CHARGE}:paid", 35700, "boleto")],
    "pagbank_boleto_waiting": [("lifecycle", f"{CHARGE}:WAITING", 0, "boleto")],
    "pagbank_pix_order_paid": [("credit", f"{CHARGE}:paid", 35700, "pix")],
    "pagbank_pix_refunded": [
        ("credit", f"{CHARGE}:paid", 35700, "pix"),
        ("refund", f"{CHARGE}:refunded:35700", 35700, "pix"),
    ],
    "pix_automatic_charge": [("debit", "cobr:7978c0c97ea847e78e8849634473c1f1:ATIVA:1-SOLICITADA", 0, "pix")],
    "pix_automatic_recurrence": [("lifecycle", "rec:RR1234567820261101abcdefghijk:APROVADA", 0, "pix")],
    "pix_batch_with_one_bad": [
        ("credit", PAID, 35000, "pix"),
        ("unknown", "E1234567820261123145901b2c3d4e5f:invalido", 0, "pix"),
        ("credit", "E1234567820261123145902c3d4e5f6a", 8990, "pix"),
    ],
    "pix_received": [("credit", PAID, 35000, "pix")],
    "pix_received_without_txid": [("credit", PAID, 35000, "pix")],
    "pix_refund_done": [("credit", PAID, 35000, "pix"), ("refund", f"{PAID}:DEV20261123A:DEVOLVIDO", 35000, "pix")],
    "pix_refund_in_process_as_object": [
        ("credit", PAID, 35000, "pix"),
        ("lifecycle", f"{PAID}:DEV20261123A:EM_PROCESSAMENTO", 35000, "pix"),
    ],
    "pix_refund_med_fraud": [
        ("credit", PAID, 35000, "pix"),
        ("chargeback", f"{PAID}:DEV20261123A:DEVOLVIDO", 35000, "pix"),
    ],
    "stripe_charge_refunded": [("lookup", "evt_1Pgc76B7WZ01zgkWcharge_r", 0, "boleto")],
    "stripe_dispute_created": [("chargeback", "dp_1Pgc72B7WZ01zgkWqPvrRrPE", 35700, "unknown")],
    "stripe_payment_intent_failed": [("lifecycle", "evt_1Pgc76B7WZ01zgkWpayment_", 0, "boleto")],
    "stripe_payment_intent_succeeded": [("credit", INTENT, 35700, "boleto")],
    "stripe_refund_updated": [("refund", "re_1Pgc72B7WZ01zgkWqPvrRrPE", 35700, "pix")],
}


def load(name: str) -> tuple[Any, bytes, dict[str, str], dict[str, str], datetime]:
    event = json.loads((FOLDER / f"{name}.json").read_text())
    gateway = gateways.get(event["pathParameters"]["gateway"])
    query = {**event.get("queryStringParameters", {}), "source_ip": event["requestContext"]["http"]["sourceIp"]}
    now = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)
    return gateway, event.get("body", "").encode(), event["headers"], query, now


def test_no_sample_is_left_out_and_no_gateway_is_without_one() -> None:
    files = {path.stem for path in FOLDER.glob("*.json")}
    assert files == set(MEANING)
    assert {name.partition("_")[0] for name in files} == set(gateways.GATEWAYS)


@pytest.mark.parametrize("name", sorted(MEANING))
def test_a_sample_is_authentic_and_means_what_it_says(name: str) -> None:
    gateway, body, headers, query, now = load(name)
    verdict = gateway.verify(body, headers, query, (SECRET,), now)
    assert verdict.authentic, verdict.why
    events = gateway.parse(body, headers, query)
    found = [(str(event.kind), event.event_id, event.amount_cents, str(event.rail)) for event in events]
    assert found == MEANING[name]


@pytest.mark.parametrize("name", sorted(MEANING))
def test_a_sample_is_refused_by_another_secret(name: str) -> None:
    gateway, body, headers, query, now = load(name)
    assert not gateway.verify(body, headers, query, ("outro",), now).authentic
