"""The debtor's execution: it outlives deployments, so its shape is a contract."""

from typing import Any

from tests.infra.templates import Json, Template


def tasks(machine: Json) -> dict[str, Json]:
    return {name: state for name, state in machine["States"].items() if state["Type"] == "Task"}


def test_a_contact_costs_three_transitions(machine: Json) -> None:
    loop = ["WaitForContact", "SendChannel", "WhatNext"]
    assert machine["StartAt"] == loop[0]
    assert machine["States"]["WaitForContact"]["Next"] == "SendChannel"
    assert machine["States"]["SendChannel"]["Next"] == "WhatNext"
    back = {choice["StringEquals"]: choice["Next"] for choice in machine["States"]["WhatNext"]["Choices"]}
    assert back == {"wait": "WaitForContact", "again": "SendChannel", "stop": "CaseEnded"}


def test_an_answer_nobody_knows_fails_loudly(machine: Json) -> None:
    fallback = machine["States"]["WhatNext"]["Default"]
    assert machine["States"][fallback]["Type"] == "Fail"


def test_it_waits_seconds_so_that_a_rehearsal_can_speed_time_up(machine: Json) -> None:
    waits = [state for state in machine["States"].values() if state["Type"] == "Wait"]
    assert [wait["SecondsPath"] for wait in waits] == ["$.seconds"]


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
