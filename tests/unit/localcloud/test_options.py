from datetime import date
from pathlib import Path

import pytest

from localcloud.options import WrongOptionError, read
from localcloud.rehearsal import main


def test_without_wishes_it_is_the_sample_for_sixty_days_from_today():
    wanted = read([], {"CSV": "", "DAYS": "", "START": "", "KEEP": ""})
    assert (wanted.csv, wanted.days, wanted.keep) == (None, 60, False)


def test_wishes_come_by_environment_or_by_argument(tmp_path: Path):
    file = tmp_path / "minha planilha.csv"
    file.write_text("nome;valor;vencimento\nAna Souza;100,00;10/01/2026\n")
    by_environment = read([], {"CSV": str(file), "DAYS": "7", "START": "2026-01-05", "KEEP": "1"})
    by_argument = read(["--csv", str(file), "--days", "7", "--start", "2026-01-05", "--keep"], {})
    assert by_environment == by_argument
    assert by_argument.start == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"CSV": "/nao/existe.csv"}, "não encontrei o arquivo CSV=/nao/existe.csv"),
        ({"CSV": "/"}, "é uma pasta"),
        ({"DAYS": "abc"}, "DAYS=abc não é um número de dias"),
        ({"DAYS": "0"}, "entre 1 e 366"),
        ({"DAYS": "-3"}, "entre 1 e 366"),
        ({"START": "2026-13-40"}, "START=2026-13-40 não é uma data"),
        ({"START": "05/01/2026"}, "não é uma data"),
        ({"START": "1990-01-01"}, "entre 2020 e 2050"),
    ],
)
def test_a_wrong_wish_gets_one_clear_line(environment: dict[str, str], says: str):
    with pytest.raises(WrongOptionError) as caught:
        read([], environment)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wrong_wish_ends_with_status_two_before_anything_starts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DAYS", "abc")
    assert main([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert main(["--inventado"]) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "arquivo vazio"),
        (b"%PDF-1.4\n", "é um PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(300), "é uma imagem"),
        (b"nome;valor;vencimeto\nAna Souza;100,00;10/01/2026\n", "“vencimeto” parece “vencimento”"),
    ],
    ids=["empty", "pdf", "picture", "misspelt"],
)
def test_a_file_that_is_no_portfolio_is_refused_before_anything_starts(tmp_path: Path, content: bytes, says: str):
    file = tmp_path / "carteira.xlsx"
    file.write_bytes(content)
    with pytest.raises(WrongOptionError) as caught:
        read([], {"CSV": str(file)})
    assert str(caught.value).startswith(f"CSV={file}: ")
    assert says in str(caught.value)
