"""One file per channel; all in the same order: capabilities, send, error map, parse_event.

A channel is the module that bears its word (`domain.model.Channel`): its `sender`, its `CAPABILITIES` and, if it tells
anything, its `events`. Asking for one channel imports that channel alone (cold starts stay short).
"""

import importlib
import json
from typing import Any, cast

from regua.channels.base import Capabilities
from regua.domain.channels import TRAITS
from regua.domain.contact.channel_event import ChannelEvent
from regua.domain.model import Channel
from regua.ports import ChannelEvents, Secrets, Sender


def sender(channel: Channel, secrets: Secrets) -> Sender:
    """The sender of a channel. Raises KeyError for one that only a person serves (TASK)."""
    return cast(Sender, _module(channel).sender(secrets))


def events(channel: Channel) -> ChannelEvents:
    """The parser of what a channel tells. Raises KeyError for one that tells nothing (LETTER, TASK)."""
    module = _module(channel)
    if not hasattr(module, "events"):
        raise KeyError(channel)
    return cast(ChannelEvents, module.events())


def capabilities(channel: Channel) -> Capabilities:
    """What a channel can do, by its usual provider. Raises KeyError as `sender`."""
    return cast(Capabilities, _module(channel).CAPABILITIES)


def from_topic(body: str) -> list[ChannelEvent]:
    """Events of a message of our topic: its attribute `channel` says whose it is (SES sets none: e-mail).

    Raises ValueError on what is not of that channel.
    """
    message = json.loads(body)
    attributes = message.get("MessageAttributes", {}) if isinstance(message, dict) else {}
    channel = Channel(attributes.get("channel", {}).get("Value", Channel.EMAIL))
    return events(channel).parse_event(body.encode(), {})


def senders() -> tuple[Channel, ...]:
    """Channels with a sender: all but those that a person serves."""
    return tuple(channel for channel in Channel if TRAITS[channel].kind)


def listeners() -> tuple[Channel, ...]:
    """Channels that tell something. Imports them all."""
    return tuple(channel for channel in senders() if hasattr(_module(channel), "events"))


def _module(channel: Channel) -> Any:
    if channel not in senders():
        raise KeyError(channel)
    return importlib.import_module(f"regua.channels.{channel}")
