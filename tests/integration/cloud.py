"""A deployment under moto: the table as infra/data.yaml says it, the other resources by its names, the clock ours.

Functions run as Lambda runs them: their handlers, with nothing but the environment the template gives them.
"""

import json
import logging
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TextIO
from unittest.mock import patch
from urllib.parse import quote_plus

import boto3
import botocore.client
import pytest
from moto import mock_aws
from tests.atomic import make_atomic
from tests.infra.templates import INFRA, flatten, read
from tests.integration.permits import ACCOUNT, REGION, STACK, Permits

from regua import observability, settings, wiring
from regua.channels import aws
from regua.domain.ids import pseudonym
from regua.domain.model import File
from regua.platform import clients
from regua.platform.fakes import FakeClock
from regua.ports import InboxStatus
from regua.store import calls

ROOT = Path(__file__).resolve().parents[2]
EVENTS = ROOT / "events"
EXAMPLE = ROOT / "docs" / "examples" / "escola-alfa"
TENANT = "escola-alfa"
KEY = "the-key-of-all-pseudonyms"
MONDAY = datetime(2026, 3, 2, 13, tzinfo=UTC)
"""2 March 2026, 10:00 in São Paulo."""
PIX_KEY = "segredo-do-pix"
APP_KEY, VERIFY_KEY = "segredo-do-app", "token-de-exemplo"
_CACHED = (
    "store", "clock", "secrets", "key", "config", "objects", "executions", "rulebook", "_sender", "_composer",
)  # fmt: skip


@cache
def template() -> dict[str, Any]:
    """infra/template.yaml as written, with its nested stacks laid out in it."""
    return flatten(read(INFRA / "template.yaml"))


class Calls(list[tuple[str, str, dict[str, Any]]]):
    """Every AWS call: service, operation, parameters."""

    def of(self, service: str, operation: str = "") -> list[dict[str, Any]]:
        """Parameters of the calls of that service (and operation)."""
        return [p for s, o, p in self if s == service and operation in ("", o)]

    def counted(self) -> Counter[str]:
        """How often each was called."""
        return Counter(f"{service}:{operation}" for service, operation, _ in self)


class Cloud:
    """One deployment with one tenant, the documentation's example."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock(MONDAY)
        self.calls = Calls()
        self.permits = Permits()
        self.handed_over: list[dict[str, Any]] = []
        self.started: list[dict[str, Any]] = []
        self.running = False
        self.function = ""
        """Which one runs."""
        self._folder = folder
        self._sequencer = 0
        self._make()

    # what the template deploys ---------------------------------------------------------------------------------------

    def _make(self) -> None:
        resources = template()["Resources"]
        table = resources["Table"]["Properties"]
        wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        made = {name: table[name] for name in wanted}
        # there with a parameter only
        made["GlobalSecondaryIndexes"] = [
            {k: v for k, v in one.items() if k != "WarmThroughput"} for one in made["GlobalSecondaryIndexes"]
        ]
        boto3.client("dynamodb").create_table(TableName=STACK, **made)
        where = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
        for name in ("inbox", "reports", "config", "bodies"):
            boto3.client("s3").create_bucket(Bucket=self.bucket(name), **where)
        self.queue = boto3.client("sqs").create_queue(QueueName="settle")["QueueUrl"]
        secret = boto3.client("secretsmanager").create_secret
        self.pseudonym_secret = secret(Name="regua-pseudonyms", SecretString=KEY)["ARN"]
        for name, value in (
            ("pix", PIX_KEY),
            ("asaas", "a"),
            ("asaas-anterior", "b"),
            ("whatsapp-app-secret", APP_KEY),
            ("whatsapp-verify-token", VERIFY_KEY),
            ("whatsapp-token", "t"),
        ):
            secret(Name=f"regua/{TENANT}/{name}", SecretString=value)
        machine = json.loads((INFRA / "debtor_case.asl.json").read_text("utf-8"))
        text = json.dumps(machine).replace("${Partition}", "aws").replace("${SendChannelArn}", self.arn("send-channel"))
        made = boto3.client("stepfunctions").create_state_machine(
            name=f"{STACK}-debtor-case",
            definition=text,
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/r",
        )
        self.machine = made["stateMachineArn"]
        email = boto3.client("sesv2")
        email.create_configuration_set(ConfigurationSetName=STACK)
        email.create_email_identity(EmailIdentity="financeiro@escolaalfa.example.com.br")
        self.configures()

    def environment(self, function: str = "SendChannel") -> dict[str, str]:
        """What the template gives a function: its expressions, with this deployment's resources and parameters."""
        body = template()
        given = body["Globals"]["Function"]["Environment"]["Variables"]
        own = body["Resources"][function]["Properties"].get("Environment", {}).get("Variables", {})
        name = body["Resources"][function]["Properties"]["FunctionName"]
        return {key: self._value(value) for key, value in (given | own).items()} | {
            "AWS_LAMBDA_FUNCTION_NAME": self._value(name)
        }

    def _value(self, expression: Any) -> str:
        """An expression of the template: text, Ref, Fn::Sub, Fn::If (the second branch), Fn::Join or Fn::GetAtt."""
        known: dict[str, str] = {
            "Table": STACK,
            "ReportsBucket": self.bucket("reports"),
            "BodiesBucket": self.bucket("bodies"),
            "ConfigBucket": self.bucket("config"),
            "SettleQueue": self.queue,
            "PseudonymSecret": self.pseudonym_secret,
            "EmailEvents": STACK,
            "HttpApi.ApiEndpoint": "https://a1b2c3d4e5.execute-api.sa-east-1.amazonaws.com",
            "AWS::StackName": STACK,
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::Partition": "aws",
            # parameters that are not at their defaults: two shards, and messages are sent (to nobody: moto)
            "Shards": "2",
            "DryRun": "false",
            "WhatsAppBaseUrl": "http://127.0.0.1:9",
        }
        match expression:
            case {"Ref": name} if name not in known:
                return str(template()["Parameters"][name]["Default"])
            case {"Ref": name}:
                return known[name]
            case {"Fn::GetAtt": parts}:
                return known[".".join(parts) if isinstance(parts, list) else str(parts)]
            case {"Fn::If": [_, _, otherwise]}:
                return self._value(otherwise)
            case {"Fn::Join": [str(between), list(parts)]}:
                return between.join(map(self._value, parts))
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([^}]+)\}", lambda found: known[found[1]], text)
        return str(expression)

    @staticmethod
    def bucket(name: str) -> str:
        """Named as the template names it."""
        return f"{STACK}-{name}-{ACCOUNT}-{REGION}"

    @staticmethod
    def arn(function: str) -> str:
        """Of a function."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{STACK}-{function}"

    def configures(self, edits: Mapping[str, str] | None = None, **lines: str) -> None:
        """Uploads the documentation's example: `lines` of tenant.yaml replaced, and `edits` of its text.

        By default it sends, and whether money was reconciled is not asked.
        """
        folder = self._folder / TENANT
        shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
        text = (folder / "tenant.yaml").read_text("utf-8")
        for name, value in {"dry_run": "false", "reconcile_limit_hours": "0", **lines}.items():
            before = next(line for line in text.splitlines() if line.startswith(f"{name}:"))
            text = text.replace(before, f"{name}: {value}")
        for old, new in (edits or {}).items():
            assert old in text, f"the example has no {old!r} any more"
            text = text.replace(old, new)
        (folder / "tenant.yaml").write_text(text, "utf-8")
        for path in folder.rglob("*.*"):
            key = f"{TENANT}/{path.relative_to(folder).as_posix()}"
            boto3.client("s3").put_object(Bucket=self.bucket("config"), Key=key, Body=path.read_bytes())
        wiring.config.cache_clear()
        wiring.rulebook.cache_clear()

    # events ----------------------------------------------------------------------------------------------------------

    def upload(self, text: str | bytes, name: str = "titulos.csv", folder: str = "inbox") -> dict[str, Any]:
        """Puts a file into the inbox bucket and hands S3's notification to the function."""
        return self.run("import_file", self.uploaded(text, name, folder))

    def uploaded(self, text: str | bytes, name: str = "titulos.csv", folder: str = "inbox") -> dict[str, Any]:
        """S3's notification of a file that was put into the inbox bucket."""
        body = text.encode() if isinstance(text, str) else text
        key = f"{folder}/{TENANT}/{name}"
        boto3.client("s3").put_object(Bucket=self.bucket("inbox"), Key=key, Body=body)
        event = sample("import_file/spreadsheet_uploaded.json")
        record = event["Records"][0]
        self._sequencer += 1
        record["eventTime"] = self.clock.now().isoformat().replace("+00:00", "Z")
        record["s3"]["bucket"]["name"] = self.bucket("inbox")
        record["s3"]["object"] |= {"key": quote_plus(key, safe="/"), "sequencer": f"{self._sequencer:016X}"}
        return event

    def scan(self) -> list[dict[str, Any]]:
        """The scheduled scan, and the shards it hands over."""
        answers = [self.run("daily_scan", sample("daily_scan/scheduled.json"))]
        work, self.handed_over = self.handed_over, []
        return answers + [self.run("daily_scan", event) for event in work]

    def due(self, text: str) -> dict[str, Any]:
        """A spreadsheet with one debtor is uploaded and scanned, and the debtor's moment comes: what wakes then."""
        self.upload(text)
        self.scan()
        [execution] = self.executions()
        self.clock.advance(timedelta(seconds=execution["seconds"]))
        return execution

    def wake(self, event: dict[str, Any]) -> dict[str, Any]:
        """The state machine's task."""
        return self.run("send_channel", event)

    def executions(self) -> list[dict[str, Any]]:
        """Inputs of all started executions."""
        return list(self.started)

    def post_pix(self, events: list[dict[str, Any]], secret: str = PIX_KEY) -> dict[str, Any]:
        """What a bank posts when Pix money arrives (API Pix of BACEN)."""
        return self.run("payment_webhook", self.pix(events, secret))

    @staticmethod
    def pix(events: list[dict[str, Any]], secret: str = PIX_KEY) -> dict[str, Any]:
        """The request it makes."""
        event = sample("payment_webhook/pix_received.json")
        event["pathParameters"]["tenant"] = TENANT
        event["queryStringParameters"] = {"token": secret}
        return event | {"body": json.dumps({"pix": events})}

    def run(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """One invocation."""
        handler: Callable[[dict[str, Any], object], dict[str, Any]] = __import__(
            f"{function}.handler", fromlist=["lambda_handler"]
        ).lambda_handler
        caller, self.function = self.function, function
        called = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        os.environ["AWS_LAMBDA_FUNCTION_NAME"] = f"{STACK}-{function.replace('_', '-')}"
        self.running = True
        try:
            answer = handler(json.loads(json.dumps(event)), _Context())
        finally:
            self.running, self.function = False, caller
            os.environ["AWS_LAMBDA_FUNCTION_NAME"] = called
        found: dict[str, Any] = json.loads(json.dumps(answer))  # as Lambda hands it on
        return found

    # what there is to see --------------------------------------------------------------------------------------------

    def mail(self) -> list[dict[str, Any]]:
        """What was sent to debtors by e-mail (operators' notices carry no tags)."""
        return [call for call in self.calls.of("sesv2", "SendEmail") if "EmailTags" in call]

    def file(self, document: str) -> File:
        """A debtor's file, by the tax id."""
        found = wiring.store().load(TENANT, pseudonym(KEY.encode(), TENANT, document))
        assert found is not None, "no such debtor"
        return found

    def report(self, name: str) -> str:
        """One object of the reports bucket."""
        body = boto3.client("s3").get_object(Bucket=self.bucket("reports"), Key=f"reports/{TENANT}/{name}")["Body"]
        return body.read().decode("utf-8-sig")  # type: ignore[no-any-return]  # boto3 has no types

    def reports(self) -> list[str]:
        """Names of all reports."""
        listed = boto3.client("s3").list_objects_v2(Bucket=self.bucket("reports")).get("Contents", [])
        return [o["Key"].removeprefix(f"reports/{TENANT}/") for o in listed]

    def items(self) -> list[dict[str, Any]]:
        """Everything in the table."""
        pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=STACK)
        return [item for page in pages for item in page["Items"]]

    def inbox(self, event_id: str, gateway: str = "pix") -> InboxStatus:
        """The status of a stored event."""
        stored = wiring.store().get_inbox(TENANT, gateway, event_id)
        assert stored is not None, "never stored"
        return stored.status

    def queued(self) -> list[str]:
        """Bodies of the messages in the settle queue."""
        answer = boto3.client("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return [m["Body"] for m in answer.get("Messages", [])]


class _Context:
    """Lambda's, as far as it is used."""

    aws_request_id = "5f8c7d6e"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 900_000


def sample(name: str) -> dict[str, Any]:
    """An event of events/, by its path."""
    found: dict[str, Any] = json.loads((EVENTS / name).read_text("utf-8"))
    return found


def forget() -> None:
    """Nothing of another deployment is kept warm."""
    for name in _CACHED:
        getattr(wiring, name).cache_clear()
    settings.settings.cache_clear()
    clients.forget()
    aws.make.cache_clear()
    observability.logger.cache_clear()
    boto3.DEFAULT_SESSION = None


def logs_to(stream: TextIO | None) -> None:
    """What the functions log goes to `stream`."""
    observability.logger()
    for handler in logging.getLogger(STACK).handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(stream)


@contextmanager
def deployed(folder: Path) -> Iterator[Cloud]:
    """A fresh deployment. At its end nothing may have been done that the template's policies do not allow."""
    real, stored = botocore.client.BaseClient._make_api_call, calls.Calls._made

    with pytest.MonkeyPatch.context() as environment, mock_aws():
        make_atomic(environment)
        for name, value in (
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
            ("AWS_DEFAULT_REGION", REGION),
        ):
            environment.setenv(name, value)
        environment.delenv("AWS_ENDPOINT_URL", raising=False)
        forget()
        cloud = Cloud(folder)
        for name, value in cloud.environment().items():
            environment.setenv(name, value)
        environment.setattr(wiring, "clock", lambda: cloud.clock)

        def call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            service = client.meta.service_model.service_name
            if cloud.running and not calls.preparing():
                cloud.permits.ask(cloud.function, service, operation, parameters)
            if service == "lambda" and operation == "Invoke":
                cloud.handed_over.append(json.loads(parameters["Payload"]))
                return {"StatusCode": 202}
            # a test's own look at things is no call of ours, nor one of the store's that is only prepared
            if cloud.running and not calls.preparing():
                cloud.calls.append((service, operation, parameters))
                if operation == "StartExecution":
                    cloud.started.append(json.loads(parameters["input"]))
            return real(client, operation, parameters)

        def store(self: calls.Calls, prepared: Any, body: bytes, decoder: Any) -> dict[str, Any]:
            if cloud.running:
                given = json.loads(body)
                cloud.permits.ask(cloud.function, "dynamodb", prepared.model.name, given)
                cloud.calls.append(("dynamodb", prepared.model.name, given))
            return stored(self, prepared, body, decoder)

        with (
            patch.object(botocore.client.BaseClient, "_make_api_call", call),
            patch.object(calls.Calls, "_made", store),
        ):
            yield cloud
        environment.undo()
        assert not cloud.permits.refused, cloud.permits.refused
    forget()
