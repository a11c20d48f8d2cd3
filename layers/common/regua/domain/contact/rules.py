"""What a decision rests on besides the debtor's file, and where and when the debtor is."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zlib import crc32

from regua.domain.calendar import Calendar, Place
from regua.domain.contact.reach import Health
from regua.domain.contact.steps import policy_name
from regua.domain.model import Debtor, File, Receivable
from regua.domain.policy import Policy
from regua.domain.tenant import Tenant
from regua.domain.values import Value

_NO_HEALTH = Health()


class Rules(Value):
    """Everything the planner needs besides the debtor's file: pure values, the same for a whole tenant."""

    tenant: Tenant
    policies: Mapping[str, Policy]
    calendar: Calendar
    health: Health = _NO_HEALTH
    margin: timedelta = timedelta(0)
    """No contact begins later than this before the window's end: a call may take up to the client's timeout."""

    def fingerprint(self, file: File) -> str:
        """Names everything but time that a decision on this file rests on: an equal one decides alike.

        Short, since every root carries it; a chance equality (1 in 4 billion) would only delay a decision by a day.
        """
        debtor = file.debtor
        names = {policy_name(r, debtor, self.tenant) for r in file.receivables if r.is_open}
        labels = ",".join(sorted(self.policies[name].label for name in names))
        health = f"{self.health.reconciliation_stale:d}{'+'.join(sorted(f'{c}:{t}' for c, t in self.health.off))}"
        return (
            f"{debtor.version}|{crc32(f'{self.tenant.version}|{self.calendar.version}|{labels}|{health}'.encode()):08x}"
        )

    def policy(self, receivable: Receivable, debtor: Debtor) -> Policy:
        """The receivable's policy by precedence. Raises KeyError when no policy has that name."""
        return self.policies[policy_name(receivable, debtor, self.tenant)]

    def debtor_policy(self, debtor: Debtor) -> Policy:
        """The policy whose caps and hours hold for the debtor as a whole."""
        return self.policies[debtor.policy or self.tenant.segments.get(debtor.segment, "") or self.tenant.policy]


def place_of(debtor: Debtor, tenant: Tenant) -> Place:
    """Where the debtor is; an unknown time zone is the creditor's."""
    return Place(debtor.state, debtor.time_zone or tenant.time_zone, debtor.city)


def local_day(at: datetime, rules: Rules, place: Place) -> date:
    """The debtor's day at that moment."""
    return rules.calendar.local(at, place).date()
