"""Iugu: Pix, boleto and card.

Source: dev.iugu.com/docs/gatilhos (triggers) and its invoice reference.
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
from regua.gateways.signatures import MISSING_SECRET, accepted, among, authorization, refused, usable
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
    """Iugu: a fixed header proves little, so a message only says which invoice to look up."""

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
        if not configured:
            return refused(MISSING_SECRET)
        if not header:
            return refused("falta o cabeçalho Authorization")
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
        about_invoice = event.startswith("invoice.") and bool(invoice)
        target, alternatives = reading.references(
            reading.reference(ReferenceKind.CHARGE, invoice),
            reading.reference(ReferenceKind.EXTERNAL, form.get("data[external_reference]")),
            reading.reference(ReferenceKind.EXTERNAL, form.get("data[order_id]")),
        )
        return [
            PaymentEvent(
                gateway=self.name,
                event_id=f"{event[:60]}:{invoice}:{status}" if invoice else reading.fingerprint(body),
                kind=PaymentEventKind.LOOKUP if about_invoice else PaymentEventKind.UNKNOWN,
                reference=target,
                alternatives=alternatives,
                occurred_at=reading.moment(form.get("data[paid_at]")),
                rail=RAILS.get(form.get("data[payment_method]", ""), Rail.UNKNOWN),
                raw_type=f"{event}:{status}"[:80],
                note="" if about_invoice else "gatilho que não é de fatura",
            )
        ]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """`GET /v1/invoices/{id}`: what has happened to the invoice."""
        token = need(credentials(config, secrets), "token", config)
        base_url = config.options.get("base_url") or self.declaration.base_url
        client = Client(config.name, base_url, basic=(token, ""))
        return self._invoice(client.call("GET", f"/v1/invoices/{reading.path_id(event.reference.value)}"))

    def _invoice(self, invoice: dict[str, Any]) -> list[PaymentEvent]:
        status, invoice_id = reading.word(invoice.get("status")), reading.identifier(invoice.get("id"))
        kind = STATUS.get(status, PaymentEventKind.UNKNOWN)
        amount = next(
            (value for name in ("total_paid_cents", "paid_cents") if (value := reading.cents(invoice.get(name)))), 0
        )
        if status == "externally_paid":
            amount = amount or reading.cents(invoice.get("total_cents"))
        if kind in {PaymentEventKind.LIFECYCLE, PaymentEventKind.UNKNOWN} or not invoice_id:
            note = "" if kind is PaymentEventKind.LIFECYCLE else f"situação desconhecida: {status[:40]}"
            return [self._event(invoice, f"{invoice_id or 'sem-id'}:{status[:40]}", kind, 0, note=note)]
        if not amount or invoice.get("currency", "BRL") != "BRL":
            note = "valor ou moeda ilegível"
            return [self._event(invoice, f"{invoice_id}:{status}", PaymentEventKind.UNKNOWN, 0, note=note)]
        paid = f"{invoice_id}:paid"
        events = [self._event(invoice, paid, PaymentEventKind.CREDIT, amount)]
        if kind is PaymentEventKind.REFUND:
            refunded = reading.cents(invoice.get("refunded_cents"))
            if not refunded and status == "partially_refunded":
                note = "estorno parcial sem valor"
                return [*events, self._event(invoice, f"{invoice_id}:{status}", PaymentEventKind.UNKNOWN, 0, note=note)]
            total, name = refunded or amount, f"{invoice_id}:refunded:{refunded or amount}"
            events.append(self._event(invoice, name, kind, total, refers_to=paid, cumulative=True))
        if kind is PaymentEventKind.CHARGEBACK:
            events.append(self._event(invoice, f"{invoice_id}:chargeback", kind, amount, refers_to=paid))
        return events

    def _event(
        self,
        invoice: dict[str, Any],
        event_id: str,
        kind: PaymentEventKind,
        amount_cents: int,
        *,
        refers_to: str = "",
        cumulative: bool = False,
        note: str = "",
    ) -> PaymentEvent:
        target, alternatives = reading.references(
            reading.reference(ReferenceKind.CHARGE, invoice.get("id")),
            reading.reference(ReferenceKind.EXTERNAL, invoice.get("external_reference")),
            reading.reference(ReferenceKind.EXTERNAL, invoice.get("order_id")),
        )
        status, method = reading.word(invoice.get("status")), reading.word(invoice.get("payment_method"))
        paid_at = reading.moment(invoice.get("paid_at"))
        return PaymentEvent(
            gateway=self.name,
            event_id=event_id,
            kind=kind,
            reference=target,
            alternatives=alternatives,
            amount_cents=amount_cents,
            occurred_at=paid_at
            if kind is PaymentEventKind.CREDIT
            else reading.moment(invoice.get("updated_at")) or paid_at,
            rail=RAILS.get(method, Rail.UNKNOWN),
            raw_type=status[:80],
            refers_to=refers_to,
            cumulative=cumulative,
            note=note,
        )
