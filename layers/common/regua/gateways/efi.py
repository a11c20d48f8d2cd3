"""Efí (formerly Gerencianet): Pix, and boletos of the API Cobranças.

Source: efipay/documentacao-tecnica-efi (Pix webhooks, April 2023), dev.efipay.com.br/docs/api-cobrancas/notificacoes.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEvent, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.domain.values import replace
from regua.gateways import reading
from regua.gateways.base import Declaration, Kind, Proof, Subject, WordList
from regua.gateways.client import Client, option
from regua.gateways.pix import PARTS as PIX_PARTS
from regua.gateways.pix import WORDS as PIX_WORDS
from regua.gateways.pix import Pix
from regua.gateways.signatures import by_url
from regua.ports import Secrets

STATUS = {
    "paid": Kind.CREDIT,
    # The creditor marked it as paid by hand.
    "settled": Kind.CREDIT,
    "refunded": Kind.REFUND,
    "contested": Kind.CHARGEBACK,
    "new": Kind.LIFECYCLE,
    "waiting": Kind.LIFECYCLE,
    "link": Kind.LIFECYCLE,
    "identified": Kind.LIFECYCLE,
    "approved": Kind.LIFECYCLE,
    # A boleto may be paid after this.
    "unpaid": Kind.LIFECYCLE,
    "canceled": Kind.LIFECYCLE,
    "expired": Kind.LIFECYCLE,
    # Of a carnê or a subscription: its parcels are charges of their own.
    "active": Kind.LIFECYCLE,
    "inactive": Kind.LIFECYCLE,
    "up_to_date": Kind.LIFECYCLE,
    "finished": Kind.LIFECYCLE,
    "new_charge": Kind.LIFECYCLE,
}
WORDS = (
    WordList(
        "status.current of a charge (API Cobranças)|status.current de uma cobrança (API Cobranças)",
        "efipay/sdk-node-apis-efi 2728b67",
        "2026-11",
        STATUS,
        unread=True,
    ),
    *PIX_WORDS,
)
PARTS = PIX_PARTS
"""Of a Pix; a boleto's notification tells `value`, what was paid, and no parts."""
IP_ADDRESSES = ("34.193.116.226",)
DELIVERY = "x-amzn-trace-id"


class Efi(Pix):
    """Efí: the Pix half is the Banco Central's API; a boleto is announced by a token that says nothing."""

    name = "efi"
    declaration = Declaration(
        name="efi",
        title="Efí (Pix e boleto)",
        proof=Proof.TRANSPORT,
        thin=False,
        rails=(Rail.PIX, Rail.BOLETO),
        base_url="https://cobrancas.api.efipay.com.br",
        ip_addresses=IP_ADDRESSES,
        creates_charges=True,
        lists_payments=True,
    )
    kept_headers = (DELIVERY,)
    defaults = MappingProxyType(
        {
            "base_url": "https://pix.api.efipay.com.br/v2",
            "token_url": "https://pix.api.efipay.com.br/oauth/token",
            "token_format": "json",
        }
    )

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """The secret of the address (`?hmac=`), else mTLS; an address that is not Efí's is only mentioned."""
        verdict = by_url(query, secrets, "a prova é do transporte (mTLS com o certificado da Efí)")
        source = query.get("source_ip", "")
        if source and source not in IP_ADDRESSES:
            return Verdict(verdict.authentic, f"{verdict.why}; IP de origem fora do documentado", verdict.transport)
        return verdict

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """Pix events of a JSON body; a LOOKUP for the form of API Cobranças."""
        if not body.lstrip().startswith(b"notification="):
            return super().parse(body, headers, query)
        token = reading.identifier(reading.form_body(body.strip()).get("notification"))
        if not token:
            raise ValueError("não é um aviso da Efí: o token notification está vazio")
        # Efí sends the same token for every change of a charge, so the token does not name the news: the delivery
        # does (API Gateway gives each its trace id). What the lookup finds has ids of its own.
        delivery = f"{token}\n{reading.lowered(headers, DELIVERY)}"
        event_id = f"notification:{reading.fingerprint(delivery.encode('utf-8', 'surrogatepass'))}"
        subject = Subject(self.name, "notification", rail=Rail.BOLETO)
        return [replace(subject.event(event_id, Kind.LOOKUP), raw={"notification": token})]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """`GET /v1/notification/{token}`: the charge's whole history, each entry one event."""
        if event.kind is not Kind.LOOKUP:
            return super().fetch(event, config, secrets)
        base_url = option(config, "charges_url", self.declaration.base_url)
        token_url = f"{base_url}/v1/authorize"
        client = Client.with_oauth(config, secrets, base_url, token_url, as_json=True, mutual_tls=False)
        token = reading.path_id(reading.word(event.raw.get("notification")))
        answer = client.call("GET", f"/v1/notification/{token}")
        return self._history(reading.items(answer.get("data")))

    def proven(self, address: str, proof: str) -> str:
        """The address with the secret it proves itself by; what Efí appends to the text goes to `ignorar`."""
        return f"{address}?hmac={quote(proof, safe='')}&ignorar=" if proof else address

    def registering_headers(self, proven: bool) -> dict[str, str]:
        """Whether Efí may go without asking for a certificate when it checks the address."""
        return {"x-skip-mtls-checking": "true" if proven else "false"}

    def _history(self, entries: list[dict[str, Any]]) -> list[PaymentEvent]:
        events: list[PaymentEvent] = []
        paid: dict[str, PaymentEvent] = {}
        for entry in entries:
            event = self._entry(entry, paid)
            if event.kind is Kind.CREDIT:
                paid[event.reference.value] = event
            elif event.kind in {Kind.REFUND, Kind.CHARGEBACK}:
                # what was paid went back: told paid again, it has come again
                paid.pop(event.reference.value, None)
            events.append(event)
        return events

    def _entry(self, entry: dict[str, Any], paid: Mapping[str, PaymentEvent]) -> PaymentEvent:
        word = reading.word(reading.section(entry, "status").get("current"))
        charge = reading.reference(ReferenceKind.CHARGE, reading.section(entry, "identifiers").get("charge_id"))
        names = (charge, reading.reference(ReferenceKind.EXTERNAL, entry.get("custom_id")))
        credit = paid.get(charge.value)
        kind, note = STATUS.get(word, Kind.UNKNOWN), ""
        amount = reading.cents(entry.get("value"))
        if kind is Kind.CREDIT and credit:
            # Paid and then marked by hand: one payment.
            kind, note = Kind.LIFECYCLE, "já constava como paga"
        elif kind in {Kind.REFUND, Kind.CHARGEBACK} and credit and not amount:
            amount = credit.amount_cents
        if kind in {Kind.CREDIT, Kind.REFUND, Kind.CHARGEBACK} and not (amount and charge.value):
            kind, note = Kind.UNKNOWN, f"{word} sem valor ou sem charge_id"
        elif kind is Kind.UNKNOWN:
            note = f"situação desconhecida: {word[:40]}"
        received = reading.moment(entry.get("received_by_bank_at")) or reading.moment(entry.get("created_at"))
        event_id = f"{charge.value or 'sem-charge'}:{reading.identifier(entry.get('id')) or word[:40]}"
        subject = Subject(self.name, word, names, Rail.BOLETO, received)
        return subject.event(event_id, kind, amount, refers_to=credit.event_id if credit else "", note=note)
