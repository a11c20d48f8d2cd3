"""How fast simulated time may pass on this machine, just now: a busy one gets slower time, or a clear no.

A machine is judged by what it has to do for us (deploying, waking functions), and by what else was running before. When
time is found to run before the functions were ready, everything is made ready anew with slower time. Nothing has been
said to anybody by then.
"""

import os
import threading
import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from localcloud.process import BusyError, Heartbeat, Say
from localcloud.scene import Scene
from localcloud.timeline import FIRST_HOUR, HOURS, NIGHT, SCAN_HOUR, SPEED, Timeline
from regua.domain.codes.amount import reais
from regua_cli.words import count

LEAD_SECONDS = 12.0
"""How long the simulated clock stands at the first morning: time to wake the functions and import the file."""
SLOWEST = 8.0
"""On a busy machine simulated time passes more slowly, down to this fraction, instead of outrunning the functions."""
TOO_SLOW = 20.0
"""Slower than that, and a demonstration is no use."""
QUIET_DEPLOY_SECONDS = 8.0
"""What `sam deploy` takes at most on a machine that keeps up with the fastest time; 5 on two idle cores."""
QUIET_WAKE_SECONDS = 1.5
"""And what the first call of a function takes, once it is deployed; 0.9 on two idle cores."""
QUIET_LOAD = 1.5
"""Programs waiting for each processor up to which it keeps up."""
ATTEMPTS = 3
BUSY = 1.5
SENDERS, FEWEST = 10, 3
"""Workers woken before the first day: waking one later would cost more than a simulated day."""
OUTRUN = 3
"""Scans in a row of which each took longer than two simulated business days: nothing more is to be learnt."""
PULL_EVERY_DAYS = 5
"""So often the gateways are asked what was paid; on AWS several times a day."""
HOPELESS_DAYS = 10
"""Simulated days that a single scan may take."""
_TRY_AGAIN = "feche outros programas e tente de novo"


def quiet_load() -> float:
    """How many times more than a quiet machine this one has to do before we begin."""
    return os.getloadavg()[0] / (os.cpu_count() or 1) / QUIET_LOAD


def slowness(load: float, deployed: float, woke: float) -> float:
    """How many times slower than a quiet machine this one is (1 and more), by the load before, and by the seconds it
    took to deploy and to wake a function. Raises BusyError when it is of no use.
    """
    found = max(1.0, load, deployed / QUIET_DEPLOY_SECONDS, woke / QUIET_WAKE_SECONDS)
    if found > TOO_SLOW:
        raise BusyError(
            f"a máquina está ocupada demais: implantar levou {deployed:.0f} s e acordar uma função {woke:.0f} s, "
            f"{found:.0f} vezes o que levam em uma máquina livre; {_TRY_AGAIN}"
        )
    return found


def get_ready(
    scene: Scene, first: date, days: int, slow: float, upload: Callable[[], dict[str, Any]], say: Say
) -> dict[str, Any]:
    """Begins simulated time, wakes the functions and imports the file, while it is still six in the morning of the
    first day; returns what the import says. Raises BusyError when the machine does not get there.
    """
    file: dict[str, Any] = {}
    for _ in range(ATTEMPTS):
        pace = min(SLOWEST, slow)
        began = time.monotonic()
        timeline = scene.begin_time(first, LEAD_SECONDS * slow, int(SPEED / pace), days)
        real = timeline.real_seconds(days)
        say(f"O tempo simulado começa em {first:%d/%m/%Y}: {count(days, 'dia', 'dias')} pela frente, em {real:.0f} s.")
        if pace > BUSY:
            say("A máquina está ocupada: o tempo simulado vai passar mais devagar.")
        with Heartbeat(say, lambda: "Acordando as funções..."):
            scene.warm_up(max(FEWEST, round(SENDERS / pace)))
        file = file or upload()
        if timeline.now() <= timeline.moment(0, FIRST_HOUR):
            return file
        took = time.monotonic() - began
        slow = max(slow * 1.5, took / LEAD_SECONDS * 1.5)
        say(f"Aprontar as funções levou {took:.0f} s: o tempo simulado recomeça, mais devagar.")
    raise BusyError(f"a máquina está ocupada demais: as funções não ficam prontas a tempo; {_TRY_AGAIN}")


def run_days(scene: Scene, days: int, say: Say) -> None:
    """Lives `days` simulated days: a scan every morning, the world in between, a word every few seconds. Raises
    BusyError when time outruns the functions."""
    world, timeline = scene.world, scene.timeline

    def told() -> str:
        today = min(days, max(1, (timeline.now() - timeline.moment(0, datetime.min.time())).days + 1))
        said, received = len(world.records), reais(world.books.received_cents)
        bad = sum(world.referee.counts.values())
        warning = f", a conferir no fim: {bad}" if bad else ""
        return f"Dia {today} de {days}: {said} mensagens, {received} recebidos{warning}"

    outrun = 0
    with Heartbeat(say, told):
        for day in range(1, days + 1):
            time.sleep(timeline.seconds_until(timeline.moment(day, SCAN_HOUR)))
            world.check()
            if day < days:
                took = _morning(scene, day, HOPELESS_DAYS * business_day(timeline))
                outrun = outrun + 1 if took > 2 * business_day(timeline) else 0
                if outrun == OUTRUN or took >= HOPELESS_DAYS * business_day(timeline):
                    raise BusyError(
                        f"a máquina não acompanha o tempo simulado (a varredura do dia {day} levou {took:.0f} s, "
                        f"{took / business_day(timeline):.0f} dias); {_TRY_AGAIN}, ou peça menos dias (DAYS=10)"
                    )


def _morning(scene: Scene, day: int, patience: float) -> float:
    """What a day begins with; returns the real seconds it took. After `patience` it is waited for no longer: nothing
    would be said to anybody while simulated days go by.
    """
    began = time.monotonic()
    over: list[BaseException | None] = []

    def begin() -> None:
        try:
            # the sweep takes payments left unsettled for five minutes, which at our speed is no time at all
            with scene.world.gateway.silence:
                scene.scan()
                if day % PULL_EVERY_DAYS == 0:
                    scene.pull()
            over.append(None)
        except BaseException as error:  # noqa: BLE001 - raised below, where it is waited for
            over.append(error)

    waiting = threading.Thread(target=begin, name="morning", daemon=True)
    waiting.start()
    waiting.join(patience)
    if over and over[0] is not None:
        raise over[0]
    return time.monotonic() - began


def business_day(timeline: Timeline) -> float:
    """Real seconds of one."""
    open_hours = HOURS[1] - HOURS[0]
    return open_hours * 3600 / timeline.speed + (24 - open_hours) * 3600 / NIGHT
