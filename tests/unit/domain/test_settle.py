"""Settling: the set of facts alone decides, in whatever order and however often they came; and cents conserve."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regua.calendars import load
from regua.domain.calendar import Calendar, Place
from regua.domain.model import (
    Contract,
    Debtor,
    Discount,
    FactKind,
    File,
    PaymentFact,
    Profile,
    Rail,
    Receivable,
    ReceivableStatus,
)
from regua.domain.money.account import Accounts
from regua.domain.money.amount_due import amount_due
from regua.domain.money.credits import received_cents
from regua.domain.money.settlement import Settled, add_fact, settle
from regua.domain.rates import MonthlyRates
from regua.domain.tenant import Creditor, SettlingRules, ShortPayment, Tenant

CALENDAR = load()
DUE = date(2026, 2, 10)
PAID, OPEN, CANCELLED = ReceivableStatus.PAID, ReceivableStatus.OPEN, ReceivableStatus.CANCELLED


def creditor(
    short_payment: ShortPayment = ShortPayment.WAIVE,
    order: tuple[str, ...] = ("costs", "interest", "fine", "principal"),
    tolerance: int = 0,
    fine: str = "2",
    interest: str = "1",
) -> Tenant:
    contract = Contract(fine_percent=Decimal(fine), interest_percent=Decimal(interest))
    rules = SettlingRules(order=order, short_payment=short_payment, tolerance_cents=tolerance)
    return Tenant("escola", Creditor("Escola", "11222333000181", "Rua A, 1"), contract=contract, settling=rules)


def on(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 2, 10, hour, tzinfo=UTC) + timedelta(days=day)


def credit(fact_id: str, cents: int, day: int = 0, receivable: str = "T1", **more: object) -> PaymentFact:
    return replace(PaymentFact("bank", fact_id, FactKind.CREDIT, receivable, cents, on(day), Rail.PIX), **more)  # type: ignore[arg-type]  # any field


def refund(of: str, cents: int, day: int = 1, receivable: str = "T1", **more: object) -> PaymentFact:
    fact = PaymentFact("bank", f"refund of {of} {cents}", FactKind.REFUND, receivable, cents, on(day), refers_to=of)
    return replace(fact, **more)  # type: ignore[arg-type]  # any field


def owing(*cents: int, due: Sequence[date] = ()) -> File:
    days = due or [DUE + timedelta(days=n) for n in range(len(cents))]
    receivables = tuple(Receivable(f"T{n}", c, day) for n, (c, day) in enumerate(zip(cents, days, strict=True), 1))
    return File(Debtor("escola", "d"), receivables)


def settled(file: File, facts: Iterable[PaymentFact], tenant: Tenant | None = None) -> File:
    """Each fact arrives by itself, and the file is settled every time, as it happens in life."""
    tenant = tenant or creditor()
    for fact in facts:
        file = add_fact(file, fact) or file
        file, _ = settle(file, tenant, CALENDAR)
    return file


def stand(file: File) -> dict[str, tuple[ReceivableStatus, int, int, int]]:
    return {
        r.id: (r.status, r.paid_principal_cents, r.paid_additions_cents, r.overpaid_cents) for r in file.receivables
    }


def stated(cents: int = 100_00, day: int = 0) -> PaymentFact:
    """The creditor's word that so much was paid in all, whoever told of it."""
    return PaymentFact("file", "T1#paid", FactKind.SETTLED, "T1", cents, on(day))


def told(*facts: PaymentFact, file: File | None = None, tenant: Tenant | None = None) -> tuple[Settled, ...]:
    """What settling finds in these facts."""
    file = replace(file or owing(100_00), facts=facts)
    return settle(file, tenant or creditor(), CALENDAR)[1]


def of(file: File, receivable: str = "T1") -> Receivable:
    found = file.receivable(receivable)
    assert found is not None
    return found


def test_an_open_title_knows_when_money_of_it_was_last_taken_back() -> None:
    file = settled(owing(100_00), [credit("E1", 100_00), refund("E1", 40_00, day=2), refund("E1", 60_00, day=4)])
    assert of(file).reversed_on == on(4).date()
    assert of(settled(file, [credit("E2", 100_00, day=5)])).reversed_on is None
    assert of(settled(owing(100_00), [credit("E1", 40_00)])).reversed_on is None


# --- any order, any repetition ---------------------------------------------------------------------------------------


def test_every_order_of_six_facts_with_repetitions_ends_in_one_state() -> None:
    facts = [
        credit("E1", 100_00, day=0),
        refund("E1", 100_00, day=1),
        credit("E2", 60_00, day=2),
        credit("E3", 90_00, day=3, receivable=""),
        refund("E3", 30_00, day=4, receivable="", kind=FactKind.CHARGEBACK),
        PaymentFact("file", "T2#paid", FactKind.SETTLED, "T2", 50_00, on(5)),
    ]
    tenant = creditor(ShortPayment.CARRY)
    ends = set()
    for number, order in enumerate(permutations(facts)):
        again = order[number % 6]
        file = settled(owing(100_00, 50_00), [*order[:3], again, *order[3:], again], tenant)
        ends.add(tuple(sorted(stand(file).items())))
    assert len(ends) == 1
    [end] = ends
    assert dict(end)["T2"][0] is PAID


def test_the_same_fact_again_is_none() -> None:
    file = settled(owing(100_00), [credit("E1", 40_00)])
    assert add_fact(file, credit("E1", 40_00)) is None
    assert add_fact(file, replace(credit("E1", 40_00), amount_cents=99)) is None


def test_the_same_id_of_another_gateway_is_another_fact() -> None:
    file = settled(owing(100_00), [credit("E1", 40_00), credit("E1", 30_00, gateway="other")])
    assert of(file).open_principal_cents == 30_00


facts_of_life = st.lists(
    st.tuples(
        st.sampled_from(
            ["credit", "recorded", "told", "whole", "refund", "chargeback", "blind refund", "settled", "so far"]
        ),
        st.integers(0, 3),
        st.integers(1, 250_00),
        st.integers(-5, 60),
    ),
    max_size=7,
)


def facts_from(told: Iterable[tuple[str, int, int, int]]) -> list[PaymentFact]:
    facts = []
    for number, (kind, which, cents, day) in enumerate(told):
        receivable = f"T{which % 3 + 1}"
        if kind in ("credit", "whole"):
            facts.append(credit(f"E{which}", cents, day, "" if kind == "whole" else receivable))
        elif kind in ("recorded", "told"):  # the bank's file and the gateway tell of it, one of them of its parts
            parts = {"granted_cents": cents % 977, "charged_cents": cents % 311}
            by_file = {"gateway": "retorno", "evidence": "file"} if kind == "told" else {}
            facts.append(credit(f"E{which}", cents, day, receivable, rail=Rail.BOLETO, **(by_file | parts)))
        elif kind == "so far":
            of = {"gateway": "file", "evidence": "operator", "cumulative": True}
            covers = None if cents % 3 == 0 else cents % 90_00
            facts.append(credit(f"{receivable}#{number}", cents, day, receivable, covers_cents=covers, **of))
        elif kind == "settled":
            facts.append(PaymentFact("file", f"{receivable}#paid", FactKind.SETTLED, receivable, cents, on(day)))
        else:
            of_credit = "" if kind == "blind refund" else f"E{which}"
            took = FactKind.CHARGEBACK if kind == "chargeback" else FactKind.REFUND
            fact = PaymentFact("bank", f"R{number}", took, receivable, cents, on(day), refers_to=of_credit)
            facts.append(fact)
    unique = {f.key: f for f in facts}
    return list(unique.values())


tenants = st.builds(
    creditor,
    short_payment=st.sampled_from(ShortPayment),
    order=st.sampled_from(
        [("costs", "interest", "fine", "principal"), ("principal", "fine", "interest", "costs"), ("principal",)]
    ),
    tolerance=st.sampled_from([0, 50]),
)


@settings(max_examples=150)
@given(told=facts_of_life, tenant=tenants, data=st.data())
def test_facts_in_any_order_end_alike(
    told: list[tuple[str, int, int, int]], tenant: Tenant, data: st.DataObject
) -> None:
    facts = facts_from(told)
    shuffled = data.draw(st.permutations(facts))
    again = data.draw(st.lists(st.sampled_from(facts), max_size=3)) if facts else []
    file = owing(100_00, 33_33, 1)
    assert stand(settled(file, [*shuffled, *again], tenant)) == stand(settled(file, facts, tenant))


@settings(max_examples=200)
@given(told=facts_of_life, tenant=tenants)
def test_cents_conserve(told: list[tuple[str, int, int, int]], tenant: Tenant) -> None:
    """What was received is principal, charges or overpaid; what was forgiven is no money."""
    facts = facts_from(told)
    file = owing(100_00, 33_33, 1)
    for fact in facts:
        file = add_fact(file, fact) or file
    file, found = settle(file, tenant, CALENDAR)
    assert sum(one.received_cents for one in found) == received_cents(facts)
    for receivable in file.receivables:
        assert 0 <= receivable.paid_principal_cents <= receivable.principal_cents
        assert receivable.overpaid_cents >= 0
        assert receivable.paid_additions_cents >= 0
        if receivable.status is PAID:
            assert receivable.open_principal_cents == 0


# --- paid in parts ---------------------------------------------------------------------------------------------------


def test_two_halves_pay_the_whole() -> None:
    file = settled(owing(100_00), [credit("E1", 50_00), credit("E2", 50_00)])
    assert stand(file) == {"T1": (PAID, 100_00, 0, 0)}


def test_a_part_covers_charges_first_and_then_principal() -> None:
    """Ten days late, R$ 100,00 owe R$ 2,00 of fine and R$ 0,33 of interest."""
    file = settled(owing(100_00), [credit("E1", 50_00, day=10)], creditor(ShortPayment.CARRY))
    assert stand(file) == {"T1": (OPEN, 47_67, 2_33, 0)}


def test_the_creditor_may_put_principal_first() -> None:
    order = ("costs", "principal", "interest", "fine")
    file = settled(owing(100_00), [credit("E1", 50_00, day=10)], creditor(ShortPayment.CARRY, order))
    assert stand(file) == {"T1": (OPEN, 50_00, 0, 0)}


def test_an_order_that_forgets_a_part_loses_no_cent() -> None:
    tenant = creditor(ShortPayment.CARRY, ("principal",))
    file, found = settle(settled(owing(100_00), [credit("E1", 101_00, day=10)], tenant), tenant, CALENDAR)
    assert sum(one.received_cents for one in found) == 101_00
    assert of(file).paid_principal_cents == 100_00


def test_charges_already_paid_are_not_asked_for_again() -> None:
    """R$ 52,33 are open after the first half; what is late on them is less than the R$ 2,33 that were paid."""
    half, tenant = credit("E1", 50_00, day=10), creditor(ShortPayment.CARRY)
    assert stand(settled(owing(100_00), [half, credit("E2", 52_33, 10)], tenant)) == {"T1": (PAID, 100_00, 2_33, 0)}
    assert stand(settled(owing(100_00), [half, credit("E2", 52_32, 10)], tenant)) == {"T1": (OPEN, 99_99, 2_33, 0)}


def test_interest_and_fine_together_take_no_more_than_what_is_left_of_both() -> None:
    parts = [credit("E1", 1_00, day=10), credit("E2", 2_00, day=10)]
    assert stand(settled(owing(100_00), parts, creditor(ShortPayment.CARRY))) == {"T1": (OPEN, 67, 2_33, 0)}


def test_correction_is_asked_for_before_principal() -> None:
    calendar = load(indexes={"IPCA": {"2026-02": Decimal(1), "2026-03": Decimal(1)}})
    agreed = Contract(interest_percent=Decimal(1), correction_index="IPCA")
    tenant = replace(creditor(ShortPayment.CARRY), contract=agreed)
    facts = (credit("E1", 50_00, day=60),)
    file, _ = settle(replace(owing(100_00), facts=facts), tenant, calendar)
    due = amount_due(
        100_00, DUE, DUE + timedelta(days=60), agreed, Profile.CONSUMER,
        place=Place("", tenant.time_zone), calendar=calendar,
    )  # fmt: skip
    assert due.correction_cents > due.interest_cents > 0
    extra = due.correction_cents + due.interest_cents
    assert stand(file) == {"T1": (OPEN, 50_00 - extra, extra, 0)}


def test_where_short_payments_are_carried_the_charges_are_part_of_the_price() -> None:
    tenant = creditor(ShortPayment.CARRY)
    assert stand(settled(owing(100_00), [credit("E1", 102_32, day=10)], tenant)) == {"T1": (OPEN, 99_99, 2_33, 0)}
    assert stand(settled(owing(100_00), [credit("E1", 102_33, day=10)], tenant)) == {"T1": (PAID, 100_00, 2_33, 0)}


def test_where_short_payments_are_waived_the_principal_is_enough_and_no_cent_less() -> None:
    assert stand(settled(owing(100_00), [credit("E1", 100_00, day=10)])) == {"T1": (PAID, 100_00, 0, 0)}
    assert stand(settled(owing(100_00), [credit("E1", 99_99, day=10)])) == {"T1": (OPEN, 97_66, 2_33, 0)}


def test_a_few_cents_less_are_enough_where_the_creditor_says_so() -> None:
    tenant = creditor(ShortPayment.CARRY, tolerance=50)
    assert of(settled(owing(100_00), [credit("E1", 101_83, day=10)], tenant)).status is PAID
    assert of(settled(owing(100_00), [credit("E1", 101_82, day=10)], tenant)).status is OPEN
    assert told(credit("E1", 99_50), tenant=tenant) == (Settled("T1", 99_50, 0, both_rails=False),)


def test_principal_paid_first_and_in_full_is_settled_on_its_day() -> None:
    """The day counts: a credit bureau's entry is removed within days of it."""
    tenant = creditor(ShortPayment.CARRY, ("principal", "interest", "fine"))
    file = settled(owing(100_00), [credit("E1", 60_00, day=10), credit("E2", 40_00, day=11)], tenant)
    assert stand(file) == {"T1": (PAID, 100_00, 0, 0)}
    assert of(file).settled_on == DUE + timedelta(days=11)
    more = settled(file, [credit("E3", 2_33, day=12)], tenant)
    assert stand(more) == {"T1": (PAID, 100_00, 0, 2_33)}
    assert of(more).settled_on == DUE + timedelta(days=11)


def test_money_after_the_last_cent_does_not_move_the_day_it_was_settled() -> None:
    file = settled(owing(100_00), [credit("E1", 100_00, day=0), credit("E2", 100_00, day=5)])
    assert stand(file) == {"T1": (PAID, 100_00, 0, 100_00)}
    assert of(file).settled_on == DUE


def test_a_receivable_with_terms_of_its_own_is_counted_by_them() -> None:
    own = Contract(fine_percent=Decimal(0), interest_percent=Decimal(0))
    file = owing(100_00)
    file = replace(file, receivables=(replace(file.receivables[0], contract=own),))
    after = settled(file, [credit("E1", 50_00, day=10)], creditor(ShortPayment.CARRY))
    assert stand(after) == {"T1": (OPEN, 50_00, 0, 0)}


# --- discounts -------------------------------------------------------------------------------------------------------


def with_discount(until: date, short_payment: ShortPayment = ShortPayment.CARRY) -> Tenant:
    tenant = creditor(short_payment)
    return replace(tenant, contract=replace(tenant.contract, discounts=(Discount(until, cents=5_00),)))


def test_paid_with_the_discount_is_paid_and_the_discount_is_no_money() -> None:
    for short_payment in ShortPayment:
        tenant = with_discount(DUE, short_payment)
        file = settled(owing(100_00), [credit("E1", 95_00)], tenant)
        assert stand(file) == {"T1": (PAID, 100_00, 0, 0)}
        assert told(credit("E1", 95_00), tenant=tenant) == (Settled("T1", 95_00, 0, both_rails=False),)
        assert of(settled(owing(100_00), [credit("E1", 94_99)], tenant)).status is OPEN


def test_who_pays_in_full_in_spite_of_a_discount_has_paid_too_much() -> None:
    tenant = with_discount(DUE)
    assert stand(settled(owing(100_00), [credit("E1", 100_00)], tenant)) == {"T1": (PAID, 100_00, 0, 5_00)}
    assert told(credit("E1", 100_00), tenant=tenant) == (Settled("T1", 100_00, 5_00, both_rails=False),)


def test_a_discount_that_outlasts_the_due_date_does_not_cancel_the_charges() -> None:
    tenant = with_discount(DUE + timedelta(days=20))
    assert stand(settled(owing(100_00), [credit("E1", 97_33, day=10)], tenant)) == {"T1": (PAID, 100_00, 2_33, 0)}


def test_where_short_payments_are_waived_the_principal_less_the_discount_is_enough() -> None:
    tenant = with_discount(DUE + timedelta(days=20), ShortPayment.WAIVE)
    assert stand(settled(owing(100_00), [credit("E1", 95_00, day=10)], tenant)) == {"T1": (PAID, 100_00, 0, 0)}
    assert of(settled(owing(100_00), [credit("E1", 94_99, day=10)], tenant)).status is OPEN


def test_paid_on_the_due_day_owes_nothing_more() -> None:
    file = settled(owing(100_00), [credit("E1", 100_00, day=0)], creditor(ShortPayment.CARRY))
    assert stand(file) == {"T1": (PAID, 100_00, 0, 0)}


def test_the_day_of_a_payment_is_the_creditors_day() -> None:
    late_evening = datetime(2026, 2, 11, 2, 30, tzinfo=UTC)  # 23:30 of the 10th in São Paulo
    file = settled(owing(100_00), [credit("E1", 100_00, occurred_at=late_evening)], creditor(ShortPayment.CARRY))
    assert of(file).status is PAID
    assert of(file).settled_on == DUE


# --- taken back ------------------------------------------------------------------------------------------------------


def test_a_refund_of_a_part_reopens_that_part() -> None:
    file = settled(owing(100_00), [credit("E1", 100_00), refund("E1", 30_00)])
    assert stand(file) == {"T1": (OPEN, 70_00, 0, 0)}
    assert of(file).settled_on is None


def test_a_refund_of_what_was_overpaid_reopens_nothing() -> None:
    file = settled(owing(100_00), [credit("E1", 130_00), refund("E1", 30_00)])
    assert stand(file) == {"T1": (PAID, 100_00, 0, 0)}


def test_a_refund_never_takes_more_than_its_credit_gave() -> None:
    file = settled(owing(100_00), [credit("E1", 40_00), credit("E2", 60_00), refund("E1", 90_00)])
    assert of(file).open_principal_cents == 40_00


def test_a_refund_that_names_no_credit_takes_the_newest_money() -> None:
    file = settled(owing(100_00), [credit("E1", 40_00, 0), credit("E2", 60_00, 1), refund("", 60_00, day=2)])
    assert of(file).open_principal_cents == 60_00


def test_totals_refunded_so_far_are_not_added_up() -> None:
    first = refund("E1", 10_00, day=1, cumulative=True)
    second = refund("E1", 30_00, day=2, cumulative=True)
    assert of(settled(owing(100_00), [credit("E1", 100_00), second, first])).open_principal_cents == 30_00


def test_of_totals_and_single_refunds_the_larger_counts() -> None:
    for single, total, gone in ((10_00, 30_00, 30_00), (40_00, 30_00, 40_00), (30_00, 30_00, 30_00)):
        facts = [credit("E1", 100_00), refund("E1", single), refund("E1", total, fact_id="total", cumulative=True)]
        for order in permutations(facts):
            assert of(settled(owing(100_00), order)).open_principal_cents == gone


def test_single_refunds_of_a_credit_add_up() -> None:
    total = refund("E1", 30_00, fact_id="total", cumulative=True)
    facts = [credit("E1", 100_00), refund("E1", 15_00), refund("E1", 25_00), total]
    assert of(settled(owing(100_00), facts)).open_principal_cents == 40_00


def test_a_refund_takes_back_its_own_gateways_money() -> None:
    both = [credit("E1", 60_00), credit("E1", 40_00, gateway="other")]
    assert of(settled(owing(100_00), [*both, refund("E1", 90_00)])).open_principal_cents == 60_00


def test_a_refund_that_names_no_credit_leaves_other_receivables_alone() -> None:
    facts = [credit("E1", 100_00), credit("E2", 50_00, day=1, receivable="T2"), refund("", 100_00, day=2)]
    file = settled(owing(100_00, 50_00), facts)
    assert (of(file).status, of(file, "T2").status) == (OPEN, PAID)


def test_the_last_cent_that_was_not_taken_back_counts() -> None:
    file = settled(owing(100_00), [credit("E1", 100_00), refund("E1", 99_99)])
    assert of(file).open_principal_cents == 99_99


# --- by boleto and again by Pix --------------------------------------------------------------------------------------


def by_boleto(fact_id: str, cents: int, day: int = 0, **more: object) -> PaymentFact:
    return replace(credit(fact_id, cents, day), rail=Rail.BOLETO, **more)  # type: ignore[arg-type]  # any field


def test_paid_by_boleto_and_again_by_pix_is_told() -> None:
    assert told(by_boleto("B1", 100_00), credit("E1", 100_00, 1)) == (Settled("T1", 200_00, 100_00, both_rails=True),)
    assert told(by_boleto("B1", 100_00), credit("E1", 1, 1)) == (Settled("T1", 100_01, 1, both_rails=True),)


def test_half_by_boleto_and_half_by_pix_is_paid_once() -> None:
    assert told(by_boleto("B1", 50_00), credit("E1", 50_00, 1)) == (Settled("T1", 100_00, 0, both_rails=False),)


def test_paid_twice_by_pix_is_too_much_by_one_way() -> None:
    assert told(credit("E1", 100_00), credit("E2", 100_00)) == (Settled("T1", 200_00, 100_00, both_rails=False),)


def test_a_pix_given_back_is_no_second_way() -> None:
    too_much = by_boleto("B1", 130_00)
    for day in (0, 1):
        found = told(credit("E1", 100_00), refund("E1", 100_00, day), too_much)
        assert found == (Settled("T1", 130_00, 30_00, both_rails=False),)


def test_where_nothing_was_paid_nothing_is_found() -> None:
    assert told() == ()
    assert told(credit("E1", 40_00), file=owing(100_00, 50_00)) == (Settled("T1", 40_00, 0, both_rails=False),)


def test_what_was_received_since_a_moment() -> None:
    facts = [credit("E1", 10_00, day=0), credit("E2", 20_00, day=1), refund("E2", 5_00, day=3)]
    assert received_cents(facts) == 25_00
    assert received_cents(facts, since=on(0)) == 25_00
    assert received_cents(facts, since=on(1)) == 15_00
    assert received_cents(facts, since=on(2)) == 0


# --- what the creditor says ------------------------------------------------------------------------------------------


def test_taken_back_in_the_same_instant_the_creditors_word_stands() -> None:
    """Both dated the same noon: nobody can tell which came first, and who says it is paid is not to be dunned."""
    for facts in permutations([credit("E1", 100_00), refund("E1", 100_00, day=2), stated(day=2)]):
        assert of(settled(owing(100_00), facts)).status is PAID


def test_money_of_another_receivable_taken_back_undoes_no_word() -> None:
    facts = [stated(10_00), credit("E2", 50_00, receivable="T2"), refund("E2", 50_00, day=2, receivable="T2")]
    file = settled(owing(100_00, 50_00), facts)
    assert (of(file).status, of(file, "T2").status) == (PAID, OPEN)


def test_money_told_after_the_creditors_word_does_not_undo_it() -> None:
    file = settled(owing(100_00), [stated(10_00), credit("E1", 5_00, day=1)])
    assert of(file).status is PAID
    assert received_cents(file.facts) == 10_00


def test_more_told_than_the_creditor_says_is_all_received() -> None:
    assert received_cents([credit("E1", 100_00), stated(99_00)]) == 100_00


# --- what a file says was paid so far --------------------------------------------------------------------------------


def so_far(number: int, cents: int, day: int = 0, **more: object) -> PaymentFact:
    return replace(credit(f"T1#so-far#{number}", cents, day), gateway="file", cumulative=True, **more)  # type: ignore[arg-type]  # any field


def test_of_running_totals_the_last_one_counts() -> None:
    for facts in permutations([so_far(1, 40_00), so_far(2, 60_00, 1)]):
        assert received_cents(facts) == 60_00
    assert received_cents([so_far(1, 40_00), so_far(2, 60_00, 1), stated(day=2)]) == 100_00


def test_a_running_total_holds_what_was_paid_until_its_moment_and_not_what_came_later() -> None:
    until = so_far(1, 60_00, day=0, as_of=on(5))
    assert received_cents([until, credit("E1", 40_00, day=3)]) == 60_00
    assert received_cents([until, credit("E1", 40_00, day=5)]) == 60_00
    assert received_cents([until, credit("E1", 40_00, day=6)]) == 100_00


def test_a_running_total_without_a_moment_holds_what_was_paid_until_its_day() -> None:
    assert received_cents([so_far(1, 60_00, day=2), credit("E1", 40_00, day=2)]) == 60_00
    assert received_cents([so_far(1, 60_00, day=2), credit("E1", 40_00, day=3)]) == 100_00


def test_a_running_total_holds_nothing_of_another_receivable() -> None:
    assert received_cents([so_far(1, 60_00, day=2), credit("E1", 40_00, day=1, receivable="T2")]) == 100_00


def test_a_running_total_below_what_is_known_takes_nothing_away() -> None:
    facts = [credit("E1", 40_00), so_far(1, 30_00, day=1)]
    assert received_cents(facts) == 40_00
    assert received_cents([*facts, stated(day=2)]) == 100_00


# --- withdrawn -------------------------------------------------------------------------------------------------------


def test_withdrawn_and_listed_again_in_the_same_instant_is_withdrawn() -> None:
    facts = [
        PaymentFact("file", "a", FactKind.CANCELLED, "T1", 0, on(1)),
        PaymentFact("file", "b", FactKind.REINSTATED, "T1", 0, on(1)),
    ]
    for order in permutations(facts):
        assert of(settled(owing(100_00), order)).status is CANCELLED


def test_a_part_paid_lists_nothing_again_that_was_withdrawn() -> None:
    gone = PaymentFact("file", "x", FactKind.CANCELLED, "T1", 0, on(-1))
    assert stand(settled(owing(100_00), [gone, credit("E1", 40_00)])) == {"T1": (CANCELLED, 40_00, 0, 0)}


def test_written_off_and_paid_in_part_stays_written_off() -> None:
    file = owing(100_00)
    file = replace(file, receivables=(replace(file.receivables[0], status=ReceivableStatus.WRITTEN_OFF),))
    assert of(settled(file, [credit("E1", 40_00)])).status is ReceivableStatus.WRITTEN_OFF
    assert of(settled(file, [credit("E1", 100_00)])).status is PAID


def test_settled_by_the_creditor_is_paid_whatever_the_amount() -> None:
    file = settled(owing(100_00), [stated(10_00, day=3)])
    assert stand(file) == {"T1": (PAID, 100_00, 0, 0)}


def test_settled_and_credited_is_the_same_money_once() -> None:
    for facts in permutations([stated(), credit("E1", 100_00)]):
        file = settled(owing(100_00), facts)
        assert stand(file) == {"T1": (PAID, 100_00, 0, 0)}
        assert received_cents(file.facts) == 100_00


def test_money_taken_back_later_undoes_what_the_creditor_had_said() -> None:
    for facts in permutations([stated(), credit("E1", 100_00), refund("E1", 100_00, day=2)]):
        assert of(settled(owing(100_00), facts)).status is OPEN


def test_what_the_creditor_says_after_the_refund_stands() -> None:
    file = settled(owing(100_00), [credit("E1", 100_00), refund("E1", 100_00, day=2), stated(day=5)])
    assert of(file).status is PAID


def test_withdrawn_and_listed_again_and_withdrawn() -> None:
    def fact(name: str, kind: FactKind, day: int) -> PaymentFact:
        return PaymentFact("file", name, kind, "T1", 0, on(day))

    facts = [
        fact("a", FactKind.CANCELLED, 1),
        fact("b", FactKind.REINSTATED, 2),
        fact("c", FactKind.CANCELLED, 3),
    ]
    for many, status in ((1, CANCELLED), (2, OPEN), (3, CANCELLED)):
        for order in permutations(facts[:many]):
            assert of(settled(owing(100_00), order)).status is status


def test_money_for_a_withdrawn_receivable_pays_it() -> None:
    gone = PaymentFact("file", "x", FactKind.CANCELLED, "T1", 0, on(0))
    assert stand(settled(owing(100_00), [gone, credit("E1", 100_00)])) == {"T1": (PAID, 100_00, 0, 0)}


# --- money for everything --------------------------------------------------------------------------------------------


def test_money_for_the_debtor_goes_to_the_oldest_debt_first_and_over_to_the_next() -> None:
    days = [DUE + timedelta(days=20), DUE, DUE + timedelta(days=10)]
    file = settled(owing(30_00, 20_00, 50_00, due=days), [credit("E1", 60_00, receivable="")])
    assert stand(file) == {"T1": (OPEN, 0, 0, 0), "T2": (PAID, 20_00, 0, 0), "T3": (OPEN, 40_00, 0, 0)}


def test_what_is_left_over_of_it_is_kept_at_the_last_one() -> None:
    file = settled(owing(30_00, 20_00), [credit("E1", 60_00, receivable="")])
    assert stand(file) == {"T1": (PAID, 30_00, 0, 0), "T2": (PAID, 20_00, 0, 10_00)}


def test_what_is_left_over_is_not_kept_at_one_that_was_paid_before() -> None:
    facts = [credit("E1", 20_00, day=-1, receivable="T2"), credit("E2", 40_00, receivable="")]
    file = settled(owing(30_00, 20_00), facts)
    assert stand(file) == {"T1": (PAID, 30_00, 0, 10_00), "T2": (PAID, 20_00, 0, 0)}


def test_the_last_cent_goes_over_to_the_next_and_nothing_goes_further() -> None:
    whole = credit("E1", 30_01, receivable="")
    assert stand(settled(owing(30_00, 20_00), [whole])) == {"T1": (PAID, 30_00, 0, 0), "T2": (OPEN, 1, 0, 0)}
    found = told(credit("E1", 30_00, receivable=""), file=owing(30_00, 20_00))
    assert found == (Settled("T1", 30_00, 0, both_rails=False),)


def test_where_nothing_is_open_it_is_kept_at_the_newest_debt() -> None:
    facts = [credit("E1", 30_00), credit("E2", 10_00, receivable="")]
    assert stand(settled(owing(30_00), facts)) == {"T1": (PAID, 30_00, 0, 10_00)}
    gone = [PaymentFact("file", f"x{n}", FactKind.CANCELLED, f"T{n}", 0, on(0)) for n in (1, 2, 3)]
    file = settled(owing(30_00, 20_00, 10_00), [*gone, credit("E1", 10_00, receivable="")])
    assert [of(file, r).status for r in ("T1", "T2", "T3")] == [CANCELLED, CANCELLED, PAID]


def test_it_passes_by_what_was_withdrawn() -> None:
    gone = PaymentFact("file", "x", FactKind.CANCELLED, "T1", 0, on(0))
    file = settled(owing(30_00, 20_00), [gone, credit("E1", 20_00, receivable="")])
    assert stand(file) == {"T1": (CANCELLED, 0, 0, 0), "T2": (PAID, 20_00, 0, 0)}


def test_a_boleto_told_by_the_gateway_and_by_the_bank_is_paid_once() -> None:
    told = [
        credit("pay_1:paid", 10_000, 0, rail=Rail.BOLETO),
        credit("341-1", 10_000, 1, gateway="retorno", rail=Rail.BOLETO, evidence="file"),
    ]
    for order in permutations(told):
        after = of(settled(owing(10_000), order))
        assert (after.status, after.overpaid_cents) == (ReceivableStatus.PAID, 0)


def test_two_boletos_in_the_bank_file_beside_one_webhook_are_two_payments() -> None:
    told = [
        credit("pay_1:paid", 10_000, 0, rail=Rail.BOLETO),
        credit("341-1", 10_000, 0, gateway="retorno", rail=Rail.BOLETO, evidence="file"),
        credit("341-2", 10_000, 1, gateway="retorno", rail=Rail.BOLETO, evidence="file"),
    ]
    assert of(settled(owing(10_000), told)).overpaid_cents == 10_000


def by_bank(fact_id: str, cents: int = 100_00, day: int = 0, **more: object) -> PaymentFact:
    return by_boleto(fact_id, cents, day, gateway="retorno", evidence="file", **more)


def test_boletos_that_only_the_gateway_tells_of_all_count() -> None:
    assert received_cents([by_boleto("pay_1:paid", 100_00)]) == 100_00
    assert received_cents([by_boleto("pay_1:paid", 100_00), by_boleto("pay_2:paid", 100_00)]) == 200_00


def test_boletos_of_other_receivables_or_of_other_amounts_are_other_boletos() -> None:
    ours = by_boleto("pay_1:paid", 100_00)
    assert received_cents([ours, by_bank("341-1", receivable="T2")]) == 200_00
    assert received_cents([ours, by_bank("341-1", 99_99)]) == 199_99


def test_the_bank_may_date_the_same_boleto_five_days_later_and_no_more() -> None:
    ours, week = by_boleto("pay_1:paid", 100_00), by_bank("341-1", day=5)
    assert received_cents([ours, week]) == 100_00
    assert received_cents([ours, replace(week, occurred_at=on(5) + timedelta(seconds=1))]) == 200_00


def test_a_boleto_told_twice_is_the_money_the_creditor_speaks_of() -> None:
    assert received_cents([by_boleto("pay_1:paid", 100_00), by_bank("341-1"), stated(day=1)]) == 100_00


def test_a_pix_beside_a_boleto_of_another_day_is_money_twice() -> None:
    told = [
        credit("E1", 10_000, 0, rail=Rail.PIX),
        credit("341-1", 10_000, 2, gateway="retorno", rail=Rail.BOLETO, evidence="file"),
    ]
    assert of(settled(owing(10_000), told)).overpaid_cents == 10_000


def test_a_part_paid_before_the_rate_was_published_leaves_its_interest_to_what_is_still_open() -> None:
    """Nothing was agreed. On 4 March nobody knew March's rate: it is owed from the 1st, on what the part has left."""
    tenant = replace(creditor(ShortPayment.CARRY), contract=Contract(agreed=False))
    unknown = with_rates(load(), {"2026-02": Decimal(1)})
    known = with_rates(load(), {"2026-02": Decimal(1), "2026-03": Decimal(31)})
    file, _ = settle(replace(owing(1000_00), facts=(credit("E1", 500_00, day=30),)), tenant, unknown)
    title = of(file)
    paid_on = DUE + timedelta(days=30)
    assert title.charged is not None
    assert title.charged.uncounted == ((date(paid_on.year, paid_on.month, 1), paid_on),)
    owed = Accounts.of(file.debtor, tenant, known).owed(title, date(2026, 4, 1))
    assert owed.interest_cents == round(title.open_principal_cents * 31 / 100)


@pytest.mark.parametrize("before", [{"2026-02": Decimal(1)}, {}])
def test_what_is_owed_once_a_rate_is_known_settles_a_title_of_which_a_part_did_not_know_it(
    before: dict[str, Decimal],
) -> None:
    """Counted anew the part is counted as it was: else who pays what was asked would still owe a rest of interest."""
    tenant = replace(creditor(ShortPayment.CARRY), contract=Contract(agreed=False))
    unknown = with_rates(load(), before)
    known = with_rates(load(), {"2026-02": Decimal(1), "2026-03": Decimal(5), "2026-04": Decimal(5)})
    file, _ = settle(replace(owing(1000_00), facts=(credit("E1", 500_00, day=30),)), tenant, unknown)
    for name, day, share in (("E2", 50, 2), ("E3", 60, 1)):
        owed = Accounts.of(file.debtor, tenant, known).owed(of(file), DUE + timedelta(days=day)).total_cents
        facts = (*file.facts, credit(name, owed // share, day=day))
        file, _ = settle(replace(file, facts=facts), tenant, known)
    title = of(file)
    assert (title.status, title.overpaid_cents, title.waived) == (ReceivableStatus.PAID, 0, ())


def with_rates(calendar: Calendar, months: dict[str, Decimal]) -> Calendar:
    return replace(calendar, legal_rates=MonthlyRates("taxa legal", months, months_after=0))
