"""`make demo` starts here: finds the package beside this file and runs it."""

import os
import signal
import sys
from pathlib import Path


def _begin() -> int:
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from localcloud.rehearsal import main  # noqa: PLC0415 - takes a second: Ctrl-C may come meanwhile

    return main(sys.argv[1:])


if __name__ == "__main__":
    # nothing was started yet that would have to be ended: no traceback of a Ctrl-C that comes while it is being loaded
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    status = _begin()
    sys.stdout.flush()
    sys.stderr.flush()
    # what was started has ended: threads that still wait for an answer of it have nothing to tell
    os._exit(status)
