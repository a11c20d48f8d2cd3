"""What channels tell and debtors answer: repeated, in any order, and each of it once."""

from datetime import timedelta

import pytest
from tests.office import JOAO, MARIA, PHONES, TENANT, TODAY, Office, days_ago, debtor, row

from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind, Outcome, SendResult
from regua.domain.model import Channel, ContactStatus, HoldKind, PointStatus
from regua.domain.reasons import Reason
from regua.ports import ConflictError, RetryableError
from regua.use_cases.conflicts import TRIES

BOUNCE = {"permanent": True, "action": Action.STOP_NUMBER, "error": "550 5.1.1"}


@pytest.fixture
def office() -> Office:
    """One debtor who has been written to by e-mail."""
    office = Office()
    office.opens_and_contacts([row()])
    return office


def on_whatsapp() -> Office:
    office = Office()
    office.sets(channels={c: office.tenant.channels[c] for c in (Channel.WHATSAPP, Channel.SMS)})
    office.opens_and_contacts([row()])
    return office


def channels(office: Office) -> list[str]:
    return [str(m.channel) for m in office.mail]


# --- deliveries ------------------------------------------------------------------------------------------------------


def test_delivered_and_read_raise_the_status_and_leave_a_trace(office: Office) -> None:
    office.provider_tells(ChannelEventKind.DELIVERED)
    assert office.contact().status is ContactStatus.DELIVERED
    office.provider_tells(ChannelEventKind.READ)
    assert office.contact().status is ContactStatus.READ
    assert office.reasons()[-2:] == [Reason.DELIVERED, Reason.READ]


def test_events_out_of_order_or_repeated_never_lower_it(office: Office) -> None:
    for kind in (
        ChannelEventKind.READ,
        ChannelEventKind.DELIVERED,
        ChannelEventKind.SENT,
        ChannelEventKind.FAILED,
        ChannelEventKind.READ,
    ):
        office.provider_tells(kind)
    assert office.contact().status is ContactStatus.READ
    assert office.reasons().count(Reason.READ) == 1
    assert Reason.DELIVERED not in office.reasons()


def test_an_event_is_matched_by_the_providers_message_id_alone(office: Office) -> None:
    office.provider_tells(ChannelEventKind.DELIVERED, correlation="", sender="")
    assert office.contact().status is ContactStatus.DELIVERED


def test_an_event_of_nobody_we_know_is_counted_and_changes_nothing(office: Office) -> None:
    before = office.file(MARIA)
    told = office.channel_tells([ChannelEvent(Channel.EMAIL, ChannelEventKind.DELIVERED, message_id="stranger")])
    assert told == 0
    assert office.file(MARIA) == before
    assert office.metrics.total("ChannelEventsUnmatched", channel="email") == 1


def test_one_unknown_event_does_not_keep_the_others_from_being_heard(office: Office) -> None:
    mail = office.mail[-1]
    known = ChannelEvent(Channel.EMAIL, ChannelEventKind.DELIVERED, message_id=mail.result.message_id)
    assert office.channel_tells([ChannelEvent(Channel.EMAIL, ChannelEventKind.DELIVERED, message_id="x"), known]) == 1
    assert office.contact().status is ContactStatus.DELIVERED


# --- what did not arrive ---------------------------------------------------------------------------------------------


def test_a_bounce_gives_the_step_back_and_the_next_channel_carries_it_out(office: Office) -> None:
    step = office.contact().step
    office.provider_tells(ChannelEventKind.BOUNCED, **BOUNCE)
    assert office.contact().status is ContactStatus.FAILED
    assert office.receivable("T1").last_step is None
    assert office.file(MARIA).debtor.case.contacts == 0
    assert office.reasons()[-1] == Reason.DELIVERY_FAILED
    office.scans()
    office.wakes(MARIA)
    assert channels(office) == ["email", "whatsapp"]
    assert office.contact().step == step


def test_the_same_bounce_again_gives_nothing_back_twice(office: Office) -> None:
    office.provider_tells(ChannelEventKind.BOUNCED, **BOUNCE)
    office.scans()
    office.wakes(MARIA)
    before = office.file(MARIA)
    office.provider_tells(ChannelEventKind.BOUNCED, office.mail[0], **BOUNCE)
    assert office.file(MARIA) == before


def test_a_message_the_next_server_sent_back_after_taking_it_has_bounced(office: Office) -> None:
    office.provider_tells(ChannelEventKind.DELIVERED)
    office.provider_tells(ChannelEventKind.BOUNCED, **BOUNCE)
    assert office.contact().status is ContactStatus.FAILED
    office.provider_tells(ChannelEventKind.DELIVERED)
    assert office.contact().status is ContactStatus.FAILED, "in whatever order they come"


def test_a_bounced_address_is_never_written_to_again(office: Office) -> None:
    office.provider_tells(ChannelEventKind.BOUNCED, **BOUNCE)
    office.lives(30)
    assert channels(office).count("email") == 1


def test_of_two_addresses_the_one_that_bounced_is_given_up(office: Office) -> None:
    office = Office()
    office.opens_and_contacts([row(emails=("old@example.com", "new@example.com"))])
    first = office.mail[0]
    assert first.to.value == "old@example.com"
    office.answers = [SendResult(Outcome.REFUSED, action=Action.FALL_BACK)]
    office.lives(8)  # the old address has failed once since: the new one is the better by now
    office.provider_tells(ChannelEventKind.BOUNCED, first, **BOUNCE)
    blocked = {p.value for p in office.file(MARIA).debtor.points if p.blocked}
    assert blocked == {"old@example.com"}


def test_a_full_mailbox_gives_the_step_to_the_next_channel_and_keeps_the_address(office: Office) -> None:
    office.provider_tells(ChannelEventKind.BOUNCED, permanent=False, action=Action.RETRY_LATER)
    office.lives(20)
    assert channels(office)[:2] == ["email", "whatsapp"]
    assert "email" in channels(office)[2:]


def test_a_text_our_provider_could_not_accept_blames_no_address(office: Office) -> None:
    office.provider_tells(ChannelEventKind.FAILED, permanent=True, action=Action.OPERATOR, error="Reject: Bad content")
    assert not any(p.blocked for p in office.file(MARIA).debtor.points)
    assert office.contact().status is ContactStatus.FAILED


def test_a_bounce_that_comes_when_the_debt_is_paid_reopens_nothing(office: Office) -> None:
    office.pays("T1", 100_00)
    office.provider_tells(ChannelEventKind.BOUNCED, **BOUNCE)
    assert office.scans().opened == 0
    assert len(office.mail) == 1


def test_a_late_bounce_of_an_old_case_takes_nothing_from_the_new_ones_count(office: Office) -> None:
    office.pays("T1", 100_00, code="E1")
    office.clock.advance(timedelta(days=1))
    office.imports([row("T2", due=days_ago(5))])
    office.scans()
    office.wakes(MARIA)
    office.lives(3)
    contacts = office.file(MARIA).debtor.case.contacts
    assert contacts >= 1
    office.provider_tells(ChannelEventKind.BOUNCED, office.mail[0], **BOUNCE)
    assert office.file(MARIA).debtor.case.contacts == contacts


def test_a_spent_account_is_switched_off_for_its_channel() -> None:
    office = on_whatsapp()
    office.provider_tells(ChannelEventKind.FAILED, permanent=False, action=Action.KILL_SWITCH)
    assert office.store.get_state(TENANT, "channels") == {"whatsapp|": ""}
    office.scans()
    office.wakes(MARIA)
    assert channels(office) == ["whatsapp", "sms"]


# --- what debtors ask for --------------------------------------------------------------------------------------------


def test_an_opt_out_is_recorded_once_and_holds_for_ever_on_that_channel(office: Office) -> None:
    for _ in range(2):
        office.provider_tells(ChannelEventKind.COMPLAINED, action=Action.OPT_OUT)
    assert [o.channel for o in office.file(MARIA).debtor.opt_outs] == ["email"]
    assert office.reasons().count(Reason.OPT_OUT_RECORDED) == 1
    office.lives(20)
    assert channels(office).count("email") == 1
    assert len(office.mail) > 1


def test_taking_a_message_out_of_the_spam_folder_is_no_opt_out(office: Office) -> None:
    office.provider_tells(ChannelEventKind.COMPLAINED, action=Action.NONE)
    assert not office.file(MARIA).debtor.opt_outs


def test_an_opt_out_of_everything_ends_every_contact(office: Office) -> None:
    assert office.listening().opt_out(TENANT, debtor(MARIA), "*", "link")
    office.lives(30)
    assert len(office.mail) == 1
    assert office.reasons().count(Reason.OPT_OUT_RECORDED) == 1


def test_an_opt_out_for_nobody_we_know_is_told(office: Office) -> None:
    assert not office.listening().opt_out(TENANT, "nobody", "email", "link")


def test_a_reply_is_found_by_the_number_it_came_from_with_or_without_the_ninth_digit(office: Office) -> None:
    number = PHONES[MARIA].lstrip("+")
    without = number[:4] + number[5:]
    office.replies(MARIA, Action.DISPUTE, sender=without)
    [hold] = office.file(MARIA).debtor.holds
    assert hold.kind is HoldKind.DISPUTE
    assert office.file(MARIA).debtor.answered_on is Channel.WHATSAPP


def test_a_number_stored_without_its_ninth_digit_is_found_by_the_full_one() -> None:
    office = Office()
    office.imports([row(phones=("+551187654321",))])
    assert office.replies(MARIA, Action.DISPUTE, sender="5511987654321") == 1


def test_the_channel_a_debtor_answers_on_is_used_first(office: Office) -> None:
    office.replies(MARIA)
    office.lives(9)
    assert channels(office)[1] == "whatsapp"


def test_every_answer_is_recorded_and_the_same_one_twice_is_one(office: Office) -> None:
    for message_id in ("a", "b", "a", "b"):
        office.replies(MARIA, message_id=message_id)
    assert office.reasons().count(Reason.REPLY_RECORDED) == 2


def test_a_promise_pauses_until_its_day_and_grace_have_passed(office: Office) -> None:
    due = TODAY + timedelta(days=7)
    for _ in range(2):
        office.replies(MARIA, Action.PROMISE, promised_on=str(due), message_id="p1", text="pago dia 9")
    [promise] = office.file(MARIA).debtor.promises
    assert (promise.due_on, promise.quote) == (due, "pago dia 9")
    assert office.reasons().count(Reason.PROMISE_RECORDED) == 1
    office.lives(8)
    assert len(office.mail) == 1
    office.lives(3)
    assert len(office.mail) == 2


def test_an_answer_to_a_message_holds_the_receivables_of_that_message_only(office: Office) -> None:
    mail = office.mail[-1]
    office.imports([row("T9", due=days_ago(40))])
    event = ChannelEvent(
        Channel.EMAIL, ChannelEventKind.REPLY, "r1", in_reply_to=mail.result.message_id, action=Action.DISPUTE
    )
    office.channel_tells([event])
    [hold] = office.file(MARIA).debtor.holds
    assert hold.receivables == ("T1",)
    office.lives(5)
    assert len(office.mail) == 2
    assert "T1" not in office.contact().receivables


def test_already_paid_waits_for_the_clearing_days(office: Office) -> None:
    office.replies(MARIA, Action.CLEARING_HOLD)
    [hold] = office.file(MARIA).debtor.holds
    assert hold.kind is HoldKind.CLEARING
    assert hold.until_at == office.clock.now() + timedelta(days=2)


def test_a_wish_to_negotiate_waits_for_a_person(office: Office) -> None:
    office.replies(MARIA, Action.NEGOTIATION)
    [hold] = office.file(MARIA).debtor.holds
    assert hold.until_at == office.clock.now() + timedelta(days=3)
    assert office.reasons()[-1] == Reason.HOLD_NEGOTIATION


def test_the_wrong_persons_number_is_never_used_again_and_the_debtor_still_reached(office: Office) -> None:
    office = on_whatsapp()
    office.imports([row(emails=("p529@example.com",))])
    office.replies(MARIA, Action.WRONG_PERSON)
    phone = next(p for p in office.file(MARIA).debtor.points if p.kind == "phone")
    assert phone.status is PointStatus.WRONG_PERSON
    assert office.reasons()[-1] == Reason.WRONG_PERSON
    office.lives(20)
    assert len(office.mail) == 1


def test_a_person_who_is_not_ours_stops_nobody_elses_messages() -> None:
    office = Office()
    office.opens_and_contacts([row("T1", MARIA), row("T2", JOAO)])
    office.replies(MARIA, Action.OPT_OUT)
    assert not office.file(JOAO).debtor.opt_outs


# --- templates and accounts ------------------------------------------------------------------------------------------


def test_a_paused_template_switches_off_itself_and_not_the_channel() -> None:
    office = on_whatsapp()
    event = ChannelEvent(
        Channel.WHATSAPP, ChannelEventKind.TEMPLATE, action=Action.TEMPLATE_OFF, template="regua_segundo_aviso"
    )
    assert office.channel_tells([event, event], TENANT) == 2
    assert office.store.get_state(TENANT, "channels") == {"whatsapp|regua_segundo_aviso": ""}
    assert office.metrics.total("ChannelSwitchedOff") == 1


def test_a_restricted_account_switches_off_the_channel_of_its_creditor() -> None:
    office = on_whatsapp()
    office.channel_tells([ChannelEvent(Channel.WHATSAPP, ChannelEventKind.ACCOUNT, action=Action.KILL_SWITCH)], TENANT)
    office.lives(20)
    assert "whatsapp" not in channels(office)[1:]


# --- many writers ----------------------------------------------------------------------------------------------------


def test_an_event_is_applied_on_what_is_true_by_now(office: Office) -> None:
    office.store.commits_fail = [ConflictError()]
    office.provider_tells(ChannelEventKind.DELIVERED)
    assert office.contact().status is ContactStatus.DELIVERED


def test_an_event_that_cannot_be_applied_now_comes_again(office: Office) -> None:
    office.store.commits_fail = [ConflictError()] * TRIES
    with pytest.raises(RetryableError):
        office.provider_tells(ChannelEventKind.DELIVERED)
    office.provider_tells(ChannelEventKind.DELIVERED)
    assert office.contact().status is ContactStatus.DELIVERED


def test_a_creditor_with_a_dot_in_its_name_hears_too() -> None:
    from dataclasses import replace

    from tests import office as offices

    named = replace(offices.creditor(), id="escola.alfa")
    office = Office(named)
    event = ChannelEvent(Channel.EMAIL, ChannelEventKind.DELIVERED, correlation="escola.alfa.abc", message_id="m1")
    found: list[str] = []
    office.store.find = lambda tenant, kind, value: found.append(tenant)  # type: ignore[func-returns-value,method-assign,assignment]  # only asks
    office.channel_tells([event])
    assert set(found) == {"escola.alfa"}
