"""The daily scan: opens cases, starts one execution per debtor, repairs dead ones, sums the portfolio.

Running it twice, late, or after a missed day changes nothing that is right and repairs what is not. It decides first
on the index, which may lag behind, and again on a consistent read before it commits anything.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from regua.domain.contact import claim, ending, tasks
from regua.domain.contact.decision import ContactDecision, Decision
from regua.domain.contact.limits import holds_of
from regua.domain.contact.planner import idle, plan
from regua.domain.contact.portfolio import Portfolio
from regua.domain.contact.rules import Rules, local_day, place_of
from regua.domain.model import Case, CaseStatus, ContactStatus, File, LedgerEntry, Promise, PromiseStatus
from regua.domain.money.account import Accounts
from regua.domain.money.moved import moved_away
from regua.domain.reasons import Reason
from regua.domain.values import replace
from regua.domain.work import Work, WorkStatus, small_rest
from regua.ports import Clock, Executions, Metrics, Store
from regua.use_cases import opened_work
from regua.use_cases.collecting import tables
from regua.use_cases.collecting.costing import Costing
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.collecting.starting import Start, Starting, StartPace
from regua.use_cases.collecting.tables import Wanting
from regua.use_cases.collecting.wake_up import decided, horizon_of, wake_at
from regua.use_cases.commits import in_parts
from regua.use_cases.conflicts import OvertakenError, until_committed
from regua.use_cases.tenants import each_tenant

GRACE = timedelta(hours=2)
"""A scheduled moment that passed by more than this means the execution is dead."""
IN_FLIGHT_LIMIT = timedelta(minutes=15)
"""A contact SENDING for longer than this will never be recorded by its own invocation: it is UNKNOWN."""
SCANNED_WITHIN = timedelta(hours=30)
"""A shard whose last scan ended longer ago than this missed its day, also where a first import takes hours."""
EVERYBODY = "*"
"""Stands for the tenant of what is known of a shard."""


@dataclass
class Found:
    """What one shard's scan did."""

    portfolios: dict[str, Portfolio] = field(default_factory=dict)
    opened: int = 0
    started: int = 0
    restarted: int = 0
    missed: int = 0
    """Restarted because the planned moment passed with nothing done."""
    skipped: int = 0
    swept: int = 0
    failed: int = 0
    overtaken: int = 0
    """Others committed first every time: left to them, and to the next run."""
    unstarted: int = 0
    """Executions that were committed and could not be started, however often that was tried."""
    seen: int = 0
    """Debtors that were looked at."""
    stopped_after: tuple[str, str] | None = None
    """Creditor and debtor that were looked at last, where the time was over before the end."""
    wanting: Wanting = field(default_factory=Wanting)

    def portfolio(self, tenant: str) -> Portfolio:
        """The tenant's sums."""
        return self.portfolios.setdefault(tenant, Portfolio())


@dataclass(frozen=True, slots=True)
class Scanning:
    """The ports of this use case."""

    store: Store
    rulebook: Rulebook
    executions: Executions
    clock: Clock
    metrics: Metrics
    owner: Callable[[], str]
    failed: Callable[[Exception], None] = lambda error: None
    """Told of a debtor that could not be scanned, and of an execution that could not be started; the others go on."""
    pause: Callable[[float], object] = lambda seconds: None
    """Waits so many seconds."""
    pace: StartPace = field(default_factory=StartPace)
    """How fast it may start executions."""

    def shard(
        self,
        shard: int,
        shards: int,
        go_on: Callable[[], bool] = lambda: True,
        after: tuple[str, str] | None = None,
    ) -> Found:
        """Scans one slice, from its beginning or `after` a creditor's debtor. `go_on` False ends it early (the
        function's time is almost over): whoever calls goes on after `Found.stopped_after`.
        """
        found = self._each(shard, shards, go_on, after, self._debtor)
        self._report(found)
        found.wanting.tell(self.store, self.metrics, self.clock.now())
        costs = Costing(self.store, self.metrics)
        part = f"{shard}" if after is None else f"{shard}|{after[1]}"

        def planned(tenant: str) -> None:
            now = self.clock.now()
            costs.planned(self.rulebook.rules(tenant, now).tenant, part, found.portfolio(tenant), now)

        def report(tenant: str) -> None:
            now = self.clock.now()
            rules = self.rulebook.rules(tenant, now)
            costs.report(rules.tenant, now)
            today = now.astimezone(ZoneInfo(rules.tenant.time_zone)).date()
            tables.look_over(tenant, rules.calendar, today, self.store, self.metrics, now)

        each_tenant(found.portfolios, planned, self.metrics, self.failed)
        if shard == 0 and after is None:
            each_tenant(self.rulebook.config.tenants(), report, self.metrics, self.failed)
        if found.stopped_after is None:
            self.metrics.add("ScanCompleted", 1)
            self.store.put_state(EVERYBODY, f"scanned|{shard}", {"at": self.clock.now().isoformat()})
        return found

    def late(self, shard: int, shards: int, go_on: Callable[[], bool] = lambda: True) -> Found:
        """Looks only at debtors of one slice whose moment passed with nothing done: their execution died, or was never
        started. Decides nothing about anybody else, and sums nothing.
        """

        def if_late(file: File, found: Found, starting: Starting) -> None:
            case, now = file.debtor.case, self.clock.now()
            if case.status is CaseStatus.OPEN and _overslept(case, now):
                self._until_committed(file, found, starting)

        found = self._each(shard, shards, go_on, None, if_late)
        self._report_run(found)
        if shard == 0:
            self.metrics.add("ShardsNotScanned", self._not_scanned(shards))
        return found

    def _not_scanned(self, shards: int) -> int:
        """Shards of which no scan has ended lately; none where none ever has: an installation of today."""
        ended = [self.store.get_state(EVERYBODY, f"scanned|{shard}").get("at", "") for shard in range(shards)]
        limit = self.clock.now() - SCANNED_WITHIN
        return sum(not at or datetime.fromisoformat(at) < limit for at in ended) if any(ended) else 0

    def _each(
        self,
        shard: int,
        shards: int,
        go_on: Callable[[], bool],
        after: tuple[str, str] | None,
        do: "Callable[[File, Found, Starting], None]",
    ) -> Found:
        found, starting, last = Found(), self._starting(), after
        self.rulebook.forget()
        for file in self.store.open_files(shard, shards, after):
            if not go_on():
                found.stopped_after = last
                break
            last = (file.debtor.tenant, file.debtor.id)
            found.seen += 1
            try:
                do(file, found, starting)
            except Exception as error:  # noqa: BLE001 - one debtor's fault must not stop the others; it is counted and alarmed
                found.failed += 1
                self.failed(error)
        found.started += starting.again(go_on)
        found.unstarted = len(starting.left)
        return found

    def _starting(self) -> Starting:
        return Starting(self.executions, self.clock, self.pause, self.pace, self.failed)

    def look(self, tenant: str, debtor: str) -> Found:
        """Looks at one debtor now, because a person has done something about it: the next contact need not wait for
        the next scan. Raises RetryableError when others commit first every time.
        """
        self.rulebook.forget()
        found, starting = Found(), self._starting()
        until_committed(partial(self._once, tenant, debtor, found, starting))
        found.started += starting.again(lambda: True)
        found.unstarted = len(starting.left)
        self.metrics.add("ExecutionsNotStarted", found.unstarted)
        return found

    def _debtor(self, file: File, found: Found, starting: Starting) -> None:
        now = self.clock.now()
        tenant = file.debtor.tenant
        rules = self.rulebook.rules(tenant, now)
        today = now.astimezone(ZoneInfo(rules.tenant.time_zone)).date()
        found.wanting.add(file, rules, today)
        if settled_before(file, rules, now):
            found.portfolio(tenant).add(file, None, today)
            return
        decision = plan(file, rules, now)
        found.portfolio(tenant).add(file, decision, today)
        self._small_rests(file, rules, now)
        if not self._needs_work(file, decision, rules, now):
            return
        self._until_committed(file, found, starting)

    def _until_committed(self, file: File, found: Found, starting: Starting) -> None:
        try:
            until_committed(partial(self._once, file.debtor.tenant, file.debtor.id, found, starting))
        except OvertakenError:  # in such demand that others see to it; the next run looks again
            found.overtaken += 1

    def _small_rests(self, file: File, rules: Rules, now: datetime) -> None:
        """A rest that no payment but an edited setting has made small comes onto the list as well, once; what is dunned
        again, as it has grown or by a setting, leaves it.
        """
        accounts = Accounts.of(file.debtor, rules.tenant, rules.calendar)
        today = accounts.day_of(now)
        for receivable in file.open_receivables:
            if accounts.is_small_rest(receivable, today):
                work = small_rest(file, receivable, accounts.owed(receivable, today).total_cents, now)
                if self.store.get_work(work.tenant, work.key) is None:
                    opened_work.put(self.store, self.metrics, work)
            elif accounts.was_a_small_rest(receivable, today):
                work = small_rest(file, receivable, accounts.owed(receivable, today).total_cents, now)
                known = self.store.get_work(work.tenant, work.key)
                if known is not None and known.status is WorkStatus.OPEN:
                    self.store.mark_work(known, known.done("não é mais um resto pequeno: volta a ser cobrado"))

    def _once(self, tenant: str, debtor: str, found: Found, starting: Starting) -> None:
        """Decides on the file itself, as the index may lag. Raises ConflictError when somebody else was faster."""
        fresh = self.store.load(tenant, debtor)
        if fresh is None:
            return
        now = self.clock.now()
        rules = self.rulebook.rules(tenant, now)
        swept, entries = _sweep(fresh, rules, now)
        swept, work, told = _unanswered(swept, rules, now)
        decision = plan(swept, rules, now)
        if self._needs_work(fresh, decision, rules, now):
            self._repair(fresh, swept, [*entries, *told], work, decision, rules, now, found, starting)

    def _needs_work(self, file: File, decision: Decision, rules: Rules, now: datetime) -> bool:
        case = file.debtor.case
        if case.in_flight and _stuck(file, now):
            return True
        if any(p.status is PromiseStatus.OPEN for p in file.debtor.promises) and _broken(file, rules, now):
            return True
        if file.debtor.asked and _unanswered(file, rules, now)[0] != file:
            return True
        if ending.noted(file, rules, now)[0] != file:
            return True
        if isinstance(decision, ContactDecision):
            return decision.at - now <= horizon_of(file.debtor.id) and not _alive(case, decision, file, rules, now)
        return decision.reason != case.last_decision or _overslept(case, now)

    def _repair(
        self,
        before: File,
        file: File,
        entries: list[LedgerEntry],
        work: list[Work],
        decision: Decision,
        rules: Rules,
        now: datetime,
        found: Found,
        starting: Starting,
    ) -> None:
        """Commits what the scan found: swept contacts, a new reason, or a new cycle with its execution."""
        case = file.debtor.case
        start: datetime | None = None
        opened = False
        if isinstance(decision, ContactDecision):
            if decision.at - now <= horizon_of(file.debtor.id) and not _alive(case, decision, file, rules, now):
                start = wake_at(decision, file.debtor, rules, now)
        elif decision.reason != case.last_decision:
            entries = [*entries, LedgerEntry.of_file(file, decision.reason, decision.policy, now)]
            case = replace(case, last_decision=decision.reason)
            found.skipped += 1
            self.metrics.add("ContactsSkipped", 1, reason=decision.reason)
        if start is None and _overslept(case, now):
            case = replace(case, next_contact_at=None, execution="")
        if start is not None and isinstance(decision, ContactDecision):
            opened = case.status is not CaseStatus.OPEN
            case, entry = _new_cycle(file, case, decision, start, now)
            execution = f"{file.debtor.id}-{case.cycle}"
            case = replace(case, execution=execution, decided=decided(file, rules))
            entries = [*entries, entry]
        after, ends = ending.noted(replace(file, debtor=replace(file.debtor, case=case)), rules, now)
        in_parts(self.store, self.owner, before, after, ledger=entries, work=[*work, *ends])
        opened_work.count_opened(self.metrics, ends)
        late = sum(entry.reason == Reason.TASK_LATE for entry in entries)
        if late:
            self.metrics.add("TasksLate", late)
        found.swept += before.debtor.case.in_flight != case.in_flight
        broken = _broken_promises(after) - _broken_promises(before)
        if broken:
            self.metrics.add("PromisesBroken", broken)
        if start is None:
            return
        if opened:
            found.opened += 1
            self.metrics.add("CasesOpened", 1)
        else:
            found.restarted += 1
            planned = before.debtor.case.next_contact_at
            found.missed += planned is not None and planned + GRACE < now
        found.started += starting.start(Start(file.debtor.tenant, file.debtor.id, case.cycle, start))

    def _report(self, found: Found) -> None:
        for portfolio in found.portfolios.values():
            for name, cents in portfolio.by_bucket.items():
                self.metrics.add("OpenBalance", cents, "None", bucket=name)
            self.metrics.add("OpenBalanceTotal", portfolio.open_cents, "None")
            self.metrics.add("AtRiskBalance", portfolio.at_risk_cents, "None")
            self.metrics.add("DebtorsPlanned", portfolio.planned)
            self.metrics.add("DebtorsOnHold", portfolio.on_hold)
        self._report_run(found)

    def _report_run(self, found: Found) -> None:
        self.metrics.add("ExecutionsStarted", found.started)
        self.metrics.add("ExecutionsNotStarted", found.unstarted)
        self.metrics.add("DebtorsOvertaken", found.overtaken)
        self.metrics.add("ScanCutShort", found.stopped_after is not None)
        self.metrics.add("ContactsMissed", found.missed)
        self.metrics.add("ScanFailures", found.failed)


def settled_before(file: File, rules: Rules, now: datetime) -> bool:
    """True when there is nothing to decide: no step in sight, or the waiting execution rests on these very facts."""
    debtor = file.debtor
    case = debtor.case
    if case.in_flight or debtor.promises or debtor.asked:
        return False
    if case.status is not CaseStatus.OPEN:
        return idle(file, rules, now + horizon_of(debtor.id))
    at = case.next_contact_at
    return at is not None and at > now and bool(case.execution) and case.decided == rules.fingerprint(file)


def _alive(case: Case, decision: ContactDecision, file: File, rules: Rules, now: datetime) -> bool:
    """True when the case's execution is believed to run and wakes no later than the plan asks."""
    at = case.next_contact_at
    if case.status is not CaseStatus.OPEN or not case.execution or at is None or at + GRACE < now:
        return False
    place = place_of(file.debtor, rules.tenant)
    return local_day(decision.at, rules, place) >= local_day(at, rules, place) or decision.at >= at


def _new_cycle(
    file: File, case: Case, decision: ContactDecision, start: datetime, now: datetime
) -> tuple[Case, LedgerEntry]:
    """Raises the fencing token; a closed (or first) case opens as a new one."""
    reason = Reason.EXECUTION_RESTARTED
    if case.status is not CaseStatus.OPEN:
        reason = Reason.CASE_OPENED
        # a debt that came back (refund) goes on where it stood, and so do the contacts that formal steps count
        goes_on = any(r.last_step for r in file.open_receivables)
        old = case if goes_on else Case()
        case = replace(
            old,
            status=CaseStatus.OPEN,
            cycle=case.cycle,
            opened_at=now,
            closed_at=None,
            number=case.number + 1,
            in_flight=case.in_flight,
            ended=case.ended,
            tried=(),
        )
    case = replace(
        case, cycle=case.cycle + 1, policy=decision.policy, next_contact_at=start, last_decision=decision.reason
    )
    return case, replace(LedgerEntry.of_file(file, reason, decision.policy, now), cycle=case.cycle)


def _overslept(case: Case, now: datetime) -> bool:
    """The look that was written down never happened: its execution is dead."""
    return case.next_contact_at is not None and case.next_contact_at + GRACE < now


def _stuck(file: File, now: datetime) -> bool:
    """The root alone tells: the last contact was claimed, never recorded, and its invocation is long over."""
    last = file.debtor.case.last_contact_at
    return last is None or last + IN_FLIGHT_LIMIT < now


def _broken_promises(file: File) -> int:
    return sum(p.status is PromiseStatus.BROKEN for p in file.debtor.promises)


def _broken(file: File, rules: Rules, now: datetime) -> bool:
    ends = [h.until_at for h in holds_of(file.debtor, rules.tenant)[len(file.debtor.holds) :]]
    return any(end is not None and end <= now for end in ends)


def _unanswered(file: File, rules: Rules, now: datetime) -> tuple[File, list[Work], list[LedgerEntry]]:
    """The file with what people need not answer any more withdrawn, and what they are late with marked."""
    after, work, entries = tasks.withdraw(file, rules, now)
    after, late = tasks.overdue(after, rules, now)
    return after, work, [*entries, *late]


def _judged(promise: Promise, file: File, today: date) -> Promise:
    """An open promise whose day is over as broken; as cancelled where what it is about went to another debtor."""
    if promise.status is not PromiseStatus.OPEN or promise.due_on + timedelta(days=promise.grace_days) >= today:
        return promise
    titles = [r for r in file.receivables if not promise.receivables or r.id in promise.receivables]
    gone = any(moved_away(file.facts, r.id) for r in titles) and not any(r.is_open for r in titles)
    return replace(promise, status=PromiseStatus.CANCELLED if gone else PromiseStatus.BROKEN)


def _sweep(file: File, rules: Rules, now: datetime) -> tuple[File, list[LedgerEntry]]:
    """The file with stuck contacts UNKNOWN, broken promises marked and ended holds dropped."""
    file = claim.whole(file)
    debtor, entries = file.debtor, []
    contacts = file.contacts
    if debtor.case.in_flight and _stuck(file, now):
        for contact in contacts:
            if contact.status is ContactStatus.SENDING:
                lost = replace(contact, status=ContactStatus.UNKNOWN, error="not recorded")
                contacts = tuple(lost if c.key == contact.key else c for c in contacts)
                entries.append(LedgerEntry.of_contact(contact, Reason.SEND_UNKNOWN, now))
        debtor = replace(debtor, case=replace(debtor.case, in_flight=""))
    if _broken(file, rules, now):
        zone = ZoneInfo(rules.tenant.time_zone)
        today = now.astimezone(zone).date()
        promises = tuple(_judged(p, file, today) for p in debtor.promises)
        if _broken_promises(replace(file, debtor=replace(debtor, promises=promises))) > _broken_promises(file):
            entries.append(LedgerEntry.of_file(file, Reason.PROMISE_BROKEN, "", now))
        debtor = replace(debtor, promises=promises)
    holds = tuple(h for h in debtor.holds if h.until_at is None or h.until_at > now)
    if len(holds) != len(debtor.holds):
        debtor = replace(debtor, holds=holds)
    return replace(file, debtor=debtor, contacts=contacts), entries
