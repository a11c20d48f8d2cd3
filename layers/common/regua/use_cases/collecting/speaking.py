"""Saying something to a debtor, whatever it is: switches and pace, claim, call the provider once, record its answer.

Contacts of the régua, thank-yous and automatic answers all go this way, and nothing else is said to debtors; in what
the kinds differ, `domain.contact.message.MessageKind` says. The order is what keeps the invariants: the claim (gate)
commits under the version of the file it was decided on, then the provider is called once, then its answer is recorded.
A crash in between leaves the contact SENDING: it is swept to UNKNOWN and never sent again.

Between the gate and the call nothing is done that takes time: client, token and request are ready before the claim
(`ports.Sender.prepare`), and who comes late all the same does not call.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from regua.domain.channels import TRAITS
from regua.domain.contact import claim
from regua.domain.contact.channel_event import Action, Outcome, SendResult
from regua.domain.contact.message import Message, MessageKind
from regua.domain.contact.reach import Health
from regua.domain.contact.rules import Rules, place_of
from regua.domain.contact.wishes import EVERY, SHARED_KINDS
from regua.domain.ids import contact_hash, pseudonym
from regua.domain.model import Channel, Contact, ContactPoint, File, LedgerEntry
from regua.domain.reasons import Reason
from regua.domain.tenant import Tenant
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind
from regua.ports import AddressChangedError, AddressUse, Clock, ConflictError, Metrics, Ref, Sender, Sending, Store
from regua.use_cases import opened_work
from regua.use_cases.addresses import Addresses, wish_of
from regua.use_cases.collecting.letters import addressed
from regua.use_cases.collecting.pacing import Pacing, Pause
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.collecting.switches import Off, Switches
from regua.use_cases.commits import claim_of, in_parts
from regua.use_cases.conflicts import OvertakenError, until_committed

PROMPT = timedelta(seconds=2)
"""What preparing a call, and the gate's commit after it, may each take. Later the file is decided on anew: the hour, or
the truth, may be another one. With `Speaking.timeout` these are the 10 s from gate to answer."""
_LATE = SendResult(Outcome.UNREACHED, error="the gate's commit took too long", action=Action.RETRY_LATER)


class Claiming(Protocol):
    """What a kind of message makes of its file before it is said: `claim.claim` or `claim.courtesy`, all but filled."""

    def __call__(self, *, owner: str, destination: str, text_hash: str) -> tuple[File, Contact, list[LedgerEntry]]:
        """The claimed file, the contact in SENDING, and the ledger entries to commit with it."""


class Recording(Protocol):
    """What it makes of the file once the provider has answered; asked again when somebody else committed meanwhile."""

    def __call__(
        self, file: File, contact: Contact, result: SendResult, now: datetime, /
    ) -> tuple[File, list[LedgerEntry]]:
        """The file with the answer in it, and the ledger entries to commit with it."""


class LeavingWork(Protocol):
    """What a kind of message leaves to a person, by what the provider has answered; committed with the answer."""

    def __call__(self, contact: Contact, result: SendResult, now: datetime, /) -> Sequence[Work]:
        """The work, if any."""


def _nothing(contact: Contact, result: SendResult, now: datetime, /) -> Sequence[Work]:
    return ()


@dataclass(frozen=True, slots=True)
class Saying:
    """One message to one debtor, and what its kind makes of the file before and after the call."""

    kind: MessageKind
    message: Message
    template: str
    """Our own name of what it says, by which it may be switched off."""
    to: ContactPoint
    claiming: Claiming
    recording: Recording
    leaving: LeavingWork = _nothing
    slot: str = ""
    """Its turn under the channel's rate, if it has waited for one (`slots`)."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the provider answered, and the file as it is then."""

    result: SendResult
    file: File


@dataclass(frozen=True, slots=True)
class Speaking:
    """The ports of who speaks to debtors."""

    store: Store
    rulebook: Rulebook
    sender: Callable[[Channel], Sender]
    clock: Clock
    metrics: Metrics
    key: bytes
    """Secret of the pseudonyms."""
    owner: Callable[[], str]
    """A new token per attempt."""
    pacing: Pacing | None = None
    """The channels' pace; None lets everything through."""
    timeout: float = 8.0
    """Hard limit of one provider call, seconds."""
    dry_run: bool = False

    @property
    def addresses(self) -> Addresses:
        """What was told at the debtors' addresses."""
        return Addresses(self.store, self.key, self.owner)

    def reference(self, file: File, step: str, channel: Channel, now: datetime) -> str:
        """A new opaque id for one attempt: it travels with the message and comes back in events."""
        debtor = file.debtor
        attempt = f"{debtor.case.cycle}#{step}#{channel}#{now.isoformat()}"
        return f"{debtor.tenant}.{pseudonym(self.key, debtor.id, attempt)}"

    def say(self, saying: Saying, file: File, rules: Rules, *, taking: date | None = None) -> Spoken | Pause:
        """What the provider answered, or why nothing is said now. Says nothing and raises ConflictError when `file`,
        on which it was decided, is not true any more.

        `taking` is the creditor's day of which it is the only message to an address that several debtors share.
        AddressChangedError says that something was told or said at that address meanwhile.
        """
        tenant, message, now = rules.tenant, saying.message, self.clock.now()
        pause = self._silence(saying, rules, now) or self._pause(saying, file, rules, now)
        if pause is not None:
            return pause
        try:
            call = self._prepared(saying, file, rules, now)
            if isinstance(call, SendResult):
                return self._uncalled(saying, file, tenant, call)
            gate = self.clock.now()
            committed, contact = self._claim(saying, file, tenant, taking)
        except ConflictError:
            if self.pacing is not None:
                self.pacing.unsaid(tenant, message.channel, message, now, saying.kind)
            raise
        result = _LATE if self._late(gate, rules) else call()
        recorded = self._told_there(saying, committed, contact, result)
        if result.outcome.may_have_arrived and overtaken(contact, committed, recorded):
            self.metrics.add("ContactsRaced", 1, channel=message.channel)
        if result.outcome is Outcome.SENT:
            self.metrics.add("MessageCostMicros", result.cost_micros, "None", channel=message.channel)
        self._learn(tenant, saying, contact, result)
        return Spoken(result, recorded)

    def _prepared(self, saying: Saying, file: File, rules: Rules, now: datetime) -> Sending | SendResult:
        """The call with all it needs, or why there is none. Raises ConflictError where that has taken so long that what
        was decided at `now` is to be decided anew; by then it is at hand.
        """
        to, message = saying.to, saying.message
        address = addressed(file.debtor, to) if TRAITS[message.channel].kind == "address" else to
        call = self.sender(message.channel).prepare(rules.tenant, address, message, timeout=self.timeout)
        if not isinstance(call, SendResult) and self._late(now, rules):
            raise ConflictError
        return call

    def _late(self, since: datetime, rules: Rules) -> bool:
        """Whether more than a moment has passed; on a clock that runs faster, a moment of its own."""
        return self.clock.now() - since > max(PROMPT, rules.margin - timedelta(seconds=self.timeout))

    def _uncalled(self, saying: Saying, file: File, tenant: Tenant, result: SendResult) -> Spoken:
        """No call could be made ready: what the provider's refusal, or its outage, would have left is written by one
        commit, and nothing was ever claimed. Raises ConflictError.
        """
        claimed, contact, _ = self._claiming(saying, tenant, self.owner())
        now = self.clock.now()
        after, entries = saying.recording(claimed, contact, result, now)
        work = saying.leaving(contact, result, now)
        recorded = in_parts(self.store, self.owner, file, after, ledger=entries, work=work)
        opened_work.count_opened(self.metrics, work)
        self._learn(tenant, saying, contact, result)
        return Spoken(result, recorded)

    def _silence(self, saying: Saying, rules: Rules, now: datetime) -> Pause | None:
        """The switches. The planner has seen them where a step is due; this is the one look that nothing is said
        without.
        """
        tenant, channel = rules.tenant, saying.message.channel
        if self.dry_run or tenant.dry_run:
            why = Reason.DRY_RUN
        elif tenant.stopped:
            why = Reason.TENANT_STOPPED
        elif tenant.channel(channel) is None:
            why = Reason.CHANNEL_OFF
        elif channel in tenant.stopped_channels or switched_off(saying.message, saying.template, rules.health):
            why = Reason.CHANNELS_STOPPED
        else:
            return None
        return Pause(now, why, elsewhere=True)

    def _pause(self, saying: Saying, file: File, rules: Rules, now: datetime) -> Pause | None:
        """What the channel's pace says to this message; None: it may go now, and has taken its place."""
        if self.pacing is None:
            return None
        message = saying.message
        until = now + timedelta(seconds=message.ttl_seconds) - rules.margin if message.ttl_seconds else None
        pause = self.pacing.ask(
            rules.tenant, file.debtor.id, message.channel, message, now, saying.kind, slot=saying.slot, until=until
        )
        if pause is not None and pause.elsewhere:
            self.rulebook.forget()
        return pause

    def note(self, file: File, step: str, channel: Channel, policy: str, reason: Reason, now: datetime) -> None:
        """Writes down once why nothing was said: the reason stands in the case. Raises ConflictError."""
        entries = told_once(file, step, channel, policy, reason, now)
        if entries:
            case = replace(file.debtor.case, last_decision=reason)
            after = replace(file, debtor=replace(file.debtor, case=case))
            self.store.commit(file, after, owner=self.owner(), ledger=entries)

    def _claim(self, saying: Saying, file: File, tenant: Tenant, taking: date | None) -> tuple[File, Contact]:
        """Commits the gate: the file with the contact in SENDING, and the contact. Raises ConflictError."""
        owner, message, to = self.owner(), saying.message, saying.to
        claimed, contact, entries = self._claiming(saying, tenant, owner)
        refs = [Ref(tenant.id, "message", message.correlation, file.debtor.id, contact.key)]
        if contact.code:
            refs.append(Ref(tenant.id, "txid", contact.code, file.debtor.id))
        uses = [AddressUse(to.kind, contact.destination, to.told, alone=False, taking=taking)] if to.shared else []
        gate = claim_of(file, claimed)
        try:
            return self.store.commit(file, gate, owner=owner, ledger=entries, refs=refs, addresses=uses), contact
        except AddressChangedError:
            self._heed(file, to)
            raise

    def _claiming(self, saying: Saying, tenant: Tenant, owner: str) -> tuple[File, Contact, list[LedgerEntry]]:
        value = saying.to.value
        destination = contact_hash(self.key, tenant.id, value) if value else ""
        return saying.claiming(owner=owner, destination=destination, text_hash=saying.message.text_hash)

    def _heed(self, file: File, to: ContactPoint) -> None:
        """Brings what was told at an address meanwhile to the debtor, so that whoever decides anew knows it."""
        debtor, addresses = file.debtor, self.addresses
        address = addresses.read(debtor.tenant, to.kind, addresses.hash_of(debtor.tenant, to))
        if address.told != to.told:
            addresses.heed(debtor.id, address, None, self.clock.now())

    def _told_there(self, saying: Saying, file: File, contact: Contact, result: SendResult) -> File:
        """The record; and what the answer says of the address itself (it opted out, it does not exist) reaches all
        who have it, as it does when an event tells it later.
        """
        now, debtor, kind = self.clock.now(), file.debtor, saying.to.kind
        wish = wish_of(result.action, contact.channel, None, now, contact.key) if contact.destination else None
        if wish is None or kind not in SHARED_KINDS:
            return self._record(saying, file, contact, result)
        address = self.addresses.tell(debtor.tenant, kind, contact.destination, wish)
        recorded = self._record(saying, file, contact, result)
        self.addresses.reach(address, wish, now)
        return self.store.load(debtor.tenant, debtor.id) or recorded

    def _record(self, saying: Saying, file: File, contact: Contact, result: SendResult) -> File:
        """Writes the provider's answer down, on whatever is true by now.

        Where others commit first every time, that is counted and work: the contact stays SENDING, and is swept to
        UNKNOWN.
        """
        tenant, debtor = file.debtor.tenant, file.debtor.id
        refs = [Ref(tenant, "message", result.message_id, debtor, contact.key)] if result.message_id else []

        def attempt() -> None:
            nonlocal file
            now = self.clock.now()
            after, entries = saying.recording(file, contact, result, now)
            work = saying.leaving(contact, result, now)
            try:
                file = in_parts(self.store, self.owner, file, after, ledger=entries, refs=refs, work=work)
                opened_work.count_opened(self.metrics, work)
            except ConflictError:
                file = self.store.load(tenant, debtor) or file
                raise

        try:
            until_committed(attempt)
        except OvertakenError:
            self.metrics.add("SendsUnrecorded", 1, channel=contact.channel)
            opened_work.put(self.store, self.metrics, unrecorded(tenant, debtor, contact, result, self.clock.now()))
        return file

    def _learn(self, tenant: Tenant, saying: Saying, contact: Contact, result: SendResult) -> None:
        """What the answer says of the channel: its pace and cost, and whether it, or this template, may be used at all.

        An account or template that is refused to everybody is switched off: no other debtor's contact is spent on
        finding out.
        """
        message, now = saying.message, self.clock.now()
        channel = message.channel
        if self.pacing is not None and self.pacing.told(tenant, channel, message, result, now, saying.kind):
            self.rulebook.forget()
        if result.action in (Action.KILL_SWITCH, Action.TEMPLATE_OFF):
            template = message.template or contact.template if result.action is Action.TEMPLATE_OFF else ""
            # what is refused for good is refused again: until then the provider's own news may switch it on
            off = Off(channel, template, at=now, why=claim.code_of(result.error))
            Switches(self.store, self.metrics).off(tenant.id, off)
            self.rulebook.forget()
        elif result.action is Action.OPERATOR:
            # our own fault (a token, a payment method, a parameter): it would be refused to everybody, for ever
            Switches(self.store, self.metrics).tell(tenant.id, channel, "", result.error, now)


def overtaken(contact: Contact, claimed: File, recorded: File) -> bool:
    """Whether a title it speaks of was settled, or an opt-out told, between the claim and the record: the one window
    in which a message meets somebody who has just paid, or has just asked for none.
    """
    settled = {r.id for r in claimed.open_receivables} - {r.id for r in recorded.open_receivables}
    told = {o.channel for o in recorded.debtor.opt_outs} - {o.channel for o in claimed.debtor.opt_outs}
    return bool(settled & set(contact.receivables) or told & {EVERY, contact.channel})


def switched_off(message: Message, template: str, health: Health) -> bool:
    """Whether the message's channel or its template is off, by the provider's name for it or by ours (`template`)."""
    return any((message.channel, name) in health.off for name in ("", template, message.template))


def within_hours(message: Message, file: File, rules: Rules, now: datetime) -> Message:
    """The message with the seconds left of the debtor's contact hours: a carrier that holds it longer must drop it."""
    debtor, tenant = file.debtor, rules.tenant
    hours = rules.debtor_policy(debtor).hours
    end = rules.calendar.window_end(now, place_of(debtor, tenant), message.channel, hours)
    return replace(message, ttl_seconds=max(1, int((end - now).total_seconds())))


def told_once(file: File, step: str, channel: Channel, policy: str, reason: Reason, now: datetime) -> list[LedgerEntry]:
    """The entry that says why nothing was said now; none where the case says so already."""
    last = file.debtor.case.last_decision
    # between two probes the planner says "stopped" and the gate says "rests": one outage is told once
    if last == reason or (reason is Reason.CHANNEL_RESTS and last == Reason.CHANNELS_STOPPED):
        return []
    return [replace(LedgerEntry.of_file(file, reason, policy, now), step=step, channel=channel)]


def unrecorded(tenant: str, debtor: str, contact: Contact, result: SendResult, now: datetime) -> Work:
    """Work for a person: what the provider answered is in no file, and will not be."""
    said = f"{result.outcome}{f', {result.message_id}' if result.message_id else ''}"
    note = f"{TRAITS[contact.channel].heading}: a resposta do provedor não pôde ser anotada ({said}); confira nele"
    name = f"unrecorded:{debtor}:{contact.key}"
    return Work(tenant, WorkKind.CHANNEL, name, now, debtor=debtor, reference=contact.key, note=note)
