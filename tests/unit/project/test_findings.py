"""Each finding has the form findings/README.md states. Nothing is installed or run here."""

import os
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "findings"
FINDINGS = sorted(FOLDER.glob("*.sh"))


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.stem)
def test_a_finding_says_what_it_shows_and_leaves_nothing_behind(path: Path) -> None:
    text = path.read_text("utf-8")
    top = text.split("set -euo pipefail", maxsplit=1)[0]
    assert os.access(path, os.X_OK)
    for said in ("# Package: ", "# Expected: ", "# Seen: "):
        assert said in top
    assert "mktemp -d" in text
    assert re.search(r"^trap '.*rm -rf .*' EXIT$", text, re.MULTILINE)
    assert re.search(r"\w==\d|\w@\d", text), "a finding pins its packages"
    assert "expected" in text.rsplit("set -euo pipefail", maxsplit=1)[1]


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.stem)
def test_a_finding_runs_without_the_product(path: Path) -> None:
    code = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
    assert not re.search(r"\bregua\b|layers/common|https?://", code)


def test_every_finding_is_listed() -> None:
    listed = re.findall(r"^\| \[([\w.-]+\.sh)\]", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == [path.name for path in FINDINGS]
    assert len(FINDINGS) >= 2
