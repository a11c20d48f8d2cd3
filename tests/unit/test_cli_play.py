"""`regua play` as a person types it: what is refused names its line, what is played is the whole of it."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from regua_cli.main import main

SHEET = """\
documento;nome;id_titulo;valor;vencimento;email;celular;uf
529.982.247-25;Maria Souza;T1;100,00;27/02/2026;maria@example.com;11987654321;SP
529.982.247-25;Maria Souza;T2;60,00;27/02/2026;maria@example.com;11987654321;SP
"""
FILE = {"at": "2026-03-02T08:00", "event": "file", "path": "titulos.csv"}
CREDOR = Path(__file__).parents[1] / "histories/credor"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "titulos.csv").write_text(SHEET, encoding="utf-8")
    return tmp_path


def written(folder: Path, *events: dict[str, Any] | str) -> str:
    path = folder / "historia.jsonl"
    path.write_text("\n".join(e if isinstance(e, str) else json.dumps(e) for e in events), encoding="utf-8")
    return str(path)


def played(capsys: pytest.CaptureFixture[str], path: str, *words: str) -> dict[str, Any]:
    assert main(["play", path, "--tenant", str(CREDOR), "--json", *words]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: pytest.CaptureFixture[str], path: str, *words: str) -> str:
    assert main(["play", path, "--tenant", str(CREDOR), *words]) == 2
    return capsys.readouterr().err


def event(at: str, event_: str, /, **said: Any) -> dict[str, Any]:
    return {"at": at, "event": event_, **said}


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("not json", "não é JSON"),
        ("[1]", "não é um objeto"),
        (event("2026-03-03T08:00", "feast"), "evento desconhecido: 'feast'"),
        (event("2026-03-03", "file", path="titulos.csv"), "'at' deve ser AAAA-MM-DDTHH:MM"),
        (event("2026-03-01T08:00", "file", path="titulos.csv"), "fora de ordem"),
        (event("2026-03-03T08:00", "file"), "falta 'path'"),
        (event("2026-03-03T08:00", "file", path="nada.csv"), "não deu para ler"),
        (event("2026-03-03T08:00", "payment", title="T9", cents=100), "ninguém conhece o título T9"),
        (event("2026-03-03T08:00", "payment", title="T1", cents=1.5), "'cents' deve ser um número inteiro"),
        (event("2026-03-03T08:00", "payment", cents=100), "'title' ou 'message'"),
        (event("2026-03-03T08:00", "payment", message=["T1"], cents=100), "nenhuma mensagem falou de T1"),
        (event("2026-03-03T08:00", "refund", title="T1", cents=100), "nada foi pago do título T1"),
        (event("2026-03-03T08:00", "answer", channel="pombo", text="oi", **{"from": "x"}), "'channel' deve ser um"),
        (event("2026-03-03T08:00", "channel", channel="whatsapp", body={"a": 1}), "não é um evento do canal whatsapp"),
        (event("2026-03-03T08:00", "channel", channel="email", body="{{message_id:T1}}"), "nenhuma mensagem falou"),
        (event("2026-03-03T08:00", "webhook", gateway="banco", body={}), "gateway desconhecido: banco"),
        (event("2026-03-03T08:00", "policy", path="nada.yaml"), "régua não encontrada"),
        (event("2026-03-03T08:00", "tenant", path="nada.yaml"), "não deu para ler"),
        (event("2026-03-03T08:00", "work", kind="task", title="T1", outcome="done"), "não há trabalho 'task'"),
        (event("2026-03-03T08:00", "work", kind="task", title="T1", outcome="eaten"), "'outcome' deve ser"),
        (event("2026-03-03T08:00", "person", title="T1", action="dance"), "ação desconhecida"),
        (
            event("2026-03-03T08:00", "person", title="T1", action="opt_in", channel="zap"),
            "'channel' deve ser um canal",
        ),
        (
            event("2026-03-03T08:00", "person", title="T1", action="opt_in", channel="task"),
            "'channel' deve ser um canal",
        ),
        (event("2026-03-03T08:00", "person", title="T1", action="credit", to="T9"), "ninguém conhece o título T9"),
        (
            event("2026-03-03T08:00", "answer", channel="task", text="oi", **{"from": "x"}),
            "'channel' deve ser um canal",
        ),
        (event("2026-03-03T08:00", "undelivered", title="T1", channel="task"), "'channel' deve ser um canal"),
        (
            event("2026-03-03T08:00", "answer", channel="sms", text="oi", to_title=["T1"], **{"from": "x"}),
            "não tem 'to_title': você quis dizer 'to_titles'?",
        ),
        (event("2026-03-03T08:00", "payment", title="T1", cent=1, cents=1), "não tem 'cent': você quis dizer 'cents'?"),
        (
            event("2026-03-03T08:00", "file", path="titulos.csv", xyz=1),
            "não tem 'xyz' (há: at, event, creditor e path)",
        ),
        (event("2026-03-03T08:00", "person", title="T1", action="hold"), "falta 'reason'"),
        (event("2026-03-03T08:00", "file", path="titulos.csv", creditor="ninguem"), "o arquivo não existe"),
        (event("2026-03-03T08:00", "tenant", path="falta.yaml"), "o arquivo ou a pasta não existe"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_line_that_cannot_be_played_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], wrong: dict[str, Any] | str, problem: str
) -> None:
    err = refused(capsys, written(folder, FILE, wrong))
    assert err.count("linha 2: ") == 1
    assert problem in err
    assert err.count("\n") == 1


def test_a_title_that_fits_two_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parcels = "nome;documento;Pedido;Parcela;valor;vencimento;email\n" + "".join(
        f"Maria Souza;529.982.247-25;1001;{n};100,00;0{n}/03/2026;maria@example.com\n" for n in (1, 2)
    )
    (folder / "parcelas.csv").write_text(parcels, encoding="utf-8")
    uploaded = event("2026-03-02T08:00", "file", path="parcelas.csv")
    paid = event("2026-03-02T09:00", "payment", title="1001", cents=10000)
    err = refused(capsys, written(folder, uploaded, paid))
    assert "linha 2: o título 1001 pode ser 1001/1 ou 1001/2" in err
    found = played(capsys, written(folder, uploaded, {**paid, "title": "1001/2"}))
    assert [(t["title"], t["status"]) for t in found["titles"]] == [("1001/1", "open"), ("1001/2", "paid")]


def test_empty_lines_and_comments_are_no_events(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = played(capsys, written(folder, "# a carteira", "", FILE))
    assert [i["lines"] for i in found["imports"]] == [2]


def test_a_history_ends_with_the_last_day_or_when_it_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    early = {**FILE, "at": "2026-03-02T05:00"}
    same_day = played(capsys, written(folder, early))
    assert {c["at"][:10] for c in same_day["contacts"]} == {"2026-03-02"}
    before = played(capsys, written(folder, early), "--until", "2026-03-02T05:30")
    assert before["contacts"] == []
    weeks = played(capsys, written(folder, early), "--until", "2026-03-12T20:00")
    assert [c["step"] for c in weeks["contacts"]] == ["aviso", "segundo-aviso", "firme"]
    assert "anterior ao primeiro evento" in refused(capsys, written(folder, early), "--until", "2026-03-01T05:30")


def test_a_history_is_played_the_same_way_twice(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(folder, FILE, event("2026-03-20T08:00", "payment", title="T1", cents=5000))
    assert played(capsys, path) == played(capsys, path)


def test_money_that_is_taken_back_opens_the_title_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paid = event("2026-03-03T08:00", "payment", title="T1", cents=10243)
    for kind in ("refund", "chargeback"):
        back = event("2026-03-04T08:00", kind, title="T1", cents=10243)
        found = played(capsys, written(folder, FILE, paid, back))
        assert found["titles"][0] | {"open_cents": 0} == {
            "creditor": "credor",
            "title": "T1",
            "debtor": found["debtors"][0]["debtor"],
            "status": "open",
            "due": "2026-02-27",
            "original_due": None,
            "principal_cents": 10000,
            "open_cents": 0,
            "open_principal_cents": 10000,
            "paid_cents": 0,
            "waived_cents": 0,
            "waived_by": {},
            "overpaid_cents": 0,
        }


def test_money_a_bank_file_told_of_is_taken_back_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = "documento;nome;id_titulo;valor;vencimento;status\n529.982.247-25;Maria;T1;100,00;27/02/2026;pago\n"
    (folder / "pago.csv").write_text(status, encoding="utf-8")
    paid = event("2026-03-03T08:00", "person", title="T1", action="paid", cents=4000, day="2026-03-02")
    back = event("2026-03-04T08:00", "refund", title="T1", cents=4000)
    found = played(capsys, written(folder, FILE, paid, back))
    assert found["titles"][0]["paid_cents"] == 0


def test_a_refused_message_goes_by_the_next_channel(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refusal = event("2026-03-02T09:00", "undelivered", title="T1", channel="email", permanent=True)
    found = played(capsys, written(folder, FILE, refusal), "--until", "2026-03-03T20:00")
    assert [(c["channel"], c["to"]) for c in found["contacts"]] == [("whatsapp", "+5511987654321")]
    assert "SEND_REFUSED" in [d["reason"] for d in found["decisions"]]


def test_a_look_up_is_answered_by_the_history(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = event(
        "2026-03-03T08:00",
        "webhook",
        gateway="iugu",
        body="event=invoice.status_changed&data%5Bid%5D=F1&data%5Bstatus%5D=paid",
        headers={"content-type": "application/x-www-form-urlencoded"},
        fetch={"id": "F1", "status": "paid", "total_paid_cents": 10213, "paid_at": "2026-03-03T08:00:00-03:00"}
        | {"external_reference": "T1", "custom_variables": [{"name": "external_reference", "value": "T1"}]},
    )
    found = played(capsys, written(folder, FILE, told))
    assert (found["titles"][0]["status"], found["work"]) == ("paid", [])
    del told["fetch"]
    assert played(capsys, written(folder, FILE, told))["titles"][0]["status"] == "open"


def test_a_charge_made_at_a_gateway_is_what_the_message_asks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tenant = folder / "credor"
    tenant.mkdir()
    text = (CREDOR / "tenant.yaml").read_text("utf-8")
    (tenant / "tenant.yaml").write_text(
        text + "gateways:\n  asaas: {secrets: [regua/x], options: {api_secret: regua/y}, create_charges: true}\n",
        encoding="utf-8",
    )
    (folder / "titulos.csv").write_text("\n".join(SHEET.splitlines()[:2]), encoding="utf-8")
    path = written(folder, FILE, event("2026-03-03T20:00", "payment", message=["T1"], cents=10213))
    assert main(["play", path, "--tenant", str(tenant), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    asked = found["contacts"][0]
    assert (asked["amount_cents"], asked["pix_cents"]) == (10213, 10213)
    assert "pix.example.com/cobv/" in asked["text"]
    assert (found["titles"][0]["status"], found["titles"][0]["overpaid_cents"]) == ("paid", 0)


def test_an_answer_and_its_answer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = event(
        "2026-03-03T20:00", "answer", channel="whatsapp", text="vou pagar dia 10/03", **{"from": "11987654321"}
    )
    found = played(capsys, written(folder, FILE, answer))
    assert found["contacts"][-1]["step"].startswith("resposta-")
    assert "10/03" in found["contacts"][-1]["text"]
    assert found["debtors"][0]["next"] == {
        "kind": "hold",
        "reason": "HOLD_PROMISE",
        "at": "2026-03-12T00:00",
        "step": None,
        "why": "Há promessa de pagamento em aberto.",
    }


def test_news_of_a_channel_is_of_its_own_latest_message(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    early = {**FILE, "at": "2026-03-02T05:00"}
    opened = {"eventType": "Open", "mail": {"messageId": "{{message_id:T1}}", "timestamp": "2026-03-02T18:00:00Z"}}
    opened |= {"open": {"timestamp": "2026-03-09T12:00:00Z"}}
    told = event("2026-03-09T09:00", "channel", channel="email", body=opened)
    found = played(capsys, written(folder, early, told))
    assert [(c["channel"], c["status"]) for c in found["contacts"]] == [("email", "read"), ("whatsapp", "sent")]


def test_a_person_holds_and_lets_go(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hold = event("2026-03-02T09:00", "person", title="T1", action="hold", until="2026-03-20", reason="pediu calma")
    note = event("2026-03-02T09:10", "person", title="T1", action="note", note="ligou")
    assert played(capsys, written(folder, FILE, hold, note), "--until", "2026-03-20T20:00")["contacts"] == []
    resume = event("2026-03-10T09:00", "person", title="T1", action="resume")
    found = played(capsys, written(folder, FILE, hold, note, resume), "--until", "2026-03-12T20:00")
    assert len(found["contacts"]) == 1
    assert found["debtors"][0]["holds"] == []


def test_what_the_product_refuses_a_person_is_told_and_the_history_goes_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    resume = event("2026-03-02T09:00", "person", title="T1", action="resume")
    paid = event("2026-03-02T10:00", "person", title="T1", action="paid", cents=100, day="2026-03-02")
    path = written(folder, FILE, resume, paid, paid | {"at": "2026-03-02T11:00"})
    assert main(["play", path, "--tenant", str(CREDOR)]) == 0
    told = capsys.readouterr()
    assert "linha 2: recusado: não há pausa que isto encerre" in told.err
    assert "linha 4: recusado: este pagamento já está registrado" in told.err
    assert "Recusado: não há pausa que isto encerre." in told.out
    assert played(capsys, path)["titles"][0]["paid_cents"] == 100


def test_the_policy_of_the_command_line_and_of_an_event(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = played(capsys, written(folder, FILE), "--policy", "leve", "--until", "2026-05-30T20:00")
    edited = played(
        capsys,
        written(folder, FILE, event("2026-03-02T09:00", "policy", path="leve")),
        "--until",
        "2026-05-30T20:00",
    )
    assert [c["step"] for c in other["contacts"]] == [c["step"] for c in edited["contacts"]]
    assert "judicial" not in [c["step"] for c in edited["contacts"]]


def test_the_text_is_a_timeline_a_person_can_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = event("2026-03-03T21:00", "answer", channel="email", text="não reconheço", **{"from": "maria@example.com"})
    paid = event("2026-03-03T20:00", "payment", title="T1", cents=10213)
    assert main(["play", written(folder, FILE, paid, answer), "--tenant", str(CREDOR)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Loja Clara: de 02/03/2026 a 03/03/2026\n\n02/03/2026, segunda-feira\n")
    told = [
        "  08:00   Chega a planilha titulos.csv (2 linhas): 2 aceitas.",
        "Etapa aviso (fase amigável) por e-mail para Maria Souza <maria@example.com>, sobre T1 e T2",
        "          Pede R$ 163,41; o código Pix paga R$ 163,41.",
        "          │ Olá, Maria, tudo bem?",
        "  20:00   Entram R$ 102,13 para o título T1.",
        "  20:00 · Maria Souza: Pagamento aplicado: título quitado.",
        "  21:00   Chega por e-mail, de maria@example.com: «não reconheço».",
        "→ Resposta automática por e-mail para Maria Souza",
        "  T1, de R$ 100,00, vencimento 27/02/2026: pago; R$ 102,13 pagos.",
        "  T2, de R$ 60,00, vencimento 27/02/2026: em aberto, R$ 61,28 nesta data.",
        "  Maria Souza: em espera até que algo mude.",
        '  Responder ao devedor (por fazer): Contesta: "não reconheço".',
    ]
    places = [out.find(line) for line in told]
    assert -1 not in places, told[places.index(-1)]
    assert places == sorted(places)


def test_a_text_without_an_amount_is_not_said_to_ask_for_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "titulos.csv").write_text(
        "id_titulo;nome;cpf;telefone;valor;vencimento\n"
        "T1;Bento Alves;111.444.777-35;(21) 99876-5432;100,00;27/02/2026\n"
    )
    assert main(["play", written(folder, FILE), "--tenant", str(CREDOR), "--until", "2026-03-31T18:00"]) == 0
    out = capsys.readouterr().out
    assert "por SMS para Bento Alves" in out
    for line, after in pairwise(out.splitlines()):
        if "por SMS para" in line:
            assert after.strip().startswith("Sobre R$ ")
            assert after.endswith("; o texto não diz o valor.")


def test_a_folder_that_is_no_creditor_is_said_without_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = refused(capsys, written(folder, FILE), "--tenant", str(folder))
    assert "o arquivo não existe em" in told
    assert "linha 0" not in told


def test_a_task_that_was_withdrawn_keeps_its_script_and_is_not_called_done(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paid = event("2026-03-26T20:00", "payment", title="T1", cents=20000)
    words = ["--tenant", str(CREDOR), "--policy", "padrao"]
    assert main(["play", written(folder, FILE, paid), *words]) == 0
    out = capsys.readouterr().out
    assert "Tarefa para uma pessoa: ligacao, Maria Souza, sobre T1" in out
    assert "ROTEIRO DA LIGAÇÃO" in out
    assert "(retirada: o título T1 foi pago)" in out
    assert "(feito)" not in out


def test_the_page_stands_by_itself_and_says_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = folder / "historia.html"
    path = written(folder, FILE, event("2026-03-03T20:00", "payment", title="T1", cents=10213))
    found = played(capsys, path, "--html", str(page))
    html = page.read_text("utf-8")
    assert html.count('<li class="contact">') == len(found["contacts"]) == 1
    assert "<script" not in html
    assert "src=" not in html
    assert "Entram R$ 102,13 para o título T1." in html
    assert "&lt;maria@example.com&gt;" in html
    assert "não deu para gravar" in refused(capsys, path, "--html", str(folder))


def test_a_person_uses_money_over_on_another_title(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    over = event("2026-03-03T20:00", "payment", title="T1", cents=13000)
    used = event("2026-03-04T10:00", "person", title="T1", action="credit", to="T2", reason="combinado")
    found = played(capsys, written(folder, FILE, over, used))
    t1, t2 = found["titles"]
    assert (t1["overpaid_cents"], t1["status"], t2["paid_cents"]) == (0, "paid", 2787)
    assert found == played(capsys, written(folder, FILE, over, {**used, "title": "T2"}))
    again = written(folder, FILE, over, used, {**used, "at": "2026-03-05T10:00"})
    assert main(["play", again, "--tenant", str(CREDOR)]) == 0
    said = capsys.readouterr()
    assert "Uma pessoa usa o valor pago a mais (ou um crédito) no título T2: «combinado»." in said.out
    assert "linha 4: recusado: não há valor a mais que este título precise" in said.err


def test_a_message_that_waits_for_approval_is_shown_word_for_word(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = CREDOR.parent / "d4a-aprovacao/aprovada.yaml"
    page = folder / "historia.html"
    words = ("--policy", str(policy), "--until", "2026-03-12T20:00", "--html", str(page))
    path = written(folder, FILE)
    [work] = [one for one in played(capsys, path, *words)["work"] if one["kind"] == "approval"]
    assert main(["play", path, "--tenant", str(CREDOR), *words]) == 0
    out, html = capsys.readouterr().out, page.read_text("utf-8")
    line = next(one for one in work["text"].splitlines() if "Pedimos" in one)
    assert "☐ Aprovação pedida a uma pessoa: firme, Maria Souza, sobre T1 e T2 (R$ 163,57)" in out
    assert line in out
    assert line in html


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            event("2026-03-03T20:00", "payment", message=["T1", "T2"], cents=16341),
            "Entram R$ 163,41 para a mensagem que",
        ),
        (
            event("2026-03-03T20:00", "undelivered", title="T1", channel="sms"),
            "A próxima mensagem por SMS sobre o título",
        ),
        (event("2026-03-03T20:00", "policy", path="leve"), "A régua muda: leve."),
        (
            event("2026-03-03T20:00", "person", title="T1", action="paid", cents=100, day="02/03/2026"),
            "Uma pessoa registra R$ 1,00 pagos do título T1 em 02/03/2026.",
        ),
        (
            event("2026-03-03T20:00", "person", title="T1", action="hold", until="2026-03-09", reason="viagem"),
            "Uma pessoa pausa o devedor do título T1 até 09/03/2026: «viagem».",
        ),
        (
            event("2026-03-03T20:00", "person", title="T1", action="note", note="ligou"),
            "anota sobre o título T1: «ligou»",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_every_event_is_told_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str], said: dict[str, Any], told: str
) -> None:
    assert main(["play", written(folder, FILE, said), "--tenant", str(CREDOR)]) == 0
    assert told in capsys.readouterr().out


def test_a_title_that_moved_stands_once_and_is_paid_where_it_stands(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corrected = (folder / "titulos.csv").read_text("utf-8").replace("529.982.247-25", "390.533.447-05")
    (folder / "certo.csv").write_text(corrected, "utf-8")
    path = written(
        folder,
        FILE,
        event("2026-03-03T08:00", "file", path="certo.csv"),
        event("2026-03-03T20:00", "payment", title="T1", cents=10213),
    )
    titles = played(capsys, path)["titles"]
    assert [t["title"] for t in titles] == ["T1", "T2"]
    assert titles[0]["status"] == "paid"
