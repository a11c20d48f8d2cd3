"""A busy machine gets slower time, or a clear no; it never gets a verdict about the product."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from localcloud import pace
from localcloud.emulator import machines_fault
from localcloud.process import BusyError, StepError
from localcloud.timeline import SPEED, Timeline

FIRST = date(2026, 3, 2)
FILE = {"lines": 3}


class FakeScene:
    """A scene whose functions take so many of their leads to get ready."""

    def __init__(self, *leads: float) -> None:
        self.leads = list(leads)
        self.speeds: list[int] = []
        self.woken: list[int] = []
        self.asked: list[float] = []

    def begin_time(self, first: date, lead: float, speed: int, days: int) -> Timeline:
        self.asked.append(lead)
        self.speeds.append(speed)
        return Timeline(first, lead * (1 - self.leads.pop(0)), speed, days=days)

    def warm_up(self, senders: int) -> None:
        self.woken.append(senders)


def ready(scene: FakeScene, slow: float, upload: Callable[[], dict[str, Any]] = lambda: FILE) -> dict[str, Any]:
    return pace.get_ready(scene, FIRST, 30, slow, upload, lambda _: None)  # type: ignore[arg-type] # what it uses of one


def test_a_quiet_machine_gets_the_fastest_time():
    assert pace.slowness(load=0.3, deployed=5.0, woke=0.8) == 1.0


@pytest.mark.parametrize(
    ("load", "deployed", "woke"), [(3.0, 5.0, 0.8), (0.3, 24.0, 0.8), (0.3, 5.0, 4.5)], ids=["load", "deploy", "wake"]
)
def test_a_busy_machine_is_told_by_what_was_running_and_by_what_it_took(load: float, deployed: float, woke: float):
    assert pace.slowness(load, deployed, woke) == pytest.approx(3.0)


def test_a_machine_that_is_of_no_use_is_told_so_in_one_sentence():
    with pytest.raises(BusyError, match=r"a máquina está ocupada demais: .* 30 vezes .* tente de novo") as caught:
        pace.slowness(1.0, 240.0, 12.0)
    assert "\n" not in str(caught.value)


def test_time_passes_more_slowly_and_fewer_workers_are_woken():
    scene = FakeScene(0.5)
    assert ready(scene, 4.0) == FILE
    assert scene.speeds == [SPEED // 4]
    assert scene.woken == [3]
    assert scene.asked == [4 * pace.LEAD_SECONDS]


def test_time_that_ran_before_the_functions_were_ready_begins_anew_and_slower_with_the_file_imported_once():
    scene, uploads = FakeScene(1.1, 0.5), []

    def upload() -> dict[str, Any]:
        uploads.append(1)
        return FILE

    assert ready(scene, 1.0, upload) == FILE
    assert scene.speeds[1] < scene.speeds[0]
    assert scene.asked[1] > scene.asked[0]
    assert len(uploads) == 1


def test_functions_that_are_never_ready_in_time_end_it():
    with pytest.raises(BusyError, match="as funções não ficam prontas a tempo"):
        ready(FakeScene(1.1, 1.1, 1.1), 1.0)


class Days:
    """A world and a clock for `run_days`, in which each scan takes as long as it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *scans: float) -> None:
        self.timeline = Timeline(FIRST, lead=-3600.0)
        self.left, self.now, self.pulls = list(scans), 0.0, 0
        self.world = self.gateway = self.silence = self
        monkeypatch.setattr(pace.time, "monotonic", lambda: self.now)

    def check(self) -> None:
        """All is well outside."""

    def __enter__(self) -> None:
        """Hears nothing of the gateways."""

    def __exit__(self, *_: object) -> None:
        """Hears them again."""

    def pull(self) -> None:
        self.pulls += 1

    def scan(self) -> None:
        self.now += self.left.pop(0)


def lives(monkeypatch: pytest.MonkeyPatch, *scans: float) -> None:
    pace.run_days(Days(monkeypatch, *scans), len(scans) + 1, lambda _: None)  # type: ignore[arg-type] # as above


def test_a_slow_morning_or_two_end_nothing(monkeypatch: pytest.MonkeyPatch):
    lives(monkeypatch, 9.0, 9.0, 0.5, 9.0, 9.0)


def test_time_that_outruns_the_scans_ends_it_with_what_to_do(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(BusyError, match=r"não acompanha o tempo simulado \(a varredura do dia 3 levou 9 s, .*DAYS=10"):
        lives(monkeypatch, 9.0, 9.0, 9.0, 0.5)


def test_a_single_scan_that_takes_weeks_ends_it_at_once(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(BusyError, match="a varredura do dia 1 levou 60 s"):
        lives(monkeypatch, 60.0, 0.5)


def test_a_business_day_is_a_matter_of_seconds():
    assert timedelta(seconds=pace.business_day(Timeline(FIRST))) < timedelta(seconds=3)


@pytest.mark.parametrize(
    ("said", "is_the_machines"),
    [
        ('{"errorMessage": "Worker process died", "errorType": "Runtime.HandlerError"}', True),
        ("Sandbox.Timedout: Task timed out after 60.00 seconds", True),
        ("RetryableError: Secrets Manager did not answer (ReadTimeoutError)", True),
        ('{"errorMessage": "Worker process exited immediately. stderr: ", "errorType": "RuntimeError"}', True),
        ('{"errorMessage": "Worker process exited immediately. stderr: ImportError: x", "errorType": "R"}', False),
        ('{"errorMessage": "KeyError: tenant", "errorType": "Runtime.HandlerError"}', False),
    ],
)
def test_a_worker_that_was_killed_says_nothing_of_the_product(said: str, is_the_machines: bool):
    assert machines_fault(said) is is_the_machines


class OneMorning:
    """A scene of one world in which nothing happens, and a scan that does what it is told."""

    def __init__(self, scan: Callable[[], object]) -> None:
        self.scan = scan
        self.timeline = Timeline(FIRST, 0.0, SPEED, days=3)
        self.world = SimpleNamespace(
            records=[],
            books=SimpleNamespace(received_cents=0),
            referee=SimpleNamespace(counts={}),
            gateway=SimpleNamespace(silence=threading.Lock()),
            check=lambda: None,
        )


def days(scan: Callable[[], object]) -> None:
    pace.run_days(OneMorning(scan), 2, lambda _: None)  # type: ignore[arg-type] # what it uses of one


def test_a_scan_that_does_not_come_back_ends_the_days_while_it_is_still_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pace, "business_day", lambda _: 0.01)
    forever = threading.Event()
    try:
        with pytest.raises(BusyError, match=r"a varredura do dia 1 levou .* tente de novo"):
            days(forever.wait)
        assert not forever.is_set()
    finally:
        forever.set()


def test_what_a_scan_raises_ends_the_days_as_it_is():
    def scan() -> None:
        raise StepError("a função regua-daily-scan falhou")

    with pytest.raises(StepError, match="daily-scan"):
        days(scan)
