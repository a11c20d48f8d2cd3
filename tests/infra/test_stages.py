"""What a deploy is told: kept by stage in samconfig.toml, read back by SAM itself, and never a silence by accident."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.infra.templates import ROOT, Json

import stage as stages
from stage import Stage

CLOUD = ROOT / ".venv-cloud/bin/python"
AS_SAM_READS_IT = """
import inspect, json, sys
from samcli.cli.main import cli
from samcli.commands.deploy import command
names = list(inspect.signature(command.do_cli).parameters)
command.do_cli = lambda *told: print(json.dumps(dict(zip(names, told))["parameter_overrides"]))
cli(["deploy", *sys.argv[1:]], standalone_mode=False)
"""
"""The whole of `sam deploy` but its last call, which would speak to AWS."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's samconfig.toml and template, on a machine on which every runtime is."""
    (tmp_path / "infra").mkdir()
    shutil.copy(ROOT / "samconfig.toml", tmp_path)
    shutil.copy(ROOT / "infra/template.yaml", tmp_path / "infra")
    monkeypatch.setattr(stages, "_runs", lambda _: True)
    monkeypatch.setattr(stages, "running", lambda *_: {})
    return tmp_path


def test_what_was_set_once_is_told_at_every_later_deploy_of_that_stage_alone(project: Path) -> None:
    assert stages.main(["prod", "--set", "DryRun=false AlarmEmail=avisos@escola.example"], project) == 0
    assert Stage(project, "prod").told() == {
        "Stage": "prod", "DryRun": "false", "ProductionExtras": "true", "AlarmEmail": "avisos@escola.example"
    }  # fmt: skip
    assert Stage(project, "default").told() == {"Stage": "dev", "DryRun": "true"}
    before = (ROOT / "samconfig.toml").read_text().splitlines()
    after = (project / "samconfig.toml").read_text().splitlines()
    assert [line for line in before if line not in after] == [before[-2]]


def test_sam_itself_reads_back_what_was_kept(project: Path) -> None:
    if not CLOUD.exists():
        pytest.skip("no .venv-cloud here (make setup)")
    stages.main(["prod", "--set", "DryRun=false"], project)
    where = ("--config-file", str(project / "samconfig.toml"), "--template-file", "infra/template.yaml")
    told = subprocess.run(  # noqa: S603 - our own environment
        [CLOUD, "-c", AS_SAM_READS_IT, "--config-env", "prod", *where],
        cwd=project,
        env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    assert json.loads(told.stdout)["DryRun"] == "false"
    assert json.loads(told.stdout) == Stage(project, "prod").told()


def test_a_stack_that_sends_is_not_silenced_by_who_has_not_said_so(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was set live some other way, and the file does not know."""
    monkeypatch.setattr(stages, "running", lambda stack, _: {"DryRun": "false"} if stack == "regua-prod" else {})
    assert stages.main(["prod", "--live"], project) == 2
    assert "would stop every message" in capsys.readouterr().err
    assert stages.main(["default", "--live"], project) == 0
    assert stages.main(["prod", "--live", "--set", "DryRun=true"], project) == 0, "who says so may"
    assert stages.main(["prod", "--live", "--set", "DryRun=false"], project) == 0
    assert stages.main(["prod", "--live"], project) == 0


def test_a_runtime_that_is_not_the_deployed_one_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stages.main(["prod"], project) == 0
    assert capsys.readouterr().out == "python3.13\n"
    assert stages.main(["prod", "--runtime", "python3.12"], project) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "make deploy STAGE=prod SET='PythonRuntime=python3.12'" in said
    assert stages.main(["prod", "--runtime", "python3.9"], project) == 2
    assert "SET" not in (said := capsys.readouterr().err), "nothing is advised that would be refused"
    assert "PythonRuntime is one of python3.11" in said
    assert stages.main(["prod", "--set", "PythonRuntime=python3.12 Architecture=arm64"], project) == 0
    assert stages.main(["prod", "--runtime", "python3.12"], project) == 0
    built, deployed = Stage(project, "prod").told("build"), Stage(project, "prod").told()
    assert built == {name: deployed[name] for name in built} == {"PythonRuntime": "python3.12", "Architecture": "arm64"}


def test_what_is_built_is_what_is_deployed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`sam deploy --guided`, or an editor, changes one section alone."""
    path = project / "samconfig.toml"
    path.write_text(path.read_text().replace('Stage=\\"prod\\"', 'Stage=\\"prod\\" Architecture=\\"arm64\\"'))
    assert stages.main(["prod"], project) == 2
    assert "SET='Architecture=arm64' makes them one" in capsys.readouterr().err


def test_a_runtime_that_is_not_on_this_machine_is_refused_and_not_kept(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stages, "_runs", lambda name: name == "python3.12")
    before = (project / "samconfig.toml").read_text()
    assert stages.main(["prod", "--set", "PythonRuntime=python3.14"], project) == 2
    assert "SET='PythonRuntime=python3.12'" in capsys.readouterr().err
    assert (project / "samconfig.toml").read_text() == before


@pytest.mark.parametrize(
    ("stage", "given", "words"),
    [
        ("prd", "", "has no stage prd (it has default, prod)"),
        ("prod", "DryRum=false", "did you mean DryRun?"),
        ("prod", "DryRun=no", "one of true, false"),
        ("prod", "AlarmEmail=ninguém", "E-mail address"),
        ("prod", 'PublicUrl=https://a"b', "is not what the template accepts"),
        ("prod", "false", "SET is Name=value"),
        ("prod", "=false", "SET is Name=value"),
        ("prod", "DRYRUN=false", "did you mean DryRun?"),
        ("prod", "DryRun=false DryRun=true", "SET says DryRun twice"),
        ("prod", "DryRun='false", "a quotation mark is missing"),
        ("prod", "DryRun=", "one of true, false"),
        ("prod", "Shards=many", "Shards is a whole number, from 1 to 64, not 'many'"),
        ("prod", "ReservedConcurrency=301", "from 0 to 300"),
        ("prod", "SmsSpendAlarmUsd=", "a whole number, 1 or more"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str], stage: str, given: str, words: str
) -> None:
    before = (project / "samconfig.toml").read_text()
    assert stages.main([stage, "--set", given.replace('"', '\\"')], project) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert words in said.err
    assert (project / "samconfig.toml").read_text() == before


def test_a_stage_without_parameters_of_its_own_gets_a_line(project: Path) -> None:
    with (project / "samconfig.toml").open("a") as file:
        file.write('\n[homolog.global.parameters]\nstack_name = "regua-homolog"\n')
    stage = Stage(project, "homolog")
    stage.keep({"Stage": "homolog"})
    assert Stage(project, "homolog").told() == {"Stage": "homolog"}
    assert Stage(project, "prod").told()["Stage"] == "prod"


LINE = r'parameter_overrides = "Stage=\"prod\" DryRun=\"true\" ProductionExtras=\"true\""'
HEAD = "[prod.deploy.parameters]"
LIST = """parameter_overrides = [
  "Stage=prod",  # the school's
  "DryRun=true", "ProductionExtras=true",
]"""


@pytest.mark.parametrize(
    ("there", "by_hand"),
    [
        (HEAD, f"{HEAD}  # the school's"),
        (HEAD, "[ prod . 'deploy'.\"parameters\" ]"),
        (LINE, f"{LINE}  # asked by Ana"),
        (LINE, LIST),
        (LINE, f"# {LINE}\n  {LINE}"),
        (LINE, "\"parameter_overrides\"='Stage=prod DryRun=true ProductionExtras=true'"),
        ("\n", "\r\n"),
    ],
)
def test_a_file_that_a_person_has_edited_keeps_everything_else(project: Path, there: str, by_hand: str) -> None:
    path = project / "samconfig.toml"
    text = path.read_text().replace(there, by_hand)
    path.write_text(text, newline="")
    assert stages.main(["prod", "--set", "DryRun=false PublicUrl=https://a.example/?b=c"], project) == 0
    assert Stage(project, "prod").told() == {
        "Stage": "prod", "DryRun": "false", "ProductionExtras": "true", "PublicUrl": "https://a.example/?b=c"
    }  # fmt: skip
    with path.open(newline="") as file:
        after = file.read()
    assert after.count("\r") == text.count("\r")
    assert after.count("# asked by Ana") == text.count("# asked by Ana")
    lost = [line for line in text.splitlines() if line not in after.splitlines()]
    assert not [line for line in lost if line.startswith(("#", "["))]


def test_a_file_written_in_another_way_is_left_as_it_is(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """TOML has more ways than one line can be changed in: better a sentence than a file that nothing reads."""
    path = project / "samconfig.toml"
    path.write_text(f"{path.read_text()}\n[homolog]\ndeploy = {{parameters = {{stack_name = 'x'}}}}\n")
    before = path.read_bytes()
    assert stages.main(["homolog", "--set", "DryRun=false"], project) == 2
    said = capsys.readouterr().err
    assert (said.count("\n"), path.read_bytes()) == (1, before)
    assert 'yourself: parameter_overrides = "DryRun=' in said


def test_a_value_with_spaces_or_quotes_passes_through_make_as_it_was_written() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert '--set "$$SET"' in makefile
    assert "$(SET)" not in makefile


def test_the_template_and_the_makefile_know_the_same_pythons(raw: Json) -> None:
    known = [f"3.{minor}" for minor in range(11, 15)]
    assert raw["Parameters"]["PythonRuntime"]["AllowedValues"] == [f"python{version}" for version in known]
    makefile = (ROOT / "Makefile").read_text()
    assert "(3, 11) <= sys.version_info[:2] <= (3, 14)" in makefile
    project = (ROOT / "pyproject.toml").read_text()
    assert 'requires-python = ">=3.11,<3.15"' in project
    assert all(f"Python :: {version}" in project for version in known)
    assert (3, 11) <= sys.version_info[:2] <= (3, 14)
