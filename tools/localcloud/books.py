"""What the outside world knows of the money: who paid what, and when the product was told and said 200."""

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from localcloud.people import Bill, Person
from localcloud.timeline import BRASILIA

FINE = 0.02
INTEREST_A_DAY = 0.01 / 30
ROUNDING = 0.003
"""By so much of it the world's idea of an amount may differ from what a message asks."""
"""What the sample portfolio agrees: 2 % once and 1 % a month. Only used to guess how far a payment reaches."""


@dataclass
class Account:
    """One debtor's bills as the world sees them; money in cents."""

    person: Person
    owed: dict[str, int]
    settled_real: float | None = None
    """Unix seconds since which nothing is owed and the product knows it; None while something is."""
    paid_cents: int = 0
    credits: list[tuple[int, dict[str, int]]] = field(default_factory=list)
    """Each payment: its cents, and how much of which bill it took."""

    def open_bills(self) -> list[Bill]:
        """Bills with something owed, oldest first."""
        return sorted((b for b in self.person.bills if self.owed[b.receivable]), key=lambda b: (b.due_on, b.receivable))


@dataclass(frozen=True, slots=True)
class Movement:
    """Money in or (negative cents) out: when by both clocks, whose, and which bills the world takes it to concern."""

    at: datetime
    real: float
    person: Person
    cents: int
    reference: str
    """Id of the payment, as the gateway tells it."""
    asked: tuple[str, ...]
    """The bills the payment was for."""
    bills: tuple[str, ...]
    settled_real: float | None


class Books:
    """All accounts. Thread-safe."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._lock = threading.Lock()
        self.movements: list[Movement] = []
        self.accounts = {
            person.key: Account(person, {bill.receivable: bill.cents for bill in person.bills}) for person in people
        }

    def open_bills(self, person: Person) -> list[Bill]:
        """What `person` still owes, oldest first."""
        with self._lock:
            return self.accounts[person.key].open_bills()

    def asked_for(self, person: Person, cents: int, at: datetime) -> tuple[str, ...]:
        """The bills a message of `at` asks `cents` for: the oldest open ones, as many as it takes."""
        names, total = list[str](), 0
        for bill in self.open_bills(person):
            names.append(bill.receivable)
            total += with_charges(bill, self.accounts[person.key].owed[bill.receivable], at)
            if total >= cents * (1 - ROUNDING):
                break
        return tuple(names)

    def credit(
        self, person: Person, cents: int, at: datetime, real: float, asked: Collection[str] = (), reference: str = ""
    ) -> None:
        """A payment the product was told of: its webhook answered 200 at `real`. Money goes to the bills it was
        `asked` for (empty: to all), oldest first, charges included, and what is over pays nothing else."""
        with self._lock:
            account = self.accounts[person.key]
            bills = [bill for bill in account.open_bills() if not asked or bill.receivable in asked]
            taken: dict[str, int] = {}
            rest = cents
            for bill in bills:
                owed = account.owed[bill.receivable]
                covered = min(owed, rest)
                if not covered:
                    break
                taken[bill.receivable] = covered
                account.owed[bill.receivable] -= covered
                rest -= min(rest, with_charges(bill, owed, at))
            account.paid_cents += cents
            account.credits.append((cents, taken))
            if account.settled_real is None and not any(account.owed.values()):
                account.settled_real = real
            self.movements.append(
                Movement(at, real, person, cents, reference, tuple(asked), tuple(taken), account.settled_real)
            )

    def refund(self, person: Person, cents: int, at: datetime, real: float = 0.0, reference: str = "") -> None:
        """The last payment of `cents`, that of this id, is being given back: from now on its bills are owed again."""
        with self._lock:
            account = self.accounts[person.key]
            index = next(i for i in reversed(range(len(account.credits))) if account.credits[i][0] == cents)
            _, taken = account.credits.pop(index)
            for receivable, covered in taken.items():
                account.owed[receivable] += covered
            account.paid_cents -= cents
            if any(account.owed.values()):
                account.settled_real = None
            self.movements.append(Movement(at, real, person, -cents, reference, (), tuple(taken), account.settled_real))

    def payments(self, person: Person, until: float) -> set[str]:
        """Ids of the payments the product was told of until then (Unix seconds), as the gateways tell them."""
        with self._lock:
            return {m.reference for m in self.movements if m.person is person and m.cents > 0 and m.real <= until}

    @property
    def received_cents(self) -> int:
        """All money of people we know, refunds taken off."""
        with self._lock:
            return sum(account.paid_cents for account in self.accounts.values())


def with_charges(bill: Bill, owed: int, at: datetime) -> int:
    """What `owed` cents of the bill have grown to at `at`."""
    late = (at.astimezone(BRASILIA).date() - bill.due_on).days
    return owed if late <= 0 else owed + int(owed * (FINE + INTEREST_A_DAY * late))
