"""People of the creditor who act: they answer tasks and approvals, call, read what debtors wrote, resolve disputes,
pause and go on, take wishes and addresses back or out of use, and tell of money that came another way.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from regua.domain.contact.by_person import NothingToEndError
from regua.domain.contact.call import CallFact, CallOutcome
from regua.domain.contact.channel_event import Action
from regua.domain.contact.reach import CALLS, is_sort
from regua.domain.model import Channel, File, HoldKind
from regua.domain.work import NotForAPersonError, Work, WorkKind, WorkStatus
from regua.use_cases.desk import worklist
from regua.use_cases.desk.person import Actor, KnownError, UnknownError
from tests.simulation import statements
from tests.simulation.books import ZONES, Bill

if TYPE_CHECKING:
    from tests.simulation.story import Story

ASKED = (WorkKind.TASK, WorkKind.APPROVAL)
ACTOR = Actor("ana", "combinado por telefone")
REACHED = (CallOutcome.RIGHT_PARTY, CallOutcome.PROMISE, CallOutcome.DISPUTE)
"""What a call says of which the right person was spoken to."""
SPOKEN = (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP)
PAUSES = ("manual", "clearing", "negotiation", "promise", "reply", "bank", "doubt")


class Desk:
    """Somebody who looks at the list now and then, and does some of it."""

    def __init__(self, story: "Story") -> None:
        self.story, self.world = story, story.world
        self.diligence = self.random.choice((0.2, 0.6, 0.9))

    @property
    def random(self) -> Random:
        """What this visit to the desk draws from."""
        return self.world.random

    def tell(self) -> None:
        """Puts the days on which somebody looks at the list into the world's queue."""
        day = self.random.uniform(2, 5)
        while day < self.story.days:
            at = self.story.start + timedelta(days=day, hours=6)
            self.world.at(at, "person", partial(self.act, []))
            day += self.random.uniform(1, 5)

    def act(self, begun: list[list[Callable[[], None]]]) -> None:
        """Answers some of the list, and now and then does something about a debtor. Who is interrupted goes on with
        what was `begun`.
        """
        if not begun:
            begun.append([*self._of_the_list(), *self._about_somebody()])
        todo = begun[0]
        while todo:
            with suppress(NotForAPersonError, NothingToEndError, UnknownError):  # somebody was faster
                todo[0]()
            todo.pop(0)

    def _of_the_list(self) -> Iterator[Callable[[], None]]:
        for work in list(self.world.truth.work(None, WorkStatus.OPEN)):
            draw = partial(self.world.luck.draw, f"{work.kind} {work.step} {work.receivables}")
            if work.kind in ASKED and draw() < self.diligence:
                is_call = work.kind is WorkKind.TASK and is_sort(work.step, work.template, CALLS)
                answer = self._call if is_call and draw() < 0.7 else self._answer
                yield partial(answer, work, draw())
            elif work.step == Action.PERSON_FIRST and draw() < 0.5:
                yield partial(self._read, work)
        for movement in list(self.story.movements):
            draw = partial(self.world.luck.draw, f"movement {movement.news}")
            listed = (movement.tenant, movement.title) in self.world.books.bills
            if not movement.back and draw() < self.diligence / 2:
                title = movement.title if movement.payer and listed and draw() < 0.7 else ""
                yield partial(statements.answer, self.story, movement, title=title)

    def _about_somebody(self) -> Iterator[Callable[[], None]]:
        files = self.world.files()
        if files and self.random.random() < 0.4:
            news = f"R{next(self.story.numbers)}"
            yield partial(self._about, self.random.choice(files), self.random.random(), news)

    # the list -----------------------------------------------------------------------------------------------------

    def _answer(self, work: Work, drawn: float) -> None:
        desk = self.world.tasks
        with suppress(KeyError):  # somebody was faster
            if drawn < 0.2:
                desk.postpone(work.tenant, work.key)
            elif drawn < 0.4:
                self._refused(work)
                desk.refuse(work.tenant, work.key)
            elif work.kind is WorkKind.APPROVAL:
                desk.approve(work.tenant, work.key)
            else:
                self.world.books.answered.add((work.debtor, work.reference))
                try:
                    desk.done(work.tenant, work.key, "feita")
                finally:
                    self._done_where_it_is(work)
                self._is_done(work)

    def _done_where_it_is(self, work: Work) -> None:
        """A title that has moved meanwhile takes the step at who has it by now."""
        truth = self.world.truth
        refs = [truth.find(work.tenant, "external", title) for title in work.receivables]
        files = [truth.load(work.tenant, ref.debtor) for ref in refs if ref]
        for file in filter(None, files):
            there = (c.key for c in file.contacts if c.channel is Channel.TASK and c.step == work.step)
            self.world.books.answered.update((file.debtor.id, key) for key in there)

    def _refused(self, work: Work) -> None:
        for title in work.receivables:
            self.world.books.bills[work.tenant, title].refused.add(work.step)

    def _is_done(self, work: Work) -> None:
        for title in work.receivables:
            for named in self.world.books.bills[work.tenant, title].named:
                named.done = named.done or named.step == work.step

    def _call(self, work: Work, drawn: float) -> None:
        """The list of calls comes back with one line: who was reached, and what was said."""
        world, now = self.world, self.world.clock.at
        outcomes = (CallOutcome.NO_ANSWER, CallOutcome.NO_ANSWER, CallOutcome.RIGHT_PARTY, *CallOutcome)
        outcome = outcomes[int(drawn * len(outcomes))]
        today = now.astimezone(ZONES["SP"]).date()
        day = today + timedelta(days=3)
        file = world.truth.load(work.tenant, work.debtor)
        phones = [p.value for p in file.debtor.points if p.kind == "phone"] if file else []
        fact = CallFact(
            2, work.debtor, outcome, today, day if outcome is CallOutcome.PROMISE else None, phone=(*phones, "")[0]
        )
        if outcome is CallOutcome.WRONG_PERSON:
            self._refused(work)
        reached = outcome in REACHED
        if reached:
            self._answered_by_calls(work)
        try:
            world.calling.apply(work.tenant, [fact])
        finally:
            if reached:
                self._answered_by_calls(work)
        if reached:
            self._is_done(work)
        if outcome is CallOutcome.WRONG_PERSON and fact.phone and file is not None:
            world.books.mute(work.tenant, "*", fact.phone, world.person_at(fact.phone), "not me")
        if outcome is CallOutcome.PROMISE:
            until = datetime.combine(day + timedelta(days=1), time(12), UTC)
            world.books.hush("promise", work.tenant, work.receivables, now, until)
        if outcome is CallOutcome.DISPUTE:
            world.books.hush("dispute", work.tenant, work.receivables, now, None)

    def _answered_by_calls(self, work: Work) -> None:
        """Whatever calls wait for, at whom the person is by now."""
        file = self.world.truth.load(work.tenant, work.debtor)
        while file is not None:
            calls = (c for c in file.contacts if c.channel is Channel.TASK)
            names = (c.key for c in calls if is_sort(c.step, c.template, CALLS))
            self.world.books.answered.update((file.debtor.id, name) for name in names)
            file = self.world.truth.load(work.tenant, file.debtor.moved_to) if file.debtor.moved_to else None

    def _read(self, work: Work) -> None:
        """Somebody has answered what the debtor wrote; what the debtor wrote since still waits."""
        file = self.world.truth.load(work.tenant, work.debtor)
        unread = self.world.truth.work(work.tenant, WorkStatus.OPEN)
        if not any((w.kind, w.debtor, w.step) == (work.kind, work.debtor, work.step) and w != work for w in unread):
            self._ended("reply", work.tenant, self._theirs(file) if file else [])
        with suppress(KeyError):
            worklist.close(self.world.store, work.tenant, worklist.id_of(work), "respondida")  # type: ignore[arg-type]  # structural

    # a debtor -----------------------------------------------------------------------------------------------------

    def _about(self, file: File, drawn: float, news: str) -> None:
        debtor = file.debtor
        titles = [r.id for r in file.receivables if r.is_open and (debtor.tenant, r.id) in self.world.books.bills]
        points = [p for p in debtor.points if p.kind in ("email", "phone")]
        held = any(h.kind in PAUSES for h in debtor.holds) or bool(debtor.promises)
        out = next((o.channel for o in debtor.opt_outs), "") or next((c for p in points for c in p.refused), "")
        waits = next((h.receivables for h in debtor.holds if h.kind is HoldKind.CREDIT), ())
        covered = [title for title in titles if title in waits]
        if covered and drawn < 0.5:
            self._credit(file, covered[int(drawn * 100) % len(covered)])
        elif any(h.kind is HoldKind.DISPUTE for h in debtor.holds):
            self._dispute(file, titles, upheld=drawn < 0.3)
        elif out and drawn < 0.6:
            self._opt_in(file, str(out))
        elif held and drawn < 0.5:
            for kind in PAUSES:
                self._ended(kind, debtor.tenant, self._theirs(file))
            self.world.person.resume(debtor.tenant, debtor.id, ACTOR)
        elif titles and drawn < 0.35:
            self._hold(file, titles, days=(1, 3, 6)[int(drawn * 100) % 3])
        elif titles and drawn < 0.65:
            self._paid(file, titles[0], news, half=drawn < 0.5)
        elif points and drawn < 0.9:
            point = points[int(drawn * 1000) % len(points)]
            self._point(file, point.value, back=drawn >= 0.75)
        else:
            self.world.person.note(debtor.tenant, debtor.id, ACTOR)

    def _dispute(self, file: File, titles: list[str], *, upheld: bool) -> None:
        books, tenant, debtor = self.world.books, file.debtor.tenant, file.debtor.id
        self._ended("dispute", tenant, self._theirs(file))  # before: whoever dies in between acts anew, otherwise
        if not upheld:
            self.world.person.dispute_rejected(tenant, debtor, ACTOR)
            return
        try:
            self.world.person.dispute_upheld(tenant, debtor, ACTOR)
        finally:
            for hold in file.debtor.holds:
                for title in (hold.receivables or titles) if hold.kind is HoldKind.DISPUTE else ():
                    bill = books.bills[tenant, title]
                    bill.out = bill.out or ("" if self.world.receivable(bill).is_open else "upheld")

    def _opt_in(self, file: File, channel: str) -> None:
        """Wishes of that channel are taken back at the debtor's addresses, and nothing else that is known of them."""
        books, debtor = self.world.books, file.debtor
        was = deepcopy(books.muted)
        for point in debtor.points:
            every = "wish" in books.muted.get((debtor.tenant, "*", point.value), ())
            books.unmute(debtor.tenant, channel, point.value, "wish")
            if every and channel != "*":  # of all of them, one alone is taken back
                books.unmute(debtor.tenant, "*", point.value, "wish")
                for other in (c for c in SPOKEN if c != channel):
                    books.mute(debtor.tenant, str(other), point.value, self.world.person_at(point.value))
        try:
            self.world.person.opt_in(debtor.tenant, debtor.id, ACTOR, channel)
        except NothingToEndError:
            books.muted = was
            raise

    def _point(self, file: File, value: str, *, back: bool) -> None:
        """An address is taken out of use, or back into it."""
        books, debtor = self.world.books, file.debtor
        if not back:
            self.world.person.stop_point(debtor.tenant, debtor.id, ACTOR, value)
            books.mute(debtor.tenant, "*", value, self.world.person_at(value), "not me")
            return
        was = deepcopy(books.muted)
        books.unmute(debtor.tenant, "*", value)
        try:
            self.world.person.restore_point(debtor.tenant, debtor.id, ACTOR, value)
        except NothingToEndError:
            books.muted = was
            raise

    def _hold(self, file: File, titles: list[str], days: int) -> None:
        tenant, now = file.debtor.tenant, self.world.clock.at
        self._ended("manual", tenant, self._theirs(file))  # the newest word counts
        self.world.person.hold(tenant, file.debtor.id, ACTOR, now.date() + timedelta(days=days))
        self.world.books.hush("manual", tenant, titles, now, now + timedelta(days=days))

    def _paid(self, file: File, title: str, news: str, *, half: bool) -> None:
        """The debtor paid at the counter: so it was said there, and once."""
        world, tenant, debtor = self.world, file.debtor.tenant, file.debtor.id
        bill, receivable = world.books.bills[tenant, title], file.receivable(title)
        assert receivable is not None, "an open one of its own"
        cents = max(1, receivable.open_principal_cents // (3 if half else 1))  # of a cent that is left, no third
        if (tenant, title, cents) in self.story.told or (tenant, title, cents) in self.story.banked:
            return  # the same sum told by two is the same money
        day: date = world.clock.at.astimezone(ZONES["SP"]).date()
        bill.news += 1
        with self.story.hearing(bill), suppress(KnownError):
            world.person.paid(tenant, debtor, ACTOR, title, cents, day, reference=news)
        self.story.counted(bill, news, cents, found=True)

    def _credit(self, file: File, title: str) -> None:
        """What is over on other titles of the debtor pays that one: the application says how much, and where from."""
        world, tenant, debtor = self.world, file.debtor.tenant, file.debtor.id
        bills = [world.books.bills.get((tenant, r.id)) for r in file.receivables]
        with self.story.hearing(*filter(None, bills)), suppress(KnownError):
            try:
                world.person.credit(tenant, debtor, ACTOR, title)
            finally:
                self._credited(tenant, debtor, title)

    def _credited(self, tenant: str, debtor: str, title: str) -> None:
        file, books = self.world.truth.load(tenant, debtor), self.world.books
        for fact in file.facts if file else ():
            source = fact.receivable
            name = fact.fact_id.removesuffix("#taken")
            if fact.fact_id == name or name.split("#")[1] != title or name in books.bills[tenant, title].money:
                continue
            there, bill = books.bills[tenant, source], books.bills[tenant, title]
            there.news, bill.news = there.news + 1, bill.news + 1
            books.lent(there, bill, name, fact.amount_cents, self.world.clock.at)
            self.story.promises_end(bill, fact.amount_cents)

    def _theirs(self, file: File) -> list[str]:
        """The titles that are this person's by now, under this id or a corrected one: of one that was listed to
        somebody else since, what was said stays said there.
        """
        tenant, ids = file.debtor.tenant, [file.debtor.id]
        heir: File | None = file
        while heir is not None and heir.debtor.moved_to not in ("", *ids):
            ids.append(heir.debtor.moved_to)
            heir = self.world.truth.load(tenant, heir.debtor.moved_to)
        listed = ((r.id, self.world.truth.find(tenant, "external", r.id)) for r in file.receivables)
        return [title for title, ref in listed if ref is not None and ref.debtor in ids]

    def _ended(self, kind: str, tenant: str, titles: list[str]) -> None:
        books, now = self.world.books, self.world.clock.at
        for quiet in list(books.quiet):
            if quiet.kind == kind and quiet.tenant == tenant and quiet.titles & set(titles):
                if left := quiet.titles - set(titles):  # what moved to somebody else waits on, as it did
                    books.quiet.append(replace(quiet, titles=left))
                quiet.titles, quiet.until = quiet.titles & set(titles), now
        for title in titles:
            if (tenant, title) in books.bills:
                books.bills[tenant, title].quiet_since = now

    def waits_for(self, bill: Bill) -> bool:
        """Whether somebody has been asked about it, and it stands on the list."""
        return any(
            w.kind in ASKED and w.tenant == bill.tenant and bill.title in w.receivables
            for w in self.world.truth.work(None, WorkStatus.OPEN)
        )
