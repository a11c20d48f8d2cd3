"""Cora: boleto and Pix. The event is in the headers, the body is empty, nothing is signed.

Source: public integrations' captures (headers); developers.cora.com.br (invoice).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from regua.domain.model import Rail
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.gateways import reading
from regua.gateways.base import Declaration, Kind, PartList, Proof, Subject, WordList
from regua.gateways.client import Client, option
from regua.gateways.signatures import by_url, with_proof
from regua.gateways.terms import ChargeTerms, days_late, monthly, share
from regua.ports import Registration, Secrets

STATUS = {
    "PAID": Kind.CREDIT,
    "OPEN": Kind.LIFECYCLE,
    "LATE": Kind.LIFECYCLE,
    "INITIATED": Kind.LIFECYCLE,
    "IN_PAYMENT": Kind.LIFECYCLE,
    "DRAFT": Kind.LIFECYCLE,
    "RECURRENCE_DRAFT": Kind.LIFECYCLE,
    "CANCELLED": Kind.LIFECYCLE,
}
EVENTS = {
    "invoice.created": Kind.LOOKUP,
    "invoice.paid": Kind.LOOKUP,
    "invoice.canceled": Kind.LOOKUP,
    "invoice.cancelled": Kind.LOOKUP,
    "invoice.overdue": Kind.LOOKUP,
}
NEWS = ("account", "bank_account", "payment", "pix", "statement", "transfer")
"""Families of events about the account: counted, and nobody's work."""
WORDS = (
    WordList("events of an invoice|eventos de fatura", "developers.cora.com.br/docs/webhooks", "2026-11", EVENTS),
    WordList(
        "families of other events|famílias de outros eventos",
        "developers.cora.com.br/docs/webhooks",
        "2026-11",
        {f"{family}.*": Kind.LIFECYCLE for family in NEWS},
    ),
    WordList(
        "status of an invoice|situação de uma fatura",
        "developers.cora.com.br/reference/consultar-boletos",
        "2026-11",
        STATUS,
    ),
)
PARTS = PartList(
    "OpenSourceCommunityBrasil/RscApiCora 14b9e96 (Classes.Payments, Classes.PaymentTerms)",
    "2026-11",
    {
        "original_cents": "total_amount",
        "discount_cents": "total_amount - total_paid = payment_terms.discount",
        "fine_cents": "payments[].fine; total_paid - total_amount = payment_terms.fine + .interest",
        "interest_cents": "payments[].interest; total_paid - total_amount = payment_terms.fine + .interest",
    },
    unread=frozenset({"discount_cents", "fine_cents", "interest_cents"}),
)
UNPAID = {"OPEN", "LATE", "CANCELLED"}
"""What cannot be read of an invoice that was paid, unless that was undone."""
RAILS = {"BANK_SLIP": Rail.BOLETO, "PIX": Rail.PIX}
WANTED = ("paid", "canceled")
"""Triggers of an invoice that say something here."""


class Cora:
    """Cora: whoever knows the address can write to it, so a notification only says which invoice to look up."""

    name = "cora"
    declaration = Declaration(
        name="cora",
        title="Cora",
        proof=Proof.TRANSPORT,
        thin=True,
        rails=(Rail.BOLETO, Rail.PIX),
        base_url="https://matls-clients.api.cora.com.br",
    )
    kept_headers = ("webhook-event-id", "webhook-event-type", "webhook-resource-id")
    """Stored with the notification: without them there is nothing to understand later."""

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """The secret of the address; without one the notification is only a hint, and is looked up."""
        return by_url(query, secrets, "o endereço do webhook é a prova, e a fatura é consultada antes de valer")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """A LOOKUP of the invoice named by the headers; UNKNOWN for events of other things."""
        word = reading.word(reading.lowered(headers, "webhook-event-type"))
        resource = reading.identifier(reading.lowered(headers, "webhook-resource-id"))
        if not word:
            raise ValueError("não é um aviso da Cora: falta o cabeçalho webhook-event-type")
        event_id = reading.identifier(reading.lowered(headers, "webhook-event-id"))
        event_id = event_id or reading.fingerprint(f"{word}:{resource}".encode())
        subject = Subject(self.name, word, (reading.reference(ReferenceKind.CHARGE, resource),))
        about_invoice = word.startswith("invoice") and bool(resource)
        if word.partition(".")[0] in NEWS:
            return [subject.lifecycle(event_id)]
        return [subject.hint(event_id, about_invoice, "evento que não é de fatura")]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """`GET /v2/invoices/{id}`: what has happened to the invoice."""
        client = self._client(config, secrets)
        return self._invoice(client.call("GET", f"/v2/invoices/{reading.path_id(event.reference.value)}"))

    def webhooks(self, config: GatewayConfig, secrets: Secrets) -> list[Registration]:
        """`GET /endpoints/`: an address for each trigger."""
        return [
            Registration(
                reading.word(one.get("url")),
                f"{reading.word(one.get('resource'))}.{reading.word(one.get('trigger'))}",
                reading.identifier(one.get("id")),
                working=one.get("active") is not False,
            )
            for one in reading.items(self._client(config, secrets).call("GET", "/endpoints/").get("items"))
        ]

    def add_webhook(self, address: str, proof: str, config: GatewayConfig, secrets: Secrets) -> str:
        """`POST /endpoints/` for each trigger that is not there."""
        whole = with_proof(address, proof)
        found = [one for one in self.webhooks(config, secrets) if one.calls(address)]
        there = {one.about for one in found if one.address == whole and one.working}
        for trigger in WANTED:
            if f"invoice.{trigger}" not in there:
                wanted = {"url": whole, "resource": "invoice", "trigger": trigger}
                # the same wish is the same request, however often it is sent
                key = str(uuid5(NAMESPACE_URL, f"{whole}#invoice.{trigger}"))
                self._client(config, secrets, {"idempotency-key": key}).call("POST", "/endpoints/", payload=wanted)
        for one in found:
            if one.address != whole or not one.working:
                self.remove_webhook(one, config, secrets)
        return ""

    def remove_webhook(self, registration: Registration, config: GatewayConfig, secrets: Secrets) -> None:
        """`DELETE /endpoints/{id}`."""
        self._client(config, secrets).delete(f"/endpoints/{reading.path_id(registration.id)}")

    def _client(self, config: GatewayConfig, secrets: Secrets, headers: Mapping[str, str] | None = None) -> Client:
        base_url = option(config, "base_url", self.declaration.base_url)
        token_url = f"{base_url}/token"
        return Client.with_oauth(config, secrets, base_url, token_url, in_body=True, secretless=True, headers=headers)

    def _invoice(self, invoice: dict[str, Any]) -> list[PaymentEvent]:
        status, invoice_id = reading.word(invoice.get("status")), reading.identifier(invoice.get("id"))
        kind, note = STATUS.get(status, Kind.UNKNOWN), ""
        payments = reading.items(invoice.get("payments"))
        last = payments[-1] if payments else {}
        amount = reading.cents(invoice.get("total_paid")) if kind is Kind.CREDIT else 0
        if kind is Kind.UNKNOWN or not invoice_id or (kind is Kind.CREDIT and not amount):
            kind, note = Kind.UNKNOWN, f"situação desconhecida ou sem valor: {status[:40]}"
        slip = reading.section(invoice, "payment_options", "bank_slip")
        names = (
            reading.reference(ReferenceKind.CHARGE, invoice_id),
            reading.reference(ReferenceKind.EXTERNAL, invoice.get("code")),
            reading.reference(ReferenceKind.OUR_NUMBER, slip.get("our_number")),
        )
        due_on = reading.day(reading.section(invoice, "payment_terms").get("due_date"))
        rail = RAILS.get(reading.word(last.get("method")), Rail.UNKNOWN)
        subject = Subject(self.name, status, names, rail, due_on=due_on)
        if kind is Kind.CREDIT:
            paid_at = reading.moment(last.get("finalized_at") or invoice.get("occurrence_date"))
            parts = _parts(invoice, payments, amount, paid_at)
            return [subject.event(f"{invoice_id}:paid", kind, amount, at=paid_at, recurs=True, parts=parts)]
        if kind is Kind.LIFECYCLE and status in UNPAID:
            return [subject.unpaid(f"{invoice_id}:{status}", f"{invoice_id}:")]
        return [subject.event(f"{invoice_id or 'sem-id'}:{status[:40]}", kind, amount, note=note)]


def _sum(payments: list[dict[str, Any]], name: str) -> int | None:
    told = [reading.told_cents(one.get(name)) for one in payments]
    return None if not told or None in told else sum(cents or 0 for cents in told)


def _parts(
    invoice: dict[str, Any], payments: list[dict[str, Any]], paid: int, paid_at: datetime | None
) -> Parts | None:
    total, terms = reading.told_cents(invoice.get("total_amount")), reading.section(invoice, "payment_terms")
    if not total:
        return None
    fine, interest, discount = (reading.section(terms, name) for name in ("fine", "interest", "discount"))
    late = days_late(terms.get("due_date"), paid_at)
    percentage = discount.get("type") == "PERCENT"
    worth = share(total, discount.get("value")) if percentage else reading.cents(discount.get("value"))
    found = ChargeTerms(
        (worth,) if worth else (),
        (reading.cents(fine.get("amount")) or share(total, fine.get("rate"))) if late else 0,
        monthly(total, interest.get("rate"), late),
    ).explain(total, paid)
    told = Parts(total, found.discount_cents, None, _sum(payments, "fine"), _sum(payments, "interest"))
    return told if told.charged_cents and told.adds_up_to(paid) else found
