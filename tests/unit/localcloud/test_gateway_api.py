"""The played gateways list what the product was told, as its own adapters read it, with the ids of the notices."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from localcloud.deployment import API_SECRETS, TENANT_FILES
from localcloud.gateway_api import ASAAS, PIX, GatewayApi
from localcloud.gateway_events import asaas_webhook, pay, pix_refund_webhook, pix_webhook
from localcloud.pix_reader import PixCode
from regua import gateways
from regua.config import load_tenant_dir
from regua.domain.money.payment_event import PaymentEventKind
from regua.domain.tenant import GatewayConfig
from regua.domain.values import replace
from regua.gateways import client
from regua.gateways.client import RefusedError
from regua.ports import RetryableError

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
WINDOW = AT - timedelta(days=1), AT + timedelta(days=1)
PAID = pix_webhook(pay(PixCode("pix@ipe.example.com", "IPE", "RGABC", 12_345), "52998224725", AT))
BOLETO = asaas_webhook("10000037", "T-1", 5_000, "2026-03-01", AT, word="PAYMENT_RECEIVED")


class Secrets:
    """Those of the sample tenant."""

    def get(self, name: str) -> str:
        return API_SECRETS[name.rpartition("/")[2]]


@pytest.fixture
def api() -> Iterator[GatewayApi]:
    client._tokens.clear()  # what an earlier test was given
    played = GatewayApi()
    played.start()
    yield played
    played.stop()


def settings(api: GatewayApi, name: str) -> GatewayConfig:
    config = load_tenant_dir(TENANT_FILES).tenant.gateways[name]
    options = {key: value.replace("http://127.0.0.1/played", api.url) for key, value in config.options.items()}
    return replace(config, options=options)


@pytest.mark.parametrize(("name", "body"), [("pix", PAID), ("asaas", BOLETO)])
def test_a_pull_finds_what_the_notice_told_under_the_same_id(api: GatewayApi, name: str, body: bytes):
    api.told(body)
    adapter = gateways.get(name)
    [told] = adapter.parse(body, {}, {})
    [listed] = adapter.list_payments(*WINDOW, settings(api, name), Secrets())
    assert (listed.event_id, listed.kind, listed.amount_cents) == (told.event_id, told.kind, told.amount_cents)
    assert (
        list(adapter.list_payments(AT + timedelta(days=2), AT + timedelta(days=3), settings(api, name), Secrets()))
        == []
    )


def test_a_pix_that_was_given_back_is_listed_with_that(api: GatewayApi):
    pix = pay(PixCode("pix@ipe.example.com", "IPE", "RGABC", 12_345), "52998224725", AT)
    api.told(pix_webhook(pix))
    api.told(pix_refund_webhook(pix, AT + timedelta(hours=1)))
    listed = gateways.get("pix").list_payments(*WINDOW, settings(api, "pix"), Secrets())
    assert [event.kind for event in listed] == [PaymentEventKind.CREDIT, PaymentEventKind.REFUND]


@pytest.mark.parametrize("name", ["pix", "asaas"])
def test_an_outage_is_one(api: GatewayApi, name: str):
    api.out_of_order(True)
    with pytest.raises(RetryableError):
        list(gateways.get(name).list_payments(*WINDOW, settings(api, name), Secrets()))
    api.out_of_order(False)
    assert list(gateways.get(name).list_payments(*WINDOW, settings(api, name), Secrets())) == []
    assert {status for _, status in api.asked} == {200, 503}


def test_who_has_no_credential_gets_nothing(api: GatewayApi):
    class Wrong:
        def get(self, name: str) -> str:
            return "wrong"

    with pytest.raises(RefusedError):
        list(gateways.get("asaas").list_payments(*WINDOW, settings(api, "asaas"), Wrong()))
    assert api.answer("GET", f"{PIX}/pix", {}, b"")[0] == 401
    assert api.answer("GET", f"{ASAAS}/v3/other", {}, b"")[0] == 404
