"""A number that many bills have: a contract, an enrolment, a subscription, an order.

Such a number says for what somebody pays, and not which bill: next month's file has it again, with the next due date.
Taken for a due date that was put off, the bill of before would vanish unpaid. A bill has a day of its own, and its day
tells what it is: the same day of another month is another bill, unless the file says that it was put off; where nothing
tells, a person does. What names one document (invoice, duplicata, boleto, title) is its name whatever its day.
"""

from collections.abc import Container, Iterable, Sequence
from datetime import date, timedelta

from regua.domain.codes import our_number
from regua.domain.intake.row import Agreement, Row
from regua.domain.intake.telling import MAX_MARK, PUT_OFF, marked
from regua.domain.intake.written import MARK, form, mark_within, of_a_day, other_mark, same_unit, unit_of
from regua.domain.model import Receivable
from regua.domain.values import Value

A_WEEK, A_MONTH, A_YEAR = 7, 25, 300
"""Days, at least, from a bill to the next one; and to the one of the same parcel, where that is the month."""
SHIFT = 4
"""Days by which a day of the month moves with weekends, holidays and `the fifth working day`."""


class AgreementBill(Value):
    """What a line under such a number is about: a bill we have (`of`), `sure` or for a person to say, or a new one:
    `name` is its id.
    """

    name: str
    of: Receivable | None = None
    sure: bool = True


def bill_of(row: Row, known: Sequence[Receivable], named: Container[object]) -> AgreementBill | None:
    """Which of the debtor's bills of the row's agreement it is about; `named` holds the ids the file lists. None: its
    number names one bill, or its day is that of one we have, or of all that are open nothing speaks for another bill.
    """
    sort = "agreement" if row.id_of == "contract" else row.agreement
    if not sort or row.id_of not in ("title", "contract") or row.credit:
        return None
    if row.installment:
        return _of_another_year(row, known)
    number = MARK.sub("", row.receivable)
    alike = [r for r in known if has_number(r, number) and not other_mark(row.receivable, r.id)]
    if not alike or any(r.due_on == row.due_on for r in alike):
        return _that_day(row, alike)
    name = _named(row, number)
    moved = [r for r in alike if r.id == row.receivable or r.id not in named]
    if not moved:
        return AgreementBill(name)
    told = [r for r in moved if _put_off(row, r)]
    if told:
        return AgreementBill(told[0].id, told[0])
    near = min(moved, key=lambda r: (not r.is_open, abs((r.due_on - row.due_on).days), r.id))
    days = abs((near.due_on - row.due_on).days)
    if days < (A_WEEK if sort == "agreement" else A_MONTH):
        return AgreementBill(near.id, near)
    another = sort == "agreement" and other_month(near.due_on, row.due_on)
    return AgreementBill(name) if another else AgreementBill(name, near, sure=False)


def has_number(known: Receivable, number: str) -> bool:
    """Whether it is one of the bills of this number, told apart by a mark, or was given the number after it came."""
    return form(number) in map(form, (MARK.sub("", known.id), *known.called))


def _that_day(row: Row, alike: Sequence[Receivable]) -> AgreementBill | None:
    """The bill of the row's unit and day, under the id an older file has given it; None: none, or by its own id."""
    # the first bill came without the number: that would find it, whatever the row's day
    came_later = all(r.id != row.receivable for r in alike) and any(row.receivable in r.called for r in alike)
    if not unit_of(row.receivable) and not came_later:
        return None
    same = [r for r in alike if r.due_on == row.due_on and same_unit(row.receivable, r.id)]
    return AgreementBill(same[0].id, same[0]) if len(same) == 1 and same[0].id != row.receivable else None


def _named(row: Row, number: str) -> str:
    """The id of another bill of the number: it has the day, and the unit or pupil that the file tells it by."""
    if of_a_day(row.receivable):
        return row.receivable
    day, unit = f"{row.due_on:%d-%m-%Y}", unit_of(row.receivable)
    return marked(number, f"{mark_within(unit, MAX_MARK - len(day) - 1)} {day}" if unit else day)


def _of_another_year(row: Row, known: Sequence[Receivable]) -> AgreementBill | None:
    """A parcel names the bill of its agreement, but for programs that count the months of a year: October comes again.
    None: it is what its number says.
    """
    number = MARK.sub("", row.receivable)
    same_parcel = (r for r in known if MARK.sub("", r.id) == number and same_unit(row.receivable, r.id))
    alike = [r for r in same_parcel if not _put_off(row, r)]
    same = next((r for r in alike if r.due_on == row.due_on), None)
    if same is not None:
        return AgreementBill(same.id, same)
    near = min(alike, key=lambda r: abs((r.due_on - row.due_on).days), default=None)
    if near is None or abs((near.due_on - row.due_on).days) < A_YEAR:
        return None
    name = _named(row, number)
    return AgreementBill(name) if other_month(near.due_on, row.due_on) else AgreementBill(name, near, sure=False)


def _put_off(row: Row, known: Receivable) -> bool:
    """Whether the file says that this one has another day now: its day of before, a word for it, the same boleto."""
    if row.original_due_on is not None:
        return row.original_due_on in (known.due_on, known.original_due_on)
    boleto = our_number.bare(row.our_number)
    if boleto and our_number.bare(known.our_number):
        return boleto == our_number.bare(known.our_number)
    said = " ".join((row.note, row.description, row.document_type)).casefold()
    return known.is_open and PUT_OFF.search(said) is not None


def other_month(one: date, other: date) -> bool:
    """Whether two days are the same day of two months, as calendars allow."""
    first, last = sorted((one, other))
    if (last - first).days < A_MONTH:
        return False
    months = round((last - first).days * 12 / 365.25)
    return abs((last - _later(first, months)).days) <= SHIFT


def _later(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month that has none such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    after = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), after - timedelta(days=1))


_WORDS: dict[Agreement, str] = {
    "agreement": "contrato contract matricula assinatura subscription proposta apolice plano adesao unidade imovel "
    "apartamento apto lote sala loja aluno cliente customer client associado socio assinante inquilino locatario "
    "condomino paciente carteirinha inscricao locacao consorcio cota instalacao placa",
    "order": "pedido venda order sale reserva orcamento os obra projeto processo referencia",
    "": "titulo fatura duplicata nota nf nfe nfse boleto documento docto parcela cobranca divida lancamento invoice",
}
_NAMES = {word: sort for sort, words in _WORDS.items() for word in words.split()}


def sort_of(words: Iterable[str]) -> Agreement:
    """What a column names whose heading has these words, where it names the titles of a file; of `Documento do cliente`
    it is the document.
    """
    said = [_NAMES[word] for word in words if word in _NAMES]
    return "" if "" in said else next(iter(said), "")
