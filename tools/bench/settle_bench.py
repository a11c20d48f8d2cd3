"""What one payment asks of the store, counted; its CPU is in `webhook_bench`, all its calls in `calls_bench`."""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.goal import LIMITS, Goal, GoalLimit, goal

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

COUNTED = (
    "put_inbox", "get_inbox", "mark_inbox", "inbox", "put_work", "get_work", "mark_work", "work",
    "find", "load", "commit", "get_state", "get_states", "put_state",
)  # fmt: skip


def goals() -> Iterable[Goal]:
    """Calls of a payment, and of the same payment told again."""
    calls, again = _calls()
    left_out, limit = "calls to other services", LIMITS["G7 payment"]
    yield goal("G7 payment store", "calls to the store for one payment", calls, not_in_it=left_out, limit=limit)
    what, limit = "calls to the store for a payment told again", GoalLimit(1, 1, "calls")
    yield goal("told again", what, again, not_in_it=left_out, limit=limit)


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
