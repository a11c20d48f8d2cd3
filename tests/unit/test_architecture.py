"""One law of direction: functions -> use_cases -> ports -> domain. What this test refuses, no review needs to catch."""

import ast
import sys
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "common" / "regua"
SOURCES = sorted(PACKAGE.rglob("*.py"))
HANDLERS = sorted((ROOT / "functions").glob("*/handler.py"))

MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "ports": {"domain"},
    "use_cases": {"domain", "ports"},
    "store": {"domain", "ports"},
    "outward": set(),
    "channels": {"domain", "ports", "outward"},
    "gateways": {"domain", "ports", "outward"},
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
        "outward", "platform", "ports", "settings", "store", "use_cases",
    },
}  # fmt: skip
"""Parts of `regua` and what they may import besides themselves. `wiring` puts the parts together for the functions."""

IMPURE_MODULES = {
    "asyncio", "http", "importlib", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil",
    "socket", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid", "warnings",
}  # fmt: skip
LIBRARIES = {"domain/values.py": {"msgspec"}}
"""The one module of the rules that knows a library, for what all their values are made of."""
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


def impurities(source: str, known: Set[str] = frozenset()) -> list[str]:
    tree = ast.parse(source)
    found = [
        name
        for name in imports(tree)
        if (top := name.split(".")[0]) not in {"regua", *known}
        and (top not in sys.stdlib_module_names or top in IMPURE_MODULES)
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
    known = LIBRARIES.get(path.relative_to(PACKAGE).as_posix(), set())
    assert impurities(path.read_text("utf-8"), known) == []


def frozen_dataclasses(source: str) -> list[str]:
    """Classes that are compared by their fields, frozen, and not a `Value`."""
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
        for decorator in map(ast.unparse, node.decorator_list)
        if "dataclass(" in decorator and "frozen=True" in decorator and "eq=False" not in decorator
    ]


@pytest.mark.parametrize("path", sorted((PACKAGE / "domain").rglob("*.py")), ids=lambda p: p.name)
def test_what_never_changes_among_the_rules_is_a_value(path: Path) -> None:
    assert frozen_dataclasses(path.read_text("utf-8")) == [], "class X(Value), from regua.domain.values"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_importing_does_no_work(path: Path) -> None:
    assert work_at_import(path.read_text("utf-8")) == []


def test_every_part_of_the_house_has_its_place_in_the_law() -> None:
    assert {part_of(path) for path in SOURCES} - {"__init__"} <= set(MAY_IMPORT)


def test_functions_do_not_know_each_other() -> None:
    folders = [path.parent for path in HANDLERS]
    assert folders
    strangers = {folder.name for folder in folders} | {"tools", "tests", "regua_cli", "localcloud"}
    for folder in folders:
        for path in folder.rglob("*.py"):
            tops = {name.split(".")[0] for name in imports(ast.parse(path.read_text("utf-8")))}
            assert tops.isdisjoint(strangers - {folder.name})


def untyped(source: str) -> list[str]:
    """Functions that say of something they take or give only that it may be anything."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            given += [argument for argument in (node.args.vararg, node.args.kwarg) if argument]
            said = [node.returns, *(argument.annotation for argument in given)]
            names = {n.id for one in said if one for n in ast.walk(one) if isinstance(n, ast.Name)}
            names |= {n.attr for one in said if one for n in ast.walk(one) if isinstance(n, ast.Attribute)}
            if None in said or "Any" in names:
                found.append(node.name)
    return found


@pytest.mark.parametrize("folder", sorted(p.parent for p in HANDLERS), ids=lambda p: p.name)
def test_a_function_is_a_short_handler_that_says_what_it_is_called_with(folder: Path) -> None:
    assert {path.name for path in folder.rglob("*.py")} == {"__init__.py", "handler.py"}
    source = (folder / "handler.py").read_text("utf-8")
    assert len(source.splitlines()) <= 60
    assert untyped(source) == []


def rooms(part: str) -> dict[str, set[str]]:
    """Rooms (folders) of a part, each with the rooms it imports from."""
    found: dict[str, set[str]] = {}
    for path in (PACKAGE / part).rglob("*.py"):
        room, *inside = path.relative_to(PACKAGE / part).parts
        if not inside:
            continue
        names = [name.split(".") for name in imported(path.read_text("utf-8")) if name.startswith(f"regua.{part}.")]
        found.setdefault(room, set()).update(n[2] for n in names if (PACKAGE / part / n[2]).is_dir() and n[2] != room)
    return found


def imported(source: str) -> Iterator[str]:
    """Every module, or name of a module, that a source imports, as one dotted name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def circle(arrows: Mapping[str, set[str]]) -> list[str]:
    """What is left of the arrows when everything that imports nothing is taken away, again and again."""
    left = {name: set(targets) for name, targets in arrows.items()}
    while ends := [name for name, targets in left.items() if not targets & left.keys()]:
        for name in ends:
            del left[name]
    return sorted(left)


@pytest.mark.parametrize(("part", "most"), [("domain", 8), ("use_cases", 12)])
def test_rooms_are_few_and_no_two_of_them_need_each_other(part: str, most: int) -> None:
    arrows = rooms(part)
    assert len(arrows) == 5
    assert circle(arrows) == []
    assert sum(map(len, arrows.values())) <= most


def test_what_stands_around_the_rooms_of_the_rules_needs_none_of_them() -> None:
    centre = [p for p in (PACKAGE / "domain").glob("*.py") if p.name != "__init__.py"]
    folders = {p.name for p in (PACKAGE / "domain").iterdir() if p.is_dir()}
    assert {p.stem for p in centre} == {
        "calendar",
        "channels",
        "ids",
        "model",
        "policy",
        "rates",
        "reasons",
        "tenant",
        "values",
        "work",
    }
    for path in centre:
        assert (
            not {n.split(".")[2] for n in imported(path.read_text("utf-8")) if n.startswith("regua.domain.")} & folders
        )


def test_no_two_modules_need_each_other() -> None:
    modules = {
        ".".join(("regua", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
        for path in SOURCES
    }
    arrows = {
        name: {full if full in modules else full.rpartition(".")[0] for full in imported(path.read_text("utf-8"))}
        & modules.keys() - {name}
        for name, path in modules.items()
    }
    assert circle(arrows) == []


def test_a_class_name_means_one_thing() -> None:
    """Private names apart, and the handlers', which are looked for by folder."""
    found: dict[str, list[str]] = {}
    for folder in ("layers/common/regua", "functions", "tools"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found.setdefault(node.name, []).append(path.relative_to(ROOT).as_posix())
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


class TestTheLawCanFail:
    def test_rooms_that_need_each_other(self) -> None:
        assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": set()}) == ["a", "b", "c", "d"]
        assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []

    def test_an_import_of_a_room_inside_a_function_counts(self) -> None:
        source = "def f():\n    from regua.use_cases.paying import closure\n    import regua.domain.money.charge\n"
        assert set(imported(source)) == {"regua.use_cases.paying.closure", "regua.domain.money.charge"}

    @pytest.mark.parametrize(
        "signature",
        [
            "(event: dict[str, Any], context: object) -> int",
            "(event: int, context: typing.Any) -> int",
            "(event: int) -> Any",
            "(event, context: object) -> int",
            "(event: int)",
            "(event: int, *more: Any) -> int",
        ],
    )
    def test_a_handler_that_takes_anything(self, signature: str) -> None:
        assert untyped(f"def handler{signature}: ...") == ["handler"]
        assert untyped("def handler(event: Turn, context: object) -> TurnAnswer: ...") == []

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

    def test_a_frozen_dataclass_among_the_rules(self) -> None:
        assert frozen_dataclasses("@dataclass(frozen=True, slots=True)\nclass A:\n    x: int") == ["A"]
        assert frozen_dataclasses("@dataclass(slots=True)\nclass A:\n    x: int\nclass B(Value):\n    x: int") == []
