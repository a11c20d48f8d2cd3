"""`make bench`: runs every `tools/bench/*_bench.py`, prints each goal, writes the list of them to `build/bench.json`.

    python tools/bench/run.py [--quick] [name ...]

A name picks benches (`store` runs `store_bench.py`). Each runs in a process of its own, so that one's memory and
imports are not another's. A bench is a module with `def goals() -> Iterable[Goal]`; one that crashes is a row as well,
and missed. Exit status is 0 only when every figure is what it must be, 1 otherwise, 2 for an unknown name. `--quick`
measures little and judges nothing: its status is 1 only when a bench crashes.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tools" / "bench"
TOLD = ("goal", "what", "value", "unit", "peer", "must", "aim", "ok", "spread", "not_in_it")
REPORT = ROOT / "build" / "bench.json"
SEARCHED = [str(ROOT / "layers" / "common"), str(ROOT / "functions"), str(ROOT / "tools"), str(ROOT)]
if str(ROOT / "tools") not in sys.path:
    sys.path.insert(0, str(ROOT / "tools"))

from bench.goal import Goal  # noqa: E402 (found on the path just set)


def main(arguments: Sequence[str]) -> int:
    """Runs the benches named (all when none is)."""
    quick, names = "--quick" in arguments, [name for name in arguments if name != "--quick"]
    benches = {path.stem.removesuffix("_bench"): path for path in sorted(FOLDER.glob("*_bench.py"))}
    unknown = [name for name in names if name not in benches]
    if unknown:
        print(f"no such bench: {', '.join(unknown)} (there are: {', '.join(benches)})", file=sys.stderr)
        return 2
    rows: list[dict[str, Any]] = []
    crashed: list[str] = []
    for name in names or benches:
        code = _run(name, quick, rows)
        if code:
            crashed.append(name)
            rows.append(_crash(name, code))
            print(_line(rows[-1]), flush=True)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    told = [{name: row[name] for name in TOLD} for row in rows]
    REPORT.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
    missed = [row["goal"] for row in rows if not row["ok"]]
    print(f"{len(rows)} figures, {len(missed)} missed{': ' + ', '.join(missed) if missed else ''} -> {REPORT.name}")
    return bool(crashed) if quick else bool(missed)


def one(name: str) -> int:
    """Runs one bench in this process; each goal is a line of JSON on standard output."""
    sys.path[:0] = SEARCHED
    for goal in importlib.import_module(f"bench.{name}_bench").goals():
        print(json.dumps(goal.document(), ensure_ascii=False), flush=True)
    return 0


def _run(name: str, quick: bool, rows: list[dict[str, Any]]) -> int:
    command = [sys.executable, str(FOLDER / "run.py"), "--one", name]
    environment = {**os.environ, "BENCH_QUICK": "1" if quick else "0"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as process:  # noqa: S603 (ourselves)
        assert process.stdout is not None  # noqa: S101 (a pipe was asked for)
        for line in process.stdout:
            row = json.loads(line)
            rows.append(row)
            print(_line(row), flush=True)
    return process.returncode


def _crash(name: str, code: int) -> dict[str, Any]:
    """A bench that did not come to its end is no goal reached."""
    found = Goal(f"bench {name}", "the bench itself", None, 0, 0, not_in_it=f"it ended with exit status {code}")
    return found.document()


def _line(row: dict[str, Any]) -> str:
    sign = ">=" if row["higher_is_better"] else "<="
    value = "-" if row["value"] is None else _figure(row["value"])
    figures = f"{value:>9} {row['unit']:<11} {'+-' + format(row['spread'], '.0%') if row['spread'] else '':<7}"
    limits = f"must {sign} {_figure(row['must'])}, aim {sign} {_figure(row['aim'])}"
    peer = f" (beside {row['peer']})" if row["peer"] else ""
    left_out = f"\n{'':<15} not in it: {row['not_in_it']}" if row["not_in_it"] else ""
    return f"{row['goal']:<14} {figures} {limits:<34} {row['verdict']:<7} {row['what']}{peer}{left_out}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        sys.exit(one(sys.argv[2]))
    sys.exit(main(sys.argv[1:]))
