"""Proof of who sent a webhook: raw bytes, constant time, several secrets, anything malformed is invalid.

Nothing here raises, whatever the header holds.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import quote

from regua.domain.money.payment_event import Verdict

MISSING_SECRET = "nenhum segredo configurado: sem ele não dá para saber quem enviou"  # noqa: S105 - text, not a secret
URL_SECRETS = ("token", "hmac")
"""Query parameters that may carry the secret of an address (Efí documents `hmac`)."""
CALLBACKS = ("pix", "rec", "cobr", "cob", "cobv")
"""What a PSP appends to the address registered at it, one for each kind of news (bacen/pix-api 2.9.0 and 2.11.0-rc1,
callbacks, read 2026-11). Some append it to the path, others to the whole text of the address, query and all (issue 241
of bacen/pix-api).
"""
_LONGEST_TIMESTAMP = 16
_MILLISECONDS_FROM = 100_000_000_000


def usable(secrets: Iterable[str]) -> tuple[str, ...]:
    """Without the empty ones: an empty secret would accept an empty header."""
    return tuple(secret for secret in secrets if secret)


def missing(header: str, given: str, configured: tuple[str, ...]) -> str:
    """Why there is nothing to judge, in Portuguese; empty when there are a secret and a header (`given`)."""
    if not configured:
        return MISSING_SECRET
    return "" if given else f"falta o cabeçalho {header}"


def equal(given: str, expected: str) -> bool:
    """Whether both are the same text, in time that does not tell where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode("utf-8", "surrogatepass"))


def among(given: str, expected: Iterable[str]) -> bool:
    """Whether `given` is one of them; all are compared, so time does not tell which."""
    found = False
    for candidate in expected:
        found |= equal(given, candidate)
    return found


def hmac_hex(secret: str, message: bytes) -> str:
    """HMAC-SHA256, lower-case hexadecimal."""
    return hmac.new(secret.encode("utf-8", "surrogatepass"), message, hashlib.sha256).hexdigest()


def pairs(header: str) -> Iterator[tuple[str, str]]:
    """`ts=1,v1=abc` as pairs; parts without `=` are left out."""
    for part in header.split(","):
        key, separator, value = part.partition("=")
        if separator:
            yield key.strip(), value.strip()


def seconds(timestamp: str) -> int | None:
    """Unix seconds of a timestamp in seconds or milliseconds; None when it is not a number."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= _LONGEST_TIMESTAMP):
        return None
    number = int(timestamp)
    return number // 1000 if number >= _MILLISECONDS_FROM else number


def stale(signed_at: int, now: datetime, tolerance_seconds: int) -> str:
    """Why the signed time (Unix seconds) cannot be accepted, in Portuguese; empty when it can."""
    difference = now.timestamp() - signed_at
    if difference > tolerance_seconds:
        return f"assinatura antiga: {difference:.0f} s atrás, o limite é {tolerance_seconds} s"
    if difference < -tolerance_seconds:
        return f"assinatura no futuro: {-difference:.0f} s à frente, o limite é {tolerance_seconds} s"
    return ""


def authorization(header: str) -> tuple[str, ...]:
    """What an Authorization header may mean: as it is, without its scheme, and decoded when it is Basic."""
    scheme, _, rest = header.strip().partition(" ")
    values = [header.strip()]
    if scheme.lower() in {"basic", "bearer"} and rest:
        values.append(rest.strip())
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(rest.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            return tuple(values)
        user, _, password = decoded.partition(":")
        values += [decoded, *(part for part in (user, password) if part)]
    return tuple(values)


def accepted(why: str) -> Verdict:
    """The notification itself is proven."""
    return Verdict(True, why)


def refused(why: str) -> Verdict:
    """Not authentic."""
    return Verdict(False, why)


def by_transport(why: str) -> Verdict:
    """The notification proves nothing; the way it came must."""
    return Verdict(True, why, transport=True)


def by_url(query: Mapping[str, str], secrets: tuple[str, ...], otherwise: str) -> Verdict:
    """Judges the secret in the address; with none configured the transport is the proof, and `otherwise` says which."""
    configured = usable(secrets)
    if not configured:
        return by_transport(f"{otherwise}; nenhum segredo de URL configurado, a mensagem em si não prova nada")
    given = [query[name] for name in URL_SECRETS if query.get(name)]
    if not given:
        return refused("falta o segredo na URL (?token= ou ?hmac=)")
    said = [form for value in given for form in (value, _registered(value))]
    if any([among(value, configured) for value in said]):  # noqa: C419 - a list: every value is compared
        return accepted("o segredo da URL confere; a mensagem em si não é assinada")
    return refused("o segredo da URL não confere")


def with_proof(address: str, proof: str) -> str:
    """The address to register, with the secret that `by_url` will look for; without one it is as it was."""
    return f"{address}?token={quote(proof, safe='')}" if proof else address


def _registered(value: str) -> str:
    """The end of an address as it was registered, without the callback that its PSP has put behind it."""
    before, slash, last = value.rpartition("/")
    return before if slash and last in CALLBACKS else value
