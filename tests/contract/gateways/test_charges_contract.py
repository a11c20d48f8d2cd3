"""Charges created and cancelled, by the gateways that offer it."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from fake_api import FakeApi, config, oauth_secrets, token_secrets

from regua import gateways
from regua.domain.codes import brcode
from regua.domain.model import Contract, Discount, RateUnit
from regua.domain.money.charge import ChargeRequest, Payer
from regua.gateways.client import RefusedError
from regua.ports import PermanentError, RetryableError

DUE = date(2026, 12, 10)
CODE = brcode.dynamic_code("pix.example.com/qr/v2/cobv/1", "Escola", "Natal")
REQUEST = ChargeRequest(
    tenant="escola",
    receivable="TIT-17",
    amount_cents=15050,
    due_on=DUE,
    payer=Payer("Maria da Silva", "52998224725", email="maria@example.com"),
    contract=Contract(fine_percent=Decimal(2), interest_percent=Decimal(1)),
    validity_days=20,
    description="Mensalidade de dezembro",
)
PATH = f"/cobv/{REQUEST.txid}"


def with_contract(**changes: Any) -> ChargeRequest:
    return dataclasses.replace(REQUEST, contract=dataclasses.replace(REQUEST.contract, **changes))


class TestTxid:
    def test_it_has_the_shape_a_cobv_needs(self) -> None:
        assert 26 <= len(REQUEST.txid) <= 35
        assert REQUEST.txid.isalnum()
        assert REQUEST.txid.isascii()

    def test_the_same_charge_has_the_same_and_any_change_another(self) -> None:
        assert dataclasses.replace(REQUEST).txid == REQUEST.txid
        changed = [
            dataclasses.replace(REQUEST, amount_cents=15051),
            dataclasses.replace(REQUEST, due_on=DUE + timedelta(days=1)),
            dataclasses.replace(REQUEST, tenant="outra"),
            with_contract(fine_percent=Decimal(1)),
        ]
        assert len({REQUEST.txid, *(request.txid for request in changed)}) == 5


class TestPixCobv:
    gateway = gateways.get("pix")

    def create(self, api: FakeApi, request: ChargeRequest = REQUEST, **answer: Any) -> Any:
        api.on("PUT", f"/cobv/{request.txid}", {"status": "ATIVA", "pixCopiaECola": CODE, **answer}, 201)
        return self.gateway.create_charge(request, config("pix", api.url), oauth_secrets())

    def sent(self, api: FakeApi) -> Any:
        return next(call.json for call in api.calls if call.method == "PUT")

    def test_the_charge_says_what_the_contract_says(self, api: FakeApi) -> None:
        charge = self.create(api)
        assert self.sent(api) == {
            "calendario": {"dataDeVencimento": "2026-12-10", "validadeAposVencimento": 20},
            "devedor": {"cpf": "52998224725", "nome": "Maria da Silva"},
            "valor": {
                "original": "150.50",
                "multa": {"modalidade": 2, "valorPerc": "2.00"},
                "juros": {"modalidade": 3, "valorPerc": "1.00"},
            },
            "chave": "11222333000181",
            "infoAdicionais": [{"nome": "Referencia", "valor": "TIT-17"}],
            "solicitacaoPagador": "Mensalidade de dezembro",
        }
        assert (charge.charge_id, charge.txid, charge.pix_code) == (REQUEST.txid, REQUEST.txid, CODE)
        assert charge.payable_until == date(2026, 12, 30)

    @pytest.mark.parametrize(
        ("unit", "business_days", "mode"),
        [
            (RateUnit.DAY, False, 2),
            (RateUnit.MONTH, False, 3),
            (RateUnit.YEAR, False, 4),
            (RateUnit.DAY, True, 6),
            (RateUnit.MONTH, True, 7),
            (RateUnit.YEAR, True, 8),
        ],
    )
    def test_interest_is_stated_in_its_own_period(
        self, api: FakeApi, unit: RateUnit, business_days: bool, mode: int
    ) -> None:
        self.create(api, with_contract(interest_unit=unit, business_days=business_days))
        assert self.sent(api)["valor"]["juros"]["modalidade"] == mode

    def test_discount_tiers_are_sent_in_order(self, api: FakeApi) -> None:
        tiers = (Discount(date(2026, 12, 8), percent=Decimal(5)), Discount(date(2026, 12, 1), percent=Decimal(10)))
        self.create(api, with_contract(discounts=tiers))
        assert self.sent(api)["valor"]["desconto"] == {
            "modalidade": 2,
            "descontoDataFixa": [
                {"data": "2026-12-01", "valorPerc": "10.00"},
                {"data": "2026-12-08", "valorPerc": "5.00"},
            ],
        }

    def test_waived_charges_are_not_sent(self, api: FakeApi) -> None:
        self.create(api, with_contract(waived=True))
        assert self.sent(api)["valor"] == {"original": "150.50"}

    @pytest.mark.parametrize(
        "changes",
        [
            {"interest_percent": Decimal("0.033")},
            {"discounts": (Discount(DUE, percent=Decimal(1)), Discount(DUE, cents=100))},
            {"discounts": (Discount(DUE, cents=1),) * 4},
        ],
    )
    def test_terms_a_cobv_cannot_say_are_refused_before_any_call(self, api: FakeApi, changes: dict[str, Any]) -> None:
        with pytest.raises(PermanentError):
            self.create(api, with_contract(**changes))
        assert not api.calls

    def test_a_lost_answer_finds_the_charge_that_was_created(self, api: FakeApi) -> None:
        api.on("PUT", PATH, {"type": "https://pix.bcb.gov.br/api/v2/error/CobVOperacaoInvalida"}, 400)
        api.on("GET", PATH, {"valor": {"original": "150.50"}, "pixCopiaECola": CODE})
        assert self.gateway.create_charge(REQUEST, config("pix", api.url), oauth_secrets()).pix_code == CODE

    def test_another_charge_under_that_txid_is_not_ours(self, api: FakeApi) -> None:
        api.on("PUT", PATH, {"type": "https://pix.bcb.gov.br/api/v2/error/CobVOperacaoInvalida"}, 400)
        api.on("GET", PATH, {"valor": {"original": "1.00"}, "pixCopiaECola": CODE})
        with pytest.raises(RefusedError, match="CobVOperacaoInvalida"):
            self.gateway.create_charge(REQUEST, config("pix", api.url), oauth_secrets())

    def test_an_older_psp_answers_with_the_address_only(self, api: FakeApi) -> None:
        charge = self.create(api, pixCopiaECola=None, loc={"location": "pix.example.com/qr/v2/cobv/9"})
        read = brcode.read(charge.pix_code)
        assert (read.valid, read.url) == (True, "pix.example.com/qr/v2/cobv/9")

    def test_a_cancelled_charge_cannot_be_paid(self, api: FakeApi) -> None:
        api.on("PATCH", PATH, {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"})
        self.gateway.cancel_charge(REQUEST.txid, config("pix", api.url), oauth_secrets())
        assert api.calls[-1].json == {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"}

    def test_cancelling_what_is_gone_is_no_fault(self, api: FakeApi) -> None:
        self.gateway.cancel_charge(REQUEST.txid, config("pix", api.url), oauth_secrets())
        api.on("PATCH", PATH, {}, 400)
        api.on("GET", PATH, {"status": "REMOVIDA_PELO_PSP"})
        self.gateway.cancel_charge(REQUEST.txid, config("pix", api.url), oauth_secrets())

    def test_cancelling_what_was_paid_is_refused(self, api: FakeApi) -> None:
        api.on("PATCH", PATH, {}, 400)
        api.on("GET", PATH, {"status": "CONCLUIDA"})
        with pytest.raises(RefusedError):
            self.gateway.cancel_charge(REQUEST.txid, config("pix", api.url), oauth_secrets())

    def test_the_token_is_asked_for_once_and_renewed_when_refused(self, api: FakeApi) -> None:
        self.create(api)
        self.create(api)
        assert len([call for call in api.calls if call.path == "/oauth/token"]) == 1
        api.answers[("PUT", PATH)] = [(401, {}), (201, {"pixCopiaECola": CODE})]
        self.gateway.create_charge(REQUEST, config("pix", api.url), oauth_secrets())
        assert len([call for call in api.calls if call.path == "/oauth/token"]) == 2


class TestAsaasCharge:
    gateway = gateways.get("asaas")

    def prepare(self, api: FakeApi, existing: list[dict[str, Any]] | None = None, customers: int = 1) -> None:
        api.on("GET", "/v3/payments", {"data": existing or []})
        api.on("GET", "/v3/customers", {"data": [{"id": "cus_1"}][:customers]})
        api.on("POST", "/v3/customers", {"id": "cus_2"})
        api.on("POST", "/v3/payments", {"id": "pay_17", "invoiceUrl": "https://asaas/i/17"})
        line = {"identificationField": "237", "nossoNumero": "10326944", "barCode": "1"}
        api.on("GET", "/v3/payments/pay_17/identificationField", line)
        api.on("GET", "/v3/payments/pay_17/pixQrCode", {"payload": CODE, "expirationDate": "2026-12-30 23:59:59"})

    def create(self, api: FakeApi, request: ChargeRequest = REQUEST) -> Any:
        return self.gateway.create_charge(request, config("asaas", api.url), token_secrets())

    def posts(self, api: FakeApi) -> list[Any]:
        return [call.json for call in api.calls if call.method == "POST"]

    def test_the_charge_says_what_the_contract_says(self, api: FakeApi) -> None:
        self.prepare(api)
        charge = self.create(api)
        assert self.posts(api) == [
            {
                "customer": "cus_1",
                "billingType": "BOLETO",
                "value": 150.5,
                "dueDate": "2026-12-10",
                "externalReference": "TIT-17",
                "daysAfterDueDateToRegistrationCancellation": 20,
                "description": "Mensalidade de dezembro",
                "fine": {"value": 2, "type": "PERCENTAGE"},
                "interest": {"value": 1},
            }
        ]
        # The digits of money leave as they are, never through a float.
        assert b'"value":150.50' in next(call.body for call in api.calls if call.method == "POST")
        assert (charge.charge_id, charge.pix_code, charge.digitable_line) == ("pay_17", CODE, "237")
        assert (charge.our_number, charge.pay_url) == ("10326944", "https://asaas/i/17")

    def test_a_new_customer_is_created_without_messages_of_its_own(self, api: FakeApi) -> None:
        self.prepare(api, customers=0)
        self.create(api)
        assert self.posts(api)[0] == {
            "name": "Maria da Silva",
            "cpfCnpj": "52998224725",
            "notificationDisabled": True,
            "email": "maria@example.com",
        }
        assert self.posts(api)[1]["customer"] == "cus_2"

    def test_the_charge_of_an_earlier_attempt_is_used(self, api: FakeApi) -> None:
        same = {"id": "pay_17", "value": 150.5, "dueDate": "2026-12-10", "status": "PENDING", "deleted": False}
        others = [{**same, "id": "x", **change} for change in ({"value": 1}, {"deleted": True}, {"status": "RECEIVED"})]
        self.prepare(api, existing=[*others, same])
        assert self.create(api).charge_id == "pay_17"
        assert not self.posts(api)

    @pytest.mark.parametrize(
        ("percent", "unit", "monthly"),
        [("0.03", RateUnit.DAY, 0.9), ("1.5", RateUnit.MONTH, 1.5), ("12", RateUnit.YEAR, 1)],
    )
    def test_interest_is_said_by_the_month(self, api: FakeApi, percent: str, unit: RateUnit, monthly: float) -> None:
        self.prepare(api)
        self.create(api, with_contract(interest_percent=Decimal(percent), interest_unit=unit))
        assert self.posts(api)[0]["interest"] == {"value": monthly}

    def test_a_discount_counts_days_before_the_due_date(self, api: FakeApi) -> None:
        self.prepare(api)
        self.create(api, with_contract(discounts=(Discount(date(2026, 12, 5), cents=1050),)))
        assert self.posts(api)[0]["discount"] == {"value": 10.5, "type": "FIXED", "dueDateLimitDays": 5}

    @pytest.mark.parametrize(
        "changes",
        [
            {"interest_percent": Decimal(5), "interest_unit": RateUnit.YEAR},
            {"business_days": True},
            {"discounts": (Discount(DUE, cents=1), Discount(DUE, cents=2))},
        ],
    )
    def test_terms_asaas_cannot_say_are_refused_before_any_call(self, api: FakeApi, changes: dict[str, Any]) -> None:
        with pytest.raises(PermanentError):
            self.create(api, with_contract(**changes))
        assert not api.calls

    def test_a_failure_of_the_moment_may_be_tried_again(self, api: FakeApi) -> None:
        api.on("GET", "/v3/payments", {}, 503)
        with pytest.raises(RetryableError):
            self.create(api)

    def test_cancelling_deletes_the_charge_once(self, api: FakeApi) -> None:
        api.on("DELETE", "/v3/payments/pay_17", {"deleted": True})
        self.gateway.cancel_charge("pay_17", config("asaas", api.url), token_secrets())
        api.answers.clear()
        self.gateway.cancel_charge("pay_17", config("asaas", api.url), token_secrets())
        api.on("DELETE", "/v3/payments/pay_17", {}, 400)
        api.on("GET", "/v3/payments/pay_17", {"deleted": True})
        self.gateway.cancel_charge("pay_17", config("asaas", api.url), token_secrets())

    def test_cancelling_what_was_paid_is_refused(self, api: FakeApi) -> None:
        api.on("DELETE", "/v3/payments/pay_17", {"errors": [{"code": "invalid_action"}]}, 400)
        api.on("GET", "/v3/payments/pay_17", {"deleted": False})
        with pytest.raises(RefusedError, match="invalid_action"):
            self.gateway.cancel_charge("pay_17", config("asaas", api.url), token_secrets())
