"""A process that does its work again whenever it is asked, and says how many CPU seconds that took.

So a peer can live in an environment of its own and the base commit in a tree of its own, and still take turns with us.
The script is given its arguments, makes everything ready, and then answers each line on its standard input with one on
its standard output; `loop` is how.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
PEERS = Path(os.environ.get("BENCH_PEERS", ROOT / ".venv-bench" / "bin" / "python"))
"""The interpreter that sees the peers and nothing of ours."""


class NoPeersError(RuntimeError):
    """The peers' environment is not there; the message is one line for whoever runs the benchmark."""


class Worker:
    """One such process, from `with` to its end."""

    def __init__(
        self,
        *command: str | Path,
        python: str | Path = sys.executable,
        tree: Path = ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = [str(python), *map(str, command)]
        self._tree = tree
        quiet = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "AWS_ENDPOINT_URL")}
        self._environment = {**quiet, **(environment or {})}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 (scripts of ours)
            self._command,
            cwd=self._tree,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.stdin.close()  # type: ignore[union-attr]  # a pipe was asked for
        self._process.wait()

    def seconds(self) -> float:
        """Does the work once. Raises RuntimeError when the process came to its end instead."""
        return float(self.told("go"))

    def told(self, word: str) -> str:
        """What the process answers to one line."""
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101, PT018 (pipes)
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self._command[1]} ended with exit status {self._process.wait()}")
        return answer.strip()


def peer(script: str, *arguments: str | Path, environment: Mapping[str, str] | None = None) -> Worker:
    """A script of `tools/bench/peers` in the peers' environment. Raises NoPeersError."""
    if not PEERS.exists():
        raise NoPeersError("the peers are not installed (`make bench` does it: requirements/bench.txt)")
    path = ROOT / "tools" / "bench" / "peers" / f"{script}.py"
    return Worker(path, *arguments, python=PEERS, environment=environment)


def loop(work: Callable[[], object]) -> None:
    """Does `work` for each line that comes, and answers with its CPU seconds."""
    for _ in sys.stdin:
        began = time.process_time()
        work()
        print(time.process_time() - began, flush=True)
