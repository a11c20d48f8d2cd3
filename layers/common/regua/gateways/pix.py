"""Pix by the Banco Central's API v2, which every PSP offers.

Source: bacen/pix-api openapi.yaml 2.9.0 (callbacks, /pix, /cobv) and Manual de Padrões para Iniciação do Pix (mTLS).
"""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from regua.domain.codes import brcode, tax_id
from regua.domain.codes.amount import reais, with_point
from regua.domain.model import Contract, Rail, RateUnit
from regua.domain.money.charge import Charge, ChargeRequest, Payer
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import ONLY_CASH, PaymentEvent, Reference, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.domain.values import replace
from regua.gateways import reading
from regua.gateways.base import Declaration, Kind, PartList, Proof, Subject, WordList
from regua.gateways.client import Client, MissingError, RefusedError, option
from regua.gateways.signatures import by_url, with_proof
from regua.ports import PermanentError, Registration, Secrets

REFUND_KINDS = {
    "ORIGINAL": Kind.REFUND,
    # Of the cash of a Pix Saque or Troco, which has paid nothing.
    "RETIRADA": Kind.LIFECYCLE,
    # The payer's bank returned money it had sent by an operational fault: nobody disputes anything.
    "MED_OPERACIONAL": Kind.REFUND,
    "MED_FRAUDE": Kind.CHARGEBACK,
    "MED_PIX_AUTOMATICO": Kind.CHARGEBACK,
}
"""Natureza of a devolução. Absent means ORIGINAL; an unknown one still takes money back and is a refund."""
REFUND_STATUS = {"DEVOLVIDO": True, "EM_PROCESSAMENTO": False, "NAO_REALIZADO": False}
"""Whether the money has gone back."""
COB_STATUS = {
    "ATIVA": Kind.LIFECYCLE,
    # The money is told as a Pix of its own, with the same txid.
    "CONCLUIDA": Kind.LIFECYCLE,
    # Its boleto was paid: the bank's file tells how much.
    "CONCLUIDA_POR_OUTRO_ARRANJO": Kind.SETTLED,
    "REMOVIDA_PELO_USUARIO_RECEBEDOR": Kind.LIFECYCLE,
    "REMOVIDA_PELO_PSP": Kind.LIFECYCLE,
    "REMOVIDA_PELO_PSP_BOLETO": Kind.LIFECYCLE,
}
"""Status of a cob or cobv."""
REC_STATUS = {
    "CRIADA": Kind.LIFECYCLE,
    "APROVADA": Kind.LIFECYCLE,
    "REJEITADA": Kind.LIFECYCLE,
    "EXPIRADA": Kind.LIFECYCLE,
    "CANCELADA": Kind.LIFECYCLE,
}
"""Status of an authorisation of Pix Automático."""
COBR_STATUS = {
    "CRIADA": Kind.DEBIT,
    "ATIVA": Kind.DEBIT,
    # A paid one is also announced as a Pix with the same txid: that one is the credit.
    "CONCLUIDA": Kind.DEBIT_ENDED,
    "EXPIRADA": Kind.DEBIT_REFUSED,
    "REJEITADA": Kind.DEBIT_REFUSED,
    "CANCELADA": Kind.DEBIT_ENDED,
}
"""Status of a debit of Pix Automático. While it is ATIVA, a refused try may be followed by another."""
TRY_STATUS = {
    "SOLICITADA": Kind.DEBIT,
    "AGENDADA": Kind.DEBIT,
    "PAGA": Kind.DEBIT_ENDED,
    "CANCELADA": Kind.DEBIT_ENDED,
    "EXPIRADA": Kind.DEBIT_REFUSED,
    "REJEITADA": Kind.DEBIT_REFUSED,
}
"""Status of one try of it."""
MOST_TRIES = 4
"""The first, and three more within seven days (politicaRetentativa PERMITE_3R_7D)."""
SENT_AGAIN = "RIFL"
"""`tipo` of a try sent again after a fault of a bank: it is none of the four."""
WORDS = (
    WordList("status of a cob or cobv|status de uma cob ou cobv", "bacen/pix-api 2.11.0-rc1", "2026-11", COB_STATUS),
    WordList(
        "natureza of a devolução that is DEVOLVIDO|natureza de uma devolução DEVOLVIDO",
        "bacen/pix-api 2.11.0-rc1",
        "2026-11",
        REFUND_KINDS,
    ),
    WordList(
        "status of a devolução|status de uma devolução",
        "bacen/pix-api 2.9.0",
        "2026-11",
        {word: Kind.REFUND if gone else Kind.LIFECYCLE for word, gone in REFUND_STATUS.items()},
    ),
    WordList("status of a rec|status de uma rec", "bacen/pix-api 2.9.0", "2026-11", REC_STATUS),
    WordList("status of a cobr|status de uma cobr", "bacen/pix-api 2.9.0", "2026-11", COBR_STATUS),
    WordList(
        "status of a try of a cobr|status de uma tentativa de uma cobr", "bacen/pix-api 2.9.0", "2026-11", TRY_STATUS
    ),
)
PARTS = PartList(
    "bacen/pix-api 2.9.0 (componentesValor)",
    "2026-11",
    {
        "original_cents": "original.valor",
        "discount_cents": "desconto.valor",
        "rebate_cents": "abatimento.valor",
        "fine_cents": "multa.valor",
        "interest_cents": "juros.valor",
        "cash_cents": "saque.valor, troco.valor",
    },
)
"""`valor` of a Pix = original + saque + troco + multa + juros - abatimento - desconto, of those that are there."""
CASH = ("saque", "troco")
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
        """One event per Pix and per devolução; of Pix Automático, how its debits stand."""
        document = reading.json_object(body)
        if isinstance(document.get("pix"), list | dict):
            return self.events(document["pix"], body) or self._probe("pix", body)
        readers = {"recs": self._recurrence, "cobsr": self._recurring_charge}
        readers |= dict.fromkeys(("cobs", "cobsv", "cob", "cobv"), self._charge_told)
        for name, read in readers.items():
            if isinstance(document.get(name), list | dict):
                digest, found = reading.fingerprint(body), []
                for index, item in enumerate(reading.items(document[name])):
                    found.append(read(item, f"{digest}-{index}"))
                    # the money of a charge may stand in its notice: it is the same Pix
                    found += self._elements(item.get("pix") or [], digest)
                return found or self._probe(name, body)
        if reading.word(document.get("evento")):
            return self._probe(reading.word(document["evento"]), body)
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

    def webhooks(self, config: GatewayConfig, secrets: Secrets) -> list[Registration]:
        """`GET /webhook/{chave}`; with Pix Automático also `/webhookrec` and `/webhookcobr`: one address for each."""
        found = []
        for path, scope, about in self._told_of(config):
            with contextlib.suppress(MissingError):
                answer = self._client(config, secrets, scope).call("GET", path)
                if address := reading.word(answer.get("webhookUrl")):
                    found.append(Registration(address, about, path))
        return found

    def add_webhook(self, address: str, proof: str, config: GatewayConfig, secrets: Secrets) -> str:
        """`PUT` of the same. The PSP will append `/pix`, `/rec` and `/cobr`."""
        headers = self.registering_headers(bool(proof))
        for path, scope, _ in self._told_of(config):
            client = self._client(config, secrets, scope, headers)
            client.call("PUT", path, payload={"webhookUrl": self.proven(address, proof)})
        return ""

    def remove_webhook(self, registration: Registration, config: GatewayConfig, secrets: Secrets) -> None:
        """`DELETE` of the same."""
        for path, scope, _ in self._told_of(config):
            if path == registration.id:
                self._client(config, secrets, scope).delete(path)

    def proven(self, address: str, proof: str) -> str:
        """The address with the secret it proves itself by."""
        return with_proof(address, proof)

    def registering_headers(self, proven: bool) -> dict[str, str]:
        """What a PSP wants to know besides; `proven`: the address shows a secret, and no certificate is asked for."""
        return {}

    def _told_of(self, config: GatewayConfig) -> list[tuple[str, str, str]]:
        """Path, scope and words of each thing that may have an address."""
        key = brcode.normalize_key(option(config, "pix_key"))
        things = [(f"/webhook/{quote(key, safe='')}", "webhook", f"Pix da chave {key}")]
        if config.options.get("pix_automatic") == "true":
            things += [
                ("/webhookrec", "webhookrec", "autorizações do Pix Automático"),
                ("/webhookcobr", "webhookcobr", "débitos do Pix Automático"),
            ]
        return [(path, f"{scope}.read {scope}.write", about) for path, scope, about in things]

    def _probe(self, word: str, body: bytes) -> list[PaymentEvent]:
        """A notification that tells of nothing: PSPs try a new address with a test word or an empty list."""
        return [self._subject(word).lifecycle(reading.fingerprint(body))]

    def events(self, pix: Any, body: bytes) -> list[PaymentEvent]:
        """Events of the elements of `pix[]`; one that cannot be read is UNKNOWN and the others go on."""
        return self._elements(pix, reading.fingerprint(body))

    def _elements(self, pix: Any, digest: str) -> list[PaymentEvent]:
        elements = pix if isinstance(pix, list) else [pix]
        found: list[PaymentEvent] = []
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
        subject, sent = self._subject("pix", target), reading.cents_of_reais(element.get("valor"))
        if not sent:
            return [subject.unknown(f"{end_to_end_id}:invalido", "Pix com valor ilegível")]
        at, parts = reading.moment(element.get("horario")), _parts(element)
        paid = sent - (parts.cash_cents or 0)
        if not _cash_is_clear(element, parts, paid):
            return [replace(subject.unknown(end_to_end_id, _composition(sent, element)), holds=True)]
        note = "" if at else "horario ilegível"
        credit = subject.event(end_to_end_id, Kind.CREDIT, paid, at=at, note=note, parts=parts)
        if not paid:  # a Pix Saque
            credit = replace(credit, kind=Kind.LIFECYCLE, raw_type=ONLY_CASH)
        refunds = reading.items(element.get("devolucoes"))
        return [credit, *(self._refund(credit, refund, index) for index, refund in enumerate(refunds))]

    def _refund(self, credit: PaymentEvent, refund: dict[str, Any], index: int) -> PaymentEvent:
        status, nature = reading.word(refund.get("status")), reading.word(refund.get("natureza")) or "ORIGINAL"
        refund_id = reading.identifier(refund.get("id")) or f"sem-id-{index}"
        amount = reading.cents_of_reais(refund.get("valor"))
        times = reading.section(refund, "horario")
        gone, note = REFUND_STATUS.get(status), ""
        kind = Kind.LIFECYCLE
        of_cash = credit.kind is Kind.LIFECYCLE or nature == "RETIRADA"
        if gone is None or (gone and not amount and not of_cash):
            kind, note = Kind.UNKNOWN, "devolução com status ou valor desconhecido"
        elif gone and not of_cash:
            kind = REFUND_KINDS.get(nature, Kind.REFUND)
            note = "" if nature in REFUND_KINDS else f"natureza desconhecida: {nature[:40]}"
            amount = min(amount, credit.amount_cents)
        event_id = f"{credit.event_id}:{refund_id}:{reading.identifier(status) or 'SEM_STATUS'}"
        at = reading.moment(times.get("liquidacao")) or reading.moment(times.get("solicitacao"))
        subject = self._subject(f"devolucao:{nature}:{status}", credit.reference)
        return subject.event(event_id, kind, amount, at=at, refers_to=credit.event_id, note=note)

    def _charge_told(self, item: dict[str, Any], fallback_id: str) -> PaymentEvent:
        """A notice of a cob or cobv (2.11): its status, or data that changed."""
        target, status = reading.reference(ReferenceKind.TXID, item.get("txid")), reading.identifier(item.get("status"))
        event_id = f"cob:{target.value}:{status or 'SEM_STATUS'}" if target.value else fallback_id
        subject, kind = self._subject(f"cob:{status}", target), COB_STATUS.get(status, Kind.UNKNOWN)
        if not status:
            return subject.lifecycle(fallback_id)
        if kind is not Kind.SETTLED:
            return subject.event(event_id, kind, note=_strange(status, COB_STATUS))
        value = reading.section(item, "valor")
        amount = reading.cents_of_reais(value.get("final")) or reading.cents_of_reais(value.get("original"))
        return replace(subject, rail=Rail.BOLETO).event(event_id, kind, amount, at=_changed_at(item))

    def _recurrence(self, item: dict[str, Any], fallback_id: str) -> PaymentEvent:
        target = reading.reference(ReferenceKind.CHARGE, item.get("idRec"))
        status = reading.identifier(item.get("status")) or "SEM_STATUS"
        event_id = f"rec:{target.value}:{status}" if target.value else fallback_id
        kind = REC_STATUS.get(status, Kind.UNKNOWN)
        return self._subject(f"rec:{status}", target).event(event_id, kind, note=_strange(status, REC_STATUS))

    def _recurring_charge(self, item: dict[str, Any], fallback_id: str) -> PaymentEvent:
        """How a debit stands: a refused try is not the last while the debit is ATIVA and tries are left."""
        target = reading.reference(ReferenceKind.TXID, item.get("txid"))
        status = reading.identifier(item.get("status")) or "SEM_STATUS"
        kind = COBR_STATUS.get(status, Kind.UNKNOWN)
        tries = sorted(reading.items(item.get("tentativas")), key=_when_tried)
        ends = [TRY_STATUS.get(reading.word(one.get("status"))) for one in tries]
        if kind is Kind.DEBIT and ends and ends[-1] is Kind.DEBIT_REFUSED:
            once = reading.word(item.get("politicaRetentativa")) == "NAO_PERMITE"
            counted = sum(reading.word(one.get("tipo")) != SENT_AGAIN for one in tries)
            kind = Kind.DEBIT_REFUSED if once or counted >= MOST_TRIES else kind
        days = sorted(day for one in tries if (day := reading.moment(one.get("dataLiquidacao"))))
        due = days[0] if days else reading.moment(reading.section(item, "calendario").get("dataDeVencimento"))
        told = f"{status}:{len(tries)}{'-' + reading.word(tries[-1].get('status'))[:40] if tries else ''}"
        event_id = f"cobr:{target.value}:{told}" if target.value else fallback_id
        note = _strange(status, COBR_STATUS)
        subject, at = self._subject(f"cobr:{status}", target), _changed_at(item)
        return subject.event(event_id, kind, at=at, due_on=due.date() if due else None, note=note)

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

    def _client(
        self, config: GatewayConfig, secrets: Secrets, scope: str = "", headers: Mapping[str, str] | None = None
    ) -> Client:
        return Client.with_oauth(
            config,
            secrets,
            option(config, "base_url", self.defaults.get("base_url", "")),
            option(config, "token_url", self.defaults.get("token_url", "")),
            scope=scope or config.options.get("scope", "cobv.read cobv.write pix.read"),
            as_json=option(config, "token_format", self.defaults.get("token_format", "form")) == "json",
            headers=headers,
        )


def _component(element: dict[str, Any], name: str) -> list[Any]:
    """What is told of that part: its value, or several (which the specification forbids)."""
    told = element.get("componentesValor")
    found = [one[name] for one in reading.items(told) if one.get(name) is not None]
    return [one.get("valor") if isinstance(one, dict) else one for one in found]


def _parts(element: dict[str, Any]) -> Parts:
    """What the Pix is made of, as `componentesValor` says; what cannot be read is not told."""

    def told(*names: str) -> int | None:
        values = [reading.told_reais(value) for name in names for value in _component(element, name)]
        return None if not values or None in values else sum(value or 0 for value in values)

    return Parts(told("original"), told("desconto"), told("abatimento"), told("multa"), told("juros"), told(*CASH))


def _cash_is_clear(element: dict[str, Any], parts: Parts, paid: int) -> bool:
    """Whether it is known how much was handed out in cash: of the rest it pays."""
    if not any(_component(element, name) for name in CASH):
        return True
    return parts.cash_cents is not None and paid >= 0 and parts.adds_up_to(paid)


def _composition(sent: int, element: dict[str, Any]) -> str:
    """The parts that do not make up what was sent, for a person."""
    names = dict.fromkeys(name for one in reading.items(element.get("componentesValor")) for name in one)
    told = [
        f"{name} {reading.word(value)[:20] or value!s:.20}" for name in names for value in _component(element, name)
    ]
    return f"Pix de {reais(sent)} com dinheiro em espécie, cujas partes não fecham: {', '.join(told)}"


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


def _strange(status: str, known: Mapping[str, Any]) -> str:
    return "" if status in known else f"status desconhecido: {status[:40]}"


def _when_tried(one: dict[str, Any]) -> tuple[str, str]:
    """The day of a try, and its last change: no order of the list is promised."""
    changes = max((reading.word(change.get("data")) for change in reading.items(one.get("atualizacao"))), default="")
    return reading.word(one.get("dataLiquidacao")), changes


def _changed_at(item: dict[str, Any]) -> datetime | None:
    """The last change it tells of."""
    changes = [*reading.items(item.get("atualizacao"))]
    for one in reading.items(item.get("tentativas")):
        changes += reading.items(one.get("atualizacao"))
    moments = [at for one in changes if (at := reading.moment(one.get("data")))]
    return max(moments, default=None)


def _percent(percent: Decimal) -> str:
    rounded = percent.quantize(Decimal("0.01"))
    if rounded != percent:
        raise PermanentError(f"a cobrança Pix só aceita duas casas decimais, e a taxa é {percent} %")
    return str(rounded)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
