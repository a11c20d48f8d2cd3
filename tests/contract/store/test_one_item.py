"""The layout of docs/storage.md, as far as its conditions go: one writer wins, and what it owes is laid out once."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.contract.store.conftest import SHARDS, table_definition
from tests.contract.store.test_dynamo_faults import intercepted, losing
from tests.contract.store.values import NOW, TENANT, contact, entry, event, fact, file, paid, receivable, ref

from bench.one_item import Consumer, OneItemStore, Shape
from regua.domain.ids import txid
from regua.domain.model import ContactStatus, File
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.ports import ConflictError, InboxStatus, PermanentError, RetryableError
from regua.store import keys

AS_DECIDED = Shape()
OWN = ref(txid(TENANT, "d1", "T-1"))
"""A txid that is the hash of its owner: it can be nobody else's, so no commit waits for it."""
MAIL = ref("0102-ses", kind="message")
PHONE = ref("hash", kind="user")


class Table:
    """A table with its stream: every image of a debtor's item, in order."""

    def __init__(self, client: Any) -> None:
        self.client, self.name = client, f"regua-{uuid.uuid4()}"
        definition = table_definition()
        definition["GlobalSecondaryIndexes"][0]["Projection"]["NonKeyAttributes"] = list(AS_DECIDED.projected)
        client.create_table(TableName=self.name, **definition)
        self.images: list[tuple[int, Any]] = []

    def store(self, shape: Shape = AS_DECIDED, behind: Callable[[], bool] = lambda: False) -> OneItemStore:
        return OneItemStore(self.client, self.name, SHARDS, shape=shape, behind=behind)

    def commit(self, before: File | None, after: File, owner: str, **rest: Any) -> File:
        done = self.store().commit(before, after, owner=owner, **rest)
        self.images.append((len(self.images), self.item(keys.ROOT)))
        return done

    def item(self, sort: str) -> Any:
        key = {"PK": {"S": keys.partition(TENANT, "d1")}, "SK": {"S": sort}}
        return self.client.get_item(TableName=self.name, Key=key, ConsistentRead=True)["Item"]

    def lay_out(self, images: Any) -> None:
        Consumer(self.client, self.name, SHARDS).lay_out(images)

    def everything(self) -> list[Any]:
        found = self.client.scan(TableName=self.name)["Items"]
        return sorted(found, key=lambda item: (item["PK"]["S"], item["SK"]["S"]))

    def ledger(self) -> list[str]:
        return [e.reason for e in self.store().ledger(TENANT, "d1")]


@pytest.fixture
def table(dynamodb: Any) -> Iterator[Table]:
    made = Table(dynamodb)
    yield made
    dynamodb.delete_table(TableName=made.name)


def dying(*_: Any) -> None:
    """The process ends before the call leaves."""
    raise KeyboardInterrupt


def settled(before: File) -> File:
    return replace(before, receivables=(paid(receivable()), *before.receivables[1:]), facts=(fact(),))


def test_a_gate_that_read_before_a_payment_does_not_pass_after_it_and_owes_nothing(table: Table) -> None:
    first = table.commit(None, file(), "import")
    table.commit(first, settled(first), "payment", ledger=[entry("paid")])
    with pytest.raises(ConflictError):
        table.commit(first, replace(first, contacts=(contact(),)), "gate", ledger=[entry("sent")])
    table.lay_out(table.images)
    now = table.store().load(TENANT, "d1")
    assert now is not None
    assert (now.receivables[0].is_open, now.contacts) == (False, ())
    assert table.ledger() == ["paid"]


def test_a_commit_whose_answer_was_lost_is_no_conflict_with_itself_and_is_laid_out_once(table: Table) -> None:
    first = table.commit(None, file(), "import")
    with intercepted(table.client, "PutItem", losing(2)):
        done = table.commit(first, replace(first, contacts=(contact(),)), "gate", ledger=[entry("sent")])
    table.lay_out(table.images)
    assert table.store().load(TENANT, "d1") == done
    assert table.ledger() == ["sent"]


def test_a_lost_gate_does_not_pass_over_a_payment_that_came_meanwhile(table: Table) -> None:
    first = table.commit(None, file(), "import")
    claim = replace(first, contacts=(contact(),))
    with intercepted(table.client, "PutItem", losing(99)), pytest.raises(RetryableError):
        table.commit(first, claim, "gate")
    claimed = table.store().load(TENANT, "d1")
    assert claimed is not None
    table.commit(claimed, settled(claimed), "payment")
    with pytest.raises(ConflictError):
        table.commit(first, claim, "gate")


def test_what_a_dead_writer_owes_is_in_its_item_and_is_laid_out_when_the_consumer_comes(table: Table) -> None:
    table.commit(None, file(), "record", ledger=[entry("sent")], refs=[MAIL])
    assert table.store().find(TENANT, "message", MAIL.value) is None  # news of it is tried again for a while
    table.lay_out([(0, table.item(keys.ROOT))])
    assert table.store().find(TENANT, "message", MAIL.value) == MAIL
    assert table.ledger() == ["sent"]


def test_a_name_of_ours_may_come_before_its_debtor_and_never_after(table: Table) -> None:
    first = table.commit(None, file(), "import")
    with intercepted(table.client, "PutItem", dying), pytest.raises(KeyboardInterrupt):
        table.commit(first, first, "write ahead", refs=[OWN])
    assert table.store().find(TENANT, "txid", OWN.value) == OWN
    now = table.store().load(TENANT, "d1")
    assert now == first, "the commit itself was never made, and its repetition writes the same name again"


def test_while_the_consumer_is_far_behind_a_commit_keeps_what_the_ones_before_it_owe(table: Table) -> None:
    first = table.commit(None, file(), "import", ledger=[entry("in")])
    late = table.store(behind=lambda: True)
    second = late.commit(first, replace(first, contacts=(contact(),)), owner="gate", ledger=[entry("sent", 1)])
    late.commit(second, second, owner="reply", ledger=[entry("heard", 2)])
    table.lay_out([(0, table.item(keys.ROOT))])  # the images between are gone from the stream
    assert table.ledger() == ["in", "sent", "heard"]


def test_repeated_late_and_in_any_order_the_table_ends_the_same(table: Table) -> None:
    store = table.store(Shape(contacts=1))
    older, newer = contact("aviso"), replace(contact("lembrete"), at=NOW + timedelta(days=3))
    read = replace(older, status=ContactStatus.READ)
    current: File | None = None
    for n, contacts in enumerate([(), (older, newer), (read, newer)]):
        after = replace(current or file(), contacts=contacts)
        current = store.commit(current, after, owner=f"w{n}", ledger=[entry(f"e{n}", n)], refs=[MAIL, PHONE])
        table.images.append((n, table.item(keys.ROOT)))
    ends = []
    for order in itertools.permutations(table.images):
        other = Table(table.client)
        for image in (*order, *order):
            other.lay_out([image])
        assert other.ledger() == ["e0", "e1", "e2"]
        ends.append(other.everything())
        table.client.delete_table(TableName=other.name)
    assert len(ends[0]) == 6, "three entries, a message, a phone and a contact that is history"
    assert all(end == ends[0] for end in ends)


def test_in_whatever_order_it_is_laid_out_first_a_shared_number_finds_its_last_debtor(dynamodb: Any) -> None:
    ends = []
    for order in itertools.permutations(range(2)):
        table = Table(dynamodb)
        table.commit(None, file(), "a", refs=[PHONE])
        other = table.store().commit(None, file(name="d2"), owner="b", refs=[replace(PHONE, debtor="d2")])
        partition = keys.partition(TENANT, other.debtor.id)
        key = {"PK": {"S": partition}, "SK": {"S": keys.ROOT}}
        table.images.append((1, dynamodb.get_item(TableName=table.name, Key=key)["Item"]))
        for n in order:
            table.lay_out([table.images[n]])
        found = table.store().find(TENANT, "user", "hash")
        ends.append(found and found.debtor)
        dynamodb.delete_table(TableName=table.name)
    assert ends == ["d2", "d2"]


def test_work_a_person_has_done_is_opened_by_later_news_and_not_by_news_told_again(table: Table) -> None:
    told = Work(TENANT, WorkKind.OVERPAID, "T-1", NOW, debtor="d1", amount_cents=100)
    first = table.commit(None, file(), "payment", work=[told])
    table.lay_out(table.images)
    store = table.store()
    assert store.mark_work(told, told.done("devolvido"))
    table.lay_out(table.images)
    assert list(store.work(TENANT, WorkStatus.OPEN)) == []
    later = replace(told, at=NOW + timedelta(hours=1), amount_cents=250)
    table.commit(first, first, "payment again", work=[later])
    table.lay_out(table.images)
    assert list(store.work(TENANT, WorkStatus.OPEN)) == [later]


def test_a_name_that_is_somebody_elses_refuses_all_of_it(table: Table) -> None:
    table.store().commit(None, file(name="d2"), owner="a", refs=[replace(ref("10900", kind="our_number"), debtor="d2")])
    with pytest.raises(PermanentError, match="another debtor"):
        table.commit(None, file(), "b", refs=[ref("10900", kind="our_number")], ledger=[entry("in")])
    assert table.store().load(TENANT, "d1") is None


def test_an_event_is_applied_at_one_debtor_only(table: Table) -> None:
    applied = replace(event(), status=InboxStatus.APPLIED)
    first = table.commit(None, file(), "import")
    table.commit(first, settled(first), "settle", inbox=[applied])
    with pytest.raises(ConflictError):
        table.store().commit(None, file(name="d2"), owner="other", inbox=[applied])


def test_a_large_debtors_titles_lie_outside_and_one_half_visible_is_read_again(table: Table) -> None:
    store = table.store(Shape(titles=2))
    first = store.commit(None, file(receivable("A"), receivable("B"), receivable("C")), owner="import")
    old = table.item(keys.receivable_key("A"))
    after = replace(first, receivables=(paid(first.receivables[0]), *first.receivables[1:]), facts=(fact(),))
    second = store.commit(first, after, owner="payment")
    assert store.load(TENANT, "d1") == second
    table.client.put_item(TableName=table.name, Item=old)
    with pytest.raises(RetryableError, match="not finished"):
        store.load(TENANT, "d1")


def test_an_old_contact_is_history_and_is_read_when_an_event_names_it(table: Table) -> None:
    many = tuple(replace(contact(f"s{n}"), at=NOW + timedelta(days=n)) for n in range(9))
    table.commit(None, replace(file(), contacts=many), "import")
    table.lay_out(table.images)
    store = table.store()
    kept, whole = store.load(TENANT, "d1"), store.load(TENANT, "d1", contact=many[0].key)
    assert kept is not None
    assert whole is not None
    assert {c.key for c in kept.contacts} == {c.key for c in many[-4:]}
    assert many[0] in whole.contacts
