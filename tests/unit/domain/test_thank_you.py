"""Who is thanked, for which money, when: a courtesy that must never come late, twice or against a wish."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.builders import MONDAY, a_debtor, a_policy, a_receivable, a_tenant, an_open_case, past, some_rules

from regua.domain.contact.rules import Rules
from regua.domain.contact.thank_you import AFTER_OPENING, NEWS, THANKS, THANKS_WITHIN, thanks_due
from regua.domain.model import (
    CaseStatus,
    Channel,
    Contact,
    ContactStatus,
    FactKind,
    File,
    OptOut,
    PaymentFact,
    ReceivableStatus,
)

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
CLOSED = an_open_case(status=CaseStatus.CLOSED, contacts=2, opened_at=MONDAY - 20 * DAY, closed_at=MONDAY)
CREDIT = PaymentFact("asaas", "p1", FactKind.CREDIT, "T1", 100_00, MONDAY - HOUR)
THANKED = Contact(1, THANKS, Channel.EMAIL, ContactStatus.SENT, MONDAY - 20 * DAY)


def paid_file(case: dict[str, Any] | None = None, **changes: Any) -> File:
    debtor = a_debtor(case=replace(CLOSED, **(case or {})), **changes)
    return File(debtor, (a_receivable(-3, status=ReceivableStatus.PAID),), facts=(CREDIT,))


def rules(tenant: dict[str, Any] | None = None, **policy: Any) -> Rules:
    return some_rules(a_policy(**policy), tenant=a_tenant(policy="prova", **(tenant or {})))


def thanked(file: File, by: Rules | None = None, now: datetime = MONDAY) -> bool:
    return thanks_due(file, by or rules(), now) is not None


def test_who_paid_after_a_contact_is_thanked_at_once_in_the_lawful_hours() -> None:
    due = thanks_due(paid_file(), rules(), MONDAY)
    assert due is not None
    assert (due.at, due.channel, due.amount_cents) == (MONDAY, Channel.WHATSAPP, 100_00)
    assert (due.paid_on, due.policy) == ((MONDAY - HOUR).date(), "prova@1")


def test_the_day_of_the_payment_is_the_creditors() -> None:
    late = replace(CREDIT, occurred_at=datetime(2026, 3, 2, 2, 59, tzinfo=UTC))
    due = thanks_due(replace(paid_file(), facts=(late,)), rules(), MONDAY)
    assert due is not None
    assert due.paid_on.isoformat() == "2026-03-01"


@pytest.mark.parametrize(
    "case",
    [{"status": CaseStatus.OPEN}, {"closed_at": None}, {"contacts": 0}],
    ids=["open", "never closed", "uncontacted"],
)
def test_only_who_was_contacted_in_a_case_that_is_closed(case: dict[str, Any]) -> None:
    assert not thanked(paid_file(case))
    assert thanked(paid_file({"contacts": 1}))


def test_not_while_anything_is_open() -> None:
    file = paid_file()
    assert not thanked(replace(file, receivables=(*file.receivables, a_receivable(5, key="T2"))))


@pytest.mark.parametrize(("tag", "yes"), [("falecido", False), ("insolvente", False), ("vip", True)])
def test_not_where_a_message_would_hurt(tag: str, yes: bool) -> None:
    assert thanked(paid_file(tags=(tag,))) is yes


def test_not_when_policy_or_creditor_say_no() -> None:
    assert not thanked(paid_file(), rules(thank_you=False))
    assert not thanked(paid_file(opt_outs=(OptOut("*", MONDAY),)))


@pytest.mark.parametrize("switch", [{"dry_run": True}, {"stopped": True}, {"stopped_channels": tuple(Channel)}])
def test_switches_are_the_gates_to_heed(switch: dict[str, object]) -> None:
    assert thanked(paid_file(), rules(switch))


def test_up_to_three_days_later_and_no_longer() -> None:
    assert thanked(paid_file(), now=MONDAY + THANKS_WITHIN)
    assert not thanked(paid_file(), now=MONDAY + THANKS_WITHIN + SECOND)
    assert timedelta(days=3) == THANKS_WITHIN


def test_those_who_paid_at_night_are_thanked_one_by_one_and_not_as_the_hours_begin() -> None:
    night, opens = (datetime(2026, 3, 3, hour, 0, tzinfo=SAO_PAULO) for hour in (2, 9))
    files = [paid_file({"closed_at": night}, id=f"d{n}") for n in range(200)]
    due = [thanks_due(file, rules(), night) for file in files]
    moments = {one.at for one in due if one is not None}
    assert len(moments) > 190
    assert all(opens <= at < opens + AFTER_OPENING for at in moments)
    assert [thanks_due(file, rules(), night + 3 * HOUR) for file in files] == due, (
        "each has a place, however often asked"
    )
    at = min(moments)
    assert any(thanks_due(f, rules(), at) == d for f, d in zip(files, due, strict=True)), "in the hours it is now"


def test_a_place_in_the_hours_is_not_too_late_for_thanks() -> None:
    closed = datetime(2026, 3, 6, 9, 1, tzinfo=SAO_PAULO)
    fresh = replace(CREDIT, occurred_at=closed - HOUR)
    for n in range(20):
        file = replace(paid_file({"closed_at": closed}, id=f"d{n}"), facts=(fresh,))
        due = thanks_due(file, rules(), closed + 12 * HOUR)
        assert due is not None
        assert due.at - closed <= THANKS_WITHIN


def test_not_when_the_next_lawful_moment_would_be_later_than_that() -> None:
    friday_night = datetime(2026, 3, 6, 20, 0, tzinfo=SAO_PAULO)
    closed = {"closed_at": datetime(2026, 3, 6, 9, 0, tzinfo=SAO_PAULO)}
    fresh = replace(CREDIT, occurred_at=datetime(2026, 3, 6, 8, 0, tzinfo=SAO_PAULO))
    file = replace(paid_file(closed), facts=(fresh,))
    due = thanks_due(file, rules(), friday_night)
    assert due is not None
    assert due.at == datetime(2026, 3, 9, 9, 0, tzinfo=SAO_PAULO)
    earlier = {"closed_at": datetime(2026, 3, 6, 8, 59, tzinfo=SAO_PAULO)}
    assert not thanked(replace(paid_file(earlier), facts=(fresh,)), now=friday_night)


def test_once_in_a_case_and_again_in_the_next() -> None:
    before = replace(THANKED, at=CLOSED.opened_at - SECOND)  # type: ignore[operator] # the case was opened
    for contact, yes in ((THANKED, False), (before, True), (replace(THANKED, step="aviso"), True)):
        assert thanked(replace(paid_file(), contacts=(contact,))) is yes
    unopened = replace(paid_file({"opened_at": None}), contacts=(replace(THANKED, at=MONDAY),))
    assert not thanked(unopened)
    assert thanked(replace(unopened, contacts=(replace(THANKED, at=MONDAY - SECOND),)))


def test_not_for_money_that_is_no_news() -> None:
    for age, yes in ((NEWS, True), (NEWS + SECOND, False)):
        assert thanked(replace(paid_file(), facts=(replace(CREDIT, occurred_at=MONDAY - age),))) is yes
    assert timedelta(days=10) == NEWS


@pytest.mark.parametrize(
    ("facts", "cents"),
    [
        ((), None),
        ((replace(CREDIT, kind=FactKind.SETTLED),), None),
        ((replace(CREDIT, amount_cents=0),), None),
        ((replace(CREDIT, receivable="T9"),), None),
        ((replace(CREDIT, receivable=""),), 100_00),
        ((CREDIT, replace(CREDIT, fact_id="r", kind=FactKind.REFUND, refers_to="p1")), None),
        ((CREDIT, replace(CREDIT, fact_id="r", kind=FactKind.CHARGEBACK, refers_to="p1")), None),
        ((CREDIT, replace(CREDIT, fact_id="r", kind=FactKind.REFUND, refers_to="p2")), 100_00),
        ((CREDIT, replace(CREDIT, fact_id="p0", amount_cents=5, occurred_at=MONDAY - 2 * HOUR)), 100_00),
        ((replace(CREDIT, fact_id="p0", amount_cents=5), CREDIT), 100_00),
    ],
    ids=["none", "said by hand", "nothing", "elsewhere", "as a whole", "refunded", "charged back", "other refund",
         "newest", "newest of one instant"],
)  # fmt: skip
def test_for_the_newest_money_that_stayed(facts: tuple[PaymentFact, ...], cents: int | None) -> None:
    due = thanks_due(replace(paid_file(), facts=facts), rules(), MONDAY)
    assert (due.amount_cents if due else None) == cents


def test_a_title_that_was_cancelled_was_not_paid() -> None:
    cancelled = (a_receivable(-3, status=ReceivableStatus.CANCELLED),)
    assert not thanked(replace(paid_file(), receivables=cancelled))


@pytest.mark.parametrize(
    ("recent", "channel"),
    [
        ((), Channel.WHATSAPP),
        ((Channel.EMAIL,), Channel.EMAIL),
        ((Channel.EMAIL, Channel.SMS), Channel.SMS),
        ((Channel.VOICE,), Channel.WHATSAPP),
    ],
)
def test_it_comes_where_the_last_request_came(recent: tuple[Channel, ...], channel: Channel) -> None:
    contacts = tuple(past(9 - n, channel=c) for n, c in enumerate(recent))
    due = thanks_due(paid_file(recent=contacts), rules(), MONDAY)
    assert due is not None
    assert due.channel is channel


def test_it_keeps_the_margin_before_the_window_ends() -> None:
    margin = timedelta(seconds=10)
    for clock, now in (("17:59:50", True), ("17:59:51", False)):
        at = datetime.fromisoformat(f"2026-03-02T{clock}").replace(tzinfo=SAO_PAULO)
        due = thanks_due(paid_file(), replace(rules(), margin=margin), at)
        assert due is not None
        opens = datetime(2026, 3, 3, 9, 0, tzinfo=SAO_PAULO)
        assert due.at == at if now else opens <= due.at < opens + AFTER_OPENING
