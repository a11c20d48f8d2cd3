"""One local cloud with the real stack on it and somebody outside: for the demonstration and the end-to-end tests."""

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from localcloud.deployment import PHONE_NUMBER_ID, SECRETS, TENANT, Deployment
from localcloud.emulator import Emulator
from localcloud.people import Person
from localcloud.process import Heartbeat, Say, StepError, uninterrupted
from localcloud.referee import StepOf, text_class
from localcloud.timeline import SCAN_HOUR, SPEED, Timeline
from localcloud.whatsapp_api import GraphServer
from localcloud.whatsapp_templates import Approvals
from localcloud.world import World
from regua.domain.codes.amount import reais

LEAD_SECONDS = 12.0
"""How long the simulated clock stands at the first morning: time to wake the functions and import the file."""
SLOWEST = 4.0
"""On a busy machine simulated time passes more slowly, down to this fraction, instead of outrunning the functions."""
QUIET_DEPLOY_SECONDS = 8.0
"""What `sam deploy` takes at most on a machine that keeps up with the fastest time; 5 on two idle cores."""
QUIET_LOAD = 1.5
"""Programs waiting for each processor up to which it keeps up."""
IMPORT_LIMIT_SECONDS = 60.0
SEND_TIMEOUT_SECONDS = 0.6
"""A call's hard limit; the functions keep it clear of the window's end, and at our speed it is hours."""


class Scene:
    """A context: everything started inside is gone when it is left, however it is left."""

    def __init__(self, build: Path, say: Say) -> None:
        self.build, self.say = build, say
        self.emulator = Emulator(build, say)
        self.graph = GraphServer(SECRETS["whatsapp-token"], PHONE_NUMBER_ID, Approvals())
        self.deployment = Deployment(self.emulator, build)
        self.timeline = Timeline(date(2026, 1, 1))
        self._stack = ExitStack()
        self._world: World | None = None

    def __enter__(self) -> Self:
        # the emulator goes first: whoever still talks to it is refused at once instead of being waited for
        self._stack.callback(self._stop_world)
        self._stack.callback(self.graph.stop)
        self._stack.callback(self.emulator.stop)
        try:
            self.graph.start()
            self.emulator.start()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    @property
    def world(self) -> World:
        """Whoever is outside. Raises StepError before `open_world`."""
        if self._world is None:
            raise StepError("o mundo lá fora ainda não começou")
        return self._world

    def deploy(self) -> float:
        """Builds and deploys the real template for this machine, with the sample tenant.

        Returns how many times slower than a quiet machine this one is just now (1 to 4), by what else was running
        before we began and by the time it took.
        """
        busy = os.getloadavg()[0] / (os.cpu_count() or 1) / QUIET_LOAD
        self.deployment.build()
        seconds = self.deployment.deploy(
            DryRun="false",
            Shards="1",
            WhatsAppBaseUrl=self.graph.url,
            LogLevel="WARNING",
            SendTimeoutSeconds=str(SEND_TIMEOUT_SECONDS),
        )
        self.deployment.configure_tenant()
        self.deployment.verify_sender()
        self.deployment.change(PublicUrl=self.deployment.api_url)
        return min(SLOWEST, max(1.0, busy, seconds / QUIET_DEPLOY_SECONDS))

    def begin_time(
        self, first: date, lead: float = LEAD_SECONDS, speed: int = SPEED, days: int | None = None
    ) -> Timeline:
        """Sets the simulated clock to 06:00 of `first`, where it stands for `lead` real seconds and then runs.

        After `days` it keeps real pace (None: it goes on running).
        """
        self.timeline = Timeline(first, lead, speed, days=days)
        self.deployment.set_clock(self.timeline)
        return self.timeline

    def open_world(self, people: Iterable[Person], seed: int, step_of: StepOf = text_class) -> World:
        """Puts the outside world in place; `World.start` sets it going."""
        self._world = World(self.emulator, self.graph, self.deployment, self.timeline, people, step_of, seed)
        return self._world

    def warm_up(self, senders: int = 1) -> None:
        """Wakes the functions side by side, `senders` workers of the one that contacts, so that the first simulated
        day does not wait for cold starts: on a laptop many of them at once take longer than a simulated day."""
        nobody = {"v": 1, "tenant": TENANT, "warm": True}
        paths = (f"/webhooks/pix/{TENANT}", f"/channels/whatsapp/{TENANT}") * 2
        calls = [partial(self.invoke, "SendChannelName", nobody)] * senders
        calls += [partial(self._knock, path) for path in paths]
        threads = [threading.Thread(target=_quietly, args=(call,), daemon=True) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def invoke(self, name: str, payload: dict[str, Any]) -> Any:
        """Calls the function of that template output and waits for its answer. Raises StepError when it failed."""
        answer = self.emulator.client("lambda").invoke(
            FunctionName=self.deployment.outputs[name], Payload=json.dumps(payload).encode()
        )
        body = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            raise StepError(f"a função {name} falhou", json.dumps(body, ensure_ascii=False)[:2000])
        return body

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """Puts a file in the tenant's inbox and waits for the import's summary document."""
        s3 = self.emulator.client("s3")
        bucket, prefix = self.deployment.outputs["ReportsBucketName"], f"reports/{TENANT}/"
        before = {entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])}
        s3.put_object(Bucket=self.deployment.outputs["InboxBucketName"], Key=f"inbox/{TENANT}/{name}", Body=content)
        deadline = time.monotonic() + IMPORT_LIMIT_SECONDS
        with Heartbeat(self.say, lambda: "Importando o arquivo..."):
            while time.monotonic() < deadline:
                listed = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
                found = [e["Key"] for e in listed if e["Key"] not in before and e["Key"].endswith(".resumo.json")]
                if found:
                    report: dict[str, Any] = json.loads(s3.get_object(Bucket=bucket, Key=found[0])["Body"].read())
                    return report
                time.sleep(0.05)
        raise StepError(f"o arquivo não foi importado em {IMPORT_LIMIT_SECONDS:.0f} s (veja {self.emulator.log})")

    def scan(self) -> Any:
        """What EventBridge Scheduler does every morning: the sweep, and a little later the scan."""
        self.invoke("ReconcileName", {"sweep": "all"})
        return self.invoke("DailyScanName", {"shards": "all"})

    def _knock(self, path: str) -> None:
        from localcloud.poster import Poster  # noqa: PLC0415 (only here)

        Poster(self.deployment.api_url).post("warm-up", path, b"{}", {"Content-Type": "application/json"}, retry=False)

    def _stop_world(self) -> None:
        if self._world is not None:
            self._world.stop()

    def _close(self) -> None:
        with uninterrupted():
            self._stack.close()


def run_days(scene: Scene, days: int, say: Say) -> None:
    """Lives `days` simulated days: a scan every morning, the world in between, a word every few seconds."""
    world, timeline = scene.world, scene.timeline

    def told() -> str:
        today = min(days, max(1, (timeline.now() - timeline.moment(0, datetime.min.time())).days + 1))
        said, received = len(world.records), reais(world.books.received_cents)
        bad = sum(world.referee.counts.values())
        warning = f", VIOLAÇÕES: {bad}" if bad else ""
        return f"Dia {today} de {days}: {said} mensagens, {received} recebidos{warning}"

    with Heartbeat(say, told):
        for day in range(1, days + 1):
            time.sleep(timeline.seconds_until(timeline.moment(day, SCAN_HOUR)))
            world.check()
            if day < days:
                # the sweep takes payments left unsettled for five minutes, which at our speed is no time at all
                with world.gateway.silence:
                    scene.scan()


def _quietly(call: Callable[[], object]) -> None:
    """Warming is a favour: a call that finds the emulator gone (somebody has stopped the demo) or slow has nothing to
    tell. What is really broken shows at the first real call, which is not quiet.
    """
    with contextlib.suppress(Exception):
        call()
