"""After a bad day all is made good: six hours without any channel's provider, a day without webhooks, and every
execution that waited is gone.

The histories are the simulation's, with all that goes wrong in them anyway; the books judge as ever, in the end too.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from regua.use_cases.paying.reconciliation import Reconciling
from tests.simulation.outside import Outage
from tests.simulation.people import SPOKEN
from tests.simulation.world import World

HISTORIES = 120
HOW = ("unreached", "throttled", "silent")
"""What a provider that is out does: refuses the connection, refuses everybody, takes messages and does not answer."""


class BadDay:
    """What happens to one history, at an hour of a day in the midst of it."""

    def __init__(self, world: World, how: str, met: Counter[str]) -> None:
        self.world, self.met = world, met
        story = world.story
        self.since = story.start + timedelta(days=2 + world.seed % (story.days // 2), hours=3 + world.seed % 3)
        self.until = self.since + timedelta(days=1)
        for channel in SPOKEN:
            world.outages.append(Outage(channel, self.since, self.since + timedelta(hours=6), how))
        story.quiet_since = self.until
        # a creditor whose gateway can be asked never hears of it; every other is told after the day
        if story.pulled:
            self._never_told(story)
        else:
            self._told_later()
        world.at(self.since + timedelta(hours=6), "config", self._no_execution_left)

    def _never_told(self, story: Any) -> None:
        real = story._told

        def told(tenant: str, title: str, *what: Any, lost: bool = False) -> Callable[[], None]:
            ways = {way: real(tenant, title, *what, lost=way) for way in (True, False)}
            chosen: list[bool] = []

            def do() -> None:
                if not chosen:
                    now = (tenant, title) in self.world.books.bills and self.since <= self.world.clock.at < self.until
                    self.met["webhooks"] += now
                    chosen.append(lost or now)
                ways[chosen[0]]()

            return do

        story._told = told

    def _told_later(self) -> None:
        real = self.world.at

        def at(moment: datetime, what: str, do: Callable[[], None]) -> None:
            if what == "webhook" and self.since <= moment < self.until:
                self.met["webhooks"] += 1
                moment = self.until + (moment - self.since) / 4
            real(moment, what, do)

        self.world.at = at  # type: ignore[method-assign]  # this world's alone

    def _no_execution_left(self) -> None:
        for event in self.world.queue:
            if event.what == "turn" and not event.gone:
                event.gone = True
                self.met["executions"] += 1


def played(seed: int, met: Counter[str]) -> list[str]:
    """What the books find in that history, and what it met."""
    world = World(seed)
    day = BadDay(world, HOW[seed % len(HOW)], met)
    found = world.run()
    contacts = [c for f in world.files() for c in f.contacts if day.since <= c.at < day.since + timedelta(hours=6)]
    met["contacts"] += len(contacts)
    if any((tenant, title) in world.books.bills for tenant, title, _, _ in world.story.lost):
        found.append("money_never_heard_of")
    return found


def test_after_a_bad_day_nothing_is_lost_nothing_is_said_twice_and_somebody_is_next() -> None:
    met: Counter[str] = Counter()
    found = {seed: violations for seed in range(HISTORIES) if (violations := played(seed, met))}
    assert not found
    assert min(met[what] for what in ("webhooks", "executions", "contacts")) > HISTORIES // 4, met


def test_what_no_webhook_told_is_lost_where_nobody_asks_the_gateway() -> None:
    """Else the day without webhooks would prove nothing."""
    with patch.object(Reconciling, "run", lambda self, tenant, gateway: None):
        assert any("money_never_heard_of" in played(seed, Counter()) for seed in range(HISTORIES))
