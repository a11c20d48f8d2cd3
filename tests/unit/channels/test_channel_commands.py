"""The commands about channels: what a stranger at the keyboard gets, also with wrong input."""

import csv
import hashlib
import hmac
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from regua import channels
from regua_cli.main import main

EVENTS = Path(__file__).parents[3] / "events" / "channel_events"
KEYS = ["message_id", "in_reply_to", "kind", "permanent", "action", "at", "error", "text"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr."""
    try:
        status = main(arguments)
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def parsed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Exit status and the one document on stdout."""
    status, out, _ = run(capsys, *arguments)
    return status, json.loads(out)


# -- channel event parse


def test_an_event_is_told_with_exactly_the_promised_keys(capsys: pytest.CaptureFixture[str]) -> None:
    status, events = parsed(
        capsys, "channel", "event", "parse", "whatsapp", str(EVENTS / "whatsapp/batch.json"), "--json"
    )
    assert status == 0
    assert [list(event) for event in events] == [KEYS] * 4
    assert events[2] == {
        "message_id": "wamid.HBgNNTUxMTk4NzY1NDMyMRUCABIYFDA",
        "in_reply_to": "wamid.HBgNNTUxMTk4NzY1NDMyMRUCABEYEjA",
        "kind": "reply",
        "permanent": None,
        "action": "clearing_hold",
        "at": "2026-03-11T13:10:00Z",
        "error": "",
        "text": "já paguei",
    }


def test_a_right_signature_passes_and_a_wrong_one_gives_an_empty_list(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = EVENTS / "whatsapp/text_promise.json"
    signature = hmac.new(b"app", file.read_bytes(), hashlib.sha256).hexdigest()
    as_json, as_lines = tmp_path / "h.json", tmp_path / "h.txt"
    as_json.write_text(json.dumps({"X-Hub-Signature-256": f"sha256={signature}"}))
    as_lines.write_text(f"Host: x\r\nx-hub-signature-256: sha256={signature}\r\n")
    command = ("channel", "event", "parse", "whatsapp", str(file), "--json")
    for headers in (as_json, as_lines):
        assert parsed(capsys, *command, "--headers", str(headers), "--secret", "app")[0] == 0
        assert parsed(capsys, *command, "--headers", str(headers), "--secret", "x", "--secret", "app")[0] == 0
        assert parsed(capsys, *command, "--headers", str(headers), "--secret", "wrong") == (1, [])
    assert parsed(capsys, *command, "--secret", "app") == (1, [])


@pytest.mark.parametrize("channel", channels.listeners())
def test_a_file_nobody_can_read_is_one_line_and_status_two(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, channel: str
) -> None:
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(b"\xff\x00{")
    for file in (str(rubbish), str(tmp_path / "missing"), str(tmp_path)):
        status, out, err = run(capsys, "channel", "event", "parse", channel, file, "--json")
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert "Traceback" not in err


def test_headers_nobody_can_read_are_status_two(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    headers = tmp_path / "h"
    for text in ("{broken", "no colon here"):
        headers.write_text(text)
        file = str(EVENTS / "email/send.json")
        assert run(capsys, "channel", "event", "parse", "email", file, "--headers", str(headers))[0] == 2


def test_without_json_people_read_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "channel", "event", "parse", "whatsapp", str(EVENTS / "whatsapp/text_promise.json"))
    assert status == 0
    assert "promete pagar" in out
    assert "para 13/03/2026" in out


def test_an_answer_can_be_tried_at_the_keyboard(capsys: pytest.CaptureFixture[str]) -> None:
    command = ("channel", "understand", "pago", "amanhã", "--today", "2026-03-11", "--json")
    status, document = parsed(capsys, *command)
    assert (status, document["action"], document["promised_on"]) == (0, "promise", "2026-03-12")
    assert run(capsys, "channel", "understand", "oi", "--today", "amanhã")[0] == 2


# -- whatsapp templates


class Graph(BaseHTTPRequestHandler):
    """Meta's template calls: one template is there already, with other words."""

    asked: ClassVar[list[tuple[str, str, Any]]] = []

    def do_GET(self) -> None:
        self.asked.append(("GET", self.path, None))
        first = "after=" not in self.path
        there = {
            "id": "77",
            "name": "regua_aviso" if first else "de_outro",
            "language": "pt_BR",
            "status": "PAUSED",
            "category": "UTILITY",
            "quality_score": {"score": "RED"},
            "components": [{"type": "BODY", "text": "outras palavras"}],
        }
        paging = {"cursors": {"after": "x"}} | ({"next": "there is more"} if first else {})
        self._say(200, {"data": [there], "paging": paging})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(("POST", self.path, body))
        if body.get("name") == "regua_lembrete" and body.get("language") == "es":
            self._say(400, {"error": {"code": 100, "message": "Invalid", "error_user_msg": "Conteúdo recusado"}})
        else:
            self._say(200, {"id": "1", "status": "PENDING", "category": "UTILITY"})

    def _say(self, status: int, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def graph() -> Iterator[str]:
    Graph.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Graph)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_templates_are_only_shown_unless_told_to_execute(capsys: pytest.CaptureFixture[str]) -> None:
    status, document = parsed(capsys, "whatsapp", "templates", "push", "--json")
    assert (status, document["dry_run"]) == (0, True)
    for template in document["templates"]:
        assert template["category"] == "UTILITY"
        body = template["components"][0]
        assert body["type"] == "BODY"
        assert len(body["example"]["body_text"][0]) == body["text"].count("{{")


def test_templates_are_created_changed_and_refused_one_by_one(
    capsys: pytest.CaptureFixture[str], graph: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHATSAPP_TOKEN", "secret-token")
    command = ("whatsapp", "templates", "push", "--execute", "--waba", "123", "--base-url", graph, "--json")
    status, out, err = run(capsys, *command)
    results = {(row["name"], row["language"]): row for row in json.loads(out)["results"]}
    assert status == 1
    assert results["regua_aviso", "pt_BR"]["action"] == "edited"
    assert results["regua_lembrete", "pt_BR"]["action"] == "created"
    assert results["regua_lembrete", "es"] == {
        "name": "regua_lembrete",
        "language": "es",
        "action": "failed",
        "error": "100: Conteúdo recusado",
    }
    assert "secret-token" not in out + err
    assert any(path.endswith("/77") for method, path, _ in Graph.asked if method == "POST")


def test_status_shows_what_meta_made_of_the_catalogue(
    capsys: pytest.CaptureFixture[str], graph: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHATSAPP_TOKEN", "secret-token")
    status, document = parsed(capsys, "whatsapp", "templates", "status", "--waba", "123", "--base-url", graph, "--json")
    rows = {(row["name"], row["language"]): row for row in document["templates"]}
    assert status == 0
    assert rows["regua_aviso", "pt_BR"]["status"] == "PAUSED"
    assert rows["regua_aviso", "pt_BR"]["quality"] == "RED"
    assert rows["regua_aviso", "pt_BR"]["same_words"] is False
    assert rows["regua_lembrete", "pt_BR"]["status"] == "MISSING"
    assert document["unknown"] == ["de_outro (pt_BR)"]
    told = run(capsys, "whatsapp", "templates", "status", "--waba", "123", "--base-url", graph)[1].splitlines()
    assert "regua_aviso (português): pausado, utilidade, qualidade baixa, texto diferente do catálogo" in told
    assert "regua_lembrete (espanhol): não enviado" in told


def test_meta_is_not_called_without_account_or_token_and_its_absence_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("WHATSAPP_TOKEN", raising=False)
    assert run(capsys, "whatsapp", "templates", "status")[0] == 2
    assert "WHATSAPP_TOKEN" in run(capsys, "whatsapp", "templates", "status", "--waba", "1")[2]
    monkeypatch.setenv("WHATSAPP_TOKEN", "t")
    assert run(capsys, "whatsapp", "templates", "status", "--waba", "../x")[0] == 2
    status, _, err = run(capsys, "whatsapp", "templates", "status", "--waba", "1", "--base-url", "http://127.0.0.1:1")
    assert (status, err.count("\n")) == (2, 1)
    assert run(capsys, "whatsapp", "templates", "push", "--catalog", str(tmp_path / "none"))[0] == 2


# -- calls

TASKS = {
    "creditor": {"name": "Padaria Alfa", "document": "12.345.678/0001-95", "address": "Rua das Flores, 10"},
    "tasks": [
        {
            "debtor": "abc123",
            "name": '=HYPERLINK("x")',
            "phone": "+5511987654321",
            "receivables": [
                {"receivable": "1", "description": "Fatura 1", "due_on": "2026-01-10", "total_cents": 86_898}
            ],
            "history": [{"at": "2026-02-01T13:00:00Z", "channel": "email", "status": "delivered"}],
            "promise": {"due_on": "2026-02-20", "amount_cents": 86_898, "status": "broken"},
        },
        {"debtor": "def456", "name": "José <b>", "phone": "11 4002-8922"},
    ],
}


def exported(capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str) -> str:
    """The list as text."""
    tasks = tmp_path / "tasks.json"
    tasks.write_text(json.dumps(TASKS), encoding="utf-8")
    status, document = parsed(capsys, "calls", "export", str(tasks), "--format", kind, "--json")
    assert (status, document["calls"]) == (0, 2)
    return Path(document["file"]).read_text("utf-8-sig")


def test_the_call_list_has_script_history_promise_and_room_for_the_outcome(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first, second = csv.DictReader(io.StringIO(exported(capsys, tmp_path, "csv")), delimiter=";")
    assert first["Nome"] == '\'=HYPERLINK("x")'
    assert first["Telefone"] == "5511987654321"
    assert first["Títulos"] == "Fatura 1 (venc. 10/01/2026, R$ 868,98)"
    assert first["Histórico"] == "01/02/2026 e-mail entregue"
    assert first["Promessa anterior"] == "20/02/2026 R$ 868,98 não cumprida"
    assert "gravada" in first["Roteiro"]
    assert "CNPJ" in first["Roteiro"]
    assert (second["Resultado"], second["Data da promessa"]) == ("", "")


def test_the_printed_list_shows_names_as_they_are(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = exported(capsys, tmp_path, "html")
    assert "José &lt;b&gt;" in page
    assert "<script" not in page


def test_the_outcomes_come_back_as_facts_and_wrong_lines_with_their_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    filled = tmp_path / "lista.csv"
    filled.write_text(
        "devedor;nome;resultado;data_ligacao;data_promessa;valor_promessa;observacao\r\n"
        "d1;Ana;Pessoa certa;11/03/2026;;;\r\n"
        "d2;Bia;PROMESSA;11/03/2026;20/03/2026;1.234,56;liga de manhã\r\n"
        "d3;Caio;não atendeu;;;;\r\n"
        "d4;Davi;pessoa errada;;;;\r\n"
        "d5;Eva;contesta;;;;já devolveu\r\n"
        "d6;Fabi;;;;;\r\n"
        ";;;;;;\r\n"
        "d7;Gil;promessa;11/03/2026;;;\r\n"
        "d8;Hugo;promessa;11/03/2026;10/03/2026;;\r\n"
        "d9;Iara;desligou;;;;\r\n"
        "d10;Jo;promessa;11/03/2026;31/02/2026;;\r\n"
        "d11;Kim;promessa;11/03/2026;20/03/2026;mil;\r\n",
        encoding="cp1252",
    )
    status, document = parsed(capsys, "calls", "import", str(filled), "--date", "2026-03-12", "--json")
    assert status == 1
    assert document["summary"] == {"right_party": 1, "wrong_person": 1, "no_answer": 1, "promise": 1, "dispute": 1}
    assert document["pending"] == 1
    assert [(r["line"], r["column"]) for r in document["rejected"]] == [
        (9, "data_promessa"),
        (10, "data_promessa"),
        (11, "resultado"),
        (12, "data_promessa"),
        (13, "valor_promessa"),
    ]
    promise = next(fact for fact in document["facts"] if fact["outcome"] == "promise")
    assert promise == {
        "line": 3,
        "debtor": "d2",
        "outcome": "promise",
        "action": "promise",
        "on": "2026-03-11",
        "promised_on": "2026-03-20",
        "amount_cents": 123_456,
        "note": "liga de manhã",
    }
    assert next(f for f in document["facts"] if f["debtor"] == "d3")["on"] == "2026-03-12"


def test_a_list_that_was_exported_and_not_filled_is_all_pending(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    exported(capsys, tmp_path, "csv")
    status, document = parsed(capsys, "calls", "import", str(tmp_path / "tasks.csv"), "--json")
    assert (status, document["pending"], document["facts"]) == (0, 2, [])


def test_every_heading_of_the_exported_list_is_read_back(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    head, first, _ = exported(capsys, tmp_path, "csv").splitlines()
    filled = first.removesuffix(";;;;;") + ";promessa;11/03/2026;20/03/2026;1.234,56;liga de manhã"
    (tmp_path / "tasks.csv").write_text(f"{head}\n{filled}\n", encoding="utf-8")
    _, document = parsed(capsys, "calls", "import", str(tmp_path / "tasks.csv"), "--json")
    [fact] = document["facts"]
    assert (fact["debtor"], fact["on"], fact["promised_on"]) == ("abc123", "2026-03-11", "2026-03-20")
    assert (fact["amount_cents"], fact["note"]) == (123_456, "liga de manhã")


def test_people_read_the_headings_they_know(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    filled = tmp_path / "lista.csv"
    filled.write_text("Devedor;Resultado;Data da ligação\nd1;promessa;11/03/2026\nd2;contesta;ontem\n", "utf-8")
    status, out, _ = run(capsys, "calls", "import", str(filled))
    assert status == 1
    assert "Linha 2, Data da promessa: Uma promessa tem um dia: DD/MM/AAAA.\n" in out
    assert "Linha 3, Data da ligação “ontem”: Use DD/MM/AAAA.\n" in out


@pytest.mark.parametrize("content", [b"", b"\x00", b"a;b\n1;2\n", b'devedor;resultado\n"open;promessa\n'])
def test_a_list_that_is_none_is_one_line_and_status_two(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    status, out, err = run(capsys, "calls", "import", str(file), "--json")
    assert (status, out, err.count("\n")) == (2, "", 1)


# -- letter

LETTER = {
    "creditor": {"name": "Padaria Alfa Ltda", "document": "12.345.678/0001-95", "address": "Rua das Flores, 10"},
    "recipient": "Maria da Silva",
    "address": ["Rua das Acácias, 7", "01310-100 São Paulo SP"],
    "subject": "Fatura 123",
    "paragraphs": ["Prezada senhora,"],
    "written_on": "2026-03-11",
    "rows": [{"description": "Fatura 123", "due_on": "2026-01-10", "principal_cents": 85_000}],
}


def test_a_letter_is_made_from_its_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "carta.json"
    file.write_text(json.dumps(LETTER))
    status, document = parsed(capsys, "letter", "make", str(file), "--json")
    pdf = (tmp_path / "carta.pdf").read_bytes()
    assert (status, document["sha256"]) == (0, hashlib.sha256(pdf).hexdigest())
    assert pdf.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"recipient": ""}, "recipient"),
        ({"address": []}, "address"),
        ({"address": "Rua"}, "address"),
        ({"written_on": "11/03/2026"}, "written_on"),
        ({"rows": [{"description": "x", "due_on": "2026-01-10", "principal_cents": 8.5}]}, "principal_cents"),
        ({"rows": [{"description": "x", "due_on": "2026-01-10"}]}, "principal_cents"),
        ({"pix_code": "000201"}, "pix_code"),
        ({"digitable_line": "123"}, "linha digitável"),
        ({"creditor": {"name": "x"}}, "document"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_wrong_letter_names_its_field(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, change: dict[str, Any], field: str
) -> None:
    file = tmp_path / "carta.json"
    file.write_text(json.dumps(LETTER | change))
    status, out, err = run(capsys, "letter", "make", str(file), "--json")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert field in err
