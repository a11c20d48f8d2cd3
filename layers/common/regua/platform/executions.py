"""The debtor's state machine on Step Functions."""

import json
import logging
from typing import Any

from regua.platform import clients
from regua.ports import PermanentError, RetryableError, ThrottledError

STARTS_PER_SECOND, STARTS_AT_ONCE = 150, 800
"""What an account may start outside us-east-1, us-west-2 and eu-west-1, where it is twice as much (Step Functions
developer guide, "Quotas related to API action throttling", read 2026-11).
"""
INPUT_VERSION = 1
"""Additive only: executions outlive deployments by months."""

_logger = logging.getLogger(__name__)

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
_THROTTLED = frozenset({"ThrottlingException", "TooManyRequestsException"})
_PERMANENT = frozenset(
    {
        "AccessDeniedException",
        "InvalidArn",
        "InvalidExecutionInput",
        "InvalidName",
        "KmsAccessDeniedException",
        "StateMachineDeleting",
        "StateMachineDoesNotExist",
        "UnrecognizedClientException",
        "ValidationException",
    }
)


class StepFunctionsExecutions:
    """Starts and stops executions of the machine with ARN `machine`."""

    def __init__(self, machine: str, client: Any = None, stop_client: Any = None) -> None:
        self._machine = machine
        self._client = client
        self._stop_client = stop_client

    def start(self, tenant: str, debtor: str, cycle: int, seconds: int) -> str:
        """Starts `{debtor}-{cycle}`, which first waits `seconds`; returns its ARN.

        A name that ran before (Step Functions keeps names for 90 days) is the same start. Raises RetryableError when
        it may work later (ThrottledError: at a slower pace), PermanentError when it never will.
        """
        name = f"{debtor}-{cycle}"
        body = {"v": INPUT_VERSION, "tenant": tenant, "debtor": debtor, "cycle": cycle, "seconds": seconds}
        return _start(self._client, self._machine, name, body)

    def stop(self, execution: str) -> None:
        """Asks once for `execution` (ARN or name) to end. Its cycle already ends it, so a failure is only noted."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (as the client: when first used)

        client = self._stop_client or clients.stepfunctions_once()
        try:
            client.stop_execution(executionArn=self.arn(execution), error="Superseded", cause="The case has moved on.")
        except (ClientError, BotoCoreError) as error:
            code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
            _logger.info("execution not stopped: %s", code)

    def arn(self, execution: str) -> str:
        """The ARN of an execution given by name (or ARN)."""
        return execution if execution.startswith("arn:") else _arn(self._machine, execution)


class StepFunctionsImports:
    """Starts the machine with ARN `machine`, which imports large files."""

    def __init__(self, machine: str, client: Any = None) -> None:
        self._machine = machine
        self._client = client

    def start(self, tenant: str, job: str) -> str:
        """Starts `job`; the same job is started once. Returns its ARN; raises as `StepFunctionsExecutions.start`."""
        return _start(self._client, self._machine, job, {"v": INPUT_VERSION, "tenant": tenant, "job": job})


def _start(client: Any, machine: str, name: str, body: dict[str, Any]) -> str:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (as the client: when first used)

    client = client or clients.stepfunctions()
    try:
        answer = client.start_execution(stateMachineArn=machine, name=name, input=json.dumps(body))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ExecutionAlreadyExists":
            return _arn(machine, name)
        kind = PermanentError if code in _PERMANENT else ThrottledError if code in _THROTTLED else RetryableError
        raise kind(f"the execution was not started ({code})") from error
    except BotoCoreError as error:
        raise RetryableError(f"Step Functions did not answer ({type(error).__name__})") from error
    arn: str = answer["executionArn"]
    return arn


def _arn(machine: str, name: str) -> str:
    return f"{machine.replace(':stateMachine:', ':execution:', 1)}:{name}"
