"""What a receivable carries to be paid with, and whether it still asks right."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from regua.domain.model import Contract, GatewayCharge, Profile, Receivable
from regua.domain.money.amount_due import AmountDue
from regua.domain.money.charge import ChargeRequest, Payer
from regua.domain.money.payable import covers, late_terms, terms_name
from regua.domain.money.statement import StatementLine

DUE = date(2026, 3, 2)
AGREED = Contract(fine_percent=Decimal(2), interest_percent=Decimal(1))
BARE = Receivable("T1", 100_00, DUE)
PLAIN = GatewayCharge("asaas", "r1", 102_00, DUE, DUE + timedelta(days=30), charge_id="c1")
CONTRACTED = replace(PLAIN, amount_cents=100_00, terms=terms_name(AGREED))


def asks(receivable: Receivable, total: int = 102_00, on: date = DUE, contract: Contract = AGREED) -> bool:
    return covers(receivable, contract, Profile.CONSUMER, total, on)


def test_a_code_or_a_boleto_of_the_creditors_own_is_taken_as_it_is() -> None:
    assert [asks(replace(BARE, **codes)) for codes in ({}, {"pix_code": "p"}, {"digitable_line": "l"})] == [
        False,
        True,
        True,
    ]


def test_a_charge_serves_until_its_last_day() -> None:
    with_charge = replace(BARE, charge=PLAIN)
    assert asks(with_charge, on=PLAIN.until_on)
    assert not asks(with_charge, on=PLAIN.until_on + timedelta(days=1))
    assert not asks(replace(BARE, charge=replace(PLAIN, charge_id="")))


@pytest.mark.parametrize(("total", "right"), [(102_00, True), (102_01, False), (101_99, False)])
def test_a_charge_of_a_fixed_amount_serves_while_exactly_that_is_due(total: int, right: bool) -> None:
    assert asks(replace(BARE, charge=PLAIN), total) is right


def test_a_charge_that_adds_fine_and_interest_itself_serves_while_nothing_it_was_made_of_changed() -> None:
    made = replace(BARE, charge=CONTRACTED)
    assert asks(made, total=109_99)
    assert not asks(replace(made, due_on=DUE + timedelta(days=1)))
    assert not asks(replace(made, paid_principal_cents=1))
    assert not asks(made, contract=replace(AGREED, interest_percent=Decimal(2)))
    assert not asks(made, contract=replace(AGREED, correction_index="IPCA"))


def test_a_gateway_is_told_the_fine_within_the_laws_cap_and_nothing_it_cannot_work_out() -> None:
    assert late_terms(replace(AGREED, fine_percent=Decimal(10)), Profile.CONSUMER) == AGREED
    assert late_terms(replace(AGREED, fine_percent=Decimal(10)), Profile.COMPANY) == replace(
        AGREED, fine_percent=Decimal(10)
    )
    assert late_terms(replace(AGREED, fine_percent=Decimal(1)), Profile.CONSUMER) == replace(
        AGREED, fine_percent=Decimal(1)
    )
    assert late_terms(replace(AGREED, correction_index="IPCA"), Profile.CONSUMER) is None
    assert late_terms(replace(AGREED, agreed=False), Profile.CONSUMER) is None


def test_terms_are_remembered_by_a_short_name_that_changes_with_them() -> None:
    assert len(terms_name(AGREED)) == 16
    assert terms_name(AGREED) == terms_name(replace(AGREED))
    assert terms_name(AGREED) != terms_name(replace(AGREED, fine_percent=Decimal(1)))


def test_the_same_request_is_the_same_charge_and_a_changed_one_is_another() -> None:
    request = ChargeRequest("acme", "T1", 100_00, DUE, Payer("Ana", "52998224725"), AGREED)
    others = [
        replace(request, tenant="outra"),
        replace(request, receivable="T2"),
        replace(request, amount_cents=100_01),
        replace(request, due_on=DUE + timedelta(days=1)),
        replace(request, validity_days=29),
        replace(request, contract=Contract()),
    ]
    assert len({one.txid for one in (request, *others)}) == 7
    assert len(request.txid) == 32
    assert replace(request, description="x").txid == request.txid
    assert (request.validity_days, request.payable_until) == (30, DUE + timedelta(days=30))


def test_a_line_is_overdue_from_the_first_day_late() -> None:
    lines = [StatementLine(BARE, AmountDue(100_00), days) for days in (-1, 0, 1)]
    assert [line.overdue for line in lines] == [False, False, True]
