from datetime import UTC, datetime
from typing import Any

from fake_api import FakeApi, FakeSecrets, config, oauth_secrets
from gateway_contract import NOW, SECRET, Notification, ThinContract, UrlSecretContract, charge
from test_pix_contract import TestPix as PixContract

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEventKind

TOKEN = "09027955-5e06-4ff0-a9c7-46b47b8f1b27"


def entry(number: int, status: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "charge",
        "custom_id": "TIT-17",
        "status": {"current": status, "previous": None},
        "identifiers": {"charge_id": 1002},
        "created_at": "2026-11-23 12:00:00",
        **changes,
    }


PAID = [
    entry(1, "new"),
    entry(2, "waiting"),
    entry(3, "unpaid"),
    entry(4, "paid", value=15050, received_by_bank_at="2026-11-23"),
]


class TestEfiPix(PixContract):
    """The Pix half behaves as the Banco Central's API."""

    name = "efi"

    def test_a_foreign_address_is_mentioned_and_decides_nothing(self) -> None:
        notification = self.paid()
        for address, words in (("34.193.116.226", "confere"), ("203.0.113.9", "fora do documentado")):
            query = {"hmac": SECRET, "source_ip": address}
            verdict = self.gateway.verify(notification.body, {}, query, (SECRET,), NOW)
            assert verdict.authentic
            assert words in verdict.why


class TestEfiBoleto(ThinContract, UrlSecretContract):
    """The boleto half is a token to look up."""

    name = "efi"
    rail = Rail.BOLETO
    paid_reference = charge("1002")
    paid_at = datetime(2026, 11, 23, 15, tzinfo=UTC)

    def paid(self) -> Notification:
        return Notification(f"notification={TOKEN}".encode())

    refunded = expired = paid

    def unknown(self) -> Notification:
        return Notification(b'{"evento": "teste_webhook", "data_criacao": "2026-11-23"}')

    def serve(self, api: FakeApi, state: str) -> None:
        history = {"paid": PAID, "expired": PAID[:3], "refunded": [*PAID, entry(5, "refunded")]}[state]
        api.on("GET", f"/v1/notification/{TOKEN}", {"code": 200, "data": history})

    def secrets(self) -> FakeSecrets:
        return oauth_secrets()

    def test_each_delivery_of_the_same_token_is_looked_up(self) -> None:
        first, again = (
            self.gateway.parse(self.paid().body, {"x-amzn-trace-id": trace}, {})[0].event_id for trace in ("1-a", "1-b")
        )
        assert first != again

    def test_paid_and_then_marked_as_paid_is_one_credit(self, api: FakeApi) -> None:
        history = [*PAID, entry(5, "settled", value=15050)]
        api.on("GET", f"/v1/notification/{TOKEN}", {"data": history})
        found = self.gateway.fetch(self.parse(self.paid())[0], config("efi", api.url), self.secrets())
        assert [event.kind for event in found].count(PaymentEventKind.CREDIT) == 1

    def test_a_status_nobody_knows_is_never_paid(self, api: FakeApi) -> None:
        api.on("GET", f"/v1/notification/{TOKEN}", {"data": [entry(1, "novidade", value=15050)]})
        found = self.gateway.fetch(self.parse(self.paid())[0], config("efi", api.url), self.secrets())
        assert [event.kind for event in found] == [PaymentEventKind.UNKNOWN]
