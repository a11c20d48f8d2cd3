"""What a message said: worked out again as it was, and believed only when its proof (`Contact.text_hash`) agrees.

No text is kept: it would be personal data twice. What a message is made of is kept: facts with their moments, changes
of titles and the reasons of the contact in the ledger, the templates and the policy. Where one of them is another now
(an edited template, a corrected name), the text cannot be known any more, and that is said.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from regua.domain.contact.channel_event import Action
from regua.domain.contact.decision import ContactDecision
from regua.domain.contact.message import Message
from regua.domain.contact.planner import line_of
from regua.domain.contact.rules import Rules, place_of
from regua.domain.model import Channel, Contact, File, LedgerEntry, Receivable
from regua.domain.money.settlement import local_date, settle
from regua.domain.policy import Step
from regua.domain.reasons import Reason
from regua.domain.reply.owed_answer import STEP, OwedAnswer
from regua.domain.values import replace

_CHANGED = re.compile(r"principal (\d+) -> \d+|due (\d{4}-\d\d-\d\d) -> ")
_ANSWER = re.compile(rf"{STEP}-(\w+)-")

Compose = Callable[[File, ContactDecision, Channel, Rules, str], Message]
ComposeAnswer = Callable[[File, OwedAnswer, Rules, str], Message]


@dataclass(frozen=True, slots=True)
class Retelling:
    """Who renders."""

    compose: Compose
    answer: ComposeAnswer

    def __call__(self, file: File, ledger: Iterable[LedgerEntry], contact: Contact, rules: Rules) -> Message | None:
        """The message of a contact, byte for byte, or None when it cannot be known any more (a task says nothing)."""
        if not contact.text_hash:
            return None
        for message in self._guesses(file, list(ledger), contact, rules):
            if message.text_hash == contact.text_hash:
                return message
        return None

    def _guesses(self, file: File, ledger: list[LedgerEntry], contact: Contact, rules: Rules) -> Iterator[Message]:
        said = _ANSWER.match(contact.step)
        if said:
            yield from self._answered(file, Action(said[1]), contact, rules)
            return
        step = _step(contact, rules)
        then = as_it_was(file, ledger, contact.at, rules)
        place = place_of(file.debtor, rules.tenant)
        day = local_date(contact.at, rules.tenant)
        titles = [r for title in contact.receivables if (r := then.receivable(title)) is not None]
        if step is None or not titles:
            return
        lines = tuple(line_of(r, file.debtor, rules, place, day) for r in titles)
        for driver in titles:
            decision = ContactDecision(
                at=contact.at,
                step=step,
                channels=(contact.channel,),
                driver=driver.id,
                lines=lines,
                fired=(),
                reasons=_reasons(ledger, contact),
                policy=contact.policy,
                calendar=contact.calendar,
            )
            yield self.compose(then, decision, contact.channel, rules, "")

    def _answered(self, file: File, action: Action, contact: Contact, rules: Rules) -> Iterator[Message]:
        days = [""] if action is not Action.PROMISE else sorted({p.due_on.isoformat() for p in file.debtor.promises})
        for day in days:
            owed = OwedAnswer(
                file.debtor.tenant,
                file.debtor.id,
                action,
                contact.channel,
                reply="",
                to=contact.destination,
                said_at=contact.at,
                day=day,
            )
            yield self.answer(file, owed, rules, "")


def as_it_was(file: File, ledger: Iterable[LedgerEntry], at: datetime, rules: Rules) -> File:
    """The file's titles and payments as they were known at that moment."""
    facts = tuple(f for f in file.facts if (f.recorded_at or f.occurred_at) < at)
    titles = tuple(r for r in file.receivables if r.entered_at is None or r.entered_at <= at)
    for entry in sorted(ledger, key=lambda e: e.at, reverse=True):
        if entry.reason == Reason.IMPORT_CHANGED and entry.at > at:
            titles = tuple(_unchanged(r, entry.note) if r.id in entry.receivables else r for r in titles)
    then, _ = settle(replace(file, receivables=titles, facts=facts), rules.tenant, rules.calendar)
    return then


def _unchanged(receivable: Receivable, note: str) -> Receivable:
    for principal, due in _CHANGED.findall(note):
        if principal:
            receivable = replace(receivable, principal_cents=int(principal))
        if due:
            receivable = replace(receivable, due_on=date.fromisoformat(due))
    return receivable


def _step(contact: Contact, rules: Rules) -> Step | None:
    name = contact.policy.partition("@")[0]
    try:
        steps = rules.policies[name].steps
    except KeyError:
        return None
    found = next((step for step in steps if step.key == contact.step), None)
    return found and replace(found, phase=contact.phase, template=contact.template)


def _reasons(ledger: Iterable[LedgerEntry], contact: Contact) -> tuple[str, ...]:
    claimed = (e for e in ledger if e.reason == Reason.SENDING and e.reference == contact.key and e.at == contact.at)
    return tuple(next((e.note.split(",") for e in claimed), [Reason.DUE_STEP]))
