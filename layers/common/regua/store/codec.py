"""The domain's values as one JSON text per item, and back; a debtor's own item holds two texts, packed.

One text attribute instead of many typed ones, because boto3's parser costs 41 times a typed decode of the same bytes.
Fields that have their default are left out (a page holds more receivables), unknown fields are ignored and missing
ones take their default, so items written by older and newer releases load. The defaults of the domain are therefore
part of the stored format: changing one changes what old items say (tests/contract/store/test_format.py keeps them).
"""

import types
import typing
from collections.abc import Sequence
from enum import Enum
from functools import cache
from typing import Any

import msgspec

from regua.domain.contact.wishes import Wish
from regua.domain.model import Contact, Debtor, File, LedgerEntry, PaymentFact, Receivable
from regua.domain.values import Value, replace_value
from regua.domain.work import Work
from regua.ports import Heard, InboxEvent, Ref
from regua.store.packed import packed, unpacked

STORED_NAMES: dict[type, dict[str, str]] = {
    Debtor: {"id": "debtor"},
    Receivable: {"id": "receivable", "paid_additions_cents": "paid_charges_cents"},
}
"""Fields the code calls otherwise than the table does: what is stored keeps its name, so that old items are read."""

_encoder = msgspec.json.Encoder()


def encode(value: Any) -> str:
    """A value of the domain (or several) as compact JSON: Decimal as text, days and moments in ISO 8601."""
    kind = type(value)
    if kind is dict:
        return _encoder.encode(value).decode()
    if kind is tuple:
        return _encoder.encode([_settled(one) for one in value]).decode()
    text = _encoder.encode(_settled(value)).decode()
    for stored, name in _KEYS.get(kind, ()):
        text = text.replace(name, stored)
    return text


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


def decided(version: int, entries: Sequence[LedgerEntry]) -> bytes:
    """What one commit decided, as the ledger says it; nothing where it decided nothing."""
    return b'{"n":%d,"entries":%b}' % (version, _several(entries)) if entries else b""


def ledger_part(commits: Sequence[bytes]) -> bytes:
    """A ledger item of several commits (`decided`)."""
    return packed(b"[%b]" % b",".join(commits))


def in_ledger(value: str | bytes) -> list[tuple[int, list[LedgerEntry]]]:
    """The entries of a ledger item by the commit that made them. Earlier releases wrote an item for a commit, or for an
    entry, which does not say its commit (0).
    """
    text = value if value[:1] in (b"{", "{") else _unpacked(value)
    try:
        found = _commits.decode(text)
    except msgspec.ValidationError:
        return [(0, [_ledger_entry.decode(text)])]
    return [(one.n, one.entries) for one in (found if isinstance(found, list) else [found])]


def file_part(held: File, *, whole: bool) -> bytes:
    """The root and the titles that a debtor's item holds, in order and named as the code names them; not `whole` when
    open ones lie outside. Its version stands beside it.
    """
    root, rest = _plain(replace_value(held.debtor, version=0)), b"" if whole else b',"whole":false'
    titles = sorted(held.receivables, key=lambda r: r.id)
    return packed(b'{"debtor":%b,"titles":%b%b}' % (root, _several(titles), rest))


def more_part(held: File, kept: Sequence[bytes] = ()) -> bytes:
    """The rest of what it holds: contacts, payment facts, and what of the ledger it keeps (`decided`)."""
    contacts = sorted(held.contacts, key=lambda c: c.key)
    facts = sorted(held.facts, key=lambda f: f.key)
    rest = b',"decided":[%b]' % b",".join(kept) if kept else b""
    return packed(b'{"contacts":%b,"facts":%b%b}' % (_several(contacts), _several(facts), rest))


def in_file(value: str | bytes, version: int) -> tuple[Debtor, list[Receivable], bool]:
    """What `file_part` was given, packed or as text."""
    found = _file.decode(_unpacked(value))
    return replace_value(found.debtor, version=version), found.titles, found.whole


def in_more(value: str | bytes) -> tuple[list[Contact], list[PaymentFact], tuple[bytes, ...]]:
    """What `more_part` was given."""
    found = _more.decode(_unpacked(value))
    return found.contacts, found.facts, tuple(map(bytes, found.decided))


def inbox_event(data: str | bytes) -> InboxEvent:
    """An inbox event from its item."""
    return _inbox_event.decode(data)


def heard(data: str | bytes) -> Heard:
    """What a channel told, from its item."""
    return _heard.decode(data)


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


class _File(msgspec.Struct, gc=False):
    debtor: Debtor
    titles: list[Receivable]
    whole: bool = True


class _More(msgspec.Struct, gc=False):
    contacts: list[Contact]
    facts: list[PaymentFact]
    decided: list[msgspec.Raw] = []


class _Decided(msgspec.Struct, gc=False):
    n: int
    entries: list[LedgerEntry]


_file = msgspec.json.Decoder(_File)
_more = msgspec.json.Decoder(_More)
_commits = msgspec.json.Decoder(list[_Decided] | _Decided)
_debtor = msgspec.json.Decoder(Debtor)
_receivable = msgspec.json.Decoder(Receivable)
_contact = msgspec.json.Decoder(Contact)
_fact = msgspec.json.Decoder(PaymentFact)
_ledger_entry = msgspec.json.Decoder(LedgerEntry)
_inbox_event = msgspec.json.Decoder(InboxEvent)
_heard = msgspec.json.Decoder(Heard)
_work = msgspec.json.Decoder(Work)
_ref = msgspec.json.Decoder(Ref)
_wishes = msgspec.json.Decoder(tuple[Wish, ...])
_state = msgspec.json.Decoder(dict[str, str])


_KEYS = {
    kind: [(f'"{stored}":', f'"{name}":') for name, stored in names.items()] for kind, names in STORED_NAMES.items()
}


def _plain(value: Value) -> bytes:
    return _encoder.encode(_settled(value))


def _several(values: Sequence[Value]) -> bytes:
    return b"[%b]" % b",".join(map(_plain, values))


def _unpacked(value: str | bytes) -> str | bytes:
    return value if isinstance(value, str) else unpacked(value)


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


def _settled(value: Value) -> Value:
    """The value, whose encoder leaves out a field that *is* its default, with the default in place of its equal."""
    changes = {}
    for name, default, within in _doubtful(type(value)):
        had = getattr(value, name)
        now = had
        if had == default:
            now = default
        elif within and had is not None:
            now = tuple(map(_settled, had)) if isinstance(had, tuple) else _settled(had)
        if now is not had:
            changes[name] = now
    return replace_value(value, **changes) if changes else value


@cache
def _doubtful(kind: type[Value]) -> tuple[tuple[str, Any, bool], ...]:
    """Fields of which a value may equal the default without being it: name, default, whether they hold more of them.

    Numbers near zero, words of an Enum, None, "" and () exist once; a decoded day, Decimal or longer text does not.
    """
    found = []
    hints = typing.get_type_hints(kind)
    for listed in msgspec.structs.fields(kind):
        default = listed.default
        within = any(_doubtful(part) for part in _values_in(hints[listed.name]))
        if within or not (default is msgspec.NODEFAULT or _is_one_of_a_kind(default)):
            found.append((listed.name, default, within))
    return tuple(found)


def _is_one_of_a_kind(default: object) -> bool:
    return default in (None, "", ()) or isinstance(default, Enum | bool) or (type(default) is int and abs(default) < 5)


def _values_in(hint: Any) -> list[type[Value]]:
    """Kinds of value that a field with this hint may hold."""
    if isinstance(hint, types.GenericAlias | types.UnionType):
        return [kind for part in typing.get_args(hint) for kind in _values_in(part)]
    return [hint] if isinstance(hint, type) and issubclass(hint, Value) else []
