"""Pagar.me, API v5: Pix, boleto and card. Its pages describe no signature.

Source: docs.pagar.me/reference (webhooks, exemplo de webhook, orders, charges).
"""

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
from regua.gateways.signatures import accepted, among, authorization, by_url, usable
from regua.gateways.terms import ChargeTerms, days_late, monthly, share
from regua.ports import Secrets

RESOURCES = {"or_": "orders", "ch_": "charges"}
"""Prefix of an id -> where it is read."""
STATUS = {
    "paid": Kind.CREDIT,
    "overpaid": Kind.CREDIT,
    "underpaid": Kind.CREDIT,
    "partial_canceled": Kind.REFUND,
    "refunded": Kind.REFUND,
    "partial_refunded": Kind.REFUND,
    "chargedback": Kind.CHARGEBACK,
    "canceled": Kind.LIFECYCLE,
    "pending": Kind.LIFECYCLE,
    "processing": Kind.LIFECYCLE,
    "failed": Kind.LIFECYCLE,
    "waiting_payment": Kind.LIFECYCLE,
}
"""Status of a charge. A paid charge that is given back ends as `canceled`, with `paid_amount`."""
EVENTS = {
    "order": "canceled closed created paid payment_failed updated",
    "charge": "antifraud_approved antifraud_manual antifraud_pending antifraud_reproved chargedback created overpaid "
    "paid partial_canceled payment_failed pending processing refunded underpaid updated",
    "chargeback": "received",
}
"""What is looked up; every word of these is."""
NEWS = (
    "address",
    "anticipation",
    "bank_account",
    "card",
    "checkout",
    "customer",
    "discount",
    "increment",
    "invoice",
    "order_item",
    "payment_link",
    "paymentlink",
    "plan",
    "plan_item",
    "recipient",
    "seller",
    "subscription",
    "subscription_item",
    "transfer",
    "usage",
)
"""Families of events about the account: counted, and nobody's work."""
WORDS = (
    WordList(
        "events of orders and charges|eventos de pedidos e cobranças",
        "docs.pagar.me/docs/lista-de-events",
        "2026-11",
        {f"{family}.{word}": Kind.LOOKUP for family, words in EVENTS.items() for word in words.split()},
    ),
    WordList(
        "families of other events|famílias de outros eventos",
        "docs.pagar.me/docs/lista-de-events",
        "2026-11",
        {f"{family}.*": Kind.LIFECYCLE for family in NEWS},
    ),
    WordList("status of a charge|situação de uma cobrança", "docs.pagar.me/reference/charges", "2026-11", STATUS),
)
PARTS = PartList(
    "pagarme/pagarme-nodejs-sdk 04b920a (getChargeResponse, getBoletoTransactionResponse, getInterestResponse)",
    "2026-11",
    {
        "original_cents": "amount",
        "fine_cents": "paid_amount - amount = last_transaction.fine + last_transaction.interest",
        "interest_cents": "interest_and_fine_paid (one sum); paid_amount - amount = last_transaction.fine + .interest",
    },
)
RAILS = {
    "pix": Rail.PIX,
    "boleto": Rail.BOLETO,
    "credit_card": Rail.CARD,
    "debit_card": Rail.CARD,
}


class PagarMe:
    """Pagar.me: nothing is signed, so a notification only says which order or charge to look up."""

    name = "pagarme"
    declaration = Declaration(
        name="pagarme",
        title="Pagar.me",
        proof=Proof.TRANSPORT,
        thin=True,
        rails=(Rail.PIX, Rail.BOLETO, Rail.CARD),
        base_url="https://api.pagar.me",
        registered_at="Configurações > Webhooks > Criar webhook, com os eventos de cobrança (charge.*) e de pedido "
        "(order.*)",
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
        family = word.partition(".")[0]
        resource = reading.identifier(data.get("id"))
        if family == "chargeback":
            charge = reading.section(data, "charge").get("id") or data.get("charge_id")
            resource = reading.identifier(charge) or resource
        event_id = reading.identifier(document.get("id")) or reading.fingerprint(body)
        names = (
            reading.reference(ReferenceKind.CHARGE, resource),
            reading.reference(ReferenceKind.EXTERNAL, data.get("code")),
        )
        rail = RAILS.get(reading.word(data.get("payment_method")), Rail.UNKNOWN)
        subject = Subject(self.name, word, names, rail, reading.moment(document.get("created_at")))
        if family in NEWS:
            return [subject.lifecycle(event_id)]
        return [subject.hint(event_id, resource[:3] in RESOURCES, "evento que não é de pedido nem de cobrança")]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """`GET /core/v5/orders/{id}` or `/core/v5/charges/{id}`: what has happened to each charge."""
        client = Client.with_basic(config, secrets, option(config, "base_url", self.declaration.base_url))
        identity = reading.path_id(event.reference.value)
        answer = client.call("GET", f"/core/v5/{RESOURCES.get(identity[:3], 'charges')}/{identity}")
        if "charges" not in answer:
            return self._charge(answer, reading.section(answer, "order"))
        return [found for charge in reading.items(answer["charges"]) for found in self._charge(charge, answer)]

    def _charge(self, charge: dict[str, Any], order: dict[str, Any]) -> list[PaymentEvent]:
        status, charge_id = reading.word(charge.get("status")), reading.identifier(charge.get("id"))
        kind = STATUS.get(status, Kind.UNKNOWN)
        paid, canceled = reading.cents(charge.get("paid_amount")), reading.cents(charge.get("canceled_amount"))
        if kind is Kind.CREDIT and status == "paid":
            paid = paid or reading.cents(charge.get("amount"))
        subject = self._subject(charge, order, status)
        if kind is Kind.UNKNOWN or not charge_id or (kind is not Kind.LIFECYCLE and not paid):
            note = f"situação desconhecida ou sem valor: {status[:40]}"
            return [subject.unknown(f"{charge_id or 'sem-id'}:{status[:40]}", note)]
        if kind is Kind.LIFECYCLE and not (status == "canceled" and paid):
            return [subject.unpaid(f"{charge_id}:{status}", f"{charge_id}:")]
        if charge.get("currency", "BRL") != "BRL":
            return [subject.unknown(f"{charge_id}:{status}", "moeda que não é real")]
        credit, paid_at = f"{charge_id}:paid", reading.moment(charge.get("paid_at"))
        stands = f"{charge_id}:chargeback" if kind is Kind.CREDIT else ""
        parts = _parts(charge, paid, paid_at)
        events = [
            subject.event(
                credit, Kind.CREDIT, paid, at=paid_at, cumulative=True, recurs=True, restores=stands, parts=parts
            )
        ]
        back = canceled or (paid if kind in {Kind.REFUND, Kind.LIFECYCLE} else 0)
        if kind is Kind.CHARGEBACK:
            events.append(subject.event(f"{charge_id}:chargeback", kind, paid, refers_to=credit, recurs=True))
        elif back:
            name = f"{charge_id}:refunded:{back}"
            events.append(subject.event(name, Kind.REFUND, back, refers_to=credit, cumulative=True))
        return events

    def _subject(self, charge: dict[str, Any], order: dict[str, Any], status: str) -> Subject:
        names = (
            reading.reference(ReferenceKind.CHARGE, charge.get("id")),
            reading.reference(ReferenceKind.EXTERNAL, charge.get("code")),
            reading.reference(ReferenceKind.CHARGE, order.get("id")),
            reading.reference(ReferenceKind.EXTERNAL, order.get("code")),
        )
        rail = RAILS.get(reading.word(charge.get("payment_method")), Rail.UNKNOWN)
        due_on = reading.day(reading.section(charge, "last_transaction").get("due_at") or charge.get("due_at"))
        return Subject(self.name, status, names, rail, reading.moment(charge.get("updated_at")), due_on)


def _parts(charge: dict[str, Any], paid: int, paid_at: datetime | None) -> Parts | None:
    asked, last = reading.told_cents(charge.get("amount")), reading.section(charge, "last_transaction")
    if not asked:
        return None
    fine, interest = reading.section(last, "fine"), reading.section(last, "interest")
    late = days_late(last.get("due_at") or charge.get("due_at"), paid_at)
    flat = interest.get("type") == "flat"
    terms = ChargeTerms(
        fine=_fine(fine, asked) if late else 0,
        interest=reading.cents(interest.get("amount")) * late if flat else monthly(asked, interest.get("amount"), late),
    )
    found, late_cents = terms.explain(asked, paid), reading.told_cents(charge.get("interest_and_fine_paid"))
    told = Parts(asked, interest_cents=late_cents)
    return told if late_cents and found == Parts(asked) and told.adds_up_to(paid) else found


def _fine(fine: dict[str, Any], asked: int) -> int:
    return reading.cents(fine.get("amount")) if fine.get("type") == "flat" else share(asked, fine.get("amount"))
