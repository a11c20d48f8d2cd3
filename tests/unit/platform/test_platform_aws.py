"""The ports on AWS, played by moto."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from regua.platform import clients
from regua.platform.executions import StepFunctionsExecutions
from regua.platform.fakes import DictConfig, FakeExecutions, FakeSecrets, MemoryObjects
from regua.platform.objects import CHUNK_BYTES, S3Objects
from regua.platform.secrets import KEPT_SECONDS, SecretsManagerSecrets
from regua.ports import PermanentError, RetryableError

MACHINE = "arn:aws:states:sa-east-1:123456789012:stateMachine:regua-debtor-case"


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        clients.forget()
        yield
        clients.forget()


class Failing:
    """A client whose every call raises."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        def call(**_: Any) -> None:
            raise self._error

        return call


def refused(code: str, status: int = 400) -> Failing:
    response = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return Failing(ClientError(response, "Call"))  # type: ignore[arg-type] # the parts that are read


UNREACHABLE = Failing(EndpointConnectionError(endpoint_url="https://example.com"))


class TestExecutions:
    @pytest.fixture
    def machine(self, cloud: None) -> str:
        definition = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": True}}}
        made = boto3.client("stepfunctions").create_state_machine(
            name="regua-debtor-case", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/r"
        )
        arn: str = made["stateMachineArn"]
        return arn

    def test_an_execution_is_named_after_debtor_and_cycle_and_carries_ids_and_numbers_only(self, machine: str) -> None:
        arn = StepFunctionsExecutions(machine).start("escola", "abc", 3, 60)
        found = boto3.client("stepfunctions").describe_execution(executionArn=arn)
        assert found["name"] == "abc-3"
        assert json.loads(found["input"]) == {"v": 1, "tenant": "escola", "debtor": "abc", "cycle": 3, "seconds": 60}

    def test_a_repeated_start_is_the_same_start(self, machine: str) -> None:
        executions = StepFunctionsExecutions(machine)
        first = executions.start("escola", "abc", 3, 60)
        assert executions.start("escola", "abc", 3, 5) == first
        assert len(boto3.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]) == 1

    def test_stopping_by_name_is_stopping_by_arn(self, machine: str) -> None:
        executions = StepFunctionsExecutions(machine)
        for cycle, given in ((1, "abc-1"), (2, executions.arn("abc-2"))):
            arn = executions.start("escola", "abc", cycle, 60)
            assert arn == executions.arn(given)
            executions.stop(given)
            assert boto3.client("stepfunctions").describe_execution(executionArn=arn)["status"] == "ABORTED"

    @pytest.mark.parametrize("client", [refused("ExecutionDoesNotExist"), refused("ThrottlingException"), UNREACHABLE])
    def test_stopping_never_fails(self, client: Failing) -> None:
        StepFunctionsExecutions(MACHINE, stop_client=client).stop("abc-1")

    @pytest.mark.parametrize(
        ("client", "expected"),
        [
            (refused("ExecutionLimitExceeded"), RetryableError),
            (refused("ThrottlingException"), RetryableError),
            (UNREACHABLE, RetryableError),
            (refused("StateMachineDoesNotExist"), PermanentError),
            (refused("InvalidName"), PermanentError),
        ],
    )
    def test_a_start_that_failed_says_whether_to_try_again(self, client: Failing, expected: type[Exception]) -> None:
        with pytest.raises(expected):
            StepFunctionsExecutions(MACHINE, client=client).start("escola", "abc", 1, 0)

    def test_the_fake_starts_a_name_once_too(self) -> None:
        fake = FakeExecutions(failing=[RetryableError("throttled")])
        with pytest.raises(RetryableError):
            fake.start("escola", "abc", 1, 5)
        first = fake.start("escola", "abc", 1, 5)
        assert fake.start("escola", "abc", 1, 9) == first
        assert [s.seconds for s in fake.running] == [5]
        fake.stop(first)
        assert fake.running == []


class TestSecrets:
    def test_a_name_is_given_the_prefix_unless_it_has_it_or_is_an_arn(self, cloud: None) -> None:
        client = boto3.client("secretsmanager")
        arn = client.create_secret(Name="regua/escola/asaas", SecretString="s3cret")["ARN"]
        secrets = SecretsManagerSecrets("regua")
        assert {secrets.get(name) for name in ("escola/asaas", "regua/escola/asaas", arn)} == {"s3cret"}

    def test_a_secret_nobody_made_is_a_key_error(self, cloud: None) -> None:
        with pytest.raises(KeyError, match="escola/none"):
            SecretsManagerSecrets("regua").get("escola/none")

    def test_a_rotated_secret_is_seen_after_five_minutes(self, cloud: None) -> None:
        client = boto3.client("secretsmanager")
        client.create_secret(Name="regua/a/b", SecretString="old")
        time = [0.0]
        secrets = SecretsManagerSecrets("regua", monotonic=lambda: time[0])
        assert secrets.get("a/b") == "old"
        client.put_secret_value(SecretId="regua/a/b", SecretString="new")
        time[0] = KEPT_SECONDS - 1
        assert secrets.get("a/b") == "old"
        time[0] = KEPT_SECONDS
        assert secrets.get("a/b") == "new"

    @pytest.mark.parametrize(
        ("client", "expected"),
        [
            (refused("AccessDeniedException"), PermanentError),
            (refused("InternalServiceError", 500), RetryableError),
            (UNREACHABLE, RetryableError),
        ],
    )
    def test_a_secret_that_cannot_be_read_is_not_a_missing_one(
        self, client: Failing, expected: type[Exception]
    ) -> None:
        with pytest.raises(expected):
            SecretsManagerSecrets(client=client).get("a/b")

    def test_the_fake_knows_what_it_was_given(self) -> None:
        fake = FakeSecrets({"a": "1"})
        assert fake.get("a") == "1"
        with pytest.raises(KeyError):
            fake.get("b")


class TestObjects:
    @pytest.fixture(params=["s3", "memory"])
    def objects(self, request: pytest.FixtureRequest) -> S3Objects | MemoryObjects:
        if request.param == "memory":
            return MemoryObjects(CHUNK_BYTES)
        request.getfixturevalue("cloud")
        boto3.client("s3").create_bucket(Bucket="inbox", CreateBucketConfiguration={"LocationConstraint": "sa-east-1"})
        return S3Objects()

    def test_an_object_comes_back_in_chunks(self, objects: S3Objects | MemoryObjects) -> None:
        body = b"x" * (CHUNK_BYTES * 2 + 1)
        objects.write("inbox", "inbox/escola/a.csv", body, "text/csv")
        chunks = list(objects.read("inbox", "inbox/escola/a.csv"))
        assert b"".join(chunks) == body
        assert max(map(len, chunks)) <= CHUNK_BYTES

    def test_an_empty_object_is_not_a_missing_one(self, objects: S3Objects | MemoryObjects) -> None:
        objects.write("inbox", "empty", b"", "text/csv")
        assert b"".join(objects.read("inbox", "empty")) == b""
        with pytest.raises(PermanentError):
            objects.read("inbox", "none")

    def test_the_content_type_is_kept(self, cloud: None) -> None:
        boto3.client("s3").create_bucket(
            Bucket="reports", CreateBucketConfiguration={"LocationConstraint": "sa-east-1"}
        )
        S3Objects().write("reports", "a.csv", b"x", "text/csv; charset=utf-8")
        found = boto3.client("s3").head_object(Bucket="reports", Key="a.csv")
        assert found["ContentType"] == "text/csv; charset=utf-8"

    @pytest.mark.parametrize("client", [refused("SlowDown", 503), UNREACHABLE])
    def test_a_bad_moment_may_be_tried_again(self, client: Failing) -> None:
        with pytest.raises(RetryableError):
            S3Objects(client).read("inbox", "a")


class TestClients:
    def test_every_client_gives_up_in_time_and_tries_no_more_than_four_times(self, cloud: None) -> None:
        made = [clients.dynamodb(), clients.s3(), clients.secretsmanager(), clients.stepfunctions(), clients.sqs()]
        for config in (client.meta.config for client in [*made, clients.lambda_(), clients.stepfunctions_once()]):
            assert config.connect_timeout <= 2
            assert config.read_timeout <= 20
            assert config.retries["total_max_attempts"] <= 4

    def test_a_stop_is_tried_once(self, cloud: None) -> None:
        assert clients.stepfunctions_once().meta.config.retries["total_max_attempts"] == 1

    def test_a_client_is_made_once(self, cloud: None) -> None:
        assert clients.dynamodb() is clients.dynamodb()


def test_a_configuration_of_values_can_be_changed_as_an_operator_does() -> None:
    from regua.domain.policy import Policy
    from regua.domain.tenant import Creditor, Tenant

    tenant = Tenant("escola", Creditor("Escola", "1", "Rua"))
    config = DictConfig([tenant], [Policy("padrao", "1", ())])
    assert config.tenants() == ["escola"]
    config.put(Tenant("escola", tenant.creditor, stopped=True))
    config.put(Policy("padrao", "2", ()))
    assert config.tenant("escola").stopped
    assert config.policy("escola", "padrao").version == "2"
    with pytest.raises(KeyError):
        config.tenant("nobody")
    with pytest.raises(KeyError):
        config.policy("escola", "other")
