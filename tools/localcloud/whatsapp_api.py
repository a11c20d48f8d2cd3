"""WhatsApp's Graph API on 127.0.0.1: takes what the product sends, checks it, remembers it."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localcloud.graph_schema import GraphError, check_message
from localcloud.local_server import LocalServer
from localcloud.whatsapp_templates import Approvals

OUT_OF_ORDER = 2
"""Meta's code for a service that is down."""
MESSAGES_PATH = re.compile(r"/v\d+\.\d+/(?P<number>\d+)/messages")


@dataclass(frozen=True, slots=True)
class WhatsAppMessage:
    """A message the server accepted. `real` is the machine's clock in Unix seconds."""

    wamid: str
    to: str
    real: float
    body: dict[str, Any]

    @property
    def template(self) -> str:
        """Name of the template, empty for free text."""
        return str(self.body.get("template", {}).get("name", ""))

    @property
    def locale(self) -> str:
        """Locale of the template, empty for free text."""
        return str(self.body.get("template", {}).get("language", {}).get("code", ""))

    @property
    def parameters(self) -> list[str]:
        """The variables of the template's body, in order."""
        components = self.body.get("template", {}).get("components", [])
        return [
            str(parameter.get("text", ""))
            for component in components
            if component["type"] == "body"
            for parameter in component["parameters"]
        ]


Judge = Callable[[str], GraphError | None]
"""Given the number a message goes to: the error the API answers with, or None to accept it."""


class GraphServer(LocalServer):
    """The server. `received` grows; `refused` counts the errors it answered with, by Meta's code."""

    def __init__(self, token: str, phone_number_id: str, approvals: Approvals, judge: Judge = lambda _to: None) -> None:
        super().__init__()
        self._token, self._number, self._judge = token, phone_number_id, judge
        self.approvals = approvals
        self.received: list[WhatsAppMessage] = []
        self.refused: dict[int, int] = {}

    def since(self, count: int) -> list[WhatsAppMessage]:
        """What was accepted after the first `count` messages."""
        with self.lock:
            return self.received[count:]

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        """Meta's answer, or the error it would refuse with."""
        try:
            return 200, self.take(target, headers.get("Authorization", ""), body)
        except GraphError as error:
            self.count(error)
            return error.status, error.body()

    def take(self, path: str, authorization: str, raw: bytes) -> dict[str, Any]:
        """Answers one request. Raises GraphError for what the real API would refuse."""
        if self.is_out:
            raise GraphError(
                503, OUT_OF_ORDER, "Service temporarily unavailable", "API Service is down, try again later"
            )
        real = time.time()
        match = MESSAGES_PATH.fullmatch(path)
        if match is None or match["number"] != self._number:
            raise GraphError(400, 100, "Unsupported post request", "Object does not exist or cannot be loaded")
        if not hmac.compare_digest(authorization, f"Bearer {self._token}"):
            raise GraphError(401, 190, "Invalid OAuth access token", "Cannot parse access token")
        try:
            body = json.loads(raw)
        except ValueError:
            raise GraphError(400, 100, "Invalid parameter", "The request body is not JSON") from None
        check_message(body)
        self.approvals.check(body)
        to = body["to"].lstrip("+")
        error = self._judge(to)
        if error is not None:
            raise error
        with self.lock:
            wamid = "wamid." + hashlib.sha256(f"{to}{len(self.received)}{real}".encode()).hexdigest()[:40].upper()
            self.received.append(WhatsAppMessage(wamid, to, real, body))
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": body["to"], "wa_id": wa_id(to)}],
            "messages": [{"id": wamid, "message_status": "accepted"}],
        }

    def count(self, error: GraphError) -> None:
        """Remembers a refusal."""
        with self.lock:
            self.refused[error.code] = self.refused.get(error.code, 0) + 1


def wa_id(phone: str) -> str:
    """The id WhatsApp knows a number by: in most of Brazil outside area codes 11 to 28, without the ninth digit."""
    if len(phone) == 13 and phone.startswith("55") and int(phone[2:4]) > 28:
        return phone[:4] + phone[5:]
    return phone
