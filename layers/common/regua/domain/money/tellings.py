"""The same charge told again: more news of one receipt, or another receipt of one charge.

Most gateways name a receipt by its charge and a status ("paid"), and a charge can be paid, undone, and paid again. So
what is told again at another moment is kept as a fact of its own (`<id>@<moment>`), and whether it is money is worked
out from all facts, whichever order they came in: a receipt told again counts only if all that was received until then
had been taken back. Gateways that tell the total received so far (parts, captures) are
kept by what each telling adds (`<id>+<total>`). What a payment is made of may be told after it: a fact of no cents
beside it (`<id>~parts`) holds that.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta

from regua.domain.model import TAKES_BACK, FactKind, PaymentFact, Rail
from regua.domain.money.payment_event import MADE_OF, PaymentEvent, PaymentEventKind
from regua.domain.values import replace

AGAIN, MORE, BACK = "@", "+", "-reversed"
_SAO_PAULO_NIGHT = timedelta(hours=3)
_NOON = time(15)


def as_facts(facts: Iterable[PaymentFact], event: PaymentEvent, fact: PaymentFact) -> list[PaymentFact]:
    """The facts to add for what an event says (`fact`), given what is known of the debtor; none when all is known."""
    known = list(facts)
    found = [as_fact(known, event, fact)]
    if event.restores:
        mine = [f for f in known if f.gateway == fact.gateway]
        found.append(_reinstated(mine, replace(fact, refers_to=event.restores)))
    return [one for one in found if one is not None]


def as_fact(facts: Iterable[PaymentFact], event: PaymentEvent, fact: PaymentFact) -> PaymentFact | None:
    """The fact to add for what an event says, given what is known of the debtor; None when that is known already."""
    mine = [f for f in facts if f.gateway == fact.gateway]
    news = _news(mine, event, fact)
    return news if news is not None else _made_of(mine, fact)


def _made_of(mine: Sequence[PaymentFact], fact: PaymentFact) -> PaymentFact | None:
    """What a payment we know is made of, where nothing had told that of it; None where there is no such news."""
    first = next((f for f in mine if f.fact_id == fact.fact_id), None)
    if first is None or fact.kind is not FactKind.CREDIT or first.amount_cents != fact.amount_cents:
        return None
    told = [f for f in mine if fact.fact_id in (f.fact_id, f.refers_to)]
    if not (fact.granted_cents or fact.charged_cents) or any(f.granted_cents or f.charged_cents for f in told):
        return None
    name, at = f"{fact.fact_id}{MADE_OF}", first.occurred_at
    beside = replace(fact, fact_id=name, amount_cents=0, refers_to=fact.fact_id, occurred_at=at, told_at=None)
    return replace(beside, end_to_end="")


def _news(mine: Sequence[PaymentFact], event: PaymentEvent, fact: PaymentFact) -> PaymentFact | None:
    if event.kind is PaymentEventKind.REINSTATED:
        return _reinstated(mine, fact)
    known = [f for f in mine if _named(f, fact.fact_id)]
    if not known:
        return fact
    if fact.kind is FactKind.CREDIT and event.cumulative:
        had = sum(f.amount_cents for f in known if AGAIN not in f.fact_id)
        more = fact.amount_cents - had
        name = f"{fact.fact_id}{MORE}{fact.amount_cents}"
        return replace(fact, fact_id=name, amount_cents=more, refers_to=fact.fact_id) if more > 0 else None
    if not event.recurs or event.occurred_at is None:
        return None
    receipt = fact.refers_to or fact.fact_id
    if event.standing and stands(mine, fact.gateway, receipt) > 0:
        return None
    if any((_told(f), f.rail) == (_told(fact), fact.rail) for f in known):
        return None
    if fact.told_at is None:
        undone = any(f.kind in TAKES_BACK and receipt in (f.refers_to, f.fact_id) for f in mine)
        if any((f.occurred_at, f.rail) == (fact.occurred_at, fact.rail) for f in known):
            return None
        if not undone and any(_same_day(f, fact) and f.rail is fact.rail for f in known):
            return None
    stamp = _told(fact).astimezone(UTC).strftime("%Y%m%dT%H%M%S")
    return replace(fact, fact_id=f"{fact.fact_id}{AGAIN}{stamp}", refers_to=receipt)


def _reinstated(mine: Sequence[PaymentFact], fact: PaymentFact) -> PaymentFact | None:
    """What was taken back has come back: as much as was taken, once; nothing where nothing is known to be taken. If it
    was taken, given back and taken again, it is the last time before it.
    """
    taken = sorted(
        (
            f
            for f in mine
            if f.fact_id.partition(AGAIN)[0] == fact.refers_to
            and f.kind in TAKES_BACK
            and not any(known.fact_id == f"{f.fact_id}{BACK}" for known in mine)
        ),
        key=lambda f: f.occurred_at,
    )
    counted = {f.key for f in that_count(mine)}
    taken = [f for f in taken if f.key in counted]
    back = next((f for f in reversed(taken) if f.occurred_at <= fact.occurred_at), taken[0] if taken else None)
    if back is None:
        return None
    at = max(fact.occurred_at, back.occurred_at + timedelta(microseconds=AGAIN in back.fact_id))
    name, cents = f"{back.fact_id}{BACK}", back.amount_cents
    return replace(fact, fact_id=name, amount_cents=cents, refers_to=back.refers_to, occurred_at=at)


def that_count(facts: Iterable[PaymentFact]) -> list[PaymentFact]:
    """The facts without what was only told again.

    Of the states of one charge, in the order they were told, one that gives counts where nothing stands, one that takes
    back where something does. What was really refunded, by an id of its own, is no state: money dated before it is what
    was refunded, whenever it is told.
    """
    facts = list(facts)
    told = [f for f in facts if f.refers_to or f.told_at is not None]
    groups = {(f.gateway, f.refers_to or f.fact_id) for f in told if AGAIN in f.fact_id or f.told_at is not None}
    dropped: set[str] = set()
    for gateway, receipt in groups:
        mine = [f for f in facts if f.gateway == gateway and receipt in (f.refers_to, f.fact_id)]
        dropped.update(f.key for f in _only_again(mine))
    return [f for f in facts if f.key not in dropped]


def stands(facts: Iterable[PaymentFact], gateway: str, receipt: str) -> int:
    """Cents that stand of one receipt: what it gave, less what was taken back of it."""
    about = [f for f in facts if f.gateway == gateway and receipt in (f.refers_to, f.fact_id)]
    counted = that_count(about)
    given = sum(f.amount_cents for f in counted if f.kind is FactKind.CREDIT)
    taken = [f for f in counted if f.kind in TAKES_BACK]
    largest = max((f.amount_cents for f in taken if f.cumulative), default=0)
    return given - max(largest, sum(f.amount_cents for f in taken if not f.cumulative))


def denied_cents(facts: Iterable[PaymentFact], event: PaymentEvent, at: datetime) -> int:
    """Cents that stand here of receipts of which a gateway says at that moment that they do not; 0 where all that was
    told of them may be later news than it.
    """
    mine = [f for f in facts if f.gateway == event.gateway]
    receipts = [f for f in mine if f.kind is FactKind.CREDIT and f.fact_id.startswith(event.denies)]
    if any(_told(f) >= at or (_is_a_day(at) and _day(_told(f)) == _day(at)) for f in receipts):
        return 0
    return sum(stands(mine, event.gateway, name) for name in {f.refers_to or f.fact_id for f in receipts})


def _only_again(mine: Sequence[PaymentFact]) -> Iterable[PaymentFact]:
    """Of all facts about one receipt, those that say nothing new."""
    several = {f.fact_id.partition(AGAIN)[0] for f in mine if AGAIN in f.fact_id}
    stands, totals, received = 0, 0, False
    taken: PaymentFact | None = None
    rail: Rail | None = None
    for fact in sorted(mine, key=lambda f: (_told(f), f.fact_id)):
        gives = fact.kind is FactKind.CREDIT
        state = fact.told_at is not None or fact.fact_id.partition(AGAIN)[0] in several
        if state and gives and (stands > 0 or (received and taken is not None and _before(fact, taken, rail))):
            yield fact
            continue
        if state and not gives and stands <= 0:
            yield fact
            continue
        cents = fact.amount_cents
        if gives:
            received, rail, stands = True, fact.rail, stands + cents
            continue
        taken = fact
        if fact.cumulative:
            cents, totals = max(0, cents - totals), max(totals, cents)
        stands -= cents


def _before(fact: PaymentFact, taken: PaymentFact, rail: Rail | None) -> bool:
    """Whether the money is dated before it was taken back, or on that day and nobody says which came first: then it is
    what was taken back. By another rail it is another receipt, whatever the hour.
    """
    if fact.told_at is not None and taken.told_at is not None:
        return False
    same_day = _is_a_day(fact.occurred_at) and _same_day(fact, taken) and rail is fact.rail
    return fact.occurred_at <= taken.occurred_at or same_day


def is_about(credit: PaymentFact, back: PaymentFact) -> bool:
    """Whether that is the receipt a fact that takes back names, or was told of it since."""
    if credit.gateway != back.gateway:
        return False
    names = (back.refers_to, f"{back.refers_to}#{back.receivable}")  # a title's share that came along with it
    return credit.fact_id in names or credit.refers_to == back.refers_to != ""


def is_told_again(fact: PaymentFact) -> bool:
    """Whether the fact is news of what had been told before."""
    return AGAIN in fact.fact_id and bool(fact.refers_to)


def says_parts(fact: PaymentFact) -> bool:
    """Whether the fact only says what another one is made of, and stands and falls with it."""
    return MADE_OF in fact.fact_id


def _named(fact: PaymentFact, name: str) -> bool:
    return fact.fact_id == name or fact.fact_id.startswith((f"{name}{AGAIN}", f"{name}{MORE}"))


def _told(fact: PaymentFact) -> datetime:
    return fact.told_at or fact.occurred_at


def _same_day(one: PaymentFact, other: PaymentFact) -> bool:
    return _day(one.occurred_at) == _day(other.occurred_at)


def _is_a_day(at: datetime) -> bool:
    """Whether only the day is known, which is told as its noon: it cannot be said to come after another hour of it."""
    return at.astimezone(UTC).time() == _NOON


def _day(at: datetime) -> object:
    return (at.astimezone(UTC) - _SAO_PAULO_NIGHT).date()
