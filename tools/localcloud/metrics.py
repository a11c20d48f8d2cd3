"""The figures: EMF lines from the functions' logs become CloudWatch metrics (the emulator does not do it by itself),
and are read back from CloudWatch."""

import json
import math
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from localcloud.emulator import Emulator, worker_lost
from localcloud.timeline import Timeline

LEVELS = {"OpenBalance", "OpenBalanceTotal", "AtRiskBalance", "DebtorsPlanned", "DebtorsOnHold"}
"""Figures of a state: the last day's counts. All others are events and add up."""
AVERAGES = {"DaysToPay"}
PUT_LIMIT = 500
"""Metrics a PutMetricData call may hold are 1,000; half of that keeps a call well under its 1 MB."""
DAY = 60
"""Seconds of a simulated day on CloudWatch's axis, which only knows times near now: the last minutes are the days."""

Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one metric."""

    namespace: str
    name: str
    dimensions: Dimensions
    value: float
    at: datetime


class MetricsCollector:
    """Moves figures from logs to CloudWatch, each line once."""

    def __init__(self, emulator: Emulator, timeline: Timeline, days: int) -> None:
        self._logs, self._cloudwatch = emulator.client("logs"), emulator.client("cloudwatch")
        self._timeline, self._days = timeline, days
        self._begins = datetime.fromtimestamp((int(time.time()) // DAY - days - 2) * DAY, UTC)
        self._known: set[tuple[str, str, Dimensions]] = set()
        self._seen: set[str] = set()
        self.interrupted = 0
        """Invocations whose worker was killed, or ran out of time: what they had counted is lost with them."""

    def collect(self, prefix: str) -> int:
        """Puts what the log groups of that prefix hold and was not yet put; returns how many values."""
        groups = self._logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
        names = [group["logGroupName"] for group in groups]
        points = [point for group in names for line in self._lines(group) for point in self._points(line)]
        by_namespace: dict[str, list[Point]] = defaultdict(list)
        for point in points:
            self._known.add((point.namespace, point.name, point.dimensions))
            by_namespace[point.namespace].append(point)
        for namespace, owned in by_namespace.items():
            for start in range(0, len(owned), PUT_LIMIT):
                data = [_datum(point) for point in owned[start : start + PUT_LIMIT]]
                self._cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)
        return len(points)

    def read(self) -> dict[str, float]:
        """Every metric of the simulated days, from CloudWatch: `Name` over all its dimensions, `Name{channel=email}`.

        Events are sums, levels what the last day said, `DaysToPay` an average.
        """
        start = self._begins
        end = start + timedelta(seconds=(self._days + 2) * DAY)
        found: dict[str, float] = {}
        totals: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for namespace, name, dimensions in sorted(self._known):
            points = self._statistics(namespace, name, dimensions, start, end)
            value, weight = _value(name, points)
            totals[name].append((value, weight))
            labels = ",".join(f"{key}={word}" for key, word in dimensions if key != "service")
            if labels:
                found[f"{name}{{{labels}}}"] = _tidy(found.get(f"{name}{{{labels}}}", 0) + value)
        for name, parts in totals.items():
            weight = sum(part[1] for part in parts)
            average = sum(value * count for value, count in parts) / weight if weight else 0
            found[name] = _tidy(average if name in AVERAGES else sum(value for value, _ in parts))
        return dict(sorted(found.items()))

    def _statistics(
        self, namespace: str, name: str, dimensions: Dimensions, start: datetime, end: datetime
    ) -> list[dict[str, Any]]:
        answer = self._cloudwatch.get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions],
            StartTime=start,
            EndTime=end,
            Period=DAY,
            Statistics=["Sum", "SampleCount", "Maximum"],
        )
        points: list[dict[str, Any]] = answer["Datapoints"]
        return sorted(points, key=lambda point: point["Timestamp"])

    def _lines(self, group: str) -> Iterator[dict[str, Any]]:
        arguments: dict[str, Any] = {"logGroupName": group}
        while True:
            answer = self._logs.filter_log_events(**arguments)
            for event in answer["events"]:
                key = f"{group}{event.get('eventId')}{event['timestamp']}"
                if event.get("eventId") and key in self._seen:
                    continue
                self._seen.add(key)
                self.interrupted += worker_lost(event["message"])
                if '"_aws"' not in event["message"]:
                    continue
                line = _json(event["message"])
                if line is not None:
                    yield line
            if not answer.get("nextToken"):
                return
            arguments["nextToken"] = answer["nextToken"]

    def _points(self, line: dict[str, Any]) -> Iterator[Point]:
        about = line["_aws"]
        lived = self._timeline.at(about["Timestamp"] / 1000) - self._timeline.moment(0, datetime.min.time())
        at = self._begins + timedelta(seconds=min(self._days, max(0, lived.days)) * DAY)
        for block in about["CloudWatchMetrics"]:
            for names in block["Dimensions"] or [[]]:
                dimensions = tuple(sorted((name, str(line[name])) for name in names))
                for metric in block["Metrics"]:
                    values = line[metric["Name"]]
                    for value in values if isinstance(values, list) else [values]:
                        yield Point(block["Namespace"], metric["Name"], dimensions, float(value), at)


def _json(message: str) -> dict[str, Any] | None:
    start = message.find("{")
    try:
        line = json.loads(message[start:]) if start >= 0 else None
    except ValueError:
        return None
    return line if isinstance(line, dict) and "_aws" in line else None


def _datum(point: Point) -> dict[str, Any]:
    return {
        "MetricName": point.name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in point.dimensions],
        "Timestamp": point.at.astimezone(UTC),
        "Value": point.value,
    }


def _value(name: str, points: list[dict[str, Any]]) -> tuple[float, float]:
    """The metric's value over the time, and its weight in an average."""
    if not points:
        return 0.0, 0.0
    count = sum(point["SampleCount"] for point in points)
    if name in LEVELS:
        last = points[-1]
        return last["Sum"] / max(1, last["SampleCount"]) if last["SampleCount"] > 1 else last["Maximum"], count
    total = sum(point["Sum"] for point in points)
    return (total / count if name in AVERAGES else total), count


def _tidy(value: float) -> float:
    return int(value) if math.isclose(value, round(value)) else round(value, 2)
