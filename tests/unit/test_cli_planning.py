"""`plan`, `simulate`, `policy diff` and `reasons` as a person types them."""

import json
from pathlib import Path

import pytest

from regua.domain.reasons import Reason
from regua_cli.main import main

HEADER = (
    "documento;nome;id_titulo;valor;vencimento;email;celular;uf;multa_pct;juros_pct;juros_unidade;"
    "status;data_pagamento;nao_enviar;tags\n"
)
PORTFOLIO = """\
529.982.247-25;Ana Souza;T1;100,00;13/02/2026;ana@example.com;11987654321;SP;2;1;mes;;;;
529.982.247-25;Ana Souza;T2;50,00;06/03/2026;ana@example.com;11987654321;SP;2;1;mes;;;;
111.444.777-35;Bruno Reis;T3;1.234,56;09/03/2026;;(92) 98765-4322;AM;;;;;;;
11.222.333/0001-81;Loja Boa;T4;99,00;02/02/2026;x@example.com;;RJ;;;;pago;10/02/2026;;
935.411.347-80;Carla Dias;T5;70,00;02/02/2026;c@example.com;;;;;;;;sim;
123.456.789-09;Dora Lima;T6;70,00;02/02/2026;d@example.com;;;;;;;;;falecido
529.982.247-99;Errado;T7;70,00;31/02/2026;e@example.com;;;;;;;;;
"""


@pytest.fixture
def portfolio(tmp_path: Path) -> str:
    path = tmp_path / "carteira.csv"
    path.write_text(HEADER + PORTFOLIO, encoding="utf-8")
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, object, str]:
    with_json = [*words, "--json"]
    try:
        status = main(with_json)
    except SystemExit as ended:
        status = int(ended.code or 0)
    out = capsys.readouterr()
    return status, json.loads(out.out) if out.out else None, out.err


def test_the_plan_says_for_each_debtor_what_when_how_and_why(
    portfolio: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, found, err = run(capsys, "plan", portfolio, "--at", "2026-03-02T10:00")
    assert status == 0
    assert isinstance(found, list)
    ana, bruno, loja, carla, dora = found
    assert (ana["decision"], ana["step"], ana["phase"], ana["channel"]) == ("contact", "aviso", "friendly", "email")
    assert ana["at"] == "2026-03-02T10:00:00-03:00"
    assert ana["receivables"] == ["T1", "T2"]
    # fine 2 % of 100,00 and 17 days of 1 % a month; nothing on what is not due yet
    assert (ana["principal_cents"], ana["fine_cents"], ana["interest_cents"]) == (15_000, 200, 57)
    assert ana["amount_due_cents"] == 15_257
    assert ana["reason"] == "ENTRY"
    assert "Total vencido" in ana["message"]["text"]
    assert ana["debtor"] != ana["documento"] == "52998224725"
    assert (bruno["at"], bruno["channel"]) == ("2026-03-04T09:00:00-04:00", "sms")
    assert [x["reason"] for x in (loja, carla, dora)] == ["NOTHING_OPEN", "DO_NOT_COLLECT", "DECEASED"]
    assert {x["decision"] for x in (loja, carla, dora)} == {"done"}
    assert "Linha 8" in err
    assert "31/02/2026" in err


def test_the_plan_and_the_simulation_say_what_the_message_asks(
    portfolio: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, found, _ = run(capsys, "plan", portfolio, "--at", "2026-03-02T10:00")
    assert isinstance(found, list)
    assert (found[0]["asked_cents"], found[0]["amount_due_cents"]) == (10_257, 15_257)  # T2 is not due yet
    assert "R$ 102,57" in found[0]["message"]["text"]
    assert main(["plan", portfolio, "--at", "2026-03-02T10:00"]) == 0
    assert "2 títulos, R$ 102,57." in capsys.readouterr().out
    assert main(["simulate", portfolio, "--from", "2026-03-02", "--days", "1"]) == 0
    assert "aviso por e-mail, R$ 102,57" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("phone", "decided"),
    [
        ("", {("email", "2026-03-02"), ("email", "2026-03-03")}),
        ("11987650000", {("email", "2026-03-02"), ("sms", "2026-03-02")}),
    ],
)
def test_of_two_at_one_address_the_plan_writes_to_one_a_day(
    phone: str, decided: set[tuple[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "casal.csv"
    path.write_text(
        "documento;nome;id_titulo;valor;vencimento;email;celular;uf\n"
        f"529.982.247-25;Ana Souza;T1;100,00;13/02/2026;casa@example.com;{phone};SP\n"
        f"111.444.777-35;Bruno Reis;T2;100,00;13/02/2026;casa@example.com;{phone and '11987651111'};SP\n",
        encoding="utf-8",
    )
    _, found, _ = run(capsys, "plan", str(path), "--at", "2026-03-02T10:00")
    assert isinstance(found, list)
    assert {(one["channel"], one["at"][:10]) for one in found} == decided
    waits = [one for one in found if "ADDRESS_TAKEN" in one["reasons"]]
    assert len(waits) == (0 if phone else 1)
    assert all("Outro devedor com o mesmo endereço" in one["why"] for one in waits)


def test_outside_the_window_the_plan_names_the_next_lawful_moment(
    portfolio: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, found, _ = run(capsys, "plan", portfolio, "--at", "2026-03-07T22:00")
    assert isinstance(found, list)
    assert found[0]["decision"] == "contact"
    assert found[0]["at"] == "2026-03-09T09:00:00-03:00"


def test_the_sms_and_the_subject_reveal_neither_amount_nor_debt(
    portfolio: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, found, _ = run(capsys, "plan", portfolio, "--at", "2026-03-04T10:00")
    assert isinstance(found, list)
    for text in (found[0]["message"]["subject"], found[1]["message"]["text"]):
        assert "R$" not in text
        assert not {"dívida", "divida", "débito", "debito", "cobrança", "cobranca"} & set(text.lower().split())


def test_the_simulation_lists_every_contact_and_draws_it(
    portfolio: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "linha.html"
    status, found, _ = run(
        capsys, "simulate", portfolio, "--from", "2026-03-02", "--days", "90", "--html", str(picture)
    )
    assert status == 0
    assert isinstance(found, list)
    assert {"date", "time", "offset", "debtor", "step", "phase", "channel", "reason"} <= set(found[0])
    assert found == sorted(found, key=lambda c: (c["date"], c["time"], c["debtor"]))
    html = picture.read_text(encoding="utf-8")
    assert html.count("<circle") == len(found)
    assert "</span><span>" not in html  # the legend breaks its lines on a telephone
    assert "Bruno Reis" in html
    assert "http" not in html.replace("http://www.w3.org", "")


def test_the_simulation_says_of_each_debtor_how_it_ends_and_why(
    portfolio: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "linha.html"
    sixty_days = ("simulate", portfolio, "--from", "2026-03-02", "--days", "60", "--html", str(picture))
    _, found, _ = run(capsys, *sixty_days)
    assert isinstance(found, list)
    ends = {row["nome"]: row["end"] for row in found}
    assert {name: (end["kind"], end["reason"], end["at"]) for name, end in ends.items() if end["kind"] == "done"} == {
        "Loja Boa": ("done", "NOTHING_OPEN", None),
        "Carla Dias": ("done", "DO_NOT_COLLECT", None),
        "Dora Lima": ("done", "DECEASED", None),
    }
    assert ends["Bruno Reis"]["kind"] == "contact"
    assert ends["Bruno Reis"]["at"] > "2026-05-01"
    assert [row["step"] for row in found if row["nome"] == "Dora Lima"] == [None]
    html = picture.read_text(encoding="utf-8")
    assert "Devedor falecido: todo contato cessa." in html
    assert "com 2 de 5 devedores" in html
    assert main(list(sixty_days)) == 0
    out = capsys.readouterr().out
    assert "Como termina:" in out
    assert "  Carla Dias: nada mais previsto. Marcado como não cobrar." in out


def test_the_plan_says_when_and_why_and_not_that_a_step_to_come_is_now(
    portfolio: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", portfolio, "--at", "2026-02-27T20:00"]) == 0
    told = capsys.readouterr().out
    assert "5 dias antes do vencimento." in told
    assert "dias depois do vencimento de T1." in told
    assert "agora" not in told


def test_two_equal_policies_change_nobody(portfolio: str, capsys: pytest.CaptureFixture[str]) -> None:
    at = ("--portfolio", portfolio, "--at", "2026-03-02T10:00")
    assert run(capsys, "policy", "diff", "padrao", "padrao", *at)[:2] == (
        0,
        {"changed": 0, "debtors": [], "positions": []},
    )


def test_another_policy_shows_who_changes_and_how(portfolio: str, capsys: pytest.CaptureFixture[str]) -> None:
    at = ("--portfolio", portfolio, "--at", "2026-03-02T10:00")
    status, found, _ = run(capsys, "policy", "diff", "padrao", "leve", *at)
    assert status == 1
    assert isinstance(found, dict)
    assert found["changed"] == len(found["debtors"]) == 2
    assert found["debtors"][0]["before"] != found["debtors"][0]["after"]
    assert main(["policy", "diff", "padrao", "leve", *at]) == 1
    assert "de 5 devedores mudam" in capsys.readouterr().out


def test_every_reason_is_listed_with_both_texts(capsys: pytest.CaptureFixture[str]) -> None:
    _, found, _ = run(capsys, "reasons")
    assert isinstance(found, list)
    assert {one["code"] for one in found} == {str(code) for code in Reason}
    assert all(one["pt"] and one["en"] for one in found)


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "nada.csv", "--at", "2026-03-02T10:00"),
        ("plan", "CARTEIRA", "--at", "amanhã"),
        ("plan", "CARTEIRA", "--at", "2026-13-02"),
        ("plan", "CARTEIRA", "--at", "2026-03-02T10:00", "--policy", "nenhuma"),
        ("plan", "CARTEIRA", "--at", "2026-03-02T10:00", "--tenant", "nenhum"),
        ("plan", "CARTEIRA"),
        ("simulate", "CARTEIRA", "--from", "31/02/2026", "--days", "9"),
        ("simulate", "CARTEIRA", "--from", "2026-03-02", "--days", "0"),
        ("simulate", "CARTEIRA", "--from", "2026-03-02", "--days", "dez"),
        ("policy", "diff", "padrao", "nenhuma", "--portfolio", "CARTEIRA"),
        ("nada",),
        (),
    ],
)
def test_wrong_input_gets_one_line_and_exit_2(
    words: tuple[str, ...], portfolio: str, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = [portfolio if word == "CARTEIRA" else word for word in words]
    try:
        status = main(typed)
    except SystemExit as ended:
        status = int(ended.code or 0)
    err = capsys.readouterr().err
    assert status == 2
    assert err.count("\n") == 1
    assert err.startswith("regua: ")


def test_a_file_that_is_no_spreadsheet_gets_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "foto.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert main(["plan", str(path), "--at", "2026-03-02T10:00"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
