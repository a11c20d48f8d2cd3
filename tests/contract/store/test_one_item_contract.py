"""The store's contract holds for the layout of docs/storage.md, once what a commit owes is laid out."""

import itertools
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from tests.contract.store import test_store_contract as contract
from tests.contract.store.conftest import SHARDS, table_definition

from bench.one_item import Consumer, OneItemStore, Shape
from regua.domain.model import File
from regua.store import keys


class LaidOut(OneItemStore):
    """The consumer comes right after each commit."""

    seconds = itertools.count()

    def commit(self, before: File | None, after: File, **rest: Any) -> File:
        done = super().commit(before, after, **rest)
        image = self._get(keys.partition(done.debtor.tenant, done.debtor.id), keys.ROOT)
        assert image is not None
        Consumer(self._client, self._table, self._shards).lay_out([(next(self.seconds), image)])
        return done


@pytest.fixture(params=[Shape(), Shape(titles=0, contacts=1, packed=False)], ids=["all inside", "all outside"])
def store(request: pytest.FixtureRequest, dynamodb: Any) -> Iterator[LaidOut]:
    table, definition = f"regua-{uuid.uuid4()}", table_definition()
    definition["GlobalSecondaryIndexes"][0]["Projection"]["NonKeyAttributes"] = list(request.param.projected)
    dynamodb.create_table(TableName=table, **definition)
    yield LaidOut(dynamodb, table, SHARDS, shape=request.param)
    dynamodb.delete_table(TableName=table)


class TestCommit(contract.TestCommit):
    # a commit is about a whole file: these two commit part of one
    test_only_what_differs_is_written = None
    test_a_contact_that_is_new_to_the_writer_must_be_new_to_the_store = None


class TestCommitEach(contract.TestCommitEach): ...


class TestReferences(contract.TestReferences): ...


class TestAddresses(contract.TestAddresses): ...


class TestLedger(contract.TestLedger): ...


class TestOpenIndex(contract.TestOpenIndex):
    # a scan of the prototype is not interrupted: it always begins at the first debtor
    test_a_stream_that_was_left_is_gone_on_with_behind_any_debtor = None


class TestInbox(contract.TestInbox): ...


class TestWork(contract.TestWork): ...
