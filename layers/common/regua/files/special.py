"""Columns that are more than one value to one attribute: several contacts, instalments, interest, what was paid."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from regua.domain.codes import phones
from regua.domain.model import RateUnit
from regua.files import contacts, convert
from regua.files.amount_words import MADE_OF
from regua.files.amounts import AmountColumn, percent
from regua.files.columns import Columns
from regua.files.faults import CellError, Notes
from regua.files.phrases import expects
from regua.files.rights import FORECAST, FORECAST_FIX
from regua.files.wholes import whole
from regua.files.words import BLANKS, is_payable, rate_unit, role, yes

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
