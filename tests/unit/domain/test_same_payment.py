"""One payment that several sources tell of is one payment, in whichever order they tell it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from regua.calendars import load
from regua.domain.model import Debtor, FactKind, File, PaymentFact, Rail, Receivable, ReceivableStatus
from regua.domain.money.credits import received_cents
from regua.domain.money.same_payment import BankDays, doubtful, end_to_end_of, same_payments
from regua.domain.money.settlement import add_fact, settle
from regua.domain.tenant import Creditor, Tenant

TENANT = Tenant("escola", Creditor("Escola", "11222333000181", "Rua A, 1"))
CALENDAR = load()
FRIDAY = date(2026, 2, 6)
E2E = "E00416968202602061200abcdefghij1"
OTHER_E2E = "E00416968202602061200abcdefghij2"


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 15, tzinfo=UTC)


def credit(gateway: str, fact_id: str, day: int = 0, cents: int = 100_00, **more: object) -> PaymentFact:
    """So many days after Friday."""
    at = noon(FRIDAY + timedelta(days=day))
    evidence = "file" if gateway in ("extrato", "retorno") else "webhook"
    fact = PaymentFact(gateway, fact_id, FactKind.CREDIT, "T1", cents, at, Rail.PIX, evidence=evidence)
    return replace(fact, **more)  # type: ignore[arg-type]  # any field


def webhook(day: int = 0, fact_id: str = E2E, **more: object) -> PaymentFact:
    return credit("pix", fact_id, day, **more)  # type: ignore[arg-type]  # any field


def statement(day: int = 0, fact_id: str = "S1", **more: object) -> PaymentFact:
    return credit("extrato", fact_id, day, **more)  # type: ignore[arg-type]  # any field


def bank_return(day: int = 0, fact_id: str = "R1", **more: object) -> PaymentFact:
    return credit("retorno", fact_id, day, **{"rail": Rail.BOLETO, **more})  # type: ignore[arg-type]  # any field


def by_hand(day: int = 0, **more: object) -> PaymentFact:
    return credit("operator", "H1", day, evidence="operator", rail=Rail.UNKNOWN, **more)  # type: ignore[arg-type]  # any field


def paid(facts: Iterable[PaymentFact], cents: int = 100_00) -> tuple[ReceivableStatus, int]:
    """How a title of so many cents ends, each fact coming by itself."""
    file = File(Debtor("escola", "d"), (Receivable("T1", cents, FRIDAY),))
    for fact in facts:
        file = add_fact(file, fact) or file
        file, _ = settle(file, TENANT, CALENDAR)
    return file.receivables[0].status, file.receivables[0].overpaid_cents


@pytest.mark.parametrize(
    "told",
    [
        (webhook(), statement()),
        (webhook(), bank_return(rail=Rail.PIX)),
        (webhook(), statement(), bank_return()),
        (webhook(), statement(), bank_return(), by_hand()),
        (webhook(1), statement(3)),
        (statement(), by_hand(3)),
        (credit("asaas", "pay_1:paid", rail=Rail.BOLETO), bank_return(1), statement(3, rail=Rail.BOLETO)),
        (webhook(0, end_to_end=""), statement(9, end_to_end=E2E)),
    ],
    ids=[
        "two",
        "Pix in the return",
        "three",
        "four",
        "weekend",
        "Monday by hand",
        "boleto",
        "same id, nine days later",
    ],
)
def test_told_by_several_sources_in_any_order_it_is_paid_once(told: tuple[PaymentFact, ...]) -> None:
    for order in permutations(told):
        assert paid(order) == (ReceivableStatus.PAID, 0)
        assert received_cents(order, days=BankDays.of(TENANT, CALENDAR)) == 100_00


@pytest.mark.parametrize(
    "told",
    [
        (webhook(), webhook(fact_id=OTHER_E2E)),
        (statement(), statement(fact_id="S2")),
        (webhook(), statement(4)),
        (webhook(), statement(end_to_end=OTHER_E2E)),
        (webhook(), statement(), statement(fact_id="S2")),
        (webhook(), webhook(fact_id=OTHER_E2E), statement(), statement(fact_id="S2")),
    ],
    ids=["one source", "one statement", "another day", "another id", "two lines, one webhook", "two and two"],
)
def test_two_payments_are_two_whoever_tells_them(told: tuple[PaymentFact, ...]) -> None:
    for order in permutations(told):
        assert paid(order) == (ReceivableStatus.PAID, 100_00)


def test_other_cents_and_other_titles_are_other_payments() -> None:
    assert paid((webhook(), statement(cents=99_99))) == (ReceivableStatus.PAID, 99_99)
    assert not same_payments((webhook(), statement(receivable="T2")))


def test_the_same_id_is_the_same_payment_though_the_sources_name_two_titles() -> None:
    [(first, again)] = same_payments((statement(end_to_end=E2E, receivable="T2"), webhook()))
    assert (first.gateway, again.receivable) == ("pix", "T2")


def test_the_moment_a_gateway_tells_counts_and_not_the_day_a_bank_books_or_a_person_remembers() -> None:
    told = (by_hand(3), statement(3), webhook(0))
    [group] = same_payments(told)
    assert [f.gateway for f in group] == ["pix", "extrato", "operator"]


def test_a_business_day_later_is_counted_by_the_banks_calendar() -> None:
    days, carnival = BankDays.of(TENANT, CALENDAR), date(2026, 2, 13)
    assert days.near(carnival, date(2026, 2, 18))
    assert not days.near(carnival, date(2026, 2, 19))
    assert not BankDays().near(carnival, date(2026, 2, 18))


def test_what_came_after_sunset_is_of_the_creditors_day() -> None:
    late = webhook(occurred_at=datetime(2026, 2, 7, 1, tzinfo=UTC))
    assert BankDays.of(TENANT, CALENDAR).day(late.occurred_at) == FRIDAY


def test_an_id_is_the_pix_own_only_in_its_form() -> None:
    assert end_to_end_of(webhook()) == E2E
    assert end_to_end_of(statement()) == ""
    assert end_to_end_of(statement(end_to_end=E2E)) == E2E


@pytest.mark.parametrize("cents", [100_00, 40_00])
def test_money_taken_back_of_it_is_taken_back_once_whoever_tells(cents: int) -> None:
    back = PaymentFact("pix", "D1", FactKind.REFUND, "T1", cents, noon(FRIDAY), refers_to=E2E)
    again = replace(back, gateway="extrato", fact_id="S9", refers_to="S1", evidence="file")
    for order in permutations((webhook(), statement(), back, again)):
        assert paid(order)[0] is ReceivableStatus.OPEN
        assert received_cents(order) == 100_00 - cents


def test_a_refund_told_by_the_source_that_does_not_count_opens_the_title_all_the_same() -> None:
    back = PaymentFact("extrato", "S9", FactKind.REFUND, "T1", 100_00, noon(FRIDAY), refers_to="S1", evidence="file")
    assert paid((webhook(), statement(), back))[0] is ReceivableStatus.OPEN
    named = replace(back, refers_to=E2E)
    assert paid((webhook(), named))[0] is ReceivableStatus.OPEN


def bounced(day: int, of: PaymentFact) -> PaymentFact:
    back = PaymentFact(of.gateway, "back", FactKind.CHARGEBACK, "T1", 100_00, noon(FRIDAY + timedelta(days=day)))
    return replace(back, refers_to=of.fact_id, evidence="file")


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ((bank_return(), webhook(3), bounced(3, bank_return())), ReceivableStatus.PAID),
        ((bank_return(), statement(3), bounced(0, bank_return())), ReceivableStatus.PAID),
        ((bank_return(), by_hand(3), bounced(0, bank_return())), ReceivableStatus.PAID),
        ((bank_return(), by_hand(3), bounced(3, bank_return())), ReceivableStatus.OPEN),
        ((bank_return(), by_hand(0), bounced(3, bank_return())), ReceivableStatus.OPEN),
        ((bank_return(), statement(3, rail=Rail.BOLETO), bounced(0, bank_return())), ReceivableStatus.OPEN),
        ((webhook(), statement(3), bounced(2, webhook())), ReceivableStatus.OPEN),
        ((webhook(), bank_return(3), bounced(3, bank_return(3))), ReceivableStatus.OPEN),
    ],
    ids=[
        "a Pix that day",
        "a Pix on the statement",
        "by hand a day later",
        "by hand that day",
        "by hand the day it was paid",
        "a boleto the bank books later",
        "a Pix the bank books later",
        "the later one went back",
    ],
)
def test_what_is_paid_again_once_it_was_taken_back_is_another_payment(
    told: tuple[PaymentFact, ...], status: ReceivableStatus
) -> None:
    for order in permutations(told):
        assert paid(order) == (status, 0)


def test_what_a_person_tells_on_the_day_it_was_taken_back_may_be_a_second_payment() -> None:
    told = (bank_return(), by_hand(3), bounced(3, bank_return()))
    assert [(a.gateway, b.gateway) for a, b in doubtful(told)] == [("retorno", "operator")]
    assert not doubtful((bank_return(), by_hand(0), bounced(3, bank_return())))


def test_two_refunds_of_one_source_are_two() -> None:
    backs = [PaymentFact("pix", f"D{n}", FactKind.REFUND, "T1", 30_00, noon(FRIDAY), refers_to=E2E) for n in range(2)]
    again = PaymentFact("extrato", "S9", FactKind.REFUND, "T1", 30_00, noon(FRIDAY), refers_to="S1", evidence="file")
    assert received_cents((webhook(), statement(), *backs, again)) == 40_00


def test_a_pix_and_a_boleto_of_one_day_are_counted_once_and_doubtful() -> None:
    told = (webhook(), bank_return())
    assert paid(told) == (ReceivableStatus.PAID, 0)
    assert [(a.gateway, b.gateway) for a, b in doubtful(told)] == [("pix", "retorno")]
    assert not doubtful((webhook(), statement(), bank_return(rail=Rail.PIX)))
    assert not doubtful((webhook(), bank_return(end_to_end=E2E)))


def test_the_pix_of_a_boleto_is_what_the_banks_file_calls_the_boleto() -> None:
    told = (credit("inter", "c1:RECEBIDO:PIX", of_boleto=True), bank_return())
    assert paid(told) == (ReceivableStatus.PAID, 0)
    assert not doubtful(told)


def test_two_gateways_that_tell_the_same_are_counted_once_and_doubtful() -> None:
    told = (credit("asaas", "pay_1:paid"), credit("iugu", "inv_1:paid"))
    assert paid(told) == (ReceivableStatus.PAID, 0)
    assert len(doubtful(told)) == 1
