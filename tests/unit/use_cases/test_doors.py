"""Nothing that a parser understood is dropped: what a channel tells changes something, or is work for a person."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.office import JOAO, MARIA, PHONES, TENANT, Office, debtor, row

from regua.domain.contact.channel_event import BY_USER, Action, ChannelEvent, ChannelEventKind, Outcome, SendResult
from regua.domain.model import Channel, HoldKind, PointStatus
from regua.domain.reasons import Reason
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.use_cases.collecting.rulebook import EVERYTHING, STATE_CHANNELS
from regua.use_cases.collecting.switches import Off, Switches
from regua.use_cases.desk.worklist import open_work

USER = "BR.13491208655302741918"


@pytest.fixture
def office() -> Office:
    """Maria has been written to by WhatsApp."""
    office = Office()
    office.sets(channels={c: office.tenant.channels[c] for c in (Channel.WHATSAPP, Channel.SMS)})
    office.opens_and_contacts([row()])
    return office


def tells(office: Office, kind: ChannelEventKind, action: Action = Action.NONE, **more: Any) -> int:
    return office.channel_tells([ChannelEvent(Channel.WHATSAPP, kind, action=action, **more)], TENANT)


def work(office: Office) -> list[Work]:
    return list(open_work(office.store, TENANT))


def phone(office: Office) -> Any:
    return next(p for p in office.file(MARIA).debtor.points if p.kind == "phone")


# --- names instead of numbers ----------------------------------------------------------------------------------------


def test_who_hides_the_number_is_known_by_the_pair_a_status_told(office: Office) -> None:
    office.provider_tells(ChannelEventKind.DELIVERED, known_as=USER)
    tells(office, ChannelEventKind.REPLY, Action.OPT_OUT, sender=BY_USER + USER, known_as=USER, message_id="in-1")
    assert [o.channel for o in office.file(MARIA).debtor.opt_outs] == ["whatsapp"]


def test_not_me_said_by_name_marks_the_number_of_the_pair(office: Office) -> None:
    office.replies(MARIA, known_as=USER, text="oi")
    tells(office, ChannelEventKind.REPLY, Action.WRONG_PERSON, sender=BY_USER + USER, message_id="in-2")
    assert phone(office).status is PointStatus.WRONG_PERSON


def test_the_answer_goes_to_the_number_of_who_hides_it(office: Office) -> None:
    office.provider_tells(ChannelEventKind.DELIVERED, known_as=USER)
    tells(
        office,
        ChannelEventKind.REPLY,
        Action.NEGOTIATION,
        sender=BY_USER + USER,
        message_id="in-3",
        at=office.clock.now(),
    )
    assert office.answers_owed() == ["ANSWERED"]


def test_a_pair_that_is_told_late_is_learnt_though_nothing_else_is_new(office: Office) -> None:
    office.provider_tells(ChannelEventKind.READ)
    office.provider_tells(ChannelEventKind.DELIVERED, known_as=USER)
    assert phone(office).user == USER


def test_a_changed_name_is_the_same_person(office: Office) -> None:
    office.provider_tells(ChannelEventKind.DELIVERED, known_as=USER)
    tells(office, ChannelEventKind.UNKNOWN, sender=BY_USER + USER, known_as="BR.2", formerly=USER, message_id="sys")
    assert phone(office).user == "BR.2"
    tells(office, ChannelEventKind.REPLY, Action.OPT_OUT, sender=BY_USER + "BR.2", message_id="in-4")
    assert office.file(MARIA).debtor.opt_outs


def test_a_changed_number_is_never_written_to_again_and_a_person_asks_for_the_new_one(office: Office) -> None:
    tells(office, ChannelEventKind.UNKNOWN, Action.STOP_NUMBER, sender=PHONES[MARIA], message_id="sys")
    assert phone(office).status is PointStatus.WRONG_PERSON
    assert Reason.NUMBER_CHANGED in office.reasons()
    [asked] = work(office)
    assert "trocou de número" in asked.note
    tells(office, ChannelEventKind.UNKNOWN, Action.STOP_NUMBER, sender=PHONES[MARIA], message_id="sys")
    assert len(work(office)) == 1


# --- wishes ----------------------------------------------------------------------------------------------------------


def test_no_channel_at_all_is_every_channel(office: Office) -> None:
    office.replies(MARIA, Action.OPT_OUT, every=True)
    assert [o.channel for o in office.file(MARIA).debtor.opt_outs] == ["*"]


def test_a_demand_for_erasure_stops_everything_and_is_work_with_its_term(office: Office) -> None:
    at = office.clock.now()
    office.replies(MARIA, Action.ERASURE, text="exijo a exclusão dos meus dados", at=at)
    assert [o.channel for o in office.file(MARIA).debtor.opt_outs] == ["*"]
    [asked] = work(office)
    assert (asked.kind, asked.due_on) == (WorkKind.ERASURE, date(2026, 3, 17))
    assert "exijo a exclusão" in asked.note
    assert office.answers_owed() == ["ANSWERED"]
    assert "15 dias" in office.mail[-1].message.text


def test_silence_takes_nothing_from_a_dispute_in_the_same_words(office: Office) -> None:
    office.replies(MARIA, Action.OPT_OUT, also=(Action.DISPUTE,), text="não devo isso, parem")
    debtor_ = office.file(MARIA).debtor
    assert [o.channel for o in debtor_.opt_outs] == ["whatsapp"]
    assert [h.kind for h in debtor_.holds] == [HoldKind.DISPUTE]
    assert [w.step for w in work(office)] == ["dispute"]


def test_a_preference_is_turned_back_where_it_was_made_and_ones_own_words_are_not(office: Office) -> None:
    def turn(kind: ChannelEventKind, action: Action) -> None:
        tells(office, kind, action, sender=PHONES[MARIA])

    turn(ChannelEventKind.OPTED_OUT, Action.OPT_OUT)
    assert office.file(MARIA).debtor.opt_outs
    turn(ChannelEventKind.OPTED_IN, Action.OPT_IN)
    assert not office.file(MARIA).debtor.opt_outs
    assert Reason.OPT_IN_RECORDED in office.reasons()
    turn(ChannelEventKind.OPTED_OUT, Action.OPT_OUT)
    office.replies(MARIA, Action.OPT_OUT, text="SAIR")
    turn(ChannelEventKind.OPTED_IN, Action.OPT_IN)
    assert [o.channel for o in office.file(MARIA).debtor.opt_outs] == ["whatsapp"]


# --- strangers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (Action.OPT_OUT, WorkKind.REPLY),
        (Action.DISPUTE, WorkKind.REPLY),
        (Action.ERASURE, WorkKind.ERASURE),
        (Action.WRONG_PERSON, WorkKind.REPLY),
        (Action.CLEARING_HOLD, WorkKind.REPLY),
        (Action.NEGOTIATION, WorkKind.REPLY),
        (Action.OPERATOR, WorkKind.REPLY),
    ],
)
def test_what_a_stranger_asks_for_is_work_with_the_words(office: Office, action: Action, kind: WorkKind) -> None:
    for _ in range(2):
        assert not tells(
            office, ChannelEventKind.REPLY, action, sender="+5521999990000", text="ouçam-me", message_id="x"
        )
    [asked] = work(office)
    assert (asked.kind, asked.debtor) == (kind, "")
    assert "ouçam-me" in asked.note
    assert "+5521999990000" in asked.note


def test_what_a_stranger_asks_by_a_switch_is_work_too(office: Office) -> None:
    tells(office, ChannelEventKind.OPTED_OUT, Action.OPT_OUT, sender="+5521999990000")
    assert len(work(office)) == 1


def test_a_bounce_of_nobodys_message_asks_for_nothing(office: Office) -> None:
    tells(office, ChannelEventKind.FAILED, Action.STOP_NUMBER, sender="+5521999990000")
    assert work(office) == []


def test_a_number_that_serves_no_more_is_known_though_the_message_is_not(office: Office) -> None:
    tells(office, ChannelEventKind.FAILED, Action.STOP_NUMBER, sender=PHONES[MARIA], message_id="forgotten")
    assert Channel.WHATSAPP in phone(office).blocked


# --- templates, channels, everything -------------------------------------------------------------------------------


def template(office: Office, action: Action, **more: Any) -> None:
    office.clock.advance(timedelta(minutes=1))
    tells(office, ChannelEventKind.TEMPLATE, action, template="regua_aviso", **more)
    office.rulebook.forget()


def test_a_paused_template_is_off_and_work_and_unpaused_it_is_on_and_the_work_done(office: Office) -> None:
    template(office, Action.TEMPLATE_OFF, error="PAUSED")
    [off] = Switches(office.store, office.metrics).all(TENANT)
    assert (off.template, off.by, off.why) == ("regua_aviso", "provedor", "PAUSED")
    [asked] = work(office)
    assert asked.kind is WorkKind.CHANNEL
    template(office, Action.TEMPLATE_ON)
    assert Switches(office.store, office.metrics).all(TENANT) == []
    done = office.store.get_work(TENANT, asked.key)
    assert done is not None
    assert done.status is WorkStatus.DONE
    template(office, Action.TEMPLATE_OFF, error="PAUSED")
    assert len(work(office)) == 1


def test_what_a_person_switched_off_or_what_must_change_first_no_provider_switches_on(office: Office) -> None:
    switches = Switches(office.store, office.metrics)
    switches.off(TENANT, Off(Channel.WHATSAPP, "regua_aviso", by="carla", at=office.clock.now(), why="texto errado"))
    template(office, Action.TEMPLATE_ON)
    assert len(switches.all(TENANT)) == 1
    assert switches.on(TENANT, Channel.WHATSAPP, "regua_aviso", by="carla")
    template(office, Action.TEMPLATE_OFF, error="categoria", for_good=True)
    template(office, Action.TEMPLATE_ON)
    assert len(switches.all(TENANT)) == 1


def test_a_person_takes_over_what_the_provider_had_switched_off(office: Office) -> None:
    switches = Switches(office.store, office.metrics)
    template(office, Action.TEMPLATE_OFF, error="PAUSED")
    assert switches.off(TENANT, Off(Channel.WHATSAPP, "regua_aviso", by="carla", at=office.clock.now()))
    template(office, Action.TEMPLATE_ON)
    assert [off.by for off in switches.all(TENANT)] == ["carla"]


def test_the_kill_switch_stops_everything_until_it_is_on_again(office: Office) -> None:
    switches = Switches(office.store, office.metrics)
    switches.off(TENANT, Off(None, by="carla", at=office.clock.now(), why="auditoria"))
    before = len(office.sent())
    office.imports([row("T9", JOAO)])
    office.lives(20)
    assert len(office.sent()) == before
    assert Reason.TENANT_STOPPED in office.reasons(JOAO)
    assert switches.on(TENANT, None, by="carla")
    office.lives(20)
    assert len(office.sent()) > before


def test_a_channel_that_rests_is_not_switched_off_by_anybody(office: Office) -> None:
    later = (office.clock.now() + timedelta(hours=1)).isoformat()
    office.store.put_state(TENANT, STATE_CHANNELS, {"sms|": later, f"{EVERYTHING}|": ""})
    assert [off.channel for off in Switches(office.store, office.metrics).all(TENANT)] == [None]


@pytest.mark.parametrize("kind", [ChannelEventKind.ACCOUNT, ChannelEventKind.TEMPLATE])
def test_news_for_an_operator_is_work_once_a_day(office: Office, kind: ChannelEventKind) -> None:
    for _ in range(2):
        tells(office, kind, Action.OPERATOR, error="FLAGGED: TIER_250", account="106540352242922")
    [asked] = work(office)
    assert asked.kind is WorkKind.CHANNEL
    assert "FLAGGED" in asked.note


def test_a_message_that_failed_by_our_fault_is_told_to_a_person(office: Office) -> None:
    office.provider_tells(ChannelEventKind.FAILED, action=Action.OPERATOR, error="131042: payment method")
    assert [w.kind for w in work(office)] == [WorkKind.CHANNEL]
    assert debtor(MARIA) not in work(office)[0].note


def test_what_a_provider_refuses_by_our_fault_is_told_once_a_day() -> None:
    office = Office()
    office.sets(channels={Channel.EMAIL: office.tenant.channels[Channel.EMAIL]})
    office.answers = [SendResult(Outcome.REFUSED, error="190: token expired", action=Action.OPERATOR)] * 2
    office.opens_and_contacts([row(), row("T9", JOAO)])
    assert [w.kind for w in work(office)] == [WorkKind.CHANNEL]
    assert "token expired" in work(office)[0].note
