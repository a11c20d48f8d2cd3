"""The columns of money of one file: their headings, the cents of a sample, and what each has been taken for."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from regua.domain.intake.late_charges import lateness
from regua.files.amount_words import (
    CHARGES,
    DEDUCTIONS,
    EXTRAS,
    FINAL,
    LEFT,
    MADE_OF,
    NO_MONEY,
    RATE,
    RESULTS,
    ROLES,
    SURE_RATE,
    SURELY_BASE,
    TOTAL,
)
from regua.files.currency import is_foreign
from regua.files.looks import ColumnLook, whole_cents
from regua.files.text import heading

Remark: TypeAlias = tuple[str, str, str]
"""Column, problem, how to mend it."""
Vector: TypeAlias = list[int | None]
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,6}(?:[.,][0-9]{1,2})?")
AMOUNTS = ("valor", "saldo", "valor_pago", "desconto_valor", *MADE_OF)
RATES = ("multa_pct", "juros_pct")


class AmountColumns:
    """What is known of them so far; `fields` and `taken` are put right as more is found out.

    `roles` are what headings propose, `whole` columns of whole numbers that only a sum makes money of (and the role
    their heading proposes), `proven` the columns that some sum needs, `fixed` those whose field the mapping
    says.
    """

    def __init__(
        self,
        header: Sequence[str],
        values: Sequence[ColumnLook],
        fields: dict[str, list[int]],
        taken: set[int],
        fixed: Collection[int],
        sample: Sequence[Sequence[str]],
    ) -> None:
        self.header, self.looks, self.fields = header, values, fields
        self.taken, self.fixed, self.sample = taken, fixed, sample
        self.words = [frozenset(heading(title).split()) for title in header]
        self.field_of = {at: name for name, positions in fields.items() for at in positions}
        self._amortised = any("amortizacao" in words for words in self.words)
        self._has_cents = all(values[at].share("amount") >= 0.5 for at in fields.get("valor", ()))
        self.money = [at for at in range(len(header)) if self._is_money(at)]
        self.whole = {at: self._role(at) for at in range(len(header)) if at not in self.money and self._is_whole(at)}
        self.roles = {at: role for at in self.money if (role := self._role(at))}
        self._cents: dict[int, Vector] = {}
        self.remarks: list[Remark] = []
        self.proven: set[int] = set()

    @property
    def matters(self) -> bool:
        """Whether there is more to an amount than its value."""
        named = {"valor", "valor_pago"}
        return bool(self.roles or self.whole) or any(self.field_of.get(at) not in named for at in self.money)

    def _is_money(self, at: int) -> bool:
        field_, look = self.field_of.get(at, ""), self.looks[at]
        if field_ in AMOUNTS:
            return True
        if is_foreign(self.header[at]):
            return False
        if at in self.fixed or field_ not in ("", *RATES) or not look.cells or look.share("numeric") < 0.8:
            return False
        if not NO_MONEY.isdisjoint(self.words[at]) and not self.is_left(at):
            return False
        rates = RATE if self._role(at) in (*CHARGES, "desconto_valor") else SURE_RATE
        if rates & self.words[at] or any("%" in cell for cell in look.cells):
            return False
        named = FINAL | TOTAL | LEFT | SURELY_BASE | {"valor", "mensalidade"}
        return bool(field_) or look.share("amount") >= 0.5 or self._has_role_word(at) or bool(named & self.words[at])

    def _is_whole(self, at: int) -> bool:
        """Whether it may be money of which no line has cents: a workbook tells 99,00 as 99, as some people type it."""
        look = self.looks[at]
        known = at in self.fixed or at in self.field_of or is_foreign(self.header[at])
        if known or look.share("numeric") < 1 or "%" in self.header[at]:
            return False
        return (NO_MONEY | SURE_RATE).isdisjoint(self.words[at]) and all(map(_WHOLE.fullmatch, set(look.cells)))

    def is_left(self, at: int) -> bool:
        """Whether its heading says that it is what is left to pay."""
        return not LEFT.isdisjoint(self.words[at]) and "anterior" not in self.words[at]

    def _has_role_word(self, at: int) -> bool:
        role = self._role(at)
        return bool(role) and (role not in EXTRAS or not self._has_cents)

    def _role(self, at: int) -> str:
        field_, words = self.field_of.get(at, ""), self.words[at]
        if field_ in (*CHARGES, *DEDUCTIONS, *EXTRAS, "desconto_valor"):
            return field_
        if field_ in ("valor", "saldo", "valor_pago", *RESULTS) or {"com", "c", "sem", "s"} & words or TOTAL & words:
            return ""
        found = next((role for role, names in ROLES.items() if not names.isdisjoint(words)), "")
        if found == "juros_valor" and self._amortised:
            return EXTRAS[0]
        return EXTRAS[0] if found in CHARGES and not lateness(words) else found

    def is_doubtful(self, at: int) -> bool:
        """Whether what its heading says is a charge for being late only as the rest of the line tells."""
        return lateness(self.words[at]) in ("mostly", "hardly") and at not in self.fixed

    def vector(self, at: int) -> Vector:
        """Cents of each line of the sample, None where it has none."""
        known = self._cents.get(at)
        if known is None:
            known = [whole_cents(cells[at].strip()) if at < len(cells) else None for cells in self.sample]
            if self.roles.get(at) in (*DEDUCTIONS, "desconto_valor"):  # some write what is taken off with its minus
                known = [abs(cents) if cents is not None else None for cents in known]
            self._cents[at] = known
        return known

    def take_whole(self, needed: Iterable[int]) -> None:
        """Columns of whole numbers that a sum needs are money."""
        for at in self.whole.keys() & set(needed):
            self.money = sorted((*self.money, at))
            if role := self.whole.pop(at):
                self.roles[at] = role

    def filled(self, at: int) -> list[int]:
        """The cents of the lines that say more than nothing."""
        return [cents for cents in self.vector(at) if cents]

    def name(self, at: int, name: str) -> None:
        """Takes a column for a field."""
        self.fields.setdefault(name, []).append(at)
        self.field_of[at] = name
        self.taken.add(at)

    def forget(self, at: int) -> None:
        """Takes it for nothing again."""
        name = self.field_of.pop(at, "")
        if name:
            self.fields[name] = [place for place in self.fields[name] if place != at]
            if not self.fields[name] and name != "valor":
                del self.fields[name]
        self.taken.discard(at)
