"""A channel that calls us itself: the challenge that proves the address is ours, and signed events.

Everything authentic is stored and gets 200: errors would disable the subscription. What nobody can judge now (the
tenant's file has a typo, its secret is missing or cannot be read) is stored as well where it looks like a signed event
of the channel's, up to a limit a day, and judged once that is repaired; else it gets 503, and the channel sends it
again for days. Strangers' bodies are counted and dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from regua.domain.model import Channel
from regua.ports import Heard, Secrets, SignedEvents
from regua.use_cases.listening.channel_events import Listening
from regua.use_cases.listening.hearing import ForgedError, Hearing

UNJUDGED_BYTES = 20_000_000
"""Stored a day of a tenant's, unjudged: some 15,000 statuses of 1.3 kB, a day of a large creditor's; and no more than
that of a stranger's, who has found out that the tenant's file is broken."""


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """An HTTP status and a word."""

    status: int
    text: str


_NOT_CONFIGURED = HookAnswer(404, "not configured")
_NOT_NOW = HookAnswer(503, "not now")


@dataclass(frozen=True, slots=True)
class Webhook:
    """The ports of this use case."""

    listening: Listening
    channel: Channel
    events: SignedEvents
    secrets: Secrets

    def subscribe(self, tenant: str, query: Mapping[str, str]) -> HookAnswer:
        """Answers the channel's challenge to who knows the tenant's verify token."""
        try:
            token = self._secret(tenant, "verify_token")
        except Exception:  # noqa: BLE001 - the tenant's file or its secret: whoever subscribes tries again
            return _NOT_NOW if self._knows(tenant) else _NOT_CONFIGURED
        if token is None:
            return _NOT_CONFIGURED
        echo = self.events.challenge(query, (token,))
        return HookAnswer(403, "forbidden") if echo is None else HookAnswer(200, echo)

    def hear(self, hearing: Hearing, tenant: str, body: bytes, headers: Mapping[str, str]) -> HookAnswer:
        """Stores events, and applies them. Raises RetryableError when they could not be stored."""
        try:
            secret = self._secret(tenant, "app_secret")
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody can say now whether this is authentic
            return self._unjudged(hearing, tenant, body, headers, error)
        if secret is None:
            return _NOT_CONFIGURED
        if not self.events.verify(body, headers, (secret,)):
            return self._rejected(HookAnswer(401, "signature"))
        return HookAnswer(200, "ok" if hearing.hear(tenant, self.channel, body) else "stored")

    def read(self, heard: Heard, body: bytes) -> None:
        """A reader of `Hearing`."""
        if not heard.proven:
            secret = self._secret(heard.tenant, "app_secret")
            if secret is None or not self.events.verify(body, dict(heard.headers), (secret,)):
                raise ForgedError("not signed by this app")
        self.listening.apply(self.events.parse_event(body, dict(heard.headers)), heard.tenant)

    def _unjudged(
        self, hearing: Hearing, tenant: str, body: bytes, headers: Mapping[str, str], error: Exception
    ) -> HookAnswer:
        known = self._knows(tenant)
        if not self._looks_signed(body, headers):
            return self._rejected(_NOT_NOW if known else _NOT_CONFIGURED)
        hearing.failed(error)
        self.listening.metrics.add("ChannelEventsWaiting", 1)
        now = self.listening.clock.now()
        day, until = f"unjudged|{now.date().isoformat()}", now + timedelta(days=2)
        if not known or not self.listening.store.count(tenant, day, len(body), UNJUDGED_BYTES, until):
            return _NOT_NOW
        hearing.keep(tenant, self.channel, body, self.events.signature(headers), proven=False)
        return HookAnswer(200, "stored")

    def _looks_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether a signature of the right form stands over a body that tells something of the channel."""
        try:
            return bool(self.events.signature(headers)) and bool(self.events.parse_event(body, headers))
        except Exception:  # noqa: BLE001 - a stranger's body; what is the channel's own is sent again
            return False

    def _rejected(self, answer: HookAnswer) -> HookAnswer:
        self.listening.metrics.add("WebhookRejected", 1, gateway=self.channel)
        return answer

    def _knows(self, tenant: str) -> bool:
        """Whether there is such a tenant, whatever its file is like."""
        try:
            self.listening.rulebook.config.tenant(tenant)
        except KeyError:
            return False
        except Exception:  # noqa: BLE001 - it has a file
            return True
        return True

    def _secret(self, tenant: str, name: str) -> str | None:
        """The tenant's secret, by the name it gives it or the usual one; None where the channel is not configured.

        Raises KeyError for an unknown tenant and a secret that is not there, and what else stands against reading it.
        """
        config = self.listening.rulebook.config.tenant(tenant).channel(self.channel)
        return self.secrets.get(config.options.get(name) or f"{self.channel}/{name}") if config else None
