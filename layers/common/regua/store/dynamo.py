"""The aggregate's home on DynamoDB. Keys are in `keys`, the format in `codec`, a commit's items in `items`."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import groupby, islice
from typing import Any, TypeVar

from regua.domain.contact.wishes import Address
from regua.domain.model import File, LedgerEntry
from regua.domain.work import Work, WorkStatus
from regua.ports import (
    AddressChangedError,
    AddressUse,
    Commit,
    ConflictError,
    Heard,
    InboxEvent,
    InboxStatus,
    PermanentError,
    Ref,
    RetryableError,
)
from regua.store import codec, faults, items, keys, pages, rows, side_by_side
from regua.store.calls import Calls
from regua.store.changes import RefTakenError, changes_of, moved_inside
from regua.store.kept import Seen, shared_out
from regua.store.pages import StoredItem

_Value = TypeVar("_Value")
_REREADS = 6
_FIRST_PAUSE_SECONDS = 0.02


class DynamoStore:
    """Obeys `ports.Store`. Safe to use from several threads.

    `client` is made by `platform.clients.dynamodb` (or takes the same calls), `shards` is the number of index
    partitions the table was deployed with. Besides what the port promises, every method may raise RetryableError
    (throttled, or nobody knows) and PermanentError (refused). What lists many (`open_files`, `tenant_open`, `inbox`,
    `work`, `ledger`) passes over an item nobody can read; what reads one raises ValueError. Lists and `load` tell its
    key to `unreadable`.
    """

    def __init__(
        self,
        client: Any,
        table: str,
        shards: int = 8,
        *,
        pause: Callable[[float], None] = time.sleep,
        unreadable: Callable[[str], None] = lambda key: None,
    ) -> None:
        self._client = client
        self._table = table
        self._shards = keys.checked_shards(shards)
        self._pause = pause
        self._unreadable = unreadable
        self._calls = Calls(client)
        self._seen = Seen()
        pages.install(client)
        _without_tokens(client)

    def load(self, tenant: str, debtor: str) -> File | None:
        """See `ports.Store`; items are in order of their keys.

        A Query is not isolated from a transaction as a whole: it may see some of its items and not yet others. A
        child missed beside the new root would let a gate pass on stale facts with a version that is current. So the
        root says how many children its version wrote, and a file that does not show them is read again. Older
        commits need no check: whoever made this version had loaded, and so seen whole, the one before. Of most debtors
        all is in one item (`store.layout`), which is seen whole or not at all.

        A debtor whose parts an earlier release stored as an item each is made one item first, where that may be.
        Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html, isolation.
        """
        request = self._partition(keys.partition(tenant, debtor)) | {"ConsistentRead": True}
        for attempt in range(_REREADS):
            found = [row for page in self._pages(request) for row in page]
            if not found:
                return None
            if rows.is_whole(found):
                file, kept = self._parts(found)
                if rows.root_of(found).file is not None or not self._moved_inside(file):
                    self._seen.put(file, kept)
                    return file
                continue
            self._pause(_FIRST_PAUSE_SECONDS * 2**attempt)
        raise RetryableError("a transaction on this debtor is not finished")

    def commit(
        self,
        before: File | None,
        after: File,
        *,
        owner: str,
        ledger: Iterable[LedgerEntry] = (),
        refs: Iterable[Ref] = (),
        inbox: Iterable[InboxEvent] = (),
        work: Iterable[Work] = (),
        addresses: Iterable[AddressUse] = (),
    ) -> File:
        """See `ports.Store`, and `store.changes` for what is written and refused.

        Raises RefTakenError (a PermanentError: loading again does not help) when a reference belongs to another
        debtor, and RetryableError when it was throttled or the answer was lost for good: then the same commit with
        the same owner may be tried again: it passes unless somebody else has committed since.
        """
        beside = tuple(ledger), tuple(refs), tuple(inbox), tuple(work), tuple(addresses)
        asked = self._laid_out(0, Commit(before, after, owner, *beside))
        outcome = self._together([asked])[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def commit_each(self, commits: Sequence[Commit]) -> list[File | Exception]:
        """See `ports.Store`. As many to a transaction as it holds, and several transactions at once; what shares an
        item with one before it goes alone, and after it: who has an address, or a name, may then be another than it
        believes.
        """
        done: dict[int, File | Exception] = {}
        for wave in side_by_side.apart(self._fitting(commits, done), _touched):
            unknown: Exception | None = None
            for outcome in side_by_side.each(self._together, wave):
                if isinstance(outcome, Exception) and not isinstance(outcome, RetryableError):
                    raise outcome
                if isinstance(outcome, RetryableError):
                    unknown = outcome
                else:
                    done |= outcome
            if unknown is not None:
                return [done.get(n, unknown) for n in range(len(commits))]
        return [done[n] for n in range(len(commits))]

    def find(self, tenant: str, kind: str, value: str) -> Ref | None:
        """See `ports.Store`."""
        data = self._get(keys.ref_partition(tenant, kind, value), "REF")
        return codec.ref(data["data"]["S"]) if data else None

    def address(self, tenant: str, kind: str, value: str) -> Address | None:
        """See `ports.Store`."""
        found = self._get(keys.ref_partition(tenant, kind, value), "REF")
        return items.address_of(tenant, kind, value, found) if found else None

    def tell_address(self, before: Address | None, after: Address) -> bool:
        """See `ports.Store`. A lost response may answer False for what was told: the caller reads again."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "Key": items.address_key(after.tenant, after.kind, after.value),
            "UpdateExpression": "SET #told = :after, #wishes = :wishes",
            "ConditionExpression": "#told = :before" if before and before.told else "attribute_not_exists(#told)",
            "ExpressionAttributeNames": {"#told": "told", "#wishes": "wishes"},
            "ExpressionAttributeValues": {
                ":after": {"N": str(after.told)},
                ":wishes": items.wishes_told(after.wishes),
            },
        }
        if before and before.told:
            request["ExpressionAttributeValues"][":before"] = {"N": str(before.told)}
        return self._took("UpdateItem", request)

    def open_files(self, shard: int, shards: int, after: tuple[str, str] | None = None) -> Iterator[File]:
        """See `ports.Store`.

        The index lags behind the table by a moment, so what is read here proposes and does not decide: load the
        debtor before committing, and never commit one of these files.
        """
        reached = keys.open_shard(after[1], self._shards) if after else 0
        for partition in keys.slice_of(shard, shards, self._shards):
            if partition >= reached:
                first = keys.open_after(*after) if after and partition == reached else ""
                yield from self._open_in(partition, first)

    def tenant_open(self, tenant: str) -> Iterator[File]:
        """See `ports.Store` and `open_files`."""
        for partition in range(self._shards):
            yield from self._open_in(partition, *keys.open_range(tenant))

    def ledger(self, tenant: str, debtor: str) -> Iterator[LedgerEntry]:
        """See `ports.Store`. The debtor's item is read first: what is written out meanwhile is then seen twice and told
        once.
        """
        told: dict[int, list[LedgerEntry]] = {}
        earlier: list[LedgerEntry] = []
        for row in self._decided(tenant, debtor):
            for n, entries in row:
                if n:
                    told[n] = entries
                else:
                    earlier += entries
        entries = [*earlier, *(entry for n in sorted(told) for entry in told[n])]
        # the sort is stable: entries of one moment stay in the order of their commits
        return iter(sorted(entries, key=lambda entry: entry.at))

    def _decided(self, tenant: str, debtor: str) -> Iterator[list[tuple[int, list[LedgerEntry]]]]:
        partition = keys.partition(tenant, debtor)
        root = self._get(partition, keys.ROOT) or {}
        try:
            yield from map(codec.in_ledger, _kept_in(root))
        except ValueError:
            self._unreadable(f"{partition} {keys.ROOT}")
        request = self._partition(keys.log_partition(tenant, debtor)) | {"ConsistentRead": True}
        yield from self._read((row for page in self._pages(request) for row in page), codec.in_ledger)

    def put_inbox(self, event: InboxEvent) -> InboxEvent:
        """See `ports.Store`."""
        stored = self._put_new(items.inbox_item(event, self._shards))
        return codec.inbox_event(stored) if stored else event

    def get_inbox(self, tenant: str, gateway: str, event_id: str) -> InboxEvent | None:
        """See `ports.Store`."""
        found = self._get(keys.inbox_partition(tenant, gateway, event_id), "EVENT")
        return codec.inbox_event(found["data"]["S"]) if found else None

    def mark_inbox(self, event: InboxEvent) -> None:
        """See `ports.Store`."""
        request = {
            "TableName": self._table,
            "Item": items.inbox_item(event, self._shards),
            "ConditionExpression": f"{items.ABSENT} OR #status <> :applied",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {":applied": {"S": InboxStatus.APPLIED.value}},
        }
        self._took("PutItem", request)  # what is applied stays so

    def inbox(
        self, tenant: str | None, status: InboxStatus, limit: int = 1000, since: datetime | None = None
    ) -> Iterator[InboxEvent]:
        """See `ports.Store`; read from the index, which lags by a moment."""
        prefix = f"INBOX#{tenant}#" if tenant else "INBOX#"
        first = keys.inbox_since(since) if since else ""
        found = self._merged(keys.inbox_shards(status, self._shards), first)
        yield from islice(self._read((row for row in found if row.PK.S.startswith(prefix)), codec.inbox_event), limit)

    def keep_heard(self, heard: Heard) -> Heard:
        """See `ports.Store`."""
        stored = self._put_new(items.heard_item(heard, self._shards))
        return codec.heard(stored) if stored else heard

    def heard(self, tenant: str | None, limit: int = 1000) -> Iterator[Heard]:
        """See `ports.Store`; read from the index, which lags by a moment."""
        listed = self._read(self._merged(keys.heard_shards(self._shards), ""), codec.heard)
        yield from islice((heard for heard in listed if tenant in (None, heard.tenant)), limit)

    def mark_heard(self, heard: Heard) -> None:
        """See `ports.Store`."""
        item = items.heard_item(heard, self._shards)
        self._took("PutItem", {"TableName": self._table, "Item": item, "ConditionExpression": "attribute_exists(PK)"})

    def forget_heard(self, heard: Heard) -> None:
        """See `ports.Store`."""
        partition = keys.heard_partition(heard.tenant, heard.source, heard.id)
        self._call("DeleteItem", {"TableName": self._table, "Key": self._key(partition, "BODY")})

    def put_work(self, work: Work) -> Work:
        """See `ports.Store`."""
        stored = self._put_new(items.work_item(work, self._shards))
        return codec.work(stored) if stored else work

    def get_work(self, tenant: str, key: str) -> Work | None:
        """See `ports.Store`."""
        found = self._get(keys.work_partition(tenant, key), "WORK")
        return codec.work(found["data"]["S"]) if found else None

    def mark_work(self, before: Work, after: Work) -> bool:
        """See `ports.Store`."""
        request = {
            "TableName": self._table,
            "Item": items.work_item(after, self._shards),
            "ConditionExpression": "open_key = :told AND #status IN (:before, :after)",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {
                ":told": {"S": keys.work_key(before.tenant, before.at, before.key)},
                ":before": {"S": before.status.value},
                ":after": {"S": after.status.value},
            },
        }
        return self._took("PutItem", request)

    def work(
        self, tenant: str | None, status: WorkStatus, limit: int = 1000, since: datetime | None = None
    ) -> Iterator[Work]:
        """See `ports.Store`; read from the index, which lags by a moment."""
        first, last = keys.work_range(tenant, since) if tenant else ("", "")
        listed = self._read(self._merged(keys.work_shards(status, self._shards), first, last), codec.work)
        yield from islice((work for work in listed if since is None or work.at >= since), limit)

    def get_state(self, tenant: str, key: str) -> dict[str, str]:
        """See `ports.Store`; a counter reads as `{"count": n}`."""
        return _state(self._get(keys.state_partition(tenant), key) or {})

    def get_states(self, tenant: str, names: Sequence[str]) -> dict[str, dict[str, str]]:
        """See `ports.Store`; what the table leaves out of an answer is asked for again, a few times."""
        partition = keys.state_partition(tenant)
        found: dict[str, dict[str, str]] = {name: {} for name in names}
        if not found:
            return found
        left: Any = {self._table: {"Keys": [self._key(partition, name) for name in found], "ConsistentRead": True}}
        for attempt in range(_REREADS):
            answer = self._call("BatchGetItem", {"RequestItems": left})
            found |= {item["SK"]["S"]: _state(item) for item in answer["Responses"].get(self._table, ())}
            left = answer.get("UnprocessedKeys")
            if not left:
                return found
            self._pause(_FIRST_PAUSE_SECONDS * 2**attempt)
        raise RetryableError("the table leaves small facts unread")

    def put_state(self, tenant: str, key: str, value: Mapping[str, str], ttl: datetime | None = None) -> None:
        """See `ports.Store`; clears a counter of that name. `ttl` is housekeeping: up to days late."""
        item = self._key(keys.state_partition(tenant), key) | {"data": {"S": codec.encode(dict(value))}}
        if ttl:
            item["ttl"] = _seconds(ttl)
        self._call("PutItem", {"TableName": self._table, "Item": item})

    def swap_state(self, tenant: str, key: str, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
        """See `ports.Store`. A lost response may answer False for a swap that was made: the caller reads again."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "Item": self._key(keys.state_partition(tenant), key) | {"data": {"S": codec.encode(dict(after))}},
            "ExpressionAttributeNames": {"#data": "data"},
            "ConditionExpression": "#data = :before" if before else "attribute_not_exists(#data) OR #data = :before",
            # the order of the names is kept from writing to reading, so equal facts are equal text
            "ExpressionAttributeValues": {":before": {"S": codec.encode(dict(before))}},
        }
        return self._took("PutItem", request)

    def count(self, tenant: str, key: str, amount: int, limit: int, ttl: datetime) -> bool:
        """See `ports.Store`. A lost response may count twice, which errs on the side of sending less."""
        if limit and amount > limit:
            return False
        request: dict[str, Any] = {
            "TableName": self._table,
            "Key": self._key(keys.state_partition(tenant), key),
            "UpdateExpression": "ADD #total :amount SET #ttl = :ttl",
            "ExpressionAttributeNames": {"#total": "total", "#ttl": "ttl"},
            "ExpressionAttributeValues": {":amount": {"N": str(amount)}, ":ttl": _seconds(ttl)},
        }
        if limit:
            request["ConditionExpression"] = "attribute_not_exists(#total) OR #total <= :room"
            request["ExpressionAttributeValues"][":room"] = {"N": str(limit - amount)}
        return self._took("UpdateItem", request)

    def take_slot(
        self, tenant: str, key: str, earliest: int, step: int, latest: int, seen: int, ttl: datetime
    ) -> int | None:
        """See `ports.Store`. A lost response may take two, which errs on the side of sending less."""
        first, behind = {":earliest": earliest, ":next": earliest + step}, {":earliest": earliest, ":step": step}
        limit = " AND #total <= :latest" if latest else ""
        tries: list[tuple[str, str, dict[str, int]]] = [
            ("attribute_not_exists(#total) OR #total <= :earliest", ":next", first),
            (f"#total > :earliest{limit}", "#total + :step", behind | ({":latest": latest} if latest else {})),
        ]
        if seen > earliest:
            tries.reverse()
        for condition, value, numbers in tries:
            request: dict[str, Any] = {
                "TableName": self._table,
                "Key": self._key(keys.state_partition(tenant), key),
                "UpdateExpression": f"SET #total = {value}, #ttl = :ttl",
                "ConditionExpression": condition,
                "ExpressionAttributeNames": {"#total": "total", "#ttl": "ttl"},
                "ExpressionAttributeValues": {
                    **{name: {"N": str(number)} for name, number in numbers.items()},
                    ":ttl": _seconds(ttl),
                },
                "ReturnValues": "UPDATED_NEW",
            }
            with suppress(ConflictError):
                return int(self._call("UpdateItem", request)["Attributes"]["total"]["N"]) - step
        return None

    def _laid_out(self, place: int, asked: Commit) -> "_Asked":
        batch = changes_of(asked)
        stays, out = shared_out(self._kept(asked.before), codec.decided(batch.version, batch.ledger))
        return _Asked(
            place, batch.after, items.transaction(batch, asked.owner, self._table, self._shards, stays, out), stays
        )

    def _kept(self, before: File | None) -> tuple[bytes, ...]:
        """What the item keeps of the ledger. Raises ConflictError when it is not that version any more."""
        if before is None:
            return ()
        kept = self._seen.of(before)
        if kept is None:
            root = self._get(keys.partition(before.debtor.tenant, before.debtor.id), keys.ROOT) or {}
            if int(root.get("version", {}).get("N", "0")) != before.debtor.version or "more" not in root:
                raise ConflictError("somebody else committed")
            kept = _kept_in(root)
        return kept

    def _fitting(self, commits: Sequence[Commit], done: dict[int, File | Exception]) -> Iterator[list["_Asked"]]:
        """Those that go together, in their order; one that cannot be laid out is `done`."""
        together, met, size = list[_Asked](), set[str](), 0
        for place, commit in enumerate(commits):
            try:
                asked = self._laid_out(place, commit)
            except (ValueError, ConflictError, RetryableError) as error:
                done[place] = error
                continue
            touched = asked.touched()
            alone = not met.isdisjoint(touched)
            if alone or size + len(asked.parts) > keys.MAX_TRANSACTION_ITEMS:
                yield together
                together, met, size = [], set(), 0
            if alone:
                yield [asked]
                continue
            together.append(asked)
            met |= touched
            size += len(asked.parts)
        if together:
            yield together

    def _together(self, asked: list["_Asked"]) -> dict[int, File | Exception]:
        """One transaction: those that are refused leave it, and it is tried again without them. Raises RetryableError
        when nobody knows of any.
        """
        from botocore.exceptions import ClientError  # noqa: PLC0415 (loaded long before by the client in use)

        done: dict[int, File | Exception] = {}
        while asked:
            try:
                self._write([write for one in asked for _, write in one.parts])
            except (ConflictError, PermanentError) as error:
                cause = error.__cause__
                refused = _refused(asked, faults.reasons(cause.response)) if isinstance(cause, ClientError) else {}
                for refusal in refused.values():
                    refusal.__cause__ = cause
                if not refused and len(asked) == 1:
                    refused = {asked[0].place: error}
                if not refused:  # nobody says whose fault it is
                    return done | {place: one for a in asked for place, one in self._together([a]).items()}
                done |= refused
                asked = [one for one in asked if one.place not in refused]
            else:
                for one in asked:
                    self._seen.put(one.after, one.kept)
                return done | {one.place: one.after for one in asked}
        return done

    def _write(self, writes: list[dict[str, Any]]) -> None:
        """One of them by itself, several in one transaction."""
        if len(writes) == 1 and "Put" in writes[0]:
            self._call("PutItem", writes[0]["Put"])
        else:
            self._call("TransactWriteItems", {"TransactItems": writes})

    def _moved_inside(self, file: File) -> bool:
        """Whether it is one item by now, or somebody else has written it meanwhile; False where that may not be."""
        try:
            self._write(items.moved_inside(moved_inside(file), self._table, self._shards))
        except ConflictError:
            return True
        except PermanentError:  # who may only read
            return False
        return True

    def _open_in(self, partition: int, first: str = "", last: str = "") -> Iterator[File]:
        for _, group in groupby(self._indexed(partition, first, last), key=rows.partition_key):
            shown = list(group)
            try:
                file = rows.indexed_file(shown)
            except ValueError:
                self._unreadable(rows.named(shown))
                continue
            file = file or self._open_of(shown)
            if file:
                yield file

    def _open_of(self, shown: list[StoredItem]) -> File | None:
        """Root and open titles of the debtor some of whose items these are; None for one whom nobody can read."""
        try:
            file = self.load(*keys.owner_of(shown[0].PK.S))
        except RetryableError:  # one debtor's; a table in distress says so itself
            self._unreadable(rows.named(shown))
            return None
        except ValueError:  # `load` has named it
            return None
        return file and File(file.debtor, file.open_receivables)

    def _parts(self, found: list[StoredItem]) -> tuple[File, tuple[bytes, ...]]:
        """As `rows.parts`. Raises ValueError, and names the item, when one cannot be read."""
        try:
            return rows.parts(found)
        except ValueError:
            self._unreadable(rows.named(found))
            raise

    def _read(self, found: Iterable[StoredItem], decode: Callable[[Any], _Value]) -> Iterator[_Value]:
        """What the items say; one nobody can read is named and passed over."""
        for row in found:
            try:
                value = decode(rows.value_of(row))
            except ValueError:
                self._unreadable(rows.named([row]))
                continue
            yield value

    def _merged(self, partitions: range, first: str, last: str = "") -> Iterator[StoredItem]:
        streams = [self._indexed(partition, first, last) for partition in partitions]
        return merge(*streams, key=lambda row: row.open_key.S if row.open_key else "")

    def _indexed(self, partition: int, first: str = "", last: str = "") -> Iterator[StoredItem]:
        """The items of an index partition from one key to another, in their order; empty is the very first or last."""
        condition, values = "open_shard = :shard", {":shard": {"N": str(partition)}}
        if first:
            condition += " AND open_key BETWEEN :first AND :last" if last else " AND open_key >= :first"
            values[":first"] = {"S": first}
        if last:
            values[":last"] = {"S": last}
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": keys.OPEN_INDEX,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }
        for page in self._pages(request):
            yield from page

    def _pages(self, request: Mapping[str, Any]) -> Iterator[list[StoredItem]]:
        start: dict[str, Any] = {}
        while True:
            with faults.translated():
                page = pages.query(self._calls, {**request, **start})
            yield page.Items
            if not page.LastEvaluatedKey:
                return
            start = {"ExclusiveStartKey": page.LastEvaluatedKey}

    def _get(self, partition: str, sort: str) -> Mapping[str, Any] | None:
        request = {"TableName": self._table, "Key": self._key(partition, sort), "ConsistentRead": True}
        found: Mapping[str, Any] | None = self._call("GetItem", request).get("Item")
        return found

    def _put_new(self, item: items.Item) -> str | None:
        """Stores the item unless one is there: the data of that one, or None."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 (loaded long before by the client in use)

        with faults.translated():
            try:
                self._calls.call(
                    "PutItem",
                    {
                        "TableName": self._table,
                        "Item": item,
                        "ConditionExpression": items.ABSENT,
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    },
                )
            except ClientError as error:
                stored = error.response.get("Item")
                if stored is None:
                    raise
                data: str = stored["data"]["S"]
                return data
        return None

    def _call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        with faults.translated():
            return self._calls.call(operation, request)

    def _took(self, operation: str, request: Mapping[str, Any]) -> bool:
        """Makes a conditional write; whether its condition held."""
        try:
            self._call(operation, request)
        except ConflictError:
            return False
        return True

    def _partition(self, key: str) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "KeyConditionExpression": "PK = :partition",
            "ExpressionAttributeValues": {":partition": {"S": key}},
        }

    def _key(self, partition: str, sort: str) -> dict[str, dict[str, str]]:
        return {"PK": {"S": partition}, "SK": {"S": sort}}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A commit, laid out: `place` among those asked for together, what it makes, its part of a transaction, and what of
    the ledger the item keeps then.
    """

    place: int
    after: File
    parts: list[tuple[items.Written, dict[str, Any]]]
    kept: tuple[bytes, ...]

    def touched(self) -> set[str]:
        """Whose file it writes, and the partitions beside it, which debtors may share."""
        own = items.partition_of(self.parts[0][1])
        return {own, *[items.partition_of(write) for part, write in self.parts if part not in items.OWN]}


def _touched(asked: list[_Asked]) -> set[str]:
    return set[str]().union(*(one.touched() for one in asked))


def _refused(asked: list[_Asked], reasons: list[str]) -> dict[int, Exception]:
    """Of a refused transaction: by place, those it was refused for, and what that means for each."""
    refused: dict[int, Exception] = {}
    start = 0
    for one in asked:
        mine = reasons[start : start + len(one.parts)]
        start += len(one.parts)
        failed = {
            part for (part, _), reason in zip(one.parts, mine, strict=False) if reason == "ConditionalCheckFailed"
        }
        if failed or "TransactionConflict" in mine:
            refused[one.place] = refused_beside(failed) or ConflictError("somebody else committed")
    return refused


def refused_beside(failed: set[items.Written]) -> ConflictError | RefTakenError | None:
    """What a refused transaction means where the debtor's own file was true; None where it was not."""
    if failed == {items.Written.ADDRESS}:
        return AddressChangedError("an address is not as it was believed to be")
    if failed and failed <= {items.Written.REF, items.Written.ADDRESS}:
        return RefTakenError("a reference already belongs to another debtor")
    return None


def _kept_in(root: Mapping[str, Any]) -> tuple[bytes, ...]:
    more = root.get("more", {})
    return codec.in_more(more.get("B") or more.get("S", ""))[2] if more else ()


def _state(item: Mapping[str, Any]) -> dict[str, str]:
    state = codec.state(item["data"]["S"]) if "data" in item else {}
    return state | {"count": item["total"]["N"]} if "total" in item else state


def _seconds(at: datetime) -> dict[str, str]:
    return {"N": str(int(at.timestamp()))}


def _without_tokens(client: Any) -> None:
    """Takes the SDK's ClientRequestToken off this client's transactions.

    DynamoDB answers a repeated token for ten minutes as it answered the first time, whatever was committed since: a
    gate whose answer was lost would be told it passed although a payment came in between. Without it a repeated
    commit meets the root's condition, which knows its own owner and nobody else's later version.
    """
    from botocore.handlers import generate_idempotent_uuid  # noqa: PLC0415 (loaded long before by the client in use)

    client.meta.events.unregister("before-parameter-build", generate_idempotent_uuid)
