"""Programs this tool starts: each on a leash (`keeper`), each with a voice, none outliving us."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

KEEPER = Path(__file__).with_name("keeper.py")
QUIET_SECONDS = 5.0
"""A running step says that it is still running at least this often."""

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 130
"""Exit status of who was asked to stop."""
PATIENCE_SECONDS = 10.0
"""After which whoever was asked to stop and has not is ended; the leashes end what it started."""

Say = Callable[[str], None]


class StepError(Exception):
    """A step of the local cloud failed; the text is one clear Portuguese line, `detail` the program's last words."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class BusyError(StepError):
    """The machine does not keep up: nothing is known of the product."""


class Stopped(BaseException):
    """Ctrl-C, SIGTERM or SIGHUP: unwind and clean up. A BaseException, so that no `except Exception` keeps us alive."""


def raise_on_signals() -> None:
    """Turns the first Ctrl-C, SIGTERM or SIGHUP into `Stopped`, which cleans up; a second one cannot cut that short.

    Also where a shell started us in the background, with SIGINT ignored: asked to stop, we stop.
    """

    def stop(number: int, _frame: FrameType | None) -> None:
        _deaf()
        end = threading.Timer(PATIENCE_SECONDS, os._exit, (INTERRUPTED,))
        end.daemon = True
        end.start()
        raise Stopped(number)

    for number in SIGNALS:
        signal.signal(number, stop)


def _deaf() -> dict[int, Any]:
    # not SIG_IGN: of a signal that is on its way already Python would say that it was ignored
    return {number: signal.signal(number, lambda *_: None) for number in SIGNALS}


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Clean-up is short and must not be cut by Ctrl-C. On another thread than the main one: changes nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = _deaf()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def free_port() -> int:
    """A TCP port nobody listens on at 127.0.0.1 right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Process:
    """A program on a leash. Its output goes to `log`."""

    def __init__(
        self, command: Sequence[str], *, env: Mapping[str, str], log: Path, cwd: Path, folder: Path | None = None
    ) -> None:
        """`folder` is removed when the program has ended, however it ended."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self._popen = subprocess.Popen(  # noqa: S603 (our own command)
                [sys.executable, "-S", "-E", str(KEEPER), str(folder or ""), *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(env),
                cwd=cwd,
                start_new_session=True,
            )
        self.log = log

    @property
    def returncode(self) -> int | None:
        """Exit status, or None while it runs."""
        return self._popen.poll()

    def wait(self, timeout: float) -> int | None:
        """Exit status within `timeout` seconds, else None."""
        try:
            return self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def stop(self, timeout: float = 6.0) -> None:
        """Lets the leash go and waits until the program and its children are gone."""
        if self._popen.stdin is not None:
            with contextlib.suppress(OSError):
                self._popen.stdin.close()
        if self.wait(timeout) is None:
            self._popen.kill()
            self._popen.wait()

    def tail(self, lines: int = 25) -> str:
        """The last lines of its output."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        return ""


def run_step(
    title: str, command: Sequence[str], *, env: Mapping[str, str], log: Path, cwd: Path, say: Say, limit: float = 600
) -> float:
    """Runs a program to its end, saying every few seconds that it still works. Returns the seconds it took.

    Raises StepError when it fails or takes more than `limit` seconds.
    """
    started = time.monotonic()
    say(f"{title}...")
    process = Process(command, env=env, log=log, cwd=cwd)
    try:
        while (status := process.wait(QUIET_SECONDS)) is None:
            elapsed = time.monotonic() - started
            if elapsed > limit:
                raise BusyError(f"{title}: passou de {limit:.0f} s (veja {log})", process.tail())
            say(f"{title}: {elapsed:.0f} s...")
    finally:
        process.stop()
    if status != 0:
        raise StepError(f"{title}: falhou com status {status} (veja {log})", process.tail())
    return time.monotonic() - started


class Heartbeat:
    """Keeps a long silent stretch from looking dead: says `text()` every few seconds while the block runs."""

    def __init__(self, say: Say, text: Callable[[], str], every: float = QUIET_SECONDS) -> None:
        self._say, self._text, self._every = say, text, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def _beat(self) -> None:
        while not self._over.wait(self._every):
            self._say(self._text())

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment without anything that could lead to a real AWS account, plus `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_", "PYTHON"))}
    local = "127.0.0.1,localhost"
    return {**kept, "NO_PROXY": local, "no_proxy": local, "SAM_CLI_TELEMETRY": "0", **extra}
