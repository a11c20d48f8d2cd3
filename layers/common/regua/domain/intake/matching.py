"""A line whose id the debtor does not have: a title known under another form of its id, a new one, or nobody can tell.

An id may change its form from file to file (zeros in front, `1001-1` for `1001/1`, a parcel column that was not there),
and where no number names a title the id is made of what the debt is: a changed amount makes another id. Taken for
new, the debt would stand there twice. What is surely the same keeps the id it has; what may be the same waits for a
person.
"""

import re
from collections.abc import Container, Iterable, Sequence

from regua.domain.codes import our_number
from regua.domain.intake.agreements import bill_of
from regua.domain.intake.row import HASHED, Row, about
from regua.domain.intake.written import MARK, form, may_be_one, of_a_day, other_mark, written
from regua.domain.model import Receivable, ReceivableStatus
from regua.domain.values import Value

_CONTENT = re.compile(r"d[0-9a-f]{20}")
A_TERM = 25
"""Days: a due date as far away as the next monthly bill's is another bill's."""


class Match(Value):
    """The title a line may be about; `sure`, or for a person to say."""

    title: Receivable | None
    """None: a new title, under the id `name`."""
    sure: bool
    name: str = ""
    """The id of the line, where it is another than the line's own: what it is should it be another title."""
    beside: tuple[str, ...] = ()
    """Other titles of the same boleto: the line may be about all of them together."""


def match(row: Row, known: Sequence[Receivable], named: Container[object]) -> Match | None:
    """Which of the debtor's titles the row is about, when none has its id; `named` holds the ids the file lists: what
    it lists itself is not meant by another line of it. None: a new title.
    """
    if row.credit:
        return None
    if (bill := bill_of(row, known, named)) is not None:
        return Match(bill.of, bill.sure, bill.name)
    bare = _bare(row)
    mine = next((r for r in known if r.id == row.receivable), None)
    called = [r for r in known if row.receivable in r.called] if mine is None else []
    if len(called) == 1:
        return Match(called[0], sure=True)
    if mine is not None:
        return None if bare != row.receivable else _beside(row, mine, [r for r in known if r.id not in named])
    others = [r for r in known if r.id not in named]
    said = form(row.receivable)
    found = [r for r in others if said and said in map(form, (r.id, *r.called))]
    if len(found) == 1:
        return Match(found[0], sure=True)
    spelt = [r for r in others if may_be_one(written(row.receivable), written(r.id)) and r.is_open]
    if len(spelt) == 1 and (_exact(row, spelt[0]) or _near(row, spelt[0])):
        return Match(spelt[0], sure=_exact(row, spelt[0]))
    alike = _of_number(row, others)
    if (sure := _that_one(row, alike)) is not None:
        return Match(sure, sure=True)
    doubtful = [r for r in alike if r.is_open and _may_be(row, r)]
    if doubtful:
        return Match(min(doubtful, key=lambda r: (not _for_the_same(row, r), _unlike(row, r))), sure=False)
    boletos = [r for r in others if _same_boleto(row, r) and (r.is_open or _exact(row, r))]
    one = boletos if len(boletos) == 1 else [r for r in boletos if _exact(row, r)]
    if one:
        return Match(one[0], sure=len(one) == 1 and (_exact(row, one[0]) or _near(row, one[0])))
    if boletos:
        return Match(boletos[0], sure=False, beside=tuple(r.id for r in boletos[1:]))
    return _by_content(row, others) or _number_come_or_gone(row, others)


def number_of(row: Row, known: Receivable) -> str:
    """The row's number, where it is the title's and not what the title is known by here; empty: it adds nothing, or is
    that of several titles.
    """
    if row.receivable == known.id or row.id_of in (*HASHED, "our_number") or MARK.search(row.receivable):
        return ""
    unnamed = _CONTENT.fullmatch(known.id) or form(known.id) == form(known.our_number)
    return row.receivable if unnamed or form(row.receivable) == form(known.id) else ""


def _number_come_or_gone(row: Row, others: Iterable[Receivable]) -> Match | None:
    """An open title without a number, of a line that has one, or the other way round: a column has come or gone, and
    the debt is the one of that amount, day and purpose; of another amount or day a person says.
    """
    content = row.id_of in HASHED
    same = [
        r
        for r in others
        if r.is_open
        and content is (_CONTENT.fullmatch(r.id) is None)
        and (_exact(row, r) or _near(row, r))
        and _for_the_same(row, r)
        and _no_contradiction((row.installment, r.installment), (row.description, r.description))
    ]
    same.sort(key=lambda r: (not _exact(row, r), _unlike(row, r)))
    return Match(same[0], sure=_exact(row, same[0])) if same else None


def _no_contradiction(*pairs: tuple[object, object]) -> bool:
    """Whether nothing that both say differs."""
    return all(not mine or not theirs or mine == theirs for mine, theirs in pairs)


def _same_boleto(row: Row, known: Receivable) -> bool:
    """Whether both have one boleto, whose number is all that one of them is called by: another file has the nosso
    número, its linha digitável, or both beside a number of the creditor's own.
    """
    if row.digitable_line and row.digitable_line == known.digitable_line:
        return True
    mine, theirs = _boleto(row.our_number, row.digitable_line), _boleto(known.our_number, known.digitable_line)
    if not mine or mine != theirs:
        return False
    return row.id_of == "our_number" or form(known.id) in (form(known.our_number), form(theirs))


def _boleto(number: str, line: str) -> str:
    return our_number.core(number, line) or our_number.bare(number)


def _by_content(row: Row, others: Iterable[Receivable]) -> Match | None:
    """What has no number is known by what it is, as far as that tells.

    A line that says how the debt stands (paid, in part or whole, cancelled) changes the one title it can be; of another
    amount or day, or where it can be several, a person says which, and the answer brings that news.
    """
    if row.id_of == "title":
        return None
    gone = row.status == "cancelled"  # told again of what is cancelled already
    same = [r for r in others if (gone or r.status is not ReceivableStatus.CANCELLED) and _same_numbers(row, r)]
    exact = [r for r in same if _exact(row, r)]
    unpaid = [r for r in exact if r.is_open and _for_the_same(row, r)]
    near = [r for r in same if _near(row, r) and _for_the_same(row, r)]
    if row.status not in ("", "open") or row.paid_cents:
        paid = [r for r in exact if not r.is_open and _for_the_same(row, r)]
        told = unpaid or paid
        if not told:
            told = [r for r in near if r.is_open]
        return Match(told[0], sure=len(unpaid or paid) == 1) if told else None
    if exact:
        return Match((unpaid or exact)[0], sure=bool(unpaid) and not _may_be_the_next(row, unpaid[0]))
    return Match(near[0], sure=False) if near else None


def _may_be_the_next(row: Row, known: Receivable) -> bool:
    """Whether only a day put off makes them alike, while each has a boleto of its own: the line may be the next bill of
    that contract, which falls due on the day the last one was put off to.
    """
    mine, theirs = _boleto(row.our_number, row.digitable_line), _boleto(known.our_number, known.digitable_line)
    put_off = known.due_before is not None and row.original_due_on is None
    return put_off and bool(mine and theirs) and mine != theirs


def _for_the_same(row: Row, known: Receivable) -> bool:
    """Whether one says no pupil, unit or branch that the other does not: a column may come or go, a child does not
    become another.
    """
    mine, theirs = set(about(row)), set(known.about)
    return mine <= theirs or theirs <= mine


def _same_numbers(row: Row, known: Receivable) -> bool:
    """Titles without a number, or of one invoice (contract) and parcel under another id."""
    if row.id_of in HASHED:
        return _CONTENT.fullmatch(known.id) is not None
    number = row.invoice_number or row.contract_number
    theirs = known.invoice_number if row.invoice_number else known.contract_number
    return bool(number) and number == theirs and row.installment == known.installment


def _exact(row: Row, known: Receivable) -> bool:
    return (known.principal_cents, known.due_on) == (row.principal_cents, row.due_on)


def _unlike(row: Row, known: Receivable) -> tuple[bool, int, str]:
    return known.principal_cents != row.principal_cents, abs((known.due_on - row.due_on).days), known.id


def _near(row: Row, known: Receivable) -> bool:
    """Another amount of the same day, or the same amount of a day that is no other month's."""
    if known.due_on == row.due_on:
        return True
    return known.principal_cents == row.principal_cents and abs((known.due_on - row.due_on).days) < A_TERM


def _bare(row: Row) -> str:
    """The number without what the reader has put to it."""
    title = MARK.sub("", row.receivable)
    return title.removesuffix(f"/{row.parcel or row.installment}") if row.installment else title


def _of_number(row: Row, others: Iterable[Receivable]) -> list[Receivable]:
    """The titles of the row's number, told apart by whatever told them apart in their file."""
    if row.id_of in HASHED:
        return []
    said = form(_bare(row))
    return [r for r in others if said in {form(name) for name in {MARK.sub("", r.id), _number_of(r)}}]


def _number_of(known: Receivable) -> str:
    title = MARK.sub("", known.id)
    return title.removesuffix(f"/{known.installment}") if known.installment else title


def _that_one(row: Row, alike: Sequence[Receivable]) -> Receivable | None:
    """The one title of this number that has the row's amount and day, or whose day tells it from the others."""
    alike = [r for r in alike if not other_mark(row.receivable, r.id)]
    exact = [r for r in alike if _exact(row, r)]
    if len(exact) > 1 and (whose := set(about(row))):
        exact = [r for r in exact if whose == set(r.about)] or exact
    if exact:
        return exact[0] if len(exact) == 1 and _for_the_same(row, exact[0]) else None
    by_day = of_a_day(row.receivable)
    that_day = [r for r in alike if r.due_on == row.due_on and (by_day or _counted(r))]
    return that_day[0] if len(that_day) == 1 and (_counted(that_day[0]) or not MARK.search(that_day[0].id)) else None


def _counted(known: Receivable) -> bool:
    """Whether its day, or the number of its parcel, tells it from the others of its number."""
    return of_a_day(known.id) or _number_of(known) != MARK.sub("", known.id)


def _may_be(row: Row, known: Receivable) -> bool:
    """Whether a row of another amount or day may be about this title of its number: a day that tells two bills apart
    may have been put off, and a column that tells them may come or go.
    """
    if other_mark(row.receivable, known.id):
        return _exact(row, known)
    mark, bare = MARK.search(row.receivable), _bare(row) == row.receivable
    if mark is not None or bare or MARK.search(known.id):
        return True
    return not _counted(known) and _near(row, known)


def _beside(row: Row, mine: Receivable, others: Iterable[Receivable]) -> Match | None:
    """The only one of several titles of a number that a file lists has the bare number, which may be another's; or a
    boleto's number, of a file that lists no others, is that of several titles.
    """
    if _exact(row, mine):
        return None
    others = list(others)
    counted = [r for r in _of_number(row, others) if _counted(r)]
    that = _that_one(row, counted)
    if that is not None and that.id != mine.id and mine.due_on != row.due_on:
        return Match(that, sure=True)
    same = [r for r in others if row.id_of == "our_number" and r not in counted and r.is_open]
    shared = tuple(r.id for r in same if r.id != mine.id and _same_boleto(row, r) and r.due_on == row.due_on)
    return Match(mine, sure=False, beside=shared) if shared else None
