"""No payment is lost and none counted twice: many at once, dying anywhere, told late, told again, told in a burst."""

import importlib.util
import itertools
import json
import random
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.office import MARIA, TENANT, Office, days_ago, debtor, row
from tests.treasury import GATEWAY, Exchequer, treasury

from regua.domain.model import File, ReceivableStatus
from regua.ports import InboxStatus, Store
from regua.store.memory import MemoryStore
from regua.use_cases.paying.notification import Receiving
from regua.use_cases.paying.settle_job import SettleJob

FIXTURES = Path(__file__).parents[1] / "contract" / "store" / "conftest.py"


def _store_fixtures() -> ModuleType:
    """The store's own fixtures: DynamoDB on the very table the template deploys."""
    spec = importlib.util.spec_from_file_location("store_fixtures", FIXTURES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["store_fixtures"] = module
    spec.loader.exec_module(module)
    return module


_fixtures = _store_fixtures()
dynamodb, dynamo, store = _fixtures.dynamodb, _fixtures.dynamo, _fixtures.store


class DiedError(BaseException):
    """The process ended here; nothing of the application may catch it."""


class Mortal:
    """A store whose process dies before or after one of its calls; it counts them all."""

    def __init__(self, real: Store, dies_at: int = -1, after: bool = False) -> None:
        self._real, self._dies_at, self._after = real, dies_at, after
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)

        def call(*arguments: Any, **named: Any) -> Any:
            index, self.calls = self.calls, self.calls + 1
            if index == self._dies_at and not self._after:
                raise DiedError
            found = real(*arguments, **named)
            if isinstance(found, Iterator):
                found = list(found)
            if index == self._dies_at:
                raise DiedError
            return found

        return call


def on(office: Office, store: Any) -> Receiving:
    """The office's payments on another store, with owners of their own as invocations have."""
    return Receiving(replace(office.settling(), store=store, owner=lambda: uuid.uuid4().hex))


def moved_to(office: Office, store: Any) -> None:
    """What the office has in memory, in another store: a debtor's file and its references."""
    file = office.file(MARIA)
    refs = [ref for ref in office.store._refs.values() if ref.debtor == file.debtor.id]
    fresh = replace(file, debtor=replace(file.debtor, version=0))
    store.commit(None, fresh, owner="setup", refs=refs)


def tells(receiving: Receiving, *events: dict[str, Any]) -> int:
    body = json.dumps({"events": list(events)}).encode()
    return receiving.receive(TENANT, "fake", body, {"x-secret": "s3cret"}, {}).status


def cents_of(file: File | None) -> int:
    assert file is not None
    return sum(f.amount_cents * (1 if f.kind == "credit" else -1) for f in file.facts)


# --- many at once ----------------------------------------------------------------------------------------------------


def at_once(threads: int, work: Callable[[int], None]) -> list[BaseException]:
    failed: list[BaseException] = []
    barrier = threading.Barrier(threads)

    def run(index: int) -> None:
        barrier.wait()
        try:
            work(index)
        except BaseException as error:  # noqa: BLE001 - whatever it was, the test shows it
            failed.append(error)

    running = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return failed


def test_sixteen_threads_with_the_same_event_credit_it_once(store: Any) -> None:
    office = Office()
    office.opens_and_contacts([row()])
    moved_to(office, store)
    receiving = on(office, store)
    said = office.payment("T1", 100_00, code="E1")
    assert at_once(16, lambda n: None if tells(receiving, said) == 200 else pytest.fail("not 200")) == []
    for job in office.queued:
        receiving.settling.do(job)
    file = store.load(TENANT, debtor(MARIA))
    assert cents_of(file) == 100_00
    assert [r.status for r in file.receivables] == [ReceivableStatus.PAID]
    assert [r.overpaid_cents for r in file.receivables] == [0]
    stored = store.get_inbox(TENANT, "fake", "E1")
    assert stored.status is InboxStatus.APPLIED


def test_sixteen_threads_with_sixteen_payments_of_one_debtor_credit_them_all(store: Any) -> None:
    office = Office()
    office.opens_and_contacts([row(cents=160_00)])
    moved_to(office, store)
    receiving = on(office, store)
    events = [office.payment("T1", 10_00 + n, code=f"E{n}") for n in range(16)]
    assert at_once(16, lambda n: None if tells(receiving, events[n]) == 200 else pytest.fail("not 200")) == []
    for _ in range(5):  # what lost too many races was queued
        jobs, office.queued = office.queued, []
        for job in jobs:
            receiving.settling.do(job)
    file = store.load(TENANT, debtor(MARIA))
    assert len(file.facts) == 16
    assert cents_of(file) == sum(10_00 + n for n in range(16))
    assert file.receivables[0].overpaid_cents == sum(range(16))


# --- dying anywhere --------------------------------------------------------------------------------------------------

STORIES: dict[str, Callable[[Exchequer], list[dict[str, Any]]]] = {
    "a credit": lambda o: [o.payment("T1", 100_00, code="E1")],
    "too much": lambda o: [o.payment("T1", 130_00, code="E1")],
    "a batch": lambda o: [o.payment("T1", 40_00, code="E1"), o.payment("T2", 55_00, code="E2")],
    "a refund in the same message": lambda o: [
        o.payment("T1", 100_00, code="E1"),
        o.payment("T1", 30_00, code="D1") | {"kind": "refund", "refers_to": "E1"},
    ],
    "nobody's": lambda o: [o.payment("T9", 10_00, code="E9")],
}
NET = {"a credit": 100_00, "too much": 130_00, "a batch": 95_00, "a refund in the same message": 70_00, "nobody's": 0}


def a_story(name: str) -> tuple[Exchequer, list[dict[str, Any]]]:
    office = treasury()
    office.opens_and_contacts([row(), row("T2", cents=55_00, due=days_ago(2))])
    return office, STORIES[name](office)


def calls_in(name: str) -> int:
    office, events = a_story(name)
    mortal = Mortal(office.store)
    tells(on(office, mortal), *events)
    return mortal.calls


@pytest.mark.parametrize("story", STORIES)
def test_a_process_that_dies_at_any_call_of_the_store_loses_and_doubles_nothing(story: str) -> None:
    calls = calls_in(story)
    assert calls >= 3
    for index, after in itertools.product(range(calls), (False, True)):
        office, events = a_story(story)
        mortal = Mortal(office.store, index, after)
        try:
            tells(on(office, mortal), *events)
        except DiedError:
            # the gateway saw no answer, and sends again
            assert tells(office.receiving(), *events) == 200
        office.clock.advance(timedelta(minutes=10))
        office.sweeps()
        office.queue_is_worked_off()
        where = f"{story}: call {index} of {calls}, {'after' if after else 'before'} it"
        assert cents_of(office.store.load(TENANT, debtor(MARIA))) == NET[story], where
        assert list(office.store.inbox(TENANT, InboxStatus.PENDING)) == [], where
        if story == "nobody's":
            assert office.inbox("E9") is InboxStatus.UNMATCHED, where
        if story == "too much":
            assert [w.amount_cents for w in office.work()] == [30_00], where


def test_a_process_that_dies_before_the_gateway_sends_again_is_repaired_by_the_sweep_alone() -> None:
    """Once the event is stored, nobody needs to tell it again."""
    calls = calls_in("a credit")
    for index, after in itertools.product(range(calls), (False, True)):
        office, events = a_story("a credit")
        with pytest.raises(DiedError):
            tells(on(office, Mortal(office.store, index, after)), *events)
        stored = office.store.get_inbox(TENANT, "fake", "E1") is not None
        office.clock.advance(timedelta(minutes=10))
        office.sweeps()
        assert cents_of(office.store.load(TENANT, debtor(MARIA))) == (100_00 if stored else 0)
        assert stored or index == 0, "only a process that died before storing it has lost it, and gave no answer"


def test_a_pull_that_dies_anywhere_is_done_by_the_next_one() -> None:
    def story() -> Exchequer:
        office = treasury()
        office.opens_and_contacts([row(), row("T2", cents=55_00, due=days_ago(2))])
        office.bank.paid = [office.payment("T1", 100_00, code="E1"), office.payment("T2", 55_00, code="E2")]
        return office

    from regua.use_cases.paying.reconciliation import Reconciling

    office = story()
    counted = Mortal(office.store)
    Reconciling(on(office, counted).settling).run(TENANT, "fake")
    for index, after in itertools.product(range(counted.calls), (False, True)):
        office = story()
        with pytest.raises(DiedError):
            Reconciling(on(office, Mortal(office.store, index, after)).settling).run(TENANT, "fake")
        office.pulls()
        assert cents_of(office.store.load(TENANT, debtor(MARIA))) == 155_00, (index, after)
        assert office.status("T2") is ReceivableStatus.PAID


# --- told late, told again -------------------------------------------------------------------------------------------


def a_street(count: int) -> tuple[Exchequer, list[dict[str, Any]]]:
    """So many debtors with one receivable each, and each one's payment of its own amount."""
    office = treasury(gateways={"fake": replace(GATEWAY, create_charges=False)})
    people = [f"{n:011d}" for n in range(1, count + 1)]
    rows = [row(f"T{n}", who, cents=50_00 + n) for n, who in enumerate(people)]
    office.imports(rows)
    events = [office.payment(f"T{n}", 50_00 + n, code=f"E{n}") for n in range(count)]
    return office, events


def total_of(office: Office) -> int:
    return sum(cents_of(file) for file in office.store._files.values())


def test_a_day_without_webhooks_and_then_all_of_them_at_once_in_any_order() -> None:
    office, events = a_street(60)
    office.clock.advance(timedelta(days=1))
    told = events + events[::3] + [{"id": "x", "kind": "lifecycle"}] * 5
    random.Random(7).shuffle(told)
    for start in range(0, len(told), 25):
        assert tells(office.receiving(), *told[start : start + 25]) == 200
    assert total_of(office) == sum(50_00 + n for n in range(60))
    assert all(r.status is ReceivableStatus.PAID for f in office.store._files.values() for r in f.receivables)


def test_a_day_without_webhooks_is_made_good_by_the_pull_before_they_come() -> None:
    office, events = a_street(40)
    office.bank.paid = events
    office.clock.advance(timedelta(days=1))
    assert office.pulls().lost == 40
    for event in events:
        tells(office.receiving(), event)
    assert total_of(office) == sum(50_00 + n for n in range(40))
    assert office.work() == []


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Callable[[Office], Callable[[dict[str, Any]], dict[str, Any]]]:
    """The deployed function on an office's ports."""
    from payment_webhook import handler
    from regua import wiring

    def of(office: Office) -> Callable[[dict[str, Any]], dict[str, Any]]:
        monkeypatch.setattr(wiring, "receiving", lambda metrics, left: on(office, office.store))
        return lambda event: handler.lambda_handler(event, None)

    return of


def over_http(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "pathParameters": {"tenant": TENANT, "gateway": "fake"},
        "headers": {"X-Secret": "s3cret"},
        "body": json.dumps({"events": [event]}),
        "requestContext": {"http": {"sourceIp": "203.0.113.9"}},
    }


def from_queue(jobs: list[SettleJob]) -> dict[str, Any]:
    bodies = [json.dumps(job.payload()) for job in jobs]
    return {"Records": [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]}


def test_what_lay_in_the_dead_letter_queue_is_settled_when_it_is_given_back(webhook: Any) -> None:
    office, events = a_street(10)
    call = webhook(office)
    broken = [RuntimeError("down")] * 30
    office.store.commits_fail = broken
    assert {call(over_http(event))["statusCode"] for event in events} == {200}, "stored, so the gateway is content"
    jobs = list(office.queued)
    assert len(jobs) == 10
    failed = call(from_queue(jobs))["batchItemFailures"]
    assert [f["itemIdentifier"] for f in failed] == [f"m{n}" for n in range(10)]
    office.store.commits_fail = []
    assert call(from_queue([*jobs, *jobs]))["batchItemFailures"] == [], "given back, and some of it twice"
    assert total_of(office) == sum(50_00 + n for n in range(10))


def test_one_bad_message_of_a_batch_comes_back_alone(webhook: Any) -> None:
    office, events = a_street(3)
    for event in events:
        office.store.commits_fail = [RuntimeError("down")]
        tells(office.receiving(), event)
    jobs = [*office.queued[:2], SettleJob(TENANT, "fake", "never stored"), office.queued[2]]
    event = from_queue(jobs)
    event["Records"].append({"messageId": "m4", "body": "not json"})
    answer = webhook(office)(event)
    assert [f["itemIdentifier"] for f in answer["batchItemFailures"]] == ["m2", "m4"]
    assert total_of(office) == sum(50_00 + n for n in range(3))


# --- a burst ---------------------------------------------------------------------------------------------------------


def test_a_burst_of_five_hundred_calls_on_eight_threads_loses_nothing(webhook: Any) -> None:
    office, events = a_street(250)
    call = webhook(office)
    told = [*events, *events]
    random.Random(11).shuffle(told)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda event: call(over_http(event))["statusCode"], told))
    assert answers == [200] * 500
    for job in office.queued:
        office.settling().do(job)
    assert total_of(office) == sum(50_00 + n for n in range(250))
    assert all(len(f.facts) == 1 for f in office.store._files.values())
    assert len(list(office.store.inbox(TENANT, InboxStatus.APPLIED))) == 250
    assert isinstance(office.store, MemoryStore)
