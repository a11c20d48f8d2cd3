"""What one commit changes: worked out once, obeyed by both stores."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from regua.domain.model import CaseStatus, Contact, File, LedgerEntry, PaymentFact, Receivable
from regua.domain.values import Value, replace, replace_value
from regua.domain.work import Work
from regua.ports import AddressUse, Commit, ConflictError, InboxEvent, PermanentError, Ref, RetryableError
from regua.store import keys

_Item = TypeVar("_Item", Receivable, Contact, PaymentFact)

SHARED_REF_KINDS = frozenset({"boleto", "user"})
"""A channel's own name for somebody may be known at several debtors, and so may the number of a boleto without its
wallet and bank: the last writer is found.

Every other kind (txid, nosso numero, charge, message) names one item of one debtor, and moves to another only when the
reference says from whom. Who has an e-mail address or a number stands in the address's own entry.
"""


def stored_ref(ref: Ref) -> Ref:
    """The reference as it is kept: whom it was taken from was a condition of one commit."""
    return replace(ref, takes_from="") if ref.takes_from else ref


class RefTakenError(PermanentError):
    """An outside id given to this debtor already names an item of another one: nothing was written."""


class Changes(Value):
    """The difference between two files, with everything that goes into the same transaction."""

    before: File | None
    after: File
    """With its new version."""
    receivables: tuple[Receivable, ...]
    contacts: tuple[Contact, ...]
    facts: tuple[PaymentFact, ...]
    fresh: frozenset[str]
    """Sort keys of contacts and facts that `before` does not have."""
    removed: tuple[str, ...]
    """Sort keys of receivables and contacts `after` no longer has."""
    ledger: tuple[LedgerEntry, ...]
    refs: tuple[Ref, ...]
    inbox: tuple[InboxEvent, ...]
    work: tuple[Work, ...]
    addresses: tuple[AddressUse, ...] = ()

    @property
    def version(self) -> int:
        """The version this commit makes."""
        return self.after.debtor.version

    @property
    def is_open(self) -> bool:
        """Whether the debtor belongs into the open index."""
        return in_open_index(self.after)


def in_open_index(file: File) -> bool:
    """A debtor is in the open index while something may be collected, its case is live or a contact is not recorded."""
    case = file.debtor.case
    return case.status is CaseStatus.OPEN or bool(case.in_flight) or any(r.is_open for r in file.receivables)


def changes(
    before: File | None,
    after: File,
    *,
    ledger: Iterable[LedgerEntry] = (),
    refs: Iterable[Ref] = (),
    inbox: Iterable[InboxEvent] = (),
    work: Iterable[Work] = (),
    addresses: Iterable[AddressUse] = (),
) -> Changes:
    """The changes that make `after` of `before` (both whole, or both without the same parts).

    Raises ValueError when the two are not the same debtor's, a name cannot be part of a key, an item appears twice, a
    payment fact disappeared, a reference or work is another debtor's, or it takes more than 100 items.
    """
    root = after.debtor
    keys.partition(root.tenant, root.id)
    if before is not None and (before.debtor.tenant, before.debtor.id) != (root.tenant, root.id):
        raise ValueError("a commit is about one debtor")
    old = before or File(root)
    receivables = _diff(old.receivables, after.receivables, lambda r: keys.receivable_key(r.id))
    contacts = _diff(old.contacts, after.contacts, lambda c: keys.contact_key(c.key))
    facts = _diff(old.facts, after.facts, lambda f: keys.fact_key(f.key))
    if facts.removed:
        raise ValueError("payment facts are never removed")
    made = Changes(
        before=before,
        after=replace_value(after, debtor=replace_value(root, version=(before.debtor.version if before else 0) + 1)),
        receivables=receivables.changed,
        contacts=contacts.changed,
        facts=facts.changed,
        fresh=contacts.fresh | facts.fresh,
        removed=receivables.removed + contacts.removed,
        ledger=tuple(ledger),
        refs=_unique_refs(refs, root.tenant, root.id),
        inbox=_unique_events(inbox),
        work=_unique_work(work, root.tenant, root.id),
        addresses=_unique_addresses(addresses, root.tenant),
    )
    beside = (made.ledger, made.refs, made.inbox, made.work, made.addresses)
    size = 1 + sum(map(len, (made.receivables, made.contacts, made.facts, made.removed, *beside)))
    if size > keys.MAX_TRANSACTION_ITEMS:
        raise ValueError(f"{size} items do not fit into one transaction (limit {keys.MAX_TRANSACTION_ITEMS})")
    return made


def changes_of(asked: Commit) -> Changes:
    """`changes`, of what one commit is asked."""
    return changes(
        asked.before,
        asked.after,
        ledger=asked.ledger,
        refs=asked.refs,
        inbox=asked.inbox,
        work=asked.work,
        addresses=asked.addresses,
    )


def one_by_one(commit: Callable[..., File], commits: Sequence[Commit]) -> list[File | Exception]:
    """`Store.commit_each` of a store that has only its `commit`."""
    done: list[File | Exception] = []
    for asked in commits:
        beside = {name: getattr(asked, name) for name in ("ledger", "refs", "inbox", "work", "addresses")}
        try:
            done.append(commit(asked.before, asked.after, owner=asked.owner, **beside))
        except (ConflictError, PermanentError, ValueError) as refusal:
            done.append(refusal)
        except RetryableError as error:
            return [*done, *[error] * (len(commits) - len(done))]
    return done


@dataclass(frozen=True, slots=True)
class _Diff(Generic[_Item]):
    changed: tuple[_Item, ...]
    fresh: frozenset[str]
    removed: tuple[str, ...]


def _diff(before: tuple[_Item, ...], after: tuple[_Item, ...], key: Callable[[_Item], str]) -> _Diff[_Item]:
    if not before and not after:
        return _Diff((), frozenset(), ())
    new = _by_key(after, key)
    if not before:
        return _Diff(after, frozenset(new), ())
    old = _by_key(before, key)
    return _Diff(
        # what did not change is the same object: a comparison field by field is for the few others
        changed=tuple(item for name, item in new.items() if (was := old.get(name)) is not item and was != item),
        fresh=frozenset(new.keys() - old.keys()),
        removed=tuple(name for name in old if name not in new),
    )


def _by_key(items: Sequence[_Item], key: Callable[[_Item], str]) -> dict[str, _Item]:
    found = {key(item): item for item in items}
    if len(found) != len(items):
        raise ValueError("the same item appears twice in one file")
    return found


def _unique_refs(refs: Iterable[Ref], tenant: str, debtor: str) -> tuple[Ref, ...]:
    found: dict[tuple[str, str], Ref] = {}
    for ref in refs:
        if (ref.tenant, ref.debtor) != (tenant, debtor):
            raise ValueError("a reference in a commit points to the debtor committed")
        keys.ref_partition(ref.tenant, ref.kind, ref.value)
        found[ref.kind, ref.value] = ref
    return tuple(found.values())


def _unique_events(inbox: Iterable[InboxEvent]) -> tuple[InboxEvent, ...]:
    found: dict[tuple[str, str, str], InboxEvent] = {}
    for event in inbox:
        keys.inbox_partition(event.tenant, event.gateway, event.event_id)
        found[event.tenant, event.gateway, event.event_id] = event
    return tuple(found.values())


def _unique_work(listed: Iterable[Work], tenant: str, debtor: str) -> tuple[Work, ...]:
    found: dict[str, Work] = {}
    for work in listed:
        if (work.tenant, work.debtor) != (tenant, debtor):
            raise ValueError("work in a commit is about the debtor committed")
        keys.work_partition(work.tenant, work.key)
        found[work.key] = work
    return tuple(found.values())


def _unique_addresses(uses: Iterable[AddressUse], tenant: str) -> tuple[AddressUse, ...]:
    found: dict[tuple[str, str], AddressUse] = {}
    for use in uses:
        keys.ref_partition(tenant, use.kind, use.value)
        if found.setdefault((use.kind, use.value), use) != use:
            raise ValueError("an address is used twice in one commit, and differently")
    return tuple(found.values())
