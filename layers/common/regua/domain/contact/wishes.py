"""What was told at an address: it binds the address itself, at every debtor of the creditor who has it.

An accountant's mailbox stands at thirty debtors, a couple shares a telephone. Who holds an address and says "stop" or
"that is not me" says it of the address, whichever of the debtors the message was about; and a debtor who gets that
address later gets the wish with it. So wishes stand in the address's own entry, and each debtor's contact point carries
what its entry says (`ContactPoint.told` names how much of it), for the planner to read.

What a person says of himself (all of a channel, a promise, a dispute) is the debtor's, not the address's.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum

from regua.domain.channels import serving
from regua.domain.model import Channel, ContactPoint, Debtor, PointStatus
from regua.domain.values import Value, replace

EVERY = "*"
PREFERENCE = "preferencia"
"""Source of what was set in a channel's own settings, which can be set back there; words of a person stand above it."""
SHARED_KINDS = frozenset({"email", "phone"})
"""Kinds of contact point that have an entry: nobody answers from a street."""
MOST_AT_ADDRESS = 1_000
"""More debtors than these have no address in common: it was typed to fill the cell (`nao@tem.com`)."""


class WishKind(StrEnum):
    """What was told."""

    OPT_OUT = "opt_out"
    """No messages here, on one channel or on every one."""
    NOT_ME = "not_me"
    """Whoever reads this is not the debtor."""
    INVALID = "invalid"
    """It does not exist, or not for that channel: the provider says so, or its owner has changed it."""


class Wish(Value):
    """One thing told at an address. `source` is the message or link it came by, `channel` may be `*`."""

    kind: WishKind
    at: datetime
    channel: str = EVERY
    source: str = ""


class Address(Value):
    """An address or number of a creditor's debtors, by its keyed hash."""

    tenant: str
    kind: str
    value: str
    debtors: tuple[str, ...] = ()
    """Who has it, in order."""
    wishes: tuple[Wish, ...] = ()
    told: int = 0
    """How often its wishes have changed."""
    taken_on: date | None = None
    """The creditor's day on which one of several debtors was last written to here."""
    taken_by: str = ""

    def with_wish(self, wish: Wish) -> "Address":
        """The same with the wish, unless that has been told already."""
        weaker = wish.source != PREFERENCE
        left = tuple(w for w in self.wishes if not (weaker and w.source == PREFERENCE and _same(w, wish)))
        if any(_same(w, wish) or (w.kind, w.channel) == (wish.kind, EVERY) for w in left):
            return self
        return replace(self, wishes=(*left, wish), told=self.told + 1)

    def set_back(self, channel: str) -> "Address":
        """The same once a channel's own settings, which had told it, say the contrary."""
        left = tuple(w for w in self.wishes if not (w.source == PREFERENCE and w.channel == channel))
        return self if left == self.wishes else replace(self, wishes=left, told=self.told + 1)

    def without(self, kinds: Collection[WishKind], channel: str = EVERY) -> "Address":
        """The same once a person has taken back what was told: of one channel, or of every one.

        Who takes back one channel of a wish for all of them leaves it for the others.
        """
        left: list[Wish] = []
        for wish in self.wishes:
            if wish.kind not in kinds:
                left.append(wish)
            elif wish.channel == EVERY != channel:
                left += [replace(wish, channel=str(c)) for c in serving(self.kind) if str(c) != channel]
            elif channel not in (EVERY, wish.channel):
                left.append(wish)
        return self if tuple(left) == self.wishes else replace(self, wishes=tuple(left), told=self.told + 1)


def _same(one: Wish, other: Wish) -> bool:
    return (one.kind, one.channel) == (other.kind, other.channel)


def told(point: ContactPoint, address: Address) -> ContactPoint:
    """The contact point as the wishes of its address want it, and shared when others have it too."""
    refused = _channels(point, address, WishKind.OPT_OUT)
    invalid = _channels(point, address, WishKind.INVALID)
    status = point.status
    if any(w.kind is WishKind.NOT_ME for w in address.wishes):
        status = PointStatus.WRONG_PERSON
    elif status is PointStatus.WRONG_PERSON and address.told > point.told:
        status = PointStatus.OK
    at = max((w.at for w in address.wishes), default=point.status_at)
    changed = status is not point.status or refused != point.refused
    return replace(
        point,
        status=status,
        status_at=at if changed else point.status_at,
        refused=refused,
        # what is blocked stands in the entry too, so that a person's taking it back there takes it back here
        blocked=invalid if address.told != point.told else point.blocked,
        told=address.told,
    )


def heeding(debtor: Debtor, addresses: Mapping[tuple[str, str], Address]) -> Debtor:
    """The debtor with the wishes of these addresses, by kind and value of the contact point."""
    points = tuple(
        told(p, address) if (address := addresses.get((p.kind, p.value))) is not None else p for p in debtor.points
    )
    return debtor if points == debtor.points else replace(debtor, points=points)


def _channels(point: ContactPoint, address: Address, kind: WishKind) -> tuple[Channel, ...]:
    named = {w.channel for w in address.wishes if w.kind is kind}
    return tuple(c for c in serving(point.kind) if c in named or EVERY in named)
