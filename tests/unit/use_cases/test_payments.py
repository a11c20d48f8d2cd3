"""What gateways say about money: stored before it is understood, settled once, in any order, and never an error."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any, cast

import pytest
from tests.builders import past
from tests.office import JOAO, MARIA, TENANT, TODAY, Office, creditor, days_ago, row

from regua.domain.contact.channel_event import Action
from regua.domain.model import (
    CaseStatus,
    Channel,
    Contract,
    PastContact,
    PromiseStatus,
    Rail,
    ReceivableStatus,
)
from regua.domain.money.payment_event import PaymentEvent, Reference, ReferenceKind, Verdict
from regua.domain.money.payment_event import PaymentEventKind as Money
from regua.domain.reasons import Reason
from regua.domain.tenant import SettlingRules, ShortPayment
from regua.domain.work import WorkKind
from regua.ports import ConflictError, InboxEvent, InboxStatus, PermanentError, RetryableError
from regua.use_cases.conflicts import TRIES
from regua.use_cases.desk.worklist import open_work
from regua.use_cases.paying.settle_job import SettleJob

LATE = Contract(fine_percent=Decimal(2), interest_percent=Decimal(1))
"""2 % and 1 % a month: R$ 100,00 ten days late is R$ 102,33."""


@pytest.fixture
def office() -> Office:
    """One debtor who has been written to."""
    office = Office()
    office.opens_and_contacts([row()])
    return office


def late(short_payment: ShortPayment = ShortPayment.WAIVE, tolerance: int = 0) -> Office:
    settling = SettlingRules(short_payment=short_payment, tolerance_cents=tolerance)
    office = Office(creditor(contract=LATE, settling=settling))
    office.opens_and_contacts([row(due=days_ago(10))])
    return office


# --- the answer to the gateway ---------------------------------------------------------------------------------------


def test_an_unknown_creditor_or_gateway_is_404(office: Office) -> None:
    assert office.gateway_sends(b"{}", tenant="nobody").status == 404
    assert office.gateway_sends(b"{}", gateway="stone").status == 404


def test_a_message_that_is_not_authentic_is_401_and_never_stored(office: Office) -> None:
    said = [office.payment("T1", 100_00, code="E1")]
    assert office.gateway_tells(said, secret="guess").status == 401
    assert office.store.get_inbox(TENANT, "fake", "E1") is None
    assert office.status("T1") is ReceivableStatus.OPEN
    assert office.metrics.total("WebhookRejected", gateway="fake") == 1


def test_a_secret_that_is_not_there_yet_is_503_so_that_the_gateway_tries_again(office: Office) -> None:
    del office.secrets.values["fake"]
    assert office.pays("T1", 100_00).status == 503


def test_whatever_is_authentic_is_200(office: Office) -> None:
    assert office.gateway_sends(b"not json at all").status == 200
    assert office.gateway_sends(b"\xff\xfe\x00").status == 200
    assert office.pays("nobody's", 1_00).status == 200
    assert office.gateway_tells([{"id": "x", "kind": "unknown", "note": "a new word"}]).status == 200
    assert office.gateway_tells([{"id": "y", "kind": "lifecycle"}]).status == 200
    assert (office.inbox("x"), office.inbox("y")) == (InboxStatus.UNMATCHED, InboxStatus.IGNORED)
    assert office.metrics.total("PaymentsReceived") == 1
    assert office.metrics.total("WebhooksOther") == 4


def test_what_cannot_be_read_is_kept_for_a_person(office: Office) -> None:
    [event_id] = office.gateway_sends(b"\xff\xfe\x00").event_ids
    stored = office.store.get_inbox(TENANT, "fake", event_id)
    assert stored is not None
    assert (stored.status, stored.note) == (InboxStatus.UNMATCHED, stored.note)
    assert stored.note.startswith("ilegível")
    assert stored.body.startswith("base64:")
    assert event_id == "unread-" + hashlib.sha256(b"\xff\xfe\x00").hexdigest()[:40]


def test_only_headers_the_parser_needs_are_stored(office: Office) -> None:
    office.pays("T1", 100_00, code="E1")
    stored = office.store.get_inbox(TENANT, "fake", "E1")
    assert stored is not None
    assert stored.headers == (("x-kept", "k"),)


def by_transport(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The gateway's notifications prove nothing by themselves; `mutual_tls` says what its connection proves."""
    believed = Verdict(True, "only by its connection", transport=True)
    monkeypatch.setattr(office.bank, "verify", lambda *_: believed)

    def sends(*events: dict[str, Any], **how: bool) -> int:
        body = json.dumps({"events": events}).encode()
        return office.receiving().receive(TENANT, "fake", body, {}, {}, **how).status

    return sends


def test_money_nothing_proves_is_believed_only_of_who_shows_a_certificate(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends, money = by_transport(office, monkeypatch), office.payment("T1", 100_00, code="E1")
    assert sends(money) == 401
    assert office.store.get_inbox(TENANT, "fake", "E1") is None
    assert office.metrics.total("WebhookRejected", gateway="fake") == 1
    assert sends(money, mutual_tls=True) == 200
    assert office.status("T1") is ReceivableStatus.PAID


def test_a_thin_notification_needs_no_certificate_unless_money_comes_along(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends, thin = by_transport(office, monkeypatch), {"id": "L1", "kind": "lookup"}
    assert sends(thin) == 200
    assert sends(thin, office.payment("T1", 100_00)) == 401


# --- a payment -------------------------------------------------------------------------------------------------------


def test_a_payment_settles_closes_the_case_and_ends_the_execution(office: Office) -> None:
    office.pays("T1", 100_00, code="E1")
    assert office.status("T1") is ReceivableStatus.PAID
    case = office.file(MARIA).debtor.case
    assert (case.status, case.execution, case.next_contact_at) == (CaseStatus.CLOSED, "", None)
    assert office.inbox("E1") is InboxStatus.APPLIED
    assert len(office.executions.stopped) == 1
    assert office.reasons()[-2:] == [Reason.PAYMENT_APPLIED, Reason.CASE_CLOSED]


def test_after_it_nothing_of_the_regua_is_ever_sent(office: Office) -> None:
    office.pays("T1", 100_00)
    sent = len(office.mail)
    office.lives(60)
    assert all(c.step == "obrigado" for c in office.file(MARIA).contacts[1:])
    assert len(office.mail) - sent <= 1


def test_the_same_payment_told_five_times_is_one(office: Office) -> None:
    for _ in range(5):
        office.pays("T1", 40_00, code="E1")
        office.clock.advance(timedelta(seconds=1))
    assert office.receivable("T1").open_principal_cents == 60_00
    assert len(office.file(MARIA).facts) == 1
    totals = {n: office.metrics.total(f"Payments{n}") for n in ("Received", "Applied", "Duplicate")}
    assert totals == {"Received": 5, "Applied": 1, "Duplicate": 4}


def test_a_batch_whose_first_event_is_bad_settles_the_others(office: Office) -> None:
    office.imports([row("T2", JOAO)])
    bad = {"id": "B", "kind": "unknown", "note": "valor inválido"}
    answer = office.gateway_tells([bad, office.payment("T1", 100_00, code="E1"), office.payment("T2", 100_00)])
    assert answer.status == 200
    assert office.inbox("B") is InboxStatus.UNMATCHED
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.status("T2", JOAO) is ReceivableStatus.PAID


def test_a_batch_whose_first_event_fails_settles_the_others_and_queues_that_one(office: Office) -> None:
    office.imports([row("T2", JOAO)])
    office.store.commits_fail = [RuntimeError("a bad moment")]
    office.gateway_tells([office.payment("T1", 100_00, code="E1"), office.payment("T2", 100_00)])
    assert office.status("T2", JOAO) is ReceivableStatus.PAID
    assert [job.event_id for job in office.queued] == ["E1"]
    assert office.metrics.total("SettleFailed", gateway="fake") == 1
    assert office.queue_is_worked_off() == []
    assert office.status("T1") is ReceivableStatus.PAID


def test_a_part_payment_leaves_the_rest_open_and_the_case_running(office: Office) -> None:
    office.pays("T1", 30_00)
    assert office.status("T1") is ReceivableStatus.OPEN
    assert office.receivable("T1").open_principal_cents == 70_00
    assert office.file(MARIA).debtor.case.status is CaseStatus.OPEN
    assert office.reasons()[-1] == Reason.PAYMENT_PARTIAL
    office.pays("T1", 70_00)
    assert office.status("T1") is ReceivableStatus.PAID


def test_a_part_payment_repeats_no_step_and_goes_on_from_where_it_stood(office: Office) -> None:
    office.pays("T1", 30_00)
    office.lives(30)
    steps = [c.step for c in office.file(MARIA).contacts]
    assert steps[0] == "aviso"
    assert len(steps) == len(set(steps)) > 1
    assert office.contact(at=1).amount_cents == 70_00


def test_money_above_the_debt_is_kept_apart_and_said(office: Office) -> None:
    office.pays("T1", 130_00)
    assert office.receivable("T1").overpaid_cents == 30_00
    assert Reason.PAYMENT_OVERPAID in office.reasons()


def test_paid_by_boleto_and_again_by_pix_is_said_as_such(office: Office) -> None:
    office.pays("T1", 100_00, rail="boleto")
    office.clock.advance(timedelta(days=1))
    office.pays("T1", 100_00, rail="pix")
    assert office.receivable("T1").overpaid_cents == 100_00
    assert Reason.PAYMENT_DUPLICATE_RAIL in office.reasons()
    assert {f.rail for f in office.file(MARIA).facts} == {Rail.BOLETO, Rail.PIX}


def test_what_was_recovered_is_credited_to_the_last_contact_of_the_week(office: Office) -> None:
    office.pays("T1", 40_00)
    office.clock.advance(timedelta(days=8))
    office.pays("T1", 60_00)
    assert office.metrics.total("AmountRecovered", channel="email", phase="friendly") == 40_00
    assert office.metrics.total("AmountRecovered", channel="none") == 60_00
    assert office.metrics.values["DaysToPay", ()] == [12]


def test_a_closed_case_and_the_work_a_payment_brings_are_counted() -> None:
    office = Office()
    office.imports([row()])
    office.scans()
    counted = []
    for cents in (40_00, 90_00):
        office.pays("T1", cents)
        counted.append([office.metrics.total(name) for name in ("CasesClosed", "WorkOpened")])
    assert counted == [[0, 0], [1, 1]]


def with_contacts(office: Office, *contacts: PastContact) -> None:
    file = office.file(MARIA)
    office.store.commit(file, replace(file, debtor=replace(file.debtor, recent=contacts)), owner="test")


def test_of_several_contacts_the_newest_is_credited(office: Office) -> None:
    with_contacts(office, past(5, channel=Channel.SMS), past(1, channel=Channel.WHATSAPP))
    office.pays("T1", 100_00)
    assert office.metrics.total("AmountRecovered", channel="whatsapp") == 100_00


def test_a_contact_is_credited_until_the_last_moment_of_its_week(office: Office) -> None:
    with_contacts(office, past(7))
    office.pays("T1", 40_00)
    assert office.metrics.total("AmountRecovered", channel="email", phase="friendly") == 40_00
    office.clock.advance(timedelta(seconds=1))
    office.pays("T1", 60_00)
    assert office.metrics.total("AmountRecovered", channel="none", phase="none") == 60_00


# --- late charges ----------------------------------------------------------------------------------------------------


def test_the_principal_paid_late_is_enough_where_charges_are_waived() -> None:
    office = late()
    office.pays("T1", 100_00)
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.receivable("T1").paid_additions_cents == 0


def test_the_principal_paid_late_leaves_the_charges_open_where_they_are_carried() -> None:
    office = late(ShortPayment.CARRY)
    office.pays("T1", 100_00)
    receivable = office.receivable("T1")
    assert receivable.status is ReceivableStatus.OPEN
    assert receivable.paid_additions_cents > 0
    assert receivable.paid_principal_cents + receivable.paid_additions_cents == 100_00
    office.pays("T1", receivable.open_principal_cents)
    assert office.status("T1") is ReceivableStatus.PAID


def test_everything_asked_for_pays_principal_and_charges() -> None:
    office = late(ShortPayment.CARRY)
    asked = office.contact().amount_cents
    assert asked > 100_00
    office.pays("T1", asked)
    receivable = office.receivable("T1")
    assert receivable.status is ReceivableStatus.PAID
    assert (receivable.paid_additions_cents, receivable.overpaid_cents) == (asked - 100_00, 0)


@pytest.mark.parametrize(("short_by", "status"), [(50, ReceivableStatus.PAID), (51, ReceivableStatus.OPEN)])
def test_a_rest_within_the_tolerance_counts_as_paid(short_by: int, status: ReceivableStatus) -> None:
    office = late(ShortPayment.CARRY, tolerance=50)
    office.pays("T1", office.contact().amount_cents - short_by)
    assert office.status("T1") is status


# --- taken back ------------------------------------------------------------------------------------------------------


def test_a_refund_reopens_the_debt(office: Office) -> None:
    office.pays("T1", 100_00, code="E1")
    office.refunds("E1", 100_00)
    assert office.status("T1") is ReceivableStatus.OPEN
    assert office.receivable("T1").open_principal_cents == 100_00
    assert office.reasons()[-2:] == [Reason.REFUND_APPLIED, Reason.REOPENED]
    assert office.metrics.total("AmountRecovered") == 0


def test_a_reopened_debt_goes_on_where_it_stood_and_repeats_no_step(office: Office) -> None:
    office.pays("T1", 100_00, code="E1")
    office.refunds("E1", 100_00)
    office.lives(40)
    steps = [c.step for c in office.file(MARIA).contacts]
    assert steps.count("aviso") == 1
    assert len(steps) > 1


def test_a_refund_that_arrives_before_its_credit_ends_in_the_same_state(office: Office) -> None:
    office.refunds("E1", 100_00)
    assert office.status("T1") is ReceivableStatus.OPEN
    office.pays("T1", 100_00, code="E1")
    assert office.status("T1") is ReceivableStatus.OPEN
    assert office.receivable("T1").open_principal_cents == 100_00


def test_a_partial_refund_reopens_what_was_given_back(office: Office) -> None:
    office.pays("T1", 100_00, code="E1")
    office.refunds("E1", 40_00)
    assert office.receivable("T1").open_principal_cents == 40_00


def test_a_chargeback_is_a_refund_nobody_asked_us_about(office: Office) -> None:
    office.pays("T1", 100_00, code="E1")
    office.refunds("E1", 100_00, kind="chargeback")
    assert office.status("T1") is ReceivableStatus.OPEN
    assert Reason.CHARGEBACK_APPLIED in office.reasons()


def test_a_refund_undoes_what_a_file_had_only_repeated(office: Office) -> None:
    office.pays("T1", 100_00, code="E1")
    office.imports([row("T1", status="paid", paid_on=TODAY)])
    office.clock.advance(timedelta(days=2))
    office.refunds("E1", 100_00)
    assert office.status("T1") is ReceivableStatus.OPEN


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_credit_refund_and_second_credit_end_alike_in_every_order(order: tuple[int, ...]) -> None:
    office = Office()
    office.imports([row()])
    now = office.clock.now()
    told = [
        lambda: office.pays("T1", 100_00, code="E1", paid_at=now),
        lambda: office.refunds("E1", 100_00, at=(now + timedelta(hours=1)).isoformat()),
        lambda: office.pays("T1", 100_00, code="E2", paid_at=now + timedelta(hours=2)),
    ]
    for n in order:
        told[n]()
    receivable = office.receivable("T1")
    assert (receivable.status, receivable.paid_principal_cents, receivable.overpaid_cents) == (
        ReceivableStatus.PAID,
        100_00,
        0,
    )


# --- whose money it is -----------------------------------------------------------------------------------------------


def test_money_by_the_debtors_own_code_pays_the_oldest_debt_first() -> None:
    office = Office()
    office.imports([row("T1", due=days_ago(5)), row("T2", due=days_ago(30)), row("T3", due=days_ago(1))])
    office.pays_everything(MARIA, 150_00)
    open_cents = {r.id: r.open_principal_cents for r in office.file(MARIA).receivables}
    assert open_cents == {"T2": 0, "T1": 50_00, "T3": 100_00}
    office.pays_everything(MARIA, 150_00)
    assert not office.file(MARIA).open_receivables


def test_a_hundred_and_fifty_receivables_paid_at_once_are_all_settled() -> None:
    office = Office()
    office.imports([row(f"T{n:03d}", cents=10_00, due=days_ago(1 + n)) for n in range(150)])
    office.scans()
    assert office.pays_everything(MARIA, 1_500_00, code="E1").status == 200
    assert office.queued == []
    assert not office.file(MARIA).open_receivables
    assert office.file(MARIA).debtor.case.status is CaseStatus.CLOSED
    assert office.inbox("E1") is InboxStatus.APPLIED


def test_a_payment_in_parts_that_died_in_the_middle_is_ended_when_it_is_repeated() -> None:
    office = Office()
    office.imports([row(f"T{n:03d}", cents=10_00, due=days_ago(1 + n)) for n in range(150)])
    office.store.commits_fail = [None, RuntimeError("died between the parts")]
    office.pays_everything(MARIA, 1_500_00, code="E1")
    assert office.inbox("E1") is InboxStatus.PENDING
    assert office.queue_is_worked_off() == []
    assert not office.file(MARIA).open_receivables
    assert sum(r.paid_principal_cents for r in office.file(MARIA).receivables) == 1_500_00
    assert all(r.overpaid_cents == 0 for r in office.file(MARIA).receivables)


def test_money_that_is_nobodys_waits_on_the_worklist_until_its_receivable_is_imported(office: Office) -> None:
    office.pays("T9", 50_00, code="E9")
    assert office.inbox("E9") is InboxStatus.UNMATCHED
    assert office.metrics.total("PaymentsUnmatched") == 1
    office.imports([row("T9", JOAO, cents=50_00)])
    office.settling().do(SettleJob(TENANT, "fake", "E9"))
    assert office.inbox("E9") is InboxStatus.APPLIED
    assert office.metrics.total("PaymentsUnmatched") == 0, "received = applied + duplicate + unmatched"
    assert office.status("T9", JOAO) is ReceivableStatus.PAID


def test_the_daily_sweep_finds_it_too(office: Office) -> None:
    office.pays("T9", 50_00, code="E9")
    office.imports([row("T9", JOAO, cents=50_00)])
    office.clock.advance(timedelta(days=1))
    office.scans()
    assert office.status("T9", JOAO) is ReceivableStatus.PAID
    assert office.inbox("E9") is InboxStatus.APPLIED


def test_old_unmatched_money_does_not_keep_newer_from_being_tried(office: Office) -> None:
    for n in range(3):
        office.pays("nobody's", 1_00, code=f"old{n}")
    office.clock.advance(timedelta(days=40))
    office.pays("T9", 50_00, code="E9")
    office.imports([row("T9", JOAO, cents=50_00)])
    office.clock.advance(timedelta(hours=1))
    assert office.sweeps(limit=3) == 1
    assert office.inbox("E9") is InboxStatus.APPLIED


def test_unmatched_money_that_is_tried_again_in_vain_is_counted_once(office: Office) -> None:
    office.pays("T9", 50_00, code="E9")
    office.clock.advance(timedelta(days=1))
    office.sweeps()
    stored = office.store.get_inbox(TENANT, "fake", "E9")
    assert stored is not None
    assert (stored.attempts, office.metrics.total("PaymentsUnmatched")) == (1, 1), "looking in vain writes nothing"


class TestMoneyThatCameBeforeItsTitle:
    def test_an_import_finds_it_without_a_sweep(self, office: Office) -> None:
        office.pays("T9", 50_00, code="E9")
        office.imports([row("T9", JOAO, cents=50_00)])
        assert office.settling().match(TENANT) == 1
        assert office.status("T9", JOAO) is ReceivableStatus.PAID
        assert office.inbox("E9") is InboxStatus.APPLIED
        assert office.settling().match(TENANT) == 0

    def test_an_import_finds_it_however_long_it_has_waited(self, office: Office) -> None:
        office.pays("T9", 50_00, code="E9")
        office.clock.advance(timedelta(days=200))
        office.imports([row("T9", JOAO, cents=50_00)])
        office.settling().match(TENANT)
        assert office.status("T9", JOAO) is ReceivableStatus.PAID

    def test_what_was_looked_up_is_found_by_what_was_found_there_and_left_to_the_queue(self, office: Office) -> None:
        looked_up(office, "T9")
        office.gateway_tells([{"id": "L1", "kind": "lookup"}])
        office.queue_is_worked_off()
        assert office.inbox("L1") is InboxStatus.UNMATCHED
        assert office.settling().match(TENANT) == 0
        office.imports([row("T9", JOAO, cents=100_00)])
        assert office.settling().match(TENANT) == 1
        office.queue_is_worked_off()
        assert (office.status("T9", JOAO), office.inbox("L1")) == (ReceivableStatus.PAID, InboxStatus.APPLIED)

    def test_a_title_that_comes_while_the_money_is_being_looked_at_is_found_at_once(self, office: Office) -> None:
        mark, came = office.store.mark_inbox, []

        def meanwhile(event: InboxEvent) -> None:
            if not came:
                came.append(office.imports([row("T9", JOAO, cents=50_00)]))
            mark(event)

        office.store.mark_inbox = meanwhile  # type: ignore[method-assign] - an import of somebody else
        office.pays("T9", 50_00, code="E9")
        assert office.status("T9", JOAO) is ReceivableStatus.PAID
        assert office.inbox("E9") is InboxStatus.APPLIED

    def test_money_of_another_tenant_is_not_touched(self, office: Office) -> None:
        office.pays("T9", 50_00, code="E9")
        office.imports([row("T9", JOAO, cents=50_00)])
        assert office.settling().match("academia") == 0

    def test_money_stored_by_an_earlier_release_is_found_too(self, office: Office) -> None:
        office.pays("T9", 50_00, code="E9")
        stored = office.store.get_inbox(TENANT, "fake", "E9")
        assert stored is not None
        assert stored.names
        office.store.mark_inbox(replace(stored, names=()))
        office.imports([row("T9", JOAO, cents=50_00)])
        office.settling().match(TENANT)
        assert office.status("T9", JOAO) is ReceivableStatus.PAID


class TestASweepThatStrangersFill:
    def test_five_hundred_strangers_hide_no_money_that_came_before_or_after_them(self, office: Office) -> None:
        office.pays("T8", 50_00, code="E8")
        for n in range(520):
            office.pays(f"stranger-{n}", 1_00, code=f"S{n}")
        office.pays("T9", 50_00, code="E9")
        office.imports([row("T8", JOAO, cents=50_00), row("T9", JOAO, cents=50_00, line=3)])
        office.clock.advance(timedelta(hours=1))
        assert office.sweeps(limit=500) == 2
        assert office.status("T8", JOAO) is office.status("T9", JOAO) is ReceivableStatus.PAID

    def test_one_tenants_news_does_not_keep_another_tenants_waiting(self, office: Office) -> None:
        office.config.put(replace(office.tenant, id="academia"))
        for n in range(3):
            office.store.put_inbox(InboxEvent("academia", "fake", f"E{n}", office.clock.now(), "torn"))
        office.store.put_inbox(InboxEvent(TENANT, "fake", "E9", office.clock.now(), "torn"))
        office.clock.advance(timedelta(hours=1))
        assert office.sweeps(limit=2) == 3
        assert office.inbox("E9") is InboxStatus.UNMATCHED

    def test_what_cannot_be_read_takes_turns_the_newest_first(self, office: Office) -> None:
        for n in range(3):
            event = InboxEvent(TENANT, "fake", f"E{n}", office.clock.now(), "torn", status=InboxStatus.UNMATCHED)
            office.store.put_inbox(event)
            office.clock.advance(timedelta(hours=1))
        tried = []
        for _ in range(3):
            before = {e.event_id: e.attempts for e in office.store.inbox(TENANT, InboxStatus.UNMATCHED)}
            office.sweeps(limit=1)
            after = {e.event_id: e.attempts for e in office.store.inbox(TENANT, InboxStatus.UNMATCHED)}
            tried += [name for name in after if after[name] != before[name]]
        assert tried == ["E2", "E1", "E0"]

    def test_a_gateway_that_is_down_is_left_alone_and_another_one_goes_on(self, office: Office) -> None:
        for n in range(9):
            office.bank.charges[f"L{n}"] = RetryableError("down")
            office.gateway_tells([{"id": f"L{n}", "kind": "lookup"}])
        office.queued.clear()
        office.pays("T9", 50_00, code="E9")
        office.imports([row("T9", JOAO, cents=50_00)])
        office.clock.advance(timedelta(hours=1))
        assert office.sweeps() == 4
        assert office.status("T9", JOAO) is ReceivableStatus.PAID


def test_a_look_up_nobody_answers_for_two_days_is_shown_to_people_and_tried_on(office: Office) -> None:
    looked_up(office, "T1")
    answer = office.bank.charges["L1"]
    office.bank.charges["L1"] = RetryableError("down")
    office.gateway_tells([{"id": "L1", "kind": "lookup"}])
    office.queue_is_worked_off()
    office.clock.advance(timedelta(days=2) - timedelta(seconds=1))
    office.sweeps()
    assert (office.inbox("L1"), list(open_work(office.store, TENANT))) == (InboxStatus.PENDING, [])
    office.clock.advance(timedelta(seconds=1))
    office.sweeps()
    assert [work.name for work in open_work(office.store, TENANT)] == ["L1"]
    office.bank.charges["L1"] = answer
    office.clock.advance(timedelta(minutes=5))  # a gateway that did not answer three times is left alone for so long
    office.sweeps()
    assert office.status("T1") is ReceivableStatus.PAID
    assert list(open_work(office.store, TENANT)) == []
    assert office.metrics.total("PaymentsUnmatched") == 0


def test_a_look_up_that_is_repeated_once_it_was_settled_brings_what_is_new_there(office: Office) -> None:
    looked_up(office, "T1")
    [whole] = cast(list[PaymentEvent], office.bank.charges["L1"])
    part, rest = replace(whole, amount_cents=40_00), replace(whole, event_id="E2", amount_cents=60_00)
    for found in ([part], [part, rest]):
        office.bank.charges["L1"] = found
        office.gateway_tells([{"id": "L1", "kind": "lookup"}])
        office.queue_is_worked_off()
        assert office.inbox("L1") is InboxStatus.APPLIED
    assert office.status("T1") is ReceivableStatus.PAID


def test_money_of_nobody_in_a_look_up_that_was_settled_waits_under_its_own_name(office: Office) -> None:
    looked_up(office, "T1")
    office.gateway_tells([{"id": "L1", "kind": "lookup"}])
    office.queue_is_worked_off()
    looked_up(office, "T9")
    office.gateway_tells([{"id": "L1", "kind": "lookup"}])
    office.queue_is_worked_off()
    assert (office.inbox("L1"), office.inbox("charge-T9:paid")) == (InboxStatus.APPLIED, InboxStatus.UNMATCHED)
    office.imports([row("T9", JOAO, cents=100_00)])
    office.settling().match(TENANT)
    assert (office.status("T9", JOAO), office.inbox("charge-T9:paid")) == (ReceivableStatus.PAID, InboxStatus.APPLIED)


def test_money_of_nobody_that_is_told_again_is_left_to_the_sweep() -> None:
    office = Office()
    for _ in range(2):
        office.pays("T9", 50_00, code="E9")
    stored = office.store.get_inbox(TENANT, "fake", "E9")
    assert stored is not None
    assert stored.attempts == 1


def test_news_is_left_to_the_queue_for_five_minutes_before_the_sweep_takes_it() -> None:
    office = Office()
    office.store.put_inbox(InboxEvent(TENANT, "fake", "E1", office.clock.now(), "torn"))
    office.clock.advance(timedelta(minutes=5) - timedelta(seconds=1))
    assert office.sweeps() == 0
    office.clock.advance(timedelta(seconds=1))
    assert office.sweeps() == 1
    assert office.inbox("E1") is InboxStatus.UNMATCHED


def test_the_sweep_tries_for_thirty_days_and_then_leaves_it_to_people() -> None:
    office = Office()
    event = InboxEvent(TENANT, "fake", "E1", office.clock.now(), "torn", status=InboxStatus.UNMATCHED)
    office.store.put_inbox(event)
    office.clock.advance(timedelta(days=30))
    assert office.sweeps() == 1
    office.clock.advance(timedelta(seconds=1))
    assert office.sweeps() == 0


def test_what_the_sweep_cannot_settle_is_counted_with_its_gateway(office: Office) -> None:
    office.store.commits_fail = [RuntimeError("died"), RuntimeError("died again")]
    office.pays("T1", 100_00, code="E1")
    office.clock.advance(timedelta(hours=1))
    office.sweeps()
    assert office.metrics.total("SettleFailed", gateway="fake") == 2


def test_money_whose_debtor_is_not_there_any_more_is_nobodys(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office.store, "load", lambda tenant, debtor: None)
    office.pays("T1", 100_00, code="E1")
    assert office.inbox("E1") is InboxStatus.UNMATCHED


def settled_again(office: Office, event_id: str) -> InboxStatus:
    stored = office.store.get_inbox(TENANT, "fake", event_id)
    assert stored is not None
    return office.settling().settle(stored)


def test_settling_tells_what_became_of_the_news_and_does_nothing_twice(office: Office) -> None:
    office.pays("T1", 40_00, code="E1")
    office.pays("T9", 50_00, code="E9")
    office.gateway_tells([{"id": "L", "kind": "lifecycle"}])
    assert settled_again(office, "E1") is InboxStatus.APPLIED
    assert settled_again(office, "E9") is InboxStatus.UNMATCHED
    assert settled_again(office, "L") is InboxStatus.IGNORED
    assert office.metrics.total("PaymentsDuplicate") == 0
    stored = office.store.get_inbox(TENANT, "fake", "L")
    assert stored is not None
    assert stored.attempts == 1


def test_an_event_told_with_other_words_before_it_was_settled_says_what_it_said_first(office: Office) -> None:
    office.store.commits_fail = [RuntimeError("died")]
    office.pays("T1", 100_00, code="E1")
    office.pays("T1", 40_00, code="E1")
    assert [f.amount_cents for f in office.file(MARIA).facts] == [100_00]


def test_what_moves_no_money_is_put_aside_and_what_cannot_be_understood_is_a_persons(office: Office) -> None:
    office.gateway_tells([{"id": "A", "kind": "lifecycle", "note": "boleto registrado"}])
    office.gateway_tells([{"id": "B", "kind": "unknown", "raw_type": "x" * 300}])
    office.gateway_tells([{"id": "C", "kind": "unknown", "note": "valor inválido"}])
    told = {}
    for name in "ABC":
        stored = office.store.get_inbox(TENANT, "fake", name)
        assert stored is not None
        told[name] = (stored.status, stored.note)
    assert told == {
        "A": (InboxStatus.IGNORED, "lifecycle"),
        "B": (InboxStatus.IGNORED, "x" * 200),
        "C": (InboxStatus.UNMATCHED, "valor inválido"),
    }


def test_a_reference_of_zeros_is_no_reference(office: Office) -> None:
    office.imports([row("0", JOAO)])
    office.pays("0", 100_00, code="E0")
    assert office.inbox("E0") is InboxStatus.UNMATCHED


# --- thin notifications ----------------------------------------------------------------------------------------------


def looked_up(office: Office, *receivables: str) -> None:
    office.bank.charges["L1"] = [
        PaymentEvent(
            "fake",
            f"charge-{name}:paid",
            Money.CREDIT,
            Reference(ReferenceKind.EXTERNAL, name),
            100_00,
            office.clock.now(),
            Rail.BOLETO,
        )
        for name in receivables
    ]


def test_a_thin_notification_is_looked_up_off_the_request_path(office: Office) -> None:
    looked_up(office, "T1")
    assert office.gateway_tells([{"id": "L1", "kind": "lookup"}]).status == 200
    assert office.queued == [SettleJob(TENANT, "fake", "L1")]
    assert office.status("T1") is ReceivableStatus.OPEN
    office.queue_is_worked_off()
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.inbox("L1") is InboxStatus.APPLIED


@pytest.mark.parametrize("order", [("lookup", "lifecycle"), ("lifecycle", "lookup")])
def test_what_has_to_be_looked_up_is_not_set_aside_by_other_news_of_its_id(
    office: Office, order: tuple[str, str]
) -> None:
    looked_up(office, "T1")
    office.gateway_tells([{"id": "L1", "kind": kind} for kind in order])
    assert office.inbox("L1") is InboxStatus.PENDING
    office.queued.clear()  # the queue lost it
    office.clock.advance(timedelta(hours=1))
    office.sweeps()
    office.queue_is_worked_off()
    assert office.status("T1") is ReceivableStatus.PAID


def test_a_gateway_that_cannot_be_read_now_is_read_later(office: Office) -> None:
    office.bank.charges["L1"] = RetryableError("down")
    office.gateway_tells([{"id": "L1", "kind": "lookup"}])
    assert len(office.queue_is_worked_off()) == 1
    assert office.inbox("L1") is InboxStatus.PENDING
    looked_up(office, "T1")
    office.clock.advance(timedelta(hours=1))
    office.sweeps()
    assert office.status("T1") is ReceivableStatus.PAID


def test_a_charge_the_gateway_does_not_show_us_is_work_for_a_person(office: Office) -> None:
    office.bank.charges["L1"] = PermanentError("404")
    office.gateway_tells([{"id": "L1", "kind": "lookup"}])
    office.queue_is_worked_off()
    assert office.inbox("L1") is InboxStatus.UNMATCHED


def test_of_a_long_refusal_the_first_five_hundred_characters_are_kept(office: Office) -> None:
    office.bank.charges["L1"] = PermanentError("x" * 600)
    office.gateway_tells([{"id": "L1", "kind": "lookup"}])
    office.queue_is_worked_off()
    stored = office.store.get_inbox(TENANT, "fake", "L1")
    assert stored is not None
    assert (stored.note[:29], len(stored.note)) == ("a consulta ao gateway foi rec", 500)


def test_everything_a_lookup_finds_is_settled_whosever_it_is(office: Office) -> None:
    office.imports([row("T2", JOAO)])
    looked_up(office, "T1", "T2")
    office.gateway_tells([{"id": "L1", "kind": "lookup"}])
    assert office.queue_is_worked_off() == []
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.status("T2", JOAO) is ReceivableStatus.PAID
    assert office.inbox("L1") is InboxStatus.APPLIED


def test_a_lookup_that_is_repeated_finds_the_same_money_and_counts_it_once(office: Office) -> None:
    looked_up(office, "T1")
    for _ in range(2):
        office.gateway_tells([{"id": "L1", "kind": "lookup"}])
        assert office.queue_is_worked_off() == []
    assert len(office.file(MARIA).facts) == 1
    assert office.metrics.total("PaymentsApplied") == 1
    assert office.metrics.total("PaymentsDuplicate") == 1


def test_a_lookup_that_shows_another_amount_is_work_and_changes_nothing(office: Office) -> None:
    for cents in (100_00, 90_00):
        looked_up(office, "T1")
        [found] = office.bank.charges["L1"]  # type: ignore[misc] # what it was given just now
        office.bank.charges["L1"] = [replace(found, amount_cents=cents)]
        office.gateway_tells([{"id": "L1", "kind": "lookup"}])
        office.queue_is_worked_off()
    [work] = open_work(office.store, TENANT)
    assert (work.kind, work.amount_cents) == (WorkKind.DISAGREEMENT, -10_00)
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.metrics.total("WorkOpened") == 1


def test_a_lookup_that_finds_only_what_nobody_understands_says_the_first_of_it(office: Office) -> None:
    strange = PaymentEvent("fake", "x", Money.UNKNOWN, Reference(ReferenceKind.NONE, ""))
    office.bank.charges["L1"] = [replace(strange, note="primeiro"), replace(strange, note="segundo")]
    office.gateway_tells([{"id": "L1", "kind": "lookup"}])
    office.queue_is_worked_off()
    stored = office.store.get_inbox(TENANT, "fake", "L1")
    assert stored is not None
    assert (stored.status, stored.note) == (InboxStatus.UNMATCHED, "primeiro")


def test_of_a_lookup_with_money_of_nobody_the_list_shows_the_last_amount(office: Office) -> None:
    looked_up(office, "nobody's", "nobody's either")
    first, last = office.bank.charges["L1"]  # type: ignore[misc] # what it was given just now
    office.bank.charges["L1"] = [first, replace(last, amount_cents=7_00)]
    office.gateway_tells([{"id": "L1", "kind": "lookup"}])
    office.queue_is_worked_off()
    assert [work.amount_cents for work in open_work(office.store, TENANT)] == [7_00]


def test_of_a_lookup_with_money_of_nobody_the_rest_is_settled_and_the_event_stays_on_the_worklist(
    office: Office,
) -> None:
    looked_up(office, "nobody's", "T1")
    office.gateway_tells([{"id": "L1", "kind": "lookup"}])
    office.queue_is_worked_off()
    assert office.status("T1") is ReceivableStatus.PAID
    assert office.inbox("L1") is InboxStatus.UNMATCHED


# --- crashes and crowds ----------------------------------------------------------------------------------------------


def test_a_crash_after_storing_loses_no_money(office: Office) -> None:
    office.store.commits_fail = [RuntimeError("died")]
    assert office.pays("T1", 100_00, code="E1").status == 200
    assert office.inbox("E1") is InboxStatus.PENDING
    office.pays("T1", 100_00, code="E1")  # the gateway tells it again
    assert office.status("T1") is ReceivableStatus.PAID
    assert len(office.file(MARIA).facts) == 1


def test_a_crowd_of_writers_is_waited_for(office: Office) -> None:
    office.store.commits_fail = [ConflictError()] * (TRIES - 1)
    office.pays("T1", 100_00)
    assert office.status("T1") is ReceivableStatus.PAID


def test_and_when_it_does_not_end_the_queue_takes_over(office: Office) -> None:
    office.store.commits_fail = [ConflictError()] * TRIES
    office.pays("T1", 100_00)
    assert len(office.queued) == 1
    office.queue_is_worked_off()
    assert office.status("T1") is ReceivableStatus.PAID


def test_a_job_for_an_event_nobody_stored_is_refused(office: Office) -> None:
    with pytest.raises(KeyError):
        office.settling().do(SettleJob(TENANT, "fake", "never"))


# --- promises --------------------------------------------------------------------------------------------------------


def test_a_payment_in_time_keeps_the_promise(office: Office) -> None:
    office.replies(MARIA, Action.PROMISE, promised_on=str(TODAY + timedelta(days=3)))
    office.clock.advance(timedelta(days=2))
    office.pays("T1", 100_00)
    assert office.file(MARIA).debtor.promises[0].status is PromiseStatus.KEPT
    assert Reason.PROMISE_KEPT in office.reasons()


def test_a_payment_after_the_grace_does_not(office: Office) -> None:
    office.replies(MARIA, Action.PROMISE, promised_on=str(TODAY + timedelta(days=3)))
    office.clock.advance(timedelta(days=9))
    office.pays("T1", 100_00)
    assert Reason.PROMISE_KEPT not in office.reasons()
