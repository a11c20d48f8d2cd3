"""Work that has just been opened for a person: put onto the list once, and counted once.

Every story may open work, and only the desk does it; so this lies below them all, and the desk on top of them.
"""

from collections.abc import Iterable

from regua.domain.work import Work, WorkStatus
from regua.ports import Metrics, Store

OURS = "regua-tarefas"
"""Stands before our own work's key in its published id, where a gateway's name stands before a payment's. The hyphen
keeps it apart from every name a tenant can give a gateway.
"""


def put(store: Store, metrics: Metrics, work: Work) -> None:
    """Adds what is not on the list yet; work a person has closed stays closed."""
    if store.put_work(work).at == work.at:
        count_opened(metrics, [work])


def count_opened(metrics: Metrics, committed: Iterable[Work]) -> None:
    """Counts what has come onto the list."""
    for work in committed:
        if work.status is WorkStatus.OPEN:
            metrics.add("WorkOpened", 1, kind=work.kind)
