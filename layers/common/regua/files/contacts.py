"""E-mail addresses and phone numbers, several to a cell.

The common shapes are read by patterns of our own and everything else goes to the libraries (`phonenumberslite`,
`email-validator`), which take 25 us a value: the tests hold the patterns against the libraries.
"""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from regua.domain.codes import phones
from regua.files.faults import CellError

_EMAIL_SEPARATORS = re.compile(r"[;,|/\s]+(?:e\s+|ou\s+)?")
_PHONE_SEPARATORS = re.compile(r"\s*[;,|/\n]\s*|\s+(?:e|ou)\s+")
_IN_BRACKETS = re.compile(r"<([^<>]+)>")
_SINGLE_EMAIL = re.compile(r"[^;,|/\s<>]+")
_LOCAL = re.compile(r"[a-z0-9_][a-z0-9_+-]*(?:\.[a-z0-9_+-]+)*")
_NOT_DIGIT = re.compile(r"[^0-9]")
_BARE = re.compile(r"\+?[0-9 ().\-]+")

# Area codes in use. Source: Anatel, Plano Geral de Códigos Nacionais (Resolução 263/2001 and later changes).
DDD = "(?:[14689][1-9]|2[12478]|3[1-578]|5[1345]|7[134579])"
_BRAZILIAN = re.compile(rf"(?:55)?({DDD}(?:9[0-9]{{8}}|[2-9][0-9]{{7}}))")

PHONE_FIX = "escreva o telefone com DDD, como (11) 98765-4321"


def split_emails(text: str) -> list[str]:
    """The addresses of a cell: separated by `;`, `,`, `/`, `|` or spaces, or within `Name <address>`."""
    if _SINGLE_EMAIL.fullmatch(text):
        return [text]
    bracketed = _IN_BRACKETS.findall(text)
    return [part for part in (bracketed or _EMAIL_SEPARATORS.split(text)) if part]


def email(text: str) -> str:
    """The address in lower case, its syntax checked without network. Raises CellError."""
    address = text.strip().strip("<>\"'").lower().removeprefix("mailto:")
    local, _, domain = address.rpartition("@")
    if len(local) <= 64 and _LOCAL.fullmatch(local) and domain.isascii() and is_domain(domain):
        return address
    if not local.isascii():
        # Amazon SES sends to no such address (SendEmail API: the local part is 7-bit ASCII), and it is mostly a typo
        raise CellError("e-mail com acento antes do @", "escreva o e-mail sem acento, como nome@empresa.com.br")
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        raise CellError("e-mail inválido", "escreva o e-mail como nome@empresa.com.br") from None


@lru_cache(maxsize=8_192)
def is_domain(domain: str) -> bool:
    """Whether e-mail can go to a domain of that name (syntax and reserved names, without network)."""
    try:
        validate_email(f"a@{domain}", check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def radio_like(text: str, number: str) -> bool:
    """Whether a number got its ninth digit though it may be right with eight: it begins with 7, as those of radios do.

    Source: Anatel, Resolução 553/2010: the ninth digit is of mobile telephony, not of trunking (SME), which has 7x.
    """
    return number.startswith("+55") and len(number) == 14 and number[5:7] == "97" and number[5:] not in _digits(text)


def _digits(text: str) -> str:
    return _NOT_DIGIT.sub("", text)


def split_phones(text: str) -> list[str]:
    """The numbers of a cell: separated by `;`, `,`, `/`, `|`, a line break, `e` or `ou`."""
    return [part for part in _PHONE_SEPARATORS.split(text) if part]


def phone(text: str, area: str = "") -> str:
    """The number in E.164. Raises CellError.

    Brazilian numbers need no `+55`; a mobile number of before the ninth digit gets its 9 (`domain.codes.phones`);
    `area` is the DDD of a number that came without one.
    """
    cleaned = text.strip()
    digits = _digits(cleaned)
    foreign = cleaned.startswith("+") and not digits.startswith("55")
    found = "" if foreign or not _BARE.fullmatch(cleaned) else _brazilian(digits, area)
    return found or _by_library(cleaned, digits)


def _brazilian(digits: str, area: str) -> str:
    if digits.startswith("0"):
        digits = digits.lstrip("0")
        if len(digits) in (12, 13) and not digits.startswith("55"):
            # 0 + carrier code (15, 21, 41...) + DDD + number
            digits = digits[2:]
    if area and len(digits) in (8, 9):
        digits = _digits(area).lstrip("0") + digits
    found = _BRAZILIAN.fullmatch(digits)
    return phones.canonical(f"55{found[1]}") if found else ""


def _by_library(text: str, digits: str) -> str:
    if len(digits) in (8, 9):
        raise CellError("telefone sem DDD", PHONE_FIX)
    import phonenumbers  # noqa: PLC0415 (costs a start 20 ms; the numbers of most files never come here)

    try:
        number = phonenumbers.parse(text, "BR")
    except phonenumbers.NumberParseException:
        raise CellError("não é um telefone", PHONE_FIX) from None
    kind = phonenumbers.number_type(number)
    if kind in (phonenumbers.PhoneNumberType.TOLL_FREE, phonenumbers.PhoneNumberType.SHARED_COST):
        raise CellError("telefone 0800/0300 não é de uma pessoa", PHONE_FIX)
    if not phonenumbers.is_valid_number(number):
        national = str(number.national_number)
        fixed = _brazilian(national, "") if number.country_code == 55 else ""
        if fixed:
            return fixed
        raise CellError("telefone que não existe (confira o DDD e a quantidade de dígitos)", PHONE_FIX)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
