"""What late payment costs, told by its words from what is a part of the bill under the same words.

`Multa` and `Juros` are what being late costs. `Multa por infração` is owed whoever is late, and `Juros contratuais` is
the price of an instalment. Correction, lawyers' fees, costs and additions are either, as the rest of the line says.
"""

from collections.abc import Collection
from typing import Literal, TypeAlias

Lateness: TypeAlias = Literal["late", "mostly", "hardly", ""]
"""`late`: surely; `mostly` and `hardly`: as the line says, and where it does not, late or not; empty: a part."""

_FINES = frozenset({"multa", "multas", "fine", "penalidade"})
_OF_CONDUCT = frozenset(
    {
        "infracao",
        "infracoes",
        "regimento",
        "regimental",
        "regulamento",
        "conduta",
        "barulho",
        "convencao",
        "convencional",
    }
    | {
        "condominial",
        "assembleia",
        "advertencia",
        "obra",
        "obras",
        "garagem",
        "animal",
        "animais",
        "transito",
        "detran",
    }
    | {
        "rescisoria",
        "rescisao",
        "fidelidade",
        "fidelizacao",
        "cancelamento",
        "contratual",
        "distrato",
        "evasao",
        "perda",
    }
    | {"extravio", "ausencia", "devolucao", "desocupacao", "lixo", "vaga", "comportamento", "silencio", "indisciplina"}
    | {"cobertura", "vistoria", "antissocial"}
)
"""What a fine is for, other than being late: a rule of the house, a contract that ended (Código Civil, 1.336 §2)."""
_INTEREST = frozenset({"juros", "juro", "jrs", "interest"})
_OF_A_LOAN = frozenset(
    {"contratuais", "contratual", "remuneratorios", "remuneratorio", "compensatorios", "compensatorio", "financiamento"}
    | {"parcelamento", "price", "emprestimo", "obra", "embutidos", "capitalizados", "amortizacao", "carencia"}
)
"""Interest for the time a price is paid in, which is owed on the day as well."""
_BURDENS = frozenset({"encargo", "encargos", "permanencia"})
_NO_BURDENS = frozenset({"contratuais", "locacao", "locaticios", "comuns", "sociais", "condominio"})
_LATE = frozenset({"mora", "moratorio", "moratorios", "moratoria", "atraso", "inadimplencia", "sucumbencia"})
_MOSTLY = frozenset(
    {"correcao", "atualizacao", "monetaria", "acrescimo", "acrescimos", "honorarios", "honorario", "custas", "cartorio"}
    | {"emolumentos", "protesto", "adv", "advocaticios", "cobranca"}
)
_FEES = frozenset(
    {"honorarios", "honorario", "custas", "custa", "despesa", "despesas", "cartorio", "emolumentos", "adv"}
)
_TO_COLLECT = frozenset(
    {"cobranca", "protesto", "cartorio", "advocaticios", "advocaticio", "judicial", "judiciais", "processuais"}
    | {"advogado", "advogados", "adv", "emolumentos"}
)
_INDEXES = frozenset({"igpm", "igp", "incc", "ipca", "inpc", "ivar", "cub", "sinapi", "ipc", "fipe", "indexador"})
_HARDLY = _INDEXES | {"reajuste", "reajustes", "despesa", "despesas"}


def beyond(fine: int, rest: int) -> bool:
    """Whether a fine (cents) is more than any for being late may be beside what is owed: it is for something else."""
    return rest > 0 and fine * 5 > rest


def is_cost_of_collecting(words: Collection[str]) -> bool:
    """Whether it is what lawyers, courts and registries have cost: `Honorários advocatícios`, `Custas de cartório`."""
    return bool(_FEES.intersection(words)) and bool(_TO_COLLECT.intersection(words))


def lateness(words: Collection[str]) -> Lateness:
    """What the words (plain, lower case) of a heading or of an item say of it."""
    told = frozenset(words)
    if told & _LATE:
        return "late"
    if told & _FINES:
        return "" if told & _OF_CONDUCT else "late"
    if told & _INTEREST:
        return "" if told & _OF_A_LOAN else "late"
    if told & _BURDENS:
        return "" if told & _NO_BURDENS else "late"
    if told & _INDEXES or "contratual" in told:
        return "hardly" if told & (_INDEXES | _MOSTLY | _HARDLY) else ""
    if told & _FEES:
        return "mostly" if told & _TO_COLLECT or not told & _HARDLY else "hardly"
    if told & (_MOSTLY - {"cobranca"}):
        return "mostly"
    return "hardly" if told & _HARDLY else ""
