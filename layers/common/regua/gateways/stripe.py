"""Stripe: boleto, Pix and card in reais.

Source: stripe/stripe-python webhook signature, docs.stripe.com (webhooks, event types), stripe/openapi fixtures.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.gateways import reading
from regua.gateways.base import Declaration, Proof, Subject
from regua.gateways.client import Client, option
from regua.gateways.signatures import accepted, among, hmac_hex, missing, pairs, refused, seconds, stale, usable
from regua.ports import Secrets

EVENTS = {
    "payment_intent.succeeded": PaymentEventKind.CREDIT,
    "refund.created": PaymentEventKind.REFUND,
    "refund.updated": PaymentEventKind.REFUND,
    "charge.refund.updated": PaymentEventKind.REFUND,
    # Says the total refunded so far; the refunds themselves have ids, so they are read.
    "charge.refunded": PaymentEventKind.LOOKUP,
    # The dispute takes the money at once, whichever of the two is told first: one fact, the dispute's id.
    "charge.dispute.created": PaymentEventKind.CHARGEBACK,
    "charge.dispute.funds_withdrawn": PaymentEventKind.CHARGEBACK,
    "charge.dispute.funds_reinstated": PaymentEventKind.CREDIT,
}
LIFECYCLE_PREFIXES = ("payment_intent.", "charge.", "checkout.session.", "refund.", "invoice.", "customer.")
"""Announcements about the same objects that move no money of their own (a charge is paid by its payment intent)."""
RAILS = {"pix": Rail.PIX, "boleto": Rail.BOLETO, "card": Rail.CARD}
EXTERNAL_KEYS = ("external_reference", "externalReference", "receivable", "id_titulo")
"""Where the creditor may have put the receivable's id in `metadata`."""


class Stripe:
    """Stripe: the body is signed with a time, so it can be believed."""

    name = "stripe"
    declaration = Declaration(
        name="stripe",
        title="Stripe",
        proof=Proof.SIGNATURE,
        thin=False,
        rails=(Rail.PIX, Rail.BOLETO, Rail.CARD),
        base_url="https://api.stripe.com",
        tolerance_seconds=300,
    )

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """`Stripe-Signature: t=..,v1=..`: HMAC-SHA256 of `<t>.<body>`; one of several v1 suffices (rotation)."""
        configured, header = usable(secrets), reading.lowered(headers, "stripe-signature")
        if problem := missing("Stripe-Signature", header, configured):
            return refused(problem)
        parts = list(pairs(header))
        timestamp = next((value for key, value in parts if key == "t"), "")
        given = [value for key, value in parts if key == "v1" and value]
        signed_at = seconds(timestamp)
        if signed_at is None or not given:
            return refused("o cabeçalho Stripe-Signature está malformado")
        message = timestamp.encode() + b"." + body
        expected = [hmac_hex(secret, message) for secret in configured]
        if not any([among(value, expected) for value in given]):  # noqa: C419 - all are compared
            return refused("a assinatura Stripe-Signature não confere")
        problem = stale(signed_at, now, self.declaration.tolerance_seconds)
        return refused(problem) if problem else accepted("a assinatura Stripe-Signature confere com o corpo")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """The one event of the notification; another currency than BRL is UNKNOWN."""
        document = reading.json_object(body)
        word, event_id = reading.word(document.get("type")), reading.identifier(document.get("id"))
        if not event_id or not (word or document.get("object") == "event"):
            raise ValueError("não é um aviso da Stripe: faltam id e type")
        return [self._event(word, event_id, reading.section(document, "data", "object"), document.get("created"))]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """`GET /v1/refunds?charge=..`: each refund by its own id."""
        client = Client.with_bearer(config, secrets, option(config, "base_url", self.declaration.base_url))
        charge = next((name.value for name in (event.reference, *event.alternatives) if name.value[:3] == "ch_"), "")
        events: list[PaymentEvent] = []
        cursor: dict[str, str] = {}
        while True:
            params: dict[str, str | int] = {"charge": reading.path_id(charge), "limit": 100, **cursor}
            answer = client.call("GET", "/v1/refunds", params=params)
            refunds = reading.items(answer.get("data"))
            events += [
                self._event("refund.updated", str(item.get("id")), item, item.get("created")) for item in refunds
            ]
            if answer.get("has_more") is not True or not refunds:
                return events
            cursor = {"starting_after": reading.path_id(reading.identifier(refunds[-1].get("id")))}

    def _event(self, word: str, event_id: str, thing: dict[str, Any], created: Any) -> PaymentEvent:
        kind, subject = EVENTS.get(word), Subject(self.name, word, _names(thing), _rail(thing), reading.unix(created))
        if kind is None and word.startswith(LIFECYCLE_PREFIXES):
            return subject.lifecycle(event_id)
        if kind is None:
            return subject.unknown(event_id, f"evento desconhecido: {word[:60]}")
        if kind is PaymentEventKind.LOOKUP:
            return subject.event(event_id, kind)
        if kind is PaymentEventKind.REFUND and thing.get("status") != "succeeded":
            # Pix and boleto refunds are settled later, or fail; only `succeeded` has taken the money back.
            return subject.lifecycle(event_id)
        own = reading.identifier(thing.get("id"))
        received = thing.get("amount_received") if word == "payment_intent.succeeded" else thing.get("amount")
        amount = reading.cents(received) or reading.cents(thing.get("amount"))
        if not own or not amount or thing.get("currency") != "brl":
            return subject.unknown(event_id, "valor ilegível ou moeda que não é real")
        name = f"{own}:reinstated" if word.endswith("funds_reinstated") else own
        back = kind is not PaymentEventKind.CREDIT
        return subject.event(
            name, kind, amount, refers_to=reading.identifier(thing.get("payment_intent")) if back else ""
        )


def _names(thing: dict[str, Any]) -> tuple[Reference, ...]:
    metadata = reading.section(thing, "metadata")
    intent = thing.get("id") if thing.get("object") == "payment_intent" else thing.get("payment_intent")
    charge = thing.get("id") if thing.get("object") == "charge" else thing.get("charge") or thing.get("latest_charge")
    return (
        reading.reference(ReferenceKind.CHARGE, intent),
        *(reading.reference(ReferenceKind.EXTERNAL, metadata.get(key)) for key in EXTERNAL_KEYS),
        reading.reference(ReferenceKind.CHARGE, charge),
    )


def _rail(thing: dict[str, Any]) -> Rail:
    """The method used, when the object says it or allows only one."""
    word = reading.word(reading.section(thing, "payment_method_details").get("type"))
    word = word or reading.word(reading.section(thing, "destination_details").get("type"))
    types = thing.get("payment_method_types")
    if not word and isinstance(types, list) and len(types) == 1:
        word = reading.word(types[0])
    return RAILS.get(word, Rail.UNKNOWN)
