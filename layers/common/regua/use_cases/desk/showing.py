"""One debtor as a person sees it: what is owed with its working, what was said, what is to come, and why."""

from dataclasses import dataclass
from datetime import date, datetime

from regua.domain.contact.decision import ContactDecision, Decision
from regua.domain.contact.message import Message
from regua.domain.contact.planner import plan
from regua.domain.contact.rules import Rules
from regua.domain.model import Channel, Contact, File, LedgerEntry, Receivable
from regua.domain.money.account import Accounts
from regua.domain.money.amount_due import AmountDue
from regua.domain.money.settlement import local_date
from regua.domain.work import Work
from regua.ports import Store
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.desk import worklist
from regua.use_cases.desk.person import UnknownError
from regua.use_cases.desk.retelling import Compose, Retelling


@dataclass(frozen=True, slots=True)
class Owed:
    """A title and what is owed of it on a day, with its working."""

    receivable: Receivable
    due: AmountDue


@dataclass(frozen=True, slots=True)
class Retold:
    """A contact and its text; None when it cannot be known any more, or when it said nothing."""

    contact: Contact
    message: Message | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything there is to see."""

    file: File
    on: date
    owed: tuple[Owed, ...]
    contacts: tuple[Retold, ...]
    decision: Decision
    """What is scheduled, or why nothing is."""
    next_message: Message | None
    """As it would go out at its moment."""
    work: tuple[Work, ...]
    ledger: tuple[LedgerEntry, ...]


@dataclass(frozen=True, slots=True)
class Showing:
    """The ports of looking."""

    store: Store
    rulebook: Rulebook
    compose: Compose
    retelling: Retelling

    def show(self, tenant: str, debtor: str, now: datetime) -> Shown:
        """The debtor as of `now`. Raises UnknownError."""
        file = self.store.load(tenant, debtor)
        if file is None:
            raise UnknownError("este devedor não existe")
        rules = self.rulebook.rules(tenant, now)
        ledger = tuple(self.store.ledger(tenant, debtor))
        today = local_date(now, rules.tenant)
        accounts = Accounts.of(file.debtor, rules.tenant, rules.calendar)
        decision = plan(file, rules, now)
        contacts = sorted(file.contacts, key=lambda c: c.at)
        return Shown(
            file,
            today,
            tuple(Owed(r, accounts.owed(r, today, explain=True)) for r in file.receivables),
            tuple(Retold(c, self.retelling(file, ledger, c, rules)) for c in contacts),
            decision,
            self._next(file, decision, rules),
            tuple(w for w in worklist.open_work(self.store, tenant) if w.debtor == debtor),
            ledger,
        )

    def _next(self, file: File, decision: Decision, rules: Rules) -> Message | None:
        if not isinstance(decision, ContactDecision) or decision.channel is Channel.TASK:
            return None
        return self.compose(file, decision, decision.channel, rules, "")
