"""Pix by the Banco Central's API v2, which every PSP offers.

Source: bacen/pix-api openapi.yaml 2.9.0 (callbacks, /pix, /cobv) and Manual de Padrões para Iniciação do Pix (mTLS).
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from regua.domain.codes import brcode, tax_id
from regua.domain.codes.amount import with_point
from regua.domain.model import Contract, Rail, RateUnit
from regua.domain.money.charge import Charge, ChargeRequest, Payer
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.gateways import reading
from regua.gateways.base import Declaration, Proof, Subject
from regua.gateways.client import Client, RefusedError, option
from regua.gateways.signatures import by_url
from regua.ports import PermanentError, Secrets

REFUND_KINDS = {
    "ORIGINAL": PaymentEventKind.REFUND,
    "RETIRADA": PaymentEventKind.REFUND,
    # The payer's bank returned money it had sent by an operational fault: nobody disputes anything.
    "MED_OPERACIONAL": PaymentEventKind.REFUND,
    "MED_FRAUDE": PaymentEventKind.CHARGEBACK,
    "MED_PIX_AUTOMATICO": PaymentEventKind.CHARGEBACK,
}
"""Natureza of a devolução. Absent means ORIGINAL; an unknown one still takes money back and is a refund."""
REFUND_STATUS = {"DEVOLVIDO": True, "EM_PROCESSAMENTO": False, "NAO_REALIZADO": False}
"""Whether the money has gone back."""
SENT = ("tipo", "status")
"""Fields of a Pix that was sent, not received: PSPs announce those on the same address."""
INTEREST_MODES = {RateUnit.DAY: 2, RateUnit.MONTH: 3, RateUnit.YEAR: 4}
"""`juros.modalidade` for calendar days; business days are four higher."""
REMOVED = "REMOVIDA_PELO_USUARIO_RECEBEDOR"
PAGE = 100
MAX_DISCOUNTS = 3


class Pix:
    """Any PSP that follows the Banco Central's API."""

    name = "pix"
    declaration = Declaration(
        name="pix",
        title="Pix (API Pix do Banco Central)",
        proof=Proof.TRANSPORT,
        thin=False,
        rails=(Rail.PIX,),
        base_url="",
        creates_charges=True,
        lists_payments=True,
    )
    defaults: Mapping[str, str] = {}
    """Options a PSP does not need to be told; the Banco Central's API has no address of its own."""

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """The secret of the address when there is one, else mTLS: the callback itself carries no proof."""
        return by_url(query, secrets, "a prova é do transporte (mTLS com o certificado do PSP)")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """One event per Pix and per devolução; callbacks of Pix Automático are kept as LIFECYCLE."""
        document = reading.json_object(body)
        if isinstance(document.get("pix"), list | dict):
            return self.events(document["pix"], body)
        for name, read in (("recs", self._recurrence), ("cobsr", self._recurring_charge)):
            if isinstance(document.get(name), list | dict):
                digest = reading.fingerprint(body)
                return [read(item, f"{digest}-{index}") for index, item in enumerate(reading.items(document[name]))]
        if reading.word(document.get("evento")):
            # PSPs probe a new address with a test notification.
            return [self._subject(reading.word(document["evento"])).lifecycle(reading.fingerprint(body))]
        raise ValueError("não é um aviso da API Pix: faltam pix, recs e cobsr")

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """Reads the Pix again (`GET /pix/{e2eid}`) and returns what it says now."""
        end_to_end_id = (event.refers_to or event.event_id).partition(":")[0]
        pix = self._client(config, secrets).call("GET", f"/pix/{reading.path_id(end_to_end_id)}")
        return self.events([pix], b"")

    def list_payments(
        self, since: datetime, until: datetime, config: GatewayConfig, secrets: Secrets
    ) -> Iterator[PaymentEvent]:
        """`GET /pix?inicio&fim`, page by page; the ids are those of the callbacks."""
        client, page = self._client(config, secrets), 0
        window = {"inicio": _instant(since), "fim": _instant(until)}
        while True:
            answer = client.call(
                "GET",
                "/pix",
                params={**window, "paginacao.paginaAtual": page, "paginacao.itensPorPagina": PAGE},
            )
            yield from self.events(answer.get("pix") or [], b"")
            pages = reading.section(answer, "parametros", "paginacao").get("quantidadeDePaginas")
            page += 1
            if not isinstance(pages, int) or page >= pages:
                return

    def create_charge(self, request: ChargeRequest, config: GatewayConfig, secrets: Secrets) -> Charge:
        """`PUT /cobv/{txid}`; the receiver's key is `options.pix_key`.

        The txid is a function of the request, so a repeated call finds the charge of the first. Raises
        PermanentError for terms a `cobv` cannot say (more than three discounts, mixed discounts, rates of more than
        two decimals).
        """
        client, txid = self._client(config, secrets), request.txid
        payload = cobv(request, option(config, "pix_key"))
        try:
            answer = client.call("PUT", f"/cobv/{txid}", payload=payload)
        except RefusedError:
            # The answer to an earlier PUT may have been lost: the charge is there and cannot be put again.
            answer = client.call("GET", f"/cobv/{txid}")
            if reading.section(answer, "valor").get("original") != payload["valor"]["original"]:
                raise
        return self._charge(request, config, answer)

    def cancel_charge(self, charge_id: str, config: GatewayConfig, secrets: Secrets) -> None:
        """`PATCH /cobv/{txid}` to REMOVIDA_PELO_USUARIO_RECEBEDOR. Raises RefusedError when it was paid."""
        client, path = self._client(config, secrets), f"/cobv/{reading.path_id(charge_id)}"
        client.cancel(
            "PATCH", path, lambda charge: str(charge.get("status", "")).startswith("REMOVIDA"), {"status": REMOVED}
        )

    def events(self, pix: Any, body: bytes) -> list[PaymentEvent]:
        """Events of the elements of `pix[]`; one that cannot be read is UNKNOWN and the others go on."""
        elements = pix if isinstance(pix, list) else [pix]
        found: list[PaymentEvent] = []
        digest = reading.fingerprint(body)
        for index, element in enumerate(elements):
            found += self._element(element, f"{digest}-{index}")
        return found

    def _element(self, element: Any, fallback_id: str) -> list[PaymentEvent]:
        if not isinstance(element, dict):
            return [self._subject("pix").unknown(fallback_id, "elemento de pix[] que não é um objeto")]
        end_to_end_id = reading.identifier(element.get("endToEndId"))
        if not end_to_end_id:
            return [self._subject("pix").unknown(fallback_id, "Pix sem endToEndId")]
        target = reading.reference(ReferenceKind.TXID, element.get("txid"))
        if any(name in element for name in SENT):
            return [self._subject("pix enviado", target).lifecycle(f"{end_to_end_id}:enviado")]
        subject, amount = self._subject("pix", target), reading.cents_of_reais(element.get("valor"))
        if not amount:
            return [subject.unknown(f"{end_to_end_id}:invalido", "Pix com valor ilegível")]
        at = reading.moment(element.get("horario"))
        note = "" if at else "horario ilegível"
        credit = subject.event(end_to_end_id, PaymentEventKind.CREDIT, amount, at=at, note=note)
        refunds = reading.items(element.get("devolucoes"))
        return [credit, *(self._refund(credit, refund, index) for index, refund in enumerate(refunds))]

    def _refund(self, credit: PaymentEvent, refund: dict[str, Any], index: int) -> PaymentEvent:
        status, nature = reading.word(refund.get("status")), reading.word(refund.get("natureza")) or "ORIGINAL"
        refund_id = reading.identifier(refund.get("id")) or f"sem-id-{index}"
        amount = reading.cents_of_reais(refund.get("valor"))
        times = reading.section(refund, "horario")
        gone, note = REFUND_STATUS.get(status), ""
        kind = PaymentEventKind.LIFECYCLE
        if gone is None or (gone and not amount):
            kind, note = PaymentEventKind.UNKNOWN, "devolução com status ou valor desconhecido"
        elif gone:
            kind = REFUND_KINDS.get(nature, PaymentEventKind.REFUND)
            note = "" if nature in REFUND_KINDS else f"natureza desconhecida: {nature[:40]}"
        event_id = f"{credit.event_id}:{refund_id}:{reading.identifier(status) or 'SEM_STATUS'}"
        at = reading.moment(times.get("liquidacao")) or reading.moment(times.get("solicitacao"))
        subject = self._subject(f"devolucao:{nature}:{status}", credit.reference)
        return subject.event(event_id, kind, amount, at=at, refers_to=credit.event_id, note=note)

    def _recurrence(self, item: dict[str, Any], fallback_id: str) -> PaymentEvent:
        target = reading.reference(ReferenceKind.CHARGE, item.get("idRec"))
        return self._automatic("rec", item, target, fallback_id)

    def _recurring_charge(self, item: dict[str, Any], fallback_id: str) -> PaymentEvent:
        # A paid one is also announced as a Pix with the same txid: that one is the credit.
        target = reading.reference(ReferenceKind.TXID, item.get("txid"))
        return self._automatic("cobr", item, target, fallback_id)

    def _automatic(self, word: str, item: dict[str, Any], target: Reference, fallback_id: str) -> PaymentEvent:
        status = reading.identifier(item.get("status")) or "SEM_STATUS"
        event_id = f"{word}:{target.value}:{status}" if target.value else fallback_id
        return self._subject(f"{word}:{status}", target).lifecycle(event_id)

    def _subject(self, word: str, target: Reference = reading.NO_REFERENCE) -> Subject:
        return Subject(self.name, word, (target,), Rail.PIX)

    def _charge(self, request: ChargeRequest, config: GatewayConfig, answer: Mapping[str, Any]) -> Charge:
        code = reading.word(answer.get("pixCopiaECola"))
        location = reading.word(answer.get("location")) or reading.word(reading.section(answer, "loc").get("location"))
        if not code and location:
            # Older PSPs answer with the address only; what the payer sees comes from there anyway.
            names = config.options
            code = brcode.dynamic_code(location, names.get("pix_name", "Recebedor"), names.get("pix_city", "Brasil"))
        if not code:
            raise PermanentError(f"{config.name}: a cobrança foi criada sem pixCopiaECola nem location")
        return Charge(
            charge_id=request.txid,
            txid=request.txid,
            amount_cents=request.amount_cents,
            due_on=request.due_on,
            payable_until=request.payable_until,
            pix_code=code,
        )

    def _client(self, config: GatewayConfig, secrets: Secrets) -> Client:
        return Client.with_oauth(
            config,
            secrets,
            option(config, "base_url", self.defaults.get("base_url", "")),
            option(config, "token_url", self.defaults.get("token_url", "")),
            scope=config.options.get("scope", "cobv.read cobv.write pix.read"),
            as_json=option(config, "token_format", self.defaults.get("token_format", "form")) == "json",
        )


def cobv(request: ChargeRequest, key: str) -> dict[str, Any]:
    """The body of `PUT /cobv/{txid}`. Raises PermanentError for terms it cannot say."""
    contract = request.contract
    value: dict[str, Any] = {"original": with_point(request.amount_cents)}
    if not contract.waived and contract.fine_percent:
        value["multa"] = {"modalidade": 2, "valorPerc": _percent(contract.fine_percent)}
    if not contract.waived and contract.interest_percent:
        mode = INTEREST_MODES[contract.interest_unit] + (4 if contract.business_days else 0)
        value["juros"] = {"modalidade": mode, "valorPerc": _percent(contract.interest_percent)}
    if contract.discounts:
        value["desconto"] = _discounts(contract)
    body: dict[str, Any] = {
        "calendario": {
            "dataDeVencimento": request.due_on.isoformat(),
            "validadeAposVencimento": request.validity_days,
        },
        "devedor": _payer(request.payer),
        "valor": value,
        "chave": brcode.normalize_key(key),
        "infoAdicionais": [{"nome": "Referencia", "valor": request.receivable[:200]}],
    }
    if request.description:
        body["solicitacaoPagador"] = request.description[:140]
    return body


def _discounts(contract: Contract) -> dict[str, Any]:
    percents = [bool(discount.percent) for discount in contract.discounts]
    if len(percents) > MAX_DISCOUNTS or len(set(percents)) > 1:
        raise PermanentError("uma cobrança Pix aceita até 3 descontos, todos em valor ou todos em percentual")
    tiers = [
        {
            "data": discount.until_on.isoformat(),
            "valorPerc": _percent(discount.percent) if discount.percent else with_point(discount.cents),
        }
        for discount in sorted(contract.discounts, key=lambda discount: discount.until_on)
    ]
    return {"modalidade": 2 if percents[0] else 1, "descontoDataFixa": tiers}


def _payer(payer: Payer) -> dict[str, str]:
    person = {"cpf" if tax_id.kind(payer.document) == tax_id.CPF else "cnpj": payer.document, "nome": payer.name[:200]}
    if payer.address and payer.city and payer.state and payer.postal_code:
        person |= {"logradouro": payer.address[:200], "cidade": payer.city[:200]}
        person |= {"uf": payer.state, "cep": payer.postal_code}
    return person


def _percent(percent: Decimal) -> str:
    rounded = percent.quantize(Decimal("0.01"))
    if rounded != percent:
        raise PermanentError(f"a cobrança Pix só aceita duas casas decimais, e a taxa é {percent} %")
    return str(rounded)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
