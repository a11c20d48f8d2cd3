"""Pagar.me, API v5: Pix, boleto and card. Its pages describe no signature.

Source: docs.pagar.me/reference (webhooks, exemplo de webhook, orders, charges).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.gateways import reading
from regua.gateways.base import Declaration, Proof
from regua.gateways.client import Client, credentials, need
from regua.gateways.signatures import accepted, among, authorization, by_url, usable
from regua.ports import Secrets

RESOURCES = {"or_": "orders", "ch_": "charges"}
"""Prefix of an id -> where it is read."""
STATUS = {
    "paid": PaymentEventKind.CREDIT,
    "overpaid": PaymentEventKind.CREDIT,
    "underpaid": PaymentEventKind.CREDIT,
    "partial_canceled": PaymentEventKind.REFUND,
    "refunded": PaymentEventKind.REFUND,
    "partial_refunded": PaymentEventKind.REFUND,
    "chargedback": PaymentEventKind.CHARGEBACK,
    "canceled": PaymentEventKind.LIFECYCLE,
    "pending": PaymentEventKind.LIFECYCLE,
    "processing": PaymentEventKind.LIFECYCLE,
    "failed": PaymentEventKind.LIFECYCLE,
    "waiting_payment": PaymentEventKind.LIFECYCLE,
}
"""Status of a charge. A paid charge that is given back ends as `canceled`, with `paid_amount`."""
RAILS = {
    "pix": Rail.PIX,
    "boleto": Rail.BOLETO,
    "credit_card": Rail.CARD,
    "debit_card": Rail.CARD,
}


class PagarMe:
    """Pagar.me: nothing is signed, so a message only says which order or charge to look up."""

    name = "pagarme"
    declaration = Declaration(
        name="pagarme",
        title="Pagar.me",
        proof=Proof.TRANSPORT,
        thin=True,
        rails=(Rail.PIX, Rail.BOLETO, Rail.CARD),
        base_url="https://api.pagar.me",
    )

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """The secret of the address, or the Basic user and password that can be set on the webhook."""
        header = reading.lowered(headers, "authorization")
        matches = [among(value, usable(secrets)) for value in authorization(header)] if header else []
        if any(matches):
            return accepted("o cabeçalho Authorization confere; a mensagem em si não é assinada")
        return by_url(query, secrets, "o endereço do webhook é a prova, e a cobrança é consultada antes de valer")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """A LOOKUP of the order or charge; UNKNOWN for events of other things."""
        document = reading.json_object(body)
        word, data = reading.word(document.get("type")), reading.section(document, "data")
        if not word:
            raise ValueError("não é um aviso da Pagar.me: falta type")
        resource = reading.identifier(data.get("id"))
        readable = resource[:3] in RESOURCES
        event_id = reading.identifier(document.get("id")) or reading.fingerprint(body)
        target, alternatives = reading.references(
            reading.reference(ReferenceKind.CHARGE, resource),
            reading.reference(ReferenceKind.EXTERNAL, data.get("code")),
        )
        return [
            PaymentEvent(
                gateway=self.name,
                event_id=event_id,
                kind=PaymentEventKind.LOOKUP if readable else PaymentEventKind.UNKNOWN,
                reference=target,
                alternatives=alternatives,
                occurred_at=reading.moment(document.get("created_at")),
                rail=RAILS.get(reading.word(data.get("payment_method")), Rail.UNKNOWN),
                raw_type=word[:80],
                note="" if readable else "evento que não é de pedido nem de cobrança",
            )
        ]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """`GET /core/v5/orders/{id}` or `/core/v5/charges/{id}`: what has happened to each charge."""
        token = need(credentials(config, secrets), "token", config)
        client = Client(config.name, config.options.get("base_url") or self.declaration.base_url, basic=(token, ""))
        identity = reading.path_id(event.reference.value)
        answer = client.call("GET", f"/core/v5/{RESOURCES.get(identity[:3], 'charges')}/{identity}")
        if "charges" not in answer:
            return self._charge(answer, reading.section(answer, "order"))
        return [found for charge in reading.items(answer["charges"]) for found in self._charge(charge, answer)]

    def _charge(self, charge: dict[str, Any], order: dict[str, Any]) -> list[PaymentEvent]:
        status, charge_id = reading.word(charge.get("status")), reading.identifier(charge.get("id"))
        kind = STATUS.get(status, PaymentEventKind.UNKNOWN)
        paid, canceled = reading.cents(charge.get("paid_amount")), reading.cents(charge.get("canceled_amount"))
        if kind is PaymentEventKind.CREDIT and status == "paid":
            paid = paid or reading.cents(charge.get("amount"))
        if kind is PaymentEventKind.UNKNOWN or not charge_id or (kind is not PaymentEventKind.LIFECYCLE and not paid):
            note = f"situação desconhecida ou sem valor: {status[:40]}"
            name = f"{charge_id or 'sem-id'}:{status[:40]}"
            return [self._event(charge, order, name, PaymentEventKind.UNKNOWN, 0, note=note)]
        if kind is PaymentEventKind.LIFECYCLE and not (status == "canceled" and paid):
            return [self._event(charge, order, f"{charge_id}:{status}", kind, 0)]
        if charge.get("currency", "BRL") != "BRL":
            name = f"{charge_id}:{status}"
            return [self._event(charge, order, name, PaymentEventKind.UNKNOWN, 0, note="moeda que não é real")]
        credit = f"{charge_id}:paid"
        events = [self._event(charge, order, credit, PaymentEventKind.CREDIT, paid, at=charge.get("paid_at"))]
        back = canceled or (paid if kind in {PaymentEventKind.REFUND, PaymentEventKind.LIFECYCLE} else 0)
        if kind is PaymentEventKind.CHARGEBACK:
            events.append(self._event(charge, order, f"{charge_id}:chargeback", kind, paid, refers_to=credit))
        elif back:
            name = f"{charge_id}:refunded:{back}"
            refund = self._event(charge, order, name, PaymentEventKind.REFUND, back, refers_to=credit, cumulative=True)
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
            reading.reference(ReferenceKind.EXTERNAL, charge.get("code")),
            reading.reference(ReferenceKind.CHARGE, order.get("id")),
            reading.reference(ReferenceKind.EXTERNAL, order.get("code")),
        )
        return PaymentEvent(
            gateway=self.name,
            event_id=event_id,
            kind=kind,
            reference=target,
            alternatives=alternatives,
            amount_cents=amount_cents,
            occurred_at=reading.moment(at) or reading.moment(charge.get("updated_at")),
            rail=RAILS.get(reading.word(charge.get("payment_method")), Rail.UNKNOWN),
            raw_type=reading.word(charge.get("status"))[:80],
            refers_to=refers_to,
            cumulative=cumulative,
            note=note,
        )
