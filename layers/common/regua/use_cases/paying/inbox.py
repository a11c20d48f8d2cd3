"""What the inbox keeps of news about money, and how it is understood again.

A notification, which is what a gateway sends, is kept raw before it is understood: any bytes, and the headers its
parser needs. Its adapter understands it, now and ever after. What we have found ourselves, by a pull or in a bank's
file, was nobody's notification: kept is the normalised event, without the words it was read from (they may name the
payer). Of a statement's movement the bank's words are kept too: who paid is what it is matched by, and what a person
must see.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from regua.domain.codes.our_number import OurNumber
from regua.domain.model import FactKind, File, PaymentFact, Rail
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind, Slip
from regua.domain.values import replace
from regua.ports import Gateway, GoneError, InboxEvent, InboxStatus, RawBodies

WAITS_FOR = timedelta(days=20)
"""How long news that moves no money waits for its title: a debit is scheduled up to ten days before the due date and
tried for seven after it.
"""
WEBHOOK, PULL, FILE = "webhook", "pull", "file"
"""Who told (`InboxEvent.evidence`, `PaymentFact.evidence`)."""
BODY_GONE = "o corpo deste aviso não está mais guardado: confira o pagamento no gateway"
_BINARY = "base64:"
_UNDERSTOOD = "event:"
"""Before what is left of a notification: the event as it was understood, once its own words are forgotten."""
_FORGOTTEN = "forgotten:"
"""Instead of one that nobody could read."""
_ANOTHER = "~"


def notified(
    tenant: str,
    adapter: Gateway,
    event_id: str,
    body: bytes,
    headers: Mapping[str, str],
    at: datetime,
    note: str = "",
    *,
    body_at: str = "",
) -> InboxEvent:
    """One event of a notification, to be stored; `note` says why it cannot be read, `body_at` where its body is kept
    already (empty: nowhere yet).
    """
    needed = getattr(adapter, "kept_headers", ())
    kept = tuple((name, value) for name, value in headers.items() if name in needed)
    text = "" if body_at else _as_text(body)
    return InboxEvent(tenant, adapter.name, event_id, at, text, kept, note=note, body_at=body_at)


def digest_of(body: bytes) -> str:
    """What names a message by what it holds."""
    return hashlib.sha256(body).hexdigest()[:40]


def same_words(first: InboxEvent, second: InboxEvent) -> bool:
    """Whether both were told by the same words."""
    return (first.body, first.body_at) == (second.body, second.body_at)


def told_again(first: InboxEvent, said: InboxEvent) -> InboxEvent:
    """Another notification that tells of the same as `first` did, to be stored beside it."""
    digest = hashlib.sha256((said.body or said.body_at).encode()).hexdigest()[:16]
    return replace(said, event_id=f"{first.event_id}{_ANOTHER}{digest}")


def found(tenant: str, event: PaymentEvent, evidence: str, at: datetime) -> InboxEvent:
    """An event that a PULL or a FILE told, to be stored."""
    said = asdict(event)
    del said["raw"]
    body = json.dumps(said, default=_iso, ensure_ascii=False)
    return InboxEvent(
        tenant, event.gateway, event.event_id, at, body, amount_cents=event.amount_cents, evidence=evidence
    )


def settled(file: File, fact: PaymentFact, at: datetime) -> InboxEvent:
    """What a person or a spreadsheet has told of money, which is settled with it: a statement finds it here."""
    event = PaymentEvent(
        fact.gateway,
        f"{fact.fact_id}#{file.debtor.id}",  # a title that moves may be told of at either debtor
        PaymentEventKind.CREDIT,
        Reference(ReferenceKind.EXTERNAL, fact.receivable),
        fact.amount_cents,
        fact.occurred_at,
        fact.rail,
    )
    stored = found(file.debtor.tenant, event, fact.evidence, at)
    return replace(stored, status=InboxStatus.APPLIED, debtor=file.debtor.id, receivable=fact.receivable)


def paid_by_line(file: File, fact: PaymentFact, at: datetime) -> InboxEvent:
    """What a line that waited for a person has told of money, to be settled as one payment."""
    reference = Reference(ReferenceKind.EXTERNAL, fact.receivable)
    kind = PaymentEventKind.SETTLED if fact.kind is FactKind.SETTLED else PaymentEventKind.CREDIT
    event = PaymentEvent(fact.gateway, fact.fact_id, kind, reference, fact.amount_cents, fact.occurred_at, fact.rail)
    return found(file.debtor.tenant, event, fact.evidence, at)


def waiting(stored: InboxEvent, names: Iterable[Reference], note: str, now: datetime) -> InboxEvent | None:
    """News that moves no money, kept for the title that has one of those names; None where it matters no more, or has
    none.
    """
    known = tuple(dict.fromkeys((str(name.kind), name.value) for name in names))
    if not known or now - stored.received_at >= WAITS_FOR:
        return None
    return replace(stored, status=InboxStatus.PENDING, names=known, note=note, attempts=stored.attempts + 1)


def is_forgotten(stored: InboxEvent) -> bool:
    """Whether only what a person needs of it is left."""
    return not stored.body_at and stored.body.startswith((_UNDERSTOOD, _FORGOTTEN))


def forgotten(stored: InboxEvent, event: PaymentEvent | None) -> InboxEvent:
    """News that is nobody's, without the words it was told by. What was understood of it (`event`; None: nothing)
    stays, but for who paid, of whom the initials and a part of the CPF do.
    """
    if event is None:
        return replace(stored, body=_FORGOTTEN, body_at="", headers=())
    payer = " ".join(filter(None, (_initials(event.payer), _masked(event.payer_document))))
    line = (*event.line[:4], "") if event.line else ()
    said = asdict(replace(event, payer="", payer_document="", line=line, raw={}))
    del said["raw"]
    body = _UNDERSTOOD + json.dumps(said, default=_iso, ensure_ascii=False)
    note = f"{stored.note}; de {payer}"[:500] if payer else stored.note
    cents = stored.amount_cents or event.amount_cents
    return replace(stored, body=body, body_at="", headers=(), note=note, amount_cents=cents)


def _initials(name: str) -> str:
    return "".join(f"{word[0]}." for word in name.split())


def _masked(document: str) -> str:
    """A CPF as public lists show it; a company's number is nobody's secret."""
    return f"***{document[3:9]}**" if len(document) == 11 else document


def read_notification(
    adapter: Gateway, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]
) -> tuple[list[PaymentEvent], str]:
    """The events of a notification, or none and the reason it cannot be read: an adapter's own fault too, for what was
    sent is kept, and read again once the fault is repaired.
    """
    try:
        return adapter.parse(body, headers, query), ""
    except ValueError as error:
        return [], _unreadable(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not keep what was sent from being stored
        return [], f"ilegível ({type(error).__name__}), por uma falha nossa"


class StoredNews:
    """Understands what the inbox holds. A body that many events share is read and parsed once while they follow each
    other; what an item holds by itself is read where it is.
    """

    def __init__(self, gateway: Callable[[str], Gateway], bodies: RawBodies) -> None:
        """`gateway` finds an adapter by name, KeyError when there is none."""
        self._gateway, self._bodies = gateway, bodies
        self._last: tuple[tuple[str, str, tuple[tuple[str, str], ...]], _Parsed] | None = None

    def event_of(self, stored: InboxEvent) -> tuple[PaymentEvent | None, str]:
        """The event a stored item is about, or None and the reason it cannot be read. Raises KeyError where its gateway
        is no more, RetryableError where its body cannot be read now.
        """
        if stored.body == _FORGOTTEN:
            return None, BODY_GONE
        if stored.evidence != WEBHOOK or stored.body.startswith(_UNDERSTOOD):
            try:
                return _normalised(stored.body.removeprefix(_UNDERSTOOD)), ""
            except ValueError as error:
                return None, _unreadable(error)
        parsed = self._parsed(stored)
        event = parsed.by_id.get(stored.event_id) or parsed.by_id.get(stored.event_id.rpartition(_ANOTHER)[0])
        return event, parsed.note

    def events_of(self, message: InboxEvent) -> tuple[list[PaymentEvent], str]:
        """All that a stored message tells, or none and the reason it cannot be read. Raises as `event_of` does."""
        parsed = self._parsed(message)
        return parsed.events, parsed.note

    def remember(self, stored: InboxEvent, events: list[PaymentEvent]) -> None:
        """What a body is known to hold, from who has just parsed it."""
        self._last = (_place(stored), _Parsed(events, "", _by_id(events)))

    def _parsed(self, stored: InboxEvent) -> "_Parsed":
        if self._last is not None and stored.body_at and self._last[0] == _place(stored):
            return self._last[1]
        adapter = self._gateway(stored.gateway)
        try:
            body = self._bodies.read(stored.body_at) if stored.body_at else _as_bytes(stored.body)
        except GoneError:
            return _Parsed([], BODY_GONE, {})
        events, note = read_notification(adapter, body, dict(stored.headers), {})
        parsed = _Parsed(events, note, _by_id(events))
        if stored.body_at:
            self._last = (_place(stored), parsed)
        return parsed


class _Parsed(NamedTuple):
    events: list[PaymentEvent]
    note: str
    by_id: dict[str, PaymentEvent]


def _place(stored: InboxEvent) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return stored.gateway, stored.body_at, stored.headers


def _by_id(events: Iterable[PaymentEvent]) -> dict[str, PaymentEvent]:
    """Of several news under one id the one that asks to look counts: what is found there says it all."""
    found: dict[str, PaymentEvent] = {}
    for event in events:
        if event.event_id not in found or (
            event.kind is PaymentEventKind.LOOKUP and found[event.event_id].kind is not PaymentEventKind.LOOKUP
        ):
            found[event.event_id] = event
    return found


def _unreadable(error: ValueError) -> str:
    return f"ilegível: {error}"[:200]


def _as_text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _BINARY + base64.b64encode(body).decode()


def _as_bytes(text: str) -> bytes:
    return base64.b64decode(text[len(_BINARY) :]) if text.startswith(_BINARY) else text.encode()


def _normalised(text: str) -> PaymentEvent:
    try:
        said: dict[str, Any] = json.loads(text)
        at = said["occurred_at"]
        return PaymentEvent(
            gateway=said["gateway"],
            event_id=said["event_id"],
            kind=PaymentEventKind(said["kind"]),
            reference=_reference(said["reference"]),
            amount_cents=int(said["amount_cents"]),
            occurred_at=datetime.fromisoformat(at) if at else None,
            rail=Rail(said["rail"]),
            raw_type=said["raw_type"],
            alternatives=tuple(_reference(one) for one in said["alternatives"]),
            refers_to=said["refers_to"],
            cumulative=bool(said["cumulative"]),
            note=said["note"],
            slip=_slip(said.get("slip")),
            end_to_end=said.get("end_to_end", ""),
            payer=said.get("payer", ""),
            payer_document=said.get("payer_document", ""),
            line=tuple(said.get("line", ())),
            recurs=bool(said.get("recurs", False)),
            restores=said.get("restores", ""),
            fee_cents=int(said.get("fee_cents", 0)),
            due_on=date.fromisoformat(said["due_on"]) if said.get("due_on") else None,
            told_at=datetime.fromisoformat(said["told_at"]) if said.get("told_at") else None,
            denies=said.get("denies", ""),
            standing=bool(said.get("standing", False)),
            holds=bool(said.get("holds", False)),
            parts=Parts(**said["parts"]) if said.get("parts") else None,
            news=said.get("news", ""),
            terse=bool(said.get("terse", False)),
            billed=bool(said.get("billed", False)),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not an event we have stored") from error


def _iso(moment: date) -> str:
    """Of a day or an instant."""
    return moment.isoformat()


def _slip(said: Mapping[str, Any] | None) -> Slip | None:
    if not said:
        return None
    number = {**said["our_number"], "written": tuple(said["our_number"]["written"])}
    due_on = date.fromisoformat(said["due_on"]) if said["due_on"] else None
    return Slip(**{**said, "our_number": OurNumber(**number), "due_on": due_on})


def _reference(said: Mapping[str, str]) -> Reference:
    return Reference(ReferenceKind(said["kind"]), said["value"])
