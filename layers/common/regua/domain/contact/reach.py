"""Which channels can reach a debtor for a step, best first, and why not the others."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from regua.domain.channels import TRAITS
from regua.domain.model import Channel, ContactPoint, Debtor, PointStatus
from regua.domain.policy import Policy, Step
from regua.domain.reasons import Reason
from regua.domain.tenant import Tenant
from regua.domain.values import Value

FAILING_AFTER = 3
"""Consecutive failures after which a point is only used when nothing else is left, and once for each step."""
AGAIN = (timedelta(days=1), timedelta(days=3))
"""How long after its first, and its second refusal of a step a channel is tried again: a full mailbox is emptied."""
_ALWAYS = datetime.min.replace(tzinfo=UTC)
CALLS = ("liga", "telefon", "negocia")
"""Words in the name of a step, or of its text, that is a conversation with the debtor."""
LETTERS = ("carta",)
_BY_PEOPLE = {Channel.VOICE: CALLS, Channel.LETTER: LETTERS}
"""Channels that people serve, where the task is of that sort."""


class Health(Value):
    """What is known of the outside at this moment; the facts of one tenant."""

    off: Collection[tuple[Channel, str]] = frozenset()
    """`(channel, template)` pairs that must not be used now; an empty template means the whole channel."""
    reconciliation_stale: bool = False
    until: datetime | None = None
    """When the first of what is off for a while comes back; None when nothing will by itself."""
    stopped: bool = False
    """A person has stopped everything."""


def is_sort(step: str, template: str, words: tuple[str, ...]) -> bool:
    """Whether a task is of that sort, by the names its step and its text have."""
    return any(word in name for word in words for name in (step, template))


def unwanted(step: str, template: str, debtor: Debtor) -> bool:
    """Whether a task is a call or a letter to who wants none: said by the debtor, or at all of the debtor's numbers."""
    for channel, words in _BY_PEOPLE.items():
        if not is_sort(step, template, words):
            continue
        points = [p for p in debtor.points if p.kind == TRAITS[channel].kind and not p.former]
        if any(out.channel == channel for out in debtor.opt_outs) or (
            points and all(channel in p.refused for p in points)
        ):
            return True
    return False


def point_for(channel: Channel, debtor: Debtor) -> ContactPoint | None:
    """The debtor's best contact point for the channel."""
    return best_point(channel, debtor.points)


def best_point(channel: Channel, points: tuple[ContactPoint, ...]) -> ContactPoint | None:
    """Of the points in use that can serve the channel the one with fewest failures, then the first known."""
    kind = TRAITS[channel].kind
    usable = [
        p
        for p in points
        if p.kind == kind
        and not p.former
        and p.status is PointStatus.OK
        and channel not in p.blocked
        and channel not in p.refused
        and (not p.channels or channel in p.channels)
    ]
    return min(usable, key=lambda p: p.failures, default=None)


def comes_back(step: Step, debtor: Debtor, channel: Channel) -> datetime | None:
    """From when on the channel may serve a step it has refused, its address being what it is; None: not any more."""
    times = debtor.case.tried.count(f"{step.key}#{channel}")
    if not times:
        return _ALWAYS
    point = point_for(channel, debtor)
    if times > len(AGAIN) or point is None or point.failures >= FAILING_AFTER:
        return None
    return (debtor.case.refused_at or _ALWAYS) + AGAIN[times - 1]


def _refusal(
    channel: Channel, step: Step, debtor: Debtor, policy: Policy, tenant: Tenant, off: Health, at: datetime | None
) -> Reason | None:
    """Why the channel cannot serve, or None."""
    if channel is Channel.TASK:
        if unwanted(step.key, step.template_name, debtor):
            return Reason.CHANNEL_OPTED_OUT
        return None if any(p.status is PointStatus.OK for p in debtor.points) else Reason.CHANNEL_NO_POINT
    config = tenant.channel(channel)
    if config is None:
        return Reason.CHANNEL_OFF
    if debtor.opt_outs and any(o.channel in ("*", channel) for o in debtor.opt_outs):
        return Reason.CHANNEL_OPTED_OUT
    if channel is Channel.WHATSAPP and step.phase not in policy.whatsapp_phases:
        return Reason.CHANNEL_PHASE
    point = point_for(channel, debtor)
    if point is None:
        kind = TRAITS[channel].kind
        same_kind = [p for p in debtor.points if p.kind == kind and not p.former]
        if same_kind and all(p.status is PointStatus.WRONG_PERSON for p in same_kind):
            return Reason.WRONG_PERSON
        if any(channel in p.refused for p in same_kind):
            return Reason.CHANNEL_OPTED_OUT
        return Reason.CHANNEL_UNREACHABLE if same_kind else Reason.CHANNEL_NO_POINT
    if channel is Channel.WHATSAPP and config.options.get("optin") != "assumed" and point.whatsapp_optin_on is None:
        return Reason.CHANNEL_NO_CONSENT
    if debtor.case.tried:
        back = comes_back(step, debtor, channel)
        if back is None or (at is not None and back > at):
            return Reason.CHANNEL_TRIED
    if channel in tenant.stopped_channels:
        return Reason.CHANNELS_STOPPED
    if off.off and ((channel, "") in off.off or (channel, step.template_name) in off.off):
        return Reason.CHANNELS_STOPPED
    return None


def channels_for(
    step: Step, debtor: Debtor, policy: Policy, tenant: Tenant, health: Health, at: datetime | None = None
) -> tuple[tuple[Channel, ...], tuple[Reason, ...]]:
    """Channels that are usable at `at` (None: then or later), best first, and the notes that explain the order in one
    line.

    Order: points that do not keep failing, then the channel the debtor answered on, then the step's own order (which
    is the tenant's order of cost).
    """
    usable: list[Channel] = []
    notes: list[Reason] = []
    for channel in step.channels:
        refusal = _refusal(channel, step, debtor, policy, tenant, health, at)
        if refusal is None:
            usable.append(channel)
        else:
            notes.append(refusal)
    if len(usable) > 1 and (debtor.answered_on or any(p.failures >= FAILING_AFTER for p in debtor.points)):
        points = {c: point_for(c, debtor) for c in usable}

        def failing(channel: Channel) -> bool:
            point = points[channel]
            return point is not None and point.failures >= FAILING_AFTER

        ordered = sorted(usable, key=lambda c: (failing(c), c is not debtor.answered_on))
        if ordered != usable:
            notes.append(Reason.CHANNEL_FAILING if failing(usable[0]) else Reason.CHANNEL_ANSWERED)
            usable = ordered
    if usable and usable[0] is step.channels[0]:
        notes.insert(0, Reason.CHANNEL_PREFERRED)
    return tuple(usable), tuple(dict.fromkeys(notes))
