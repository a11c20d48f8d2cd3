"""A portfolio as DynamoDB would answer it, page by page, without a DynamoDB: real boto3, canned HTTP answers."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
import msgspec
from botocore.awsrequest import AWSResponse

from bench.capacity import item_bytes
from regua import calendars
from regua.config import shipped_policy
from regua.domain.contact.rules import Rules
from regua.domain.ids import pseudonym, txid
from regua.domain.model import Case, CaseStatus, Channel, ContactPoint, Debtor, File, Receivable
from regua.domain.tenant import ChannelConfig, Creditor, Tenant
from regua.domain.values import replace
from regua.store import items
from regua.store.changes import changes
from regua.use_cases.collecting.wake_up import decided

PAGE_BYTES = 2**20
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html"""
PROJECTED = {"PK", "SK", "open_shard", "open_key", "data", "file", "version"}
"""Keys of table and index, and what the index includes (infra/data.yaml)."""
RECEIVABLES_EACH = 3
NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)
TENANT = "escola"


@cache
def rules() -> Rules:
    """What decides on these debtors: the shipped `padrao`."""
    tenant = Tenant(
        TENANT,
        Creditor("Escola", "11222333000181", "Rua das Flores, 10"),
        channels={channel: ChannelConfig() for channel in (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP)},
    )
    return Rules(tenant, {"padrao": shipped_policy("padrao")}, calendars.load())


def file(n: int) -> File:
    """A debtor with three monthly receivables and a case that waits for its next contact."""
    debtor = pseudonym(b"bench", TENANT, str(n))
    root = Debtor(
        TENANT,
        debtor,
        name=f"Maria da Silva Souza {n}",
        document=f"{52998224725 + n}",
        state="SP",
        points=(
            ContactPoint("email", f"maria{n}@example.com", (Channel.EMAIL,)),
            ContactPoint("phone", "+5511987654321", (Channel.SMS, Channel.WHATSAPP)),
        ),
        case=Case(
            CaseStatus.OPEN,
            1,
            NOW - timedelta(days=9),
            number=1,
            policy="padrao@1",
            next_contact_at=NOW + timedelta(days=3),
            execution=f"{debtor}-1",
        ),
    )
    titles = tuple(
        Receivable(
            f"{n:07}-{i}",
            15_000 + n % 9_000,
            NOW.date() + timedelta(days=3 + 30 * i),
            txid=txid(TENANT, debtor, f"{n:07}-{i}"),
            entered_at=NOW - timedelta(days=10),
            fingerprint=f"{n * 3 + i:016x}",
            source="escola/2026-02.csv",
        )
        for i in range(RECEIVABLES_EACH)
    )
    made = File(root, titles)
    # the fingerprint is long and alike for all: it is what a page really carries
    return replace(made, debtor=replace(root, case=replace(root.case, decided=decided(made, rules()))))


def due(n: int) -> File:
    """The same debtor before the first scan: no case yet, and three titles that have been due for ten days."""
    made, late = file(n), NOW.date() - timedelta(days=10)
    return replace(
        made,
        debtor=replace(made.debtor, case=Case()),
        receivables=tuple(replace(title, due_on=late) for title in made.receivables),
    )


def index_items(made: File) -> list[dict[str, dict[str, str]]]:
    """What the open index holds of a debtor."""
    parts = items.transaction(changes(None, made), "0" * 32, "regua", 8)
    return [{k: v for k, v in write["Put"]["Item"].items() if k in PROJECTED} for _, write in parts]


def page(first: int = 0, debtor: Callable[[int], File] = file) -> tuple[list[dict[str, Any]], int]:
    """The items of one full page from debtor `first` on, and the number of debtors in it."""
    found: list[dict[str, Any]] = []
    size, n = 0, first
    while True:
        more = index_items(debtor(n))
        size += sum(map(item_bytes, more))
        if size > PAGE_BYTES:
            return found, n - first
        found += more
        n += 1


class Canned:
    """A boto3 client whose Query answers with pages of `bodies` in turn, `pages` of them, then the end."""

    def __init__(self, bodies: list[bytes], pages: int) -> None:
        keys = {"aws_access_key_id": "bench", "aws_secret_access_key": "bench"}
        self.client = boto3.client("dynamodb", region_name="sa-east-1", **keys)
        self._bodies, self._pages, self._served = bodies, pages, 0
        self.client.meta.events.register_first("before-send.dynamodb.Query", self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        body = self._bodies[self._served % len(self._bodies)]
        self._served += 1
        if self._served == self._pages:
            self._served = 0
            body = last(body)
        return AWSResponse(request.url, 200, {}, Raw(body))


class Raw:
    """A body as the SDK reads it from a connection."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._body


def body(found: list[dict[str, Any]]) -> bytes:
    """The HTTP body of a page that has a next one."""
    last = {name: found[-1][name] for name in ("PK", "SK", "open_shard", "open_key")}
    answer = {"Count": len(found), "Items": found, "ScannedCount": len(found), "LastEvaluatedKey": last}
    return msgspec.json.encode(answer)


def last(whole: bytes) -> bytes:
    """The body of the same page when no other comes after it."""
    return whole[: whole.rindex(b',"LastEvaluatedKey"')] + b"}"


def stored(made: File) -> list[dict[str, Any]]:
    """Every item of a debtor's own partition, in the order a Query gives them."""
    parts = items.transaction(changes(None, made), "0" * 32, "regua", 1)
    own = [write["Put"]["Item"] for _, write in parts if "Put" in write]
    partition = own[0]["PK"]
    return sorted((item for item in own if item["PK"] == partition), key=lambda item: str(item["SK"]["S"]))
