"""What channels tell, through the function: the unsubscribe link, WhatsApp's webhook, SES events by queue."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest
from tests.integration.cloud import VERIFY_KEY, Cloud, sample
from tests.integration.told import BOUNCE, CSV, MARIA, contact, link, message, ses, whatsapp

from regua.domain.model import ContactStatus, HoldKind


@pytest.fixture
def written(cloud: Cloud) -> Cloud:
    """Maria has been written to by e-mail."""
    cloud.wake(cloud.due(CSV))
    return cloud


def opt_outs(cloud: Cloud) -> list[str]:
    return [o.channel for o in cloud.file(MARIA).debtor.opt_outs]


# --- the unsubscribe link ---------------------------------------------------------------------------------------------


def follows_link(cloud: Cloud, name: str) -> dict[str, Any]:
    return cloud.run("channel_events", link(cloud, name))


def test_looking_at_the_link_shows_a_page_and_changes_nothing(written: Cloud) -> None:
    before = written.file(MARIA)
    answer = follows_link(written, "unsubscribe_page")
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "text/html; charset=utf-8"
    assert '<form method="post">' in answer["body"]
    assert written.file(MARIA) == before


def test_one_click_of_a_mailbox_provider_opts_out_of_email(written: Cloud) -> None:
    assert follows_link(written, "unsubscribe_one_click")["statusCode"] == 200
    assert opt_outs(written) == ["email"]
    follows_link(written, "unsubscribe_one_click")
    assert opt_outs(written) == ["email"]


def test_the_pages_check_box_opts_out_of_every_channel(written: Cloud) -> None:
    assert follows_link(written, "unsubscribe_every_channel")["statusCode"] == 200
    assert opt_outs(written) == ["*"]


def test_nobody_can_opt_somebody_out_with_a_link_of_their_own_making(written: Cloud) -> None:
    event = sample("channel_events/unsubscribe_one_click.json")
    answer = written.run("channel_events", event)
    assert answer["statusCode"] == 404
    assert opt_outs(written) == []


def test_a_link_ends_some_day(written: Cloud) -> None:
    written.clock.advance(timedelta(days=100))
    assert follows_link(written, "unsubscribe_one_click")["statusCode"] == 404
    assert opt_outs(written) == []


# --- WhatsApp ---------------------------------------------------------------------------------------------------------


def test_metas_challenge_is_echoed_to_who_knows_the_token(cloud: Cloud) -> None:
    event = sample("channel_events/whatsapp_challenge.json")
    assert event["queryStringParameters"]["hub.verify_token"] == VERIFY_KEY
    answer = cloud.run("channel_events", event)
    assert (answer["statusCode"], answer["body"]) == (200, "1158201444")
    event["queryStringParameters"]["hub.verify_token"] = "guess"
    assert cloud.run("channel_events", event)["statusCode"] == 403


def test_a_signed_answer_is_heard(written: Cloud) -> None:
    answer = written.run("channel_events", whatsapp(message("não reconheço essa dívida")))
    assert (answer["statusCode"], answer["body"]) == (200, "ok")
    [hold] = written.file(MARIA).debtor.holds
    assert hold.kind is HoldKind.DISPUTE


def test_an_answer_signed_by_somebody_else_is_not(written: Cloud) -> None:
    before = written.file(MARIA)
    assert written.run("channel_events", whatsapp(message("parar"), secret="guess"))["statusCode"] == 401
    assert written.file(MARIA) == before


def test_what_meta_adds_tomorrow_is_acknowledged(cloud: Cloud) -> None:
    body = sample("channel_events/whatsapp/field_of_tomorrow.json")
    assert cloud.run("channel_events", whatsapp(body))["statusCode"] == 200
    assert cloud.run("channel_events", whatsapp({"object": "page"}))["statusCode"] == 200


def test_a_creditor_without_whatsapp_has_no_such_address(cloud: Cloud) -> None:
    event = sample("channel_events/whatsapp_challenge.json")
    event["pathParameters"]["tenant"] = "nobody"
    assert cloud.run("channel_events", event)["statusCode"] == 404


# --- e-mail, by SNS and SQS -------------------------------------------------------------------------------------------


def test_a_delivery_is_recorded(written: Cloud) -> None:
    record = ses(written, "Delivery", delivery={"timestamp": "2026-03-03T15:00:00.000Z"})
    assert written.run("channel_events", {"Records": [record]}) == {"batchItemFailures": []}
    assert contact(written).status is ContactStatus.DELIVERED


def test_a_bounce_gives_the_step_back(written: Cloud) -> None:
    written.run("channel_events", {"Records": [ses(written, "Bounce", bounce=BOUNCE)]})
    assert contact(written).status is ContactStatus.FAILED
    assert written.file(MARIA).receivables[0].last_step is None
    assert written.scan()[0]["failed"] == 0
    assert len(written.executions()) == 2


def test_of_a_batch_only_the_bad_first_record_comes_back(written: Cloud) -> None:
    good = ses(written, "Delivery", delivery={"timestamp": "2026-03-03T15:00:00.000Z"})
    bad = {**good, "messageId": "bad-one", "body": "not json"}
    answer = written.run("channel_events", {"Records": [bad, {**good, "messageId": "good-one"}]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad-one"}]}
    assert contact(written).status is ContactStatus.DELIVERED


def test_of_a_bounce_nobody_here_has_sent_the_address_alone_is_noted(cloud: Cloud) -> None:
    """Whoever gets the address later is not written to there; nobody's file is made, and the address is not stored."""
    event = sample("channel_events/email/bounce_permanent_sqs.json")
    assert cloud.run("channel_events", event) == {"batchItemFailures": []}
    (noted,) = cloud.items()
    assert noted["PK"]["S"].startswith("REF#escola-alfa#email#")
    assert "@" not in str(noted)


# --- what the other wires bring (docs/deploy.md, "Answers and deliveries") --------------------------------------------


def brought(name: str, **changes: Any) -> dict[str, Any]:
    """A batch of the queue with a sample's SNS envelope, its message changed as told."""
    envelope = sample(f"channel_events/{name}.json")
    envelope["Message"] = json.dumps(json.loads(envelope["Message"]) | changes)
    return {"Records": [{"messageId": "m", "body": json.dumps(envelope)}]}


def test_a_mail_that_ses_stored_is_read_there_and_heard(written: Cloud) -> None:
    """40 MB would fit: what lies behind the first words is not even read."""
    key = "mail/o3vrnil0e2ic28trm7dfhrc2v0cnbp0g11111111"
    head = f"From: Maria <maria.silva@debtor.example>\r\nIn-Reply-To: <{contact(written).message_id}@sa-east-1>\r\n"
    boto3.client("s3").put_object(
        Bucket=written.bucket("bodies"), Key=key, Body=(head + "\r\nBom dia, já paguei ontem.\r\n").encode()
    )
    assert written.run("channel_events", brought("email/received_s3_sns")) == {"batchItemFailures": []}
    assert [hold.kind for hold in written.file(MARIA).debtor.holds] == [HoldKind.CLEARING]


def test_a_mail_that_cannot_be_fetched_comes_again(written: Cloud) -> None:
    failed = written.run("channel_events", brought("email/received_s3_sns"))
    assert failed == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    elsewhere = sample("channel_events/email/received_s3_sns.json")
    receipt = json.loads(elsewhere["Message"])["receipt"]
    receipt["action"]["bucketName"] = "somebody-elses"
    failed = written.run("channel_events", brought("email/received_s3_sns", receipt=receipt))
    assert failed == {"batchItemFailures": [{"itemIdentifier": "m"}]}


def test_a_strangers_spam_is_nobodys_work(written: Cloud) -> None:
    key = "mail/o3vrnil0e2ic28trm7dfhrc2v0cnbp0g22222222"
    boto3.client("s3").put_object(Bucket=written.bucket("bodies"), Key=key, Body=b"From: x@spam.example\r\n\r\nCompre!")
    before = len(written.items())
    assert written.run("channel_events", brought("email/received_spam_s3_sns")) == {"batchItemFailures": []}
    assert len(written.items()) == before


def test_a_word_by_sms_stops_the_sms(written: Cloud) -> None:
    """No attribute says that it is an SMS: its content does."""
    answer = brought("sms/inbound_stop_sns", originationNumber="+5511987654321", previousPublishedMessageId="")
    assert written.run("channel_events", answer) == {"batchItemFailures": []}
    assert opt_outs(written) == ["sms"]


def test_the_lines_of_a_log_are_heard_and_its_question_answered(written: Cloud) -> None:
    assert written.run("channel_events", sample("channel_events/sms/cloudwatch_logs_control_message.json")) is None
    assert written.run("channel_events", sample("channel_events/sms/cloudwatch_logs.json")) is None


def test_an_event_of_the_bus_is_heard(written: Cloud) -> None:
    for name in ("voice/busy", "sms/text_delivered_eventbridge"):
        body = json.dumps(sample(f"channel_events/{name}.json"))
        batch = {"Records": [{"messageId": "m", "body": body}]}
        assert written.run("channel_events", batch) == {"batchItemFailures": []}
