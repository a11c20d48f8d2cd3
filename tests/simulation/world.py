"""A seeded world around the real use cases: crashes, lost responses, repetitions, reordering, and concurrent facts.

Nothing of the application is replaced but its ports. What happens is told by `story`, what lies outside is in
`outside`, and what is judged is in `books`.
"""

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from unittest.mock import patch

from regua import calendars
from regua.domain.calendar import Calendar
from regua.domain.contact.channel_event import ChannelEvent
from regua.domain.contact.decision import ContactDecision, Decision, DoneDecision, HoldDecision
from regua.domain.contact.limits import holds_of
from regua.domain.contact.message import Message
from regua.domain.contact.rules import Rules
from regua.domain.intake.merge import Upload
from regua.domain.intake.row import Record, Row
from regua.domain.model import (
    CaseStatus,
    Channel,
    Contact,
    ContactStatus,
    File,
    HoldKind,
    Receivable,
    ReceivableStatus,
)
from regua.domain.policy import Policy
from regua.domain.reasons import Reason
from regua.domain.tenant import Tenant
from regua.domain.work import WorkKind, WorkStatus
from regua.platform.bodies import KeptBodies
from regua.platform.fakes import DictConfig, FakeClock, FakeSecrets, MemoryObjects
from regua.ports import ConflictError, InboxStatus, RetryableError
from regua.store.memory import MemoryStore
from regua.use_cases.collecting import scan as scanning
from regua.use_cases.collecting import turn
from regua.use_cases.collecting.charging import Charging
from regua.use_cases.collecting.pacing import Pacing
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.collecting.speaking import Speaking
from regua.use_cases.collecting.turn import Contacting
from regua.use_cases.collecting.wake_up import Wake
from regua.use_cases.desk import worklist
from regua.use_cases.desk.person import PersonDesk
from regua.use_cases.desk.tasks import TaskDesk
from regua.use_cases.importing.lines import Importing
from regua.use_cases.listening.calls import Calling
from regua.use_cases.listening.channel_events import Listening
from regua.use_cases.paying.bank_file import Title, settle_titles
from regua.use_cases.paying.notification import Receiving
from regua.use_cases.paying.reconciliation import Reconciling
from regua.use_cases.paying.settling import BANK_FILE, Settling
from regua.use_cases.paying.statement import StatementSettling
from regua.use_cases.paying.sweeping import Sweeping
from tests.simulation.books import SEEN_WITHIN, ZONES, Bill, Books, Mail, Quiet
from tests.simulation.luck import Luck
from tests.simulation.outside import Crash, Faulty, Gateway, Outage, Provider, Running

KEY = b"simulation"
QUIET_DAYS = 9
"""At the end nothing fails any more: what was broken must have been repaired."""
WAITED_FOR = timedelta(days=7)
"""A contact so near has an execution that waits for it; for a later one a scan starts it in time, spread over weeks."""
SILENCE = timedelta(days=13)
"""Longest time between two contacts about a bill that nothing delays: the steps' own distance comes on top."""


_TOLD_OF = {Reason.SENDING, Reason.TASK_CREATED, Reason.SEND_THROTTLED, Reason.SEND_REFUSED}
"""What the ledger says of a contact that was claimed, or whose call could not be made ready."""


@dataclass(frozen=True)
class Design:
    """A way to build it wrong, by patches of the application or by a switch of the world. The default is the right one.

    `expected` are beginnings of the violations it must show.
    """

    name: str = ""
    expected: tuple[str, ...] = ()
    patches: Callable[[], list[Any]] = list
    within: int = 600
    """Histories in which it must be seen."""
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

    @contextmanager
    def built(self, told: Callable[[Decision], Decision]) -> Iterator[None]:
        """The application built this way; every decision it makes is told."""
        with ExitStack() as stack:
            for one in self.patches():
                stack.enter_context(one)
            if not self.sweeper:
                stack.enter_context(patch.object(scanning, "_sweep", lambda file, rules, now: (file, [])))
                stack.enter_context(patch.object(Sweeping, "run", lambda self: None))
            for who in (scanning, turn):
                stack.enter_context(patch.object(who, "plan", _telling(vars(who)["plan"], told)))
            yield


def _telling(plan: Callable[..., Decision], told: Callable[[Decision], Decision]) -> Callable[..., Decision]:
    return lambda file, rules, now: told(plan(file, rules, now))


RIGHT = Design()


@cache
def _calendar() -> Calendar:
    return calendars.load()


@dataclass(order=True)
class Event:
    """Something that happens at its moment; `what` is its event source."""

    at: datetime
    number: int
    what: str = field(compare=False)
    do: Callable[[], None] = field(compare=False)
    gone: bool = field(default=False, compare=False)


class World:
    """One history."""

    def __init__(self, seed: int, design: Design = RIGHT) -> None:
        from tests.simulation.story import Story

        self.seed, self.design = seed, design
        self.luck = Luck(f"{seed} beginning")
        self.books = Books()
        self.counts = self.books.counts
        self.noisy = True
        self.truth = MemoryStore(shards=2)
        self.store = Faulty(self)
        self.executions = Running(self)
        self.queue: list[Event] = []
        self.same: Counter[str] = Counter()
        """How many events of a name there were."""
        self.numbers, self.tokens = itertools.count(), itertools.count()
        self.outages: list[Outage] = []
        self.nested = self.nested_in_turn = False
        self.claimed: dict[str, bool] = {}
        self.last_claim = ""
        self.sent = 0
        self.changed: dict[tuple[str, str], File] = {}
        self.composed: dict[str, tuple[File, ContactDecision, Rules]] = {}
        self.became: dict[tuple[str, str], Receivable | None] = {}
        """Each title as the application has it in the end; None where its money is not what was told."""
        self.metrics = Metrics()
        self.config = DictConfig([], [])
        self.gateway = Gateway(self, refund_ids=design.refund_ids)
        self.charges: set[str] = set()
        """Charges the application has written down."""
        self.story = Story(self)
        self.clock = FakeClock(self.story.start)
        self.rulebook = Rulebook(self.config, lambda tenant: _calendar(), self.store)  # type: ignore[arg-type]  # structural
        self.providers = {c: Provider(self, c) for c in Channel}
        speaking = Speaking(
            self.store,  # type: ignore[arg-type]  # structural, as above
            self.rulebook,
            self.providers.__getitem__,
            self.clock,
            self.metrics,
            KEY,
            self.token,
            Pacing(self.store, self.metrics),  # type: ignore[arg-type]  # structural, as above
        )
        gateway = self.gateway
        charging = Charging(
            self.store,  # type: ignore[arg-type]  # structural, as above
            lambda name: gateway,
            FakeSecrets({}),
            self.metrics,
            self.token,
            timer=lambda: 0.0,
        )
        self.contacting = Contacting(speaking, self.compose, charging.ensure)
        self.settling = Settling(
            self.store,  # type: ignore[arg-type]  # structural, as above
            self.rulebook,
            lambda name: gateway,
            FakeSecrets({}),
            self.executions,
            self.clock,
            self.metrics,
            self.token,
            lambda job: self.later(timedelta(minutes=2), "settle", lambda: self.settling.do(job)),
            KeptBodies(MemoryObjects(), "bodies"),
        )
        self.statements = StatementSettling(self.settling, KEY)
        self.tasks = TaskDesk(self.store, self.rulebook.rules, self.clock, self.metrics, self.token, self.look)  # type: ignore[arg-type]  # structural, as above
        self.person = PersonDesk(self.settling, KEY)
        self.listening = Listening(self.store, self.rulebook, self.clock, self.metrics, KEY, self.token)  # type: ignore[arg-type]  # structural, as above
        self.calling = Calling(self.listening)

    @property
    def violations(self) -> list[str]:
        """What was found so far."""
        return self.books.violations

    # the application, wired as in Lambda ------------------------------------------------------------------------------

    def token(self) -> str:
        """A new owner."""
        return f"o{next(self.tokens)}"

    def plan(self, file: File, rules: Rules, now: datetime) -> Decision:
        """What the scan decides with: a design that plans wrong is judged by its own plan."""
        decided: Decision = vars(scanning)["plan"](file, rules, now)
        return decided

    def _decided(self, decision: Decision) -> Decision:
        for reason in decision.reasons:
            self.counts[f"reason {reason}"] += 1
        return decision

    def turn(self, tenant: str, debtor: str, cycle: int, slot: str) -> Wake:
        """The sender's function."""
        nested, self.nested_in_turn = self.nested_in_turn, False
        try:
            return self.contacting.turn(tenant, debtor, cycle, slot)
        finally:
            self.nested_in_turn = nested

    @property
    def scanning(self) -> scanning.Scanning:
        """The daily scan's function."""
        return scanning.Scanning(
            self.store,  # type: ignore[arg-type]  # structural, as above
            self.rulebook,
            self.executions,
            self.clock,
            self.metrics,
            self.token,
            self._failed,
        )

    def scan(self) -> None:
        """It scans all there is."""
        Sweeping(self.settling).run()
        for shard in range(2):
            self.scanning.shard(shard, 2)

    def look(self, tenant: str, debtor: str) -> None:
        """It looks at one debtor, when a person has just acted."""
        self.scanning.look(tenant, debtor)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, RetryableError):
            self.books.blame(f"the scan met an error it did not expect: {error!r}")

    def upload(self, tenant: str, rows: list[Row], sequencer: str) -> None:
        """The importer's function."""
        importing = Importing(
            self.store,  # type: ignore[arg-type]  # structural, as above
            self.rulebook,
            self.executions,
            self.clock,
            self.metrics,
            KEY,
            lambda state, phone, city: (state or "SP", ZONES[state or "SP"].key),
            self.token,
        )
        upload = Upload("u.csv", sequencer, self.clock.now())
        summary, listed = importing.import_lines(tenant, upload, [Record(r.line, r) for r in rows], lambda line: None)
        importing.leave(tenant, upload, summary, listed, lambda gone, withdrawn: None)
        if summary.accepted + summary.unchanged + summary.rejected + summary.blank != summary.lines:
            self.books.blame("rows_not_conserved")

    def webhook(self, tenant: str, body: str) -> None:
        """The webhook's function."""
        answer = Receiving(self.settling).receive(tenant, "fake", body.encode(), {}, {})
        if answer.status != 200:
            self.books.blame("authentic_webhook_refused")

    def bank_file(self, tenant: str, title: Title) -> bool:
        """The importer's function for a bank's return file; whether what it says found its title."""
        return not settle_titles(self.settling, tenant, "retorno.ret", [title]).unmatched

    def pull(self, tenant: str) -> None:
        """The function that asks a gateway what was paid."""
        Reconciling(self.settling).run(tenant, "fake")
        self.books.reconciled[tenant] = self.clock.at

    def hear(self, tenant: str, event: ChannelEvent) -> None:
        """The function of the channels' events."""
        self.listening.apply([event], tenant)

    def compose(self, file: File, decision: ContactDecision, channel: Channel, rules: Rules, ref: str) -> Message:
        """A message that says nothing: the world remembers what it would have said."""
        self.composed[ref] = (file, decision, rules)
        return Message(channel, "-", correlation=ref)

    # time ---------------------------------------------------------------------------------------------------------

    def later(self, delay: timedelta, what: str, do: Callable[[], None]) -> None:
        """Something happens after that delay."""
        self.at(self.clock.at + delay, what, do)

    def at(self, moment: datetime, what: str, do: Callable[[], None]) -> None:
        """Something happens at that moment."""
        heapq.heappush(self.queue, Event(moment, next(self.numbers), what, do))

    def chance(self, share: float, what: str) -> bool:
        """Whether that goes wrong now; nothing does in the quiet days."""
        return self.noisy and self.luck.draw(what) < share

    @property
    def random(self) -> Random:
        """What the event that goes on draws from."""
        return self.luck.stream

    @contextmanager
    def drawing(self, name: str) -> Iterator[None]:
        """What is drawn meanwhile is drawn for that, whatever else happens in this history."""
        was, self.luck = self.luck, Luck(f"{self.seed} {name}")
        try:
            yield
        finally:
            self.luck = was

    def happen(self, event: Event) -> None:
        """It has its own fortune, whatever happened before it."""
        name = f"{event.what} {event.at}"
        self.same[name] += 1
        with self.drawing(f"{name} {self.same[name]}"):
            self.invoke(event.what, event.do)

    def invoke(self, what: str, do: Callable[[], None]) -> None:
        """An event source: the same event again after a crash or an error, and sometimes without one.

        A gateway or a queue sends again until it is answered, later too; a scan or an execution that failed is left to
        the next.
        """
        tries = 3 if what in _LEFT_TO_THE_NEXT else 20
        for attempt in range(tries):
            try:
                do()
            except Crash:
                self.counts["crash"] += 1
            except (RetryableError, ConflictError):
                self.counts["retryable"] += 1
            except Exception as error:  # noqa: BLE001 - no use case may raise anything else, and the history goes on
                self.books.blame(f"{what} raised {type(error).__name__}")
                return
            else:
                if attempt == 0 and self.chance(0.05, "repeated"):
                    self.counts["repeated"] += 1
                    continue
                return
            self.check()
        if what not in _LEFT_TO_THE_NEXT:  # what it waits for may be what it interrupts
            self.later(timedelta(minutes=15), what, do)

    def run(self) -> list[str]:
        """Plays the history; returns the violations found (a bad one is replayed by its seed)."""
        end = self.story.end
        calm = end - timedelta(days=QUIET_DAYS)
        with self.design.built(self._decided):
            self.story.tell()
            queue = self.queue
            while queue and queue[0].at <= end:
                event = heapq.heappop(queue)
                if event.gone:
                    continue
                self.clock.at = max(self.clock.at, event.at)
                if self.noisy and self.clock.at > calm:
                    self.noisy = False
                self.counts[event.what] += 1
                self.happen(event)
                self.check()
                if len(self.violations) > 20:
                    return self.violations
            self.final()
        return self.violations

    def interfere(self, what: str = "", share: float = 1.0) -> None:
        """Somebody else's whole invocation between two instructions of this one."""
        if self.nested or not self.noisy or not self.queue or (share < 1 and self.luck.draw(what) >= share):
            return
        soon = self.clock.at + timedelta(days=1)
        candidates = [e for e in self.queue[:24] if e.at < soon and not e.gone and e.what in _BESIDE]
        if not candidates:
            return
        event = candidates[int(self.luck.draw("who") * len(candidates))]
        event.gone = True
        self.nested = self.nested_in_turn = True
        try:
            self.happen(event)
        finally:
            self.nested = False

    # what is seen -------------------------------------------------------------------------------------------------

    def committed(self, file: File) -> None:
        """A debtor's file changed."""
        self.charges.update(r.charge.charge_id for r in file.receivables if r.charge and r.charge.charge_id)
        self.changed[file.debtor.tenant, file.debtor.id] = file

    def gate_passed(self, true: File, contact: Contact) -> None:
        """Called with what was true in the store at the instant a claim was committed."""
        now, blame = self.clock.at, self.books.blame
        opened = {r.id for r in true.receivables if r.status is ReceivableStatus.OPEN}
        if contact.receivables and not set(contact.receivables) <= opened:
            blame("gate_after_settlement")
        if any(o.channel in ("*", contact.channel) for o in true.debtor.opt_outs):
            blame("gate_after_opt_out")
        for hold in holds_of(true.debtor, self.config.tenant(true.debtor.tenant)):
            ended = hold.until_at is not None and hold.until_at <= now
            if not ended and (not hold.receivables or set(contact.receivables) & set(hold.receivables)):
                blame("gate_during_hold")
        if contact.channel is Channel.TASK:  # one that waits is joined by other bills: only they are asked for now
            earlier = next((c for c in true.contacts if c.key == contact.key), contact)
            waits = {undo.receivable for undo in earlier.undo if earlier is not contact}
            fired = [
                (u.receivable, contact.step, contact.phase.rank) for u in contact.undo if u.receivable not in waits
            ]
            self.books.tasked(true.debtor.tenant, contact.receivables, fired, now)
            return
        if contact.cycle != true.debtor.case.cycle:
            blame("gate_of_an_old_cycle")
        self.claimed[contact.owner] = False
        self.last_claim = contact.owner

    def accepted(self, tenant: Tenant, channel: Channel, address: str, message: Message) -> None:
        """A provider took a message."""
        self.sent += 1
        file, decision, rules = self.composed[message.correlation]  # nothing is read between a claim and its call
        limit = tenant.reconcile_limit_hours
        known = self.books.reconciled.get(tenant.id)
        if limit and (known is None or known + timedelta(hours=limit) + SEEN_WITHIN < self.clock.at):
            self.books.blame("sent_without_knowing_who_paid")
        asked = tuple((line.receivable.id, line.due.total_cents) for line in decision.to_pay)
        bill = self.books.bills[tenant.id, decision.driver]
        mail = Mail(
            number=self.sent,
            at=self.clock.at,
            tenant=tenant.id,
            debtor=file.debtor.id,
            person=bill.person,
            step=decision.step.key,
            channel=channel,
            address=address,
            titles=tuple(line.receivable.id for line in decision.lines),
            asked=asked,
            state=bill.row.state,
            correlation=message.correlation,
            code=decision.code_of(file.debtor) if len(asked) > 1 else _charge_of(decision),
            then={title: self.books.bills[tenant.id, title].as_known for title, _ in asked},
            caps=rules.debtor_policy(file.debtor).caps,
        )
        self.story.heard_of()
        self.books.mailed(mail, ((f.receivable, f.step.key, f.step.phase.rank, f.day) for f in decision.fired))
        self.story.mailed(mail)

    def receivable(self, bill: Bill) -> Receivable:
        """The bill as the application has it by now."""
        file = self.truth.load(bill.tenant, self._owner(bill))
        found = file.receivable(bill.title) if file else None
        assert found is not None, "a bill that was asked for"
        return found

    def person_at(self, address: str) -> int:
        """Whose address it is; of several, one of them."""
        return next((p.number for p in self.story.people if address in (p.email, p.phone, *p.former)), 0)

    # judging ------------------------------------------------------------------------------------------------------

    def files(self) -> list[File]:
        """Every debtor, open or not."""
        return list(self.truth._files.values())

    def check(self) -> None:
        """After every step: cents conserve, and what was settled stays as it was."""
        if not self.changed:
            return
        for file in self.changed.values():
            if file.debtor.case.status is CaseStatus.CLOSED and file.open_receivables and file.debtor.case.execution:
                self.books.blame("closed_case_runs")
            done = {c.key for c in file.contacts if c.channel is Channel.TASK and c.status in _COUNTS}
            if any((file.debtor.id, key) not in self.books.answered for key in done):
                self.books.blame("a_task_nobody_did_counts")
            for receivable in file.receivables:
                if receivable.paid_principal_cents > receivable.principal_cents:
                    self.books.blame("too_much_principal")
                bill = self.books.bills.get((file.debtor.tenant, receivable.id))
                if bill is not None and self._owner(bill) == file.debtor.id:
                    self._stays_settled(bill, receivable)
        self.changed.clear()

    def _owner(self, bill: Bill) -> str:
        """Whose it is by now; a title that moved leaves a withdrawn half behind."""
        ref = self.truth.find(bill.tenant, "external", bill.title)
        return ref.debtor if ref else ""

    def _stays_settled(self, bill: Bill, receivable: Receivable) -> None:
        unsure = bill.unsure_until is not None and self.clock.at < bill.unsure_until
        if bill.out or unsure or self.story.may_be_found(bill):
            bill.settled = None
            return  # withdrawn, or money that waits to be matched or found: it may come at any moment
        # other money, another amount or due date of it settle it anew; nothing else does
        rests_on = (bill.heard, receivable.principal_cents, receivable.due_on, self.books.beside(bill))
        was = (rests_on, receivable.paid_principal_cents, receivable.paid_additions_cents)
        if bill.settled is not None and bill.settled[0] == rests_on and bill.settled != was:
            moved = " after a move" if bill.moved else ""
            self.books.blame(f"{'settled_and_open_again' if receivable.is_open else 'settled_anew'}{moved}")
        bill.settled = was if receivable.status is ReceivableStatus.PAID else None

    def final(self) -> None:
        """After the quiet days: nothing lost, nothing stuck, nothing unexplained, and somebody is always next."""
        self.rulebook.forget()
        for bill in self.books.bills.values():
            ref = self.truth.find(bill.tenant, "external", bill.title)
            file = self.truth.load(bill.tenant, ref.debtor) if ref else None
            receivable = file.receivable(bill.title) if file else None
            if file is None or receivable is None:
                self.books.blame("row_lost")
                continue
            self._money(bill, file, receivable)
            if receivable.is_open and not bill.out and not bill.told_paid:
                self._progress(bill, file, receivable)
        self._what_is_over()
        # a bank's news about a title that is paid or withdrawn waits, and is no payment
        pending = self.truth.inbox(None, InboxStatus.PENDING)
        if any(not (event.gateway == BANK_FILE and event.names) for event in pending):
            self.books.blame("payment_left_pending")
        if any(True for _ in self.truth.work(None, WorkStatus.PENDING)):
            self.books.blame("work_left_to_a_machine")
        self.story.judge()
        for file in self.files():
            self._settled(file)
            self._nothing_open(file)
            self._waits_for_work(file)
        self._charges()

    def _nothing_open(self, file: File) -> None:
        """Of who owes nothing, nothing is planned."""
        if file.open_receivables:
            return
        decision = self.plan(file, self.rulebook.rules(file.debtor.tenant, self.clock.at), self.clock.at)
        if not isinstance(decision, DoneDecision):
            self.books.blame("plans_for_who_owes_nothing")

    def _waits_for_work(self, file: File) -> None:
        """What waits for a person's word about money is asked of one, and says that it waits."""
        tenant = file.debtor.tenant
        for hold in file.debtor.holds:
            titles = [r.id for r in file.open_receivables if r.id in hold.receivables]
            if hold.kind is not HoldKind.BANK or not titles:
                continue
            work = worklist.find(self.truth, tenant, hold.source)
            if work is None or work.status is not WorkStatus.OPEN:
                self.books.blame("hold_without_work")
            elif not any(title in (work.receivable, *work.receivables) or title in work.note for title in titles):
                self.books.blame("hold_not_told")

    def _charges(self) -> None:
        """What is paid, withdrawn or asked for anew cannot be paid by a charge of before."""
        stand = {r.charge.charge_id for f in self.files() for r in f.receivables if r.charge is not None and r.is_open}
        todo = {w.reference for w in self.truth.work(None, WorkStatus.OPEN) if w.kind is WorkKind.CANCEL_CHARGE}
        if any(name in self.gateway.payable for name in self.charges - stand - todo):
            self.books.blame("charge_left_payable")

    def _money(self, bill: Bill, file: File, receivable: Receivable) -> None:
        blame = self.books.blame
        facts = [f for f in file.facts if f.receivable == bill.title and f.gateway in _TELLERS and f.amount_cents]
        both = self.story.banked
        facts = [f for f in facts if f.gateway != "retorno" or not both.get((bill.tenant, bill.title, f.amount_cents))]
        facts = [f for f in facts if f.gateway != "extrato" or f.fact_id in self.story.by_statement]
        counted = sum(f.amount_cents * (1 if f.kind == "credit" else -1) for f in facts)
        counted += sum(a.cents for f in file.facts if not f.receivable for a in f.asked if a.receivable == bill.title)
        if counted != bill.net:
            blame("money_lost_or_doubled after a move" if bill.moved else "money_lost_or_doubled")
        entries = list(self.truth.ledger(file.debtor.tenant, file.debtor.id))
        told = {e.reference.partition("/")[0] for e in entries if e.amount_cents and e.reason in _MONEY_TOLD}
        news = [f.fact_id.partition("/")[0] for f in facts if f.evidence != "operator"]
        if not bill.corrected and not told.issuperset(news):
            blame("settled_without_ledger")
        on = self.clock.at.date()
        if self.books.surely(bill) >= self.books.most(bill, on) and receivable.is_open and not bill.corrected:
            blame("paid_and_open")
        self.became[bill.tenant, bill.title] = receivable if counted == bill.net else None

    def _what_is_over(self) -> None:
        """What is paid was paid, and money over is neither lost nor made up: of bills that one message's code has paid,
        of all together.
        """
        on, books = self.clock.at.date(), self.books
        for bills in books.together():
            found = [self.became.get((bill.tenant, bill.title)) for bill in bills]
            if None in found:
                continue  # something else is wrong with its money, and said
            paid = sum(r.paid_principal_cents for r in found if r is not None)
            there = sum(r.overpaid_cents for r in found if r is not None)
            said = any(bill.told_paid or self.story.lenient(bill) for bill in bills)
            if sum(bill.had for bill in bills) < paid + there and not said:
                books.blame("open_and_paid")
            # a sum that two sources tell of is one payment, or two: until a person knows, it counts once
            once = sum(books.told_by_two(bill) for bill in bills)
            if sum(bill.net for bill in bills) - there - once > sum(books.most(bill, on) for bill in bills):
                books.blame("overpayment_lost")
            if there > sum(books.over(bill) for bill in bills):
                books.blame("overpayment_made_up")

    def _progress(self, bill: Bill, file: File, receivable: Receivable) -> None:
        """Somebody is next: a contact with a moment, a hold with an end, or an end that is true."""
        now, blame = self.clock.at, self.books.blame
        rules = self.rulebook.rules(file.debtor.tenant, now)
        policy = rules.policy(receivable, file.debtor)
        decision = self.plan(file, rules, now)
        if isinstance(decision, HoldDecision | DoneDecision):
            listed = self._listed(bill, file)
            elsewhere = self.books.covered(bill) or self.story.desk.waits_for(bill)  # its own work says so
            elsewhere = elsewhere or self._held_for_good(bill)
            if isinstance(decision, DoneDecision) and decision.reason in _ENDS and listed is None and not elsewhere:
                blame(f"ended_on_no_list {decision.reason}")
            known = self._true_reason(bill, decision) or self._ladder_ended(bill, policy)
            if decision.reason == Reason.HOLD_CREDIT:  # whether that money is over is asked of each title by itself
                known = self._credit_waits(file)
            if not known and not self._truly_ended(bill, listed, policy):
                blame(f"silent {decision.reason}")
            return
        ahead = decision.at - now
        if ahead > timedelta(days=60) or (ahead <= WAITED_FOR and not file.debtor.case.execution):
            blame("next_without_a_moment")
        if self._ladder_ended(bill, policy) or self.books.covered(bill) or self.story.desk.waits_for(bill):
            return
        if self._truly_ended(bill, self._listed(bill, file), policy):
            return
        steps = [s.offset_days for s in policy.steps]
        gap = timedelta(days=max(b - a for a, b in itertools.pairwise(steps)))
        begins = datetime.combine(bill.row.due_on, datetime.min.time(), UTC) + timedelta(days=min(steps))
        begins = max(begins, datetime.combine(bill.row.due_on, datetime.min.time(), UTC)) if steps[0] > 0 else begins
        last = max([n.at for n in bill.named] or [begins])
        hushed = [q.until for q in self.books.quiet if q.tenant == bill.tenant and bill.title in q.titles]
        if None in hushed or self.story.in_doubt(bill):
            return
        quiet = [until for until in hushed if until]
        since = max([last, begins, bill.entered, self.story.quiet_since, bill.quiet_since or begins, *quiet])
        if now - since > gap + SILENCE and self._collectable(bill):
            blame(f"silent for long {decision.reason}")

    def _held_for_good(self, bill: Bill) -> bool:
        """Whether this bill waits for a person's word of its own, whatever is decided for the others."""
        quiet = (q for q in self.books.quiet if q.tenant == bill.tenant and bill.title in q.titles)
        return any(q.until is None for q in quiet) or self.story.in_doubt(bill)

    def _listed(self, bill: Bill, file: File) -> str | None:
        """The reason with which this bill stands on a person's list, as one of which nothing more comes by itself."""
        for work in self.truth.work(bill.tenant, WorkStatus.OPEN):
            if work.kind is WorkKind.ENDED and work.debtor == file.debtor.id and bill.title in work.receivables:
                return dict(mark.rsplit("=", 1) for mark in file.debtor.case.ended).get(bill.title)
        return None

    def _credit_waits(self, file: File) -> bool:
        """Whether a person is to decide about money over on a title of this debtor's."""
        return any(
            work.kind in (WorkKind.OVERPAID, WorkKind.BOTH_RAILS) and work.debtor == file.debtor.id
            for work in self.truth.work(file.debtor.tenant, WorkStatus.OPEN)
        )

    def _truly_ended(self, bill: Bill, listed: str | None, policy: Policy) -> bool:
        """Whether the books agree with the reason with which it stands there."""
        if listed in _UNREACHED:
            return self.books.unreached(bill)
        if listed == Reason.TOO_FEW_CONTACTS:
            return self.books.too_few(bill, policy)
        return listed is not None and listed in self.story.reasons_of(bill)

    def _collectable(self, bill: Bill) -> bool:
        """Nothing the world knows of keeps it from being collected."""
        return (bill.tenant, bill.person) not in self.books.touched

    def _ladder_ended(self, bill: Bill, policy: Policy) -> bool:
        """The last step that has no condition was taken for this bill."""
        done = {n.step for n in bill.named if n.term == bill.term and not n.failed}
        plain = [
            s.key for s in policy.steps if not (s.min_amount_cents or s.min_amount_percent or s.tags or s.profiles)
        ]
        return bool(plain) and plain[-1] in done

    def _true_reason(self, bill: Bill, decision: HoldDecision | DoneDecision) -> bool:
        """Whether the books know why nothing is done about this bill, and until when.

        What is decided is decided for the debtor: this bill may wait for another reason than the one that is named.
        """
        reason, now = decision.reason, self.clock.at
        until = decision.until if isinstance(decision, HoldDecision) else None
        said = _OF_THE_PERSON.get(Reason(reason))  # whatever bill it was about, where no message is named
        if said and any(
            q.kind == said and q.until is None and q.tenant == bill.tenant and bill.person in self._people(q)
            for q in self.books.quiet
        ):
            return True
        if self.story.spends and reason == Reason.CHANNELS_STOPPED:
            return True  # channels rest until the next month
        if reason == Reason.HOLD_NOTHING_DUE:
            bills = self.books.bills.values()
            theirs = [b for b in bills if (b.tenant, b.person) == (bill.tenant, bill.person)]
            return any(b.free_until is not None and b.free_until >= now.date() for b in theirs)
        if reason == Reason.HOLD_PROMISE and (until is None or until > now + timedelta(days=40)):
            return False
        if reason in _UNREACHED:
            return self.books.unreached(bill)
        hushed = any(
            q.tenant == bill.tenant
            and bill.title in q.titles
            and (q.until is None or q.until + timedelta(days=1) > now)
            for q in self.books.quiet
        )
        waits = hushed or self.story.desk.waits_for(bill) or self.books.covered(bill)
        waits = waits or self.story.in_doubt(bill)
        return waits or reason in self.story.reasons_of(bill)

    def _people(self, quiet: Quiet) -> set[int]:
        """Whose bills these are."""
        return {self.books.bills[quiet.tenant, title].person for title in quiet.titles}

    def _settled(self, file: File) -> None:
        blame = self.books.blame
        entries = None
        for contact in file.contacts:
            if contact.status is ContactStatus.SENDING:
                blame("contact_left_sending")
            if entries is None:
                entries = list(self.truth.ledger(file.debtor.tenant, file.debtor.id))
                told = {e.reference for e in entries if e.reason in _TOLD_OF}
                for entry in entries:
                    self.counts[f"reason {entry.reason}"] += 1
            if contact.key not in told:
                blame("contact_without_ledger")
            if contact.status is ContactStatus.UNKNOWN and self.claimed.get(contact.owner) is False:
                blame("claimed_and_never_sent")
        case = file.debtor.case
        waits = case.status is CaseStatus.OPEN and case.execution and case.next_contact_at
        if waits and case.next_contact_at and case.next_contact_at + timedelta(days=2) < self.clock.at:
            blame("dead_execution")


_BESIDE = frozenset({"webhook", "reply", "scan", "upload", "person", "bank", "pull"})
"""What may happen between two instructions of something else."""
_LEFT_TO_THE_NEXT = frozenset({"scan", "turn", "pull"})
"""What nobody repeats for ever: its next occurrence does what it has not done."""
_TELLERS = frozenset({"fake", "retorno", "extrato", "regua-pessoa"})
"""Who tells of money: the gateway, the bank by its files and statements, a person of the creditor."""
_OF_THE_PERSON = {Reason.HOLD_REPLY: "reply", Reason.HOLD_DISPUTE: "dispute"}
_UNREACHED = frozenset({Reason.OPTED_OUT, Reason.NO_CHANNEL, Reason.WRONG_PERSON})
_ENDS = _UNREACHED | {Reason.TOO_FEW_CONTACTS, Reason.STEPS_EXHAUSTED, Reason.VULNERABLE_PHASE}
_COUNTS = (ContactStatus.SENT, ContactStatus.DONE)
_MONEY_TOLD = frozenset(
    {
        *(Reason.PAYMENT_APPLIED, Reason.PAYMENT_PARTIAL, Reason.PAYMENT_OVERPAID, Reason.PAYMENT_DUPLICATE_RAIL),
        *(Reason.PAYMENT_CONFIRMED, Reason.REFUND_APPLIED, Reason.CHARGEBACK_APPLIED),
    }
)


def _charge_of(decision: ContactDecision) -> str:
    """The charge with which a message's one bill can be paid, if it has one."""
    charges = [line.receivable.charge for line in decision.to_pay]
    return charges[0].charge_id if charges and charges[0] else ""


class Metrics:
    """Figures are not judged."""

    def add(self, name: str, value: float, unit: str = "Count", **dimensions: str) -> None:
        """Forgets it."""
