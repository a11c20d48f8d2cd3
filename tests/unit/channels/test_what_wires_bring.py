"""Whose a document is, its content and its envelope say; and no message offers what a deployment does not hear."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from regua import channels
from regua.channels import wires
from regua.domain.contact.channel_event import Action, ChannelEventKind
from regua.domain.model import Channel
from regua.domain.tenant import ChannelConfig, Tenant
from regua.domain.values import replace
from regua.messages import samples

SAMPLES = Path(__file__).parents[3] / "events" / "channel_events"
BROUGHT = sorted(
    path
    for folder in ("email", "sms", "voice", "whatsapp")
    for path in (SAMPLES / folder).glob("*.json")
    # Meta calls the webhook, whose address says whose it is; AWS brings what is wrapped
    if folder != "whatsapp" or path.name == "social_messaging_sns.json"
)
MAIL = b"From: Maria <maria@debtor.example>\r\nSubject: Re: Fatura\r\n\r\nSAIR\r\n"


def bare(kind: str, folder: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / folder / f"{kind}.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("path", BROUGHT, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_whatever_a_wire_brings_is_known_by_what_it_says(path: Path) -> None:
    """No attribute, no name of a topic: what AWS sends is all there is."""
    channel = Channel(path.parent.name)
    body = path.read_text("utf-8")
    ours, adapters = channels.told(body), channels.events(channel).parse_event(body.encode(), {})
    assert [replace(event, raw={}) for event in ours] == [replace(event, raw={}) for event in adapters]


@pytest.mark.parametrize(
    ("folder", "kind", "source"),
    [
        ("email", "bounce_suppressed", "aws.connect"),
        ("sms", "text_delivered", "aws.connect"),
        ("voice", "busy", "aws.ses"),
    ],
)
def test_what_comes_by_a_way_on_which_nobody_says_it_is_refused(folder: str, kind: str, source: str) -> None:
    document = bare(kind, folder)
    event = {"detail-type": "x", "source": source, "detail": document.get("detail", document)}
    with pytest.raises(ValueError, match="does not come from"):
        channels.told(json.dumps(event))


def test_a_document_cannot_say_itself_where_it_came_from() -> None:
    inner = {"_source": "logs:sns/x", "_received_at": "1999-01-01T00:00:00Z"} | bare("sns_log_opted_out", "sms")
    envelope = {"Type": "Notification", "TopicArn": "arn:aws:sns:sa-east-1:1:t", "Message": json.dumps(inner)}
    with pytest.raises(ValueError, match="does not come from arn"):
        channels.told(json.dumps(envelope))


def test_what_nobody_knows_is_refused_and_not_taken_for_mail() -> None:
    with pytest.raises(ValueError, match="no channel"):
        channels.told('{"hello": "world"}')


# --- mail in the bucket ----------------------------------------------------------------------------------------------


@dataclass
class Bucket:
    mail: bytes = MAIL
    read: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, bucket: str, key: str) -> bytes:
        self.read.append((bucket, key))
        return self.mail


def received(name: str, bucket: Bucket) -> Any:
    [event] = channels.told((SAMPLES / "email" / f"{name}.json").read_text("utf-8"), bucket)
    return event


def test_the_words_of_a_mail_are_read_where_ses_has_put_it() -> None:
    bucket = Bucket()
    event = received("received_s3_sns", bucket)
    assert (event.kind, event.action, event.text) == (ChannelEventKind.REPLY, Action.OPT_OUT, "SAIR")
    assert bucket.read == [("regua-bodies-123456789012-sa-east-1", "mail/o3vrnil0e2ic28trm7dfhrc2v0cnbp0g11111111")]
    assert event.account == "cobranca@respostas.padaria-alfa.example"


def test_a_mail_of_many_megabytes_is_answered_by_its_first_words() -> None:
    """Attachments come behind the words, and the beginning alone is read."""
    parts = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSAIR\r\n--b\r\n'
    cut = parts + b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"QUJD" * 50_000
    event = received("received_s3_sns", Bucket(b"From: maria@debtor.example\r\nMIME-Version: 1.0\r\n" + cut))
    assert (event.action, event.text) == (Action.OPT_OUT, "SAIR")


@pytest.mark.parametrize("encrypted", [b"\x00\x93\xff\x10binary" * 99, b""])
def test_a_mail_that_cannot_be_read_is_a_persons(encrypted: bytes) -> None:
    """With a key in the receipt rule SES encrypts what it stores: none of ours can read that."""
    event = received("received_s3_sns", Bucket(encrypted))
    assert (event.kind, event.action, event.text) == (ChannelEventKind.REPLY, Action.OPERATOR, "")
    assert (event.sender, event.in_reply_to[:8]) == ("maria@debtor.example", "0103019c")


@pytest.mark.parametrize(
    ("name", "suspicion", "text"),
    [("received_spam_s3_sns", "spam", "SAIR"), ("received_forged_sns", "dmarc", "Já paguei.")],
)
def test_what_may_be_forged_asks_for_nothing_before_a_person_has_looked(name: str, suspicion: str, text: str) -> None:
    event = received(name, Bucket())
    assert (event.action, event.suspicion, event.text) == (Action.OPERATOR, suspicion, text)
    assert not event.also
    assert not event.every


def test_a_mail_with_a_virus_is_not_even_opened() -> None:
    bucket = Bucket()
    event = received("received_virus_s3_sns", bucket)
    assert (event.action, event.suspicion, event.text) == (Action.OPERATOR, "virus", "")
    assert bucket.read == []


# --- what a message may offer ----------------------------------------------------------------------------------------


def creditor(**settings: dict[str, str]) -> Tenant:
    configured = {Channel(name): ChannelConfig(options=options) for name, options in settings.items()}
    return replace(samples.tenant(), channels=configured)


def faults(tenant: Tenant, deployed: str = "", domain: str = "") -> list[tuple[str, str]]:
    return [(f.channel, f.option) for f in wires.unheard(tenant, wires.laid(deployed), domain)]


def test_an_answer_is_only_offered_where_its_wire_lies() -> None:
    sms = creditor(sms={"inbound": "true"})
    assert faults(sms) == [("sms", "inbound")]
    assert faults(sms, "sms-events sms-logs") == [("sms", "inbound")]
    assert faults(sms, "sms-answers") == []
    assert faults(creditor(sms={})) == []
    assert faults(creditor(whatsapp={})) == []
    assert faults(creditor(whatsapp={"provider": "aws"})) == [("whatsapp", "provider")]
    assert faults(creditor(whatsapp={"provider": "aws"}), "whatsapp-events") == []


def test_a_mail_is_answered_to_the_domain_that_is_received() -> None:
    here = {"inbound": "true", "reply_to": "Cobranca <cobranca@Respostas.Alfa.example>"}
    assert faults(creditor(email=here), "email-answers", "respostas.alfa.example") == []
    elsewhere = {"inbound": "true", "reply_to": "cobranca@alfa.example"}
    assert faults(creditor(email=elsewhere), "email-answers", "respostas.alfa.example") == [("email", "reply_to")]
    assert faults(creditor(email={"inbound": "true"}), "email-answers", "r.example") == [("email", "reply_to")]
    assert faults(creditor(email=here)) == [("email", "inbound")]


def test_a_deployment_without_the_wire_offers_no_answer_whatever_the_settings_say() -> None:
    told = creditor(sms={"inbound": "true"}, email={"inbound": "true", "reply_to": "r@respostas.alfa.example"})
    fitted = wires.as_heard(told, wires.laid(""))
    assert {c: dict(config.options) for c, config in fitted.channels.items()} == {Channel.SMS: {}, Channel.EMAIL: {}}
    assert wires.as_heard(told, wires.laid("sms-answers email-answers"), "respostas.alfa.example") is told
    half = wires.as_heard(told, wires.laid("email-answers"), "respostas.alfa.example")
    assert half.channels[Channel.EMAIL] == told.channels[Channel.EMAIL]
    assert half.channels[Channel.SMS].options == {}


def test_every_adapter_that_tells_something_has_a_wire_for_each_of_its_providers() -> None:
    for channel in channels.listeners():
        able = channels.capabilities(channel)
        for provider in getattr(channels._module(channel), "PROVIDERS", ("",)):
            found = wires.of(channel, provider)
            assert any(wire.deliveries for wire in found) == able.delivery_events, (channel, provider)
            assert any(wire.answers for wire in found) == able.replies, (channel, provider)


def test_the_usual_provider_is_one_of_the_channels() -> None:
    for channel, provider in wires.USUAL.items():
        assert channels._module(channel).PROVIDERS[0] == provider
