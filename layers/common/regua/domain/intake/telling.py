"""What tells lines that name one title apart: columns that name titles, notas, due dates; and what each line is for."""

import re
from collections.abc import Container, Mapping, Sequence
from itertools import pairwise

from regua.domain.ids import digest
from regua.domain.intake.merge import owes
from regua.domain.intake.row import HASHED, Record, Row
from regua.domain.intake.written import mark_within
from regua.domain.values import Value

_NAMING = frozenset({"parcela", "total_parcelas", "objeto", "credor_id", "tipo_documento", "competencia", "contrato"})
"""Fields that tell titles of one number apart; `nf_numero` is a number of its own."""
_OF_THE_TITLE = _NAMING | {"nf_numero", "descricao", "segmento", "emissao"}
_NUMBERS = frozenset({"nosso_numero", "linha_digitavel"})
"""Numbers of a boleto: two of them are two debts of one document."""
_OF_A_BOLETO = frozenset({"parcela", "total_parcelas", "credor_id"})
"""Fields that tell titles of a boleto's number apart: a bank knows one title by it, whatever it is for."""
_ORDERS = ("pedido", "venda", "compra", "ordem", "order", "proposta", "orçamento", "orcamento")
"""In the heading of a number: what is agreed, for which each nota is a debt of its own, also on one day."""
_ITEMS = ("descricao", "segmento", "")
_ITEM = re.compile(r"rubrica|verba|\bcompo|evento|receita|plano de contas|conta cont|detalh|\btaxa")
"""In the heading of a column nobody reads: what the line of a document is for."""
_ITEMS_OF_A_BOLETO = (
    *("descricao", "segmento", "tipo_documento", "objeto", "nome", "competencia", "contrato", "nf_numero"),
    *("observacao", ""),
)
"""Fields that say what a line of a bill is for, the first that do; the last are columns nobody knows."""
_MEANS = ("forma", "metodo", "meio", "payment", "billing")
"""Columns that say how it is paid, which names no title."""
_PASSING = re.compile(
    r"[-+R$ (]*[0-9][0-9.,]*[.,][0-9]{2} ?[%)-]?|[-+]?[0-9]+,[0-9]+ ?%?"
    r"|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[ T].*)?|(?i:sim|n[aã]o|s|n)"
)
"""An amount, a day, a yes or no, which may be another in the next file."""
_WHOLE_FLOAT = re.compile(r"([0-9]+)\.0")
"""A number as programs write it that know decimals only."""
_PASSES = re.compile(
    r"valor|vlr|saldo|total|juro|multa|desc|tax|rec[ei]b|pag|abert|data|dt|dia|venc|atras|situa|status|baixa"
)
"""In the heading of a column nobody reads: how things stand with a title."""


_STANDS = re.compile(_PASSES.pattern.replace("|tax", ""))
"""The same of a column of words: `Taxa` may say what each line of a bill is for."""


MAX_MARK = 24
A_WEEK, A_MONTH = 7, 25
"""Days between the due dates of two instalments, at least."""
PUT_OFF = re.compile(
    r"prorrog|remarca|reagend|postergad|adiad|\b(2|segund)[ªa]? ?via|reemi|reemit|substitu|retific|corrigid"
)
"""One of the lines is an older or newer word about the same debt."""


def _passes(remark: str) -> bool:
    return bool(_PASSING.fullmatch(remark) or PUT_OFF.search(remark.casefold()))


class Tells(Value):
    """The columns of one file."""

    header: Sequence[str]
    columns: Mapping[str, str]
    """Which of them is which field."""

    def of_a_boleto(self, row: Row) -> bool:
        """Whether a boleto's number names the title."""
        number = next(iter(self.fields({"id_titulo"})), "").casefold()
        return row.id_of in ("our_number", "bill") or (
            row.id_of == "title" and ("boleto" in number or "nosso" in number)
        )

    def telling(self, group: list[Record], of: str, *, boleto: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Columns that differ among these lines: those that name titles, and, where no number of its own names them,
        those nobody knows, or of remarks; amounts and days, which the next file changes, are none of them.
        """
        strong = of in ("title", "our_number", "bill")
        names = _OF_A_BOLETO if boleto else _NAMING if strong else _OF_THE_TITLE
        if of == "invoice":
            names = names - {"descricao", "segmento"}
        pupil = any(row_of(r).responsible_name for r in group)
        naming, unread = [], []
        for at, title in enumerate(self.header):
            name, cells = self.columns.get(title, ""), {self.cell(r, at) for r in group}
            if len(cells) < 2:
                continue
            means = name == "tipo_documento" and title.strip().lower().startswith(_MEANS)
            if (
                (name in names and not means)
                or (name == "nome" and pupil and not boleto)
                or (name in _NUMBERS and not boleto and "" not in cells)
            ):
                naming.append(at)
            elif (
                not any(map(_passes, cells)) and "" not in cells
                if name == "observacao" and of in HASHED
                else not (name or strong or _PASSES.search(title.casefold()) or any(map(_PASSING.fullmatch, cells)))
            ):
                unread.append(at)
        return tuple(naming), tuple(unread)

    def labels(self, group: list[Record], *, boleto: bool) -> list[str]:
        """What each line is for, by the first columns in which all differ."""
        labels = [""] * len(group)
        for field_ in _ITEMS_OF_A_BOLETO if boleto else _ITEMS:
            for at, title in enumerate(self.header):
                cells = [self.cell(r, at) for r in group]
                if self.columns.get(title, "") != field_ or len(set(cells)) < 2:
                    continue
                means = field_ == "tipo_documento" and title.strip().lower().startswith(_MEANS)
                if not field_ and not boleto and not _ITEM.search(title.casefold()):
                    continue
                passing = not field_ and (_STANDS.search(title.casefold()) or any(map(_PASSING.fullmatch, cells)))
                if not means and not passing:
                    labels = [" ".join(filter(None, both)) for both in zip(labels, cells, strict=True)]
            if len(set(labels)) == len(labels) and all(labels):
                break
        return labels

    def notas(self, group: list[Record], *, boleto: bool) -> list[str]:
        """Marks of the notas, where these lines of one document (an order, a sale) are one person's, each for a nota
        with its own day; nothing where they are not.
        """
        rows, places = [row_of(r) for r in group], self.places({"nf_numero"})
        if boleto or rows[0].id_of != "title" or not one_person(rows) or not all(r.invoice_number for r in rows):
            return []
        marks, days = [self.mark(r, places) for r in group], [row.due_on for row in rows]
        order = any(word in heading for word in _ORDERS for heading in map(str.casefold, self.fields({"id_titulo"})))
        if len(set(marks)) < 2 or not (order or len(set(days)) == len(days)) or self._put_off(group):
            return []
        several = len(set(marks)) < len(marks)  # parcels of one nota
        return self.days(group, places) if several else marks

    def days(self, group: list[Record], telling: Sequence[int]) -> list[str]:
        """Marks of what names a title, the person and the due date, as far as these differ."""
        cores = [core(r) for r in group]
        several, days = not one_person([row_of(r) for r in group]), len({core[2] for core in cores}) > 1
        room = MAX_MARK - len(" 31-12-2026") * days - len(" abcdef") * several
        return [
            " ".join(filter(None, (mark_within(self.mark(r, telling), room), digest(c[0], 3) if several else "",
                                   f"{row_of(r).due_on:%d-%m-%Y}" if days else "")))
            for r, c in zip(group, cores, strict=True)
        ]  # fmt: skip

    def dated(self, group: list[Record], *, boleto: bool) -> bool:
        """Whether the due dates of these lines are those of several debts of one person, and not of one debt that was
        put off: a bank puts off a boleto under its number, so that days of one month are no two boletos of a number.
        """
        rows = [row_of(r) for r in group]
        days = sorted({row.due_on for row in rows})
        first = {(row.due_on, row.original_due_on or row.due_on) for row in rows}
        counted = any(row.installment and row.installments != 1 for row in rows)  # the same parcel, said twice
        if counted or len(days) < 2 or not one_person(rows) or len({original for _, original in first}) < len(first):
            return False
        if self._put_off(group):
            return False
        apart = A_MONTH if boleto else A_WEEK
        return all((later - day).days >= apart for day, later in pairwise(days))

    def _put_off(self, group: list[Record]) -> bool:
        return any(PUT_OFF.search(cell.casefold()) for r in group for cell in r.cells)

    def fields(self, names: Container[str]) -> tuple[str, ...]:
        return tuple(title for title in self.header if self.columns.get(title) in names)

    def places(self, names: Container[str]) -> tuple[int, ...]:
        return tuple(at for at, title in enumerate(self.header) if self.columns.get(title) in names)

    def mark(self, record: Record, telling: Sequence[int]) -> str:
        return " ".join(filter(None, (self.cell(record, at) for at in telling)))

    def cell(self, record: Record, at: int) -> str:
        cell = " ".join(record.cells[at].split()) if at < len(record.cells) else ""
        found = _WHOLE_FLOAT.fullmatch(cell)
        return found[1] if found else cell


def marked(title: str, mark: str, *, content: bool = False) -> str:
    """The id of one of several titles of a number: the number, and what tells it apart."""
    if not mark:
        return title
    if content:
        return "d" + digest(f"{title}\x1f{mark.casefold()}", 10)
    return f"{title} ({mark_within(mark, MAX_MARK)})"


def row_of(record: Record) -> Row:
    row = record.row or record.item
    if row is None:
        raise ValueError("only rows collide")
    return row


def core(record: Record) -> tuple[str, int, str]:
    """Who, how much, when: what two lines of one title must agree on."""
    row = row_of(record)
    name, document = owes(row)
    cents = row.principal_cents if not row.credit else -(row.paid_cents or 0)
    return document or " ".join(name.casefold().split()), cents, row.due_on.isoformat()


def one_person(rows: Sequence[Row]) -> bool:
    """Whether all lines name one payer; a line without a document is of its namesake's."""
    people = [owes(row) for row in rows]
    documents = {document for _, document in people} - {""}
    names = {" ".join(name.casefold().split()) for name, _ in people}
    return len(documents) < 2 and (len(names) < 2 or all(document for _, document in people))


def may_answer_for_one(title: str, group: Sequence[Record]) -> bool:
    """Whether lines of a contract or a nota may be one debt of several people: the same amount on the same day, of few
    people in all, under a number that is no kind of contract which many have.
    """
    nota = row_of(group[0]).id_of == "invoice"
    if not (_OF_A_NOTA if nota else _OF_ONE).fullmatch(title) or _A_CLASS.fullmatch(title):
        return False
    if len({core(record)[0] for record in group}) > _FEW_PEOPLE:
        return False
    alike: dict[tuple[int, str], list[Row]] = {}
    for record in group:
        alike.setdefault(core(record)[1:], []).append(row_of(record))
    return any(not one_person(rows) for rows in alike.values())


_FEW_PEOPLE = 4
"""Who answers for one debt; what more have is a kind."""
_OF_ONE = re.compile(r"(?:[A-Za-z]{0,3}|(?i:contr|contrato))[-./ ]?(?=(?:[^0-9]*[0-9]){3})[0-9][0-9./-]*[A-Za-z]?")
"""Longer words say a kind: `Turma 301`, `Plano 102`."""
_OF_A_NOTA = re.compile(r"[A-Za-z-]{0,5}[-./ ]?(?=[^1-9]*[1-9])[0-9][0-9./-]*[A-Za-z]?")
_A_CLASS = re.compile(r"(?:(?i:ano) )?20[0-9]{2}(?:[./-](?:[0-9]{1,2}|[A-Za-z]))?")
"""A year, a half of it or a class's letter, by which schools call what all of its pupils have."""
