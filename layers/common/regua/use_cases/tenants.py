"""What is done for every tenant in turn: what is wrong with one (a typo in its file) harms no other."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from regua.ports import Metrics

Result = TypeVar("Result")


def each_tenant(
    tenants: Iterable[str],
    do: Callable[[str], Result],
    metrics: Metrics,
    failed: Callable[[Exception], None] = lambda error: None,
) -> list[Result]:
    """What `do` returns for each; one for which it fails is counted, told to `failed` and left out."""
    done: list[Result] = []
    for tenant in tenants:
        try:
            done.append(do(tenant))
        except Exception as error:  # noqa: BLE001 - one tenant's, whatever it is: alarmed, and the next run tries again
            metrics.add("ScanFailures", 1)
            failed(error)
    return done
