"""One payment that several sources tell of is one payment.

A webhook, the bank's return file, its statement and a person may each tell of the same money, in any order. Which facts
are the same payment follows from the set of them alone. Two facts of one source are always two payments.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from regua.domain.calendar import Calendar
from regua.domain.model import TAKES_BACK, FactKind, PaymentFact, Rail
from regua.domain.money.transfers import transfers, without
from regua.domain.tenant import Tenant
from regua.domain.values import Value

SAME_BOLETO = timedelta(days=5)
"""How far apart a gateway and the bank may date the same boleto: a weekend and a holiday lie between at most."""
END_TO_END = re.compile(r"[ED][0-9]{8}[0-9]{12}[A-Za-z0-9]{11}")
"""Banco Central, Manual das Interfaces de Comunicação do SPI: E (payment) or D (devolução), ISPB, minute, sequence."""
_BRASILIA = ZoneInfo("America/Sao_Paulo")
_DAY = timedelta(days=1)
_SATURDAY = 5
_RANK = {"webhook": 0, "pull": 0, "file": 1, "operator": 2}
"""Whose moment counts: a gateway knows the second, a bank's file the day, a person what somebody has said."""


class BankDays(Value):
    """The creditor's days, and which of them banks book on; without a calendar weekends alone are none."""

    zone: ZoneInfo = _BRASILIA
    calendar: Calendar | None = None

    @classmethod
    def of(cls, tenant: Tenant, calendar: Calendar) -> "BankDays":
        """Those of a creditor."""
        return cls(ZoneInfo(tenant.time_zone), calendar)

    def day(self, at: datetime) -> date:
        """The creditor's day of an instant."""
        return at.astimezone(self.zone).date()

    def after(self, day: date) -> date:
        """The first day after `day` on which banks book."""
        day += _DAY
        while not self._books(day):
            day += _DAY
        return day

    def booked(self, day: date) -> date:
        """The day on which a bank books what happens on `day`."""
        return day if self._books(day) else self.after(day)

    def near(self, one: date, other: date) -> bool:
        """Whether the later of two days is at most the next business day after the earlier one."""
        first, last = sorted((one, other))
        return last <= self.after(first)

    def _books(self, day: date) -> bool:
        return self.calendar.bank_business_day(day) if self.calendar else day.weekday() < _SATURDAY


PLAIN_DAYS = BankDays()


def end_to_end_of(fact: PaymentFact) -> str:
    """The `endToEndId` a fact is known by; empty when it has none."""
    return fact.end_to_end or (fact.fact_id if END_TO_END.fullmatch(fact.fact_id) else "")


def same_payments(facts: Iterable[PaymentFact], days: BankDays = PLAIN_DAYS) -> list[tuple[PaymentFact, ...]]:
    """Credits that are one payment told by more than one source, the one that counts first. Running totals and what a
    spreadsheet says are no single payments, and are not among them.
    """
    facts = list(facts)
    facts = without(facts, transfers(facts))
    credits_ = [f for f in facts if f.kind is FactKind.CREDIT and f.amount_cents and not f.cumulative]
    if len({f.gateway for f in credits_}) < 2:
        return []
    back = _taken_back(facts, days)
    groups: list[list[PaymentFact]] = []
    waiting: list[PaymentFact] = []
    for fact in sorted(credits_, key=lambda f: (_RANK.get(f.evidence, 1), f.occurred_at, f.key)):
        group = next((g for g in groups if _free(fact, g) and any(_same_id(fact, f) for f in g)), None)
        if group is not None:
            group.append(fact)
        elif any(_same_id(fact, f) for f in credits_ if f.gateway != fact.gateway):
            groups.append([fact])
        else:
            waiting.append(fact)
    for fact in waiting:
        fitting = [g for g in groups if _free(fact, g) and _fits(fact, g, days) and not _anew(fact, g, back, days)]
        if fitting:
            min(fitting, key=lambda g: (abs(g[0].occurred_at - fact.occurred_at), g[0].key)).append(fact)
        else:
            groups.append([fact])
    return [tuple(group) for group in groups if len(group) > 1]


def told_again(facts: Iterable[PaymentFact], days: BankDays = PLAIN_DAYS) -> Mapping[str, str]:
    """Key of each credit that only says again what another one says -> key of that one."""
    return {again.key: first.key for first, *others in same_payments(facts, days) for again in others}


def _taken_back(facts: Iterable[PaymentFact], days: BankDays) -> Mapping[tuple[str, str], date]:
    """Source and id of each credit that was taken back -> the first day of that."""
    backs = (f for f in facts if f.kind in TAKES_BACK and f.refers_to)
    latest_first = sorted(backs, key=lambda f: f.occurred_at, reverse=True)
    return {(f.gateway, f.refers_to): days.day(f.occurred_at) for f in latest_first}


def _anew(
    fact: PaymentFact, group: Iterable[PaymentFact], back: Mapping[tuple[str, str], date], days: BankDays
) -> bool:
    """Whether one of them was paid again once the other had been taken back: who paid with a cheque that bounced pays
    once more. What a bank books a day later is no such payment, unless it is a Pix for a boleto.
    """
    if not back:
        return False
    return any(
        on is not None and _after(first, later, on, days) for first, later, on in _in_turn(fact, group, back, days)
    )


def _in_turn(
    fact: PaymentFact, group: Iterable[PaymentFact], back: Mapping[tuple[str, str], date], days: BankDays
) -> Iterator[tuple[PaymentFact, PaymentFact, date | None]]:
    """Earlier and later one of each pair of different days, and when the earlier one was taken back."""
    for other in group:
        first, later = sorted((fact, other), key=lambda f: f.occurred_at)
        if days.day(first.occurred_at) != days.day(later.occurred_at):
            yield first, later, back.get((first.gateway, first.fact_id))


def _after(first: PaymentFact, later: PaymentFact, back_on: date, days: BankDays) -> bool:
    on = days.day(later.occurred_at)
    if first.rail is Rail.BOLETO and later.rail is Rail.PIX:
        return back_on <= on
    return later.evidence != "file" and back_on < on


def doubtful(facts: Iterable[PaymentFact], days: BankDays = PLAIN_DAYS) -> list[tuple[PaymentFact, PaymentFact]]:
    """Pairs counted as one payment that may be two: one source says boleto and the other Pix, or two gateways tell it,
    or a person tells it on the day it was taken back, and no id that both give says it is the same. They are no credit
    until a person has looked.
    """
    facts = list(facts)
    back = _taken_back(facts, days)
    found = []
    for first, *others in same_payments(facts, days):
        other = next(
            (
                f
                for f in others
                if not _same_id(first, f) and (_may_be_two(first, f) or _by_hand_that_day(first, f, back, days))
            ),
            None,
        )
        if other is not None:
            found.append((first, other))
    return found


def _may_be_two(one: PaymentFact, other: PaymentFact) -> bool:
    gateways = all(_RANK.get(f.evidence, 1) == 0 for f in (one, other))
    rails = {one.rail, other.rail} == {Rail.PIX, Rail.BOLETO}
    return gateways or (rails and not (one.of_boleto or other.of_boleto))


def _by_hand_that_day(
    one: PaymentFact, other: PaymentFact, back: Mapping[tuple[str, str], date], days: BankDays
) -> bool:
    return any(
        later.evidence == "operator" and on == days.day(later.occurred_at)
        for _, later, on in _in_turn(one, (other,), back, days)
    )


def _free(fact: PaymentFact, group: list[PaymentFact]) -> bool:
    return all(f.gateway != fact.gateway for f in group)


def _same_id(one: PaymentFact, other: PaymentFact) -> bool:
    """Ids of gateways are their own and prove nothing beside each other; only the Pix's own id does."""
    mine, theirs = end_to_end_of(one), end_to_end_of(other)
    return one.gateway != other.gateway and (
        (mine != "" and mine in (theirs, other.fact_id)) or (theirs != "" and theirs == one.fact_id)
    )


def _fits(fact: PaymentFact, group: list[PaymentFact], days: BankDays) -> bool:
    first = group[0]
    if _titles(fact) != _titles(first) or fact.amount_cents != first.amount_cents:
        return False
    ids = {end_to_end_of(f) for f in (fact, *group)} - {""}
    if len(ids) > 1:
        return False
    boletos = fact.rail is Rail.BOLETO and first.rail is Rail.BOLETO and "file" in (fact.evidence, first.evidence)
    if boletos and abs(fact.occurred_at - first.occurred_at) <= SAME_BOLETO:
        return True
    return days.near(days.day(fact.occurred_at), days.day(first.occurred_at))


def _titles(fact: PaymentFact) -> tuple[str, ...]:
    return (fact.receivable,) if fact.receivable else tuple(a.receivable for a in fact.asked)
