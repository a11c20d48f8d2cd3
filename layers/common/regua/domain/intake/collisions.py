"""Lines of one file that name one title: told apart, one title said twice, or for a person to mend.

Two lines of one file are never an update of each other. Where something that names a title tells them apart (a parcel,
a branch, a unit, a pupil, a series), each gets an id of its own; where they say the same, they are one title; so are
the lines of one bill (`domain.intake.bills`), whose amounts add up; anything else is refused with both line numbers,
for neither line may be guessed to be the right one.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice, pairwise
from typing import Any, Literal, Protocol, Self, TypeAlias

from regua.domain.codes.amount import reais
from regua.domain.ids import digest
from regua.domain.intake.bills import Unclear, WholeBill, amount, bill_of
from regua.domain.intake.merge import owes
from regua.domain.intake.row import HASHED, Fault, Record, Row
from regua.domain.intake.titles import Titles, number
from regua.domain.intake.written import mark_within
from regua.domain.values import Value, replace

CollisionKind: TypeAlias = Literal["told_apart", "repeated", "composed", "parties", "refused"]

KEPT = 5_000
"""Records of a short file kept in memory, so that it is read once; a longer one is read again."""
HELD = 100_000
"""Lines of ids that come again which are held together; more are read in rounds."""
MAX_LISTED = 1_000
"""Collisions that are told one by one."""

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


class Collision(Value):
    """Lines that name one title, and what becomes of them; `columns` told them apart, or are where they differ."""

    lines: tuple[int, ...]
    id: str
    kind: CollisionKind
    columns: tuple[str, ...] = ()
    problem: str = ""
    """Portuguese."""


class _Verdict(Value):
    """What becomes of a line: another id, one title with line `same_as`, or refused; `told` goes to the operator."""

    id: str = ""
    same_as: int = 0
    refused: tuple[str, str, str] | None = None
    """Column, problem, how to mend it."""
    told: tuple[str, str] | None = None
    points: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """E-mails and telephones of all lines of the title."""
    bill: Mapping[str, Any] | None = None
    """What the lines of one bill add up to (`WholeBill.document`)."""


class Sheet(Protocol):
    """A file of which one of three things is read, once."""

    @property
    def header(self) -> Sequence[str]:
        """The names of all columns."""

    @property
    def columns(self) -> Mapping[str, str]:
        """Which of them is which field."""

    def records(self) -> Iterator[Record]:
        """Every record."""

    def titles(self) -> Iterator[str]:
        """The ids that the records name."""

    def records_of(self, wanted: Callable[[str], bool]) -> Iterator[Record]:
        """The records that name a wanted id."""


@dataclass(slots=True)
class Examined:
    """A file looked through once before anything of it is stored. Ask `title in examined` for what the file names,
    whoever owes it, and whether or not the line can be taken.
    """

    collisions: list[Collision] = field(default_factory=list)
    more: int = 0
    """Collisions beyond `MAX_LISTED`."""
    verdicts: dict[int, _Verdict] = field(default_factory=dict)
    titles: Titles = field(default_factory=Titles)
    open: Callable[[], Iterable[Record]] = lambda: ()

    def records(self) -> Iterator[Record]:
        """The records in their order, each as it is to be taken."""
        for record in self.open():
            verdict = self.verdicts.get(record.line)
            row = record.row or record.item
            yield record if verdict is None or row is None else _judged(record, row, verdict)

    def __contains__(self, title: object) -> bool:
        return title in self.titles

    def documents(self, firsts: Sequence[int]) -> dict[int, dict[str, Any]]:
        """What becomes of the lines of each part of the file that has such lines, for another process; `firsts` are the
        first lines of the parts.
        """
        found: dict[int, dict[str, Any]] = {}
        for line, verdict in self.verdicts.items():
            said = {name: value for name, value in asdict(verdict).items() if value}
            found.setdefault(max(0, bisect_right(firsts, line) - 1), {})[str(line)] = said
        return found

    @classmethod
    def of(cls, document: Mapping[str, Any], titles: Titles, records: Callable[[], Iterable[Record]]) -> Self:
        """A part of a file, judged together with the rest of it, which names `titles`."""
        verdicts = {int(line): _verdict(said) for line, said in document.items()}
        return cls(verdicts=verdicts, titles=titles, open=records)


class _Kept(Value):
    """A short file, which has been read."""

    of: Sheet
    kept: list[Record]

    @property
    def header(self) -> Sequence[str]:
        return self.of.header

    @property
    def columns(self) -> Mapping[str, str]:
        return self.of.columns

    def records(self) -> Iterator[Record]:
        return iter(self.kept)

    def titles(self) -> Iterator[str]:
        return (record.title for record in self.kept if record.title)

    def records_of(self, wanted: Callable[[str], bool]) -> Iterator[Record]:
        return (record for record in self.kept if record.title and wanted(record.title))


def examine(sheet: Sheet, again: Callable[[], Sheet]) -> Examined:
    """Looks a file through; `again` opens it once more, where it is too long to be kept: then the ids are read first,
    and of the lines no more than those of an id that comes again. Raises WrongFileError as reading does.
    """
    kept = list(islice(sheet.records(), KEPT + 1))
    if len(kept) <= KEPT:
        short = _Kept(sheet, kept)
        return _examined(sheet, lambda: short)
    return _examined(sheet, again)


def _examined(sheet: Sheet, again: Callable[[], Sheet]) -> Examined:
    titles = Titles()
    found = Examined(titles=titles, open=lambda: again().records())
    judge = _Judge(found, titles, list(sheet.header), dict(sheet.columns))
    roles = "papel" in judge.columns.values()  # a guarantor's line has its meaning from those before it
    for title in again().titles():
        titles.add(title)
    twice = titles.twice()
    rounds = 1 + sum(1 + more for more in twice.values()) // HELD
    for turn in range(rounds if twice or roles else 0):

        def wanted(title: str, *, alone: bool = False, turn: int = turn) -> bool:
            value = number(title)
            return value % rounds == turn and (alone or value in twice)

        _resolve(judge, again().records() if roles else again().records_of(wanted), wanted)
    return found


def _resolve(judge: "_Judge", records: Iterable[Record], wanted: Callable[..., bool]) -> None:
    groups: dict[str, list[Record]] = {}
    nothing: dict[str, list[Record]] = {}
    before: dict[int, Record | None] = {}
    owing: Record | None = None
    for record in records:
        row = record.row
        if row is None:
            if record.item is not None and wanted(record.title):
                nothing.setdefault(record.title, []).append(record)
            continue
        guarantor = row.role == "guarantor"
        if wanted(row.receivable, alone=guarantor):
            groups.setdefault(row.receivable, []).append(record)
            if guarantor:
                before[record.line] = owing
        if not guarantor:
            owing = record
    for title, group in groups.items():
        if len(group) > 1:
            judge.group(title, group)
        elif group[0].line in before:
            judge.lonely(group[0], before[group[0].line])
        for item in nothing.get(title, ()):
            judge.item(item, group)


@dataclass(slots=True)
class _Judge:
    """Decides about lines that name one title."""

    found: Examined
    titles: Titles
    header: Sequence[str]
    columns: Mapping[str, str]

    def group(self, title: str, group: list[Record]) -> None:
        """All lines of one title."""
        guarantors = [r for r in group if _row(r).role == "guarantor"]
        owing = [r for r in group if _row(r).role != "guarantor"]
        if not owing:
            self._refuse(title, guarantors, (), "Só há avalistas ou fiadores deste título", "inclua a linha do devedor")
            return
        if len(owing) > 1:
            self._owing(title, owing)
        for one in guarantors:
            self._answers_for(title, one, next((r for r in owing if _core(r)[1:] == _core(one)[1:]), None))

    def lonely(self, record: Record, before: Record | None) -> None:
        """A guarantor whose line names no title that another line has."""
        near = before is not None and _core(before)[1:] == _core(record)[1:] and _row(record).id_of in HASHED
        self._answers_for(_row(record).receivable, record, before if near else None)

    def item(self, item: Record, group: list[Record]) -> None:
        """A line that asks for nothing beside those (already judged) of its number: an item of the one bill it can be
        of, where it says which; else its fault stands.
        """
        boleto = self._of_a_boleto(_row(item))
        bills: dict[str, list[Record]] = {}
        for record in group:
            verdict = self.found.verdicts.get(record.line, _Verdict())
            both = [record, item]
            naming, _ = self._telling(both, _row(item).id_of, boleto=boleto)
            one = _one_person([_row(r) for r in both]) and _row(record).due_on == _row(item).due_on and not naming
            if one and not verdict.refused and _row(record).role != "guarantor":
                first = verdict.same_as or record.line
                bills.setdefault(self.found.verdicts.get(first, verdict).id or str(first), []).append(record)
        if len(bills) != 1:
            return
        ((title, lines),) = bills.items()
        *others, label = self._labels([*lines, item], boleto=boleto)
        if not label or label in others:
            return
        first = self.found.verdicts.get(lines[0].line, _Verdict()).same_as or lines[0].line
        told = f"A linha é um item sem valor do título da linha {first}"
        self._say(item, _Verdict(same_as=first, told=(told, "")))
        title = item.title if title == str(first) else title
        self._list(Collision((first, item.line), title, "composed", self._fields({"descricao"}), told))

    def _answers_for(self, title: str, guarantor: Record, owing: Record | None) -> None:
        if owing is None:
            fix = "inclua a linha do devedor principal, com o mesmo número, valor e vencimento"
            self._refuse(title, [guarantor], (), "Avalista ou fiador sem a linha do devedor do mesmo título", fix)
            return
        told = (f"é quem garante o título da linha {owing.line}: não é contatado", "")
        self._say(guarantor, _Verdict(same_as=owing.line, told=told))
        self._list(Collision((owing.line, guarantor.line), title, "parties", self._fields({"papel"})))

    def _owing(self, title: str, group: list[Record]) -> None:
        rows = [_row(r) for r in group]
        boleto = self._of_a_boleto(rows[0])
        of = rows[0].id_of
        many = of in ("invoice", "contract")
        cores = [_core(r) for r in group]
        telling, unread = self._telling(group, of, boleto=boleto)
        if telling and self._apart(marks := [self._mark(r, telling) for r in group], group):
            self._tell_apart(title, group, marks, telling)
        elif bill := self._bill(group):
            self._as_bill(title, group, bill)
        elif marks := self._notas(group, boleto=boleto):
            self._tell_apart(title, group, marks, self._places({"nf_numero"}))
        elif (many or self._dated(group, boleto=boleto)) and self._apart(marks := self._days(group, telling), group):
            # a note paid in several dates, a kind of contract that many have: the day and the person tell
            names = {"vencimento"} if len({c[2] for c in cores}) > 1 else set()
            people = {"nome", "documento"} if not _one_person(rows) else set()
            places = tuple(sorted({*telling, *self._places(names | people)}))
            self._tell_apart(title, group, marks, places, told=("", "") if many else _OTHER_DAYS)
        elif unread and self._apart(marks := [self._mark(r, unread) for r in group], group, cores=True):
            self._tell_apart(title, group, marks, unread)
        elif len(set(cores)) > 1:
            self._refuse_differing(title, group, cores)
        elif len({_stated(row) for row in rows}) > 1:
            problem = "As linhas {} são do mesmo título e dizem coisas diferentes do que foi pago"
            self._refuse(title, group, self._fields({"valor_pago", "status", "data_pagamento", "saldo"}), problem,
                         "deixe uma linha para cada título")  # fmt: skip
        else:
            self._repeat(title, group)

    def _days(self, group: list[Record], telling: Sequence[int]) -> list[str]:
        """Marks of what names a title, the person and the due date, as far as these differ."""
        cores = [_core(r) for r in group]
        several, days = not _one_person([_row(r) for r in group]), len({core[2] for core in cores}) > 1
        room = MAX_MARK - len(" 31-12-2026") * days - len(" abcdef") * several
        return [
            " ".join(filter(None, (mark_within(self._mark(r, telling), room), digest(c[0], 3) if several else "",
                                   f"{_row(r).due_on:%d-%m-%Y}" if days else "")))
            for r, c in zip(group, cores, strict=True)
        ]  # fmt: skip

    def _dated(self, group: list[Record], *, boleto: bool) -> bool:
        """Whether the due dates of these lines are those of several debts of one person, and not of one debt that was
        put off: a bank puts off a boleto under its number, so that days of one month are no two boletos of a number.
        """
        rows = [_row(r) for r in group]
        days = sorted({row.due_on for row in rows})
        first = {(row.due_on, row.original_due_on or row.due_on) for row in rows}
        counted = any(row.installment and row.installments != 1 for row in rows)  # the same parcel, said twice
        if counted or len(days) < 2 or not _one_person(rows) or len({original for _, original in first}) < len(first):
            return False
        if self._put_off(group):
            return False
        apart = A_MONTH if boleto else A_WEEK
        return all((later - day).days >= apart for day, later in pairwise(days))

    def _notas(self, group: list[Record], *, boleto: bool) -> list[str]:
        """Marks of the notas, where these lines of one document (an order, a sale) are one person's, each for a nota
        with its own day; nothing where they are not.
        """
        rows, places = [_row(r) for r in group], self._places({"nf_numero"})
        if boleto or rows[0].id_of != "title" or not _one_person(rows) or not all(r.invoice_number for r in rows):
            return []
        marks, days = [self._mark(r, places) for r in group], [row.due_on for row in rows]
        order = any(word in heading for word in _ORDERS for heading in map(str.casefold, self._fields({"id_titulo"})))
        if len(set(marks)) < 2 or not (order or len(set(days)) == len(days)) or self._put_off(group):
            return []
        several = len(set(marks)) < len(marks)  # parcels of one nota
        marks = self._days(group, places) if several else marks
        return marks if self._apart(marks, group) else []

    def _put_off(self, group: list[Record]) -> bool:
        return any(PUT_OFF.search(cell.casefold()) for r in group for cell in r.cells)

    def _of_a_boleto(self, row: Row) -> bool:
        """Whether a boleto's number names the title."""
        number = next(iter(self._fields({"id_titulo"})), "").casefold()
        return row.id_of in ("our_number", "bill") or (
            row.id_of == "title" and ("boleto" in number or "nosso" in number)
        )

    def _telling(self, group: list[Record], of: str, *, boleto: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Columns that differ among these lines: those that name titles, and, where no number of its own names them,
        those nobody knows; amounts and days, which the next file changes, are none of them.
        """
        strong = of in ("title", "our_number", "bill")
        names = _OF_A_BOLETO if boleto else _NAMING if strong else _OF_THE_TITLE
        if of == "invoice":
            names = names - {"descricao", "segmento"}
        pupil = any(_row(r).responsible_name for r in group)
        naming, unread = [], []
        for at, title in enumerate(self.header):
            name, cells = self.columns.get(title, ""), {self._cell(r, at) for r in group}
            if len(cells) < 2:
                continue
            means = name == "tipo_documento" and title.strip().lower().startswith(_MEANS)
            if (
                (name in names and not means)
                or (name == "nome" and pupil and not boleto)
                or (name in _NUMBERS and not boleto and "" not in cells)
            ):
                naming.append(at)
            elif not (name or strong or _PASSES.search(title.casefold()) or any(map(_PASSING.fullmatch, cells))):
                unread.append(at)
        return tuple(naming), tuple(unread)

    def _apart(self, marks: list[str], group: list[Record], *, cores: bool = False) -> bool:
        """Whether there are several marks, and the lines of each are one title."""
        if len(set(marks)) < 2:
            return False
        return all(
            len({_core(r) for r in some}) == 1 or (not cores and isinstance(self._bill(some), WholeBill))
            for some in _by(marks, group).values()
        )

    def _tell_apart(
        self,
        title: str,
        group: list[Record],
        marks: list[str],
        telling: Sequence[int],
        told: tuple[str, str] = ("", ""),
    ) -> None:
        problem, fix = told
        names = tuple(self.header[at] for at in telling)
        apart_by = ", ".join(f"“{name}”" for name in names)
        same = _by(marks, group)
        self.titles.discard(title)
        for record, mark in zip(group, marks, strict=True):
            made = marked(title, mark, content=_row(record).id_of in HASHED)
            self.titles.add(made)
            last = (problem.format(_and([r.line for r in group])), fix) if problem and record is group[-1] else None
            self._say(record, _Verdict(id=made, told=last))
        if any(mark for mark in marks):
            lines = tuple(r.line for r in group)
            self._list(Collision(lines, title, "told_apart", names, f"Títulos diferentes por {apart_by}"))
        for mark, some in same.items():
            made = marked(title, mark, content=_row(some[0]).id_of in HASHED)
            if len(some) > 1 and (bill := self._bill(some)):
                self._as_bill(made, some, bill)
            elif len(some) > 1:
                self._repeat(made, some)

    def _repeat(self, title: str, group: list[Record]) -> None:
        first, *others = group
        lines = tuple(r.line for r in group)
        emails = tuple(dict.fromkeys(e for r in group for e in _row(r).emails))
        phones = tuple(dict.fromkeys(p for r in group for p in _row(r).phones))
        told = f"As linhas {_and(lines)} são iguais: contam como um título só"
        fix = "se forem dívidas diferentes, diga o que as distingue em uma coluna (aluno, unidade, parcela ou número)"
        self._say(first, _Verdict(id=title, points=(emails, phones), told=(told, fix)))
        for other in others:
            self._say(other, _Verdict(same_as=first.line))
        self._list(Collision(lines, title, "repeated", (), told))

    def _bill(self, group: list[Record]) -> WholeBill | Unclear | None:
        """The bill whose lines these are; None where nothing says that they are of one."""
        rows, boleto = [_row(r) for r in group], self._of_a_boleto(_row(group[0]))
        if rows[0].id_of in ("content", "contract") or len({row.due_on for row in rows}) > 1 or not _one_person(rows):
            return None
        labels = self._labels(group, boleto=boleto)
        amounts = [(title, [amount(self._cell(r, at)) for r in group]) for at, title in enumerate(self.header)]
        stated = [(title, [c for c in column if c is not None]) for title, column in amounts if None not in column]
        return bill_of(rows, labels, stated)

    def _labels(self, group: list[Record], *, boleto: bool) -> list[str]:
        """What each line is for, by the first columns in which all differ."""
        labels = [""] * len(group)
        for field_ in _ITEMS_OF_A_BOLETO if boleto else _ITEMS:
            for at, title in enumerate(self.header):
                cells = [self._cell(r, at) for r in group]
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

    def _as_bill(self, title: str, group: list[Record], bill: WholeBill | Unclear) -> None:
        if isinstance(bill, Unclear):
            self._refuse(title, group, self._fields({"valor"}), bill.problem, bill.fix)
            return
        first, *others = group
        lines = tuple(r.line for r in group)
        told = f"As linhas {_and(lines)} compõem um boleto só: os valores se somam"
        if bill.problem:
            told = bill.problem.format(_and(lines))
        elif charges := sum(r.made_of.charges_cents for r in (bill.row(_row(first)),) if r.made_of):
            told = f"{told}, menos {reais(charges)} de multa, juros e o que mais o atraso custou"
        self._say(first, _Verdict(id=title, bill=bill.document(), told=(told, "")))
        for other in others:
            self._say(other, _Verdict(same_as=first.line))
        self._list(Collision(lines, title, "composed", self._fields({"descricao"}), told))

    def _refuse_differing(self, title: str, group: list[Record], cores: list[tuple[str, int, str]]) -> None:
        people, amounts, days = (len({core[at] for core in cores}) > 1 for at in range(3))
        if _row(group[0]).id_of == "bill":
            problem = "As linhas {} são da mesma pessoa e do mesmo vencimento, e não dizem para que é cada uma"
            fix = "acrescente a coluna descrição, ou o número do título ou do boleto em cada linha"
            columns = self._fields({"valor"})
        elif people and not amounts and not days:
            problem = "As linhas {} têm o mesmo número, valor e vencimento, e pessoas diferentes"
            fix = "acrescente a coluna papel (devedor, codevedor, avalista ou fiador), ou dê a cada título o seu número"
            columns = self._fields({"documento", "nome"})
        else:
            problem = "As linhas {} têm o mesmo número de título, com outro valor, vencimento ou devedor"
            fix = "acrescente a coluna que as distingue (parcela, série, filial), ou deixe só a linha certa"
            if amounts and not people and not days:
                fix = f"se são linhas de um boleto só, diga na coluna descrição para que é cada uma; senão, {fix}"
            wrong = {"valor"} if amounts else set()
            wrong |= ({"vencimento"} if days else set()) | ({"documento", "nome"} if people else set())
            columns = self._fields(wrong)
        self._refuse(title, group, columns, problem, fix)

    def _refuse(self, title: str, group: list[Record], columns: tuple[str, ...], problem: str, fix: str) -> None:
        lines = tuple(r.line for r in group)
        told = problem.format(_and(lines))
        at = next(iter(self._fields({"id_titulo", "nosso_numero", "nf_numero", "contrato"})), "")
        for record in group:
            self._say(record, _Verdict(refused=(at, told, fix)))
        self._list(Collision(lines, title, "refused", columns, told))

    def _say(self, record: Record, verdict: _Verdict) -> None:
        known = self.found.verdicts.get(record.line)
        if known is not None and known.id and not verdict.id:
            verdict = replace(verdict, id=known.id, told=verdict.told or known.told)
        self.found.verdicts[record.line] = verdict

    def _list(self, collision: Collision) -> None:
        if len(self.found.collisions) < MAX_LISTED:
            self.found.collisions.append(collision)
        else:
            self.found.more += 1

    def _fields(self, names: Container[str]) -> tuple[str, ...]:
        return tuple(title for title in self.header if self.columns.get(title) in names)

    def _places(self, names: Container[str]) -> tuple[int, ...]:
        return tuple(at for at, title in enumerate(self.header) if self.columns.get(title) in names)

    def _mark(self, record: Record, telling: Sequence[int]) -> str:
        return " ".join(filter(None, (self._cell(record, at) for at in telling)))

    def _cell(self, record: Record, at: int) -> str:
        cell = " ".join(record.cells[at].split()) if at < len(record.cells) else ""
        found = _WHOLE_FLOAT.fullmatch(cell)
        return found[1] if found else cell


def _by(marks: Sequence[str], group: Sequence[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record, mark in zip(group, marks, strict=True):
        found.setdefault(mark, []).append(record)
    return found


MAX_MARK = 24
A_WEEK, A_MONTH = 7, 25
"""Days between the due dates of two instalments, at least."""
PUT_OFF = re.compile(
    r"prorrog|remarca|reagend|postergad|adiad|\b(2|segund)[ªa]? ?via|reemi|reemit|substitu|retific|corrigid"
)
"""One of the lines is an older or newer word about the same debt."""
_OTHER_DAYS = (
    "As linhas {} têm o mesmo número e vencimentos diferentes: contam como títulos diferentes",
    "se for um carnê, acrescente a coluna parcela; se um título mudou de vencimento, deixe só a linha certa",
)


def marked(title: str, mark: str, *, content: bool = False) -> str:
    """The id of one of several titles of a number: the number, and what tells it apart."""
    if not mark:
        return title
    if content:
        return "d" + digest(f"{title}\x1f{mark.casefold()}", 10)
    return f"{title} ({mark_within(mark, MAX_MARK)})"


def _judged(record: Record, row: Row, verdict: _Verdict) -> Record:
    if verdict.refused is not None:
        column, problem, fix = verdict.refused
        return record.refused(problem, fix, column, row.receivable)
    warnings = record.warnings
    if verdict.told is not None:
        problem, fix = verdict.told
        warnings = (*warnings, Fault(record.line, "", "", problem, fix or "nada a fazer"))
    if verdict.same_as:
        return replace(record, row=None, same_as=verdict.same_as, warnings=warnings, faults=())
    if verdict.id and verdict.id != row.receivable:
        row = replace(row, receivable=verdict.id)
    if verdict.bill is not None:
        row = WholeBill.of(verdict.bill).row(row)
    if verdict.points is not None:
        row = replace(row, emails=verdict.points[0], phones=verdict.points[1])
    return replace(record, row=row, warnings=warnings)


def _verdict(said: Mapping[str, Any]) -> _Verdict:
    """Back from JSON."""
    verdict = _Verdict(**said)
    points = verdict.points and (tuple(verdict.points[0]), tuple(verdict.points[1]))
    refused = verdict.refused and (verdict.refused[0], verdict.refused[1], verdict.refused[2])
    return replace(verdict, points=points, refused=refused, told=verdict.told and (verdict.told[0], verdict.told[1]))


def _row(record: Record) -> Row:
    row = record.row or record.item
    if row is None:
        raise ValueError("only rows collide")
    return row


def _core(record: Record) -> tuple[str, int, str]:
    """Who, how much, when: what two lines of one title must agree on."""
    row = _row(record)
    name, document = owes(row)
    cents = row.principal_cents if not row.credit else -(row.paid_cents or 0)
    return document or " ".join(name.casefold().split()), cents, row.due_on.isoformat()


def _one_person(rows: Sequence[Row]) -> bool:
    """Whether all lines name one payer; a line without a document is of its namesake's."""
    people = [owes(row) for row in rows]
    documents = {document for _, document in people} - {""}
    names = {" ".join(name.casefold().split()) for name, _ in people}
    return len(documents) < 2 and (len(names) < 2 or all(document for _, document in people))


def _stated(row: Row) -> tuple[str, int | None]:
    """What a line says of money; paid is paid."""
    status = row.status if row.status in ("paid", "cancelled") else ""
    return status, None if status == "paid" else row.paid_cents


def _and(lines: Sequence[int]) -> str:
    if len(lines) > 6:
        return f"{', '.join(map(str, lines[:5]))} e mais {len(lines) - 5}"
    return f"{', '.join(map(str, lines[:-1]))} e {lines[-1]}" if len(lines) > 1 else str(lines[0])
