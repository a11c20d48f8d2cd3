"""The import through its use case: calls to the store, rows stored per second, growth and memory.

Rows come from a made-up portfolio, three titles to a debtor. Stores and buckets answer at once: what is measured is our
own CPU and the SDK's. Figures of reading alone are in `files_bench`.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

from botocore.awsrequest import AWSResponse

from bench.files_bench import sheet
from bench.goal import LIMITS, Goal, at_full, goal
from bench.measure import cpu_seconds, exponent, paired
from bench.portfolio_pages import rules
from bench.worker import Worker, peer
from regua import calendars
from regua.config import shipped_policy
from regua.domain.intake.layout import ReadOptions
from regua.domain.intake.merge import Upload
from regua.domain.intake.row import Record, fingerprint
from regua.domain.model import File
from regua.files import spreadsheets
from regua.files.reader import open_table
from regua.platform import clients
from regua.platform.fakes import DictConfig, FakeClock, FakeExecutions, FakeImports, FakeNotices
from regua.platform.metrics import MemoryMetrics
from regua.ports import Commit, PermanentError, Store
from regua.store.dynamo import DynamoStore
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.importing.answers import Answers
from regua.use_cases.importing.large_spreadsheet import LargeImport
from regua.use_cases.importing.lines import Importing
from regua.use_cases.importing.spreadsheet import SpreadsheetImport
from regua.use_cases.importing.uploaded_file import UploadedFile

NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)
TENANT = rules().tenant
ROWS = 6_000
LARGE = 1_000_000
PART_BYTES = 2_000_000
ROOT = Path(__file__).resolve().parents[2]


def goals() -> Iterable[Goal]:
    """G7 and G11 of the import; G5 and G6 of an import from the first byte to the summary."""
    rows = at_full(ROWS, 1_500)
    debtor = (_calls(rows) - _calls(rows // 2)) / (rows // 2 / 3)
    what, left_out = "calls for one new debtor of a first file, three rows", "those of the file itself"
    yield goal("G7 debtor of a first file", what, debtor, not_in_it=left_out, limit=LIMITS["G7 debtor"])
    lines = list(_lines(rows))
    # clients are made before the clock starts, on both sides: what that costs is G12
    ours = partial(_take, _dynamo()[0], lines)
    ours()
    what = "rows stored per second (CPU), each debtor in one transaction with its ledger and references"
    left_out = "reading and validating them (G10), the network; the peer stores bare rows: nothing is atomic, no ledger"
    peers_ = {
        "G11": (what, "write", [_row(line) for line in lines], "stock BatchWriteItem of the same rows", left_out),
        "G11 items": (
            "the same, beside writing every item an import makes, ledger and references too",
            "put",
            _items_of(lines),
            "stock BatchWriteItem of the same items",
            "reading and validating them, the network; the peer's items are ready made, and nothing is atomic",
        ),
    }
    for name, (what, kind, items, beside, left_out) in peers_.items():
        with _stock(kind, items) as stock:
            stock.seconds()
            speed = paired(partial(cpu_seconds, ours), stock.seconds).map(lambda times: 1 / times)
            yield goal(name, what, speed, beside, not_in_it=left_out, limit=LIMITS["G11"])
    sizes = [at_full(size, size // 50) for size in (10_000, 100_000, LARGE)]
    (small, small_peak), (middle, _), (large_, large_peak) = (_apart(rows) for rows in sizes)
    growth = max(exponent(small, middle, 10), exponent(middle, large_, 10))
    what, left_out = (
        f"an import in parts, {' to '.join(format(n, ',') for n in sizes)} rows",
        "the store and the buckets",
    )
    yield goal("G5 import", f"growth of {what}", growth, not_in_it=left_out, limit=LIMITS["G5"])
    what = f"peak memory of an import of {sizes[2]:,} rows in parts"
    found, beside = large_peak / small_peak, f"{sizes[0]:,} rows"
    yield goal("G6 import", what, found, beside, not_in_it=left_out, limit=LIMITS["G6"])
    yield goal("G6 import peak", what, large_peak / 1e6, not_in_it=left_out, limit=LIMITS["G6 peak"])


class AnsweredClient:
    """A client whose every call is answered at once, and counted."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.calls: Counter[str] = Counter()
        client.meta.events.register_first("before-send.dynamodb.*", self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.calls[request.headers["X-Amz-Target"].decode().rpartition(".")[2]] += 1
        return AWSResponse(request.url, 200, {}, _Empty())


class _Empty:
    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield b'{"Responses": {}}'


class Forgetful:
    """A store that takes everything and keeps nothing."""

    def load(self, tenant: str, debtor: str) -> File | None:
        return None

    def commit(self, before: File | None, after: File, **_: Any) -> File:
        return after

    def commit_each(self, commits: Iterable[Commit]) -> list[File]:
        return [asked.after for asked in commits]

    def tenant_open(self, tenant: str) -> Iterator[File]:
        return iter(())

    def get_state(self, tenant: str, key: str) -> dict[str, str]:
        return {}

    def get_states(self, tenant: str, names: Sequence[str]) -> dict[str, dict[str, str]]:
        return {name: {} for name in names}

    def put_state(self, *_: Any) -> None:
        return None

    def swap_state(self, *_: Any) -> bool:
        return True

    def count(self, *_: Any) -> bool:
        return True


class Folder:
    """Buckets in a folder: what a large import leaves behind must not count as its memory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, bucket: str, key: str, start: int = 0, end: int | None = None, version: str = "") -> Iterator[bytes]:
        path = self._root / bucket / key
        if not path.exists():
            raise PermanentError(key)
        return _read(path, start, path.stat().st_size if end is None else end)

    def write(self, bucket: str, key: str, body: bytes, content_type: str) -> None:
        self.write_stream(bucket, key, (body,), content_type)

    def write_stream(self, bucket: str, key: str, pieces: Iterable[bytes], content_type: str) -> None:
        path = self._root / bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(pieces)


def _read(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < end and (piece := file.read(min(2**20, end - start))):
            start += len(piece)
            yield piece


def _importing(store: Any) -> Importing:
    config = DictConfig([TENANT], [shipped_policy("padrao")])
    calendar = calendars.load()
    book = Rulebook(config, lambda tenant: calendar, store)
    return Importing(store, book, FakeExecutions(), FakeClock(NOW), MemoryMetrics(), b"bench", _place, _owner)


def _place(state: str, phone: str, city: str) -> tuple[str, str]:
    return state or "SP", ""


def _owner() -> str:
    return os.urandom(16).hex()


def _lines(rows: int) -> Iterator[Record]:
    return open_table(sheet(rows), ReadOptions(today=NOW.date())).records()


def _upload() -> Upload:
    return Upload("carteira.csv", "1", NOW)


def _take(store: Any, lines: Iterable[Record]) -> None:
    _importing(store).import_lines(TENANT.id, _upload(), lines, lambda line: None)


def _dynamo() -> tuple[DynamoStore, AnsweredClient]:
    os.environ.setdefault("AWS_DEFAULT_REGION", "sa-east-1")
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "bench")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "bench")
    clients.forget()
    answering = AnsweredClient(clients.dynamodb())
    return DynamoStore(answering.client, "regua", 8), answering


def _calls(rows: int) -> int:
    """Calls of importing so many rows, three to a debtor, that nobody knew."""
    store, answering = _dynamo()
    _take(store, _lines(rows))
    return answering.calls.total()


@contextmanager
def _stock(kind: str, items: Iterable[dict[str, Any]]) -> Iterator[Worker]:
    """boto3 as it comes, ready to write these items."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "items.jsonl"
        path.write_text("\n".join(json.dumps(item) for item in items), "utf-8")
        with peer("stock_boto3", kind, path) as worker:
            yield worker


def _items_of(lines: list[Record]) -> list[dict[str, Any]]:
    """Everything an import of these lines puts into the table, but for the entries of addresses, which it adds to."""
    found: list[dict[str, Any]] = []
    store, answering = _dynamo()

    def note(request: Any, **_: Any) -> None:
        asked = json.loads(request.body)
        writes = [write["Put"] for write in asked.get("TransactItems", []) if "Put" in write]
        found.extend(write["Item"] for write in (*writes, asked) if "Item" in write)

    answering.client.meta.events.register_first("before-send.dynamodb.*", note)
    _take(store, lines)
    return found


def _row(line: Record) -> dict[str, Any]:
    """A row as an item of its own, its values plain."""
    row = line.row
    assert row is not None  # noqa: S101 (the portfolio has no bad lines)
    return {
        "PK": f"T#escola#D#{row.document}",
        "SK": f"R#{row.receivable}",
        "tenant": "escola",
        "receivable": row.receivable,
        "document": row.document,
        "name": row.name,
        "principal_cents": row.principal_cents,
        "due_on": row.due_on.isoformat(),
        "status": "open",
        "fingerprint": fingerprint(row),
        "source": "carteira.csv",
        "open_shard": 3,
        "open_key": f"escola#{row.document}#R",
    }


def _answers(objects: Folder, store: Any) -> Answers:
    return Answers(objects, "reports", cast(Store, store), FakeNotices(), lambda tenant, error: None)


def _apart(rows: int) -> tuple[float, float]:
    """CPU seconds and peak bytes of a process that imports so many rows, in parts one after another."""
    paths = [str(ROOT / part) for part in ("layers/common", "functions", "tools", "")]
    command = [sys.executable, "-m", "bench.import_bench", str(rows)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "POWERTOOLS_LOG_LEVEL": "ERROR"}
    done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)  # noqa: S603 (ourselves)
    seconds, peak = done.stdout.splitlines()[-1].split()
    return float(seconds), float(peak)


def _whole(rows: int) -> None:
    """Every step of the state machine of large files, in this process."""
    key = f"inbox/{TENANT.id}/carteira.csv"
    with tempfile.TemporaryDirectory() as folder:
        objects = Folder(Path(folder))
        objects.write_stream("inbox", key, sheet(rows), "text/csv")
        store = Forgetful()
        config, answers = DictConfig([TENANT], [shipped_policy("padrao")]), _answers(objects, store)
        whole = SpreadsheetImport(objects, config, spreadsheets, _importing(store), answers, lambda tenant, lines: None)
        large = LargeImport(whole, FakeImports(), PART_BYTES)
        file = UploadedFile(TENANT.id, "inbox", key, "", _upload())
        large.begin(file)
        for n in range(large.split(file.tenant, file.job) or 0):
            large.part(file.tenant, file.job, n)
        large.merge(file.tenant, file.job)
        summary = answers.get(f"{file.answers}.resumo.json") or {}
        if summary["accepted"] != rows:
            raise ValueError(f"{summary['accepted']} of {rows} rows were imported")


if __name__ == "__main__":
    spent = cpu_seconds(partial(_whole, int(sys.argv[1])))
    # not getrusage: its peak is handed down by the process that started this one
    peak = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if line.startswith("VmHWM"))
    print(spent, int(peak.split()[1]) * 1024)
