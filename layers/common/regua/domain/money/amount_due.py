"""Late charges and discounts, to the cent. `docs/charges.md` states the rule once, for everybody.

Interest is simple, from the original due date, per running day: `% a.m.` / 30, `% a.a.` / 365. A due date that falls on
a day without bank service or on a holiday moves to the next business day, and nothing accrues when paid by then. Every
component is rounded half up to the cent by itself. What a part payment was counted against is charged once: the fine,
and interest up to that day; it goes on from there on the principal still open (CC art. 354).
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from regua.domain.calendar import Calendar, Place
from regua.domain.model import Charged, Contract, Period, Profile, RateUnit
from regua.domain.money import calculation
from regua.domain.rates import LEGAL_RATE, LegalRates, Missing, MonthlyRates
from regua.domain.values import Value, replace

FINE_CAP_PERCENT: Mapping[Profile, Decimal] = MappingProxyType(
    {Profile.CONSUMER: Decimal(2), Profile.COMPANY: Decimal(100)}
)
"""Highest fine by profile, % of the principal: CDC art. 52 §1; CC art. 412 (no penalty above the obligation itself)."""
_DAYS = {RateUnit.DAY: 1, RateUnit.MONTH: 30, RateUnit.YEAR: 365}
_BUSINESS_DAYS = {RateUnit.DAY: 1, RateUnit.MONTH: 21, RateUnit.YEAR: 252}
"""Days of a rate's period. In business days the market's convention holds: 21 a month, 252 a year."""
_ON_TIME = (calculation.WITHIN_TERM,)


class AmountDue(Value):
    """What is due on a day, in cents, and how it was worked out."""

    principal_cents: int
    fine_cents: int = 0
    interest_cents: int = 0
    discount_cents: int = 0
    correction_cents: int = 0
    calculation: tuple[str, ...] = ()
    discount_until: date | None = None
    """Last day of the discount, as the contract names it."""
    missing: tuple[Missing, ...] = ()
    """What the tables of rates did not have: nothing was charged for these months."""
    uncounted: tuple[Period, ...] = ()
    """Days of which no interest is counted, as nobody knows the legal rate."""
    uncorrected: tuple[str, ...] = ()
    """Months (`YYYY-MM`) of which no correction is counted, as nobody knows the index."""

    @property
    def additions_cents(self) -> int:
        """Fine, interest and correction."""
        return self.fine_cents + self.interest_cents + self.correction_cents

    @property
    def total_cents(self) -> int:
        """Principal plus additions less discount."""
        return self.principal_cents + self.additions_cents - self.discount_cents


class _Delay(Value):
    """What every addition is worked out from. `lines` is None when nobody wants the working."""

    principal_cents: int
    original_cents: int
    """What a percentage of discount is taken of: paid in parts within the term, it is the same discount."""
    due_on: date
    since_on: date
    """Interest is counted from here: the due date, or the day up to which it was charged."""
    on: date
    contract: Contract
    lines: list[str] | None
    unknown: "_Unknown"
    uncorrected: tuple[str, ...]
    """Months before `since_on` that are corrected now, if the index is known by now."""


@dataclass
class _Unknown:
    """What no table could say."""

    missing: list[Missing] = field(default_factory=list)
    uncounted: list[Period] = field(default_factory=list)
    uncorrected: list[str] = field(default_factory=list)


def amount_due(
    principal_cents: int,
    due_on: date,
    on: date,
    contract: Contract,
    profile: Profile,
    *,
    place: Place,
    calendar: Calendar,
    legal_rates: LegalRates | None = None,
    indexes: Mapping[str, MonthlyRates] | None = None,
    explain: bool = True,
    original_cents: int | None = None,
    charged: Charged | None = None,
    later: Sequence[tuple[date, Contract]] = (),
) -> AmountDue:
    """What `principal_cents` (still open, due on `due_on`) amounts to when paid on the calendar day `on`.

    `place` decides which holidays move the due date. `legal_rates` is used when nothing was agreed, `indexes` when the
    contract corrects the principal (None: the calendar's own tables); a month missing from either adds nothing, and the
    working says so. `explain` False leaves the working out (the numbers are the same). `original_cents` is the
    principal before part payments, `charged` what the last of them was counted against. `later` are the terms that
    followed `contract`, each with the day from which it holds, in order. Raises ValueError for a negative principal or
    rate.
    """
    if principal_cents < 0 or contract.fine_percent < 0 or contract.interest_percent < 0:
        raise ValueError("principal, fine and interest must not be negative")
    today = _in_force(contract, later, on)
    last_on = due_on if on <= due_on else calendar.due_moves_to(due_on, place)
    if on <= last_on and not today.discounts:
        why = _ON_TIME if on <= due_on else (calculation.moved(due_on, last_on),)
        return AmountDue(principal_cents, calculation=why if explain else ())
    original = principal_cents if original_cents is None else original_cents
    since_on = due_on if charged is None else min(charged.to_on, on)
    lines: list[str] | None = [] if explain else None
    unknown = _Unknown()
    uncorrected = charged.uncorrected if charged else ()
    delay = _Delay(principal_cents, original, due_on, since_on, on, today, lines, unknown, uncorrected)
    discount, until_on = _discount(delay, place, calendar)
    if on <= last_on or not principal_cents:
        _note(delay, calculation.WITHIN_TERM if on <= due_on or on > last_on else calculation.moved(due_on, last_on))
        return AmountDue(
            principal_cents, discount_cents=discount, calculation=tuple(delay.lines or ()), discount_until=until_on
        )
    if explain:
        _note(delay, calculation.delay(due_on, on))
    if explain and charged is not None:
        _note(delay, calculation.charged(charged))
    correction = _correction(delay, calendar.indexes if indexes is None else indexes)
    fine = interest = 0
    if today.waived:
        _note(delay, calculation.WAIVED)
    else:
        missed = _in_force(contract, later, last_on)
        if charged is None and missed.agreed:
            fine = _fine(delay if missed is today else replace(delay, contract=missed), profile)
        rates = legal_rates or calendar.legal_rates
        uncounted = [(first, min(end, on)) for first, end in charged.uncounted if first < on] if charged else []
        for span in _spans(delay, contract, later):
            if span.contract.waived:
                continue
            if span.contract.agreed:
                interest += _interest(span, calendar)
            else:
                interest += _legal_interest(span, [*uncounted, (span.since_on, span.on)], rates)
                uncounted = []
        if uncounted:  # under other terms by now, and owed under those it had
            interest += _legal_interest(delay, uncounted, rates)
        if charged is not None:
            fine, interest = charged.fine_cents, interest + charged.interest_cents
    correction += charged.correction_cents if charged else 0
    return AmountDue(
        principal_cents,
        fine,
        interest,
        discount,
        correction,
        tuple(lines or ()),
        until_on,
        tuple(unknown.missing),
        tuple(unknown.uncounted),
        tuple(unknown.uncorrected),
    )


def _in_force(contract: Contract, later: Sequence[tuple[date, Contract]], on: date) -> Contract:
    """The terms that hold on that day."""
    for since_on, terms in later:
        if since_on <= on:
            contract = terms
    return contract


def _spans(delay: _Delay, contract: Contract, later: Sequence[tuple[date, Contract]]) -> list[_Delay]:
    """The time interest runs, cut at the days from which other terms hold."""
    cuts = [day for day, _ in later if delay.since_on < day < delay.on]
    if not cuts and _in_force(contract, later, delay.since_on) is delay.contract:
        return [delay]
    spans = []
    for start, end in zip([delay.since_on, *cuts], [*cuts, delay.on], strict=True):
        if start in cuts:
            _note(delay, calculation.new_terms(start))
        spans.append(replace(delay, since_on=start, on=end, contract=_in_force(contract, later, start)))
    return spans


def _note(delay: _Delay, line: str) -> None:
    if delay.lines is not None:
        delay.lines.append(line)


def _share(cents: int, rate: Decimal, times: int = 1, parts: int = 1) -> int:
    """`cents` x `rate` % x `times` / `parts`, exact until it is rounded once, half up."""
    top, bottom = rate.as_integer_ratio()
    top, bottom = cents * top * times, bottom * 100 * parts
    return (2 * top + bottom) // (2 * bottom)


def _round(amount: Fraction) -> int:
    """Half up; amounts are never negative here."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def _discount(delay: _Delay, place: Place, calendar: Calendar) -> tuple[int, date | None]:
    """The best discount still open; its last day moves off a non-business day like any other (CC art. 132 §1)."""
    best_cents, best = 0, None
    for tier in delay.contract.discounts:
        if delay.on <= tier.until_on or delay.on <= calendar.due_moves_to(tier.until_on, place):
            cents = min(delay.principal_cents, _share(delay.original_cents, tier.percent) + tier.cents)
            if cents > best_cents:
                best_cents, best = cents, tier
    if best is not None and delay.lines is not None:
        delay.lines.append(calculation.discount(best, delay.original_cents, best_cents))
    return best_cents, best.until_on if best else None


def _fine(delay: _Delay, profile: Profile) -> int:
    agreed = delay.contract.fine_percent
    if not agreed:
        return 0
    rate = min(agreed, FINE_CAP_PERCENT[profile])
    cents = _share(delay.principal_cents, rate)
    if delay.lines is not None:
        delay.lines.append(calculation.fine(rate, agreed, profile, delay.principal_cents, cents))
    return cents


def _interest(delay: _Delay, calendar: Calendar) -> int:
    rate, unit = delay.contract.interest_percent, delay.contract.interest_unit
    if not rate:
        return 0
    in_business_days = delay.contract.business_days
    days = _bank_days(delay, calendar) if in_business_days else (delay.on - delay.since_on).days
    parts = (_BUSINESS_DAYS if in_business_days else _DAYS)[unit]
    cents = _share(delay.principal_cents, rate, days, parts)
    if delay.lines is not None:
        counted = calculation.business(days) if in_business_days else calculation.running(days)
        delay.lines.append(calculation.interest(rate, unit, parts, counted, (delay.principal_cents, cents)))
    return cents


def _bank_days(delay: _Delay, calendar: Calendar) -> int:
    """Bank business days after the first day up to and including the day of payment."""
    days = (delay.on - delay.since_on).days
    return sum(calendar.bank_business_day(delay.since_on + timedelta(days=n)) for n in range(1, days + 1))


def _legal_interest(delay: _Delay, periods: Sequence[Period], rates: LegalRates) -> int:
    """Interest of these days. Res. CMN 5.171/2024: simple; a part of a month is the month's rate x days / days of that
    month. As in Banco Central's calculator the due date counts and the day of payment does not.
    """
    total, before, missing = Fraction(0), list[str](), list[str]()
    for first, end in (days for period in periods for days in _by_month(*period)):
        rate = rates.of(first.year, first.month)
        if rates.since >= end:  # before there was a legal rate: none will ever be published
            before.append(f"{first:%Y-%m}")
        elif rate is None:
            if (month := f"{first:%Y-%m}") not in missing:
                missing.append(month)
            delay.unknown.uncounted.append((max(first, rates.since), end))
        else:
            days = (end - max(first, rates.since)).days
            total += Fraction(rate) * Fraction(days, monthrange(first.year, first.month)[1])
    cents = _round(delay.principal_cents * total / 100)
    if delay.lines is not None:
        shown = Decimal(_round(total * 10**6)).scaleb(-6)
        delay.lines.append(calculation.legal_interest(shown, (delay.principal_cents, cents)))
    _without(delay, LEGAL_RATE, missing, before)
    return cents


def _without(delay: _Delay, table: str, months: list[str], before: Sequence[str] = ()) -> None:
    """Says that nothing is charged for these months, as nobody knows the rate: less than is owed, never more."""
    if months:
        delay.unknown.missing.append(Missing(table, tuple(months)))
    if months or before:
        _note(delay, calculation.missing(table, [*before, *months]))


def _by_month(first: date, end: date) -> list[tuple[date, date]]:
    """`first`..`end` (not included) cut at the turns of the months."""
    spans = []
    while first < end:
        next_month = first.replace(day=1) + timedelta(days=monthrange(first.year, first.month)[1])
        spans.append((first, min(end, next_month)))
        first = next_month
    return spans


def _correction(delay: _Delay, indexes: Mapping[str, MonthlyRates]) -> int:
    """The index of each whole month since the due date (of those not charged yet), compounded; deflation never takes
    from the principal.
    """
    name = delay.contract.correction_index
    if not name:
        return 0
    table, factor, missing = indexes.get(name), Fraction(1), list[str]()
    first = delay.due_on.year * 12 + delay.due_on.month - 1
    since, until = (_whole_months(delay.due_on, day) for day in (delay.since_on, delay.on))
    whole = [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first + since, first + until)]
    for month in (*delay.uncorrected, *whole):
        rate = table.months.get(month) if table else None
        if rate is None:
            missing.append(month)
        else:
            factor *= 1 + Fraction(rate) / 100
    delay.unknown.uncorrected.extend(missing)
    cents = _round(delay.principal_cents * max(Fraction(0), factor - 1))
    if delay.lines is not None:
        delay.lines.append(calculation.correction(name, cents))
    _without(delay, name, missing)
    return cents


def _whole_months(start: date, end: date) -> int:
    """Months completed between two days; one that starts on the 31st is complete on the last day of a shorter month."""
    months = (end.year - start.year) * 12 + end.month - start.month
    last = monthrange(end.year, end.month)[1]
    return months if end.day >= min(start.day, last) else months - 1
