"""`regua work show|done|approve|refuse|postpone` against a deployed table, played by moto."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore import exceptions as sdk
from tests import deployed
from tests.builders import a_policy, a_step
from tests.deployed import Run
from tests.office import KEY, MARIA, TENANT, Office, creditor, debtor, row

from regua import wiring
from regua.domain.intake.merge import Upload
from regua.domain.intake.rights import puzzled
from regua.domain.intake.row import Ask
from regua.domain.model import Channel, ContactStatus, Phase, ReceivableStatus
from regua.domain.work import Work, WorkKind
from regua.platform.fakes import DictConfig, FakeExecutions
from regua.ports import InboxEvent, InboxStatus
from regua.use_cases.importing.doubts import doubt
from regua_cli import cloud, desk
from regua_cli.main import main

dynamodb, dynamo, run = deployed.dynamodb, deployed.dynamo, deployed.run

WHEN = datetime(2026, 3, 9, 12, tzinfo=UTC)
TASK = "regua-tarefas/task:T1:ligacao"
APPROVAL = "regua-tarefas/approval:T1:formal"


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Whom the deployed scan was asked to look at."""
    found: list[tuple[str, ...]] = []
    monkeypatch.setattr(cloud, "look", lambda *said: not found.append(said))
    monkeypatch.setattr(cloud, "deployed", lambda stack: {})
    return found


def asks(dynamo: Any, step: Any) -> None:
    """The table holds a debtor of whom a person is asked this step."""
    policy = a_policy(a_step("aviso", 5), step)
    office = Office(tenant=creditor(policy=policy.name), policy=policy)
    office.imports([row()])
    office.lives(8)
    file = office.file(MARIA)
    dynamo.commit(None, replace(file, debtor=replace(file.debtor, version=0)), owner="test", work=office.asked())


@pytest.fixture
def call(dynamo: Any, looked: list[tuple[str, ...]]) -> None:
    """A call waits."""
    asks(dynamo, a_step("ligacao", 8, Phase.FIRM, (Channel.TASK,)))


@pytest.fixture
def message(dynamo: Any, looked: list[tuple[str, ...]]) -> None:
    """A message waits for approval."""
    asks(dynamo, a_step("formal", 8, Phase.FORMAL, approval=True))


@pytest.mark.usefixtures("call")
def test_a_task_is_listed_with_its_deadline_and_shown_with_its_script(run: Run) -> None:
    _, out, _ = run("work", "list", "--kind", "task")
    assert out.startswith(f"{TASK}  até 13/03/2026")
    assert "título T1" in out
    assert "ATRASADA" in out  # on the clock of whoever runs this test
    (listed,) = json.loads(run("work", "list", "--json")[1])["work"]
    assert (listed["receivables"], listed["step"], listed["overdue"]) == (["T1"], "ligacao", True)
    _, out, _ = run("work", "show", TASK)
    assert "Quem: Pessoa 529" in out
    assert "+5511987654321" in out
    assert "ROTEIRO DA LIGAÇÃO" in out
    shown = json.loads(run("work", "show", TASK, "--json")[1])
    assert shown["name"] == "Pessoa 529"


@pytest.mark.usefixtures("call")
def test_what_cannot_be_read_is_left_out_of_the_list_and_named(dynamo: Any, run: Run) -> None:
    odd = {"PK": {"S": f"WORK#{TENANT}#{TASK.split('/')[1]}"}, "SK": {"S": "WORK"}}
    dynamo._client.update_item(
        TableName=dynamo._table,
        Key=odd,
        UpdateExpression="SET #data = :odd",
        ExpressionAttributeNames={"#data": "data"},
        ExpressionAttributeValues={":odd": {"S": "{"}},
    )
    code, out, err = run("work", "list", "--kind", "task")
    assert (code, out) == (0, "0 tarefas\n")
    assert err == f"regua: este item da tabela não pode ser lido, e ficou de fora: {odd['PK']['S']} WORK\n"


@pytest.mark.usefixtures("call")
def test_a_task_that_is_done_leaves_the_list_and_moves_the_debtor(
    dynamo: Any, run: Run, looked: list[tuple[str, ...]]
) -> None:
    code, out, _ = run("work", "done", TASK, "--note", "falou com a cliente", "--by", "rita")
    assert (code, out) == (0, f"{TASK}: feito\n")
    file = dynamo.load(TENANT, debtor(MARIA))
    assert file.debtor.asked == ()
    assert [c.status for c in file.contacts if c.channel is Channel.TASK] == [ContactStatus.DONE]
    assert dynamo.get_work(TENANT, "task:T1:ligacao").outcome == "falou com a cliente"
    assert [e.note for e in dynamo.ledger(TENANT, debtor(MARIA))] == ["rita"]
    assert looked == [(dynamo._table, TENANT, debtor(MARIA))]
    code, _, err = run("work", "done", TASK)
    assert code == 2
    assert "já foi respondida" in err


@pytest.mark.usefixtures("message")
def test_a_message_is_approved_or_refused_or_put_off(dynamo: Any, run: Run) -> None:
    day = (dynamo.get_work(TENANT, "approval:T1:formal").at.date() + timedelta(days=3650)).isoformat()
    code, out, _ = run("work", "postpone", APPROVAL, "--until", day, "--note", "férias")
    assert code == 0
    assert "adiada para" in out
    assert dynamo.get_work(TENANT, "approval:T1:formal").due_on.isoformat() == day
    assert run("work", "approve", APPROVAL)[0] == 0
    assert dynamo.load(TENANT, debtor(MARIA)).debtor.asked[0].approved_at is not None
    code, _, err = run("work", "refuse", APPROVAL)
    assert code == 2
    assert "já foi respondido: aprovada" in err


@pytest.mark.usefixtures("call")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("approve", TASK), "use done"),
        (("refuse", "regua-tarefas/task:T9:ligacao"), "não há tarefa"),
        (("refuse", "pix/E1"), "não há tarefa"),
        (("show", "pix/E1"), "não há tarefa"),
        (("postpone", TASK, "--until", "amanhã"), "data inválida"),
        (("postpone", TASK, "--until", "2026-03-01"), "depois de hoje"),
    ],
)
def test_what_cannot_be_said_is_one_clear_line(run: Run, words: tuple[str, ...], said: str) -> None:
    code, out, err = run("work", *words)
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.usefixtures("call")
def test_an_answer_to_be_given_is_done_and_nothing_else_and_shows_no_code(dynamo: Any, run: Run) -> None:
    file = dynamo.load(TENANT, debtor(MARIA))
    told = Work(TENANT, WorkKind.REPLY, "R1", WHEN, debtor=debtor(MARIA), step="dispute", note="Contesta: não é meu")
    dynamo.commit(file, file, owner="test", work=[told])
    reply = "regua-tarefas/reply:R1"
    for words in (("approve", reply), ("refuse", reply), ("postpone", reply, "--until", "2036-03-01")):
        code, out, err = run("work", *words)
        assert (code, out) == (2, "")
        assert "quando estiver feito, use done" in err
    shown = run("work", "show", reply)[1]
    assert "Contesta: não é meu" in shown
    assert "dispute" not in shown
    assert run("work", "done", reply)[0] == 0


@pytest.mark.usefixtures("call")
def test_without_the_deployed_scan_the_next_one_goes_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloud, "look", lambda *said: False)
    assert "próxima varredura" in run("work", "refuse", TASK)[1]


@pytest.mark.usefixtures("call")
def test_a_mistyped_creditor_is_said_and_not_an_empty_list(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = run("work", "list", "--tenant", "escolla")
    assert (code, "nada se conhece de uma empresa escolla na tabela" in err) == (2, True)
    monkeypatch.setattr(cloud, "deployed", lambda stack: {"CONFIG_BUCKET": "b"})
    monkeypatch.setattr(cloud, "S3Config", lambda bucket: DictConfig([creditor(), replace(creditor(), id="nova")], []))
    code, _, err = run("work", "list", "--tenant", "escolla")
    assert (code, "não há empresa escolla aqui; você quis dizer escola?" in err) == (2, True)
    assert run("work", "list", "--tenant", "nova")[:2] == (0, "0 tarefas\n")


Asks = Callable[..., str]


@pytest.fixture
def asks_of(dynamo: Any, looked: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch) -> Iterator[Asks]:
    """A line of a file may be T1 with another amount; what it says else of the title."""

    @contextmanager
    def no_environment(options: Any) -> Iterator[None]:
        yield

    office = Office()
    monkeypatch.setattr(desk, "_environment", no_environment)
    ports: dict[str, Any] = {
        "config": lambda: DictConfig([office.tenant], [office.policy]),
        "key": lambda: KEY,
        "clock": lambda: office.clock,
        "secrets": lambda: office.secrets,
        "executions": FakeExecutions,
    }

    def asked(**said: Any) -> str:
        office.imports([row("T1", cents=500_00)])
        file = office.file(MARIA)
        line = replace(row("T1-novo", cents=510_00), id_of="content", **said)
        asked = doubt(TENANT, debtor(MARIA), line, file.receivables[0], Upload("marco.csv", "9", WHEN))
        dynamo.commit(None, replace(file, debtor=replace(file.debtor, version=0)), owner="test", work=[asked])
        return f"regua-tarefas/{asked.key}"

    with wiring.instead(**ports):
        yield asked


@pytest.fixture
def question(asks_of: Asks) -> str:
    """A line of a file may be T1 with another amount."""
    return asks_of()


@pytest.mark.parametrize(
    ("said", "status"), [("paid", ReceivableStatus.PAID), ("cancelled", ReceivableStatus.CANCELLED)]
)
@pytest.mark.parametrize(("answer", "title"), [("approve", "T1"), ("refuse", "T1-novo")])
def test_what_the_line_says_of_the_title_counts_with_the_answer(
    dynamo: Any, run: Run, asks_of: Asks, answer: str, title: str, said: str, status: ReceivableStatus
) -> None:
    question = asks_of(status=said)
    assert run("work", answer, question)[0] == 0
    assert dynamo.load(TENANT, debtor(MARIA)).receivable(title).status is status


def amounts(dynamo: Any) -> dict[str, int]:
    file = dynamo.load(TENANT, debtor(MARIA))
    return {r.id: r.principal_cents for r in file.receivables}


def test_a_line_that_may_be_a_known_title_is_shown_with_both_rows_and_said_to_be_it(
    dynamo: Any, run: Run, question: str, looked: list[tuple[str, ...]]
) -> None:
    shown = run("work", "show", question)[1]
    assert "R$ 500,00" in shown
    assert "R$ 510,00" in shown
    assert run("work", "done", question)[0] != 0
    assert run("work", "approve", question)[0] == 0
    assert amounts(dynamo) == {"T1": 510_00}
    assert len(looked) == 1
    assert run("work", "refuse", question)[0] != 0, "it has been answered"
    assert question not in run("work", "list")[1]


def test_a_line_that_is_another_debt_comes_in_when_a_person_says_so(dynamo: Any, run: Run, question: str) -> None:
    assert run("work", "refuse", question)[0] == 0
    assert amounts(dynamo) == {"T1": 500_00, "T1-novo": 510_00}
    assert dynamo.find(TENANT, "external", "T1-novo").debtor == debtor(MARIA)


def test_a_withdrawal_that_waits_is_done_by_the_function_that_has_the_list(
    dynamo: Any, run: Run, looked: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(cloud, "call", lambda function, payload: called.append((function, payload)) or {})
    dynamo.put_work(Work(TENANT, WorkKind.WITHDRAWAL, "abc", WHEN, note="50 de 200"))
    dynamo.put_work(Work(TENANT, WorkKind.WITHDRAWAL, "def", WHEN))
    assert run("work", "approve", "regua-tarefas/withdrawal:abc")[0] == 0
    [(function, payload)] = called
    assert function.endswith("-import-file")
    assert (payload["step"], payload["job"]) == ("withdraw", "abc")
    assert run("work", "refuse", "regua-tarefas/withdrawal:def")[0] == 0
    assert dynamo.get_work(TENANT, "withdrawal:def").outcome.startswith("nada foi retirado")


def test_what_a_file_asks_is_answered_by_the_function_that_reads_the_files(
    dynamo: Any, run: Run, looked: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(cloud, "call", lambda function, payload: called.append((function, payload)) or {})
    dynamo.put_work(Work(TENANT, WorkKind.FILE_QUESTION, "abc", WHEN, change='{"jobs": ["j"], "asks": ["status=S"]}'))
    assert run("work", "done", "regua-tarefas/file_question:abc")[0] != 0
    assert run("work", "approve", "regua-tarefas/file_question:abc")[0] == 0
    [(function, payload)] = called
    assert function.endswith("-import-file")
    assert (payload["step"], payload["job"]) == ("reread", "file_question:abc")


def test_who_refuses_what_a_file_asks_lets_the_titles_go_on(
    dynamo: Any, run: Run, looked: list[tuple[str, ...]]
) -> None:
    office = Office()
    office.imports([row("T1")])
    file = office.file(MARIA)
    held = puzzled(file.debtor, "T1", WHEN, "marco.csv", [Ask("status", "S", "7")])
    dynamo.commit(None, replace(file, debtor=replace(held, version=0)), owner="test")
    dynamo.put_work(Work(TENANT, WorkKind.FILE_QUESTION, "abc", WHEN, change='{"jobs": ["j"], "asks": ["status=S"]}'))
    assert run("work", "refuse", "regua-tarefas/file_question:abc", "--note", "antigas")[0] == 0
    assert dynamo.load(TENANT, debtor(MARIA)).debtor.holds == ()
    assert dynamo.get_work(TENANT, "file_question:abc").outcome == "as linhas ficam de fora antigas"


def test_money_without_an_owner_is_settled_by_the_function_that_knows_the_terms(
    dynamo: Any, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = InboxEvent(
        TENANT, "extrato", "e1", WHEN, "{}", status=InboxStatus.UNMATCHED, note="pode ser T1", evidence="file"
    )
    dynamo.put_inbox(waits)
    called: list[tuple[str, dict[str, Any]]] = []

    def settles(function: str, payload: dict[str, Any]) -> dict[str, Any]:
        called.append((function, json.loads(payload["Records"][0]["body"])))
        if called[-1][1]["title"] == "T1":
            dynamo.mark_inbox(replace(waits, status=InboxStatus.APPLIED))
        return {}

    monkeypatch.setattr(cloud, "call", settles)
    assert "--title" in run("work", "approve", "extrato/e1")[2]
    assert "não foi baixado" in run("work", "approve", "extrato/e1", "--title", "T9")[2]
    assert run("work", "approve", "extrato/e1", "--title", "T1")[0] == 0
    assert [(function.endswith("-payment-webhook"), job["title"]) for function, job in called] == [
        (True, "T9"),
        (True, "T1"),
    ]


@pytest.mark.parametrize(
    "error",
    [
        sdk.ConnectTimeoutError(endpoint_url="https://table"),
        sdk.ReadTimeoutError(endpoint_url="https://table"),
        sdk.EndpointConnectionError(endpoint_url="https://table"),
        sdk.ResponseStreamingError(error="half"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_table_that_does_not_answer_has_refused_nothing(dynamo: Any, run: Run, error: Exception) -> None:
    def gone(**_: Any) -> None:
        raise error

    dynamo._client.meta.events.register_first("before-call.dynamodb", gone)
    try:
        code, out, err = run("work", "list")
    finally:
        dynamo._client.meta.events.unregister("before-call.dynamodb", gone)
    assert (code, out) == (2, "")
    assert "ninguém responde" in err
    assert "recusou" not in err


@pytest.mark.parametrize(
    ("setting", "said"),
    [({"AWS_PROFILE": "nenhum"}, "faltam credenciais"), ({"AWS_DEFAULT_REGION": "são paulo"}, "não é da AWS")],
    ids=str,
)
def test_what_is_missing_here_was_not_refused_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], setting: dict[str, str], said: str
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    assert main(["work", "list", "--tenant", TENANT]) == 2
    assert said in capsys.readouterr().err
