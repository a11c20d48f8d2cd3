"""How many random histories a core plays in a second, beside those of the base commit (G22).

Both are played by their own world, in processes of their own, alternately. Today's histories are wider and made of more
kinds of events, so beside histories stands what was done in them: messages sent.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from bench import base
from bench.goal import Goal

ROUNDS, TODAY, THEN = 3, 150, 40
FIRST = 5_000
_PLAYED = """
import json, sys, time
sys.path[:0] = ["layers/common", "functions", "tools", "."]
from tests.simulation.world import World
first, many = int(sys.argv[1]), int(sys.argv[2])
mail = lambda world: len(world.books.mail if hasattr(world, "books") else world.mail)
try:
    from tests.simulation.histories import play
except ImportError:
    def play(seeds):
        for seed in seeds:
            world = World(seed)
            world.run()
            sent.append(mail(world))
else:
    played = play
    def play(seeds):
        sent.append(played(seeds).counts["mail"])
sent = []
play(range(5))
sent.clear()
began = time.process_time()
play(range(first, first + many))
spent = time.process_time() - began
print(json.dumps({"histories": many / spent, "mail": sum(sent) / spent}))
"""


def goals() -> Iterable[Goal]:
    """G22: histories a second of one core; nothing where the base commit is not at hand."""
    try:
        with base.checked_out() as then:
            pairs = [(_rates(base.ROOT, TODAY), _rates(then, THEN)) for _ in range(ROUNDS)]
    except base.NoHistoryError as missing:
        print(f"G22 {missing}", file=sys.stderr)
        return
    for name, what in (("histories", "random histories"), ("mail", "messages sent in random histories")):
        yield Goal(
            f"G22 {name}",
            f"{what} a second of one core",
            statistics.median(today[name] / then[name] for today, then in pairs),
            must=4 if name == "histories" else 0,
            aim=10 if name == "histories" else 1,
            against=f"the simulation of {base.TAG}, same run",
            higher_is_better=True,
        )


def _rates(tree: Path, histories: int) -> dict[str, float]:
    command = [sys.executable, "-c", _PLAYED, str(FIRST), str(histories)]
    done = subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True)  # noqa: S603 (ourselves)
    found: dict[str, float] = json.loads(done.stdout)
    return found
