"""Iugu: Pix, boleto and card.

Source: dev.iugu.com/docs/gatilhos (triggers) and its invoice reference.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.gateways import reading
from regua.gateways.base import Declaration, Proof, Subject
from regua.gateways.client import Client, option
from regua.gateways.signatures import accepted, among, authorization, missing, refused, usable
from regua.ports import Secrets

STATUS = {
    "paid": PaymentEventKind.CREDIT,
    # Marked as paid outside Iugu by the creditor.
    "externally_paid": PaymentEventKind.CREDIT,
    "in_protest": PaymentEventKind.CREDIT,
    "refunded": PaymentEventKind.REFUND,
    "partially_refunded": PaymentEventKind.REFUND,
    "chargeback": PaymentEventKind.CHARGEBACK,
    "pending": PaymentEventKind.LIFECYCLE,
    "draft": PaymentEventKind.LIFECYCLE,
    "in_analysis": PaymentEventKind.LIFECYCLE,
    "authorized": PaymentEventKind.LIFECYCLE,
    "canceled": PaymentEventKind.LIFECYCLE,
    "expired": PaymentEventKind.LIFECYCLE,
}
"""Status of an invoice. `in_protest` is a card payment in dispute: paid until it becomes `chargeback`."""
RAILS = {"iugu_pix": Rail.PIX, "iugu_bank_slip": Rail.BOLETO, "iugu_credit_card": Rail.CARD}
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
        return [subject.hint(event_id, about_invoice, "gatilho que não é de fatura")]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """`GET /v1/invoices/{id}`: what has happened to the invoice."""
        client = Client.with_basic(config, secrets, option(config, "base_url", self.declaration.base_url))
        return self._invoice(client.call("GET", f"/v1/invoices/{reading.path_id(event.reference.value)}"))

    def _invoice(self, invoice: dict[str, Any]) -> list[PaymentEvent]:
        status, invoice_id = reading.word(invoice.get("status")), reading.identifier(invoice.get("id"))
        kind = STATUS.get(status, PaymentEventKind.UNKNOWN)
        amount = next(
            (value for name in ("total_paid_cents", "paid_cents") if (value := reading.cents(invoice.get(name)))), 0
        )
        if status == "externally_paid":
            amount = amount or reading.cents(invoice.get("total_cents"))
        subject = self._subject(invoice, status)
        if kind in {PaymentEventKind.LIFECYCLE, PaymentEventKind.UNKNOWN} or not invoice_id:
            note = "" if kind is PaymentEventKind.LIFECYCLE else f"situação desconhecida: {status[:40]}"
            return [subject.event(f"{invoice_id or 'sem-id'}:{status[:40]}", kind, note=note)]
        if not amount or invoice.get("currency", "BRL") != "BRL":
            return [subject.unknown(f"{invoice_id}:{status}", "valor ou moeda ilegível")]
        paid = f"{invoice_id}:paid"
        events = [
            replace(subject, at=reading.moment(invoice.get("paid_at"))).event(paid, PaymentEventKind.CREDIT, amount)
        ]
        if kind is PaymentEventKind.REFUND:
            refunded = reading.cents(invoice.get("refunded_cents"))
            if not refunded and status == "partially_refunded":
                return [*events, subject.unknown(f"{invoice_id}:{status}", "estorno parcial sem valor")]
            total, name = refunded or amount, f"{invoice_id}:refunded:{refunded or amount}"
            events.append(subject.event(name, kind, total, refers_to=paid, cumulative=True))
        if kind is PaymentEventKind.CHARGEBACK:
            events.append(subject.event(f"{invoice_id}:chargeback", kind, amount, refers_to=paid))
        return events

    def _subject(self, invoice: dict[str, Any], status: str) -> Subject:
        names = (
            reading.reference(ReferenceKind.CHARGE, invoice.get("id")),
            reading.reference(ReferenceKind.EXTERNAL, invoice.get("external_reference")),
            reading.reference(ReferenceKind.EXTERNAL, invoice.get("order_id")),
        )
        rail = RAILS.get(reading.word(invoice.get("payment_method")), Rail.UNKNOWN)
        at = reading.moment(invoice.get("updated_at")) or reading.moment(invoice.get("paid_at"))
        return Subject(self.name, status, names, rail, at)
