"""Settling: what the set of payment facts makes of a debtor's receivables.

Facts are a set. They are sorted by when they happened, never by when they arrived, so any order and any repetition of
the same news ends in the same state (design, invariant 4). Cents conserve: what was received is principal, additions or
overpaid, and what was taken back is none of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from regua.domain.calendar import Calendar
from regua.domain.ids import digest
from regua.domain.model import (
    WITHDRAWS,
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
from regua.domain.money.account import Accounts, small_rest
from regua.domain.money.amount_due import AmountDue
from regua.domain.money.credits import last_totals, net_credits, says_what_is_left, taken_back_of
from regua.domain.money.moved import moves
from regua.domain.money.same_payment import BankDays
from regua.domain.money.transfers import Transfer, transfers
from regua.domain.tenant import Overpaid, SettlingRules, ShortPayment, SmallRest, Tenant
from regua.domain.values import Value, replace

_HASH_BYTES = 8


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
        if fact.kind in WITHDRAWS and not fact.refers_to and fact.receivable in accounts:
            account = accounts[fact.receivable]
            account.cancelled = fact.kind is FactKind.CANCELLED
            account.gone = account.cancelled and moves(fact)
            account.withdrawals.append((fact.occurred_at, account.cancelled))
        for title in taken_back_of(fact, file.facts) & accounts.keys():
            accounts[title].reversed_on = counting.day_of(fact.occurred_at)
    stated = [f for f in last_totals(file.facts) if f.receivable in accounts and says_what_is_left(f, file.facts)]
    net, lent = net_credits(file.facts, BankDays.of(tenant, calendar)), transfers(file.facts)
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


def add_fact(file: File, fact: PaymentFact) -> File | None:
    """The file with one more fact, or None when it already has it (the same news again).

    A stronger source (`file` > `pull` > `webhook` > `operator`) for a fact already known changes nothing.
    """
    if any(f.key == fact.key for f in file.facts):
        return None
    return replace(file, facts=(*file.facts, fact))


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
