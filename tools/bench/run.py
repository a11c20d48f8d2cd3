"""`make bench`: runs every `tools/bench/*_bench.py`, prints each goal, writes `build/bench.json`.

    python tools/bench/run.py [name ...]

A name picks benches (`store` runs `store_bench.py`). Each runs in a process of its own, so that one's memory and
imports are not another's. Exit status is 1 when a goal that must be met is missed or a bench fails, 2 for an unknown
name. A bench is a module with `def goals() -> Iterable[Goal]`.
"""

import importlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tools" / "bench"
REPORT = ROOT / "build" / "bench.json"
SEARCHED = [str(ROOT / "layers" / "common"), str(ROOT / "functions"), str(ROOT / "tools"), str(ROOT)]


def main(names: Sequence[str]) -> int:
    """Runs the benches named (all when none is)."""
    benches = {path.stem.removesuffix("_bench"): path for path in sorted(FOLDER.glob("*_bench.py"))}
    unknown = [name for name in names if name not in benches]
    if unknown:
        print(f"no such bench: {', '.join(unknown)} (there are: {', '.join(benches)})", file=sys.stderr)
        return 2
    goals: list[dict[str, Any]] = []
    failed: list[str] = []
    for name in names or benches:
        code = _run(name, goals)
        if code:
            failed.append(name)
            print(f"{name}_bench failed (exit status {code})", file=sys.stderr)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps({"goals": goals, "failed": failed}, ensure_ascii=False, indent=2) + "\n", "utf-8")
    missed = [goal["id"] for goal in goals if goal["verdict"] == "MISSED"]
    print(f"{len(goals)} goals, {len(missed)} missed{': ' + ', '.join(missed) if missed else ''} -> {REPORT.name}")
    return 1 if missed or failed else 0


def one(name: str) -> int:
    """Runs one bench in this process; each goal is a line of JSON on standard output."""
    sys.path[:0] = SEARCHED
    for goal in importlib.import_module(f"bench.{name}_bench").goals():
        print(json.dumps(goal.document(), ensure_ascii=False), flush=True)
    return 0


def _run(name: str, goals: list[dict[str, Any]]) -> int:
    command = [sys.executable, str(FOLDER / "run.py"), "--one", name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:  # noqa: S603 (ourselves)
        assert process.stdout is not None  # noqa: S101 (a pipe was asked for)
        for line in process.stdout:
            goal = json.loads(line)
            goals.append(goal)
            print(_line(goal), flush=True)
    return process.returncode


def _line(goal: dict[str, Any]) -> str:
    sign = ">=" if goal["higher_is_better"] else "<="
    figures = f"{_figure(goal['value']):>9} {goal['unit']:<5}"
    limits = f"must {sign} {_figure(goal['must'])}, aim {sign} {_figure(goal['aim'])}"
    against = f" (against {goal['against']})" if goal["against"] else ""
    return f"{goal['id']:<12} {figures} {limits:<34} {goal['verdict']:<7} {goal['what']}{against}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        sys.exit(one(sys.argv[2]))
    sys.exit(main(sys.argv[1:]))
