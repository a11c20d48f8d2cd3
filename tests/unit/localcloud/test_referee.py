from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from localcloud.books import Books
from localcloud.mailbox import Arrival
from localcloud.people import Person
from localcloud.referee import IN_FLIGHT_SECONDS, Referee, text_class
from localcloud.standstill import Standstill

MONDAY_NOON = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def books(person: Person) -> Books:
    return Books([person])


@pytest.fixture
def referee(books: Books) -> Referee:
    return Referee(books, lambda arrival: "aviso")


def test_an_ordinary_message_is_no_violation(referee: Referee, arrival: Arrival):
    assert referee.judge(arrival) == []
    assert dict(referee.counts) == {"after_settlement": 0, "duplicate_step": 0, "outside_window": 0}


def test_a_message_after_everything_is_paid_is_a_violation(
    referee: Referee, books: Books, person: Person, arrival: Arrival
):
    books.credit(person, 20_000, MONDAY_NOON, real=1000.0)
    assert referee.judge(replace(arrival, real=1000.0 + IN_FLIGHT_SECONDS)) == []
    late = replace(arrival, real=1000.1 + IN_FLIGHT_SECONDS, at=MONDAY_NOON + timedelta(days=1))
    assert [violation.kind for violation in referee.judge(late)] == ["after_settlement"]


def test_a_partial_payment_or_a_refund_leaves_a_debt_to_write_about(
    referee: Referee, books: Books, person: Person, arrival: Arrival
):
    books.credit(person, 12_000, MONDAY_NOON, real=1000.0)
    assert referee.judge(replace(arrival, real=2000.0)) == []
    books.credit(person, 9_000, MONDAY_NOON, real=2000.0)
    books.refund(person, 9_000, MONDAY_NOON)
    assert referee.judge(replace(arrival, real=3000.0, at=MONDAY_NOON + timedelta(days=2))) == []


def test_thanks_after_the_payment_are_no_violation(books: Books, person: Person, arrival: Arrival):
    referee = Referee(books, lambda arrival: "obrigado")
    books.credit(person, 20_000, MONDAY_NOON, real=1000.0)
    assert referee.judge(replace(arrival, real=2000.0)) == []


def test_a_second_contact_on_the_same_day_is_one_too_many_on_any_channel(referee: Referee, arrival: Arrival):
    referee.judge(arrival)
    second = replace(arrival, channel="sms", at=MONDAY_NOON + timedelta(hours=3), text="Outro texto")
    assert [violation.kind for violation in referee.judge(second)] == ["duplicate_step"]


def test_a_bounced_mail_contacted_nobody(referee: Referee, arrival: Arrival):
    assert referee.judge(arrival, reached=False) == []
    assert referee.judge(replace(arrival, channel="sms", at=MONDAY_NOON + timedelta(hours=3))) == []


def test_a_step_comes_once_for_each_due_day_and_not_more(referee: Referee, arrival: Arrival):
    found = [referee.judge(replace(arrival, at=MONDAY_NOON + timedelta(days=day))) for day in (0, 1, 2)]
    assert [len(violations) for violations in found] == [0, 0, 1]
    assert found[2][0].kind == "duplicate_step"


def test_a_text_that_serves_two_steps_may_come_twice_as_often(books: Books, arrival: Arrival):
    referee = Referee(books, lambda arrival: "lembrete|vencimento")
    counts = [len(referee.judge(replace(arrival, at=MONDAY_NOON + timedelta(days=day)))) for day in (0, 1, 2, 3, 7)]
    assert counts == [0, 0, 0, 0, 1]


def test_a_message_at_night_is_a_violation(referee: Referee, arrival: Arrival):
    night = replace(arrival, at=datetime(2026, 3, 3, 1, 0, tzinfo=UTC))
    assert [violation.kind for violation in referee.judge(night)] == ["outside_window"]


def test_an_sms_that_may_have_come_in_time_is_not_held_against_anybody(referee: Referee, arrival: Arrival):
    before_nine = datetime(2026, 3, 2, 11, 50, tzinfo=UTC)
    sms = replace(arrival, channel="sms", at=before_nine, latest=before_nine + timedelta(minutes=25))
    assert referee.judge(sms) == []
    too_late = datetime(2026, 3, 4, 21, 1, tzinfo=UTC)
    sms = replace(arrival, channel="sms", at=too_late, latest=too_late + timedelta(minutes=25))
    assert [violation.kind for violation in referee.judge(sms)] == ["outside_window"]


def test_a_message_that_a_standstill_held_up_is_judged_by_when_it_may_have_left(referee: Referee, arrival: Arrival):
    at = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert referee.judge(replace(arrival, at=at, earliest=at - timedelta(hours=6))) == []
    at += timedelta(days=2)
    late = replace(arrival, at=at, earliest=at - timedelta(minutes=90))
    assert [violation.kind for violation in referee.judge(late)] == ["outside_window"]


def test_two_messages_that_one_late_look_found_are_not_proven_to_be_of_one_day(referee: Referee, arrival: Arrival):
    later = MONDAY_NOON + timedelta(days=2)
    first = replace(arrival, channel="sms", latest=later)
    assert referee.judge(first) == []
    assert referee.judge(replace(first, text="Outra etapa", message_id="m-2")) == []


def test_only_a_late_look_is_a_standstill():
    standstill = Standstill()
    for real in (0.0, 0.1, 0.2, 1.2, 1.3):
        standstill.looked(real)
    assert standstill.before(0.9) == pytest.approx(1.0)
    assert standstill.before(2.1) == pytest.approx(1.0)
    assert standstill.before(5.0) == 0
    assert (standstill.total, standstill.longest) == (pytest.approx(1.0), pytest.approx(1.0))


def test_a_message_on_a_channel_the_debtor_refused_is_a_violation(referee: Referee, person: Person, arrival: Arrival):
    referee.opted_out(person.key, "email", real=1000.0)
    assert referee.judge(replace(arrival, channel="sms", real=1500.0)) == []
    late = replace(arrival, real=1500.0, at=MONDAY_NOON + timedelta(days=1))
    assert [violation.kind for violation in referee.judge(late)] == ["after_opt_out"]


def test_a_message_to_a_stranger_is_a_violation(referee: Referee, arrival: Arrival):
    assert [violation.kind for violation in referee.judge(replace(arrival, person=None))] == ["unknown_recipient"]


def test_the_same_words_with_other_figures_are_the_same_kind_of_text(arrival: Arrival):
    one = replace(arrival, text="Olá, faltam R$ 10,00 até 02/03/2026")
    other = replace(arrival, text="Olá, faltam R$ 99,90 até 09/03/2026")
    assert text_class(one) == text_class(other)
    assert text_class(one) != text_class(replace(arrival, text="Obrigado pelo pagamento"))


def test_an_answer_may_come_when_the_person_writes_and_a_contact_may_not(
    books: Books, referee: Referee, arrival: Arrival
):
    at_night = replace(arrival, at=MONDAY_NOON + timedelta(hours=9))
    assert Referee(books, lambda arrival: "resposta").judge(at_night) == []
    assert [violation.kind for violation in referee.judge(at_night)] == ["outside_window"]


def test_one_note_to_who_wrote_by_that_channel_is_the_answer_and_a_step_of_the_regua_never_is(
    books: Books, person: Person, arrival: Arrival
):
    steps = iter(["nota", "nota", "email:3f", "aviso"])
    referee = Referee(books, lambda _: next(steps))
    assert referee.named(arrival) == "nota"
    referee.wrote(person.key, "email")
    assert referee.named(arrival) == "resposta"
    assert referee.named(arrival) == "email:3f"
    referee.wrote(person.key, "email")
    assert referee.named(arrival) == "aviso"
