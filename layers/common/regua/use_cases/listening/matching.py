"""Whose answer it is: the message it answers says so first, in every creditor's books, and only then the address.

A deployment may serve several creditors, and one person may owe two of them. Who answers a message means the creditor
who wrote it, whatever number or mailbox the answer came in by; who writes without answering anything means the one who
has that account, or else the one who wrote to that address last.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr

from regua.domain.channels import TRAITS
from regua.domain.contact.channel_event import ChannelEvent
from regua.domain.contact.users import user_of
from regua.domain.ids import contact_hash
from regua.ports import Config, Ref, Store
from regua.use_cases.listening.reply_requests import spellings

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Matching:
    """The ports of this question."""

    store: Store
    config: Config
    key: bytes

    def find(self, event: ChannelEvent, tenant: str) -> Ref | None:
        """The debtor an event is about, with the contact it answers when that is known; None for a stranger's.

        `tenant` is whose address the event came to, empty when that is not known.
        """
        named = event.correlation.rpartition(".")[0]
        first = dict.fromkeys(t for t in (named, tenant) if t)
        return self._by_message(event, [*first]) or self._by_address(event, [*first])

    def _by_message(self, event: ChannelEvent, first: list[str]) -> Ref | None:
        values = [v for v in (event.correlation, event.in_reply_to, event.message_id) if v]
        if not values:
            return None
        for name in self._each(first):
            for value in values:
                found = self.store.find(name, "message", value)
                if found is not None:
                    return found
        return None

    def _by_address(self, event: ChannelEvent, first: list[str]) -> Ref | None:
        user = user_of(event)
        if not event.sender and not user:
            return None
        kind = TRAITS[event.channel].kind
        values = spellings(event.sender, kind)
        users = [name for name in (user, event.formerly) if name]
        found: list[Ref] = []
        for name in self.owners(event) or (first[:1] if first else self.config.tenants()):
            found += self._at(name, kind, values)
            refs = (self.store.find(name, "user", contact_hash(self.key, name, known)) for known in users)
            found += [ref for ref in refs if ref is not None]
        if len(found) < 2:
            return found[0] if found else None
        return max(found, key=lambda ref: self._written_at(ref, event, values))

    def _at(self, tenant: str, kind: str, values: Iterable[str]) -> Iterator[Ref]:
        """The creditor's debtors who have that address."""
        for value in values:
            address = self.store.address(tenant, kind, contact_hash(self.key, tenant, value))
            if address is not None:
                yield from (Ref(tenant, kind, address.value, debtor) for debtor in address.debtors)

    def _each(self, first: list[str]) -> Iterator[str]:
        """Every creditor, those that are likelier first; the list of all is read only when they do not know it."""
        yield from first
        yield from (name for name in self.config.tenants() if name not in first)

    def owners(self, event: ChannelEvent) -> list[str]:
        """The creditors who send from the account the event came to: several may share one."""
        account = _bare(event.account)
        if not account:
            return []
        return [name for name in self.config.tenants() if account in self._accounts(name, event)]

    def may_be_unreadable(self, event: ChannelEvent, tenant: str) -> bool:
        """Whether what is nobody's may be of a creditor whose accounts are not known: nobody is known to send from the
        one the event came to, or he has a debtor at the address it came from (several creditors may share a number).
        """
        unreadable = [name for name in self.config.tenants() if not self._is_readable(name)]
        if unreadable and not tenant and not self.owners(event):
            return True
        kind, values = TRAITS[event.channel].kind, spellings(event.sender, TRAITS[event.channel].kind)
        return any(True for name in unreadable for _ in self._at(name, kind, values))

    def _is_readable(self, tenant: str) -> bool:
        try:
            self.config.tenant(tenant)
        except (KeyError, ValueError):
            return False
        return True

    def _accounts(self, tenant: str, event: ChannelEvent) -> Iterable[str]:
        try:
            config = self.config.tenant(tenant).channel(event.channel)
        except (KeyError, ValueError):  # one creditor's wrong configuration keeps nobody else's answers back
            return ()
        return {_bare(value) for value in config.options.values()} if config else ()

    def _written_at(self, ref: Ref, event: ChannelEvent, values: Iterable[str]) -> tuple[bool, datetime, str]:
        """When that debtor was last written to at that address; by the event's own channel counts most. Equal moments
        are told apart by who the debtor is, so that the answer does not depend on the order of reading.
        """
        file = self.store.load(ref.tenant, ref.debtor)
        wanted = {contact_hash(self.key, ref.tenant, value) for value in values}
        contacts = [c for c in file.contacts if c.destination in wanted] if file else []
        return max(((c.channel is event.channel, c.at, ref.debtor) for c in contacts), default=(False, _NEVER, ""))


def _bare(account: str) -> str:
    return (parseaddr(account)[1] or account).strip().lower().lstrip("+") if "@" in account else account.lstrip("+")
