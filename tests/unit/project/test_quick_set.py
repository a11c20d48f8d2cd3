"""The quick set is chosen by time: what tests/slow.txt leaves out exists, and was measured above the limit."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[3]
LISTED = [line.split() for line in (ROOT / "tests/slow.txt").read_text("utf-8").splitlines() if line[:1] != "#"]


def test_every_test_that_is_left_out_is_there() -> None:
    """A test's class, and a test outside classes, stands in its file; a test of a contract in a base class's."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in (ROOT / "tests").rglob("*.py")}
    everywhere = {n.name for tree in trees.values() for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    missing = []
    for _, name in LISTED:
        path, first, *rest = name.split("::")
        here = {getattr(node, "name", "") for node in getattr(trees.get(ROOT / path), "body", [])}
        if first not in here or not everywhere.issuperset(rest[-1:]):
            missing.append(name)
    assert len(LISTED) > 50
    assert missing == []


def test_only_what_costs_time_is_left_out() -> None:
    assert min(float(cost) for cost, _ in LISTED) >= 0.1
