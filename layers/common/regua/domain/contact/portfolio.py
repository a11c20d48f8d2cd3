"""The portfolio's exact figures, added up in the same pass in which the scan decides."""

from dataclasses import dataclass, field
from datetime import date

from regua.domain.contact.decision import ContactDecision, Decision, HoldDecision
from regua.domain.model import File

BUCKETS = (
    (0, "current"),
    (15, "1-15"),
    (30, "16-30"),
    (60, "31-60"),
    (90, "61-90"),
    (180, "91-180"),
    (360, "181-360"),
)
OLDEST = ">360"
"""Ageing buckets of the trade; days late from the due date, the last one open."""
AT_RISK_DAYS = 90


def bucket(due_on: date, on: date) -> str:
    """The ageing bucket of a receivable on a day."""
    late = (on - due_on).days
    return next((name for limit, name in BUCKETS if late <= limit), OLDEST)


@dataclass
class Portfolio:
    """Sums over open receivables; cents of principal still open."""

    debtors: int = 0
    receivables: int = 0
    open_cents: int = 0
    at_risk_cents: int = 0
    planned: int = 0
    due_today: int = 0
    """Messages planned for this very day: contact hours never cross midnight UTC, so its date is the day's. What a
    person is to do or to approve takes no channel's place.
    """
    on_hold: int = 0
    done: int = 0
    by_bucket: dict[str, int] = field(default_factory=dict)

    def add(self, file: File, decision: Decision | None, on: date) -> None:
        """Adds one debtor as decided on `on` (the creditor's day); None: planned, as decided before."""
        opened = file.open_receivables
        if opened:
            self.debtors += 1
        for receivable in opened:
            cents = receivable.open_principal_cents
            name = bucket(receivable.due_on, on)
            self.receivables += 1
            self.open_cents += cents
            self.by_bucket[name] = self.by_bucket.get(name, 0) + cents
            if (on - receivable.due_on).days > AT_RISK_DAYS:
                self.at_risk_cents += cents
        if decision is None or isinstance(decision, ContactDecision):
            self.planned += 1
            at = file.debtor.case.next_contact_at if decision is None else decision.at
            for_a_person = decision is not None and (decision.step.is_task or decision.asks)
            self.due_today += at is not None and at.date() == on and not for_a_person
        elif isinstance(decision, HoldDecision):
            self.on_hold += 1
        else:
            self.done += 1

    def merge(self, other: "Portfolio") -> None:
        """Adds another shard's sums."""
        for name in (
            "debtors",
            "receivables",
            "open_cents",
            "at_risk_cents",
            "planned",
            "due_today",
            "on_hold",
            "done",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, cents in other.by_bucket.items():
            self.by_bucket[name] = self.by_bucket.get(name, 0) + cents
