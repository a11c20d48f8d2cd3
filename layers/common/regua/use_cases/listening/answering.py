"""The automatic answer to what a debtor wrote: at most one per reply, and never where a person asked for silence.

An answer is no contact of the régua: the debtor has just written, so neither contact hours nor the frequency cap stand
against it. It goes through the gate of all that is said (`collecting.speaking`), once however often it is asked for;
what the gate does not let through, or a provider refuses, is left to a person. What it says is data without a debt
(`domain.reply.answers`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from regua.domain.channels import TRAITS
from regua.domain.contact import claim
from regua.domain.contact.channel_event import Action, Outcome, SendResult
from regua.domain.contact.message import Message, MessageKind
from regua.domain.contact.rules import Rules
from regua.domain.ids import contact_hash
from regua.domain.model import Contact, ContactPoint, ContactStatus, File
from regua.domain.reasons import TEXTS, Reason
from regua.domain.reply.answers import ANSWERS
from regua.domain.reply.owed_answer import STEP, OwedAnswer
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind
from regua.use_cases import opened_work
from regua.use_cases.collecting.pacing import Pause
from regua.use_cases.collecting.speaking import Saying, Speaking
from regua.use_cases.conflicts import until_committed

WINDOW = timedelta(hours=24)
"""WhatsApp takes free text for 24 hours after the person's last message (Cloud API, customer service windows)."""
_CONFIRMED = (Action.OPT_OUT, Action.ERASURE)
"""Who asks for silence hears once that it was heard."""
SILENT = (Action.OPT_OUT, Action.ERASURE, Action.WRONG_PERSON)
"""Nobody is asked to write by hand to who wants no message, or is not the debtor; an erasure is work of its own."""
QUOTE = 280
MOST_A_DAY = 3
"""Two machines must not talk to each other for ever."""


def calls_for_answer(action: Action, day: str) -> bool:
    """Whether a reply is answered by a machine: every action that has words, and a promise only with its day."""
    return action in ANSWERS["pt"] and (action is not Action.PROMISE or bool(day))


class ComposeAnswer(Protocol):
    """Renders the answer."""

    def __call__(self, file: File, owed: OwedAnswer, rules: Rules, ref: str) -> Message:
        """The message, ready for the channel."""


@dataclass(frozen=True, slots=True)
class Answering:
    """The ports of this use case."""

    speaking: Speaking
    compose: ComposeAnswer

    def __call__(self, owed: OwedAnswer) -> str:
        """Answers, or says why not (a code for the log). Raises RetryableError when it should be asked again."""
        self.speaking.rulebook.forget()
        return until_committed(partial(self._once, owed))

    def _once(self, owed: OwedAnswer) -> str:
        speaking = self.speaking
        file = speaking.store.load(owed.tenant, owed.debtor)
        now = speaking.clock.now()
        if file is None:
            return "UNKNOWN_DEBTOR"
        rules = speaking.rulebook.rules(owed.tenant, now)
        point = self._point(file, owed)
        why = _refusal(file, owed, point, now)
        if why or point is None:
            return why or "NO_POINT"
        ref = speaking.reference(file, owed.step, owed.channel, now)
        message = replace(self.compose(file, owed, rules, ref), correlation=ref, session=True)
        if not timedelta(minutes=-5) <= now - owed.said_at < WINDOW:
            return self._unsaid(file, owed, message, Reason.ANSWER_LATE, now)
        return self._answer(file, owed, point, message, rules, now)

    def _point(self, file: File, owed: OwedAnswer) -> ContactPoint | None:
        """The point that wrote, whatever is known of it: who has somebody else's number gets our apology there."""
        key, points = self.speaking.key, file.debtor.points
        return next((p for p in points if contact_hash(key, owed.tenant, p.value) == owed.to), None)

    def _answer(
        self, file: File, owed: OwedAnswer, point: ContactPoint, message: Message, rules: Rules, now: datetime
    ) -> str:
        """Refused or not, an answer is not tried again. Raises ConflictError when the file is not true any more."""
        template = _template(owed)
        claiming = partial(claim.courtesy, file, owed.step, owed.channel, now, template=template)
        recording = partial(claim.told, value=point.value)
        leaving = partial(self._leaving, owed, message)
        said = self.speaking.say(
            Saying(MessageKind.ANSWER, message, template, point, claiming, recording, leaving), file, rules
        )
        if isinstance(said, Pause):
            return self._unsaid(file, owed, message, said.reason, now)
        sent = said.result.outcome is Outcome.SENT
        name = "AnswersSent" if sent else "AnswersFailed"
        self.speaking.metrics.add(name, 1, channel=owed.channel, action=owed.action)
        return "ANSWERED" if sent else str(said.result.outcome).upper()

    def _unsaid(self, file: File, owed: OwedAnswer, message: Message, reason: Reason, now: datetime) -> str:
        """What may not be said now is not said later either, when it would only puzzle: it is decided once, with its
        entry in the ledger, and a person has the work. Raises ConflictError.
        """
        speaking = self.speaking
        after, _, entries = claim.unsaid(file, owed.step, owed.channel, reason, now, template=_template(owed))
        work = [] if reason is Reason.DRY_RUN else self._left(owed, message, reason, now)
        speaking.store.commit(file, after, owner=speaking.owner(), ledger=entries, work=work)
        opened_work.count_opened(speaking.metrics, work)
        speaking.metrics.add("AnswersUnsaid", 1, channel=owed.channel, reason=reason)
        return reason

    def _leaving(
        self, owed: OwedAnswer, message: Message, contact: Contact, result: SendResult, now: datetime, /
    ) -> list[Work]:
        if result.outcome.may_have_arrived or result.action in SILENT:
            return []
        passes = result.outcome.passes
        return self._left(owed, message, Reason.SEND_THROTTLED if passes else Reason.SEND_REFUSED, now)

    def _left(self, owed: OwedAnswer, message: Message, why: Reason, now: datetime) -> list[Work]:
        """The answer for a person to give; none where one was asked for the very reply, or where nobody is to be
        written to any more.
        """
        if owed.action in SILENT:
            return []
        note = f"Responder: a resposta automática não saiu ({TEXTS[why].pt.rstrip('.')}). Diria: {_words(message)}"
        work = Work(
            owed.tenant,
            WorkKind.REPLY,
            owed.reply,
            now,
            debtor=owed.debtor,
            reference=str(owed.channel),
            step=str(owed.action),
            note=note,
        )
        return [work] if self.speaking.store.get_work(work.tenant, work.key) is None else []


def _refusal(file: File, owed: OwedAnswer, point: ContactPoint | None, now: datetime) -> str:
    """Why nothing is owed to this reply; empty when an answer is. The order is the order of authority."""
    debtor = file.debtor
    answers = [c for c in file.contacts if c.step.startswith(f"{STEP}-")]
    if not TRAITS[owed.channel].answers or not calls_for_answer(owed.action, owed.day):
        return "NO_ANSWER"
    if any(c.step == owed.step for c in answers):
        return "ANSWERED_ALREADY"
    # what has reached nobody is no answer
    answers = [c for c in answers if c.status is not ContactStatus.FAILED]
    refused = point is not None and owed.channel in point.refused
    if refused or any(o.channel in ("*", owed.channel) for o in debtor.opt_outs):
        told = any(c.channel is owed.channel and _is(c, action) for c in answers for action in _CONFIRMED)
        if owed.action not in _CONFIRMED or told:
            return Reason.OPTED_OUT
    recent = [c for c in answers if c.at > now - WINDOW]
    if any(_is(c, owed.action) for c in recent) or len(recent) >= MOST_A_DAY:
        return "ANSWERED_ALREADY"
    return "" if point is not None else "NO_POINT"


def _template(owed: OwedAnswer) -> str:
    return f"{STEP}-{owed.action}"


def _words(message: Message) -> str:
    return f'"{" ".join(message.text.split())[:QUOTE]}"'


def _is(contact: Contact, action: Action) -> bool:
    return contact.step.startswith(f"{STEP}-{action}-")
