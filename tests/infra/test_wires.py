"""Walks every wire through the templates: from who publishes, by what admits it, to the function that hears it.

`regua.channels.wires` holds the wires as data; an adapter that tells something and has none fails
`tests/unit/channels/test_what_wires_bring.py`, and a wire nobody laid here fails this.
"""

import json
import re
from typing import Any

import pytest
from tests.infra.templates import ROOT, Json, Template, statements

from regua.channels.wires import WIRES, Way, Wire

FUNCTION = "ChannelEvents"
QUEUE, DLQ, TOPIC = "ChannelEventsQueue", "ChannelEventsDlq", "ChannelEventsTopic"
ACCOUNT = {"Ref": "AWS::AccountId"}
PATTERNS = [pytest.param(wire, id=wire.name) for wire in WIRES]


def text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def arn(name: str) -> Json:
    return {"Fn::GetAtt": [name, "Arn"]}


def conditions_of(parameter: str, expanded: Template) -> set[str]:
    """The conditions that ask for the parameter, by themselves or by another condition."""
    all_ = expanded.body["Conditions"]
    found = {name for name, value in all_.items() if f'{{"Ref": "{parameter}"}}' in text(value)}
    while more := {n for n, v in all_.items() if any(f'{{"Condition": "{f}"}}' in text(v) for f in found)} - found:
        found |= more
    return found


def admitted(expanded: Template, kind: str, key: str, target: str, action: str) -> list[tuple[str, Json]]:
    """(condition, statement) of the policies of that kind on `target` that allow a service the action."""
    found = []
    for policy in expanded.of_type(kind).values():
        if text({"Ref": target}) not in text(policy[key]):
            continue
        for written in policy["PolicyDocument"]["Statement"]:
            condition = written["Fn::If"][0] if "Fn::If" in written else ""
            [statement] = statements({"Statement": [written]})
            if statement["Effect"] == "Allow" and action in statement["Action"]:
                found.append((condition, statement))
    return found


def from_queue_to_function(expanded: Template) -> None:
    """The queue's messages are the function's, and five failures are the dead-letter queue's."""
    mapping = [
        m for m in expanded.of_type("AWS::Lambda::EventSourceMapping").values() if m["EventSourceArn"] == arn(QUEUE)
    ]
    assert [m["FunctionName"] for m in mapping] == [{"Ref": FUNCTION}]
    assert expanded.of_type("AWS::SQS::Queue")[QUEUE]["RedrivePolicy"]["deadLetterTargetArn"] == arn(DLQ)


def from_topic_to_queue(expanded: Template) -> None:
    subscriptions = expanded.of_type("AWS::SNS::Subscription").values()
    [ours] = [s for s in subscriptions if s["TopicArn"] == {"Ref": TOPIC} and s["Endpoint"] == arn(QUEUE)]
    assert ours["RedrivePolicy"]["deadLetterTargetArn"] == arn(DLQ)
    assert not ours.get("RawMessageDelivery"), "the envelope says where a document came from, and when"
    for target in (QUEUE, DLQ):
        senders = admitted(expanded, "AWS::SQS::QueuePolicy", "Queues", target, "sqs:SendMessage")
        assert any(
            s["Principal"] == {"Service": "sns.amazonaws.com"}
            and s["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": TOPIC}}}
            and arn(target) in s["Resource"]
            for _, s in senders
        ), target
    from_queue_to_function(expanded)


def services(statement: Json) -> list[str]:
    named = statement["Principal"]["Service"]
    return named if isinstance(named, list) else [named]


def walk_topic(wire: Wire, expanded: Template) -> None:
    """The topic's policy admits the publisher under the wire's condition, for this account; its key lets it encrypt."""
    mine = conditions_of(wire.parameter, expanded) if wire.parameter else {""}
    admits = [
        (condition, statement)
        for condition, statement in admitted(expanded, "AWS::SNS::TopicPolicy", "Topics", TOPIC, "sns:Publish")
        if wire.publisher in services(statement) and condition in mine
    ]
    assert admits, f"the topic admits no {wire.publisher} for {wire.parameter or 'what always lies'}"
    for _, statement in admits:
        assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
        assert "aws:SourceArn" in text(statement["Condition"]), "any of the service's, of this account"
    key = expanded.of_type("AWS::SNS::Topic")[TOPIC]["KmsMasterKeyId"]["Ref"]
    lets = [
        s
        for s in statements(expanded.of_type("AWS::KMS::Key")[key]["KeyPolicy"])
        if wire.publisher in text(s["Principal"])
    ]
    assert [sorted(s["Action"]) for s in lets] == [["kms:Decrypt", "kms:GenerateDataKey"]]
    from_topic_to_queue(expanded)


def walk_rule(wire: Wire, expanded: Template) -> None:
    """A rule under the wire's condition listens to the publisher and writes to the queue, or to the dead letters."""
    rules = expanded.of_type("AWS::Events::Rule")
    [name] = [name for name, rule in rules.items() if rule["EventPattern"]["source"] == [wire.publisher]]
    assert expanded.resource(name)["Condition"] in conditions_of(wire.parameter, expanded)
    assert {"Ref": wire.parameter} in rules[name]["EventPattern"]["detail"]["instanceArn"]
    [target] = rules[name]["Targets"]
    assert (target["Arn"], target["DeadLetterConfig"]["Arn"]) == (arn(QUEUE), arn(DLQ))
    by_name = rules[name]["Name"]["Fn::Sub"]
    for queue in (QUEUE, DLQ):
        senders = admitted(expanded, "AWS::SQS::QueuePolicy", "Queues", queue, "sqs:SendMessage")
        [(condition, statement)] = [(c, s) for c, s in senders if "events.amazonaws.com" in services(s)]
        assert condition in conditions_of(wire.parameter, expanded)
        assert statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(f":rule/{by_name}")
        assert arn(queue) in statement["Resource"]
    from_queue_to_function(expanded)


def walk_logs(wire: Wire, expanded: Template) -> None:
    """Filters on both of SNS's log groups call the function, which may be called so; what fails thrice is kept."""
    mine = conditions_of(wire.parameter, expanded)
    filters = expanded.of_type("AWS::Logs::SubscriptionFilter")
    ours = {name: f for name, f in filters.items() if f["DestinationArn"] == arn(FUNCTION)}
    groups = {f["LogGroupName"]["Fn::Sub"] for f in ours.values()}
    base = "sns/${AWS::Region}/${AWS::AccountId}/DirectPublishToPhoneNumber"
    assert groups == {base, f"{base}/Failure"}
    assert {expanded.resource(name)["Condition"] for name in ours} <= mine
    permissions = expanded.of_type("AWS::Lambda::Permission")
    [name] = [n for n, p in permissions.items() if p["Principal"] == wire.publisher]
    assert permissions[name]["FunctionName"] == {"Ref": FUNCTION}
    assert permissions[name]["SourceAccount"] == ACCOUNT
    assert f":log-group:{base}*" in text(permissions[name]["SourceArn"])
    [invoke] = [
        c for c in expanded.of_type("AWS::Lambda::EventInvokeConfig").values() if c["FunctionName"] == {"Ref": FUNCTION}
    ]
    assert invoke["DestinationConfig"]["OnFailure"]["Destination"] == arn(DLQ)


def walk_route(wire: Wire, expanded: Template) -> None:
    [route] = [r for r in expanded.of_type("AWS::ApiGatewayV2::Route").values() if r["RouteKey"] == wire.publisher]
    [integration] = re.findall(r"integrations/\$\{(\w+)\}", route["Target"]["Fn::Sub"])
    assert expanded.of_type("AWS::ApiGatewayV2::Integration")[integration]["IntegrationUri"] == arn(FUNCTION)


WALKS = {Way.TOPIC: walk_topic, Way.RULE: walk_rule, Way.LOGS: walk_logs, Way.ROUTE: walk_route}


@pytest.mark.parametrize("wire", PATTERNS)
def test_each_wire_leads_from_who_publishes_to_the_function_that_hears(wire: Wire, expanded: Template) -> None:
    WALKS[wire.way](wire, expanded)


@pytest.mark.parametrize("wire", PATTERNS)
def test_each_wire_is_laid_by_a_parameter_that_is_off_at_first(wire: Wire, raw: Json) -> None:
    if wire.parameter:
        assert raw["Parameters"][wire.parameter]["Default"] in ("", "false")


@pytest.mark.parametrize("wire", PATTERNS)
def test_the_functions_are_told_of_each_wire_that_lies(wire: Wire, raw: Json, expanded: Template) -> None:
    """So that no message offers an answer where nobody listens."""
    told = raw["Globals"]["Function"]["Environment"]["Variables"]["WIRES"]["Fn::Join"][1]
    mine = [each["Fn::If"] for each in told if each["Fn::If"][1] == wire.name]
    if not wire.parameter:
        assert mine == []
    else:
        [[condition, _, otherwise]] = mine
        assert otherwise == ""
        assert condition in conditions_of(wire.parameter, expanded)


@pytest.mark.parametrize("wire", PATTERNS)
def test_each_wire_is_in_the_guide_with_what_connects_it(wire: Wire) -> None:
    for page, heading in (
        ("deploy.md", "## Answers and deliveries"),
        ("deploy.pt-BR.md", "## Respostas e entregas"),
    ):
        chapter = (ROOT / "docs" / page).read_text("utf-8").split(heading)[1].split("\n## ")[0]
        if wire.parameter:
            assert f"`{wire.parameter}=" in chapter, page


def test_what_nobody_could_bring_or_understand_rings(expanded: Template) -> None:
    [alarm] = [
        a
        for a in expanded.of_type("AWS::CloudWatch::Alarm").values()
        if text({"Fn::GetAtt": [DLQ, "QueueName"]}) in text(a.get("Dimensions"))
    ]
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert alarm["Threshold"] == 1


def test_received_mail_is_stored_where_the_function_may_read_it_and_then_told(expanded: Template) -> None:
    rule = expanded.of_type("AWS::SES::ReceiptRule")["MailRule"]
    [action] = rule["Rule"]["Actions"]
    bucket, prefix = action["S3Action"]["BucketName"], action["S3Action"]["ObjectKeyPrefix"]
    assert action["S3Action"]["TopicArn"] == {"Ref": TOPIC}
    assert "KmsKeyArn" not in action["S3Action"], "SES would encrypt it so that we cannot read it"
    assert rule["Rule"]["Recipients"] == [{"Ref": "MailDomain"}]
    assert rule["Rule"]["ScanEnabled"] is True
    name = rule["Rule"]["Name"]["Fn::Sub"]
    stores = admitted(expanded, "AWS::S3::BucketPolicy", "Bucket", bucket["Ref"], "s3:PutObject")
    [(condition, statement)] = [(c, s) for c, s in stores if "ses.amazonaws.com" in services(s)]
    assert condition == "HasMail"
    assert text(statement["Resource"]).endswith(f'/{prefix}*"}}]')
    for allowed in (
        statement,
        *(s for _, s in admitted(expanded, "AWS::SNS::TopicPolicy", "Topics", TOPIC, "sns:Publish")),
    ):
        if "receipt-rule" in text(allowed["Condition"]):
            assert allowed["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"].endswith(f":receipt-rule/{name}")
    environment = expanded.of_type("AWS::Lambda::Function")[FUNCTION]["Environment"]["Variables"]
    assert environment["BODIES_BUCKET"] == bucket
    reads = expanded.of_type("AWS::IAM::ManagedPolicy")["ReadBodiesPolicy"]["PolicyDocument"]
    assert any("s3:GetObject" in s["Action"] for s in statements(reads))
    assert {"Ref": "ReadBodiesPolicy"} in expanded.of_type("AWS::IAM::Role")["ChannelEventsRole"]["ManagedPolicyArns"]


def test_the_sender_names_the_configuration_set_whose_events_come_back(expanded: Template) -> None:
    made = expanded.of_type("AWS::SMSVOICE::ConfigurationSet")["SmsConfiguration"]
    variables = expanded.of_type("AWS::Lambda::Function")["SendChannel"]["Environment"]["Variables"]
    assert variables["SMS_CONFIGURATION_SET"] == {"Fn::If": ["HasSmsEvents", made["ConfigurationSetName"], ""]}
    [destination] = made["EventDestinations"]
    assert destination["SnsDestination"] == {"TopicArn": {"Ref": TOPIC}}
    assert destination["Enabled"] is True


def test_what_ses_tells_of_mails_we_sent_goes_to_the_topic(expanded: Template) -> None:
    [told] = expanded.of_type("AWS::SES::ConfigurationSetEventDestination").values()
    assert told["EventDestination"]["SnsDestination"] == {"TopicARN": {"Ref": TOPIC}}
    assert told["EventDestination"]["Enabled"] is True


def test_what_no_wire_needs_is_not_made(expanded: Template) -> None:
    """And what the emulator refuses stands where a first installation does not come (docs/local-cloud.md)."""
    for kind in ("AWS::SES::ReceiptRuleSet", "AWS::SES::ReceiptRule", "AWS::SMSVOICE::ConfigurationSet"):
        for name in expanded.of_type(kind):
            assert "Condition" in expanded.resource(name), name
