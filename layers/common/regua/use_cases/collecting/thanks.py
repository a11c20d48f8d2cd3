"""The thank-you after a payment: a courtesy.

It goes at most once, gated like every contact by a claim under the file's version, inside the lawful hours, never after
an opt-out, and counts as no contact of the régua. It may be lost.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from regua.domain.contact import claim
from regua.domain.contact.channel_event import Outcome, SendResult
from regua.domain.contact.limits import STOP_TAGS
from regua.domain.contact.message import Message
from regua.domain.contact.reach import channels_for, point_for
from regua.domain.contact.rules import Rules, place_of
from regua.domain.ids import contact_hash, pseudonym
from regua.domain.model import (
    CaseStatus,
    Channel,
    Contact,
    ContactStatus,
    FactKind,
    File,
    LedgerEntry,
    PaymentFact,
    Phase,
    ReceivableStatus,
)
from regua.domain.money.settlement import local_date
from regua.domain.policy import Step
from regua.domain.reasons import Reason
from regua.ports import Clock, ConflictError, Metrics, Ref, Sender, Store
from regua.use_cases.collecting.wake_up import Wake

THANKS = "obrigado"
"""Step key of the thank-you's contact, and name of its notice."""
THANKS_WITHIN = timedelta(days=3)
"""A thank-you later than this after the case closed would only puzzle."""
NEWS = timedelta(days=10)
"""Money older than this when we hear of it (a back file) is not thanked for."""
CONFLICTS = 5
_PREFERRED = (Channel.WHATSAPP, Channel.EMAIL, Channel.SMS)


@dataclass(frozen=True, slots=True)
class ThankYou:
    """A thank-you that is due: when, on which channel, for which money."""

    at: datetime
    channel: Channel
    amount_cents: int
    paid_on: date
    policy: str


def thanks_due(file: File, rules: Rules, now: datetime) -> ThankYou | None:
    """The thank-you this file calls for at `now` or at the next lawful moment, or None.

    Only who was contacted is thanked, when nothing is open any more and the money is news; never twice in a case, never
    after an opt-out, and never when the policy says no.
    """
    debtor, case = file.debtor, file.debtor.case
    policy = rules.debtor_policy(debtor)
    closed_at = case.closed_at
    if not policy.thank_you or case.status is not CaseStatus.CLOSED or closed_at is None or not case.contacts:
        return None
    if file.open_receivables or now - closed_at > THANKS_WITHIN or set(debtor.tags) & STOP_TAGS.keys():
        return None
    if any(c.step == THANKS and c.at >= (case.opened_at or closed_at) for c in file.contacts):
        return None
    paid = _newest_credit(file)
    if paid is None or closed_at - paid.occurred_at > NEWS or rules.tenant.dry_run or rules.tenant.stopped:
        return None
    step = Step(THANKS, Phase.FRIENDLY, 0, _channels(file))
    usable, _ = channels_for(step, debtor, policy, rules.tenant, rules.health)
    if not usable:
        return None
    channel, place = usable[0], place_of(debtor, rules.tenant)
    at = rules.calendar.next_allowed(now, place, channel, policy.hours)
    if rules.margin and at + rules.margin > rules.calendar.window_end(at, place, channel, policy.hours):
        end = rules.calendar.window_end(at, place, channel, policy.hours)
        at = rules.calendar.next_allowed(end, place, channel, policy.hours)
    if at - closed_at > THANKS_WITHIN:
        return None
    return ThankYou(at, channel, paid.amount_cents, local_date(paid.occurred_at, rules.tenant), policy.label)


def _newest_credit(file: File) -> PaymentFact | None:
    """The money that settled the last of it; none when it was taken back or nothing but a file said so."""
    taken_back = {f.refers_to for f in file.facts if f.kind in (FactKind.REFUND, FactKind.CHARGEBACK)}
    paid = {r.id for r in file.receivables if r.status is ReceivableStatus.PAID} | {""}
    money = [
        f
        for f in file.facts
        if f.kind is FactKind.CREDIT and f.fact_id not in taken_back and f.receivable in paid and f.amount_cents
    ]
    return max(money, key=lambda f: (f.occurred_at, f.key), default=None)


def _channels(file: File) -> tuple[Channel, ...]:
    """The channel the debtor was last reached on first: the thank-you comes where the request came."""
    last = max(file.debtor.recent, key=lambda p: p.at, default=None)
    first = [last.channel] if last is not None and last.channel in _PREFERRED else []
    return tuple(dict.fromkeys((*first, *_PREFERRED)))


class ComposeThanks(Protocol):
    """Renders the thank-you."""

    def __call__(self, file: File, thanks: ThankYou, rules: Rules, ref: str) -> Message:
        """The message, ready for the channel."""


@dataclass(frozen=True, slots=True)
class Thanking:
    """The ports of the thank-you."""

    store: Store
    compose: ComposeThanks
    sender: Callable[[Channel], Sender]
    clock: Clock
    metrics: Metrics
    key: bytes
    owner: Callable[[], str]
    timeout: float = 8.0
    dry_run: bool = False

    def __call__(self, file: File, rules: Rules, now: datetime) -> Wake:
        """One turn of a closed debtor's execution: waits for the window, thanks once, ends."""
        thanks = None if self.dry_run or rules.health.reconciliation_stale else thanks_due(file, rules, now)
        if thanks is None:
            return Wake("stop", reason="NOTHING_OPEN")
        if thanks.at > now:
            return Wake("wait", max(1, self.clock.wait_seconds(thanks.at)), "THANKS")
        point = point_for(thanks.channel, file.debtor)
        if point is None:
            return Wake("stop", reason="NO_CHANNEL")
        tenant, owner = rules.tenant, self.owner()
        contact = Contact(
            cycle=file.debtor.case.cycle,
            step=THANKS,
            channel=thanks.channel,
            status=ContactStatus.SENDING,
            at=now,
            destination=contact_hash(self.key, tenant.id, point.value),
            owner=owner,
            policy=thanks.policy,
            calendar=rules.calendar.version,
            template=THANKS,
            amount_cents=thanks.amount_cents,
        )
        name = pseudonym(self.key, file.debtor.id, f"{contact.key}#{now.isoformat()}")
        correlation = f"{tenant.id}.{name}"
        message = self.compose(file, thanks, rules, correlation)
        contact = replace(contact, text_hash=hashlib.sha256(message.text.encode()).hexdigest())
        case = replace(file.debtor.case, in_flight=contact.key, last_contact_at=now)
        claimed = replace(file, debtor=replace(file.debtor, case=case), contacts=(*file.contacts, contact))
        refs = [Ref(tenant.id, "message", correlation, file.debtor.id, contact.key)]
        try:
            committed = self.store.commit(file, claimed, owner=owner, ledger=[_entry(contact, now)], refs=refs)
        except ConflictError:
            return Wake("again", reason="CONFLICT")
        result = self.sender(thanks.channel).send(tenant, point, message, timeout=self.timeout)
        self._record(committed, contact, result, tenant.id)
        return Wake("stop", reason="THANKED")

    def _record(self, file: File, contact: Contact, result: SendResult, tenant: str) -> None:
        """Writes the answer down. Refused or not, it is not tried again: a thank-you is not worth a second message."""
        refs = [Ref(tenant, "message", result.message_id, file.debtor.id, contact.key)] if result.message_id else []
        current: File | None = file
        for _ in range(CONFLICTS):
            if current is None:
                return
            after, entries = claim.record(current, contact, result, self.clock.now())
            if result.outcome not in (Outcome.SENT, Outcome.UNKNOWN):
                after, entries = _refused(after, contact, entries)
            try:
                self.store.commit(current, after, owner=self.owner(), ledger=entries, refs=refs)
                break
            except ConflictError:
                current = self.store.load(tenant, file.debtor.id)
        sent = result.outcome is Outcome.SENT
        self.metrics.add("ThanksSent" if sent else "ThanksFailed", 1, channel=contact.channel)
        if sent:
            self.metrics.add("MessageCostMicros", result.cost_micros, "None", channel=contact.channel)


def _refused(file: File, contact: Contact, entries: list[LedgerEntry]) -> tuple[File, list[LedgerEntry]]:
    contacts = tuple(replace(c, status=ContactStatus.FAILED) if c.key == contact.key else c for c in file.contacts)
    return replace(file, contacts=contacts), [replace(e, reason=Reason.SEND_REFUSED) for e in entries]


def _entry(contact: Contact, now: datetime) -> LedgerEntry:
    return LedgerEntry(
        at=now,
        reason=Reason.SENDING,
        step=contact.step,
        channel=contact.channel,
        policy=contact.policy,
        calendar=contact.calendar,
        cycle=contact.cycle,
        amount_cents=contact.amount_cents,
        reference=contact.key,
    )
