"""What the world posts is what the real parties post: the product's parsers and published samples agree."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from localcloud import ses_events, sms_events, whatsapp_events
from localcloud.gateway_events import asaas_webhook, pay, pix_refund_webhook, pix_webhook
from localcloud.pix_reader import PixCode, find
from localcloud.whatsapp_api import WhatsAppMessage
from regua import channels, gateways
from regua.domain.codes import brcode
from regua.domain.contact.channel_event import Action, ChannelEventKind
from regua.domain.money.payment_event import PaymentEventKind

PAYLOADS = Path(__file__).resolve().parents[4] / "shared" / "payloads"
needs_payloads = pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason="the published sample payloads are not on this machine"
)
AT = datetime(2026, 3, 2, 15, 0, 0, 358_000, tzinfo=UTC)
CODE = PixCode("pix@ipe.example.com", "IPE", "RGABC", 12_345)


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return type(value).__name__


def test_a_pix_is_read_as_a_credit_of_its_amount_by_its_txid():
    pix = pay(CODE, "52998224725", AT)
    assert len(pix.end_to_end) == 32
    [event] = gateways.get("pix").parse(pix_webhook(pix), {}, {})
    assert (event.kind, event.amount_cents, event.reference.value) == (PaymentEventKind.CREDIT, 12_345, "RGABC")
    assert event.occurred_at == AT


def test_a_refund_tells_the_credit_again_and_takes_it_back():
    pix = pay(CODE, "52998224725", AT)
    events = gateways.get("pix").parse(pix_refund_webhook(pix, AT), {}, {})
    assert [event.kind for event in events] == [PaymentEventKind.CREDIT, PaymentEventKind.REFUND]
    assert events[0].event_id == gateways.get("pix").parse(pix_webhook(pix), {}, {})[0].event_id


def test_a_paid_boleto_is_read_as_a_credit_by_its_number():
    body = asaas_webhook("00012345", "T-1", 10_250, "2026-02-20", AT, word="PAYMENT_RECEIVED")
    [event] = gateways.get("asaas").parse(body, {}, {})
    assert (event.kind, event.amount_cents) == (PaymentEventKind.CREDIT, 10_250)
    assert "00012345" in {name.value for name in (event.reference, *event.alternatives)}


@needs_payloads
def test_the_asaas_event_has_the_fields_of_a_real_one():
    real = json.loads((PAYLOADS / "asaas_payment_received_boleto_sandbox.json").read_text())
    ours = json.loads(asaas_webhook("00012345", "T-1", 10_250, "2026-02-20", AT, word="PAYMENT_RECEIVED"))
    assert ours.keys() == real.keys()
    assert ours["payment"].keys() <= real["payment"].keys()
    for name in ("value", "netValue", "nossoNumero", "status", "paymentDate", "billingType"):
        assert type(ours["payment"][name]) is type(real["payment"][name]), name


@needs_payloads
@pytest.mark.parametrize("kind", ["delivery", "bounce", "complaint"])
def test_ses_events_have_the_documented_shape(kind: str):
    real = json.loads((PAYLOADS / f"ses_event_{kind}.json").read_text())
    about = ("0100-id", "Ipê <cobranca@ipe.example.com>", "ana@example.com", "Olá", AT)
    ours = {
        "delivery": lambda: ses_events.delivery(*about),
        "bounce": lambda: ses_events.bounce(*about, permanent=True),
        "complaint": lambda: ses_events.complaint(*about),
    }[kind]()
    assert shape(ours[kind]) == shape(real[kind])
    assert ours["mail"].keys() == real["mail"].keys()
    assert ours["eventType"] == real["eventType"]


@needs_payloads
def test_webhooks_are_signed_as_meta_signs_them():
    vector = json.loads((PAYLOADS / "whatsapp_signature_vector.json").read_text())
    raw, headers = whatsapp_events.signed(json.loads(vector["raw_body"]), vector["app_secret"])
    assert raw.decode() == vector["raw_body"]
    assert headers["X-Hub-Signature-256"] == vector["header"]["X-Hub-Signature-256"]


@needs_payloads
@pytest.mark.parametrize("word", ["sent", "delivered", "read", "failed"])
def test_whatsapp_statuses_have_the_documented_fields(word: str):
    real = json.loads((PAYLOADS / f"whatsapp_status_{word}.json").read_text())
    message = WhatsAppMessage("wamid.X", "5511987654321", 0.0, {"biz_opaque_callback_data": "ipe.abc"})
    error = (131026, "Message undeliverable") if word == "failed" else None
    ours = whatsapp_events.envelope("123", [whatsapp_events.status(message, word, AT, error)])
    real_status = real["entry"][0]["changes"][0]["value"]["statuses"][0]
    our_status = ours["entry"][0]["changes"][0]["value"]["statuses"][0]
    assert real_status.keys() - {"href"} <= our_status.keys()
    assert our_status["biz_opaque_callback_data"] == "ipe.abc"


def test_a_debtor_finds_the_pix_code_in_a_text_and_reads_what_the_product_wrote():
    code = brcode.static_code("pix@ipe.example.com", "Ipe Servicos", "SAO PAULO", "RGABC123", 12_345)
    [found] = find(f"Pix copia e cola: {code}\nBoleto: 123")
    assert (found.key, found.txid, found.cents) == ("pix@ipe.example.com", "RGABC123", 12_345)


def test_a_code_with_a_wrong_digit_is_no_code():
    code = brcode.static_code("pix@ipe.example.com", "Ipe Servicos", "SAO PAULO", "RGABC123", 12_345)
    assert find(code.replace("12", "13", 1)) == []
    assert find("nada aqui") == []


def test_dates_of_boletos_survive_the_trip():
    assert json.loads(asaas_webhook("1", "T", 1, str(date(2026, 2, 20)), AT, word="PAYMENT_RECEIVED"))["payment"][
        "dueDate"
    ] == ("2026-02-20")


def test_an_answer_by_mail_is_read_with_the_message_it_answers_and_without_the_quote():
    mail = ses_events.answer("ana@example.com", "cobranca@respostas.ipe.example.com", "já paguei ontem", "0103-9c", AT)
    event = ses_events.received(mail, "bodies", "mail/1", "in1", AT)
    asked: list[tuple[str, str]] = []

    def stored(bucket: str, key: str) -> bytes:
        asked.append((bucket, key))
        return mail.as_bytes()

    [read] = channels.told(json.dumps(event), stored)
    assert (read.kind, read.sender, read.in_reply_to) == (ChannelEventKind.REPLY, "ana@example.com", "0103-9c")
    assert read.text == "já paguei ontem"
    assert asked == [("bodies", "mail/1")]


def test_an_answer_by_sms_is_read_with_the_message_it_answers():
    [read] = channels.told(json.dumps(sms_events.answer("+5511987654321", "SAIR", "m-1", "in2")))
    assert (read.sender, read.in_reply_to, read.action) == ("+5511987654321", "m-1", Action.OPT_OUT)
