"""How late charges were worked out, one line of Portuguese each: debtors have a right to see every addition.

Sources: SP Lei 17.832/2023 art. 49, RJ Lei 6.854/2014 art. 2 (original amount and each item apart).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from regua.domain.codes.amount import reais
from regua.domain.model import Charged, Discount, Profile, RateUnit
from regua.domain.rates import months_of

WITHIN_TERM = "Sem multa nem juros: dentro do prazo de pagamento."
WAIVED = "Multa e juros dispensados pelo credor."
_UNITS = {RateUnit.DAY: "a.d.", RateUnit.MONTH: "a.m.", RateUnit.YEAR: "a.a."}
_CAP_LAW = {Profile.CONSUMER: "CDC, art. 52, § 1º", Profile.COMPANY: "Código Civil, art. 412"}


@lru_cache(maxsize=256)
def percent(rate: Decimal) -> str:
    """A rate as Brazilians write it: `2%`, `0,033%`."""
    text = f"{rate:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%".replace(".", ",")


def day_of(day: date) -> str:
    """`10/01/2026`."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def moved(due_on: date, last_on: date) -> str:
    """A due date on a day without bank service or a holiday, paid by the next business day."""
    return f"Vencimento em {day_of(due_on)}, dia não útil: sem multa nem juros até {day_of(last_on)}."


def put_off(original_on: date, due_on: date) -> str:
    """A due date that was put off: charges run from the new one."""
    return f"Vencimento original em {day_of(original_on)}, adiado para {day_of(due_on)}."


def delay(due_on: date, on: date) -> str:
    """The two days between which charges run."""
    days = (on - due_on).days
    return f"Vencimento em {day_of(due_on)}, cálculo em {day_of(on)}: {_days(days, '')} de atraso."


def charged(so_far: Charged) -> str:
    """What a part payment was counted against: charged once, and interest goes on from there."""
    rest = so_far.fine_cents + so_far.interest_cents + so_far.correction_cents
    carried = f" Ficaram em aberto {reais(rest)} desses acréscimos." if rest else ""
    return (
        f"Multa e juros até {day_of(so_far.to_on)} já foram contados; "
        f"daí em diante, juros sobre o principal em aberto.{carried}"
    )


def new_terms(since_on: date) -> str:
    """The creditor's terms changed while the debt was open."""
    return f"Condições novas do credor desde {day_of(since_on)}."


def discount(tier: Discount, principal_cents: int, cents: int) -> str:
    """The discount that holds."""
    how = f"{percent(tier.percent)} de {reais(principal_cents)}" if tier.percent else "valor fixo"
    return f"Desconto até {day_of(tier.until_on)}: {how} = {reais(cents)}."


def fine(rate: Decimal, agreed: Decimal, profile: Profile, principal_cents: int, cents: int) -> str:
    """The fine, and the law that capped it."""
    line = f"Multa: {percent(rate)} de {reais(principal_cents)} = {reais(cents)}."
    if rate == agreed:
        return line
    return f"{line} O contrato prevê {percent(agreed)}; o limite legal é {percent(rate)} ({_CAP_LAW[profile]})."


def interest(rate: Decimal, unit: RateUnit, parts: int, counted: str, amounts: tuple[int, int]) -> str:
    """Agreed interest; `amounts` are principal and interest in cents."""
    shown = f"{percent(rate)} {_UNITS[unit]}" + (f" ÷ {parts}" if parts > 1 else "")
    return f"Juros simples: {shown} × {counted} × {reais(amounts[0])} = {reais(amounts[1])}."


def legal_interest(rate: Decimal, amounts: tuple[int, int]) -> str:
    """Interest nobody agreed on; `amounts` are principal and interest in cents."""
    return (
        "Juros não combinados: taxa legal (Código Civil, art. 406), simples, "
        f"{percent(rate)} no período × {reais(amounts[0])} = {reais(amounts[1])}."
    )


def correction(index: str, cents: int) -> str:
    """Monetary correction."""
    return f"Correção pelo índice {index}, meses completos desde o vencimento = {reais(cents)}."


def missing(table: str, months: Sequence[str]) -> str:
    """Months (`YYYY-MM`) a table does not have: nothing is charged for them."""
    every = list(months_of(months[0], months[-1])) == list(months) and len(months) > 1
    span = f"{month_of(months[0])} a {month_of(months[-1])} ({len(months)} meses)"
    return f"Sem {table} na tabela, nada cobrado em: {span if every else ', '.join(map(month_of, months))}."


def month_of(month: str) -> str:
    """`11/2026` of `2026-11`."""
    return f"{month[5:]}/{month[:4]}"


def running(days: int) -> str:
    """`5 dias corridos`."""
    return _days(days, " corrido")


def business(days: int) -> str:
    """`5 dias úteis`."""
    return f"{days} dia útil" if days == 1 else f"{days} dias úteis"


def _days(days: int, kind: str) -> str:
    return f"{days} dia{kind}" if days == 1 else f"{days} dias{kind}{'s' if kind else ''}"
