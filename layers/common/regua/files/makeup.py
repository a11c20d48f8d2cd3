"""What the amounts of a line are made of: which column is the whole, which is a part of it, which is their sum.

Headings propose (`Multa`, `Bolsa`, `Total`), the sums of the sample decide: `Total` is `Principal` and `Multa` and
`Juros` where it is so on nearly all lines. Where the two disagree the operator hears of it; where neither tells, the
file or the line waits for a word of his.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from regua.domain.codes.amount import figures
from regua.files.amount_columns import AmountColumns, Remark
from regua.files.amount_words import (
    CHARGES,
    CONDITIONAL,
    CREDITORS_COST,
    DEDUCTIONS,
    EXTRAS,
    FINAL,
    GROSS,
    IN_TIME,
    LEFT,
    ONLY_PROVEN,
    REALISED,
    RESULTS,
    SURELY_BASE,
    TOTAL,
    WITHHELD,
)
from regua.files.beside_value import MAP_IT, unexplained, value_in_time
from regua.files.late_or_not import late_or_not
from regua.files.looks import ColumnLook
from regua.files.rate_or_reais import rates_out, round_part, take_for_money
from regua.files.sums import TOLERANCE, Sum, sums_found


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
    add: tuple[int, ...] = ()
    """Columns of what is owed besides the value, late or not."""
    in_balance: tuple[int, ...] = ()
    """Of those, the ones that the balance contains."""
    asked: tuple[int, ...] = ()
    """Deductions of which nobody knows whether they are off the value already: such lines wait."""
    discount_for_good: bool = False
    """What the discount's column says is off, whatever the day, unless the line names a day."""
    in_time: int = -1
    """The column of what is asked of who pays in time: what it is less than the value is a discount that a day ends."""
    remarks: tuple[Remark, ...] = field(default=(), compare=False)
    examples: tuple[str, ...] = field(default=(), compare=False)
    """Of each sum, the figures of one line: `650,00 + 13,00 = 663,00`."""
    rest: bool = False
    """The column of the value says what is left to be paid: what was paid before is not in it."""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Makeup":
        """Back from JSON, where `asdict` put it."""
        sums = tuple(Sum(s["result"], s["base"], tuple(s["plus"]), tuple(s["minus"])) for s in document["sums"])
        places: dict[str, Any] = {
            name: tuple(document[name]) for name in ("off", "on", "inside", "add", "in_balance", "asked")
        }
        remarks = tuple((column, problem, fix) for column, problem, fix in document["remarks"])
        good, rest, examples = document["discount_for_good"], document.get("rest", False), tuple(document["examples"])
        found = cls(sums, **places, discount_for_good=good, in_time=document.get("in_time", -1))
        return replace(found, rest=rest, remarks=remarks, examples=examples)


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
    of = AmountColumns(header, values, fields, taken, fixed, sample)
    return _found(of) if sample and "valor" in fields and of.matters else Makeup()


_PARTS = ((1, "plus"), (-1, "minus"))


def _found(of: AmountColumns) -> Makeup:
    """The makeup; `fields` are put right by the way."""
    take_for_money(of)
    sums = sums_found(of)
    of.proven = {at for s in sums.values() for at in (*s.plus, *s.minus)}
    rates_out(of)
    late_or_not(of, sums)
    _paid(of, sums)
    _whole(of, sums)
    inside = _inside(of, sums)
    in_time = value_in_time(of, sums)
    _results(of, sums)
    value = of.fields["valor"][0]
    add = _added(of, value, sums)
    on = tuple(at for at, role in of.roles.items() if role in CHARGES and _outstanding(of, at, sums))
    off, asked, for_good = _off(of, value, sums)
    saldo = of.fields.get("saldo", [-1])[0]
    in_balance = tuple(at for at in on if saldo in sums and at in sums[saldo].plus)
    _name_them(of)
    of.remarks += unexplained(of, sums)
    told = tuple(sums.values())
    remarks, examples = tuple(dict.fromkeys(of.remarks)), tuple(_example(of, one) for one in told)
    return Makeup(told, off, on, inside, add, in_balance, asked, for_good, in_time, remarks, examples)


def _example(of: AmountColumns, found: Sum) -> str:
    """The figures of the line that has most of the parts."""
    best: tuple[int, str] = (0, "")
    for at in range(len(of.sample)):
        total, start = of.vector(found.result)[at], of.vector(found.base)[at]
        parts = [(sign, of.vector(part)[at] or 0) for sign, name in _PARTS for part in getattr(found, name)]
        told = sum(bool(cents) for _, cents in parts)
        if total is None or start is None or told <= best[0]:
            continue
        if abs(total - start - sum(sign * cents for sign, cents in parts)) <= TOLERANCE:
            shown = "".join(f" {'+' if sign > 0 else '-'} {figures(cents)}" for sign, cents in parts if cents)
            best = told, f"{figures(start)}{shown} = {figures(total)}"
    return best[1]


def _paid(of: AmountColumns, sums: Mapping[int, Sum]) -> None:
    """What the balance is short of, beside what was granted, was paid, told as a part of it or as what it lacks."""
    saldo = of.fields.get("saldo", [-1])[0]
    if (whole := sums.get(of.fields["valor"][0])) and not whole.minus and saldo in (whole.base, *whole.plus):
        others = [at for at in (whole.base, *whole.plus) if at != saldo]
        if len(others) == 1 and not (others[0] in of.roles or of.field_of.get(others[0]) or "valor_pago" in of.fields):
            of.name(others[0], "valor_pago")
    for result, found in sums.items():
        for at in found.minus:
            if at in of.roles or of.field_of.get(at):
                continue
            if (result == saldo or of.is_left(result)) and "valor_pago" not in of.fields:
                of.name(at, "valor_pago")


def _whole(of: AmountColumns, sums: dict[int, Sum]) -> None:
    """Makes the value of the column that the others are worked out from."""
    for _ in range(3):
        value = of.fields["valor"][0]
        found = sums.get(value)
        if value in of.fixed or found is None or not any(at in of.roles for at in (*found.plus, *found.minus)):
            break
        if _nameless(of, found) or of.field_of.get(found.base, "") not in ("", *RESULTS):
            break
        of.forget(value)
        of.name(value, "valor_total" if any(of.roles.get(at) in CHARGES for at in found.plus) else "valor_final")
        of.fields["valor"] = []
        of.name(found.base, "valor")
    _by_heading(of, sums)


def _nameless(of: AmountColumns, found: Sum) -> tuple[int, ...]:
    return tuple(at for at in found.plus if of.roles.get(at, EXTRAS[0]) in EXTRAS)


def _by_heading(of: AmountColumns, sums: Mapping[int, Sum]) -> None:
    """A total that does not add up beside a principal: the principal it is, and the operator hears of it."""
    value = of.fields["valor"][0]
    charged = any(role in CHARGES for role in of.roles.values())
    if value in of.fixed or value in sums or not charged or not TOTAL & of.words[value]:
        return
    for at in of.money:
        if at == value or of.field_of.get(at) or not SURELY_BASE & of.words[at]:
            continue
        pairs = [(a, b) for a, b in zip(of.vector(at), of.vector(value), strict=True) if a and b]
        if pairs and all(a <= b for a, b in pairs):
            if any(a < b for a, b in pairs):
                _disagrees(of, value, at)
            of.forget(value)
            of.fields["valor"] = []
            of.name(at, "valor")
            return


def _disagrees(of: AmountColumns, total: int, base: int) -> None:
    parts = ", ".join(f"“{of.header[at]}”" for at in _charges(of))
    problem = f"“{of.header[total]}” não é “{of.header[base]}” mais {parts}: vale “{of.header[base]}”"
    of.remarks.append((of.header[total], problem, f"confira as colunas, ou {MAP_IT}"))


def _deductions(of: AmountColumns) -> bool:
    return any(role not in (*CHARGES, *EXTRAS) for role in of.roles.values())


def _charges(of: AmountColumns) -> list[int]:
    return [at for at, role in of.roles.items() if role in CHARGES and of.filled(at)]


def _inside(of: AmountColumns, sums: Mapping[int, Sum]) -> tuple[int, ...]:
    """Charges that the column of the value contains, where no column has it without them."""
    value = of.fields["valor"][0]
    found = sums.get(value)
    if found is not None:
        return tuple(at for at in found.plus if of.roles.get(at) in CHARGES)
    charges = [at for at in _charges(of) if not REALISED & of.words[at]]
    if not charges or any(s.base == value for s in sums.values()):
        return ()
    verdict = _fine_tells(of, value, charges)
    total = bool(TOTAL & of.words[value]) and not SURELY_BASE & of.words[value]
    names = ", ".join(f"“{of.header[at]}”" for at in charges)
    if verdict is None and total and value not in of.fixed:
        problem = f"não dá para saber se “{of.header[value]}” já traz {names}: foi lido como se trouxesse"
        fix = "acrescente a coluna do principal, ou diga no mapeamento qual é a coluna de valor"
        of.remarks.append((of.header[value], problem, fix))
        return tuple(charges)
    if verdict and value not in of.fixed:
        if not total:
            problem = f"pelas contas “{of.header[value]}” já traz {names}: o principal é sem eles"
            of.remarks.append((of.header[value], problem, "acrescente a coluna do principal se não for"))
        return tuple(charges)
    return ()


def _fine_tells(of: AmountColumns, value: int, charges: Sequence[int]) -> bool | None:
    """A fine is a round part of the principal: whether that is the value without charges. None: it is not told."""
    fines = [at for at in charges if of.roles[at] == "multa_valor"]
    lines = [at for at in range(len(of.sample)) if of.vector(value)[at] and any(of.vector(f)[at] for f in fines)]
    if not lines:
        return None
    fine = [sum(of.vector(f)[at] or 0 for f in fines) for at in lines]
    whole = [of.vector(value)[at] or 0 for at in lines]
    bare = [w - sum(of.vector(c)[at] or 0 for c in charges) for w, at in zip(whole, lines, strict=True)]
    as_whole, as_bare = round_part(fine, whole), round_part(fine, bare)
    return None if as_whole == as_bare else as_bare


def _results(of: AmountColumns, sums: dict[int, Sum]) -> None:
    """Names the results that are not named yet; a final value that nothing explains counts all the same. What makes
    a total of the value, whatever its name, is a part of the bill, unless it is what being late costs.
    """
    value = of.fields["valor"][0]
    for found in sums.values():
        if value in (found.base, found.result):
            parts = (*found.plus, *((found.base,) if found.result == value and found.plus else ()))
            of.roles |= dict.fromkeys((at for at in parts if at != value and not _known(of, at)), EXTRAS[0])
    whole = max((s for s in sums.values() if _is_principal(of, s)), key=lambda s: len(s.plus), default=None)
    if whole is not None and value not in of.fixed:
        of.roles |= dict.fromkeys((at for at in whole.minus if at not in of.roles), "abatimento")
        if of.field_of.get(whole.result) == "valor_total":
            of.forget(whole.result)
        if of.field_of.get(whole.result) != "valor_final":
            of.name(whole.result, "valor_final")
    elif whole is not None and whole.plus:
        names = ", ".join(f"“{of.header[at]}”" for at in whole.plus)
        problem = f"“{of.header[whole.result]}” traz também {names}: vale “{of.header[value]}”, como diz o mapeamento"
        of.remarks.append((of.header[whole.result], problem, f"mapeie “{of.header[whole.result]}” como valor, se for"))
    for result, found in sums.items():
        if of.field_of.get(result) == "valor_final" and _if_in_time(of, found):
            of.forget(result)
        if of.field_of.get(result):
            continue
        if any(of.field_of.get(at) == "valor_pago" for at in found.minus):
            if "saldo" not in of.fields:
                of.name(result, "saldo")
        elif any(of.roles.get(at) in CHARGES for at in found.plus) or _if_in_time(of, found):
            of.name(result, "valor_total")
    if "valor_final" in of.fields or "saldo" in of.fields:
        return
    net = {s.result for s in sums.values() if _is_net(of, s)}
    for at in of.money:
        if at == value or of.field_of.get(at) or at in net or at in sums or not _says_final(of, at):
            continue
        pairs = [(a, b) for a, b in zip(of.vector(at), of.vector(value), strict=True) if a and b]
        less = any(a < b for a, b in pairs)
        if pairs and all(a <= b for a, b in pairs) and (less or _deductions(of)):
            of.name(at, "valor_final")
            if not less:
                return
            problem = f"“{of.header[at]}” é menor que “{of.header[value]}” e as outras colunas não dizem por quê"
            of.remarks.append((of.header[at], f"{problem}: vale o final", f"confira, ou {MAP_IT}"))
            return


def _known(of: AmountColumns, at: int) -> bool:
    return at in of.roles or of.field_of.get(at, "") in ("saldo", "valor_pago", *RESULTS)


def _is_principal(of: AmountColumns, found: Sum) -> bool:
    """Whether a sum of the value is all that is owed: it has parts, none of them for being late, and nothing paid."""
    value, named = of.fields["valor"][0], of.field_of.get(found.result, "")
    if found.base != value or not (found.plus or found.minus) or named not in ("", *RESULTS):
        return False
    if any(of.roles.get(at) in CHARGES for at in found.plus):
        return False
    if any(of.field_of.get(at) == "valor_pago" for at in found.minus) or of.is_left(found.result):
        return False
    own = SURELY_BASE & of.words[found.result] and not (FINAL | TOTAL) & of.words[found.result]
    return not own and not (_if_in_time(of, found) or _is_net(of, found) or _is_untaxed(of, found))


def _is_untaxed(of: AmountColumns, found: Sum) -> bool:
    """Whether it is a price before its taxes: what nobody says is withheld is paid, unless a net value lacks it."""
    taxes = [at for at in found.minus if of.roles.get(at) == "retencao"]
    withheld = any(WITHHELD & of.words[at] for at in taxes)
    return bool(taxes) and not withheld and not (FINAL | LEFT) & of.words[found.result]


def _if_in_time(of: AmountColumns, found: Sum) -> bool:
    """Whether it is what somebody owes who pays in time: its discount is lost after a day."""
    discounts = [at for at in found.minus if of.roles.get(at) == "desconto_valor"]
    words = frozenset().union(*(of.words[at] for at in discounts))
    return bool(discounts) and bool(CONDITIONAL & words or IN_TIME & of.words[found.result])


def _is_net(of: AmountColumns, found: Sum) -> bool:
    """Whether it is what is left to the creditor once others have taken their part."""
    return any(of.roles.get(at, "") not in DEDUCTIONS and CREDITORS_COST & of.words[at] for at in found.minus)


def _added(of: AmountColumns, value: int, sums: Mapping[int, Sum]) -> tuple[int, ...]:
    """Columns of what is owed besides the value; what no sum needs is nobody's part, unless the mapping says so."""
    inside = {at for s in sums.values() if s.result == value for at in (s.base, *s.plus)}
    needed = {at for s in sums.values() if s.base == value and of.field_of.get(s.result) for at in s.plus}
    extras = [at for at, role in of.roles.items() if role in EXTRAS]
    for at in extras:
        if at not in inside | needed and at not in of.fixed:
            del of.roles[at]
            of.forget(at)
    add = needed if value not in of.fixed else set()
    return tuple(at for at in extras if at not in inside and (at in add or at in of.fixed))


def _says_final(of: AmountColumns, at: int) -> bool:
    """`Valor Líquido` is elsewhere what was received: nothing where nobody has paid."""
    words, value = of.words[at], of.vector(of.fields["valor"][0])
    if IN_TIME & words:
        return False
    if "liquido" not in words:
        return bool({"final", "cobrado", "cobrar", "pagar"} & words)
    paid = {"valor_pago", "data_pagamento"} & of.fields.keys()
    return not paid and all(cents for cents, whole in zip(of.vector(at), value, strict=True) if whole)


def _outstanding(of: AmountColumns, at: int, sums: Mapping[int, Sum]) -> bool:
    """Whether it is charges still to be paid: not what came with a payment."""
    if REALISED & of.words[at]:
        return False
    paid, left = (of.fields.get(name, [-1])[0] for name in ("valor_pago", "saldo"))
    if paid < 0 or left not in sums or at not in sums[left].plus:
        return True
    lines = zip(of.vector(at), of.vector(paid), of.vector(left), strict=True)
    return not any(cents and money and rest == 0 for cents, money, rest in lines)


def _off(of: AmountColumns, value: int, sums: Mapping[int, Sum]) -> tuple[tuple[int, ...], tuple[int, ...], bool]:
    """What is off the value for good, what nobody can tell of, and whether the discount is off too."""
    of_value = [s for s in sums.values() if s.base == value and not _is_untaxed(of, s)]
    off: list[int] = []
    asked: list[int] = []
    for_good = False
    for at, role in list(of.roles.items()):
        if role in (*CHARGES, *EXTRAS) or not (of.filled(at) or role in of.field_of.get(at, "")):
            continue
        if value in sums and at in sums[value].minus:  # the value is without it already
            of.forget(at)
            of.roles[at] = role if role in DEDUCTIONS else "abatimento"
            continue
        proven = any(at in s.minus for s in of_value)
        refuted = not proven and bool(of_value) and bool(of.filled(at))
        if role == "desconto_valor":
            if proven and "desconto_valor" not in of.fields and not REALISED & of.words[at]:
                of.name(at, "desconto_valor")
            if at in of.fields.get("desconto_valor", ()):
                for_good = proven and not any(at in s.minus and _if_in_time(of, s) for s in of_value)
            elif proven:
                of.roles[at] = "abatimento"
                off.append(at)
        elif proven or at in of.fixed:
            off.append(at)
        elif not refuted:
            _unproven(of, at, role, value, off, asked)
    return tuple(off), tuple(asked), for_good


def _unproven(of: AmountColumns, at: int, role: str, value: int, off: list[int], asked: list[int]) -> None:
    withheld = role == "retencao" and bool(WITHHELD & of.words[at])
    granted = role == "bolsa" and bool(GROSS & of.words[value])
    if ONLY_PROVEN & of.words[at]:
        del of.roles[at]
    elif role == "abatimento" or withheld or granted or "valor_final" in of.fields:
        off.append(at)
    elif role == "bolsa":
        asked.append(at)
    elif of.filled(at):
        problem = f"imposto que ninguém diz se é retido por quem paga: “{of.header[at]}” não foi descontado"
        fix = "acrescente o valor líquido, ou diga no mapeamento: retencao (descontar) ou ignorar"
        of.remarks.append((of.header[at], problem, fix))
        del of.roles[at]


def _name_them(of: AmountColumns) -> None:
    for at, role in of.roles.items():
        if not of.field_of.get(at) and role != "desconto_valor" and not REALISED & of.words[at]:
            of.name(at, role)
