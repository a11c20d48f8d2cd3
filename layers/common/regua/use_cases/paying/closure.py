"""What follows from new facts about money: statuses anew, promises kept, the case closed."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

from regua.domain.contact import tasks
from regua.domain.contact.rules import Rules
from regua.domain.model import (
    CaseStatus,
    FactKind,
    File,
    Hold,
    HoldKind,
    LedgerEntry,
    PaymentFact,
    Promise,
    PromiseStatus,
    Receivable,
    ReceivableStatus,
    WaiveRule,
)
from regua.domain.money.account import Accounts, small_rest
from regua.domain.money.credits import received_cents
from regua.domain.money.moved import moved_away
from regua.domain.money.same_payment import BankDays, same_payments
from regua.domain.money.settlement import add_fact, local_date, settle
from regua.domain.money.tellings import is_told_again
from regua.domain.reasons import Reason
from regua.domain.tenant import Overpaid
from regua.domain.values import Value, replace
from regua.domain.work import Work
from regua.ports import InboxEvent, Store
from regua.use_cases.commits import in_parts
from regua.use_cases.paying.on_hold import answered, answered_by_money


class Effect(Value):
    """What the facts did."""

    file: File
    ledger: tuple[LedgerEntry, ...]
    closed: bool = False
    paid: tuple[str, ...] = ()
    """Receivables that are paid now and were not before."""
    days_to_pay: tuple[int, ...] = ()
    """Of each of them, days from due date to payment (negative when early)."""
    recovered_cents: int = 0
    """Money received by the new facts, less what they took back."""
    stopped_execution: str = ""
    """Execution to stop once this is committed."""
    work: tuple[Work, ...] = ()
    """What people need not do any more."""


def with_facts(file: File, facts: Iterable[PaymentFact], rules: Rules, now: datetime, reference: str) -> Effect | None:
    """The file with the facts added and everything that follows, or None when it had all of them."""
    return _settled(file, list(facts), rules, now, reference, always=False)


def settled_anew(
    file: File, facts: Iterable[PaymentFact], rules: Rules, now: datetime, reference: str
) -> Effect | None:
    """The same after a principal, a due date or terms have changed: all facts are counted anew, also without new ones.
    None when nothing follows from it.
    """
    return _settled(file, list(facts), rules, now, reference, always=bool(file.facts))


def _settled(
    file: File, facts: list[PaymentFact], rules: Rules, now: datetime, reference: str, *, always: bool
) -> Effect | None:
    after, added = file, []
    for fact in facts:
        more = add_fact(after, replace(_as_asked(after, fact, rules), recorded_at=now))
        if more is not None:
            after = more
            added.append(fact)
    if not added and not always:
        return None
    after, found = settle(after, rules.tenant, rules.calendar)
    after = _credit_on_hold(file, after, rules, now)
    if not added and after == file:
        return None
    days = BankDays.of(rules.tenant, rules.calendar)
    twice = {f.key for group in same_payments(after.facts, days) for f in group}
    news = [fact for fact in added if fact.amount_cents or fact.kind is not FactKind.CREDIT]
    entries = [e for fact in news for e in _fact_entries(file, after, fact, now, reference, again=fact.key in twice)]
    if not news:
        entries = _corrected(file, after, now, reference)
    entries += _granted(file, after, now, reference)
    for one in found:
        old = file.receivable(one.receivable)
        if one.overpaid_cents and (old is None or one.overpaid_cents > old.overpaid_cents):
            reason = Reason.PAYMENT_DUPLICATE_RAIL if one.both_rails else Reason.PAYMENT_OVERPAID
            entries.append(_entry(reason, (one.receivable,), file, now, reference, one.overpaid_cents))
    after, settled = answered(file, after, now)
    after, work, told = tasks.withdraw(after, rules, now)
    entries += told
    today = local_date(now, rules.tenant)
    after, kept = _promises(after, added, today, days)
    entries += [_entry(Reason.PROMISE_KEPT, p.receivables, file, now, reference, p.amount_cents) for p in kept]
    paid = [r for r in after.receivables if r.status is ReceivableStatus.PAID and _was_open(file, r.id)]
    closed, execution = False, ""
    case = after.debtor.case
    if case.status is CaseStatus.OPEN and not after.open_receivables:
        closed, execution = True, case.execution
        entries.append(_entry(Reason.CASE_CLOSED, (), file, now, reference))
        # the cycle is raised: whatever the running execution wakes up to, its token is no longer the root's
        case = replace(
            case,
            status=CaseStatus.CLOSED,
            cycle=case.cycle + 1,
            closed_at=now,
            next_contact_at=None,
            execution="",
            last_decision=Reason.NOTHING_OPEN,
        )
        after = replace(after, debtor=replace(after.debtor, case=case))
    if case.ended and not after.open_receivables:
        after = replace(after, debtor=replace(after.debtor, case=replace(case, ended=())))
    return Effect(
        file=after,
        ledger=tuple(entries),
        closed=closed,
        paid=tuple(r.id for r in paid),
        days_to_pay=tuple(((r.settled_on or today) - r.due_on).days for r in paid),
        recovered_cents=_received(after, file, days) - _received(file, after, days),
        stopped_execution=execution,
        work=(*work, *settled),
    )


def _as_asked(file: File, fact: PaymentFact, rules: Rules) -> PaymentFact:
    """Money for one title, with what the latest message had asked for it when it is that amount. It is kept with the
    fact: what a message promised holds, whatever becomes of the message.
    """
    if fact.kind is not FactKind.CREDIT or fact.asked or not fact.receivable or fact.cumulative:
        return fact
    day = local_date(fact.occurred_at, rules.tenant)
    told = (
        (contact.at, asked)
        for contact in file.contacts
        for asked in contact.asked
        if (asked.receivable, asked.cents) == (fact.receivable, fact.amount_cents)
        and local_date(contact.at, rules.tenant) <= day
    )
    latest = max(told, key=lambda one: one[0], default=None)
    return replace(fact, asked=(latest[1],)) if latest else fact


def commit_settled(
    store: Store, owner: Callable[[], str], before: File, effect: Effect, done: InboxEvent | None, work: Sequence[Work]
) -> File:
    """Commits a settlement with what follows from it, in parts where one transaction cannot hold it all.

    The parts before the last write receivables and work as they will be; the last one the fact itself, the root and
    the event (None: no event told of it). Whoever dies in between is repeated, finds the fact missing, and writes the
    same again. Raises ConflictError.
    """
    answers = answered_by_money(store, before, effect.file)
    told = [*([done] if done else []), *answers.inbox]
    work = [*work, *answers.work]
    return in_parts(store, owner, before, effect.file, ledger=effect.ledger, inbox=told, work=work)


def _was_open(file: File, receivable: str) -> bool:
    old = file.receivable(receivable)
    return old is None or old.status is not ReceivableStatus.PAID


def _fact_entries(
    before: File, after: File, fact: PaymentFact, now: datetime, reference: str, *, again: bool
) -> list[LedgerEntry]:
    touched = [
        r.id
        for r in after.receivables
        if (r.id == fact.receivable or not fact.receivable) and _differs(r, before.receivable(r.id))
    ]
    if not touched and is_told_again(fact):
        return []
    if fact.kind is FactKind.CREDIT and fact.granted_cents and not fact.amount_cents:
        return []  # a rebate without a payment: what it waives is told by itself
    reopened = [k for k in touched if _is_open(after, k) and not _is_open(before, k) and before.receivable(k)]
    granted = (f for f in before.facts if f.gateway == fact.gateway and f.fact_id == fact.refers_to and f.granted_cents)
    if fact.kind is FactKind.REINSTATED and any(not f.amount_cents for f in granted):
        return [_entry(Reason.GRANT_CANCELLED, tuple(touched), before, now, reference)]
    reason = {
        FactKind.REFUND: Reason.REFUND_APPLIED,
        FactKind.CHARGEBACK: Reason.CHARGEBACK_APPLIED,
        FactKind.CANCELLED: Reason.IMPORT_DISAPPEARED,
        FactKind.REINSTATED: Reason.REOPENED,
    }.get(fact.kind)
    if reason is None:
        full = touched and not any(_is_open(after, k) for k in touched)
        reason = Reason.PAYMENT_APPLIED if full else Reason.PAYMENT_PARTIAL
        if again and not any(_is_open(before, k) is not _is_open(after, k) for k in touched):
            reason = Reason.PAYMENT_CONFIRMED
    entries = [_entry(reason, tuple(touched) or (fact.receivable,), before, now, reference, fact.amount_cents)]
    if reopened and fact.kind is not FactKind.REINSTATED:
        entries.append(_entry(Reason.REOPENED, tuple(reopened), before, now, reference))
    return entries


def _granted(before: File, after: File, now: datetime, reference: str) -> list[LedgerEntry]:
    """What the record of a payment has waived of each title, beyond what had been waived by such a record before."""
    had = {r.id: _by_record(r) for r in before.receivables}
    more = ((r.id, _by_record(r) - had.get(r.id, 0)) for r in after.receivables)
    return [
        _entry(Reason.PAYMENT_GRANTED, (title,), before, now, reference, cents) for title, cents in more if cents > 0
    ]


def _by_record(title: Receivable) -> int:
    return sum(waived.cents for waived in title.waived if waived.rule is WaiveRule.RECORD)


def _credit_on_hold(before: File, after: File, rules: Rules, now: datetime) -> File:
    """Money over on one title may cover another: those it would cover are on hold until a person has decided, wholly or
    in a fair share (`overpaid_share_percent`). Less over stands on a person's list and keeps nobody from being asked
    for a debt: it would wait without an end for what it hardly lessens.

    The hold names the titles with money over as well, so that it is there before the title it will cover. What a person
    has decided about a title's money is not waited for again, unless more comes over there.
    """
    debtor, had = after.debtor, {r.id: r.overpaid_cents for r in before.receivables}
    known = next((h for h in debtor.holds if h.kind is HoldKind.CREDIT), None)
    over = {
        r.id: r.overpaid_cents
        for r in after.receivables
        if r.overpaid_cents > had.get(r.id, 0) or (known is not None and r.overpaid_cents and r.id in known.receivables)
    }
    total = sum(over.values())
    wanted = total and rules.tenant.settling.overpaid is Overpaid.PROPOSE
    if not wanted and known is None:
        return after
    holds = tuple(h for h in debtor.holds if h is not known)
    if wanted:
        covered, left = [], total
        accounts = Accounts.of(debtor, rules.tenant, rules.calendar)
        for title in sorted(after.open_receivables, key=lambda r: (r.due_on, r.id)):
            owed = accounts.owed(title, accounts.day_of(now)).total_cents
            fair = left * 100 >= owed * rules.tenant.settling.overpaid_share_percent
            if left >= owed or (fair and left > small_rest(title.principal_cents, rules.tenant.settling)):
                covered.append(title.id)
            left = max(0, left - owed)
        since_at = known.since_at if known else now
        holds = (*holds, Hold(HoldKind.CREDIT, since_at, None, (*over, *covered), source="settling"))
    return replace(after, debtor=replace(debtor, holds=holds))


def _corrected(before: File, after: File, now: datetime, reference: str) -> list[LedgerEntry]:
    """Titles that are paid, or open again, because the creditor has corrected what is owed."""
    paid = tuple(r.id for r in after.receivables if r.status is ReceivableStatus.PAID and _is_open(before, r.id))
    opened = tuple(r.id for r in after.open_receivables if not _is_open(before, r.id))
    named = ((Reason.PAYMENT_APPLIED, paid), (Reason.REOPENED, opened))
    return [_entry(reason, titles, before, now, reference) for reason, titles in named if titles]


def _received(file: File, other: File, days: BankDays, since: datetime | None = None) -> int:
    """Money that came in, by the facts of the file: a credit note, a title of nothing both here and in the `other`, is
    what the creditor owes and brings none.
    """
    notes = {r.id for r in file.receivables if not r.principal_cents}
    notes = {k for k in notes if (r := other.receivable(k)) is None or not r.principal_cents}
    facts = (f for f in file.facts if f.receivable not in notes) if notes else file.facts
    return received_cents(facts, since, days)


def _differs(after: Receivable, before: Receivable | None) -> bool:
    """Whether the title stands otherwise; what its settlement rests on (`settled_by`) is no news of it."""
    return before is None or replace(after, settled_by=before.settled_by) != before


def _is_open(file: File, receivable: str) -> bool:
    found = file.receivable(receivable)
    return found is not None and found.is_open


def _promises(file: File, added: list[PaymentFact], today: date, days: BankDays) -> tuple[File, list[Promise]]:
    """Marks open promises that the money has kept: all they cover is settled, or the promised sum came in time. A title
    that went to another debtor is not settled: the promise goes along, and is kept or broken there.
    """
    if not any(p.status is PromiseStatus.OPEN for p in file.debtor.promises):
        return file, []
    kept: list[Promise] = []
    promises = []
    for promise in file.debtor.promises:
        targets = [r for r in file.receivables if not promise.receivables or r.id in promise.receivables]
        came = _received(file, file, days, since=promise.made_at)
        in_time = today <= promise.due_on + timedelta(days=promise.grace_days)
        enough = bool(promise.amount_cents) and came >= promise.amount_cents
        unpaid = any(r.is_open or moved_away(file.facts, r.id) for r in targets)
        if promise.status is PromiseStatus.OPEN and in_time and (enough or not unpaid):
            kept.append(replace(promise, status=PromiseStatus.KEPT))
            promises.append(kept[-1])
        else:
            promises.append(promise)
    return replace(file, debtor=replace(file.debtor, promises=tuple(promises))), kept


def _entry(
    reason: Reason, receivables: tuple[str, ...], file: File, now: datetime, reference: str, cents: int = 0
) -> LedgerEntry:
    return LedgerEntry(
        at=now,
        reason=reason,
        receivables=receivables,
        cycle=file.debtor.case.cycle,
        amount_cents=cents,
        reference=reference,
        policy=file.debtor.case.policy,
    )
