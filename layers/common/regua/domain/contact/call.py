"""What came of a call that a person made."""

from datetime import date
from enum import StrEnum

from regua.domain.contact.channel_event import Action
from regua.domain.values import Value


class CallOutcome(StrEnum):
    """The outcomes a call list knows."""

    RIGHT_PARTY = "right_party"
    WRONG_PERSON = "wrong_person"
    NO_ANSWER = "no_answer"
    PROMISE = "promise"
    DISPUTE = "dispute"

    @property
    def action(self) -> Action:
        """What it asks for."""
        return _ACTIONS.get(self, Action.NONE)

    @property
    def reached(self) -> bool:
        """True when the right person was spoken to."""
        return self in (CallOutcome.RIGHT_PARTY, CallOutcome.PROMISE, CallOutcome.DISPUTE)


WORDS = {
    CallOutcome.RIGHT_PARTY: "pessoa certa",
    CallOutcome.WRONG_PERSON: "pessoa errada",
    CallOutcome.NO_ANSWER: "não atendeu",
    CallOutcome.PROMISE: "promessa",
    CallOutcome.DISPUTE: "contesta",
}
"""As lists and their summaries say it."""
_ACTIONS = {
    CallOutcome.WRONG_PERSON: Action.WRONG_PERSON,
    CallOutcome.PROMISE: Action.PROMISE,
    CallOutcome.DISPUTE: Action.DISPUTE,
}


class CallFact(Value):
    """One call. `debtor` is the pseudonym the list was made with; `phone` the number called (E.164), if known."""

    line: int
    debtor: str
    outcome: CallOutcome
    on: date
    promised_on: date | None = None
    amount_cents: int = 0
    note: str = ""
    phone: str = ""

    @property
    def key(self) -> str:
        """The same call in the same list, uploaded again, is the same call."""
        return f"call:{self.on.isoformat()}:{self.outcome}:{self.promised_on or ''}:{self.amount_cents}"


class RejectedCall(Value):
    """A line that was not understood."""

    line: int
    column: str
    value: str
    problem: str


class CallSheet(Value):
    """A list that came back. Lines without an outcome are still to be called."""

    facts: tuple[CallFact, ...]
    rejected: tuple[RejectedCall, ...]
    pending: int
