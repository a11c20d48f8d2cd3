"""The AWS emulator: ministack on a free port of 127.0.0.1, with nothing of it left when we are gone."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from localcloud.process import BusyError, Process, Say, StepError, clean_environment, free_port

ROOT = Path(__file__).resolve().parents[2]
CLOUD_PYTHON = ROOT / ".venv-cloud" / "bin" / "python"
REGION = "sa-east-1"
ACCOUNT = "000000000000"
START_LIMIT_SECONDS = 60.0
REQUEST_SECONDS = 30.0
MEMORY = Path("/dev/shm")  # noqa: S108 (mkdtemp makes a private folder in it)
MEMORY_BYTES = 3_000_000_000


def packages_of(build: Path) -> Path:
    """Where the third-party packages of the built layer lie."""
    return build / "packages"


def _room(build: Path) -> Path:
    """Where the emulator unpacks functions, anew for every worker: in memory when there is plenty, else on disk."""
    try:
        free = shutil.disk_usage(MEMORY).free
    except OSError:
        return build
    return MEMORY if free >= MEMORY_BYTES else build


def machines_fault(said: str) -> bool:
    """Whether what is said of a failed invocation means that its worker was killed, or had no time: nothing of ours."""
    return any(word in said for word in _MACHINES_FAULTS) or bool(_KILLED_AT_ITS_START.search(said))


def worker_lost(said: str) -> bool:
    """Whether a line of a function's log is the emulator's, that the worker did not end its invocation."""
    return said.startswith(_WORKER_LOST)


_KILLED_AT_ITS_START = re.compile(r'Worker process exited immediately\. stderr: *(?:"|$)')
"""Without a word: one of ours that cannot start says why."""
_WORKER_LOST = (
    "Task timed out",
    "Worker process died",
    "Worker returned no response",
    "No JSON response from worker",
)
_MACHINES_FAULTS = (
    *_WORKER_LOST,
    "Sandbox.Timedout",
    "Broken pipe",
    "did not answer (",
    "ConnectTimeoutError",
    "ConnectionClosedError",
    "ReadTimeoutError",
)
"""The emulator's words for it, and the functions' when it is the emulator that does not answer."""


class Emulator:
    """A running emulator. `work` holds its temporary files and log; it is removed by `stop` unless `keep_files`."""

    def __init__(self, build: Path, say: Say) -> None:
        if not CLOUD_PYTHON.exists():
            raise StepError("falta o ambiente .venv-cloud: rode `make setup` primeiro")
        build.mkdir(parents=True, exist_ok=True)
        self.say, self._build = say, build
        self.log = build / "emulator.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._files = Path(tempfile.mkdtemp(prefix="regua-emulator-", dir=_room(build)))
        self._process: Process | None = None
        self._clients: dict[str, Any] = {}
        self.functions: dict[str, str] = {}
        """Environment of its own and of its functions alone, as it is at `start`."""

    @property
    def environment(self) -> dict[str, str]:
        """For programs that talk to this emulator, and to nothing else."""
        return clean_environment(
            {
                "AWS_ENDPOINT_URL": self.url,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_REGION": REGION,
                "AWS_DEFAULT_REGION": REGION,
                "AWS_CONFIG_FILE": "/dev/null",
                "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
                "AWS_EC2_METADATA_DISABLED": "true",
            }
        )

    def start(self) -> None:
        """Starts it and waits until it answers. Raises StepError when it ends, BusyError when that takes too long."""
        self.say("Ligando a nuvem local...")
        environment = self.environment | {
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "TMPDIR": str(self._files),
            "PYTHONPATH": str(packages_of(self._build)),
            **self.functions,
        }
        # -E: the packages are for the functions' workers, which inherit the variable, and not for the emulator
        command = [str(CLOUD_PYTHON), "-E", "-m", "ministack"]
        self._process = Process(command, env=environment, log=self.log, cwd=self._files, folder=self._files)
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while time.monotonic() < deadline:
            if self._process.returncode is not None:
                raise StepError(f"a nuvem local não ligou (veja {self.log})", self._process.tail())
            try:
                self.get("/_ministack/health")
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise BusyError(f"a nuvem local não respondeu em {START_LIMIT_SECONDS:.0f} s", self._process.tail())

    def stop(self) -> None:
        """Ends it and everything it started; harmless when it is not running."""
        if self._process is not None:
            self._process.stop()
            self._process = None
        shutil.rmtree(self._files, ignore_errors=True)

    @property
    def running(self) -> bool:
        """True while the program lives."""
        return self._process is not None and self._process.returncode is None

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator; one per service, safe to share between threads."""
        if service not in self._clients:
            self._clients[service] = boto3.session.Session().client(
                service,
                region_name=REGION,
                endpoint_url=self.url,
                aws_access_key_id="test",
                aws_secret_access_key="test",  # noqa: S106 (the emulator's dummy key)
                config=Config(
                    # a call that waits so long is answered by nobody any more: the machine cannot do it
                    retries={"total_max_attempts": 1},
                    read_timeout=90,
                    max_pool_connections=32,
                    proxies={},
                    parameter_validation=False,
                ),
            )
        return self._clients[service]

    def get(self, path: str) -> Any:
        """One of the emulator's own read-outs, as JSON."""
        return self._request(urllib.request.Request(self.url + path))  # noqa: S310 (http to ourselves)

    def workers(self, function: str) -> list[int]:
        """Process ids of the workers of that function, busy or not."""
        command = ["ps", "-axww", "-o", "pid=", "-o", "args="]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 (our own command)
        found = (line.split(maxsplit=1) for line in listed.splitlines())
        folder = f"{self._files}/ministack-lambda-{function}-"
        return [int(pid) for pid, command in found if folder in command]

    def kill_workers(self, function: str) -> int:
        """Ends them in the middle of whatever they do, as a machine that is lost does; returns how many."""
        pids = self.workers(function)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(pids)

    def scale_waits(self, scale: float) -> None:
        """Real seconds per second of every Wait state that begins from now on."""
        body = json.dumps({"stepfunctions._SFN_WAIT_SCALE": scale}).encode()
        answer = self._request(urllib.request.Request(self.url + "/_ministack/config", data=body, method="POST"))  # noqa: S310 (http to ourselves)
        if not answer["applied"]:
            raise StepError("a nuvem local recusou a escala das esperas")

    @staticmethod
    def _request(request: urllib.request.Request) -> Any:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=REQUEST_SECONDS) as answer:
            return json.loads(answer.read())
