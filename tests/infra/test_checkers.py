"""Checkers with an opinion of their own about templates, code and what we ship: what they find is mended, or has its
reason in accepted.toml.
"""

import json
import os
import re
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from tests.infra.templates import ROOT, run

CHECKERS = ROOT / ".venv-checkers" / "bin"
ACCEPTED: dict[str, Any] = tomllib.loads((Path(__file__).parent / "accepted.toml").read_text())
SHIPPED = sorted(
    {
        match[1]
        for lock in ROOT.glob("layers/*/requirements.txt")
        for match in re.finditer(r"^([A-Za-z0-9_.-]+)==", lock.read_text(), re.MULTILINE)
    }
)

pytestmark = pytest.mark.skipif(
    not CHECKERS.exists() and not os.environ.get("CI"), reason="the checkers are not installed: `make test` does it"
)

Findings = set[tuple[str, str]]
"""Id of the check, and what it is about."""


@pytest.fixture(scope="module")
def checkov() -> dict[str, Any]:
    """Its whole answer about the templates as they are written."""
    where = ["-d", "infra", "--framework", "cloudformation", "--skip-download", "--quiet", "-o", "json"]
    answer: dict[str, Any] = json.loads(run(str(CHECKERS / "checkov"), *where).stdout)
    return answer


@pytest.fixture(scope="module")
def bandit() -> Findings:
    """What it thinks is of middling weight or worse; lighter ones are ruff's (`S`), with reasons on their lines."""
    answer = run(str(CHECKERS / "bandit"), "-q", "-ll", "-r", "layers/common/regua", "functions", "tools", "-f", "json")
    return {(one["test_id"], one["filename"]) for one in json.loads(answer.stdout)["results"]}


def unexplained(tool: str, found: Findings) -> Findings:
    """What has no reason."""
    reasons = [(one["id"], pattern) for one in ACCEPTED[tool] for pattern in one["on"]]
    return {(check, about) for check, about in found if not any(check == i and fnmatch(about, p) for i, p in reasons)}


def outlived(tool: str, found: Findings) -> set[tuple[str, str]]:
    """Reasons for what is found no more."""
    reasons = {(one["id"], pattern) for one in ACCEPTED[tool] for pattern in one["on"]}
    return {(i, p) for i, p in reasons if not any(check == i and fnmatch(about, p) for check, about in found)}


def test_checkov_finds_nothing_in_the_templates_that_has_no_reason(checkov: dict[str, Any]) -> None:
    found = {(one["check_id"], one["resource"]) for one in checkov["results"]["failed_checks"]}
    assert checkov["summary"]["parsing_errors"] == 0
    assert checkov["summary"]["resource_count"] > 100, "every nested stack was read"
    assert unexplained("checkov", found) == set()
    assert outlived("checkov", found) == set()


def test_bandit_finds_nothing_in_the_code_that_has_no_reason(bandit: Findings) -> None:
    assert unexplained("bandit", bandit) == set()
    assert outlived("bandit", bandit) == set()


def test_the_checkers_see_what_they_are_trusted_to_see(tmp_path: Path) -> None:
    open_to_all = {"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "PublicRead"}}
    (tmp_path / "open.json").write_text(
        json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Inbox": open_to_all}})
    )
    where = ["-d", str(tmp_path), "--framework", "cloudformation", "--skip-download", "--quiet", "-o", "json"]
    answer = json.loads(run(str(CHECKERS / "checkov"), *where).stdout)
    assert "CKV_AWS_20" in {one["check_id"] for one in answer["results"]["failed_checks"]}
    (tmp_path / "loose.py").write_text("import yaml\nyaml.load(open('a').read(), Loader=yaml.Loader)\n")
    loose = run(str(CHECKERS / "bandit"), "-q", "-ll", "-f", "json", str(tmp_path / "loose.py"))
    assert "B506" in {one["test_id"] for one in json.loads(loose.stdout)["results"]}


@pytest.mark.parametrize("tool", ["checkov", "bandit"])
def test_every_reason_is_a_sentence(tool: str) -> None:
    for one in ACCEPTED[tool]:
        assert len(one["why"].split()) >= 6, one["id"]


def test_what_is_shipped_may_be_given_on() -> None:
    assert len(SHIPPED) > 20
    python = str(ROOT / ".venv" / "bin" / "python")
    said = run(str(CHECKERS / "pip-licenses"), "--python", python, "--format=json", "--packages", *SHIPPED)
    found = {one["Name"].lower().replace("_", "-"): one["License"].split("; ") for one in json.loads(said.stdout)}
    assert set(found) == {name.lower() for name in SHIPPED}
    allowed = ACCEPTED["licences"]["allowed"]
    assert {name: texts for name, texts in found.items() if not set(texts) & set(allowed)} == {}


def test_no_shipped_version_is_known_to_be_vulnerable() -> None:
    """Asks the index and OSV, so it needs a network."""
    locks = [part for lock in sorted(ROOT.glob("layers/*/requirements.txt")) for part in ("-r", str(lock))]
    asked = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json", *locks]
    try:
        said = subprocess.run(  # noqa: S603 - our own command
            [str(CHECKERS / "pip-audit"), *asked], capture_output=True, text=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip("pip-audit could ask nobody from here: run it where there is a network")
    answers = json.loads(said.stdout)["dependencies"] if said.stdout.strip() else []
    if not any("vulns" in one for one in answers):
        pytest.skip("pip-audit could ask nobody from here: run it where there is a network")
    assert [one for one in answers if one.get("vulns")] == []
