"""Business figures as CloudWatch metrics, by way of Embedded Metric Format lines in the log."""

from collections import defaultdict
from types import TracebackType
from typing import Any, Self

NAMESPACE = "Regua"

TOTALS = frozenset(
    {"ChannelEventsUnmatched", "ChannelSwitchedOff", "SendsUnrecorded", "SettleFailed", "WebhookRejected"}
)
"""Figures told by channel or gateway that are told as one, too: an alarm watches one figure."""

_Dimensions = tuple[tuple[str, str], ...]


class EmfMetrics:
    """Collects values and writes one EMF line per set of dimensions when flushed.

    Use as `with EmfMetrics() as metrics:` around one invocation: what was added is written however it ends.
    Dimensions must come from closed lists (channel, phase, reason), never from a debtor. The environment's
    POWERTOOLS_SERVICE_NAME (the stack's name) is added as the dimension `service`.
    """

    def __init__(self) -> None:
        self._providers: dict[_Dimensions, Any] = {}

    def add(self, name: str, value: float, unit: str = "Count", **dimensions: str) -> None:
        """Records one value. Raises the library's MetricUnitError for a unit CloudWatch does not know."""
        wanted = tuple(sorted(dimensions.items()))
        for one in {wanted, ()} if name in TOTALS else {wanted}:
            self._provider(one).add_metric(name=name, unit=unit, value=value)

    def flush(self) -> None:
        """Writes everything collected and forgets it."""
        providers, self._providers = self._providers, {}
        for provider in providers.values():
            if provider.metric_set:  # a full hundred was written when it was reached
                provider.flush_metrics()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.flush()

    def _provider(self, dimensions: _Dimensions) -> Any:
        provider = self._providers.get(dimensions)
        if provider is None:
            from aws_lambda_powertools.metrics import (  # noqa: PLC0415 (a function that measures nothing pays nothing)
                EphemeralMetrics,
            )

            provider = EphemeralMetrics(namespace=NAMESPACE)
            for name, value in dimensions:
                provider.add_dimension(name=name, value=value)
            self._providers[dimensions] = provider
        return provider


class MemoryMetrics:
    """Sums values per name and dimensions, for tests, simulations and previews."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, _Dimensions], list[float]] = defaultdict(list)

    def add(self, name: str, value: float, unit: str = "Count", **dimensions: str) -> None:
        """Records one value."""
        self.values[name, tuple(sorted(dimensions.items()))].append(value)

    def total(self, name: str, **dimensions: str) -> float:
        """Sum of all values of `name` whose dimensions include the given ones."""
        wanted = set(dimensions.items())
        return sum(sum(v) for (n, has), v in self.values.items() if n == name and wanted <= set(has))
