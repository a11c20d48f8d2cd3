"""Where a command's output goes: terminals and pipes of every kind, full disks, folders that are not there yet."""

import io
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from regua_cli import entry, version
from regua_cli.main import main

ROOT = Path(__file__).parents[2]
SHEET = "Nome;Valor;Vencimento\nAna Souza;100,00;10/12/2026\n"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "março.csv"
    path.write_text(SHEET, encoding="utf-8")
    return path


def test_a_reader_who_leaves_early_is_no_mistake(
    sheet: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        assert main(["file", "check", str(sheet)]) == 0
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("buffering", [-1, 1], ids=["at-the-end", "in-the-middle"])
def test_a_full_disk_is_said_in_one_line(
    buffering: int, sheet: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with open("/dev/full", "w", encoding="utf-8", buffering=buffering) as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        assert main(["file", "check", str(sheet)]) == 2
    assert capfd.readouterr().err == "regua: não deu para gravar o resultado: o disco está cheio\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_terminal_without_some_characters_shows_the_others(
    encoding: str, sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdout = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stdout)
    assert main(["file", "check", str(sheet)]) == 0
    stdout.seek(0)
    assert "Aceitas             1   R$ 100,00" in stdout.read()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a file's name is always text")
def test_a_file_whose_name_is_no_utf_8_is_read_like_any_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = os.path.join(os.fsencode(tmp_path), b"mar\xe7o.csv")
    with open(named, "w", encoding="utf-8") as file:
        file.write(SHEET)
    assert main(["file", "check", os.fsdecode(named)]) == 0
    assert capsys.readouterr().out.startswith("mar?o.csv (utf-8")


def test_a_page_is_kept_in_a_folder_that_was_not_there_and_said_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "uma pasta" / "história.html"
    assert main(["play", "docs/examples/historias/maria.jsonl", "--html", str(page)]) == 0
    assert capsys.readouterr().out.endswith(f"\nPágina: {page}\n")
    assert "Maria Souza" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("", "é uma pasta"),
        ("março.csv/página.html", "o caminho passa por um arquivo que não é pasta"),
        ("\0", "o nome não serve"),
    ],
    ids=["folder", "file-as-folder", "no-name"],
)
def test_what_cannot_be_written_is_said_with_its_reason(
    place: str, why: str, sheet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["play", "docs/examples/historias/maria.jsonl", "--html", str(tmp_path / place)]
    assert sheet.exists()
    assert main(arguments) == 2
    assert capsys.readouterr().err.endswith(f": {why}\n")


class TestInterrupted:
    def test_it_says_so_in_one_sentence(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def interrupted() -> int:
            raise KeyboardInterrupt

        monkeypatch.setattr("regua_cli.main.main", interrupted)
        assert entry.main() == 130
        assert capsys.readouterr() == ("", "regua: interrompido\n")

    def test_so_it_does_while_it_still_loads(self) -> None:
        """What Ctrl-C would end with a traceback is only what is loaded before the command's own first line."""
        script = (
            "import sys; known = set(sys.modules); import regua_cli.entry; print(*sorted(set(sys.modules) - known))"
        )
        command, where = [sys.executable, "-c", script], {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
        loaded = subprocess.run(command, capture_output=True, text=True, check=True, env=where).stdout  # noqa: S603 - as above
        assert loaded.split() == ["regua_cli", "regua_cli.entry"]
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        assert project["scripts"] == {"regua": "regua_cli.entry:main"}


class TestTheVersion:
    def test_it_is_that_of_the_sources_with_their_commit(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["--version"])
        assert ended.value.code == 0
        number = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
        commit = r" \([0-9a-f]{7,}(-dirty)?\)" if (ROOT / ".git").exists() else ".*"
        assert re.fullmatch(rf"regua {re.escape(number)}{commit}\n", capsys.readouterr().out)

    def test_without_sources_it_is_that_of_the_package(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(version, "_ROOT", tmp_path)
        monkeypatch.setattr("importlib.metadata.version", lambda name: "9.8.7")
        with pytest.raises(SystemExit):
            main(["--version"])
        assert capsys.readouterr().out.startswith("regua 9.8.7")


def test_a_worksheet_asked_for_of_a_text_file_is_a_mistake_and_not_passed_over(
    sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["file", "check", str(sheet), "--sheet", "Plan1"]) == 2
    assert capsys.readouterr().err == (
        "regua: março.csv: um arquivo de texto (CSV) não tem abas: leia de novo sem --sheet\n"
    )
