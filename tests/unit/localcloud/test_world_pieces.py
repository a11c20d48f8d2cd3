"""Time, money, habits, figures and words, each by itself."""

import json
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from localcloud.alarm import Alarm
from localcloud.books import Books, with_charges
from localcloud.habits import Habit, habits_of
from localcloud.mailbox import Arrival
from localcloud.metrics import MetricsCollector
from localcloud.people import Person
from localcloud.portfolio import generate
from localcloud.rehearsal import SEED
from localcloud.steps import best_match, fixed_passages, shipped_steps
from localcloud.timeline import FIRST_HOUR, SCAN_HOUR, Timeline
from localcloud.whatsapp_templates import Approvals
from regua.platform.clock import ScaledClock, clock_from

NOON = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def test_the_products_clock_and_the_worlds_are_the_same():
    timeline = Timeline(date(2026, 3, 2), lead=-5.0)
    clock = clock_from(timeline.setting)
    assert isinstance(clock, ScaledClock)
    real = time.time()
    assert clock.simulated_at(int(real * 1_000_000)) == timeline.at(real)  # type: ignore[arg-type] # an int is a Fraction here


def test_time_stands_at_six_in_the_morning_until_it_begins():
    timeline = Timeline(date(2026, 3, 2), lead=60)
    assert timeline.now() == timeline.moment(0, FIRST_HOUR)
    assert timeline.moment(0, SCAN_HOUR) - timeline.moment(0, FIRST_HOUR) == timedelta(hours=1)


def test_sixty_days_take_less_than_two_minutes():
    assert Timeline(date(2026, 3, 2)).real_seconds(60) < 115


def test_a_payment_reaches_the_oldest_bill_first_and_pays_its_charges_on_the_way(person: Person):
    books = Books([person])
    books.credit(person, 10_000, NOON, real=1.0)
    assert [bill.receivable for bill in books.open_bills(person)] == ["B"]
    assert books.accounts[person.key].settled_real is None


def test_a_boleto_pays_its_own_bill_only(person: Person):
    books = Books([person])
    books.credit(person, 99_999, NOON, real=1.0, asked=("B",))
    assert [bill.receivable for bill in books.open_bills(person)] == ["A"]


def test_a_pix_pays_the_bills_its_message_asked_for_and_what_is_over_pays_nothing_else(person: Person):
    books = Books([person])
    asked = books.asked_for(person, 10_233, NOON)
    assert asked == ("A",)
    books.credit(person, 10_233, NOON, real=1.0, asked=asked)
    books.credit(person, 10_233, NOON, real=2.0, asked=asked)
    assert [bill.receivable for bill in books.open_bills(person)] == ["B"]
    assert books.asked_for(person, 15_233, NOON) == ("B",)


def test_late_bills_grow_by_fine_and_interest(person: Person):
    bill = person.bills[0]
    assert with_charges(bill, 10_000, NOON) == 10_000 + 200 + 33
    assert with_charges(bill, 10_000, NOON - timedelta(days=30)) == 10_000


def test_a_refund_opens_what_its_payment_had_closed(person: Person):
    books = Books([person])
    books.credit(person, 20_000, NOON, real=1.0)
    assert books.accounts[person.key].settled_real == 1.0
    books.refund(person, 20_000, NOON)
    assert books.accounts[person.key].settled_real is None
    assert books.received_cents == 0
    assert len(books.open_bills(person)) == 2


def test_people_keep_their_habits_and_the_sample_shows_every_important_one():
    people = generate(date(2026, 3, 2)).people
    assert [habits_of(person, SEED) for person in people] == [habits_of(person, SEED) for person in people]
    seen = Counter(habits_of(person, SEED).habit for person in people)
    assert seen.keys() >= set(Habit) - {Habit.PAYS_TWICE}
    assert any(habits_of(person, SEED).email_bounces for person in people)


def test_what_is_due_is_done_and_what_failed_is_kept():
    alarm = Alarm(Timeline(date(2026, 3, 2), lead=-1.0))
    done = threading.Event()

    def fail() -> None:
        raise ValueError("broken")

    alarm.later(NOON - timedelta(days=1), done.set)
    alarm.later(NOON - timedelta(days=1), fail)
    alarm.later(NOON + timedelta(days=3650), lambda: None)
    assert alarm.ring() == 2
    alarm.stop()
    assert done.is_set()
    assert [str(error) for error in alarm.errors] == ["broken"]


class FakeCloud:
    """Logs with EMF lines, and a CloudWatch that only remembers."""

    def __init__(self, lines: list[dict[str, Any]]) -> None:
        self.lines, self.put = lines, []  # type: ignore[var-annotated] # a list of what was put

    def client(self, name: str) -> "FakeCloud":
        return self

    def describe_log_groups(self, logGroupNamePrefix: str) -> dict[str, Any]:  # noqa: N803 (boto3's names)
        return {"logGroups": [{"logGroupName": f"{logGroupNamePrefix}one"}]}

    def filter_log_events(self, **_: Any) -> dict[str, Any]:
        events = [{"eventId": str(i), "timestamp": i, "message": json.dumps(line)} for i, line in enumerate(self.lines)]
        return {"events": [{"eventId": "x", "timestamp": 0, "message": "START"}, *events]}

    def put_metric_data(self, Namespace: str, MetricData: list[dict[str, Any]]) -> None:  # noqa: N803 (boto3's names)
        self.put += MetricData

    def get_metric_statistics(self, **wanted: Any) -> dict[str, Any]:
        days: dict[datetime, list[float]] = {}
        for datum in self.put:
            if (datum["MetricName"], datum["Dimensions"]) == (wanted["MetricName"], wanted["Dimensions"]):
                days.setdefault(datum["Timestamp"], []).append(datum["Value"])
        return {
            "Datapoints": [
                {"Timestamp": at, "Sum": sum(v), "SampleCount": len(v), "Maximum": max(v)} for at, v in days.items()
            ]
        }


def emf(real: float, dimensions: dict[str, str], **values: Any) -> dict[str, Any]:
    block = {
        "Namespace": "Regua",
        "Dimensions": [list(dimensions)],
        "Metrics": [{"Name": name, "Unit": "Count"} for name in values],
    }
    return {"_aws": {"Timestamp": int(real * 1000), "CloudWatchMetrics": [block]}, **dimensions, **values}


def test_emf_lines_become_metrics_once_and_are_read_back_as_sums_levels_and_averages():
    timeline = Timeline(date(2026, 3, 2), lead=-10.0)
    first, last = timeline.real(timeline.moment(0, SCAN_HOUR)), timeline.real(timeline.moment(1, SCAN_HOUR))
    cloud = FakeCloud(
        [
            emf(first, {"service": "regua", "channel": "email"}, ContactsSent=[1.0, 1.0]),
            emf(first, {"service": "regua", "channel": "sms"}, ContactsSent=1.0),
            emf(first, {"service": "regua"}, OpenBalanceTotal=900.0, DaysToPay=[2.0, 4.0]),
            emf(last, {"service": "regua"}, OpenBalanceTotal=500.0),
        ]
    )
    metrics = MetricsCollector(cloud, timeline, days=2)  # type: ignore[arg-type] # a fake of the two clients it uses
    assert metrics.collect("/aws/lambda/") == 7
    assert metrics.collect("/aws/lambda/") == 0
    read = metrics.read()
    now = time.time()
    assert all(now - 600 < datum["Timestamp"].timestamp() <= now for datum in cloud.put), (
        "CloudWatch takes no other day"
    )
    assert read["ContactsSent"] == 3
    assert read["ContactsSent{channel=email}"] == 2
    assert read["OpenBalanceTotal"] == 500
    assert read["DaysToPay"] == 3


def test_a_text_is_known_by_the_passages_that_never_change():
    friendly, firm = "Olá, {{ nome }}, tudo bem? Ainda não vimos", "{{ nome }}, precisamos falar com você sobre"
    candidates = {"aviso": fixed_passages(friendly), "firme": fixed_passages(firm), "igual": fixed_passages(firm)}
    assert best_match("Olá, Ana, tudo bem? Ainda não vimos o pagamento", candidates) == "aviso"
    assert best_match("Ana, precisamos falar com você sobre a fatura", candidates) == "firme|igual"
    assert best_match("Feliz aniversário", candidates) == ""


def test_every_shipped_sms_names_its_own_step(arrival: Arrival):
    from localcloud.steps import TEMPLATES

    step_of = shipped_steps(Approvals())
    for path in sorted((TEMPLATES / "pt_BR").glob("*.sms.txt")):
        step = path.name.split(".")[0]
        text = " ".join(fixed_passages(path.read_text(encoding="utf-8")))
        assert step in step_of(replace(arrival, channel="sms", subject="", text=text)).split("|"), path.name


@pytest.mark.parametrize("habit", list(Habit))
def test_every_habit_has_a_weight(habit: Habit):
    from localcloud.habits import WEIGHTS

    assert WEIGHTS[habit] > 0
