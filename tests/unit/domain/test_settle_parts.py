"""What a bank or a gateway granted and charged with a payment, and what a creditor says is left, settles as it says."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.builders import a_debtor, a_tenant

from regua.calendars import load
from regua.domain.model import (
    AskedAmount,
    Contract,
    Discount,
    FactKind,
    File,
    PaymentFact,
    Rail,
    Receivable,
    ReceivableStatus,
    WaiveRule,
)
from regua.domain.money.settlement import Settled, add_fact, settle
from regua.domain.tenant import SettlingRules, ShortPayment, Tenant

CALENDAR = load()
DUE = date(2026, 2, 10)
CARRY = SettlingRules(short_payment=ShortPayment.CARRY)
CONTRACT = Contract(fine_percent=Decimal(2), interest_percent=Decimal(1))


def creditor(rules: SettlingRules = CARRY, contract: Contract = CONTRACT) -> Tenant:
    return a_tenant(contract=contract, settling=rules)


def on(day: int) -> datetime:
    return datetime(2026, 2, 10, 15, tzinfo=UTC) + timedelta(days=day)


def paid(
    cents: int, day: int = 0, *, granted: int = 0, charged: int = 0, name: str = "E1", **more: object
) -> PaymentFact:
    fact = PaymentFact("retorno", name, FactKind.CREDIT, "T1", cents, on(day), Rail.BOLETO, evidence="file")
    return replace(fact, granted_cents=granted, charged_cents=charged, **more)  # type: ignore[arg-type]  # any field


def back(of: PaymentFact, cents: int, day: int = 1) -> PaymentFact:
    return PaymentFact(of.gateway, f"back of {of.fact_id}", FactKind.REFUND, "T1", cents, on(day), refers_to=of.fact_id)


def settled(
    facts: Iterable[PaymentFact], tenant: Tenant | None = None, cents: int = 100_00
) -> tuple[File, tuple[Settled, ...]]:
    file = File(a_debtor(), (Receivable("T1", cents, DUE),))
    for fact in facts:
        file = settle(add_fact(file, fact) or file, tenant or creditor(), CALENDAR)[0]
    return settle(file, tenant or creditor(), CALENDAR)


def title(*facts: PaymentFact, tenant: Tenant | None = None, cents: int = 100_00) -> Receivable:
    return settled(facts, tenant, cents)[0].receivables[0]


def stands(receivable: Receivable) -> tuple[ReceivableStatus, int, int, int, dict[str, int]]:
    """Status, principal open, additions paid, paid too much, waived by rule."""
    waived = {str(one.rule): one.cents for one in receivable.waived}
    return (
        receivable.status,
        receivable.open_principal_cents,
        receivable.paid_additions_cents,
        receivable.overpaid_cents,
        waived,
    )


PAID, OPEN = ReceivableStatus.PAID, ReceivableStatus.OPEN


def test_what_the_bank_granted_is_waived_by_its_record() -> None:
    assert stands(title(paid(90_00, granted=10_00))) == (PAID, 0, 0, 0, {"record": 10_00})


def test_granted_after_the_due_date_nobody_is_asked_for_a_fine_either() -> None:
    _, found = settled([paid(90_00, 20, granted=10_00)])
    late = title(paid(90_00, 20, granted=10_00))
    assert late.status is PAID
    assert late.waived_cents > 10_00
    assert {one.rule for one in late.waived} == {WaiveRule.RECORD}
    assert found[0].received_cents == 90_00


def test_what_the_bank_charged_is_charges_and_nothing_is_paid_too_much() -> None:
    assert stands(title(paid(103_00, charged=3_00))) == (PAID, 0, 3_00, 0, {})


def test_charged_more_than_our_count_is_charges_to_the_last_cent() -> None:
    late = title(paid(105_00, 20, charged=5_00))
    assert stands(late) == (PAID, 0, 5_00, 0, {})


def test_charged_less_than_our_count_was_all_that_the_boleto_asked() -> None:
    late = title(paid(100_50, 20, charged=50))
    assert (late.status, late.paid_additions_cents, late.overpaid_cents) == (PAID, 50, 0)
    assert {one.rule for one in late.waived} == {WaiveRule.RECORD}


def test_a_bank_that_neither_grants_nor_charges_leaves_our_count_as_it_is() -> None:
    assert title(paid(100_00, 20)).open_principal_cents > 0


def test_granted_and_charged_at_once_count_both() -> None:
    assert stands(title(paid(93_00, 20, granted=10_00, charged=3_00)))[:4] == (PAID, 0, 3_00, 0)


def test_money_beyond_what_the_record_says_is_over() -> None:
    assert stands(title(paid(95_00, granted=10_00))) == (PAID, 0, 0, 0, {"record": 5_00})
    assert title(paid(104_00, charged=3_00)).overpaid_cents == 1_00


def test_granted_on_a_part_is_waived_and_the_rest_is_owed() -> None:
    assert stands(title(paid(50_00, granted=10_00))) == (OPEN, 40_00, 0, 0, {"record": 10_00})


def test_our_own_discount_and_the_banks_are_one() -> None:
    own = Contract(discounts=(Discount(DUE, cents=10_00),))
    one = title(paid(90_00, granted=10_00), tenant=creditor(contract=own))
    assert (one.status, one.discounted_cents, one.waived_cents, one.overpaid_cents) == (PAID, 10_00, 0, 0)


def test_the_banks_larger_discount_waives_what_ours_does_not_take_off() -> None:
    own = Contract(discounts=(Discount(DUE, cents=4_00),))
    one = title(paid(90_00, granted=10_00), tenant=creditor(contract=own))
    assert (one.status, one.discounted_cents, stands(one)[4]) == (PAID, 4_00, {"record": 6_00})


@pytest.mark.parametrize("record_first", [True, False])
def test_whichever_source_tells_of_the_payment_first_the_record_counts(record_first: bool) -> None:
    record = paid(103_00, charged=3_00)
    told = PaymentFact("asaas", "pay_1", FactKind.CREDIT, "T1", 103_00, on(0), Rail.BOLETO, evidence="webhook")
    facts = [record, told] if record_first else [told, record]
    assert stands(title(*facts)) == (PAID, 0, 3_00, 0, {})
    grant = paid(90_00, granted=10_00)
    same = replace(told, amount_cents=90_00)
    assert stands(title(*([grant, same] if record_first else [same, grant]))) == (PAID, 0, 0, 0, {"record": 10_00})


def test_the_same_record_told_again_grants_once() -> None:
    assert title(paid(40_00, granted=10_00), paid(40_00, granted=10_00)).open_principal_cents == 50_00


def test_all_of_the_money_taken_back_takes_the_grant_with_it() -> None:
    payment = paid(90_00, granted=10_00)
    again = title(payment, back(payment, 90_00))
    assert stands(again) == (OPEN, 100_00, 0, 0, {})


def test_while_some_of_the_money_stands_the_grant_does() -> None:
    payment = paid(90_00, granted=10_00)
    assert stands(title(payment, back(payment, 30_00))) == (OPEN, 30_00, 0, 0, {"record": 10_00})


def test_money_that_comes_back_brings_its_grant_once() -> None:
    payment = paid(90_00, granted=10_00)
    returned = replace(payment, fact_id="E1-reversed", refers_to="E1", granted_cents=0, occurred_at=on(2))
    waive = creditor(SettlingRules())
    assert stands(title(payment, back(payment, 90_00), returned, tenant=waive))[:4] == (PAID, 0, 0, 0)
    part = replace(returned, amount_cents=30_00)
    assert stands(title(payment, back(payment, 30_00), part, tenant=waive))[:4] == (PAID, 0, 0, 0)
    assert title(payment, back(payment, 30_00), part, tenant=waive, cents=120_00).waived_cents == 10_00


def test_paid_twice_the_second_grant_waives_nothing() -> None:
    twice = title(paid(90_00, granted=10_00), paid(90_00, 7, granted=10_00, name="E2"))
    assert stands(twice) == (PAID, 0, 0, 90_00, {"record": 10_00})


def test_a_record_of_money_for_several_titles_says_nothing_of_each() -> None:
    asked = tuple(AskedAmount(name, 50_00, DUE, 50_00) for name in ("T1", "T2"))
    file = File(a_debtor(), (Receivable("T1", 50_00, DUE), Receivable("T2", 50_00, DUE)))
    money = replace(paid(90_00, granted=10_00, asked=asked), receivable="")
    file, found = settle(replace(file, facts=(money,)), creditor(), CALENDAR)
    assert sum(r.open_principal_cents for r in file.receivables) == 10_00
    assert sum(one.received_cents for one in found) == 90_00


# --- what the creditor says is left ----------------------------------------------------------------------------------


def so_far(cents: int, covers: int | None, day: int = 30, name: str = "1") -> PaymentFact:
    fact = PaymentFact("file", f"T1#so-far#{name}", FactKind.CREDIT, "T1", cents, on(day), evidence="operator")
    return replace(fact, cumulative=True, as_of=on(day + 1), covers_cents=covers)


def test_a_stated_balance_wins_over_our_order_of_allocation() -> None:
    plain, stated = title(so_far(300_00, None), cents=900_00), title(so_far(300_00, 300_00), cents=900_00)
    assert plain.open_principal_cents > 600_00
    assert (stated.open_principal_cents, stated.paid_additions_cents, stated.waived_cents) == (600_00, 0, 0)
    assert stated.charged is not None
    assert stated.charged.fine_cents + stated.charged.interest_cents == plain.paid_additions_cents


def test_a_creditor_that_counted_interest_first_is_believed_too() -> None:
    stated = title(so_far(300_00, 250_00, day=-1), cents=900_00)
    assert (stated.open_principal_cents, stated.paid_additions_cents) == (650_00, 50_00)


def test_a_balance_that_is_less_than_money_leaves_is_waived_by_the_creditors_word() -> None:
    stated = title(so_far(300_00, 350_00, day=-1), cents=900_00)
    assert stands(stated) == (OPEN, 550_00, 0, 0, {"balance": 50_00})


def test_money_that_comes_after_the_statement_counts_on_top_of_it() -> None:
    later = paid(100_00, 40)
    assert title(so_far(300_00, 300_00), later, cents=900_00).open_principal_cents < 600_00


def test_money_the_gateway_told_of_is_among_what_the_statement_counts() -> None:
    told = PaymentFact("asaas", "pay_1", FactKind.CREDIT, "T1", 300_00, on(29), Rail.PIX)
    for facts in ((told, so_far(300_00, 300_00)), (so_far(300_00, 300_00), told)):
        assert title(*facts, cents=900_00).open_principal_cents == 600_00


def test_money_taken_back_since_makes_an_old_statement_void() -> None:
    told = so_far(300_00, 300_00, day=-1)
    assert title(told, back(told, 300_00, 9), cents=900_00).open_principal_cents == 900_00


def test_what_is_paid_in_full_stays_so_whatever_an_older_sheet_says_is_left() -> None:
    whole = paid(900_00, -5)
    assert title(whole, so_far(300_00, 300_00, day=-2), cents=900_00).status is PAID


def test_the_newest_statement_counts() -> None:
    first, second = so_far(300_00, 300_00, -5, "1"), so_far(500_00, 450_00, -4, "2")
    assert title(first, second, cents=900_00).open_principal_cents == 450_00
