"""Settling: what the set of payment facts makes of a debtor's receivables.

Facts are a set. They are sorted by when they happened, never by when they arrived, so any order and any repetition of
the same news ends in the same state (design, invariant 4). Cents conserve: what was received is principal, additions or
overpaid, and what was taken back is none of them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from regua.domain.calendar import Calendar
from regua.domain.ids import digest
from regua.domain.model import (
    AskedAmount,
    Charged,
    FactKind,
    File,
    PaymentFact,
    Rail,
    Receivable,
    ReceivableStatus,
    Unpublished,
    Waived,
    WaiveRule,
)
from regua.domain.money import tellings
from regua.domain.money.account import Accounts, small_rest
from regua.domain.money.amount_due import AmountDue
from regua.domain.money.same_payment import PLAIN_DAYS, BankDays, end_to_end_of, told_again
from regua.domain.money.transfers import Transfer, transfers
from regua.domain.tenant import Overpaid, SettlingRules, ShortPayment, SmallRest, Tenant
from regua.domain.values import Value, replace

FILE_GATEWAY = "file"
"""Payment facts a spreadsheet states carry this name instead of a gateway's."""

_Back: TypeAlias = tuple[PaymentFact, int, list[str]]
"""What took money back, how much, and the key of the credit it came from."""
_HASH_BYTES = 8
_TAKES_BACK = (FactKind.REFUND, FactKind.CHARGEBACK)
_GIVES = (FactKind.CREDIT, FactKind.SETTLED)
_WITHDRAWS = (FactKind.CANCELLED, FactKind.REINSTATED)


@dataclass(slots=True)
class _Account:
    """A receivable while its facts are added up."""

    receivable: Receivable
    principal: int = 0
    additions: int = 0
    overpaid: int = 0
    settled_on: date | None = None
    cancelled: bool = False
    withdrawals: list[tuple[datetime, bool]] = field(default_factory=list)
    """Since when it was withdrawn, or listed again, oldest first."""
    gone: bool = False
    """It is somebody else's by now, and its money with it."""
    charged: Charged | None = None
    waived: dict[WaiveRule, int] = field(default_factory=dict)
    waived_principal: int = 0
    discounted: int = 0
    rails: tuple[Rail, ...] = ()
    reached: bool = False
    """Whether any money was offered to it."""
    last: PaymentFact | None = None
    """The last money that was offered to it."""
    reversed_on: date | None = None
    """When somebody has last taken money of it back."""
    offered: list[tuple[str, FactKind, int] | tuple[str, FactKind, int, int, int]] = field(default_factory=list)
    """All of it, fact by fact: key, kind, cents, and what its record grants and charges where it does."""
    alone: bool = True
    """Whether no cent of it came from, or went to, another title."""

    @property
    def open_cents(self) -> int:
        return max(0, self.receivable.principal_cents - self.principal)

    def withdrawn_at(self, at: datetime) -> bool:
        """Whether it was out of collection at that moment."""
        return next((out for since, out in reversed(self.withdrawals) if since <= at), False)

    def pay(self, fact: PaymentFact, cents: int, counting: Accounts, asked: AskedAmount | None = None) -> int:
        """Allocates so many cents of a credit; returns what is over. `asked` is what a message had asked for it."""
        self.reached, self.last = True, fact
        granted, charged = fact.granted_cents, min(fact.charged_cents, cents)
        recorded = (fact.key, fact.kind, cents, granted, charged) if granted or charged else None
        self.offered.append(recorded or (fact.key, fact.kind, cents))
        self.alone = self.alone and fact.receivable == self.receivable.id
        if cents and fact.kind is FactKind.CREDIT:
            self.rails = (*self.rails, fact.rail)
        if not self.open_cents:
            return cents
        rules, on = counting.settling_at(self.receivable, fact.occurred_at), counting.day_of(fact.occurred_at)
        if self.charged is not None:  # money over on another title may be older than what was charged here
            on = max(on, self.charged.to_on)
        due = counting.owed_of(self.receivable, self.open_cents, self.charged, on, at=fact.occurred_at)
        good = asked is not None and on <= asked.until_on and self.open_cents <= asked.principal_cents
        beyond = max(0, charged - due.additions_cents)  # charged by who took the money, and not by our count
        self.additions += beyond
        cents -= beyond
        rule = _enough(fact, cents, due, rules, asked.cents if asked is not None and good else None)
        if rule is not None:
            return self._close(cents, due, rule, on)
        if recorded and cents + beyond - charged + granted >= self.open_cents:
            late = WaiveRule.SHORT_PAYMENT if rules.short_payment is ShortPayment.WAIVE else WaiveRule.RECORD
            return self._close(cents, due, WaiveRule.RECORD, on, charged - beyond, late)
        rest = {"principal": self.open_cents, "fine": due.fine_cents, "interest": due.interest_cents}
        correction = due.correction_cents
        for part in _order(rules.order):
            taken = min(cents, rest.get(part, 0))
            if part == "principal":
                self.principal += taken
            else:
                self.additions += taken
            rest[part] = rest.get(part, 0) - taken
            cents -= taken
            if part == "interest":
                taken = min(cents, correction)
                self.additions, correction, cents = self.additions + taken, correction - taken, cents - taken
        if due.additions_cents or due.missing or self.charged is not None:
            unpublished = _not_known(self.charged, due, fact.occurred_at)
            left = (rest["fine"], rest["interest"], correction)
            self.charged = Charged(on, *left, due.uncounted, due.uncorrected, unpublished)
        self._cover(min(granted, self.open_cents), WaiveRule.RECORD)
        if not self.open_cents:
            self.settled_on = on
            self._waive(WaiveRule.PRINCIPAL_FIRST, rest["fine"] + rest["interest"] + correction)
        return cents

    def count_as_stated(self, total: PaymentFact) -> None:
        """Takes the creditor's own word for how much of the principal is covered by now: money is counted against the
        principal instead of additions, or the other way round. What money does not cover of it is waived. A title that
        is paid is left alone.
        """
        covered = total.covers_cents or 0
        more = min(covered, self.receivable.principal_cents - 1) - self.principal
        if not self.open_cents or not more:
            return
        self.offered.append((total.key, total.kind, 0, covered, 0))
        money = self.additions if more > 0 else self.principal - self.waived_principal - self.discounted
        moved = min(abs(more), money)
        moved = moved if more > 0 else -moved
        self.principal += moved
        self.additions -= moved
        if self.charged is not None and moved > 0:  # what was charged is still to be paid
            self.charged = replace(self.charged, interest_cents=self.charged.interest_cents + moved)
        self._cover(more - moved, WaiveRule.BALANCE)

    def forgive_small_rest(self, counting: Accounts) -> None:
        """Closes it where what the last payment has left is too small to dun, and the creditor waives that."""
        if self.last is None or not self.open_cents or not (self.principal or self.additions):
            return
        rules = counting.settling_at(self.receivable, self.last.occurred_at)
        on = counting.day_of(self.last.occurred_at)
        due = counting.owed_of(self.receivable, self.open_cents, self.charged, on, at=self.last.occurred_at)
        limit = small_rest(self.receivable.principal_cents, rules)
        if rules.small_rest is SmallRest.WAIVE and due.total_cents <= limit:
            self._close(0, due, WaiveRule.SMALL_REST, on)

    def cover_what_was_raised(self, counting: Accounts) -> None:
        """Closes a title whose amount was raised once it was paid, where all that was paid covers the new amount."""
        title, last, missing = self.receivable, self.last, self.open_cents
        if not title.raised or not missing or last is None or self.additions < missing:
            return
        on = counting.day_of(last.occurred_at)
        due = counting.owed_of(title, missing, self.charged, on, at=last.occurred_at)
        self.additions -= missing
        self.principal += missing
        self.settled_on = on
        self._waive(WaiveRule.PRINCIPAL_FIRST, missing + due.additions_cents)

    def _close(
        self, cents: int, due: AmountDue, rule: WaiveRule, on: date, charged: int = 0, late: WaiveRule | None = None
    ) -> int:
        """Marks the receivable paid; what the money does not cover is waived, the discount counts as covered. So much
        of the money was `charged` for the additions, and covers no principal. `late`: the rule that waives the rest of
        them, where it is another.
        """
        principal, extra = self.open_cents, due.additions_cents
        covered = min(cents - charged, principal - due.discount_cents)
        to_additions = min(cents - covered, extra)
        self.waived_principal += principal - due.discount_cents - covered
        self._waive(rule, principal - due.discount_cents - covered)
        self._waive(late or rule, extra - to_additions)
        self.discounted += due.discount_cents
        self.principal += principal
        self.additions += to_additions
        self.settled_on = on
        return cents - covered - to_additions

    def _cover(self, cents: int, rule: WaiveRule) -> None:
        """Counts principal as covered by no money."""
        if cents > 0:
            self.principal += cents
            self.waived_principal += cents
            self._waive(rule, cents)

    def _waive(self, rule: WaiveRule, cents: int) -> None:
        if cents > 0:
            self.waived[rule] = self.waived.get(rule, 0) + cents

    @property
    def settled_by(self) -> str:
        """What the same settlement rests on, as two short hashes: amount and money, and the terms; empty where other
        titles had a part in it.
        """
        title = self.receivable
        if not self.alone or not self.offered:
            return ""
        money = digest(repr((title.principal_cents, self.offered)), _HASH_BYTES)
        return money + _terms(title)

    def keep(self) -> None:
        """What was settled by the same money stays as it was settled, whatever holidays, rates or the debtor's profile
        have become since. Terms that the creditor corrects later give money back, and open nothing again.
        """
        title, rests_on = self.receivable, self.settled_by
        if title.status is not ReceivableStatus.PAID or not title.settled_by or self.gone:
            return
        same_money = title.settled_by[: _HASH_BYTES * 2] == rests_on[: _HASH_BYTES * 2]
        if title.settled_by != rests_on and not (same_money and self.open_cents):
            return
        self.principal, self.additions = title.paid_principal_cents, title.paid_additions_cents
        self.overpaid, self.settled_on, self.discounted = title.overpaid_cents, title.settled_on, title.discounted_cents
        self.waived = {waived.rule: waived.cents for waived in title.waived}
        received = sum(cents for _, _, cents, *_ in self.offered)
        self.waived_principal = self.principal + self.additions - self.discounted + self.overpaid - received

    def found(self) -> "Settled":
        received = self.principal + self.additions - self.waived_principal - self.discounted + self.overpaid
        both = self.overpaid > 0 and len({r for r in self.rails if r is not Rail.UNKNOWN}) > 1
        return Settled(self.receivable.id, received, self.overpaid, both)

    def result(self) -> Receivable:
        """The receivable as its facts make it."""
        receivable = self.receivable
        status = ReceivableStatus.OPEN
        if not self.open_cents:
            status = ReceivableStatus.PAID
        elif self.cancelled:
            status = ReceivableStatus.CANCELLED
        elif receivable.status is ReceivableStatus.WRITTEN_OFF:
            status = ReceivableStatus.WRITTEN_OFF
        return replace(
            receivable,
            status=status,
            paid_principal_cents=self.principal,
            paid_additions_cents=self.additions,
            charged=self.charged if self.open_cents else None,
            waived=tuple(Waived(rule, cents) for rule, cents in self.waived.items()),
            discounted_cents=self.discounted,
            overpaid_cents=self.overpaid,
            settled_on=self.settled_on,
            reversed_on=self.reversed_on if self.open_cents else None,
            settled_by="" if self.open_cents else self.settled_by,
        )


def _not_known(charged: Charged | None, due: AmountDue, at: datetime) -> tuple[Unpublished, ...]:
    """What money counted so far did not know, with what that of this moment does not."""
    known = {(one.table, one.month): one for one in (charged.unpublished if charged else ())}
    news = {(m.table, month): Unpublished(m.table, month, at) for m in due.missing for month in m.months}
    return tuple({**known, **news}.values())


def _enough(
    fact: PaymentFact, cents: int, due: AmountDue, rules: SettlingRules, asked_cents: int | None
) -> WaiveRule | None:
    """By which rule so many cents close what is `due`; None when they are a part. Paid to the cent, none waives any."""
    if cents >= due.total_cents:
        return WaiveRule.TOLERANCE
    if fact.kind is FactKind.SETTLED:
        return WaiveRule.SETTLED
    if asked_cents is not None and cents >= asked_cents:
        return WaiveRule.AMOUNT_ASKED
    if cents >= due.total_cents - rules.tolerance_cents:
        return WaiveRule.TOLERANCE
    if rules.short_payment is ShortPayment.WAIVE and cents >= due.principal_cents - due.discount_cents:
        return WaiveRule.SHORT_PAYMENT
    return None


class Settled(Value):
    """What settling found for one receivable; sums in cents."""

    receivable: str
    received_cents: int
    overpaid_cents: int
    both_rails: bool
    """Paid in full by boleto and again by Pix: one of the two must be given back."""


def settle(file: File, tenant: Tenant, calendar: Calendar) -> tuple[File, tuple[Settled, ...]]:
    """The file with every receivable's status and balance worked out anew from all of its facts."""
    counting = Accounts.of(file.debtor, tenant, calendar)
    accounts = {r.id: _Account(r) for r in file.receivables}
    for fact in sorted(file.facts, key=lambda f: (f.occurred_at, f.kind is FactKind.CANCELLED)):
        if fact.kind in _WITHDRAWS and not fact.refers_to and fact.receivable in accounts:
            account = accounts[fact.receivable]
            account.cancelled = fact.kind is FactKind.CANCELLED
            account.gone = account.cancelled and _moves(fact)
            account.withdrawals.append((fact.occurred_at, account.cancelled))
        if fact.kind in _TAKES_BACK and fact.evidence != "operator":  # a person's is credit used for another title
            for title in _of_what(fact, file.facts) & accounts.keys():
                accounts[title].reversed_on = counting.day_of(fact.occurred_at)
    stated = [f for f in _last_totals(file.facts) if f.receivable in accounts and _says_what_is_left(f, file.facts)]
    net, lent = _net_credits(file.facts, BankDays.of(tenant, calendar)), transfers(file.facts)
    for fact, cents in net:
        while lent and lent[0].given.occurred_at < fact.occurred_at:
            _hand_over(lent.pop(0), net, accounts, counting)
        while stated and (stated[0].as_of or stated[0].occurred_at) < fact.occurred_at:
            total = stated.pop(0)
            accounts[total.receivable].count_as_stated(total)
        _credit(fact, cents, accounts, counting)
    for total in stated:
        accounts[total.receivable].count_as_stated(total)
    for one in lent:
        _hand_over(one, net, accounts, counting)
    _use_what_is_over(accounts, counting)
    for account in accounts.values():
        account.cover_what_was_raised(counting)
        account.forgive_small_rest(counting)
        account.keep()
    receivables = tuple(accounts[r.id].result() for r in file.receivables)
    found = tuple(a.found() for a in accounts.values() if a.reached)
    return replace(file, receivables=receivables), found


def _terms(title: Receivable) -> str:
    return digest(repr((title.due_on, title.contract)), _HASH_BYTES)


def kept_as_settled(title: Receivable) -> Receivable:
    """A paid title whose terms have changed since it was paid: the money stays where it was, until some goes back."""
    if title.status is not ReceivableStatus.PAID or not title.settled_by:
        return title
    return replace(title, settled_by=title.settled_by[: _HASH_BYTES * 2] + _terms(title))


def _may_be_used(credit: PaymentFact, one: Transfer) -> bool:
    """Whether it is money a person gave away then. What granted something stands: used up, it would have granted
    nothing. So does a title's share of what a message's code has paid for several, told by itself since they moved.
    """
    share = bool(credit.asked) and credit.fact_id.endswith(f"#{credit.receivable}")
    return credit.occurred_at <= one.given.occurred_at and not credit.granted_cents and not share


def _hand_over(
    one: Transfer,
    net: Iterable[tuple[PaymentFact, int]],
    accounts: Mapping[str, _Account],
    counting: Accounts,
) -> None:
    """What a person gives of money over on one title to another, and no payment of the first one's own has covered: it
    came by a message's code, for several, or with something that was granted.
    """
    source, given = accounts.get(one.taken.receivable), one.given
    if source is None or source.gone or given.receivable not in accounts:
        return
    found = sum(cents for fact, cents in net if fact.key == given.key)
    cents = min(given.amount_cents - found, source.overpaid)
    if cents > 0:
        source.overpaid -= cents
        source.offered.append((one.taken.key, one.taken.kind, -cents))
        _credit(given, cents, accounts, counting)


def _last_totals(facts: Iterable[PaymentFact]) -> list[PaymentFact]:
    """The last running total of each source and receivable, in the order of the moments they hold for."""
    last: dict[tuple[str, str], PaymentFact] = {}
    totals = (f for f in facts if f.cumulative and f.kind is FactKind.CREDIT)
    for fact in sorted(totals, key=lambda f: f.fact_id):
        last[fact.gateway, fact.receivable] = fact
    return sorted(last.values(), key=lambda f: (f.as_of or f.occurred_at, f.key))


def _says_what_is_left(total: PaymentFact, facts: Iterable[PaymentFact]) -> bool:
    """Whether the creditor counts by it what is left of a title; not once money of that title was taken back later."""
    if total.covers_cents is None:
        return False
    until = total.as_of or total.occurred_at
    backs = (f for f in facts if f.kind in _TAKES_BACK and f.receivable == total.receivable)
    return all(back.occurred_at <= until for back in backs)


def _of_what(back: PaymentFact, facts: Iterable[PaymentFact]) -> set[str]:
    """The titles of which it takes money back."""
    if back.receivable:
        return {back.receivable}
    paid = (f for f in facts if (f.gateway, f.fact_id) == (back.gateway, back.refers_to))
    return {asked.receivable for credit in paid for asked in credit.asked}


def taken_back_of(back: PaymentFact, facts: Iterable[PaymentFact]) -> set[str]:
    """The titles of which somebody other than the creditor's own people has taken money back by this, if it is that."""
    return _of_what(back, facts) if back.kind in _TAKES_BACK and back.evidence != "operator" else set()


def taken_back_at(facts: Iterable[PaymentFact], title: str) -> datetime | None:
    """When somebody but the creditor's own people has last taken money of a title back."""
    facts = list(facts)
    return max((f.occurred_at for f in facts if title in taken_back_of(f, facts)), default=None)


def _use_what_is_over(accounts: Mapping[str, _Account], counting: Accounts) -> None:
    """Where the creditor wants it so, money over on one title pays the oldest open ones of the same debtor, as if it
    had been paid for them on its day.
    """
    oldest_first = sorted(accounts.values(), key=lambda a: (a.receivable.due_on, a.receivable.id))
    for source in oldest_first:
        fact = source.last
        if not source.overpaid or fact is None:
            continue
        if counting.settling_at(source.receivable, fact.occurred_at).overpaid is not Overpaid.APPLY:
            continue
        for target in oldest_first:
            if source.overpaid and target.open_cents and not target.cancelled:
                money = replace(fact, kind=FactKind.CREDIT, granted_cents=0, charged_cents=0)
                left = target.pay(money, source.overpaid, counting)
                source.overpaid, source.alone = left, False


def received_cents(facts: Iterable[PaymentFact], since: datetime | None = None, days: BankDays = PLAIN_DAYS) -> int:
    """Cents these facts say were received (at `since` or later; None: ever) and not taken back."""
    return sum(cents for fact, cents in _net_credits(facts, days) if since is None or fact.occurred_at >= since)


def add_fact(file: File, fact: PaymentFact) -> File | None:
    """The file with one more fact, or None when it already has it (the same news again).

    A stronger source (`file` > `pull` > `webhook` > `operator`) for a fact already known changes nothing.
    """
    if any(f.key == fact.key for f in file.facts):
        return None
    return replace(file, facts=(*file.facts, fact))


def _net_credits(facts: Iterable[PaymentFact], days: BankDays) -> list[tuple[PaymentFact, int]]:
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
    credits_ = [f for f in ordered if f.kind in _GIVES]
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
            f.kind in _TAKES_BACK and f.receivable == fact.receivable and f.occurred_at > fact.occurred_at
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
    return _as_recorded(found, [f for f in everything if f.kind in _GIVES], again)


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
        for title, part in _titles_of(fact, max(0, left[fact.key] - gone.get(fact.key, 0)))
        if title == settled.receivable
    )


def _receipt(credit: PaymentFact) -> tuple[str, str]:
    return credit.gateway, credit.refers_to or credit.fact_id


def _recorded(credit: PaymentFact) -> tuple[int, int, str]:
    """How much its record says of it; the key last, so that the order of facts does not matter."""
    return credit.granted_cents + credit.charged_cents, credit.granted_cents, credit.key


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
        if f.kind is FactKind.CREDIT and any(title == fact.receivable for title, _ in _titles_of(f, f.amount_cents))
    ]
    return max([fact.occurred_at, *same]), True


def money_of(facts: Iterable[PaymentFact], title: str, name: str) -> Iterator[PaymentFact]:
    """What these facts say of the money of one title, told of it by the name it has elsewhere: its share of what a
    message's code has paid as well, and of what was taken back of that. Who but a file has withdrawn it (a person who
    upheld a dispute, a gateway) has done so wherever a file says it is; what files say, the next one says anew.
    """
    facts = sorted(facts, key=lambda f: (f.occurred_at, f.gateway, f.fact_id))
    for fact in facts:
        if fact.receivable == title and not (fact.kind in _WITHDRAWS and fact.gateway == FILE_GATEWAY):
            yield replace(fact, receivable=name)
        elif not fact.receivable and fact.kind is FactKind.CREDIT and any(a.receivable == title for a in fact.asked):
            yield from _share_of(fact, facts, title, name)


def _share_of(credit: PaymentFact, facts: list[PaymentFact], title: str, name: str) -> Iterator[PaymentFact]:
    """One title's share of a code's money, and of each refund of it: what goes back is the last titles' first."""
    moved = {a.receivable: moved_away(facts, a.receivable) for a in credit.asked}
    times = [at for at in moved.values() if at is not None]
    # what is over belongs to who keeps one of the titles; where all have moved, it goes with the last
    heir = max(moved, key=lambda t: (moved[t] or credit.occurred_at, t)) if len(times) == len(moved) else ""

    def share(cents: int) -> int:
        over = cents - sum(a.cents for a in credit.asked)
        named = sum(part for of, part in _titles_of(credit, cents) if of == title)
        return named + (max(0, over) if title == heir else 0)

    def told(fact: PaymentFact, cents: int, **more: Any) -> PaymentFact:
        if len(credit.asked) > 1:
            fact = replace(fact, granted_cents=0, charged_cents=0)
        return replace(fact, receivable=name, amount_cents=cents, fact_id=f"{fact.fact_id}#{title}", **more)

    if share(credit.amount_cents):
        asked = tuple(replace(a, receivable=name) for a in credit.asked if a.receivable == title)
        yield told(credit, share(credit.amount_cents), asked=asked)
    left = credit.amount_cents
    for back in facts:
        if back.kind not in _TAKES_BACK or back.receivable or back.gateway != credit.gateway:
            continue
        if back.refers_to != credit.fact_id:
            continue
        before = credit.amount_cents if back.cumulative else left
        after = max(0, before - back.amount_cents)
        left = after if not back.cumulative else left
        if share(before) - share(after):
            yield told(back, share(before) - share(after), refers_to=f"{credit.fact_id}#{title}", asked=())


def moved_id(title: str, sequencer: str) -> str:
    """The id of the fact that an upload has moved a title to another debtor."""
    return f"{title}#moved#{sequencer}"


def _moves(fact: PaymentFact) -> bool:
    return fact.kind is FactKind.CANCELLED and fact.fact_id.startswith(moved_id(fact.receivable, ""))


def moved_away(facts: Iterable[PaymentFact], title: str) -> datetime | None:
    """When a title went to another debtor; None while it is here."""
    said = [f for f in facts if f.receivable == title and f.kind in _WITHDRAWS and not f.refers_to]
    last = max(said, key=lambda f: (f.occurred_at, f.kind is FactKind.CANCELLED), default=None)
    return last.occurred_at if last is not None and _moves(last) else None


def came_back(file: File, fact: PaymentFact) -> bool:
    """Whether it tells of a title's share of money that the file has whole: the title was here before."""
    return any(
        not f.receivable and f.gateway == fact.gateway and fact.fact_id == f"{f.fact_id}#{title}"
        for title in {fact.receivable, fact.fact_id.rpartition("#")[2]}
        for f in file.facts
    )


def _titles_of(fact: PaymentFact, cents: int) -> list[tuple[str, int]]:
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
    for total in _last_totals(told):
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
        if fact.kind not in _TAKES_BACK:
            continue
        credit = (fact.gateway, fact.refers_to)
        if not fact.cumulative:
            singles[credit] = singles.get(credit, 0) + fact.amount_cents
            yield fact, fact.amount_cents
        elif credit not in totals or totals[credit].amount_cents < fact.amount_cents:
            totals[credit] = fact
    for credit, fact in totals.items():
        yield fact, max(0, fact.amount_cents - singles.get(credit, 0))


def _credit(fact: PaymentFact, cents: int, accounts: Mapping[str, _Account], counting: Accounts) -> None:
    """Puts one credit where it belongs: to the titles a message had listed, at the amounts it asked; for the debtor as
    a whole, oldest debt first. What is over in the end is the last one's.
    """
    listed = [(accounts[a.receivable], a) for a in fact.asked if a.receivable in accounts]
    if listed:
        _as_asked(fact, cents, listed, counting)
        return
    if fact.receivable:
        queue = [accounts[fact.receivable]] if fact.receivable in accounts else []
    else:
        oldest_first = sorted(accounts.values(), key=lambda a: (a.receivable.due_on, a.receivable.id))
        queue = [a for a in oldest_first if a.open_cents and not a.cancelled] or oldest_first[-1:]
    for account in queue:
        cents = account.pay(fact, cents, counting)
        if cents <= 0:
            return
    if queue and not (fact.receivable and queue[-1].gone):  # what is over went along
        queue[-1].overpaid += cents


def _as_asked(fact: PaymentFact, cents: int, titles: list[tuple[_Account, AskedAmount]], counting: Accounts) -> None:
    """First each title at the amount it was asked for, then what is still open of them. What is over stays with those
    that needed it no more: the money was not meant for any other title. What was paid before a title was withdrawn is
    its own, and what is for one that has moved has gone along.
    """
    listed = [one for one in titles if one[0].gone or not one[0].withdrawn_at(fact.occurred_at)] or titles
    unneeded: list[tuple[_Account, int]] = []
    for account, asked in listed:
        share = min(cents, asked.cents)
        if share > 0:
            over = account.pay(fact, share, counting, asked)
            over = 0 if account.gone else over
            unneeded.append((account, over))
            cents -= share - over
    here = [account for account, _ in listed if not account.gone]
    for account in here:
        if cents > 0 and account.open_cents:
            cents = account.pay(fact, cents, counting)
    for account, over in [*unneeded, *((account, cents) for account in here[-1:])]:
        account.overpaid += min(cents, over)
        cents -= min(cents, over)


def _order(order: tuple[str, ...]) -> tuple[str, ...]:
    """The creditor's order; a part it forgets comes last, so that no cent is lost."""
    return tuple(dict.fromkeys((*order, "interest", "fine", "principal")))


def local_date(at: datetime, tenant: Tenant) -> date:
    """The creditor's calendar day of an instant."""
    return at.astimezone(ZoneInfo(tenant.time_zone)).date()
