"""What every sender must do. A channel's test subclasses `ChannelContract` and says what its provider answers.

Nothing is faked but the provider: the real SDK and the real HTTP library talk to a server on 127.0.0.1, so a retry that
slips in, a timeout that is not set or a redirect that is followed shows as a second request.
"""

import logging
import random
from typing import ClassVar

import pytest
from provider import Answer, Asked, Provider, closed_port

from regua import channels, outward
from regua.channels import aws, letter
from regua.domain.contact.channel_event import Action, ChannelEventKind, Outcome, SendResult, rank
from regua.domain.contact.message import Message
from regua.domain.model import Channel, ContactPoint
from regua.domain.tenant import ChannelConfig, Creditor, Tenant
from regua.ports import Sender

SECRET = "token-that-nobody-may-see"
CORRELATION = "d3adbeef-1-aviso"
CREDITOR = Creditor("Padaria Alfa Ltda", "12.345.678/0001-95", "Rua das Flores, 10", "Padaria Alfa")


class FakeSecrets:
    """One secret under every name."""

    def get(self, name: str) -> str:
        """The secret."""
        return SECRET


def sent(sender: Sender, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> SendResult:
    """What comes of a message: prepared, and then called."""
    call = sender.prepare(tenant, to, message, timeout=timeout)
    return call if isinstance(call, SendResult) else call()


class ChannelContract:
    """The suite. `refusals` are (answer, outcome, action) of documented errors."""

    channel: ClassVar[Channel]
    options: ClassVar[dict[str, str]] = {}
    price_micros: ClassVar[int] = 50_000
    to: ClassVar[ContactPoint]
    private: ClassVar[tuple[str, ...]]
    """Pieces of the address that must never be told."""
    message: ClassVar[Message]
    accepted: ClassVar[Answer]
    message_id: ClassVar[str]
    throttled: ClassVar[Answer]
    refusals: ClassVar[list[tuple[Answer, Outcome, Action]]]
    unknown_refusal: ClassVar[Answer]
    """A 4xx with a code that nobody documents, whose text holds the address."""
    unknown_fault: ClassVar[Answer]
    """A 5xx with such a code."""
    segments: ClassVar[int] = 1

    def correlation(self, asked: Asked) -> bool:
        """Whether the request carries the correlation id."""
        return CORRELATION.encode() in asked.body

    def tenant(self, **options: str) -> Tenant:
        config = ChannelConfig(options=self.options | options, price_micros=self.price_micros)
        return Tenant("alfa", CREDITOR, channels={self.channel: config})

    def send(self, *, timeout: float = 3.0, tenant: Tenant | None = None) -> SendResult:
        sender = channels.sender(self.channel, FakeSecrets())
        return sent(sender, tenant or self.tenant(), self.to, self.message, timeout=timeout)

    # -- outcomes

    def test_an_accepted_message_is_sent_with_its_id_cost_and_correlation(self, provider: Provider) -> None:
        provider.answer = self.accepted
        result = self.send()
        assert result == SendResult(
            Outcome.SENT, self.message_id, cost_micros=self.price_micros * self.segments, segments=self.segments
        )
        assert len(provider.asked) == 1
        assert self.correlation(provider.asked[0])

    def test_all_a_call_needs_is_at_hand_before_it_is_made(
        self, provider: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Between the gate and the provider there is no time to make a client, to read a token, to draw a letter."""
        provider.answer = self.accepted
        secrets = FakeSecrets()
        call = channels.sender(self.channel, secrets).prepare(self.tenant(), self.to, self.message, timeout=3.0)
        assert not isinstance(call, SendResult)
        assert provider.asked == []
        with monkeypatch.context() as nothing:
            for place, name in ((aws, "make"), (outward, "Web"), (letter, "make"), (FakeSecrets, "get")):
                nothing.setattr(place, name, None)
            assert call().outcome is Outcome.SENT
        assert len(provider.asked) == 1

    def test_a_throttled_message_was_not_accepted_and_may_come_later(self, provider: Provider) -> None:
        provider.answer = self.throttled
        result = self.send()
        assert (result.outcome, result.action) == (Outcome.THROTTLED, Action.RETRY_LATER)
        assert len(provider.asked) == 1

    def test_every_documented_refusal_asks_for_its_action(self, provider: Provider) -> None:
        for answer, outcome, action in self.refusals:
            provider.answer, provider.asked = answer, []
            result = self.send()
            assert (result.outcome, result.action, result.message_id) == (outcome, action, ""), answer.body
            assert result.cost_micros == 0
            assert len(provider.asked) == 1

    def test_an_unknown_refusal_goes_to_a_person(self, provider: Provider) -> None:
        provider.answer = self.unknown_refusal
        result = self.send()
        assert (result.outcome, result.action) == (Outcome.REFUSED, Action.OPERATOR)

    def test_an_unknown_fault_proves_nothing_and_is_not_tried_again(self, provider: Provider) -> None:
        provider.answer = self.unknown_fault
        result = self.send()
        assert result.outcome is Outcome.UNKNOWN
        assert len(provider.asked) == 1

    def test_a_lost_response_is_unknown_and_not_tried_again(self, provider: Provider) -> None:
        provider.answer = Answer(lost=True)
        result = self.send()
        assert (result.outcome, result.action) == (Outcome.UNKNOWN, Action.NONE)
        assert len(provider.asked) == 1

    def test_an_answer_that_does_not_come_in_time_is_unknown_and_not_tried_again(self, provider: Provider) -> None:
        provider.answer = Answer(late=10)
        result = self.send(timeout=0.6)
        assert result.outcome is Outcome.UNKNOWN
        assert len(provider.asked) == 1

    def test_a_provider_nobody_answers_for_was_not_reached(
        self, provider: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nobody = closed_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL", nobody)
        monkeypatch.setenv("WHATSAPP_BASE_URL", nobody)
        aws.make.cache_clear()
        result = self.send()
        assert (result.outcome, result.action) == (Outcome.UNREACHED, Action.RETRY_LATER)
        assert provider.asked == []

    def test_a_redirect_is_not_followed_with_the_message(self, provider: Provider) -> None:
        provider.answer = Answer(307, b"", {"Location": f"{provider.url}/elsewhere"})
        result = self.send()
        assert result.outcome is not Outcome.SENT
        assert len(provider.asked) == 1

    def test_an_answer_nobody_can_read_is_unknown(self, provider: Provider) -> None:
        provider.answer = Answer(200, b"<html>surprise</html>", {"Content-Type": "text/html"})
        assert self.send().outcome is Outcome.UNKNOWN
        assert len(provider.asked) == 1

    # -- never without a configuration

    def test_a_channel_that_is_not_configured_calls_nobody(self, provider: Provider) -> None:
        result = self.send(tenant=Tenant("alfa", CREDITOR))
        assert (result.outcome, result.action) == (Outcome.REFUSED, Action.OPERATOR)
        off = ChannelConfig(enabled=False, options=self.options)
        assert self.send(tenant=Tenant("alfa", CREDITOR, channels={self.channel: off})).outcome is Outcome.REFUSED
        assert provider.asked == []

    # -- privacy

    def test_neither_logs_nor_errors_tell_whom_it_was_for(
        self, provider: Provider, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        answers = [
            self.accepted,
            self.unknown_refusal,
            self.unknown_fault,
            Answer(lost=True),
            *(answer for answer, _, _ in self.refusals),
        ]
        for answer in answers:
            provider.answer = answer
            result = self.send()
            for piece in (*self.private, SECRET):
                assert piece not in result.error
                assert piece not in caplog.text

    # -- events

    def test_events_in_any_order_and_repeated_end_the_same(self) -> None:
        kinds = [
            ChannelEventKind.SENT,
            ChannelEventKind.DELIVERED,
            ChannelEventKind.READ,
            ChannelEventKind.SENT,
            ChannelEventKind.UNKNOWN,
        ]
        shuffled = random.Random(7)
        ends = set()
        for _ in range(40):
            shuffled.shuffle(kinds)
            best = ChannelEventKind.UNKNOWN
            for kind in kinds:
                best = max(best, kind, key=rank)
            ends.add(best)
        assert ends == {ChannelEventKind.READ}
