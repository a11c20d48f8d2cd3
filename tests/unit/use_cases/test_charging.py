"""A message always carries a way to pay today's amount, and no charge outlives the debt it was made for."""

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.office import JOAO, MARIA, TENANT, TODAY, days_ago, row
from tests.treasury import CODE, GATEWAY, REFUSED, Exchequer, treasury

from regua.domain.model import Contract, GatewayCharge, Profile, ReceivableStatus
from regua.domain.money import payable
from regua.domain.work import WorkKind
from regua.ports import RetryableError
from regua.use_cases.paying.settle_job import SettleJob

LATE = Contract(fine_percent=Decimal(2), interest_percent=Decimal(1))


@pytest.fixture
def office() -> Exchequer:
    """A creditor with late charges, and Maria ten days late with R$ 100,00: R$ 102,33 today."""
    office = treasury(contract=LATE)
    office.imports([row(due=days_ago(10))])
    office.scans()
    return office


def charge_of(office: Exchequer, receivable: str = "T1") -> GatewayCharge:
    found = office.receivable(receivable).charge
    assert found is not None
    return found


def said(office: Exchequer) -> str:
    message = office.sent()[-1].message
    return f"{message.text}{message.html}{message.parameters}{message.buttons}"


def next_message(office: Exchequer) -> None:
    before = len(office.sent())
    for _ in range(20):
        office.clock.advance(timedelta(days=1))
        office.scans()
        office.wakes(MARIA)
        if len(office.sent()) > before:
            return
    pytest.fail("no further message in 20 days")


# --- creating --------------------------------------------------------------------------------------------------------


def test_a_late_receivable_gets_a_charge_of_todays_amount_before_its_message(office: Exchequer) -> None:
    office.wakes(MARIA)
    charge = charge_of(office)
    assert (charge.amount_cents, charge.due_on, charge.terms) == (102_33, TODAY, "")
    assert office.receivable("T1").pix_code == CODE + charge.charge_id
    assert CODE + charge.charge_id in said(office)


def test_the_charge_names_the_debtor_and_the_receivable(office: Exchequer) -> None:
    office.wakes(MARIA)
    (request,) = office.bank.made.values()
    assert (request.receivable, request.payer.document, request.contract.fine_percent) == ("T1", MARIA, 0)


def test_a_receivable_not_yet_late_gets_a_charge_that_grows_by_its_own_terms() -> None:
    office = treasury(contract=replace(LATE, fine_percent=Decimal(10)))
    office.opens_and_contacts([row(due=TODAY)])
    charge = charge_of(office)
    assert (charge.amount_cents, charge.due_on) == (100_00, TODAY)
    (request,) = office.bank.made.values()
    assert request.contract.fine_percent == 2, "a consumer's fine is capped by law"
    assert request.contract.interest_percent == 1


def test_a_charge_that_grows_pays_later_messages_too() -> None:
    office = treasury(contract=LATE)
    office.opens_and_contacts([row(due=TODAY)])
    first = charge_of(office)
    office.clock.advance(timedelta(days=8))
    office.scans()
    office.wakes(MARIA)
    assert len(office.sent()) == 2
    assert charge_of(office) == first
    assert office.bank.creates == 1
    assert first.charge_id in said(office)


def test_terms_a_gateway_cannot_say_become_a_charge_of_todays_amount() -> None:
    office = treasury(contract=LATE)
    office.bank.creating = [REFUSED]
    office.opens_and_contacts([row(due=TODAY)])
    charge = charge_of(office)
    assert (charge.amount_cents, charge.terms) == (100_00, "")
    assert office.bank.creates == 2


# --- reusing and replacing -------------------------------------------------------------------------------------------


def test_the_same_amount_on_another_day_is_the_same_charge() -> None:
    office = treasury()
    office.opens_and_contacts([row()])
    first = charge_of(office)
    office.clock.advance(timedelta(days=4))
    office.scans()
    office.wakes(MARIA)
    assert len(office.sent()) == 2
    assert (charge_of(office), office.bank.creates) == (first, 1)


def test_another_amount_is_another_charge_and_the_old_one_is_cancelled(office: Exchequer) -> None:
    office.wakes(MARIA)
    first = charge_of(office)
    next_message(office)
    second = charge_of(office)
    days = (office.clock.now().date() - days_ago(10)).days
    assert second.amount_cents == 102_00 + round(100_00 * days / 3000)
    assert office.bank.cancelled == [first.charge_id]
    assert set(office.bank.made) == {second.charge_id}
    assert first.charge_id not in said(office)
    assert office.owed_by_machines() == []


def test_a_cancellation_that_fails_is_not_forgotten(office: Exchequer) -> None:
    office.wakes(MARIA)
    first = charge_of(office)
    office.bank.cancelling = [RetryableError("fake: 503")]
    next_message(office)
    (owed,) = office.owed_by_machines()
    assert (owed.kind, owed.reference) == (WorkKind.CANCEL_CHARGE, first.charge_id)
    office.clock.advance(timedelta(hours=1))
    office.sweeps()
    assert office.bank.cancelled == [first.charge_id]
    assert (office.owed_by_machines(), office.work()) == ([], [])


def test_a_partial_payment_makes_the_charge_a_new_one(office: Exchequer) -> None:
    office.wakes(MARIA)
    office.pays("T1", 50_00)
    next_message(office)
    assert charge_of(office).amount_cents < 60_00


# --- cancelling ------------------------------------------------------------------------------------------------------


def test_a_debt_paid_another_way_has_its_charge_cancelled(office: Exchequer) -> None:
    office.wakes(MARIA)
    first = charge_of(office)
    office.pays("T1", 102_33, rail="boleto")
    assert SettleJob(TENANT, work=f"cancel_charge:fake:{first.charge_id}") in office.queued
    office.queue_is_worked_off()
    assert office.bank.cancelled == [first.charge_id]
    assert office.owed_by_machines() == []


def test_a_debt_paid_by_its_charge_leaves_nothing_to_cancel(office: Exchequer) -> None:
    office.wakes(MARIA)
    charge = charge_of(office)
    office.pays("T1", 102_33, by="txid", name=charge.charge_id)
    assert office.status("T1") is ReceivableStatus.PAID
    assert (office.owed_by_machines(), office.bank.cancelled) == ([], [])


def test_a_cancellation_the_gateway_refuses_is_work_for_a_person(office: Exchequer) -> None:
    office.wakes(MARIA)
    office.pays("T1", 102_33)
    office.bank.cancelling = [REFUSED]
    office.queue_is_worked_off()
    (work,) = office.work()
    assert work.kind is WorkKind.CANCEL_CHARGE


def test_a_cancellation_that_failed_for_a_month_is_work_for_a_person(office: Exchequer) -> None:
    office.wakes(MARIA)
    office.pays("T1", 102_33)
    office.bank.cancelling = [RetryableError("fake: 503")] * 9
    for days in (1, 28):
        office.clock.advance(timedelta(days=days))
        office.sweeps()
    assert ([work.kind for work in office.owed_by_machines()], office.work()) == ([WorkKind.CANCEL_CHARGE], [])
    office.clock.advance(timedelta(days=1, minutes=1))
    office.sweeps()
    (work,) = office.work()
    assert (work.kind, office.owed_by_machines()) == (WorkKind.CANCEL_CHARGE, [])
    assert "não respondeu" in work.outcome


# --- whatever goes wrong, the message goes out -----------------------------------------------------------------------


@pytest.mark.parametrize("fault", [RetryableError("fake: 503"), RuntimeError("a fault of the adapter"), KeyError("x")])
def test_a_gateway_that_fails_leaves_the_static_code(office: Exchequer, fault: Exception) -> None:
    office.bank.creating = [fault]
    office.wakes(MARIA)
    assert len(office.sent()) == 1
    assert CODE not in said(office)
    assert "br.gov.bcb.pix" in said(office).lower()
    assert office.metrics.total("ChargesFailed") == 1


def test_a_gateway_that_takes_too_long_does_not_keep_the_message(office: Exchequer) -> None:
    gate = threading.Event()
    office.bank.creating = [gate.wait]
    charging = replace(office.charging(), timeout=0.05)
    base = office.contacting()
    debtor = office.file(MARIA).debtor
    office.clock.set(debtor.case.next_contact_at or office.clock.now())
    replace(base, charge=charging.ensure).turn(TENANT, debtor.id, debtor.case.cycle)
    gate.set()
    assert len(office.sent()) == 1
    assert CODE not in said(office)


def test_money_through_a_charge_whose_answer_was_lost_finds_its_receivable(office: Exchequer) -> None:
    created: list[str] = []

    def loses_its_answer() -> None:
        created.append("x")
        raise RetryableError("read timeout")

    office.bank.creating = [loses_its_answer]
    office.wakes(MARIA)
    asked = charge_of(office)
    assert (asked.charge_id, created) == ("", ["x"])
    office.pays("T1", 102_33, by="txid", name=asked.request)
    assert office.status("T1") is ReceivableStatus.PAID


def test_a_payment_that_comes_while_the_charge_is_made_stops_the_message_and_the_charge(office: Exchequer) -> None:
    office.bank.creating = [lambda: office.pays("T1", 102_33)]
    office.wakes(MARIA)
    assert office.sent() == []
    assert office.status("T1") is ReceivableStatus.PAID
    assert len(office.bank.cancelled) == 1
    assert office.bank.made == {}


def test_a_stale_charge_that_cannot_be_replaced_is_not_shown(office: Exchequer) -> None:
    office.wakes(MARIA)
    office.sets(gateways={"fake": replace(GATEWAY, create_charges=False)})
    office.rulebook.forget()
    next_message(office)
    assert len(office.sent()) == 2
    assert CODE not in said(office)


def test_nothing_is_created_in_a_dry_run() -> None:
    for office in (treasury(dry_run=True), Exchequer(replace(treasury().tenant, dry_run=True))):
        office.opens_and_contacts([row()])
        assert office.bank.creates == 0
        assert office.receivable("T1").charge is None


def test_a_debtor_without_a_document_gets_the_static_code() -> None:
    office = treasury()
    office.opens_and_contacts(
        [
            row(who=JOAO),
        ]
    )
    assert office.bank.creates == 1
    file = office.file(JOAO)
    nobody = replace(file, debtor=replace(file.debtor, document=""))
    office.store.commit(file, nobody, owner="test")
    office.clock.advance(timedelta(days=4))
    office.scans()
    office.wakes(JOAO)
    assert office.bank.creates == 1


def test_a_creditors_own_boleto_is_not_doubled() -> None:
    office = treasury()
    office.opens_and_contacts([row(digitable_line="0" * 47, our_number="123")])
    assert office.bank.creates == 0


# --- does a charge still ask right? ----------------------------------------------------------------------------------


def test_a_charge_covers_its_own_amount_until_its_last_day(office: Exchequer) -> None:
    office.wakes(MARIA)
    receivable = office.receivable("T1")
    last = charge_of(office).until_on
    assert payable.covers(receivable, LATE, Profile.CONSUMER, 102_33, last)
    assert not payable.covers(receivable, LATE, Profile.CONSUMER, 102_34, last)
    assert not payable.covers(receivable, LATE, Profile.CONSUMER, 102_33, last + timedelta(days=1))


def test_a_charge_that_grows_covers_while_principal_due_date_and_terms_are_as_they_were() -> None:
    office = treasury(contract=LATE)
    office.opens_and_contacts([row(due=TODAY)])
    receivable = office.receivable("T1")
    later = TODAY + timedelta(days=9)
    assert payable.covers(receivable, LATE, Profile.CONSUMER, 102_30, later)
    for changed in (replace(receivable, paid_principal_cents=1), replace(receivable, due_on=later)):
        assert not payable.covers(changed, LATE, Profile.CONSUMER, 102_30, later)
    assert not payable.covers(receivable, replace(LATE, interest_percent=Decimal(2)), Profile.CONSUMER, 1, later)


@pytest.mark.parametrize("contract", [Contract(agreed=False), Contract(correction_index="igpm")])
def test_no_gateway_is_told_terms_it_cannot_work_out(contract: Contract) -> None:
    assert payable.late_terms(contract, Profile.COMPANY) is None
