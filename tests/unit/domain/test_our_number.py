"""A nosso número has parts, and two are one boleto's only when each part is."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from regua.domain.codes import our_number
from regua.domain.codes.boleto import line_from_barcode, mod11
from regua.domain.codes.our_number import (
    ANATOMIES,
    Likeness,
    OurNumber,
    anatomy,
    check_digits,
    compare,
    core,
    names,
    of_field,
    of_line,
    of_parts,
    of_text,
)

SAME, DOUBTFUL, DIFFERENT = Likeness.SAME, Likeness.DOUBTFUL, Likeness.DIFFERENT
BTG = OurNumber("208", "26", "8")
SANTANDER = OurNumber("033", "137", "6")
SICOOB = of_parts("756", {"number": "000000008", "check": "3", "parcel": "01"})
CAIXA = of_parts("104", {"wallet": "14", "number": "000000000001234"})
ITAU = of_parts("341", {"wallet": "109", "number": "12345678", "check": "9"})
BRADESCO = of_parts("237", {"wallet": "009", "number": "00000000123", "check": "P"})
BRASIL = of_field("001", "14499570000020673")
BRASIL_4 = of_field("001", "123412345671", "1234")
BRASIL_6 = of_field("001", "12345612345X", "0123456")
BRASIL_4_OR_6 = of_field("001", "123412345671")
BANRISUL = of_field("041", "0000927422")
SICREDI = of_field("748", "172000595")
INTER = of_field("077", "00123456789")
AILOS = of_field("085", "02206658000000254")
UNICRED = of_field("136", "00000000000000001234")
BNB = of_field("004", "09908714")
SAFRA = of_field("422", "945502001")
BRB = of_field("070", "100012307036")
CREDISIS = of_field("097", "12345000678")
CRESOL = of_field("133", "000000001234")
UNKNOWN = of_field("999", "123456789")


@pytest.mark.parametrize(
    ("said", "written", "likeness"),
    [
        (BTG, "26", SAME),
        (BTG, "0026", SAME),
        (BTG, "26-8", SAME),
        (BTG, "26 - 8", SAME),
        (BTG, "NN 26-8", SAME),
        (BTG, "000000000268", SAME),
        (BTG, "268", DOUBTFUL),
        (BTG, "26-7", DIFFERENT),
        (BTG, "2-68", DIFFERENT),
        (BTG, "2-6", DIFFERENT),
        (BTG, "268-1", DIFFERENT),
        (BTG, "2", DIFFERENT),
        (SANTANDER, "137", SAME),
        (SANTANDER, "137-6", SAME),
        (SANTANDER, "0000000001376", SAME),
        (SANTANDER, "1376", DOUBTFUL),
        (SANTANDER, "13-7", DIFFERENT),
        (SANTANDER, "13", DIFFERENT),
        (SANTANDER, "1370", DIFFERENT),
        (SICOOB, "83", SAME),
        (SICOOB, "8-3", SAME),
        (SICOOB, "0000000083", SAME),
        (SICOOB, "83/01", SAME),
        (SICOOB, "83/1", DOUBTFUL),
        (SICOOB, "8-3/01", SAME),
        (SICOOB, "8", DOUBTFUL),
        (SICOOB, "83/2", DIFFERENT),
        (SICOOB, "831", DIFFERENT),
        (CAIXA, "14/000000000001234-5", SAME),
        (CAIXA, "14000000000001234", SAME),
        (CAIXA, "140000000000012345", SAME),
        (CAIXA, "000000000001234", SAME),
        (CAIXA, "24/000000000001234-5", DIFFERENT),
        (CAIXA, "14/000000000012345", DIFFERENT),
        (CAIXA, "12345", DIFFERENT),
        (ITAU, "109/12345678-9", SAME),
        (ITAU, "109/12345678", SAME),
        (ITAU, "12345678-9", SAME),
        (ITAU, "12345678", SAME),
        (ITAU, "123456789", SAME),
        (ITAU, "109123456789", SAME),
        (ITAU, "175/12345678-9", DIFFERENT),
        (ITAU, "109/12345678-8", DIFFERENT),
        (ITAU, "1234567", DIFFERENT),
        (ITAU, "2345678", DIFFERENT),
        (BRADESCO, "09/00000000123-P", SAME),
        (BRADESCO, "09 / 00000000123 - p", SAME),
        (BRADESCO, "9/123-P", SAME),
        (BRADESCO, "00000000123P", SAME),
        (BRADESCO, "0900000000123P", SAME),
        (BRADESCO, "123P", DOUBTFUL),
        (BRADESCO, "123-0", DIFFERENT),
        (BRADESCO, "1230", DIFFERENT),
        (BRASIL, "14499570000020673", SAME),
        (BRASIL, "0000020673", SAME),
        (BRASIL, "20673", SAME),
        (BRASIL, "1449957/20673", SAME),
        (BRASIL, "1449958/20673", DIFFERENT),
        (BRASIL, "2067", DIFFERENT),
        (BRASIL_4, "12341234567-1", SAME),
        (BRASIL_4, "1234/1234567-1", SAME),
        (BRASIL_4, "1234567", SAME),
        (BRASIL_4, "34567", DIFFERENT),
        (BRASIL_6, "123456/12345-X", SAME),
        (BRASIL_6, "12345612345X", SAME),
        (BRASIL_6, "12345-x", SAME),
        (BRASIL_6, "12345-1", DIFFERENT),
        (BRASIL_4_OR_6, "123412345671", SAME),
        (BRASIL_4_OR_6, "1234567", SAME),
        (BRASIL_4_OR_6, "4567", DIFFERENT),
        (BANRISUL, "9274", SAME),
        (BANRISUL, "00009274-22", SAME),
        (BANRISUL, "00009274.22", SAME),
        (BANRISUL, "0000927422", SAME),
        (BANRISUL, "927422", DOUBTFUL),
        (BANRISUL, "92742", DIFFERENT),
        (BANRISUL, "9274-38", DIFFERENT),
        (SICREDI, "17/200059-5", SAME),
        (SICREDI, "172000595", SAME),
        (SICREDI, "17200059", SAME),
        (SICREDI, "18/200059-5", DIFFERENT),
        (SICREDI, "1720005", DIFFERENT),
        (INTER, "00019/112/0012345678-9", SAME),
        (INTER, "00123456789", SAME),
        (INTER, "123456789", SAME),
        (INTER, "12345678", DOUBTFUL),
        (AILOS, "02206658000000254", SAME),
        (AILOS, "254", SAME),
        (AILOS, "2540", DIFFERENT),
        (UNICRED, "123-4", SAME),
        (UNICRED, "123", SAME),
        (UNICRED, "1234", DOUBTFUL),
        (BNB, "0990871-4", SAME),
        (BNB, "990871", SAME),
        (BNB, "99087", DIFFERENT),
        (SAFRA, "94550200-1", SAME),
        (SAFRA, "945502001", SAME),
        (SAFRA, "94550200", SAME),
        (SAFRA, "9455020", DIFFERENT),
        (BRB, "123", SAME),
        (BRB, "1000123", SAME),
        (BRB, "100012307036", SAME),
        (BRB, "200012307036", DIFFERENT),
        (BRB, "1230", DIFFERENT),
        (CREDISIS, "678", SAME),
        (CREDISIS, "000678", SAME),
        (CREDISIS, "12345000678", SAME),
        (CREDISIS, "09731234112345000678", SAME),
        (CREDISIS, "6780", DIFFERENT),
        (CRESOL, "123-4", SAME),
        (CRESOL, "1234", DOUBTFUL),
        (CRESOL, "09/00000000123-4", SAME),
        (CRESOL, "09/00000000124-4", DIFFERENT),
        (CRESOL, "09/123-4", DIFFERENT),
        (BTG, "01/00000000026-8", SAME),
        (BTG, "26/8", SAME),
        (OurNumber("208", "8", "5"), "26-8", DIFFERENT),
        (OurNumber("208", "8", "5"), "26/00000000008-5", SAME),
        (SANTANDER, "101/000000000137-6", SAME),
        (SANTANDER, "101/000000000137-5", DIFFERENT),
        (SICOOB, "1/0000008-3", SAME),
        (BRASIL, "17/14499570000020673", SAME),
        (BRASIL, "17/14499570000020674", DIFFERENT),
        (OurNumber("341", "12345678", "9"), "109/12345678-9", SAME),
        (UNKNOWN, "123456789", SAME),
        (UNKNOWN, "00123456789", SAME),
        (UNKNOWN, "12345678-9", DOUBTFUL),
        (UNKNOWN, "12345678", DIFFERENT),
        (BTG, "", DIFFERENT),
        (BTG, "000", DIFFERENT),
    ],
)
def test_a_banks_number_and_what_a_sheet_has_are_compared_part_by_part(
    said: OurNumber, written: str, likeness: Likeness
) -> None:
    assert compare(of_text(written), said) is likeness
    assert compare(said, of_text(written)) is likeness


def test_a_short_number_that_could_be_another_one_with_its_digit_is_doubted() -> None:
    digit = check_digits(OurNumber("033", "13"))
    assert compare(of_text(f"13{digit}"), of_parts("033", {"number": f"13{digit}", "check": ""})) is DOUBTFUL
    assert compare(of_text(f"0000013{digit}"), of_parts("033", {"number": f"13{digit}"})) is DOUBTFUL
    assert compare(of_text("137"), OurNumber("033", "137")) is SAME
    itau = OurNumber("341", "26", wallet="110", payee="005712345")
    glued = f"26{check_digits(itau)}"
    assert compare(of_text(glued), replace(itau, number=glued)) is DOUBTFUL
    assert compare(of_text(glued), OurNumber("341", glued, wallet="110")) is SAME, "without the account nobody knows"


@pytest.mark.parametrize(
    ("our", "digit"),
    [
        (OurNumber("033", "3147578"), "7"),
        (OurNumber("033", "4870184"), "0"),
        (OurNumber("033", "566612457800"), "2"),
        (OurNumber("004", "9061138"), "1"),
        (OurNumber("041", "9274"), "22"),
        (OurNumber("041", "9194"), "38"),
        (OurNumber("422", "94550200"), "1"),
        (OurNumber("422", "93199999"), "5"),
        (OurNumber("237", "2", wallet="19"), "8"),
        (OurNumber("237", "1", wallet="19"), "P"),
        (OurNumber("208", "26", wallet="1"), "8"),
        (OurNumber("341", "12345678", wallet="110", payee="005712345"), "8"),
        (OurNumber("001", "20673", agreement="1449957"), ""),
        (OurNumber("237", "2"), ""),
        (OurNumber("104", "2"), ""),
        (OurNumber("341", "2", wallet="109"), ""),
    ],
)
def test_check_digits_are_those_of_the_manuals_examples(our: OurNumber, digit: str) -> None:
    assert check_digits(our) == digit


def barcode(bank: str, free: str) -> str:
    body = f"{bank}9" + "1000" + "0000010000" + free
    return body[:4] + str(mod11(body)) + body[4:]


@pytest.mark.parametrize(
    ("bank", "free", "said"),
    [
        ("341", "109" + "12345678" + "9" + "0" * 13, ITAU),
        ("237", "0000" + "09" + "00000000123" + "0" * 8, BRADESCO),
        ("208", "0050" + "01" + "00000006380" + "03886850", OurNumber("208", "6380", wallet="1")),
        ("104", "1234567" + "000" + "1" + "000" + "4" + "000001234" + "0", CAIXA),
        ("033", "9" + "1234567" + "000000000137" + "6" + "0101", SANTANDER),
        ("001", "000000" + "1449957" + "0000020673" + "17", BRASIL),
        ("748", "11" + "172000595" + "0" * 14, SICREDI),
        ("756", "1" + "0001" + "01" + "1234567" + "00000083" + "001", SICOOB),
        ("041", "21" + "0" * 11 + "00009274" + "4000", BANRISUL),
        ("077", "0001" + "112" + "1234567" + "00123456789", INTER),
        ("004", "0000" + "0" * 8 + "09908714" + "21000", BNB),
        ("136", "0" * 14 + "00000001234", UNICRED),
        ("422", "7" + "0" * 14 + "945502001" + "2", SAFRA),
    ],
)
def test_a_linha_digitavel_and_a_barcode_carry_it(bank: str, free: str, said: OurNumber) -> None:
    code = barcode(bank, free)
    line = line_from_barcode(code)
    for text in (line, code, f"{line[:5]}.{line[5:]}"):
        assert compare(of_text(text), said) is SAME
    other = replace(said, number=f"{said.number}1", check="")
    assert compare(of_line(line), other) is DIFFERENT
    assert compare(of_line(line), replace(said, bank="999")) is DIFFERENT
    assert core("", line) in names(said)


def test_a_line_that_is_wrong_or_no_banks_says_nothing() -> None:
    line = line_from_barcode(barcode("341", "109" + "12345678" + "9" + "0" * 13))
    assert not of_line(line[:-1] + "9").known
    assert not of_line(line_from_barcode(barcode("655", "1" * 25))).known
    assert not of_line("8" * 44).known


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("14/000000000001234-5", "1234"),
        ("109/12345678-9", "12345678"),
        ("26-8", "26"),
        ("1449957/0000020673", "20673"),
        ("00019/112/0012345678-9", "12345678"),
        ("17/200059-5", "200059"),
        ("140000000000012345", "1234"),
        ("09731234112345000678", "678"),
        ("12345678", ""),
        ("", ""),
    ],
)
def test_the_number_alone_is_known_where_punctuation_tells_it(text: str, number: str) -> None:
    assert core(text) == number


# -- a record for one never settles the other ---------------------------------------------------------------------

PARTS: dict[str, Callable[[random.Random], OurNumber]] = {
    "001": lambda r: OurNumber("001", agreement=r.choice(("1449957", "1234", "123456"))),
    "041": lambda r: OurNumber("041"),
    "077": lambda r: OurNumber("077", wallet="112", agreement="19"),
    "085": lambda r: OurNumber("085", agreement="2206658"),
    "104": lambda r: OurNumber("104", wallet=r.choice(("14", "24", "11"))),
    "237": lambda r: OurNumber("237", wallet=r.choice(("9", "19", ""))),
    "341": lambda r: OurNumber("341", wallet=r.choice(("109", "175", ""))),
    "748": lambda r: OurNumber("748", wallet=r.choice(("25", "26"))),
    "756": lambda r: OurNumber("756", parcel=r.choice(("1", "2", ""))),
    "999": lambda r: OurNumber("999"),
}


def width_of(our: OurNumber) -> int:
    if our.bank == "001":
        return {4: 7, 6: 5}.get(len(our.agreement), 10)
    return anatomy(our.bank).number or 11


def a_number(bank: str, r: random.Random, near: str = "") -> OurNumber:
    """Random, or one digit more, less or other than `near`."""
    our = PARTS.get(bank, lambda _: OurNumber(bank))(r)
    width = width_of(our)
    number = str(r.randrange(1, 10 ** r.randrange(1, width + 1)))
    if near and r.random() < 0.8:
        changed = (f"{near}{r.randrange(10)}", near[:-1], f"{r.randrange(1, 10)}{near}", near[1:], f"{near}0", near)
        number = r.choice(changed).lstrip("0")[:width] or number
    our = replace(our, number=number)
    check = check_digits(our)
    digits = len(check) or anatomy(bank).check
    if bank == "001" and len(our.agreement) == 7:
        return our
    return replace(our, check=check or ("".join(str(r.randrange(10)) for _ in range(digits)) if digits else ""))


def spellings(our: OurNumber) -> list[str]:
    """As sheets have it: the number, padded, with its digit, with what stands before it, printed."""
    form, width = anatomy(our.bank), width_of(our)
    padded = our.number.zfill(width)
    wallet = our.wallet.zfill(form.wallet) if our.wallet else our.agreement
    found = [our.number, padded]
    if our.check:
        found += [f"{our.number}-{our.check}", padded + our.check, our.number + our.check]
    if wallet:
        found += [f"{wallet}/{padded}-{our.check}" if our.check else f"{wallet}/{padded}", wallet + padded + our.check]
    return found


@pytest.mark.parametrize("bank", [*ANATOMIES, "999"])
def test_of_random_pairs_one_numbers_record_is_never_certainly_the_others(bank: str) -> None:
    r = random.Random(f"nosso {bank}")
    for _ in range(1_500):
        one = a_number(bank, r)
        other = a_number(bank, r, one.number)
        if bank == "001":  # a creditor has one convênio
            other = other if other.agreement == one.agreement else one
        if one.number == other.number:
            continue
        for text in spellings(other):
            likeness = compare(of_text(text), one)
            assert likeness is not SAME or written_as_both(text, one, other), (one, other, text)


def written_as_both(text: str, one: OurNumber, other: OurNumber) -> bool:
    """The text is how both are written in full: what nobody can tell apart by the number, a second proof does."""
    return text in spellings(one)


@pytest.mark.parametrize("bank", [*ANATOMIES, "999"])
def test_every_way_of_writing_a_number_is_found_and_never_called_another(bank: str) -> None:
    r = random.Random(f"own {bank}")
    for _ in range(500):
        one = a_number(bank, r)
        for text in spellings(one):
            assert compare(of_text(text), one) is not DIFFERENT, (one, text)
            known = {our_number.bare(text), core(text)}
            assert known & set(names(one)), (one, text)
