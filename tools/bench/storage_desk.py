"""The tests' office on DynamoDB, with its capacity counted: for `units_bench`."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from moto import mock_aws
from tests.office import JOAO, MARIA, TODAY, Office, row

from bench.capacity import Meter, Used
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
PROJECTED = ("data", "file", "version")
"""What the open index includes (infra/data.yaml)."""


class Desk:
    """One debtor's life at the office."""

    def __init__(self, client: Any) -> None:
        client.create_table(**definition())
        self.meter = Meter(client, TABLE, PROJECTED)
        self.store: Any = DynamoStore(client, TABLE, SHARDS)
        self.office: Any = Office(paced=False)
        self.office.store = self.store  # type: ignore[assignment]  # not the one in memory
        self.office.rulebook = Rulebook(self.office.config, self.office.rulebook.calendar_for, self.store)

    @property
    def file(self) -> File:
        """The debtor's file; looking at it costs nothing."""
        with self.meter.counting():
            found: File = self.office.file(MARIA)
        return found

    def cost(self, act: Callable[[], object]) -> Used:
        """Does it, and says what that took."""
        with self.meter.counting() as used:
            act()
        return used

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
        """The next contact, at its own moment. Raises AssertionError when this is none."""
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


@contextmanager
def desk() -> Iterator[Desk]:
    """A desk on an empty table."""
    with mock_aws(), patch.dict(os.environ, {"AWS_DEFAULT_REGION": "sa-east-1"}):
        clients.forget()
        yield Desk(clients.dynamodb())
    clients.forget()


def definition(projected: Iterable[str] = PROJECTED) -> dict[str, Any]:
    """The table of infra/data.yaml, its index including these attributes."""
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
