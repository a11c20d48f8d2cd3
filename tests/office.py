"""A collections office in memory: the real use cases on the in-memory store, with fakes only where the world begins.

Tests speak to it as people speak of the business: `office.imports([...])`, `office.scans()`, `office.wakes(MARIA)`,
`office.pays("T1", 100_00)`. People are named by their tax id.
"""

import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from typing import Any

from regua import calendars
from regua.config import shipped_policy
from regua.domain.calendar import Calendar
from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind, Outcome, SendResult
from regua.domain.contact.decision import ContactDecision
from regua.domain.contact.message import Message
from regua.domain.contact.portfolio import Portfolio
from regua.domain.contact.rules import Rules
from regua.domain.ids import pseudonym, txid
from regua.domain.intake.merge import Upload, newest_first
from regua.domain.intake.row import Fault, Record, Row
from regua.domain.model import (
    Channel,
    Contact,
    ContactPoint,
    Contract,
    File,
    LedgerEntry,
    Rail,
    Receivable,
    ReceivableStatus,
)
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, Reference, ReferenceKind, Verdict
from regua.domain.money.payment_event import PaymentEventKind as Money
from regua.domain.policy import Policy
from regua.domain.reply.owed_answer import OwedAnswer
from regua.domain.tenant import ChannelConfig, Creditor, GatewayConfig, PixKey, Tenant
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.messages.render import Links
from regua.messages.tenants import TenantRenderer
from regua.platform.bodies import KeptBodies
from regua.platform.fakes import DictConfig, FakeClock, FakeExecutions, FakeSecrets, MemoryObjects
from regua.platform.metrics import MemoryMetrics
from regua.ports import InboxStatus, PermanentError, RetryableError, Sender, Sending
from regua.store.memory import MemoryStore
from regua.use_cases.collecting.composer import Composer
from regua.use_cases.collecting.pacing import Pacing
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.collecting.scan import Found, Scanning
from regua.use_cases.collecting.speaking import Speaking
from regua.use_cases.collecting.turn import Contacting
from regua.use_cases.collecting.wake_up import Wake
from regua.use_cases.desk.person import PersonDesk
from regua.use_cases.desk.tasks import TaskDesk
from regua.use_cases.importing.lines import Importing, ImportSummary
from regua.use_cases.listening.answering import Answering
from regua.use_cases.listening.channel_events import Listening
from regua.use_cases.paying.notification import Receiving, WebhookAnswer
from regua.use_cases.paying.settle_job import SettleJob
from regua.use_cases.paying.settling import Settling
from regua.use_cases.paying.sweeping import MOST, Sweeping

TENANT = "escola"
KEY = b"the office's key"
WEBHOOK_KEY = "s3cret"
MARIA, JOAO, ANA = "52998224725", "11144477735", "93541134780"
PHONES = {MARIA: "+5511987654321", JOAO: "+5511987654322", ANA: "+5511987654323"}
MONDAY = datetime(2026, 3, 2, 13, tzinfo=UTC)
"""2 March 2026, 10:00 in São Paulo: a business day without a holiday near it."""
TODAY = MONDAY.date()
SHARDS = 2


def days_ago(days: int, today: date = TODAY) -> date:
    """A due date."""
    return today - timedelta(days=days)


def row(receivable: str = "T1", who: str = MARIA, cents: int = 100_00, due: date | None = None, **more: Any) -> Row:
    """A line of a spreadsheet: by default Maria's, R$ 100,00, four days late."""
    said: dict[str, Any] = {
        "line": 2,
        "name": f"Pessoa {who[:3]}",
        "document": who,
        "emails": (f"p{who[:3]}@example.com",),
        "phones": (PHONES.get(who, "+5511987654329"),),
        "state": "SP",
        "city": "São Paulo",
    }
    return Row(receivable=receivable, principal_cents=cents, due_on=due or days_ago(4), **{**said, **more})


def bad_line(line: int = 2, problem: str = "data inválida") -> Record:
    """A line that could not be read."""
    return Record(line, None, (Fault(line, "vencimento", "31/02/2026", problem, "use DD/MM/AAAA"),), cells=("x",))


def creditor(**changes: Any) -> Tenant:
    """The creditor: three channels, one gateway, a Pix key, and nobody's late charges."""
    tenant = Tenant(
        TENANT,
        Creditor("Escola Alfa Ltda", "11222333000181", "Rua A, 1", phone="(11) 3333-4444", city="São Paulo"),
        pix=PixKey("11222333000181", "Escola Alfa", "Sao Paulo"),
        channels={
            Channel.EMAIL: ChannelConfig(options={"from": "cobranca@escola.example"}),
            Channel.SMS: ChannelConfig(price_micros=120_000),
            Channel.WHATSAPP: ChannelConfig(options={"optin": "assumed"}),
        },
        gateways={"fake": GatewayConfig("fake", ("fake",))},
        contract=Contract(),
    )
    return replace(tenant, **changes)


@cache
def _policy() -> Policy:
    return shipped_policy("padrao")


@cache
def _calendar() -> Calendar:
    return calendars.load()


_RENDERER = TenantRenderer(lambda tenant: {})


@dataclass(frozen=True)
class Mail:
    """A call to a provider, and what it answered."""

    at: datetime
    channel: Channel
    to: ContactPoint
    message: Message
    result: SendResult


class OfficeStore(MemoryStore):
    """The store, and what goes wrong with it: a commit uses up one entry of `commits_fail` (None: it works)."""

    def __init__(self, shards: int) -> None:
        super().__init__(shards)
        self.commits_fail: list[Exception | None] = []
        self.broken: set[str] = set()
        """Debtors whose partition cannot be read."""
        self.unreadable: set[str] = set()
        """Debtors whose items nobody can read."""

    def load(self, tenant: str, debtor: str) -> File | None:
        """See `MemoryStore`."""
        if debtor in self.broken:
            raise RuntimeError("this partition cannot be read")
        if debtor in self.unreadable:
            raise ValueError("malformed")
        return super().load(tenant, debtor)

    def commit(self, before: File | None, after: File, **rest: Any) -> File:
        """See `MemoryStore`."""
        fault = self.commits_fail.pop(0) if self.commits_fail else None
        if fault is not None:
            raise fault
        return super().commit(before, after, **rest)


class Bank:
    """A gateway whose messages say what they mean: `{"events": [...]}`, each an event's fields."""

    name = "fake"
    kept_headers = ("x-kept",)

    def __init__(self) -> None:
        self.charges: dict[str, list[PaymentEvent] | Exception] = {}
        """What `fetch` finds behind a thin notification."""

    def verify(self, body: bytes, headers: Any, query: Any, secrets: tuple[str, ...], now: datetime) -> Verdict:
        """Authentic with the secret in a header."""
        return Verdict(headers.get("x-secret") in secrets, "by its header")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """Raises ValueError for what is not JSON."""
        return [self._event(said) for said in json.loads(body)["events"]]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Any) -> list[PaymentEvent]:
        """What the test has put into `charges`."""
        found = self.charges[event.event_id]
        if isinstance(found, Exception):
            raise found
        return found

    def _event(self, said: Mapping[str, Any]) -> PaymentEvent:
        fields: dict[str, Any] = {
            "amount_cents": said.get("cents", 0),
            "occurred_at": datetime.fromisoformat(said["at"]) if "at" in said else None,
            "rail": Rail(said.get("rail", "pix")),
            "refers_to": said.get("refers_to", ""),
            "note": said.get("note", ""),
            "raw_type": said.get("raw_type", said["kind"]),
            "parts": Parts(**said["parts"]) if "parts" in said else None,
        }
        named = Reference(ReferenceKind(said.get("by", "none")), said.get("name", ""))
        return PaymentEvent("fake", said["id"], Money(said["kind"]), named, **fields)


class Machine(FakeExecutions):
    """Executions that remember when they wake."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock
        self.waits: dict[tuple[str, int], datetime] = {}

    def start(self, tenant: str, debtor: str, cycle: int, seconds: int) -> str:
        """See `FakeExecutions`."""
        arn = super().start(tenant, debtor, cycle, seconds)
        self.waits.setdefault((debtor, cycle), self._clock.now() + timedelta(seconds=seconds))
        return arn


@dataclass
class Office:
    """One creditor's office; `tenant` and `policy` are its configuration, `at` the moment it opens."""

    tenant: Tenant = field(default_factory=creditor)
    policy: Policy = field(default_factory=_policy)
    at: datetime = MONDAY
    dry_run: bool = False
    paced: bool = True
    """False: no channel has a pace or a breaker."""

    def __post_init__(self) -> None:
        self.clock = FakeClock(self.at)
        self.store = OfficeStore(SHARDS)
        self.executions = Machine(self.clock)
        self.metrics = MemoryMetrics()
        self.config = DictConfig([self.tenant], [self.policy])
        self.rulebook = Rulebook(self.config, lambda tenant: _calendar(), self.store)
        self.bank = Bank()
        self.secrets = FakeSecrets({"fake": WEBHOOK_KEY})
        self.objects = MemoryObjects()
        self.bodies = KeptBodies(self.objects, "bodies")
        self.mail: list[Mail] = []
        self.answers: list[SendResult] = []
        """What providers answer to the next calls, in order; then they accept."""
        self.crashes: list[BaseException] = []
        """What ends the process at its next calls of a provider, before the provider hears of them."""
        self.slots: dict[tuple[str, int], str] = {}
        """What executions were told to wait for."""
        self.meanwhile: list[Callable[[], object]] = []
        """Done by others, one each, between reading a debtor's file and claiming a contact."""
        self.template_error: Exception | None = None
        self.queued: list[SettleJob] = []
        self.owed: list[OwedAnswer] = []
        """Answers handed over to the sender, and not given yet."""
        self.rejected: list[Record] = []
        self.faults: list[Exception] = []
        self.pauses: list[float] = []
        """Seconds the scan has waited, one after the other."""
        self._numbers = itertools.count(1)
        self._payments = itertools.count(1)

    # what the office does --------------------------------------------------------------------------------------------

    def imports(
        self, rows: Iterable[Row | Record], name: str = "titulos.csv", sequencer: str = "", *, whole: bool = False
    ) -> ImportSummary:
        """A spreadsheet is uploaded: lines are rows, or lines of any kind. A repeated `sequencer` is the same event.
        The ids of a `whole` file are known before its lines are taken, as of every file that is read.
        """
        importing = Importing(
            self.store,
            self.rulebook,
            self.executions,
            self.clock,
            self.metrics,
            KEY,
            lambda state, phone, city: (state, "America/Sao_Paulo" if state else ""),
            self.token,
        )
        number = next(self._numbers)
        upload = Upload(name, sequencer or f"{newest_first(self.clock.now())}-{number:06d}", self.clock.now())
        lines = [one if isinstance(one, Record) else line_of(one, n) for n, one in enumerate(rows, 2)]
        self.rejected = []
        names = {one.row.receivable for one in lines if one.row} if whole else None
        summary, listed = importing.import_lines(TENANT, upload, lines, self.rejected.append, names=names)
        importing.leave(TENANT, upload, summary, listed, lambda gone, withdrawn: None)
        return summary

    def scans(self, sweeps: bool = True) -> Found:
        """The daily scan, every shard of it."""
        self.faults = []
        if sweeps:
            self.sweeps()
        scanning = self.scanning()
        return self._together(scanning.shard(shard, SHARDS) for shard in range(SHARDS))

    def catches_up(self) -> Found:
        """The look at who is late, every shard of it."""
        scanning = self.scanning()
        return self._together(scanning.late(shard, SHARDS) for shard in range(SHARDS))

    def scanning(self) -> Scanning:
        """What scans."""
        return Scanning(
            self.store,
            self.rulebook,
            self.executions,
            self.clock,
            self.metrics,
            self.token,
            self.faults.append,
            self.pauses.append,
        )

    def _together(self, parts: Iterable[Found]) -> Found:
        found = Found()
        for part in parts:
            for name in ("opened", "started", "restarted", "skipped", "swept", "failed"):
                setattr(found, name, getattr(found, name) + getattr(part, name))
            for tenant, portfolio in part.portfolios.items():
                found.portfolios.setdefault(tenant, Portfolio()).merge(portfolio)
        return found

    def sweeps(self, limit: int = MOST) -> int:
        """The sweep runs, with all the time it needs; how much was tried."""
        return self.sweeping().run(limit=limit).tried

    def wakes(self, who: str, cycle: int | None = None) -> Wake:
        """The debtor's execution wakes (that of the current cycle, or of the one given)."""
        token = self.file(who).debtor.case.cycle if cycle is None else cycle
        wake = self._turned(debtor(who), token)
        for _ in range(5):
            if wake.next != "again":
                return wake
            wake = self._turned(debtor(who), token)
        raise AssertionError("the execution looks again for ever")

    def lives(self, days: int) -> None:
        """So many days pass: a scan every morning at six, executions wake at their moments."""
        end = self.clock.now() + timedelta(days=days)
        scan_at = self.clock.now().replace(hour=9, minute=0)
        waits = self.executions.waits
        while True:
            while scan_at < self.clock.now():
                scan_at += timedelta(days=1)
            wakes_at, who = min(((at, key) for key, at in waits.items()), default=(end, ("", 0)))
            at = min(wakes_at, scan_at, end)
            self.clock.set(max(at, self.clock.now()))
            if at >= end:
                return
            if wakes_at <= scan_at:
                del waits[who]
                self._turn(*who)
            else:
                self.scans()
                scan_at += timedelta(days=1)

    def _turn(self, pseudonym_: str, cycle: int) -> None:
        wake = self._turned(pseudonym_, cycle)
        if wake.next != "stop":
            self.executions.waits[pseudonym_, cycle] = self.clock.now() + timedelta(seconds=max(1, wake.seconds))

    def _turned(self, pseudonym_: str, cycle: int) -> Wake:
        """The execution gives back what it was told to wait for."""
        name = pseudonym_, cycle
        wake = self.contacting().turn(TENANT, *name, self.slots.get(name, ""))
        self.slots[name] = wake.slot
        return wake

    def opens_and_contacts(self, rows: Iterable[Row]) -> None:
        """Imports, scans, and lets everybody with an execution wake at once."""
        rows = list(rows)
        self.imports(rows)
        self.scans()
        for who in dict.fromkeys(r.document for r in rows):
            self.wakes(who)

    def reconciles(self) -> None:
        """Money was read from the gateways just now."""
        self.store.put_state(TENANT, "reconciled", {"at": self.clock.now().isoformat()})

    # what others do --------------------------------------------------------------------------------------------------

    def pays(
        self, receivable: str, cents: int, *, paid_at: datetime | None = None, code: str = "", **more: Any
    ) -> WebhookAnswer:
        """The gateway tells of money for a receivable; a repeated `code` is the same payment."""
        return self.gateway_tells([self.payment(receivable, cents, paid_at=paid_at, code=code, **more)])

    def payment(
        self, receivable: str, cents: int, *, paid_at: datetime | None = None, code: str = "", **more: Any
    ) -> dict[str, Any]:
        """One event of a credit, by the receivable's own id."""
        code = code or f"unnamed-{next(self._payments)}"
        at = (paid_at or self.clock.now()).isoformat()
        said = {"id": code, "kind": "credit", "by": "external", "name": receivable, "cents": cents, "at": at}
        return said | more

    def pays_everything(self, who: str, cents: int, code: str = "", **more: Any) -> WebhookAnswer:
        """Money by the debtor's own txid: the one Pix code of a message that lists several receivables."""
        return self.pays(txid(TENANT, debtor(who)), cents, code=code, by="txid", **more)

    def refunds(self, credit: str, cents: int, receivable: str = "T1", **more: Any) -> WebhookAnswer:
        """The gateway gives back (part of) a credit."""
        said = self.payment(receivable, cents, code=more.pop("code", f"D-{credit}"))
        return self.gateway_tells([said | {"kind": "refund", "refers_to": credit} | more])

    def gateway_tells(
        self, events: list[dict[str, Any]], secret: str = WEBHOOK_KEY, gateway: str = "fake"
    ) -> WebhookAnswer:
        """A webhook call of these events."""
        return self.gateway_sends(json.dumps({"events": events}).encode(), secret, gateway)

    def gateway_sends(
        self, body: bytes, secret: str = WEBHOOK_KEY, gateway: str = "fake", tenant: str = TENANT
    ) -> WebhookAnswer:
        """A webhook call with this body."""
        headers = {"x-secret": secret, "x-kept": "k", "authorization": "never stored"}
        return self.receiving().receive(tenant, gateway, body, headers, {})

    def queue_is_worked_off(self) -> list[Exception]:
        """Everything enqueued is settled; what failed is returned."""
        failed: list[Exception] = []
        work, self.queued = self.queued, []
        for job in work:
            try:
                self.settling().do(job)
            except (RetryableError, PermanentError, KeyError) as error:
                failed.append(error)
        return failed

    def replies(self, who: str, action: Action = Action.NONE, **more: Any) -> int:
        """The debtor answers by WhatsApp."""
        said: dict[str, Any] = {"message_id": f"in-{next(self._numbers)}", "sender": PHONES[who].lstrip("+")}
        event = ChannelEvent(Channel.WHATSAPP, ChannelEventKind.REPLY, action=action, **{**said, **more})
        return self.channel_tells([event], TENANT)

    def provider_tells(self, kind: ChannelEventKind, mail: Mail | None = None, **more: Any) -> int:
        """What became of a message (the last one): matched as providers match, by our correlation id."""
        mail = mail or self.mail[-1]
        said: dict[str, Any] = {
            "message_id": mail.result.message_id,
            "correlation": mail.message.correlation,
            "sender": mail.to.value,
        }
        return self.channel_tells([ChannelEvent(mail.channel, kind, **{**said, **more})])

    def channel_tells(self, events: Iterable[ChannelEvent], tenant: str = "") -> int:
        """Events of a channel."""
        return self.listening().apply(events, tenant)

    def task_desk(self) -> TaskDesk:
        """Where people answer about tasks and approvals."""
        return TaskDesk(
            self.store, self.rulebook.rules, self.clock, self.metrics, self.token, lambda tenant, who: self.looks(who)
        )

    def looks(self, who: str) -> None:
        """The debtor is looked at now, and not only at the next scan."""
        self.scanning().look(TENANT, who)

    # what there is to see --------------------------------------------------------------------------------------------

    def file(self, who: str) -> File:
        """The debtor's file."""
        found = self.store.load(TENANT, debtor(who))
        assert found is not None, "no such debtor"
        return found

    def receivable(self, key: str, who: str = MARIA) -> Receivable:
        """One of the debtor's receivables."""
        found = self.file(who).receivable(key)
        assert found is not None, "no such receivable"
        return found

    def status(self, key: str, who: str = MARIA) -> ReceivableStatus:
        """Its status."""
        return self.receivable(key, who).status

    def contact(self, who: str = MARIA, at: int = -1) -> Contact:
        """One of the debtor's contacts, in order of time; by default the last."""
        return sorted(self.file(who).contacts, key=lambda c: c.at)[at]

    def ledger(self, who: str = MARIA) -> list[LedgerEntry]:
        """All entries, oldest first."""
        return list(self.store.ledger(TENANT, debtor(who)))

    def reasons(self, who: str = MARIA) -> list[str]:
        """Their codes."""
        return [entry.reason for entry in self.ledger(who)]

    def asked(self, kind: WorkKind | None = None) -> list[Work]:
        """What people have been asked and not answered, oldest first."""
        return [w for w in self.store.work(TENANT, WorkStatus.OPEN) if kind in (None, w.kind)]

    def sent(self) -> list[Mail]:
        """What providers have accepted."""
        return [m for m in self.mail if m.result.outcome is Outcome.SENT]

    def inbox(self, event_id: str, gateway: str = "fake") -> InboxStatus:
        """The status of a stored event."""
        found = self.store.get_inbox(TENANT, gateway, event_id)
        assert found is not None, "never stored"
        return found.status

    def sets(self, **changes: Any) -> None:
        """The operator changes the creditor's configuration."""
        self.tenant = replace(self.tenant, version=f"v{next(self._numbers)}", **changes)
        self.config.put(self.tenant)

    # the use cases, wired as functions wire them ---------------------------------------------------------------------

    def token(self) -> str:
        """A new owner."""
        return f"owner-{next(self._numbers)}"

    def contacting(self) -> Contacting:
        """What the state machine's task does."""
        return Contacting(self.speaking(), self._compose)

    def speaking(self) -> Speaking:
        """Who speaks to debtors."""
        return Speaking(
            self.store,
            self.rulebook,
            self.sender,
            self.clock,
            self.metrics,
            KEY,
            self.token,
            Pacing(self.store, self.metrics) if self.paced else None,
            dry_run=self.dry_run,
        )

    def sender(self, channel: Channel) -> Sender:
        """The channel's provider."""
        return _Provider(self, channel)

    def receiving(self) -> Receiving:
        """What the payment webhook does."""
        return Receiving(self.settling())

    def settling(self) -> Settling:
        """What the settle queue, the sweep, a bank's file and a pull of payments do."""
        return Settling(
            self.store,
            self.rulebook,
            self._gateway,
            self.secrets,
            self.executions,
            self.clock,
            self.metrics,
            self.token,
            self.queued.append,
            self.bodies,
        )

    def sweeping(self) -> Sweeping:
        """What waits for the queue or a gateway, and does not wait for ever."""
        return Sweeping(self.settling(), failed=lambda _, error: self.faults.append(error))

    def listening(self) -> Listening:
        """What channel events do."""
        return Listening(self.store, self.rulebook, self.clock, self.metrics, KEY, self.token, self.owed.append)

    def desk(self) -> PersonDesk:
        """What a person of the creditor does about one debtor."""
        return PersonDesk(self.settling(), KEY)

    def answers_owed(self) -> list[str]:
        """The sender answers what is owed; what came of each."""
        owed, self.owed = self.owed, []
        return [self.answering()(one) for one in owed]

    def answering(self) -> Answering:
        """What the sender does with an owed answer."""
        return Answering(self.speaking(), Composer(_RENDERER, Links, KEY, "https://pagar.example").answer)

    def _gateway(self, name: str) -> Any:
        return {"fake": self.bank}[name]

    def _compose(self, file: File, decision: ContactDecision, channel: Channel, rules: Rules, ref: str) -> Message:
        if self.template_error is not None:
            raise self.template_error
        message = Composer(_RENDERER, Links, KEY, "https://pagar.example")(file, decision, channel, rules, ref)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return message


@dataclass(frozen=True)
class _Provider:
    office: Office
    channel: Channel

    def prepare(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> Sending:
        return partial(self.send, tenant, to, message)

    def send(self, tenant: Tenant, to: ContactPoint, message: Message) -> SendResult:
        office = self.office
        if office.crashes:
            raise office.crashes.pop(0)
        accepted = SendResult(Outcome.SENT, f"m{len(office.mail) + 1}", cost_micros=1_000)
        result = office.answers.pop(0) if office.answers else accepted
        office.mail.append(Mail(office.clock.now(), self.channel, to, message, result))
        return result


def debtor(who: str) -> str:
    """The person's pseudonym."""
    return pseudonym(KEY, TENANT, who)


def line_of(one: Row, number: int = 2) -> Record:
    """The row as the reader gives it."""
    return Record(number, replace(one, line=number))
