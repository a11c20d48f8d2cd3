"""A channel's rate is a row of slots: each message has a moment of its own, and waits for it once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.office import MONDAY, TENANT, debtor
from tests.unit.use_cases.test_pacing import Town, only_email

from regua.domain.model import Channel
from regua.domain.reasons import Reason
from regua.domain.values import replace
from regua.store.memory import MemoryStore
from regua.use_cases.collecting.slots import LANE_RATE, LATE, SlotRow, micros

NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def row(rate: float, who: str = "d1") -> SlotRow:
    return SlotRow.of(Channel.EMAIL, rate, who)


@given(rate=st.floats(0.01, LANE_RATE), pauses=st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_no_window_ever_holds_more_than_the_rate_and_one_burst(rate: float, pauses: list[float]) -> None:
    store, now, slots = MemoryStore(), NOW, list[datetime]()
    for pause in pauses:
        now += timedelta(seconds=pause)
        at = row(rate).take(store, TENANT, 0, now, None).at
        assert at is not None
        slots.append(max(at, now))
    for first in range(len(slots)):
        for last in range(first, len(slots)):
            seconds = (slots[last] - slots[first]) / SECOND
            assert last - first + 1 <= rate * seconds + max(1.0, rate) + 1 + 1e-3


def test_a_burst_of_a_second_goes_at_once_and_the_rest_one_by_one() -> None:
    store = MemoryStore()
    taken = [row(2).take(store, TENANT, 0, NOW, None).at for _ in range(4)]
    assert [at and (at - NOW) / SECOND for at in taken] == [-0.5, 0, 0.5, 1.0]
    slow = [row(0.1).take(store, TENANT, 0, NOW, None).at for _ in range(3)]
    assert [at and (at - NOW) / SECOND for at in slow] == [0, 10, 20]


def test_a_slot_is_good_for_its_own_row_from_its_moment_until_shortly_after() -> None:
    store = MemoryStore()
    for _ in range(30):
        taken = row(2).take(store, TENANT, 0, NOW, None)
    assert taken.at is not None
    usable = [row(2).usable(taken.slot, taken.at + late, LATE) for late in (-SECOND, 0 * SECOND, LATE, LATE + SECOND)]
    assert usable == [False, True, True, False]
    assert row(2).ahead(taken.slot, NOW) == taken
    assert row(2).ahead(taken.slot, taken.at) is None
    for other in (row(3), SlotRow.of(Channel.SMS, 2, "d1")):
        assert not other.usable(taken.slot, taken.at, LATE)
    for broken in ("", "email", "pace|email|2|0@", "pace|email|2|0@x", f"@{micros(NOW)}"):
        assert not row(2).usable(broken, taken.at, LATE)


def test_a_slow_channels_slot_is_good_for_its_whole_width() -> None:
    taken = row(0.01).take(MemoryStore(), TENANT, 0, NOW, None)
    assert row(0.01).usable(taken.slot, NOW + timedelta(seconds=99), LATE)
    assert not row(0.01).usable(taken.slot, NOW + timedelta(seconds=101), LATE)


def test_who_finds_the_day_full_is_told_how_much_sending_is_before_him() -> None:
    store, until = MemoryStore(), NOW + timedelta(seconds=10)
    taken = [row(1).take(store, TENANT, 0, NOW, until) for _ in range(14)]
    assert sum(one.at is not None for one in taken) == 11
    assert [one.behind / SECOND for one in taken[11:]] == [0, 1, 2]
    assert {one.slot for one in taken[11:]} == {""}


def test_a_channel_faster_than_one_item_of_the_table_has_several_rows_that_together_keep_the_rate() -> None:
    rows = {row(1000, f"d{n}") for n in range(500)}
    assert len(rows) == 5
    assert sum(1_000_000 / one.step for one in rows) == pytest.approx(1000)
    assert len({row(LANE_RATE, f"d{n}") for n in range(500)}) == 1


class TestABacklog:
    """All of them wake in the same second."""

    def wakes_at_once(self, many: int, rate: float, at: datetime = MONDAY) -> tuple[Town, list[str]]:
        town = Town(tenant=only_email(max_per_second=rate))
        people = town.moves_in(many)
        town.scans()
        for who in people:
            town.executions.waits[debtor(who), town.file(who).debtor.case.cycle] = at
        return town, people

    def looks(self, town: Town) -> Counter[str]:
        """How often each was looked at."""
        seen: Counter[str] = Counter()
        turned = town._turned

        def counted(who: str, cycle: int) -> object:
            seen[who] += 1
            return turned(who, cycle)

        town._turned = counted  # type: ignore[method-assign, assignment]  # counts, and does what it did
        return seen

    def test_takes_the_time_of_the_rate_and_two_looks_each(self) -> None:
        town, people = self.wakes_at_once(150, 0.5)
        seen = self.looks(town)
        town.lives(1)
        assert len(town.sent()) == len(people)
        took = max(town.starts()) - MONDAY
        assert took <= timedelta(seconds=150 / 0.5) * 1.05
        assert sum(seen.values()) <= 2 * len(people)

    def test_of_more_than_a_day_goes_on_in_the_next_hours_without_asking_again_and_again(self) -> None:
        """From 10:00 to 18:00 at one each ten minutes there is room for 48; the others come back in their turn."""
        town, people = self.wakes_at_once(100, 1 / 600)
        seen = self.looks(town)
        town.lives(4)
        first = Counter(at.date() for at in town.starts())
        assert sum(first.values()) >= len(people)
        assert 45 <= first[MONDAY.date()] <= 49
        assert 45 <= first[MONDAY.date() + timedelta(days=1)] <= 61
        per_hour = Counter(at.replace(minute=0, second=0) for at in town.starts())
        assert max(per_hour.values()) <= 7
        assert sum(seen.values()) <= 2.5 * len(town.sent())

    def test_who_has_paid_meanwhile_leaves_his_moment_empty_and_moves_nobody(self) -> None:
        town, people = self.wakes_at_once(40, 0.5)
        town.clock.set(MONDAY)
        for who in people:
            town._turn(debtor(who), town.file(who).debtor.case.cycle)
            town.executions.waits.pop((debtor(who), 0), None)
        for n in range(10, 20):
            town.pays(f"T{n}", 100_00)
        town.lives(1)
        assert len(town.sent()) == 30
        assert max(town.starts()) - MONDAY <= timedelta(seconds=82)
        gaps = Counter(at.replace(microsecond=0) for at in town.starts())
        assert max(gaps.values()) == 1

    def test_keeps_a_rate_that_was_lowered_meanwhile(self) -> None:
        town, people = self.wakes_at_once(30, 2.0)
        town.clock.set(MONDAY)
        for who in people:
            town._turn(debtor(who), town.file(who).debtor.case.cycle)
        before = len(town.sent())
        town.sets(channels=only_email(max_per_second=0.2).channels)
        town.rulebook.forget()
        town.lives(1)
        later = sorted(town.starts())[before:]
        assert len(later) == 30 - before
        assert min((b - a) / SECOND for a, b in pairwise(later)) >= 4

    def test_uses_a_rate_that_was_raised_meanwhile(self) -> None:
        town, people = self.wakes_at_once(30, 0.1)
        town.clock.set(MONDAY)
        for who in people[:10]:
            town._turn(debtor(who), town.file(who).debtor.case.cycle)
        town.sets(channels=only_email(max_per_second=10.0).channels)
        town.rulebook.forget()
        town.lives(1)
        assert len(town.sent()) == 30
        assert sum(at <= MONDAY + timedelta(seconds=5) for at in town.starts()) >= 20

    def test_after_a_standstill_nobody_comes_in_one_heap(self) -> None:
        town, people = self.wakes_at_once(60, 1.0)
        town.clock.set(MONDAY)
        for who in people:
            town._turn(debtor(who), town.file(who).debtor.case.cycle)
        stood = MONDAY + timedelta(seconds=200)
        town.executions.waits.update(dict.fromkeys(list(town.executions.waits), stood))
        town.lives(1)
        per_second = Counter(at.replace(microsecond=0) for at in town.starts() if at >= stood)
        assert sum(per_second.values()) == 59
        assert max(per_second.values()) <= 2

    def test_tells_why_once_and_waits_no_longer_than_its_slot(self) -> None:
        town, people = self.wakes_at_once(3, 0.01)
        town.clock.set(MONDAY)
        wakes = [town.wakes(who) for who in people]
        assert [wake.seconds for wake in wakes[1:]] == [100, 200]
        assert [wake.reason for wake in wakes[1:]] == [Reason.PACED] * 2
        assert town.wakes(people[1]).seconds == 100, "the same slot is waited for, and no other taken"
        assert town.reasons(people[1]).count(Reason.PACED) == 1
        assert town.file(people[2]).debtor.case.execution


def test_a_broken_mark_of_a_slot_is_no_slot() -> None:
    town = Town(tenant=only_email(max_per_second=0.01))
    [who] = town.moves_in(1)
    town.scans()
    town.clock.set(MONDAY)
    cycle = town.file(who).debtor.case.cycle
    wake = town.contacting().turn(TENANT, debtor(who), cycle, "pace|email|0.01|0@0")
    assert len(town.sent()) == 1
    assert wake.slot == ""
    assert replace(wake, slot="") == wake
