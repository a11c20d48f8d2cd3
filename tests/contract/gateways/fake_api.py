"""A gateway's API on 127.0.0.1: answers what a test told it to and remembers what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from regua.domain.tenant import GatewayConfig

API_TOKEN = "chave-de-api-que-ninguem-pode-ver"


@dataclass
class Call:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class FakeApi:
    url: str
    answers: dict[tuple[str, str], list[tuple[int, Any]]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def on(self, method: str, path: str, document: Any, status: int = 200) -> None:
        """The next answer to this call; the last one stays."""
        self.answers.setdefault((method, path), []).append((status, document))

    def answer(self, call: Call) -> tuple[int, Any]:
        self.calls.append(call)
        if call.path.endswith(("/token", "/authorize")) and (call.method, call.path) not in self.answers:
            return 200, {"access_token": f"{API_TOKEN}-oauth", "expires_in": 3600}
        known = self.answers.get((call.method, call.path))
        if not known:
            return 404, {"title": "não encontrado"}
        return known.pop(0) if len(known) > 1 else known[0]


@dataclass
class FakeSecrets:
    values: dict[str, str]

    def get(self, name: str) -> str:
        return self.values[name]


@contextmanager
def serving() -> Iterator[FakeApi]:
    api = FakeApi("")

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, document = api.answer(Call(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body))
            content = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("location", "http://127.0.0.1:1/elsewhere")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - names http.server looks for

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def config(gateway: str, url: str, **options: str) -> GatewayConfig:
    """The gateway pointed at the fake; OAuth gateways take their token there too."""
    common = {
        "base_url": url,
        "charges_url": url,
        "token_url": f"{url}/oauth/token",
        "api_secret": "api",
        "pix_key": "11222333000181",
    }
    return GatewayConfig(gateway, options={**common, **options})


def token_secrets() -> FakeSecrets:
    return FakeSecrets({"api": API_TOKEN})


def oauth_secrets() -> FakeSecrets:
    return FakeSecrets({"api": json.dumps({"client_id": "cliente", "client_secret": API_TOKEN})})
