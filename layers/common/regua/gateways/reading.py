"""Bodies, money, times and identifiers as gateways write them. Wrong input is ValueError or an empty answer.

Not one with `channels.envelopes`, which reads strangers' JSON by other rules: there times are UTC's, here São Paulo's
unless they say; here amounts must stay decimal, ids storable, and a problem is told to an operator in Portuguese.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from regua.domain.money.payment_event import Reference, ReferenceKind
from regua.ports import PermanentError

SAO_PAULO = "America/Sao_Paulo"
"""Zone of gateways that write local times without saying so."""
MAX_CENTS = 99_999_999_999_999
NO_REFERENCE = Reference(ReferenceKind.NONE, "")

_IDENTIFIER = re.compile(r"[!-~]{1,128}")
_LONGEST_OWN = 128
_PATH_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,127}")
_DECIMAL = re.compile(r"\d{1,12}(\.\d{1,6})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def json_body(body: bytes) -> Any:
    """The JSON document, its decimals as Decimal. Raises ValueError for anything else, also for absurd nesting."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("o corpo tem níveis demais") from None
    except UnicodeDecodeError:
        raise ValueError("o corpo não é texto UTF-8") from None
    except InvalidOperation:
        raise ValueError("o corpo tem um número que não cabe em lugar nenhum") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"o corpo não é JSON (linha {error.lineno}, coluna {error.colno})") from None


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object. Raises ValueError for any other document."""
    document = json_body(body)
    if not isinstance(document, dict):
        raise ValueError("o corpo não é um objeto JSON")
    return document


def form_body(body: bytes) -> dict[str, str]:
    """The fields of a form; the first of equal names counts, and one without `=` is empty (so some libraries write
    null). Raises ValueError for what is not a form.
    """
    try:
        text = body.decode("utf-8").strip()
        _, sign, _ = text.partition("&")[0].partition("=")
        fields = parse_qsl(text, keep_blank_values=True, max_num_fields=500) if sign else []
    except UnicodeDecodeError:
        raise ValueError("o corpo não é texto UTF-8") from None
    except ValueError:
        fields = []
    if not fields:
        raise ValueError("o corpo não é um formulário (application/x-www-form-urlencoded)")
    return dict(reversed(fields))


def section(document: Any, *path: str) -> dict[str, Any]:
    """The object at that path, or an empty one when there is none."""
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def items(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; a single object counts as a list of one (the Pix specification's own example does so).
    Anything else in it, and an object that says nothing, is left out.
    """
    listed = [value] if isinstance(value, dict) else value
    return [item for item in listed if isinstance(item, dict) and item] if isinstance(listed, list) else []


def words(value: Any) -> list[str]:
    """The texts of a list that say something; anything else in it is left out."""
    return [text for item in value if (text := word(item))] if isinstance(value, list) else []


def word(value: Any) -> str:
    """A text, or empty for anything else. What cannot be printed (or stored: lone surrogates) becomes `?`."""
    if not isinstance(value, str) or value.isprintable():
        return value if isinstance(value, str) else ""
    return "".join(character if character.isprintable() else "?" for character in value)


def identifier(value: Any) -> str:
    """An id as text (1 to 128 visible ASCII characters; numbers become text), or empty when it cannot be one."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30 else value
    return text if isinstance(text, str) and _IDENTIFIER.fullmatch(text) else ""


def path_id(value: str) -> str:
    """The id, fit for a URL path. Raises PermanentError: an id from outside must not climb to another address."""
    if not _PATH_SAFE.fullmatch(value):
        raise PermanentError("o identificador não pode ser consultado: está vazio ou tem caracteres não permitidos")
    return value


def reference(kind: ReferenceKind, value: Any) -> Reference:
    """The reference, or `NO_REFERENCE` when the value is no id. Our own ids are what the creditor's sheet calls titles:
    they may have spaces and accents.
    """
    text = identifier(value)
    if not text and kind is ReferenceKind.EXTERNAL and isinstance(value, str):
        own = value.strip()
        text = own if own.isprintable() and len(own) <= _LONGEST_OWN else ""
    return Reference(kind, text) if text else NO_REFERENCE


def references(*candidates: Reference) -> tuple[Reference, tuple[Reference, ...]]:
    """The first that names something, and the others, without repetition."""
    named = tuple(dict.fromkeys(item for item in candidates if item.kind is not ReferenceKind.NONE))
    return (named[0], named[1:]) if named else (NO_REFERENCE, ())


def cents_of_reais(value: Any) -> int:
    """Reais (Decimal, int or text such as `110.00` or `2.5`) as positive cents; 0 when it is no such amount."""
    text = plain(value)
    amount = Decimal(text) * 100 if text else Decimal(0)
    return int(amount) if amount == amount.to_integral_value() and amount <= MAX_CENTS else 0


def plain(value: Any) -> str:
    """A positive number (Decimal, int, or text with a point) as plain digits; empty when it is no such number."""
    text = str(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value
    if isinstance(value, Decimal):
        # A number such as 1E+3 is legal JSON; one of a billion digits must not be expanded.
        text = format(value, "f") if value.is_finite() and abs(value.adjusted()) < 15 else ""
    return text if isinstance(text, str) and text.isascii() and _DECIMAL.fullmatch(text) else ""


def told_reais(value: Any) -> int | None:
    """Reais as cents, 0 among them; None where no such amount is told (missing, null, negative, unreadable)."""
    text = plain(value)
    return 0 if text and not Decimal(text) else cents_of_reais(value) or None


def told_cents(value: Any) -> int | None:
    """Cents (also as text), 0 among them; None where no such amount is told."""
    if isinstance(value, bool):
        return None
    return 0 if value in (0, "0") else cents(value) or None


def cents(value: Any) -> int:
    """Positive integer cents (also as text); 0 when it is no such amount."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 14:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_CENTS else 0


def moment(value: Any) -> datetime | None:
    """A date and time in ISO 8601, in UTC; without an offset it is São Paulo time. None when it is no such time.

    A day without an hour is taken at noon in São Paulo: the same day everywhere in Brazil.
    """
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        read = datetime.fromisoformat(value)
        if _DAY.fullmatch(value):
            read = datetime.combine(read.date(), time(12))
        if read.tzinfo is None:
            read = read.replace(tzinfo=ZoneInfo(SAO_PAULO))
        return read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(value: Any) -> date | None:
    """The day of a date, or of a time in São Paulo; None when it is neither."""
    at = moment(value)
    return at.astimezone(ZoneInfo(SAO_PAULO)).date() if at is not None else None


def unix(value: Any) -> datetime | None:
    """Unix seconds, in UTC; None when it is no such time."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**11:
        return None
    return datetime.fromtimestamp(value, UTC)


def fingerprint(body: bytes) -> str:
    """An id for what has none: the same bytes always give the same."""
    return hashlib.sha256(body).hexdigest()[:32]


def lowered(headers: Mapping[str, str], name: str) -> str:
    """A header by its lower-case name, or empty."""
    return headers.get(name, "").strip()


def _no_constant(name: str) -> Any:
    raise ValueError(f"o corpo tem {name}, que não é um número JSON")
