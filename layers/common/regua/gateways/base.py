"""What a gateway declares, and what its notifications speak of."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from regua.domain.model import Rail
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference
from regua.domain.values import Value, replace
from regua.gateways import reading

Kind = PaymentEventKind


class WordList(Value):
    """One list of a provider, whole: each word and what it means here. docs/gateway-words.md is kept equal to it."""

    about: str
    """What the words are of, in English and in Portuguese, parted by `|`."""
    source: str
    """Where the provider lists them."""
    read_on: str
    """When the list was read last: `2026-11`."""
    meanings: Mapping[str, PaymentEventKind]
    unread: bool = False
    """Whether the provider's own list could not be read: the words are those of public code that uses it."""


class PartList(Value):
    """By which of its fields a provider says what a payment is made of. docs/gateway-words.md is kept equal to it."""

    source: str
    """Where the provider describes the fields."""
    read_on: str
    fields: Mapping[str, str]
    """Each field of `Parts` it tells -> the provider's own words for it."""
    unread: frozenset[str] = frozenset()
    """Those of `fields` that no page or code of the provider's own describes, and public code uses: they are told
    where all parts add up to what was paid, to the cent, and else null."""


class Proof(StrEnum):
    """What shows that a notification comes from the gateway."""

    SIGNATURE = "signature"
    """A hash over the body (or parts of it) with a shared secret."""
    TOKEN = "token"  # noqa: S105 - the word for the kind of proof, not a secret
    """A shared secret in a header."""
    TRANSPORT = "transport"
    """Nothing in the notification: mTLS or a secret in the address."""


class Declaration(Value):
    """A gateway's row in the capability table of docs/gateways.md (a test keeps the two alike)."""

    name: str
    title: str
    proof: Proof
    thin: bool
    """True: a notification is never a credit, it only says what to look up."""
    rails: tuple[Rail, ...]
    base_url: str
    """Production address of its API; `options.base_url` replaces it."""
    tolerance_seconds: int = 0
    """How far the signed time may lie from now, in both directions; 0: no time is signed."""
    ip_addresses: tuple[str, ...] = ()
    """Documented senders; corroborates, never decides where there is a secret."""
    creates_charges: bool = False
    lists_payments: bool = False
    registered_at: str = ""
    """Where a person tells it our address and which news to send (Portuguese); empty: `WebhookRegistrar` does."""


class Subject(Value):
    """The charge, invoice or payment a notification speaks of: what all events told of it have in common."""

    gateway: str
    word: str
    """What happened, in the gateway's own word; 80 characters are kept."""
    names: tuple[Reference, ...] = ()
    """What may name the receivable, best first; those that name nothing are left out."""
    rail: Rail = Rail.UNKNOWN
    at: datetime | None = None
    """Time of the events that have none of their own."""
    due_on: date | None = None
    """The charge's due date, where it is told: which of several bills of one number was paid."""

    def event(
        self,
        event_id: str,
        kind: PaymentEventKind,
        amount_cents: int = 0,
        *,
        at: datetime | None = None,
        refers_to: str = "",
        cumulative: bool = False,
        recurs: bool = False,
        restores: str = "",
        due_on: date | None = None,
        told_at: datetime | None = None,
        standing: bool = False,
        note: str = "",
        parts: Parts | None = None,
    ) -> PaymentEvent:
        """One event of it. The arguments are those of `PaymentEvent`."""
        target, alternatives = reading.references(*self.names)
        return PaymentEvent(
            gateway=self.gateway,
            event_id=event_id,
            kind=kind,
            reference=target,
            alternatives=alternatives,
            amount_cents=amount_cents,
            occurred_at=at or self.at,
            rail=self.rail,
            raw_type=self.word[:80],
            refers_to=refers_to,
            cumulative=cumulative,
            recurs=recurs,
            restores=restores,
            due_on=self.due_on if kind is PaymentEventKind.CREDIT else due_on,
            told_at=told_at,
            standing=standing,
            note=note,
            parts=None if parts == Parts() else parts,
        )

    def lifecycle(self, event_id: str, note: str = "") -> PaymentEvent:
        """News that moves no money."""
        return self.event(event_id, PaymentEventKind.LIFECYCLE, note=note)

    def unpaid(self, event_id: str, denies: str, told_at: datetime | None = None) -> PaymentEvent:
        """News of a charge that is not paid, or no more; the arguments are those of `PaymentEvent`."""
        return replace(self.lifecycle(event_id), denies=denies, told_at=told_at)

    def reinstated(self, taken: str, at: datetime | None = None) -> PaymentEvent:
        """What the event of that id took back is here again, if it was ever taken."""
        return self.event(f"{taken}-reversed", PaymentEventKind.REINSTATED, at=at, refers_to=taken)

    def unknown(self, event_id: str, note: str) -> PaymentEvent:
        """News that cannot be understood; `note` says why (Portuguese)."""
        return self.event(event_id, PaymentEventKind.UNKNOWN, note=note)

    def hint(self, event_id: str, readable: bool, otherwise: str) -> PaymentEvent:
        """A notification that only says what to look up, or, when it cannot be read, UNKNOWN and why (`otherwise`)."""
        return self.event(event_id, PaymentEventKind.LOOKUP) if readable else self.unknown(event_id, otherwise)
