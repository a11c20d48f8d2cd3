"""Nothing that is done behind somebody's back is lost when it fails: every asynchronous invocation has a place for what
failed, whoever puts it there may, and an alarm watches it.

Each kind of resource is either one that calls later (CALLS_LATER, with the rule it obeys) or one that does not; a kind
nobody has looked at yet fails.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.infra.templates import ROOT, Json, Nested, Template
from tests.infra.test_template_policy import role_statements, text

WAITS_FOR_THE_ANSWER = {"apigateway.amazonaws.com"}
"""Who invokes a function and waits: the caller sees the failure. Everybody else hands an event over (AWS Lambda
developer guide, "Invoking Lambda with events from other AWS services", 2026)."""
TO_A_PERSON = {"email", "email-json", "sms"}
CALLS_NOTHING = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::DynamoDB::Table",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::Logs::QueryDefinition",
    "AWS::S3::BucketPolicy",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ReceiptRuleSet",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::Secret",
}
PUBLISHES = {"AWS::SES::ConfigurationSetEventDestination", "AWS::SES::ReceiptRule", "AWS::SMSVOICE::ConfigurationSet"}
"""Of AWS itself into a topic or bucket of ours: it tries again by itself, and what comes after it obeys the rules."""


def name_of(value: Json | str) -> str:
    """The logical id a reference is to."""
    if isinstance(value, str):
        return value
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])


def kept_by(expanded: Template) -> dict[str, str]:
    """Functions and where what failed of their asynchronous invocations goes."""
    return {
        name_of(one["FunctionName"]): name_of(one["DestinationConfig"]["OnFailure"]["Destination"])
        for one in expanded.of_type("AWS::Lambda::EventInvokeConfig").values()
        if one.get("DestinationConfig", {}).get("OnFailure")
    }


Rule = Callable[[Template, str, Json], Iterator[str]]


def permission(expanded: Template, name: str, given: Json) -> Iterator[str]:
    """Who may invoke a function hands an event over, unless it waits for the answer."""
    if given["Principal"] not in WAITS_FOR_THE_ANSWER and name_of(given["FunctionName"]) not in kept_by(expanded):
        yield f"{name}: {given['Principal']} invokes {name_of(given['FunctionName'])}, which keeps nothing that failed"


def bucket(expanded: Template, name: str, given: Json) -> Iterator[str]:
    for kind, configurations in given.get("NotificationConfiguration", {}).items():
        for one in configurations if kind == "LambdaConfigurations" else ():
            if name_of(one["Function"]) not in kept_by(expanded):
                yield f"{name} notifies {name_of(one['Function'])}, which keeps nothing that failed"
        if kind not in ("LambdaConfigurations", "QueueConfigurations"):
            yield f"{name}: nobody has said yet what becomes of {kind} that fail"


def schedule(expanded: Template, name: str, given: Json) -> Iterator[str]:
    target = given["Target"]
    if not target.get("DeadLetterConfig", {}).get("Arn"):
        yield f"{name} has no dead-letter queue"
    if not target.get("RetryPolicy", {}).get("MaximumRetryAttempts"):
        yield f"{name} tries once"
    called = name_of(target["Arn"])
    if called in expanded.function_names() and called not in kept_by(expanded):
        yield f"{name} invokes {called}, which keeps nothing that failed"


def rule(expanded: Template, name: str, given: Json) -> Iterator[str]:
    for target in given.get("Targets", ()):
        if not target.get("DeadLetterConfig", {}).get("Arn"):
            yield f"{name} has a target without a dead-letter queue"


def topic(expanded: Template, name: str, given: Json) -> Iterator[str]:
    """A subscription written into its topic can have no dead-letter queue."""
    for one in given.get("Subscription", ()):
        if one["Protocol"] not in TO_A_PERSON:
            yield f"{name} has a subscription in itself, without a dead-letter queue"


def subscription(expanded: Template, name: str, given: Json) -> Iterator[str]:
    if given["Protocol"] not in TO_A_PERSON and not given.get("RedrivePolicy", {}).get("deadLetterTargetArn"):
        yield f"{name} has no dead-letter queue"


def log_subscription(expanded: Template, name: str, given: Json) -> Iterator[str]:
    if name_of(given["DestinationArn"]) not in kept_by(expanded):
        yield f"{name} invokes a function that keeps nothing that failed"


def mapping(expanded: Template, name: str, given: Json) -> Iterator[str]:
    source = expanded.resource(name_of(given["EventSourceArn"]))
    if source["Type"] == "AWS::SQS::Queue":
        if not source["Properties"].get("RedrivePolicy", {}).get("deadLetterTargetArn"):
            yield f"{name} reads a queue that gives up nothing"
    elif not given.get("DestinationConfig", {}).get("OnFailure"):
        yield f"{name} reads a stream, and keeps nothing that failed"


def machine(expanded: Template, name: str, given: Json) -> Iterator[str]:
    """Its executions are started and not waited for: every task has a limit and a way out, and failures are alarmed."""
    definition = given["Definition"] if "Definition" in given else _definition(given)
    for state, described in _tasks(definition):
        if "TimeoutSeconds" not in described:
            yield f"{name}: {state} may wait for ever"
        if not any("States.ALL" in caught["ErrorEquals"] for caught in described.get("Catch", ())):
            yield f"{name}: {state} has no way out"


def _definition(given: Json) -> Json:
    joined = given["DefinitionString"]
    lines = joined["Fn::Join"][1] if isinstance(joined, dict) else [joined]
    found: Json = json.loads("\n".join(line if isinstance(line, str) else '""' for line in lines))
    return found


def _tasks(definition: Json) -> Iterator[tuple[str, Json]]:
    for name, state in definition["States"].items():
        if state["Type"] == "Task":
            yield name, state
        for inner in (*state.get("Branches", ()), *filter(None, (state.get("ItemProcessor"), state.get("Iterator")))):
            yield from _tasks(inner)


CALLS_LATER: dict[str, Rule] = {
    "AWS::Events::Rule": rule,
    "AWS::Lambda::EventSourceMapping": mapping,
    "AWS::Lambda::Permission": permission,
    "AWS::Logs::SubscriptionFilter": log_subscription,
    "AWS::S3::Bucket": bucket,
    "AWS::SNS::Subscription": subscription,
    "AWS::SNS::Topic": topic,
    "AWS::Scheduler::Schedule": schedule,
    "AWS::StepFunctions::StateMachine": machine,
}


def faults(expanded: Template) -> list[str]:
    return [
        fault
        for kind, obeys in CALLS_LATER.items()
        for name, given in expanded.of_type(kind).items()
        for fault in obeys(expanded, name, given)
    ]


def test_whatever_is_called_later_keeps_what_failed(expanded: Template) -> None:
    assert faults(expanded) == []


def test_a_kind_of_resource_nobody_has_looked_at_is_looked_at_first(expanded: Template) -> None:
    kinds = {resource["Type"] for resource in expanded.body["Resources"].values()}
    assert kinds - CALLS_LATER.keys() - CALLS_NOTHING - PUBLISHES == set()


def test_functions_that_our_own_code_calls_without_waiting_keep_what_failed(expanded: Template) -> None:
    """A function's role that may invoke a function does so with `InvocationType="Event"`: nothing of ours waits."""
    functions = {text(one["Role"]): name for name, one in expanded.of_type("AWS::Lambda::Function").items()}
    called = set()
    for role, statement in role_statements(expanded):
        if "lambda:InvokeFunction" in statement["Action"] and any(
            f'"{role}' in who or role in who for who in functions
        ):
            called |= {
                re.search(r"function:\$\{[^}]+\}-([a-z-]+)", text(resource))[1] for resource in statement["Resource"]
            }  # type: ignore[index]
    assert called == {"daily-scan", "reconcile", "send-channel"}
    kept = {re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower() for name in kept_by(expanded)}
    assert called <= kept
    calls = [line for path in sources() for line in path.read_text("utf-8").splitlines() if "InvocationType=" in line]
    assert calls
    assert all('InvocationType="Event"' in line for line in calls)


def sources() -> list[Path]:
    return [*(ROOT / "layers" / "common" / "regua").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]


def test_who_puts_what_failed_somewhere_may_do_so(expanded: Template) -> None:
    may = {
        (role, text(resource))
        for role, statement in role_statements(expanded)
        if "sqs:SendMessage" in statement["Action"]
        for resource in statement["Resource"]
    }
    functions = expanded.of_type("AWS::Lambda::Function")
    for function, queue in kept_by(expanded).items():
        assert any(role in text(functions[function]["Role"]) and text(arn(queue)) == where for role, where in may), (
            function
        )
    for name, given in expanded.of_type("AWS::Scheduler::Schedule").items():
        role, queue = given["Target"]["RoleArn"], given["Target"]["DeadLetterConfig"]["Arn"]
        assert any(one in text(role) and text(queue) == where for one, where in may), name


def arn(queue: str) -> Json:
    return {"Fn::GetAtt": [queue, "Arn"]}


def test_what_failed_is_watched_wherever_it_is_kept(expanded: Template) -> None:
    watched = {
        name_of(dimension["Value"])
        for alarm in expanded.of_type("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        for dimension in alarm["Dimensions"]
    }
    kept_at = r'"(?:DeadLetterConfig": \{"Arn|OnFailure": \{"Destination|deadLetterTargetArn)"'
    into = kept_at + r': \{"Fn::GetAtt": \["(\w+)", "Arn"\]'
    places = re.findall(into, text(expanded.body))
    kept = {name for name in places if expanded.resource(name)["Type"] == "AWS::SQS::Queue"}
    assert {"AnswersDlq", "ChannelEventsDlq", "ImportDlq", "ReconcileDlq", "ScanDlq", "SettleDlq"} <= kept
    assert kept <= watched


def test_each_machines_failures_and_time_outs_are_watched(expanded: Template) -> None:
    watched = {
        (name_of(dimension["Value"]), alarm["MetricName"])
        for alarm in expanded.of_type("AWS::CloudWatch::Alarm").values()
        for dimension in alarm.get("Dimensions", ())
    }
    for name in expanded.of_type("AWS::StepFunctions::StateMachine"):
        assert {(name, "ExecutionsFailed"), (name, "ExecutionsTimedOut")} <= watched


FUNCTION, QUEUE = {"Fn::GetAtt": ["Late", "Arn"]}, {"Fn::GetAtt": ["Somewhere", "Arn"]}
WITHOUT = {
    "AWS::Events::Rule": {"Targets": [{"Arn": FUNCTION}]},
    "AWS::Lambda::EventSourceMapping": {"FunctionName": "Late", "EventSourceArn": QUEUE},
    "AWS::Lambda::Permission": {"FunctionName": {"Ref": "Late"}, "Principal": "iot.amazonaws.com"},
    "AWS::Logs::SubscriptionFilter": {"DestinationArn": FUNCTION},
    "AWS::S3::Bucket": {"NotificationConfiguration": {"LambdaConfigurations": [{"Function": FUNCTION}]}},
    "AWS::SNS::Subscription": {"Protocol": "sqs", "Endpoint": QUEUE},
    "AWS::SNS::Topic": {"Subscription": [{"Protocol": "sqs", "Endpoint": QUEUE}]},
    "AWS::Scheduler::Schedule": {"Target": {"Arn": FUNCTION, "RoleArn": "role"}},
    "AWS::StepFunctions::StateMachine": {"Definition": {"States": {"Do": {"Type": "Task"}}}},
}


@pytest.mark.parametrize("kind", CALLS_LATER)
def test_a_new_one_without_is_found(kind: str) -> None:
    resources = {
        "New": {"Type": kind, "Properties": WITHOUT[kind]},
        "Late": {"Type": "AWS::Lambda::Function", "Properties": {}},
        "Somewhere": {"Type": "AWS::SQS::Queue", "Properties": {}},
    }
    assert faults(Template({"Resources": resources}))


def test_the_nested_templates_are_all_looked_at(stacks: dict[str, Nested], expanded: Template) -> None:
    for stack in stacks.values():
        assert stack.body["Resources"].keys() <= expanded.body["Resources"].keys()
