"""A debtor out of the items a Query gave: of his partition, or of the open index."""

from collections.abc import Callable

from regua.domain.model import Contact, File, PaymentFact, Receivable
from regua.store import codec, keys
from regua.store.pages import NumberAttribute, StoredItem


def root_of(rows: list[StoredItem]) -> StoredItem:
    """The debtor's own item. Raises ValueError when it is not among them."""
    for row in rows:
        if row.SK.S == keys.ROOT:
            return row
    raise ValueError("these items have no root")


def is_whole(rows: list[StoredItem]) -> bool:
    """Whether they show all that the root's version wrote and nothing it took away (`DynamoStore.load` says why)."""
    if len(rows) == 1 and rows[0].SK.S == keys.ROOT and rows[0].file is not None and rows[0].wrote is None:
        return True
    root = next((row for row in rows if row.SK.S == keys.ROOT), None)
    if root is None:
        return False
    version = _number(root.version)
    versions = [_number(row.version) for row in rows if row is not root]
    if any(written > version for written in versions):
        return False
    shown = versions.count(version)
    removed = set(root.removed.S.split("\n")) if root.removed else set()
    return shown >= _number(root.wrote) and not any(
        row.SK.S in removed and _number(row.version) < version for row in rows
    )


def parts(rows: list[StoredItem]) -> tuple[File, tuple[bytes, ...]]:
    """The file, and what of the ledger the debtor's item keeps."""
    root = root_of(rows)
    receivables: list[Receivable] = []
    contacts: list[Contact] = []
    facts: list[PaymentFact] = []
    kept: tuple[bytes, ...] = ()
    if root.file is None:  # an earlier release stored each part as an item of its own
        debtor = codec.debtor(_data(root))
    else:
        debtor, receivables, _ = codec.in_file(root.file.value, _number(root.version))
        if root.more is None:  # without payments it would ask for what is paid
            raise ValueError("missing: contacts and payment facts")
        contacts, facts, kept = codec.in_more(root.more.value)
    if len(rows) == 1:  # as nearly always, and what an item holds is in order
        return File(debtor, tuple(receivables), tuple(contacts), tuple(facts)), kept
    for row in rows:
        kind = row.SK.S[:2]
        if kind == keys.RECEIVABLE:
            receivables.append(codec.receivable(_data(row)))
        elif kind == keys.CONTACT:
            contacts.append(codec.contact(_data(row)))
        elif kind == keys.FACT:
            facts.append(codec.fact(_data(row)))
    whole = File(
        debtor,
        tuple(sorted(receivables, key=lambda r: r.id)),
        tuple(sorted(contacts, key=lambda c: c.key)),
        tuple(sorted(facts, key=lambda f: f.key)),
    )
    return whole, kept


def indexed_file(rows: list[StoredItem]) -> File | None:
    """Root and open titles as the index shows them; None when it does not show all."""
    if len(rows) > 1:
        rows.sort(key=_sort_key)  # `DEBTOR` < `R#`, which only earlier releases listed
    root = rows[0]
    if root.SK.S != keys.ROOT:  # the index has not caught up with it
        return None
    if root.file is None:
        file, _ = parts(rows)
        return File(file.debtor, file.open_receivables)
    debtor, titles, whole = codec.in_file(root.file.value, _number(root.version))
    return File(debtor, tuple([r for r in titles if r.is_open])) if whole else None


def named(rows: list[StoredItem]) -> str:
    """The keys of the item that cannot be read, or of the root, or the first, where it is none of these."""
    root = next((row for row in rows if row.SK.S == keys.ROOT), rows[0])
    odd = next((row for row in rows if not _is_readable(row)), root)
    return f"{odd.PK.S} {odd.SK.S}"


def _is_readable(row: StoredItem) -> bool:
    try:
        if row.SK.S != keys.ROOT:
            _CHILDREN.get(row.SK.S[:2], str)(_data(row))
        elif row.file is None:
            codec.debtor(_data(row))
        else:
            codec.in_file(row.file.value, _number(row.version))
            if row.more is not None:
                codec.in_more(row.more.value)
    except ValueError:
        return False
    return True


_CHILDREN: dict[str, Callable[[str], object]] = {
    keys.RECEIVABLE: codec.receivable,
    keys.CONTACT: codec.contact,
    keys.FACT: codec.fact,
}


def partition_key(row: StoredItem) -> str:
    """Whose item it is."""
    return row.PK.S


def _sort_key(row: StoredItem) -> str:
    return row.SK.S


def _data(row: StoredItem) -> str:
    return row.data.S if row.data else "null"


def value_of(row: StoredItem) -> str | bytes:
    """What it says, where that is one value."""
    return row.more.value if row.more else _data(row)


def _number(value: NumberAttribute | None) -> int:
    return int(value.N) if value else 0
