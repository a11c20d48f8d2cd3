"""The sweep: time limits, turns between creditors, and gateways that do not answer."""

import dataclasses
import itertools
import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.office import JOAO, TENANT, Bank, Office, row

from regua.domain.model import ReceivableStatus
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind
from regua.domain.tenant import GatewayConfig
from regua.domain.values import replace
from regua.ports import InboxEvent, InboxStatus, PermanentError, RetryableError
from regua.use_cases.paying.settle_job import NOW, SettleJob
from regua.use_cases.paying.silence import LONGEST_PAUSE
from regua.use_cases.paying.sweeping import Swept

CALL = timedelta(seconds=11)
"""What a call without an answer takes: 3 s to connect, 8 s to wait."""
FUNCTION = timedelta(seconds=900)


class Gateways(Office):
    """Creditors with gateways of any name; each look-up is counted, those of a silent one wait out their time limit."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.asked: Counter[tuple[str, str]] = Counter()
        self.silent: set[str] = set()

    def _gateway(self, name: str) -> Any:
        office = self

        class One(Bank):
            def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Any) -> list[PaymentEvent]:
                tenant = config.options["tenant"]
                office.asked[tenant, name] += 1
                if name in office.silent:
                    office.clock.advance(CALL)
                    raise RetryableError("no answer")
                reference = Reference(ReferenceKind.EXTERNAL, event.event_id)
                return [PaymentEvent(name, f"{event.event_id}:paid", PaymentEventKind.CREDIT, reference, 50_00)]

        bank = One()
        bank.name = name
        return bank

    def creditor(self, tenant: str, *gateways: str) -> None:
        """One more, with these gateways."""
        configs = {name: GatewayConfig(name, ("fake",), options={"tenant": tenant}) for name in gateways}
        self.config.put(replace(self.tenant, id=tenant, gateways=configs))
        self.rulebook.forget()

    def notices(self, tenant: str, gateway: str, count: int) -> None:
        """So many thin notifications wait."""
        for n in range(count):
            body = json.dumps({"events": [{"id": f"L{n}", "kind": "lookup"}]})
            self.store.put_inbox(InboxEvent(tenant, gateway, f"L{n}", self.clock.now(), body))

    def sweep_within(self, limit: timedelta = FUNCTION) -> Swept:
        """A run in a function that lives so long."""
        end = self.clock.now() + limit
        return self.sweeps_while(lambda: end.timestamp() - self.clock.now().timestamp())

    def sweeps_while(self, time_left: Callable[[], float]) -> Swept:
        """A run with so many seconds left."""
        sweeping = self.sweeping()
        return dataclasses.replace(sweeping, settling=dataclasses.replace(sweeping.settling, time_left=time_left)).run()

    def waiting(self, tenant: str, gateway: str) -> list[InboxEvent]:
        return [e for e in self.store.inbox(tenant, InboxStatus.PENDING) if e.gateway == gateway]


@pytest.fixture
def office() -> Gateways:
    made = Gateways()
    made.creditor(TENANT, "quiet", "lively")
    return made


def test_a_hundred_and_thirteen_silent_look_ups_cost_three_calls_and_another_gateway_goes_on(office: Gateways) -> None:
    office.silent = {"quiet"}
    office.notices(TENANT, "quiet", 113)
    office.notices(TENANT, "lively", 20)
    office.clock.advance(timedelta(hours=1))
    swept = office.sweep_within()
    assert office.asked == {(TENANT, "quiet"): 3, (TENANT, "lively"): 20}
    assert (swept.silent, swept.unreached) == (110, 0)
    assert len(office.waiting(TENANT, "quiet")) == 113
    assert sum(one.attempts for one in office.waiting(TENANT, "quiet")) == 3, "the others keep their place"


def test_a_gateway_that_stays_silent_is_asked_after_growing_pauses_and_once_it_answers_everything_is(
    office: Gateways,
) -> None:
    office.silent = {"quiet"}
    office.notices(TENANT, "quiet", 30)
    asked = []
    for _ in range(24 * 4):
        office.clock.advance(timedelta(minutes=15))
        before = office.asked[TENANT, "quiet"]
        office.sweep_within()
        if office.asked[TENANT, "quiet"] > before:
            asked.append(office.clock.now())
    pauses = [after - before for before, after in itertools.pairwise(asked)]
    assert 6 <= len(asked) <= 9, "of 96 runs"
    assert all(later >= earlier for earlier, later in itertools.pairwise(pauses))
    assert max(pauses) <= LONGEST_PAUSE + timedelta(minutes=30)
    office.silent = set()
    office.clock.advance(LONGEST_PAUSE)
    office.sweep_within()
    assert office.waiting(TENANT, "quiet") == []


def test_a_refusal_is_an_answer_and_ends_the_silence(office: Gateways) -> None:
    silence = office.settling().silence()

    def raises(error: Exception) -> Callable[[], None]:
        def call() -> None:
            raise error

        return call

    for error in (RetryableError("no"), RetryableError("no"), PermanentError("401"), RetryableError("no")):
        with pytest.raises(type(error)):
            silence.ask(TENANT, "quiet", raises(error))
    assert not silence.lasts(TENANT, "quiet")


def test_the_queue_does_not_ask_a_silent_gateway_and_gives_nothing_up(office: Gateways) -> None:
    office.silent = {"quiet"}
    office.notices(TENANT, "quiet", 9)
    failed = 0
    for n in range(9):
        try:
            office.settling().do(SettleJob(TENANT, "quiet", f"L{n}"))
        except RetryableError:
            failed += 1
    assert (failed, office.asked[TENANT, "quiet"]) == (3, 3), "three come again, the sweep has the rest"
    assert len(office.waiting(TENANT, "quiet")) == 9


def test_creditors_take_turns_so_that_one_with_a_thousand_news_keeps_nobody_waiting(office: Gateways) -> None:
    for name in ("large", "small", "tiny"):
        office.creditor(name, "lively")
    office.notices("large", "lively", 400)
    office.notices("small", "lively", 3)
    office.notices("tiny", "lively", 1)
    office.clock.advance(timedelta(hours=1))
    ticks = iter(range(1000))
    swept = office.sweeps_while(lambda: 900 if next(ticks) < 25 else 60)
    assert (office.asked["small", "lively"], office.asked["tiny", "lively"]) == (3, 1)
    assert swept.unreached > 350
    assert office.metrics.total("SweepUnreached") == swept.unreached
    assert office.metrics.total("SweepCompleted") == 0
    assert office.sweep_within().unreached == 0
    assert office.metrics.total("SweepCompleted") == 1


def test_where_the_time_never_suffices_everybody_has_a_turn_in_some_run(office: Gateways) -> None:
    names = [f"creditor{n}" for n in range(30)]
    for name in names:
        office.creditor(name, "lively")
        office.notices(name, "lively", 50)
    for _ in range(24):
        office.clock.advance(timedelta(hours=1))
        ticks = iter(range(1000))
        office.sweeps_while(lambda ticks=ticks: 900 if next(ticks) < 10 else 60)  # type: ignore[misc]
    assert min(office.asked[name, "lively"] for name in names) >= 1


def test_one_creditors_fault_is_told_and_the_others_go_on(office: Gateways) -> None:
    office.creditor("escola2", "lively")
    office.notices("nobody", "lively", 1)
    office.notices("escola2", "lively", 1)
    office.clock.advance(timedelta(hours=1))
    swept = office.sweep_within()
    assert swept.failed == 1
    assert office.waiting("escola2", "lively") == []


def test_money_whose_title_has_come_needs_no_gateway(office: Gateways) -> None:
    office.silent = {"quiet"}
    office.notices(TENANT, "quiet", 5)
    for n in range(3):
        with pytest.raises(RetryableError):
            office.settling().do(SettleJob(TENANT, "quiet", f"L{n}"))
    said = [{"id": "E9", "kind": "credit", "cents": 50_00, "by": "external", "name": "T9"}]
    office.store.put_inbox(InboxEvent(TENANT, "quiet", "E9", office.clock.now(), json.dumps({"events": said})))
    office.settling().do(SettleJob(TENANT, "quiet", "E9"))
    office.imports([row("T9", JOAO, cents=50_00)])
    office.store.put_state(TENANT, "gateway_silent:quiet", {"failed": "9", "until": "2027-01-01T00:00:00+00:00"})
    office.clock.advance(timedelta(minutes=6))
    office.sweep_within()
    assert office.status("T9", JOAO) is ReceivableStatus.PAID


def test_all_that_is_open_is_looked_through_once_a_day(office: Gateways) -> None:
    looks: list[str] = []
    for _ in range(48):
        office.clock.advance(timedelta(hours=1))
        dataclasses.replace(office.sweeping(), book=looks.append).run()
    assert Counter(looks) == {TENANT: 3}


def test_of_a_batch_what_the_time_does_not_suffice_for_comes_back_alone(office: Gateways) -> None:
    """Ten look-ups at a silent gateway outlive the function, and a batch that is killed comes back whole."""
    from payment_webhook import handler

    office.notices(TENANT, "quiet", 2)
    left = iter((60.0, 5.0))
    settling = dataclasses.replace(office.settling(), time_left=lambda: next(left))
    body = json.dumps(SettleJob(TENANT, "quiet", "L0").payload())
    handler._settle(settling, body)
    with pytest.raises(RetryableError):
        handler._settle(settling, body)
    assert office.asked[TENANT, "quiet"] == 1


def test_a_person_who_asks_again_does_not_wait_for_the_pause_to_end_and_the_answer_ends_it(office: Gateways) -> None:
    office.notices(TENANT, "quiet", 2)
    office.store.put_state(TENANT, "gateway_silent:quiet", {"failed": "9", "until": "2027-01-01T00:00:00+00:00"})
    office.settling().do(SettleJob(TENANT, "quiet", "L0"))
    assert office.asked[TENANT, "quiet"] == 0
    office.settling().do(SettleJob(TENANT, "quiet", "L0", ask=NOW))
    office.settling().do(SettleJob(TENANT, "quiet", "L1"))
    assert office.asked[TENANT, "quiet"] == 2


def test_what_the_sweep_does_not_come_back_to_is_given_back_to_the_queue(office: Gateways) -> None:
    """A look-up that was settled, told of again: the charge may have moved on."""
    office.imports([row("L0", JOAO, cents=50_00)])
    office.notices(TENANT, "quiet", 1)
    job = SettleJob(TENANT, "quiet", "L0")
    office.settling().do(job)
    office.store.put_state(TENANT, "gateway_silent:quiet", {"failed": "9", "until": "2027-01-01T00:00:00+00:00"})
    with pytest.raises(RetryableError):
        office.settling().do(job)
