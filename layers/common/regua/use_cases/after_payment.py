"""What a payment brings with it: work for people, measures to be undone, charges to be cancelled, and a thank-you.

`follow_up` is committed with the facts it follows from, so a crash can lose none of it. The thank-you is a courtesy:
it goes at most once, gated like every contact by a claim under the file's version, and may be lost.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from regua.domain import claim
from regua.domain.deadlines import bureau_removal_by
from regua.domain.ids import contact_hash, pseudonym
from regua.domain.messages import Message, Outcome, SendResult
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
    Receivable,
    ReceivableStatus,
)
from regua.domain.planner import STOP_TAGS, Rules, place_of
from regua.domain.policy import Step
from regua.domain.reach import channels_for, point_for
from regua.domain.reasons import Reason
from regua.domain.settle import local_date
from regua.ports import Clock, ConflictError, InboxEvent, InboxStatus, Metrics, Ref, Sender, Store
from regua.use_cases.closing import Effect
from regua.use_cases.waking import Wake
from regua.use_cases.worklist import Kind, Work, done, item

THANKS = "obrigado"
"""Step key of the thank-you's contact, and name of its notice."""
THANKS_WITHIN = timedelta(days=3)
"""A thank-you later than this after the case closed would only puzzle."""
NEWS = timedelta(days=10)
"""Money older than this when we hear of it (a back file) is not thanked for."""
_PREFERRED = (Channel.WHATSAPP, Channel.EMAIL, Channel.SMS)
_MADE = (ContactStatus.SENT, ContactStatus.DELIVERED, ContactStatus.READ, ContactStatus.SENDING, ContactStatus.UNKNOWN)
_UNDO = {
    "negativ": "Dívida paga: peça a baixa no birô de crédito",
    "protest": "Dívida paga: entregue a carta de anuência (ou cancele o protesto no cartório)",
    "agencia": "Dívida paga: tire o caso da agência de cobrança",
    "judicial": "Dívida paga: avise o advogado e peça a extinção da ação",
}


# -- with the facts ---------------------------------------------------------------------------------------------------


def follow_up(
    before: File, effect: Effect, rules: Rules, now: datetime, reference: str, paid_by: Collection[str] = ()
) -> list[InboxEvent]:
    """Work that follows from `effect`, to be committed with it. `paid_by` are the names (txid, charge id) the money
    itself gave: the charge it was paid with needs no cancelling.
    """
    found: list[InboxEvent] = []
    for after in effect.file.receivables:
        old = before.receivable(after.receivable)
        if after == old:
            continue
        found += _money_over(before, old, after, effect.ledger, now, reference)
        was_open, is_open = old is None or old.is_open, after.is_open
        if was_open and not is_open:
            found += _undo(before, after, rules, now)
            found += _cancel(before, after, now, paid_by)
        elif is_open and not was_open:
            found += [done(work, "reaberta") for work in _undoing(before, after, date.max, now)]
    return found


def _money_over(
    file: File, old: Receivable | None, new: Receivable, ledger: Iterable[LedgerEntry], now: datetime, reference: str
) -> list[InboxEvent]:
    had = old.overpaid_cents if old else 0
    if new.overpaid_cents == had:
        return []
    both = any(e.reason == Reason.PAYMENT_DUPLICATE_RAIL and new.receivable in e.receivables for e in ledger)
    work = Work(
        file.debtor.tenant,
        Kind.BOTH_RAILS if both else Kind.OVERPAID,
        new.receivable,
        now,
        debtor=file.debtor.debtor,
        receivable=new.receivable,
        amount_cents=new.overpaid_cents,
        reference=reference,
        note="Pago por boleto e por Pix: devolva um dos dois"
        if both
        else "Pago a mais: devolva ou combine um crédito com o cliente",
    )
    return [item(work) if new.overpaid_cents else done(replace(work, amount_cents=had), "o valor a mais foi devolvido")]


def _undo(file: File, paid: Receivable, rules: Rules, now: datetime) -> list[InboxEvent]:
    on = paid.settled_on or local_date(now, rules.tenant)
    return [item(work) for work in _undoing(file, paid, bureau_removal_by(on, rules.calendar), now)]


def _undoing(file: File, receivable: Receivable, due_on: date, now: datetime) -> list[Work]:
    """One piece of work for each legal measure that was taken about the receivable.

    The deadline is the credit bureau's (STJ, Súmula 548: 5 business days from full payment); the other measures have
    none of their own in law, and the same days are a duty of good faith.
    """
    steps = {
        c.step
        for c in file.contacts
        if c.phase is Phase.LEGAL and c.status in _MADE and any(u.receivable == receivable.receivable for u in c.undo)
    }
    if receivable.last_step and receivable.last_step.phase is Phase.LEGAL:
        steps.add(receivable.last_step.step)
    return [
        Work(
            file.debtor.tenant,
            Kind.UNDO,
            f"{receivable.receivable}:{step}",
            now,
            debtor=file.debtor.debtor,
            receivable=receivable.receivable,
            step=step,
            due_on=due_on,
            note=next((text for word, text in _UNDO.items() if word in step), "Dívida paga: desfaça esta medida"),
        )
        for step in sorted(steps)
    ]


def _cancel(file: File, closed: Receivable, now: datetime, paid_by: Collection[str]) -> list[InboxEvent]:
    charge = closed.charge
    if charge is None or not charge.charge_id or charge.charge_id in paid_by:
        return []
    return [cancel_item(file, closed, now)]


def cancel_item(file: File, receivable: Receivable, now: datetime) -> InboxEvent:
    """Work for a machine: the receivable's charge must not be paid any more. The receivable has one."""
    charge = receivable.charge
    if charge is None or not charge.charge_id:
        raise ValueError("there is no charge to cancel")
    work = Work(
        file.debtor.tenant,
        Kind.CANCEL_CHARGE,
        f"{charge.gateway}:{charge.charge_id}",
        now,
        debtor=file.debtor.debtor,
        receivable=receivable.receivable,
        amount_cents=charge.amount_cents,
        gateway=charge.gateway,
        reference=charge.charge_id,
        note="Cancele esta cobrança no gateway: ela ainda pode ser paga",
        status=InboxStatus.PENDING,
    )
    return item(work)


# -- the thank-you ----------------------------------------------------------------------------------------------------


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
    paid = {r.receivable for r in file.receivables if r.status is ReceivableStatus.PAID} | {""}
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
            destination=contact_hash(self.key, tenant.tenant, point.value),
            owner=owner,
            policy=thanks.policy,
            calendar=rules.calendar.version,
            template=THANKS,
            amount_cents=thanks.amount_cents,
        )
        name = pseudonym(self.key, file.debtor.debtor, f"{contact.key}#{now.isoformat()}")
        correlation = f"{tenant.tenant}.{name}"
        message = self.compose(file, thanks, rules, correlation)
        contact = replace(contact, text_hash=hashlib.sha256(message.text.encode()).hexdigest())
        case = replace(file.debtor.case, in_flight=contact.key, last_contact_at=now)
        claimed = replace(file, debtor=replace(file.debtor, case=case), contacts=(*file.contacts, contact))
        refs = [Ref(tenant.tenant, "message", correlation, file.debtor.debtor, contact.key)]
        try:
            committed = self.store.commit(file, claimed, owner=owner, ledger=[_entry(contact, now)], refs=refs)
        except ConflictError:
            return Wake("again", reason="CONFLICT")
        result = self.sender(thanks.channel).send(tenant, point, message, timeout=self.timeout)
        self._record(committed, contact, result, tenant.tenant)
        return Wake("stop", reason="THANKED")

    def _record(self, file: File, contact: Contact, result: SendResult, tenant: str) -> None:
        """Writes the answer down. Refused or not, it is not tried again: a thank-you is not worth a second message."""
        refs = [Ref(tenant, "message", result.message_id, file.debtor.debtor, contact.key)] if result.message_id else []
        current: File | None = file
        for _ in range(5):
            if current is None:
                return
            after, entries = claim.record(current, contact, result, self.clock.now())
            if result.outcome not in (Outcome.SENT, Outcome.UNKNOWN):
                after, entries = _refused(after, contact, entries)
            try:
                self.store.commit(current, after, owner=self.owner(), ledger=entries, refs=refs)
                break
            except ConflictError:
                current = self.store.load(tenant, file.debtor.debtor)
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
