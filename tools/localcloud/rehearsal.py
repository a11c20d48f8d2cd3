"""The demonstration: the whole product on this machine, sixty days in two minutes, and what came of it."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localcloud import diary, options, own_tenant, pace, portfolio, report, report_html
from localcloud.deployment import STACK, TENANT_FILES
from localcloud.emulator import ROOT
from localcloud.gateway import GATEWAYS
from localcloud.metrics import MetricsCollector
from localcloud.money_trail import MoneyTrail, trail
from localcloud.own_file import read_people
from localcloud.process import INTERRUPTED, BusyError, Heartbeat, StepError, Stopped, raise_on_signals
from localcloud.records import TableRecords, read_executions, read_table, why_failed
from localcloud.scene import ERRORS, Scene
from localcloud.second_look import SecondLook
from localcloud.steps import shipped_steps
from localcloud.summary import problems, standstills, summarize
from regua_cli.words import count

BUILD = ROOT / "build"
OUT = BUILD / "demo"
STOPPED = "demo: interrompida; tudo o que ela ligou foi desligado."
SEED = 304
SETTLE_SECONDS = 20.0
FUNCTION_LOGS = f"/aws/lambda/{STACK}-"
INCONCLUSIVE = 2
"""Exit status of a demonstration that says nothing about the product: a wrong wish, or a machine that cannot do it."""


class Voice:
    """Says what happens, with the seconds passed, one line at a time."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, text: str) -> None:
        print(f"[{time.monotonic() - self._began:4.0f} s] {text}", flush=True)


def run(wanted: options.DemoOptions, say: Voice) -> int:
    """The demonstration. Returns the exit status."""
    sample = portfolio.generate(wanted.start) if wanted.csv is None else None
    content = sample.csv() if sample else wanted.csv.read_bytes() if wanted.csv else b""
    name = wanted.csv.name if wanted.csv else "carteira.csv"
    OUT.mkdir(parents=True, exist_ok=True)
    if sample:
        (OUT / name).write_bytes(content)
    tenant = own_tenant.prepare(wanted.tenant, BUILD / "tenant") if wanted.tenant else TENANT_FILES
    with Scene(BUILD / "localcloud", say) as scene:
        load = pace.quiet_load()
        deployed = scene.deploy(tenant)
        slow = pace.slowness(load, deployed, scene.wake())
        file = pace.get_ready(scene, wanted.start, wanted.days, slow, lambda: scene.upload(name, content), say)
        if file.get("erro"):
            raise options.WrongOptionError(f"{name} não pôde ser importado: {file['erro']}")
        lines, accepted = count(file["lines"], "linha", "linhas"), count(file["accepted"], "aceita", "aceitas")
        say(f"Planilha importada: {lines}, {accepted}, {count(file['rejected'], 'rejeitada', 'rejeitadas')}.")
        rejected = OUT / f"{Path(name).stem}{ERRORS}"
        rejected.unlink(missing_ok=True)
        if file["rejected"]:
            rejected.write_bytes(scene.rejected_lines())
            say(f"O motivo e a correção de cada linha rejeitada: {_relative(rejected)}")
        people = sample.people if sample else read_people(scene.emulator, scene.deployment)
        world = scene.open_world(people, SEED, shipped_steps(scene.graph.approvals))
        with Heartbeat(say, lambda: "Primeira varredura da carteira..."):
            scene.scan()
        world.start(wanted.days)
        pace.run_days(scene, wanted.days, say)
        summary, money = _close(scene, wanted, file, say)
        why = why_failed(scene.emulator, scene.deployment)
        failures, stalls = problems(summary, world, why, money), standstills(summary, world, why, money)
        report.show(summary, scene, failures, stalls)
        diary.write(OUT / "world.jsonl", world)
        report_html.write(OUT / "report.html", summary, scene, failures + stalls)
        print(f"\nEm figuras: {_relative(OUT / 'report.html')} · em números: {_relative(OUT / 'summary.json')}")
        if wanted.keep:
            report.keep(scene)
            _wait_for_ctrl_c()
    if failures:
        return 1
    return INCONCLUSIVE if stalls else 0


def _close(
    scene: Scene, wanted: options.DemoOptions, file: dict[str, Any], say: Voice
) -> tuple[dict[str, Any], MoneyTrail]:
    """After the last day, when simulated time hardly moves: reads everything back and writes the summary."""
    world = scene.world
    say("Fim do último dia. Lendo de volta o que foi registrado...")
    with Heartbeat(say, lambda: "Lendo métricas, registros e execuções..."):
        world.stop()
        world.last_look()
        records = _settled(scene)
        metrics = MetricsCollector(scene.emulator, scene.timeline, wanted.days)
        metrics.collect(FUNCTION_LOGS)
        told, people = world.gateway.told, world.debtors.people
        money = trail(
            people, world.books.movements, told.stranger_ids, told.lost, records, GATEWAYS, scene.timeline.now()
        )
        look = SecondLook(world.debtors.people, world.books, records, scene.timeline, world.standstill)
        look.withdraw(world.referee)
        summary = summarize(
            file=file,
            days=wanted.days,
            world=world,
            records=records,
            flights=look.flights(record.arrival for record in world.records),
            executions=read_executions(scene.emulator, scene.deployment),
            metrics=metrics.read(),
            interrupted=metrics.interrupted,
            money=money,
        )
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return summary, money


def _settled(scene: Scene) -> TableRecords:
    """The table once nothing is on its way any more, or as it is when that does not end."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while (records := read_table(scene.emulator, scene.deployment)).pending and time.monotonic() < deadline:
        time.sleep(1)
    return records


def _wait_for_ctrl_c() -> None:
    while True:
        time.sleep(3600)


def _relative(path: Path) -> Path:
    return path.relative_to(ROOT)


def main(arguments: list[str]) -> int:
    """Reads the wish, runs, and turns every end into an exit status and one clear line."""
    raise_on_signals()
    say = Voice()
    try:
        return run(options.read(arguments), say)
    except Stopped:
        print(f"\n{STOPPED}", file=sys.stderr)
        return INTERRUPTED
    except (options.WrongOptionError, own_tenant.WrongTenantError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return INCONCLUSIVE
    except (BotoCoreError, ClientError, OSError) as error:
        print(f"demo: a nuvem local deixou de responder ({type(error).__name__}): {error}", file=sys.stderr)
        print("demo: a máquina pode estar ocupada demais; tente de novo quando estiver livre.", file=sys.stderr)
        return INCONCLUSIVE
    except StepError as error:
        if error.detail:
            print(error.detail, file=sys.stderr)
        print(f"demo: {error}", file=sys.stderr)
        return INCONCLUSIVE if isinstance(error, BusyError) else 1
