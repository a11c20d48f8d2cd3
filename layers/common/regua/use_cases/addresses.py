"""Wishes told at an address, brought to every debtor of the creditor who has it.

The address's entry is written first, then each debtor through its own versioned door. Whoever dies in between is
repeated, and until then nobody writes there: a claim at a shared address rests on the entry (`ports.AddressUse`), and a
debtor who gets the address later gets its wishes in the same transaction.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from regua.domain.contact.channel_event import Action, ChannelEventKind
from regua.domain.contact.wishes import EVERY, PREFERENCE, Address, Wish, WishKind, heeding
from regua.domain.ids import contact_hash
from regua.domain.model import Channel, ContactPoint, Debtor, LedgerEntry
from regua.domain.reasons import Reason
from regua.domain.values import replace
from regua.ports import RetryableError, Store
from regua.use_cases.conflicts import TRIES, until_committed

_REASONS = {
    WishKind.OPT_OUT: Reason.ADDRESS_OPTED_OUT,
    WishKind.NOT_ME: Reason.ADDRESS_NOT_THEIRS,
    WishKind.INVALID: Reason.ADDRESS_INVALID,
}


def wish_of(
    action: Action, channel: Channel, kind: ChannelEventKind | None, at: datetime, source: str, *, every: bool = False
) -> Wish | None:
    """What an answer, an event or a provider's refusal says of the address; None when it says nothing of it.

    `kind` is that of the event, None for an answer to our own call.
    """
    if action in (Action.OPT_OUT, Action.ERASURE):
        said = PREFERENCE if kind is ChannelEventKind.OPTED_OUT and not source else source
        return Wish(WishKind.OPT_OUT, at, EVERY if every or action is Action.ERASURE else str(channel), said)
    # who gives a number up tells it by no event of a message: tomorrow it may be anybody's
    if action is Action.WRONG_PERSON or (action is Action.STOP_NUMBER and kind is ChannelEventKind.UNKNOWN):
        return Wish(WishKind.NOT_ME, at, EVERY, source)
    failed = kind in (None, ChannelEventKind.FAILED, ChannelEventKind.BOUNCED)
    if action is Action.STOP_NUMBER and failed:
        return Wish(WishKind.INVALID, at, str(channel), source)
    return None


@dataclass(frozen=True, slots=True)
class Addresses:
    """The ports of this use case."""

    store: Store
    key: bytes
    owner: Callable[[], str]

    def hash_of(self, tenant: str, point: ContactPoint) -> str:
        """By what the entry of a contact point is found."""
        return contact_hash(self.key, tenant, point.value)

    def read(self, tenant: str, kind: str, value: str) -> Address:
        """The entry, an empty one when nobody knows the address."""
        return self.store.address(tenant, kind, value) or Address(tenant, kind, value)

    def tell(self, tenant: str, kind: str, value: str, wish: Wish) -> Address:
        """Writes a wish to the entry of an address, once; returns the entry. Raises RetryableError."""
        return self._change(tenant, kind, value, lambda address: address.with_wish(wish))

    def take_back(
        self, tenant: str, kind: str, value: str, wishes: Collection[WishKind], channel: str, now: datetime
    ) -> Address:
        """A person says that what was told at an address holds no more; brings that to everybody who has it."""
        address = self._change(tenant, kind, value, lambda known: known.without(wishes, channel))
        self.reach(address, None, now)
        return address

    def set_back(self, tenant: str, kind: str, value: str, channel: str) -> Address:
        """A channel's own settings say the contrary of what they had told; returns the entry. Raises RetryableError."""
        return self._change(tenant, kind, value, lambda known: known.set_back(channel))

    def reach(self, address: Address, wish: Wish | None, now: datetime, but: Iterable[str] = ()) -> None:
        """Brings what the entry says to every debtor that has the address, `but` these. Raises RetryableError."""
        for debtor in address.debtors:
            if debtor not in but:
                self.heed(debtor, address, wish, now)

    def heed(self, debtor: str, address: Address, wish: Wish | None, now: datetime) -> None:
        """Brings what the entry says to one of them; `wish` is what is new of it, for the ledger."""
        until_committed(partial(self._heed, debtor, address, wish, now))

    def heeding(self, debtor: Debtor, addresses: Iterable[Address]) -> Debtor:
        """The debtor with the wishes told at these addresses."""
        by_value = {(a.kind, a.value): a for a in addresses}
        hashed = ((p, by_value.get((p.kind, self.hash_of(debtor.tenant, p)))) for p in debtor.points)
        return heeding(debtor, {(p.kind, p.value): found for p, found in hashed if found is not None})

    def share(self, address: Address, newcomer: str) -> None:
        """Before a second debtor gets an address, the first one is told that it is not alone there any more."""
        others = [debtor for debtor in address.debtors if debtor != newcomer]
        if len(others) == 1:
            until_committed(partial(self._share, others[0], address))

    def _change(self, tenant: str, kind: str, value: str, change: Callable[[Address], Address]) -> Address:
        for _ in range(TRIES):
            stored = self.store.address(tenant, kind, value)
            before = stored or Address(tenant, kind, value)
            after = change(before)
            if after == before:
                return before
            if self.store.tell_address(stored, after):
                # who joined between reading and telling has seen the entry without the wish: read who they are
                return self.read(tenant, kind, value)
        raise RetryableError("too many tell something at this address")

    def _heed(self, debtor: str, address: Address, wish: Wish | None, now: datetime) -> None:
        file = self.store.load(address.tenant, debtor)
        if file is None:
            return
        root = self.heeding(file.debtor, [address])
        if root == file.debtor:
            return
        entries = []
        if wish is not None:
            entries = [
                LedgerEntry(
                    now,
                    _REASONS[wish.kind],
                    channel="" if wish.channel == EVERY else wish.channel,
                    cycle=root.case.cycle,
                    reference=wish.source,
                )
            ]
        self.store.commit(file, replace(file, debtor=root), owner=self.owner(), ledger=entries)

    def _share(self, debtor: str, address: Address) -> None:
        file = self.store.load(address.tenant, debtor)
        if file is None:
            return
        points = tuple(
            replace(p, shared=True)
            if p.kind == address.kind and self.hash_of(address.tenant, p) == address.value
            else p
            for p in file.debtor.points
        )
        if points != file.debtor.points:
            after = replace(file, debtor=replace(file.debtor, points=points))
            self.store.commit(file, after, owner=self.owner())
