"""Playing the régua forward as if nobody paid: the planner and the claim, with time moved by their own answers.

People are taken to do each task on its day and to approve each message at once; in the run the ladder waits for them.
"""

from collections.abc import Generator
from datetime import datetime, timedelta

from regua.domain.contact import claim, tasks
from regua.domain.contact.channel_event import Outcome, SendResult
from regua.domain.contact.decision import ContactDecision, Decision, HoldDecision
from regua.domain.contact.message import Message
from regua.domain.contact.planner import plan
from regua.domain.contact.rules import Rules
from regua.domain.model import Channel, File
from regua.domain.values import Value

_SCRIPT = Message(Channel.TASK, "")
MOST = 400
"""More contacts than any régua has: a bound against a policy that never ends."""


class Played(Value):
    """One contact of the rehearsal, with the file as it stood just before it."""

    file: File
    decision: ContactDecision


def rehearse(file: File, rules: Rules, start: datetime, end: datetime) -> tuple[list[Played], Decision]:
    """All of `play`, and what is decided at the end of it: the next contact, a hold, or that there is none, and why."""
    playing, found = play(file, rules, start, end), []
    while True:
        try:
            found.append(next(playing))
        except StopIteration as over:
            return found, over.value


def play(file: File, rules: Rules, start: datetime, end: datetime) -> Generator[Played, None, Decision]:
    """Every contact the debtor would get from `start` (included) to `end` (not), if nothing else happened. What it
    returns is what is decided then.
    """
    at = start
    for _ in range(MOST):
        decision = plan(file, rules, at)
        if isinstance(decision, HoldDecision) and decision.until is not None and at < decision.until < end:
            at = decision.until
            continue
        if not isinstance(decision, ContactDecision) or decision.at >= end:
            return decision
        if decision.at > at:
            # decided again at its own moment, as the run does: what is true then counts, not what was true before
            at = decision.at
            continue
        if decision.asks:
            file, _, _ = tasks.ask(file, decision, _SCRIPT, rules, at)
            file, _ = tasks.approved(file, file.debtor.asked[-1], at)
            continue
        yield Played(file, decision)
        file = carried_out(file, decision, rules, at)
        at += timedelta(seconds=1)
    return plan(file, rules, at)


def carried_out(file: File, decision: ContactDecision, rules: Rules, at: datetime) -> File:
    """The file once the contact was made: a message accepted, a task done by a person at once."""
    if decision.step.is_task:
        file, _, _ = tasks.ask(file, decision, _SCRIPT, rules, at)
        return tasks.done(file, file.debtor.asked[-1].contact, at)[0]
    claimed, contact, _ = claim.claim(file, decision, decision.channel, at, owner="rehearsal")
    return claim.record(claimed, contact, SendResult(Outcome.SENT), at)[0]
