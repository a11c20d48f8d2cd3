"""What must be reached and what is aimed at, and one measured figure beside it, as every `*_bench.py` yields it."""

import os
import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

QUICK = os.environ.get("BENCH_QUICK") == "1"
"""Only a glance: fewer rounds and less work, so that all of it takes two minutes; nothing is judged by it."""


def at_full(full: int, quick: int) -> int:
    """How much is done: `full`, or `quick` when only a glance is asked for."""
    return quick if QUICK else full


@dataclass(frozen=True, slots=True)
class GoalLimit:
    """What a figure must be and what it aims at, in its unit; of one that should be high, at least so much."""

    must: float
    aim: float
    unit: str = "x"
    higher: bool = False


LIMITS: dict[str, GoalLimit] = {
    "G1 idle": GoalLimit(40, 10),
    "G1 due": GoalLimit(100, 30, "us"),
    "G2": GoalLimit(0.5, 0.15),
    "G3": GoalLimit(6, 10, higher=True),
    "G4": GoalLimit(10, 40, higher=True),
    "G5": GoalLimit(1.10, 1.05, "exponent"),
    "G6": GoalLimit(1.25, 1.05),
    "G6 peak": GoalLimit(256, 128, "MB"),
    "G7 page": GoalLimit(2_000, 2_400, "receivables", higher=True),
    "G7 contact": GoalLimit(4, 3, "calls"),
    "G7 payment": GoalLimit(5, 3, "calls"),
    "G7 debtor": GoalLimit(1, 1, "calls"),
    "G8 good day": GoalLimit(2.2, 2, "states"),
    "G8 backlog": GoalLimit(4.2, 3, "states"),
    "G9": GoalLimit(0.60, 0.45, "US$"),
    "G10": GoalLimit(0.22, 0.40, higher=True),
    "G11": GoalLimit(1.0, 1.5, higher=True),
    "G11 at 20 ms": GoalLimit(8, 10, higher=True),
    "G12": GoalLimit(1.6, 1.3),
    "G13 size": GoalLimit(15, 6, "MB"),
    "G13 bytecode": GoalLimit(1, 1, "of the modules", higher=True),
    "G14": GoalLimit(200, 80, "us"),
    "G14 floor": GoalLimit(15, 15),
    "G14 forged": GoalLimit(0, 0, "calls"),
    "G15": GoalLimit(300, 60, "us"),
    "G16": GoalLimit(0.5, 0.35),
    "G17": GoalLimit(14, 9, "write units"),
    "G18": GoalLimit(1.05, 1.00),
    "G19": GoalLimit(0.4, 0.25),
    "G20": GoalLimit(1.1, 1.0),
    "G22": GoalLimit(4, 10, higher=True),
}
"""The goals, each with what it must be; nothing here is ever loosened. docs/performance.md says how each is measured.

Of figures that two tables limit, the stricter limit stands here. G21 comes with the desk's pages, which are not there
yet.
"""


@dataclass(frozen=True, slots=True)
class Rounds:
    """The median of several rounds, and how far they lie apart."""

    value: float
    spread: float = 0.0
    """Half the distance between the largest and the smallest, in parts of the median; 0 for what is counted."""

    @classmethod
    def of(cls, rounds: Sequence[float]) -> "Rounds":
        """Of one figure a round."""
        middle = statistics.median(rounds)
        return cls(middle, (max(rounds) - min(rounds)) / 2 / middle if middle else 0.0)

    def map(self, change: Callable[[float], float]) -> "Rounds":
        """Of a figure in another unit that is in proportion to it, or to its inverse."""
        return Rounds(change(self.value), self.spread)


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure beside what it must be and what it aims at.

    `id` begins with the number of a goal (`G2`, `G2 read`) and then keeps to a limit of that goal; a figure the tables
    of goals do not know has a name without a number, and limits of its own. Raises ValueError for a looser limit.
    """

    id: str
    what: str
    value: float | None
    """None: it could not be measured here, and `not_in_it` says why; that is no goal reached."""
    must: float
    aim: float
    against: str = ""
    """The peer that does the same work in the same run."""
    unit: str = "x"
    higher_is_better: bool = False
    spread: float = 0.0
    """As in `Rounds`."""
    not_in_it: str = ""
    """What this figure leaves out."""

    def __post_init__(self) -> None:
        """Holds it to the table."""
        number = re.match(r"G\d+", self.id)
        if number is None:
            return
        known = [limit for name, limit in LIMITS.items() if name.split()[0] == number[0]]
        if not any(self._keeps(limit) for limit in known):
            raise ValueError(f"{self.id}: must {self.must}, aim {self.aim} {self.unit} is no limit of {number[0]}")

    def _keeps(self, limit: GoalLimit) -> bool:
        if (self.unit, self.higher_is_better) != (limit.unit, limit.higher):
            return False
        pairs = ((self.must, limit.must), (self.aim, limit.aim))
        return all(ours >= theirs if limit.higher else ours <= theirs for ours, theirs in pairs)

    @property
    def met(self) -> bool:
        """Whether what must be is."""
        return self.value is not None and self._reaches(self.must)

    @property
    def aimed(self) -> bool:
        """Whether the aim is reached."""
        return self.value is not None and self._reaches(self.aim)

    def _reaches(self, limit: float) -> bool:
        assert self.value is not None  # noqa: S101 (both who ask have looked)
        return self.value >= limit if self.higher_is_better else self.value <= limit

    @property
    def verdict(self) -> str:
        """`aim`, `ok` or `MISSED`."""
        return "aim" if self.aimed else "ok" if self.met else "MISSED"

    def document(self) -> dict[str, Any]:
        """For `build/bench.json`."""
        return {
            "goal": self.id,
            "what": self.what,
            "value": self.value,
            "unit": self.unit,
            "peer": self.against,
            "must": self.must,
            "aim": self.aim,
            "higher_is_better": self.higher_is_better,
            "ok": self.met,
            "verdict": self.verdict,
            "spread": round(self.spread, 4),
            "not_in_it": self.not_in_it,
        }


def goal(
    id: str,
    what: str,
    measured: Rounds | float | None,
    peer: str = "",
    *,
    not_in_it: str,
    limit: GoalLimit | None = None,
) -> Goal:
    """A figure with the table's limits, or with `limit` where the table has none of that name (KeyError without)."""
    limit = limit or LIMITS[id]
    found = measured if isinstance(measured, Rounds) else Rounds(measured) if measured is not None else None
    return Goal(
        id,
        what,
        found.value if found else None,
        limit.must,
        limit.aim,
        peer,
        limit.unit,
        limit.higher,
        found.spread if found else 0.0,
        not_in_it,
    )
