"""CPF and CNPJ: verified by check digits, with the zeros a spreadsheet dropped put back.

CPF is checked by arithmetic of our own (a file holds a million different ones; the library takes 6 us for each),
CNPJ, alphanumeric since IN RFB 2.119/2022, by `validate-docbr`. The tests hold the CPF arithmetic against the library.
"""

import re
from functools import lru_cache

from validate_docbr import CNPJ

from regua.files.faults import CellError
from regua.files.text import heading

_SEPARATORS = str.maketrans("", "", ".-/ \xa0\t")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
_TRAILING_ZERO = re.compile(r"([0-9]{3,14})[.,]0+")

FIX = "confira o número do CPF (11 dígitos) ou do CNPJ (14)"
FIX_SCIENTIFIC = "o Excel apagou dígitos: formate a coluna como texto e preencha de novo o CPF ou CNPJ inteiro"


def is_cpf(digits: str) -> bool:
    """Whether 11 digits are a CPF: both check digits right (mod 11, weights 10..2 and 11..2) and not all the same."""
    if len(digits) != 11 or not digits.isascii() or not digits.isdigit():
        return False
    a, b, c, d, e, f, g, h, i, j, k = digits.encode()
    # the weights add up to 54 and 65: 48 is the code of "0"
    first = (10 * a + 9 * b + 8 * c + 7 * d + 6 * e + 5 * f + 4 * g + 3 * h + 2 * i - 2592) * 10 % 11 % 10
    if first != j - 48:
        return False
    second = (11 * a + 10 * b + 9 * c + 8 * d + 7 * e + 6 * f + 5 * g + 4 * h + 3 * i + 2 * j - 3120) * 10 % 11 % 10
    return second == k - 48 and digits != digits[0] * 11


def is_cnpj(characters: str) -> bool:
    """Whether 14 upper-case characters are a CNPJ, numeric or alphanumeric."""
    return bool(_CNPJ.fullmatch(characters)) and _cnpj(characters)


@lru_cache(maxsize=8_192)
def _cnpj(characters: str) -> bool:
    return bool(CNPJ().validate(characters)) and characters != characters[0] * 14


def kinds(column: str) -> tuple[str, ...]:
    """Which documents a column of that name holds, in the order they are tried: CPF before CNPJ."""
    words = heading(column).split()
    named = tuple(kind for kind in ("cpf", "cnpj") if kind in words)
    return named or ("cpf", "cnpj")


def document(text: str, allowed: tuple[str, ...] = ("cpf", "cnpj")) -> str:
    """CPF (11 digits) or CNPJ (14 characters) without punctuation. Raises CellError.

    Fewer digits are filled up with zeros on the left when the check digits then agree: Excel drops leading zeros.
    """
    bare = text.replace(".", "").replace("-", "")
    if len(bare) == 11 and "cpf" in allowed and is_cpf(bare):
        return bare
    bare = text.translate(_SEPARATORS).upper()
    if "cpf" in allowed and is_cpf(bare):
        return bare
    if is_cnpj(bare):
        if "cnpj" not in allowed:
            raise CellError("é um CNPJ em uma coluna de CPF", "renomeie a coluna para CPF/CNPJ")
        return bare
    if _SCIENTIFIC.fullmatch(text):
        raise CellError("documento em notação científica", FIX_SCIENTIFIC)
    whole = _TRAILING_ZERO.fullmatch(text)
    digits = whole[1] if whole else bare
    if not digits.isascii() or not digits.isdigit():
        raise CellError(*_not_digits(text, bare))
    for kind in allowed:
        size, valid = (11, is_cpf) if kind == "cpf" else (14, is_cnpj)
        if len(digits) <= size and valid(digits.zfill(size)):
            return digits.zfill(size)
    raise CellError(*_why_not(digits, allowed))


def _not_digits(text: str, bare: str) -> tuple[str, str]:
    if text.startswith(("=", "@")):
        return "a célula tem uma fórmula", "copie e cole como valor"
    if len(bare) == 14 and bare.isalnum():
        return "CNPJ com dígito verificador errado", FIX
    return "não é CPF nem CNPJ", FIX


def _why_not(digits: str, allowed: tuple[str, ...]) -> tuple[str, str]:
    if len(digits) > 14:
        return "tem dígitos demais para um CPF ou CNPJ", FIX
    if allowed == ("cpf",) and len(digits) > 11:
        return "tem dígitos demais para um CPF", FIX
    if len(set(digits)) == 1:
        return "número de preenchimento, não é um documento", FIX
    if len(digits) == 14:
        return "CNPJ com dígito verificador errado", FIX
    if len(digits) == 11:
        return "CPF com dígito verificador errado", FIX
    return "não é um CPF nem um CNPJ, nem com zeros à esquerda", FIX
