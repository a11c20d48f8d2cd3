"""What no checker knows: the rules of this house, asked of the template as it is deployed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.infra.templates import INFRA, ROOT, Json, Nested, Template, read, statements

from regua import channels
from regua.channels import letter
from regua.domain.model import Channel
from regua.use_cases.listening.hearing import RESCUED_AT

# (role or key, Sid) -> why it may name every resource
JUSTIFIED_STARS = {
    ("SendChannelRole", "Sms"): "a phone number has no ARN; a Deny in the same role takes every topic away",
    ("DebtorCaseRole", "DeliverLogs"): "log delivery actions know no resources (Step Functions developer guide)",
    ("ImportLargeRole", "DeliverLogs"): "as for DebtorCaseRole",
}
HANDLERS = {
    "ImportFile": "import_file",
    "DailyScan": "daily_scan",
    "SendChannel": "send_channel",
    "PaymentWebhook": "payment_webhook",
    "ChannelEvents": "channel_events",
    "Reconcile": "reconcile",
}


def own_documents(role: Json) -> list[Json]:
    """The documents that stand in the role itself."""
    return [policy["PolicyDocument"] for policy in role.get("Policies", [])]


def shared_policies(role: Json) -> list[str]:
    """Logical ids of the policies the role wears; what is none of ours is shown as it is written."""
    return [policy.get("Ref", text(policy)) for policy in role.get("ManagedPolicyArns", [])]


def role_statements(template: Template) -> list[tuple[str, Json]]:
    """What each role may: what stands in it, and what the policies say that it wears."""
    policies = template.of_type("AWS::IAM::ManagedPolicy")
    return [
        (role, statement)
        for role, properties in template.of_type("AWS::IAM::Role").items()
        for document in (
            *own_documents(properties),
            *(policies[name]["PolicyDocument"] for name in shared_policies(properties)),
        )
        for statement in statements(document)
    ]


def text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


# --- who may do what ------------------------------------------------------------------------------------------------


def test_no_role_may_do_everything_of_anything(expanded: Template) -> None:
    for role, statement in role_statements(expanded):
        assert not [action for action in statement["Action"] if "*" in action], (role, statement["Sid"])
        assert "NotAction" not in statement
        assert "NotResource" not in statement


def test_a_role_names_its_resources_unless_a_reason_is_written_here(expanded: Template) -> None:
    stars = {(role, s["Sid"]) for role, s in role_statements(expanded) if "*" in s["Resource"]}
    assert stars == set(JUSTIFIED_STARS)


def test_no_role_borrows_a_policy_that_is_not_ours(expanded: Template) -> None:
    """AWS's own ones reach every log group and every queue of the account."""
    ours = set(expanded.of_type("AWS::IAM::ManagedPolicy"))
    for role, properties in expanded.of_type("AWS::IAM::Role").items():
        assert set(shared_policies(properties)) <= ours, role


def test_what_may_be_done_is_said_once(expanded: Template) -> None:
    """What two roles may is a policy both wear; what one alone may stands in it. Who may wear a role, each must say."""
    policies = expanded.of_type("AWS::IAM::ManagedPolicy")
    roles = expanded.of_type("AWS::IAM::Role")
    documents = [policy["PolicyDocument"] for policy in policies.values()]
    documents += [document for role in roles.values() for document in own_documents(role)]
    said = [
        text({key: sorted(value, key=text) if isinstance(value, list) else value for key, value in each.items()})
        for document in documents
        for statement in statements(document)
        for each in [{key: value for key, value in statement.items() if key != "Sid"}]
    ]
    assert len(said) >= 30
    assert [each for each in said if said.count(each) > 1] == []
    for name in policies:
        wearers = [role for role, properties in roles.items() if name in shared_policies(properties)]
        assert len(wearers) > 1, f"{name} is one role's, and belongs into it"


def test_policies_fit_what_iam_takes(expanded: Template) -> None:
    """docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; the emulator has no limits."""
    for name, policy in expanded.of_type("AWS::IAM::ManagedPolicy").items():
        assert len(re.sub(r"\s", "", text(policy["PolicyDocument"]))) <= 6_144, name
    for name, role in expanded.of_type("AWS::IAM::Role").items():
        assert len(re.sub(r"\s", "", text(own_documents(role)))) <= 10_240, name
        assert len(shared_policies(role)) <= 10, name


def test_each_function_has_a_role_of_its_own(expanded: Template) -> None:
    roles = [text(properties["Role"]) for properties in expanded.of_type("AWS::Lambda::Function").values()]
    assert len(set(roles)) == len(roles) == len(HANDLERS)


def test_only_the_sender_may_write_to_debtors_and_the_import_to_operators(expanded: Template) -> None:
    """A notice goes without a configuration set: its bounces are no debtor's."""
    speaks = {
        (role, action)
        for role, statement in role_statements(expanded)
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
        if action.startswith("ses:") or action == "sns:Publish"
    }
    assert {action for role, action in speaks if role == "ImportFileRole"} == {"ses:SendEmail"}
    assert {role for role, _ in speaks} == {"SendChannelRole", "ImportFileRole"}


def test_the_sender_may_call_each_channel_where_its_options_say(expanded: Template) -> None:
    """`region` is an option of each channel whose provider is AWS; the set of SES's events is one of e-mail's."""
    allowed = {
        text(resource)
        for role, statement in role_statements(expanded)
        if role == "SendChannelRole" and statement["Effect"] == "Allow"
        for action in statement["Action"]
        if action in ("ses:SendEmail", "sms-voice:SendTextMessage", "connect:StartOutboundVoiceContact")
        or action.startswith("social-messaging:")
        for resource in statement["Resource"]
    }
    for channel in (Channel.EMAIL, Channel.SMS, Channel.VOICE):
        assert "region" in channels.capabilities(channel).options
    assert not [resource for resource in allowed if "AWS::Region" in resource]
    for kind in ("identity", "configuration-set"):
        assert any(f":ses:*:${{AWS::AccountId}}:{kind}/*" in resource for resource in allowed), kind


def test_the_sender_may_send_sms_but_publish_to_no_topic(expanded: Template) -> None:
    denied = [s for role, s in role_statements(expanded) if role == "SendChannelRole" and s["Effect"] == "Deny"]
    assert [s["Action"] for s in denied] == [["sns:Publish"]]
    assert "arn:${AWS::Partition}:sns:*:*:*" in text(denied[0]["Resource"])


def test_nobody_may_scan_the_table_or_read_the_open_index_without_need(expanded: Template) -> None:
    readers = set()
    for role, statement in role_statements(expanded):
        assert "dynamodb:Scan" not in statement["Action"], role
        if "/index/open" in text(statement["Resource"]):
            readers.add(role)
    assert readers == {"ImportFileRole", "DailyScanRole", "ReconcileRole", "ChannelEventsRole"}


def test_who_may_open_and_who_may_end_a_case(expanded: Template) -> None:
    may: dict[str, set[str]] = {"states:StartExecution": set(), "states:StopExecution": set()}
    for role, statement in role_statements(expanded):
        for action in statement["Action"]:
            if action in may:
                may[action].add(role)
    # whoever settles ends the case, and opens the execution that says thank you
    settle = {"ImportFileRole", "DailyScanRole", "PaymentWebhookRole", "ReconcileRole"}
    assert may["states:StartExecution"] == may["states:StopExecution"] == settle


def test_what_strangers_sent_is_read_by_who_settles_and_kept_by_who_is_called(expanded: Template) -> None:
    """Who may list the bucket is told that a body is gone; who may not is refused it, as if it were a fault of ours."""
    may: dict[str, set[str]] = {}
    for role, statement in role_statements(expanded):
        if "BodiesBucket" in text(statement["Resource"]):
            for action in statement["Action"]:
                may.setdefault(action, set()).add(role)
    called = {"PaymentWebhookRole", "ChannelEventsRole"}
    settle = {"ImportFileRole", "ReconcileRole"} | called
    assert may == {"s3:GetObject": settle, "s3:ListBucket": settle, "s3:PutObject": called}


def test_bodies_of_strangers_are_forgotten_after_90_days(expanded: Template) -> None:
    (first, *_) = expanded.of_type("AWS::S3::Bucket")["BodiesBucket"]["LifecycleConfiguration"]["Rules"]
    assert (first["ExpirationInDays"], first.get("Prefix", "")) == (90, "")
    assert first["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


def test_who_settles_may_hand_over_what_follows(expanded: Template) -> None:
    queue = text({"Fn::GetAtt": ["SettleQueue", "Arn"]})
    may = {
        role
        for role, s in role_statements(expanded)
        if "sqs:SendMessage" in s["Action"] and queue in [text(r) for r in s["Resource"]]
    }
    assert may == {"ImportFileRole", "DailyScanRole", "PaymentWebhookRole", "ReconcileRole"}


def test_secrets_are_read_one_by_one_and_only_with_our_prefix(expanded: Template) -> None:
    for role, statement in role_statements(expanded):
        if any(action.startswith("secretsmanager:") for action in statement["Action"]):
            assert statement["Action"] == ["secretsmanager:GetSecretValue"]
            resource = text(statement["Resource"])
            assert "PseudonymSecret" in resource or "secret:${SecretPrefix}/*" in resource, role


@pytest.mark.parametrize("kind", ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy"])
def test_what_allows_a_service_in_names_its_account_or_source(expanded: Template, kind: str) -> None:
    for name, properties in expanded.of_type(kind).items():
        for statement in statements(properties["PolicyDocument"]):
            if statement["Effect"] == "Allow":
                assert "aws:Source" in text(statement["Condition"]), name
                assert statement["Principal"] != "*", name


def test_only_the_account_itself_may_change_the_key(expanded: Template) -> None:
    (key,) = expanded.of_type("AWS::KMS::Key").values()
    everything = [s for s in statements(key["KeyPolicy"]) if "kms:*" in s["Action"]]
    assert [text(s["Principal"]) for s in everything] == [
        text({"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}})
    ]
    assert key["EnableKeyRotation"] is True


def test_services_use_the_key_for_this_account_alone(expanded: Template) -> None:
    (key,) = expanded.of_type("AWS::KMS::Key").values()
    for statement in statements(key["KeyPolicy"]):
        if "Service" in text(statement["Principal"]):
            assert "aws:SourceAccount" in text(statement["Condition"]), statement["Sid"]


def test_each_permission_to_call_a_function_names_the_caller(expanded: Template) -> None:
    permissions = expanded.of_type("AWS::Lambda::Permission")
    assert permissions
    for name, properties in permissions.items():
        assert "SourceArn" in properties, name


# --- what must not be lost ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"])
def test_data_outlives_the_stack(expanded: Template, kind: str) -> None:
    assert expanded.of_type(kind)
    for name in expanded.of_type(kind):
        resource = expanded.resource(name)
        # a first deploy that fails takes away what it had made: else the next would find the names taken
        assert resource["DeletionPolicy"] == "RetainExceptOnCreate", name
        assert resource["UpdateReplacePolicy"] == "Retain", name


def test_the_table_can_be_restored_and_not_deleted_by_mistake(expanded: Template) -> None:
    (table,) = expanded.of_type("AWS::DynamoDB::Table").values()
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsLive", True, False]}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}


def test_the_open_index_is_the_one_the_store_reads(expanded: Template) -> None:
    (table,) = expanded.of_type("AWS::DynamoDB::Table").values()
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "open"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["open_shard", "open_key"]
    assert index["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["data", "file", "version"]}
    types = {a["AttributeName"]: a["AttributeType"] for a in table["AttributeDefinitions"]}
    assert types == {"PK": "S", "SK": "S", "open_shard": "N", "open_key": "S"}


def test_the_key_of_the_pseudonyms_is_generated_and_never_rotated(expanded: Template) -> None:
    (secret,) = expanded.of_type("AWS::SecretsManager::Secret").values()
    assert secret["GenerateSecretString"]["PasswordLength"] >= 64
    assert "SecretString" not in secret
    assert not expanded.of_type("AWS::SecretsManager::RotationSchedule")


# --- encryption and privacy -----------------------------------------------------------------------------------------


def test_everything_at_rest_is_encrypted(expanded: Template) -> None:
    for name, bucket in expanded.of_type("AWS::S3::Bucket").items():
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"], name
    for name, queue in expanded.of_type("AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True, name
    for name, topic in expanded.of_type("AWS::SNS::Topic").items():
        assert topic["KmsMasterKeyId"], name
    for name, table in expanded.of_type("AWS::DynamoDB::Table").items():
        assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}, name


def test_buckets_are_private_versioned_and_forget(expanded: Template) -> None:
    for name, bucket in expanded.of_type("AWS::S3::Bucket").items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}, name
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4, name
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}, name
        rules = bucket["LifecycleConfiguration"]["Rules"]
        assert any("NoncurrentVersionExpiration" in rule for rule in rules), name
        assert any("AbortIncompleteMultipartUpload" in rule for rule in rules), name


def _covered(expanded: Template, kind: str, key: str) -> set[str]:
    covered = set()
    for properties in expanded.of_type(kind).values():
        named = properties[key] if isinstance(properties[key], list) else [properties[key]]
        for statement in statements(properties["PolicyDocument"]):
            if statement["Effect"] == "Deny" and "aws:SecureTransport" in text(statement["Condition"]):
                covered |= {reference["Ref"] for reference in named}
    return covered


@pytest.mark.parametrize(
    ("kind", "policy", "key"),
    [
        ("AWS::S3::Bucket", "AWS::S3::BucketPolicy", "Bucket"),
        ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "Queues"),
        ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "Topics"),
    ],
)
def test_nothing_is_moved_without_tls(expanded: Template, kind: str, policy: str, key: str) -> None:
    assert _covered(expanded, policy, key) == set(expanded.of_type(kind))


def test_every_log_group_forgets(expanded: Template) -> None:
    groups = expanded.of_type("AWS::Logs::LogGroup")
    assert len(groups) >= len(HANDLERS) + 2
    for name, group in groups.items():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}, name


def test_each_function_logs_where_we_set_how_long(expanded: Template) -> None:
    for name, function in expanded.of_type("AWS::Lambda::Function").items():
        assert function["LoggingConfig"]["LogGroup"] == {"Ref": f"{name}Logs"}


def test_access_logs_hold_no_address_and_no_link(expanded: Template) -> None:
    for stage in expanded.of_type("AWS::ApiGatewayV2::Stage").values():
        fields = set(re.findall(r"\$context\.([A-Za-z.]+)", stage["AccessLogSettings"]["Format"]))
        assert fields <= {"requestId", "routeKey", "status", "responseLatency", "integrationErrorMessage"}


def test_messages_are_not_tracked(expanded: Template) -> None:
    (destination,) = expanded.of_type("AWS::SES::ConfigurationSetEventDestination").values()
    events = set(destination["EventDestination"]["MatchingEventTypes"])
    assert not events & {"open", "click"}
    assert {"delivery", "bounce", "complaint", "reject"} <= events


# --- nothing fails in silence ---------------------------------------------------------------------------------------


def test_each_consumed_queue_reports_single_failures_and_gives_up_into_a_dead_letter_queue(expanded: Template) -> None:
    mappings = expanded.of_type("AWS::Lambda::EventSourceMapping")
    assert len(mappings) == 2
    for name, mapping in mappings.items():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
        queue = expanded.of_type("AWS::SQS::Queue")[mapping["EventSourceArn"]["Fn::GetAtt"][0]]
        assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
        function = expanded.of_type("AWS::Lambda::Function")[mapping["FunctionName"]["Ref"]]
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"], name


def test_dead_letters_wait_two_weeks_for_a_person(expanded: Template) -> None:
    for name, queue in expanded.of_type("AWS::SQS::Queue").items():
        if name.endswith("Dlq"):
            assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600, name


# --- functions, routes and schedule ---------------------------------------------------------------------------------


def test_each_function_says_how_long_and_how_much(expanded: Template) -> None:
    functions = expanded.of_type("AWS::Lambda::Function")
    assert {name: f["Handler"] for name, f in functions.items()} == {
        name: f"{module}.handler.lambda_handler" for name, module in HANDLERS.items()
    }
    for name, function in functions.items():
        assert function["Timeout"] <= 900, name
        assert function["MemorySize"] >= 256, name
        assert len(text(function["Environment"])) < 4096, "Lambda's limit for environment variables"


def test_a_caller_of_the_api_never_waits_for_longer_than_the_gateway_does(expanded: Template) -> None:
    for integration in expanded.of_type("AWS::ApiGatewayV2::Integration").values():
        assert integration["TimeoutInMillis"] <= 30_000
        assert integration["PayloadFormatVersion"] == "2.0"


def test_the_routes_are_the_published_ones(expanded: Template) -> None:
    routes = [route["RouteKey"] for name, route in expanded.of_type("AWS::ApiGatewayV2::Route").items()]
    assert sorted(routes) == [
        "GET /channels/whatsapp/{tenant}",
        "GET /u/{token}",
        "POST /channels/whatsapp/{tenant}",
        "POST /u/{token}",
        "POST /webhooks/{gateway}/{tenant}",
        "POST /webhooks/{gateway}/{tenant}",
        "POST /webhooks/{gateway}/{tenant}/{callback}",
        "POST /webhooks/{gateway}/{tenant}/{callback}",
    ]


def test_what_a_psp_appends_to_the_address_it_was_given_reaches_the_same_function(expanded: Template) -> None:
    """With and without a client certificate, and no slower than the address itself (bacen/pix-api, callbacks)."""
    routes = [route for route in expanded.of_type("AWS::ApiGatewayV2::Route").values() if "webhooks" in text(route)]
    apis = {text(route["ApiId"]) for route in routes}
    assert len(apis) == 2
    for api in apis:
        own = {route["RouteKey"]: route["Target"] for route in routes if text(route["ApiId"]) == api}
        assert own["POST /webhooks/{gateway}/{tenant}/{callback}"] == own["POST /webhooks/{gateway}/{tenant}"]
    paced = expanded.of_type("AWS::ApiGatewayV2::Stage")["HttpStage"]["RouteSettings"]
    assert paced["POST /webhooks/{gateway}/{tenant}/{callback}"] == paced["POST /webhooks/{gateway}/{tenant}"]


def test_every_stage_is_throttled_and_payments_least(expanded: Template) -> None:
    for stage in expanded.of_type("AWS::ApiGatewayV2::Stage").values():
        default = stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
        assert default > 0
        paced = {route: each["ThrottlingRateLimit"] for route, each in stage.get("RouteSettings", {}).items()}
        assert all(rate >= default for rate in paced.values())
        assert all(rate == max(paced.values()) for route, rate in paced.items() if "webhooks" in route)


def test_every_door_of_the_open_api_has_a_pace_of_its_own(expanded: Template) -> None:
    stage = expanded.of_type("AWS::ApiGatewayV2::Stage")["HttpStage"]
    routes = expanded.of_type("AWS::ApiGatewayV2::Route").values()
    doors = {route["RouteKey"] for route in routes if text(route["ApiId"]) == text(stage["ApiId"])}
    assert set(stage["RouteSettings"]) == doors
    for door, settings in stage["RouteSettings"].items():
        assert settings["ThrottlingBurstLimit"] == 2 * settings["ThrottlingRateLimit"], door


def test_nothing_is_reserved_unless_somebody_says_how_much(expanded: Template, raw: Json) -> None:
    """A new account has ten concurrent executions in all, and reserving any of them is refused."""
    assert raw["Parameters"]["ReservedConcurrency"]["Default"] == 0
    reserved = {
        name: function["ReservedConcurrentExecutions"]
        for name, function in expanded.of_type("AWS::Lambda::Function").items()
        if "ReservedConcurrentExecutions" in function
    }
    assert set(reserved) == {"PaymentWebhook", "ChannelEvents", "SendChannel"}
    for value in reserved.values():
        assert value == {"Fn::If": ["ReservesConcurrency", {"Ref": "ReservedConcurrency"}, {"Ref": "AWS::NoValue"}]}


def test_mutual_tls_cannot_be_gone_round(expanded: Template) -> None:
    assert expanded.of_type("AWS::ApiGatewayV2::Api")["MutualTlsApi"]["DisableExecuteApiEndpoint"] is True
    domain = expanded.of_type("AWS::ApiGatewayV2::DomainName")["MutualTlsDomainName"]
    assert domain["MutualTlsAuthentication"]["TruststoreUri"] == {"Ref": "TruststoreUri"}
    assert {c["SecurityPolicy"] for c in domain["DomainNameConfigurations"]} == {"TLS_1_2"}


def test_the_scan_runs_every_day_in_the_creditors_time_zone(expanded: Template) -> None:
    schedule = expanded.of_type("AWS::Scheduler::Schedule")["ScanSchedule"]
    assert schedule["ScheduleExpressionTimezone"] == "America/Sao_Paulo"
    assert schedule["ScheduleExpression"] == "cron(0 6 * * ? *)"
    assert json.loads(schedule["Target"]["Input"]) == {"shards": "all"}


def test_what_channels_told_and_waits_is_tried_every_few_minutes(expanded: Template) -> None:
    """And a message is stored by us before its queue gives it up."""
    schedule = expanded.of_type("AWS::Scheduler::Schedule")["HeardSchedule"]
    assert (schedule["ScheduleExpression"], json.loads(schedule["Target"]["Input"])) == (
        "rate(5 minutes)",
        {"sweep": "heard"},
    )
    queue = expanded.of_type("AWS::SQS::Queue")["ChannelEventsQueue"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] > RESCUED_AT


def test_who_is_late_is_looked_at_every_hour_in_which_people_are_contacted(expanded: Template) -> None:
    schedule = expanded.of_type("AWS::Scheduler::Schedule")["CatchUpSchedule"]
    assert schedule["ScheduleExpressionTimezone"] == "America/Sao_Paulo"
    assert schedule["ScheduleExpression"] == "cron(20 8-20 * * ? *)"
    assert json.loads(schedule["Target"]["Input"]) == {"shards": "all", "only": "late"}


def test_gateways_are_asked_every_few_hours_in_the_creditors_time_zone(expanded: Template, raw: Json) -> None:
    schedule = expanded.of_type("AWS::Scheduler::Schedule")["ReconcileSchedule"]
    assert schedule["ScheduleExpressionTimezone"] == "America/Sao_Paulo"
    assert schedule["ScheduleExpression"] == {"Fn::Sub": "cron(30 2/${ReconcileHours} * * ? *)"}
    assert json.loads(schedule["Target"]["Input"]) == {"tenants": "all"}
    assert all(24 % hours == 0 for hours in raw["Parameters"]["ReconcileHours"]["AllowedValues"])


def test_what_waits_is_swept_every_hour_apart_from_the_scan_which_asks_no_gateway(expanded: Template) -> None:
    schedule = expanded.of_type("AWS::Scheduler::Schedule")["SweepSchedule"]
    assert schedule["ScheduleExpressionTimezone"] == "America/Sao_Paulo"
    assert schedule["ScheduleExpression"] == "cron(45 * * * ? *)"
    assert json.loads(schedule["Target"]["Input"]) == {"sweep": "all"}
    assert schedule["Target"]["Arn"] == {"Fn::GetAtt": ["Reconcile", "Arn"]}
    readers = {role for role, s in role_statements(expanded) if "secretsmanager:GetSecretValue" in s["Action"]}
    assert "DailyScanRole" not in readers


# --- parameters and outputs -----------------------------------------------------------------------------------------


def test_the_first_deploy_sends_nothing_and_keeps_real_time(raw: Json) -> None:
    parameters = raw["Parameters"]
    assert parameters["DryRun"]["Default"] == "true"
    assert parameters["ClockMode"]["Default"] == "real"
    assert parameters["ProductionExtras"]["Default"] == "false"
    assert parameters["PythonRuntime"]["Default"] == "python3.13"


def test_every_parameter_is_described_has_a_default_and_says_what_it_accepts(raw: Json) -> None:
    for name, parameter in raw["Parameters"].items():
        assert len(parameter["Description"]) > 15, name
        assert "Default" in parameter, name
        assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter), name
        pattern = parameter.get("AllowedPattern")
        if pattern:
            assert re.search(pattern, parameter["Default"]), f"the default of {name} is refused by its own pattern"
            assert "ConstraintDescription" in parameter, name


def test_every_parameter_has_its_place_in_the_console(raw: Json) -> None:
    groups = raw["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [name for group in groups for name in group["Parameters"]]
    assert sorted(shown) == sorted(raw["Parameters"])


def test_no_default_looks_like_a_secret(raw: Json) -> None:
    for name, parameter in raw["Parameters"].items():
        default = str(parameter["Default"])
        assert not re.search(r"(?i)secret|token|password|key", name) or name == "SecretPrefix"
        assert not re.search(r"[A-Za-z0-9+/_-]{24,}", default), name


def test_no_environment_variable_holds_a_secret(expanded: Template) -> None:
    for function in expanded.of_type("AWS::Lambda::Function").values():
        assert "resolve:secretsmanager" not in text(function["Environment"])


@pytest.mark.parametrize("path", sorted(INFRA.glob("*.yaml")), ids=lambda path: path.name)
def test_descriptions_survive_cloudformation_which_only_keeps_ascii(path: Path) -> None:
    body = read(path)
    described = [body, *body["Parameters"].values(), *body.get("Outputs", {}).values()]
    described += [r.get("Properties", {}) for r in body["Resources"].values()]
    for item in described:
        assert isinstance(item.get("Description", ""), str)
        assert item.get("Description", "").isascii(), item["Description"]


def test_the_template_fits_what_cloudformation_takes(expanded: Template) -> None:
    assert len(json.dumps(expanded.body, separators=(",", ":"))) < 1_000_000
    assert len(expanded.body["Resources"]) < 500
    assert len(expanded.body["Parameters"]) < 200


def test_the_deploy_guide_knows_every_parameter_output_and_variable(raw: Json, expanded: Template) -> None:
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    variables = expanded.of_type("AWS::Lambda::Function")["SendChannel"]["Environment"]["Variables"]
    for name in [*raw["Parameters"], *raw["Outputs"], *variables]:
        assert f"`{name}`" in guide, name


def test_the_functions_are_told_everything_they_ask_for(expanded: Template) -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("layers/common/regua", "functions")
        for path in (ROOT / folder).rglob("*.py")
    )
    asked = set(re.findall(r'(?:environ(?:ment)?(?:\.get\(|\[)|_required\()"([A-Z_]+)"', code))
    of_lambda = {name for name in asked if name.startswith(("AWS_", "_X_"))}
    for name, function in expanded.of_type("AWS::Lambda::Function").items():
        assert asked - of_lambda <= set(function["Environment"]["Variables"]), name
    assert "TABLE_NAME" in asked


def test_letters_go_to_a_folder_of_ours_and_to_the_one_bucket_the_owner_names(stacks: dict[str, Nested]) -> None:
    """Least privilege: none but that bucket, and without its name none at all."""
    access = stacks["Access"]
    assert access.given["LettersBucket"] == {"Ref": "LettersBucket"}
    [policy] = access.body["Resources"]["SendChannelRole"]["Properties"]["Policies"]
    [letters] = [s for s in policy["PolicyDocument"]["Statement"] if s["Sid"] == "Letters"]
    assert letters["Action"] == "s3:PutObject"
    ours, theirs = letters["Resource"]
    assert ours == {"Fn::Sub": f"${{ReportsBucketArn}}/{letter.PREFIX}/*"}
    named = {"Fn::Sub": "arn:${AWS::Partition}:s3:::${LettersBucket}/*"}
    assert theirs == {"Fn::If": ["HasLettersBucket", named, {"Ref": "AWS::NoValue"}]}
    assert access.body["Conditions"]["HasLettersBucket"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "LettersBucket"}, ""]}]
    }
