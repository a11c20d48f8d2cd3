"""docs/reliability.md names commands that exist, one row a goal, and the figures the tests have."""

import ast
import re
from pathlib import Path

import pytest
from tests.simulation.designs import DESIGNS
from tests.simulation.test_simulation import BROKE

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "reliability.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| **G")]
NODES = sorted({word for line in re.findall(r"`pytest ([^`]+)`", TEXT) for word in line.split()})
TARGETS = sorted(set(re.findall(r"`make ([a-z]+)", TEXT)))


def test_each_goal_has_a_row_with_what_stands_what_shows_it_and_what_is_not_in_it() -> None:
    assert [row[0].split("**")[1] for row in ROWS] == [f"G{number}" for number in range(1, 14)]
    assert all(len(row) == 4 and all(row) for row in ROWS)
    assert [row[0] for row in ROWS if "`pytest " not in row[2] and "`make " not in row[2]] == []


@pytest.mark.parametrize("node", NODES)
def test_every_test_it_names_exists(node: str) -> None:
    path, _, name = node.partition("::")
    assert path.startswith("tests/")
    assert (ROOT / path).exists()
    if name:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert name in {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.ClassDef)}


def test_every_command_of_make_exists() -> None:
    made = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert len(TARGETS) > 3
    assert set(TARGETS) <= set(made)


def test_its_files_and_metrics_are_there() -> None:
    named = set(re.findall(r"`(tests/[a-z_/.]+)`", TEXT))
    assert all((ROOT / name).exists() for name in named)
    assert "`ContactsRaced`" in (ROOT / "docs" / "deploy.md").read_text("utf-8")


def test_its_figures_are_the_tests_own() -> None:
    rows = {row[0].split("**")[1]: row[1] for row in ROWS}
    assert rows["G3"].startswith(f"{len(DESIGNS)}, ")
    assert f"within {max(design.within for design in DESIGNS):,} histories" in rows["G3"]
    assert f"{len(BROKE)} seeds" in rows["G1"]


def test_decisions_have_numbers_of_their_own_in_order() -> None:
    numbers = re.findall(r"^## (\d+)\. ", (ROOT / "docs" / "decisions.md").read_text("utf-8"), re.MULTILINE)
    assert [int(number) for number in numbers] == list(range(1, len(numbers) + 1))
