"""Wishes stay with addresses: an accountant's mailbox, a couple's telephone, and who gets them later."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.office import ANA, JOAO, KEY, MARIA, MONDAY, TENANT, Office, debtor, row

from regua.domain.contact.call import CallFact, CallOutcome
from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind, Outcome, SendResult
from regua.domain.contact.wishes import PREFERENCE, Address, Wish, WishKind, told
from regua.domain.ids import contact_hash, read_link
from regua.domain.model import Channel, ContactPoint, Debtor, PointStatus
from regua.domain.reasons import Reason
from regua.ports import ConflictError
from regua.use_cases.addresses import Addresses
from regua.use_cases.desk.person import Actor
from regua.use_cases.listening.calls import Calling
from regua.use_cases.listening.unsubscribe import Unsubscribed, unsubscribe

BOOKS = "contador@escritorio.example"
HOME = "+5511987650000"


def only_email(office: Office) -> Office:
    """Nothing but e-mail, so that who is silent there is silent."""
    office.sets(channels={Channel.EMAIL: office.tenant.channels[Channel.EMAIL]})
    return office


@pytest.fixture
def office() -> Office:
    """Maria and João have the same accountant, who reads their mail; Ana reads her own."""
    office = only_email(Office())
    office.imports(
        [row("T1", MARIA, emails=(BOOKS,)), row("T2", JOAO, emails=(BOOKS,)), row("T3", ANA)],
    )
    office.scans()
    return office


def written_to(office: Office) -> list[str]:
    return [mail.to.value for mail in office.mail]


def entry(office: Office, value: str = BOOKS, kind: str = "email") -> Address:
    found = office.store.address(TENANT, kind, contact_hash(KEY, TENANT, value))
    assert found is not None
    return found


def answer(office: Office, action: Action, message: int = -1, sender: str = BOOKS, **more: object) -> None:
    """The reader of that mailbox answers a message."""
    mail = office.mail[message]
    event = ChannelEvent(
        mail.channel,
        ChannelEventKind.REPLY,
        message_id=f"in-{action}-{message}",
        in_reply_to=mail.result.message_id,
        sender=sender,
        action=action,
    )
    office.channel_tells([replace(event, **more)])  # type: ignore[arg-type]  # names and types are the caller's


# --- who is at an address --------------------------------------------------------------------------------------------


def test_an_address_knows_everybody_who_has_it_and_each_knows_that_it_is_shared(office: Office) -> None:
    assert entry(office).debtors == tuple(sorted((debtor(MARIA), debtor(JOAO))))
    for who, shared in ((MARIA, True), (JOAO, True), (ANA, False)):
        (email,) = [p for p in office.file(who).debtor.points if p.kind == "email"]
        assert email.shared is shared


def test_two_who_share_an_address_are_written_to_on_different_days_and_never_together(office: Office) -> None:
    office.wakes(MARIA)
    office.wakes(JOAO)
    assert written_to(office) == [BOOKS]
    assert Reason.ADDRESS_TAKEN in office.reasons(JOAO)
    office.lives(2)
    first, second = office.mail[0], next(m for m in office.mail[1:] if m.to.value == BOOKS)
    assert second.at.date() > first.at.date()
    assert "T1" in first.message.text
    assert "T2" not in first.message.text
    assert "T2" in second.message.text
    assert "T1" not in second.message.text


def test_thirty_at_one_accountants_get_one_message_a_day_there_and_each_gets_his(office: Office) -> None:
    from regua.domain.codes.tax_id import check_digits

    people = [f"{n:09d}" + check_digits(f"{n:09d}") for n in range(100, 130)]
    office = only_email(Office())
    office.imports([row(f"T{who}", who, emails=(BOOKS,), phones=()) for who in people])
    office.lives(60)
    days = [mail.at.date() for mail in office.sent()]
    assert len(set(days)) == len(days)
    assert all(office.file(who).contacts for who in people)


def test_the_day_of_an_address_is_taken_by_one_of_two_who_claim_at_once(office: Office) -> None:
    office.meanwhile = [lambda: office.wakes(JOAO)]
    office.wakes(MARIA)
    assert written_to(office) == [BOOKS]
    assert not office.file(MARIA).contacts


def test_who_is_overtaken_while_waiting_for_another_day_decides_anew(office: Office) -> None:
    office.wakes(MARIA)
    office.store.commits_fail = [None, ConflictError("somebody else committed")]  # the claim, and the wait
    assert office.wakes(JOAO).next == "wait"
    assert written_to(office) == [BOOKS]
    assert Reason.ADDRESS_TAKEN in office.reasons(JOAO)


def test_another_channel_of_the_step_serves_when_the_address_is_taken(office: Office) -> None:
    office = Office()
    office.imports(
        [row("T1", MARIA, emails=(BOOKS,)), row("T2", JOAO, emails=(BOOKS,))],
    )
    office.scans()
    office.wakes(MARIA)
    office.wakes(JOAO)
    assert [m.channel for m in office.mail] == [Channel.EMAIL, Channel.WHATSAPP]


# --- opt-out, not me, invalid: the address, at everybody who has it --------------------------------------------------


def test_an_opt_out_binds_the_address_at_every_debtor_who_has_it(office: Office) -> None:
    office.wakes(MARIA)
    answer(office, Action.OPT_OUT)
    office.lives(60)
    assert written_to(office).count(BOOKS) == 1
    assert Reason.ADDRESS_OPTED_OUT in office.reasons(JOAO)
    assert [o.channel for o in office.file(MARIA).debtor.opt_outs] == ["email"]
    assert not office.file(JOAO).debtor.opt_outs, "João has said nothing of his other addresses"


def test_who_has_another_address_is_still_written_to_there(office: Office) -> None:
    office.imports([row("T2", JOAO, emails=(BOOKS, "joao@example.com"))])
    office.wakes(MARIA)
    answer(office, Action.OPT_OUT)
    office.lives(20)
    assert "joao@example.com" in written_to(office)
    assert written_to(office).count(BOOKS) == 1


def test_a_debtor_who_gets_the_address_later_gets_the_wish_with_it(office: Office) -> None:
    office.wakes(MARIA)
    answer(office, Action.OPT_OUT)
    office.imports([row("T9", "15350946056", emails=(BOOKS,), phones=())])
    office.lives(30)
    assert written_to(office).count(BOOKS) == 1
    (point,) = office.file("15350946056").debtor.points
    assert point.refused == (Channel.EMAIL,)


def test_that_is_not_me_holds_at_everybody(office: Office) -> None:
    office.wakes(MARIA)
    answer(office, Action.WRONG_PERSON)
    office.lives(30)
    assert written_to(office).count(BOOKS) == 1
    points = {p.value: p for who in (MARIA, JOAO) for p in office.file(who).debtor.points}
    assert points[BOOKS].status is PointStatus.WRONG_PERSON


def test_an_address_that_does_not_exist_is_tried_for_nobody_else(office: Office) -> None:
    office.wakes(MARIA)
    office.provider_tells(ChannelEventKind.BOUNCED, permanent=True, action=Action.STOP_NUMBER, error="550 5.1.1")
    office.lives(30)
    assert written_to(office).count(BOOKS) == 1


def test_a_complaint_binds_as_words_do(office: Office) -> None:
    office.wakes(MARIA)
    office.provider_tells(ChannelEventKind.COMPLAINED, action=Action.OPT_OUT)
    office.lives(30)
    assert written_to(office).count(BOOKS) == 1


@pytest.mark.parametrize("every", [False, True])
def test_the_link_binds_the_address_it_was_sent_to(office: Office, every: bool) -> None:
    office.wakes(MARIA)
    token = office.mail[0].message.unsubscribe_url.rpartition("/")[2]
    assert read_link(KEY, token, int(office.clock.now().timestamp())) is not None
    assert unsubscribe(office.listening(), token, every_channel=every) is Unsubscribed.DONE
    assert entry(office).wishes[0].kind is WishKind.OPT_OUT
    office.lives(30)
    assert written_to(office).count(BOOKS) == 1
    assert any(m.to.value != BOOKS for m in office.mail), "Ana has another mailbox"


def test_who_wants_nothing_at_all_says_it_of_the_number_also_for_the_other_channels_of_whoever_shares_it() -> None:
    office = Office()
    office.imports([row("T1", MARIA, emails=(), phones=(HOME,)), row("T2", JOAO, emails=(), phones=(HOME,))])
    office.scans()
    office.wakes(MARIA)
    answer(office, Action.OPT_OUT, sender=HOME.lstrip("+"), every=True)
    (phone,) = [p for p in office.file(JOAO).debtor.points if p.kind == "phone"]
    assert set(phone.refused) == {Channel.WHATSAPP, Channel.SMS, Channel.VOICE}
    office.lives(30)
    assert written_to(office) == [HOME]


def test_what_a_provider_answers_to_the_call_itself_binds_too(office: Office) -> None:
    office.answers = [SendResult(Outcome.REFUSED, error="21610", action=Action.OPT_OUT)]
    office.wakes(MARIA)
    office.lives(30)
    assert written_to(office).count(BOOKS) == 1
    assert entry(office).wishes[0].channel == "email"


def test_also_when_it_answers_a_courtesy(office: Office) -> None:
    office = Office()
    office.opens_and_contacts([row()])
    office.replies(MARIA, Action.CLEARING_HOLD, text="já paguei")
    office.answers = [SendResult(Outcome.REFUSED, error="131050", action=Action.OPT_OUT)]
    office.answers_owed()
    (phone,) = [p for p in office.file(MARIA).debtor.points if p.kind == "phone"]
    assert Channel.WHATSAPP in phone.refused
    assert [o.channel for o in office.file(MARIA).debtor.opt_outs] == ["whatsapp"]


def test_a_wrong_number_told_on_the_telephone_binds_the_number() -> None:
    office = Office()
    office.imports([row("T1", MARIA, phones=(HOME,)), row("T2", JOAO, phones=(HOME,))])
    fact = CallFact(2, debtor(MARIA), CallOutcome.WRONG_PERSON, date(2026, 3, 2), phone=HOME)
    assert Calling(office.listening()).apply(TENANT, [fact]).applied == 1
    for who in (MARIA, JOAO):
        (phone,) = [p for p in office.file(who).debtor.points if p.kind == "phone"]
        assert phone.status is PointStatus.WRONG_PERSON


def test_words_of_whoever_has_the_couples_phone_are_for_who_was_written_to_there_last() -> None:
    office = Office()
    office.sets(channels={Channel.WHATSAPP: office.tenant.channels[Channel.WHATSAPP]})
    office.imports([row("T1", MARIA, phones=(HOME,), emails=()), row("T2", JOAO, phones=(HOME,), emails=())])
    office.scans()
    office.wakes(JOAO)
    said = ChannelEvent(
        Channel.WHATSAPP, ChannelEventKind.REPLY, message_id="in-1", sender=HOME.lstrip("+"), action=Action.DISPUTE
    )
    office.channel_tells([said], TENANT)
    assert not office.file(MARIA).debtor.holds
    assert office.file(JOAO).debtor.holds


# --- nothing escapes, whenever somebody dies or is faster ------------------------------------------------------------


def test_a_wish_told_while_another_debtor_is_just_being_claimed_stops_that_message(office: Office) -> None:
    office.wakes(MARIA)
    office.clock.advance(timedelta(days=1))
    wish = Wish(WishKind.OPT_OUT, MONDAY, "email", "m")
    place = ("email", contact_hash(KEY, TENANT, BOOKS))
    addresses = Addresses(office.store, KEY, office.token)
    # the entry alone: whoever told it died before João's file was reached
    office.meanwhile = [lambda: addresses.tell(TENANT, *place, wish)]
    office.wakes(JOAO)
    assert written_to(office) == [BOOKS]
    assert office.file(JOAO).debtor.points[0].refused == (Channel.EMAIL,)


def test_an_event_that_died_half_way_is_finished_when_it_comes_again(office: Office) -> None:
    office.wakes(MARIA)
    office.store.commits_fail = [None, KeyboardInterrupt()]  # type: ignore[list-item]  # dies as a process does
    with pytest.raises(KeyboardInterrupt):
        answer(office, Action.OPT_OUT)
    assert not office.file(JOAO).debtor.points[0].refused
    answer(office, Action.OPT_OUT)
    assert office.file(JOAO).debtor.points[0].refused == (Channel.EMAIL,)
    assert len(entry(office).wishes) == 1


def test_a_debtor_imported_while_a_wish_is_told_gets_it(office: Office) -> None:
    wish = Wish(WishKind.OPT_OUT, MONDAY, "email", "m")
    addresses = Addresses(office.store, KEY, office.token)
    commit, once = office.store.commit, [True]

    def overtaken(*args: object, **rest: object) -> object:
        if once.pop() if once else False:
            address = addresses.tell(TENANT, "email", contact_hash(KEY, TENANT, "nova@example.com"), wish)
            addresses.reach(address, wish, MONDAY)
        return commit(*args, **rest)  # type: ignore[arg-type]  # passed on

    office.store.commit = overtaken  # type: ignore[method-assign,assignment]  # somebody is faster
    office.imports([row("T8", "15350946056", emails=("nova@example.com",), phones=())])
    assert office.file("15350946056").debtor.points[0].refused == (Channel.EMAIL,)


def test_an_opt_out_that_a_person_took_back_is_not_told_again_by_the_same_answer(office: Office) -> None:
    office.wakes(MARIA)
    answer(office, Action.OPT_OUT)
    addresses = Addresses(office.store, KEY, office.token)
    place = ("email", contact_hash(KEY, TENANT, BOOKS))
    addresses.take_back(TENANT, *place, [WishKind.OPT_OUT], "email", office.clock.now())
    for who in (MARIA, JOAO):
        assert not office.file(who).debtor.points[0].refused
    answer(office, Action.OPT_OUT)
    assert not office.file(JOAO).debtor.points[0].refused


def test_a_conflict_at_a_neighbours_file_does_not_lose_the_wish(office: Office) -> None:
    office.wakes(MARIA)
    office.store.commits_fail = [None, ConflictError(), ConflictError()]
    answer(office, Action.OPT_OUT)
    assert office.file(JOAO).debtor.points[0].refused == (Channel.EMAIL,)


# --- the rule itself -------------------------------------------------------------------------------------------------


def test_an_opt_out_of_everything_closes_every_channel_of_its_address_alone() -> None:
    address = Address(TENANT, "phone", "h", ("d1",)).with_wish(Wish(WishKind.OPT_OUT, MONDAY))
    point = told(ContactPoint("phone", HOME), address)
    assert set(point.refused) == {Channel.WHATSAPP, Channel.SMS, Channel.VOICE}
    assert (point.told, point.status, point.status_at) == (1, PointStatus.OK, MONDAY)


def test_a_wish_told_twice_is_one_and_one_of_all_channels_holds_those_of_each() -> None:
    every = Wish(WishKind.OPT_OUT, MONDAY)
    address = Address(TENANT, "phone", "h").with_wish(every)
    assert address.with_wish(every) is address
    assert address.with_wish(Wish(WishKind.OPT_OUT, MONDAY, "sms")) is address
    assert address.with_wish(Wish(WishKind.INVALID, MONDAY, "sms")).told == 2


def test_what_is_taken_back_is_taken_back_for_the_channel_that_was_meant() -> None:
    address = Address(TENANT, "phone", "h")
    for channel in ("sms", "voice"):
        address = address.with_wish(Wish(WishKind.OPT_OUT, MONDAY, channel))
    assert [w.channel for w in address.without([WishKind.OPT_OUT], "sms").wishes] == ["voice"]
    assert address.without([WishKind.NOT_ME]) is address
    every = Address(TENANT, "phone", "h").with_wish(Wish(WishKind.OPT_OUT, MONDAY))
    assert {w.channel for w in every.without([WishKind.OPT_OUT], "sms").wishes} == {"whatsapp", "voice"}
    point = told(ContactPoint("phone", HOME), address.with_wish(Wish(WishKind.NOT_ME, MONDAY)))
    assert point.status is PointStatus.WRONG_PERSON
    back = address.with_wish(Wish(WishKind.NOT_ME, MONDAY)).without([WishKind.NOT_ME])
    assert told(point, back).status is PointStatus.OK


def test_a_debtor_without_that_address_stays_as_he_is(office: Office) -> None:
    root = Debtor(TENANT, "d", points=(ContactPoint("email", "a@b.com"),))
    other = Address(TENANT, "email", "h").with_wish(Wish(WishKind.NOT_ME, MONDAY))
    assert Addresses(office.store, KEY, office.token).heeding(root, [other]) is root


# --- a person ends it ------------------------------------------------------------------------------------------------

DESK = Actor("ana@escola", "ligou e pediu")


def test_who_wants_to_be_written_to_again_is_at_the_address_and_so_are_the_others_there(office: Office) -> None:
    office.wakes(MARIA)
    answer(office, Action.OPT_OUT)
    office.desk().opt_in(TENANT, debtor(JOAO), DESK, "email")
    assert not entry(office).wishes
    for who in (MARIA, JOAO):
        assert not office.file(who).debtor.points[0].refused
    assert office.file(MARIA).debtor.opt_outs, "what Maria said of herself is hers to take back"


def test_an_address_of_ones_own_is_opened_again_before_one_that_others_have(office: Office) -> None:
    office.imports([row("T2", JOAO, emails=(BOOKS, "joao@example.com"))])
    office.lives(1)
    for n, value in ((0, BOOKS), (1, "joao@example.com")):
        wish = Wish(WishKind.OPT_OUT, MONDAY, "email", f"m{n}")
        addresses = Addresses(office.store, KEY, office.token)
        addresses.reach(addresses.tell(TENANT, "email", contact_hash(KEY, TENANT, value), wish), wish, MONDAY)
    office.desk().opt_in(TENANT, debtor(JOAO), DESK, "email")
    refused = {p.value: bool(p.refused) for p in office.file(JOAO).debtor.points if p.kind == "email"}
    assert refused == {BOOKS: True, "joao@example.com": False}


def test_a_number_that_a_person_stops_or_restores_is_so_at_everybody(office: Office) -> None:
    office.desk().stop_point(TENANT, debtor(MARIA), DESK, BOOKS)
    assert [office.file(w).debtor.points[0].status for w in (MARIA, JOAO)] == [PointStatus.WRONG_PERSON] * 2
    office.desk().restore_point(TENANT, debtor(JOAO), DESK, BOOKS)
    assert [office.file(w).debtor.points[0].status for w in (MARIA, JOAO)] == [PointStatus.OK] * 2


def test_what_was_set_in_the_channels_settings_is_set_back_there_and_words_are_not() -> None:
    setting = Wish(WishKind.OPT_OUT, MONDAY, "whatsapp", PREFERENCE)
    words = replace(setting, source="in-1")
    address = Address(TENANT, "phone", "h").with_wish(setting)
    assert not address.set_back("whatsapp").wishes
    assert address.set_back("sms") is address
    assert address.with_wish(words).set_back("whatsapp").wishes == (words,)
    assert address.with_wish(words).with_wish(setting).wishes == (words,)


def test_a_number_its_owner_has_given_up_is_nobodys_there() -> None:
    office = Office()
    office.imports([row("T1", MARIA, phones=(HOME,)), row("T2", JOAO, phones=(HOME,))])
    office.channel_tells(
        [
            ChannelEvent(
                Channel.WHATSAPP, ChannelEventKind.UNKNOWN, sender=HOME.lstrip("+"), action=Action.STOP_NUMBER,
                at=office.clock.now(),
            )
        ],
        TENANT,
    )  # fmt: skip
    for who in (MARIA, JOAO):
        (phone,) = [p for p in office.file(who).debtor.points if p.kind == "phone"]
        assert phone.status is PointStatus.WRONG_PERSON


def test_what_a_stranger_wants_holds_for_who_gets_that_number_later() -> None:
    office = Office()
    said = ChannelEvent(
        Channel.WHATSAPP, ChannelEventKind.REPLY, message_id="in-9", sender=HOME.lstrip("+"), action=Action.OPT_OUT
    )
    assert office.channel_tells([said], TENANT) == 0
    office.imports([row("T1", MARIA, phones=(HOME,))])
    (phone,) = [p for p in office.file(MARIA).debtor.points if p.kind == "phone"]
    assert phone.refused == (Channel.WHATSAPP,)


def test_a_courtesy_at_a_shared_address_heeds_what_was_told_there_and_ends() -> None:
    office = Office()
    office.imports([row("T1", MARIA, phones=(HOME,)), row("T2", JOAO, phones=(HOME,))])
    office.scans()
    office.wakes(MARIA)
    office.replies(MARIA, Action.CLEARING_HOLD, sender=HOME.lstrip("+"), text="já paguei")
    wish = Wish(WishKind.OPT_OUT, MONDAY, "whatsapp", "m")
    place = ("phone", contact_hash(KEY, TENANT, HOME))
    Addresses(office.store, KEY, office.token).tell(TENANT, *place, wish)
    sent = len(office.mail)
    office.answers_owed()
    who = next(w for w in (MARIA, JOAO) if office.file(w).debtor.holds)
    (phone,) = [p for p in office.file(who).debtor.points if p.kind == "phone"]
    assert phone.refused == (Channel.WHATSAPP,)
    assert len(office.mail) == sent, "who wants nothing there is answered nothing there"
