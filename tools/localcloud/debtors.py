"""The debtors: read what reaches them and act on it, each by their habits."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Protocol

from localcloud.books import Books
from localcloud.gateway import GatewayWorld, Later
from localcloud.habits import Habit, Habits, habits_of
from localcloud.mailbox import Arrival
from localcloud.people import Bill, Person
from localcloud.pix_reader import PixCode, find
from localcloud.timeline import BRASILIA

WORDS = {
    Habit.OPTS_OUT: ("PARAR", "Parar avisos"),
    Habit.CLAIMS_PAID: ("já paguei essa conta semana passada", "Já paguei"),
    Habit.DISPUTES: ("não reconheço essa dívida",),
    Habit.WRONG_PERSON: ("não sou eu, esse número é de outra pessoa",),
}
SMS_STOP = "SAIR"
UNSUBSCRIBE = re.compile(r"https?://[^\s\"'<>]+/u/[A-Za-z0-9_=.-]+")


class Mouth(Protocol):
    """How a debtor answers."""

    def reply(self, arrival: Arrival, words: str) -> None:
        """Writes back by the channel of the message, quoting it."""

    def unsubscribe(self, arrival: Arrival, url: str) -> None:
        """Presses the mail program's unsubscribe button."""


class Debtors:
    """All debtors. `habits` is public so that a report can say who did what."""

    def __init__(
        self,
        people: Iterable[Person],
        books: Books,
        gateway: GatewayWorld,
        mouth: Mouth,
        later: Later,
        now: Callable[[], datetime],
        seed: int,
    ) -> None:
        self.people = tuple(people)
        self.habits: dict[str, Habits] = {person.key: habits_of(person, seed) for person in self.people}
        self._books, self._gateway, self._mouth, self._later, self._now = books, gateway, mouth, later, now
        self._read: dict[str, int] = defaultdict(int)
        self._codes: dict[str, tuple[PixCode, tuple[str, ...]]] = {}
        """The last Pix code each was sent, and the bills it is for."""
        self._acted: set[str] = set()
        self.replies = 0

    def begin(self, until: datetime) -> None:
        """Arranges what needs no message: punctual debtors pay their boletos by the due day."""
        for person in self.people:
            if self.habits[person.key].habit is not Habit.PUNCTUAL:
                continue
            for bill in person.bills:
                at = datetime.combine(bill.due_on, datetime.min.time(), BRASILIA) + timedelta(hours=12, days=-1)
                if bill.our_number and self._now() < at < until:
                    self._later(at, self._boleto(person, bill))

    def receive(self, arrival: Arrival) -> None:
        """One message has been read."""
        person = arrival.person
        if person is None:
            return
        self._read[person.key] += 1
        codes = find(arrival.text)
        if codes:
            code = max(codes, key=lambda code: code.cents)
            self._codes[person.key] = code, self._books.asked_for(person, code.cents, arrival.at)
        habits = self.habits[person.key]
        count, habit = self._read[person.key], habits.habit
        act = self._now() + timedelta(hours=habits.delay_hours)
        if habit in (Habit.PROMPT, Habit.LATE, Habit.PUNCTUAL) and count >= habits.acts_on:
            self._later(act, lambda: self._pay(person, arrival))
        elif habit is Habit.PARTIAL and count in (1, 3):
            share = 0.5 if count == 1 else 1.0
            self._later(act, lambda: self._pay(person, arrival, share))
        elif habit is Habit.REFUNDED and self._first(person):
            self._later(act, lambda: self._pay_and_get_back(person, arrival))
        elif habit is Habit.PAYS_TWICE and self._first(person):
            self._later(act, lambda: self._pay_twice(person, arrival))
        else:
            self._talk(person, arrival, habit)

    def _talk(self, person: Person, arrival: Arrival, habit: Habit) -> None:
        soon = self._now() + timedelta(minutes=40)
        if habit is Habit.OPTS_OUT and arrival.channel == "email" and person.key not in self._acted:
            link = UNSUBSCRIBE.search(arrival.text + "\n" + arrival.html)
            if link:
                self._acted.add(person.key)
                self._later(soon, lambda: self._mouth.unsubscribe(arrival, link.group()))
            return
        if person.key in self._acted:
            return
        if arrival.channel == "sms":
            # a short answer: it carries no day to count from, and little room to explain
            if habit is Habit.OPTS_OUT and SMS_STOP in arrival.text:
                self._acted.add(person.key)
                self._later(soon, lambda: self._say(arrival, SMS_STOP))
            return
        if habit in (Habit.PROMISES, Habit.BREAKS_PROMISE):
            self._acted.add(person.key)
            day = (self._now().astimezone(BRASILIA) + timedelta(days=4)).date()
            self._later(soon, lambda: self._say(arrival, f"pago dia {day:%d/%m}"))
            if habit is Habit.PROMISES:
                at = datetime.combine(day, datetime.min.time(), BRASILIA) + timedelta(hours=11)
                self._later(at, lambda: self._pay(person, arrival))
        elif habit in WORDS:
            self._acted.add(person.key)
            words = WORDS[habit][len(person.name) % len(WORDS[habit])]
            self._later(soon, lambda: self._say(arrival, words))
            if habit is Habit.CLAIMS_PAID:
                self._later(self._now() + timedelta(days=2), lambda: self._pay(person, arrival))

    def _first(self, person: Person) -> bool:
        first = person.key not in self._acted
        self._acted.add(person.key)
        return first

    def _say(self, arrival: Arrival, words: str) -> None:
        self.replies += 1
        self._mouth.reply(arrival, words)

    def _pay(self, person: Person, arrival: Arrival, share: float = 1.0) -> None:
        """By the Pix code of the last message that had one, or by the boletos that are due."""
        bills = [bill for bill in self._books.open_bills(person) if bill.due_on <= self._horizon()]
        if not bills:
            return
        boletos = [bill for bill in bills if bill.our_number]
        code = self._codes.get(person.key)
        by_boleto = share == 1.0 and len(boletos) == len(bills)
        if by_boleto and (code is None or self.habits[person.key].pays_by_boleto):
            for bill in boletos:
                self._gateway.pay_boleto(person, bill)
        elif code is not None:
            del self._codes[person.key]
            self._gateway.pay_pix(person, *code, share)

    def _pay_and_get_back(self, person: Person, arrival: Arrival) -> None:
        code = self._codes.pop(person.key, None)
        if code is not None and self._books.open_bills(person):
            pix = self._gateway.pay_pix(person, *code)
            self._later(self._now() + timedelta(days=5), lambda: self._gateway.refund(person, pix))

    def _pay_twice(self, person: Person, arrival: Arrival) -> None:
        boleto = next((bill for bill in self._books.open_bills(person) if bill.our_number), None)
        self._pay(person, arrival)
        if boleto is not None:
            self._gateway.pay_boleto(person, boleto)

    def _boleto(self, person: Person, bill: Bill) -> Callable[[], None]:
        return lambda: self._gateway.pay_boleto(person, bill)

    def _horizon(self) -> date:
        return (self._now().astimezone(BRASILIA) + timedelta(days=6)).date()
