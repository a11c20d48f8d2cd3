"""Every key of the table, in one place.

One table, one sparse index; what is written where is told in the design, section 3. Worth knowing here:

- Names that form a key before another part (tenant, gateway, kind of reference) may not hold `#`; the last part may.
- The numbers in the index's hash key are of four kinds: 0 to N-1 are the shards of open debtors; from 1000 on, a
  thousand for each status, stand the inbox events in that status; from 5000 on, likewise, the work that is not done;
  from 7000 on what channels told and is not applied. So one index serves them all.
- The number of shards belongs to the table: choose it at the first deployment and leave it, because items keep the
  shard they were written with.
"""

from datetime import UTC, datetime
from functools import lru_cache

from regua.domain.ids import spread
from regua.domain.work import WorkStatus
from regua.ports import InboxStatus

OPEN_INDEX = "open"
"""Global secondary index: hash `open_shard` (N), range `open_key` (S); the projection must include `data`, `file` and
`version`."""

_OPEN_ROOT = "0"

ROOT = "DEBTOR"
RECEIVABLE = "R#"
CONTACT = "C#"
FACT = "P#"

MAX_TRANSACTION_ITEMS = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""

MAX_SHARDS = 1000

_INBOX_SHARDS = {
    InboxStatus.PENDING: 1000,
    InboxStatus.APPLIED: 2000,
    InboxStatus.UNMATCHED: 3000,
    InboxStatus.IGNORED: 4000,
}

_WORK_SHARDS = {WorkStatus.OPEN: 5000, WorkStatus.PENDING: 6000}
"""What is done is in no list, so it is not in the index."""

_HEARD_SHARDS = 7000
_ANYBODY = "*"
"""Stands for the tenant of what may be any one's."""

_MAX_SORT_KEY_BYTES = 1024
_MAX_PARTITION_KEY_BYTES = 2048
_SURELY_FITS = _MAX_PARTITION_KEY_BYTES // 4
"""Characters of at most four bytes: what is no longer need not be encoded to be counted."""


def partition(tenant: str, debtor: str) -> str:
    """The debtor's partition. Raises ValueError for names that cannot be part of a key."""
    return f"T#{_name(tenant)}#D#{_name(debtor)}"


def owner_of(partition_key: str) -> tuple[str, str]:
    """The (tenant, debtor) a debtor's partition key was made of."""
    _, tenant, _, debtor = partition_key.split("#")
    return tenant, debtor


def log_partition(tenant: str, debtor: str) -> str:
    """The partition of the debtor's ledger: a sibling, so that loading a debtor stays small."""
    return f"{partition(tenant, debtor)}#LOG"


def ledger_key(version: int) -> str:
    """What one commit decided. One commit wins each version, so the key is unique, and the same commit repeated writes
    the same one.
    """
    return f"{version:08d}"


def receivable_key(receivable: str) -> str:
    """Raises ValueError when the creditor's id is too long for a key."""
    return _sort_key(f"{RECEIVABLE}{receivable}")


def contact_key(key: str) -> str:
    """From `Contact.key`."""
    return _sort_key(f"{CONTACT}{key}")


def fact_key(key: str) -> str:
    """From `PaymentFact.key`."""
    return _sort_key(f"{FACT}{key}")


def ref_partition(tenant: str, kind: str, value: str) -> str:
    """An outside id; its sort key is `REF`."""
    key = f"{_ref_prefix(tenant, kind)}{value}"
    return key if len(key) <= _SURELY_FITS else _partition_key(key)


def inbox_partition(tenant: str, gateway: str, event_id: str) -> str:
    """One event of news about money; its sort key is `EVENT`."""
    return _partition_key(f"INBOX#{_name(tenant)}#{_name(gateway)}#{event_id}")


def heard_partition(tenant: str, source: str, name: str) -> str:
    """What a channel has told; its sort key is `BODY`."""
    return _partition_key(f"HEARD#{_name(tenant or _ANYBODY)}#{_name(source)}#{name}")


def heard_shard(name: str, shards: int) -> int:
    """The index partition of what a channel has told."""
    return _HEARD_SHARDS + spread(name, "heard", shards)


def heard_shards(shards: int) -> range:
    """All of them."""
    return range(_HEARD_SHARDS, _HEARD_SHARDS + shards)


def heard_key(received_at: datetime, name: str) -> str:
    """Orders what channels told by the moment it came in."""
    return f"{_instant(received_at)}#{name}"


def work_partition(tenant: str, key: str) -> str:
    """One piece of work, from `Work.key`; its sort key is `WORK`."""
    return _partition_key(f"WORK#{_name(tenant)}#{key}")


def state_partition(tenant: str) -> str:
    """Small facts and counters of a tenant; the sort key is their name."""
    return f"T#{_name(tenant)}#STATE"


def open_shard(debtor: str, shards: int) -> int:
    """The index partition of a debtor, in `[0, shards)`: the same on every machine and in every release."""
    return spread(debtor, "open", shards)


def open_key(tenant: str, debtor: str) -> str:
    """Orders debtors by creditor and id. Those that an earlier release stored lie there with their titles behind them,
    each an item of its own.
    """
    return f"{_name(tenant)}#{_name(debtor)}#{_OPEN_ROOT}"


def open_range(tenant: str) -> tuple[str, str]:
    """The least and the greatest `open_key` of a tenant."""
    return f"{_name(tenant)}#", f"{tenant}$"  # `$` comes right after `#`


def open_after(tenant: str, debtor: str) -> str:
    """A key after all of a debtor's in the index, and before the next debtor's."""
    return f"{_name(tenant)}#{_name(debtor)}$"


def inbox_shard(status: InboxStatus, event_id: str, shards: int) -> int:
    """The index partition of an inbox event in that status."""
    return _INBOX_SHARDS[status] + spread(event_id, "inbox", shards)


def inbox_shards(status: InboxStatus, shards: int) -> range:
    """All index partitions of the inbox events in that status."""
    return range(_INBOX_SHARDS[status], _INBOX_SHARDS[status] + shards)


def inbox_key(received_at: datetime, tenant: str, gateway: str, event_id: str) -> str:
    """Orders inbox events by the moment they came in."""
    return f"{_instant(received_at)}#{tenant}#{gateway}#{event_id}"


def inbox_since(at: datetime) -> str:
    """The least `inbox_key` of an event received at that moment."""
    return _instant(at)


def work_shard(status: WorkStatus, key: str, shards: int) -> int | None:
    """The index partition of work in that status, None for what is done."""
    first = _WORK_SHARDS.get(status)
    return None if first is None else first + spread(key, "work", shards)


def work_shards(status: WorkStatus, shards: int) -> range:
    """All index partitions of the work in that status. Raises ValueError for what is done."""
    if status not in _WORK_SHARDS:
        raise ValueError(f"work that is {status} is on no list")
    return range(_WORK_SHARDS[status], _WORK_SHARDS[status] + shards)


def work_key(tenant: str, at: datetime, key: str) -> str:
    """Lays a tenant's work side by side, by the moment it was told: a desk reads its own and no more."""
    return f"{_name(tenant)}#{_instant(at)}#{key}"


def work_range(tenant: str, since: datetime | None) -> tuple[str, str]:
    """The least and the greatest `work_key` of a tenant from a moment on (None: ever)."""
    first, last = open_range(tenant)
    return f"{first}{_instant(since) if since else ''}", last


def checked_shards(shards: int) -> int:
    """`shards`. Raises ValueError when it is not in `[1, 1000]`."""
    if not 1 <= shards <= MAX_SHARDS:
        raise ValueError(f"{shards} shards are not between 1 and {MAX_SHARDS}")
    return shards


def slice_of(shard: int, shards: int, total: int) -> range:
    """The index partitions worker `shard` of `shards` reads, of `total`: every partition belongs to one worker.

    Raises ValueError when `shard` is not in `[0, shards)`.
    """
    if not 0 <= shard < shards:
        raise ValueError(f"shard {shard} is not one of {shards}")
    return range(shard, total, shards)


@lru_cache(maxsize=256)
def _ref_prefix(tenant: str, kind: str) -> str:
    return f"REF#{_name(tenant)}#{_name(kind)}#"


@lru_cache(maxsize=64)
def _instant(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("a time without a zone has no place in an order")
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _name(value: str) -> str:
    if not value or "#" in value:
        raise ValueError(f"{value!r} cannot be part of a key")
    return value


def _sort_key(value: str) -> str:
    if len(value) > _MAX_SORT_KEY_BYTES // 4 and len(value.encode()) > _MAX_SORT_KEY_BYTES:
        raise ValueError(f"a key of {len(value.encode())} bytes is too long (limit {_MAX_SORT_KEY_BYTES})")
    return value


def _partition_key(value: str) -> str:
    if len(value) > _SURELY_FITS and len(value.encode()) > _MAX_PARTITION_KEY_BYTES:
        raise ValueError(f"a key of {len(value.encode())} bytes is too long (limit {_MAX_PARTITION_KEY_BYTES})")
    return value
