"""Today's layout beside a debtor as one item: units, calls, CPU and bytes. docs/storage.md rests on its tables.

    PYTHONPATH=layers/common:functions:tools:. .venv/bin/python -m bench.storage [units|bytes|cpu ...]

Units and calls are counted from the requests of the real use cases, with moto answering; CPU is that of the stores with
real boto3 and canned answers, taking turns, as medians. Nothing here is a goal, so `make bench` leaves it out.
"""

import json
import math
import os
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from botocore.awsrequest import AWSResponse

from bench import portfolio_pages as portfolio
from bench.capacity import MAX_ITEM_BYTES, READ_UNIT, Item, item_bytes
from bench.measure import cpu_seconds
from bench.one_item import Consumer, Shape, deflated, inflated, written
from bench.storage_desk import READ_USD, SHARDS, TABLE, Cost, desk, on_table
from regua.domain.model import File
from regua.domain.values import replace
from regua.platform import clients
from regua.store import codec, keys
from regua.store.changes import changes

SIZES = (1, 3, 12, 60, 500)
"""Titles of a debtor: a tenant, a school's family, a year's instalments, a shop's customer, a distributor's."""
CONTACTS = (0, 10, 40)
LAYOUTS: dict[str, Shape | None] = {
    "A today": None,
    "B json": Shape(titles=8, packed=False),
    "B packed": Shape(),
    "B packed, whole in index": Shape(whole_index=True),
}
STORED = {name: shape for name, shape in LAYOUTS.items() if shape is None or not shape.whole_index}
"""Layouts that differ in what is stored, not only in the index."""
PITR_USD_PER_GB = 0.30
"""A month of point-in-time recovery (docs/cost.md)."""
ITEM_OVERHEAD = 100
"""Bytes DynamoDB adds to each item it stores (developer guide, "Capacity unit consumption")."""
ROUNDS = 7
REPEATS = 150
"""Of an act on a small value in each round; larger ones are repeated less."""
COMMITS = 25
"""Of a batch the consumer is given."""


def main(wanted: Sequence[str]) -> int:
    """Prints the tables asked for; without a word, all of them."""
    tables = {"units": units, "bytes": sizes, "cpu": cpu}
    unknown = [name for name in wanted if name not in tables]
    if unknown:
        print(f"no such table: {', '.join(unknown)} (there are: {', '.join(tables)})", file=sys.stderr)
        return 2
    keys_of_nobody = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "sa-east-1"}
    os.environ.update(keys_of_nobody)
    for name in wanted or tables:
        tables[name]()
    return 0


# -- units and calls ----------------------------------------------------------------------------------------------


def units() -> None:
    """Write units, read units and calls of each act, of debtors of every size."""
    measured = {name: _acts(3, shape) for name, shape in LAYOUTS.items()}
    acts = list(measured["A today"])
    print("\n3 titles: write units (the index's, the consumer's) / read units / calls (consumer's)\n")
    _table(["", *LAYOUTS], [[act, *(_told(costs[act]) for costs in measured.values())] for act in acts])
    print("\nWhat those write units are\n")
    chosen = ("new debtor", "contact", "payment of one title")
    _table(["", *LAYOUTS], [[act, *(_kinds(costs[act]) for costs in measured.values())] for act in chosen])
    print("\nC, the item and all that is beside it in one transaction: write units, calculated from B\n")
    rows = [
        [name, *(f"{_in_transaction(measured[name][act]):g}" for act in ("contact", "delivery"))] for name in STORED
    ]
    _table(["", "contact", "delivery"], rows[1:])
    print("\nWrite units by titles: contact / payment of one title / delivery\n")
    words = ("contact", "payment of one title", "delivery")
    rows = []
    for titles in SIZES:
        some = [_acts(titles, shape, few=True) for shape in LAYOUTS.values()]
        rows.append([str(titles), *(" / ".join(f"{costs[word].written:g}" for word in words) for costs in some)])
    _table(["titles", *LAYOUTS], rows)
    print("\n3 titles, by contacts of the past: write units of contact / delivery; read units of a load\n")
    rows = []
    for past in CONTACTS:
        told = []
        for shape in LAYOUTS.values():
            with desk(shape) as one:
                one.opens(3)
                one.cost(one.contacts)
                one.grows_old(past)
                contact, delivery, load = one.cost(one.contacts), one.cost(one.delivers), one.cost(one.reads)
                told.append(f"{contact.written:g} / {delivery.written:g}; {load.own.read:g}")
        rows.append([str(past), *told])
    _table(["contacts", *LAYOUTS], rows)
    _month(measured)


def _acts(titles: int, shape: Shape | None, *, few: bool = False) -> dict[str, Cost]:
    """Each act once, in the order of a debtor's life; between the first contact and the next lie ten others."""
    with desk(shape) as one:
        found = {"new debtor": one.cost(partial(one.imports, titles))}
        found["case opened by the scan"] = one.cost(one.scans)
        found["first contact"] = one.cost(one.contacts)
        one.grows_old(10)
        found["contact"] = one.cost(one.contacts)
        found["delivery"] = one.cost(one.delivers)
        if not few:
            one.knows_a_neighbour()
            found["re-import, 1 title changed (and a neighbour read)"] = one.cost(
                partial(one.imports, titles, dearer=1)
            )
        found["payment of one title"] = one.cost(partial(one.pays, 0))
        if not few:
            for title in range(1, titles - 1):
                one.cost(partial(one.pays, title))
            found["payment that closes the case"] = one.cost(partial(one.pays, titles - 1))
    return found


def _told(cost: Cost) -> str:
    index = cost.own.indexed + cost.consumer.indexed
    calls = f"{cost.own.calls.total()}" + (f" ({cost.consumer.calls.total()})" if cost.consumer.calls else "")
    return f"{cost.written:g} ({index:g}, {cost.consumer.written:g}) / {cost.own.read:g} / {calls}"


def _kinds(cost: Cost) -> str:
    return " + ".join(f"{count:g} {kind}" for kind, count in (cost.own.items + cost.consumer.items).items())


def _in_transaction(cost: Cost) -> float:
    """Of an act whose own writes are single puts: twice everything but the index."""
    index = cost.own.indexed + cost.consumer.indexed
    return 2 * (cost.written - index) + index


def _month(measured: Mapping[str, Mapping[str, Cost]]) -> None:
    """1,000 debtors with 3 titles and 5 messages each, one payment each, a scan a day: as docs/cost.md counts."""
    print("\nA month of 1,000 debtors with 3 titles, 5 messages and a payment each, US$\n")
    rows = []
    for name, costs in measured.items():
        life = costs["contact"].usd * 5 + costs["delivery"].usd * 5 + costs["payment of one title"].usd
        scans = 30 * _index_read_units(LAYOUTS[name]) * 3 * READ_USD
        rows.append([name, f"{1000 * life:.3f}", f"{scans:.4f}", f"{1000 * life + scans:.3f}"])
    _table(["", "acts", "30 scans", "together"], rows)


# -- bytes --------------------------------------------------------------------------------------------------------


def sizes() -> None:
    """Bytes of a debtor, of what the scan reads, and where an item would be full."""
    print("\nBytes of the debtor's item (A: of all its items, and how many) by titles and contacts\n")
    rows = []
    for titles in SIZES:
        for past in CONTACTS if titles == 3 else CONTACTS[:1]:
            told = []
            for shape in STORED.values():
                with desk(shape) as one:
                    one.opens(titles)
                    one.cost(one.contacts)
                    one.grows_old(past)
                    told.append(_bytes_of(one.items))
            rows.append([str(titles), str(past), *told])
    _table(["titles", "contacts", *STORED], rows)
    print("\nTitles of a debtor with one contact at which an item that held them all would be full (400 KB)\n")
    with desk(None) as one:
        one.opens(30)
        one.cost(one.contacts)
        file = one.file
    rows = []
    for name, packed in (("B json", False), ("B packed", True)):
        everything = Shape(titles=10**6, contacts=10**6, packed=packed)
        rows.append([name, f"{_full_at(file, everything):,}"])
    _table(["", "titles"], rows)
    print("\nThe scan, per 1,000 receivables of debtors with 3 each\n")
    rows = []
    for name, shape in LAYOUTS.items():
        every = _all_read_units(shape) if shape and not shape.whole_index else 0
        rows.append([name, f"{_index_bytes(shape):,.0f}", f"{_index_read_units(shape):.1f}", f"{every:.0f}"])
    _table(["", "bytes in the index", "read units", "more, on a day after an edited policy"], rows)
    print("\nA month of point-in-time recovery: a debtor with 3 titles, 11 contacts, names and ledger; US$ per 1,000\n")
    rows = []
    for name, shape in STORED.items():
        with desk(shape) as one:
            one.opens(3)
            one.cost(one.contacts)
            one.grows_old(9)
            one.cost(one.contacts)
            stored = [item_bytes(item) + ITEM_OVERHEAD for item in one.meter.stored.values()]
        rows.append([name, str(len(stored)), f"{sum(stored):,}", f"{sum(stored) * 1000 / 2**30 * PITR_USD_PER_GB:.4f}"])
    _table(["", "items", "bytes", "US$"], rows)


def _bytes_of(found: Sequence[Item]) -> str:
    root = next(item for item in found if item["SK"]["S"] == keys.ROOT)
    if len(found) == 1:
        return f"{item_bytes(root):,}"
    return f"{item_bytes(root):,}; all {len(found)}: {sum(map(item_bytes, found)):,}"


def _root(file: File, shape: Shape) -> Item:
    """The debtor's item as it would be put, without what its last commit owes."""
    found: Item = written(changes(None, file), shape, "0" * 32, TABLE, SHARDS)[0][1]["Put"]["Item"]
    return found


def _full_at(file: File, shape: Shape) -> int:
    """By what each title adds between 30 and 60 of them."""
    more = [replace(r, id=f"{r.id}-B", txid=r.txid[::-1], fingerprint=r.fingerprint[::-1]) for r in file.receivables]
    small = item_bytes(_root(file, shape))
    each = (item_bytes(_root(replace(file, receivables=(*file.receivables, *more)), shape)) - small) / len(more)
    return len(more) + int((MAX_ITEM_BYTES - small) / each)


def _index_entries(shape: Shape | None) -> Iterator[Item]:
    """What the index holds of a hundred debtors with three titles and an open case."""
    for n in range(100):
        if shape is None:
            yield from portfolio.index_items(portfolio.file(n))
        else:
            kept = {*portfolio.PROJECTED, *shape.projected}
            yield {name: value for name, value in _root(portfolio.file(n), shape).items() if name in kept}


def _index_bytes(shape: Shape | None) -> float:
    return sum(map(item_bytes, _index_entries(shape))) / (100 * portfolio.RECEIVABLES_EACH) * 1000


def _index_read_units(shape: Shape | None) -> float:
    return _index_bytes(shape) / READ_UNIT / 2


def _all_read_units(shape: Shape) -> float:
    """Each debtor's item read by BatchGetItem, eventually consistent."""
    each = statistics.mean(math.ceil(item_bytes(_root(portfolio.file(n), shape)) / READ_UNIT) / 2 for n in range(100))
    return each * 1000 / portfolio.RECEIVABLES_EACH


# -- CPU ----------------------------------------------------------------------------------------------------------


def cpu() -> None:
    """Microseconds of the stores' own work, and of their codec."""
    print("\nCPU, us: load / commit of a claim, real boto3 with canned answers\n")
    rows = []
    for titles in SIZES:
        acts = [act for shape in STORED.values() for act in _load_and_commit(titles, shape)]
        measured = _taking_turns(acts, max(3, REPEATS // titles))
        pairs = zip(measured[::2], measured[1::2], strict=True)
        rows.append([str(titles), *(f"{load:,.0f} / {commit:,.0f}" for load, commit in pairs)])
    _table(["titles", *STORED], rows)
    print("\nCPU, us: the stream's consumer, per commit, 25 to a batch\n")
    told = _taking_turns([_laying_out(shape) for shape in (LAYOUTS["B json"], LAYOUTS["B packed"])], 20)
    _table(list(STORED)[1:], [[f"{us / COMMITS:,.0f}" for us in told]])
    print("\nCPU, us: reading the index, per 1,000 receivables\n")
    told = _taking_turns([_scan(shape) for shape in LAYOUTS.values()], repeats=1)
    _table(list(LAYOUTS), [[f"{us:,.0f}" for us in told]])
    print("\nCPU, us per value\n")
    _table(["", "encode", "decode", "replace"], list(_codec()))
    print("\nCPU, us: deflating and inflating a debtor's item\n")
    _table(["titles", "json bytes", "packed bytes", "pack", "unpack"], list(_packing()))


class CannedAnswers:
    """A client whose calls are answered with a body each, without a network."""

    def __init__(self, **bodies: bytes) -> None:
        clients.forget()
        self.client = clients.dynamodb()
        clients.forget()
        self._bodies = bodies
        self.client.meta.events.register_first("before-send.dynamodb", self._answer)

    def _answer(self, event_name: str, request: Any, **_: Any) -> AWSResponse:
        body = self._bodies.get(event_name.rpartition(".")[2], b"{}")
        return AWSResponse(request.url, 200, {}, portfolio.Raw(body))


def _load_and_commit(titles: int, shape: Shape | None) -> list[Callable[[], object]]:
    """Both acts on a debtor who was contacted once, the commit being the claim of the next contact."""
    with desk(shape) as one:
        one.opens(titles)
        one.cost(one.contacts)
        claims: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        real = one.store.commit

        def commit(*arguments: Any, **named: Any) -> Any:
            claims.append((arguments, {name: list(v) if name != "owner" else v for name, v in named.items()}))
            return real(*claims[-1][0], **claims[-1][1])

        first = keys.ROOT if shape else ""  # B reads no history
        answer = _answer([item for item in one.items if item["SK"]["S"] >= first])
        tenant, debtor = one.file.debtor.tenant, one.file.debtor.id
        one.store.commit = commit
        one.cost(one.contacts)
    store = on_table(CannedAnswers(Query=answer).client, shape)
    arguments, named = claims[0]
    return [partial(store.load, tenant, debtor), partial(store.commit, *arguments, **named)]


def _laying_out(shape: Shape | None) -> Callable[[], object]:
    """The claims of so many debtors."""
    with desk(shape) as one:
        one.opens(3)
        one.cost(one.contacts)
        roots = [image for image in one.meter.stream if image["SK"]["S"] == keys.ROOT]
    batch = [(n, {**roots[0], "PK": {"S": f"T#escola#D#d{n}"}}) for n in range(COMMITS)]
    return partial(Consumer(CannedAnswers().client, TABLE, SHARDS).lay_out, batch)


def _scan(shape: Shape | None) -> Callable[[], object]:
    """Reads the index entries of a thousand receivables in one page."""
    found = [entry for _ in range(3) for entry in _index_entries(shape)] + [*_index_entries(shape)][
        : 34 if shape else 136
    ]
    store = on_table(CannedAnswers(Query=_answer(found)).client, shape)
    if shape is None or shape.whole_index:
        return lambda: sum(1 for _ in store.open_files(0, SHARDS))
    return lambda: sum(1 for _ in store.looks(0))


def _answer(found: Sequence[Item]) -> bytes:
    return json.dumps({"Count": len(found), "Items": found, "ScannedCount": len(found)}, ensure_ascii=False).encode()


def _taking_turns(acts: Sequence[Callable[[], object]], repeats: int = REPEATS) -> list[float]:
    """Median microseconds of each act, measured in rounds."""
    measured: list[list[float]] = [[] for _ in acts]
    for act in acts:
        act()
    for _ in range(ROUNDS):
        for act, found in zip(acts, measured, strict=True):
            found.append(cpu_seconds(partial(_repeated, act, repeats)) / repeats * 1e6)
    return [statistics.median(found) for found in measured]


def _repeated(act: Callable[[], object], times: int) -> None:
    for _ in range(times):
        act()


def _codec() -> Iterator[list[str]]:
    """Of each value in a debtor who was contacted."""
    with desk(None) as one:
        one.opens(3)
        one.cost(one.contacts)
        file = one.file
    samples: list[tuple[Any, Callable[[str], object], dict[str, Any]]] = [
        (file.debtor, codec.debtor, {"version": 9}),
        (file.receivables[0], codec.receivable, {"contacts": 9}),
        (file.contacts[0], codec.contact, {"cycle": 9}),
    ]
    for value, read, change in samples:
        told = _taking_turns(
            [
                partial(codec.encode, value),
                partial(read, codec.encode(value)),
                partial(replace, value, **change),
            ],
            repeats=2000,
        )
        yield [type(value).__name__, *(f"{us:.2f}" for us in told)]


def _packing() -> Iterator[list[str]]:
    """Of debtors whose titles could lie inside."""
    for titles in SIZES[:-1]:
        with desk(None) as one:
            one.opens(titles)
            one.cost(one.contacts)
            file = one.file
        everything = Shape(titles=10**6)
        item = _root(file, everything)
        texts = [inflated(item[name]) for name in ("file", "more")]
        pack, unpack = _taking_turns(
            [partial(_each, deflated, texts), partial(_each, inflated, [item["file"], item["more"]])],
            max(3, REPEATS // titles),
        )
        yield [str(titles), f"{sum(map(len, texts)):,}", f"{item_bytes(item):,}", f"{pack:.0f}", f"{unpack:.0f}"]


def _each(act: Callable[[Any], object], values: Sequence[Any]) -> None:
    for value in values:
        act(value)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for row in (head, ["---"] * len(head), *rows):
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
