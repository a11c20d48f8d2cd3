"""The account of a receivable: what is owed on a day, from its facts and its terms. Everybody who asks, asks here.

Messages, previews, charges and the settling of payments all read the same account, so that what is asked is what is
owed and what settles. The numbers the facts have left (`paid_principal_cents`, `charged`) are kept with the receivable,
so that a scan that loads no facts can ask as well.
"""

from dataclasses import dataclass
from datetime import date

from regua.domain.calendar import Calendar, Place
from regua.domain.model import Charged, Debtor, Profile, Receivable
from regua.domain.money.amount_due import AmountDue, amount_due
from regua.domain.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Accounts:
    """By what one debtor's money is counted."""

    tenant: Tenant
    calendar: Calendar
    profile: Profile
    place: Place

    @classmethod
    def of(cls, debtor: Debtor, tenant: Tenant, calendar: Calendar) -> "Accounts":
        """How this creditor counts what this debtor owes."""
        place = Place(debtor.state, debtor.time_zone or tenant.time_zone, debtor.city)
        return cls(tenant, calendar, debtor.profile, place)

    def owed(self, receivable: Receivable, on: date, *, explain: bool = False) -> AmountDue:
        """What is owed of the receivable as its facts have left it, paid on the creditor's day `on`."""
        return self.owed_of(receivable, receivable.open_principal_cents, receivable.charged, on, explain=explain)

    def owed_of(
        self, receivable: Receivable, open_cents: int, charged: Charged | None, on: date, *, explain: bool = False
    ) -> AmountDue:
        """The same while its facts are being added up: so much principal is open, so much was charged."""
        return amount_due(
            open_cents,
            receivable.due_on,
            on,
            receivable.contract or self.tenant.contract,
            self.profile,
            place=self.place,
            calendar=self.calendar,
            explain=explain,
            original_cents=receivable.principal_cents,
            charged=charged,
        )
