"""What each channel tells: every sample of events/channel_events, and every word the providers document."""

import contextlib
import json
from pathlib import Path

import boto3
import pytest

from regua import channels
from regua.channels import sms, voice, whatsapp_errors
from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind
from regua.domain.model import Channel

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "events" / "channel_events"
PAYLOADS = ROOT.parent / "shared" / "payloads"

# (kind, action, permanent) of each event of a sample
Told = tuple[str, str, bool | None]
EXPECTED: dict[str, list[Told]] = {
    "email/send.json": [("sent", "none", None)],
    "email/delivery.json": [("delivered", "none", None)],
    "email/delivery_delay.json": [("delayed", "none", False)],
    "email/bounce_permanent_sqs.json": [("bounced", "stop_number", True)],
    "email/bounce_mailbox_full_sns.json": [("bounced", "retry_later", False)],
    "email/bounce_suppressed.json": [("bounced", "stop_number", True)],
    "email/bounce_undetermined.json": [("bounced", "fall_back", None)],
    "email/complaint.json": [("complained", "opt_out", None)],
    "email/complaint_not_spam.json": [("complained", "none", None)],
    "email/reject.json": [("failed", "operator", True)],
    "email/rendering_failure.json": [("failed", "operator", True)],
    "email/open.json": [("opened", "none", None)],
    "email/click_eventbridge.json": [("clicked", "none", None)],
    "email/subscription_opt_out.json": [("opted_out", "opt_out", None)],
    "email/notification_bounce.json": [("bounced", "fall_back", False)],
    "email/unknown_type.json": [("unknown", "none", None)],
    "email/topic_validated.json": [],
    "email/subscription_confirmation.json": [],
    "email/received_reply.json": [("reply", "clearing_hold", None)],
    "email/received_out_of_office.json": [("unknown", "none", None)],
    "email/received_report.json": [("unknown", "none", None)],
    # the mail lies in the bucket: who reads only what is told about it leaves it to a person
    "email/received_s3_sns.json": [("reply", "operator", None)],
    "email/received_spam_s3_sns.json": [("reply", "operator", None)],
    "email/received_virus_s3_sns.json": [("reply", "operator", None)],
    "email/received_forged_sns.json": [("reply", "operator", None)],
    "sms/text_delivered.json": [("delivered", "none", None)],
    "sms/text_delivered_sns.json": [("delivered", "none", None)],
    "sms/text_delivered_eventbridge.json": [("delivered", "none", None)],
    "sms/cloudwatch_logs_control_message.json": [],
    "sms/cloudwatch_logs_redriven.json": [("opted_out", "opt_out", True)],
    "sms/text_queued.json": [("sent", "none", None)],
    "sms/text_unreachable_sns.json": [("failed", "fall_back", False)],
    "sms/text_invalid.json": [("failed", "stop_number", True)],
    "sms/text_ttl_expired.json": [("failed", "retry_later", False)],
    "sms/text_spam.json": [("failed", "operator", True)],
    "sms/text_new_word.json": [("unknown", "none", None)],
    "sms/sns_log_success.json": [("sent", "none", None)],
    "sms/sns_log_phone.json": [("delivered", "none", None)],
    "sms/sns_log_opted_out.json": [("opted_out", "opt_out", True)],
    "sms/sns_log_quota.json": [("failed", "kill_switch", False)],
    "sms/cloudwatch_logs.json": [("failed", "stop_number", True), ("failed", "retry_later", False)],
    "sms/inbound_stop_sns.json": [("reply", "opt_out", None)],
    "sms/inbound_promise_sns.json": [("reply", "promise", None)],
    "whatsapp/status_delivered.json": [("delivered", "none", None)],
    "whatsapp/status_failed_131026.json": [("failed", "fall_back", True)],
    "whatsapp/status_failed_unknown.json": [("failed", "operator", None)],
    "whatsapp/batch.json": [
        ("read", "none", None),
        ("sent", "none", None),
        ("reply", "clearing_hold", None),
        ("delivered", "none", None),
    ],
    "whatsapp/text_promise.json": [("reply", "promise", None)],
    "whatsapp/button_stop.json": [("reply", "opt_out", None)],
    "whatsapp/interactive_button.json": [("reply", "dispute", None)],
    "whatsapp/image_receipt.json": [("reply", "clearing_hold", None)],
    "whatsapp/audio.json": [("reply", "operator", None)],
    "whatsapp/hidden_number.json": [("reply", "wrong_person", None)],
    "whatsapp/number_changed.json": [("unknown", "stop_number", True)],
    "whatsapp/stop_marketing.json": [("opted_out", "opt_out", None)],
    "whatsapp/template_paused.json": [("template", "template_off", None)],
    "whatsapp/template_approved.json": [("template", "template_on", None)],
    "whatsapp/template_quality_red.json": [("template", "template_off", None)],
    "whatsapp/template_quality_green.json": [("template", "none", None)],
    "whatsapp/template_category_marketing.json": [("template", "template_off", None)],
    "whatsapp/account_restricted.json": [("account", "kill_switch", None)],
    "whatsapp/number_flagged.json": [("account", "operator", None)],
    "whatsapp/field_of_tomorrow.json": [("unknown", "none", None)],
    "whatsapp/social_messaging_sns.json": [("read", "none", None)],
    "voice/initiated.json": [("sent", "none", None)],
    "voice/connected.json": [("delivered", "none", None)],
    "voice/heard.json": [("delivered", "none", None)],
    "voice/heard_by_api_from_another_region.json": [("delivered", "none", None)],
    "voice/busy.json": [("failed", "retry_later", False)],
    "voice/invalid_number.json": [("failed", "stop_number", True)],
    "voice/answering_machine.json": [("failed", "retry_later", False)],
    "voice/end_user_messaging_no_answer.json": [("failed", "retry_later", False)],
}


def parse(name: str) -> list[ChannelEvent]:
    """The events of a sample."""
    return channels.events(Channel(name.partition("/")[0])).parse_event((SAMPLES / name).read_bytes(), {})


def told(events: list[ChannelEvent]) -> list[Told]:
    """What the events say, without their details."""
    return [(event.kind.value, event.action.value, event.permanent) for event in events]


def test_every_sample_is_read_here_and_none_is_missing() -> None:
    found = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.glob("*/*.json")}
    ours = {name for name in found if name.partition("/")[0] in {c.value for c in channels.listeners()}}
    assert ours == set(EXPECTED)
    assert {name.partition("/")[0] for name in ours} == {channel.value for channel in channels.listeners()}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_says_what_happened_and_what_to_do(name: str) -> None:
    assert told(parse(name)) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_no_event_carries_a_phone_or_address_in_its_error(name: str) -> None:
    for event in parse(name):
        assert "@" not in event.error
        assert "98765" not in event.error
        assert "87654" not in event.error


@pytest.mark.parametrize("channel", channels.listeners())
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[1, 2]",
        b'"text"',
        b"{}",
        b'{"Records": [3]}',
        b'{"awslogs": {"data": "!"}}',
        b'{"awslogs": {"data": "aGVsbG8="}}',
        b'{"entry": [], "object": "page"}',
        b'{"object": "whatsapp_business_account", "entry": [1]}',
        b"[" * 100_000,
    ],
)
def test_a_body_of_another_kind_is_refused_with_a_value_error(channel: Channel, body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        channels.events(channel).parse_event(body, {})


@pytest.mark.parametrize("name", EXPECTED)
def test_a_field_of_the_wrong_type_never_breaks_the_parser(name: str) -> None:
    """Each value of a sample in turn becomes a number, a text, a list, an object and nothing."""
    document = json.loads((SAMPLES / name).read_text("utf-8"))
    events = channels.events(Channel(name.partition("/")[0]))
    for path in _paths(document):
        for strange in (7, "x", [], [None], {}, None, {"a": {"b": 1}}):
            with contextlib.suppress(ValueError):
                events.parse_event(json.dumps(_replaced(document, path, strange)).encode(), {})


def _paths(value: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here] * bool(here) + [path for key, child in children for path in _paths(child, (*here, key))]


def _replaced(value: object, path: tuple[str | int, ...], strange: object) -> object:
    if not path:
        return strange
    if isinstance(value, dict):
        return {k: _replaced(v, path[1:], strange) if k == path[0] else v for k, v in value.items()}
    assert isinstance(value, list)
    return [_replaced(v, path[1:], strange) if i == path[0] else v for i, v in enumerate(value)]


def test_an_email_event_finds_its_contact_by_message_id_and_by_correlation() -> None:
    event = parse("email/bounce_permanent_sqs.json")[0]
    assert event.message_id == "0103019c2f6e1b7a-5d0f2c31-7c44-4a0e-9a55-6f1f0f5a9b10-000000"
    assert event.correlation == "alfa#d3adbeef#1#aviso#email"
    assert event.sender == "maria@debtor.example"
    assert event.account == "cobranca@padaria-alfa.example"


def test_an_answer_by_email_names_the_message_it_answers_and_drops_what_it_quotes() -> None:
    event = parse("email/received_reply.json")[0]
    assert event.in_reply_to == "0103019c2f6e1b7a-5d0f2c31-7c44-4a0e-9a55-6f1f0f5a9b10-000000"
    assert event.text == "Bom dia, já paguei ontem."


def test_tomorrow_in_a_text_message_is_counted_from_the_day_it_was_written() -> None:
    assert parse("sms/inbound_promise_sns.json")[0].promised_on == "2026-03-12"


def test_a_promise_in_a_text_message_without_a_time_names_no_day() -> None:
    body = {"originationNumber": "+5511987654321", "messageBody": "pago amanhã", "inboundMessageId": "1"}
    event = channels.events(Channel.SMS).parse_event(json.dumps(body).encode(), {})[0]
    assert (event.action, event.promised_on) == (Action.PROMISE, "")


def test_a_whatsapp_status_brings_the_correlation_back_and_the_ninth_digit() -> None:
    event = parse("whatsapp/status_delivered.json")[0]
    assert event.correlation == "alfa#d3adbeef#1#aviso#whatsapp"
    assert event.sender == "+5511987654321"
    assert event.account == "106540352242922"


def test_a_person_who_hides_the_number_is_known_by_the_user_id() -> None:
    assert parse("whatsapp/hidden_number.json")[0].sender == "bsuid:BR.13491208655302741918"


def test_a_template_event_names_its_template() -> None:
    assert parse("whatsapp/template_paused.json")[0].template == "regua_aviso"


# -- every documented word ----------------------------------------------------------------------------------------


def test_every_event_type_of_end_user_messaging_is_known() -> None:
    model = boto3.client("pinpoint-sms-voice-v2", region_name="sa-east-1").meta.service_model
    words = {w for w in model.shape_for("EventType").enum if not w.endswith("ALL")}
    texts = {w.partition("_")[2] for w in words if not w.startswith("VOICE_")}
    calls = {w for w in words if w.startswith("VOICE_")}
    assert texts <= set(sms._EVENTS)
    assert calls <= set(voice._CALL)


DOCUMENTED = {
    "retry_later": (4, 80007, 130429, 131000, 131016, 131048, 131049, 131056, 131057, 133016),
    "fall_back": (130472, 131026, 131047),
    "opt_out": (131050,),
    "stop_number": (131021,),
    "template_off": (132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016),
    "operator": (190, 10, 200, 210, 299, 131042, 131045, 131037, 131030, 131008, 131009),
    "kill_switch": (368, 131031, 130497, 131064),
}


@pytest.mark.parametrize(("action", "code"), [(a, c) for a, codes in DOCUMENTED.items() for c in codes])
def test_a_documented_code_in_a_failed_status_asks_for_its_action(action: str, code: int) -> None:
    found, _, error = whatsapp_errors.failed({"code": code, "title": "Some title"})
    assert (found.value, error) == (action, f"{code}: Some title")


def test_an_undocumented_code_goes_to_a_person() -> None:
    assert whatsapp_errors.failed({"code": 999_999})[0] is Action.OPERATOR
    assert whatsapp_errors.failed({})[0] is Action.OPERATOR


# -- published payloads -------------------------------------------------------------------------------------------

PUBLISHED = {
    "ses_event_bounce": ("bounced", "stop_number"),
    "ses_event_click": ("clicked", "none"),
    "ses_event_complaint": ("complained", "opt_out"),
    "ses_event_delivery": ("delivered", "none"),
    "ses_event_open": ("opened", "none"),
    "ses_event_reject": ("failed", "operator"),
    "ses_event_send": ("sent", "none"),
    "whatsapp_inbound_audio": ("reply", "operator"),
    "whatsapp_inbound_button_quick_reply_template": ("reply", "operator"),
    "whatsapp_inbound_document": ("reply", "operator"),
    "whatsapp_inbound_text": ("reply", "operator"),
    "whatsapp_inbound_unsupported": ("reply", "operator"),
    "whatsapp_status_delivered": ("delivered", "none"),
    "whatsapp_status_failed": ("failed", "fall_back"),
    "whatsapp_status_read": ("read", "none"),
    "whatsapp_status_sent": ("sent", "none"),
}


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the published payloads are not beside this checkout")
@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_payload_is_understood(name: str) -> None:
    channel = Channel.EMAIL if name.startswith("ses") else Channel.WHATSAPP
    events = channels.events(channel).parse_event((PAYLOADS / f"{name}.json").read_bytes(), {})
    assert [(e.kind.value, e.action.value) for e in events] == [PUBLISHED[name]]
    assert events[0].message_id
    assert events[0].at


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the published payloads are not beside this checkout")
def test_published_account_updates_stop_the_channel_only_when_the_account_is_hurt() -> None:
    actions = {}
    for name, document in json.loads((PAYLOADS / "whatsapp_account_update.json").read_text("utf-8")).items():
        (event,) = channels.events(Channel.WHATSAPP).parse_event(json.dumps(document).encode(), {})
        assert event.kind is ChannelEventKind.ACCOUNT
        actions.setdefault(event.action.value, set()).add(name)
    assert actions["kill_switch"] == {
        "account_deleted",
        "account_restriction",
        "account_violation",
        "account_disabled",
        "account_offboarded",
    }
    assert actions["operator"] == {
        "partner_app_uninstalled",
        "partner_removed",
        "partner_removed_wa_app_disconnection",
        "account_reconnected",
    }
