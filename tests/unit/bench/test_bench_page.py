"""docs/performance.md says of every goal how it is measured and what it must be, and shows figures as they are."""

import re

import pytest

from bench import page, run
from bench.goal import LIMITS, goal

PAGE = page.PAGE.read_text("utf-8")
HOW = PAGE.split("## The goals")[1].split("\n## ")[0]
FIGURES = PAGE.split("## What was measured")[1]


@pytest.mark.parametrize("name", LIMITS)
def test_the_page_says_of_every_goal_what_it_must_be_and_how_that_is_measured(name: str) -> None:
    number, _, part = name.partition(" ")
    [row] = [line for line in HOW.splitlines() if re.match(rf"\|[^|]*\b{number}\b", line)]
    assert part in row
    for limit in (LIMITS[name].must, LIMITS[name].aim):
        figures = (
            {f"{limit:,.2f}", f"{limit:,.1f}", f"{limit:,.0f}"} if limit > 1 or name != "G13 bytecode" else {"every"}
        )
        assert any(figure in row for figure in figures), (limit, row)


def test_every_bench_the_page_names_is_there() -> None:
    for name in set(re.findall(r"`(\w+)_bench`", HOW)):
        assert (run.FOLDER / f"{name}_bench.py").exists(), name


def test_every_figure_of_the_page_stands_beside_a_limit_nobody_loosened() -> None:
    for line in FIGURES.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 8 and (limit := LIMITS.get(cells[0])):
            must, aim = (float(text.replace(",", "")) for text in cells[3].split(" / "))
            assert (must >= limit.must) if limit.higher else (must <= limit.must), line
            assert (aim >= limit.aim) if limit.higher else (aim <= limit.aim), line


def test_a_figure_measured_again_takes_its_row_and_the_others_stay() -> None:
    old = page.HEAD + "| G2 | 1 x | | | | | | before |\n| batch | 1 x | | | | | | before |\n\nThe end.\n"
    rows = [goal("G2", "scan", 0.6, "stock boto3", not_in_it="the network").document()]
    rows.append(goal("G12 scan", "start", None, not_in_it="no base", limit=LIMITS["G12"]).document())
    assert page.written(old, rows, "today") == (
        page.HEAD + "| G2 | 0.6 x |  | 0.5 / 0.15 | **missed** | scan, beside stock boto3 | the network | today |\n"
        "| G12 scan | not measured |  | 1.6 / 1.3 | **missed** | start | no base | today |\n"
        "| batch | 1 x | | | | | | before |\n\nThe end.\n"
    )
