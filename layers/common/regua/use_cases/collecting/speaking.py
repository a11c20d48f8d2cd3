"""Saying something to a debtor, whatever it is: claim, call the provider once, record its answer.

Contacts of the régua, thank-yous and automatic answers all go this way, and nothing else is said to debtors. The order
is what keeps the invariants: the claim (gate) commits under the version of the file it was decided on, then the
provider is called once, then its answer is recorded. A crash in between leaves the contact SENDING: it is swept to
UNKNOWN and never sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from regua.domain.channels import TRAITS
from regua.domain.contact import claim
from regua.domain.contact.channel_event import Action, Outcome, SendResult
from regua.domain.contact.message import Message
from regua.domain.contact.reach import Health
from regua.domain.contact.wishes import SHARED_KINDS
from regua.domain.ids import contact_hash, pseudonym
from regua.domain.model import Channel, Contact, ContactPoint, File, LedgerEntry
from regua.domain.tenant import Tenant
from regua.ports import AddressChangedError, AddressUse, Clock, ConflictError, Metrics, Ref, Sender, Store
from regua.use_cases.addresses import Addresses, wish_of
from regua.use_cases.collecting.letters import addressed
from regua.use_cases.collecting.pacing import Pacing, Pause
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.collecting.switches import Off, Switches
from regua.use_cases.commits import claim_of, in_parts
from regua.use_cases.conflicts import OvertakenError, until_committed


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

    def pause(self, message: Message, file: File, tenant: Tenant, now: datetime) -> Pause | None:
        """What the channel's pace says to this message; None: it may go now, and has taken its place."""
        if self.pacing is None:
            return None
        pause = self.pacing.ask(tenant, file.debtor.id, message.channel, message, now)
        if pause is not None and pause.elsewhere:
            self.rulebook.forget()
        return pause

    def say(
        self,
        message: Message,
        to: ContactPoint,
        file: File,
        tenant: Tenant,
        claiming: Claiming,
        recording: Recording,
        *,
        asked: bool = False,
        taking: date | None = None,
    ) -> tuple[SendResult, File]:
        """What the provider answered, and the file as it is then. Says nothing and raises ConflictError when `file`,
        on which it was decided, is not true any more.

        `asked`: the message has its place of the day and the month (`pause`); `taking` the creditor's day of which it
        is the only message to an address that several debtors share. AddressChangedError says that something was told
        or said at that address meanwhile.
        """
        owner, channel = self.owner(), message.channel
        destination = contact_hash(self.key, tenant.id, to.value) if to.value else ""
        claimed, contact, entries = claiming(owner=owner, destination=destination, text_hash=message.text_hash)
        refs = [Ref(tenant.id, "message", message.correlation, file.debtor.id, contact.key)]
        if contact.code:
            refs.append(Ref(tenant.id, "txid", contact.code, file.debtor.id))
        uses = [AddressUse(to.kind, destination, to.told, alone=False, taking=taking)] if to.shared else []
        gate = claim_of(file, claimed)
        try:
            committed = self.store.commit(file, gate, owner=owner, ledger=entries, refs=refs, addresses=uses)
        except AddressChangedError:
            self._heed(file, to)
            raise
        address = addressed(file.debtor, to) if TRAITS[channel].kind == "address" else to
        result = self.sender(channel).send(tenant, address, message, timeout=self.timeout)
        recorded = self._told_there(to.kind, committed, contact, result, recording)
        if result.outcome is Outcome.SENT:
            self.metrics.add("MessageCostMicros", result.cost_micros, "None", channel=channel)
        self._learn(tenant, message, contact, result, asked=asked)
        return result, recorded

    def _heed(self, file: File, to: ContactPoint) -> None:
        """Brings what was told at an address meanwhile to the debtor, so that whoever decides anew knows it."""
        debtor, addresses = file.debtor, self.addresses
        address = addresses.read(debtor.tenant, to.kind, addresses.hash_of(debtor.tenant, to))
        if address.told != to.told:
            addresses.heed(debtor.id, address, None, self.clock.now())

    def _told_there(self, kind: str, file: File, contact: Contact, result: SendResult, recording: Recording) -> File:
        """The record; and what the answer says of the address itself (it opted out, it does not exist) reaches all
        who have it, as it does when an event tells it later.
        """
        now, debtor = self.clock.now(), file.debtor
        wish = wish_of(result.action, contact.channel, None, now, contact.key) if contact.destination else None
        if wish is None or kind not in SHARED_KINDS:
            return self._record(file, contact, result, recording)
        address = self.addresses.tell(debtor.tenant, kind, contact.destination, wish)
        recorded = self._record(file, contact, result, recording)
        self.addresses.reach(address, wish, now)
        return self.store.load(debtor.tenant, debtor.id) or recorded

    def _record(self, file: File, contact: Contact, result: SendResult, recording: Recording) -> File:
        """Writes the provider's answer down, on whatever is true by now.

        Where others commit first every time, that is counted: the contact stays SENDING, and is swept to UNKNOWN.
        """
        tenant, debtor = file.debtor.tenant, file.debtor.id
        refs = [Ref(tenant, "message", result.message_id, debtor, contact.key)] if result.message_id else []

        def attempt() -> None:
            nonlocal file
            after, entries = recording(file, contact, result, self.clock.now())
            try:
                file = in_parts(self.store, self.owner, file, after, ledger=entries, refs=refs)
            except ConflictError:
                file = self.store.load(tenant, debtor) or file
                raise

        try:
            until_committed(attempt)
        except OvertakenError:
            self.metrics.add("SendsUnrecorded", 1, channel=contact.channel)
        return file

    def _learn(self, tenant: Tenant, message: Message, contact: Contact, result: SendResult, *, asked: bool) -> None:
        """What the answer says of the channel: its pace and cost, and whether it, or this template, may be used at all.

        An account or template that is refused to everybody is switched off: no other debtor's contact is spent on
        finding out.
        """
        channel, now = message.channel, self.clock.now()
        if self.pacing is not None and self.pacing.told(tenant, channel, message, result, now, asked=asked):
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


def switched_off(message: Message, template: str, health: Health) -> bool:
    """Whether the message's channel or its template is off, by the provider's name for it or by ours (`template`)."""
    return any((message.channel, name) in health.off for name in ("", template, message.template))
