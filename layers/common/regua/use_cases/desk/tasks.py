"""What a person says to a task or an approval: done, approved, refused, put off.

Each answer is one commit under the file's version, with the work that carries it: a payment, a dispute or a withdrawal
that came first is seen, and one that comes later sees the answer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from regua.domain.contact import tasks
from regua.domain.contact.rules import Rules, place_of
from regua.domain.model import AskedStep, File, LedgerEntry
from regua.domain.money.settlement import local_date
from regua.domain.values import replace
from regua.domain.work import NotForAPersonError, Work, WorkKind
from regua.ports import Clock, Metrics, Store
from regua.use_cases.commits import in_parts
from regua.use_cases.conflicts import until_committed
from regua.use_cases.moved_titles import heir_of
from regua.use_cases.opened_work import count_opened
from regua.use_cases.paying.follow_up import measures_to_undo

ASKED = (WorkKind.TASK, WorkKind.APPROVAL)
"""Work that is answered here; the rest is closed by `worklist.close`."""


@dataclass(frozen=True, slots=True)
class TaskDesk:
    """The ports of the answers; `look` is told whom to look at again, now that somebody has answered."""

    store: Store
    rules: Callable[[str, datetime], Rules]
    """What is asked of it here is the creditor's place and the calendar; the policy only where no day is given."""
    clock: Clock
    metrics: Metrics
    owner: Callable[[], str]
    look: Callable[[str, str], None] = lambda tenant, debtor: None

    # every method takes the work's key (`Work.key`), returns the work as it is then, and raises KeyError for a key
    # nobody has, NotForAPersonError (Portuguese) for what cannot be answered so, and RetryableError when others commit
    # first every time

    def done(self, tenant: str, key: str, outcome: str, by: str = "") -> Work:
        """The task was done. One that was withdrawn meanwhile counts as well: where its bill is paid by now, what was
        done is to be undone.
        """
        return self._answer(tenant, key, by, partial(_done, outcome=outcome or "feita"))

    def approve(self, tenant: str, key: str, note: str = "", by: str = "") -> Work:
        """The message may go."""
        return self._answer(tenant, key, by, partial(_approved, outcome=_with("aprovada", note)))

    def refuse(self, tenant: str, key: str, note: str = "", by: str = "") -> Work:
        """It will not be done, or must not go: the step is passed over and the ladder goes on."""
        return self._answer(tenant, key, by, partial(_refused, outcome=_with("recusada", note)))

    def postpone(self, tenant: str, key: str, until: date | None = None, note: str = "", by: str = "") -> Work:
        """Not before that day of the creditor's; None: as many business days as the policy gives for a task."""
        return self._answer(tenant, key, by, partial(_postponed, until=until, note=note))

    def _answer(self, tenant: str, key: str, by: str, say: "_Say") -> Work:
        work = until_committed(partial(self._once, tenant, key, by, say))
        self.look(tenant, work.debtor)
        return work

    def _once(self, tenant: str, key: str, by: str, say: "_Say") -> Work:
        """Raises ConflictError when somebody else committed meanwhile."""
        work = self.store.get_work(tenant, key)
        if work is None:
            raise KeyError(key)
        if work.kind not in ASKED:
            raise NotForAPersonError("isto não se aprova, recusa nem adia: quando estiver feito, use done")
        file = self.store.load(tenant, work.debtor)
        if file is None:
            raise KeyError(key)
        now = self.clock.now()
        rules = self.rules(tenant, now)
        said = say(file, work, tasks.asked_by(file, work), rules, now)
        for title in work.receivables if said.answer == "done" else ():
            self._done_there(file, work, title, now)
        entries = [replace(entry, note=by or entry.note) for entry in said.ledger]
        in_parts(self.store, self.owner, file, said.file, ledger=entries, work=[said.work, *said.more])
        self.metrics.add("TasksAnswered", 1, kind=work.kind, answer=said.answer)
        count_opened(self.metrics, said.more)
        return said.work

    def _done_there(self, file: File, work: Work, title: str, now: datetime) -> None:
        """What was done about a title that has moved since (a corrected tax id) was done about it there. First: whoever
        dies in between is repeated. Raises RetryableError while it is on its way.
        """
        heir = heir_of(self.store, file, title, now)
        contact = next((c for c in file.contacts if c.key == work.reference), None)
        if heir is None or contact is None:
            return

        def once() -> None:
            there = self.store.load(heir.tenant, heir.debtor)
            if there is None:
                return
            after, works, entries = tasks.done_before(there, contact, heir.item, now)
            if after is not there:
                in_parts(self.store, self.owner, there, after, ledger=entries, work=works)

        until_committed(once)
        self.look(heir.tenant, heir.debtor)


@dataclass(frozen=True, slots=True)
class _Said:
    """What an answer makes of the file and of the work."""

    file: File
    work: Work
    ledger: Iterable[LedgerEntry]
    answer: str
    more: tuple[Work, ...] = ()
    """Work that follows from it."""


_Say = Callable[[File, Work, AskedStep | None, Rules, datetime], _Said]


def _done(file: File, work: Work, asked: AskedStep | None, rules: Rules, now: datetime, *, outcome: str) -> _Said:
    if work.kind is not WorkKind.TASK:
        raise NotForAPersonError("isto é uma aprovação: use approve, refuse ou postpone")
    if asked is None and not work.outcome.startswith(tasks.WITHDRAWN):
        raise NotForAPersonError(f"esta tarefa já foi respondida: {work.outcome}")
    try:
        file, entries = tasks.done(file, work.reference, now)
    except KeyError:
        raise NotForAPersonError("esta tarefa não existe mais") from None
    undo = tuple(
        one
        for key in work.receivables
        if (r := file.receivable(key)) is not None and not r.is_open and asked is None
        for one in measures_to_undo(file, r, rules, now)
        if one.step == work.step
    )
    return _Said(file, work.done(outcome[:500]), entries, "done", undo)


def _approved(file: File, work: Work, asked: AskedStep | None, rules: Rules, now: datetime, *, outcome: str) -> _Said:
    if work.kind is not WorkKind.APPROVAL:
        raise NotForAPersonError("isto é uma tarefa: use done, refuse ou postpone")
    after, entries = tasks.approved(file, _open(asked, work), now)
    return _Said(after, work.done(outcome), entries, "approved")


def _refused(file: File, work: Work, asked: AskedStep | None, rules: Rules, now: datetime, *, outcome: str) -> _Said:
    after, entries = tasks.refused(file, _open(asked, work), now)
    return _Said(after, work.done(outcome), entries, "refused")


def _postponed(
    file: File, work: Work, asked: AskedStep | None, rules: Rules, now: datetime, *, until: date | None, note: str
) -> _Said:
    asked = _open(asked, work)
    today = local_date(now, rules.tenant)
    if until is None:
        days = rules.debtor_policy(file.debtor).task_days
        until = rules.calendar.add_business_days(today, days, place_of(file.debtor, rules.tenant))
    if until <= today:
        raise NotForAPersonError("adie para um dia depois de hoje")
    after, entries = tasks.postponed(file, asked, until, now)
    return _Said(after, replace(work, due_on=until, outcome=_with("adiada", note)), entries, "postponed")


def _open(asked: AskedStep | None, work: Work) -> AskedStep:
    if asked is None or asked.approved_at is not None:
        raise NotForAPersonError(f"isto já foi respondido: {work.outcome or 'não está mais na lista'}")
    return asked


def _with(word: str, note: str) -> str:
    return f"{word}: {note.strip()}"[:500] if note.strip() else word
