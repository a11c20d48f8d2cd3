"""Whatever happens in a history: no debtor is named in a metric, an execution, a debtor's id, the ledger, or what is
written to the log.

What the real handlers do with debtors' data, errors too: tests/integration/test_integration_privacy.py.
"""

import io
import logging
import re
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout

import pytest

from tests.simulation.story import Person
from tests.simulation.world import Metrics, World

HISTORIES = 40


def canaries(people: Iterable[Person]) -> re.Pattern[str]:
    """Whatever tells who these people are: name, mail, number (as typed, too), tax id (as printed, too)."""
    told = set[str]()
    for person in people:
        d, phone = person.document, person.phone.removeprefix("+")
        told |= {person.name, person.email, phone, phone[4:], *person.former}
        told |= {d, f"{d[:3]}.{d[3:6]}.{d[6:9]}-{d[9:]}"}
    alone = (rf"(?<![0-9a-z]){re.escape(one)}(?![0-9a-z])" for one in sorted(told - {"", "..-"}))
    return re.compile("|".join(alone), re.IGNORECASE)


def noting(metrics: list[str]) -> Callable[..., None]:
    """A metric's name, value and dimensions are kept."""
    return lambda _, *what, **dimensions: metrics.append(f"{what} {dimensions}")


@pytest.fixture(scope="module")
def told() -> list[tuple[re.Pattern[str], dict[str, list[str]]]]:
    """Of each history, its people's canaries, and all that was told where nobody may be named."""
    histories = []
    for seed in range(HISTORIES):
        log, metrics = io.StringIO(), list[str]()
        handler = logging.StreamHandler(log)
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(log), redirect_stderr(log):
            patch.setattr(logging.getLogger(), "handlers", [handler])
            patch.setattr(logging.getLogger(), "level", logging.DEBUG)
            patch.setattr(Metrics, "add", noting(metrics))
            world = World(seed)
            assert not world.run()
        files = world.files()
        ledger = [str(e) for f in files for e in world.truth.ledger(f.debtor.tenant, f.debtor.id)]
        said = {
            "metrics": metrics,
            "executions": [*world.executions.started, *world.executions.stopped],
            "ids": [f.debtor.id for f in files],
            "ledger": ledger,
            "log": log.getvalue().splitlines(),
            "table": [str(f) for f in files],
        }
        histories.append((canaries(world.story.people), said))
    return histories


def test_the_canaries_sing_where_they_should(told: list[tuple[re.Pattern[str], dict[str, list[str]]]]) -> None:
    """In the debtor's own item: else this module would prove nothing."""
    for canary, said in told:
        assert all(len(set(canary.findall(item))) >= 2 for item in said["table"])


@pytest.mark.parametrize("where", ["metrics", "executions", "ids", "ledger", "log"])
def test_no_debtor_is_named(told: list[tuple[re.Pattern[str], dict[str, list[str]]]], where: str) -> None:
    found = {line for canary, said in told for line in said[where] if canary.search(line)}
    assert not found
    assert where == "log" or sum(len(said[where]) for _, said in told) > HISTORIES
