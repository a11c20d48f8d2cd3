"""WhatsApp's Graph API on 127.0.0.1: takes what the product sends, checks it, remembers it."""

import hashlib
import hmac
import json
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from localcloud.graph_schema import GraphError, check_message
from localcloud.whatsapp_templates import Approvals

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


class QuietServer(ThreadingHTTPServer):
    """A caller that is ended in the middle of a call is no news."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of a connection that is gone; anything else as ever."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


Judge = Callable[[str], GraphError | None]
"""Given the number a message goes to: the error the API answers with, or None to accept it."""


class GraphServer:
    """The server. `received` grows; `refused` counts the errors it answered with, by Meta's code."""

    def __init__(self, token: str, phone_number_id: str, approvals: Approvals, judge: Judge = lambda _to: None) -> None:
        self._token, self._number, self._judge = token, phone_number_id, judge
        self.approvals = approvals
        self._lock = threading.Lock()
        self._server = QuietServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._out = False
        self.received: list[WhatsAppMessage] = []
        self.refused: dict[int, int] = {}

    @property
    def url(self) -> str:
        """Where it listens; what the product is told instead of https://graph.facebook.com."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Ends within a tenth of a second; harmless when it never started."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()

    def out_of_order(self, out: bool) -> None:
        """Begins or ends an outage: every call gets HTTP 503 meanwhile, and nothing is taken."""
        self._out = out

    def since(self, count: int) -> list[WhatsAppMessage]:
        """What was accepted after the first `count` messages."""
        with self._lock:
            return self.received[count:]

    def take(self, path: str, authorization: str, raw: bytes) -> dict[str, Any]:
        """Answers one request. Raises GraphError for what the real API would refuse."""
        if self._out:
            raise GraphError(503, 2, "Service temporarily unavailable", "API Service is down, try again later")
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
        with self._lock:
            wamid = "wamid." + hashlib.sha256(f"{to}{len(self.received)}{real}".encode()).hexdigest()[:40].upper()
            self.received.append(WhatsAppMessage(wamid, to, real, body))
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": body["to"], "wa_id": wa_id(to)}],
            "messages": [{"id": wamid, "message_status": "accepted"}],
        }

    def count(self, error: GraphError) -> None:
        """Remembers a refusal."""
        with self._lock:
            self.refused[error.code] = self.refused.get(error.code, 0) + 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                try:
                    status, answer = 200, server.take(self.path, self.headers.get("Authorization", ""), raw)
                except GraphError as error:
                    server.count(error)
                    status, answer = error.status, error.body()
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Says nothing: the world keeps its own record."""

        return Handler


def wa_id(phone: str) -> str:
    """The id WhatsApp knows a number by: in most of Brazil outside area codes 11 to 28, without the ninth digit."""
    if len(phone) == 13 and phone.startswith("55") and int(phone[2:4]) > 28:
        return phone[:4] + phone[5:]
    return phone
