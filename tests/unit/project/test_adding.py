"""Adding a channel or a gateway takes the files its page lists, no more and no fewer: a toy is added by each list.

The lists are read from docs/channels.md and docs/gateways.md. Each toy (tests/data/adding) is written into a copy of
the project; there it works within the house's rules, and without any listed file the test named beside it fails.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from filecmp import cmp
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COPIED = ("layers/common", "functions", "tools", "tests", "docs", "events", "infra", "pyproject.toml", "CHANGELOG.md")
PACKAGE = "layers/common/regua"
RULES = (
    "test_imports_point_inwards[{}]",
    "test_importing_does_no_work[{}]",
    "test_no_two_modules_need_each_other",
    "test_a_class_name_means_one_thing",
)
FAILED = (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)
"""A test failed, or could not even be imported. Other statuses mean that there was nothing to run."""

Edit = Callable[[str], str]


@dataclass(frozen=True)
class Toy:
    """What is added; `edits` says what becomes of files there are already, `commands` what a module writes."""

    name: str
    page: str
    heading: str
    suite: str
    edits: Mapping[str, Edit]
    commands: Mapping[str, str]

    @property
    def data(self) -> Path:
        """Its new files, as they lie in the project."""
        return ROOT / "tests/data/adding" / ("channel" if self.name == "pigeon" else "gateway")

    @property
    def section(self) -> str:
        """What the page says of adding one."""
        text = (ROOT / self.page).read_text("utf-8").partition(f"\n## {self.heading}\n")[2]
        return text.partition("\n## ")[0]

    @property
    def listed(self) -> dict[str, str]:
        """File (or folder) -> the test that misses it, empty where only a person does."""
        rows = re.findall(r"^\| `([^`]+)` \| .+ \| (?:`([^`]+)`|who reviews) \|$", self.section, re.MULTILINE)
        return {self.named(path): test for path, test in rows}

    def named(self, path: str) -> str:
        """A path of the page, for this toy."""
        return path.replace("<name>", self.name).replace("<case>", "paid")


def put(line: str, after: str, within: str = "") -> Edit:
    """Adds `line` after the first `after` that follows `within`."""

    def edit(text: str) -> str:
        head, mark, rest = text.partition(within) if within else ("", "", text)
        before, anchor, behind = rest.partition(after)
        assert anchor, f"no {after!r}"
        return f"{head}{mark}{before}{anchor}{line}{behind}"

    return edit


def both(first: Edit, second: Edit) -> Edit:
    """One edit after the other."""
    return lambda text: second(first(text))


def column(text: str) -> str:
    """The first table of docs/channels.md with one more column."""
    cells = {"|---": "---|", "| file": " `pigeon.py` |"}
    lines, inside = [], 0
    for line in text.splitlines(keepends=True):
        inside += line.startswith("|") and inside == 0
        inside += not line.startswith("|") and inside == 1
        cell = next((c for start, c in cells.items() if line.startswith(start)), " - |")
        lines.append(f"{line.rstrip()}{cell}\n" if inside == 1 else line)
    return "".join(lines)


PIGEON = Toy(
    "pigeon",
    "docs/channels.md",
    "Adding a channel",
    "tests/contract/channels/test_pigeon_channel.py",
    edits={
        "layers/common/regua/domain/model.py": put('    PIGEON = "pigeon"\n', '    LETTER = "letter"\n'),
        "layers/common/regua/domain/channels.py": put(
            '    Channel.PIGEON: Traits("pombo-correio", "P", "phone", Form.LINE, mobile=True, borrows=Channel.SMS),\n',
            "TRAITS: Mapping[Channel, Traits] = {\n",
        ),
        "tests/unit/channels/test_channel_events.py": put(
            '    "pigeon/landed.json": [("delivered", "none", None)],\n', "EXPECTED: dict[str, list[Told]] = {\n"
        ),
        "docs/channels.md": both(column, put("| pigeon | **loft** |\n", "|---|---|\n", within="## Settings")),
        "CHANGELOG.md": put("\n* Pigeon: a channel.\n", "## [Unreleased]\n"),
    },
    commands={"layers/common/regua/policies/schema/": "regua.config.schema"},
)
TOSTAO = Toy(
    "tostao",
    "docs/gateways.md",
    "Add a gateway",
    "tests/contract/gateways/test_tostao_contract.py",
    edits={
        "layers/common/regua/gateways/__init__.py": put(
            '    "tostao": "regua.gateways.tostao:Tostao",\n', "GATEWAYS = {\n"
        ),
        "tests/contract/gateways/test_event_samples.py": put(
            '    "tostao_paid": [("credit", "c-000123:paid", 35700, "pix")],\n',
            "MEANING: dict[str, list[tuple[str, str, int, str]]] = {\n",
        ),
        "docs/gateways.md": both(
            put(
                "| `tostao` | Tostão | token | no | pix | - | no | no | no |\n",
                "|---|---|---|---|---|---|---|---|---|\n",
            ),
            put("| `tostao` | of your choice | header `x-coin` |\n", "|---|---|---|\n", within="### What proves"),
        ),
        "CHANGELOG.md": put("\n* Tostão: a gateway.\n", "## [Unreleased]\n"),
    },
    commands={},
)
TOYS = (PIGEON, TOSTAO)
MISSED = [(toy, path) for toy in TOYS for path, test in toy.listed.items() if test]


class Copy:
    """The project in a temporary folder, with a toy added by the list."""

    def __init__(self, toy: Toy, root: Path) -> None:
        self.toy, self.root = toy, root
        for name in COPIED:
            source = ROOT / name
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, root / name)
        shutil.copy2(toy.data / "works.py", root / "works.py")
        for path in toy.listed:
            self.write(path)

    def write(self, path: str) -> None:
        """Does what the list says of that file."""
        toy = self.toy
        if path in toy.edits:
            (self.root / path).write_text(toy.edits[path]((ROOT / path).read_text("utf-8")), "utf-8")
        elif path in toy.commands:
            self.python("-m", toy.commands[path], check=True)
        else:
            copy = shutil.copytree if (toy.data / path).is_dir() else shutil.copy2
            copy(toy.data / path, self.root / path)

    def leave_out(self, path: str) -> None:
        """The file (or folder) as it was before."""
        here, there = self.root / path, ROOT / path
        (shutil.rmtree if here.is_dir() else Path.unlink)(here)
        if there.exists():
            copy = shutil.copytree if there.is_dir() else shutil.copy2
            copy(there, here)

    def changed(self) -> set[str]:
        """Files that are not as in the project, or new."""
        files = (p.relative_to(self.root) for p in self.root.rglob("*") if p.is_file())
        return {
            p.as_posix()
            for p in files
            if "__pycache__" not in p.parts and not ((ROOT / p).exists() and cmp(self.root / p, ROOT / p, False))
        }

    def python(self, *arguments: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        """Runs Python there, on what is there."""
        strange = (
            "PYTEST_",
            "COV_",
            "AWS_",
            "PYTHONDONTWRITEBYTECODE",
        )  # the last: what is compiled once is kept there
        ours = {k: v for k, v in os.environ.items() if not k.startswith(strange)}
        paths = ("layers/common", "functions", "tools", ".")
        ours["PYTHONPATH"] = os.pathsep.join(str(self.root / path) for path in paths)
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=self.root, env=ours, check=check, capture_output=True, text=True)  # noqa: S603 - our own interpreter

    def tests(self, *files: str) -> subprocess.CompletedProcess[str]:
        """Runs test files."""
        return self.python("-m", "pytest", "-x", "-p", "no:cacheprovider", *files)


_copies: dict[str, Copy] = {}


@pytest.fixture
def copy_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Toy], Copy]:
    """A toy's copy, made once."""

    def find(toy: Toy) -> Copy:
        if toy.name not in _copies:
            _copies[toy.name] = Copy(toy, tmp_path_factory.mktemp(toy.name))
        return _copies[toy.name]

    return find


@pytest.mark.parametrize("toy", TOYS, ids=lambda toy: toy.name)
def test_the_list_names_every_file_a_toy_needs_and_no_other(toy: Toy, copy_of: Callable[[Toy], Copy]) -> None:
    listed = tuple(toy.listed)
    new = {p.relative_to(toy.data).as_posix() for p in toy.data.rglob("*.*") if p.name != "works.py"}
    changed = copy_of(toy).changed() - {"works.py"}
    assert [path for path in (*toy.edits, *toy.commands, *new, *changed) if not path.startswith(listed)] == []
    assert [path for path in listed if not any(file.startswith(path) for file in changed)] == []


@pytest.mark.parametrize("toy", TOYS, ids=lambda toy: toy.name)
def test_what_is_only_sometimes_needed_is_there(toy: Toy) -> None:
    told = re.findall(r"`((?:layers|tests|functions|infra|tools|docs)/[^`]+)`", toy.section)
    assert len(told) > len(toy.listed)
    for path in told:
        if toy.named(path) not in toy.listed:
            assert (ROOT / re.split(r"/[^/]*<", path)[0]).exists(), path


@pytest.mark.parametrize("toy", TOYS, ids=lambda toy: toy.name)
def test_a_toy_added_by_the_list_works_within_the_rules_of_the_house(toy: Toy, copy_of: Callable[[Toy], Copy]) -> None:
    [module] = (p.relative_to(toy.data / PACKAGE).as_posix() for p in (toy.data / PACKAGE).rglob("*.py"))
    rules = (f"tests/unit/test_architecture.py::{rule.format(module)}" for rule in RULES)
    done = copy_of(toy).tests("works.py", *rules)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("toy", TOYS, ids=lambda toy: toy.name)
def test_a_toy_is_held_to_the_contract(toy: Toy, copy_of: Callable[[Toy], Copy]) -> None:
    done = copy_of(toy).tests(toy.suite)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("toy", TOYS, ids=lambda toy: toy.name)
def test_nothing_that_watches_the_list_minds_the_toy(toy: Toy, copy_of: Callable[[Toy], Copy]) -> None:
    [sample] = (p.relative_to(toy.data / "events").as_posix() for p in (toy.data / "events").rglob("*.json"))
    orphan = f"tests/unit/test_event_files.py::test_no_sample_is_an_orphan[{sample}]"
    done = copy_of(toy).tests(*dict.fromkeys(filter(None, toy.listed.values())), orphan)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("toy", "path"), MISSED, ids=[path for _, path in MISSED])
def test_a_file_that_is_left_out_is_missed(toy: Toy, path: str, copy_of: Callable[[Toy], Copy]) -> None:
    copy = copy_of(toy)
    copy.leave_out(path)
    try:
        done = copy.tests(toy.listed[path])
    finally:
        if (copy.root / path).is_dir() and path not in toy.commands:
            shutil.rmtree(copy.root / path)
        copy.write(path)
    assert done.returncode in FAILED, done.stdout + done.stderr
