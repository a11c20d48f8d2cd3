"""A title that went to another debtor: the fact that says so, and the money that goes with it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from regua.domain.model import TAKES_BACK, WITHDRAWS, FactKind, File, PaymentFact
from regua.domain.money.credits import titles_of
from regua.domain.values import replace

FILE_GATEWAY = "file"
"""Payment facts a spreadsheet states carry this name instead of a gateway's."""


def money_of(facts: Iterable[PaymentFact], title: str, name: str) -> Iterator[PaymentFact]:
    """What these facts say of the money of one title, told of it by the name it has elsewhere: its share of what a
    message's code has paid as well, and of what was taken back of that. Who but a file has withdrawn it (a person who
    upheld a dispute, a gateway) has done so wherever a file says it is; what files say, the next one says anew.
    """
    facts = sorted(facts, key=lambda f: (f.occurred_at, f.gateway, f.fact_id))
    for fact in facts:
        if fact.receivable == title and not (fact.kind in WITHDRAWS and fact.gateway == FILE_GATEWAY):
            yield replace(fact, receivable=name)
        elif not fact.receivable and fact.kind is FactKind.CREDIT and any(a.receivable == title for a in fact.asked):
            yield from _share_of(fact, facts, title, name)


def _share_of(credit: PaymentFact, facts: list[PaymentFact], title: str, name: str) -> Iterator[PaymentFact]:
    """One title's share of a code's money, and of each refund of it: what goes back is the last titles' first."""
    moved = {a.receivable: moved_away(facts, a.receivable) for a in credit.asked}
    times = [at for at in moved.values() if at is not None]
    # what is over belongs to who keeps one of the titles; where all have moved, it goes with the last
    heir = max(moved, key=lambda t: (moved[t] or credit.occurred_at, t)) if len(times) == len(moved) else ""

    def share(cents: int) -> int:
        over = cents - sum(a.cents for a in credit.asked)
        named = sum(part for of, part in titles_of(credit, cents) if of == title)
        return named + (max(0, over) if title == heir else 0)

    def told(fact: PaymentFact, cents: int, **more: Any) -> PaymentFact:
        if len(credit.asked) > 1:
            fact = replace(fact, granted_cents=0, charged_cents=0)
        return replace(fact, receivable=name, amount_cents=cents, fact_id=f"{fact.fact_id}#{title}", **more)

    if share(credit.amount_cents):
        asked = tuple(replace(a, receivable=name) for a in credit.asked if a.receivable == title)
        yield told(credit, share(credit.amount_cents), asked=asked)
    left = credit.amount_cents
    for back in facts:
        if back.kind not in TAKES_BACK or back.receivable or back.gateway != credit.gateway:
            continue
        if back.refers_to != credit.fact_id:
            continue
        before = credit.amount_cents if back.cumulative else left
        after = max(0, before - back.amount_cents)
        left = after if not back.cumulative else left
        if share(before) - share(after):
            yield told(back, share(before) - share(after), refers_to=f"{credit.fact_id}#{title}", asked=())


def moved_id(title: str, sequencer: str) -> str:
    """The id of the fact that an upload has moved a title to another debtor."""
    return f"{title}#moved#{sequencer}"


def moves(fact: PaymentFact) -> bool:
    """Whether it says that the title went to another debtor."""
    return fact.kind is FactKind.CANCELLED and fact.fact_id.startswith(moved_id(fact.receivable, ""))


def moved_away(facts: Iterable[PaymentFact], title: str) -> datetime | None:
    """When a title went to another debtor; None while it is here."""
    said = [f for f in facts if f.receivable == title and f.kind in WITHDRAWS and not f.refers_to]
    last = max(said, key=lambda f: (f.occurred_at, f.kind is FactKind.CANCELLED), default=None)
    return last.occurred_at if last is not None and moves(last) else None


def came_back(file: File, fact: PaymentFact) -> bool:
    """Whether it tells of a title's share of money that the file has whole: the title was here before."""
    return any(
        not f.receivable and f.gateway == fact.gateway and fact.fact_id == f"{f.fact_id}#{title}"
        for title in {fact.receivable, fact.fact_id.rpartition("#")[2]}
        for f in file.facts
    )
