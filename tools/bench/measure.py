"""How things are timed here: CPU seconds, alternating, medians. Wall time on a shared machine says little."""

import gc
import statistics
import time
from collections.abc import Callable


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def ratio(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 7) -> float:
    """Median of `ours / theirs`, measured in pairs that take turns, after one round to warm up."""
    ours()
    theirs()
    return statistics.median(cpu_seconds(ours) / cpu_seconds(theirs) for _ in range(rounds))


def exponent(small: float, large: float, times: float) -> float:
    """How cost grows: 1.0 is in proportion, 2.0 with the square. `large` is the cost at `times` the size of `small`."""
    import math  # noqa: PLC0415 (used by few)

    return math.log(large / small) / math.log(times)
