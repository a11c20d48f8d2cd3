"""Which movements of a bank's statement were read before, in another statement or in the same one.

Banks give the same FITID twice and another one in the next file, word a movement anew, and book on Monday what their
Pix list dates Saturday. One movement of a file is one of another file's, never two.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count

from regua.domain.ids import digest
from regua.domain.intake.bank_statement import BankEntry
from regua.domain.intake.statement_words import name_words, plain, same_document, same_name
from regua.domain.money.payment_event import PaymentEvent
from regua.domain.money.same_payment import BankDays
from regua.ports import InboxEvent

_WHOLE_NUMBER = 4
"""Fewest digits by which an account is known."""


def known_again(
    entries: Sequence[BankEntry], layout: str, lines: Sequence[tuple[InboxEvent, PaymentEvent]], days: BankDays
) -> Iterator[tuple[BankEntry, str]]:
    """Each movement with the id it is stored under: that of the same movement in another statement (`lines`), or a new
    one.
    """
    free: dict[int, list[tuple[InboxEvent, PaymentEvent]]] = {}
    for stored, event in lines:
        free.setdefault(event.amount_cents, []).append((stored, event))
    found: dict[int, str] = {}
    for same in (_same_id, _same_words, _same_payer, _same_money):
        for number, entry in enumerate(entries):
            if number in found:
                continue
            alike = free.get(abs(entry.amount_cents), [])
            one = next((k for k in alike if same(entry, layout, k[1], days)), None)
            if one is not None:
                alike.remove(one)
                found[number] = one[0].event_id
    taken = {stored.event_id for stored, _ in lines} | set(found.values())
    for number, entry in enumerate(entries):
        if number not in found:
            found[number] = next(name for n in count(1) if (name := _new_id(entry, layout, n)) not in taken)
            taken.add(found[number])
        yield entry, found[number]


def at_of(event: PaymentEvent) -> datetime:
    """The moment a stored movement is dated by."""
    return event.occurred_at or datetime.min.replace(tzinfo=UTC)


def _new_id(entry: BankEntry, layout: str, number: int) -> str:
    """Names nobody: what the bank wrote goes into a hash."""
    words = "\0".join((layout, *_account(entry.account), entry.id, plain(entry.description)))
    return f"{entry.posted_on:%Y%m%d}-{entry.amount_cents}-{digest(words, 6)}-{number}"


def _account(account: str) -> tuple[str, str]:
    """Bank and number as they are compared, without zeros in front and punctuation; empty: the file does not say."""
    bank, _, number = account.rpartition("/")
    return bank.partition("/")[0].lstrip("0"), "".join(c for c in number if c.isalnum()).lstrip("0").upper()


def _same_account(one: str, other: str) -> bool:
    """Whether two files name one account; banks write its number with the branch before it, and without."""
    (bank, number), (its_bank, its_number) = _account(one), _account(other)
    if bank and its_bank and bank != its_bank:
        return False
    short, long = sorted((number, its_number), key=len)
    return not short or (long.endswith(short) and (len(short) >= _WHOLE_NUMBER or short == long))


def _alike(entry: BankEntry, layout: str, event: PaymentEvent, days: BankDays) -> bool:
    """The same cents, sort, account and day; lists of another layout may date before a weekend what is booked after."""
    known_layout, account, _, kind, _ = event.line
    if (abs(entry.amount_cents), entry.kind) != (event.amount_cents, kind):
        return False
    if not _same_account(entry.account, account):
        return False
    if entry.end_to_end and event.end_to_end and entry.end_to_end != event.end_to_end:
        return False
    on = days.day(at_of(event))
    if on == entry.posted_on:
        return True
    return layout != known_layout and days.booked(on) == days.booked(entry.posted_on)


def _same_id(entry: BankEntry, layout: str, event: PaymentEvent, days: BankDays) -> bool:
    if entry.end_to_end and entry.end_to_end == event.end_to_end:
        return True
    alike = _alike(entry, layout, event, days) and entry.id != "" and entry.id == event.line[2]
    return alike and plain(entry.description) == plain(event.line[4])


def _same_words(entry: BankEntry, layout: str, event: PaymentEvent, days: BankDays) -> bool:
    return _alike(entry, layout, event, days) and plain(entry.description) == plain(event.line[4])


def _same_payer(entry: BankEntry, layout: str, event: PaymentEvent, days: BankDays) -> bool:
    return _alike(entry, layout, event, days) and same_payer(entry, event)


def same_payer(one: BankEntry | PaymentEvent, other: PaymentEvent) -> bool:
    """Whether two movements name one person: by the document where both have one, else by the name, cut or whole."""
    if one.payer_document and other.payer_document:
        short, long = sorted((one.payer_document, other.payer_document))
        return short == long or same_document(short, long)
    names = (name_words(one.payer), name_words(other.payer))
    return bool(names[0]) and (
        names[0] == names[1] or same_name(one.payer, other.payer) or same_name(other.payer, one.payer)
    )


def _same_money(entry: BankEntry, layout: str, event: PaymentEvent, days: BankDays) -> bool:
    """The bank words anew, and one of the two names nobody."""
    return _alike(entry, layout, event, days) and not (
        (entry.payer or entry.payer_document) and (event.payer or event.payer_document)
    )
