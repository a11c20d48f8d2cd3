from datetime import UTC, datetime
from typing import Any

import pytest
from fake_api import FakeApi, FakeSecrets, config, oauth_secrets
from gateway_contract import Notification, ThinContract, UrlSecretContract, charge

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEventKind

INVOICE = "inv_17"


def notice(event: str) -> Notification:
    headers = {"webhook-event-id": f"evt_{event}", "webhook-event-type": event, "webhook-resource-id": INVOICE}
    return Notification(b"", headers)


def invoice(status: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": INVOICE,
        "status": status,
        "total_amount": 14000,
        "total_paid": 15050 if status == "PAID" else 0,
        "code": "TIT-17",
        "payments": [{"method": "BANK_SLIP", "finalized_at": "2026-11-23T15:00:00Z"}] if status == "PAID" else [],
        **changes,
    }


class TestCora(ThinContract, UrlSecretContract):
    name = "cora"
    rail = Rail.BOLETO
    paid_reference = charge(INVOICE)
    paid_at = datetime(2026, 11, 23, 15, tzinfo=UTC)

    def paid(self) -> Notification:
        return notice("invoice.paid")

    def refunded(self) -> Notification:
        return notice("invoice.refunded")

    def expired(self) -> Notification:
        return notice("invoice.overdue")

    def unknown(self) -> Notification:
        return notice("transfer.teleported")

    def serve(self, api: FakeApi, state: str) -> None:
        api.on("GET", f"/v2/invoices/{INVOICE}", invoice({"paid": "PAID", "expired": "LATE"}[state]))

    def secrets(self) -> FakeSecrets:
        return oauth_secrets()

    # Cora's invoice has no refunds: there is nothing to test but that the contract's case does not apply.
    test_a_refund_takes_back_the_credit_in_either_order = None  # type: ignore[assignment]  # switched off: see above

    def test_what_must_be_stored_to_understand_it_later_is_declared(self) -> None:
        signed = self.paid()
        kept = {name: value for name, value in signed.headers.items() if name in self.gateway.kept_headers}
        assert self.gateway.parse(b"", kept, {}) == self.parse(signed)

    @pytest.mark.parametrize("changes", [{"status": "NOVO"}, {"total_paid": 0}, {"id": None}])
    def test_what_cannot_be_read_is_never_paid(self, api: FakeApi, changes: dict[str, Any]) -> None:
        api.on("GET", f"/v2/invoices/{INVOICE}", {**invoice("PAID"), **changes})
        found = self.gateway.fetch(self.parse(self.paid())[0], config("cora", api.url), self.secrets())
        assert [event.kind for event in found] == [PaymentEventKind.UNKNOWN]

    @pytest.mark.parametrize("resource", ["..", "../v1", "a/b", "x?y", "%2e%2e"])
    def test_an_id_cannot_climb_to_another_address(self, api: FakeApi, resource: str) -> None:
        headers = {**self.paid().headers, "webhook-resource-id": resource}
        event = self.gateway.parse(b"", headers, {})[0]
        with pytest.raises(Exception, match="identificador"):
            self.gateway.fetch(event, config("cora", api.url), self.secrets())
        assert not [call for call in api.calls if "token" not in call.path]
