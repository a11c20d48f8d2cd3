"""The wire between the functions and what sends for AWS: SES and SNS, as well or as badly as AWS answers at the time.

It passes everything on to the emulator. During an outage every other message meets a trouble, in turn: too fast (429;
nothing taken), out of order (503; nothing taken), and no answer in time (taken). What the product can prove it sends
later; of the others nobody told it, and a second try could be a second message.

Sources: SES API v2 reference, SendEmail (errors); SNS API reference, common errors; read 2026-11-30.
"""

import http.client
import json
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from localcloud.local_server import LocalServer

SEND_EMAIL = "/v2/email/outbound-emails"
SERVICES = ("SESV2", "SNS")
"""Whose endpoint (AWS_ENDPOINT_URL_{service}) this is."""
SILENT_SECONDS = 1.5
"""A caller waits for at most `SendTimeoutSeconds`."""
PASS_SECONDS = 60.0
_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"})


class Trouble(StrEnum):
    """What a message may meet."""

    THROTTLED = "throttled"
    OUT_OF_ORDER = "out_of_order"
    UNANSWERED = "unanswered"


class ProviderWire(LocalServer):
    """The wire to the emulator at `url`. `met` counts troubles by channel and kind."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._to = urllib.parse.urlsplit(url).netloc
        self._out: set[str] = set()
        self._turns: Counter[str] = Counter()
        self.met: Counter[tuple[str, str]] = Counter()
        self.taken: Callable[[str], object] = lambda channel: None
        """Called with its channel when a message was taken, before the function hears of it."""
        self.tags: dict[str, dict[str, list[str]]] = {}
        """Of each mail that SES took, by its id: what the product asks to be told again with every event."""

    @property
    def environment(self) -> dict[str, str]:
        """By which the functions find it."""
        return {f"AWS_ENDPOINT_URL_{service}": self.url for service in SERVICES}

    def trouble(self, channel: str, begins: bool) -> None:
        """An outage of `email` or `sms` begins or ends."""
        (self._out.add if begins else self._out.discard)(channel)

    def respond(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """The emulator's answer, or the trouble's."""
        channel = _channel(target, body)
        met = self._meets(channel)
        if met is Trouble.THROTTLED or met is Trouble.OUT_OF_ORDER:
            return _refusal(channel, met)
        status, said, answer = self._pass_on(method, target, headers, body)
        if channel == "email" and status == 200:
            self._tagged(body, answer)
        if channel:
            self.taken(channel)
        if met is Trouble.UNANSWERED:
            time.sleep(SILENT_SECONDS)
        return status, said, answer

    def _meets(self, channel: str) -> Trouble | None:
        with self.lock:
            if channel not in self._out:
                return None
            self._turns[channel] += 1
            if self._turns[channel] % 2 == 0:
                return None
            met = list(Trouble)[self._turns[channel] // 2 % len(Trouble)]
            self.met[channel, met] += 1
            return met

    def _pass_on(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self._to, timeout=PASS_SECONDS)
        try:
            kept = {name: value for name, value in headers.items() if name.lower() not in _HOP}
            connection.request(method, target, body=body, headers=kept)
            answer = connection.getresponse()
            said = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP}
            return answer.status, said, answer.read()
        finally:
            connection.close()

    def _tagged(self, body: bytes, answer: bytes) -> None:
        tags = {tag["Name"]: [tag["Value"]] for tag in json.loads(body).get("EmailTags", ())}
        with self.lock:
            self.tags[json.loads(answer)["MessageId"]] = tags


def _channel(target: str, body: bytes) -> str:
    """`email` or `sms` for a message to a debtor; empty for all else that goes this way."""
    if target == SEND_EMAIL:
        return "email"
    return "sms" if b"Action=Publish&" in body + b"&" and b"PhoneNumber=" in body else ""


def _refusal(channel: str, met: Trouble) -> tuple[int, dict[str, str], bytes]:
    throttled = met is Trouble.THROTTLED
    if channel == "email":
        code = "TooManyRequestsException" if throttled else "ServiceUnavailable"
        data = json.dumps({"message": "Maximum sending rate exceeded." if throttled else "Try again later."})
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
        return 429 if throttled else 503, headers, data.encode()
    code = "Throttling" if throttled else "ServiceUnavailable"
    said = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>Rate exceeded</Message></Error>"
    data = f'<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">{said}<RequestId>r</RequestId></ErrorResponse>'
    return 400 if throttled else 503, {"Content-Type": "text/xml"}, data.encode()
