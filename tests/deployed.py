"""A deployed table, played by moto, and the command line against it: fixtures that tests of commands import by name."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regua.platform import clients
from regua_cli.main import main
from tests.office import TENANT

_FIXTURES = Path(__file__).parent / "contract" / "store" / "conftest.py"
_spec = importlib.util.spec_from_file_location("store_fixtures", _FIXTURES)
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
sys.modules["store_fixtures"] = _module
_spec.loader.exec_module(_module)
dynamodb, dynamo = _module.dynamodb, _module.dynamo

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(dynamo: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line against that table: its exit code, and what it said on either stream."""
    monkeypatch.setattr(clients, "forget", lambda: None)

    def of(*words: str) -> tuple[int, str, str]:
        named = () if "--tenant" in words else ("--tenant", TENANT)
        code = main([*words, *named, "--table", dynamo._table, "--shards", "4"])
        said = capsys.readouterr()
        return code, said.out, said.err

    return of
