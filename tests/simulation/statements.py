"""The bank's statement beside what gateways tell: the same money once more, money of which nobody else tells, a
stranger's, and what went back. Who has paid exactly what is open and is not believed is not asked for it, until
somebody at the desk has answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from regua.domain.intake.bank_statement import BankEntry, BankStatement, EntryKind
from regua.domain.model import Rail
from regua.ports import InboxEvent, InboxStatus
from regua.use_cases.desk import worklist
from regua.use_cases.paying.statement import NAME
from tests.simulation.books import ZONES, Bill, Quiet

if TYPE_CHECKING:
    from tests.simulation.story import Person, Story

_STRANGER, _STRANGERS_DOCUMENT = "PADARIA DO BAIRRO", "11444777000161"


@dataclass
class Movement:
    """A credit of the statement, or what of it went back; `news` is its name in the books."""

    tenant: str
    at: datetime
    cents: int
    news: str
    payer: "Person | None"
    title: str = ""
    """Whose money it is; another title of the payer's may be of the same amount."""
    again: bool = False
    """A gateway tells of it too."""
    back: str = ""
    """News of what went back with this."""
    given: str = ""
    """The title the application gave it to."""
    answered: bool = False
    """Somebody has said that it is no title's."""
    waits: Quiet | None = None
    """The bill that waits for it, by the books."""


def _statement(story: "Story") -> None:
    """The creditor uploads its bank's statement, once more with what it has later."""
    draw = story.random
    tenant = draw.choice(story.tenants)
    told: list[Movement] = []
    for _ in range(draw.choice((1, 2, 2, 3))):
        way = draw.choice((_told_by_both, _told_alone, _told_alone, _of_a_stranger))
        at = story.start + timedelta(days=story._some_day(0.7))
        credit = way(story, tenant, at)
        if credit is None:
            continue
        told.append(credit)
        if draw.random() < 0.35:
            later = credit.at + timedelta(days=draw.choice((0, 1, 3)), hours=1)
            told.append(Movement(tenant, later, credit.cents, f"D{credit.news}", credit.payer, back=credit.news))
            if credit.again:
                _taken_back_at_the_gateway(story, credit, later)
    story.movements += told
    for days in (1, 2, 9):
        at = max((m.at for m in told), default=story.start) + timedelta(days=days, hours=2)
        story.world.at(at, "bank", partial(_upload, story, tenant, told))


def _titles(story: "Story", tenant: str) -> Iterable[tuple[str, int, int]]:
    for title, (person, row) in story.sheets[tenant].items():
        same = (tenant, title, row.principal_cents)
        if person >= len(story.people):
            continue  # it has moved to somebody whose account nobody knows
        if same not in story.told and same not in story.banked and title not in {m.title for m in story.movements}:
            yield title, person, row.principal_cents


def _one(story: "Story", tenant: str, at: datetime, *, again: bool) -> Movement | None:
    some = list(_titles(story, tenant))
    if not some:
        return None
    title, person, cents = story.random.choice(some)
    story.told.add((tenant, title, cents))
    story.banked[tenant, title, cents] = again
    news = f"{'E' if again else 'S'}{next(story.numbers)}"
    return Movement(tenant, at, cents, news, story.people[person], title, again=again)


def _told_alone(story: "Story", tenant: str, at: datetime) -> Movement | None:
    """All of a title, by a transfer that only the bank sees."""
    return _one(story, tenant, at, again=False)


def _told_by_both(story: "Story", tenant: str, at: datetime) -> Movement | None:
    """All of a title by Pix, which the gateway tells as well, before or after the statement."""
    found = _one(story, tenant, at, again=True)
    if found is not None:
        body = partial(story._as_told, f"{found.news}||credit|{found.title}|{found.cents}", at, "pix")
        do = story._told(tenant, found.title, found.news, found.cents, body)
        for wait in story.random.choice(((0,), (5, 600), (1500,), (4000,))):
            story.world.at(at + timedelta(minutes=wait), "webhook", do)
    return found


def _taken_back_at_the_gateway(story: "Story", credit: Movement, at: datetime) -> None:
    name = f"D{credit.news}"
    body = partial(story._as_told, f"{name}|{credit.news}|refund|{credit.title}|{credit.cents}", at, "pix")
    do = story._told(credit.tenant, credit.title, name, -credit.cents, body)
    story.world.at(at + timedelta(minutes=story.random.choice((0, 90))), "webhook", do)


def _of_a_stranger(story: "Story", tenant: str, at: datetime) -> Movement:
    """Money of somebody who owes nothing; of an amount that nobody owes, or of one that somebody does."""
    found = _one(story, tenant, at, again=False) if story.random.random() < 0.6 else None
    news = f"S{next(story.numbers)}"
    if found is not None:
        return Movement(tenant, at, found.cents, news, None, found.title)
    return Movement(tenant, at, 777 + next(story.numbers), news, None)


def _upload(story: "Story", tenant: str, told: list[Movement]) -> None:
    """The importer's function for a statement, with all that has moved until yesterday."""
    world = story.world
    moved = [m for m in told if m.at.date() < world.clock.at.date()]
    bills = [b for (of, _), b in world.books.bills.items() if of == tenant]
    if not moved:
        return
    entries = tuple(_entry(n, m) for n, m in enumerate(moved, 1))
    said = BankStatement("ofx", "341", "341/1", moved[0].at.date(), world.clock.at.date(), entries)
    for bill in bills:
        bill.news += 1
    with story.hearing(*bills):
        world.statements.take(tenant, "extrato.ofx", said)
    for movement in moved:
        _count(story, movement)
        _hush(story, movement)


def _entry(line: int, m: Movement) -> BankEntry:
    kind = EntryKind.RETURNED if m.back else EntryKind.CREDIT
    return BankEntry(
        line,
        m.at.astimezone(ZONES["SP"]).date(),
        -m.cents if m.back else m.cents,
        kind,
        "PIX",
        id=f"F{m.news}",
        payer=m.payer.name if m.payer else _STRANGER,
        payer_document=m.payer.document if m.payer else _STRANGERS_DOCUMENT,
        rail=Rail.PIX,
        account="341/1",
    )


def _stored(story: "Story", m: Movement) -> InboxEvent | None:
    known = story.world.truth._inbox.values()
    mine = (e for e in known if e.tenant == m.tenant and e.gateway == NAME)
    return next((e for e in mine if f'"F{m.news}"' in e.body), None)


def _count(story: "Story", m: Movement) -> None:
    """What the application did with it, if it is anybody's: only titles of who paid may have it."""
    stored = _stored(story, m)
    if stored is None or stored.status is not InboxStatus.APPLIED or not stored.receivable:
        return
    bill: Bill = story.world.books.bills[m.tenant, stored.receivable]
    stranger = m.title == bill.title if m.payer is None else bill.person != m.payer.number
    if not m.given and not bill.moved and stranger and not _told_elsewhere(story, bill, m.cents):
        story.world.books.blame("statement_pays_a_stranger")
    m.given = stored.receivable
    if m.payer is None:  # what another source tells of as the same sum may have been paid by anybody
        story.banked[m.tenant, m.given, m.cents] = True
        return
    source = next((one for one in story.movements if one.news == m.back), None)
    if (source is not None and source.again) or (m.back and stored.note == "already known"):
        return  # the gateway tells of it, or of as much that went back on that day
    own = m.title == m.given or not m.again
    if not own:
        story.by_statement.add(stored.event_id)
    news = m.news if own else f"S{m.news}"
    if not m.again:
        story.by_statement.add(stored.event_id)
    if news not in bill.money:
        cents = -m.cents if m.back else m.cents
        story.counted(bill, news, cents, found=True)
        story.promises_end(bill, cents)


def _told_elsewhere(story: "Story", bill: Bill, cents: int) -> bool:
    """Whether a gateway tells of as much for that bill: then it may have been paid by anybody, and counts once."""
    told = (e for e in story.world.truth._inbox.values() if e.gateway != NAME and e.status is InboxStatus.APPLIED)
    return any(of == cents and not news.startswith("S") for news, of in bill.money.items()) or any(
        (e.tenant, e.receivable, e.amount_cents) == (bill.tenant, bill.title, cents) for e in told
    )


def _hush(story: "Story", m: Movement) -> None:
    """Who has paid exactly what is open, and is not believed, is not asked for it until somebody has answered."""
    bill, stored = story.world.books.bills.get((m.tenant, m.title)), _stored(story, m)
    if m.waits is not None or m.payer is None or m.back or bill is None or stored is None or bill.corrected:
        return
    if stored.status is not InboxStatus.UNMATCHED or m.payer.number != bill.person or not m.payer.document:
        return
    title = story.world.receivable(bill)
    if title.is_open and title.open_principal_cents == m.cents and m.at > bill.entered:
        if not any(name == m.title for _, name in stored.held):
            story.world.books.blame("who_may_have_paid_does_not_wait")
        m.waits = Quiet("doubt", m.tenant, frozenset((m.title,)), story.world.clock.at, None)
        story.world.books.quiet.append(m.waits)


def heard_of(story: "Story") -> None:
    """What is settled, or answered, by now is no doubt any more."""
    for m in story.movements:
        if m.waits is not None and m.waits.until is None:
            stored = _stored(story, m)
            if stored is None or stored.status is not InboxStatus.UNMATCHED:
                m.waits.until = story.world.clock.at


def answer(story: "Story", m: Movement, *, title: str) -> None:
    """Somebody at the desk says which title a movement paid, or (no `title`) that it is none's."""
    world, stored = story.world, _stored(story, m)
    if stored is None or stored.status is not InboxStatus.UNMATCHED:
        return
    if not title:
        m.answered = True
        worklist.close(world.store, m.tenant, f"{NAME}/{stored.event_id}", "de outro")  # type: ignore[arg-type]  # structural
        return
    bill = world.books.bills[m.tenant, title]
    bill.news += 1
    with story.hearing(*(b for (of, _), b in world.books.bills.items() if of == m.tenant)):
        try:
            world.settling.assign(stored, title)
        finally:
            _count(story, m)


def in_doubt(story: "Story", bill: Bill) -> bool:
    """Whether a movement that may have paid it stands on a person's list, and says there that the bill waits for it: by
    the books one of its person's money, or a stranger's of what it may have cost.
    """
    for m in story.movements:
        if m.tenant != bill.tenant or m.back:
            continue
        theirs = m.payer is not None and (m.payer.number == bill.person or bill.moved)
        left = bill.row.principal_cents - bill.received - bill.rebated
        if not theirs and not left <= m.cents <= story.world.books.most(bill, m.at.date()):
            continue
        stored = _stored(story, m)
        waiting = stored.held if stored is not None and stored.status is InboxStatus.UNMATCHED else ()
        if any(title == bill.title for _, title in waiting):
            return True
    return False


def judge(story: "Story") -> None:
    """What no title has stands on a person's list; what went back unused nets to nothing."""
    back = {m.back for m in story.movements if m.back}
    answered = {m.news for m in story.movements if m.answered}
    for m in story.movements:
        stored = _stored(story, m)
        if stored is None or m.payer is not None or answered & {m.news, m.back}:
            continue
        if m.news in back or m.back:
            if stored.status is not InboxStatus.APPLIED:
                story.world.books.blame("returned_money_does_not_net")
        elif stored.status is not InboxStatus.UNMATCHED and not m.given:
            story.world.books.blame("statement_credit_is_nobodys_work")
