"""What the planner needs besides a debtor's file, put together once per tenant and invocation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from regua.domain.calendar import Calendar
from regua.domain.contact.reach import Health
from regua.domain.contact.rules import Rules
from regua.domain.model import Channel
from regua.domain.policy import Policy
from regua.domain.tenant import Tenant, Terms
from regua.domain.values import replace
from regua.ports import Config, Store
from regua.use_cases.collecting.terms import STATE_TERMS, with_terms

HEALTH_STANDS = timedelta(seconds=20)
"""Well below the minute within which a changed configuration is seen (`platform.config`)."""
TERMS_STAND = timedelta(minutes=10)
"""They only ever grow, and the one who reads new ones writes them down."""
STATE_RECONCILED = "reconciled"
STATE_CHANNELS = "channels"
"""Small facts of a tenant: when money was last reconciled; `channel|template -> until` of what is switched off."""
EVERYTHING = "*"
"""Stands for the channel where everything is off: the kill switch that a person throws (`switches`)."""


class PolicyBook(dict[str, Policy]):
    """The tenant's policies, read on first use. A name nobody knows is the tenant's own policy, never a crash."""

    def __init__(self, tenant: Tenant, config: Config) -> None:
        super().__init__()
        self._tenant, self._config = tenant, config

    def __missing__(self, name: str) -> Policy:
        try:
            policy = self._config.policy(self._tenant.id, name)
        except KeyError:
            if name == self._tenant.policy:
                raise
            policy = self[self._tenant.policy]
        self[name] = policy
        return policy


@dataclass
class Rulebook:
    """Rules per tenant, kept for the length of one invocation."""

    config: Config
    calendar_for: Callable[[Tenant], Calendar]
    store: Store
    margin: timedelta = timedelta(seconds=10)
    _kept: dict[str, Rules] = field(default_factory=dict)
    _health: dict[str, tuple[datetime, Health]] = field(default_factory=dict)
    _terms: dict[str, tuple[datetime, tuple[Terms, ...]]] = field(default_factory=dict)

    def rules(self, tenant: str, now: datetime) -> Rules:
        """The tenant's rules as of `now`. Raises KeyError for an unknown tenant."""
        kept = self._kept.get(tenant)
        if kept is None:
            config = self.config.tenant(tenant)
            states = self._states(config, now)
            config = self._with_terms(config, states.get(STATE_TERMS), now)
            health = self._health_of(config, states, now)
            if health.stopped:
                config = replace(config, stopped=True, version=f"{config.version}{EVERYTHING}")
            kept = Rules(
                tenant=config,
                policies=PolicyBook(config, self.config),
                calendar=self.calendar_for(config),
                health=health,
                margin=self.margin,
            )
            self._kept[tenant] = kept
        return kept

    def forget(self) -> None:
        """Drops what was kept: a warm function must see a kill switch on its next call."""
        self._kept.clear()
        self._health.clear()

    def renew(self) -> None:
        """The same, but what is known of the channels' health stands for `HEALTH_STANDS`: a warm function that contacts
        one debtor after another does not ask for it each time.
        """
        self._kept.clear()

    def _states(self, tenant: Tenant, now: datetime) -> dict[str, dict[str, str]]:
        """What is not known, or no longer, read in one call. Terms are read again when the tenant has others, or after
        `TERMS_STAND`; the channels' health after `HEALTH_STANDS`.
        """
        names: list[str] = []
        read_at, terms = self._terms.get(tenant.id, (now, ()))
        current = terms and (terms[-1].contract, terms[-1].settling) == (tenant.contract, tenant.settling)
        if not current or not timedelta(0) <= now - read_at < TERMS_STAND:
            names.append(STATE_TERMS)
        read_at, health = self._health.get(tenant.id, (now, None))
        if health is None or not timedelta(0) <= now - read_at < HEALTH_STANDS:
            names += [STATE_CHANNELS, STATE_RECONCILED] if tenant.reconcile_limit_hours else [STATE_CHANNELS]
        return self.store.get_states(tenant.id, names)

    def _with_terms(self, tenant: Tenant, state: Mapping[str, str] | None, now: datetime) -> Tenant:
        if state is not None:
            self._terms[tenant.id] = (now, with_terms(tenant, self.store, now, state).terms)
        return replace(tenant, terms=self._terms[tenant.id][1])

    def _health_of(self, tenant: Tenant, states: Mapping[str, Mapping[str, str]], now: datetime) -> Health:
        if STATE_CHANNELS in states:
            self._health[tenant.id] = (now, _health(tenant, states, now))
        elif tenant.id not in self._health:  # forgotten while the terms were read
            return self._health_of(tenant, self._states(tenant, now), now)
        return self._health[tenant.id][1]


def _health(tenant: Tenant, states: Mapping[str, Mapping[str, str]], now: datetime) -> Health:
    ends = {name: datetime.fromisoformat(until) if until else None for name, until in states[STATE_CHANNELS].items()}
    resting = {name: until for name, until in ends.items() if until is None or until > now}
    stopped = f"{EVERYTHING}|" in resting
    resting.pop(f"{EVERYTHING}|", None)
    off = frozenset((Channel(name.partition("|")[0]), name.partition("|")[2]) for name in resting)
    stale = False
    if tenant.reconcile_limit_hours:
        last = states[STATE_RECONCILED].get("at", "")
        stale = not last or datetime.fromisoformat(last) < now - timedelta(hours=tenant.reconcile_limit_hours)
    return Health(off, stale, min((until for until in resting.values() if until), default=None), stopped)
