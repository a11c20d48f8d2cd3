"""A contact of the régua, a thank-you and an automatic answer are claimed, sent and recorded by the same rules."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from tests.office import JOAO, MARIA, MONDAY, TENANT, Mail, debtor, row
from tests.treasury import GATEWAY, Exchequer, treasury

from regua.domain.contact.channel_event import Action, ChannelEventKind, Outcome, SendResult
from regua.domain.contact.message import Message, MessageKind
from regua.domain.contact.thank_you import THANKS
from regua.domain.model import Channel, Contact, ContactStatus
from regua.domain.reasons import Reason
from regua.domain.tenant import ChannelConfig
from regua.domain.work import WorkStatus
from regua.ports import ConflictError, RetryableError
from regua.settings import Settings
from regua.use_cases.collecting.costing import Costing
from regua.use_cases.collecting.pacing import SPEND_OPTION, Pacing
from regua.use_cases.collecting.rulebook import STATE_CHANNELS
from regua.use_cases.collecting.slots import SlotRow, micros
from regua.use_cases.collecting.speaking import PROMPT
from regua.use_cases.conflicts import TRIES, OvertakenError, until_committed

GONE = SendResult(Outcome.REFUSED, error="550 5.1.1", action=Action.STOP_NUMBER)
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


# --- what comes before the claim --------------------------------------------------------------------------------------


NO_TOKEN = SendResult(Outcome.UNREACHED, error="token not readable now", action=Action.RETRY_LATER)


def before_a_call(office: Exchequer, happens: Callable[[], SendResult | None]) -> None:
    """While a call is being prepared that happens; a result says that there is none to be made."""
    real = office.sender

    @dataclass(frozen=True)
    class Preparing:
        channel: Channel

        def prepare(self, *given: Any, **named: Any) -> Any:
            return happens() or real(self.channel).prepare(*given, **named)

    office.sender = Preparing  # type: ignore[method-assign, assignment]  # stands in front of the channel's own


def being_sent(office: Exchequer) -> list[Contact]:
    return [c for c in office.file(MARIA).contacts if c.status is ContactStatus.SENDING]


@every_kind
def test_nothing_is_claimed_while_a_call_is_prepared(kind: Kind) -> None:
    office, seen = owes(kind), []
    before_a_call(office, lambda: seen.append(being_sent(office)))
    kind.speak(office, MARIA)
    assert seen == [[]]
    assert the_one(office, kind).status is ContactStatus.SENT


@every_kind
def test_a_token_nobody_can_read_now_leaves_what_an_outage_leaves_and_was_never_a_claim(kind: Kind) -> None:
    unready, out = owes(kind), owes(kind)
    before_a_call(unready, lambda: NO_TOKEN)
    out.answers = [NO_TOKEN]
    written: list[ContactStatus] = []
    real = unready.store.commit

    def commit(before: Any, after: Any, **rest: Any) -> Any:
        written.extend(c.status for c in after.contacts if kind.is_one(c))
        return real(before, after, **rest)

    unready.store.commit = commit  # type: ignore[method-assign]  # stands in front of the store's own
    wakes = [kind.speak(office, MARIA) for office in (unready, out)]
    assert wakes[0] == wakes[1]
    assert ContactStatus.SENDING not in written
    assert len(unready.mail) == len(out.mail) - 1
    assert ledger(unready, the_one(unready, kind)) == ledger(out, the_one(out, kind))
    one, other = the_one(unready, kind), the_one(out, kind)
    assert (one.status, one.error, one.number) == (other.status, other.error, other.number)
    debtors = [office.file(MARIA).debtor for office in (unready, out)]
    # they differ by the one commit that was not needed
    states = [replace(d, version=0, case=replace(d.case, decided="")) for d in debtors]
    assert states[0] == states[1]
    left = [sorted(w.key for w in office.store.work(TENANT, WorkStatus.OPEN)) for office in (unready, out)]
    assert left[0] == left[1]


def test_what_could_not_be_prepared_is_said_once_it_can_be() -> None:
    office = owes(KINDS[0])
    trouble: list[SendResult | None] = [NO_TOKEN, NO_TOKEN]
    before_a_call(office, lambda: trouble.pop(0) if trouble else None)
    office.lives(2)
    assert trouble == []
    assert len(office.sent()) == 1
    assert [c.status for c in office.file(MARIA).contacts] == [ContactStatus.SENT]


@every_kind
def test_a_preparation_that_breaks_has_claimed_nothing_and_the_next_turn_speaks(kind: Kind) -> None:
    class BrokenError(Exception):
        pass

    def breaks() -> None:
        if not broken:
            broken.append(True)
            raise BrokenError

    office, broken = owes(kind), []
    before_a_call(office, breaks)
    contacts = len(office.file(MARIA).contacts)
    with pytest.raises(BrokenError):
        kind.speak(office, MARIA)
    assert len(office.file(MARIA).contacts) == contacts
    kind.speak(office, MARIA)
    assert the_one(office, kind).status is ContactStatus.SENT


@every_kind
def test_a_preparation_that_takes_long_is_decided_on_anew(kind: Kind) -> None:
    """The hour may be over, or the bill paid: with all at hand the second look takes no time."""
    office, looks = owes(kind), []

    def dawdles() -> None:
        looks.append(office.clock.now())
        office.clock.advance(PROMPT + timedelta(seconds=1) if len(looks) == 1 else PROMPT)

    before_a_call(office, dawdles)
    answer = kind.speak(office, MARIA)
    if getattr(answer, "next", "") == "again":
        kind.speak(office, MARIA)
    assert len(looks) == 2
    assert the_one(office, kind).at > looks[0]
    assert len(mails(office, the_one(office, kind))) == 1


@every_kind
def test_a_gate_whose_commit_took_long_calls_nobody(kind: Kind) -> None:
    """What was true when it committed may be so no more: nothing was sent, and it comes back as after an outage."""
    office = owes(kind)
    real, calls = office.store.commit, len(office.mail)

    def commit(before: Any, after: Any, **rest: Any) -> Any:
        if any(c.status is ContactStatus.SENDING for c in after.contacts):
            office.clock.advance(PROMPT + timedelta(seconds=1))
        return real(before, after, **rest)

    office.store.commit = commit  # type: ignore[method-assign]  # stands in front of the store's own
    kind.speak(office, MARIA)
    assert len(office.mail) == calls
    assert being_sent(office) == []
    assert the_one(office, kind).status is ContactStatus.FAILED
    assert office.file(MARIA).debtor.case.in_flight == ""


def test_gate_and_call_together_take_ten_seconds_at_most() -> None:
    """G11: what the gate's commit may take, and what a call may (settings' own default)."""
    assert PROMPT + timedelta(seconds=Settings({}).send_timeout) <= timedelta(seconds=10)


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


def before_claim(office: Exchequer, happens: Callable[[], object]) -> None:
    """Somebody else commits between reading the file and claiming."""
    real = office.store.commit

    def commit(before: Any, after: Any, **rest: Any) -> Any:
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
def test_an_opt_out_of_its_channel_during_the_call_is_counted(kind: Kind) -> None:
    office = owes(kind)
    between_claim_and_record(office, lambda: office.replies(MARIA, Action.OPT_OUT, text="SAIR"))
    kind.speak(office, MARIA)
    assert office.metrics.total("ContactsRaced", channel=kind.channel) == (kind.channel is Channel.WHATSAPP)


def test_a_contact_that_a_payment_overtakes_is_counted_and_one_that_nothing_does_is_not() -> None:
    kind = KINDS[0]
    for paid, counted in ((100_00, 1), (1_00, 0)):
        office = owes(kind)
        between_claim_and_record(office, lambda cents=paid, office=office: office.pays(titles(MARIA), cents))
        kind.speak(office, MARIA)
        assert office.metrics.total("ContactsRaced", channel=kind.channel) == counted
    for answers in ([], [REFUSED]):
        office = owes(kind)
        office.answers = answers
        kind.speak(office, MARIA)
        assert office.metrics.total("ContactsRaced") == 0


def test_a_payment_that_overtakes_what_was_refused_reached_nobody() -> None:
    office = owes(KINDS[0])
    office.answers = [REFUSED]
    between_claim_and_record(office, lambda: office.pays(titles(MARIA), 100_00))
    KINDS[0].speak(office, MARIA)
    assert office.metrics.total("ContactsRaced") == 0


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
    [work] = [work for work in office.store.work(TENANT, WorkStatus.OPEN) if work.name.startswith("unrecorded:")]
    assert (work.debtor, work.reference) == (office.file(MARIA).debtor.id, the_one(office, kind).key)
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
    calls = len(office.mail)
    kind.speak(office, JOAO)
    assert [mail.channel for mail in office.mail[calls:]] in ([], [Channel.WHATSAPP])  # another one may serve a step
    assert not [c for c in office.file(JOAO).contacts if kind.is_one(c) and c.status is not ContactStatus.FAILED]


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


# --- the gate --------------------------------------------------------------------------------------------------------


def everywhere(office: Exchequer, **options: str) -> dict[Channel, ChannelConfig]:
    """The office's channels with these options."""
    return {c: replace(config, options={**config.options, **options}) for c, config in office.tenant.channels.items()}


def off(office: Exchequer, **states: str) -> None:
    """Switched off in the table: by a person, by a provider, or by the breaker for a while."""
    office.store.put_state(TENANT, STATE_CHANNELS, states)
    office.rulebook.forget()


def dry(office: Exchequer) -> None:
    office.dry_run = True


def spent(office: Exchequer) -> None:
    """Maria's messages so far have used the month up."""
    office.sets(channels=everywhere(office, **{SPEND_OPTION: "0.60"}))
    for channel in office.tenant.channels:
        office.store.count(TENANT, f"spend|{channel}|2026-03", 500_000, 0, MONDAY + timedelta(days=60))


def broken(office: Exchequer) -> None:
    """Five calls in a row have failed on each channel."""
    for channel in office.tenant.channels:
        for _ in range(5):
            Pacing(office.store, office.metrics).told(
                office.tenant, channel, Message(channel, ""), UNREACHED, MONDAY, MessageKind.THANKS
            )


def probed(office: Exchequer) -> None:
    """The same, and a minute later somebody else's message is the probe whose answer is waited for."""
    broken(office)
    office.clock.advance(timedelta(minutes=1))
    for channel in office.tenant.channels:
        pacing = Pacing(office.store, office.metrics)
        assert pacing.ask(office.tenant, "probe", channel, Message(channel, ""), office.clock.now()) is None


def disabled(office: Exchequer) -> None:
    office.sets(channels={c: replace(config, enabled=False) for c, config in office.tenant.channels.items()})


SWITCHES: dict[str, tuple[Callable[[Exchequer], object], Reason]] = {
    "tenant.yaml stops everything": (lambda office: office.sets(stopped=True), Reason.TENANT_STOPPED),
    "a person stops everything": (lambda office: off(office, **{"*|": ""}), Reason.TENANT_STOPPED),
    "tenant.yaml stops its channels": (
        lambda office: office.sets(stopped_channels=tuple(Channel)),
        Reason.CHANNELS_STOPPED,
    ),
    "its channels are switched off": (
        lambda office: off(office, **{f"{c}|": "" for c in office.tenant.channels}),
        Reason.CHANNELS_STOPPED,
    ),
    "the deployment is a rehearsal": (dry, Reason.DRY_RUN),
    "the creditor is": (lambda office: office.sets(dry_run=True), Reason.DRY_RUN),
    "the month is spent": (spent, Reason.SPEND_LIMIT),
    "its channels rest": (broken, Reason.CHANNELS_STOPPED),
    "its channels are probed": (probed, Reason.CHANNEL_RESTS),
}
"""What keeps everything from being said, and the reason that stands in the ledger."""


@every_kind
@pytest.mark.parametrize("switch", SWITCHES)
def test_what_may_not_be_said_is_not_said_costs_nothing_and_leaves_its_reason_once(kind: Kind, switch: str) -> None:
    office = owes(kind)
    before, calls = len(office.ledger()), len(office.mail)
    throw, reason = SWITCHES[switch]
    throw(office)
    month = {c: office.store.get_state(TENANT, f"spend|{c}|2026-03") for c in office.tenant.channels}
    for _ in range(3):  # delivered again, woken again
        kind.speak(office, MARIA)
    told = [entry.reason for entry in office.ledger()[before:]]
    assert len(office.mail) == calls
    assert Reason.SENDING not in told
    assert told.count(reason) == 1, told
    assert {c: office.store.get_state(TENANT, f"spend|{c}|2026-03") for c in office.tenant.channels} == month
    assert office.file(MARIA).debtor.case.in_flight == ""


@every_kind
def test_a_channel_that_is_not_used_any_more_says_nothing(kind: Kind) -> None:
    """A thank-you has no reason then: there is no channel on which one could be due."""
    office = owes(kind)
    calls = len(office.mail)
    disabled(office)
    kind.speak(office, MARIA)
    assert len(office.mail) == calls


@every_kind
def test_what_the_month_lets_through_is_counted_once_though_somebody_else_was_faster(kind: Kind) -> None:
    office = owes(kind)
    office.sets(channels=everywhere(office, **{SPEND_OPTION: "0.60"}), max_contacts_per_day=5)
    office.store.commits_fail = [ConflictError(), ConflictError()]
    kind.speak(office, MARIA)
    assert the_one(office, kind).status is ContactStatus.SENT
    assert office.store.get_state(TENANT, f"spend|{kind.channel}|2026-03") == {"count": "500000"}
    assert office.store.get_state(TENANT, f"day|*|{MONDAY.date()}") == ({"count": "1"} if kind is KINDS[0] else {})


@every_kind
def test_one_message_is_the_probe_of_a_channel_that_rested(kind: Kind) -> None:
    office = owes(kind)
    broken(office)
    office.clock.advance(timedelta(minutes=1))
    office.rulebook.forget()
    kind.speak(office, MARIA)
    assert the_one(office, kind).status is ContactStatus.SENT
    assert office.store.get_state(TENANT, f"pace|{kind.channel}")["trips"] == "0"


@every_kind
def test_a_wish_for_silence_before_the_claim_wins(kind: Kind) -> None:
    """No call whose gate was committed after an opt-out."""
    office = owes(kind)
    calls = len(office.mail)
    before_claim(office, lambda: office.replies(MARIA, Action.ERASURE, text="apaguem os meus dados"))
    kind.speak(office, MARIA)
    assert len(office.mail) == calls


@every_kind
def test_a_crash_between_claim_and_call_is_swept_to_unknown_and_never_sent(kind: Kind) -> None:
    office = owes(kind)
    office.crashes = [SystemExit()]
    with pytest.raises(SystemExit):
        kind.speak(office, MARIA)
    calls = len(office.mail)
    kind.speak(office, MARIA)
    office.clock.advance(timedelta(minutes=20))
    office.scans()
    assert the_one(office, kind).status is ContactStatus.UNKNOWN
    kind.speak(office, MARIA)
    assert len(office.mail) == calls
    assert office.file(MARIA).debtor.case.in_flight == ""


@every_kind
@pytest.mark.parametrize("times", [2, 3])
def test_what_is_delivered_again_is_said_once(kind: Kind, times: int) -> None:
    office = owes(kind)
    for _ in range(times):
        kind.speak(office, MARIA)
    assert len(mails(office, the_one(office, kind))) == 1


@every_kind
@pytest.mark.parametrize("answer", [LOST, None], ids=["lost", "accepted"])
def test_what_became_of_it_is_told_later_and_changes_no_count_of_the_regua(
    kind: Kind, answer: SendResult | None
) -> None:
    office = says(kind, *[answer] if answer else [])
    one = the_one(office, kind)
    [mail] = mails(office, one)
    before = office.file(MARIA).debtor
    office.provider_tells(ChannelEventKind.BOUNCED, mail, error="550", action=Action.FALL_BACK)
    bounced = office.file(MARIA).debtor
    assert the_one(office, kind).status is ContactStatus.FAILED
    office.provider_tells(ChannelEventKind.READ, mail)
    assert the_one(office, kind).status is ContactStatus.READ
    after = office.file(MARIA).debtor
    assert (after.recent, after.case.contacts) == (before.recent, before.case.contacts)
    if one.is_courtesy:
        assert (bounced.recent, bounced.case) == (before.recent, before.case)


@every_kind
@pytest.mark.parametrize("told_by", ["answer", "event"])
def test_an_address_that_serves_no_more_is_blocked_whatever_was_said_there(kind: Kind, told_by: str) -> None:
    office = says(kind, *[GONE] if told_by == "answer" else [])
    one = the_one(office, kind)
    [mail] = mails(office, one)
    if told_by == "event":
        office.provider_tells(ChannelEventKind.BOUNCED, mail, permanent=True, action=Action.STOP_NUMBER, error="5.1.1")
    assert the_one(office, kind).status is ContactStatus.FAILED
    [point] = [p for p in office.file(MARIA).debtor.points if p.value == mail.to.value]
    assert point.blocked == (kind.channel,)


@pytest.mark.parametrize("kind", KINDS[:2], ids=lambda kind: kind.name)
def test_what_reaches_a_carrier_ends_with_the_contact_hours(kind: Kind) -> None:
    office = says(kind)
    [mail] = mails(office, the_one(office, kind))
    assert mail.message.ttl_seconds == 8 * 3600


def test_an_answer_goes_at_once_and_the_others_wait_for_what_it_took() -> None:
    """Who has just written is not kept waiting behind a campaign; contacts and thank-yous take their turn."""
    for kind in KINDS:
        office = owes(kind)
        office.sets(channels={c: replace(config, max_per_second=0.1) for c, config in office.tenant.channels.items()})
        now = office.clock.now()
        for channel in office.tenant.channels:  # somebody else has just taken the turn
            assert (
                Pacing(office.store, office.metrics).ask(office.tenant, "d", channel, Message(channel, ""), now) is None
            )
        calls = len(office.mail)
        kind.speak(office, MARIA)
        said = len(office.mail) - calls
        assert said == (kind.name == "answer")
        if not said:
            assert office.reasons()[-1] == Reason.PACED
        assert (said > 0) == (office.slots.get((debtor(MARIA), office.file(MARIA).debtor.case.cycle), "") == "")
        row = SlotRow.of(kind.channel, 0.1, "")
        assert office.store.get_state(TENANT, row.name) == {"count": str(micros(now) + 2 * row.step)}


def test_two_that_are_just_being_sent_are_both_swept() -> None:
    """An answer comes beside the execution: whichever lands first hands on what is still in flight."""
    office = an_office()
    has_written(office, MARIA)
    office.crashes = [SystemExit()]
    with pytest.raises(SystemExit):
        is_answered(office, MARIA)
    office.clock.advance(timedelta(days=7))
    office.wakes(MARIA)
    assert office.contact().status is ContactStatus.SENT
    [answer] = [c for c in office.file(MARIA).contacts if c.is_courtesy]
    assert (answer.status, office.file(MARIA).debtor.case.in_flight) == (ContactStatus.SENDING, answer.key)
    office.clock.advance(timedelta(minutes=20))
    office.scans()
    [answer] = [c for c in office.file(MARIA).contacts if c.is_courtesy]
    assert (answer.status, office.file(MARIA).debtor.case.in_flight) == (ContactStatus.UNKNOWN, "")


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
