"""The automatic answer to what a debtor wrote: at most one per reply, and never where a person asked for silence.

An answer is no contact of the régua: the debtor has just written, so neither contact hours nor the frequency cap stand
against it. It has its own gate, a claim under the file's version, so it goes once however often it is asked for. What
it says is data without a debt (`domain.reply.answers`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from regua.domain.channels import TRAITS
from regua.domain.contact import claim
from regua.domain.contact.channel_event import Action, Outcome
from regua.domain.contact.message import Message
from regua.domain.contact.rules import Rules
from regua.domain.ids import contact_hash
from regua.domain.model import Contact, ContactPoint, File
from regua.domain.reasons import Reason
from regua.domain.reply.answers import ANSWERS
from regua.domain.reply.owed_answer import STEP, OwedAnswer
from regua.domain.values import replace
from regua.use_cases.collecting.speaking import Speaking, switched_off
from regua.use_cases.conflicts import until_committed

WINDOW = timedelta(hours=24)
"""WhatsApp takes free text for 24 hours after the person's last message (Cloud API, customer service windows)."""
_CONFIRMED = (Action.OPT_OUT, Action.ERASURE)
"""Who asks for silence hears once that it was heard."""
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
        rules = speaking.rulebook.rules(owed.tenant, now)
        if file is None:
            return "UNKNOWN_DEBTOR"
        point = self._point(file, owed)
        why = "DRY_RUN" if speaking.dry_run or rules.tenant.dry_run else _refusal(file, owed, point, rules, now)
        if why or point is None:
            return why or "NO_POINT"
        return self._answer(file, owed, point, rules, now)

    def _point(self, file: File, owed: OwedAnswer) -> ContactPoint | None:
        """The point that wrote, whatever is known of it: who has somebody else's number gets our apology there."""
        key, points = self.speaking.key, file.debtor.points
        return next((p for p in points if contact_hash(key, owed.tenant, p.value) == owed.to), None)

    def _answer(self, file: File, owed: OwedAnswer, point: ContactPoint, rules: Rules, now: datetime) -> str:
        """Refused or not, an answer is not tried again. Raises ConflictError when the file is not true any more."""
        speaking, template = self.speaking, f"{STEP}-{owed.action}"
        ref = speaking.reference(file, owed.step, owed.channel, now)
        message = replace(self.compose(file, owed, rules, ref), correlation=ref, session=True)
        if switched_off(message, template, rules.health):
            return Reason.CHANNELS_STOPPED
        claiming = partial(claim.courtesy, file, owed.step, owed.channel, now, template=template)
        result, _ = speaking.say(message, point, file, rules.tenant, claiming, claim.told)
        sent = result.outcome is Outcome.SENT
        name = "AnswersSent" if sent else "AnswersFailed"
        speaking.metrics.add(name, 1, channel=owed.channel, action=owed.action)
        return "ANSWERED" if sent else str(result.outcome).upper()


def _refusal(file: File, owed: OwedAnswer, point: ContactPoint | None, rules: Rules, now: datetime) -> str:
    """Why nothing is answered; empty when it may be. The order is the order of authority."""
    tenant, debtor = rules.tenant, file.debtor
    answers = [c for c in file.contacts if c.step.startswith(f"{STEP}-")]
    if not TRAITS[owed.channel].answers or not calls_for_answer(owed.action, owed.day):
        return "NO_ANSWER"
    refused = point is not None and owed.channel in point.refused
    if refused or any(o.channel in ("*", owed.channel) for o in debtor.opt_outs):
        told = any(c.channel is owed.channel and _is(c, action) for c in answers for action in _CONFIRMED)
        if owed.action not in _CONFIRMED or told:
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
