"""SES and SNS in trouble, as the product's own senders meet it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.office import creditor

from localcloud import provider_wire
from localcloud.local_server import LocalServer
from localcloud.mailbox import Arrival
from localcloud.provider_wire import ProviderWire
from localcloud.summary import never_arrived
from regua.channels import aws, email, sms
from regua.domain.contact.channel_event import Outcome, SendResult
from regua.domain.contact.message import Message
from regua.domain.model import Channel, Contact, ContactPoint, ContactStatus
from regua.platform.fakes import FakeSecrets

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
SMS_TAKEN = "<PublishResponse><PublishResult><MessageId>s-1</MessageId></PublishResult></PublishResponse>"


class Aws(LocalServer):
    """Takes everything, and remembers what."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[str] = []

    def respond(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
        self.taken.append(target)
        if target == provider_wire.SEND_EMAIL:
            return 200, {"Content-Type": "application/json"}, json.dumps({"MessageId": f"m-{len(self.taken)}"}).encode()
        return 200, {"Content-Type": "text/xml"}, SMS_TAKEN.encode()


@pytest.fixture
def cloud() -> Iterator[Aws]:
    cloud = Aws()
    cloud.start()
    yield cloud
    cloud.stop()


@pytest.fixture
def wire(cloud: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProviderWire]:
    wire = ProviderWire(cloud.url)
    wire.start()
    for name, value in {**wire.environment, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    monkeypatch.setattr(provider_wire, "SILENT_SECONDS", 0.8)
    aws.make.cache_clear()
    yield wire
    aws.make.cache_clear()
    wire.stop()


def sends(channel: Channel) -> SendResult:
    sender = email.sender(FakeSecrets()) if channel is Channel.EMAIL else sms.sender(FakeSecrets())
    to = ContactPoint(channel, "ana@example.com" if channel is Channel.EMAIL else "+5511987654321")
    message = Message(channel, text="Olá", subject="Olá", correlation="debtor1-c1")
    call = sender.prepare(creditor(), to, message, timeout=0.75)
    assert not isinstance(call, SendResult)
    return call()


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_every_other_message_meets_a_trouble_in_turn_and_no_call_is_made_twice(
    channel: Channel, cloud: Aws, wire: ProviderWire
):
    assert sends(channel).outcome is Outcome.SENT
    wire.trouble(channel.value, True)
    outcomes = [sends(channel).outcome for _ in range(6)]
    assert outcomes == [
        Outcome.THROTTLED,  # proven: it is tried again
        Outcome.SENT,
        Outcome.UNKNOWN,
        Outcome.SENT,
        Outcome.UNKNOWN,
        Outcome.SENT,
    ]
    assert len(cloud.taken) == 1 + 3 + 1, "of the two that nobody told of, one was taken"
    assert dict(wire.met) == {
        (channel.value, "throttled"): 1,
        (channel.value, "out_of_order"): 1,
        (channel.value, "unanswered"): 1,
    }
    wire.trouble(channel.value, False)
    assert sends(channel).outcome is Outcome.SENT


def test_a_mail_keeps_the_tags_by_which_its_events_find_who_never_heard_its_id(cloud: Aws, wire: ProviderWire):
    sends(Channel.EMAIL)
    assert wire.tags["m-1"]["correlation"] == ["debtor1-c1"]


def test_what_counts_as_sent_must_have_arrived():
    sent = Contact(1, "aviso", Channel.EMAIL, ContactStatus.SENT, AT, message_id="m-1")
    unknown = Contact(1, "aviso", Channel.EMAIL, ContactStatus.UNKNOWN, AT, message_id="m-2")
    assert never_arrived([sent, unknown], []) == {"m-1"}
    assert never_arrived([sent], [Arrival("email", "ana@example.com", None, 1.0, AT, "m-1")]) == set()
