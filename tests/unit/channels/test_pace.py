"""Pace: quotas hold, an outage costs a few probes and leaves no storm, and a run starts small."""

import pytest

from regua.domain.contact.pace import Breaker, Canary, Gate, canary, spread


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


def test_slow_channels_and_single_messages_are_spread_too() -> None:
    assert spread(10, 100, rate=0.5) == 2.0
    assert spread(100, 1, rate=10) == 100.0
    assert spread(100, 4, rate=0) == 25.0


def test_the_rest_doubles_with_every_failed_probe_up_to_the_longest() -> None:
    assert [Breaker(trips=trips).rests for trips in range(8)] == [60, 60, 120, 240, 480, 960, 1800, 1800]
    assert Breaker(rest=1, longest=10**9, trips=50).rests == 2**20


def test_after_a_lost_probe_the_next_one_is_alone_again() -> None:
    breaker, _ = Breaker(limit=1, rest=60).failed(0.0).ask(60.0)
    breaker, _ = breaker.ask(120.0)
    assert breaker.ask(121.0)[1] == 59.0


def test_without_a_probe_under_way_the_first_to_ask_is_it() -> None:
    breaker, wait = Breaker(limit=1, rest=60).failed(-30.0).ask(30.0)
    assert (wait, breaker.probe_at) == (0.0, 30.0)


def test_a_success_leaves_nothing_of_what_was_before() -> None:
    breaker, _ = Breaker(limit=1).failed(10.0).ask(70.0)
    assert breaker.succeeded() == Breaker(limit=1)
    assert breaker.failed(70.0) == Breaker(limit=1, failures=2, trips=2, opened_at=70.0)


def test_an_open_breaker_whose_limit_was_raised_still_opens_on_one_failed_probe() -> None:
    kept = Breaker(limit=1).failed(0.0).state()
    assert Breaker(limit=5).resumed(kept).failed(100.0).trips == 2


@pytest.mark.parametrize(
    ("sent", "told", "bounced", "complained", "waited", "verdict"),
    [
        (20, 20, 1, 0, 60, Canary.GO),  # 5 % of what the smallest sample counts as
        (40, 40, 2, 0, 60, Canary.GO),  # 5 % is not above 5 %
        (40, 40, 3, 0, 60, Canary.STOP),
        (1000, 1000, 0, 1, 60, Canary.GO),  # 0.1 % is not above 0.1 %
        (1000, 1000, 0, 2, 60, Canary.STOP),
        (100, 99, 0, 0, 1799, Canary.WAIT),
        (100, 50, 0, 0, 1800, Canary.GO),  # half of them told
        (100, 49, 0, 0, 1800, Canary.STOP),
        (1, 0, 0, 0, 0, Canary.WAIT),
        (399, 399, 20, 0, 60, Canary.STOP),
        (99, 99, 0, 1, 60, Canary.STOP),  # one complaint among less than a hundred
        (100, 100, 0, 1, 60, Canary.GO),
        (900, 900, 0, 1, 60, Canary.GO),
        (1999, 1999, 0, 2, 60, Canary.STOP),
        (10, 0, 2, 1, 60, Canary.WAIT),  # before anybody told anything, nothing is a share
        (3, 4, 0, 0, 0, Canary.GO),
    ],
)
def test_the_first_messages_decide_by_the_limits_at_which_a_provider_reviews_an_account(
    sent: int, told: int, bounced: int, complained: int, waited: int, verdict: Canary
) -> None:
    assert canary(sent, told, bounced, complained, waited=waited) is verdict
