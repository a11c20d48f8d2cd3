"""One turn of a debtor's execution: what passes the gate is said once, and whatever goes wrong is never said twice."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from tests.office import JOAO, MARIA, TENANT, Office, creditor, days_ago, debtor, row

from regua.domain.contact.channel_event import Action, ChannelEventKind, Outcome, SendResult
from regua.domain.contact.claim import MAX_THROTTLES
from regua.domain.contact.message import Message
from regua.domain.contact.pace import Breaker
from regua.domain.contact.reach import AGAIN
from regua.domain.model import Channel, ContactStatus, Phase
from regua.domain.reasons import Reason
from regua.domain.tenant import ChannelConfig
from regua.domain.work import WorkKind, WorkStatus
from regua.messages.render import RenderError
from regua.ports import ConflictError
from regua.use_cases.collecting.pacing import Pacing

THROTTLED = SendResult(Outcome.THROTTLED, error="429", action=Action.RETRY_LATER)
REFUSED = SendResult(Outcome.REFUSED, error="550", action=Action.FALL_BACK)
UNKNOWN = SendResult(Outcome.UNKNOWN, error="timeout")
DOWN = SendResult(Outcome.UNREACHED, error="ConnectTimeoutError")
A_MAIL = Message(Channel.EMAIL, "Oi")


@pytest.fixture
def office() -> Office:
    """One debtor, whose first contact is due now."""
    office = Office()
    office.imports([row()])
    office.scans()
    return office


def channels(office: Office) -> list[str]:
    return [str(m.channel) for m in office.mail]


# --- the gate -------------------------------------------------------------------------------------------------------


def test_a_due_contact_is_claimed_sent_and_recorded(office: Office) -> None:
    wake = office.wakes(MARIA)
    [mail] = office.mail
    assert (mail.channel, mail.to.value) == (Channel.EMAIL, "p529@example.com")
    assert "R$ 100,00" in mail.message.text
    contact = office.contact()
    assert (contact.status, contact.message_id, contact.step) == (ContactStatus.SENT, "m1", "aviso")
    assert contact.text_hash
    assert contact.policy == "padrao@1"
    assert contact.calendar
    assert office.reasons()[-1] == Reason.SENT
    assert wake.next == "wait"
    assert office.metrics.total("ContactsSent", channel="email", phase="friendly") == 1


def test_the_debtor_is_found_by_our_id_and_by_the_providers(office: Office) -> None:
    office.wakes(MARIA)
    mail = office.mail[0]
    for value in (mail.message.correlation, mail.result.message_id):
        ref = office.store.find(TENANT, "message", value)
        assert ref is not None
        assert (ref.debtor, ref.item) == (debtor(MARIA), office.contact().key)


def test_a_second_wake_up_of_the_same_moment_says_nothing(office: Office) -> None:
    office.wakes(MARIA)
    assert office.wakes(MARIA).next == "wait"
    assert len(office.mail) == 1


def test_a_payment_between_reading_and_claiming_is_seen_by_the_gate(office: Office) -> None:
    office.meanwhile = [lambda: office.pays("T1", 100_00)]
    wake = office.wakes(MARIA)
    assert wake.next == "stop"
    assert not office.mail
    assert Reason.SENDING not in office.reasons()


def test_a_part_payment_between_reading_and_claiming_changes_what_is_asked_for(office: Office) -> None:
    office.meanwhile = [lambda: office.pays("T1", 40_00)]
    office.wakes(MARIA)
    [mail] = office.mail
    assert "R$ 60,00" in mail.message.text
    assert "R$ 100,00" not in mail.message.text.partition("Total")[2]


@pytest.mark.parametrize("action", [Action.OPT_OUT, Action.DISPUTE, Action.CLEARING_HOLD, Action.NEGOTIATION])
def test_what_the_debtor_says_in_that_moment_stops_the_message(office: Office, action: Action) -> None:
    office.sets(channels={Channel.WHATSAPP: office.tenant.channels[Channel.WHATSAPP]})
    office.meanwhile = [lambda: office.replies(MARIA, action)]
    office.wakes(MARIA)
    assert not office.mail


def test_an_execution_of_an_old_cycle_stops_by_itself(office: Office) -> None:
    assert office.wakes(MARIA, cycle=0).reason == "STALE_CYCLE"
    assert office.wakes(MARIA, cycle=7).next == "stop"
    assert not office.mail


def test_an_execution_whose_debtor_is_gone_stops(office: Office) -> None:
    assert office.contacting().turn(TENANT, "nobody", 1).next == "stop"


def test_a_scan_that_raises_the_cycle_while_we_compose_takes_the_contact_away(office: Office) -> None:
    office.clock.advance(timedelta(hours=3))  # the execution looks dead by now
    office.meanwhile = [office.scans]
    assert office.wakes(MARIA, cycle=1).next == "stop"
    assert not office.mail
    office.wakes(MARIA, cycle=2)
    assert len(office.mail) == 1


def test_too_much_going_on_is_tried_again_later(office: Office) -> None:
    office.store.commits_fail = [ConflictError()] * 6
    wake = office.wakes(MARIA)
    assert (wake.next, wake.reason) == ("wait", "BUSY")
    assert not office.mail
    office.wakes(MARIA)
    assert len(office.mail) == 1


# --- answers of providers -------------------------------------------------------------------------------------------


def test_a_refusal_falls_back_to_the_next_channel_within_the_same_turn(office: Office) -> None:
    office.answers = [REFUSED]
    office.wakes(MARIA)
    assert channels(office) == ["email", "whatsapp"]
    statuses = {c.channel: c.status for c in office.file(MARIA).contacts}
    assert statuses == {Channel.EMAIL: ContactStatus.FAILED, Channel.WHATSAPP: ContactStatus.SENT}
    case = office.file(MARIA).debtor.case
    assert (case.contacts, case.tried) == (1, ())
    assert len(office.file(MARIA).debtor.recent) == 1, "what reached nobody counts in no cap"


def test_a_step_that_every_channel_refuses_reaches_nobody_and_is_not_carried_out(office: Office) -> None:
    office.answers = [REFUSED] * 3
    wake = office.wakes(MARIA)
    assert channels(office) == ["email", "whatsapp", "sms"]
    assert office.receivable("T1").last_step is None
    assert office.file(MARIA).debtor.case.contacts == 0
    assert not office.file(MARIA).debtor.recent
    assert wake.reason != Reason.SENT


def test_a_step_that_every_channel_refuses_is_tried_again_on_another_day(office: Office) -> None:
    office.answers = [REFUSED] * 3
    first = office.clock.now()
    office.wakes(MARIA)
    office.lives(2)
    assert channels(office) == ["email", "whatsapp", "sms", "email"]
    assert office.mail[-1].at - first >= AGAIN[0]
    assert (office.contact().status, office.contact().step) == (ContactStatus.SENT, "aviso")


def test_an_only_address_that_goes_on_refusing_is_left_alone_and_a_person_is_told() -> None:
    office = Office(creditor(channels={Channel.EMAIL: ChannelConfig()}))
    office.imports([row()])
    office.answers = [REFUSED] * 50
    office.lives(60)
    tries = Counter(c.step for c in office.file(MARIA).contacts for _ in c.events)
    assert tries == {"aviso": 2, "segundo-aviso": 1}, "the next step is not kept waiting, and goes on where it stands"
    [work] = [w for w in office.store.work(TENANT, WorkStatus.OPEN) if w.kind is WorkKind.ENDED]
    assert work.receivables == ("T1",)


def test_an_address_the_provider_calls_unusable_is_never_written_to_again(office: Office) -> None:
    office.answers = [SendResult(Outcome.REFUSED, error="invalid", action=Action.STOP_NUMBER)]
    office.lives(20)
    assert channels(office)[0] == "email"
    assert "email" not in channels(office)[1:]


def test_a_provider_that_says_the_person_opted_out_is_believed(office: Office) -> None:
    office.answers = [SendResult(Outcome.REFUSED, error="opted out", action=Action.OPT_OUT)]
    office.lives(20)
    assert "email" not in channels(office)[1:]
    assert [o.channel for o in office.file(MARIA).debtor.opt_outs] == ["email"]
    assert Reason.OPT_OUT_RECORDED in office.reasons()


def test_a_throttle_gives_the_claim_back_and_the_step_is_done_later(office: Office) -> None:
    office.answers = [THROTTLED, THROTTLED]
    first = office.wakes(MARIA)
    assert (first.next, first.reason) == ("wait", Reason.SEND_THROTTLED)
    assert 600 <= first.seconds <= 1500
    assert office.receivable("T1").last_step is None
    office.clock.advance(timedelta(seconds=first.seconds))
    office.wakes(MARIA)
    office.clock.advance(timedelta(minutes=20))
    office.wakes(MARIA)
    assert channels(office) == ["email"] * 3
    assert office.contact().status is ContactStatus.SENT
    assert office.file(MARIA).debtor.case.contacts == 1


def test_the_failure_that_takes_a_channel_out_of_use_costs_this_debtor_nothing(office: Office) -> None:
    for _ in range(Breaker().limit - 1):
        Pacing(office.store, office.metrics).told(office.tenant, Channel.EMAIL, A_MAIL, DOWN, office.clock.now())
    office.answers = [DOWN]
    office.wakes(MARIA)
    assert channels(office) == ["email", "whatsapp"]
    assert office.contact().status is ContactStatus.SENT


def test_a_provider_that_throttles_for_ever_loses_the_step_to_the_next_channel(office: Office) -> None:
    office.paced = False
    office.answers = [THROTTLED] * (MAX_THROTTLES + 1)
    office.lives(3)
    assert channels(office)[: MAX_THROTTLES + 1] == ["email"] * (MAX_THROTTLES + 1)
    assert channels(office)[MAX_THROTTLES + 1] == "whatsapp"


def test_an_unknown_outcome_is_never_sent_again(office: Office) -> None:
    office.answers = [UNKNOWN]
    wake = office.wakes(MARIA)
    assert office.contact().status is ContactStatus.UNKNOWN
    assert office.reasons()[-1] == Reason.SEND_UNKNOWN
    assert wake.next == "wait"
    office.lives(30)
    steps = [c.step for c in office.file(MARIA).contacts]
    assert len(steps) == len(set(steps))


def test_an_unknown_outcome_is_known_when_the_provider_tells(office: Office) -> None:
    office.answers = [UNKNOWN]
    office.wakes(MARIA)
    office.provider_tells(ChannelEventKind.DELIVERED, message_id="late")
    contact = office.contact()
    assert (contact.status, contact.message_id) == (ContactStatus.DELIVERED, "late")


def test_a_delivery_told_before_our_own_record_is_not_taken_back(office: Office) -> None:
    """The provider's event overtakes the record: our commit finds the file changed and keeps the higher status."""
    store, calls = office.store, []
    real = store.commit

    def commit(before, after, **rest):  # type: ignore[no-untyped-def]  # stands in front of the store's own
        calls.append(after)
        if len(calls) == 2:
            store.commit = real  # type: ignore[method-assign]  # put back
            office.provider_tells(ChannelEventKind.DELIVERED)
        return real(before, after, **rest)

    store.commit = commit  # type: ignore[method-assign]  # the test stands between the two commits
    office.wakes(MARIA)
    assert office.contact().status is ContactStatus.DELIVERED
    assert office.contact().message_id == "m1"


def test_an_account_the_provider_has_closed_is_switched_off_for_everybody() -> None:
    office = Office()
    office.imports([row("T1", MARIA), row("T2", JOAO)])
    office.scans()
    office.answers = [SendResult(Outcome.REFUSED, error="suspended", action=Action.KILL_SWITCH)]
    office.wakes(MARIA)
    office.wakes(JOAO)
    assert channels(office) == ["email", "whatsapp", "whatsapp"]
    assert office.metrics.total("ChannelSwitchedOff", channel="email") == 1


# --- what must not happen -------------------------------------------------------------------------------------------


def test_a_dry_run_sends_nothing_and_consumes_nothing() -> None:
    office = Office(dry_run=True)
    office.imports([row()])
    office.scans()
    wake = office.wakes(MARIA)
    assert not office.mail
    assert not office.file(MARIA).contacts
    assert office.receivable("T1").last_step is None
    assert office.reasons()[-1] == Reason.DRY_RUN
    assert wake.next == "wait"
    office.dry_run = False
    office.clock.advance(timedelta(hours=24))
    office.wakes(MARIA)
    assert len(office.sent()) == 1


def test_the_creditors_own_dry_run_is_one_too() -> None:
    office = Office(creditor(dry_run=True))
    office.lives(1)
    office.imports([row()])
    office.lives(5)
    assert not office.mail


def test_the_creditors_kill_switch_holds_at_the_gate(office: Office) -> None:
    office.sets(stopped=True)
    assert office.wakes(MARIA).reason == Reason.TENANT_STOPPED
    assert not office.mail
    assert office.metrics.total("ContactsSkipped", reason="TENANT_STOPPED") == 1


def test_a_channels_kill_switch_leaves_the_other_channels(office: Office) -> None:
    office.sets(stopped_channels=(Channel.EMAIL,))
    office.wakes(MARIA)
    assert channels(office) == ["whatsapp"]


def test_with_every_channel_switched_off_the_debtor_waits(office: Office) -> None:
    office.sets(stopped_channels=tuple(Channel))
    assert office.wakes(MARIA).reason == Reason.CHANNELS_STOPPED
    assert not office.mail


def test_nothing_is_sent_while_nobody_knows_who_paid(office: Office) -> None:
    office.sets(reconcile_limit_hours=24)
    assert office.wakes(MARIA).reason == Reason.RECONCILIATION_STALE
    office.reconciles()
    office.clock.advance(timedelta(hours=23))
    office.scans()
    office.wakes(MARIA)
    assert len(office.mail) == 1


def test_a_template_that_fails_does_not_burn_the_step(office: Office) -> None:
    office.template_error = RenderError("faulty")
    before = office.file(MARIA)
    with pytest.raises(RenderError):
        office.wakes(MARIA)
    assert office.file(MARIA) == before
    office.template_error = None
    office.wakes(MARIA)
    assert len(office.sent()) == 1


def test_a_whatsapp_template_meta_has_paused_is_not_used(office: Office) -> None:
    office.sets(channels={c: office.tenant.channels[c] for c in (Channel.WHATSAPP, Channel.SMS)})
    office.store.put_state(TENANT, "channels", {"whatsapp|regua_apresentacao": ""})
    office.wakes(MARIA)
    assert channels(office) == ["sms"]


def test_a_paused_template_on_the_only_channel_waits_for_a_person(office: Office) -> None:
    office.sets(channels={Channel.WHATSAPP: office.tenant.channels[Channel.WHATSAPP]})
    office.store.put_state(TENANT, "channels", {"whatsapp|regua_apresentacao": ""})
    wake = office.wakes(MARIA)
    assert (wake.next, wake.reason) == ("wait", Reason.CHANNELS_STOPPED)
    assert not office.mail
    assert office.receivable("T1").last_step is None
    office.store.put_state(TENANT, "channels", {})
    office.clock.advance(timedelta(seconds=wake.seconds))
    office.wakes(MARIA)
    assert channels(office) == ["whatsapp"]


# --- many receivables -----------------------------------------------------------------------------------------------


def test_everything_open_is_in_one_message(office: Office) -> None:
    office.imports([row("T2", cents=50_00, due=days_ago(30))])
    office.wakes(MARIA)
    [mail] = office.mail
    assert "R$ 150,00" in mail.message.text
    assert office.contact().amount_cents == 150_00


def test_the_contact_of_a_debtor_with_a_hundred_and_fifty_receivables_is_made() -> None:
    """More than one transaction holds: what does not fit is listed and stays behind, and starts nothing by itself."""
    office = Office()
    office.imports([row(f"T{n:03d}", cents=10_00, due=days_ago(20 + n)) for n in range(150)])
    office.scans()
    office.wakes(MARIA)
    assert len(office.mail) == 1
    assert office.contact().status is ContactStatus.SENT
    assert office.contact().amount_cents == 1_500_00
    office.clock.advance(timedelta(hours=1))
    office.wakes(MARIA)
    assert len(office.mail) == 1


def test_steps_passed_over_are_said_once_each_for_all_the_receivables_that_passed_them() -> None:
    office = Office()
    office.imports([row(f"T{n}", due=days_ago(4)) for n in range(30)])
    office.scans()
    office.wakes(MARIA)
    superseded = [e for e in office.ledger() if e.reason == Reason.SUPERSEDED]
    assert {e.step for e in superseded} == {"lembrete", "vencimento"}
    assert len(superseded) == 2
    assert all(len(e.receivables) == 30 for e in superseded)


def test_a_whole_life_of_a_debt_climbs_the_ladder_without_stepping_back() -> None:
    office = Office()
    office.imports([row(cents=900_00, due=date(2026, 3, 9))])
    office.lives(120)
    contacts = sorted(office.file(MARIA).contacts, key=lambda c: c.at)
    ranks = [c.phase.rank for c in contacts]
    assert ranks == sorted(ranks)
    assert {c.phase for c in contacts} == {Phase.PREVENTIVE, Phase.FRIENDLY, Phase.FIRM, Phase.FORMAL, Phase.LEGAL}
    steps = [c.step for c in contacts]
    assert len(steps) == len(set(steps))
    assert all(b.at - a.at >= timedelta(hours=48) for a, b in pairwise(contacts))
