"""Every reason code is documented in both languages, and every one a decision can carry is reached here."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.builders import (
    EMAIL,
    MONDAY,
    PHONE,
    a_debtor,
    a_file,
    a_policy,
    a_receivable,
    a_step,
    a_tenant,
    an_open_case,
    past,
    reasons,
    some_rules,
)

from regua.domain.contact.decision import Decision
from regua.domain.contact.planner import plan
from regua.domain.contact.reach import Health
from regua.domain.model import (
    AskedStep,
    Channel,
    ContactPoint,
    Contract,
    Debit,
    DebitState,
    Discount,
    Hold,
    HoldKind,
    OptOut,
    Phase,
    PointStatus,
    Promise,
    StepFired,
)
from regua.domain.policy import Caps
from regua.domain.reasons import TEXTS, Reason, is_skip
from regua.domain.tenant import ChannelConfig

FORMAL = a_policy(a_step("amigavel", 1), a_step("formal", 5, Phase.FORMAL), formal_min_contacts=1, formal_min_days=15)
BOTH = a_policy(a_step("aviso", 1, channels=(Channel.WHATSAPP, Channel.EMAIL)))


def held(kind: HoldKind) -> Decision:
    hold = Hold(kind, MONDAY - timedelta(days=1), MONDAY + timedelta(days=2))
    return plan(a_file(debtor=a_debtor(holds=(hold,))), some_rules(), MONDAY)


def with_recent(caps: Caps, *days: int, tags: tuple[str, ...] = ()) -> Decision:
    policy = a_policy(a_step("aviso", 1), caps=caps)
    return plan(a_file(debtor=a_debtor(recent=tuple(past(d) for d in days), tags=tags)), some_rules(policy), MONDAY)


def after_first_contact(days_ago: int) -> Decision:
    fired = StepFired("amigavel", MONDAY - timedelta(days=days_ago), 0, Phase.FRIENDLY, 1)
    told = a_receivable(-20, last_step=fired, fired=("amigavel",), contacts=1, first_contact_at=fired.at)
    return plan(a_file(told), some_rules(FORMAL), MONDAY)


SCENARIOS: dict[Reason, Callable[[], Decision]] = {
    Reason.DUE_STEP: lambda: plan(a_file(a_receivable(-3)), some_rules(a_policy(a_step("aviso", 1))), MONDAY),
    Reason.CATCH_UP: lambda: plan(
        a_file(a_receivable(-4)), some_rules(a_policy(a_step("um", 1), a_step("dois", 3))), MONDAY
    ),
    Reason.ENTRY: lambda: plan(a_file(a_receivable(-90, entered_at=MONDAY)), some_rules(), MONDAY),
    Reason.FUTURE_STEP: lambda: plan(a_file(a_receivable(20)), some_rules(), MONDAY),
    Reason.TASK_FOR_PERSON: lambda: plan(
        a_file(a_receivable(-3)), some_rules(a_policy(a_step("ligacao", 1, channels=(Channel.TASK,)))), MONDAY
    ),
    Reason.NEEDS_APPROVAL: lambda: plan(a_file(), some_rules(a_policy(a_step("aviso", 1, approval=True))), MONDAY),
    Reason.HOLD_TASK: lambda: plan(
        a_file(
            a_receivable(-3, fired=("ligacao",)),
            debtor=a_debtor(asked=(AskedStep("ligacao", "x", MONDAY, ("T1",), due_on=MONDAY.date()),)),
        ),
        some_rules(a_policy(a_step("ligacao", 1, channels=(Channel.TASK,)))),
        MONDAY,
    ),
    Reason.CONSOLIDATED: lambda: plan(a_file(a_receivable(-3), a_receivable(-1, key="T2")), some_rules(), MONDAY),
    Reason.OUTSIDE_WINDOW: lambda: plan(a_file(), some_rules(), MONDAY + timedelta(hours=12)),
    Reason.CAP_HOURS: lambda: with_recent(Caps(48, 99, 99, 99), 1),
    Reason.CAP_DAY: lambda: with_recent(Caps(0, 1, 99, 99), 0),
    Reason.CAP_WEEK: lambda: with_recent(Caps(0, 99, 2, 99), 3, 5),
    Reason.CAP_MONTH: lambda: with_recent(Caps(0, 99, 99, 3), 10, 12, 15),
    Reason.VULNERABLE_CADENCE: lambda: with_recent(Caps(48, 99, 99, 99), 3, tags=("vulneravel",)),
    Reason.WAITS_FOR_AGE: lambda: after_first_contact(5),
    Reason.HOLD_DISPUTE: lambda: held(HoldKind.DISPUTE),
    Reason.HOLD_CLEARING: lambda: held(HoldKind.CLEARING),
    Reason.HOLD_PROMISE: lambda: plan(
        a_file(debtor=a_debtor(promises=(Promise(MONDAY, date(2026, 3, 10)),))), some_rules(), MONDAY
    ),
    Reason.HOLD_NEGOTIATION: lambda: held(HoldKind.NEGOTIATION),
    Reason.HOLD_MANUAL: lambda: held(HoldKind.MANUAL),
    Reason.HOLD_APPROVAL: lambda: held(HoldKind.APPROVAL),
    Reason.HOLD_CREDIT: lambda: held(HoldKind.CREDIT),
    Reason.HOLD_REPLY: lambda: held(HoldKind.REPLY),
    Reason.HOLD_BANK: lambda: held(HoldKind.BANK),
    Reason.HOLD_ASSIGNED: lambda: held(HoldKind.ASSIGNED),
    Reason.HOLD_FILE: lambda: held(HoldKind.FILE),
    Reason.HOLD_DEBIT: lambda: plan(
        a_file(
            a_receivable(-3, debit=Debit(DebitState.SCHEDULED, MONDAY, MONDAY.date(), MONDAY + timedelta(days=5))),
        ),
        some_rules(),
        MONDAY,
    ),
    Reason.HOLD_SMALL_REST: lambda: plan(a_file(a_receivable(-3, paid_principal_cents=9_950)), some_rules(), MONDAY),
    Reason.HOLD_NOTHING_DUE: lambda: plan(
        a_file(a_receivable(2, contract=Contract(discounts=(Discount(date(2026, 3, 4), Decimal(100)),)))),
        some_rules(),
        MONDAY,
    ),
    Reason.TENANT_STOPPED: lambda: plan(a_file(), some_rules(tenant=a_tenant(stopped=True)), MONDAY),
    Reason.CHANNELS_STOPPED: lambda: plan(
        a_file(), some_rules(tenant=a_tenant(stopped_channels=tuple(Channel))), MONDAY
    ),
    Reason.RECONCILIATION_STALE: lambda: plan(a_file(), some_rules(health=Health(reconciliation_stale=True)), MONDAY),
    Reason.NOTHING_OPEN: lambda: plan(replace(a_file(), receivables=()), some_rules(), MONDAY),
    Reason.DECEASED: lambda: plan(a_file(debtor=a_debtor(tags=("falecido",))), some_rules(), MONDAY),
    Reason.INSOLVENT: lambda: plan(a_file(debtor=a_debtor(tags=("insolvente",))), some_rules(), MONDAY),
    Reason.PRESCRIBED: lambda: plan(a_file(a_receivable(date(2021, 3, 2))), some_rules(), MONDAY),
    Reason.DO_NOT_COLLECT: lambda: plan(a_file(a_receivable(-3, do_not_collect=True)), some_rules(), MONDAY),
    Reason.POLICY_DOES_NOT_COLLECT: lambda: plan(
        a_file(), some_rules(a_policy(a_step("aviso", 1), collect=False)), MONDAY
    ),
    Reason.BELOW_MINIMUM: lambda: plan(
        a_file(), some_rules(a_policy(a_step("aviso", 1), min_total_cents=10_001)), MONDAY
    ),
    Reason.OPTED_OUT: lambda: plan(a_file(debtor=a_debtor(opt_outs=(OptOut("*", MONDAY),))), some_rules(), MONDAY),
    Reason.WRONG_PERSON: lambda: plan(
        a_file(debtor=a_debtor(points=(replace(EMAIL, status=PointStatus.WRONG_PERSON),))),
        some_rules(a_policy(a_step("aviso", 1))),
        MONDAY,
    ),
    Reason.NO_CHANNEL: lambda: plan(a_file(debtor=a_debtor(points=())), some_rules(), MONDAY),
    Reason.STEPS_EXHAUSTED: lambda: plan(
        a_file(a_receivable(-3, last_step=StepFired("aviso", MONDAY, 0), fired=("aviso",))),
        some_rules(a_policy(a_step("aviso", 1))),
        MONDAY,
    ),
    Reason.TOO_FEW_CONTACTS: lambda: plan(
        a_file(a_receivable(-9, last_step=StepFired("amigavel", MONDAY, 0, Phase.FRIENDLY, 1), fired=("amigavel",))),
        some_rules(FORMAL),
        MONDAY,
    ),
    Reason.VULNERABLE_PHASE: lambda: plan(
        a_file(debtor=a_debtor(tags=("vulneravel",))), some_rules(a_policy(a_step("firme", 1, Phase.FIRM))), MONDAY
    ),
    Reason.CHANNEL_PREFERRED: lambda: plan(a_file(), some_rules(), MONDAY),
    Reason.CHANNEL_ANSWERED: lambda: plan(a_file(debtor=a_debtor(answered_on=Channel.EMAIL)), some_rules(BOTH), MONDAY),
    Reason.CHANNEL_OPTED_OUT: lambda: plan(
        a_file(debtor=a_debtor(opt_outs=(OptOut("whatsapp", MONDAY),))), some_rules(BOTH), MONDAY
    ),
    Reason.CHANNEL_NO_CONSENT: lambda: plan(
        a_file(debtor=a_debtor(points=(EMAIL, replace(PHONE, whatsapp_optin_on=None)))), some_rules(BOTH), MONDAY
    ),
    Reason.CHANNEL_NO_POINT: lambda: plan(a_file(debtor=a_debtor(points=(EMAIL,))), some_rules(BOTH), MONDAY),
    Reason.CHANNEL_UNREACHABLE: lambda: plan(
        a_file(debtor=a_debtor(points=(EMAIL, replace(PHONE, blocked=(Channel.WHATSAPP,))))), some_rules(BOTH), MONDAY
    ),
    Reason.CHANNEL_FAILING: lambda: plan(
        a_file(debtor=a_debtor(points=(EMAIL, replace(PHONE, failures=3)))), some_rules(BOTH), MONDAY
    ),
    Reason.CHANNEL_PHASE: lambda: plan(
        a_file(),
        some_rules(a_policy(a_step("firme", 1, Phase.FIRM, (Channel.WHATSAPP, Channel.EMAIL)), entry_phase=Phase.FIRM)),
        MONDAY,
    ),
    Reason.CHANNEL_OFF: lambda: plan(
        a_file(), some_rules(BOTH, tenant=a_tenant(policy="prova", channels={Channel.EMAIL: ChannelConfig()})), MONDAY
    ),
    Reason.CHANNEL_TRIED: lambda: plan(
        a_file(debtor=a_debtor(case=an_open_case(tried=("aviso#whatsapp",), refused_at=MONDAY))),
        some_rules(BOTH),
        MONDAY,
    ),
}


@pytest.mark.parametrize("code", [c for c, t in TEXTS.items() if t.kind != "event"])
def test_every_reason_a_decision_can_carry_is_reached(code: Reason) -> None:
    assert code in reasons(SCENARIOS[code]())


def test_every_code_is_documented_in_both_languages() -> None:
    assert set(TEXTS) == set(Reason)
    assert len(TEXTS) >= 35
    for text in TEXTS.values():
        assert text.pt.endswith(".")
        assert text.en.endswith(".")
        assert text.kind in {"contact", "hold", "done", "channel", "event"}


def test_a_landline_gets_neither_sms_nor_whatsapp() -> None:
    landline = ContactPoint("phone", "+551133334444", (Channel.VOICE,))
    decision = plan(a_file(debtor=a_debtor(points=(landline,))), some_rules(), MONDAY)
    assert decision.reason == Reason.NO_CHANNEL


@pytest.mark.parametrize(
    ("code", "skipped"),
    [
        ("HOLD_DISPUTE", True),
        ("OPTED_OUT", True),
        ("SUPERSEDED", True),
        ("DUE_STEP", False),
        ("SENT", False),
        ("of a later version", False),
    ],
)
def test_a_hold_an_end_and_a_step_passed_over_are_why_nothing_was_sent(code: str, skipped: bool) -> None:
    assert is_skip(code) is skipped
