"""Automatic debits (Pix Automático): a bank schedules them, tries again, gives up or calls off, and tells of it."""

from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from regua.ports import InboxStatus
from tests.simulation.books import ZONES, Quiet

if TYPE_CHECKING:
    from tests.simulation.story import Story

GIVEN_UP = timedelta(days=8)
"""After the first try three more may follow within seven days (Banco Central): then nobody waits any more."""
_SCHEDULED = "debit"


def _debited(story: "Story") -> None:
    """A title is to be debited: on its day it is paid, or refused and tried again, once or more, or called off."""
    draw = story.random
    tenant, title = story._any()
    at = story.start + timedelta(days=story._some_day(0.7))
    first = at + timedelta(days=draw.choice((0, 1, 3)))
    ways: tuple[tuple[str, ...], ...] = (
        (_SCHEDULED,),  # and nothing is ever heard of it again
        (_SCHEDULED, "debit_ended"),
        (_SCHEDULED, "debit_refused"),
        (_SCHEDULED, _SCHEDULED, "debit_refused"),
        (_SCHEDULED, _SCHEDULED, _SCHEDULED, "debit_ended"),
        ("debit_refused", _SCHEDULED, "debit_ended"),
    )
    debit = _Debit(story, tenant, title, first)
    for kind in draw.choice(ways):
        news = f"A{next(story.numbers)}"
        told = at + timedelta(minutes=draw.choice((0, 0, 30, 1500)))
        for wait in (0, *draw.choice(((), (), (40,), (3000,)))):
            story.world.at(told + timedelta(minutes=wait), "webhook", partial(debit.tell, news, kind, at))
        if kind == "debit_ended" and draw.random() < 0.7:  # it came: the money is told of as any other
            cents = story.sheets[tenant][title][1].principal_cents
            story._money(tenant, title, cents, at)
        at += timedelta(hours=draw.choice((5, 24, 50)))


class _Debit:
    """What is told of one title's debit, and until when it is waited for."""

    def __init__(self, story: "Story", tenant: str, title: str, first: datetime) -> None:
        self.story, self.tenant, self.title, self.first = story, tenant, title, first
        self.told: dict[str, tuple[datetime, str]] = {}
        self.quiet: Quiet | None = None

    def tell(self, news: str, kind: str, at: datetime) -> None:
        """Its news, in whatever order they come: the one of the latest moment counts."""
        world = self.story.world
        self.told[news] = (at, kind)
        if self._kind() != _SCHEDULED:  # before: whoever is interrupted writes again
            self._end()
        world.webhook(self.tenant, f"{news}|{self.first.date()}|{kind}|{self.title}|0|{at.isoformat()}|pix")
        stored = world.truth.get_inbox(self.tenant, "fake", news)
        if stored is None or stored.status is not InboxStatus.APPLIED:
            if world.noisy:  # it waits for the queue, or for its title
                world.later(timedelta(hours=7), "webhook", partial(self.tell, news, kind, at))
        elif self._kind() == _SCHEDULED and self.quiet is None:
            until = datetime.combine(self.first.date() + GIVEN_UP, time(0), ZONES["SP"])
            world.books.hush("debit", self.tenant, (self.title,), world.clock.at, until)
            self.quiet = world.books.quiet[-1]

    def _kind(self) -> str:
        return max(self.told.values())[1]

    def _end(self) -> None:
        world = self.story.world
        bill = world.books.bills.get((self.tenant, self.title))
        if bill is not None:
            bill.quiet_since = world.clock.at
        if self.quiet is not None:
            self.quiet.until, self.quiet = min(self.quiet.until or world.clock.at, world.clock.at), None
