"""One account: what is asked on a day is what is owed, and paying it leaves nothing open and nothing over."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.builders import a_debtor, a_tenant

from regua.calendars import load
from regua.domain.model import (
    Charged,
    Contract,
    Discount,
    FactKind,
    File,
    PaymentFact,
    Rail,
    RateUnit,
    Receivable,
    ReceivableStatus,
    WaiveRule,
)
from regua.domain.money.account import Accounts
from regua.domain.money.settlement import Settled, settle
from regua.domain.tenant import SettlingRules, ShortPayment, Tenant

CALENDAR = load()
AGREED = Contract(fine_percent=Decimal(2), interest_percent=Decimal(1))
DUE = date(2026, 2, 2)


def carrying(contract: Contract = AGREED, **settling: object) -> Tenant:
    """A creditor who waives nothing."""
    rules = replace(SettlingRules(short_payment=ShortPayment.CARRY), **settling)  # type: ignore[arg-type]  # any field
    return a_tenant(contract=contract, settling=rules)


def paid(cents: int, day: date, fact_id: str = "E1", receivable: str = "T1", **more: object) -> PaymentFact:
    at = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
    return replace(PaymentFact("bank", fact_id, FactKind.CREDIT, receivable, cents, at, Rail.PIX), **more)  # type: ignore[arg-type]  # any field


def settled(
    *facts: PaymentFact, tenant: Tenant | None = None, cents: int = 1_000_00, due: date = DUE
) -> tuple[Receivable, Settled]:
    file = File(a_debtor(), (Receivable("T1", cents, due),), facts=facts)
    after, found = settle(file, tenant or carrying(), CALENDAR)
    return after.receivables[0], found[0]


def owed(receivable: Receivable, day: date, tenant: Tenant | None = None) -> int:
    return Accounts.of(a_debtor(), tenant or carrying(), CALENDAR).owed(receivable, day).total_cents


# --- paid in parts ---------------------------------------------------------------------------------------------------


def test_the_fine_is_charged_once_and_interest_goes_on_from_the_last_payment_on_what_is_open() -> None:
    """1.000,00 due 02/02, half of it paid on 02/03: 20,00 of fine, 9,33 of interest and 470,67 of the principal."""
    half = paid(500_00, date(2026, 3, 2))
    part, _ = settled(half)
    assert (part.open_principal_cents, part.paid_additions_cents) == (529_33, 29_33)
    assert part.charged == Charged(date(2026, 3, 2))
    assert owed(part, date(2026, 3, 6)) == 530_04
    whole, found = settled(half, paid(530_04, date(2026, 3, 6), "E2"))
    assert (whole.status, whole.overpaid_cents, whole.waived) == (ReceivableStatus.PAID, 0, ())
    assert found.received_cents == 1_030_04


def test_a_cent_less_than_what_is_asked_leaves_a_cent_open() -> None:
    one, _ = settled(paid(500_00, date(2026, 3, 2)), paid(530_03, date(2026, 3, 6), "E2"))
    assert owed(one, date(2026, 3, 6)) == 1


def test_a_part_paid_in_time_takes_no_fine_and_lowers_what_the_fine_is_counted_on() -> None:
    part, _ = settled(paid(400_00, date(2026, 1, 20)))
    assert part.charged is None
    assert owed(part, date(2026, 3, 2)) == 600_00 + 12_00 + 5_60


def test_fine_and_interest_that_a_small_payment_did_not_cover_stay_owed_and_bear_no_interest() -> None:
    part, _ = settled(paid(10_00, date(2026, 3, 2)))
    assert part.charged == Charged(date(2026, 3, 2), fine_cents=19_33)
    assert owed(part, date(2026, 4, 1)) == 1_000_00 + 19_33 + 10_00


def test_where_the_principal_comes_first_what_was_charged_stays_owed_beside_it() -> None:
    tenant = carrying(order=("principal", "interest", "fine", "costs"))
    part, _ = settled(paid(500_00, date(2026, 3, 2)), tenant=tenant)
    assert part.charged == Charged(date(2026, 3, 2), fine_cents=20_00, interest_cents=9_33)
    assert owed(part, date(2026, 3, 12), tenant) == 500_00 + 20_00 + 9_33 + 1_67


@pytest.mark.parametrize(
    "contract",
    [
        Contract(fine_percent=Decimal(2), interest_percent=Decimal(1), business_days=True),
        Contract(fine_percent=Decimal(2), interest_percent=Decimal("0.1"), interest_unit=RateUnit.DAY),
        Contract(agreed=False),
        Contract(interest_percent=Decimal(1), correction_index="IPCA"),
        Contract(waived=True),
        Contract(fine_percent=Decimal(2), discounts=(Discount(date(2026, 4, 30), Decimal(10)),)),
    ],
)
def test_paying_what_is_owed_closes_whatever_was_agreed_and_however_often_a_part_came(contract: Contract) -> None:
    tenant = carrying(contract)
    facts = [paid(17_31, date(2026, 2, 20)), paid(333_33, date(2026, 3, 25), "E2"), paid(1_00, date(2026, 5, 4), "E3")]
    part, _ = settled(*facts, tenant=tenant)
    for day in (date(2026, 5, 4), date(2026, 5, 5), date(2026, 9, 1)):
        whole, _ = settled(*facts, paid(owed(part, day, tenant), day, "E4"), tenant=tenant)
        assert (whole.status, whole.overpaid_cents, whole.waived) == (ReceivableStatus.PAID, 0, ())


def test_the_working_says_from_which_day_interest_is_counted() -> None:
    part, _ = settled(paid(10_00, date(2026, 3, 2)))
    lines = Accounts.of(a_debtor(), carrying(), CALENDAR).owed(part, date(2026, 3, 12), explain=True).calculation
    assert any("até 02/03/2026 já foram contados" in line and "R$ 19,33" in line for line in lines)
    assert any("10 dias corridos" in line for line in lines)


# --- discounts in parts ----------------------------------------------------------------------------------------------


def discounted(**discount: object) -> Tenant:
    until = Discount(DUE, **discount)  # type: ignore[arg-type]  # either kind
    return carrying(replace(AGREED, discounts=(until,)))


@pytest.mark.parametrize("discount", [{"percent": Decimal(10)}, {"cents": 100_00}])
def test_ten_percent_off_paid_in_parts_within_the_term_is_a_hundred_reais_off(discount: dict[str, object]) -> None:
    tenant = discounted(**discount)
    first = paid(450_00, date(2026, 1, 20))
    part, _ = settled(first, tenant=tenant)
    assert owed(part, date(2026, 1, 30), tenant) == 450_00
    whole, found = settled(first, paid(450_00, date(2026, 1, 30), "E2"), tenant=tenant)
    assert (whole.status, whole.overpaid_cents, whole.discounted_cents) == (ReceivableStatus.PAID, 0, 100_00)
    assert found.received_cents == 900_00
    late, _ = settled(first, paid(450_00, date(2026, 2, 10), "E2"), tenant=tenant)
    assert late.status is ReceivableStatus.OPEN


# --- what was waived, and by which rule ------------------------------------------------------------------------------


def test_what_is_waived_has_its_rule_and_its_cents() -> None:
    waiving = a_tenant(contract=AGREED)
    late = date(2026, 3, 2)
    assert settled(paid(1_000_00, late), tenant=waiving)[0].waived_cents == 29_33
    by_rule = {
        WaiveRule.SHORT_PAYMENT: settled(paid(1_000_00, late), tenant=waiving),
        WaiveRule.TOLERANCE: settled(paid(1_029_00, late), tenant=carrying(tolerance_cents=50)),
        WaiveRule.SETTLED: settled(paid(900_00, late, kind=FactKind.SETTLED)),
        WaiveRule.PRINCIPAL_FIRST: settled(
            paid(1_000_00, late), tenant=carrying(order=("principal", "interest", "fine", "costs"))
        ),
    }
    assert {rule: [w.rule for w in one.waived] for rule, (one, _) in by_rule.items()} == {r: [r] for r in by_rule}
    assert [one.waived_cents for one, _ in by_rule.values()] == [29_33, 33, 129_33, 29_33]
    assert [found.received_cents for _, found in by_rule.values()] == [1_000_00, 1_029_00, 900_00, 1_000_00]


# --- the sheet's word and the gateway's money ------------------------------------------------------------------------


def test_paid_by_the_sheets_word_at_noon_and_by_the_gateways_money_in_the_afternoon_is_paid_once() -> None:
    day = date(2026, 2, 2)
    noon = paid(1_000_00, day, "T1#paid", kind=FactKind.SETTLED, gateway="file", rail=Rail.UNKNOWN)
    noon = replace(noon, occurred_at=noon.occurred_at - timedelta(hours=3))
    for facts in ((noon, paid(1_000_00, day)), (paid(1_000_00, day), noon)):
        one, found = settled(*facts)
        assert (one.status, one.overpaid_cents, one.waived) == (ReceivableStatus.PAID, 0, ())
        assert not found.both_rails


def test_a_rail_nobody_named_is_no_second_rail() -> None:
    two = (paid(1_000_00, DUE), paid(1_000_00, DUE, "E2", rail=Rail.UNKNOWN))
    _, found = settled(*two)
    assert (found.overpaid_cents, found.both_rails) == (1_000_00, False)
    _, found = settled(*two, paid(1_000_00, DUE, "E3", rail=Rail.BOLETO))
    assert found.both_rails
