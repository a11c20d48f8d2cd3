"""The files around the template: what a fresh machine reads first."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from tests.infra.templates import ROOT, Json

LOCKS = [*sorted((ROOT / "requirements").glob("*.txt")), *sorted((ROOT / "layers").glob("*/requirements.txt"))]


@pytest.fixture(scope="session")
def samconfig() -> Json:
    """The answers `sam` reads."""
    return tomllib.loads((ROOT / "samconfig.toml").read_text())


def overrides(samconfig: Json, environment: str) -> dict[str, str]:
    text = samconfig[environment]["deploy"]["parameters"]["parameter_overrides"]
    return dict(re.findall(r'(\w+)="([^"]*)"', text))


@pytest.mark.parametrize("environment", ["default", "prod"])
def test_samconfig_answers_what_guided_asks(samconfig: Json, environment: str) -> None:
    """The keys `sam deploy --guided` writes; with them a plain `sam deploy` asks nothing but to confirm."""
    deploy = samconfig[environment]["deploy"]["parameters"]
    assert deploy["resolve_s3"] is True
    assert deploy["capabilities"] == "CAPABILITY_IAM"
    assert deploy["confirm_changeset"] is True
    shared = samconfig[environment]["global"]["parameters"]
    assert shared["stack_name"]
    assert shared["region"] == "sa-east-1"


@pytest.mark.parametrize("environment", ["default", "prod"])
def test_samconfig_only_sets_parameters_that_exist_to_values_they_accept(
    samconfig: Json, raw: Json, environment: str
) -> None:
    for name, value in overrides(samconfig, environment).items():
        parameter = raw["Parameters"][name]
        assert value in parameter.get("AllowedValues", [value])
        assert re.search(parameter.get("AllowedPattern", ""), value)


@pytest.mark.parametrize("environment", ["default", "prod"])
def test_even_production_starts_as_a_dry_run(samconfig: Json, environment: str) -> None:
    assert overrides(samconfig, environment)["DryRun"] == "true"


def test_the_two_installations_do_not_share_a_stack_and_are_tagged(samconfig: Json) -> None:
    names = {samconfig[e]["global"]["parameters"]["stack_name"] for e in ("default", "prod")}
    assert len(names) == 2
    for environment in ("default", "prod"):
        assert 'project="regua"' in samconfig[environment]["deploy"]["parameters"]["tags"]


def test_sam_builds_the_template_that_is_tested(samconfig: Json) -> None:
    for environment in ("default", "prod"):
        assert samconfig[environment]["build"]["parameters"]["template_file"] == "infra/template.yaml"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_package_is_pinned_by_hash_and_no_address_is_recorded(lock: Path) -> None:
    text = lock.read_text()
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE).strip())
    assert entries
    for entry in entries:
        assert re.match(r"^[a-z0-9._-]+(\[[a-z0-9,._-]+\])?==", entry), entry
        assert "--hash=sha256:" in entry, entry
    assert not re.search(r"https?://|file:|--index-url|--find-links", text)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_lock_holds_what_its_source_asks_for(lock: Path) -> None:
    pinned = set(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==", lock.read_text(), flags=re.MULTILINE))
    wanted = re.findall(r"^([A-Za-z0-9._-]+)", lock.with_suffix(".in").read_text(), flags=re.MULTILINE)
    assert {re.sub(r"[._-]+", "-", name).lower() for name in wanted if not name.startswith("-")} <= pinned


def test_what_runs_in_lambda_has_the_same_version_on_the_developers_machine() -> None:
    def versions(path: Path) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", path.read_text(), flags=re.MULTILINE))

    developer = versions(ROOT / "requirements/dev.txt")
    for lock in (ROOT / "layers").glob("*/requirements.txt"):
        for name, version in versions(lock).items():
            assert developer[name] == version, name


def test_node_packages_are_pinned_by_checksum_and_no_address_is_recorded() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    for name, package in lock["packages"].items():
        assert not name or package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name


def test_make_alone_explains_every_public_target() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True).stdout  # noqa: S607 - whichever make the machine has
    for target in ("setup", "demo", "test", "check", "bench", "mutants", "lock", "build", "deploy", "clean"):
        assert re.search(rf"^  make {target}\s+\S", shown, flags=re.MULTILINE), target


def _script(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)
    return path


def _make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """make, in a folder with this Makefile and what the test put there."""
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "requirements").mkdir(exist_ok=True)
    (folder / "requirements/dev.txt").touch()
    # as from a shell: under `make test` the make above would hand on its level and options
    return subprocess.run(  # noqa: S603 - our own command
        ["make", "--no-print-directory", *arguments],  # noqa: S607 - the make of who tests
        cwd=folder,
        env={**os.environ, "MAKELEVEL": "0", "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("version", ["3.10.13", "3.15.0"])
def test_a_python_that_does_not_fit_is_named_and_how_to_get_one_that_does(tmp_path: Path, version: str) -> None:
    python = _script(tmp_path / "python3", f'test "$1" = -V && echo Python {version}', 'test "$1" = -V')
    done = _make(tmp_path, f"PYTHON={python}", ".venv/.installed")
    assert done.returncode == 2
    assert f"3.11, 3.12, 3.13 and 3.14 (3.15 is not supported yet). Here: Python {version}\n" in done.stderr
    assert "build/uv/bin/uv python install 3.13\n" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(("pip_answers", "made"), [("false", True), ("true", False)], ids=["half-made", "whole"])
def test_an_environment_that_ctrl_c_left_half_made_is_made_anew(tmp_path: Path, pip_answers: str, made: bool) -> None:
    _script(tmp_path / ".venv/bin/python", pip_answers)
    python = _script(tmp_path / "python3", 'test "$1" = -c || echo "$@" >>made')
    _make(tmp_path, f"PYTHON={python}", ".venv/.installed")
    asked = tmp_path / "made"
    assert (asked.read_text() if asked.exists() else "") == ("-m venv --clear .venv\n" if made else "")


def test_a_file_of_any_name_can_be_given_to_the_demonstration(tmp_path: Path) -> None:
    python = _script(tmp_path / ".venv/bin/python", 'echo "CSV=$CSV, DAYS=$DAYS"')
    done = _make(tmp_path, "-o", "setup", "demo", "CSV=caixa d'água & cia.csv", "DAYS=3", f"PYTHON={python}")
    assert done.stdout == "CSV=caixa d'água & cia.csv, DAYS=3\n"


def test_ci_runs_what_a_person_runs() -> None:
    script = (ROOT / ".ci/run").read_text()
    assert "set -euo pipefail" in script
    assert script.rstrip().endswith("make test")


def test_the_docs_name_what_the_functions_are_told(raw: Json) -> None:
    told = set(raw["Globals"]["Function"]["Environment"]["Variables"])
    for page, heading in (("deploy.md", "## What the functions are told"), ("deploy.pt-BR.md", None)):
        text = (ROOT / "docs" / page).read_text("utf-8")
        if heading:
            text = text.split(heading, maxsplit=1)[1].split("\n|", maxsplit=1)[0]
            assert set(re.findall(r"`([A-Z_]+)`", text)) == told
        assert not {name for name in told if f"`{name}`" not in text}, page
