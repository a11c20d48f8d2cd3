"""States, money, backlog and starts, counted: the real definition, handler, scan and store on a canned clock (G8, G9,
G18, G20). Nothing here is timed, so nothing depends on the machine.
"""

import itertools
import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.goal import Goal, at_full, goal
from bench.machine import PlayedExecutions, quiet

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

BOOKS = ((4, -6, -16), (-5, -15, -25), (-17, -20, -23))
"""Days by which a debtor's three titles are late as the month begins: an old one, one about to be due, one to come."""
FIVE_MESSAGES = BOOKS[2]
"""Comes to five messages in thirty days."""
MONTH = timedelta(days=30)
STATE_USD = 0.0375e-3
"""docs/cost.md: a state transition in sa-east-1."""
INDEX_USD = 0.01e-6 * 30
"""docs/cost.md: a month of daily reads of the open index, per receivable."""
READ_USD = 0.1875e-6
"""A read unit in sa-east-1: a setting, the price list is not at hand."""
WRITE_USD = 5 * READ_USD
"""A write unit: a setting; AWS's lists price ten units of writing like fifty of reading."""
INVOKED_USD = 0.20e-6
GB_SECOND_USD = 0.0000166667
BILLED = 0.512 * 0.3
"""GB-seconds of a turn: 512 MB for 0.3 s, most of it the provider's; a setting."""
RATES = (0.5, 5.0, 50.0)
QUOTA, AT_ONCE, SHARDS = 150, 800, 8
LOAD, COMMIT, START = 0.005, 0.015, 0.030
"""Seconds of a read, a commit and a `StartExecution` in the play: settings."""
TIME, RESERVE, COLD = 120.0, 60.0, 1.0
"""Seconds of an invocation of the scan (900 deployed: what handing on costs is exaggerated), of its reserve, and what
the next one takes to begin.
"""


def goals() -> Iterable[Goal]:
    """One figure for each goal."""
    with quiet():
        states, done = _month()
    what = f"states of each message or task in a month: {states} for {done}, of three books"
    yield goal("G8 good day", what, states / done, not_in_it="payments (they end an execution, and cost none)")
    n = at_full(1_000, 100)
    with quiet():
        backlogs = [(rate, *_backlog(n, rate)) for rate in RATES]
    worst = max(states for _, states, _ in backlogs)
    what = f"states of each of {n:,} who wake in one second on a channel of 0.5, 5 and 50 a second; the worst"
    yield goal("G8 backlog", what, worst, not_in_it="who pays while waiting")
    late = max(times for _, _, times in backlogs)
    yield goal("G18", f"time of that backlog beside {n:,} / rate, the worst", late, "n / rate", not_in_it="cold starts")
    with quiet():
        price = _price(at_full(6, 2))
    what = "a month of 1,000 debtors, three titles and five messages each: states, reads, writes, calls"
    left = "messages, logs, backups; a turn is billed 0.3 s of 512 MB, an index read as in docs/cost.md"
    yield goal("G9", what, price * 1_000, not_in_it=left)
    n = at_full(24_000, 4_000)
    with quiet():
        times = _opened(n)
    what = f"{n:,} new debtors opened and started beside {QUOTA} a second (a million: 111 minutes); no credit at first"
    left = "imports; a read takes 5, a commit 15, a start 30 ms, one debtor at a time in each of 8 shards"
    yield goal("G20", what, times, f"n / {QUOTA}", not_in_it=left)


# -- a good day ------------------------------------------------------------------------------------------------------


def _office(rate: float = 0.0) -> Any:
    from tests.office import MONDAY, Office, creditor  # noqa: PLC0415 (once the path is set)

    from regua.domain.model import Channel  # noqa: PLC0415 (as above)
    from regua.domain.tenant import ChannelConfig  # noqa: PLC0415 (as above)

    email = ChannelConfig(max_per_second=rate, price_micros=600, options={"from": "c@escola.example"})
    office = Office(tenant=creditor(channels={Channel.EMAIL: email}))
    office.clock.set(MONDAY - timedelta(hours=4))
    return office


def _people(office: Any, numbers: Iterable[int], late: Sequence[int]) -> list[str]:
    from tests.office import days_ago, row  # noqa: PLC0415 (as above)

    from regua.domain.codes import tax_id  # noqa: PLC0415 (as above)

    people, rows = [], []
    for n in numbers:
        root = f"{n + 100_000_000:09d}"
        who = root + tax_id.check_digits(root)
        people.append(who)
        for title, days in enumerate(late):
            rows.append(row(f"T{n}-{title}", who, emails=(f"p{n}@example.com",), phones=(), due=days_ago(days)))
    office.imports(rows)
    return people


def _month() -> tuple[int, int]:
    """States entered in a month, and messages and tasks that came of them."""
    office = _office(rate=10.0)
    people = [who for n, book in enumerate(BOOKS) for who in _people(office, range(n * 100, n * 100 + 5), book)]
    played = PlayedExecutions(office)
    played.lives(office.clock.now() + MONTH)
    tasks = sum(office.reasons(who).count("TASK_CREATED") for who in people)
    return played.entered, len(office.sent()) + tasks


# -- a backlog -------------------------------------------------------------------------------------------------------


def _backlog(n: int, rate: float) -> tuple[float, float]:
    """States of each contact, and the time it took beside n / rate."""
    from tests.office import MONDAY, debtor  # noqa: PLC0415 (as above)

    office = _office(rate)
    people = _people(office, range(n), (4,))
    office.scans()
    started = office.executions.started
    for number, one in enumerate(started):
        started[number] = type(one)(one.arn, one.tenant, one.debtor, one.cycle, 0)
    office.clock.set(MONDAY)
    played = PlayedExecutions(office)
    played.lives(MONDAY + timedelta(hours=7))
    if len(office.sent()) != len({debtor(who) for who in people}):
        raise AssertionError("not everybody was contacted that day")
    took = (max(mail.at for mail in office.sent()) - MONDAY).total_seconds()
    waiting = n  # who was contacted waits for the next step: that state is the next contact's
    return (played.entered - waiting) / n, took / (n / rate)


# -- what it costs ---------------------------------------------------------------------------------------------------


def _price(debtors: int) -> float:
    """US$ a month of one debtor with three titles and five messages, by the units its requests were charged."""
    from moto import mock_aws  # noqa: PLC0415 (a peer of few benches)

    from bench.capacity import Meter  # noqa: PLC0415 (as above)
    from bench.storage_desk import PROJECTED, TABLE, definition  # noqa: PLC0415 (as above)
    from regua.platform import clients  # noqa: PLC0415 (once the path is set)
    from regua.store.dynamo import DynamoStore  # noqa: PLC0415 (as above)
    from regua.use_cases.collecting.rulebook import Rulebook  # noqa: PLC0415 (as above)

    keys = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "sa-east-1"}
    os.environ.update(keys)
    with mock_aws():
        clients.forget()
        client = clients.dynamodb()
        client.create_table(**definition())
        facts, meter = SmallFacts(client), Meter(client, TABLE, PROJECTED)
        office = _office(rate=10.0)
        office.store = DynamoStore(client, TABLE, 2)
        office.rulebook = Rulebook(office.config, office.rulebook.calendar_for, office.store)
        _people(office, range(debtors), FIVE_MESSAGES)
        facts.units.clear()
        played = PlayedExecutions(office)
        with meter.counting() as used:
            played.lives(office.clock.now() + MONTH)
    clients.forget()
    if len(office.sent()) != 5 * debtors:
        raise AssertionError(f"{len(office.sent())} messages are not five for each of {debtors}")
    if not used.written or not facts.units["write"]:
        raise AssertionError("the table's requests were not seen")
    calls = played.invoked * (INVOKED_USD + BILLED * GB_SECOND_USD) + played.entered * STATE_USD
    table = (used.written + facts.units["write"]) * WRITE_USD + (used.read + facts.units["read"]) * READ_USD
    return (calls + table) / debtors + len(FIVE_MESSAGES) * INDEX_USD


class SmallFacts:
    """Counts what `capacity.Meter` leaves out: a tenant's small facts, a unit for each that is read or written."""

    def __init__(self, client: Any) -> None:
        self.units: Counter[str] = Counter()
        client.meta.events.register_first("before-send.dynamodb", self._note)

    def _note(self, request: Any, **_: Any) -> None:
        body = request.body if isinstance(request.body, str) else request.body.decode()
        kind = "read" if request.headers["X-Amz-Target"].rpartition(b".")[2].startswith((b"Get", b"Batch")) else "write"
        self.units[kind] += body.count('#STATE"') + body.count("#STATE\\u0022")


# -- a first import --------------------------------------------------------------------------------------------------


@dataclass
class Shard:
    """A shard's time, and its share of the account's quota: a bucket of tokens, empty as the day begins."""

    at: float = 0.0
    tokens: float = 0.0
    filled: float = 0.0
    refused: int = 0
    began: float = 0.0
    names: set[str] = field(default_factory=set)

    def passes(self, seconds: float) -> None:
        """Time goes by."""
        self.at += seconds

    def start_execution(self, *, name: str, **_: Any) -> dict[str, str]:
        """Step Functions."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 (of the bench's own path)

        self.at += START
        full = AT_ONCE / SHARDS
        self.tokens = min(full, self.tokens + (self.at - self.filled) * QUOTA / SHARDS)
        self.filled = self.at
        if self.tokens < 1:
            self.refused += 1
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")
        self.tokens -= 1
        self.names.add(name)
        return {"executionArn": name}


def _opened(n: int) -> float:
    """The time of the slowest shard beside n / quota; every debtor must have been started."""
    import tests.office as offices  # noqa: PLC0415 (once the path is set)

    from regua.domain.values import replace  # noqa: PLC0415 (as above)
    from regua.platform.executions import StepFunctionsExecutions  # noqa: PLC0415 (as above)
    from regua.use_cases.collecting.starting import StartPace  # noqa: PLC0415 (as above)

    offices.SHARDS = SHARDS
    office = _office()
    _people(office, range(n), (4,))
    slowest, started = 0.0, 0
    for number in range(SHARDS):
        shard = Shard()
        pace = StartPace(QUOTA / SHARDS, AT_ONCE / SHARDS, lambda: shard.at, shard.passes)  # noqa: B023 (used in its round)
        ports = {"executions": StepFunctionsExecutions("arn:m", shard), "pace": pace, "pause": shard.passes}
        scanning, after = replace(office.scanning(), store=_Slow(office.store, shard), **ports), None
        for _ in itertools.count():
            shard.began = shard.at
            found = scanning.shard(number, SHARDS, lambda: shard.at - shard.began < TIME - RESERVE, after)  # noqa: B023 (as above)
            after = found.stopped_after
            if after is None:
                break
            shard.at += COLD
        slowest, started = max(slowest, shard.at), started + len(shard.names)
    if started != n:
        raise AssertionError(f"{n - started} of {n} debtors were not started")
    return slowest / (n / QUOTA)


class _Slow:
    """The store, with the time its calls take."""

    def __init__(self, real: Any, shard: Shard) -> None:
        self._real, self._shard = real, shard

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def load(self, *arguments: Any) -> Any:
        """A read."""
        self._shard.at += LOAD
        return self._real.load(*arguments)

    def commit(self, *arguments: Any, **named: Any) -> Any:
        """A commit."""
        self._shard.at += COMMIT
        return self._real.commit(*arguments, **named)
