"""What waits for a person is one list, wherever it is kept, and whoever ends a matter has seen its newest news."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.office import MARIA, MONDAY, TENANT, debtor, row
from tests.treasury import Exchequer, treasury

from regua.domain.work import NotForAPersonError, Work, WorkKind, WorkStatus, cancel_charge
from regua.ports import InboxStatus, PermanentError
from regua.use_cases import opened_work
from regua.use_cases.desk.worklist import close, id_of, open_work
from regua.use_cases.paying.settle_job import SettleJob


@pytest.fixture
def office() -> Exchequer:
    """Maria owes R$ 100,00, and nobody makes charges."""
    office = treasury(gateways={"fake": replace(treasury().tenant.gateways["fake"], create_charges=False)})
    office.opens_and_contacts([row()])
    return office


def some_work(**more: Any) -> Work:
    made = Work(TENANT, WorkKind.OVERPAID, "T1", MONDAY, debtor=debtor(MARIA), amount_cents=30_00)
    return replace(made, **more)


def test_our_own_work_and_money_of_nobody_stand_on_one_list_oldest_first(office: Exchequer) -> None:
    office.pays("nobody's", 5_00, code="E1")
    office.clock.advance(timedelta(minutes=1))
    office.pays("T1", 130_00, code="E2")
    office.clock.advance(timedelta(minutes=1))
    office.pays("nobody's", 7_00, code="E3")
    listed = list(open_work(office.store, TENANT))
    assert [id_of(work) for work in listed] == ["fake/E1", "regua-tarefas/overpaid:T1", "fake/E3"]
    assert [work.kind for work in listed] == [WorkKind.UNMATCHED, WorkKind.OVERPAID, WorkKind.UNMATCHED]


def test_what_a_person_has_done_leaves_it_whichever_of_the_two_it_was(office: Exchequer) -> None:
    office.pays("nobody's", 5_00, code="E1")
    office.pays("T1", 130_00, code="E2")
    assert close(office.store, TENANT, "fake/E1", "era de outra empresa").status is WorkStatus.DONE
    assert close(office.store, TENANT, "regua-tarefas/overpaid:T1", "devolvido").outcome == "devolvido"
    assert office.work() == []
    assert office.inbox("E1") is InboxStatus.IGNORED


def test_work_is_counted_when_it_comes_onto_the_list_and_not_when_it_is_told_again(office: Exchequer) -> None:
    for _ in range(2):
        opened_work.put(office.store, office.metrics, some_work())
        office.clock.advance(timedelta(minutes=1))
        opened_work.put(office.store, office.metrics, some_work(at=office.clock.now()))
    opened_work.count_opened(office.metrics, [some_work(status=WorkStatus.PENDING), some_work().done("x")])
    assert office.metrics.total("WorkOpened", kind="overpaid") == 2


@pytest.mark.parametrize("work_id", ["", "fake", "fake/", "regua-tarefas/", "fake/E9", "regua-tarefas/overpaid:T9"])
def test_an_id_nobody_has_is_not_closed(office: Exchequer, work_id: str) -> None:
    with pytest.raises(KeyError):
        close(office.store, TENANT, work_id, "feito")


def test_a_person_ends_neither_what_is_settled_nor_what_a_machine_still_does(office: Exchequer) -> None:
    office.pays("T1", 100_00, code="E1")
    office.store.commits_fail = [RuntimeError("died")]
    office.pays("T1", 1_00, code="E2")
    office.store.put_work(some_work(status=WorkStatus.PENDING))
    for work_id, why in (("fake/E1", "já foi baixado"), ("fake/E2", "máquina"), (id_of(some_work()), "máquina")):
        with pytest.raises(NotForAPersonError, match=why):
            close(office.store, TENANT, work_id, "feito")


def test_a_matter_that_grew_while_it_was_being_ended_stays_on_the_list(
    office: Exchequer, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.pays("T1", 130_00, code="E1")
    mark = office.store.mark_work

    def after_more_money(before: Work, after: Work) -> bool:
        office.clock.advance(timedelta(seconds=1))
        office.pays("T1", 20_00, code="E2")
        return mark(before, after)

    monkeypatch.setattr(office.store, "mark_work", after_more_money)
    with pytest.raises(NotForAPersonError, match="mudar"):
        close(office.store, TENANT, "regua-tarefas/overpaid:T1", "devolvido")
    assert [work.amount_cents for work in office.work()] == [50_00]


def test_money_over_on_one_rail_and_on_two_is_one_matter() -> None:
    assert some_work().key == some_work(kind=WorkKind.BOTH_RAILS).key == "overpaid:T1"


def test_a_receivable_without_a_charge_leaves_none_to_cancel(office: Exchequer) -> None:
    with pytest.raises(ValueError, match="no charge"):
        cancel_charge(office.file(MARIA), office.receivable("T1"), MONDAY)


class TestTheQueue:
    def test_a_job_comes_back_as_it_was_sent(self) -> None:
        for job in (SettleJob(TENANT, "pix", "E1"), SettleJob(TENANT, work="cancel_charge:asaas:c1")):
            assert SettleJob.read(job.payload()) == job

    def test_what_an_event_takes_along_is_what_it_always_was(self) -> None:
        assert SettleJob(TENANT, "pix", "E1").payload() == {"tenant": TENANT, "gateway": "pix", "event_id": "E1"}

    def test_a_job_of_a_release_that_kept_work_among_the_events_is_understood(self) -> None:
        said = {"tenant": TENANT, "gateway": "regua-tarefas", "event_id": "cancel_charge:fake:c1"}
        assert SettleJob.read(said) == SettleJob(TENANT, work="cancel_charge:fake:c1")

    def test_a_job_for_work_that_is_not_there_or_is_done_does_nothing(self, office: Exchequer) -> None:
        office.store.put_work(some_work().done("devolvido"))
        for key in ("cancel_charge:fake:gone", "overpaid:T1"):
            office.settling().do(SettleJob(TENANT, work=key))
        assert office.bank.cancelled == []

    def test_a_job_for_work_of_a_person_leaves_it_there(self, office: Exchequer) -> None:
        office.store.put_work(some_work())
        office.settling().do(SettleJob(TENANT, work="overpaid:T1"))
        assert office.work() == [some_work()]


class TestChargesToCancel:
    def owed(self, **more: Any) -> Work:
        made = Work(TENANT, WorkKind.CANCEL_CHARGE, "fake:c1", MONDAY, gateway="fake", reference="c1")
        return replace(made, status=WorkStatus.PENDING, **more)

    def test_the_sweep_does_what_is_owed_of_every_tenant_and_the_oldest_first(self, office: Exchequer) -> None:
        office.config.put(replace(office.tenant, id="academia"))
        for name, minutes, tenant in (("c2", 2, "academia"), ("c1", 1, TENANT), ("c3", 3, TENANT), ("c4", 4, TENANT)):
            at = MONDAY + timedelta(minutes=minutes)
            office.store.put_work(self.owed(tenant=tenant, name=f"fake:{name}", reference=name, at=at))
        office.clock.advance(timedelta(hours=1))
        assert office.sweeps(limit=2) == 3
        assert office.bank.cancelled in (["c1", "c2", "c3"], ["c2", "c1", "c3"]), "creditors take turns"

    def test_one_that_was_opened_just_now_is_left_to_the_queue(self, office: Exchequer) -> None:
        office.store.put_work(self.owed(at=office.clock.now()))
        assert office.sweeps() == 0

    def test_one_that_fails_stops_nothing_and_is_tried_again(self, office: Exchequer) -> None:
        office.store.put_work(self.owed())
        office.store.put_work(self.owed(name="fake:c2", reference="c2"))
        office.bank.cancelling = [RuntimeError("a fault of the adapter")]
        office.clock.advance(timedelta(hours=1))
        assert office.sweeps() == 2
        assert len(office.owed_by_machines()) == 1
        assert office.metrics.total("SettleFailed") == 1
        office.sweeps()
        assert sorted(office.bank.cancelled) == ["c1", "c2"]

    def test_one_of_a_gateway_that_is_not_configured_any_more_is_a_persons(self, office: Exchequer) -> None:
        office.store.put_work(self.owed(gateway="gone"))
        office.settling().do(SettleJob(TENANT, work="cancel_charge:fake:c1"))
        [work] = office.work()
        assert work.outcome == "o gateway desta cobrança não está mais configurado"
        assert work.note == self.owed().note

    def test_one_that_is_cancelled_is_counted_and_is_not_cancelled_again(self, office: Exchequer) -> None:
        ports = office.settling().cancelling()
        office.store.put_work(self.owed())
        assert ports.carry_out(self.owed()) is WorkStatus.DONE
        assert ports.carry_out(self.owed().done("cancelada")) is WorkStatus.DONE
        assert ports.carry_out(some_work()) is WorkStatus.OPEN
        assert ports.carry_out(some_work(status=WorkStatus.PENDING)) is WorkStatus.PENDING
        assert office.bank.cancelled == ["c1"]
        assert office.metrics.total("ChargesCancelled") == 1

    def test_of_a_long_refusal_a_person_reads_the_first_five_hundred_characters(self, office: Exchequer) -> None:
        office.store.put_work(self.owed())
        office.bank.cancelling = [PermanentError("x" * 600)]
        office.settling().do(SettleJob(TENANT, work="cancel_charge:fake:c1"))
        [work] = office.work()
        assert (work.outcome[:27], len(work.outcome)) == ("o gateway não cancelou: xxx", 500)

    def test_one_that_was_tried_for_a_month_is_a_persons_and_the_others_are_still_owed(self, office: Exchequer) -> None:
        now = office.clock.now()
        ports = office.settling().cancelling()
        moments = {
            "gone": now - timedelta(days=30, seconds=1),
            "last": now - timedelta(days=30),
            "first": now,
            "later": now + timedelta(seconds=1),
        }
        for name, at in moments.items():
            office.store.put_work(self.owed(name=f"fake:{name}", reference=name, at=at))
        owed = ports.owed(now - timedelta(days=30), now, 100)
        assert [work.reference for work in owed] == ["last", "first"]
        [work] = office.work()
        assert (work.reference, work.outcome) == ("gone", "o gateway não respondeu; cancele a cobrança nele")

    def test_one_the_sweep_cannot_do_is_counted_as_our_own(self, office: Exchequer) -> None:
        office.store.put_work(self.owed())
        office.bank.cancelling = [RuntimeError("a fault of the adapter")]
        office.clock.advance(timedelta(hours=1))
        office.sweeps()
        assert office.metrics.total("SettleFailed", gateway="regua-tarefas") == 1
