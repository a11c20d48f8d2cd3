"""After a payment, through the functions as they are deployed: the thank-you, and the pull."""

from datetime import timedelta
from typing import Any

import boto3
import pytest
from tests.integration.cloud import EXAMPLE, TENANT, Cloud

from regua import gateways, wiring
from regua.domain.model import ReceivableStatus
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind

MARIA = "52998224725"
CSV = (
    "documento;nome;id_titulo;valor;vencimento;email;uf\n"
    "529.982.247-25;Maria da Silva;M-1;350,00;20/02/2026;maria.silva@debtor.example;SP\n"
)


@pytest.fixture
def contacted(cloud: Cloud) -> Cloud:
    """Maria owes R$ 350,00 and was written to."""
    cloud.wake(cloud.due(CSV))
    assert len(to_maria(cloud)) == 1
    return cloud


def to_maria(cloud: Cloud) -> list[Any]:
    sent = cloud.calls.of("sesv2", "SendEmail")
    return [call for call in sent if call["Destination"]["ToAddresses"] == ["maria.silva@debtor.example"]]


def may_be_asked(cloud: Cloud) -> None:
    """The creditor gives the credential of the bank's API."""
    path = f"{TENANT}/tenant.yaml"
    text = (EXAMPLE / "tenant.yaml").read_text("utf-8")
    secrets = "    secrets: [regua/escola-alfa/pix]\n"
    assert secrets in text
    text = text.replace(secrets, f"{secrets}    options: {{api_secret: regua/escola-alfa/pix-api}}\n")
    boto3.client("s3").put_object(Bucket=cloud.bucket("config"), Key=path, Body=text.encode())
    wiring.config.cache_clear()
    wiring.rulebook.cache_clear()


def pix(cloud: Cloud) -> dict[str, str]:
    at = cloud.clock.now().isoformat().replace("+00:00", "Z")
    name = cloud.file(MARIA).receivables[0].txid
    code = "E1234567820260302130000000000001"
    return {"endToEndId": code, "txid": name, "valor": "360.00", "horario": at, "chave": "k"}


def test_who_pays_the_last_of_it_is_thanked_by_the_execution_the_webhook_started(contacted: Cloud) -> None:
    assert contacted.post_pix([pix(contacted)])["statusCode"] == 200
    thanks = contacted.executions()[-1]
    assert thanks["cycle"] == contacted.file(MARIA).debtor.case.cycle
    contacted.clock.advance(timedelta(seconds=thanks["seconds"]))
    assert contacted.wake(thanks)["next"] == "stop"
    assert len(to_maria(contacted)) == 2
    assert contacted.wake(thanks)["next"] == "stop"
    assert len(to_maria(contacted)) == 2


def test_the_scheduled_pull_asks_each_gateway_in_an_invocation_of_its_own(
    contacted: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = pix(contacted)

    def listed(*_: Any) -> list[PaymentEvent]:
        named = Reference(ReferenceKind.TXID, said["txid"])
        return [PaymentEvent("pix", said["endToEndId"], PaymentEventKind.CREDIT, named, 360_00, contacted.clock.now())]

    monkeypatch.setattr(gateways.get("pix"), "list_payments", listed, raising=False)
    may_be_asked(contacted)
    assert contacted.run("reconcile", {"tenants": "all"}) == {"asked": 1}
    assert contacted.handed_over == [{"tenant": TENANT, "gateway": "pix"}]
    answer = contacted.run("reconcile", {"tenant": TENANT, "gateway": "pix"})
    assert (answer["listed"], answer["lost"]) == (1, 1)
    assert contacted.file(MARIA).receivables[0].status is ReceivableStatus.PAID
    assert contacted.post_pix([said])["statusCode"] == 200
    assert len(contacted.file(MARIA).facts) == 1
