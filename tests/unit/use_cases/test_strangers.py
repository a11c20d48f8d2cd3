"""What a stranger can make us do: a call that costs us what it costs him; nothing is stored or asked without end."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.office import MARIA, TENANT, Office, debtor, row

from regua.domain.model import ReceivableStatus
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind, Verdict
from regua.ports import InboxEvent, InboxStatus, PermanentError, Ref, RetryableError
from regua.store import items
from regua.use_cases.desk.worklist import open_work
from regua.use_cases.paying import inbox
from regua.use_cases.paying.forgetting import FORGOTTEN_AFTER, Forgetting
from regua.use_cases.paying.look_ups import STRANGE_A_MINUTE
from regua.use_cases.paying.notification import MOST_INSIDE, WebhookAnswer
from regua.use_cases.paying.silence import SilentError

Sends = Callable[..., WebhookAnswer]


@pytest.fixture
def office() -> Office:
    office = Office()
    office.imports([row()])
    return office


@pytest.fixture
def sends(office: Office, monkeypatch: pytest.MonkeyPatch) -> Sends:
    """Somebody calls who proves nothing."""
    monkeypatch.setattr(office.bank, "verify", lambda *_: Verdict(True, "nothing proves it", transport=True))

    def call(*events: dict[str, Any], body: bytes = b"", **how: bool) -> WebhookAnswer:
        said = body or json.dumps({"events": events}).encode()
        return office.receiving().receive(TENANT, "fake", said, {}, {}, **how)

    return call


def look(name: str, charge: str = "") -> dict[str, Any]:
    return {"id": name, "kind": "lookup", "by": "charge", "name": charge or name}


def everything(office: Office) -> list[InboxEvent]:
    return [event for status in InboxStatus for event in office.store.inbox(TENANT, status)]


# --- what proves nothing and asks nothing ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [b"", b"x" * 390_000, b"\xff\xfe", b'{"events": []}', b"{}", b'{"events": [{"id": "u", "kind": "unknown"}]}'],
)
def test_what_proves_nothing_and_says_nothing_is_counted_and_not_stored(
    office: Office, sends: Sends, body: bytes
) -> None:
    assert sends(body=body or b" ").status == 401
    assert (everything(office), office.objects.files, office.queued) == ([], {}, [])
    assert office.metrics.total("WebhookDropped", gateway="fake") == 1


def test_the_same_bytes_of_who_shows_a_certificate_are_kept_for_a_person(office: Office, sends: Sends) -> None:
    assert sends(body=b"\xff\xfe", mutual_tls=True).status == 200
    assert [event.status for event in everything(office)] == [InboxStatus.UNMATCHED]


def test_a_notice_of_that_sort_is_small_and_tells_of_a_few(office: Office, sends: Sends) -> None:
    large = json.dumps({"events": [look("L1")], "x": "x" * MOST_INSIDE}).encode()
    assert sends(body=large).status == 401
    assert sends(*(look(f"L{n}") for n in range(3_000))).status == 401
    assert (everything(office), office.queued) == ([], [])


# --- look-ups under the creditor's credentials ----------------------------------------------------------------------


def test_strangers_cause_so_many_look_ups_in_a_minute_and_store_no_more(office: Office, sends: Sends) -> None:
    answers = [sends(look(f"L{n}")).status for n in range(STRANGE_A_MINUTE + 40)]
    assert answers == [200] * STRANGE_A_MINUTE + [503] * 40
    assert len(office.queued) == len(everything(office)) == STRANGE_A_MINUTE
    assert office.metrics.total("LookupsRefused", gateway="fake") == 40
    office.clock.advance(timedelta(minutes=1))
    assert sends(look("L-next")).status == 200


def test_a_flood_keeps_nobody_else_waiting(office: Office, sends: Sends, monkeypatch: pytest.MonkeyPatch) -> None:
    knows(office, "ch_T1")
    for n in range(STRANGE_A_MINUTE + 5):
        sends(look(f"L{n}"))
    assert sends(look("N1", "ch_T1")).status == 200  # a charge we know
    monkeypatch.undo()
    assert office.gateway_tells([look("N2", "of nobody")]).status == 200  # a sender who proves himself
    assert [job.event_id for job in office.queued][-2:] == ["N1", "N2"]


def knows(office: Office, charge: str) -> None:
    file = office.store.load(TENANT, debtor(MARIA))
    assert file is not None
    office.store.commit(file, file, owner="x", refs=[Ref(TENANT, "charge", charge, debtor(MARIA), "T1")])


def test_a_title_named_beside_charges_nobody_knows_opens_no_door(
    office: Office, sends: Sends, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A debtor knows the number of his own bill; Pagar.me's notices tell it beside the charge."""
    plain = office.bank._event
    also = (Reference(ReferenceKind.EXTERNAL, "T1"),)
    monkeypatch.setattr(office.bank, "_event", lambda said: replace(plain(said), alternatives=also))
    answers = [sends(look(f"L{n}")).status for n in range(STRANGE_A_MINUTE + 40)]
    assert answers.count(200) == len(office.queued) == STRANGE_A_MINUTE


def test_what_a_gateway_answers_strangers_with_errors_keeps_no_charge_of_ours_waiting(
    office: Office, sends: Sends
) -> None:
    knows(office, "ch_T1")
    for n in range(5):
        office.bank.charges[f"L{n}"] = RetryableError("500")
        sends(look(f"L{n}"))
    assert len(office.queue_is_worked_off()) == 3, "then strangers' look-ups are left alone"
    office.bank.charges["N1"] = [office.bank._event(office.payment("T1", 100_00, code="PAID"))]
    sends(look("N1", "ch_T1"))
    assert office.queue_is_worked_off() == []
    assert office.status("T1") is ReceivableStatus.PAID


def test_the_sweep_asks_for_what_strangers_told_last_and_they_stop_nobody(office: Office, sends: Sends) -> None:
    knows(office, "ch_T1")
    office.bank.charges["N1"] = [office.bank._event(office.payment("T1", 100_00, code="PAID"))]
    sends(look("N1", "ch_T1"))
    office.clock.advance(timedelta(minutes=1))
    for n in range(9):
        office.bank.charges[f"L{n}"] = RetryableError("500")
        sends(look(f"L{n}"))
    office.queued.clear()  # lost
    office.clock.advance(timedelta(hours=1))
    swept = office.sweeping().run(limit=5)
    assert office.status("T1") is ReceivableStatus.PAID
    assert (swept.tried, swept.silent) == (4, 1)


def test_a_gateway_that_is_silent_for_ours_is_not_asked_by_strangers_and_any_answer_ends_both(
    office: Office, sends: Sends
) -> None:
    silence = office.settling().silence()

    def silent() -> None:
        raise RetryableError("no")

    for _ in range(3):
        with pytest.raises(RetryableError):
            silence.ask(TENANT, "fake", silent)
    with pytest.raises(SilentError):
        silence.ask(TENANT, "fake", silent, strange=True)
    silence.ask(TENANT, "fake", lambda: None, anyway=True, strange=True)
    assert not silence.lasts(TENANT, "fake")


def test_a_charge_of_ours_that_the_gateway_does_not_know_is_work_whoever_told(office: Office, sends: Sends) -> None:
    knows(office, "ch_T1")
    refused = PermanentError("no")
    refused.status = 404
    office.bank.charges["N1"] = refused
    sends(look("N1", "ch_T1"))
    office.queue_is_worked_off()
    assert office.inbox("N1") is InboxStatus.UNMATCHED


def test_of_one_charge_two_look_ups_begin_in_a_minute_and_the_second_when_it_is_over(office: Office) -> None:
    for n in range(30):
        assert office.gateway_tells([look(f"N{n}", "ch_1")]).status == 200
    first, second = office.queued
    assert first.not_before is None
    assert second.not_before is not None
    assert second.not_before.timestamp() % 60 == 0
    assert second.not_before > office.clock.now()
    assert len(everything(office)) == 2
    assert office.metrics.total("LookupsMerged", gateway="fake") == 28


def fails_to_store(office: Office, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    real, left = office.store.put_inbox, [RetryableError("the table does not answer")] * times

    def put_inbox(event: InboxEvent) -> InboxEvent:
        if left:
            raise left.pop()
        return real(event)

    monkeypatch.setattr(office.store, "put_inbox", put_inbox)


@pytest.mark.parametrize("times", [1, 2, 3, 7])
@pytest.mark.parametrize("before", [0, 1])
def test_a_notice_whose_storing_fails_however_often_in_its_minute_is_not_taken_for_told(
    office: Office, monkeypatch: pytest.MonkeyPatch, times: int, before: int
) -> None:
    for n in range(before):
        office.gateway_tells([look(f"A{n}", "ch_1")])
    fails_to_store(office, monkeypatch, times)
    for _ in range(times):
        with pytest.raises(RetryableError):
            office.gateway_tells([look("N1", "ch_1")])
    assert office.metrics.total("LookupsMerged") == 0
    assert office.gateway_tells([look("N1", "ch_1")]).status == 200
    assert office.inbox("N1") is InboxStatus.PENDING
    assert [job.event_id for job in office.queued] == [*(f"A{n}" for n in range(before)), "N1"]


def test_of_many_told_at_the_same_moment_each_is_stored_or_finds_one_that_is(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five functions look before any of them has counted: two begin a look-up, the rest waits for the sweep."""
    monkeypatch.setattr(office.store, "get_states", lambda tenant, names: {name: {} for name in names})
    for n in range(5):
        assert office.gateway_tells([look(f"N{n}", "ch_1")]).status == 200
    assert [job.event_id for job in office.queued] == ["N0", "N1"]
    assert {event.event_id for event in everything(office)} == {f"N{n}" for n in range(5)}
    assert {event.status for event in everything(office)} == {InboxStatus.PENDING}


def test_what_is_told_last_is_read_after_it_was_told(office: Office) -> None:
    """The charge is paid between the first look-up and the last notice of the minute, which is merged."""
    reading = PaymentEvent("fake", "open", office.bank._event(look("x")).kind, Reference(ReferenceKind.NONE, ""))
    office.bank.charges = {f"N{n}": [replace(reading, kind=PaymentEventKind.LIFECYCLE)] for n in range(3)}
    office.gateway_tells([look("N0", "ch_1")])
    office.queue_is_worked_off()
    office.gateway_tells([look("N1", "ch_1")])
    paid = office.bank._event(office.payment("T1", 100_00, code="PAID"))
    office.bank.charges["N1"] = [paid]
    office.gateway_tells([look("N2", "ch_1")])
    assert office.status("T1") is ReceivableStatus.OPEN
    [job] = office.queued
    assert job.not_before is not None
    office.clock.advance(job.not_before - office.clock.now())
    office.queue_is_worked_off()
    assert office.status("T1") is ReceivableStatus.PAID


@pytest.mark.parametrize(
    ("status", "becomes", "work"),
    [(404, InboxStatus.IGNORED, 0), (400, InboxStatus.IGNORED, 0), (403, InboxStatus.UNMATCHED, 1)],
)
def test_a_charge_the_gateway_does_not_know_is_no_work_of_a_stranger_but_a_refused_credential_is(
    office: Office, sends: Sends, status: int, becomes: InboxStatus, work: int
) -> None:
    refused = PermanentError("no")
    refused.status = status
    office.bank.charges["L1"] = refused
    sends(look("L1"))
    office.queue_is_worked_off()
    assert office.inbox("L1") is becomes
    assert len(list(open_work(office.store, TENANT))) == work


def test_of_who_proves_himself_it_is_work(office: Office) -> None:
    refused = PermanentError("no")
    refused.status = 404
    office.bank.charges["L1"] = refused
    office.gateway_tells([look("L1")])
    office.queue_is_worked_off()
    assert office.inbox("L1") is InboxStatus.UNMATCHED


# --- what is nobody's is forgotten ----------------------------------------------------------------------------------


def test_how_long_a_notice_is_kept(office: Office) -> None:
    now = office.clock.now()
    event = InboxEvent(TENANT, "fake", "E1", now, "{}", status=InboxStatus.IGNORED)

    def days(of: InboxEvent) -> float | None:
        ttl = items.inbox_item(of, 1).get("ttl")
        return (int(ttl["N"]) - now.timestamp()) / 86_400 if ttl else None

    assert days(event) == 90
    assert days(replace(event, unproven=True)) == 7
    assert days(replace(event, status=InboxStatus.APPLIED)) == days(replace(event, evidence="file")) == 400
    assert days(replace(event, status=InboxStatus.UNMATCHED)) is None


def test_what_a_stranger_told_and_no_gateway_has_read_stays_on_no_list_for_ever(office: Office, sends: Sends) -> None:
    """A gateway that answers made-up ids with errors, or refuses our client: 86,400 of them a day."""
    for name, answer in (("L1", RetryableError("500")), ("L2", RetryableError("500"))):
        office.bank.charges[name] = answer
        sends(look(name))
    office.queue_is_worked_off()

    def ends(name: str) -> bool:
        stored = office.store.get_inbox(TENANT, "fake", name)
        assert stored is not None
        return "ttl" in items.inbox_item(stored, 1)

    assert (ends("L1"), ends("L2")) == (True, True)
    office.clock.advance(timedelta(days=3))
    office.bank.charges["L1"] = [office.bank._event(office.payment("T99", 70_00, code="PAID"))]
    office.sweeping().run()
    assert [office.inbox(name) for name in ("L1", "L2")] == [InboxStatus.UNMATCHED] * 2
    assert (ends("L1"), ends("L2")) == (False, True), "what is money by the gateway's word waits for ever"


def forgets(office: Office) -> int:
    return Forgetting(office.store, office.settling().news, office.clock).sweep()


@pytest.mark.parametrize("many", [1, 2])
def test_unmatched_money_forgets_its_words_and_keeps_what_a_person_needs(office: Office, many: int) -> None:
    said = [office.payment(f"T9{n}", 77_00, code=f"E{n}", note="") | {"nome": "Fulana de Tal"} for n in range(many)]
    office.gateway_tells(said)
    office.clock.advance(FORGOTTEN_AFTER - timedelta(minutes=1))
    assert forgets(office) == 0
    office.clock.advance(timedelta(minutes=2))
    assert (forgets(office), forgets(office)) == (many, 0)
    kept = office.store.get_inbox(TENANT, "fake", "E0")
    assert kept is not None
    assert "Fulana" not in str(kept)
    assert (kept.body_at, kept.headers, kept.amount_cents) == ("", (), 77_00)
    assert ("external", "T90") in kept.names
    [work, *_] = open_work(office.store, TENANT)
    assert (work.amount_cents, bool(work.note)) == (77_00, True)


def test_and_is_settled_when_its_title_comes_after_all(office: Office) -> None:
    office.gateway_tells([office.payment("T90", 77_00, code="E0")])
    office.clock.advance(FORGOTTEN_AFTER + timedelta(days=1))
    assert forgets(office) == 1
    office.imports([row("T90", cents=77_00, due=office.clock.now().date())])
    office.settling().match(TENANT)
    assert office.inbox("E0") is InboxStatus.APPLIED


def test_what_nobody_could_read_is_forgotten_whole_and_stays_on_the_list(office: Office) -> None:
    [event_id] = office.gateway_sends(b"\xff\xfe").event_ids
    office.clock.advance(FORGOTTEN_AFTER + timedelta(days=1))
    assert forgets(office) == 1
    kept = office.store.get_inbox(TENANT, "fake", event_id)
    assert kept is not None
    assert (kept.status, inbox.is_forgotten(kept)) == (InboxStatus.UNMATCHED, True)
    assert office.settling().news.event_of(kept) == (None, inbox.BODY_GONE)
    assert len(list(open_work(office.store, TENANT))) == 1


def test_of_who_paid_by_a_statement_initials_and_a_part_of_the_number_stay(office: Office) -> None:
    line = ("ofx", "341/123", "id-1", "pix", "PIX RECEBIDO MARIA DA SILVA")
    event = PaymentEvent(
        "extrato", "M1", PaymentEventKind.CREDIT, Reference(ReferenceKind.NONE, ""), 12_00, office.clock.now()
    )
    event = replace(event, payer="Maria da Silva", payer_document="12345678909", line=line)
    told = replace(inbox.found(TENANT, event, inbox.FILE, office.clock.now()), status=InboxStatus.UNMATCHED, note="?")
    office.store.put_inbox(told)
    office.clock.advance(FORGOTTEN_AFTER + timedelta(days=1))
    assert forgets(office) == 1
    kept = office.store.get_inbox(TENANT, "extrato", "M1")
    assert kept is not None
    assert not [word for word in ("Maria", "MARIA", "12345678909") if word in str(kept)]
    assert kept.note == "?; de M.d.S. ***456789**"
    again, _ = office.settling().news.event_of(kept)
    assert again is not None
    assert (again.amount_cents, again.line) == (12_00, (*line[:4], ""))


def test_what_is_settled_keeps_its_words_as_the_proof_of_it(office: Office) -> None:
    office.pays("T1", 100_00, code="E1")
    office.clock.advance(FORGOTTEN_AFTER + timedelta(days=1))
    assert forgets(office) == 0
