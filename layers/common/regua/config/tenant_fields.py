"""The kinds of values of `tenant.yaml`: documents, keys, days, addresses, and names of secrets, never secrets."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from regua.config.fields import Like, OneOf, decimal, plain, wrong
from regua.domain.codes import brcode, tax_id

STATES = (
    "AC",
    "AL",
    "AM",
    "AP",
    "BA",
    "CE",
    "DF",
    "ES",
    "GO",
    "MA",
    "MG",
    "MS",
    "MT",
    "PA",
    "PB",
    "PE",
    "PI",
    "PR",
    "RJ",
    "RN",
    "RO",
    "RR",
    "RS",
    "SC",
    "SE",
    "SP",
    "TO",
)
LOCALES = ("pt_BR", "es")
SETTLING_ORDER = ("costs", "interest", "fine", "principal")
BILL_NAMES = ("fatura", "mensalidade", "cota", "parcela", "conta")


def _document(value: Any) -> str:
    text = tax_id.bare(plain(value))
    if not tax_id.is_valid(text):
        wrong(f"'{value}' não é um CPF ou CNPJ com dígitos verificadores certos", "confira os números")
    return text


def _pix_key(value: Any) -> str:
    key = brcode.normalize_key(plain(value))
    problems = brcode.key_problems(key)
    return wrong(problems[0]) if problems else key


def _time_zone(value: Any) -> str:
    from zoneinfo import available_timezones  # noqa: PLC0415 - reads the disk; only a file that names a zone pays for it

    from regua.config.faults import closest  # noqa: PLC0415 - as above

    name = plain(value)
    zones = available_timezones()
    if name not in zones:
        guess = closest(name, [z for z in zones if z.startswith("America/")])
        wrong(f"'{name}' não é um fuso horário", f"você quis dizer '{guess}'?" if guess else "como America/Sao_Paulo")
    return name


def _day(value: Any) -> date:
    text = plain(value)
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    local = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
        if local:
            return date(int(local[3]), int(local[2]), int(local[1]))
    except ValueError:
        wrong(f"'{text}' não existe no calendário")
    return wrong(f"'{text}' não é uma data", "escreva como 2026-12-31")


def _pace(value: Any) -> float:
    number = decimal(value)
    return float(number) if 0 <= number <= 1000 else wrong(f"'{value}' mensagens por segundo não é possível")


_TOKENS = re.compile(
    r"\$aact_|EAA[A-Za-z0-9]{20}|sk_(live|test)_|pk_live_|AKIA[A-Z0-9]{16}|APP_USR-|Bearer\s|eyJ[A-Za-z0-9_-]{10}|"
    r"-----BEGIN|ghp_|whsec_|Basic\s[A-Za-z0-9+/=]{8}"
)
_SECRET_WORDS = re.compile(r"token|secret|senha|password|passwd|api_?key|apikey|chave|credential", re.IGNORECASE)
_NO_SECRETS = ("_type", "_header", "_days", "_url", "_format")
"""Ends of names of what is about a secret and is none: where a token is asked for, in what form."""
_REFERENCE = re.compile(r"arn:aws:secretsmanager:[\w:./+=@-]{1,200}|[A-Za-z0-9][\w.+=@-]*(/[\w.+=@-]+)+")
_BY_REFERENCE = "guarde o valor no Secrets Manager e escreva aqui só o nome dele, como 'regua/minha-empresa/asaas'"


def looks_secret(value: str) -> bool:
    """True when `value` has the look of a credential: a known prefix, or a long mix no person would type as a name."""
    if _TOKENS.search(value):
        return True
    if _REFERENCE.fullmatch(value) or value.startswith(("http://", "https://")) or "@" in value:
        return False
    for run in re.findall(r"[A-Za-z0-9+/_=-]{24,}", value):
        kinds = sum(bool(re.search(kind, run)) for kind in (r"[a-z]", r"[A-Z]", r"\d"))
        if (
            kinds == 3
            or re.fullmatch(r"[0-9a-f]{32,}", run)
            or (kinds == 2 and len(run) >= 40 and re.search(r"\d", run))
        ):
            return True
    return False


def _secret_name(value: Any) -> str:
    name = plain(value)
    if looks_secret(name) or not _REFERENCE.fullmatch(name):
        wrong("aqui vai o nome de um segredo, nunca o segredo", _BY_REFERENCE)
    return name


def _options(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    for key, item in value.items():
        if isinstance(item, (dict, list)) or item is None:
            wrong(f"a opção '{key}' precisa ser um texto ou número")
        text = str(item)
        named = _SECRET_WORDS.search(str(key)) and not _REFERENCE.fullmatch(text)
        if looks_secret(text) or (named and not str(key).endswith(_NO_SECRETS)):
            wrong(f"a opção '{key}' parece guardar um segredo", _BY_REFERENCE)
    return {key: str(item).strip() for key, item in value.items()}


Document = Annotated[
    str, BeforeValidator(_document), WithJsonSchema({"type": "string", "examples": ["12.345.678/0001-95"]})
]
PixKeyText = Annotated[str, BeforeValidator(_pix_key), WithJsonSchema({"type": "string"})]
Zone = Annotated[
    str, BeforeValidator(_time_zone), WithJsonSchema({"type": "string", "examples": ["America/Sao_Paulo"]})
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Pace = Annotated[float, BeforeValidator(_pace), WithJsonSchema({"type": ["number", "string"], "minimum": 0})]
SecretName = Annotated[str, BeforeValidator(_secret_name), WithJsonSchema({"type": "string", "pattern": "/"})]
Options = Annotated[
    dict[str, str],
    BeforeValidator(_options),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}),
]
Https = Annotated[str, Like(r"|https://[^\s<>\"'{}]{3,300}", "um endereço https", "comece com https://")]
Email = Annotated[
    str, Like(r"|[^\s@<>\"',;]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", "um e-mail", "como financeiro@empresa.com.br")
]
Phone = Annotated[str, Like(r"|[+]?[\d\s().-]{8,20}", "um telefone", "como (11) 3333-4444 ou 0800 123 4567")]
PostalCode = Annotated[str, Like(r"|\d{5}-?\d{3}", "um CEP", "como 01310-100")]
Place = Annotated[str, Like(rf"({'|'.join(STATES)})/[^/]{{2,60}}", "um município", "como SP/Campinas")]
State = Annotated[str, OneOf(STATES)]
Month = Annotated[str, Like(r"20\d{2}-(0[1-9]|1[0-2])", "um mês", "como 2026-03")]
StateWord = Annotated[str, OneOf(("", *STATES))]
