"""Pix BR Code ("copia e cola"): make a static one, read and check any.

Source: Banco Central, Manual de Padrões para Iniciação do Pix and Manual do BR Code (EMV MPM: identifier, two-digit
length, value; CRC-16/CCITT-FALSE over everything up to and including `6304`).
"""

import binascii
import re
import unicodedata
from decimal import Decimal, InvalidOperation

from regua.domain.codes import tax_id
from regua.domain.codes.amount import with_point
from regua.domain.values import Value, replace

GUI = "br.gov.bcb.pix"
MAX_CODE = 512
MAX_NAME = 25
MAX_CITY = 15
MAX_TEMPLATE = 99
MAX_STATIC_TXID = 25
MOST_OF_A_PHONE = 11
"""Digits of a mobile with its area code; a landline has one less."""
MAX_AMOUNT_CENTS = 999_999_999_999
NO_TXID = "***"

FIELD_NAMES = {
    "00": "versão do formato",
    "01": "ponto de iniciação",
    "26": "conta Pix",
    "26-00": "arranjo",
    "26-01": "chave",
    "26-02": "descrição",
    "26-25": "endereço da cobrança",
    "52": "categoria do recebedor",
    "53": "moeda",
    "54": "valor",
    "58": "país",
    "59": "nome do recebedor",
    "60": "cidade",
    "61": "CEP",
    "62": "dados adicionais",
    "62-05": "txid",
    "63": "CRC",
    "80": "autorização do Pix Automático",
}
FIXED = {"00": "01", "53": "986", "58": "BR"}
REQUIRED = ("00", "26", "52", "53", "58", "59", "60", "62", "63")
MAX_LENGTHS = {"54": 13, "59": MAX_NAME, "60": MAX_CITY, "61": 10}
ACCOUNTS = tuple(str(number) for number in range(26, 52))
RECURRENCES = tuple(str(number) for number in range(80, 100))
"""Fields of which one may carry the address of an authorisation (bacen/pix-api 2.9.0, `dadosQR` of a rec)."""

# Banco Inter and others write a three-digit length when the charge's address does not fit in 99 characters.
_LONG_ACCOUNT = re.compile(r"(?:2[6-9]|[34]\d|5[01])1\d\d0014br\.gov\.bcb\.pix", re.IGNORECASE)
_TXID = re.compile(r"[A-Za-z0-9]{1,35}")
_AMOUNT = re.compile(r"\d{1,10}(\.\d{1,2})?")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+[1-9]\d{9,14}")


class BrCode(Value):
    """What a BR Code says. `errors` is empty for a valid code; each entry says where and what (Portuguese)."""

    code: str
    kind: str = ""
    """`static` (carries a key), `dynamic` (carries the address of the charge) or `recurrence` (of Pix Automático: asks
    for the authorisation at `recurrence_url`, and for no payment); empty when none.
    """
    key: str = ""
    key_type: str = ""
    """`cpf`, `cnpj`, `phone`, `email`, `evp`, or empty when the key is of no known shape."""
    url: str = ""
    recurrence_url: str = ""
    """Where the authorisation of Pix Automático is that it asks for, beside its payment or alone."""
    description: str = ""
    amount_cents: int | None = None
    """None: the payer types the amount (static) or the payload at `url` says it (dynamic)."""
    name: str = ""
    city: str = ""
    postal_code: str = ""
    txid: str = ""
    """Empty for `***` (none)."""
    single_use: bool = False
    merchant_category: str = ""
    currency: str = ""
    country: str = ""
    crc: str = ""
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """What breaks the manual but is sent by banks and read by payers' apps."""

    @property
    def valid(self) -> bool:
        """True when nothing is wrong with it."""
        return not self.errors


class _Field(Value):
    key: str
    value: str
    at: int
    """Position of its identifier in the code, counted from 1."""
    begin: int
    """Position of its value."""

    parent: str = ""

    @property
    def where(self) -> str:
        key = f"{self.parent}-{self.key}" if self.parent else self.key
        return f"campo {key} ({FIELD_NAMES.get(key, 'sem nome')}), posição {self.at}"


def plain(text: str) -> str:
    """ASCII only: accents stripped, whatever has no ASCII form dropped, runs of spaces made one."""
    decomposed = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return " ".join(
        "".join(character for character in decomposed if character.isprintable() or character == " ").split()
    )


def normalize_key(key: str) -> str:
    """The key as DICT stores it: no punctuation in CPF, CNPJ and phone; e-mail and random key in lower case."""
    key = key.strip()
    if "@" in key or _UUID.fullmatch(key.lower()):
        return key.lower()
    if key.startswith("+"):
        return "+" + re.sub(r"\D", "", key)
    return tax_id.bare(key)


def key_type(key: str) -> str:
    """`cpf`, `cnpj`, `phone`, `email`, `evp`, or empty for a text that cannot be a Pix key (DICT, section Chaves)."""
    if _UUID.fullmatch(key):
        return "evp"
    if len(key) <= 77 and _EMAIL.fullmatch(key) and key.isascii():
        return "email"
    if _PHONE.fullmatch(key):
        return "phone"
    return tax_id.kind(key)


def key_problems(key: str) -> list[str]:
    """What is wrong with a normalised key, in Portuguese; empty when it can be one.

    CPF and CNPJ must have right check digits.
    """
    kind = key_type(key)
    if not kind:
        digits = re.sub(r"[\s().-]", "", key)
        phone = digits.removeprefix("55") if len(digits) > MOST_OF_A_PHONE else digits
        like = phone.isascii() and phone.isdecimal() and len(phone) in (MOST_OF_A_PHONE - 1, MOST_OF_A_PHONE)
        hint = f"; se for telefone, é +55{phone}" if like else ""
        return [f"a chave Pix não é CPF, CNPJ, telefone (+55...), e-mail nem chave aleatória{hint}"]
    if kind in {tax_id.CPF, tax_id.CNPJ} and not tax_id.is_valid(key):
        hint = f"; se for telefone, é +55{key}" if kind == tax_id.CPF else ""
        return [f"a chave Pix parece {kind.upper()}, mas os dígitos verificadores estão errados{hint}"]
    return []


def written_problems(key: str) -> list[str]:
    """What is wrong with a key as it is written in a code, in Portuguese: a bank's app looks up exactly these
    characters, and finds nothing under another spelling of the same key (DICT keeps one).
    """
    stored = normalize_key(key)
    problems = key_problems(stored)
    if problems or stored == key:
        return problems
    said = {tax_id.CPF: "o CPF", tax_id.CNPJ: "o CNPJ", "phone": "o telefone", "email": "o e-mail"}
    name = said.get(key_type(stored), "a chave aleatória")
    return [f"{name} da chave está como {key!r}, e os apps dos bancos recusam: o código deve trazer {stored!r}"]


def url_problems(url: str) -> list[str]:
    """What is wrong with the address of a charge as it is written in a code, in Portuguese."""
    scheme, found, rest = url.partition("://")
    if found:
        return [f"o endereço da cobrança começa com {scheme}://, e os apps dos bancos recusam: deve ser {rest}"]
    if " " in url:
        return ["o endereço da cobrança tem espaço, e os apps dos bancos recusam"]
    return []


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE of the UTF-8 bytes, four upper-case hexadecimal digits (`123456789` gives `29B1`)."""
    return f"{binascii.crc_hqx(text.encode('utf-8', 'surrogatepass'), 0xFFFF):04X}"


def static_code(key: str, name: str, city: str, txid: str, amount_cents: int = 0, description: str = "") -> str:
    """A static BR Code.

    `key` is normalised. `name` (25), `city` (15) and `description` (what the key leaves of 99) lose their accents and
    are cut to their field's length: they are only shown, the key decides who is paid. `txid` is 1 to 25 characters
    `[A-Za-z0-9]`, or empty for none. `amount_cents` 0 lets the payer type the amount.
    Raises ValueError (Portuguese) for a key, txid or amount that no bank would accept.
    """
    key = normalize_key(key)
    if not key_type(key):
        raise ValueError(key_problems(key)[0])
    if txid and txid != NO_TXID and not (_TXID.fullmatch(txid) and len(txid) <= MAX_STATIC_TXID):
        raise ValueError("o txid de um código estático tem de 1 a 25 letras sem acento e dígitos")
    if not 0 <= amount_cents <= MAX_AMOUNT_CENTS:
        raise ValueError("o valor deve ficar entre R$ 0,00 e R$ 9.999.999.999,99")
    account = _field("00", GUI) + _field("01", key)
    text = plain(description)[: description_room(key)].strip()
    account += _field("02", text) if text else ""
    amount = _field("54", with_point(amount_cents)) if amount_cents else ""
    return _close(_field("00", "01") + _field("26", account), amount, name, city, txid)


def dynamic_code(url: str, name: str, city: str, *, single_use: bool = True) -> str:
    """A dynamic BR Code for the charge at `url` (`location` of the Pix API, without `https://`, at most 77 characters).

    The payload behind the address holds amount and txid. Raises ValueError (Portuguese) for an address that is none.
    """
    url = url.removeprefix("https://")
    if not 1 <= len(url) <= MAX_TEMPLATE - 22 or not url.isascii() or " " in url or "://" in url:
        raise ValueError("o endereço da cobrança deve ter de 1 a 77 caracteres, sem https://")
    head = _field("00", "01") + (_field("01", "12") if single_use else "")
    return _close(head + _field("26", _field("00", GUI) + _field("25", url)), "", name, city, "")


def description_room(key: str) -> int:
    """How many characters a description may have beside this (normalised) key."""
    return max(0, MAX_TEMPLATE - len(_field("00", GUI)) - len(_field("01", key)) - 4)


def read(code: str) -> BrCode:
    """Reads any text as a BR Code; never raises. What could be read is in the fields, what is wrong in `errors`."""
    code = code.strip()
    errors: list[str] = []
    warnings: list[str] = []
    if not code:
        return BrCode(code, errors=("o código está vazio",))
    if len(code) > MAX_CODE:
        return BrCode(code[:MAX_CODE], errors=(f"o código tem {len(code)} caracteres; o máximo é {MAX_CODE}",))
    _check_characters(code, errors)
    fields = _split(code, 1, errors, warnings)
    by_key: dict[str, _Field] = {}
    for item in fields:
        if item.key in by_key:
            errors.append(f"{item.where}: repetido")
        by_key.setdefault(item.key, item)
    _check_fields(by_key, errors)
    _check_crc(code, by_key.get("63"), errors)
    return replace(_assemble(code, by_key, errors), warnings=tuple(warnings))


def _assemble(code: str, by_key: dict[str, _Field], errors: list[str]) -> BrCode:
    recurrence = _recurrence(by_key, errors)
    account = _account(by_key, errors, alone=not recurrence)
    additional = _template(by_key.get("62"), errors)
    key, url = account.get("01", ""), account.get("25", "")
    txid = _txid(additional.get("05"), bool(url), by_key.get("62"), errors)

    def value(name: str) -> str:
        return by_key[name].value if name in by_key else ""

    return BrCode(
        code=code,
        kind="static" if key else "dynamic" if url else "recurrence" if recurrence else "",
        key=key,
        key_type=key_type(normalize_key(key)) if key else "",
        url=url,
        recurrence_url=recurrence,
        description=account.get("02", ""),
        amount_cents=_amount(by_key.get("54"), errors),
        name=value("59"),
        city=value("60"),
        postal_code=value("61"),
        txid=txid,
        single_use=value("01") == "12",
        merchant_category=value("52"),
        currency=value("53"),
        country=value("58"),
        crc=value("63"),
        errors=tuple(errors),
    )


def _close(head: str, amount: str, name: str, city: str, txid: str) -> str:
    name, city = plain(name)[:MAX_NAME].strip(), plain(city)[:MAX_CITY].strip()
    if not name or not city:
        raise ValueError("faltam o nome ou a cidade do recebedor")
    body = head + _field("52", "0000") + _field("53", "986") + amount + _field("58", "BR")
    body += _field("59", name) + _field("60", city) + _field("62", _field("05", txid or NO_TXID)) + "6304"
    return body + crc(body)


def _field(key: str, value: str) -> str:
    return f"{key}{len(value):02d}{value}"


def _split(
    text: str, start: int, errors: list[str], warnings: list[str] | None = None, parent: str = ""
) -> list[_Field]:
    fields: list[_Field] = []
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if len(head) < 4 or not (head.isascii() and head.isdecimal()):
            errors.append(f"posição {start + at}: esperava identificador e tamanho (4 dígitos), veio {head!r}")
            return fields
        length, begin = int(head[2:]), at + 4
        if warnings is not None and _LONG_ACCOUNT.match(text, at):
            length, begin = int(text[at + 2 : at + 5]), at + 5
        value = text[begin : begin + length]
        item = _Field(head[:2], value, start + at, start + begin, parent)
        if begin > at + 4 and warnings is not None:
            warnings.append(f"{item.where}: tamanho {length} escrito com 3 dígitos; o manual permite até 99")
        if len(value) < length:
            errors.append(f"{item.where}: diz ter {length} caracteres, mas restam {len(value)}")
            return fields
        fields.append(item)
        at = begin + length
    return fields


def _check_characters(code: str, errors: list[str]) -> None:
    for position, character in enumerate(code, 1):
        if not " " <= character <= "~":
            errors.append(f"posição {position}: caractere {character!r} não permitido (só ASCII, sem acentos)")
            return


def _check_fields(by_key: dict[str, _Field], errors: list[str]) -> None:
    has_account = any(key in by_key for key in ACCOUNTS)
    for key in REQUIRED:
        if key not in by_key and not (key == "26" and has_account):
            errors.append(f"campo {key} ({FIELD_NAMES[key]}): falta")
    for key, expected in FIXED.items():
        item = by_key.get(key)
        if item and item.value != expected:
            errors.append(f"{item.where}: esperado {expected}, veio {item.value!r}")
    point = by_key.get("01")
    if point and point.value not in {"11", "12"}:
        errors.append(f"{point.where}: esperado 11 ou 12, veio {point.value!r}")
    for key, longest in MAX_LENGTHS.items():
        item = by_key.get(key)
        if item and not 1 <= len(item.value) <= longest:
            errors.append(f"{item.where}: tem {len(item.value)} caracteres; o permitido é de 1 a {longest}")


def _check_crc(code: str, item: _Field | None, errors: list[str]) -> None:
    if item is None:
        return
    end = item.at + 3
    if len(item.value) != 4 or end + 4 != len(code):
        errors.append(f"{item.where}: deve ter 4 caracteres e ser o último campo")
    expected = crc(code[:end])
    if item.value.upper() != expected:
        errors.append(f"{item.where}: esperado {expected}, veio {item.value}")


def _template(item: _Field | None, errors: list[str]) -> dict[str, str]:
    return {inner.key: inner.value for inner in _split(item.value, item.begin, errors, parent=item.key)} if item else {}


def _recurrence(by_key: dict[str, _Field], errors: list[str]) -> str:
    for number in RECURRENCES:
        item = by_key.get(number)
        if item is not None and GUI in item.value.lower():
            told = _template(item, errors)
            if told.get("00", "").lower() == GUI and (url := told.get("25", "")):
                errors.extend(f"{item.where}: {problem}" for problem in url_problems(url))
                return url
    return ""


def _account(by_key: dict[str, _Field], errors: list[str], *, alone: bool) -> dict[str, str]:
    """The Pix account: it may stand in any of 26 to 51, beside those of other arrangements. `alone`: no authorisation
    is asked for, so it must say who is paid.
    """
    for number in ACCOUNTS:
        item = by_key.get(number)
        if item is None or GUI not in item.value.lower():
            continue
        account = _template(item, errors)
        if account.get("00", "").lower() != GUI:
            continue
        if not (account.get("01") or account.get("25")) and not alone:
            return account
        if bool(account.get("01")) == bool(account.get("25")):
            errors.append(f"{item.where}: deve ter a chave (01) ou o endereço da cobrança (25), um dos dois")
        elif account.get("01"):
            errors.extend(f"{item.where}: {problem}" for problem in written_problems(account["01"]))
        else:
            errors.extend(f"{item.where}: {problem}" for problem in url_problems(account["25"]))
        return account
    present = next((by_key[number] for number in ACCOUNTS if number in by_key), None)
    if present:
        errors.append(f"{present.where}: não é uma conta Pix ({GUI})")
    return {}


def _amount(item: _Field | None, errors: list[str]) -> int | None:
    if item is None:
        return None
    try:
        if not _AMOUNT.fullmatch(item.value):
            raise InvalidOperation
        return int(Decimal(item.value) * 100)
    except InvalidOperation:
        errors.append(f"{item.where}: esperado número como 123.45, veio {item.value!r}")
        return None


def _txid(txid: str | None, dynamic: bool, item: _Field | None, errors: list[str]) -> str:
    if item is None:
        return ""
    if not txid:
        errors.append(f"{item.where}: falta o txid (05); sem txid usa-se ***")
        return ""
    if txid == NO_TXID:
        return ""
    if not _TXID.fullmatch(txid) or (not dynamic and len(txid) > MAX_STATIC_TXID):
        longest = 35 if dynamic else MAX_STATIC_TXID
        errors.append(f"{item.where}: txid {txid!r} deve ter de 1 a {longest} letras e dígitos")
    return txid
