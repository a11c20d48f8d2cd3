"""Banco Inter, API Cobrança v3: boleto with Pix (bolepix).

Source: developers.inter.co (cobrança v3) and published captures of its webhook (2024-09, 2026-08).
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
from regua.gateways.client import Client, MissingError, option
from regua.gateways.signatures import by_url, with_proof
from regua.gateways.terms import ChargeTerms, days_late, monthly, worth, worths
from regua.ports import Registration, Secrets

STATUS = {
    "RECEBIDO": Kind.CREDIT,
    # Marked by the creditor as received by other means.
    "MARCADO_RECEBIDO": Kind.CREDIT,
    "A_RECEBER": Kind.LIFECYCLE,
    "ATRASADO": Kind.LIFECYCLE,
    "CANCELADO": Kind.LIFECYCLE,
    "EXPIRADO": Kind.LIFECYCLE,
    "FALHA_EMISSAO": Kind.LIFECYCLE,
    "EM_PROCESSAMENTO": Kind.LIFECYCLE,
    "PROTESTO": Kind.LIFECYCLE,
}
WORDS = (
    WordList(
        "situacao of a charge|situacao de uma cobrança",
        "developers.inter.co/references/cobranca-bolepix",
        "2026-11",
        STATUS,
    ),
)
UNPAID = {"A_RECEBER", "ATRASADO", "CANCELADO", "EXPIRADO"}
"""What cannot be said of a charge that was received, unless that was undone."""
PARTS = PartList(
    "developers.inter.co/references/cobranca-bolepix (GET /cobrancas/{codigoSolicitacao})",
    "2026-11",
    {
        "original_cents": "valorNominal",
        "discount_cents": "valorNominal - valorTotalRecebido = descontos[]",
        "fine_cents": "valorTotalRecebido - valorNominal = multa + mora",
        "interest_cents": "valorTotalRecebido - valorNominal = multa + mora",
    },
)
"""Its notification tells `valorTotalRecebido` alone; the charge itself tells the terms, and not what was granted."""
WEBHOOK = "/cobranca/v3/cobrancas/webhook"
RAILS = {"PIX": Rail.PIX, "BOLETO": Rail.BOLETO}
"""`origemRecebimento`; the webhook writes RECEBIDO_BOLETO where the API writes BOLETO."""


class Inter:
    """Banco Inter: a list of charges over mTLS."""

    name = "inter"
    declaration = Declaration(
        name="inter",
        title="Banco Inter (cobrança v3)",
        proof=Proof.TRANSPORT,
        thin=False,
        rails=(Rail.BOLETO, Rail.PIX),
        base_url="https://cdpj.partners.bancointer.com.br",
    )

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """The secret of the address when there is one, else mTLS with Inter's own authority."""
        return by_url(query, secrets, "a prova é do transporte (mTLS com o certificado do Inter)")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """One event per charge of the list; one that cannot be read is UNKNOWN and the others go on."""
        document = reading.json_body(body)
        if isinstance(document, dict) and "codigoSolicitacao" in document:
            document = [document]
        if not isinstance(document, list):
            raise ValueError("não é um aviso do Inter: o corpo não é uma lista")
        digest = reading.fingerprint(body)
        return [self._charge(item, f"{digest}-{index}") for index, item in enumerate(document)]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """`GET /cobranca/v3/cobrancas/{codigoSolicitacao}` again."""
        client = self._client(config, secrets, "boleto-cobranca.read")
        code = reading.path_id(event.reference.value)
        answer = client.call("GET", f"/cobranca/v3/cobrancas/{code}")
        charge = {
            **reading.section(answer, "boleto"),
            **reading.section(answer, "pix"),
            **reading.section(answer, "cobranca"),
        }
        return [self._charge({"codigoSolicitacao": code, **charge}, code)]

    def webhooks(self, config: GatewayConfig, secrets: Secrets) -> list[Registration]:
        """`GET /cobranca/v3/cobrancas/webhook`: one address for the account."""
        try:
            answer = self._client(config, secrets, "boleto-cobranca.read").call("GET", WEBHOOK)
        except MissingError:
            return []
        address = reading.word(answer.get("webhookUrl"))
        return [Registration(address, "cobranças", WEBHOOK)] if address else []

    def add_webhook(self, address: str, proof: str, config: GatewayConfig, secrets: Secrets) -> str:
        """`PUT` of the same."""
        client = self._client(config, secrets, "boleto-cobranca.write")
        client.call("PUT", WEBHOOK, payload={"webhookUrl": with_proof(address, proof)})
        return ""

    def remove_webhook(self, registration: Registration, config: GatewayConfig, secrets: Secrets) -> None:
        """`DELETE` of the same."""
        self._client(config, secrets, "boleto-cobranca.write").delete(registration.id)

    def _client(self, config: GatewayConfig, secrets: Secrets, scope: str) -> Client:
        base_url = option(config, "base_url", self.declaration.base_url)
        account = config.options.get("account", "")
        token_url = f"{base_url}/oauth/v2/token"
        headers = {"x-conta-corrente": account} if account else {}
        return Client.with_oauth(config, secrets, base_url, token_url, scope=scope, in_body=True, headers=headers)

    def _charge(self, item: Any, fallback_id: str) -> PaymentEvent:
        charge: dict[str, Any] = item if isinstance(item, dict) else {}
        code, status = reading.identifier(charge.get("codigoSolicitacao")), reading.word(charge.get("situacao"))
        kind, note = STATUS.get(status, Kind.UNKNOWN), ""
        amount = reading.cents_of_reais(charge.get("valorTotalRecebido"))
        origin = reading.word(charge.get("origemRecebimento")).removeprefix("RECEBIDO_")
        at = charge.get("dataHoraSituacao") or charge.get("dataSituacao")
        if not code:
            kind, note = Kind.UNKNOWN, "cobrança sem codigoSolicitacao"
        elif kind is Kind.CREDIT and not amount:
            kind, note = Kind.UNKNOWN, f"{status} sem valorTotalRecebido legível"
        elif kind is Kind.UNKNOWN:
            note = f"situação desconhecida: {status[:40]}"
        # A bolepix may be paid on both rails: the rail is part of a credit's id, the hour is not, because the API
        # states the day only and a pull must find the same id.
        detail = origin or "OUTRO" if kind is Kind.CREDIT else reading.word(at)[:40].replace(" ", "T")
        names = (
            reading.reference(ReferenceKind.CHARGE, code),
            reading.reference(ReferenceKind.EXTERNAL, charge.get("seuNumero")),
            reading.reference(ReferenceKind.OUR_NUMBER, charge.get("nossoNumero")),
            reading.reference(ReferenceKind.TXID, charge.get("txid")),
        )
        rail, due_on = RAILS.get(origin, Rail.UNKNOWN), reading.day(charge.get("dataVencimento"))
        subject = Subject(self.name, status, names, rail, reading.moment(at), due_on)
        event_id = f"{code}:{status[:40]}:{detail}" if code else fallback_id
        paid = kind is Kind.CREDIT
        if status in UNPAID and code:
            return subject.unpaid(event_id, f"{code}:", subject.at)
        parts = _parts(charge, amount, subject.at) if paid else None
        credit = subject.event(event_id, kind, amount if paid else 0, recurs=paid, note=note, parts=parts)
        return replace(credit, terse=paid and "valorNominal" not in charge)


def _parts(charge: dict[str, Any], paid: int, paid_at: datetime | None) -> Parts | None:
    nominal, late = reading.told_reais(charge.get("valorNominal")), days_late(charge.get("dataVencimento"), paid_at)
    if not nominal:
        return None
    fine, interest = reading.section(charge, "multa"), reading.section(charge, "mora")
    per_month = reading.word(interest.get("codigo")).startswith("TAXA")
    daily = reading.cents_of_reais(interest.get("valor"))
    terms = ChargeTerms(
        worths(nominal, [_value(one) for one in reading.items(charge.get("descontos") or charge.get("desconto"))]),
        worth(nominal, _value(fine)[0], percentage=_value(fine)[1]) if late else 0,
        monthly(nominal, interest.get("taxa"), late) if per_month else daily * late,
    )
    return terms.explain(nominal, paid)


def _value(term: dict[str, Any]) -> tuple[Any, bool]:
    """The value of a discount or fine, and whether it is a percentage."""
    percentage = reading.word(term.get("codigo")).startswith("PERCENTUAL")
    return term.get("taxa" if percentage else "valor"), percentage
