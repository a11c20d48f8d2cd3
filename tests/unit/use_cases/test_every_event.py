"""Every pair of kind and action that a channel's parser can give, and every kind a gateway's can, has its consumer.

The pairs come from the parsers themselves: from their tables, from the samples under `events/`, and from an answer for
each thing a debtor may mean. Each is told to the real use case, about a known message and by a stranger: something
must change, or be switched, or be work for a person, or stand in `NEWS` with the reason why nobody has to do anything.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.office import MARIA, PHONES, TENANT, Office, row

from regua import channels
from regua.channels import email, sms, voice, whatsapp_errors, whatsapp_events
from regua.channels.inbound import _BUTTONS, answered
from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind
from regua.domain.model import Channel
from regua.domain.money.payment_event import PaymentEventKind
from regua.domain.reply.meanings import PHRASES
from regua.ports import InboxStatus
from regua.use_cases.desk.worklist import open_work

SAMPLES = Path(__file__).parents[3] / "events" / "channel_events"
Kind = ChannelEventKind
Pair = tuple[Channel, Kind, Action]

NEWS = {
    (Kind.SENT, Action.NONE): "we knew when the provider took it",
    (Kind.DELAYED, Action.NONE): "the provider goes on trying by itself",
    (Kind.UNKNOWN, Action.NONE): "a word no parser understands: counted, and kept with the event",
    (Kind.TEMPLATE, Action.NONE): "a score that rose, a category that stays",
    (Kind.ACCOUNT, Action.NONE): "a limit that was raised, a flag that was taken away",
    (Kind.ACCOUNT, Action.RETRY_LATER): "a fault of the provider's that passes",
    (Kind.COMPLAINED, Action.NONE): "taken out of the spam folder: the contrary of a complaint",
    (Kind.OPTED_IN, Action.OPT_IN): "who had not left has nothing to come back to",
    (Kind.TEMPLATE, Action.TEMPLATE_ON): "it was on",
}
"""News that ask for nothing, and why."""
OF_A_MESSAGE = frozenset(Kind) - {Kind.REPLY, Kind.OPTED_OUT, Kind.COMPLAINED, Kind.TEMPLATE, Kind.ACCOUNT}
"""About a message that a stranger never got from us: nothing is asked for."""


def from_samples() -> Iterator[Pair]:
    for path in sorted(SAMPLES.glob("*/*.json")):
        channel = Channel(path.parent.name)
        try:
            told = channels.events(channel).parse_event(path.read_bytes(), {})
        except ValueError:
            continue
        yield from ((event.channel, event.kind, event.action) for event in told)


def from_tables() -> Iterator[Pair]:
    for table in (sms._EVENTS, sms._RESPONSES):
        yield from ((Channel.SMS, kind, action) for kind, _, action in table.values())
    for table in (voice._CONTACT, voice._ENDED, voice._MACHINE, voice._CALL):
        yield from ((Channel.VOICE, kind, action) for kind, _, action in table.values())
    for actions in (email._PERMANENT, email._TRANSIENT):
        yield from ((Channel.EMAIL, Kind.BOUNCED, action) for action in actions.values())
    for code in (*whatsapp_errors.ERRORS, 424242):
        action, _, _ = whatsapp_errors.failed({"code": code})
        yield from ((Channel.WHATSAPP, kind, action) for kind in (Kind.FAILED, Kind.ACCOUNT))
    yield from ((Channel.WHATSAPP, Kind.ACCOUNT, action) for action in whatsapp_events._ACCOUNT.values())
    yield from ((Channel.WHATSAPP, kind, action) for kind, action in whatsapp_events._PREFERENCES.values())
    yield from whatsapp_news()


def whatsapp_news() -> Iterator[Pair]:
    """Every field a WhatsApp account tells something by, with the words it may hold."""
    words: dict[str, list[dict[str, Any]]] = {
        "message_template_status_update": [{"event": e} for e in ("APPROVED", "UNPAUSED", "PAUSED", "REJECTED", "X")],
        "message_template_quality_update": [
            {"previous_quality_score": a, "new_quality_score": b}
            for a, b in (("GREEN", "RED"), ("GREEN", "YELLOW"), ("RED", "GREEN"))
        ],
        "template_category_update": [{"new_category": c} for c in ("MARKETING", "UTILITY")],
        "message_template_components_update": [{}],
        "account_review_update": [{"decision": d} for d in ("REJECTED", "APPROVED", "X")],
        "phone_number_quality_update": [{"event": e} for e in ("FLAGGED", "UNFLAGGED")],
        "phone_number_name_update": [{"decision": d} for d in ("APPROVED", "X")],
        "account_alerts": [{}],
        "security": [{}],
        "business_capability_update": [{}],
        "user_preferences": [
            {"user_preferences": [{"value": v, "wa_id": "5511987654321"}]} for v in ("stop", "resume", "x")
        ],
        "messages": [
            {"messages": [{"from": "5511987654321", "id": "w", "type": kind, kind: content}]}
            for kind, content in (
                ("system", {"type": "user_changed_number", "wa_id": "5511900000000"}),
                ("system", {"type": "user_changed_user_id", "user_id": "BR.2", "previous_user_id": "BR.1"}),
                ("edit", {"original_message_id": "v", "message": {"type": "text", "text": {"body": "já paguei"}}}),
                ("revoke", {"original_message_id": "v"}),
                ("audio", {}),
                ("reaction", {"emoji": "\U0001f44d"}),
            )
        ],
    }
    for field, values in words.items():
        for value in values:
            told = whatsapp_events._FIELDS[field](field, value)
            yield from ((event.channel, event.kind, event.action) for event in told)


def from_answers() -> Iterator[Pair]:
    said = [(row_.example, "") for rows in PHRASES.values() for row_ in rows]
    said += [("", payload) for payload in _BUTTONS]
    for text, payload in said:
        event = answered(Channel.WHATSAPP, text, at=None, payload=payload)
        yield event.channel, event.kind, event.action
        yield from ((event.channel, event.kind, action) for action in event.also)


PAIRS = sorted({*from_samples(), *from_tables(), *from_answers()})


def office_of(channel: Channel) -> Office:
    office = Office()
    office.opens_and_contacts([row()])
    return office


def told(office: Office, pair: Pair, *, known: bool) -> bool:
    """Whether anything came of it."""
    channel, kind, action = pair
    mail = office.mail[-1]
    who: dict[str, Any] = {"sender": "+5521999990000" if channel is not Channel.EMAIL else "x@stranger.example"}
    if known:
        who = {"sender": mail.to.value if channel is Channel.EMAIL else PHONES[MARIA]}
        if kind is not Kind.REPLY:
            who["correlation"] = mail.message.correlation
    event = ChannelEvent(channel, kind, action=action, message_id="new", text="oi", template="t", error="c: e", **who)
    before = state(office)
    office.channel_tells([event], TENANT)
    return state(office) != before


def state(office: Office) -> object:
    """Everything that may change: the file, what is switched off, and what waits for a person."""
    off = office.store.get_state(TENANT, "channels")
    return office.file(MARIA), off, [work.key for work in open_work(office.store, TENANT)]


def test_the_parsers_can_say_what_this_test_knows() -> None:
    assert len(PAIRS) > 60
    assert {kind for _, kind, _ in PAIRS} == set(Kind)
    assert {action for _, _, action in PAIRS} == set(Action)
    assert set(NEWS) <= {(kind, action) for _, kind, action in PAIRS}


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_what_a_channel_tells_of_somebody_known_has_a_consumer(pair: Pair) -> None:
    assert told(office_of(pair[0]), pair, known=True) is (pair[1:] not in NEWS), NEWS.get(pair[1:])


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_what_a_stranger_asks_for_is_work(pair: Pair) -> None:
    _, kind, action = pair
    asks = pair[1:] not in NEWS and (kind not in OF_A_MESSAGE or action in (Action.OPT_OUT, Action.ERASURE))
    assert told(office_of(pair[0]), pair, known=False) is asks


def test_a_promise_has_its_consumer_too() -> None:
    office = Office()
    office.opens_and_contacts([row()])
    office.replies(MARIA, Action.PROMISE, promised_on="2026-03-20")
    assert office.file(MARIA).debtor.promises


PAYMENTS = {
    PaymentEventKind.CREDIT: InboxStatus.APPLIED,
    PaymentEventKind.REFUND: InboxStatus.APPLIED,
    PaymentEventKind.CHARGEBACK: InboxStatus.APPLIED,
    PaymentEventKind.REINSTATED: InboxStatus.APPLIED,
    PaymentEventKind.SETTLED: InboxStatus.APPLIED,
    PaymentEventKind.LINK: InboxStatus.IGNORED,
    PaymentEventKind.DEBIT: InboxStatus.APPLIED,
    PaymentEventKind.DEBIT_REFUSED: InboxStatus.APPLIED,
    PaymentEventKind.DEBIT_ENDED: InboxStatus.APPLIED,
    PaymentEventKind.LIFECYCLE: InboxStatus.IGNORED,
    PaymentEventKind.LOOKUP: InboxStatus.APPLIED,
    PaymentEventKind.UNKNOWN: InboxStatus.UNMATCHED,
}
"""What becomes of each kind of news about money: UNMATCHED is work; LIFECYCLE is understood and moves no money."""


@pytest.mark.parametrize("kind", PaymentEventKind)
def test_what_a_gateway_tells_has_a_consumer(kind: PaymentEventKind) -> None:
    office = Office()
    office.opens_and_contacts([row()])
    credit = office.bank._event(office.payment("T1", 50_00, code="C1"))
    office.bank.charges["N1"] = [credit]
    office.gateway_tells([office.payment("T1", 50_00, code="N1") | {"kind": kind.value, "note": "o que é isto?"}])
    office.queue_is_worked_off()
    assert office.inbox("N1") is PAYMENTS[kind]
    assert bool(list(open_work(office.store, TENANT))) is (PAYMENTS[kind] is InboxStatus.UNMATCHED)


def test_what_cannot_be_read_beside_money_is_work_and_the_money_is_settled() -> None:
    office = Office()
    office.opens_and_contacts([row()])
    credit = office.bank._event(office.payment("T1", 50_00, code="C1"))
    strange = office.bank._event(office.payment("T1", 1_00, code="C2") | {"kind": "unknown", "note": "novidade"})
    office.bank.charges["N1"] = [credit, strange]
    office.gateway_tells([office.payment("T1", 50_00, code="N1") | {"kind": "lookup"}])
    office.queue_is_worked_off()
    assert office.receivable("T1").paid_principal_cents == 50_00
    [work] = open_work(office.store, TENANT)
    assert "novidade" in work.note
