"""Lines of one file that name one title: told apart, one title said twice, or for a person to mend.

Two lines of one file are never an update of each other. Where something that names a title tells them apart (a parcel,
a branch, a unit, a pupil, a series), each gets an id of its own; where they say the same, they are one title; so are
the lines of one bill (`domain.intake.bills`), whose amounts add up; anything else is refused with both line numbers,
for neither line may be guessed to be the right one.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, Literal, Protocol, Self, TypeAlias

from regua.domain.codes.amount import reais
from regua.domain.intake.bills import Unclear, WholeBill, amount, bill_of
from regua.domain.intake.row import HASHED, Fault, Record, Row
from regua.domain.intake.telling import Tells, core, marked, may_answer_for_one, one_person, row_of
from regua.domain.intake.titles import Titles, number
from regua.domain.values import Value, replace

CollisionKind: TypeAlias = Literal["told_apart", "repeated", "composed", "parties", "refused"]

KEPT = 5_000
"""Records of a short file kept in memory, so that it is read once; a longer one is read again."""
HELD = 100_000
"""Lines of ids that come again which are held together; more are read in rounds."""
MAX_LISTED = 1_000
"""Collisions that are told one by one."""


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
    judge = _Judge(found, titles, Tells(list(sheet.header), dict(sheet.columns)))
    roles = "papel" in judge.tells.columns.values()  # a guarantor's line has its meaning from those before it
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
    tells: Tells

    def group(self, title: str, group: list[Record]) -> None:
        """All lines of one title."""
        guarantors = [r for r in group if row_of(r).role == "guarantor"]
        owing = [r for r in group if row_of(r).role != "guarantor"]
        if not owing:
            self._refuse(title, guarantors, (), "Só há avalistas ou fiadores deste título", "inclua a linha do devedor")
            return
        if len(owing) > 1:
            self._owing(title, owing)
        for one in guarantors:
            self._answers_for(title, one, next((r for r in owing if core(r)[1:] == core(one)[1:]), None))

    def lonely(self, record: Record, before: Record | None) -> None:
        """A guarantor whose line names no title that another line has."""
        near = before is not None and core(before)[1:] == core(record)[1:] and row_of(record).id_of in HASHED
        self._answers_for(row_of(record).receivable, record, before if near else None)

    def item(self, item: Record, group: list[Record]) -> None:
        """A line that asks for nothing beside those (already judged) of its number: an item of the one bill it can be
        of, where it says which; else its fault stands.
        """
        boleto = self.tells.of_a_boleto(row_of(item))
        bills: dict[str, list[Record]] = {}
        for record in group:
            verdict = self.found.verdicts.get(record.line, _Verdict())
            both = [record, item]
            naming, _ = self.tells.telling(both, row_of(item).id_of, boleto=boleto)
            one = one_person([row_of(r) for r in both]) and row_of(record).due_on == row_of(item).due_on and not naming
            if one and not verdict.refused and row_of(record).role != "guarantor":
                first = verdict.same_as or record.line
                bills.setdefault(self.found.verdicts.get(first, verdict).id or str(first), []).append(record)
        if len(bills) != 1:
            return
        ((title, lines),) = bills.items()
        *others, label = self.tells.labels([*lines, item], boleto=boleto)
        if not label or label in others:
            return
        first = self.found.verdicts.get(lines[0].line, _Verdict()).same_as or lines[0].line
        told = f"A linha é um item sem valor do título da linha {first}"
        self._say(item, _Verdict(same_as=first, told=(told, "")))
        title = item.title if title == str(first) else title
        self._list(Collision((first, item.line), title, "composed", self.tells.fields({"descricao"}), told))

    def _answers_for(self, title: str, guarantor: Record, owing: Record | None) -> None:
        if owing is None:
            fix = "inclua a linha do devedor principal, com o mesmo número, valor e vencimento"
            self._refuse(title, [guarantor], (), "Avalista ou fiador sem a linha do devedor do mesmo título", fix)
            return
        told = (f"é quem garante o título da linha {owing.line}: não é contatado", "")
        self._say(guarantor, _Verdict(same_as=owing.line, told=told))
        self._list(Collision((owing.line, guarantor.line), title, "parties", self.tells.fields({"papel"})))

    def _owing(self, title: str, group: list[Record]) -> None:
        rows = [row_of(r) for r in group]
        boleto = self.tells.of_a_boleto(rows[0])
        of = rows[0].id_of
        many = of in ("invoice", "contract")
        cores = [core(r) for r in group]
        telling, unread = self.tells.telling(group, of, boleto=boleto)
        if telling and self._apart(marks := [self.tells.mark(r, telling) for r in group], group):
            self._tell_apart(title, group, marks, telling)
        elif bill := self._bill(group):
            self._as_bill(title, group, bill)
        elif (marks := self.tells.notas(group, boleto=boleto)) and self._apart(marks, group):
            self._tell_apart(title, group, marks, self.tells.places({"nf_numero"}))
        elif many and may_answer_for_one(title, group):
            self._refuse_people(title, group)
        elif (many or self.tells.dated(group, boleto=boleto)) and self._apart(
            marks := self.tells.days(group, telling), group
        ):
            # a note paid in several dates, a kind of contract that many have: the day and the person tell
            names = {"vencimento"} if len({c[2] for c in cores}) > 1 else set()
            people = {"nome", "documento"} if not one_person(rows) else set()
            places = tuple(sorted({*telling, *self.tells.places(names | people)}))
            self._tell_apart(title, group, marks, places, told=("", "") if many else _OTHER_DAYS)
        elif unread and self._apart(marks := [self.tells.mark(r, unread) for r in group], group, cores=True):
            remarks = self.tells.fields({"observacao"})
            by_remarks = any(self.tells.header[at] in remarks for at in unread)
            self._tell_apart(title, group, marks, unread, told=_OTHER_REMARKS if by_remarks else ("", ""))
        elif len(set(cores)) > 1:
            self._refuse_differing(title, group, cores)
        elif len({_stated(row) for row in rows}) > 1:
            problem = "As linhas {} são do mesmo título e dizem coisas diferentes do que foi pago"
            self._refuse(title, group, self.tells.fields({"valor_pago", "status", "data_pagamento", "saldo"}), problem,
                         "deixe uma linha para cada título")  # fmt: skip
        else:
            self._repeat(title, group)

    def _apart(self, marks: list[str], group: list[Record], *, cores: bool = False) -> bool:
        """Whether there are several marks, and the lines of each are one title."""
        if len(set(marks)) < 2:
            return False
        return all(
            len({core(r) for r in some}) == 1 or (not cores and isinstance(self._bill(some), WholeBill))
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
        names = tuple(self.tells.header[at] for at in telling)
        apart_by = ", ".join(f"“{name}”" for name in names)
        same = _by(marks, group)
        self.titles.discard(title)
        for record, mark in zip(group, marks, strict=True):
            made = marked(title, mark, content=row_of(record).id_of in HASHED)
            self.titles.add(made)
            last = (problem.format(_and([r.line for r in group])), fix) if problem and record is group[-1] else None
            self._say(record, _Verdict(id=made, told=last))
        if any(mark for mark in marks):
            lines = tuple(r.line for r in group)
            self._list(Collision(lines, title, "told_apart", names, f"Títulos diferentes por {apart_by}"))
        for mark, some in same.items():
            made = marked(title, mark, content=row_of(some[0]).id_of in HASHED)
            if len(some) > 1 and (bill := self._bill(some)):
                self._as_bill(made, some, bill)
            elif len(some) > 1:
                self._repeat(made, some)

    def _repeat(self, title: str, group: list[Record]) -> None:
        first, *others = group
        lines = tuple(r.line for r in group)
        emails = tuple(dict.fromkeys(e for r in group for e in row_of(r).emails))
        phones = tuple(dict.fromkeys(p for r in group for p in row_of(r).phones))
        told = f"As linhas {_and(lines)} são iguais: contam como um título só"
        fix = "se forem dívidas diferentes, diga o que as distingue em uma coluna (aluno, unidade, parcela ou número)"
        self._say(first, _Verdict(id=title, points=(emails, phones), told=(told, fix)))
        for other in others:
            self._say(other, _Verdict(same_as=first.line))
        self._list(Collision(lines, title, "repeated", (), told))

    def _bill(self, group: list[Record]) -> WholeBill | Unclear | None:
        """The bill whose lines these are; None where nothing says that they are of one."""
        rows, boleto = [row_of(r) for r in group], self.tells.of_a_boleto(row_of(group[0]))
        if rows[0].id_of in ("content", "contract") or len({row.due_on for row in rows}) > 1 or not one_person(rows):
            return None
        one = len({row.our_number for row in rows}) == 1 and bool(rows[0].our_number)
        labels = self.tells.labels(group, boleto=boleto or one)
        amounts = [
            (title, [amount(self.tells.cell(r, at)) for r in group]) for at, title in enumerate(self.tells.header)
        ]
        stated = [(title, [c for c in column if c is not None]) for title, column in amounts if None not in column]
        return bill_of(rows, labels, stated)

    def _as_bill(self, title: str, group: list[Record], bill: WholeBill | Unclear) -> None:
        if isinstance(bill, Unclear):
            self._refuse(title, group, self.tells.fields({"valor"}), bill.problem, bill.fix)
            return
        first, *others = group
        lines = tuple(r.line for r in group)
        told = f"As linhas {_and(lines)} compõem um boleto só: os valores se somam"
        if bill.problem:
            told = bill.problem.format(_and(lines))
        elif charges := sum(r.made_of.charges_cents for r in (bill.row(row_of(first)),) if r.made_of):
            told = f"{told}, menos {reais(charges)} de multa, juros e o que mais o atraso custou"
        self._say(first, _Verdict(id=title, bill=bill.document(), told=(told, "")))
        for other in others:
            self._say(other, _Verdict(same_as=first.line))
        self._list(Collision(lines, title, "composed", self.tells.fields({"descricao"}), told))

    def _refuse_differing(self, title: str, group: list[Record], cores: list[tuple[str, int, str]]) -> None:
        people, amounts, days = (len({core[at] for core in cores}) > 1 for at in range(3))
        if row_of(group[0]).id_of == "bill":
            problem = "As linhas {} são da mesma pessoa e do mesmo vencimento, e não dizem para que é cada uma"
            fix = "acrescente a coluna descrição, ou o número do título ou do boleto em cada linha"
            columns = self.tells.fields({"valor"})
        elif people and not amounts and not days:
            self._refuse_people(title, group)
            return
        else:
            problem = "As linhas {} têm o mesmo número de título, com outro valor, vencimento ou devedor"
            fix = "acrescente a coluna que as distingue (parcela, série, filial), ou deixe só a linha certa"
            if amounts and not people and not days:
                fix = f"se são linhas de um boleto só, diga na coluna descrição para que é cada uma; senão, {fix}"
            wrong = {"valor"} if amounts else set()
            wrong |= ({"vencimento"} if days else set()) | ({"documento", "nome"} if people else set())
            columns = self.tells.fields(wrong)
        self._refuse(title, group, columns, problem, fix)

    def _refuse_people(self, title: str, group: list[Record]) -> None:
        problem = "As linhas {} têm o mesmo número, valor e vencimento, e pessoas diferentes"
        fix = "acrescente a coluna papel (devedor, codevedor, avalista ou fiador), ou dê a cada título o seu número"
        self._refuse(title, group, self.tells.fields({"documento", "nome"}), problem, fix)

    def _refuse(self, title: str, group: list[Record], columns: tuple[str, ...], problem: str, fix: str) -> None:
        lines = tuple(r.line for r in group)
        told = problem.format(_and(lines))
        at = next(iter(self.tells.fields({"id_titulo", "nosso_numero", "nf_numero", "contrato"})), "")
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


def _by(marks: Sequence[str], group: Sequence[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record, mark in zip(group, marks, strict=True):
        found.setdefault(mark, []).append(record)
    return found


_OTHER_DAYS = (
    "As linhas {} têm o mesmo número e vencimentos diferentes: contam como títulos diferentes",
    "se for um carnê, acrescente a coluna parcela; se um título mudou de vencimento, deixe só a linha certa",
)
_OTHER_REMARKS = (
    "As linhas {} só diferem na observação: contam como títulos diferentes",
    "se for uma dívida só, deixe uma linha; se forem várias, dê a cada uma o seu número",
)


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


def _stated(row: Row) -> tuple[str, int | None]:
    """What a line says of money; paid is paid."""
    status = row.status if row.status in ("paid", "cancelled") else ""
    return status, None if status == "paid" else row.paid_cents


def _and(lines: Sequence[int]) -> str:
    if len(lines) > 6:
        return f"{', '.join(map(str, lines[:5]))} e mais {len(lines) - 5}"
    return f"{', '.join(map(str, lines[:-1]))} e {lines[-1]}" if len(lines) > 1 else str(lines[0])
