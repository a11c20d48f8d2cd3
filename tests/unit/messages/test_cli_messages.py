"""`regua policy`, `regua tenant` and `regua message`, as the person at the keyboard meets them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from regua.domain.model import Channel
from regua_cli.main import main

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "escola-alfa"


def document(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_shipped_policy_checks_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", "padrao"]) == 0
    assert "nenhuma falta" in capsys.readouterr().out
    assert main(["policy", "check", "padrao", "--json"]) == 0
    assert document(capsys) == {"ok": True, "policy": "padrao", "version": "1", "steps": 13, "faults": []}


def test_a_wrong_policy_gives_every_fault_and_status_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "minha.yaml"
    file.write_text("name: x\nsteps:\n  - {key: a, phase: amigavel, offset_days: 1, channels: [zap]}\n")
    assert main(["policy", "check", str(file)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert f"{file}:3: steps[0].channels[0]: 'zap' não existe aqui (você quis dizer 'whatsapp'?)" in lines
    assert lines[-1] == f"2 faltas em {file}"
    assert main(["policy", "check", str(file), "--json"]) == 2
    found = document(capsys)
    assert [f["line"] for f in found["faults"]] == [3, 3]
    assert set(found["faults"][0]) == {"source", "line", "path", "problem", "suggestion"}


@pytest.mark.parametrize("name", ["padrão", "nada.yaml", "/", "", "x" * 5000, "a\0b"])
def test_a_policy_that_is_not_there_is_one_line_and_status_two(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "show", name]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("regua: ")
    assert "Traceback" not in captured.err


def test_showing_a_policy_gives_its_steps_and_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "show", "b2b"]) == 0
    assert "Horário: 09:00 a 17:30" in capsys.readouterr().out
    assert main(["policy", "show", "b2b", "--json"]) == 0
    assert document(capsys)["steps"][0]["key"] == "lembrete"
    assert main(["policy", "show", "b2b", "--yaml"]) == 0
    assert capsys.readouterr().out.startswith("# yaml-language-server")


def test_the_example_tenant_checks_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tenant", "check", str(EXAMPLE)]) == 0
    assert "Escola Alfa: configuração certa" in capsys.readouterr().out
    assert main(["tenant", "check", str(EXAMPLE), "--json"]) == 0
    assert document(capsys) == {"ok": True, "tenant": "escola-alfa", "faults": [], "findings": []}


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("tenant.yaml", "  asaas:", "  asas:", "o gateway 'asas' não existe (você quis dizer 'asaas'?)"),
        ("tenant.yaml", "{from:", "{form:", "esta opção não existe (você quis dizer 'from'?)"),
        ("tenant.yaml", 'phone_number_id: "106540352242922"', "waba_id: '1'", "falta a opção 'phone_number_id'"),
        (
            "tenant.yaml",
            "price: 0.12",
            "price: 0.12\n    options: {monthly_spend_limit: cem}",
            "não é um valor em reais",
        ),
        ("tenant.yaml", "price: 0.12", "options: {monthly_spend_limit: 100}", "sem preço não limita nada"),
        ("tenant.yaml", "Responsável: nome", "Responsável: nomme", "o campo 'nomme' não existe"),
        ("policy.yaml", "key: irmaos", "key: irmaos\n    template: irmas", "pede o modelo 'irmas'"),
        ("messages/pt_BR/aviso.email.txt", "Com carinho", "Sob pena de processo judicial", "[ameaca]"),
        ("messages/pt_BR/aviso.email.txt", "{{ primeiro_nome }}", "{{ primero_nome }}", "'primeiro_nome'"),
        ("messages/pt_BR/aviso.sms.txt", "recado da secretaria", "valor de {{ total }}", "[privacidade]"),
    ],
)
def test_whatever_is_wrong_in_a_tenants_folder_is_found(
    file: str, old: str, new: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "escola-alfa")
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")
    assert main(["tenant", "check", str(folder)]) == 2
    assert told in capsys.readouterr().err


def test_pace_options_belong_to_every_channel_and_consent_to_whatsapp(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "escola-alfa")
    text = (folder / "tenant.yaml").read_text("utf-8")
    text = text.replace("price: 0.12", "price: 0.12\n    options: {monthly_spend_limit: 150.00, canary: true}")
    text = text.replace("phone_number_id:", "optin: assumed\n      phone_number_id:")
    (folder / "tenant.yaml").write_text(text, "utf-8")
    assert main(["tenant", "check", str(folder)]) == 0, capsys.readouterr().err


def test_a_folder_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tenant", "check", "/nao/existe"]) == 2
    assert capsys.readouterr().err == "regua: '/nao/existe' não é uma pasta\n"


@pytest.mark.parametrize("channel", [channel.value for channel in Channel])
def test_a_preview_shows_the_message_on_every_channel(channel: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["message", "preview", "--step", "aviso", "--channel", channel, "--json"]) == 0
    shown = document(capsys)
    assert (shown["step"], shown["phase"], shown["channel"]) == ("aviso", "friendly", channel)
    assert shown["text"]
    assert shown["findings"] == []
    assert bool(shown["html"]) == (channel == "email")
    assert bool(shown["segments"]) == (channel == "sms")
    assert bool(shown["buttons"]) == (channel == "whatsapp")


def test_a_preview_writes_a_page_that_loads_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "previa.html"
    assert main(["message", "preview", "--step", "aviso", "--locale", "es", "--html", str(page)]) == 0
    text = page.read_text("utf-8")
    assert 'class="bubble"' in text
    assert "Dejar de recibir" in text
    assert "srcdoc=" in text
    for outside in (' src="http', "<script", "<link", "@import", "url("):
        assert outside not in text
    assert "Página:" in capsys.readouterr().out


def test_a_preview_speaks_with_the_tenants_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["message", "preview", "--tenant", str(EXAMPLE), "--step", "irmaos", "--channel", "email"]
    assert main(arguments) == 0
    assert "coordenação" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--step", "avisso", "--channel", "sms"],
        ["--step", "firme", "--channel", "whatsapp"],
        ["--step", "aviso", "--channel", "fax"],
        ["--step", "aviso", "--locale", "fr"],
        ["--step", "aviso", "--policy", "nada"],
        ["--step", "aviso", "--tenant", "/nao/existe"],
        ["--step", "aviso", "--sample", "nenhum"],
        ["--step", "aviso", "--html", "/dev/null/x.html"],
        ["--channel", "sms"],
    ],
)
def test_a_wrong_question_is_one_line_and_status_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status = main(["message", "preview", *arguments])
    except SystemExit as stop:
        status = int(stop.code or 0)
    captured = capsys.readouterr()
    assert status == 2
    assert captured.err.startswith("regua: ")
    assert captured.err.count("\n") == 1
