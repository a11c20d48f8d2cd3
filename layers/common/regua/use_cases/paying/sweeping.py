"""The sweep: what waits to be settled is tried again, and what machines owe gateways is done, a turn for each creditor.

It runs every hour, apart from the scan, and looks at the time it has left. Creditors take turns, and a creditor's
gateways among themselves: neither one's many news nor another's silent gateway keeps anybody waiting. Where the time
does not suffice the order is another one with each run, and what was not reached is counted.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from heapq import nsmallest

from regua.domain.ids import spread
from regua.domain.money.payment_event import Reference
from regua.domain.values import replace
from regua.domain.work import Work
from regua.ports import NO_LIMIT, InboxEvent, InboxStatus
from regua.use_cases.paying.owner import named
from regua.use_cases.paying.settle_job import SettleJob
from regua.use_cases.paying.settling import TRIED_FOR, Settling, is_news_that_waits
from regua.use_cases.paying.silence import SilentError
from regua.use_cases.paying.written_otherwise import OpenTitles

RESERVE_SECONDS = 90.0
"""Left at the end of the function's time: the longest job (a token and some pages of a slow gateway), and to report."""
LEFT_TO_THE_QUEUE = timedelta(minutes=5)
"""Younger news is the queue's."""
NOT_YET_SETTLED = timedelta(days=2)
"""After so long news that could not be settled stands on a person's list."""
BOOK_EVERY = timedelta(hours=20)
"""A look at all that a creditor has open is for once a day."""
MOST = 500
"""Of each creditor and gateway in one run."""
_NOT_YET = (
    "ainda não pôde ser lido no gateway, e pode ser um pagamento: confira nele (a consulta é repetida a cada varredura)"
)
_BOOK = "book_looked_at"
_LANES = 2**30


@dataclass
class Swept:
    """What one run did."""

    tried: int = 0
    silent: int = 0
    """Left in their place: their gateway does not answer."""
    unreached: int = 0
    """What the time did not suffice for: the next run's."""
    failed: int = 0


@dataclass
class _Lane:
    """What waits at one gateway of a creditor's ("": at none), in order."""

    gateway: str = ""
    jobs: deque[Callable[[], bool]] = field(default_factory=deque)
    """Each does one thing and says whether there was anything to do. Raises SilentError where its gateway is left alone
    and whatever else goes wrong."""


@dataclass(frozen=True, slots=True)
class Sweeping:
    """Settling has every port this needs."""

    settling: Settling
    book: Callable[[str], object] = lambda tenant: None
    """What else is looked at again, once a day, with all that a creditor has open (statements)."""
    failed: Callable[[str, Exception], None] = lambda tenant, error: None
    """Told of what failed, with the creditor it is about; the others go on."""

    def run(self, older_than: timedelta = LEFT_TO_THE_QUEUE, limit: int = MOST) -> Swept:
        """Settles what is still PENDING, what was UNMATCHED in the last month and may be settled by now, and does what
        machines still owe; of one gateway what strangers told last, else what was tried least and came last first,
        `limit` of them at most. It ends when the time is almost over.
        """
        now = self.settling.clock.now()
        since, until = now - TRIED_FOR, now - older_than
        found = Swept()
        self._tell_people(since, now - NOT_YET_SETTLED)
        lanes = self._lanes(since, until, limit)
        turns = deque(sorted(lanes, key=lambda tenant: spread(tenant, now.isoformat(), _LANES)))
        while turns:
            if self.settling.time_left() < RESERVE_SECONDS:
                found.unreached = sum(len(lane.jobs) for tenant in turns for lane in lanes[tenant])
                break
            tenant = turns.popleft()
            theirs = lanes[tenant]
            lane = theirs.popleft()
            self._one(tenant, lane, found)
            if lane.jobs:
                theirs.append(lane)
            if theirs:
                turns.append(tenant)
        self._report(found)
        return found

    def _one(self, tenant: str, lane: _Lane, found: Swept) -> None:
        try:
            found.tried += lane.jobs.popleft()()
        except SilentError:
            found.silent += 1
            if self.settling.silence().lasts(tenant, lane.gateway):  # else only what strangers told waits
                found.silent += len(lane.jobs)
                lane.jobs.clear()
        except Exception as error:  # noqa: BLE001 - one job's fault does not stop the others; it is counted and alarmed
            found.tried += 1
            found.failed += 1
            self.failed(tenant, error)

    def _report(self, found: Swept) -> None:
        metrics = self.settling.metrics
        metrics.add("SweepUnreached", found.unreached)
        metrics.add("LookupsSilent", found.silent)
        if not found.unreached:
            metrics.add("SweepCompleted", 1)

    def _tell_people(self, since: datetime, until: datetime) -> None:
        """What came in that time and is still not settled (a gateway does not answer, or is configured no more) may be
        money: people are told, and it is tried on.
        """
        store = self.settling.store
        late = [
            (stored.tenant, stored.gateway, stored.event_id)
            for stored in store.inbox(None, InboxStatus.PENDING, NO_LIMIT, since)
            if stored.received_at <= until and not stored.names
        ]
        for name in late:
            stored = store.get_inbox(*name)
            if stored is not None and stored.status is InboxStatus.PENDING:
                self.settling.metrics.add("PaymentsUnmatched", 1)
                store.mark_inbox(replace(stored, status=InboxStatus.UNMATCHED, note=_NOT_YET))

    def _lanes(self, since: datetime, until: datetime, limit: int) -> dict[str, deque[_Lane]]:
        """What there is to do, by creditor. Money that has names needs no gateway to be settled; what must be read
        again, or asked for, is in its gateway's lane.
        """
        lanes: dict[tuple[str, str], _Lane] = {}
        for status in (InboxStatus.PENDING, InboxStatus.UNMATCHED):
            ranked: dict[tuple[str, str], list[tuple[bool, int, float, str]]] = {}
            for stored in self.settling.store.inbox(None, status, NO_LIMIT, since):
                if stored.received_at > until or is_news_that_waits(stored):
                    continue
                job = SettleJob(stored.tenant, stored.gateway, stored.event_id)
                names = self.settling.names(stored) if status is InboxStatus.UNMATCHED else None
                if names is None:
                    rank = (stored.unproven, stored.attempts, -stored.received_at.timestamp(), stored.event_id)
                    ranked.setdefault((stored.tenant, stored.gateway), []).append(rank)
                else:
                    _put(lanes, stored.tenant, "", partial(self._named, job, tuple(names)))
            for (tenant, gateway), ranks in ranked.items():
                for *_, name in nsmallest(limit, ranks):
                    _put(lanes, tenant, gateway, partial(self._settle, SettleJob(tenant, gateway, name), gateway))
        for work in self._owed(since, until, limit):
            job = SettleJob(work.tenant, work=work.key)
            _put(lanes, work.tenant, work.gateway, partial(self._settle, job, work.gateway))
        for tenant in self.settling.rulebook.config.tenants():
            _put(lanes, tenant, "", partial(self._look_at_the_book, tenant, since))
        by_tenant: dict[str, deque[_Lane]] = {}
        for (tenant, _), lane in lanes.items():
            by_tenant.setdefault(tenant, deque()).append(lane)
        return by_tenant

    def _owed(self, since: datetime, until: datetime, limit: int) -> Iterable[Work]:
        count: dict[tuple[str, str], int] = {}
        for work in self.settling.cancelling().owed(since, until, NO_LIMIT):
            count[work.tenant, work.gateway] = nth = count.get((work.tenant, work.gateway), 0) + 1
            if nth <= limit:
                yield work

    def _named(self, job: SettleJob, names: tuple[Reference, ...]) -> bool:
        """Settles money whose title is here by now."""
        return named(self.settling.store, job.tenant, names) is not None and self._settle(job, "")

    def _settle(self, job: SettleJob, gateway: str) -> bool:
        """Does a job, unless its gateway is left alone."""
        settling = self.settling
        if gateway and settling.silence().lasts(job.tenant, gateway):
            raise SilentError(gateway)
        settling.attempt(job)
        return True

    def _look_at_the_book(self, tenant: str, since: datetime) -> bool:
        """Of what names no title we know: what an open one may be called too, by one look at all that is open."""
        settling, now = self.settling, self.settling.clock.now()
        last = settling.store.get_state(tenant, _BOOK).get("at", "")
        if last and timedelta(0) <= now - datetime.fromisoformat(last) < BOOK_EVERY:
            return False
        nobodys = list(self._by_form(tenant, since))
        open_titles = OpenTitles.of(settling.store, tenant) if nobodys else None
        for stored in nobodys if open_titles else ():
            event = settling.read(stored)
            if event is not None and open_titles is not None:
                settling.settle_by_form(stored, event, open_titles)
        self.book(tenant)
        settling.store.put_state(tenant, _BOOK, {"at": now.isoformat()})
        return False

    def _by_form(self, tenant: str, since: datetime) -> Iterator[InboxEvent]:
        for stored in self.settling.store.inbox(tenant, InboxStatus.UNMATCHED, NO_LIMIT, since):
            if self.settling.is_by_form(stored):
                yield stored


def _put(lanes: dict[tuple[str, str], _Lane], tenant: str, gateway: str, job: Callable[[], bool]) -> None:
    lanes.setdefault((tenant, gateway), _Lane(gateway)).jobs.append(job)
