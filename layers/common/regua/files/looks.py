"""What the values of a column look like: they confirm or refute what its heading promises.

`Documento` may hold CPFs, kinds of document (CT, FAT) or numbers; `Pago` yes and no, amounts or days; `Cliente` names
or codes. A sample of the values decides, so that a heading alone never makes a person of a number or money of a code.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import cached_property

from regua.domain.codes import tax_id
from regua.files.amounts import percent
from regua.files.dates import looks_like_day
from regua.files.faults import CellError
from regua.files.phrases import FORECAST_TYPES, expects
from regua.files.text import plain
from regua.files.words import BLANKS, is_credit, is_payable, rate_unit, role, state, status, yes

SAMPLE = 100
"""Lines looked at."""
_TAX_ID = re.compile(
    r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}|[0-9A-Za-z]{2}\.?[0-9A-Za-z]{3}\.?[0-9A-Za-z]{3}/?[0-9A-Za-z]{4}-?[0-9A-Za-z]{2}"
)
_NUMERIC = re.compile(r"(?:r\$ ?)?\(?[-+−–]?(?:r\$ ?)?[0-9][0-9.,]*\)?-?")
_AMOUNT = re.compile(r"(?:r\$ ?)?\(?[-+−–]?(?:r\$ ?)?[0-9][0-9.,]*[.,][0-9]{2}\)?-?|(?:r\$ ?)[0-9.,]+")
_REAIS = re.compile(r"(?:r\$ ?)?-?[0-9][0-9.]*,[0-9]{2}|r\$ ?[0-9.,]+")
_PARCEL = re.compile(
    r"(?:(?:parcela|parc|prestacao|prest|pc|p|n)[. ]*)?[0-9]{1,4}[ao]?(?: ?(?:/|de|-|a)? ?[0-9]{1,4})?a?(?: parcela)?"
    r"|[a-z]|(?:parcela |cota )?unica|a vista|entrada|sinal|ent|ato|[0-9]{1,2}[.,]0+"
)
_OF_SEVERAL = re.compile(r"[0-9]{1,3}[ao]? ?(?:/|de|-) ?[0-9]{1,3}")
_OF_SEVERAL_DIGITS = re.compile(r"([0-9]{1,9}) ?/ ?([0-9]{1,3})")
"""As parcels are told; where the first is more than the second it is the title's number."""
_MOST_PARCELS = 100
_CODE = re.compile(r"(?=.*[0-9])[0-9a-z][0-9a-z./_\-]{0,24}|[0-9][0-9.]{2,19}(?: [-/] ?|[-/] | )[0-9a-z]{1,4}")
_SERIES = re.compile(r"[a-z]{2,5}[-./ ]?[0-9]{1,10}(?:[-/][0-9]{1,4})?")
_NUMBER_OF = re.compile(
    r"(?:(?P<sort>[a-z][a-z -]{1,29}?)[-.: ]{0,2}(?:n[o.]{0,2} ?)?)?[0-9][0-9./-]{0,19}"
    r"(?: ?[-(]? ?(?:(?:parcela|parc|prest|pc|p)[. ]{0,2})?[0-9]{1,3}(?: ?(?:/|de) ?[0-9]{1,3})?\)?)?"
)
"""A number as people write it: `NFS-e 124`, `Boleto 12`, `123 - 1/3`, `DUP 123 PARC 01`."""
_OF_ALL = frozenset({"mensalidade", "parcela", "outros"})
"""Sorts whose number is a month's or a parcel's, of every debtor."""
_ONE_WORD = re.compile(r"[a-z]{0,5}[-./]?[0-9][0-9./-]{0,20}")
_DELAY = re.compile(r"[-+]?[0-9]{1,5}(?: ?(?:d|dias?|days?))?\.?")
_LETTER = re.compile(r"[a-z]")
_MONTH = re.compile(r"[0-9]{1,2}/[0-9]{4}|[0-9]{4}[-/][0-9]{1,2}|[a-z]{3,9}[ /.-]*(?:de )?[0-9]{2,4}")
_DAY = re.compile(
    r"[0-9]{1,4}[/.\-][0-9]{1,2}[/.\-][0-9]{1,4}|(?:19|20)[0-9]{6}|[0-9]{1,2}[o ]?[ /.\-]?(?:de )?[a-z]{3}"
    r"|(?=.*[0-9]{2})[a-z]{3,9}[-a-z]*[.,]* ?[ /.\-](?:[0-9]|[a-z]{3})"
)
"""How a day may begin."""
_SERIAL = re.compile(r"[34][0-9]{4}(?:[.,][0-9]+)?")
_TYPES = frozenset(
    {
        "bol",
        "boleto",
        "bp",
        "ch",
        "chq",
        "cheque",
        "contrato",
        "ct",
        "ctr",
        "cte",
        "dm",
        "dmi",
        "dp",
        "ds",
        "dsi",
        "dup",
    }
    | {"duplicata", "fat", "fatura", "ft", "mensalidade", "nd", "nf", "nfe", "nfs", "nfse", "nfc", "np", "nota fiscal"}
    | {
        "nota promissoria",
        "nota de debito",
        "nota debito",
        "oc",
        "outros",
        "parcela",
        "ped",
        "pedido",
        "pix",
        "pm",
        "pr",
    }
    | {
        "promissoria",
        "rc",
        "rec",
        "recibo",
        "rps",
        "tit",
        "titulo",
        "venda",
        "cc",
        "cd",
        "cartao",
        "carne",
        "rpa",
        "ci",
    }
    | {"nota fiscal de servico", "nota fiscal eletronica", "duplicata mercantil", "duplicata de servico", "debito"}
)
"""Words by which programs call the kind of a document (Protheus SX5 table 05, FEBRABAN's espécies, Sienge's types)."""


def _reads(read: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            read(text)
        except CellError:
            return False
        return True

    return check


def _is_tax_id(text: str) -> bool:
    bare = tax_id.bare(text)
    return tax_id.is_valid(bare) or (
        bare.isascii()
        and bare.isdigit()
        and 8 <= len(bare) < 14
        and (tax_id.is_cpf(bare.zfill(11)) or tax_id.is_cnpj(bare.zfill(14)))
    )


def _is_day(text: str) -> bool:
    return _DAY.match(text) is not None and looks_like_day(text)


def _is_yes_or_no(text: str) -> bool:
    return _reads(yes)(text)


def _is_closed(text: str) -> bool:
    try:
        return status(text) in ("paid", "cancelled", "written_off")
    except CellError:
        return False


def _is_code(text: str) -> bool:
    return (_CODE.fullmatch(text) is not None and not _is_day(text)) or _SERIES.fullmatch(text) is not None


def _sort(text: str) -> str | None:
    """What the number is of (`nfse`; empty: it does not say); None: no number as people write it."""
    number = _NUMBER_OF.fullmatch(text)
    if number is None or _is_day(text) or _AMOUNT.fullmatch(text):
        return None
    sort = (number["sort"] or "").replace("-", "").strip()
    return sort if not sort or sort in _TYPES else None


_KINDS: dict[str, Callable[[str], bool]] = {
    "tax id": _is_tax_id,
    "like a tax id": lambda text: _TAX_ID.fullmatch(text) is not None,
    "numeric": lambda text: _NUMERIC.fullmatch(text) is not None,
    "amount": lambda text: _AMOUNT.fullmatch(text) is not None,
    "day": _is_day,
    "day or serial": lambda text: _SERIAL.fullmatch(text) is not None or _is_day(text),
    "days of delay": lambda text: _DELAY.fullmatch(text) is not None,
    "month": lambda text: _MONTH.fullmatch(text) is not None,
    "yes or no": _is_yes_or_no,
    "in reais": lambda text: _REAIS.fullmatch(text) is not None,
    "parcel of several": lambda text: _OF_SEVERAL.fullmatch(text) is not None,
    "small number": lambda text: text.isdecimal() and 0 < int(text) < _MOST_PARCELS,
    "number and its parcel": lambda text: (
        (found := _OF_SEVERAL_DIGITS.fullmatch(text)) is not None and int(found[1]) > int(found[2])
    ),
    "parcel": lambda text: _PARCEL.fullmatch(text) is not None,
    "code": _is_code,
    "number of a title": lambda text: _is_code(text) or _sort(text) not in (None, *_OF_ALL),
    "number of a sort": lambda text: bool(_sort(text)),
    "code of one word": lambda text: _ONE_WORD.fullmatch(text) is not None,
    "number of a series": lambda text: _SERIES.fullmatch(text) is not None,
    "letters": lambda text: _LETTER.search(text) is not None,
    "digits": lambda text: any(map(str.isdigit, text)),
    "several words": lambda text: " " in text and not any(map(str.isdigit, text)),
    "email": lambda text: "@" in text,
    "telephone": lambda text: sum(map(str.isdigit, text)) >= 8,
    "long digits": lambda text: sum(map(str.isdigit, text)) >= 40,
    "state": _reads(state),
    "status": _reads(status),
    "closed": _is_closed,
    "forecast or not": lambda text: len(text) > 1 and _reads(status)(text) and not _is_yes_or_no(text),
    "initial": lambda text: len(text) == 1 and text.isalpha() and not _is_yes_or_no(text),
    "payable or not": _reads(is_payable),
    "unit": _reads(rate_unit),
    "role": lambda text: len(text) > 1 and bool(role(text)),
    "type": lambda text: text in _TYPES or is_credit(text) or text in FORECAST_TYPES or expects(text),
}


class ColumnLook:
    """The filled cells of one column in the sample."""

    def __init__(self, cells: Iterable[str]) -> None:
        self.cells = [text for cell in cells if (text := plain(cell.strip())) and text not in BLANKS]
        self._shares: dict[str, float] = {}

    @cached_property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(set(self.cells))

    def share(self, kind: str) -> float:
        """Which part of the cells is of a kind; nothing of no cells."""
        found = self._shares.get(kind)
        if found is None:
            check = _KINDS[kind]
            values = {text: check(text) for text in set(self.cells)}
            found = sum(map(values.__getitem__, self.cells)) / len(self.cells) if self.cells else 0.0
            self._shares[kind] = found
        return found

    def proves(self, field: str) -> bool:
        """Whether the values are what `field` holds, beyond what could be chance."""
        proof = _PROOFS.get(field)
        return proof is not None and bool(self.cells) and proof(self)

    def has_proof(self, field: str) -> bool:
        """Whether there are values that prove `field`."""
        return field in _PROOFS

    def refutes(self, field: str) -> bool:
        """Whether the values are not what `field` holds."""
        doubt = _DOUBTS.get(field)
        return doubt is not None and bool(self.cells) and doubt(self)


def _mostly(*kinds: str) -> Callable[[ColumnLook], bool]:
    return lambda look: all(look.share(kind) >= 0.8 for kind in kinds)


def _hardly(*kinds: str) -> Callable[[ColumnLook], bool]:
    return lambda look: all(look.share(kind) < 0.2 for kind in kinds)


def _no_tax_ids(look: ColumnLook) -> bool:
    """No value has the shape of one, and what they have is a number or a kind of document."""
    if look.share("like a tax id") or look.share("tax id"):
        return False
    if look.share("type") + look.share("number of a sort") >= 0.8:
        return True
    return (look.distinct > 1 or look.share("number of a series") >= 0.8) and _are_numbers(look)


def _are_numbers(look: ColumnLook) -> bool:
    """Codes, or numbers as people write them that hardly repeat: `Boleto 1` of each customer is no title's number."""
    several = look.distinct * 10 >= len(look.cells) * 9
    return look.share("code") >= 0.8 or (several and look.share("number of a title") >= 0.8)


def _no_number(look: ColumnLook) -> bool:
    """Sentences, days, money, addresses and yes or no name no title."""
    kinds = ("in reais", "day", "email", "several words", "long digits")
    if any(look.share(kind) >= 0.8 for kind in kinds) or (look.share("letters") >= 0.8 and _is_choice(look)):
        return True
    return look.share("digits") < 0.2 and look.distinct * 2 <= len(look.cells)


def _is_choice(look: ColumnLook) -> bool:
    return look.share("yes or no") >= 0.8 or look.share("type") >= 0.8 or look.share("status") >= 0.8


def _is_money_or_day(look: ColumnLook) -> bool:
    other = look.share("amount") + look.share("day") > 0
    return other or (look.share("numeric") >= 0.8 and look.share("yes or no") < 1)


def _no_rate(look: ColumnLook) -> bool:
    """Whether they are amounts: nobody asks a third of the debt."""
    return any(_rate(cell) > 30 for cell in set(look.cells))


def _rate(text: str) -> Decimal:
    try:
        return percent(text)
    except CellError:
        return Decimal(100 if _NUMERIC.fullmatch(text) else 0)


_DOUBTS: dict[str, Callable[[ColumnLook], bool]] = {
    "documento": _no_tax_ids,
    "responsavel_doc": _no_tax_ids,
    "nome": lambda look: look.share("letters") < 0.2 or look.share("code of one word") >= 0.8,
    "descricao": _mostly("in reais"),
    "responsavel_nome": lambda look: look.share("letters") < 0.2 or look.share("yes or no") >= 0.8,
    "pago": _is_money_or_day,
    "natureza": _hardly("payable or not"),
    "uf": _hardly("state"),
    "valor": _hardly("numeric"),
    "saldo": _hardly("numeric"),
    "valor_pago": _hardly("numeric"),
    "desconto_valor": _hardly("numeric"),
    "bolsa": _hardly("numeric"),
    "abatimento": _hardly("numeric"),
    "retencao": _hardly("numeric"),
    "multa_valor": _hardly("numeric"),
    "juros_valor": _hardly("numeric"),
    "encargo_valor": _hardly("numeric"),
    "adicional": _hardly("numeric"),
    "valor_final": _hardly("numeric"),
    "valor_total": _hardly("numeric"),
    "vencimento": _hardly("day or serial"),
    "dias_atraso": _hardly("days of delay"),
    "emissao": _hardly("day or serial"),
    "data_pagamento": _hardly("day or serial"),
    "portador": lambda look: look.share("letters") < 0.2 and look.share("yes or no") < 0.5,
    "previsao": lambda look: look.share("yes or no") + look.share("forecast or not") + look.share("initial") < 0.5,
    "status": lambda look: look.share("status") == 0 and (_mostly("amount")(look) or _mostly("day")(look)),
    "parcela": lambda look: _hardly("parcel")(look) or look.share("number and its parcel") >= 0.5,
    "total_parcelas": lambda look: look.share("parcel of several") >= 0.5,
    "contrato": lambda look: look.share("digits") < 0.2 and look.distinct < len(look.cells),
    "id_titulo": _no_number,
    "nosso_numero": _no_number,
    "celular": _hardly("telephone"),
    "multa_pct": _no_rate,
    "juros_pct": _no_rate,
    "juros_pct_dia": _no_rate,
    "juros_pct_mes": _no_rate,
    "juros_unidade": lambda look: look.share("unit") < 0.2 and look.share("numeric") < 0.2,
    "nao_enviar": _hardly("yes or no"),
    "gerar_cobranca": _hardly("yes or no"),
}


def _counts(look: ColumnLook) -> bool:
    """Whether its values count parcels, by small numbers or letters, and not pieces of a thing."""
    small = look.share("small number") + look.share("letters")
    return look.distinct > 1 and look.share("parcel") >= 0.8 and small >= 0.8


_PROOFS: dict[str, Callable[[ColumnLook], bool]] = {
    "documento": _mostly("tax id"),
    "responsavel_doc": _mostly("tax id"),
    "valor": _mostly("amount"),
    "saldo": _mostly("numeric"),
    "valor_pago": lambda look: look.share("day") == 0 and _is_money_or_day(look) and look.share("numeric") >= 0.8,
    "data_pagamento": _mostly("day"),
    "parcela": lambda look: (
        look.share("parcel of several") >= 0.5
        or (
            look.share("parcel") >= 0.8
            and look.distinct > 1
            and look.share("small number") + look.share("letters") >= 0.8
        )
    ),
    "pago": _mostly("yes or no"),
    "id_titulo": lambda look: _are_numbers(look) and look.share("type") < 0.2,
    "tipo_documento": _mostly("type"),
    "natureza": _mostly("payable or not"),
    "papel": _mostly("role"),
    "status": lambda look: look.share("status") >= 0.8 and look.share("letters") >= 0.8,
    "email": _mostly("email"),
    "competencia": _mostly("month"),
    "celular": _mostly("telephone"),
    "vencimento": _mostly("day"),
    "nome": _mostly("letters"),
    "uf": _mostly("state"),
}


def looks(sample: Sequence[Sequence[str]], width: int) -> list[ColumnLook]:
    """One for each column."""
    return [ColumnLook(cells[at] for cells in sample if at < len(cells)) for at in range(width)]


def whole_cents(text: str) -> int | None:
    """Cents of an amount as a sample shows it, None for what is none: only for comparing sums."""
    digits = re.sub(r"[^0-9.,]", "", text)
    if not digits or not any(map(str.isdigit, digits)):
        return None
    found = re.fullmatch(r"([0-9.,]*?)(?:[.,]([0-9]{1,2}))?", digits)
    if not found:
        return None
    whole = found[1].replace(".", "").replace(",", "") or "0"
    cents = int(whole) * 100 + int((found[2] or "0").ljust(2, "0"))
    return -cents if "-" in text or "(" in text else cents
