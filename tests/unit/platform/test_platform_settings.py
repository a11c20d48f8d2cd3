"""What the environment says, and what is said when it says nothing."""

from pathlib import Path

import pytest
import yaml

from regua.platform.clock import RealClock
from regua.settings import Settings, SettingsError, settings

WHOLE = {
    "TABLE_NAME": "regua",
    "REPORTS_BUCKET": "reports",
    "BODIES_BUCKET": "bodies",
    "CONFIG_BUCKET": "config",
    "STATE_MACHINE_ARN": "arn:aws:states:sa-east-1:1:stateMachine:m",
    "SETTLE_QUEUE_URL": "https://sqs/q",
    "PSEUDONYM_SECRET": "arn:secret",
    "SHARDS": "16",
    "DRY_RUN": "false",
    "PUBLIC_URL": "https://pague.example.com/",
    "SECRET_PREFIX": "cobranca",
}


def test_a_whole_environment_is_read() -> None:
    read = Settings(WHOLE)
    assert (read.table, read.reports_bucket, read.config_bucket) == ("regua", "reports", "config")
    assert (read.shards, read.dry_run, read.secret_prefix) == (16, False, "cobranca")
    assert read.public_url == "https://pague.example.com"
    assert (read.state_machine, read.settle_queue, read.pseudonym_secret) == (
        WHOLE["STATE_MACHINE_ARN"],
        "https://sqs/q",
        "arn:secret",
    )


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("table", "TABLE_NAME"),
        ("reports_bucket", "REPORTS_BUCKET"),
        ("bodies_bucket", "BODIES_BUCKET"),
        ("config_bucket", "CONFIG_BUCKET"),
        ("state_machine", "STATE_MACHINE_ARN"),
        ("settle_queue", "SETTLE_QUEUE_URL"),
        ("pseudonym_secret", "PSEUDONYM_SECRET"),
    ],
)
@pytest.mark.parametrize("environment", [{}, None])
def test_a_missing_variable_is_named(name: str, variable: str, environment: dict[str, str] | None) -> None:
    with pytest.raises(SettingsError, match=variable):
        getattr(Settings(environment if environment is not None else {variable: ""}), name)


def test_an_environment_that_says_nothing_sends_nothing() -> None:
    assert Settings({}).dry_run is True
    assert isinstance(Settings({}).clock, RealClock)
    assert Settings({}).send_timeout == 8
    assert (Settings({}).shards, Settings({}).public_url) == (8, "")


@pytest.mark.parametrize(
    ("variable", "text", "name"),
    [
        ("SHARDS", "0", "shards"),
        ("SHARDS", "many", "shards"),
        ("SHARDS", "²", "shards"),
        ("DRY_RUN", "no", "dry_run"),
        ("CLOCK", "x", "clock"),
        ("SEND_TIMEOUT_SECONDS", "9", "send_timeout"),
        ("SEND_TIMEOUT_SECONDS", "soon", "send_timeout"),
        ("SEND_TIMEOUT_SECONDS", "nan", "send_timeout"),
    ],
)
def test_a_variable_that_cannot_be_read_is_named_with_its_value(variable: str, text: str, name: str) -> None:
    with pytest.raises(SettingsError, match=f"{variable} is '{text}'"):
        getattr(Settings({variable: text}), name)


def test_the_environment_is_read_once_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.cache_clear()
    monkeypatch.setenv("TABLE_NAME", "first")
    assert settings().table == "first"
    monkeypatch.setenv("TABLE_NAME", "second")
    assert settings().table == "first"
    assert "first" not in repr(settings())
    settings.cache_clear()


def test_the_template_gives_every_required_variable() -> None:
    text = (Path(__file__).parents[3] / "infra" / "template.yaml").read_text("utf-8")
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.add_multi_constructor("!", lambda *_: "reference")  # type: ignore[attr-defined] # a SafeLoader
    given = yaml.load(text, loader)["Globals"]["Function"]["Environment"]["Variables"]  # noqa: S506 (a SafeLoader)
    assert set(WHOLE) <= set(given)
