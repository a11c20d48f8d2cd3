"""A policy: the régua de cobrança as data. Read from YAML by `regua.config`, decided on by `domain.contact.planner`."""

from enum import StrEnum

from regua.domain.model import Channel, Phase, Profile
from regua.domain.values import Value


class WhileWaiting(StrEnum):
    """What the ladder of a bill does while a person has not answered about one of its steps."""

    GO_ON = "go_on"
    """Later steps come on their days."""
    WAIT = "wait"
    """No later step of the bill before the answer."""


_TASK = Channel.TASK


class Step(Value, cache_hash=True):
    """One step of the régua.

    Due `offset_days` after the receivable's due date (negative: before), or, when `after` names another step, that
    many days after that step was carried out.
    """

    key: str
    phase: Phase
    offset_days: int
    channels: tuple[Channel, ...]
    """In order of preference; the next one is the fallback."""
    after: str = ""
    template: str = ""
    """Name of the message template; empty means the step's key."""
    min_amount_cents: int = 0
    min_amount_percent: int = 0
    """At least this share (%) of the receivable's principal must still be open."""
    segments: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    profiles: tuple[Profile, ...] = ()
    min_contacts: int = 0
    """Contacts that must have been made before, in this case."""
    min_days_since_first: int = 0
    approval: bool = False
    """A person must approve before it happens; always so for TASK steps."""
    while_waiting: WhileWaiting | None = None
    """None: tasks let the ladder go on, approvals hold it (`waits`)."""

    @property
    def is_task(self) -> bool:
        """True for work of a person (phone list, negativação, protesto, agency, lawyer)."""
        return _TASK in self.channels

    @property
    def waits(self) -> bool:
        """True when the ladder waits while a person has not answered.

        A call not yet made is no reason to stop writing; a message that needs approval is there to be read before
        anything harder is said.
        """
        if self.while_waiting is None:
            return not self.is_task
        return self.while_waiting is WhileWaiting.WAIT

    @property
    def template_name(self) -> str:
        """The template this step speaks with."""
        return self.template or self.key


class Caps(Value):
    """The most a debtor is contacted. Shipped defaults; a week is 7 running days, a month 30."""

    min_hours: int = 48
    per_day: int = 1
    per_week: int = 2
    per_month: int = 6


class Hours(Value):
    """Narrows (never widens) the lawful contact window; minutes since midnight of the debtor's day."""

    start_minute: int = 0
    end_minute: int = 24 * 60
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    """Monday is 0."""


class Policy(Value, cache_hash=True):
    """A named, versioned régua. Steps are in order of their due day."""

    name: str
    version: str
    steps: tuple[Step, ...]
    caps: Caps = Caps()
    hours: Hours = Hours()
    entry_phase: Phase = Phase.FRIENDLY
    """The most advanced phase the first contact about a receivable may have."""
    whatsapp_phases: tuple[Phase, ...] = (Phase.PREVENTIVE, Phase.FRIENDLY)
    formal_min_contacts: int = 3
    formal_min_days: int = 15
    legal_min_contacts: int = 5
    legal_min_days: int = 30
    promise_grace_days: int = 1
    clearing_days: int = 2
    """Days a debtor who says the boleto is paid is left alone."""
    task_days: int = 5
    """Business days a person has to do a task or to answer about an approval."""
    approval_tolerance_percent: int = 10
    """An approval stands while the message asks for at most so much more than the text that was approved."""
    vulnerable_min_hours: int = 168
    vulnerable_max_phase: Phase = Phase.FRIENDLY
    min_total_cents: int = 0
    """Below this total nothing is sent."""
    upcoming_days: int = 30
    """Receivables due within so many days are listed beside the overdue ones."""
    thank_you: bool = True
    collect: bool = True
    """False: `do not collect`; the portfolio is watched and nothing is sent."""

    @property
    def label(self) -> str:
        """`name@version`, as every contact and ledger entry keeps it."""
        return f"{self.name}@{self.version}"

    def rank(self, key: str) -> int:
        """Position of the step named `key`, or -1 when this policy has none of that name."""
        return next((i for i, s in enumerate(self.steps) if s.key == key), -1)

    def step(self, key: str) -> Step | None:
        """The step named `key`, or None."""
        return next((s for s in self.steps if s.key == key), None)

    def day(self, step: Step) -> int:
        """The step's day relative to the due date; one that counts from others comes their days later."""
        days = step.offset_days
        seen = {step.key}
        while step.after and step.after not in seen:
            seen.add(step.after)
            base = self.step(step.after)
            if base is None:
                break
            days += base.offset_days
            step = base
        return days
