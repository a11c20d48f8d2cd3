"""What a message asked is a promise: money by its code is for the titles it listed, at the amounts it stated."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.builders import a_debtor, a_file, a_policy, a_receivable, a_step, a_tenant, contacted, some_rules

from regua.calendars import load
from regua.domain.codes import brcode
from regua.domain.contact.decision import ContactDecision
from regua.domain.contact.planner import plan
from regua.domain.contact.rules import Rules
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
from regua.domain.money.account import Accounts
from regua.domain.money.amount_due import AmountDue
from regua.domain.money.settlement import settle
from regua.domain.tenant import SettlingRules, ShortPayment, Tenant
from regua.use_cases.collecting.composer import pix_code
from regua.use_cases.paying.closure import with_facts

CALENDAR = load()
AGREED = Contract(fine_percent=Decimal(2), interest_percent=Decimal(1))
CARRY = a_tenant(contract=AGREED, settling=SettlingRules(short_payment=ShortPayment.CARRY))
TUESDAY = datetime(2026, 3, 3, 13, tzinfo=UTC)


def rules(tenant: Tenant = CARRY) -> Rules:
    policy = a_policy(a_step("aviso", 1), a_step("segundo", 15))
    return some_rules(policy, tenant=replace(tenant, policy=policy.name))


def titles(*dues: date, cents: int = 100_00) -> tuple[Receivable, ...]:
    return tuple(a_receivable(due, key=f"T{n}", cents=cents) for n, due in enumerate(dues, 1))


def told(file: File, tenant: Tenant = CARRY, at: datetime = TUESDAY) -> tuple[File, ContactDecision]:
    return contacted(file, rules(tenant), at)


def paid(file: File, cents: int, day: int, receivable: str = "", fact_id: str = "E1", tenant: Tenant = CARRY) -> File:
    """Money on a day of March 2026: by the code of the last message, or by the title's own."""
    contact = file.contacts[-1]
    at = datetime(2026, 3, day, 15, tzinfo=UTC)
    fact = PaymentFact("bank", fact_id, FactKind.CREDIT, receivable, cents, at, Rail.PIX)
    if not receivable:
        fact = replace(fact, asked=contact.asked)
    effect = with_facts(file, [fact], rules(tenant), at, "E1")
    assert effect is not None
    return effect.file


def of(file: File, key: str) -> Receivable:
    found = file.receivable(key)
    assert found is not None
    return found


# --- the code of a message -------------------------------------------------------------------------------------------


def test_the_code_beside_an_amount_pays_that_amount() -> None:
    for dues in ((date(2026, 2, 2), date(2026, 2, 20)), (date(2026, 3, 10), date(2026, 3, 20)), (date(2026, 2, 2),)):
        policy = a_policy(a_step("antes", -10), a_step("aviso", 1))
        decision = plan(a_file(*titles(*dues)), some_rules(policy, tenant=replace(CARRY, policy="prova")), TUESDAY)
        assert isinstance(decision, ContactDecision)
        code = brcode.read(pix_code(decision, CARRY, a_debtor()))
        assert code.amount_cents == decision.asked_cents == sum(line.due.total_cents for line in decision.lines)
        assert code.amount_cents == sum(asked.cents for asked in decision.asked)


def test_each_message_about_several_titles_has_a_code_of_its_own_and_a_preview_has_the_runs() -> None:
    file = a_file(*titles(date(2026, 2, 2), date(2026, 2, 20)))
    preview = plan(file, rules(), TUESDAY)
    assert isinstance(preview, ContactDecision)
    after, run = told(replace(file, debtor=replace(file.debtor, case=replace(file.debtor.case, cycle=7))))
    assert pix_code(run, CARRY, a_debtor()) == pix_code(preview, CARRY, a_debtor())
    assert after.contacts[-1].code == brcode.read(pix_code(run, CARRY, a_debtor())).txid
    _, later = told(file, at=TUESDAY.replace(day=4))
    assert later.code_of(file.debtor) != run.code_of(file.debtor)


def test_one_title_keeps_its_own_code_and_a_code_without_an_amount_is_none() -> None:
    _, run = told(a_file(replace(titles(date(2026, 2, 2))[0], txid="RGT1")))
    assert brcode.read(pix_code(run, CARRY, a_debtor())).txid == "RGT1"
    free = replace(run, lines=tuple(replace(line, due=AmountDue(0)) for line in run.lines))
    assert pix_code(free, CARRY, a_debtor()) == ""


def test_money_by_a_messages_code_is_for_the_titles_it_listed_although_an_older_one_came_since() -> None:
    file, run = told(a_file(*titles(date(2026, 2, 20), date(2026, 2, 25))))
    older = a_receivable(date(2026, 1, 5), key="T0", cents=300_00)
    file = paid(replace(file, receivables=(*file.receivables, older)), run.asked_cents, 3)
    assert [of(file, key).status for key in ("T0", "T1", "T2")] == [
        ReceivableStatus.OPEN, ReceivableStatus.PAID, ReceivableStatus.PAID,
    ]  # fmt: skip
    assert of(file, "T0").open_principal_cents == 300_00


def test_paid_while_the_amount_is_good_what_has_accrued_since_is_waived_by_name() -> None:
    file, run = told(a_file(*titles(date(2026, 2, 20), date(2026, 2, 25), cents=1_000_00)))
    good = paid(file, run.asked_cents, 8)
    assert [of(good, key).status for key in ("T1", "T2")] == [ReceivableStatus.PAID, ReceivableStatus.PAID]
    assert [w.rule for w in of(good, "T1").waived] == [WaiveRule.AMOUNT_ASKED]
    assert of(good, "T1").waived_cents == 5_33 - 3_67, "16 days of 1 % a.m. on 1.000,00, of which 11 were asked"
    assert sum(r.overpaid_cents for r in good.receivables) == 0
    late = paid(file, run.asked_cents, 9)
    assert [of(late, key).status for key in ("T1", "T2")] == [ReceivableStatus.OPEN, ReceivableStatus.OPEN]


def test_less_than_was_asked_pays_the_first_titles_and_a_part_of_the_next() -> None:
    file, _ = told(a_file(*titles(date(2026, 2, 20), date(2026, 2, 25))))
    first = of(file, "T1")
    asked = file.contacts[-1].asked[0].cents
    file = paid(file, asked + 30_00, 3)
    assert (of(file, "T1").status, first.id) == (ReceivableStatus.PAID, "T1")
    assert of(file, "T2").status is ReceivableStatus.OPEN
    assert of(file, "T2").paid_principal_cents + of(file, "T2").paid_additions_cents == 30_00


def test_paid_twice_by_the_same_code_each_title_is_paid_twice() -> None:
    file, run = told(a_file(*titles(date(2026, 2, 20), date(2026, 2, 25))))
    shares = {a.receivable: a.cents for a in file.contacts[-1].asked}
    file = paid(paid(file, run.asked_cents, 3), run.asked_cents, 4, fact_id="E2")
    assert {r.id: r.overpaid_cents for r in file.receivables} == shares


def test_the_share_of_a_title_that_was_paid_by_its_boleto_meanwhile_is_over_there() -> None:
    file, run = told(a_file(*titles(date(2026, 2, 20), date(2026, 2, 25))))
    share = file.contacts[-1].asked[1].cents
    file = paid(paid(file, share, 3, "T2", "B1"), run.asked_cents, 4)
    assert [(r.status, r.overpaid_cents) for r in file.receivables] == [
        (ReceivableStatus.PAID, 0), (ReceivableStatus.PAID, share),
    ]  # fmt: skip


def test_an_amount_that_was_corrected_upwards_since_is_not_settled_by_what_was_asked() -> None:
    file, run = told(a_file(*titles(date(2026, 2, 20))))
    more = replace(file, receivables=tuple(replace(r, principal_cents=150_00) for r in file.receivables))
    assert of(paid(more, run.asked_cents, 3, "T1"), "T1").open_principal_cents > 0


def test_one_titles_own_code_keeps_the_promise_of_the_latest_message_that_asked_so_much() -> None:
    file, run = told(a_file(*titles(date(2026, 2, 20), cents=1_000_00)))
    assert of(paid(file, run.asked_cents, 8, "T1"), "T1").status is ReceivableStatus.PAID
    assert of(paid(file, run.asked_cents, 9, "T1"), "T1").status is ReceivableStatus.OPEN
    assert of(paid(file, run.asked_cents - 1, 8, "T1"), "T1").status is ReceivableStatus.OPEN


# --- how long an amount is good --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "asked_on", "discounts", "until"),
    [
        (date(2026, 3, 10), date(2026, 3, 3), (), date(2026, 3, 10)),
        (date(2026, 3, 7), date(2026, 3, 3), (), date(2026, 3, 9)),  # a Saturday: the Monday after
        (date(2026, 3, 7), date(2026, 3, 9), (), date(2026, 3, 9)),
        (date(2026, 3, 2), date(2026, 3, 3), (), date(2026, 3, 8)),
        (date(2026, 3, 20), date(2026, 3, 3), (Discount(date(2026, 3, 5), Decimal(5)),), date(2026, 3, 5)),
        (date(2026, 3, 20), date(2026, 3, 6), (Discount(date(2026, 3, 5), Decimal(5)),), date(2026, 3, 20)),
        (date(2026, 3, 2), date(2026, 3, 3), (Discount(date(2026, 3, 4), cents=1_00),), date(2026, 3, 4)),
    ],
)
def test_an_amount_is_good_until_the_due_date_or_for_the_days_of_grace_but_never_past_a_discount(
    due: date, asked_on: date, discounts: tuple[Discount, ...], until: date
) -> None:
    accounts = Accounts.of(a_debtor(), replace(CARRY, contract=replace(AGREED, discounts=discounts)), CALENDAR)
    assert accounts.good_until(a_receivable(due), asked_on) == until


def test_the_promise_is_kept_with_the_money_and_no_edit_of_the_days_of_grace_takes_it_back() -> None:
    file, run = told(a_file(*titles(date(2026, 2, 20), cents=1_000_00)))
    file = paid(file, run.asked_cents, 8, "T1")
    assert file.facts[0].asked == (AskedAmount("T1", run.asked_cents, date(2026, 3, 8), 1_000_00),)
    stricter = replace(CARRY, settling=replace(CARRY.settling, amount_days=0))
    assert of(settle(file, stricter, CALENDAR)[0], "T1").status is ReceivableStatus.PAID
