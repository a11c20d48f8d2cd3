"""How many random histories a core plays in a second, beside those of the base commit (G22).

Both are played by their own world, in processes of their own, alternately. Today's histories are wider and made of more
kinds of events, so beside histories stands what was done in them: messages sent.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from bench import base
from bench.goal import Goal, GoalLimit, Rounds, at_full, goal

ROUNDS, TODAY, THEN = 3, at_full(150, 20), at_full(40, 4)
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
play(range(5 if many > 20 else 1))
sent.clear()
began = time.process_time()
play(range(first, first + many))
spent = time.process_time() - began
print(json.dumps({"histories": many / spent, "mail": sum(sent) / spent}))
"""


def goals() -> Iterable[Goal]:
    """G22: histories a second of one core; not measured where the base commit is not at hand."""
    what, peer = "random histories a second of one core", f"the simulation of {base.TAG}, same run"
    try:
        with base.checked_out() as then:
            pairs = [(_rates(base.ROOT, TODAY), _rates(then, THEN)) for _ in range(at_full(ROUNDS, 1))]
    except base.NoHistoryError as missing:
        yield goal("G22", what, None, peer, not_in_it=str(missing))
        return
    found = Rounds.of([today["histories"] / then["histories"] for today, then in pairs])
    yield goal("G22", what, found, peer, not_in_it="starting up; today's histories are wider and hold more events")
    found = Rounds.of([today["mail"] / then["mail"] for today, then in pairs])
    what, left_out = "messages sent in random histories a second", "all else that happens in them"
    yield goal("histories", what, found, peer, not_in_it=left_out, limit=GoalLimit(1, 1, higher=True))


def _rates(tree: Path, histories: int) -> dict[str, float]:
    command = [sys.executable, "-c", _PLAYED, str(FIRST), str(histories)]
    done = subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True)  # noqa: S603 (ourselves)
    found: dict[str, float] = json.loads(done.stdout)
    return found
