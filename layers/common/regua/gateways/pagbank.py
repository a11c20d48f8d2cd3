"""PagBank (formerly PagSeguro), API v4: Pix, boleto and card.

Source: developer.pagbank.com.br (confirmar autenticidade da notificação, objeto Charge, objeto Order).
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from regua.domain.model import Rail
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.gateways import reading
from regua.gateways.base import Declaration, Kind, PartList, Proof, Subject, WordList
from regua.gateways.client import Client, option
from regua.gateways.signatures import accepted, among, missing, refused, usable
from regua.ports import Secrets

STATUS = {
    "PAID": Kind.CREDIT,
    # A charge that was paid and given back ends as CANCELED; one that never was paid does too.
    "CANCELED": Kind.LIFECYCLE,
    "AUTHORIZED": Kind.LIFECYCLE,
    "IN_ANALYSIS": Kind.LIFECYCLE,
    "DECLINED": Kind.LIFECYCLE,
    "WAITING": Kind.LIFECYCLE,
}
CHECKOUT = {"EXPIRED": Kind.LIFECYCLE}
"""Status of a checkout, whose payments are told as charges of their order."""
WORDS = (
    WordList(
        "status of a charge|situação de uma cobrança",
        "developer.pagbank.com.br/reference/objeto-charge",
        "2026-11",
        STATUS,
    ),
    WordList(
        "status of a checkout|situação de um checkout",
        "developer.pagbank.com.br/reference/webhooks-checkout",
        "2026-11",
        CHECKOUT,
    ),
)
PARTS = PartList(
    "developer.pagbank.com.br/reference/objeto-charge (value), pagseguro/pagbank-for-woocommerce 0b0488f (fees)",
    "2026-11",
    {
        "original_cents": "amount.value - amount.fees.buyer.interest.total",
        "interest_cents": "amount.fees.buyer.interest.total",
    },
)
"""Interest of a card in instalments that the buyer pays, which the page of the charge does not list and PagBank's own
plugin reads; a boleto or Pix tells none."""
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
        registered_at="no campo notification_urls de cada cobrança que o seu sistema cria; o token da conta (Vendas "
        "> Integrações) é o segredo",
    )

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """Header `x-authenticity-token` is SHA-256 of `<account token>-<raw body>`, hexadecimal."""
        configured, given = usable(secrets), reading.lowered(headers, "x-authenticity-token")
        if configured and not given and headers.get("x-payload-signature"):
            return refused("veio x-payload-signature (recorrência), cuja verificação o PagBank não documenta")
        if problem := missing("x-authenticity-token (o sandbox não envia)", given, configured):
            return refused(problem)
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
        client = Client.with_bearer(config, secrets, option(config, "base_url", self.declaration.base_url))
        identity = reading.path_id(event.reference.value)
        kind = "orders" if identity.startswith("ORDE_") else "charges"
        return self._events(client.call("GET", f"/{kind}/{identity}"), identity)

    def _events(self, document: dict[str, Any], fallback_id: str) -> list[PaymentEvent]:
        document_id = reading.identifier(document.get("id"))
        if document_id and "charges" in document:
            charges = reading.items(document["charges"])
            if not charges:
                return [self._subject(document, {}).lifecycle(f"{document_id}:without-charges")]
            return [event for charge in charges for event in self._charge(charge, document, fallback_id)]
        if document_id.startswith("CHEC_"):
            status = reading.word(document.get("status"))
            subject, name = self._subject({**document, "id": None}, {}), f"{document_id}:{status[:40]}"
            known = status in CHECKOUT
            return [subject.lifecycle(name) if known else subject.unknown(name, f"checkout em situação {status[:40]}")]
        if document_id and "status" in document:
            return self._charge(document, {}, fallback_id)
        if document_id and "qr_codes" in document:
            return [self._subject(document, {}).lifecycle(f"{document_id}:created")]
        raise ValueError("não é um aviso do PagBank: falta id, status ou charges")

    def _charge(self, charge: dict[str, Any], order: dict[str, Any], fallback_id: str) -> list[PaymentEvent]:
        charge_id, status = reading.identifier(charge.get("id")), reading.word(charge.get("status"))
        subject = self._subject(charge, order)
        if not charge_id:
            return [subject.unknown(fallback_id, "cobrança sem id")]
        amount = reading.section(charge, "amount")
        summary = reading.section(amount, "summary")
        paid, refunded = reading.cents(summary.get("paid")), reading.cents(summary.get("refunded"))
        kind = STATUS.get(status, Kind.UNKNOWN)
        if kind is Kind.CREDIT:
            paid = paid or reading.cents(amount.get("value"))
        if kind is Kind.LIFECYCLE and not (paid or refunded):
            name = f"{charge_id}:{status[:40]}"
            # nothing is paid after it; a late WAITING says nothing
            return [subject.unpaid(name, f"{charge_id}:") if status == "CANCELED" else subject.lifecycle(name)]
        if kind is Kind.UNKNOWN or not (paid or refunded):
            note = f"situação desconhecida ou sem valor: {status[:40]}"
            return [subject.unknown(f"{charge_id}:{status[:40]}", note)]
        if amount.get("currency", "BRL") != "BRL":
            return [subject.unknown(f"{charge_id}:{status}", "moeda que não é real")]
        credit, paid_at, parts = f"{charge_id}:paid", reading.moment(charge.get("paid_at")), _parts(amount, paid)
        events = [
            subject.event(credit, Kind.CREDIT, paid or refunded, at=paid_at, cumulative=True, recurs=True, parts=parts)
        ]
        if refunded:
            name = f"{charge_id}:refunded:{refunded}"
            events.append(subject.event(name, Kind.REFUND, refunded, refers_to=credit, cumulative=True))
        return events

    def _subject(self, charge: dict[str, Any], order: dict[str, Any]) -> Subject:
        names = (
            reading.reference(ReferenceKind.CHARGE, charge.get("id")),
            reading.reference(ReferenceKind.EXTERNAL, charge.get("reference_id")),
            reading.reference(ReferenceKind.CHARGE, order.get("id")),
            reading.reference(ReferenceKind.EXTERNAL, order.get("reference_id")),
        )
        method, status = reading.section(charge, "payment_method").get("type"), reading.word(charge.get("status"))
        rail = RAILS.get(reading.word(method), Rail.UNKNOWN)
        return Subject(self.name, status, names, rail, reading.moment(charge.get("created_at")))


def _parts(amount: dict[str, Any], paid: int) -> Parts | None:
    value = reading.told_cents(amount.get("value"))
    interest = reading.told_cents(reading.section(amount, "fees", "buyer", "interest").get("total"))
    if value is None or value != paid or (interest or 0) > value:
        return None
    return Parts(value - (interest or 0), interest_cents=interest)
