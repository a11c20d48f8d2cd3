"""Mercado Pago: Pix, boleto and card.

Source: mercadopago/sdk-python webhook/validator.py 3.5 (signature), mercadopago/devsite-docs (notifications).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.gateways import reading
from regua.gateways.base import Declaration, Proof, Subject
from regua.gateways.client import Client, option
from regua.gateways.signatures import accepted, among, hmac_hex, missing, pairs, refused, seconds, stale, usable
from regua.ports import Secrets

TOPICS = {"payment": "id", "topic_chargebacks_wh": "payment_id"}
"""Kind of notification -> the field of `data` with the payment's id."""
STATUS = {
    "approved": PaymentEventKind.CREDIT,
    # The money is here and disputed; it is taken back only when the status becomes charged_back.
    "in_mediation": PaymentEventKind.CREDIT,
    "refunded": PaymentEventKind.REFUND,
    "charged_back": PaymentEventKind.CHARGEBACK,
    "pending": PaymentEventKind.LIFECYCLE,
    "authorized": PaymentEventKind.LIFECYCLE,
    "in_process": PaymentEventKind.LIFECYCLE,
    "rejected": PaymentEventKind.LIFECYCLE,
    "cancelled": PaymentEventKind.LIFECYCLE,
}
RAILS = {
    "ticket": Rail.BOLETO,
    "bank_transfer": Rail.PIX,
    "credit_card": Rail.CARD,
    "debit_card": Rail.CARD,
    "prepaid_card": Rail.CARD,
}


class MercadoPago:
    """Mercado Pago: the signature covers ids and time, not the body, so a notification only says what to look up."""

    name = "mercadopago"
    declaration = Declaration(
        name="mercadopago",
        title="Mercado Pago",
        proof=Proof.SIGNATURE,
        thin=True,
        rails=(Rail.PIX, Rail.BOLETO, Rail.CARD),
        base_url="https://api.mercadopago.com",
        tolerance_seconds=300,
    )

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """`x-signature: ts=..,v1=..` is the HMAC of `id:<data.id>;request-id:<x-request-id>;ts:<ts>;`.

        Absent parts are left out. The id comes from the address (from the body when the address has none) as received;
        Mercado Pago's own pages also ask for lower case, so both count.
        """
        configured, header = usable(secrets), reading.lowered(headers, "x-signature")
        if problem := missing("x-signature", header, configured):
            return refused(problem)
        parts = dict(pairs(header))
        timestamp, given = parts.get("ts", ""), parts.get("v1", "")
        signed_at = seconds(timestamp)
        if signed_at is None or not given:
            return refused("o cabeçalho x-signature está malformado")
        data_id, request_id = _signed_id(body, query), reading.lowered(headers, "x-request-id")
        expected = [
            hmac_hex(secret, _manifest(name, request_id, timestamp))
            for secret in configured
            for name in dict.fromkeys((data_id, data_id.lower()))
        ]
        if not among(given, expected):
            return refused("a assinatura x-signature não confere")
        problem = stale(signed_at, now, self.declaration.tolerance_seconds)
        return refused(problem) if problem else accepted("a assinatura x-signature confere; o corpo não é assinado")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """A LOOKUP of the payment; UNKNOWN for other topics."""
        document = reading.json_object(body)
        topic = reading.word(document.get("type")) or reading.word(query.get("type"))
        data = reading.section(document, "data")
        if not topic and not data:
            raise ValueError("não é um aviso do Mercado Pago: faltam type e data")
        field = TOPICS.get(topic, "")
        signed = query.get("data.id", "") if field == "id" else ""
        payment_id = reading.identifier(signed or data.get(field)) if field else ""
        action = reading.word(document.get("action")) or topic
        event_id = reading.identifier(document.get("id")) or reading.fingerprint(body)
        names = (reading.reference(ReferenceKind.CHARGE, payment_id),)
        subject = Subject(self.name, action, names, at=reading.moment(document.get("date_created")))
        return [subject.hint(event_id, bool(payment_id), f"assunto desconhecido ou sem id: {topic[:40]}")]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """`GET /v1/payments/{id}`: what has happened to the payment."""
        client = Client.with_bearer(config, secrets, option(config, "base_url", self.declaration.base_url))
        return self._payment(client.call("GET", f"/v1/payments/{reading.path_id(event.reference.value)}"))

    def _payment(self, payment: dict[str, Any]) -> list[PaymentEvent]:
        status, payment_id = reading.word(payment.get("status")), reading.identifier(payment.get("id"))
        kind = STATUS.get(status, PaymentEventKind.UNKNOWN)
        amount = reading.cents_of_reais(payment.get("transaction_amount"))
        subject = self._subject(payment, status)
        if kind in {PaymentEventKind.LIFECYCLE, PaymentEventKind.UNKNOWN} or not payment_id:
            return [subject.event(f"{payment_id or 'sem-id'}:{status[:40]}", kind)]
        if payment.get("currency_id") != "BRL" or not amount:
            return [subject.unknown(f"{payment_id}:{status}", "valor ou moeda ilegível")]
        paid, paid_at = f"{payment_id}:paid", reading.moment(payment.get("date_approved"))
        events = [subject.event(paid, PaymentEventKind.CREDIT, amount, at=paid_at)]
        for refund in reading.items(payment.get("refunds")):
            part = reading.cents_of_reais(refund.get("amount"))
            refund_id = reading.identifier(refund.get("id"))
            if refund.get("status") == "approved" and part and refund_id:
                name, at = f"{payment_id}:refund:{refund_id}", reading.moment(refund.get("date_created"))
                events.append(subject.event(name, PaymentEventKind.REFUND, part, at=at, refers_to=paid))
        refunded = reading.cents_of_reais(payment.get("transaction_amount_refunded"))
        if len(events) == 1 and (refunded or kind is PaymentEventKind.REFUND):
            total, name = refunded or amount, f"{payment_id}:refunded:{refunded or amount}"
            events.append(subject.event(name, PaymentEventKind.REFUND, total, refers_to=paid, cumulative=True))
        if kind is PaymentEventKind.CHARGEBACK:
            events.append(subject.event(f"{payment_id}:chargeback", kind, amount, refers_to=paid))
        return events

    def _subject(self, payment: dict[str, Any], status: str) -> Subject:
        names = (
            reading.reference(ReferenceKind.CHARGE, payment.get("id")),
            reading.reference(ReferenceKind.EXTERNAL, payment.get("external_reference")),
        )
        rail = RAILS.get(reading.word(payment.get("payment_type_id")), Rail.UNKNOWN)
        return Subject(self.name, status, names, rail, reading.moment(payment.get("date_last_updated")))


def _signed_id(body: bytes, query: Mapping[str, str]) -> str:
    if query.get("data.id"):
        return query["data.id"]
    try:
        return reading.identifier(reading.section(reading.json_object(body), "data").get("id"))
    except ValueError:
        return ""


def _manifest(data_id: str, request_id: str, timestamp: str) -> bytes:
    parts = (("id", data_id), ("request-id", request_id), ("ts", timestamp))
    return "".join(f"{name}:{value};" for name, value in parts if value).encode("utf-8", "surrogatepass")
