"""What the referee's suspicions turn out to be once the order of the product's commits is known as well.

The design's first invariant is about commits: no provider call whose gate committed after a payment (an opt-out)
committed, and a bounded time between gate and call. From outside only the call is seen; a payment that commits while a
message is between its gate and its provider is the in-flight race that the design allows, and a machine that stands
still makes that moment long. The versions of a debtor order its commits exactly. A suspicion is withdrawn only when
they prove it wrong; what has no claim, a claim that came too late, or a flight that nothing explains stays one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from localcloud.books import Books
from localcloud.lawful import lawful
from localcloud.mailbox import Arrival
from localcloud.people import Person
from localcloud.records import TableRecords
from localcloud.referee import SAME_STEP_HOURS, Referee, Violation
from localcloud.standstill import Standstill
from localcloud.timeline import Timeline
from regua.domain.model import Contact
from regua.domain.reasons import Reason

CALL_SECONDS = 0.6
"""A provider call's hard limit (`SendTimeoutSeconds` here): a message that took longer was held up by the machine."""
FLIGHT_SECONDS = 10.0
"""The design's hard limit between gate and provider (invariant 1); beyond it only a standstill we saw excuses."""
EARLY_SECONDS = 0.5
"""Two clocks of one machine, read by two processes, agree to this."""
_REFUSED = (Reason.OPT_OUT_RECORDED, Reason.ADDRESS_OPTED_OUT)


@dataclass(frozen=True, slots=True)
class Claim:
    """A contact's gate: when it was decided, and the debtor's version its commit made."""

    key: str
    at: datetime
    version: int


class SecondLook:
    """Reads the product's records (`records`) beside what arrived."""

    def __init__(
        self,
        people: Iterable[Person],
        books: Books,
        records: TableRecords,
        timeline: Timeline,
        standstill: Standstill,
    ) -> None:
        self._books, self._records, self._timeline, self._standstill = books, records, timeline, standstill
        self._debtors = records.by_person(people)
        self._claims: dict[str, dict[str, list[Claim]]] = {id_: self._gates(id_) for id_ in self._debtors.values()}

    def withdraw(self, referee: Referee) -> None:
        """Takes back what was no violation."""
        for violation in tuple(referee.violations):
            why = self.excuse(violation)
            if why:
                referee.withdraw(violation, why)

    def excuse(self, violation: Violation) -> str:
        """Why it is none (Portuguese); empty when it stands."""
        arrival = violation.arrival
        claim, seconds = self.claim(arrival), self.flight(arrival)
        if claim is None or seconds is None or seconds < -EARLY_SECONDS:
            return ""
        stood = self._standstill.between(arrival.real - max(0.0, seconds), arrival.real)
        if seconds > FLIGHT_SECONDS and not stood:
            return ""
        took = f"{max(0.0, seconds):.1f}".replace(".", ",")
        if violation.kind == "after_settlement":
            settled = self._settled(arrival, violation.since)
            first = settled is not None and claim.version < settled
            return f"saiu antes de o pagamento ser registrado e levou {took} s" if first else ""
        if violation.kind == "after_opt_out":
            refused = self._refused(arrival)
            first = refused is not None and claim.version < refused
            return f"saiu antes de o pedido ser registrado e levou {took} s" if first else ""
        if violation.kind == "outside_window" and arrival.person is not None:
            held = bool(stood) or seconds > CALL_SECONDS
            return f"saiu dentro do horário e levou {took} s" if held and lawful(arrival.person, claim.at) else ""
        if violation.kind == "duplicate_step" and violation.earlier is not None:
            return self._days_apart(arrival, violation.earlier)
        return ""

    def claim(self, arrival: Arrival) -> Claim | None:
        """The gate this message passed, as the product wrote it down."""
        debtor = self._debtors.get(arrival.person.key) if arrival.person else None
        if debtor is None:
            return None
        of_channel = [c for c in self._records.contacts[debtor] if c.channel == arrival.channel]
        named = [c for c in of_channel if c.message_id == arrival.message_id]
        # the answer was lost, and no event has told the id since
        named = named or [c for c in of_channel if not c.message_id and self._gate(debtor, c, arrival)]
        return self._gate(debtor, named[0], arrival) if len(named) == 1 else None

    def flight(self, arrival: Arrival) -> float | None:
        """Real seconds from its gate to its arrival; None for a message nobody claimed."""
        claim = self.claim(arrival)
        return None if claim is None else self._seen(arrival) - self._timeline.real(claim.at)

    def flights(self, arrivals: Iterable[Arrival]) -> list[float]:
        """Those of all that were claimed, shortest first."""
        return sorted(seconds for arrival in arrivals if (seconds := self.flight(arrival)) is not None)

    def _seen(self, arrival: Arrival) -> float:
        """An SMS is known to have come between two looks: the later one counts."""
        return arrival.real if arrival.latest is None else self._timeline.real(arrival.latest)

    def _gates(self, debtor: str) -> dict[str, list[Claim]]:
        found: dict[str, list[Claim]] = defaultdict(list)
        for one in self._records.commits[debtor]:
            if one.entry.reason == Reason.SENDING:
                found[one.entry.reference].append(Claim(one.entry.reference, one.entry.at, one.version))
        return found

    def _gate(self, debtor: str, contact: Contact, arrival: Arrival) -> Claim | None:
        """The contact's last gate before the message came: one that was given back is passed again."""
        until = self._timeline.at(self._seen(arrival) + EARLY_SECONDS)
        return max(
            (claim for claim in self._claims[debtor].get(contact.key, ()) if claim.at <= until),
            key=lambda claim: claim.version,
            default=None,
        )

    def _settled(self, arrival: Arrival, since: float) -> int | None:
        """The version in which all was paid that the world says is; None when the product did not take all of it."""
        if arrival.person is None:
            return None
        wanted = self._books.payments(arrival.person, since)
        taken: dict[str, int] = {}
        for one in self._records.commits[self._debtors[arrival.person.key]]:
            if one.entry.reference in wanted and one.entry.reason.startswith("PAYMENT_"):
                taken[one.entry.reference] = min(one.version, taken.get(one.entry.reference, one.version))
        return max(taken.values()) if wanted and taken.keys() == wanted else None

    def _refused(self, arrival: Arrival) -> int | None:
        """The version in which the product knew that the channel was refused."""
        if arrival.person is None:
            return None
        commits = self._records.commits[self._debtors[arrival.person.key]]
        versions = [
            one.version
            for one in commits
            if one.entry.reason in _REFUSED and one.entry.channel in ("", arrival.channel)
        ]
        return min(versions, default=None)

    def _days_apart(self, arrival: Arrival, earlier: Arrival) -> str:
        one, other = self.claim(earlier), self.claim(arrival)
        if one is None or other is None or one.key == other.key:
            return ""
        late = self.flight(earlier) or 0.0
        held = late > CALL_SECONDS or bool(self._standstill.between(earlier.real - late, arrival.real))
        if not held or other.at - one.at < timedelta(hours=SAME_STEP_HOURS):
            return ""
        took = f"{max(0.0, late):.1f}".replace(".", ",")
        return f"a primeira saiu em outro dia e levou {took} s"
