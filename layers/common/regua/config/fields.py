"""The kinds of values both files share, with what is wrong and how to mend it said in Portuguese."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, NoReturn

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

from regua.config.faults import meant
from regua.domain.model import Channel


class Model(BaseModel):
    """A mapping of the file: unknown keys are faults, `key:` with nothing behind it is an absent key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: item for key, item in value.items() if item is not None or key not in cls.model_fields}


def wrong(problem: str, suggestion: str = "") -> NoReturn:
    """Raises the fault in the form pydantic collects."""
    raise PydanticCustomError("regua", "{problem}", {"problem": problem, "suggestion": suggestion})


def plain(value: Any) -> str:
    """The text of one value. Raises the fault for a list, a mapping or nothing."""
    if value is None or isinstance(value, (dict, list)):
        wrong("aqui vai um só valor", "sem lista e sem recuo")
    return str(value).strip()


def filled(value: Any) -> Any:
    """`email:` with nothing behind it is `email: {}`: that entry, with its defaults."""
    return {k: {} if item is None else item for k, item in value.items()} if isinstance(value, dict) else value


_TRUE = {"true", "sim", "yes", "on"}
_FALSE = {"false", "não", "nao", "no", "off"}


def _flag(value: Any) -> Any:
    word = plain(value).lower()
    if isinstance(value, bool) or word in _TRUE | _FALSE:
        return value if isinstance(value, bool) else word in _TRUE
    return wrong(f"'{value}' não é sim nem não", "use true ou false")


def _whole(value: Any) -> Any:
    if isinstance(value, int) or re.fullmatch(r"[+-]?\d{1,10}", plain(value)):
        return int(value)
    return wrong(f"'{value}' não é um número inteiro possível", "use só algarismos")


_NUMBER = re.compile(r"-?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?|-?\d+(\.\d+)?")


def decimal(value: Any) -> Decimal:
    """`2`, `2.5`, `2,5` or `1.234,56`. Raises the fault for anything else, and for the ambiguous `1.234`."""
    text = plain(value).removeprefix("R$").strip()
    if not _NUMBER.fullmatch(text):
        wrong(f"'{value}' não é um número", "escreva como 1234,56")
    if re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", text):
        wrong(
            f"'{value}' pode ser lido de duas formas",
            f"escreva '{text.replace('.', '')},00' ou '{text.replace('.', ',')}'",
        )
    digits = text.replace(".", "").replace(",", ".") if "," in text or text.count(".") > 1 else text
    try:
        return Decimal(digits)
    except InvalidOperation:
        return wrong(f"'{value}' não é um número", "escreva como 1234,56")


def _cents(value: Any) -> int:
    cents = decimal(value) * 100
    if cents != int(cents):
        wrong(f"'{value}' tem fração de centavo")
    if not 0 <= cents <= 10**13:
        wrong(f"'{value}' não é um valor em reais possível", "use um valor de 0,00 em diante")
    return int(cents)


def _micros(value: Any) -> int:
    micros = decimal(value) * 1_000_000
    if not 0 <= micros <= 100_000_000:
        wrong(f"'{value}' não é um preço por mensagem possível", "em reais, de 0 a 100")
    return int(micros)


def _minute(value: Any) -> int:
    found = re.fullmatch(r"(\d{1,2})(?::(\d{2})|h(\d{2})?)", plain(value))
    if found:
        minute = int(found[1]) * 60 + int(found[2] or found[3] or 0)
        if int(found[2] or found[3] or 0) < 60 and minute <= 24 * 60:
            return minute
    return wrong(f"'{value}' não é uma hora do dia", "escreva como 09:00")


class _Checked:
    """A text checked by code and described to the editor by a schema; used as the second half of `Annotated`."""

    schema: JsonSchemaValue

    def check(self, value: Any) -> str:
        """The text, or the fault."""
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Pydantic's hook: `check` runs before the value is taken as a string."""
        return core_schema.no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Pydantic's hook: what the published schema says."""
        return dict(self.schema)


class OneOf(_Checked):
    """One word out of `options`, with what was probably meant when it is another."""

    def __init__(self, options: Iterable[str]) -> None:
        """`options` may be an enum of strings."""
        self.options = [str(option) for option in options]
        self.schema = {"type": "string", "enum": self.options}

    def check(self, value: Any) -> str:
        """The word, or the fault."""
        word = plain(value)
        if word in self.options:
            return word
        return wrong(f"'{_short(word)}' não existe aqui", meant(word, [o for o in self.options if o]))


ChannelWord = Annotated[str, OneOf(Channel)]


class Like(_Checked):
    """A text that has to match `pattern`; `what` says what it should have been."""

    def __init__(self, pattern: str, what: str, suggestion: str = "") -> None:
        """`pattern` is a regular expression for the whole text."""
        self.pattern, self.what, self.suggestion = re.compile(pattern), what, suggestion
        self.schema = {"type": "string", "pattern": f"^({pattern})$"}

    def check(self, value: Any) -> str:
        """The text, or the fault."""
        text = plain(value)
        return text if self.pattern.fullmatch(text) else wrong(f"'{_short(text)}' não é {self.what}", self.suggestion)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _line(value: Any) -> str:
    text = " ".join(plain(value).split())
    if any(not c.isprintable() for c in text):
        wrong("há caracteres invisíveis no texto", "digite de novo, sem colar")
    return text


Flag = Annotated[bool, BeforeValidator(_flag)]
Whole = Annotated[int, BeforeValidator(_whole)]
Percent = Annotated[Decimal, BeforeValidator(decimal), WithJsonSchema({"type": ["number", "string"], "minimum": 0})]
Rate = Annotated[Decimal, BeforeValidator(decimal), WithJsonSchema({"type": ["number", "string"]})]
Cents = Annotated[
    int, BeforeValidator(_cents), WithJsonSchema({"type": ["number", "string"], "description": "reais: 1234,56"})
]
Micros = Annotated[
    int, BeforeValidator(_micros), WithJsonSchema({"type": ["number", "string"], "description": "reais: 0,35"})
]
Minute = Annotated[int, BeforeValidator(_minute), WithJsonSchema({"type": "string", "examples": ["09:00"]})]
Line = Annotated[str, BeforeValidator(_line), Field(max_length=200)]
Slug = Annotated[
    str, Like(r"[a-z0-9][a-z0-9-]{0,39}", "um nome curto", "letras minúsculas sem acento, algarismos e '-', até 40")
]
Word = Annotated[str, Like(r"[^\W_][\w .-]{0,39}", "uma etiqueta", "até 40 letras, algarismos, '-' ou '_'")]
