"""Stripe: boleto, Pix and card in reais.

Source: stripe/stripe-python webhook signature, docs.stripe.com (webhooks, event types), stripe/openapi fixtures.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from regua.domain.model import Rail
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import (
    BILL,
    MADE_OF,
    PaymentEvent,
    PaymentEventKind,
    Reference,
    ReferenceKind,
    Verdict,
)
from regua.domain.tenant import GatewayConfig
from regua.domain.values import replace
from regua.gateways import reading
from regua.gateways.base import Declaration, Kind, PartList, Proof, Subject, WordList
from regua.gateways.client import Client, option
from regua.gateways.signatures import accepted, among, hmac_hex, missing, pairs, refused, seconds, stale, usable
from regua.ports import Registration, Secrets

EVENTS = {
    "payment_intent.succeeded": Kind.CREDIT,
    # Of a charge without an intent, made by the older API. Else the intent tells of it.
    "charge.succeeded": Kind.CREDIT,
    "charge.captured": Kind.CREDIT,
    # The session knows the reference (`client_reference_id`), the intent the money: both tell of the intent.
    "checkout.session.completed": Kind.CREDIT,
    "checkout.session.async_payment_succeeded": Kind.CREDIT,
    "invoice.paid": Kind.LINK,
    "invoice.payment_succeeded": Kind.LINK,
    # Since API version 2025-03-31 (basil) an invoice does not name its intent any more: this does.
    "invoice_payment.paid": Kind.LINK,
    "refund.created": Kind.REFUND,
    "refund.updated": Kind.REFUND,
    "refund.failed": Kind.REINSTATED,
    "charge.refund.updated": Kind.REFUND,
    # Says the total refunded so far; the refunds themselves have ids, so they are read.
    "charge.refunded": Kind.LOOKUP,
    # The dispute takes the money at once, whichever of the two is told first: one fact, the dispute's id.
    "charge.dispute.created": Kind.CHARGEBACK,
    "charge.dispute.funds_withdrawn": Kind.CHARGEBACK,
    "charge.dispute.funds_reinstated": Kind.REINSTATED,
    # What became of it is in its status.
    "charge.dispute.closed": Kind.LIFECYCLE,
    "charge.dispute.updated": Kind.LIFECYCLE,
    "charge.expired": Kind.LIFECYCLE,
    "charge.failed": Kind.LIFECYCLE,
    "charge.pending": Kind.LIFECYCLE,
    "charge.updated": Kind.LIFECYCLE,
    "checkout.session.async_payment_failed": Kind.LIFECYCLE,
    "checkout.session.expired": Kind.LIFECYCLE,
    "payment_intent.amount_capturable_updated": Kind.LIFECYCLE,
    "payment_intent.canceled": Kind.LIFECYCLE,
    "payment_intent.created": Kind.LIFECYCLE,
    "payment_intent.partially_funded": Kind.LIFECYCLE,
    "payment_intent.payment_failed": Kind.LIFECYCLE,
    "payment_intent.processing": Kind.LIFECYCLE,
    "payment_intent.requires_action": Kind.LIFECYCLE,
}
"""Events about money. A charge is paid by its payment intent, if it has one."""
WANTED = (
    *(word for word, kind in EVENTS.items() if kind is not Kind.LIFECYCLE),
    "charge.dispute.closed",
    "charge.dispute.updated",
)
"""What Stripe is asked to tell."""
NEWS = (
    "account",
    "application_fee",
    "balance",
    "balance_settings",
    "billing",
    "billing_portal",
    "capability",
    "cash_balance",
    "climate",
    "coupon",
    "credit_note",
    "customer",
    "customer_cash_balance_transaction",
    "entitlements",
    "file",
    "financial_connections",
    "identity",
    "invoice",
    "invoice_payment",
    "invoiceitem",
    "issuing_authorization",
    "issuing_card",
    "issuing_cardholder",
    "issuing_dispute",
    "issuing_personalization_design",
    "issuing_token",
    "issuing_transaction",
    "mandate",
    "payment_link",
    "payment_method",
    "payout",
    "person",
    "plan",
    "price",
    "product",
    "promotion_code",
    "quote",
    "radar",
    "reporting",
    "reserve",
    "review",
    "setup_intent",
    "sigma",
    "source",
    "subscription_schedule",
    "tax",
    "tax_rate",
    "terminal",
    "test_helpers",
    "topup",
    "transfer",
    "treasury",
    # Thin events, of meters and of the account, have their version before the family.
    "v1",
    "v2",
)
"""Families of news that move no money of a title: counted, and nobody's work."""
DISPUTE = {
    "needs_response": Kind.CHARGEBACK,
    "under_review": Kind.CHARGEBACK,
    "lost": Kind.CHARGEBACK,
    "won": Kind.REINSTATED,
    "prevented": Kind.REINSTATED,
    # An inquiry: the bank asks, and has taken nothing. A person answers it at Stripe.
    "warning_needs_response": Kind.UNKNOWN,
    "warning_under_review": Kind.LIFECYCLE,
    "warning_closed": Kind.LIFECYCLE,
}
REFUND = {
    "succeeded": Kind.REFUND,
    # Pix and boleto refunds are settled later, or fail; only `succeeded` has taken the money back.
    "pending": Kind.LIFECYCLE,
    "requires_action": Kind.LIFECYCLE,
    "failed": Kind.REINSTATED,
    "canceled": Kind.REINSTATED,
}
SESSION = {
    "paid": Kind.CREDIT,
    # A boleto or Pix that is paid later: until then the session says whose it is.
    "unpaid": Kind.LINK,
    "no_payment_required": Kind.LIFECYCLE,
}
"""`payment_status` of a Checkout session."""
WORDS = (
    WordList("events about money|eventos de dinheiro", "stripe/stripe-python 6c6e3736 (_event.py)", "2026-07", EVENTS),
    WordList(
        "families of other events|famílias de outros eventos",
        "stripe/stripe-python 6c6e3736 (_event.py)",
        "2026-07",
        {f"{family}.*": Kind.LIFECYCLE for family in NEWS},
    ),
    WordList(
        "status of a dispute|situação de uma disputa", "stripe/stripe-python 6c6e3736 (_dispute.py)", "2026-07", DISPUTE
    ),
    WordList(
        "status of a refund|situação de uma devolução", "stripe/stripe-python 6c6e3736 (_refund.py)", "2026-07", REFUND
    ),
    WordList(
        "payment_status of a Checkout session|payment_status de uma sessão do Checkout",
        "stripe/stripe-python 6c6e3736 (checkout/_session.py)",
        "2026-07",
        SESSION,
    ),
)
PARTS = PartList(
    "stripe/stripe-python 6c6e3736 (checkout/_session.py, _payment_intent.py, _invoice.py)",
    "2026-07",
    {
        "original_cents": "session: amount_total + total_details.amount_discount; intent: amount + "
        "amount_details.discount_amount; invoice: total + total_discount_amounts[]",
        "discount_cents": "session: total_details.amount_discount; intent: amount_details.discount_amount; invoice: "
        "total_discount_amounts[].amount",
    },
)
"""Taxes and shipping are in what is asked."""
RAILS = {"pix": Rail.PIX, "boleto": Rail.BOLETO, "card": Rail.CARD}
EXTERNAL_KEYS = ("external_reference", "externalReference", "receivable", "id_titulo")
"""Where the creditor may have put the receivable's id in `metadata`."""
UNREADABLE = "valor ou situação ilegível, ou moeda que não é real"
INQUIRY = "O banco do cliente pergunta sobre este pagamento (inquiry) e nada tomou: responda na Stripe antes do prazo"


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
        """The events of the notification (one but for a dispute that was won); another currency than BRL is UNKNOWN."""
        document = reading.json_object(body)
        word, event_id = reading.word(document.get("type")), reading.identifier(document.get("id"))
        if not event_id or not (word or document.get("object") == "event"):
            raise ValueError("não é um aviso da Stripe: faltam id e type")
        return self._events(word, event_id, reading.section(document, "data", "object"), document.get("created"))

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """`GET /v1/refunds?charge=..`: each refund by its own id."""
        client = self._client(config, secrets)
        charge = next((name.value for name in (event.reference, *event.alternatives) if name.value[:3] == "ch_"), "")
        events: list[PaymentEvent] = []
        cursor: dict[str, str] = {}
        while True:
            params: dict[str, str | int] = {"charge": reading.path_id(charge), "limit": 100, **cursor}
            answer = client.call("GET", "/v1/refunds", params=params)
            refunds = reading.items(answer.get("data"))
            for item in refunds:
                events += self._events("refund.updated", str(item.get("id")), item, item.get("created"))
            if answer.get("has_more") is not True or not refunds:
                return events
            cursor = {"starting_after": reading.path_id(reading.identifier(refunds[-1].get("id")))}

    def webhooks(self, config: GatewayConfig, secrets: Secrets) -> list[Registration]:
        """`GET /v1/webhook_endpoints`; an account has at most sixteen."""
        answer = self._client(config, secrets).call("GET", "/v1/webhook_endpoints", params={"limit": 100})
        return [
            Registration(
                reading.word(one.get("url")),
                f"{len(one.get('enabled_events') or ())} tipos de aviso",
                reading.identifier(one.get("id")),
                working=reading.word(one.get("status")) == "enabled",
            )
            for one in reading.items(answer.get("data"))
        ]

    def add_webhook(self, address: str, proof: str, config: GatewayConfig, secrets: Secrets) -> str:
        """`POST /v1/webhook_endpoints`; Stripe makes the secret it signs with, and tells it this once."""
        for one in self.webhooks(config, secrets):
            if one.calls(address) and one.working:
                return ""
            if one.calls(address):
                self.remove_webhook(one, config, secrets)
        form = [("url", address), ("description", "Régua"), *(("enabled_events[]", event) for event in WANTED)]
        answer = self._client(config, secrets).call("POST", "/v1/webhook_endpoints", form=form)
        return reading.word(answer.get("secret"))

    def remove_webhook(self, registration: Registration, config: GatewayConfig, secrets: Secrets) -> None:
        """`DELETE /v1/webhook_endpoints/{id}`."""
        self._client(config, secrets).delete(f"/v1/webhook_endpoints/{reading.path_id(registration.id)}")

    def _client(self, config: GatewayConfig, secrets: Secrets) -> Client:
        return Client.with_bearer(config, secrets, option(config, "base_url", self.declaration.base_url))

    def _events(self, word: str, event_id: str, thing: dict[str, Any], created: Any) -> list[PaymentEvent]:
        kind, subject = EVENTS.get(word), Subject(self.name, word, _names(thing), _rail(thing), reading.unix(created))
        if kind is None and word.partition(".")[0] in NEWS:
            return [subject.lifecycle(event_id)]
        if kind is None:
            return [subject.unknown(event_id, f"evento desconhecido: {word[:60]}")]
        ended = word == "charge.dispute.closed" and thing.get("status")
        if kind in {Kind.LOOKUP, Kind.LIFECYCLE} and not ended:
            return [subject.event(event_id, kind)]
        own, intent = reading.identifier(thing.get("id")), reading.identifier(thing.get("payment_intent"))
        paid = intent or reading.identifier(thing.get("charge"))
        if word.startswith("charge.dispute."):
            return self._dispute(subject, event_id, thing, own, paid)
        if "refund" in word:
            return [self._refund(subject, event_id, thing, own, paid)]
        if word == "invoice_payment.paid":
            return _payment_of_invoice(subject, event_id, thing)
        if word.startswith(("checkout.", "invoice.")):
            return [self._joined(subject, event_id, thing, intent, kind)]
        charge = word.startswith("charge.")
        if charge and (intent or thing.get("source_transfer") or thing.get("captured") is False):
            # told by its intent; passed on by a platform; not taken yet
            return [subject.lifecycle(event_id)]
        received = thing.get("amount_captured" if charge else "amount_received")
        amount = reading.cents(received) or reading.cents(thing.get("amount"))
        if not own or not amount or thing.get("currency") != "brl":
            return [subject.unknown(event_id, UNREADABLE)]
        discount = reading.told_cents(reading.section(thing, "amount_details").get("discount_amount"))
        return [replace(subject.event(own, kind, amount, parts=_parts(amount, discount)), billed=not charge)]

    def _dispute(
        self, subject: Subject, event_id: str, thing: dict[str, Any], own: str, paid: str
    ) -> list[PaymentEvent]:
        status, amount = reading.word(thing.get("status")), reading.cents(thing.get("amount"))
        # without a status the event's own word decides
        kind = DISPUTE.get(status, Kind.UNKNOWN) if status else EVENTS[subject.word]
        if status.startswith("warning_") and status in DISPUTE:
            if kind is Kind.UNKNOWN and subject.word == "charge.dispute.created":
                return [subject.event(event_id, Kind.UNKNOWN, refers_to=paid, note=INQUIRY)]
            return [subject.lifecycle(event_id)]
        if kind is Kind.UNKNOWN:
            return [subject.unknown(event_id, f"situação de disputa desconhecida: {status[:40]}")]
        if not own or not amount or thing.get("currency") != "brl":
            return [subject.unknown(event_id, UNREADABLE)]
        taken = subject.event(own, Kind.CHARGEBACK, amount, refers_to=paid)
        back = EVENTS[subject.word] is Kind.REINSTATED or kind is Kind.REINSTATED
        # Won: with the chargeback beside it the sum is right, whichever of its news came first or never came.
        return [taken, subject.reinstated(own)] if back else [taken]

    def _refund(self, subject: Subject, event_id: str, thing: dict[str, Any], own: str, paid: str) -> PaymentEvent:
        status, amount = reading.word(thing.get("status")), reading.cents(thing.get("amount"))
        kind = REFUND.get(status, Kind.UNKNOWN)
        if kind is Kind.LIFECYCLE or (kind is Kind.REINSTATED and subject.word == "refund.created"):
            return subject.lifecycle(event_id)
        if kind is Kind.UNKNOWN or not own or not amount or thing.get("currency") != "brl":
            return subject.unknown(event_id, UNREADABLE)
        if kind is Kind.REINSTATED:
            return subject.reinstated(own)
        return subject.event(own, Kind.REFUND, amount, refers_to=paid)

    def _joined(
        self, subject: Subject, event_id: str, thing: dict[str, Any], intent: str, kind: PaymentEventKind
    ) -> PaymentEvent:
        """A session or invoice: what it says of its payment intent, which has the money."""
        amount = reading.cents(thing.get("amount_total"))
        if thing.get("object") == "checkout.session" or subject.word.startswith("checkout."):
            kind = SESSION.get(reading.word(thing.get("payment_status")), Kind.UNKNOWN)
        invoice = thing.get("id") if subject.word.startswith("invoice.") else thing.get("invoice")
        outside = reading.cents(thing.get("amount_paid_off_stripe"))
        if thing.get("paid_out_of_band") is True:
            outside = outside or reading.cents(thing.get("amount_paid"))
        if outside and not intent and reading.identifier(invoice) and thing.get("currency") == "brl":
            # marked as paid outside Stripe by the creditor
            return replace(subject, rail=Rail.UNKNOWN).event(f"{invoice}:outside", Kind.CREDIT, outside)
        bill = reading.identifier(invoice)
        if kind is Kind.LINK and not intent and bill and (parts := _granted(thing)) is not None:
            paid = reading.cents(thing.get("amount_paid"))
            return subject.event(f"{bill}{MADE_OF}", Kind.LINK, paid, refers_to=bill, parts=parts)
        if kind is not Kind.LIFECYCLE and not intent and bill and _says_whose(subject):
            return subject.event(event_id, Kind.LINK, refers_to=bill)
        if kind is Kind.LIFECYCLE or (kind is not Kind.UNKNOWN and not intent):
            return subject.lifecycle(event_id)
        if kind is Kind.LINK:
            parts = _granted(thing)
            if parts is not None:
                # the intent does not say what was granted: the invoice tells of its money too
                return subject.event(intent, Kind.CREDIT, reading.cents(thing.get("amount_paid")), parts=parts)
            return subject.event(event_id, kind, refers_to=intent)
        if kind is Kind.UNKNOWN or not amount or thing.get("currency") != "brl":
            return subject.unknown(event_id, UNREADABLE)
        discount = reading.told_cents(reading.section(thing, "total_details").get("amount_discount"))
        return subject.event(intent, kind, amount, parts=_parts(amount, discount))


def _granted(invoice: dict[str, Any]) -> Parts | None:
    """What an invoice that is paid has granted; None where it has granted nothing, or is paid otherwise as well."""
    paid = reading.cents(invoice.get("amount_paid"))
    granted = sum(reading.cents(one.get("amount")) for one in reading.items(invoice.get("total_discount_amounts")))
    whole = paid and paid == invoice.get("total") and invoice.get("currency") == "brl"
    return _parts(paid, granted) if granted and whole else None


def _payment_of_invoice(subject: Subject, event_id: str, thing: dict[str, Any]) -> list[PaymentEvent]:
    """Which payment is an invoice's, whose title the invoice's own news tell: these find it by the invoice's id. And
    the same of the payment, whose money finds it by its own id.
    """
    payment, invoice = reading.section(thing, "payment"), reading.identifier(thing.get("invoice"))
    paid = reading.identifier(payment.get("payment_intent")) or reading.identifier(payment.get("charge"))
    if not invoice or not paid:
        return [subject.lifecycle(event_id)]
    of_invoice = replace(subject, names=(reading.reference(ReferenceKind.CHARGE, invoice),))
    whose = of_invoice.event(invoice, Kind.LINK, reading.cents(thing.get("amount_paid")), refers_to=paid)
    return [whose, replace(subject, names=()).event(f"{paid}{BILL}", Kind.LINK, refers_to=invoice)]


def _says_whose(subject: Subject) -> bool:
    return any(name.kind is ReferenceKind.EXTERNAL for name in subject.names)


def _parts(asked: int, discount: int | None) -> Parts | None:
    """Of what was asked once the discount was taken off."""
    return None if discount is None else Parts(asked + discount, discount_cents=discount)


def _names(thing: dict[str, Any]) -> tuple[Reference, ...]:
    told = (
        reading.section(thing, "metadata"),
        reading.section(thing, "parent", "subscription_details", "metadata"),
        reading.section(thing, "subscription_details", "metadata"),
    )
    intent = thing.get("id") if thing.get("object") == "payment_intent" else thing.get("payment_intent")
    charge = thing.get("id") if thing.get("object") == "charge" else thing.get("charge") or thing.get("latest_charge")
    return (
        reading.reference(ReferenceKind.CHARGE, intent),
        *(reading.reference(ReferenceKind.EXTERNAL, one.get(key)) for one in told for key in EXTERNAL_KEYS),
        reading.reference(ReferenceKind.EXTERNAL, thing.get("client_reference_id")),
        reading.reference(ReferenceKind.CHARGE, charge),
    )


def _rail(thing: dict[str, Any]) -> Rail:
    """The method used, when the object says it or allows only one."""
    word = reading.word(reading.section(thing, "payment_method_details").get("type"))
    word = word or reading.word(reading.section(thing, "destination_details").get("type"))
    types = reading.words(thing.get("payment_method_types"))
    if not word and len(types) == 1:
        word = types[0]
    return RAILS.get(word, Rail.UNKNOWN)
