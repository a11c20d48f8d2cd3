"""A rest too small to dun, and money over while another title is open: what people see, and what debtors do not get."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.office import JOAO, MARIA, TODAY, Office, creditor, days_ago, debtor, row

from regua.domain.contact.by_person import PAUSES, State
from regua.domain.model import Contract, Discount, HoldKind, RateUnit, ReceivableStatus, WaiveRule
from regua.domain.reasons import Reason
from regua.domain.tenant import Overpaid, SettlingRules, ShortPayment, SmallRest
from regua.domain.work import WorkKind, WorkStatus
from regua.use_cases.desk import worklist
from regua.use_cases.desk.person import Actor

CARRY = SettlingRules(short_payment=ShortPayment.CARRY)


def office(**settling: object) -> Office:
    return Office(tenant=replace(creditor(), settling=replace(CARRY, **settling)))  # type: ignore[arg-type]  # any field


def open_work(found: Office) -> list[tuple[WorkKind, str, int]]:
    return [(w.kind, w.receivable, w.amount_cents) for w in found.store.work("escola", WorkStatus.OPEN)]


# --- rests -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cents", "paid", "small"),
    [
        (100_00, 99_00, True),  # 1 % of 100,00
        (100_00, 98_99, False),
        (1_000_00, 995_00, True),  # 5,00 are less than 1 % of 1.000,00
        (1_000_00, 994_99, False),
    ],
)
def test_a_rest_up_to_5_reais_or_1_percent_is_shown_and_not_dunned(cents: int, paid: int, small: bool) -> None:
    found = office()
    found.imports([row("T1", cents=cents, due=days_ago(-2))])
    found.pays("T1", paid)
    assert found.status("T1") is ReceivableStatus.OPEN
    shown = [(WorkKind.SMALL_REST, "T1", cents - paid)] if small else []
    assert open_work(found) == shown
    found.scans()
    assert (Reason.HOLD_SMALL_REST in found.reasons()) is small


def test_a_small_title_nobody_has_paid_of_is_dunned_like_any_other() -> None:
    found = office(small_rest_percent=100)
    found.opens_and_contacts([row("T1", cents=4_00)])
    assert len(found.mail) == 1


def test_a_rest_that_is_paid_is_off_the_list() -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2))])
    found.pays("T1", 99_50)
    found.pays("T1", 50)
    assert (found.status("T1"), open_work(found)) == (ReceivableStatus.PAID, [])


def test_a_creditor_may_waive_small_rests_by_name() -> None:
    found = office(small_rest=SmallRest.WAIVE)
    found.imports([row("T1", due=days_ago(-2))])
    found.pays("T1", 99_50)
    assert found.status("T1") is ReceivableStatus.PAID
    assert [(w.rule, w.cents) for w in found.receivable("T1").waived] == [(WaiveRule.SMALL_REST, 50)]


def test_a_rest_that_only_an_edited_setting_makes_small_comes_onto_the_list_at_the_next_scan_once() -> None:
    found = office(small_rest_cents=0)
    found.imports([row("T1", due=days_ago(-2))])
    found.pays("T1", 99_50)
    found.scans()
    assert open_work(found) == []
    found.config.put(office().tenant)
    found.scans()
    assert open_work(found) == [(WorkKind.SMALL_REST, "T1", 50)]
    [work] = found.store.work("escola", WorkStatus.OPEN)
    worklist.close(found.store, "escola", worklist.id_of(work), "fica assim")
    found.scans()
    assert open_work(found) == []


def test_a_message_never_asks_for_nothing() -> None:
    free_until = Discount(TODAY + timedelta(days=2), Decimal(100))
    found = Office()
    found.imports([row("T1", due=days_ago(-5), discount_percent=Decimal(100), discount_until=free_until.until_on)])
    assert found.receivable("T1").contract == Contract(discounts=(free_until,))
    found.lives(2)
    assert found.mail == []
    assert Reason.HOLD_NOTHING_DUE in found.reasons()
    found.lives(30)
    assert found.mail
    assert all(mail.at.date() > free_until.until_on for mail in found.mail)


# --- amounts corrected after the payment ------------------------------------------------------------------------------


def test_an_amount_corrected_above_what_was_paid_is_open_with_the_difference() -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2))])
    found.pays("T1", 100_00)
    found.imports([row("T1", due=days_ago(-2), cents=150_00)])
    assert (found.status("T1"), found.receivable("T1").open_principal_cents) == (ReceivableStatus.OPEN, 50_00)
    assert {Reason.IMPORT_CHANGED, Reason.REOPENED} <= set(found.reasons())
    found.pays("T1", 50_00)
    assert (found.status("T1"), found.receivable("T1").overpaid_cents) == (ReceivableStatus.PAID, 0)


def test_an_amount_with_the_interest_in_it_that_was_paid_says_nothing_new() -> None:
    late = Contract(fine_percent=Decimal(2), interest_percent=Decimal(1))
    found = Office(tenant=replace(creditor(), contract=late, settling=CARRY))
    found.imports([row("T1", due=days_ago(30))])
    found.pays("T1", 103_00)
    for cents in (100_00, 102_00, 103_00):
        found.imports([row("T1", due=days_ago(30), cents=cents)])
        assert (found.status("T1"), found.receivable("T1").principal_cents) == (ReceivableStatus.PAID, 100_00)
    found.imports([row("T1", due=days_ago(30), cents=150_00)])
    assert found.status("T1") is ReceivableStatus.OPEN


@pytest.mark.parametrize("days_late", [-2, 30])
def test_an_amount_raised_to_what_was_paid_in_all_is_paid_with_nothing_over(days_late: int) -> None:
    late = Contract(fine_percent=Decimal(2), interest_percent=Decimal(1))
    found = Office(tenant=replace(creditor(), contract=late, settling=CARRY))
    found.imports([row("T1", due=days_ago(days_late))])
    found.pays("T1", 103_00)
    found.pays("T1", 47_00)
    found.imports([row("T1", due=days_ago(days_late), cents=150_00)])
    title = found.receivable("T1")
    assert (title.status, title.paid_principal_cents, title.overpaid_cents) == (ReceivableStatus.PAID, 150_00, 0)


def test_what_the_creditor_calls_paid_is_paid_whatever_a_later_file_says_it_was() -> None:
    found = office()
    found.imports([row("T1", status="paid")])
    found.imports([row("T1", cents=150_00)])
    assert found.status("T1") is ReceivableStatus.PAID


def test_another_due_date_of_what_is_paid_never_opens_it_and_counts_when_the_money_goes_back() -> None:
    late = Contract(fine_percent=Decimal(2), interest_percent=Decimal(1))
    found = Office(tenant=replace(creditor(), contract=late, settling=CARRY))
    found.imports([row("T1", due=days_ago(-2))])
    found.pays("T1", 100_00, code="E1")
    found.imports([row("T1", due=days_ago(20))])
    assert (found.status("T1"), found.receivable("T1").due_on) == (ReceivableStatus.PAID, days_ago(20))
    found.refunds("E1", 100_00)
    assert (found.status("T1"), found.receivable("T1").due_on) == (ReceivableStatus.OPEN, days_ago(20))


# --- money over ------------------------------------------------------------------------------------------------------


def test_money_over_holds_the_title_it_would_cover_until_a_person_has_decided() -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2)), row("T2", due=days_ago(-1))])
    found.pays("T1", 130_00)
    [hold] = found.file(MARIA).debtor.holds
    assert (hold.kind, hold.receivables, hold.until_at) == (HoldKind.CREDIT, ("T1", "T2"), None)
    [work] = found.store.work("escola", WorkStatus.OPEN)
    assert (work.kind, work.amount_cents, "T2" in work.note) == (WorkKind.OVERPAID, 30_00, True)
    found.scans()
    assert Reason.HOLD_CREDIT in found.reasons()
    worklist.close(found.store, "escola", worklist.id_of(work), "devolvido")
    assert found.file(MARIA).debtor.holds == ()


def test_a_bill_that_comes_after_the_money_over_waits_as_well() -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2))])
    found.pays("T1", 200_00)
    found.imports([row("T2", due=days_ago(-1))])
    assert "T2" in found.file(MARIA).debtor.holds[0].receivables


def test_money_given_back_ends_the_hold_and_one_that_a_person_ended_does_not_come_back() -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2)), row("T2", due=days_ago(-1))])
    found.pays("T1", 130_00, code="E1")
    found.refunds("E1", 30_00)
    assert (found.receivable("T1").overpaid_cents, found.file(MARIA).debtor.holds) == (0, ())
    assert State(HoldKind.CREDIT) in PAUSES, "`regua person resume` ends it"
    found.pays("T1", 10_00)
    kept = found.file(MARIA)
    found.store.commit(kept, replace(kept, debtor=replace(kept.debtor, holds=())), owner="p")
    found.pays("T2", 1_00)
    assert found.file(MARIA).debtor.holds == ()


@pytest.mark.parametrize(("how", "rest", "over"), [(Overpaid.APPLY, 70_00, 0), (Overpaid.KEEP, 100_00, 30_00)])
def test_a_creditor_may_have_it_used_at_once_or_kept(how: Overpaid, rest: int, over: int) -> None:
    found = office(overpaid=how)
    found.imports([row("T1", due=days_ago(-3)), row("T2", due=days_ago(-4))])
    found.pays("T1", 130_00)
    assert (found.receivable("T1").overpaid_cents, found.receivable("T2").open_principal_cents) == (over, rest)
    assert found.file(MARIA).debtor.holds == ()


@pytest.mark.parametrize(
    ("over", "held"),
    [
        (9_99, ()),  # so small a part of T2 is no reason to wait
        (10_00, ("T2",)),
        (100_00, ("T2",)),  # all of T2, and nothing of T3
        (109_99, ("T2",)),
        (110_00, ("T2", "T3")),
    ],
)
def test_money_over_holds_what_it_would_cover_and_no_more(over: int, held: tuple[str, ...]) -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2)), row("T2", due=days_ago(-3)), row("T3", due=days_ago(-4))])
    found.pays("T1", 100_00 + over)
    [hold] = found.file(MARIA).debtor.holds
    assert hold.receivables == ("T1", *held)
    assert [(w.kind, w.amount_cents) for w in found.store.work("escola", WorkStatus.OPEN)] == [
        (WorkKind.OVERPAID, over)
    ]


def test_money_over_that_hardly_lessens_a_bill_holds_it_not_though_it_is_no_few_cents() -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2)), row("T2", cents=1_234_56, due=days_ago(-3))])
    found.pays("T1", 115_00)
    [hold] = found.file(MARIA).debtor.holds
    assert "T2" not in hold.receivables
    assert [w.amount_cents for w in found.asked(WorkKind.OVERPAID)] == [15_00]


def test_all_of_a_small_bill_is_held_by_money_that_covers_it() -> None:
    found = office(overpaid_share_percent=Decimal(100))
    found.imports([row("T1", due=days_ago(-2)), row("T2", cents=15_00, due=days_ago(-3)), row("T3", due=days_ago(-4))])
    found.pays("T1", 115_00)
    assert found.file(MARIA).debtor.holds[0].receivables == ("T1", "T2")


def test_the_creditor_may_say_that_any_share_holds() -> None:
    found = office(overpaid_share_percent=Decimal(0))
    found.imports([row("T1", due=days_ago(-2)), row("T2", cents=1_234_56, due=days_ago(-3))])
    found.pays("T1", 115_00)
    assert found.file(MARIA).debtor.holds[0].receivables == ("T1", "T2")


def two_over() -> Office:
    found = office()
    found.imports([row("T1", due=days_ago(-2)), row("T2", due=days_ago(-2)), row("T3", due=days_ago(-3))])
    found.pays("T1", 130_00)
    found.pays("T2", 150_00)
    return found


@pytest.mark.parametrize("first", [0, 1])
def test_who_decides_about_one_title_leaves_what_another_ones_money_over_holds(first: int) -> None:
    found = two_over()
    asked = found.asked(WorkKind.OVERPAID)
    worklist.close(found.store, "escola", worklist.id_of(asked[first]), "devolvido")
    [hold] = found.file(MARIA).debtor.holds
    assert set(hold.receivables) == {asked[1 - first].receivable, "T3"}
    worklist.close(found.store, "escola", worklist.id_of(asked[1 - first]), "devolvido")
    assert found.file(MARIA).debtor.holds == ()


def test_money_over_that_is_decided_is_not_counted_to_what_comes_later() -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2)), row("T2", due=days_ago(-2)), row("T3", due=days_ago(-3))])
    found.pays("T1", 130_00)
    worklist.close(found.store, "escola", worklist.id_of(found.asked(WorkKind.OVERPAID)[0]), "devolvido por fora")
    found.pays("T2", 105_00)
    [hold] = found.file(MARIA).debtor.holds
    assert hold.receivables == ("T2",)


@pytest.mark.parametrize(("moves", "back_at"), [("T2", MARIA), ("T1", JOAO)])
def test_money_that_goes_back_after_a_part_was_used_for_what_is_anothers_by_now_is_work(
    moves: str, back_at: str
) -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2)), row("T2", due=days_ago(-3))])
    found.pays("T1", 150_00, code="E1")
    found.desk().credit("escola", debtor(MARIA), Actor("carla", "combinado"), "T2")
    found.clock.advance(timedelta(days=1))
    found.imports([row(moves, JOAO, due=days_ago(-3))])
    found.clock.advance(timedelta(days=1))
    found.refunds("E1", 150_00)
    found.queue_is_worked_off()
    [work] = found.asked(WorkKind.DISAGREEMENT)
    assert (work.debtor, work.receivable, work.amount_cents) == (debtor(back_at), "T1", 50_00)
    assert "título T2" in work.note


def test_money_that_goes_back_with_both_titles_here_asks_nobody() -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2)), row("T2", due=days_ago(-3))])
    found.pays("T1", 150_00, code="E1")
    found.desk().credit("escola", debtor(MARIA), Actor("carla", "combinado"), "T2")
    found.refunds("E1", 150_00)
    assert found.asked(WorkKind.DISAGREEMENT) == []


def test_a_credit_note_is_no_money_received_and_neither_is_its_use() -> None:
    found = office()
    found.imports([row("T1"), row("N1", cents=0, credit="type", paid_cents=40_00)])
    assert found.receivable("N1").overpaid_cents == 40_00
    found.desk().credit("escola", debtor(MARIA), Actor("carla", "vale"), "T1")
    assert (found.receivable("T1").open_principal_cents, found.receivable("N1").overpaid_cents) == (60_00, 0)
    assert found.metrics.total("AmountRecovered") == 0
    found.pays("T1", 60_00)
    assert found.metrics.total("AmountRecovered") == 60_00


def test_money_that_goes_back_is_there_for_no_title_it_was_used_for() -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2)), row("T2", due=days_ago(-3))])
    found.pays("T1", 100_00, code="E1")
    found.pays("T1", 100_00, code="E2")
    found.desk().credit("escola", debtor(MARIA), Actor("carla", "combinado"), "T2")
    assert found.file(MARIA).open_receivables == ()
    found.refunds("E2", 100_00)
    assert [r.id for r in found.file(MARIA).open_receivables] == ["T1"], "what stays of its money was used for T2"
    found.refunds("E1", 100_00)
    assert [r.id for r in found.file(MARIA).open_receivables] == ["T1", "T2"]
    assert sum(r.overpaid_cents for r in found.file(MARIA).receivables) == 0


def test_money_over_that_came_by_a_code_is_used_once() -> None:
    found = office()
    found.opens_and_contacts([row("T1"), row("T2")])
    found.pays(found.contact().code, 260_00, by="txid")
    over = sum(r.overpaid_cents for r in found.file(MARIA).receivables)
    found.imports([row("T1"), row("T2"), row("T3", due=days_ago(-3))])
    found.desk().credit("escola", debtor(MARIA), Actor("carla", "combinado"), "T3")
    file = found.file(MARIA)
    left = sum(r.overpaid_cents for r in file.receivables)
    assert over > 0
    assert found.receivable("T3").paid_principal_cents == over - left > 0


def test_money_over_that_was_given_may_be_given_on_and_is_used_once() -> None:
    found = office()
    found.imports([row("T9"), row("T5"), row("T1", cents=300_00)])
    found.pays("T9", 250_00)
    carla = Actor("carla", "combinado")
    found.desk().credit("escola", debtor(MARIA), carla, "T5")
    found.pays("T5", 30_00)
    found.desk().credit("escola", debtor(MARIA), carla, "T1")
    file = found.file(MARIA)
    assert sum(r.paid_principal_cents + r.paid_additions_cents + r.overpaid_cents for r in file.receivables) == 280_00


def test_what_was_granted_stands_when_money_over_is_used() -> None:
    found = office()
    found.opens_and_contacts([row("T1"), row("T2")])
    found.pays("T1", 90_00, parts={"original_cents": 100_00, "discount_cents": 10_00})
    found.pays(found.contact().code, 195_00, by="txid")
    found.imports([row("T1"), row("T2"), row("T3", due=days_ago(-3))])
    over = sum(r.overpaid_cents for r in found.file(MARIA).receivables)
    found.desk().credit("escola", debtor(MARIA), Actor("carla", "combinado"), "T3")
    assert found.receivable("T3").paid_principal_cents == over > 90_00, "and not the ninety that were paid alone"


def test_what_is_paid_after_that_money_went_back_is_for_what_it_names() -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2)), row("T2", due=days_ago(-3))])
    found.pays("T1", 150_00, code="E1")
    found.desk().credit("escola", debtor(MARIA), Actor("carla", "combinado"), "T2")
    found.refunds("E1", 150_00)
    found.clock.advance(timedelta(days=1))
    found.pays("T1", 100_00, code="E2")
    assert [r.id for r in found.file(MARIA).open_receivables] == ["T2"]
    assert found.receivable("T2").paid_principal_cents == 0


def test_what_a_code_has_paid_is_used_for_no_other_title_once_all_have_moved() -> None:
    found = office()
    lines = [row("T1", due=days_ago(-2)), row("T2", due=days_ago(-2))]
    found.opens_and_contacts(lines)
    found.pays(found.contact().code, 200_00, by="txid")
    found.pays("T1", 40_00, code="E2")
    found.imports([*lines, row("T3", due=days_ago(-2))])
    found.desk().credit("escola", debtor(MARIA), Actor("carla", "combinado"), "T3")
    found.refunds("E2", 40_00)
    assert [r.id for r in found.file(MARIA).open_receivables] == ["T3"]
    found.clock.advance(timedelta(days=1))
    found.imports([row(title, JOAO, due=days_ago(-2), name="Pessoa 529") for title in ("T1", "T2", "T3")])
    assert [r.id for r in found.file(JOAO).open_receivables] == ["T3"], "T1 was paid by the code, and stays paid"


def test_a_payment_of_as_much_as_a_person_has_used_is_another_one() -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2)), row("T2", due=days_ago(-3))])
    found.pays("T1", 140_00, code="E1")
    found.desk().credit("escola", debtor(MARIA), Actor("carla", "combinado"), "T2")
    found.pays("T2", 40_00, code="E2")
    assert found.receivable("T2").open_principal_cents == 20_00


def test_a_rest_that_is_dunned_again_leaves_the_list_at_the_next_scan() -> None:
    found = office()
    found.imports([row("T1", due=days_ago(-2))])
    found.pays("T1", 99_50)
    found.scans()
    assert open_work(found) == [(WorkKind.SMALL_REST, "T1", 50)]
    found.config.put(office(small_rest_cents=0).tenant)
    found.scans()
    assert open_work(found) == []
    found.lives(10)
    assert found.mail


def test_a_rest_that_interest_has_grown_is_dunned_and_leaves_the_list() -> None:
    daily = Contract(interest_percent=Decimal(1), interest_unit=RateUnit.DAY)
    found = Office(tenant=replace(creditor(), contract=daily, settling=CARRY))
    found.imports([row("T1", due=days_ago(-2))])
    found.pays("T1", 99_02)
    assert open_work(found) == [(WorkKind.SMALL_REST, "T1", 98)]
    found.lives(12)
    assert WorkKind.SMALL_REST not in [kind for kind, _, _ in open_work(found)]
    assert found.mail
