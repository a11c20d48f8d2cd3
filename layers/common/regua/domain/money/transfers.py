"""Money over on one title that a person uses for another one: two facts, told together, that bring no money.

They count as far as the money is there: where the payment it came from is taken back, the other title is open again by
as much. Where one of the two titles is somebody else's by now, each half counts where its title is.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from regua.domain.model import FactKind, PaymentFact
from regua.domain.values import Value, replace

_TAKEN = "#taken"


class Transfer(Value):
    """So many cents of what is over on one title are given to another one."""

    given: PaymentFact
    taken: PaymentFact


def transfer(given: PaymentFact, source: str) -> Transfer:
    """What a person says: the credit of a title, and that the money was over on `source`."""
    taken = replace(given, fact_id=f"{given.fact_id}{_TAKEN}", kind=FactKind.REFUND, receivable=source)
    return Transfer(given, taken)


def transfers(facts: Iterable[PaymentFact]) -> list[Transfer]:
    """Those of which both halves are here, in the order of their money and, of the same, as people gave it: it may have
    been given on.
    """
    facts = list(facts)
    taken = {(f.gateway, f.fact_id): f for f in facts if f.kind is FactKind.REFUND and f.fact_id.endswith(_TAKEN)}
    if not taken:
        return []
    found = (Transfer(f, back) for f in facts if (back := taken.get((f.gateway, f"{f.fact_id}{_TAKEN}"))) is not None)
    return sorted(found, key=lambda t: (t.given.occurred_at, t.given.fact_id.rpartition("#")[2], t.given.key))


def given_elsewhere(
    facts: Collection[PaymentFact], titles: Collection[str], is_here: Callable[[str], bool]
) -> list[tuple[PaymentFact, str]]:
    """What people have given of these titles' money to titles that are another debtor's by now: the half that is here,
    and the other title.
    """
    known = {(f.gateway, f.fact_id) for f in facts if is_here(f.receivable)}
    mine = (f for f in facts if f.receivable in titles and f.kind is FactKind.REFUND and f.fact_id.endswith(_TAKEN))
    alone = [f for f in mine if (f.gateway, f.fact_id.removesuffix(_TAKEN)) not in known]
    return [(f, f.fact_id.removesuffix(_TAKEN).rpartition("#")[0].rpartition("#")[2]) for f in alone]


def without(facts: Iterable[PaymentFact], moved: Collection[Transfer]) -> list[PaymentFact]:
    """The facts that tell of money received and taken back."""
    halves = {f.key for one in moved for f in (one.given, one.taken)}
    return [f for f in facts if f.key not in halves]


def came_at(facts: Iterable[PaymentFact], title: str, now: datetime) -> datetime:
    """When the money of a title came last, by a message's code as well; `now` where nothing tells."""
    about = (f.occurred_at for f in facts if title in (f.receivable, *(asked.receivable for asked in f.asked)))
    return min(max(about, default=now), now)
