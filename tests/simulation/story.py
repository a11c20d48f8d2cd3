"""What happens in a history: bills and payments as ever, and some of the many things that change in between."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, partial
from random import Random
from typing import TYPE_CHECKING, Any

from regua.config import shipped_policy
from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind
from regua.domain.intake.row import Row
from regua.domain.model import Channel, Contract, Phase
from regua.domain.policy import Caps, Policy, Step
from regua.domain.reasons import Reason
from regua.domain.tenant import ChannelConfig, Creditor, GatewayConfig, PixKey, SettlingRules, ShortPayment, Tenant
from regua.ports import InboxStatus
from regua.use_cases.collecting.rulebook import STATE_CHANNELS
from regua.use_cases.paying.bank_file import Title
from tests.simulation import boletos, debits, statements
from tests.simulation.books import KNOWN_WITHIN, ZONES, Bill, Mail, business_day
from tests.simulation.outside import Outage
from tests.simulation.people import SPOKEN, Desk

if TYPE_CHECKING:
    from tests.simulation.world import World

STARTS = ("2026-03-02", "2026-03-23", "2026-04-13", "2026-08-31", "2026-10-05", "2026-12-07")
DOCUMENTS = ("52998224725", "11144477735", "93541134780", "39053344705", "86288366757", "15350946056")
STATES = ("SP", "SP", "SP", "AC", "AM")
_E, _S, _W, _T = Channel.EMAIL, Channel.SMS, Channel.WHATSAPP, Channel.TASK
SHORT = Policy(
    "curta",
    "1",
    (
        Step("lembrete", Phase.PREVENTIVE, -2, (_E, _W, _S)),
        Step("vencimento", Phase.PREVENTIVE, 0, (_W, _E, _S)),
        Step("aviso", Phase.FRIENDLY, 2, (_E, _W, _S)),
        Step("segundo-aviso", Phase.FRIENDLY, 4, (_W, _E, _S)),
        Step("firme", Phase.FIRM, 7, (_E, _S)),
        Step("formal", Phase.FORMAL, 11, (_E, _S)),
        Step("ligacao", Phase.FORMAL, 14, (_T,), min_amount_cents=10_000),
        Step("negativacao", Phase.LEGAL, 18, (_T,)),
    ),
    caps=Caps(min_hours=24, per_day=1, per_week=3, per_month=9),
    formal_min_contacts=3,
    formal_min_days=7,
    legal_min_contacts=3,
    legal_min_days=11,
)
"""A whole régua in three weeks: what takes months with the shipped ones happens within a short history."""
SPENT_AT_MOST = 4
"""Messages of a channel a month, at five cents each, of a creditor who spends no more."""
CONTRACTS = (
    Contract(fine_percent=Decimal(2), interest_percent=Decimal(1)),
    Contract(fine_percent=Decimal(2), interest_percent=Decimal(1)),
    Contract(fine_percent=Decimal(1), interest_percent=Decimal("0.5")),
    Contract(),
)


@cache
def _shipped(name: str) -> Policy:
    return shipped_policy(name)


@dataclass
class Person:
    """Somebody who owes."""

    number: int
    document: str
    name: str
    email: str
    phone: str
    state: str
    former: list[str] = field(default_factory=list)


class Story:
    """Draws a history and keeps what its telling needs."""

    def __init__(self, world: "World") -> None:
        self.world = world
        draw = self.random
        self.start = datetime.combine(date.fromisoformat(draw.choice(STARTS)), time(9), UTC)
        long = draw.random() < 0.05
        self.policy = _shipped(draw.choice(("padrao", "padrao", "b2b", "escola"))) if long else SHORT
        self.days = draw.choice((45, 70)) if long else draw.choice((18, 24, 30))
        self.end = self.start + timedelta(days=self.days + 9)
        self.quiet_since = self.start
        self.numbers = itertools.count(1)
        self.sequence = itertools.count(1)
        self.people: list[Person] = []
        for number in range(draw.choice((1, 2, 2, 3))):
            self.people.append(self._person(number))
        self.tenants = ["acme", "beta"] if draw.random() < 0.2 else ["acme"]
        self.sheets: dict[str, dict[str, tuple[int, Row]]] = {t: {} for t in self.tenants}
        self.titles = {tenant: itertools.count() for tenant in self.tenants}
        self.strangers: list[tuple[str, str, str, int]] = []
        self.questions: list[str] = []
        self.told: set[tuple[str, str, int]] = set()
        self.banked: dict[tuple[str, str, int], bool] = {}
        """Money that a bank's file tells of: (creditor, title, cents) -> whether the gateway does, too."""
        self.movements: list[statements.Movement] = []
        """What a bank's statement tells."""
        self.by_statement: set[str] = set()
        """Of its movements, as the inbox calls them, those the books have counted."""
        self.grants: dict[str, int] = {}
        """News of money -> cents that its gateway says it has granted."""
        self.free: dict[tuple[str, str], date] = {}
        self.our_numbers: dict[tuple[str, str], str] = {}
        self.softened = self.spends = False
        self.ends: set[Reason] = set()
        self.tags: dict[int, set[Reason]] = {}
        self.desk = Desk(self)
        self.full_picture = draw.random() < 0.2
        self.pulled = draw.random() < 0.2
        self.charged = draw.random() < 0.2
        if draw.random() < 0.15:
            caps = draw.choice((Caps(3, 1, 3, 9), Caps(2, 2, 5, 20)))
            self.policy = replace(self.policy, version="c", caps=caps)
        self.lost: list[tuple[str, str, str, int]] = []
        """Money nobody is told of: (creditor, title, news, cents)."""
        for name in self.tenants:
            world.config.put(self._tenant(name))
        world.config.put(self.policy)

    @property
    def random(self) -> Random:
        """What is told, or happens, by now draws from that."""
        return self.world.random

    def _tenant(self, name: str) -> Tenant:
        return Tenant(
            name,
            Creditor(f"{name} Ltda", "11222333000181", "Rua A, 1"),
            pix=PixKey("11222333000181", "Acme", "Sao Paulo"),
            channels={c: ChannelConfig(options={"optin": "assumed"}) for c in SPOKEN},
            gateways={"fake": self._gateway(name)},
            reconcile_limit_hours=60 if self.pulled else 0,
            contract=self.random.choice(CONTRACTS),
            policy=self.policy.name,
            full_picture=self.full_picture,
            version="1",
        )

    def _gateway(self, tenant: str) -> GatewayConfig:
        options = {"account": tenant, "api_secret": "s"} if self.pulled else {"account": tenant}
        return GatewayConfig("fake", options=options, create_charges=self.charged)

    def _person(self, number: int) -> Person:
        draw = self.random
        email, phone = f"d{number}@example.com", f"+551198765432{number}"
        if number and draw.random() < 0.2:  # a couple, an accountant
            shared = self.people[0]
            email, phone = draw.choice(((shared.email, phone), (email, shared.phone), (shared.email, shared.phone)))
        document = "" if draw.random() < 0.1 else DOCUMENTS[number]
        return Person(number, document, f"Devedor {number}", email, phone, draw.choice(STATES))

    # telling ------------------------------------------------------------------------------------------------------

    def tell(self) -> None:
        """Puts everything that will happen into the world's queue; some of it calls for more when it does."""
        drawing = self.world.drawing
        for tenant in self.tenants:
            for person in self.people:
                with drawing(f"bills {tenant} {person.number}"):
                    for _ in range(self.random.choice((1, 1, 2, 3))):
                        self._bill(tenant, person, self.random.randint(-22, 14))
            with drawing(f"files {tenant}"):
                self._files(0, tenant, lambda: None)
                for _ in range(self.random.choice((0, 1))):
                    self._files(self.random.uniform(1, self.days), tenant, lambda: None)
        for tell in (self._scans, self._pulls, self.desk.tell):
            with drawing(tell.__qualname__):
                tell()
        luck = self.world.luck
        threads = sorted(THREADS, key=lambda thread: luck.draw(thread.__name__))  # one more leaves the others' places
        for thread in threads[: self.random.choice((0, 1, 2, 3, 4))]:
            self.world.counts[f"thread {thread.__name__[1:]}"] += 1
            with drawing(thread.__name__):
                thread(self)

    def _pulls(self) -> None:
        """Now and then nobody answers for days."""
        if not self.pulled:
            return
        draw, world = self.random, self.world
        if draw.random() < 0.4:
            since = self.start + timedelta(days=self._some_day(0.7))
            world.gateway.outages.append((since, since + timedelta(days=draw.choice((1, 4)))))
        for tenant in self.tenants:
            for day in range(self.days + 9):
                world.at(self.start + timedelta(days=day, minutes=10), "pull", partial(self._pull, tenant))

    def _pull(self, tenant: str) -> None:
        world = self.world
        before = world.books.reconciled.get(tenant)
        known = [world.books.bills.get(one[:2]) for one in self.lost if one[0] == tenant]
        try:
            with self.hearing(*filter(None, known)):
                world.pull(tenant)
        finally:
            for one in [one for one in self.lost if one[0] == tenant]:  # what moved in the meantime as well
                _, _, news, cents = one
                bill = world.books.bills.get(one[:2])
                if bill is not None and world.truth.get_inbox(tenant, "fake", _event(news, cents)) is not None:
                    bill.news += 1  # it moved before; what was asked for until now was asked without knowing of it
                    bill.heard += 1
                    self.counted(bill, news, cents)
                    self.promises_end(bill, cents)
                    self.lost.remove(one)
        if before is None or world.clock.at - before > timedelta(days=2):
            self.quiet_since = world.clock.at

    def _scans(self) -> None:
        draw, world = self.random, self.world
        share = draw.choice((0.7, 0.4, 0.2))
        missed = 0
        for day in range(self.days + 10):
            left = self.days + 9 - day
            missed += 1
            if day and missed < 5 and left > 1 and (left % 2 if left < 10 else draw.random() >= share):
                continue
            missed = 0
            at = self.start + timedelta(days=day, minutes=30)
            world.at(at, "scan", world.scan)
            if draw.random() < 0.1:
                world.at(at + timedelta(minutes=1), "scan", world.scan)

    def _bill(self, tenant: str, person: Person, due: int, cents: int = 0, title: str = "") -> None:
        title = title or f"T{next(self.titles[tenant])}"
        draw = self.random
        row = Row(
            line=2,
            name=person.name,
            receivable=title,
            principal_cents=cents or draw.choice((5_000, 12_000, 20_000, draw.randint(5_000, 90_000))),
            due_on=(self.world_now() + timedelta(days=due)).date(),
            document=person.document,
            emails=(person.email,),
            phones=(person.phone,),
            state=person.state,
            our_number=f"{2 - self.tenants.index(tenant)}{next(self.numbers):06d}" if draw.random() < 0.3 else "",
        )
        if row.our_number:
            self.our_numbers[tenant, title] = row.our_number
        self.sheets[tenant][title] = (person.number, row)
        for _ in range(0 if cents else draw.choice((0, 1, 1, 2))):
            self._payment(tenant, title, row.principal_cents)

    def world_now(self) -> datetime:
        """Now, or the beginning while the history is being drawn."""
        return self.world.clock.at

    def _files(self, day: float, tenant: str, edit: Callable[[], None]) -> None:
        """The creditor changes something and sends everything it has."""
        sent: list[tuple[list[Row], str]] = []

        def do() -> None:
            world = self.world
            if not sent:
                with suppress(KeyError):  # what it would change is not listed any more
                    edit()
                rows = [replace(row, line=n) for n, (_, row) in enumerate(self.sheets[tenant].values(), 2)]
                for person, row in self.sheets[tenant].values():
                    bill = world.books.listed(tenant, person, row, world.clock.at)
                    bill.free_until = self.free.get((tenant, row.receivable))
                    for of, title, news, cents in self.strangers:  # money that came before its bill was known
                        if (of, title) == (tenant, row.receivable):
                            self.counted(bill, news, cents)
                for key, bill in world.books.bills.items():
                    gone = key[0] == tenant and key[1] not in self.sheets[tenant]
                    if gone and rows and self.full_picture:
                        bill.out = bill.out or "gone"
                sent.append((rows, f"{next(self.sequence):06d}"))
                if rows and world.chance(0.2, "told again"):  # the same file, told again much later
                    world.later(timedelta(days=self.random.randint(1, 9)), "upload", do)
            world.upload(tenant, *sent[0])

        self.world.at(self.start + timedelta(days=day), "upload", do)

    # what debtors do ----------------------------------------------------------------------------------------------

    def _payment(self, tenant: str, title: str, cents: int) -> None:
        draw = self.random
        day = draw.uniform(0.1, self.days)
        amount = draw.choice((cents, cents, cents // 2, cents // 2, cents * 2, cents + cents // 20))
        at = max(self.start + timedelta(days=day), self.world_now())  # who lists it later is paid later
        self._money(tenant, title, amount, at)

    def _money(self, tenant: str, title: str, cents: int, at: datetime, *, stranger: bool = False) -> None:
        """A payment, now and then taken back, each told once or more, in any order."""
        draw = self.random
        same = (tenant, title, cents)
        if same in self.banked:
            return  # one boleto is paid once: the same sum by boleto, told by two, is the same money
        by_boleto = (tenant, title) in self.our_numbers and not stranger and same not in self.told
        # a half that is told beside another half of another source on one day would be taken for the same money
        by_boleto = by_boleto and cents >= self.sheets[tenant][title][1].principal_cents
        if by_boleto and draw.random() < 0.3:
            self._by_bank(tenant, title, cents, at)
            return
        news = f"E{next(self.numbers)}"
        rail = draw.choice(("pix", "pix", "boleto"))
        if rail == "boleto" and by_boleto and draw.random() < 0.6:
            self._by_bank(tenant, title, cents, at, news)
        self.told.add(same)
        if (
            not stranger and same not in self.banked and self.world.luck.draw("granted") < 0.08
        ):  # a discount of who takes the money
            self.grants[news] = cents // 10
            cents, rail = cents - cents // 10, f"{rail}+{cents // 10}"
        told = [(at, f"{news}||credit|{title}|{cents}", news, cents)]
        if draw.random() < 0.18 and not stranger:
            back = at + timedelta(hours=draw.randint(1, 90))
            kind, part = draw.choice(("refund", "back")), draw.choice((cents, cents, cents // 2))
            told.append((back, f"D{news}|{news}|{kind}|{title}|{part}", f"D{news}", -part))
        for when, body, name, amount in told:
            rail = rail if amount > 0 else rail.partition("+")[0]
            first = when + timedelta(minutes=draw.choice((0, 0, 5, 300, 1500)))
            lost = self.pulled and not stranger and draw.random() < 0.15
            do = self._told(tenant, title, name, amount, partial(self._as_told, body, when, rail), lost=lost)
            for wait in (0, *draw.choice(((), (), (1,), (600, 4000)))):
                self.world.at(first + timedelta(minutes=wait), "webhook", do)

    def _by_bank(self, tenant: str, title: str, cents: int, at: datetime, known: str = "") -> None:
        """The bank's return file tells of it, the next morning, and once more with what it has later; `known` is the
        same money's news where the gateway tells of it, too.
        """
        self.banked[tenant, title, cents] = bool(known)
        news = known or f"B{next(self.numbers)}"
        said: list[Title] = []

        def do() -> None:
            world = self.world
            bill = world.books.bills.get((tenant, title))
            if bill is None:
                return  # the bank has no boleto of a title that nobody has listed
            if not said:
                said.append(Title("341", self.our_numbers[tenant, title], title, "06", cents, at.date()))
                bill.news += 1
            with self.hearing(bill):
                found = world.bank_file(tenant, said[0])
            self.counted(bill, news, cents, found=found)
            self.promises_end(bill, cents)

        for wait in (0, *self.random.choice(((), (3000,)))):
            self.world.at(at + timedelta(hours=14, minutes=wait), "bank", do)

    def _as_told(self, body: str, moment: datetime, rail: str) -> str:
        """Nobody tells of money before it moved."""
        return f"{body}|{min(moment, self.world.clock.at).isoformat()}|{rail}"

    def _told(
        self, tenant: str, title: str, news: str, cents: int, body: Callable[[], str], *, lost: bool = False
    ) -> Callable[[], None]:
        """What tells of it; of what is `lost` nobody does, and it is found by a pull alone."""
        said: list[str] = []

        def do() -> None:
            world = self.world
            bill = world.books.bills.get((tenant, title))
            if not said:
                said.append(body())
                world.gateway.listed[tenant].append(said[0])
                if bill is not None:
                    bill.news += 1
                if lost:
                    self.lost.append((tenant, title, news, cents))
            if lost:
                return
            with self.hearing(*[bill] if bill else []):
                world.webhook(tenant, said[0])
            bill = world.books.bills.get((tenant, title))
            if bill is None:
                if (tenant, title, news, cents) not in self.strangers:
                    self.strangers.append((tenant, title, news, cents))
            else:
                self.counted(bill, news, cents)
                self.promises_end(bill, cents)

        return do

    @contextmanager
    def hearing(self, *bills: Bill) -> Iterator[None]:
        """Somebody tells of money, and is interrupted, or repeats it."""
        for bill in bills:
            bill.heard += 1
        try:
            yield
        finally:
            for bill in bills:
                bill.heard += 1

    def counted(self, bill: Bill, news: str, cents: int, *, found: bool | None = None) -> None:
        """Money is told of; whether it has `found` its title is asked of the inbox where nobody knows."""
        world = self.world
        if news in self.grants:
            bill.granted[news] = self.grants[news]
        world.books.paid(bill, news, cents, world.clock.at)
        if found is None:
            stored = world.truth.get_inbox(bill.tenant, "fake", _event(news, cents))
            found = stored is not None and stored.status is InboxStatus.APPLIED
        if not found:
            bill.unsure_until = world.clock.at + KNOWN_WITHIN

    def promises_end(self, bill: Bill, cents: int) -> None:
        """A promise that money kept, or that it broke off, binds nobody any more."""
        if cents < 0 or bill.net >= bill.row.principal_cents:
            for quiet in self.world.books.quiet:
                if quiet.kind == "promise" and bill.title in quiet.titles and quiet.tenant == bill.tenant:
                    quiet.until = min(quiet.until or self.world.clock.at, self.world.clock.at)

    def mailed(self, mail: Mail) -> None:
        """A message arrived: it may be delivered, bounce, be answered, or be paid."""
        world = self.world
        if self.spends:
            month = mail.at.astimezone(ZONES["SP"]).month
            mine = [m for m in world.books.mail if (m.tenant, m.channel) == (mail.tenant, mail.channel)]
            if sum(m.at.astimezone(ZONES["SP"]).month == month for m in mine) > SPENT_AT_MOST:
                world.books.blame("spends_too_much")
        if not world.noisy:
            return
        with world.drawing(f"mail {mail.tenant} {mail.person} {mail.step} {mail.channel} {mail.titles}"):
            self._arrived(mail)

    def _arrived(self, mail: Mail) -> None:
        draw = self.random
        drawn = draw.random()
        if drawn < 0.12:
            self._answer(mail)
        elif drawn < 0.24 and mail.asked:
            self._pay_message(mail, mail.at + timedelta(hours=draw.choice((1, 20, 50))))
        elif drawn < 0.40:
            self._delivery(mail)
        elif drawn < 0.42 and mail.channel is Channel.WHATSAPP:
            self._number_changed(mail)

    def _pay_message(self, mail: Mail, at: datetime) -> None:
        """Exactly what a message asked is paid, by its code: that settles what it listed, and nothing is over."""
        news, total = f"C{next(self.numbers)}", sum(cents for _, cents in mail.asked)
        said: list[str] = []
        expected: dict[str, int] = {}
        free = 0

        def do() -> None:
            nonlocal free
            world, books = self.world, self.world.books
            bills = [books.bills[mail.tenant, title] for title, _ in mail.asked]
            if not said:
                # a charge that is not payable any more is paid by the boleto of the creditor's own
                charge = world.gateway.payable.pop(mail.code, "")
                name = mail.code if charge or len(mail.asked) > 1 else mail.asked[0][0]
                said.append(self._as_told(f"{news}||credit|{name}|{total}", at, "pix"))
                world.gateway.listed[mail.tenant].append(said[0])
                for bill, (title, cents) in zip(bills, mail.asked, strict=True):
                    if self._still_good(bill, mail):
                        expected[title] = world.receivable(bill).overpaid_cents
                    else:
                        free += cents  # withdrawn or paid since: its share goes to the others, or is over
                    bill.news += 1
            with self.hearing(*bills):
                world.webhook(mail.tenant, said[0])
            for bill, (title, cents) in zip(bills, mail.asked, strict=True):
                self.counted(bill, f"{news}:{title}", cents)
            stored = world.truth.get_inbox(mail.tenant, "fake", news)
            if stored is None or stored.status is not InboxStatus.APPLIED:
                expected.clear()
            for title, over in list(expected.items()):
                bill = books.bills[mail.tenant, title]
                if bill.as_known != (mail.then[title][0] + 1, mail.then[title][1]):
                    continue  # somebody else paid, or the creditor corrected it, in the same moment
                receivable = world.receivable(bill)
                if receivable.is_open:
                    books.blame("paid_as_asked_and_open")
                if receivable.overpaid_cents > over + free:
                    books.blame("paid_as_asked_and_over")
            expected.clear()

        for wait in (0, *self.random.choice(((), (300,)))):
            self.world.at(at + timedelta(minutes=wait), "webhook", do)

    def _still_good(self, bill: Bill, mail: Mail) -> bool:
        """Whether nothing has happened to the bill since it was asked for, and the amount still stands."""
        asked_on, on, due = mail.at.date(), self.world.clock.at.date(), business_day(bill.row.due_on)
        good = (on <= due or asked_on > due) and bill.unsure_until is None and not self.may_be_found(bill)
        return good and mail.then[bill.title] == bill.as_known and not (bill.moved or bill.out or bill.told_paid)

    def _delivery(self, mail: Mail) -> None:
        draw, world = self.random, self.world
        kind = draw.choice(
            (
                *(ChannelEventKind.DELIVERED, ChannelEventKind.DELIVERED, ChannelEventKind.READ),
                *(ChannelEventKind.BOUNCED, ChannelEventKind.FAILED),
            )
        )
        permanent = draw.random() < 0.3
        bad = kind in (ChannelEventKind.BOUNCED, ChannelEventKind.FAILED)
        action = (Action.STOP_NUMBER if permanent else Action.FALL_BACK) if bad else Action.NONE
        event = ChannelEvent(
            mail.channel, kind, f"m{mail.number}", permanent=permanent, action=action, correlation=mail.correlation
        )

        def do() -> None:
            world.hear(mail.tenant, event)
            if bad:
                world.books.failed(mail)
            if bad and permanent:
                world.books.mute(mail.tenant, str(mail.channel), mail.address, mail.person, "broken")

        world.later(timedelta(minutes=draw.choice((1, 30, 900))), "reply", do)

    def _number_changed(self, mail: Mail) -> None:
        """The owner of the number has another one by now: the old one may be anybody's tomorrow."""
        world = self.world
        event = ChannelEvent(
            mail.channel,
            ChannelEventKind.UNKNOWN,
            message_id=f"u{next(self.numbers)}",
            action=Action.STOP_NUMBER,
            sender=mail.address.lstrip("+"),
        )

        def do() -> None:
            world.hear(mail.tenant, event)
            world.books.mute(mail.tenant, "*", mail.address, mail.person, "broken")

        world.later(timedelta(minutes=self.random.choice((5, 900))), "reply", do)

    def _answer(self, mail: Mail) -> None:
        draw, world = self.random, self.world
        action = draw.choice(
            (
                *(Action.OPT_OUT, Action.OPT_OUT, Action.DISPUTE, Action.PROMISE, Action.PROMISE),
                *(Action.CLEARING_HOLD, Action.NEGOTIATION, Action.WRONG_PERSON, Action.NONE, Action.PERSON_FIRST),
            )
        )
        number = next(self.numbers)
        every = action is Action.OPT_OUT and draw.random() < 0.3
        by_id = draw.random() < 0.7 or self._shared(mail)
        wait = timedelta(minutes=draw.choice((2, 60, 600, 2000)))
        day = (mail.at + wait + timedelta(days=draw.randint(1, 6))).date()
        event = ChannelEvent(
            mail.channel,
            ChannelEventKind.REPLY,
            message_id=f"r{number}",
            in_reply_to=f"m{mail.number}" if by_id else "",
            correlation=mail.correlation if by_id else "",
            action=Action.OPERATOR if action is Action.PERSON_FIRST else action,
            also=(action,) if action is Action.PERSON_FIRST else (),
            every=every,
            sender=mail.address.lstrip("+"),
            text=f"pergunta {number}.",
            promised_on=day.isoformat() if action is Action.PROMISE else "",
        )

        def do() -> None:
            if not self._written_down(mail, event):  # and since taken back, perhaps
                self._wished(mail, action, day, every=every)  # first: who takes it back in the same moment comes after
            for _ in range(draw.choice((1, 1, 2))):
                world.hear(mail.tenant if not by_id or len(self.tenants) == 1 else "", event)
            if action in (Action.NONE, Action.DISPUTE, Action.NEGOTIATION, Action.PERSON_FIRST):
                self.questions.append(f"pergunta {number}.")

        world.later(wait, "reply", do)

    def _written_down(self, mail: Mail, event: ChannelEvent) -> bool:
        """Whether an earlier try of the same answer, which then died, has told its wish."""
        wishes = (Reason.OPT_OUT_RECORDED, Reason.WRONG_PERSON)
        entries = self.world.truth.ledger(mail.tenant, mail.debtor)
        return any(e.reference == event.message_id and e.reason in wishes for e in entries)

    def _shared(self, mail: Mail) -> bool:
        """Whether several people, or creditors, may be meant by an answer from this address."""
        return len(self.tenants) > 1 or sum(mail.address in (p.email, p.phone, *p.former) for p in self.people) > 1

    def _wished(self, mail: Mail, action: Action, day: date, *, every: bool) -> None:
        books, now = self.world.books, self.world.clock.at
        if action is Action.OPT_OUT:
            books.mute(mail.tenant, "*" if every else str(mail.channel), mail.address, mail.person)
        elif action is Action.WRONG_PERSON:
            books.mute(mail.tenant, "*", mail.address, mail.person, "not me")
        elif action is Action.PERSON_FIRST:  # of the person: not of what is somebody else's by now
            theirs = [title for title in mail.titles if books.bills[mail.tenant, title].person == mail.person]
            books.hush("reply", mail.tenant, theirs, now, None)
        elif action is Action.DISPUTE:
            books.hush("dispute", mail.tenant, mail.titles, now, None)
        elif action is Action.PROMISE and day >= now.date():
            until = datetime.combine(day + timedelta(days=1), time(12), UTC)
            books.hush("promise", mail.tenant, mail.titles, now, until)
        elif action is Action.CLEARING_HOLD:
            books.hush("clearing", mail.tenant, mail.titles, now, now + timedelta(days=1))
        elif action is Action.NEGOTIATION:
            books.hush("negotiation", mail.tenant, mail.titles, now, now + timedelta(days=2))

    # what changes in between --------------------------------------------------------------------------------------

    def _some_day(self, share: float = 0.9) -> float:
        return self.random.uniform(1, self.days * share)

    def _change(self, tenant: str, title: str, **changes: object) -> None:
        person, row = self.sheets[tenant][title]
        self.sheets[tenant][title] = (person, replace(row, **changes))  # type: ignore[arg-type]  # fields of a row

    def _of_person(self, tenant: str, person: Person, **changes: object) -> None:
        for title, (number, _) in list(self.sheets[tenant].items()):
            if number == person.number:
                self._change(tenant, title, **changes)

    def _any(self) -> tuple[str, str]:
        tenant = self.random.choice(self.tenants)
        return tenant, self.random.choice(list(self.sheets[tenant]))

    def _amount_corrected(self) -> None:
        tenant, title = self._any()

        def edit() -> None:
            cents = self.sheets[tenant][title][1].principal_cents
            paid = self.world.books.bills[tenant, title].net
            factor = self.random.choice((2, 3, 5, 6))
            self._change(tenant, title, principal_cents=paid if paid > 0 and factor == 6 else cents * factor // 4)

        self._files(self._some_day(), tenant, edit)

    def _due_put_off(self) -> None:
        tenant, title = self._any()

        def edit() -> None:
            due = self.sheets[tenant][title][1].due_on
            self._change(tenant, title, due_on=due + timedelta(days=self.random.choice((5, 12, 25))))

        self._files(self._some_day(0.6), tenant, edit)

    def _document_corrected(self) -> None:
        tenant, person = self.random.choice(self.tenants), self.random.choice(self.people)

        def edit() -> None:
            person.document = DOCUMENTS[3 + person.number]
            self._of_person(tenant, person, document=person.document)

        self._files(self._some_day(), tenant, edit)

    def _address_changed(self) -> None:
        tenant, person = self.random.choice(self.tenants), self.random.choice(self.people)

        def edit() -> None:
            person.former += [person.email, person.phone]
            person.email, person.phone = f"n{person.number}@example.com", f"+551191234567{person.number}"
            self._of_person(tenant, person, emails=(person.email,), phones=(person.phone,))

        self._files(self._some_day(), tenant, edit)

    def _title_moved(self) -> None:
        tenant, title = self._any()
        person = self.random.choice(self.people)

        def edit() -> None:
            _, row = self.sheets[tenant][title]
            moved = replace(
                row, tags=(), name=person.name, document=person.document, emails=(person.email,), phones=(person.phone,)
            )
            self.sheets[tenant][title] = (person.number, replace(moved, state=person.state))

        self._files(self._some_day(), tenant, edit)

    def _new_bills(self) -> None:
        tenant, person = self.random.choice(self.tenants), self.random.choice(self.people)
        for _ in range(self.random.choice((1, 2, 3))):
            self._files(self._some_day(0.8), tenant, lambda: self._new_bill(tenant, person))

    def _new_bill(self, tenant: str, person: Person) -> None:
        self._bill(tenant, person, self.random.randint(-16, 10))

    def _free_for_a_while(self) -> None:
        """A discount covers all of a bill until a day before it is due: until then there is nothing to ask for."""
        tenant, person = self.random.choice(self.tenants), self.random.choice(self.people)
        title, day = f"G{next(self.numbers)}", self._some_day(0.4)
        until = (self.start + timedelta(days=day + self.random.choice((2, 4)))).date()

        def edit() -> None:
            self._bill(tenant, person, 8, 20_000, title)
            self._change(tenant, title, discount_percent=Decimal(100), discount_until=until)

        self.free[tenant, title] = until
        self._files(day, tenant, edit)

    def _withdrawn(self) -> None:
        tenant, title = self._any()
        how = self.random.choice(("cancelled", "paid", "paused", "gone"))

        def edit() -> None:
            bill = self.world.books.bills[tenant, title]
            if how == "gone":
                del self.sheets[tenant][title]
                return
            bill.told_paid = how == "paid" or bill.told_paid
            bill.out = bill.out if how == "paid" else how
            changes = {"do_not_collect": True} if how == "paused" else {"status": how}
            self._change(tenant, title, **changes)

        self._files(self._some_day(), tenant, edit)

    def _marked(self) -> None:
        tenant, person = self.random.choice(self.tenants), self.random.choice(self.people)
        tag, reason = self.random.choice(
            (
                ("falecido", Reason.DECEASED),
                ("insolvente", Reason.INSOLVENT),
                ("vulneravel", Reason.VULNERABLE_PHASE),
            )
        )

        def edit() -> None:
            self.tags.setdefault(person.number, set()).add(reason)
            self._of_person(tenant, person, tags=(tag,))

        self._files(self._some_day(), tenant, edit)

    def _contract_edited(self) -> None:
        tenant = self.random.choice(self.tenants)

        def do() -> None:
            known = self.world.config.tenant(tenant)
            number = next(self.numbers)
            rules = self.random.choice(
                (
                    known.settling,
                    SettlingRules(short_payment=ShortPayment.CARRY),
                    SettlingRules(tolerance_cents=500),
                    SettlingRules(order=("costs", "principal", "fine", "interest")),
                )
            )
            self.softened = self.softened or bool(rules.tolerance_cents)
            contract = self.random.choice(CONTRACTS)
            self._configured(replace(known, contract=contract, settling=rules, version=f"v{number}"))

        self.world.at(self.start + timedelta(days=self._some_day()), "config", do)

    def _policy_edited(self) -> None:
        def do() -> None:
            number = next(self.numbers)
            steps = list(self.policy.steps)
            how = self.random.choice(("delete", "rename", "insert", "later", "switch"))
            at = self.random.randrange(len(steps) - 1)
            if how == "delete":
                del steps[at]
            elif how == "rename":
                steps[at] = replace(steps[at], key=f"{steps[at].key}-novo")
            elif how == "insert":
                new = replace(steps[at], key=f"extra-{number}", offset_days=steps[at].offset_days + 1)
                steps.insert(at + 1, new)
            elif how == "later":
                steps[at + 1 :] = [replace(s, offset_days=s.offset_days + 2) for s in steps[at + 1 :]]
            name = f"outra-{number}" if how == "switch" else self.policy.name
            self.policy = replace(self.policy, name=name, version=f"{number}", steps=tuple(steps))
            self.world.config.put(self.policy)
            for tenant in self.tenants:
                self._configured(replace(self.world.config.tenant(tenant), policy=name))

        self.world.at(self.start + timedelta(days=self._some_day()), "config", do)

    def _unusual(self) -> None:
        """A creditor with limits, without a channel, or who only watches; a claim that is too old or too small."""
        how = self.random.choice(
            ("paced", "full", "consent", "off", "watched", "minimum", "old", "spends", "canary", "phase")
        )
        little = {"optin": "assumed", "monthly_spend_limit": f"{SPENT_AT_MOST * 0.05:.2f}"}
        cheap = ChannelConfig(options=little, price_micros=50_000)
        first = ChannelConfig(options={"optin": "assumed", "canary": "true"})
        email = ChannelConfig(max_per_second=0.002)
        changes: dict[str, dict[Channel, ChannelConfig]] = {
            "paced": {_E: email, _W: email, _S: email},
            "consent": {_W: ChannelConfig()},
            "off": {_S: ChannelConfig(enabled=False)},
            "spends": dict.fromkeys(SPOKEN, cheap),
            "canary": dict.fromkeys(SPOKEN, first),
        }
        if how == "canary" and self.random.random() < 0.3:
            self._crowd()
        self.spends = how == "spends"
        for name in self.tenants:
            known = self.world.config.tenant(name)
            limit = 1 if how == "full" else 0
            channels = {**known.channels, **changes.get(how, {})}
            self.world.config.put(replace(known, channels=channels, max_contacts_per_day=limit))
            self.world.books.touched |= {(name, person.number) for person in self.people}
        if how == "watched":
            self.policy, self.ends = replace(self.policy, version="w", collect=False), {Reason.POLICY_DOES_NOT_COLLECT}
        elif how == "minimum":
            self.policy, self.ends = replace(self.policy, version="m", min_total_cents=30_000), {Reason.BELOW_MINIMUM}
        elif how == "phase":
            self.policy = replace(self.policy, version="p", whatsapp_phases=(Phase.PREVENTIVE,))
        elif how == "old":
            self.ends = {Reason.PRESCRIBED}
            tenant, title = self._any()
            self._change(tenant, title, due_on=self.start.date() - timedelta(days=5 * 366))
        self.world.config.put(self.policy)

    def _crowd(self) -> None:
        """So many are written to on one day that the first of them tell of the rest."""
        for number in range(len(self.people), len(self.people) + 26):
            person = Person(number, "", f"Devedor {number}", f"d{number}@example.com", f"+5511912345{number:03d}", "SP")
            self._bill("acme", person, 2, 6_000)
            self.world.books.touched.add(("acme", number))
        if self.random.random() < 0.5:  # and for hours their channel is not there
            since = self.start + timedelta(hours=4)
            self.world.outages.append(Outage(Channel.EMAIL, since, since + timedelta(hours=6), "unreached"))

    def _approved_first(self) -> None:
        """One of the messages goes only once a person has seen it."""
        at = self.random.choice((2, 4))
        steps = [replace(s, approval=s.approval or n == at) for n, s in enumerate(self.policy.steps)]
        self.policy = replace(self.policy, version="a", steps=tuple(steps))
        self.world.config.put(self.policy)

    def _configured(self, tenant: Tenant) -> None:
        self.world.config.put(tenant)
        self.world.rulebook.forget()
        self.quiet_since = self.world.clock.at

    def _creditor_stops(self) -> None:
        tenant, day = self.random.choice(self.tenants), self._some_day(0.7)
        stops: tuple[dict[str, Any], ...] = ({"stopped": True}, {"dry_run": True}, {"stopped_channels": (_E,)})
        how = self.random.choice(stops)

        def do(on: bool) -> None:
            known = self.world.config.tenant(tenant)
            back: dict[str, Any] = {"stopped": False, "dry_run": False, "stopped_channels": ()}
            self._configured(replace(known, **(how if on else back)))
            key = str(Channel.EMAIL) if "stopped_channels" in how else "*"
            self._switched(tenant, key, on=not on)

        for when, on in ((day, True), (day + self.random.choice((1, 3)), False)):
            self.world.at(self.start + timedelta(days=when), "config", partial(do, on))

    def _switched(self, tenant: str, channel: str, *, on: bool) -> None:
        off = self.world.books.off
        if on:
            off.pop((tenant, channel), None)
        else:
            off.setdefault((tenant, channel), self.world.clock.at)

    def _outage(self) -> None:
        draw = self.random
        since = self.start + timedelta(days=self._some_day(0.8))
        person = draw.choice(self.people)
        how = draw.choice(("silent", "unreached", "throttled", "full"))
        channel = draw.choice(SPOKEN)
        address = (person.email if channel is Channel.EMAIL else person.phone) if how == "full" else ""
        until = since + timedelta(hours=draw.choice((2, 20, 70)))
        self.quiet_since = max(self.quiet_since, until)
        self.world.outages.append(Outage(channel, since, until, how, address))

    def _account_off(self) -> None:
        draw, world = self.random, self.world
        tenant, channel, day = draw.choice(self.tenants), draw.choice(SPOKEN), self._some_day(0.7)
        template = draw.choice(("", self.policy.steps[1].template_name))
        kind = ChannelEventKind.TEMPLATE if template else ChannelEventKind.ACCOUNT
        action = Action.TEMPLATE_OFF if template else Action.KILL_SWITCH

        def off() -> None:
            world.hear(tenant, ChannelEvent(channel, kind, action=action, template=template))
            if not template:
                self._switched(tenant, str(channel), on=False)

        def on() -> None:  # a person looks at it
            world.truth.put_state(tenant, STATE_CHANNELS, {})
            self._switched(tenant, str(channel), on=True)
            self.quiet_since = world.clock.at

        world.at(self.start + timedelta(days=day), "reply", off)
        world.at(self.start + timedelta(days=day + 3), "config", on)

    def _strange_money(self) -> None:
        tenant = self.random.choice(self.tenants)
        for _ in range(self.random.choice((1, 2))):
            title = f"X{next(self.numbers)}"
            self._money(tenant, title, 5_000, self.start + timedelta(days=self._some_day()), stranger=True)

    def _paid_before_listed(self) -> None:
        """The money of a bill comes before the file that lists it."""
        tenant, person = self.random.choice(self.tenants), self.random.choice(self.people)
        title, day = f"L{next(self.numbers)}", self._some_day(0.6)
        self._money(tenant, title, 5_000, self.start + timedelta(days=day))
        self._files(day + 2, tenant, lambda: self._bill(tenant, person, -3, 5_000, title))

    def _gateway_silent(self) -> None:
        """What was told in those days comes all at once afterwards, in any order."""
        since = self.start + timedelta(days=self._some_day(0.8))
        until = since + timedelta(days=3)
        for event in self.world.queue:
            if event.what == "webhook" and since <= event.at < until:
                event.at = until + timedelta(minutes=self.random.randint(0, 600))
        self.world.queue.sort()

    def _same_money_twice(self) -> None:
        """Two payments of the same title, the same amount, the same day: two are two."""
        tenant, title = self._any()
        at = self.start + timedelta(days=self._some_day())
        cents = self.sheets[tenant][title][1].principal_cents // 3
        for _ in range(2):
            self._money(tenant, title, cents, at)

    # judging ------------------------------------------------------------------------------------------------------

    def may_be_found(self, bill: Bill) -> bool:
        """Whether a pull may find money of it at any moment, or what was taken back of it."""
        return any(one[:2] == (bill.tenant, bill.title) for one in self.lost)

    def in_doubt(self, bill: Bill) -> bool:
        """Whether it waits for a person's word about money that may have paid it."""
        return statements.in_doubt(self, bill)

    def heard_of(self) -> None:
        """What of a statement is settled by now is no doubt any more."""
        statements.heard_of(self)

    def lenient(self, bill: Bill) -> bool:
        """Whether less than the principal may rightly settle it."""
        return self.softened or bill.corrected or bill.free_until is not None

    def reasons_of(self, bill: Bill) -> set[Reason]:
        """True ends the world knows of for this person's bills."""
        return self.tags.get(bill.person, set()) | self.ends

    def judge(self) -> None:
        """What only the story knows: strangers' money and questions are on a person's list."""
        world = self.world
        statements.judge(self)
        for tenant, title, news, _ in self.strangers:
            if (tenant, title) in world.books.bills:
                continue
            stored = world.truth.get_inbox(tenant, "fake", news)
            if stored is None or stored.status is not InboxStatus.UNMATCHED:
                world.books.blame("strange_money_is_nobodys_work")
        notes = [w.note for w in world.truth._work.values()]
        for question in self.questions:
            if not any(question in note for note in notes):
                world.books.blame("question_dropped")


def _event(news: str, cents: int) -> str:
    """By what the inbox knows it."""
    return f"{news}/{news[1:]}" if cents < 0 else news.partition(":")[0]


THREADS = [
    Story._amount_corrected,
    Story._due_put_off,
    Story._document_corrected,
    Story._address_changed,
    Story._title_moved,
    Story._new_bills,
    Story._free_for_a_while,
    Story._withdrawn,
    Story._marked,
    Story._contract_edited,
    Story._policy_edited,
    Story._approved_first,
    Story._unusual,
    Story._creditor_stops,
    Story._outage,
    Story._account_off,
    Story._strange_money,
    Story._paid_before_listed,
    Story._gateway_silent,
    Story._same_money_twice,
    debits._debited,
    boletos._boleto_news,
    statements._statement,
]
"""What may change in between; a history has up to four of them."""
