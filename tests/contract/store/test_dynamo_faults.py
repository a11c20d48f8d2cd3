"""What only a real network and a distributed table can do to a commit or a read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from botocore import exceptions as sdk
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.core.models import botocore_stubber
from tests.contract.store.conftest import SHARDS
from tests.contract.store.values import NOW, TENANT, contact, entry, event, file, paid, pay, receivable, ref, work

from regua.domain.model import File, Receivable
from regua.domain.work import WorkStatus
from regua.ports import Commit, ConflictError, InboxStatus, PermanentError, RetryableError
from regua.store import faults, keys
from regua.store.calls import Calls
from regua.store.dynamo import DynamoStore
from regua.store.layout import MOST_INSIDE


@contextmanager
def intercepted(client: Any, operation: str, act: Callable[[str, Any], None]) -> Iterator[None]:
    """`act` stands between the SDK and the cloud; what it raises is a network fault."""
    name = f"before-send.dynamodb.{operation}"

    def handler(event_name: str, request: Any, **_: Any) -> None:
        act(event_name, request)

    client.meta.events.register_first(name, handler)
    try:
        yield
    finally:
        client.meta.events.unregister(name, handler)


def losing(times: int) -> Callable[[str, Any], None]:
    """Lets the cloud do what it was asked, and loses its answer, so many times."""
    left = [times]

    def act(event_name: str, request: Any) -> None:
        if left[0] > 0:
            left[0] -= 1
            botocore_stubber(event_name, request)
            raise ReadTimeoutError(endpoint_url=request.url)

    return act


def new_ones(count: int) -> list[Commit]:
    """Debtors of a file, three items each."""
    named = [(f"d{n}", [ref(f"RG{n}", f"d{n}"), ref(f"{n}", f"d{n}", "our_number")]) for n in range(count)]
    return [Commit(None, file(name=name), "import", ledger=[entry("in")], refs=ours) for name, ours in named]


def many(*gone: int) -> list[Receivable]:
    """More titles than an item holds, without some of them."""
    return [receivable(f"T-{n}") for n in range(10, 14 + MOST_INSIDE) if n not in gone]


class TestLostResponses:
    def test_a_commit_whose_answer_was_lost_is_not_a_conflict_with_itself(self, dynamo: DynamoStore) -> None:
        first = dynamo.commit(None, file(), owner="import")
        with intercepted(dynamo._client, "TransactWriteItems", losing(2)):
            done = pay(dynamo, first)
        assert dynamo.load(TENANT, "d1") == done
        assert list(dynamo.ledger(TENANT, "d1")) == [entry("paid")]

    def test_when_every_answer_is_lost_the_same_attempt_may_ask_again(self, dynamo: DynamoStore) -> None:
        first = dynamo.commit(None, file(), owner="import")
        with (
            intercepted(dynamo._client, "TransactWriteItems", losing(99)),
            pytest.raises(RetryableError, match="did not answer"),
        ):
            pay(dynamo, first)
        done = pay(dynamo, first)
        assert done.debtor.version == 2
        assert dynamo.load(TENANT, "d1") == done

    def test_commits_made_together_whose_answer_was_lost_are_no_conflict_with_themselves(
        self, dynamo: DynamoStore
    ) -> None:
        with intercepted(dynamo._client, "TransactWriteItems", losing(2)):
            done = dynamo.commit_each(new_ones(5))
        assert done == [dynamo.load(TENANT, f"d{n}") for n in range(5)]
        assert [list(dynamo.ledger(TENANT, f"d{n}")) for n in range(5)] == [[entry("in")]] * 5

    def test_an_answer_lost_for_good_costs_those_it_was_about_and_all_may_ask_again(self, dynamo: DynamoStore) -> None:
        lose = losing(99)

        def lose_one(event_name: str, request: Any) -> None:
            if b"#D#d40" in request.body:
                lose(event_name, request)

        with intercepted(dynamo._client, "TransactWriteItems", lose_one):
            done = dynamo.commit_each(new_ones(99))
        lost = range(33, 66)
        assert [n for n, one in enumerate(done) if isinstance(one, RetryableError)] == list(lost)
        assert all(isinstance(one, File) for n, one in enumerate(done) if n not in lost)
        assert all(dynamo.load(TENANT, f"d{n}") for n in range(99)), "what was written has no answer"
        assert all(isinstance(one, File) for one in dynamo.commit_each(new_ones(99)))
        assert {len(list(dynamo.ledger(TENANT, f"d{n}"))) for n in range(99)} == {1}

    def test_one_that_changed_while_the_answer_was_lost_takes_no_other_with_it(self, dynamo: DynamoStore) -> None:
        with intercepted(dynamo._client, "TransactWriteItems", losing(99)):
            assert {type(one) for one in dynamo.commit_each(new_ones(4))} == {RetryableError}
        second = dynamo.load(TENANT, "d1")
        assert second is not None
        paid_since = dynamo.commit(second, replace(second, receivables=(paid(receivable()),)), owner="payment")
        done = dynamo.commit_each(new_ones(4))
        assert [type(one) for one in done] == [File, ConflictError, File, File]
        assert dynamo.load(TENANT, "d1") == paid_since

    def test_a_call_refused_as_a_whole_is_made_for_each_alone(
        self, dynamo: DynamoStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, sizes = Calls.call, list[int]()

        def call(calls: Calls, operation: str, request: Any) -> dict[str, Any]:
            sizes.append(len(request["TransactItems"]))
            if sizes[-1] > 3:
                error = {"Code": "ValidationException", "Message": "more than 4 MB"}
                raise ClientError({"Error": error}, operation)
            return real(calls, operation, request)

        monkeypatch.setattr(Calls, "call", call)
        made = dynamo.commit_each(new_ones(3))
        monkeypatch.undo()
        assert made == [dynamo.load(TENANT, f"d{n}") for n in range(3)]
        assert sizes == [9, 3, 3, 3]

    def test_what_is_refused_for_no_reason_that_is_told_is_refused_once(self, dynamo: DynamoStore) -> None:
        elsewhere = DynamoStore(dynamo._client, "no-such-table", SHARDS)
        assert {type(one) for one in elsewhere.commit_each(new_ones(3))} == {PermanentError}

    def test_a_gate_whose_answer_was_lost_does_not_pass_over_a_payment_that_came_meanwhile(
        self, dynamo: DynamoStore
    ) -> None:
        first = dynamo.commit(None, file(), owner="import")
        claim = replace(first, contacts=(contact(),))
        with intercepted(dynamo._client, "PutItem", losing(99)), pytest.raises(RetryableError):
            dynamo.commit(first, claim, owner="gate")
        claimed = dynamo.load(TENANT, "d1")
        assert claimed is not None
        dynamo.commit(claimed, replace(claimed, receivables=(paid(receivable()),)), owner="payment")
        with pytest.raises(ConflictError):
            dynamo.commit(first, claim, owner="gate")

    def test_a_commit_carries_no_token_that_would_repeat_an_old_answer(self, dynamo: DynamoStore) -> None:
        sent: list[bytes] = []

        def note(params: dict[str, bytes], **_: Any) -> None:
            sent.append(params["body"])

        dynamo._client.meta.events.register("before-call.dynamodb.TransactWriteItems", note)
        dynamo.commit(None, file(), owner="import", refs=[ref("RG1")])
        dynamo._client.meta.events.unregister("before-call.dynamodb.TransactWriteItems", note)
        assert len(sent) == 1
        assert b"ClientRequestToken" not in sent[0]

    def test_an_inbox_event_whose_answer_was_lost_is_stored_once_as_it_came(self, dynamo: DynamoStore) -> None:
        with intercepted(dynamo._client, "PutItem", losing(1)):
            assert dynamo.put_inbox(event()) == event()
        assert list(dynamo.inbox(TENANT, InboxStatus.PENDING)) == [event()]

    def test_work_whose_answer_was_lost_is_stored_and_done_once(self, dynamo: DynamoStore) -> None:
        with intercepted(dynamo._client, "PutItem", losing(1)):
            assert dynamo.put_work(work()) == work()
        with intercepted(dynamo._client, "PutItem", losing(1)):
            assert dynamo.mark_work(work(), work().done("devolvido"))
        assert dynamo.get_work(TENANT, work().key) == work().done("devolvido")


class TestTornReads:
    """A Query may show a transaction half done: https://docs.aws.amazon.com/amazondynamodb/ (transaction-apis)."""

    def halves(self, dynamo: DynamoStore) -> tuple[dict[str, Any], dict[str, Any]]:
        first = dynamo.commit(None, file(*many()), owner="import")
        key = {"PK": {"S": keys.partition(TENANT, "d1")}, "SK": {"S": keys.receivable_key("T-10")}}
        old = dynamo._client.get_item(TableName=dynamo._table, Key=key)["Item"]
        settled = (paid(first.receivables[0]), *first.receivables[1:])
        dynamo.commit(first, replace(first, receivables=settled), owner="payment")
        new = dynamo._client.get_item(TableName=dynamo._table, Key=key)["Item"]
        return old, new

    def test_a_payment_half_visible_is_read_again_until_it_is_whole(self, dynamo: DynamoStore) -> None:
        old, new = self.halves(dynamo)
        dynamo._client.put_item(TableName=dynamo._table, Item=old)
        pauses: list[float] = []

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 2:
                dynamo._client.put_item(TableName=dynamo._table, Item=new)

        found = DynamoStore(dynamo._client, dynamo._table, SHARDS, pause=pause).load(TENANT, "d1")
        assert found is not None
        assert not found.receivables[0].is_open
        assert len(pauses) == 2

    def test_one_that_never_becomes_whole_is_an_error_and_not_a_decision(self, dynamo: DynamoStore) -> None:
        old, _ = self.halves(dynamo)
        dynamo._client.put_item(TableName=dynamo._table, Item=old)
        with pytest.raises(RetryableError, match="not finished"):
            dynamo.load(TENANT, "d1")

    @pytest.mark.parametrize(("title", "left"), [("T-10", 1), ("T-20", 9)], ids=["deleted", "moved into the item"])
    def test_an_item_that_is_no_more_and_still_visible_is_read_again(
        self, dynamo: DynamoStore, title: str, left: int
    ) -> None:
        first = dynamo.commit(None, file(*many()), owner="import")
        key = {"PK": {"S": keys.partition(TENANT, "d1")}, "SK": {"S": keys.receivable_key(title)}}
        gone = dynamo._client.get_item(TableName=dynamo._table, Key=key)["Item"]
        dynamo.commit(first, replace(first, receivables=first.receivables[left:]), owner="b")
        dynamo._client.put_item(TableName=dynamo._table, Item=gone)
        with pytest.raises(RetryableError):
            dynamo.load(TENANT, "d1")

    def test_what_a_newer_version_wrote_is_not_read_with_the_older_item(self, dynamo: DynamoStore) -> None:
        first = dynamo.commit(None, file(*many()), owner="import")
        key = {"PK": {"S": keys.partition(TENANT, "d1")}, "SK": {"S": keys.ROOT}}
        old = dynamo._client.get_item(TableName=dynamo._table, Key=key)["Item"]
        settled = (paid(first.receivables[0]), *first.receivables[1:])
        dynamo.commit(first, replace(first, receivables=settled), owner="payment")
        dynamo._client.put_item(TableName=dynamo._table, Item=old)
        with pytest.raises(RetryableError):
            dynamo.load(TENANT, "d1")

    def test_children_without_a_root_are_not_a_file(self, dynamo: DynamoStore) -> None:
        dynamo.commit(None, file(*many()), owner="import")
        root = {"PK": {"S": keys.partition(TENANT, "d1")}, "SK": {"S": keys.ROOT}}
        dynamo._client.delete_item(TableName=dynamo._table, Key=root)
        with pytest.raises(RetryableError):
            dynamo.load(TENANT, "d1")


class TestReadsLeftOut:
    """A batch may come back in part: what is missing is no state that nobody set."""

    @contextmanager
    def one_at_most(self, dynamo: DynamoStore, times: int) -> Iterator[list[int]]:
        """The table answers with one item each of the first calls; yields how many it was asked for in each."""
        asked: list[int] = []

        def answer(parsed: Any, **_: Any) -> None:
            found = parsed["Responses"][dynamo._table]
            asked.append(len(found))
            if len(asked) <= times:
                left = [{name: item[name] for name in ("PK", "SK")} for item in found[1:]]
                parsed["Responses"][dynamo._table] = found[:1]
                parsed["UnprocessedKeys"] = {dynamo._table: {"Keys": left, "ConsistentRead": True}}

        dynamo._client.meta.events.register("after-call.dynamodb.BatchGetItem", answer)
        yield asked
        dynamo._client.meta.events.unregister("after-call.dynamodb.BatchGetItem", answer)

    def test_what_the_table_left_out_is_asked_for_again(self, dynamo: DynamoStore) -> None:
        for name in "abc":
            dynamo.put_state(TENANT, name, {"is": name})
        with self.one_at_most(dynamo, 2) as asked:
            assert dynamo.get_states(TENANT, "abc") == {name: {"is": name} for name in "abc"}
        assert asked == [3, 2, 1]

    def test_what_it_never_tells_is_an_error_and_not_an_empty_state(self, dynamo: DynamoStore) -> None:
        for n in range(20):
            dynamo.put_state(TENANT, str(n), {"is": str(n)})
        with self.one_at_most(dynamo, 99), pytest.raises(RetryableError, match="unread"):
            dynamo.get_states(TENANT, [str(n) for n in range(20)])


class TestMeaningOfErrors:
    @pytest.mark.parametrize(
        ("code", "reasons", "expected"),
        [
            ("TransactionCanceledException", ["ConditionalCheckFailed", "None"], ConflictError),
            ("TransactionCanceledException", ["None", "TransactionConflict"], ConflictError),
            ("TransactionCanceledException", ["ThrottlingError", "None"], RetryableError),
            ("TransactionCanceledException", ["ProvisionedThroughputExceeded"], RetryableError),
            ("TransactionCanceledException", ["ThrottlingError", "ConditionalCheckFailed"], ConflictError),
            ("TransactionCanceledException", ["ValidationError"], PermanentError),
            ("TransactionInProgressException", [], RetryableError),
            ("ConditionalCheckFailedException", [], ConflictError),
            ("TransactionConflictException", [], ConflictError),
            ("ThrottlingException", [], RetryableError),
            ("ProvisionedThroughputExceededException", [], RetryableError),
            ("ValidationException", [], PermanentError),
            ("ResourceNotFoundException", [], PermanentError),
        ],
    )
    def test_each_error_says_whether_to_decide_again_to_try_again_or_to_give_up(
        self, code: str, reasons: list[str], expected: type[Exception]
    ) -> None:
        response = {
            "Error": {"Code": code, "Message": "item of Maria 52998224725"},
            "CancellationReasons": [{"Code": reason} for reason in reasons],
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }
        error = faults.meaning(response)
        assert type(error) is expected
        assert "52998224725" not in str(error)

    def test_an_unknown_error_of_the_server_may_pass(self) -> None:
        response = {"Error": {"Code": "Odd"}, "ResponseMetadata": {"HTTPStatusCode": 503}}
        assert isinstance(faults.meaning(response), RetryableError)

    @pytest.mark.parametrize(
        ("error", "expected"),
        [
            (sdk.EndpointConnectionError(endpoint_url="https://table", error="no such name"), RetryableError),
            (sdk.ConnectTimeoutError(endpoint_url="https://table"), RetryableError),
            (sdk.ProxyConnectionError(proxy_url="https://proxy"), RetryableError),
            (sdk.SSLError(endpoint_url="https://table", error="EOF"), RetryableError),
            (sdk.ConnectionClosedError(endpoint_url="https://table"), RetryableError),
            (sdk.ReadTimeoutError(endpoint_url="https://table"), RetryableError),
            (sdk.CredentialRetrievalError(provider="container-role", error_msg="timed out"), RetryableError),
            (sdk.MetadataRetrievalError(error_msg="timed out"), RetryableError),
            (sdk.NoCredentialsError(), PermanentError),
            (sdk.EndpointResolutionError(msg="no account"), PermanentError),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.__name__,
    )
    def test_a_network_that_is_gone_comes_back_and_a_setting_that_is_wrong_does_not(
        self, error: Exception, expected: type[Exception]
    ) -> None:
        with pytest.raises(expected) as raised, faults.translated():
            raise error
        assert type(error).__name__ in str(raised.value)
        assert "//" not in str(raised.value)

    def test_half_an_answer_does_not_make_a_debtor_unknown(self, dynamo: DynamoStore) -> None:
        dynamo.commit(None, file(), owner="import")

        def half(request: Any, **_: Any) -> AWSResponse:
            return AWSResponse(request.url, 200, {}, SimpleNamespace(stream=lambda: iter([b'{"Items":[{"PK":{"S":'])))

        dynamo._client.meta.events.register_first("before-send.dynamodb", half)
        try:
            for read in (
                lambda: dynamo.load(TENANT, "d1"),
                lambda: list(dynamo.tenant_open(TENANT)),
                lambda: list(dynamo.ledger(TENANT, "d1")),
                lambda: dynamo.find(TENANT, "txid", "RG1"),
                lambda: dynamo.get_state(TENANT, "terms"),
                lambda: dynamo.get_states(TENANT, ["terms"]),
            ):
                with pytest.raises(RetryableError):
                    read()
        finally:
            dynamo._client.meta.events.unregister("before-send.dynamodb", half)

    def test_a_table_that_is_not_there_is_an_operators_matter(self, dynamodb: Any) -> None:
        store = DynamoStore(dynamodb, "nowhere")
        with pytest.raises(PermanentError):
            store.load(TENANT, "d1")
        with pytest.raises(PermanentError):
            store.count(TENANT, "sms", 1, 0, NOW)


class TestHousekeeping:
    def test_settled_events_expire_and_open_ones_never_do(self, dynamo: DynamoStore) -> None:
        for status in InboxStatus:
            dynamo.mark_inbox(replace(event(status.value), status=status))
        expiring = {
            item["SK"]["S"] + item["status"]["S"]
            for item in dynamo._client.scan(TableName=dynamo._table)["Items"]
            if "ttl" in item
        }
        assert expiring == {"EVENTapplied", "EVENTignored"}

    def test_work_that_is_done_leaves_the_index_and_expires(self, dynamo: DynamoStore) -> None:
        for status in WorkStatus:
            dynamo.put_work(work(status.value, status=status))
        found = {item["status"]["S"]: item for item in dynamo._client.scan(TableName=dynamo._table)["Items"]}
        assert [status for status, item in found.items() if "ttl" in item] == ["done"]
        listed = dynamo._client.scan(TableName=dynamo._table, IndexName=keys.OPEN_INDEX)["Items"]
        assert {item["PK"]["S"] for item in listed} == {
            keys.work_partition(TENANT, f"overpaid:{s}") for s in ("open", "pending")
        }

    def test_only_the_attributes_conditions_and_indexes_need_stand_beside_the_data(self, dynamo: DynamoStore) -> None:
        pay(dynamo, dynamo.commit(None, file(), owner="import"))
        found = {name for item in dynamo._client.scan(TableName=dynamo._table)["Items"] for name in item}
        beside = {"PK", "SK", "version", "owner", "open_shard", "open_key", "status", "ttl", "debtor"}
        assert found == beside | {"data", "file", "more"}
