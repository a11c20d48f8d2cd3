"""A suspicion is withdrawn when the order of the commits proves it wrong, and only then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from localcloud.books import Books
from localcloud.mailbox import Arrival
from localcloud.people import Person
from localcloud.records import Committed, TableRecords
from localcloud.referee import IN_FLIGHT_SECONDS, Referee
from localcloud.second_look import CALL_SECONDS, FLIGHT_SECONDS, SecondLook
from localcloud.standstill import Standstill
from localcloud.timeline import Timeline
from regua.domain.model import Channel, Contact, ContactStatus, Debtor, LedgerEntry
from regua.domain.reasons import Reason

ID = "pseudonym"


class Run:
    """One debtor of a demonstration: what the world saw, and what the product wrote down."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.timeline = Timeline(date(2026, 3, 2), lead=0.0, speed=14_000)
        self.noon = self.timeline.real(self.timeline.moment(1, datetime.min.time().replace(hour=12)))
        self.books, self.standstill, self.records = Books([person]), Standstill(), TableRecords()
        self.referee = Referee(self.books, lambda arrival: arrival.text)
        self.records.debtors[ID] = Debtor(tenant="ipe", id=ID, name="Ana", document=person.key)

    def wrote(self, version: int, reason: Reason, real: float, reference: str, channel: str = "email") -> None:
        at = self.timeline.at(real)
        entry = LedgerEntry(at=at, reason=reason, reference=reference, channel=channel)
        self.records.commits[ID].append(Committed(version, entry))

    def claimed(self, version: int, real: float, step: str = "aviso", message: str = "m-1") -> None:
        contact = Contact(1, step, Channel.EMAIL, ContactStatus.SENT, self.timeline.at(real), message_id=message)
        self.records.contacts[ID].append(contact)
        self.wrote(version, Reason.SENDING, real, contact.key)

    def paid(self, version: int, real: float) -> None:
        self.books.credit(self.person, 20_000, self.timeline.at(real), real, reference="E1")
        if version:
            self.wrote(version, Reason.PAYMENT_APPLIED, real, "E1", "")

    def arrives(self, real: float, step: str = "aviso", message: str = "m-1") -> Arrival:
        at = self.timeline.at(real)
        return Arrival("email", self.person.emails[0], self.person, real, at, message, text=step)

    def verdict(self, *arrivals: Arrival) -> list[str]:
        for arrival in arrivals:
            self.referee.judge(arrival)
        SecondLook([self.person], self.books, self.records, self.timeline, self.standstill).withdraw(self.referee)
        assert self.referee.counts.total() == len(self.referee.violations)
        return [violation.kind for violation in self.referee.violations]


@pytest.fixture
def run(person: Person) -> Run:
    return Run(person)


def test_a_message_whose_gate_came_before_the_payment_was_in_flight(run: Run):
    run.claimed(4, run.noon)
    run.paid(5, run.noon + 0.1)
    assert run.verdict(run.arrives(run.noon + 0.1 + IN_FLIGHT_SECONDS + 1)) == []
    [(_, why)] = run.referee.withdrawn
    assert why == "saiu antes de o pagamento ser registrado e levou 3,1 s"


def test_a_message_whose_gate_passed_after_the_payment_is_a_violation_whatever_the_clocks_say(run: Run):
    run.paid(4, run.noon + 0.1)
    run.claimed(5, run.noon)
    assert run.verdict(run.arrives(run.noon + 0.1 + IN_FLIGHT_SECONDS + 1)) == ["after_settlement"]


def test_a_payment_that_the_product_said_200_to_and_never_applied_excuses_nothing(run: Run):
    run.claimed(4, run.noon)
    run.paid(0, run.noon + 0.1)
    assert run.verdict(run.arrives(run.noon + 0.1 + IN_FLIGHT_SECONDS + 1)) == ["after_settlement"]


def test_a_second_payment_excuses_no_message_that_came_after_the_first_had_settled_all(run: Run):
    run.paid(4, run.noon)
    run.claimed(5, run.noon + 0.2)
    run.books.credit(run.person, 20_000, run.timeline.at(run.noon + 1), run.noon + 1, reference="E2")
    run.wrote(6, Reason.PAYMENT_OVERPAID, run.noon + 1, "E2", "")
    assert run.verdict(run.arrives(run.noon + IN_FLIGHT_SECONDS + 1)) == ["after_settlement"]


def test_a_message_nobody_claimed_is_a_violation(run: Run):
    run.paid(5, run.noon + 0.1)
    assert run.verdict(run.arrives(run.noon + 0.1 + IN_FLIGHT_SECONDS + 1)) == ["after_settlement"]


def test_a_message_that_its_claim_did_not_send_is_a_violation(run: Run):
    run.claimed(4, run.noon, message="another")
    run.paid(5, run.noon + 0.1)
    assert run.verdict(run.arrives(run.noon + 0.1 + IN_FLIGHT_SECONDS + 1)) == ["after_settlement"]


@pytest.mark.parametrize("stood", [True, False])
def test_beyond_the_hard_limit_only_a_machine_that_was_seen_to_stand_still_excuses(run: Run, stood: bool):
    run.claimed(4, run.noon)
    run.paid(5, run.noon + 0.1)
    if stood:
        run.standstill.looked(run.noon + 0.5)
        run.standstill.looked(run.noon + 9.0)
    found = run.verdict(run.arrives(run.noon + FLIGHT_SECONDS + 1))
    assert ("after_settlement" in found) is not stood


def test_a_refusal_that_was_written_after_the_gate_came_too_late_for_that_message(run: Run):
    run.claimed(4, run.noon)
    run.wrote(5, Reason.OPT_OUT_RECORDED, run.noon + 0.1, "link")
    run.referee.opted_out(run.person.key, "email", run.noon + 0.1)
    assert run.verdict(run.arrives(run.noon + 0.1 + IN_FLIGHT_SECONDS + 1)) == []


def test_a_refusal_that_was_written_before_the_gate_is_not_heeded(run: Run):
    run.wrote(3, Reason.OPT_OUT_RECORDED, run.noon - 0.1, "link")
    run.claimed(4, run.noon)
    run.referee.opted_out(run.person.key, "email", run.noon - 0.1)
    assert run.verdict(run.arrives(run.noon + IN_FLIGHT_SECONDS + 1)) == ["after_opt_out"]


@pytest.fixture
def at(run: Run) -> Callable[[int], float]:
    return lambda hour: run.timeline.real(run.timeline.moment(1, datetime.min.time().replace(hour=hour)))


def test_a_message_that_left_in_time_and_was_held_up_is_none_outside_the_hours(run: Run, at: Callable[[int], float]):
    left = at(17) - CALL_SECONDS
    run.claimed(4, left)
    assert run.verdict(run.arrives(left + 2 * CALL_SECONDS + 0.5)) == []


def test_a_message_that_left_too_late_is_outside_the_hours_whatever_held_it_up(run: Run):
    left = run.timeline.real(run.timeline.moment(1, datetime.min.time().replace(hour=18, minute=5)))
    run.claimed(4, left)
    run.standstill.looked(left)
    run.standstill.looked(left + 0.5)
    assert run.verdict(run.arrives(left + 0.02)) == ["outside_window"]


def test_a_message_that_nothing_held_up_should_not_have_left_so_near_the_end(run: Run, at: Callable[[int], float]):
    left = run.timeline.real(run.timeline.moment(1, datetime.min.time().replace(hour=17, minute=59)))
    run.claimed(4, left)
    assert run.verdict(run.arrives(left + 0.02)) == ["outside_window"]


def test_two_contacts_that_left_on_two_days_are_two_whatever_day_the_first_came(run: Run, at: Callable[[int], float]):
    next_day = run.timeline.real(run.timeline.moment(2, datetime.min.time().replace(hour=12)))
    run.claimed(4, at(12))
    run.claimed(6, next_day, "segundo", "m-2")
    first, second = run.arrives(next_day - 0.1), run.arrives(next_day + 0.02, "segundo", "m-2")
    assert run.verdict(first, second) == []
    same = replace(second, message_id="m-1", at=second.at + timedelta(minutes=5))
    assert run.verdict(same) == ["duplicate_step"]
