"""What lies around the application: a store that fails, providers, executions that wake, a gateway."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from regua.domain.contact.channel_event import Action, Outcome, SendResult
from regua.domain.contact.message import Message
from regua.domain.model import Channel, Contact, ContactPoint, ContactStatus, File, Rail
from regua.domain.money.charge import Charge, ChargeRequest
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig, Tenant
from regua.ports import Commit, ConflictError, PermanentError, RetryableError, Sending
from regua.store.changes import one_by_one
from regua.store.memory import MemoryStore

if TYPE_CHECKING:
    from tests.simulation.world import World

INTERRUPTED, CRASHED = 0.05, 0.008
"""Shares of the calls to the store between which somebody else acts, and of those that end the process."""
_NO_ANSWER = SendResult(Outcome.UNKNOWN, error="timeout")


class Crash(BaseException):
    """The process ended at this instruction; no handler of the application may catch it."""


class Faulty:
    """The store with a world around it: every call may crash before or after, and others act in between."""

    def __init__(self, world: "World") -> None:
        self._world = world
        for name in dir(MemoryStore):
            if not name.startswith("_") and name not in ("commit", "commit_each"):
                setattr(self, name, self._around(name, getattr(world.truth, name)))

    def _around(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        world = self._world

        def call(*args: Any, **kwargs: Any) -> Any:
            if not world.noisy:
                return real(*args, **kwargs)
            drawn = world.luck.draw(name)
            if drawn > INTERRUPTED + CRASHED:
                return real(*args, **kwargs)
            if drawn < INTERRUPTED:
                world.interfere()
                result = real(*args, **kwargs)
                return list(result) if isinstance(result, Iterator) else result
            if drawn < INTERRUPTED + CRASHED / 4:
                raise RetryableError("the store asks for patience")
            if drawn > INTERRUPTED + CRASHED / 2:
                real(*args, **kwargs)
            raise Crash

        return call

    def commit(self, before: File | None, after: File, *, owner: str, **rest: Any) -> File:
        """The transaction; a lost response is retried by the SDK with the same owner."""
        world = self._world
        if world.noisy:
            world.interfere("interrupted before a commit", INTERRUPTED)
            if world.chance(0.008, "crash before a commit"):
                raise Crash
        true = world.truth.load(after.debtor.tenant, after.debtor.id)
        claims = _new_claims(before, after)
        rest = {name: list(values) for name, values in rest.items()}
        if not world.design.gate and claims and true is not None:
            before = replace(before or true, debtor=replace((before or true).debtor, version=true.debtor.version))
        done = world.truth.commit(before, after, owner=owner, **rest)
        world.committed(done)
        for contact in claims:
            world.gate_passed(true or after, contact)
        if not world.noisy:
            return done
        if world.chance(0.02, "lost commit"):  # the response is lost: the SDK sends the same transaction again
            world.counts["lost_commit"] += 1
            if not world.design.owner_token:
                raise ConflictError("our own write")
            done = world.truth.commit(before, after, owner=owner, **rest)
        if world.chance(0.008, "crash after a commit"):
            for contact in claims:
                world.claimed[contact.owner] = True  # this invocation is gone: it cannot send any more
                world.books.lost(done.debtor.tenant, (undo.receivable for undo in contact.undo), contact.step)
            raise Crash
        return done

    def commit_each(self, commits: Sequence[Commit]) -> list[File | Exception]:
        """Each of them a transaction as any other."""
        return one_by_one(self.commit, commits)


def _new_claims(before: File | None, after: File) -> list[Contact]:
    if before is not None and before.contacts is after.contacts:
        return []
    old = {c.key: c for c in before.contacts} if before else {}
    made = (ContactStatus.SENDING, ContactStatus.WAITING)
    return [c for c in after.contacts if c.status in made and old.get(c.key) != c]


@dataclass
class Outage:
    """A channel that does not work for a while, everywhere or for one address."""

    channel: Channel
    since: datetime
    until: datetime
    how: str
    """`silent`, `unreached`, `throttled` or `full`."""
    address: str = ""


@dataclass
class Provider:
    """A channel's provider: accepts, refuses, throttles, or accepts and loses its answer."""

    world: "World"
    channel: Channel

    def prepare(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> Sending | SendResult:
        """What the call needs is now and then not to be had."""
        if self.world.chance(0.005, "unprepared"):
            return SendResult(Outcome.UNREACHED, error="no token", action=Action.RETRY_LATER)
        return partial(self.send, tenant, to, message)

    def send(self, tenant: Tenant, to: ContactPoint, message: Message) -> SendResult:
        """Nothing of the store is called in here: it is the one call between two transactions."""
        world = self.world
        world.claimed[world.last_claim] = True  # nothing happens between a claim and its call
        how = self._outage(to.value)
        if how == "unreached":
            return SendResult(Outcome.UNREACHED, error="connect", action=Action.RETRY_LATER)
        if how == "throttled" or world.chance(0.04, "throttled"):
            return SendResult(Outcome.THROTTLED, error="429", action=Action.RETRY_LATER)
        if how == "full" or world.chance(0.04, "full"):
            world.books.refused[tenant.id, to.value, world.composed[message.correlation][1].step.key] += 1
            return SendResult(Outcome.REFUSED, error="552 full", action=Action.FALL_BACK)
        if world.chance(0.01, "unknown number"):
            # not muted: the answer may be lost; it is told of whoever shares the address
            here = (p for p in world.story.people if to.value in (p.email, p.phone))
            world.books.touched |= {(tenant.id, world.person_at(to.value)), *((tenant.id, p.number) for p in here)}
            return SendResult(Outcome.REFUSED, error="550 unknown", action=Action.STOP_NUMBER)
        world.accepted(tenant, self.channel, to.value, message)
        if how == "silent" or world.chance(0.04, "lost answer"):  # accepted, and the answer is lost
            world.counts["lost_send"] += 1
            if world.design.sdk_retries:
                world.accepted(tenant, self.channel, to.value, message)
            return _NO_ANSWER
        if world.chance(0.008, "crash after a call"):
            raise Crash
        return SendResult(Outcome.SENT, message_id=f"m{world.sent}", cost_micros=50_000)

    def _outage(self, address: str) -> str:
        now = self.world.clock.at
        for outage in self.world.outages:
            here = outage.channel is self.channel and outage.address in ("", address)
            if here and outage.since <= now < outage.until:
                return outage.how
        return ""


@dataclass
class Running:
    """Executions that wake in simulated time; starting and stopping may fail, an execution may vanish."""

    world: "World"
    started: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    newest: dict[tuple[str, str], int] = field(default_factory=dict)

    def start(self, tenant: str, debtor: str, cycle: int, seconds: int) -> str:
        """The same name is started once."""
        world, name = self.world, f"{debtor}-{cycle}"
        world.interfere("interrupted at a start", INTERRUPTED)
        if world.chance(0.02, "crash at a start"):
            raise Crash
        if name not in self.started:
            self.started.add(name)
            known = self.newest.get((tenant, debtor), 0)
            self.newest[tenant, debtor] = max(known, cycle)
            if not world.chance(0.03, "vanished"):  # else: started, and lost with its machine
                world.later(timedelta(seconds=seconds), "turn", lambda: self.wake(tenant, debtor, cycle))
        return name

    def stop(self, execution: str) -> None:
        """A courtesy that is dropped half of the time."""
        if self.world.luck.draw("stopped") < 0.5:
            self.stopped.add(execution)

    def wake(self, tenant: str, debtor: str, cycle: int, slot: str = "") -> None:
        """One round of the state machine."""
        world = self.world
        if f"{debtor}-{cycle}" in self.stopped:
            return
        fenced = cycle < self.newest.get((tenant, debtor), 0)
        before = world.sent
        wake = world.turn(tenant, debtor, cycle, slot)
        world.counts[f"reason {wake.reason}"] += 1
        if fenced and world.sent > before and not world.nested_in_turn:
            world.books.blame("an_old_execution_speaks")
        if wake.next == "stop":
            return
        late = (0, 0, 0, 60, 3600)[int(world.luck.draw("late") * 5)] if world.noisy else 0
        world.later(timedelta(seconds=wake.seconds + late), "turn", lambda: self.wake(tenant, debtor, cycle, wake.slot))


_KINDS = {"credit": PaymentEventKind.CREDIT, "refund": PaymentEventKind.REFUND, "back": PaymentEventKind.CHARGEBACK}
_DEBITS = (PaymentEventKind.DEBIT, PaymentEventKind.DEBIT_REFUSED, PaymentEventKind.DEBIT_ENDED)


class Gateway:
    """A gateway whose messages say what they mean; what is tested is what happens to them."""

    name = "fake"

    def __init__(self, world: "World", *, refund_ids: bool) -> None:
        self._world, self._refund_ids = world, refund_ids
        self.listed: dict[str, list[str]] = defaultdict(list)
        """What it has of each creditor's money, told or not."""
        self.payable: dict[str, str] = {}
        """Charges that can be paid -> the title each is for."""
        self.outages: list[tuple[datetime, datetime]] = []
        """When its API gives no answer."""

    def verify(self, body: bytes, headers: Any, query: Any, secrets: Any, now: datetime) -> Verdict:
        """Everything is authentic."""
        return Verdict(True, "test")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """`id|takes back|kind|name of the title, or txid of a code|cents|when|rail`; of a debit, what it takes back is
        the day of the first try. The rail may be followed by what was granted: `pix+500`.
        """
        news, back, kind, name, cents, at, rail = body.decode().split("|")
        when = datetime.fromisoformat(at)
        if kind in _DEBITS:
            debit, first = PaymentEventKind(kind), date.fromisoformat(back)
            return [PaymentEvent(self.name, news, debit, Reference(_named(name), name), 0, when, due_on=first)]
        rail, _, granted = rail.partition("+")
        parts = Parts(int(cents) + int(granted), discount_cents=int(granted)) if granted else None
        event_id = f"{news}/{back}" if back and self._refund_ids else back or news
        return [
            PaymentEvent(
                self.name,
                event_id,
                _KINDS[kind],
                Reference(_named(name), name),
                int(cents),
                when,
                Rail(rail),
                refers_to=back,
                parts=parts,
            )
        ]

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Any) -> list[PaymentEvent]:
        """Never asked: no notification of this gateway is thin."""
        return [event]

    def list_payments(
        self, since: datetime, until: datetime, config: GatewayConfig, secrets: Any
    ) -> Iterator[PaymentEvent]:
        """What happened in that time."""
        self._answers()
        for body in list(self.listed[config.options["account"]]):
            for event in self.parse(body.encode(), {}, {}):
                if event.occurred_at is not None and since <= event.occurred_at < until:
                    yield event

    def create_charge(self, request: ChargeRequest, config: GatewayConfig, secrets: Any) -> Charge:
        """The same request is the same charge; the answer may be lost."""
        self._answers()
        if self._world.chance(0.03, "unsayable"):
            raise PermanentError("these terms cannot be said")
        name = f"ch{request.txid[:20]}"
        self.payable[name] = request.receivable
        if self._world.chance(0.05, "lost charge"):
            raise RetryableError("the answer is lost")
        until = request.payable_until
        return Charge(name, request.amount_cents, request.due_on, until, request.txid, pix_code=f"pix {name}")

    def cancel_charge(self, charge_id: str, config: GatewayConfig, secrets: Any) -> None:
        """It cannot be paid any more."""
        self._answers()
        if self._world.chance(0.03, "uncancellable"):
            raise PermanentError("a person has to do this")
        self.payable.pop(charge_id, None)

    def _answers(self) -> None:
        now = self._world.clock.at
        if any(since <= now < until for since, until in self.outages) or self._world.chance(0.05, "no answer"):
            raise RetryableError("no answer")


def _named(name: str) -> ReferenceKind:
    if name.startswith("ch"):
        return ReferenceKind.CHARGE
    return ReferenceKind.TXID if len(name) == 25 else ReferenceKind.EXTERNAL
