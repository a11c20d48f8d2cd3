"""Pace: quotas hold, an outage costs a few probes and leaves no storm, and a run starts small."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.domain.contact.pace import Breaker, Bucket, Canary, Gate, canary, spread


def test_a_bucket_lets_a_burst_through_and_then_the_rate() -> None:
    bucket = Bucket.full(2, at=0.0)
    bucket, first = bucket.take(0.0)
    bucket, second = bucket.take(0.0)
    bucket, third = bucket.take(0.0)
    assert (first, second, third) == (0.0, 0.0, 0.5)
    assert bucket.take(0.5)[1] == 0.0


@given(
    st.floats(0.1, 50),
    st.lists(st.floats(0, 3), min_size=1, max_size=60),
)
def test_no_window_ever_holds_more_than_the_rate_and_one_burst(rate: float, pauses: list[float]) -> None:
    bucket, now, taken = Bucket.full(rate, at=0.0), 0.0, 0
    for pause in pauses:
        now += pause
        bucket, wait = bucket.take(now)
        taken += wait == 0.0
    assert taken <= rate * now + max(1.0, rate) + 1e-6


@given(st.floats(0.1, 50), st.lists(st.floats(0, 3), min_size=1, max_size=30))
def test_who_waits_as_told_gets_through(rate: float, pauses: list[float]) -> None:
    bucket, now = Bucket.full(rate, at=0.0), 0.0
    for pause in pauses:
        now += pause
        bucket, wait = bucket.take(now)
        if wait:
            now += wait + 1e-6
            bucket, wait = bucket.take(now)
            assert wait == pytest.approx(0.0, abs=1e-3)


def test_a_clock_that_goes_back_makes_no_tokens() -> None:
    bucket, _ = Bucket.full(1, at=100.0).take(100.0)
    bucket, wait = bucket.take(0.0)
    assert wait > 0
    assert bucket.take(100.5)[1] > 0


def test_no_rate_is_no_limit() -> None:
    assert Bucket.full(0, at=0.0).take(0.0, 1_000_000)[1] == 0.0


def test_messages_are_spread_over_the_window_under_the_rate() -> None:
    assert spread(3600, 100, rate=10) == 36.0
    assert spread(10, 1000, rate=10) == 0.1
    assert spread(3600, 0, rate=10) == 0.1
    assert spread(0, 0, rate=0) == 0.0


def test_a_breaker_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(limit=3)
    for _ in range(2):
        breaker = breaker.failed(0.0)
    breaker = breaker.succeeded()
    for _ in range(2):
        breaker = breaker.failed(0.0)
    assert breaker.gate(0.0) is Gate.CLOSED
    assert breaker.failed(0.0).gate(0.0) is Gate.OPEN


def test_one_probe_decides_and_nobody_passes_beside_it() -> None:
    breaker = Breaker(limit=1, rest=60).failed(0.0)
    assert breaker.ask(30.0)[1] == 30.0
    breaker, wait = breaker.ask(60.0)
    assert wait == 0.0
    assert breaker.ask(61.0)[1] == 59.0
    assert breaker.succeeded().ask(61.0)[1] == 0.0
    assert breaker.failed(61.0).gate(61.0 + 119) is Gate.OPEN


def test_a_probe_that_never_reports_is_followed_by_another() -> None:
    breaker, _ = Breaker(limit=1, rest=60).failed(0.0).ask(60.0)
    assert breaker.ask(120.0)[1] == 0.0


def test_six_hours_of_outage_cost_a_few_probes_and_its_end_is_seen_within_half_an_hour() -> None:
    breaker, calls, end = Breaker(), 0, 6 * 3600
    for second in range(0, end, 10):
        breaker, wait = breaker.ask(float(second))
        if wait == 0.0:
            calls += 1
            breaker = breaker.failed(float(second))
    assert calls <= 5 + 17
    reopened = next(s for s in range(end, end + 7200, 10) if breaker.ask(float(s))[1] == 0.0)
    assert reopened - end <= 1800


def test_a_late_failure_of_a_call_made_before_does_not_open_it_longer() -> None:
    breaker = Breaker(limit=1, rest=60).failed(0.0)
    assert breaker.failed(1.0).gate(60.0) is Gate.HALF_OPEN


def test_a_breaker_survives_being_kept() -> None:
    breaker = Breaker(limit=1).failed(1_773_234_000.25)
    assert Breaker(limit=1).resumed(breaker.state()) == breaker
    assert Breaker().resumed({"trips": "many"}) == Breaker()
    assert Breaker().resumed({}) == Breaker()


@pytest.mark.parametrize(
    ("sent", "told", "bounced", "complained", "waited", "verdict"),
    [
        (0, 0, 0, 0, 0, Canary.GO),
        (100, 10, 0, 0, 60, Canary.WAIT),
        (100, 100, 2, 0, 60, Canary.GO),
        (100, 100, 6, 0, 60, Canary.STOP),
        (100, 50, 6, 0, 60, Canary.STOP),
        (100, 90, 0, 1, 60, Canary.STOP),
        (5, 5, 1, 0, 60, Canary.GO),
        (5, 5, 2, 0, 60, Canary.STOP),
        (2000, 2000, 0, 2, 60, Canary.GO),
        (2000, 2000, 0, 3, 60, Canary.STOP),
        (100, 60, 0, 0, 1800, Canary.GO),
        (100, 0, 0, 0, 1800, Canary.STOP),
    ],
)
def test_the_first_messages_decide_about_the_rest(
    sent: int, told: int, bounced: int, complained: int, waited: int, verdict: Canary
) -> None:
    assert canary(sent, told, bounced, complained, waited=waited) is verdict
