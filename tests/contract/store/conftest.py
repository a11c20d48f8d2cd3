"""Both stores, the DynamoDB one on the very table infra/template.yaml deploys, played by moto."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from regua.platform import clients
from regua.store.dynamo import DynamoStore
from regua.store.memory import MemoryStore

TEMPLATE = Path(__file__).parents[3] / "infra" / "template.yaml"
TABLE = "regua"
SHARDS = 4


class _Template(yaml.SafeLoader):
    """CloudFormation's own tags are read as what they hold."""


def _tag(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)
    return loader.construct_mapping(node)


_Template.add_multi_constructor("!", _tag)


def table_definition() -> dict[str, Any]:
    """CreateTable's arguments, as the template says."""
    table = yaml.load(TEMPLATE.read_text("utf-8"), _Template)["Resources"]["Table"]["Properties"]  # noqa: S506 (a SafeLoader)
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    return {"TableName": TABLE} | {name: table[name] for name in wanted}


def _make_atomic(patch: pytest.MonkeyPatch) -> None:
    """moto checks a condition and writes in two steps, between which another thread may come; DynamoDB does not."""
    one_at_a_time, answer = threading.Lock(), BotocoreStubber.__call__

    def atomically(self: BotocoreStubber, *arguments: Any, **options: Any) -> Any:
        with one_at_a_time:
            return answer(self, *arguments, **options)

    patch.setattr(BotocoreStubber, "__call__", atomically)


@pytest.fixture(scope="module")
def dynamodb() -> Iterator[Any]:
    """The application's own DynamoDB client."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        _make_atomic(environment)
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        environment.setenv("AWS_DEFAULT_REGION", "sa-east-1")
        environment.delenv("AWS_ENDPOINT_URL", raising=False)
        clients.forget()
        yield clients.dynamodb()
        clients.forget()


@pytest.fixture
def dynamo(dynamodb: Any) -> Iterator[DynamoStore]:
    """A store on an empty table."""
    dynamodb.create_table(**table_definition())
    yield DynamoStore(dynamodb, TABLE, SHARDS, pause=lambda _: None)
    dynamodb.delete_table(TableName=TABLE)


@pytest.fixture(params=["memory", "dynamo"])
def store(request: pytest.FixtureRequest) -> MemoryStore | DynamoStore:
    if request.param == "memory":
        return MemoryStore(SHARDS)
    found: DynamoStore = request.getfixturevalue("dynamo")
    return found
