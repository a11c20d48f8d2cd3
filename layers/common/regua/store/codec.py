"""The domain's values as one JSON text per item, and back.

One text attribute instead of many typed ones, because boto3's parser costs 41 times a typed decode of the same bytes.
Fields that have their default are left out (a page holds more receivables), unknown fields are ignored and missing
ones take their default, so items written by older and newer releases load. The defaults of the domain are therefore
part of the stored format: changing one changes what old items say (tests/contract/store/test_format.py keeps them).
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec

from regua.domain.contact.wishes import Wish
from regua.domain.model import Contact, Debtor, LedgerEntry, PaymentFact, Receivable
from regua.domain.work import Work
from regua.ports import InboxEvent, Ref

STORED_NAMES: dict[type, dict[str, str]] = {
    Debtor: {"id": "debtor"},
    Receivable: {"id": "receivable", "paid_additions_cents": "paid_charges_cents"},
}
"""Fields the code calls otherwise than the table does: what is stored keeps its name, so that old items are read."""

_UNSET: Any = object()
_encoder = msgspec.json.Encoder()


def encode(value: Any) -> str:
    """A dataclass of the domain as compact JSON: Decimal as text, days and moments in ISO 8601."""
    return _encoder.encode(_slim(value)).decode()


def debtor(data: str | bytes) -> Debtor:
    """Raises `msgspec.ValidationError` (a ValueError) when the text is not a debtor; so do the others."""
    return _debtor.decode(_as_the_code_says(data, Debtor))


def receivable(data: str | bytes) -> Receivable:
    """A receivable from its item."""
    return _receivable.decode(_as_the_code_says(data, Receivable))


def contact(data: str | bytes) -> Contact:
    """A contact from its item."""
    return _contact.decode(data)


def fact(data: str | bytes) -> PaymentFact:
    """A payment fact from its item."""
    return _fact.decode(data)


def ledger_entry(data: str | bytes) -> LedgerEntry:
    """A ledger entry from its item."""
    return _ledger_entry.decode(data)


def inbox_event(data: str | bytes) -> InboxEvent:
    """An inbox event from its item."""
    return _inbox_event.decode(data)


def work(data: str | bytes) -> Work:
    """Work from its item."""
    return _work.decode(data)


def ref(data: str | bytes) -> Ref:
    """A reference from its item."""
    return _ref.decode(data)


def wishes(data: str | bytes) -> tuple[Wish, ...]:
    """What was told at an address, from its item."""
    return _wishes.decode(data)


def state(data: str | bytes) -> dict[str, str]:
    """A tenant's small facts from their item."""
    return _state.decode(data)


_debtor = msgspec.json.Decoder(Debtor)
_receivable = msgspec.json.Decoder(Receivable)
_contact = msgspec.json.Decoder(Contact)
_fact = msgspec.json.Decoder(PaymentFact)
_ledger_entry = msgspec.json.Decoder(LedgerEntry)
_inbox_event = msgspec.json.Decoder(InboxEvent)
_work = msgspec.json.Decoder(Work)
_ref = msgspec.json.Decoder(Ref)
_wishes = msgspec.json.Decoder(tuple[Wish, ...])
_state = msgspec.json.Decoder(dict[str, str])


_KEYS = {
    kind: [(f'"{stored}":', f'"{name}":') for name, stored in names.items()] for kind, names in STORED_NAMES.items()
}


def _as_the_code_says(data: str | bytes, kind: type) -> str:
    """The text with the code's names for the fields stored under others.

    Only a key of an object is quoted and followed by a colon (within a text the quotes are escaped), and neither kind
    holds another object with a key of that name (tests/contract/store/test_format.py), so replacing text is exact;
    it costs a tenth of a microsecond where decoding twice would cost two.
    """
    text = data if isinstance(data, str) else data.decode()
    for stored, name in _KEYS[kind]:
        text = text.replace(stored, name)
    return text


def _slim(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_slim(item) for item in value]
    kind: type = type(value)
    shape = _shape(kind)
    if shape is None:
        return value
    names, defaults, values_of = shape
    return {
        name: _slim(field)
        for name, default, field in zip(names, defaults, values_of(value), strict=True)
        if field is not default and field != default
    }


@cache
def _shape(kind: Any) -> tuple[tuple[str, ...], tuple[Any, ...], Callable[[Any], tuple[Any, ...]]] | None:
    """Of a dataclass: names, defaults and what takes a value's fields; None for what is none."""
    stored = STORED_NAMES.get(kind, {})
    if not is_dataclass(kind):
        return None
    listed = fields(kind)
    names = tuple(stored.get(f.name, f.name) for f in listed)
    return names, tuple(_default(f) for f in listed), attrgetter(*(f.name for f in listed))


def _default(listed: "Field[Any]") -> Any:
    if listed.default is not MISSING:
        return listed.default
    return listed.default_factory() if listed.default_factory is not MISSING else _UNSET
