import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fake_api import FakeApi, FakeSecrets, config, oauth_secrets
from gateway_contract import Notification, UrlSecretContract

from regua.domain.money.payment_event import PaymentEventKind, Reference, ReferenceKind

E2E = "E1234567820261123150000abcdef012"
TXID = "RGA1B2C3D4E5F6G7H8I9J0K1L"


def pix(**changes: Any) -> dict[str, Any]:
    return {
        "endToEndId": E2E,
        "txid": TXID,
        "chave": "11222333000181",
        "valor": "150.50",
        "horario": "2026-11-23T12:00:00.000-03:00",
        "infoPagador": "nota 17",
        **changes,
    }


def refund(**changes: Any) -> dict[str, Any]:
    return {
        "id": "DEV1",
        "rtrId": "D1234567820261123160000abcdef012",
        "valor": "150.50",
        "horario": {"solicitacao": "2026-11-23T13:00:00Z", "liquidacao": "2026-11-23T13:00:02Z"},
        "status": "DEVOLVIDO",
        **changes,
    }


def body(*elements: Any) -> Notification:
    return Notification(json.dumps({"pix": list(elements)}).encode())


class TestPix(UrlSecretContract):
    name = "pix"
    paid_reference = Reference(ReferenceKind.TXID, TXID)
    paid_at = datetime(2026, 11, 23, 15, tzinfo=UTC)

    def paid(self) -> Notification:
        return body(pix())

    def refunded(self) -> Notification:
        return body(pix(devolucoes=[refund()]))

    def expired(self) -> Notification:
        item = {"idRec": "RR1234567820261101abcdefghijk", "txid": TXID, "status": "EXPIRADA"}
        return Notification(json.dumps({"cobsr": [item]}).encode())

    def unknown(self) -> Notification:
        return Notification(json.dumps({"recs": [{"idRec": "RR1", "status": "NOVIDADE", "atualizacao": 7}]}).encode())

    def secrets(self) -> FakeSecrets:
        return oauth_secrets()

    def test_one_bad_element_of_fifty_leaves_the_other_forty_nine(self) -> None:
        elements: list[Any] = [pix(endToEndId=f"E{number:031d}") for number in range(50)]
        elements[17] = pix(valor="cento e cinquenta")
        events = self.parse(body(*elements))
        assert len([event for event in events if event.kind is PaymentEventKind.CREDIT]) == 49
        assert [event.note for event in events if event.kind is PaymentEventKind.UNKNOWN] == ["Pix com valor ilegível"]

    @pytest.mark.parametrize(
        "bad", [None, 7, "x", [], {}, {"endToEndId": None}, pix(endToEndId="a b"), pix(valor="-1.00")]
    )
    def test_a_bad_element_is_unknown_whatever_it_is(self, bad: Any) -> None:
        kinds = [event.kind for event in self.parse(body(bad, pix()))]
        assert kinds == [PaymentEventKind.UNKNOWN, PaymentEventKind.CREDIT]

    def test_devolucoes_may_be_an_object_or_a_list(self) -> None:
        as_list = self.parse(body(pix(devolucoes=[refund()])))
        as_object = self.parse(body(pix(devolucoes=refund())))
        assert as_list == as_object

    @pytest.mark.parametrize("status", ["EM_PROCESSAMENTO", "NAO_REALIZADO"])
    def test_only_a_finished_refund_takes_money_back(self, status: str) -> None:
        events = self.parse(body(pix(devolucoes=[refund(status=status)])))
        assert [event.kind for event in events] == [PaymentEventKind.CREDIT, PaymentEventKind.LIFECYCLE]

    def test_a_refund_seen_in_process_and_then_done_is_two_pieces_of_news(self) -> None:
        ids = {
            self.parse(body(pix(devolucoes=[refund(status=status)])))[1].event_id
            for status in ("EM_PROCESSAMENTO", "DEVOLVIDO")
        }
        assert ids == {f"{E2E}:DEV1:EM_PROCESSAMENTO", f"{E2E}:DEV1:DEVOLVIDO"}

    @pytest.mark.parametrize(
        ("nature", "kind"),
        [
            ("ORIGINAL", PaymentEventKind.REFUND),
            ("RETIRADA", PaymentEventKind.LIFECYCLE),
            ("MED_OPERACIONAL", PaymentEventKind.REFUND),
            ("MED_FRAUDE", PaymentEventKind.CHARGEBACK),
            ("MED_PIX_AUTOMATICO", PaymentEventKind.CHARGEBACK),
            ("NATUREZA_NOVA", PaymentEventKind.REFUND),
        ],
    )
    def test_the_nature_of_a_refund_says_who_took_the_money_back(self, nature: str, kind: PaymentEventKind) -> None:
        assert self.parse(body(pix(devolucoes=[refund(natureza=nature)])))[1].kind is kind

    def test_two_partial_refunds_are_two_facts(self) -> None:
        parts = [refund(id="A", valor="50.00"), refund(id="B", valor="0.50")]
        events = self.parse(body(pix(devolucoes=parts)))
        assert [(event.event_id, event.amount_cents) for event in events[1:]] == [
            (f"{E2E}:A:DEVOLVIDO", 5000),
            (f"{E2E}:B:DEVOLVIDO", 50),
        ]

    def test_a_pix_without_txid_is_money_without_a_name(self) -> None:
        events = self.parse(body({key: value for key, value in pix().items() if key != "txid"}))
        assert events[0].kind is PaymentEventKind.CREDIT
        assert events[0].reference.kind is ReferenceKind.NONE

    @pytest.mark.parametrize("body", [{"pix": []}, {"cobsr": []}, {"recs": []}, {"evento": "teste_webhook"}])
    def test_a_notification_that_tries_the_address_is_counted(self, body: dict[str, Any]) -> None:
        found = self.parse(Notification(json.dumps(body).encode()))
        assert [event.kind for event in found] == [PaymentEventKind.LIFECYCLE]

    def test_a_pix_we_sent_is_not_a_payment(self) -> None:
        events = self.parse(body(pix(tipo="SOLICITACAO", status="REALIZADO")))
        assert [event.kind for event in events] == [PaymentEventKind.LIFECYCLE]

    def test_an_unreadable_hour_does_not_lose_the_money(self) -> None:
        event = self.parse(body(pix(horario="2024-20-08T99:00:00Z")))[0]
        assert (event.kind, event.occurred_at, event.note) == (PaymentEventKind.CREDIT, None, "horario ilegível")

    def test_fields_of_a_later_version_are_ignored(self) -> None:
        assert self.parse(body(pix(campoNovo={"x": [1]}))) == self.parse(body(pix()))

    def test_the_pull_says_what_the_webhooks_said(self, api: FakeApi) -> None:
        page = {"parametros": {"paginacao": {"quantidadeDePaginas": 2}}}
        api.on("GET", "/pix", {**page, "pix": [pix()]})
        api.on("GET", "/pix", {**page, "pix": [pix(endToEndId="E2", devolucoes=[refund()])]})
        since, until = datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
        pulled = list(self.gateway.list_payments(since, until, config("pix", api.url), self.secrets()))
        assert pulled == self.parse(body(pix(), pix(endToEndId="E2", devolucoes=[refund()])))
        pages = [call.query for call in api.calls if call.path == "/pix"]
        assert [query["paginacao.paginaAtual"] for query in pages] == ["0", "1"]
        assert {query["inicio"] for query in pages} == {"2026-11-22T00:00:00Z"}

    def test_a_pix_is_read_again_by_its_end_to_end_id(self, api: FakeApi) -> None:
        api.on("GET", f"/pix/{E2E}", pix(devolucoes=[refund()]))
        event = self.parse(self.paid())[0]
        again = self.gateway.fetch(event, config("pix", api.url), self.secrets())
        assert again == self.parse(self.refunded())
