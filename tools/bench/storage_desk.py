"""The tests' office on DynamoDB, in one layout or another, with its capacity counted: for `storage`."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from moto import mock_aws
from tests.office import JOAO, MARIA, TODAY, Office, row

from bench.capacity import Item, Meter, Used
from bench.one_item import Consumer, OneItemStore, Shape
from regua.domain.contact.channel_event import ChannelEventKind
from regua.domain.intake.row import Row
from regua.domain.model import File
from regua.domain.values import replace
from regua.platform import clients
from regua.store import keys
from regua.store.dynamo import DynamoStore
from regua.use_cases.collecting.rulebook import Rulebook

TABLE = "regua"
SHARDS = 2
READ_USD = 0.1875e-6
"""A read unit in sa-east-1: a setting, the price list is not at hand."""
WRITE_USD = 5 * READ_USD
"""A write unit: a setting; AWS's lists price ten units of writing like fifty of reading."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What an act took: of whoever did it, and of the stream's consumer after it."""

    own: Used
    consumer: Used

    @property
    def written(self) -> float:
        """Write units, all told."""
        return self.own.written + self.consumer.written

    @property
    def usd(self) -> float:
        """Price of its units."""
        return self.written * WRITE_USD + (self.own.read + self.consumer.read) * READ_USD


class Desk:
    """One debtor's life at the office; `shape` None is today's layout."""

    def __init__(self, client: Any, shape: Shape | None) -> None:
        projected = shape.projected if shape else ("data",)
        client.create_table(**definition(projected))
        self.meter = Meter(client, TABLE, projected)
        self.store: Any = on_table(client, shape)
        self._consumer = Consumer(client, TABLE, SHARDS) if shape else None
        self.office: Any = Office(paced=False)
        self.office.store = self.store
        self.office.rulebook = Rulebook(self.office.config, self.office.rulebook.calendar_for, self.store)

    @property
    def file(self) -> File:
        """The debtor's file; looking at it costs nothing."""
        with self.meter.counting():
            found: File = self.office.file(MARIA)
        return found

    @property
    def items(self) -> list[Item]:
        """The items of the debtor's own partition, in order."""
        root = self.file.debtor
        own = keys.partition(root.tenant, root.id)
        return [item for (partition, _), item in sorted(self.meter.stored.items()) if partition == own]

    def cost(self, act: Callable[[], object]) -> Cost:
        """Does it, and what follows from it."""
        self.meter.stream.clear()
        with self.meter.counting() as own:
            act()
        with self.meter.counting() as consumer:
            if self._consumer is not None:
                roots = [image for image in self.meter.stream if image["SK"]["S"] == keys.ROOT]
                self._consumer.lay_out(enumerate(roots))
        return Cost(own, consumer)

    def reads(self) -> None:
        """The debtor is loaded."""
        self.office.file(MARIA)

    def imports(self, titles: int, dearer: int = 0) -> None:
        """A file with the debtor's titles, the first few of them with another amount than before.

        It then lists a known neighbour first, or the import would take the debtor for new and be refused once a file.
        """
        lines = [*_neighbours(), *_lines(titles, dearer)] if dearer else _lines(titles, dearer)
        self.office.imports(list(lines), name="titulos-2026-03.csv")

    def scans(self) -> None:
        """The daily scan."""
        self.office.scans(sweeps=False)

    def knows_a_neighbour(self) -> None:
        """Somebody else of whom the next file says nothing new."""
        self.cost(partial(self.office.imports, list(_neighbours())))

    def opens(self, titles: int) -> None:
        """A debtor with so many titles is imported and scanned."""
        self.cost(partial(self.imports, titles))
        self.cost(self.scans)

    def contacts(self) -> None:
        """The next contact, at its own moment."""
        case, now = self.file.debtor.case, self.office.clock.now()
        self.office.clock.set(max(case.next_contact_at or now, now))
        sent = len(self.office.mail)
        self.office.wakes(MARIA, case.cycle)
        if len(self.office.mail) != sent + 1:
            raise AssertionError("this was no contact")

    def delivers(self) -> None:
        """The provider tells that the last message arrived."""
        self.office.provider_tells(ChannelEventKind.DELIVERED)

    def pays(self, title: int) -> None:
        """One title is paid in full, by a webhook."""
        one = self.file.receivables[title]
        self.office.pays(one.id, one.open_principal_cents, code=f"E{title:031}")

    def grows_old(self, contacts: int) -> None:
        """Adds contacts of earlier cases, like the one that was made."""
        made = self.file.contacts[-1]
        old = [replace(made, cycle=1000 + n, at=made.at - timedelta(days=90 + n)) for n in range(contacts)]
        while old:
            some, old = old[:20], old[20:]
            before = self.file
            after = replace(before, contacts=(*before.contacts, *some))
            self.cost(partial(self.store.commit, before, after, owner=f"old-{len(old)}"))
        quiet = self.file  # an item is as large as what its last commit owes; the next ones owe little
        self.cost(partial(self.store.commit, quiet, quiet, owner="quiet"))


def on_table(client: Any, shape: Shape | None) -> Any:
    """The layout's store."""
    return OneItemStore(client, TABLE, SHARDS, shape=shape) if shape else DynamoStore(client, TABLE, SHARDS)


@contextmanager
def desk(shape: Shape | None) -> Iterator[Desk]:
    """A desk on an empty table."""
    with mock_aws():
        clients.forget()
        yield Desk(clients.dynamodb(), shape)
    clients.forget()


def definition(projected: Iterable[str]) -> dict[str, Any]:
    """The table of infra/template.yaml, its index including these attributes."""
    types = {"PK": "S", "SK": "S", "open_shard": "N", "open_key": "S"}
    index = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(projected)}
    return {
        "TableName": TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()],
        "KeySchema": _schema("PK", "SK"),
        "GlobalSecondaryIndexes": [
            {"IndexName": keys.OPEN_INDEX, "KeySchema": _schema("open_shard", "open_key"), "Projection": index}
        ],
    }


def _schema(hash_key: str, range_key: str) -> list[dict[str, str]]:
    named = {hash_key: "HASH", range_key: "RANGE"}
    return [{"AttributeName": name, "KeyType": kind} for name, kind in named.items()]


def _neighbours() -> Iterator[Row]:
    yield row("NF-1", JOAO)


def _lines(titles: int, dearer: int) -> Iterator[Row]:
    """A sixth of them late, the others to come; as a school's or a distributor's file would have them."""
    apart = max(1, 360 // max(12, titles))
    for n in range(titles):
        yield row(
            f"NF-{202600100 + n}",
            cents=48_950 + 37 * n + (100 if n < dearer else 0),
            due=TODAY + timedelta(days=apart * (n - titles // 6) - 4),
            contract_number="2026/00417",
            installment=n + 1,
            installments=titles,
        )
