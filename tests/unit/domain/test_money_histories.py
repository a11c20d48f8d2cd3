"""Random histories of payments, refunds, corrections, edits of the contract and new titles.

No cent is lost, asking at any moment and paying exactly that leaves nothing open and nothing over, and the order in
which news come does not matter.

`MONEY_HISTORIES=100000` plays that many (make histories); the suite plays a few of the same.
"""

import os
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from tests.builders import a_debtor, a_tenant

from regua.calendars import load
from regua.domain.model import (
    AskedAmount,
    Contract,
    Discount,
    FactKind,
    File,
    PaymentFact,
    Rail,
    RateUnit,
    Receivable,
    ReceivableStatus,
)
from regua.domain.money.account import ALWAYS, Accounts
from regua.domain.money.credits import received_cents
from regua.domain.money.settlement import add_fact, settle
from regua.domain.tenant import SettlingRules, ShortPayment, Terms

CALENDAR = load()
HISTORIES = int(os.environ.get("MONEY_HISTORIES", "400"))
PARTS = 8
START = datetime(2026, 2, 2, 12, tzinfo=UTC)
ORDERS = (
    ("costs", "interest", "fine", "principal"),
    ("principal", "interest", "fine", "costs"),
    ("fine", "costs", "principal", "interest"),
)


class Life:
    """One debtor's titles and money, as chance has it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.at, self.number = chance, START, 0
        self.remembers: set[str] = set()
        contract, rules = self._contract(), self._rules()
        self.tenant = a_tenant(contract=contract, settling=rules, terms=(Terms(ALWAYS, contract, rules),))
        self.file = File(a_debtor())
        for _ in range(chance.randint(1, 3)):
            self.imports()

    def plays(self) -> None:
        """A dozen events, each followed by what must always hold."""
        money = (self.pays, self.pays, self.pays_by_message, self.refunds, self.says_what_is_left)
        acts = (*money, self.corrects, self.edits, self.imports)
        for _ in range(self.chance.randint(3, 12)):
            self.at += timedelta(days=self.chance.choice((0, 1, 3, 10, 33)), hours=self.chance.randint(0, 11))
            self.chance.choice(acts)()
            self.cents_are_conserved()
            if self.chance.random() < 0.5:
                self.asked_is_owed()
        self.order_does_not_matter()

    # events ----------------------------------------------------------------------------------------------------------

    def _contract(self) -> Contract:
        chance = self.chance
        discounts = ()
        if chance.random() < 0.3:
            until = START.date() + timedelta(days=chance.randint(0, 60))
            percent, cents = chance.choice(((Decimal(10), 0), (Decimal("3.5"), 0), (Decimal(0), 5_00)))
            discounts = (Discount(until, percent, cents),)
        return Contract(
            fine_percent=Decimal(chance.choice(("0", "2", "1.5"))),
            interest_percent=Decimal(chance.choice(("0", "1", "0.033", "12"))),
            interest_unit=chance.choice(list(RateUnit)),
            business_days=chance.random() < 0.2,
            discounts=discounts,
            agreed=chance.random() < 0.9,
            waived=chance.random() < 0.1,
        )

    def _rules(self) -> SettlingRules:
        chance = self.chance
        return SettlingRules(
            order=chance.choice(ORDERS),
            short_payment=chance.choice(list(ShortPayment)),
            tolerance_cents=chance.choice((0, 0, 10)),
        )

    def imports(self) -> None:
        self.number += 1
        due = self.at.date() + timedelta(days=self.chance.randint(-60, 20))
        own = self._contract() if self.chance.random() < 0.2 else None
        cents = self.chance.choice((1, 99, 33_33, 100_00, 1_234_56, 50_000_00))
        fresh = Receivable(f"T{self.number}", cents, due, contract=own, entered_at=self.at)
        self.settles(replace(self.file, receivables=(*self.file.receivables, fresh)))

    def pays(self, cents: int = 0, title: str = "", asked: tuple[AskedAmount, ...] = ()) -> None:
        self.number += 1
        self.at += timedelta(seconds=1)
        chance = self.chance
        name = title or ("" if asked else chance.choice([*(r.id for r in self.file.receivables), ""]))
        owed = sum(r.open_principal_cents for r in self.file.receivables if r.id == name or not name)
        cents = cents or max(
            1, chance.choice((owed, owed // 2, owed // 3 + 1, 50, owed + 1_00, chance.randint(1, 300_00)))
        )
        fact = PaymentFact(
            "bank", f"E{self.number}", FactKind.CREDIT, name, cents, self.at, chance.choice(list(Rail)), asked=asked
        )
        if not asked and chance.random() < 0.3:  # the bank says what it is made of
            granted, charged = chance.choice((0, 5_00, owed // 10)), chance.choice((0, 2_00, cents // 30))
            fact = replace(fact, granted_cents=granted, charged_cents=charged)
        self.settles(add_fact(self.file, fact) or self.file)

    def pays_by_message(self) -> None:
        if asked := self.asked():
            owed = sum(a.cents for a in asked)
            self.pays(self.chance.choice((owed, owed, owed // 2 + 1, owed + 50)), asked=asked)

    def says_what_is_left(self) -> None:
        """A file tells what was paid of a title so far, and what is left of it."""
        self.number += 1
        title = self.chance.choice(self.file.receivables)
        cents = max(1, self.chance.choice((title.principal_cents // 3, title.principal_cents // 2)))
        covers = self.chance.choice((None, cents, cents - cents // 10, cents + cents // 10))
        fact = PaymentFact(
            "file", f"{title.id}#so-far#{self.number:05d}", FactKind.CREDIT, title.id, cents, self.at,
            evidence="operator", cumulative=True, as_of=self.at, covers_cents=covers,
        )  # fmt: skip
        self.settles(add_fact(self.file, fact) or self.file)

    def refunds(self) -> None:
        credits_ = [f for f in self.file.facts if f.kind is FactKind.CREDIT]
        if credits_:
            self.number += 1
            of = self.chance.choice(credits_)
            cents = self.chance.choice((of.amount_cents, of.amount_cents // 2 + 1))
            kind = self.chance.choice((FactKind.REFUND, FactKind.CHARGEBACK))
            fact = PaymentFact("bank", f"R{self.number}", kind, of.receivable, cents, self.at, refers_to=of.fact_id)
            self.settles(add_fact(self.file, fact) or self.file)

    def corrects(self) -> None:
        one = self.chance.choice(self.file.receivables)
        cents = max(
            1, self.chance.choice((one.paid_principal_cents, one.principal_cents // 2, one.principal_cents + 7_00))
        )
        due = one.due_on + timedelta(days=self.chance.choice((0, 0, 30, -3)))
        parts = sum(f.receivable == one.id or not f.receivable for f in self.file.facts)
        # paid in parts and corrected since, a title stays as it was settled: told anew, part by part, it would not be
        if not one.is_open and parts > 1 and due != one.due_on:
            self.remembers.add(one.id)
        new = replace(one, principal_cents=cents, due_on=due)
        self.settles(replace(self.file, receivables=tuple(new if r is one else r for r in self.file.receivables)))

    def edits(self) -> None:
        """The creditor's folder changes; nothing that is settled may move, so nothing is settled anew."""
        before = settle(self.file, self.tenant, CALENDAR)[0]
        self.at += timedelta(minutes=1)
        contract, rules = self._contract(), self._rules()
        terms = (*self.tenant.terms, Terms(self.at, contract, rules))
        self.tenant = replace(self.tenant, contract=contract, settling=rules, terms=terms)
        assert settle(self.file, self.tenant, CALENDAR)[0] == before
        self.at += timedelta(minutes=1)

    def settles(self, file: File) -> None:
        self.file, self.found = settle(file, self.tenant, CALENDAR)

    # what must always hold -------------------------------------------------------------------------------------------

    def asked(self) -> tuple[AskedAmount, ...]:
        """What a message would ask now, of all that is open or a part of it."""
        accounts, day = self.accounts, self.accounts.day_of(self.at)
        some = [r for r in self.file.open_receivables if self.chance.random() < 0.8]
        lines = ((r, accounts.owed(r, day).total_cents, accounts.good_until(r, day)) for r in some)
        return tuple(AskedAmount(r.id, cents, until, r.open_principal_cents) for r, cents, until in lines if cents)

    @property
    def accounts(self) -> Accounts:
        return Accounts.of(self.file.debtor, self.tenant, CALENDAR)

    def cents_are_conserved(self) -> None:
        assert sum(one.received_cents for one in self.found) == received_cents(self.file.facts)
        for r in self.file.receivables:
            assert min(r.paid_additions_cents, r.overpaid_cents, r.waived_cents, r.discounted_cents) >= 0
            assert (r.status is ReceivableStatus.PAID) == (r.open_principal_cents == 0)
            assert r.charged is None or r.is_open

    def asked_is_owed(self) -> None:
        """Paid to the cent, by each title's own code or by one for all: nothing is open of them, and nothing over."""
        kept = self.file, self.found, self.number, self.at
        asked, over = self.asked(), sum(r.overpaid_cents for r in self.file.receivables)
        days = self.chance.choice((0, 0, 2))
        good = [a for a in asked if a.until_on >= self.accounts.day_of(self.at) + timedelta(days=days)]
        self.at += timedelta(days=days)
        if self.chance.random() < 0.5:
            for one in good:
                self.pays(one.cents, one.receivable, (one,))
        elif good:
            self.pays(sum(a.cents for a in good), asked=tuple(good))
        for one in good:
            paid = self.file.receivable(one.receivable)
            assert paid is not None
            assert paid.status is ReceivableStatus.PAID
        assert sum(r.overpaid_cents for r in self.file.receivables) == over
        self.file, self.found, self.number, self.at = kept

    def order_does_not_matter(self) -> None:
        facts = list(self.file.facts)
        self.chance.shuffle(facts)
        file = replace(self.file, facts=())
        for fact in (*facts, *facts[:2]):
            file = settle(add_fact(file, fact) or file, self.tenant, CALENDAR)[0]
        told = [r for r in file.receivables if r.id not in self.remembers]
        assert told == [r for r in self.file.receivables if r.id not in self.remembers]


@pytest.mark.parametrize("part", range(PARTS))
def test_in_any_history_the_account_adds_up(part: int) -> None:
    for seed in range(part, HISTORIES, PARTS):
        try:
            Life(random.Random(seed)).plays()
        except AssertionError as error:
            raise AssertionError(f"history {seed}: {error}") from error
