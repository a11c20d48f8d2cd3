"""Titles that wait for a person, as a bank's or a gateway's record does not say whether they are owed.

The hold names the work it waits for: who closes that ends it, and so does who lets the debtor go on (`regua person
resume`).
"""

import uuid
from collections.abc import Callable, Container, Iterable
from datetime import date, datetime
from functools import partial

from regua.domain.model import File, Hold, HoldKind, LedgerEntry, Receivable, ReceivableStatus
from regua.domain.money.payment_event import ReferenceKind
from regua.domain.reasons import Reason
from regua.domain.values import Value, replace
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.ports import InboxEvent, InboxStatus, Ref, Store
from regua.use_cases.conflicts import until_committed
from regua.use_cases.moved_titles import heir_of
from regua.use_cases.opened_work import OURS
from regua.use_cases.paying import inbox

CALLED_OPEN = "uma planilha mais nova diz que está em aberto"
"""How the question ends that a sheet has asked and a newer one takes back."""
PAID = "o dinheiro veio: o título está pago"
"""How a question ends that money has answered."""


def on_hold(
    file: File, title: str, work_id: str, now: datetime, note: str = ""
) -> tuple[File, tuple[LedgerEntry, ...]]:
    """The file with a title on hold until that work is done, which also holds one that a sheet lists again; as it is
    where it is paid, or waits already.
    """
    receivable = file.receivable(title)
    if (
        receivable is None
        or receivable.status is ReceivableStatus.PAID
        or any(waits_for(h, work_id) and title in h.receivables for h in file.debtor.holds)
    ):
        return file, ()
    new = Hold(HoldKind.BANK, now, None, (title,), note, source=work_id)
    debtor = replace(file.debtor, holds=(*file.debtor.holds, new))
    told = LedgerEntry(
        at=now,
        reason=Reason.HOLD_BANK,
        receivables=(title,),
        cycle=debtor.case.cycle,
        policy=debtor.case.policy,
        reference=work_id,
    )
    return replace(file, debtor=debtor), (told,)


def hold_there(
    store: Store, stored: InboxEvent, ref: Ref, now: datetime, waits: Callable[[Receivable], bool]
) -> tuple[Ref, Receivable] | None:
    """Where a title is by now, which waits until a person has looked at that news if `waits` says so of it; None: it is
    nowhere. Raises RetryableError while it is on its way to another debtor.
    """

    def attempt() -> tuple[Ref, Receivable] | None:
        at = ref
        while (file := store.load(stored.tenant, at.debtor)) is not None:
            if (heir := heir_of(store, file, at.item, now)) is not None:
                at = heir
                continue
            title = file.receivable(at.item)
            if title is None:
                return None
            if waits(title):
                held, told = on_hold(file, title.id, f"{stored.gateway}/{stored.event_id}", now)
                if told:
                    store.commit(file, held, owner=uuid.uuid4().hex, ledger=told)
            return at, title
        return None

    return until_committed(attempt)


def waits_for(hold: Hold, work_id: str) -> bool:
    """Whether it waits for that work."""
    return hold.kind is HoldKind.BANK and hold.source == work_id


After = Callable[[Hold], Hold | None]
"""What becomes of a hold; None: it ends."""


def let_go(store: Store, tenant: str, waiting: Iterable[tuple[str, str]], after: After) -> None:
    """What a person was to see to is seen to: nothing waits for it any more at these debtors, also where the debtor's
    id was corrected since, or where one of these titles is by now.
    """
    todo, met = list[str](), set[str]()
    for debtor, title in waiting:
        there = store.find(tenant, str(ReferenceKind.EXTERNAL), title) if title else None
        todo += [debtor, there.debtor if there is not None else ""]
    while todo:
        debtor = todo.pop()
        if debtor and debtor not in met:
            met.add(debtor)
            todo.append(until_committed(partial(_end, store, tenant, debtor, after)))


def _end(store: Store, tenant: str, debtor: str, after: After) -> str:
    """Ends these holds of a debtor; returns the debtor's corrected id, if there is one. Raises ConflictError."""
    file = store.load(tenant, debtor)
    if file is None:
        return ""
    holds = tuple(left for hold in file.debtor.holds if (left := after(hold)) is not None)
    if holds != file.debtor.holds:
        store.commit(file, replace(file, debtor=replace(file.debtor, holds=holds)), owner=uuid.uuid4().hex)
    return file.debtor.moved_to


def waiting_no_more(work_id: str, others: Container[str] = ()) -> After:
    """Ends what waits for that work, but for these titles."""

    def after(hold: Hold) -> Hold | None:
        ends = waits_for(hold, work_id) and not any(title in others for title in hold.receivables)
        return None if ends else hold

    return after


def paid_and_taken_back(file: File, title: Receivable, back_on: date, reference: str, now: datetime) -> Work:
    """Work for a person: a sheet says that a title is paid of which money was taken back, and no later payment."""
    return Work(
        file.debtor.tenant,
        WorkKind.DISAGREEMENT,
        f"file#{title.id}#paid:{back_on:%Y%m%d}",
        now,
        debtor=file.debtor.id,
        receivable=title.id,
        amount_cents=title.open_principal_cents,
        reference=reference,
        note=f"A planilha {reference} diz que está pago, e o dinheiro foi tomado de volta em {back_on:%d/%m/%Y}: segue"
        " em aberto, e não é cobrado até você conferir. Se foi pago outra vez, registre o pagamento (ou diga o dia na"
        " planilha); se não foi, corrija o sistema de onde ela vem e conclua esta tarefa",
    )


def answered(before: File, after: File, now: datetime, *, open_again: str = "") -> tuple[File, tuple[Work, ...]]:
    """The file without the holds of sheets that called paid what was taken back, where the title is open no more, or
    a newer sheet says that it is (`open_again`); and their work, done.
    """
    done = list[tuple[Hold, Work]]()
    for hold in after.debtor.holds if before.debtor.holds else ():
        title = before.receivable(hold.receivables[0]) if hold.kind is HoldKind.BANK and hold.receivables else None
        if title is None or title.reversed_on is None:
            continue
        work = paid_and_taken_back(before, title, title.reversed_on, hold.note, hold.since_at)
        still = after.receivable(title.id)
        if not waits_for(hold, f"{OURS}/{work.key}") or (
            still is not None and still.is_open and title.id != open_again
        ):
            continue
        why = CALLED_OPEN if title.id == open_again else "já não está em aberto"
        done.append((hold, replace(work, at=now).done(why)))
    gone = {id(hold) for hold, _ in done}
    holds = tuple(h for h in after.debtor.holds if id(h) not in gone)
    return (replace(after, debtor=replace(after.debtor, holds=holds)) if done else after), tuple(w for _, w in done)


class ClosedByMoney(Value):
    """What nobody need look at any more, or has to look at again."""

    inbox: tuple[InboxEvent, ...] = ()
    work: tuple[Work, ...] = ()


def answered_by_money(store: Store, before: File | None, after: File) -> ClosedByMoney:
    """What waited for a person about titles that are paid by now, to be committed with that; and what is asked again as
    such a title is open again: the hold stands while it is paid, and says what it waited for. A record that tells of
    money of its own stays on the list (that may be money paid twice), and so does one that may be about another title.
    """
    found = ClosedByMoney()
    for hold in after.debtor.holds if before is not None else ():
        titles = [after.receivable(title) for title in hold.receivables] if hold.kind is HoldKind.BANK else []
        paid = bool(titles) and all(title is not None and title.status is ReceivableStatus.PAID for title in titles)
        if not titles or paid == _all_paid(before, hold):
            continue
        source, _, name = hold.source.partition("/")
        if source == OURS:
            work = store.get_work(after.debtor.tenant, name)
            if work is not None and paid is (work.status is WorkStatus.OPEN) and (paid or work.outcome == PAID):
                here = replace(work, debtor=after.debtor.id)
                again = replace(here, status=WorkStatus.OPEN, outcome="")
                found = replace(found, work=(*found.work, here.done(PAID) if paid else again))
        elif (event := store.get_inbox(after.debtor.tenant, source, name)) is not None and not event.held:
            said = _closed(event) if paid else _asked_again(event)
            found = replace(found, inbox=(*found.inbox, *([said] if said else [])))
    return found


def _all_paid(file: File | None, hold: Hold) -> bool:
    titles = [file.receivable(title) for title in hold.receivables] if file is not None else []
    return bool(titles) and all(title is not None and title.status is ReceivableStatus.PAID for title in titles)


def _closed(stored: InboxEvent) -> InboxEvent | None:
    if stored.status is not InboxStatus.UNMATCHED or not without_money(stored):
        return None
    return replace(stored, status=InboxStatus.IGNORED, note=f"{PAID} ({stored.note})"[:500])


def _asked_again(stored: InboxEvent) -> InboxEvent | None:
    if stored.status is not InboxStatus.IGNORED or not stored.note.startswith(f"{PAID} ("):
        return None
    return replace(stored, status=InboxStatus.UNMATCHED, note=stored.note.removeprefix(f"{PAID} (").removesuffix(")"))


def without_money(stored: InboxEvent) -> bool:
    """Whether what a file tells brings no money: once the title is paid nothing in it is to be looked at."""
    return stored.evidence == inbox.FILE and not stored.amount_cents
