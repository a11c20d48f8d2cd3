"""The published schemas are those of the code, and what is right for the code is right for an editor."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from regua.config import policy_text, schema, shipped_policies

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "escola-alfa"


class _Plain(yaml.SafeLoader):
    """As editors read YAML: dates stay text."""


_Plain.yaml_implicit_resolvers = {
    key: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:timestamp"]
    for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def committed(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((schema.FOLDER / name).read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", ["policy.schema.json", "tenant.schema.json"])
def test_the_committed_schema_is_the_generated_one(name: str) -> None:
    generated = schema.schemas()[name]
    assert (schema.FOLDER / name).read_text("utf-8") == schema.text(generated), "run: python -m regua.config.schema"
    jsonschema.Draft202012Validator.check_schema(generated)


@pytest.mark.parametrize("name", shipped_policies())
def test_an_editor_accepts_the_shipped_policies(name: str) -> None:
    jsonschema.validate(yaml.load(policy_text(name), Loader=_Plain), committed("policy.schema.json"))  # noqa: S506 - a SafeLoader without dates


def test_an_editor_accepts_the_example() -> None:
    for file, name in (("tenant.yaml", "tenant.schema.json"), ("policy.yaml", "policy.schema.json")):
        document = yaml.load((EXAMPLE / file).read_text("utf-8"), Loader=_Plain)  # noqa: S506 - a SafeLoader without dates
        jsonschema.validate(document, committed(name))


def test_an_editor_refuses_what_the_code_refuses() -> None:
    bad = {"name": "x", "steps": [{"key": "a", "phase": "friendly", "offset_days": 3, "channels": ["zap"]}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(bad, committed("policy.schema.json"))


def test_every_field_is_explained_in_the_editor() -> None:
    for document in schema.schemas().values():
        groups = [document, *document["$defs"].values()]
        for group in groups:
            for field, described in group.get("properties", {}).items():
                assert described.get("description"), field
