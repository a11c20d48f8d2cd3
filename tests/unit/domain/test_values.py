"""What every value of the rules can do, and what it is not mixed up with."""

import copy
import dataclasses
import gc
import importlib
import pickle
import pkgutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec
import pytest

import regua
from regua.domain.model import Case, Contract, Debtor, Discount, Receivable
from regua.domain.values import Value, replace

BILL = Receivable(
    "T1", 150_00, date(2026, 3, 2), contract=Contract(discounts=(Discount(date(2026, 2, 25), cents=100),))
)


def kinds(above: type = Value) -> Iterator[type[Value]]:
    for kind in above.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_a_change_is_a_new_value() -> None:
    raised = replace(BILL, principal_cents=160_00)
    assert (raised.principal_cents, BILL.principal_cents) == (160_00, 150_00)
    assert raised.contract is BILL.contract
    assert raised != BILL
    assert replace(raised, principal_cents=150_00) == BILL
    with pytest.raises(AttributeError):
        BILL.principal_cents = 1  # type: ignore[misc]  # the point
    with pytest.raises(TypeError):
        replace(BILL, cents=1)  # type: ignore[call-arg]  # the point


def test_what_is_no_value_but_a_dataclass_is_replaced_too() -> None:
    @dataclasses.dataclass(frozen=True)
    class Counted:
        lines: int

    assert replace(Counted(1), lines=2) == Counted(2)


def test_the_standard_library_takes_it_for_a_dataclass() -> None:
    assert [f.name for f in dataclasses.fields(Discount)] == ["until_on", "percent", "cents"]
    assert dataclasses.fields(Discount)[1].default == Decimal(0)
    assert dataclasses.asdict(BILL)["contract"]["discounts"][0] == {
        "until_on": date(2026, 2, 25),
        "percent": Decimal(0),
        "cents": 100,
    }
    assert dataclasses.replace(BILL, id="T2") == replace(BILL, id="T2")


def test_it_is_copied_pickled_hashed_and_matched_as_a_value() -> None:
    assert copy.deepcopy(BILL) == pickle.loads(pickle.dumps(BILL)) == BILL  # noqa: S301 (our own)
    assert len({BILL, replace(BILL), replace(BILL, id="T2")}) == 2
    match Debtor("escola", "d1", case=Case(cycle=3)):
        case Debtor(id="d1", case=Case(cycle=cycle)):
            assert cycle == 3
        case _:
            pytest.fail("a value is matched by its fields")


def test_the_garbage_collector_does_not_follow_it() -> None:
    assert not gc.is_tracked(BILL)


def test_no_value_has_a_default_of_the_dataclasses() -> None:
    """`dataclasses.field(...)` in a `Value` would be its default, in silence: `values.field` is meant."""
    for module in pkgutil.walk_packages(regua.__path__, "regua."):
        importlib.import_module(module.name)
    found = list(kinds())
    assert len(found) > 100
    for kind in found:
        for field in msgspec.structs.fields(kind):
            assert not isinstance(field.default, dataclasses.Field), f"{kind.__name__}.{field.name}"
