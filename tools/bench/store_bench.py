"""Reading the open index, what it costs in calls, and how long each function takes to start."""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from bench import portfolio_pages as portfolio
from bench import worker as peers
from bench.goal import LIMITS, Goal, Rounds, at_full, goal
from bench.measure import cpu_seconds, exponent, paired
from regua.domain.contact.planner import plan
from regua.store.dynamo import DynamoStore
from regua.use_cases.collecting.scan import settled_before

PAGES = 3
SIZES = (10_000, 100_000, 1_000_000)
FUNCTIONS = {
    "daily_scan": "wiring.scanning(None, print)",
    "send_channel": "wiring.contacting(None)",
    "payment_webhook": "wiring.receiving(None)",
    "channel_events": "wiring.listening(None)",
    "import_file": "wiring.importing(None)",
}
"""The function's folder, and how its handler has its parts put together."""
COLD_ROUNDS = 9


def goals() -> Iterable[Goal]:
    """G2, G5 and G6 of reading, G7 of pages, what it costs to put each function together."""
    yield from reading()
    yield from growth()
    yield from put_together()


def reading() -> Iterator[Goal]:
    """Pages of 1 MB, read with the store and with boto3 as it comes."""
    pages = [portfolio.page(100_000 * n) for n in range(PAGES)]
    bodies = [portfolio.body(found) for found, _ in pages]
    debtors = statistics.mean(count for _, count in pages)
    what, on_page = (
        "receivables with nothing due per page of 1 MB, three to a debtor",
        debtors * portfolio.RECEIVABLES_EACH,
    )
    yield goal("G7 page", what, on_page, not_in_it="reads of debtors who have something due")
    ours = DynamoStore(portfolio.Canned(bodies, PAGES).client, "regua", 1)
    peer, pages_alone = "stock boto3 reading the same pages, zlib and json", "the network; the peer decides nothing"
    kinds = {
        "G2 read": ("the open index, as files of the domain", partial(_drain, ours), pages_alone),
        "G2": (
            "read, and looked at as the scan does: what rests on yesterday's facts is passed over",
            partial(_decide, ours),
            f"plan() is not called for them; {pages_alone}",
        ),
        "G2 plan": (
            "read, and plan() called for everybody, as after an edit of the policy",
            partial(_plan, ours),
            pages_alone,
        ),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.jsonl"
        path.write_bytes(b"\n".join([*bodies[:-1], portfolio.last(bodies[-1])]))
        with peers.peer("stock_boto3", "read", path) as stock:
            stock.seconds()
            for name, (what, work, left_out) in kinds.items():
                work()
                found = paired(partial(cpu_seconds, work), stock.seconds)
                yield goal(name, what, found, peer, not_in_it=left_out, limit=LIMITS["G2"])


def growth() -> Iterator[Goal]:
    """The same read at three sizes, each in a process of its own for its memory."""
    sizes = tuple(at_full(size, size // 10) for size in SIZES)
    measured = {size: _apart(f"from bench.store_bench import sized; sized({size})") for size in sizes}
    (small, small_peak), (middle, _), (large, large_peak) = (measured[size] for size in sizes)
    exponents = (exponent(small, middle, sizes[1] / sizes[0]), exponent(middle, large, sizes[2] / sizes[1]))
    what, left_out = f"growth of reading, {sizes[0]:,} to {sizes[1]:,} to {sizes[2]:,} receivables", "deciding"
    yield goal("G5 read", what, max(exponents), not_in_it=left_out, limit=LIMITS["G5"])
    what, peer = f"peak memory of reading {sizes[2]:,}", f"{sizes[0]:,} receivables"
    yield goal("G6 read", what, large_peak / small_peak, peer, not_in_it=left_out, limit=LIMITS["G6"])
    yield goal("G6 read peak", what, large_peak / 1e6, not_in_it=left_out, limit=LIMITS["G6 peak"])


def sized(receivables: int) -> None:
    """Prints CPU seconds of reading so many receivables and the process's peak memory in bytes."""
    import resource  # noqa: PLC0415 (not on every system; only where this is run)

    found, debtors = portfolio.page()
    pages = max(1, round(receivables / (debtors * portfolio.RECEIVABLES_EACH)))
    bodies = [portfolio.body(found)]
    _drain(DynamoStore(portfolio.Canned(bodies, 1).client, "regua", 1))
    store = DynamoStore(portfolio.Canned(bodies, pages).client, "regua", 1)
    seconds = cpu_seconds(partial(_drain, store)) * receivables / (pages * debtors * portfolio.RECEIVABLES_EACH)
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def put_together() -> Iterator[Goal]:
    """Importing a handler and having its parts put together, DynamoDB client included."""
    base = "import boto3; boto3.client('dynamodb')"
    wired = {
        name: f"import {name}.handler\nfrom regua import wiring\nwiring.key = lambda: b'k'\n{parts}\nwiring.store()"
        for name, parts in FUNCTIONS.items()
    }
    measured: dict[str, list[float]] = {name: [] for name in wired}
    for _ in range(at_full(COLD_ROUNDS, 1)):
        floor = _start(base)
        for name, code in wired.items():
            measured[name].append(_start(code) / floor)
    left_out = "configuration, the other clients, and the first act: G12"
    for name, ratios in measured.items():
        what, peer = f"{name} imported and put together", 'boto3.client("dynamodb")'
        yield goal(f"start {name}", what, Rounds.of(ratios), peer, not_in_it=left_out, limit=LIMITS["G12"])


def _drain(store: DynamoStore) -> int:
    return sum(len(file.receivables) for file in store.open_files(0, 1))


def _decide(store: DynamoStore) -> int:
    """As the scan does: what rests on the same facts as yesterday is not decided again."""
    rules = portfolio.rules()
    files = store.open_files(0, 1)
    return len([settled_before(file, rules, portfolio.NOW) or plan(file, rules, portfolio.NOW) for file in files])


def _plan(store: DynamoStore) -> int:
    rules = portfolio.rules()
    return len([plan(file, rules, portfolio.NOW) for file in store.open_files(0, 1)])


def _start(code: str) -> float:
    seconds, _ = _apart(
        f"import time; start = time.process_time()\n{code}\nprint(time.process_time() - start, 0)",
    )
    return seconds


def _apart(code: str) -> tuple[float, float]:
    root = Path(__file__).resolve().parents[2]
    paths = [str(root / part) for part in ("layers/common", "functions", "tools")]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(paths),
        "AWS_DEFAULT_REGION": "sa-east-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
    }
    names = ("TABLE_NAME", "BODIES_BUCKET", "CONFIG_BUCKET", "REPORTS_BUCKET", "SETTLE_QUEUE_URL", "PSEUDONYM_SECRET")
    environment |= dict.fromkeys(names, "bench")
    environment["STATE_MACHINE_ARN"] = "arn:aws:states:sa-east-1:000000000000:stateMachine:bench"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 (ourselves)
    first, second = done.stdout.split()[-2:]
    return float(first), float(second)
