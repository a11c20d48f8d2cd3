"""One file per channel; all in the same order: capabilities, send, error map, parse_event.

The registry is explicit and lazy: asking for one channel imports that channel alone (cold starts stay short).
"""

import importlib
import json
from typing import cast

from regua.domain.contact.channel_event import ChannelEvent
from regua.domain.model import Channel
from regua.ports import ChannelEvents, Secrets, Sender

_SENDERS = {
    Channel.EMAIL: "regua.channels.email:EmailSender",
    Channel.SMS: "regua.channels.sms:SmsSender",
    Channel.WHATSAPP: "regua.channels.whatsapp:WhatsAppSender",
    Channel.VOICE: "regua.channels.voice:VoiceSender",
    Channel.LETTER: "regua.channels.letter:LetterSender",
}

_EVENTS = {
    Channel.EMAIL: "regua.channels.email:EmailEvents",
    Channel.SMS: "regua.channels.sms:SmsEvents",
    Channel.WHATSAPP: "regua.channels.whatsapp_events:WhatsAppEvents",
    Channel.VOICE: "regua.channels.voice:VoiceEvents",
}


def sender(channel: Channel, secrets: Secrets) -> Sender:
    """The sender of a channel. Raises KeyError for one that only a person serves (TASK)."""
    return cast(Sender, _load(_SENDERS[channel])(secrets))


def events(channel: Channel) -> ChannelEvents:
    """The parser of what a channel tells. Raises KeyError for one that tells nothing (LETTER, TASK)."""
    return cast(ChannelEvents, _load(_EVENTS[channel])())


def from_topic(body: str) -> list[ChannelEvent]:
    """Events of a message of our topic: its attribute `channel` says whose it is (SES sets none: e-mail).

    Raises ValueError on what is not of that channel.
    """
    message = json.loads(body)
    attributes = message.get("MessageAttributes", {}) if isinstance(message, dict) else {}
    channel = Channel(attributes.get("channel", {}).get("Value", Channel.EMAIL))
    return events(channel).parse_event(body.encode(), {})


def senders() -> tuple[Channel, ...]:
    """Channels with a sender."""
    return tuple(_SENDERS)


def listeners() -> tuple[Channel, ...]:
    """Channels that tell something."""
    return tuple(_EVENTS)


def _load(path: str) -> type:
    module, _, name = path.partition(":")
    return cast(type, getattr(importlib.import_module(module), name))
