"""A provider on 127.0.0.1: says what a test told it to say, or nothing, and remembers what it was asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Answer:
    """One HTTP answer. `lost`: the request is taken and the connection closed; `late`: no answer for that long."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False
    late: float = 0.0


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Provider:
    """What it will answer, and what it was asked."""

    def __init__(self) -> None:
        self.answer = Answer()
        self.asked: list[Asked] = []
        self.url = ""


@contextmanager
def serving() -> Iterator[Provider]:
    """A provider on a free port until the block ends."""
    provider = Provider()
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            provider.asked.append(Asked(self.command, self.path, headers, body))
            answer = provider.answer
            if answer.late:
                released.wait(answer.late)
            if answer.lost or answer.late:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = _any  # noqa: N815 (the names http.server looks for)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: the requests are remembered."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        released.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def closed_port() -> str:
    """An address where nobody listens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    url = f"http://127.0.0.1:{server.server_port}"
    server.server_close()
    return url
