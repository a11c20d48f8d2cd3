"""How the title of a line stands: what its status, its payment and the type of its document say together."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from regua.domain.intake.row import Ask
from regua.files.columns import Columns
from regua.files.faults import Notes
from regua.files.returns import of_cheque, told_by_columns
from regua.files.rights import FORECAST, FORECAST_FIX, SOLD, SOLD_FIX
from regua.files.words import asks_status, returned, reversed_of
from regua.files.words import status as said_status


def settle(values: dict[str, Any], notes: Notes, columns: Columns, latest_payment: date, cells: Sequence[str]) -> None:
    """Makes status and payment agree; `latest_payment` is the last day a payment may carry, `cells` are those of
    the line.

    A payment date means paid, unless less than the amount was paid. Lines that contradict themselves are refused:
    neither chasing who has paid nor closing what is open may be guessed.
    """
    status = values.get("status", "")
    if status in _SENSES:
        status = _sense(status, values, notes, columns, cells)
    paid_on, paid = values.get("paid_on"), values.get("paid_cents")
    if not status and paid_on is None and paid is None:
        return
    principal = values["principal_cents"]
    if paid == 0:
        values["paid_cents"] = paid = None
    covered = paid is None or paid >= principal
    if paid_on and paid_on > latest_payment:
        title = columns.header[columns.fields["data_pagamento"][0]]
        notes.faults.append((title, paid_on.strftime("%d/%m/%Y"), "data de pagamento no futuro", "corrija a data"))
    if status == "written_off":
        values["status"] = "paid" if paid_on or paid else "cancelled"
    elif not status and (paid_on or (paid and covered)):
        values["status"] = "paid" if covered else "open"
    elif status == "open" and paid_on and covered:
        title = columns.header[columns.fields["status"][0]] if "status" in columns.fields else ""
        notes.faults.append(
            (title, "em aberto", "situação em aberto, mas com data de pagamento", "corrija a situação ou apague a data")
        )


_SENSES = frozenset({"part", "returned", "reversed", "unpaid", "forecast", "assigned"})
"""What a status says that another part of the line completes (`words.status`)."""


_BY_DOCUMENT: dict[str, tuple[str, Callable[[str], str], str]] = {
    "returned": (
        "devolvido",
        returned,
        "devolvido: de um cheque ainda se deve, de mercadoria não: a linha espera",
    ),
    "reversed": (
        "estornado",
        reversed_of,
        "estornado: se foi o pagamento, ainda se deve; se foi o título, não: a linha espera",
    ),
}
"""What the type of the document tells: the word it is asked by, who tells, and what is asked."""
GOODS = "devolvido, em um arquivo em que toda linha é de uma nota: mercadoria devolvida, nada a cobrar"
GOODS_FIX = "se for um cheque que voltou, diga em tenant.yaml (ou no mapeamento): status: {devolvido: aberto}"


def _unpaid(values: dict[str, Any]) -> None:
    """The payment of the whole that the line still shows is the one that was reversed."""
    if values.get("paid_cents") is None or values["paid_cents"] >= values["principal_cents"]:
        values.pop("paid_on", None)
        values.pop("paid_cents", None)


def _sense(status: str, values: dict[str, Any], notes: Notes, columns: Columns, cells: Sequence[str]) -> str:
    """The status such a word comes to, which is put among the values."""
    title = columns.header[columns.fields["status"][0]] if "status" in columns.fields else ""
    said = "open"
    if status in _BY_DOCUMENT:
        word, of_document, problem = _BY_DOCUMENT[status]
        # `devolvido` answers for `Devolvida` and `Devolvido (al. 11)` too
        told = said_status(columns.statuses[word]) if word in columns.statuses else ""
        if told in _SENSES - _BY_DOCUMENT.keys():
            return _sense(told, values, notes, columns, cells)
        said = (told if told not in _SENSES else "") or of_document(values.get("document_type", ""))
        if not said and status == "returned":
            text = cells[columns.fields["status"][0]]
            said = told_by_columns(cells, columns.cheques, () if of_cheque(text) else columns.goods)
            if said == "cancelled":
                notes.warnings.append((title, word, GOODS, GOODS_FIX))
        if status == "reversed" and said == "open":
            _unpaid(values)
        if not said:
            notes.asks.append(Ask("status", title, word))
            notes.faults.append((title, word, problem, asks_status(word)))
    elif status == "unpaid":
        _unpaid(values)
    elif status == "forecast":
        notes.left_out.append((title, "previsto", FORECAST, FORECAST_FIX))
    elif status == "part" and not values.get("paid_cents") and not columns.tells_balance:
        fix = "acrescente a coluna saldo (o que falta) ou valor pago"
        notes.faults.append((title, "pago em parte", "pago em parte, e a planilha não diz quanto falta", fix))
    elif status == "assigned" and "holder" not in values:
        values["holder"] = "cedido"
        notes.warnings.append((title, "cedido", SOLD, SOLD_FIX))
    values["status"] = said
    return said
