"""What a bank credits in one sum for several boletos, told against those that are settled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from regua.domain.intake.bank_statement import EntryKind
from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEvent
from regua.domain.money.same_payment import BankDays
from regua.ports import InboxEvent, InboxStatus
from regua.use_cases.paying.movements import at_of

OUR_WALLETS = frozenset({"asaas", "iugu", "mercadopago", "pagarme", "pagbank", "stripe"})
"""Gateways whose money comes to an account of their own, and to the bank later in other sums."""
BOLETOS_BEFORE = timedelta(days=8)
"""How long before it credits them the bank may have settled boletos: two days, with a weekend and holidays between."""


@dataclass(frozen=True, slots=True)
class ToldPayment:
    """A payment that another source has told and that is settled."""

    gateway: str
    event_id: str
    end_to_end: str
    cents: int
    on: date
    debtor: str
    receivable: str
    rail: Rail
    source: str
    """The file it was found in; empty for a notification."""
    fee_cents: int = 0


@dataclass(slots=True)
class BoletoSums:
    """Which sums of a statement are for which of the boletos known; each boleto is in one sum."""

    known: Sequence[ToldPayment]
    lines: Sequence[tuple[InboxEvent, PaymentEvent]]
    """Movements of statements read before."""
    days: BankDays
    _spent: set[tuple[str, str]] = field(default_factory=set)
    _summed: bool = False

    def of(self, event: PaymentEvent) -> list[ToldPayment] | None:
        """The boletos a sum is for, which are spent by it."""
        if not self._summed:
            self._summed = True
            for stored, line in sorted(self.lines, key=lambda one: at_of(one[1])):
                if stored.status is InboxStatus.APPLIED and line.line[3] == EntryKind.BOLETOS:
                    self.of(line)
        boletos = self.free(self.days.day(at_of(event)))
        sources = {k.source for k in boletos}
        groups = [[k for k in boletos if k.source == source] for source in sources]
        on = sorted({k.on for k in boletos})
        for first in range(len(on)):
            for last in range(first, len(on)):
                among = [k for k in boletos if on[first] <= k.on <= on[last]]
                groups += [among, *([k for k in among if k.source == source] for source in sources)]
        found = next((g for g in groups if g and event.amount_cents in _sums(g)), None)
        self._spent |= {(k.gateway, k.event_id) for k in found or ()}
        return found

    def free(self, on: date) -> list[ToldPayment]:
        """Those that a sum of that day may be for."""
        return [
            k
            for k in self.known
            if k.rail is Rail.BOLETO
            and k.gateway not in OUR_WALLETS
            and timedelta(0) <= on - k.on <= BOLETOS_BEFORE
            and (k.gateway, k.event_id) not in self._spent
        ]


def _sums(boletos: Iterable[ToldPayment]) -> tuple[int, int]:
    """What the bank credits for them: all of it, charging its fees apart, or what is left after them."""
    gross = sum(one.cents for one in boletos)
    return gross, gross - sum(one.fee_cents for one in boletos)
