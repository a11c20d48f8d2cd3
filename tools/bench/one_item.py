"""A debtor as one item with an outbox: what the layout was decided with (docs/storage.md), kept to measure again.

Not the product's store, though it keeps its contract. A commit is one conditional put of the whole debtor; it is a
transaction only where something outside the item must be true at the same moment: a name that could be somebody
else's, an address others may have, a payment event that could be applied elsewhere, a title kept outside. Names that
can be nobody else's go before the item, so that whoever is told one finds it. All else that follows from the commit
(ledger, old contacts, work, names a provider gave) travels in the item as its outbox, and `Consumer` lays it out from
the table's stream.
"""

import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from regua.domain.ids import txid
from regua.domain.model import (
    CaseStatus,
    Contact,
    Debtor,
    File,
    LedgerEntry,
    PaymentFact,
    Phase,
    Receivable,
)
from regua.domain.values import replace
from regua.domain.work import Work
from regua.ports import AddressUse, Commit, ConflictError, InboxEvent, Ref, RetryableError
from regua.store import codec, faults, items, keys
from regua.store.changes import SHARED_REF_KINDS, Changes, changes, one_by_one, stored_ref
from regua.store.dynamo import DynamoStore, refused_beside

REREADS = 6
BATCH = 25
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""

# -- what lies inside ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of a debtor its item holds."""

    titles: int = 24
    """Receivables and payment facts together; beyond, what is closed lies outside, and in the end all of them."""
    contacts: int = 4
    """The newest ones; older ones are history, laid out by the consumer and read only when an event names one."""
    days: int = 24
    """Due days the index tells apart; a debtor with more is read by the scan."""
    packed: bool = True
    """Deflated with a dictionary, or JSON as it is."""
    whole_index: bool = False
    """The open index holds the debtor and its titles, or only what the scan needs to pass over it."""

    @property
    def projected(self) -> tuple[str, ...]:
        """Attributes the open index includes; `data` is that of inbox events and work, which share it."""
        return ("data", "file" if self.whole_index else "look")

    def inside(self, file: File) -> File:
        """The part of a file that its item holds."""
        titles, facts = file.receivables, file.facts
        if len(titles) + len(facts) > self.titles:
            titles, facts = file.open_receivables, ()
            if len(titles) > self.titles:
                titles = ()
        newest = {c.key for c in sorted(file.contacts, key=lambda c: c.at)[-self.contacts :]}
        # a legal measure may have to be undone: it is never history while the debtor is here
        contacts = tuple(c for c in file.contacts if c.key in newest or c.phase is Phase.LEGAL)
        return File(file.debtor, titles, contacts, facts)


class Look(msgspec.Struct, array_like=True, omit_defaults=True):
    """What the scan needs to add a debtor up and to pass over it; the rest is read when there is something to do.

    A step that a claim has just taken is not here, so a contact writes the index once, when it is recorded.
    """

    status: CaseStatus
    at: datetime | None
    """When its execution looks again."""
    decided: str
    """Fingerprint of the rules that rests on."""
    promises: bool
    policy: str
    segment: str
    due: list["Due"] | None
    """None: too many to be told here."""


class Due(msgspec.Struct, array_like=True, omit_defaults=True, order=True):
    """Open titles that fall due on one day, stand at one step and have one policy."""

    on: date
    cents: int
    titles: int
    step: str = ""
    """Only while no case is open: an open one's decision is known by `decided`."""
    policy: str = ""


def look(file: File, most: int) -> Look:
    """What the index says of a debtor; `most` due days are told."""
    debtor, case = file.debtor, file.debtor.case
    is_open = case.status is CaseStatus.OPEN
    sums: dict[tuple[date, str, str], list[int]] = {}
    for title in file.open_receivables:
        step = title.last_step.step if title.last_step and not is_open else ""
        sums.setdefault((title.due_on, step, title.policy), [0, 0])
        sums[title.due_on, step, title.policy][0] += title.open_principal_cents
        sums[title.due_on, step, title.policy][1] += 1
    due = sorted(Due(on, cents, count, step, policy) for (on, step, policy), (cents, count) in sums.items())
    decided = case.decided.partition("|")[2]
    told = due if len(due) <= most else None
    return Look(case.status, case.next_contact_at, decided, bool(debtor.promises), debtor.policy, debtor.segment, told)


# -- what is stored -----------------------------------------------------------------------------------------------


class Outbox(msgspec.Struct, omit_defaults=True):
    """What one commit still owes the table outside its item."""

    n: int
    """The version the commit made: with the debtor it names everything laid out, however often that happens."""
    v: int = 1
    """The form; an outbox of another form is laid out by the release that knows it."""
    ledger: list[msgspec.Raw] = []
    refs: list[msgspec.Raw] = []
    contacts: list[msgspec.Raw] = []
    work: list[msgspec.Raw] = []


class Decided(msgspec.Struct, omit_defaults=True):
    """A commit's item in the ledger."""

    n: int
    entries: list[LedgerEntry]
    v: int = 1


class _Held(msgspec.Struct):
    debtor: msgspec.Raw
    titles: msgspec.Raw
    whole: bool
    """Every open title is here."""


class _More(msgspec.Struct):
    contacts: list[Contact] = []
    facts: list[PaymentFact] = []
    out: list[Outbox] = []


class _Text(msgspec.Struct, frozen=True, gc=False):
    S: str | None = None
    B: bytes | None = None


class _Row(msgspec.Struct, gc=False):
    """One item of a Query's answer; the names `store.dynamo` knows are as there."""

    PK: _Text
    SK: _Text
    data: _Text = _Text()
    file: _Text = _Text()
    more: _Text = _Text()
    look: _Text = _Text()
    version: dict[str, str] = {}
    wrote: dict[str, str] = {}
    removed: _Text = _Text()


class _Page(msgspec.Struct):
    Items: list[_Row] = []
    LastEvaluatedKey: dict[str, dict[str, str]] | None = None


_DICTIONARY = (
    b'"paid_principal_cents":"overpaid_cents":"paid_charges_cents":"settled_on":"our_number":"digitable_line":'
    b'"contract":{"fine_percent":"2","interest_percent":"1","charge":{"gateway":"request":"pay_url":"pix_code":'
    b'"promises":"holds":"opt_outs":[{"channel":"recorded_at":"occurred_at":"rail":"evidence":"file","kind":"credit",'
    b'"gateway":"fact_id":"amount_cents":"v":"n":"ledger":[{"at":"reason":"IMPORTED"CASE_OPENED"SENDING"SUPERSEDED"SENT"'
    b'DELIVERED"PAYMENT_APPLIED"CASE_CLOSED"reference":"note":"ENTRY,CONSOLIDATED,CHANNEL_PREFERRED"}],"refs":[{"tenant":'
    b'"kind":"txid","value":"debtor":"item":"contacts":[{"cycle":1,"step":"lembrete","channel":"sms","status":"delivered",'
    b'"at":"2026-03-02T13:00:00Z","phase":"friendly","receivables":[""],"destination":"message_id":"owner":'
    b'"policy":"padrao@1","calendar":"2026-11-21-","template":"text_hash":"amount_cents":"cost_micros":'
    b'"undo":[{"receivable":"fired":["lembrete","vencimento","aviso"]}],"facts":[],"out":[]}'
    b'{"debtor":{"tenant":"debtor":"name":"document":"profile":"company","state":"SP","city":"S\xc3\xa3o Paulo",'
    b'"time_zone":"America/Sao_Paulo","points":[{"kind":"email","value":"@gmail.com","channels":["email"]},'
    b'{"kind":"phone","value":"+5511","channels":["whatsapp","sms","voice"]}],"recent":[{"at":"step":"channel":'
    b'"email","phase":"firm"}],"answered_on":"heard":"case":{"status":"open","cycle":1,"opened_at":"2026-03-02T13:00:00Z",'
    b'"number":1,"policy":"padrao@1","phase":"friendly","next_contact_at":"2026-03-05T12:00:00Z","execution":'
    b'"contacts":1,"first_contact_at":"last_contact_at":"decided":"last_decision":"in_flight":},"version":},'
    b'"titles":[{"receivable":"principal_cents":10000,"due_on":"2026-02-26","contract_number":"installment":1,'
    b'"installments":12,"txid":"RG","status":"paid","entered_at":"2026-03-02T13:00:00Z","last_step":{"step":"aviso",'
    b'"at":"rank":2,"phase":"friendly","offset_days":3},"fired":["lembrete","vencimento","aviso"],"first_contact_at":'
    b'"contacts":1,"description":"fingerprint":"source":"0000019461-000001|titulos.csv"}]}'
)
"""What most items say; whoever stores with a dictionary keeps it for ever, so a product's would be numbered."""

_encoder = msgspec.json.Encoder()
_held = msgspec.json.Decoder(_Held)
_more = msgspec.json.Decoder(_More)
_titles = msgspec.json.Decoder(list[Receivable])
_decided = msgspec.json.Decoder(Decided)
_look = msgspec.json.Decoder(Look)


def deflated(text: bytes) -> bytes:
    """The text, packed."""
    deflate = zlib.compressobj(6, zdict=_DICTIONARY)
    return deflate.compress(text) + deflate.flush()


def inflated(stored: Mapping[str, Any]) -> bytes:
    """The text of an attribute, as a client or the wire gives it."""
    return _text(msgspec.convert(stored, _Text))


def _stored(value: Any, packed: bool) -> dict[str, Any]:
    text: bytes = _encoder.encode(value)
    return {"B": deflated(text)} if packed else {"S": text.decode()}


def _text(stored: _Text) -> bytes:
    if stored.B is None:
        return (stored.S or "{}").encode()
    return zlib.decompressobj(zdict=_DICTIONARY).decompress(stored.B)


class _OneItem(items._Transaction):
    """The root holds the file; children carry no index keys."""

    def __init__(
        self, batch: Changes, owner: str, table: str, shards: int, shape: Shape, inside: File, out: list[Outbox]
    ) -> None:
        super().__init__(batch, owner, table, shards)
        self._shape, self._inside, self._out = shape, inside, out
        self._all_open = len(inside.open_receivables) == len(batch.after.open_receivables)

    def _root(self, debtor: Debtor) -> dict[str, Any]:
        made = super()._root(Debtor(debtor.tenant, debtor.id, version=debtor.version))  # its text stands below
        inside, packed = self._inside, self._shape.packed
        titles = _raw(inside.receivables)
        contacts = _raw(inside.contacts)
        facts = _raw(inside.facts)
        item: dict[str, Any] = made["Put"]["Item"]
        # the version stands outside: what the index shows of a debtor changes only when that does
        (root,) = _raw([replace(debtor, version=0)])
        del item["data"]
        item["file"] = _stored({"debtor": root, "titles": titles, "whole": self._all_open}, packed)
        item["more"] = _stored({"contacts": contacts, "facts": facts, "out": self._out}, packed)
        if "open_key" in item and not self._shape.whole_index:
            item["look"] = {"S": _encoder.encode(look(self._batch.after, self._shape.days)).decode()}
        return made

    def _child(self, key: str, data: str, is_open: bool) -> items.Item:
        return super()._child(key, data, is_open and key == keys.ROOT)


def written(
    batch: Changes, shape: Shape, owner: str, table: str, shards: int, owed: Iterable[Outbox] = ()
) -> list[tuple[items.Written, dict[str, Any]]]:
    """What a commit writes, the debtor's item first; alone, it needs no transaction. `owed` joins its outbox."""
    inside = shape.inside(batch.after)
    old = _outside(batch.before, shape.inside(batch.before)) if batch.before else {}
    new = _outside(batch.after, inside)
    changed = [value for key, value in new.items() if old.get(key) != value]
    beside = replace(
        batch,
        receivables=tuple(value for value in changed if isinstance(value, Receivable)),
        contacts=(),
        facts=tuple(value for value in changed if isinstance(value, PaymentFact)),
        removed=tuple(key for key in old if key not in new),
        ledger=(),
        refs=tuple(ref for ref in batch.refs if not _ours(ref) and not _follows(ref)),
        work=(),
    )
    out = [*owed, _outbox(batch, inside)]
    return _OneItem(beside, owner, table, shards, shape, inside, out).items()


def _outbox(batch: Changes, inside: File) -> Outbox:
    kept = {contact.key for contact in inside.contacts}
    return Outbox(
        n=batch.version,
        ledger=_raw(batch.ledger),
        refs=_raw(stored_ref(ref) for ref in batch.refs if _follows(ref)),
        contacts=_raw(contact for contact in batch.after.contacts if contact.key not in kept),
        work=_raw(batch.work),
    )


def _raw(values: Iterable[Any]) -> list[msgspec.Raw]:
    return [msgspec.Raw(codec.encode(value)) for value in values]


def _ours(ref: Ref) -> bool:
    """A txid that is the hash of its owner can be nobody else's."""
    return ref.kind == "txid" and ref.value in (txid(ref.tenant, ref.debtor, ref.item), txid(ref.tenant, ref.debtor))


def _follows(ref: Ref) -> bool:
    """Shared names, and a provider's for our message: known after the call, and unique as its own."""
    return ref.kind in SHARED_REF_KINDS or ref.kind == "message"


def _outside(file: File, inside: File) -> dict[str, Receivable | PaymentFact]:
    titles, facts = {r.id for r in inside.receivables}, {f.key for f in inside.facts}
    found: dict[str, Receivable | PaymentFact] = {
        keys.receivable_key(r.id): r for r in file.receivables if r.id not in titles
    }
    return found | {keys.fact_key(f.key): f for f in file.facts if f.key not in facts}


# -- the store ----------------------------------------------------------------------------------------------------


class OneItemStore(DynamoStore):
    """Obeys `ports.Store` once what it committed is laid out; for one thread. `pause` as in DynamoStore.

    `behind` says whether the consumer is so late that the stream might lose something: commits then keep the outboxes
    before them instead of replacing them.
    """

    def __init__(
        self,
        client: Any,
        table: str,
        shards: int = 8,
        *,
        shape: Shape = Shape(),
        behind: Callable[[], bool] = lambda: False,
        pause: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        super().__init__(client, table, shards, pause=pause)
        self._shape, self._behind = shape, behind
        self._wire = _Wire(client)

    def load(self, tenant: str, debtor: str, contact: str = "") -> File | None:
        """See `ports.Store`; with `contact`, also that one where it is history already."""
        request = self._partition(keys.partition(tenant, debtor)) | {"ConsistentRead": True}
        request["KeyConditionExpression"] += " AND SK >= :root"  # `C#`, the history, sorts before
        request["ExpressionAttributeValues"][":root"] = {"S": keys.ROOT}
        for _ in range(REREADS):
            rows = list(self._rows(request))
            if not rows:
                return None
            file = _file(rows)
            if file is not None:
                return self._with_history(file, contact) if contact else file
            self._pause(0.02)
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
        """See `ports.Store`; raises as DynamoStore does. `before` and `after` are whole."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 (loaded long before by the client in use)

        batch = changes(before, after, ledger=ledger, refs=refs, inbox=inbox, work=work, addresses=addresses)
        owed = self._owed(batch.after) if self._behind() else ()
        parts = written(batch, self._shape, owner, self._table, self._shards, owed)
        with faults.translated():
            put_all(self._client, self._table, [_ref_item(ref) for ref in batch.refs if _ours(ref)])
            try:
                if len(parts) == 1:
                    self._wire.put(parts[0][1]["Put"])
                else:
                    self._calls.call("TransactWriteItems", {"TransactItems": [write for _, write in parts]})
            except ClientError as error:
                codes = faults.reasons(error.response)
                failed = {part for (part, _), code in zip(parts, codes, strict=False) if code != "None"}
                refusal = refused_beside(failed)
                if refusal is not None:
                    raise refusal from error
                raise
        return replace(batch.after, contacts=self._shape.inside(batch.after).contacts)

    def commit_each(self, commits: Sequence[Commit]) -> list[File | Exception]:
        """See `ports.Store`."""
        return one_by_one(self.commit, commits)

    def open_files(self, shard: int, shards: int, after: tuple[str, str] | None = None) -> Iterator[File]:
        """See `ports.Store`: every debtor of the index, read; the prototype always begins at the first."""
        if after is not None:
            raise NotImplementedError("a scan of the prototype is not interrupted")
        for partition in keys.slice_of(shard, shards, self._shards):
            yield from self._opened(partition)

    def tenant_open(self, tenant: str) -> Iterator[File]:
        """See `ports.Store`."""
        for partition in range(self._shards):
            yield from self._opened(partition, keys.open_range(tenant))

    def looks(self, shard: int) -> Iterator[Look]:
        """What the scan reads of one index partition."""
        for row in self._rows(self._index(shard)):
            yield _look.decode(row.look.S or "")

    def ledger(self, tenant: str, debtor: str) -> Iterator[LedgerEntry]:
        """See `ports.Store`; an item is a commit's entries, so they are put in order here."""
        request = self._partition(keys.log_partition(tenant, debtor)) | {"ConsistentRead": True}
        entries = [entry for row in self._rows(request) for entry in _decided.decode(row.data.S or "").entries]
        return iter(sorted(entries, key=lambda entry: entry.at))

    def mark_work(self, before: Work, after: Work) -> bool:
        """See `ports.Store`; the item still says which commit told it."""
        item = dict(items.work_item(after, self._shards))
        key = {name: item.pop(name) for name in ("PK", "SK")}
        gone = [name for name in ("open_shard", "ttl") if name not in item]
        told = {"S": keys.work_key(before.tenant, before.at, before.key)}
        status = {":before": {"S": before.status.value}, ":after": {"S": after.status.value}}
        sets, removes = (f"#{n} = :{n}" for n in item), (f"#{n}" for n in gone)
        try:
            with faults.translated():
                self._client.update_item(
                    TableName=self._table,
                    Key=key,
                    UpdateExpression=f"SET {', '.join(sets)} REMOVE {', '.join(removes)}",
                    ConditionExpression="#open_key = :told AND #status IN (:before, :after)",
                    ExpressionAttributeNames={f"#{name}": name for name in (*item, *gone)},
                    ExpressionAttributeValues={f":{n}": value for n, value in item.items()} | {":told": told} | status,
                )
        except ConflictError:
            return False
        return True

    def _owed(self, file: File) -> list[Outbox]:
        request = self._partition(keys.partition(file.debtor.tenant, file.debtor.id)) | {"ConsistentRead": True}
        return [
            out for row in self._rows(request) if row.SK.S == keys.ROOT for out in _more.decode(_text(row.more)).out
        ]

    def _with_history(self, file: File, contact: str) -> File:
        if any(c.key == contact for c in file.contacts):
            return file
        found = self._get(keys.partition(file.debtor.tenant, file.debtor.id), keys.contact_key(contact))
        return replace(file, contacts=(*file.contacts, codec.contact(found["data"]["S"]))) if found else file

    def _opened(self, partition: int, between: tuple[str, str] | None = None) -> Iterator[File]:
        for row in self._rows(self._index(partition, between)):
            held = _held.decode(_text(row.file)) if self._shape.whole_index else None
            file = _debtor_and_titles(held, row) if held and held.whole else self.load(*keys.owner_of(row.PK.S or ""))
            if file:
                yield File(file.debtor, file.open_receivables)

    def _index(self, partition: int, between: tuple[str, str] | None = None) -> dict[str, Any]:
        condition, values = "open_shard = :shard", {":shard": {"N": str(partition)}}
        if between:
            condition += " AND open_key BETWEEN :first AND :last"
            values |= {":first": {"S": between[0]}, ":last": {"S": between[1]}}
        return {
            "TableName": self._table,
            "IndexName": keys.OPEN_INDEX,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }

    def _rows(self, request: Mapping[str, Any]) -> Iterator[_Row]:
        start: dict[str, Any] = {}
        while True:
            with faults.translated():
                page = self._wire.query({**request, **start})
            yield from page.Items
            if not page.LastEvaluatedKey:
                return
            start = {"ExclusiveStartKey": page.LastEvaluatedKey}


class _Call(threading.local):
    """What the call of this thread is doing: many write at once through one client."""

    page: _Page | None = None
    body: bytes | None = None
    reading = False


class _Wire:
    """Answers decoded and puts encoded in one typed pass, as `store.pages` and `store.calls` do for today's layout."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._decoder = msgspec.json.Decoder(_Page)
        self._call = _Call()
        client.meta.events.register("before-parse.dynamodb.Query", self._decode)
        client.meta.events.register_first("before-call.dynamodb.PutItem", self._encode)

    def query(self, request: Mapping[str, Any]) -> _Page:
        """One call of Query. Raises what the client raises."""
        self._call.reading = True
        try:
            self._client.query(**request)
            return self._call.page or _Page()
        finally:
            self._call.reading, self._call.page = False, None

    def put(self, request: Mapping[str, Any]) -> None:
        """One call of PutItem. Raises what the client raises."""
        self._call.body = _encoder.encode(request)
        try:
            self._client.put_item(TableName=request["TableName"], Item={})
        finally:
            self._call.body = None

    def _decode(self, response_dict: dict[str, Any], **_: Any) -> None:
        if self._call.reading and response_dict["status_code"] < 300:
            self._call.page = self._decoder.decode(response_dict["body"])
            response_dict["body"] = b"{}"

    def _encode(self, params: dict[str, Any], **_: Any) -> None:
        if self._call.body is not None:
            params["body"] = self._call.body


# -- the stream's consumer ----------------------------------------------------------------------------------------


def put_all(client: Any, table: str, found: Iterable[dict[str, Any]]) -> None:
    """Puts items that may be put any number of times. Raises what the client raises."""
    rest = list(found)
    while rest:
        some, rest = rest[:BATCH], rest[BATCH:]
        puts = [{"PutRequest": {"Item": item}} for item in some]
        left = client.batch_write_item(RequestItems={table: puts}).get("UnprocessedItems", {})
        rest += [put["PutRequest"]["Item"] for put in left.get(table, ())]


class Consumer:
    """Lays out what commits owe. Repeated, late or out of order, the table ends the same."""

    def __init__(self, client: Any, table: str, shards: int = 8) -> None:
        self._client, self._table, self._shards = client, table, shards

    def lay_out(self, images: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        """`images` are roots as the stream shows them, each with its second. Raises what the client raises.

        What can only ever be written one way is put without a condition, many to a call; what somebody may have
        written anew since is put only over what is older.
        """
        plain: dict[tuple[str, str], dict[str, Any]] = {}
        for at, image in images:
            tenant, debtor = keys.owner_of(image["PK"]["S"])
            for out in _more.decode(inflated(image["more"])).out:
                for item in self._once(tenant, debtor, out):
                    plain[item["PK"]["S"], item["SK"]["S"]] = item
                for item, newer in self._newest(tenant, debtor, out, at):
                    self._put(item, newer)
        put_all(self._client, self._table, plain.values())

    def _once(self, tenant: str, debtor: str, out: Outbox) -> Iterator[dict[str, Any]]:
        if out.ledger:
            key = {"PK": {"S": keys.log_partition(tenant, debtor)}, "SK": {"S": f"{out.n:08}"}}
            yield key | {"data": {"S": _encoder.encode({"n": out.n, "entries": out.ledger}).decode()}}
        refs = (codec.ref(bytes(text)) for text in out.refs)
        yield from (_ref_item(ref) for ref in refs if ref.kind not in SHARED_REF_KINDS)

    def _newest(self, tenant: str, debtor: str, out: Outbox, at: int) -> Iterator[tuple[dict[str, Any], str]]:
        """Items, each with the attribute that says which is the newer one (without it, an item is older than any)."""
        for ref in (codec.ref(bytes(text)) for text in out.refs):
            if ref.kind in SHARED_REF_KINDS:
                yield _ref_item(ref) | {"seen": {"N": str(at)}}, "seen"
        for text in out.contacts:
            key = keys.contact_key(codec.contact(bytes(text)).key)
            item = {"PK": {"S": keys.partition(tenant, debtor)}, "SK": {"S": key}, "data": {"S": bytes(text).decode()}}
            yield item | {"version": {"N": str(out.n)}}, "version"
        for work in (codec.work(bytes(text)) for text in out.work):
            yield items.work_item(work, self._shards) | {"by": {"N": str(out.n)}}, "by"

    def _put(self, item: Mapping[str, Any], newer: str) -> None:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=item,
                ConditionExpression="attribute_not_exists(#newer) OR #newer < :mine",
                ExpressionAttributeNames={"#newer": newer},
                ExpressionAttributeValues={":mine": item[newer]},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # laid out already, or something newer is


def _ref_item(ref: Ref) -> dict[str, Any]:
    return {
        "PK": {"S": keys.ref_partition(ref.tenant, ref.kind, ref.value)},
        "SK": {"S": "REF"},
        "data": {"S": codec.encode(ref)},
        "debtor": {"S": ref.debtor},
    }


def _file(rows: list[_Row]) -> File | None:
    """None when a transaction is half visible (as `DynamoStore.load` tells it)."""
    root = next((row for row in rows if row.SK.S == keys.ROOT), None)
    if root is None:
        return None
    version = int(root.version["N"])
    removed = set((root.removed.S or "").split("\n"))
    children = [row for row in rows if row is not root]
    shown = sum(int(row.version["N"]) >= version for row in children)
    if shown < int(root.wrote.get("N", "0")) or any(row.SK.S in removed for row in children):
        return None
    more = _more.decode(_text(root.more))
    found = _debtor_and_titles(_held.decode(_text(root.file)), root)
    titles, facts = list(found.receivables), list(more.facts)
    for row in children:
        if (row.SK.S or "").startswith(keys.RECEIVABLE):
            titles.append(codec.receivable(row.data.S or ""))
        else:
            facts.append(codec.fact(row.data.S or ""))
    return File(
        found.debtor,
        tuple(sorted(titles, key=lambda r: r.id)),
        tuple(sorted(more.contacts, key=lambda c: c.key)),
        tuple(sorted(facts, key=lambda f: f.key)),
    )


def _debtor_and_titles(held: _Held, row: _Row) -> File:
    debtor = codec.debtor(bytes(held.debtor))
    titles = _titles.decode(codec._as_the_code_says(bytes(held.titles), Receivable))
    return File(replace(debtor, version=int(row.version.get("N", "0"))), tuple(titles))
