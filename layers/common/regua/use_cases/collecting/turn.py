"""One turn of a debtor's execution: decide, pass the gate, speak, record, and say when to look again.

The order is what keeps the invariants: the claim (gate) commits under the file's version, then the provider is called
once, then its answer is recorded. A crash in between leaves the contact SENDING with its step carried out: it is swept
to UNKNOWN and never sent again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from regua.domain.contact import claim
from regua.domain.contact.channel_event import Action, Outcome, SendResult
from regua.domain.contact.decision import ContactDecision, Decision, HoldDecision
from regua.domain.contact.message import Message
from regua.domain.contact.planner import plan
from regua.domain.contact.reach import point_for
from regua.domain.contact.rules import Rules, place_of
from regua.domain.ids import contact_hash, pseudonym, spread
from regua.domain.model import CaseStatus, Channel, Contact, ContactPoint, File, LedgerEntry
from regua.domain.reasons import Reason
from regua.ports import Clock, ConflictError, Metrics, Ref, Sender, Store
from regua.use_cases.collecting.letters import addressed
from regua.use_cases.collecting.pacing import Pacing, Pause
from regua.use_cases.collecting.rulebook import Rulebook, switch_off
from regua.use_cases.collecting.wake_up import LONGEST_WAIT, Wake, wake_at, with_next

CONFLICTS = 5
FALLBACKS = 6
MOST_FIRED = 60
"""Receivables one claim moves: with the contact, its ledger entries and its reference they fit into a transaction."""
THROTTLE_WAIT = timedelta(minutes=10)
_ACCEPTED = (Outcome.SENT, Outcome.UNKNOWN)
_PATIENCE = (Outcome.THROTTLED, Outcome.UNREACHED)
DRY_RUN_WAIT = timedelta(hours=24)


class Compose(Protocol):
    """Renders what the debtor will read."""

    def __call__(self, file: File, decision: ContactDecision, channel: Channel, rules: Rules, ref: str) -> Message:
        """The message, ready for the channel."""


@dataclass(frozen=True, slots=True)
class Contacting:
    """The ports of this use case."""

    store: Store
    rulebook: Rulebook
    compose: Compose
    sender: Callable[[Channel], Sender]
    clock: Clock
    metrics: Metrics
    key: bytes
    """Secret of the pseudonyms."""
    owner: Callable[[], str]
    """A new token per attempt."""
    timeout: float = 8.0
    """Hard limit of one provider call, seconds."""
    dry_run: bool = False
    charge: Callable[[File, ContactDecision, Rules, datetime], bool] | None = None
    """Makes charges for today's amounts; True when that took time, so that everything is decided again."""
    thank: Callable[[File, Rules, datetime], Wake] | None = None
    """What is left to do for a debtor who owes nothing any more."""
    pacing: Pacing | None = None
    """The channels' pace; None lets everything through."""

    def turn(self, tenant: str, debtor: str, cycle: int) -> Wake:
        """Does what is right now for this debtor. An execution whose cycle is over stops by itself."""
        self.rulebook.renew()
        charged = self.charge is None
        for _ in range(FALLBACKS):
            file = self.store.load(tenant, debtor)
            if file is None or file.debtor.case.cycle != cycle:
                return Wake("stop", reason="STALE_CYCLE")
            now = self.clock.now()
            rules = self.rulebook.rules(tenant, now)
            if self.thank is not None and file.debtor.case.status is CaseStatus.CLOSED:
                return self.thank(file, rules, now)
            decision = plan(file, rules, now)
            if not isinstance(decision, ContactDecision) or decision.at > now:
                return self._wait(file, decision, rules, now)
            if self.dry_run or rules.tenant.dry_run:
                return self._rehearse(file, decision, rules, now)
            if not charged and self.charge is not None and decision.channel is not Channel.TASK:
                charged = True
                if self.charge(file, decision, rules, now):
                    continue  # a gateway was asked, which is slow: what is true now is decided on, and gated, anew
            said = self._compose(file, decision, rules, now)
            if said is None:
                return self._wait(file, _stopped(decision, now), rules, now)
            try:
                pause = self._pause(file, said, rules, now)
                if pause is not None and not pause.elsewhere:
                    return self._paced(file, decision, said.channel, pause, rules, now)
                if pause is not None:
                    self._rests(file, decision, said.channel, pause, now)
                    continue  # the channel is off by now: another one of the step serves the same claim, or none
                outcome, file = self._speak(file, decision, said, rules, now)
            except ConflictError:
                continue  # a fact arrived between reading and claiming: decide again on what is true now
            if outcome in _PATIENCE:
                if (said.channel, "") in self.rulebook.rules(tenant, self.clock.now()).health.off:
                    continue  # this was the failure that took the channel out of use
                return self._later(debtor, cycle)
            if outcome in _ACCEPTED:
                now = self.clock.now()
                return self._wait(file, plan(file, rules, now), rules, now)
        return Wake("wait", int(THROTTLE_WAIT.total_seconds()), "BUSY")

    def _wait(self, file: File, decision: Decision, rules: Rules, now: datetime) -> Wake:
        """Nothing to say now: notes when to look again, and records a reason that is new."""
        at = wake_at(decision, file.debtor, rules, now)
        case = file.debtor.case
        entries: list[LedgerEntry] = []
        if not isinstance(decision, ContactDecision) and decision.reason != case.last_decision:
            entries = [_note(decision.reason, file, decision.policy, now)]
            self.metrics.add("ContactsSkipped", 1, reason=decision.reason)
        # a rehearsed step is not told again because a weekend came between
        rehearsed = isinstance(decision, ContactDecision) and case.last_decision.startswith(Reason.DRY_RUN)
        reason = case.last_decision if rehearsed else decision.reason
        if entries or case.next_contact_at != at:
            try:
                self.store.commit(file, with_next(file, at, reason, rules), owner=self.owner(), ledger=entries)
            except ConflictError:
                return Wake("again", reason="CONFLICT")
        if at is None:
            return Wake("stop", reason=decision.reason)
        return Wake("wait", max(1, self.clock.wait_seconds(min(at, now + LONGEST_WAIT))), decision.reason)

    def _rehearse(self, file: File, decision: ContactDecision, rules: Rules, now: datetime) -> Wake:
        """Dry run: says once what would be sent, and consumes nothing, so that the real run starts from the truth."""
        mark = f"{Reason.DRY_RUN}:{decision.step.key}"
        entries: list[LedgerEntry] = []
        if file.debtor.case.last_decision != mark:
            entry = replace(
                _note(Reason.DRY_RUN, file, decision.policy, now),
                step=decision.step.key,
                channel=decision.channel,
                amount_cents=decision.amount_due_cents,
            )
            entries = [entry]
            self.metrics.add("ContactsSkipped", 1, reason=Reason.DRY_RUN)
        try:
            # written every time: an execution without a moment to come looks dead to the scan
            after = with_next(file, now + DRY_RUN_WAIT, mark, rules)
            self.store.commit(file, after, owner=self.owner(), ledger=entries)
        except ConflictError:
            return Wake("again", reason="CONFLICT")
        return Wake("wait", self.clock.wait_seconds(now + DRY_RUN_WAIT), Reason.DRY_RUN)

    def _compose(self, file: File, decision: ContactDecision, rules: Rules, now: datetime) -> Message | None:
        """The message on the first channel whose template may be used; None when none may.

        Rendered before the gate: a template that fails must not burn a step, and nothing slow follows the gate.
        """
        tenant, debtor = rules.tenant.id, file.debtor
        for channel in decision.channels:
            key = f"{debtor.case.cycle}#{decision.step.key}#{channel}#{now.isoformat()}"
            correlation = f"{tenant}.{pseudonym(self.key, debtor.id, key)}"
            if channel is Channel.TASK:
                return Message(channel, "", correlation=correlation)
            message = self.compose(file, decision, channel, rules, correlation)
            if (channel, message.template) not in rules.health.off:
                return message
        return None

    def _pause(self, file: File, message: Message, rules: Rules, now: datetime) -> Pause | None:
        """What the channel's pace says to this message; None: it may go now."""
        if self.pacing is None or message.channel is Channel.TASK:
            return None
        pause = self.pacing.ask(rules.tenant, file.debtor.id, message.channel, message, now)
        if pause is not None and pause.elsewhere:
            self.rulebook.forget()
        return pause

    def _paced(
        self, file: File, decision: ContactDecision, channel: Channel, pause: Pause, rules: Rules, now: datetime
    ) -> Wake:
        """Over the pace: no claim is made, and the reason is recorded once, not at every look."""
        at = pause.at
        if pause.reason is Reason.DAY_FULL:  # the other day's window, at this debtor's own place in it
            place, hours = place_of(file.debtor, rules.tenant), rules.debtor_policy(file.debtor).hours
            lawful = rules.calendar.next_allowed(at, place, channel, hours)
            at = wake_at(replace(decision, at=lawful), file.debtor, rules, now) or lawful
        entries = _told_once(file, decision, channel, pause, now)
        if entries or at - now > THROTTLE_WAIT:
            reason = pause.reason if entries else file.debtor.case.last_decision
            self.store.commit(file, with_next(file, at, reason, rules), owner=self.owner(), ledger=entries)
        return Wake("wait", max(1, self.clock.wait_seconds(at)), pause.reason)

    def _rests(self, file: File, decision: ContactDecision, channel: Channel, pause: Pause, now: datetime) -> None:
        entries = _told_once(file, decision, channel, pause, now)
        if entries:
            case = replace(file.debtor.case, last_decision=pause.reason)
            after = replace(file, debtor=replace(file.debtor, case=case))
            self.store.commit(file, after, owner=self.owner(), ledger=entries)

    def _speak(
        self, file: File, decision: ContactDecision, message: Message, rules: Rules, now: datetime
    ) -> tuple[Outcome, File]:
        """Claims, sends once and records. Raises ConflictError when the claim did not pass the gate."""
        tenant, debtor, channel = rules.tenant, file.debtor, message.channel
        point = point_for(channel, debtor) or ContactPoint(kind="person", value="")
        hours, place = rules.debtor_policy(debtor).hours, place_of(debtor, tenant)
        if channel is not Channel.TASK:
            # a carrier that holds the message until the window has ended must drop it
            left = rules.calendar.window_end(now, place, channel, hours) - now
            message = replace(message, ttl_seconds=max(1, int(left.total_seconds())))
        owner = self.owner()
        claimed, contact, entries = claim.claim(
            file,
            _bounded(decision),
            channel,
            now,
            owner=owner,
            destination=contact_hash(self.key, tenant.id, point.value) if point.value else "",
        )
        if channel is not Channel.TASK:
            contact = replace(contact, text_hash=text_hash(message))
            claimed = replace(claimed, contacts=tuple(contact if c.key == contact.key else c for c in claimed.contacts))
        refs = [Ref(tenant.id, "message", message.correlation, debtor.id, contact.key)]
        committed = self.store.commit(file, claimed, owner=owner, ledger=entries, refs=refs)
        if channel is Channel.TASK:
            return self._record(committed, contact, SendResult(Outcome.SENT), rules, "")
        to = addressed(debtor, point) if channel is Channel.LETTER else point
        result = self.sender(channel).send(tenant, to, message, timeout=self.timeout)
        done = self._record(committed, contact, result, rules, point.value)
        if self.pacing is not None and self.pacing.told(tenant, channel, message, result, self.clock.now()):
            self.rulebook.forget()
        if result.action in (Action.KILL_SWITCH, Action.TEMPLATE_OFF):
            self._switch_off(tenant.id, message, result)
        return done

    def _switch_off(self, tenant: str, message: Message, result: SendResult) -> None:
        """The account, or this template, is refused to everybody: no other debtor's contact is spent on finding out."""
        template = message.template if result.action is Action.TEMPLATE_OFF else ""
        if switch_off(self.store, tenant, message.channel, template):
            self.metrics.add("ChannelSwitchedOff", 1, channel=message.channel)
        self.rulebook.forget()

    def _record(
        self, file: File, contact: Contact, result: SendResult, rules: Rules, value: str
    ) -> tuple[Outcome, File]:
        """Writes the provider's answer down, on whatever is true by now."""
        tenant = rules.tenant.id
        accepted = result.outcome in _ACCEPTED
        for _ in range(CONFLICTS):
            now = self.clock.now()
            if accepted:
                after, entries = claim.record(file, contact, result, now)
            else:
                after, entries = claim.release(file, contact, result, now, value=value)
            if contact.channel is Channel.TASK:
                entries = [replace(e, reason=Reason.TASK_CREATED) for e in entries]
            decision = plan(after, rules, now)
            after = with_next(
                after, wake_at(decision, after.debtor, rules, now), after.debtor.case.last_decision, rules
            )
            refs = [Ref(tenant, "message", result.message_id, file.debtor.id, contact.key)] if result.message_id else []
            try:
                file = self.store.commit(file, after, owner=self.owner(), ledger=entries, refs=refs)
                break
            except ConflictError:
                fresh = self.store.load(tenant, file.debtor.id)
                if fresh is None:
                    break
                file = fresh
        self._count(contact, result)
        return result.outcome, file

    def _count(self, contact: Contact, result: SendResult) -> None:
        if contact.channel is Channel.TASK:
            self.metrics.add("TasksCreated", 1, phase=contact.phase)
        elif result.outcome is Outcome.SENT:
            self.metrics.add("ContactsSent", 1, channel=contact.channel, phase=contact.phase)
            self.metrics.add("MessageCostMicros", result.cost_micros, "None", channel=contact.channel)
        else:
            self.metrics.add("ContactsFailed", 1, channel=contact.channel, outcome=result.outcome)

    def _later(self, debtor: str, cycle: int) -> Wake:
        """The provider asked for patience: the claim was given back and is tried again soon."""
        now = self.clock.now()
        wait = THROTTLE_WAIT + timedelta(seconds=spread(debtor, f"{cycle}{now.isoformat()}", 900))
        return Wake("wait", self.clock.wait_seconds(now + wait), Reason.SEND_THROTTLED)


def _stopped(decision: ContactDecision, now: datetime) -> HoldDecision:
    """Every template that could speak is switched off: a person must look, and we look again tomorrow."""
    return HoldDecision(now + timedelta(days=1), (Reason.CHANNELS_STOPPED,), decision.policy)


def _bounded(decision: ContactDecision) -> ContactDecision:
    """At most as many receivables carry out the step as fit into one transaction, the driver first.

    All are listed in the message; those left behind start no contact of their own (the planner's floor) and go along
    with the next one.
    """
    if len(decision.fired) <= MOST_FIRED:
        return decision
    ordered = sorted(decision.fired, key=lambda fired: fired.receivable != decision.driver)
    return replace(decision, fired=tuple(ordered[:MOST_FIRED]))


def text_hash(message: Message) -> str:
    """Proof of what was said: SHA-256 over subject, text and parameters."""
    parts = (message.subject, message.text, message.html, message.template, *message.parameters)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _told_once(
    file: File, decision: ContactDecision, channel: Channel, pause: Pause, now: datetime
) -> list[LedgerEntry]:
    last = file.debtor.case.last_decision
    # between two probes the planner says "stopped" and the gate says "rests": one outage is told once
    if last == pause.reason or (pause.reason is Reason.CHANNEL_RESTS and last == Reason.CHANNELS_STOPPED):
        return []
    return [replace(_note(pause.reason, file, decision.policy, now), step=decision.step.key, channel=channel)]


def _note(reason: str, file: File, policy: str, now: datetime) -> LedgerEntry:
    opened = tuple(r.id for r in file.open_receivables)
    return LedgerEntry(at=now, reason=reason, receivables=opened[:20], policy=policy, cycle=file.debtor.case.cycle)
