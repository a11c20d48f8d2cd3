"""Which of the bills of one number is meant: a contract's number is the first bill's id, and a gateway says it of each
month's charge. The charge's due date tells.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from regua.domain.intake.agreements import A_MONTH, A_WEEK, has_number, other_month
from regua.domain.intake.written import MARK
from regua.domain.model import GIVES, File, Receivable, ReceivableStatus
from regua.domain.money.moved import moved_away
from regua.domain.money.payment_event import PaymentEvent, ReferenceKind
from regua.domain.values import replace
from regua.ports import Ref, Store


def of_number(file: File, ref: Ref) -> list[Receivable]:
    """All that are called as the one that was found, told apart by a mark; what has moved to another debtor is not
    here.
    """
    number = ref.value if ref.kind == ReferenceKind.EXTERNAL else MARK.sub("", ref.item)
    return [
        r
        for r in file.receivables
        if (r.id == ref.item or has_number(r, number)) and moved_away(file.facts, r.id) is None
    ]


def of_day(bills: Sequence[Receivable], day: date) -> list[Receivable]:
    """Those that fall due on the day of a charge, now or before they were put off; else those of that week. What is
    cancelled is meant where nothing else is.
    """
    that_day = [r for r in bills if day in (r.due_on, r.original_due_on, r.due_before)]
    found = that_day or [r for r in bills if abs((r.due_on - day).days) < A_WEEK]
    return [r for r in found if r.status is not ReceivableStatus.CANCELLED] or found


def near(bills: Iterable[Receivable], day: date) -> list[Receivable]:
    """Open ones whose charge may be of that day though nothing says so."""
    return [r for r in bills if r.is_open and abs((r.due_on - day).days) < A_MONTH]


def is_another(only: Receivable, day: date) -> bool:
    """Whether a charge of that day is another month's than the only bill of a contract that is here."""
    days = (only.due_on, only.original_due_on, only.due_before)
    contract = bool(only.contract_number) and has_number(only, only.contract_number)
    return contract and all(other_month(due, day) for due in days if due is not None)


def may_be_paid_by(file: File, bill: Receivable, event: PaymentEvent, on: date) -> bool:
    """Whether money of that day may be the bill's: it is open, or others than the gateway have said since then that it
    was paid, which may be this money.
    """
    if bill.status is not ReceivableStatus.PAID:
        return bill.is_open
    facts = [f for f in file.facts if f.receivable == bill.id and f.kind in GIVES]
    since = any((f.recorded_at or f.occurred_at).date() >= on for f in facts)
    return since and all(f.gateway != event.gateway for f in facts)


def bill_of(store: Store, tenant: str, ref: Ref, day: date | None) -> Ref | None:
    """Whose a charge of that day is, where `ref` was found by what a spreadsheet calls several bills; None: it is of
    none that is here, or nobody can tell.
    """
    if day is None or ref.kind != ReferenceKind.EXTERNAL or MARK.search(ref.item):
        return ref
    file = store.load(tenant, ref.debtor)
    bills = of_number(file, ref) if file is not None else []
    if not bills or (len(bills) == 1 and not is_another(bills[0], day)):
        return ref
    found = of_day(bills, day)
    return replace(ref, item=found[0].id) if len(found) == 1 else None
