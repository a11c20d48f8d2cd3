"""The machine of large files: any step may run twice, and one bad part does not stop the others."""

import json
from collections.abc import Iterator

from tests.infra.templates import Json, Template

DOCUMENTED = {
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "States.Timeout",
    "States.TaskFailed",
}
"""docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html and concepts-error-handling.html."""


def states(machine: Json) -> Iterator[tuple[str, Json, Json]]:
    """Name, state, and the states beside it; those within a map too."""
    for name, state in machine["States"].items():
        yield name, state, machine["States"]
        if state["Type"] == "Map":
            yield from states(state["ItemProcessor"])


def tasks(machine: Json) -> list[tuple[str, Json, Json]]:
    found = [each for each in states(machine) if each[1]["Type"] == "Task"]
    assert len(found) == 4
    return found


def test_each_step_has_a_timeout_above_its_functions_own(import_machine: Json, expanded: Template) -> None:
    function = expanded.of_type("AWS::Lambda::Function")["ImportFile"]
    for name, task, _ in tasks(import_machine):
        assert task["TimeoutSeconds"] > function["Timeout"], name
    assert import_machine["TimeoutSeconds"] >= 6 * 3600


def test_each_step_retries_what_passes_with_jitter(import_machine: Json) -> None:
    for name, task, _ in tasks(import_machine):
        assert {error for retrier in task["Retry"] for error in retrier["ErrorEquals"]} >= DOCUMENTED, name
        for retrier in task["Retry"]:
            assert retrier["JitterStrategy"] == "FULL"
            assert retrier["BackoffRate"] > 1
            assert retrier["MaxDelaySeconds"] <= 900


def test_a_part_that_fails_comes_back_and_the_others_go_on(import_machine: Json) -> None:
    parts = import_machine["States"]["Parts"]["ItemProcessor"]["States"]
    assert parts["ImportPart"]["Catch"][0] == {"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "ReturnPart"}
    assert parts["ReturnPart"]["Catch"][0]["Next"] == "PartLost"
    assert parts["PartLost"]["Type"] == "Pass", "what nobody could read is told by the merge, which still runs"


def test_every_other_failure_ends_in_an_alarm(import_machine: Json) -> None:
    for name in ("Split", "Parts", "Merge"):
        catch = import_machine["States"][name]["Catch"][-1]
        assert catch["ErrorEquals"] == ["States.ALL"]
        assert import_machine["States"][catch["Next"]]["Type"] == "Fail"


def test_an_answer_nobody_knows_fails_loudly(import_machine: Json) -> None:
    choice = import_machine["States"]["WhatNext"]
    known = {each["StringEquals"]: each["Next"] for each in choice["Choices"]}
    assert known == {"parts": "Parts", "done": "Imported", "failed": "PartsCameBack"}
    assert import_machine["States"][choice["Default"]]["Type"] == "Fail"


def test_parts_run_side_by_side_but_not_all_at_once(import_machine: Json) -> None:
    assert 2 <= import_machine["States"]["Parts"]["MaxConcurrency"] <= 40


def test_it_carries_ids_and_part_numbers_and_no_ones_data(import_machine: Json) -> None:
    for _, task, _ in tasks(import_machine):
        assert set(task["Parameters"]["Payload"]) <= {"v", "step", "tenant.$", "job.$", "part.$"}
        assert task["OutputPath"] == "$.Payload"
    assert import_machine["States"]["Parts"]["ResultPath"] is None, "what the parts answer is in their documents"


def test_every_word_of_a_step_is_one_the_function_knows(import_machine: Json) -> None:
    steps = {task["Parameters"]["Payload"]["step"] for _, task, _ in tasks(import_machine)}
    assert steps == {"split", "part", "refuse", "merge"}


def test_what_a_person_reads_in_a_failed_import_names_the_runbook_and_nobody(import_machine: Json) -> None:
    for _, state, _ in states(import_machine):
        if state["Type"] == "Fail":
            assert "docs/runbook.md, section imports-failed" in state["Cause"]
            assert "CausePath" not in state


def test_its_log_holds_no_data_and_only_the_import_starts_it(expanded: Template) -> None:
    machine = expanded.of_type("AWS::StepFunctions::StateMachine")["ImportLarge"]
    assert machine["StateMachineType"] == "STANDARD"
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False
    starts = {
        role
        for role, properties in expanded.of_type("AWS::IAM::Role").items()
        if 'import-large"' in json.dumps(properties) and "states:StartExecution" in json.dumps(properties)
    }
    assert starts == {"ImportFileRole"}


def test_what_a_large_import_leaves_behind_is_forgotten_in_a_week(expanded: Template) -> None:
    rules = expanded.of_type("AWS::S3::Bucket")["ReportsBucket"]["LifecycleConfiguration"]["Rules"]
    [work] = [rule for rule in rules if rule.get("Prefix") == "work/"]
    assert work["ExpirationInDays"] <= 7
