"""The quick set: `make check` runs what takes little time, wherever it lies. `tests/slow.txt` names the rest.

`--quick` leaves out the test functions that file names. `--measure` writes it anew: every function whose runs cost more
than `LIMIT` seconds of CPU in all, with what they cost. A test nobody has measured yet counts as quick.
"""

import gc
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

SLOW = Path(__file__).parent / "slow.txt"
collect_ignore = ["data"]
"""What lies there is written into copies of the project (tests/unit/project/test_adding.py): here it would not run."""
LIMIT = 0.1
"""Seconds of CPU (children included) of all runs of a test function together."""
HEAD = f"# Test functions that cost more than {LIMIT} CPU seconds, by `make times`. `make check` leaves them out.\n"

settings.register_profile("regua", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("regua")
# no test depends on the wall clock: the 200 ms of an example, and the second of ten, are those of an idle machine

_spent: dict[str, float] = defaultdict(float)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="leave out what tests/slow.txt names")
    parser.addoption("--measure", action="store_true", help="write tests/slow.txt anew")


def function_of(item: pytest.Item) -> str:
    """The test function's name, whatever it runs with."""
    return item.nodeid.partition("[")[0]


def slow_tests() -> frozenset[str]:
    """What tests/slow.txt names."""
    lines = SLOW.read_text("utf-8").splitlines()
    return frozenset(line.split()[1] for line in lines if line and not line.startswith("#"))


class ByFile(LoadFileScheduling):
    """Whole files, since what a module sets up is set up once; but what the simulation plays is cut finer, so that no
    worker is left alone with ten thousand histories.
    """

    def _split_scope(self, nodeid: str) -> str:
        scope = super()._split_scope(nodeid)
        return nodeid if scope.endswith("simulation/test_simulation.py") else scope


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile | None:
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None  # type: ignore[arg-type]  # its own


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        slow = slow_tests()
        config.hook.pytest_deselected(items=[item for item in items if function_of(item) in slow])
        items[:] = [item for item in items if function_of(item) not in slow]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was collected stays to the end: the collector of garbage need not look at it over and over."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    before = sum(os.times()[:4])
    result = yield
    _spent[function_of(item)] += sum(os.times()[:4]) - before
    return result


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if session.config.getoption("--measure") and exitstatus == pytest.ExitCode.OK:
        listed = sorted(((spent, name) for name, spent in _spent.items() if spent > LIMIT), key=lambda row: row[1])
        SLOW.write_text(HEAD + "".join(f"{spent:7.2f} {name}\n" for spent, name in listed), "utf-8")
