"""Due dates that moved, and money that is not reais."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from files_support import open_bytes, records

from regua.domain.intake.row import Record, WrongFileError

CASES = Path(__file__).parents[3].parent / "shared/cases/files"
TODAY = date(2026, 11, 30)
HEAD = "Título;Cliente;CPF;Celular;Valor"
PEOPLE = (
    "1;Ana Souza;52998224725;11987654321;500,00",
    "2;Joao Reis;11144477735;11987654322;300,00",
    "3;Bia Lima;93541134780;11987654323;100,00",
)
OLD, NEW = date(2026, 10, 10), date(2026, 12, 20)


def sheet(head: str, *lines: str, base: str = HEAD, people: tuple[str, ...] = PEOPLE) -> bytes:
    return "\n".join(
        (f"{base};{head}", *(f"{who};{line}" for who, line in zip(people, lines, strict=False)), "")
    ).encode()


def days(data: bytes, **options: Any) -> list[tuple[date, date | None]]:
    return [(r.row.due_on, r.row.original_due_on) for r in records(data, today=TODAY, **options) if r.row]


@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not beside this checkout")
def test_the_case_of_a_due_date_put_off() -> None:
    assert days((CASES / "prorrogado.csv").read_bytes()) == [(NEW, OLD), (OLD, None)]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("Vencimento Original", "Vencimento Prorrogado"),
        ("Vencimento", "Novo Vencimento"),
        ("Vencto", "Vencto Real"),
        ("Venc. Original", "Venc. Atual"),
        ("Vencimento", "Data Prorrogação"),
        ("Vencimento", "Prorrogado para"),
        ("Data Vencimento", "Nova Data"),
        ("E1_VENCORI", "E1_VENCREA"),
        ("E1_VENCTO", "E1_VENCREA"),
        ("originalDueDate", "dueDate"),
        ("Vencimento Original", "Vencimento"),
        ("Vencimento", "Vencto Repactuado"),
        ("Vencimento", "Data de Vencimento Alterada"),
        ("Dt.Venc.Original", "Dt.Venc.Atual"),
        ("Vencimento Inicial", "Vencimento Vigente"),
    ],
)
def test_the_current_due_date_counts_and_the_original_is_kept(before: str, now: str) -> None:
    lines = ("10/10/2026;20/12/2026", "10/10/2026;")
    assert days(sheet(f"{before};{now}", *lines)) == [(NEW, OLD), (OLD, None)]
    turned = tuple(";".join(reversed(line.split(";"))) for line in lines)
    assert days(sheet(f"{now};{before}", *turned)) == [(NEW, OLD), (OLD, None)]


def test_of_three_due_dates_the_latest_word_counts() -> None:
    head = "Vencimento Original;Vencimento;Vencimento Prorrogado"
    lines = ("10/10/2026;15/10/2026;20/12/2026", "10/10/2026;15/10/2026;")
    assert days(sheet(head, *lines)) == [(NEW, OLD), (date(2026, 10, 15), OLD)]


@pytest.mark.parametrize("title", ["Data prevista", "Data Promessa", "Data do Acordo", "Agendado para", "Data Limite"])
def test_a_line_waits_for_a_later_day_nobody_reads_and_says_so(title: str) -> None:
    found: list[Record] = records(sheet(f"Vencimento;{title}", "10/10/2026;20/12/2026", "10/10/2026;"), today=TODAY)
    assert [record.row.due_on for record in found if record.row] == [NEW, OLD]
    assert [[w.column for w in record.warnings] for record in found] == [[title], []]


LATER = ("Data Limite Pagamento", "Pagar até", "Prazo", "Previsão de pagamento", "Cobrar a partir de", "Compromisso")


@pytest.mark.parametrize("title", LATER)
def test_a_line_is_not_dunned_before_a_later_day_whatever_its_heading(title: str) -> None:
    found = records(sheet(f"Vencimento;{title}", "10/10/2026;20/12/2026", "10/10/2026;10/10/2026"), today=TODAY)
    assert [record.row.due_on for record in found if record.row] == [NEW, OLD]
    assert [[w.column for w in record.warnings] for record in found] == [[title], []]


def test_a_later_day_counts_the_same_after_it_has_passed() -> None:
    data = sheet("Vencimento;Data X", "10/10/2026;15/11/2026", "10/10/2026;20/12/2026")
    for today in (TODAY, date(2026, 11, 1), date(2027, 1, 10)):
        assert [r.row.due_on for r in records(data, today=today) if r.row] == [date(2026, 11, 15), NEW]


def test_one_day_on_all_lines_of_an_unknown_column_is_the_files() -> None:
    people = tuple(f"{at};Ana Souza;52998224725;11987654321;500,00" for at in range(5))
    data = sheet("Vencimento;Data X", *(["10/10/2026;20/12/2026"] * 5), people=people)
    assert [due for due, _ in days(data)] == [OLD] * 5


ANOTHERS = ("Fim do Contrato", "Próximo Vencimento", "Última Visita", "Data da Cobrança", "Vencimento do Plano")


@pytest.mark.parametrize("title", [*ANOTHERS, "Validade", "Data Envio Boleto", "Data do Evento", "Desconto até"])
def test_a_later_day_of_another_kind_puts_nothing_off(title: str) -> None:
    found = records(sheet(f"Vencimento;{title}", "10/10/2026;20/12/2026"), today=TODAY)
    assert [record.row.due_on for record in found if record.row] == [OLD]


def test_an_unread_column_of_days_before_the_due_date_says_nothing() -> None:
    found = records(sheet("Vencimento;Data X", "10/10/2026;01/10/2026"), today=TODAY)
    assert [(record.row.due_on, record.warnings) for record in found if record.row] == [(OLD, ())]


@pytest.mark.parametrize("title", ["Vencimento do Contrato", "Data Limite Desconto", "Vencimento CNH", "Data Emissão"])
def test_another_things_day_is_no_due_date(title: str) -> None:
    assert days(sheet(f"Vencimento;{title}", "10/10/2026;20/12/2026"))[0][0] == OLD


def test_the_mapping_says_which_due_date_counts() -> None:
    data = sheet("Vencimento Original;Vencimento Prorrogado", "10/10/2026;20/12/2026")
    assert days(data, mapping={"Vencimento Prorrogado": "ignorar"}) == [(OLD, None)]
    (record,) = records(data, mapping={"Vencimento Original": "vencimento"})
    assert record.row
    assert record.row.due_on == NEW
    assert "não é cobrado antes" in record.warnings[0].problem


MONEY = "Título;Cliente;CPF;Celular;Vencimento"
OWING = tuple(who.rpartition(";")[0] + ";10/10/2026" for who in PEOPLE)


def cents(head: str, *lines: str) -> list[int | str]:
    found = records(sheet(head, *lines, base=MONEY, people=OWING), today=TODAY)
    return [r.row.principal_cents if r.row else r.faults[0].problem for r in found]


OTHER = "valor em outra moeda"


@pytest.mark.parametrize(
    ("head", "lines", "right"),
    [
        ("Moeda;Valor", ("R$;500,00", "US$;300,00", "BRL;100,00"), [50000, OTHER, 10000]),
        ("Moeda;Valor", ("Real;500,00", "Dólar;300,00", "Euro;1,00"), [50000, OTHER, OTHER]),
        ("Currency;Amount", ("BRL;500.00", "USD;300.00"), [50000, OTHER]),
        ("E1_MOEDA;E1_VALOR", ("1;520,00", "2;52,00", "01;10,00"), [52000, OTHER, 1000]),
        ("Moeda;Valor;Valor R$", ("R$;500,00;500,00", "US$;300,00;1.500,00"), [50000, 150000]),
        ("Valor", ("US$ 100,00", "R$ 300,00", "100,00 USD"), [OTHER, 30000, OTHER]),
        ("Valor", ("€ 100", "U$ 10,00", "10 dólares"), [OTHER] * 3),
        ("Valor;Valor R$", ("US$ 100,00;R$ 520,00", "R$ 300,00;R$ 300,00"), [52000, 30000]),
        ("Valor em dólar;Valor R$", ("100,00;520,00",), [52000]),
        ("Valor (USD);Valor", ("100,00;520,00",), [52000]),
        ("Amount (USD);Amount (BRL)", ("100.00;520.00",), [52000]),
        ("Moeda;Montante em moeda do documento;Montante em moeda interna", ("USD;100,00;520,00",), [52000]),
        ("Moeda;Valor", ("Cartão;500,00", "Pix;300,00"), [50000, 30000]),
    ],
)  # fmt: skip
def test_only_reais_are_collected(head: str, lines: tuple[str, ...], right: list[int | str]) -> None:
    assert cents(head, *lines) == right


@pytest.mark.parametrize(
    ("shown", "right"),
    [
        ("[$$-409]#,##0.00", [OTHER, 20000]),
        ('"US$" #,##0.00', [OTHER, 20000]),
        ("_-[$€-2]* #,##0.00", [OTHER, 20000]),
        ("[$R$-416] #,##0.00", [10050, 20000]),
        ('"R$" #,##0.00', [10050, 20000]),
        ('"$"#,##0.00', [10050, 20000]),
    ],
)
def test_a_currency_that_only_the_format_of_a_cell_shows(shown: str, right: list[int | str]) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append([*MONEY.split(";"), "Valor"])
    for who, amount in zip(OWING, (100.5, 200), strict=False):
        page.append([*who.split(";"), amount])
    page["F2"].number_format, page["F3"].number_format = shown, '"R$" #,##0.00'
    page["B2"].number_format = shown
    file = io.BytesIO()
    book.save(file)
    found = records(file.getvalue(), today=TODAY)
    assert [r.row.principal_cents if r.row else r.faults[0].problem for r in found] == right
    assert found[0].cells[1] == "Ana Souza"


def test_a_file_of_dollars_alone_is_refused() -> None:
    with pytest.raises(WrongFileError, match="outra moeda"):
        open_bytes(sheet("Valor em dólar", "100,00", base=MONEY, people=OWING))
