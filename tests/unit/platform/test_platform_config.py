"""Tenants and policies from a bucket or a folder of the same shape."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from regua.platform import clients
from regua.platform.config import KEPT_SECONDS, DirConfig, S3Config
from regua.ports import PermanentError, RetryableError

TENANT = """
creditor:
  name: Escola Aprender Ltda
  document: "11.222.333/0001-81"
  address: Rua das Flores, 10
  city: São Paulo
  state: SP
  email: cobranca@example.com
"""


class Time:
    """Monotonic seconds, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


Put = Callable[[str, str | bytes], None]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    with mock_aws():
        clients.forget()
        clients.s3().create_bucket(Bucket="regua-config", CreateBucketConfiguration={"LocationConstraint": "sa-east-1"})
        yield clients.s3()
        clients.forget()


@pytest.fixture(params=["s3", "dir"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[S3Config | DirConfig, Put, Time]:
    time = Time()
    if request.param == "dir":

        def write(path: str, text: str | bytes) -> None:
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode() if isinstance(text, str) else text)

        return DirConfig(tmp_path), write, time
    s3 = request.getfixturevalue("bucket")

    def put(path: str, text: str | bytes) -> None:
        s3.put_object(Bucket="regua-config", Key=path, Body=text.encode() if isinstance(text, str) else text)

    return S3Config("regua-config", monotonic=time), put, time


World = tuple[S3Config | DirConfig, Put, Time]


def own_policy(name: str, day: int) -> str:
    from regua.config import policy_text

    lines = policy_text("padrao").splitlines()
    return "\n".join(f"name: {name}" if line.startswith("name:") else line for line in lines) + f"\n# {day}\n"


def test_a_tenant_is_its_folder(world: World) -> None:
    config, put, _ = world
    put("escola/tenant.yaml", TENANT)
    put("clinica/tenant.yaml", "\ufeff" + TENANT)
    put("rascunho/policy.yaml", own_policy("x", 1))
    assert config.tenants() == ["clinica", "escola"]
    assert config.tenant("escola").creditor.name == "Escola Aprender Ltda"
    assert config.tenant("clinica").id == "clinica"


@pytest.mark.parametrize("name", ["nobody", "", "..", "../escola", "escola/tenant.yaml", "a" * 80, "rascunho"])
def test_a_tenant_without_a_configuration_is_a_key_error(world: World, name: str) -> None:
    config, put, _ = world
    put("escola/tenant.yaml", TENANT)
    put("rascunho/policy.yaml", own_policy("x", 1))
    with pytest.raises(KeyError):
        config.tenant(name)


def test_a_wrong_configuration_is_a_value_error_that_says_where(world: World) -> None:
    config, put, _ = world
    put("escola/tenant.yaml", TENANT + "canais: {}\n")
    with pytest.raises(ValueError, match=r"tenant\.yaml:\d+: canais"):
        config.tenant("escola")


def test_a_file_that_is_not_utf8_is_named(world: World) -> None:
    config, put, _ = world
    put("escola/tenant.yaml", TENANT.encode("cp1252"))
    with pytest.raises(ValueError, match=r"escola/tenant\.yaml.*UTF-8"):
        config.tenant("escola")


def test_the_tenants_own_policies_come_before_the_shipped_ones(world: World) -> None:
    config, put, _ = world
    put("escola/tenant.yaml", TENANT)
    shipped = config.policy("escola", "padrao")
    put("escola/policy.yaml", own_policy("minha", 1))
    put("escola/policies/outra.yaml", own_policy("outra", 1))
    put("escola/policies/deep/ignored.yaml", own_policy("ignored", 1))
    world[2].seconds += KEPT_SECONDS
    assert config.policy("escola", "minha").name == "minha"
    assert config.policy("escola", "outra").name == "outra"
    assert config.policy("escola", "padrao") == shipped
    assert config.policy("nobody", "padrao") == shipped
    for unknown in ("ignored", "none"):
        with pytest.raises(KeyError):
            config.policy("escola", unknown)


def test_message_templates_are_found_by_their_path(world: World) -> None:
    config, put, _ = world
    put("escola/tenant.yaml", TENANT)
    put("escola/messages/pt_BR/aviso.sms.txt", "Olá")
    assert config.templates("escola") == {"pt_BR/aviso.sms.txt": "Olá"}
    assert config.templates("nobody") == {}


def test_an_edit_is_seen_within_a_minute_and_what_did_not_change_is_not_read_again(world: World) -> None:
    config, put, time = world
    put("escola/tenant.yaml", TENANT)
    first = config.tenant("escola")
    time.seconds += KEPT_SECONDS
    assert config.tenant("escola") is first
    put("escola/tenant.yaml", TENANT + "stopped: true\n")
    time.seconds += KEPT_SECONDS
    assert config.tenant("escola").stopped


def test_a_warm_function_asks_s3_once_a_minute(bucket: Any) -> None:
    bucket.put_object(Bucket="regua-config", Key="escola/tenant.yaml", Body=TENANT.encode())
    calls: list[str] = []
    bucket.meta.events.register("before-call.s3", lambda model, **_: calls.append(model.name))
    time = Time()
    config = S3Config("regua-config", monotonic=time)
    for _ in range(5):
        config.tenant("escola")
        config.policy("escola", "padrao")
    assert calls == ["ListObjectsV2", "GetObject"]
    time.seconds += KEPT_SECONDS
    config.tenant("escola")
    assert calls == ["ListObjectsV2", "GetObject", "ListObjectsV2"]


def test_a_bucket_that_cannot_be_read_is_not_an_unknown_tenant(bucket: Any) -> None:
    with pytest.raises(PermanentError):
        S3Config("another-bucket").tenant("escola")
    broken = boto3.client(
        "s3", endpoint_url="http://127.0.0.1:9", config=boto3.session.Config(retries={"total_max_attempts": 1})
    )
    with pytest.raises(RetryableError):
        S3Config("regua-config", client=broken).tenant("escola")
