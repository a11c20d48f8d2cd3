"""What gateways list as paid settles what webhooks lost, and nothing twice."""

import dataclasses
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.office import JOAO, MONDAY, TENANT, debtor, row
from tests.treasury import GATEWAY, Exchequer, treasury

from regua.domain.model import ReceivableStatus
from regua.domain.reasons import Reason
from regua.domain.tenant import GatewayConfig, Tenant
from regua.domain.work import WorkKind
from regua.ports import InboxEvent, InboxStatus, RetryableError
from regua.store.memory import MemoryStore
from regua.use_cases.collecting.rulebook import STATE_RECONCILED
from regua.use_cases.paying import inbox
from regua.use_cases.paying.reconciliation import GRACE, Reconciling


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
    assert office.metrics.total("ReconcileCompleted") == 1
    assert office.metrics.values["PullLagSeconds", ()] == [7200.0]


def test_the_webhook_that_comes_after_the_pull_adds_nothing(office: Exchequer) -> None:
    office.bank.paid = [office.payment("T1", 100_00, code="E1")]
    office.pulls()
    assert office.pays("T1", 100_00, code="E1").status == 200
    assert [f.amount_cents for f in office.file_facts()] == [100_00]
    assert office.receivable("T1").overpaid_cents == 0


def test_the_pull_after_the_webhook_adds_nothing_however_often(office: Exchequer) -> None:
    office.pays("T1", 100_00, code="E1")
    office.bank.paid = [office.payment("T1", 100_00, code="E1")]
    pulled = [office.pulls() for _ in range(3)]
    assert [(one.lost, one.longest_lag) for one in pulled] == [(0, timedelta(0))] * 3
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
    assert [f.evidence for f in office.file_facts()] == ["pull"], "and the pull is the better source"


def test_what_a_lookup_had_settled_already_was_not_lost(office: Exchequer) -> None:
    paid = office.payment("T1", 100_00, code="charge-1:paid")
    office.bank.charges["L1"] = [office.bank._event(paid)]
    office.gateway_tells([{"id": "L1", "kind": "lookup"}])
    office.queue_is_worked_off()
    office.bank.paid = [paid]
    found = office.pulls()
    assert (found.listed, found.lost, found.unmatched) == (1, 0, 0)
    assert len(office.file_facts()) == 1


def test_a_payment_two_questions_find_is_one(office: Exchequer) -> None:
    start = office.clock.now()
    office.pulls()
    office.clock.advance(timedelta(days=6))
    office.bank.paid = [office.payment("T1", 40_00, code="E1", paid_at=start)]
    office.bank.asked.clear()
    found = office.pulls()
    assert [until for _, until in office.bank.asked] == [start, office.clock.now()], "the moment belongs to both"
    assert (found.listed, found.lost) == (1, 1)


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
    office.sweeps()
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


def test_another_amount_of_money_whose_debtor_is_gone_is_nothing_a_person_can_compare(office: Exchequer) -> None:
    gone = InboxEvent(TENANT, "fake", "E1", office.clock.now(), "{}", status=InboxStatus.APPLIED, amount_cents=90_00)
    office.store.put_inbox(replace(gone, debtor=debtor(JOAO)))
    office.bank.paid = [office.payment("T1", 100_00, code="E1")]
    assert office.pulls().disagreements == 0
    assert office.work() == []


def unlisted(office: Exchequer, *told: tuple[timedelta, dict[str, Any]], gateway: str = "fake", **more: Any) -> int:
    """So long ago the webhook told such an event, and it was settled; how many credits the gateway does not list."""
    now = office.clock.now()
    for ago, said in told:
        body = json.dumps({"events": [said]})
        stored = InboxEvent(TENANT, gateway, said["id"], now - ago, body, status=InboxStatus.APPLIED)
        office.store.put_inbox(replace(stored, **more))
    return office.pulls().unknown


DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def a_credit(office: Exchequer, ago: timedelta, code: str = "E1") -> dict[str, Any]:
    return office.payment("T1", 100_00, code=code, paid_at=office.clock.now() - ago)


@pytest.mark.parametrize(
    ("ago", "missed"),
    [(6 * DAY + SECOND, 0), (6 * DAY, 1), (3 * DAY, 1), (3 * DAY - SECOND, 0)],
    ids=["a day into the time asked for", "from then on", "until it has had time to be listed", "not yet"],
)
def test_a_credit_is_missed_when_the_gateway_must_have_listed_it(
    office: Exchequer, ago: timedelta, missed: int
) -> None:
    assert unlisted(office, (ago, a_credit(office, ago))) == missed


def test_it_is_the_moment_of_the_payment_that_must_have_been_listed_and_not_that_of_its_news(office: Exchequer) -> None:
    assert unlisted(office, (4 * DAY, a_credit(office, 6 * DAY + SECOND)), (5 * DAY, a_credit(office, DAY, "E2"))) == 0
    assert unlisted(office, (4 * DAY, a_credit(office, 6 * DAY, "E3")), (4 * DAY, a_credit(office, 3 * DAY, "E4"))) == 2


def test_a_payment_of_which_the_webhook_told_late_is_not_missed_yet(office: Exchequer) -> None:
    assert unlisted(office, (DAY, a_credit(office, 4 * DAY))) == 0


def test_a_credit_without_a_moment_of_its_own_happened_when_it_was_told(office: Exchequer) -> None:
    said = a_credit(office, DAY)
    del said["at"]
    assert unlisted(office, (4 * DAY, said)) == 1


def test_only_this_gateways_own_news_of_credits_is_missed_and_none_hides_the_next(office: Exchequer) -> None:
    listed = a_credit(office, 4 * DAY, "E2")
    office.bank.paid = [listed]
    ago = 5 * DAY
    unlisted(office, (ago, a_credit(office, ago, "another's")), gateway="other")
    pulled = office.bank._event(a_credit(office, ago, "pulled"))
    stored = inbox.found(TENANT, pulled, inbox.PULL, office.clock.now() - ago - SECOND)
    office.store.put_inbox(replace(stored, status=InboxStatus.APPLIED))
    unlisted(office, (ago + 2 * SECOND, a_credit(office, ago, "torn")), body="not json")
    found = unlisted(
        office,
        (ago + 3 * SECOND, a_credit(office, ago, "refund") | {"kind": "refund"}),
        (ago + 4 * SECOND, listed),
        (ago + 5 * SECOND, a_credit(office, 7 * DAY, "too early")),
        (4 * DAY, a_credit(office, 4 * DAY)),
    )
    assert found == 1
    [work] = office.work()
    assert (work.reference, work.amount_cents) == ("E1", -100_00)
    assert work.note == "Baixado por aviso do gateway, mas a consulta ao gateway não mostra este pagamento"


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
    assert office.bank.asked == [(start - timedelta(days=7), start)]
    office.clock.advance(timedelta(days=3))
    office.bank.asked.clear()
    office.pulls()
    assert office.bank.asked[0][0] == start - timedelta(days=7)
    assert office.bank.asked[-1][1] == office.clock.now()
    assert all(until - since <= timedelta(days=7) for since, until in office.bank.asked)


def test_after_a_long_silence_the_pull_asks_no_further_back_than_it_may(office: Exchequer) -> None:
    office.pulls()
    office.clock.advance(timedelta(days=300))
    office.bank.asked.clear()
    office.pulls()
    assert office.bank.asked[0][0] == office.clock.now() - timedelta(days=60)


def test_a_pull_whose_time_is_over_says_so_and_the_next_one_goes_on_where_it_ended(office: Exchequer) -> None:
    office.pulls()
    office.clock.advance(timedelta(days=40))
    office.bank.asked.clear()
    cut = []
    for _ in range(9):
        settling = dataclasses.replace(office.settling(), time_left=lambda: 100.0)
        cut.append(Reconciling(settling).run(TENANT, "fake").cut_short)
        if not cut[-1]:
            break
    assert cut == [True] * 6 + [False]
    asked = office.bank.asked
    assert [since for since, _ in asked[1:]] == [until for _, until in asked[:-1]], "nothing twice, nothing left out"
    assert (office.metrics.total("ReconcileCutShort"), office.metrics.total("ReconcileCompleted")) == (6, 2)


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


@pytest.mark.parametrize("fault", [KeyError("gone"), ValueError("not to be read")])
def test_a_creditor_whose_configuration_is_wrong_is_counted_and_keeps_nobody_else_from_being_asked(
    office: Exchequer, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    real = office.config.tenant

    def tenant(name: str) -> Tenant:
        if name == "a creditor":
            raise fault
        return real(name)

    monkeypatch.setattr(office.config, "tenants", lambda: ["a creditor", TENANT])
    monkeypatch.setattr(office.config, "tenant", tenant)
    assert list(Reconciling(office.settling()).wanted()) == [(TENANT, "fake")]
    assert office.metrics.total("ReconcileFailed") == 1


def test_events_can_be_listed_from_a_moment_on() -> None:
    store = MemoryStore(2)
    for hour in range(4):
        store.put_inbox(InboxEvent(TENANT, "fake", f"E{hour}", MONDAY + timedelta(hours=hour), "{}"))
    listed = store.inbox(TENANT, InboxStatus.PENDING, since=MONDAY + timedelta(hours=2))
    assert [event.event_id for event in listed] == ["E2", "E3"]
