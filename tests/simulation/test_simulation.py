"""Thousands of small histories of the real use cases, and the wrong designs the harness must be able to see."""

import os

import pytest

from tests.simulation.designs import DESIGNS
from tests.simulation.histories import NEEDED, USE_CASES, awaited, caught_by, play
from tests.simulation.world import Design

HISTORIES = int(os.environ.get("REGUA_HISTORIES", "400"))
BLOCKS = 4


@pytest.mark.parametrize("block", range(BLOCKS))
def test_no_history_breaks_an_invariant(block: int) -> None:
    size = HISTORIES // BLOCKS
    summary = play(range(block * size, (block + 1) * size))
    faults = {name: seeds[:5] for name, seeds in summary.found.items() if not awaited(name)}
    assert not faults, faults
    assert all(summary.counts[name] for name in (*NEEDED, *USE_CASES)), summary.counts


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.name)
def test_a_wrong_design_is_caught(design: Design) -> None:
    assert caught_by(design) is not None, f"{design.within} histories did not show {design.expected}"


def test_seed_300021_is_no_fault_of_the_world() -> None:
    summary = play([300_021])
    assert not [name for name in summary.found if not awaited(name)]
