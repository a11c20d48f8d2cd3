"""Money that is told again, undone, and comes again: what counts is worked out from all of it, in any order."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest
from tests.office import MARIA, TENANT, Office, row

from regua import gateways
from regua.domain.model import Rail, ReceivableStatus
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind
from regua.domain.work import WorkKind
from regua.ports import InboxStatus
from regua.use_cases.desk.worklist import open_work
from regua.use_cases.paying import inbox
from regua.use_cases.paying.notification import Receiving
from regua.use_cases.paying.reconciliation import Pulled, Reconciling

MONDAY = datetime(2026, 3, 2, 13, tzinfo=UTC)


def told(office: Office, gateway: str, body: Any) -> list[InboxStatus]:
    """What a gateway's own adapter reads is stored and settled, as the webhook does it."""
    events = gateways.get(gateway).parse(json.dumps(body).encode(), {}, {})
    return [found(office, event, n) for n, event in enumerate(events)]


def found(office: Office, event: PaymentEvent, n: int = 0) -> InboxStatus:
    number = next(office._payments)
    stored = inbox.found(TENANT, event, inbox.PULL, office.clock.now())
    stored = office.store.put_inbox(replace(stored, event_id=f"news-{number}-{n}"))
    return office.settling().apply(stored, [event])


def asaas(word: str, at: str, **more: Any) -> dict[str, Any]:
    payment = {"id": "pay_1", "value": 100.0, "externalReference": "T1", "billingType": "PIX", **more}
    return {"id": f"evt_{word}_{at}", "event": f"PAYMENT_{word}", "dateCreated": at, "payment": payment}


def cash(at: str) -> dict[str, Any]:
    return asaas("RECEIVED_IN_CASH", at, paymentDate=at[:10], clientPaymentDate=at[:10])


def undone(at: str) -> dict[str, Any]:
    return asaas("RECEIVED_IN_CASH_UNDONE", at)


def received(at: str) -> dict[str, Any]:
    return asaas("RECEIVED", at, paymentDate=at[:10], clientPaymentDate=at[:10])


@pytest.fixture
def office() -> Office:
    made = Office()
    made.imports([row("T1", cents=100_00)])
    made.clock.advance(timedelta(days=20))
    return made


def paid(office: Office) -> tuple[ReceivableStatus, int, int]:
    title = office.receivable("T1")
    return title.status, title.paid_principal_cents, title.overpaid_cents


PAID = (ReceivableStatus.PAID, 100_00, 0)
OPEN = (ReceivableStatus.OPEN, 0, 0)
THRICE = [cash("2026-03-03 10:00:00"), undone("2026-03-04 11:00:00"), received("2026-03-05 12:00:00")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_paid_in_cash_undone_and_paid_by_pix_is_paid_whichever_order_it_is_told_in(
    office: Office, order: tuple[int, ...]
) -> None:
    for n in (*order, *order):
        told(office, "asaas", THRICE[n])
    assert paid(office) == PAID


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_what_is_undone_twice_is_open_in_any_order(office: Office, order: tuple[int, ...]) -> None:
    news = [
        cash("2026-03-03 10:00:00"),
        undone("2026-03-04 11:00:00"),
        cash("2026-03-05 12:00:00"),
        undone("2026-03-06 13:00:00"),
    ]
    for n in order:
        told(office, "asaas", news[n])
    assert paid(office) == OPEN


def test_all_of_it_may_happen_on_one_day(office: Office) -> None:
    for news in (cash("2026-03-03 10:00:00"), undone("2026-03-03 11:00:00"), received("2026-03-03 16:00:00")):
        told(office, "asaas", news)
    assert paid(office) == PAID


ONE_DAY = {
    "cash": cash("2026-03-03 10:00:00"),
    "undone": undone("2026-03-03 11:00:00"),
    "cash again": cash("2026-03-03 16:00:00"),
}


@pytest.mark.parametrize("order", list(permutations(ONE_DAY)))
def test_cash_undone_and_cash_of_one_day_is_paid_whichever_order_it_is_told_in(
    office: Office, order: tuple[str, ...]
) -> None:
    for name in (*order, *order):
        told(office, "asaas", ONE_DAY[name])
    assert paid(office) == PAID


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_receipt_dated_before_the_undoing_and_told_after_it_counts(office: Office, order: tuple[int, ...]) -> None:
    """Marked by hand again the next day, with the day on which the money had come."""
    again = asaas("RECEIVED_IN_CASH", "2026-03-04 16:00:00", paymentDate="2026-03-03")
    news = [ONE_DAY["cash"], ONE_DAY["undone"], again]
    for n in order:
        told(office, "asaas", news[n])
    assert paid(office) == PAID


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_an_undoing_whose_receipt_was_never_told_takes_no_other_money(office: Office, order: tuple[int, ...]) -> None:
    news = [ONE_DAY["undone"], received("2026-03-03 16:00:00")]
    for n in order:
        told(office, "asaas", news[n])
    assert paid(office) == PAID


CARD = {"billingType": "CREDIT_CARD"}
CONFIRMED = asaas("CONFIRMED", "2026-03-03 10:00:00", confirmedDate="2026-03-03", **CARD)
RECEIVED = asaas("RECEIVED", "2026-04-04 10:00:00", clientPaymentDate="2026-03-03", paymentDate="2026-04-04", **CARD)
REFUNDED = asaas("REFUNDED", "2026-04-05 11:00:00", clientPaymentDate="2026-03-03", **CARD)
DISPUTED = asaas("CHARGEBACK_REQUESTED", "2026-03-10 10:00:00", **CARD)
WON = {"chargeback": {"status": "REVERSED"}}
BACK = asaas("RECEIVED", "2026-03-20 10:00:00", clientPaymentDate="2026-03-03", **CARD)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_one_receipt_told_twice_and_refunded_is_open_in_any_order(office: Office, order: tuple[int, ...]) -> None:
    for n in order:
        told(office, "asaas", (CONFIRMED, RECEIVED, REFUNDED)[n])
    assert paid(office) == OPEN


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("section", [WON, {}])
def test_a_dispute_that_was_won_is_paid_once_in_any_order(
    office: Office, order: tuple[int, ...], section: dict[str, Any]
) -> None:
    won = {**BACK, "payment": {**BACK["payment"], **section}}
    for n in (*order, *order):
        told(office, "asaas", (CONFIRMED, DISPUTED, won)[n])
    assert paid(office) == PAID


def test_one_receipt_told_with_two_amounts_is_work(office: Office) -> None:
    told(office, "asaas", CONFIRMED)
    less = {**RECEIVED["payment"], "value": 90.0}
    told(office, "asaas", {**RECEIVED, "payment": less})
    assert paid(office) == PAID
    (work,) = open_work(office.store, TENANT)
    assert (work.kind, work.amount_cents) == (WorkKind.DISAGREEMENT, -10_00)


def test_a_pull_of_the_same_day_finds_the_receipt_after_what_was_undone(office: Office) -> None:
    """The notification of the second receipt was lost; the list tells its day only, and that it stands."""
    adapter = gateways.get("asaas")
    for body in (ONE_DAY["cash"], ONE_DAY["undone"]):
        for event in adapter.parse(json.dumps(body).encode(), {}, {}):
            stored = office.store.put_inbox(inbox.found(TENANT, event, inbox.WEBHOOK, office.clock.now()))
            office.settling().apply(stored, [event])
    assert paid(office) == OPEN
    listed: dict[str, Any] = {
        "id": "pay_1",
        "status": "RECEIVED",
        "value": 100,
        "externalReference": "T1",
        "billingType": "PIX",
    }
    for _ in range(3):
        office.clock.advance(timedelta(hours=8))
        for event in adapter._state({**listed, "paymentDate": "2026-03-03", "clientPaymentDate": "2026-03-03"}):
            Reconciling(office.settling())._settle(TENANT, "asaas", event, office.clock.now(), Pulled())
        assert paid(office) == PAID
    assert len(office.file(MARIA).facts) == 3
    told(office, "asaas", received("2026-03-03 16:00:00"))
    assert paid(office) == PAID


def test_confirmed_and_received_weeks_apart_are_one_payment(office: Office) -> None:
    told(
        office,
        "asaas",
        asaas("CONFIRMED", "2026-03-03 10:00:00", billingType="CREDIT_CARD", confirmedDate="2026-03-03"),
    )
    told(office, "asaas", asaas("RECEIVED", "2026-04-04 10:00:00", billingType="CREDIT_CARD", paymentDate="2026-04-04"))
    assert paid(office) == PAID


def test_a_receipt_told_once_more_after_it_was_given_back_is_no_new_money(office: Office) -> None:
    told(office, "asaas", asaas("CONFIRMED", "2026-03-03 10:00:00", confirmedDate="2026-03-03"))
    refund = {"status": "DONE", "value": 100.0, "endToEndIdentifier": "D1", "effectiveDate": "2026-03-03 11:30:00"}
    told(office, "asaas", asaas("REFUNDED", "2026-03-03 11:30:00", refunds=[refund]))
    told(office, "asaas", asaas("RECEIVED", "2026-03-04 10:00:00", clientPaymentDate="2026-03-03"))
    assert paid(office) == OPEN


def test_a_chargeback_that_was_won_is_paid_once(office: Office) -> None:
    card = {"billingType": "CREDIT_CARD"}
    told(office, "asaas", asaas("CONFIRMED", "2026-03-03 10:00:00", confirmedDate="2026-03-03", **card))
    told(office, "asaas", asaas("CHARGEBACK_REQUESTED", "2026-03-10 10:00:00", **card))
    assert paid(office) == OPEN
    told(office, "asaas", asaas("CHARGEBACK_DISPUTE", "2026-03-12 10:00:00", **card))
    won = asaas("RECEIVED", "2026-03-20 10:00:00", paymentDate="2026-03-20", chargeback={"status": "REVERSED"}, **card)
    for _ in range(2):
        told(office, "asaas", won)
    assert paid(office) == PAID


class TestWhatIsReadAtTheGateway:
    def iugu(self, status: str, cents: int, at: str = "2026-03-03T10:00:00-03:00", **more: Any) -> list[PaymentEvent]:
        invoice = {"id": "INV1", "status": status, "total_paid_cents": cents, "paid_at": at, "order_id": "T1", **more}
        return gateways.get("iugu")._invoice({"currency": "BRL", **invoice})

    def read(self, office: Office, events: list[PaymentEvent]) -> None:
        stored = inbox.found(TENANT, events[0], inbox.PULL, office.clock.now())
        number = next(office._payments)
        stored = office.store.put_inbox(replace(stored, event_id=f"look-{number}"))
        office.settling().apply(stored, events)

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_parts_of_an_invoice_add_up_to_its_total(self, office: Office, order: tuple[int, ...]) -> None:
        news = [self.iugu("partially_paid", 40_00), self.iugu("partially_paid", 70_00), self.iugu("paid", 100_00)]
        for n in order:
            self.read(office, news[n])
        assert paid(office) == PAID

    def test_an_invoice_in_part_is_open_with_the_rest(self, office: Office) -> None:
        self.read(office, self.iugu("partially_paid", 40_00))
        assert paid(office) == (ReceivableStatus.OPEN, 40_00, 0)
        assert list(open_work(office.store, TENANT)) == []

    def test_a_dispute_that_was_won_is_paid_again(self, office: Office) -> None:
        for status in ("paid", "in_protest"):
            self.read(office, self.iugu(status, 100_00))
        self.read(office, self.iugu("chargeback", 100_00))
        assert paid(office) == OPEN
        self.read(office, self.iugu("in_protest", 100_00))
        assert paid(office) == OPEN
        for _ in range(2):
            self.read(office, self.iugu("paid", 100_00))
        assert paid(office) == PAID

    def test_a_charge_captured_in_parts_adds_up(self, office: Office) -> None:
        for cents in (30_00, 100_00, 30_00):
            charge = {"id": "ch_1", "status": "underpaid", "paid_amount": cents, "code": "T1", "paid_at": "2026-03-03"}
            self.read(office, gateways.get("pagarme")._charge(charge, {}))
        assert paid(office) == PAID

    @pytest.mark.parametrize("detail", ["in_process", "settled", "reimbursed"])
    def test_mercado_pagos_chargeback_is_back_only_where_it_was_reimbursed(self, office: Office, detail: str) -> None:
        payment = {"id": 1, "currency_id": "BRL", "transaction_amount": 100, "external_reference": "T1"}
        for status, why in (("approved", "accredited"), ("charged_back", detail)):
            self.read(office, gateways.get("mercadopago")._payment(payment | {"status": status, "status_detail": why}))
        assert paid(office) == (PAID if detail == "reimbursed" else OPEN)


INTENT = {"id": "pi_1", "object": "payment_intent", "amount_received": 10000, "currency": "brl"}
SESSION = {
    "id": "cs_1",
    "object": "checkout.session",
    "payment_intent": "pi_1",
    "amount_total": 10000,
    "currency": "brl",
    "client_reference_id": "T1",
}
DISPUTE = {"id": "dp_1", "object": "dispute", "payment_intent": "pi_1", "amount": 10000, "currency": "brl"}


class TestStripe:
    def event(self, word: str, thing: dict[str, Any], created: int = 1772539200) -> dict[str, Any]:
        return {"id": f"evt_{word}_{thing.get('status')}", "type": word, "created": created, "data": {"object": thing}}

    @pytest.mark.parametrize("status", ["paid", "unpaid"])
    @pytest.mark.parametrize("intent_first", [True, False])
    def test_the_sessions_reference_and_the_intents_money_find_each_other(
        self, office: Office, status: str, intent_first: bool
    ) -> None:
        session = self.event("checkout.session.completed", SESSION | {"payment_status": status})
        intent = self.event("payment_intent.succeeded", INTENT)
        play(office, "stripe", *([intent, session] if intent_first else [session, intent]))
        assert paid(office) == PAID
        assert list(open_work(office.store, TENANT)) == []

    def test_a_refund_that_names_the_payment_alone_finds_its_title(self, office: Office) -> None:
        session = self.event("checkout.session.completed", SESSION | {"payment_status": "paid"})
        refund = {"id": "re_1", "object": "refund", "payment_intent": "pi_1", "amount": 4000, "currency": "brl"}
        play(office, "stripe", session, self.event("refund.created", refund | {"status": "succeeded"}, 1772625600))
        assert paid(office)[:2] == (ReceivableStatus.OPEN, 60_00)
        play(office, "stripe", self.event("refund.failed", refund | {"status": "failed"}, 1772712000))
        assert paid(office) == PAID

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_a_dispute_that_is_won_leaves_it_paid_in_any_order(self, office: Office, order: tuple[int, ...]) -> None:
        session = self.event("checkout.session.completed", SESSION | {"payment_status": "paid"})
        play(office, "stripe", session)
        news = [
            self.event("charge.dispute.created", DISPUTE | {"status": "needs_response"}),
            self.event("charge.dispute.funds_reinstated", DISPUTE | {"status": "won"}),
            self.event("charge.dispute.closed", DISPUTE | {"status": "won"}),
        ]
        play(office, "stripe", *(news[n] for n in order))
        assert paid(office) == PAID

    def test_an_inquiry_takes_nothing_and_a_person_is_told(self, office: Office) -> None:
        session = self.event("checkout.session.completed", SESSION | {"payment_status": "paid"})
        asked = self.event("charge.dispute.created", DISPUTE | {"status": "warning_needs_response"})
        play(office, "stripe", session, asked)
        assert paid(office) == PAID
        [work] = open_work(office.store, TENANT)
        assert "inquiry" in work.note


def play(office: Office, gateway: str, *bodies: dict[str, Any]) -> None:
    """The webhook's own way, with a gateway's adapter in the place of the office's."""
    adapter = gateways.get(gateway)
    take = Receiving(replace(office.settling(), gateway=lambda name: adapter))._take
    for body in bodies:
        raw = json.dumps(body).encode()
        events, note = inbox.read_notification(adapter, raw, {}, {})
        take(TENANT, adapter, raw, {}, events, note)
        assert all(event.kind is not PaymentEventKind.LOOKUP for event in events)


class TestABolepixPaidAsABoleto:
    def notice(self) -> PaymentEvent:
        told_of = {"txid": "t" * 26, "status": "CONCLUIDA_POR_OUTRO_ARRANJO", "valor": {"original": "100.00"}}
        [event] = gateways.get("pix").parse(json.dumps({"cobsv": [told_of]}).encode(), {}, {})
        return replace(event, reference=Reference(ReferenceKind.EXTERNAL, "T1"), alternatives=())

    @pytest.mark.parametrize("notice_first", [True, False])
    def test_the_notice_closes_it_and_the_banks_file_adds_no_second_payment(
        self, office: Office, notice_first: bool
    ) -> None:
        at = office.clock.now()
        name = Reference(ReferenceKind.EXTERNAL, "T1")
        bank = PaymentEvent("retorno", "B1", PaymentEventKind.CREDIT, name, 100_00, at, Rail.BOLETO)
        for event in [self.notice(), bank] if notice_first else [bank, self.notice()]:
            found(office, event)
            assert office.receivable("T1").status is ReceivableStatus.PAID
        assert office.receivable("T1").overpaid_cents == 0


class TestADebitOfATitleNobodyHas:
    def tells(self, office: Office) -> None:
        debit = office.payment("T9", 0, code="D1") | {"kind": PaymentEventKind.DEBIT.value}
        office.gateway_tells([debit])

    def test_it_waits_for_its_title_and_is_nobodys_work(self, office: Office) -> None:
        self.tells(office)
        assert office.inbox("D1") is InboxStatus.PENDING
        assert list(open_work(office.store, TENANT)) == []
        office.imports([row("T1", cents=100_00), row("T9", cents=50_00)])
        assert office.settling().match(TENANT) == 1
        assert office.inbox("D1") is InboxStatus.APPLIED
        assert office.receivable("T9").debit is not None

    def test_it_waits_no_longer_than_it_may_be_tried(self, office: Office) -> None:
        self.tells(office)
        office.clock.advance(timedelta(days=19))
        office.sweeps()
        assert office.inbox("D1") is InboxStatus.PENDING
        office.clock.advance(timedelta(days=2))
        office.sweeps()
        assert office.inbox("D1") is InboxStatus.IGNORED


def inter(state: str, at: str, **more: Any) -> dict[str, Any]:
    paid = {"valorTotalRecebido": "100.00"} if "RECEBIDO" in state else {}
    return {"codigoSolicitacao": "C-1", "seuNumero": "T1", "situacao": state, "dataHoraSituacao": at, **paid, **more}


class TestAChargeThatIsNotPaidAnyMore:
    MARKED = inter("MARCADO_RECEBIDO", "2026-03-03T10:00:00-03:00")

    def test_what_the_gateway_says_later_is_work_and_takes_nothing(self, office: Office) -> None:
        told(office, "inter", self.MARKED)
        for _ in range(3):
            told(office, "inter", inter("ATRASADO", "2026-03-04T09:00:00-03:00"))
        assert paid(office) == PAID
        (work,) = open_work(office.store, TENANT)
        assert (work.kind, work.receivable, work.amount_cents) == (WorkKind.DISAGREEMENT, "T1", -100_00)
        assert "ATRASADO" in work.note

    def test_it_is_work_too_where_the_receipt_is_told_after_it(self, office: Office) -> None:
        told(office, "inter", inter("A_RECEBER", "2026-03-03T15:00:00-03:00"))
        told(office, "inter", inter("ATRASADO", "2026-03-03T12:00:00-03:00"))
        told(office, "inter", self.MARKED)
        assert paid(office) == PAID
        (work,) = open_work(office.store, TENANT)
        assert (work.kind, work.receivable, work.amount_cents) == (WorkKind.DISAGREEMENT, "T1", -100_00)
        assert "A_RECEBER" in work.note

    def test_a_receipt_that_is_newer_than_it_is_no_work(self, office: Office) -> None:
        told(office, "inter", inter("ATRASADO", "2026-03-03T09:00:00-03:00"))
        told(office, "inter", self.MARKED)
        told(office, "asaas", asaas("OVERDUE", "2026-03-02 01:00:00"))
        assert list(open_work(office.store, TENANT)) == []

    def test_older_news_of_it_is_none(self, office: Office) -> None:
        told(office, "inter", inter("ATRASADO", "2026-03-02T09:00:00-03:00"))
        told(office, "inter", self.MARKED)
        told(office, "inter", inter("ATRASADO", "2026-03-02T10:00:00-03:00"))
        assert list(open_work(office.store, TENANT)) == []

    def test_a_day_without_an_hour_says_nothing_about_that_day(self, office: Office) -> None:
        told(office, "inter", self.MARKED)
        told(office, "inter", inter("ATRASADO", "2026-03-03"))
        assert list(open_work(office.store, TENANT)) == []

    def test_what_was_undone_here_too_is_no_work(self, office: Office) -> None:
        for news in (cash("2026-03-03 10:00:00"), undone("2026-03-03 11:00:00")):
            told(office, "asaas", news)
        told(office, "asaas", asaas("OVERDUE", "2026-03-04 01:00:00"))
        assert list(open_work(office.store, TENANT)) == []

    def test_an_undoing_nobody_told_of_is_noticed_by_the_next_news(self, office: Office) -> None:
        told(office, "asaas", cash("2026-03-03 10:00:00"))
        told(office, "asaas", asaas("OVERDUE", "2026-03-04 01:00:00"))
        (work,) = open_work(office.store, TENANT)
        assert work.kind is WorkKind.DISAGREEMENT

    @pytest.mark.parametrize(
        ("gateway", "read"),
        [
            ("iugu", lambda a: a._invoice({"id": "I1", "status": "pending", "order_id": "T1"})),
            ("pagarme", lambda a: a._charge({"id": "ch_1", "status": "pending", "code": "T1"}, {})),
            ("cora", lambda a: a._invoice({"id": "I1", "status": "LATE", "code": "T1"})),
        ],
    )
    def test_what_is_read_at_the_gateway_is_later_than_what_was_told(
        self, office: Office, gateway: str, read: Any
    ) -> None:
        (news,) = read(gateways.get(gateway))
        credit = replace(news, event_id=f"{news.denies}paid", kind=PaymentEventKind.CREDIT, denies="")
        office.clock.advance(timedelta(hours=1))
        found(office, replace(credit, amount_cents=100_00, occurred_at=MONDAY))
        found(office, news)
        assert paid(office) == PAID
        (work,) = open_work(office.store, TENANT)
        assert work.kind is WorkKind.DISAGREEMENT


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_a_charge_marked_by_hand_and_received_says_that_it_may_be_one_receipt(
    office: Office, order: tuple[int, ...]
) -> None:
    news = [
        inter("MARCADO_RECEBIDO", "2026-03-03T10:00:00-03:00"),
        inter("RECEBIDO", "2026-03-04T10:00:00-03:00", origemRecebimento="PIX"),
    ]
    for n in order:
        told(office, "inter", news[n])
    (work,) = open_work(office.store, TENANT)
    assert work.kind is WorkKind.OVERPAID
    assert "veja antes se é o mesmo dinheiro" in work.note


def a_life(luck: Random) -> tuple[list[dict[str, Any]], bool]:
    """What Asaas tells of one charge, in its order, and whether it is paid in the end."""
    news: list[dict[str, Any]] = []
    at, state, disputed = MONDAY, "open", False
    for _ in range(luck.randint(1, 6)):
        at += timedelta(minutes=luck.choice([1, 30, 200, 1500, 4000]))
        dated = max(at.date() - timedelta(days=luck.choice([0, 0, 1, 2])), MONDAY.date()).isoformat()
        after = {"open": ["cash", "paid"], "cash": ["open"], "paid": ["paid", "taken"], "taken": ["taken", "paid"]}
        was, state = state, luck.choice(after[state] if state != "paid" or not disputed else ["paid"])
        words = {"cash": "RECEIVED_IN_CASH", "paid": luck.choice(["CONFIRMED", "RECEIVED"])}
        words |= {"open": "RECEIVED_IN_CASH_UNDONE", "taken": "CHARGEBACK_REQUESTED"}
        disputed = disputed or state == "taken"
        more: dict[str, Any] = {"clientPaymentDate": dated} if state in ("cash", "paid") else {}
        more |= WON if was == "taken" and state == "paid" and luck.random() < 0.5 else {}
        news.append(asaas(words[state], f"{at:%Y-%m-%d %H:%M:%S}", **more))
    return news, state in ("cash", "paid")


@pytest.mark.parametrize("seed", range(25))
def test_a_charge_is_what_it_was_told_last_in_any_order_and_however_often(office: Office, seed: int) -> None:
    luck = Random(seed)
    news, ends_paid = a_life(luck)
    shuffled = [*news, luck.choice(news)]
    luck.shuffle(shuffled)
    for one in shuffled:
        told(office, "asaas", one)
    assert paid(office) == (PAID if ends_paid else OPEN)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_bolepix_paid_as_a_boleto_and_by_pix_stays_paid_when_the_pix_is_given_back(
    office: Office, order: tuple[int, ...]
) -> None:
    txid = office.receivable("T1").txid
    changed = [{"status": "CONCLUIDA_POR_OUTRO_ARRANJO", "data": "2026-03-03T10:00:00Z"}]
    charge = {"txid": txid, "status": changed[0]["status"], "valor": {"original": "100.00"}, "atualizacao": changed}
    name, at = "E18236120202603031003s0901234501", "2026-03-03T11:00:00Z"
    pix = {"endToEndId": name, "txid": txid, "valor": "100.00", "horario": at}
    back = {"id": "d1", "valor": "100.00", "status": "DEVOLVIDO", "horario": {"liquidacao": "2026-03-03T12:00:00Z"}}
    news = [{"cobsv": [charge]}, {"pix": [pix]}, {"pix": [{**pix, "devolucoes": [back]}]}]
    for n in order[:2] if 2 not in order[:2] else ():
        told(office, "pix", news[n])
        assert paid(office)[0] is ReceivableStatus.PAID
    for n in order:
        told(office, "pix", news[n])
    assert paid(office) == PAID
