"""What gateways list as paid settles what webhooks lost, and nothing twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.office import MONDAY, TENANT, row
from tests.treasury import GATEWAY, Exchequer, treasury

from regua.domain.model import ReceivableStatus
from regua.domain.reasons import Reason
from regua.domain.tenant import GatewayConfig
from regua.domain.work import WorkKind
from regua.ports import InboxStatus, RetryableError
from regua.store.memory import MemoryStore
from regua.use_cases.collecting.rulebook import STATE_RECONCILED
from regua.use_cases.paying.reconciliation import GRACE, LONGEST, LOOK_BACK, Reconciling


@pytest.fixture
def office() -> Exchequer:
    """Maria owes R$ 100,00 and was written to."""
    office = treasury()
    office.opens_and_contacts([row()])
    office.bank.made.clear()
    return office


# --- what webhooks lost ----------------------------------------------------------------------------------------------


def test_a_payment_no_webhook_told_of_is_settled_by_the_pull(office: Exchequer) -> None:
    office.bank.paid = [office.payment("T1", 100_00, code="E1", paid_at=office.clock.now() - timedelta(hours=2))]
    found = office.pulls()
    assert (found.listed, found.lost) == (1, 1)
    assert found.longest_lag == timedelta(hours=2)
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.inbox("E1") is InboxStatus.APPLIED
    assert [f.evidence for f in office.file_facts()] == ["pull"]
    assert office.metrics.total("PaymentsFoundByPull") == 1


def test_the_webhook_that_comes_after_the_pull_adds_nothing(office: Exchequer) -> None:
    office.bank.paid = [office.payment("T1", 100_00, code="E1")]
    office.pulls()
    assert office.pays("T1", 100_00, code="E1").status == 200
    assert [f.amount_cents for f in office.file_facts()] == [100_00]
    assert office.receivable("T1").overpaid_cents == 0


def test_the_pull_after_the_webhook_adds_nothing_however_often(office: Exchequer) -> None:
    office.pays("T1", 100_00, code="E1")
    office.bank.paid = [office.payment("T1", 100_00, code="E1")]
    assert [office.pulls().lost for _ in range(3)] == [0, 0, 0]
    assert len(office.file_facts()) == 1
    assert office.work() == []


def test_a_payment_that_is_stored_and_was_never_settled_is_settled_by_the_pull(office: Exchequer) -> None:
    office.store.commits_fail = [RuntimeError("gone")]
    office.pays("T1", 100_00, code="E1")
    assert office.inbox("E1") is InboxStatus.PENDING
    office.bank.paid = [office.payment("T1", 100_00, code="E1")]
    found = office.pulls()
    assert office.status("T1") is ReceivableStatus.PAID
    assert found.lost == 0, "a webhook had told of it"


def test_a_refund_is_pulled_like_a_credit(office: Exchequer) -> None:
    office.pays("T1", 100_00, code="E1")
    said = office.payment("T1", 100_00, code="D1") | {"kind": "refund", "refers_to": "E1"}
    office.bank.paid = [office.payment("T1", 100_00, code="E1"), said]
    assert office.pulls().lost == 1
    assert office.status("T1") is ReceivableStatus.OPEN


def test_money_the_pull_finds_for_nobody_waits_and_is_settled_once_its_title_is_there(office: Exchequer) -> None:
    office.bank.paid = [office.payment("T9", 55_00, code="E9")]
    assert office.pulls().unmatched == 1
    (work,) = office.work()
    assert (work.kind, work.amount_cents, work.reference) == (WorkKind.UNMATCHED, 55_00, "E9")
    office.imports([row(), row("T9", cents=55_00)])
    office.clock.advance(timedelta(hours=1))
    office.settling().sweep()
    assert office.status("T9") is ReceivableStatus.PAID
    assert office.work() == []


# --- when sources disagree -------------------------------------------------------------------------------------------


def test_another_amount_for_the_same_payment_is_work_and_changes_nothing(office: Exchequer) -> None:
    office.pays("T1", 100_00, code="E1")
    office.bank.paid = [office.payment("T1", 90_00, code="E1")]
    assert office.pulls().disagreements == 1
    (work,) = office.work()
    assert (work.kind, work.amount_cents, work.receivable) == (WorkKind.DISAGREEMENT, -10_00, "T1")
    assert "Vale mais a fonte pull" in work.note
    assert office.status("T1") is ReceivableStatus.PAID
    office.pulls()
    assert len(office.work()) == 1


def test_a_credit_the_gateway_does_not_list_after_its_window_is_work(office: Exchequer) -> None:
    office.pulls()
    office.pays("T1", 100_00, code="E1")
    office.clock.advance(GRACE - timedelta(hours=1))
    assert office.pulls().unknown == 0, "it may not be listed yet"
    office.clock.advance(timedelta(hours=2))
    assert office.pulls().unknown == 1
    (work,) = office.work()
    assert (work.kind, work.amount_cents) == (WorkKind.DISAGREEMENT, -100_00)


def test_work_a_person_has_closed_is_not_opened_again_by_the_next_pull(office: Exchequer) -> None:
    from regua.use_cases.desk import worklist

    office.pays("T1", 100_00, code="E1")
    office.bank.paid = [office.payment("T1", 90_00, code="E1")]
    office.pulls()
    (work,) = office.work()
    worklist.close(office.store, TENANT, worklist.id_of(work), "conferido com o banco")
    office.pulls()
    assert office.work() == []


# --- the window, and what is remembered ------------------------------------------------------------------------------


def test_each_pull_reaches_behind_the_last_one(office: Exchequer) -> None:
    start = office.clock.now()
    office.pulls()
    assert office.bank.asked == [(start - LOOK_BACK, start)]
    office.clock.advance(timedelta(days=3))
    office.bank.asked.clear()
    office.pulls()
    assert office.bank.asked[0][0] == start - LOOK_BACK
    assert office.bank.asked[-1][1] == office.clock.now()
    assert all(until - since <= timedelta(days=7) for since, until in office.bank.asked)


def test_after_a_long_silence_the_pull_asks_no_further_back_than_it_may(office: Exchequer) -> None:
    office.pulls()
    office.clock.advance(timedelta(days=300))
    office.bank.asked.clear()
    office.pulls()
    assert office.bank.asked[0][0] == office.clock.now() - LONGEST


def test_a_pull_that_fails_is_raised_counted_and_not_remembered(office: Exchequer) -> None:
    office.bank.listing_fails = RetryableError("fake: 503")
    with pytest.raises(RetryableError):
        office.pulls()
    assert office.metrics.total("ReconcileFailed") == 1
    assert office.store.get_state(TENANT, STATE_RECONCILED) == {}


def test_a_tenant_is_as_reconciled_as_the_gateway_that_waits_longest(office: Exchequer) -> None:
    office.sets(gateways={"fake": GATEWAY, "other": replace(GATEWAY, name="other")})
    reconciling = Reconciling(replace(office.settling(), gateway=lambda name: office.bank))
    reconciling.run(TENANT, "fake")
    assert office.store.get_state(TENANT, STATE_RECONCILED) == {}, "the other one was never asked"
    first = office.clock.now()
    office.clock.advance(timedelta(hours=3))
    reconciling.run(TENANT, "other")
    assert office.store.get_state(TENANT, STATE_RECONCILED) == {"at": first.isoformat()}


def test_sending_stops_when_the_last_reconciliation_is_older_than_the_limit(office: Exchequer) -> None:
    office.sets(reconcile_limit_hours=24)
    office.pulls()
    assert not office.rulebook.rules(TENANT, office.clock.now()).health.reconciliation_stale
    office.clock.advance(timedelta(hours=25))
    office.scans()
    assert Reason.RECONCILIATION_STALE in office.reasons()
    office.pulls()
    assert not office.rulebook.rules(TENANT, office.clock.now()).health.reconciliation_stale


def test_only_gateways_that_list_payments_and_whose_api_we_may_use_are_asked(office: Exchequer) -> None:
    office.sets(gateways={"fake": GATEWAY, "retorno": GatewayConfig("retorno", options={"api_secret": "x/y"})})
    assert list(Reconciling(office.settling()).wanted()) == [(TENANT, "fake")]
    office.sets(gateways={"fake": replace(GATEWAY, options={})})
    assert list(Reconciling(office.settling()).wanted()) == []
    with pytest.raises(ValueError, match="not asked"):
        office.pulls()


def test_events_can_be_listed_from_a_moment_on() -> None:
    from regua.ports import InboxEvent

    store = MemoryStore(2)
    for hour in range(4):
        store.put_inbox(InboxEvent(TENANT, "fake", f"E{hour}", MONDAY + timedelta(hours=hour), "{}"))
    listed = store.inbox(TENANT, InboxStatus.PENDING, since=MONDAY + timedelta(hours=2))
    assert [event.event_id for event in listed] == ["E2", "E3"]
