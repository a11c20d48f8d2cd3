"""A channel that calls us itself: the challenge that proves the address is ours, and signed events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from regua.domain.model import Channel
from regua.ports import Secrets, SignedEvents
from regua.use_cases.listening.channel_events import Listening


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """An HTTP status and a word."""

    status: int
    text: str


_NOT_CONFIGURED = HookAnswer(404, "not configured")


@dataclass(frozen=True, slots=True)
class Webhook:
    """The ports of this use case; `unreadable` hears whose events were authentic and could not be read."""

    listening: Listening
    channel: Channel
    events: SignedEvents
    secrets: Secrets
    unreadable: Callable[[str], None]

    def subscribe(self, tenant: str, query: Mapping[str, str]) -> HookAnswer:
        """Answers the channel's challenge to who knows the tenant's verify token."""
        token = self._secret(tenant, "verify_token")
        if token is None:
            return _NOT_CONFIGURED
        echo = self.events.challenge(query, (token,))
        return HookAnswer(403, "forbidden") if echo is None else HookAnswer(200, echo)

    def hear(self, tenant: str, body: bytes, headers: Mapping[str, str]) -> HookAnswer:
        """Applies events. Everything authentic gets 200: errors would disable the subscription."""
        secret = self._secret(tenant, "app_secret")
        if secret is None:
            return _NOT_CONFIGURED
        if not self.events.verify(body, headers, (secret,)):
            self.listening.metrics.add("WebhookRejected", 1, gateway=self.channel)
            return HookAnswer(401, "signature")
        try:
            events = self.events.parse_event(body, headers)
        except ValueError:
            self.unreadable(tenant)
            return HookAnswer(200, "unreadable")
        self.listening.apply(events, tenant)
        return HookAnswer(200, "ok")

    def _secret(self, tenant: str, name: str) -> str | None:
        """The tenant's secret, by the name it gives it or the usual one; None where the channel is not configured."""
        try:
            config = self.listening.rulebook.config.tenant(tenant).channel(self.channel)
            return self.secrets.get(config.options.get(name) or f"{self.channel}/{name}") if config else None
        except KeyError:
            return None
