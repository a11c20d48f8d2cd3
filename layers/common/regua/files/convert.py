"""The plain columns: text, numbers of documents, postal codes, instalments."""

import re
from collections.abc import Callable

from regua.domain.codes import boleto
from regua.files.faults import CellError, CellNote
from regua.files.words import BLANKS, is_credit

MAX_NAME = 200
MAX_ID = 100
MAX_TEXT = 1_000

_SCIENTIFIC = re.compile(r"[0-9]+[.,][0-9]+[eE]\+?[0-9]+|[0-9]+[eE]\+[0-9]+")
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_NOT_DIGIT = re.compile(r"[^0-9]")
_WHOLE_FLOAT = re.compile(r"([0-9]+)[.,]0+")
_ONLY = frozenset(
    {"única", "unica", "único", "unico", "un", "uni", "à vista", "a vista", "parcela única", "cota única"}
    | {"parcela unica", "única parcela", "unica parcela", "cota unica", "integral"}
)
_INSTALLMENT = re.compile(
    r"(?:(?:parcela|parc|prestação|prestacao|prest|pc|p|nº|n)\.?\s*)?([0-9]{1,4})\s*(?:ª|º|°|a|o)?"
    r"(?:\s*(?:/|de|-)\s*([0-9]{1,4}))?(?:ª|a)?(?: (?:parcela|prestação|prestacao))?"
)
_UNNUMBERED = frozenset({"entrada", "sinal", "ent", "ato"})
"""The first payment, which systems do not count among the parcels."""


def unwrapped(text: str) -> str:
    """The text of `="00123"`, the spreadsheet trick that keeps leading zeros; any other text as it is."""
    found = _TEXT_FORMULA.fullmatch(text)
    return found[1].strip() if found else text


_CODED = re.compile(r"(?:[0-9]{3,10}(?:[-/][0-9]{1,4})? ?[-–] ?|[0-9]{1,10} [-–] )(?=[^\W\d])")


def name(value: str) -> str:
    """Who it is, without the number that programs write before it: `000045-01-PADARIA SOL`. Raises CellError."""
    cleaned = text(MAX_NAME)(value)
    return _CODED.sub("", cleaned, count=1) if cleaned[:1].isdigit() else cleaned


def text(limit: int) -> Callable[[str], str]:
    """A converter of free text: spaces collapsed, at most `limit` characters, no formula. It raises CellError."""

    def convert(value: str) -> str:
        cleaned = " ".join(value.split())
        if cleaned[0] == "=":
            cleaned = unwrapped(cleaned)
            if cleaned.startswith("="):
                raise CellError("a célula tem uma fórmula", "copie e cole como valor")
        elif len(cleaned) < 8 and cleaned.lower() in BLANKS:
            return ""
        if len(cleaned) > limit:
            raise CellError(f"texto com mais de {limit} caracteres", "encurte o texto")
        return cleaned

    return convert


_identifier = text(MAX_ID)


def identifier(value: str) -> str:
    """The number or code of a title, contract or invoice. Raises CellError for one that Excel has cut short."""
    if len(value) <= MAX_ID and value.isalnum() and not value.isalpha():
        return value
    cleaned = _identifier(value)
    if _SCIENTIFIC.fullmatch(cleaned):
        raise CellError(
            "número em notação científica",
            "o Excel apagou dígitos: formate a coluna como texto e preencha de novo o número inteiro",
        )
    found = _WHOLE_FLOAT.fullmatch(cleaned)
    return found[1] if found else cleaned


plain_text = text(MAX_TEXT)


def subject(value: str) -> str:
    """What a debt is for: a unit whose number became `101.0` is 101. Raises CellError."""
    found = _WHOLE_FLOAT.fullmatch(cleaned := plain_text(value))
    return found[1] if found else cleaned


def document_type(means_of_payment: bool) -> Callable[[str], str]:
    """A converter that leaves it as the file says it, and raises CellNote where the creditor owes the debtor by it."""

    def convert(value: str) -> str:
        found = plain_text(value)
        if is_credit(found, means_of_payment=means_of_payment):
            raise CellNote(found, "crédito do cliente: não é cobrado", "se a linha for uma dívida, corrija o tipo")
        return found

    return convert


def postal_code(value: str) -> str:
    """Eight digits; a zero in front that a spreadsheet dropped is put back. Raises CellError."""
    digits = _NOT_DIGIT.sub("", value)
    if len(digits) not in (7, 8):
        raise CellError("CEP inválido", "escreva o CEP com 8 dígitos, como 01310-100")
    return digits.zfill(8)


def installment(value: str) -> tuple[int, int]:
    """Number of the instalment and how many there are (0: not said): `3/12` is (3, 12); (0, 0) for an
    entrada, which is none of them. Raises CellError.
    """
    word = value.lower()
    if word in _ONLY:
        return 1, 1
    if word in _UNNUMBERED:
        return 0, 0
    if parcel_letter(word):
        return ord(word) - 96, 0
    found = _INSTALLMENT.fullmatch(word) or _INSTALLMENT.fullmatch(word.partition(".")[0])
    if not found:
        raise CellError("não é um número de parcela", "escreva a parcela como 3 ou 3/12")
    return int(found[1]), int(found[2] or 0)


def parcel_letter(value: str) -> str:
    """The letter of a system that counts A, B, C (Protheus), as it stands in the id; of a number nothing."""
    return value.upper() if len(value) == 1 and "a" <= value.lower() <= "z" else ""


def digitable_line(value: str) -> str:
    """The digits of a boleto's linha digitável, 47 (bank) or 48 (utilities), also of its barcode. Raises CellError.

    Its check digits are verified: a wrong line sent to a debtor pays nobody.
    """
    digits = boleto.clean(value)
    if len(digits) == 44 and digits.isascii() and digits.isdigit():
        digits = boleto.line_from_barcode(digits)
    problems = boleto.check_line(digits)
    if problems:
        raise CellError(problems[0], "copie a linha digitável inteira do boleto (47 ou 48 números)")
    return digits


def restored(value: str, found: str) -> str:
    """`found`, unless so many zeros were put back that the operator should look at it (raised as CellNote)."""
    missing = len(found) - len(_NOT_DIGIT.sub("", value))
    if missing >= 4 and found.isdigit():
        raise CellNote(found, f"documento curto: {missing} zeros à esquerda foram repostos", "confira o CPF ou CNPJ")
    return found
