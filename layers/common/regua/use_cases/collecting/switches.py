"""What is switched off at a creditor, by whom and why: a channel, one template of it, or everything (the kill switch).

What the gate reads is one small state (`rulebook.STATE_CHANNELS`); beside it stands who switched off, when and why, so
that a provider takes back only what it did itself, and a person sees what there is to switch on.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from regua.domain.channels import TRAITS
from regua.domain.contact.claim import code_of
from regua.domain.model import Channel
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.ports import Metrics, RetryableError, Store
from regua.use_cases import opened_work
from regua.use_cases.collecting.rulebook import EVERYTHING, STATE_CHANNELS

STATE_WHY = "channels_why"
PROVIDER = "provedor"
"""Who switched off what no person did."""
_TRIES = 20
_BEFORE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Off:
    """One thing that is switched off until somebody switches it on. `channel` None is everything."""

    channel: Channel | None
    template: str = ""
    by: str = PROVIDER
    at: datetime = _BEFORE
    why: str = ""
    for_good: bool = False
    """The provider itself cannot take it back: what we send has to change first."""

    @property
    def name(self) -> str:
        """As the gate's state knows it."""
        return f"{self.channel or EVERYTHING}|{self.template}"

    def work(self, tenant: str) -> Work:
        """What a person is asked to do about it."""
        channel = TRAITS[self.channel].heading if self.channel else "Tudo"
        what = f"{channel}: o modelo {self.template}" if self.template else channel
        command = "regua template on" if self.template else "regua channel on"
        return Work(
            tenant,
            WorkKind.CHANNEL,
            f"{self.name}:{self.at.isoformat()}",
            self.at,
            reference=self.name,
            note=f"{what} foi desligado pelo provedor ({self.why or 'sem motivo dito'}). Confira e religue: {command}",
        )


@dataclass(frozen=True, slots=True)
class Switches:
    """The ports of switching."""

    store: Store
    metrics: Metrics

    def off(self, tenant: str, off: Off) -> bool:
        """Keeps it from being used until it is switched on; False when it was off already. A person's word stands
        above the provider's: who switches off what the provider had is who switches it on. What a provider switched
        off is work for a person.
        """
        known = next((o for o in self.all(tenant) if o.name == off.name), None)
        if known is not None and (known.by != PROVIDER or (off.by == PROVIDER and known.for_good >= off.for_good)):
            return False
        self._write(tenant, STATE_WHY, lambda whys: {**whys, off.name: _told(off)})
        changed = self._write(tenant, STATE_CHANNELS, lambda state: {**state, off.name: ""})
        if off.channel is not None and changed:
            self.metrics.add("ChannelSwitchedOff", 1, channel=off.channel)
        if off.by == PROVIDER and known is None:
            opened_work.put(self.store, self.metrics, off.work(tenant))
        return True

    def on(self, tenant: str, channel: Channel | None, template: str = "", *, by: str = PROVIDER) -> bool:
        """It may be used again; False when it was on, or the provider would take back what it did not do."""
        off = next((o for o in self.all(tenant) if (o.channel, o.template) == (channel, template)), None)
        if off is None or (by == PROVIDER and (off.by != PROVIDER or off.for_good)):
            return False
        for key in (STATE_CHANNELS, STATE_WHY):
            self._write(tenant, key, lambda state: {name: value for name, value in state.items() if name != off.name})
        work = self.store.get_work(tenant, off.work(tenant).key)
        if work is not None and work.status is WorkStatus.OPEN:
            self.store.mark_work(work, work.done(f"religado por {by}"))
        return True

    def tell(self, tenant: str, channel: Channel, about: str, error: str, now: datetime) -> None:
        """Something a person must look at, that switches nothing off: the same matter is one piece of work a day."""
        name = f"{channel}:{about}:{code_of(error)}:{now.date().isoformat()}"
        note = f"{TRAITS[channel].heading}: {error}"
        opened_work.put(self.store, self.metrics, Work(tenant, WorkKind.CHANNEL, name, now, reference=about, note=note))

    def all(self, tenant: str) -> list[Off]:
        """All that is off, oldest first. A channel that only rests for a while comes back by itself: not among it."""
        states = self.store.get_states(tenant, (STATE_CHANNELS, STATE_WHY))
        state, whys = states[STATE_CHANNELS], states[STATE_WHY]
        found = (_read(name, whys.get(name, "")) for name, until in state.items() if not until)
        return sorted(found, key=lambda off: (off.at, off.name))

    def _write(self, tenant: str, key: str, change: Callable[[dict[str, str]], dict[str, str]]) -> bool:
        """Changes a small state whoever else changes it; False when it was so. Raises RetryableError."""
        for _ in range(_TRIES):
            state = self.store.get_state(tenant, key)
            after = change(state)
            if after == state:
                return False
            if self.store.swap_state(tenant, key, state, after):
                return True
        raise RetryableError("too many writers at the switches")


def _told(off: Off) -> str:
    said = {"by": off.by, "at": off.at.isoformat(), "why": off.why, "for_good": off.for_good}
    return json.dumps(said, ensure_ascii=False)


def _read(name: str, text: str) -> Off:
    channel, _, template = name.partition("|")
    said: Mapping[str, str] = json.loads(text) if text else {}
    at = datetime.fromisoformat(said["at"]) if said.get("at") else _BEFORE
    which = None if channel == EVERYTHING else Channel(channel)
    return Off(which, template, said.get("by", PROVIDER), at, said.get("why", ""), bool(said.get("for_good")))
