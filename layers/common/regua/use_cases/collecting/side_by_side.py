"""What a run would decide for many debtors side by side: who shares an address is not written to there on one day."""

import heapq
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from regua.domain.contact.decision import ContactDecision, Decision
from regua.domain.contact.planner import plan
from regua.domain.contact.reach import point_for
from regua.domain.contact.rules import Rules
from regua.domain.contact.wishes import SHARED_KINDS
from regua.domain.model import Channel, File
from regua.domain.money.settlement import local_date
from regua.domain.reasons import Reason
from regua.domain.values import replace
from regua.use_cases.collecting.wake_up import wake_at

_DAYS = 60
"""Days a contact is put off at most: so many debtors at one address have a full queue."""


def decide(files: list[File], rules: Rules, at: datetime) -> list[Decision]:
    """The decision for each file as of `at`, in their order. Of those who share an address whoever wakes first on a day
    of the creditor's is written to, the others by another channel or on the first day on which it is free, as in the
    run (`collecting.turn`); their reasons say so.
    """
    found = [plan(file, rules, at) for file in files]
    shared = {name for name, times in Counter(_addresses(files)).items() if times > 1}
    queue = [(_wakes(files[n], one, rules, at), n) for n, one in enumerate(found) if _speaks(one)]
    heapq.heapify(queue)
    taken: dict[tuple[object, ...], int] = {}
    tries: Counter[int] = Counter()
    while queue:
        _, n = heapq.heappop(queue)
        file, decision = files[n], found[n]
        if not isinstance(decision, ContactDecision):
            continue
        day = local_date(decision.at, rules.tenant)
        free = tuple(c for c in decision.channels if taken.get((day, _at(file, c)), n) == n)
        if free:
            found[n] = replace(decision, channels=free)
            if (name := _at(file, free[0])) in shared:
                taken[day, name] = n
        elif tries[n] < _DAYS:
            tries[n] += 1
            tomorrow = datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(rules.tenant.time_zone))
            later = plan(file, rules, tomorrow)
            found[n] = later
            if isinstance(later, ContactDecision):
                found[n] = replace(later, reasons=(*later.reasons, Reason.ADDRESS_TAKEN))
                heapq.heappush(queue, (_wakes(file, later, rules, at), n))
    return found


def _speaks(decision: Decision) -> bool:
    return isinstance(decision, ContactDecision) and not decision.step.is_task and not decision.asks


def _wakes(file: File, decision: Decision, rules: Rules, now: datetime) -> datetime:
    at = decision.at if isinstance(decision, ContactDecision) else now
    return wake_at(decision, file.debtor, rules, now) or at


def _at(file: File, channel: Channel) -> tuple[str, str] | None:
    """The address the channel would be used at, if others may have it too."""
    point = point_for(channel, file.debtor)
    return (point.kind, point.value) if point is not None and point.kind in SHARED_KINDS else None


def _addresses(files: Iterable[File]) -> Iterable[tuple[str, str]]:
    for file in files:
        yield from {(p.kind, p.value) for p in file.debtor.points if p.kind in SHARED_KINDS}
