"""Which test runs which line: measured once per test file, kept until the file or a module it runs changes."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import coverage
import pytest

from mutants.memories import Memories

FORGETFUL = ("regua.domain", "regua.use_cases", "regua.calendars")
"""Whose memories are emptied before a test."""
_COLLECTING = "collecting:"


@dataclass(slots=True)
class Measured:
    """One test file: per test its seconds of processor and, per module, the lines it ran; and those run to collect it.

    `digests` names the content of the file and of every module it ran.
    """

    tests: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)


def digest(paths: Sequence[Path]) -> str:
    """One name for the content of these files; a file that is gone counts as empty."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes() if path.exists() else b"")
        total.update(b"\0")
    return total.hexdigest()[:20]


def stored(folder: Path, root: Path, package: Path, file: str) -> Measured | None:
    """What was measured for a test file, while it is still true."""
    path = folder / _name(file)
    if not path.exists():
        return None
    measured = Measured(**json.loads(path.read_text("utf-8")))
    return measured if measured.digests == _digests(measured, root, package, file) else None


def _digests(measured: Measured, root: Path, package: Path, file: str) -> dict[str, str]:
    modules = {module for ran in measured.lines.values() for module in ran}
    return {file: digest([root / file])} | {module: digest([package / module]) for module in sorted(modules)}


def _name(file: str) -> str:
    return file.replace("/", ".") + ".json"


class Recorder:
    """A pytest plugin that writes one `Measured` for each of the test files into `folder`."""

    def __init__(self, root: Path, package: Path, folder: Path, files: Sequence[str]) -> None:
        self._root, self._package, self._folder, self._names = root, package, folder, files
        self._coverage = coverage.Coverage(
            data_file=None, source=[str(package / part) for part in ("domain", "use_cases")], messages=False
        )
        self._files: dict[str, Measured] = {}
        self._before = {file: digest([root / file]) for file in files}
        self._failed: set[str] = set()
        self._memories = Memories()

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self) -> None:
        """Starts before anything of the package is imported."""
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[None]:
        """Lines run while a test file is read (its parameters) count for the whole file."""
        if isinstance(collector, pytest.Module):
            self._coverage.switch_context(_COLLECTING + collector.nodeid)
        return (yield)

    def pytest_collection_finish(self) -> None:
        """Everything is imported now."""
        self._memories = Memories(*FORGETFUL)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Lines run by a test, its fixtures included, and the time they take."""
        self._memories.forget()
        self._coverage.switch_context(item.nodeid)
        started = time.process_time()
        try:
            return (yield)
        finally:
            self._of(item.nodeid).tests[item.nodeid] = time.process_time() - started

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Only tests that pass can tell a mutant."""
        if not report.passed:
            self._failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Writes what was seen."""
        self._coverage.stop()
        data = self._coverage.get_data()
        for path in data.measured_files():
            module = Path(path).relative_to(self._package).as_posix()
            for line, contexts in data.contexts_by_lineno(path).items():
                for context in contexts:
                    if context:
                        measured = self._of(context.removeprefix(_COLLECTING))
                        measured.lines.setdefault(context, {}).setdefault(module, []).append(line)
        self._folder.mkdir(parents=True, exist_ok=True)
        for file in self._names:
            measured = self._of(file)
            for test in self._failed & measured.tests.keys():
                del measured.tests[test]
                measured.lines.pop(test, None)
            measured.digests = _digests(measured, self._root, self._package, file) | {file: self._before[file]}
            (self._folder / _name(file)).write_text(json.dumps(asdict(measured)), "utf-8")

    def _of(self, test: str) -> Measured:
        return self._files.setdefault(test.partition("::")[0], Measured())


class Coverage:
    """Answers which tests run a line, the most particular first."""

    def __init__(self, files: Sequence[Measured]) -> None:
        self.seconds: dict[str, float] = {}
        self._by_line: dict[tuple[str, int], set[str]] = {}
        self._breadth: dict[str, int] = {}
        self.at_import: set[tuple[str, int]] = set()
        for measured in files:
            self.seconds.update(measured.tests)
            for context, modules in measured.lines.items():
                collecting = context.startswith(_COLLECTING)
                tests = list(measured.tests) if collecting else [context]
                for module, lines in modules.items():
                    for line in lines:
                        self._by_line.setdefault((module, line), set()).update(tests)
                    if collecting:
                        self.at_import.update((module, line) for line in lines)
                if not collecting:
                    self._breadth[context] = sum(map(len, modules.values()))

    def of(self, lines: Sequence[tuple[str, int]]) -> list[str]:
        """The tests that run one of these lines, those first that run little else."""
        found = set().union(*(self._by_line.get(line, ()) for line in lines)) & self.seconds.keys()
        return sorted(found, key=lambda test: (self._breadth.get(test, 0), self.seconds[test], test))


def within(tests: Sequence[str], seconds: Mapping[str, float], most: float) -> list[str]:
    """The first of these tests, as many as take `most` seconds together; at least one when there is one."""
    kept: list[str] = []
    total = 0.0
    for test in tests:
        total += seconds[test]
        if kept and total > most:
            break
        kept.append(test)
    return kept
