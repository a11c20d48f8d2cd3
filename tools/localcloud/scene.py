"""One local cloud with the real stack on it and somebody outside: for the demonstration and the end-to-end tests."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from localcloud.deployment import MAIL_DOMAIN, PHONE_NUMBER_ID, SECRETS, TENANT, TENANT_FILES, Deployment
from localcloud.emulator import Emulator, machines_fault
from localcloud.gateway_api import GatewayApi
from localcloud.people import Person
from localcloud.process import BusyError, Heartbeat, Say, StepError, uninterrupted
from localcloud.provider_wire import ProviderWire
from localcloud.referee import StepOf, text_class
from localcloud.timeline import SPEED, Timeline
from localcloud.whatsapp_api import GraphServer
from localcloud.whatsapp_templates import Approvals
from localcloud.world import Outside, World

IMPORT_LIMIT_SECONDS = 180.0
ERRORS = ".erros.csv"
SCAN_ATTEMPTS = 3
"""Times a scan is called until it succeeds, as Lambda does with what the Scheduler hands it."""
SEND_TIMEOUT_SECONDS = 0.6
"""A call's hard limit; the functions keep it clear of the window's end, and at our speed it is hours."""


class Scene:
    """A context: everything started inside is gone when it is left, however it is left."""

    def __init__(self, build: Path, say: Say) -> None:
        self.build, self.say = build, say
        self.emulator = Emulator(build, say)
        self.graph = GraphServer(SECRETS["whatsapp-token"], PHONE_NUMBER_ID, Approvals())
        self.gateway_api = GatewayApi()
        self.wire = ProviderWire(self.emulator.url)
        self.deployment = Deployment(self.emulator, build)
        self.timeline = Timeline(date(2026, 1, 1))
        self._stack = ExitStack()
        self._world: World | None = None

    def __enter__(self) -> Self:
        # the emulator goes first: whoever still talks to it is refused at once instead of being waited for
        self._stack.callback(self._stop_world)
        self._stack.callback(self.graph.stop)
        self._stack.callback(self.gateway_api.stop)
        self._stack.callback(self.wire.stop)
        self._stack.callback(self.emulator.stop)
        try:
            self.graph.start()
            self.gateway_api.start()
            self.wire.start()
            self.emulator.functions |= self.wire.environment
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

    def deploy(self, tenant: Path = TENANT_FILES) -> float:
        """Builds and deploys the real template for this machine, with that tenant; returns the seconds that the
        deployment itself took.
        """
        self.deployment.build()
        seconds = self.deployment.deploy(
            DryRun="false",
            Shards="1",
            WhatsAppBaseUrl=self.graph.url,
            LogLevel="WARNING",
            SmsAnswers="true",
            MailDomain=MAIL_DOMAIN,
            MailRuleSet="none",  # the emulator has none; the world does what the rule would
            SendTimeoutSeconds=str(SEND_TIMEOUT_SECONDS),
        )
        self.deployment.configure_tenant(files=tenant, api=self.gateway_api.url)
        self.deployment.verify_sender()
        self.deployment.change(PublicUrl=self.deployment.api_url)
        return seconds

    def begin_time(self, first: date, lead: float, speed: int = SPEED, days: int | None = None) -> Timeline:
        """Sets the simulated clock to 06:00 of `first`, where it stands for `lead` real seconds and then runs.

        After `days` it keeps real pace (None: it goes on running).
        """
        self.timeline = Timeline(first, lead, speed, days=days)
        self.deployment.set_clock(self.timeline)
        return self.timeline

    def open_world(self, people: Iterable[Person], seed: int, step_of: StepOf = text_class) -> World:
        """Puts the outside world in place; `World.start` sets it going."""
        outside = Outside(self.graph, self.gateway_api, self.wire)
        self._world = World(self.emulator, outside, self.deployment, self.timeline, people, step_of, seed)
        return self._world

    def warm_up(self, senders: int = 1) -> None:
        """Wakes the functions side by side, `senders` workers of the one that contacts, so that the first simulated
        day does not wait for cold starts: on a laptop many of them at once take longer than a simulated day."""
        paths = (f"/webhooks/pix/{TENANT}", f"/channels/whatsapp/{TENANT}") * 2
        calls: list[Callable[[], object]] = [self.wake] * senders
        calls += [partial(self._knock, path) for path in paths]
        threads = [threading.Thread(target=_quietly, args=(call,), daemon=True) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def wake(self) -> float:
        """Wakes one worker of the function that contacts, which says nothing to anybody; returns how long that took."""
        began = time.monotonic()
        self.invoke("SendChannelName", {"v": 1, "tenant": TENANT, "warm": True})
        return time.monotonic() - began

    def invoke(self, name: str, payload: dict[str, Any]) -> Any:
        """Calls the function of that template output and waits for its answer. Raises StepError when it failed,
        BusyError when its worker was killed or took too long."""
        answer = self.emulator.client("lambda").invoke(
            FunctionName=self.deployment.outputs[name], Payload=json.dumps(payload).encode()
        )
        body = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            said = json.dumps(body, ensure_ascii=False)[:2000]
            function = self.deployment.outputs[name]
            if machines_fault(said):
                raise BusyError(f"a função {function} foi interrompida ou passou do seu tempo", said)
            raise StepError(f"a função {function} falhou", said)
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
        raise BusyError(f"o arquivo não foi importado em {IMPORT_LIMIT_SECONDS:.0f} s (veja {self.emulator.log})")

    def rejected_lines(self) -> bytes:
        """The sheet with what is wrong with each rejected line and how to correct it; empty when none was."""
        s3, bucket = self.emulator.client("s3"), self.deployment.outputs["ReportsBucketName"]
        listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"reports/{TENANT}/").get("Contents", [])
        sheets = [entry["Key"] for entry in listed if entry["Key"].endswith(ERRORS)]
        return b"".join(s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in sheets[:1])

    def scan(self) -> Any:
        """What EventBridge Scheduler does every morning: the sweep, and a little later the scan. One that failed, or
        was killed, is called again. Raises as `invoke`."""
        self._called("ReconcileName", {"sweep": "all"})
        return self._called("DailyScanName", {"shards": "all"})

    def fire(self, schedule: str) -> None:
        """Has the emulator's own Scheduler call, within ten seconds, what the deployed schedule of that name in the
        template calls, with its input and role: at its hours nobody can wait for that. Raises StepError for one that
        was not deployed, or is off."""
        scheduler = self.emulator.client("scheduler")
        found = [one["Name"] for one in scheduler.list_schedules()["Schedules"] if f"-{schedule}-" in one["Name"]]
        deployed = scheduler.get_schedule(Name=found[0]) if len(found) == 1 else {}
        if deployed.get("State") != "ENABLED":
            raise StepError(f"o agendamento {schedule} não foi implantado, ou está desligado")
        scheduler.create_schedule(
            Name=f"{schedule}-{time.time_ns()}",
            ScheduleExpression=f"at({datetime.now(UTC):%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow=deployed["FlexibleTimeWindow"],
            Target=deployed["Target"],
            ActionAfterCompletion="DELETE",
        )

    def pull(self) -> Any:
        """What it does now and then: asks every gateway what was paid, each in an invocation of its own. Raises as
        `invoke`; what becomes of those shows in `gateway_api.asked`."""
        return self._called("ReconcileName", {"tenants": "all"})

    def _called(self, name: str, payload: dict[str, Any]) -> Any:
        for attempt in range(1, SCAN_ATTEMPTS):
            try:
                return self.invoke(name, payload)
            except StepError as error:
                self.say(f"{error} (tentativa {attempt}): é chamada de novo.")
        return self.invoke(name, payload)

    def _knock(self, path: str) -> None:
        from localcloud.poster import Poster  # noqa: PLC0415 (only here)

        Poster(self.deployment.api_url).post("warm-up", path, b"{}", {"Content-Type": "application/json"}, retry=False)

    def _stop_world(self) -> None:
        if self._world is not None:
            self._world.stop()

    def _close(self) -> None:
        with uninterrupted():
            self._stack.close()


def _quietly(call: Callable[[], object]) -> None:
    """Warming is a favour: a call that finds the emulator gone (somebody has stopped the demo) or slow has nothing to
    tell. What is really broken shows at the first real call, which is not quiet.
    """
    with contextlib.suppress(Exception):
        call()
