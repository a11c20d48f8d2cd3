"""Settling: the set of facts alone decides, in whatever order and however often they came; and cents conserve."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from regua.calendars import load
from regua.domain.model import (
    Contract,
    Debtor,
    FactKind,
    File,
    PaymentFact,
    Rail,
    Receivable,
    ReceivableStatus,
)
from regua.domain.money.settlement import add_fact, received_cents, settle
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


def of(file: File, receivable: str = "T1") -> Receivable:
    found = file.receivable(receivable)
    assert found is not None
    return found


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
    file = settled(owing(100_00), [credit("E1", 40_00), credit("E1", 40_00, gateway="other")])
    assert of(file).open_principal_cents == 20_00


facts_of_life = st.lists(
    st.tuples(
        st.sampled_from(["credit", "whole", "refund", "chargeback", "blind refund", "settled"]),
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


@settings(max_examples=150, deadline=None)
@given(told=facts_of_life, tenant=tenants, data=st.data())
def test_facts_in_any_order_end_alike(
    told: list[tuple[str, int, int, int]], tenant: Tenant, data: st.DataObject
) -> None:
    facts = facts_from(told)
    shuffled = data.draw(st.permutations(facts))
    again = data.draw(st.lists(st.sampled_from(facts), max_size=3)) if facts else []
    file = owing(100_00, 33_33, 1)
    assert stand(settled(file, [*shuffled, *again], tenant)) == stand(settled(file, facts, tenant))


@settings(max_examples=200, deadline=None)
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
    order = ("principal", "interest", "fine", "costs")
    file = settled(owing(100_00), [credit("E1", 50_00, day=10)], creditor(ShortPayment.CARRY, order))
    assert stand(file) == {"T1": (OPEN, 50_00, 0, 0)}


def test_an_order_that_forgets_a_part_loses_no_cent() -> None:
    tenant = creditor(ShortPayment.CARRY, ("principal",))
    file, found = settle(settled(owing(100_00), [credit("E1", 101_00, day=10)], tenant), tenant, CALENDAR)
    assert sum(one.received_cents for one in found) == 101_00
    assert of(file).paid_principal_cents == 100_00


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


# --- what the creditor says ------------------------------------------------------------------------------------------


def test_settled_by_the_creditor_is_paid_whatever_the_amount() -> None:
    file = settled(owing(100_00), [PaymentFact("file", "T1#paid", FactKind.SETTLED, "T1", 10_00, on(3))])
    assert stand(file) == {"T1": (PAID, 100_00, 0, 0)}


def test_settled_and_credited_is_the_same_money_once() -> None:
    stated = PaymentFact("file", "T1#paid", FactKind.SETTLED, "T1", 100_00, on(0))
    for facts in permutations([stated, credit("E1", 100_00)]):
        file = settled(owing(100_00), facts)
        assert stand(file) == {"T1": (PAID, 100_00, 0, 0)}
        assert received_cents(file.facts) == 100_00


def test_money_taken_back_later_undoes_what_the_creditor_had_said() -> None:
    stated = PaymentFact("file", "T1#paid", FactKind.SETTLED, "T1", 100_00, on(0))
    for facts in permutations([stated, credit("E1", 100_00), refund("E1", 100_00, day=2)]):
        assert of(settled(owing(100_00), facts)).status is OPEN


def test_what_the_creditor_says_after_the_refund_stands() -> None:
    stated = PaymentFact("file", "T1#paid", FactKind.SETTLED, "T1", 100_00, on(5))
    file = settled(owing(100_00), [credit("E1", 100_00), refund("E1", 100_00, day=2), stated])
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


def test_a_pix_beside_a_boleto_is_money_twice() -> None:
    told = [
        credit("E1", 10_000, 0, rail=Rail.PIX),
        credit("341-1", 10_000, 0, gateway="retorno", rail=Rail.BOLETO, evidence="file"),
    ]
    assert of(settled(owing(10_000), told)).overpaid_cents == 10_000
