"""The worklist: everything that waits for a person, and how a person is done with it.

On it stand the work we have opened ourselves (`domain.work`) and the payments nobody owns. Those stay in the inbox:
they are tried again by themselves, and leave the list when their title is there.
"""

import uuid
from collections.abc import Iterator
from functools import partial
from heapq import merge

from regua.domain.contact.channel_event import Action
from regua.domain.model import Hold, HoldKind
from regua.domain.money.payment_event import ReferenceKind
from regua.domain.values import replace
from regua.domain.work import NotForAPersonError, Work, WorkKind, WorkStatus
from regua.ports import InboxEvent, InboxStatus, Store
from regua.use_cases.conflicts import until_committed
from regua.use_cases.opened_work import OURS
from regua.use_cases.paying.on_hold import let_go, waiting_no_more

_STATUS = {InboxStatus.UNMATCHED: WorkStatus.OPEN, InboxStatus.PENDING: WorkStatus.PENDING}


def open_work(store: Store, tenant: str, limit: int = 1000) -> Iterator[Work]:
    """Everything that waits for a person, oldest first; at most `limit` of our own and as many payments."""
    unmatched = map(_of_event, store.inbox(tenant, InboxStatus.UNMATCHED, limit))
    return merge(store.work(tenant, WorkStatus.OPEN, limit), unmatched, key=lambda work: work.at)


def id_of(work: Work) -> str:
    """The id people use."""
    return f"{work.gateway}/{work.name}" if work.kind is WorkKind.UNMATCHED else f"{OURS}/{work.key}"


def find(store: Store, tenant: str, work_id: str) -> Work | None:
    """The work of that id, done or not; None when there is none."""
    source, _, name = work_id.partition("/")
    if source == OURS:
        work = store.get_work(tenant, name) if name else None
        return _where_it_is(store, work) if work else None
    event = store.get_inbox(tenant, source, name) if name else None
    return _of_event(event) if event else None


def close(store: Store, tenant: str, work_id: str, note: str) -> Work:
    """A person has done it, or decided there is nothing to do. Returns it as it is then.

    Raises KeyError for an id nobody has, NotForAPersonError for what is settled, or a machine's, or has just changed.
    """
    source, _, name = work_id.partition("/")
    return _close_ours(store, tenant, name, note) if source == OURS else _close_event(store, tenant, source, name, note)


def _close_ours(store: Store, tenant: str, key: str, note: str) -> Work:
    work = store.get_work(tenant, key) if key else None
    if work is None:
        raise KeyError("no such work")
    _refuse_a_machines(work.status)
    if work.kind in (WorkKind.TASK, WorkKind.APPROVAL):
        raise NotForAPersonError("isto se responde com o que foi feito: a régua espera por isso")
    if work.kind in (WorkKind.SAME_TITLE, WorkKind.WITHDRAWAL, WorkKind.FILE_QUESTION):
        raise NotForAPersonError("responda com approve (sim) ou refuse (não): o texto da tarefa diz o que cada um faz")
    after = work.done(note[:500])
    if not store.mark_work(work, after):
        raise NotForAPersonError("esta tarefa acaba de mudar; veja a lista de novo")
    if work.debtor and work.kind in (WorkKind.OVERPAID, WorkKind.BOTH_RAILS):
        let_go(
            store, work.tenant, [(work.debtor, work.receivable)], lambda hold: _without_money_over(store, hold, work)
        )
    if work.debtor and work.kind is WorkKind.DISAGREEMENT:
        at = [(work.debtor, work.receivable)]
        let_go(store, work.tenant, at, waiting_no_more(id_of(work)))
    if work.debtor and work.kind is WorkKind.UNDO:
        until_committed(partial(_undone, store, _where_it_is(store, work)))
    if work.debtor and work.step == Action.PERSON_FIRST:
        let_go(store, work.tenant, [(work.debtor, "")], lambda hold: None if _waits_for(hold, work) else hold)
    return after


def _where_it_is(store: Store, work: Work) -> Work:
    """With the debtor whose the title is by now: a corrected tax id moves it, and its work stays as it was written."""
    there = store.find(work.tenant, str(ReferenceKind.EXTERNAL), work.receivable) if work.receivable else None
    if not work.debtor or there is None or there.debtor == work.debtor:
        return work
    return replace(work, debtor=there.debtor, receivable=there.item)


def _undone(store: Store, work: Work) -> None:
    """The measure is taken back: whatever becomes of the money later, nobody takes it back twice. Raises
    ConflictError.
    """
    file = store.load(work.tenant, work.debtor)
    title = file.receivable(work.receivable) if file else None
    if file is None or title is None or work.step in title.undone:
        return
    after = replace(title, undone=(*title.undone, work.step))
    titles = tuple(after if r is title else r for r in file.receivables)
    store.commit(file, replace(file, receivables=titles), owner=uuid.uuid4().hex)


def _waits_for(hold: Hold, work: Work) -> bool:
    """Whether the hold waits for the answer to this message: the two were made as one."""
    return hold.kind is HoldKind.REPLY and hold.since_at == work.at


def _without_money_over(store: Store, hold: Hold, work: Work) -> Hold | None:
    """What is left of a hold for money over, once a person has decided about that of one title: the other titles wait
    on while money over on another one is not decided.
    """
    if hold.kind is not HoldKind.CREDIT:
        return hold
    left = tuple(title for title in hold.receivables if title != work.receivable)
    asked = (store.get_work(work.tenant, f"{WorkKind.OVERPAID}:{title}") for title in left)
    more = any(one is not None and one.status is WorkStatus.OPEN for one in asked)
    return replace(hold, receivables=left) if more else None


def _close_event(store: Store, tenant: str, gateway: str, event_id: str, note: str) -> Work:
    event = store.get_inbox(tenant, gateway, event_id) if event_id else None
    if event is None:
        raise KeyError("no such event")
    if event.status is InboxStatus.APPLIED:
        raise NotForAPersonError("este pagamento já foi baixado: não há nada a fazer")
    _refuse_a_machines(_STATUS.get(event.status, WorkStatus.DONE))
    store.mark_inbox(replace(event, status=InboxStatus.IGNORED, note=note[:500]))
    work_id, at = id_of(_of_event(event)), event.held or [(event.debtor, event.receivable)]
    let_go(store, tenant, at, waiting_no_more(work_id))
    return _of_event(store.get_inbox(tenant, gateway, event_id) or event)


def _refuse_a_machines(status: WorkStatus) -> None:
    if status is WorkStatus.PENDING:
        raise NotForAPersonError("isto ainda está sendo feito pela máquina; se falhar, aparece na lista")


def _of_event(event: InboxEvent) -> Work:
    """Money without an owner, or news nobody can read, as work."""
    return Work(
        event.tenant,
        WorkKind.UNMATCHED,
        event.event_id,
        event.received_at,
        debtor=event.debtor,
        receivable=event.receivable,
        amount_cents=event.amount_cents,
        gateway=event.gateway,
        reference=event.event_id,
        note=event.note + _whose_wait(event),
        status=_STATUS.get(event.status, WorkStatus.DONE),
    )


def _whose_wait(event: InboxEvent) -> str:
    """Which titles are not collected as money may be theirs, where that is so."""
    titles = [title for _, title in event.held]
    if not titles or not event.amount_cents or event.status is not InboxStatus.UNMATCHED:
        return ""
    *others, last = titles
    which = f"os títulos {', '.join(others)} e {last} não são cobrados" if others else f"o título {last} não é cobrado"
    return f". Até você dizer, {which}"
