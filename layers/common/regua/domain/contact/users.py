"""People who hide their number: a channel's own name for somebody, kept beside the number it was told together with.

WhatsApp tells both while a conversation is young and the name alone later (business-scoped user ids), so the pair is
learnt from every status and answer that has it. A name is replaced when Meta says so.
"""

from collections.abc import Collection

from regua.domain.contact.channel_event import BY_USER, ChannelEvent
from regua.domain.model import Debtor
from regua.domain.values import replace


def user_of(event: ChannelEvent) -> str:
    """The channel's own name for who the event is about, by whichever field told it; empty when none did."""
    hidden = event.sender.startswith(BY_USER)
    return event.known_as or (event.sender.removeprefix(BY_USER) if hidden else "")


def number_known(debtor: Debtor, event: ChannelEvent) -> ChannelEvent:
    """The event with the number of who wrote by name alone, when the debtor's file knows the pair."""
    names = {event.sender.removeprefix(BY_USER), event.formerly} if event.sender.startswith(BY_USER) else set()
    point = next((p for p in debtor.points if p.user and p.user in names), None)
    return replace(event, sender=point.value) if point else event


def learn(debtor: Debtor, event: ChannelEvent, numbers: Collection[str]) -> Debtor:
    """The debtor with the pair the event tells: its name, and the one number it can mean (`numbers`: its spellings).

    A name belongs to one number: it leaves the one that had it before.
    """
    if not event.known_as or event.known_as == event.formerly:
        return debtor
    mine = [p for p in debtor.points if p.value in numbers or (event.formerly and p.user == event.formerly)]
    if len(mine) != 1 or mine[0].user == event.known_as:
        return debtor
    points = tuple(
        replace(p, user=event.known_as) if p is mine[0] else replace(p, user="") if p.user == event.known_as else p
        for p in debtor.points
    )
    return replace(debtor, points=points)
