"""The gate of a channel: how fast, how much a day, for how much a month, and whether it rests.

All that is said to debtors asks it; where kinds of message differ, `domain.contact.message.MessageKind` says so.

Asked just before a claim. What it allows is counted; what it does not allow costs the debtor nothing: no claim is made,
no step is consumed, and the answer says when to look again. The figures are kept per tenant and channel in the store,
by swap, by atomic counters and by rows of slots (`slots`), so that many functions at once keep one pace.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from regua.domain.channels import TRAITS
from regua.domain.contact.channel_event import ChannelEventKind, Outcome, SendResult
from regua.domain.contact.message import Message, MessageKind
from regua.domain.contact.pace import CANARY_MIN, CANARY_PERCENT, Breaker, Canary, Gate, canary
from regua.domain.ids import spread
from regua.domain.model import Channel, Contact, ContactStatus
from regua.domain.reasons import Reason
from regua.domain.tenant import ChannelConfig, Tenant
from regua.ports import Metrics, Store
from regua.use_cases.collecting.costing import PLANNED, Costing
from regua.use_cases.collecting.rulebook import STATE_CHANNELS
from regua.use_cases.collecting.slots import LATE, SlotRow

SPEND_OPTION = "monthly_spend_limit"
"""Option of a channel: reais a month; above them the channel rests until the next one."""
CANARY_OPTION = "canary"
"""Option of a channel: `true` sends the first 1 % of the day, looks at what came of them, and then sends the rest."""
PROBE_WAIT = timedelta(minutes=5)
"""Those who wait for a probe's answer come back spread over so long."""
CANARY_LOOK = timedelta(minutes=10)
CANARY_PATIENCE = timedelta(minutes=30)
SWAPS = 6
_FAULTS = (Outcome.UNREACHED, Outcome.UNKNOWN, Outcome.THROTTLED)
_UNHEARD = (ContactStatus.SENDING, ContactStatus.SENT, ContactStatus.UNKNOWN)
_MICROS = 1_000_000
_ALL = "*"


@dataclass(frozen=True, slots=True)
class Pause:
    """Not now: when to look again, and why. `elsewhere`: the channel is off, and another may serve the same claim."""

    at: datetime
    reason: Reason
    elsewhere: bool = False
    slot: str = ""
    """Its turn under the channel's rate, to be shown when it looks again (`slots`)."""
    behind: timedelta = timedelta()
    """Sending of the days to come that is before it: `at` is then the end of today's hours."""


@dataclass(frozen=True, slots=True)
class Pacing:
    """The ports of the gate."""

    store: Store
    metrics: Metrics
    late: timedelta = LATE
    """How late a slot may be used."""
    _closed: set[tuple[str, Channel]] = field(default_factory=set)
    """Channels whose breaker had nothing to forget when it was last asked: a success teaches it nothing."""

    def ask(
        self,
        tenant: Tenant,
        debtor: str,
        channel: Channel,
        message: Message,
        now: datetime,
        kind: MessageKind = MessageKind.CONTACT,
        *,
        slot: str = "",
        until: datetime | None = None,
    ) -> Pause | None:
        """None when the message may go now (and is counted), else when to look again. `slot` is what an earlier look
        was given to wait for; behind `until` (the end of today's hours) there is none to be had.
        """
        config = tenant.channel(channel)
        if config is None:
            return None
        row = SlotRow.of(channel, config.max_per_second, debtor) if config.max_per_second > 0 else None
        pause = self._turn(tenant.id, debtor, channel, row, now, slot, until, owing=not kind.waits)
        if pause is None and kind.counts_in_day and _flag(config.options.get(CANARY_OPTION, "")):
            pause = self._canary(tenant, debtor, channel, now)
        if pause is None and kind.counts_in_day:
            pause = self._day(tenant, channel, config, now)
        if pause is None:
            pause = self._spend(tenant, channel, config, message, now)
            if pause is not None and kind.counts_in_day:
                self._leave_day(tenant, channel, config, now)
        if pause is not None:
            self.metrics.add("ContactsPaced", 1, channel=channel, reason=pause.reason)
        return pause

    def told(
        self,
        tenant: Tenant,
        channel: Channel,
        message: Message,
        result: SendResult,
        now: datetime,
        kind: MessageKind = MessageKind.CONTACT,
    ) -> bool:
        """Learns from the provider's answer to a message that was let through. True when the channel is off from now
        on.
        """
        config = tenant.channel(channel)
        if config is None:
            return False
        if not result.outcome.may_have_arrived:
            self.unsaid(tenant, channel, message, now, kind)
        Costing(self.store, self.metrics).spent(tenant.id, result.cost_micros, now)
        return self._learn(tenant.id, channel, result.outcome in _FAULTS, now)

    def heard(self, tenant: Tenant, contact: Contact, kind: ChannelEventKind, now: datetime) -> None:
        """What became of a message tells on the day's canary; called once an event has changed the contact."""
        config = tenant.channel(contact.channel)
        if config is None or contact.is_courtesy or not _flag(config.options.get(CANARY_OPTION, "")):
            return
        name = f"canary|{contact.channel}|{_day(tenant, contact.at)}"
        if contact.status in _UNHEARD:
            self._count(tenant, f"{name}|told", 1, 0, now, 3)
        if kind in (ChannelEventKind.BOUNCED, ChannelEventKind.FAILED):
            self._count(tenant, f"{name}|bounced", 1, 0, now, 3)
        if kind is ChannelEventKind.COMPLAINED:
            self._count(tenant, f"{name}|complained", 1, 0, now, 3)

    # -- rate and breaker ---------------------------------------------------------------------------------------------

    def _turn(
        self,
        tenant: str,
        debtor: str,
        channel: Channel,
        row: SlotRow | None,
        now: datetime,
        slot: str,
        until: datetime | None,
        *,
        owing: bool,
    ) -> Pause | None:
        at, name = now.timestamp(), _key(channel)
        if row is not None and row.usable(slot, now, self.late):
            row = None  # its turn has come
        for _ in range(SWAPS):
            states = self.store.get_states(tenant, [name, row.name]) if row else {}
            state = states[name] if row else self.store.get_state(tenant, name)
            breaker = Breaker().resumed(state)
            (self._closed.add if breaker == breaker.succeeded() else self._closed.discard)((tenant, channel))
            asked, rest = breaker.ask(at)
            if rest and breaker.gate(at) is Gate.OPEN:
                pause_until = now + timedelta(seconds=rest)
                self._rest(tenant, channel, pause_until)
                return Pause(pause_until, Reason.CHANNEL_RESTS, elsewhere=True)
            if rest:  # a probe is under way: the others hear of it a little later
                room = int(PROBE_WAIT.total_seconds())
                late = rest + spread(debtor, f"{channel}{now.isoformat()}", room)
                return Pause(now + timedelta(seconds=late), Reason.CHANNEL_RESTS)
            if row is not None:
                seen = int(states[row.name].get("count", "0"))
                taken = row.ahead(slot, now) or row.take(self.store, tenant, seen, now, None if owing else until)
                if not owing and (taken.at is None or taken.at > now):  # whoever waits is no probe
                    return Pause(taken.at or until or now, Reason.PACED, slot=taken.slot, behind=taken.behind)
                row = None
            if asked == breaker or self.store.swap_state(tenant, name, state, {**state, **asked.state()}):
                return None
        # so many ask at once that none of the swaps was ours: a second or so later
        return Pause(now + timedelta(seconds=1 + spread(debtor, now.isoformat(), 10)), Reason.PACED)

    def _learn(self, tenant: str, channel: Channel, fault: bool, now: datetime) -> bool:
        if not fault and (tenant, channel) in self._closed:
            return False
        at = now.timestamp()
        for _ in range(SWAPS):
            state = self.store.get_state(tenant, _key(channel))
            breaker = Breaker().resumed(state)
            after = breaker.failed(at) if fault else breaker.succeeded()
            if after == breaker:
                return False
            if self.store.swap_state(tenant, _key(channel), state, {**state, **after.state()}):
                opened = after.gate(at) is Gate.OPEN
                if opened and after.trips != breaker.trips:
                    self.metrics.add("BreakerOpened", 1, channel=channel)
                    self._rest(tenant, channel, now + timedelta(seconds=after.rests))
                return opened
        return False

    def _rest(self, tenant: str, channel: Channel, until: datetime) -> None:
        """Takes the channel from the planner for a while; what is off for longer, or for good, stays as it is."""
        name, wanted = f"{channel}|", until.isoformat()
        for _ in range(SWAPS):
            state = self.store.get_state(tenant, STATE_CHANNELS)
            held = state.get(name)
            if held == "" or (held and datetime.fromisoformat(held) >= until):
                return
            if self.store.swap_state(tenant, STATE_CHANNELS, state, {**state, name: wanted}):
                self.metrics.add("ChannelRests", 1, channel=channel)
                return

    # -- how much ---------------------------------------------------------------------------------------------------

    def _day(self, tenant: Tenant, channel: Channel, config: ChannelConfig, now: datetime) -> Pause | None:
        """One more of the day, on this channel and on all of them together."""
        limits = {channel.value: config.max_per_day, _ALL: tenant.max_contacts_per_day}
        taken: list[str] = []
        for name, most in limits.items():
            if most and not self._count(tenant, f"day|{name}|{_day(tenant, now)}", 1, most, now, 3):
                for other in taken:
                    self._count(tenant, f"day|{other}|{_day(tenant, now)}", -1, 0, now, 3)
                return Pause(_midnight(tenant, now, days=1), Reason.DAY_FULL)
            if most:
                taken.append(name)
        return None

    def _spend(
        self, tenant: Tenant, channel: Channel, config: ChannelConfig, message: Message, now: datetime
    ) -> Pause | None:
        limit = spend_limit(config.options)
        price = price_micros(channel, config, message)
        if limit is None or not price:
            return None
        if limit and self._count(tenant, _spend_key(tenant, channel, now), price, limit, now, 62):
            return None
        until = _midnight(tenant, now.astimezone(_zone(tenant)).replace(day=1) + timedelta(days=32), first=True)
        self._rest(tenant.id, channel, until)
        return Pause(until, Reason.SPEND_LIMIT, elsewhere=True)

    def unsaid(
        self, tenant: Tenant, channel: Channel, message: Message, now: datetime, kind: MessageKind = MessageKind.CONTACT
    ) -> None:
        """What was let through has reached no provider, or was not accepted: it gives its places back."""
        config = tenant.channel(channel)
        if config is None:
            return
        if kind.counts_in_day:
            self._leave_day(tenant, channel, config, now)
        price = price_micros(channel, config, message)
        if price and spend_limit(config.options):
            self._count(tenant, _spend_key(tenant, channel, now), -price, 0, now, 62)

    def _leave_day(self, tenant: Tenant, channel: Channel, config: ChannelConfig, now: datetime) -> None:
        for name, most in ((channel.value, config.max_per_day), (_ALL, tenant.max_contacts_per_day)):
            if most:
                self._count(tenant, f"day|{name}|{_day(tenant, now)}", -1, 0, now, 3)

    # -- the day's first ones ---------------------------------------------------------------------------------------

    def _canary(self, tenant: Tenant, debtor: str, channel: Channel, now: datetime) -> Pause | None:
        """The first ones of the day go; the rest waits until enough is known of them, and for a person if it is bad."""
        name = f"canary|{channel}|{_day(tenant, now)}"
        planned = int(self.store.get_state(tenant.id, f"{PLANNED}|{_day(tenant, now)}").get("count", "0"))
        size = max(CANARY_MIN, planned * CANARY_PERCENT // 100)
        if self._count(tenant, f"{name}|sent", 1, size, now, 3):
            return None
        state = self.store.get_state(tenant.id, name)
        if state.get("verdict") == Canary.GO:
            return None
        if not state:  # the first of the rest: from now on the canary's patience runs
            state = {"since": now.isoformat()}
            self.store.swap_state(tenant.id, name, {}, state)
        counted = self.store.get_states(tenant.id, [f"{name}|{k}" for k in CANARY_TOLD])
        said = {k: int(counted[f"{name}|{k}"].get("count", "0")) for k in CANARY_TOLD}
        waited = int((now - datetime.fromisoformat(state["since"])).total_seconds())
        patience = int(CANARY_PATIENCE.total_seconds())
        verdict = canary(size, waited=waited, patience=patience, **said)
        if verdict is not Canary.WAIT and state.get("verdict") != verdict:
            self.store.swap_state(tenant.id, name, state, {**state, "verdict": verdict})
            self.metrics.add("CanaryVerdicts", 1, channel=channel, verdict=verdict)
        if verdict is Canary.GO:
            return None
        late = int(CANARY_LOOK.total_seconds()) + spread(debtor, now.isoformat(), 600)
        return Pause(now + timedelta(seconds=late), Reason.CANARY_WAITS)

    def _count(self, tenant: Tenant, key: str, amount: int, limit: int, now: datetime, days: int) -> bool:
        return self.store.count(tenant.id, key, amount, limit, now + timedelta(days=days))


CANARY_TOLD = ("told", "bounced", "complained")


def spend_limit(options: Mapping[str, str]) -> int | None:
    """The month's limit in millionths of a real; None without one. An amount nobody can read is 0: nothing is spent."""
    text = options.get(SPEND_OPTION, "")
    if not text:
        return None
    try:
        limit = Decimal(text)
    except InvalidOperation:
        return 0
    return int(limit * _MICROS) if limit.is_finite() and limit > 0 else 0


def price_micros(channel: Channel, config: ChannelConfig, message: Message) -> int:
    """What a message will cost by the tenant's price table, in millionths of a real."""
    if TRAITS[channel].gsm7:
        from regua.domain.codes import gsm7  # noqa: PLC0415 (its tables are needed by texts only)

        return config.price_micros * gsm7.segments(message.text)
    return config.price_micros


def _key(channel: Channel) -> str:
    return f"pace|{channel}"


def _spend_key(tenant: Tenant, channel: Channel, now: datetime) -> str:
    return f"spend|{channel}|{now.astimezone(_zone(tenant)):%Y-%m}"


def _zone(tenant: Tenant) -> ZoneInfo:
    return ZoneInfo(tenant.time_zone)


def _day(tenant: Tenant, now: datetime) -> str:
    return now.astimezone(_zone(tenant)).date().isoformat()


def _midnight(tenant: Tenant, now: datetime, days: int = 0, *, first: bool = False) -> datetime:
    """Start of the creditor's day so many days after `now`, or of the first one of its month."""
    day = now.astimezone(_zone(tenant)).date() + timedelta(days=days)
    return datetime.combine(day.replace(day=1) if first else day, time(0), _zone(tenant))


def _flag(text: str) -> bool:
    return text.strip().lower() in ("true", "1", "yes", "sim")
