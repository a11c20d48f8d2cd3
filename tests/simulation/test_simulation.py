"""Thousands of small histories of the real use cases, and the wrong designs the harness must be able to see."""

import os
from collections import Counter

import pytest

from tests.simulation.world import Design, World

HISTORIES = int(os.environ.get("REGUA_HISTORIES", "150"))


@pytest.mark.parametrize("block", range(4))
def test_no_history_breaks_an_invariant(block: int) -> None:
    found: dict[int, list[str]] = {}
    seen: Counter[str] = Counter()
    for seed in range(block * HISTORIES, (block + 1) * HISTORIES):
        world = World(seed)
        violations = world.run()
        seen += world.counts
        seen["mail"] += len(world.mail)
        if violations:
            found[seed] = violations
    assert not found, dict(list(found.items())[:5])
    # a world in which nothing goes wrong would prove nothing
    assert all(seen[fault] > 10 for fault in ("crash", "lost_commit", "lost_send", "repeated", "mail")), seen


@pytest.mark.parametrize(
    ("design", "expected"),
    [
        (Design(owner_token=False), "claimed_and_never_sent"),
        (Design(sdk_retries=True), "step_twice"),
        (Design(gate=False), "gate_"),
        (Design(refund_ids=False), "money_lost_or_doubled"),
        (Design(sweeper=False), "contact_left_sending"),
    ],
    ids=str,
)
def test_a_wrong_design_is_caught(design: Design, expected: str) -> None:
    for seed in range(400):
        violations = World(seed, design).run()
        if any(v.startswith(expected) for v in violations):
            return
    pytest.fail(f"400 histories did not show {expected}")
