"""What a debtor's payment facts say was paid, once: many sources may tell of one payment, one may tell totals so far,
and what was taken back is subtracted. Which title it covers is settling's business (`settlement.py`).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

from regua.domain.model import GIVES, TAKES_BACK, FactKind, PaymentFact, Rail
from regua.domain.money import tellings
from regua.domain.money.same_payment import PLAIN_DAYS, BankDays, end_to_end_of, told_again
from regua.domain.money.transfers import Transfer, transfers
from regua.domain.values import replace

_Back: TypeAlias = tuple[PaymentFact, int, list[str]]
"""What took money back, how much, and the key of the credit it came from."""


def received_cents(facts: Iterable[PaymentFact], since: datetime | None = None, days: BankDays = PLAIN_DAYS) -> int:
    """Cents these facts say were received (at `since` or later; None: ever) and not taken back."""
    return sum(cents for fact, cents in net_credits(facts, days) if since is None or fact.occurred_at >= since)


def net_credits(facts: Iterable[PaymentFact], days: BankDays) -> list[tuple[PaymentFact, int]]:
    """Credits with what was taken back already subtracted, oldest first. A payment that several sources tell of counts
    once, and so does what they say was taken back of it.

    SETTLED says how much was paid in all: what credits have told of the same receivable is the same money, and counts
    before it. It stands until money of that receivable is taken back later; then only its cents count. Where who said
    it has unsaid it, it was never said. Said of a boleto, no Pix is the same money.
    """
    everything = list(facts)
    facts = tellings.that_count(everything)
    unsaid = {(f.gateway, f.refers_to) for f in facts if f.kind is FactKind.REINSTATED and f.refers_to}
    ordered = sorted(
        (f for f in facts if (f.gateway, f.fact_id) not in unsaid), key=lambda f: (f.occurred_at, f.gateway, f.fact_id)
    )
    credits_ = [f for f in ordered if f.kind in GIVES]
    again = told_again(ordered, days)
    left = _new_money([f for f in credits_ if f.kind is FactKind.CREDIT], again)
    taken_back = list(_taken_back(ordered))
    for fact in [f for f in credits_ if f.kind is FactKind.SETTLED]:
        told = _told_before(fact, [f for f in credits_ if f.kind is FactKind.CREDIT], left, taken_back)
        left[fact.key] = max(0, fact.amount_cents - told)
    moved = transfers(ordered)
    halves = {one.taken.key for one in moved}
    backs: list[_Back] = []
    for fact, cents in taken_back:
        if fact.key in halves:
            continue
        rest = cents
        named = [
            c for c in credits_ if tellings.is_about(c, fact) or (fact.refers_to and fact.refers_to == end_to_end_of(c))
        ]
        # a refund that names no credit we know takes back the newest money of the same receivable
        same = named if fact.refers_to else [c for c in reversed(credits_) if c.receivable == fact.receivable]
        keys = [again.get(credit.key, credit.key) for credit in same]
        twin = next((back for back in backs if _same_refund(back, (fact, cents, keys[:1]), days)), None)
        if twin is not None:
            backs.remove(twin)
            continue
        backs.append((fact, cents, keys[:1]))
        for key in keys:
            taken = min(rest, left[key])
            left[key] -= taken
            rest -= taken
    for one in moved:  # what is left of the money is used for the other title: no more than there is
        rest = one.given.amount_cents
        for credit in reversed(credits_):
            if credit.receivable == one.taken.receivable and _may_be_used(credit, one):
                taken = min(rest, left[credit.key])
                left[credit.key] -= taken
                rest -= taken
        left[one.given.key] = max(0, left[one.given.key] - rest)
    found: list[tuple[PaymentFact, int]] = []
    for fact in sorted(credits_, key=lambda f: _after_what_it_sums_up(f, credits_)):
        stands = fact.kind is FactKind.SETTLED and not any(
            f.kind in TAKES_BACK and f.receivable == fact.receivable and f.occurred_at > fact.occurred_at
            for f in ordered
            if not _other_rail(f.rail, fact.rail)
        )
        if (
            stands
            or left[fact.key] > 0
            or (fact.granted_cents and not fact.amount_cents and not tellings.says_parts(fact))
        ):
            found.append((fact if stands else replace(fact, kind=FactKind.CREDIT), left[fact.key]))
    # news that only tells of a payment once more may be the news that says what it is made of
    return _as_recorded(found, [f for f in everything if f.kind in GIVES], again)


def _as_recorded(
    counted: list[tuple[PaymentFact, int]], told: list[PaymentFact], again: Mapping[str, str]
) -> list[tuple[PaymentFact, int]]:
    """Each credit with what the record of its payment grants and charges, whichever source has told it; once for each
    receipt, and while a cent of it stands. Money for several titles at once tells of none of them.
    """
    if not any(f.granted_cents or f.charged_cents for f in told):
        return counted
    by_key = {f.key: f for f in told}
    richest: dict[tuple[str, str], PaymentFact] = {}
    for fact in told:
        receipt = _receipt(by_key[again.get(fact.key, fact.key)])
        richest[receipt] = max(fact, richest.get(receipt, fact), key=_recorded)
    found = []
    for fact, cents in counted:
        one_title = fact.receivable or len(fact.asked) == 1
        record = richest.pop(_receipt(fact), None) if one_title else None
        granted, charged = (record.granted_cents, record.charged_cents) if record else (0, 0)
        found.append((replace(fact, granted_cents=granted, charged_cents=charged), cents))
    return found


def _told_before(
    settled: PaymentFact, credits_: list[PaymentFact], left: Mapping[str, int], backs: list[tuple[PaymentFact, int]]
) -> int:
    """Cents that credits have told of the receivable that is said to be paid; what had been taken back of them by then
    is not what the word is about.
    """
    gone: dict[str, int] = {}
    for back, cents in backs:
        credit = next((c for c in credits_ if tellings.is_about(c, back)), None)
        if credit is not None and back.occurred_at < settled.occurred_at:
            gone[credit.key] = gone.get(credit.key, 0) + cents
    return sum(
        part
        for fact in credits_
        if not _other_rail(fact.rail, settled.rail)
        for title, part in titles_of(fact, max(0, left[fact.key] - gone.get(fact.key, 0)))
        if title == settled.receivable
    )


def _receipt(credit: PaymentFact) -> tuple[str, str]:
    return credit.gateway, credit.refers_to or credit.fact_id


def _recorded(credit: PaymentFact) -> tuple[int, int, str]:
    """How much its record says of it; the key last, so that the order of facts does not matter."""
    return credit.granted_cents + credit.charged_cents, credit.granted_cents, credit.key


def _may_be_used(credit: PaymentFact, one: Transfer) -> bool:
    """Whether it is money a person gave away then. What granted something stands: used up, it would have granted
    nothing. So does a title's share of what a message's code has paid for several, told by itself since they moved.
    """
    share = bool(credit.asked) and credit.fact_id.endswith(f"#{credit.receivable}")
    return credit.occurred_at <= one.given.occurred_at and not credit.granted_cents and not share


def _other_rail(one: Rail, other: Rail) -> bool:
    return {one, other} == {Rail.PIX, Rail.BOLETO}


def _same_refund(one: _Back, other: _Back, days: BankDays) -> bool:
    """Whether two sources tell of one refund: of the same payment, of the same cents, at most a business day apart."""
    (fact, cents, of), (again, same_cents, same_of) = one, other
    return (
        (cents, of) == (same_cents, same_of)
        and bool(of)
        and fact.gateway != again.gateway
        and days.near(days.day(fact.occurred_at), days.day(again.occurred_at))
    )


def _after_what_it_sums_up(fact: PaymentFact, credits_: list[PaymentFact]) -> tuple[datetime, bool]:
    """A sheet dates what it calls paid at noon, or on the due date: money of that title that the gateway tells later is
    among it, and what is left of the sheet's word comes last.
    """
    if fact.kind is not FactKind.SETTLED:
        return fact.occurred_at, False
    same = [
        f.occurred_at
        for f in credits_
        if f.kind is FactKind.CREDIT and any(title == fact.receivable for title, _ in titles_of(f, f.amount_cents))
    ]
    return max([fact.occurred_at, *same]), True


def titles_of(fact: PaymentFact, cents: int) -> list[tuple[str, int]]:
    """For which titles so many cents of a credit are, as it says itself."""
    if fact.receivable or not fact.asked:
        return [(fact.receivable, cents)]
    shares = []
    for asked in fact.asked:
        shares.append((asked.receivable, min(cents, asked.cents)))
        cents -= shares[-1][1]
    return shares


def _new_money(told: list[PaymentFact], again: Collection[str]) -> dict[str, int]:
    """Cents of each credit, by key; none of those that tell `again` of a payment. Of one source's running totals of a
    receivable the last one counts (ids sort in the order they were told), and of that total only what no single credit
    until then has told of.
    """
    left = {f.key: 0 if f.cumulative else f.amount_cents for f in told}
    for total in last_totals(told):
        until = total.as_of or total.occurred_at
        known = (
            f
            for f in told
            if not f.cumulative and f.key not in again and f.receivable == total.receivable and f.occurred_at <= until
        )
        left[total.key] = max(0, total.amount_cents - sum(f.amount_cents for f in known))
    for key in again:
        left[key] = 0
    return left


def _taken_back(ordered: list[PaymentFact]) -> Iterable[tuple[PaymentFact, int]]:
    """Refunds and chargebacks with their own cents. Where a gateway only tells the total refunded of a credit so far,
    the larger of that total and of the single refunds counts, whichever order they came in.
    """
    totals: dict[tuple[str, str], PaymentFact] = {}
    singles: dict[tuple[str, str], int] = {}
    for fact in ordered:
        if fact.kind not in TAKES_BACK:
            continue
        credit = (fact.gateway, fact.refers_to)
        if not fact.cumulative:
            singles[credit] = singles.get(credit, 0) + fact.amount_cents
            yield fact, fact.amount_cents
        elif credit not in totals or totals[credit].amount_cents < fact.amount_cents:
            totals[credit] = fact
    for credit, fact in totals.items():
        yield fact, max(0, fact.amount_cents - singles.get(credit, 0))


def last_totals(facts: Iterable[PaymentFact]) -> list[PaymentFact]:
    """The last running total of each source and receivable, in the order of the moments they hold for."""
    last: dict[tuple[str, str], PaymentFact] = {}
    totals = (f for f in facts if f.cumulative and f.kind is FactKind.CREDIT)
    for fact in sorted(totals, key=lambda f: f.fact_id):
        last[fact.gateway, fact.receivable] = fact
    return sorted(last.values(), key=lambda f: (f.as_of or f.occurred_at, f.key))


def says_what_is_left(total: PaymentFact, facts: Iterable[PaymentFact]) -> bool:
    """Whether the creditor counts by it what is left of a title; not once money of that title was taken back later."""
    if total.covers_cents is None:
        return False
    until = total.as_of or total.occurred_at
    backs = (f for f in facts if f.kind in TAKES_BACK and f.receivable == total.receivable)
    return all(back.occurred_at <= until for back in backs)


def _titles_taken_from(back: PaymentFact, facts: Iterable[PaymentFact]) -> set[str]:
    """The titles of which it takes money back."""
    if back.receivable:
        return {back.receivable}
    paid = (f for f in facts if (f.gateway, f.fact_id) == (back.gateway, back.refers_to))
    return {asked.receivable for credit in paid for asked in credit.asked}


def taken_back_of(back: PaymentFact, facts: Iterable[PaymentFact]) -> set[str]:
    """The titles of which somebody other than the creditor's own people has taken money back by this, if it is that."""
    return _titles_taken_from(back, facts) if back.kind in TAKES_BACK and back.evidence != "operator" else set()


def taken_back_at(facts: Iterable[PaymentFact], title: str) -> datetime | None:
    """When somebody but the creditor's own people has last taken money of a title back."""
    facts = list(facts)
    return max((f.occurred_at for f in facts if title in taken_back_of(f, facts)), default=None)
