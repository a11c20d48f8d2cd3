"""The wires: every way something said by or about a debtor takes to `channel_events`, in one place.

An adapter that tells something has a wire here, or nothing it tells ever arrives: `tests/infra/test_wires.py` asks
every adapter for its wires and walks each of them through the template, from who publishes to the function. A message
offers an answer only where its wire is deployed (`unheard`). What a document is, its content says and the envelope it
came in (`channel_of`): nobody but AWS itself can write the second.

Sources (AWS, read 2026-11-30): SES developer guide (event data; receiving notifications), End User Messaging SMS user
guide (event destinations, two-way payload, EventBridge), SNS developer guide (SMS delivery logs), End User Messaging
Social user guide (event format), Connect administrator guide (contact events).
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from regua.channels import envelopes
from regua.domain.channels import heard_on
from regua.domain.model import Channel
from regua.domain.tenant import ChannelConfig, Tenant
from regua.domain.values import replace


class Way(StrEnum):
    """How it comes: what stands between the publisher and the function."""

    TOPIC = "topic"
    """Published to the topic of channel events, whose policy admits the publisher."""
    RULE = "rule"
    """An event of the account's bus, which a rule hands to the queue."""
    LOGS = "logs"
    """Lines of a log group, which a subscription filter hands to the function."""
    ROUTE = "route"
    """A call of the HTTP API."""


@dataclass(frozen=True, slots=True)
class Wire:
    """One way. `publisher` is the AWS service that speaks on it, or the route; `parameter` the template's that lays it,
    empty for one that always lies. `providers` are those of the channel's setting that need it; empty is all of them.
    """

    name: str
    channel: Channel
    way: Way
    publisher: str
    parameter: str = ""
    providers: tuple[str, ...] = ()
    deliveries: bool = False
    answers: bool = False


WIRES = (
    Wire("email-events", Channel.EMAIL, Way.TOPIC, "ses.amazonaws.com", deliveries=True),
    Wire("email-answers", Channel.EMAIL, Way.TOPIC, "ses.amazonaws.com", "MailDomain", answers=True),
    Wire(
        "sms-events",
        Channel.SMS,
        Way.TOPIC,
        "sms-voice.amazonaws.com",
        "SmsEvents",
        providers=("end_user_messaging",),
        deliveries=True,
    ),
    Wire("sms-logs", Channel.SMS, Way.LOGS, "logs.amazonaws.com", "SmsLogs", providers=("sns",), deliveries=True),
    Wire("sms-answers", Channel.SMS, Way.TOPIC, "sms-voice.amazonaws.com", "SmsAnswers", answers=True),
    Wire(
        "whatsapp-webhook",
        Channel.WHATSAPP,
        Way.ROUTE,
        "POST /channels/whatsapp/{tenant}",
        providers=("cloud_api",),
        deliveries=True,
        answers=True,
    ),
    Wire(
        "whatsapp-events",
        Channel.WHATSAPP,
        Way.TOPIC,
        "social-messaging.amazonaws.com",
        "WhatsAppEvents",
        providers=("aws",),
        deliveries=True,
        answers=True,
    ),
    Wire("call-events", Channel.VOICE, Way.RULE, "aws.connect", "ConnectInstanceArn", deliveries=True),
)


def laid(told: str) -> frozenset[str]:
    """The wires a deployment has: those that always lie, and those it says it has (its setting `WIRES`)."""
    return frozenset(told.split()) | {wire.name for wire in WIRES if not wire.parameter}


def of(channel: Channel, provider: str) -> tuple[Wire, ...]:
    """The wires of a channel whose provider is that one."""
    return tuple(w for w in WIRES if w.channel is channel and (not w.providers or provider in w.providers))


@dataclass(frozen=True, slots=True)
class Unheard:
    """A setting of a tenant's that promises what a deployment does not hear, and what would make it true."""

    channel: Channel
    option: str
    problem: str
    remedy: str


def unheard(tenant: Tenant, deployed: Collection[str], mail_domain: str = "") -> Iterator[Unheard]:
    """Where the tenant's messages would offer an answer that never arrives. `deployed` are the names of the wires laid
    (`laid`), `mail_domain` is the one whose mail the deployment receives.
    """
    for channel, config in tenant.channels.items():
        if not config.enabled or not heard_on(channel, config.options):
            continue
        for wire in of(channel, provider_of(channel, config)):
            if wire.answers and wire.name not in deployed:
                yield Unheard(
                    channel,
                    "inbound" if "inbound" in config.options else "provider",
                    "a instalação não recebe as respostas deste canal, e as mensagens as pedem",
                    f"implante com {wire.parameter} (docs/deploy.pt-BR.md), ou tire 'inbound'",
                )
        if channel is Channel.EMAIL and mail_domain:
            reply_to = config.options.get("reply_to", "")
            if reply_to.rpartition("@")[2].strip("> ").lower() != mail_domain.lower():
                yield Unheard(
                    channel,
                    "reply_to",
                    f"as respostas iriam a {reply_to or 'nenhum endereço seu'}, que a instalação não recebe",
                    f"use um endereço de {mail_domain}",
                )


def as_heard(tenant: Tenant, deployed: Collection[str], mail_domain: str = "") -> Tenant:
    """The tenant as the deployment can serve him: no message offers an answer on a channel it does not hear, whatever
    his settings say.
    """
    deaf = {found.channel for found in unheard(tenant, deployed, mail_domain)}
    if not deaf:
        return tenant
    # with nobody behind the address of the answers, people read the creditor's own
    lost = {"inbound", "reply_to"} if not mail_domain and tenant.creditor.email else {"inbound"}
    channels = dict(tenant.channels)
    for channel in deaf:
        options = {name: each for name, each in channels[channel].options.items() if name not in lost}
        channels[channel] = replace(channels[channel], options=options)
    return replace(tenant, channels=channels)


def provider_of(channel: Channel, config: ChannelConfig) -> str:
    """The provider that the channel is configured for, or its usual one."""
    return config.options.get("provider") or USUAL.get(channel, "")


USUAL = {Channel.SMS: "sns", Channel.WHATSAPP: "cloud_api"}
"""Who carries a channel that names no provider; the others have one alone."""


# -- what a document is ----------------------------------------------------------------------------------------------

_Document = Mapping[str, Any]
_TOPIC, _BARE = "arn:", ""


@dataclass(frozen=True, slots=True)
class _Form:
    """A document's content, and the envelopes it comes in: beginnings of `envelopes.SOURCE`; empty is none at all."""

    channel: Channel
    sources: tuple[str, ...]
    fits: Callable[[_Document], bool]


def _kind(document: _Document) -> str:
    return envelopes.text(document.get("eventType"))


_FORMS = (
    _Form(
        Channel.EMAIL,
        (_TOPIC, "aws.ses"),
        lambda d: isinstance(d.get("mail"), dict) and bool(_kind(d) or d.get("notificationType")),
    ),
    _Form(Channel.WHATSAPP, (_TOPIC,), lambda d: "whatsAppWebhookEntry" in d),
    _Form(Channel.SMS, (_TOPIC,), lambda d: isinstance(d.get("messageBody"), str) and "originationNumber" in d),
    _Form(
        Channel.SMS,
        ("logs:sns/",),
        lambda d: isinstance(d.get("notification"), dict) and isinstance(d.get("delivery"), dict),
    ),
    _Form(Channel.VOICE, (_TOPIC, "aws.sms-voice"), lambda d: _kind(d).startswith("VOICE_")),
    _Form(
        Channel.SMS,
        (_TOPIC, "aws.sms-voice"),
        lambda d: _kind(d).startswith(("TEXT_", "MEDIA_", "RCS_")) or bool(_kind(d) and "messageStatus" in d),
    ),
    _Form(Channel.VOICE, ("aws.connect",), lambda d: bool(_kind(d)) and "contactId" in d),
)


def channel_of(document: _Document) -> Channel:
    """Whose document this is, by its content and by the envelope it came in. Raises ValueError for one of nobody's, or
    one that came by a way on which nobody says such things.
    """
    source = envelopes.text(document.get(envelopes.SOURCE))
    for form in _FORMS:
        if form.fits(document):
            if source == _BARE or source.startswith(form.sources):
                return form.channel
            raise ValueError(f"a document of {form.channel} does not come from {source.partition(':')[0]}")
    raise ValueError("a document of no channel")
