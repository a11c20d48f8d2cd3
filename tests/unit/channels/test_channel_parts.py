"""What channels share: clients that never retry, errors without people, numbers with and without the ninth digit."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua import channels
from regua.channels import aws, base, sms, whatsapp
from regua.domain.channels import TRAITS, voices
from regua.domain.codes import phones
from regua.domain.contact.channel_event import Action, ChannelEventKind, Outcome, rank
from regua.domain.model import Channel

ROOT = Path(__file__).parents[3]
MODULES = {channel: importlib.import_module(f"regua.channels.{channel}") for channel in channels.senders()}


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    aws.make.cache_clear()
    yield
    aws.make.cache_clear()


@pytest.mark.parametrize("service", aws.SERVICES)
def test_no_client_of_a_sender_tries_twice_whatever_the_environment_says(service: str) -> None:
    config = aws.make(service, 9.0).meta.config
    assert config.retries["total_max_attempts"] == 1
    assert config.connect_timeout + config.read_timeout <= 9.0


def test_a_service_that_no_sender_uses_has_no_client() -> None:
    with pytest.raises(ValueError, match="dynamodb"):
        aws.make("dynamodb", 1.0)


def test_every_channel_has_a_row_of_its_own() -> None:
    assert set(TRAITS) == set(Channel)
    assert len({traits.mark for traits in TRAITS.values()}) == len(TRAITS)
    assert len({traits.word for traits in TRAITS.values()}) == len(TRAITS)
    for channel, traits in TRAITS.items():
        assert traits.kind in ({""} if channel is Channel.TASK else {"email", "phone", "address"})
        assert {TRAITS[voice].form for voice in voices(channel)} == {traits.form}


def test_a_heading_is_the_word_where_no_other_is_said() -> None:
    assert TRAITS[Channel.LETTER].heading == "Carta"
    assert TRAITS[Channel.SMS].heading == "SMS"
    assert TRAITS[Channel.VOICE].heading == "Ligação (roteiro da voz)"


def test_every_channel_but_the_task_has_a_sender_and_is_loaded_by_name() -> None:
    class NoSecrets:
        def get(self, name: str) -> str:
            raise KeyError(name)

    assert set(channels.senders()) == set(Channel) - {Channel.TASK}
    for channel in channels.senders():
        assert channels.sender(channel, NoSecrets()).channel is channel
    for channel in channels.listeners():
        assert channels.events(channel)
    with pytest.raises(KeyError):
        channels.sender(Channel.TASK, NoSecrets())


def test_every_channel_declares_what_it_can_do() -> None:
    tables = {channel: channels.capabilities(channel) for channel in channels.senders()}
    for channel, table in tables.items():
        assert table.channel is channel
    for table in (*tables.values(), sms.END_USER_MESSAGING):
        assert set(table.required) <= set(table.options)
        assert set(table.secrets) <= set(table.options)


def test_every_channel_is_held_to_the_contract_and_stands_on_its_page() -> None:
    page = (ROOT / "docs/channels.md").read_text("utf-8")
    files = next(row for row in page.splitlines() if row.startswith("| file |"))
    settings = re.findall(r"^\| (\w+) \| .*", page.partition("## Settings")[2].partition("##")[0], re.MULTILINE)
    for channel in channels.senders():
        suite = (ROOT / f"tests/contract/channels/test_{channel}_channel.py").read_text("utf-8")
        assert "(ChannelContract)" in suite
        assert f"channel = Channel.{channel.name}\n" in suite
        assert f"| `{channel}.py` |" in files
        assert channel in settings


@pytest.mark.parametrize(
    "table", [*(m.ERRORS for m in MODULES.values() if hasattr(m, "ERRORS")), whatsapp.AWS_ERRORS, aws.COMMON]
)
def test_only_what_proves_nothing_was_accepted_may_be_tried_again(table: dict[str, base.ErrorMeaning]) -> None:
    for code, answer in table.items():
        if answer.action is Action.RETRY_LATER:
            assert answer.outcome in (Outcome.THROTTLED, Outcome.UNREACHED), code
        if answer.outcome is Outcome.UNKNOWN:
            assert answer.action in (Action.OPERATOR, Action.NONE), code


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome.REFUSED),
        (404, Outcome.REFUSED),
        (408, Outcome.UNKNOWN),
        (418, Outcome.REFUSED),
        (429, Outcome.THROTTLED),
        (500, Outcome.UNKNOWN),
        (503, Outcome.UNKNOWN),
        (0, Outcome.UNKNOWN),
        (302, Outcome.UNKNOWN),
    ],
)
def test_a_status_proves_what_its_rfc_says(status: int, outcome: Outcome) -> None:
    assert base.by_status(status).outcome is outcome


@pytest.mark.parametrize(
    ("told", "masked"),
    [
        ("550 5.1.1 <maria.silva+x@debtor.com.br>: unknown", "550 5.1.1 <<email>>: unknown"),
        ("to +55 (11) 98765-4321 failed", "to <numero> failed"),
        ("5511987654321", "<numero>"),
        ("CPF 123.456.789-09", "CPF <numero>"),
        ("CNPJ 12.345.678/0001-95 e mais", "CNPJ <numero> e mais"),
        ("code 131056 of 3", "code 131056 of 3"),
        ("two\n lines", "two lines"),
    ],
)
def test_an_error_keeps_its_meaning_and_loses_the_person(told: str, masked: str) -> None:
    assert base.mask(told) == masked


@given(st.integers(10_000_000, 99_999_999), st.sampled_from("6789"), st.integers(11, 99))
def test_a_mobile_number_is_the_same_with_and_without_its_ninth_digit(rest: int, first: str, area: int) -> None:
    short = f"55{area}{first}{rest % 10**7:07d}"
    full = f"+55{area}9{short[4:]}"
    assert phones.canonical(short) == full
    assert phones.forms(full) == (full, f"+{short}")
    assert phones.forms(short)[0] == full


def test_landlines_and_other_countries_have_one_form() -> None:
    assert phones.forms("+551140028922") == ("+551140028922",)
    assert phones.forms("+12015550123") == ("+12015550123",)
    assert phones.forms("") == ()


def test_later_news_of_a_message_never_outranks_worse_ones() -> None:
    order = (
        ChannelEventKind.UNKNOWN,
        ChannelEventKind.SENT,
        ChannelEventKind.DELAYED,
        ChannelEventKind.FAILED,
        ChannelEventKind.DELIVERED,
    )
    order += (
        ChannelEventKind.BOUNCED,
        ChannelEventKind.READ,
        ChannelEventKind.CLICKED,
        ChannelEventKind.COMPLAINED,
        ChannelEventKind.OPTED_OUT,
    )
    assert sorted(order, key=rank) == list(order)
