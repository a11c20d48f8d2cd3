import json
from datetime import UTC, datetime

from gateway_contract import GatewayContract, Notification, Signed

from regua.domain.money.payment_event import Reference, ReferenceKind


def message(word: str) -> Notification:
    document = {"coin": "c1", "word": word, "cents": 15050, "title": "TIT-17", "at": "2026-11-23T12:00:00-03:00"}
    return Notification(json.dumps(document).encode())


class TestTostao(GatewayContract):
    name = "tostao"
    paid_reference = Reference(ReferenceKind.EXTERNAL, "TIT-17")
    paid_at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    malformed = ({"x-coin": ""}, {"x-coin": "ção"}, {"authorization": "segredo-antigo-0001"})

    def sign(self, message: Notification, secret: str, at: datetime) -> Signed:
        return Signed(message.body, {"x-coin": secret})

    def paid(self) -> Notification:
        return message("paid")

    def refunded(self) -> Notification:
        return message("given_back")

    def expired(self) -> Notification:
        return message("waiting")

    def unknown(self) -> Notification:
        return message("teleported")
