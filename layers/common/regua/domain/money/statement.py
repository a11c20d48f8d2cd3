"""A statement: the receivables of a debtor as they stand on a day."""

from datetime import date

from regua.domain.model import Receivable
from regua.domain.money.amount_due import AmountDue
from regua.domain.values import Value


class StatementLine(Value):
    """One receivable as it stands in a message on the day of the contact."""

    receivable: Receivable
    due: AmountDue
    """What is due on that day, for the principal still open."""
    days_late: int
    """From the (moved) due date; 0 on it, negative before."""
    good_until: date | None = None
    """Last day on which paying this amount settles it; None: nothing was promised."""

    @property
    def overdue(self) -> bool:
        """True once the day to pay without charge has passed."""
        return self.days_late > 0
