"""Iugu: Pix, boleto and card.

Source: dev.iugu.com/docs/gatilhos (triggers) and its invoice reference.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from regua.domain.model import Rail
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.domain.values import replace
from regua.gateways import reading
from regua.gateways.base import Declaration, Kind, PartList, Proof, Subject, WordList
from regua.gateways.client import Client, option
from regua.gateways.signatures import accepted, among, authorization, missing, refused, usable
from regua.gateways.terms import ChargeTerms, share
from regua.ports import Registration, Secrets

STATUS = {
    "paid": Kind.CREDIT,
    # A part came; what comes later raises the total.
    "partially_paid": Kind.CREDIT,
    # Marked as paid outside Iugu by the creditor.
    "externally_paid": Kind.CREDIT,
    "in_protest": Kind.CREDIT,
    "refunded": Kind.REFUND,
    "partially_refunded": Kind.REFUND,
    "chargeback": Kind.CHARGEBACK,
    "pending": Kind.LIFECYCLE,
    "draft": Kind.LIFECYCLE,
    "in_analysis": Kind.LIFECYCLE,
    "authorized": Kind.LIFECYCLE,
    "canceled": Kind.LIFECYCLE,
    "expired": Kind.LIFECYCLE,
}
"""Status of an invoice. `in_protest` is a card payment in dispute: paid until it becomes `chargeback`."""
UNPAID = {"pending", "canceled", "expired"}
"""What cannot be read of an invoice that was paid, unless that was undone."""
RAILS = {"iugu_pix": Rail.PIX, "iugu_bank_slip": Rail.BOLETO, "iugu_credit_card": Rail.CARD}
TRIGGERS = {
    "invoice.bank_slip_status": Kind.LOOKUP,
    "invoice.created": Kind.LOOKUP,
    "invoice.due": Kind.LOOKUP,
    "invoice.dunning_action": Kind.LOOKUP,
    "invoice.installment_released": Kind.LOOKUP,
    "invoice.partially_paid": Kind.LOOKUP,
    "invoice.payment_failed": Kind.LOOKUP,
    "invoice.refund": Kind.LOOKUP,
    "invoice.released": Kind.LOOKUP,
    "invoice.status_changed": Kind.LOOKUP,
}
"""Triggers about an invoice: it is looked up, whatever the word."""
WANTED = ("invoice.status_changed", "invoice.partially_paid", "invoice.refund")
"""What Iugu is asked to tell: the others say nothing of money that these do not."""
NEWS = (
    "account",
    "anticipation",
    "customer",
    "customer_payment_method",
    "deposit",
    "financial_transaction",
    "marketplace",
    "payment_booklet",
    "payment_request",
    "referrals",
    "seller",
    "subscription",
    "transfer",
    "transfer_request",
    "withdraw_request",
)
"""Families of triggers about the account: counted, and nobody's work."""
WORDS = (
    WordList("triggers of an invoice|gatilhos de fatura", "dev.iugu.com/docs/gatilhos-fatura", "2025-10", TRIGGERS),
    WordList(
        "families of other triggers|famílias de outros gatilhos",
        "dev.iugu.com/reference/listar-eventos-disponíveis",
        "2025-10",
        {f"{family}.*": Kind.LIFECYCLE for family in NEWS},
    ),
    WordList("status of an invoice|situação de uma fatura", "dev.iugu.com/docs/faturas", "2026-11", STATUS),
)
PARTS = PartList(
    "iugu/iugu-java 177ddc6 (InvoiceResponse, EarlyPaymentDiscount)",
    "2026-11",
    {
        "original_cents": "items_total_cents + tax_cents, or total_cents",
        "discount_cents": "discount_cents; total_cents - total_paid_cents = early_payment_discounts[]",
        "fine_cents": "fines_on_occurrence_day_cents",
        "interest_cents": "fines_on_occurrence_day_cents (with per_day_interest: one sum)",
    },
    unread=frozenset({"fine_cents", "interest_cents"}),
)
"""`taxes_paid_cents`, `commission_cents` and `advance_fee_cents` are what Iugu keeps: no part of what was paid."""
IP_ADDRESSES = ("98.82.243.132",)


class Iugu:
    """Iugu: a fixed header proves little, so a notification only says which invoice to look up."""

    name = "iugu"
    declaration = Declaration(
        name="iugu",
        title="Iugu",
        proof=Proof.TOKEN,
        thin=True,
        rails=(Rail.PIX, Rail.BOLETO, Rail.CARD),
        base_url="https://api.iugu.com",
        ip_addresses=IP_ADDRESSES,
    )

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """`Authorization` holds the value set on the trigger, raw or as Basic (which of them is not documented)."""
        configured, header = usable(secrets), reading.lowered(headers, "authorization")
        if problem := missing("Authorization", header, configured):
            return refused(problem)
        if not any([among(value, configured) for value in authorization(header)]):  # noqa: C419 - all are compared
            return refused("o cabeçalho Authorization não confere")
        elsewhere = query.get("source_ip") not in {None, "", *IP_ADDRESSES}
        return accepted("o cabeçalho Authorization confere" + ("; IP fora do documentado" if elsewhere else ""))

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """A LOOKUP of the invoice; UNKNOWN for triggers of other things."""
        form = reading.form_body(body)
        event = reading.word(form.get("event"))
        if not event:
            raise ValueError("não é um aviso da Iugu: falta event")
        invoice, status = reading.identifier(form.get("data[id]")), reading.identifier(form.get("data[status]"))
        names = (
            reading.reference(ReferenceKind.CHARGE, invoice),
            reading.reference(ReferenceKind.EXTERNAL, form.get("data[external_reference]")),
            reading.reference(ReferenceKind.EXTERNAL, form.get("data[order_id]")),
        )
        rail, paid_at = RAILS.get(form.get("data[payment_method]", ""), Rail.UNKNOWN), form.get("data[paid_at]")
        subject = Subject(self.name, f"{event}:{status}", names, rail, reading.moment(paid_at))
        event_id = f"{event[:60]}:{invoice}:{status}" if invoice else reading.fingerprint(body)
        about_invoice = event.startswith("invoice.") and bool(invoice)
        if event.partition(".")[0] in NEWS:
            return [subject.lifecycle(event_id)]
        return [subject.hint(event_id, about_invoice, "gatilho que não é de fatura")]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """`GET /v1/invoices/{id}`: what has happened to the invoice."""
        client = self._client(config, secrets)
        return self._invoice(client.call("GET", f"/v1/invoices/{reading.path_id(event.reference.value)}"))

    def webhooks(self, config: GatewayConfig, secrets: Secrets) -> list[Registration]:
        """`GET /v1/web_hooks`: an address for each trigger."""
        return [
            Registration(
                reading.word(one.get("url")), reading.word(one.get("event")), reading.identifier(one.get("id"))
            )
            for one in reading.items(self._client(config, secrets).call("GET", "/v1/web_hooks").get("items"))
        ]

    def add_webhook(self, address: str, proof: str, config: GatewayConfig, secrets: Secrets) -> str:
        """`POST /v1/web_hooks` for each trigger of money that is not there."""
        client = self._client(config, secrets)
        there = {one.about for one in self.webhooks(config, secrets) if one.address == address}
        for event in WANTED:
            if event not in there:
                client.call("POST", "/v1/web_hooks", payload={"event": event, "url": address, "authorization": proof})
        return ""

    def remove_webhook(self, registration: Registration, config: GatewayConfig, secrets: Secrets) -> None:
        """`DELETE /v1/web_hooks/{id}`."""
        self._client(config, secrets).delete(f"/v1/web_hooks/{reading.path_id(registration.id)}")

    def _client(self, config: GatewayConfig, secrets: Secrets) -> Client:
        return Client.with_basic(config, secrets, option(config, "base_url", self.declaration.base_url))

    def _invoice(self, invoice: dict[str, Any]) -> list[PaymentEvent]:
        status, invoice_id = reading.word(invoice.get("status")), reading.identifier(invoice.get("id"))
        kind = STATUS.get(status, Kind.UNKNOWN)
        amount = next(
            (value for name in ("total_paid_cents", "paid_cents") if (value := reading.cents(invoice.get(name)))), 0
        )
        if status == "externally_paid":
            amount = amount or reading.cents(invoice.get("total_cents"))
        subject = self._subject(invoice, status)
        if kind in {Kind.LIFECYCLE, Kind.UNKNOWN} or not invoice_id:
            note = "" if kind is Kind.LIFECYCLE else f"situação desconhecida: {status[:40]}"
            if invoice_id and status in UNPAID:
                return [subject.unpaid(f"{invoice_id}:{status}", f"{invoice_id}:")]
            return [subject.event(f"{invoice_id or 'sem-id'}:{status[:40]}", kind, note=note)]
        if not amount or invoice.get("currency", "BRL") != "BRL":
            return [subject.unknown(f"{invoice_id}:{status}", "valor ou moeda ilegível")]
        paid = f"{invoice_id}:paid"
        received = replace(subject, at=reading.moment(invoice.get("paid_at")))
        stands = f"{invoice_id}:chargeback" if kind is Kind.CREDIT and status != "in_protest" else ""
        parts = _parts(invoice, amount)
        events = [received.event(paid, Kind.CREDIT, amount, cumulative=True, recurs=True, restores=stands, parts=parts)]
        if kind is Kind.REFUND:
            refunded = reading.cents(invoice.get("refunded_cents"))
            if not refunded and status == "partially_refunded":
                return [*events, subject.unknown(f"{invoice_id}:{status}", "estorno parcial sem valor")]
            total, name = refunded or amount, f"{invoice_id}:refunded:{refunded or amount}"
            events.append(subject.event(name, kind, total, refers_to=paid, cumulative=True))
        if kind is Kind.CHARGEBACK:
            # read once it was won, it is taken again: the invoice says how it stands now
            events.append(subject.event(f"{invoice_id}:chargeback", kind, amount, refers_to=paid, recurs=True))
        return events

    def _subject(self, invoice: dict[str, Any], status: str) -> Subject:
        names = (
            reading.reference(ReferenceKind.CHARGE, invoice.get("id")),
            reading.reference(ReferenceKind.EXTERNAL, invoice.get("external_reference")),
            reading.reference(ReferenceKind.EXTERNAL, invoice.get("order_id")),
        )
        rail = RAILS.get(reading.word(invoice.get("payment_method")), Rail.UNKNOWN)
        at = reading.moment(invoice.get("updated_at")) or reading.moment(invoice.get("paid_at"))
        return Subject(self.name, status, names, rail, at, reading.day(invoice.get("due_date")))


def _parts(invoice: dict[str, Any], paid: int) -> Parts | None:
    """What an invoice that is paid is made of. Its total has its own discount taken off and its own tax put on."""
    total, items, tax, discount, fines = (
        reading.told_cents(invoice.get(name))
        for name in (
            "total_cents",
            "items_total_cents",
            "tax_cents",
            "discount_cents",
            "fines_on_occurrence_day_cents",
        )
    )
    if not total:
        return None
    original = total + (discount or 0)
    if items and items + (tax or 0) - (discount or 0) != total:
        original, discount = total, None
    early = [_early(one, total) for one in reading.items(invoice.get("early_payment_discounts"))]
    granted = ChargeTerms(tuple(early)).explain(total, paid).discount_cents
    if granted is not None:
        discount = (discount or 0) + granted
    if paid < total or not fines or paid != total + fines:
        return Parts(original, discount, fine_cents=0 if fines == 0 else None)
    if invoice.get("per_day_interest") is True or invoice.get("interest"):
        return Parts(original, discount, interest_cents=fines)
    return Parts(original, discount, fine_cents=fines)


def _early(discount: dict[str, Any], total: int) -> int:
    return reading.cents(discount.get("value_cents")) or share(total, discount.get("percent"))
