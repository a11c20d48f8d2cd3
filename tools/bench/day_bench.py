"""A day of a large portfolio, by the scan itself with real boto3, beside Tryton's dunning run (G3, G4).

Both have the same number of overdue lines, three to a debtor, due on the same day. Tryton works on SQLite in its own
process, where its storage is part of what is measured; our table and Step Functions answer at once.
"""

import json
import os
from collections.abc import Iterator
from functools import partial
from itertools import cycle, islice
from typing import Any

import msgspec
from botocore.awsrequest import AWSResponse

from bench import portfolio_pages as portfolio
from bench.goal import Goal, at_full, goal
from bench.measure import cpu_seconds, paired
from bench.worker import Worker, peer
from regua import calendars
from regua.config import shipped_policy
from regua.domain.model import File
from regua.platform import clients
from regua.platform.executions import StepFunctionsExecutions
from regua.platform.fakes import DictConfig, FakeClock
from regua.platform.metrics import MemoryMetrics
from regua.store.dynamo import DynamoStore
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.collecting.scan import Found, Scanning

LINES, ROUNDS = 100_000, 3
PAGES = 3
MACHINE = "arn:aws:states:sa-east-1:123456789012:stateMachine:bench"
STARTED = json.dumps({"executionArn": f"{MACHINE}:d-1".replace("stateMachine", "execution"), "startDate": 1772456400.0})


def goals() -> Iterator[Goal]:
    """Everything due, then nothing due."""
    lines = at_full(LINES, 1_500)
    debtors = -(-lines // portfolio.RECEIVABLES_EACH)
    environment = {"PYTHONOPTIMIZE": "1"}
    os.environ.update(
        {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "sa-east-1"}
    )
    left_out = "the network and the table's own work (Tryton's SQLite is in its figure); sending the messages"
    with peer("tryton_day", str(lines), environment=environment) as tryton:
        ours = _Day(portfolio.due, debtors)
        what = f"a day with {lines:,} receivables due: planned, recorded, an execution started for each debtor"
        pairs = paired(partial(ours.seconds, started=debtors), partial(_told, tryton, "first"), ROUNDS)
        speed, name = pairs.map(lambda times: 1 / times), "Tryton 8.2 account_dunning, its first run over as many lines"
        yield goal("G3", what, speed, name, not_in_it=left_out)
        _told(tryton, "settle")
        ours = _Day(portfolio.file, debtors)
        what = f"a day with {lines:,} receivables and nothing due: read, looked at, summed"
        pairs = paired(partial(ours.seconds, started=0), partial(_told, tryton, "nothing"), ROUNDS)
        speed, name = pairs.map(lambda times: 1 / times), "Tryton's next run, in which nothing is due"
        left_out = f"{left_out}; plan() is not called for those whose facts and rules are yesterday's"
        yield goal("G4", what, speed, name, not_in_it=left_out)


def _told(tryton: Worker, word: str) -> float:
    return float(tryton.told(word))


class _Day:
    """One scan of so many debtors; a few thousand of them, who are different, come by again and again."""

    def __init__(self, debtor: Any, debtors: int) -> None:
        clients.forget()
        self._debtors = debtors
        made: dict[bytes, File] = {}
        pages: list[list[list[dict[str, Any]]]] = []
        for n in range(PAGES):
            _, count = portfolio.page(100_000 * n, debtor)
            of_page = [debtor(100_000 * n + i) for i in range(count)]
            made |= {f"#D#{file.debtor.id}".encode(): file for file in of_page}
            pages.append([portfolio.index_items(file) for file in of_page])
        self._bodies = list(_bodies(pages, debtors))
        self._partitions = {key: _answer(portfolio.stored(file)) for key, file in made.items()}
        self._length = len(next(iter(made)))
        self._pages: Iterator[bytes] = iter(())
        table, machines = clients.dynamodb(), clients.stepfunctions()
        table.meta.events.register_first("before-send.dynamodb", self._table)
        machines.meta.events.register_first("before-send.stepfunctions", self._machine)
        self._store, self._machines = DynamoStore(table, "regua", 1), machines

    def seconds(self, started: int) -> float:
        """CPU seconds of the scan. Raises SystemExit when another number of executions was started."""
        found: list[Found] = []
        self._pages = iter(self._bodies)
        spent = cpu_seconds(lambda: found.append(self._scanning().shard(0, 1)))
        if found[0].started != started or found[0].failed or found[0].unstarted:
            raise SystemExit(f"{found[0].started} of {started} were started, {found[0].failed} failed")
        return spent

    def _scanning(self) -> Scanning:
        tenant, calendar = portfolio.rules().tenant, calendars.load()
        config = DictConfig([tenant], [shipped_policy("padrao")])
        book = Rulebook(config, lambda tenant: calendar, self._store)
        clock, owner = FakeClock(portfolio.NOW), iter(range(10**9))
        machines = StepFunctionsExecutions(MACHINE, self._machines)
        return Scanning(self._store, book, machines, clock, MemoryMetrics(), lambda: f"{next(owner):032}")

    def _table(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        operation, asked = event_name.rpartition(".")[2], request.body
        body = b'{"Responses":{}}'
        if operation == "Query":
            if b'"IndexName"' in asked:
                body = next(self._pages, b'{"Items":[]}') if b":shard" in asked else b'{"Items":[]}'
            else:
                at = asked.find(b"#D#")
                body = self._partitions.get(asked[at : at + self._length], b'{"Items":[]}')
        return AWSResponse(request.url, 200, {}, portfolio.Raw(body))

    def _machine(self, request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, 200, {}, portfolio.Raw(STARTED.encode()))


def _bodies(pages: list[list[list[dict[str, Any]]]], debtors: int) -> Iterator[bytes]:
    """The pages in turn, the last one cut where the portfolio ends."""
    whole = [portfolio.body([item for some in page for item in some]) for page in pages]
    left = debtors
    for page, body in islice(cycle(list(zip(pages, whole, strict=True))), None):
        if left <= len(page):
            yield portfolio.last(portfolio.body([item for some in page[:left] for item in some]))
            return
        left -= len(page)
        yield body


def _answer(items: list[dict[str, Any]]) -> bytes:
    return msgspec.json.encode({"Items": items, "Count": len(items), "ScannedCount": len(items)})
