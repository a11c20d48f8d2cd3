"""The debtor's execution: it outlives deployments, so its shape is a contract."""

import json
import os
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from tests.infra.templates import ROOT, Json, Template, run

from bench.machine import EXPRESSIONS, EndOfCase


def tasks(machine: Json) -> dict[str, Json]:
    return {name: state for name, state in machine["States"].items() if state["Type"] == "Task"}


def evaluated(node: str, template: str, states: Json) -> tuple[bool, Any]:
    """Whether JSONata itself makes something of `{% ... %}` with these `$states`, and what."""
    program = (
        "const e = require('jsonata')(process.argv[1]); const s = JSON.parse(process.argv[2]);"
        "const none = () => process.exit(3);"
        "e.evaluate({}, {states: s}).then(v => v === undefined ? none() : console.log(JSON.stringify(v)), none)"
    )
    done = run(node, "-e", program, template.removeprefix("{%").removesuffix("%}"), json.dumps(states))
    assert done.returncode in (0, 3), done.stderr
    return done.returncode == 0, json.loads(done.stdout or "null")


@pytest.fixture(scope="session")
def jsonata(node: str) -> Callable[[str, Json], tuple[bool, Any]]:
    """Evaluates an expression as Step Functions does."""
    if not (ROOT / "node_modules" / "jsonata").exists() and not os.environ.get("CI"):
        pytest.skip("jsonata is not installed: `make setup` could not reach the npm registry")
    return partial(evaluated, node)


def test_a_contact_costs_two_transitions(machine: Json) -> None:
    assert machine["StartAt"] == "WaitForContact"
    assert machine["States"]["WaitForContact"]["Next"] == "SendChannel"
    assert machine["States"]["SendChannel"]["Next"] == "WaitForContact"
    assert all(state["Type"] != "Choice" for state in machine["States"].values())


def test_an_answer_to_wait_or_to_look_again_is_what_the_next_wait_is_told(
    machine: Json, jsonata: Callable[[str, Json], tuple[bool, Any]]
) -> None:
    for word, seconds in (("wait", 61), ("again", 0)):
        answer = {"v": 1, "tenant": "t", "debtor": "d", "cycle": 2, "seconds": seconds, "next": word, "slot": "x"}
        output = machine["States"]["SendChannel"]["Output"]
        assert jsonata(output, {"result": {"StatusCode": 200, "Payload": answer}}) == (True, answer)
        assert jsonata(machine["States"]["WaitForContact"]["Seconds"], {"input": answer}) == (True, seconds)


def test_the_end_of_a_case_is_caught_and_neither_tried_again_nor_a_failure(
    machine: Json, jsonata: Callable[[str, Json], tuple[bool, Any]]
) -> None:
    task = machine["States"]["SendChannel"]
    made, _ = jsonata(task["Output"], {"result": {"StatusCode": 200, "Payload": {"seconds": 0, "next": "stop"}}})
    assert not made
    error = "States.QueryEvaluationError"
    assert task["Retry"][0]["ErrorEquals"] == [error], "States.TaskFailed would match it, and call the sender again"
    assert task["Retry"][0]["MaxAttempts"] == 0
    assert task["Catch"][0]["ErrorEquals"] == [error]
    assert machine["States"][task["Catch"][0]["Next"]]["Type"] == "Succeed"


def test_an_answer_nobody_knows_fails_loudly(machine: Json, jsonata: Callable[[str, Json], tuple[bool, Any]]) -> None:
    for answer in ({"seconds": 5, "next": "rest"}, {"seconds": 5}, None, "wait"):
        made, output = jsonata(machine["States"]["SendChannel"]["Output"], {"result": {"Payload": answer}})
        assert made, "the end of a case would be believed"
        told, _ = jsonata(machine["States"]["WaitForContact"]["Seconds"], {"input": output})
        assert not told
    assert "Catch" not in machine["States"]["WaitForContact"], "the execution fails, which alarms"


def test_the_bench_that_counts_states_reads_each_expression_as_jsonata_does(
    machine: Json, jsonata: Callable[[str, Json], tuple[bool, Any]]
) -> None:
    wait, task = machine["States"]["WaitForContact"], machine["States"]["SendChannel"]
    assert set(EXPRESSIONS) == {wait["Seconds"], task["Output"], task["Arguments"]["Payload"]}
    for said in ({"next": "wait", "seconds": 3}, {"next": "again", "seconds": 0}, {"next": "rest"}):
        assert jsonata(task["Output"], {"result": {"Payload": said}}) == (True, EXPRESSIONS[task["Output"]](said))
        assert jsonata(task["Arguments"]["Payload"], {"input": said}) == (True, said)
    with pytest.raises(EndOfCase):
        EXPRESSIONS[task["Output"]]({"next": "stop"})


def test_it_waits_seconds_so_that_a_rehearsal_can_speed_time_up(machine: Json) -> None:
    waits = [state for state in machine["States"].values() if state["Type"] == "Wait"]
    assert [wait["Seconds"] for wait in waits] == ["{% $states.input.seconds %}"]


def test_each_task_has_a_timeout_above_its_functions_own(machine: Json, expanded: Template) -> None:
    function = expanded.of_type("AWS::Lambda::Function")["SendChannel"]
    assert tasks(machine)
    for task in tasks(machine).values():
        assert task["TimeoutSeconds"] > function["Timeout"]


def test_each_task_retries_lambdas_transient_errors_with_jitter(machine: Json) -> None:
    """The names AWS documents: docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html."""
    documented = {
        "Lambda.ClientExecutionTimeoutException",
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
        "States.Timeout",
    }
    for task in tasks(machine).values():
        retried = {error for retrier in task["Retry"] for error in retrier["ErrorEquals"]}
        assert documented <= retried
        for retrier in task["Retry"]:
            if retrier.get("MaxAttempts") == 0:
                continue
            assert retrier["JitterStrategy"] == "FULL"
            assert retrier["BackoffRate"] > 1
            assert retrier["MaxDelaySeconds"] <= 900


def test_each_task_ends_in_a_failure_that_alarms_when_nothing_helps(machine: Json) -> None:
    for task in tasks(machine).values():
        catch = task["Catch"][-1]
        assert catch["ErrorEquals"] == ["States.ALL"]
        assert machine["States"][catch["Next"]]["Type"] == "Fail"


def test_what_a_person_reads_in_a_failed_execution_names_the_runbook_and_nobody(machine: Json) -> None:
    for state in machine["States"].values():
        if state["Type"] == "Fail":
            assert "docs/runbook.md, section executions-failed" in state["Cause"]
            assert "CausePath" not in state, "an exception's text may name a person"


def test_executions_are_standard_and_their_log_holds_no_data(expanded: Template) -> None:
    properties = expanded.of_type("AWS::StepFunctions::StateMachine")["DebtorCase"]
    assert properties["StateMachineType"] == "STANDARD"
    assert properties["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_every_placeholder_of_the_definition_is_filled(machine: Json, raw: Json) -> None:
    filled = set(raw["Resources"]["DebtorCase"]["Properties"]["DefinitionSubstitutions"])
    assert _placeholders(machine) == filled


def _placeholders(value: Any) -> set[str]:
    match value:
        case dict():
            return set().union(*map(_placeholders, value.values())) if value else set()
        case list():
            return set().union(*map(_placeholders, value)) if value else set()
        case str():
            return {part.split("}")[0] for part in value.split("${")[1:]}
        case _:
            return set()
