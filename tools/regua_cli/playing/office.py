"""The deployment of a play: what `wiring` wires on AWS, wired by `wiring` on ports in memory; its schedule is kept too.

Nothing of the application is made again here. What is played is the outside: providers that accept, gateways that
answer, the state machines, the queue, the schedules of infra/edge.yaml, and the clock, which jumps from one thing that
happens to the next.
"""

import heapq
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from regua import wiring
from regua.config import TenantBundle, shipped_policy
from regua.domain.contact.channel_event import Action, Outcome, SendResult
from regua.domain.contact.decision import ContactDecision
from regua.domain.contact.message import Message
from regua.domain.model import Channel, Contact, ContactPoint, ContactStatus, File, Receivable
from regua.domain.money.payment_event import ReferenceKind
from regua.domain.policy import Policy
from regua.domain.reply.owed_answer import OwedAnswer
from regua.domain.tenant import GatewayConfig, Tenant
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.platform.fakes import FakeClock, FakeNotices, MemoryObjects
from regua.platform.metrics import MemoryMetrics
from regua.ports import PermanentError, RetryableError, Sending
from regua.settings import Settings
from regua.store.memory import MemoryStore
from regua.use_cases.importing.uploaded_file import InboxFolder, UploadedFile
from regua.use_cases.paying.settle_job import SettleJob
from regua_cli.book import PREVIEW_KEY
from regua_cli.playing.bank import CREDENTIAL, PlayedBank, PlayedSecrets

DEPLOYED_ZONE = ZoneInfo("America/Sao_Paulo")
SCAN_AT = time(6, 0)
RECONCILE_AT = (time(2, 30), time(8, 30), time(14, 30), time(20, 30))
"""The schedules of infra/edge.yaml."""
PUBLIC_URL = "https://regua.example.com"
MOUTH = "pix"
"""The gateway that tells of money a history only says came."""
_SHARDS = 1
_TRIES = 3
"""Times the queue gives a job again before it leaves it to the daily sweep."""


class PlayedConfig:
    """Obeys `ports.Config`; what the operator uploads takes the place of what was there."""

    def __init__(self, bundles: Iterable[TenantBundle]) -> None:
        self._bundles = {bundle.tenant.id: _reachable(bundle) for bundle in bundles}
        self._edits = itertools.count(1)

    def tenant(self, tenant: str) -> Tenant:
        """Raises KeyError for an unknown tenant."""
        return self._bundles[tenant].tenant

    def policy(self, tenant: str, name: str) -> Policy:
        """The tenant's own policy of that name, or the shipped one. Raises KeyError."""
        return self._bundles[tenant].policies.get(name) or shipped_policy(name)

    def templates(self, tenant: str) -> dict[str, str]:
        """The tenant's own templates."""
        return self._bundles[tenant].templates

    def tenants(self) -> list[str]:
        """All of them, in order."""
        return sorted(self._bundles)

    def bundle(self, tenant: str) -> TenantBundle:
        """The whole folder, as it is. Raises KeyError."""
        return self._bundles[tenant]

    def reach(self, tenant: str, gateway: str) -> None:
        """A gateway a history hears of is one the creditor has."""
        bundle = self._bundles[tenant]
        if gateway not in bundle.tenant.gateways:
            gateways = {**bundle.tenant.gateways, gateway: GatewayConfig(gateway)}
            self.put(replace(bundle, tenant=replace(bundle.tenant, gateways=gateways)))

    def put(self, bundle: TenantBundle) -> None:
        """The whole folder, as it is from now on."""
        self._bundles[bundle.tenant.id] = _reachable(bundle)

    def put_policy(self, tenant: str, policy: Policy) -> None:
        """A régua: in place of the one of the same name, or, under another name, of the creditor's own."""
        bundle = self._bundles[tenant]
        uses = {bundle.tenant.policy, *bundle.tenant.segments.values()}
        now = bundle.tenant
        if policy.name not in uses:
            now = replace(now, policy=policy.name, version=f"{now.version}+{next(self._edits)}")
        self._bundles[tenant] = TenantBundle(now, {**bundle.policies, policy.name: policy}, bundle.templates)


def _reachable(bundle: TenantBundle) -> TenantBundle:
    """Every gateway of a play can be asked, and a creditor without one hears of money all the same: its bank tells of
    Pix. A play sends nothing to anybody, so it shows what a rehearsal of the creditor's (`dry_run`) would have sent.
    """
    tenant = bundle.tenant
    known = {MOUTH: GatewayConfig(MOUTH), **tenant.gateways}
    gateways = {n: replace(g, options={"api_secret": CREDENTIAL, **g.options}) for n, g in known.items()}
    return replace(bundle, tenant=replace(tenant, gateways=gateways, dry_run=False))


@dataclass
class Said:
    """One contact as it went out: the row of the output is made of it."""

    at: datetime
    debtor: str
    name: str
    tenant: str
    contact: Contact
    to: str = ""
    message: Message | None = None
    decision: ContactDecision | None = None
    went: bool = False
    """A provider took it, or it is a task."""
    script: str = ""
    """What a task gave a person to say or to send; the work itself forgets it when it is closed."""


class PlayedStore(MemoryStore):
    """The store, which tells of every contact that is claimed and can show what no port lists."""

    def __init__(self, claimed: Callable[[File, Contact], None]) -> None:
        super().__init__(_SHARDS)
        self._claimed = claimed
        self.approvals: list[Work] = []
        """Each message a person was asked to approve, as it was shown."""

    def commit(self, before: File | None, after: File, **rest: Any) -> File:
        """See `MemoryStore`."""
        done = super().commit(before, after, **rest)
        asked = (w for w in rest.get("work", ()) if w.kind is WorkKind.APPROVAL and w.status is WorkStatus.OPEN)
        self.approvals += [work for work in asked if work.text]
        known = {c.key: c for c in before.contacts} if before else {}
        for contact in after.contacts:
            old = known.get(contact.key)
            anew = contact.status is ContactStatus.SENDING and (old is None or old.owner != contact.owner)
            if anew or (old is None and contact.channel is Channel.TASK):
                self._claimed(after, contact)
        return done

    def everybody(self) -> list[File]:
        """Every debtor, open or not."""
        return [self._files[name] for name in sorted(self._files)]

    def titles(self) -> list[tuple[File, Receivable]]:
        """Every title once: one that a file has moved stands at whom it moved to."""
        found = [(file, title) for file in self.everybody() for title in file.receivables]
        return [(file, title) for file, title in found if self._owner(file, title) in ("", file.debtor.id)]

    def _owner(self, file: File, title: Receivable) -> str:
        ref = self.find(file.debtor.tenant, ReferenceKind.EXTERNAL, title.id)
        return ref.debtor if ref else ""

    def all_work(self) -> list[Work]:
        """Every piece of work, done or not, oldest first."""
        return sorted(self._work.values(), key=lambda work: (work.at, work.tenant, work.key))


@dataclass(order=True)
class _Wake:
    at: datetime
    number: int
    tenant: str = field(compare=False)
    debtor: str = field(compare=False)
    cycle: int = field(compare=False)
    slot: str = field(compare=False, default="")


class PlayedOffice:
    """Creditors of one deployment, from the moment `at` (UTC) on."""

    def __init__(self, bundles: Iterable[TenantBundle], at: datetime) -> None:
        self.clock = FakeClock(at)
        self.config = PlayedConfig(bundles)
        self.store = PlayedStore(self._claimed)
        self.objects = MemoryObjects()
        self.notices = FakeNotices()
        self.metrics = MemoryMetrics()
        self.bank = PlayedBank()
        self.said: list[Said] = []
        self.refusing: dict[tuple[str, str, Channel], bool] = {}
        """(tenant, title, channel) -> whether the provider's next refusal of it is for good."""
        self._decisions: dict[str, ContactDecision] = {}
        self._tokens = itertools.count(1)
        self._messages = itertools.count(1)
        self._uploads = itertools.count(1)
        self._numbers = itertools.count(1)
        self._wakes: list[_Wake] = []
        self._names: set[tuple[str, str, int]] = set()
        self._stopped: set[str] = set()
        self._jobs: list[SettleJob] = []
        self._answers: list[OwedAnswer] = []
        self._imports: list[tuple[str, str]] = []
        self._scans = _daily(at, (SCAN_AT,))
        self._pulls = _daily(at, RECONCILE_AT)
        self._next_scan = next(self._scans)
        self._next_pull = next(self._pulls)

    @contextmanager
    def wired(self) -> Iterator[None]:
        """Within it, `regua.wiring` puts the use cases on this office's ports."""
        composed = wiring._compose

        def compose(file: File, decision: ContactDecision, channel: Channel, rules: Any, ref: str) -> Message:
            self._decisions[ref] = decision
            return composed(file, decision, channel, rules, ref)

        environment = {"DRY_RUN": "false", "PUBLIC_URL": PUBLIC_URL, "REPORTS_BUCKET": "reports", "SHARDS": "1"}
        environment |= {"BODIES_BUCKET": "bodies"}
        settings = Settings(environment)
        secrets = PlayedSecrets()
        with wiring.instead(
            store=lambda: self.store,
            clock=lambda: self.clock,
            secrets=lambda: secrets,
            key=lambda: PREVIEW_KEY,
            config=lambda: self.config,
            objects=lambda: self.objects,
            imports=lambda: _Parts(self._imports),
            notices=lambda: self.notices,
            executions=lambda: self,
            settings=lambda: settings,
            owner=lambda: f"play-{next(self._tokens)}",
            sender=lambda channel: _Provider(self, channel),
            draw_pix=lambda code: b"",
            _gateway=self.bank.gateway,
            _enqueue=self._jobs.append,
            _hand_answer_over=self._answers.append,
            _compose=compose,
            _lines_read=lambda tenant, lines: None,
            _operator_untold=lambda tenant, error: _raise(error),
        ):
            yield

    # the world -------------------------------------------------------------------------------------------------------

    def opens(self) -> None:
        """What the deployment has done before the history begins: its gateways were asked."""
        self._reconcile()

    def lives(self, until: datetime) -> None:
        """The clock jumps from one thing that happens to the next, up to and including `until`."""
        while True:
            wake = self._wakes[0].at if self._wakes else None
            at = min(filter(None, (wake, self._next_scan, self._next_pull)))
            if at > until:
                self.clock.set(max(until, self.clock.now()))
                return
            self.clock.set(max(at, self.clock.now()))
            if at == self._next_pull:
                self._next_pull = next(self._pulls)
                self._reconcile()
            elif at == self._next_scan:
                self._next_scan = next(self._scans)
                self._scan()
            else:
                self._turn(heapq.heappop(self._wakes))
            self.settles()

    def settles(self) -> None:
        """What queues and machines do within seconds is done."""
        while self._jobs or self._answers or self._imports:
            jobs, self._jobs[:] = list(self._jobs), []
            for job in jobs:
                self._do(job)
            answers, self._answers[:] = list(self._answers), []
            for owed in answers:
                wiring.answering(self.metrics)(owed)
            imports, self._imports[:] = list(self._imports), []
            for tenant, job_id in imports:
                self._import_in_parts(tenant, job_id)

    def upload(self, tenant: str, folder: InboxFolder, path: Path, body: bytes) -> dict[str, Any]:
        """A file is put into the inbox bucket; returns its summary."""
        key, number = f"{folder}/{tenant}/{path.name}", next(self._uploads)
        self.objects.write("inbox", key, body, "")
        self.objects.keep_version("inbox", key, str(number))
        now = self.clock.now()
        file = UploadedFile.at("inbox", key, now, now, f"{number:016X}", str(number), len(body))
        if file is None:
            raise ValueError("no place of the inbox")
        document = wiring.import_of(file, self.metrics)(file)
        self.settles()
        told = self.objects.files.get(("reports", f"{file.answers}.resumo.json"))
        if told is None:
            return dict(document)
        summary: dict[str, Any] = json.loads(told[0])
        return summary

    def end_to_end_id(self) -> str:
        """A new id of a Pix."""
        return f"E{0:08d}{self.clock.now():%Y%m%d%H%M}{next(self._numbers):011d}"

    def number(self) -> int:
        """A new number: of an answer, of a refund."""
        return next(self._numbers)

    # the debtors' state machine ---------------------------------------------------------------------------------------

    def start(self, tenant: str, debtor: str, cycle: int, seconds: int) -> str:
        """See `ports.Executions`."""
        if (tenant, debtor, cycle) not in self._names:
            self._names.add((tenant, debtor, cycle))
            self._wake(tenant, debtor, cycle, seconds)
        return f"{debtor}-{cycle}"

    def stop(self, execution: str) -> None:
        """It wakes no more."""
        self._stopped.add(execution)

    # what happens by itself ------------------------------------------------------------------------------------------

    def _scan(self) -> None:
        wiring.sweeping(self.metrics, lambda tenant, error: None).run()
        wiring.scanning(self.metrics, _raise).shard(0, _SHARDS)

    def _reconcile(self) -> None:
        """Gateways list what they have told: there is nothing to find, but it is known that they were asked."""
        config = self.config
        if not any(config.tenant(tenant).reconcile_limit_hours for tenant in config.tenants()):
            return
        reconciling = wiring.reconciling(self.metrics)
        reconciling.settling.rulebook.forget()
        for tenant, gateway in list(reconciling.wanted()):
            reconciling.run(tenant, gateway)

    def _turn(self, wake: _Wake) -> None:
        if f"{wake.debtor}-{wake.cycle}" in self._stopped:
            return
        slot = wake.slot
        while True:
            told = wiring.contacting(self.metrics).turn(wake.tenant, wake.debtor, wake.cycle, slot)
            slot = told.slot
            if told.next == "wait":
                self._wake(wake.tenant, wake.debtor, wake.cycle, max(1, told.seconds), slot)
            if told.next != "again":
                return

    def _wake(self, tenant: str, debtor: str, cycle: int, seconds: int, slot: str = "") -> None:
        at = self.clock.now() + timedelta(seconds=seconds)
        heapq.heappush(self._wakes, _Wake(at, next(self._numbers), tenant, debtor, cycle, slot))

    def _do(self, job: SettleJob) -> None:
        settling = wiring.settling(self.metrics)
        settling.rulebook.renew()
        for _ in range(_TRIES):
            try:
                return settling.do(job)
            except RetryableError:
                continue
            except (PermanentError, KeyError):
                return None
        return None

    def _import_in_parts(self, tenant: str, job: str) -> None:
        large = wiring.spreadsheet_import(self.metrics)
        parts = large.split(tenant, job)
        for part in range(parts or 0):
            large.part(tenant, job, part)
        if parts is not None:
            large.merge(tenant, job)

    def _claimed(self, file: File, contact: Contact) -> None:
        debtor = file.debtor
        said = Said(self.clock.now(), debtor.id, debtor.name, debtor.tenant, contact)
        said.went = contact.channel is Channel.TASK
        if said.went:
            about = (debtor.tenant, debtor.id, contact.key)
            works = self.store.all_work()
            said.script = next((w.text for w in works if (w.tenant, w.debtor, w.reference) == about), "")
        self.said.append(said)

    def sends(self, tenant: Tenant, channel: Channel, to: ContactPoint, message: Message) -> SendResult:
        """The provider takes the message of the last claim, unless the history says it will not."""
        said = self.said[-1]
        said.to, said.message = to.value, message
        said.decision = self._decisions.pop(message.correlation, None)
        for title in said.contact.receivables:
            permanent = self.refusing.pop((tenant.id, title, channel), None)
            if permanent is not None:
                action = Action.STOP_NUMBER if permanent else Action.FALL_BACK
                return SendResult(Outcome.REFUSED, error="refused", action=action)
        said.went = True
        number = next(self._messages)
        message_id = f"wamid.PLAY{number:06d}" if channel is Channel.WHATSAPP else f"play-{number:06d}"
        said.contact = replace(said.contact, message_id=message_id)
        return SendResult(Outcome.SENT, message_id)


@dataclass(frozen=True)
class _Parts:
    jobs: list[tuple[str, str]]

    def start(self, tenant: str, job: str) -> str:
        """See `ports.Imports`."""
        self.jobs.append((tenant, job))
        return job


@dataclass(frozen=True)
class _Provider:
    office: PlayedOffice
    channel: Channel

    def prepare(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> Sending:
        return partial(self.office.sends, tenant, self.channel, to, message)


def _daily(start: datetime, times: tuple[time, ...]) -> Iterator[datetime]:
    day: date = start.astimezone(DEPLOYED_ZONE).date()
    while True:
        for at in times:
            moment = datetime.combine(day, at, DEPLOYED_ZONE)
            if moment >= start:
                yield moment
        day += timedelta(days=1)


def _raise(error: Exception) -> None:
    raise error
