"""Where a title is by now: a corrected tax id moves it to another debtor, and what is told at the old goes along."""

from datetime import datetime, timedelta

from regua.domain.model import File
from regua.domain.money.moved import moved_away
from regua.ports import Ref, RetryableError, Store

ON_ITS_WAY = timedelta(minutes=15)
"""As long as a function runs that moves a title: then it has arrived, or that is repeated, and what it brings along is
read anew.
"""


def heir_of(store: Store, file: File, title: str, now: datetime) -> Ref | None:
    """Whose a title is that has moved from this debtor (a corrected tax id); None: it is here. Raises RetryableError
    while it is on its way: what it brings along has been read already.
    """
    at = moved_away(file.facts, title)
    if at is None:
        return None
    ref = store.find(file.debtor.tenant, "external", title)
    if ref is not None and ref.debtor != file.debtor.id:
        return ref
    if now - at < ON_ITS_WAY:
        raise RetryableError("the title is on its way to another debtor")
    return None
