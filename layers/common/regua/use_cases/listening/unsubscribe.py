"""The link under every message by which a person asks not to be written to any more."""

from datetime import datetime
from enum import StrEnum

from regua.domain.ids import read_link
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
    """As `unsubscribe`; who has pressed the button of a link of ours is heard, whatever stands against applying it."""
    found = unsubscribe(hearing.listening, token, every_channel=None)
    if every_channel is None or found is Unsubscribed.NO_LINK:
        return found
    hearing.hear("", SOURCE, f"{token} {'*' if every_channel else ''}".encode())
    return Unsubscribed.DONE


def apply_pressed(listening: Listening, heard: Heard, body: bytes) -> None:
    """A reader of `hearing.Hearing`: the link is judged as of when it was followed."""
    token, _, every = body.decode().partition(" ")
    unsubscribe(listening, token, every_channel=bool(every), at=heard.received_at)


def unsubscribe(
    listening: Listening, token: str, *, every_channel: bool | None, at: datetime | None = None
) -> Unsubscribed:
    """Opts out of the link's channel, or of every one; with None somebody (or a scanner) only looks at it. `at` is when
    it was followed, if not now.
    """
    link = read_link(listening.key, token, int((at or listening.clock.now()).timestamp()))
    purpose, _, rest = link.purpose.partition(":") if link else ("", "", "")
    channel, _, address = rest.partition(":")
    if link is None or purpose != PURPOSE:
        return Unsubscribed.NO_LINK
    if every_channel is None:
        return Unsubscribed.ASKED
    listening.opt_out(link.tenant, link.debtor, channel, "link", address, every=every_channel)
    return Unsubscribed.DONE
