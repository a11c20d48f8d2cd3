"""Plays many random histories of the real use cases, on all cores: `make simulate N=100000`, before a release.

    python tools/simulate.py [N] [--from SEED] [--jobs JOBS]

Prints how far it is, then what was broken (with the seeds that show it), what histories were made of, and which reason
codes none of them reached. Exit status 1 when an invariant was broken.
"""

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("layers/common", "functions", "tools", ".")]

from tests.simulation.histories import UNREACHED, Summary, play  # noqa: E402 (after the path is set)

CHUNK = 100


def main() -> int:
    """Plays, and prints what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("histories", nargs="?", type=int, default=10_000)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    began, summary = time.monotonic(), Summary()
    last = asked.first + asked.histories
    with ProcessPoolExecutor(asked.jobs) as pool:
        chunks = [
            pool.submit(play, range(start, min(start + CHUNK, last))) for start in range(asked.first, last, CHUNK)
        ]
        for chunk in as_completed(chunks):
            summary.add(chunk.result())
            _progress(summary, asked.histories, time.monotonic() - began)
    print(file=sys.stderr)
    _report(summary)
    return 1 if summary.found else 0


def _progress(summary: Summary, wanted: int, seconds: float) -> None:
    rate = summary.histories / seconds
    left = (wanted - summary.histories) / rate
    broken = len({seed for seeds in summary.found.values() for seed in seeds})
    line = f"{summary.histories:,}/{wanted:,} histories, {broken:,} broken, {rate:.0f}/s, {left:.0f} s left"
    print(f"\r{line:<72}", end="", file=sys.stderr, flush=True)


def _report(summary: Summary) -> None:
    for violation, seeds in sorted(summary.found.items(), key=lambda found: -len(found[1])):
        print(f"BROKEN {violation}: {len(seeds):,} histories, such as {', '.join(map(str, sorted(seeds)[:5]))}")
    counts = summary.counts
    print("happened: " + ", ".join(f"{name} {n:,}" for name, n in sorted(counts.items()) if " " not in name))
    threads = sorted((name[7:], n) for name, n in counts.items() if name.startswith("thread "))
    print("changed in between: " + ", ".join(f"{name} {n:,}" for name, n in threads))
    for reason in summary.missing():
        print(f"not reached: {reason} ({UNREACHED.get(reason, 'nobody knows why')})")


if __name__ == "__main__":
    sys.exit(main())
