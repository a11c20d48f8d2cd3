"""Calls that people made: each outcome becomes a fact of the debtor once, and counts in the figures of the desk."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from regua.domain.contact import tasks
from regua.domain.contact.call import WORDS, CallFact, CallOutcome
from regua.domain.contact.channel_event import ChannelEvent, ChannelEventKind
from regua.domain.contact.reach import CALLS, is_sort
from regua.domain.contact.rules import Rules
from regua.domain.ids import pseudonym
from regua.domain.model import Channel, Contact, File, LedgerEntry, PointStatus
from regua.domain.reasons import Reason
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind
from regua.use_cases.commits import in_parts
from regua.use_cases.conflicts import until_committed
from regua.use_cases.listening.channel_events import HEARD, Listening, act, entry_of

_NOTED = {CallOutcome.RIGHT_PARTY: Reason.CALL_REACHED, CallOutcome.NO_ANSWER: Reason.CALL_UNANSWERED}


@dataclass
class CallsDone:
    """What came of a list."""

    applied: int = 0
    known: int = 0
    unknown_lines: list[int] = field(default_factory=list)
    """Lines whose debtor does not exist here."""
    outcomes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Calling:
    """The ports are those of the channels' events: a call is one more channel that tells something."""

    listening: Listening

    def apply(self, tenant: str, facts: Iterable[CallFact]) -> CallsDone:
        """Applies a list, line by line. A list that comes again, whole or longer, adds only what is new.

        Raises RetryableError when the file should be read again.
        """
        done = CallsDone()
        for fact in facts:
            applied = until_committed(partial(self._once, tenant, fact))
            if applied is None:
                done.unknown_lines.append(fact.line)
            elif applied:
                done.applied += 1
                done.outcomes[fact.outcome] += 1
            else:
                done.known += 1
        return done

    def _once(self, tenant: str, fact: CallFact) -> bool | None:
        """True when it is applied, False when it was known, None for nobody's. Raises ConflictError when somebody
        else committed meanwhile.
        """
        listening = self.listening
        file = listening.store.load(tenant, fact.debtor)
        if file is None:
            return None
        if file.debtor.moved_to and not file.open_receivables:  # the list was made before the person's id was corrected
            return self._once(tenant, replace(fact, debtor=file.debtor.moved_to))
        if fact.key in file.debtor.heard:
            return False
        now = listening.clock.now()
        rules = listening.rulebook.rules(tenant, now)
        event, contact = _event(fact, rules), _task(file)
        wish, places = listening.tell(file, contact, event, now)
        answered, answers, told = self._answered(file, fact, now)
        after, entries = _heard(answered, fact, event, contact, rules, now)
        after = replace(after, debtor=listening.addresses.heeding(after.debtor, places))
        after, withdrawn, gone = tasks.withdraw(after, rules, now)
        work = [*self._work(file, fact, now), *answers, *withdrawn]
        entries = [*told, *entries, *gone]
        for address in places:  # before this debtor's own file, whose trace of the call ends every repetition
            listening.addresses.reach(address, wish, now, but=(fact.debtor,))
        if contact is not None:
            listening.tell_owners(file, contact, event, (fact.debtor,))
        in_parts(listening.store, listening.owner, file, after, ledger=entries, work=work)
        self._count(fact)
        return True

    def _answered(self, file: File, fact: CallFact, now: datetime) -> tuple[File, list[Work], list[LedgerEntry]]:
        """The file with the tasks this call was made for answered. Whoever did not pick up is called again, and so is
        a debtor of whom another number is known. A task that was withdrawn when part of it was paid, and has not been
        asked for anew yet, was done by the same call.
        """
        works: list[Work] = []
        entries: list[LedgerEntry] = []
        others = [p for p in file.debtor.points if p.kind == "phone" and p.status is PointStatus.OK]
        nobody = fact.outcome is CallOutcome.WRONG_PERSON and all(p.value == fact.phone for p in others)
        if not fact.outcome.reached and not nobody:
            return file, works, entries
        for asked, contact in tasks.waiting_for(file, CALLS):
            known = tasks.work_of(file, asked)
            work = self.listening.store.get_work(known.tenant, known.key) or known
            file, told = tasks.refused(file, asked, now) if nobody else tasks.done(file, contact.key, now)
            entries += told
            works.append(work.done(f"{WORDS[fact.outcome]}: {fact.note}" if fact.note else WORDS[fact.outcome]))
        for asked, contact in () if nobody else tasks.withdrawn(file, CALLS):
            for title in asked.receivables:
                file, _, told = tasks.done_before(file, contact, title, now)
                entries += told
        return file, works, entries

    def _work(self, file: File, fact: CallFact, now: datetime) -> list[Work]:
        """A dispute holds until a person ends it, whoever heard of it."""
        if fact.outcome is not CallOutcome.DISPUTE:
            return []
        debtor = file.debtor
        name = pseudonym(self.listening.key, debtor.tenant, f"{debtor.id}{fact.key}")
        note = f'Contesta (por telefone): "{fact.note or "sem detalhe"}"'
        return [Work(debtor.tenant, WorkKind.REPLY, name, now, debtor=debtor.id, reference="voice", note=note)]

    def _count(self, fact: CallFact) -> None:
        metrics = self.listening.metrics
        metrics.add("CallAttempts", 1, outcome=fact.outcome)
        if fact.outcome.reached:
            metrics.add("RightPartyContacts", 1)
        if fact.outcome is CallOutcome.PROMISE:
            metrics.add("PromisesMade", 1, channel=Channel.VOICE)


def _event(fact: CallFact, rules: Rules) -> ChannelEvent:
    return ChannelEvent(
        Channel.VOICE,
        ChannelEventKind.UNKNOWN,
        message_id=fact.key,
        action=fact.outcome.action,
        at=datetime.combine(fact.on, time(12), ZoneInfo(rules.tenant.time_zone)),
        text=fact.note,
        sender=fact.phone,
        promised_on=fact.promised_on.isoformat() if fact.promised_on else "",
    )


def _heard(
    file: File, fact: CallFact, event: ChannelEvent, contact: Contact | None, rules: Rules, now: datetime
) -> tuple[File, list[LedgerEntry]]:
    debtor = replace(file.debtor, heard=(*file.debtor.heard, fact.key)[-HEARD:])
    noted = _NOTED.get(fact.outcome)
    if noted is not None:
        return replace(file, debtor=debtor), [entry_of(noted, debtor, event, now, contact)]
    told, entries = act(debtor, contact, event, rules, now, every=False, to="")
    if fact.amount_cents and len(told.promises) > len(debtor.promises):
        promise = replace(told.promises[-1], amount_cents=fact.amount_cents)
        told = replace(told, promises=(*told.promises[:-1], promise))
    return replace(file, debtor=told), entries


def _task(file: File) -> Contact | None:
    """The task the call was made for: what is promised or contested is what it listed.

    One call answers every call that waits, and a line of a list names the debtor alone: it speaks of all their titles.
    """
    waiting = [contact for _, contact in tasks.waiting_for(file, CALLS)]
    if waiting:
        titles = dict.fromkeys(title for contact in waiting for title in contact.receivables)
        return replace(waiting[-1], receivables=tuple(titles))
    made = [c for c in file.contacts if c.channel is Channel.TASK]
    calls = [c for c in made if is_sort(c.step, c.template, CALLS)]
    return max(calls or made, key=lambda c: c.at, default=None)
