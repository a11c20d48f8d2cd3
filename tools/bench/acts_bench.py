"""What a handler does for one debtor, warm beside the base commit, cold beside boto3 (G12, G16, G19, G11 at 20 ms).

Both trees do the same work on the same data: what AWS answers was recorded from moto (`acts_record`), and is what real
boto3 is given again, at once, in a process that imports nothing else (`acts_replay`). What came of a call must be what
came of it then, and nothing may be asked that was not asked then.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench import base
from bench.goal import LIMITS, Goal, at_full, goal
from bench.measure import paired
from bench.worker import ROOT, Worker

TOOLS = ROOT / "tools" / "bench"
EXAMPLE = Path("docs", "examples", "escola-alfa")
TIMES, ROUNDS, COLD_ROUNDS = 12, 9, 9
COLD = {
    "contact": "first e-mail",
    "payment": "first payment by webhook",
    "file": "first file, of one debtor",
    "scan": "first scan, which opens one case",
}
FLOOR = """
import time
began = time.process_time()
import boto3
boto3.client("dynamodb", region_name="sa-east-1")
print(time.process_time() - began)
"""


def goals() -> Iterator[Goal]:
    """Cold first: that needs no base commit."""
    with tempfile.TemporaryDirectory() as folder:
        today = Path(folder) / "today"
        try:
            with base.checked_out() as then:
                before = Path(folder) / "before"
                _record(ROOT, then / EXAMPLE, today)
                _record(then, then / EXAMPLE, before)
                yield from _cold(today)
                yield from _warm(today, before, then)
        except base.NoHistoryError as missing:
            _record(ROOT, ROOT / EXAMPLE, today)
            yield from _cold(today)
            for name in ("G16", "G19", "G11 at 20 ms"):
                yield goal(name, "beside the base commit", None, base.TAG, not_in_it=str(missing))


def _cold(tapes: Path) -> Iterator[Goal]:
    """The first act of a process: imports, configuration, clients, templates, and the act itself."""
    left_out = "the interpreter's own start, the network, unpacking the package"
    for act, what in COLD.items():
        ours = partial(_seconds, TOOLS / "acts_replay.py", tapes / f"{act}.tape", "cold")
        ours()
        found = paired(ours, partial(_seconds, "-c", FLOOR), COLD_ROUNDS)
        peer = 'boto3.client("dynamodb")'
        yield goal(f"G12 {act}", f"cold process: {what}", found, peer, not_in_it=left_out, limit=LIMITS["G12"])


def _warm(today: Path, before: Path, then: Path) -> Iterator[Goal]:
    left_out = "the network, Lambda's own work around the handler; logs and metrics are in it"
    peer = f"{base.TAG}, same work in the same run"
    for name, act, what in (
        ("G16", "contact", "one contact end to end: three titles, by e-mail, a warm handler with real boto3"),
        (
            "G19",
            "payment",
            "one payment by Pix webhook settled: the first of three titles, a warm handler with real boto3",
        ),
    ):
        with _warmed(today / f"{act}.tape", ROOT) as ours, _warmed(before / f"{act}.tape", then) as theirs:
            yield goal(name, what, paired(ours.seconds, theirs.seconds, ROUNDS), peer, not_in_it=left_out)
    with _warmed(today / "book.tape", ROOT, "slow") as ours, _warmed(before / "book.tape", then, "slow") as theirs:
        speed = paired(ours.seconds, theirs.seconds, 5).map(lambda times: 1 / times)
        what = "rows of a file with 60 new debtors, three rows each, imported per second with 20 ms to each call"
        left_out = "time of the wall, the one figure that is: a loaded machine makes it worse; answers take no CPU"
        yield goal("G11 at 20 ms", what, speed, peer, not_in_it=left_out)


@contextmanager
def _warmed(tape: Path, tree: Path, how: str = "warm") -> Iterator[Worker]:
    with Worker(TOOLS / "acts_replay.py", tape, how, tree=tree) as worker:
        worker.seconds()
        yield worker


def _record(tree: Path, example: Path, folder: Path) -> None:
    folder.mkdir()
    times = str(at_full(TIMES, 3))
    command = [sys.executable, str(TOOLS / "acts_record.py"), str(example), str(folder), times]
    subprocess.run(command, cwd=tree, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 (ourselves)


def _seconds(*command: str | Path) -> float:
    done = subprocess.run(  # noqa: S603 (ourselves)
        [sys.executable, *map(str, command)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout)
