"""A file given to the wrong command is recognised by its content, and told which command reads it."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from files_support import a_line, a_sheet
from test_files_cli import run
from test_files_extrato import LISTS
from tests.bank_files import banco_do_brasil_240, itau_400, ofx

COMMANDS = {"file": ("file", "check"), "extrato": ("extrato", "show"), "retorno": ("retorno", "show")}


def remessa() -> bytes:
    return itau_400().replace(b"02RETORNO", b"01REMESSA", 1)


def remessa_240() -> bytes:
    head = banco_do_brasil_240()
    return head[:142] + b"1" + head[143:]


def workbook(*rows: list[str]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


TITLES = ["Nome;CPF;Vencimento;Valor;E-mail", "Ana;529.982.247-25;10/11/2026;100,00;a@b.com"]


@pytest.mark.parametrize(
    ("made", "what", "reads"),
    [
        (itau_400, "arquivo de retorno", "retorno"),
        (banco_do_brasil_240, "arquivo de retorno", "retorno"),
        (remessa, "remessa", None),
        (remessa_240, "remessa", None),
        (ofx, "extrato", "extrato"),
        (lambda: b"\xef\xbb\xbf" + ofx(), "extrato", "extrato"),
        (LISTS["Inter"].encode, "extrato", "extrato"),
        (lambda: LISTS["Nubank"].encode("cp1252"), "extrato", "extrato"),
        (lambda: a_sheet(a_line()), "planilha", "file"),
        (lambda: "\r\n".join(TITLES).encode(), "planilha", "file"),
        (lambda: "\n".join(TITLES).encode("utf-16"), "planilha", "file"),
    ],
)
@pytest.mark.parametrize("given", list(COMMANDS))
def test_a_file_given_to_the_wrong_command_is_told_apart(
    made: Callable[[], bytes],
    what: str,
    reads: str | None,
    given: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "arquivo.txt"
    path.write_bytes(made())
    status, out, err = run(capsys, *COMMANDS[given], path)
    if given == reads:
        assert status == 0, err
        return
    assert (status, out) == (2, "")
    assert what in err
    assert "regua " + " ".join(COMMANDS[reads or "retorno"]) in err


@pytest.mark.parametrize("given", list(COMMANDS))
@pytest.mark.parametrize(
    ("data", "what"), [(b"%PDF-1.7\n%...", "um PDF"), (b"\n%PDF-1.4", "um PDF"), (b"\x89PNG\r\n\x1a\n", "uma imagem"),
                       (b"\x1f\x8b\x08\0", "gzip"), (b"<html><body>", "HTML"), (b'{"a": 1}', "JSON")]
)  # fmt: skip
def test_what_no_command_reads_is_named_with_what_to_ask_for(
    data: bytes, what: str, given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "arquivo"
    path.write_bytes(data)
    status, _, err = run(capsys, *COMMANDS[given], path)
    wanted = {"file": "uma planilha", "extrato": "um extrato", "retorno": "um arquivo de retorno"}[given]
    assert status == 2
    assert what in err
    assert f"não {wanted}" in err


@pytest.mark.parametrize("given", ["extrato", "retorno"])
def test_a_workbook_of_titles_is_told_where_to_go(
    given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "arquivo"
    path.write_bytes(workbook(*(line.split(";") for line in TITLES)))
    status, _, err = run(capsys, *COMMANDS[given], path)
    assert status == 2
    assert "regua file check" in err
