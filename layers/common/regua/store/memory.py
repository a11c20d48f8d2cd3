"""The store's in-memory twin: the same contract as DynamoDB's, at full speed. For tests, simulations and previews."""

import threading
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from regua.domain.contact.wishes import MOST_AT_ADDRESS, Address
from regua.domain.model import File, LedgerEntry
from regua.domain.values import replace
from regua.domain.work import Work, WorkStatus
from regua.ports import AddressChangedError, AddressUse, Commit, ConflictError, Heard, InboxEvent, InboxStatus, Ref
from regua.store import keys
from regua.store.changes import (
    SHARED_REF_KINDS,
    Changes,
    RefTakenError,
    changes,
    in_open_index,
    one_by_one,
    stored_ref,
)

_Name = tuple[str, str]
_EventName = tuple[str, str, str]


class MemoryStore:
    """Obeys `ports.Store`; safe to use from several threads.

    `shards` is the number of index partitions. Time to live is housekeeping and is not played: nothing expires here.
    """

    def __init__(self, shards: int = 8) -> None:
        self._shards = keys.checked_shards(shards)
        self._lock = threading.RLock()
        self._files: dict[_Name, File] = {}
        self._owners: dict[_Name, str] = {}
        self._open: dict[int, set[_Name]] = defaultdict(set)
        self._refs: dict[_EventName, Ref] = {}
        self._addresses: dict[_EventName, Address] = {}
        self._inbox: dict[_EventName, InboxEvent] = {}
        self._inbox_owners: dict[_EventName, str] = {}
        self._heard: dict[str, Heard] = {}
        self._work: dict[_Name, Work] = {}
        self._ledger: dict[_Name, dict[str, tuple[LedgerEntry, ...]]] = defaultdict(dict)
        self._state: dict[_Name, dict[str, str]] = {}
        self._counters: dict[_Name, int] = {}

    def load(self, tenant: str, debtor: str) -> File | None:
        """See `ports.Store`; items are in order of their keys."""
        keys.partition(tenant, debtor)
        with self._lock:
            return self._files.get((tenant, debtor))

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
        """See `ports.Store` and `store.changes`; raises RefTakenError as DynamoStore does."""
        batch = changes(before, after, ledger=ledger, refs=refs, inbox=inbox, work=work, addresses=addresses)
        name = (after.debtor.tenant, after.debtor.id)
        with self._lock:
            self._check(name, batch, owner)
            self._write(name, batch, owner)
        return batch.after

    def commit_each(self, commits: Sequence[Commit]) -> list[File | Exception]:
        """See `ports.Store`."""
        return one_by_one(self.commit, commits)

    def find(self, tenant: str, kind: str, value: str) -> Ref | None:
        """See `ports.Store`."""
        keys.ref_partition(tenant, kind, value)
        with self._lock:
            return self._refs.get((tenant, kind, value))

    def address(self, tenant: str, kind: str, value: str) -> Address | None:
        """See `ports.Store`."""
        keys.ref_partition(tenant, kind, value)
        with self._lock:
            return self._addresses.get((tenant, kind, value))

    def tell_address(self, before: Address | None, after: Address) -> bool:
        """See `ports.Store`."""
        name = (after.tenant, after.kind, after.value)
        keys.ref_partition(*name)
        with self._lock:
            stored = self._addresses.get(name) or Address(*name)
            if stored.told != (before.told if before else 0):
                return False
            self._addresses[name] = replace(stored, wishes=after.wishes, told=after.told)
            return True

    def open_files(self, shard: int, shards: int, after: tuple[str, str] | None = None) -> Iterator[File]:
        """See `ports.Store`."""
        reached = keys.open_shard(after[1], self._shards) if after else 0
        for partition in keys.slice_of(shard, shards, self._shards):
            if partition >= reached:
                for file in self._open_in(partition, None):
                    if partition > reached or after is None or (file.debtor.tenant, file.debtor.id) > after:
                        yield file

    def tenant_open(self, tenant: str) -> Iterator[File]:
        """See `ports.Store`."""
        for partition in range(self._shards):
            yield from self._open_in(partition, tenant)

    def ledger(self, tenant: str, debtor: str) -> Iterator[LedgerEntry]:
        """See `ports.Store`."""
        with self._lock:
            decided = self._ledger.get((tenant, debtor), {})
            entries = [entry for key in sorted(decided) for entry in decided[key]]
        return iter(sorted(entries, key=lambda entry: entry.at))

    def put_inbox(self, event: InboxEvent) -> InboxEvent:
        """See `ports.Store`."""
        keys.inbox_partition(*_event_name(event))
        with self._lock:
            return self._inbox.setdefault(_event_name(event), event)

    def get_inbox(self, tenant: str, gateway: str, event_id: str) -> InboxEvent | None:
        """See `ports.Store`."""
        with self._lock:
            return self._inbox.get((tenant, gateway, event_id))

    def mark_inbox(self, event: InboxEvent) -> None:
        """See `ports.Store`."""
        name = _event_name(event)
        with self._lock:
            if not self._applied(name):
                self._inbox[name] = event

    def inbox(
        self, tenant: str | None, status: InboxStatus, limit: int = 1000, since: datetime | None = None
    ) -> Iterator[InboxEvent]:
        """See `ports.Store`."""
        with self._lock:
            found: list[tuple[str, InboxEvent]] = []
            for event in self._inbox.values():
                if event.status is not status or tenant not in (None, event.tenant):
                    continue
                if since is None or event.received_at >= since:
                    insort(found, (keys.inbox_key(event.received_at, *_event_name(event)), event), key=lambda e: e[0])
        return iter([event for _, event in found[:limit]])

    def keep_heard(self, heard: Heard) -> Heard:
        """See `ports.Store`."""
        with self._lock:
            return self._heard.setdefault(keys.heard_partition(heard.tenant, heard.source, heard.id), heard)

    def heard(self, tenant: str | None, limit: int = 1000) -> Iterator[Heard]:
        """See `ports.Store`."""
        with self._lock:
            found = [heard for heard in self._heard.values() if tenant in (None, heard.tenant)]
        return iter(sorted(found, key=lambda heard: keys.heard_key(heard.received_at, heard.id))[:limit])

    def mark_heard(self, heard: Heard) -> None:
        """See `ports.Store`."""
        with self._lock:
            if (name := keys.heard_partition(heard.tenant, heard.source, heard.id)) in self._heard:
                self._heard[name] = heard

    def forget_heard(self, heard: Heard) -> None:
        """See `ports.Store`."""
        with self._lock:
            self._heard.pop(keys.heard_partition(heard.tenant, heard.source, heard.id), None)

    def put_work(self, work: Work) -> Work:
        """See `ports.Store`."""
        keys.work_partition(work.tenant, work.key)
        with self._lock:
            return self._work.setdefault((work.tenant, work.key), work)

    def get_work(self, tenant: str, key: str) -> Work | None:
        """See `ports.Store`."""
        keys.work_partition(tenant, key)
        with self._lock:
            return self._work.get((tenant, key))

    def mark_work(self, before: Work, after: Work) -> bool:
        """See `ports.Store`."""
        with self._lock:
            stored = self._work.get((before.tenant, before.key))
            if stored is None or stored.at != before.at or stored.status not in (before.status, after.status):
                return False
            self._work[after.tenant, after.key] = after
            return True

    def work(
        self, tenant: str | None, status: WorkStatus, limit: int = 1000, since: datetime | None = None
    ) -> Iterator[Work]:
        """See `ports.Store`."""
        keys.work_shards(status, self._shards)
        with self._lock:
            found = [
                work
                for work in self._work.values()
                if work.status is status and tenant in (None, work.tenant) and (since is None or work.at >= since)
            ]
        return iter(sorted(found, key=lambda work: keys.work_key(work.tenant, work.at, work.key))[:limit])

    def get_state(self, tenant: str, key: str) -> dict[str, str]:
        """See `ports.Store`; a counter reads as `{"count": n}`."""
        with self._lock:
            count = self._counters.get((tenant, key))
            found = dict(self._state.get((tenant, key), {}))
            return found if count is None else found | {"count": str(count)}

    def get_states(self, tenant: str, names: Sequence[str]) -> dict[str, dict[str, str]]:
        """See `ports.Store`."""
        return {name: self.get_state(tenant, name) for name in names}

    def put_state(self, tenant: str, key: str, value: Mapping[str, str], ttl: datetime | None = None) -> None:
        """See `ports.Store`; clears a counter of that name."""
        keys.state_partition(tenant)
        with self._lock:
            self._state[tenant, key] = dict(value)
            self._counters.pop((tenant, key), None)

    def swap_state(self, tenant: str, key: str, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
        """See `ports.Store`."""
        keys.state_partition(tenant)
        with self._lock:
            if self._state.get((tenant, key), {}) != dict(before):
                return False
            self._state[tenant, key] = dict(after)
            return True

    def count(self, tenant: str, key: str, amount: int, limit: int, ttl: datetime) -> bool:
        """See `ports.Store`."""
        keys.state_partition(tenant)
        with self._lock:
            total = self._counters.get((tenant, key), 0) + amount
            if limit and total > limit:
                return False
            self._counters[tenant, key] = total
            return True

    def take_slot(
        self, tenant: str, key: str, earliest: int, step: int, latest: int, seen: int, ttl: datetime
    ) -> int | None:
        """See `ports.Store`."""
        keys.state_partition(tenant)
        with self._lock:
            ahead = self._counters.get((tenant, key), earliest)
            if latest and latest < ahead and earliest < ahead:
                return None
            slot = max(ahead, earliest)
            self._counters[tenant, key] = slot + step
            return slot

    def _check(self, name: _Name, batch: Changes, owner: str) -> None:
        stored = self._files.get(name)
        version = stored.debtor.version if stored else 0
        mine = version == batch.version and self._owners.get(name) == owner
        if version != batch.version - 1 and not mine:
            raise ConflictError(f"version {version} is stored, {batch.version - 1} was loaded")
        for event in batch.inbox:
            if self._applied(_event_name(event)) and self._inbox_owners.get(_event_name(event)) != owner:
                raise ConflictError("an inbox event was applied by somebody else")
        for ref in batch.refs:
            held = self._refs.get((ref.tenant, ref.kind, ref.value))
            if held and held.debtor not in (ref.debtor, ref.takes_from) and ref.kind not in SHARED_REF_KINDS:
                raise RefTakenError(f"a reference of kind {ref.kind} already belongs to another debtor")
        if not all(_may(self._address(name[0], use), use, name[1]) for use in batch.addresses):
            raise AddressChangedError("an address is not as it was believed to be")

    def _address(self, tenant: str, use: AddressUse) -> Address:
        return self._addresses.get((tenant, use.kind, use.value)) or Address(tenant, use.kind, use.value)

    def _write(self, name: _Name, batch: Changes, owner: str) -> None:
        self._files[name] = _in_order(batch.after)
        self._owners[name] = owner
        shard = self._open[keys.open_shard(name[1], self._shards)]
        (shard.add if batch.is_open else shard.discard)(name)
        if batch.ledger:
            self._ledger[name][keys.ledger_key(batch.version)] = batch.ledger
        for ref in batch.refs:
            self._refs[ref.tenant, ref.kind, ref.value] = stored_ref(ref)
        for use in batch.addresses:
            address = self._address(name[0], use)
            address = replace(address, debtors=tuple(sorted({*address.debtors, name[1]})))
            if use.taking is not None:
                address = replace(address, taken_on=use.taking, taken_by=name[1])
            self._addresses[name[0], use.kind, use.value] = address
        for event in batch.inbox:
            self._inbox[_event_name(event)] = event
            self._inbox_owners[_event_name(event)] = owner
        for work in batch.work:
            self._work[work.tenant, work.key] = work

    def _open_in(self, partition: int, tenant: str | None) -> Iterator[File]:
        with self._lock:
            names = sorted(n for n in self._open.get(partition, ()) if tenant in (None, n[0]))
        for name in names:
            file = self._files.get(name)
            if file and in_open_index(file):
                yield File(file.debtor, tuple(r for r in file.receivables if r.is_open))

    def _applied(self, name: _EventName) -> bool:
        stored = self._inbox.get(name)
        return stored is not None and stored.status is InboxStatus.APPLIED


def _may(address: Address, use: AddressUse, debtor: str) -> bool:
    """Whether what a commit believes of an address is true."""
    others = set(address.debtors) - {debtor}
    full = debtor not in address.debtors and len(address.debtors) >= MOST_AT_ADDRESS
    if address.told != use.told or full or (use.alone and others):
        return False
    if use.taking is None or address.taken_on is None:
        return True
    return address.taken_on < use.taking or (address.taken_on == use.taking and address.taken_by == debtor)


def _event_name(event: InboxEvent) -> _EventName:
    return event.tenant, event.gateway, event.event_id


def _in_order(file: File) -> File:
    """As it comes from the table: in order of the keys."""
    return replace(
        file,
        receivables=tuple(sorted(file.receivables, key=lambda r: r.id)),
        contacts=tuple(sorted(file.contacts, key=lambda c: c.key)),
        facts=tuple(sorted(file.facts, key=lambda f: f.key)),
    )
