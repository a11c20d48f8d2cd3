"""The grid: every operation of the store, every way in which a call goes wrong, on both stores.

What is held in each cell: whoever asked has an answer or is told to ask again, and once they have asked again all is as
if nothing had gone wrong. What a whole function makes of it: tests/integration/test_chaos.py.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber
from tests.contract.store.conftest import SHARDS, table_definition
from tests.contract.store.values import NOW, TENANT, entry, event, file, pay, ref, work

from regua.domain.contact.wishes import EVERY, Address, Wish, WishKind
from regua.domain.model import File
from regua.domain.values import replace
from regua.domain.work import WorkStatus
from regua.ports import AddressUse, Commit, Heard, InboxStatus, RetryableError
from regua.store.dynamo import DynamoStore
from regua.store.memory import MemoryStore

Both = MemoryStore | DynamoStore
HASH = "a" * 32
PAGE = Path(__file__).parents[3] / "docs" / "reliability.md"


class Fault(StrEnum):
    """What becomes of a call."""

    THROTTLED = "throttled"
    BROKEN = "the server fails"
    UNREACHED = "nobody is there"
    LOST_BEFORE = "lost on its way"
    LOST_AFTER = "done, and the answer lost"
    LOST_ONCE = "done, the answer lost, and asked again by the SDK itself"


DONE = (Fault.LOST_AFTER, Fault.LOST_ONCE)


def heard(name: str) -> Heard:
    return Heard(TENANT, "whatsapp", name, NOW, "{}")


# --- operations -------------------------------------------------------------------------------------------------------


def _known(store: Both) -> File:
    found = store.load(TENANT, "d1")
    assert found is not None
    return found


def _several(store: Both) -> object:
    return store.commit_each([Commit(None, file(name=f"e{n}"), "import", ledger=[entry("in")]) for n in range(3)])


def _told(known: Address | None) -> Address:
    return (known or Address(TENANT, "email", HASH)).with_wish(Wish(WishKind.OPT_OUT, NOW, EVERY, "link"))


@dataclass(frozen=True)
class Operation:
    """One use of the store. `given` is what its caller had read before, and asks with each time."""

    ask: Callable[[Both, Any], object]
    given: Callable[[Both], Any] = lambda _: None


OPERATIONS: Mapping[str, Operation] = {
    "load": Operation(lambda s, _: s.load(TENANT, "d1")),
    "commit, a new debtor": Operation(lambda s, _: s.commit(None, file(name="d2"), owner="import")),
    "commit, a payment": Operation(pay, _known),
    "commit_each": Operation(lambda s, _: _several(s)),
    "find": Operation(lambda s, _: s.find(TENANT, "txid", "known")),
    "address": Operation(lambda s, _: s.address(TENANT, "email", HASH)),
    "tell_address": Operation(
        lambda s, known: s.tell_address(known, _told(known)), lambda s: s.address(TENANT, "email", HASH)
    ),
    "open_files": Operation(lambda s, _: [f for n in range(SHARDS) for f in s.open_files(n, SHARDS)]),
    "tenant_open": Operation(lambda s, _: list(s.tenant_open(TENANT))),
    "ledger": Operation(lambda s, _: list(s.ledger(TENANT, "d1"))),
    "put_inbox": Operation(lambda s, _: s.put_inbox(event("E9"))),
    "get_inbox": Operation(lambda s, _: s.get_inbox(TENANT, "pix", "E123")),
    "mark_inbox": Operation(lambda s, _: s.mark_inbox(replace(event(), status=InboxStatus.UNMATCHED))),
    "inbox": Operation(lambda s, _: list(s.inbox(TENANT, InboxStatus.PENDING))),
    "keep_heard": Operation(lambda s, _: s.keep_heard(heard("H9"))),
    "heard": Operation(lambda s, _: list(s.heard(TENANT))),
    "mark_heard": Operation(lambda s, _: s.mark_heard(replace(heard("H1"), attempts=1, note="KeyError"))),
    "forget_heard": Operation(lambda s, _: s.forget_heard(heard("H1"))),
    "put_work": Operation(lambda s, _: s.put_work(work("T-9"))),
    "get_work": Operation(lambda s, _: s.get_work(TENANT, work().key)),
    "mark_work": Operation(lambda s, _: s.mark_work(work(), work(status=WorkStatus.DONE))),
    "work": Operation(lambda s, _: list(s.work(TENANT, WorkStatus.OPEN))),
    "get_state": Operation(lambda s, _: s.get_state(TENANT, "terms")),
    "get_states": Operation(lambda s, _: s.get_states(TENANT, ["terms", "none"])),
    "put_state": Operation(lambda s, _: s.put_state(TENANT, "terms", {"seen": "2"})),
    "swap_state": Operation(lambda s, _: s.swap_state(TENANT, "terms", {"seen": "1"}, {"seen": "2"})),
    "count": Operation(lambda s, _: s.count(TENANT, "sent", 1, 2, NOW + timedelta(days=1))),
    "take_slot": Operation(lambda s, _: s.take_slot(TENANT, "row", 100, 10, 105, 0, NOW + timedelta(days=1))),
}
OVERTAKEN_BY_ITSELF = ("swap_state", "tell_address")
"""Who asks again finds its own value, is told that somebody was faster, reads, and has what it wanted."""
COUNTED_TWICE = ("count", "take_slot")
"""A message fewer goes in that minute; never one more."""


def test_every_operation_of_the_store_is_in_the_grid() -> None:
    public = {name for name in vars(DynamoStore) if not name.startswith("_")}
    assert public <= {name.partition(",")[0] for name in OPERATIONS}


# --- the world, and what is seen of it --------------------------------------------------------------------------------


def furnish(store: Both) -> None:
    """A debtor with a title, a name, an address, an event, news of a channel, work and a state."""
    use = AddressUse("email", HASH, 0)
    store.commit(None, file(), owner="first", ledger=[entry("in")], refs=[ref("known")], addresses=[use])
    store.put_inbox(event())
    store.keep_heard(heard("H1"))
    store.put_work(work())
    store.put_state(TENANT, "terms", {"seen": "1"})


def seen(store: Both) -> object:
    """All there is: in the table, or by the port."""
    if isinstance(store, DynamoStore):
        items: list[dict[str, Any]] = store._client.scan(TableName=store._table)["Items"]
        return sorted(items, key=str)
    names = ("d1", "d2", "e0", "e1", "e2")
    return {
        "files": [store.load(TENANT, name) for name in names],
        "ledger": [list(store.ledger(TENANT, name)) for name in names],
        "refs": [store.find(TENANT, "txid", value) for value in ("known", "RG1")],
        "address": store.address(TENANT, "email", HASH),
        "inbox": [list(store.inbox(TENANT, status)) for status in InboxStatus],
        "heard": list(store.heard(TENANT)),
        "work": [store.get_work(TENANT, work(name).key) for name in ("T-1", "T-2", "T-9")],
        "states": store.get_states(TENANT, ["terms", "sent", "row"]),
    }


@contextmanager
def on_the_wire(fault: Fault) -> Iterator[list[str]]:
    """Every call to the table goes wrong (of LOST_ONCE, the first one); which did."""
    struck: list[str] = []
    does = BotocoreStubber.__call__

    def act(self: BotocoreStubber, event_name: str, request: Any, **more: Any) -> Any:
        if fault is Fault.LOST_ONCE and struck:
            return does(self, event_name, request, **more)
        struck.append(event_name)
        match fault:
            case Fault.THROTTLED:
                return answer(request, 400, "ThrottlingException")
            case Fault.BROKEN:
                return answer(request, 500, "InternalServerError")
            case Fault.UNREACHED:
                raise EndpointConnectionError(endpoint_url=request.url)
            case Fault.LOST_AFTER | Fault.LOST_ONCE:
                does(self, event_name, request, **more)
        raise ReadTimeoutError(endpoint_url=request.url)

    with patch.object(BotocoreStubber, "__call__", act):
        yield struck


def answer(request: Any, status: int, code: str) -> AWSResponse:
    """An error as DynamoDB says it."""

    class Raw:
        def stream(self, **_: object) -> Iterator[bytes]:
            yield f'{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"not now"}}'.encode()

    return AWSResponse(request.url, status, {}, Raw())


def asked_once(store: Both, operation: Operation, given: object, fault: Fault) -> object:
    """What comes of it: the answer, or the error to ask again."""
    if isinstance(store, DynamoStore):
        with on_the_wire(fault) as struck, patch("time.sleep"):  # the SDK's own patience
            try:
                return operation.ask(store, given)
            except RetryableError as error:
                return error
            finally:
                assert struck
    if fault in DONE:
        operation.ask(store, given)
    if fault is Fault.LOST_ONCE:
        return operation.ask(store, given)
    return RetryableError(fault)


def to_be_asked_again(answered: object) -> bool:
    """Whether it is no answer, or not one to all of it."""
    several = answered if isinstance(answered, list) else [answered]
    return any(isinstance(one, RetryableError) for one in several)


RIGHT: dict[tuple[type, str], tuple[object, object]] = {}


@pytest.fixture
def undisturbed(store: Both, request: pytest.FixtureRequest) -> Callable[[str], tuple[object, object]]:
    """What an operation answers when nothing goes wrong, and what there is then."""

    def of(name: str) -> tuple[object, object]:
        key = (type(store), name)
        if key not in RIGHT:
            other = MemoryStore(SHARDS) if isinstance(store, MemoryStore) else request.getfixturevalue("another")
            furnish(other)
            RIGHT[key] = OPERATIONS[name].ask(other, OPERATIONS[name].given(other)), seen(other)
        return RIGHT[key]

    return of


@pytest.fixture
def another(dynamodb: Any) -> Iterator[DynamoStore]:
    """A second empty table."""
    dynamodb.create_table(TableName="regua-undisturbed", **table_definition())
    yield DynamoStore(dynamodb, "regua-undisturbed", SHARDS, pause=lambda _: None)
    dynamodb.delete_table(TableName="regua-undisturbed")


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("name", OPERATIONS)
def test_who_asks_again_finds_all_as_if_nothing_had_gone_wrong(
    store: Both, undisturbed: Callable[[str], tuple[object, object]], name: str, fault: Fault
) -> None:
    operation, (expected, becomes) = OPERATIONS[name], undisturbed(name)
    furnish(store)
    before, given = seen(store), operation.given(store)
    answered = asked_once(store, operation, given, fault)
    if fault not in DONE:
        assert to_be_asked_again(answered)
        assert seen(store) == before
    if to_be_asked_again(answered):
        answered = operation.ask(store, given)
    if fault in DONE and name in COUNTED_TWICE:
        assert not operation.ask(store, given), "and the limit holds"
        return
    assert answered == (False if fault in DONE and name in OVERTAKEN_BY_ITSELF else expected)
    assert seen(store) == becomes


def test_the_grid_has_as_many_cells_as_the_page_says() -> None:
    cells = 2 * len(OPERATIONS) * len(Fault)
    assert f"| {cells} cells: {len(OPERATIONS)} uses of the store" in PAGE.read_text("utf-8")
