"""Trying mutants: each in a forked process, so that none leaves a trace, in this one or on disk.

Two ways. The body of a function is exchanged in place (`Bodies`): one pytest session has everything imported and
collected, and a mutant costs its tests only. A constant, a default or a decorator has done its work when the module is
imported: there, everything is imported anew in a process that knows the other libraries already (`anew`).
"""

import gc
import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest

from mutants.coverage_map import FORGETFUL
from mutants.memories import Memories

KILLED, SURVIVED, TIMEOUT, UNREACHED, BROKEN = "killed", "survived", "timeout", "unreached", "broken"
_MEMORY = 4 << 30
_FAILED, _NO_SUCH_FUNCTION = 1, 9
_QUIET = ("-qq", "-s", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-p", "no:xdist")


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a mutant, and the test that saw it."""

    verdict: str
    by: str = ""


def in_a_process(work: Callable[[Callable[[str], None]], int], seconds: float) -> Tried:
    """Runs `work` in a forked process; it tells the test it is at to its argument and returns an exit status."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:  # pragma: no cover (the other process)
        status = _FAILED
        try:
            os.close(reading)
            _be_quiet()
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.signal(signal.SIGPROF, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_PROF, seconds)
            signal.setitimer(signal.ITIMER_REAL, 10 * seconds)
            status = work(lambda test: _tell(writing, test))
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as told:
        last = told.read().splitlines()[-1:]
    _, status = os.waitpid(process, 0)
    by = last[0] if last else ""
    if os.WIFSIGNALED(status):
        return Tried(TIMEOUT if os.WTERMSIG(status) in (signal.SIGALRM, signal.SIGPROF) else KILLED, by)
    code = os.WEXITSTATUS(status)
    if code == _NO_SUCH_FUNCTION:
        return Tried(BROKEN, by)
    return Tried(SURVIVED if code == 0 else KILLED, by if code else "")


def _tell(where: int, test: str) -> None:
    os.write(where, test.encode() + b"\n")


def _be_quiet() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


class Bodies:
    """A pytest plugin that collects the tests and then, instead of running them, calls `then(self)`."""

    def __init__(self, then: Callable[["Bodies"], None]) -> None:
        self._then = then
        self._items: dict[str, pytest.Item] = {}
        self._functions: dict[tuple[str, str, int], list[FunctionType]] = {}
        self._telling: Callable[[str], None] | None = None
        self._memories = Memories()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Everything is imported and collected here."""
        self._items = {item.nodeid: item for item in session.items}
        for thing in gc.get_objects():
            if isinstance(thing, FunctionType):
                code = thing.__code__
                self._functions.setdefault((code.co_filename, code.co_qualname, code.co_firstlineno), []).append(thing)
        self._memories = Memories(*FORGETFUL)
        gc.freeze()
        self._then(self)
        return True

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Says which test runs, so that the parent knows who saw the mutant."""
        if self._telling is not None:
            self._telling(nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The first failure is enough."""
        if self._telling is not None and report.failed:
            os._exit(_FAILED)

    def attempt(self, path: Path, source: str, function: str, tests: Sequence[str], seconds: float) -> Tried:
        """Exchanges the function's body for the one of this source and runs the tests; `BROKEN` when it cannot be."""

        def work(tell: Callable[[str], None]) -> int:
            if not self._exchange(path, source, function):
                return _NO_SUCH_FUNCTION
            self._telling = tell
            self._memories.forget()
            items = [self._items[test] for test in tests if test in self._items]
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            return 0

        return in_a_process(work, seconds)

    def _exchange(self, path: Path, source: str, function: str) -> bool:
        code = _code_of(compile(source, str(path), "exec", dont_inherit=True), function)
        if code is None:
            return False
        live = self._functions.get((str(path), function, code.co_firstlineno), [])
        for one in live:
            if one.__code__.co_freevars != code.co_freevars:
                return False
            one.__code__ = code
        return bool(live)


def _code_of(module: CodeType, qualname: str) -> CodeType | None:
    for constant in module.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == qualname:
                return constant
            if qualname.startswith(f"{constant.co_qualname}."):
                return _code_of(constant, qualname)
    return None


def collect(files: Sequence[str], plugin: object) -> int:
    """A pytest session over these files with the plugin; its exit status."""
    return int(pytest.main([*_QUIET, *files], plugins=[plugin]))


def libraries() -> list[str]:
    """The modules this process has imported from installed packages."""
    return sorted(
        name
        for name, module in list(sys.modules.items())
        if "site-packages" in (getattr(module, "__file__", None) or "") and not name.startswith(("pytest_", "xdist"))
    )


class _Telling:
    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._tell(nodeid)


def anew(name: str, path: Path, source: str, tests: Sequence[str], seconds: float) -> Tried:
    """Imports everything with this source for the module `name`, and runs the tests until one fails."""

    def work(tell: Callable[[str], None]) -> int:
        sys.meta_path.insert(0, _Instead(name, path, source))
        return int(pytest.main([*_QUIET, "-x", *tests], plugins=[_Telling(tell)]))

    return in_a_process(work, seconds)


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a source in memory."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name, self._path, self._source = name, path, source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Ours, or None for every other module."""
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Runs the source."""
        exec(compile(self._source, str(self._path), "exec", dont_inherit=True), module.__dict__)  # noqa: S102 (the point)
