"""The link under every message by which a person asks not to be written to any more."""

from enum import StrEnum

from regua.domain.ids import read_link
from regua.use_cases.listening.channel_events import Listening

PURPOSE = "optout"


class Unsubscribed(StrEnum):
    """What came of following the link."""

    NO_LINK = "no_link"
    """It is not ours, was altered, or has expired."""
    ASKED = "asked"
    DONE = "done"


def unsubscribe(listening: Listening, token: str, *, every_channel: bool | None) -> Unsubscribed:
    """Opts out of the link's channel, or of every one; with None somebody (or a scanner) only looks at it."""
    link = read_link(listening.key, token, int(listening.clock.now().timestamp()))
    purpose, _, rest = link.purpose.partition(":") if link else ("", "", "")
    channel, _, address = rest.partition(":")
    if link is None or purpose != PURPOSE:
        return Unsubscribed.NO_LINK
    if every_channel is None:
        return Unsubscribed.ASKED
    listening.opt_out(link.tenant, link.debtor, channel, "link", address, every=every_channel)
    return Unsubscribed.DONE
