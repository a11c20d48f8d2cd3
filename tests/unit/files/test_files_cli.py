"""`regua file` and `regua retorno` as a person at the keyboard meets them."""

import json
from pathlib import Path

import pytest
from files_support import HEADER, a_line, a_sheet
from test_files_retorno import a_400

from regua_cli.main import main

PARTS = ("original_cents", "discount_cents", "rebate_cents", "fine_cents", "interest_cents", "cash_cents")


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "contas.csv"
    path.write_bytes(a_sheet(a_line(), a_line(valor="x", nome="=1"), "", "Total;;;1,00;"))
    return path


def test_check_answers_one_json_document(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "file", "check", sheet, "--json")
    document = json.loads(out)
    assert (status, err) == (0, "")
    assert {name: document[name] for name in ("lines", "accepted", "rejected", "blank")} == {
        "lines": 4, "accepted": 1, "rejected": 1, "blank": 2,
    }  # fmt: skip
    assert document["columns"] == {name: name for name in HEADER.split(";")}
    assert [(fault["line"], fault["column"]) for fault in document["errors"]] == [(3, "nome"), (3, "valor")]
    assert set(document["errors"][0]) == {"line", "column", "value", "problem", "fix"}
    assert set(document["warnings"][0]) == {"line", "column", "value", "problem", "fix"}


def test_check_speaks_portuguese_to_people(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "file", "check", sheet)
    assert status == 0
    assert "Rejeitadas" in out
    assert "Linha 3, valor “x”: não é um valor em reais. Escreva" in out


def test_check_writes_the_error_sheet_where_told(
    sheet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, _ = run(capsys, "file", "check", sheet, "--errors-to", tmp_path / "saida" / "erros")
    assert status == 0
    written = (tmp_path / "saida" / "erros" / "contas.erros.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfdocumento;nome")
    assert b"'=1" in written
    assert json.loads((tmp_path / "saida" / "erros" / "contas.resumo.json").read_text())["lines"] == 4


def test_check_takes_amounts_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "atrasados.csv"
    path.write_text(
        "id_titulo;nome;vencimento;Principal;Multa;Juros;Total;Comissão\n"
        "1;Ana;10/10/2026;500,00;10,00;8,33;518,33;5,00\n2;Bia;10/10/2026;300,00;0,00;0,00;300,00;3,00\n"
    )
    document = json.loads(run(capsys, "file", "check", path, "--json")[1])
    assert document["amounts"][0] == {
        "line": 2,
        "principal_cents": 50000,
        "discount_cents": 0,
        "charges_cents": 1833,
        "paid_cents": 0,
        "balance_cents": 50000,
    }
    assert [line["line"] for line in document["amounts"]] == [2, 3]
    assert document["unused"] == [{"column": "Comissão", "carries": "money"}]
    out = run(capsys, "file", "check", path)[1]
    assert "conferido: 500,00 + 10,00 + 8,33 = 518,33" in out
    assert "Dinheiro e datas que não foram usados:\n  Comissão  (dinheiro)" in out


def test_check_uses_a_mapping(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, mapping = tmp_path / "a.csv", tmp_path / "m.yaml"
    path.write_bytes(a_sheet(a_line(), header="A;B;C;D;E"))
    mapping.write_text("A: documento\nB: nome\nC: id_titulo\nD: valor\nE: vencimento\n", encoding="utf-8")
    status, out, _ = run(capsys, "file", "check", path, "--mapping", mapping, "--json")
    assert (status, json.loads(out)["accepted"]) == (0, 1)


@pytest.mark.parametrize("text", ["a: [1]", "- a", "a: b: c", "\t"])
def test_a_wrong_mapping_file_is_one_clear_line(
    sheet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(text)
    status, out, err = run(capsys, "file", "check", sheet, "--mapping", mapping)
    assert (status, out, err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("content", [None, b"", b"%PDF-1.7", b"\0\1\2" * 100])
def test_what_cannot_be_read_exits_2_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    path = tmp_path / "x.csv"
    if content is not None:
        path.write_bytes(content)
    for command in (("file", "check"), ("retorno", "show")):
        status, out, err = run(capsys, *command, path, "--json")
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert "Traceback" not in err


def test_a_folder_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "file", "check", tmp_path)[0] == 2


def test_the_model_is_accepted_reaches_nobody_and_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "file", "template")[0] == 0
    _, out, _ = run(capsys, "file", "check", "modelo.csv", "--json")
    document = json.loads(out)
    assert (document["rejected"], document["accepted"]) == (0, 2)
    assert all(column == field for column, field in document["columns"].items())
    status, _, err = run(capsys, "file", "template")
    assert (status, "--force" in err) == (2, True)
    assert run(capsys, "file", "template", "--force")[0] == 0
    assert run(capsys, "file", "template", "outro.csv", "--json")[0] == 0


def test_retorno_lists_settlements_as_one_json_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.ret"
    path.write_bytes(a_400("341", "06", paid=9667, fee=333))
    status, out, _ = run(capsys, "retorno", "show", path, "--json")
    document = json.loads(out)
    assert (status, document["bank"], document["layout"]) == (0, "341", "400")
    assert document["titles"] == [
        {
            "our_number": "123456",
            "document_number": "DOC1",
            "occurrence": "06",
            "kind": "settled",
            "paid_cents": 10000,
            "fee_cents": 333,
            "occurred_on": "2026-12-10",
            "credited_on": "2026-12-11",
            "reverses": False,
            "parts": dict.fromkeys(PARTS),
            "news": None,
        }
    ]
    assert "R$ 100,00" in run(capsys, "retorno", "show", path)[1]


def test_retorno_says_what_goes_back_and_every_code_that_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.ret"
    header, back, trailer, _ = a_400("237", "22", paid=10450).split(b"\r\n")
    other = a_400("237", "11").split(b"\r\n")[1]
    path.write_bytes(b"\r\n".join([header, back, other, trailer]))
    document = json.loads(run(capsys, "retorno", "show", path, "--json")[1])
    assert [(t["reverses"], t["paid_cents"]) for t in document["titles"]] == [(True, 0), (False, 0)]
    status, out, _ = run(capsys, "retorno", "show", path)
    assert status == 0
    assert "pagamento desfeito" in out
    assert "Entrou R$ 0,00; voltou R$ 104,50; outras ocorrências: 11 (1)." in out


def test_retorno_names_a_cut_line_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.ret"
    header, title, trailer, _ = a_400("237", "06", paid=10450).split(b"\r\n")
    path.write_bytes(b"\r\n".join([header, title[:265], trailer]))
    status, out, _ = run(capsys, "retorno", "show", path, "--json")
    document = json.loads(out)
    assert (status, document["titles"], document["errors"][0]["line"]) == (1, [], 2)
    assert "linha cortada" in document["errors"][0]["problem"]
    assert "1 linha recusada" in run(capsys, "retorno", "show", path)[1]


def test_a_statement_that_was_cut_is_shown_as_far_as_it_goes_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    movement = "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260310<TRNAMT>100,00<FITID>A1<MEMO>PIX ANA SOUZA</STMTTRN>"
    head = "OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><BANKTRANLIST>\n"
    tail = "\n</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    path = tmp_path / "conta.ofx"
    path.write_text(head + movement + tail, encoding="utf-8")
    status, out, _ = run(capsys, "extrato", "show", path, "--json")
    assert (status, json.loads(out)["credits_cents"], json.loads(out)["errors"]) == (0, 100_00, [])
    path.write_text(head + movement + "\n<STMTTRN><TRNTYPE>CREDIT<TRNAMT>50", encoding="utf-8")
    status, out, _ = run(capsys, "extrato", "show", path)
    assert status == 1
    assert "R$ 100,00" in out
    assert "cortado" in out
    assert "50,00" not in out
