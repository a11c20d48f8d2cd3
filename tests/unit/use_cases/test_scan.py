"""The daily scan: opens cases once, repairs what is dead, sums the portfolio, and one debtor's fault stays its own."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.office import ANA, JOAO, MARIA, TENANT, TODAY, Office, creditor, days_ago, debtor, row

from regua.domain.contact.channel_event import Action, ChannelEventKind
from regua.domain.model import CaseStatus, ContactStatus, PromiseStatus
from regua.domain.reasons import Reason
from regua.ports import ConflictError, PermanentError, RetryableError, ThrottledError
from regua.use_cases.collecting.starting import PAUSES, SLOWER, StartPace
from regua.use_cases.collecting.wake_up import HORIZON, horizon_of
from regua.use_cases.conflicts import TRIES


class Quota:
    """Time, as the account's quota sees it."""

    def __init__(self) -> None:
        self.at = 0.0

    def pace(self, rate: float, burst: float) -> StartPace:
        return StartPace(rate, burst, lambda: self.at, self.passes)

    def passes(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def office() -> Office:
    return Office()


def executions_of(office: Office, who: str = MARIA) -> list[int]:
    return [s.cycle for s in office.executions.started if s.debtor == debtor(who)]


def test_the_first_scan_opens_a_case_and_starts_its_execution(office: Office) -> None:
    office.imports([row()])
    found = office.scans()
    assert (found.opened, found.started) == (1, 1)
    case = office.file(MARIA).debtor.case
    assert (case.status, case.cycle, case.number) == (CaseStatus.OPEN, 1, 1)
    assert executions_of(office) == [1]
    assert office.reasons()[-1] == Reason.CASE_OPENED


def test_a_second_scan_on_the_same_day_changes_nothing(office: Office) -> None:
    office.imports([row(), row("T2", JOAO, due=days_ago(-20))])
    office.scans()
    before = [office.file(who) for who in (MARIA, JOAO)]
    found = office.scans()
    assert (found.opened, found.started, found.restarted) == (0, 0, 0)
    assert [office.file(who) for who in (MARIA, JOAO)] == before


def test_a_scan_in_the_middle_of_the_day_changes_nothing_after_the_contact(office: Office) -> None:
    office.opens_and_contacts([row()])
    before = office.file(MARIA)
    for hours in (0, 2, 4):
        office.clock.advance(timedelta(hours=hours))
        assert office.scans().started == 0
    assert office.file(MARIA) == before


def test_the_wait_of_the_execution_ends_at_the_planned_moment(office: Office) -> None:
    office.imports([row(due=days_ago(-10))])
    office.scans()
    [started] = office.executions.started
    at = office.file(MARIA).debtor.case.next_contact_at
    assert at is not None
    assert office.clock.now() + timedelta(seconds=started.seconds) == at


def test_a_contact_far_away_gets_its_execution_when_it_comes_near(office: Office) -> None:
    office.imports([row(due=days_ago(-120))])
    assert office.scans().started == 0
    office.clock.advance(timedelta(days=90))
    assert office.scans().started == 1


def test_a_dead_execution_is_started_again_with_a_higher_cycle(office: Office) -> None:
    office.imports([row()])
    office.scans()
    office.clock.advance(timedelta(days=1))  # nobody woke
    found = office.scans()
    assert (found.opened, found.restarted) == (0, 1)
    assert executions_of(office) == [1, 2]
    assert office.reasons()[-1] == Reason.EXECUTION_RESTARTED
    assert office.wakes(MARIA, cycle=1).next == "stop"
    assert not office.mail
    office.wakes(MARIA, cycle=2)
    assert len(office.sent()) == 1


def test_a_plan_that_has_become_earlier_restarts_the_execution(office: Office) -> None:
    office.imports([row(due=days_ago(-20))])
    office.scans()
    office.imports([row(due=days_ago(-6))])
    found = office.scans()
    assert found.restarted == 1
    assert executions_of(office) == [1, 2]


def test_a_plan_that_has_become_later_does_not(office: Office) -> None:
    office.imports([row(due=days_ago(-6))])
    office.scans()
    office.imports([row(due=days_ago(-20))])
    assert office.scans().started == 0
    office.clock.advance(timedelta(days=1))
    assert office.wakes(MARIA).next == "wait"
    assert not office.mail


def test_the_reason_of_a_hold_is_recorded_once(office: Office) -> None:
    office.opens_and_contacts([row()])
    office.replies(MARIA, Action.DISPUTE)
    for _ in range(3):
        office.clock.advance(timedelta(days=1))
        office.scans()
    reasons = [e.reason for e in office.ledger()]
    assert reasons.count(Reason.HOLD_DISPUTE) == 2  # recorded by the reply, then once as the reason for silence
    assert len(office.mail) == 1


def test_an_opt_out_is_the_end_and_said_once(office: Office) -> None:
    office.imports([row()])
    office.listening().opt_out(TENANT, debtor(MARIA), "*", "link")
    for _ in range(3):
        assert office.scans().started == 0
        office.clock.advance(timedelta(days=1))
    assert office.reasons().count(Reason.OPTED_OUT) == 1


def test_the_portfolio_is_summed_in_the_same_pass(office: Office) -> None:
    office.imports(
        [
            row("T1", MARIA, 100_00, days_ago(4)),
            row("T2", MARIA, 50_00, days_ago(-10)),
            row("T3", JOAO, 30_00, days_ago(100)),
            row("T4", ANA, 7_00, days_ago(400)),
        ]
    )
    office.pays("T1", 40_00)
    office.replies(JOAO, Action.DISPUTE)
    portfolio = office.scans().portfolio(TENANT)
    assert (portfolio.debtors, portfolio.receivables, portfolio.open_cents) == (3, 4, 147_00)
    assert portfolio.by_bucket == {"1-15": 60_00, "current": 50_00, "91-180": 30_00, ">360": 7_00}
    assert portfolio.at_risk_cents == 37_00
    assert (portfolio.planned, portfolio.on_hold) == (2, 1)
    assert office.metrics.total("OpenBalanceTotal") == 147_00


def test_one_debtors_fault_does_not_stop_the_others_the_first_one_being_bad(office: Office) -> None:
    people = [MARIA, JOAO, ANA]
    office.imports([row(f"T{n}", who) for n, who in enumerate(people)])
    order = [f.debtor.id for shard in range(2) for f in office.store.open_files(shard, 2)]
    office.store.broken = {order[0]}
    found = office.scans()
    assert (found.failed, found.started) == (1, 2)
    assert len(office.faults) == 1
    office.store.broken = set()
    assert office.scans().started == 1


class TestStartsThatFail:
    """`StartExecution` comes after the commit: what was promised must be kept."""

    def test_they_are_tried_again_in_the_same_run_under_the_same_name(self, office: Office) -> None:
        office.imports([row("T1", MARIA), row("T2", JOAO), row("T3", ANA)])
        office.executions.failing = [RetryableError()] * 4
        found = office.scans()
        assert (found.started, found.failed) == (3, 0)
        assert {(one.debtor, one.cycle) for one in office.executions.started} == {
            (debtor(who), 1) for who in (MARIA, JOAO, ANA)
        }
        assert office.pauses == [1, 2, 4, 8]
        assert office.metrics.total("ExecutionsNotStarted") == 0

    def test_an_outage_is_not_waited_out_debtor_by_debtor(self, office: Office) -> None:
        office.imports([row(f"T{n}", who) for n, who in enumerate((MARIA, JOAO, ANA))])
        office.executions.failing = [RetryableError()] * 100
        found = office.scans()
        tries = 100 - len(office.executions.failing)
        assert (found.started, tries) == (0, 2 * (1 + len(PAUSES))), "of two shards"
        assert office.metrics.total("ExecutionsNotStarted") == 3

    @pytest.mark.parametrize("why", [PermanentError("AccessDeniedException"), ThrottledError("ThrottlingException")])
    def test_what_is_refused_to_everybody_is_counted_and_said_and_the_scan_is_finished(
        self, office: Office, why: Exception
    ) -> None:
        office.imports([row(f"T{n}", who) for n, who in enumerate((MARIA, JOAO, ANA))])
        office.executions.failing = [why] * 1000
        said: list[Exception] = []
        found = replace(office.scanning(), failed=said.append).shard(0, 1)
        assert (found.opened, found.started, found.unstarted, found.failed) == (3, 0, 3, 0)
        assert office.metrics.total("ExecutionsNotStarted") == 3
        assert office.metrics.total("ScanCompleted") == 1
        assert said == [why] * (1 + len(PAUSES)), "the log says why"

    def test_what_comes_too_fast_is_asked_for_again_at_the_pace_and_nobody_is_left(self, office: Office) -> None:
        office.imports([row(f"T{n}", who) for n, who in enumerate((MARIA, JOAO, ANA))])
        office.executions.failing = [ThrottledError()] * 3
        quota = Quota()
        found = replace(office.scanning(), pace=quota.pace(rate=2, burst=1)).shard(0, 1)
        assert (found.started, found.unstarted) == (3, 0)
        assert office.pauses == [], "no round of its own was needed"
        assert quota.at == pytest.approx(3 * SLOWER + 2 / 2), "a moment for each refusal, then the rate"

    def test_they_keep_the_rate_of_their_share(self, office: Office) -> None:
        quota = Quota()
        pace = quota.pace(rate=4, burst=2)
        for _ in range(10):
            pace.wait()
        assert quota.at == pytest.approx(8 / 4)
        quota.at += 100
        for _ in range(2):
            pace.wait()
        assert quota.at == pytest.approx(8 / 4 + 100), "what was not used for long is worth one burst"

    def test_after_an_outage_they_are_made_up_for_in_the_same_run(self, office: Office) -> None:
        office.imports([row(f"T{n}", who) for n, who in enumerate((MARIA, JOAO, ANA))])
        office.executions.failing = [RetryableError()]
        quota = Quota()
        pace = quota.pace(rate=0.5, burst=1)

        def looked() -> bool:
            quota.at += 1
            return True

        found = replace(office.scanning(), pace=pace).shard(0, 1, looked)
        assert (found.started, found.unstarted, office.pauses) == (3, 0, [])

    def test_what_was_not_started_is_found_hours_later_and_not_the_next_day(self, office: Office) -> None:
        office.imports([row()])
        office.executions.failing = [RetryableError()] * 6
        office.scans()
        planned = office.file(MARIA).debtor.case.next_contact_at
        assert planned is not None
        assert office.catches_up().started == 0, "its moment has not come"
        office.clock.set(planned + timedelta(hours=2, minutes=1))
        assert office.catches_up().started == 1
        office.wakes(MARIA)
        assert len(office.sent()) == 1
        assert office.clock.now() - planned < timedelta(hours=3)

    def test_who_is_not_late_is_not_looked_at_nor_counted(self, office: Office) -> None:
        office.imports([row("T1", MARIA), row("T2", JOAO)])
        office.scans()
        before = office.metrics.total("OpenBalanceTotal"), office.metrics.total("ScanCompleted")
        found = office.catches_up()
        assert (found.started, found.portfolios) == (0, {})
        assert (office.metrics.total("OpenBalanceTotal"), office.metrics.total("ScanCompleted")) == before

    def test_a_person_who_acts_is_not_told_of_it_and_the_late_are_caught_up_with(self, office: Office) -> None:
        office.imports([row()])
        office.executions.failing = [RetryableError()] * 6
        office.looks(debtor(MARIA))
        assert office.metrics.total("ExecutionsNotStarted") == 1


def test_a_shard_that_did_not_finish_is_counted_whatever_the_others_did(office: Office) -> None:
    scanning = office.scanning()
    scanning.late(0, 2)
    assert office.metrics.total("ShardsNotScanned") == 0, "installed today"
    office.scans()
    office.clock.advance(timedelta(hours=24))
    scanning.shard(0, 2)
    scanning.shard(0, 2)
    scanning.late(0, 2)
    assert office.metrics.total("ShardsNotScanned") == 0, "the other's day is not over"
    office.clock.advance(timedelta(hours=7))
    scanning.late(0, 2)
    scanning.late(1, 2)
    assert office.metrics.total("ShardsNotScanned") == 1
    scanning.shard(1, 2)
    scanning.late(0, 2)
    assert office.metrics.total("ShardsNotScanned") == 1


def test_a_scan_whose_time_is_over_says_so_and_goes_on_behind_the_last_debtor(office: Office) -> None:
    people = [MARIA, JOAO, ANA]
    office.imports([row(f"T{n}", who) for n, who in enumerate(people)])
    scanning, after, rounds = office.scanning(), None, 0
    started = 0
    while True:
        looks = iter((True, False))
        found = scanning.shard(0, 1, lambda looks=looks: next(looks, True), after)  # type: ignore[misc]
        started, rounds = started + found.started, rounds + 1
        if found.stopped_after is None:
            break
        assert found.stopped_after != after
        after = found.stopped_after
    assert (started, rounds) == (3, 3)
    assert office.metrics.total("ScanCutShort") == 2
    assert office.metrics.total("ScanCompleted") == 1
    assert office.metrics.total("DebtorsPlanned") == 3, "the parts add up"


def test_a_debtor_whom_others_commit_first_every_time_is_counted(office: Office) -> None:
    office.imports([row()])
    office.store.commits_fail = [ConflictError()] * TRIES
    office.scans()
    assert office.metrics.total("DebtorsOvertaken") == 1
    assert office.scans().opened == 1


def test_a_conflict_with_somebody_else_is_decided_again(office: Office) -> None:
    office.imports([row()])
    office.store.commits_fail = [ConflictError()]
    assert office.scans().opened == 1


def test_a_contact_nobody_recorded_becomes_unknown_and_is_never_sent_again(office: Office) -> None:
    office.imports([row()])
    office.scans()
    office.store.commits_fail = [None, RuntimeError("the invocation died after the call")]
    with pytest.raises(RuntimeError):
        office.wakes(MARIA)
    assert office.contact().status is ContactStatus.SENDING
    office.clock.advance(timedelta(minutes=5))
    assert office.scans().swept == 0, "it may still be on its way"
    office.clock.advance(timedelta(minutes=15))
    assert office.scans().swept == 1
    assert office.contact().status is ContactStatus.UNKNOWN
    assert Reason.SEND_UNKNOWN in office.reasons()
    step = office.contact().step
    office.lives(30)
    assert [m.message.correlation for m in office.mail].count(office.mail[0].message.correlation) == 1
    assert sum(1 for c in office.file(MARIA).contacts if c.step == step) == 1


def test_a_promise_that_was_not_kept_is_marked_and_the_debtor_contacted_again(office: Office) -> None:
    office.opens_and_contacts([row()])
    office.replies(MARIA, Action.PROMISE, promised_on=str(TODAY + timedelta(days=3)))
    office.lives(4)
    assert len(office.mail) == 1
    assert office.file(MARIA).debtor.promises[0].status is PromiseStatus.OPEN
    office.lives(4)
    assert office.file(MARIA).debtor.promises[0].status is PromiseStatus.BROKEN
    assert Reason.PROMISE_BROKEN in office.reasons()
    assert len(office.mail) == 2


def test_a_clearing_hold_ends_by_itself(office: Office) -> None:
    office.opens_and_contacts([row()])
    office.replies(MARIA, Action.CLEARING_HOLD)
    office.lives(15)
    assert len(office.mail) > 1
    hold = office.file(MARIA).debtor.holds[0].until_at
    assert hold is not None
    assert min(m.at for m in office.mail[1:]) > hold


def test_the_kill_switch_of_the_creditor_stops_everybody_and_starts_again(office: Office) -> None:
    office.imports([row()])
    office.sets(stopped=True)
    assert office.scans().started == 0
    assert office.reasons()[-1] == Reason.TENANT_STOPPED
    office.sets(stopped=False)
    office.clock.advance(timedelta(days=1))
    assert office.scans().started == 1


def test_a_case_that_was_closed_and_reopened_is_a_new_case(office: Office) -> None:
    office.opens_and_contacts([row()])
    office.pays("T1", 100_00, code="E1")
    assert office.scans().opened == 0
    office.refunds("E1", 100_00)
    assert office.scans().opened == 1
    case = office.file(MARIA).debtor.case
    assert (case.status, case.number) == (CaseStatus.OPEN, 2)
    assert case.cycle > 1


def test_the_rehearsal_of_every_day_neither_restarts_executions_nor_repeats_itself() -> None:
    office = Office(dry_run=True)
    office.imports([row()])
    office.lives(10)
    assert executions_of(office) == [1]
    assert office.reasons().count(Reason.DRY_RUN) == len(
        {(e.step) for e in office.ledger() if e.reason == Reason.DRY_RUN}
    )


def test_a_scan_by_hand_during_a_rehearsal_starts_nothing(office: Office) -> None:
    office.sets(dry_run=True)
    office.opens_and_contacts([row()])
    office.clock.advance(timedelta(hours=2))
    assert office.scans().started == 0


def test_money_stored_and_never_settled_is_settled_by_the_scan(office: Office) -> None:
    office.imports([row()])
    office.store.commits_fail = [RuntimeError("died")]
    office.pays("T1", 100_00)
    office.queued.clear()
    office.clock.advance(timedelta(hours=1))
    assert office.scans().opened == 0
    assert not office.file(MARIA).open_receivables


def test_one_stored_event_that_cannot_be_settled_stops_neither_the_others_nor_the_scan(office: Office) -> None:
    office.imports([row("T1", MARIA), row("T2", JOAO)])
    office.store.commits_fail = [RuntimeError("died"), RuntimeError("died")]
    office.pays("T1", 100_00)
    office.clock.advance(timedelta(seconds=1))
    office.pays("T2", 100_00)
    office.store.broken = {debtor(MARIA)}
    office.clock.advance(timedelta(hours=1))
    office.scans()
    assert not office.file(JOAO).open_receivables
    assert office.metrics.total("SettleFailed") > 0


def test_a_tenant_without_a_configuration_is_told_and_the_others_scanned(office: Office) -> None:
    office.imports([row()])
    stranger = replace(office.file(MARIA).debtor, tenant="gone", version=0)
    office.store.commit(None, replace(office.file(MARIA), debtor=stranger), owner="x")
    found = office.scans()
    assert (found.failed, found.started) == (1, 1)


def test_a_delivery_that_failed_is_made_up_for_by_the_next_scan(office: Office) -> None:
    office.opens_and_contacts([row()])
    office.provider_tells(ChannelEventKind.BOUNCED, permanent=True, action=Action.STOP_NUMBER)
    assert office.scans().restarted == 1
    office.wakes(MARIA)
    assert [m.channel for m in office.mail] == ["email", "whatsapp"]


def test_what_the_creditor_does_not_collect_is_still_summed() -> None:
    office = Office(creditor())
    office.imports([row(do_not_collect=True)])
    found = office.scans()
    assert found.portfolio(TENANT).open_cents == 100_00
    assert found.portfolio(TENANT).done == 1


def test_a_book_in_which_all_is_due_on_one_day_is_started_over_four_weeks_and_in_time() -> None:
    days = [horizon_of(f"d{n}").days for n in range(2_000)]
    assert (min(days), max(days)) == (7, 34)
    assert max(days.count(day) for day in range(7, 35)) <= 2 * 2_000 / 28
    assert all(horizon_of(f"d{n}") <= HORIZON for n in range(100)), "the sender would end what the scan has begun"


def test_a_contact_further_away_than_a_debtors_own_horizon_waits_for_a_later_scan(office: Office) -> None:
    ahead = horizon_of(debtor(MARIA)) + timedelta(days=7)
    office.imports([row(due=TODAY + ahead)])
    assert office.scans().started == 0
    office.clock.advance(timedelta(days=10))
    assert office.scans().started == 1
