"""Which column of the file is which canonical field."""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from regua.domain.codes import tax_id
from regua.domain.intake.layout import BASE_WORD, PAYER_WORD, STATUS_WORD, UPLOAD_DAY
from regua.domain.intake.row import TAKEN_BACK
from regua.files.aliases import (
    BENEFICIARIES,
    FIELDS,
    LATE,
    MEANS_OF_PAYMENT,
    MULTIPLE,
    REQUIRED,
    if_proven,
    lookup,
)
from regua.files.currency import in_reais, is_foreign
from regua.files.due_columns import arrange, delays
from regua.files.groups import ITEMS
from regua.files.looks import ColumnLook, looks
from regua.files.makeup import Makeup, find
from regua.files.mapped import base_day, mapped_fields, meanings
from regua.files.neighbours import (
    BALANCE,
    balance,
    by_neighbours,
    currencies,
    is_rest,
    only_amount,
    second_tax_id,
    weak_id,
)
from regua.files.parties import Party, sellers, settle_payer, who_pays
from regua.files.returns import cheque_columns, drawer, goods_columns
from regua.files.right_columns import tell_rights
from regua.files.text import heading
from regua.files.words import MEANS

NEEDED = frozenset({*REQUIRED, "status"})
"""Fields for which a column that its values refute is better than none: its lines come back with what is wrong."""
TAX_IDS = frozenset({"cpf", "cnpj", "cgc"})
REPORT_COLUMNS = ("linha", "coluna", "valor", "problema", "como_corrigir")
"""What the error sheet adds behind the original columns; read back, they are ignored."""
PUPIL = frozenset(word for name in BENEFICIARIES for word in name.split()) - {"nome"}
"""Words of a column of tax ids that are not the payer's."""
_CONTENT = (
    *("documento", "nome", "responsavel_nome", "objeto", "valor", "vencimento", "parcela", "emissao", "competencia"),
    *("tipo_documento", "credor_id", "segmento", "descricao"),
)
"""What makes the id of a line that has no number."""
_ID_OF = {
    "id_titulo": "title",
    "nosso_numero": "our_number",
    "linha_digitavel": "our_number",
    "contrato": "contract",
    "nf_numero": "invoice",
}
"""The field that names a title -> what it makes of the id (`Row.id_of`), the first of them before the others."""
_MADE_OF = {
    "title": ("id_titulo", "parcela"),
    "our_number": ("nosso_numero", "linha_digitavel"),
    "contract": ("contrato", "parcela"),
    "invoice": ("nf_numero", "parcela"),
    "content": _CONTENT,
    "bill": tuple(name for name in _CONTENT if name not in ("valor", "tipo_documento", "segmento", "descricao")),
}
_SAID_BY = {
    "discount_percent": ("desconto_pct", "desconto_valor"),
    "do_not_collect": ("nao_enviar", "gerar_cobranca"),
    "fine_percent": ("multa_pct",),
    "holder": ("portador",),
    "interest_percent": ("juros_pct", "juros_pct_dia", "juros_pct_mes", "juros_pct_ano"),
    "paid_cents": ("valor_pago", "saldo"),
    "policy": ("regua",),
    "status": ("status", "pago", "data_pagamento"),
    "tags": ("tags",),
}
"""The columns that say them."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Canonical field -> positions of its columns, in file order."""

    header: tuple[str, ...]
    fields: Mapping[str, tuple[int, ...]]
    unused: tuple[str, ...] = field(default=())
    """Columns of the mapping that the file does not have."""
    report: int = 0
    """How many columns at the end are those of our own error sheet."""
    mixed: bool = False
    """The column of tax ids holds CPFs, whatever it is called."""
    means: bool = False
    """What is read as the type of a document is how it is paid: `crédito` is a card there, and not the customer's."""
    cheques: tuple[int, ...] = ()
    """Columns that only a list of cheques has."""
    goods: tuple[int, ...] = ()
    """Columns of the nota that every line is for."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    """What the mapping says of codes in the column of the status: code -> word."""
    grouped: str = ""
    """How a report names a person once for several titles (`files.groups`); empty: each line names its own."""
    above: tuple[tuple[str, ...], ...] = ()
    """Of a grouped report, the lines above its heading."""
    rivals: tuple[Party, ...] = ()
    """People of whom nobody knows which owes: `files.parties`."""
    ignored: frozenset[int] = frozenset()
    """Columns that the mapping leaves out."""
    base_on: date | None = None
    """The day of which its days of delay are counted, as the mapping or a line above the heading says."""
    base_upload: bool = False
    """Where the file says none, that is the day of its upload."""
    makeup: Makeup = field(default_factory=Makeup)
    """How its amounts belong together."""
    looks: tuple[ColumnLook, ...] = field(default=(), compare=False, repr=False)
    """What a sample of the values looks like, column by column."""

    @property
    def names(self) -> dict[str, str]:
        """Column -> canonical field, in file order."""
        by_position = sorted((at, name) for name, positions in self.fields.items() for at in positions)
        return {self.header[at]: name for at, name in by_position}

    @property
    def unread(self) -> tuple[str, ...]:
        """Columns of which nothing is read, but for those without a name or that the mapping leaves out."""
        used = {at for positions in self.fields.values() for at in positions} | self.ignored
        own = len(self.header) - self.report
        return tuple(
            title for at, title in enumerate(self.header[:own]) if at not in used and title != f"coluna {at + 1}"
        )

    @property
    def tells_balance(self) -> bool:
        """Whether a column says what is left to be paid."""
        return "saldo" in self.fields or any(
            not BALANCE.isdisjoint(heading(self.header[at]).split()) for at in self.fields.get("valor", ())
        )

    @property
    def payers_document(self) -> bool:
        """Whether the one column of tax ids is of the payer, not of the pupil beside him: it stands at his name."""
        names = [self.fields[name][0] for name in ("responsavel_nome", "nome") if name in self.fields]
        if len(names) < 2 or "documento" not in self.fields or "responsavel_doc" in self.fields:
            return False
        at = self.fields["documento"][0]
        if not PUPIL.isdisjoint(heading(self.header[at]).split()):
            return False
        before = [name for name in names if name < at]
        return (max(before) if before else min(names)) == names[0]

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns that make a title's id, as far as the header tells: a line without its number is known by the
        next of them.
        """
        if number := self.number:
            return self._titles((number,) if _ID_OF[number] == "our_number" else (number, "parcela"))
        return self._titles(_MADE_OF["bill" if self.grouped == ITEMS else "content"])

    def identity_of(self, made: Collection[str]) -> tuple[str, ...]:
        """The same once lines are read: `made` is what their ids were made of (`Row.id_of`). A column that is empty in
        all of them names no title.
        """
        if not made or _ID_OF.get(self.number) in made:
            return self.identity
        sort = next((sort for sort in _MADE_OF if sort in made), "content")
        return self._titles(_MADE_OF[sort])

    @property
    def number(self) -> str:
        """The field whose column names the titles; empty where none does."""
        for number in _ID_OF:
            if number in self.fields and (
                number != "contrato" or "parcela" in self.fields or "nf_numero" not in self.fields
            ):
                return number
        return ""

    def _titles(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.header[at] for name in names for at in self.fields.get(name, ()))

    @property
    def taken_back(self) -> tuple[str, ...]:
        """Attributes of a row that an empty cell of this file takes back (`domain.intake.row.TAKEN_BACK`)."""
        return tuple(name for name in TAKEN_BACK if any(field in self.fields for field in _SAID_BY[name]))

    @property
    def complete(self) -> bool:
        """Whether a receivable can be read at all."""
        return not self.missing()

    def missing(self) -> list[str]:
        """What is missing, in words."""
        lacking = [name for name in REQUIRED if name not in self.fields]
        if "dias_atraso" in self.fields and (self.base_on or self.base_upload or "data_base" in self.fields):
            lacking.remove("vencimento")
        if "nome" not in self.fields and "documento" not in self.fields:
            lacking.append("nome ou documento (CPF/CNPJ)")
        return lacking


def match(header: Sequence[str], mapping: Mapping[str, str], sample: Sequence[Sequence[str]] = ()) -> Columns:
    """Finds the canonical field of every column: the mapping's word first, then the known names, as far as the values
    of the `sample` do not refute them, then names that say it only where the values prove it.

    A column whose name belongs to a field that a stronger name already fills is left out. A refuted name counts only
    where the field is needed and no other column has it. Raises WrongFileError for a mapping to a field that does not
    exist or of two columns to one field.
    """
    report = _report_columns(header)
    usable = list(header[: len(header) - report])
    named = _distinct(usable)
    values = looks(sample, len(usable))
    fields: dict[str, list[int]] = {}
    words, payer = meanings(mapping), mapping.get(PAYER_WORD, "")
    based = mapping.get(BASE_WORD, "").strip()
    mapping = {key: word for key, word in mapping.items() if not key.startswith((STATUS_WORD, PAYER_WORD, BASE_WORD))}
    if payer in FIELDS and "payer" in map(heading, usable):
        mapping, payer = {**mapping, "payer": payer}, ""
    if based in FIELDS:
        mapping, based = {**mapping, "base_date": based}, ""
    base_on = base_day(based)
    taken, unused = mapped_fields(usable, mapping, fields)
    mapped = frozenset(taken)
    said = "nome" in fields
    ignored = taken - {at for positions in fields.values() for at in positions}
    doubtful = []
    for _, _, at, name in sorted(_candidates(usable, values, taken)):
        if at in taken or (name in fields and name not in MULTIPLE):
            continue
        if values[at].refutes(name) and not _says_so(usable[at], name):
            doubtful.append((at, name))
            continue
        fields.setdefault(name, []).append(at)
        taken.add(at)
    for at, name in doubtful:
        if name in NEEDED and name not in fields and at not in taken:
            fields[name] = [at]
            taken.add(at)
    only_amount(usable, values, fields, taken)
    balance(usable, values, fields, taken, sample)
    second_tax_id(usable, fields, taken)
    weak_id(usable, fields, sample)
    drawer(usable, fields, taken)
    who_pays(usable, fields, taken)
    rivals = () if said and not payer else settle_payer(usable, values, fields, taken, payer)
    if payer and rivals:
        unused.append(payer)
    sellers(usable, fields)
    by_neighbours(usable, values, fields, taken, mapped, sample)
    rest = is_rest(usable, fields, sample)
    for name in ("saldo", "valor_final", "valor_total"):
        if name in fields and "valor" not in fields:
            fields["valor"] = fields.pop(name)
    tell_rights(usable, values, fields, taken)
    currencies(values, fields, taken, mapped)
    in_reais(usable, values, fields, taken, mapped)
    arrange(usable, values, fields, taken, mapped)
    delays(usable, fields, taken, mapped, stated=base_on is not None)
    makeup = replace(find(usable, values, fields, taken, mapped, sample), rest=rest)
    return Columns(
        tuple(named + list(header[len(header) - report :])),
        {name: tuple(sorted(positions)) for name, positions in fields.items()},
        tuple(unused),
        report,
        mixed=any(_holds_cpfs(cell) for at in fields.get("documento", ()) for cell in values[at].cells),
        means=any(
            heading(usable[at]) in MEANS_OF_PAYMENT or not MEANS.isdisjoint(values[at].cells)
            for at in fields.get("tipo_documento", ())
        ),
        cheques=cheque_columns(usable),
        goods=goods_columns(usable, values, sample, fields.get("valor", [-1])[0]),
        statuses={**_CODES.get(heading(usable[fields["status"][0]]), {}), **words} if "status" in fields else words,
        rivals=rivals,
        ignored=frozenset(ignored),
        base_on=base_on,
        base_upload=based.lower() == UPLOAD_DAY,
        makeup=makeup,
        looks=tuple(values),
    )


_CODES = {"e1 status": {"a": "aberto", "b": "pago", "r": "cancelado"}}
"""What codes of the status mean where the column is one program's own. Protheus: open, settled, settled anew by other
titles (MATA/FINA040, "Status do título").
"""


def _candidates(
    header: Sequence[str], values: Sequence[ColumnLook], taken: Container[int]
) -> Iterator[tuple[int, int, int, str]]:
    """(rank, place of the field, column, field), to be sorted: the least comes first."""
    for at, title in enumerate(header):
        if at in taken or is_foreign(title):
            continue
        name = heading(title)
        for rank, known in lookup().get(name, ()):
            yield rank, FIELDS.index(known), at, known
        for rank, known in if_proven().get(name, ()):
            if proves(title, values[at], known):
                yield LATE // 2, rank, at, known


def proves(title: str, look: ColumnLook, field: str) -> bool:
    """Whether the values are what the field holds: whole reais too, as a workbook tells them, under a heading that
    speaks of money.
    """
    whole = field == "valor" and not _MONEY.isdisjoint(heading(title).split()) and look.share("numeric") >= 0.8
    return look.proves(field) or whole


_MONEY = frozenset({"valor", "total", "montante", "aluguel", "mensalidade", "preco"})


def _says_so(title: str, field: str) -> bool:
    """Whether a heading leaves no doubt, whatever its values: a CPF that is none is a fault, not another column."""
    name = heading(title)
    if field in ("documento", "responsavel_doc"):
        return not TAX_IDS.isdisjoint(name.split())
    if field in ("id_titulo", "nosso_numero"):
        return name == heading(field)
    if field == "natureza":
        return name.endswith("pagrec")
    return field == "celular" and name != "contato"


def _holds_cpfs(cell: str) -> bool:
    bare = tax_id.bare(cell)
    return tax_id.is_cpf(bare) and not tax_id.is_cnpj(bare.zfill(14))


def _report_columns(header: Sequence[str]) -> int:
    size = len(REPORT_COLUMNS)
    tail = tuple(title.strip().lower() for title in header[-size:])
    return size if len(header) > size and tail == REPORT_COLUMNS else 0


def _distinct(header: Sequence[str]) -> list[str]:
    """Names that can be told apart: a repeated or empty one gets a number."""
    seen: dict[str, int] = {}
    names = []
    for at, title in enumerate(header, 1):
        name = " ".join(title.split()) or f"coluna {at}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def passed_over(columns: Columns) -> Iterator[tuple[str, str, str]]:
    """(column, problem, fix) of columns that say what is owed or paid and are not read, although they hold something.

    One whose cells are those of a column that is read says nothing more.
    """
    used = {at for positions in columns.fields.values() for at in positions}
    read = [columns.looks[at].cells for at in used if at < len(columns.looks)]
    stands = not columns.fields.keys().isdisjoint(("status", "pago"))
    for at, look in enumerate(columns.looks):
        words = frozenset(heading(columns.header[at]).split())
        told = next((told for said, told in _SAYS.items() if not said.isdisjoint(words)), "")
        if not told and not stands and at not in used and _closes(look):
            told = _STANDS
        if at in used or at in columns.ignored or not look.cells or not told or not _ABOUT.isdisjoint(words):
            continue
        if told == _STANDS and look.share("day") >= 0.5:
            continue
        if look.cells not in read and not (told == _WAS_PAID and _is_means(look)):
            yield columns.header[at], f"coluna não lida, que parece dizer {told}", MAP_IT


def _closes(look: ColumnLook) -> bool:
    """Whether the values, whatever the heading, are words of how titles stand, and some of them ask for nothing."""
    return look.proves("status") and look.share("closed") > 0


def _is_means(look: ColumnLook) -> bool:
    """Whether a column says by what it is paid, and not how much of it was."""
    return not MEANS.isdisjoint(look.cells) or look.share("type") >= 0.8


_WAS_PAID = "o que já foi pago"
_STANDS = "a situação do título"
MAP_IT = "renomeie a coluna, ou diga no mapeamento o que ela é (ignorar, se nada)"
_SAYS: dict[frozenset[str], str] = {
    frozenset({"status", "situacao", "sit"}): _STANDS,
    frozenset({"saldo", "aberto", "receber", "restante", "pendente", "balance", "falta", "deve"}): "quanto falta pagar",
    frozenset(
        {"pago", "paga", "recebido", "recebida", "baixa", "baixado", "quitado", "quitacao", "liquidado", "liquidacao"}
    )
    | {"paid", "pagamento", "pagamentos", "pagos", "recebimento", "recebimentos", "amortizado", "abatido", "pagou"}
    | {"creditado", "creditada", "received", "payments"}: _WAS_PAID,
}
"""Words of headings that say what is owed -> how the operator hears of it."""
_ABOUT = frozenset(
    {"forma", "meio", "metodo", "condicao", "condicoes", "tipo", "local", "conta", "banco", "prazo", "link", "codigo"}
    | {"contas", "categoria", "previsao", "prevista", "usuario", "motivo", "observacao", "dias", "hora", "url", "chave"}
    | {"qtd", "qtde", "quantidade", "n", "num", "numero"}
)
"""Words that make of them something else: `Forma de pagamento`."""
