"""Gateways in a play: their own adapters read what they send, the history answers what they are asked."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from regua import gateways
from regua.domain.codes import brcode
from regua.domain.money.charge import Charge, ChargeRequest
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.gateways import client
from regua.ports import Gateway, Secrets

CREDENTIAL = "regua-play"
_OPTIONS = {"account": "1", "pix_key": "play@example.com"}
_MONEY = (PaymentEventKind.CREDIT, PaymentEventKind.REFUND, PaymentEventKind.CHARGEBACK)


@dataclass
class PlayedBank:
    """What all gateways of a play have told and made."""

    fetched: dict[str, Any] = field(default_factory=dict)
    """Gateway -> what it answers to a look-up: a document, a list of them (one after another), or path -> document."""
    charges: dict[str, tuple[ChargeRequest, date]] = field(default_factory=dict)
    """The Pix code of a charge -> what was asked for, and until when it can be paid."""
    told: dict[str, dict[str, tuple[datetime, PaymentEvent]]] = field(default_factory=lambda: defaultdict(dict))
    """Money gateways have told of, by gateway and event id: what they list when they are asked."""

    _gateways: dict[str, Gateway] = field(default_factory=dict)

    def gateway(self, name: str) -> Gateway:
        """Raises KeyError for a name that is none."""
        found = self._gateways.get(name)
        if found is None:
            found = self._gateways[name] = cast(Gateway, PlayedGateway(name, gateways.get(name), self))
        return found

    def answer(self, gateway: str) -> client.Answering:
        """Who answers a look-up at that gateway. A gateway the history says nothing of does not answer."""
        said = self.fetched.get(gateway)
        waiting = list(said) if isinstance(said, list) else None

        def answering(method: str, path: str) -> tuple[int, bytes]:
            document = said
            if waiting is not None:
                document = (waiting.pop(0) if len(waiting) > 1 else waiting[0]) if waiting else None
            elif isinstance(said, dict) and said and all(str(key).startswith("/") for key in said):
                document = next((value for key, value in said.items() if path.startswith(str(key))), None)
                if document is None:
                    return 404, b""
            return (503, b"") if document is None else (200, json.dumps(document).encode())

        return answering


class PlayedGateway:
    """One gateway: authentic by decree, read by its own adapter; charges are made here, in memory."""

    def __init__(self, name: str, adapter: Any, bank: PlayedBank) -> None:
        self.name = name
        self.kept_headers = getattr(adapter, "kept_headers", ())
        self._adapter, self._bank = adapter, bank
        self.now: datetime = datetime.min.replace(tzinfo=UTC)

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """Whatever a history says was sent, was."""
        self.now = now
        return Verdict(True, "a história diz que o gateway mandou")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """As the adapter reads it."""
        events: list[PaymentEvent] = self._adapter.parse(body, headers, query)
        for event in events:
            if event.kind in _MONEY:
                self._bank.told[event.gateway][event.event_id] = (event.occurred_at or self.now, event)
        return events

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """The adapter asks, the history answers."""
        known = GatewayConfig(config.name, config.secrets, {**_OPTIONS, **config.options}, config.create_charges)
        with client.answered_by(self._bank.answer(self.name)):
            events: list[PaymentEvent] = self._adapter.fetch(event, known, secrets)
        return events

    def list_payments(
        self, since: datetime, until: datetime, config: GatewayConfig, secrets: Secrets
    ) -> Iterator[PaymentEvent]:
        """Everything this gateway has told."""
        return iter([event for at, event in self._bank.told[self.name].values() if since <= at <= until])

    def create_charge(self, request: ChargeRequest, config: GatewayConfig, secrets: Secrets) -> Charge:
        """The same request is the same charge."""
        code = brcode.dynamic_code(f"pix.example.com/cobv/{request.txid}", "Recebedor", "Sao Paulo")
        until = request.due_on + timedelta(days=request.validity_days)
        self._bank.charges[code] = (request, until)
        return Charge(
            charge_id=request.txid,
            amount_cents=request.amount_cents,
            due_on=request.due_on,
            payable_until=until,
            txid=request.txid,
            pix_code=code,
        )

    def cancel_charge(self, charge_id: str, config: GatewayConfig, secrets: Secrets) -> None:
        """Money that comes all the same still finds its title."""


class PlayedSecrets:
    """Every secret there is: nobody outside is asked in a play."""

    def get(self, name: str) -> str:
        """A credential of any gateway, or of any channel."""
        return json.dumps({"token": "play", "client_id": "play", "client_secret": "play"})
