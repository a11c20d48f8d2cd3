"""Each function may do what it does by the template's policies, and hardly more.

Every integration test ends with the question whether all its calls were allowed (`cloud.deployed`). Here is asked
whether what is allowed is needed: by a day of one debtor, or for the reason that stands here.
"""

from datetime import timedelta
from typing import Any

import pytest
from tests.bank_files import Entry, itau_400
from tests.integration.cloud import ACCOUNT, MONDAY, STACK, Cloud, deployed, sample
from tests.integration.permits import Permits, allowing, asked, of_role
from tests.integration.told import CSV, MARIA, message, whatsapp

from regua import wiring

FUNCTIONS = ("import_file", "daily_scan", "send_channel", "payment_webhook", "reconcile", "channel_events")
BY_LAMBDA = "Lambda itself does that, in the function's name"
SHARED = "one policy for whoever settles: what follows is handed over, a case ends, a thank-you begins"
IN_PARTS = "files in parts: tests/integration/test_integration_large.py"
BY_PROVIDER = (
    "asked when a creditor's channel has that provider: tests/contract/channels, tests/infra/test_template_policy"
)
KEPT = "bodies of more than 32 kB, and what is read of them later: test_integration_payments.py, test_broken_tenant.py"
PULLED = "a pull of each gateway with its credential: test_integration_after_payment.py"

# Sid -> why it is allowed, where no function of those that wear it asks for it on that day
REASONS = {
    "Debtors": "one policy for all six: a debtor is one aggregate, and whoever decides on it reads and writes it",
    "Log": BY_LAMBDA,
    "ConsumeQueue": BY_LAMBDA,
    "KeepWhatFailed": BY_LAMBDA,
    "KeepFailedRuns": BY_LAMBDA,
    "KeepFailedPulls": BY_LAMBDA,
    "KeepFailedAnswers": BY_LAMBDA,
    "LargeImports": IN_PARTS,
    "WorkOfLargeImports": IN_PARTS,
    "HandOver": SHARED,
    "OpenCases": SHARED,
    "EndCases": SHARED,
    "Bodies": KEPT,
    "WhichAreGone": KEPT,
    "KeepBodies": KEPT,
    "Uploads": IN_PARTS,
    "Reports": IN_PARTS,
    "Reconcile": PULLED,
    "TenantSecrets": f"{PULLED}; a channel's token, where the creditor has one",
    "Email": "mails with attachments, of which SES makes raw ones",
    "Letters": BY_PROVIDER,
    "RecordedCalls": BY_PROVIDER,
    "EndUserMessaging": BY_PROVIDER,
    "WhatsAppByAws": BY_PROVIDER,
    "Sms": BY_PROVIDER,
}

Asked = set[tuple[str, str, str]]


def cold(cloud: Cloud, function: str, event: dict[str, Any]) -> None:
    """An invocation of a function that has kept nothing."""
    for name in ("store", "secrets", "key", "config", "objects", "rulebook"):
        getattr(wiring, name).cache_clear()
    cloud.run(function, event)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Function, Sid and action of what a day of one debtor asks for."""
    with deployed(tmp_path_factory.mktemp("a-day")) as cloud:
        cold(cloud, "send_channel", cloud.due(CSV))
        cold(cloud, "channel_events", whatsapp(message("vou pagar amanhã")))
        cold(cloud, "channel_events", sample("channel_events/sweep.json"))
        cold(
            cloud, "import_file", cloud.uploaded(itau_400(Entry("12345678", 10_00, MONDAY.date())), "A.RET", "retorno")
        )
        for name in ("scheduled", "sweep"):
            cold(cloud, "reconcile", sample(f"reconcile/{name}.json"))
        cloud.clock.advance(timedelta(days=1))
        at = cloud.clock.now().isoformat().replace("+00:00", "Z")
        txid = cloud.file(MARIA).receivables[0].txid
        pix = {"endToEndId": "E1234567820260302130000000000001", "txid": txid, "valor": "360.00", "horario": at}
        many = [{**pix, "endToEndId": f"E{n:031d}", "txid": f"OUTROTXID{n:020d}"} for n in range(300)]
        cold(cloud, "payment_webhook", cloud.pix([*many, pix]))
        cold(cloud, "payment_webhook", cloud.pix([pix]))
        return set(cloud.permits.used)


def test_what_a_function_may_it_does_on_an_ordinary_day_or_for_a_reason(used: Asked) -> None:
    given = {(f, each.sid, action) for f in FUNCTIONS for each in of_role(f) if each.allows for action in each.actions}
    assert used <= given
    idle = {one for one in given - used if one[1] not in REASONS}
    assert not idle, "take it away, or say why it stays"


def test_no_reason_is_given_for_what_is_not_allowed_or_is_asked_for_every_day(used: Asked) -> None:
    given = {(f, each.sid, action) for f in FUNCTIONS for each in of_role(f) if each.allows for action in each.actions}
    assert {sid for _, sid, _ in given - used} == set(REASONS)


def test_the_door_for_payments_cannot_read_the_key_of_pseudonyms() -> None:
    wear = {f for f in FUNCTIONS for each in of_role(f) if each.sid == "Pseudonyms"}
    assert wear == set(FUNCTIONS) - {"payment_webhook", "daily_scan"}


@pytest.mark.parametrize(
    ("service", "operation", "given"),
    [
        ("dynamodb", "Query", {"TableName": STACK, "IndexName": "open"}),
        ("dynamodb", "GetItem", {"TableName": "somebody-elses"}),
        ("s3", "PutObject", {"Bucket": Cloud.bucket("config"), "Key": "a/tenant.yaml"}),
        ("sqs", "SendMessage", {"QueueUrl": f"https://sqs.sa-east-1.amazonaws.com/{ACCOUNT}/other"}),
        ("secretsmanager", "GetSecretValue", {"SecretId": "elsewhere/pix"}),
        ("sesv2", "SendEmail", {"FromEmailAddress": "a@example.com", "Content": {"Simple": {}}}),
        ("dynamodb", "TransactWriteItems", {"TransactItems": [{"ConditionCheck": {"TableName": STACK}}]}),
    ],
)
def test_a_call_that_aws_would_refuse_is_refused_here(service: str, operation: str, given: dict[str, Any]) -> None:
    permits = Permits()
    permits.ask("payment_webhook", service, operation, given)
    assert permits.refused


def test_a_deny_outweighs_what_allows_everything() -> None:
    assert allowing("send_channel", "sns:Publish", "*") == "Sms"
    assert allowing("send_channel", "sns:Publish", f"arn:aws:sns:sa-east-1:{ACCOUNT}:{STACK}-alarms") == ""


def test_a_call_nobody_has_made_yet_is_asked_about() -> None:
    with pytest.raises(NotImplementedError):
        list(asked("dynamodb", "Scan", {}))
