"""Both stores, the DynamoDB one on the very table infra/data.yaml deploys, played by moto."""

import os
import uuid
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from moto import mock_aws
from tests.atomic import make_atomic

from regua.platform import clients
from regua.store.dynamo import DynamoStore
from regua.store.memory import MemoryStore

TEMPLATE = Path(__file__).parents[3] / "infra" / "data.yaml"
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


@cache
def table_definition() -> dict[str, Any]:
    """CreateTable's arguments but the name, as the template says."""
    table = yaml.load(TEMPLATE.read_text("utf-8"), _Template)["Resources"]["Table"]["Properties"]  # noqa: S506 (a SafeLoader)
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    for index in table["GlobalSecondaryIndexes"]:
        index.pop("WarmThroughput")  # there with a parameter only
    return {name: table[name] for name in wanted}


@pytest.fixture(scope="module")
def dynamodb() -> Iterator[Any]:
    """The application's own DynamoDB client: on moto, or on the endpoint STORE_TEST_ENDPOINT names (an emulator)."""
    endpoint = os.environ.get("STORE_TEST_ENDPOINT")
    with pytest.MonkeyPatch.context() as environment, nullcontext() if endpoint else mock_aws():
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        environment.setenv("AWS_DEFAULT_REGION", "sa-east-1")
        environment.delenv("AWS_ENDPOINT_URL", raising=False)
        if endpoint:
            environment.setenv("AWS_ENDPOINT_URL", endpoint)
        else:
            make_atomic(environment)
        clients.forget()
        yield clients.dynamodb()
        clients.forget()


@pytest.fixture
def dynamo(dynamodb: Any) -> Iterator[DynamoStore]:
    """A store on an empty table."""
    table = f"regua-{uuid.uuid4()}"
    dynamodb.create_table(TableName=table, **table_definition())
    yield DynamoStore(dynamodb, table, SHARDS, pause=lambda _: None)
    dynamodb.delete_table(TableName=table)


@pytest.fixture(params=["memory", "dynamo"])
def store(request: pytest.FixtureRequest) -> MemoryStore | DynamoStore:
    if request.param == "memory":
        return MemoryStore(SHARDS)
    found: DynamoStore = request.getfixturevalue("dynamo")
    return found
