import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regua.domain.codes import boleto

VECTORS = Path(__file__).parents[2].parent / "shared/payloads/boleto_vectors.json"
needs_vectors = pytest.mark.skipif(not VECTORS.exists(), reason="the shared payloads are not beside this checkout")

TODAY = date(2026, 11, 21)
LINE = "23793381286008301352856000063307789840000150000"
BARCODE = "23797898400001500003381260083013525600006330"
UTILITY = "836200000005667800481000180975657313001589636081"

bank_barcodes = st.builds(
    lambda bank, factor, cents, free: _with_check(f"{bank:03d}9", f"{factor:04d}{cents:010d}{free:025d}"),
    st.integers(1, 799),
    st.one_of(st.just(0), st.integers(1000, 9999)),
    st.integers(0, 10**10 - 1),
    st.integers(0, 10**25 - 1),
)
utility_barcodes = st.builds(
    lambda segment, value, cents, free: _with_check(f"8{segment}{value}", f"{cents:011d}{free:029d}"),
    st.sampled_from("12345679"),
    st.sampled_from("6789"),
    st.integers(0, 10**11 - 1),
    st.integers(0, 10**29 - 1),
)


def _with_check(head: str, tail: str) -> str:
    if head[0] != "8":
        return f"{head}{boleto.mod11(head + tail)}{tail}"
    check = boleto.mod10 if head[2] in "67" else boleto.mod11_utility
    return f"{head}{check(head + tail)}{tail}"


@needs_vectors
def test_every_published_line_is_read_to_the_digit() -> None:
    vectors = json.loads(VECTORS.read_text())
    for vector in vectors["linha_digitavel_47"] + vectors["arrecadacao_48"]:
        read = boleto.read(vector["linha"], TODAY)
        assert read.valid, read.errors
        assert read.barcode == vector.get("barcode", read.barcode)
        assert read.due_factor == vector.get("fator")
        if "valor" in vector:
            assert read.amount_cents == int(vector["valor"].replace(".", ""))
        if "venc" in vector:
            assert read.due_on == date.fromisoformat(vector["venc"])


@needs_vectors
def test_every_published_wrong_line_is_invalid() -> None:
    vectors = json.loads(VECTORS.read_text())
    for line in vectors["linha_invalid"] + vectors["arrecadacao_invalid"]:
        assert boleto.check_line(line)


@needs_vectors
def test_the_published_factors_have_the_published_dates() -> None:
    for vector in json.loads(VECTORS.read_text())["fator_calendar"]:
        day = date.fromisoformat(vector["date"])
        assert boleto.due_factor(day) == vector["fator"]
        assert boleto.due_dates(vector["fator"], day)[0] == day


@settings(max_examples=100)
@given(st.one_of(bank_barcodes, utility_barcodes))
def test_line_and_barcode_say_the_same(barcode: str) -> None:
    line = boleto.line_from_barcode(barcode)
    assert boleto.check_line(line) == []
    assert boleto.barcode_from_line(line) == barcode
    assert boleto.read(line, TODAY).valid
    assert boleto.read(barcode, TODAY).line == line
    assert boleto.clean(boleto.format_line(line)) == line


@settings(max_examples=100)
@given(st.one_of(bank_barcodes, utility_barcodes), st.data())
def test_one_wrong_digit_is_always_found(barcode: str, data: st.DataObject) -> None:
    line = boleto.line_from_barcode(barcode)
    position = data.draw(st.integers(0, len(line) - 1))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != line[position]))
    problems = boleto.check_line(line[:position] + digit + line[position + 1 :])
    # The factor and amount of a bank line stand under the general digit alone, whose 0, 10 and 11 all become 1.
    if not 33 <= position < 47 or len(line) == 48:
        assert problems


@settings(max_examples=100)
@given(st.integers(0, 20000), st.integers(-2999, 5999))
def test_a_date_within_the_window_survives_its_factor(reference_days: int, distance: int) -> None:
    reference = date(2009, 1, 1) + timedelta(days=reference_days)
    due_on = reference + timedelta(days=distance)
    likely, other = boleto.due_dates(boleto.due_factor(due_on), reference)
    assert likely == due_on
    assert abs((other - likely).days) == boleto.CYCLE_DAYS


@pytest.mark.parametrize(
    ("day", "factor"),
    [
        (date(2000, 7, 3), 1000),
        (date(2025, 2, 21), 9999),
        (date(2025, 2, 22), 1000),
        (date(2026, 11, 21), 1637),
        (date(2049, 10, 13), 9999),
        (date(2049, 10, 14), 1000),
    ],
)
def test_the_factor_starts_again_at_1000(day: date, factor: int) -> None:
    assert boleto.due_factor(day) == factor
    assert boleto.due_dates(factor, day)[0] == day


def test_there_is_no_factor_before_the_first() -> None:
    with pytest.raises(ValueError, match="03/07/2000"):
        boleto.due_factor(date(2000, 7, 2))
    with pytest.raises(ValueError, match="0999"):
        boleto.due_dates(999, TODAY)


def test_a_line_is_printed_in_its_groups() -> None:
    assert boleto.format_line(LINE) == "23793.38128 60083.013528 56000.063307 7 89840000150000"
    assert boleto.format_line(UTILITY) == "83620000000-5 66780048100-0 18097565731-3 00158963608-1"


def test_spaces_dots_and_hyphens_do_not_matter() -> None:
    assert boleto.read(boleto.format_line(LINE), TODAY) == boleto.read(LINE, TODAY)


def test_a_boleto_without_due_date_has_none() -> None:
    barcode = _with_check("0019", f"0000{12345:010d}{7:025d}")
    read = boleto.read(barcode, TODAY)
    assert (read.valid, read.due_factor, read.due_on, read.amount_cents) == (True, 0, None, 12345)


def test_an_arrecadacao_that_carries_a_quantity_has_no_amount() -> None:
    assert boleto.read(_with_check("837", f"{123:011d}{7:029d}"), TODAY).amount_cents is None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "vazia"),
        ("abc", "posição 1: 'a' não é um dígito"),
        ("²" * 47, "não é um dígito"),
        ("1" * 46, "tem 46 dígitos"),
        ("1" * 49, "tem 49 dígitos"),
        (LINE[:9] + "0" + LINE[10:], "campo 1, posição 10: o dígito verificador é 0, deveria ser 8"),
        (LINE[:32] + "1" + LINE[33:], "posição 33: o dígito verificador geral é 1, deveria ser 7"),
        (LINE[:3] + "0" + LINE[4:], "moeda"),
        ("8" + LINE[1:], "arrecadação"),
        ("1" + UTILITY[1:], "posição 1"),
        (UTILITY[:2] + "5" + UTILITY[3:], "posição 3"),
        (UTILITY[:1] + "8" + UTILITY[2:], "segmento"),
        (UTILITY[:11] + "0" + UTILITY[12:], "bloco 1, posição 12: o dígito verificador é 0, deveria ser 5"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(line: str, problem: str) -> None:
    problems = boleto.check_line(line)
    assert any(problem in text for text in problems), problems
    assert not boleto.read(line, TODAY).valid


def test_a_factor_outside_the_range_is_an_error() -> None:
    read = boleto.read(_with_check("0019", f"0999{1:010d}{7:025d}"), TODAY)
    assert any("fator" in error for error in read.errors)


@pytest.mark.parametrize("convert", [boleto.barcode_from_line, boleto.line_from_barcode, boleto.format_line])
@pytest.mark.parametrize("text", ["", "x" * 47, "1" * 45])
def test_conversions_refuse_what_is_no_line(convert: object, text: str) -> None:
    with pytest.raises(ValueError, match=re.compile("dígito|vazia")):
        convert(text)  # type: ignore[operator]  # parametrized functions lose their type


@settings(max_examples=200)
@given(st.one_of(st.text(max_size=60), st.text("0123456789", min_size=40, max_size=50)))
def test_reading_never_raises(text: str) -> None:
    boleto.read(text, TODAY)


def test_the_published_barcode_is_that_of_its_line() -> None:
    assert boleto.barcode_from_line(LINE) == BARCODE


def test_a_published_line_says_every_field_it_has() -> None:
    read = boleto.read(LINE, TODAY)
    assert (read.kind, read.bank, read.currency, read.check_digit) == ("bank", "237", "9", "7")
    assert (read.due_factor, read.amount_cents, read.free_field) == (8984, 1_500_00, "3381260083013525600006330")
    assert (read.line, read.barcode, read.digits, read.valid, read.segment) == (LINE, BARCODE, LINE, True, "")
    assert boleto.read(BARCODE, TODAY) == replace(read, digits=BARCODE)


def test_a_published_arrecadacao_says_every_field_it_has() -> None:
    read = boleto.read(UTILITY, TODAY)
    barcode = "".join(UTILITY[start : start + 11] for start in (0, 12, 24, 36))
    assert (read.kind, read.segment, read.value_type, read.check_digit) == (
        "utility",
        "energia elétrica e gás",
        "6",
        "2",
    )
    assert (read.amount_cents, read.free_field) == (66_78, barcode[15:])
    assert (read.line, read.barcode, read.due_on, read.valid) == (UTILITY, barcode, None, True)
    assert boleto.line_from_barcode(barcode) == UTILITY


@pytest.mark.parametrize(
    ("digits", "ten", "eleven", "utility"),
    [
        ("0", 0, 1, 0),
        ("1", 8, 9, 9),
        ("5", 9, 1, 1),
        ("6", 7, 1, 0),
        ("9", 1, 4, 4),
        ("19", 0, 1, 1),
        ("01234567890", 3, 1, 0),
        ("99999999999", 1, 7, 7),
        ("8491", 3, 3, 3),
        ("300000000", 4, 5, 5),
    ],
)
def test_check_digits_worked_out_by_hand(digits: str, ten: int, eleven: int, utility: int) -> None:
    assert (boleto.mod10(digits), boleto.mod11(digits), boleto.mod11_utility(digits)) == (ten, eleven, utility)


@pytest.mark.parametrize(
    ("place", "where"),
    [
        (9, "campo 1, posição 10"),
        (20, "campo 2, posição 21"),
        (31, "campo 3, posição 32"),
        (32, "posição 33: o dígito verificador geral"),
    ],
)
def test_each_check_digit_of_a_bank_line_is_checked_by_itself(place: int, where: str) -> None:
    wrong = str((int(LINE[place]) + 1) % 10)
    (problem,) = boleto.check_line(LINE[:place] + wrong + LINE[place + 1 :])
    assert problem.startswith(where)
    assert problem.endswith(f"é {wrong}, deveria ser {LINE[place]}")


@pytest.mark.parametrize("block", [1, 2, 3, 4])
def test_each_block_of_an_arrecadacao_is_checked_by_itself(block: int) -> None:
    place = 12 * block - 1
    wrong = str((int(UTILITY[place]) + 1) % 10)
    (problem,) = boleto.check_line(UTILITY[:place] + wrong + UTILITY[place + 1 :])
    assert problem == (
        f"bloco {block}, posição {place + 1}: o dígito verificador é {wrong}, deveria ser {UTILITY[place]}"
    )


def test_the_general_digit_of_an_arrecadacao_is_checked_too() -> None:
    problems = boleto.check_line(UTILITY[:3] + "3" + UTILITY[4:])
    assert problems[-1] == "posição 4: o dígito verificador geral é 3, deveria ser 2"
    assert boleto.check_line("8" + "86" + UTILITY[3:])[0] == "posição 2: o segmento 8 não existe"


def test_of_two_cycles_the_likelier_is_from_3000_days_before_to_6000_days_after() -> None:
    reference = date(2026, 11, 21)
    first, last = reference - timedelta(days=3000), reference + timedelta(days=5999)
    for due_on, other in ((first, first + timedelta(days=9000)), (last, last - timedelta(days=9000))):
        assert boleto.due_dates(boleto.due_factor(due_on), reference) == (due_on, other)
    assert boleto.due_dates(boleto.due_factor(reference), reference) == (reference, reference + timedelta(days=9000))
    tomorrow = reference + timedelta(days=1)
    assert boleto.due_dates(boleto.due_factor(tomorrow), reference) == (tomorrow, tomorrow - timedelta(days=9000))


def test_there_was_no_cycle_before_the_first() -> None:
    early = date(2001, 1, 1)
    assert boleto.due_dates(9999, early) == (date(2025, 2, 21), date(2049, 10, 13))
    assert boleto.due_dates(1000, early) == (date(2000, 7, 3), date(2025, 2, 22))
    with pytest.raises(ValueError, match="10000"):
        boleto.due_dates(10_000, early)


@pytest.mark.parametrize(("size", "fits"), [(43, False), (44, True), (45, False), (46, False), (47, True), (48, True)])
def test_a_code_has_44_47_or_48_digits(size: int, fits: bool) -> None:
    assert ("deveria ter" in "".join(boleto.read("1" * size, TODAY).errors)) is not fits


def test_what_is_no_digit_is_shown_with_its_place() -> None:
    assert boleto.check_line("12/4") == ["posição 3: '/' não é um dígito"]
    assert boleto.read("abc", TODAY).errors == ("posição 1: 'a' não é um dígito",)
    assert boleto.check_line("123:") == ["posição 4: ':' não é um dígito"]
    with pytest.raises(ValueError, match="tem 45 dígitos; deveria ter 47 ou 48"):
        boleto.barcode_from_line("1" * 45)
    with pytest.raises(ValueError, match="tem 45 dígitos; deveria ter 44"):
        boleto.line_from_barcode("1" * 45)


def test_the_largest_amounts_are_read_whole() -> None:
    assert boleto.read(_with_check("0019", f"1637{9_876_543_210}{7:025d}"), TODAY).amount_cents == 9_876_543_210
    assert boleto.read(_with_check("836", f"{98_765_432_109}{7:029d}"), TODAY).amount_cents == 98_765_432_109


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (LINE[:3] + "0" + LINE[4:], "posição 4: o código da moeda é 0, deveria ser 9 (real)"),
        (
            "2" + UTILITY[1:],
            "posição 1: 48 dígitos são de arrecadação, que começa com 8; esta começa com 2",
        ),
        (UTILITY[:2] + "5" + UTILITY[3:], "posição 3: o identificador de valor é 5, deveria ser 6, 7, 8 ou 9"),
        ("80" + UTILITY[2:], "posição 2: o segmento 0 não existe"),
    ],
)
def test_the_wrong_digit_itself_is_shown(line: str, problem: str) -> None:
    assert problem in boleto.check_line(line)
