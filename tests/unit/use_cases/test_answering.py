"""Who writes is answered once, by the words that fit, and never against a wish for silence."""

import json
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from tests.office import ANA, MARIA, MONDAY, PHONES, TENANT, Office, creditor, debtor, row

from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind, Outcome, SendResult
from regua.domain.contact.message import Message
from regua.domain.model import Channel, ContactStatus
from regua.domain.reasons import TEXTS, Reason
from regua.domain.reply.answers import answer
from regua.domain.reply.owed_answer import OwedAnswer
from regua.domain.tenant import ChannelConfig
from regua.domain.values import replace
from regua.domain.work import Work
from regua.use_cases.desk.worklist import close, id_of, open_work


@pytest.fixture
def office() -> Office:
    """Maria has been contacted."""
    office = Office()
    office.opens_and_contacts([row()])
    return office


def answers(office: Office) -> list[Message]:
    return [mail.message for mail in office.mail if mail.message.session]


def says(action: Action) -> str:
    return answer(action, "Escola Alfa Ltda")


def work(office: Office) -> list[Work]:
    return list(open_work(office.store, TENANT))


@pytest.mark.parametrize("action", [Action.CLEARING_HOLD, Action.DISPUTE, Action.NEGOTIATION, Action.OPERATOR])
def test_a_reply_that_became_a_fact_gets_the_fitting_answer_by_whatsapp(office: Office, action: Action) -> None:
    office.replies(MARIA, action, text="texto")
    assert office.answers_owed() == ["ANSWERED"]
    [said] = answers(office)
    assert (said.channel, said.template, said.text) == (Channel.WHATSAPP, "", says(action))
    assert office.mail[-1].to.value == PHONES[MARIA]


def test_a_promise_is_confirmed_with_its_day(office: Office) -> None:
    office.replies(MARIA, Action.PROMISE, text="pago dia 10", promised_on="2026-03-10")
    office.answers_owed()
    assert answers(office)[0].text == "Escola Alfa Ltda: combinado, anotamos para 10/03. Obrigado."


def test_a_promise_without_a_day_goes_to_a_person(office: Office) -> None:
    office.replies(MARIA, Action.PROMISE, text="vou pagar assim que der")
    office.answers_owed()
    assert office.file(MARIA).debtor.promises == ()
    assert "assim que der" in work(office)[0].note
    assert answers(office)[0].text == says(Action.OPERATOR)


def test_words_no_rule_is_sure_of_are_work_for_a_person_with_the_quote(office: Office) -> None:
    office.replies(MARIA, Action.OPERATOR, text="e o acordo de  2024?\nme liga")
    [one] = work(office)
    assert (one.kind, one.debtor, one.note) == ("reply", debtor(MARIA), 'Responder: "e o acordo de 2024? me liga"')
    assert Reason.REPLY_RECORDED in office.reasons()


@pytest.mark.parametrize("action", [Action.DISPUTE, Action.NEGOTIATION])
def test_what_a_machine_must_not_decide_is_work_too(office: Office, action: Action) -> None:
    office.replies(MARIA, action, text="não reconheço")
    assert [one.step for one in work(office)] == [action]


@pytest.mark.parametrize("action", [Action.CLEARING_HOLD, Action.OPT_OUT, Action.WRONG_PERSON])
def test_what_is_settled_by_the_rules_is_nobodys_work(office: Office, action: Action) -> None:
    office.replies(MARIA, action, text="x")
    assert work(office) == []


def test_a_reply_told_twice_is_answered_and_worked_on_once(office: Office) -> None:
    for _ in range(3):
        office.replies(MARIA, Action.OPERATOR, message_id="wamid.1", text="oi?")
    assert office.answers_owed() == ["ANSWERED", "ANSWERED_ALREADY", "ANSWERED_ALREADY"]
    assert len(work(office)) == 1


def test_work_that_a_person_has_done_does_not_come_back_with_the_event(office: Office) -> None:
    office.replies(MARIA, Action.OPERATOR, message_id="wamid.1", text="oi?")
    [one] = work(office)
    close(office.store, TENANT, id_of(one), "respondido")
    office.replies(MARIA, Action.OPERATOR, message_id="wamid.1", text="oi?")
    assert work(office) == []


def test_an_answer_lost_on_its_way_is_owed_again_when_the_event_is_repeated(office: Office) -> None:
    office.replies(MARIA, Action.CLEARING_HOLD, message_id="wamid.1", text="já paguei")
    office.owed.clear()
    office.replies(MARIA, Action.CLEARING_HOLD, message_id="wamid.1", text="já paguei")
    assert office.answers_owed() == ["ANSWERED"]


def test_an_answer_whose_outcome_is_unknown_is_never_sent_again(office: Office) -> None:
    office.replies(MARIA, Action.CLEARING_HOLD, message_id="wamid.1", text="já paguei")
    owed = list(office.owed)
    office.answers = [SendResult(Outcome.UNKNOWN, error="read timeout")]
    assert office.answers_owed() == ["UNKNOWN"]
    office.owed = owed
    assert office.answers_owed() == ["ANSWERED_ALREADY"]
    assert office.contact().status is ContactStatus.UNKNOWN


WHATSAPP = ChannelConfig(options={"optin": "assumed"})
GONE = {"permanent": True, "action": Action.STOP_NUMBER, "error": "131026"}


def comes_back(office: Office, action: Action, **said: object) -> None:
    """An answer was sent, and later the provider tells that it has reached nobody."""
    office.replies(MARIA, action, text="x", **said)
    assert office.answers_owed() == ["ANSWERED"]
    office.provider_tells(ChannelEventKind.FAILED, **GONE)


@pytest.mark.parametrize(
    ("action", "said"), [(Action.CLEARING_HOLD, {}), (Action.PROMISE, {"promised_on": "2026-03-10"})]
)
def test_an_answer_that_comes_back_is_a_persons_to_give_and_its_number_serves_no_more(
    office: Office, action: Action, said: dict[str, object]
) -> None:
    comes_back(office, action, **said)
    [one] = work(office)
    assert (one.kind, one.debtor, one.step, one.reference) == ("reply", debtor(MARIA), action, "whatsapp")
    assert one.note == "Responder: a resposta automática não chegou (A entrega falhou)"
    [number] = [p for p in office.file(MARIA).debtor.points if p.value == PHONES[MARIA]]
    assert number.blocked == (Channel.WHATSAPP,)
    assert office.reasons()[-1] == Reason.DELIVERY_FAILED
    close(office.store, TENANT, id_of(one), "liguei")
    office.provider_tells(ChannelEventKind.FAILED, **GONE)
    assert work(office) == []


@pytest.mark.parametrize("action", [Action.OPT_OUT, Action.WRONG_PERSON, Action.ERASURE, Action.DISPUTE])
def test_nobody_is_asked_twice_nor_to_write_to_who_wants_silence(office: Office, action: Action) -> None:
    office.replies(MARIA, action, text="x")
    before = [one.name for one in work(office)]
    office.answers_owed()
    office.provider_tells(ChannelEventKind.FAILED, **GONE)
    assert [one.name for one in work(office)] == before


@pytest.mark.parametrize("since", [Action.OPT_OUT, Action.WRONG_PERSON])
def test_nobody_is_asked_to_write_to_who_asked_for_silence_before_the_answer_came_back(
    office: Office, since: Action
) -> None:
    office.replies(MARIA, Action.CLEARING_HOLD, message_id="wamid.1", text="já paguei")
    assert office.answers_owed() == ["ANSWERED"]
    office.replies(MARIA, since, message_id="wamid.2", text="x")
    office.provider_tells(ChannelEventKind.FAILED, **GONE)
    assert office.contact().status is ContactStatus.FAILED
    assert work(office) == []


def test_nor_where_it_came_back_because_silence_was_asked_for(office: Office) -> None:
    office.replies(MARIA, Action.CLEARING_HOLD, text="já paguei")
    office.answers_owed()
    office.provider_tells(ChannelEventKind.FAILED, action=Action.OPT_OUT, error="131050")
    assert work(office) == []


def test_nor_where_the_provider_refuses_it_because_silence_was_asked_for(office: Office) -> None:
    office.replies(MARIA, Action.CLEARING_HOLD, text="já paguei")
    office.answers = [SendResult(Outcome.REFUSED, error="131050", action=Action.OPT_OUT)]
    assert office.answers_owed() == ["REFUSED"]
    assert work(office) == []


def test_who_can_be_reached_no_more_after_an_answer_came_back_is_looked_at_by_the_next_scan() -> None:
    """As after a contact's own bounce: not only when the next step falls due, which may be in weeks."""
    policy = Office().policy
    policy = replace(policy, steps=tuple(step for step in policy.steps if not step.is_task))
    office = Office(policy=policy, tenant=replace(creditor(), channels={Channel.WHATSAPP: WHATSAPP}))
    office.opens_and_contacts([row(emails=())])
    comes_back(office, Action.OPERATOR)
    office.lives(1)
    [ended] = [one for one in work(office) if one.kind == "ended"]
    assert "Procure um e-mail ou telefone que funcione" in ended.note


def test_an_answer_that_a_full_phone_did_not_take_leaves_the_next_step_where_it_was(office: Office) -> None:
    office.replies(MARIA, Action.CLEARING_HOLD, text="x")
    office.answers_owed()
    before = office.file(MARIA).debtor
    office.provider_tells(ChannelEventKind.FAILED, permanent=False, action=Action.RETRY_LATER)
    assert office.file(MARIA).debtor.case == before.case
    assert office.file(MARIA).debtor.points == before.points


def test_two_machines_at_the_same_answer_send_one(office: Office) -> None:
    """The claim is the gate: whoever loses it reads again and finds it given."""
    office.replies(MARIA, Action.CLEARING_HOLD, message_id="wamid.1", text="já paguei")
    [owed] = office.owed
    real, first = office.store.commit, iter([True])

    def commit(*args: object, **kwargs: object) -> object:
        if next(first, False):
            office.answering()(owed)
        return real(*args, **kwargs)  # type: ignore[arg-type]  # handed through

    with patch.object(office.store, "commit", commit):
        assert office.answering()(owed) == "ANSWERED_ALREADY"
    assert len(answers(office)) == 1


class TestSilence:
    def test_an_opt_out_is_confirmed_once_and_then_nothing_is_said_any_more(self, office: Office) -> None:
        office.replies(MARIA, Action.OPT_OUT, text="SAIR")
        assert office.answers_owed() == ["ANSWERED"]
        assert answers(office)[0].text == says(Action.OPT_OUT)
        office.replies(MARIA, Action.OPT_OUT, text="PARE")
        office.replies(MARIA, Action.OPERATOR, text="oi")
        assert office.answers_owed() == [Reason.OPTED_OUT, Reason.OPTED_OUT]
        office.clock.set(MONDAY + timedelta(days=30))
        office.replies(MARIA, Action.OPT_OUT, text="SAIR")
        assert office.answers_owed() == [Reason.OPTED_OUT]
        assert len(answers(office)) == 1

    def test_an_opt_out_between_reply_and_answer_wins(self, office: Office) -> None:
        office.replies(MARIA, Action.CLEARING_HOLD, text="já paguei")
        office.replies(MARIA, Action.OPT_OUT, text="SAIR")
        assert office.answers_owed() == [Reason.OPTED_OUT, "ANSWERED"]
        assert [m.text for m in answers(office)] == [says(Action.OPT_OUT)]

    def test_a_dry_run_answers_nobody(self, office: Office) -> None:
        office.dry_run = True
        office.replies(MARIA, Action.CLEARING_HOLD, text="já paguei")
        assert office.answers_owed() == ["DRY_RUN"]
        office.dry_run = False
        office.sets(dry_run=True)
        office.replies(MARIA, Action.NEGOTIATION, text="parcelar")
        assert office.answers_owed() == ["DRY_RUN"]
        assert answers(office) == []

    def test_whatsapp_takes_free_text_for_24_hours_only(self, office: Office) -> None:
        office.replies(MARIA, Action.CLEARING_HOLD, text="já paguei", at=MONDAY - timedelta(hours=24))
        assert office.answers_owed() == [Reason.ANSWER_LATE]

    def test_two_machines_do_not_talk_to_each_other_for_ever(self, office: Office) -> None:
        actions = [Action.OPERATOR, Action.OPERATOR, Action.DISPUTE, Action.NEGOTIATION, Action.CLEARING_HOLD]
        for action in actions:
            office.replies(MARIA, action, text="resposta automática")
        assert office.answers_owed().count("ANSWERED") == 3

    def test_a_delivery_is_no_reply(self, office: Office) -> None:
        office.provider_tells(ChannelEventKind.DELIVERED)
        assert office.owed == []

    def test_a_stranger_s_address_is_not_written_to(self, office: Office) -> None:
        office.provider_tells(
            ChannelEventKind.REPLY, action=Action.CLEARING_HOLD, sender="outra@example.com", text="paguei"
        )
        assert office.owed == []


class TestWhatIsNotSaid:
    """What the gate does not let through, or a provider refuses, is not lost: a person gives the answer."""

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"stopped": True}, Reason.TENANT_STOPPED),
            ({"stopped_channels": (Channel.WHATSAPP,)}, Reason.CHANNELS_STOPPED),
            ({"channels": {}}, Reason.CHANNEL_OFF),
        ],
    )
    def test_it_is_work_with_the_reason_and_the_words_once(
        self, office: Office, change: dict[str, object], reason: Reason
    ) -> None:
        for _ in range(3):
            office.replies(MARIA, Action.CLEARING_HOLD, message_id="wamid.1", text="já paguei")
        office.sets(**change)
        assert office.answers_owed() == [reason, "ANSWERED_ALREADY", "ANSWERED_ALREADY"]
        [one] = work(office)
        assert (one.kind, one.debtor, one.reference) == ("reply", debtor(MARIA), "whatsapp")
        assert one.note == (
            f"Responder: a resposta automática não saiu ({TEXTS[reason].pt.rstrip('.')})."
            f' Diria: "{says(Action.CLEARING_HOLD)}"'
        )
        assert office.metrics.total("AnswersUnsaid", channel="whatsapp", reason=reason) == 1
        assert office.metrics.total("WorkOpened", kind="reply") == 1
        assert office.reasons().count(reason) == 1

    @pytest.mark.parametrize(
        ("outcome", "reason"),
        [(Outcome.REFUSED, Reason.SEND_REFUSED), (Outcome.UNREACHED, Reason.SEND_THROTTLED)],
    )
    def test_so_is_what_a_provider_did_not_take(self, office: Office, outcome: Outcome, reason: Reason) -> None:
        office.replies(MARIA, Action.PROMISE, text="pago dia 10", promised_on="2026-03-10")
        office.answers = [SendResult(outcome, error="131047")]
        assert office.answers_owed() == [outcome.upper()]
        [one] = work(office)
        assert TEXTS[reason].pt.rstrip(".") in one.note
        assert office.contact().status is ContactStatus.FAILED

    def test_nobody_is_asked_twice_for_one_reply(self, office: Office) -> None:
        office.sets(stopped=True)
        office.replies(MARIA, Action.OPERATOR, text="oi?")
        [asked] = work(office)
        office.answers_owed()
        assert work(office) == [asked]

    def test_work_that_was_done_meanwhile_does_not_come_back(self, office: Office) -> None:
        office.sets(stopped=True)
        office.replies(MARIA, Action.OPERATOR, text="oi?")
        close(office.store, TENANT, id_of(work(office)[0]), "respondido")
        office.answers_owed()
        assert work(office) == []

    @pytest.mark.parametrize("action", [Action.OPT_OUT, Action.WRONG_PERSON])
    def test_nobody_writes_by_hand_to_who_wants_no_message(self, office: Office, action: Action) -> None:
        office.sets(stopped=True)
        office.replies(MARIA, action, text="x")
        assert office.answers_owed() == [Reason.TENANT_STOPPED]
        assert work(office) == []

    def test_what_reached_nobody_keeps_no_later_reply_from_its_answer(self, office: Office) -> None:
        office.replies(MARIA, Action.OPT_OUT, text="SAIR")
        office.answers = [SendResult(Outcome.REFUSED, error="131000")]
        assert office.answers_owed() == ["REFUSED"]
        office.replies(MARIA, Action.OPT_OUT, text="SAIR!")
        assert office.answers_owed() == ["ANSWERED"]

    def test_a_rehearsal_makes_no_work(self, office: Office) -> None:
        office.sets(dry_run=True)
        office.replies(MARIA, Action.CLEARING_HOLD, text="já paguei")
        office.answers_owed()
        assert work(office) == []
        assert office.reasons()[-1] == Reason.DRY_RUN


def test_who_has_somebody_elses_number_gets_an_apology_there_and_nothing_else_ever(office: Office) -> None:
    office.replies(MARIA, Action.WRONG_PERSON, text="não sou a Maria")
    assert office.answers_owed() == ["ANSWERED"]
    assert answers(office)[0].text == says(Action.WRONG_PERSON)
    assert office.mail[-1].to.value == PHONES[MARIA]


def test_an_e_mail_is_answered_by_e_mail(office: Office) -> None:
    office.provider_tells(
        ChannelEventKind.REPLY, action=Action.NEGOTIATION, message_id="<1@mail>", text="quero parcelar"
    )
    assert office.answers_owed() == ["ANSWERED"]
    [said] = answers(office)
    assert said.channel is Channel.EMAIL
    assert says(Action.NEGOTIATION) in said.text
    assert said.subject == "Escola Alfa Ltda"


def test_an_sms_is_not_answered(office: Office) -> None:
    said = ChannelEvent(
        Channel.SMS, ChannelEventKind.REPLY, message_id="s1", action=Action.OPT_OUT, sender=PHONES[MARIA], text="SAIR"
    )
    office.channel_tells([said], TENANT)
    assert office.answers_owed() == ["NO_ANSWER"]
    assert office.file(MARIA).debtor.opt_outs


class TestTheRegua:
    def test_an_answer_that_is_refused_gives_back_no_place_it_never_took(self, office: Office) -> None:
        office.sets(max_contacts_per_day=5)
        office.replies(MARIA, Action.OPERATOR, text="oi?")
        office.answers = [SendResult(Outcome.REFUSED, error="131047")]
        assert office.answers_owed() == ["REFUSED"]
        assert office.store.get_state(TENANT, f"day|*|{MONDAY.date()}") == {}

    def test_an_answer_is_no_contact_of_the_regua(self, office: Office) -> None:
        before = office.file(MARIA).debtor
        office.replies(MARIA, Action.OPERATOR, text="oi?")
        office.answers_owed()
        after = office.file(MARIA).debtor
        assert (after.recent, after.case.contacts) == (before.recent, before.case.contacts)
        assert after.case.in_flight == ""

    def test_it_leaves_a_ledger_entry_and_its_cost(self, office: Office) -> None:
        office.replies(MARIA, Action.OPERATOR, text="oi?")
        office.answers_owed()
        told = [e for e in office.ledger() if e.step.startswith("resposta-operator-")]
        assert [e.reason for e in told] == [Reason.SENDING, Reason.SENT]
        assert office.contact().cost_micros == 1_000
        assert office.metrics.total("AnswersSent", channel="whatsapp") == 1

    def test_what_travels_between_functions_names_nobody(self, office: Office) -> None:
        office.replies(MARIA, Action.PROMISE, text="pago dia 10", promised_on="2026-03-10", message_id="wamid.HBgN5511")
        [owed] = office.owed
        payload = str(owed.payload())
        assert PHONES[MARIA][3:] not in payload
        assert "wamid" not in payload
        assert "pago" not in payload
        assert OwedAnswer.read(owed.tenant, owed.debtor, owed.payload()) == owed


def test_a_debtor_nobody_contacted_yet_is_answered_as_well() -> None:
    office = Office(tenant=creditor())
    office.imports([row("T9", ANA)])
    office.replies(ANA, Action.CLEARING_HOLD, text="já paguei")
    assert office.answers_owed() == ["ANSWERED"]


def test_what_one_function_hands_over_is_what_the_other_answers(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`channel_events` calls `send_channel` with ids only; the answer it is asked for is the one that was owed."""
    from regua import settings, wiring
    from regua.platform import clients
    from send_channel import handler

    calls: list[dict[str, object]] = []
    asked: list[OwedAnswer] = []
    invoker = SimpleNamespace(invoke=lambda **said: calls.append(said))
    monkeypatch.setenv("SEND_FUNCTION", "regua-send-channel")
    settings.settings.cache_clear()
    monkeypatch.setattr(clients, "lambda_", lambda: invoker)
    monkeypatch.setattr(wiring, "answering", lambda metrics: lambda owed: asked.append(owed) or "ANSWERED")
    try:
        office.replies(MARIA, Action.PROMISE, text="pago dia 10", promised_on="2026-03-10")
        [owed] = office.owed
        wiring._hand_answer_over(owed)
    finally:
        settings.settings.cache_clear()
    [call] = calls
    assert (call["FunctionName"], call["InvocationType"]) == ("regua-send-channel", "Event")
    told = handler.lambda_handler(json.loads(call["Payload"]), None)  # type: ignore[arg-type]  # bytes, as invoked
    assert asked == [owed]
    assert told == {"v": 1, "tenant": TENANT, "debtor": debtor(MARIA), "answered": "ANSWERED"}
