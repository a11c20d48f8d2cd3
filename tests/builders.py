"""Values for tests of the rules, each valid by itself: a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from regua import calendars
from regua.config import shipped_policy
from regua.domain.contact import claim, tasks
from regua.domain.contact.channel_event import Outcome, SendResult
from regua.domain.contact.decision import ContactDecision, Decision
from regua.domain.contact.message import Message
from regua.domain.contact.planner import plan
from regua.domain.contact.rules import Rules
from regua.domain.model import (
    Case,
    CaseStatus,
    Channel,
    ContactPoint,
    Debtor,
    File,
    PastContact,
    Phase,
    Receivable,
)
from regua.domain.policy import Caps, Policy, Step
from regua.domain.tenant import ChannelConfig, Creditor, PixKey, Tenant

MONDAY = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
"""Monday 2 March 2026, 10:00 in São Paulo: a business day without a holiday in sight."""

EMAIL = ContactPoint("email", "ana@example.com", (Channel.EMAIL,))
PHONE = ContactPoint(
    "phone", "+5511987654321", (Channel.WHATSAPP, Channel.SMS, Channel.VOICE), whatsapp_optin_on=date(2025, 1, 1)
)

SCHOOL = """
creditor:
  name: Escola Modelo Ltda
  document: 11.222.333/0001-81
  address: Rua das Flores, 10
  city: Natal
  state: RN
  email: financeiro@escola.example
"""
"""The least a tenant.yaml says; a test adds what it is about."""


def a_tenant(**changes: Any) -> Tenant:
    """A creditor with e-mail, SMS and WhatsApp."""
    channels = {c: ChannelConfig() for c in (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP)}
    creditor = Creditor("Acme Ltda", "11222333000181", "Rua A, 1, São Paulo - SP")
    base = Tenant("acme", creditor, channels=channels, pix=PixKey("pix@example.com", "Acme", "Sao Paulo"))
    return replace(base, **changes)


def a_debtor(**changes: Any) -> Debtor:
    """A person in São Paulo with e-mail and a mobile."""
    base = Debtor(
        "acme",
        "d1",
        name="Ana Souza",
        document="52998224725",
        state="SP",
        time_zone="America/Sao_Paulo",
        points=(EMAIL, PHONE),
    )
    return replace(base, **changes)


def a_receivable(due: int | date = 0, *, key: str = "T1", cents: int = 10_000, **changes: Any) -> Receivable:
    """Due so many days after MONDAY (negative: before); known since a month before it was due."""
    due_on = due if isinstance(due, date) else MONDAY.date() + timedelta(days=due)
    entered = datetime(due_on.year, due_on.month, due_on.day, 12, tzinfo=UTC) - timedelta(days=30)
    return replace(Receivable(key, principal_cents=cents, due_on=due_on, entered_at=entered), **changes)


def a_file(*receivables: Receivable, debtor: Debtor | None = None) -> File:
    """A debtor's file."""
    return File(debtor or a_debtor(), receivables or (a_receivable(-3),))


def some_rules(policy: Policy | None = None, **changes: Any) -> Rules:
    """Rules with the shipped `padrao`, or with the given policy under that name."""
    chosen = policy or shipped_policy("padrao")
    tenant = changes.pop("tenant", None) or a_tenant(policy=chosen.name)
    policies = {chosen.name: chosen, **changes.pop("policies", {})}
    return Rules(tenant, policies, calendars.load(), **changes)


def a_step(
    key: str, day: int, phase: Phase = Phase.FRIENDLY, channels: tuple[Channel, ...] = (Channel.EMAIL,), **changes: Any
) -> Step:
    """A step."""
    return Step(key, phase, day, channels, **changes)


def a_policy(*steps: Step, **changes: Any) -> Policy:
    """A policy without caps, so that a test sees its steps alone."""
    base = Policy("prova", "1", steps, caps=Caps(0, 99, 99, 99), formal_min_contacts=0, formal_min_days=0)
    return replace(base, **{"legal_min_contacts": 0, "legal_min_days": 0, **changes})


def past(days: int, step: str = "x", channel: Channel = Channel.EMAIL) -> PastContact:
    """A contact so many days before MONDAY."""
    return PastContact(MONDAY - timedelta(days=days), step, channel, Phase.FRIENDLY)


def an_open_case(**changes: Any) -> Case:
    """A case under way."""
    return replace(Case(CaseStatus.OPEN, cycle=1, number=1, opened_at=MONDAY), **changes)


def contacted(file: File, rules: Rules, at: datetime) -> tuple[File, ContactDecision]:
    """The file after the contact that is right at `at` was made and accepted."""
    decision = plan(file, rules, at)
    assert isinstance(decision, ContactDecision), decision
    assert decision.at == at, decision.at
    if decision.asks or decision.step.is_task:  # a person is asked, and says yes at once
        asked, _, _ = tasks.ask(file, decision, Message(decision.channel, ""), rules, at)
        mine = asked.debtor.asked[-1]
        if decision.step.is_task:
            return tasks.done(asked, mine.contact, at)[0], decision
        return contacted(tasks.approved(asked, mine, at)[0], rules, at)
    claimed, contact, _ = claim.claim(file, decision, decision.channel, at, owner="t")
    return claim.record(claimed, contact, SendResult(Outcome.SENT), at)[0], decision


def reasons(decision: Decision) -> set[str]:
    """All reason codes of a decision."""
    return {str(r) for r in decision.reasons}
