"""People of the creditor who act: they answer tasks and approvals, resolve disputes, pause, and take pauses back."""

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from regua.domain.contact.by_person import NothingToEndError
from regua.domain.model import File, HoldKind
from regua.domain.work import NotForAPersonError, Work, WorkKind, WorkStatus
from regua.use_cases.desk.person import Actor, KnownError
from tests.simulation.books import Bill

if TYPE_CHECKING:
    from tests.simulation.story import Story

ASKED = (WorkKind.TASK, WorkKind.APPROVAL)
ACTOR = Actor("ana", "combinado por telefone")


class Desk:
    """Somebody who looks at the list now and then, and does some of it."""

    def __init__(self, story: "Story") -> None:
        self.story, self.world, self.random = story, story.world, story.random
        self.diligence = self.random.choice((0.2, 0.6, 0.9))

    def tell(self) -> None:
        """Puts the days on which somebody looks at the list into the world's queue."""
        day = self.random.uniform(2, 5)
        while day < self.story.days:
            self.world.at(self.story.start + timedelta(days=day, hours=6), "person", self.act)
            day += self.random.uniform(1, 5)

    def act(self) -> None:
        """Answers some of the list, and now and then does something about a debtor."""
        for work in list(self.world.truth.work(None, WorkStatus.OPEN)):
            if work.kind in ASKED and self.random.random() < self.diligence:
                with suppress(NotForAPersonError, KeyError):  # somebody was faster
                    self._answer(work)
        if self.random.random() < 0.3:
            files = self.world.files()
            if files:
                with suppress(NothingToEndError, KnownError):
                    self._about(self.random.choice(files))

    def _answer(self, work: Work) -> None:
        tasks, drawn = self.world.tasks, self.random.random()
        if drawn < 0.2:
            tasks.postpone(work.tenant, work.key)
        elif drawn < 0.4:
            for title in work.receivables:
                self.world.books.bills[work.tenant, title].refused.add(work.step)
            tasks.refuse(work.tenant, work.key)
        elif work.kind is WorkKind.APPROVAL:
            tasks.approve(work.tenant, work.key)
        else:
            self.world.books.answered.add((work.debtor, work.reference))
            tasks.done(work.tenant, work.key, "feita")
            for title in work.receivables:
                bill = self.world.books.bills[work.tenant, title]
                for named in bill.named:
                    named.done = named.done or named.step == work.step

    def _about(self, file: File) -> None:
        books, person, now = self.world.books, self.world.person, self.world.clock.at
        tenant, debtor = file.debtor.tenant, file.debtor.id
        titles = [r.id for r in file.receivables if r.is_open and (tenant, r.id) in books.bills]
        if any(h.kind is HoldKind.DISPUTE for h in file.debtor.holds):
            if self.random.random() < 0.3:
                self._ended("dispute", tenant, titles)  # before: whoever dies in between acts anew, otherwise
                person.dispute_upheld(tenant, debtor, ACTOR)
                for hold in file.debtor.holds:
                    if hold.kind is HoldKind.DISPUTE:
                        for title in hold.receivables or titles:
                            books.bills[tenant, title].out = "upheld"
            else:
                self._ended("dispute", tenant, titles)
                person.dispute_rejected(tenant, debtor, ACTOR)
        elif self.random.random() < 0.5 and titles:
            days = self.random.choice((1, 3, 6))
            self._ended("manual", tenant, titles)  # the newest word counts
            person.hold(tenant, debtor, ACTOR, now.date() + timedelta(days=days))
            books.hush("manual", tenant, titles, now, now + timedelta(days=days))
        else:
            person.note(tenant, debtor, ACTOR)

    def _ended(self, kind: str, tenant: str, titles: list[str]) -> None:
        books, now = self.world.books, self.world.clock.at
        for quiet in books.quiet:
            if quiet.kind == kind and quiet.tenant == tenant and quiet.titles & set(titles):
                quiet.until = now
        for title in titles:
            books.bills[tenant, title].quiet_since = now

    def waits_for(self, bill: Bill) -> bool:
        """Whether somebody has been asked about it, and it stands on the list."""
        return any(
            w.kind in ASKED and w.tenant == bill.tenant and bill.title in w.receivables
            for w in self.world.truth.work(None, WorkStatus.OPEN)
        )
