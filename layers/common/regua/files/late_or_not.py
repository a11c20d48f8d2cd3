"""Correction, fees and additions in reais: what being late has cost, or a part of the bill (decision 45)."""

from collections.abc import Mapping, Sequence

from regua.domain.intake.late_charges import beyond, is_cost_of_collecting, lateness
from regua.files.amount_columns import AmountColumns
from regua.files.amount_words import CHARGES, EXTRAS
from regua.files.rate_or_reais import round_part
from regua.files.sums import Sum

_SOME = 0.1
"""Part of its lines on which a charge for being late may stand without fine and interest."""
_FINE = (200,)
"""The fine of most debts, in hundredths of a percent (CDC, art. 52 §1; Código Civil, art. 1.336 §1)."""


def late_or_not(of: AmountColumns, sums: Mapping[int, Sum]) -> None:
    """What turns out to be a part of the bill is an addition, and no charge."""
    for at in [at for at, role in of.roles.items() if role == "multa_valor" and at not in of.fixed]:
        if any(_is_of_conduct(of, at, s) for s in sums.values() if at in s.plus):
            of.forget(at)
            of.roles[at] = EXTRAS[0]
    doubtful = [at for at, role in of.roles.items() if role in CHARGES and of.is_doubtful(at)]
    late = {at for at, role in of.roles.items() if role in CHARGES and at not in doubtful and of.filled(at)}
    for at in doubtful:
        found = [s for s in sums.values() if at in (s.base, *s.plus)]
        if found and not _is_late(of, at, found, late):
            of.forget(at)
            of.roles[at] = EXTRAS[0]


def _is_late(of: AmountColumns, at: int, sums: Sequence[Sum], late: set[int]) -> bool:
    """Whether it is: a total without fine or interest is what is owed on the day, and so is what the fine is counted
    from, or what stands on lines that are not late.
    """
    bare = [s for s in sums if late.isdisjoint(s.plus)]
    if bare:
        return any(_is_a_fine(of, at, s) or _collects(of, at, s) for s in bare)
    told = next((counted for s in sums if (counted := _fine_counts(of, at, s)) is not None), None)
    if told is not None:
        return not told
    lines = [n for n, cents in enumerate(of.vector(at)) if cents]
    punctual = [n for n in lines if not any(of.vector(other)[n] for other in late)]
    if lines and len(punctual) >= max(1, _SOME * len(lines)):
        return False
    return lateness(of.words[at]) != "hardly"


def _is_of_conduct(of: AmountColumns, at: int, found: Sum) -> bool:
    """Whether it is more on every line than a fine for being late may be."""
    lines = [(cents, base) for cents, base in zip(of.vector(at), of.vector(found.base), strict=True) if cents]
    return bool(lines) and all(base and beyond(cents, base) for cents, base in lines)


def _is_a_fine(of: AmountColumns, at: int, found: Sum) -> bool:
    """An addition of two percent on every line that has one is the fine, whatever its name."""
    if not {"acrescimo", "acrescimos"} & of.words[at]:
        return False
    pairs = [(cents, base) for cents, base in zip(of.vector(at), of.vector(found.base), strict=True) if cents and base]
    return bool(pairs) and round_part([c for c, _ in pairs], [b for _, b in pairs], _FINE)


def _collects(of: AmountColumns, at: int, found: Sum) -> bool:
    """Lawyers' fees and costs of collecting beside a debt are what being late costs (Código Civil, art. 389 and 395);
    beside other fees they are what was sold.
    """
    return is_cost_of_collecting(of.words[at]) and at != found.base and not lateness(of.words[found.base])


def _fine_counts(of: AmountColumns, at: int, found: Sum) -> bool | None:
    """Whether the fine is a round part of the principal with it; None: it is one of both, or of neither."""
    fines = [part for part in found.plus if of.roles.get(part) == "multa_valor"]
    others = [part for part in found.plus if of.roles.get(part, EXTRAS[0]) in EXTRAS]
    fine: list[int] = []
    without: list[int] = []
    beside: list[int] = []
    for n, base in enumerate(of.vector(found.base)):
        counted, own = sum(of.vector(part)[n] or 0 for part in fines), of.vector(at)[n]
        if base and counted and own:
            fine.append(counted)
            without.append(base + sum(of.vector(part)[n] or 0 for part in others))
            beside.append(without[-1] + own)
    if not fine:
        return None
    as_part, alone = round_part(fine, beside), round_part(fine, without)
    return None if as_part == alone else as_part
