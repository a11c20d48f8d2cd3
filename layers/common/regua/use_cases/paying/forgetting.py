"""News that is nobody's may be about third parties: it is kept for 90 days, and then as little as a person needs.

What stays is that there was money, how much, when, from which gateway, under which names, and why nobody has it: enough
to find its title when that comes, or the payment at the gateway. What goes are the words it was told by.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from regua.ports import NO_LIMIT, Clock, InboxEvent, InboxStatus, RetryableError, Store
from regua.use_cases.paying import inbox

FORGOTTEN_AFTER = timedelta(days=85)
"""So that all of it is done, and a body outside can still be read, before the 90 days are over that the documents and
the bucket's own rule say."""
_LOOKED_BACK = timedelta(days=3)
"""So long the hourly sweep may be missing. Notices that moved no money leave the table by themselves."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """The ports of this use case."""

    store: Store
    news: inbox.StoredNews
    clock: Clock

    def sweep(self) -> int:
        """Forgets what is old enough; returns how much that was. What cannot be read now is left to the next."""
        until = self.clock.now() - FORGOTTEN_AFTER
        forgotten = 0
        for stored in list(self._old(until)):
            if inbox.is_forgotten(stored):
                continue
            try:
                event, _ = self.news.event_of(stored)
            except RetryableError:
                continue
            except KeyError:  # a gateway that is no more
                event = None
            self.store.mark_inbox(inbox.forgotten(stored, event))
            forgotten += 1
        return forgotten

    def _old(self, until: datetime) -> Iterator[InboxEvent]:
        for status, since in (
            (InboxStatus.UNMATCHED, None),
            (InboxStatus.PENDING, None),
            (InboxStatus.IGNORED, until - _LOOKED_BACK),
        ):
            yield from takewhile(
                lambda stored: stored.received_at <= until, self.store.inbox(None, status, NO_LIMIT, since)
            )
