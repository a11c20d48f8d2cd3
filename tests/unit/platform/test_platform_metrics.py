"""Business figures leave as EMF lines CloudWatch understands."""

import json

import pytest

from regua.platform.metrics import NAMESPACE, EmfMetrics, MemoryMetrics


@pytest.fixture(autouse=True)
def stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "regua-test")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_set_of_dimensions_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with EmfMetrics() as metrics:
        metrics.add("ContactsSent", 1, channel="email")
        metrics.add("ContactsSent", 2, channel="email")
        metrics.add("ContactsSent", 5, channel="sms")
        metrics.add("OpenBalanceTotal", 12_345, "None")
    written = lines(capsys)
    assert len(written) == 3
    email = next(line for line in written if line.get("channel") == "email")
    assert email["ContactsSent"] == [1.0, 2.0]
    directive = email["_aws"]["CloudWatchMetrics"][0]  # type: ignore[index] # the shape of EMF
    assert directive["Namespace"] == NAMESPACE == "Regua"
    assert sorted(directive["Dimensions"][0]) == ["channel", "service"]
    assert directive["Metrics"] == [{"Name": "ContactsSent", "Unit": "Count"}]


def test_what_was_measured_before_a_failure_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    def invocation() -> float:
        with EmfMetrics() as metrics:
            metrics.add("PaymentsReceived", 1)
            return 1 / 0

    with pytest.raises(ZeroDivisionError):
        invocation()
    assert [line["PaymentsReceived"] for line in lines(capsys)] == [[1.0]]


def test_the_next_invocation_of_a_warm_function_starts_at_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = EmfMetrics()
    for _ in range(2):
        with metrics:
            metrics.add("ScanCompleted", 1)
    assert [line["ScanCompleted"] for line in lines(capsys)] == [[1.0], [1.0]]


@pytest.mark.parametrize("count", [99, 100, 101, 250])
def test_no_value_is_lost_at_the_limit_of_a_line(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    with EmfMetrics() as metrics:
        for n in range(count):
            metrics.add("DaysToPay", n, "None")
    values = [value for line in lines(capsys) for value in line["DaysToPay"]]  # type: ignore[attr-defined] # a list
    assert values == [float(n) for n in range(count)]


def test_nothing_measured_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with EmfMetrics():
        pass
    assert lines(capsys) == []


def test_in_memory_values_are_summed_by_name_and_dimension() -> None:
    metrics = MemoryMetrics()
    metrics.add("ContactsSent", 1, channel="email", phase="firm")
    metrics.add("ContactsSent", 2, channel="sms", phase="firm")
    assert metrics.total("ContactsSent") == 3
    assert metrics.total("ContactsSent", channel="sms") == 2
    assert metrics.total("Nothing") == 0
