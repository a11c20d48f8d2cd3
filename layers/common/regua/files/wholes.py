"""The amounts of one line, put together as `makeup` says of its file: what is asked is the principal, once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from regua.domain.codes.amount import reais
from regua.domain.intake.row import Ask, MadeOf
from regua.domain.values import replace
from regua.files.amount_words import CHARGES, EXTRAS, MADE_OF, RESULTS
from regua.files.amounts import NOTHING, AmountColumn, unsigned
from regua.files.columns import Columns
from regua.files.faults import CellError, Notes
from regua.files.looks import whole_cents
from regua.files.sums import Sum
from regua.files.text import plain
from regua.files.words import BLANKS, DASHES

_Cents: TypeAlias = Callable[[Sequence[str], Notes], int | None]
_MEMO = 4_096
_TOLERANCE = 2
"""Cents that a sum may be off: programs add what they have not rounded."""


def whole(columns: Columns, amounts: Mapping[str, AmountColumn]) -> Callable[[list[str], dict[str, Any], Notes], None]:
    """A handler that makes the principal, what is off it, what came on top, and what is left of it."""
    reads = {
        at: _reader(
            columns.header[at],
            at,
            amounts[f"{name}#{n}" if n else name],
            lenient=name in CHARGES or (name in EXTRAS and at not in columns.makeup.add),
            signed=name in EXTRAS,
        )
        for name in ("saldo", *MADE_OF)
        for n, at in enumerate(columns.fields.get(name, ()))
    }
    makeup, parts = columns.makeup, any(name in columns.fields for name in MADE_OF)
    places = {name: columns.fields[name][0] for name in ("saldo", *RESULTS) if name in columns.fields}
    on = [reads[at] for at in makeup.on if at in reads]
    off = [reads[at] for at in makeup.off if at in reads]
    asked = [(columns.header[at], reads[at]) for at in makeup.asked if at in reads]
    inside = [reads[at] for at in makeup.inside if at in reads]
    add = [reads[at] for at in makeup.add if at in reads]
    in_balance = [reads[at] for at in makeup.in_balance if at in reads]
    balance, final = (reads.get(places.get(name, -1)) for name in ("saldo", "valor_final"))
    in_time = reads.get(makeup.in_time)
    others = frozenset(makeup.on)
    sums = [found for found in makeup.sums if found.result in places.values()]

    def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        face = values.get("principal_cents")
        if face is None:
            return
        left = balance(cells, notes) if balance else None
        if balance and left is None and values.get("status") != "open" and plain(cells[places["saldo"]]) in DASHES:
            left = 0
        if values.get("credit"):
            _of_credit(left, face, values)
            return
        charges = 0
        if parts:
            face += _total(add, cells, notes) - _total(inside, cells, notes)
            taken = _total(off, cells, notes)
            if makeup.discount_for_good and "discount_until" not in values:
                taken += values.pop("discount_cents", 0)
            for title, of in asked:
                if amount := of(cells, notes):
                    notes.asks.append(Ask("grant", title, columns.header[columns.fields["valor"][0]]))
                    notes.faults.append((title, reais(amount), *_asks(columns, title)))
            charges = _total(on, cells, notes)
            asked_in_time = in_time(cells, notes) if in_time else None
            if asked_in_time and asked_in_time < face:
                values["discount_cents"] = face - asked_in_time
            stated = final(cells, notes) if final else None
            if stated is not None and "discount_until" in values:  # the final value of who pays in time
                stated += values.get("discount_cents") or 0
            principal = _principal(face, taken, stated, columns, notes)
            values["principal_cents"], taken = principal, face - principal
        else:
            principal, taken = face, 0
        for found in sums:
            _check(found, others, cells, columns, notes)
        if left and in_balance:
            left = max(0, left - _total(in_balance, cells, notes))
        if left is not None:
            _leave(left, principal, values, notes, columns)
        if parts or left is not None:
            values["made_of"] = MadeOf(face, taken, charges, left)

    return read


def rest(columns: Columns) -> Callable[[list[str], dict[str, Any], Notes], None]:
    """A handler for a file whose only amount is what is left of the principal: what was paid before was part of it, and
    a discount has been taken off already, unless the line says until when it is given.
    """
    title = columns.header[columns.fields["valor"][0]]

    def read(cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        del cells
        left, paid = values.get("principal_cents"), values.get("paid_cents") or 0
        if left is None or "credit" in values:
            return
        if not left and not paid:
            notes.faults.append((title, "", NOTHING, "informe quanto há a receber, ou retire a linha"))
            return
        if "discount_until" not in values:
            values.pop("discount_cents", None)
        values["principal_cents"] = left + paid
        made = values.get("made_of") or MadeOf(left)
        values["made_of"] = replace(made, face_cents=made.face_cents + paid, balance_cents=left)

    return read


def _reader(title: str, at: int, column: AmountColumn, *, lenient: bool, signed: bool) -> _Cents:
    """`lenient`: what is wrong with what nobody asks for again is a warning; `signed`: it may be less than nothing, as
    the correction of a year of deflation.
    """
    known: dict[str, int] = {}

    def read(cells: Sequence[str], notes: Notes) -> int | None:
        found = known.get(cells[at])
        return found if found is not None else anew(cells[at], notes)

    def anew(cell: str, notes: Notes) -> int | None:
        text = cell.strip()
        if not text or text.lower() in BLANKS:
            return None
        try:
            cents = column.cents(unsigned(text))
            if signed and unsigned(text) != text:
                cents = -cents
        except CellError as error:
            (notes.warnings if lenient else notes.faults).append((title, text, error.problem, error.fix))
            return None
        if len(known) >= _MEMO:
            known.clear()
        known[cell] = cents
        return cents

    return read


def _total(readers: Sequence[_Cents], cells: Sequence[str], notes: Notes) -> int:
    return sum(read(cells, notes) or 0 for read in readers)


def _asks(columns: Columns, title: str) -> tuple[str, str]:
    value = columns.header[columns.fields["valor"][0]]
    problem = f"não dá para saber se “{value}” já está sem “{title}”: a linha espera"
    return problem, "acrescente o valor final, ou diga no mapeamento: bolsa (a descontar) ou ignorar (já descontada)"


def _principal(face: int, taken: int, final: int | None, columns: Columns, notes: Notes) -> int:
    """What is owed in all; the final value the file states wins over any subtraction."""
    principal = face - taken
    if final is not None and final != principal:
        title = columns.header[columns.fields["valor_final"][0]]
        if abs(final - principal) > _TOLERANCE and taken:
            problem = f"{reais(face)} menos {reais(taken)} não dá {reais(final)}: vale o final"
            notes.warnings.append((title, reais(final), problem, "confira as parcelas do valor"))
        principal = final
    if principal <= 0:
        title = columns.header[columns.fields["valor"][0]]
        problem = "nada a cobrar: o que se abate é o valor inteiro"
        notes.faults.append((title, reais(face), problem, "retire a linha, ou confira os descontos"))
    return principal


def _check(found: Sum, charges: frozenset[int], cells: Sequence[str], columns: Columns, notes: Notes) -> None:
    """Whether what adds up in the file adds up in this line too."""
    stated, start = whole_cents(cells[found.result]), whole_cents(cells[found.base])
    if stated is None or start is None:
        return
    plus = [whole_cents(cells[at]) or 0 for at in found.plus]
    minus = [abs(whole_cents(cells[at]) or 0) for at in found.minus]
    short = stated - start - sum(plus) + sum(minus)
    if abs(short) <= _TOLERANCE:
        return
    more = sum(whole_cents(cells[at]) or 0 for at in charges.difference(found.plus))
    if abs(short - more) > _TOLERANCE:
        told = "".join([*(f" + {reais(c)}" for c in plus if c), *(f" - {reais(c)}" for c in minus if c)])
        problem = f"a linha não fecha: {reais(start)}{told} não dá {reais(stated)}"
        fix = "confira os valores da linha"
        notes.warnings.append((columns.header[found.result], cells[found.result].strip(), problem, fix))


def _of_credit(left: int | None, principal: int, values: dict[str, Any]) -> None:
    if left is not None and left < principal and not values.get("paid_cents"):
        values["paid_cents"] = principal - left


def _leave(left: int, principal: int, values: dict[str, Any], notes: Notes, columns: Columns) -> None:
    """What the file says is left counts, whatever else it says: the rest of the principal was paid before.

    With something left nobody has paid all of it, and a day of payment is that of a part. What was paid beyond what it
    covers was for charges.
    """
    status = values.get("status", "")
    if left <= 0:
        if principal > 0 and not values.get("paid_cents"):
            values["paid_cents"] = principal
        if (status or "open") == "open":
            values["status"] = "paid"
        return
    if status in ("paid", "written_off"):
        title, at = columns.header[columns.fields["saldo"][0]], columns.fields.get("status") or columns.fields["pago"]
        problem = f"situação fechada, mas ainda há saldo: {reais(left)}"
        notes.faults.append((columns.header[at[0]], "", problem, f"corrija a situação ou a coluna “{title}”"))
        return
    if status == "":
        values["status"] = "open"
    if not values.get("paid_cents"):
        values["paid_cents"] = max(0, principal - left)
    if not values["paid_cents"]:  # what came was taken back, or was for something else
        del values["paid_cents"]
        values.pop("paid_on", None)
    elif values["paid_cents"] >= principal:  # with charges in it; the rest of the principal is open all the same
        values["paid_cents"] = min(values["paid_cents"], principal - 1)
