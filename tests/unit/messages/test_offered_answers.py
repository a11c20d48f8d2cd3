"""`regua tenant check` refuses what an installation cannot do: hear an answer, store a letter elsewhere."""

import json
import shutil
from pathlib import Path

import pytest

from regua_cli import cloud
from regua_cli.main import main

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "escola-alfa"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "escola-alfa"
    shutil.copytree(EXAMPLE, found)
    return found


def answers_by(folder: Path, channel: str, **options: str) -> None:
    """The channel's options in tenant.yaml, with these besides."""
    path = folder / "tenant.yaml"
    given = ", ".join(f"{name}: {value}" for name, value in options.items())
    said = path.read_text("utf-8")
    if channel == "email":
        written = said.replace("options: {from: ", f"options: {{{given}, from: ")
    else:
        written = said.replace(f"  {channel}:\n", f"  {channel}:\n    options: {{{given}}}\n")
    assert written != said
    path.write_text(written, encoding="utf-8")


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What an installation called `regua` tells its functions."""
    told = {"TABLE_NAME": "regua", "WIRES": "", "MAIL_DOMAIN": ""}
    monkeypatch.setattr(cloud, "deployed", lambda stack: told if stack == "regua" else {})
    return told


def check(folder: Path, *more: str) -> int:
    return main(["tenant", "check", str(folder), *more])


def test_an_answer_by_sms_is_refused_where_its_wire_does_not_lie(
    folder: Path, installed: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    answers_by(folder, "sms", inbound="true")
    assert check(folder) == 0, capsys.readouterr().err
    assert check(folder, "--table", "regua") == 2
    assert "SmsAnswers" in capsys.readouterr().err
    installed["WIRES"] = " sms-logs sms-answers "
    assert check(folder, "--table", "regua") == 0, capsys.readouterr().err


def test_an_answer_by_mail_goes_to_the_domain_that_is_received(
    folder: Path, installed: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    answers_by(folder, "email", inbound="true", reply_to="cobranca@respostas.escolaalfa.example.com.br")
    installed |= {"WIRES": "email-answers", "MAIL_DOMAIN": "respostas.escolaalfa.example.com.br"}
    assert check(folder, "--table", "regua") == 0, capsys.readouterr().err
    installed["MAIL_DOMAIN"] = "outro.example.com.br"
    capsys.readouterr()
    assert check(folder, "--table", "regua", "--json") == 2
    [fault] = json.loads(capsys.readouterr().out)["faults"]
    assert "outro.example.com.br" in json.dumps(fault)


def test_an_answer_by_mail_needs_an_address_that_is_received(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers_by(folder, "email", inbound="true")
    assert check(folder) == 2
    assert "reply_to" in capsys.readouterr().err


def test_a_text_of_its_own_that_asks_where_nobody_listens_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = folder / "messages" / "pt_BR"
    own.mkdir(parents=True, exist_ok=True)
    (own / "aviso.sms.txt").write_text("{{ credor }}: ola. SAIR p/ nao receber. {{ link }}", encoding="utf-8")
    assert check(folder) == 2
    assert "sem-ouvido" in capsys.readouterr().err
    answers_by(folder, "sms", inbound="true")
    assert check(folder) == 0, capsys.readouterr().err


def by_post(folder: Path, options: str) -> None:
    path = folder / "tenant.yaml"
    said = path.read_text("utf-8")
    assert "\nchannels:\n" in said
    path.write_text(said.replace("\nchannels:\n", f"\nchannels:\n  letter: {{options: {{{options}}}}}\n"), "utf-8")


@pytest.mark.parametrize(
    ("options", "granted", "unseen", "seen"),
    [
        ("prefix: letters/correio", "", 0, 0),
        ("prefix: correio", "", 2, 2),
        ("bucket: cartas-da-escola", "", 0, 2),
        ("bucket: cartas-da-escola, prefix: correio", "cartas-da-escola", 0, 0),
        ("bucket: outro", "cartas-da-escola", 0, 2),
        ("bucket: relatorios, prefix: correio", "", 0, 2),
    ],
)
def test_letters_are_refused_where_no_sender_may_store_them(
    folder: Path,
    installed: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    options: str,
    granted: str,
    unseen: int,
    seen: int,
) -> None:
    """Without an installation to ask, a bucket is taken for granted; the folder of the reports' bucket is known."""
    installed |= {"LETTERS_BUCKET": granted, "REPORTS_BUCKET": "relatorios"}
    by_post(folder, options)
    assert check(folder) == unseen, capsys.readouterr().err
    capsys.readouterr()
    assert check(folder, "--table", "regua") == seen
    assert ("LettersBucket" in capsys.readouterr().err) is (seen == 2)


def test_an_installation_that_is_not_there_is_said(
    folder: Path, installed: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(folder, "--table", "outra") != 0
    assert "outra" in capsys.readouterr().err
