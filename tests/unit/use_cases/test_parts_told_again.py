"""One payment told by two sources, or twice by one: the parts somebody tells stay, and two that differ are work."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from tests.office import TENANT, Office, row

from regua.domain.model import Rail, ReceivableStatus
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind
from regua.domain.work import WorkKind
from regua.ports import InboxStatus
from regua.use_cases.desk.worklist import open_work
from regua.use_cases.paying import inbox

PIX = "E00000000202603021300abcdefghijk"
PAID_AT = datetime(2026, 3, 2, 13, tzinfo=UTC)
GRANTED = Parts(100_00, discount_cents=10_00)
NOTHING_SAID = Parts(100_00)


def told(parts: Parts | None, gateway: str = "stripe", cents: int = 90_00, **more: object) -> PaymentEvent:
    title = Reference(ReferenceKind.EXTERNAL, "T1")
    event = PaymentEvent(
        gateway, "pi_1", PaymentEventKind.CREDIT, title, cents, PAID_AT, Rail.PIX, end_to_end=PIX, parts=parts
    )
    return replace(event, **more)  # type: ignore[arg-type]  # any field


REFUNDED = replace(
    told(None), kind=PaymentEventKind.REFUND, event_id="re_1", refers_to="pi_1", parts=None, end_to_end=""
)


@pytest.fixture
def office() -> Office:
    made = Office()
    made.imports([row("T1", cents=100_00)])
    made.clock.advance(timedelta(days=20))
    return made


def hears(office: Office, *events: PaymentEvent) -> None:
    for event in events:
        number = next(office._payments)
        stored = inbox.found(TENANT, event, inbox.WEBHOOK, office.clock.now())
        stored = office.store.put_inbox(replace(stored, event_id=f"news-{number}"))
        assert office.settling().apply(stored, [event]) is InboxStatus.APPLIED


def stands(office: Office) -> tuple[ReceivableStatus, int, int, int]:
    title = office.receivable("T1")
    return title.status, title.open_principal_cents, title.waived_cents, title.overpaid_cents


def differing(office: Office) -> list[str]:
    return [w.note for w in open_work(office.store, TENANT) if w.kind is WorkKind.DISAGREEMENT]


CLOSED = (ReceivableStatus.PAID, 0, 10_00, 0)
OPEN = (ReceivableStatus.OPEN, 100_00, 0, 0)


@pytest.mark.parametrize("news", list(permutations([told(None), told(GRANTED), told(NOTHING_SAID)])))
def test_what_a_payment_is_made_of_may_be_told_before_or_after_it(office: Office, news: list[PaymentEvent]) -> None:
    hears(office, *news)
    assert stands(office) == CLOSED
    assert not differing(office)


@pytest.mark.parametrize("news", list(permutations([told(None), told(GRANTED), REFUNDED])))
def test_what_goes_back_takes_what_was_granted_with_it(office: Office, news: list[PaymentEvent]) -> None:
    hears(office, *news)
    assert stands(office) == OPEN


def test_a_part_that_goes_back_is_open_again_and_the_grant_stands(office: Office) -> None:
    hears(office, told(None), told(GRANTED), replace(REFUNDED, amount_cents=30_00))
    assert stands(office) == (ReceivableStatus.OPEN, 30_00, 10_00, 0)


@pytest.mark.parametrize("first", [None, GRANTED])
def test_another_source_that_tells_no_parts_takes_none_away(office: Office, first: Parts | None) -> None:
    other = GRANTED if first is None else None
    hears(office, told(first), told(other, "retorno", event_id="r1"))
    assert stands(office) == CLOSED
    assert not differing(office)


def test_two_sources_that_tell_the_same_parts_grant_them_once(office: Office) -> None:
    hears(office, told(GRANTED), told(GRANTED, "retorno", event_id="r1"))
    assert stands(office) == CLOSED
    assert not differing(office)


def test_two_sources_that_tell_different_parts_are_work_and_the_money_counts_once(office: Office) -> None:
    hears(office, told(GRANTED), told(Parts(95_00, discount_cents=5_00), "retorno", event_id="r1"))
    assert stands(office) == CLOSED
    [note] = differing(office)
    assert "R$ 10,00" in note
    assert "R$ 5,00" in note


def test_one_source_that_tells_other_parts_later_is_work_and_the_first_word_stays(office: Office) -> None:
    hears(office, told(GRANTED), *[told(Parts(95_00, discount_cents=5_00))] * 2)
    assert stands(office) == CLOSED
    assert len(differing(office)) == 1


def test_parts_told_later_that_do_not_add_up_are_work(office: Office) -> None:
    hears(office, told(None), told(Parts(100_00, discount_cents=5_00)))
    assert stands(office) == (ReceivableStatus.OPEN, 10_00, 0, 0)
    assert len(differing(office)) == 1


def test_charges_told_later_are_charges_and_nothing_is_over(office: Office) -> None:
    late = {"cents": 110_00, "occurred_at": PAID_AT + timedelta(days=1)}
    hears(office, told(None, **late), told(Parts(100_00, fine_cents=6_00, interest_cents=4_00), **late))  # type: ignore[arg-type]  # a date and cents
    assert stands(office) == (ReceivableStatus.PAID, 0, 0, 0)


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_one_of_two_states_of_a_charge_tells_the_parts(office: Office, order: list[int]) -> None:
    confirmed = told(None, "asaas", recurs=True, told_at=PAID_AT)
    received = told(GRANTED, "asaas", recurs=True, told_at=PAID_AT + timedelta(days=1))
    states = [confirmed, received]
    hears(office, *[states[n] for n in order])
    assert stands(office) == CLOSED


def test_what_was_told_later_is_no_payment_of_its_own(office: Office) -> None:
    hears(office, told(None), told(GRANTED))
    assert office.metrics.total("AmountRecovered") == 90_00
