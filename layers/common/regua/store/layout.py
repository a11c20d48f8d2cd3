"""What of a debtor lies in his own item, and what beside it: a function of the file, so no writer has to remember.

Inside are the root, up to `MOST_INSIDE` titles and payment facts, and the newest contacts. Of who has more titles and
facts than that, what is closed lies outside, with all facts; of who has more open titles, all of them do. What lies
outside is an item of the debtor's partition, written in the same transaction.
"""

from regua.domain.model import Contact, File, PaymentFact, Receivable
from regua.store import keys

MOST_INSIDE = 24
"""Titles and facts. An item may hold 400 kB; this many take 3 kB, and every commit pays for all of them."""
NEWEST_CONTACTS = 2
"""What a delivery or an answer is about; older ones change seldom. Each is some 120 bytes packed, and the item of a
debtor with three titles and two contacts keeps below 1 kB, which is a write unit.
"""

Child = Receivable | Contact | PaymentFact


def inside(file: File) -> File:
    """The part of a file that its item holds."""
    titles, facts, contacts = file.receivables, file.facts, file.contacts
    if len(titles) + len(facts) > MOST_INSIDE:
        titles, facts = file.open_receivables, ()
        if len(titles) > MOST_INSIDE:
            titles = ()
    if len(contacts) > NEWEST_CONTACTS:
        newest = {id(c) for c in sorted(contacts, key=_age)[-NEWEST_CONTACTS:]}
        contacts = tuple(c for c in contacts if id(c) in newest)
    return File(file.debtor, titles, contacts, facts)


def outside(file: File, held: File) -> dict[str, Child]:
    """The rest of it, by sort key; `held` is what its item holds."""
    found: dict[str, Child] = {}
    if held.receivables is not file.receivables:
        kept = {r.id for r in held.receivables}
        found |= {keys.receivable_key(r.id): r for r in file.receivables if r.id not in kept}
    if held.contacts is not file.contacts:
        kept = {c.key for c in held.contacts}
        found |= {keys.contact_key(c.key): c for c in file.contacts if c.key not in kept}
    if held.facts is not file.facts:
        found |= {keys.fact_key(f.key): f for f in file.facts}
    return found


def _age(contact: Contact) -> tuple[object, str]:
    return contact.at, contact.key
