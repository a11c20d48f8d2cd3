"""What DynamoDB charges for, counted from the requests a client really sends and the answers it really gets.

The rules are those of the developer guide: a write is charged by the larger of the item before and after, a transaction
twice; an index entry is written when it appears, changes or goes, and twice when its keys change; a query is charged by
the bytes it reads. Left out are refused requests, and reading the index: that is a file's or a scan's, not a debtor's.
Sources: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations
"""

import base64
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Item = Mapping[str, Mapping[str, Any]]

WRITE_UNIT = 1024
READ_UNIT = 4096
MAX_ITEM_BYTES = 400 * 1024
INDEX_KEYS = ("open_shard", "open_key")
_TABLE_KEYS = ("PK", "SK")
_READS = ("Query", "GetItem")
_STATE = "#STATE"
"""A tenant's small facts: read and counted alike whatever a debtor looks like, so they are left out."""


@dataclass
class Used:
    """Units and calls; the index's writes are part of `written` and told apart in `indexed`."""

    written: float = 0
    indexed: float = 0
    read: float = 0
    calls: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    """Write units by kind of item (`DEBTOR`, `R`, `C`, `REF`, ...), index and transactions included."""


def item_bytes(item: Item) -> int:
    """An item's size: names and values in UTF-8, a number about half its digits plus one, binary as it is."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    if "S" in value:
        return len(value["S"].encode())
    if "B" in value:
        return len(value["B"] if isinstance(value["B"], bytes) else base64.b64decode(value["B"]))
    return len(value["N"]) // 2 + 2


class Meter:
    """Watches one client's calls on one table, from its first write on; `projected` is what the index includes."""

    def __init__(self, client: Any, table: str, projected: Iterable[str]) -> None:
        self._table = table
        self._projected = {*_TABLE_KEYS, *INDEX_KEYS, *projected}
        self._request: dict[str, Any] = {}
        self._counting = Used()
        self.stored: dict[tuple[str, str], Item] = {}
        """The table as it is now."""
        self.stream: list[Item] = []
        """Every new image of an item, in order, as the table's stream would show it."""
        client.meta.events.register_first("before-send.dynamodb", self._note)
        client.meta.events.register_first("after-call.dynamodb", self._charge)

    @contextmanager
    def counting(self) -> Iterator[Used]:
        """What is used from here to the end of the block."""
        before, self._counting = self._counting, Used()
        try:
            yield self._counting
        finally:
            self._counting = before

    def _note(self, request: Any, **_: Any) -> None:
        self._request = json.loads(request.body)

    def _charge(self, model: Any, http_response: Any, **_: Any) -> None:
        request, operation = self._request, str(model.name)
        if http_response.status_code >= 300 or operation == "BatchGetItem":  # asked for small facts alone
            return
        times = 2 if operation == "TransactWriteItems" else 1
        writes = [write for write in _writes(operation, request) if write.table == self._table]
        for write in writes:
            old = self.stored.pop(write.at, None)
            if write.new is not None:
                self.stored[write.at] = write.new
                self.stream.append(write.new)
            self._add(write.at, old, write.new, times)
        reads = operation in _READS and self._read(request, json.loads(http_response.content))
        self._counting.calls[operation] += bool(writes or reads)

    def _add(self, at: tuple[str, str], old: Item | None, new: Item | None, times: int) -> None:
        base = times * max(_units(old), _units(new), 1)
        index = self._index_units(self._entry(old), self._entry(new))
        self._counting.written += base + index
        self._counting.indexed += index
        self._counting.items[_kind(*at)] += base + index

    def _index_units(self, old: Item | None, new: Item | None) -> int:
        if old == new:
            return 0
        if old and new and any(old[name] != new[name] for name in INDEX_KEYS):
            return _units(old) + _units(new)
        return max(_units(old), _units(new))

    def _entry(self, item: Item | None) -> Item | None:
        if item is None or any(name not in item for name in INDEX_KEYS):
            return None
        return {name: value for name, value in item.items() if name in self._projected}

    def _read(self, request: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
        if request["TableName"] != self._table or "IndexName" in request or _about_tenant(request):
            return False
        found: list[Item] = answer.get("Items") or [answer.get("Item") or {}]
        units = max(1, math.ceil(sum(map(item_bytes, found)) / READ_UNIT))
        self._counting.read += units if request.get("ConsistentRead") else units / 2
        return True


@dataclass(frozen=True, slots=True)
class _Write:
    table: str
    at: tuple[str, str]
    new: Item | None
    """None: deleted."""


def _writes(operation: str, request: Mapping[str, Any]) -> Iterator[_Write]:
    if operation == "PutItem":
        yield _write(request["TableName"], request)
    elif operation == "TransactWriteItems":
        for write in request["TransactItems"]:
            (said,) = write.values()
            yield _write(said["TableName"], said)
    elif operation == "BatchWriteItem":
        for table, writes in request["RequestItems"].items():
            for write in writes:
                (said,) = write.values()
                yield _write(table, said)
    elif operation not in _READS and not _about_tenant(request):
        raise NotImplementedError(f"{operation} is not counted")


def _about_tenant(request: Mapping[str, Any]) -> bool:
    asked = [key for table in request.get("RequestItems", {}).values() for key in table["Keys"]] or [request.get("Key")]
    return all(key and key["PK"]["S"].endswith(_STATE) for key in asked)


def _write(table: str, said: Mapping[str, Any]) -> _Write:
    key = said.get("Key") or said["Item"]
    return _Write(table, (key["PK"]["S"], key["SK"]["S"]), said.get("Item"))


def _units(item: Item | None) -> int:
    return math.ceil(item_bytes(item) / WRITE_UNIT) if item else 0


def _kind(partition: str, sort: str) -> str:
    """`REF`, `INBOX`, `LOG`, or what the item is in the debtor's partition."""
    head = partition.partition("#")[0]
    if head != "T":
        return head
    return "LOG" if partition.endswith("#LOG") else sort.partition("#")[0]
