"""How debtors behave: decided once per debtor by a seeded random source, so that every run plays the same people."""

import random
from dataclasses import dataclass
from enum import StrEnum

from localcloud.people import Person


class Habit(StrEnum):
    """What a debtor does about messages."""

    PUNCTUAL = "punctual"
    """Pays each boleto by its due day, unasked."""
    PROMPT = "prompt"
    """Pays what the n-th message asks."""
    LATE = "late"
    PARTIAL = "partial"
    """Pays half, and the rest two messages later."""
    IGNORES = "ignores"
    OPTS_OUT = "opts_out"
    CLAIMS_PAID = "claims_paid"
    """Says it is paid; the bank tells of it days later."""
    PROMISES = "promises"
    """Names a day and keeps it."""
    BREAKS_PROMISE = "breaks_promise"
    DISPUTES = "disputes"
    WRONG_PERSON = "wrong_person"
    REFUNDED = "refunded"
    """Pays, gets it back some days later, and stays silent."""
    PAYS_TWICE = "pays_twice"
    """Pays by boleto and by Pix."""


WEIGHTS = {
    Habit.PUNCTUAL: 10,
    Habit.PROMPT: 34,
    Habit.LATE: 12,
    Habit.PARTIAL: 6,
    Habit.IGNORES: 14,
    Habit.OPTS_OUT: 5,
    Habit.CLAIMS_PAID: 4,
    Habit.PROMISES: 4,
    Habit.BREAKS_PROMISE: 3,
    Habit.DISPUTES: 3,
    Habit.WRONG_PERSON: 2,
    Habit.REFUNDED: 2,
    Habit.PAYS_TWICE: 1,
}


@dataclass(frozen=True, slots=True)
class Habits:
    """One debtor's ways. `delay_hours` passes between reading a message and acting on it."""

    habit: Habit
    acts_on: int
    """Number of the message (counting from 1) that makes the debtor act."""
    delay_hours: float
    pays_by_boleto: bool
    email_bounces: bool
    email_complains: bool
    mailbox_full: bool
    not_on_whatsapp: bool
    reads_whatsapp: bool


def habits_of(person: Person, seed: int) -> Habits:
    """The same person and seed always behave the same."""
    rng = random.Random(f"{seed}:{person.key}")  # noqa: S311 (repeatable on purpose)
    habit = rng.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))[0]
    acts_on = {Habit.PROMPT: rng.randrange(1, 4), Habit.LATE: rng.randrange(3, 6)}.get(habit, 1)
    return Habits(
        habit=habit,
        acts_on=acts_on,
        delay_hours=rng.uniform(0.5, 36),
        pays_by_boleto=rng.random() < 0.45,
        email_bounces=rng.random() < 0.05,
        email_complains=rng.random() < 0.02,
        mailbox_full=rng.random() < 0.02,
        not_on_whatsapp=rng.random() < 0.08,
        reads_whatsapp=rng.random() < 0.75,
    )
