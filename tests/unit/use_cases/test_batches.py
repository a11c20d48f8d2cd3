"""One message with many events: parsed once, stored once, acknowledged at once, and nothing of it is lost."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.office import TENANT, Office, days_ago, row

from regua.ports import InboxEvent, InboxStatus, RetryableError
from regua.use_cases.desk.worklist import open_work
from regua.use_cases.paying import inbox
from regua.use_cases.paying.notification import MOST_AT_ONCE, MOST_INSIDE

MANY = 60


@pytest.fixture
def office() -> Office:
    office = Office()
    office.imports([row(f"T{n}", f"{n + 1:011d}", cents=50_00) for n in range(MANY)])
    return office


def payments(office: Office, many: int = MANY, **more: Any) -> bytes:
    at = (office.clock.now() - timedelta(minutes=1)).isoformat()
    said = [
        {"id": f"E{n}", "kind": "credit", "by": "external", "name": f"T{n}", "cents": 50_00, "at": at, **more}
        for n in range(many)
    ]
    return json.dumps({"events": said}).encode()


def stored(office: Office, event_id: str) -> InboxEvent:
    found = office.store.get_inbox(TENANT, "fake", event_id)
    assert found is not None
    return found


def status(office: Office, many: int = MANY) -> list[InboxStatus | None]:
    found = [office.store.get_inbox(TENANT, "fake", f"E{n}") for n in range(many)]
    return [event.status if event is not None else None for event in found]


def worked_off(office: Office) -> None:
    for _ in range(50):
        if not office.queued:
            return
        assert office.queue_is_worked_off() == []
    raise AssertionError("the queue never ends")


class Parses:
    """Counts how often the gateway's parser reads a body."""

    def __init__(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bodies: list[bytes] = []
        real = office.bank.parse

        def parse(body: bytes, headers: Any, query: Any) -> Any:
            self.bodies.append(body)
            return real(body, headers, query)

        monkeypatch.setattr(office.bank, "parse", parse)


def test_a_large_message_is_acknowledged_before_it_is_taken_apart(office: Office) -> None:
    answer = office.gateway_sends(payments(office))
    assert (answer.status, len(answer.event_ids)) == (200, MANY)
    assert status(office) == [None] * MANY
    [job] = office.queued
    assert stored(office, job.event_id).status is InboxStatus.PENDING
    worked_off(office)
    assert status(office) == [InboxStatus.APPLIED] * MANY
    assert stored(office, job.event_id).status is InboxStatus.IGNORED
    assert (office.metrics.total("PaymentsReceived"), office.metrics.total("PaymentsApplied")) == (MANY, MANY)


def test_a_message_of_many_is_parsed_when_it_comes_and_once_when_it_is_taken_apart(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    parses = Parses(office, monkeypatch)
    office.gateway_sends(payments(office))
    worked_off(office)
    assert len(parses.bodies) == 2


def test_a_message_of_a_few_is_parsed_once_and_settled_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    parses = Parses(office, monkeypatch)
    assert office.gateway_sends(payments(office, MOST_AT_ONCE)).status == 200
    assert status(office, MOST_AT_ONCE) == [InboxStatus.APPLIED] * MOST_AT_ONCE
    assert (len(parses.bodies), office.queued) == (1, [])


@pytest.mark.parametrize("many", [2, MOST_AT_ONCE, MANY])
def test_its_body_is_kept_once_and_each_event_points_to_it(office: Office, many: int) -> None:
    office.gateway_sends(payments(office, many))
    worked_off(office)
    assert len(office.objects.files) == 1
    assert {(e.body, e.body_at) for e in (stored(office, f"E{n}") for n in range(many))} == {
        ("", stored(office, "E0").body_at)
    }
    assert office.bodies.read(stored(office, "E0").body_at) == payments(office, many)


def test_a_small_notice_of_one_event_stays_in_the_table(office: Office) -> None:
    office.gateway_sends(payments(office, 1))
    assert (office.objects.files, stored(office, "E0").body) == ({}, payments(office, 1).decode())


def test_one_event_in_a_body_that_no_item_could_hold_is_kept_outside(office: Office) -> None:
    body = payments(office, 1, note="x" * 500_000)
    assert len(body) > MOST_INSIDE
    assert office.gateway_sends(body).status == 200
    assert office.inbox("E0") is InboxStatus.APPLIED
    assert (stored(office, "E0").body, office.bodies.read(stored(office, "E0").body_at)) == ("", body)


def test_a_large_body_nobody_can_read_is_kept_outside_too_and_is_work(office: Office) -> None:
    [event_id] = office.gateway_sends(b"\xff" * 500_000).event_ids
    kept = stored(office, event_id)
    assert (kept.status, kept.body) == (InboxStatus.UNMATCHED, "")
    assert office.bodies.read(kept.body_at) == b"\xff" * 500_000
    assert [work.reference for work in open_work(office.store, TENANT)] == [event_id]


def test_what_does_not_fit_into_the_time_goes_on_where_it_was_left(office: Office) -> None:
    left = iter([60.0] * 10 + [5.0] + [60.0] * 20 + [5.0] + [60.0] * MANY)
    office.gateway_sends(payments(office))
    rounds = 0
    while office.queued:
        work, office.queued = office.queued, []
        for job in work:
            replace(office.settling(), time_left=lambda: next(left)).do(job)
        rounds += 1
    assert rounds == 3
    assert status(office) == [InboxStatus.APPLIED] * MANY
    assert office.metrics.total("PaymentsDuplicate") == 0


def test_a_job_that_is_lost_is_found_by_the_sweep(office: Office) -> None:
    office.gateway_sends(payments(office))
    office.queued.clear()
    office.clock.advance(timedelta(hours=1))
    office.sweeps()
    worked_off(office)
    assert status(office) == [InboxStatus.APPLIED] * MANY


def test_a_function_that_dies_amid_a_message_loses_nothing_when_the_queue_tells_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.gateway_sends(payments(office))
    [job] = office.queued
    real, count = office.store.put_inbox, iter(range(1_000))

    def dies(event: InboxEvent) -> InboxEvent:
        if next(count) == 7:
            raise SystemExit("killed")
        return real(event)

    with monkeypatch.context() as amid:
        amid.setattr(office.store, "put_inbox", dies)
        with pytest.raises(SystemExit):
            office.settling().do(job)
    worked_off(office)
    assert status(office) == [InboxStatus.APPLIED] * MANY
    assert office.metrics.total("PaymentsApplied") == MANY


@pytest.mark.parametrize("many", [5, MANY])
def test_a_crash_between_the_body_and_its_events_leaves_a_body_and_is_told_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    def fails(event: InboxEvent) -> InboxEvent:
        raise RetryableError("the table does not answer")

    with monkeypatch.context() as down:
        down.setattr(office.store, "put_inbox", fails)
        with pytest.raises(RetryableError):
            office.gateway_sends(payments(office, many))
    assert len(office.objects.files) == 1
    assert office.gateway_sends(payments(office, many)).status == 200
    worked_off(office)
    assert status(office, many) == [InboxStatus.APPLIED] * many
    assert len(office.objects.files) == 1


def test_a_body_that_cannot_be_kept_is_not_acknowledged(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> str:
        raise RetryableError("S3 does not answer")

    monkeypatch.setattr(office.bodies, "keep", fails)
    with pytest.raises(RetryableError):
        office.gateway_sends(payments(office, 2))
    assert status(office, 2) == [None, None]


def test_the_same_message_again_credits_nothing_twice(office: Office) -> None:
    body = payments(office)
    for _ in range(2):
        office.gateway_sends(body)
        worked_off(office)
        office.clock.advance(timedelta(minutes=1))
    assert office.metrics.total("PaymentsReceived") == 2 * MANY
    assert (office.metrics.total("PaymentsApplied"), office.metrics.total("PaymentsDuplicate")) == (MANY, MANY)
    assert len(office.objects.files) == 1


def test_an_event_that_fails_keeps_no_other_waiting(office: Office) -> None:
    office.store.commits_fail = [RetryableError("busy")] * 3
    office.gateway_sends(payments(office))
    worked_off(office)
    assert status(office) == [InboxStatus.APPLIED] * MANY


def test_what_waits_for_its_title_is_read_again_from_the_one_body(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.gateway_sends(payments(office, MANY + 3))
    worked_off(office)
    assert status(office, MANY + 3)[MANY:] == [InboxStatus.UNMATCHED] * 3
    parses = Parses(office, monkeypatch)
    office.imports([row(f"T{n}", f"{n + 1:011d}", cents=50_00, due=days_ago(1)) for n in range(MANY, MANY + 3)])
    office.settling().match(TENANT)
    assert status(office, MANY + 3)[MANY:] == [InboxStatus.APPLIED] * 3
    assert len(parses.bodies) <= 1


def test_a_body_that_is_gone_says_so_and_is_work(office: Office) -> None:
    office.gateway_sends(payments(office))
    office.objects.files.clear()
    worked_off(office)
    [work] = open_work(office.store, TENANT)
    assert (work.reference.startswith("message-"), work.note) == (True, inbox.BODY_GONE)


def test_an_event_whose_body_is_gone_says_so_too(office: Office) -> None:
    office.gateway_sends(payments(office, 2))
    office.objects.files.clear()
    waits = replace(stored(office, "E0"), event_id="E9", status=InboxStatus.PENDING)
    office.store.put_inbox(waits)
    assert office.settling().settle(waits) is InboxStatus.UNMATCHED
    assert stored(office, "E9").note == inbox.BODY_GONE


def test_a_body_that_cannot_be_read_now_is_tried_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.gateway_sends(payments(office))

    def fails(at: str) -> bytes:
        raise RetryableError("S3 does not answer")

    with monkeypatch.context() as down:
        down.setattr(office.bodies, "read", fails)
        [error] = office.queue_is_worked_off()
        assert isinstance(error, RetryableError)
    office.clock.advance(timedelta(hours=1))
    office.sweeps()
    assert status(office) == [InboxStatus.APPLIED] * MANY


def test_an_item_of_an_earlier_release_with_the_whole_body_in_it_is_still_read(office: Office) -> None:
    body = payments(office, 3).decode()
    for n in range(3):
        office.store.put_inbox(InboxEvent(TENANT, "fake", f"E{n}", office.clock.now(), body))
    office.clock.advance(timedelta(hours=1))
    office.sweeps()
    assert status(office, 3) == [InboxStatus.APPLIED] * 3


def test_a_parser_that_fails_loses_nothing_and_is_read_again_once_it_is_repaired(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Any:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as today:
        today.setattr(office.bank, "parse", broken)
        [event_id] = office.gateway_sends(payments(office, 3)).event_ids
    kept = stored(office, event_id)
    assert (kept.status, "falha nossa" in kept.note) == (InboxStatus.UNMATCHED, True)
    assert kept.body == payments(office, 3).decode()
    assert [work.reference for work in open_work(office.store, TENANT)] == [event_id]
    office.clock.advance(timedelta(hours=1))
    office.sweeps()
    assert status(office, 3) == [InboxStatus.APPLIED] * 3
    assert list(open_work(office.store, TENANT)) == []


def test_what_an_earlier_release_could_not_read_is_taken_apart_too(office: Office) -> None:
    body = payments(office, 2).decode()
    event = InboxEvent(
        TENANT, "fake", "unread-1", office.clock.now(), body, status=InboxStatus.UNMATCHED, note="ilegível"
    )
    office.store.put_inbox(event)
    office.clock.advance(timedelta(hours=1))
    office.sweeps()
    assert status(office, 2) == [InboxStatus.APPLIED] * 2


def test_what_still_cannot_be_read_stays_work(office: Office) -> None:
    [event_id] = office.gateway_sends(b"{").event_ids
    office.clock.advance(timedelta(hours=1))
    office.sweeps()
    kept = stored(office, event_id)
    assert (kept.status, kept.attempts) == (InboxStatus.UNMATCHED, 2)
