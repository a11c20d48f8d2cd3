"""Several calls in flight at once, where waiting for one after another is most of the time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

AT_ONCE = 16
"""Calls of one process in flight; `platform.clients.dynamodb` keeps as many connections."""

_Work = TypeVar("_Work")
_Came = TypeVar("_Came")


def each(do: Callable[[_Work], _Came], work: Sequence[_Work]) -> list[_Came | Exception]:
    """What `do` gives or raises for each, in their order; a single one is done in this thread."""

    def outcome(one: _Work) -> _Came | Exception:
        try:
            return do(one)
        except Exception as error:  # noqa: BLE001 (handed to who asked, who knows what it means)
            return error

    if len(work) < 2:
        return [outcome(one) for one in work]
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 (most functions never do two things at once)

    with ThreadPoolExecutor(min(AT_ONCE, len(work)), thread_name_prefix="store") as pool:
        return list(pool.map(outcome, work))


def apart(groups: Iterable[_Work], touched: Callable[[_Work], set[str]]) -> Iterator[list[_Work]]:
    """The groups in their order, those next to each other together that touch nothing in common: they may go in any
    order, and what touches something of an earlier one goes after it.
    """
    together, met = list[_Work](), set[str]()
    for group in groups:
        mine = touched(group)
        if together and (len(together) == AT_ONCE or not met.isdisjoint(mine)):
            yield together
            together, met = [], set()
        together.append(group)
        met |= mine
    if together:
        yield together
