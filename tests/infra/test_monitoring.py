"""Alarms and dashboard: each one about something that exists, each one with a page that says what to do."""

import ast
import json
import re
from typing import Any

import pytest
from tests.infra.templates import ROOT, Json, Nested, Template

from regua.domain.contact.channel_event import Outcome
from regua.platform.metrics import TOTALS, EmfMetrics

SERVICE_DIMENSIONS = {
    "AWS/Lambda": {"FunctionName"},
    "AWS/SQS": {"QueueName"},
    "AWS/States": {"StateMachineArn"},
    "AWS/ApiGateway": {"ApiId"},
    "AWS/SES": set(),
    "AWS/SNS": set(),
    "Regua": {"service"},
    "Regua/${ServiceName}": set(),
}
KIND_OF = {
    "FunctionName": "AWS::Lambda::Function",
    "QueueName": "AWS::SQS::Queue",
    "StateMachineArn": "AWS::StepFunctions::StateMachine",
    "ApiId": "AWS::ApiGatewayV2::Api",
}


@pytest.fixture(scope="session")
def given(watching: list[Nested]) -> Json:
    """What the template hands to the nested stacks that watch, by parameter."""
    return {name: value for stack in watching for name, value in stack.given.items()}


def alarms(monitoring: Template) -> dict[str, Json]:
    return monitoring.of_type("AWS::CloudWatch::Alarm")


def namespace(alarm: Json) -> str:
    given = alarm["Namespace"]
    return str(given["Fn::Sub"] if isinstance(given, dict) else given)


def dimensions(alarm: Json) -> dict[str, Any]:
    return {dimension["Name"]: dimension["Value"] for dimension in alarm.get("Dimensions", [])}


def test_each_alarm_says_in_portuguese_what_is_wrong_and_links_a_section_that_exists(monitoring: Template) -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    sections = set(re.findall(r"^## ([a-z0-9-]+)$", runbook, flags=re.MULTILINE))
    every = {**alarms(monitoring), **monitoring.of_type("AWS::CloudWatch::CompositeAlarm")}
    for name, alarm in every.items():
        description = alarm["AlarmDescription"]["Fn::Sub"]
        link = re.search(r"\$\{RunbookUrl\}#([a-z0-9-]+)$", description)
        assert link, f"{name} does not link the runbook"
        assert link[1] in sections, f"the runbook has no section {link[1]}"
        assert len(description) > 50, name


def test_no_section_of_the_runbook_is_orphaned(monitoring: Template) -> None:
    """A section named like an alarm's link, but linked by none, is about an alarm that no longer exists."""
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    alarmed = set(re.findall(r"RunbookUrl\}#([a-z0-9-]+)", json.dumps(monitoring.body)))
    chapter = runbook.split("# Alarms\n")[1].split("\n# ")[0]
    assert set(re.findall(r"^## ([a-z0-9-]+)$", chapter, flags=re.MULTILINE)) <= alarmed


def test_each_alarm_watches_something_the_template_creates(
    monitoring: Template, expanded: Template, given: Json
) -> None:
    for name, alarm in alarms(monitoring).items():
        watched = dimensions(alarm)
        assert set(watched) == SERVICE_DIMENSIONS[namespace(alarm)], name
        for dimension, reference in watched.items():
            handed = given[reference["Ref"]]
            if dimension == "service":
                assert handed == {"Ref": "AWS::StackName"}
                continue
            target = handed["Ref"] if "Ref" in handed else handed["Fn::GetAtt"][0]
            assert expanded.resource(target)["Type"] == KIND_OF[dimension], name


def test_each_dead_letter_queue_has_an_alarm(monitoring: Template, expanded: Template, given: Json) -> None:
    watched = {
        given[dimensions(alarm)["QueueName"]["Ref"]]["Fn::GetAtt"][0]
        for alarm in alarms(monitoring).values()
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }
    assert watched == {name for name in expanded.of_type("AWS::SQS::Queue") if name.endswith("Dlq")}


def test_each_alarm_is_heard(monitoring: Template) -> None:
    for name, alarm in alarms(monitoring).items():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopicArn"}], name
        assert alarm["OKActions"] == [{"Ref": "AlarmTopicArn"}], name


def test_silence_of_what_runs_by_the_clock_alarms_and_silence_of_errors_does_not(monitoring: Template) -> None:
    for name, alarm in alarms(monitoring).items():
        expected = "breaching" if name in ("ScanDidNotRun", "SweepDidNotFinish") else "notBreaching"
        assert alarm["TreatMissingData"] == expected, name


def test_a_scan_missing_for_26_hours_alarms(monitoring: Template) -> None:
    alarm = alarms(monitoring)["ScanDidNotRun"]
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 26 * 3600
    assert alarm["DatapointsToAlarm"] == alarm["EvaluationPeriods"]


def test_the_alarms_that_mean_money_are_all_there(monitoring: Template) -> None:
    metrics = {(namespace(alarm), alarm["MetricName"]) for alarm in alarms(monitoring).values()}
    assert metrics >= {
        ("AWS/Lambda", "Errors"),
        ("AWS/ApiGateway", "5xx"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/States", "ExecutionsFailed"),
        ("Regua", "ScanCompleted"),
        ("Regua", "ScanFailures"),
        ("Regua", "ContactsMissed"),
        ("Regua", "RatesMissing"),
        ("Regua/${ServiceName}", "ContactsFailed"),
        ("Regua", "WebhookRejected"),
        ("Regua", "ChannelSwitchedOff"),
        ("Regua", "SettleFailed"),
        ("Regua", "FilesRefused"),
    }


def test_an_execution_we_ended_is_not_an_alarm(monitoring: Template) -> None:
    assert "ExecutionsAborted" not in {alarm["MetricName"] for alarm in alarms(monitoring).values()}


def test_the_summary_alarm_knows_every_alarm(monitoring: Template, watching: list[Nested]) -> None:
    """Those of another file come by that file's output, as the parameter of that name."""
    (summary,) = monitoring.of_type("AWS::CloudWatch::CompositeAlarm").values()
    rules = [summary["AlarmRule"], *(o["Value"] for s in watching for o in s.body.get("Outputs", {}).values())]
    assert {"Ref": "QueueAlarms"} in summary["AlarmRule"]["Fn::Join"][1]
    assert set(re.findall(r"\$\{(\w+)\}", json.dumps(rules))) == set(alarms(monitoring))


def test_what_some_clouds_refuse_is_optional(monitoring: Template) -> None:
    everywhere = {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::Logs::MetricFilter"}
    for name, resource in monitoring.body["Resources"].items():
        if resource["Type"] not in everywhere:
            assert resource["Condition"] == "HasProductionExtras", name


@pytest.fixture(scope="session")
def widgets(monitoring: Template) -> list[Json]:
    """The dashboard's widgets, placeholders filled by their own names."""
    (dashboard,) = monitoring.of_type("AWS::CloudWatch::Dashboard").values()
    body = dashboard["DashboardBody"]["Fn::Sub"]
    known = {*monitoring.body["Parameters"], "AWS::Region"}
    assert set(re.findall(r"\$\{([^}]+)\}", body)) <= known
    found: list[Json] = json.loads(re.sub(r"\$\{([^}]+)\}", r"\1", body))["widgets"]
    return found


def test_the_dashboard_fits_its_grid_without_overlaps(widgets: list[Json]) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in widgets:
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken, widget["properties"].get("title")
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_each_figure_on_the_dashboard_belongs_to_this_stack(widgets: list[Json]) -> None:
    for widget in widgets:
        for metric in widget["properties"].get("metrics", []):
            shown = json.dumps(metric)
            assert any(
                mark in shown for mark in ("ServiceName", "Name", "StateMachineArn", "ApiId", "AWS/SES", "expression")
            ), shown


def figures(monitoring: Template) -> set[str]:
    """Names of our own metrics on the dashboard, in alarms and in filters."""
    text = json.dumps(monitoring.body)
    alarmed = {alarm["MetricName"] for alarm in alarms(monitoring).values() if namespace(alarm).startswith("Regua")}
    shown = set(re.findall(r'MetricName=\\+"(\w+)', text)) | set(re.findall(r'\[\\+"Regua\\+", \\+"(\w+)', text))
    return alarmed | shown | set(re.findall(r"\$\.(\w+)\[0\]", text))


def test_figures_of_ours_are_documented(monitoring: Template) -> None:
    documented = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert len(figures(monitoring)) >= 20
    assert {name for name in figures(monitoring) if f"`{name}`" not in documented} == set()


def test_figures_of_ours_are_measured(monitoring: Template, expanded: Template) -> None:
    """An alarm on a metric nobody writes is silent for ever. What no function ever sees the access log tells."""
    package = ROOT / "layers/common/regua"
    writers = [*(package / "use_cases").rglob("*.py"), package / "wiring.py"]
    code = "\n".join(path.read_text(encoding="utf-8") for path in writers)
    measured = set(re.findall(r'metrics\.add\(\s*"(\w+)"', code))
    filters = expanded.of_type("AWS::Logs::MetricFilter").values()
    told = {
        f["MetricTransformations"][0]["MetricName"] for f in filters if "HttpApiLogs" in json.dumps(f["LogGroupName"])
    }
    assert figures(monitoring) - measured - told == set()


WATCHED_OTHERWISE = {
    "AnswersFailed": "counted in the channel's breaker; what a provider refuses is work (`reply`)",
    "AnswersSent": "good news",
    "AnswersUnsaid": "each is work (`reply`) but in a dry run",
    "ApprovalsAsked": "each is work (`approval`)",
    "AtRiskBalance": "a figure for the owner, in the report",
    "BreakerOpened": "the channel rests and is tried again; who fails on is counted by ContactsFailed",
    "CanaryVerdicts": "a bad one keeps the day's rest waiting, and is shown by ContactsMissed",
    "ChannelRests": "see BreakerOpened; the month's limit is its owner's wish",
    "ChargesCancelled": "good news",
    "ChargesCreated": "good news",
    "ChargesFailed": "the message carries the plain Pix instead; a charge that cannot be ended is work (`charge`)",
    "ContactsPaced": "their turn comes; who misses it is counted by ContactsMissed",
    "ContactsRaced": "no gate can close that window: it is counted so that it can be seen to be small",
    "DebtorsOvertaken": "others committed first each time: the next scan looks, and ContactsMissed counts",
    "ExecutionsStarted": "good news; those that are not: ExecutionsNotStarted",
    "FollowUpsLost": "the money is settled; the sweep repairs all but the thank-you",
    "LookupsMerged": "one that is stored finds what they tell",
    "LookupsRefused": "answered 503, and counted by WebhookRejected",
    "LookupsSilent": "GatewaySilent alarms once it lasts",
    "OpenBalanceTotal": "a figure for the owner, in the report",
    "PullLagSeconds": "how late the pull finds money; that it ran is watched by ReconcileFailed",
    "ReconcileCompleted": "good news",
    "ReconcileCutShort": "the next hour goes on where it ended; no completed one stops the tenant's sends",
    "ScanCutShort": "ScanDidNotRun counts what reached everybody",
    "SweepUnreached": "SweepDidNotFinish counts what reached everything",
    "TasksAnswered": "good news",
    "TasksCreated": "each is work (`task`)",
    "TasksLate": "the work says so, and the next step goes on",
    "ThanksFailed": "a courtesy; the channel's breaker counts it",
    "ThanksSent": "good news",
    "WebhookDropped": "counted by WebhookRejected as well",
    "WebhooksOther": "news that moves nothing",
    "WorkOpened": "the worklist is its own bell: by mail to the operators",
}
"""Figures that neither ring nor stand on the dashboard, and why nobody has to look at them there."""


def emitted() -> set[str]:
    """All figures that the code can write, whatever stands between `add(` and their names."""
    folders = (ROOT / "layers/common/regua", ROOT / "functions")
    code = [path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.py")]
    found = set()
    for call in (node for text in code for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "add" and call.args:
            words = {n.value for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant)}
            found |= {w for w in words if isinstance(w, str) and re.fullmatch(r"([A-Z][a-z]+){2,}", w)}
    # a name that is chosen before it is counted
    return found | {w for text in code for w in re.findall(r'"((?:Answers|Thanks)(?:Sent|Failed))"', text)}


def test_each_figure_rings_or_is_shown_or_says_why_not(monitoring: Template) -> None:
    """What tells of lost or waiting money, messages or files must not be a number that nobody ever sees."""
    assert len(emitted()) > 60
    watched = figures(monitoring)
    assert emitted() - watched - set(WATCHED_OTHERWISE) == set()
    assert set(WATCHED_OTHERWISE) & watched == set(), "it is watched by now"
    assert set(WATCHED_OTHERWISE) - emitted() == set(), "nobody writes it any more"


def test_an_alarm_of_one_figure_gets_one_figure(
    monitoring: Template, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told by channel or gateway alone never reaches an alarm, which asks for `service` and nothing else."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "regua")
    by = re.compile(r'add\(\s*"(\w+)"[^)]*\b(?:channel|gateway|reason|kind|phase)=')
    code = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "layers/common/regua").rglob("*.py"))
    alarmed = {alarm["MetricName"] for alarm in alarms(monitoring).values() if namespace(alarm) == "Regua"}
    assert set(by.findall(code)) & alarmed == TOTALS
    with EmfMetrics() as metrics:
        for name in TOTALS:
            metrics.add(name, 1, channel="sms")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for name in TOTALS:
        told = [sorted(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]) for line in lines if name in line]
        assert sorted(told) == [["channel", "service"], ["service"]]


def test_what_is_too_large_for_aws_is_counted_where_it_ends(monitoring: Template, expanded: Template) -> None:
    (counted,) = (
        f
        for f in expanded.of_type("AWS::Logs::MetricFilter").values()
        if "HttpApiLogs" in json.dumps(f["LogGroupName"])
    )
    alarm = alarms(monitoring)["MessageTooLarge"]
    assert counted["FilterPattern"] == '{ $.status = "413" }'
    assert counted["MetricTransformations"][0]["MetricName"] == alarm["MetricName"]
    for stage in expanded.of_type("AWS::ApiGatewayV2::Stage").values():
        assert '"status":"$context.status"' in stage["AccessLogSettings"]["Format"]


def test_what_a_filter_looks_for_is_what_the_functions_write(
    monitoring: Template, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The filters read the lines of the Embedded Metric Format: a list of values under the metric's name."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "regua")
    with EmfMetrics() as metrics:
        metrics.add("ContactsFailed", 1, channel="sms", outcome="refused")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for definition in monitoring.of_type("AWS::Logs::MetricFilter").values():
        (name,) = set(re.findall(r"\$\.(\w+)\[0\]", definition["FilterPattern"]))
        assert [line[name][0] for line in lines if name in line] == [1.0]
        assert definition["MetricTransformations"][0]["MetricName"] == name


def test_waiting_for_a_busy_provider_is_not_counted_as_a_failure(monitoring: Template) -> None:
    pattern = monitoring.of_type("AWS::Logs::MetricFilter")["ContactsFailedTotal"]["FilterPattern"]
    assert f'$.outcome != "{Outcome.THROTTLED}"' in pattern
