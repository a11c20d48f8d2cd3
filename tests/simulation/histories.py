"""Many histories, and what came of them."""

import gc
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from regua.domain.reasons import Reason
from tests.simulation.world import RIGHT, Design, World

USE_CASES = ("upload", "scan", "turn", "webhook", "settle", "reply", "person", "bank", "pull")
"""Event sources of the application that histories must have used."""
NEEDED = ("crash", "lost_commit", "lost_send", "repeated", "mail")
"""A world in which nothing goes wrong would prove nothing."""
_SHEETS = "these sheets name no holder, and no code of another system: tests/histories plays them"
UNREACHED: dict[Reason, str] = {
    Reason.ANSWER_LATE: "no automatic answers are given here: tests/unit/use_cases/test_answering.py",
    Reason.DUE_MOVED_BY_BANK: "the banks of these histories move no due date: tests/histories plays it",
    Reason.HOLD_ASSIGNED: _SHEETS,
    Reason.HOLD_FILE: _SHEETS,
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


def caught_by(design: Design) -> int | None:
    """A seed whose history shows this wrong design, the one that did last first; None: `design.within` do not."""
    seeds: list[int] = [SEEN_LAST.get(design.name, 0), *range(design.within)]
    for seed in seeds:
        if any(violation.startswith(design.expected) for violation in World(seed, design).run()):
            return seed
    return None


SEEN_LAST: dict[str, int] = {
    "ranks of another version": 1246,
    "spends whatever it costs": 478,
    "a contract's edit settles again": 467,
    "wishes stay behind when a title moves": 235,
    "what a statement tells is other money": 181,
    "the month's cap is ignored": 164,
    "who waited for money in doubt waits on once it is answered": 734,
    "the kill switch is ignored": 99,
    "checked, then sent": 81,
    "the cycle is no fence": 79,
    "debits are not waited for": 70,
    "a message's code pays the oldest debt": 43,
    "settled without money is nothing": 38,
    "a call nobody answered counts": 38,
    "money over is used and kept": 34,
    "a promise never expires": 30,
    "grief is not heard": 30,
    "of those who share an address one is heard": 28,
}
"""The rare ones, and a seed that showed each. Where the world has changed since, the search begins from the first."""
