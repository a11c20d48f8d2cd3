import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fake_api import FakeApi, FakeSecrets, config, oauth_secrets
from gateway_contract import Notification, UrlSecretContract, charge

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEventKind

CODE = "092ea5e5-0f0f-4f8a-a1b9-6af53a06324d"


def item(situation: str, **changes: Any) -> dict[str, Any]:
    return {
        "codigoSolicitacao": CODE,
        "seuNumero": "TIT-17",
        "situacao": situation,
        "dataHoraSituacao": "2026-11-23T15:00:00.000Z",
        "nossoNumero": "6386252871",
        **changes,
    }


def received(**changes: Any) -> dict[str, Any]:
    return item("RECEBIDO", **{"valorTotalRecebido": "150.5", "origemRecebimento": "PIX", **changes})


def notification(*items: Any) -> Notification:
    return Notification(json.dumps(items).encode())


class TestInter(UrlSecretContract):
    name = "inter"
    paid_reference = charge(CODE)
    paid_at = datetime(2026, 11, 23, 15, tzinfo=UTC)

    def paid(self) -> Notification:
        return notification(received())

    def expired(self) -> Notification:
        return notification(item("EXPIRADO"))

    def unknown(self) -> Notification:
        return notification(item("TELEPORTADO", valorTotalRecebido="150.50"))

    def secrets(self) -> FakeSecrets:
        return oauth_secrets()

    # Inter announces no refunds: there is nothing to test but that the contract's case does not apply.
    test_a_refund_takes_back_the_credit_in_either_order = None  # type: ignore[assignment]  # switched off: see above

    def test_one_bad_charge_leaves_the_others(self) -> None:
        events = self.parse(notification(7, received(valorTotalRecebido="muito"), {"situacao": "RECEBIDO"}, received()))
        assert [event.kind for event in events] == [*[PaymentEventKind.UNKNOWN] * 3, PaymentEventKind.CREDIT]
        assert len({event.event_id for event in events}) == 4

    def test_a_bolepix_paid_on_both_rails_is_two_credits(self) -> None:
        events = self.parse(notification(received(), received(origemRecebimento="RECEBIDO_BOLETO")))
        assert [event.rail for event in events] == [Rail.PIX, Rail.BOLETO]
        assert len({event.event_id for event in events}) == 2

    @pytest.mark.parametrize(("text", "cents"), [("2.5", 250), ("2", 200), ("6.02", 602), ("1000.00", 100000)])
    def test_amounts_have_one_decimal_or_two_or_none(self, text: str, cents: int) -> None:
        assert self.parse(notification(received(valorTotalRecebido=text)))[0].amount_cents == cents

    def test_the_api_gives_the_id_of_the_webhook(self, api: FakeApi) -> None:
        charge_read = {
            "seuNumero": "TIT-17",
            "situacao": "RECEBIDO",
            "dataSituacao": "2026-11-23",
            "valorTotalRecebido": 150.5,
            "origemRecebimento": "BOLETO",
        }
        answer = {"cobranca": charge_read, "boleto": {"nossoNumero": "6386252871"}, "pix": {"txid": "t" * 30}}
        api.on("GET", f"/cobranca/v3/cobrancas/{CODE}", answer)
        announced = self.parse(notification(received(origemRecebimento="RECEBIDO_BOLETO")))[0]
        found = self.gateway.fetch(announced, config("inter", api.url, account="1234567"), self.secrets())
        assert [event.event_id for event in found] == [announced.event_id]
        assert api.calls[-1].headers["x-conta-corrente"] == "1234567"
