"""What one payment costs: calls to the store, and our own CPU from the gateway's call to the closed case."""

import itertools
import json
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.goal import Goal
from bench.measure import cpu_seconds

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

PAYMENTS, ROUNDS = 200, 5
COUNTED = (
    "put_inbox", "get_inbox", "mark_inbox", "inbox", "put_work", "get_work", "mark_work", "work",
    "find", "load", "commit", "get_state", "get_states", "put_state",
)  # fmt: skip


def goals() -> Iterable[Goal]:
    """G7 of payments, and the CPU of a webhook beside verifying and parsing it."""
    calls, again = _calls()
    yield Goal("G7 payment", "calls to the store for one payment by webhook", calls, must=5, aim=4, unit="calls")
    yield Goal("G7 again", "calls to the store for a payment told again", again, must=1, aim=1, unit="calls")
    yield from _overhead()


class Counting:
    """A store that counts its calls."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name not in COUNTED:
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self.calls[name] += 1
            return found(*arguments, **named)

        return call


def _calls() -> tuple[float, float]:
    office = _office(2)
    counting = Counting(office.store)
    receiving = _on(office, counting)
    _tell(receiving, office, 0)
    first = sum(counting.calls.values())
    counting.calls.clear()
    _tell(receiving, office, 0)
    return first, sum(counting.calls.values())


def _overhead() -> Iterator[Goal]:
    """Alternating, in one process: the whole call on the in-memory store, and verify and parse alone."""
    whole, bare = [], []
    for _ in range(ROUNDS):
        office = _office(PAYMENTS)
        receiving, numbers = office.receiving(), itertools.count()
        whole.append(cpu_seconds(partial(_all, receiving, office, numbers)) / PAYMENTS)
        bare.append(cpu_seconds(partial(_verify_and_parse, office)) / PAYMENTS)
    yield Goal(
        "G14 settle",
        "our own CPU of a webhook, settled and closed, without verify, parse and AWS",
        (statistics.median(whole) - statistics.median(bare)) * 1e6,
        must=800,
        aim=300,
        unit="us",
    )


def _all(receiving: Any, office: Any, numbers: Iterator[int]) -> None:
    for _ in range(PAYMENTS):
        _tell(receiving, office, next(numbers))


def _verify_and_parse(office: Any) -> None:
    for number in range(PAYMENTS):
        body = _body(office, number)
        office.bank.verify(body, {"x-secret": "s3cret"}, {}, ("s3cret",), office.clock.now())
        office.bank.parse(body, {}, {})


def _office(debtors: int) -> Any:
    from tests.office import Office, row  # noqa: PLC0415 (the office of the tests, after the path is set)

    office = Office()
    office.imports([row(f"T{n}", f"{n + 1:011d}", cents=50_00) for n in range(debtors)])
    office.scans()
    return office


def _on(office: Any, store: Any) -> Any:
    from dataclasses import replace  # noqa: PLC0415 (beside its use)

    from regua.use_cases.collecting.rulebook import Rulebook  # noqa: PLC0415 (beside its use)
    from regua.use_cases.paying.notification import Receiving  # noqa: PLC0415 (beside its use)

    book = Rulebook(office.rulebook.config, office.rulebook.calendar_for, store)
    return Receiving(replace(office.settling(), store=store, rulebook=book))


def _body(office: Any, number: int) -> bytes:
    at = (office.clock.now() - timedelta(minutes=1)).isoformat()
    said = {"id": f"E{number}", "kind": "credit", "by": "external", "name": f"T{number}", "cents": 50_00, "at": at}
    return json.dumps({"events": [said]}).encode()


def _tell(receiving: Any, office: Any, number: int) -> None:
    answer = receiving.receive("escola", "fake", _body(office, number), {"x-secret": "s3cret"}, {})
    if answer.status != 200:
        raise SystemExit(f"the webhook was answered {answer.status}")
