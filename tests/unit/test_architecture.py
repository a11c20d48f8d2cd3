"""One law of direction: functions -> use_cases -> ports -> domain. What this test refuses, no review needs to catch."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "common" / "regua"
SOURCES = sorted(PACKAGE.rglob("*.py"))

MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "ports": {"domain"},
    "use_cases": {"domain", "ports"},
    "store": {"domain", "ports"},
    "channels": {"domain", "ports"},
    "gateways": {"domain", "ports"},
    "files": {"domain", "ports"},
    "messages": {"domain", "ports", "documents"},
    "documents": {"domain", "ports"},
    "calendars": {"domain", "ports"},
    "config": {"domain", "ports", "policies"},
    "platform": {"domain", "ports", "config"},
    "settings": {"platform"},
    "observability": set(),
    "policies": set(),
    "wiring": {
        "calendars", "channels", "config", "documents", "domain", "files", "gateways", "messages", "observability",
        "platform", "ports", "settings", "store", "use_cases",
    },
}  # fmt: skip
"""Parts of `regua` and what they may import besides themselves. `wiring` puts the parts together for the functions."""

IMPURE_MODULES = {
    "asyncio", "http", "importlib", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil",
    "socket", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid", "warnings",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input", "eval", "exec", "__import__"}
CLOCKS = {"now", "utcnow", "today", "fromtimestamp"}


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            if node.module == "regua":
                yield from (f"regua.{alias.name}" for alias in node.names)
            else:
                yield node.module


def violations_of_direction(path: Path, source: str) -> list[str]:
    part = part_of(path)
    if path.name == "__init__.py" and path.parent == PACKAGE:
        part = "domain"  # the package itself imports nothing
    allowed = MAY_IMPORT[part] | {part}
    found = []
    for name in imports(ast.parse(source)):
        top, _, rest = name.partition(".")
        outside = top in ("functions", "tools", "tests", "regua_cli", "localcloud", "bench")
        if outside or (top == "regua" and rest.split(".")[0] not in allowed):
            found.append(name)
    return found


def impurities(source: str) -> list[str]:
    tree = ast.parse(source)
    found = [
        name
        for name in imports(tree)
        if (top := name.split(".")[0]) != "regua" and (top not in sys.stdlib_module_names or top in IMPURE_MODULES)
    ]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in IMPURE_CALLS:
            found.append(f"{node.func.id}()")
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in CLOCKS
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in ("datetime", "date")
        ):
            found.append(f"{node.func.value.id}.{node.func.attr}()")
    return found


def work_at_import(source: str) -> list[str]:
    """Calls outside functions that reach for the world: clients, sessions, the environment, files."""
    found = []
    outside: list[ast.AST] = [ast.parse(source)]
    while outside:
        node = outside.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in ("open", "boto3.client", "boto3.resource", "os.getenv", "os.environ.get", "datetime.now"):
                found.append(name)
            if name.endswith((".read_text", ".read_bytes", ".Session")):
                found.append(name)
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            found.append("os.environ[]")
        outside.extend(ast.iter_child_nodes(node))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_point_inwards(path: Path) -> None:
    assert violations_of_direction(path, path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", sorted((PACKAGE / "domain").rglob("*.py")), ids=lambda p: p.name)
def test_the_rules_know_no_clock_no_file_and_no_library(path: Path) -> None:
    assert impurities(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_importing_does_no_work(path: Path) -> None:
    assert work_at_import(path.read_text("utf-8")) == []


def test_every_part_of_the_house_has_its_place_in_the_law() -> None:
    assert {part_of(path) for path in SOURCES} - {"__init__"} <= set(MAY_IMPORT)


def test_functions_do_not_know_each_other() -> None:
    folders = sorted(p.parent for p in (ROOT / "functions").glob("*/handler.py"))
    assert folders
    strangers = {folder.name for folder in folders} | {"tools", "tests", "regua_cli", "localcloud"}
    for folder in folders:
        for path in folder.rglob("*.py"):
            tops = {name.split(".")[0] for name in imports(ast.parse(path.read_text("utf-8")))}
            assert tops.isdisjoint(strangers - {folder.name})


class TestTheLawCanFail:
    def test_a_rule_that_imports_a_store(self) -> None:
        path = PACKAGE / "domain" / "x.py"
        assert violations_of_direction(path, "from regua.store import keys") == ["regua.store"]
        assert violations_of_direction(path, "from regua import ports") == ["regua.ports"]
        assert violations_of_direction(PACKAGE / "store" / "x.py", "import functions.daily_scan") == [
            "functions.daily_scan"
        ]

    def test_a_use_case_that_imports_an_adapter_in_a_function(self) -> None:
        source = "def f():\n    import regua.channels.email\n"
        assert violations_of_direction(PACKAGE / "use_cases" / "x.py", source) == ["regua.channels.email"]

    @pytest.mark.parametrize(
        "source",
        [
            "import msgspec",
            "import os",
            "from time import time",
            "from datetime import datetime\nx = datetime.now()",
            "from datetime import date\ndef f():\n    return date.today()",
            "def f():\n    print(1)",
        ],
    )
    def test_a_rule_that_reaches_outside(self, source: str) -> None:
        assert impurities(source)

    @pytest.mark.parametrize(
        "source",
        [
            "import boto3\nclient = boto3.client('s3')",
            "import os\nTABLE = os.environ['T']",
            "class A:\n    x = open('y')",
            "from pathlib import Path\nDATA = Path('x').read_text()",
        ],
    )
    def test_work_at_import(self, source: str) -> None:
        assert work_at_import(source)
