"""What was written is read for years: any value comes back as it was, and old items load."""

import typing
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regua.domain.model import (
    Channel,
    Contact,
    ContactStatus,
    Debtor,
    LedgerEntry,
    PaymentFact,
    Phase,
    Receivable,
    StepFired,
)
from regua.domain.work import Work
from regua.ports import InboxEvent, Ref
from regua.store import codec

ZONES = [UTC, timezone(timedelta(hours=-3)), timezone(timedelta(hours=5, minutes=30))]
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from(ZONES))  # noqa: DTZ001 (hypothesis adds the zone)
st.register_type_strategy(datetime, MOMENTS)
st.register_type_strategy(Decimal, st.decimals(0, 1000, places=4))
st.register_type_strategy(date, st.dates())

READERS = [
    (Debtor, codec.debtor),
    (Receivable, codec.receivable),
    (Contact, codec.contact),
    (PaymentFact, codec.fact),
    (LedgerEntry, lambda data: codec.in_ledger(data)[0][1][0]),
    (InboxEvent, codec.inbox_event),
    (Work, codec.work),
    (Ref, codec.ref),
]


@pytest.mark.parametrize(("kind", "read"), READERS, ids=lambda value: getattr(value, "__name__", ""))
def test_any_value_comes_back_as_it_was(kind: type, read: Any) -> None:
    @given(st.from_type(kind))
    @settings(max_examples=25)
    def comes_back(value: Any) -> None:
        assert read(codec.encode(value)) == value

    comes_back()


def spelled_out(value: Any) -> Any:
    """What an item says of a value, worked out field by field: those that equal their default are left out."""
    if isinstance(value, tuple):
        return [spelled_out(one) for one in value]
    if not is_dataclass(value):
        return value
    stored = codec.STORED_NAMES.get(type(value), {})  # type: ignore[arg-type]  # a value, not a kind
    return {
        stored.get(f.name, f.name): spelled_out(said)
        for f in fields(value)
        if (said := getattr(value, f.name)) != (f.default_factory() if f.default_factory is not MISSING else f.default)
    }


@pytest.mark.parametrize(("kind", "read"), READERS, ids=lambda value: getattr(value, "__name__", ""))
def test_what_equals_its_default_is_left_out_wherever_it_came_from(kind: type, read: Any) -> None:
    @given(st.from_type(kind))
    @settings(max_examples=25)
    def left_out(value: Any) -> None:
        stored = msgspec.json.encode(spelled_out(value)).decode()
        assert codec.encode(value) == stored
        assert codec.encode(read(stored)) == stored  # its defaults are others of the same meaning

    left_out()


def test_a_default_that_was_read_is_left_out_as_one_that_was_meant() -> None:
    said = (
        '{"receivable":"T-1","due_on":"0001-01-01",'
        '"contract":{"fine_percent":"0","discounts":[{"until_on":"2026-02-10","percent":"0.0"}]}}'
    )
    assert codec.encode(codec.receivable(said)) == (
        '{"receivable":"T-1","contract":{"discounts":[{"until_on":"2026-02-10"}]}}'
    )
    assert codec.encode(codec.debtor('{"tenant":"escola","debtor":"d1","case":{"cycle":0}}')) == (
        '{"tenant":"escola","debtor":"d1"}'
    )


def test_what_is_default_takes_no_room() -> None:
    assert codec.encode(Receivable("T-1", 15_000, date(2026, 2, 20))) == (
        '{"receivable":"T-1","principal_cents":15000,"due_on":"2026-02-20"}'
    )


def test_items_of_the_first_release_load() -> None:
    data = (
        '{"receivable":"T-1","principal_cents":15000,"due_on":"2026-02-20",'
        '"contract":{"fine_percent":"2","interest_percent":"1.0","discounts":[{"until_on":"2026-02-10","cents":100}]},'
        '"status":"paid","settled_on":"2026-03-02","tags":["vip"],'
        '"last_step":{"step":"d5","at":"2026-02-25T12:00:00Z","rank":2,"phase":"friendly","offset_days":5}}'
    )
    loaded = codec.receivable(data)
    assert not loaded.is_open
    assert loaded.contract is not None
    assert (loaded.contract.fine_percent, loaded.contract.interest_unit.value) == (Decimal(2), "am")
    assert loaded.last_step == StepFired("d5", datetime(2026, 2, 25, 12, tzinfo=UTC), 2, Phase.FRIENDLY, 5)
    contact = codec.contact('{"cycle":1,"step":"d5","channel":"sms","status":"sent","at":"2026-02-25T12:00:00Z"}')
    assert (contact.channel, contact.status) == (Channel.SMS, ContactStatus.SENT)


def test_the_table_keeps_its_own_names_for_what_the_code_calls_otherwise() -> None:
    paid = Receivable("T-1", paid_additions_cents=310, description='diz "receivable": e "id":')
    stored = codec.encode(paid)
    assert stored.startswith('{"receivable":"T-1"')
    assert '"paid_charges_cents":310' in stored
    assert codec.receivable(stored) == paid
    assert codec.encode(Debtor("escola", "d1")) == '{"tenant":"escola","debtor":"d1"}'


@pytest.mark.parametrize("kind", list(codec.STORED_NAMES))
def test_no_part_of_an_item_has_a_key_of_a_stored_name(kind: type) -> None:
    def parts(hint: Any) -> set[type]:
        inner = {part for argument in typing.get_args(hint) for part in parts(argument)}
        own = {hint} if is_dataclass(hint) and isinstance(hint, type) else set()
        below = {p for field in own for h in typing.get_type_hints(field).values() for p in parts(h)}
        return inner | own | below

    inside = parts(kind) - {kind}
    taken = {*codec.STORED_NAMES[kind], *codec.STORED_NAMES[kind].values()}
    assert inside
    assert not taken & {field.name for part in inside for field in fields(part)}


def test_fields_of_a_newer_release_are_passed_over() -> None:
    loaded = codec.debtor('{"tenant":"escola","debtor":"d1","invented_later":{"a":[1]},"case":{"cycle":3,"mood":"x"}}')
    assert (loaded.id, loaded.case.cycle) == ("d1", 3)


@pytest.mark.parametrize("text", ["null", "{}", "[]", '{"receivable":1}', "not json"])
def test_what_is_not_a_receivable_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        codec.receivable(text)


@pytest.mark.parametrize("kind", [kind for kind, _ in READERS])
def test_every_field_added_later_has_a_default_so_that_old_items_load(kind: type) -> None:
    identifying = {
        Debtor: {"tenant", "id"},
        Receivable: {"id"},
        Contact: {"cycle", "step", "channel", "status", "at"},
        PaymentFact: {"gateway", "fact_id", "kind", "receivable", "amount_cents", "occurred_at"},
        LedgerEntry: {"at", "reason"},
        InboxEvent: {"tenant", "gateway", "event_id", "received_at", "body"},
        Work: {"tenant", "kind", "name", "at"},
        Ref: {"tenant", "kind", "value", "debtor"},
    }
    required = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}
    assert required == identifying[kind]
    assert typing.get_type_hints(kind)
