"""A contact of the régua, a thank-you and an automatic answer are claimed, sent and recorded by the same rules."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from tests.office import JOAO, MARIA, MONDAY, TENANT, Mail, debtor, row
from tests.treasury import GATEWAY, Exchequer, treasury

from regua.domain.contact.channel_event import Action, ChannelEventKind, Outcome, SendResult
from regua.domain.contact.thank_you import THANKS
from regua.domain.model import Channel, Contact, ContactStatus
from regua.domain.reasons import Reason
from regua.domain.tenant import ChannelConfig
from regua.ports import ConflictError, RetryableError
from regua.use_cases.collecting.costing import Costing
from regua.use_cases.collecting.pacing import SPEND_OPTION
from regua.use_cases.collecting.rulebook import STATE_CHANNELS
from regua.use_cases.conflicts import TRIES, OvertakenError, until_committed

REFUSED = SendResult(Outcome.REFUSED, error="550: p529@example.com does not exist 5.1.1", action=Action.OPERATOR)
LOST = SendResult(Outcome.UNKNOWN, error="read timeout")
UNREACHED = SendResult(Outcome.UNREACHED, error="ConnectTimeoutError")
TEMPLATE_OFF = SendResult(Outcome.REFUSED, error="132015", action=Action.TEMPLATE_OFF)
KILL_SWITCH = SendResult(Outcome.REFUSED, error="suspended", action=Action.KILL_SWITCH)


@dataclass(frozen=True)
class Kind:
    """A kind of message: how a debtor comes to be owed one, who says it, and its name among the contacts."""

    name: str
    channel: Channel
    step: str
    owe: Callable[[Exchequer, str], object]
    speak: Callable[[Exchequer, str], object]

    def is_one(self, contact: Contact) -> bool:
        return contact.step.startswith(self.step) and contact.channel is self.channel


def titles(who: str) -> str:
    return f"T-{who[:3]}"


def is_due(office: Exchequer, who: str) -> None:
    office.imports([row(titles(who), who)])
    office.scans()


def was_contacted(office: Exchequer, who: str) -> None:
    is_due(office, who)
    office.wakes(who)


def has_paid(office: Exchequer, who: str) -> None:
    was_contacted(office, who)
    office.pays(titles(who), 100_00)


def has_written(office: Exchequer, who: str) -> None:
    was_contacted(office, who)
    office.replies(who, Action.OPERATOR, text="oi?")


def is_answered(office: Exchequer, who: str) -> None:
    for owed in [one for one in office.owed if one.debtor == debtor(who)]:
        office.answering()(owed)


KINDS = (
    Kind("contact", Channel.EMAIL, "aviso", is_due, lambda office, who: office.wakes(who)),
    Kind("thanks", Channel.EMAIL, THANKS, has_paid, lambda office, who: office.wakes(who)),
    Kind("answer", Channel.WHATSAPP, "resposta-", has_written, is_answered),
)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def an_office(**changes: Any) -> Exchequer:
    """An office that makes no charges; its channels cost R$ 0,50 a message."""
    channels = {
        Channel.EMAIL: ChannelConfig(price_micros=500_000, options={"from": "cobranca@escola.example"}),
        Channel.WHATSAPP: ChannelConfig(price_micros=500_000, options={"optin": "assumed"}),
    }
    gateways = {"fake": replace(GATEWAY, create_charges=False)}
    return treasury(**{"channels": channels, "gateways": gateways, **changes})


def owes(kind: Kind) -> Exchequer:
    """An office in which Maria is owed one."""
    office = an_office()
    kind.owe(office, MARIA)
    return office


def says(kind: Kind, *answers: SendResult) -> Exchequer:
    """An office in which it was said to her: the provider answered as given."""
    office = owes(kind)
    office.answers = list(answers)
    kind.speak(office, MARIA)
    return office


def mails(office: Exchequer, contact: Contact) -> list[Mail]:
    """The calls to a provider that were made for a contact."""
    found = [(mail, office.store.find(TENANT, "message", mail.message.correlation)) for mail in office.mail]
    return [mail for mail, ref in found if ref is not None and ref.item == contact.key]


def the_one(office: Exchequer, kind: Kind, who: str = MARIA) -> Contact:
    [one] = [c for c in office.file(who).contacts if kind.is_one(c)]
    return one


def ledger(office: Exchequer, contact: Contact) -> list[tuple[str, str]]:
    """What is told of a contact once it was claimed."""
    claimed = (Reason.SENDING, Reason.SUPERSEDED)
    return [(e.reason, e.note) for e in office.ledger() if e.reference == contact.key and e.reason not in claimed]


# --- what the provider answers ----------------------------------------------------------------------------------------


@every_kind
def test_what_is_accepted_is_recorded_with_its_proof_and_its_cost(kind: Kind) -> None:
    office = says(kind)
    one = the_one(office, kind)
    [mail] = mails(office, one)
    assert (one.status, one.message_id, one.cost_micros) == (ContactStatus.SENT, mail.result.message_id, 1_000)
    assert one.text_hash == mail.message.text_hash != replace(mail.message, text="outra coisa").text_hash
    assert ledger(office, one) == [(Reason.SENT, "")]
    assert office.file(MARIA).debtor.case.in_flight == ""
    for name in (mail.message.correlation, mail.result.message_id):
        ref = office.store.find(TENANT, "message", name)
        assert ref is not None
        assert ref.item == one.key


@every_kind
def test_what_is_refused_leaves_a_code_and_no_words_in_the_ledger(kind: Kind) -> None:
    office = says(kind, REFUSED)
    one = the_one(office, kind)
    assert one.status is ContactStatus.FAILED
    assert ledger(office, one) == [(Reason.SEND_REFUSED, "550 5.1.1")]
    assert len(mails(office, one)) == 1
    assert office.file(MARIA).debtor.case.in_flight == ""


@every_kind
def test_a_lost_answer_is_unknown_and_the_message_is_never_sent_again(kind: Kind) -> None:
    office = says(kind, LOST)
    one = the_one(office, kind)
    assert one.status is ContactStatus.UNKNOWN
    assert ledger(office, one) == [(Reason.SEND_UNKNOWN, "read timeout")]
    kind.speak(office, MARIA)
    office.lives(5)
    assert len(mails(office, one)) == 1
    assert the_one(office, kind).status is ContactStatus.UNKNOWN


# --- what happens between claim and record ---------------------------------------------------------------------------


def between_claim_and_record(office: Exchequer, happens: Callable[[], object]) -> None:
    """Somebody else commits just before the provider's answer is written down."""
    real = office.store.commit
    commits: list[object] = []

    def commit(before: Any, after: Any, **rest: Any) -> Any:
        commits.append(after)
        if len(commits) == 2:
            office.store.commit = real  # type: ignore[method-assign]  # put back
            happens()
        return real(before, after, **rest)

    office.store.commit = commit  # type: ignore[method-assign]  # stands in front of the store's own


@every_kind
def test_a_delivery_that_overtakes_the_record_is_not_taken_back(kind: Kind) -> None:
    office = owes(kind)
    between_claim_and_record(office, lambda: office.provider_tells(ChannelEventKind.DELIVERED))
    kind.speak(office, MARIA)
    one = the_one(office, kind)
    [mail] = mails(office, one)
    assert (one.status, one.cost_micros) == (ContactStatus.DELIVERED, 1_000)
    assert (one.message_id, one.text_hash) == (mail.result.message_id, mail.message.text_hash)


@every_kind
def test_a_wish_that_overtakes_the_record_stays(kind: Kind) -> None:
    office = owes(kind)
    between_claim_and_record(office, lambda: office.replies(MARIA, Action.OPT_OUT, text="SAIR"))
    kind.speak(office, MARIA)
    assert [o.channel for o in office.file(MARIA).debtor.opt_outs] == [Channel.WHATSAPP]
    assert the_one(office, kind).status is ContactStatus.SENT


@every_kind
def test_a_scan_leaves_alone_what_is_just_being_sent(kind: Kind) -> None:
    office = owes(kind)
    office.clock.advance(timedelta(hours=1))
    between_claim_and_record(office, office.scans)
    kind.speak(office, MARIA)
    assert the_one(office, kind).status is ContactStatus.SENT


@every_kind
def test_an_answer_nobody_can_write_down_is_counted_and_swept_to_unknown(kind: Kind) -> None:
    office = owes(kind)
    office.store.commits_fail = [None, *[ConflictError()] * TRIES]
    kind.speak(office, MARIA)
    assert office.store.commits_fail == []
    assert office.metrics.total("SendsUnrecorded", channel=kind.channel) == 1
    assert the_one(office, kind).status is ContactStatus.SENDING
    office.clock.advance(timedelta(minutes=20))
    office.scans()
    one = the_one(office, kind)
    assert one.status is ContactStatus.UNKNOWN
    assert ledger(office, one)[-1][0] == Reason.SEND_UNKNOWN
    kind.speak(office, MARIA)
    assert len(mails(office, one)) == 1


@every_kind
def test_a_record_that_goes_through_at_the_last_try_is_not_counted(kind: Kind) -> None:
    office = owes(kind)
    office.store.commits_fail = [None, *[ConflictError()] * (TRIES - 1)]
    kind.speak(office, MARIA)
    assert office.metrics.total("SendsUnrecorded") == 0
    assert the_one(office, kind).status is ContactStatus.SENT


# --- what the channel learns -----------------------------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("answer", [TEMPLATE_OFF, KILL_SWITCH], ids=["template", "account"])
def test_what_is_refused_to_everybody_is_spent_on_nobody_else(kind: Kind, answer: SendResult) -> None:
    office = an_office()
    for who in (MARIA, JOAO):
        kind.owe(office, who)
    office.answers = [answer]
    kind.speak(office, MARIA)
    assert office.metrics.total("ChannelSwitchedOff", channel=kind.channel) == 1
    [off] = office.store.get_state(TENANT, STATE_CHANNELS)
    assert (off == f"{kind.channel}|") is (answer is KILL_SWITCH), "a template is not its whole channel"
    kind.speak(office, JOAO)
    assert not [c for c in office.file(JOAO).contacts if kind.is_one(c)]


@pytest.mark.parametrize("off", ["regua_pagamento_recebido", THANKS], ids=["theirs", "ours"])
def test_a_thank_you_is_not_said_by_a_template_that_is_off_by_any_name(off: str) -> None:
    office = an_office(channels={Channel.WHATSAPP: ChannelConfig(options={"optin": "assumed"})})
    has_paid(office, MARIA)
    office.store.put_state(TENANT, STATE_CHANNELS, {f"{Channel.WHATSAPP}|{off}": ""})
    office.rulebook.forget()
    assert office.wakes(MARIA).next == "stop"
    assert [c.step for c in office.file(MARIA).contacts] == ["aviso"]


@every_kind
def test_what_was_said_counts_in_what_messages_cost(kind: Kind) -> None:
    office = owes(kind)
    costs = Costing(office.store, office.metrics)
    before = costs.months(TENANT, MONDAY).cost_micros, office.metrics.total("MessageCostMicros")
    kind.speak(office, MARIA)
    assert costs.months(TENANT, MONDAY).cost_micros - before[0] == 1_000
    assert office.metrics.total("MessageCostMicros") - before[1] == 1_000


@every_kind
@pytest.mark.parametrize(("answer", "spent"), [(None, 500_000), (LOST, 500_000), (REFUSED, 0)])
def test_what_may_have_arrived_counts_in_the_channels_month(kind: Kind, answer: SendResult | None, spent: int) -> None:
    limited = {
        channel: replace(config, options={**config.options, SPEND_OPTION: "100"})
        for channel, config in an_office().tenant.channels.items()
    }
    office = an_office(channels=limited)
    kind.owe(office, MARIA)
    month = f"spend|{kind.channel}|2026-03"
    before = int(office.store.get_state(TENANT, month).get("count", "0"))
    office.answers = [answer] if answer else []
    kind.speak(office, MARIA)
    assert int(office.store.get_state(TENANT, month).get("count", "0")) - before == spent


@every_kind
def test_a_provider_that_cannot_be_reached_takes_its_channel_out_of_use_sooner(kind: Kind) -> None:
    office = says(kind, UNREACHED)
    assert office.store.get_state(TENANT, f"pace|{kind.channel}")["failures"] == "1"


# --- trying again ----------------------------------------------------------------------------------------------------


def test_what_is_overtaken_every_time_is_a_fault_of_the_moment() -> None:
    tries: list[int] = []

    def attempt() -> None:
        tries.append(1)
        raise ConflictError

    with pytest.raises(OvertakenError) as told:
        until_committed(attempt)
    assert len(tries) == TRIES
    assert isinstance(told.value, RetryableError)


def test_a_fault_of_the_store_is_nobody_being_faster() -> None:
    def attempt() -> None:
        raise RetryableError("throttled")

    with pytest.raises(RetryableError) as told:
        until_committed(attempt)
    assert not isinstance(told.value, OvertakenError)
