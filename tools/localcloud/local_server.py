"""What the played world's HTTP servers have in common: 127.0.0.1, JSON, outages, and no word of who has hung up."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class LocalServer:
    """A server on 127.0.0.1 and a free port. What it answers is its subclass's."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.is_out = False
        self._server = _QuietServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens; what the product is told instead of the real address."""
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
        self.is_out = out

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and document of one call; `target` is the path with its query."""
        raise NotImplementedError

    def respond(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """The same as it goes over the wire: status, headers, body."""
        status, document = self.answer(method, target, headers, body)
        return status, {"Content-Type": "application/json"}, json.dumps(document).encode()


class _QuietServer(ThreadingHTTPServer):
    """A caller that is ended in the middle of a call is no news."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of a connection that is gone; anything else as ever."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _handler(server: LocalServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def do_PUT(self) -> None:
            self._serve()

        def do_DELETE(self) -> None:
            self._serve()

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            status, headers, data = server.respond(self.command, self.path, self.headers, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Says nothing: the world keeps its own record."""

    return Handler
