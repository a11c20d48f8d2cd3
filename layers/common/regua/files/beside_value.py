"""Columns of money beside the value that no sum explains: what is asked of who pays in time, and totals above it."""

from collections.abc import Iterator, Mapping

from regua.files.amount_columns import AmountColumns, Remark
from regua.files.amount_words import CHARGES, DEDUCTIONS, ROLES
from regua.files.sums import Sum

MAP_IT = "diga no mapeamento o que ela é (ignorar, se nada)"
_PUNCTUAL = frozenset({"pontualidade", "pontual", "antecipacao", "antecipado", "antecipada"})
_WITH = frozenset({"com", "c"})
_TOTALS = frozenset({"total", "final", "geral", "cobrar", "pagar", "cobrado"})
_LATE = frozenset().union(*(ROLES[name] for name in CHARGES))


def value_in_time(of: AmountColumns, sums: Mapping[int, Sum]) -> int:
    """The column of the value with a discount that a day ends, where only it tells the discount; -1: there is none.

    `Valor c/ desconto` beside `Desconto até`, `Valor até o vencimento`: who pays later owes the value itself.
    """
    value, fields = of.fields["valor"][0], of.fields
    told = {"desconto_valor", "desconto_pct"} & fields.keys() or any(
        role in (*DEDUCTIONS, "desconto_valor") for role in of.roles.values()
    )
    own = sums.get(value)
    if told or (own and (own.plus or own.minus)):
        return -1
    for at in of.money:
        named = of.field_of.get(at, "")
        if at == value or at in sums or at in of.fixed or named not in ("", "valor_final", "valor_total"):
            continue
        if _ends(of, at) and _below(of, at, value):
            of.forget(at)
            of.name(at, "valor_total")
            return at
    return -1


def _ends(of: AmountColumns, at: int) -> bool:
    """Whether its heading, with the day beside it, says that who pays later owes more."""
    words = of.words[at]
    if not _PUNCTUAL.isdisjoint(words) or {"ate", "vencimento"} <= words:
        return True
    discounted = not _WITH.isdisjoint(words) and not ROLES["desconto_valor"].isdisjoint(words)
    return discounted and "desconto_ate" in of.fields


def _below(of: AmountColumns, at: int, value: int) -> bool:
    pairs = [(a, b) for a, b in zip(of.vector(at), of.vector(value), strict=True) if a and b]
    return bool(pairs) and all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def unexplained(of: AmountColumns, sums: Mapping[int, Sum]) -> Iterator[Remark]:
    """Totals that are more than the value without any column that says why: the value counts, and it is said."""
    value = of.fields["valor"][0]
    used = {at for found in sums.values() for at in (found.result, found.base, *found.plus, *found.minus)}
    for at in of.money:
        words = of.words[at]
        if at == value or at in used or of.field_of.get(at) or _TOTALS.isdisjoint(words) or not _LATE.isdisjoint(words):
            continue
        pairs = [(a, b) for a, b in zip(of.vector(at), of.vector(value), strict=True) if a and b]
        above = [(a, b) for a, b in pairs if a > b]
        if above and not all(a % b == 0 for a, b in pairs):  # of all parcels, perhaps
            problem = f"“{of.header[at]}” é maior que “{of.header[value]}” e nenhuma coluna diz por quê"
            fix = f"se falta uma coluna (multa, juros, taxa), acrescente-a; senão, {MAP_IT}"
            yield of.header[at], f"{problem}: vale “{of.header[value]}”", fix
