"""`regua calls export` and `regua letter make` out of an office's own tasks."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.builders import a_policy, a_step
from tests.office import JOAO, KEY, MARIA, PHONES, TENANT, Office, creditor, days_ago, debtor, row
from tests.unit.test_cli_person import Templates

from regua import wiring
from regua.domain.contact.channel_event import Action
from regua.domain.model import Channel, ContactStatus, Phase
from regua.domain.work import WorkStatus
from regua.files.calls import read_calls
from regua.store.memory import MemoryStore
from regua.use_cases.listening.calls import Calling
from regua_cli import cloud, desk
from regua_cli.main import main

Run = Callable[..., tuple[int, str, str]]
ADDRESS = {"address": "Rua das Acácias, 10", "postal_code": "01001000"}


@pytest.fixture
def office() -> Office:
    """Maria is to be called about two bills; João is to be sent a letter and has promised to pay."""
    policy = a_policy(
        a_step("aviso", 5),
        a_step("ligacao", 8, Phase.FIRM, (Channel.TASK,)),
        a_step("carta", 9, Phase.FORMAL, (Channel.TASK,)),
    )
    office = Office(tenant=creditor(policy=policy.name), policy=policy)
    office.imports(
        [row("T1", cents=100_00, due=days_ago(5), **ADDRESS), row("T2", cents=250_00, due=days_ago(5), **ADDRESS)]
    )
    office.lives(10)
    return office


@pytest.fixture
def run(office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command line at the desk of that office, in a folder of its own."""

    @contextmanager
    def at_the_office(options: Any) -> Iterator[MemoryStore]:
        yield office.store

    @contextmanager
    def no_environment(options: Any) -> Iterator[None]:
        yield

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cloud, "reaching", at_the_office)
    monkeypatch.setattr(desk, "_environment", no_environment)
    monkeypatch.setenv("PUBLIC_URL", "https://pagar.example")
    config = Templates([office.tenant], [office.policy])

    def of(*words: str) -> tuple[int, str, str]:
        with wiring.instead(config=lambda: config, key=lambda: KEY, clock=lambda: office.clock):
            code = main([*words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return of


def exported(run: Run, *more: str) -> list[dict[str, str]]:
    code, out, err = run("calls", "export", "--tenant", TENANT, "--out", "lista.csv", "--json", *more)
    assert code == 0, err
    text = Path("lista.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert json.loads(out)["calls"] == len(rows)
    return rows


def test_the_calls_of_the_day_are_those_that_wait_one_line_for_each_person(run: Run) -> None:
    (line,) = exported(run)
    assert line["Devedor"] == debtor(MARIA)
    assert line["Telefone"] == PHONES[MARIA].lstrip("+")
    assert "R$ 350,00" in line["Total"].replace("\xa0", " ")
    assert "Falo com Pessoa 529" in line["Roteiro"]
    assert "enviado" in line["Histórico"]


def test_who_has_promised_or_contests_is_not_on_the_list(run: Run, office: Office) -> None:
    office.replies(MARIA, Action.PROMISE, promised_on=(office.clock.now().date() + timedelta(days=5)).isoformat())
    assert exported(run) == []


def test_who_cannot_be_read_keeps_nobody_elses_call_from_the_list(run: Run, office: Office) -> None:
    office.imports([row("T9", JOAO, due=days_ago(5))])
    office.lives(10)
    assert {line["Devedor"] for line in exported(run)} == {debtor(MARIA), debtor(JOAO)}
    office.store.unreadable = {debtor(MARIA)}
    assert {line["Devedor"] for line in exported(run)} == {debtor(JOAO)}


def test_a_filled_list_closes_the_calls_it_answers(run: Run, office: Office) -> None:
    exported(run)
    text = Path("lista.csv").read_text("utf-8-sig")
    head, line = text.splitlines()
    cells = dict(zip(head.split(";"), next(csv.reader([line], delimiter=";")), strict=True))
    cells["Resultado"] = "promessa"
    cells["Data da promessa"] = "30/04/2026"
    filled = io.StringIO()
    writer = csv.DictWriter(filled, head.split(";"), delimiter=";")
    writer.writeheader()
    writer.writerow(cells)
    sheet = read_calls([filled.getvalue().encode()], office.clock.now().date())
    done = Calling(office.listening()).apply(TENANT, sheet.facts)
    assert done.applied == 1
    assert [w.step for w in office.asked()] == ["carta"]
    work = office.store.get_work(TENANT, "task:T1:ligacao")
    assert work is not None
    assert (work.status, work.outcome) == (WorkStatus.DONE, "promessa")
    calls = [c for c in office.file(MARIA).contacts if c.step == "ligacao"]
    assert {c.status for c in calls} == {ContactStatus.DONE}
    assert exported(run) == []


def test_who_did_not_pick_up_is_called_again(run: Run, office: Office) -> None:
    exported(run)
    from regua.domain.contact.call import CallFact, CallOutcome

    fact = CallFact(2, debtor(MARIA), CallOutcome.NO_ANSWER, date(2026, 3, 11))
    Calling(office.listening()).apply(TENANT, [fact])
    assert len(exported(run)) == 1
    wrong = CallFact(3, debtor(MARIA), CallOutcome.WRONG_PERSON, date(2026, 3, 12), phone=PHONES[MARIA])
    Calling(office.listening()).apply(TENANT, [wrong])
    assert exported(run) == []
    work = office.store.get_work(TENANT, "task:T1:ligacao")
    assert work is not None
    assert work.outcome == "pessoa errada"


def test_the_letters_that_wait_are_made_with_todays_amounts(run: Run, office: Office) -> None:
    pytest.importorskip("reportlab")
    code, out, err = run("letter", "make", "--tenant", TENANT, "--json")
    assert (code, err) == (0, "")
    (made,) = json.loads(out)["letters"]
    assert made["work"] == "regua-tarefas/task:T1:carta"
    assert Path(made["file"]).read_bytes().startswith(b"%PDF")
    (letter,) = [c for c in office.file(MARIA).contacts if c.step == "carta"]
    assert {a.receivable for a in letter.asked} == {"T1", "T2"}
    assert letter.code
    assert office.store.find(TENANT, "txid", letter.code) is not None


def test_a_letter_without_an_address_is_said_and_the_others_are_made(run: Run, office: Office) -> None:
    pytest.importorskip("reportlab")
    office.imports([row("T9", JOAO, due=days_ago(5, office.clock.now().date()))])
    office.lives(8)
    code, out, _ = run("letter", "make", "--tenant", TENANT)
    assert code == 1
    assert "Pessoa 111 não tem endereço" in out
    assert "1 carta" in out


@pytest.mark.parametrize("words", [("calls", "export"), ("letter", "make")])
def test_a_list_comes_from_a_file_or_from_the_installation(run: Run, words: tuple[str, ...]) -> None:
    for more in ((), ("x.json", "--tenant", TENANT)):
        code, out, err = run(*words, *more)
        assert (code, out) == (2, "")
        assert "--tenant" in err
