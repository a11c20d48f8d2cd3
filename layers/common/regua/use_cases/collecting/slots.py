"""A channel's rate as a row of slots: a moment of its own for each message, taken once, by one write of the table.

Whoever takes a slot that has not come waits for it, with the slot in the execution's payload, and speaks when it wakes:
nobody asks twice. A row lies between now and the end of today's contact hours; who finds it full is told how much
sending is still before him, and comes back that far into the next hours. A row belongs to one rate: after a change
the slots of the former rate are worth nothing, and all ask in the new row, so neither rate is ever passed.

A slot nobody uses (paid meanwhile, stopped, too late) costs its own fraction of a second and nothing more: slots are
moments, not permits, so none can be missing later.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from regua.domain.ids import spread
from regua.domain.model import Channel
from regua.domain.values import Value
from regua.ports import Store

LANE_RATE = 200.0
"""Messages a second of one row: an item takes some 1,000 writes a second (developer guide, "Burst and adaptive
capacity"), so a faster channel has several rows side by side.
"""
LATE = timedelta(seconds=15)
"""A slot may be used so long after its moment, or within its own width where that is longer: Step Functions and a cold
start come between. All who are later ask anew, or they would come in one heap after a standstill.
"""
_MICROS = 1_000_000
_KEPT = timedelta(days=3)


class SlotTaken(Value):
    """What asking for a slot came to."""

    at: datetime | None
    """The slot's moment; None: none is left today."""
    slot: str = ""
    """Its name, by which it is used."""
    behind: timedelta = timedelta()
    """Without one: so much sending of the days to come is before this message."""


@dataclass(frozen=True, slots=True)
class SlotRow:
    """The slots of a channel at a rate, for some of its debtors."""

    name: str
    step: int
    """Microseconds from one slot to the next."""
    burst: int
    """Microseconds of slots of the past that may be used at once: a second's worth, and one slot at least."""

    @classmethod
    def of(cls, channel: Channel, rate: float, debtor: str) -> "SlotRow":
        """The row a debtor asks in, `rate` being the channel's messages a second, above 0."""
        lanes = math.ceil(rate / LANE_RATE)
        lane = spread(debtor, f"{channel}", lanes) if lanes > 1 else 0
        each = rate / lanes
        burst = int((max(1.0, each) - 1) / each * _MICROS)
        return cls(f"pace|{channel}|{rate:g}|{lane}", max(1, round(_MICROS / each)), burst)

    def moment(self, slot: str) -> int | None:
        """When a slot comes, in microseconds since 1970; None when it is not one of this row."""
        name, _, at = slot.rpartition("@")
        return int(at) if name == self.name and at.isdecimal() else None

    def usable(self, slot: str, now: datetime, late: timedelta) -> bool:
        """Whether a slot that was taken before may be used now."""
        at = self.moment(slot)
        if at is None:
            return False
        return 0 <= micros(now) - at <= max(self.step, late // timedelta(microseconds=1))

    def ahead(self, slot: str, now: datetime) -> SlotTaken | None:
        """A slot of this row that is still to come, for who looks before its moment."""
        at = self.moment(slot)
        return SlotTaken(_at(at), slot) if at is not None and at > micros(now) else None

    def take(self, store: Store, tenant: str, seen: int, now: datetime, until: datetime | None) -> SlotTaken:
        """The next slot, not behind `until`; `seen` is how far the row was taken when it was last read (a hint)."""
        earliest, latest = micros(now) - self.burst, micros(until) if until else 0
        at = store.take_slot(tenant, self.name, earliest, self.step, latest, seen, now + _KEPT)
        if at is not None:
            return SlotTaken(_at(at), f"{self.name}@{at}")
        rest = store.take_slot(tenant, f"{self.name}|{now.date()}", 0, self.step, 0, self.step, now + _KEPT)
        return SlotTaken(None, behind=timedelta(microseconds=rest or 0))


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _at(moment: int) -> datetime:
    return _EPOCH + timedelta(microseconds=moment)
