"""What follows from news about money: entries in the ledger, promises kept, the case closed, all of it in a commit."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

import pytest
from tests.builders import MONDAY, a_debtor, a_file, a_receivable, an_open_case, some_rules

from regua.domain.model import (
    CaseStatus,
    FactKind,
    File,
    LedgerEntry,
    PaymentFact,
    Promise,
    PromiseStatus,
    Rail,
    Receivable,
    ReceivableStatus,
)
from regua.domain.reasons import Reason
from regua.domain.work import Work, WorkKind
from regua.ports import InboxEvent, Ref, Store
from regua.use_cases.commits import MOST_ITEMS
from regua.use_cases.paying.closure import Effect, commit_settled, with_facts
from regua.use_cases.paying.follow_up import follow_up

RULES = some_rules()
TODAY = MONDAY.date()


def owing(*receivables: Receivable, **case: Any) -> File:
    """A debtor with a case under way."""
    return a_file(*receivables, debtor=a_debtor(case=an_open_case(cycle=4, execution="arn:e", **case)))


def credit(receivable: str, cents: int, code: str = "E1", days: int = 0, **more: Any) -> PaymentFact:
    at = MONDAY + timedelta(days=days)
    return replace(PaymentFact("bank", code, FactKind.CREDIT, receivable, cents, at), **more)


def after(file: File, *facts: PaymentFact, now: datetime = MONDAY) -> Effect:
    effect = with_facts(file, facts, RULES, now, "ref")
    assert effect is not None
    return effect


def told(effect: Effect) -> list[tuple[Reason, tuple[str, ...], int]]:
    return [(Reason(e.reason), e.receivables, e.amount_cents) for e in effect.ledger]


# --- entries in the ledger -------------------------------------------------------------------------------------------


def test_news_that_is_known_already_has_no_effect_at_all() -> None:
    paid = after(owing(a_receivable()), credit("T1", 40_00)).file
    assert with_facts(paid, [credit("T1", 40_00)], RULES, MONDAY, "again") is None


def test_two_payments_told_together_are_each_entered_with_their_own_title() -> None:
    file = owing(a_receivable(key="T1"), a_receivable(key="T2"))
    effect = after(file, credit("T1", 40_00), credit("T2", 30_00, "E2"))
    assert told(effect) == [(Reason.PAYMENT_PARTIAL, ("T1",), 40_00), (Reason.PAYMENT_PARTIAL, ("T2",), 30_00)]
    assert effect.recovered_cents == 70_00


def test_money_for_the_debtor_as_a_whole_is_entered_with_every_title_it_reached_and_no_other() -> None:
    file = owing(*(a_receivable(-day, key=key) for key, day in (("T1", 9), ("T2", 5), ("T3", 1))))
    assert told(after(file, credit("", 150_00))) == [(Reason.PAYMENT_PARTIAL, ("T1", "T2"), 150_00)]
    assert told(after(file, credit("", 200_00))) == [(Reason.PAYMENT_APPLIED, ("T1", "T2"), 200_00)]


def test_money_that_changes_no_title_is_entered_as_a_part_with_the_title_it_names() -> None:
    settled = credit("T1", 100_00, "file", -1, kind=FactKind.SETTLED)
    file = after(owing(a_receivable()), settled).file
    assert told(after(file, credit("T1", 100_00, "E1", -1))) == [(Reason.PAYMENT_PARTIAL, ("T1",), 100_00)]


def test_money_over_is_entered_when_it_comes_and_again_only_when_it_grows() -> None:
    file = owing(a_receivable(key="T1"), a_receivable(key="T2"))
    effect = after(file, credit("T1", 130_00))
    assert told(effect) == [(Reason.PAYMENT_APPLIED, ("T1",), 130_00), (Reason.PAYMENT_OVERPAID, ("T1",), 30_00)]
    elsewhere = after(effect.file, credit("T2", 40_00, "E2"))
    assert told(elsewhere) == [(Reason.PAYMENT_PARTIAL, ("T2",), 40_00)]
    more = after(elsewhere.file, credit("T1", 5_00, "E3"))
    assert told(more)[1:] == [(Reason.PAYMENT_OVERPAID, ("T1",), 35_00)]


def test_money_on_top_of_a_paid_title_neither_pays_nor_reopens_it_again() -> None:
    file = owing(a_receivable(key="T1"), a_receivable(key="T2"))
    effect = after(after(file, credit("T1", 100_00)).file, credit("T1", 10_00, "E2"))
    assert effect.paid == ()
    assert Reason.REOPENED not in {e.reason for e in effect.ledger}


def test_entries_bear_the_cycle_the_policy_and_the_reference_of_the_news() -> None:
    effect = after(owing(a_receivable(), policy="padrao@3"), credit("T1", 100_00))
    assert {(e.at, e.cycle, e.policy, e.reference) for e in effect.ledger} == {(MONDAY, 4, "padrao@3", "ref")}


# --- the case --------------------------------------------------------------------------------------------------------


def test_the_last_payment_closes_the_case_and_makes_its_executions_token_worthless() -> None:
    effect = after(owing(a_receivable()), credit("T1", 100_00))
    case = effect.file.debtor.case
    assert (effect.closed, effect.stopped_execution) == (True, "arn:e")
    assert (case.status, case.cycle, case.closed_at, case.execution) == (CaseStatus.CLOSED, 5, MONDAY, "")
    assert case.last_decision == Reason.NOTHING_OPEN
    assert told(effect)[-1] == (Reason.CASE_CLOSED, (), 0)


def test_a_part_payment_closes_nothing() -> None:
    effect = after(owing(a_receivable()), credit("T1", 40_00))
    assert (effect.closed, effect.stopped_execution) == (False, "")
    assert effect.file.debtor.case.cycle == 4


@pytest.mark.parametrize("status", [CaseStatus.NONE, CaseStatus.CLOSED])
def test_where_no_case_is_under_way_a_payment_closes_none(status: CaseStatus) -> None:
    effect = after(owing(a_receivable(), status=status), credit("T1", 100_00))
    assert (effect.closed, effect.file.debtor.case.cycle) == (False, 4)
    assert Reason.CASE_CLOSED not in {e.reason for e in effect.ledger}


def test_the_days_to_pay_count_from_the_due_date_to_the_payment_and_not_to_its_news() -> None:
    file = owing(a_receivable(-10, key="T1"), a_receivable(5, key="T2"))
    effect = after(file, credit("T1", 100_00, days=-3), credit("T2", 100_00, "E2", days=-3))
    assert (effect.paid, effect.days_to_pay) == (("T1", "T2"), (7, -8))


def test_a_title_of_nothing_is_paid_on_the_day_money_for_it_is_told_of() -> None:
    effect = after(owing(a_receivable(-10, cents=0)), credit("T1", 1_00, days=-3))
    assert effect.file.receivables[0].status is ReceivableStatus.PAID
    assert effect.days_to_pay == (10,)


# --- promises --------------------------------------------------------------------------------------------------------


def promised(*receivables: Receivable, **promise: Any) -> File:
    """A promise made the day before, due tomorrow, with a day of grace."""
    file = owing(*(receivables or (a_receivable(),)))
    one = Promise(**{"made_at": MONDAY - timedelta(days=1), "due_on": TODAY + timedelta(days=1), **promise})
    return replace(file, debtor=replace(file.debtor, promises=(one,)))


def kept(effect: Effect) -> bool:
    [promise] = effect.file.debtor.promises
    assert (promise.status is PromiseStatus.KEPT) == any(e.reason == Reason.PROMISE_KEPT for e in effect.ledger)
    return promise.status is PromiseStatus.KEPT


def test_a_promise_of_a_sum_is_kept_by_that_sum_and_not_by_a_cent_less() -> None:
    assert kept(after(promised(amount_cents=40_00), credit("T1", 40_00)))
    assert not kept(after(promised(amount_cents=40_00), credit("T1", 39_99)))


def test_money_from_before_the_promise_was_made_does_not_keep_it() -> None:
    file = after(promised(amount_cents=40_00), credit("T1", 30_00, "E0", days=-2)).file
    assert not kept(after(file, credit("T1", 10_00)))
    assert kept(after(file, credit("T1", 40_00)))


def test_a_promise_without_a_sum_is_kept_when_what_it_covers_is_settled() -> None:
    file = promised(a_receivable(key="T1"), a_receivable(key="T2"), receivables=("T1",))
    assert not kept(after(file, credit("T1", 40_00)))
    assert not kept(after(file, credit("T2", 100_00)))
    assert kept(after(file, credit("T1", 100_00)))


def test_a_promise_that_names_no_title_covers_all_of_them() -> None:
    file = promised(a_receivable(key="T1"), a_receivable(key="T2"))
    assert not kept(after(file, credit("T1", 100_00)))
    assert kept(after(file, credit("T1", 100_00), credit("T2", 100_00, "E2")))


def test_a_promise_is_kept_until_the_last_day_of_its_grace_and_not_a_day_longer() -> None:
    file = promised(due_on=TODAY, grace_days=2)
    assert kept(after(file, credit("T1", 100_00), now=MONDAY + timedelta(days=2)))
    assert not kept(after(file, credit("T1", 100_00), now=MONDAY + timedelta(days=3)))


@pytest.mark.parametrize("status", [s for s in PromiseStatus if s is not PromiseStatus.OPEN])
def test_a_promise_that_is_over_stays_as_it_ended_beside_one_that_is_kept(status: PromiseStatus) -> None:
    file = promised()
    over = replace(file.debtor.promises[0], status=status, due_on=date(2026, 3, 20))
    file = replace(file, debtor=replace(file.debtor, promises=(over, *file.debtor.promises)))
    effect = after(file, credit("T1", 100_00))
    assert [p.status for p in effect.file.debtor.promises] == [status, PromiseStatus.KEPT]
    assert [e.reason for e in effect.ledger].count(Reason.PROMISE_KEPT) == 1


def test_the_same_money_can_keep_two_promises() -> None:
    file = promised(amount_cents=40_00)
    second = replace(file.debtor.promises[0], amount_cents=50_00)
    both = replace(file, debtor=replace(file.debtor, promises=(*file.debtor.promises, second)))
    promises = after(both, credit("T1", 60_00)).file.debtor.promises
    assert [(p.status, p.amount_cents) for p in promises] == [(PromiseStatus.KEPT, 40_00), (PromiseStatus.KEPT, 50_00)]


def test_the_entry_of_a_kept_promise_says_what_was_promised() -> None:
    effect = after(promised(amount_cents=40_00, receivables=("T1",)), credit("T1", 40_00))
    assert (Reason.PROMISE_KEPT, ("T1",), 40_00) in told(effect)


# --- one transaction, or several -------------------------------------------------------------------------------------


@dataclass
class Written:
    """A store that only remembers the size of its transactions and the work of each."""

    sizes: list[int] = field(default_factory=list)
    work: list[list[Work]] = field(default_factory=list)
    ended: list[bool] = field(default_factory=list)

    def commit(
        self,
        before: File,
        after: File,
        *,
        owner: str,
        ledger: Iterable[LedgerEntry] = (),
        refs: Iterable[Ref] = (),
        inbox: Iterable[InboxEvent] = (),
        work: Iterable[Work] = (),
    ) -> File:
        """See `Store`."""
        known, todo = {r.id: r for r in before.receivables}, list(work)
        changed = sum(known.get(r.id) != r for r in after.receivables)
        facts = len(after.facts) - len(before.facts)
        self.sizes.append(changed + facts + len(list(ledger)) + len(todo))
        self.work.append(todo)
        self.ended.append(bool(list(inbox)))
        return after


def committed(changed: int, work: int, entries: int = 0, unchanged: int = 0) -> Written:
    """A settlement that changes so many titles and leaves so much work, by a debtor who has paid once before."""
    titles = [a_receivable(key=f"T{n:03d}") for n in range(changed + unchanged)]
    before = replace(a_file(*titles), facts=(credit("T000", 1_00, "E0"),))
    paid = tuple(replace(r, paid_principal_cents=1) if n < changed else r for n, r in enumerate(titles))
    file = replace(before, receivables=paid, facts=(*before.facts, credit("", changed)))
    entry = LedgerEntry(MONDAY, Reason.PAYMENT_PARTIAL)
    todo = [Work("acme", WorkKind.UNDO, f"W{n:03d}", MONDAY) for n in range(work)]
    done = InboxEvent("acme", "bank", "E1", MONDAY, "{}")
    store = Written()
    effect = Effect(file, (entry,) * entries)
    commit_settled(cast(Store, store), lambda: "owner", before, effect, done, todo)
    assert [one for some in store.work for one in some] == todo, "all of it, once, in its order"
    assert store.ended == [False] * (len(store.sizes) - 1) + [True], "the event is done with the last part"
    return store


def test_what_fits_into_one_transaction_is_one() -> None:
    for changed, work, entries in ((MOST_ITEMS - 1, 0, 0), (MOST_ITEMS - 11, 5, 5), (0, MOST_ITEMS - 1, 0)):
        assert committed(changed, work, entries, unchanged=30).sizes == [MOST_ITEMS]


@pytest.mark.parametrize(("changed", "work", "entries"), [(MOST_ITEMS, 0, 0), (60, 5, 5), (0, MOST_ITEMS, 0)])
def test_one_item_more_is_written_before_the_fact_itself(changed: int, work: int, entries: int) -> None:
    assert committed(changed, work, entries).sizes == [changed + work, 1 + entries]


def test_titles_are_written_before_work_and_every_part_is_as_large_as_it_may_be() -> None:
    store = committed(100, 100)
    assert store.sizes == [MOST_ITEMS, MOST_ITEMS, 61]
    assert [len(work) for work in store.work] == [0, 40, 60]
    assert committed(0, 200).sizes == [MOST_ITEMS, MOST_ITEMS, 61]


# --- one payment, two rails ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pix_code", "doubts"), [("000201", 0), ("", 1)], ids=["a bolepix", "a code of our own"])
def test_a_pix_that_is_told_as_boleto_is_a_doubt_unless_both_are_one_charge(pix_code: str, doubts: int) -> None:
    file, work = owing(a_receivable(our_number="1", pix_code=pix_code)), []
    for gateway, rail, evidence in (("pix", Rail.PIX, "webhook"), ("retorno", Rail.BOLETO, "file")):
        fact = credit("T1", 100_00, gateway=gateway, rail=rail, evidence=evidence)
        effect = after(file, fact)
        work = follow_up(file, effect, RULES, MONDAY, "ref")
        file = effect.file
    assert [w.kind for w in work] == [WorkKind.DISAGREEMENT] * doubts
    assert not any(r.overpaid_cents for r in file.receivables)
