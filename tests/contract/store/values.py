"""Debtors, receivables and facts that look like a business's own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from regua.domain.model import (
    Case,
    CaseStatus,
    Channel,
    Contact,
    ContactPoint,
    ContactStatus,
    Contract,
    Debtor,
    Discount,
    FactKind,
    File,
    LedgerEntry,
    PaymentFact,
    Rail,
    Receivable,
    ReceivableStatus,
)
from regua.domain.work import Work, WorkKind
from regua.ports import InboxEvent, InboxStatus, Ref, Store

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
TENANT = "escola"


def debtor(name: str = "d1", *, tenant: str = TENANT) -> Debtor:
    return Debtor(
        tenant,
        name,
        name="Maria Conceição",
        document="52998224725",
        state="SP",
        points=(ContactPoint("email", "maria@example.com", (Channel.EMAIL,)),),
        tags=("vip",),
    )


def receivable(name: str = "T-1", **changes: object) -> Receivable:
    made = Receivable(
        name,
        principal_cents=15_000,
        due_on=date(2026, 2, 20),
        contract=Contract(Decimal("2"), Decimal("1.0"), discounts=(Discount(date(2026, 2, 10), Decimal("5.5")),)),
    )
    return replace(made, **changes)  # type: ignore[arg-type] # names and types are the caller's


def paid(item: Receivable) -> Receivable:
    return replace(item, status=ReceivableStatus.PAID, paid_principal_cents=item.principal_cents)


def contact(step: str = "lembrete", status: ContactStatus = ContactStatus.SENDING) -> Contact:
    return Contact(1, step, Channel.EMAIL, status, NOW, receivables=("T-1",))


def fact(name: str = "E123", cents: int = 15_000) -> PaymentFact:
    return PaymentFact("pix", name, FactKind.CREDIT, "T-1", cents, NOW, Rail.PIX)


def file(*receivables: Receivable, name: str = "d1", tenant: str = TENANT, case: Case | None = None) -> File:
    root = debtor(name, tenant=tenant)
    return File(replace(root, case=case) if case else root, receivables or (receivable(),))


def case(status: CaseStatus) -> Case:
    return Case(status=status, cycle=1, number=1, opened_at=NOW)


def entry(reason: str, minutes: int = 0) -> LedgerEntry:
    return LedgerEntry(NOW + timedelta(minutes=minutes), reason, receivables=("T-1",), amount_cents=1)


def ref(value: str, debtor: str = "d1", kind: str = "txid") -> Ref:
    return Ref(TENANT, kind, value, debtor, "T-1")


def event(name: str = "E123", *, tenant: str = TENANT, minutes: int = 0) -> InboxEvent:
    return InboxEvent(
        tenant, "pix", name, NOW + timedelta(minutes=minutes), '{"pix":[]}', headers=(("content-type", "json"),)
    )


def work(name: str = "T-1", *, tenant: str = TENANT, minutes: int = 0, **changes: object) -> Work:
    made = Work(tenant, WorkKind.OVERPAID, name, NOW + timedelta(minutes=minutes), debtor="d1", amount_cents=3_000)
    return replace(made, **changes)  # type: ignore[arg-type] # names and types are the caller's


def pay(store: Store, before: File) -> File:
    """A commit with all that one may bring: titles, contacts, facts, ledger, references, the inbox, work."""
    return store.commit(
        before,
        replace(before, receivables=(paid(receivable()),), contacts=(contact(),), facts=(fact(),)),
        owner="payment",
        ledger=[entry("paid")],
        refs=[ref("RG1")],
        inbox=[replace(event(), status=InboxStatus.APPLIED)],
        work=[work("T-2")],
    )
