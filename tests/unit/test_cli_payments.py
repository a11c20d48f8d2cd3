"""`regua webhook`, `regua pix` and `regua boleto` as a person (or a script) uses them."""

import json
from pathlib import Path
from typing import Any

import pytest

from regua_cli.main import main

EVENTS = Path(__file__).parents[2] / "events/payment_webhook"
SECRET = "segredo-de-exemplo"
CODE = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000"
    "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D"
)
LINE = "23793381286008301352856000063307789840000150000"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        status = main(arguments)
    except SystemExit as end:
        status = int(str(end.code))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.fixture
def sample(tmp_path: Path) -> Any:
    def build(name: str) -> list[str]:
        event = json.loads((EVENTS / f"{name}.json").read_text())
        (tmp_path / "body").write_bytes(event.get("body", "").encode())
        lines = [f"{header.title()}: {text}" for header, text in event["headers"].items()]
        (tmp_path / "headers").write_text("\n".join(lines))
        (tmp_path / "query").write_text(json.dumps(event.get("queryStringParameters", {})))
        return [
            "webhook", "parse", event["pathParameters"]["gateway"], "--body", str(tmp_path / "body"),
            "--headers", str(tmp_path / "headers"), "--query", str(tmp_path / "query"), "--json",
            "--now", "2026-11-23T15:00:10Z",
        ]  # fmt: skip

    return build


@pytest.mark.parametrize("name", sorted(path.stem for path in EVENTS.glob("*.json")))
def test_every_sample_is_read_by_the_command(name: str, sample: Any, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, *sample(name), "--secret", SECRET)
    document = json.loads(out)
    assert status == 0
    assert document["authentic"] is True
    assert set(document["events"][0]) >= {
        "kind", "event_id", "reference", "amount_cents", "occurred_at", "rail", "raw_type"
    }  # fmt: skip


@pytest.mark.parametrize("name", ["asaas_payment_confirmed", "stripe_dispute_created", "pix_received"])
def test_an_unauthentic_message_gives_no_event_and_status_1(
    name: str, sample: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(capsys, *sample(name), "--secret", "outro")
    assert status == 1
    assert json.loads(out)["authentic"] is False
    assert json.loads(out)["events"] == []


def test_a_missing_secret_is_named(sample: Any, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, *sample("asaas_payment_confirmed"))
    assert status == 1
    assert "segredo" in json.loads(out)["why"]


def test_the_transports_word_is_enough_where_nothing_else_exists(
    sample: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(capsys, *sample("pix_received"))
    document = json.loads(out)
    assert (status, document["authentic"], document["proof"]) == (0, True, "transport")
    assert "mTLS" in document["why"]


@pytest.mark.parametrize("body", [b"", b"null", b"\x00\xff", b"[" * 5000 + b"]" * 5000, b"9" * 5000])
def test_an_unreadable_message_gives_status_2_and_one_line(
    body: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "corpo"
    path.write_bytes(body)
    status, out, err = run(capsys, "webhook", "parse", "pix", "--body", str(path), "--json")
    assert status == 2
    assert json.loads(out)["error"]
    assert err.startswith("regua: não deu para ler o aviso")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["parse", "banco", "--body", "x"], "opção inválida"),
        (["parse", "pix"], "faltam argumentos"),
        (["parse", "pix", "--body", "/nao/existe"], "não deu para ler"),
        (["parse", "pix", "--body", "/"], "não deu para ler"),
        (["parse", "pix", "--body", "/dev/null", "--headers", "/nao/existe"], "não deu para ler"),
        (["parse", "pix", "--body", "/dev/null", "--query", "/nao/existe"], "não deu para ler"),
        (["parse", "pix", "--body", "/dev/null", "--now", "ontem"], "ISO 8601"),
    ],
)
def test_wrong_use_is_one_line_and_status_2(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run(capsys, "webhook", *arguments)
    assert (status, err.count("\n")) == (2, 1)
    assert problem in err


@pytest.mark.parametrize("content", [b"{quebrado", b"\xff", b"sem separador", b"[1]", b"{" * 9000])
def test_wrong_headers_are_one_line_and_status_2(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cabecalhos"
    path.write_bytes(content)
    status, _, err = run(capsys, "webhook", "parse", "pix", "--body", "/dev/null", "--headers", str(path))
    assert (status, err.count("\n")) == (2, 1)


def test_without_json_a_person_can_read_it(sample: Any, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [argument for argument in sample("pix_received") if argument != "--json"]
    _, out, _ = run(capsys, *arguments, "--secret", SECRET)
    assert out.startswith("Autêntico: ")
    assert "Pagamento: R$ 350,00, Pix, 23/11/2026 14:59 UTC" in out
    assert "  Referência: txid " in out


def test_a_payment_shows_what_it_is_made_of_and_null_for_what_nobody_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {"original": {"valor": "100.00"}, "desconto": {"valor": "10.00"}}
    pix = {"endToEndId": "E1", "valor": "90.00", "horario": "2026-03-02T15:00:00Z", "componentesValor": told}
    body = tmp_path / "aviso.json"
    body.write_text(json.dumps({"pix": [pix]}))
    _, out, _ = run(capsys, "webhook", "parse", "pix", "--body", str(body), "--json")
    assert json.loads(out)["events"][0]["parts"] == {
        "original_cents": 100_00,
        "discount_cents": 10_00,
        "rebate_cents": None,
        "fine_cents": None,
        "interest_cents": None,
        "cash_cents": None,
    }
    _, out, _ = run(capsys, "webhook", "parse", "pix", "--body", str(body))
    assert "  Composição: valor original R$ 100,00, desconto R$ 10,00\n" in out


def test_pix_show_names_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "pix", "show", CODE)
    document = json.loads(out)
    assert (status, document["valid"], document["errors"]) == (0, True, [])
    assert (document["key"], document["name"], document["city"]) == (
        "123e4567-e12b-12d1-a456-426655440000", "Fulano de Tal", "BRASILIA"
    )  # fmt: skip


@pytest.mark.parametrize("code", ["", "x", CODE[:-1] + "E", "ção", "\ud800", "0" * 5000])
def test_pix_show_of_a_wrong_code_says_what_and_where(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "pix", "show", code)
    document = json.loads(out)
    assert (status, document["valid"]) == (0, False)
    assert document["errors"]


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("123,45", 12345), ("123.45", 12345), ("1.234,5", 123450), ("R$ 7", 700), ("0", None), ("1.234", 123400)],
)
def test_pix_make_makes_what_pix_show_reads(
    amount: str, cents: int | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    svg, png = tmp_path / "qr.svg", tmp_path / "qr.png"
    status, out, _ = run(
        capsys, "pix", "make", "--key", "11.222.333/0001-81", "--amount", amount,
        "--name", "Escola São José e Companhia Ltda", "--city", "Natal", "--txid", "TIT17",
        "--description", "Março", "--svg", str(svg), "--png", str(png),
    )  # fmt: skip
    made = json.loads(out)
    assert status == 0
    assert (made["valid"], made["amount_cents"], made["txid"]) == (True, cents, "TIT17")
    assert "nome cortado" in made["warnings"][0]
    assert svg.read_text().startswith("<svg")
    assert png.read_bytes().startswith(b"\x89PNG")
    _, out, _ = run(capsys, "pix", "show", made["code"])
    assert {**json.loads(out), "warnings": made["warnings"]} == made


def test_pix_make_without_an_amount_makes_an_open_code(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "pix", "make", "--key", "11222333000181", "--name", "Escola", "--city", "Natal")
    made = json.loads(out)
    assert (status, made["valid"], made["amount_cents"]) == (0, True, None)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"--key": "11999998888"}, "+55"),
        ({"--key": "x"}, "chave"),
        ({"--amount": "dez"}, "valor"),
        ({"--amount": "-1"}, "valor"),
        ({"--amount": "1,234"}, "valor"),
        ({"--amount": "٣"}, "valor"),
        ({"--txid": "tem espaço"}, "txid"),
        ({"--city": "漢"}, "cidade"),
        ({"--svg": "/dev/null/qr.svg"}, "não deu para gravar"),
    ],
)
def test_pix_make_refuses_in_one_line(
    changes: dict[str, str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {"--key": "11222333000181", "--amount": "1", "--name": "Escola", "--city": "Natal", **changes}
    status, out, err = run(capsys, "pix", "make", *[f"{name}={value}" for name, value in options.items()])
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert problem in err


def test_boleto_show_names_every_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "boleto.svg"
    status, out, _ = run(capsys, "boleto", "show", LINE, "--reference", "2026-11-21", "--svg", str(path))
    document = json.loads(out)
    assert (status, document["valid"], document["errors"]) == (0, True, [])
    assert (document["bank"], document["amount_cents"], document["due_on"]) == ("237", 150000, "2022-05-13")
    assert path.read_text().startswith("<svg")


def test_boleto_show_takes_a_line_with_spaces_in_pieces(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "boleto", "show", "23793.38128", "60083.013528", "56000.063307", "7", "89840000150000")
    assert json.loads(out)["valid"] is True


@pytest.mark.parametrize("line", ["", "x", "123", LINE[:-1], LINE[:9] + "0" + LINE[10:], "²" * 47])
def test_boleto_show_of_a_wrong_line_says_what_and_where(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "boleto", "show", line)
    document = json.loads(out)
    assert (status, document["valid"]) == (0, False)
    assert document["errors"]


def test_boleto_show_needs_a_day_as_reference(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "boleto", "show", LINE, "--reference", "amanhã")
    assert (status, err.count("\n")) == (2, 1)
