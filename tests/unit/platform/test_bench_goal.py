"""A goal is judged the right way round, or `make bench` praises what got worse."""

import pytest

from bench import run
from bench.goal import Goal
from bench.measure import exponent


@pytest.mark.parametrize(("value", "verdict"), [(0.15, "aim"), (0.3, "ok"), (0.5, "ok"), (0.51, "MISSED")])
def test_a_cost_should_be_low(value: float, verdict: str) -> None:
    assert Goal("G2", "scan", value, must=0.5, aim=0.15).verdict == verdict


@pytest.mark.parametrize(("value", "verdict"), [(50, "aim"), (10, "ok"), (9.9, "MISSED")])
def test_a_yield_should_be_high(value: float, verdict: str) -> None:
    assert Goal("G3", "day", value, must=10, aim=50, higher_is_better=True).verdict == verdict


def test_growth_in_proportion_has_exponent_one() -> None:
    assert exponent(1.0, 10.0, 10) == pytest.approx(1)
    assert exponent(1.0, 100.0, 10) == pytest.approx(2)


def test_a_bench_nobody_wrote_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["nothing"]) == 2
    assert "nothing" in capsys.readouterr().err
