"""`policy.yaml`: the régua as its owner writes it, and the domain's `Policy` it stands for."""

from typing import Annotated

from pydantic import Field

from regua.config.fields import Cents, ChannelWord, Flag, Line, Minute, Model, OneOf, Slug, Whole, Word
from regua.domain.model import Channel, Phase, Profile
from regua.domain.policy import Caps, Hours, Policy, Step, WhileWaiting

WEEKDAYS = ("seg", "ter", "qua", "qui", "sex", "sab", "dom")
WHATSAPP_PHASES = (Phase.PREVENTIVE, Phase.FRIENDLY)
"""WhatsApp's own business policy forbids debt collection: only reminders of the creditor's own invoice are left."""
FORMAL_FLOOR = (3, 15)
LEGAL_FLOOR = (5, 30)
"""Earlier contacts, and days since the first one, that no policy may go below."""

WaitingWord = Annotated[str, OneOf(WhileWaiting)]
PhaseWord = Annotated[str, OneOf(Phase)]
ProfileWord = Annotated[str, OneOf(Profile)]
WeekdayWord = Annotated[str, OneOf(WEEKDAYS)]


class CapsModel(Model):
    """The most a debtor is contacted."""

    min_hours: Annotated[Whole, Field(ge=1, le=720)] = 48
    per_day: Annotated[Whole, Field(ge=1, le=3)] = 1
    per_week: Annotated[Whole, Field(ge=1, le=7)] = 2
    per_month: Annotated[Whole, Field(ge=1, le=20)] = 6


class HoursModel(Model):
    """Narrows the lawful window; it can never widen it."""

    start: Minute = 0
    end: Minute = 24 * 60
    weekdays: Annotated[tuple[WeekdayWord, ...], Field(min_length=1)] = WEEKDAYS


class ConditionsModel(Model):
    """When a step applies to a receivable and its debtor."""

    min_amount: Cents = 0
    min_amount_percent: Annotated[Whole, Field(ge=0, le=100)] = 0
    segments: tuple[Word, ...] = ()
    tags: tuple[Word, ...] = ()
    without_tags: tuple[Word, ...] = ()
    profiles: tuple[ProfileWord, ...] = ()
    min_contacts: Annotated[Whole, Field(ge=0, le=50)] = 0
    min_days_since_first: Annotated[Whole, Field(ge=0, le=3650)] = 0


class StepModel(Model):
    """One step of the régua."""

    key: Slug
    phase: PhaseWord
    offset_days: Annotated[Whole, Field(ge=-90, le=1825)]
    channels: Annotated[tuple[ChannelWord, ...], Field(min_length=1)]
    after: Slug | None = None
    template: Slug | None = None
    conditions: ConditionsModel = ConditionsModel()
    approval: Flag | None = None
    while_waiting: WaitingWord | None = None

    def to_domain(self) -> Step:
        """The step as the planner reads it."""
        when = self.conditions
        channels = tuple(Channel(c) for c in self.channels)
        return Step(
            key=self.key,
            phase=Phase(self.phase),
            offset_days=self.offset_days,
            channels=channels,
            after=self.after or "",
            template=self.template or "",
            min_amount_cents=when.min_amount,
            min_amount_percent=when.min_amount_percent,
            segments=tuple(when.segments),
            tags=tuple(when.tags),
            without_tags=tuple(when.without_tags),
            profiles=tuple(Profile(p) for p in when.profiles),
            min_contacts=when.min_contacts,
            min_days_since_first=when.min_days_since_first,
            approval=Channel.TASK in channels or bool(self.approval),
            while_waiting=WhileWaiting(self.while_waiting) if self.while_waiting else None,
        )


class PolicyModel(Model):
    """The whole régua."""

    name: Slug
    steps: Annotated[tuple[StepModel, ...], Field(min_length=1, max_length=60)]
    version: Annotated[Line, Field(max_length=40, pattern=r"^[^@#\s]*$")] = ""
    description: Line = ""
    caps: CapsModel = CapsModel()
    hours: HoursModel = HoursModel()
    entry_phase: PhaseWord = "friendly"
    whatsapp_phases: tuple[PhaseWord, ...] = ("preventive", "friendly")
    formal_min_contacts: Annotated[Whole, Field(ge=FORMAL_FLOOR[0], le=50)] = FORMAL_FLOOR[0]
    formal_min_days: Annotated[Whole, Field(ge=FORMAL_FLOOR[1], le=365)] = FORMAL_FLOOR[1]
    legal_min_contacts: Annotated[Whole, Field(ge=LEGAL_FLOOR[0], le=50)] = LEGAL_FLOOR[0]
    legal_min_days: Annotated[Whole, Field(ge=LEGAL_FLOOR[1], le=365)] = LEGAL_FLOOR[1]
    promise_grace_days: Annotated[Whole, Field(ge=0, le=30)] = 1
    clearing_days: Annotated[Whole, Field(ge=1, le=30)] = 2
    task_days: Annotated[Whole, Field(ge=1, le=90)] = 5
    approval_tolerance_percent: Annotated[Whole, Field(ge=0, le=100)] = 10
    vulnerable_min_hours: Annotated[Whole, Field(ge=48, le=2160)] = 168
    vulnerable_max_phase: PhaseWord = "friendly"
    min_total: Cents = 0
    upcoming_days: Annotated[Whole, Field(ge=0, le=365)] = 30
    thank_you: Flag = True
    collect: Flag = True

    def to_domain(self, version: str) -> Policy:
        """The policy as the planner reads it; `version` is used when the file names none."""
        return Policy(
            name=self.name,
            version=self.version or version,
            steps=tuple(step.to_domain() for step in self.steps),
            caps=Caps(**self.caps.model_dump()),
            hours=Hours(
                self.hours.start, self.hours.end, tuple(sorted({WEEKDAYS.index(day) for day in self.hours.weekdays}))
            ),
            entry_phase=Phase(self.entry_phase),
            whatsapp_phases=tuple(Phase(p) for p in self.whatsapp_phases),
            formal_min_contacts=self.formal_min_contacts,
            formal_min_days=self.formal_min_days,
            legal_min_contacts=self.legal_min_contacts,
            legal_min_days=self.legal_min_days,
            promise_grace_days=self.promise_grace_days,
            clearing_days=self.clearing_days,
            task_days=self.task_days,
            approval_tolerance_percent=self.approval_tolerance_percent,
            vulnerable_min_hours=self.vulnerable_min_hours,
            vulnerable_max_phase=Phase(self.vulnerable_max_phase),
            min_total_cents=self.min_total,
            upcoming_days=self.upcoming_days,
            thank_you=self.thank_you,
            collect=self.collect,
        )
