"""Work lists out of the store: the calls to make, and the letters to post, each with what is owed today."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from regua.domain.contact import tasks
from regua.domain.contact.decision import ContactDecision, Fired
from regua.domain.contact.limits import held
from regua.domain.contact.message import Message
from regua.domain.contact.planner import line_of
from regua.domain.contact.reach import is_sort, point_for
from regua.domain.contact.rules import Rules, place_of
from regua.domain.model import Channel, ContactPoint, File
from regua.domain.money.settlement import local_date
from regua.domain.money.statement import StatementLine
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.ports import Clock, Ref, Store
from regua.use_cases.collecting.letters import addressed
from regua.use_cases.conflicts import until_committed

MOST = 10_000


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A task on a list: whom it is about, and what is owed of its bills today."""

    work: Work
    file: File
    lines: tuple[StatementLine, ...]

    @property
    def total_cents(self) -> int:
        """All of it."""
        return sum(line.due.total_cents for line in self.lines)


@dataclass(frozen=True, slots=True)
class LetterDue:
    """A letter as it is to be posted today."""

    listed: ListedTask
    to: ContactPoint
    message: Message


@dataclass(frozen=True, slots=True)
class Lists:
    """The ports of the lists; `compose` renders what a debtor reads."""

    store: Store
    rules: Callable[[str, datetime], Rules]
    clock: Clock
    owner: Callable[[], str]
    compose: Callable[[File, ContactDecision, Channel, Rules, str], Message]

    def open(self, tenant: str, words: tuple[str, ...], step: str = "") -> Iterator[ListedTask]:
        """The tasks of that sort (or of that step) nobody has answered, oldest first, one for each debtor and step.

        Bills that are on hold today (a promise, a dispute) are left out, and so is a task of which nothing is left, or
        whose debtor's file nobody can read.
        """
        now = self.clock.now()
        rules = self.rules(tenant, now)
        for work in self.store.work(tenant, WorkStatus.OPEN, MOST):
            wanted = work.step == step if step else is_sort(work.step, work.template, words)
            if work.kind is not WorkKind.TASK or not wanted:
                continue
            try:
                file = self.store.load(tenant, work.debtor)
            except ValueError:  # the store has named it: it keeps nobody else's letter back
                continue
            if file is None or tasks.asked_by(file, work) is None:
                continue
            lines = _lines(file, work, rules, now)
            if lines:
                yield ListedTask(work, file, lines)

    def letter(self, tenant: str, work: Work) -> LetterDue:
        """The letter a task asks for, in today's words and amounts. What it asks for is remembered with the task, so
        that money by its code finds the bills it listed. Raises KeyError for a task that is answered, or about which
        nothing is left; ValueError (Portuguese) for a debtor without an address.
        """
        return until_committed(partial(self._letter, tenant, work))

    def _letter(self, tenant: str, work: Work) -> LetterDue:
        """Raises ConflictError when somebody else committed meanwhile."""
        now = self.clock.now()
        rules = self.rules(tenant, now)
        file = self.store.load(tenant, work.debtor)
        asked = tasks.asked_by(file, work) if file else None
        lines = _lines(file, work, rules, now) if file and asked else ()
        if file is None or asked is None or not lines:
            raise KeyError(work.key)
        point = point_for(Channel.LETTER, file.debtor)
        if point is None and not file.debtor.address:
            raise ValueError(f"{file.debtor.name or file.debtor.id} não tem endereço")
        driver = lines[0].receivable
        policy = rules.policy(driver, file.debtor)
        step = policy.step(asked.step)
        if step is None:
            raise ValueError(f"a régua não tem mais a etapa '{asked.step}'")
        decision = ContactDecision(
            now,
            step,
            (Channel.LETTER,),
            driver.id,
            lines,
            tuple(Fired(line.receivable.id, step, asked.rank) for line in lines),
            (),
            policy.label,
            rules.calendar.version,
        )
        message = self.compose(file, decision, Channel.LETTER, rules, "")
        code = decision.code_of(file.debtor) if len(decision.to_pay) > 1 else ""
        contacts = tuple(
            replace(c, asked=decision.asked, code=code) if c.key == asked.contact else c for c in file.contacts
        )
        if contacts != file.contacts:
            refs = [Ref(tenant, "txid", code, file.debtor.id)] if code else []
            file = self.store.commit(file, replace(file, contacts=contacts), owner=self.owner(), refs=refs)
        to = addressed(file.debtor, point or ContactPoint("address", file.debtor.address))
        return LetterDue(ListedTask(work, file, lines), to, message)


def _lines(file: File, work: Work, rules: Rules, now: datetime) -> tuple[StatementLine, ...]:
    """What is owed today of the bills the work is about, those on hold left out, by due date."""
    asked = tasks.asked_by(file, work)
    about = {*work.receivables, *(asked.receivables if asked else ())}
    opened = [r for r in file.open_receivables if r.id in about and not r.do_not_collect]
    free, _ = held(file.debtor, opened, rules.tenant, now)
    place, today = place_of(file.debtor, rules.tenant), local_date(now, rules.tenant)
    found = (line_of(r, file.debtor, rules, place, today) for r in free)
    return tuple(sorted(found, key=lambda line: (line.receivable.due_on, line.receivable.id)))
