"""What is meant where nothing is said: by a policy, a tenant, a line of a file, and an item stored before a field was.

A default is a promise to them. Changing one changes what they mean, so it is said here a second time.
"""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from regua.domain.contact.call import CallFact
from regua.domain.contact.channel_event import SendResult
from regua.domain.contact.message import Message
from regua.domain.contact.pace import Breaker
from regua.domain.contact.portfolio import AT_RISK_DAYS, Portfolio
from regua.domain.intake.layout import ReadOptions
from regua.domain.intake.row import Row
from regua.domain.model import (
    Case,
    Contact,
    ContactPoint,
    Contract,
    Debtor,
    Discount,
    LedgerEntry,
    PaymentFact,
    Promise,
    Receivable,
    StepFired,
)
from regua.domain.money.payment_event import PaymentEvent
from regua.domain.policy import Caps, Hours, Policy, Step
from regua.domain.reply.classify import Reply
from regua.domain.tenant import ChannelConfig, GatewayConfig, SettlingRules, Tenant
from regua.domain.work import Work

POLICIES: list[tuple[type, dict[str, Any]]] = [
    (Caps, {"min_hours": 48, "per_day": 1, "per_week": 2, "per_month": 6}),
    (Hours, {"start_minute": 0, "end_minute": 1440, "weekdays": (0, 1, 2, 3, 4, 5, 6)}),
    (
        Policy,
        {
            "formal_min_contacts": 3, "formal_min_days": 15, "legal_min_contacts": 5, "legal_min_days": 30,
            "promise_grace_days": 1, "clearing_days": 2, "vulnerable_min_hours": 168, "min_total_cents": 0,
            "upcoming_days": 30, "thank_you": True, "collect": True, "task_days": 5, "approval_tolerance_percent": 10,
        },
    ),
    (
        Step,
        {
            "min_amount_cents": 0, "min_amount_percent": 0, "min_contacts": 0, "min_days_since_first": 0,
            "approval": False,
        },
    ),
]  # fmt: skip
TENANTS: list[tuple[type, dict[str, Any]]] = [
    (ChannelConfig, {"enabled": True, "price_micros": 0, "max_per_second": 0.0, "max_per_day": 0}),
    (GatewayConfig, {"create_charges": False}),
    (
        SettlingRules,
        {
            "tolerance_cents": 0, "attribution_days": 7, "amount_days": 5, "small_rest_cents": 500,
            "small_rest_percent": Decimal(1), "overpaid_share_percent": Decimal(10),
        },
    ),
    (
        Tenant,
        {
            "optional_days": True, "full_picture": False, "max_file_bytes": 1_000_000_000, "dry_run": False,
            "stopped": False, "max_contacts_per_day": 0, "reconcile_limit_hours": 0,
        },
    ),
    (
        Contract,
        {
            "fine_percent": Decimal(0), "interest_percent": Decimal(0), "business_days": False, "waived": False,
            "agreed": True,
        },
    ),
    (Discount, {"percent": Decimal(0), "cents": 0}),
    (Breaker, {"limit": 5, "rest": 60, "longest": 1800, "failures": 0, "opened_at": 0.0, "trips": 0, "probe_at": 0.0}),
]  # fmt: skip
STORED: list[tuple[type, dict[str, Any]]] = [
    (Case, {"cycle": 0, "number": 0, "contacts": 0}),
    (Contact, {"amount_cents": 0, "cost_micros": 0, "segments": 0, "number": 1}),
    (ContactPoint, {"failures": 0, "told": 0, "shared": False, "former": False}),
    (Debtor, {"version": 0, "do_not_collect": False}),
    (LedgerEntry, {"cycle": 0, "amount_cents": 0}),
    (PaymentFact, {"cumulative": False, "of_boleto": False, "granted_cents": 0, "charged_cents": 0}),
    (Promise, {"amount_cents": 0, "grace_days": 1}),
    (
        Receivable,
        {
            "principal_cents": 0, "installment": 0, "installments": 0, "do_not_collect": False,
            "paid_principal_cents": 0, "paid_additions_cents": 0, "overpaid_cents": 0, "contacts": 0,
            "discounted_cents": 0, "lowered_from_cents": 0, "raised": False,
        },
    ),
    (StepFired, {"rank": 0, "offset_days": 0}),
    (Work, {"amount_cents": 0}),
]  # fmt: skip
TOLD: list[tuple[type, dict[str, Any]]] = [
    (CallFact, {"amount_cents": 0}),
    (Message, {"ttl_seconds": 0, "session": False}),
    (
        PaymentEvent,
        {
            "amount_cents": 0,
            "cumulative": False,
            "recurs": False,
            "fee_cents": 0,
            "standing": False,
            "holds": False,
            "terse": False,
            "billed": False,
        },
    ),
    (Reply, {"confidence": 0.0, "every": False}),
    (ReadOptions, {"max_bytes": 1_000_000_000}),
    (Row, {"installment": 0, "installments": 0, "do_not_collect": False, "derived_id": False}),
    (SendResult, {"cost_micros": 0, "segments": 0}),
]


@pytest.mark.parametrize(
    ("kind", "meant"), [*POLICIES, *TENANTS, *STORED, *TOLD], ids=lambda x: getattr(x, "__name__", "")
)
def test_where_nothing_is_said_this_is_meant(kind: type, meant: dict[str, Any]) -> None:
    said = {
        field.name: field.default
        for field in dataclasses.fields(kind)
        if isinstance(field.default, bool | int | float | Decimal) or field.name in meant
    }
    assert said == meant


def test_a_portfolio_begins_with_nothing_and_what_is_late_for_ninety_days_is_at_risk() -> None:
    assert set(dataclasses.astuple(Portfolio())[:-1]) == {0}
    assert AT_RISK_DAYS == 90
