"""Fine and interest under a heading that does not say whether they are percentages or reais."""

from collections.abc import Sequence

from regua.files.amount_columns import RATES, AmountColumns
from regua.files.amount_words import CHARGES, ROLES, TOTAL

_NICE = tuple(range(50, 1_050, 50))
"""Fines as they are agreed, in hundredths of a percent: half a percent to ten."""


def take_for_money(of: AmountColumns) -> None:
    """Fine and interest without a unit of their own may be a rate, or reais: only then their sums are looked at."""
    for at in list(of.roles):
        if of.field_of.get(at, "") in RATES and _is_rate_on_its_face(of, at):
            del of.roles[at]
            of.money.remove(at)


def _is_rate_on_its_face(of: AmountColumns, at: int) -> bool:
    cells = of.looks[at].cells
    return any(len(cell.replace(".", ",").rpartition(",")[2]) > 2 for cell in cells if "," in cell or "." in cell)


def rates_out(of: AmountColumns) -> None:
    """Fine and interest in reais are no rates, and the other way round; what stands beside is of their kind."""
    open_ = [at for at in of.roles if of.roles[at] in CHARGES and _unsure(of, at)]
    reais = [at for at in open_ if at in of.proven or _is_reais(of, at)]
    total = TOTAL & of.words[of.fields["valor"][0]] and not any(of.filled(at) for at in reais)
    for at in open_:
        doubtful = _is_doubtful(of, at)
        if at in reais or (doubtful and (reais or total)) or (not of.filled(at) and reais):
            of.forget(at)
            continue
        if doubtful and of.field_of.get(at) == "multa_pct":
            problem = f"não dá para saber se “{of.header[at]}” é percentual ou valor em reais: não foi usada"
            fix = "diga no mapeamento: multa_pct (percentual) ou multa_valor (reais)"
            of.remarks.append((of.header[at], problem, fix))
            of.forget(at)
        del of.roles[at]
    _rates_in(of)


def _unsure(of: AmountColumns, at: int) -> bool:
    """Whether the heading leaves open if it is a rate."""
    field_, words = of.field_of.get(at, ""), of.words[at]
    if at in of.fixed or {"valor", "reais", "total"} & words:
        return False
    return field_ in RATES or (not field_ and of.roles[at] in ("multa_valor", "juros_valor"))


def _rates_in(of: AmountColumns) -> None:
    """`Multa %` is the rate where `Multa` turned out to be reais."""
    for at in range(len(of.header)):
        if at in of.taken or not {"%", "percentual", "pct"} & of.words[at] or not of.looks[at].cells:
            continue
        for name, role in (("multa_pct", "multa_valor"), ("juros_pct", "juros_valor")):
            if name not in of.fields and ROLES[role] & of.words[at]:
                of.name(at, name)


def _is_reais(of: AmountColumns, at: int) -> bool:
    told = of.filled(at)
    if any("r$" in cell for cell in of.looks[at].cells):
        return True
    if not told:  # nothing yet: as the total beside it says
        wholes = [n for n in of.money if n not in of.roles]
        return len(wholes) > 1 and any(TOTAL & of.words[n] for n in wholes)
    odd = of.roles[at] != "multa_valor" and any(cents % 5 for cents in told)
    return max(told) > 1_000 or len(set(told)) > 3 or odd or _follows_a_value(of, at)


def _follows_a_value(of: AmountColumns, at: int) -> bool:
    """Whether it is the same round part of different amounts, or of what is left of one without the charges."""
    charges = [n for n, role in of.roles.items() if role in CHARGES]
    for whole in (n for n in of.money if n not in of.roles):
        pairs = [(c, v, i) for i, (c, v) in enumerate(zip(of.vector(at), of.vector(whole), strict=True)) if c and v]
        if not pairs:
            continue
        parts, wholes = [c for c, _, _ in pairs], [v for _, v, _ in pairs]
        if len(set(parts)) > 1 and round_part(parts, wholes):
            return True
        bare = [v - sum(of.vector(n)[i] or 0 for n in charges) for _, v, i in pairs]
        if of.roles[at] == "multa_valor" and round_part(parts, bare) and not round_part(parts, wholes):
            return True
    return False


def _is_doubtful(of: AmountColumns, at: int) -> bool:
    """More than a rate mostly is, on so few lines, or so different, that it may be reais."""
    told = of.filled(at)
    if not told or max(told) <= 200:
        return False
    values = {v for c, v in zip(of.vector(at), of.vector(of.fields["valor"][0]), strict=True) if c and v}
    return len(values) < 2 or len(set(told)) > 1


def round_part(parts: Sequence[int], wholes: Sequence[int], rates: Sequence[int] = _NICE) -> bool:
    """Whether each is the same round percentage of its whole, to the cent."""
    pairs = list(zip(parts, wholes, strict=True))
    return any(all(abs(part * 10_000 - nice * whole) <= 10_000 for part, whole in pairs) for nice in rates)
