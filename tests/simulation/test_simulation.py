"""Thousands of small histories of the real use cases, and the wrong designs the harness must be able to see.

Each block and each design is a unit of its own for pytest's workers (`tests/conftest.py`): all of them end together.
"""

import json
import os
from pathlib import Path

import pytest

from tests.simulation.designs import DESIGNS
from tests.simulation.histories import NEEDED, UNREACHED, USE_CASES, caught_by, play
from tests.simulation.world import Design

HISTORIES = int(os.environ.get("REGUA_HISTORIES", "10000"))
SIZE = 250
"""Histories of a block: so many show whatever may go wrong in the world."""
BLOCKS = HISTORIES // SIZE
EVERY_REASON = 1000
"""So many histories reach every reason code, with the rare ones."""
BROKE = (
    *(34, 117, 133, 141, 277, 377, 406, 619, 1183, 1207, 1212, 1279, 1337, 1484, 1561, 1621),
    *(1663, 1747, 1815, 1884, 1980, 2211, 2647, 2941, 3157, 3898, 4074, 4280, 4344, 7787, 8053, 8922, 9956),
)
"""Seeds of histories that showed a fault once, for who plays fewer."""


@pytest.fixture
def together(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Path:
    """A folder of all the workers of this run."""
    folder = tmp_path_factory.getbasetemp().parent / f"reached-{testrun_uid}"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("block", range(BLOCKS))
def test_no_history_breaks_an_invariant(block: int, together: Path) -> None:
    summary = play(
        [*range(block * SIZE, (block + 1) * SIZE), *(seed for seed in BROKE if block == 0 and seed >= HISTORIES)]
    )
    faults = {name: seeds[:5] for name, seeds in summary.found.items()}
    assert not faults, faults
    assert all(summary.counts[name] for name in (*NEEDED, *USE_CASES)), summary.counts
    (together / f"{block}.json").write_text(json.dumps(summary.missing()), "utf-8")
    missing = [set(json.loads(file.read_text("utf-8"))) for file in together.glob("*.json")]
    if len(missing) == BLOCKS and HISTORIES >= EVERY_REASON:  # the last block
        assert set.intersection(*missing) == set(UNREACHED)


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.name)
def test_a_wrong_design_is_caught(design: Design) -> None:
    assert caught_by(design) is not None, f"{design.within} histories did not show {design.expected}"


def test_every_wrong_design_still_fits_the_application() -> None:
    """Cheap, so that who moves a function hears of it before the histories are played."""
    for design in DESIGNS:
        with design.built(lambda decision: decision):
            pass


def test_seeds_that_showed_a_fault_of_the_world_itself_show_none() -> None:
    assert not play([300_021, 701_799]).found
