"""Late charges and discounts, to the cent. `docs/charges.md` states the rule once, for everybody.

Interest is simple, from the original due date, per running day: `% a.m.` / 30, `% a.a.` / 365. A due date that falls on
a day without bank service or on a holiday moves to the next business day, and nothing accrues when paid by then. Every
component is rounded half up to the cent by itself.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from regua.domain.calendar import Calendar, Place
from regua.domain.model import ChargesContract, Discount, Profile, RateUnit

FINE_CAP_PERCENT: Mapping[Profile, Decimal] = MappingProxyType(
    {Profile.CONSUMER: Decimal(2), Profile.COMPANY: Decimal(100)}
)
"""Highest fine by profile, % of the principal: CDC art. 52 §1; CC art. 412 (no penalty above the obligation itself)."""
_DAYS = {RateUnit.DAY: 1, RateUnit.MONTH: 30, RateUnit.YEAR: 365}
_BUSINESS_DAYS = {RateUnit.DAY: 1, RateUnit.MONTH: 21, RateUnit.YEAR: 252}
"""Days of a rate's period. In business days the market's convention holds: 21 a month, 252 a year."""
_UNITS = {RateUnit.DAY: "a.d.", RateUnit.MONTH: "a.m.", RateUnit.YEAR: "a.a."}
_NOTHING_DUE = ("Sem multa nem juros: dentro do prazo de pagamento.",)


@dataclass(frozen=True, slots=True)
class Charges:
    """What is due on a day, in cents, and how it was worked out."""

    principal_cents: int
    fine_cents: int = 0
    interest_cents: int = 0
    discount_cents: int = 0
    correction_cents: int = 0
    working: tuple[str, ...] = ()

    @property
    def total_cents(self) -> int:
        """Principal plus additions less discount."""
        return (
            self.principal_cents + self.fine_cents + self.interest_cents + self.correction_cents - self.discount_cents
        )


@dataclass(frozen=True, slots=True)
class _Span:
    """The time of a delay: from the original due date to the day of the calculation."""

    due_on: date
    on: date

    @property
    def days(self) -> int:
        return (self.on - self.due_on).days


@dataclass(frozen=True, slots=True)
class MonthlyRates:
    """A published table of monthly rates, in %, by month (`YYYY-MM`). A month that is not there counts as unknown."""

    name: str
    months: Mapping[str, Decimal] = field(default_factory=dict)

    def of(self, year: int, month: int) -> Decimal | None:
        """The month's rate in %, or None when it was not published (or not entered)."""
        return self.months.get(f"{year:04d}-{month:02d}")


LegalRates = MonthlyRates
"""The legal rate of CC art. 406 (Selic less IPCA), published every month by Banco Central (SGS 29543)."""


def charges(
    principal_cents: int,
    due_on: date,
    on: date,
    contract: ChargesContract,
    profile: Profile,
    *,
    place: Place,
    calendar: Calendar,
    legal_rates: LegalRates | None = None,
    indexes: Mapping[str, MonthlyRates] | None = None,
) -> Charges:
    """What `principal_cents` (still open, due on `due_on`) amounts to when paid on the calendar day `on`.

    `place` decides which holidays move the due date. `legal_rates` is used when nothing was agreed, `indexes` when the
    contract corrects the principal; a month missing from either adds nothing, and the working says so. Raises
    ValueError for a negative principal or rate.
    """
    if principal_cents < 0 or contract.fine_percent < 0 or contract.interest_percent < 0:
        raise ValueError("principal, fine and interest must not be negative")
    late = on > due_on and on > calendar.due_moves_to(due_on, place)
    if not late and not contract.discounts:
        return Charges(principal_cents, working=_NOTHING_DUE)
    discount, working = _discount(principal_cents, on, contract.discounts, place, calendar)
    if not late or not principal_cents:
        return Charges(principal_cents, discount_cents=discount, working=(*working, *_NOTHING_DUE))
    span = _Span(due_on, on)
    working.append(f"Vencimento em {_day(due_on)}, cálculo em {_day(on)}: {_days_late(span.days)}.")
    correction = _correction(principal_cents, span, contract, indexes or {}, working)
    fine, interest = 0, 0
    if contract.waived:
        working.append("Multa e juros dispensados pelo credor.")
    elif contract.agreed:
        fine = _fine(principal_cents, contract, profile, working)
        interest = _interest(principal_cents, span, contract, calendar, working)
    else:
        interest = _legal_interest(principal_cents, span, legal_rates, working)
    return Charges(principal_cents, fine, interest, discount, correction, tuple(working))


def reais(cents: int) -> str:
    """`123456` as `R$ 1.234,56`, with a plain space: a no-break one doubles the price of an SMS."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}R$ {whole:,}".replace(",", ".") + f",{rest:02d}"


def percent(rate: Decimal) -> str:
    """A rate as Brazilians write it: `2%`, `0,033%`."""
    text = f"{rate:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%".replace(".", ",")


def _round(amount: Fraction) -> int:
    """Half up to the cent; amounts are never negative here."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def _share(cents: int, rate: Decimal, times: int = 1, parts: int = 1) -> int:
    """`cents` x `rate` % x `times` / `parts`, exact until it is rounded once."""
    top, bottom = rate.as_integer_ratio()
    top, bottom = cents * top * times, bottom * 100 * parts
    return (2 * top + bottom) // (2 * bottom)


def _discount(
    principal_cents: int, on: date, discounts: tuple[Discount, ...], place: Place, calendar: Calendar
) -> tuple[int, list[str]]:
    """The best discount still open on `on`; its last day moves off a non-business day like any other (CC 132 §1)."""
    best: tuple[int, Discount] | None = None
    for tier in discounts:
        if on <= calendar.due_moves_to(tier.until_on, place):
            cents = min(principal_cents, _share(principal_cents, tier.percent) + tier.cents)
            if best is None or cents > best[0]:
                best = (cents, tier)
    if best is None or best[0] <= 0:
        return 0, []
    cents, tier = best
    how = f"{percent(tier.percent)} de {reais(principal_cents)}" if tier.percent else "valor fixo"
    return cents, [f"Desconto até {_day(tier.until_on)}: {how} = {reais(cents)}."]


def _fine(principal_cents: int, contract: ChargesContract, profile: Profile, working: list[str]) -> int:
    if not contract.fine_percent:
        return 0
    cap = FINE_CAP_PERCENT[profile]
    rate = min(contract.fine_percent, cap)
    cents = _share(principal_cents, rate)
    line = f"Multa: {percent(rate)} de {reais(principal_cents)} = {reais(cents)}."
    if rate < contract.fine_percent:
        law = "CDC, art. 52, § 1º" if profile is Profile.CONSUMER else "Código Civil, art. 412"
        line += f" O contrato prevê {percent(contract.fine_percent)}; o limite legal é {percent(cap)} ({law})."
    working.append(line)
    return cents


def _interest(
    principal_cents: int, span: _Span, contract: ChargesContract, calendar: Calendar, working: list[str]
) -> int:
    if not contract.interest_percent:
        return 0
    unit = contract.interest_unit
    if contract.business_days:
        days, parts = _bank_days(span, calendar), _BUSINESS_DAYS[unit]
        counted = "1 dia útil" if days == 1 else f"{days} dias úteis"
    else:
        days, parts = span.days, _DAYS[unit]
        counted = "1 dia corrido" if days == 1 else f"{days} dias corridos"
    cents = _share(principal_cents, contract.interest_percent, days, parts)
    rate = f"{percent(contract.interest_percent)} {_UNITS[unit]}" + (f" ÷ {parts}" if parts > 1 else "")
    working.append(f"Juros simples: {rate} × {counted} × {reais(principal_cents)} = {reais(cents)}.")
    return cents


def _bank_days(span: _Span, calendar: Calendar) -> int:
    """Bank business days after the due date up to and including the day of payment."""
    return sum(calendar.bank_business_day(span.due_on + timedelta(days=n)) for n in range(1, span.days + 1))


def _legal_interest(principal_cents: int, span: _Span, rates: LegalRates | None, working: list[str]) -> int:
    """Res. CMN 5.171/2024: simple; a part of a month is the month's rate x days / days of that month."""
    total, missing = Fraction(0), []
    for year, month, days in _days_by_month(span.due_on + timedelta(days=1), span.on):
        rate = rates.of(year, month) if rates else None
        if rate is None:
            missing.append(f"{month:02d}/{year}")
        else:
            total += Fraction(rate) * Fraction(days, monthrange(year, month)[1])
    cents = _round(principal_cents * total / 100)
    shown = percent(Decimal(_round(total * 10**6)).scaleb(-6))
    working.append(
        f"Juros não combinados: taxa legal (Código Civil, art. 406), simples, {shown} no período "
        f"× {reais(principal_cents)} = {reais(cents)}."
    )
    if missing:
        working.append(f"Sem taxa legal na tabela, nada cobrado em: {_spans(missing)}.")
    return cents


def _days_by_month(first: date, last: date) -> list[tuple[int, int, int]]:
    """(year, month, days) for every month touched by `first`..`last`, both included."""
    spans, day = [], first
    while day <= last:
        end = min(last, day.replace(day=monthrange(day.year, day.month)[1]))
        spans.append((day.year, day.month, (end - day).days + 1))
        day = end + timedelta(days=1)
    return spans


def _correction(
    principal_cents: int,
    span: _Span,
    contract: ChargesContract,
    indexes: Mapping[str, MonthlyRates],
    working: list[str],
) -> int:
    """The index of each whole month since the due date, compounded; deflation never takes from the principal."""
    name = contract.correction_index
    if not name:
        return 0
    table, factor, missing = indexes.get(name), Fraction(1), []
    for number in range(_whole_months(span.due_on, span.on)):
        year, month = divmod(span.due_on.year * 12 + span.due_on.month - 1 + number, 12)
        rate = table.of(year, month + 1) if table else None
        if rate is None:
            missing.append(f"{month + 1:02d}/{year}")
        else:
            factor *= 1 + Fraction(rate) / 100
    cents = _round(principal_cents * max(Fraction(0), factor - 1))
    working.append(f"Correção pelo {name}, meses completos desde o vencimento = {reais(cents)}.")
    if missing:
        working.append(f"Sem {name} na tabela, nada corrigido em: {_spans(missing)}.")
    return cents


def _whole_months(start: date, end: date) -> int:
    """Months completed between two days; one that starts on the 31st is complete on the last day of a shorter month."""
    months = (end.year - start.year) * 12 + end.month - start.month
    last = monthrange(end.year, end.month)[1]
    return months if end.day >= min(start.day, last) else months - 1


def _spans(months: list[str]) -> str:
    return months[0] if len(months) == 1 else f"{months[0]} a {months[-1]} ({len(months)} meses)"


def _day(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def _days_late(days: int) -> str:
    return "1 dia de atraso" if days == 1 else f"{days} dias de atraso"
