"""`regua person`, and switching channels, templates and everything off and on: at the desk of an office."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from tests.bank_files import Entry, banco_do_brasil_240
from tests.office import KEY, MARIA, PHONES, TENANT, Office, days_ago, debtor, row

from regua import wiring
from regua.domain.contact.channel_event import Action
from regua.domain.model import WaiveRule
from regua.files.retorno import read_retorno
from regua.platform import clients
from regua.platform.fakes import DictConfig, FakeExecutions
from regua.store.memory import MemoryStore
from regua.use_cases.importing.bank_return import paid_titles
from regua.use_cases.paying.bank_file import settle_titles
from regua_cli import cloud, desk
from regua_cli.commands import person
from regua_cli.main import main

Run = Callable[..., tuple[int, str, str]]
WHY = ("--reason", "o cliente ligou", "--by", "carla")
EMAIL = f"p{MARIA[:3]}@example.com"


class Templates(DictConfig):
    """Configuration without templates of its own."""

    def templates(self, tenant: str) -> dict[str, str]:
        """None."""
        return {}


@pytest.fixture
def office() -> Office:
    """Maria owes T1 and T2 and was written to."""
    office = Office()
    office.opens_and_contacts([row("T1", installment=1), row("T2")])
    return office


@pytest.fixture
def run(office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line at the desk of that office."""

    @contextmanager
    def at_the_office(options: Any) -> Iterator[MemoryStore]:
        yield office.store

    @contextmanager
    def no_environment(options: Any) -> Iterator[None]:
        yield

    monkeypatch.setattr(cloud, "reaching", at_the_office)
    monkeypatch.setattr(desk, "_environment", no_environment)
    monkeypatch.setenv("PUBLIC_URL", "https://pagar.example")
    config = Templates([office.tenant], [office.policy])
    ports: dict[str, Any] = {
        "config": lambda: config,
        "key": lambda: KEY,
        "clock": lambda: office.clock,
        "secrets": lambda: office.secrets,
        "executions": FakeExecutions,
    }

    def of(*words: str) -> tuple[int, str, str]:
        with wiring.instead(**ports):
            named = () if "--tenant" in words else ("--tenant", TENANT)
            code = main([*words, *named])
        said = capsys.readouterr()
        return code, said.out, said.err

    return of


def shown(run: Run, who: str = MARIA) -> Any:
    code, out, err = run("person", "show", who, "--json")
    assert code == 0, err
    return json.loads(out)


@pytest.mark.parametrize(
    "asked", [MARIA, "529.982.247-25", EMAIL, PHONES[MARIA], "(11) 98765-4321", "T2", "pessoa", debtor(MARIA)]
)
def test_somebody_is_found_by_whatever_is_at_hand(run: Run, asked: str) -> None:
    code, out, _ = run("person", "find", asked, "--json")
    assert code == 0
    assert [one["debtor"] for one in json.loads(out)["debtors"]] == [debtor(MARIA)]


def test_who_is_not_there_or_is_many_is_said(run: Run, office: Office) -> None:
    assert "ninguém" in run("person", "show", "outra pessoa qualquer")[2]
    office.imports([row("T9", "11144477735", name="Pessoa 111")])
    code, _, err = run("person", "hold", "pessoa", *WHY)
    assert code == 2
    assert "mais de um devedor" in err


def test_a_due_date_that_was_put_off_is_shown_with_the_one_of_before(run: Run, office: Office) -> None:
    office.imports([row("T7", original_due_on=days_ago(30))])
    code, out, _ = run("person", "show", MARIA)
    assert code == 0
    assert out.count(f"vencimento original {days_ago(30):%d/%m/%Y}") == 1
    assert f"Vencimento original em {days_ago(30):%d/%m/%Y}, adiado para {days_ago(4):%d/%m/%Y}." in out
    document = shown(run)
    assert {t["title"]: t["original_due"] for t in document["titles"]} == {
        "T1": None,
        "T2": None,
        "T7": days_ago(30).isoformat(),
    }


def test_show_tells_what_is_owed_what_was_said_and_what_comes(run: Run, office: Office) -> None:
    code, out, _ = run("person", "show", MARIA)
    assert code == 0
    assert "O que deve em 02/03/2026" in out
    assert "O que vem" in out
    assert office.mail[-1].message.text.splitlines()[0] in out
    document = shown(run)
    assert [one["total_cents"] for one in document["owed"]] == [100_00, 100_00]
    assert all(one["working"] for one in document["owed"])
    assert document["contacts"][0]["text"] == office.mail[-1].message.text
    assert document["next"]["kind"] == "contact"


def test_show_says_everything_in_words_and_on_the_debtor_s_clock(run: Run, office: Office) -> None:
    office.replies(MARIA, Action.CLEARING_HOLD, text="já paguei")
    office.answers_owed()
    assert run("person", "paid", MARIA, "--title", "T1", "--amount", "60,00", *WHY)[0] == 0
    _, out, _ = run("person", "hold", MARIA, "--until", "10/03/2026", *WHY)
    assert "em pausa: pausa feita por uma pessoa até o fim de 10/03/2026: o cliente ligou" in out
    _, out, _ = run("person", "show", MARIA)
    assert "529.982.247-25" in out.splitlines()[0]
    assert "T1  pagamento  R$ 60,00 (dito por uma pessoa)" in out
    assert "resposta automática" in out
    for code in ("credit", "UTC", "resposta-", "regua-pessoa"):
        assert code not in out
    assert "espera da compensação" in out
    office.clock.advance(timedelta(days=20))
    assert "em pausa" not in run("person", "show", MARIA)[1]


def test_money_over_is_shown_in_words_and_used_on_another_title(run: Run, office: Office) -> None:
    office.pays("T1", 130_00)
    _, out, _ = run("person", "show", MARIA)
    assert "em pausa: valor pago a mais (T1 e T2)" in out
    code, out, err = run("person", "credit", MARIA, "--to", "T2", "--json", *WHY)
    assert code == 0, err
    assert [(t["title"], t["status"], t["open_cents"]) for t in json.loads(out)["titles"]] == [
        ("T1", "paid", 0),
        ("T2", "open", 70_00),
    ]
    assert office.receivable("T1").overpaid_cents == 0
    code, _, err = run("person", "credit", MARIA, "--to", "T2", *WHY)
    assert (code, "não há valor a mais que este título precise" in err) == (2, True)
    code, _, err = run("person", "credit", MARIA, "--to", "T9", *WHY)
    assert (code, "este devedor não tem o título T9" in err) == (2, True)


def test_what_a_banks_record_has_granted_is_named(run: Run, office: Office) -> None:
    told = Entry("", 90_00, office.receivable("T1").due_on, document="T1", face=100_00, discount=10_00)
    said = read_retorno([banco_do_brasil_240(told)])
    settle_titles(office.settling(), TENANT, "a.ret", paid_titles(said))
    assert office.receivable("T1").waived_cents >= 10_00
    _, out, _ = run("person", "show", MARIA)
    assert "(registro do banco ou do gateway)" in out
    assert "R$ 10,00 concedidos" in out
    assert [(one["title"], one["rule"]) for one in shown(run)["waived"]] == [("T1", "record")]
    assert set(person.WAIVED) == set(WaiveRule)


def test_a_text_is_told_as_it_was_after_a_payment_and_not_after_the_name_changed(run: Run, office: Office) -> None:
    said = office.mail[-1].message.text
    office.clock.advance(timedelta(days=1))
    office.pays("T1", 40_00)
    assert shown(run)["contacts"][0]["text"] == said
    office.imports([row("T1", name="Maria Outra"), row("T2", name="Maria Outra")])
    assert shown(run)["contacts"][0]["text"] is None
    assert "não pode mais ser refeito" in run("person", "show", MARIA)[1]


def test_each_state_has_its_command(run: Run, office: Office) -> None:
    def does(*words: str) -> Any:
        code, out, err = run("person", *words, *WHY, "--json")
        assert code == 0, err
        return json.loads(out)

    assert [h["kind"] for h in does("hold", MARIA, "--until", "10/03/2026")["holds"]] == ["manual"]
    assert does("resume", MARIA)["holds"] == []
    assert does("opt-out", MARIA, "--channel", "sms")["opt_outs"][0]["channel"] == "sms"
    assert does("opt-in", MARIA)["opt_outs"] == []
    assert {p["status"] for p in does("point", MARIA, EMAIL, "--wrong")["points"]} == {"ok", "wrong_person"}
    assert {p["status"] for p in does("point", MARIA, EMAIL, "--ok")["points"]} == {"ok"}
    assert does("dispute", MARIA, "--open", "--title", "T1")["holds"][0]["kind"] == "dispute"
    assert does("dispute", MARIA, "--upheld")["titles"][0]["status"] == "cancelled"
    paid = does("paid", MARIA, "--title", "T2", "--amount", "60,00", "--day", "2026-03-01")
    assert paid["titles"][1]["open_cents"] == 40_00
    notes = does("note", MARIA)["notes"]
    assert {note["by"] for note in notes} == {"carla"}
    assert {note["text"] for note in notes} == {"o cliente ligou"}
    assert {e.reference for e in office.ledger() if e.reason == "NOTED_BY_PERSON"} == {"pessoa:carla"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("resume", MARIA), "não há pausa"),
        (("opt-in", MARIA, "--channel", "sms"), "não há pedido de saída"),
        (("dispute", MARIA, "--rejected"), "não há contestação"),
        (("hold", MARIA, "--until", "01/01/2026"), "já passou"),
        (("hold", MARIA, "--title", "T9"), "não tem o título T9"),
        (("paid", MARIA, "--title", "T1", "--amount", "muito"), "valor inválido"),
        (("point", MARIA, "x@example.com", "--ok"), "não tem este e-mail"),
    ],
)
def test_what_cannot_be_done_is_one_line(run: Run, words: tuple[str, ...], told: str) -> None:
    code, _, err = run("person", *words, *WHY)
    assert (code, err.count("\n")) == (2, 1)
    assert told in err


def test_what_is_done_must_have_a_reason(run: Run) -> None:
    assert "vazio" in run("person", "hold", MARIA, "--reason", " ")[2]


def test_a_mark_is_ended_by_its_name(run: Run, office: Office) -> None:
    office.replies(MARIA, Action.DISPUTE)
    code, _, _ = run("person", "resume", MARIA, "--state", "contestação", *WHY)
    assert code == 0
    assert office.file(MARIA).debtor.holds == ()


def test_a_channel_a_template_and_everything_are_switched_off_and_on(run: Run) -> None:
    for off, on, name in (
        (("channel", "off", "sms"), ("channel", "on", "sms"), "SMS"),
        (("template", "off", "regua_aviso"), ("template", "on", "regua_aviso"), "regua_aviso"),
        (("tenant", "stop"), ("tenant", "resume"), "tudo"),
    ):
        assert run(*off, *WHY)[0] == 0
        assert "já está desligado" in run(*off, *WHY)[2]
        listed = run("channel", "list")[1]
        assert "UTC" not in listed
        assert name in listed
        assert "carla" in listed
        assert run(*on, *WHY)[0] == 0
        assert "não está desligado" in run(*on, *WHY)[2]
    assert json.loads(run("template", "list", "--json")[1]) == {"off": []}
    assert run("template", "list")[1] == "nada está desligado\n"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("template", "off", "regua_avizo"), "não há modelo regua_avizo; você quis dizer regua_aviso?"),
        (("template", "off", "xyz"), "não há modelo xyz (há: regua_"),
        (("channel", "off", "voice"), "esta empresa não usa o canal voz (usa: "),
    ],
)
def test_what_is_not_there_cannot_be_switched_off(run: Run, words: tuple[str, ...], problem: str) -> None:
    code, _, err = run(*words, *WHY)
    assert (code, problem in err) == (2, True), err
    assert json.loads(run("channel", "list", "--json")[1]) == {"off": []}


def test_a_mistyped_creditor_switches_nothing_off(run: Run) -> None:
    code, _, err = run("channel", "off", "sms", *WHY, "--tenant", "escolla")
    assert code == 2
    assert "não há empresa escolla aqui; você quis dizer escola?" in err


def test_the_desk_asks_the_stack_where_things_are(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"BODIES_BUCKET": "k", "CONFIG_BUCKET": "b", "PSEUDONYM_SECRET": "s", "AWS_REGION": "x"}
    told = {"Environment": {"Variables": variables}}

    class Lambda:
        def get_function_configuration(self, FunctionName: str) -> Any:  # noqa: N803 - AWS spells it so
            assert FunctionName == "minha-payment-webhook"
            return told

    for name in ("BODIES_BUCKET", "CONFIG_BUCKET", "PSEUDONYM_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(clients, "lambda_", Lambda)
    options = type("Options", (), {"table": "minha"})()
    with desk._environment(options):
        from regua.settings import settings

        assert settings().config_bucket == "b"
