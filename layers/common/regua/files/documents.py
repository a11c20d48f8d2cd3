"""CPF and CNPJ as spreadsheets hold them: verified by check digits, with the zeros a program dropped put back."""

import re

from regua.domain.codes import tax_id
from regua.domain.codes.tax_id import CNPJ, CPF
from regua.files.faults import CellError
from regua.files.text import heading

_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_TRAILING_ZERO = re.compile(r"([0-9]{3,14})[.,]0+")

FIX = "confira o número do CPF (11 dígitos) ou do CNPJ (14)"
FIX_SCIENTIFIC = "o Excel apagou dígitos: formate a coluna como texto e preencha de novo o CPF ou CNPJ inteiro"


def kinds(column: str) -> tuple[str, ...]:
    """Which documents a column of that name holds, in the order they are tried: CPF before CNPJ."""
    words = heading(column).split()
    named = tuple(kind for kind in (CPF, CNPJ) if kind in words)
    return named or (CPF, CNPJ)


def document(text: str, allowed: tuple[str, ...] = (CPF, CNPJ)) -> str:
    """CPF (11 digits) or CNPJ (14 characters) without punctuation. Raises CellError.

    A whole and valid one is taken whatever the column is called. Fewer digits are filled up with zeros on the left when
    the check digits then agree, to what the column is `allowed` to hold: Excel drops leading zeros. Eleven digits in a
    column of CNPJs are a CNPJ if they can be one.
    """
    bare = tax_id.bare(text)
    if tax_id.is_cpf(bare) and (CPF in allowed or len(text) > len(bare) or not tax_id.is_cnpj(bare.zfill(14))):
        return bare
    if tax_id.is_cnpj(bare):
        return bare
    if _SCIENTIFIC.fullmatch(text):
        raise CellError("documento em notação científica", FIX_SCIENTIFIC)
    whole = _TRAILING_ZERO.fullmatch(text)
    digits = whole[1] if whole else bare
    if not digits.isascii() or not digits.isdigit():
        raise CellError(*_not_digits(text, bare))
    for kind in allowed:
        size, valid = (11, tax_id.is_cpf) if kind == CPF else (14, tax_id.is_cnpj)
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
    if allowed == (CPF,) and len(digits) > 11:
        return "tem dígitos demais para um CPF", FIX
    if len(set(digits)) == 1:
        return "número de preenchimento, não é um documento", FIX
    if len(digits) == 14:
        return "CNPJ com dígito verificador errado", FIX
    if len(digits) == 11:
        return "CPF com dígito verificador errado", FIX
    return "não é um CPF nem um CNPJ, nem com zeros à esquerda", FIX
