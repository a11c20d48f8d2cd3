"""What `make demo KEEP=1` prints for looking around works with what the project installs."""

import json
import re
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from localcloud import report, visit
from localcloud.deployment import Outputs
from regua_cli.main import build


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(visit, "leave", lambda *_: None)
    outputs = Outputs({"ApiId": "a1"})
    deployment = SimpleNamespace(api_url="http://127.0.0.1:9/api", outputs=outputs)
    emulator, graph = SimpleNamespace(url="http://127.0.0.1:9"), SimpleNamespace(url="http://127.0.0.1:8")
    scene: Any = SimpleNamespace(deployment=deployment, emulator=emulator, graph=graph)
    report.keep(scene)
    return capsys.readouterr().out


def test_every_command_it_prints_is_one_the_project_has(printed: str):
    commands = [shlex.split(line.partition("(")[0]) for line in printed.splitlines() if ".venv/bin/" in line]
    assert len(commands) == 8
    for program, *words in commands:
        if program.endswith("regua"):
            assert build().parse_args(words).endpoint_url == "http://127.0.0.1:9"
        else:
            assert words[0] == "tools/localcloud/visit.py"
            assert words[1] in visit.ACTIONS


def test_no_program_that_has_to_be_installed_first_is_asked_for(printed: str):
    assert not re.search(r"\b(aws|curl|awslocal)\s", printed)


def test_a_visit_needs_a_local_cloud(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert visit.main(["scan"], tmp_path / "cloud.json") == 2
    assert "antes, `make demo KEEP=1`" in capsys.readouterr().err


def test_a_visit_to_one_that_is_gone_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    place = tmp_path / "cloud.json"
    outputs = {"StateMachineArn": "arn:aws:states:sa-east-1:000000000000:stateMachine:regua"}
    place.write_text(json.dumps({"url": "http://127.0.0.1:9", "api": "", "outputs": outputs}))
    assert visit.main(["executions"], place) == 2
    assert "ela ainda está ligada?" in capsys.readouterr().err


def test_a_file_to_upload_that_is_not_there_is_no_reason_to_start_the_cloud(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cloud.json").write_text(
        '{"url": "http://127.0.0.1:9", "api": "", "outputs": {"InboxBucketName": "b"}}'
    )
    assert visit.main(["upload", str(tmp_path / "nada.csv")], tmp_path / "cloud.json") == 2
    said = capsys.readouterr().err
    assert "nada.csv" in said
    assert "KEEP" not in said
