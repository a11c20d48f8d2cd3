"""What the amounts of a line are made of: which column is the whole, which is a part of it, which is their sum.

Headings propose (`Multa`, `Bolsa`, `Total`), the sums of the sample decide: `Total` is `Principal` and `Multa` and
`Juros` where it is so on nearly all lines. Where the two disagree the operator hears of it; where neither tells, the
file or the line waits for a word of his.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeAlias

from regua.domain.codes.amount import figures
from regua.files.currency import is_foreign
from regua.files.looks import ColumnLook, whole_cents
from regua.files.text import heading

CHARGES = ("multa_valor", "juros_valor", "encargo_valor")
"""Fields of what late payment has cost by the day of the file, in reais."""
DEDUCTIONS = ("bolsa", "abatimento", "retencao")
"""Fields of what is taken off for good: a grant, a rebate, taxes that the customer withholds."""
RESULTS = ("valor_final", "valor_total")
"""Fields of what is left of the whole once deductions are off, and of what it comes to with charges."""

Remark: TypeAlias = tuple[str, str, str]
"""Column, problem, how to mend it."""
_Vector: TypeAlias = list[int | None]

_ROLES: dict[str, frozenset[str]] = {
    "multa_valor": frozenset({"multa", "multas", "fine"}),
    "juros_valor": frozenset({"juros", "juro", "jrs", "mora", "interest", "permanencia"}),
    "encargo_valor": frozenset(
        {"correcao", "atualizacao", "honorarios", "honorario", "encargos", "encargo", "acrescimo", "acrescimos"}
        | {"tarifa", "tarifas", "despesa", "despesas", "custas", "cartorio", "emolumentos", "reajuste", "fees", "adv"}
    ),
    "bolsa": frozenset({"bolsa", "bolsas", "isencao", "gratuidade", "subsidio", "prouni", "fies"}),
    "abatimento": frozenset({"abatimento", "abatimentos", "abat", "deducao", "deducoes", "rebate", "bonificacao"}),
    "retencao": frozenset(
        {"retencao", "retencoes", "retido", "retidos", "retida", "retidas", "iss", "issqn", "irrf", "ir", "inss"}
        | {"pis", "cofins", "csll", "csrf", "pcc", "impostos", "tributos"}
    ),
    "desconto_valor": frozenset({"desconto", "descontos", "desc", "descto", "discount"}),
}
"""Words of headings -> what such a column of reais is."""
_WITHHELD = frozenset({"retencao", "retencoes", "retido", "retidos", "retida", "retidas"})
"""Words that say a tax was kept back by who pays; a bare `ISS` may be among what he pays."""
_REALISED = frozenset(
    {"realizado", "realizada", "recebido", "recebida", "recebidos", "pago", "paga", "pagos", "baixa", "baixado"}
    | {"quitado", "liquidado", "concedido"}
)
"""Words that make a fine or a discount one of what was paid already."""
_RATE = frozenset(
    {"%", "percentual", "pct", "percent", "aliquota", "percentage", "dia", "diario", "diaria", "diarios", "mes"}
    | {"mensal", "mensais", "ano", "anual", "unidade", "tipo", "am", "ad", "aa"}
)
"""Words of rates, of what a day costs, and of how often."""
_NO_MONEY = frozenset(
    {"dias", "quantidade", "qtd", "qtde", "codigo", "n", "limite", "comissao", "base", "credito"}
    | {"data", "conta", "categoria", "centro", "custo", "anterior", "medio", "contabil"}
)
"""Words of columns that are no part of this title's amount."""
_BASE = frozenset(
    {"valor", "principal", "original", "bruto", "nominal", "titulo", "documento", "mensalidade", "parcela", "amount"}
    | {"prestacao", "fatura", "duplicata", "integral", "cheio", "tabela", "anuidade", "historico", "montante"}
    | {"debito", "divida"}
)
_SURELY_BASE = frozenset({"principal", "original", "nominal", "bruto", "integral", "cheio", "historico", "tabela"})
_GROSS = _SURELY_BASE | {"mensalidade", "anuidade", "semestralidade", "curso"}
"""Words of an amount before a grant."""
_FINAL = frozenset({"final", "liquido", "cobrado", "cobrar", "pagar"})
_TOTAL = frozenset({"total", "atualizado", "corrigido", "totalizado", "hoje", "devido", "cobrado", "montante"})
_LEFT = frozenset({"saldo", "aberto", "receber", "restante", "pendente", "devedor", "residual", "balance"})
_TOLERANCE = 2
"""Cents that sums may be off: programs add what they have not rounded."""
_ENOUGH = 0.9
"""Part of the lines that must add up."""
_MOST = 4_096
"""Combinations tried for one sum."""
_NICE = tuple(range(50, 1_050, 50))
"""Fines as they are agreed, in hundredths of a percent: half a percent to ten."""


@dataclass(frozen=True, slots=True)
class Sum:
    """`result` = `base` + all of `plus` - all of `minus`, by position of their columns."""

    result: int
    base: int
    plus: tuple[int, ...] = ()
    minus: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Makeup:
    """How the amounts of one file belong together. Plain values: it goes along with the parts of a large file."""

    sums: tuple[Sum, ...] = ()
    off: tuple[int, ...] = ()
    """Columns taken off the whole for good."""
    on: tuple[int, ...] = ()
    """Columns of charges by the day of the file."""
    inside: tuple[int, ...] = ()
    """Of those, the ones that the column of the value contains: they are taken out of it."""
    in_balance: tuple[int, ...] = ()
    """Of those, the ones that the balance contains."""
    asked: tuple[int, ...] = ()
    """Deductions of which nobody knows whether they are off the value already: such lines wait."""
    discount_for_good: bool = False
    """What the discount's column says is off, whatever the day, unless the line names a day."""
    remarks: tuple[Remark, ...] = field(default=(), compare=False)
    examples: tuple[str, ...] = field(default=(), compare=False)
    """Of each sum, the figures of one line: `650,00 + 13,00 = 663,00`."""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Makeup":
        """Back from JSON, where `asdict` put it."""
        sums = tuple(Sum(s["result"], s["base"], tuple(s["plus"]), tuple(s["minus"])) for s in document["sums"])
        places = {name: tuple(document[name]) for name in ("off", "on", "inside", "in_balance", "asked")}
        remarks = tuple((column, problem, fix) for column, problem, fix in document["remarks"])
        good, examples = document["discount_for_good"], tuple(document["examples"])
        return cls(sums, **places, discount_for_good=good, remarks=remarks, examples=examples)


MAP_IT = "diga no mapeamento o que ela é (ignorar, se nada)"


def find(
    header: Sequence[str],
    values: Sequence[ColumnLook],
    fields: dict[str, list[int]],
    taken: set[int],
    fixed: Collection[int],
    sample: Sequence[Sequence[str]],
) -> Makeup:
    """How the amounts of the sample belong together; names in `fields` what is found. `fixed` are columns whose field
    the mapping says.
    """
    finder = _Finder(header, values, fields, taken, fixed, sample)
    return finder.found() if sample and "valor" in fields and finder.matters else Makeup()


class _Finder:
    def __init__(
        self,
        header: Sequence[str],
        values: Sequence[ColumnLook],
        fields: dict[str, list[int]],
        taken: set[int],
        fixed: Collection[int],
        sample: Sequence[Sequence[str]],
    ) -> None:
        self._header, self._values, self._fields = header, values, fields
        self._taken, self._fixed, self._sample = taken, fixed, sample
        self._words = [frozenset(heading(title).split()) for title in header]
        self._field_of = {at: name for name, positions in fields.items() for at in positions}
        self._money = [at for at in range(len(header)) if self._is_money(at)]
        self._roles = {at: role for at in self._money if (role := self._role(at))}
        self._cents: dict[int, _Vector] = {}
        self._remarks: list[Remark] = []
        self._proven: set[int] = set()

    @property
    def matters(self) -> bool:
        """Whether there is more to an amount than its value."""
        named = {"valor", "valor_pago"}
        return bool(self._roles) or len([at for at in self._money if self._field_of.get(at) not in named]) > 0

    def _is_money(self, at: int) -> bool:
        field_, look = self._field_of.get(at, ""), self._values[at]
        if field_ in _AMOUNTS:
            return True
        if is_foreign(self._header[at]):
            return False
        if at in self._fixed or field_ not in ("", *_RATES) or not look.cells or look.share("numeric") < 0.8:
            return False
        if not _NO_MONEY.isdisjoint(self._words[at]) and not self._is_left(at):
            return False
        if _RATE & self._words[at] or any("%" in cell for cell in look.cells):
            return False
        named = _FINAL | _TOTAL | _LEFT | _SURELY_BASE | {"valor", "mensalidade"}
        return bool(field_) or look.share("amount") >= 0.5 or self._has_role_word(at) or bool(named & self._words[at])

    def _is_left(self, at: int) -> bool:
        return not _LEFT.isdisjoint(self._words[at]) and "anterior" not in self._words[at]

    def _has_role_word(self, at: int) -> bool:
        return any(not words.isdisjoint(self._words[at]) for words in _ROLES.values())

    def _role(self, at: int) -> str:
        field_, words = self._field_of.get(at, ""), self._words[at]
        if field_ in (*CHARGES, *DEDUCTIONS, "desconto_valor"):
            return field_
        if field_ in ("valor", "saldo", "valor_pago", *RESULTS) or {"com", "c", "sem", "s"} & words or _TOTAL & words:
            return ""
        return next((role for role, names in _ROLES.items() if not names.isdisjoint(words)), "")

    def _vector(self, at: int) -> _Vector:
        known = self._cents.get(at)
        if known is None:
            known = [whole_cents(cells[at].strip()) if at < len(cells) else None for cells in self._sample]
            if self._roles.get(at) in (*DEDUCTIONS, "desconto_valor"):  # some write what is taken off with its minus
                known = [abs(cents) if cents is not None else None for cents in known]
            self._cents[at] = known
        return known

    def _filled(self, at: int) -> list[int]:
        return [cents for cents in self._vector(at) if cents]

    def found(self) -> Makeup:
        """The makeup; `fields` are put right by the way."""
        self._take_for_money()
        sums = dict(self._sums())
        self._proven = {at for s in sums.values() for at in (*s.plus, *s.minus)}
        self._rates_out()
        self._paid(sums)
        self._whole(sums)
        inside = self._inside(sums)
        self._results(sums)
        value = self._fields["valor"][0]
        on = tuple(at for at, role in self._roles.items() if role in CHARGES and self._outstanding(at, sums))
        off, asked, for_good = self._off(value, sums)
        saldo = self._fields.get("saldo", [-1])[0]
        in_balance = tuple(at for at in on if saldo in sums and at in sums[saldo].plus)
        self._name_them()
        told = tuple(sums.values())
        remarks, examples = tuple(dict.fromkeys(self._remarks)), tuple(map(self._example, told))
        return Makeup(told, off, on, inside, in_balance, asked, for_good, remarks, examples)

    def _example(self, found: Sum) -> str:
        """The figures of the line that has most of the parts."""
        best: tuple[int, str] = (0, "")
        for at in range(len(self._sample)):
            total, start = self._vector(found.result)[at], self._vector(found.base)[at]
            parts = [(sign, self._vector(part)[at] or 0) for sign, of in _PARTS for part in getattr(found, of)]
            told = sum(bool(cents) for _, cents in parts)
            if total is None or start is None or told <= best[0]:
                continue
            if abs(total - start - sum(sign * cents for sign, cents in parts)) <= _TOLERANCE:
                shown = "".join(f" {'+' if sign > 0 else '-'} {figures(cents)}" for sign, cents in parts if cents)
                best = told, f"{figures(start)}{shown} = {figures(total)}"
        return best[1]

    def _take_for_money(self) -> None:
        """Fine and interest without a unit of their own may be a rate, or reais: only then their sums are looked at."""
        for at in list(self._roles):
            if self._field_of.get(at, "") in _RATES and self._is_rate_on_its_face(at):
                del self._roles[at]
                self._money.remove(at)

    def _is_rate_on_its_face(self, at: int) -> bool:
        cells = self._values[at].cells
        return any(len(cell.replace(".", ",").rpartition(",")[2]) > 2 for cell in cells if "," in cell or "." in cell)

    # --- sums

    def _sums(self) -> Iterator[tuple[int, Sum]]:
        value = self._fields["valor"][0]
        results = [at for at in self._money if at not in self._roles and self._may_be_result(at)]
        bases = [at for at in self._money if at not in self._roles and (at == value or self._may_be_base(at))]
        for result in results:
            found = self._best(result, bases)
            if found is None and result == value:  # whatever its name: with charges it makes the total to the cent
                found = self._best(result, [at for at in self._money if at not in self._roles and at not in bases])
            if found:
                yield result, found

    def _best(self, result: int, bases: Sequence[int]) -> Sum | None:
        value = self._fields["valor"][0]
        best: tuple[tuple[int, int, int, bool], Sum] | None = None
        for base in bases:
            left = self._field_of.get(base) == "saldo" and (result == value or self._field_of.get(result))
            if base == result or left or self._field_of.get(base) == "valor_pago":
                continue
            found = self._solve(result, base)
            if found and (best is None or (*found[0], base == value) > best[0]):
                best = (*found[0], base == value), found[1]
        return best[1] if best else None

    def _may_be_result(self, at: int) -> bool:
        field_, words = self._field_of.get(at, ""), self._words[at]
        return field_ in ("valor", "saldo", *RESULTS) or (
            not field_ and not (_FINAL | _TOTAL | _LEFT | {"valor", "com", "c"}).isdisjoint(words)
        )

    def _may_be_base(self, at: int) -> bool:
        return not (_BASE | _FINAL | _TOTAL).isdisjoint(self._words[at])

    def _signs(self, at: int) -> tuple[int, ...]:
        role = self._roles.get(at, "")
        if role in CHARGES:
            return (0, 1)
        if role or self._field_of.get(at) == "valor_pago":
            return (0, -1)
        return (0, 1, -1) if not self._may_be_base(at) or "liquido" in self._words[at] else (0,)

    def _solve(self, result: int, base: int) -> tuple[tuple[int, int, int], Sum] | None:
        """(lines that add up, exactly, parts in it), and the sum: the best there is, if it is good enough."""
        whole, start = self._vector(result), self._vector(base)
        lines = [at for at in range(len(self._sample)) if whole[at] is not None and start[at] is not None]
        target = [(whole[at] or 0) - (start[at] or 0) for at in lines]
        parts = [at for at in self._money if at not in (result, base) and any(self._vector(at)[i] for i in lines)]
        if not parts or not lines:
            return None
        told = [i for i, at in enumerate(lines) if target[i] or any(self._vector(p)[at] for p in parts)]
        signs = [self._signs(at) for at in parts]
        while _count(signs) > _MOST:
            widest = max(range(len(signs)), key=lambda n: (len(signs[n]), n))
            signs[widest] = signs[widest][:-1]
        if not told:
            return None
        rows = [(target[i], [self._vector(p)[lines[i]] or 0 for p in parts]) for i in told]
        may_miss = len(rows) - int(-(-_ENOUGH * len(rows) // 1))
        best: tuple[tuple[int, int, int], tuple[int, ...]] | None = None
        for chosen in product(*signs):
            score = _score(rows, chosen, may_miss)
            if score and (best is None or score > best[0]):
                best = score, chosen
        if best is None or not self._convincing(best[1], parts, rows):
            return None
        plus = tuple(at for at, sign in zip(parts, best[1], strict=True) if sign > 0)
        minus = tuple(at for at, sign in zip(parts, best[1], strict=True) if sign < 0)
        return best[0], Sum(result, base, plus, minus)

    def _convincing(self, signs: Sequence[int], parts: Sequence[int], rows: Sequence[tuple[int, list[int]]]) -> bool:
        """One line is enough for parts whose headings say what they are; what has no such heading needs more."""
        nameless = [
            n
            for n, sign in enumerate(signs)
            if sign
            and self._signs(parts[n])[-1:] == (-1,)
            and parts[n] not in self._roles
            and self._field_of.get(parts[n]) != "valor_pago"
        ]
        return all(sum(bool(row[n]) for _, row in rows) >= 1 and len(rows) >= 2 for n in nameless)  # fmt: skip

    # --- what the sums say of the columns

    def _paid(self, sums: Mapping[int, Sum]) -> None:
        """What the balance is short of, beside what was granted, was paid."""
        saldo = self._fields.get("saldo", [-1])[0]
        for result, found in sums.items():
            for at in found.minus:
                if at in self._roles or self._field_of.get(at):
                    continue
                if (result == saldo or self._is_left(result)) and "valor_pago" not in self._fields:
                    self._name(at, "valor_pago")

    def _whole(self, sums: dict[int, Sum]) -> None:
        """Makes the value of the column that the others are worked out from."""
        for _ in range(3):
            value = self._fields["valor"][0]
            found = sums.get(value)
            if (
                value in self._fixed
                or found is None
                or not any(at in self._roles for at in (*found.plus, *found.minus))
            ):
                break
            if self._nameless(found) or self._field_of.get(found.base, "") not in ("", *RESULTS):
                break
            self._forget(value)
            self._name(
                value, "valor_total" if any(self._roles.get(at) in CHARGES for at in found.plus) else "valor_final"
            )
            self._fields["valor"] = []
            self._name(found.base, "valor")
        self._by_heading(sums)

    def _nameless(self, found: Sum) -> tuple[int, ...]:
        return tuple(at for at in found.plus if at not in self._roles)

    def _by_heading(self, sums: Mapping[int, Sum]) -> None:
        """A total that does not add up beside a principal: the principal it is, and the operator hears of it."""
        value = self._fields["valor"][0]
        charged = any(role in CHARGES for role in self._roles.values())
        if value in self._fixed or value in sums or not charged or not _TOTAL & self._words[value]:
            return
        for at in self._money:
            if at == value or self._field_of.get(at) or not _SURELY_BASE & self._words[at]:
                continue
            pairs = [(a, b) for a, b in zip(self._vector(at), self._vector(value), strict=True) if a and b]
            if pairs and all(a <= b for a, b in pairs):
                if any(a < b for a, b in pairs):
                    self._disagrees(value, at)
                self._forget(value)
                self._fields["valor"] = []
                self._name(at, "valor")
                return

    def _disagrees(self, total: int, base: int) -> None:
        parts = ", ".join(f"“{self._header[at]}”" for at in self._charges())
        problem = f"“{self._header[total]}” não é “{self._header[base]}” mais {parts}: vale “{self._header[base]}”"
        self._remarks.append((self._header[total], problem, f"confira as colunas, ou {MAP_IT}"))

    def _deductions(self) -> bool:
        return any(role not in CHARGES for role in self._roles.values())

    def _charges(self) -> list[int]:
        return [at for at, role in self._roles.items() if role in CHARGES and self._filled(at)]

    def _inside(self, sums: Mapping[int, Sum]) -> tuple[int, ...]:
        """Charges that the column of the value contains, where no column has it without them."""
        value = self._fields["valor"][0]
        found = sums.get(value)
        if found is not None:
            return tuple(at for at in found.plus if self._roles.get(at) in CHARGES)
        charges = [at for at in self._charges() if not _REALISED & self._words[at]]
        if not charges or any(s.base == value for s in sums.values()):
            return ()
        verdict = self._fine_tells(value, charges)
        total = bool(_TOTAL & self._words[value]) and not _SURELY_BASE & self._words[value]
        names = ", ".join(f"“{self._header[at]}”" for at in charges)
        if verdict is None and total and value not in self._fixed:
            problem = f"não dá para saber se “{self._header[value]}” já traz {names}: foi lido como se trouxesse"
            fix = "acrescente a coluna do principal, ou diga no mapeamento qual é a coluna de valor"
            self._remarks.append((self._header[value], problem, fix))
            return tuple(charges)
        if verdict and value not in self._fixed:
            if not total:
                problem = f"pelas contas “{self._header[value]}” já traz {names}: o principal é sem eles"
                self._remarks.append((self._header[value], problem, "acrescente a coluna do principal se não for"))
            return tuple(charges)
        return ()

    def _fine_tells(self, value: int, charges: Sequence[int]) -> bool | None:
        """A fine is a round part of the principal: whether that is the value without charges. None: it is not told."""
        fines = [at for at in charges if self._roles[at] == "multa_valor"]
        lines = [
            at for at in range(len(self._sample)) if self._vector(value)[at] and any(self._vector(f)[at] for f in fines)
        ]
        if not lines:
            return None
        fine = [sum(self._vector(f)[at] or 0 for f in fines) for at in lines]
        whole = [self._vector(value)[at] or 0 for at in lines]
        bare = [w - sum(self._vector(c)[at] or 0 for c in charges) for w, at in zip(whole, lines, strict=True)]
        as_whole, as_bare = _round_part(fine, whole), _round_part(fine, bare)
        return None if as_whole == as_bare else as_bare

    def _results(self, sums: dict[int, Sum]) -> None:
        """Names the results that are not named yet; a final value that nothing explains counts all the same. What makes
        a total of the value, whatever its name, is a charge.
        """
        value = self._fields["valor"][0]
        for found in sums.values():
            if found.base == value and self._field_of.get(found.result) != "saldo":
                self._roles |= dict.fromkeys((at for at in found.plus if at not in self._roles), "encargo_valor")
        for result, found in sums.items():
            if self._field_of.get(result):
                continue
            if any(self._field_of.get(at) == "valor_pago" for at in found.minus):
                if "saldo" not in self._fields:
                    self._name(result, "saldo")
            elif any(self._roles.get(at) in CHARGES for at in found.plus):
                self._name(result, "valor_total")
            elif any(at in self._roles for at in found.minus) and found.base == value:
                self._name(result, "valor_final")
        if "valor_final" in self._fields or "saldo" in self._fields:
            return
        for at in self._money:
            if at == value or self._field_of.get(at) or at in sums or not self._says_final(at):
                continue
            pairs = [(a, b) for a, b in zip(self._vector(at), self._vector(value), strict=True) if a and b]
            less = any(a < b for a, b in pairs)
            if pairs and all(a <= b for a, b in pairs) and (less or self._deductions()):
                self._name(at, "valor_final")
                if not less:
                    return
                problem = (
                    f"“{self._header[at]}” é menor que “{self._header[value]}” e as outras colunas não dizem por quê"
                )
                self._remarks.append((self._header[at], f"{problem}: vale o final", f"confira, ou {MAP_IT}"))
                return

    def _says_final(self, at: int) -> bool:
        """`Valor Líquido` is elsewhere what was received: nothing where nobody has paid."""
        words, value = self._words[at], self._vector(self._fields["valor"][0])
        if "liquido" not in words:
            return bool({"final", "cobrado", "cobrar", "pagar"} & words)
        paid = {"valor_pago", "data_pagamento"} & self._fields.keys()
        return not paid and all(cents for cents, whole in zip(self._vector(at), value, strict=True) if whole)

    def _outstanding(self, at: int, sums: Mapping[int, Sum]) -> bool:
        """Whether it is charges still to be paid: not what came with a payment."""
        if _REALISED & self._words[at]:
            return False
        paid, left = (self._fields.get(name, [-1])[0] for name in ("valor_pago", "saldo"))
        if paid < 0 or left not in sums or at not in sums[left].plus:
            return True
        lines = zip(self._vector(at), self._vector(paid), self._vector(left), strict=True)
        return not any(cents and money and rest == 0 for cents, money, rest in lines)

    def _off(self, value: int, sums: Mapping[int, Sum]) -> tuple[tuple[int, ...], tuple[int, ...], bool]:
        """What is off the value for good, what nobody can tell of, and whether the discount is off too."""
        of_value = [s for s in sums.values() if s.base == value]
        off: list[int] = []
        asked: list[int] = []
        for_good = False
        for at, role in list(self._roles.items()):
            if role in CHARGES or not (self._filled(at) or role in self._field_of.get(at, "")):
                continue
            proven = any(at in s.minus for s in of_value)
            refuted = not proven and bool(of_value) and bool(self._filled(at))
            if role == "desconto_valor":
                if proven and "desconto_valor" not in self._fields and not _REALISED & self._words[at]:
                    self._name(at, "desconto_valor")
                if at in self._fields.get("desconto_valor", ()):
                    for_good = proven
                elif proven:
                    self._roles[at] = "abatimento"
                    off.append(at)
            elif proven or at in self._fixed:
                off.append(at)
            elif not refuted:
                self._unproven(at, role, value, off, asked)
        return tuple(off), tuple(asked), for_good

    def _unproven(self, at: int, role: str, value: int, off: list[int], asked: list[int]) -> None:
        withheld = role == "retencao" and bool(_WITHHELD & self._words[at])
        granted = role == "bolsa" and bool(_GROSS & self._words[value])
        if role == "abatimento" or withheld or granted or "valor_final" in self._fields:
            off.append(at)
        elif role == "bolsa":
            asked.append(at)
        elif self._filled(at):
            problem = f"imposto que ninguém diz se é retido por quem paga: “{self._header[at]}” não foi descontado"
            fix = "acrescente o valor líquido, ou diga no mapeamento: retencao (descontar) ou ignorar"
            self._remarks.append((self._header[at], problem, fix))
            del self._roles[at]

    # --- names

    def _rates_out(self) -> None:
        """Fine and interest in reais are no rates, and the other way round; what stands beside is of their kind."""
        open_ = [at for at in self._roles if self._roles[at] in CHARGES and self._unsure(at)]
        reais = [at for at in open_ if at in self._proven or self._is_reais(at)]
        total = _TOTAL & self._words[self._fields["valor"][0]] and not any(self._filled(at) for at in reais)
        for at in open_:
            doubtful = self._is_doubtful(at)
            if at in reais or (doubtful and (reais or total)) or (not self._filled(at) and reais):
                self._forget(at)
                continue
            if doubtful and self._field_of.get(at) == "multa_pct":
                problem = f"não dá para saber se “{self._header[at]}” é percentual ou valor em reais: não foi usada"
                fix = "diga no mapeamento: multa_pct (percentual) ou multa_valor (reais)"
                self._remarks.append((self._header[at], problem, fix))
                self._forget(at)
            del self._roles[at]
        self._rates_in()

    def _unsure(self, at: int) -> bool:
        """Whether the heading leaves open if it is a rate."""
        field_, words = self._field_of.get(at, ""), self._words[at]
        if at in self._fixed or {"valor", "reais", "total"} & words:
            return False
        return field_ in _RATES or (not field_ and self._roles[at] in ("multa_valor", "juros_valor"))

    def _rates_in(self) -> None:
        """`Multa %` is the rate where `Multa` turned out to be reais."""
        for at in range(len(self._header)):
            if at in self._taken or not {"%", "percentual", "pct"} & self._words[at] or not self._values[at].cells:
                continue
            for name, role in (("multa_pct", "multa_valor"), ("juros_pct", "juros_valor")):
                if name not in self._fields and _ROLES[role] & self._words[at]:
                    self._name(at, name)

    def _is_reais(self, at: int) -> bool:
        told = self._filled(at)
        if any("r$" in cell for cell in self._values[at].cells):
            return True
        if not told:  # nothing yet: as the total beside it says
            wholes = [n for n in self._money if n not in self._roles]
            return len(wholes) > 1 and any(_TOTAL & self._words[n] for n in wholes)
        odd = self._roles[at] != "multa_valor" and any(cents % 5 for cents in told)
        return max(told) > 1_000 or len(set(told)) > 3 or odd or self._follows_a_value(at)

    def _follows_a_value(self, at: int) -> bool:
        """Whether it is the same round part of different amounts, or of what is left of one without the charges."""
        charges = [n for n, role in self._roles.items() if role in CHARGES]
        for whole in (n for n in self._money if n not in self._roles):
            pairs = [
                (c, v, i) for i, (c, v) in enumerate(zip(self._vector(at), self._vector(whole), strict=True)) if c and v
            ]
            if not pairs:
                continue
            parts, wholes = [c for c, _, _ in pairs], [v for _, v, _ in pairs]
            if len(set(parts)) > 1 and _round_part(parts, wholes):
                return True
            bare = [v - sum(self._vector(n)[i] or 0 for n in charges) for _, v, i in pairs]
            if self._roles[at] == "multa_valor" and _round_part(parts, bare) and not _round_part(parts, wholes):
                return True
        return False

    def _is_doubtful(self, at: int) -> bool:
        """More than a rate mostly is, on so few lines, or so different, that it may be reais."""
        told = self._filled(at)
        if not told or max(told) <= 200:
            return False
        values = {v for c, v in zip(self._vector(at), self._vector(self._fields["valor"][0]), strict=True) if c and v}
        return len(values) < 2 or len(set(told)) > 1

    def _name(self, at: int, name: str) -> None:
        self._fields.setdefault(name, []).append(at)
        self._field_of[at] = name
        self._taken.add(at)

    def _forget(self, at: int) -> None:
        name = self._field_of.pop(at, "")
        if name:
            self._fields[name] = [place for place in self._fields[name] if place != at]
            if not self._fields[name] and name != "valor":
                del self._fields[name]
        self._taken.discard(at)

    def _name_them(self) -> None:
        for at, role in self._roles.items():
            if not self._field_of.get(at) and role != "desconto_valor" and not _REALISED & self._words[at]:
                self._name(at, role)


_AMOUNTS = ("valor", "saldo", "valor_pago", "desconto_valor", *CHARGES, *DEDUCTIONS, *RESULTS)
_RATES = ("multa_pct", "juros_pct")
_PARTS = ((1, "plus"), (-1, "minus"))


def _count(signs: Sequence[tuple[int, ...]]) -> int:
    count = 1
    for choices in signs:
        count *= len(choices)
    return count


def _score(rows: Sequence[tuple[int, list[int]]], signs: Sequence[int], may_miss: int) -> tuple[int, int, int] | None:
    """(lines that add up, exactly, parts in it); None when too many do not."""
    missed = exact = 0
    for target, parts in rows:
        short = target - sum(sign * cents for sign, cents in zip(signs, parts, strict=True) if sign)
        if not short:
            exact += 1
        elif abs(short) > _TOLERANCE:
            missed += 1
            if missed > may_miss:
                return None
    return len(rows) - missed, exact, -sum(map(bool, signs))


def _round_part(parts: Sequence[int], wholes: Sequence[int]) -> bool:
    """Whether each is the same round percentage of its whole, to the cent."""
    pairs = list(zip(parts, wholes, strict=True))
    return any(all(abs(part * 10_000 - nice * whole) <= 10_000 for part, whole in pairs) for nice in _NICE)
