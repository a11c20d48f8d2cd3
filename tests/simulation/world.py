"""A seeded world around the real use cases: crashes, lost responses, repetitions, reordering, and concurrent facts.

Nothing of the application is replaced but its ports. The world keeps its own books of what the outside received and of
what had been committed at the moment each gate passed, and judges by these, never by the application's own records.
"""

import heapq
import itertools
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from regua import calendars
from regua.config import shipped_policy
from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind, Outcome, SendResult
from regua.domain.contact.limits import holds_of
from regua.domain.contact.message import Message
from regua.domain.intake.merge import Upload
from regua.domain.intake.row import Record, Row
from regua.domain.model import (
    CaseStatus,
    Channel,
    ContactPoint,
    ContactStatus,
    File,
    LedgerEntry,
    Rail,
    ReceivableStatus,
)
from regua.domain.money.payment_event import PaymentEvent, Reference, ReferenceKind, Verdict
from regua.domain.money.payment_event import PaymentEventKind as Money
from regua.domain.tenant import ChannelConfig, Creditor, GatewayConfig, Tenant
from regua.domain.work import WorkStatus
from regua.platform.fakes import DictConfig, FakeClock, FakeExecutions, FakeSecrets
from regua.platform.metrics import MemoryMetrics
from regua.ports import ConflictError, InboxStatus, RetryableError
from regua.store.memory import MemoryStore
from regua.use_cases.collecting import scan
from regua.use_cases.collecting.pacing import Pacing
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.collecting.scan import Scanning
from regua.use_cases.collecting.speaking import Speaking
from regua.use_cases.collecting.turn import Contacting
from regua.use_cases.importing.lines import Importing
from regua.use_cases.listening.channel_events import Listening
from regua.use_cases.paying.notification import Receiving
from regua.use_cases.paying.settling import Settling

TENANT = "acme"
KEY = b"simulation"
ZONE = ZoneInfo("America/Sao_Paulo")
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAYS = 60
QUIET_DAYS = 12
"""At the end nothing fails any more: what was broken must have been repaired."""


class Crash(BaseException):
    """The process ended at this instruction; no handler of the application may catch it."""


@dataclass(frozen=True)
class Design:
    """Ways to build it wrong. The right design leaves every switch as it is."""

    owner_token: bool = True
    """False: a lost response makes a conditional write fail against itself."""
    sdk_retries: bool = False
    """True: the SDK calls the provider again when a response is lost."""
    gate: bool = True
    """False: check, then send: the claim is written whatever was committed meanwhile."""
    refund_ids: bool = True
    """False: payments are deduplicated by their end-to-end id alone."""
    sweeper: bool = True
    """False: nothing looks after stored payments and claimed contacts that were left behind."""


@dataclass
class Mail:
    """What the provider accepted."""

    at: datetime
    debtor: str
    step: str
    fired: tuple[str, ...]
    channel: Channel
    bounced: bool = False


@dataclass
class World:
    """One history."""

    seed: int
    design: Design = field(default_factory=Design)
    violations: list[str] = field(default_factory=list)
    mail: list[Mail] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.clock = FakeClock(START)
        self.truth = MemoryStore(shards=2)
        self.store = Faulty(self)
        self.metrics = MemoryMetrics()
        self.executions = Running(self)
        self.queue: list[tuple[datetime, int, str, Callable[[], None]]] = []
        self.numbers = itertools.count()
        self.tokens = itertools.count()
        self.nested = False
        self.in_turn = 0
        self.claimed: dict[str, bool] = {}
        self.last_claim = ""
        self.sent_by_key: dict[tuple[str, str], int] = defaultdict(int)
        self.money: dict[str, dict[str, int]] = defaultdict(dict)
        self.calendar = calendars.load()
        channels = {
            c: ChannelConfig(options={"optin": "assumed"}) for c in (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP)
        }
        self.tenant = Tenant(
            TENANT,
            Creditor("Acme Ltda", "11222333000181", "Rua A, 1"),
            channels=channels,
            gateways={"fake": GatewayConfig("fake")},
        )
        config = DictConfig([self.tenant], [shipped_policy("padrao")])
        self.rulebook = Rulebook(config, lambda tenant: self.calendar, self.store)  # type: ignore[arg-type]  # structural

    # the application, wired as in Lambda ------------------------------------------------------------------------------

    def token(self) -> str:
        return f"o{next(self.tokens)}"

    def turn(self, debtor: str, cycle: int) -> Any:
        speaking = Speaking(
            self.store,
            self.rulebook,
            lambda c: Provider(self, c),
            self.clock,
            self.metrics,
            KEY,
            self.token,
            Pacing(self.store, self.metrics),  # type: ignore[arg-type]  # structural, as above
        )
        return Contacting(speaking, compose).turn(TENANT, debtor, cycle)

    def settling(self) -> Settling:
        return Settling(
            self.store,
            self.rulebook,
            lambda name: Gateway(self.design),
            FakeSecrets({}),
            self.executions,
            self.clock,
            self.metrics,
            self.token,
            lambda job: self.later(timedelta(minutes=2), "settle", lambda: self.settling().do(job)),
        )

    def listening(self) -> Listening:
        return Listening(self.store, self.rulebook, self.clock, self.metrics, KEY, self.token)

    def scan(self) -> None:
        scanning = Scanning(self.store, self.rulebook, self.executions, self.clock, self.metrics, self.token)
        if not self.design.sweeper:
            with patch.object(scan, "_sweep", lambda file, rules, now: (file, [])):
                for shard in range(2):
                    scanning.shard(shard, 2)
            return
        self.settling().sweep()
        for shard in range(2):
            scanning.shard(shard, 2)

    def upload(self, rows: list[Row], sequencer: str) -> None:
        importing = Importing(
            self.store,
            self.rulebook,
            self.executions,
            self.clock,
            self.metrics,
            KEY,
            lambda state, phone, city: ("SP", "America/Sao_Paulo"),
            self.token,
        )
        lines = [Record(r.line, r) for r in rows]
        upload = Upload("u.csv", sequencer, self.clock.now())
        summary, listed = importing.import_lines(TENANT, upload, lines, lambda line: None)
        importing.leave(TENANT, upload, summary, listed, lambda gone, withdrawn: None)
        total = summary.accepted + summary.unchanged + summary.rejected + summary.blank
        if total != summary.lines:
            self.violations.append("rows_not_conserved")

    # time

    def later(self, delay: timedelta, what: str, do: Callable[[], None]) -> None:
        heapq.heappush(self.queue, (self.clock.now() + delay, next(self.numbers), what, do))

    @property
    def calm(self) -> bool:
        return self.clock.now() > START + timedelta(days=DAYS)

    def chance(self, share: float) -> bool:
        return not self.calm and self.random.random() < share

    def invoke(self, what: str, do: Callable[[], None], tries: int = 3) -> None:
        """An event source: the same event again after a crash or an error, and sometimes without one."""
        for attempt in range(tries):
            try:
                do()
            except Crash:
                self.counts["crash"] += 1
            except RetryableError:
                self.counts["retryable"] += 1
            else:
                if self.chance(0.05) and attempt + 1 < tries:
                    self.counts["repeated"] += 1
                    continue
                return
            self.check(what)

    def run(self) -> list[str]:
        """Plays the history; returns the violations found (a bad one is replayed by its seed)."""
        self.populate()
        end = START + timedelta(days=DAYS + QUIET_DAYS)
        while self.queue and self.queue[0][0] <= end:
            at, _, what, do = heapq.heappop(self.queue)
            self.clock.set(max(at, self.clock.now()))
            # a gateway sends again until it is answered; what nobody answered would be money nobody counts
            self.invoke(what, do, tries=20 if what == "webhook" else 3)
            self.check(what)
            if len(self.violations) > 20:
                break
        self.final()
        return self.violations

    def populate(self) -> None:
        rows = []
        for number in range(3):
            for receivable in range(self.random.randint(1, 2)):
                due = START.date() + timedelta(days=self.random.randint(-40, 30))
                rows.append(a_row(len(rows) + 2, number, receivable, due, self.random.randint(5_000, 90_000)))
        self.rows = rows
        self.later(timedelta(0), "upload", lambda: self.upload(rows, "1"))
        for day in range(self.random.randint(1, 3)):
            self.later(timedelta(days=day * 3, hours=3), "upload", lambda: self.upload(rows, "2"))
        for day in range(DAYS + QUIET_DAYS):
            if day < DAYS and self.random.random() < 0.08:
                continue  # a missed day
            self.later(timedelta(days=day, minutes=30), "scan", self.scan)
            if self.random.random() < 0.15:
                self.later(timedelta(days=day, minutes=31), "scan", self.scan)
        for row in rows:
            if self.random.random() < 0.75:
                self.plan_payment(row)
        for number in range(3):
            if self.random.random() < 0.3:
                at = timedelta(days=self.random.randint(1, DAYS - 1), minutes=self.random.randint(0, 1400))
                self.later(at, "reply", lambda n=number: self.reply(n))

    # what debtors do

    def plan_payment(self, row: Row) -> None:
        at = timedelta(days=self.random.randint(0, DAYS - 2), minutes=self.random.randint(0, 1400))
        code = f"E{row.line}"
        cents = self.random.choice(
            [row.principal_cents, row.principal_cents, row.principal_cents // 2, row.principal_cents * 2]
        )
        events = [(at, {"id": code, "kind": "credit", "receivable": row.receivable, "cents": cents})]
        if self.random.random() < 0.25:
            refund = {"id": code, "refund": "D1", "kind": "refund", "receivable": row.receivable, "cents": cents}
            delay = timedelta(hours=self.random.randint(-2, 90))
            events.append((max(timedelta(0), at + delay), refund))
        for when, body in events:
            body["at"] = (START + when).isoformat()
            for _ in range(self.random.choice([1, 1, 2, 3])):
                wait = when + timedelta(minutes=self.random.choice([0, 0, 1, 30, 600]))
                self.later(wait, "webhook", lambda b=dict(body): self.webhook(b))

    def webhook(self, body: dict[str, Any]) -> None:
        answer = Receiving(self.settling()).receive(TENANT, "fake", json.dumps(body).encode(), {}, {})
        if answer.status != 200:
            self.violations.append("authentic_webhook_refused")
        key = body["id"] + "/" + body.get("refund", "")
        self.money[body["receivable"]][key] = body["cents"] * (-1 if body["kind"] == "refund" else 1)

    def reply(self, number: int) -> None:
        action = self.random.choice([Action.OPT_OUT, Action.DISPUTE, Action.PROMISE, Action.CLEARING_HOLD])
        event = ChannelEvent(
            Channel.WHATSAPP,
            ChannelEventKind.REPLY,
            message_id=f"r{number}{action}",
            action=action,
            sender=f"551198765432{number}",
            promised_on=(self.clock.now().date() + timedelta(days=5)).isoformat(),
        )
        for _ in range(self.random.choice([1, 2])):
            self.listening().apply([event], TENANT)

    def interfere(self) -> None:
        """Somebody else's whole invocation between two instructions of this one."""
        if self.nested or not self.queue or not self.chance(0.06):
            return
        candidates = [e for e in self.queue if e[2] in ("webhook", "reply", "scan", "upload")]
        if not candidates:
            return
        event = self.random.choice(candidates[:6])
        self.queue.remove(event)
        heapq.heapify(self.queue)
        self.nested = True
        try:
            self.invoke(event[2], event[3])
        finally:
            self.nested = False

    # judging

    def gate_passed(self, file: File, contact: Any) -> None:
        """Called with what was true in the store at the instant a claim was committed."""
        now = self.clock.now()
        opened = {r.id for r in file.receivables if r.status is ReceivableStatus.OPEN}
        if not set(contact.receivables) <= opened:
            self.violations.append("gate_after_settlement")
        if any(o.channel in ("*", contact.channel) for o in file.debtor.opt_outs):
            self.violations.append("gate_after_opt_out")
        for hold in holds_of(file.debtor, self.tenant):
            ended = hold.until_at is not None and hold.until_at <= now
            if not ended and (not hold.receivables or set(contact.receivables) & set(hold.receivables)):
                self.violations.append("gate_during_hold")
        if contact.cycle != file.debtor.case.cycle:
            self.violations.append("gate_of_an_old_cycle")
        self.claimed[contact.owner] = False
        self.last_claim = contact.owner

    def accepted(self, mail: Mail) -> None:
        for receivable in mail.fired:
            self.sent_by_key[receivable, mail.step] += 1
            if self.sent_by_key[receivable, mail.step] > 1:
                self.violations.append("step_twice")
        local = mail.at.astimezone(ZONE)
        if not (time(9) <= local.time() < time(18)) or local.weekday() > 4:
            self.violations.append("outside_window")
        earlier = [m.at for m in self.mail if m.debtor == mail.debtor]
        if earlier and mail.at - max(earlier) < timedelta(hours=48):
            self.violations.append("cap_broken")
        self.mail.append(mail)

    def files(self) -> list[File]:
        """Every debtor, open or not."""
        return list(self.truth._files.values())

    def check(self, what: str) -> None:
        """After every step: cents conserve, and the status is what the facts make it."""
        for file in self.files():
            for receivable in file.receivables:
                if receivable.paid_principal_cents > receivable.principal_cents:
                    self.violations.append(f"too_much_principal after {what}")
            if file.debtor.case.status is CaseStatus.CLOSED and file.open_receivables and file.debtor.case.execution:
                self.violations.append(f"closed_case_runs after {what}")

    def final(self) -> None:
        """After the quiet days: nothing lost, nothing stuck, nothing unexplained."""
        files = {r.id: (f, r) for f in self.files() for r in f.receivables}
        for row in self.rows:
            if row.receivable not in files:
                self.violations.append("row_lost")
                continue
            file, receivable = files[row.receivable]
            net = sum(self.money[row.receivable].values())
            counted = sum(
                f.amount_cents * (1 if f.kind == "credit" else -1) for f in file.facts if f.receivable == row.receivable
            )
            if counted != net:
                self.violations.append(f"money_lost_or_doubled {counted - net}")
            covered = net >= receivable.principal_cents
            if covered != (receivable.status is ReceivableStatus.PAID):
                self.violations.append("status_is_not_the_facts")
        if any(True for _ in self.truth.inbox(None, InboxStatus.PENDING)):
            self.violations.append("payment_left_pending")
        if any(True for _ in self.truth.work(None, WorkStatus.PENDING)):
            self.violations.append("work_left_to_a_machine")
        if self.metrics.total("ScanFailures"):
            self.violations.append("the scan met an error it did not expect")
        for file in self.files():
            self._settled(file)

    def _settled(self, file: File) -> None:
        entries: list[LedgerEntry] = list(self.truth.ledger(TENANT, file.debtor.id))
        for contact in file.contacts:
            if contact.status is ContactStatus.SENDING:
                self.violations.append("contact_left_sending")
            if not any(e.reference == contact.key and e.reason == "SENDING" for e in entries):
                self.violations.append("contact_without_ledger")
            if contact.status is ContactStatus.UNKNOWN and self.claimed.get(contact.owner) is False:
                self.violations.append("claimed_and_never_sent")
        case = file.debtor.case
        waits = case.status is CaseStatus.OPEN and case.execution and case.next_contact_at
        if waits and case.next_contact_at and case.next_contact_at + timedelta(days=2) < self.clock.now():
            self.violations.append("dead_execution")


class Faulty:
    """The store with a world around it: every call may crash before or after, and others act in between."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __getattr__(self, name: str) -> Any:
        """All but commit: crash before, crash after, somebody in between."""
        real = getattr(self._world.truth, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self._world.interfere()
            if self._world.chance(0.004):
                raise Crash
            result = real(*args, **kwargs)
            if self._world.chance(0.004):
                raise Crash
            return list(result) if isinstance(result, Iterator) else result

        return call

    def commit(self, before: File | None, after: File, *, owner: str, **rest: Any) -> File:
        """The transaction; a lost response is retried by the SDK with the same owner."""
        world = self._world
        world.interfere()
        if world.chance(0.01):
            raise Crash
        true = world.truth.load(after.debtor.tenant, after.debtor.id)
        claims = _new_claims(before, after)
        rest = {name: list(values) for name, values in rest.items()}
        if not world.design.gate and claims and true is not None:
            before = replace(before or true, debtor=replace((before or true).debtor, version=true.debtor.version))
        done = world.truth.commit(before, after, owner=owner, **rest)
        for contact in claims:
            world.gate_passed(true or after, contact)
        if world.chance(0.02):  # the response is lost: the SDK sends the same transaction again
            world.counts["lost_commit"] += 1
            if not world.design.owner_token:
                raise ConflictError("our own write")
            done = world.truth.commit(before, after, owner=owner, **rest)
        if world.chance(0.01):
            for contact in claims:
                world.claimed[contact.owner] = True  # this invocation is gone: it cannot send any more
            raise Crash
        return done


def _new_claims(before: File | None, after: File) -> list[Any]:
    old = {c.key: c for c in before.contacts} if before else {}
    return [c for c in after.contacts if c.status is ContactStatus.SENDING and old.get(c.key) != c]


class Provider:
    """A channel's provider: accepts, refuses, throttles, or accepts and loses its answer."""

    def __init__(self, world: World, channel: Channel) -> None:
        self._world, self.channel = world, channel

    def send(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> SendResult:
        world = self._world
        said = json.loads(message.text)
        world.claimed[world.last_claim] = True  # nothing happens between a claim and its call
        if world.chance(0.05):
            return SendResult(Outcome.REFUSED, error="550", action=Action.FALL_BACK)
        if world.chance(0.05):
            return SendResult(Outcome.THROTTLED, error="429", action=Action.RETRY_LATER)
        world.accepted(Mail(world.clock.now(), said["debtor"], said["step"], tuple(said["fired"]), self.channel))
        if world.chance(0.04):  # accepted, and the answer is lost
            world.counts["lost_send"] += 1
            if world.design.sdk_retries:
                mail = world.mail[-1]
                world.accepted(replace(mail))
            return SendResult(Outcome.UNKNOWN, error="timeout")
        if world.chance(0.01):
            raise Crash
        return SendResult(Outcome.SENT, message_id=f"m{len(world.mail)}")


class Running(FakeExecutions):
    """Executions that wake in simulated time; starting and stopping may fail, an execution may vanish."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def start(self, tenant: str, debtor: str, cycle: int, seconds: int) -> str:
        world = self._world
        world.interfere()
        if world.chance(0.02):
            raise Crash
        known = len(self.started)
        arn = super().start(tenant, debtor, cycle, seconds)
        if len(self.started) > known and not world.chance(0.03):  # else: started, and lost with its machine
            world.later(timedelta(seconds=seconds), "turn", lambda: self.wake(debtor, cycle))
        return arn

    def stop(self, execution: str) -> None:
        """A courtesy that is dropped half of the time."""
        if not self._world.chance(0.5):
            super().stop(execution)

    def wake(self, debtor: str, cycle: int) -> None:
        world = self._world
        name = f"{debtor}-{cycle}"
        if any(s.endswith(name) for s in self.stopped):
            return
        wake = world.turn(debtor, cycle)
        if wake.next == "stop":
            return
        late = world.random.choice([0, 0, 0, 60, 3600]) if not world.calm else 0
        world.later(timedelta(seconds=wake.seconds + late), "turn", lambda: self.wake(debtor, cycle))


class Gateway:
    """A gateway whose messages say what they mean; what is tested is what happens to them."""

    name = "fake"

    def __init__(self, design: Design) -> None:
        self._design = design

    def verify(self, body: bytes, headers: Any, query: Any, secrets: Any, now: datetime) -> Verdict:
        return Verdict(True, "test")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        said = json.loads(body)
        refund = said.get("refund", "")
        event_id = f"{said['id']}/{refund}" if refund and self._design.refund_ids else said["id"]
        return [
            PaymentEvent(
                self.name,
                event_id,
                Money.REFUND if said["kind"] == "refund" else Money.CREDIT,
                Reference(ReferenceKind.EXTERNAL, said["receivable"]),
                said["cents"],
                datetime.fromisoformat(said["at"]),
                Rail.PIX,
                refers_to=said["id"] if refund else "",
            )
        ]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Any) -> list[PaymentEvent]:
        return [event]


def compose(file: File, decision: Any, channel: Channel, rules: Any, ref: str) -> Message:
    """A message that says who and what, for the world's books."""
    said = {
        "debtor": file.debtor.id,
        "step": decision.step.key,
        "fired": [f.receivable for f in decision.fired if f.step.key == decision.step.key],
    }
    return Message(channel, json.dumps(said), correlation=ref)


def a_row(line: int, number: int, receivable: int, due: date, cents: int) -> Row:
    """A receivable of debtor `number`."""
    return Row(
        line=line,
        name=f"Devedor {number}",
        receivable=f"T{number}-{receivable}",
        principal_cents=cents,
        due_on=due,
        document=["52998224725", "11144477735", "93541134780"][number],
        emails=(f"d{number}@example.com",),
        phones=(f"+551198765432{number}",),
    )
