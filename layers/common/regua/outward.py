"""Calls to others by HTTP, each of which ends: one place for how long a whole call may take and how much it may say.

The libraries' own limits are on each wait: who sends a byte before every one of them ends holds a call for ever. Here
a call has one end. The connection must stand before it, and every read waits until it and no longer, of the headers as
of the body. What is not bounded is the time to look a name up; who comes back from it too late sends nothing.
"""

import io
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import socket
    import ssl

MAX_BYTES = 8_000_000
"""Of an answer: more is nobody's JSON."""

_ends: ContextVar[float | None] = ContextVar("ends", default=None)
"""The monotonic second by which the call that is being made must be over."""


@contextmanager
def ending_in(seconds: float) -> Iterator[None]:
    """Within it, calls by connections that are `bounded` are over in so many seconds: for clients that make their own
    calls (AWS's). A call that is not over by then raises what a read without an answer does.
    """
    before = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(before)


class Web:
    """Calls by one session, so that a connection serves several. Not shared between threads.

    Each ends within the seconds it is given and returns at most so many bytes; none takes credentials out of a .netrc
    file, and a redirect is followed only where that is asked for.
    """

    def __init__(self, tls: "ssl.SSLContext | None" = None, *, redirects: bool = False) -> None:
        """`tls` replaces the usual context, for who shows a certificate; `redirects` are followed, or are answers."""
        import requests  # noqa: PLC0415 (0.1 s that only who calls somebody pays)

        self._session = requests.Session()
        if not redirects:  # told by a call, `requests` reads the whole answer all the same, to see where it leads
            self._session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]  # for this one alone
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _adapter()(tls))

    def call(
        self,
        method: str,
        url: str,
        *,
        seconds: float,
        connect: float,
        headers: Mapping[str, str],
        params: Mapping[str, str | int] | None = None,
        data: Any = None,
        basic: tuple[str, str] | None = None,
        most: int = MAX_BYTES,
    ) -> tuple[int, bytes]:
        """Status and body, of which one byte more than `most` is read. Raises what `failures` names."""
        with (
            ending_in(seconds),
            self._session.request(
                method,
                url,
                headers=dict(headers),
                params=dict(params or {}),
                data=data,
                # a callable keeps `requests` from looking for credentials by itself
                auth=basic or (lambda request: request),
                timeout=(connect, seconds),
                stream=True,
            ) as answer,
        ):
            return answer.status_code, answer.raw.read(most + 1, decode_content=True) or b""


def failures() -> tuple[type[Exception], ...]:
    """What a call raises that got no whole answer."""
    import requests  # noqa: PLC0415 (as above: loaded by the call that failed)
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 (comes with requests)

    return requests.RequestException, HTTPError, OSError


def bounded(manager: Any) -> None:
    """Makes the connections of a urllib3 `PoolManager` heed `ending_in`."""
    manager.pool_classes_by_scheme = {scheme: _pool(pool) for scheme, pool in manager.pool_classes_by_scheme.items()}


class _Reading(io.RawIOBase):
    """What comes by a socket, until the call's end and no longer."""

    def __init__(self, connection: "socket.socket", ends: float) -> None:
        self._connection, self._ends = connection, ends
        self._raw = cast(io.RawIOBase, connection.makefile("rb", buffering=0))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        left, patience = self._ends - time.monotonic(), self._connection.gettimeout()
        if left <= 0:
            raise TimeoutError("the call's time is over")
        if patience is None or left < patience:
            self._connection.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


@cache
def _pool(pool: Any) -> Any:
    """The class of pools whose connections end, and so do their answers."""
    from http.client import HTTPResponse  # noqa: PLC0415 (as above)

    from urllib3.exceptions import ConnectTimeoutError  # noqa: PLC0415 (comes with requests)

    class Answer(HTTPResponse):
        def __init__(self, sock: "socket.socket", *rest: Any, **named: Any) -> None:
            super().__init__(sock, *rest, **named)
            ends = _ends.get()
            if ends is not None:
                self.fp.close()
                self.fp = io.BufferedReader(_Reading(sock, ends))

    class Connection(pool.ConnectionCls):  # type: ignore[misc]  # the class is asked for when the program runs
        response_class = Answer

        def connect(self) -> None:
            super().connect()
            ends = _ends.get()
            if ends is not None and time.monotonic() >= ends:
                self.close()
                raise ConnectTimeoutError(self, "connected too late")

    return type(pool.__name__, (pool,), {"ConnectionCls": Connection})


@cache
def _adapter() -> Any:
    from requests.adapters import HTTPAdapter  # noqa: PLC0415 (as above)

    class Adapter(HTTPAdapter):
        def __init__(self, tls: "ssl.SSLContext | None") -> None:
            self._tls: dict[str, Any] = {"ssl_context": tls} if tls else {}
            super().__init__()

        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **(options | self._tls))
            bounded(self.poolmanager)

        def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
            known = len(self.proxy_manager)
            manager = super().proxy_manager_for(*arguments, **options)
            if len(self.proxy_manager) > known:
                bounded(manager)
            return manager

    return Adapter
