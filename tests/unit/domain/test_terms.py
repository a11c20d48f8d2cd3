"""A title is settled under the terms it had; new terms hold for what is still open, from their day."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.builders import a_debtor, a_tenant

from regua.calendars import load
from regua.domain.model import Contract, Discount, FactKind, File, PaymentFact, Receivable, ReceivableStatus
from regua.domain.money.account import ALWAYS, Accounts
from regua.domain.money.settlement import settle
from regua.domain.tenant import SettlingRules, ShortPayment, Tenant, Terms

CALENDAR = load()
AGREED = Contract(fine_percent=Decimal(2), interest_percent=Decimal(1))
CARRY = SettlingRules(short_payment=ShortPayment.CARRY)
DUE = date(2026, 2, 2)


def edited(since: datetime, contract: Contract = AGREED, settling: SettlingRules = CARRY) -> Tenant:
    """A creditor whose folder said 2 %, 1 % a.m. and CARRY until that moment, and says something else since."""
    terms = (Terms(ALWAYS, AGREED, CARRY), Terms(since, contract, settling))
    return a_tenant(contract=contract, settling=settling, terms=terms)


def at(month: int, day: int, hour: int = 15) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def settled(tenant: Tenant, *paid: tuple[int, datetime], entered: datetime | None = None) -> Receivable:
    facts = tuple(PaymentFact("bank", f"E{n}", FactKind.CREDIT, "T1", c, when) for n, (c, when) in enumerate(paid))
    file = File(a_debtor(), (Receivable("T1", 1_000_00, DUE, entered_at=entered),), facts=facts)
    return settle(file, tenant, CALENDAR)[0].receivables[0]


BEFORE = a_tenant(contract=AGREED, settling=CARRY)
EDITS = {
    "a higher fine": (replace(AGREED, fine_percent=Decimal("1.5")), CARRY),
    "more interest": (replace(AGREED, interest_percent=Decimal(5)), CARRY),
    "nothing agreed": (Contract(agreed=False), CARRY),
    "everything waived": (Contract(waived=True), CARRY),
    "a discount": (replace(AGREED, discounts=(Discount(date(2026, 12, 31), Decimal(10)),)), CARRY),
    "another order": (AGREED, replace(CARRY, order=("principal", "interest", "fine", "costs"))),
    "a tolerance": (AGREED, replace(CARRY, tolerance_cents=50_00)),
    "short payments waived": (AGREED, SettlingRules()),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@pytest.mark.parametrize(
    "paid",
    [
        [(1_029_33, at(3, 2))],
        [(500_00, at(3, 2))],
        [(500_00, at(3, 2)), (530_04, at(3, 6))],
        [(1_000_00, at(2, 2))],
        [(1_500_00, at(3, 2))],
    ],
)
def test_no_edit_moves_a_cent_of_what_was_settled_before_it(
    edit: tuple[Contract, SettlingRules], paid: list[tuple[int, datetime]]
) -> None:
    assert settled(edited(at(3, 10), *edit), *paid) == settled(BEFORE, *paid)


def test_an_edit_on_the_very_day_holds_from_its_minute_on() -> None:
    closed = settled(edited(at(3, 2, 16), replace(AGREED, interest_percent=Decimal(9))), (1_029_33, at(3, 2, 15)))
    assert closed.status is ReceivableStatus.PAID


def test_interest_goes_on_at_the_new_rate_from_the_day_it_holds_and_the_fine_stays_what_it_was() -> None:
    tenant = edited(at(3, 2), replace(AGREED, fine_percent=Decimal(1), interest_percent=Decimal(2)))
    due = Accounts.of(a_debtor(), tenant, CALENDAR).owed(
        Receivable("T1", 1_000_00, DUE), date(2026, 3, 6), explain=True
    )
    assert (due.fine_cents, due.interest_cents) == (20_00, 9_33 + 2_67)
    assert any("Condições novas do credor desde 02/03/2026" in line for line in due.calculation)


def test_what_the_creditor_forgives_now_is_not_asked_for_any_more() -> None:
    tenant = edited(at(3, 2), Contract(waived=True))
    assert (
        Accounts.of(a_debtor(), tenant, CALENDAR).owed(Receivable("T1", 100_00, DUE), date(2026, 3, 6)).total_cents
        == 100_00
    )


def test_terms_that_ended_before_a_title_came_were_never_its_own() -> None:
    tenant = edited(at(3, 2), replace(AGREED, interest_percent=Decimal(3)))
    receivable = Receivable("T1", 1_000_00, DUE, entered_at=at(3, 3))
    due = Accounts.of(a_debtor(), tenant, CALENDAR).owed(receivable, date(2026, 3, 4))
    assert due.interest_cents == 30_00


def test_money_that_is_told_late_is_settled_under_the_terms_of_its_own_day() -> None:
    tenant = edited(at(3, 10), replace(AGREED, interest_percent=Decimal(9)))
    late_news = settled(tenant, (530_04, at(3, 6)), (500_00, at(3, 2)))
    assert (late_news.status, late_news.overpaid_cents) == (ReceivableStatus.PAID, 0)


def test_terms_of_a_title_of_its_own_heed_no_edit() -> None:
    own = Receivable("T1", 1_000_00, DUE, contract=AGREED)
    tenant = edited(at(2, 10), replace(AGREED, interest_percent=Decimal(9)))
    assert Accounts.of(a_debtor(), tenant, CALENDAR).owed(own, date(2026, 3, 2)).total_cents == 1_029_33


# --- and whatever else is edited -------------------------------------------------------------------------------------


def test_a_rate_a_holiday_or_a_profile_that_is_corrected_later_moves_no_cent_of_what_is_settled() -> None:
    nothing_agreed = a_tenant(contract=Contract(agreed=False), settling=CARRY)
    fact = PaymentFact("bank", "E1", FactKind.CREDIT, "T1", 1_000_00, at(3, 2))
    file = File(a_debtor(), (Receivable("T1", 1_000_00, DUE), Receivable("T2", 5_00, DUE)), facts=(fact,))
    unpublished = load(legal_months={f"2026-{month:02d}": Decimal(0) for month in (2, 3)})
    published = load(legal_months={f"2026-{month:02d}": Decimal(3) for month in (2, 3)})
    paid, found = settle(file, nothing_agreed, unpublished)
    assert paid.receivables[0].status is ReceivableStatus.PAID
    again, found_again = settle(paid, nothing_agreed, published)
    assert (again, found_again) == (paid, found)
    assert settle(file, nothing_agreed, published)[0].receivables[0].status is ReceivableStatus.OPEN


def test_money_that_is_taken_back_is_counted_anew_all_the_same() -> None:
    fact = PaymentFact("bank", "E1", FactKind.CREDIT, "T1", 1_029_33, at(3, 2))
    file = settle(File(a_debtor(), (Receivable("T1", 1_000_00, DUE),), facts=(fact,)), BEFORE, CALENDAR)[0]
    back = PaymentFact("bank", "R1", FactKind.REFUND, "T1", 1_00, at(3, 3), refers_to="E1")
    after = settle(replace(file, facts=(fact, back)), BEFORE, CALENDAR)[0].receivables[0]
    assert (after.status, after.open_principal_cents, after.settled_by) == (ReceivableStatus.OPEN, 1_00, "")
