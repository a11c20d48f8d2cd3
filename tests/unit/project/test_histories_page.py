"""docs/historias.md: its commands run, its history is the example's, and each of its events can be read."""

import re
import shlex
from pathlib import Path

import pytest

from regua_cli.main import main
from regua_cli.playing import history

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/historias.md").read_text("utf-8")
EXAMPLES = ROOT / "docs/examples/historias"
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_page_runs(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program, *words = shlex.split(command.replace("build/", f"{tmp_path}/"))
    assert program == "regua"
    monkeypatch.chdir(ROOT)
    assert main(words) == 0
    assert "Maria Souza" in capsys.readouterr().out


def test_the_history_of_the_page_is_the_beginning_of_the_example() -> None:
    [shown] = re.findall(r"```jsonl\n(.*?)```", PAGE, re.DOTALL)
    assert (EXAMPLES / "maria.jsonl").read_text("utf-8").startswith(shown)


def test_every_event_has_an_example_that_can_be_read(tmp_path: Path) -> None:
    lines = re.findall(r"\| `(\{\"at\".*\})` \|", PAGE)
    for line in lines:
        path = tmp_path / "one.jsonl"
        path.write_text(line, encoding="utf-8")
        assert len(history.read(path)) == 1, line
    told = [re.search(r'"event": "(\w+)"', line) for line in lines]
    assert {found[1] for found in told if found} == set(history.EVENTS)
    acts = {found[1] for line in lines if (found := re.search(r'"action": "(\w+)"', line))}
    assert acts == set(history.PERSON_ACTIONS)
