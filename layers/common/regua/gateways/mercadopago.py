"""Mercado Pago: Pix, boleto and card.

Source: mercadopago/sdk-python webhook/validator.py 3.5 (signature), mercadopago/devsite-docs (notifications).
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
from regua.gateways.signatures import accepted, among, hmac_hex, missing, pairs, refused, seconds, stale, usable
from regua.gateways.terms import ChargeTerms, days_late, monthly, worth, worths
from regua.ports import Secrets

FIELDS = {"payment": "id", "order": "id", "topic_chargebacks_wh": "payment_id"}
"""Kind of notification that is looked up -> the field of `data` with the id of the payment or order."""
TOPICS = {
    "payment": Kind.LOOKUP,
    "order": Kind.LOOKUP,
    "topic_chargebacks_wh": Kind.LOOKUP,
    # Somebody must answer them at Mercado Pago.
    "topic_claims_integration_wh": Kind.UNKNOWN,
    "stop_delivery_op_wh": Kind.UNKNOWN,
    # Its payments are announced themselves.
    "topic_merchant_order_wh": Kind.LIFECYCLE,
    "subscription_authorized_payment": Kind.LIFECYCLE,
    "subscription_preapproval": Kind.LIFECYCLE,
    "subscription_preapproval_plan": Kind.LIFECYCLE,
    "mp-connect": Kind.LIFECYCLE,
    "wallet_connect": Kind.LIFECYCLE,
    "topic_card_id_wh": Kind.LIFECYCLE,
    # What the topic of renewed cards calls itself in its notification.
    "automatic-payments": Kind.LIFECYCLE,
    # Of subscriptions, as older applications are told.
    "plan": Kind.LIFECYCLE,
    "subscription": Kind.LIFECYCLE,
    "invoice": Kind.LIFECYCLE,
    "topic_instore_integration_wh": Kind.LIFECYCLE,
    "point_integration_wh": Kind.LIFECYCLE,
    "delivery": Kind.LIFECYCLE,
    "delivery_cancellation": Kind.LIFECYCLE,
    "test": Kind.LIFECYCLE,
}
STATUS = {
    "approved": Kind.CREDIT,
    # The money is here and disputed; it is taken back only when the status becomes charged_back.
    "in_mediation": Kind.CREDIT,
    "refunded": Kind.REFUND,
    "charged_back": Kind.CHARGEBACK,
    "pending": Kind.LIFECYCLE,
    "authorized": Kind.LIFECYCLE,
    "in_process": Kind.LIFECYCLE,
    "rejected": Kind.LIFECYCLE,
    "cancelled": Kind.LIFECYCLE,
}
ORDER = {
    "processed": Kind.CREDIT,
    "refunded": Kind.REFUND,
    "charged_back": Kind.CHARGEBACK,
    "created": Kind.LIFECYCLE,
    "processing": Kind.LIFECYCLE,
    "action_required": Kind.LIFECYCLE,
    "at_terminal": Kind.LIFECYCLE,
    "in_review": Kind.LIFECYCLE,
    "canceled": Kind.LIFECYCLE,
    "cancelled": Kind.LIFECYCLE,
    "expired": Kind.LIFECYCLE,
    "failed": Kind.LIFECYCLE,
}
"""Status of an order, and of each payment of it."""
REIMBURSED = "reimbursed"
"""`status_detail` of a chargeback the creditor has won: the money is back."""
WORDS = (
    WordList(
        "topics|tópicos", "mercadopago.com.br/developers/pt/docs/your-integrations/notifications", "2026-11", TOPICS
    ),
    WordList(
        "status of a payment|situação de um pagamento",
        "mercadopago.com.br/developers/pt/reference/payments",
        "2026-11",
        STATUS,
    ),
    WordList(
        "status of an order (Orders API)|situação de uma order (API de Orders)",
        "mercadopago.com.br/developers/pt/docs/order/status-errors/order-status",
        "2026-11",
        ORDER,
    ),
)
PARTS = PartList(
    "mercadopago/sdk-nodejs 4339894 (PaymentResponse, OrderResponse), "
    "developers.mercadolibre.com.mx/en_us/orders-invoicing-with-coupons (coupon_fee)",
    "2026-11",
    {
        "original_cents": "transaction_amount; order: payments[].amount",
        "discount_cents": "fee_details[] of type coupon_fee that the collector pays; "
        "total_paid_amount = rules.discounts[]; order: amount - paid_amount = "
        "discounts.payment_methods[]",
        "fine_cents": "total_paid_amount - transaction_amount = rules.fine + rules.interest",
        "interest_cents": "total_paid_amount - transaction_amount = rules.fine + rules.interest; order: paid_amount - "
        "amount (card)",
    },
)
"""`coupon_amount` alone does not say who gave the coupon. What Mercado Pago or another gave comes to the creditor, and
pays the title as money does; what the creditor gave is a fee of its own. `net_received_amount`, taxes and shipping are
between the creditor and others, and no part of what a debtor paid."""
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
        registered_at="Suas integrações > a sua aplicação > Webhooks > Configurar notificações, no modo de "
        "produção, com os eventos Pagamentos, Order (Mercado Pago) e Contestações; a assinatura "
        "secreta que a tela mostra é o segredo",
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
        """A LOOKUP of the payment or order; other topics are news, or UNKNOWN."""
        document = reading.json_object(body)
        topic = reading.word(document.get("type")) or reading.word(query.get("type"))
        data = reading.section(document, "data")
        if not topic and not data:
            raise ValueError("não é um aviso do Mercado Pago: faltam type e data")
        field = FIELDS.get(topic, "")
        signed = query.get("data.id", "") if field == "id" else ""
        thing_id = reading.identifier(signed or data.get(field)) if field else ""
        action = reading.word(document.get("action")) or topic
        event_id = reading.identifier(document.get("id")) or reading.fingerprint(body)
        names = (
            reading.reference(ReferenceKind.CHARGE, thing_id),
            reading.reference(ReferenceKind.EXTERNAL, data.get("external_reference")),
        )
        subject = Subject(self.name, action, names, at=reading.moment(document.get("date_created")))
        if topic == "order":
            # other words than a payment's may be told under a number of their own: the word is part of the news
            event_id = f"order:{event_id}:{action[:40]}"
        if not field and TOPICS.get(topic) is Kind.LIFECYCLE:
            return [subject.lifecycle(event_id)]
        note = "responda no Mercado Pago" if topic in TOPICS else "assunto desconhecido ou sem id"
        return [subject.hint(event_id, bool(thing_id), f"{note}: {topic[:40]}")]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """`GET /v1/payments/{id}` or `/v1/orders/{id}`: what has happened to it. A payment of an order is read with its
        order, under whose names it is known.
        """
        client = Client.with_bearer(config, secrets, option(config, "base_url", self.declaration.base_url))
        identity = reading.path_id(event.reference.value)
        if event.event_id.startswith("order:") or identity.upper().startswith("ORD"):
            return self._order(client.call("GET", f"/v1/orders/{identity}"))
        payment = client.call("GET", f"/v1/payments/{identity}")
        order = reading.identifier(reading.section(payment, "order").get("id"))
        if order.startswith("ORD"):
            return self._order(client.call("GET", f"/v1/orders/{reading.path_id(order)}"))
        return self._payment(payment)

    def _order(self, order: dict[str, Any]) -> list[PaymentEvent]:
        """Each payment of the order, with its refunds and chargebacks."""
        order_id, status = reading.identifier(order.get("id")), reading.word(order.get("status"))
        done = reading.section(order, "transactions")
        names = (
            reading.reference(ReferenceKind.CHARGE, order_id),
            reading.reference(ReferenceKind.EXTERNAL, order.get("external_reference")),
        )
        payments = reading.items(done.get("payments"))
        at = order.get("last_updated_date") or order.get("date_last_updated")
        subject = Subject(self.name, status, names, at=reading.moment(at))
        if not payments or status not in ORDER:
            name = f"{order_id or 'sem-id'}:{status[:40]}"
            known = status in ORDER and ORDER[status] is Kind.LIFECYCLE
            return [
                subject.lifecycle(name) if known else subject.unknown(name, f"situação desconhecida: {status[:40]}")
            ]
        if order.get("currency", order.get("currency_id", "BRL")) not in ("BRL", None):
            return [subject.unknown(f"{order_id}:{status}", "moeda que não é real")]
        alone = len(payments) == 1
        return [event for payment in payments for event in self._of_order(subject, payment, done, alone, order)]

    def _of_order(
        self, about: Subject, payment: dict[str, Any], done: dict[str, Any], alone: bool, order: dict[str, Any]
    ) -> list[PaymentEvent]:
        payment_id, status = reading.identifier(payment.get("id")), reading.word(payment.get("status"))
        kind, detail = ORDER.get(status, Kind.UNKNOWN), reading.word(payment.get("status_detail"))
        method = reading.word(reading.section(payment, "payment_method").get("type"))
        names = (*about.names, reading.reference(ReferenceKind.CHARGE, payment_id))
        subject = Subject(self.name, f"{status}:{detail}", names, RAILS.get(method, Rail.UNKNOWN), about.at)
        name = f"{payment_id or 'sem-id'}:{status[:40]}"
        if kind is Kind.UNKNOWN or not payment_id:
            return [subject.unknown(name, f"situação desconhecida: {status[:40]}")]
        if kind is Kind.LIFECYCLE:
            return [subject.lifecycle(name)]
        amount = reading.cents_of_reais(payment.get("paid_amount")) or reading.cents_of_reais(payment.get("amount"))
        if not amount:
            return [subject.unknown(name, "valor ilegível")]
        paid, lost = f"{payment_id}:paid", f"{payment_id}:chargeback"
        paid_at = reading.moment(payment.get("date_approved") or payment.get("paid_at") or payment.get("date_created"))
        stands = lost if kind is Kind.CREDIT else ""
        parts = _parts_of_order(payment, order if alone else {}, amount)
        events = [subject.event(paid, Kind.CREDIT, amount, at=paid_at, restores=stands, parts=parts)]
        events += _refunds_of_order(subject, payment_id, done, alone)
        whole = kind is Kind.REFUND or detail == "refunded"
        if whole and len(events) == 1:
            events.append(subject.event(f"{payment_id}:refund", Kind.REFUND, amount, refers_to=paid, cumulative=True))
        part = reading.cents_of_reais(payment.get("refunded_amount"))
        if detail == "partially_refunded" and len(events) == 1:
            refunded = f"{payment_id}:refunded:{part}"
            events.append(
                subject.event(refunded, Kind.REFUND, part, refers_to=paid, cumulative=True)
                if part
                else subject.unknown(f"{name}:{detail}", "estorno parcial sem valor")
            )
        if kind is Kind.CHARGEBACK:
            events += _charged_back(subject, payment_id, amount, detail)
        return events

    def _payment(self, payment: dict[str, Any]) -> list[PaymentEvent]:
        status, payment_id = reading.word(payment.get("status")), reading.identifier(payment.get("id"))
        kind = STATUS.get(status, Kind.UNKNOWN)
        amount, parts = _made_of(payment)
        subject = self._subject(payment, status)
        if kind in {Kind.LIFECYCLE, Kind.UNKNOWN} or not payment_id:
            note = "" if kind is Kind.LIFECYCLE else f"situação desconhecida: {status[:40]}"
            return [subject.event(f"{payment_id or 'sem-id'}:{status[:40]}", kind, note=note)]
        if payment.get("currency_id") != "BRL" or not amount:
            return [subject.unknown(f"{payment_id}:{status}", "valor ou moeda ilegível")]
        paid, paid_at = f"{payment_id}:paid", reading.moment(payment.get("date_approved"))
        stands = f"{payment_id}:chargeback" if kind is Kind.CREDIT else ""
        events = [subject.event(paid, Kind.CREDIT, amount, at=paid_at, restores=stands, parts=parts)]
        for refund in reading.items(payment.get("refunds")):
            part = reading.cents_of_reais(refund.get("amount"))
            refund_id = reading.identifier(refund.get("id"))
            if refund.get("status") == "approved" and part and refund_id:
                name, at = f"{payment_id}:refund:{refund_id}", reading.moment(refund.get("date_created"))
                events.append(subject.event(name, Kind.REFUND, part, at=at, refers_to=paid))
        refunded = reading.cents_of_reais(payment.get("transaction_amount_refunded"))
        if len(events) == 1 and (refunded or kind is Kind.REFUND):
            total, name = refunded or amount, f"{payment_id}:refunded:{refunded or amount}"
            events.append(subject.event(name, Kind.REFUND, total, refers_to=paid, cumulative=True))
        if kind is Kind.CHARGEBACK:
            events += _charged_back(subject, payment_id, amount, reading.word(payment.get("status_detail")))
        return events

    def _subject(self, payment: dict[str, Any], status: str) -> Subject:
        names = (
            reading.reference(ReferenceKind.CHARGE, payment.get("id")),
            reading.reference(ReferenceKind.EXTERNAL, payment.get("external_reference")),
        )
        rail = RAILS.get(reading.word(payment.get("payment_type_id")), Rail.UNKNOWN)
        return Subject(self.name, status, names, rail, reading.moment(payment.get("date_last_updated")))


def _made_of(payment: dict[str, Any]) -> tuple[int, Parts | None]:
    """What the debtor paid, and of what it is made; 0 where the amount cannot be read."""
    asked, coupon = reading.cents_of_reais(payment.get("transaction_amount")), payment.get("coupon_amount")
    if not asked:
        return 0, None
    if reading.told_reais(coupon):
        given = _given_by_coupon(payment)
        return asked - (given or 0), Parts(asked, discount_cents=given)
    discount, details = reading.told_reais(coupon), reading.section(payment, "transaction_details")
    total = reading.told_reais(details.get("total_paid_amount"))
    if total and total == asked + (reading.told_reais(details.get("overpaid_amount")) or 0):
        return total, Parts(asked, discount_cents=discount)  # of a boleto more may be paid than was asked
    rules = reading.section(payment, "payment_method", "data", "rules")
    if not total or not rules:
        return asked, Parts(asked, discount_cents=discount)
    fine, interest = reading.section(rules, "fine"), reading.section(rules, "interest")
    late = days_late(payment.get("date_of_expiration"), reading.moment(payment.get("date_approved")))
    late = late or days_late(payment.get("due_date"), reading.moment(payment.get("date_approved")))
    values = [(one.get("value"), one.get("type") == "percentage") for one in reading.items(rules.get("discounts"))]
    terms = ChargeTerms(
        worths(asked, values),
        worth(asked, fine.get("value"), percentage=fine.get("type") == "percentage"),
        monthly(asked, interest.get("value"), max(late, 1)),
    )
    parts = terms.explain(asked, total)
    return (total if parts != Parts(asked) else asked), parts


def _given_by_coupon(payment: dict[str, Any]) -> int | None:
    """How much of a coupon the creditor has given; None where the payment does not say who did. Nothing was, where all
    that is kept of it and what the creditor receives make up the whole amount.
    """
    asked, fees = reading.cents_of_reais(payment.get("transaction_amount")), reading.items(payment.get("fee_details"))
    kept = {"coupon_fee": 0, "": 0}
    for fee in fees:
        if fee.get("fee_payer") == "collector":
            kept["coupon_fee" if fee.get("type") == "coupon_fee" else ""] += reading.told_reais(fee.get("amount")) or 0
    if 0 < kept["coupon_fee"] < asked:
        return kept["coupon_fee"]
    received = reading.told_reais(reading.section(payment, "transaction_details").get("net_received_amount"))
    return 0 if received and fees and received + kept[""] == asked else None


def _parts_of_order(payment: dict[str, Any], order: dict[str, Any], paid: int) -> Parts | None:
    """Of a payment of an order; `order` is empty where it has several."""
    asked = reading.told_reais(payment.get("amount"))
    method = reading.section(payment, "payment_method")
    if not asked:
        return None
    if paid > asked:
        by_card = RAILS.get(reading.word(method.get("type"))) is Rail.CARD
        return Parts(asked, interest_cents=paid - asked if by_card else None)
    total = reading.told_reais(order.get("total_amount"))
    news = [
        reading.told_reais(one.get("new_total_amount"))
        for one in reading.items(reading.section(order, "discounts").get("payment_methods"))
        if one.get("type") in (method.get("type"), method.get("id"))
    ]
    if total and total - paid > 0 and paid in news:
        return Parts(total, discount_cents=total - paid)
    return Parts(asked)


def _charged_back(subject: Subject, payment_id: str, amount: int, detail: str) -> list[PaymentEvent]:
    """What a chargeback took, and that it came back where the creditor has won. A payment may be disputed again after
    that: what stands is taken once more by what is told later.
    """
    taken, won = f"{payment_id}:chargeback", detail == REIMBURSED
    lost = subject.event(taken, Kind.CHARGEBACK, amount, refers_to=f"{payment_id}:paid", recurs=not won)
    return [lost, subject.reinstated(taken)] if won else [lost]


def _refunds_of_order(subject: Subject, payment_id: str, done: dict[str, Any], alone: bool) -> list[PaymentEvent]:
    events = []
    for refund in reading.items(done.get("refunds")):
        of = reading.identifier(refund.get("transaction_id"))
        part, own = reading.cents_of_reais(refund.get("amount")), reading.identifier(refund.get("id"))
        ours = of == payment_id or (alone and not of)
        if ours and part and own and reading.word(refund.get("status")) in {"processed", "approved", "refunded"}:
            at, paid = reading.moment(refund.get("date_created")), f"{payment_id}:paid"
            events.append(subject.event(f"{payment_id}:refund:{own}", Kind.REFUND, part, at=at, refers_to=paid))
    return events


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
