"""Runs one program and ends it, with everything it started, when whoever asked for it is gone.

`python keeper.py FOLDER COMMAND...`: standard input is the leash, FOLDER is removed in the end (empty: none). When the
leash reaches its end (the owner closed it, or died, even by SIGKILL) the program's whole process group gets SIGTERM
and, one second later, SIGKILL. Works the same on Linux and macOS, and needs nothing but the standard library. The
exit status is the program's.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 1.0
REAP_SECONDS = 1.0
PR_SET_CHILD_SUBREAPER = 36


def _signal_group(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _adopt_orphans() -> None:
    """On Linux: what the program's children leave behind becomes ours to reap, and no zombie stays."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap(seconds: float) -> None:
    deadline = time.monotonic() + seconds
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.01)


def end_group(group: int, grace: float = GRACE_SECONDS) -> None:
    """Ends every process of the group: asks, waits at most `grace` seconds, then forces."""
    deadline = time.monotonic() + grace
    asked = _signal_group(group, signal.SIGTERM)
    while asked and time.monotonic() < deadline and _signal_group(group, 0):
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        time.sleep(0.02)
    _signal_group(group, signal.SIGKILL)
    _reap(REAP_SECONDS)


def main(folder: str, command: list[str]) -> int:
    """Runs `command`; returns its exit status, or 143 when the leash was let go. Removes `folder` afterwards."""
    try:
        return run(command)
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def run(command: list[str]) -> int:
    """Runs `command` until it ends or the leash is let go."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _adopt_orphans()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 (our own command)
    released = threading.Event()

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 1):
                pass
        released.set()
        _signal_group(child.pid, signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: _signal_group(child.pid, signal.SIGTERM))
    while True:
        try:
            status = child.wait(timeout=GRACE_SECONDS if released.is_set() else 0.2)
        except subprocess.TimeoutExpired:
            if released.is_set():
                break
        else:
            end_group(child.pid, grace=0.2)
            return status
    end_group(child.pid, grace=0)
    return 128 + signal.SIGTERM


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
