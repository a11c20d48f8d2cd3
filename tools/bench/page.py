"""Writes the figures of `build/bench.json` into docs/performance.md: each figure's row is replaced, or joins the table.

    python tools/bench/page.py

A figure that was not measured again keeps its row, with the day and the commit it was measured on.
"""

import json
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
REPORT = ROOT / "build" / "bench.json"
HEAD = "| figure | value | spread | must / aim | | what, beside what | not in it | measured |\n" + "|---" * 8 + "|\n"


def main(stamp: str = "") -> int:
    """Replaces the rows; `stamp` says when and where they were measured, in place of today, this commit and Python."""
    page = PAGE.read_text("utf-8")
    rows = json.loads(REPORT.read_text("utf-8"))
    PAGE.write_text(written(page, rows, stamp or _here()), "utf-8")
    return 0


def written(page: str, rows: Sequence[Mapping[str, Any]], stamp: str) -> str:
    """The page with these rows in its table of figures."""
    before, _, rest = page.partition(HEAD)
    lines = [line for line in rest.splitlines() if line.startswith("|")]
    after = rest[sum(len(line) + 1 for line in lines) :].lstrip("\n")
    kept = {line.split("|")[1].strip(): line for line in lines}
    kept |= {row["goal"]: _line(row, stamp) for row in rows if not row["goal"].startswith("bench ")}
    return before + HEAD + "\n".join(kept[name] for name in sorted(kept, key=_order)) + "\n\n" + after


def _order(name: str) -> tuple[int, str]:
    """Goals by their number, then what belongs to no goal."""
    number = name.split(maxsplit=1)[0].removeprefix("G")
    return (int(number) if name.startswith("G") and number.isdigit() else 1000, name)


def _line(row: Mapping[str, Any], stamp: str) -> str:
    value = "not measured" if row["value"] is None else f"{_figure(row['value'])} {row['unit']}"
    spread = f"±{row['spread']:.0%}" if row["spread"] else ""
    verdict = "ok" if row["ok"] else "**missed**"
    what = f"{row['what']}, beside {row['peer']}" if row["peer"] else row["what"]
    limits = f"{_figure(row['must'])} / {_figure(row['aim'])}"
    cells = (row["goal"], value, spread, limits, verdict, what, row["not_in_it"], stamp)
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"


def _here() -> str:
    commit = subprocess.run(  # noqa: S603 (our own words)
        ("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"),  # noqa: S607 (git as it is found)
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return f"{datetime.now(UTC).date()}, {commit}, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
