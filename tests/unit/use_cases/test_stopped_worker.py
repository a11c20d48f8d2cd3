"""A process that stands still between its gate and its provider does not call any more: a real one, really stopped.

This is how the demonstration once counted a message after settlement on a starved machine: the gate had committed, its
process got no processor for some seconds, the debtor paid, and then the provider was called.
"""

import os
import signal
import subprocess
import sys
import time

import pytest

STANDS_STILL = 2.3
"""Longer than the two seconds that are a moment (`speaking.PROMPT`)."""
WORKER = """
import os, signal, time
from datetime import timedelta
from regua.domain.model import ContactStatus
from tests.office import MARIA, Office, row

office = Office()
began, at = time.monotonic(), office.clock.now()
office.clock.now = lambda: at + timedelta(seconds=time.monotonic() - began)
office.imports([row("T1", cents=100_00)])
office.scans()
commit, stopped = office.store.commit, []


def commits(before, after, **rest):
    file = commit(before, after, **rest)
    if not stopped and any(c.status is ContactStatus.SENDING for c in after.contacts):
        stopped.append(True)
        print("gate", flush=True)
        os.kill(os.getpid(), signal.SIGSTOP)
        if PAYS:
            office.pays("T1", 100_00)
            office.queue_is_worked_off()
    return file


office.store.commit = commits
office.wakes(MARIA)
print(len(office.mail), office.status("T1"), flush=True)
"""


def worker(stands_still: float, *, pays: bool) -> str:
    """What a worker has to say that stood still that long right after its gate: calls made, and the bill's status."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", f"PAYS = {pays}\n{WORKER}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603 (our own words)
        assert process.stdout is not None
        assert process.stdout.readline() == "gate\n"
        os.waitpid(process.pid, os.WUNTRACED)
        time.sleep(stands_still)
        os.kill(process.pid, signal.SIGCONT)
        said, _ = process.communicate(timeout=60)
    return said.strip()


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no process can be stopped here")
def test_who_was_stopped_between_gate_and_provider_while_the_debtor_paid_calls_nobody():
    assert worker(STANDS_STILL, pays=True) == "0 paid"


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no process can be stopped here")
def test_who_was_stopped_for_a_moment_only_calls_once():
    assert worker(0.0, pays=False) == "1 open"
