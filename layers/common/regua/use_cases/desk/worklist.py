"""Work: what a person must look at, and what a machine still owes the outside.

One list, kept where unmatched payments are kept already: an inbox event of the gateway named `NAME`. So it is written
in the same transaction as the fact it follows from, listed by status, and repaired by the same sweep. UNMATCHED waits
for a person, PENDING for a machine, IGNORED is done. The id says what it is about, so the same work is one item.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from regua.domain.model import File, Receivable
from regua.ports import InboxEvent, InboxStatus, Metrics, Store

NAME = "regua-tarefas"
"""Stands where a gateway's name stands; the hyphen keeps it apart from every name a tenant can configure."""


class Kind(StrEnum):
    """Why it is work."""

    UNMATCHED = "unmatched"
    """Money that names no receivable we know, or news nobody can read."""
    OVERPAID = "overpaid"
    """More came than was owed: give back or keep as credit."""
    BOTH_RAILS = "both_rails"
    """Paid by boleto and again by Pix: one must be given back."""
    DISAGREEMENT = "disagreement"
    """Two sources say different things of the same money."""
    UNDO = "undo"
    """A later measure (negativação, protesto) of a debt that is paid: take it back by its legal deadline."""
    CANCEL_CHARGE = "cancel_charge"
    """A charge at a gateway that must not be paid any more; a machine does it, a person when it cannot."""
    REPLY = "reply"
    """A debtor wrote what only a person can answer: a dispute, a wish to negotiate, or words no rule is sure of."""


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work. Holds ids, numbers and codes, never a name or an address; a REPLY's note quotes the debtor."""

    tenant: str
    kind: Kind
    name: str
    """What it is about, unique within its kind."""
    at: datetime
    debtor: str = ""
    receivable: str = ""
    amount_cents: int = 0
    gateway: str = ""
    reference: str = ""
    """Payment, charge or contact it is about."""
    step: str = ""
    due_on: date | None = None
    """Last day the law leaves to do it."""
    note: str = ""
    """Portuguese, for whoever does it."""
    status: InboxStatus = InboxStatus.UNMATCHED
    closed_note: str = ""

    @property
    def key(self) -> str:
        """The event id it is stored under."""
        return f"{_slot(self.kind)}:{self.name}"


def _slot(kind: Kind) -> str:
    """Money over on one rail or on both is one matter: the second news of it replaces the first."""
    return Kind.OVERPAID if kind is Kind.BOTH_RAILS else kind


def item(work: Work) -> InboxEvent:
    """As it is stored."""
    body = {"kind": work.kind, "name": work.name, "note": work.note}
    more = {"gateway": work.gateway, "reference": work.reference, "step": work.step}
    body |= {name: value for name, value in more.items() if value}
    if work.due_on:
        body["due_on"] = work.due_on.isoformat()
    return InboxEvent(
        work.tenant,
        NAME,
        work.key,
        work.at,
        json.dumps(body, ensure_ascii=False),
        status=work.status,
        note=work.closed_note,
        debtor=work.debtor,
        receivable=work.receivable,
        amount_cents=work.amount_cents,
        evidence="regua",
    )


def done(work: Work, note: str) -> InboxEvent:
    """As it is stored once nothing is left to do."""
    return item(replace(work, status=InboxStatus.IGNORED, closed_note=note))


def read(event: InboxEvent) -> Work:
    """The work an event is: our own, or a payment that waits for somebody."""
    said: dict[str, str] = json.loads(event.body) if event.gateway == NAME else {}
    due_on = said.get("due_on")
    return Work(
        tenant=event.tenant,
        kind=Kind(said.get("kind", Kind.UNMATCHED)),
        name=said.get("name", event.event_id),
        at=event.received_at,
        debtor=event.debtor,
        receivable=event.receivable,
        amount_cents=event.amount_cents,
        gateway=said.get("gateway", "" if event.gateway == NAME else event.gateway),
        reference=said.get("reference", "" if event.gateway == NAME else event.event_id),
        step=said.get("step", ""),
        due_on=date.fromisoformat(due_on) if due_on else None,
        note=said.get("note", event.note),
        status=event.status,
        closed_note=event.note if event.gateway == NAME else "",
    )


def put(store: Store, metrics: Metrics, work: Work) -> None:
    """Adds what is not on the list yet; work a person has closed stays closed."""
    if store.put_inbox(item(work)).received_at == work.at:
        metrics.add("WorkOpened", 1, kind=work.kind)


def open_work(store: Store, tenant: str | None, limit: int = 1000) -> Iterator[tuple[InboxEvent, Work]]:
    """Everything that waits for a person, oldest first."""
    return ((event, read(event)) for event in store.inbox(tenant, InboxStatus.UNMATCHED, limit))


def close(store: Store, event: InboxEvent, note: str) -> None:
    """A person has done it (or decided there is nothing to do)."""
    store.mark_inbox(replace(event, status=InboxStatus.IGNORED, note=note[:500]))


def cancel_item(file: File, receivable: Receivable, now: datetime) -> InboxEvent:
    """Work for a machine: the receivable's charge must not be paid any more. The receivable has one."""
    charge = receivable.charge
    if charge is None or not charge.charge_id:
        raise ValueError("there is no charge to cancel")
    work = Work(
        file.debtor.tenant,
        Kind.CANCEL_CHARGE,
        f"{charge.gateway}:{charge.charge_id}",
        now,
        debtor=file.debtor.id,
        receivable=receivable.id,
        amount_cents=charge.amount_cents,
        gateway=charge.gateway,
        reference=charge.charge_id,
        note="Cancele esta cobrança no gateway: ela ainda pode ser paga",
        status=InboxStatus.PENDING,
    )
    return item(work)
