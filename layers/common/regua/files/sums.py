"""Which columns of money are the sum of others: tried on a sample, for nobody is believed on a heading alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from regua.files.amount_columns import AmountColumns
from regua.files.amount_words import BASE, CHARGES, EXTRAS, FINAL, LEFT, RESULTS, TOTAL


@dataclass(frozen=True, slots=True)
class Sum:
    """`result` = `base` + all of `plus` - all of `minus`, by position of their columns."""

    result: int
    base: int
    plus: tuple[int, ...] = ()
    minus: tuple[int, ...] = ()


TOLERANCE = 2
"""Cents that sums may be off: programs add what they have not rounded."""
_ENOUGH = 0.9
"""Part of the lines that must add up."""
_Found: TypeAlias = tuple[tuple[int, int, int, bool], Sum]
"""Lines that add up, lines that do so to the cent, parts (fewer before more), and whether it starts from the value."""
_SEVERAL = 3
"""Lines of which one may be wrong."""
_OF_A_BOLETO = frozenset({"valor", "boleto"})
_FEW = 4
"""Columns nobody knows, of which one line may need some and not others."""
_MOST = 4_096
"""Combinations tried for one sum."""


def _sums(of: AmountColumns) -> Iterator[tuple[int, Sum]]:
    value = of.fields["valor"][0]
    results = [at for at in of.money if at not in of.roles and _may_be_result(of, at)]
    bases = [at for at in of.money if at not in of.roles and (at == value or _may_be_base(of, at))]
    for result in results:
        found = _best(of, result, bases)
        if found is None and result == value:  # whatever its name: with charges it makes the total to the cent
            found = _best(of, result, [at for at in of.money if at not in bases and _is_part(of, at)])
        if of.whole and (found is None or found[0][:2] < _all(of, result)):
            firsts = [at for at in (*of.money, *of.whole) if at not in bases and _is_part(of, at)]
            wide = _best(of, result, [*bases, *(firsts if result == value else ())], tuple(of.whole))
            found = wide if wide and (found is None or wide[0][:2] > found[0][:2]) else found
        if found:
            yield result, found[1]


def _all(of: AmountColumns, result: int) -> tuple[int, int]:
    """The lines that a sum could explain, and as many of them exactly."""
    lines = sum(cents is not None for cents in of.vector(result))
    return lines, lines


def sums_found(of: AmountColumns) -> dict[int, Sum]:
    """The sums, by the column that they make. Of two that explain each other the one that needs more columns counts: a
    total is made of the value, and not the value of a total less one of its parts.
    """
    sums = dict(_sums(of))
    for found in sums.values():
        of.take_whole((found.base, *found.plus, *found.minus))
    value = of.fields["valor"][0]
    back = sums.get(value)
    there = sums.get(back.base) if back else None
    if back and there and there.base == value and len(there.plus + there.minus) > len(back.plus + back.minus):
        del sums[value]
    return sums


def _best(of: AmountColumns, result: int, bases: Sequence[int], whole: Sequence[int] = ()) -> _Found | None:
    """The best sum that makes a column, and how good it is; `whole` are columns without cents that may be in it."""
    value = of.fields["valor"][0]
    best: _Found | None = None
    for base in bases:
        left = of.field_of.get(base) == "saldo" and (result == value or of.field_of.get(result))
        if base == result or left or of.field_of.get(base) == "valor_pago":
            continue
        found = _solve(of, result, base, whole)
        if found and (best is None or (*found[0], base == value) > best[0]):
            best = (*found[0], base == value), found[1]
    return best


def _may_be_result(of: AmountColumns, at: int) -> bool:
    field_, words = of.field_of.get(at, ""), of.words[at]
    return field_ in ("valor", "saldo", *RESULTS) or (
        not field_ and not (FINAL | TOTAL | LEFT | {"valor", "com", "c"}).isdisjoint(words)
    )


def _is_part(of: AmountColumns, at: int) -> bool:
    """Whether it may be the first of several parts: all that is neither late nor taken off."""
    role = of.roles.get(at) or of.whole.get(at) or EXTRAS[0]
    return role in EXTRAS or (role in CHARGES and of.is_doubtful(at))


def _may_be_base(of: AmountColumns, at: int) -> bool:
    return not (BASE | FINAL | TOTAL).isdisjoint(of.words[at])


def _signs(of: AmountColumns, at: int) -> tuple[int, ...]:
    role = of.roles.get(at) or of.whole.get(at, "")
    if role in (*CHARGES, *EXTRAS):
        return (0, 1)
    if role or of.field_of.get(at) == "valor_pago":
        return (0, -1)
    return (0, 1, -1) if not _may_be_base(of, at) or "liquido" in of.words[at] else (0,)


def _solve(of: AmountColumns, result: int, base: int, more: Sequence[int]) -> tuple[tuple[int, int, int], Sum] | None:
    """(lines that add up, exactly, parts in it), and the sum: the best there is, if it is good enough."""
    whole, start = of.vector(result), of.vector(base)
    lines = [at for at in range(len(of.sample)) if whole[at] is not None and start[at] is not None]
    target = [(whole[at] or 0) - (start[at] or 0) for at in lines]
    parts = [at for at in (*of.money, *more) if at not in (result, base) and any(of.vector(at)[i] for i in lines)]
    if not parts or not lines:
        return None
    told = [i for i, at in enumerate(lines) if target[i] or any(of.vector(p)[at] for p in parts)]
    signs = [_signs(of, at) for at in parts]
    while _count(signs) > _MOST:
        widest = max(range(len(signs)), key=lambda n: (len(signs[n]), n))
        signs[widest] = signs[widest][:-1]
    if not told:
        return None
    rows = [(target[i], [of.vector(p)[lines[i]] or 0 for p in parts]) for i in told]
    may_miss = max(len(rows) - int(-(-_ENOUGH * len(rows) // 1)), int(len(rows) >= _SEVERAL))
    best: tuple[tuple[int, int, int], tuple[int, ...]] | None = None
    ways: set[frozenset[int]] = set()
    for chosen in product(*signs):
        score = _score(rows, chosen, may_miss)
        if score and score[1] == 1 == len(rows):
            ways.add(_charged(of, parts, chosen))
        if score and (best is None or score > best[0]):
            best = score, chosen
    if best is None or (len(rows) == 1 and not _convincing(of, result, parts, best, len(ways))):
        return None
    plus = tuple(at for at, sign in zip(parts, best[1], strict=True) if sign > 0)
    minus = tuple(at for at, sign in zip(parts, best[1], strict=True) if sign < 0)
    return best[0], Sum(result, base, plus, minus)


def _charged(of: AmountColumns, parts: Sequence[int], signs: Sequence[int]) -> frozenset[int]:
    """The charges that a way of adding up needs."""
    return frozenset(at for at, sign in zip(parts, signs, strict=True) if sign and of.roles.get(at) in CHARGES)


def _convincing(
    of: AmountColumns,
    result: int,
    parts: Sequence[int],
    best: tuple[tuple[int, int, int], Sequence[int]],
    ways: int,
) -> bool:
    """One line is enough for parts whose headings say what they are. What has no such heading must make what is called
    a total to the cent, of all there is or of few columns, and in one way only.
    """
    score, signs = best
    unknown = [
        at for at in parts if at not in of.roles and of.field_of.get(at) != "valor_pago" and -1 in _signs(of, at)
    ]
    used = [at for at, sign in zip(parts, signs, strict=True) if sign and at in unknown]
    if not used:
        return True
    words = of.words[result]
    strong = of.field_of.get(result, "") in RESULTS or not (FINAL | TOTAL).isdisjoint(words) or words >= _OF_A_BOLETO
    return bool(strong and score[1] and ways == 1 and (used == unknown or len(unknown) <= _FEW))


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
        elif abs(short) > TOLERANCE:
            missed += 1
            if missed > may_miss:
                return None
    return len(rows) - missed, exact, -sum(map(bool, signs))
