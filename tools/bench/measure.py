"""How things are timed here: CPU seconds, alternating, medians. Wall time on a shared machine says little."""

import gc
import math
import time
from collections.abc import Callable

from bench.goal import Rounds, at_full

Seconds = Callable[[], float]
"""Does its work once and says what it took: here, or in a process of its own."""


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def ratio(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 7) -> Rounds:
    """`ours / theirs`, measured in pairs that take turns, after one round to warm up."""
    ours()
    theirs()
    return paired(lambda: cpu_seconds(ours), lambda: cpu_seconds(theirs), rounds)


def paired(ours: Seconds, theirs: Seconds, rounds: int = 7) -> Rounds:
    """`ours / theirs` of what each says it took, in pairs; who goes first changes from pair to pair."""
    found = []
    for n in range(at_full(rounds, min(rounds, 2))):
        if n % 2:
            peer = theirs()
            found.append(ours() / peer)
        else:
            own = ours()
            found.append(own / theirs())
    return Rounds.of(found)


def each(work: Callable[[], object], times: int, rounds: int = 7) -> Rounds:
    """CPU seconds of one of the `times` things that `work` does, after one round to warm up."""
    work()
    return Rounds.of([cpu_seconds(work) / times for _ in range(at_full(rounds, min(rounds, 2)))])


def exponent(small: float, large: float, times: float) -> float:
    """How cost grows: 1.0 is in proportion, 2.0 with the square. `large` is the cost at `times` the size of `small`."""
    return math.log(large / small) / math.log(times)
