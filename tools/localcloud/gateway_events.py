"""What payment gateways post: Pix after the BACEN Pix API, boleto and Pix after Asaas' webhook documentation."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from localcloud.pix_reader import PixCode
from regua.domain.codes.amount import with_point

BRASILIA = ZoneInfo("America/Sao_Paulo")
PSP = "12345678"
"""ISPB of the payer's bank in end-to-end ids."""


@dataclass(frozen=True, slots=True)
class PixPayment:
    """One Pix that reached the creditor."""

    end_to_end: str
    txid: str
    key: str
    cents: int
    at: datetime


def pay(code: PixCode, payer: str, at: datetime, cents: int | None = None) -> PixPayment:
    """The Pix that results when `payer` pays `code` at `at` (aware), in full or just `cents`."""
    tail = hashlib.sha256(f"{payer}{code.txid}{at.isoformat()}".encode()).hexdigest()[:11]
    return PixPayment(f"E{PSP}{at:%Y%m%d%H%M}{tail}", code.txid, code.key, code.cents if cents is None else cents, at)


def pix_webhook(*pixes: PixPayment) -> bytes:
    """The callback body of one or several Pix."""
    return _dump({"pix": [_pix(pix) for pix in pixes]})


def pix_refund_webhook(pix: PixPayment, at: datetime) -> bytes:
    """The same Pix again, given back in full: `devolucoes` with status DEVOLVIDO."""
    back = {
        "id": f"D{pix.end_to_end[-10:]}",
        "rtrId": f"D{PSP}{at:%Y%m%d%H%M}{pix.end_to_end[-11:]}",
        "valor": with_point(pix.cents),
        "horario": {"solicitacao": _utc(at), "liquidacao": _utc(at + timedelta(seconds=3))},
        "status": "DEVOLVIDO",
        "natureza": "ORIGINAL",
    }
    return _dump({"pix": [_pix(pix) | {"devolucoes": [back]}]})


def asaas_webhook(our_number: str, receivable: str, cents: int, due_on: str, at: datetime, *, word: str) -> bytes:
    """Event `word` (such as PAYMENT_RECEIVED) about a boleto. Asaas speaks local time and JSON numbers."""
    local = at.astimezone(BRASILIA)
    charge = asaas_charge(our_number, receivable)
    event = "evt_" + hashlib.sha256(f"{charge}{word}{at.isoformat()}".encode()).hexdigest()[:32]
    day = f"{local:%Y-%m-%d}"
    payment = {
        "object": "payment",
        "id": charge,
        "dateCreated": day,
        "customer": "cus_" + hashlib.sha256(receivable.encode()).hexdigest()[:12],
        "value": cents / 100,
        "netValue": (cents - 99) / 100,
        "originalValue": None,
        "interestValue": None,
        "description": None,
        "billingType": "BOLETO",
        "confirmedDate": day,
        "status": word.removeprefix("PAYMENT_"),
        "dueDate": due_on,
        "originalDueDate": due_on,
        "paymentDate": day,
        "clientPaymentDate": day,
        "installmentNumber": None,
        "invoiceUrl": f"https://sandbox.asaas.com/i/{charge[4:]}",
        "externalReference": receivable or None,
        "deleted": False,
        "creditDate": day,
        "estimatedCreditDate": day,
        "nossoNumero": our_number,
        "bankSlipUrl": f"https://sandbox.asaas.com/b/pdf/{charge[4:]}",
        "discount": {"value": 0, "limitDate": None, "dueDateLimitDays": 0, "type": "FIXED"},
        "fine": {"value": 0, "type": "FIXED"},
        "interest": {"value": 0, "type": "PERCENTAGE"},
        "postalService": False,
        "custody": None,
        "refunds": None,
    }
    return _dump({"id": f"{event}&1", "event": word, "dateCreated": f"{local:%Y-%m-%d %H:%M:%S}", "payment": payment})


def asaas_charge(our_number: str, receivable: str) -> str:
    """Id of that boleto's charge at Asaas."""
    return "pay_" + hashlib.sha256(f"{our_number}{receivable}".encode()).hexdigest()[:16]


def asaas_payment(our_number: str, receivable: str) -> str:
    """Id of the news that it is paid."""
    return f"{asaas_charge(our_number, receivable)}:paid"


def _pix(pix: PixPayment) -> dict[str, Any]:
    return {
        "endToEndId": pix.end_to_end,
        "txid": pix.txid,
        "chave": pix.key,
        "valor": with_point(pix.cents),
        "horario": _utc(pix.at),
        "infoPagador": "",
    }


def _utc(at: datetime) -> str:
    return at.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _dump(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
