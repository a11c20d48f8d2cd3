"""The payment webhook through its function: over HTTP from gateways, and from the queue."""

import base64
import json

import pytest
from tests.integration.cloud import PIX_KEY, TENANT, Cloud, sample

from regua import wiring
from regua.domain.ids import txid
from regua.domain.model import FactKind, ReceivableStatus
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.ports import InboxStatus

MARIA, JOAO = "52998224725", "11144477735"
CSV = (
    "documento;nome;id_titulo;valor;vencimento;email;telefone;uf\n"
    "529.982.247-25;Maria da Silva;M-1;350,00;20/02/2026;maria.silva@debtor.example;(11) 98765-4321;SP\n"
    "111.444.777-35;João Souza;J-1;89,90;20/02/2026;joao@debtor.example;(11) 98765-4322;SP\n"
)
END_TO_END = "E1234567820260302130000000000001"


@pytest.fixture
def owed(cloud: Cloud) -> Cloud:
    """Maria owes R$ 350,00, João R$ 89,90."""
    cloud.upload(CSV)
    return cloud


def pix(cloud: Cloud, document: str, reais: str, code: str = END_TO_END) -> dict[str, str]:
    name = cloud.file(document).receivables[0].txid
    return {"endToEndId": code, "txid": name, "valor": reais, "horario": "2026-03-02T13:30:00.000Z", "chave": "k"}


def status(cloud: Cloud, document: str) -> ReceivableStatus:
    return cloud.file(document).receivables[0].status


def test_a_pix_settles_what_its_txid_names(owed: Cloud) -> None:
    assert owed.post_pix([pix(owed, MARIA, "350.00")])["statusCode"] == 200
    assert status(owed, MARIA) is ReceivableStatus.PAID
    assert status(owed, JOAO) is ReceivableStatus.OPEN


def test_the_same_pix_three_times_is_one_payment(owed: Cloud) -> None:
    for _ in range(3):
        assert owed.post_pix([pix(owed, MARIA, "100.00")])["statusCode"] == 200
    [receivable] = owed.file(MARIA).receivables
    assert receivable.paid_principal_cents + receivable.paid_additions_cents == 100_00


def test_a_batch_whose_first_pix_is_bad_settles_the_others(owed: Cloud) -> None:
    bad = {"endToEndId": "E0000000020260302130000000000000", "valor": "x", "horario": "2026-03-02T13:30:00.000Z"}
    other = pix(owed, JOAO, "89.90", "E1234567820260302130000000000002")
    assert owed.post_pix([bad, pix(owed, MARIA, "350.00"), other])["statusCode"] == 200
    assert status(owed, MARIA) is status(owed, JOAO) is ReceivableStatus.PAID


def test_a_refund_of_the_central_banks_shape_reopens_the_debt(owed: Cloud) -> None:
    paid = pix(owed, MARIA, "350.00")
    owed.post_pix([paid])
    back = {"id": "D1", "rtrId": "D1234567820260303130000000000001", "valor": "350.00", "status": "DEVOLVIDO"}
    back["horario"] = {"solicitacao": "2026-03-03T13:00:00.000Z", "liquidacao": "2026-03-03T13:00:05.000Z"}  # type: ignore[assignment]  # an object
    owed.post_pix([{**paid, "devolucoes": [back]}])  # type: ignore[dict-item]  # a list
    assert status(owed, MARIA) is ReceivableStatus.OPEN
    assert {f.kind for f in owed.file(MARIA).facts} == {FactKind.CREDIT, FactKind.REFUND}


def test_the_money_of_several_receivables_comes_by_the_debtors_code(owed: Cloud) -> None:
    owed.upload(CSV.replace("M-1;350,00;20/02", "M-2;100,00;10/02").partition("111.444")[0], "mais.csv")
    code = txid(TENANT, owed.file(MARIA).debtor.id)
    said = {"endToEndId": END_TO_END, "txid": code, "valor": "500.00", "horario": "2026-03-02T13:30:00.000Z"}
    owed.post_pix([said])
    assert not owed.file(MARIA).open_receivables


def test_a_body_that_api_gateway_has_encoded_is_judged_on_its_raw_bytes(owed: Cloud) -> None:
    event = sample("payment_webhook/pix_received.json")
    event["pathParameters"]["tenant"] = TENANT
    event["queryStringParameters"] = {"token": PIX_KEY}
    event["body"] = base64.b64encode(json.dumps({"pix": [pix(owed, MARIA, "350.00")]}).encode()).decode()
    event["isBase64Encoded"] = True
    assert owed.run("payment_webhook", event)["statusCode"] == 200
    assert status(owed, MARIA) is ReceivableStatus.PAID


def test_who_does_not_know_the_secret_is_refused_without_touching_the_table(owed: Cloud) -> None:
    said = [pix(owed, MARIA, "350.00")]
    owed.post_pix([], PIX_KEY)  # warm: secret and configuration are known
    owed.calls.clear()
    assert owed.post_pix(said, secret="guess")["statusCode"] == 401
    assert owed.calls == []
    assert status(owed, MARIA) is ReceivableStatus.OPEN


@pytest.mark.parametrize(("tenant", "gateway"), [("nobody", "pix"), (TENANT, "stone"), ("../x", "pix")])
def test_an_address_nobody_has_is_404(cloud: Cloud, tenant: str, gateway: str) -> None:
    event = sample("payment_webhook/pix_received.json")
    event["pathParameters"] = {"tenant": tenant, "gateway": gateway}
    assert cloud.run("payment_webhook", event)["statusCode"] == 404


def test_a_gateway_whose_secret_is_not_there_is_503(cloud: Cloud) -> None:
    import boto3

    boto3.client("secretsmanager").delete_secret(SecretId=f"regua/{TENANT}/pix", ForceDeleteWithoutRecovery=True)
    assert cloud.post_pix([])["statusCode"] == 503


def test_a_store_that_fails_makes_the_gateway_send_again(owed: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    from regua.ports import RetryableError
    from regua.store.dynamo import DynamoStore

    said = [pix(owed, MARIA, "350.00")]

    def down(*_: object) -> None:
        raise RetryableError("throttled")

    with monkeypatch.context() as broken:
        broken.setattr(DynamoStore, "put_inbox", down)
        with pytest.raises(RetryableError):  # API Gateway answers 500
            owed.post_pix(said)
    assert owed.post_pix(said)["statusCode"] == 200
    assert status(owed, MARIA) is ReceivableStatus.PAID


def test_what_cannot_be_settled_now_goes_to_the_queue_with_ids_only(
    owed: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regua.ports import RetryableError
    from regua.store.dynamo import DynamoStore

    said = [pix(owed, MARIA, "350.00")]

    def down(*_: object, **__: object) -> None:
        raise RetryableError("throttled")

    with monkeypatch.context() as broken:
        broken.setattr(DynamoStore, "commit", down)
        assert owed.post_pix(said)["statusCode"] == 200
    assert owed.inbox(END_TO_END) is InboxStatus.PENDING
    [body] = owed.queued()
    assert json.loads(body) == {"tenant": TENANT, "gateway": "pix", "event_id": END_TO_END}
    batch = sample("payment_webhook/queue/settle_batch_first_one_bad.json")
    batch["Records"] = [{**batch["Records"][0], "body": body}]
    assert owed.run("payment_webhook", batch) == {"batchItemFailures": []}
    assert status(owed, MARIA) is ReceivableStatus.PAID


def test_a_message_of_many_is_acknowledged_whole_and_taken_apart_from_the_queue(owed: Cloud) -> None:
    others = [
        {**pix(owed, MARIA, "1.00", f"E12345678202603021300{n:012d}"), "txid": f"OUTROTXID{n:020d}"} for n in range(60)
    ]
    assert owed.post_pix([*others, pix(owed, MARIA, "350.00")])["statusCode"] == 200
    assert status(owed, MARIA) is ReceivableStatus.OPEN
    [body] = owed.queued()
    assert json.loads(body)["event_id"].startswith("message-")
    batch = sample("payment_webhook/queue/settle_batch_first_one_bad.json")
    batch["Records"] = [{**batch["Records"][0], "body": body}]
    assert owed.run("payment_webhook", batch) == {"batchItemFailures": []}
    assert status(owed, MARIA) is ReceivableStatus.PAID
    last = wiring.store().get_inbox(TENANT, "pix", others[-1]["endToEndId"])
    assert last is not None
    assert (last.status, last.body) == (InboxStatus.UNMATCHED, "")
    assert len(json.loads(wiring.bodies().read(last.body_at))["pix"]) == 61


def test_of_a_batch_from_the_queue_only_the_bad_ones_come_back(owed: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    from regua.ports import RetryableError
    from regua.store.dynamo import DynamoStore

    said = [pix(owed, MARIA, "350.00")]

    def down(*_: object, **__: object) -> None:
        raise RetryableError("throttled")

    with monkeypatch.context() as broken:
        broken.setattr(DynamoStore, "commit", down)
        owed.post_pix(said)
    batch = sample("payment_webhook/queue/settle_batch_first_one_bad.json")
    answer = owed.run("payment_webhook", batch)
    ids = [r["messageId"] for r in batch["Records"]]
    assert answer == {"batchItemFailures": [{"itemIdentifier": ids[0]}, {"itemIdentifier": ids[1]}]}
    assert status(owed, MARIA) is ReceivableStatus.PAID


@pytest.mark.parametrize(
    "said", [{"work": "cancel_charge:gone:c1"}, {"gateway": "regua-tarefas", "event_id": "cancel_charge:gone:c1"}]
)
def test_work_from_the_queue_is_carried_out_also_as_an_older_release_had_put_it_there(
    cloud: Cloud, said: dict[str, str]
) -> None:
    at = cloud.clock.now()
    owed = Work(TENANT, WorkKind.CANCEL_CHARGE, "gone:c1", at, gateway="gone", status=WorkStatus.PENDING)
    wiring.store().put_work(owed)
    batch = sample("payment_webhook/queue/settle_batch_first_one_bad.json")
    batch["Records"] = [{**batch["Records"][0], "body": json.dumps({"tenant": TENANT, **said})}] * 2
    assert cloud.run("payment_webhook", batch) == {"batchItemFailures": []}
    [given] = wiring.store().work(TENANT, WorkStatus.OPEN)
    assert given.outcome == "o gateway desta cobrança não está mais configurado"


def test_a_job_of_an_older_release_whose_work_is_gone_is_no_failure(cloud: Cloud) -> None:
    said = {"tenant": TENANT, "gateway": "regua-tarefas", "event_id": "cancel_charge:fake:gone"}
    batch = sample("payment_webhook/queue/settle_batch_first_one_bad.json")
    batch["Records"] = [{**batch["Records"][0], "body": json.dumps(said)}]
    assert cloud.run("payment_webhook", batch) == {"batchItemFailures": []}


def test_the_sweep_settles_what_the_queue_has_lost(owed: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from regua.store.dynamo import DynamoStore

    said = [pix(owed, MARIA, "350.00")]

    def died(*_: object, **__: object) -> None:
        raise RuntimeError("died")

    with monkeypatch.context() as broken:
        broken.setattr(DynamoStore, "commit", died)
        owed.post_pix(said)
    owed.clock.advance(timedelta(hours=1))
    assert owed.run("reconcile", sample("reconcile/sweep.json")) == {
        "tried": 1,
        "failed": 0,
        "silent": 0,
        "unreached": 0,
    }
    assert status(owed, MARIA) is ReceivableStatus.PAID
    assert not list(wiring.store().inbox(None, InboxStatus.PENDING))
