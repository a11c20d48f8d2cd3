"""What one commit changes: worked out once, obeyed by both stores."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from regua.domain.model import CaseStatus, Contact, File, LedgerEntry, PaymentFact, Receivable
from regua.domain.values import Value, replace, replace_value
from regua.domain.work import Work
from regua.ports import AddressUse, Commit, ConflictError, InboxEvent, PermanentError, Ref, RetryableError
from regua.store import keys, layout

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
    """What one commit writes: the debtor's item, what of him lies outside it, and what is true in the same moment."""

    before: File | None
    after: File
    """With its new version."""
    held: File
    """What of `after` the item holds."""
    outside: tuple[tuple[str, layout.Child], ...]
    """What lies outside and is not there yet as it is now, by sort key."""
    removed: tuple[str, ...]
    """Sort keys of what lay outside and does no more."""
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
    def holds_all_open(self) -> bool:
        """Whether every open title is in the item, as nearly always."""
        held, after = self.held.receivables, self.after.receivables
        return held is after or len(held) >= sum(r.is_open for r in after)

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
    """The changes that make `after` of `before`, both whole: what a file does not have, the debtor has no more.

    Raises ValueError when the two are not the same debtor's, a name cannot be part of a key, an item appears twice, a
    payment fact disappeared, a reference or work is another debtor's, or it takes more than 100 items.
    """
    root = after.debtor
    keys.partition(root.tenant, root.id)
    if before is not None and (before.debtor.tenant, before.debtor.id) != (root.tenant, root.id):
        raise ValueError("a commit is about one debtor")
    old = before or File(root)
    changed = _changed(old.receivables, after.receivables, lambda r: keys.receivable_key(r.id))
    changed += _changed(old.contacts, after.contacts, lambda c: keys.contact_key(c.key))
    if _gone(old.facts, after.facts):
        raise ValueError("payment facts are never removed")
    changed += _changed(old.facts, after.facts, lambda f: keys.fact_key(f.key))
    after = replace_value(after, debtor=replace_value(root, version=(before.debtor.version if before else 0) + 1))
    held = layout.inside(after)
    lay = layout.outside(old, layout.inside(old)) if before else {}
    lies = layout.outside(after, held)
    made = Changes(
        before=before,
        after=after,
        held=held,
        outside=tuple(each for each in lies.items() if (was := lay.get(each[0])) is not each[1] and was != each[1]),
        removed=tuple(key for key in lay if key not in lies),
        ledger=tuple(ledger),
        refs=_unique_refs(refs, root.tenant, root.id),
        inbox=_unique_events(inbox),
        work=_unique_work(work, root.tenant, root.id),
        addresses=_unique_addresses(addresses, root.tenant),
    )
    beside = sum(map(len, (made.refs, made.inbox, made.work, made.addresses)))
    size = 1 + beside + max(changed + len(made.ledger), len(made.outside) + len(made.removed) + bool(made.ledger))
    if size > keys.MAX_TRANSACTION_ITEMS:
        raise ValueError(f"{size} items do not fit into one transaction (limit {keys.MAX_TRANSACTION_ITEMS})")
    return made


def moved_inside(file: File) -> Changes:
    """Those that make one item of a debtor whose parts lie in items of their own, and change nothing else."""
    after = replace_value(file, debtor=replace_value(file.debtor, version=file.debtor.version + 1))
    held = layout.inside(after)
    lies = layout.outside(after, held)
    gone = tuple(key for key in layout.outside(file, File(file.debtor)) if key not in lies)
    return Changes(file, after, held, (), gone, (), (), (), ())


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


def _changed(before: tuple[_Item, ...], after: tuple[_Item, ...], key: Callable[[_Item], str]) -> int:
    """How many of them are new, changed or gone. Raises ValueError for one that is there twice."""
    if before is after:
        return 0
    new = _by_key(after, key)
    if not before:
        return len(new)
    old = _by_key(before, key)
    # what did not change is the same object: a comparison field by field is for the few others
    differ = sum((was := old.get(name)) is not item and was != item for name, item in new.items())
    return differ + sum(name not in new for name in old)


def _gone(before: tuple[PaymentFact, ...], after: tuple[PaymentFact, ...]) -> bool:
    return before is not after and not {f.key for f in before} <= {f.key for f in after}


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
