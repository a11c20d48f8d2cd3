"""Numbers of the two registries of the Receita Federal: CPF (persons) and CNPJ (companies).

A CPF has 11 digits. A CNPJ has 14 characters, of which the first 12 may be letters in those given since July 2026. The
last two of either are check digits. Sources: IN RFB 2.119/2022, Anexo XV, as IN RFB 2.229/2024 left it, and Nota
Técnica COCAD/SUARA/RFB 49/2024 (CNPJ: a character counts its ASCII code less 48, weights and modulus as ever). We know
of no rule in force that prints the CPF's arithmetic: it is the one every published CPF obeys.

Ours, although a well-kept library does the same (`validate-docbr`): the rules import none (but for values), and of the
million different numbers a file may hold the library takes five times as long for each. The tests hold the two
against each other.
"""

import re
from operator import mul

CPF, CNPJ = "cpf", "cnpj"

_CPF = re.compile(r"[0-9]{11}")
_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
_PUNCTUATION = str.maketrans("", "", ".-/")
_VALUES = bytes(max(code - 48, 0) for code in range(256))
"""ASCII code -> value: `0` to `9` are themselves, `A` is 17, `Z` is 42."""
_CPF_WEIGHTS = ((10, 9, 8, 7, 6, 5, 4, 3, 2), (11, 10, 9, 8, 7, 6, 5, 4, 3, 2))
_TIMES = [bytes((code - 48) * weight % 11 for code in range(256)) for weight in range(12)]
"""By weight: the ASCII code of a digit -> the digit by that weight, modulo 11."""
_CHECK_DIGIT = bytes(total * 10 % 11 % 10 + 48 for total in range(256))
"""Weighted sum -> the ASCII code of the check digit."""
_CNPJ_WEIGHTS = ((5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
"""Weights of the characters before the first check digit, and before the second."""


def bare(text: str) -> str:
    """Without punctuation and spaces, letters in capitals: `12.abc.345/01de-35` is `12ABC34501DE35`."""
    return "".join(text.split()).translate(_PUNCTUATION).upper()


def kind(number: str) -> str:
    """`CPF` or `CNPJ` by the shape of a bare number, whatever its check digits; empty for what is neither."""
    if _CPF.fullmatch(number):
        return CPF
    return CNPJ if _CNPJ.fullmatch(number) else ""


def is_valid(number: str) -> bool:
    """Whether a bare number is a CPF or a CNPJ with right check digits."""
    return is_cpf(number) or is_cnpj(number)


def is_cpf(number: str) -> bool:
    """Whether a bare number is a CPF with right check digits. One digit eleven times is filler, though it adds up."""
    if len(number) != 11 or not number.isascii() or not number.isdigit():
        return False
    # written out, since a file holds a million of them: the weights add up to 54 and 65, and 48 is the code of "0"
    a, b, c, d, e, f, g, h, i, first, second = number.encode()
    total = 10 * a + 9 * b + 8 * c + 7 * d + 6 * e + 5 * f + 4 * g + 3 * h + 2 * i - 2592
    if total * 10 % 11 % 10 != first - 48:
        return False
    total += a + b + c + d + e + f + g + h + i + 2 * first - 528
    return total * 10 % 11 % 10 == second - 48 and number != number[0] * 11


def are_cpfs(digits: bytes) -> bool:
    """Whether these digits are CPFs one after another, each as `is_cpf` has it: a tenth of the time, for hundreds.

    A number is a byte of each integer: its digits, by their weights modulo 11, add up to 189 at most.
    """
    count = len(digits) // 11
    if len(digits) != 11 * count or not digits.isdigit():
        return False
    places = [digits[at::11] for at in range(11)]
    values = [int.from_bytes(place.translate(_TIMES[1]), "little") for place in places]
    weights = _CPF_WEIGHTS[0]
    weighed = sum(int.from_bytes(places[at].translate(_TIMES[by]), "little") for at, by in enumerate(weights))
    if weighed.to_bytes(count, "little").translate(_CHECK_DIGIT) != places[9]:
        return False
    weighed += sum(values[:9]) + 2 * values[9]  # the weights of the second are one more each
    if weighed.to_bytes(count, "little").translate(_CHECK_DIGIT) != places[10]:
        return False
    unlike = 0
    for value in values:
        unlike |= value ^ values[0]
    return b"\0" not in unlike.to_bytes(count, "little")


def is_cnpj(number: str) -> bool:
    """Whether a bare number is a CNPJ, numeric or alphanumeric, with right check digits and not one repeated digit."""
    return _CNPJ.fullmatch(number) is not None and _adds_up(number, _CNPJ_WEIGHTS)


def check_digits(root: str) -> str:
    """The two check digits of a CPF's first 9 digits or of a CNPJ's first 12 characters.

    Raises ValueError for what is neither.
    """
    if not kind(root + "00"):
        raise ValueError("a raiz de um CPF tem 9 dígitos, a de um CNPJ 12 letras ou dígitos")
    first, second = _CPF_WEIGHTS if len(root) == 9 else _CNPJ_WEIGHTS
    values = root.encode().translate(_VALUES)
    digit = _mod11(values, first)
    return f"{digit}{_mod11(values + bytes((digit,)), second)}"


def formatted(number: str) -> str:
    """`123.456.789-09` or `12.345.678/0001-95`; a text that is neither as it is."""
    if _CPF.fullmatch(number):
        return f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"
    if _CNPJ.fullmatch(number):
        return f"{number[:2]}.{number[2:5]}.{number[5:8]}/{number[8:12]}-{number[12:]}"
    return number


def _adds_up(number: str, weights: tuple[tuple[int, ...], tuple[int, ...]]) -> bool:
    values = number.encode().translate(_VALUES)
    return (
        _mod11(values, weights[0]) == values[-2]
        and _mod11(values, weights[1]) == values[-1]
        and number != number[0] * len(number)
    )


def _mod11(values: bytes, weights: tuple[int, ...]) -> int:
    """What the weighted sum lacks to a multiple of 11, 10 being written 0. Values beyond the weights do not count."""
    total: int = sum(map(mul, values, weights))
    return total * 10 % 11 % 10
