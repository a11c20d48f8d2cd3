"""A commit as items of DynamoDB: the debtor's own, and those that are true in the same moment.

A debtor is one item, its `file` (root and titles) and `more` (contacts and facts) packed; what does not fit into it
(`store.layout`) are children, text in `data` as everything else is. The newest entries of the ledger lie in `more` as
well (`store.kept`). Beside stand only attributes that conditions and indexes need. Root and children carry the version
that wrote them, and the root how many children that was: see `DynamoStore.load`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import Enum, auto
from functools import cache
from typing import Any

from regua.domain.contact.wishes import MOST_AT_ADDRESS, Address, Wish
from regua.domain.model import Debtor
from regua.domain.work import Work, WorkStatus
from regua.ports import AddressUse, Heard, InboxEvent, InboxStatus, Ref
from regua.store import codec, keys
from regua.store.changes import SHARED_REF_KINDS, Changes, stored_ref

Attribute = dict[str, str]
Item = dict[str, Attribute]

_REF: Attribute = {"S": "REF"}

KEPT = timedelta(days=400)
"""How long an event is kept once it is settled, and work once it is done (a raw body and a debtor's words are personal
data); what is open is kept for ever.
"""
KEPT_OF_OTHERS = timedelta(days=90)
"""How long a notice is kept that did nothing: it may be about third parties, who owe the creditor nothing here."""
KEPT_OF_STRANGERS = timedelta(days=7)
"""And one of nobody knows whom: the table is not theirs to fill."""

HEARD_KEPT = timedelta(days=90)
"""How long what could not be applied waits for a repair: what it says is personal data, perhaps of third parties."""

NAMES = {"#version": "version", "#owner": "owner", "#status": "status", "#file": "file"}
"""`debtor` is no reserved word: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html."""
ABSENT = "attribute_not_exists(PK)"
_IN_ITEMS_OF_ITS_OWN = "#version = :loaded AND attribute_not_exists(#file)"
_NEW_ROOT = f"{ABSENT} OR (#version = :mine AND #owner = :me)"
_AS_LOADED = "(#version = :loaded AND attribute_exists(#file)) OR (#version = :mine AND #owner = :me)"
_OURS = f"{ABSENT} OR debtor = :debtor"
_OURS_OR_BEFORE = f"{ABSENT} OR debtor IN (:debtor, :before)"
_NOT_APPLIED = f"{ABSENT} OR #status <> :applied OR #owner = :me"


class Written(Enum):
    """What an item of the transaction is, which tells what its failed condition means."""

    ADDRESS = auto()
    FILE = auto()
    INBOX = auto()
    LEDGER = auto()
    REF = auto()
    WORK = auto()


OWN = (Written.FILE, Written.LEDGER)
"""What stands in the debtor's own partitions."""


def transaction(
    batch: Changes, owner: str, table: str, shards: int, kept: Sequence[bytes] = (), told: Sequence[bytes] = ()
) -> list[tuple[Written, dict[str, Any]]]:
    """The items to write, the debtor's own first; alone, it needs no transaction. Of the ledger (`codec.decided`) that
    one keeps `kept`, and what is `told` is written out.
    """
    return _Transaction(batch, owner, table, shards, kept, told).items()


def moved_inside(batch: Changes, table: str, shards: int) -> list[dict[str, Any]]:
    """The transaction that makes one item of a debtor whose parts an earlier release stored as an item each."""
    root, *rest = [write for _, write in _Transaction(batch, "moved", table, shards).items()]
    loaded = {"N": str(batch.version - 1)}
    root["Put"] |= {
        "ConditionExpression": _IN_ITEMS_OF_ITS_OWN,
        "ExpressionAttributeNames": _names_in(_IN_ITEMS_OF_ITS_OWN),
        "ExpressionAttributeValues": {":loaded": loaded},
    }
    return [root, *rest]


def partition_of(write: Mapping[str, Any]) -> str:
    """The partition that an item of a transaction is written to."""
    put = write.get("Put")
    item = put["Item"] if put else next(iter(write.values()))["Key"]
    key: str = item["PK"]["S"]
    return key


def inbox_item(event: InboxEvent, shards: int, owner: str = "") -> Item:
    """The item of an inbox event; every status has its place in the index."""
    item = {
        "PK": {"S": keys.inbox_partition(event.tenant, event.gateway, event.event_id)},
        "SK": {"S": "EVENT"},
        "data": {"S": codec.encode(event)},
        "status": {"S": event.status.value},
        "open_shard": {"N": str(keys.inbox_shard(event.status, event.event_id, shards))},
        "open_key": {"S": keys.inbox_key(event.received_at, event.tenant, event.gateway, event.event_id)},
    }
    if owner:
        item["owner"] = {"S": owner}
    kept = _kept(event)
    if kept is not None:
        item["ttl"] = _until(event.received_at, kept)
    return item


def _kept(event: InboxEvent) -> timedelta | None:
    """None: for ever, as it may be money. What a stranger told is none before a gateway has said so: by then it has
    an amount or a name."""
    if event.status not in (InboxStatus.APPLIED, InboxStatus.IGNORED):
        read = event.amount_cents or event.names or event.held or event.debtor
        return KEPT_OF_OTHERS if event.unproven and not read else None
    if event.status is InboxStatus.APPLIED or event.evidence != "webhook":
        return KEPT
    return KEPT_OF_STRANGERS if event.unproven else KEPT_OF_OTHERS


def heard_item(heard: Heard, shards: int) -> Item:
    """The item of what a channel told; nobody keeps for ever what nobody could apply."""
    return {
        "PK": {"S": keys.heard_partition(heard.tenant, heard.source, heard.id)},
        "SK": {"S": "BODY"},
        "data": {"S": codec.encode(heard)},
        "open_shard": {"N": str(keys.heard_shard(heard.id, shards))},
        "open_key": {"S": keys.heard_key(heard.received_at, heard.id)},
        "ttl": {"N": str(int((heard.received_at + HEARD_KEPT).timestamp()))},
    }


def work_item(work: Work, shards: int) -> Item:
    """The item of a piece of work. Done, it leaves the index but keeps its `open_key`, which `mark_work` compares."""
    item = {
        "PK": {"S": keys.work_partition(work.tenant, work.key)},
        "SK": {"S": "WORK"},
        "data": {"S": codec.encode(work)},
        "status": {"S": work.status.value},
        "open_key": {"S": keys.work_key(work.tenant, work.at, work.key)},
    }
    shard = keys.work_shard(work.status, work.key, shards)
    if shard is not None:
        item["open_shard"] = {"N": str(shard)}
    if work.status is WorkStatus.DONE:
        item["ttl"] = _until(work.at)
    return item


def address_key(tenant: str, kind: str, value: str) -> Item:
    """Where the entry of an address is."""
    return {"PK": {"S": keys.ref_partition(tenant, kind, value)}, "SK": _REF}


def address_use(use: AddressUse, tenant: str, debtor: str, table: str) -> dict[str, Any]:
    """The debtor joins an address, or takes its day: all that the use rests on is the condition."""
    me: Attribute = {"S": debtor}
    update, condition, names = _joining(bool(use.told), use.alone, use.taking is not None)
    values: dict[str, Any] = {":set": {"SS": [debtor]}, ":me": me}
    if use.told:
        values[":told"] = {"N": str(use.told)}
    if not use.alone:
        values[":most"] = {"N": str(MOST_AT_ADDRESS)}
    if use.taking is not None:
        values[":day"] = {"S": use.taking.isoformat()}
    return {
        "Update": {
            "TableName": table,
            "Key": address_key(tenant, use.kind, use.value),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }
    }


@cache
def _joining(told: bool, alone: bool, taking: bool) -> tuple[str, str, dict[str, str]]:
    """What a use of an address changes, on which condition, and the names in both: an import writes millions."""
    names: dict[str, str] = {"#told": "told", "#debtors": "debtors"}
    conditions = ["#told = :told" if told else "attribute_not_exists(#told)"]
    if alone:
        # an entry written before entries held more than one: its only debtor stands outside the set
        conditions.append(
            "(attribute_not_exists(#debtors) OR #debtors = :set) AND (attribute_not_exists(#debtor) OR #debtor = :me)"
        )
        names["#debtor"] = "debtor"
    else:
        conditions.append("(attribute_not_exists(#debtors) OR size(#debtors) < :most OR contains(#debtors, :me))")
    update = "ADD #debtors :set"
    if taking:
        conditions.append("(attribute_not_exists(#on) OR #on < :day OR (#on = :day AND #by = :me))")
        names |= {"#on": "taken_on", "#by": "taken_by"}
        update += " SET #on = :day, #by = :me"
    return update, " AND ".join(conditions), names


def address_of(tenant: str, kind: str, value: str, item: Mapping[str, Any]) -> Address:
    """The entry as it is stored; one from before entries held more than one debtor is read too."""
    debtors = {*item.get("debtors", {}).get("SS", ()), *([item["debtor"]["S"]] if "debtor" in item else ())}
    wishes = codec.wishes(item["wishes"]["S"]) if "wishes" in item else ()
    on = item.get("taken_on", {}).get("S")
    return Address(
        tenant,
        kind,
        value,
        tuple(sorted(debtors)),
        wishes,
        int(item.get("told", {}).get("N", "0")),
        date.fromisoformat(on) if on else None,
        item.get("taken_by", {}).get("S", ""),
    )


def wishes_told(wishes: tuple[Wish, ...]) -> dict[str, str]:
    """The attribute that holds them."""
    return {"S": codec.encode(wishes)}


def _until(at: datetime, kept: timedelta = KEPT) -> dict[str, str]:
    return {"N": str(int((at + kept).timestamp()))}


class _Transaction:
    def __init__(
        self,
        batch: Changes,
        owner: str,
        table: str,
        shards: int,
        kept: Sequence[bytes] = (),
        told: Sequence[bytes] = (),
    ) -> None:
        self._batch, self._owner, self._table, self._shards = batch, owner, table, shards
        self._kept, self._told = kept, told
        root = batch.after.debtor
        self._tenant, self._debtor = root.tenant, root.id
        self._partition: Attribute = {"S": keys.partition(root.tenant, root.id)}
        self._version: Attribute = {"N": str(batch.version)}
        self._me: Attribute = {"S": owner}

    def items(self) -> list[tuple[Written, dict[str, Any]]]:
        batch = self._batch
        made = [(Written.FILE, self._root(batch.after.debtor))]
        for key, child in batch.outside:
            made.append((Written.FILE, self._put(self._own(key) | {"data": {"S": codec.encode(child)}})))
        for key in batch.removed:
            made.append((Written.FILE, {"Delete": {"TableName": self._table, "Key": self._key(key)}}))
        if self._told:
            item: dict[str, Any] = {
                "PK": {"S": keys.log_partition(self._tenant, self._debtor)},
                "SK": {"S": keys.ledger_key(batch.version)},
                "more": {"B": codec.ledger_part(self._told)},
            }
            made.append((Written.LEDGER, self._put(item)))
        if batch.refs:
            ours = {":debtor": {"S": self._debtor}}
            made += [(Written.REF, self._ref(ref, ours)) for ref in batch.refs]
        made += [(Written.ADDRESS, address_use(u, self._tenant, self._debtor, self._table)) for u in batch.addresses]
        for event in batch.inbox:
            item = inbox_item(event, self._shards, self._owner)
            values = {":applied": {"S": InboxStatus.APPLIED.value}, ":me": self._me}
            made.append((Written.INBOX, self._put(item, _NOT_APPLIED, values)))
        made += [(Written.WORK, self._put(work_item(work, self._shards))) for work in batch.work]
        return made

    def _root(self, debtor: Debtor) -> dict[str, Any]:
        batch = self._batch
        item = self._own(keys.ROOT)
        item["file"] = {"B": codec.file_part(batch.held, whole=batch.holds_all_open)}
        item["more"] = {"B": codec.more_part(batch.held, self._kept)}
        if batch.is_open:
            item["open_shard"] = {"N": str(keys.open_shard(debtor.id, self._shards))}
            item["open_key"] = {"S": keys.open_key(debtor.tenant, debtor.id)}
        item["owner"] = self._me
        if batch.outside:
            item["wrote"] = {"N": str(len(batch.outside))}
        if batch.removed:
            item["removed"] = {"S": "\n".join(batch.removed)}
        values = {":mine": self._version, ":me": self._me}
        if batch.before is None:
            return self._put(item, _NEW_ROOT, values)
        values[":loaded"] = {"N": str(batch.version - 1)}
        return self._put(item, _AS_LOADED, values)

    def _own(self, key: str) -> dict[str, Any]:
        return self._key(key) | {"version": self._version}

    def _key(self, key: str) -> Item:
        return {"PK": self._partition, "SK": {"S": key}}

    def _ref(self, ref: Ref, ours: Mapping[str, Attribute]) -> dict[str, Any]:
        item = {
            "PK": {"S": keys.ref_partition(ref.tenant, ref.kind, ref.value)},
            "SK": _REF,
            "data": {"S": codec.encode(stored_ref(ref))},
            "debtor": ours[":debtor"],
        }
        if ref.kind in SHARED_REF_KINDS:
            return self._put(item)
        if not ref.takes_from or ref.takes_from == ref.debtor:
            return self._put(item, _OURS, ours)
        return self._put(item, _OURS_OR_BEFORE, {**ours, ":before": {"S": ref.takes_from}})

    def _put(
        self, item: Mapping[str, Any], condition: str = "", values: Mapping[str, Attribute] | None = None
    ) -> dict[str, Any]:
        put: dict[str, Any] = {"TableName": self._table, "Item": item}
        if condition:
            put["ConditionExpression"] = condition
            put["ExpressionAttributeValues"] = values
            names = _names_in(condition)
            if names:
                put["ExpressionAttributeNames"] = names
        return {"Put": put}


@cache
def _names_in(condition: str) -> dict[str, str]:
    return {alias: name for alias, name in NAMES.items() if alias in condition}
