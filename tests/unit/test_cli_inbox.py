"""`regua inbox` and `regua work` against a deployed table, played by moto."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from tests import deployed
from tests.deployed import Run
from tests.office import MONDAY, TENANT, Office, row
from tests.treasury import treasury

from regua.domain.work import Work, WorkKind
from regua.ports import Heard, InboxEvent, InboxStatus, PermanentError, RetryableError
from regua_cli import cloud
from regua_cli.main import main

dynamodb, dynamo, run = deployed.dynamodb, deployed.dynamo, deployed.run


def event(event_id: str, status: InboxStatus = InboxStatus.PENDING, **more: Any) -> InboxEvent:
    at = MONDAY + timedelta(minutes=len(event_id) + int(event_id[1:]))
    return InboxEvent(TENANT, "pix", event_id, at, '{"pix": []}', status=status, **more)


def work(kind: WorkKind, name: str, **more: Any) -> Work:
    return Work(TENANT, kind, name, MONDAY, receivable="T1", note="olhe isto", **more)


# --- inbox -----------------------------------------------------------------------------------------------------------


def test_the_list_shows_what_is_not_settled_oldest_first(dynamo: Any, run: Run) -> None:
    dynamo.put_inbox(event("E3", InboxStatus.UNMATCHED, amount_cents=123_456))
    dynamo.put_inbox(event("E1"))
    dynamo.put_inbox(event("E2", InboxStatus.APPLIED))
    dynamo.put_work(work(WorkKind.OVERPAID, "T1"))
    code, out, _ = run("inbox", "list", "--json")
    assert code == 0
    assert [e["event_id"] for e in json.loads(out)["events"]] == ["E1", "E3"]
    code, out, _ = run("inbox", "list", "--status", "applied")
    assert "E2" in out
    assert out.endswith("\n1 aviso\n")
    assert "R$ 1.234,56" in run("inbox", "list")[1]
    assert run("inbox", "list", "--gateway", "asaas")[1] == "0 avisos\n"


def test_what_channels_told_and_waits_is_shown_and_tried_again(
    dynamo: Any, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Heard(TENANT, "whatsapp", "a" * 40, MONDAY, "{}", attempts=2, note="ValueError")
    for heard in (told, Heard("outra", "whatsapp", "b" * 40, MONDAY, "{}"), Heard("", "topic", "c" * 40, MONDAY, "{}")):
        dynamo.keep_heard(heard)
    code, out, _ = run("channel", "waiting", "--json")
    assert (code, [one["source"] for one in json.loads(out)["waiting"]]) == (0, ["whatsapp", "topic"])
    assert "2 tentativas: ValueError" in run("channel", "waiting")[1]
    asked: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(cloud, "call", lambda *call: asked.append(call) or {})
    assert run("channel", "waiting", "--retry")[0] == 1, "it still waits"
    assert asked[0][1] == {"sweep": "heard", "due": False}
    assert "{}" not in out, "what was told stays where it is"


def test_another_clients_events_are_not_shown(dynamo: Any, run: Run) -> None:
    dynamo.put_inbox(InboxEvent("outra", "pix", "E1", MONDAY, "{}"))
    assert json.loads(run("inbox", "list", "--json")[1]) == {"events": []}


def test_one_event_is_shown_with_its_body_as_it_came(dynamo: Any, run: Run) -> None:
    dynamo.put_inbox(event("E1"))
    code, out, _ = run("inbox", "show", "pix", "E1", "--json")
    assert code == 0
    assert json.loads(out)["body"] == '{"pix": []}'
    code, out, err = run("inbox", "show", "pix", "E9")
    assert (code, out) == (2, "")
    assert err == "regua: não há aviso E9 do gateway pix nesta empresa\n"


def test_to_people_an_event_is_told_in_portuguese(dynamo: Any, run: Run) -> None:
    dynamo.put_inbox(event("E1", InboxStatus.UNMATCHED, amount_cents=5_00, note="nenhum título tem esta referência"))
    assert run("inbox", "show", "pix", "E1")[1].splitlines() == [
        "Gateway: pix",
        "Aviso: E1",
        "Situação: sem dono",
        f"Recebido em: {MONDAY + timedelta(minutes=3):%d/%m/%Y %H:%M} UTC",
        "Observação: nenhum título tem esta referência",
        "Valor: R$ 5,00",
        "Prova: aviso do gateway",
        '{"pix": []}',
    ]


def test_a_replay_settles_by_the_deployed_function(dynamo: Any, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office()
    office.imports([row()])
    office.pays("T9", 10_00, code="E1")
    stored = office.store.get_inbox(TENANT, "fake", "E1")
    assert stored is not None
    dynamo.put_inbox(stored)
    called: list[tuple[str, Any]] = []

    def settles(function: str, payload: dict[str, Any]) -> dict[str, Any]:
        called.append((function, json.loads(payload["Records"][0]["body"])))
        dynamo.mark_inbox(InboxEvent(**{**_fields(stored), "status": InboxStatus.APPLIED, "note": ""}))
        return {"batchItemFailures": []}

    monkeypatch.setattr(cloud, "call", settles)
    code, out, _ = run("inbox", "replay", "fake", "E1")
    assert code == 0
    assert out == "Antes: sem dono; agora: baixado\n"
    assert called == [
        (f"{dynamo._table}-payment-webhook", {"tenant": TENANT, "gateway": "fake", "event_id": "E1", "ask": "now"}),
    ]


def _fields(stored: InboxEvent) -> dict[str, Any]:
    return {name: getattr(stored, name) for name in InboxEvent.__dataclass_fields__}


def test_a_replay_that_settles_nothing_says_so(dynamo: Any, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    dynamo.put_inbox(event("E1", InboxStatus.UNMATCHED, note="nenhum título tem esta referência"))
    monkeypatch.setattr(cloud, "call", lambda *_: {"batchItemFailures": []})
    code, out, _ = run("inbox", "replay", "pix", "E1", "--json")
    assert code == 1
    assert (json.loads(out)["before"], json.loads(out)["status"]) == ("unmatched", "unmatched")
    monkeypatch.setattr(cloud, "call", lambda *_: {"batchItemFailures": [{"itemIdentifier": "regua-cli"}]})
    code, out, err = run("inbox", "replay", "pix", "E1")
    assert (code, out) == (2, "")
    assert "pode ser repetida" in err


# --- work ------------------------------------------------------------------------------------------------------------


def test_the_worklist_puts_legal_deadlines_first(dynamo: Any, run: Run) -> None:
    dynamo.put_inbox(event("E1", InboxStatus.UNMATCHED, amount_cents=5_00))
    dynamo.put_work(work(WorkKind.OVERPAID, "T1", amount_cents=30_00))
    undo = work(WorkKind.UNDO, "T1:protesto", due_on=date(2026, 3, 9), step="protesto")
    dynamo.put_work(undo)
    code, out, _ = run("work", "list", "--json")
    found = json.loads(out)["work"]
    assert code == 0
    assert [w["kind"] for w in found] == ["undo", "overpaid", "unmatched"]
    assert (found[0]["due_on"], found[0]["id"]) == ("2026-03-09", "regua-tarefas/undo:T1:protesto")
    out = run("work", "list", "--kind", "overpaid")[1]
    assert "pago a mais" in out
    assert "R$ 30,00" in out
    assert out.endswith("\n1 tarefa\n")


def test_every_kind_of_work_has_a_name_in_portuguese() -> None:
    from regua_cli.commands.work import KINDS

    assert {str(kind) for kind in WorkKind} <= {str(kind) for kind in KINDS}


def test_what_is_done_leaves_the_list(dynamo: Any, run: Run) -> None:
    dynamo.swap_state(TENANT, "terms", {}, {MONDAY.isoformat(): "{}"})  # a creditor who has collected before
    dynamo.put_work(work(WorkKind.OVERPAID, "T1"))
    code, out, _ = run("work", "done", "regua-tarefas/overpaid:T1", "--note", "devolvido por Pix", "--json")
    assert code == 0
    assert (json.loads(out)["status"], json.loads(out)["done"]) == ("ignored", "devolvido por Pix")
    assert json.loads(run("work", "list", "--json")[1]) == {"work": []}


def test_what_is_settled_or_under_way_cannot_be_called_done(dynamo: Any, run: Run) -> None:
    dynamo.put_inbox(event("E1", InboxStatus.APPLIED))
    dynamo.put_inbox(event("E2"))
    assert run("work", "done", "pix/E1")[0] == 2
    assert run("work", "done", "pix/E2")[0] == 2
    assert run("work", "done", "pix")[0] == 2


# --- wrong use -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("inbox", "list", "--limit", "0"), "--limit"),
        (("work", "list", "--limit", "x"), "inteiro"),
        (("inbox", "list", "--status", "lost"), "opção inválida"),
    ],
)
def test_wrong_words_are_one_line_in_portuguese(run: Run, words: tuple[str, ...], said: str) -> None:
    try:
        code, out, err = run(*words)
    except SystemExit as error:
        code, out, err = int(error.code or 0), "", ""
        said = ""
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize("error", [PermanentError("refused"), RetryableError("throttled"), ValueError("x")])
def test_whatever_aws_says_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    from regua.store.dynamo import DynamoStore

    def fails(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(DynamoStore, "inbox", fails)
    code, out, err = run("inbox", "list")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "Traceback" not in err


def test_a_table_that_is_not_there_is_said(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["inbox", "list", "--tenant", TENANT, "--table", "nowhere"])
    assert code == 2
    assert "não há tabela ou função nowhere" in capsys.readouterr().err


def test_an_office_that_reconciles_shows_its_work_on_the_list(dynamo: Any, run: Run) -> None:
    office = treasury()
    office.imports([row()])
    office.pays("T1", 150_00)
    (stored,) = office.work()
    dynamo.put_work(stored)
    (shown,) = json.loads(run("work", "list", "--json")[1])["work"]
    assert (shown["receivable"], shown["amount_cents"]) == ("T1", 50_00)
