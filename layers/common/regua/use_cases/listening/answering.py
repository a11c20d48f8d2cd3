"""The automatic answer to what a debtor wrote: at most one per reply, and never where a person asked for silence.

An answer is no contact of the régua: the debtor has just written, so neither contact hours nor the frequency cap stand
against it. It has its own gate, a claim under the file's version, so it goes once however often it is asked for. What
it says is data without a debt (`domain.reply.answers`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from regua.domain.contact.channel_event import Action, Outcome, SendResult
from regua.domain.contact.message import Message
from regua.domain.contact.rules import Rules
from regua.domain.ids import contact_hash, pseudonym
from regua.domain.model import Channel, Contact, ContactPoint, ContactStatus, File, LedgerEntry
from regua.domain.reasons import Reason
from regua.domain.reply.answers import ANSWERS
from regua.domain.reply.owed_answer import STEP, OwedAnswer
from regua.ports import Clock, ConflictError, Metrics, Ref, RetryableError, Sender, Store
from regua.use_cases.collecting.pacing import Pacing
from regua.use_cases.collecting.rulebook import Rulebook

CHANNELS = (Channel.WHATSAPP, Channel.EMAIL)
"""An SMS answer would cost, and reach whoever has the number now."""
WINDOW = timedelta(hours=24)
"""WhatsApp takes free text for 24 hours after the person's last message (Cloud API, customer service windows)."""
MOST_A_DAY = 3
"""Two machines must not talk to each other for ever."""
CONFLICTS = 5


def calls_for_answer(action: Action, day: str) -> bool:
    """Whether a reply is answered by a machine: every action that has words, and a promise only with its day."""
    return action in ANSWERS["pt_BR"] and (action is not Action.PROMISE or bool(day))


class ComposeAnswer(Protocol):
    """Renders the answer."""

    def __call__(self, file: File, owed: OwedAnswer, rules: Rules, ref: str) -> Message:
        """The message, ready for the channel."""


@dataclass(frozen=True, slots=True)
class Answering:
    """The ports of this use case."""

    store: Store
    rulebook: Rulebook
    compose: ComposeAnswer
    sender: Callable[[Channel], Sender]
    clock: Clock
    metrics: Metrics
    key: bytes
    owner: Callable[[], str]
    timeout: float = 8.0
    dry_run: bool = False

    def __call__(self, owed: OwedAnswer) -> str:
        """Answers, or says why not (a code for the log). Raises RetryableError when it should be asked again."""
        self.rulebook.forget()
        for _ in range(CONFLICTS):
            file = self.store.load(owed.tenant, owed.debtor)
            now = self.clock.now()
            rules = self.rulebook.rules(owed.tenant, now)
            if file is None:
                return "UNKNOWN_DEBTOR"
            point = self._point(file, owed)
            why = "DRY_RUN" if self.dry_run or rules.tenant.dry_run else _refusal(file, owed, point, rules, now)
            if why or point is None:
                return why or "NO_POINT"
            try:
                return self._answer(file, owed, point, rules, now)
            except ConflictError:
                continue
        raise RetryableError("too many writers at this debtor")

    def _point(self, file: File, owed: OwedAnswer) -> ContactPoint | None:
        """The point that wrote, whatever is known of it: who has somebody else's number gets our apology there."""
        points = file.debtor.points
        return next((p for p in points if contact_hash(self.key, owed.tenant, p.value) == owed.to), None)

    def _answer(self, file: File, owed: OwedAnswer, point: ContactPoint, rules: Rules, now: datetime) -> str:
        debtor, owner = file.debtor, self.owner()
        contact = Contact(
            cycle=debtor.case.cycle,
            step=owed.step,
            channel=owed.channel,
            status=ContactStatus.SENDING,
            at=now,
            destination=owed.to,
            owner=owner,
            template=f"{STEP}-{owed.action}",
        )
        ref = f"{owed.tenant}.{pseudonym(self.key, debtor.id, contact.key)}"
        message = replace(self.compose(file, owed, rules, ref), correlation=ref, session=True)
        case = replace(debtor.case, in_flight=debtor.case.in_flight or contact.key)
        claimed = replace(file, debtor=replace(debtor, case=case), contacts=(*file.contacts, contact))
        refs = [Ref(owed.tenant, "message", ref, debtor.id, contact.key)]
        entries = [_entry(contact, Reason.SENDING, now)]
        committed = self.store.commit(file, claimed, owner=owner, ledger=entries, refs=refs)
        result = self.sender(owed.channel).send(rules.tenant, point, message, timeout=self.timeout)
        self._record(committed, contact, result, owed)
        pacing = Pacing(self.store, self.metrics)
        pacing.told(rules.tenant, owed.channel, message, result, self.clock.now(), asked=False)
        return "ANSWERED" if result.outcome is Outcome.SENT else str(result.outcome).upper()

    def _record(self, file: File, contact: Contact, result: SendResult, owed: OwedAnswer) -> None:
        """Writes the provider's word down. Refused or not, an answer is not tried again."""
        sent, lost = result.outcome is Outcome.SENT, result.outcome is Outcome.UNKNOWN
        reason = Reason.SENT if sent else Reason.SEND_UNKNOWN if lost else Reason.SEND_REFUSED
        status = ContactStatus.SENT if sent else ContactStatus.UNKNOWN if lost else ContactStatus.FAILED
        refs = [Ref(owed.tenant, "message", result.message_id, owed.debtor, contact.key)] if result.message_id else []
        current: File | None = file
        for _ in range(CONFLICTS):
            if current is None:
                break
            held = next((c for c in current.contacts if c.key == contact.key), contact)
            done = replace(
                held,
                # a delivery event may have overtaken our own record
                status=status if held.status is ContactStatus.SENDING else held.status,
                message_id=result.message_id or held.message_id,
                cost_micros=result.cost_micros,
                segments=result.segments,
                error=result.error,
            )
            case = current.debtor.case
            case = replace(case, in_flight="" if case.in_flight == contact.key else case.in_flight)
            contacts = tuple(done if c.key == contact.key else c for c in current.contacts)
            after = replace(current, debtor=replace(current.debtor, case=case), contacts=contacts)
            entry = _entry(done, reason, self.clock.now(), result.error)
            try:
                self.store.commit(current, after, owner=self.owner(), ledger=[entry], refs=refs)
                break
            except ConflictError:
                current = self.store.load(owed.tenant, owed.debtor)
        self.metrics.add("AnswersSent" if sent else "AnswersFailed", 1, channel=owed.channel, action=owed.action)
        if sent:
            self.metrics.add("MessageCostMicros", result.cost_micros, "None", channel=owed.channel)


def _refusal(file: File, owed: OwedAnswer, point: ContactPoint | None, rules: Rules, now: datetime) -> str:
    """Why nothing is answered; empty when it may be. The order is the order of authority."""
    tenant, debtor = rules.tenant, file.debtor
    answers = [c for c in file.contacts if c.step.startswith(f"{STEP}-")]
    if owed.channel not in CHANNELS or not calls_for_answer(owed.action, owed.day):
        return "NO_ANSWER"
    if any(o.channel in ("*", owed.channel) for o in debtor.opt_outs):
        confirms = owed.action is Action.OPT_OUT
        if not confirms or any(c.channel is owed.channel and _is(c, Action.OPT_OUT) for c in answers):
            return Reason.OPTED_OUT
    off = owed.channel in tenant.stopped_channels or (owed.channel, "") in rules.health.off
    if tenant.stopped or off or tenant.channel(owed.channel) is None:
        return Reason.CHANNELS_STOPPED
    if not timedelta(minutes=-5) <= now - owed.said_at < WINDOW:
        return "TOO_LATE"
    recent = [c for c in answers if c.at > now - WINDOW]
    if any(c.step == owed.step or _is(c, owed.action) for c in recent) or len(recent) >= MOST_A_DAY:
        return "ANSWERED_ALREADY"
    return "" if point is not None else "NO_POINT"


def _is(contact: Contact, action: Action) -> bool:
    return contact.step.startswith(f"{STEP}-{action}-")


def _entry(contact: Contact, reason: Reason, now: datetime, note: str = "") -> LedgerEntry:
    return LedgerEntry(
        at=now,
        reason=reason,
        step=contact.step,
        channel=contact.channel,
        cycle=contact.cycle,
        reference=contact.key,
        note=note,
    )
