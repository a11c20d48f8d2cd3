"""The link under every message by which a person asks not to be written to any more."""

from datetime import datetime
from enum import StrEnum

from regua.domain.ids import Link, read_link
from regua.ports import Heard
from regua.use_cases.listening.channel_events import Listening
from regua.use_cases.listening.hearing import Hearing

PURPOSE = "optout"
SOURCE = "link"


class Unsubscribed(StrEnum):
    """What came of following the link."""

    NO_LINK = "no_link"
    """It is not ours, was altered, or has expired."""
    ASKED = "asked"
    DONE = "done"


def follow(hearing: Hearing, token: str, *, every_channel: bool | None) -> Unsubscribed:
    """As `unsubscribe`; with None somebody (or a scanner) only looks at it. Who has pressed the button of our link is
    heard, whatever stands against applying it.
    """
    listening = hearing.listening
    link = _read(listening, token, listening.clock.now())
    if link is None or every_channel is None:
        return Unsubscribed.NO_LINK if link is None else Unsubscribed.ASKED
    hearing.hear(link.tenant, SOURCE, f"{token} {'*' if every_channel else ''}".encode())
    return Unsubscribed.DONE


def apply_pressed(listening: Listening, heard: Heard, body: bytes) -> None:
    """A reader of `hearing.Hearing`: the link is judged as of when it was followed."""
    token, _, every = body.decode().partition(" ")
    unsubscribe(listening, token, every_channel=bool(every), at=heard.received_at)


def unsubscribe(listening: Listening, token: str, *, every_channel: bool, at: datetime | None = None) -> Unsubscribed:
    """Opts out of the link's channel, or of every one. `at` is when it was followed, if not now."""
    link = _read(listening, token, at or listening.clock.now())
    if link is None:
        return Unsubscribed.NO_LINK
    _, channel, address, *_ = (*link.purpose.split(":", 2), "", "")
    listening.opt_out(link.tenant, link.debtor, channel, "link", address, every=every_channel)
    return Unsubscribed.DONE


def _read(listening: Listening, token: str, at: datetime) -> Link | None:
    """The link, if it is one of these and had not expired `at` that moment."""
    link = read_link(listening.key, token, int(at.timestamp()))
    return link if link is not None and link.purpose.partition(":")[0] == PURPOSE else None
