"""The worst that may happen to a function at each of its calls to AWS: it dies, is refused, hears no answer, or
something else happens in between.

An experiment sets a scene, lets an event be delivered as its source delivers it (again until it ends well), with the
fault at one call of the first delivery, and once more at the end, since every source may repeat itself.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from unittest.mock import patch

import boto3
import botocore.client
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.backends import get_backend
from tests.integration.cloud import ACCOUNT, REGION, STACK, Cloud

from regua.store import calls

Event = dict[str, Any]
READS = ("Get", "BatchGet", "Query", "List")
"""Beginnings of operations that change nothing: to die after one is to die after the call before it, and not to hear
its answer is to be refused.
"""


class DiedError(BaseException):
    """The function's process is gone: nothing of it runs any more."""


class Fault(StrEnum):
    """What happens at one call."""

    DIES = "dies once it is made"
    REFUSED = "is refused"
    UNHEARD = "does not hear the answer"
    MEANWHILE = "is overtaken"


@dataclass
class Fate:
    """One invocation's calls, and what happens at which."""

    at: int = -1
    """Which call: of those that can make a difference (`Fault`), from 0."""
    fault: Fault = Fault.MEANWHILE
    meanwhile: Callable[[], object] = lambda: None
    struck: str = ""
    """The operation that it has happened at; empty: there was no such call."""
    before: list[str] = field(default_factory=list)
    """Operations that were done by then."""
    gone: bool = False
    _met: int = 0
    _nested: bool = False

    def call(self, service: str, operation: str, real: Callable[[], Any]) -> Any:
        """The call, or what becomes of it."""
        if self._nested:
            return real()
        if self.gone:
            raise DiedError
        if self.fault in (Fault.DIES, Fault.UNHEARD) and operation.startswith(READS):
            return real()
        self._met += 1
        if self.at != self._met - 1:
            if not self.struck:
                self.before.append(operation)
            return real()
        self.struck = operation
        match self.fault:
            case Fault.DIES:
                real()
                self.gone = True
                raise DiedError
            case Fault.REFUSED:
                error = {"Code": "ThrottlingException", "Message": "Rate exceeded"}
                raise ClientError({"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}, operation)
            case Fault.UNHEARD:
                real()
                raise ReadTimeoutError(endpoint_url=f"https://{service}.example")
        self._nested = True
        try:
            self.meanwhile()
        finally:
            self._nested = False
        return real()


@dataclass(frozen=True)
class Scene:
    """How things stood at a moment: the table, the executions, the clock, and what the provider had taken."""

    items: Any
    executions: list[Any]
    at: datetime
    started: list[Event]
    accepted: list[str]


class Theatre:
    """A deployment in which one experiment follows the other from the same scene."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.accepted: list[str] = []
        """Addresses of the messages to debtors that the provider has taken."""
        self.fate = Fate()

    @property
    def _table(self) -> Any:
        """Moto's; a transaction that fails puts another in its place."""
        return get_backend("dynamodb")[ACCOUNT][REGION].tables[STACK]

    @property
    def _machine(self) -> Any:
        return get_backend("stepfunctions")[ACCOUNT][REGION].state_machines[0]

    def scene(self) -> Scene:
        """As things stand."""
        started, accepted = list(self.cloud.started), list(self.accepted)
        running = copy.deepcopy(self._machine.executions)
        return Scene(copy.deepcopy(self._table.items), running, self.cloud.clock.now(), started, accepted)

    def back_to(self, scene: Scene) -> None:
        """As things stood; what the functions keep warm stays warm."""
        self._table.items = copy.deepcopy(scene.items)
        self._machine.executions = copy.deepcopy(scene.executions)
        self.cloud.clock.set(scene.at)
        self.cloud.started[:] = scene.started
        self.cloud.handed_over.clear()
        self.taken()
        self.accepted[:] = scene.accepted

    def taken(self) -> list[str]:
        """Bodies of the messages in the settle queue, which are in it no more."""
        queue, found = boto3.client("sqs"), list[str]()
        while messages := queue.receive_message(QueueUrl=self.cloud.queue, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                queue.delete_message(QueueUrl=self.cloud.queue, ReceiptHandle=message["ReceiptHandle"])
                found.append(message["Body"])
        return found

    def runs(self, function: str, event: Event, fate: Fate | None = None) -> Any:
        """One invocation; None: it died."""
        before, was = self.fate, self.cloud.running
        self.fate = fate or Fate(_nested=was and before._nested)
        try:
            return self.cloud.run(function, event)
        except DiedError:
            return None
        finally:
            self.fate, self.cloud.running = before, was

    def passes(self, **time: float) -> None:
        """So much time."""
        self.cloud.clock.advance(timedelta(**time))


@contextmanager
def watched(cloud: Cloud) -> Iterator[Theatre]:
    """Every call of a running function of this deployment goes by its fate."""
    theatre = Theatre(cloud)
    made, stored = botocore.client.BaseClient._make_api_call, calls.Calls._made

    def call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        if not cloud.running or calls.preparing():
            return made(client, operation, parameters)

        def real() -> Any:
            answer = made(client, operation, parameters)
            if operation == "SendEmail" and "EmailTags" in parameters:
                theatre.accepted.extend(parameters["Destination"]["ToAddresses"])
            return answer

        return theatre.fate.call(service, operation, real)

    def store(self: calls.Calls, prepared: Any, body: bytes, decoder: Any) -> dict[str, Any]:
        if not cloud.running:
            return stored(self, prepared, body, decoder)
        found: dict[str, Any] = theatre.fate.call(
            "dynamodb", prepared.model.name, lambda: stored(self, prepared, body, decoder)
        )
        return found

    with (
        patch.object(botocore.client.BaseClient, "_make_api_call", call),
        patch.object(calls.Calls, "_made", store),
    ):
        yield theatre
