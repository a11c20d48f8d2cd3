"""One measured goal of performance, as every `*_bench.py` yields it."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure beside what it must be and what it aims at.

    `value`, `must` and `aim` share a unit: `x` for a ratio against `against`, `us`, `calls`, `bytes`... A figure that
    should be high (rows per second) says `higher_is_better`.
    """

    id: str
    """Of the table of goals (`G2`); a part of a goal adds a word (`G2 read`)."""
    what: str
    value: float
    must: float
    aim: float
    against: str = ""
    unit: str = "x"
    higher_is_better: bool = False

    @property
    def met(self) -> bool:
        """Whether what must be is."""
        return self.value >= self.must if self.higher_is_better else self.value <= self.must

    @property
    def aimed(self) -> bool:
        """Whether the aim is reached."""
        return self.value >= self.aim if self.higher_is_better else self.value <= self.aim

    @property
    def verdict(self) -> str:
        """`aim`, `ok` or `MISSED`."""
        return "aim" if self.aimed else "ok" if self.met else "MISSED"

    def document(self) -> dict[str, Any]:
        """For `build/bench.json`."""
        return asdict(self) | {"verdict": self.verdict}
