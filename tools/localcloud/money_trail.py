"""Where the money is: each payment the world made, sought by its id in what the product wrote down.

A sum that does not balance says that something is missing; this says what, whose, and where it was last seen. Money is
where it should be when it is counted, or when it waits and a person has been told so. All else is the product's fault,
but for two that are this machine's: what is stored and had no time to be settled, and what nobody answered.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from localcloud.books import Movement
from localcloud.people import Person
from localcloud.records import TableRecords
from localcloud.timeline import BRASILIA
from regua import calendars
from regua.domain.codes.amount import reais
from regua.domain.model import FactKind, PaymentFact
from regua.domain.money.same_payment import BankDays, told_again
from regua.domain.work import WorkKind, WorkStatus
from regua.ports import InboxEvent, InboxStatus

SETTLED_WITHIN = timedelta(days=2)
"""So long (simulated) an event may stand unsettled at the end: the sweep of every morning takes what was left over."""
_BACK = (FactKind.REFUND, FactKind.CHARGEBACK)


@dataclass
class MoneyTrail:
    """What became of all of it. `missing` and `late` name payments, one Portuguese line each."""

    counted_cents: int = 0
    """What the debtors' own records add up to."""
    waiting_cents: int = 0
    """A person's to place, who has been told: nobody's, or perhaps the same payment told twice."""
    delivered_cents: int = 0
    """What the world paid, and was answered for."""
    missing: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    """Stored, and not settled for want of time."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A notice that never was answered with 200; whether it was taken nobody knows. `status` is 0 when there was no
    answer at all."""

    reference: str
    cents: int
    status: int


def trail(
    people: Iterable[Person],
    movements: Sequence[Movement],
    strangers: Collection[str],
    unanswered: Collection[Unanswered],
    records: TableRecords,
    gateways: Collection[str],
    now: datetime,
) -> MoneyTrail:
    """Follows every payment. `strangers` are the ids of money of people we do not know, `gateways` those that tell of
    money here, `now` is the simulated end."""
    return _Follower(people, unanswered, records, now).follow(movements, strangers, gateways)


class _Follower:
    def __init__(
        self, people: Iterable[Person], unanswered: Collection[Unanswered], records: TableRecords, now: datetime
    ) -> None:
        self._records, self._now, self._found = records, now, MoneyTrail()
        self._unknown = {notice.reference for notice in unanswered}
        self._inbox = {event.event_id: event for event in records.inbox}
        self._debtors = records.by_person(people)
        days = BankDays(calendar=calendars.load())
        self._again = {
            (debtor, again): first
            for debtor, facts in records.facts.items()
            for again, first in told_again(facts, days).items()
        }
        self._asked = {
            (work.debtor, f"{work.gateway}#{work.reference}")
            for work in records.work
            if work.kind is WorkKind.DISAGREEMENT and work.status is WorkStatus.OPEN
        }

    def follow(
        self, movements: Sequence[Movement], strangers: Collection[str], gateways: Collection[str]
    ) -> MoneyTrail:
        of: dict[str, list[Movement]] = defaultdict(list)
        for movement in movements:
            of[movement.reference].append(movement)
        for reference, moved in of.items():
            self._found.delivered_cents += sum(movement.cents for movement in moved)
            self._payment(reference, moved)
        for reference in strangers:
            event = self._inbox.get(reference)
            if event is None or event.status is not InboxStatus.UNMATCHED:
                self._found.missing.append(f"{reference}, de um estranho: {_seen(event)}")
        for debtor, facts in self._records.facts.items():
            for fact in facts:
                told = fact.gateway in gateways and fact.kind not in _BACK and fact.amount_cents
                if told and fact.fact_id not in of:
                    self._untold(debtor, fact)
        return self._found

    def _payment(self, reference: str, moved: list[Movement]) -> None:
        paid, cents = moved[0], sum(movement.cents for movement in moved)
        event = self._inbox.get(reference)
        if event is None:
            self._missing(paid, cents, None, _seen(event))
        elif event.status is InboxStatus.UNMATCHED:
            self._found.waiting_cents += cents
        elif event.status is InboxStatus.PENDING:
            lines = self._found.late if self._now - event.received_at < SETTLED_WITHIN else self._found.missing
            lines.append(self._named(paid, cents, event, _seen(event)))
        elif event.status is not InboxStatus.APPLIED:
            self._missing(paid, cents, event, _seen(event))
        else:
            self._applied(paid, cents, event)

    def _applied(self, paid: Movement, cents: int, event: InboxEvent) -> None:
        """Marked as settled: the fact must be there, with the debtor who paid, and counted or asked about."""
        facts = self._records.facts.get(event.debtor, [])
        fact = next((f for f in facts if (f.gateway, f.fact_id) == (event.gateway, paid.reference)), None)
        if fact is None:
            self._missing(paid, cents, event, "marcado como baixado, e o devedor não tem o registro")
            return
        if event.debtor != self._debtors.get(paid.person.key):
            self._missing(paid, cents, event, f"baixado para outro devedor, {event.debtor}")
            return
        back = _back(facts, fact)
        if fact.amount_cents - back != cents and paid.reference not in self._unknown:
            said = f"{reais(fact.amount_cents)} e {reais(back)} devolvidos"
            self._missing(paid, cents, event, f"registrado no título {fact.receivable or '(vários)'} como {said}")
            return
        first = self._again.get((event.debtor, fact.key))
        if first is None:
            self._found.counted_cents += fact.amount_cents - back
        elif {(event.debtor, fact.key), (event.debtor, first)} & self._asked:
            self._found.waiting_cents += cents
        else:
            self._missing(paid, cents, event, f"contado como o mesmo que {first}, sem nada na lista de uma pessoa")

    def _untold(self, debtor: str, fact: PaymentFact) -> None:
        """The product knows of money that the world did not book: right only where its notice was never answered."""
        back = _back(self._records.facts[debtor], fact)
        self._found.counted_cents += fact.amount_cents - back
        if fact.fact_id in self._unknown:
            self._found.delivered_cents += fact.amount_cents - back
            return
        named = f"{reais(fact.amount_cents)} do devedor {debtor}, {fact.key}"
        self._found.missing.append(f"{named}: creditado no título {fact.receivable}, e ninguém pagou")

    def _missing(self, paid: Movement, cents: int, event: InboxEvent | None, seen: str) -> None:
        self._found.missing.append(self._named(paid, cents, event, seen))

    def _named(self, paid: Movement, cents: int, event: InboxEvent | None, seen: str) -> str:
        gateway = f"{event.gateway} " if event else ""
        debtor = self._debtors.get(paid.person.key, "desconhecido")
        at = paid.at.astimezone(BRASILIA)
        titles = ", ".join(paid.asked) or "sem título"
        return (
            f"{reais(cents)} de {paid.person.name} (devedor {debtor}; {titles}), {gateway}{paid.reference}, "
            f"avisado em {at:%d/%m/%Y %H:%M}: {seen}"
        )


def _seen(event: InboxEvent | None) -> str:
    if event is None:
        return "respondido com 200, e não está na caixa de entrada"
    said = {
        InboxStatus.PENDING: "na caixa de entrada, ainda não baixado",
        InboxStatus.IGNORED: "na caixa de entrada, como algo que não é pagamento",
        InboxStatus.APPLIED: "baixado",
    }.get(event.status, str(event.status))
    tries = f", {event.attempts} tentativas" if event.attempts else ""
    return f"{said}{tries}{f' ({event.note})' if event.note else ''}"


def _back(facts: Iterable[PaymentFact], credit: PaymentFact) -> int:
    """Cents taken back of it."""
    backs = [f for f in facts if f.kind in _BACK and (f.gateway, f.refers_to) == (credit.gateway, credit.fact_id)]
    single = sum(f.amount_cents for f in backs if not f.cumulative)
    return max([single, *(f.amount_cents for f in backs if f.cumulative)])
