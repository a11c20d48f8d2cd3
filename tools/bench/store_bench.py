"""Reading the open index, what it costs in calls, and how long each function takes to start."""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench import portfolio_pages as portfolio
from bench.goal import Goal
from bench.measure import cpu_seconds, exponent, ratio
from regua.domain.contact.planner import plan
from regua.store.dynamo import DynamoStore
from regua.use_cases.collecting.scan import settled_before

PAGES = 3
SIZES = (10_000, 100_000, 1_000_000)
QUERY = {
    "TableName": "regua",
    "IndexName": "open",
    "KeyConditionExpression": "open_shard = :shard",
    "ExpressionAttributeValues": {":shard": {"N": "0"}},
}
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
    """G2, G5 and G6 of reading, G7 of pages, G12 of every function."""
    yield from reading()
    yield from growth()
    yield from cold_starts()


def reading() -> Iterator[Goal]:
    """Pages of 1 MB, read with the store and with boto3 as it comes."""
    pages = [portfolio.page(100_000 * n) for n in range(PAGES)]
    bodies = [portfolio.body(found) for found, _ in pages]
    debtors = statistics.mean(count for _, count in pages)
    yield Goal(
        "G7 page",
        "receivables with nothing due per page of 1 MB, three to a debtor",
        debtors * portfolio.RECEIVABLES_EACH,
        must=2000,
        aim=2400,
        unit="",
        higher_is_better=True,
    )
    stock = portfolio.Canned(bodies, PAGES).client
    ours = DynamoStore(portfolio.Canned(bodies, PAGES).client, "regua", 1)
    against = "stock boto3 reading the same pages"
    yield Goal(
        "G2 read",
        "the open index, as files of the domain",
        ratio(partial(_drain, ours), partial(_stock, stock)),
        must=0.5,
        aim=0.15,
        against=against,
    )
    yield Goal(
        "G2",
        "the open index, read and decided by the planner, nothing due",
        ratio(partial(_decide, ours), partial(_stock, stock)),
        must=0.5,
        aim=0.15,
        against=against,
    )


def growth() -> Iterator[Goal]:
    """The same read at three sizes, each in a process of its own for its memory."""
    measured = {size: _apart(f"from bench.store_bench import sized; sized({size})") for size in SIZES}
    (small, small_peak), (middle, _), (large, large_peak) = (measured[size] for size in SIZES)
    exponents = (exponent(small, middle, SIZES[1] / SIZES[0]), exponent(middle, large, SIZES[2] / SIZES[1]))
    yield Goal("G5 read", "growth exponent, 10 k to 100 k to 1 M receivables", max(exponents), must=1.10, aim=1.05)
    yield Goal(
        "G6 read", "peak memory at 1 M", large_peak / small_peak, must=1.25, aim=1.05, against="10 k receivables"
    )
    yield Goal("G6 peak", "peak memory at 1 M", large_peak / 2**20, must=256, aim=128, unit="MB")


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


def cold_starts() -> Iterator[Goal]:
    """Importing a handler and having its parts put together, DynamoDB client included."""
    base = "import boto3; boto3.client('dynamodb')"
    wired = {
        name: f"import {name}.handler\nfrom regua import wiring\nwiring.key = lambda: b'k'\n{parts}\nwiring.store()"
        for name, parts in FUNCTIONS.items()
    }
    measured: dict[str, list[float]] = {name: [] for name in wired}
    for _ in range(COLD_ROUNDS):
        floor = _start(base)
        for name, code in wired.items():
            measured[name].append(_start(code) / floor)
    for name, ratios in measured.items():
        yield Goal(
            f"G12 {name.split('_')[0]}",
            f"cold start of {name}",
            statistics.median(ratios),
            must=1.6,
            aim=1.25,
            against='boto3.client("dynamodb")',
        )


def _drain(store: DynamoStore) -> int:
    return sum(len(file.receivables) for file in store.open_files(0, 1))


def _stock(client: Any) -> int:
    count = 0
    start: dict[str, Any] = {}
    while True:
        answer = client.query(**QUERY, **start)
        count += len(answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return count
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def _decide(store: DynamoStore) -> int:
    """As the scan does: what rests on the same facts as yesterday is not decided again."""
    rules = portfolio.rules()
    files = store.open_files(0, 1)
    return len([settled_before(file, rules, portfolio.NOW) or plan(file, rules, portfolio.NOW) for file in files])


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
