"""The account of a receivable: what is owed on a day, from its facts and its terms. Everybody who asks, asks here.

Messages, previews, charges and the settling of payments all read the same account, so that what is asked is what is
owed and what settles. The numbers the facts have left (`paid_principal_cents`, `charged`) are kept with the receivable,
so that a scan that loads no facts can ask as well.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from regua.domain.calendar import Calendar, Place
from regua.domain.model import Charged, Contract, Debtor, Profile, Receivable, Unpublished
from regua.domain.money import calculation
from regua.domain.money.amount_due import AmountDue, amount_due
from regua.domain.rates import LEGAL_RATE
from regua.domain.tenant import SettlingRules, Tenant, Terms
from regua.domain.values import Value, replace

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Since when the first terms hold."""


def small_rest(principal_cents: int, rules: SettlingRules) -> int:
    """The largest rest of a title that is too small to dun, in cents: the smaller of an amount and a share of it."""
    return min(rules.small_rest_cents, int(principal_cents * rules.small_rest_percent / 100))


class Accounts(Value):
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

    def rests_on_tables(self, receivable: Receivable) -> bool:
        """Whether what is owed of it depends on published rates: nothing was agreed, or an index corrects it."""
        own = receivable.contract
        contracts = [own] if own else [self.tenant.contract, *(terms.contract for terms in self.tenant.terms)]
        return any(not contract.agreed or contract.correction_index for contract in contracts)

    def is_small_rest(self, receivable: Receivable, on: date) -> bool:
        """Whether what a payment has left of the receivable is too small to dun."""
        if not receivable.is_open or not (receivable.paid_principal_cents or receivable.paid_additions_cents):
            return False
        limit = small_rest(receivable.principal_cents, self.tenant.settling)
        return self._at_most(receivable, on, limit)

    def was_a_small_rest(self, receivable: Receivable, on: date) -> bool:
        """Whether what a payment has left may have been too small to dun before: it has grown by interest since, or
        the creditor has changed what is small.
        """
        if not receivable.is_open or not (receivable.paid_principal_cents or receivable.paid_additions_cents):
            return False
        every = (self.tenant.settling, *(terms.settling for terms in self.tenant.terms))
        limit = max(small_rest(receivable.principal_cents, rules) for rules in every)
        return self._at_most(receivable, on, 2 * limit) and not self.is_small_rest(receivable, on)

    def _at_most(self, receivable: Receivable, on: date, cents: int) -> bool:
        """Whether no more than that is owed: no less than the principal is, where nothing can take from it."""
        if receivable.open_principal_cents > cents:
            own, tenant = receivable.contract, self.tenant
            contracts = (own,) if own else (tenant.contract, *(terms.contract for terms in tenant.terms))
            if not any(c.discounts or c.correction_index for c in contracts):
                return False
        return self.owed(receivable, on).total_cents <= cents

    def nothing_due_until(self, receivable: Receivable, on: date) -> date | None:
        """The last day on which nothing is owed of an open receivable because a discount covers all of it; None when
        something is owed on `on`.
        """
        own = receivable.contract
        contracts = [own] if own else [terms.contract for terms in self._terms(receivable)]
        untils = {d.until_on for contract in contracts for d in contract.discounts}
        if not untils or self.owed(receivable, on).total_cents:
            return None
        ends = sorted(self.calendar.due_moves_to(until, self.place) for until in untils)
        later = (end for end in ends if end >= on)
        return next((end for end in later if self.owed(receivable, end + timedelta(days=1)).total_cents), None)

    def good_until(self, receivable: Receivable, asked_on: date) -> date:
        """Last day on which what is owed on `asked_on` settles the receivable, when a message asked for it then.

        Asked up to the due date it is good until the due date (or the business day it moves to); asked later, for the
        creditor's days of grace; never past the last day of a discount it contains.
        """
        last_on = self.calendar.due_moves_to(receivable.due_on, self.place)
        until = last_on if asked_on <= last_on else asked_on + timedelta(days=self.tenant.settling.amount_days)
        ends = [self.calendar.due_moves_to(d.until_on, self.place) for d in self._contract(receivable).discounts]
        return min([until, *(end for end in ends if end >= asked_on)])

    def settling_at(self, receivable: Receivable, at: datetime) -> SettlingRules:
        """How money that came at that moment is allocated."""
        return [terms for terms in self._terms(receivable) if terms.since_at <= at][-1].settling

    def owed_of(
        self,
        receivable: Receivable,
        open_cents: int,
        charged: Charged | None,
        on: date,
        *,
        at: datetime | None = None,
        explain: bool = False,
    ) -> AmountDue:
        """The same while its facts are being added up: so much principal is open, so much was charged. `at` is the
        moment on that day, when terms that came later the same day must not be asked, nor months of a table that were
        not known when money of that moment was counted first: it would be counted against more than was asked.
        """
        first, *rest = self._terms(receivable)
        calendar = self.calendar
        if at is not None and receivable.charged is not None and receivable.charged.unpublished:
            calendar = _as_known(calendar, at, receivable.charged.unpublished)
        later = [(self.day_of(t.since_at), t.contract) for t in rest if at is None or t.since_at <= at]
        due = amount_due(
            open_cents,
            receivable.due_on,
            on,
            receivable.contract or first.contract,
            self.profile,
            place=self.place,
            calendar=calendar,
            explain=explain,
            original_cents=receivable.principal_cents,
            charged=charged,
            later=() if receivable.contract else later,
        )
        if explain and (before := receivable.due_before):
            return replace(due, calculation=(calculation.put_off(before, receivable.due_on), *due.calculation))
        return due

    def day_of(self, at: datetime) -> date:
        """The creditor's calendar day of an instant."""
        return at.astimezone(ZoneInfo(self.tenant.time_zone)).date()

    def _contract(self, receivable: Receivable) -> Contract:
        return receivable.contract or self.tenant.contract

    def _terms(self, receivable: Receivable) -> tuple[Terms, ...]:
        """The terms a title has had, oldest first; those that held when it was entered have held from its beginning."""
        terms, entered = self.tenant.terms, receivable.entered_at
        if not terms:
            return (Terms(ALWAYS, self.tenant.contract, self.tenant.settling),)
        while len(terms) > 1 and entered is not None and terms[1].since_at <= entered:
            terms = terms[1:]
        return terms if terms[0].since_at == ALWAYS else (replace(terms[0], since_at=ALWAYS), *terms[1:])


def _as_known(calendar: Calendar, at: datetime, unpublished: Iterable[Unpublished]) -> Calendar:
    """The calendar without the months that money of that moment was counted without."""
    hidden: dict[str, set[str]] = {}
    for one in unpublished:
        if at <= one.until:
            hidden.setdefault(one.table, set()).add(one.month)
    return replace(
        calendar,
        legal_rates=calendar.legal_rates.without(hidden.get(LEGAL_RATE, ())),
        indexes={name: table.without(hidden.get(name, ())) for name, table in calendar.indexes.items()},
    )
