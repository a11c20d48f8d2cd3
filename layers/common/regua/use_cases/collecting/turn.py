"""One turn of a debtor's execution: decide, keep the channel's pace, speak, and say when to look again.

Everything is decided on one reading of the file. What is said goes through `speaking`, whose claim passes only while
that reading is true; where it is not, the turn decides anew.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from regua.domain.contact import claim, ending, tasks
from regua.domain.contact.channel_event import Outcome, SendResult
from regua.domain.contact.decision import ContactDecision, Decision, HoldDecision
from regua.domain.contact.message import Message, MessageKind
from regua.domain.contact.planner import plan
from regua.domain.contact.reach import point_for
from regua.domain.contact.rules import Rules, place_of
from regua.domain.ids import spread
from regua.domain.model import CaseStatus, Channel, Contact, ContactPoint, File, LedgerEntry
from regua.domain.money.settlement import local_date
from regua.domain.reasons import Reason
from regua.domain.values import replace
from regua.domain.work import Work
from regua.ports import AddressChangedError, ConflictError, Ref
from regua.use_cases import opened_work
from regua.use_cases.collecting.pacing import Pause
from regua.use_cases.collecting.speaking import Saying, Speaking, Spoken, switched_off, told_once, within_hours
from regua.use_cases.collecting.wake_up import LONGEST_WAIT, Wake, wake_at, with_next

DECISIONS = 6
"""Times one turn decides: anew after a refusal (the next channel) and after a fact that came in between."""
THROTTLE_WAIT = timedelta(minutes=10)
DRY_RUN_WAIT = timedelta(hours=24)
ADDRESS_TURNS = 30
"""Days a debtor may have waited for a shared address that count for his turn there."""


class Compose(Protocol):
    """Renders what the debtor will read."""

    def __call__(self, file: File, decision: ContactDecision, channel: Channel, rules: Rules, ref: str) -> Message:
        """The message, ready for the channel."""


@dataclass(frozen=True, slots=True)
class Contacting:
    """The ports of this use case."""

    speaking: Speaking
    compose: Compose
    charge: Callable[[File, ContactDecision, Rules, datetime], bool] | None = None
    """Makes charges for today's amounts; True when that took time, so that everything is decided again."""
    thank: Callable[[File, Rules, datetime, str], Wake] | None = None
    """What is left to do for a debtor who owes nothing any more."""

    def turn(self, tenant: str, debtor: str, cycle: int, slot: str = "") -> Wake:
        """Does what is right now for this debtor; `slot` is the turn under a channel's rate that it has waited for
        (`Wake.slot`). An execution whose cycle is over stops by itself.
        """
        speaking = self.speaking
        speaking.rulebook.renew()
        charged = self.charge is None
        taken: set[Channel] = set()
        """Channels whose address another debtor has been written to at today."""
        for _ in range(DECISIONS):
            file = speaking.store.load(tenant, debtor)
            if file is None or file.debtor.case.cycle != cycle:
                return Wake("stop", reason="STALE_CYCLE")
            now = speaking.clock.now()
            rules = speaking.rulebook.rules(tenant, now)
            if self.thank is not None and file.debtor.case.status is CaseStatus.CLOSED:
                return self.thank(file, rules, now, slot)
            decision = plan(file, rules, now)
            if not isinstance(decision, ContactDecision) or decision.at > now:
                return self._wait(file, decision, rules, now)
            if speaking.dry_run or rules.tenant.dry_run:
                return self._rehearse(file, decision, rules, now)
            if decision.asks or decision.step.is_task:
                with suppress(ConflictError):  # a fact arrived: whether a person is still to be asked is decided anew
                    self._ask(file, decision, rules, now)
                continue
            if not charged and self.charge is not None:
                charged = True
                if self.charge(file, decision, rules, now):
                    continue  # a gateway was asked, which is slow: what is true now is decided on, and gated, anew
            left = tuple(c for c in decision.channels if c not in taken)
            try:
                if not left:
                    return self._paced(file, decision, decision.channel, _another_day(rules, now), rules, now)
                decision = replace(decision, channels=left)
                message = self._compose(file, decision, rules, now)
                if message is None:
                    return self._wait(file, _stopped(decision, now), rules, now)
                wake = self._contact(file, decision, message, rules, now, slot)
                slot = ""  # what is said next is another message
            except AddressChangedError:
                if message is not None and self._taken(file, message.channel):
                    taken.add(message.channel)
                continue
            except ConflictError:
                continue  # a fact arrived between reading and claiming: decide again on what is true now
            if wake is not None:
                return wake
        return Wake("wait", int(THROTTLE_WAIT.total_seconds()), "BUSY")

    def _contact(
        self, file: File, decision: ContactDecision, message: Message, rules: Rules, now: datetime, slot: str
    ) -> Wake | None:
        """Speaks if the channel's pace lets it: when to look again, or None when what is left is to be decided anew.

        Raises ConflictError when the file is not true any more; nothing was said then.
        """
        said, following = self._speak(file, decision, message, rules, now, slot)
        if isinstance(said, Pause):
            if not said.elsewhere:
                return self._paced(file, decision, message.channel, said, rules, now)
            self.speaking.note(file, decision.step.key, message.channel, decision.policy, said.reason, now)
            return None  # the channel is off by now: another one of the step serves the same claim, or none
        result, file, now = said.result, said.file, self.speaking.clock.now()
        if result.outcome.may_have_arrived:
            return self._wait(file, following or plan(file, rules, now), rules, now)
        if not result.outcome.passes:
            return None  # refused: the next channel of the step serves the same claim
        if (message.channel, "") in self.speaking.rulebook.rules(file.debtor.tenant, now).health.off:
            return None  # this was the failure that took the channel out of use
        return self._later(file, now)

    def _ask(self, file: File, decision: ContactDecision, rules: Rules, now: datetime) -> None:
        """Asks a person: to do the task, or to approve the message as it would go out now. Raises ConflictError."""
        channel, speaking = decision.channel, self.speaking
        message = self.compose(
            file, decision, channel, rules, speaking.reference(file, decision.step.key, channel, now)
        )
        after, work, entries = tasks.ask(file, decision, message, rules, now)
        debtor = file.debtor
        codes = [c.code for c in after.contacts if c.key == work.reference and c.code]  # the script has it, to be told
        refs = [Ref(debtor.tenant, "txid", code, debtor.id) for code in codes]
        speaking.store.commit(file, after, owner=speaking.owner(), ledger=entries, refs=refs, work=[work])
        opened_work.count_opened(speaking.metrics, [work])
        if decision.step.is_task:
            speaking.metrics.add("TasksCreated", 1, phase=decision.step.phase)
        else:
            speaking.metrics.add("ApprovalsAsked", 1, phase=decision.step.phase)

    def _taken(self, file: File, channel: Channel) -> bool:
        """Whether somebody else was written to at the channel's address today; if not, something was told there."""
        debtor, addresses = file.debtor, self.speaking.addresses
        point = point_for(channel, debtor)
        if point is None:
            return False
        return addresses.read(debtor.tenant, point.kind, addresses.hash_of(debtor.tenant, point)).told == point.told

    def _wait(self, file: File, decision: Decision, rules: Rules, now: datetime) -> Wake:
        """Nothing to say now: notes when to look again, and records a reason that is new."""
        at = wake_at(decision, file.debtor, rules, now)
        case = file.debtor.case
        entries: list[LedgerEntry] = []
        if not isinstance(decision, ContactDecision) and decision.reason != case.last_decision:
            entries = [LedgerEntry.of_file(file, decision.reason, decision.policy, now)]
            self.speaking.metrics.add("ContactsSkipped", 1, reason=decision.reason)
        # a rehearsed step is not told again because a weekend came between
        rehearsed = isinstance(decision, ContactDecision) and case.last_decision.startswith(Reason.DRY_RUN)
        reason = case.last_decision if rehearsed else decision.reason
        listed, work = ending.noted(file, rules, now)
        if entries or case.next_contact_at != at or listed != file:
            try:
                self._commit(file, with_next(listed, at, reason, rules), entries, work)
            except ConflictError:
                return Wake("again", reason="CONFLICT")
        if at is None:
            return Wake("stop", reason=decision.reason)
        return Wake("wait", max(1, self.speaking.clock.wait_seconds(min(at, now + LONGEST_WAIT))), decision.reason)

    def _rehearse(self, file: File, decision: ContactDecision, rules: Rules, now: datetime) -> Wake:
        """Dry run: says once what would be sent, and consumes nothing, so that the real run starts from the truth."""
        mark = f"{Reason.DRY_RUN}:{decision.step.key}"
        entries: list[LedgerEntry] = []
        if file.debtor.case.last_decision != mark:
            entry = replace(
                LedgerEntry.of_file(file, Reason.DRY_RUN, decision.policy, now),
                step=decision.step.key,
                channel=decision.channel,
                amount_cents=decision.amount_due_cents,
            )
            entries = [entry]
            self.speaking.metrics.add("ContactsSkipped", 1, reason=Reason.DRY_RUN)
        try:
            # written every time: an execution without a moment to come looks dead to the scan
            self._commit(file, with_next(file, now + DRY_RUN_WAIT, mark, rules), entries)
        except ConflictError:
            return Wake("again", reason="CONFLICT")
        return Wake("wait", self.speaking.clock.wait_seconds(now + DRY_RUN_WAIT), Reason.DRY_RUN)

    def _compose(self, file: File, decision: ContactDecision, rules: Rules, now: datetime) -> Message | None:
        """The message on the first channel whose template may be used; None when none may.

        Rendered before the gate: a template that fails must not burn a step, and nothing slow follows the gate.
        """
        step = decision.step
        for channel in decision.channels:
            ref = self.speaking.reference(file, step.key, channel, now)
            message = self.compose(file, decision, channel, rules, ref)
            if not switched_off(message, step.template_name, rules.health):
                return message
        return None

    def _paced(
        self, file: File, decision: ContactDecision, channel: Channel, pause: Pause, rules: Rules, now: datetime
    ) -> Wake:
        """Over the pace: no claim is made, and the reason is recorded once, not at every look."""
        at = pause.at
        if pause.reason in (Reason.DAY_FULL, Reason.ADDRESS_TAKEN):
            # the other day's window, at this debtor's own place in it
            place, hours = place_of(file.debtor, rules.tenant), rules.debtor_policy(file.debtor).hours
            lawful = rules.calendar.next_allowed(at, place, channel, hours)
            at = wake_at(replace(decision, at=lawful), file.debtor, rules, now) or lawful
            if pause.reason is Reason.ADDRESS_TAKEN:
                at = lawful + _turn_at_address(file, lawful)
        elif pause.reason is Reason.PACED and not pause.slot:
            at = self._in_later_hours(file, channel, pause, rules)
        entries = told_once(file, decision.step.key, channel, decision.policy, pause.reason, now)
        if entries or at - now > THROTTLE_WAIT:
            reason = pause.reason if entries else file.debtor.case.last_decision
            self._commit(file, with_next(file, at, reason, rules), entries)
        return Wake("wait", max(1, self.speaking.clock.wait_seconds(at)), pause.reason, pause.slot)

    def _in_later_hours(self, file: File, channel: Channel, pause: Pause, rules: Rules) -> datetime:
        """When the sending that is before it will be over, if the channel sends in all of this debtor's hours."""
        place, hours = place_of(file.debtor, rules.tenant), rules.debtor_policy(file.debtor).hours
        at, behind, latest = pause.at + rules.margin, pause.behind, pause.at + LONGEST_WAIT
        while True:
            opens = rules.calendar.next_allowed(at, place, channel, hours)
            at = rules.calendar.window_end(opens, place, channel, hours)
            if opens + behind < at - rules.margin or at > latest:
                return min(opens + behind, latest)
            behind -= at - opens

    def _commit(self, before: File, after: File, entries: list[LedgerEntry], work: Sequence[Work] = ()) -> None:
        self.speaking.store.commit(before, after, owner=self.speaking.owner(), ledger=entries, work=work)
        opened_work.count_opened(self.speaking.metrics, work)

    def _speak(
        self, file: File, decision: ContactDecision, message: Message, rules: Rules, now: datetime, slot: str
    ) -> tuple[Spoken | Pause, Decision | None]:
        """What came of it, and what follows for the file where that was decided when the provider's answer was
        recorded. Raises ConflictError like `_contact`.
        """
        tenant, debtor, channel = rules.tenant, file.debtor, message.channel
        message = within_hours(message, file, rules, now)
        point = point_for(channel, debtor) or ContactPoint(kind="person", value="")
        recording = _Recording(rules, point.value)
        claiming = partial(claim.claim, file, decision, channel, now)
        template = decision.step.template_name
        saying = Saying(MessageKind.CONTACT, message, template, point, claiming, recording, slot=slot)
        said = self.speaking.say(saying, file, rules, taking=local_date(now, tenant))
        if isinstance(said, Pause):
            return said, None
        metrics, phase = self.speaking.metrics, decision.step.phase
        if said.result.outcome is Outcome.SENT:
            metrics.add("ContactsSent", 1, channel=channel, phase=phase)
        else:
            metrics.add("ContactsFailed", 1, channel=channel, outcome=said.result.outcome)
        return said, recording.following if recording.version == said.file.debtor.version else None

    def _later(self, file: File, now: datetime) -> Wake:
        """The provider asked for patience: the claim was given back and is tried again soon."""
        debtor = file.debtor
        wait = THROTTLE_WAIT + timedelta(seconds=spread(debtor.id, f"{debtor.case.cycle}{now.isoformat()}", 900))
        return Wake("wait", self.speaking.clock.wait_seconds(now + wait), Reason.SEND_THROTTLED)


@dataclass(slots=True)
class _Recording:
    """The step carried out, or given back when nothing arrived at `value`; and the next look written down with it."""

    rules: Rules
    value: str
    following: Decision | None = None
    """What was decided on the file as it was recorded."""
    version: int = -1
    """The version that record makes, if nobody was faster."""

    def __call__(
        self, file: File, contact: Contact, result: SendResult, now: datetime, /
    ) -> tuple[File, list[LedgerEntry]]:
        """The file with the provider's answer in it."""
        if result.outcome.may_have_arrived:
            after, entries = claim.record(file, contact, result, now)
        else:
            after, entries = claim.release(file, contact, result, now, value=self.value)
        self.following, self.version = plan(after, self.rules, now), file.debtor.version + 1
        at = wake_at(self.following, after.debtor, self.rules, now)
        return with_next(after, at, after.debtor.case.last_decision, self.rules), entries


def _another_day(rules: Rules, now: datetime) -> Pause:
    """Debtors who share an address are written to on different days of the creditor's."""
    tomorrow = local_date(now, rules.tenant) + timedelta(days=1)
    return Pause(datetime.combine(tomorrow, time(0), ZoneInfo(rules.tenant.time_zone)), Reason.ADDRESS_TAKEN)


def _turn_at_address(file: File, opens: datetime) -> timedelta:
    """Who found an address taken comes back as the window opens, before those whose step falls due that day; of
    several the one who was never written to, or longest ago, first: twenty seconds for each day.
    """
    last = file.debtor.case.last_contact_at
    days = 0 if last is None else max(0, ADDRESS_TURNS - (opens - last).days)
    return timedelta(seconds=20 * days + spread(file.debtor.id, opens.isoformat(), 20))


def _stopped(decision: ContactDecision, now: datetime) -> HoldDecision:
    """Every template that could speak is switched off: a person must look, and we look again tomorrow."""
    return HoldDecision(now + timedelta(days=1), (Reason.CHANNELS_STOPPED,), decision.policy)
