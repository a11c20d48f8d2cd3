"""What is started is ended: by asking, by Ctrl-C, and when whoever started it dies without a word."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from localcloud.process import KEEPER, Process, StepError, clean_environment, run_step

PYTHON = sys.executable
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
WITH_CHILD = (
    "import subprocess, sys, time; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "print(child.pid, flush=True); time.sleep(60)"
)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + 8
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pid)


def first_line(log: Path) -> str:
    deadline = time.monotonic() + 8
    while time.monotonic() < deadline:
        if log.exists() and (text := log.read_text()).endswith("\n"):
            return text.splitlines()[0]
        time.sleep(0.02)
    raise AssertionError("the program said nothing")


def test_stopping_ends_the_program_and_its_children(tmp_path: Path):
    process = Process([PYTHON, "-c", WITH_CHILD], env=os.environ, log=tmp_path / "log", cwd=tmp_path)
    grandchild = int(first_line(tmp_path / "log"))
    assert alive(grandchild)
    process.stop()
    assert wait_until_gone(grandchild)


def test_a_program_that_ignores_the_request_is_forced(tmp_path: Path):
    process = Process([PYTHON, "-c", STUBBORN], env=os.environ, log=tmp_path / "log", cwd=tmp_path)
    first_line(tmp_path / "log")
    process.stop()
    assert process.returncode is not None


def test_nothing_outlives_an_owner_that_was_killed(tmp_path: Path):
    owner_code = (
        "import subprocess, sys, time; "
        f"command = [sys.executable, {str(KEEPER)!r}, {str(tmp_path / 'work')!r}]; "
        f"command += [sys.executable, '-c', {WITH_CHILD!r}]; "
        "subprocess.Popen(command, "
        f"stdin=subprocess.PIPE, stdout=open({str(tmp_path / 'log')!r}, 'w'), start_new_session=True); time.sleep(60)"
    )
    (tmp_path / "work").mkdir()
    owner = subprocess.Popen([PYTHON, "-c", owner_code])  # noqa: S603 (our own command)
    grandchild = int(first_line(tmp_path / "log"))
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert wait_until_gone(grandchild)
    deadline = time.monotonic() + 8
    while (tmp_path / "work").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not (tmp_path / "work").exists(), "its temporary files were left behind"


def test_a_failing_step_says_so_in_one_line_and_keeps_the_programs_last_words(tmp_path: Path):
    said: list[str] = []
    with pytest.raises(StepError, match="Passo: falhou com status 3") as caught:
        run_step(
            "Passo",
            [PYTHON, "-c", "import sys; print('the reason'); sys.exit(3)"],
            env=os.environ,
            log=tmp_path / "log",
            cwd=tmp_path,
            say=said.append,
        )
    assert "the reason" in caught.value.detail
    assert said == ["Passo..."]


def test_nothing_of_the_callers_aws_account_reaches_a_program(monkeypatch: pytest.MonkeyPatch):
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "SAM_CLI_CONTAINER_CONNECTION_TIMEOUT"):
        monkeypatch.setenv(name, "mine")
    assert "mine" not in clean_environment({"AWS_REGION": "sa-east-1"}).values()


STOPPING = """
import os, signal, time
from localcloud.process import Stopped, raise_on_signals, uninterrupted
raise_on_signals()
try:
    print("up", flush=True)
    time.sleep(60)
except Stopped:
    for again in (signal.SIGINT, signal.SIGTERM):
        os.kill(os.getpid(), again)
    with uninterrupted():
        time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGINT)
    print("cleaned up", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_is_asked_to_stop_cleans_up_and_a_second_ctrl_c_cannot_cut_that_short(number: signal.Signals):
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PATH": os.environ["PATH"]}
    process = subprocess.Popen(  # noqa: S603 (our own command)
        [PYTHON, "-c", STOPPING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.send_signal(number)
    said, errors = process.communicate(timeout=8)
    assert (process.returncode, said, errors) == (0, "cleaned up\n", "")
