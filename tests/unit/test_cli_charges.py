"""`regua charges` as a person at a keyboard meets it."""

import json

import pytest

from regua_cli.main import main

BASE = ["charges", "--due", "2026-01-05", "--on", "2026-01-10", "--fine", "2", "--interest", "1"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as exit_:
        code = int(exit_.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, int | list[str]]:
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    result: dict[str, int | list[str]] = json.loads(out)
    return result


def test_json_has_the_five_amounts_and_the_working(capsys: pytest.CaptureFixture[str]) -> None:
    result = document(capsys, *BASE, "--principal", "100,00", "--interest-unit", "am")
    assert {key: value for key, value in result.items() if key != "working"} == {
        "amount_due_cents": 102_17,
        "principal_cents": 100_00,
        "fine_cents": 2_00,
        "interest_cents": 17,
        "discount_cents": 0,
    }
    assert isinstance(result["working"], list)
    assert len(result["working"]) == 3


def test_without_json_a_person_reads_the_amounts_and_how_they_came_about(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, *BASE, "--principal", "1.234,56")
    assert code == 0
    for text in ("Total em 10/01/2026", "R$ 1.261,31", "Como se chegou aos valores", "5 dias corridos"):
        assert text in out


@pytest.mark.parametrize("written", ["1.234,56", "1234.56", "1234,56", "R$ 1.234,56", " 1234,56 "])
def test_an_amount_may_be_written_in_any_usual_way(capsys: pytest.CaptureFixture[str], written: str) -> None:
    assert document(capsys, *BASE, "--principal", written)["principal_cents"] == 1234_56


def test_a_dot_before_three_digits_parts_thousands(capsys: pytest.CaptureFixture[str]) -> None:
    assert document(capsys, *BASE, "--principal", "1.234")["principal_cents"] == 1234_00


@pytest.mark.parametrize(("unit", "interest"), [("ad", 5_00), ("am", 17), ("aa", 1)])
def test_the_unit_of_the_rate_decides_by_factors_of_thirty(
    capsys: pytest.CaptureFixture[str], unit: str, interest: int
) -> None:
    result = document(capsys, *BASE, "--principal", "100,00", "--interest-unit", unit)
    assert result["interest_cents"] == interest


def test_dates_may_be_brazilian(capsys: pytest.CaptureFixture[str]) -> None:
    result = document(
        capsys, "charges", "--principal", "100", "--due", "05/01/2026", "--on", "10/01/2026", "--fine", "2%"
    )
    assert result["fine_cents"] == 2_00


def test_the_place_decides_whether_a_state_holiday_moves_the_due_date(capsys: pytest.CaptureFixture[str]) -> None:
    due = ["charges", "--principal", "100", "--due", "2026-07-09", "--on", "2026-07-10", "--fine", "2"]
    assert document(capsys, *due, "--place", "sp")["fine_cents"] == 0
    assert document(capsys, *due, "--place", "RJ")["fine_cents"] == 2_00


def test_up_to_three_discounts_in_percent_or_reais(capsys: pytest.CaptureFixture[str]) -> None:
    tiers = [
        "--discount",
        "5",
        "--discount-until",
        "2026-01-08",
        "--discount",
        "R$ 3,50",
        "--discount-until",
        "15/01/2026",
    ]
    assert document(capsys, *BASE, "--principal", "100", *tiers)["discount_cents"] == 3_50


def test_a_company_may_agree_to_a_higher_fine(capsys: pytest.CaptureFixture[str]) -> None:
    base = ["charges", "--principal", "100", "--due", "2026-01-05", "--on", "2026-01-06", "--fine", "10"]
    assert document(capsys, *base)["fine_cents"] == 2_00
    assert document(capsys, *base, "--profile", "company")["fine_cents"] == 10_00


def test_nothing_agreed_means_the_legal_rate(capsys: pytest.CaptureFixture[str]) -> None:
    due = ["charges", "--principal", "1000", "--due", "2025-01-01", "--on", "2025-03-01", "--legal-rate"]
    assert document(capsys, *due)["interest_cents"] == 14_92


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--principal", "abc"], "valor inválido em --principal"),
        (["--principal", ""], "valor inválido em --principal"),
        (["--principal", "-100"], "valor inválido em --principal"),
        (["--principal", "1,234.56"], "valor inválido em --principal"),
        (["--principal", "1.23.4"], "valor inválido em --principal"),
        (["--principal", "0"], "valor fora do intervalo"),
        (["--principal", "9" * 40], "valor fora do intervalo"),
        (["--due", "2026-02-30"], "data inválida em --due"),
        (["--due", "31/02/2026"], "data inválida em --due"),
        (["--due", "ontem"], "data inválida em --due"),
        (["--on", "20260110"], "data inválida em --on"),
        (["--on", "9999-12-31"], "fora do calendário"),
        (["--fine", "-2"], "taxa inválida em --fine"),
        (["--fine", "nan"], "taxa inválida em --fine"),
        (["--fine", "101"], "taxa alta demais em --fine"),
        (["--interest", "1e9"], "taxa inválida em --interest"),
        (["--interest-unit", "mes"], "opção inválida"),
        (["--profile", "pessoa"], "opção inválida"),
        (["--place", "XX"], "lugar inválido em --place"),
        (["--place", "/Recife"], "lugar inválido em --place"),
        (["--discount", "5"], "--discount-until"),
        (["--discount-until", "2026-01-01"], "--discount-until"),
        (["--discount", "5", "--discount-until", "amanhã"], "data inválida em --discount-until"),
        (["--discount", "101", "--discount-until", "2026-01-09"], "taxa alta demais"),
        (["--discount", "1", "--discount-until", "2026-01-09"] * 4, "no máximo 3 descontos"),
        (["--legal-rate"], "--legal-rate"),
        (["--nada"], "argumentos desconhecidos"),
    ],
)
def test_wrong_input_gives_one_clear_line_and_exit_status_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    code, out, err = run(capsys, *BASE, "--principal", "100,00", *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert says in err


def test_a_missing_argument_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "charges", "--principal", "100")
    assert code == 2
    assert "--due" in err
