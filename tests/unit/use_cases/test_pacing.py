"""A channel has a pace, a day, a month and a bad hour; whatever happens, each step reaches a debtor at most once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from tests.office import MARIA, MONDAY, TENANT, Mail, Office, creditor, debtor, row

from regua.domain.codes import tax_id
from regua.domain.contact.channel_event import ChannelEventKind, Outcome, SendResult
from regua.domain.contact.message import Message
from regua.domain.contact.pace import CANARY_MIN
from regua.domain.model import Channel, ContactPoint
from regua.domain.reasons import Reason
from regua.domain.tenant import ChannelConfig, Tenant
from regua.ports import Sender, Sending
from regua.use_cases.collecting.pacing import CANARY_OPTION, SPEND_OPTION, Pacing, price_micros, spend_limit

OUTAGE = timedelta(hours=6)
DOWN = SendResult(Outcome.UNREACHED, error="ConnectTimeoutError")
THROTTLED = SendResult(Outcome.THROTTLED, error="TooManyRequests")


def person(number: int) -> str:
    """A CPF of its own."""
    root = f"{number + 100_000_000:09d}"
    return root + tax_id.check_digits(root)


@dataclass
class Town(Office):
    """Many debtors, and a provider that can be down for hours."""

    down: Callable[[datetime, Channel], bool] = lambda at, channel: False
    calls: list[tuple[datetime, Channel, Outcome]] = field(default_factory=list)

    def sender(self, channel: Channel) -> Sender:
        return _Line(self, channel)

    def moves_in(self, many: int, *, by_phone: bool = False) -> list[str]:
        """So many people, each with an e-mail and, `by_phone`, a number of their own."""
        people = [person(n) for n in range(many)]
        self.imports(
            row(
                f"T{n}",
                who,
                emails=(f"p{n}@example.com",),
                phones=(f"+55119876{n:05d}",) if by_phone else (),
            )
            for n, who in enumerate(people)
        )
        return people

    def starts(self) -> list[datetime]:
        return [mail.at for mail in self.sent()]


@dataclass(frozen=True)
class _Line:
    town: Town
    channel: Channel

    def prepare(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> Sending:
        return partial(self.send, tenant, to, message)

    def send(self, tenant: Tenant, to: ContactPoint, message: Message) -> SendResult:
        town = self.town
        now = town.clock.now()
        down = town.down(now, self.channel)
        result = DOWN if down else SendResult(Outcome.SENT, f"m{len(town.mail)}", cost_micros=1_000)
        town.calls.append((now, self.channel, result.outcome))
        town.mail.append(Mail(now, self.channel, to, message, result))
        return result


def only_email(**config: object) -> Tenant:
    return creditor(channels={Channel.EMAIL: ChannelConfig(options={"from": "c@escola.example"}, **config)})  # type: ignore[arg-type]  # fields by name


def ask(office: Office, channel: Channel = Channel.EMAIL, who: str = "d1", text: str = "Oi") -> Reason | None:
    pacing = Pacing(office.store, office.metrics)
    pause = pacing.ask(office.tenant, who, channel, Message(channel, text), office.clock.now())
    return pause.reason if pause else None


def tell(office: Office, result: SendResult, channel: Channel = Channel.EMAIL, text: str = "Oi") -> bool:
    pacing = Pacing(office.store, office.metrics)
    return pacing.told(office.tenant, channel, Message(channel, text), result, office.clock.now())


class TestAnOutageOfSixHours:
    @pytest.fixture
    def town(self) -> Town:
        """The only channel is down from 10:00 to 16:00; two hundred debtors are due that day."""
        town = Town(tenant=only_email(max_per_second=1.0))
        town.down = lambda at, channel: MONDAY <= at < MONDAY + OUTAGE
        town.clock.set(MONDAY - timedelta(hours=4))  # before the contact hours
        return town

    def test_leaves_no_lost_step_and_no_step_twice(self, town: Town) -> None:
        people = town.moves_in(200)
        town.lives(2)
        done = Counter((mail.to.value, mail.at.date()) for mail in town.sent())
        assert len({who for who, _ in done}) == len(people)
        for who in people:
            steps = Counter(c.step for c in town.file(who).contacts)
            assert max(steps.values()) == 1
            assert Reason.SENT in town.reasons(who)
            assert len(town.file(who).debtor.recent) == 1

    def test_calls_the_provider_a_few_times_an_hour_only(self, town: Town) -> None:
        town.moves_in(200)
        town.lives(2)
        failed = [at for at, _, outcome in town.calls if outcome is Outcome.UNREACHED]
        per_hour = Counter(int((at - MONDAY) / timedelta(hours=1)) for at in failed)
        assert 5 <= len(failed) <= 40
        assert max(per_hour[hour] for hour in range(1, 6)) <= 4

    def test_ends_without_a_storm(self, town: Town) -> None:
        town.moves_in(200)
        town.lives(2)
        after = [at for at in town.starts() if at >= MONDAY + OUTAGE]
        assert len(after) > 100
        busiest = Counter(at.replace(second=0, microsecond=0) for at in after).most_common(1)[0][1]
        assert busiest <= 60
        by_second = Counter(at.replace(microsecond=0) for at in after)
        assert max(by_second.values()) <= 2

    def test_tells_each_debtor_s_ledger_why_it_waited(self, town: Town) -> None:
        people = town.moves_in(20)
        town.lives(2)
        waited = [who for who in people if {Reason.CHANNEL_RESTS, Reason.CHANNELS_STOPPED} & set(town.reasons(who))]
        assert waited
        told = [town.reasons(who).count(Reason.CHANNELS_STOPPED) for who in waited]
        assert sorted(told)[len(told) // 2] == 1  # only who was a probe, and failed, is told again

    def test_without_the_breaker_the_provider_is_called_again_and_again(self, town: Town) -> None:
        town.paced = False
        town.moves_in(20)
        town.lives(1)
        assert sum(outcome is Outcome.UNREACHED for _, _, outcome in town.calls) > 100


def test_another_channel_of_the_step_takes_over_and_the_debtor_is_contacted_once() -> None:
    town = Town()
    town.down = lambda at, channel: channel is Channel.EMAIL
    town.clock.set(MONDAY - timedelta(hours=4))
    people = town.moves_in(30, by_phone=True)
    town.lives(3)
    sent = Counter(mail.channel for mail in town.sent())
    assert sent[Channel.EMAIL] == 0
    assert sum(sent.values()) == len(people)
    for who in people:
        made = [c for c in town.file(who).contacts if c.status in ("sent", "delivered")]
        assert len(made) == 1
        assert len(town.file(who).debtor.recent) == 1


def test_a_refusal_of_one_message_is_no_failure_of_the_channel() -> None:
    office = Office()
    for _ in range(20):
        tell(office, SendResult(Outcome.REFUSED, error="550"))
    assert ask(office) is None


def test_throttling_in_a_row_takes_the_channel_from_the_planner_for_a_minute() -> None:
    office = Office()
    assert [tell(office, THROTTLED) for _ in range(5)] == [False] * 4 + [True]
    office.rulebook.forget()
    health = office.rulebook.rules(TENANT, office.clock.now()).health
    assert (Channel.EMAIL, "") in health.off
    assert health.until == office.clock.now() + timedelta(minutes=1)
    assert ask(office) is Reason.CHANNEL_RESTS
    assert ask(office, Channel.SMS) is None


def test_after_its_rest_one_probe_goes_and_the_others_wait_for_its_answer() -> None:
    office = Office()
    for _ in range(5):
        tell(office, DOWN)
    office.clock.set(office.clock.now() + timedelta(minutes=1))
    assert ask(office, who="probe") is None
    assert [ask(office, who=f"d{n}") for n in range(3)] == [Reason.CHANNEL_RESTS] * 3
    tell(office, SendResult(Outcome.SENT, "m1"))
    assert ask(office, who="d1") is None


def test_a_channel_a_person_switched_off_is_not_switched_on_by_the_breaker() -> None:
    office = Office()
    office.store.put_state(TENANT, "channels", {"email|": ""})
    for _ in range(5):
        tell(office, DOWN)
    assert office.store.get_state(TENANT, "channels") == {"email|": ""}


class TestThePace:
    def test_many_who_wake_at_once_leave_at_the_channel_s_rate(self) -> None:
        town = Town(tenant=only_email(max_per_second=2.0))
        people = town.moves_in(60)
        town.scans()
        for who in people:  # all of them wake in the same second
            file = town.file(who)
            town.executions.waits[debtor(who), file.debtor.case.cycle] = MONDAY
        town.lives(1)
        per_second = Counter(at.replace(microsecond=0) for at in town.starts())
        assert sum(per_second.values()) == len(people)
        assert max(per_second.values()) <= 4
        assert max(town.starts()) - MONDAY < timedelta(minutes=10)

    def test_whoever_waits_has_claimed_nothing_and_is_told_why_once(self) -> None:
        town = Town(tenant=only_email(max_per_second=0.5))
        people = town.moves_in(3)
        town.scans()
        wakes = [town.wakes(who) for who in people]
        assert [w.reason for w in wakes].count(Reason.PACED) == 2
        waiting = people[1]
        assert town.file(waiting).contacts == ()
        assert 1 <= wakes[1].seconds <= 900
        town.wakes(waiting)
        town.wakes(waiting)
        assert town.reasons(waiting).count(Reason.PACED) == 1

    def test_without_a_rate_nobody_waits(self) -> None:
        office = Office()
        assert [ask(office, who=f"d{n}") for n in range(50)] == [None] * 50


class TestTheDay:
    def test_the_day_is_full_and_the_rest_goes_on_the_next_lawful_day(self) -> None:
        town = Town(tenant=only_email(max_per_day=5))
        town.clock.set(MONDAY - timedelta(hours=4))
        people = town.moves_in(12)
        town.lives(3)  # the step after this one is due on the fourth day
        per_day = Counter(at.date() for at in town.starts())
        assert max(per_day.values()) == 5
        assert sum(per_day.values()) == len(people)
        assert sum(Reason.DAY_FULL in town.reasons(who) for who in people) == 7

    def test_a_creditor_has_a_day_over_all_channels_together(self) -> None:
        office = Office(tenant=creditor(max_contacts_per_day=2))
        assert ask(office, Channel.EMAIL) is None
        assert ask(office, Channel.SMS) is None
        assert ask(office, Channel.EMAIL) is Reason.DAY_FULL
        tell(office, SendResult(Outcome.REFUSED), Channel.SMS)
        assert ask(office, Channel.WHATSAPP) is None

    def test_a_message_the_whole_day_refuses_takes_no_place_of_its_channel(self) -> None:
        office = Office(tenant=replace(only_email(max_per_day=5), max_contacts_per_day=1))
        assert [ask(office) for _ in range(4)] == [None] + [Reason.DAY_FULL] * 3
        assert office.store.get_state(TENANT, f"day|email|{MONDAY.date()}") == {"count": "1"}

    def test_a_refused_message_does_not_count(self) -> None:
        office = Office(tenant=only_email(max_per_day=1))
        assert ask(office) is None
        tell(office, SendResult(Outcome.REFUSED))
        assert ask(office) is None
        assert ask(office) is Reason.DAY_FULL


class TestTheMonth:
    @pytest.fixture
    def office(self) -> Office:
        sms = ChannelConfig(price_micros=500_000, options={SPEND_OPTION: "1.00"})
        return Office(tenant=creditor(channels={Channel.SMS: sms, Channel.WHATSAPP: ChannelConfig()}))

    def test_sms_stops_at_its_limit_until_the_next_month(self, office: Office) -> None:
        assert [ask(office, Channel.SMS) for _ in range(3)] == [None, None, Reason.SPEND_LIMIT]
        office.rulebook.forget()
        health = office.rulebook.rules(TENANT, office.clock.now()).health
        assert (Channel.SMS, "") in health.off
        assert health.until == datetime(2026, 4, 1, 3, tzinfo=UTC)
        office.clock.set(datetime(2026, 4, 1, 13, tzinfo=UTC))
        assert ask(office, Channel.SMS) is None

    def test_a_long_text_costs_its_segments(self, office: Office) -> None:
        long = "x" * 161
        assert price_micros(Channel.SMS, office.tenant.channels[Channel.SMS], Message(Channel.SMS, long)) == 1_000_000
        assert [ask(office, Channel.SMS, text=long) for _ in range(2)] == [None, Reason.SPEND_LIMIT]

    def test_money_that_was_not_spent_is_given_back(self, office: Office) -> None:
        ask(office, Channel.SMS)
        tell(office, SendResult(Outcome.REFUSED), Channel.SMS)
        assert [ask(office, Channel.SMS) for _ in range(3)] == [None, None, Reason.SPEND_LIMIT]

    def test_a_limit_nobody_can_read_spends_nothing(self) -> None:
        assert spend_limit({SPEND_OPTION: "cem"}) == 0
        assert spend_limit({SPEND_OPTION: "Infinity"}) == 0
        assert spend_limit({}) is None
        assert spend_limit({SPEND_OPTION: "150.50"}) == 150_500_000


class TestTheCanary:
    @pytest.fixture
    def office(self) -> Office:
        options = {"from": "c@escola.example", CANARY_OPTION: "true"}
        return Office(tenant=creditor(channels={Channel.EMAIL: ChannelConfig(options=options)}))

    def hears(self, office: Office, **counts: int) -> None:
        day = office.clock.now().date().isoformat()
        for name, many in counts.items():
            office.store.count(TENANT, f"canary|email|{day}|{name}", many, 0, office.clock.now())

    def test_the_first_ones_go_and_the_rest_waits_for_what_comes_of_them(self, office: Office) -> None:
        said = [ask(office, who=f"d{n}") for n in range(CANARY_MIN + 3)]
        assert said == [None] * CANARY_MIN + [Reason.CANARY_WAITS] * 3
        self.hears(office, told=CANARY_MIN)
        assert ask(office) is None

    def test_too_many_bounces_keep_the_rest_waiting(self, office: Office) -> None:
        for n in range(CANARY_MIN):
            ask(office, who=f"d{n}")
        self.hears(office, told=CANARY_MIN, bounced=3)
        assert ask(office) is Reason.CANARY_WAITS
        office.clock.set(office.clock.now() + timedelta(hours=3))
        assert ask(office) is Reason.CANARY_WAITS
        assert office.metrics.total("CanaryVerdicts", verdict="stop") == 1

    def test_one_complaint_among_few_is_one_too_many(self, office: Office) -> None:
        for n in range(CANARY_MIN):
            ask(office, who=f"d{n}")
        self.hears(office, told=CANARY_MIN, complained=1)
        assert ask(office) is Reason.CANARY_WAITS

    def test_a_large_day_has_a_canary_of_one_per_cent(self, office: Office) -> None:
        office.store.count(TENANT, f"planned|{office.clock.now().date()}", 5_000, 0, office.clock.now())
        assert [ask(office, who=f"d{n}") for n in range(51)] == [None] * 50 + [Reason.CANARY_WAITS]

    def test_it_is_off_unless_asked_for(self) -> None:
        office = Office()
        assert [ask(office, who=f"d{n}") for n in range(CANARY_MIN * 3)] == [None] * CANARY_MIN * 3

    def test_the_scan_says_how_many_are_planned_and_events_say_what_came_of_them(self, office: Office) -> None:
        office.opens_and_contacts([row()])
        day = office.clock.now().date().isoformat()
        assert office.store.get_state(TENANT, f"planned|{day}") == {"count": "1"}
        office.provider_tells(ChannelEventKind.BOUNCED, permanent=True)
        assert office.store.get_state(TENANT, f"canary|email|{day}|bounced") == {"count": "1"}
        assert office.store.get_state(TENANT, f"canary|email|{day}|told") == {"count": "1"}


def test_a_message_ends_with_the_debtor_s_contact_window() -> None:
    office = Office()
    office.opens_and_contacts([row()])
    message = office.sent()[0].message
    # 10:00 in São Paulo; the policy's hours end at 18:00
    assert message.ttl_seconds == 8 * 3600
    assert office.file(MARIA).contacts
