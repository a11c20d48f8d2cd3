"""Values as people write them, and what is refused instead of guessed."""

import re
from datetime import date
from decimal import Decimal

import phonenumbers
import pytest
from files_support import CNPJ, CPF, HEADER, a_cell, a_line, a_sheet, open_bytes, records, rows, the_row
from hypothesis import given, settings
from hypothesis import strategies as st

from regua.calendars.data import document
from regua.domain.codes import phones
from regua.domain.codes.boleto import barcode_from_line
from regua.domain.model import RateUnit
from regua.files import contacts
from regua.files.amounts import AmountColumn
from regua.files.faults import CellError

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("R$ 1.234,56", 123456),
        ("R$1.234,56", 123456),
        ("R$\xa01.234,56", 123456),
        ("1234.5", 123450),
        ("1234,5", 123450),
        ("1234", 123400),
        ("0,99", 99),
        (".".join(["1", "234", "567"]), 123456700),
        ("1.234.567,89", 123456789),
        ("1,234,567.89", 123456789),
        ("  10,00  ", 1000),
        ("1234,560", 123456),
        ("333.33333333", 33333),
    ],
)
def test_an_amount_is_read_to_the_cent(text: str, cents: int) -> None:
    record = a_cell("valor", text)
    assert record.row is not None
    assert record.row.principal_cents == cents


@pytest.mark.parametrize(
    ("text", "cents"),
    [("-10,00", 1000), ("10,00-", 1000), ("R$ -10,00", 1000), ("−10,00", 1000), ("(1.234,50)", 123450), ("-5", 500)],
)
def test_an_amount_below_nothing_is_what_the_creditor_owes_and_no_debt(text: str, cents: int) -> None:
    record = a_cell("valor", text)
    assert record.row is not None
    assert (record.row.principal_cents, record.row.paid_cents, record.row.credit) == (0, cents, "sign")
    assert "valor negativo" in record.warnings[0].problem


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        *(
            (text, "type")
            for text in (
                "NCC",
                "RA",
                "AB-",
                "IR-",
                "Nota de Crédito",
                "Crédito",
                "Devolução",
                "Devol.",
                "Saldo credor",
                "Cashback",
                "Nota de crédito de serviço",
            )
        ),
        *(
            (text, "type")
            for text in ("Devolução de venda", "crédito do cliente", "Adiantamento", "Abatimento", "DEV.")
        ),
        *(
            (text, "")
            for text in ("NF", "DP", "Cartão de Crédito", "Crédito pessoal", "Crediário", "Boleto", "NDC", "AB")
        ),
    ],
)
def test_a_credit_of_the_customers_is_known_by_its_type(text: str, credit: str) -> None:
    for column in ("tipo_documento", "Espécie", "Tipo de título"):
        row = a_cell(column, text).row
        assert row is not None
        assert row.credit == credit
        assert (row.principal_cents == 0) is bool(credit)


def test_among_means_of_payment_credit_is_a_card() -> None:
    row = a_cell("Forma de pagamento", "Crédito").row
    assert row is not None
    assert row.credit == ""
    lines = [f"{a_line(id_titulo=str(at))};{paid}" for at, paid in enumerate(("Crédito", "Pix", "Boleto"))]
    assert [row.credit for row in rows(a_sheet(*lines, header=f"{HEADER};Tipo de documento"))] == ["", "", ""]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-0,00", "zero"),
        ("0,00", "zero"),
        ("0", "zero"),
        ("", "vazio"),
        ("dez reais", "não é um valor"),
        ("NaN", "não é um valor"),
        ("Infinity", "não é um valor"),
        ("1e9", "científica"),
        ("1,2E+5", "científica"),
        ("١٢٣", "não é um valor"),
        ("12٣", "não é um valor"),
        ("1.23,45", "não é um valor"),
        ("12,34,56", "não é um valor"),
        ("1.2345,00", "não é um valor"),
        ("10,00 20,00", "não é um valor"),
        ("US$ 10,00", "outra moeda"),
        ("€ 10,00", "outra moeda"),
        ("=A1+B1", "fórmula"),
        ("#REF!", "erro da planilha"),
        ("99999999999999999999999999", "não é um valor"),
        ("99999999999,00", "grande demais"),
        ("1234,567", "três casas"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(text: str, problem: str) -> None:
    record = a_cell("valor", text)
    assert record.kind == "rejected"
    assert [fault.column for fault in record.faults] == ["valor"]
    assert problem in record.faults[0].problem
    assert record.faults[0].fix


@pytest.mark.parametrize(
    ("others", "text", "cents"),
    [
        (("1.500,00",), "1.234", 123400),
        (("1,500.00",), "1,234", 123400),
        (("99,90",), "1.234", 123400),
        (("1.234.567",), "1.234", 123400),
    ],
)
def test_one_thousand_or_one_is_decided_by_the_other_rows(others: tuple[str, ...], text: str, cents: int) -> None:
    for order in ((text, *others), (*others, text)):
        found = rows(a_sheet(*(a_line(valor=value, id_titulo=f"T{at}") for at, value in enumerate(order))))
        assert cents in [row.principal_cents for row in found]


@pytest.mark.parametrize(
    ("others", "text"),
    [((), "1.234"), (("100",), "1,234"), (("1.500,00", "1,500.00"), "1.234"), (("1,500.00",), "1.234")],
)
def test_one_thousand_or_one_is_never_guessed(others: tuple[str, ...], text: str) -> None:
    for order in ((text, *others), (*others, text)):
        found = records(a_sheet(*(a_line(valor=value, id_titulo=f"T{at}") for at, value in enumerate(order))))
        assert [r.kind for r in found].count("rejected") == 1
        (bad,) = [r for r in found if r.kind == "rejected"]
        assert bad.faults[0].value == text


def test_the_row_that_decides_may_be_the_last_of_a_long_file() -> None:
    lines = [a_line(valor="1.234", id_titulo=f"T{at}") for at in range(5000)]
    found = records(a_sheet(*lines, a_line(valor="2,50", id_titulo="fim")))
    assert len(found) == 5001
    assert {record.row.principal_cents for record in found[:-1] if record.row} == {123400}


@given(st.integers(1, 10**11), st.sampled_from(["pt", "en", "plain"]))
@settings(max_examples=200)
def test_every_amount_survives_being_printed_and_read(cents: int, style: str) -> None:
    whole, rest = divmod(cents, 100)
    english = f"{whole:,}.{rest:02d}"
    text = {"en": english, "pt": english.translate(str.maketrans(",.", ".,")), "plain": f"{whole},{rest:02d}"}[style]
    assert AmountColumn().cents(text) == cents


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25/12/2026", date(2026, 12, 25)),
        ("5/1/2027", date(2027, 1, 5)),
        ("25/12/26", date(2026, 12, 25)),
        ("25-12-2026", date(2026, 12, 25)),
        ("25.12.2026", date(2026, 12, 25)),
        ("2026-12-25", date(2026, 12, 25)),
        ("20261225", date(2026, 12, 25)),
        ("25122026", date(2026, 12, 25)),
        ("46381", date(2026, 12, 25)),
        ("46381,5", date(2026, 12, 25)),
        ("25/12/2026 14:30", date(2026, 12, 25)),
        ("2026-12-25T00:00:00Z", date(2026, 12, 25)),
        ("2026-12-25T03:00:00.000Z", date(2026, 12, 25)),
        ("2026-12-26T01:30:00Z", date(2026, 12, 25)),
        ("2026-12-25 08:00:00-03:00", date(2026, 12, 25)),
        ("25 de dezembro de 2026", date(2026, 12, 25)),
        ("25/dez/2026", date(2026, 12, 25)),
        ("25.dez.26", date(2026, 12, 25)),
        ("25dez2026", date(2026, 12, 25)),
        ("Dec 25, 2026", date(2026, 12, 25)),
        ("Dez. 25, 2026", date(2026, 12, 25)),
        ("December 25th, 2026", date(2026, 12, 25)),
        ("DEZ/25/2026", date(2026, 12, 25)),
        ("Fri Dec 25 2026", date(2026, 12, 25)),
        ("Friday, December 25, 2026", date(2026, 12, 25)),
        ("1º de dezembro de 2026", date(2026, 12, 1)),
        ("sexta-feira, 25/12/2026", date(2026, 12, 25)),
        ("29/02/2028", date(2028, 2, 29)),
    ],
)
def test_a_day_is_read_as_brazilians_and_excel_write_it(text: str, day: date) -> None:
    record = a_cell("vencimento", text)
    assert record.row is not None, record.faults
    assert record.row.due_on == day


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("31/02/2026", "31/02/2026 não existe"),
        ("29/02/2027", "não existe"),
        ("13/25/2026", "mês 25 não existe"),
        ("00/12/2026", "não existe"),
        ("25/12/1026", "não é plausível"),
        ("25/12", "não é uma data"),
        ("amanhã", "não é uma data"),
        ("Setor 12/2026", "não é uma data"),
        ("Dez/26", "não é uma data"),
        ("12345", "não é plausível"),
        ("", "vazio"),
        ("=HOJE()", "fórmula"),
        ("25/12/2026 25:00", "hora"),
        ("٢٥/12/2026", "não é uma data"),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(text: str, problem: str) -> None:
    record = a_cell("vencimento", text)
    assert record.kind == "rejected"
    assert problem in record.faults[0].problem


def test_months_before_days_are_never_swapped_silently() -> None:
    days = ["12/25/2026", "03/04/2026", "05/05/2026"]
    found = records(a_sheet(*(a_line(vencimento=day, id_titulo=day) for day in days)))
    assert [record.row.due_on for record in found if record.row] == [
        date(2026, 12, 25),
        date(2026, 3, 4),
        date(2026, 5, 5),
    ]
    told = open_bytes(a_sheet(*(a_line(vencimento=day, id_titulo=day) for day in days))).warnings
    assert any("mês/dia/ano" in fault.problem for fault in told)


def test_one_mistyped_day_does_not_turn_a_brazilian_column_american() -> None:
    days = ["25/12/2026", "12/25/2026", "03/04/2026"]
    found = records(a_sheet(*(a_line(vencimento=day, id_titulo=day) for day in days)))
    assert [record.kind for record in found] == ["row", "rejected", "row"]
    assert found[2].row is not None
    assert found[2].row.due_on == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("CPF/CNPJ", "529.982.247-25", CPF),
        ("CPF/CNPJ", "11.222.333/0001-81", CNPJ),
        ("CPF/CNPJ", "12.ABC.345/01DE-35", "12ABC34501DE35"),
        ("CPF/CNPJ", "12abc34501de35", "12ABC34501DE35"),
        ("CPF", "191", "00000000191"),
        ("CNPJ", "191", "00000000000191"),
        ("CPF/CNPJ", "191", "00000000191"),
        ("CNPJ/CPF", "191", "00000000191"),
        ("documento", "191", "00000000191"),
        ("CPF", "52998224725.0", CPF),
        ("CPF", '="52998224725"', CPF),
        ("CNPJ", "11222333000181,00", CNPJ),
    ],
)
def test_a_tax_id_is_restored_by_its_check_digits(column: str, text: str, expected: str) -> None:
    cell = '"' + text.replace('"', '""') + '"'
    row = the_row(a_sheet(f"{cell};Maria;T1;10,00;10/12/2026", header=f"{column};nome;id;valor;vencimento"))
    assert row.document == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("529.982.247-26", "dígito verificador"),
        ("111.111.111-11", "preenchimento"),
        ("00000000000000", "preenchimento"),
        ("11222333000199", "dígito verificador"),
        ("12ABC34501DE45", "dígito verificador"),
        ("12ABC34501DEAB", "dígito verificador"),
        ("1,23E+13", "notação científica"),
        ("1.23e13", "notação científica"),
        ("5,2998E+10", "notação científica"),
        ("123456789012345", "dígitos demais"),
        ("Maria", "não é CPF nem CNPJ"),
        ("5299822472x", "não é CPF nem CNPJ"),
        ("٥٢٩٩٨٢٢٤٧٢٥", "não é CPF"),
    ],
)
def test_a_wrong_tax_id_is_refused_with_its_reason(text: str, problem: str) -> None:
    record = a_cell("documento", text)
    assert record.kind == "rejected"
    assert problem in record.faults[0].problem


def test_a_tax_id_that_lost_many_zeros_is_pointed_out() -> None:
    (record,) = records(a_sheet(a_line(documento="191")))
    assert record.kind == "row"
    assert "zeros" in record.warnings[0].problem


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("(11) 98765-4321", ["+5511987654321"]),
        ("11987654321", ["+5511987654321"]),
        ("+55 11 98765-4321", ["+5511987654321"]),
        ("5511987654321", ["+5511987654321"]),
        ("0055 11 98765 4321", ["+5511987654321"]),
        ("011 98765-4321", ["+5511987654321"]),
        ("015 11 98765-4321", ["+5511987654321"]),
        ("0xx11 98765-4321", ["+5511987654321"]),
        ("(11) 8765-4321", ["+5511987654321"]),
        ("11 3333-4444", ["+551133334444"]),
        ("(55) 99876-5432", ["+5555998765432"]),
        ("5599876 5432", ["+5555998765432"]),
        ("+1 415 555 2671", ["+14155552671"]),
        ("(11) 98765-4321 / (11) 3333-4444", ["+5511987654321", "+551133334444"]),
        ("11987654321, 21987654321", ["+5511987654321", "+5521987654321"]),
        ("11987654321 ou 21987654321", ["+5511987654321", "+5521987654321"]),
        ("11987654321 / 11987654321", ["+5511987654321"]),
    ],
)
def test_a_phone_is_known_in_any_of_its_forms(text: str, numbers: list[str]) -> None:
    record = a_cell("celular", f'"{text}"')
    assert record.row is not None
    assert list(record.row.phones) == numbers


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("98765-4321", "sem DDD"),
        ("(00) 98765-4321", "não existe"),
        ("0800 123 4567", "0800"),
        ("não tem", "não é um telefone"),
        ("1198765432100", "não existe"),
    ],
)
def test_a_bad_phone_warns_and_the_debt_still_enters(text: str, problem: str) -> None:
    record = a_cell("celular", text)
    assert record.row is not None
    assert record.row.phones == ()
    assert any(problem in warning.problem for warning in record.warnings), record.warnings


def test_a_landline_is_kept_and_said_to_have_no_whatsapp() -> None:
    record = a_cell("telefone", "(11) 3333-4444")
    assert record.row is not None
    assert record.row.phones == ("+551133334444",)
    assert "WhatsApp" in record.warnings[0].problem


@given(
    st.from_regex(r"(1[1-9]|2[12478]|3[1-578]|[4689][1-9]|5[1345]|7[134579])(9[0-9]{8}|[2-5][0-9]{7})", fullmatch=True)
)
@settings(max_examples=300)
def test_our_phone_patterns_agree_with_the_library(digits: str) -> None:
    number = phonenumbers.parse(digits, "BR")
    assert contacts.phone(digits) == f"+55{digits}"
    assert phonenumbers.is_possible_number(number)
    assert phones.is_landline(contacts.phone(digits)) == (
        len(digits) == 10 and phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE
    )


def test_the_area_codes_read_are_those_that_have_a_place() -> None:
    read = {f"{code:02d}" for code in range(100) if re.fullmatch(contacts.DDD, f"{code:02d}")}
    assert read == set(document("places.json")["area_codes"])


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("Maria@Empresa.com.br", ["maria@empresa.com.br"]),
        ("a@b.com; c@d.com.br", ["a@b.com", "c@d.com.br"]),
        ("a@b.com,c@d.com", ["a@b.com", "c@d.com"]),
        ("a@b.com c@d.com", ["a@b.com", "c@d.com"]),
        ("Maria <maria@b.com>", ["maria@b.com"]),
        ("mailto:a@b.com", ["a@b.com"]),
        ("a@b.com / a@b.com", ["a@b.com"]),
        ("a@b.com e c@d.com", ["a@b.com", "c@d.com"]),
    ],
)
def test_several_addresses_fit_in_a_cell(text: str, addresses: list[str]) -> None:
    record = a_cell("email", f'"{text}"')
    assert record.row is not None
    assert list(record.row.emails) == addresses


@pytest.mark.parametrize(
    "text", ["maria", "maria@", "@b.com", "a@b", "a b@", "a@x.test", "a..b@c.com", "a@-b.com", "a@b..com"]
)
def test_a_bad_address_warns_and_the_debt_still_enters(text: str) -> None:
    record = a_cell("email", text)
    assert record.row is not None
    assert record.row.emails == ()
    assert "e-mail" in record.warnings[0].problem


@pytest.mark.parametrize(
    "text",
    [
        "joao,silva@gmail.com",
        "ana@uol.com,br",
        "ana@uol.com,br; ana@empresa.com.br",
        "joao silva@gmail.com",
        "joão@empresa.com.br",
        "joão@empresa.com.br; ana@empresa.com.br",
        "ruim; bom@empresa.com.br",
        "Maria: maria@b.com",
    ],
)
def test_of_a_cell_with_one_piece_that_is_no_address_none_is_written_to(text: str) -> None:
    record = a_cell("email", f'"{text}"')
    assert record.row is not None
    assert record.row.emails == ()
    assert record.warnings, "the report says so"


def test_the_report_names_the_wrong_piece_and_that_the_others_are_not_used() -> None:
    record = a_cell("email", '"ruim; bom@empresa.com.br"')
    assert [w.value for w in record.warnings[:2]] == ["ruim", "ruim; bom@empresa.com.br"]
    assert "nenhum endereço" in record.warnings[1].problem


@pytest.mark.parametrize(
    ("text", "number", "warned"),
    [
        ("(11) 7765-4321", "+5511977654321", True),
        ("+55 11 7765-4321", "+5511977654321", True),
        ("(11) 97765-4321", "+5511977654321", False),
        ("(11) 8765-4321", "+5511987654321", False),
    ],
)
def test_a_mobile_that_may_be_a_radio_gets_its_ninth_digit_with_a_warning(text: str, number: str, warned: bool) -> None:
    record = a_cell("celular", text)
    assert record.row is not None
    assert record.row.phones == (number,)
    assert any("rádio" in w.problem for w in record.warnings) is warned
    assert not warned or "começo dos de rádio" in record.warnings[0].kind, (
        "the summary of a file says it without a number"
    )


@pytest.mark.parametrize("text", ["+1 202 555 0101", "+351 912 345 678"])
def test_a_telephone_abroad_is_kept_with_a_warning_that_nothing_goes_there(text: str) -> None:
    record = a_cell("celular", text)
    assert record.row is not None
    assert record.row.phones == ("+" + "".join(filter(str.isdigit, text)),)
    assert any("outro país" in w.problem for w in record.warnings)


@pytest.mark.parametrize(
    ("column", "text", "percent", "unit"),
    [
        ("juros ao mês (%)", "1,00", Decimal(1), RateUnit.MONTH),
        ("% juros diário", "0,033%", Decimal("0.033"), RateUnit.DAY),
        ("juros", "1% a.m.", Decimal(1), RateUnit.MONTH),
        ("juros ao ano", "12", Decimal(12), RateUnit.YEAR),
    ],
)
def test_interest_comes_with_its_unit(column: str, text: str, percent: Decimal, unit: RateUnit) -> None:
    record = a_cell(column, text)
    assert record.row is not None, record.faults
    assert (record.row.interest_percent, record.row.interest_unit) == (percent, unit)


def test_interest_without_unit_is_left_to_the_contract() -> None:
    record = a_cell("juros", "1,00")
    assert record.row is not None
    assert record.row.interest_percent is None
    assert "sem unidade" in record.warnings[0].problem


def test_a_formula_in_a_name_is_refused() -> None:
    record = a_cell("nome", "=HYPERLINK(1)")
    assert record.kind == "rejected"
    assert "fórmula" in record.faults[0].problem


@pytest.mark.parametrize("cell", ["1,23E+15", "1E+15"])
def test_an_id_that_excel_cut_short_is_refused(cell: str) -> None:
    record = a_cell("id_titulo", cell)
    assert record.kind == "rejected"
    assert "científica" in record.faults[0].problem


def test_every_fault_of_a_line_is_told_at_once() -> None:
    (record,) = records(a_sheet("1;;T1;x;y", header=HEADER))
    assert [fault.column for fault in record.faults] == ["documento", "valor", "vencimento"]


def test_errors_of_the_library_never_escape() -> None:
    with pytest.raises(CellError):
        contacts.phone("+" * 50)


def test_a_row_tells_an_empty_cell_from_a_column_that_is_not_there() -> None:
    for column, attribute in (
        ("tags", "tags"),
        ("regua", "policy"),
        ("nao_enviar", "do_not_collect"),
        ("status", "status"),
        ("pago", "status"),
        ("multa_pct", "fine_percent"),
    ):
        record = a_cell(column, "")
        assert record.row is not None
        assert record.row.has == (attribute,)
    bare = a_cell("cidade", "")
    assert bare.row is not None
    assert bare.row.has == ()


def test_a_barcode_is_read_as_its_linha_digitavel() -> None:
    line = "00190500954014481606906809350314337370000000100"
    head = "nome;id;valor;vencimento;código de barras\nMaria;T1;1,00;10/12/2026;"
    for written in (line, barcode_from_line(line)):
        assert the_row(f"{head}{written}\n".encode()).digitable_line == line
    wrong = barcode_from_line(line)[:-1] + "9"
    (row,) = rows(f"{head}{wrong}\n".encode())
    assert row.digitable_line == ""
