"""Titles that wait for a person, as a bank's or a gateway's record does not say whether they are owed.

The hold names the work it waits for: who closes that ends it, and so does who lets the debtor go on (`regua person
resume`).
"""

from datetime import date, datetime

from regua.domain.model import File, Hold, HoldKind, LedgerEntry, Receivable
from regua.domain.reasons import Reason
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind
from regua.use_cases.opened_work import OURS

CALLED_OPEN = "uma planilha mais nova diz que está em aberto"
"""How the question ends that a sheet has asked and a newer one takes back."""


def on_hold(
    file: File, title: str, work_id: str, now: datetime, note: str = ""
) -> tuple[File, tuple[LedgerEntry, ...]]:
    """The file with an open title on hold until that work is done; as it is where it is not open, or waits already."""
    receivable = file.receivable(title)
    if receivable is None or not receivable.is_open or any(waits_for(h, work_id) for h in file.debtor.holds):
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


def waits_for(hold: Hold, work_id: str) -> bool:
    """Whether it waits for that work."""
    return hold.kind is HoldKind.BANK and hold.source == work_id


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
