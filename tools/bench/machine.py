"""Plays the debtor's state machine: the real definition with the real handler on a canned clock; states are counted.

AWS charges for each state that is entered (Step Functions pricing, "each time a step of your workflow is executed").
"""

import contextlib
import heapq
import io
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
DEFINITION = ROOT / "infra" / "debtor_case.asl.json"
Data = dict[str, Any]


class EndOfCase(Exception):  # noqa: N818 - no fault: a step of the story
    """`$error(...)` of the definition: the case has ended."""


class UnknownWordError(Exception):
    """The wait is told no seconds."""


def _output(said: Data) -> Data:
    if said.get("next") == "stop":
        raise EndOfCase
    return said if said.get("next") in ("wait", "again") else {"unknown": said.get("next")}


EXPRESSIONS: dict[str, Callable[[Data], Any]] = {
    "{% $states.result.Payload.next = 'stop' ? $error('the case has ended') : $states.result.Payload.next in "
    "['wait', 'again'] ? $states.result.Payload : {'unknown': $states.result.Payload.next} %}": _output,
    "{% $states.input.seconds %}": lambda data: data["seconds"],
    "{% $states.input %}": lambda data: data,
}
"""What each expression of the definition comes to; tests/infra/test_state_machine.py asks JSONata itself. One that is
not here ends the play with a KeyError.
"""


@dataclass(order=True)
class _Woken:
    at: datetime
    number: int
    name: str = field(compare=False)
    data: Data = field(compare=False)
    entered: str = field(compare=False)


@dataclass
class PlayedExecutions:
    """Every execution there is. `office` is the tests' office; its use cases do the handler's work."""

    office: Any
    definition: Data = field(default_factory=lambda: json.loads(DEFINITION.read_text("utf-8")))
    entered: int = 0
    """States entered."""
    invoked: int = 0
    """Times the function was called."""
    _queue: list[_Woken] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def lives(self, until: datetime, scan_hour: int = 9) -> None:
        """Time passes: a scan every day at `scan_hour` (UTC), executions wake at their moments."""
        office = self.office
        scan_at = office.clock.now().replace(hour=scan_hour, minute=0, second=0, microsecond=0)
        while scan_at < office.clock.now():
            scan_at += timedelta(days=1)
        while True:
            self.begins()
            at = min(self._queue[0].at if self._queue else until, scan_at, until)
            office.clock.set(max(at, office.clock.now()))
            if at >= until:
                return
            if at == scan_at:
                office.scans()
                scan_at += timedelta(days=1)
            else:
                self._goes_on(heapq.heappop(self._queue))

    def begins(self) -> None:
        """What was started since begins with the first state."""
        for one in self.office.executions.started[len(self._known) :]:
            self._known.add(one.arn)
            data = {"v": 1, "tenant": one.tenant, "debtor": one.debtor, "cycle": one.cycle, "seconds": one.seconds}
            self._enters(one.arn, data, self.definition["StartAt"])

    def _enters(self, name: str, data: Data, state_name: str) -> None:
        """Follows an execution from state to state up to its next wait, or its end."""
        while True:
            state = self.definition["States"][state_name]
            self.entered += 1
            match state["Type"]:
                case "Wait":
                    try:
                        seconds = EXPRESSIONS[state["Seconds"]](data)
                    except KeyError as error:
                        raise UnknownWordError(str(data)) from error
                    at = self.office.clock.now() + timedelta(seconds=seconds)
                    heapq.heappush(self._queue, _Woken(at, next(self._numbers), name, data, state["Next"]))
                    return
                case "Task":
                    data, state_name = self._does(state, data)
                case "Succeed":
                    return
                case kind:
                    raise AssertionError(f"{kind} ends the execution as failed, or is new here")

    def _does(self, state: Data, data: Data) -> tuple[Data, str]:
        answer = self._invoked(EXPRESSIONS[state["Arguments"]["Payload"]](data))
        try:
            return EXPRESSIONS[state["Output"]](answer), state["Next"]
        except EndOfCase:
            return data, next(c["Next"] for c in state["Catch"] if "States.QueryEvaluationError" in c["ErrorEquals"])

    def _invoked(self, payload: Data) -> Data:
        from regua import wiring  # noqa: PLC0415 (as above)
        from send_channel.handler import lambda_handler  # noqa: PLC0415 (once the path is set)

        self.invoked += 1
        seen: Data
        with wiring.instead(contacting=lambda metrics: self.office.contacting()):
            answer = lambda_handler(json.loads(json.dumps(payload)), None)
        seen = json.loads(json.dumps(answer))
        return seen

    def _goes_on(self, woken: _Woken) -> None:
        if woken.name.rpartition(":")[2] not in {one.rpartition(":")[2] for one in self.office.executions.stopped}:
            self._enters(woken.name, woken.data, woken.entered)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What the functions log belongs to them: a bench's process speaks JSON lines."""
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    with contextlib.redirect_stdout(io.StringIO()):
        yield
