"""One file per channel; all in the same order: capabilities, send, error map, parse_event.

A channel is the module that bears its word (`domain.model.Channel`): its `sender`, its `CAPABILITIES` and, if it tells
anything, its `events`. Asking for one channel imports that channel alone (cold starts stay short).
"""

import importlib
import json
from collections.abc import Callable
from typing import Any, cast

from regua.channels import envelopes, wires
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


def told(body: str, mail: Callable[[str, str], bytes] | None = None) -> list[ChannelEvent]:
    """Events of whatever a wire has brought (`channels.wires`): its content and its envelope say whose they are.

    `mail` reads a mail that SES has put into a bucket (bucket, key). Raises ValueError on what is of no channel, and
    what `mail` does.
    """
    return envelopes.each(envelopes.unwrap(body.encode()), lambda document: _told(document, mail))


def _told(document: dict[str, Any], mail: Callable[[str, str], bytes] | None) -> list[ChannelEvent]:
    channel = wires.channel_of(document)
    if channel is Channel.EMAIL and mail is not None:
        from regua.channels import email_answers  # noqa: PLC0415 (who receives no mail never loads its parser)

        document = email_answers.with_content(document, mail)
    return events(channel).parse_event(json.dumps(document).encode(), {})


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
