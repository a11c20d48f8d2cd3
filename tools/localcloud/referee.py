"""Counts what must never happen, from what reached the debtors against what the world itself knows.

Nothing of the product's own records is read here: a wrong record cannot hide a wrong message. What is counted while
the days pass is a suspicion; `second_look` may withdraw it at the end, for a reason that the report tells.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from localcloud.books import Books
from localcloud.lawful import lawful_within
from localcloud.mailbox import Arrival
from localcloud.wording import CHANNELS

IN_FLIGHT_SECONDS = 2.0
"""Real seconds between a webhook's 200 and the moment no message may arrive any more: what was already on its way
(design, invariant 1: gate to provider p99 <= 2 s) is not held against the product."""
SAME_STEP_HOURS = 20
"""Two contacts closer than this (simulated) are two contacts for one step: the product promises at most one a day."""

ANSWER = "resposta"
NOTICES = frozenset({"obrigado", "nota", ANSWER})
"""Texts that ask for nothing: thanks for a payment, answers to what the debtor wrote."""

StepOf = Callable[[Arrival], str]
"""Names the step (or kind of text) of a message: the same for all channels when it is known, never empty.

Texts that serve several steps alike are named after all of them: `lembrete|vencimento`."""


@dataclass
class Violation:
    """One message that should not have arrived, and why (Portuguese)."""

    kind: str
    arrival: Arrival
    why: str
    earlier: Arrival | None = None
    """The other contact of that day."""
    since: float = 0.0
    """Since when (Unix seconds) all was paid."""


@dataclass
class Referee:
    """Judges each arrival once, in order of arrival. `violations` and `counts` are the verdict."""

    books: Books
    step_of: StepOf
    violations: list[Violation] = field(default_factory=list)
    counts: Counter[str] = field(
        default_factory=lambda: Counter({"after_settlement": 0, "duplicate_step": 0, "outside_window": 0})
    )
    withdrawn: list[tuple[Violation, str]] = field(default_factory=list)
    """Suspicions that were none, and why (Portuguese)."""
    _seen: dict[str, list[Arrival]] = field(default_factory=lambda: defaultdict(list))
    _wrote: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Answers that are still to come."""
    _opted_out: dict[tuple[str, str], float] = field(default_factory=dict)

    def opted_out(self, person_key: str, channel: str, real: float) -> None:
        """The product has known since `real` that this person refuses `channel`."""
        self._opted_out.setdefault((person_key, channel), real)

    def wrote(self, person_key: str, channel: str) -> None:
        """This person writes to us: one answer of that channel asks for nothing and keeps no hours."""
        self._wrote[person_key, channel] += 1

    def named(self, arrival: Arrival) -> str:
        """The step a message is, in its place: of words that are no step of the régua (or a note), the first to come
        after its reader wrote by that channel is the answer.
        """
        step = self.step_of(arrival)
        waits = (arrival.person.key if arrival.person else "", arrival.channel)
        if step == ANSWER or not self._wrote[waits] or not (step in NOTICES or ":" in step):
            return step
        self._wrote[waits] -= 1
        return ANSWER

    def judge(self, arrival: Arrival, reached: bool = True, step: str = "") -> list[Violation]:
        """The violations this message is. `reached` False: it bounced, so nobody was contacted by it. `step`: what it
        is `named`."""
        person = arrival.person
        found: list[Violation] = []
        if person is None:
            found.append(Violation("unknown_recipient", arrival, "chegou a quem não está na carteira"))
        else:
            step = step or self.step_of(arrival)
            # only what came at no lawful moment, however long it may have been on its way, is proven; and contact
            # hours are for who did not ask: an answer comes when the person writes
            lawful = lawful_within(person, arrival.earliest or arrival.at, arrival.latest or arrival.at)
            if not lawful and step != ANSWER:
                local = arrival.at.astimezone(ZoneInfo(person.time_zone))
                found.append(Violation("outside_window", arrival, f"chegou {local:%d/%m %H:%M}, hora do devedor"))
            notice = step in NOTICES
            if not notice:
                found += self._settled(arrival, person.key) + self._refused(arrival, person.key)
            if reached and not notice:
                found += self._repeated(arrival, self._seen[person.key])
                self._seen[person.key].append(arrival)
        self.violations += found
        self.counts.update(violation.kind for violation in found)
        return found

    def withdraw(self, violation: Violation, why: str) -> None:
        """It was none."""
        self.violations.remove(violation)
        self.counts[violation.kind] -= 1
        self.withdrawn.append((violation, why))

    def _settled(self, arrival: Arrival, key: str) -> list[Violation]:
        since = self.books.accounts[key].settled_real
        if since is None or arrival.real <= since + IN_FLIGHT_SECONDS:
            return []
        late = f"chegou {arrival.real - since:.1f} s depois de tudo pago"
        return [Violation("after_settlement", arrival, late, since=since)]

    def _refused(self, arrival: Arrival, key: str) -> list[Violation]:
        since = self._opted_out.get((key, arrival.channel))
        if since is None or arrival.real <= since + IN_FLIGHT_SECONDS:
            return []
        return [
            Violation(
                "after_opt_out", arrival, f"chegou por {CHANNELS[arrival.channel]} depois do pedido de não receber"
            )
        ]

    def _repeated(self, arrival: Arrival, earlier: list[Arrival]) -> list[Violation]:
        step = self.step_of(arrival)
        for other in reversed(earlier):
            # as far apart as they can have been: what is not exactly known is not held against the product
            apart = (arrival.latest or arrival.at) - (other.earliest or other.at)
            if apart < timedelta(hours=SAME_STEP_HOURS):
                return [Violation("duplicate_step", arrival, "segundo contato no mesmo dia", other)]
        same = 1 + sum(1 for other in earlier if self.step_of(other) == step)
        person = arrival.person
        steps = step.count("|") + 1
        if person is not None and same > steps * len({bill.due_on for bill in person.bills}):
            return [Violation("duplicate_step", arrival, f"{same} contatos da etapa {step}: mais que vencimentos")]
        return []


def text_class(arrival: Arrival) -> str:
    """What kind of text it is when nothing better is known: the template, or the words without what varies."""
    if arrival.whatsapp is not None and arrival.whatsapp.template:
        return f"whatsapp:{arrival.whatsapp.template}"
    skeleton = re.sub(r"\S*\d\S*|https?://\S+", "#", f"{arrival.subject}\n{arrival.text}")
    return f"{arrival.channel}:{hashlib.sha256(skeleton.encode()).hexdigest()[:12]}"
