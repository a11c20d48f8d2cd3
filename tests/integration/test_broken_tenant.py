"""A tenant's file with a typo, a secret that is missing, an adapter's fault: nothing told is lost, and nobody else is
harmed. The broken one, `aaa-quebrada`, comes first in every list.
"""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from tests.contract.store.values import debtor, event, receivable
from tests.integration.cloud import APP_KEY, EXAMPLE, TENANT, Cloud, sample
from tests.integration.told import BOUNCE, CSV, MARIA, contact, message, ses, whatsapp

from regua import wiring
from regua.channels.whatsapp_events import WhatsAppEvents
from regua.domain.model import ContactStatus, File
from regua.domain.values import replace
from regua.use_cases.listening import hearing, webhook

BROKEN = "aaa-quebrada"
TYPO = b"nome: [\n"
SWEEP = sample("channel_events/sweep.json")


def put(cloud: Cloud, tenant: str, body: bytes | None) -> None:
    """The tenant's file; None takes it away. What is kept of configurations is a minute old."""
    where = {"Bucket": cloud.bucket("config"), "Key": f"{tenant}/tenant.yaml"}
    boto3.client("s3").put_object(**where, Body=body) if body is not None else boto3.client("s3").delete_object(**where)
    wiring.config.cache_clear()
    wiring.rulebook.cache_clear()


def example(tenant: str) -> bytes:
    text = (EXAMPLE / "tenant.yaml").read_text("utf-8").replace(TENANT, tenant)
    return text.replace("dry_run: true", "dry_run: false").encode()


@pytest.fixture
def two(cloud: Cloud) -> Cloud:
    """Maria has been written to; the neighbour has a debtor, and then somebody breaks its file."""
    cloud.wake(cloud.due(CSV))
    theirs = File(replace(debtor("d1", tenant=BROKEN)), (receivable(),))
    wiring.store().commit(None, theirs, owner="import")
    put(cloud, BROKEN, TYPO)
    return cloud


def waiting() -> list[str]:
    return [f"{heard.tenant}/{heard.source}" for heard in wiring.store().heard(None)]


def signed(text: str, tenant: str = TENANT, secret: str = APP_KEY) -> dict[str, Any]:
    event = whatsapp(message(text), secret)
    return event | {"pathParameters": {"tenant": tenant}}


# --- one broken tenant harms no other ---------------------------------------------------------------------------------


def test_the_scan_serves_the_others_and_names_the_broken_one(two: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    wiring.store().put_inbox(event("E-theirs", tenant=BROKEN))
    answers = two.scan()
    assert sum(answer["opened"] for answer in answers) == 0
    assert sum(answer["failed"] for answer in answers) == 1, "their debtor, and nobody else's"
    told = capsys.readouterr().out
    assert '"ScanFailures":[1.0' in told.replace(" ", "")
    assert told.count('"ScanCompleted"') >= 2


def test_a_scan_reads_the_broken_file_once(two: Cloud) -> None:
    for n in range(5):
        wiring.store().commit(None, File(debtor(f"e{n}", tenant=BROKEN), (receivable(),)), owner="import")
    two.calls.clear()
    two.scan()
    read = [call["Key"] for call in two.calls.of("s3", "GetObject") if call["Key"].startswith(BROKEN)]
    assert read == [f"{BROKEN}/tenant.yaml"], "not once for each of its debtors"


def test_reconciliation_asks_the_others(two: Cloud) -> None:
    assert two.run("reconcile", sample("reconcile/scheduled.json"))["asked"] >= 0
    assert all(handed["tenant"] != BROKEN for handed in two.handed_over)


def test_an_import_of_the_broken_one_first_imports_the_others(two: Cloud) -> None:
    records = []
    for tenant in (BROKEN, TENANT):
        key = f"inbox/{tenant}/novos.csv"
        boto3.client("s3").put_object(Bucket=two.bucket("inbox"), Key=key, Body=CSV.replace("M-1", "M-2").encode())
        [record] = sample("import_file/spreadsheet_uploaded.json")["Records"]
        record["s3"]["bucket"]["name"] = two.bucket("inbox")
        record["s3"]["object"]["key"] = key
        records.append(record)
    with pytest.raises(ValueError, match=BROKEN):  # Lambda tries twice more, then keeps it in the dead-letter queue
        two.run("import_file", {"Records": records})
    assert {title.id for title in two.file(MARIA).receivables} == {"M-1", "M-2"}


def test_payments_of_the_others_are_settled(two: Cloud) -> None:
    pix = {"endToEndId": "E12345678202611231459000000000001", "valor": "350.00", "horario": "2026-03-02T13:00:00Z"}
    theirs = sample("payment_webhook/pix_received.json")
    theirs["pathParameters"]["tenant"] = BROKEN
    assert two.run("payment_webhook", theirs)["statusCode"] == 503, "gateways send it again"
    assert two.post_pix([pix | {"txid": "naoconhecido"}])["statusCode"] == 200


def test_an_answer_finds_the_others_debtor(two: Cloud) -> None:
    """By our topic, which serves all of them: whose it is, is asked in every book."""
    record = ses(two, "Bounce", bounce=BOUNCE)
    bad = {**record, "messageId": "bad", "body": "not json"}
    answer = two.run("channel_events", {"Records": [None, bad, record]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert contact(two).status is ContactStatus.FAILED


# --- what is told is stored, and applied when it is repaired ----------------------------------------------------------


def test_what_is_authentic_and_cannot_be_applied_waits_for_the_repair(two: Cloud) -> None:
    with patch.object(WhatsAppEvents, "parse_event", side_effect=AttributeError("an adapter's fault")):
        answer = two.run("channel_events", signed("não reconheço essa dívida"))
    assert (answer["statusCode"], answer["body"]) == (200, "stored"), "an error would end the subscription"
    assert two.file(MARIA).debtor.holds == ()
    assert two.run("channel_events", SWEEP) == {"applied": 0, "waiting": 1}, "its own call may still be at it"
    two.clock.advance(timedelta(minutes=3))
    assert two.run("channel_events", SWEEP) == {"applied": 1, "waiting": 0}
    assert len(two.file(MARIA).debtor.holds) == 1
    assert waiting() == []


def test_what_fails_again_is_left_alone_for_longer_each_time_and_a_person_need_not_wait(two: Cloud) -> None:
    with patch.object(WhatsAppEvents, "parse_event", side_effect=AttributeError("an adapter's fault")):
        two.run("channel_events", signed("parar"))
        for minutes in (3, 3, 5):
            two.clock.advance(timedelta(minutes=minutes))
            two.run("channel_events", SWEEP)
        [heard] = wiring.store().heard(None)
        assert (heard.attempts, heard.note) == (3, "AttributeError")
    assert two.run("channel_events", SWEEP | {"tenant": TENANT}) == {"applied": 0, "waiting": 1}
    assert two.run("channel_events", SWEEP | {"tenant": TENANT, "due": False}) == {"applied": 1, "waiting": 0}


def test_what_comes_while_the_file_has_a_typo_is_judged_when_it_is_repaired(two: Cloud) -> None:
    put(two, TENANT, TYPO)
    assert two.run("channel_events", signed("não reconheço essa dívida"))["body"] == "stored"
    assert two.run("channel_events", signed("parar", secret="guess"))["body"] == "stored", "nobody can tell yet"
    assert waiting() == [f"{TENANT}/whatsapp"] * 2
    two.clock.advance(timedelta(hours=2))
    assert two.run("channel_events", SWEEP) == {"applied": 0, "waiting": 2}
    two.configures()
    assert two.run("channel_events", SWEEP) == {"applied": 2, "waiting": 0}
    assert (len(two.file(MARIA).debtor.holds), two.file(MARIA).debtor.opt_outs) == (1, ()), "the forged one is nobody's"


def test_what_comes_while_the_secret_is_missing_is_judged_when_it_is_there(two: Cloud) -> None:
    name = f"regua/{TENANT}/whatsapp-app-secret"
    secrets = boto3.client("secretsmanager")
    secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    wiring.secrets.cache_clear()
    assert two.run("channel_events", signed("não reconheço essa dívida"))["body"] == "stored"
    secrets.create_secret(Name=name, SecretString=APP_KEY)
    two.clock.advance(timedelta(minutes=3))
    assert two.run("channel_events", SWEEP) == {"applied": 1, "waiting": 0}
    assert len(two.file(MARIA).debtor.holds) == 1


def test_a_tenant_nobody_knows_is_sent_again_by_meta_and_stored_nowhere(two: Cloud) -> None:
    answer = two.run("channel_events", signed("parar", tenant="ninguem"))
    assert (answer["statusCode"], waiting()) == (503, [])


@pytest.mark.parametrize("body", [b"", b"x", b'{"object":"whatsapp_business_account","entry":[null]}', b"\xff" * 99])
def test_what_proves_nothing_and_says_nothing_is_dropped(two: Cloud, body: bytes) -> None:
    put(two, TENANT, TYPO)
    event = signed("parar")
    event["body"] = body.decode("latin-1")
    assert two.run("channel_events", event)["statusCode"] == 503
    event = signed("parar")
    event["headers"] = {"x-hub-signature-256": "sha256=zz"}
    assert two.run("channel_events", event)["statusCode"] == 503
    assert waiting() == []


def test_strangers_cannot_fill_the_store_while_a_file_is_broken(two: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    put(two, TENANT, TYPO)
    monkeypatch.setattr(webhook, "UNJUDGED_BYTES", 5_000)
    answers = [two.run("channel_events", signed(f"parar {n}", secret="guess"))["statusCode"] for n in range(20)]
    assert set(answers) == {200, 503}
    assert len(waiting()) == answers.count(200) < 10


def test_a_large_body_stands_in_the_bucket_and_is_read_from_there(two: Cloud) -> None:
    body = message("não reconheço essa dívida")
    body["entry"] += [{"id": "x" * 100, "changes": []} for _ in range(hearing.INLINE_BYTES // 100)]
    with patch.object(WhatsAppEvents, "parse_event", side_effect=AttributeError("an adapter's fault")):
        two.run("channel_events", whatsapp(body) | {"pathParameters": {"tenant": TENANT}})
    [heard] = wiring.store().heard(None)
    assert heard.kept_at.startswith(f"{TENANT}/whatsapp/")
    assert heard.body == ""
    two.clock.advance(timedelta(minutes=3))
    assert two.run("channel_events", SWEEP)["applied"] == 1
    assert len(two.file(MARIA).debtor.holds) == 1


def test_who_presses_the_button_is_heard_though_the_file_has_a_typo(two: Cloud) -> None:
    put(two, TENANT, TYPO)
    assert two.run("channel_events", pressed(two))["statusCode"] == 200
    assert waiting() == [f"{TENANT}/link"]
    two.configures()
    two.clock.advance(timedelta(minutes=3))
    assert two.run("channel_events", SWEEP) == {"applied": 1, "waiting": 0}
    assert [o.channel for o in two.file(MARIA).debtor.opt_outs] == ["email"]


def pressed(cloud: Cloud) -> dict[str, Any]:
    """The one click of the mail Maria got."""
    [link] = [h["Value"] for h in cloud.mail()[0]["Content"]["Simple"]["Headers"] if h["Name"] == "List-Unsubscribe"]
    event = sample("channel_events/unsubscribe_one_click.json")
    event["pathParameters"]["token"] = link.strip("<>").rpartition("/")[2]
    return event


def test_after_a_long_weekend_who_asked_for_silence_is_heard_before_anybody_is_written_to(two: Cloud) -> None:
    """A link by the next sweep; what came by the topic, which may be anybody's, within a quarter of an hour."""
    put(two, TENANT, TYPO)
    two.run("channel_events", pressed(two))
    complained = ses(two, "Complaint", complaint={"complainedRecipients": [{"emailAddress": "maria@debtor.example"}]})
    two.run("channel_events", {"Records": [{**complained, "attributes": {"ApproximateReceiveCount": "3"}}]})
    assert sorted(waiting()) == ["/topic", f"{TENANT}/link"]
    for _ in range(24):
        two.clock.advance(timedelta(minutes=5))
        assert two.run("channel_events", SWEEP) == {"applied": 0, "waiting": 2}
    two.configures()
    two.clock.advance(timedelta(minutes=5))
    two.run("channel_events", SWEEP)
    assert [o.channel for o in two.file(MARIA).debtor.opt_outs] == ["email"]
    for _ in range(2):
        two.clock.advance(timedelta(minutes=5))
        two.run("channel_events", SWEEP)
    assert waiting() == []


def test_a_message_of_the_topic_is_stored_before_its_queue_gives_it_up(two: Cloud) -> None:
    record = ses(two, "Bounce", bounce=BOUNCE)
    put(two, TENANT, TYPO)
    for receives, failures in ((1, 1), (2, 1), (3, 0)):
        tried = {**record, "attributes": {"ApproximateReceiveCount": str(receives)}}
        assert len(two.run("channel_events", {"Records": [tried]})["batchItemFailures"]) == failures
    assert waiting() == ["/topic"]
    two.configures()
    two.clock.advance(timedelta(minutes=3))
    assert two.run("channel_events", SWEEP) == {"applied": 1, "waiting": 0}
    assert contact(two).status is ContactStatus.FAILED


def test_of_many_events_the_one_that_fails_keeps_no_other_back(two: Cloud) -> None:
    """Meta batches: the first is of a message of the broken tenant's, which has the same account."""
    body = message("não reconheço essa dívida")
    value = body["entry"][0]["changes"][0]["value"]
    value["messages"].insert(0, value["messages"][0] | {"id": "wamid.theirs", "context": {"id": "wamid.sent"}})
    store, real = wiring.store(), WhatsAppEvents.parse_event
    from regua.ports import Ref

    theirs = store.load(BROKEN, "d1")
    assert theirs is not None
    store.commit(theirs, theirs, owner="send", refs=[Ref(BROKEN, "message", "wamid.sent", "d1")])
    assert two.run("channel_events", whatsapp(body) | {"pathParameters": {"tenant": TENANT}})["body"] == "stored"
    assert len(two.file(MARIA).debtor.holds) == 1
    put(two, BROKEN, example(BROKEN))
    two.clock.advance(timedelta(minutes=3))
    assert two.run("channel_events", SWEEP) == {"applied": 1, "waiting": 0}
    assert len(two.file(MARIA).debtor.holds) == 1
    after = store.load(BROKEN, "d1")
    assert after is not None
    assert len(after.debtor.holds) == 1
    assert real is WhatsAppEvents.parse_event
