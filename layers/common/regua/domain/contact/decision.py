"""What the planner answers: contact, hold or done, each with its reasons."""

from datetime import datetime

from regua.domain.ids import txid
from regua.domain.model import AskedAmount, Channel, Debtor
from regua.domain.money.statement import StatementLine
from regua.domain.policy import Step
from regua.domain.values import Value


class Fired(Value):
    """A receivable and the step it is contacted with (its own, most advanced one), and those passed over."""

    receivable: str
    step: Step
    rank: int
    superseded: tuple[str, ...] = ()
    day: int = 0
    """The step's, relative to the due date."""


class ContactDecision(Value):
    """Contact the debtor at `at` (now, or the next lawful moment) with `step` on the first of `channels`."""

    at: datetime
    step: Step
    channels: tuple[Channel, ...]
    """Usable ones, in order: the chosen channel first, the rest are its fallbacks within the same claim."""
    driver: str
    """The receivable whose step this is: the most advanced one."""
    lines: tuple[StatementLine, ...]
    """Everything listed: overdue first, then upcoming, each by due date."""
    fired: tuple[Fired, ...]
    reasons: tuple[str, ...]
    """Codes of `domain.reasons`, the deciding one first."""
    policy: str
    calendar: str
    asks: bool = False
    """True: a person is asked to approve this message; it goes once that is said, and is decided anew."""

    @property
    def channel(self) -> Channel:
        """The chosen channel."""
        return self.channels[0]

    @property
    def reason(self) -> str:
        """The deciding reason."""
        return self.reasons[0]

    @property
    def to_pay(self) -> tuple[StatementLine, ...]:
        """The lines a message asks to pay: what is due, or, while nothing is, all it lists."""
        return tuple(line for line in self.lines if line.days_late >= 0) or self.lines

    @property
    def asked_cents(self) -> int:
        """What the message asks for, in cents: the code beside it pays exactly that."""
        return sum(line.due.total_cents for line in self.to_pay)

    @property
    def asked(self) -> tuple[AskedAmount, ...]:
        """The same title by title, each with the last day on which it is good."""
        return tuple(
            AskedAmount(line.receivable.id, line.due.total_cents, line.good_until, line.due.principal_cents)
            for line in self.to_pay
            if line.good_until is not None
        )

    def code_of(self, debtor: Debtor) -> str:
        """Our txid in the static Pix code: one title's own; for several one that stands for exactly these amounts, so
        that a preview shows the code of the run, and money by it is for the titles it listed.
        """
        lines = self.to_pay
        if len(lines) == 1:
            return lines[0].receivable.txid or txid(debtor.tenant, debtor.id)
        named = (f"{a.receivable}\0{a.cents}\0{a.until_on}" for a in self.asked)
        return txid(debtor.tenant, debtor.id, "\0".join(("", *named)))

    @property
    def amount_due_cents(self) -> int:
        """Sum of all lines, in cents."""
        return sum(line.due.total_cents for line in self.lines)


class HoldDecision(Value):
    """Leave the debtor alone until `until` (None: until a fact or a person changes something)."""

    until: datetime | None
    reasons: tuple[str, ...]
    policy: str = ""

    @property
    def reason(self) -> str:
        """The deciding reason."""
        return self.reasons[0]


class DoneDecision(Value):
    """Nothing will be done unless a new fact arrives."""

    reasons: tuple[str, ...]
    policy: str = ""

    @property
    def reason(self) -> str:
        """The deciding reason."""
        return self.reasons[0]


Decision = ContactDecision | HoldDecision | DoneDecision
