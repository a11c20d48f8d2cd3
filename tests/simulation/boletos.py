"""What a bank's return file tells of a boleto besides its payment: written off, a rebate and its end, settled there
without money.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from regua.domain.codes.our_number import OurNumber
from regua.domain.intake.bank_return import BankOccurrence, BoletoNews
from regua.domain.money.payment_event import Slip
from regua.ports import InboxStatus
from regua.use_cases.paying import boleto_news
from regua.use_cases.paying.bank_file import Does, Title, settle_titles
from tests.simulation.books import Bill

if TYPE_CHECKING:
    from tests.simulation.story import Story

BANK = "341"
_NEWS = (BoletoNews.WRITTEN_OFF, BoletoNews.REGISTERED, BoletoNews.REBATE, BoletoNews.REBATE_CANCELLED)


def _boleto_news(story: "Story") -> None:
    """The bank writes a boleto off and registers it again, grants a rebate and takes it back, or has it discounted."""
    draw = story.random
    some = [(tenant, title) for tenant, title in story.our_numbers if title in story.sheets[tenant]]
    if not some:
        return
    told = _Told(story, *draw.choice(some), rebate=draw.choice((300, 500, 1100)))
    ways: tuple[tuple[Callable[[date], None], ...], ...] = (
        tuple(partial(told.news, news) for news in _NEWS[:2]),
        tuple(partial(told.news, news) for news in _NEWS[2:3]),
        tuple(partial(told.news, news) for news in _NEWS[2:]),
        (told.settled_without_money,),
    )
    at = story.start + timedelta(days=story._some_day(0.6))
    for tell in draw.choice(ways):
        for wait in (0, *draw.choice(((), (2000,)))):
            story.world.at(at + timedelta(minutes=wait), "bank", partial(tell, at.date()))
        at += timedelta(days=draw.choice((1, 3)))


class _Told:
    """One boleto, and what the bank says of it."""

    def __init__(self, story: "Story", tenant: str, title: str, rebate: int) -> None:
        self.story, self.tenant, self.title, self.rebate = story, tenant, title, rebate
        self.days: dict[str, date] = {}
        self.number = story.our_numbers[tenant, title]

    @property
    def bill(self) -> Bill | None:
        """The title, once it is listed."""
        return self.story.world.books.bills.get((self.tenant, self.title))

    def news(self, news: BoletoNews, on: date) -> None:
        """Something besides money."""
        bill, world = self.bill, self.story.world
        if bill is None:
            return
        on = self.days.setdefault(news, min(on, world.clock.at.date()))  # no file tells of tomorrow
        cents = self.rebate if news is BoletoNews.REBATE else 0
        slip = Slip(OurNumber(BANK, self.number), self.title, bill.row.principal_cents, bill.row.due_on)
        said = BankOccurrence(
            self.number, self.title, "", "changed", 0, 0, on, None, slip, news=news, rebate_cents=cents
        )
        with self.story.hearing(bill):
            boleto_news.tell(world.settling, self.tenant, "retorno.ret", [said], on)
        what = (str(news), *([str(cents)] if cents else []))
        name = "-".join((self.number, str(on), *what))
        taken = (e for e in world.truth.inbox(self.tenant, InboxStatus.APPLIED) if e.gateway == "retorno")
        if (news, on) in bill.bank_told or not any(e.event_id.endswith(name) for e in taken):
            return
        bill.bank_told.add((news, on))
        if news in _NEWS[2:]:
            bill.news += 1
            bill.rebate_cents = cents
            bill.rebated = bill.rebated or cents
            bill.paid_at = None if not cents else bill.paid_at
            bill.quiet_since = world.clock.at

    def settled_without_money(self, on: date) -> None:
        """It says paid, and brings nothing: a person has to say what that is."""
        bill, world = self.bill, self.story.world
        on = self.days.setdefault("settled", min(on, world.clock.at.date()))
        if bill is None or ("settled", on) in bill.bank_told:
            return
        said = Title(BANK, self.number, self.title, "06", 0, on, does=Does.MAY_PAY, without_money=True)
        settle_titles(world.settling, self.tenant, "retorno.ret", [said])
        if world.receivable(bill).is_open and not bill.out:
            world.books.hush("bank", self.tenant, (self.title,), world.clock.at, None)
        bill.bank_told.add(("settled", on))
