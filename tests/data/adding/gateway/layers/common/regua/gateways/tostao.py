"""A toy: the money box of the corner shop, which tells of every coin.

Source: the shopkeeper.
"""

from collections.abc import Mapping
from datetime import datetime

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.gateways import reading
from regua.gateways.base import Declaration, Proof, Subject
from regua.gateways.signatures import accepted, among, missing, refused, usable
from regua.ports import PermanentError, Secrets

WORDS = {
    "paid": PaymentEventKind.CREDIT,
    "given_back": PaymentEventKind.REFUND,
    "waiting": PaymentEventKind.LIFECYCLE,
}


class Tostao:
    """Tostão: a token in a header."""

    name = "tostao"
    declaration = Declaration(
        name="tostao",
        title="Tostão",
        proof=Proof.TOKEN,
        thin=False,
        rails=(Rail.PIX,),
        base_url="https://tostao.example",
        registered_at="no balcão da loja",
    )

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """Header `x-coin` equals the token."""
        configured, given = usable(secrets), reading.lowered(headers, "x-coin")
        if problem := missing("x-coin", given, configured):
            return refused(problem)
        return accepted("o x-coin confere") if among(given, configured) else refused("o x-coin não confere")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """One event: a coin that came, or went back."""
        document = reading.json_object(body)
        coin, word = reading.identifier(document.get("coin")), reading.word(document.get("word"))
        if not coin or not word:
            raise ValueError("não é um aviso do Tostão: falta coin ou word")
        names = (reading.reference(ReferenceKind.EXTERNAL, document.get("title")),)
        subject = Subject(self.name, word, names, Rail.PIX, reading.moment(document.get("at")))
        kind, cents = WORDS.get(word, PaymentEventKind.UNKNOWN), reading.cents(document.get("cents"))
        if kind in {PaymentEventKind.LIFECYCLE, PaymentEventKind.UNKNOWN} or not cents:
            note = "" if kind is PaymentEventKind.LIFECYCLE else "palavra ou valor que não se entende"
            kind = PaymentEventKind.LIFECYCLE if not note else PaymentEventKind.UNKNOWN
            return [subject.event(f"{coin}:{word[:40].encode('ascii', 'replace').decode()}", kind, note=note)]
        refers_to = f"{coin}:paid" if kind is PaymentEventKind.REFUND else ""
        return [subject.event(f"{coin}:{word}", kind, cents, refers_to=refers_to)]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """The box has no API: what it told is all there is."""
        raise PermanentError("o Tostão não tem o que consultar")
