"""What another version of a régua, or another régua, changes for a bill at each position of the one before."""

from datetime import UTC, datetime

from regua.domain.contact.steps import beyond
from regua.domain.model import Receivable, StepFired
from regua.domain.policy import Policy, Step
from regua.domain.values import Value

_WHEN = datetime(2000, 1, 1, tzinfo=UTC)
"""Any moment: where a bill stands is a matter of phase and day."""


class Position(Value):
    """Where a bill stands (`step` None: nothing was said yet), and the step that comes next by either régua."""

    step: Step | None
    before: Step | None
    after: Step | None

    @property
    def changes(self) -> bool:
        """Whether another step is next, or the same one on another day, in another tone or by other channels."""
        return self.before != self.after


def positions(old: Policy, new: Policy) -> list[Position]:
    """Every position of the old régua, in its order, whatever the conditions of its steps."""
    found = [_position(None, 0, (), old, new)]
    fired: tuple[str, ...] = ()
    for step in sorted(old.steps, key=old.day):
        fired = (*fired, step.key)
        found.append(_position(step, old.day(step), fired, old, new))
    return found


def position_on(policy: Policy, days: int) -> Step | None:
    """The last step that is due so many days after the due date; None before the first."""
    due = [step for step in policy.steps if policy.day(step) <= days]
    return max(due, key=policy.day, default=None)


def _position(step: Step | None, day: int, fired: tuple[str, ...], old: Policy, new: Policy) -> Position:
    last = StepFired(step.key, _WHEN, 0, step.phase, day) if step else None
    receivable = Receivable("", last_step=last, fired=fired)
    before, after = (next(iter(beyond(receivable, policy)), None) for policy in (old, new))
    return Position(step, before[2] if before else None, after[2] if after else None)
