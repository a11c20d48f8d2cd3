"""Columns that are more than one value to one attribute: several contacts, instalments, interest, what was paid."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from regua.domain.codes import phones
from regua.domain.intake.row import Ask
from regua.domain.model import RateUnit
from regua.files import contacts, convert
from regua.files.amount_words import MADE_OF
from regua.files.amounts import AmountColumn, percent
from regua.files.columns import Columns
from regua.files.faults import CellError, Notes
from regua.files.phrases import expects
from regua.files.returns import of_cheque, told_by_columns
from regua.files.rights import FORECAST, FORECAST_FIX, SOLD, SOLD_FIX
from regua.files.wholes import whole
from regua.files.words import BLANKS, asks_status, is_payable, rate_unit, returned, reversed_of, role, yes
from regua.files.words import status as said_status

Handler: TypeAlias = Callable[[list[str], dict[str, Any], Notes], None]
Maker: TypeAlias = Callable[[Columns, Mapping[str, AmountColumn]], Handler]

_MEMO = 4_096
_UNUSED = "parte da célula não é e-mail: nenhum endereço dela foi usado"
_RADIO = "celular de oito dígitos, com o começo dos de rádio: recebeu o nono dígito, que número de rádio não tem"
_ABROAD = "telefone de outro país: não recebe SMS nem WhatsApp"


def _emails(columns: Columns, _: Mapping[str, AmountColumn]) -> Handler:
    return _contacts(
        columns,
        columns.fields["email"],
        "emails",
        contacts.split_emails,
        lambda part, _: contacts.email(part),
        whole=True,
    )


def _phones(columns: Columns, _: Mapping[str, AmountColumn]) -> Handler:
    return _contacts(columns, columns.fields["celular"], "phones", contacts.split_phones, contacts.phone)


def _contacts(
    columns: Columns,
    places: tuple[int, ...],
    attribute: str,
    split: Callable[[str], list[str]],
    convert_one: Callable[[str, str], str],
    *,
    whole: bool = False,
) -> Handler:
    """`whole`: where one piece of a cell is wrong, none of the cell is used: what is left over may be a stranger's."""
    areas = columns.fields.get("celular_ddd", ()) if attribute == "phones" else ()
    memo: dict[tuple[str, ...], tuple[str, ...]] = {}
    first = places[0]
    alone = len(places) == 1 and not areas

    def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        key = (cells[first],) if alone else tuple([cells[at] for at in places + areas])
        known = memo.get(key)
        if known is None:
            before = len(notes.warnings)
            known = read_all(cells, notes)
            if len(memo) >= _MEMO:
                memo.clear()
            if len(notes.warnings) == before:
                memo[key] = known
        if known:
            values[attribute] = known

    def read_all(cells: list[str], notes: Notes) -> tuple[str, ...]:
        found: dict[str, None] = {}
        area = next((cells[at].strip() for at in areas if cells[at].strip()), "")
        for at in places:
            text = convert.unwrapped(cells[at].strip())
            if not text or text.lower() in BLANKS:
                continue
            title, good, bad = columns.header[at], [], len(notes.warnings)
            for part in split(text):
                try:
                    value = convert_one(part, area)
                except CellError as error:
                    notes.warnings.append((title, part, error.problem, error.fix))
                    continue
                good.append(value)
                if phones.is_landline(value):
                    notes.warnings.append(
                        (title, part, "telefone fixo: não recebe SMS nem WhatsApp", "informe um celular")
                    )
                elif attribute == "phones" and not phones.is_mobile(value):
                    notes.warnings.append((title, part, _ABROAD, "informe um celular do Brasil, ou um e-mail"))
                elif contacts.radio_like(part, value):
                    notes.warnings.append((title, part, _RADIO, "confira o número: se for de rádio, apague-o"))
            if whole and good and len(notes.warnings) > bad:
                notes.warnings.append((title, text, _UNUSED, "separe os e-mails por ponto e vírgula"))
                continue
            found.update(dict.fromkeys(good))
        return tuple(found)

    return read


def _joined(field: str, attribute: str, separator: str, converter: Callable[[str], str] = convert.plain_text) -> Maker:
    """Several columns of text become one, in the order of the file."""

    def make(columns: Columns, _: Mapping[str, AmountColumn]) -> Handler:
        places = columns.fields[field]

        def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
            parts = []
            for at in places:
                text = cells[at].strip()
                if not text:
                    continue
                try:
                    parts.append(converter(text))
                except CellError as error:
                    notes.faults.append((columns.header[at], text[:200], error.problem, error.fix))
            whole = separator.join(filter(None, parts))
            if whole:
                values[attribute] = whole

        return read

    return make


def _tags(columns: Columns, _: Mapping[str, AmountColumn]) -> Handler:
    def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        del notes
        parts = [
            part for at in columns.fields["tags"] for part in cells[at].replace("|", ",").replace(";", ",").split(",")
        ]
        tags = tuple(dict.fromkeys(" ".join(part.split())[: convert.MAX_ID] for part in parts if part.strip()))
        if tags:
            values["tags"] = tags

    return read


def _role(columns: Columns, _: Mapping[str, AmountColumn]) -> Handler:
    """Who owes, and who only answers for it: a word that is neither says nothing."""
    at = columns.fields["papel"][0]

    def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        text = cells[at].strip()
        if not text or text.lower() in BLANKS:
            return
        found = role(text)
        if found:
            values["role"] = found
        else:
            fix = "escreva devedor, codevedor, avalista ou fiador"
            notes.faults.append((columns.header[at], text, "papel desconhecido", fix))

    return read


def _installments(columns: Columns, _: Mapping[str, AmountColumn]) -> Handler:
    places = [
        (attribute, at)
        for field, attribute in (("parcela", "installment"), ("total_parcelas", "installments"))
        for at in columns.fields.get(field, ())
    ]
    memo: dict[str, tuple[int, int]] = {}

    def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        for attribute, at in places:
            found = memo.get(cells[at])
            if found is None:
                text = cells[at].strip()
                try:
                    found = convert.installment(text) if text and text.lower() not in BLANKS else (0, 0)
                except CellError as error:
                    notes.warnings.append((columns.header[at], text, error.problem, error.fix))
                    continue
                if len(memo) < _MEMO:
                    memo[cells[at]] = found
            number, total = found
            if number:
                values[attribute] = number
                if attribute == "installment" and (letter := convert.parcel_letter(cells[at].strip())):
                    values["parcel"] = letter
            if total:
                values["installments"] = total

    return read


_INTEREST = {
    "juros_pct": None,
    "juros_pct_dia": RateUnit.DAY,
    "juros_pct_mes": RateUnit.MONTH,
    "juros_pct_ano": RateUnit.YEAR,
}


def _interest(columns: Columns, _: Mapping[str, AmountColumn]) -> Handler:
    def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        for field, implied in _INTEREST.items():
            for at in columns.fields.get(field, ()):
                text, title = cells[at].strip(), columns.header[at]
                if not text or text.lower() in BLANKS:
                    continue
                try:
                    rate, unit = percent(text), implied or _unit(cells, columns) or _unit_within(text)
                except CellError as error:
                    notes.faults.append((title, text, error.problem, error.fix))
                    continue
                if unit:
                    values["interest_percent"], values["interest_unit"] = rate, unit
                elif rate:
                    fix = "acrescente a coluna juros_unidade (dia, mes ou ano)"
                    notes.warnings.append((title, text, "juros sem unidade: vale o contrato do credor", fix))

    return read


def _unit(cells: list[str], columns: Columns) -> RateUnit | None:
    place = columns.fields.get("juros_unidade")
    text = cells[place[0]].strip() if place else ""
    # Kobana's interest_type: 0 is no interest at all
    return rate_unit(text) if text and text != "0" else None


def _unit_within(text: str) -> RateUnit | None:
    word = text.lower().replace(" ", "").replace(".", "")
    return next(
        (u for tail, u in (("ad", RateUnit.DAY), ("am", RateUnit.MONTH), ("aa", RateUnit.YEAR)) if word.endswith(tail)),
        None,
    )


_PAGREC = {"1": "receber", "2": "pagar"}
"""TOTVS RM's FLAN.PAGREC."""


def _switches(columns: Columns, _: Mapping[str, AmountColumn]) -> Handler:
    """Sim/não columns: `pago`, `nao_enviar`, `gerar_cobranca`, and `natureza` (a receber or a pagar)."""
    fields = [
        (name, at)
        for name in ("pago", "nao_enviar", "gerar_cobranca", "natureza")
        for at in columns.fields.get(name, ())
    ]

    def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        for name, at in fields:
            text = cells[at].strip()
            if not text:
                continue
            try:
                if name == "natureza":
                    if expects(text):
                        notes.left_out.append((columns.header[at], text, FORECAST, FORECAST_FIX))
                    elif is_payable(_PAGREC.get(text, text) if "pagrec" in columns.header[at].lower() else text):
                        raise CellError("conta a pagar, não a receber", "retire a linha: só entram contas a receber")
                elif name == "pago":
                    values["status"] = "paid" if yes(text) else values.get("status") or "open"
                elif yes(text) is (name == "nao_enviar"):
                    values["do_not_collect"] = True
            except CellError as error:
                notes.faults.append((columns.header[at], text, error.problem, error.fix))

    return read


SPECIAL: tuple[tuple[frozenset[str], Maker], ...] = (
    (frozenset({"email"}), _emails),
    (frozenset({"celular"}), _phones),
    (frozenset({"endereco"}), _joined("endereco", "address", ", ")),
    (frozenset({"observacao"}), _joined("observacao", "note", " | ")),
    (frozenset({"descricao"}), _joined("descricao", "description", " | ")),
    (frozenset({"objeto"}), _joined("objeto", "subject", " | ", convert.subject)),
    (frozenset({"papel"}), _role),
    (frozenset({"tags"}), _tags),
    (frozenset({"parcela", "total_parcelas"}), _installments),
    (frozenset(_INTEREST), _interest),
    (frozenset({"pago", "nao_enviar", "gerar_cobranca", "natureza"}), _switches),
    (frozenset({"saldo", *MADE_OF}), whole),
)


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
