"""Many histories, and what came of them."""

import gc
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from regua.domain.reasons import Reason
from tests.simulation.world import RIGHT, Design, World

USE_CASES = ("upload", "scan", "turn", "webhook", "settle", "reply", "person")
"""Event sources of the application that histories must have used."""
NEEDED = ("crash", "lost_commit", "lost_send", "repeated", "mail")
"""A world in which nothing goes wrong would prove nothing."""
AWAITED: tuple[str, ...] = ("silent for long",)
"""Faults that are being repaired: shown by histories, and no failure until then."""
AFTER_A_MOVE = ("settled_and_open_again after a move",)
"""Awaited of a title on its way to another debtor: a chargeback told meanwhile is settled by the next sweep."""
_OF_THE_DESK = "people of these histories do not take back what debtors said, nor tell of money"
UNREACHED: dict[Reason, str] = {
    Reason.CAP_DAY: "the hours between contacts decide first",
    Reason.HOLD_NOTHING_DUE: "no discount of these histories covers all of a bill",
    Reason.HOLD_REPLY: "nobody in these histories writes of grief",
    Reason.HOLD_DEBIT: "no gateway of these histories tells of automatic debits",
    Reason.DEBIT_SCHEDULED: "no gateway of these histories tells of automatic debits",
    Reason.DEBIT_REFUSED: "no gateway of these histories tells of automatic debits",
    Reason.DEBIT_ENDED: "no gateway of these histories tells of automatic debits",
    Reason.NOTHING_OPEN: "it is the state of a closed case; no decision about an open title says it",
    Reason.RECONCILIATION_STALE: "no money is pulled here",
    Reason.CANARY_WAITS: "twenty messages a day are the least a canary asks for",
    Reason.SPEND_LIMIT: "messages of these histories cost nothing",
    Reason.CALL_REACHED: "calls are told as tasks that are done",
    Reason.CALL_UNANSWERED: "calls are told as tasks that are done",
    Reason.RESUMED_BY_PERSON: _OF_THE_DESK,
    Reason.OPT_IN_RECORDED: _OF_THE_DESK,
    Reason.POINT_RESTORED: _OF_THE_DESK,
    Reason.POINT_STOPPED: _OF_THE_DESK,
    Reason.PAID_BY_PERSON: _OF_THE_DESK,
    Reason.PAYMENT_CONFIRMED: "one source alone tells of money here",
    Reason.NUMBER_CHANGED: "no channel of these histories tells of it",
}
"""Codes no history shows, and why."""


@dataclass
class Summary:
    """What many histories showed."""

    histories: int = 0
    found: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Violation -> seeds of the histories that show it."""
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Summary") -> None:
        """Adds what others showed."""
        self.histories += other.histories
        self.counts.update(other.counts)
        for violation, seeds in other.found.items():
            self.found[violation] += seeds

    def missing(self) -> list[Reason]:
        """Reason codes that no history reached."""
        return [r for r in Reason if not self.counts[f"reason {r}"]]


def play(seeds: Iterable[int], design: Design = RIGHT) -> Summary:
    """Plays these histories."""
    summary = Summary()
    gc.set_threshold(100_000, 20, 100)  # a history is one heap of values, dropped as a whole
    for seed in seeds:
        world = World(seed, design)
        for violation in dict.fromkeys(world.run()):
            summary.found[violation].append(seed)
        summary.histories += 1
        summary.counts.update(world.counts)
        summary.counts["mail"] += len(world.books.mail)
    return summary


def awaited(violation: str) -> bool:
    """Whether it is a fault of the application that is known, and being repaired."""
    return violation.startswith(AWAITED) or violation in AFTER_A_MOVE


def caught_by(design: Design) -> int | None:
    """How many histories it took to see this wrong design, or None when `design.within` do not show it."""
    for seed in range(design.within):
        for violation in World(seed, design).run():
            if violation.startswith(design.expected) and violation not in AFTER_A_MOVE:
                return seed + 1
    return None
