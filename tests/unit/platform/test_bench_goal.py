"""A goal is judged the right way round and by its own limit, or `make bench` praises what got worse."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench import run
from bench.goal import LIMITS, Goal, GoalLimit, Rounds, goal
from bench.measure import exponent


@pytest.mark.parametrize(("value", "verdict"), [(0.15, "aim"), (0.3, "ok"), (0.5, "ok"), (0.51, "MISSED")])
def test_a_cost_should_be_low(value: float, verdict: str) -> None:
    assert goal("G2", "scan", value, not_in_it="the network").verdict == verdict


@pytest.mark.parametrize(("value", "verdict"), [(50, "aim"), (10, "aim"), (9.9, "ok"), (5.9, "MISSED")])
def test_a_yield_should_be_high(value: float, verdict: str) -> None:
    assert goal("G3", "day", value, not_in_it="the network").verdict == verdict


def test_what_could_not_be_measured_is_no_goal_reached() -> None:
    assert not goal("G22", "histories", None, not_in_it="the base commit is not here").met


def test_no_bench_loosens_a_goal_of_the_table() -> None:
    with pytest.raises(ValueError, match="G2"):
        Goal("G2 read", "scan", 0.5, must=0.6, aim=0.15)
    with pytest.raises(ValueError, match="G3"):
        Goal("G3", "day", 12, must=5, aim=10, higher_is_better=True)
    with pytest.raises(ValueError, match="G12"):
        Goal("G12 first act", "start", 12, must=1.6, aim=1.3, unit="s")


def test_a_figure_of_no_table_has_no_number_and_a_limit_of_its_own() -> None:
    with pytest.raises(ValueError, match="G99"):
        goal("G99", "news", 1, not_in_it="all", limit=GoalLimit(2, 1))
    with pytest.raises(KeyError):
        goal("news", "news", 1, not_in_it="all")
    assert goal("news", "news", 1, not_in_it="all", limit=GoalLimit(2, 1)).aimed


def test_every_limit_of_the_table_is_at_most_as_strict_as_its_aim() -> None:
    for name, limit in LIMITS.items():
        assert (limit.aim >= limit.must) if limit.higher else (limit.aim <= limit.must), name


def test_rounds_are_told_by_their_median_and_how_far_they_lie_apart() -> None:
    assert Rounds.of([1.0, 2.0, 4.0]) == Rounds(2.0, 0.75)


def test_growth_in_proportion_has_exponent_one() -> None:
    assert exponent(1.0, 10.0, 10) == pytest.approx(1)
    assert exponent(1.0, 100.0, 10) == pytest.approx(2)


def test_a_bench_nobody_wrote_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["nothing"]) == 2
    assert "nothing" in capsys.readouterr().err


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """What the bench `store` finds, and how it ends; nothing is run."""
    found: dict[str, Any] = {"value": 0.1, "code": 0}

    def ran(name: str, quick: bool, rows: list[dict[str, Any]]) -> int:
        rows.append(goal("G2", "scan", found["value"], "stock boto3", not_in_it="the network").document())
        return int(found["code"])

    monkeypatch.setattr(run, "_run", ran)
    monkeypatch.setattr(run, "REPORT", tmp_path / "bench.json")
    return found


@pytest.mark.parametrize(
    ("value", "code", "status", "quick"), [(0.1, 0, 0, 0), (0.6, 0, 1, 0), (0.1, 1, 1, 1), (None, 0, 1, 0)]
)
def test_green_is_only_what_holds_every_must_and_a_glance_judges_crashes_alone(
    measured: dict[str, Any], value: float | None, code: int, status: int, quick: int
) -> None:
    measured |= {"value": value, "code": code}
    assert run.main(["store"]) == status
    assert run.main(["--quick", "store"]) == quick


def test_the_report_is_a_list_of_figures_and_a_crash_is_one_of_them(measured: dict[str, Any]) -> None:
    measured["code"] = 3
    run.main(["store"])
    scan, crash = json.loads(run.REPORT.read_text("utf-8"))
    assert scan == {
        "goal": "G2",
        "what": "scan",
        "value": 0.1,
        "unit": "x",
        "peer": "stock boto3",
        "must": 0.5,
        "aim": 0.15,
        "ok": True,
        "spread": 0.0,
        "not_in_it": "the network",
    }
    assert (crash["goal"], crash["ok"]) == ("bench store", False)
    assert "3" in crash["not_in_it"]
