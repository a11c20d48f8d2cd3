"""The world's own books: who owes what, what was paid, what was asked of whom, and what people wished.

They are kept from what the outside did and saw. The application's records are never believed here; they are what is
judged, once a message leaves and once the history is over.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from regua.domain.intake.row import Row
from regua.domain.model import Channel, Phase
from regua.domain.policy import Caps, Policy

HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        *("2026-04-03", "2026-04-21", "2026-05-01", "2026-06-04", "2026-09-07", "2026-10-12", "2026-11-02"),
        *("2026-11-20", "2026-12-25", "2027-01-01"),
    )
)
"""National holidays of the months histories are set in (Lei 662/1949 and later, Good Friday, Corpus Christi)."""
ZONES = {"SP": ZoneInfo("America/Sao_Paulo"), "AC": ZoneInfo("America/Rio_Branco"), "AM": ZoneInfo("America/Manaus")}
"""Nine to six on working days in each of them: no table allows messages more."""
FINE, MONTHLY = 0.02, 0.01
"""The most any creditor of these histories agreed on, so that no message can rightly ask for more."""
KNOWN_WITHIN = timedelta(days=6)
"""Money is settled within so long of its notice, whatever crashed: by the queue, or by a scan that was missed."""


REFUSED_AT_MOST = 3
"""So often a step is tried at an address before nothing more is."""


def business_day(day: date) -> date:
    """The day, or the next on which banks work: until then it can be paid as if it were that day."""
    while day.weekday() > 4 or day in HOLIDAYS:
        day += timedelta(days=1)
    return day


SEEN_WITHIN = timedelta(minutes=1)
"""A switch of the configuration is seen by whoever starts so much later."""


@dataclass
class Named:
    """One message or task that named a bill."""

    at: datetime
    step: str
    phase: int
    term: int
    channel: Channel
    address: str = ""
    failed: bool = False
    """The channel told that it never arrived."""
    done: bool = True
    """False: a task that nobody has said is done; it may be withdrawn, and asked for again."""
    day: int = 0
    """The step's day, from the due date on."""


@dataclass
class Bill:
    """One title, as the world knows it."""

    tenant: str
    title: str
    person: int
    row: Row
    entered: datetime
    money: dict[str, int] = field(default_factory=dict)
    """News of money -> cents, below 0 what was taken back."""
    granted: dict[str, int] = field(default_factory=dict)
    """News of money -> cents that were granted with it."""
    rebate_cents: int = 0
    """What its bank has taken off, as it stands."""
    rebated: int = 0
    """The most it ever had."""
    bank_told: set[tuple[str, date]] = field(default_factory=set)
    """News of its boleto, and of which day."""
    gone: dict[str, int] = field(default_factory=dict)
    """Of what a person gave it of money over elsewhere: cents of a payment of which some went back since."""
    paid_at: datetime | None = None
    """When the outside had told enough to have it paid."""
    named: list[Named] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Steps a person has said no to."""
    lost: set[str] = field(default_factory=set)
    """Steps claimed by who was gone before it could send: nobody knows, so nobody does them again."""
    term: int = 0
    """Raised by a due date that was put off: its ladder begins anew."""
    quiet_since: datetime | None = None
    """What happened last that may rightly delay the next contact."""
    out: str = ""
    """Why the creditor took it out of collection."""
    told_paid: bool = False
    """A file said that it is paid."""
    free_until: date | None = None
    """Until then a discount covers all of it."""
    corrected: bool = False
    moved: bool = False
    """It is, or is now said to be, somebody else's."""
    unsure_until: datetime | None = None
    """Money was told and is not settled yet: a scan will see to it."""
    news: int = 0
    """How often money moved."""
    heard: int = 0
    """Raised before and after each notice of money: what was settled may change with one, and with nothing else."""
    paid_at_cents: int | None = None
    """The principal it was paid at, where a file has since said more, but no more than interest explains: no new debt.
    """
    settled: tuple[object, int, int] | None = None
    """What that rests on, principal and additions paid, when it was seen settled."""
    highest: int = 0
    """The highest principal it ever had."""
    oldest: date = date.max
    """The earliest due date it ever had."""

    @property
    def net(self) -> int:
        """Cents received and not taken back."""
        return sum(self.money.values())

    @property
    def firm(self) -> int:
        """Cents received whose payment stands, with what was granted by who took it."""
        return self.had - sum(self.gone.values())

    @property
    def had(self) -> int:
        """Cents received, and granted, at most."""
        return self.net + self.stated + self.rebate_cents

    @property
    def stated(self) -> int:
        """Cents that who took the money states to have granted, of payments that stand."""
        stands = (n for n in self.granted if self.money.get(n, 0) + self.money.get(f"D{n}", 0) > 0)
        return sum(self.granted[news] for news in stands)

    @property
    def as_known(self) -> tuple[int, Row]:
        """What changes when money moves, or the creditor corrects something."""
        return self.news, self.row

    @property
    def received(self) -> int:
        """Cents ever received."""
        return sum(cents for cents in self.money.values() if cents > 0)


@dataclass
class Quiet:
    """These bills must not be asked for until then (None: until a person says so)."""

    kind: str
    tenant: str
    titles: frozenset[str]
    since: datetime
    until: datetime | None


@dataclass
class Mail:
    """What a provider accepted."""

    number: int
    at: datetime
    tenant: str
    debtor: str
    person: int
    step: str
    channel: Channel
    address: str
    titles: tuple[str, ...]
    asked: tuple[tuple[str, int], ...]
    """What it asks to pay, by title."""
    state: str
    correlation: str
    caps: Caps
    code: str
    """By what it can be paid: the txid of a code that pays several titles, a charge."""
    then: dict[str, tuple[int, Row]]
    """News of money and row of each title asked for, as they were."""
    failed: bool = False


class Books:
    """Everything the world remembers, and the verdicts it draws from it."""

    def __init__(self) -> None:
        self.bills: dict[tuple[str, str], Bill] = {}
        self.mail: list[Mail] = []
        self.by_address: dict[tuple[str, str], list[Mail]] = defaultdict(list)
        self.by_debtor: dict[tuple[str, str], list[Mail]] = defaultdict(list)
        self.muted: dict[tuple[str, str, str], set[str]] = {}
        """(creditor, channel or `*`, address) -> why nothing may go there."""
        self.refused: Counter[tuple[str, str, str]] = Counter()
        """(creditor, address, step) -> how often it did not arrive."""
        self.reconciled: dict[str, datetime] = {}
        """Creditor -> when it was last asked at the gateway what was paid."""
        self.off: dict[tuple[str, str], datetime] = {}
        """(creditor, channel or `*`) that is switched off, and since when."""
        self.answered: set[tuple[str, str]] = set()
        """(debtor, contact) of each task that a person has said is done."""
        self.quiet: list[Quiet] = []
        self.touched: set[tuple[str, int]] = set()
        """(creditor, person) who lost a way to be reached."""
        self.violations: list[str] = []
        self.counts: Counter[str] = Counter()

    def blame(self, what: str) -> None:
        """Notes a violation."""
        self.violations.append(what)

    # what the world does ------------------------------------------------------------------------------------------

    def listed(self, tenant: str, person: int, row: Row, now: datetime) -> Bill:
        """The creditor lists a bill, for the first time or as it is now."""
        bill = self.bills.get((tenant, row.receivable))
        if bill is None:
            bill = self.bills[tenant, row.receivable] = Bill(tenant, row.receivable, person, row, now)
        elif row != bill.row:
            bill.corrected = True
            who, was = ((r.document or (r.name, r.emails, r.phones)) for r in (row, bill.row))
            bill.moved = bill.moved or who != was or person != bill.person
            bill.quiet_since = now
            if row.due_on > bill.row.due_on:
                bill.term += 1
            cents = bill.row.principal_cents
            if bill.settled is not None and cents < row.principal_cents <= self.most(bill, now.date()):
                bill.paid_at_cents = min(bill.paid_at_cents or cents, cents)
            bill.settled = None if row.principal_cents != cents else bill.settled
            if row.principal_cents > max(bill.net, cents):
                bill.paid_at = None  # it was more than was paid: the difference is open
        bill.person, bill.row = person, row
        bill.highest = max(bill.highest, row.principal_cents)
        bill.oldest = min(bill.oldest, row.due_on)
        return bill

    def paid(self, bill: Bill, news: str, cents: int, now: datetime) -> None:
        """A gateway told of money, and was answered."""
        if news in bill.money:
            return
        bill.money[news] = cents
        if cents < 0:
            bill.paid_at = None
            bill.quiet_since = now
            self._calls_back(bill, now)
        elif self.surely(bill) >= self.most(bill, now.date()):
            bill.paid_at = bill.paid_at or now

    def lent(self, source: Bill, bill: Bill, name: str, cents: int, now: datetime) -> None:
        """A person uses money over on one title for another one."""
        source.money[name] = -cents
        self.paid(bill, name, cents, now)

    def _calls_back(self, source: Bill, now: datetime) -> None:
        """Money went back: how much is left for the titles it was given to hangs on what its own title needs of it."""
        lent = {name for name, cents in source.money.items() if cents < 0 and name.count("#") > 1}
        for bill in self.bills.values():
            for name in lent & bill.money.keys() if bill is not source and bill.tenant == source.tenant else ():
                bill.gone[name] = bill.money[name]
                bill.paid_at, bill.quiet_since = None, now
                bill.news += 1
                bill.heard += 1
                self._calls_back(bill, now)

    def mute(self, tenant: str, channel: str, address: str, person: int, why: str = "wish") -> None:
        """Nothing may go there any more: by a `wish`, or as it is somebody else's or `broken`."""
        self.muted.setdefault((tenant, channel, address), set()).add(why)
        self.touched.add((tenant, person))

    def unmute(self, tenant: str, channel: str, address: str, *why: str) -> None:
        """It may go there again, as far as that was `why` (nothing named: whatever it was); `*` is every channel."""
        for key in [k for k in self.muted if k[0] == tenant and k[2] == address and channel in (k[1], "*")]:
            self.muted[key] -= set(why or self.muted[key])
            if not self.muted[key]:
                del self.muted[key]

    def hush(self, kind: str, tenant: str, titles: Iterable[str], now: datetime, until: datetime | None) -> None:
        """These bills are left alone for a while."""
        self.quiet.append(Quiet(kind, tenant, frozenset(titles), now, until))

    def most(self, bill: Bill, on: date) -> int:
        """The most this bill can rightly cost in all until that day, in cents."""
        late = max(0, (on - bill.oldest).days)
        return round(bill.highest * (1 + (FINE + MONTHLY * late / 30 if late else 0))) + 3

    def over(self, bill: Bill) -> int:
        """The most of its money that may rightly be over, in cents: all of it where the creditor took it back, or had
        called it paid. What was given to another one is here again where the money it came from went back.
        """
        others = [b for b in self.bills.values() if b.tenant == bill.tenant]
        here_again = {name for name, cents in bill.money.items() if cents < 0 and any(name in b.gone for b in others)}
        had = bill.had - sum(bill.money[name] for name in here_again)
        if bill.out or bill.told_paid or bill.free_until is not None:
            return max(0, had)
        return max(0, had - min(bill.row.principal_cents, bill.paid_at_cents or bill.row.principal_cents))

    def told_by_two(self, bill: Bill) -> int:
        """Cents of news that may be the same money as others: of the bank (its file, its statement) or a person, beside
        as much of a gateway.
        """
        known = [(news[0], cents) for news, cents in bill.money.items() if cents > 0]
        gateways = {cents for source, cents in known if source in "EC"}
        return sum(cents for source, cents in known if source in "BRS" and cents in gateways)

    def surely(self, bill: Bill) -> int:
        """Cents whose payment stands, and that nobody may take for the same money told by another source."""
        return bill.firm - self.told_by_two(bill)

    def beside(self, bill: Bill) -> tuple[object, ...]:
        """What was told and listed of the other bills that the code of a message has paid together with this one: what
        they need less of that money is this one's.
        """
        codes = {code for code, of, _ in (name.partition(":") for name in bill.money) if of}
        if not codes:
            return ()
        return tuple(
            (b.title, b.heard, b.row.principal_cents, b.row.due_on, b.out)
            for b in self.bills.values()
            if b is not bill and b.tenant == bill.tenant and codes & {name.partition(":")[0] for name in b.money}
        )

    def together(self) -> list[list[Bill]]:
        """The bills in groups that money by one message's code holds together: what one of them needs no more goes to
        the others.
        """
        groups: list[tuple[set[str], list[Bill]]] = []
        for bill in self.bills.values():
            codes = {f"{bill.tenant} {code}" for code, of, _ in (name.partition(":") for name in bill.money) if of}
            mine = (codes, [bill])
            for group in [g for g in groups if g[0] & codes]:
                mine[0].update(group[0])
                mine[1].extend(group[1])
                groups.remove(group)
            groups.append(mine)
        return [bills for _, bills in groups]

    def covered(self, bill: Bill) -> bool:
        """Whether money over on another bill may cover it, or only a small rest of it is open."""
        others = (
            b for b in self.bills.values() if b is not bill and (b.tenant, b.person) == (bill.tenant, bill.person)
        )
        return any(self.over(b) for b in others) or bill.firm > bill.row.principal_cents * 0.95

    def unreached(self, bill: Bill) -> bool:
        """Whether somebody at its person's addresses, or the channel, has said that nothing may go there, or a step has
        not arrived there as often as it is tried.
        """
        addresses = {*bill.row.emails, *bill.row.phones}
        muted = any(tenant == bill.tenant and address in addresses for tenant, _, address in self.muted)
        refused = any(
            tenant == bill.tenant and address in addresses and times >= REFUSED_AT_MOST
            for (tenant, address, _), times in self.refused.items()
        )
        return muted or refused or (bill.tenant, bill.person) in self.touched

    def too_few(self, bill: Bill, policy: Policy) -> bool:
        """Whether its messages are too few for what is left of the ladder, and none is left that would add to them."""
        made = [n for n in bill.named if n.term == bill.term and n.channel is not Channel.TASK and not n.failed]
        needed = max(policy.formal_min_contacts, policy.legal_min_contacts, *(s.min_contacts for s in policy.steps))
        softer = [s for s in policy.steps if not s.is_task and s.phase.rank < Phase.FORMAL.rank]
        last = max(softer, key=lambda s: s.offset_days)
        here = (last.phase.rank, last.offset_days)
        over = last.key in bill.refused | bill.lost or any(n.step == last.key or (n.phase, n.day) >= here for n in made)
        # a task that a person has refused is passed over as one that is done is: the messages before it come no more
        tasks = [n for n in bill.named if n.channel is Channel.TASK and n.phase >= last.phase.rank]
        over = over or any(n.done or n.step in bill.refused for n in tasks)
        return over and len(made) < needed

    # what the world sees ------------------------------------------------------------------------------------------

    def mailed(self, mail: Mail, fired: Iterable[tuple[str, str, int, int]]) -> None:
        """Judges a message the moment a provider has accepted it. `fired`: bill, step, phase, day of each."""
        self._lawful(mail)
        self._wishes(mail)
        for title, step, phase, day in fired:
            self._step(mail, title, step, phase, day)
        for title, cents in mail.asked:
            self._asked(mail, title, cents)
        if mail.asked and sum(cents for _, cents in mail.asked) <= 0:
            self.blame("asks_for_nothing")
        self.mail.append(mail)
        self.by_address[mail.tenant, mail.address].append(mail)
        self.by_debtor[mail.tenant, mail.debtor].append(mail)

    def tasked(self, tenant: str, titles: Iterable[str], fired: Iterable[tuple[str, str, int]], now: datetime) -> None:
        """A task for a person lists these bills, and is a step of those `fired`."""
        if any(self.bills[tenant, title].row.due_on >= now.date() for title in titles):
            self.blame("task_lists_what_is_not_due")
        for title, step, phase in fired:
            bill = self.bills[tenant, title]
            if any(n.step == step and n.term == bill.term and n.done and not n.failed for n in bill.named):
                self.blame("task_twice")
            if all(n.channel is Channel.TASK for n in bill.named):
                self.blame("task_before_a_word")
            bill.named.append(Named(now, step, phase, bill.term, Channel.TASK, done=False))

    def lost(self, tenant: str, titles: Iterable[str], step: str) -> None:
        """Who had claimed the step of these bills is gone, and whether it was sent cannot be known."""
        for title in titles:
            self.bills[tenant, title].lost.add(step)

    def _off(self, bill: Bill) -> int:
        return sum(bill.granted.values()) + bill.rebated

    def failed(self, mail: Mail) -> None:
        """The channel told that it never arrived: its steps may be done again."""
        self.refused[mail.tenant, mail.address, mail.step] += not mail.failed
        mail.failed = True
        for title in mail.titles:
            bill = self.bills[mail.tenant, title]
            bill.quiet_since = max(bill.quiet_since or mail.at, mail.at)
            for named in bill.named:
                if named.at == mail.at and named.channel is mail.channel:
                    named.failed = True

    def _lawful(self, mail: Mail) -> None:
        local = mail.at.astimezone(ZONES[mail.state])
        if not time(9) <= local.time() < time(18) or local.weekday() > 4:
            self.blame("outside_window")
        if local.date() in HOLIDAYS:
            self.blame("on_a_holiday")
        earlier = [m.at for m in self.by_debtor[mail.tenant, mail.debtor] if not m.failed]
        if earlier and mail.at - earlier[-1] < timedelta(hours=mail.caps.min_hours):
            self.blame("cap_broken hours")
        if sum(at.astimezone(ZONES[mail.state]).date() == local.date() for at in earlier) >= mail.caps.per_day:
            self.blame("cap_broken in a day")
        for days, most in ((7, mail.caps.per_week), (30, mail.caps.per_month)):
            if sum(at > mail.at - timedelta(days=days) for at in earlier) >= most:
                self.blame(f"cap_broken {days} days")
        for other in self.by_address[mail.tenant, mail.address]:
            same_day = other.at.astimezone(ZONES[mail.state]).date() == local.date()
            if same_day and not other.failed and other.person != mail.person:
                self.blame("shared_address_twice_a_day")

    def _wishes(self, mail: Mail) -> None:
        if (mail.tenant, str(mail.channel), mail.address) in self.muted:
            self.blame("wish_of_the_address")
        if (mail.tenant, "*", mail.address) in self.muted:
            self.blame("wish_of_the_address all")
        for channel in ("*", str(mail.channel)):
            since = self.off.get((mail.tenant, channel))
            if since is not None and since + SEEN_WITHIN < mail.at:
                self.blame("channel_is_off")
        for quiet in self.quiet:
            ended = quiet.until is not None and quiet.until <= mail.at
            if quiet.tenant == mail.tenant and not ended and quiet.titles & set(mail.titles):
                moved = any(self.bills[mail.tenant, title].moved for title in mail.titles)
                self.blame(f"wish_{quiet.kind}{' after a move' if moved else ''}")

    def _step(self, mail: Mail, title: str, step: str, phase: int, day: int) -> None:
        bill = self.bills[mail.tenant, title]
        mine = [n for n in bill.named if n.term == bill.term and n.done and not n.failed]
        if any(n.step == step for n in mine):
            self.blame("step_twice")
        if any(n.phase > phase for n in mine):
            self.blame("softer_again")
        bill.named.append(Named(mail.at, step, phase, bill.term, mail.channel, mail.address, day=day))

    def _asked(self, mail: Mail, title: str, cents: int) -> None:
        bill = self.bills[mail.tenant, title]
        if bill.out and not bill.told_paid:
            self.blame(f"asks_what_was_withdrawn {bill.out}")
        if bill.paid_at is not None and bill.paid_at + KNOWN_WITHIN < mail.at:
            self.blame("asks_what_was_paid after a move" if bill.moved else "asks_what_was_paid")
        unsure = bill.unsure_until is not None and mail.at < bill.unsure_until
        if not unsure and self.surely(bill) + cents > self.most(bill, mail.at.date()):
            self.blame("asks_too_much after a move" if bill.moved else "asks_too_much")
        if bill.free_until is not None and mail.at.date() <= bill.free_until:
            self.blame("asks_what_a_discount_covers")
        if not bill.corrected and cents < bill.row.principal_cents - bill.received - self._off(bill):
            self.blame("asks_too_little")
