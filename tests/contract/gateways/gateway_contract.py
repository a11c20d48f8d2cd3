"""What every gateway must do. A gateway's test subclasses `GatewayContract` and gives notifications of that gateway."""

import itertools
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fake_api import API_TOKEN, FakeApi, FakeSecrets, config, token_secrets

from regua import gateways
from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind
from regua.ports import PermanentError, RetryableError

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SECRET, NEW_SECRET = "segredo-antigo-0001", "segredo-novo-0002"
MONEY = {PaymentEventKind.CREDIT, PaymentEventKind.REFUND, PaymentEventKind.CHARGEBACK}
HOSTILE_BODIES = [
    b"",
    b" ",
    b"null",
    b"true",
    b"0",
    b'""',
    b"[]",
    b"{}",
    b"[null]",
    b"[[]]",
    b"\x00\xff\xfe\x80",
    b"\xef\xbb\xbf{}",
    b"{" * 5000,
    b"[" * 5000 + b"]" * 5000,
    b'{"a":' * 5000 + b"1" + b"}" * 5000,
    b'{"pix":' + b"[" * 5000 + b"]" * 5000 + b"}",
    b'{"pix":[{"endToEndId":"E1","valor":1e999999999,"horario":"x"}]}',
    b'{"pix":[{"endToEndId":"E1","valor":1e99999999999999999999}]}',
    b'{"pix":[{"endToEndId":"E1","valor":' + b"9" * 5000 + b"}]}",
    b'{"id":' + b"9" * 5000 + b"}",
    b'{"id":1e5,"event":1,"type":2,"payment":[],"data":"x","charges":7,"status":false}',
    b'{"id":"\\ud800","event":"\\ud800","type":"\\udfff","status":"PAID","data":{"id":"\\ud800"}}',
    b'{"id":NaN}',
    b"notification=",
    b"event=&data%5Bid%5D=%ff",
    b"a&b=;=&" * 2000,
    "ção".encode("utf-16"),
]


@dataclass(frozen=True)
class Notification:
    """A webhook as it arrives, before it is signed."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Signed(Notification):
    """A webhook with its proof."""


class GatewayContract:
    """The behaviour; the subclass gives the words."""

    name = ""
    needs_secret = True
    """False: with no secret configured the transport is the proof."""
    thin = False
    rail = Rail.PIX
    paid_cents = 15050
    paid_reference: Reference
    paid_at: datetime | None = None
    malformed: tuple[Mapping[str, str], ...] = ()
    """Headers (or query, under `?name`) that are no proof."""

    # what a subclass gives

    def sign(self, notification: Notification, secret: str, at: datetime) -> Signed:
        """The notification with the proof its sender would add."""
        raise NotImplementedError

    def paid(self) -> Notification:
        """A payment of `paid_cents`; `amount_due` differs from it."""
        raise NotImplementedError

    def refunded(self) -> Notification:
        """The same payment given back in full."""
        raise NotImplementedError

    def expired(self) -> Notification:
        """The same charge overdue, expired or waiting: no money."""
        raise NotImplementedError

    def unknown(self) -> Notification:
        """A notification of a type nobody has heard of."""
        raise NotImplementedError

    def serve(self, api: FakeApi, state: str) -> None:
        """For thin gateways: makes the API say what it would after `state` (paid, refunded, expired)."""

    def secrets(self) -> FakeSecrets:
        """Credentials of the API."""
        return token_secrets()

    # helpers

    @property
    def gateway(self) -> Any:
        return gateways.get(self.name)

    def parse(self, notification: Notification) -> list[PaymentEvent]:
        signed = self.sign(notification, SECRET, NOW)
        events: list[PaymentEvent] = self.gateway.parse(signed.body, signed.headers, signed.query)
        return events

    def facts(self, state: str, api: FakeApi) -> list[PaymentEvent]:
        """What the notification of that state means in the end: looked up when it is thin."""
        builders: dict[str, Callable[[], Notification]] = {
            "paid": self.paid,
            "refunded": self.refunded,
            "expired": self.expired,
        }
        events = self.parse(builders[state]())
        if not self.thin:
            return events
        assert [event.kind for event in events] == [PaymentEventKind.LOOKUP]
        api.answers.clear()
        self.serve(api, state)
        found: list[PaymentEvent] = self.gateway.fetch(events[0], config(self.name, api.url), self.secrets())
        return found

    def credit(self, events: list[PaymentEvent]) -> PaymentEvent:
        credits = [event for event in events if event.kind is PaymentEventKind.CREDIT]
        assert len(credits) == 1
        return credits[0]

    # authenticity

    def test_an_authentic_message_is_accepted(self) -> None:
        signed = self.sign(self.paid(), SECRET, NOW)
        verdict = self.gateway.verify(signed.body, signed.headers, signed.query, (SECRET,), NOW)
        assert verdict.authentic, verdict.why
        assert not verdict.transport

    def test_a_message_with_another_secret_is_refused(self) -> None:
        signed = self.sign(self.paid(), "outro-segredo", NOW)
        assert not self.gateway.verify(signed.body, signed.headers, signed.query, (SECRET,), NOW).authentic

    @pytest.mark.parametrize("used", [SECRET, NEW_SECRET])
    def test_old_and_new_secret_are_accepted_while_one_is_rotated(self, used: str) -> None:
        signed = self.sign(self.paid(), used, NOW)
        assert self.gateway.verify(signed.body, signed.headers, signed.query, (SECRET, NEW_SECRET), NOW).authentic

    def test_the_old_secret_is_refused_after_the_rotation(self) -> None:
        signed = self.sign(self.paid(), SECRET, NOW)
        assert not self.gateway.verify(signed.body, signed.headers, signed.query, (NEW_SECRET,), NOW).authentic

    def test_a_message_without_proof_is_refused(self) -> None:
        notification = self.paid()
        verdict = self.gateway.verify(notification.body, notification.headers, notification.query, (SECRET,), NOW)
        assert not verdict.authentic
        assert "falta" in verdict.why

    def test_a_malformed_proof_is_refused(self) -> None:
        assert self.malformed
        notification = self.paid()
        for proof in self.malformed:
            headers = {**notification.headers, **{k: v for k, v in proof.items() if not k.startswith("?")}}
            query = {**notification.query, **{k[1:]: v for k, v in proof.items() if k.startswith("?")}}
            assert not self.gateway.verify(notification.body, headers, query, (SECRET,), NOW).authentic, proof

    def test_an_empty_secret_accepts_nothing(self) -> None:
        signed = self.sign(self.paid(), "", NOW)
        assert not self.gateway.verify(signed.body, signed.headers, signed.query, ("", SECRET), NOW).authentic

    @pytest.mark.parametrize("secrets", [(), ("",)])
    def test_without_a_secret_only_the_transport_can_vouch(self, secrets: tuple[str, ...]) -> None:
        notification = self.paid()
        verdict = self.gateway.verify(notification.body, notification.headers, notification.query, secrets, NOW)
        assert verdict.authentic is not self.needs_secret
        assert verdict.transport is not self.needs_secret
        assert "segredo" in verdict.why

    # meaning

    def test_a_payment_is_a_credit_of_what_was_paid(self, api: FakeApi) -> None:
        credit = self.credit(self.facts("paid", api))
        assert credit.amount_cents == self.paid_cents
        assert credit.rail is self.rail
        assert credit.reference == self.paid_reference
        assert credit.occurred_at == self.paid_at
        assert credit.gateway == self.name

    def test_the_same_message_twice_has_the_same_ids(self) -> None:
        first, second = self.parse(self.paid()), self.parse(self.paid())
        assert [event.event_id for event in first] == [event.event_id for event in second]
        assert all(event.event_id for event in first)

    def test_a_refund_takes_back_the_credit_in_either_order(self, api: FakeApi) -> None:
        for order in itertools.permutations(("paid", "refunded", "paid", "refunded")):
            known: dict[str, PaymentEvent] = {}
            for state in order:
                known |= {event.event_id: event for event in self.facts(state, api) if event.kind in MONEY}
            net = sum(e.amount_cents * (1 if e.kind is PaymentEventKind.CREDIT else -1) for e in known.values())
            assert net == 0, known
            credit = self.credit(list(known.values()))
            assert [e.refers_to for e in known.values() if e.kind is PaymentEventKind.REFUND] == [credit.event_id]

    def test_a_payment_after_expiry_still_is_a_credit(self, api: FakeApi) -> None:
        before = self.facts("expired", api)
        after = self.facts("paid", api)
        assert not [event for event in before if event.kind in MONEY]
        assert self.credit(after).amount_cents == self.paid_cents
        assert self.credit(after).event_id not in {event.event_id for event in before}

    def test_an_unknown_type_is_kept_and_never_paid(self) -> None:
        events = self.parse(self.unknown())
        assert events
        assert {event.kind for event in events} <= {PaymentEventKind.UNKNOWN, PaymentEventKind.LIFECYCLE}
        assert all(event.amount_cents == 0 for event in events)

    # hostile input

    @pytest.mark.parametrize("body", HOSTILE_BODIES, ids=range(len(HOSTILE_BODIES)))
    def test_any_body_is_judged_and_read_without_a_crash(self, body: bytes) -> None:
        junk = dict.fromkeys(self.sign(self.paid(), SECRET, NOW).headers, "\ud800 ,=;t=v1=,ts=")
        junk |= {"token": "\udfff", "data.id": "\udfff", "x-request-id": "\ud800"}
        for headers in ({}, junk):
            verdict = self.gateway.verify(body, headers, headers, (SECRET, "\ud800"), NOW)
            assert not verdict.authentic
        try:
            events = self.gateway.parse(body, {}, {})
        except ValueError:
            return
        assert not [event for event in events if event.kind is PaymentEventKind.CREDIT]

    # secrets

    def test_no_secret_is_ever_logged_or_told(self, api: FakeApi, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        told = []
        for secret in (SECRET, "outro-segredo"):
            signed = self.sign(self.paid(), secret, NOW)
            told.append(self.gateway.verify(signed.body, signed.headers, signed.query, (SECRET,), NOW).why)
        for event in self.parse(self.paid()):
            told.append(repr(event))
            for status in (500, 401):
                self._answer_all(api, status)
                try:
                    self.gateway.fetch(event, config(self.name, api.url), self.secrets())
                except (RetryableError, PermanentError) as error:
                    told.append(f"{error!r} {error.__cause__!r}")
        text = " ".join([*told, caplog.text])
        assert SECRET not in text
        assert "outro-segredo" not in text
        assert API_TOKEN not in text

    def _answer_all(self, api: FakeApi, status: int) -> None:
        self.serve(api, "paid")
        for key in api.answers:
            api.answers[key] = [(status, {"title": "erro"})]


class TimestampContract(GatewayContract):
    """Gateways that sign the time."""

    def test_the_tolerance_holds_in_both_directions(self) -> None:
        limit = self.gateway.declaration.tolerance_seconds
        assert limit > 0
        for offset, good in ((-limit, True), (limit, True), (-limit - 1, False), (limit + 1, False)):
            signed = self.sign(self.paid(), SECRET, NOW + timedelta(seconds=offset))
            verdict = self.gateway.verify(signed.body, signed.headers, signed.query, (SECRET,), NOW)
            assert verdict.authentic is good, (offset, verdict.why)

    def test_an_old_and_a_future_signature_say_so(self) -> None:
        for offset, word in ((timedelta(days=-1), "antiga"), (timedelta(days=1), "futuro")):
            signed = self.sign(self.paid(), SECRET, NOW + offset)
            assert word in self.gateway.verify(signed.body, signed.headers, signed.query, (SECRET,), NOW).why


class BodySignatureContract(GatewayContract):
    """Gateways that sign the body."""

    def test_one_changed_byte_is_refused(self) -> None:
        signed = self.sign(self.paid(), SECRET, NOW)
        for position in (0, len(signed.body) // 2, len(signed.body) - 1):
            body = bytearray(signed.body)
            body[position] ^= 1
            assert not self.gateway.verify(bytes(body), signed.headers, signed.query, (SECRET,), NOW).authentic


class UrlSecretContract(GatewayContract):
    """Gateways whose address holds the secret."""

    needs_secret = False
    malformed = ({"?token": ""}, {"?token": " "}, {"?hmac": SECRET[:-1]}, {"?token": SECRET + "x"}, {"?outro": SECRET})

    def sign(self, notification: Notification, secret: str, at: datetime) -> Signed:
        return Signed(notification.body, notification.headers, {**notification.query, "token": secret})

    def test_both_names_of_the_parameter_are_read(self) -> None:
        notification = self.paid()
        for parameter in ("token", "hmac"):
            query = {**notification.query, parameter: SECRET}
            assert self.gateway.verify(notification.body, notification.headers, query, (SECRET,), NOW).authentic

    @pytest.mark.parametrize("callback", ["pix", "rec", "cobr", "cob", "cobv"])
    def test_a_secret_is_known_behind_which_a_psp_has_put_its_callback(self, callback: str) -> None:
        notification = self.paid()
        query = {**notification.query, "token": f"{SECRET}/{callback}"}
        assert self.gateway.verify(notification.body, notification.headers, query, (SECRET,), NOW).authentic
        query["token"] = f"outro/{callback}"
        assert not self.gateway.verify(notification.body, notification.headers, query, (SECRET,), NOW).authentic

    def test_a_secret_that_ends_like_a_callback_is_still_one(self) -> None:
        notification, secret = self.paid(), f"{SECRET}/pix"
        query = {**notification.query, "token": secret}
        assert self.gateway.verify(notification.body, notification.headers, query, (secret,), NOW).authentic
        query["token"] = f"{secret}/outra"
        assert not self.gateway.verify(notification.body, notification.headers, query, (secret,), NOW).authentic


class ThinContract(GatewayContract):
    """Gateways whose notifications are looked up."""

    thin = True

    def test_the_message_itself_is_never_a_credit(self) -> None:
        for notification in (self.paid(), self.refunded(), self.expired()):
            assert {event.kind for event in self.parse(notification)} == {PaymentEventKind.LOOKUP}

    def test_the_lookup_is_made_with_the_tenants_credential(self, api: FakeApi) -> None:
        self.facts("paid", api)
        assert any("authorization" in call.headers or "access_token" in call.headers for call in api.calls)

    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    def test_a_lookup_that_fails_now_is_tried_again_later(self, api: FakeApi, status: int) -> None:
        self._answer_all(api, status)
        with pytest.raises(RetryableError):
            self._fetch(api)

    def test_a_gateway_that_does_not_answer_is_tried_again_later(self, api: FakeApi) -> None:
        event = self.parse(self.paid())[0]
        with pytest.raises(RetryableError):
            self.gateway.fetch(event, config(self.name, "http://127.0.0.1:1"), self.secrets())

    @pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 422])
    def test_a_lookup_that_can_never_work_is_work_for_a_person(self, api: FakeApi, status: int) -> None:
        self._answer_all(api, status)
        with pytest.raises(PermanentError):
            self._fetch(api)

    def test_an_unreadable_answer_is_tried_again_later(self, api: FakeApi) -> None:
        self.serve(api, "paid")
        for key in api.answers:
            api.answers[key] = [(200, b"<html>")]
        with pytest.raises(RetryableError):
            self._fetch(api)

    def test_a_missing_credential_is_work_for_a_person(self, api: FakeApi) -> None:
        event = self.parse(self.paid())[0]
        with pytest.raises(PermanentError, match="api"):
            self.gateway.fetch(event, config(self.name, api.url), FakeSecrets({}))

    def _fetch(self, api: FakeApi) -> None:
        self.gateway.fetch(self.parse(self.paid())[0], config(self.name, api.url), self.secrets())


def charge(value: str) -> Reference:
    """A charge of the gateway."""
    return Reference(ReferenceKind.CHARGE, value)
