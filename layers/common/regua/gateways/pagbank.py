"""PagBank (formerly PagSeguro), API v4: Pix, boleto and card.

Source: developer.pagbank.com.br (confirmar autenticidade da notificação, objeto Charge, objeto Order).
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.gateways import reading
from regua.gateways.base import Declaration, Proof
from regua.gateways.client import Client, credentials, need
from regua.gateways.signatures import MISSING_SECRET, accepted, among, refused, usable
from regua.ports import Secrets

STATUS = {
    "PAID": PaymentEventKind.CREDIT,
    # A charge that was paid and given back ends as CANCELED; one that never was paid does too.
    "CANCELED": PaymentEventKind.LIFECYCLE,
    "AUTHORIZED": PaymentEventKind.LIFECYCLE,
    "IN_ANALYSIS": PaymentEventKind.LIFECYCLE,
    "DECLINED": PaymentEventKind.LIFECYCLE,
    "WAITING": PaymentEventKind.LIFECYCLE,
}
RAILS = {"BOLETO": Rail.BOLETO, "PIX": Rail.PIX, "CREDIT_CARD": Rail.CARD, "DEBIT_CARD": Rail.CARD}


class PagBank:
    """PagBank: the body is signed, so it can be believed."""

    name = "pagbank"
    declaration = Declaration(
        name="pagbank",
        title="PagBank",
        proof=Proof.SIGNATURE,
        thin=False,
        rails=(Rail.PIX, Rail.BOLETO, Rail.CARD),
        base_url="https://api.pagseguro.com",
    )

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """Header `x-authenticity-token` is SHA-256 of `<account token>-<raw body>`, hexadecimal."""
        configured, given = usable(secrets), reading.lowered(headers, "x-authenticity-token")
        if not configured:
            return refused(MISSING_SECRET)
        if not given and headers.get("x-payload-signature"):
            return refused("veio x-payload-signature (recorrência), cuja verificação o PagBank não documenta")
        if not given:
            return refused("falta o cabeçalho x-authenticity-token (o sandbox não envia)")
        expected = (
            hashlib.sha256(secret.encode("utf-8", "surrogatepass") + b"-" + body).hexdigest() for secret in configured
        )
        if not among(given.lower(), expected):
            return refused("a assinatura x-authenticity-token não confere")
        return accepted("a assinatura x-authenticity-token confere com o corpo")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """Events of a charge, or of each charge of an order."""
        return self._events(reading.json_object(body), reading.fingerprint(body))

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """`GET /charges/{id}` (or `/orders/{id}`) again."""
        token = need(credentials(config, secrets), "token", config)
        base_url = config.options.get("base_url") or self.declaration.base_url
        client = Client(config.name, base_url, headers={"authorization": f"Bearer {token}"})
        identity = reading.path_id(event.reference.value)
        kind = "orders" if identity.startswith("ORDE_") else "charges"
        return self._events(client.call("GET", f"/{kind}/{identity}"), identity)

    def _events(self, document: dict[str, Any], fallback_id: str) -> list[PaymentEvent]:
        if not reading.identifier(document.get("id")) or not ("charges" in document or "status" in document):
            if "qr_codes" in document and reading.identifier(document.get("id")):
                return [self._event(document, {}, f"{document['id']}:created", PaymentEventKind.LIFECYCLE, 0)]
            raise ValueError("não é um aviso do PagBank: falta id, status ou charges")
        if "charges" not in document:
            return self._charge(document, {}, fallback_id)
        charges = reading.items(document["charges"])
        if not charges:
            return [self._event(document, {}, f"{document['id']}:without-charges", PaymentEventKind.LIFECYCLE, 0)]
        return [event for charge in charges for event in self._charge(charge, document, fallback_id)]

    def _charge(self, charge: dict[str, Any], order: dict[str, Any], fallback_id: str) -> list[PaymentEvent]:
        charge_id, status = reading.identifier(charge.get("id")), reading.word(charge.get("status"))
        if not charge_id:
            return [self._event(charge, order, fallback_id, PaymentEventKind.UNKNOWN, 0, note="cobrança sem id")]
        amount = reading.section(charge, "amount")
        summary = reading.section(amount, "summary")
        paid, refunded = reading.cents(summary.get("paid")), reading.cents(summary.get("refunded"))
        kind = STATUS.get(status, PaymentEventKind.UNKNOWN)
        if kind is PaymentEventKind.CREDIT:
            paid = paid or reading.cents(amount.get("value"))
        if kind is PaymentEventKind.UNKNOWN or not (paid or refunded):
            known = kind is PaymentEventKind.LIFECYCLE
            kind = PaymentEventKind.LIFECYCLE if known else PaymentEventKind.UNKNOWN
            note = "" if known else f"situação desconhecida ou sem valor: {status[:40]}"
            return [self._event(charge, order, f"{charge_id}:{status[:40]}", kind, 0, note=note)]
        if amount.get("currency", "BRL") != "BRL":
            return [
                self._event(
                    charge, order, f"{charge_id}:{status}", PaymentEventKind.UNKNOWN, 0, note="moeda que não é real"
                )
            ]
        credit = f"{charge_id}:paid"
        events = [
            self._event(charge, order, credit, PaymentEventKind.CREDIT, paid or refunded, at=charge.get("paid_at"))
        ]
        if refunded:
            name = f"{charge_id}:refunded:{refunded}"
            refund = self._event(
                charge, order, name, PaymentEventKind.REFUND, refunded, refers_to=credit, cumulative=True
            )
            events.append(refund)
        return events

    def _event(
        self,
        charge: dict[str, Any],
        order: dict[str, Any],
        event_id: str,
        kind: PaymentEventKind,
        amount_cents: int,
        *,
        at: Any = None,
        refers_to: str = "",
        cumulative: bool = False,
        note: str = "",
    ) -> PaymentEvent:
        target, alternatives = reading.references(
            reading.reference(ReferenceKind.CHARGE, charge.get("id")),
            reading.reference(ReferenceKind.EXTERNAL, charge.get("reference_id")),
            reading.reference(ReferenceKind.CHARGE, order.get("id")),
            reading.reference(ReferenceKind.EXTERNAL, order.get("reference_id")),
        )
        method = reading.word(reading.section(charge, "payment_method").get("type"))
        return PaymentEvent(
            gateway=self.name,
            event_id=event_id,
            kind=kind,
            reference=target,
            alternatives=alternatives,
            amount_cents=amount_cents,
            occurred_at=reading.moment(at) or reading.moment(charge.get("created_at")),
            rail=RAILS.get(method, Rail.UNKNOWN),
            raw_type=reading.word(charge.get("status"))[:80],
            refers_to=refers_to,
            cumulative=cumulative,
            note=note,
        )
